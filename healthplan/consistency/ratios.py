"""Rates and ratios against head counts: counts of the same plan, places to add, and deaths so few that luck decides."""

import math
from collections.abc import Iterator, Mapping

import pandas as pd

from healthplan.consistency.figures import Head, births, line_of, nearest, population
from healthplan.consistency.finding import (
    Finding,
    Row,
    Words,
    area_name,
    facts_of,
    goal,
    make,
    name,
    pairs,
    quantity,
    records,
    words,
)
from healthplan.language import comparators, phrases

TOLERANCE = 0.1
"""A count and its ratio may differ by this share: the population is not of the same day."""
FEW = 5.0
"""Below this many expected events the count of one year says little about the rate (Poisson)."""


def ratios(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame
) -> Iterator[Finding]:
    """Counts and ratios of one thing, and additions that a ratio asks for or leaves over."""
    rows = [row for row in records(targets) if not pd.isna(row["value"])]
    known = facts_of(indicators)
    for ratio in rows:
        facts = known.get(ratio["indicator"])
        people = _people(ratio, facts, observations)
        if facts is None or people is None:
            continue
        counts = (row for row in rows if row["indicator"] == facts["numerator"])
        for count in counts:
            if _together(ratio, count):
                yield from _against(ratio, count, people, float(facts["per"]))
    yield from _additions(rows, known, observations)


def _people(ratio: Row, facts: Row | None, observations: pd.DataFrame) -> Head | None:
    """The people that a ratio per so many people is a ratio of."""
    if facts is None or pd.isna(facts["per"]) or "/" not in ratio["unit"]:
        return None
    of_people = str(facts["denominator"]).startswith("population")
    return population(observations, ratio["area"]) if of_people else None


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
    floors = comparators.TOUCHING - comparators.CEILINGS
    for pair in pairs("adds_to"):
        asked = [r for r in rows if r["indicator"] == pair["other"] and r["comparator"] in floors]
        asked.sort(key=lambda row: row["deadline"] or "9999")
        for area in dict.fromkeys(row["area"] for row in asked):
            people = population(observations, area)
            added = [r for r in rows if r["indicator"] == pair["one"] and r["area"] == area]
            if people is not None and added and pair["other"] in known:
                stages = [r for r in asked if r["area"] == area]
                yield from _added(stages, added, people, float(known[pair["other"]]["per"]))


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
            start=quantity(start, last["unit"]), **fields,
        )  # fmt: skip
    elif total > whole:
        yield make(
            "additions_above_ratio", "warning", [*stages, *added], needed=f"{whole:,.0f}", **fields
        )


def few_events(
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
        stated = row["comparator"] in comparators.STATED and not pd.isna(row["value"])
        if known[rate]["indicator_kind"] == "rate" and stated:
            yield from _chance(row, known[rate], observations, areas)


def _chance(
    row: Row, rate: Row, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    born, per = births(observations, row["area"], areas), float(rate["per"])
    if born is None:
        yield make("births_unknown", "note", [row], name=name(row), goal=goal(row))
        return
    fields = {"name": name(row), "goal": goal(row), "births": _births(born, areas)}
    if row["value"] == 0:
        line = line_of(row["area"], areas)
        now = nearest(observations, str(rate["indicator"]), line, 1)
        if now is not None:
            expected = now.latest[1] * born.value / per
            chance = math.exp(-expected)
            yield make(
                "zero_by_luck", "warning", [row], expected=phrases.number(expected, digits=2),
                chance=(phrases.probability(chance, "zh"), phrases.probability(chance, "en")),
                level=quantity(now.latest[1], str(rate["unit"])), level_year=now.latest[0],
                level_area=area_name(now.area, areas), **fields,
            )  # fmt: skip
    elif row["indicator"] == rate["indicator"] and row["value"] * born.value / per < FEW:
        yield _one_decides(row, row["value"] * born.value / per, per / born.value, fields)


def _one_decides(row: Row, allowed: float, one: float, fields: dict[str, Words]) -> Finding:
    most = math.floor(allowed + 1e-9)
    if comparators.strict(row["comparator"]) and most > allowed - 1e-9:
        most = max(0, most - 1)  # touching the goal is not enough
    return make(
        "one_event_decides", "warning", [row], allowed=most,
        expected=phrases.number(allowed, digits=2), one=quantity(one, row["unit"]), **fields,
    )  # fmt: skip


def _births(born: Head, areas: pd.DataFrame) -> Words:
    """How many births a year, and how that is known."""
    count = f"{born.value:,.0f}"
    if not born.rate_area:
        return words("births_printed", count=count, year=born.year)
    return words(
        "births_estimated", count=count, year=born.year, rate_year=born.rate_year,
        area=area_name(born.rate_area, areas),
    )  # fmt: skip
