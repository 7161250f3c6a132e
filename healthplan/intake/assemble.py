"""Raw figures to observations: names, years, values and units read, each doubt named, nothing guessed."""

import re

from healthplan.intake import measure, row_names, values
from healthplan.intake.faults import LeftOut
from healthplan.intake.rows import Assembled, Laid, Raw, Row, Shared
from healthplan.intake.values import Reading
from healthplan.language import characters, units, vocabulary
from healthplan.language.dates import RUNNING, meaning
from healthplan.language.names import Match, Register
from healthplan.messages import both

TEXT_LIMIT = 2_000
ACTIVE = re.compile(r"^\s*[=@]|<\s*/?\s*[a-z!]|javascript:", re.IGNORECASE)


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


def assemble(laid: Laid, register: Register, file: str) -> Assembled:
    """Every raw figure read, or a fault, or an entry of the list of what is left out."""
    out = Assembled()
    shared = Shared()
    for raw in laid.raws:
        _one(raw, laid, register, file, out, shared)
    out.faults += shared.faults(file)
    return out


def _one(
    raw: Raw, laid: Laid, register: Register, file: str, out: Assembled, shared: Shared
) -> None:
    before = len(out.faults)

    def say(code: str, column: str, value: object, **fields: object) -> None:
        out.say(code, file, sheet=raw.sheet, row=raw.row, column=column, value=value, **fields)

    indicator, area = row_names.looked_up(raw, register, say, out, shared)
    reading = values.read(raw.value)
    year = _dated(raw, reading, say, out, shared)
    long_texts(raw, say)
    if reading.problem:
        say(reading.problem, raw.column, raw.value.shown, hint=reading.hint or reading.unit)
    if len(out.faults) > before and any(f.severity == "error" for f in out.faults[before:]):
        return
    if indicator is None or area is None or year is None:
        return
    numerator, denominator = _parts(raw, say)
    if reading.missing:
        derived = _derived(indicator, numerator, denominator, register)
        if derived is None:
            about = row_names.identity(indicator)
            shared.add("CELL-MISSING", raw, raw.column, raw.value.text or None, about=about)
            return
        reading = Reading(derived, unit=str(register.about[indicator.id]["unit"]), status="derived")
    if reading.status in ("forecast", "target") or _said(raw) in ("forecast", "target"):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
        say("LEFT-FORECAST-VALUE", raw.column, raw.value.text)
        return
    row = measure.measured(raw, indicator, area, year, reading, register, say, shared)
    if row is None:
        return
    row.numerator, row.denominator = numerator, denominator
    _status(row, reading, laid, shared)
    _marks(row, reading, raw, shared)
    _agrees(row, register, say)
    out.rows.append(row)


def _said(raw: Raw) -> str:
    """What the status column says, or a note that is nothing but a status word."""
    alone = characters.key(raw.note).rstrip("数值") in vocabulary.marks()
    return meaning(raw.status) or (meaning(raw.note) if alone else "")


def _dated(raw: Raw, reading: Reading, say, out: Assembled, shared: Shared) -> int | None:
    year = raw.year
    column = raw.columns.get("year", raw.column)
    if year.kind in ("year", "day", "future") and year.status in ("forecast", "target"):
        out.left.append(LeftOut(raw.sheet, raw.row, raw.column, raw.value.text, "forecast_value"))
        say("LEFT-FORECAST-VALUE", column, raw.year_text)
        return None
    if year.kind in _YEAR_CODES:
        say(_YEAR_CODES[year.kind], column, raw.year_text or None, meant=year.meant, hint="")
        return None
    if year.kind == "year" and year.meant == RUNNING and not raw.period:
        shared.add("YEAR-NOW", raw, column, raw.year_text)
    if year.kind == "day":
        shared.add("YEAR-DAY", raw, column, raw.year_text, meant=year.meant)
    if year.marks:
        shared.add("CELL-MARK", raw, column, raw.year_text, about=year.marks, marks=year.marks)
    return year.year


def long_texts(raw: Raw, say) -> None:
    for role, written in (("source", raw.source), ("note", raw.note), ("unit", raw.unit)):
        if ACTIVE.search(written):
            say("CELL-ACTIVE", raw.columns.get(role, role), written)
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
            say(reading.problem, raw.columns.get(role, role), cell.shown, hint=reading.hint)
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
    return units.tidy(numerator / denominator * per)


def _per(indicator: Match, register: Register) -> float | None:
    per = register.about.get(indicator.id, {}).get("per")
    return None if per is None or per != per else float(per)


def _status(row: Row, reading: Reading, laid: Laid, shared: Shared) -> None:
    """The status that travels: from the value, the year, the status column, the note, a footnote."""
    raw = row.raw
    found = [
        reading.status,
        raw.year.status,
        meaning(raw.status) or raw.status,
        _of_year(raw.note, row.year),
        _of_year(raw.source, row.year),
    ]
    row.revised = "revised" in found
    if raw.status and not meaning(raw.status) and raw.status not in ("derived", "final"):
        row.notes.append(characters.clean(raw.status))
        shared.add("STATUS-UNKNOWN", raw, raw.columns.get("obs_status", ""), raw.status)
    for status in found:
        if status in ("preliminary", "estimated", "derived", "break"):
            row.status = status
            break
    else:
        row.status = laid.noted.get(row.year, "final")
    if raw.note:
        row.notes.append(characters.clean(raw.note))


def _of_year(note: str, year: int) -> str:
    """What a note says of a year: nothing when it names other years (2022年口径变化 in a wide row)."""
    named_years = re.findall(r"((?:19|20)\d{2})年", note)
    return meaning(note) if not named_years or str(year) in named_years else ""


def _marks(row: Row, reading: Reading, raw: Raw, shared: Shared) -> None:
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
        said = both(f"observations.status_{row.status}")
        shared.add("STATUS", raw, raw.column, raw.value.text, about=row.status, status=said)
    if raw.value.formula:
        shared.add("CELL-CALCULATED", raw, raw.column, raw.value.formula)


def _agrees(row: Row, register: Register, say) -> None:
    """The value against its numerator and denominator."""
    about = register.about.get(row.indicator, {})
    per = about.get("per")
    if row.numerator is None or not row.denominator or per is None or per != per:
        return
    derived = units.tidy(row.numerator / row.denominator * float(per))
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
