"""Gaps in things one can order, a row a target: who and what to add by the deadline, a year and a quarter. Only for
targets judged on the district's own figures whose denominator is known. What is needed is target x population at the
deadline / per - stock + expected leavers; it splits exactly into a part owed to the gap (at today's population) and a
part owed to the population's change (docs/methods-gaps.md)."""

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.judging.evidence import NO_METHOD, Evidence, Record
from healthplan.language.phrases import measure_word

STOCKS = ("share", "level", "count")  # kinds of people or things that can be added to
ROUNDING = 1e-9  # 3.2 x 820 people is 2,624 exactly, not one more
SAME = 0.01  # a count and a rate that differ by no more are of the same thing: a rate is printed rounded
CLOSED = tables.statuses("closed")  # these order nothing
NOBODY = dict.fromkeys(f"population_{when}" for when in ("now", "then", "low", "high", "projected"))
Row = Mapping[Any, Any]


def things_needed(
    gaps: pd.DataFrame,
    observations: pd.DataFrame,
    trajectories: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    as_of: int,
    leavers: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The table *things*.

    ``leavers``: share of the stock that leaves a year, by indicator (``{"nurses_per_1000": 0.03}``); where none is
    given nobody is taken to leave, and ``leavers_known`` is False. ``to_add`` is needed from today,
    ``beyond_projection`` beyond what the projection brings; to_add_low and to_add_high are at the ends of the
    population's 95 % interval. Rates give the events to avoid. ``met_by_shrinking``: the stock suffices at the
    deadline's population only. Raises ValueError for a share of leavers outside 0-1.
    """
    if not all(0 <= share < 1 for share in (leavers or {}).values()):
        raise ValueError("the share of leavers lies between 0 and 1")
    evidence = Evidence(observations, trajectories, indicators, as_of)
    known = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    open_ones = gaps["basis"].isin(("own", "borrowed")) & ~gaps["status"].isin(CLOSED)
    open_ones &= gaps["data_indicator"] != ""  # a goal of several conditions has no series
    found = [
        _row(gap, known[gap["data_indicator"]], evidence, leavers or {}) for gap in gaps[open_ones].to_dict("records")
    ]
    rows = [row for row in found if row is not None]
    return tables.check(pd.DataFrame(rows, columns=tables.columns("things")), "things")


def _row(gap: Row, indicator: Row, evidence: Evidence, leavers: Mapping[str, float]) -> dict[str, Any] | None:
    if pd.isna(gap["deadline_year"]) or pd.isna(gap["latest_value"]):
        return None
    kind = indicator["indicator_kind"]
    record = evidence.record(gap["data_indicator"], gap["data_area"], gap["data_group"])
    counted = kind == "count"
    people = NOBODY if counted else _people(gap, record, indicator, evidence)
    if people is None or (not counted and pd.isna(indicator["per"])):
        return None
    base = {
        "target_id": gap["target_id"],
        "method": gap["method"],
        "indicator": gap["data_indicator"],
        "unit": measure_word(indicator),
        "years_left": float(gap["deadline_year"]) - float(gap["latest_year"]),
        **people,
    }
    if kind == "rate" and indicator["direction"] == "decrease" and pd.notna(gap["goal_high"]):
        return _events(base, gap, indicator)
    if kind in STOCKS and pd.notna(gap["goal_low"]) and pd.isna(gap["goal_high"]):
        above = evidence.record(str(indicator["numerator"]), record.area, record.group)
        return _stock(base, gap, indicator, record, above, leavers.get(gap["data_indicator"]))
    return None


def _people(gap: Row, record: Record, indicator: Row, evidence: Evidence) -> dict[str, Any] | None:
    """The denominator now, and at the deadline with its 95 % interval."""
    below = evidence.record(str(indicator["denominator"]), record.area, record.group)
    year = gap["deadline_year"]
    now = record.denominator()
    now = below.latest_value if now is None else now
    if now is None or now <= 0:
        return None
    row = below.row(gap["method"], year)
    if row is None and gap["method"] == NO_METHOD:
        row = next((below.row(m, year) for m in below.projected), None)
    known = row if row is not None and 0 < row["value"] < math.inf else {"value": now}
    ends = known.get("lower_95"), known.get("upper_95")
    found = (now, float(known["value"]), *ends, known is row)
    return dict(zip(NOBODY, found, strict=True))


def _stock(
    base: dict[str, Any], gap: Row, indicator: Row, record: Record, above: Record, share: float | None
) -> dict[str, Any]:
    # A count is its own stock: read as one thing per one, whatever the population.
    counted = indicator["indicator_kind"] == "count"
    per = 1.0 if counted else float(indicator["per"])
    now, then = (1.0 if counted else base[f"population_{when}"] for when in ("now", "then"))
    goal, years = float(gap["goal_low"]), max(base["years_left"], 0.0)
    # as it was counted, with the rate or in a series of its own, save where that counts something else; else by the rate
    stock = worked_out = float(gap["latest_value"]) * now / per
    for known in (above.at(record.latest_year), record.numerators.get(record.latest_year)):
        if known is not None and abs(known - worked_out) <= SAME * worked_out:
            stock = float(known)
    leaving = stock * (share or 0.0) * years  # replaced one for one
    today, required = goal * now / per, goal * then / per
    to_add = required - stock + leaving
    ends = (base["population_low"], base["population_high"])
    low, high = (
        goal * people / per - stock + leaving if people is not None and people > 0 else None for people in ends
    )
    short_now, short_then = today - stock > ROUNDING, required - stock > ROUNDING
    return base | {
        "what": "add",
        "stock": stock,
        "projected": float(gap["projected_value"]) * then / per,
        "required": required,
        "leavers": leaving,
        "leavers_known": share is not None,
        "owed_to_gap": today - stock,
        "owed_to_population": required - today,
        "to_add": to_add,
        "beyond_projection": float(gap["gap"]) * then / per,
        "to_add_low": low,
        "to_add_high": high,
        "per_year": _pace(to_add, years),
        "per_quarter": _pace(to_add, years * 4),
        # A coverage is of fewer people then, but of no larger share of them.
        "met_by_shrinking": short_now and not short_then and indicator["indicator_kind"] != "share",
    }


def _events(base: dict[str, Any], gap: Row, indicator: Row) -> dict[str, Any] | None:
    """Events to avoid in the deadline's year; rare ones in whole events, as they are judged."""
    if pd.isna(gap["projected_value"]):
        return None
    per, rare = float(indicator["per"]), pd.notna(gap["expected_events"])
    then = float(gap["exposure"]) if rare else base["population_then"]
    projected, allowed = (float(gap[c]) * then / per for c in ("projected_value", "goal_high"))
    if rare:
        projected, allowed = round(projected), max(0.0, float(gap["allowed_events"]))
    stock = gap["latest_count"]
    if pd.isna(stock):
        stock = float(gap["latest_value"]) * base["population_now"] / per
    return base | {
        "what": "avoid",
        "stock": stock,
        "projected": projected,
        "required": allowed,
        "to_add": stock - allowed,
        "beyond_projection": projected - allowed,
        "met_by_shrinking": False,
        "leavers_known": False,
    }


def in_whole(row: Row) -> dict[str, int | None]:
    """The amounts of a row of *things* as whole ones that add up as they are printed: what is needed is rounded up
    (what is allowed, down) and the rest follows from it; what is beyond the projection is rounded as its gap is."""
    stock, leavers = round(row["stock"]), 0 if pd.isna(row["leavers"]) else whole(row["leavers"])
    add = row["what"] == "add"
    required = whole(row["required"]) if add else math.floor(row["required"] + ROUNDING)
    today = whole(row["owed_to_gap"] + row["stock"]) if add else None
    to_add = required - stock + leavers if add else stock - required
    beyond = row["beyond_projection"]
    # Less than a half is missing all the same.
    some = 1 if pd.notna(beyond) and beyond > ROUNDING else None
    return {
        "required": required,
        "stock": stock,
        "to_add": to_add,
        "beyond_projection": None if pd.isna(beyond) else round(beyond) or some or 0,
        "owed_to_gap": None if today is None else today - stock,
        "owed_to_population": None if today is None else required - today,
        "per_year": _pace(to_add, row["years_left"]) if add else None,
        "per_quarter": _pace(to_add, row["years_left"] * 4) if add else None,
    }


def whole(things: float) -> int:
    """Things in whole numbers, rounded up: part of a nurse is hired as one."""
    return math.ceil(things - ROUNDING * max(1.0, abs(things)))


def _pace(things: float, periods: float) -> int:
    """Whole things a period; all of them at once when less than one period is left."""
    return 0 if things <= ROUNDING else whole(things / max(periods, 1.0))
