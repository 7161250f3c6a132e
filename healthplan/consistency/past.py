"""Goals against the past: a pace no one has reached, and a goal ahead of the nation's path."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from healthplan.consistency.finding import Finding, Row, facts_of, goal, make, name, records
from healthplan.consistency.history import (
    LEAST_POINTS,
    Series,
    line_of,
    nearest,
    series_of,
    step,
    steps,
)
from healthplan.language import comparators

_LIMITS = {c: 1 if c in comparators.FLOORS else -1 for c in comparators.ONE_SIDED}
NATION = "china"
RECENT = 5
"""The nation's path goes on at the mean yearly change of these last years."""


def pace(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame, areas: pd.DataFrame
) -> Iterator[Finding]:
    """Goals that ask for a faster yearly change than any area has shown over as many years."""
    for row, facts, year in _judged(targets, indicators):
        start = nearest(observations, row["indicator"], line_of(row["area"], areas))
        if start is None or start.latest[0] >= year or _met(row, start.latest[1]):
            continue
        relative = facts["indicator_kind"] in {"rate", "level"}
        needed = step(start.latest[1], float(row["value"]), year - start.latest[0], relative)
        best = _fastest(observations, row, year - start.latest[0], relative)
        if best is None or abs(needed) <= abs(best[0]):
            continue
        yield make(
            "pace_without_precedent", "warning" if start.area == row["area"] else "note", [row],
            name=name(row), goal=goal(row), year=year, area=_area(start.area, areas),
            from_year=start.latest[0], from_value=f"{start.latest[1]:g}",
            needed=_rate(needed, relative, row["unit"]), best=_rate(best[0], relative, row["unit"]),
            best_area=_area(best[1], areas), best_years=f"{best[2]}-{best[3]}",
        )  # fmt: skip


def _judged(targets: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[tuple[Row, Row, int]]:
    """Floors and ceilings with a value and a date, whose indicator is known."""
    known = facts_of(indicators)
    for row in records(targets):
        whole = row["comparator"] in _LIMITS and row["deadline"] and not pd.isna(row["value"])
        facts = known.get(row["indicator"])
        if whole and facts is not None and facts["indicator_kind"] != "count":
            yield row, facts, int(row["deadline"][:4])


def _met(row: Row, value: float) -> bool:
    return (value - row["value"]) * _LIMITS[row["comparator"]] >= 0


def _fastest(
    observations: pd.DataFrame, row: Row, span: int, relative: bool
) -> tuple[float, str, int, int] | None:
    """The fastest change for the better over `span` years in any area with figures."""
    sign = _LIMITS[row["comparator"]]
    best: tuple[float, str, int, int] | None = None
    for area in observations.loc[observations["indicator"] == row["indicator"], "area"].unique():
        series = series_of(observations, row["indicator"], str(area))
        if series is None or len(series.years) < LEAST_POINTS:
            continue
        for width in range(span, max(1, span - 3), -1):
            for change, start, end in steps(series, width, relative):
                if best is None or sign * change > sign * best[0]:
                    best = (change, str(area), start, end)
    return best if best is not None and sign * best[0] > 0 else None


def _rate(change: float, relative: bool, unit: str) -> str:
    return f"{100 * change:+.1f} %" if relative else f"{change:+.2f} {unit}"


def _area(area: str, areas: pd.DataFrame) -> tuple[str, str]:
    row = areas[areas["area"] == area]
    return (str(row["name_zh"].iloc[0]), str(row["name_en"].iloc[0])) if len(row) else (area, area)


def national_path(
    targets: pd.DataFrame, indicators: pd.DataFrame, observations: pd.DataFrame
) -> Iterator[Finding]:
    """Goals beyond where the nation would stand if its last five years went on."""
    for row, facts, year in _judged(targets, indicators):
        series = series_of(observations, row["indicator"], NATION)
        if series is None or len(series.years) < LEAST_POINTS or row["area"] == NATION:
            continue
        relative = facts["indicator_kind"] in {"rate", "level"}
        ahead = _path(series, year, relative)
        if ahead is None or _met(row, ahead):
            continue
        if facts["indicator_kind"] == "share" and not 0 <= ahead <= 100:
            continue
        code = "ahead_of_nation" if year > series.latest[0] else "ahead_of_nation_then"
        yield make(
            code, "note", [row], name=name(row), goal=goal(row), year=year,
            path=f"{ahead:.3g}", unit=row["unit"], from_year=series.latest[0],
            from_value=f"{series.latest[1]:g}",
        )  # fmt: skip


def _path(series: Series, year: int, relative: bool) -> float | None:
    """The nation's figure of that year, or its path there; None beyond ten years ahead."""
    if year in series.years:
        return series.values[series.years.index(year)]
    last, value = series.latest
    if not 0 < year - last <= 10:
        return None
    recent = [i for i, y in enumerate(series.years) if y >= last - RECENT]
    first = recent[0]
    if series.years[first] == last or any(series.years[first] < b <= last for b in series.breaks):
        return None
    change = step(series.values[first], value, last - series.years[first], relative)
    return value * math.exp(change * (year - last)) if relative else value + change * (year - last)
