"""Goals against the past: a pace no one has reached, and a goal ahead of the nation's path."""

from collections.abc import Iterator

import pandas as pd

from healthplan.consistency.finding import Finding, Row, Words, both, listed, make, quantity, words
from healthplan.consistency.known import Known, Pace, Series, change_a_year, paces
from healthplan.language import comparators, phrases

NATION = "china"
RECENT = 5  # the nation's path goes on at the mean yearly change of these last years
FARTHEST = 10  # no path is drawn further ahead than these years


def pace(plan: Known) -> Iterator[Finding]:
    """Goals that ask for a faster yearly change than any area with figures has kept up for two years or more, up
    to as many years as are left."""
    for row, facts, year in _judged(plan):
        start = plan.nearest(row["indicator"], row["area"], group=row["group"])
        if start is None or start.latest[0] >= year or _met(row, start.latest[1]):
            continue
        relative = facts["indicator_kind"] in {"rate", "level"}
        years = year - start.latest[0]
        needed = change_a_year(start.latest[1], float(row["value"]), years, relative)
        best, seen = _fastest(plan, row, years, relative)
        if best is None or abs(needed) <= abs(best.change):
            continue
        yield make(
            "pace_without_precedent", "warning" if start.area == row["area"] else "note", [row],
            year=year, area=plan.area_name(start.area),
            from_year=start.latest[0], from_value=quantity(start.latest[1], row["unit"]),
            needed=_moves(needed, relative, row["unit"]), years=years,
            best=_moves(best.change, relative, row["unit"]), best_area=plan.area_name(best.area),
            first=best.first, last=best.last, seen=listed(plan.area_name(a) for a in seen),
        )  # fmt: skip


def _judged(plan: Known) -> Iterator[tuple[Row, Row, int]]:
    """Floors and ceilings with a value and a date, in the unit of their known indicator."""
    for row in plan.stated:
        one_sided = row["comparator"] in comparators.ONE_SIDED
        facts = plan.facts.get(row["indicator"])
        if not one_sided or not row["deadline"] or pd.isna(row["value"]) or facts is None:
            continue
        if facts["indicator_kind"] != "count" and facts["unit"] == row["unit"]:
            yield row, facts, int(row["deadline"][:4])


def _sign(row: Row) -> int:
    return 1 if row["comparator"] in comparators.FLOORS else -1


def _met(row: Row, value: float) -> bool:
    over = (value - row["value"]) * _sign(row)
    return over > 0 if comparators.strict(row["comparator"]) else over >= 0


def _fastest(plan: Known, row: Row, longest: int, relative: bool) -> tuple[Pace | None, list[str]]:
    """The fastest change for the better in any area, and the areas that were compared."""
    found: dict[str, Pace] = {}
    known = plan.observations
    for area in known.loc[known["indicator"] == row["indicator"], "area"].unique():
        series = plan.series(row["indicator"], str(area), row["group"])
        shown = list(paces(series, longest, relative)) if series is not None else []
        if shown:
            found[str(area)] = max(shown, key=lambda one: _sign(row) * one.change)
    best = max(found.values(), key=lambda one: _sign(row) * one.change, default=None)
    return best if best and _sign(row) * best.change > 0 else None, list(found)


def _moves(change: float, relative: bool, unit: str) -> Words:
    """A yearly change in words: up or down, by so many per cent, points or units."""
    size = both(phrases.points, abs(change), unit)
    by = f"{phrases.number(100 * abs(change))}%" if relative else size
    return words("rises" if change > 0 else "falls", by=by)


def national_path(plan: Known) -> Iterator[Finding]:
    """Goals beyond where the nation stood, or would stand if its last five years went on."""
    for row, facts, year in _judged(plan):
        series = plan.series(row["indicator"], NATION, row["group"])
        if series is None or NATION not in plan.tree.above(row["area"]):
            continue
        if year in series.years:
            then = series.values[series.years.index(year)]
            if not _met(row, then):
                path = quantity(then, row["unit"])
                yield make("ahead_of_nation_then", "note", [row], path=path, year=year)
            continue
        ahead = _path(series, year, facts)
        if ahead is not None and not _met(row, ahead[0]):
            yield make(
                "ahead_of_nation", "note", [row], path=quantity(ahead[0], row["unit"]), year=year,
                first=ahead[1], from_year=series.latest[0],
                from_value=quantity(series.latest[1], row["unit"]),
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
