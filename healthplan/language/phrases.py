"""Numbers and goals as people read them."""

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan.language import comparators, dates, units
from healthplan.messages import text

WHOLE = 10  # so many people or things are written without decimals


def number(value: float, *, digits: int = 3) -> str:
    """A number with as many decimals as carry meaning: at least ``digits`` significant ones, no more than two
    decimals unless it is below 0.1; thousands separated."""
    if value is None or pd.isna(value):
        return text("scorecard.no_figure")
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    decimals = max(0, min(2, digits - 1 - size)) if size >= -1 else digits - 1 - size
    shown = f"{value:,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def quantity(value: float, unit: str, lang: str = "zh") -> str:
    """Number and unit: ``3.5‰``, ``10/10万``, ``3.9 人/千人``; people and things from ten on in whole ones."""
    if pd.notna(value) and abs(value) >= WHOLE and units.counts_things(unit):
        value = round(value)
    return units.written(number(value).replace("-", "−"), unit, lang)


def goal(target: Mapping[Any, Any], lang: str = "zh", reference: str = "") -> str:
    """A target's goal in words: comparator, value and unit; ``reference`` is the reference area's name."""
    comparator = target["comparator"]
    if comparator == comparators.EQUAL and target["value"] == 0:
        return text("scorecard.goal_zero", lang, none=quantity(0, target["unit"], lang))
    if comparator == comparators.EQUAL and (target.get("tolerance") or 0) > 0:
        around = points(target["tolerance"], target["unit"], lang)
        value = quantity(target["value"], target["unit"], lang)
        return text("scorecard.goal_about", lang, value=value, tolerance=around)
    if comparator == comparators.LEAST and target["unit"] == "%" and target["value"] == 100:
        comparator = comparators.EQUAL  # nothing lies above the whole
    key = str(comparators.SIDES[comparator]["name"])
    fields = {
        "value": quantity(target["value"], target["unit"], lang),
        "high": quantity(target["value_high"], target["unit"], lang),
        "reference": reference,
    }
    if comparator in comparators.CHANGES:
        # A change of a percentage is in points; one downwards is said to be one.
        size, per_cent = abs(target["value"]), comparator in comparators.PERCENT
        fields["value"] = number(size) if per_cent else points(size, target["unit"], lang)
        key += "_down" if target["value"] < 0 else ""
    return text(f"scorecard.goal_{key}", lang, **fields)


def probability(value: float, lang: str = "zh") -> str:
    """A probability in whole per cent; near 0 and 1 said as below 1 % and above 99 %, never as certain."""
    if pd.isna(value):
        return text("scorecard.no_figure", lang)
    if value < 0.01:
        return text("scorecard.probability_low", lang)
    if value > 0.99:
        return text("scorecard.probability_high", lang)
    return text("scorecard.probability", lang, percent=round(100 * value))


def points(value: float, unit: str, lang: str = "zh") -> str:
    """A difference in the indicator's unit; differences of percentages are percentage points, and one too
    small to show is said to be below 0.01 instead of 0."""
    unit = units.difference_unit(unit)
    if 0 < abs(value) < 0.005:
        return text("scorecard.tiny", lang, unit=units.word(unit, lang)).rstrip()
    return quantity(round(value, 2), unit, lang)


def points_up(value: float, unit: str, lang: str = "zh", *, beyond: bool = False) -> str:
    """A difference that has to be reached (or passed: ``beyond``), rounded so that what is printed is enough."""
    unit = units.difference_unit(unit)
    step = _step(value, unit)
    steps = math.floor(value * step + 1e-9) + 1 if beyond else math.ceil(value * step - 1e-9)
    return quantity(steps / step, unit, lang)


def _step(value: float, unit: str) -> int:
    """Into how many parts a whole one is cut in writing."""
    if value >= WHOLE and units.counts_things(unit):
        return 1
    return 10 ** (2 if value < 10 else 1 if value < 100 else 0)


# Words by which a name says that people are counted, where its unit is a share.
_PEOPLE = re.compile("人群|患者|居民|妇女|儿童|老年人|产妇|新生儿|人口|人数|学生")
_PEOPLE_EN = re.compile(
    r"people|population|persons|patients|women|mothers|births|newborn|child|elderly|students|resident|adults|physicians|staff"
)


def measure_word(indicator: Mapping[Any, Any]) -> str:
    """The measure word of what an indicator counts: 人/千人 gives 人; a share or rate counts people
    where its name or its denominator does, and 个 (institutions, projects) elsewhere."""
    word = str(indicator["unit"]).partition("/")[0]
    if word not in ("%", "‰", "1"):
        return word
    if indicator["indicator_kind"] == "rate" or _PEOPLE_EN.search(str(indicator["denominator"])):
        return "人"
    named = _PEOPLE.search(str(indicator["name_zh"]))
    return "人" if named and not indicator["denominator"] else "个"


def deadline_words(deadline: str, lang: str) -> str:
    """A deadline as it is read within a sentence, as precise as the text has it."""
    return dates.when(deadline, lang, "gaps") if deadline else text("gaps.no_deadline", lang)
