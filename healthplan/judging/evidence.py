"""What is known about a series as of a year: its figures, its counts, its projections."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, UsageError
from healthplan.judging import outlook
from healthplan.judging.deadlines import Deadline
from healthplan.judging.lookup import Ahead, Figures
from healthplan.judging.outlook import Expected
from healthplan.judging.ranking import Ranking
from healthplan.judging.statuses import CHANGE_SHARE, CHANGE_Z, PACE_YEARS
from healthplan.judging.threshold import Bar, Start, start_of
from healthplan.language import comparators, units

NO_METHOD = "none"
FEWEST = 3  # figures below which a difference is no pace
ONE_WAY = 4  # steps one way are no chance, however small: of five figures in any order one in sixty
_NONE, _NO_STATUS = pd.Series(dtype="float64"), pd.Series(dtype="object")
BEYOND = "beyond_reach"  # the reason of trajectories that end before the year asked for


@dataclass(frozen=True)
class Pooled:
    """A printed figure of several years together, by its counts: evidence of its span, never of one year."""

    first: int
    last: int
    count: float
    exposure: float


@dataclass(frozen=True)
class Record:
    """Figures of one series (index year, ascending) with what projections say about it."""

    indicator: str
    area: str
    figures: pd.Series
    numerators: pd.Series
    denominators: pd.Series
    breaks: tuple[int, ...] = ()
    projected: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)  # by method, year
    reasons: dict[str, str] = field(default_factory=dict)  # method -> why there is no projection
    group: str = ""
    pooled: tuple[Pooled, ...] = ()
    places: bool = False  # whether the figures are places among others
    statuses: pd.Series = field(default_factory=lambda: _NO_STATUS)  # of the figures

    @cached_property
    def latest_year(self) -> int | None:
        """The year of the latest figure, None without figures."""
        return int(self.figures.index[-1]) if len(self.figures) else None

    @cached_property
    def latest_value(self) -> float | None:
        """The latest figure, None without figures."""
        return float(self.figures.iloc[-1]) if len(self.figures) else None

    def at(self, year: int | None) -> float | None:
        """The figure of a year, None where there is none."""
        return self._by_year.get(year) if year is not None else None

    @cached_property
    def _by_year(self) -> dict[int, float]:
        return dict(zip(self.figures.index.tolist(), self.figures.tolist(), strict=True))

    @cached_property
    def comparable(self) -> pd.Series:
        """The figures since the last break of definition."""
        return _since(self.figures, max(self.breaks)) if self.breaks else self.figures

    @cached_property
    def recent(self) -> pd.Series:
        """The comparable figures of the last ``PACE_YEARS`` years of change."""
        known = self.comparable
        return _since(known, known.index[-1] - PACE_YEARS) if len(known) else known

    @cached_property
    def yearly_change(self) -> float | None:
        """Mean change a year over the recent figures; None with two: these are no pace."""
        known = self.recent
        if len(known) < FEWEST:
            return None
        values, years = known.to_numpy(), known.index
        return float((values[-1] - values[0]) / (years[-1] - years[0]))

    @cached_property
    def uncounted(self) -> bool:
        """Whether no count and no denominator came with any figure."""
        return bool(np.isnan(self.numerators.to_numpy()).all()) and not self.has_denominators

    @cached_property
    def has_denominators(self) -> bool:
        """Whether a denominator came with any figure."""
        return not np.isnan(self.denominators.to_numpy()).all()

    @cached_property
    def _status_of(self) -> dict[int, str]:
        return dict(zip(self.statuses.index.tolist(), self.statuses.tolist(), strict=True))

    def row(self, method: str, year: int | None) -> dict[str, Any] | None:
        """The projected row of a year, None where the projection does not reach."""
        return self.projected.get(method, {}).get(year if year is not None else -1)

    def beyond(self, method: str, year: int | None) -> bool:
        """Whether the year lies farther ahead than the figures can be carried on."""
        return self.reasons.get(method) == BEYOND and self.outlook(method, year) is None

    def limits(self, year: int | None) -> list[str]:
        """Codes of what is wrong with the figure of a year: not firm yet, or too near to a break of definition."""
        if year is None or year not in self._status_of:
            return []
        status = str(self._status_of[year])
        if not self.breaks:
            return [status] * (status in tables.SOFT)
        known = self.figures.index[self.figures.index <= year]
        broken = [int(y) in self.breaks and i > 0 for i, y in enumerate(known)]
        near = {"break_last": broken[-1], "one_since_break": len(known) > 1 and broken[-2]}
        return [status] * (status in tables.SOFT) + [code for code, holds in near.items() if holds]

    def outlook(self, method: str, year: int | None) -> Expected | None:
        """The outlook at a year: certain where there is a figure, None without an interval."""
        value = self.at(year)
        if value is not None:
            return outlook.certain(value)
        row = self.row(method, year)
        return None if row is None else outlook.from_row(row, places=self.places)

    def lent_course(self, method: str) -> float:
        """The change of the log a year that a larger area lent to the projection's counts; NaN where none did."""
        rows = self.projected.get(method, {}).values()
        return float(next((row.get("lent_course", math.nan) for row in rows), math.nan))

    def on_the_course_of(self, other: Record) -> Record:
        """The series with the course that a larger area lent to ``other``."""
        lent = {method: {"lent_course": other.lent_course(method)} for method in self.projected}
        rows = {m: {year: row | lent[m] for year, row in by.items()} for m, by in self.projected.items()}
        return replace(self, projected=rows)

    def expected(self, method: str, year: int | None) -> float | None:
        """The figure or the median of the projection at a year, None where there is neither."""
        ahead, row = self.outlook(method, year), self.row(method, year)
        if ahead is not None or row is None:
            return None if ahead is None else ahead.quantile(0.5)
        return outlook.whole_place(row["value"]) if self.places else float(row["value"])

    def summed(self, since: int, goal: float) -> Record:
        """The sum since the year ``since``, for a series whose figures are additions. A sum with a year missing is
        known only where it reaches ``goal`` all the same; projected years are added quantile by quantile."""
        total, whole, sums = 0.0, True, {}
        for year in range(since, (self.latest_year or since) + 1):
            figure = self.at(year)
            whole, total = whole and figure is not None, total + (figure or 0.0)
            if figure is not None and (whole or total >= goal):
                sums[year] = total
        figures = pd.Series(sums, dtype="float64")
        ahead = {m: _added_up(rows, total, since) for m, rows in self.projected.items() if whole}
        none = pd.Series(np.nan, figures.index)
        known = self.reasons, self.group
        return Record(self.indicator, self.area, figures, none, none, (), ahead, *known)

    def denominator(self) -> float | None:
        """The latest denominator that came with a figure, None where none did."""
        known = self.denominators.dropna() if self.has_denominators else _NONE
        return float(known.iloc[-1]) if len(known) else None


def _added_up(rows: Mapping[int, Mapping[str, Any]], total: float, since: int) -> dict[int, dict[str, Any]]:
    """Projected rows with their quantiles cumulated on top of ``total``."""
    out: dict[int, dict[str, Any]] = {}
    sums: dict[str, float] = {}
    for year in sorted(y for y in rows if y >= since):
        for name, cell in rows[year].items():
            if outlook.is_quantile(name):
                sums[name] = sums.get(name, total) + float(cell)
        out[year] = {**rows[year], **sums}
    return out


@dataclass(frozen=True)
class Case:
    """One target with the series that answers it, at one ``as_of``, under one projection method."""

    target: Mapping[str, Any]
    indicator: Mapping[str, Any]
    basis: str
    record: Record  # the district's series (basis own) or the reference's (basis reference)
    peer: Record | None  # for comparator reference: the series that the goal is measured against
    other: Record | None  # the recorded reference series, shown beside
    below: Record | None  # the denominator of the indicator in the district
    method: str
    deadline: Deadline
    as_of: int
    in_year: bool = False
    base_year: int | None = None  # the year before the plan
    stated: Mapping[str, Any] = field(default_factory=dict)  # before sums were made of it
    yearly: Record | None = None  # the series before its years were added up
    ranking: Ranking | None = None  # of a rank: the areas that the district is ranked among
    other_groups: tuple[str, ...] = ()  # the other people of whom there are figures of this measure
    measured_against: str = ""  # unit of the other measure that the goal is held against
    before: str = ""  # the status a year ago

    @property
    def every_year(self) -> bool:
        """Whether each year of the goal has to meet it: one missed year is a miss."""
        per, comparator = self.target.get("per"), self.target["comparator"]
        rate = comparator == comparators.GROWTH_MAX and not self.level_growth
        stated = comparator in comparators.STATED | comparators.AGAINST_OTHERS
        return per == "year" and (stated or rate)

    @property
    def against_others(self) -> bool:
        """Whether it is held against the figures of another area or measure, or of several areas."""
        return self.peer is not None and self.stated["comparator"] in comparators.AGAINST_OTHERS

    @property
    def lender(self) -> str:
        """The area by whose trend the district's own figures are carried on to the deadline; empty for none."""
        row = self.record.row(self.method, self.deadline.year)
        borrowed = self.basis == "own" and row is not None and row["kind"] == "borrowed"
        return str(row.get("reference_area") or "") if borrowed and row else ""

    @property
    def start(self) -> Start | None:
        """What a change or a trend is measured from."""
        return start_of(self.target, self.record.figures, self.base_year)

    @property
    def compared_year(self) -> int | None:
        """The last year of which both the district and whoever it is compared with have a figure."""
        if self.peer is None:
            return None
        shared = self.record.figures.index.intersection(self.peer.figures.index)
        return int(shared[-1]) if len(shared) else None

    @property
    def summed(self) -> bool:
        """Whether the years of the series were added up."""
        return self.yearly is not None and self.record is not self.yearly

    @property
    def first_year(self) -> int | None:
        """The first year that a goal for every year, or for the years together, is about: that after its own baseline,
        else the plan's first, else the deadline's."""
        year = (self.stated or self.target)["baseline_year"]
        start = self.base_year if pd.isna(year) else int(year)
        due = self.deadline.year
        return due if start is None or due is None else min(start + 1, due)

    @property
    def unbegun(self) -> bool:
        """Whether the goal is for every year, or for the years together, of a plan that does not say its first."""
        year = (self.stated or self.target)["baseline_year"]
        return (self.summed or self.every_year) and self.base_year is None and bool(pd.isna(year))

    @property
    def past(self) -> bool:
        """Whether the deadline is judged rather than projected."""
        figure = self.record.at(self.deadline.year) if self.basis == "own" else None
        return self.deadline.past(self.as_of, in_year=self.in_year, figure=figure)

    @property
    def level_growth(self) -> bool:
        """Whether a ceiling is put on the growth of something that is itself no growth rate."""
        growth = self.target["comparator"] == comparators.GROWTH_MAX
        return growth and self.indicator["unit"] != "%"


class Evidence:
    """Every series there is, looked up by indicator, area and group. ``elsewhere``: all series known, where the
    ``observations`` are only those that a plan rests on."""

    def __init__(
        self,
        observations: pd.DataFrame,
        trajectories: pd.DataFrame,
        indicators: pd.DataFrame,
        as_of: int,
        elsewhere: pd.DataFrame | None = None,
    ) -> None:
        late = trajectories.loc[trajectories["kind"] == "observed", "year"]
        if late.gt(as_of).any():
            year = int(late.max())
            fields = {"reason": f"trajectories know {year}", "expected": f">= {year}"}
            raise UsageError(Fault("PARAM-VALUE", column="as_of", value=as_of, fields=fields))
        known = tables.of_groups(observations[observations["year"] <= as_of])
        whole = (known["period"].fillna("") == "").to_numpy(bool)
        self._figures = Figures(known[whole])
        spans = known[~whole & known["numerator"].notna() & known["denominator"].gt(0)]
        self._pooled = {key: _spans(rows) for key, rows in spans.groupby(tables.SERIES)} if len(spans) else {}
        known_of = known[whole] if elsewhere is None else tables.of_groups(elsewhere)
        self._whose: dict[tuple, dict[str, None]] = {}
        for indicator, area, group in known_of[tables.SERIES].drop_duplicates().to_numpy():
            self._whose.setdefault((indicator, area), {})[group] = None
        about = indicators[["indicator", "unit", "direction"]].to_dict("records")
        self._places = {row["indicator"] for row in about if units.are_places(row)}
        self._ahead = Ahead(tables.of_groups(trajectories))
        self._records: dict[tuple, Record] = {}  # each is made once, whoever asks

    def record(self, indicator: str, area: str, group: str = "") -> Record:
        """The record of a series; one without figures is a record too."""
        key = (indicator, area, group)
        if key not in self._records:
            self._records[key] = self._made(key)
        return self._records[key]

    def _made(self, key: tuple[str, str, str]) -> Record:
        (indicator, area, group), pooled = key, self._pooled.get(key, ())
        more = *self._ahead.of(key), group, pooled, indicator in self._places
        years, figures = self._figures.of(key)
        if not len(years):
            return Record(indicator, area, _NONE, _NONE, _NONE, (), *more)
        index = pd.Index(years)
        statuses = figures["obs_status"]
        breaks = tuple(int(y) for y, said in zip(years, statuses, strict=True) if said == "break")
        value, above, below = (pd.Series(figures[name], index) for name in ("value", "numerator", "denominator"))
        said = pd.Series(statuses, index, dtype=_NO_STATUS.dtype)
        return Record(indicator, area, value, above, below, breaks, *more, said)

    def of_others(self, indicator: str, area: str, group: str) -> tuple[str, ...]:
        """The groups other than ``group`` of whom there are figures of a measure in an area."""
        return tuple(one for one in self._whose.get((indicator, area), {}) if one != group)


_SPAN = re.compile(r"((?:19|20)\d\d)\D+((?:19|20)\d\d)\D*")


def _spans(rows: pd.DataFrame) -> tuple[Pooled, ...]:
    """The figures of several years together, oldest first; parts of a year are none."""
    out = []
    for row in rows.to_dict("records"):
        span = _SPAN.fullmatch(str(row["period"]))
        if span and int(span[1]) < int(span[2]):
            counts = float(row["numerator"]), float(row["denominator"])
            out.append(Pooled(int(span[1]), int(span[2]), *counts))
    return tuple(sorted(out, key=lambda one: (one.last, one.first)))


def _since(figures: pd.Series, year: int) -> pd.Series:
    return figures.iloc[int(figures.index.searchsorted(year)) :]


def detectable(record: Record, bar: Bar, kind: str) -> bool | None:
    """Whether the recent figures differ detectably from their start; None with fewer than two."""
    known = record.recent
    if len(known) < 2:
        return None
    x0 = x1 = n0 = n1 = math.nan
    if not record.uncounted:
        ends = known.index[[0, -1]]
        (x0, x1), (n0, n1) = (of.reindex(ends).tolist() for of in (record.numerators, record.denominators))
    if kind in ("share", "rate", "event") and not math.isnan(x0 + x1) and n0 > 0 and n1 > 0:
        # the difference of two proportions (or rates) over its standard error under no change
        pooled = (x0 + x1) / (n0 + n1)
        variance = pooled * (1 - pooled if kind == "share" else 1) * (1 / n0 + 1 / n1)
        return variance > 0 and abs((x1 / n1 - x0 / n0) / math.sqrt(variance)) >= CHANGE_Z
    values = known.tolist()
    steps = [after - before for before, after in pairwise(values)]
    if len(steps) >= ONE_WAY and (min(steps) > 0 or max(steps) < 0):
        return True
    start, now = values[0], values[-1]
    goal = bar.nearest(start)
    towards = not bar.met(start) and (now - start) * (goal - start) > 0
    yardstick = abs(goal - start) if towards else size(start, kind)
    return now != start and abs(now - start) >= CHANGE_SHARE * yardstick


def size(start: float, kind: str) -> float:
    """What a movement away is measured by: the starting value; of a share, the smaller of its two
    parts, or a fall from 93 % to 85 % would go unseen."""
    return min(abs(start), abs(100 - start)) if kind == "share" else abs(start)


def trend(record: Record, bar: Bar, seen: bool | None) -> int | None:
    """+1 towards the goal (or further beyond it), -1 away, 0 without a detectable change. Within a range that binds at
    both ends no movement is good or bad: 0."""
    change = record.yearly_change
    if change is None or record.latest_value is None:
        return None
    if seen is False:
        return 0
    if bar.low is not None and bar.high is not None:
        missing = bar.nearest(record.latest_value) - record.latest_value
        return 0 if bar.met(record.latest_value) else int(np.sign(change * missing))
    return int(np.sign(change)) * (1 if bar.low is not None else -1)
