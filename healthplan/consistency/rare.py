"""Goals that luck decides: at this population one death more or less turns met into missed."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from healthplan.consistency.finding import Finding, Row, facts_of, goal, make, name, records
from healthplan.consistency.history import line_of, nearest
from healthplan.consistency.people import births
from healthplan.consistency.wholes import pairs

FEW = 5.0
"""Below this many expected events the count of one year says little about the rate (Poisson)."""


def rare(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    """Rates of births and zero counts whose yearly outcome is mostly chance.

    The number of deaths of a year at a rate r among n births is taken as Poisson with mean n r.
    """
    known = facts_of(indicators)
    events = {pair["one"]: pair["other"] for pair in pairs("event_of")}
    for row in records(targets):
        rate = events.get(row["indicator"], row["indicator"])
        if rate not in known or known[rate]["denominator"] != "live_births":
            continue
        if known[rate]["indicator_kind"] != "rate" or pd.isna(row["value"]):
            continue
        per = float(known[rate]["per"])
        yield from _chance(row, rate, per, observations, areas)


def _chance(
    row: Row, rate: str, per: float, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    born = births(observations, row["area"], areas)
    if born is None:
        yield make("births_unknown", "note", [row], name=name(row), goal=goal(row))
        return
    fields = {
        "name": name(row), "goal": goal(row), "births": f"{born.value:,.0f}", "year": born.year,
        "one": f"{per / born.value:.3g}",
    }  # fmt: skip
    if row["value"] == 0:
        now = nearest(observations, rate, line_of(row["area"], areas), 1)
        if now is not None:
            expected = now.latest[1] * born.value / per
            yield make(
                "zero_by_luck", "warning", [row], chance=f"{100 * math.exp(-expected):.0f}",
                expected=f"{expected:.2g}", level=f"{now.latest[1]:g}", level_year=now.latest[0],
                **fields,
            )  # fmt: skip
        return
    allowed = row["value"] * born.value / per
    if allowed < FEW:
        yield make(
            "one_event_decides", "warning", [row], allowed=f"{math.floor(allowed + 1e-9)}",
            expected=f"{allowed:.2g}", **fields,
        )  # fmt: skip
