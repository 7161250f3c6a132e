"""A place among other areas as a value to reach: that of the last one which may still be ahead of the district. It is
known in the years of which all of them have figures; ahead it is the order statistic of their outlooks, taken as
independent of one another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from healthplan.judging.outlook import LEVELS, Expected, Outlook

if TYPE_CHECKING:
    from healthplan.judging.evidence import Record

THIRD = 0.01  # 33.33 % of nine areas are three
GRID = 400  # points at which the distribution of a place is worked out


@dataclass(frozen=True)
class Ranking:
    """The ``others`` that a district is ranked among (ids and series), how many of all may be ``first``, and which way
    is better."""

    others: Mapping[str, Record]
    first: int
    falling: bool

    @property
    def ranked(self) -> int:
        """How many areas are ranked, the district among them."""
        return len(self.others) + 1

    def unknown(self, year: int | None) -> list[str]:
        """The areas without a figure of a year."""
        return [area for area, other in self.others.items() if other.at(year) is None]

    def place(self, year: int, value: float) -> int | None:
        """The district's place with ``value`` in a year, None where somebody's figure is not known."""
        theirs = [other.at(year) for other in self.others.values()]
        if not theirs or None in theirs:
            return None
        return 1 + sum((v < value) if self.falling else (v > value) for v in theirs if v is not None)

    def to_reach(self, method: str, years: Sequence[int]) -> tuple[pd.Series, dict[int, dict[str, Any]]]:
        """The value of the place by year: figures where all have one, and projected rows of ``years`` ahead."""
        if not 0 < self.first < self.ranked:
            return pd.Series(dtype="float64"), {}
        shared = sorted(set.intersection(*(set(o.figures.index) for o in self.others.values())))
        figures = {
            year: sorted((o.at(year) or 0.0 for o in self.others.values()), reverse=not self.falling)[self.first - 1]
            for year in shared
        }
        ahead = {year: row for year in years if year not in figures and (row := self._row(method, year))}
        return pd.Series(figures, dtype="float64"), ahead

    def _row(self, method: str, year: int) -> dict[str, Any] | None:
        outlooks = [other.outlook(method, year) for other in self.others.values()]
        known = [one for one in outlooks if one is not None]
        if len(known) < len(outlooks):
            return None
        place = nth_best(known, self.first, falling=self.falling)
        quantiles = {f"q{str(level)[2:].ljust(2, '0')}": place.quantile(level) for level in LEVELS}
        ends = {"value": place.quantile(0.5), "lower_95": place.quantile(0.025), "upper_95": place.quantile(0.975)}
        return {**quantiles, **ends, "year": year, "kind": "projected"}


def first_of(value: float, unit: str, count: int) -> int:
    """How many may be first: a number, or a share (in %) of ``count`` areas; 0 where that cannot be said."""
    if math.isnan(value) or (unit == "%" and count < 2):
        return 0
    return max(1, math.floor(value * count / 100 + THIRD)) if unit == "%" else int(value)


def nth_best(outlooks: Sequence[Expected], n: int, *, falling: bool) -> Outlook:
    """The ``n``-th largest (``falling``: smallest) of several independent values as a distribution."""
    ends = [one.quantile(p) for one in outlooks for p in (0.001, 0.999)]
    points = np.linspace(min(ends), max(ends), GRID)
    least = len(outlooks) - n + 1 if not falling else n  # so many have to lie at or below it
    each = np.column_stack([one.rising(points) for one in outlooks])
    rising = np.maximum.accumulate([at_least(chances, least) for chances in each])
    values = tuple(float(points[min(int(np.searchsorted(rising, p)), GRID - 1)]) for p in LEVELS)
    return Outlook(values)


def at_least(chances: Sequence[float] | np.ndarray, wanted: int) -> float:
    """Probability that at least ``wanted`` of several independent things come true (Poisson-binomial)."""
    spread = np.array([1.0])
    for p in chances:
        spread = np.convolve(spread, [1 - p, p])
    return float(min(1.0, spread[max(wanted, 0) :].sum()))
