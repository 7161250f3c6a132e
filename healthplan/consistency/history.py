"""Series as a plan's goals see them: the area itself, else the areas above it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from healthplan.registers import area_tree

LEAST_POINTS = 3
"""Fewer yearly figures tell no pace."""


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


def series_of(observations: pd.DataFrame, indicator: str, area: str) -> Series | None:
    """The series of one indicator and area, or None where there is no figure."""
    rows = observations[
        (observations["indicator"] == indicator)
        & (observations["area"] == area)
        & (observations["period"].fillna("") == "")
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
    observations: pd.DataFrame, indicator: str, line: list[str], least: int = LEAST_POINTS
) -> Series | None:
    """The first area of the line whose series has enough points."""
    for area in line:
        found = series_of(observations, indicator, area)
        if found is not None and len(found.years) >= least:
            return found
    return None


def step(before: float, after: float, years: float, relative: bool) -> float:
    """Yearly change: in the unit, or as a rate of growth where the scale is a ratio."""
    if relative and before > 0 and after > 0:
        return math.log(after / before) / years
    return (after - before) / years


def steps(series: Series, span: int, relative: bool) -> Iterator[tuple[float, int, int]]:
    """Yearly changes over `span` years (or the widest shorter span), never across a break."""
    points = list(zip(series.years, series.values, strict=True))
    for n, (start, before) in enumerate(points):
        for end, after in points[n + 1 :]:
            if end - start == span and not any(start < b <= end for b in series.breaks):
                yield step(before, after, end - start, relative), start, end
