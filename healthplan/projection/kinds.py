"""What kind of number an indicator is, and between which bounds it must stay. Asked in this order, and the answer says
where it came from: the registry, the observations' own columns, the unit. From the unit alone ``%`` is a share when all
values lie in 0-100, deaths or cases per population are rates, whole numbers of people or things are counts, everything
else is a level; an amount that was never negative is then taken to stay so. A bound that the data themselves break is
dropped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Self, TypeVar

import numpy as np
import pandas as pd

from healthplan.language import units

KINDS = ("share", "rate", "count", "level")
SHARE, RATE, COUNT, LEVEL = range(4)
SOURCES = ("registry", "column", "unit", "none")
YES = ("yes", "true", "1")
_WORDS = {"share": SHARE, "rate": RATE, "count": COUNT, "event": COUNT, "level": LEVEL}


@dataclass(frozen=True)
class Aligned:
    """Values of many series side by side: fields are arrays, one entry a series."""

    def take(self, places: np.ndarray | slice) -> Self:
        """The entries at these places, of those within it too."""
        columns = (getattr(self, f.name) for f in fields(self))
        return type(self)(*(c.take(places) if isinstance(c, Aligned) else c[places] for c in columns))

    def put(self, places: np.ndarray, other: Self) -> None:
        """Enter ``other`` at these places."""
        for f in fields(self):
            getattr(self, f.name)[places] = getattr(other, f.name)


Some = TypeVar("Some", bound=Aligned)


def joined(parts: Sequence[Some]) -> Some:
    """Several of a kind behind one another, those within them too."""

    def column(name: str) -> Aligned | np.ndarray:
        values = [getattr(part, name) for part in parts]
        return joined(values) if isinstance(values[0], Aligned) else np.concatenate(values)

    return type(parts[0])(*(column(f.name) for f in fields(parts[0])))


@dataclass(frozen=True)
class Limits(Aligned):
    """Kind and natural bounds of each series; -inf/inf where there is none."""

    kind: np.ndarray  # place in KINDS
    lower: np.ndarray
    upper: np.ndarray
    way: np.ndarray  # +1 where more is better, -1 where less is, 0 where neither or not known
    stock: np.ndarray  # True of an inventory: staff, beds, places counted one by one on a day

    def clip(self, quantiles: np.ndarray) -> np.ndarray:
        """Quantiles (series, horizons, levels) kept within the bounds."""
        return np.clip(quantiles, self.lower[:, None, None], self.upper[:, None, None])


@dataclass(frozen=True)
class Facts(Limits):
    """What is known about each series."""

    source: np.ndarray  # place in SOURCES: who said the kind
    # value = numerator / denominator x per; NaN where neither registry nor unit says
    per: np.ndarray


def unknown(count: int) -> Facts:
    """Facts of ``count`` series about which nothing is known."""
    none, level = SOURCES.index("none"), np.full(count, LEVEL, np.int8)
    ends = np.full(count, -np.inf), np.full(count, np.inf)
    no_way, no_stock = np.zeros(count, np.int8), np.zeros(count, bool)
    source, per = np.full(count, none, np.int8), np.full(count, np.nan)
    return Facts(level, *ends, no_way, no_stock, source, per)


def facts_of_series(
    observations: pd.DataFrame, indicators: pd.DataFrame | None, rows: np.ndarray, start: np.ndarray, value: np.ndarray
) -> tuple[Facts, np.ndarray]:
    """Facts of the series whose used rows are ``rows[start[i]:start[i + 1]]``, and which mix units."""
    n = len(start) - 1
    first = rows[start[:-1]] if n else rows[:0]
    smallest = np.minimum.reduceat(value, start[:-1]) if n else np.zeros(0)
    largest = np.maximum.reduceat(value, start[:-1]) if n else np.zeros(0)
    told = partial(_told, observations, indicators, first)
    kind, lower, upper = told("indicator_kind", _kinds), told("lower_bound", _numbers), told("upper_bound", _numbers)
    names = observations["indicator"].iloc[first]
    known = np.zeros(len(first), bool) if indicators is None else names.isin(indicators["indicator"]).to_numpy()
    source = np.where(known, SOURCES.index("registry"), SOURCES.index("column"))
    unsaid = kind < 0
    if unsaid.any():
        guess = _from_unit(observations, first, start, value, smallest, largest)
        kind = np.where(unsaid, guess, kind).astype(np.int8)
        source = np.where(unsaid, SOURCES.index("unit"), source)
    undeclared = source != SOURCES.index("registry")
    natural_low = (kind != LEVEL) | (undeclared & (smallest >= 0))
    lower = np.where(np.isnan(lower), np.where(natural_low, 0.0, -np.inf), lower)
    upper = np.where(np.isnan(upper), np.where(kind == SHARE, 100.0, np.inf), upper)
    lower = np.where(smallest < lower, -np.inf, lower)
    upper = np.where(largest > upper, np.inf, upper)
    per = _per(observations, indicators, first)
    way = told("direction", _lower)
    way = np.where(way == "increase", 1, np.where(way == "decrease", -1, 0)).astype(np.int8)
    stock = np.isin(told("stock", _lower), YES)
    facts = Facts(kind, lower, upper, way, stock, source.astype(np.int8), per)
    return facts, _mixed_units(observations, rows, start)


def _told(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None,
    first: np.ndarray,
    column: str,
    read: Callable[[pd.Series], np.ndarray],
) -> np.ndarray:
    """What is said of each series: by the registry, else by the table's own column, else what is read of nothing."""
    nothing = pd.Series([None] * len(first), dtype="str")
    out = read(observations[column].iloc[first] if column in observations.columns else nothing)
    if indicators is not None and column in indicators.columns:
        table = indicators.drop_duplicates("indicator").set_index("indicator")[column]
        names = observations["indicator"].iloc[first]
        known = names.isin(table.index).to_numpy()
        out[known] = read(table.reindex(names[known].astype("str")))
    return out


def _numbers(column: pd.Series) -> np.ndarray:
    return pd.to_numeric(column, errors="coerce").to_numpy(float, copy=True)


def _lower(column: pd.Series) -> np.ndarray:
    return column.astype("str").fillna("").str.strip().str.lower().to_numpy(object)


def _kinds(column: pd.Series) -> np.ndarray:
    """Places in KINDS of a column of words; -1 for another word or none."""
    return np.array([_WORDS.get(word, -1) for word in _lower(column)], np.int8)


def _per(observations: pd.DataFrame, indicators: pd.DataFrame | None, first: np.ndarray) -> np.ndarray:
    """Events per how many, of each series: from the registry, else from the unit; NaN if neither says."""
    per = np.full(len(first), np.nan)
    if "numerator" not in observations.columns:
        return per
    if "unit" in observations.columns:
        read = (units.parse(unit) for unit in observations["unit"].iloc[first].astype("str").fillna(""))
        rates = (unit if unit is not None and (unit.family, unit.kind) == ("ratio", "rate") else None for unit in read)
        per = np.array([np.nan if rate is None else round(1 / rate.factor) for rate in rates], float)  # 1,000 of ‰
    if indicators is not None and "per" in indicators.columns:
        table = indicators.drop_duplicates("indicator").set_index("indicator")["per"]
        names = observations["indicator"].iloc[first].astype("str")
        said = pd.to_numeric(table, errors="coerce").reindex(names).to_numpy(float)
        per = np.where(np.isfinite(said), said, per)
    return per


def _from_unit(
    observations: pd.DataFrame,
    first: np.ndarray,
    start: np.ndarray,
    value: np.ndarray,
    smallest: np.ndarray,
    largest: np.ndarray,
) -> np.ndarray:
    """Kind of each series as its unit suggests."""
    if "unit" not in observations.columns:
        return np.full(len(first), LEVEL, np.int8)
    codes, written = pd.factorize(observations["unit"].iloc[first].astype("str").fillna(""))
    kinds = (units.parse(str(unit)) and _WORDS[units.indicator_kind(str(unit))] for unit in written)
    guess = np.array([LEVEL if kind is None else kind for kind in kinds], np.int8)[codes]
    whole = np.logical_and.reduceat(value == np.round(value), start[:-1])
    guess[(guess == SHARE) & ~((smallest >= 0) & (largest <= 100))] = LEVEL
    guess[(guess == COUNT) & ~(whole & (smallest >= 0))] = LEVEL
    guess[(guess == RATE) & (smallest < 0)] = LEVEL
    return guess


def _mixed_units(observations: pd.DataFrame, rows: np.ndarray, start: np.ndarray) -> np.ndarray:
    """True for a series whose used rows carry more than one unit."""
    n = len(start) - 1
    if "unit" not in observations.columns or not n:
        return np.zeros(n, bool)
    unit = observations["unit"]
    if isinstance(unit.dtype, pd.CategoricalDtype):
        codes = unit.cat.codes.to_numpy()[rows]
    else:
        codes = pd.factorize(unit.astype("str").str.strip())[0][rows]
    low = np.minimum.reduceat(codes, start[:-1])
    return low != np.maximum.reduceat(codes, start[:-1])
