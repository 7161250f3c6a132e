"""A number and its unit to a value in the unit that the indicator is registered with."""

from healthplan.intake import row_names
from healthplan.intake.rows import Raw, Row, Shared
from healthplan.intake.values import Reading
from healthplan.language import characters, units, vocabulary
from healthplan.language.names import Match, Register
from healthplan.language.units import Unit


def measured(
    raw: Raw,
    indicator: Match,
    area: Match,
    year: int,
    reading: Reading,
    register: Register,
    say,
    shared: Shared,
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
    own = raw.columns.get("unit") or vocabulary.column_words()["unit"]
    said = {
        "unit": unit or "?",
        "name": indicator.name,
        "about": f"{row_names.identity(indicator)} {written}",
    }
    if not written:
        shared.add("UNIT-BLANK", raw, own, None, **said)
    elif factor != 1.0:
        shared.add("UNIT-CONVERTED", raw, own, written if scale == 1.0 else reading.unit, **said)
    value = units.tidy(number * factor) if factor != 1.0 else number
    return Row(
        raw,
        row_names.identity(indicator),
        row_names.identity(area),
        year,
        value,
        unit,
        number,
        written,
        raw.value.text,
    )


def _given_unit(
    raw: Raw, indicator: Match, reading: Reading, wanted: str, say, column: str
) -> tuple[str, float] | None:
    """The unit that the file gives for a value, from all places where it may stand; they must agree."""
    places = [
        (raw.unit, "unit"), (raw.header_unit, "header"), (indicator.unit, "indicator"), (reading.unit, "value"),
    ]  # fmt: skip
    stated = [(characters.clean(unit), place) for unit, place in places if unit.strip()]
    if not stated:
        return (raw.title_unit, 1.0)
    first, scale = stated[0][0], 1.0
    for unit, place in stated[1:]:
        one, other = units.parse(first), units.parse(unit)
        if one is None or other is None:
            if characters.key(first) != characters.key(unit):
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
        if characters.key(written) == characters.key(wanted):
            return wanted, scale
        say("UNIT-WRONG", column, written, unit=wanted)
        return None, 1.0
    ratio = None if given is None else units.factor(given, target)
    if ratio is None:
        say("UNIT-WRONG", column, written, unit=wanted)
        return None, 1.0
    return wanted, units.tidy(ratio * scale)
