"""Gaps in things one can order, a row a target: who and what to add by the deadline, a year and a
quarter.

Only for targets judged on the district's own figures whose denominator is known. The population
comes in with its own projection and interval; without one it is taken to stay as it is, and the row
says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.judging import resources
from healthplan.judging.evidence import NO_METHOD, Evidence, Record
from healthplan.judging.phrases import measure_word
from healthplan.judging.thing_words import event_words, stock_words

STOCKS = ("share", "level", "count")  # kinds of people or things that can be added to
FLOWS = ("live_births", "births")  # denominators that are new every year
NOBODY = dict.fromkeys(("now", "then", "low", "high", "projected"))  # a count has no denominator


def things_needed(
    gaps: pd.DataFrame,
    targets: pd.DataFrame,
    observations: pd.DataFrame,
    trajectories: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    as_of: int,
    leavers: Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """The table *things*: what it takes to meet each target at the deadline's population.

    ``leavers``: share of the stock that leaves a year, by indicator (``{"nurses_per_1000":
    0.03}``); where none is given nobody is taken to leave, and ``leavers_known`` is False. Rates of
    deaths and cases give the events to avoid in the deadline's year instead of things to add.

    For a share or a resource per population: to_add = goal x population / per - stock + leavers =
    owed_to_gap + owed_to_population + leavers, > 0 when something is missing. to_add_low and
    to_add_high are at the ends of the population's 95 % interval.
    """
    evidence = Evidence(observations, trajectories, as_of)
    about = {str(row["target_id"]): row for row in targets.to_dict("records")}
    known = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    rows = []
    for gap in gaps[gaps["basis"].isin(("own", "borrowed"))].to_dict("records"):
        indicator = known[gap["data_indicator"]]
        row = _row(gap, about[gap["target_id"]], indicator, evidence, leavers or {})
        if row is not None:
            rows.append(row)
    if not rows:
        return tables.empty("things")
    return tables.check(pd.DataFrame(rows, columns=tables.columns("things")), "things")


def _row(
    gap: Mapping[Any, Any],
    target: Mapping[Any, Any],
    indicator: Mapping[Any, Any],
    evidence: Evidence,
    leavers: Mapping[str, float],
) -> dict[str, Any] | None:
    if gap["status"] in ("superseded", "met", "missed", "due_unconfirmed"):
        return None
    if pd.isna(gap["deadline_year"]) or pd.isna(gap["latest_value"]):
        return None
    kind = indicator["indicator_kind"]
    record = evidence.record(gap["data_indicator"], gap["data_area"])
    people = _people(record, indicator, evidence, int(gap["deadline_year"]), gap["method"])
    if kind == "count":
        people = NOBODY
    if people is None or (kind != "count" and pd.isna(indicator["per"])):
        return None
    base = {
        "target_id": gap["target_id"],
        "method": gap["method"],
        "indicator": gap["data_indicator"],
        "unit": measure_word(indicator),
        "years_left": float(gap["deadline_year"]) - float(gap["latest_year"]),
        "population_now": people["now"],
        "population_then": people["then"],
        "population_low": people["low"],
        "population_high": people["high"],
        "population_projected": people["projected"],
    }
    if kind == "rate" and indicator["direction"] == "decrease" and pd.notna(gap["goal_high"]):
        return _events(base, gap, indicator)
    if kind in STOCKS and pd.notna(gap["goal_low"]) and pd.isna(gap["goal_high"]):
        return _stock(base, gap, indicator, record, leavers.get(gap["data_indicator"]))
    return None


def _people(
    record: Record, indicator: Mapping[Any, Any], evidence: Evidence, year: int, method: str
) -> dict[str, Any] | None:
    """The denominator now, and at the deadline with its 95 % interval."""
    below = evidence.record(str(indicator["denominator"]), record.area)
    now = record.denominator()
    now = below.latest_value if now is None else now
    if now is None or now <= 0:
        return None
    row = below.row(method, year)
    if row is None and method == NO_METHOD:
        row = next((below.row(m, year) for m in below.projected), None)
    if row is None or not np.isfinite(row["value"]):
        return {"now": now, "then": now, "low": None, "high": None, "projected": False}
    ends = {"low": row["lower_95"], "high": row["upper_95"]}
    return {"now": now, "then": float(row["value"]), **ends, "projected": True}


def _stock(
    base: dict[str, Any],
    gap: Mapping[Any, Any],
    indicator: Mapping[Any, Any],
    record: Record,
    leaving: float | None,
) -> dict[str, Any]:
    # A count is its own stock: read as one thing per one, whatever the population.
    per = 1.0 if indicator["indicator_kind"] == "count" else float(indicator["per"])
    now = 1.0 if base["population_now"] is None else base["population_now"]
    then = 1.0 if base["population_then"] is None else base["population_then"]
    counted = record.numerators.dropna()
    stock = float(gap["latest_value"]) * now / per
    if len(counted) and counted.index[-1] == record.latest_year:
        stock = float(counted.iloc[-1])

    def need(population: float | None) -> resources.Needed | None:
        if population is None or not np.isfinite(population) or population <= 0:
            return None
        return resources.needed(
            float(gap["goal_low"]),
            per,
            stock,
            now,
            population,
            years=base["years_left"],
            leavers_share=leaving or 0.0,
            within=indicator["indicator_kind"] == "share",
            flow=indicator["denominator"] in FLOWS,
        )

    middle = need(then)
    assert middle is not None
    low, high = need(base["population_low"]), need(base["population_high"])
    row = base | {
        "what": "add",
        "stock": stock,
        "required": middle.required_then,
        "leavers": middle.leavers,
        "leavers_known": leaving is not None,
        "owed_to_gap": middle.owed_to_gap,
        "owed_to_population": middle.owed_to_population,
        "to_add": middle.to_add,
        "to_add_low": None if low is None else low.to_add,
        "to_add_high": None if high is None else high.to_add,
        "per_year": middle.per_year,
        "per_quarter": middle.per_quarter,
        "met_by_shrinking": middle.met_by_shrinking,
    }
    return row | {f"why_{lang}": stock_words(row, indicator, lang) for lang in ("zh", "en")}


def _events(
    base: dict[str, Any], gap: Mapping[Any, Any], indicator: Mapping[Any, Any]
) -> dict[str, Any] | None:
    """Events to avoid in the deadline's year; rare ones in whole events, as they are judged."""
    if pd.notna(gap["allowed_events"]) and pd.notna(gap["expected_events"]):
        expected, allowed = float(gap["expected_events"]), max(0.0, float(gap["allowed_events"]))
    elif pd.notna(gap["projected_value"]):
        times = base["population_then"] / float(indicator["per"])
        expected, allowed = float(gap["projected_value"]) * times, float(gap["goal_high"]) * times
    else:
        return None
    row = base | {
        "what": "avoid",
        "stock": expected,
        "required": allowed,
        "to_add": resources.events_to_avoid(allowed, 1, expected, 1),
        "met_by_shrinking": False,
        "leavers_known": False,
    }
    return row | {f"why_{lang}": event_words(row, lang) for lang in ("zh", "en")}
