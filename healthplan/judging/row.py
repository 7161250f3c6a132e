"""A verdict as a row of *gaps* and of the tables beside it."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from healthplan.judging import yearly
from healthplan.judging.evidence import Case, Record
from healthplan.judging.measures import Measures, reference_shortfall
from healthplan.judging.pacing import Pacing
from healthplan.judging.rare import latest_counts
from healthplan.judging.reasons import flip, other_groups, place_of, why
from healthplan.judging.threshold import Bar
from healthplan.judging.verdict import Verdict


def word(verdict: Verdict) -> dict[str, Any]:
    """The word and what goes with it: the first columns of *gaps*, and the chance."""
    case, status = verdict.case, verdict.status
    return {
        "target_id": case.target["target_id"],
        "method": case.method,
        "status": status.word,
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
        "basis": "borrowed" if case.lender else case.basis,
        "probability_met": verdict.found.probability if case.basis == "own" else None,
    }


def row(verdict: Verdict) -> dict[str, Any]:
    """One row of *gaps* and the tables beside it (plus ``past``: whether the deadline is judged)."""
    case, status, reasons = verdict.case, verdict.status, verdict.case.record.reasons
    return {
        **word(verdict),
        "status_if_held": verdict.held.word if status.rests_on == "state" else "",
        "why": ";".join(why(verdict)),
        "flip": flip(verdict),
        # why there is no projection of the district's own series
        "reason": (reasons.get(case.method) or next(iter(reasons.values()), "")) if case.basis == "own" else "",
        "data_indicator": case.record.indicator if case.basis != "none" else "",
        "data_area": case.record.area,
        "data_group": case.record.group if case.basis != "none" else "",
        "other_groups": other_groups(case),
        "deadline_year": case.deadline.year,
        **_own_columns(verdict),
        **_count_columns(case, verdict.found),
        # What is superseded or not yet settled asks for no pace and stands on no schedule.
        **asdict(Pacing() if status.rests_on == "state" else verdict.paced),
        **_reference_columns(case, verdict.found.gap_ends),
        "decisive_year": verdict.found.decisive,
        "summed_since": case.first_year if case.summed and case.basis == "own" and not case.unbegun else None,
        "past": case.past,
        "years": yearly.rows(case),
    }


def _own_columns(verdict: Verdict) -> dict[str, Any]:
    """The district's columns; empty unless the series is the district's own."""
    case, found = verdict.case, verdict.found
    if case.basis != "own":
        return {}
    record, bar, year = case.record, found.bar or Bar(), case.deadline.year
    due = verdict.status.word == "due_unconfirmed"
    # The figure of the deadline's year decides once it is past, of a goal for every year that of its worst.
    worst = found.decisive if found.decisive is not None and (case.past or found.lost) else None
    return {
        "deadline_value": record.at(year if worst is None and case.past else worst),
        "nowcast": record.expected(case.method, year) if due else None,
        "latest_year": record.latest_year,
        "latest_value": record.latest_value,
        **_projected(case, found),
        "goal_low": bar.low,
        "goal_high": bar.high,
        "goal_strict": None if found.bar is None else bar.strict,
        "goal_tolerance": bar.tolerance or None,
        **{name: getattr(found, name) for name in ("needed_from_today", "gap", "required_rate", "observed_rate")},
        "borrowed_from": case.lender,
    }


def _projected(case: Case, found: Measures) -> dict[str, Any]:
    """Median and 95 % interval of the one distribution that the gap and the probability come from; a projection
    without an interval has its middle only."""
    if case.past or found.lost:
        return {}
    ahead = found.ahead or case.record.outlook(case.method, case.deadline.year)
    if ahead is None:
        return {"projected_value": case.record.expected(case.method, case.deadline.year)}
    levels = {"projected_value": 0.5, "projected_lower_95": 0.025, "projected_upper_95": 0.975}
    return {name: ahead.quantile(level) for name, level in levels.items()}


def _count_columns(case: Case, found: Measures) -> dict[str, Any]:
    count, exposure = latest_counts(case)
    allowed, rare = found.allowed, found.rare
    columns: dict[str, Any] = {
        "latest_count": count,
        "latest_exposure": exposure,
        "exposure": None if allowed is None else allowed.exposure,
    }
    if allowed is not None and allowed.rare:
        columns["allowed_events"] = allowed.allowed
    if rare is not None:
        columns |= {
            "expected_events": rare.outlook.forecast.mean,
            "pooled_years": rare.pooled_years,
            "pooled_count": rare.pooled_count,
            "pooled_allowed": rare.pooled_allowed,
        }
    return columns


def _rank_columns(case: Case) -> dict[str, Any]:
    """The district's place now, among how many, and whose figures would be needed to say it."""
    ranking, year = case.ranking, case.compared_year
    if ranking is None or case.basis != "own":
        return {}
    wanted = case.deadline.year if case.past else case.record.latest_year
    place = place_of(case)
    return {
        "rank": place,
        "rank_year": year if place is not None else wanted,
        "ranked": ranking.ranked,
        "unknown": ";".join(ranking.unknown(wanted)),
    }


def _reference_columns(case: Case, ends: tuple[float | None, ...]) -> dict[str, Any]:
    """The other area's columns: of the reference series, or of the area a goal is measured
    against. ``reference_projected`` is what ``reference_gap`` is taken from."""
    peer: Record | None = case.other if case.other is not None else case.peer
    if peer is None:
        return {}
    row: Mapping[str, Any] = peer.row(case.method, case.deadline.year) or {}
    return {
        **_rank_columns(case),
        "reference_area": peer.area,
        "reference_year": peer.latest_year,
        "reference_value": peer.latest_value,
        "reference_projected": peer.expected(case.method, case.deadline.year),
        "reference_lower_95": row.get("lower_95"),
        "reference_upper_95": row.get("upper_95"),
        "reference_gap": reference_shortfall(case),
        "gap_lower": ends[0],
        "gap_upper": ends[1],
    }
