"""People and births of an area: the newest printed figure, with what it rests on."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from healthplan.consistency.history import line_of, series_of

_POPULATIONS = ("population_resident", "population_resident_avg", "population_registered")
_BIRTHS = ("live_births", "births")


@dataclass(frozen=True)
class Head:
    """A head count, its year, and how it was come by (`own`, or `estimated` from a birth rate)."""

    value: float
    year: int
    how: str = "own"


def population(observations: pd.DataFrame, area: str) -> Head | None:
    """The newest population of the area: resident before registered."""
    found = [s for name in _POPULATIONS if (s := series_of(observations, name, area)) is not None]
    if not found:
        return None
    newest = max(found, key=lambda series: series.latest[0])
    return Head(newest.latest[1], newest.latest[0])


def births(observations: pd.DataFrame, area: str, areas: pd.DataFrame) -> Head | None:
    """Births of the area in a year: printed, else its people times the birth rate above it."""
    for name in _BIRTHS:
        series = series_of(observations, name, area)
        if series is not None:
            return Head(series.latest[1], series.latest[0])
    people = population(observations, area)
    if people is None:
        return None
    for above in line_of(area, areas):
        rate = series_of(observations, "birth_rate", above)
        if rate is not None:
            return Head(people.value * rate.latest[1] / 1000, rate.latest[0], "estimated")
    return None
