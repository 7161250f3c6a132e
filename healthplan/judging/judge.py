"""One case to one row of *gaps*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from healthplan.judging import statuses, words
from healthplan.judging.evidence import FEWEST, Record
from healthplan.judging.measure import Case, Measures, measure, reference_shortfall
from healthplan.judging.now import latest_interval
from healthplan.judging.pacing import Pacing, pacing
from healthplan.judging.rare import Allowance, CountView, allowance, view
from healthplan.judging.telling import Names, Telling


def judge(
    case: Case,
    stage_rows: pd.DataFrame,
    base_year: int | None,
    chosen: Mapping[str, Any],
    names: Names,
) -> dict[str, Any]:
    """One row of *gaps* (plus ``past``, which says whether the deadline is judged)."""
    found = measure(case) if case.basis == "own" else Measures()
    allowed = allowance(case)
    rare = view(case, allowed) if found.bar is not None else None
    if rare is not None and not case.past:
        met = rare.met_pooled and bool(found.met_now)
        found = replace(found, probability=rare.probability, met_now=met)
    # The rate of a rare event jumps with every single case: it has no pace.
    paced = Pacing() if rare is not None else pacing(case, found.bar, stage_rows, base_year)
    facts = _facts(case, found, rare, paced)
    status = statuses.decide(facts)
    held = statuses.decide(replace(facts, state="current"))
    return {
        "target_id": case.target["target_id"],
        "method": case.method,
        "basis": _basis_word(case),
        "data_indicator": case.record.indicator if case.basis != "none" else "",
        "data_area": case.record.area,
        "deadline_year": case.deadline.year,
        **_own_columns(case, found),
        **_pace_columns(paced),
        **_count_columns(allowed, rare),
        **_reference_columns(case),
        "status": status.word,
        "status_if_held": held.word if status.rests_on == "state" else "",
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
        **words.sentences(Telling(case, found, allowed, rare, paced, status, held, chosen, names)),
        "past": case.past,
    }


def _facts(case: Case, found: Measures, rare: CountView | None, paced: Pacing) -> statuses.Facts:
    return statuses.Facts(
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


def _basis_word(case: Case) -> str:
    """``borrowed`` where the district's own figures are carried on by another area's trend."""
    row = case.record.row(case.method, case.deadline.year)
    borrowed = row is not None and row["kind"] == "borrowed"
    return "borrowed" if case.basis == "own" and borrowed else case.basis


def _own_columns(case: Case, found: Measures) -> dict[str, Any]:
    """The district's columns; empty unless the series is the district's own."""
    if case.basis != "own":
        return {}
    record, bar = case.record, found.bar
    ahead = None if case.past else record.row(case.method, case.deadline.year)
    return {
        "latest_year": record.latest_year,
        "latest_value": record.latest_value,
        **_interval_columns(case),
        "projected_value": np.nan if ahead is None else ahead["value"],
        "projected_lower_95": np.nan if ahead is None else ahead["lower_95"],
        "projected_upper_95": np.nan if ahead is None else ahead["upper_95"],
        "goal_low": None if bar is None else bar.low,
        "goal_high": None if bar is None else bar.high,
        "gap_now": found.gap_now,
        "gap": found.gap,
        "gap_lower": found.gap_lower,
        "gap_upper": found.gap_upper,
        "probability_met": found.probability,
        "required_rate": found.required_rate,
        "observed_rate": found.observed_rate,
    }


def _interval_columns(case: Case) -> dict[str, Any]:
    found = latest_interval(case)
    if found is None:
        return {}
    around, exposure = found
    return {
        "latest_count": around.events,
        "latest_exposure": exposure,
        "latest_lower_95": around.lower,
        "latest_upper_95": around.upper,
    }


def _reference_columns(case: Case) -> dict[str, Any]:
    """The other area's columns: of the reference series, or of the area a goal is measured
    against."""
    peer: Record | None = case.other if case.other is not None else case.peer
    if peer is None or peer.latest_value is None:
        return {}
    ahead = peer.row(case.method, case.deadline.year)
    return {
        "reference_area": peer.area,
        "reference_year": peer.latest_year,
        "reference_value": peer.latest_value,
        "reference_projected": np.nan if ahead is None else ahead["value"],
        "reference_lower_95": np.nan if ahead is None else ahead["lower_95"],
        "reference_upper_95": np.nan if ahead is None else ahead["upper_95"],
        "reference_gap": reference_shortfall(case),
    }


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


def _count_columns(allowed: Allowance | None, rare: CountView | None) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if allowed is not None:
        columns |= {
            "exposure": allowed.exposure,
            "allowed_events": allowed.allowed,
            "fails_by_luck": allowed.fails_by_luck,
        }
    if rare is not None:
        columns |= {
            "expected_events": rare.expected,
            "events_lower_95": rare.lower,
            "events_upper_95": rare.upper,
        }
    return columns
