"""One sentence why a target has its status, and one what would flip it, in both languages."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from healthplan import counts
from healthplan.gaps.measure import Case, Measures, reference_shortfall
from healthplan.gaps.rare import Allowance, CountView
from healthplan.messages import has, text
from healthplan.statuses import ON_COURSE, Status
from healthplan.wording import goal, number, probability, quantity, unit_word

LANGUAGES = ("zh", "en")
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
EXAMPLE_BIRTHS = 3000  # a year, where the births of the district are not known
COUNT_WORDS = ("events", "exposed")
JUDGED = ("met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course")
Names = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Telling:
    """All that a sentence may draw on. ``held``: the status if the target were current."""

    case: Case
    found: Measures
    allowed: Allowance | None
    rare: CountView | None
    status: Status
    held: Status
    chosen: Mapping[str, Any]
    names: Names


def sentences(tale: Telling) -> dict[str, str]:
    """The columns why_, flip_ and counts_ of one gap, in both languages."""
    out = {}
    for lang in LANGUAGES:
        fields = _fields(tale, lang)
        out[f"why_{lang}"] = _why(tale, fields, lang)
        out[f"flip_{lang}"] = text(f"gaps.{_flip_key(tale)}", lang, **fields)
        out[f"counts_{lang}"] = count_sentences(tale, lang)
    return out


def count_sentences(tale: Telling, lang: str) -> str:
    """What the goal means at this number of births or people: passing count, luck, years, pools.

    Where the births are not known, up to how many a year only zero passes, and an example.
    """
    known = tale.allowed
    if known is None or known.per is None:
        return ""
    said = {} if known.births else {name: text(f"gaps.{name}", lang) for name in COUNT_WORDS}
    more: dict[str, Any] = {"per": known.per, "strict": known.strict, **said}
    gap = "" if lang == "zh" else " "
    if known.exposure is not None:
        return gap.join(counts.describe(known.goal, known.exposure, lang, **more))
    if not known.births or known.goal <= 0 or known.per / known.goal <= EXAMPLE_BIRTHS:
        return ""
    limit = text("gaps.births_unknown", lang, limit=f"{known.per / known.goal:,.0f}")
    return gap.join([limit, *counts.describe(known.goal, EXAMPLE_BIRTHS, lang, **more)[:2]])


def _why(tale: Telling, fields: dict[str, str], lang: str) -> str:
    case, status = tale.case, tale.status
    parts = [text(f"gaps.{why_key(tale)}", lang, **fields)]
    if status.word == "conflicting" and tale.held.word in JUDGED:
        parts.append(text("gaps.conflicting_held", lang, **fields))
    row = case.record.row(case.method, case.deadline.year)
    known = {} if row is None else row
    if status.word == "due_unconfirmed" and case.basis == "own" and known:
        parts.append(text("gaps.due_nowcast", lang, **fields))
    if status.word == "due_unconfirmed" and reference_shortfall(case) is not None:
        parts.append(text("gaps.due_reference_gap", lang, **fields))
    if status.rests_on in ("probability", "counts") and known.get("kind") == "borrowed":
        parts.append(text("gaps.borrowed", lang, **fields))
    if status.qualifier and status.rests_on != "pace":
        parts.append(text("gaps.unseen", lang))
    return (" " if lang == "en" else "").join(parts)


def why_key(tale: Telling) -> str:
    """Which sentence of the catalogue tells why."""
    case, found, status = tale.case, tale.found, tale.status
    word = status.word
    if word == "due_unconfirmed":
        return _due_key(case, found)
    if word == "reference_only":
        return _reference_key(case)
    if word == "no_data":
        if case.basis != "own":
            return "no_data"
        if found.met_now is False and found.missing == "":
            return "no_data_one" if len(case.record.figures) == 1 else "no_data_few"
        return f"no_data_{found.missing or 'figures'}"
    if status.rests_on == "pace":
        return "pace_unseen" if status.qualifier else f"pace_{word}"
    if status.rests_on == "counts":
        return "counts_holding" if word in ("met_holding", "met_slipping") else "counts"
    if word in ("met_holding", "met_slipping"):
        return word if found.probability is not None else f"{word}_plain"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return f"kept_{word}"
    return word


def _due_key(case: Case, found: Measures) -> str:
    if case.record.latest_value is None or case.basis == "none":
        return "due_none"
    if case.basis == "reference":
        return "due_reference"
    return "due_baseline" if found.missing == "baseline" else "due_other_year"


def _reference_key(case: Case) -> str:
    if case.target["comparator"] == "reference":
        return "reference_is_goal"
    return "reference_only_now" if reference_shortfall(case) is None else "reference_only"


def _flip_key(tale: Telling) -> str:
    found, status = tale.found, tale.status
    word = status.word
    if word == "conflicting":
        return "flip_conflict"
    if word == "superseded":
        return "flip_none"
    if word in ("met", "missed"):
        return "flip_past"
    if word == "due_unconfirmed":
        return "flip_due"
    if word in ("reference_only", "no_data"):
        decides = ("baseline", "deadline", "unit")
        return f"flip_{found.missing}" if found.missing in decides else "flip_collect"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return "flip_kept"
    if status.rests_on == "pace":
        return "flip_pace"
    if status.rests_on == "counts":
        return "flip_counts"
    holding = word in ("met_holding", "met_slipping")
    if found.shift:
        return "flip_hold" if holding else "flip_on_course"
    if found.slack is not None and holding:
        return "flip_hold_lost"
    return "flip_lost" if found.slack is not None else "flip_none"


def _fields(tale: Telling, lang: str) -> dict[str, str]:
    """Every word that a sentence of gaps.csv may use."""
    case, found, chosen, names = tale.case, tale.found, tale.chosen, tale.names
    target, record = case.target, case.record
    unit = case.indicator["unit"]
    say = lambda value: "—" if _unknown(value) else quantity(value, unit, lang)  # noqa: E731
    area_name = lambda area: names.get(area, {}).get(f"name_{lang}", area)  # noqa: E731
    reference = case.other or case.peer
    row = record.row(case.method, case.deadline.year)
    row = row or {}
    at_deadline = record.at(case.deadline.year)
    move = found.shift or found.slack or 0.0
    return {
        "goal": goal(pd.Series(target), lang, area_name(target["reference"])),
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
        "probability": probability(_nan(found.probability), lang),
        "observed": difference(found.observed_rate, unit, lang),
        "required": difference(found.required_rate, unit, lang),
        "reference": _reference_name(case, row, area_name),
        "reference_year": "" if reference is None else str(reference.latest_year),
        "reference_value": "" if reference is None else say(reference.latest_value),
        "reference_projected": say(
            None if reference is None else reference.expected(case.method, case.deadline.year)
        ),
        "reference_gap": _shortfall_words(reference_shortfall(case), unit, lang),
        "related": target["related"].replace(";", "、" if lang == "zh" else ", ") or "—",
        "shift": difference(abs(move), unit, lang),
        "better": text(f"gaps.{'higher' if _upward(found) else 'lower'}", lang),
        "worse": text(f"gaps.{'lower' if _upward(found) else 'higher'}", lang),
        "things": things(case, move or found.gap_now or 0.0, lang),
        "ask": case.indicator.get(f"ask_{lang}") or text("gaps.ask_unknown", lang),
        "reason": _reason(case, chosen, lang),
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


def deadline_words(deadline: str, lang: str) -> str:
    """A deadline as it is read, as precise as the text has it."""
    if not deadline:
        return text("gaps.no_deadline", lang)
    parts = dict(zip(("year", "month", "day"), map(int, deadline.split("-")), strict=False))
    return text("gaps." + "_".join(parts), lang, **parts)


def difference(value: float | None, unit: str, lang: str) -> str:
    """A difference of two values: of two percentages it is in points, elsewhere in the unit."""
    if _unknown(value):
        return "—"
    if unit == "%":
        return text("gaps.points", lang, value=number(float(value or 0.0)))
    return quantity(float(value or 0.0), unit, lang)


def things(case: Case, amount: float, lang: str) -> str:
    """An amount in the indicator's unit as a number of people or things, where the denominator is
    known.

    amount / per x the latest denominator, rounded up: part of a person does not sign a contract.
    """
    denominator, per = case.record.denominator(), case.indicator["per"]
    if denominator is None or _unknown(per) or amount == 0:
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


def _reason(case: Case, chosen: Mapping[str, Any], lang: str) -> str:
    """Why there is no projection, or why no series answers the target."""
    if case.basis != "own":
        reason = str(chosen.get(f"reason_{lang}", "") or text("gaps.no_data_figures", lang))
        return reason.rstrip("。.")
    code = case.record.reasons.get(case.method) or next(iter(case.record.reasons.values()), "none")
    key = f"gaps.reason_{code}"
    return text(key if has(key) else "gaps.reason_none", lang)


def _reference_name(case: Case, row: Any, area_name: Any) -> str:
    """The area that stands beside: of the recorded reference, of the goal, or whose trend is
    borrowed."""
    beside = case.other or case.peer
    return area_name(row.get("reference_area", "") if beside is None else beside.area)


def _shortfall_words(short: float | None, unit: str, lang: str) -> str:
    if short is None:
        return "—"
    if short == 0:
        return text("gaps.just_met", lang)
    key = "gaps.short_by" if short > 0 else "gaps.better_by"
    return text(key, lang, value=difference(abs(short), unit, lang))


def _upward(found: Measures) -> bool:
    """Whether a higher value is what the target asks for."""
    if found.shift:
        return found.shift > 0
    return found.bar is None or found.bar.low is not None


def _unknown(value: Any) -> bool:
    return value is None or bool(pd.isna(value))


def _nan(value: float | None) -> float:
    return math.nan if value is None else value
