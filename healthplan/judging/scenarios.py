"""What would a pace bring by the deadline? As now, the best ever here, the best of peers, needed, your own. The best
pace is the best over any span of three to five years; two neighbouring years are too noisy to be a promise. Paths stop
at the indicator's natural bounds."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.judging import outlook
from healthplan.judging.evidence import Evidence, Record
from healthplan.judging.things import CLOSED, SAME
from healthplan.judging.threshold import bar_of
from healthplan.language import units
from healthplan.registers import AreaTree, area_tree

SPAN = (3, 5)  # years that a pace must have been kept to count
FEWEST = 3  # figures that a pace rests on, its ends included
SUSPECTED = re.compile(r"shift_suspected:(\d+)")  # in the column breaks of trajectories
Row = Mapping[Any, Any]
OWN_KINDS = ("percent", "unit", "people")  # how a user may state an own pace a year


@dataclass(frozen=True)
class Pace:
    """A change a year: ``kind`` percent (compound) or unit; where and when, if it was had."""

    kind: str
    rate: float
    area: str = ""
    first: int | None = None
    last: int | None = None

    def after(self, start: float, years: int) -> float:
        """The value that many years after ``start``."""
        if self.kind == "percent":
            return start * (1 + self.rate / 100) ** years
        return start + self.rate * years


def scenarios(
    gaps: pd.DataFrame,
    trajectories: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    own: Mapping[str, tuple[str, float]] | None = None,
) -> pd.DataFrame:
    """The table *scenarios*: a row a target, scenario and year, from the latest figure to the deadline. Only targets
    whose deadline lies ahead and that have a figure of the district's own. ``observations`` are all areas' figures
    (peers come from them); only years <= ``as_of`` count. ``own``: by target_id, a pace a year as ``("percent", 2.5)``,
    ``("unit", 0.1)`` or ``("people", 120)``; people need a known denominator, another kind raises ValueError. A
    scenario without figures to take its pace from has no rows. gap > 0 is a shortfall."""
    evidence = Evidence(observations, trajectories, indicators, as_of)
    tree = area_tree(areas)
    about = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    rows: list[dict[str, Any]] = []
    for gap in (row for row in gaps.to_dict("records") if has_pace(row, as_of)):
        indicator, given = about[gap["data_indicator"]], (own or {}).get(gap["target_id"])
        for name, path, pace in _paths(gap, indicator, evidence, tree, given):
            rows += _rows(gap, name, path, pace)
    return tables.check(pd.DataFrame(rows, columns=tables.columns("scenarios")), "scenarios")


def best_pace(figures: pd.Series, direction: str, kind: str, breaks: Sequence[int] = (), area: str = "") -> Pace | None:
    """The best pace of a series (index year) over any span of three to five years; None without one. A span holds three
    figures or more and no year of ``breaks`` after its first. ``direction`` decrease looks for the steepest fall,
    anything else for the steepest rise. ``area`` is whose it is."""
    years, values = figures.index.to_numpy(int).tolist(), figures.to_numpy(float).tolist()
    found: list[Pace] = []
    for i, first in enumerate(years):
        for j, last in enumerate(years[i + FEWEST - 1 :], i + FEWEST - 1):
            whole = SPAN[0] <= last - first <= SPAN[1] and not any(first < year <= last for year in breaks)
            rate = _rate(values[i], values[j], last - first, kind) if whole else None
            if rate is not None:
                found.append(Pace(kind, rate, area, first, last))
    return _steepest(found, direction)


def _steepest(paces: list[Pace], direction: str) -> Pace | None:
    sign = -1 if direction == "decrease" else 1
    return max(paces, key=lambda pace: sign * pace.rate, default=None)


def has_pace(gap: Row, as_of: int) -> bool:
    """Whether a goal (a row of *gaps*) lies ahead and its figures are of a kind that goes on at a pace."""
    if gap["basis"] not in ("own", "borrowed") or pd.isna(gap["latest_value"]):
        return False
    if pd.isna(gap["deadline_year"]) or gap["status"] in CLOSED:
        return False
    if pd.notna(gap["allowed_events"]):
        return False  # a rare event has no pace: its rate jumps with every single case
    if pd.notna(gap.get("decisive_year")):
        return False  # a goal for every year has no value of one year to come to
    goal = pd.notna(gap["goal_low"]) or pd.notna(gap["goal_high"])
    return goal and gap["deadline_year"] >= as_of and gap["deadline_year"] > gap["latest_year"]


def _paths(
    gap: Row, indicator: Row, evidence: Evidence, tree: AreaTree, given: tuple[str, float] | None
) -> Iterator[tuple[str, dict[int, float], Pace | None]]:
    """Every scenario with its path by year."""
    yearly = evidence.record(gap["data_indicator"], gap["data_area"], gap["data_group"])
    # the figures that the goal is held against: of each year, or their sums where the years are added up
    sums = pd.notna(gap["summed_since"])
    record = yearly.summed(int(gap["summed_since"]), np.inf) if sums else yearly
    kind = _kind_of_change(record, indicator, sums)
    years = range(int(gap["latest_year"]), int(gap["deadline_year"]) + 1)
    start = float(gap["latest_value"])
    middle = _as_now(gap, record, start, years)
    if middle is not None:
        yield "as_now", middle, None
    direction = "increase" if pd.notna(gap["goal_low"]) else "decrease"

    def best(area: str) -> Pace | None:
        there = evidence.record(record.indicator, area, record.group)
        breaks = _breaks(there)
        if sums and len(there.figures):
            there = there.summed(int(there.figures.index[0]), np.inf)
        return best_pace(there.figures, direction, kind, breaks, area)

    # peers have the same parent; where none has a pace, rank and nation (an invented district has only invented peers)
    around = (tree.peers(record.area), tree.alike(record.area))
    paces = ([pace for pace in map(best, group) if pace is not None] for group in around)
    options = {
        "best_here": best(record.area),
        "best_peer": _steepest(next(filter(None, paces), []), direction),
        "needed": _needed(gap, start, len(years) - 1, kind),
    }
    for name, pace in options.items():
        if pace is not None:
            path = {year: _within(pace.after(start, year - years[0]), indicator) for year in years}
            yield name, path, pace
    if given is not None:
        below = evidence.record(str(indicator["denominator"]), record.area, record.group)
        course = own_course(given, indicator, record, below, gap["method"], years)
        if course is not None:
            mean = (course[years[-1]] - start) / max(len(years) - 1, 1)
            yield "own", course, Pace("unit", mean) if given[0] == "people" else Pace(given[0], float(given[1]))


def _kind_of_change(record: Record, indicator: Row, sums: bool) -> str:
    """Shares, growth rates, sums and anything not positive change in their unit a year, the rest in per cent."""
    in_points = sums or indicator["indicator_kind"] == "share" or indicator["unit"] == "%"
    return "unit" if in_points or (record.figures <= 0).any() else "percent"


def best_rise(record: Record, indicator: Row) -> float | None:
    """The best rise ever of a series (see :func:`best_pace`), in its unit a year from the latest figure; None without one."""
    pace = best_pace(
        record.figures, "increase", _kind_of_change(record, indicator, False), _breaks(record), record.area
    )
    latest = float(record.latest_value or 0.0)
    return None if pace is None else pace.after(latest, 1) - latest


def _breaks(record: Record) -> list[int]:
    """The years that open a new definition: declared, and those in which the projection suspects a new level."""
    rows = [row for by_year in record.projected.values() for row in by_year.values()]
    marks = {str(row.get("breaks") or "") for row in rows}
    return [*record.breaks, *(int(y) for mark in marks for y in SUSPECTED.findall(mark))]


def _as_now(gap: Row, record: Record, start: float, years: range) -> dict[int, float] | None:
    method, path = gap["method"], {years[0]: start}
    for year in record.projected.get(method, {}):
        if year in years:
            path[year] = float(record.expected(method, year) or 0.0)
    if pd.notna(gap["projected_value"]):
        path[years[-1]] = float(gap["projected_value"])
    return path if years[-1] in path else None


def _needed(gap: Row, start: float, years: int, kind: str) -> Pace | None:
    """The pace that just reaches the goal; none where the latest figure is there already."""
    low, high = gap["goal_low"], gap["goal_high"]
    goal: Any = low if pd.notna(low) and start < low else high if pd.notna(high) and start > high else None
    for one in (kind, "unit") if goal is not None else ():
        if (rate := _rate(start, float(goal), years, one)) is not None:
            return Pace(one, rate)
    return None


def own_course(
    given: tuple[str, float], indicator: Row, record: Record, below: Record, method: str, years: range
) -> dict[int, float] | None:
    """Where a pace as a user states it (kind and amount a year) leads from the latest figure on, by year, in the indicator's
    unit. People are so many more each year, among the people (``below``) expected then; None where these are not known."""
    kind, amount = given
    if kind not in OWN_KINDS:
        raise ValueError(f"an own pace is one of {', '.join(OWN_KINDS)}, not {kind!r}")
    start, first = float(record.latest_value or 0.0), years[0]
    if kind == "people" and indicator["indicator_kind"] != "count":
        now, per = record.denominator() or below.latest_value, indicator["per"]
        if not now or pd.isna(per):
            return None
        rows = {year: below.row(method, year) for year in years}
        among = {year: now if row is None else float(row["value"]) for year, row in rows.items()} | {first: now}
        stock = start * now / per
        counted = record.numerators.get(first)
        if counted is not None and abs(counted - stock) <= SAME * stock:  # the rate is printed rounded
            stock = float(counted)
        course = {year: (stock + amount * (year - first)) * per / among[year] for year in years}
    else:
        pace = Pace("unit" if kind == "people" else kind, float(amount))
        course = {year: pace.after(start, year - first) for year in years}
    return {year: _within(value, indicator) for year, value in course.items()}


def _rate(start: float, end: float, years: int, kind: str) -> float | None:
    if kind == "unit":
        return (end - start) / years
    if start <= 0 or end <= 0:
        return None
    return ((end / start) ** (1 / years) - 1) * 100


def _within(value: float, indicator: Row) -> float:
    for bound, clip in ((indicator["lower_bound"], max), (indicator["upper_bound"], min)):
        if pd.notna(bound):
            value = clip(value, float(bound))
    return outlook.whole_place(value) if units.are_places(indicator) else value


def _rows(gap: Row, name: str, path: Mapping[int, float], pace: Pace | None) -> list[dict[str, Any]]:
    due = int(gap["deadline_year"])
    bar = bar_of(gap)
    # The pace needed just touches the goal; where touching is not enough a hair more is.
    met = bar.met(path[due]) or (name == "needed" and abs(bar.shortfall(path[due])) <= 1e-9)
    shared = {
        "target_id": gap["target_id"],
        "method": gap["method"],
        "scenario": name,
        "rate": None if pace is None else pace.rate,
        "rate_kind": "" if pace is None else pace.kind,
        "pace_area": "" if pace is None else pace.area,
        "pace_from": None if pace is None else pace.first,
        "pace_to": None if pace is None else pace.last,
        "gap": bar.shortfall(path[due]),
        "met": met,
    }
    return [shared | {"year": y, "value": v, "at_deadline": y == due} for y, v in path.items()]
