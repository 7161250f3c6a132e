"""Goals for every year: what each year asks for and brought, and the years that still have to meet it as one outlook.
One missed year is a miss. Ahead, a goal is met where the hardest of the years is: the years of one projection move
together, as where they are added up, so the lowest of them is the lowest at every level of the distribution."""

from dataclasses import replace
from typing import Any

import pandas as pd

from healthplan.judging import outlook, trends
from healthplan.judging.evidence import Case
from healthplan.judging.outlook import LEVELS, Expected, Outlook
from healthplan.judging.threshold import Bar, bar_for
from healthplan.language import comparators, units


def rows(case: Case) -> list[dict[str, Any]]:
    """The rows of table *years*: what each year up to ``as_of`` asked for and what there was (columns year, asked,
    value, met)."""
    if case.basis != "own" or case.stated.get("per") != "year":
        return []
    return [
        {
            "year": year,
            "asked": None if bar is None else _asked(case, bar),
            "value": value,
            "met": None if value is None or bar is None else bar.met(value),
        }
        for year, bar, value in _so_far(case)
    ]


def _so_far(case: Case) -> list[tuple[int, Bar | None, float | None]]:
    """The years up to ``as_of`` with what each asks for (None where others have no figure) and its figure."""
    series = case.yearly or case.record
    bars = [(year, bar_of_year(case, year)) for year in _years(case) if year <= case.as_of]
    asked = [(year, bar) for year, bar in bars if bar is not None or case.against_others]
    return [(year, bar, series.at(year)) for year, bar in asked if series.latest_year is not None]


def _asked(case: Case, bar: Bar) -> float:
    """The number that a year asks for: of a range its weaker end, about a value the value."""
    stated = case.stated
    if stated["comparator"] == comparators.EQUAL and not stated.get("each"):
        return float(stated["value"])
    return float(bar.low if bar.low is not None else bar.high or 0.0)


def _years(case: Case) -> range:
    first, due = case.first_year, case.deadline.year
    if not case.every_year and case.start is not None and case.start.year is not None:
        first = case.start.year + 1
    return range(0) if first is None or due is None else range(first, due + 1)


def bar_of_year(case: Case, year: int) -> Bar | None:
    """What a year asks of the series before its years are added up."""
    stated, series = case.stated, case.yearly or case.record
    if stated["comparator"] == comparators.TREND:
        return trends.step(case, year)
    if stated["comparator"] == comparators.RANK and case.peer is None:
        stated = case.target  # the figures are places themselves
    if case.against_others:
        return beside(case, case.peer.at(year) if case.peer else None)
    added = case.target["comparator"] != stated["comparator"]
    if stated["comparator"] in comparators.CHANGES and added:
        return Bar(low=float(stated["value"]))  # an addition: so many in each year
    return bar_for(stated, case.indicator, series.figures, year, case.base_year)


def beside(case: Case, level: float | None) -> Bar | None:
    """The bar of a goal against others where these stand at ``level``: on the side that the goal says, else where the
    indicator is no worse, and by the margin that it says (its value)."""
    if level is None:
        return None
    side = str(case.target.get("side") or "")
    strict = side in comparators.ONE_SIDED and comparators.strict(side)
    falling = case.indicator["direction"] == "decrease"
    if side in comparators.CEILINGS or (falling and side not in comparators.FLOORS):
        return Bar(high=_of_others(case, level, -1), strict=strict)
    return Bar(low=_of_others(case, level, 1), strict=strict)


def _of_others(case: Case, level: float, way: int) -> float:
    """What is asked where others stand at ``level``: so many times as much (全市平均的95%), or a margin beyond it."""
    value, unit = case.target["value"], case.target["unit"]
    if case.ranking is not None or pd.isna(value):
        return level
    by = abs(float(value))
    return level * by if unit == units.TIMES else level + way * by


def apart(case: Case, level: float) -> Bar:
    """The bar of the difference to others that stand at ``level``."""
    bar = beside(case, level) or Bar()
    low, high = (None if end is None else end - level for end in (bar.low, bar.high))
    return replace(bar, low=low, high=high)


def unknown(case: Case) -> list[int]:
    """The years up to ``as_of`` without a figure, or without one of the others."""
    own = [year for year in _years(case) if year <= case.as_of and case.record.at(year) is None]
    return sorted({*own, *(year for year, bar, _ in _so_far(case) if bar is None)})


def worst(case: Case) -> tuple[int, Bar, float] | None:
    """The year so far that missed by most what it asked, or came closest to a miss; with its bar and its figure."""
    known = [(year, bar, at) for year, bar, at in _so_far(case) if bar and at is not None]
    return max(known, key=lambda one: one[1].shortfall(one[2]), default=None)


def ahead(case: Case, year: int | None) -> Expected | None:
    """What is held against the bar at a year: the outlook, or its distance to that of the others."""
    mine = case.record.outlook(case.method, year)
    if not case.against_others or case.peer is None:
        return mine
    theirs = case.peer.outlook(case.method, year)
    return None if mine is None or theirs is None else outlook.difference(mine, theirs)


def hardest(case: Case, bar: Bar) -> tuple[int, Expected] | None:
    """The hardest of the years to come and the outlook that decides; None where one of them is not projected."""
    last = case.compared_year if case.against_others else case.record.latest_year
    years = [year for year in _years(case) if year > (last or 0)]
    ahead_of = {year: ahead(case, year) for year in years}
    known = {year: one for year, one in ahead_of.items() if one is not None}
    if not known or len(known) < len(years):
        return None
    if bar.low is not None and bar.high is not None:
        weakest = min(known, key=lambda year: bar.probability(known[year]))
        return weakest, known[weakest]
    pick = min if bar.low is not None else max
    values = tuple(pick(one.quantile(p) for one in known.values()) for p in LEVELS)
    weakest = pick(known, key=lambda year: known[year].quantile(0.5))
    return weakest, Outlook(values, case.record.places)
