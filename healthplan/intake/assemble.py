"""Raw figures to observations: names, years, values and units read, each doubt named, nothing guessed."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from healthplan.intake import editions, measure, row_names, series_checks, values
from healthplan.intake.faults import LeftOut
from healthplan.intake.rows import Assembled, Laid, Raw, Row, Shared, number, say
from healthplan.intake.values import Reading
from healthplan.language import characters, units
from healthplan.language.dates import RUNNING, confirmed, meaning
from healthplan.language.names import Match, Register
from healthplan.messages import both

TEXT_LIMIT = 2_000
ACTIVE = re.compile(r"^\s*[=@]|<\s*/?\s*[a-z!]|javascript:", re.IGNORECASE)
_YEAR_CODES = {
    "blank": "YEAR-BLANK", "part": "YEAR-PART", "range": "YEAR-SPAN", "two_digits": "YEAR-SHORT", "serial": "YEAR-SERIAL",
    "either": "YEAR-EITHER", "bad": "YEAR-BAD", "formula": "CELL-FORMULA", "ancient": "YEAR-ANCIENT", "future": "YEAR-FUTURE",
}  # fmt: skip


def assemble(laid: Laid, register: Register) -> Assembled:
    """Every raw figure read, or a fault, or an entry of the list of what is left out."""
    out = Assembled(laid.file, register=register)
    schools = any(raw.year.span and raw.year.kind == "year" for raw in laid.raws)
    for raw in laid.raws:
        if schools and raw.year.kind == "either":  # 2011/12 beside 2012/13
            raw.year = replace(raw.year, kind="year")
        row = _one(raw, laid, out)
        if row is not None:
            out.rows.append(row)
    out.finish()
    return out


def _one(raw: Raw, laid: Laid, out: Assembled) -> Row | None:
    before = len(out.faults)
    indicator, area = row_names.looked_up(raw, out)
    reading = values.read(raw.value)
    year = _dated(raw, indicator, out)
    long_texts(raw, out)
    if reading.problem:
        hint = reading.hint or reading.unit
        out.doubt(raw, reading.problem, raw.column, raw.value.shown, hint=hint)
    if out.wrong_since(before) or indicator is None or area is None or year is None:
        return None
    numerator, denominator = _parts(raw, out)
    if reading.missing:
        derived = _derived(out.about(indicator.id), numerator, denominator)
        if derived is None:
            about = row_names.identity(indicator)
            out.shared.add("CELL-MISSING", raw, raw.column, raw.value.text or None, about=about)
            return None
        reading = Reading(derived, unit=str(out.about(indicator.id)["unit"]), status="derived")
    if {reading.status, _said(raw)} & {"forecast", "target"}:
        _leave_forecast(raw, raw.column, raw.status or raw.note or raw.value.text, out)
        return None
    row = measure.measured(raw, indicator, area, year, reading, out)
    if row is None:
        return None
    row.numerator, row.denominator = numerator, denominator
    row.group, row.edition = indicator.group, _edition(raw, year, laid, out)
    if raw.note and _disowned(row, laid.line(raw)):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "disowned_value"))
        out.doubt(raw, "VALUE-DISOWNED", raw.column, row.shown, note=characters.clean(raw.note))
        return None
    _status(row, reading, laid, out.shared)
    _marks(row, reading, raw, out.shared)
    _agrees(row, out)
    return row


def _edition(raw: Raw, year: int, laid: Laid, out: Assembled) -> str:
    edition = editions.read(raw, year, laid.today, laid.file)
    if edition is None:
        out.doubt(raw, "EDITION-BAD", raw.columns.get("edition", ""), raw.edition)
    return edition or ""


def _leave_forecast(raw: Raw, column: str, word: str, out: Assembled) -> None:
    out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
    out.shared.add("LEFT-FORECAST-VALUE", raw, column, raw.value.text, about=word)


_RATHER = re.compile(
    r"(?:(?:应|实际?|更正|改|修正|订正|正确)[为是]\D{0,4}?|即)(\d[\d,]*(?:\.\d+)?)\s*([^\s\d,，。;；、()（）]{0,5})"
)
_SLIPPED = re.compile("(?<!非)(?<!无)(?:误(?:按|以|填|报|录|写|作)|错(?:填|报|录|写)|笔误|(?<!位)小数(?!点))")
_MENDED = re.compile("(?:已|均|业)经?.{0,4}(?:更正|改正|订正|修正|改为)|不是|并非|不存在|没有")


def _disowned(row: Row, beside: list[Raw]) -> bool:
    """Whether the note says that the figure is not as it stands here: 误按万人填报，实为70800人. Of several figures of a line
    (``beside``) it is the one that is ten, a hundred times off the number it tells, else the one that it names."""
    note = characters.half_width(row.raw.note)
    if not _about(note, row.year):
        return False
    told = [pair for match in _RATHER.finditer(note) for pair in _readings(match[1], match[2], row)]
    if any(abs(n - v) <= 1e-3 * abs(v) for n, v in told):
        return False
    slip = bool(_SLIPPED.search(note)) and not _MENDED.search(note)
    if not slip and not (told and confirmed(note)):
        return False
    beside = [raw for raw in beside if raw.year.year and _about(note, raw.year.year)]
    if len({raw.column for raw in beside}) < 2 or any(_tenfold(n, v) for n, v in told if v):
        return True
    named = {raw.column: _shared(raw.indicator, note) for raw in beside}
    most = max(named.values())
    return named[row.raw.column] == most >= 3 and list(named.values()).count(most) == 1


def _readings(written: str, unit: str, row: Row) -> Iterator[tuple[float, float]]:
    """A number of a note beside the figure that it is about, both as they stand and both in the registered unit."""
    told, one = float(written.replace(",", "")), units.parse(unit) if unit else None
    given, own = units.parse(row.given_unit), units.parse(row.unit)
    if one is None or one == given:
        yield told, row.given
    elif own and (factor := units.factor(one, own)):
        yield told * factor, row.value


def _tenfold(one: float, other: float) -> bool:
    """Whether a number is another ten, a hundred times over."""
    power = math.log10(abs(one / other)) if one else 0.0
    return round(power) != 0 and abs(power - round(power)) < 0.002


def _shared(name: str, note: str) -> int:
    """The length of the longest piece of a name that stands in a note."""
    name = characters.name(name)
    pieces = ((i, j) for i in range(len(name)) for j in range(i + 1, len(name) + 1))
    return max((j - i for i, j in pieces if name[i:j] in note), default=0)


def _about(note: str, year: int) -> bool:
    """Whether a note is about a year: it names it, or none."""
    named = re.findall(r"((?:19|20)\d{2})年", note)
    return not named or str(year) in named


def _said(raw: Raw) -> str:
    """What the status column says, else the note."""
    found = meaning(raw.status)
    return found if found and found != "confirmed" else meaning(raw.note)


_IN_WORDS = re.compile("[季月半上下qh]", re.IGNORECASE)  # 2023.5 and 2023-06 may be anything


def _dated(raw: Raw, indicator: Match | None, out: Assembled) -> int | None:
    year = raw.year
    column = raw.columns.get("year", raw.column)
    if year.kind in ("year", "day", "future") and year.status in ("forecast", "target"):
        _leave_forecast(raw, column, raw.year_text, out)
        return None
    if year.kind == "range" and year.span and _pooled(raw, indicator, out):
        raw.period = year.span
        out.shared.add("YEAR-POOLED", raw, column, raw.year_text, about=year.span, last=year.year)
        return year.year
    if year.kind == "part" and year.year and _IN_WORDS.search(raw.year_text):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "part_value"))
        out.shared.add("LEFT-PART-VALUE", raw, column, raw.value.text, about=raw.year_text)
        return None
    if year.kind in _YEAR_CODES:
        code, written = _YEAR_CODES[year.kind], raw.year_text or None
        out.doubt(raw, code, column, written, meant=year.meant, hint="")
        return None
    place = (raw, column, raw.year_text)
    if year.kind == "year" and year.span:
        out.shared.add("YEAR-SCHOOL", *place, year=year.year)
    if year.kind == "year" and year.meant == RUNNING and not raw.period:
        out.shared.add("YEAR-NOW", *place)
    if year.kind == "day":
        out.shared.add("YEAR-DAY", *place, meant=year.meant)
    if year.marks:
        out.shared.add("CELL-MARK", *place, about=year.marks, marks=year.marks)
    return year.year


def _pooled(raw: Raw, indicator: Match | None, out: Assembled) -> bool:
    """Whether a figure of several years may stand as one of its span: its counts are there, or it is a count itself,
    added up over the years."""
    if not raw.numerator.blank and not raw.denominator.blank:
        return True
    kind = out.about(indicator.id).get("indicator_kind") if indicator else ""
    return kind in ("count", "event") and raw.year.how in ("合计", "累计", "总计")


def long_texts(raw: Raw, out: Assembled) -> None:
    """A fault for each text beside a figure that a program might run, or that is too long."""
    for role in ("source", "note", "unit"):
        written, column = getattr(raw, role), raw.columns.get(role, role)
        if ACTIVE.search(written):
            out.doubt(raw, "CELL-ACTIVE", column, written)
        if len(written) > TEXT_LIMIT:
            size = len(written)
            out.doubt(raw, "CELL-LONG", column, written, length=size, limit=TEXT_LIMIT)


def _parts(raw: Raw, out: Assembled) -> tuple[float | None, float | None]:
    """Numerator and denominator where they are given."""
    found: list[float | None] = []
    for role, cell in (("numerator", raw.numerator), ("denominator", raw.denominator)):
        reading, column = values.read(cell), raw.columns.get(role, role)
        stated = reading.number
        if reading.problem:
            out.doubt(raw, reading.problem, column, cell.shown, hint=reading.hint)
        elif stated is not None and (stated < 0 or (role == "denominator" and stated == 0)):
            out.doubt(raw, "PART-SIGN", column, cell.text)
        found.append(_whole(reading))
    return found[0], found[1]


def _whole(reading: Reading) -> float | None:
    if reading.number is None or reading.number < 0:
        return None
    unit = units.parse(reading.unit) if reading.unit else None
    counted = unit is not None and unit.family in ("number", "people", "units")
    return reading.number * (unit.factor if unit and counted else 1.0)


def _derived(about: dict, numerator: float | None, denominator: float | None) -> float | None:
    per = number(about, "per")
    if per is None or numerator is None or not denominator:
        return None
    return units.tidy(numerator / denominator * per)


def _status(row: Row, reading: Reading, laid: Laid, shared: Shared) -> None:
    """The status that travels: from the value, the year, the status column, the note, a footnote."""
    raw = row.raw
    found = [reading.status, raw.year.status, meaning(raw.status) or raw.status]
    found += [
        *(_of_year(words, row.year) for words in (raw.note, raw.source)),
        meaning(raw.edition),
    ]
    row.revised = "revised" in found or _revised_later(raw, row.year)
    row.revised = row.revised or editions.called_revised(raw.sheet)
    slip = _SLIPPED.search(raw.note) and not _MENDED.search(raw.note)
    note = raw.note if _about(raw.note, row.year) and not slip else ""
    row.confirmed = confirmed(f"{raw.status};{note}", raw.answer)
    if raw.status and not meaning(raw.status) and raw.status not in ("derived", "final"):
        row.notes.append(characters.clean(raw.status))
        shared.add("STATUS-UNKNOWN", raw, raw.columns.get("obs_status", ""), raw.status)
    kept = [s for s in found if s in ("preliminary", "estimated", "derived", "break")]
    row.status = kept[0] if kept else laid.noted.get(row.year, "final")
    row.notes += [characters.clean(words) for words in (raw.note, raw.answer) if words]
    if row.confirmed and meaning(raw.status) == "confirmed":
        row.notes.append(characters.clean(raw.status))


def _of_year(note: str, year: int) -> str:
    """What a note says of a year: nothing when it names other years (2022年口径变化 in a wide row)."""
    return meaning(note) if _about(note, year) else ""


def _revised_later(raw: Raw, year: int) -> bool:
    """Whether a note or source says that figures were revised in a later year: 年报（2022年修订）, of 2019."""
    for words in (raw.note, raw.source):
        named = re.findall(r"((?:19|20)\d\d)年", words)
        if named and min(map(int, named)) > year and meaning(words) == "revised":
            return True
    return False


def _marks(row: Row, reading: Reading, raw: Raw, shared: Shared) -> None:
    """What was set aside or turned about a figure, said and noted."""
    place = (raw, raw.column, raw.value.text)
    row.notes += [marks for marks in (reading.marks, raw.year.marks) if marks]
    if reading.marks:
        shared.add("CELL-MARK", *place, about=reading.marks, marks=reading.marks)
    if reading.noted == "CELL-PERCENT":
        shared.add("CELL-PERCENT", *place, shown=f"{row.given:g}%", style=raw.value.format)
    elif reading.noted:
        shared.add(reading.noted, *place)
    if row.status in ("preliminary", "estimated", "break"):
        said = both(f"observations.status_{row.status}")
        shared.add("STATUS", *place, about=row.status, status=said)
    if raw.value.formula:
        shared.add("CELL-CALCULATED", raw, raw.column, raw.value.formula)


def _agrees(row: Row, out: Assembled) -> None:
    """The value against its numerator and denominator."""
    about, raw = out.about(row.indicator), row.raw
    derived = _derived(about, row.numerator, row.denominator)
    if derived is None or row.numerator is None or row.denominator is None:
        return
    part = about.get("indicator_kind") == "share" and not series_checks.over_covered(derived, about)
    if part and row.numerator > row.denominator:
        column, whole = raw.columns.get("numerator", ""), raw.denominator.text
        told = {"value": raw.numerator.text, "column": column, "whole": whole}
        out.faults.append(say("PART-WHOLE", row, out.file, **told))
        return
    gap, larger = abs(row.value - derived), max(abs(derived), abs(row.value))
    decimals = len(row.shown.partition(".")[2].rstrip("%‰")) if "." in row.shown else 0
    if gap > 0.005 * larger + 0.51 * 10.0**-decimals:
        code = "PART-FAR" if gap > 0.5 * larger else "PART-DIFFERS"
        out.faults.append(say(code, row, out.file, derived=f"{derived:g}"))
