"""Ratios that contradict head counts: 每千人口 goals against the counts of the same plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from healthplan.consistency.finding import Finding, Row, facts_of, goal, make, name, records
from healthplan.consistency.people import Head, population
from healthplan.consistency.wholes import pairs
from healthplan.language import comparators

TOLERANCE = 0.1
"""A count and its ratio may differ by this share: the population is not of the same day."""


def ratios(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame
) -> Iterator[Finding]:
    """Counts and ratios of one thing, and additions that a ratio asks for or leaves over."""
    rows = [row for row in records(targets) if not pd.isna(row["value"])]
    known = facts_of(indicators)
    for ratio in rows:
        if ratio["indicator"] not in known:
            continue
        per = known[ratio["indicator"]]["per"]
        of_people = str(known[ratio["indicator"]]["denominator"]).startswith("population")
        people = population(observations, ratio["area"]) if of_people else None
        if people is None or pd.isna(per) or "/" not in ratio["unit"]:
            continue
        counted = str(known[ratio["indicator"]]["numerator"])
        for count in rows:
            if count["indicator"] == counted and _together(ratio, count):
                yield from _against(ratio, count, people, float(per))
    yield from _additions(rows, known, observations)


def _together(ratio: Row, count: Row) -> bool:
    return (
        ratio["area"] == count["area"]
        and ratio["deadline"][:4] == count["deadline"][:4]
        and count["comparator"] in comparators.TOUCHING
    )


def _against(ratio: Row, count: Row, people: Head, per: float) -> Iterator[Finding]:
    implied = ratio["value"] * people.value / per
    if abs(count["value"] - implied) > TOLERANCE * implied:
        yield make(
            "ratio_against_count", "warning", [ratio, count], name=name(ratio), goal=goal(ratio),
            other_goal=goal(count), other_name=name(count), people=f"{people.value:,.0f}",
            year=people.year, implied=f"{implied:,.0f}",
        )  # fmt: skip


def _additions(
    rows: list[Row], known: Mapping[str, Row], observations: pd.DataFrame
) -> Iterator[Finding]:
    for pair in pairs("adds_to"):
        ratios_ = sorted(
            (
                r
                for r in rows
                if r["indicator"] == pair["other"]
                and r["comparator"] in {comparators.LEAST, comparators.EQUAL}
            ),
            key=lambda row: row["deadline"] or "9999",
        )
        for area in dict.fromkeys(row["area"] for row in ratios_):
            people = population(observations, area)
            added = [r for r in rows if r["indicator"] == pair["one"] and r["area"] == area]
            stages = [r for r in ratios_ if r["area"] == area]
            if people is None or not added or pair["other"] not in known:
                continue
            per = float(known[pair["other"]]["per"])
            yield from _added(stages, added, people, per)


def _added(stages: list[Row], added: list[Row], people: Head, per: float) -> Iterator[Finding]:
    """What is added against the rise between two stages, or against the whole of one."""
    total = sum(row["value"] for row in added)
    last = stages[-1]
    fields = {
        "name": name(last), "total": f"{total:,.0f}", "people": f"{people.value:,.0f}",
        "year": people.year, "goal": goal(last),
    }  # fmt: skip
    if len(stages) > 1:
        rise = (last["value"] - stages[0]["value"]) * people.value / per
        if rise > 0 and total < (1 - TOLERANCE) * rise:
            yield make(
                "additions_short_of_ratio", "warning", [*stages, *added],
                other_goal=goal(stages[0]), needed=f"{rise:,.0f}", **fields,
            )  # fmt: skip
        return
    whole = last["value"] * people.value / per
    if total < whole:
        start = (whole - total) / people.value * per
        yield make(
            "ratio_needs_start", "note", [*stages, *added], needed=f"{whole:,.0f}",
            start=f"{start:.2f}", unit=last["unit"], **fields,
        )  # fmt: skip
    elif total > whole:
        yield make(
            "additions_above_ratio", "warning", [*stages, *added], needed=f"{whole:,.0f}", **fields
        )
