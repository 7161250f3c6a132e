"""Lines of a target sheet read as goals: value, comparator, deadline, baseline and direction."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from healthplan.intake import assemble, measure, row_names, values
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.rows import Assembled, Raw, Row
from healthplan.intake.target_lines import TargetLine
from healthplan.intake.values import Reading
from healthplan.language import comparators, dates, numbers, units
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
    out = Assembled(file, register=register)
    found = [_goal(line, today, out) for line in target_lines]
    out.finish()
    return [goal for goal in found if goal is not None], out


def _goal(line: TargetLine, today: date, out: Assembled) -> Goal | None:
    before = len(out.faults)
    cell = line.cells["target_value"]
    raw = Raw(
        line.sheet, line.row, line.called("target_value"), line.text("indicator"), line.text("area"), Year("year", today.year), "",
        cell, unit=line.text("unit"), title_unit=line.title_unit, source=line.text("source"), note=line.text("note"),
        columns=line.columns, rows=line.rows,
    )  # fmt: skip
    indicator, area = row_names.looked_up(raw, out)
    assemble.long_texts(raw, out)
    direction = _direction(line, indicator, out)
    written, reading, about = read_value(cell, direction == "decrease", raw.indicator)
    sign = _comparator(line, written, direction, out)
    deadline = _deadline(line, today, out)
    start_year, start, start_unit = _baseline(line, deadline, today, out)
    _cell_faults(line, raw, reading, out)
    if indicator is None or area is None or out.wrong_since(before):
        return None
    year = int(deadline[:4])
    if sign in comparators.PERCENT:
        measured: Row | None = _in_percent(raw, indicator, area, year, reading)
    else:
        measured = measure.measured(raw, indicator, area, year, reading, out)
    if measured is None:
        return None
    scale = measured.value / measured.given if measured.given else 1.0
    bare = start is not None and not start_unit and not (raw.unit or raw.title_unit).strip()
    if bare and reading.unit and scale != 1.0:
        # the unit stands behind the target's number only: 0.4‰ beside a bare 50
        other, who, given = measured.unit, indicator.name, reading.unit
        more = {"unit": given, "other": other, "rows": line.row, "indicator": who}
        readings = f"{start:g} {other} / {start:g} {given}"
        line.tell(out, "UNIT-DOUBT", "baseline", readings=readings, **more)
        return None
    found = Goal(
        line, measured.indicator, measured.area, sign, measured.value, measured.unit, deadline, direction,
        None if start is None else units.tidy(start * scale), start_year, measured.shown,
        measured.given, units.tolerance(about, measured.value, measured.unit) if about else None,
    )  # fmt: skip
    _against_direction(found, out)
    return found


def _cell_faults(line: TargetLine, raw: Raw, reading: Reading, out: Assembled) -> None:
    """What is to be said of the cells as they are read, before units and bounds."""
    cell, nature, marks = raw.value, line.text("nature"), reading.marks
    place = (raw, raw.column, cell.text)
    if nature and nature.removesuffix("指标") not in NATURES:
        line.tell(out, "READ-WORD", "nature", expected=" ".join(NATURES))
    if marks:
        out.shared.add("CELL-MARK", *place, about=marks, marks=marks)
    if reading.noted == "CELL-PERCENT":
        out.shared.add("CELL-PERCENT", *place, shown=f"{reading.number:g}%", style=cell.format)
    if reading.problem:
        out.doubt(raw, reading.problem, raw.column, cell.shown, hint=reading.hint)
    elif reading.missing:
        out.doubt(raw, "GOAL-EMPTY", raw.column, cell.text or None)


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


def _comparator(line: TargetLine, written: str, direction: str, out: Assembled) -> str:
    """The comparator of the sheet's own column, else of the target cell, else the direction's."""
    word = line.text("comparator")
    falling = direction == "decrease"
    stated = comparators.read(word, falling) if word else ""
    if word and not stated:
        line.tell(out, "READ-COMPARATOR", "comparator", expected=" ".join(comparators.ALL))
    sign = stated or written
    against = {"increase": comparators.CEILINGS, "decrease": comparators.FLOORS}.get(direction, ())
    if {stated, written} & set(against):
        meant = line.text("direction") or direction
        line.tell(out, "GOAL-SIDE", "target_value", direction=meant)
    told = direction in ("increase", "decrease", "two-sided") or line.text("direction")
    if not told and not sign:
        line.tell(out, "GOAL-NO-DIRECTION", "direction", value=line.text("indicator"))
    if not sign and direction in ("increase", "decrease"):
        return comparators.settled(comparators.REACH, falling)
    return sign or comparators.EQUAL


def _in_percent(raw: Raw, indicator: Match, area: Match, year: int, reading: Reading) -> Row:
    """A growth is stated in %, whatever the unit of what grows."""
    number = reading.number or 0.0
    who = row_names.identity(indicator), row_names.identity(area)
    return Row(raw, *who, year, number, "%", number, "%", raw.value.text)


def _deadline(line: TargetLine, today: date, out: Assembled) -> str:
    role = "deadline" if not line.cells.get("deadline", BLANK).blank else "target_year"
    cell = line.cells.get(role, BLANK)
    found = cell.when.isoformat() if cell.when else dates.deadline(cell.text)
    if not found:
        two = dates.year_read(cell.text, today).kind == "two_digits"
        code = "YEAR-BLANK" if cell.blank else "YEAR-SHORT" if two else "GOAL-DEADLINE"
        line.tell(out, code, role, value=cell.text or None)
        return ""
    year, latest = int(found[:4]), today.year + LATEST
    if not 2000 <= year <= latest:
        line.tell(out, "GOAL-YEAR", role, value=cell.text, low=2000, high=latest)
        return ""
    if year < today.year:
        line.tell(out, "GOAL-PAST", role, value=cell.text, year=year)
    return found


_YEAR_CODES = {"future": "YEAR-FUTURE", "two_digits": "YEAR-SHORT"}


def _baseline(
    line: TargetLine, deadline: str, today: date, out: Assembled
) -> tuple[int | None, float | None, str]:
    year_cell, cell = line.cells.get("baseline_year", BLANK), line.cells.get("baseline", BLANK)
    year: int | None = None
    if not year_cell.blank:
        found = dates.year_read(year_cell.text, today, year_cell.when)
        if found.kind in ("year", "day"):
            year = found.year
        else:
            code = _YEAR_CODES.get(found.kind, "YEAR-BAD")
            line.tell(out, code, "baseline_year", value=year_cell.text)
        if deadline and found.year is not None and found.year >= int(deadline[:4]):
            span = {"start": found.year, "end": deadline[:4]}
            line.tell(out, "GOAL-ORDER", "target_year", value=deadline, **span)
    reading, unit = values.read(cell), line.text("unit")
    if reading.problem:
        line.tell(out, reading.problem, "baseline", value=cell.shown, hint=reading.hint)
    one, other = units.parse(reading.unit), units.parse(unit)
    if one and other and one.family == other.family and one.factor != other.factor:
        said = {"value": cell.text, "one": unit, "other": reading.unit}
        line.tell(out, "UNIT-CONFLICT", "baseline", **said)
    return year, reading.number, reading.unit


_MEANT = {"increase": "上升 / increase", "decrease": "下降 / decrease"}


def _direction(line: TargetLine, indicator: Match | None, out: Assembled) -> str:
    found = comparators.direction(line.text("direction"))
    known = out.about(indicator.id).get("direction", "") if indicator else ""
    if found == "?":
        line.tell(out, "GOAL-DIRECTION-WORD", "direction")
        return ""
    if indicator and known in _MEANT and found in _MEANT and found != known:
        said = {"indicator": indicator.name, "meant": _MEANT[known]}
        line.tell(out, "GOAL-DIRECTION", "direction", **said)
    return found or known


def _against_direction(goal: Goal, out: Assembled) -> None:
    """The goal against its own starting value; a change has none to be held against."""
    if goal.baseline is None or goal.comparator in comparators.WORKED_OUT:
        return
    value, start, line = goal.value, goal.baseline, goal.line
    said = {
        "baseline": line.text("baseline"),
        "direction": line.text("direction") or goal.direction,
    }
    kind = out.about(goal.indicator).get("indicator_kind", "level")
    by = max(value, start) / min(value, start) if min(value, start) > 0 else 1.0
    backward = {"increase": value < start, "decrease": value > start}.get(goal.direction, False)
    role = "target_value"
    if kind in ("share", "level") and any(0.4 <= by / f <= 2.5 for f in (100, 1000, 10000)):
        code = "GOAL-SCALE"
    elif by > 8 and kind != "count":
        code = "GOAL-FAR"
    elif math.isclose(value, start) and goal.direction in ("increase", "decrease"):
        code = "GOAL-SAME"
    elif backward:
        code, role = "GOAL-BACKWARD", "direction" if line.text("direction") else "target_value"
    else:
        return
    line.tell(out, code, role, value=goal.shown, **said)
