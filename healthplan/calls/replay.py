"""Probabilities as they would have been: each series projected again from every past origin."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.calls.events import Book, Judgements
from healthplan.language import comparators

Project = Callable[..., pd.DataFrame]
Chance = Callable[..., np.ndarray]
LAST = 2000  # every cut-off series is dated to end here, so that one call projects them all
CHUNK = 20_000
FACTS = ("unit", "indicator_kind", "lower_bound", "upper_bound")


def probabilities(
    book: Book,
    j: Judgements,
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None,
    project: Project,
    chance: Chance,
) -> np.ndarray:
    """Probability of being met at each judgement, from the figures up to ``now`` only; nan if not projected.
    ``project`` is ``healthplan.projection.project`` and ``chance`` reads the probability of a comparison from its
    quantile columns (``healthplan.distribution.probability``); both are handed in, because the steps do not know each
    other."""
    width = book.values.shape[1]
    cuts, place = np.unique(j.series * width + j.now, return_inverse=True)
    series, now = cuts // width, cuts % width
    horizon = int((j.due - j.now).max(initial=1))
    present = [column for column in FACTS if column in observations]  # what else the projection reads of each series
    known_of = tables.of_groups(observations).drop_duplicates(tables.SERIES)[[*tables.SERIES, *present]]
    facts = book.names.merge(known_of, on=tables.SERIES)[["indicator", *present]]
    quantiles: np.ndarray | None = None
    for low in range(0, len(cuts), CHUNK):
        high = min(low + CHUNK, len(cuts))
        table = _cut_off(book, series[low:high], now[low:high], facts)
        rows = project(table, indicators, to=LAST + horizon)
        rows = rows[rows["kind"] == "projected"]
        columns = [c for c in rows.columns if c.startswith("q") and c[1:].isdigit()]
        if quantiles is None:
            quantiles = np.full((len(cuts), horizon, len(columns)), np.nan)
        at = low + rows["area"].str.rpartition("#")[2].astype(int).to_numpy()
        quantiles[at, rows["year"].to_numpy() - LAST - 1] = rows[columns].to_numpy(float)
    if quantiles is None:
        return np.zeros(0)
    out = np.full(len(j), np.nan)
    for sign in (1, -1):
        comparator = comparators.settled(comparators.REACH, falling=sign < 0)
        ours = j.sign == sign
        found = quantiles[place[ours], (j.due - j.now)[ours] - 1]
        known = ~np.isnan(found[:, 0])
        p = np.full(len(found), np.nan)
        p[known] = chance(found[known], comparator, j.goal[ours][known])
        out[ours] = p
    return out


def _cut_off(book: Book, series: np.ndarray, now: np.ndarray, facts: pd.DataFrame) -> pd.DataFrame:
    """One long table of the runs up to each cut; ``area`` carries the cut's number after ``#``."""
    length = now + 1
    cut = np.repeat(np.arange(len(series)), length)
    index = np.arange(len(cut)) - np.repeat(np.cumsum(length) - length, length)
    rows = series[cut]
    table = facts.iloc[rows].reset_index(drop=True)
    names = book.names["area"].to_numpy(object)[rows]
    table["area"] = [f"{name}#{k}" for name, k in zip(names, cut, strict=True)]
    table["year"] = LAST - (now[cut] - index)
    table["value"] = book.values[rows, index]
    return table
