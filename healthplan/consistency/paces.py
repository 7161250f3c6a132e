"""Goals against the past: a pace no one has reached, and a goal ahead of the nation's path."""

from collections.abc import Iterator

import pandas as pd

from healthplan.consistency.figures import (
    Pace,
    Series,
    change_a_year,
    line_of,
    nearest,
    paces,
    series_of,
)
from healthplan.consistency.finding import (
    Finding,
    Row,
    Words,
    area_name,
    facts_of,
    goal,
    listed,
    make,
    name,
    quantity,
    records,
    words,
)
from healthplan.language import comparators, phrases

NATION = "china"
RECENT = 5
"""The nation's path goes on at the mean yearly change of these last years."""
FARTHEST = 10
"""No path is drawn further ahead than these years."""


def pace(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    """Goals that ask for a faster yearly change than any area with figures has kept up for two years or more, up
    to as many years as are left."""
    for row, facts, year in _judged(targets, indicators):
        start = nearest(observations, row["indicator"], line_of(row["area"], areas))
        if start is None or start.latest[0] >= year or _met(row, start.latest[1]):
            continue
        relative = facts["indicator_kind"] in {"rate", "level"}
        years = year - start.latest[0]
        needed = change_a_year(start.latest[1], float(row["value"]), years, relative)
        best, seen = _fastest(observations, row, years, relative)
        if best is None or abs(needed) <= abs(best.change):
            continue
        yield make(
            "pace_without_precedent", "warning" if start.area == row["area"] else "note", [row],
            name=name(row), goal=goal(row), year=year, area=area_name(start.area, areas),
            from_year=start.latest[0], from_value=quantity(start.latest[1], row["unit"]),
            needed=_moves(needed, relative, row["unit"]), years=years,
            best=_moves(best.change, relative, row["unit"]), best_area=area_name(best.area, areas),
            first=best.first, last=best.last, seen=listed(area_name(a, areas) for a in seen),
        )  # fmt: skip


def _judged(targets: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[tuple[Row, Row, int]]:
    """Floors and ceilings with a value and a date, in the unit of their known indicator."""
    known = facts_of(indicators)
    for row in records(targets):
        whole = (
            row["comparator"] in comparators.ONE_SIDED
            and row["deadline"]
            and not pd.isna(row["value"])
        )
        facts = known.get(row["indicator"])
        if not whole or facts is None or facts["indicator_kind"] == "count":
            continue
        if facts["unit"] == row["unit"]:
            yield row, facts, int(row["deadline"][:4])


def _sign(row: Row) -> int:
    return 1 if row["comparator"] in comparators.FLOORS else -1


def _met(row: Row, value: float) -> bool:
    over = (value - row["value"]) * _sign(row)
    return over > 0 if comparators.strict(row["comparator"]) else over >= 0


def _fastest(
    observations: pd.DataFrame, row: Row, longest: int, relative: bool
) -> tuple[Pace | None, list[str]]:
    """The fastest change for the better in any area, and the areas that were compared."""
    found: dict[str, Pace] = {}
    for area in observations.loc[observations["indicator"] == row["indicator"], "area"].unique():
        series = series_of(observations, row["indicator"], str(area))
        shown = list(paces(series, longest, relative)) if series is not None else []
        if shown:
            found[str(area)] = max(shown, key=lambda one: _sign(row) * one.change)
    best = max(found.values(), key=lambda one: _sign(row) * one.change, default=None)
    return best if best and _sign(row) * best.change > 0 else None, list(found)


def _moves(change: float, relative: bool, unit: str) -> Words:
    """A yearly change in words: up or down, by so many per cent, points or units."""
    way = "rises" if change > 0 else "falls"
    if relative:
        return words(way, by=f"{phrases.number(100 * abs(change))}%")
    return words(way, by=(phrases.points(abs(change), unit, "zh"), phrases.points(abs(change), unit, "en")))  # fmt: skip


def national_path(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    """Goals beyond where the nation stood, or would stand if its last five years went on."""
    for row, facts, year in _judged(targets, indicators):
        series = series_of(observations, row["indicator"], NATION)
        if series is None or NATION not in line_of(row["area"], areas)[1:]:
            continue
        fields = {"name": name(row), "goal": goal(row), "year": year}
        if year in series.years:
            then = series.values[series.years.index(year)]
            if not _met(row, then):
                yield make("ahead_of_nation_then", "note", [row],
                           path=quantity(then, row["unit"]), **fields)  # fmt: skip
            continue
        ahead = _path(series, year, facts)
        if ahead is None or _met(row, ahead[0]):
            continue
        yield make(
            "ahead_of_nation", "note", [row], path=quantity(ahead[0], row["unit"]),
            first=ahead[1], from_year=series.latest[0],
            from_value=quantity(series.latest[1], row["unit"]), **fields,
        )  # fmt: skip


def _path(series: Series, year: int, facts: Row) -> tuple[float, int] | None:
    """Where the path leads and the year it is measured from; None where there is no pace or no such value."""
    last, value = series.latest
    first = min(y for y in series.years if y >= last - RECENT)
    if not 0 < year - last <= FARTHEST or not series.tells_a_pace(first, last):
        return None
    relative = facts["indicator_kind"] in {"rate", "level"}
    before = series.values[series.years.index(first)]
    change = change_a_year(before, value, last - first, relative and before > 0 and value > 0)
    far = year - last
    ahead = value * (1 + change) ** far if relative else value + change * far
    return (ahead, first) if facts["indicator_kind"] != "share" or 0 <= ahead <= 100 else None
