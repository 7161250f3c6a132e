"""Targets, trajectories and observations in, the table *gaps* out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from healthplan import statuses, tables
from healthplan.gaps import deadline, words
from healthplan.gaps.evidence import NO_METHOD, Evidence, Record
from healthplan.gaps.measure import Case, Measures, measure, reference_shortfall

VERSION = "gaps_1"

__all__ = ["VERSION", "estimate_gaps"]


def estimate_gaps(
    targets: pd.DataFrame,
    trajectories: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    series: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    plan_end: str = "",
) -> pd.DataFrame:
    """What stands between each target and the figures: one row a target and projection method.

    ``series`` says which observed series answers which target. Basis own: the district's columns
    are filled. Basis reference: only the ``reference_`` columns are, and ``reference_gap`` says
    what would be missing if the district stood where the reference stands. Basis none (or no row):
    neither.

    gap > 0 is a shortfall in the indicator's unit, whatever the direction. Rates are per year. Only
    figures of years <= ``as_of`` are used; trajectories that know later ones are refused.
    ``plan_end`` stands in for the deadline of a target whose text names none.

    A deadline is judged by the observed figure of its year: it is past once its year lies before
    ``as_of`` or once that figure exists. Past without that figure it is ``due_unconfirmed``, never
    on course. In the year ``as_of`` itself, without the figure, it is still projected.

    Returns the checked table *gaps*. Raises :class:`~healthplan.errors.InputError` for tables that
    do not fit and :class:`~healthplan.errors.UsageError` for trajectories made from later figures.
    """
    evidence = Evidence(observations, trajectories, as_of)
    known = {row["indicator"]: row for row in _records(indicators)}
    choice = {row["target_id"]: row for row in _records(series)}
    names = {row["area"]: row for row in _records(areas)}
    rows = [
        _row(case, choice.get(target["target_id"], {}), names)
        for target in _records(targets)
        for case in _cases(
            target, choice.get(target["target_id"], {}), known, evidence, as_of, plan_end
        )
    ]
    if not rows:
        return tables.empty("gaps")
    frame = pd.DataFrame(rows, columns=tables.columns("gaps"))
    return tables.check(frame, "gaps", source="gaps")


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def _cases(
    target: Mapping[str, Any],
    chosen: Mapping[str, Any],
    indicators: Mapping[str, Mapping[str, Any]],
    evidence: Evidence,
    as_of: int,
    plan_end: str,
) -> Iterator[Case]:
    """The target under each method that projects its series, or once without a method."""
    basis = chosen.get("basis", "none")
    indicator = indicators[chosen.get("indicator") or target["indicator"]]
    area = chosen.get("area") or target["area"]
    record = evidence.record(indicator["indicator"], area if basis != "none" else "")
    peer = (
        evidence.record(indicator["indicator"], target["reference"])
        if target["reference"]
        else None
    )
    due = deadline.read(target["deadline"], plan_end)
    for method in list(record.projected) or [NO_METHOD]:
        yield Case(target, indicator, basis, record, peer, method, due, as_of)


def _row(case: Case, chosen: Mapping[str, Any], names: Mapping[str, Mapping[str, Any]]) -> dict:
    found = measure(case) if case.basis == "own" else Measures()
    facts = _facts(case, found)
    status = statuses.decide(facts)
    basis = _basis_word(case)
    row: dict[str, Any] = {
        "target_id": case.target["target_id"],
        "method": case.method,
        "basis": basis,
        "data_indicator": case.record.indicator if case.basis != "none" else "",
        "data_area": case.record.area,
        "deadline_year": case.deadline.year,
        **_own_columns(case, found),
        **_reference_columns(case),
        "status": status.word,
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
    }
    return {**row, **words.sentences(case, found, status, chosen, names)}


def _facts(case: Case, found: Measures) -> statuses.Facts:
    pace = None
    if found.required_rate and found.observed_rate is not None:
        pace = statuses.pace_word(found.observed_rate / found.required_rate)
    return statuses.Facts(
        state=case.target["state"],
        basis=case.basis if case.record.latest_value is not None else "none",
        past=case.past,
        met_at_deadline=found.met_at_deadline,
        met_now=found.met_now,
        trend=found.trend,
        kept=found.kept,
        probability=found.probability,
        pace=pace,
        detectable=found.detectable,
    )


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


def _reference_columns(case: Case) -> dict[str, Any]:
    """The other area's columns: of the reference series, or of the area a goal is measured
    against."""
    peer: Record | None = case.record if case.basis == "reference" else case.peer
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
        "reference_gap": reference_shortfall(case) if case.basis == "reference" else None,
    }
