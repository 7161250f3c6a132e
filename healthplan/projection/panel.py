"""From a long table of observations to series in arrays, and what is known about each of them. Nothing is filled in
here. A series that cannot be used keeps its place with the reason (see ``REASONS``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, InputError
from healthplan.projection.kinds import Facts, facts_of_series, joined, unknown

NEEDED = ("indicator", "area", "year", "value")
REASONS = ("", "no_values", "too_few_points", "duplicate_years", "mixed_units", "method_not_applicable", "long_gap")
BY_SERIES = ("indicator", "area", "late", "reason", "course")
BY_ROW = ("year", "value", "broken", "numerator", "denominator")
BETWEEN = "\x1f"  # parts an area from the group in the panel's names of areas
HOLE = 5  # years between two figures beyond which, and three times the usual distance, a series begins anew
FEWEST = 3  # points below which a series of its own is not projected


@dataclass(frozen=True)
class Panel:
    """Series one after another: rows ``start[i]:start[i + 1]`` of the row arrays belong to series ``i``."""

    indicators: pd.api.extensions.ExtensionArray  # names
    areas: pd.api.extensions.ExtensionArray
    indicator: np.ndarray  # (series,) place in ``indicators``
    area: np.ndarray
    start: np.ndarray  # (series + 1,)
    year: np.ndarray  # (rows,)
    value: np.ndarray
    broken: np.ndarray  # (rows,) True where obs_status is "break": the value opens a new definition
    numerator: np.ndarray | None
    denominator: np.ndarray | None
    facts: Facts
    late: np.ndarray  # (series,) 1 where the latest figure is not firm: the outlook is a year wider
    reason: np.ndarray  # (series,) place in REASONS; 0 = usable
    course: np.ndarray  # (series,) change of the log a year of the larger area; NaN where not known

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def n(self) -> np.ndarray:
        """Points of each series."""
        return np.diff(self.start)

    @property
    def last_year(self) -> np.ndarray:
        """Last observed year of each series; 0 for one without points."""
        return self._year_at(self.start[1:] - 1)

    @property
    def first_year(self) -> np.ndarray:
        """First observed year of each series; 0 for one without points."""
        return self._year_at(self.start[:-1])

    @property
    def last_value(self) -> np.ndarray:
        """Last observed value of each series; NaN for one without points."""
        known = np.r_[self.value, np.nan]
        return np.where(self.n > 0, known[np.clip(self.start[1:] - 1, 0, len(self.value))], np.nan)

    def _year_at(self, rows: np.ndarray) -> np.ndarray:
        known = np.r_[self.year, 0]
        return np.where(self.n > 0, known[np.clip(rows, 0, len(self.year))], 0)

    def places(self, areas: np.ndarray) -> list[tuple[str, str]]:
        """Area and group behind these names of ``areas``."""
        parted = (str(name).partition(BETWEEN) for name in self.areas.take(areas))
        return [(area, group) for area, _, group in parted]

    def take(self, keep: np.ndarray) -> Panel:
        """The series at places ``keep``."""
        n = self.n[keep]
        start = np.r_[0, np.cumsum(n)]
        rows = np.repeat(self.start[keep] - start[:-1], n) + np.arange(start[-1])
        taken: dict[str, Any] = {name: getattr(self, name)[keep] for name in BY_SERIES}
        for name in BY_ROW:
            column = getattr(self, name)
            taken[name] = None if column is None else column[rows]
        return replace(self, start=start, facts=self.facts.take(keep), **taken)


def read_panel(observations: pd.DataFrame, indicators: pd.DataFrame | None = None, as_of: int | None = None) -> Panel:
    """The observations as series, ordered by indicator, area and year. Left out: years after ``as_of``, rows with a
    ``period`` (parts of years, pooled years), values that are missing or infinite. Raises
    :class:`~healthplan.errors.InputError` when a needed column is absent."""
    fields = {"expected": ", ".join(NEEDED)}
    if missing := [c for c in NEEDED if c not in observations.columns]:
        raise InputError(*(Fault("TAB-COLUMN", column=c, fields=fields) for c in missing))
    ind, ind_names = _codes(observations["indicator"])
    places = observations["area"]
    if (
        "group" in observations.columns
    ):  # a group's figures are a series of an area of its own, which borrows from nobody
        group = observations["group"].astype("str").fillna("").replace("nan", "")
        if (group != "").any():
            places = places.astype("str").where(group == "", places.astype("str") + BETWEEN + group)
    area, area_names = _codes(places)
    year = pd.to_numeric(observations["year"], errors="coerce").to_numpy(float)
    value = pd.to_numeric(observations["value"], errors="coerce").to_numpy(float)
    key = ind.astype(np.int64) * max(len(area_names), 1) + area
    usable = np.isfinite(value) & np.isfinite(year) & (ind >= 0) & (area >= 0)
    if as_of is not None:
        usable &= year <= as_of
    if "period" in observations.columns:
        usable &= _codes(observations["period"])[0] < 0  # no part of a year
    lost = np.setdiff1d(np.unique(key), np.unique(key[usable])) if not usable.all() else key[:0]
    rows = np.flatnonzero(usable)
    k, y = key[rows], year[rows]
    if not np.all((k[1:] > k[:-1]) | ((k[1:] == k[:-1]) & (y[1:] >= y[:-1]))):
        rows = rows[np.lexsort((y, k))]
    key, year = key[rows], year[rows].astype(np.int32)
    first = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.zeros(0, int)
    start = np.r_[first, len(key)].astype(np.int64)
    reason = np.zeros(len(first), np.int8)
    twice = 1 + np.flatnonzero((key[1:] == key[:-1]) & (year[1:] == year[:-1]))
    reason[np.searchsorted(start, twice, side="right") - 1] = REASONS.index("duplicate_years")
    facts, mixed = facts_of_series(observations, indicators, rows, start, value[rows])
    reason[mixed] = REASONS.index("mixed_units")
    short = (np.diff(start) < FEWEST) & (reason == 0)
    reason[short] = REASONS.index("too_few_points")
    for s, cut in with_holes(year, start).items():
        if start[s + 1] - start[s] - cut < FEWEST and reason[s] == 0:
            reason[s] = REASONS.index("long_gap")
    status = observations["obs_status"].astype("str").to_numpy()[rows] if "obs_status" in observations.columns else None
    # series of which no row can be used stand behind, so that they are reported and not forgotten
    series_key, size = np.r_[key[first], lost], max(len(area_names), 1)
    return Panel(
        ind_names,
        area_names,
        (series_key // size).astype(np.int32),
        (series_key % size).astype(np.int32),
        np.r_[start, np.full(len(lost), start[-1])],
        year,
        value[rows],
        np.zeros(len(rows), bool) if status is None else status == "break",
        _optional(observations, "numerator", rows),
        _optional(observations, "denominator", rows),
        joined([facts, unknown(len(lost))]),
        np.r_[_late(status, start), np.zeros(len(lost), np.int64)],
        np.r_[reason, np.full(len(lost), REASONS.index("no_values"), np.int8)],
        np.full(len(series_key), np.nan),
    )


def after_hole(years: np.ndarray) -> int:
    """Place of the first of these years (ascending) after the last hole; 0 where there is none. What a decade without a
    figure brought is unknown: it is no step like the others."""
    apart = np.diff(years)
    if not len(apart) or apart.max() <= HOLE:
        return 0
    holes = np.flatnonzero((apart > HOLE) & (apart > 3 * np.median(apart)))
    return int(holes[-1]) + 1 if len(holes) else 0


def with_holes(year: np.ndarray, start: np.ndarray) -> dict[int, int]:
    """The series that have a hole, and the place of their first figure after the last one (see :func:`after_hole`)."""
    far = np.flatnonzero(np.diff(year) > HOLE)
    some = np.unique(np.searchsorted(start, far, side="right") - 1)
    cuts = {int(s): after_hole(year[start[s] : start[s + 1]]) for s in some}
    return {s: cut for s, cut in cuts.items() if cut}


def _codes(column: pd.Series) -> tuple[np.ndarray, pd.api.extensions.ExtensionArray]:
    """Integer codes and names of a text or categorical column; -1 for an empty cell."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes, found = column.cat.codes.to_numpy(), column.cat.categories
    else:
        codes, found = pd.factorize(column.astype("str"))
    names = pd.array(np.asarray(found, dtype=object), dtype="str")
    blank = np.flatnonzero(np.asarray(names == "", dtype=bool))
    if len(blank):
        codes = np.where(codes == blank[0], -1, codes)
    return codes, names


def _late(status: np.ndarray | None, start: np.ndarray) -> np.ndarray:
    """1 for each series whose latest figure is preliminary or estimated, or has at most one before it since a break."""
    size = len(start) - 1
    if status is None or not size:
        return np.zeros(size, np.int64)
    broken = status == "break"
    broken[start[:-1]] = False  # before it there is nothing to break with
    last = start[1:] - 1
    near = broken[last] | broken[np.maximum(last - 1, start[:-1])]
    return (near | np.isin(status[last], tables.SOFT)).astype(np.int64)


def _optional(observations: pd.DataFrame, name: str, rows: np.ndarray) -> np.ndarray | None:
    if name not in observations.columns:
        return None
    numbers = pd.to_numeric(observations[name], errors="coerce").to_numpy(float)[rows]
    return numbers if np.isfinite(numbers).any() else None
