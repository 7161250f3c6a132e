"""Past goals to replay: at each past origin, would the series reach c times its last value h years on? An event is
fixed at its origin and judged again each year until it is due, with the figures of that time only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from itertools import product

import numpy as np
import pandas as pd

from healthplan import tables

FACTORS = (0.8, 0.9, 1.1, 1.2)
HORIZON = 5
FEWEST_POINTS = 5  # figures known at the first origin
REACH, HOLD, BOTH = "reach", "hold", "both"


@dataclass(frozen=True)
class Book:
    """The longest run of consecutive years of each series, left-aligned: ``values`` (series, years), nan after. ``n``
    years known, ``share`` (percentages between 0 and 100) and ``way`` (+1 should rise, -1 should fall, 0 either) of
    each; ``names`` holds indicator and area, ``first`` the year of the first value."""

    values: np.ndarray
    n: np.ndarray
    share: np.ndarray
    way: np.ndarray
    names: pd.DataFrame
    first: np.ndarray


@dataclass(frozen=True)
class Judgements:
    """One judgement an entry: of ``event``, on ``series``, at index ``now``; all arrays have the same length.
    ``origin`` and ``due`` are indices of years too, ``goal`` the value to reach, ``sign`` +1 for at least, -1 for at
    most, ``met`` what came out. Judgements of one event follow each other in time."""

    event: np.ndarray
    series: np.ndarray
    origin: np.ndarray
    now: np.ndarray
    due: np.ndarray
    factor: np.ndarray
    goal: np.ndarray
    sign: np.ndarray
    met: np.ndarray

    def __len__(self) -> int:
        return len(self.event)

    def take(self, keep: slice) -> Judgements:
        """Those judgements only."""
        return Judgements(*(getattr(self, f.name)[keep] for f in fields(self)))


def read_book(observations: pd.DataFrame, indicators: pd.DataFrame | None = None) -> Book:
    """The series of a long table that can be replayed: at least six consecutive whole years that vary, without a break.
    observations: indicator, area, year, value (optional: period, obs_status, indicator_kind). ``indicators`` gives
    direction and kind where the indicator is known; without it both directions are asked."""
    rows = tables.of_groups(observations)
    if "period" in rows:
        rows = rows[rows["period"].isna() | (rows["period"] == "")]
    rows = rows[rows["value"].notna()].sort_values([*tables.SERIES, "year"])
    rows = rows.drop_duplicates([*tables.SERIES, "year"])
    key = rows.groupby(tables.SERIES, sort=False).ngroup().to_numpy()
    year, value = rows["year"].to_numpy(np.int64), rows["value"].to_numpy(float)
    broken = rows["obs_status"].eq("break").to_numpy() if "obs_status" in rows else year < 0
    start, stop = _longest_runs(key, year, broken)
    varied = np.array([np.ptp(value[a:b]) > 0 for a, b in zip(start, stop, strict=True)], bool)
    kept = (stop - start > FEWEST_POINTS) & varied
    start, stop = start[kept], stop[kept]
    n = stop - start
    values = np.full((len(n), int(n.max(initial=0))), np.nan)
    for row, (a, b) in enumerate(zip(start, stop, strict=True)):
        values[row, : b - a] = value[a:b]
    names = rows.iloc[start][tables.SERIES].reset_index(drop=True)
    kind = _facts(rows.iloc[start], indicators, "indicator_kind")
    way = _facts(rows.iloc[start], indicators, "direction")
    share = (kind == "share") & (np.nanmax(values, 1, initial=0) <= 100)
    sign = np.where(way == "increase", 1, np.where(way == "decrease", -1, 0))
    return Book(values, n, share, sign, names, year[start])


def judgements(
    book: Book,
    *,
    kind: str = REACH,
    factors: Iterable[float] = FACTORS,
    horizon: int = HORIZON,
    origins: int | None = None,
) -> Judgements:
    """Every judgement of every past event, in the order of series, origin, horizon, factor and time. ``kind`` reach:
    fall to c times the last value (c < 1) or rise to it (c > 1); ``hold``: not rise above it or not fall below it;
    ``both``. Where the direction of an indicator is known, only goals in that direction are asked. ``origins``: at most
    so many a series, evenly spread. A multiple of what is not above zero is no goal."""
    if kind not in (REACH, HOLD, BOTH):
        raise ValueError(f"kind must be {REACH}, {HOLD} or {BOTH}, not {kind!r}")
    series, origin = _origins(book, origins)
    asked_kinds = (REACH, HOLD) if kind == BOTH else (kind,)
    parts = []
    for ahead in range(1, horizon + 1):
        inside = origin + ahead < book.n[series]
        s, o = series[inside], origin[inside]
        for factor, asks in product(factors, asked_kinds):
            sign = 1 if (factor > 1) == (asks == REACH) else -1
            goals = {"series": s, "origin": o, "ahead": ahead, "factor": factor, "sign": sign}
            parts.append(pd.DataFrame(goals)[(book.way[s] == 0) | (book.way[s] == sign)])
    order = ["series", "origin", "ahead", "factor", "sign"]
    asked = pd.concat(parts).astype({"ahead": int, "factor": float, "sign": int})
    asked = asked.sort_values(order, ignore_index=True)
    asked["goal"] = asked["factor"] * book.values[asked["series"], asked["origin"]]
    asked["due"] = asked["origin"] + asked["ahead"]
    came = book.values[asked["series"], asked["due"]]
    asked["met"] = asked["sign"] * (came - asked["goal"]) >= 0
    asked["event"] = asked.index
    each = asked.loc[asked.index.repeat(asked["ahead"])]
    each["now"] = each["origin"] + each.groupby("event").cumcount()
    return Judgements(**{f.name: each[f.name].to_numpy() for f in fields(Judgements)})


def _origins(book: Book, most: int | None) -> tuple[np.ndarray, np.ndarray]:
    """Series and index of every origin: five figures known, at least one year to come, value above zero."""
    series, origin = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for row, n in enumerate(book.n):
        found = np.arange(FEWEST_POINTS - 1, n - 1)
        found = found[book.values[row, found] > 0]
        if most is not None and len(found) > most:
            found = found[np.linspace(0, len(found) - 1, most).round().astype(int)]
        series.append(np.full(len(found), row))
        origin.append(found)
    return np.concatenate(series), np.concatenate(origin)


def _longest_runs(key: np.ndarray, year: np.ndarray, broken: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Start and stop of the longest run of consecutive years of each series; of equal ones the
    latest. A year in which a new definition begins (``broken``) begins a run."""
    if not len(key):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    fresh = np.r_[True, (np.diff(key) != 0) | (np.diff(year) != 1)]
    start = np.flatnonzero(fresh | broken)
    stop = np.r_[start[1:], len(key)]
    order = np.lexsort((start, stop - start, key[start]))
    last = np.r_[np.diff(key[start][order]) != 0, True]
    best = np.sort(order[last])
    return start[best], stop[best]


def _facts(rows: pd.DataFrame, indicators: pd.DataFrame | None, column: str) -> np.ndarray:
    """A fact of each series' indicator: from the registry, else from the table's own column, else empty."""
    own = rows[column].to_numpy(object) if column in rows else np.full(len(rows), "", object)
    if indicators is None or column not in indicators:
        return own.astype(str)
    known = indicators.drop_duplicates("indicator").set_index("indicator")[column]
    found = rows["indicator"].map(known).to_numpy(object)
    return np.where(pd.isna(found), own, found).astype(str)
