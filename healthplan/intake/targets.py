"""Goals against bounds, each other and observed figures; and the table that a target sheet gives."""

import itertools
import math
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import pandas as pd

from healthplan.errors import Fault
from healthplan.intake.faults import fault, span
from healthplan.intake.goals import NATURES, Goal
from healthplan.intake.rows import Assembled
from healthplan.intake.unit_checks import both_readings
from healthplan.language import comparators
from healthplan.language.names import Register

COLUMNS = (
    "indicator", "area", "scope", "comparator", "value", "tolerance", "unit", "deadline", "direction", "baseline", "baseline_year",
    "departments", "nature", "wording", "source", "note", "target_year", "indicator_name", "area_name", "file", "sheet", "row",
)  # fmt: skip


def judge(
    goals: list[Goal], register: Register, file: str, observations: pd.DataFrame | None
) -> tuple[list[Goal], list[Fault]]:
    """Goals against bounds, against each other and, where there are some, against observed figures."""
    faults: list[Fault] = []

    def say(code: str, goal: Goal, column: str, value: object, **fields: Any) -> None:
        name = goal.line.columns.get(column, column)
        place: dict[str, Any] = {
            "sheet": goal.line.sheet,
            "row": goal.line.row_of(name),
            "column": name,
        }
        faults.append(fault(code, file, **place, value=value, **fields))

    for goal in goals:
        _bounds(goal, register.about.get(goal.indicator, {}), say)
        _doubtful_unit(goal, register.about.get(goal.indicator, {}), say)
        if observations is not None and goal.baseline is not None:
            _observed(goal, observations, say)
    kept = _without_repeats(goals, say)
    _stages(kept, say)
    return kept, faults


def _bounds(goal: Goal, about: dict, say: Callable) -> None:
    """The goal and its baseline against what the indicator can be, and what it is likely to be."""
    stated = None if goal.comparator in comparators.WORKED_OUT else goal.value
    for role, value in (("target_value", stated), ("baseline", goal.baseline)):
        if value is not None and not _outside(goal, role, value, about, say):
            _unlikely(goal, role, value, about, say)


def _number(about: dict, name: str) -> float | None:
    found = about.get(name)
    return None if found is None or found != found else float(found)


def _outside(goal: Goal, role: str, value: float, about: dict, say: Callable) -> bool:
    low, high = _number(about, "lower_bound"), _number(about, "upper_bound")
    shown = goal.line.text(role)
    fields = {"indicator": about.get("name_zh", ""), "unit": goal.unit}
    if (low is not None and value < low) or (not about and value < 0):
        say("VALUE-LOW", goal, role, shown, bound=f"{low or 0:g}", **fields)
        return True
    if high is not None and value > high:
        say("VALUE-HIGH", goal, role, shown, bound=f"{high:g}", **fields)
        return True
    return False


def _unlikely(goal: Goal, role: str, value: float, about: dict, say: Callable) -> None:
    low, high = _number(about, "plausible_low"), _number(about, "plausible_high")
    if low is None or high is None or low <= value <= high:
        return
    shown, kind = goal.line.text(role), about["indicator_kind"]
    fields = {"indicator": about.get("name_zh", ""), "unit": goal.unit}
    if kind == "share" and 0 < value <= 1 and low <= value * 100 <= high:
        readings = f"{shown} / {value * 100:g}"
        say("GOAL-FRACTION", goal, role, shown, readings=readings, **fields)
        return
    far = kind == "level" and (value > 3 * high or 0 <= value < low / 3)
    code = "VALUE-FAR" if far else "VALUE-UNLIKELY"
    say(code, goal, role, shown, low=f"{low:g}", high=f"{high:g}", **fields)


def _doubtful_unit(goal: Goal, about: dict, say: Callable) -> None:
    """A converted target whose bare number is believable as well: nobody can know which one is meant."""
    if (
        goal.given is not None
        and goal.given != goal.value
        and both_readings(goal.given, goal.value, about)
    ):
        readings = f"{goal.value:g} {goal.unit} / {goal.given:g} {goal.unit}"
        more = {"unit": goal.line.text("unit"), "other": goal.unit, "rows": goal.line.row}
        name = about.get("name_zh", "")
        say("UNIT-DOUBT", goal, "unit", goal.shown, readings=readings, indicator=name, **more)


def _observed(goal: Goal, observations: pd.DataFrame, say: Callable) -> None:
    same = observations[
        (observations["indicator"] == goal.indicator)
        & (observations["area"] == goal.area)
        & (observations["year"] == (goal.baseline_year or -1))
        & (observations["period"].fillna("") == "")
    ]
    for value in same["value"]:
        if abs(float(value) - (goal.baseline or 0.0)) > 0.02 * max(abs(float(value)), 1e-9):
            seen = {"year": goal.baseline_year, "observed": f"{float(value):g}"}
            say("GOAL-BASELINE", goal, "baseline", goal.line.text("baseline"), **seen)


def _without_repeats(goals: list[Goal], say: Callable) -> list[Goal]:
    first: dict[tuple, Goal] = {}
    for goal in goals:
        due = goal.deadline.removesuffix("-12")
        key = (goal.indicator, goal.area, due, goal.line.text("scope"))
        if key not in first:
            first[key] = goal
            continue
        other = first[key]
        if math.isclose(other.value, goal.value) and other.comparator == goal.comparator:
            name, rows = goal.line.text("indicator"), span([other.line.row, goal.line.row])
            say("KEY-AGAIN", goal, "indicator", name, rows=rows, name=name)
        else:
            say(
                "KEY-CONFLICT", goal, "target_value", goal.shown, name=goal.line.text("indicator"), area=goal.line.text("area"),
                years=goal.deadline, first_row=other.line.row, first_value=other.shown, second_row=goal.line.row,
                second_value=goal.shown,
            )  # fmt: skip
    return list(first.values())


def _stages(goals: list[Goal], say: Callable) -> None:
    """Goals of one indicator with several years must not go back and forth, and share one baseline."""
    groups: dict[tuple, list[Goal]] = defaultdict(list)
    for goal in goals:
        groups[(goal.indicator, goal.area, goal.line.text("scope"))].append(goal)
    for members in groups.values():
        members.sort(key=lambda g: g.deadline)
        stated = [g for g in members if g.comparator in comparators.STATED]
        for before, after in itertools.pairwise(stated):
            back = (
                after.value < before.value
                if after.direction == "increase"
                else after.value > before.value
            )
            if back and after.direction in ("increase", "decrease"):
                was = {"before_year": before.deadline, "before": before.shown}
                code, due = "GOAL-STAGES", after.deadline
                say(code, after, "target_value", after.shown, after_year=due, **was)
        known: dict[int | None, Goal] = {}
        for goal in members:
            other = known.setdefault(goal.baseline_year, goal)
            if (
                goal.baseline is not None
                and other.baseline is not None
                and not math.isclose(goal.baseline, other.baseline)
            ):
                say(
                    "GOAL-BASELINES",
                    goal,
                    "baseline",
                    goal.line.text("baseline"),
                    other=other.line.text("baseline"),
                    other_row=other.line.row,
                )


def table(goals: list[Goal], out: Assembled, file: str) -> pd.DataFrame:
    """The goals as a table with the columns of :data:`COLUMNS`."""
    records = [
        {
            "indicator": g.indicator, "area": g.area, "scope": g.line.text("scope"), "comparator": g.comparator,
            "value": g.value, "tolerance": g.tolerance, "unit": g.unit or "?", "deadline": g.deadline, "direction": g.direction,
            "baseline": g.baseline, "baseline_year": g.baseline_year, "departments": g.line.text("departments"),
            "nature": NATURES.get(g.line.text("nature").removesuffix("指标"), ""),
            "wording": "strive" if comparators.hoped(g.line.text("target_value")) else "must",
            "source": g.line.text("source"), "note": g.line.text("note"), "target_year": g.year,
            "indicator_name": out.indicator_names.get(g.indicator, g.indicator),
            "area_name": out.area_names.get(g.area, g.area), "file": file, "sheet": g.line.sheet, "row": g.line.row,
        }
        for g in goals
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    for name in ("target_year", "baseline_year", "row"):
        frame[name] = frame[name].astype("Int64")
    for name in ("value", "tolerance", "baseline"):
        frame[name] = frame[name].astype("float64")
    return frame
