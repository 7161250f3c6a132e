"""Rates and ratios against head counts: counts of the same plan, places to add, and deaths so few that luck decides."""

import math
from collections.abc import Iterator
from typing import Any

import pandas as pd

from healthplan.consistency.finding import Finding, Row, Words, both, goal, make, name, quantity, words
from healthplan.consistency.known import Head, Known
from healthplan.language import comparators, phrases
from healthplan.language.vocabulary import pairs

TOLERANCE = 0.1  # a count and its ratio may differ by this share: the population is not of the same day
FEW = 5.0  # below this many expected events the count of one year says little about the rate (Poisson)


def ratios(plan: Known) -> Iterator[Finding]:
    """Counts and ratios of one thing, and additions that a ratio asks for or leaves over."""
    rows = [row for row in plan.rows if not pd.isna(row["value"]) and not _apart(row)]
    for ratio in rows:
        facts = plan.facts.get(ratio["indicator"])
        # of a ratio per so many people
        rated = facts is not None and pd.notna(facts["per"]) and "/" in ratio["unit"]
        of_people = facts is not None and rated and str(facts["denominator"]).startswith("population")
        people = plan.population(ratio["area"]) if of_people else None
        if facts is None or people is None:
            continue
        for count in (row for row in rows if row["indicator"] == facts["numerator"]):
            implied = ratio["value"] * people.value / float(facts["per"])
            apart = abs(count["value"] - implied) > TOLERANCE * implied
            together = ratio["area"] == count["area"] and ratio["deadline"][:4] == count["deadline"][:4]
            if apart and together and count["comparator"] in comparators.TOUCHING:
                told = {**_of(people), "implied": f"{implied:,.0f}"}
                yield make("ratio_against_count", "warning", [ratio, count], **told)
    yield from _additions(rows, plan)


def _apart(row: Row) -> bool:
    """A goal of a group, of every year, or of each unit: no count of everybody answers it."""
    return bool(row["group"] or row["per"] or row["each"])


def _of(people: Head) -> dict[str, Any]:
    return {"people": f"{people.value:,.0f}", "year": people.year}


def _additions(rows: list[Row], plan: Known) -> Iterator[Finding]:
    floors = comparators.TOUCHING - comparators.CEILINGS
    for pair in pairs("adds_to"):
        asked = [r for r in rows if r["indicator"] == pair["other"] and r["comparator"] in floors]
        asked.sort(key=lambda row: row["deadline"] or "9999")
        for area in dict.fromkeys(row["area"] for row in asked):
            people = plan.population(area)
            added = [r for r in rows if r["indicator"] == pair["one"] and r["area"] == area]
            if people is not None and added and pair["other"] in plan.facts:
                stages = [r for r in asked if r["area"] == area]
                yield from _added(stages, added, people, float(plan.facts[pair["other"]]["per"]))


def _added(stages: list[Row], added: list[Row], people: Head, per: float) -> Iterator[Finding]:
    """What is added against the rise between two stages, or against the whole of one."""
    total, last, rows = sum(row["value"] for row in added), stages[-1], [*stages, *added]
    told = {"name": name(last), "goal": goal(last), "total": f"{total:,.0f}", **_of(people)}
    if len(stages) > 1:
        rise = (last["value"] - stages[0]["value"]) * people.value / per
        if rise > 0 and total < (1 - TOLERANCE) * rise:
            told |= {"other_goal": goal(stages[0]), "needed": f"{rise:,.0f}"}
            yield make("additions_short_of_ratio", "warning", rows, **told)
        return
    whole = last["value"] * people.value / per
    told["needed"] = f"{whole:,.0f}"
    if total < whole:
        start = quantity((whole - total) / people.value * per, last["unit"])
        yield make("ratio_needs_start", "note", rows, start=start, **told)
    elif total > whole:
        yield make("additions_above_ratio", "warning", rows, **told)


def few_events(plan: Known) -> Iterator[Finding]:
    """Rates of births and zero counts whose yearly outcome is mostly chance. The number of deaths of a year at a rate r
    among n births is taken as Poisson with mean n r."""
    events = {pair["one"]: pair["other"] for pair in pairs("event_of")}
    for row in plan.rows:
        rate = plan.facts.get(str(events.get(row["indicator"], row["indicator"])))
        if rate is None or rate["denominator"] != "live_births" or _apart(row):
            continue
        stated = row["comparator"] in comparators.STATED and not pd.isna(row["value"])
        if rate["indicator_kind"] == "rate" and stated:
            yield from _chance(row, rate, plan)


def _chance(row: Row, rate: Row, plan: Known) -> Iterator[Finding]:
    born, per = plan.births(row["area"]), float(rate["per"])
    if born is None:
        yield make("births_unknown", "note", [row])
        return
    # how many births a year, and how that is known
    told = {"count": f"{born.value:,.0f}", "year": born.year}
    estimated = {"rate_year": born.rate_year, "area": plan.area_name(born.rate_area)} if born.rate_area else {}
    births = words("births_estimated" if estimated else "births_printed", **told, **estimated)
    if row["value"] == 0:
        now = plan.nearest(str(rate["indicator"]), row["area"], 1)
        if now is not None:
            expected = now.latest[1] * born.value / per
            yield make(
                "zero_by_luck", "warning", [row], expected=phrases.number(expected, digits=2),
                chance=both(phrases.probability, math.exp(-expected)), births=births,
                level=quantity(now.latest[1], str(rate["unit"])), level_year=now.latest[0],
                level_area=plan.area_name(now.area),
            )  # fmt: skip
    elif row["indicator"] == rate["indicator"] and row["value"] * born.value / per < FEW:
        yield _one_decides(row, row["value"] * born.value / per, per / born.value, births)


def _one_decides(row: Row, allowed: float, one: float, births: Words) -> Finding:
    most = math.floor(allowed + 1e-9)
    if comparators.strict(row["comparator"]) and most > allowed - 1e-9:
        most = max(0, most - 1)  # touching the goal is not enough
    return make(
        "one_event_decides", "warning", [row], allowed=most, births=births,
        expected=phrases.number(allowed, digits=2), one=quantity(one, row["unit"]),
    )  # fmt: skip
