"""Least effort, as a staircase: how many more of each thing bring which goal to a chance of 50 and of 80 %.

The outlook at the deadline is moved as a whole: a goal "at least g" has the chance p once the quantile 1 - p of the outlook
stands at g, so what is missing is g minus that quantile, in things by the people expected then. It counts from where the trend
leads and never from today: the things that the trend brings come on top. Outcomes are not bought: only goals about people,
beds, places and institutions that one can add (table *stocks*) stand here.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.judging import outlook
from healthplan.judging.evidence import Evidence, Record
from healthplan.judging.scenarios import best_rise, has_pace
from healthplan.judging.things import whole
from healthplan.language import comparators

LEVELS = (0.5, 0.8)
Row = Mapping[Any, Any]


def staircase(
    gaps: pd.DataFrame,
    things: pd.DataFrame,
    stocks: pd.DataFrame,
    targets: pd.DataFrame,
    observations: pd.DataFrame,
    trajectories: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    as_of: int,
) -> pd.DataFrame:
    """The table *staircase*, thing by thing, the fewest first.

    ``gaps``: with the tables beside it. A level that is reached without more stands there with ``extra`` 0. Goals that have
    no row are met or missed already, have no figures of their own, are judged by counts, by each year or by a sum, or are about
    something that nobody adds.
    """
    serves = {one: row for row in stocks.to_dict("records") for one in row["indicators"].split(";")}
    about = {row["indicator"]: row for row in indicators.to_dict("records")}
    asked = {row["target_id"]: row for row in targets.to_dict("records")}
    beside = {row["target_id"]: row for row in things[things["what"] == "add"].to_dict("records")}
    evidence = Evidence(observations, trajectories, indicators, as_of)
    rows: list[dict[str, Any]] = []
    for gap in gaps.to_dict("records"):
        stock, thing = serves.get(gap["data_indicator"]), beside.get(gap["target_id"])
        if stock is None or thing is None or not _is_level(gap, asked[gap["target_id"]], as_of):
            continue
        against = asked[gap["target_id"]]["comparator"] == comparators.REFERENCE
        rows += _steps(gap, thing, about, stock["stock"], evidence, against)
    found = pd.DataFrame(rows, columns=[c for c in tables.columns("staircase") if c not in ("more", "beyond_parts")])
    order = {one: at for at, one in enumerate(stocks["stock"])}
    found = found.assign(at=found["stock"].map(order)).sort_values(["at", "then", "level"], kind="stable")
    return tables.check(_counted_once(found.drop(columns="at"), stocks), "staircase")


def _is_level(gap: Row, target: Row, as_of: int) -> bool:
    """Whether a goal asks for so much at one date, of its own number or of what another area has."""
    if (
        not has_pace(gap, as_of)
        or pd.notna(gap["summed_since"])
        or pd.isna(gap["goal_low"])
        or pd.notna(gap["goal_high"])
    ):
        return False
    if target["state"] != "current" or target["per"] or target["comparator"] == comparators.RANK:
        return False
    return pd.notna(gap["probability_met"]) and not target.get("reference_indicator")


def _steps(
    gap: Row, thing: Row, about: Mapping[str, Row], stock: str, evidence: Evidence, against: bool
) -> Iterator[dict[str, Any]]:
    indicator = about[gap["data_indicator"]]
    record = evidence.record(gap["data_indicator"], gap["data_area"], gap["data_group"])
    distance = _distance(gap, record, evidence, against)
    if distance is None:
        return
    missing, ahead = distance
    counted = indicator["indicator_kind"] == "count"
    scale = 1.0 if counted else thing["population_then"] / float(indicator["per"])
    now, years = float(thing["stock"]), max(float(thing["years_left"]), 1.0)
    trend = float(thing["projected"]) - now
    # no more than there can be: where a share is whole, its spread asks for things that do not exist
    most = (
        (indicator["upper_bound"] - gap["projected_value"]) * scale if pd.notna(indicator["upper_bound"]) else math.inf
    )
    best = _best(record, about, evidence, now)
    for level in LEVELS:
        beyond = (missing - ahead.quantile(1 - level)) * scale  # < 0: fewer than the trend brings would do
        needed = max(whole(beyond), 0)
        extra = min(needed, whole(most)) if math.isfinite(most) else needed
        yearly = (trend + extra) / years
        yield {
            "stock": stock,
            "target_id": gap["target_id"],
            "level": level,
            "deadline_year": gap["deadline_year"],
            "unit": thing["unit"],
            "probability_met": gap["probability_met"],
            "now": now,
            "then": whole(now + trend) + extra if extra else whole(now + trend + min(beyond, 0.0)),
            "trend": trend,
            "extra": extra,
            "per_year": yearly,
            "share_of_now": 100 * extra / now if now else None,
            "best_per_year": best,
            "times_best": yearly / best if best and best > 0 and yearly > 0 else None,
            "capped": extra < needed,
        }


def _best(record: Record, about: Mapping[str, Row], evidence: Evidence, now: float) -> float | None:
    """The best pace ever here in things a year: of their count where that is known, so that a thing has one; else of the
    rate, with the people there are."""
    above = evidence.record(str(about[record.indicator]["numerator"]), record.area, record.group)
    of = above if above.indicator in about and len(above.figures) else record
    latest = of.latest_value or 0.0
    pace = best_rise(of, about[of.indicator])
    return None if pace is None or not latest else pace * now / latest


def _distance(gap: Row, record: Record, evidence: Evidence, against: bool) -> tuple[float, outlook.Expected] | None:
    """What is to be reached and the outlook of what reaches it: of a goal against another area the distance to that."""
    method, year = gap["method"], gap["deadline_year"]
    mine = record.outlook(method, year)
    if mine is None or not against:
        return None if mine is None else (float(gap["goal_low"]), mine)
    theirs = evidence.record(record.indicator, gap["reference_area"], record.group).outlook(method, year)
    if theirs is None:
        return None
    return float(gap["goal_low"]) - float(gap["reference_projected"]), outlook.difference(mine, theirs)


def _counted_once(found: pd.DataFrame, stocks: pd.DataFrame) -> pd.DataFrame:
    """With what each step asks for beyond the one before of the same thing, and beyond the things that count among it."""
    most = found.groupby(["stock", "level"])["extra"].max().to_dict()
    parts = stocks[stocks["counts_among"] != ""].groupby("counts_among")["stock"].agg(list).to_dict()

    def there(stock: str, level: float) -> int:
        return sum(max(most.get((one, level), 0), there(one, level)) for one in parts.get(stock, ()))

    rows = zip(found["stock"], found["level"], found["extra"], strict=True)
    beyond = [max(extra - there(stock, level), 0) for stock, level, extra in rows]
    led = np.ceil(found["now"] + found["trend"] - 1e-9)  # a step starts where the trend leads, or the step before it
    before = found.groupby("stock", sort=False)["then"].transform(lambda of: of.cummax().shift())
    more = (found["then"] - before.fillna(led).clip(lower=led)).clip(lower=0)
    return found.assign(more=more, beyond_parts=beyond)
