"""A panel of series to projected rows, a block at a time: own points, borrowed trends, counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from healthplan import distribution as dist
from healthplan.projection import classic, reach, siblings
from healthplan.projection import prepare as prep
from healthplan.projection.borrowing import Loan
from healthplan.projection.counts import from_counts
from healthplan.projection.forecast import Past, forecast, no_past
from healthplan.projection.panel import REASONS, Panel

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
    cut: np.ndarray  # (series,) True where ``to`` lies farther ahead than is drawn
    marks: np.ndarray  # (series,)
    break_year: np.ndarray
    reference: np.ndarray  # (series,) place in the panel's areas of the area borrowed from, or -1
    basis: np.ndarray  # (series,) place in INTERVAL_FROM
    past: Past  # of each series


def blocks(
    panel: Panel,
    to: int,
    loans: Sequence[Loan] = (),
    progress: Progress | None = None,
    method: str = ENSEMBLE,
    backtest: int = 0,
    block: int = BLOCK,
) -> Iterator[tuple[Panel, Rows]]:
    """Every block of series with its projected rows, one after another."""
    for low in range(0, len(panel), block):
        high = min(low + block, len(panel))
        part = panel.take(np.arange(low, high))
        mine = [replace(x, series=x.series - low) for x in loans if low <= x.series < high]
        yield part, _with_loans(_block(part, to, method, backtest), part, mine, to)
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
    # of a sparse series no farther than it has been seen; a late one is as wide as a year farther, so ends a year earlier
    steps = reach.farthest(runs.n)
    drawn = np.minimum(np.floor(steps * runs.step), np.maximum(steps, runs.span)).astype(np.int64) - kept.late
    ahead = np.minimum(wanted, drawn)
    rows.cut[usable] = wanted > ahead
    rows.marks[usable], rows.break_year[usable] = runs.marks, runs.break_year
    most = int(ahead.max(initial=0))
    still = np.nanmax(runs.values, axis=1) == np.nanmin(runs.values, axis=1)
    rows.basis[usable] = np.where(still, *(INTERVAL_FROM.index(w) for w in ("constant", "history")))
    if method == ENSEMBLE:
        quantiles, own = _from_history(runs, kept, most, backtest)
        rows.past.put(usable, own)
        middle = quantiles[..., dist.MEDIAN].copy()
        rare, of_counts, middle_of_counts = from_counts(kept, most)
        middle[rare] = middle_of_counts
        quantiles[rare], rows.basis[usable[rare]] = of_counts, INTERVAL_FROM.index("counts")
    else:
        trains = [row[len(row) - k :] for row, k in zip(runs.values, runs.n, strict=True)]
        found = np.array([classic.quantiles(train, most, method) for train in trains])
        quantiles = kept.facts.clip(found.reshape(len(trains), most, len(dist.LEVELS)))
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
        no_past(size),
    )


def _with_loans(rows: Rows, panel: Panel, loans: Sequence[Loan], to: int) -> Rows:
    """``rows`` of a block with those of the districts that borrow replaced."""
    if not loans:
        return rows
    borrowers = np.array([loan.series for loan in loans])
    rows.reference[borrowers] = [loan.reference for loan in loans]
    rows.cut[borrowers] = [panel.last_year[x.series] + len(x.quantiles) < to for x in loans]
    rows.basis[borrowers] = INTERVAL_FROM.index("borrowed")
    keep = ~np.isin(rows.series, borrowers)
    ahead = [len(loan.quantiles) for loan in loans]
    at = [np.arange(1, size + 1)[:, None] for size in ahead]  # a late one is a year farther: as wide as a random walk's
    grown = zip((loan.quantiles for loan in loans), at, panel.late[borrowers], strict=True)
    lent = np.concatenate([dist.stretched(q, np.sqrt((h + int(late)) / h)) for q, h, late in grown])
    years = [panel.last_year[loan.series] + 1 + np.arange(len(loan.quantiles)) for loan in loans]
    return replace(
        rows,
        series=np.r_[rows.series[keep], np.repeat(borrowers, ahead)],
        year=np.r_[rows.year[keep], np.concatenate(years)],
        quantiles=np.concatenate([rows.quantiles[keep], lent]),
        value=np.r_[rows.value[keep], lent[:, dist.MEDIAN]],
    )


def paths_of(panel: Panel, to: int, places: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    """Years and values of series: observed, then the middle of their own projection."""
    part = panel.take(places)
    rows = _block(part, to)
    out = []
    for i in range(len(places)):
        own, ahead = slice(part.start[i], part.start[i + 1]), rows.series == i
        years = np.r_[part.year[own], rows.year[ahead]]
        out.append((years, np.r_[part.value[own], rows.value[ahead]]))
    return out


def _from_history(runs: prep.Runs, panel: Panel, most: int, backtest: int) -> tuple[np.ndarray, Past]:
    """Quantiles (series, most, 15), and how the series' own past origins would have fared. Sparse runs are projected in
    their own step and read at whole years."""
    facts, ahead = panel.facts, max(most, 1) + int(panel.late.max(initial=0))
    found = forecast(runs.values, runs.n, facts, ahead, backtest=backtest)
    factor = reach.factors(runs.n, ahead)
    out = dist.stretched(found.quantiles, factor[..., None])
    siblings.taught(out, runs.values, runs.n, facts, panel.indicator)
    if len(runs.odd):
        calm = forecast(runs.repaired, runs.n[runs.odd], facts.take(runs.odd), ahead).quantiles
        # around the new middle, none inside what they were (see :mod:`repair`)
        own, below, above = out[runs.odd], slice(None, dist.MEDIAN), slice(dist.MEDIAN + 1, None)
        moved = own + (calm[..., dist.MEDIAN] - own[..., dist.MEDIAN])[..., None]
        moved[..., below] = np.minimum(moved[..., below], own[..., below])
        moved[..., above] = np.maximum(moved[..., above], own[..., above])
        out[runs.odd] = moved
    sparse = np.flatnonzero(runs.step != 1)
    for i in sparse:
        out[i] = _at_years(out[i], runs.values[i, -1], runs.step[i])
    wide = np.flatnonzero(runs.widen != 1)
    out[wide] = dist.stretched(out[wide], runs.widen[wide, None, None])
    late = np.flatnonzero(panel.late)
    # each year's own middle with the distances of the year after it (the last year has none, and is cut)
    middle = out[late][..., dist.MEDIAN, None]
    distance = out[late] - middle
    out[late] = middle + np.concatenate([distance[:, 1:], distance[:, -1:]], 1)
    far = np.flatnonzero((factor != 1).any(1))
    touched = np.unique(np.r_[runs.odd, wide, sparse, late, far])
    out[touched] = facts.take(touched).clip(out[touched])
    return out[:, :most], found.past


def _at_years(quantiles: np.ndarray, last: float, step: float) -> np.ndarray:
    """Quantiles at 1, 2, ... years from quantiles at 1, 2, ... steps of ``step`` years, interpolated; within the first
    step the width grows with the square root of time."""
    at = np.arange(len(quantiles) + 1)
    wanted = np.arange(1, len(quantiles) + 1) / step
    middle = quantiles[:, dist.MEDIAN]
    distance = np.vstack([np.zeros(quantiles.shape[1]), quantiles - middle[:, None]])
    inner = np.where(wanted < 1, np.sqrt(wanted), wanted)
    wide = [np.interp(inner, at, distance[:, j]) for j in range(distance.shape[1])]
    return np.interp(wanted, at, np.r_[last, middle])[:, None] + np.column_stack(wide)
