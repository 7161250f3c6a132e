"""What kind of number an indicator is, and between which bounds it must stay.

Asked in this order, and the answer says where it came from: the registry (indicators table), the
columns ``indicator_kind``, ``lower_bound``, ``upper_bound`` of the observations, the unit (which way is better and
whether it is a ``stock``, an inventory without sampling noise, too: registry, else column). From the
unit alone: ``%`` is a share when all values lie in 0-100, deaths or cases per population are rates,
whole numbers of people or things are counts, everything else is a level; an amount that was never
negative is then taken to stay so. A bound that the data themselves break is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from healthplan.language import units
from healthplan.projection.aligned import Aligned

KINDS = ("share", "rate", "count", "level")
SHARE, RATE, COUNT, LEVEL = range(4)
SOURCES = ("registry", "column", "unit", "none")
YES = ("yes", "true", "1")
_WORDS = {"share": SHARE, "rate": RATE, "count": COUNT, "event": COUNT, "level": LEVEL}


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
    kind, lower, upper, source = _declared(observations, indicators, first)
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
    way = _words(observations, indicators, first, "direction")
    stock = _words(observations, indicators, first, "stock")
    way = np.where(way == "increase", 1, np.where(way == "decrease", -1, 0)).astype(np.int8)
    facts = Facts(kind, lower, upper, way, np.isin(stock, YES), source.astype(np.int8), per)
    return facts, _mixed_units(observations, rows, start)


def _declared(
    observations: pd.DataFrame, indicators: pd.DataFrame | None, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Kinds (-1 = none said), bounds (NaN = none said), and who said the kind."""
    n = len(first)
    kind, source = np.full(n, -1, np.int8), np.full(n, SOURCES.index("none"))
    bounds = {name: np.full(n, np.nan) for name in ("lower_bound", "upper_bound")}
    head = observations.iloc[first]
    if "indicator_kind" in observations.columns:
        kind = _kinds(head["indicator_kind"])
        source[kind >= 0] = SOURCES.index("column")
    for name in bounds.keys() & set(observations.columns):
        bounds[name] = pd.to_numeric(head[name], errors="coerce").to_numpy(float, copy=True)
    if indicators is not None and len(indicators):
        table = indicators.drop_duplicates("indicator").set_index("indicator")
        place = table.index.get_indexer(pd.Index(head["indicator"].astype("str")))
        known = place >= 0
        kind[known] = _kinds(table["indicator_kind"])[place[known]]
        source[known & (kind >= 0)] = SOURCES.index("registry")
        for name in bounds.keys() & set(table.columns):
            said = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
            bounds[name][known] = said[place[known]]
    return kind, bounds["lower_bound"], bounds["upper_bound"], source


def _words(observations: pd.DataFrame, indicators: pd.DataFrame | None, first: np.ndarray, column: str) -> np.ndarray:
    """A word of each series, lower case: from the registry, else from the table's own column, else empty."""
    out = np.full(len(first), "", object)
    if column in observations.columns:
        out = _lower(observations[column].iloc[first])
    if indicators is not None and column in indicators.columns:
        table = indicators.drop_duplicates("indicator").set_index("indicator")[column]
        names = observations["indicator"].iloc[first].astype("str")
        known = names.isin(table.index).to_numpy()
        out[known] = _lower(table.reindex(names[known]))
    return out


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
        written = observations["unit"].iloc[first].astype("str").fillna("")
        per = np.array([_unit_per(unit) for unit in written], float)
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


def _unit_per(unit: str) -> float:
    """Events per how many a unit says: 1,000 of ‰; NaN where it is no rate."""
    found = units.parse(unit)
    if found is None or (found.family, found.kind) != ("ratio", "rate"):
        return np.nan
    return round(1 / found.factor)


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
