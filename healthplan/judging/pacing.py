"""Pace so far: geometric and linear from a base year, and the schedule at the latest year."""

from dataclasses import dataclass

import pandas as pd

from healthplan.judging import deadlines, trends, yearly
from healthplan.judging.evidence import FEWEST, Case
from healthplan.judging.outlook import whole_place
from healthplan.judging.threshold import Bar
from healthplan.language import comparators
from healthplan.published.pair import pace_pair, remaining_effort

# Our class for each class of the pace pair.
CLASSES = {
    "target_achieved": "on_course",
    "substantial_progress": "on_course",
    "moderate_progress": "at_risk",
    "limited_progress": "off_course",
    "deterioration": "off_course",
}


@dataclass(frozen=True)
class Pacing:
    """The columns of the table *paces*."""

    base_year: int | None = None
    base_value: float | None = None
    pace_geometric: float | None = None
    pace_linear: float | None = None
    pace_class: str = ""
    pace_flags: str = ""
    remaining_effort: float | None = None
    schedule_value: float | None = None
    schedule_gap: float | None = None

    @property
    def word(self) -> str | None:
        """The class in our status words, None where there is no pace."""
        return CLASSES.get(self.pace_class)


def pacing(case: Case, bar: Bar | None, rows: pd.DataFrame | None, base_year: int | None) -> Pacing:
    """The pace of a case whose series is the district's own; ``rows``: the target's stages (None where it has
    none). It needs three figures (the baseline is one) and no break between them. The base is the target's own
    baseline; else the figure of ``base_year`` or of the next year that has one (the rule of Open SDG); else the first
    recent figure."""
    base = _base(case, base_year)
    due, start = case.deadline.at, case.start
    if bar is None or base is None or due is None:
        return Pacing()
    if case.target["comparator"] == comparators.TREND:
        return Pacing(*base)
    if (bar.low is None) == (bar.high is None):
        return Pacing()
    if case.level_growth and case.target.get("per") == "year" and start is not None:
        return Pacing(start.year, start.value)
    if case.level_growth or case.every_year:
        return Pacing()
    return _paced(case, bar, rows, base, due)


def _paced(case: Case, bar: Bar, rows: pd.DataFrame | None, base: tuple[int, float], due: float) -> Pacing:
    """The pace from a base to the latest figure, and what the schedule asks for by then."""
    record, (year, value) = case.record, base
    goal = bar.nearest(value)
    latest_year, latest = record.latest_year, record.latest_value
    if latest_year is None or latest is None or not year < latest_year <= due:
        return Pacing(year, value)
    if year < max(record.breaks, default=year):
        return Pacing(year, value, pace_flags="break_since_base")
    if bar.met(value):
        category = "target_achieved" if bar.met(latest) else "not_available"
        return Pacing(year, value, pace_class=category, pace_flags="met_at_base")
    direction = "increase" if bar.low is not None else "decrease"
    asked = _schedule(case, goal, rows, base, latest_year)
    asked = whole_place(asked) if record.places and asked is not None else asked
    short = None if asked is None else (asked - latest if bar.low is not None else latest - asked)
    between = sum(year < one < latest_year for one in record.figures.index.tolist())
    if between + 2 < FEWEST:
        return Pacing(year, value, pace_flags="two_figures", schedule_value=asked, schedule_gap=short)
    pair = pace_pair(year, value, latest_year, latest, direction, target=goal, target_year=due)
    effort = remaining_effort(year, value, latest_year, latest, goal, due)
    flags = ";".join(pair.flags)
    return Pacing(year, value, pair.geometric, pair.linear, pair.category, flags, effort, asked, short)


def _base(case: Case, base_year: int | None) -> tuple[int, float] | None:
    """Year and value that the pace is measured from, None without one before the latest figure."""
    target, known = case.target, case.record.comparable
    start = case.start
    if target["comparator"] == comparators.TREND:
        return trends.start(case)
    if start is not None and start.year is not None and target["comparator"] in comparators.CHANGES:
        return start.year, start.value
    stated, year = target["baseline"], target["baseline_year"]
    if pd.notna(stated) and pd.notna(year):
        return int(year), float(stated)
    years = known.index.tolist()
    if pd.notna(year) and int(year) in years:
        return int(year), float(known[int(year)])
    since = [y for y in years[:-1] if y >= base_year] if base_year is not None else []
    first = next(iter(since or case.record.recent.index.tolist()[:-1]), None)
    return None if first is None else (int(first), float(known[first]))


def _schedule(case: Case, goal: float, rows: pd.DataFrame | None, base: tuple[int, float], year: int) -> float | None:
    """What the path from the base through the stages to the goal asks for in ``year``; of a change a year what the
    change has come to by then."""
    if case.target.get("per") == "year":
        asked = yearly.bar_of_year(case, year)
        return None if asked is None else asked.nearest(goal)
    if case.against_others and case.target["comparator"] != comparators.RANK:
        return None  # where the others stand is the schedule, and no path to where they will
    first, due = case.first_year, case.deadline.year
    if case.stated.get("per") == "year" and first is not None and due is not None:
        return goal * (year - first + 1) / (due - first + 1)  # additions, so many in each year
    if rows is not None and {"floor", "ceiling"} <= {comparators.side(c) for c in rows["comparator"]}:
        return None  # a floor now and a ceiling later are on no path
    if rows is not None and len(rows) > 1:
        return deadlines.schedule(deadlines.path(rows, base), year)
    at = case.deadline.at
    return None if at is None else deadlines.schedule((base, (at, goal)), year)
