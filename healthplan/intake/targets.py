"""Goals against bounds, each other and observed figures: a registered list of checks; and the table of a target sheet."""

import math
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.intake.faults import span
from healthplan.intake.goals import NATURES, Goal
from healthplan.intake.rows import Walk
from healthplan.intake.series_checks import beyond, both_readings, unbelievable
from healthplan.language import comparators

COLUMNS = (
    "indicator", "area", "group", "scope", "comparator", "value", "value_high", "tolerance", "unit", "per", "side", "reference",
    "reference_indicator", "each", "all_of", "deadline", "direction", "baseline", "baseline_year",
    "departments", "nature", "wording", "source", "note", "period", "target_year", "indicator_name", "area_name", "file", "sheet", "row",
)  # fmt: skip


class Known(NamedTuple):
    """What a goal is held against: what its sheet says besides, and observed figures, where there are some."""

    out: Walk
    observations: pd.DataFrame | None


def judge(goals: list[Goal], out: Walk, observations: pd.DataFrame | None) -> list[Goal]:
    """Every goal through :data:`CHECKS`, then all of them against each other; the goals without repetitions."""
    known = Known(out, observations)
    for goal in goals:
        for check in CHECKS:
            check(goal, known)
    kept = _without_repeats(goals, out)
    _stages(kept, out)
    return kept


def _stated(goal: Goal, known: Known) -> None:
    """The numbers of the indicator that a goal states, against what it can be."""
    for value in () if goal.worked_out or goal.said.each else (goal.value, goal.said.high):
        _bounds(goal, "target_value", value, known.out)


def _started(goal: Goal, known: Known) -> None:
    _bounds(goal, "baseline", goal.baseline, known.out)


def _bounds(goal: Goal, role: str, value: float | None, out: Walk) -> None:
    """A value, where there is one, against what the indicator can be, and what it is likely to be."""
    about = out.about(goal.indicator)
    if value is None:
        return
    fields: dict[str, Any] = {"indicator": about.get("name_zh", ""), "unit": goal.said.unit}
    if found := beyond(value, about) or (("VALUE-LOW", 0.0) if not about and value < 0 else None):
        goal.line.tell(out, found[0], role, bound=f"{found[1]:g}", **fields)
    elif doubt := unbelievable(value, about, "GOAL-FRACTION"):
        if doubt[0] == "GOAL-FRACTION":
            fields["readings"] = f"{goal.line.text(role)} / {value * 100:g}"
        goal.line.tell(out, doubt[0], role, **fields, **doubt[1])


def _doubtful_unit(goal: Goal, known: Known) -> None:
    """A converted target whose bare number is believable as well: nobody can know which one is meant."""
    about, given, unit = known.out.about(goal.indicator), goal.given, goal.said.unit
    if goal.said.each or math.isnan(goal.value) or given == goal.value or not both_readings(given, goal.value, about):
        return
    more = {"unit": goal.line.text("unit"), "other": unit, "rows": goal.line.row}
    more |= {"value": goal.shown, "indicator": about.get("name_zh", "")}
    goal.line.tell(known.out, "UNIT-DOUBT", "unit", readings=f"{goal.value:g} {unit} / {given:g} {unit}", **more)


def _observed(goal: Goal, known: Known) -> None:
    """The start of a goal against the observed figures of its year."""
    if known.observations is None or goal.baseline is None:
        return
    seen = tables.of_groups(known.observations)
    same = seen["period"].fillna("") == ""
    wanted = {"indicator": goal.indicator, "area": goal.area, "year": goal.baseline_year or -1, "group": goal.group}
    for column, value in wanted.items():
        same &= seen[column] == value
    for value in seen.loc[same, "value"].astype("float64"):
        if abs(value - goal.baseline) > 0.02 * max(abs(value), 1e-9):
            told = {"year": goal.baseline_year, "observed": f"{value:g}"}
            goal.line.tell(known.out, "GOAL-BASELINE", "baseline", **told)


CHECKS: tuple[Callable[[Goal, Known], None], ...] = (_stated, _started, _doubtful_unit, _observed)


def _without_repeats(goals: list[Goal], out: Walk) -> list[Goal]:
    first: dict[tuple, Goal] = {}
    for goal in goals:
        said = goal.said
        # what tells two goals of one measure and date apart: 30%以上，力争35%, and a place among others beside both
        side = comparators.side(said.comparator) if goal.worked_out else ""
        kind = (side, said.per, said.reference, said.reference_indicator, said.wording)
        key = (*_measured(goal), said.deadline.removesuffix("-12"), *kind)
        other = first.setdefault(key, goal)
        if other is goal:
            continue
        name, row, other_row = goal.line.text("indicator"), goal.line.row, other.line.row
        same = math.isclose(other.value, goal.value) or math.isnan(goal.value)
        if same and other.said.comparator == said.comparator:
            goal.line.tell(out, "KEY-AGAIN", "indicator", rows=span([other_row, row]), name=name)
        elif goal.worked_out:
            beside = {"value": goal.shown, "other": other.shown, "other_row": other_row}
            goal.line.tell(out, "GOAL-BESIDE", "target_value", **beside)
            first[(*key, str(row))] = goal
        else:
            goal.line.tell(
                out, "KEY-CONFLICT", "target_value", value=goal.shown, name=name, area=goal.line.text("area"),
                years=said.deadline, first_row=other_row, first_value=other.shown, second_row=row, second_value=goal.shown,
            )  # fmt: skip
    return list(first.values())


def _measured(goal: Goal) -> tuple[str, ...]:
    """What a goal is about, and of whom."""
    return goal.indicator, goal.area, goal.group, goal.line.text("scope"), goal.said.each


def _stages(goals: list[Goal], out: Walk) -> None:
    """Goals of one indicator with several years must not go back and forth, and share one baseline."""
    groups: dict[tuple, list[Goal]] = defaultdict(list)
    for goal in goals:
        groups[(*_measured(goal), goal.said.wording)].append(goal)
    for members in groups.values():
        members.sort(key=lambda g: g.said.deadline)
        for before, after in pairwise(g for g in members if g.said.comparator in comparators.STATED):
            rise = after.value - before.value
            if {"increase": rise < 0, "decrease": rise > 0}.get(after.direction):
                was = {"before_year": before.said.deadline, "before": before.shown}
                was |= {"value": after.shown, "after_year": after.said.deadline}
                after.line.tell(out, "GOAL-STAGES", "target_value", **was)
        known: dict[int | None, Goal] = {}
        for goal in members:
            other = known.setdefault(goal.baseline_year, goal)
            start, first = goal.baseline, other.baseline
            if start is not None and first is not None and not math.isclose(start, first):
                text, row = other.line.text("baseline"), other.line.row
                goal.line.tell(out, "GOAL-BASELINES", "baseline", other=text, other_row=row)


def table(goals: list[Goal], out: Walk) -> pd.DataFrame:
    """The goals as a table with the columns of :data:`COLUMNS`."""
    records = [
        {
            **{name: getattr(g.said, name) for name in COLUMNS if hasattr(g.said, name)},
            **{name: getattr(g, name) for name in COLUMNS if hasattr(g, name)},
            **{name: g.line.text(name) for name in ("scope", "departments", "source", "note")},
            "value_high": g.said.high, "unit": g.said.unit or "?", "target_year": int(g.said.deadline[:4]),
            "nature": NATURES.get(g.line.text("nature").removesuffix("指标"), ""),
            "period": g.line.text("plan_period"),
            "indicator_name": out.indicator_names.get(g.indicator, g.indicator),
            "area_name": out.area_names.get(g.area, g.area), "file": out.file, "sheet": g.line.sheet, "row": g.line.row,
        }
        for g in goals
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    frame = frame.astype(dict.fromkeys(("target_year", "baseline_year", "row"), "Int64"))
    return frame.astype(dict.fromkeys(("value", "value_high", "tolerance", "baseline"), "float64"))
