"""Lines of a target sheet read as goals: value, comparator, deadline, baseline and direction.

Every goal is a claim of the reader of documents, in the unit of its indicator. A cell with words is read as the sentence
that it stands for: a word in the column of comparisons (``words/goal_forms.csv``: 每年降低, 位次进入前, 不低于平均) and the cell
make one phrase. What nobody can read is refused with the code of the kind that it seems to be, which says how to write it.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from healthplan.intake import assemble, values
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.rows import Raw, Row, Walk, identity
from healthplan.intake.target_lines import TargetLine
from healthplan.intake.values import Reading
from healthplan.language import characters, comparators, dates, groups, meaning, numbers, units, vocabulary
from healthplan.language.dates import Year
from healthplan.language.names import Match
from healthplan.planreader.cell import read_cell
from healthplan.planreader.dates import Period
from healthplan.planreader.naming import subjects
from healthplan.planreader.sentence import Claim, Context, wording_of

NATURES = {"约束性": "binding", "约束": "binding", "binding": "binding",
           "预期性": "expected", "预期": "expected", "expected": "expected"}  # fmt: skip
LATEST = 30  # years ahead of today beyond which a target year is taken for a slip
_WHOSE = re.compile(f"{vocabulary.alternatives()['areas']}|省|市")
_SEEMS = (
    "GOAL-NONE-LEFT", "GOAL-NEARLY", "GOAL-PLACE", "GOAL-AGAINST", "GOAL-EACH", "GOAL-EVERY-YEAR", "GOAL-SEVERAL", "GOAL-WAY",
)  # fmt: skip
_SEVERAL = {comparators.RANGE: "GOAL-RANGE", comparators.ALL_OF: "GOAL-SEVERAL"}
_YEAR_SPAN = re.compile(r"(20\d\d)年?\s*(?:[-~至到]+)\s*(20\d\d)年?")
_YEAR_CODES = {"future": "YEAR-FUTURE", "two_digits": "YEAR-SHORT"}
_WITH_YEAR = re.compile(r"(.*\d\S*?)\s*[（(]((?:19|20)\d\d)年?[^（()）]{0,4}[)）]")  # 77.9 (2020)
_MEANT = {"increase": "上升 / increase", "decrease": "下降 / decrease"}


@dataclass
class Goal:
    """One goal, read. What it asks for (``said``) is in the indicator's unit, of each unit in that unit's; its value is NaN
    where the goal has no number. ``given`` is the number as the sheet has it, ``shown`` its cell."""

    line: TargetLine
    indicator: str
    area: str
    group: str
    said: Claim
    direction: str
    baseline: float | None
    baseline_year: int | None
    shown: str
    given: float

    @property
    def value(self) -> float:
        """The number that is asked for."""
        return math.nan if self.said.value is None else self.said.value

    @property
    def worked_out(self) -> bool:
        """Whether its number is a change, a place or a mark of others, and no figure of the indicator."""
        return self.said.comparator in comparators.WORKED_OUT


class _Start(NamedTuple):
    """Where a goal starts, as its line says."""

    year: int | None
    value: float | None
    unit: str


@dataclass
class _Asked:
    """A line while it is read: the figure it is like, its deadline (and the first year of a span of years), its start."""

    line: TargetLine
    raw: Raw
    out: Walk
    direction: str
    deadline: str
    first: int | None
    start: _Start

    def tell(self, code: str, role: str = "target_value", **fields: object) -> None:
        """A fault at the cell of a role."""
        self.line.tell(self.out, code, role, **fields)


def goals_of(target_lines: Iterable[TargetLine], out: Walk) -> list[Goal]:
    """Every line read as a goal, or its faults."""
    found = [goal for line in target_lines for goal in _of_line(line, out)]
    out.finish()
    return found


def _of_line(line: TargetLine, out: Walk) -> list[Goal]:
    """The goals of a line: one as a rule, several where its cell says several (男≥78岁，女≥82岁)."""
    before = len(out.faults)
    raw = _raw(line, out)
    who = assemble.looked_up(raw, out)
    assemble.long_texts(raw, out)
    direction = _direction(line, who[0], out)
    deadline, first = _deadline(line, out)
    asked = _Asked(line, raw, out, direction, deadline, first, _baseline(line, deadline, out))
    falling = direction == "decrease"
    sign, reading, about = read_value(raw.value, falling, raw.indicator)
    worded = _worded(line, reading)
    claims = _claims(asked, falling) if worded else []
    if worded and not claims:
        reading = Reading(problem=_refusal(line))
    _cell_faults(asked, Reading(0.0) if claims else reading)
    if claims:
        _claims_faults(asked, claims)
    claims = claims or [_plain(asked, sign, reading)]
    if out.wrong_since(before) or None in who:
        return []
    found = []
    for claim in claims:
        raw = _own_raw(asked.raw, claim)
        indicator, area = who if raw is asked.raw else assemble.looked_up(raw, out)
        if indicator is None or area is None:
            return []  # one of its goals names what is not understood
        start = _start(asked, claim) if worded else asked.start
        # an event that the cell names beside (且无暴发疫情) is to be less, whatever the line's own is
        beside = claim.value == 0 and claim.name != line.text("indicator")
        own = replace(asked, raw=raw, start=start, direction="decrease" if beside else direction)
        found.append(_made(own, claim, indicator, area, 0.0 if worded else about))
    return [goal for goal in found if goal is not None]


def _plain(asked: _Asked, written: str, reading: Reading) -> Claim:
    """The goal of a cell that holds a number, or a comparison (``written``) and a number."""
    raw = asked.raw
    if asked.first:
        asked.tell("GOAL-DEADLINE", "target_year")
    sign = _comparator(asked, written)
    if sign == comparators.LEAST and meaning.adds_up(raw.indicator, reading.unit or raw.unit or raw.title_unit):
        sign = comparators.INCREASE_BY
    wording = wording_of(asked.line.text("target_value"))
    return Claim(raw.indicator, sign, reading.number, None, reading.unit, wording=wording)


def _worded(line: TargetLine, reading: Reading) -> bool:
    """Whether a line says more than a comparison and a number: 累计 adds up the years."""
    words = reading.problem == "GOAL-TEXT" or "累计" in line.text("target_value")
    return words or bool(comparators.form(line.text("comparator")))


def _raw(line: TargetLine, out: Walk) -> Raw:
    group = groups.read(line.text("group"))
    if group is None:
        line.tell(out, "READ-GROUP", "group")
    return Raw(
        line.sheet, line.row, line.called("target_value"), line.text("indicator"), line.text("area"), Year("year", out.today.year), "",
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


def phrase(line: TargetLine) -> str:
    """The line's goal in words: the cell's own, or the form of its comparison with the cell's number."""
    cell, shape = line.text("target_value"), comparators.form(line.text("comparator"))
    if not shape:
        return cell
    at = _WHOSE.search(cell) or _WHOSE.search(line.text("reference"))
    unit = line.text("unit")
    unit = units.difference_unit(unit) if unit == "%" else unit  # 降低 0.5 of a share is points
    whole = shape.format(value=_WHOSE.sub("", cell) if "{whose}" in shape else cell, whose=at.group() if at else "")
    return f"{whole}{unit}" if re.search(r"增加[\d.]+$|降低[\d.]+$", whole) and unit else whole


def _claims(asked: _Asked, falling: bool) -> list[Claim]:
    """The goals of a line, by the reader of sentences; none where any word of it is not understood."""
    line, name, known = asked.line, asked.raw.indicator, asked.out.register
    context = Context(Period(), "goals", (asked.deadline,) if asked.deadline else (), "", known)
    found = read_cell(name, phrase(line), context, falling=falling)
    if any({"rank_open", "nearly_all"} & set(claim.why) for claim in found):
        return []
    if "分别" in phrase(line) and {claim.name for claim in found} == {name}:
        each = subjects(name, len(found), known)  # 高血压、糖尿病患者管理率: 分别达到70%、65%
        found = [replace(one, name=n) for one, n in zip(found, each, strict=True)] if len(each) > 1 else []
    if comparators.form(line.text("comparator")).startswith("累计"):
        found = [replace(claim, per="period") for claim in found]
    beside, place = line.text("reference"), f"{line.sheet}!{line.row}·"
    return [
        replace(one, reference=beside or one.reference, all_of=f"{place}{one.all_of}" if one.all_of else "")
        for one in found
    ]


def _refusal(line: TargetLine) -> str:
    """The code for a cell that nobody can read, by the kind that it seems to be."""
    if comparators.read(line.text("comparator")) == comparators.RANGE:
        return "GOAL-RANGE"
    return next((code for code in _SEEMS if vocabulary.pattern(code).search(phrase(line))), "GOAL-TEXT")


def _start(asked: _Asked, claim: Claim) -> _Start:
    """Where a claim starts: as its words say (比2015年下降), as the line says, or before the years of 2025-2027. The
    line's start is everybody's: a group that the cell names, a unit and an event of its own start elsewhere."""
    start = asked.start
    year = int(claim.baseline_year) if claim.baseline_year else start.year
    year = asked.first - 1 if year is None and asked.first and claim.per else year
    elsewhere = claim.each or claim.group or claim.value == 0 or start.year not in (None, year)
    return _Start(year, None if elsewhere else start.value, start.unit)


def _claims_faults(asked: _Asked, claims: list[Claim]) -> None:
    """What is to be said of the goals of a cell beside their numbers."""
    line = asked.line
    if asked.first and not all(claim.per for claim in claims):
        asked.tell("GOAL-DEADLINE", "target_year")
    against = {"increase": -1.0, "decrease": 1.0}.get(asked.direction)
    if any(meaning_of(claim) == against for claim in claims):
        asked.tell("GOAL-SIDE", direction=line.text("direction") or asked.direction)
    for claim in claims:
        whose = line.text("reference") or claim.reference or claim.reference_indicator
        if claim.comparator == comparators.REFERENCE and not whose:
            asked.tell("GOAL-AGAINST", value=phrase(line))


def meaning_of(claim: Claim) -> float:
    """1 for a goal that asks for more, -1 for one that asks for less, 0 where it says neither."""
    side = claim.side or claim.comparator
    if claim.comparator in comparators.CHANGES - comparators.ASKS_LESS:
        return 1.0 if (claim.value or 0) >= 0 else -1.0
    if side in (*comparators.FLOORS, "rising"):
        return 1.0
    return -1.0 if side in (*comparators.CEILINGS, "falling") else 0.0


def _made(asked: _Asked, claim: Claim, indicator: Match, area: Match, about: float) -> Goal | None:
    """The goal in the indicator's unit; none where its units contradict each other, which is then a fault. ``about``: the
    share of its number by which a cell with 约 lets it be missed."""
    raw, line, out, start = asked.raw, asked.line, asked.out, asked.start
    deadline = claim.deadline or asked.deadline
    reading = Reading(claim.value, unit=claim.unit)
    as_printed = claim.comparator in comparators.PERCENT | comparators.NUMBERLESS | {comparators.RANK} or claim.each
    measured: Row | None = _in_own_unit(asked, claim, indicator, area) if as_printed else None
    measured = measured or values.measured(raw, indicator, area, int(deadline[:4]), reading, out)
    if measured is None:
        return None
    scale = measured.value / measured.given if measured.given and not math.isnan(measured.given) else 1.0
    if claim.unit and scale != 1.0 and _bare(start, raw):  # 0.4‰ beside a bare 50
        readings = f"{start.value:g} {measured.unit} / {start.value:g} {claim.unit}"
        more = {"unit": claim.unit, "other": measured.unit, "rows": line.row, "indicator": indicator.name}
        asked.tell("UNIT-DOUBT", "baseline", readings=readings, **more)
        return None
    points = claim.comparator == comparators.INCREASE_BY and measured.unit == "%"
    spare = units.tolerance(about, measured.value, measured.unit) if about else None
    said = replace(
        claim, value=measured.value, unit=units.difference_unit(measured.unit) if points else measured.unit,
        high=None if claim.high is None else units.tidy(claim.high * scale), deadline=deadline,
        tolerance=spare if claim.tolerance is None else units.tidy(claim.tolerance * scale),
    )  # fmt: skip
    baseline = None if start.value is None else units.tidy(start.value * scale)
    found = Goal(
        line, measured.indicator, measured.area, indicator.group, said, asked.direction, baseline, start.year,
        measured.shown, measured.given,
    )  # fmt: skip
    if claim.comparator == comparators.INCREASE_BY_PCT and out.about(found.indicator).get("unit") == "%":
        asked.tell("GOAL-POINTS", value=phrase(line))
    _against_direction(found, out)
    return found


def _bare(start: _Start, raw: Raw) -> bool:
    return start.value is not None and not start.unit and not (raw.unit or raw.title_unit).strip()


def _in_own_unit(asked: _Asked, claim: Claim, indicator: Match, area: Match) -> Row:
    """A growth is stated in %, a place in 名, whatever the unit of the indicator; a trend and a mark of others have
    no number, and stand in the indicator's."""
    wanted = asked.out.about(indicator.id).get("unit", "") or asked.raw.unit
    unit = "%" if claim.comparator in comparators.PERCENT else claim.unit or wanted
    value = math.nan if claim.value is None else claim.value
    who = identity(indicator), identity(area)
    return Row(asked.raw, *who, 0, value, unit, value, unit, asked.raw.value.text)


def _cell_faults(asked: _Asked, reading: Reading) -> None:
    """What is to be said of the cells as they are read, before units and bounds."""
    line, raw, out = asked.line, asked.raw, asked.out
    cell, nature, marks = raw.value, line.text("nature"), reading.marks
    place = (raw.place, raw.column, cell.text)
    if nature and nature.removesuffix("指标") not in NATURES:
        asked.tell("READ-WORD", "nature", expected=" ".join(NATURES))
    if marks:
        out.share("CELL-MARK", *place, about=marks, marks=marks)
    if reading.noted == "CELL-PERCENT":
        out.share("CELL-PERCENT", *place, shown=f"{reading.number:g}%", style=cell.format)
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
    text, found = cell.text, numbers.find_quantities(cell.text)
    if len(found) == 1 and found[0].chinese and not re.search(r"\d", text):  # 千分之五点五以内 is 5.5‰以内
        number = units.written(f"{found[0].value:g}", found[0].unit, "zh")
        text = f"{text[: found[0].start]}{number}{text[found[0].end :]}"
    sign, rest, about = comparators.in_cell(text, falling)
    if sign and (sign in comparators.CHANGES or not rest.startswith("-")):
        reading = values.read_text(rest)
        if not reading.problem and not reading.missing:
            ratio = numbers.read_ratio(rest)
            return comparators.of_ratio(sign, ratio[1] if ratio else "", name), reading, about
    code = "GOAL-TEXT" if plain.problem == "CELL-NUMBER" else plain.problem
    return "", replace(plain, problem=code), 0.0


def _comparator(asked: _Asked, written: str) -> str:
    """The comparator of the sheet's own column, else of the target cell, else the direction's."""
    line, direction = asked.line, asked.direction
    word, falling = line.text("comparator"), direction == "decrease"
    stated = comparators.read(word, falling) if word else ""
    if word and not stated:
        asked.tell("READ-COMPARATOR", "comparator", expected=" ".join(comparators.ALL))
    sign = stated or written
    against = {"increase": comparators.CEILINGS, "decrease": comparators.FLOORS}.get(direction, ())
    if {stated, written} & set(against):
        asked.tell("GOAL-SIDE", direction=line.text("direction") or direction)
    told = direction in ("increase", "decrease", "two-sided") or line.text("direction")
    if not told and not sign:
        asked.tell("GOAL-NO-DIRECTION", "direction", value=line.text("indicator"))
    if not sign and direction in ("increase", "decrease"):
        return comparators.settled(comparators.REACH, falling)
    if sign in _SEVERAL:
        asked.tell(_SEVERAL[sign])
    return sign or comparators.EQUAL


def _deadline(line: TargetLine, out: Walk) -> tuple[str, int | None]:
    """The deadline, and the first year where the cell has a span of years (2025-2027)."""
    role = "deadline" if not line.cells.get("deadline", BLANK).blank else "target_year"
    cell = line.cells.get(role, BLANK)
    span = _YEAR_SPAN.fullmatch(characters.half_width(cell.text)) if cell.when is None else None
    first = int(span[1]) if span and span[1] < span[2] else None
    found = cell.when.isoformat() if cell.when else dates.deadline(span[2] if span and first else cell.text)
    if not found:
        two = dates.year_read(cell.text, out.today).kind == "two_digits"
        code = "YEAR-BLANK" if cell.blank else "YEAR-SHORT" if two else "GOAL-DEADLINE"
        line.tell(out, code, role, value=cell.text or None)
        return "", None
    year, latest = int(found[:4]), out.today.year + LATEST
    if not 2000 <= year <= latest:
        line.tell(out, "GOAL-YEAR", role, value=cell.text, low=2000, high=latest)
        return "", None
    if year < out.today.year:
        line.tell(out, "GOAL-PAST", role, value=cell.text, year=year)
    return found, first


def _baseline(line: TargetLine, deadline: str, out: Walk) -> _Start:
    year_cell, cell = line.cells.get("baseline_year", BLANK), line.cells.get("baseline", BLANK)
    if told := _WITH_YEAR.fullmatch(characters.half_width(cell.text)):
        cell = Cell(told[1])
        year_cell = Cell(told[2]) if year_cell.blank else year_cell
    year: int | None = None
    if not year_cell.blank:
        found = dates.year_read(year_cell.text, out.today, year_cell.when)
        if found.kind in ("year", "day"):
            year = found.year
        else:
            line.tell(out, _YEAR_CODES.get(found.kind, "YEAR-BAD"), "baseline_year", value=year_cell.text)
        if deadline and found.year is not None and found.year >= int(deadline[:4]):
            line.tell(out, "GOAL-ORDER", "target_year", value=deadline, start=found.year, end=deadline[:4])
    reading, unit = values.read(cell), line.text("unit")
    if reading.problem:
        line.tell(out, reading.problem, "baseline", value=cell.shown, hint=reading.hint)
    one, other = units.parse(reading.unit), units.parse(unit)
    if one and other and one.family == other.family and one.factor != other.factor:
        line.tell(out, "UNIT-CONFLICT", "baseline", value=cell.text, one=unit, other=reading.unit)
    return _Start(year, reading.number, reading.unit)


def _direction(line: TargetLine, indicator: Match | None, out: Walk) -> str:
    found = comparators.direction(line.text("direction"))
    known = out.about(indicator.id).get("direction", "") if indicator else ""
    if found == "?":
        line.tell(out, "GOAL-DIRECTION-WORD", "direction")
        return ""
    if indicator and known in _MEANT and found in _MEANT and found != known:
        line.tell(out, "GOAL-DIRECTION", "direction", indicator=indicator.name, meant=_MEANT[known])
    added = "increase" if meaning.adds_up(line.text("indicator"), line.text("unit")) else ""
    return found or known or added


def _against_direction(goal: Goal, out: Walk) -> None:
    """The goal against its own starting value; a change has none to be held against."""
    if goal.baseline is None or goal.said.each or goal.worked_out:
        return
    value, start, line = goal.value, goal.baseline, goal.line
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
    said = {"baseline": line.text("baseline"), "direction": line.text("direction") or goal.direction}
    line.tell(out, code, role, value=goal.shown, **said)
