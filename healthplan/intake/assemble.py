"""Raw figures to observations: names, years, values and units read, each doubt named, nothing guessed."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from healthplan.errors import Fault
from healthplan.intake import names, text, units, values, vocabulary
from healthplan.intake.faulting import fault, span
from healthplan.intake.layout import Laid, Raw
from healthplan.intake.leftout import LeftOut
from healthplan.intake.names import Match, Register
from healthplan.intake.units import Unit
from healthplan.intake.values import Reading
from healthplan.intake.years import meaning

TEXT_LIMIT = 2_000
_YEAR_CODES = {
    "blank": "YEAR-BLANK",
    "part": "YEAR-PART",
    "range": "YEAR-SPAN",
    "two_digits": "YEAR-SHORT",
    "serial": "YEAR-SERIAL",
    "bad": "YEAR-BAD",
    "formula": "CELL-FORMULA",
    "ancient": "YEAR-ANCIENT",
    "future": "YEAR-FUTURE",
}


@dataclass
class Row:
    """One figure, read. ``given`` is the number as written in ``given_unit``; ``value`` is in ``unit``."""

    raw: Raw
    indicator: str
    area: str
    year: int
    value: float
    unit: str
    given: float
    given_unit: str
    shown: str
    status: str = "final"
    revised: bool = False
    notes: list[str] = field(default_factory=list)
    numerator: float | None = None
    denominator: float | None = None


@dataclass
class Assembled:
    """The rows, the faults, what more is left out, and the names as the file writes them, by id."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    indicator_names: dict[str, str] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)


class Gathered:
    """Doubts that many rows share, said once with all their rows."""

    def __init__(self) -> None:
        self.rows: dict[tuple, list[int]] = defaultdict(list)
        self.fields: dict[tuple, dict] = {}
        self.values: dict[tuple, dict[str, None]] = defaultdict(dict)

    def add(self, code: str, raw: Raw, column: str, value: object = None, **fields: object) -> None:
        key = (code, raw.sheet, column, fields.get("about", ""))
        self.rows[key].append(raw.row)
        self.fields.setdefault(key, {"value": value, **fields})
        if value is not None and len(self.values[key]) < 6:
            self.values[key].setdefault(str(value))

    def faults(self, file: str) -> list[Fault]:
        out = []
        for key, rows in self.rows.items():
            code, sheet, column, _ = key
            fields = {**self.fields[key], "values": "、".join(self.values[key])}
            out.append(
                fault(
                    code,
                    file,
                    sheet=sheet,
                    row=rows[0],
                    column=column,
                    rows=span(rows),
                    count=len(rows),
                    **fields,
                )
            )
        return out


def assemble(laid: Laid, register: Register, file: str) -> Assembled:
    """Every raw figure read, or a fault, or an entry of the list of what is left out."""
    out = Assembled()
    shared = Gathered()
    for raw in laid.raws:
        _one(raw, laid, register, file, out, shared)
    out.faults += shared.faults(file)
    return out


def _one(
    raw: Raw, laid: Laid, register: Register, file: str, out: Assembled, shared: Gathered
) -> None:
    before = len(out.faults)

    def say(code: str, column: str, value: object, **fields: object) -> None:
        out.faults.append(
            fault(code, file, sheet=raw.sheet, row=raw.row, column=column, value=value, **fields)
        )

    indicator, area = named(raw, register, say, out, shared)
    reading = values.read(raw.value)
    year = _dated(raw, reading, say, out, shared)
    long_texts(raw, say)
    if reading.problem:
        say(
            reading.problem,
            raw.column,
            raw.value.formula or raw.value.text,
            hint=reading.hint or _hint(reading),
        )
    if len(out.faults) > before and any(f.severity == "error" for f in out.faults[before:]):
        return
    if indicator is None or area is None or year is None:
        return
    numerator, denominator = _parts(raw, say)
    if reading.missing and numerator is None:
        shared.add("CELL-MISSING", raw, raw.column, raw.value.text or None, about=_id(indicator))
        return
    if reading.missing:
        derived = _derived(indicator, numerator, denominator, register)
        if derived is None:
            shared.add(
                "CELL-MISSING", raw, raw.column, raw.value.text or None, about=_id(indicator)
            )
            return
        reading = Reading(derived, unit=str(register.about[indicator.id]["unit"]), status="derived")
    if reading.status in ("forecast", "target") or _said(raw) in ("forecast", "target"):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
        say("LEFT-FORECAST-VALUE", raw.column, raw.value.text)
        return
    row = measured(raw, indicator, area, year, reading, register, say, shared)
    if row is None:
        return
    row.numerator, row.denominator = numerator, denominator
    _status(row, reading, laid, shared)
    _marks(row, reading, raw, shared)
    _agrees(row, register, say)
    out.rows.append(row)


def _said(raw: Raw) -> str:
    """What the status column says, or a note that is nothing but a status word."""
    alone = text.key(raw.note).rstrip("数值") in vocabulary.marks()
    return meaning(raw.status) or (meaning(raw.note) if alone else "")


def _id(match: Match) -> str:
    return match.id or match.name


def _hint(reading: Reading) -> str:
    return reading.unit


def named(
    raw: Raw, register: Register, say, out: Assembled, shared: Gathered
) -> tuple[Match | None, Match | None]:
    column_i, column_a = raw.columns.get("indicator", ""), raw.columns.get("area", "")
    indicator = _name(raw.indicator, column_i, register.indicator, "KEY-INDICATOR-BLANK", say)
    area = _name(raw.area, column_a, register.area, "KEY-AREA-BLANK", say)
    if indicator and area and not indicator.id and register.indicator(raw.area).id:
        say("KEY-SWAPPED", column_i, raw.indicator, other=raw.area)
        return None, None
    if indicator and not indicator.id and not indicator.unsafe:
        if indicator.meant:
            used = {text.key(name) for name in out.indicator_names.values()}
            likely = sorted(indicator.meant, key=lambda name: text.key(name) not in used)
            say("KEY-SLIP", column_i, raw.indicator, meant="、".join(likely[:3]))
        else:
            shared.add("KEY-NEW-INDICATOR", raw, column_i, raw.indicator, about=indicator.name)
    if area and not area.id and not area.unsafe:
        shared.add("KEY-NEW-AREA", raw, column_a, area.name)
    for match, column, written in (
        (indicator, column_i, raw.indicator),
        (area, column_a, raw.area),
    ):
        if match and match.folded:
            shared.add("KEY-FOLDED", raw, column, written, about=match.name)
        if match and match.marks:
            shared.add("KEY-MARKED", raw, column, written, about=match.name, marks=match.marks)
    if indicator:
        out.indicator_names.setdefault(_id(indicator), indicator.name)
    if area:
        out.area_names.setdefault(_id(area), area.name)
    return indicator, area


def _name(written: str, column: str, lookup, blank_code: str, say) -> Match | None:
    if not text.name(written):
        say(blank_code, column, None)
        return None
    if written.startswith("#") and written.endswith(("!", "?", "/A")):
        say("CELL-ERROR", column, written, hint="")
        return None
    if "\ufffd" in written:
        say("CELL-GARBLED", column, written, hint="")
        return None
    match = lookup(written)
    if match.unsafe:
        say("KEY-UNSAFE", column, written, length=len(written))
        return None
    return match


def _dated(raw: Raw, reading: Reading, say, out: Assembled, shared: Gathered) -> int | None:
    year = raw.year
    column = raw.columns.get("year", raw.column)
    if year.kind in ("year", "day") and year.status in ("forecast", "target"):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
        say("LEFT-FORECAST-VALUE", column, raw.year_text)
        return None
    if year.kind == "future" and year.status in ("forecast", "target"):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
        say("LEFT-FORECAST-VALUE", column, raw.year_text)
        return None
    if year.kind in _YEAR_CODES:
        say(_YEAR_CODES[year.kind], column, raw.year_text or None, meant=year.meant, hint="")
        return None
    if year.kind == "day":
        shared.add("YEAR-DAY", raw, column, raw.year_text, meant=year.meant)
    if year.marks:
        shared.add("CELL-MARK", raw, column, raw.year_text, about=year.marks, marks=year.marks)
    return year.year


def long_texts(raw: Raw, say) -> None:
    for role, written in (("source", raw.source), ("note", raw.note), ("unit", raw.unit)):
        if len(written) > TEXT_LIMIT:
            say(
                "CELL-LONG",
                raw.columns.get(role, role),
                written,
                length=len(written),
                limit=TEXT_LIMIT,
            )


def _parts(raw: Raw, say) -> tuple[float | None, float | None]:
    """Numerator and denominator where they are given."""
    found: list[float | None] = []
    for role, cell in (("numerator", raw.numerator), ("denominator", raw.denominator)):
        reading = values.read(cell)
        if reading.problem:
            say(
                reading.problem,
                raw.columns.get(role, role),
                cell.formula or cell.text,
                hint=reading.hint,
            )
        elif reading.number is not None and (
            reading.number < 0 or (role == "denominator" and reading.number == 0)
        ):
            say("PART-SIGN", raw.columns.get(role, role), cell.text)
        found.append(_whole(reading))
    return found[0], found[1]


def _whole(reading: Reading) -> float | None:
    if reading.number is None or reading.number < 0:
        return None
    unit = units.parse(reading.unit) if reading.unit else None
    return reading.number * (
        unit.factor if unit and unit.family in ("number", "people", "units") else 1.0
    )


def _derived(
    indicator: Match, numerator: float | None, denominator: float | None, register: Register
) -> float | None:
    per = _per(indicator, register)
    if per is None or numerator is None or not denominator:
        return None
    return tidy(numerator / denominator * per)


def _per(indicator: Match, register: Register) -> float | None:
    per = register.about.get(indicator.id, {}).get("per")
    return None if per is None or per != per else float(per)


def tidy(number: float) -> float:
    """The number without the dust of a multiplication: twelve significant digits."""
    return float(f"{number:.12g}")


def measured(
    raw: Raw,
    indicator: Match,
    area: Match,
    year: int,
    reading: Reading,
    register: Register,
    say,
    shared: Gathered,
) -> Row | None:
    column = raw.columns.get("unit", raw.column)
    number = reading.number
    assert number is not None
    wanted = register.about.get(indicator.id, {}).get("unit", "")
    given = _given_unit(raw, indicator, reading, wanted, say, column)
    if given is None:
        return None
    written, scale = given
    unit, factor = _converted(written, scale, wanted, say, column, raw)
    if unit is None:
        return None
    if not written:
        shared.add(
            "UNIT-BLANK",
            raw,
            column,
            None,
            about=_id(indicator),
            unit=unit or "?",
            name=indicator.name,
        )
    elif factor != 1.0:
        shared.add(
            "UNIT-CONVERTED",
            raw,
            column,
            written,
            about=f"{_id(indicator)} {written}",
            unit=unit,
            name=indicator.name,
        )
    value = tidy(number * factor) if factor != 1.0 else number
    return Row(raw, _id(indicator), _id(area), year, value, unit, number, written, raw.value.text)


def _given_unit(
    raw: Raw, indicator: Match, reading: Reading, wanted: str, say, column: str
) -> tuple[str, float] | None:
    """The unit that the file gives for a value, from all places where it may stand; they must agree."""
    places = [
        (raw.unit, "unit"), (raw.header_unit, "header"), (indicator.unit, "indicator"), (reading.unit, "value"),
    ]  # fmt: skip
    stated = [(text.clean(unit), place) for unit, place in places if unit.strip()]
    if not stated:
        return (raw.title_unit, 1.0)
    first, scale = stated[0][0], 1.0
    for unit, place in stated[1:]:
        one, other = units.parse(first), units.parse(unit)
        if one is None or other is None:
            if text.key(first) != text.key(unit):
                say("UNIT-CONFLICT", column, raw.value.text, one=first, other=unit)
                return None
            continue
        if other.family == "number" and one.family != "number" and place == "value":
            if one.factor == 1:
                scale = other.factor
            elif one.factor != other.factor:
                say("UNIT-CONFLICT", column, raw.value.text, one=first, other=unit)
                return None
            continue
        if not _same(one, other):
            if (
                place == "value"
                and one.factor == 1
                and one.family == other.family
                and one.family != "ratio"
            ):
                first = unit
                continue
            say("UNIT-CONFLICT", column, raw.value.text, one=first, other=unit)
            return None
    return first, scale


def _same(one: Unit, other: Unit) -> bool:
    for left, right in ((one, other), (other, one)):
        ratio = units.factor(left, right)
        if ratio is not None and abs(ratio - 1) < 1e-9:
            return True
    return False


def _converted(
    written: str, scale: float, wanted: str, say, column: str, raw: Raw
) -> tuple[str | None, float]:
    given = units.parse(written) if written else None
    target = units.parse(wanted) if wanted else None
    if not wanted:
        if written and given is None:
            return written, scale
        return (given.unit if given else ""), scale
    if not written:
        return wanted, scale
    if target is None:
        if text.key(written) == text.key(wanted):
            return wanted, scale
        say("UNIT-WRONG", column, written, unit=wanted)
        return None, 1.0
    ratio = None if given is None else units.factor(given, target)
    if ratio is None:
        say("UNIT-WRONG", column, written, unit=wanted)
        return None, 1.0
    return wanted, tidy(ratio * scale)


def _status(row: Row, reading: Reading, laid: Laid, shared: Gathered) -> None:
    """The status that travels: from the value, the year, the status column, the note, a footnote."""
    raw = row.raw
    found = [
        reading.status,
        raw.year.status,
        meaning(raw.status) or raw.status,
        meaning(raw.note),
        meaning(raw.source),
    ]
    row.revised = "revised" in found
    if raw.status and not meaning(raw.status) and raw.status not in ("derived", "final"):
        row.notes.append(text.clean(raw.status))
        shared.add("STATUS-UNKNOWN", raw, raw.columns.get("obs_status", ""), raw.status)
    for status in found:
        if status in ("preliminary", "estimated", "derived", "break"):
            row.status = status
            break
    else:
        row.status = laid.noted.get(row.year, "final")
    if raw.note:
        row.notes.append(text.clean(raw.note))


def _marks(row: Row, reading: Reading, raw: Raw, shared: Gathered) -> None:
    if reading.marks:
        row.notes.append(reading.marks)
        shared.add(
            "CELL-MARK", raw, raw.column, raw.value.text, about=reading.marks, marks=reading.marks
        )
    if raw.year.marks:
        row.notes.append(raw.year.marks)
    if reading.noted == "CELL-PERCENT":
        shared.add(
            "CELL-PERCENT",
            raw,
            raw.column,
            raw.value.text,
            shown=f"{row.given:g}%",
            style=raw.value.format,
        )
    elif reading.noted:
        shared.add(reading.noted, raw, raw.column, raw.value.text)
    if row.status in ("preliminary", "estimated", "break"):
        shared.add("STATUS", raw, raw.column, raw.value.text, about=row.status, status=row.status)
    if raw.value.formula:
        shared.add("CELL-CALCULATED", raw, raw.column, raw.value.formula)


def _agrees(row: Row, register: Register, say) -> None:
    """The value against its numerator and denominator."""
    about = register.about.get(row.indicator, {})
    per = about.get("per")
    if row.numerator is None or not row.denominator or per is None or per != per:
        return
    derived = tidy(row.numerator / row.denominator * float(per))
    if about.get("indicator_kind") == "share" and row.numerator > row.denominator:
        say(
            "PART-WHOLE",
            row.raw.columns.get("numerator", ""),
            row.raw.numerator.text,
            whole=row.raw.denominator.text,
        )
        return
    gap, larger = abs(row.value - derived), max(abs(derived), abs(row.value))
    decimals = len(row.shown.partition(".")[2].rstrip("%‰")) if "." in row.shown else 0
    if gap > 0.005 * larger + 0.51 * 10.0**-decimals:
        far = gap > 0.5 * larger
        say(
            "PART-FAR" if far else "PART-DIFFERS", row.raw.column, row.shown, derived=f"{derived:g}"
        )
