"""Goals against bounds, each other and observed figures; and the table that a target sheet gives."""

import itertools
import math
from collections import defaultdict

import pandas as pd

from healthplan import tables
from healthplan.intake.faults import span
from healthplan.intake.goals import NATURES, Goal
from healthplan.intake.rows import Assembled, number
from healthplan.intake.series_checks import both_readings
from healthplan.language import comparators

COLUMNS = (
    "indicator", "area", "group", "scope", "comparator", "value", "value_high", "tolerance", "unit", "per", "side", "reference",
    "reference_indicator", "each", "all_of", "deadline", "direction", "baseline", "baseline_year",
    "departments", "nature", "wording", "source", "note", "period", "target_year", "indicator_name", "area_name", "file", "sheet", "row",
)  # fmt: skip


def judge(goals: list[Goal], out: Assembled, observations: pd.DataFrame | None) -> list[Goal]:
    """Goals against bounds, against each other and, where there are some, against observed figures; the goals
    without repetitions."""
    for goal in goals:
        apart = goal.comparator in comparators.WORKED_OUT or goal.each
        stated = [] if apart else [goal.value, goal.high]
        for value in stated:
            _bounds(goal, "target_value", value, out)
        _bounds(goal, "baseline", goal.baseline, out)
        _doubtful_unit(goal, out)
        if observations is not None and goal.baseline is not None:
            _observed(goal, observations, out)
    kept = _without_repeats(goals, out)
    _stages(kept, out)
    return kept


def _bounds(goal: Goal, role: str, value: float | None, out: Assembled) -> None:
    """A value, where there is one, against what the indicator can be, and what it is likely to be."""
    if value is None:
        return
    about = out.about(goal.indicator)
    low, high = number(about, "lower_bound"), number(about, "upper_bound")
    fields = {"indicator": about.get("name_zh", ""), "unit": goal.unit}
    if (low is not None and value < low) or (not about and value < 0):
        goal.line.tell(out, "VALUE-LOW", role, bound=f"{low or 0:g}", **fields)
        return
    if high is not None and value > high:
        goal.line.tell(out, "VALUE-HIGH", role, bound=f"{high:g}", **fields)
        return
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None or low <= value <= high:
        return
    kind = about["indicator_kind"]
    if kind == "share" and 0 < value <= 1 and low <= value * 100 <= high:
        readings = f"{goal.line.text(role)} / {value * 100:g}"
        goal.line.tell(out, "GOAL-FRACTION", role, readings=readings, **fields)
        return
    far = kind == "level" and (value > 3 * high or 0 <= value < low / 3)
    code = "VALUE-FAR" if far else "VALUE-UNLIKELY"
    goal.line.tell(out, code, role, low=f"{low:g}", high=f"{high:g}", **fields)


def _doubtful_unit(goal: Goal, out: Assembled) -> None:
    """A converted target whose bare number is believable as well: nobody can know which one is meant."""
    about, given = out.about(goal.indicator), goal.given
    if goal.each or math.isnan(goal.value):
        return
    if given is not None and given != goal.value and both_readings(given, goal.value, about):
        readings = f"{goal.value:g} {goal.unit} / {given:g} {goal.unit}"
        more = {"unit": goal.line.text("unit"), "other": goal.unit, "rows": goal.line.row}
        more |= {"value": goal.shown, "indicator": about.get("name_zh", "")}
        goal.line.tell(out, "UNIT-DOUBT", "unit", readings=readings, **more)


def _observed(goal: Goal, observations: pd.DataFrame, out: Assembled) -> None:
    observations = tables.of_groups(observations)
    same = observations[
        (observations["indicator"] == goal.indicator)
        & (observations["area"] == goal.area)
        & (observations["year"] == (goal.baseline_year or -1))
        & (observations["period"].fillna("") == "")
        & (observations["group"] == goal.group)
    ]
    for value in same["value"].astype("float64"):
        if abs(value - (goal.baseline or 0.0)) > 0.02 * max(abs(value), 1e-9):
            seen = {"year": goal.baseline_year, "observed": f"{value:g}"}
            goal.line.tell(out, "GOAL-BASELINE", "baseline", **seen)


def _without_repeats(goals: list[Goal], out: Assembled) -> list[Goal]:
    first: dict[tuple, Goal] = {}
    for goal in goals:
        due = goal.deadline.removesuffix("-12")
        other = first.setdefault((*_measured(goal), due, *_kind(goal)), goal)
        if other is goal:
            continue
        name, row, other_row = goal.line.text("indicator"), goal.line.row, other.line.row
        same = math.isclose(other.value, goal.value) or math.isnan(goal.value)
        if same and other.comparator == goal.comparator:
            goal.line.tell(out, "KEY-AGAIN", "indicator", rows=span([other_row, row]), name=name)
        elif goal.comparator in comparators.WORKED_OUT:
            beside = {"value": goal.shown, "other": other.shown, "other_row": other_row}
            goal.line.tell(out, "GOAL-BESIDE", "target_value", **beside)
            first[(*_measured(goal), due, *_kind(goal), str(row))] = goal
        else:
            goal.line.tell(
                out, "KEY-CONFLICT", "target_value", value=goal.shown, name=name, area=goal.line.text("area"),
                years=goal.deadline, first_row=other_row, first_value=other.shown, second_row=row, second_value=goal.shown,
            )  # fmt: skip
    return list(first.values())


def _measured(goal: Goal) -> tuple[str, ...]:
    """What a goal is about, and of whom."""
    return goal.indicator, goal.area, goal.group, goal.line.text("scope"), goal.each


def _kind(goal: Goal) -> tuple[str, ...]:
    """What tells two goals of one measure and date apart: 30%以上，力争35%, and a place among others beside both."""
    kind = comparators.side(goal.comparator) if goal.comparator in comparators.WORKED_OUT else ""
    return kind, goal.per, goal.reference, goal.reference_indicator, goal.wording


def _stages(goals: list[Goal], out: Assembled) -> None:
    """Goals of one indicator with several years must not go back and forth, and share one baseline."""
    groups: dict[tuple, list[Goal]] = defaultdict(list)
    for goal in goals:
        groups[(*_measured(goal), goal.wording)].append(goal)
    for members in groups.values():
        members.sort(key=lambda g: g.deadline)
        stated = [g for g in members if g.comparator in comparators.STATED]
        for before, after in itertools.pairwise(stated):
            rise = after.value - before.value
            if {"increase": rise < 0, "decrease": rise > 0}.get(after.direction):
                was = {"before_year": before.deadline, "before": before.shown}
                was |= {"value": after.shown, "after_year": after.deadline}
                after.line.tell(out, "GOAL-STAGES", "target_value", **was)
        known: dict[int | None, Goal] = {}
        for goal in members:
            other = known.setdefault(goal.baseline_year, goal)
            start, first = goal.baseline, other.baseline
            if start is not None and first is not None and not math.isclose(start, first):
                text, row = other.line.text("baseline"), other.line.row
                goal.line.tell(out, "GOAL-BASELINES", "baseline", other=text, other_row=row)


def table(goals: list[Goal], out: Assembled) -> pd.DataFrame:
    """The goals as a table with the columns of :data:`COLUMNS`."""
    records = [
        {
            **{name: getattr(g, name) for name in COLUMNS if hasattr(g, name)},
            **{name: g.line.text(name) for name in ("scope", "departments", "source", "note")},
            "value_high": g.high, "unit": g.unit or "?", "target_year": g.year,
            "nature": NATURES.get(g.line.text("nature").removesuffix("指标"), ""),
            "period": g.line.text("plan_period"),
            "indicator_name": out.indicator_names.get(g.indicator, g.indicator),
            "area_name": out.area_names.get(g.area, g.area), "file": out.file, "sheet": g.line.sheet, "row": g.line.row,
        }
        for g in goals
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    for name in ("target_year", "baseline_year", "row"):
        frame[name] = frame[name].astype("Int64")
    for name in ("value", "value_high", "tolerance", "baseline"):
        frame[name] = frame[name].astype("float64")
    return frame
