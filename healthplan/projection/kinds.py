"""What kind of number an indicator is, and between which bounds it must stay.

Asked in this order, and the answer says where it came from: the registry (indicators table), the
columns ``indicator_kind``, ``lower_bound``, ``upper_bound`` of the observations, the unit. From the
unit alone: ``%`` is a share when all values lie in 0-100, deaths or cases per population are rates,
whole numbers of people or things are counts, everything else is a level; an amount that was never
negative is then taken to stay so. A bound that the data themselves break is dropped, and said.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

KINDS = ("share", "rate", "count", "level")
SHARE, RATE, COUNT, LEVEL = range(4)
SOURCES = ("registry", "column", "unit", "none")
_WORDS = {"share": SHARE, "rate": RATE, "count": COUNT, "event": COUNT, "level": LEVEL}
_SHARE_UNIT = re.compile(r"%|％|percent|百分", re.IGNORECASE)
_RATE_UNIT = re.compile(
    r"‰|1/10万|/10万|/\s*100,?000|per\s*100,?000|per\s*1,?000\b|per\s*million|per population|每10万|每千",
    re.IGNORECASE,
)
_COUNT_UNIT = re.compile(
    r"^(人|例|个|家|张|项|名|所|件|次|人次|persons?|people|cases?|deaths?|births?|number|count)$"
    r"|\b(cases|deaths|births|persons|beds)$",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Facts:
    """Kind and bounds of each series. ``lower``/``upper`` are -inf/inf where there is none."""

    kind: np.ndarray  # place in KINDS
    lower: np.ndarray
    upper: np.ndarray
    source: np.ndarray  # place in SOURCES: who said the kind
    bound_broken: np.ndarray  # True where the data broke a bound, which was dropped
    per: (
        np.ndarray
    )  # value = numerator / denominator x per, where registry or unit say so; else NaN

    def slice(self, low: int, high: int) -> Facts:
        """Series ``low`` up to ``high``."""
        return Facts(*(x[low:high] for x in self._arrays()))

    def take(self, rows: np.ndarray) -> Facts:
        """The series at these places."""
        return Facts(*(x[rows] for x in self._arrays()))

    def padded(self, more: int) -> Facts:
        """With ``more`` unknown series behind."""
        unknown = Facts(
            np.full(more, LEVEL, np.int8),
            np.full(more, -np.inf),
            np.full(more, np.inf),
            np.full(more, SOURCES.index("none"), np.int8),
            np.zeros(more, bool),
            np.full(more, np.nan),
        )
        both = zip(self._arrays(), unknown._arrays(), strict=True)
        return Facts(*(np.concatenate(pair) for pair in both))

    def _arrays(self) -> tuple[np.ndarray, ...]:
        return self.kind, self.lower, self.upper, self.source, self.bound_broken, self.per


def facts_of_series(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None,
    rows: np.ndarray,
    start: np.ndarray,
    value: np.ndarray,
) -> tuple[Facts, np.ndarray]:
    """Facts of the series whose used rows are ``rows[start[i]:start[i + 1]]``, and which mix units."""
    n = len(start) - 1
    first = rows[start[:-1]] if n else rows[:0]
    smallest = np.minimum.reduceat(value, start[:-1]) if n else np.zeros(0)
    largest = np.maximum.reduceat(value, start[:-1]) if n else np.zeros(0)
    words, lower, upper, source = _declared(observations, indicators, first)
    kind = np.array([_WORDS.get(w, -1) for w in KINDS_OR_NONE], np.int8)[words]
    unknown = kind < 0
    if unknown.any():
        guess = _from_unit(observations, first, rows, start, value, smallest, largest)
        kind = np.where(unknown, guess, kind).astype(np.int8)
        source = np.where(unknown, SOURCES.index("unit"), source)
    undeclared = source != SOURCES.index("registry")
    natural_low = (kind == SHARE) | (kind == RATE) | (kind == COUNT)
    natural_low |= undeclared & (smallest >= 0)
    lower = np.where(np.isnan(lower), np.where(natural_low, 0.0, -np.inf), lower)
    no_upper = np.isnan(upper)
    upper = np.where(no_upper, np.where(kind == SHARE, 100.0, np.inf), upper)
    broken = (smallest < lower) | (largest > upper)
    lower = np.where(smallest < lower, -np.inf, lower)
    upper = np.where(largest > upper, np.inf, upper)
    per = _per(observations, indicators, first)
    facts = Facts(kind, lower, upper, source.astype(np.int8), broken, per)
    return facts, _mixed_units(observations, rows, start)


KINDS_OR_NONE = ("", "share", "rate", "count", "event", "level")


def _declared(
    observations: pd.DataFrame, indicators: pd.DataFrame | None, first: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Kind words (places in KINDS_OR_NONE), bounds (NaN = none said), and who said so."""
    n = len(first)
    words = np.zeros(n, np.int64)
    lower, upper = np.full(n, np.nan), np.full(n, np.nan)
    source = np.full(n, SOURCES.index("none"))
    head = observations.iloc[first]
    if "indicator_kind" in observations.columns:
        words = _word_places(head["indicator_kind"])
        source[words > 0] = SOURCES.index("column")
    for name, bound in (("lower_bound", lower), ("upper_bound", upper)):
        if name in observations.columns:
            bound[:] = pd.to_numeric(head[name], errors="coerce").to_numpy(float)
    if indicators is not None and len(indicators):
        table = indicators.drop_duplicates("indicator").set_index("indicator")
        place = table.index.get_indexer(pd.Index(head["indicator"].astype("str")))
        known = place >= 0
        words[known] = _word_places(table["indicator_kind"])[place[known]]
        source[known & (words > 0)] = SOURCES.index("registry")
        for name, bound in (("lower_bound", lower), ("upper_bound", upper)):
            if name in table.columns:
                said = pd.to_numeric(table[name], errors="coerce").to_numpy(float)
                bound[known] = said[place[known]]
    return words, lower, upper, source


_PER = (
    (r"‰|1,?000\b|每千", 1e3),
    (r"10万|100,?000|每10万", 1e5),
    (r"million|百万", 1e6),
    (r"%|percent", 1e2),
)


def _per(
    observations: pd.DataFrame, indicators: pd.DataFrame | None, first: np.ndarray
) -> np.ndarray:
    """Events per how many, of each series: from the registry, else from the unit; NaN if neither says."""
    per = np.full(len(first), np.nan)
    if "numerator" not in observations.columns:
        return per
    if "unit" in observations.columns:
        units = observations["unit"].iloc[first].astype("str").fillna("").to_numpy()
        for pattern, size in reversed(_PER):
            hit = np.array([bool(re.search(pattern, u, re.IGNORECASE)) for u in units], bool)
            per[hit] = size
    if indicators is not None and "per" in indicators.columns:
        table = indicators.drop_duplicates("indicator").set_index("indicator")["per"]
        names = observations["indicator"].iloc[first].astype("str")
        said = pd.to_numeric(table, errors="coerce").reindex(names).to_numpy(float)
        per = np.where(np.isfinite(said), said, per)
    return per


def _word_places(column: pd.Series) -> np.ndarray:
    text = column.astype("str").fillna("").str.strip().str.lower()
    return np.maximum(pd.Index(KINDS_OR_NONE).get_indexer(pd.Index(text)), 0)


def _from_unit(
    observations: pd.DataFrame,
    first: np.ndarray,
    rows: np.ndarray,
    start: np.ndarray,
    value: np.ndarray,
    smallest: np.ndarray,
    largest: np.ndarray,
) -> np.ndarray:
    """Kind of each series as its unit suggests."""
    if "unit" not in observations.columns:
        return np.full(len(first), LEVEL, np.int8)
    codes, units = pd.factorize(observations["unit"].iloc[first].astype("str").fillna(""))
    guess = np.array([_unit_kind(str(u)) for u in units], np.int8)[codes]
    whole = np.logical_and.reduceat(value == np.round(value), start[:-1])
    guess[(guess == SHARE) & ~((smallest >= 0) & (largest <= 100))] = LEVEL
    guess[(guess == COUNT) & ~(whole & (smallest >= 0))] = LEVEL
    guess[(guess == RATE) & (smallest < 0)] = LEVEL
    return guess


def _unit_kind(unit: str) -> int:
    unit = unit.strip()
    if _RATE_UNIT.search(unit):
        return RATE
    if _SHARE_UNIT.search(unit):
        return SHARE
    return COUNT if _COUNT_UNIT.search(unit) else LEVEL


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
