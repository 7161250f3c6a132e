"""All that the sentences about one case may draw on, and its words in one language."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from healthplan.judging.measure import Case, Measures, reference_shortfall
from healthplan.judging.pacing import Pacing
from healthplan.judging.phrases import (
    deadline_words,
    difference,
    goal_phrase,
    nan_if_none,
    reason,
    reference_name,
    shortfall_words,
    things,
    unknown,
    upward,
)
from healthplan.judging.rare import Allowance, CountView
from healthplan.judging.statuses import COVERAGE_TOLERANCE, ON_COURSE, Status
from healthplan.language.phrases import number, probability, quantity, unit_word
from healthplan.messages import text

Names = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Telling:
    """All that a sentence may draw on. ``held``: the status if the target were current."""

    case: Case
    found: Measures
    allowed: Allowance | None
    rare: CountView | None
    paced: Pacing
    status: Status
    held: Status
    chosen: Mapping[str, Any]
    names: Names


def fields(tale: Telling, lang: str) -> dict[str, str]:
    """Every word that a sentence of gaps.csv may use."""
    case, found, chosen, names = tale.case, tale.found, tale.chosen, tale.names
    target, record = case.target, case.record
    unit = case.indicator["unit"]
    say = lambda value: "—" if unknown(value) else quantity(value, unit, lang)  # noqa: E731
    area_name = lambda area: names.get(area, {}).get(f"name_{lang}", area)  # noqa: E731
    reference = case.other or case.peer
    row = record.row(case.method, case.deadline.year)
    row = row or {}
    at_deadline = record.at(case.deadline.year)
    move = found.shift or found.slack or 0.0
    return {
        "goal": goal_phrase(case, found, lang, area_name(target["reference"])),
        "deadline": deadline_words(case.deadline.text, lang),
        "sure": probability(ON_COURSE, lang),
        "deadline_year": str(case.deadline.year),
        "latest_year": str(record.latest_year),
        "latest": say(record.latest_value),
        "at_deadline": say(at_deadline),
        "projected": say(record.expected(case.method, case.deadline.year)),
        "lower": number(row.get("lower_95", math.nan)),
        "upper": number(row.get("upper_95", math.nan)),
        "gap": difference(found.gap, unit, lang),
        "gap_now": difference(found.gap_now, unit, lang),
        "probability": probability(nan_if_none(found.probability), lang),
        "observed": difference(found.observed_rate, unit, lang),
        "required": difference(found.required_rate, unit, lang),
        "reference": reference_name(case, row, area_name),
        "reference_year": "" if reference is None else str(reference.latest_year),
        "reference_value": "" if reference is None else say(reference.latest_value),
        "reference_projected": say(
            None if reference is None else reference.expected(case.method, case.deadline.year)
        ),
        "reference_gap": shortfall_words(reference_shortfall(case), unit, lang),
        "related": target["related"].replace(";", "、" if lang == "zh" else ", ") or "—",
        "shift": difference(abs(move), unit, lang),
        "better": text(f"gaps.{'higher' if upward(found) else 'lower'}", lang),
        "worse": text(f"gaps.{'lower' if upward(found) else 'higher'}", lang),
        "things": things(case, move or found.gap_now or 0.0, lang),
        "ask": case.indicator.get(f"ask_{lang}") or text("gaps.ask_unknown", lang),
        "reason": reason(case, chosen, lang),
        "tolerance": number(COVERAGE_TOLERANCE),
        "data_unit": unit_word(unit, lang),
        "goal_unit": unit_word(target["unit"], lang),
        "held": text(f"status.{tale.held.word}", lang),
        **_count_fields(tale.rare, unit, lang),
    }


def _count_fields(rare: CountView | None, unit: str, lang: str) -> dict[str, str]:
    if rare is None:
        return {}
    return {
        "allowed": str(rare.allowed),
        "expected": number(rare.expected),
        "events_range": text("gaps.between", lang, low=rare.lower, high=rare.upper),
        "pooled_years": str(rare.pooled_years),
        "pooled_count": str(rare.pooled_count),
        "pooled_allowed": str(rare.pooled_allowed),
        "rate_now": quantity(rare.rate_now, unit, lang),
        "rate_for_sure": quantity(rare.rate_for_sure, unit, lang),
    }
