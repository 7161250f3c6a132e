"""A plan with what is known about it: its indicators, yearly series and the paces they show, people and births."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from healthplan import tables
from healthplan.consistency.finding import Row, Words, records
from healthplan.language import comparators
from healthplan.registers import AreaTree, area_tree

LEAST_POINTS = 3  # fewer yearly figures tell no pace
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


@dataclass(frozen=True)
class Known:
    """What every rule looks at: checked tables `targets`, `indicators`, `observations` and `areas`."""

    targets: pd.DataFrame
    indicators: pd.DataFrame
    observations: pd.DataFrame
    areas: pd.DataFrame

    @cached_property
    def rows(self) -> list[Row]:
        """The targets."""
        return records(self.targets)

    @cached_property
    def stated(self) -> list[Row]:
        """The targets whose number is a figure of the measure itself: no change, rank, trend or sum of years, and no
        condition of each unit."""
        return [
            row
            for row in self.rows
            if row["comparator"] in comparators.STATED
            and not row["each"]
            and row["per"] != "period"
            and not pd.isna(row["value"])
        ]

    @cached_property
    def facts(self) -> dict[str, Row]:
        """The register by indicator id."""
        return {str(row["indicator"]): row for row in records(self.indicators)}

    @cached_property
    def tree(self) -> AreaTree:
        """How the areas lie in one another."""
        return area_tree(self.areas)

    def area_name(self, area: str) -> Words:
        """What an area is called; its id where it is not registered."""
        names = self.areas.loc[self.areas["area"] == area, ["name_zh", "name_en"]]
        return (str(names.iloc[0, 0]), str(names.iloc[0, 1])) if len(names) else (area, area)

    def series(self, indicator: str, area: str, group: str = "") -> Series | None:
        """The series of one indicator, area and group, or None where there is no figure."""
        known = tables.of_groups(self.observations)
        rows = known[
            (known["indicator"] == indicator)
            & (known["area"] == area)
            & (known["group"] == group)
            & (known["period"].fillna("") == "")
            & known["value"].notna()
        ].sort_values("year")
        if rows.empty:
            return None
        years, values = rows["year"].astype(int), rows["value"].astype(float)
        breaks = years[rows["obs_status"] == "break"]
        return Series(area, tuple(years), tuple(values), tuple(breaks))

    def by_year(self, indicator: str, area: str, group: str = "") -> dict[int, float]:
        """The figures of a series by year; none where there is no series."""
        found = self.series(indicator, area, group)
        return {} if found is None else dict(zip(found.years, found.values, strict=True))

    def nearest(self, indicator: str, area: str, least: int = LEAST_POINTS, group: str = "") -> Series | None:
        """The series with enough points of this area, or of the nearest one above it."""
        found = (self.series(indicator, one, group) for one in (area, *self.tree.above(area)))
        return next((s for s in found if s is not None and len(s.years) >= least), None)

    def population(self, area: str) -> Head | None:
        """The newest population of the area: resident before registered."""
        found = [s for name in _POPULATIONS if (s := self.series(name, area)) is not None]
        if not found:
            return None
        year, people = max(found, key=lambda series: series.latest[0]).latest
        return Head(people, year)

    def births(self, area: str) -> Head | None:
        """Births of the area in a year: printed, else its people times the nearest birth rate above it."""
        for name in _BIRTHS:
            series = self.series(name, area)
            if series is not None:
                return Head(series.latest[1], series.latest[0])
        people, rate = self.population(area), self.nearest("birth_rate", area, 1)
        if people is None or rate is None:
            return None
        return Head(people.value * rate.latest[1] / 1000, people.year, rate.area, rate.latest[0])


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
