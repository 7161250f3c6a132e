"""Located claims to the sheet of candidates: one row a number, each with its doubts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from healthplan import messages
from healthplan.language import comparators
from healthplan.language.names import Match, Register, alike, contained, core, likeness, match
from healthplan.planreader.reading import Located
from healthplan.planreader.rules import rules
from healthplan.planreader.sentence import Claim

COLUMNS = (
    "indicator", "name", "comparator", "value", "value_high", "unit", "deadline", "scope",
    "departments", "baseline", "locator", "evidence", "confidence", "why",
)  # fmt: skip
"""Columns of the candidate table, in order."""

_SAME_NAME = 0.6


@dataclass
class _Row:
    item: Located
    locators: list[str]


def build(items: list[Located], register: Register | None, lang: str | None = None) -> pd.DataFrame:
    """The candidate table: goals once each, with baselines from the facts."""
    goals = merge([item for item in items if not item.claim.fact])
    facts = [item.claim for item in items if item.claim.fact]
    records = [_record(row, facts, register, lang) for row in goals]
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    return frame.astype({"value": "float64", "value_high": "float64", "confidence": "float64"})


def merge(items: list[Located]) -> list[_Row]:
    """The same number for the same thing and date is one row, however often it is printed."""
    rows: list[_Row] = []
    for item in items:
        same = next((row for row in rows if _same_goal(row.item, item)), None)
        if same is None:
            rows.append(_Row(item, [item.locator]))
            continue
        if item.locator not in same.locators:
            same.locators.append(item.locator)
        same.item = _better(same.item, item)
    return rows


def _same_goal(one: Located, other: Located) -> bool:
    """Two numbers of one sentence are two goals, however alike."""
    if one.sentence and one.sentence == other.sentence:
        return False
    printed_twice = ("表" in one.locator) != ("表" in other.locator)
    return _same(one.claim, other.claim, printed_twice)


def _same(one: Claim, other: Claim, printed_twice: bool) -> bool:
    """Same number, date and name. Text and table may differ in wording; two texts may not."""
    if (one.value, one.high) != (other.value, other.high):
        return False
    bare = "bare_number" in one.why or "bare_number" in other.why
    if not (bare or _same_comparator(one.comparator, other.comparator)):
        return False
    if not _same_date(one.deadline, other.deadline):
        return False
    a, b = core(one.name), core(other.name)
    if a == b:
        return True
    inside = max(contained(a, b), contained(b, a))
    like = likeness(a, b)
    return printed_twice and (like >= _SAME_NAME or (inside >= 0.9 and like >= 0.4))


def _same_comparator(one: str, other: str) -> bool:
    return comparators.same_goal(one, other)


def _same_date(one: str, other: str) -> bool:
    """2025 and 2025-12 are one date; a print without a date is the same goal as one with."""
    return (
        not one
        or not other
        or one == other
        or (one[:4] == other[:4] and {one[4:], other[4:]} <= {"", "-12"} and bool(one))
    )


def _better(one: Located, other: Located) -> Located:
    """Keep the first, with the more precise date and whatever it lacked."""
    a, b = one.claim, other.claim
    deadline = max(a.deadline, b.deadline, key=len)
    claim = replace(
        a,
        deadline=deadline,
        confidence=max(a.confidence, b.confidence),
        baseline=a.baseline or b.baseline,
        unit=a.unit or b.unit,
        comparator=_clearer(a, b),
    )
    return replace(
        one,
        claim=claim,
        departments=one.departments or other.departments,
        nature=one.nature or other.nature,
    )


def _clearer(a: Claim, b: Claim) -> str:
    """The comparator that words give, before one inferred from a bare number or from 左右."""
    if "bare_number" in a.why and "bare_number" not in b.why:
        return b.comparator
    return (
        b.comparator
        if a.comparator == comparators.EQUAL and "bare_number" not in b.why
        else a.comparator
    )


def _record(row: _Row, facts: list[Claim], register: Register | None, lang: str | None) -> dict:
    item, claim = row.item, row.item.claim
    found = _indicator(claim, register)
    reasons = [messages.text(f"planreader.{reason}", lang) for reason in claim.why]
    if found.alike:
        reasons.append(messages.text("planreader.alike", lang, names="、".join(found.alike)))
    why = "; ".join(reasons)
    return {
        "indicator": found.id,
        "name": claim.name,
        "comparator": claim.comparator,
        "value": claim.value,
        "value_high": claim.high,
        "unit": claim.unit,
        "deadline": claim.deadline,
        "scope": claim.scope,
        "departments": item.departments,
        "baseline": claim.baseline or _baseline(claim, facts),
        "locator": ";".join(row.locators),
        "evidence": claim.evidence,
        "confidence": claim.confidence,
        "why": why,
    }


def _indicator(claim: Claim, register: Register | None) -> Match:
    """The indicator of a goal; what is done to things (改造村卫生室12家) is not their stock, unless named in full."""
    if register is None:
        return Match()
    found = match(claim.name, register, claim.unit)
    if found.how == "stem" and "%" not in claim.unit and _done(claim):
        return Match(name=found.name, alike=(str(register.about[found.id]["name_zh"]),))
    if not found.id and not found.alike:
        return replace(found, alike=found.meant or alike(claim.name, register))
    return found


def _done(claim: Claim) -> bool:
    """Whether the goal adds, or a verb of doing (创建, 改造) stands right before the name."""
    before = claim.evidence.split(claim.name)[0]
    verbs = (m.end() for rule in rules("verbs") for m in rule.pattern.finditer(before))
    return claim.comparator == comparators.INCREASE_BY or len(before) in verbs


def _baseline(claim: Claim, facts: list[Claim]) -> str:
    """The latest past figure of the same thing in the same unit, with its year."""
    fits = [
        f
        for f in facts
        if f.unit == claim.unit and likeness(core(f.name), core(claim.name)) >= 0.75
    ]
    if not fits:
        return ""
    latest = max(fits, key=lambda f: f.year)
    year = f" ({latest.year})" if latest.year else ""
    return f"{latest.value:g}{latest.unit}{year}" if latest.value is not None else ""
