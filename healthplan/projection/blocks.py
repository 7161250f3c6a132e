"""A panel of series to projected rows, a block at a time: own points, borrowed trends, counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from healthplan.projection import classic
from healthplan.projection import distribution as dist
from healthplan.projection import prepare as prep
from healthplan.projection.borrowing import Borrowing
from healthplan.projection.counts import from_counts
from healthplan.projection.forecast import Past, forecast
from healthplan.projection.panel import REASONS, Panel
from healthplan.projection.prior import Prior

BLOCK = 32768  # series worked on at once: what bounds the memory
WHOLE_TABLE = 131072  # the same where the whole table is held in memory anyway
ENSEMBLE = "ensemble"
METHODS = (ENSEMBLE, *classic.NAMES)
INTERVAL_FROM = ("", "history", "constant", "counts", "borrowed")
FARTHEST = 60  # years ahead at most, whatever is asked
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rows:
    """Projected rows of a block of series, one after another, and what is known about each series."""

    series: np.ndarray  # (rows,)
    year: np.ndarray
    quantiles: np.ndarray  # (rows, 15)
    value: np.ndarray  # (rows,) the middle that is shown
    cut: np.ndarray  # (series,) True where ``to`` lies beyond the observed span
    marks: np.ndarray  # (series,)
    break_year: np.ndarray
    reference: np.ndarray  # (series,) place in the panel's areas of the area borrowed from, or -1
    basis: np.ndarray  # (series,) place in INTERVAL_FROM
    past: Past  # of each series


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
    rows = no_rows(panel)
    if not len(usable):
        return rows
    kept = panel if len(usable) == len(panel) else panel.take(usable)
    runs = prep.prepare(kept)
    wanted = np.clip(to - kept.last_year, 0, FARTHEST)
    ahead = np.minimum(wanted, runs.span)
    rows.cut[usable] = wanted > ahead
    rows.marks[usable], rows.break_year[usable] = runs.marks, runs.break_year
    most = int(ahead.max(initial=0))
    still = _constant(runs.values)
    rows.basis[usable] = np.where(still, *(INTERVAL_FROM.index(w) for w in ("constant", "history")))
    if method == ENSEMBLE:
        quantiles, own = forecast_runs(runs, kept, most, backtest)
        _enter(rows.past, usable, own)
        middle = quantiles[..., dist.MEDIAN].copy()
        rare, of_counts, middle_of_counts = from_counts(kept, most)
        middle[rare] = middle_of_counts
        quantiles[rare], rows.basis[usable[rare]] = of_counts, INTERVAL_FROM.index("counts")
    else:
        facts = kept.facts
        quantiles = classic.of_runs(runs.values, runs.n, facts.lower, facts.upper, most, method)
        for i in np.flatnonzero(runs.step != 1):
            quantiles[i] = _at_years(quantiles[i], runs.values[i, -1], runs.step[i])
        unfit = ~np.isfinite(quantiles).all((1, 2))
        panel.reason[usable[unfit]] = REASONS.index("method_not_applicable")
        ahead = np.where(unfit, 0, ahead)
        middle = quantiles[..., dist.MEDIAN]
    series, h = np.nonzero(np.arange(1, most + 1) <= ahead[:, None])
    year = kept.last_year[series] + h + 1
    found = quantiles[series, h]
    shown = middle[series, h]
    return replace(rows, series=usable[series], year=year, quantiles=found, value=shown)


def no_rows(panel: Panel) -> Rows:
    """Nothing projected, room for what is known about each series."""
    size = len(panel)
    nothing = np.zeros(0, np.int64)
    return Rows(
        nothing,
        nothing,
        np.zeros((0, len(dist.LEVELS))),
        np.zeros(0),
        np.zeros(size, bool),
        np.zeros(size, np.uint8),
        np.zeros(size, np.int32),
        np.full(size, -1),
        np.zeros(size, np.int8),
        Past(np.zeros(size, np.int32), *(np.full(size, np.nan) for _ in range(3))),
    )


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
        value=np.r_[rows.value[keep], loan.quantiles[more, dist.MEDIAN]],
    )


def paths_of(panel: Panel, to: int) -> Callable[[np.ndarray], list[tuple[np.ndarray, np.ndarray]]]:
    """Years and values of series: observed, then the middle of their own projection."""

    def paths(places: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
        part = panel.take(places)
        rows = _block(part, to)
        out = []
        for i in range(len(places)):
            own, ahead = slice(part.start[i], part.start[i + 1]), rows.series == i
            years = np.r_[part.year[own], rows.year[ahead]]
            out.append((years, np.r_[part.value[own], rows.value[ahead]]))
        return out

    return paths


def forecast_runs(
    runs: prep.Runs, panel: Panel, most: int, backtest: int = 0, prior: Prior | None = None
) -> tuple[np.ndarray, Past]:
    """Quantiles (series, most, 15), and how the series' own past origins would have fared.

    Sparse runs are projected in their own step and read at whole years.
    """
    facts, ahead = panel.facts, max(most, 1)
    limits = facts.kind, facts.lower, facts.upper
    found = forecast(runs.values, runs.n, *limits, ahead, backtest=backtest, prior=prior)
    out = found.quantiles
    if len(runs.odd):
        n, kind, low, high = (x[runs.odd] for x in (runs.n, *limits))
        calm = forecast(runs.repaired, n, kind, low, high, ahead, prior=prior).quantiles
        out[runs.odd] = outermost(out[runs.odd], calm[..., dist.MEDIAN])
    sparse = np.flatnonzero(runs.step != 1)
    for i in sparse:
        out[i] = _at_years(out[i], runs.values[i, -1], runs.step[i])
    wide = np.flatnonzero(runs.widen != 1)
    if len(wide):
        middle = out[wide][..., dist.MEDIAN, None]
        out[wide] = middle + (out[wide] - middle) * runs.widen[wide, None, None]
    touched = np.unique(np.r_[runs.odd, wide, sparse])
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
    """Quantiles at 1, 2, ... years from quantiles at 1, 2, ... steps of ``step`` years.

    The middle and the widths between two steps are interpolated; within the first step the width
    grows with the square root of time, as that of a random walk does.
    """
    at = np.arange(len(quantiles) + 1)
    wanted = np.arange(1, len(quantiles) + 1) / step
    middle = quantiles[:, dist.MEDIAN]
    distance = np.vstack([np.zeros(quantiles.shape[1]), quantiles - middle[:, None]])
    inner = np.where(wanted < 1, np.sqrt(wanted), wanted)
    wide = [np.interp(inner, at, distance[:, j]) for j in range(distance.shape[1])]
    return np.interp(wanted, at, np.r_[last, middle])[:, None] + np.column_stack(wide)
