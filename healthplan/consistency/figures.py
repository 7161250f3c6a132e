"""Figures as a plan's goals see them: yearly series, the paces they show, and how many people and births there are."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from healthplan.registers import area_tree

LEAST_POINTS = 3
"""Fewer yearly figures tell no pace."""
_POPULATIONS = ("population_resident", "population_resident_avg", "population_registered")
_BIRTHS = ("live_births", "births")


@dataclass(frozen=True)
class Series:
    """Yearly whole-year values of one indicator in one area, oldest first; `breaks`: first new years."""

    area: str
    years: tuple[int, ...]
    values: tuple[float, ...]
    breaks: tuple[int, ...] = ()

    @property
    def latest(self) -> tuple[int, float]:
        return self.years[-1], self.values[-1]

    def tells_a_pace(self, first: int, last: int) -> bool:
        """Three figures or more, of one definition, from `first` to `last`."""
        count = sum(first <= year <= last for year in self.years)
        return count >= LEAST_POINTS and not any(first < b <= last for b in self.breaks)


@dataclass(frozen=True)
class Pace:
    """A yearly change (a share of growth where `relative`, else in the unit): where and when."""

    change: float
    area: str
    first: int
    last: int


@dataclass(frozen=True)
class Head:
    """A head count and its year; estimated births also name the area and year of the birth rate."""

    value: float
    year: int
    rate_area: str = ""
    rate_year: int = 0


def series_of(observations: pd.DataFrame, indicator: str, area: str) -> Series | None:
    """The series of one indicator and area, or None where there is no figure."""
    rows = observations[
        (observations["indicator"] == indicator)
        & (observations["area"] == area)
        & (observations["period"].fillna("") == "")
        & observations["value"].notna()
    ].sort_values("year")
    if rows.empty:
        return None
    breaks = rows.loc[rows["obs_status"] == "break", "year"]
    return Series(
        area,
        tuple(int(y) for y in rows["year"]),
        tuple(float(v) for v in rows["value"]),
        tuple(int(y) for y in breaks),
    )


def line_of(area: str, areas: pd.DataFrame) -> list[str]:
    """The area and those above it, nearest first."""
    return [area, *area_tree(areas).above(area)]


def nearest(
    observations: pd.DataFrame, indicator: str, line: Sequence[str], least: int = LEAST_POINTS
) -> Series | None:
    """The first area of the line whose series has enough points."""
    found = (series_of(observations, indicator, area) for area in line)
    return next((s for s in found if s is not None and len(s.years) >= least), None)


def change_a_year(before: float, after: float, years: float, relative: bool) -> float:
    """In the unit, or as a share of growth where the scale is a ratio (−0.05: five per cent less a year)."""
    if relative and before > 0 and after > 0:
        return math.exp(math.log(after / before) / years) - 1
    return (after - before) / years


def paces(series: Series, longest: int, relative: bool) -> Iterator[Pace]:
    """The paces of every stretch of two years or more, up to `longest`."""
    points = list(zip(series.years, series.values, strict=True))
    for n, (start, before) in enumerate(points):
        for end, after in points[n + 1 :]:
            if end - start <= longest and series.tells_a_pace(start, end):
                change = change_a_year(before, after, end - start, relative)
                yield Pace(change, series.area, start, end)


def population(observations: pd.DataFrame, area: str) -> Head | None:
    """The newest population of the area: resident before registered."""
    found = [s for name in _POPULATIONS if (s := series_of(observations, name, area)) is not None]
    if not found:
        return None
    year, people = max(found, key=lambda series: series.latest[0]).latest
    return Head(people, year)


def births(observations: pd.DataFrame, area: str, areas: pd.DataFrame) -> Head | None:
    """Births of the area in a year: printed, else its people times the nearest birth rate above it."""
    for name in _BIRTHS:
        series = series_of(observations, name, area)
        if series is not None:
            return Head(series.latest[1], series.latest[0])
    people = population(observations, area)
    rate = nearest(observations, "birth_rate", line_of(area, areas), 1)
    if people is None or rate is None:
        return None
    return Head(people.value * rate.latest[1] / 1000, people.year, rate.area, rate.latest[0])
