"""Units against figures: labels that cannot be right, and readings of which both are believable."""

import math
from collections.abc import Iterator
from statistics import median

from healthplan.errors import Fault
from healthplan.intake.faults import span
from healthplan.intake.rows import NEAR, Row, apart, number, say
from healthplan.language import units

WHOLE = ("people", "units", "beds", "items", "households")
UPPER = 5.0  # a rate above this part of the believable range is no usual one


def relabelled(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """Two units in one series: rows whose number fits the others only when it is not converted."""
    scales = {r.given_unit: r.value / r.given for r in reversed(rows) if r.given_unit and r.given}
    if len({round(math.log10(abs(f)), 6) for f in scales.values() if f}) < 2:
        return
    for unit, scale in scales.items():
        own = [r for r in rows if r.given_unit == unit and r.given > 0]
        others = [r for r in rows if r.given_unit != unit and r.value > 0]
        if scale != 1.0 and own and len(own) <= len(others):
            for row in _unconverted(own, median(r.value for r in others)):
                said = {"converted": f"{row.value:g}", "canonical": row.unit}
                said |= {
                    "unit": unit,
                    "other": next(r.given_unit for r in rows if r.given_unit != unit),
                }
                yield id(row), say("UNIT-LABEL", row, file, **said)


def _unconverted(rows: list[Row], middle: float) -> list[Row]:
    """The rows whose number stands among the others' only as it is written."""
    return [r for r in rows if apart(r.value, middle) > NEAR and apart(r.given, middle) < 2.5]


def doubtful(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """A series whose unit is converted as a whole, though its bare numbers are believable and usual."""
    converted = [r for r in rows if r.given and r.value != r.given and id(r) not in doubted]
    if not converted or len(converted) < len([r for r in rows if r.given]):
        return
    if not all(both_readings(r.given, r.value, about) for r in converted):
        return
    first = converted[0]
    readings = f"{first.value:g} {first.unit} / {first.given:g} {first.unit}"
    rows_of = span([r.raw.row for r in converted])
    for row in converted:
        doubted.add(id(row))
    more = {"unit": first.given_unit, "other": first.unit, "readings": readings, "rows": rows_of}
    yield id(first), say("UNIT-DOUBT", first, file, indicator=about.get("name_zh", ""), **more)


def both_readings(given: float, value: float, about: dict) -> bool:
    """Whether a number may just as well be meant in the registered unit as in the one that is written.

    Rates: the bare number is believable and the converted one lies in the upper four fifths of the believable
    range, where rates seldom are. Shares: both are believable and the converted one is the smaller.
    """
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None or not (low <= given <= high and low <= value <= high):
        return False
    if about.get("indicator_kind") == "rate":
        return value > given > 0 and value > high / UPPER
    return about.get("indicator_kind") == "share" and value < given


def uncounted(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """A number of people, institutions or beds that is no whole number."""
    unit = units.parse(about.get("unit", "")) if about else None
    if (
        about.get("indicator_kind") != "count"
        or unit is None
        or unit.factor != 1
        or unit.family not in WHOLE
    ):
        return
    for row in rows:
        if (
            id(row) not in doubted
            and abs(row.value - round(row.value)) > 1e-6
            and row.status != "derived"
        ):
            yield id(row), say("VALUE-PART", row, file, unit=row.unit, indicator=about["name_zh"])
