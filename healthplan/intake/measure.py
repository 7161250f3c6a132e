"""A number and its unit to a value in the unit that the indicator is registered with."""

import re

from healthplan.intake import row_names
from healthplan.intake.rows import Assembled, Raw, Row, number
from healthplan.intake.values import Reading
from healthplan.language import characters, units, vocabulary
from healthplan.language.names import Match
from healthplan.language.units import Unit


def measured(raw: Raw, indicator: Match, area: Match, year: int, reading: Reading, out: Assembled) -> Row | None:
    """The figure in the registered unit; None where its units contradict each other, which is then a fault."""
    given_number = reading.number
    assert given_number is not None
    wanted = out.about(indicator.id).get("unit", "")
    given = _given_unit(raw, indicator, reading, out)
    if given is None:
        return None
    converted = _converted(*given, wanted) or _as_cases(*given, out.about(indicator.id))
    if converted is None:
        out.doubt(raw, "UNIT-WRONG", raw.columns.get("unit", raw.column), given[0], unit=wanted)
        return None
    (written, scale), (unit, factor) = given, converted
    own = raw.columns.get("unit") or vocabulary.column_words()["unit"]
    who = row_names.identity(indicator), row_names.identity(area)
    said = {"unit": unit or "?", "name": indicator.name, "about": f"{who[0]} {written}"}
    if not written:
        out.shared.add("UNIT-BLANK", raw, own, None, **said)
    elif factor != 1.0 or _as_cases(written, scale, out.about(indicator.id)):
        shown = written if scale == 1.0 else reading.unit
        out.shared.add("UNIT-CONVERTED", raw, own, shown, **said)
    value = units.tidy(given_number * factor) if factor != 1.0 else given_number
    shown = raw.value.text or f"{given_number:.6g}"
    return Row(raw, *who, year, value, unit, given_number, written, shown)


def _given_unit(raw: Raw, indicator: Match, reading: Reading, out: Assembled) -> tuple[str, float] | None:
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
        behind = place == "value"
        if one is None or other is None:
            agree = characters.key(first) == characters.key(unit)
        elif behind and other.family == "number" and one.family != "number":
            agree = one.factor in (1, other.factor)
            scale = other.factor if one.factor == 1 else scale
        elif _same(one, other):
            agree = True
        else:
            agree = behind and one.factor == 1 and one.family == other.family != "ratio"
            first = unit if agree else first
        if not agree:
            column = raw.columns.get("unit", raw.column)
            out.doubt(raw, "UNIT-CONFLICT", column, raw.value.text, one=first, other=unit)
            return None
    return first, scale


def _same(one: Unit, other: Unit) -> bool:
    ratios = (units.factor(one, other), units.factor(other, one))
    return any(ratio is not None and abs(ratio - 1) < 1e-9 for ratio in ratios)


_A_RATIO = re.compile(r"1\s*[:：]\s*\d+(?:\.\d+)?")  # a goal's 1:1.2 in the place of the unit 1:x
GUESSED = "例"  # the unit of a goal of none at all (零发生): its plan does not say what is counted


def _as_cases(written: str, scale: float, about: dict) -> tuple[str, float] | None:
    """起, 次, 件 as cases of an indicator that nobody has completed yet: its unit was guessed."""
    guessed = about.get("unit") == GUESSED != written and number(about, "plausible_high") is None
    return (GUESSED, scale) if guessed and units.counts_things(written) else None


def _converted(written: str, scale: float, wanted: str) -> tuple[str, float] | None:
    """The unit of the value and the factor that leads to it; None where no factor does."""
    given = units.parse(written) if written else None
    target = units.parse(wanted) if wanted else None
    if not wanted:
        if written and given is None:
            return written, scale
        return (given.unit if given else ""), scale
    if not written or (wanted == "1:x" and _A_RATIO.fullmatch(written)):
        return wanted, scale
    if target is None:
        return (wanted, scale) if characters.key(written) == characters.key(wanted) else None
    ratio = None if given is None else units.factor(given, target)
    return None if ratio is None else (wanted, units.tidy(ratio * scale))
