"""Observations in, trajectories out: the one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import pandas as pd

from healthplan.errors import Fault, UsageError
from healthplan.projection import classic
from healthplan.projection import distribution as dist
from healthplan.projection import prepare as prep
from healthplan.projection.borrowing import Borrowing, borrow
from healthplan.projection.forecast import METHOD_VERSION, Past, forecast
from healthplan.projection.kinds import KINDS, SOURCES
from healthplan.projection.panel import REASONS, Panel, read_panel
from healthplan.projection.prior import Prior, load
from healthplan.projection.rare import from_counts

BLOCK = 32768  # series worked on at once: what bounds the memory
WHOLE_TABLE = 131072  # the same where the whole table is held in memory anyway
ENSEMBLE = "ensemble"
METHODS = (ENSEMBLE, *classic.NAMES)
KIND_WORDS = ("observed", "projected", "borrowed")
INTERVAL_FROM = ("", "history", "constant", "counts", "borrowed")
FARTHEST = 60  # years ahead at most, whatever is asked
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rows:
    """Projected rows of a block of series, one after another, and what is known about each series."""

    series: np.ndarray  # (rows,)
    year: np.ndarray
    quantiles: np.ndarray  # (rows, 15)
    cut: np.ndarray  # (series,) True where ``to`` lies beyond the observed span
    marks: np.ndarray  # (series,)
    break_year: np.ndarray
    n: np.ndarray
    reference: np.ndarray  # (series,) place in the panel's areas of the area borrowed from, or -1
    basis: np.ndarray  # (series,) place in INTERVAL_FROM
    past: Past  # of each series


def project(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    to: int,
    as_of: int | None = None,
    method: str = "ensemble",
    areas: pd.DataFrame | None = None,
    progress: Progress | None = None,
    backtest: int = 0,
) -> pd.DataFrame:
    """Trajectories: the observed years and the projected ones up to ``to``.

    observations: long table indicator, area, year, value, unit (optional: period, obs_status, numerator,
    denominator, indicator_kind, lower_bound, upper_bound). indicators: the registry, or None. as_of: only
    observations of years <= as_of are used. areas: table area, parent; with it, districts of one to four
    points borrow their trend. progress(done, all) is called after each block of series. backtest: past
    origins (8 is usual) at which the ensemble is tried on each series itself; adds past_forecasts, past_mae,
    past_coverage_80 and past_coverage_95, of forecasts one to five years ahead.

    Returns indicator, area, method, year, value, lower_80, upper_80, lower_95, upper_95 (all in the
    indicator's unit), kind, method_version, and: reason (why a series is not, or not wholly, projected;
    words in ``panel.REASONS`` and ``beyond_span``), data_first_year, data_last_year, n_years (points used),
    breaks, bounds_hit (share of the fifteen quantiles resting on a bound), indicator_kind, kind_inferred
    (registry, column or unit), interval_from (history, constant, counts or borrowed), reference_area, and the fifteen quantiles q01 ... q99. Observed rows have
    value only. Series without a projection keep their observed rows with the reason.

    Raises UsageError for an unknown method, InputError for missing columns.
    """
    parts = list(
        project_blocks(
            observations,
            indicators,
            to=to,
            as_of=as_of,
            method=method,
            areas=areas,
            progress=progress,
            backtest=backtest,
            block=WHOLE_TABLE,
        )
    )
    return pd.concat(parts, ignore_index=True) if len(parts) > 1 else parts[0]


def project_blocks(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    to: int,
    as_of: int | None = None,
    method: str = "ensemble",
    areas: pd.DataFrame | None = None,
    progress: Progress | None = None,
    observed: bool = True,
    quantiles: bool = True,
    backtest: int = 0,
    block: int = BLOCK,
) -> Iterator[pd.DataFrame]:
    """The trajectories of :func:`project`, a block of series at a time; one empty block if there are none.

    ``observed=False`` leaves out the observed rows, ``quantiles=False`` the columns q01 ... q99.
    """
    if method not in METHODS:
        fields = {"expected": ", ".join(METHODS)}
        raise UsageError(Fault("NAME-METHOD", column="method", value=method, fields=fields))
    panel = read_panel(observations, indicators, as_of)
    if not len(panel):
        yield trajectories(panel, _block(panel, to), method)
    loan = None
    if areas is not None and method == ENSEMBLE:
        loan = borrow(panel, areas, to, _paths(panel, to), load())
    for part, rows in blocks(panel, to, progress, loan, method, backtest, block):
        yield trajectories(part, rows, method, observed=observed, quantiles=quantiles, backtested=backtest > 0)


def blocks(
    panel: Panel,
    to: int,
    progress: Progress | None = None,
    loan: Borrowing | None = None,
    method: str = ENSEMBLE,
    backtest: int = 0,
    block: int = BLOCK,
) -> Iterator[tuple[Panel, Rows]]:
    """Every block of series with its projected rows, one after another."""
    for low in range(0, len(panel), block):
        high = min(low + block, len(panel))
        part = panel.slice(low, high)
        rows = _block(part, to, method, backtest)
        yield part, rows if loan is None else _with_loan(rows, loan, low, high)
        if progress is not None:
            progress(high, len(panel))


def _block(panel: Panel, to: int, method: str = ENSEMBLE, backtest: int = 0) -> Rows:
    """Projected rows of the usable series, each from its own points."""
    usable = np.flatnonzero(panel.reason == 0)
    size = len(panel)
    full = lambda dtype: np.zeros(size, dtype)  # noqa: E731
    cut, marks, break_year, points = full(bool), full(np.uint8), full(np.int32), full(np.int32)
    nobody, basis = np.full(size, -1), full(np.int8)
    past = Past(full(np.int32), *(np.full(size, np.nan) for _ in range(3)))
    if not len(usable):
        empty = np.zeros(0, np.int64)
        none = np.zeros((0, len(dist.LEVELS)))
        return Rows(empty, empty, none, cut, marks, break_year, points, nobody, basis, past)
    kept = panel if len(usable) == size else panel.take(usable)
    runs = prep.prepare(kept)
    wanted = np.clip(to - kept.last_year, 0, FARTHEST)
    ahead = np.minimum(wanted, runs.span)
    cut[usable] = wanted > ahead
    marks[usable], break_year[usable], points[usable] = runs.marks, runs.break_year, runs.n
    most = int(ahead.max(initial=0))
    basis[usable] = np.where(_constant(runs.values), 2, 1)
    if method == ENSEMBLE:
        quantiles, own = forecast_runs(runs, kept, most, backtest)
        _enter(past, usable, own)
        rare, of_counts = from_counts(kept, most)
        quantiles[rare], basis[usable[rare]] = of_counts, INTERVAL_FROM.index("counts")
    else:
        facts = kept.facts
        quantiles = classic.of_runs(runs.values, runs.n, facts.lower, facts.upper, most, method)
        for i in np.flatnonzero(runs.step != 1):
            quantiles[i] = _at_years(quantiles[i], runs.values[i, -1], runs.step[i])
        unfit = ~np.isfinite(quantiles).all((1, 2))
        panel.reason[usable[unfit]] = REASONS.index("method_not_applicable")
        ahead = np.where(unfit, 0, ahead)
    series, h = np.nonzero(np.arange(1, most + 1) <= ahead[:, None])
    year = kept.last_year[series] + h + 1
    found = quantiles[series, h]
    return Rows(usable[series], year, found, cut, marks, break_year, points, nobody, basis, past)


def _enter(past: Past, places: np.ndarray, own: Past) -> None:
    """Put the past of the usable series to their places."""
    for field in fields(Past):
        getattr(past, field.name)[places] = getattr(own, field.name)


def _constant(values: np.ndarray) -> np.ndarray:
    """True for a run that never moved."""
    return np.nanmax(values, axis=1) == np.nanmin(values, axis=1)


def _with_loan(rows: Rows, loan: Borrowing, low: int, high: int) -> Rows:
    """``rows`` of the series ``low`` ... ``high`` with those that borrow replaced."""
    mine = (loan.series >= low) & (loan.series < high)
    if not mine.any():
        return rows
    borrowers = loan.series[mine] - low
    keep = ~np.isin(rows.series, borrowers)
    more = (loan.row_series >= low) & (loan.row_series < high)
    rows.reference[borrowers] = loan.reference[mine]
    rows.cut[borrowers] = False
    rows.basis[borrowers] = INTERVAL_FROM.index("borrowed")
    return replace(
        rows,
        series=np.r_[rows.series[keep], loan.row_series[more] - low],
        year=np.r_[rows.year[keep], loan.year[more]],
        quantiles=np.concatenate([rows.quantiles[keep], loan.quantiles[more]]),
    )


def _paths(panel: Panel, to: int) -> Callable[[np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Years and values of series: observed, then the middle of their own projection."""

    def paths(places: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        part = panel.take(places)
        rows = _block(part, to)
        middle = rows.quantiles[:, dist.MEDIAN]
        out = []
        for i in range(len(places)):
            own, ahead = slice(part.start[i], part.start[i + 1]), rows.series == i
            years = np.r_[part.year[own], rows.year[ahead]]
            out.append((years, np.r_[part.value[own], middle[ahead]]))
        return out

    return paths


def forecast_runs(
    runs: prep.Runs, panel: Panel, most: int, backtest: int = 0, prior: Prior | None = None
) -> tuple[np.ndarray, Past]:
    """Quantiles (series, most, 15), and how the series' own past origins would have fared.

    Sparse runs are projected in their own step and read at whole years.
    """
    facts, ahead = panel.facts, max(most, 1)
    limits = (facts.kind, facts.lower, facts.upper)
    found = forecast(runs.values, runs.n, *limits, ahead, backtest=backtest, prior=prior)
    out = found.quantiles
    if len(runs.odd):
        of_odd = (x[runs.odd] for x in (runs.n, *limits))
        calm = forecast(runs.repaired, *of_odd, ahead, prior=prior).quantiles
        out[runs.odd] = outermost(out[runs.odd], calm[..., dist.MEDIAN])
    for i in np.flatnonzero(runs.step != 1):
        out[i] = _at_years(out[i], runs.values[i, -1], runs.step[i])
    wide = np.flatnonzero(runs.widen != 1)
    if len(wide):
        middle = out[wide][..., dist.MEDIAN, None]
        out[wide] = middle + (out[wide] - middle) * runs.widen[wide, None, None]
    touched = np.union1d(runs.odd, wide)
    low, high = (x[touched, None, None] for x in (facts.lower, facts.upper))
    out[touched] = np.clip(out[touched], low, high)
    return out[:, :most], found.past


def outermost(quantiles: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Quantiles around a new ``middle``, none inside what they were (see :mod:`repair`)."""
    moved = quantiles + (middle - quantiles[..., dist.MEDIAN])[..., None]
    below, above = slice(None, dist.MEDIAN), slice(dist.MEDIAN + 1, None)
    moved[..., below] = np.minimum(moved[..., below], quantiles[..., below])
    moved[..., above] = np.maximum(moved[..., above], quantiles[..., above])
    return moved


def _at_years(quantiles: np.ndarray, last: float, step: float) -> np.ndarray:
    """Quantiles at 1, 2, ... years from quantiles at 1, 2, ... steps of ``step`` years."""
    at = np.arange(len(quantiles) + 1)
    known = np.vstack([np.full(quantiles.shape[1], last), quantiles])
    wanted = np.arange(1, len(quantiles) + 1) / step
    return np.column_stack([np.interp(wanted, at, known[:, q]) for q in range(known.shape[1])])


def trajectories(
    panel: Panel, rows: Rows, method: str, *, observed: bool = True, quantiles: bool = True, backtested: bool = False
) -> pd.DataFrame:
    """Observed and projected rows of a block as one table, ordered by series and year."""
    own = np.repeat(np.arange(len(panel)), panel.n) if observed else np.zeros(0, int)
    series, year = rows.series, rows.year.astype(np.int64)
    value, q, order = rows.quantiles[:, dist.MEDIAN], rows.quantiles, np.arange(len(rows.series))
    if observed:
        series = np.r_[own, series]
        year = np.r_[panel.year, year].astype(np.int64)
        order = np.lexsort((year, series))
        series, year = series[order], year[order]
        q = np.concatenate([np.full((len(own), len(dist.LEVELS)), np.nan), q])[order]
        value = np.r_[panel.value, value][order]
    projected = order >= len(own)
    facts = panel.facts
    reason = np.array(REASONS, object)[panel.reason]
    reason[(panel.reason == 0) & rows.cut] = "beyond_span"
    lent = rows.reference >= 0
    reason[lent] = ""
    breaks = prep.words(rows.marks, rows.break_year)
    first, last = _years(panel)
    resting = (q <= facts.lower[series, None]) | (q >= facts.upper[series, None])
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
        "kind": _text(np.array(KIND_WORDS, object), projected.astype(int) + (projected & lent[series])),
        "method_version": _text(np.array([version_of(method)], object), same),
        "reason": _text(*_coded(reason, series)),
        "data_first_year": first[series],
        "data_last_year": last[series],
        "n_years": panel.n[series],
        "breaks": _text(*_coded(breaks, series)),
        "bounds_hit": np.where(projected, resting.mean(1), np.nan),
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


def _years(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """First and last observed year of each series; 0 for one without points."""
    some = panel.n > 0
    first, last = np.zeros(len(panel), np.int64), np.zeros(len(panel), np.int64)
    first[some], last[some] = (
        panel.year[panel.start[:-1][some]],
        panel.year[panel.start[1:][some] - 1],
    )
    return first, last


def _references(panel: Panel, reference: np.ndarray, series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def unprojected(trajectories: pd.DataFrame) -> pd.DataFrame:
    """One row a series that is not, or not wholly, projected: indicator, area, reason, data years, n_years."""
    some = trajectories[trajectories["reason"] != ""]
    columns = ["indicator", "area", "reason", "data_first_year", "data_last_year", "n_years"]
    return some[columns].drop_duplicates(["indicator", "area"]).reset_index(drop=True)
