"""Blocks of projected rows as the trajectories table."""

from typing import Any

import numpy as np
import pandas as pd

from healthplan.projection import distribution as dist
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
) -> pd.DataFrame:
    """Observed and projected rows of a block as one table, ordered by series and year."""
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
    reason[(panel.reason == 0) & rows.cut] = "beyond_span"
    lent = rows.reference >= 0
    reason[lent] = ""
    breaks = prep.words(rows.marks, rows.break_year)
    first, last = panel.first_year.astype(np.int64), panel.last_year.astype(np.int64)
    bound = facts.lower[rows.series, None], facts.upper[rows.series, None]
    resting = np.full(len(series), np.nan)
    resting[projected] = ((rows.quantiles <= bound[0]) | (rows.quantiles >= bound[1])).mean(1)[
        ahead
    ]
    same = np.zeros(len(series), int)
    columns = {
        "indicator": _text(panel.indicators, panel.indicator[series]),
        "area": _text(panel.areas, panel.area[series]),
        "method": _text(np.array([method], object), same),
        "year": year,
        "value": value,
        "lower_80": q[:, dist.LOWER_80],
        "upper_80": q[:, dist.UPPER_80],
        "lower_95": q[:, dist.LOWER_95],
        "upper_95": q[:, dist.UPPER_95],
        "kind": _text(
            np.array(KIND_WORDS, object), projected.astype(int) + (projected & lent[series])
        ),
        "method_version": _text(np.array([version_of(method)], object), same),
        "reason": _text(*_coded(reason, series)),
        "data_first_year": first[series],
        "data_last_year": last[series],
        "n_years": panel.n[series],
        "breaks": _text(*_coded(breaks, series)),
        "bounds_hit": resting,
        "indicator_kind": _text(np.array(KINDS, object), facts.kind[series]),
        "kind_inferred": _text(np.array(SOURCES, object), facts.source[series]),
        "interval_from": _text(np.array(INTERVAL_FROM, object), rows.basis[series]),
        "reference_area": _text(*_references(panel, np.where(lent, rows.reference, -1), series)),
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


def version_of(method: str) -> str:
    """The version that goes with a method's rows: what made the figures can be named later."""
    return METHOD_VERSION if method == ENSEMBLE else f"{method}-1"


def _references(
    panel: Panel, reference: np.ndarray, series: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Names of the areas borrowed from, "" for none, and the place of each row's."""
    places, codes = np.unique(reference, return_inverse=True)
    names = np.array(["" if p < 0 else str(panel.areas[p]) for p in places], object)
    return names, codes[series]


def _coded(words: np.ndarray, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    codes, names = pd.factorize(words)
    return np.asarray(names, object), codes[series]


def _text(names: Any, codes: np.ndarray) -> pd.Series:
    """A text column from codes without building a Python string for every row."""
    if not len(names):
        return pd.Series(dtype="str")
    if isinstance(names, np.ndarray):
        names = pd.array([str(n) for n in names], dtype="str")
    return pd.Series(names.take(codes))
