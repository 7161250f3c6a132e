"""Words for parts of a sentence: amounts as people or things, differences, deadlines, reasons."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan.judging.measure import Case, Measures
from healthplan.language import comparators
from healthplan.language.phrases import MONTHS_EN, goal, points, quantity, unit_word
from healthplan.messages import has, text

PEOPLE = (
    "人群",
    "患者",
    "居民",
    "妇女",
    "儿童",
    "老年人",
    "产妇",
    "新生儿",
    "人口",
    "人数",
    "学生",
)
PEOPLE_EN = re.compile(
    r"people|population|persons|patients|women|mothers|births|newborn|child|elderly|students|resident|adults|physicians|staff"
)

GOAL_ENDS = comparators.WORKED_OUT  # whose number is worked out


def goal_phrase(case: Case, found: Measures, lang: str, reference: str) -> str:
    """The goal in words; where its number is worked out from a start or another area, with that
    number."""
    said = goal(pd.Series(case.target), lang, reference)
    bar = found.bar
    if bar is None or case.target["comparator"] not in GOAL_ENDS:
        return said
    end, sign = (bar.low, "≥") if bar.low is not None else (bar.high, "≤")
    if end is None or (
        case.target["comparator"] == comparators.GROWTH_MAX and case.indicator["unit"] == "%"
    ):
        return said
    shown = quantity(end, case.indicator["unit"], lang)
    return text("gaps.goal_resolved", lang, goal=said, sign=sign, value=shown)


def deadline_words(deadline: str, lang: str) -> str:
    """A deadline as it is read, as precise as the text has it."""
    if not deadline:
        return text("gaps.no_deadline", lang)
    parts = dict(zip(("year", "month", "day"), map(int, deadline.split("-")), strict=False))
    name = MONTHS_EN[parts.get("month", 0)]
    return text("gaps." + "_".join(parts), lang, name=name, **parts)


def difference(value: float | None, unit: str, lang: str) -> str:
    """A difference of two values: of two percentages it is in points, elsewhere in the unit."""
    if unknown(value):
        return "—"
    return points(float(value or 0.0), unit, lang)


def things(case: Case, amount: float, lang: str) -> str:
    """An amount in the indicator's unit as a number of people or things, where the denominator is
    known.

    amount / per x the latest denominator, rounded up: part of a person does not sign a contract.
    """
    denominator, per = case.record.denominator(), case.indicator["per"]
    if denominator is None or unknown(per) or amount == 0:
        return ""
    count = math.ceil(round(abs(amount) / float(per) * denominator, 6))
    word = unit_word(measure_word(case.indicator), lang)
    measure = word if lang == "zh" else f" {word}".rstrip()
    return text("gaps.things", lang, count=f"{count:,}", measure=measure)


def measure_word(indicator: Mapping[Any, Any]) -> str:
    """The measure word of what an indicator counts: 人/千人 gives 人; a share or rate counts people
    where its name or its denominator does, and 个 (institutions, projects) elsewhere."""
    word = str(indicator["unit"]).partition("/")[0]
    if word not in ("%", "‰", "1"):
        return word
    if indicator["indicator_kind"] == "rate" or PEOPLE_EN.search(str(indicator["denominator"])):
        return "人"
    named = any(people in str(indicator["name_zh"]) for people in PEOPLE)
    return "人" if named and not indicator["denominator"] else "个"


def reason(case: Case, chosen: Mapping[str, Any], lang: str) -> str:
    """Why there is no projection, or why no series answers the target."""
    if case.basis != "own":
        reason = str(chosen.get(f"reason_{lang}", "") or text("gaps.no_data_figures", lang))
        return reason.rstrip("。.")
    code = case.record.reasons.get(case.method) or next(iter(case.record.reasons.values()), "none")
    key = f"gaps.reason_{code}"
    return text(key if has(key) else "gaps.reason_none", lang)


def reference_name(case: Case, row: Any, area_name: Any) -> str:
    """The area that stands beside: of the recorded reference, of the goal, or whose trend is
    borrowed."""
    beside = case.other or case.peer
    return area_name(row.get("reference_area", "") if beside is None else beside.area)


def shortfall_words(short: float | None, unit: str, lang: str) -> str:
    if short is None:
        return "—"
    if short == 0:
        return text("gaps.just_met", lang)
    key = "gaps.short_by" if short > 0 else "gaps.better_by"
    return text(key, lang, value=difference(abs(short), unit, lang))


def upward(found: Measures) -> bool:
    """Whether a higher value is what the target asks for."""
    if found.shift:
        return found.shift > 0
    return found.bar is None or found.bar.low is not None


def unknown(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def nan_if_none(value: float | None) -> float:
    return math.nan if value is None else value
