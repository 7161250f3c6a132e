"""Lines of a target sheet read as goals: value, comparator, deadline, baseline and direction."""

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from healthplan.intake import assemble, measure, row_names, values
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.rows import Assembled, Raw, Row, Shared
from healthplan.intake.target_lines import TargetLine
from healthplan.intake.values import Reading
from healthplan.language import comparators, dates, numbers, units, vocabulary
from healthplan.language.dates import Year
from healthplan.language.names import Match, Register

NATURES = {"约束性": "binding", "约束": "binding", "binding": "binding",
           "预期性": "expected", "预期": "expected", "expected": "expected"}  # fmt: skip
LATEST = 30  # years ahead of today beyond which a target year is taken for a slip


@dataclass
class Goal:
    """One goal, read; ``value`` is in ``unit``."""

    line: TargetLine
    indicator: str
    area: str
    comparator: str
    value: float
    unit: str
    deadline: str
    direction: str
    baseline: float | None
    baseline_year: int | None
    shown: str
    given: float | None = None
    tolerance: float | None = None

    @property
    def year(self) -> int:
        """The year of the deadline."""
        return int(self.deadline[:4])


def goals_of(
    target_lines: Iterable[TargetLine], register: Register, today: date, file: str
) -> tuple[list[Goal], Assembled]:
    """Every line read as a goal, or its faults."""
    out = Assembled()
    shared = Shared()
    goals = []
    for line in target_lines:
        goal = _goal(line, register, today, file, out, shared)
        if goal is not None:
            goals.append(goal)
    out.faults += shared.faults(file)
    return goals, out


def _goal(
    line: TargetLine, register: Register, today: date, file: str, out: Assembled, shared
) -> Goal | None:
    before = len(out.faults)

    def say(code: str, column: str, value: object, **fields: Any) -> None:
        place: dict[str, Any] = {"sheet": line.sheet, "row": line.row_of(column), "column": column}
        out.say(code, file, **place, value=value, **fields)

    def col(role: str) -> str:
        return line.columns.get(role) or vocabulary.column_words().get(role, role)

    cell = line.cells["target_value"]
    raw = Raw(
        line.sheet, line.row, col("target_value"), line.text("indicator"), line.text("area"), Year("year", today.year), "",
        cell, unit=line.text("unit"), title_unit=line.title_unit, source=line.text("source"), note=line.text("note"),
        columns=line.columns,
    )  # fmt: skip
    indicator, area = row_names.looked_up(raw, register, say, out, shared)
    assemble.long_texts(raw, say)
    direction = _direction(line, indicator, register, say, col)
    written, reading, about = read_value(cell, direction == "decrease", raw.indicator)
    sign = _comparator(line, written, direction, say, col)
    deadline = _deadline(line, today, say, col)
    start_year, start, start_unit = _baseline(line, deadline, today, say, col)
    _cell_faults(line, raw, reading, say, col, shared)
    wrong = any(f.severity == "error" for f in out.faults[before:])
    if indicator is None or area is None or wrong:
        return None
    year = int(deadline[:4])
    if sign in comparators.PERCENT:
        measured: Row | None = _in_percent(raw, indicator, area, year, reading)
    else:
        measured = measure.measured(raw, indicator, area, year, reading, register, say, shared)
    if measured is None:
        return None
    scale = measured.value / measured.given if measured.given else 1.0
    bare = start is not None and not start_unit and not (raw.unit or raw.title_unit).strip()
    if bare and reading.unit and scale != 1.0:
        # the unit stands behind the target's number only: 0.4‰ beside a bare 50
        other, who, given = measured.unit, indicator.name, reading.unit
        more = {"unit": given, "other": other, "rows": line.row, "indicator": who}
        readings = f"{start:g} {other} / {start:g} {given}"
        say("UNIT-DOUBT", col("baseline"), line.text("baseline"), readings=readings, **more)
        return None
    found = Goal(
        line, measured.indicator, measured.area, sign, measured.value, measured.unit, deadline, direction,
        None if start is None else units.tidy(start * scale), start_year, measured.shown,
        measured.given, units.tolerance(about, measured.value, measured.unit) if about else None,
    )  # fmt: skip
    _against_direction(found, register, say, col)
    return found


def _cell_faults(
    line: TargetLine, raw: Raw, reading: Reading, say: Callable, col: Callable, shared: Shared
) -> None:
    """What is to be said of the cells as they are read, before units and bounds."""
    cell, nature, marks = raw.value, line.text("nature"), reading.marks
    if nature and nature.removesuffix("指标") not in NATURES:
        say("READ-WORD", col("nature"), nature, expected=" ".join(NATURES))
    if marks:
        shared.add("CELL-MARK", raw, raw.column, cell.text, about=marks, marks=marks)
    if reading.noted == "CELL-PERCENT":
        shown = f"{reading.number:g}%"
        shared.add("CELL-PERCENT", raw, raw.column, cell.text, shown=shown, style=cell.format)
    if reading.problem:
        say(reading.problem, raw.column, cell.shown, hint=reading.hint)
    elif reading.missing:
        say("GOAL-EMPTY", raw.column, cell.text or None)


def read_value(cell: Cell, falling: bool = False, name: str = "") -> tuple[str, Reading, float]:
    """Comparator, number and tolerance (a share) of a target cell; the comparator is empty for a bare number.

    ``falling``: less is better, for words like 达到; ``name`` says what a ratio is of. Anything but a comparison and one number is a fault.
    """
    written = cell.number is None and cell.when is None and cell.flag is None
    if not written or cell.error or cell.formula:
        return "", values.read(cell), 0.0
    plain = values.read_text(cell.text)
    if not plain.problem:
        return "", plain, 0.0
    sign, rest, about = comparators.in_cell(_in_digits(cell.text), falling)
    if sign and (sign in comparators.CHANGES or not rest.startswith("-")):
        reading = values.read_text(rest)
        if not reading.problem and not reading.missing:
            ratio = numbers.read_ratio(rest)
            return comparators.of_ratio(sign, ratio[1] if ratio else "", name), reading, about
    code = "GOAL-TEXT" if plain.problem == "CELL-NUMBER" else plain.problem
    code = "GOAL-YEARLY" if comparators.by_the_year(cell.text) else code
    return "", replace(plain, problem=code), 0.0


def _in_digits(text: str) -> str:
    """A cell whose one number is in Chinese words, in digits: 千分之五点五以内 is 5.5‰以内."""
    found = numbers.find_quantities(text)
    if len(found) != 1 or not found[0].chinese or re.search(r"\d", text):
        return text
    number = units.written(f"{found[0].value:g}", found[0].unit, "zh")
    return f"{text[: found[0].start]}{number}{text[found[0].end :]}"


def _comparator(
    line: TargetLine, written: str, direction: str, say: Callable, col: Callable
) -> str:
    """The comparator of the sheet's own column, else of the target cell, else the direction's."""
    word = line.text("comparator")
    stated = comparators.read(word, direction == "decrease") if word else ""
    if word and not stated:
        expected = " ".join(comparators.ALL)
        say("READ-COMPARATOR", col("comparator"), word, expected=expected)
    sign = stated or written
    against = {"increase": comparators.CEILINGS, "decrease": comparators.FLOORS}.get(direction, ())
    if {stated, written} & set(against):
        meant = line.text("direction") or direction
        say("GOAL-SIDE", col("target_value"), line.text("target_value"), direction=meant)
    told = direction in ("increase", "decrease", "two-sided") or line.text("direction")
    if not told and not sign:
        say("GOAL-NO-DIRECTION", col("direction"), line.text("indicator"))
    if not sign and direction in ("increase", "decrease"):
        return comparators.settled(comparators.REACH, direction == "decrease")
    return sign or comparators.EQUAL


def _in_percent(raw: Raw, indicator: Match, area: Match, year: int, reading: Reading) -> Row:
    """A growth is stated in %, whatever the unit of what grows."""
    number = reading.number or 0.0
    who = row_names.identity(indicator), row_names.identity(area)
    return Row(raw, *who, year, number, "%", number, "%", raw.value.text)


def _deadline(line: TargetLine, today: date, say: Callable, col: Callable) -> str:
    role = "deadline" if not line.cells.get("deadline", BLANK).blank else "target_year"
    cell = line.cells.get(role, BLANK)
    found = cell.when.isoformat() if cell.when else dates.deadline(cell.text)
    if not found:
        two = dates.year_read(cell.text, today).kind == "two_digits"
        say(
            "YEAR-BLANK" if cell.blank else "YEAR-SHORT" if two else "GOAL-DEADLINE",
            col(role),
            cell.text or None,
        )
        return ""
    year = int(found[:4])
    if not 2000 <= year <= today.year + LATEST:
        say("GOAL-YEAR", col(role), cell.text, low=2000, high=today.year + LATEST)
        return ""
    if year < today.year:
        say("GOAL-PAST", col(role), cell.text, year=year)
    return found


def _baseline(
    line: TargetLine, deadline: str, today: date, say: Callable, col: Callable
) -> tuple[int | None, float | None, str]:
    year_cell, cell = line.cells.get("baseline_year", BLANK), line.cells.get("baseline", BLANK)
    year: int | None = None
    if not year_cell.blank:
        found = dates.year_read(year_cell.text, today, year_cell.when)
        if found.kind not in ("year", "day"):
            say(
                {"future": "YEAR-FUTURE", "two_digits": "YEAR-SHORT"}.get(found.kind, "YEAR-BAD"),
                col("baseline_year"),
                year_cell.text,
            )
        else:
            year = found.year
        if deadline and found.year is not None and found.year >= int(deadline[:4]):
            say("GOAL-ORDER", col("target_year"), deadline, start=found.year, end=deadline[:4])
    reading = values.read(cell)
    if reading.problem:
        say(reading.problem, col("baseline"), cell.shown, hint=reading.hint)
    if reading.unit and line.text("unit"):
        one, other = units.parse(reading.unit), units.parse(line.text("unit"))
        if one and other and one.family == other.family and one.factor != other.factor:
            say(
                "UNIT-CONFLICT",
                col("baseline"),
                cell.text,
                one=line.text("unit"),
                other=reading.unit,
            )
    return year, reading.number, reading.unit


def _direction(
    line: TargetLine, indicator: Match | None, register: Register, say: Callable, col: Callable
) -> str:
    written = line.text("direction")
    found = comparators.direction(written)
    known = register.about.get(indicator.id, {}).get("direction", "") if indicator else ""
    if found == "?":
        say("GOAL-DIRECTION-WORD", col("direction"), written)
        return ""
    if (
        indicator
        and known in ("increase", "decrease")
        and found in ("increase", "decrease")
        and found != known
    ):
        meant = {"increase": "上升 / increase", "decrease": "下降 / decrease"}[known]
        say("GOAL-DIRECTION", col("direction"), written, indicator=indicator.name, meant=meant)
    return found or known


def _against_direction(goal: Goal, register: Register, say: Callable, col: Callable) -> None:
    """The goal against its own starting value; a change has none to be held against."""
    if goal.baseline is None or goal.comparator in comparators.WORKED_OUT:
        return
    fields = {
        "baseline": goal.line.text("baseline"),
        "direction": goal.line.text("direction") or goal.direction,
    }
    kind = register.about.get(goal.indicator, {}).get("indicator_kind", "level")
    apart = (
        max(goal.value, goal.baseline) / min(goal.value, goal.baseline)
        if min(goal.value, goal.baseline) > 0
        else 1.0
    )
    if kind in ("share", "level") and any(0.4 <= apart / f <= 2.5 for f in (100, 1000, 10000)):
        say("GOAL-SCALE", col("target_value"), goal.shown, **fields)
    elif apart > 8 and kind != "count":
        say("GOAL-FAR", col("target_value"), goal.shown, **fields)
    elif math.isclose(goal.value, goal.baseline) and goal.direction in ("increase", "decrease"):
        say("GOAL-SAME", col("target_value"), goal.shown, **fields)
    elif (goal.direction == "increase" and goal.value < goal.baseline) or (
        goal.direction == "decrease" and goal.value > goal.baseline
    ):
        say(
            "GOAL-BACKWARD",
            col("direction") if goal.line.text("direction") else col("target_value"),
            goal.shown,
            **fields,
        )
