"""Numbers and goals as people read them."""

import math
import re
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pandas as pd

from healthplan.language import comparators, units
from healthplan.messages import text

DEATHS = "死亡"  # a name with it is about deaths
TIE = 1e-9  # 3.2 x 820 people is 2,624 exactly, not one more
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
    shown = f"{half_up(value, decimals):,.{decimals}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def half_up(value: float, decimals: int = 0) -> float:
    """Rounded as people and Excel do: 81.25 is 81.3, whatever the last bits of its float."""
    return float(Decimal(f"{float(value):.12g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def percent(value: float) -> str:
    """A share of a hundred with one decimal."""
    return f"{half_up(value, 1):.1f}%"


def quantity(value: float, unit: str, lang: str = "zh") -> str:
    """Number and unit: ``3.5‰``, ``10/10万``, ``3.9 人/千人``; people and things from ten on in whole ones."""
    value, unit = units.spoken(value, unit, lang)
    if pd.notna(value) and (unit == units.PLACE or (abs(value) >= WHOLE and units.counts_things(unit))):
        value = half_up(value)
    return units.written(number(value).replace("-", "−"), unit, lang)


def bound(value: float, unit: str, lang: str, *, floor: bool) -> str:
    """What a goal asks for as a number with its unit: of people and things the whole ones that meet it."""
    return quantity(least(value, unit, floor=floor), unit, lang)


def least(value: float, unit: str, *, floor: bool) -> float:
    """Of people and things the whole ones that meet a floor or a ceiling; of anything else the number itself."""
    if pd.isna(value) or not units.counts_things(unit):
        return value
    return math.ceil(value - TIE) if floor else math.floor(value + TIE)


def goal(target: Mapping[Any, Any], lang: str = "zh", reference: str = "") -> str:
    """A target's goal in words: comparator, value and unit, in every year, of each unit, over the years of a period.
    ``reference``: what the goal is measured against by name, or the area whose parts are ranked. Where the row has
    ``indicator_kind`` and ``direction`` too, a goal about a value says which of its ends binds, and one against a reference
    which way is better; with ``name_zh`` none at all is said of deaths or of other events."""
    said = _bare(target, lang, reference)
    if target.get("each"):
        unit = target["each"].removeprefix("每个").removeprefix("各")
        return text("scorecard.goal_each", lang, each=units.word(unit, lang, one=True), goal=said)
    if target.get("per") == "year":
        if target["comparator"] == comparators.TREND and target["side"] in ("falling", "rising"):
            return text(f"scorecard.goal_{target['side']}_yearly", lang)
        change = target["comparator"] in comparators.CHANGES
        return text(f"scorecard.goal_{'a' if change else 'every'}_year", lang, goal=said)
    if target.get("per") == "period":
        start, end = target.get("baseline_year"), str(target.get("deadline") or "")[:4]
        if start is None or pd.isna(start) or not end:
            years = text("scorecard.years_of_plan", lang)
        else:  # those that are added up
            first = int(start) + 1
            years = text(f"scorecard.years_{'one' if first == int(end) else 'span'}", lang, first=first, last=end)
        return text("scorecard.goal_period", lang, goal=said, years=years)
    return said


def _bare(target: Mapping[Any, Any], lang: str, reference: str) -> str:
    """The goal without whose and how often."""
    comparator = target["comparator"]
    if comparator == comparators.TREND:
        return text(f"scorecard.goal_{target.get('side') or 'improving'}", lang)
    if comparator == comparators.ALL_OF:  # how many conditions there are and how many of them have to be met
        count = len([one for one in str(target["all_of"]).split(";") if one])
        needed = count if pd.isna(target["value"]) else int(target["value"])
        key = "some_of" if needed < count else "both" if count == 2 else "all_of"
        return text(f"scorecard.goal_{key}", lang, count=count, value=needed)
    if comparator in comparators.AGAINST_OTHERS:
        return (_rank if comparator == comparators.RANK else _reference)(target, lang, reference)
    return _change(target, lang) if comparator in comparators.CHANGES else _stated(target, lang)


def _stated(target: Mapping[Any, Any], lang: str) -> str:
    """A goal whose number is the text's own."""
    comparator, value, unit = target["comparator"], target["value"], target["unit"]
    if comparator == comparators.EQUAL and value == 0:
        deaths = DEATHS in str(target.get("name_zh"))
        return text(f"scorecard.goal_zero{'_deaths' if deaths else ''}", lang)
    around = float(target.get("tolerance") or 0)
    if comparator == comparators.EQUAL and around > 0:  # with both ends, or with the one that binds
        ends = {"low": number(float(value) - around), "high": number(float(value) + around)}
        binds = comparators.about_binds(target)
        return text(f"scorecard.goal_about_{binds}", lang, value=quantity(float(value), unit, lang), **ends)
    if comparator == comparators.LEAST and unit == "%" and value == 100:
        comparator = comparators.EQUAL  # nothing lies above the whole
    key = str(comparators.SIDES[comparator]["name"])
    if target.get("each") and comparator == comparators.LEAST and units.counts_things(unit):
        key = "at_least"
    fields = {"value": quantity(value, unit, lang), "high": quantity(target["value_high"], unit, lang)}
    return text(f"scorecard.goal_{key}", lang, **fields)


# A number of whole steps of doubling, and halves: words that no one writes in per cent.
_TIMES = {100: "double", 300: "quadruple", -50: "halve"}


def _change(target: Mapping[Any, Any], lang: str) -> str:
    """A change: that of a percentage in points, one downwards said to be one, 100 % more said to be double."""
    comparator, value, unit = target["comparator"], float(target["value"]), target["unit"]
    once = comparator == comparators.INCREASE_BY_PCT and target.get("per") != "year"
    if once and value in _TIMES:
        return text(f"scorecard.goal_{_TIMES[int(value)]}", lang)
    size, down = abs(value), "_down" if value < 0 else ""
    if comparator in comparators.PERCENT:
        key, shown = str(comparators.SIDES[comparator]["name"]), number(size)
    else:
        key = comparators.INCREASE_BY if units.adds_up(unit) else "rise_by"
        shown = points(size, unit, lang)
    return text(f"scorecard.goal_{key}{down}", lang, value=shown)


def _reference(target: Mapping[Any, Any], lang: str, reference: str) -> str:
    side = target.get("side") or ""
    better = {"increase": comparators.LEAST, "decrease": comparators.MOST}  # whose level is no worse
    side = side or better.get(str(target.get("direction")), "")
    name = comparators.SIDES[side]["name"] if side in comparators.ONE_SIDED else ""
    if not pd.isna(target["value"]) and target["unit"] == units.TIMES:
        times = number(float(target["value"]))
        reference = text("scorecard.times_of", lang, times=times, reference=reference)
    elif not pd.isna(target["value"]) and target["value"]:
        way = "over" if side in comparators.FLOORS else "under"
        by = points(abs(float(target["value"])), target["unit"], lang)
        return text(f"scorecard.goal_reference_{way}", lang, value=by, reference=reference)
    return text(f"scorecard.goal_reference{name and f'_{name}'}", lang, reference=reference)


def _rank(target: Mapping[Any, Any], lang: str, reference: str) -> str:
    """The first so many, or the first part, of the areas of another: never so many people."""
    value = float(target["value"])
    if pd.isna(value):
        key = "rank_open"
    elif target["unit"] != "%":
        key = "rank_first" if value == 1 else "rank"
    else:
        third = abs(value - 100 / 3) < 0.5
        key = "rank_third" if third else "rank_half" if value == 50 else "rank_share"
    return text(f"scorecard.goal_{key}", lang, value=number(value), reference=reference)


def prints_period(about: Mapping[str, Any]) -> bool:
    """Whether the years of plan.yaml are the plan's own words: neither taken from its deadlines nor from the year that
    its starting values are of. Only then they are told as the plan's."""
    return bool(about.get("period_stated", True)) and not about.get("period_inferred", False)


def period(about: Mapping[str, Any], lang: str) -> str:
    """The years that the plan says it is for."""
    if not prints_period(about):
        return text("report.years_unstated", lang)
    start, end = about["period_start"], about["period_end"]
    return text(f"report.{'years_one' if start == end else 'years'}", lang, start=start, end=end)


def probability(value: float, lang: str = "zh") -> str:
    """A probability in whole per cent; near 0 and 1 said as below 1 % and above 99 %, never as certain."""
    if pd.isna(value):
        return text("scorecard.no_figure", lang)
    if value < 0.01:
        return text("scorecard.probability_low", lang)
    if value > 0.99:
        return text("scorecard.probability_high", lang)
    return text("scorecard.probability", lang, percent=int(half_up(100 * value)))


def points(value: float, unit: str, lang: str = "zh") -> str:
    """A difference in the indicator's unit; differences of percentages are percentage points, and one too
    small to show is said to be below 0.01 instead of 0."""
    value, unit = units.spoken(value, units.difference_unit(unit), lang)
    if 0 < abs(value) < 0.005:
        return text("scorecard.tiny", lang, unit=units.word(unit, lang)).rstrip()
    return quantity(half_up(value, 2), unit, lang)


# Words by which a name says that people are counted, where its unit is a share.
_PEOPLE = re.compile("人群|患者|居民|妇女|儿童|老年人|产妇|新生儿|人口|人数|学生")
_STAFF_EN = re.compile(r"nurs|physician|staff|doctor|pharmac|midwi")
_PEOPLE_EN = re.compile(
    r"people|population|persons|patients|women|mothers|births|newborn|child|elderly|students|resident|adults|physicians|staff"
)


def measure_word(indicator: Mapping[Any, Any]) -> str:
    """The measure word of what an indicator counts: 人/千人 gives 人; a share or rate counts people
    where its name or its denominator does, and 个 (institutions, projects) elsewhere."""
    word = str(indicator["unit"]).partition("/")[0]
    if ":" in word:  # 1:x, so many nurses to a physician
        return "人" if _STAFF_EN.search(str(indicator["numerator"])) else "个"
    if word not in ("%", "‰", "1"):
        return word
    if indicator["indicator_kind"] == "rate" or _PEOPLE_EN.search(str(indicator["denominator"])):
        return "人"
    named = _PEOPLE.search(str(indicator["name_zh"]))
    return "人" if named and not indicator["denominator"] else "个"
