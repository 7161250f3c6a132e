"""The array-level fast path: regular runs in, predictive quantiles out, in blocks that fit the cache."""

import ctypes
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import product
from pathlib import Path
from threading import Lock

import numpy as np

from healthplan import distribution as dist
from healthplan.distribution import LEVELS, MEDIAN
from healthplan.projection import experts, intervals, network
from healthplan.projection import prior as store
from healthplan.projection.kinds import LEVEL, Aligned, Limits
from healthplan.projection.prior import Prior

METHOD_VERSION = "ensemble-2"
BLOCK = 4096  # series worked on at once
PAD = 64  # series that a block is filled up to a multiple of
BACKTEST_AHEAD = 5
JUDGED = [dist.LOWER_95, dist.LOWER_80, MEDIAN, dist.UPPER_80, dist.UPPER_95]
BACKTEST_FEWEST = 4  # points at the earliest past origin
ROUGH_FEATURE = 3
# What the weights were learned on are shares, rates and counts of health: amounts of any other meaning are half left to
# the method that did best on such series before there was this one (Fiorucci et al. 2016), as equal weights are hard
# to beat where nothing was learned.
HEDGE = 0.5
WORKERS = 2
_holding, _holders = Lock(), list[int]()  # how many BLAS threads there were, the first of them before anyone held it


@dataclass(frozen=True)
class Past(Aligned):
    """How the method would have done on the series itself at past origins; NaN where there are none."""

    forecasts: np.ndarray  # (series,) past forecasts that could be compared (origins x horizons)
    error: np.ndarray  # mean absolute error, indicator's unit
    inside_80: np.ndarray  # share of truths within the 80 % interval
    inside_95: np.ndarray


def no_past(count: int) -> Past:
    """Nothing tried yet on ``count`` series."""
    return Past(np.zeros(count, np.int32), *(np.full(count, np.nan) for _ in range(3)))


@dataclass(frozen=True)
class Forecast:
    """Quantiles (series, ahead, 15); weights (series, experts), averaged over the horizons; the past."""

    quantiles: np.ndarray
    weights: np.ndarray
    past: Past


def forecast(
    values: np.ndarray, n: np.ndarray, limits: Limits, ahead: int, *, backtest: int = 0, prior: Prior | None = None
) -> Forecast:
    """Predictive quantiles of right-aligned runs. values: (series, years), NaN only before the first of the ``n`` (at
    least 3) points of each series. Every quantile keeps within ``limits``. ahead: horizons 1 ... ahead. backtest:
    number of past origins to try the method at."""
    prior = prior or store.load()
    size = len(values)
    out = Forecast(
        np.full((size, ahead, len(LEVELS)), np.nan), np.zeros((size, len(experts.NAMES)), np.float32), no_past(size)
    )

    def work(block: np.ndarray) -> None:
        y = np.ascontiguousarray(values[block, values.shape[1] - int(n[block[0]]) :].T)
        still = np.ptp(y, axis=0) == 0
        quiet, lively = block[still], block[~still]
        if len(quiet):
            out.quantiles[quiet] = constant(y[-1, still], limits.take(quiet), ahead, prior)
            out.weights[quiet, 0] = 1
        if len(lively):
            _fill(out, lively, y[:, ~still], limits.take(lively), backtest, prior)

    # places of series of the same length, at most BLOCK together
    order = np.argsort(n, kind="stable")
    lengths = np.split(order, np.flatnonzero(np.diff(n[order])) + 1)
    blocks = [same[at : at + BLOCK] for same in lengths for at in range(0, len(same), BLOCK)]
    if WORKERS > 1 and len(blocks) > WORKERS * 2:
        with one_thread(), ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, blocks))
    else:
        for block in blocks:
            work(block)
    return out


@contextmanager
def one_thread() -> Iterator[None]:
    """One BLAS thread while our own threads work, or two layers of them get in each other's way on two cores; within
    another that holds it, it holds as long as that."""
    calls = _blas_threads()
    with _holding:
        _holders.append(calls[0]() if calls else 1)
        if calls and len(_holders) == 1:
            calls[1](1)
    try:
        yield
    finally:
        with _holding:
            before = _holders.pop(-1 if len(_holders) > 1 else 0)
            if calls and not _holders:
                calls[1](before)


@cache
def _blas_threads() -> tuple[Callable[[], int], Callable[[int], None]] | None:
    """Getter and setter of the number of threads of the OpenBLAS in numpy's wheel, for which numpy has no call; with
    any other build nothing is done, and only speed differs."""
    package = Path(np.__file__).parent
    for path in (p for f in (package.parent / "numpy.libs", package / ".dylibs") for p in f.glob("*openblas*")):
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for before, after in product(("scipy_openblas", "openblas"), ("64_", "")):
            get, put = (getattr(library, f"{before}_{way}_num_threads{after}", None) for way in ("get", "set"))
            if get is not None and put is not None:
                return get, put
    return None


def _fill(out: Forecast, block: np.ndarray, y: np.ndarray, limits: Limits, backtest: int, prior: Prior) -> None:
    """Forecast one block of series of the same length, ``y`` (years, series), into ``out``.

    The block is filled up to a multiple of ``PAD`` series: sums are then taken in the same order whatever series stand
    beside one, and it comes out the same alone and among others, to the last bit.
    """
    ahead, m, size = out.quantiles.shape[1], len(y), len(block)
    padded = np.r_[np.arange(size), np.zeros(-size % PAD, int)]
    y, limits = np.ascontiguousarray(y[:, padded]), limits.take(padded)
    past = [m - back for back in range(1, backtest + 1) if m - back >= BACKTEST_FEWEST]
    reach = {m: ahead} | {p: min(BACKTEST_AHEAD, m - p) for p in past}
    seen = experts.view(y, limits, reach)
    now = seen.pop(m)
    quantiles, weights = quantiles_of(now, limits, ahead, prior)
    out.quantiles[block], out.weights[block] = quantiles[:size], weights[:size]
    if past:
        out.past.put(block, _judged(y, seen, limits, prior).take(np.arange(size)))


def quantiles_of(
    seen: experts.View, limits: Limits, ahead: int, prior: Prior, only: list[int] | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (series, ahead, 15) in the indicator's unit and mean weights (series, experts). ``only``: places of the
    quantiles wanted, where not all are."""
    x = network.standardised(prior.network, seen.features)
    # of a few series always the same: products of other shapes are summed in other orders
    knots = len(network.KNOTS) if ahead > 6 else 6 if len(x) <= network.FEW else ahead
    weights, raw = network.outputs(prior.network, x, knots)
    gaps, shift = network.gaps_and_shift(raw)
    hedged = limits.kind == LEVEL
    weights[hedged] *= 1 - HEDGE
    weights[hedged, :, experts.NAMES.index("optimised_theta")] += HEDGE
    shift[hedged] *= 1 - HEDGE
    length = intervals.length_group(np.full(len(x), seen.points))
    rough = intervals.rough_group(seen.features[ROUGH_FEATURE])
    stretch = prior.stretch[intervals.kind_group(limits), length, rough, :knots]
    distance = intervals.stretched(network.offsets(gaps), stretch)
    if only is not None:
        distance = distance[..., only]
    weights = network.at_horizons(weights, ahead)
    said = np.ascontiguousarray(seen.forecasts[:, :ahead].transpose(2, 1, 0))
    middle = (np.ascontiguousarray(weights) * said).sum(-1)
    middle += network.at_horizons(shift, ahead)
    distance = network.at_horizons(distance, ahead, grow=True)
    middle_at = MEDIAN if only is None else only.index(MEDIAN)
    distance = intervals.widening(distance, middle_at)
    out = (middle[..., None] + distance).astype(np.float64)
    out *= seen.unit[:, None, None]
    out += seen.base[:, None, None]
    return limits.clip(out), weights.mean(1)


def _judged(y: np.ndarray, seen: dict[int, experts.View], limits: Limits, prior: Prior) -> Past:
    """Forecasts from past origins compared with what came."""
    count, (error, in_80, in_95) = 0, np.zeros((3, y.shape[1]))
    for m, view in seen.items():
        ahead = min(BACKTEST_AHEAD, len(y) - m)
        q, _ = quantiles_of(view, limits, ahead, prior, JUDGED)
        truth = y[m : m + ahead].T
        error = error + np.abs(truth - q[..., 2]).sum(1)
        in_80 = in_80 + ((truth >= q[..., 1]) & (truth <= q[..., 3])).sum(1)
        in_95 = in_95 + ((truth >= q[..., 0]) & (truth <= q[..., 4])).sum(1)
        count += ahead
    return Past(np.full(y.shape[1], count), error / count, in_80 / count, in_95 / count)


def constant(last: np.ndarray, limits: Limits, ahead: int, prior: Prior) -> np.ndarray:
    """Quantiles (series, ahead, 15) after a history that never moved: what such series did elsewhere."""
    moved = last[:, None, None] + np.abs(last)[:, None, None] * prior.constant[limits.kind]
    known = np.where((last == 0)[:, None, None], prior.zero[limits.kind], moved)
    return limits.clip(network.at_horizons(known, ahead))
