"""Gaps in things one can order, a row a target: who and what to add by the deadline, a year and a
quarter.

Only for targets judged on the district's own figures whose denominator is known. The population
comes in with its own projection and interval; without one it is taken to stay as it is, and the row
says so. What is needed is target x population at the deadline / per - stock + expected leavers; it splits exactly
into a part owed to the gap (at today's population) and a part owed to the population's change.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.judging.evidence import NO_METHOD, Evidence, Record
from healthplan.language.phrases import measure_word

STOCKS = ("share", "level", "count")  # kinds of people or things that can be added to
ROUNDING = 1e-9  # 3.2 x 820 people is 2,624 exactly, not one more
SAME = 0.01  # a count and a rate that differ by no more are of the same thing: a rate is printed rounded
CLOSED = tables.statuses("closed")  # these order nothing
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

    Two needs stand side by side: ``to_add`` is needed from today (what there is now), ``beyond_projection`` beyond
    what the projection brings by itself.

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
    if gap["status"] in CLOSED:
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
        above = evidence.record(str(indicator["numerator"]), record.area)
        return _stock(base, gap, indicator, record, above, leavers.get(gap["data_indicator"]))
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


def _counted(record: Record, above: Record, worked_out: float) -> float:
    """The stock as it was counted in the latest year, with the rate or in a series of its own; else as the rate gives
    it. A series far from what the rate gives counts something else."""
    year = record.latest_year
    for known in (record.numerators.get(year), above.at(year)):
        if known is not None and abs(known - worked_out) <= SAME * worked_out:
            return float(known)
    return worked_out


def _stock(
    base: dict[str, Any],
    gap: Mapping[Any, Any],
    indicator: Mapping[Any, Any],
    record: Record,
    above: Record,
    leaving: float | None,
) -> dict[str, Any]:
    # A count is its own stock: read as one thing per one, whatever the population.
    per = 1.0 if indicator["indicator_kind"] == "count" else float(indicator["per"])
    now = 1.0 if base["population_now"] is None else base["population_now"]
    then = 1.0 if base["population_then"] is None else base["population_then"]
    stock = _counted(record, above, float(gap["latest_value"]) * now / per)

    def need(population: float | None) -> Needed | None:
        if population is None or not np.isfinite(population) or population <= 0:
            return None
        return needed(
            float(gap["goal_low"]),
            per,
            stock,
            now,
            population,
            years=base["years_left"],
            leavers_share=leaving or 0.0,
        )

    middle = need(then)
    assert middle is not None
    low, high = need(base["population_low"]), need(base["population_high"])
    return base | {
        "what": "add",
        "stock": stock,
        "projected": float(gap["projected_value"]) * then / per,
        "required": middle.required_then,
        "leavers": middle.leavers,
        "leavers_known": leaving is not None,
        "owed_to_gap": middle.owed_to_gap,
        "owed_to_population": middle.owed_to_population,
        "to_add": middle.to_add,
        "beyond_projection": float(gap["gap"]) * then / per,
        "to_add_low": None if low is None else low.to_add,
        "to_add_high": None if high is None else high.to_add,
        "per_year": middle.per_year,
        "per_quarter": middle.per_quarter,
        # A coverage is of fewer people then, but of no larger share of them.
        "met_by_shrinking": middle.met_by_shrinking and indicator["indicator_kind"] != "share",
    }


def _events(
    base: dict[str, Any], gap: Mapping[Any, Any], indicator: Mapping[Any, Any]
) -> dict[str, Any] | None:
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


@dataclass(frozen=True)
class Needed:
    """Things to add by the deadline; negative where there are more than enough.

    ``owed_to_gap`` + ``owed_to_population`` + ``leavers`` = ``to_add``. ``met_by_shrinking``: the
    stock falls short at today's population and suffices at the deadline's without one addition.
    """

    stock: float
    required_now: float
    required_then: float
    leavers: float
    years: float

    @property
    def owed_to_gap(self) -> float:
        """What is missing at today's population."""
        return self.required_now - self.stock

    @property
    def owed_to_population(self) -> float:
        """What the change of the population adds (or, shrinking, takes away)."""
        return self.required_then - self.required_now

    @property
    def to_add(self) -> float:
        """Net additions needed until the deadline, those who replace leavers included."""
        return self.required_then - self.stock + self.leavers

    @property
    def per_year(self) -> int:
        """Whole things to add a year; 0 where nothing is missing."""
        return _pace(self.to_add, self.years)

    @property
    def per_quarter(self) -> int:
        """Whole things to add a quarter; 0 where nothing is missing."""
        return _pace(self.to_add, self.years * 4)

    @property
    def met_by_shrinking(self) -> bool:
        """Whether the smaller denominator alone closes the gap (before anyone leaves)."""
        left = self.required_then - self.stock
        return self.owed_to_gap > ROUNDING and left <= ROUNDING


def needed(
    goal: float,
    per: float,
    stock: float,
    population_now: float,
    population_then: float,
    *,
    years: float,
    leavers_share: float = 0.0,
) -> Needed:
    """Things needed for ``goal`` (per ``per``) at the deadline's population.

    ``leavers_share``: share of the stock that leaves a year (0.03 = 3 %); replaced one for one. Raises ValueError for a population or
    ``per`` that is not positive, or a share outside 0-1.
    """
    if min(per, population_now, population_then) <= 0:
        raise ValueError("per and populations must be above zero")
    if not 0 <= leavers_share < 1:
        raise ValueError("the share of leavers lies between 0 and 1")
    leavers = stock * leavers_share * max(years, 0.0)
    now, then = goal * population_now / per, goal * population_then / per
    return Needed(stock, now, then, leavers, max(years, 0.0))


def in_whole(row: Mapping[Any, Any]) -> dict[str, int | None]:
    """The amounts of a row of *things* as whole ones that add up as they are printed: what is needed is rounded up
    (what is allowed, down) and the rest follows from it; what is beyond the projection is rounded as its gap is."""
    stock, leavers = round(row["stock"]), 0 if pd.isna(row["leavers"]) else whole(row["leavers"])
    add = row["what"] == "add"
    required = whole(row["required"]) if add else math.floor(row["required"] + ROUNDING)
    today = whole(row["owed_to_gap"] + row["stock"]) if add else None
    to_add = required - stock + leavers if add else stock - required
    beyond = row["beyond_projection"]
    some = (
        1 if pd.notna(beyond) and beyond > ROUNDING else None
    )  # less than a half is missing all the same
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
    if things <= ROUNDING:
        return 0
    return whole(things / max(periods, 1.0))
