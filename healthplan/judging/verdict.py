"""One case to one row of *gaps*: its figures, its status, and the codes of what is to be said about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from healthplan.judging import statuses
from healthplan.judging.evidence import FEWEST, Record
from healthplan.judging.measures import Case, Measures, measure, reference_shortfall
from healthplan.judging.pacing import Pacing, pacing
from healthplan.judging.rare import Allowance, CountView, allowance, latest_counts, view
from healthplan.judging.statuses import Facts, Status
from healthplan.language import comparators

JUDGED = ("met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course")


@dataclass(frozen=True)
class Verdict:
    """A case with what was found. ``held``: the status if the target were current."""

    case: Case
    found: Measures
    allowed: Allowance | None
    rare: CountView | None
    paced: Pacing
    status: Status
    held: Status


def judge(case: Case, stage_rows: pd.DataFrame, base_year: int | None) -> dict[str, Any]:
    """One row of *gaps* (plus ``past``, which says whether the deadline is judged)."""
    verdict = _decided(case, stage_rows, base_year)
    status = verdict.status
    return {
        "target_id": case.target["target_id"],
        "method": case.method,
        "status": status.word,
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
        "status_if_held": verdict.held.word if status.rests_on == "state" else "",
        "why": ";".join(why(verdict)),
        "flip": flip(verdict),
        "reason": _reason(case),
        "basis": _basis_word(case),
        "data_indicator": case.record.indicator if case.basis != "none" else "",
        "data_area": case.record.area,
        "deadline_year": case.deadline.year,
        **_own_columns(case, verdict.found, status),
        **_count_columns(case, verdict.allowed, verdict.rare),
        **_pace_columns(verdict.paced),
        **_reference_columns(case),
        "past": case.past,
    }


def _decided(case: Case, stage_rows: pd.DataFrame, base_year: int | None) -> Verdict:
    found = measure(case) if case.basis == "own" else Measures()
    allowed = allowance(case)
    rare = view(case, allowed) if found.bar is not None else None
    if rare is not None and not case.past:
        met = rare.met_pooled and bool(found.met_now)
        found = replace(found, probability=rare.probability, met_now=met)
    # The rate of a rare event jumps with every single case: it has no pace.
    paced = Pacing() if rare is not None else pacing(case, found.bar, stage_rows, base_year)
    facts = _facts(case, found, rare, paced)
    held = statuses.decide(replace(facts, state="current"))
    return Verdict(case, found, allowed, rare, paced, statuses.decide(facts), held)


def _facts(case: Case, found: Measures, rare: CountView | None, paced: Pacing) -> Facts:
    return Facts(
        state=case.target["state"],
        basis=case.basis if case.record.latest_value is not None else "none",
        past=case.past,
        met_at_deadline=found.met_at_deadline,
        met_now=found.met_now,
        trend=found.trend,
        kept=found.kept,
        probability=found.probability,
        by_counts=rare is not None,
        pace=paced.word,
        detectable=_detectable(case, found),
    )


def _detectable(case: Case, found: Measures) -> bool | None:
    """Whether the change so far can be told from none: never from two figures alone, unless something better
    than their difference says how sure the outcome is."""
    alone = found.probability is None and len(case.record.figures) < FEWEST
    return False if alone and found.detectable is not None else found.detectable


def why(verdict: Verdict) -> list[str]:
    """The codes of the sentences that say why (keys of ``messages/gaps.csv``)."""
    case, status = verdict.case, verdict.status
    row = case.record.row(case.method, case.deadline.year)
    due = status.word == "due_unconfirmed"
    held = status.word == "conflicting" and verdict.held.word in JUDGED
    borrowed = row is not None and row["kind"] == "borrowed"
    more = {
        "within_tolerance": case.target["state"] == "current" and _within_tolerance(verdict),
        "conflicting_held": held,
        "due_nowcast": due and case.basis == "own" and row is not None,
        "due_reference_gap": due and reference_shortfall(case) is not None,
        "borrowed": borrowed and status.rests_on in ("probability", "counts"),
        "unseen": bool(status.qualifier) and status.rests_on != "pace",
    }
    return [_first_reason(verdict), *(code for code, holds in more.items() if holds)]


def _within_tolerance(verdict: Verdict) -> bool:
    """Whether the goal counts as met although its full number is not reached."""
    found, past = verdict.found, verdict.case.past
    met = found.met_at_deadline if past else found.met_now
    short = found.gap if past else found.gap_now
    return bool(met) and found.bar is not None and found.bar.tolerance > 0 and (short or 0.0) > 0


def _first_reason(verdict: Verdict) -> str:
    found, status = verdict.found, verdict.status
    word = status.word
    if word == "due_unconfirmed":
        return _due_reason(verdict.case, found)
    if word == "reference_only":
        return _reference_reason(verdict.case)
    if word == "no_data":
        return _no_data_reason(verdict.case, found)
    if status.rests_on == "pace":
        return "pace_unseen" if status.qualifier else f"pace_{word}"
    if status.rests_on == "counts":
        return "counts_holding" if word in ("met_holding", "met_slipping") else "counts"
    if word in ("met_holding", "met_slipping"):
        return word if found.probability is not None else f"{word}_plain"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return f"kept_{word}"
    return word


def _due_reason(case: Case, found: Measures) -> str:
    if case.record.latest_value is None or case.basis == "none":
        return "due_none"
    if case.basis == "reference":
        return "due_reference"
    return "due_baseline" if found.missing == "baseline" else "due_other_year"


def _reference_reason(case: Case) -> str:
    if case.target["comparator"] in comparators.RELATIVE:
        return "reference_is_goal"
    return "reference_only_now" if reference_shortfall(case) is None else "reference_only"


def _no_data_reason(case: Case, found: Measures) -> str:
    if case.basis != "own":
        return "no_data"
    if found.met_now is False and found.missing == "":
        return "no_data_one" if len(case.record.figures) == 1 else "no_data_few"
    return f"no_data_{found.missing or 'figures'}"


FLIPS = {
    "conflicting": "flip_conflict",
    "superseded": "flip_none",
    "met": "flip_past",
    "missed": "flip_past",
    "due_unconfirmed": "flip_due",
}
DECIDES = ("baseline", "deadline", "unit")  # what is missing, and decides once it is there


def flip(verdict: Verdict) -> str:
    """The code of the sentence that says what would change the status."""
    found, status = verdict.found, verdict.status
    word = status.word
    if word in FLIPS:
        return FLIPS[word]
    if word in ("reference_only", "no_data"):
        return f"flip_{found.missing}" if found.missing in DECIDES else "flip_collect"
    if status.rests_on == "observed" and word in ("at_risk", "off_course"):
        return "flip_kept"
    if status.rests_on in ("pace", "counts"):
        return f"flip_{status.rests_on}"
    holding = word in ("met_holding", "met_slipping")
    if found.shift:
        return "flip_hold" if holding else "flip_on_course"
    if found.slack is not None and holding:
        return "flip_hold_lost"
    return "flip_lost" if found.slack is not None else "flip_none"


def _reason(case: Case) -> str:
    """The code why there is no projection of the district's own series."""
    if case.basis != "own":
        return ""
    return case.record.reasons.get(case.method) or next(iter(case.record.reasons.values()), "")


def _basis_word(case: Case) -> str:
    """``borrowed`` where the district's own figures are carried on by another area's trend."""
    row = case.record.row(case.method, case.deadline.year)
    borrowed = row is not None and row["kind"] == "borrowed"
    return "borrowed" if case.basis == "own" and borrowed else case.basis


def _own_columns(case: Case, found: Measures, status: Status) -> dict[str, Any]:
    """The district's columns; empty unless the series is the district's own."""
    if case.basis != "own":
        return {}
    record, bar = case.record, found.bar
    row = record.row(case.method, case.deadline.year) or {}
    ahead = {} if case.past else row
    return {
        "deadline_value": record.at(case.deadline.year) if case.past else None,
        "nowcast": row.get("value") if status.word == "due_unconfirmed" else None,
        "latest_year": record.latest_year,
        "latest_value": record.latest_value,
        "projected_value": ahead.get("value"),
        "projected_lower_95": ahead.get("lower_95"),
        "projected_upper_95": ahead.get("upper_95"),
        "goal_low": None if bar is None else bar.low,
        "goal_high": None if bar is None else bar.high,
        "needed_from_today": found.gap_now,
        "gap": found.gap,
        "gap_lower": found.gap_lower,
        "gap_upper": found.gap_upper,
        "probability_met": found.probability,
        "flip_shift": found.shift or found.slack,
        "required_rate": found.required_rate,
        "observed_rate": found.observed_rate,
        "borrowed_from": row.get("reference_area", "") if row.get("kind") == "borrowed" else "",
    }


def _count_columns(case: Case, allowed: Allowance | None, rare: CountView | None) -> dict[str, Any]:
    count, exposure = latest_counts(case)
    columns: dict[str, Any] = {
        "latest_count": count,
        "latest_exposure": exposure,
        "exposure": None if allowed is None else allowed.exposure,
    }
    if allowed is not None and allowed.rare:
        columns["allowed_events"] = allowed.allowed
    if rare is not None:
        columns |= {
            "expected_events": rare.expected,
            "events_lower_95": rare.lower,
            "events_upper_95": rare.upper,
            "pooled_years": rare.pooled_years,
            "pooled_count": rare.pooled_count,
            "pooled_allowed": rare.pooled_allowed,
        }
    return columns


def _pace_columns(paced: Pacing) -> dict[str, Any]:
    return {
        "base_year": paced.base_year,
        "base_value": paced.base_value,
        "pace_geometric": paced.geometric,
        "pace_linear": paced.linear,
        "pace_class": paced.category,
        "pace_flags": ";".join(paced.flags),
        "remaining_effort": paced.effort,
        "schedule_value": paced.schedule,
        "schedule_gap": paced.schedule_gap,
    }


def _reference_columns(case: Case) -> dict[str, Any]:
    """The other area's columns: of the reference series, or of the area a goal is measured
    against. ``reference_projected`` is what ``reference_gap`` is taken from."""
    peer: Record | None = case.other if case.other is not None else case.peer
    if peer is None:
        return {}
    row: Mapping[str, Any] = peer.row(case.method, case.deadline.year) or {}
    return {
        "reference_area": peer.area,
        "reference_year": peer.latest_year,
        "reference_value": peer.latest_value,
        "reference_projected": peer.expected(case.method, case.deadline.year),
        "reference_lower_95": row.get("lower_95"),
        "reference_upper_95": row.get("upper_95"),
        "reference_gap": reference_shortfall(case),
    }
