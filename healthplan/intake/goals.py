"""Lines of a target sheet read as goals: value, comparator, deadline, baseline and direction."""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple

from healthplan.intake import assemble, goal_cells, measure, row_names, values
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.rows import Assembled, Raw, Row
from healthplan.intake.target_lines import TargetLine
from healthplan.intake.values import Reading
from healthplan.language import characters, comparators, dates, groups, meaning, numbers, units
from healthplan.language.dates import Year
from healthplan.language.names import Match, Register
from healthplan.planreader.sentence import Claim, wording_of

NATURES = {"约束性": "binding", "约束": "binding", "binding": "binding",
           "预期性": "expected", "预期": "expected", "expected": "expected"}  # fmt: skip
LATEST = 30  # years ahead of today beyond which a target year is taken for a slip


@dataclass
class Goal:
    """One goal, read; ``value`` is in ``unit``, NaN where the goal has no number; of each unit it is that unit's."""

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
    group: str = ""
    high: float | None = None
    per: str = ""
    side: str = ""
    reference: str = ""
    reference_indicator: str = ""
    each: str = ""
    all_of: str = ""
    wording: str = "must"

    @property
    def year(self) -> int:
        """The year of the deadline."""
        return int(self.deadline[:4])


def goals_of(
    target_lines: Iterable[TargetLine], register: Register, today: date, file: str
) -> tuple[list[Goal], Assembled]:
    """Every line read as a goal, or its faults."""
    out = Assembled(file, register=register)
    found = [goal for line in target_lines for goal in _of_line(line, today, out)]
    out.finish()
    return found, out


class _Start(NamedTuple):
    """Where a goal starts, as its line says."""

    year: int | None
    value: float | None
    unit: str


def _of_line(line: TargetLine, today: date, out: Assembled) -> list[Goal]:
    """The goals of a line: one as a rule, several where its cell says several (男≥78岁，女≥82岁)."""
    before = len(out.faults)
    raw = _raw(line, today, out)
    indicator, area = row_names.looked_up(raw, out)
    assemble.long_texts(raw, out)
    direction = _direction(line, indicator, out)
    deadline, first = _deadline(line, today, out)
    start = _Start(*_baseline(line, deadline, today, out))
    falling = direction == "decrease"
    written, reading, about = read_value(raw.value, falling, raw.indicator)
    told = _worded(line, reading)
    claims = goal_cells.read(line, raw.indicator, deadline, out.register, falling) if told else []
    if told and not claims:
        reading = Reading(problem=goal_cells.refusal(line))
    reading = Reading(0.0) if claims else reading
    _cell_faults(line, raw, reading, out)
    if claims:
        _claims_faults(line, claims, first, direction, out)
    elif first:
        line.tell(out, "GOAL-DEADLINE", "target_year")
    sign = "" if claims else _comparator(line, written, direction, out)
    if sign in _SEVERAL:
        line.tell(out, _SEVERAL[sign], "target_value")
    if indicator is None or area is None or out.wrong_since(before):
        return []
    if claims:
        asked = _Asked(raw, sign, reading, None, line, deadline, direction)
        return _of_claims(claims, asked, (indicator, area), start, first, out)
    unit = reading.unit or raw.unit or raw.title_unit
    adds = sign == comparators.LEAST and meaning.adds_up(raw.indicator, unit)
    sign = comparators.INCREASE_BY if adds else sign
    plain = _Asked(raw, sign, reading, about, line, deadline, direction)
    return _made(plain, indicator, area, start, out)


def _of_claims(
    claims: list[Claim], line: "_Asked", who: tuple[Match, Match], start: _Start, first: int | None, out: Assembled
) -> list[Goal]:  # fmt: skip
    """The goals of a cell with words; none where one of them names what is not understood."""
    found = []
    for claim in claims:
        own = _own_raw(line.raw, claim)
        measure_of, place = who if own is line.raw else row_names.looked_up(own, out)
        if measure_of is None or place is None:
            return []
        asked = replace(
            line, raw=own, comparator=claim.comparator, reading=Reading(claim.value, unit=claim.unit), claim=claim,
            deadline=claim.deadline or line.deadline, direction=_better(line.direction, claim, line.raw),
        )  # fmt: skip
        found += _made(asked, measure_of, place, _from(claim, start, first), out)
    return found


def _better(direction: str, claim: Claim, raw: Raw) -> str:
    """The line's direction, but for an event that its cell names beside (且无暴发疫情)."""
    return "decrease" if claim.value == 0 and claim.name != raw.indicator else direction


_SEVERAL = {comparators.RANGE: "GOAL-RANGE", comparators.ALL_OF: "GOAL-SEVERAL"}


def _worded(line: TargetLine, reading: Reading) -> bool:
    """Whether a line says more than a comparison and a number: 累计 adds up the years."""
    words = reading.problem == "GOAL-TEXT" or "累计" in line.text("target_value")
    return words or bool(comparators.form(line.text("comparator")))


def _raw(line: TargetLine, today: date, out: Assembled) -> Raw:
    group = groups.read(line.text("group"))
    if group is None:
        line.tell(out, "READ-GROUP", "group")
    return Raw(
        line.sheet, line.row, line.called("target_value"), line.text("indicator"), line.text("area"), Year("year", today.year), "",
        line.cells.get("target_value", BLANK), unit=line.text("unit"), title_unit=line.title_unit, source=line.text("source"),
        note=line.text("note"), group=group or "", columns=line.columns, rows=line.rows,
    )  # fmt: skip


def _own_raw(raw: Raw, claim: Claim) -> Raw:
    """The line as a claim of its cell has it: with the claim's group, and with its name where it has one of its own."""
    if claim.name == raw.indicator and claim.group in ("", raw.group):
        return raw
    apart = claim.comparator == comparators.EQUAL and claim.value == 0
    grown = claim.comparator == comparators.REFERENCE and comparators.names_growth(claim.name)
    unit = "" if apart else "%" if grown else raw.unit
    group, title_unit = groups.joined(raw.group, claim.group), "" if apart else raw.title_unit
    return replace(raw, indicator=claim.name, group=group, unit=unit, title_unit=title_unit)


def _from(claim: Claim, start: _Start, first: int | None) -> _Start:
    """Where a claim starts: as its words say (比2015年下降), as the line says, or before the years of 2025-2027. The
    line's start is everybody's: a group that the cell names, a unit and an event of its own start elsewhere."""
    year = int(claim.baseline_year) if claim.baseline_year else start.year
    year = first - 1 if year is None and first and claim.per else year
    elsewhere = claim.each or claim.group or claim.value == 0 or start.year not in (None, year)
    return _Start(year, None if elsewhere else start.value, start.unit)


def _claims_faults(line: TargetLine, claims: list[Claim], first: int | None, direction: str, out: Assembled) -> None:
    """What is to be said of the goals of a cell beside their numbers."""
    if first and not all(claim.per for claim in claims):
        line.tell(out, "GOAL-DEADLINE", "target_year")
    against = {"increase": {-1.0}, "decrease": {1.0}}.get(direction, set())
    if any(meaning_of(claim) in against for claim in claims):
        meant = line.text("direction") or direction
        line.tell(out, "GOAL-SIDE", "target_value", direction=meant)
    for claim in claims:
        whose = line.text("reference") or claim.reference or claim.reference_indicator
        if claim.comparator == comparators.REFERENCE and not whose:
            line.tell(out, "GOAL-AGAINST", "target_value", value=goal_cells.phrase(line))


def meaning_of(claim: Claim) -> float:
    """1 for a goal that asks for more, -1 for one that asks for less, 0 where it says neither."""
    side = claim.side or claim.comparator
    if claim.comparator in comparators.CHANGES - comparators.ASKS_LESS:
        return 1.0 if (claim.value or 0) >= 0 else -1.0
    if side in (*comparators.FLOORS, "rising"):
        return 1.0
    return -1.0 if side in (*comparators.CEILINGS, "falling") else 0.0


@dataclass(frozen=True)
class _Asked:
    """What a line asks for: its comparator, its number, and what its words say besides (``claim``)."""

    raw: Raw
    comparator: str
    reading: Reading
    about: float | None
    line: TargetLine
    deadline: str
    direction: str
    claim: Claim | None = None

    @property
    def as_printed(self) -> bool:
        """Whether the number is in no unit of the indicator."""
        worked_out = comparators.PERCENT | comparators.NUMBERLESS | {comparators.RANK}
        return self.comparator in worked_out or bool(self.claim and self.claim.each)


def _made(asked: _Asked, indicator: Match, area: Match, start: _Start, out: Assembled) -> list[Goal]:
    """The goal in the indicator's unit; none where its units contradict each other, which is then a fault."""
    raw, line, reading = asked.raw, asked.line, asked.reading
    year = int(asked.deadline[:4])
    if asked.as_printed:
        measured: Row | None = _in_own_unit(asked, indicator, area, year, out)
    else:
        measured = measure.measured(raw, indicator, area, year, reading, out)
    if measured is None or _bare_beside_unit(asked, indicator, measured, start, out):
        return []
    scale = _scale(measured)
    more = _more(asked, scale)
    change = asked.comparator == comparators.INCREASE_BY and measured.unit == "%"
    unit = units.difference_unit(measured.unit) if change else measured.unit
    found = Goal(
        line, measured.indicator, measured.area, asked.comparator, measured.value, unit, asked.deadline,
        asked.direction, None if start.value is None else units.tidy(start.value * scale), start.year, measured.shown,
        measured.given, _tolerance(asked, measured, scale), indicator.group, **more,
    )  # fmt: skip
    by_share = asked.comparator == comparators.INCREASE_BY_PCT
    if by_share and out.about(found.indicator).get("unit") == "%":
        line.tell(out, "GOAL-POINTS", "target_value", value=goal_cells.phrase(line))
    _against_direction(found, out)
    return [found]


def _scale(measured: Row) -> float:
    """By what the line's number was multiplied to stand in the indicator's unit."""
    known = measured.given and not math.isnan(measured.given)
    return measured.value / measured.given if known else 1.0


def _more(asked: _Asked, scale: float) -> dict[str, Any]:
    """What the words of a cell say beside its number, as fields of a goal."""
    claim = asked.claim
    if claim is None:
        return {"wording": wording_of(asked.line.text("target_value"))}
    as_said = ("per", "side", "reference_indicator", "each", "wording")
    told = {name: getattr(claim, name) for name in as_said}
    told["reference"] = asked.line.text("reference") or claim.reference
    told["all_of"] = f"{asked.line.sheet}!{asked.line.row}·{claim.all_of}" if claim.all_of else ""
    if claim.high is not None:
        told["high"] = units.tidy(claim.high * scale)
    return told


def _tolerance(asked: _Asked, measured: Row, scale: float) -> float | None:
    """By how much 约 and 左右 let the goal be missed, in its unit."""
    if asked.claim is not None:
        told = asked.claim.tolerance
        return None if told is None else units.tidy(told * scale)
    return units.tolerance(asked.about, measured.value, measured.unit) if asked.about else None


def _bare_beside_unit(asked: _Asked, indicator: Match, measured: Row, start: _Start, out: Assembled) -> bool:
    """Whether the unit stands behind the target's number only: 0.4‰ beside a bare 50."""
    raw, line, reading = asked.raw, asked.line, asked.reading
    bare = start.value is not None and not start.unit and not (raw.unit or raw.title_unit).strip()
    scale = _scale(measured)
    if not (bare and reading.unit and scale != 1.0):
        return False
    other, who, given = measured.unit, indicator.name, reading.unit
    more = {"unit": given, "other": other, "rows": line.row, "indicator": who}
    readings = f"{start.value:g} {other} / {start.value:g} {given}"
    line.tell(out, "UNIT-DOUBT", "baseline", readings=readings, **more)
    return True


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
        blank = reading.problem.startswith("GOAL-") and not cell.shown
        said = line.text("comparator") if blank else cell.shown
        out.doubt(raw, reading.problem, raw.column, said, hint=reading.hint)
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


def _in_own_unit(asked: _Asked, indicator: Match, area: Match, year: int, out: Assembled) -> Row:
    """A growth is stated in %, a place in 名, whatever the unit of the indicator; a trend and a mark of others have
    no number, and stand in the indicator's."""
    number = asked.reading.number
    wanted = out.about(indicator.id).get("unit", "") or asked.raw.unit
    unit = "%" if asked.comparator in comparators.PERCENT else asked.reading.unit or wanted
    value = math.nan if number is None else number
    who = row_names.identity(indicator), row_names.identity(area)
    return Row(asked.raw, *who, year, value, unit, value, unit, asked.raw.value.text)


def _deadline(line: TargetLine, today: date, out: Assembled) -> tuple[str, int | None]:
    """The deadline, and the first year where the cell has a span of years (2025-2027)."""
    role = "deadline" if not line.cells.get("deadline", BLANK).blank else "target_year"
    cell = line.cells.get(role, BLANK)
    span = _SPAN.fullmatch(characters.half_width(cell.text)) if cell.when is None else None
    first = int(span[1]) if span and span[1] < span[2] else None
    said = dates.deadline(span[2] if span and first else cell.text)
    found = cell.when.isoformat() if cell.when else said
    if not found:
        two = dates.year_read(cell.text, today).kind == "two_digits"
        code = "YEAR-BLANK" if cell.blank else "YEAR-SHORT" if two else "GOAL-DEADLINE"
        line.tell(out, code, role, value=cell.text or None)
        return "", None
    year, latest = int(found[:4]), today.year + LATEST
    if not 2000 <= year <= latest:
        line.tell(out, "GOAL-YEAR", role, value=cell.text, low=2000, high=latest)
        return "", None
    if year < today.year:
        line.tell(out, "GOAL-PAST", role, value=cell.text, year=year)
    return found, first


_SPAN = re.compile(r"(20\d\d)年?\s*(?:[-~至到]+)\s*(20\d\d)年?")
_YEAR_CODES = {"future": "YEAR-FUTURE", "two_digits": "YEAR-SHORT"}


def _baseline(line: TargetLine, deadline: str, today: date, out: Assembled) -> tuple[int | None, float | None, str]:
    year_cell, cell = line.cells.get("baseline_year", BLANK), line.cells.get("baseline", BLANK)
    if told := _WITH_YEAR.fullmatch(characters.half_width(cell.text)):
        cell = Cell(told[1])
        year_cell = Cell(told[2]) if year_cell.blank else year_cell
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


_WITH_YEAR = re.compile(r"(.*\d\S*?)\s*[（(]((?:19|20)\d\d)年?[^（()）]{0,4}[)）]")  # 77.9 (2020)
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
    added = "increase" if meaning.adds_up(line.text("indicator"), line.text("unit")) else ""
    return found or known or added


def _against_direction(goal: Goal, out: Assembled) -> None:
    """The goal against its own starting value; a change has none to be held against."""
    if goal.baseline is None or goal.each or goal.comparator in comparators.WORKED_OUT:
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
