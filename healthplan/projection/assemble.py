"""Blocks of projected rows as the trajectories table."""

from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from healthplan import distribution as dist
from healthplan.projection import prepare as prep
from healthplan.projection.blocks import ENSEMBLE, INTERVAL_FROM, Rows
from healthplan.projection.forecast import METHOD_VERSION
from healthplan.projection.kinds import KINDS, SOURCES
from healthplan.projection.panel import REASONS, Panel

KIND_WORDS = ("observed", "projected", "borrowed")


def trajectories(
    panel: Panel,
    rows: Rows,
    method: str,
    *,
    observed: bool = True,
    quantiles: bool = True,
    backtested: bool = False,
    coded: bool = False,
) -> pd.DataFrame:
    """Observed and projected rows of a block as one table, ordered by series and year; texts as categories where
    ``coded``."""
    texts, worded = partial(_text, coded=coded), partial(_worded, coded=coded)
    own = np.repeat(np.arange(len(panel)), panel.n) if observed else np.zeros(0, int)
    series = np.r_[own, rows.series]
    # within a series the observed rows come first, and every projected year is later than they are
    order = np.argsort(series, kind="stable")
    series = series[order]
    year = np.r_[panel.year[: len(own)], rows.year].astype(np.int64)[order]
    value = np.r_[panel.value[: len(own)], rows.value][order]
    projected = order >= len(own)
    ahead = order[projected] - len(own)
    q = np.full((len(series), len(dist.LEVELS)), np.nan)
    q[projected] = rows.quantiles[ahead]
    facts = panel.facts
    reason = np.array(REASONS, object)[panel.reason]
    reason[(panel.reason == 0) & rows.cut] = "beyond_reach"
    lent = rows.reference >= 0
    reason[lent] = np.where(rows.cut[lent], "beyond_reach", "")
    lender = np.full(len(panel), "", object)
    lender[lent] = panel.areas.take(rows.reference[lent])
    first, last = panel.first_year.astype(np.int64), panel.last_year.astype(np.int64)
    low, high = facts.lower[rows.series, None], facts.upper[rows.series, None]
    at_bound = ((rows.quantiles <= low) | (rows.quantiles >= high)).mean(1)
    resting = np.full(len(series), np.nan)
    resting[projected] = at_bound[ahead]
    of_counts = rows.basis == INTERVAL_FROM.index("counts")
    same = np.zeros(len(series), int)
    areas, at_area = np.unique(panel.area, return_inverse=True)
    places = panel.places(areas)
    version = METHOD_VERSION if method == ENSEMBLE else f"{method}-1"
    columns = {
        "indicator": texts(panel.indicators, panel.indicator[series]),
        "area": texts([area for area, _ in places], at_area[series]),
        "group": texts([group for _, group in places], at_area[series]),
        "method": texts([method], same),
        "year": year,
        "value": value,
        "lower_80": q[:, dist.LOWER_80],
        "upper_80": q[:, dist.UPPER_80],
        "lower_95": q[:, dist.LOWER_95],
        "upper_95": q[:, dist.UPPER_95],
        "kind": texts(KIND_WORDS, projected.astype(int) + (projected & lent[series])),
        "method_version": texts([version], same),
        "reason": worded(reason, series),
        "data_first_year": first[series],
        "data_last_year": last[series],
        "n_years": panel.n[series],
        "breaks": worded(prep.words(rows.marks, rows.break_year), series),
        "bounds_hit": resting,
        "indicator_kind": texts(KINDS, facts.kind[series]),
        "kind_inferred": texts(SOURCES, facts.source[series]),
        "interval_from": texts(INTERVAL_FROM, rows.basis[series]),
        "reference_area": worded(lender, series),
        "lent_course": np.where(of_counts, panel.course, np.nan)[series],
    }
    if backtested:
        past = rows.past
        columns |= {
            "past_forecasts": past.forecasts[series],
            "past_mae": past.error[series],
            "past_coverage_80": past.inside_80[series],
            "past_coverage_95": past.inside_95[series],
        }
    if quantiles:
        columns |= {name: q[:, i] for i, name in enumerate(dist.COLUMNS)}
    return pd.DataFrame(columns, copy=False)


def _worded(words: np.ndarray, series: np.ndarray, coded: bool = False) -> pd.Series:
    """A text column of one word a series, repeated for its rows."""
    codes, names = pd.factorize(words)
    return _text(names, codes[series], coded)


def _text(names: Any, codes: np.ndarray, coded: bool = False) -> pd.Series:
    """A text column from codes without building a Python string for every row."""
    if coded:
        again, words = pd.factorize(np.array([str(n) for n in names], object))
        return pd.Series(pd.Categorical.from_codes(again[codes] if len(names) else codes, pd.Index(words, dtype="str")))
    if not len(names):
        return pd.Series(dtype="str")
    if not isinstance(names, pd.api.extensions.ExtensionArray):
        names = pd.array([str(n) for n in names], dtype="str")
    return pd.Series(names.take(codes))
