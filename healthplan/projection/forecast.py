"""The array-level fast path: regular runs in, predictive quantiles out, in blocks that fit the
cache.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from healthplan.projection import experts, intervals, network
from healthplan.projection import prior as store
from healthplan.projection.blas import one_thread
from healthplan.projection.distribution import (
    LEVELS,
    LOWER_80,
    LOWER_95,
    MEDIAN,
    UPPER_80,
    UPPER_95,
)
from healthplan.projection.prior import Prior

METHOD_VERSION = "ensemble-1"
BLOCK = 4096  # series worked on at once
BACKTEST_AHEAD = 5
BACKTEST_FEWEST = 4  # points at the earliest past origin
ROUGH_FEATURE = 3
JUDGED = [LOWER_95, LOWER_80, MEDIAN, UPPER_80, UPPER_95]
WORKERS = 2


@dataclass(frozen=True)
class Past:
    """How the method would have done on the series itself at past origins; NaN where there are none."""

    forecasts: np.ndarray  # (series,) past forecasts that could be compared (origins x horizons)
    error: np.ndarray  # mean absolute error, indicator's unit
    inside_80: np.ndarray  # share of truths within the 80 % interval
    inside_95: np.ndarray


@dataclass(frozen=True)
class Forecast:
    """Quantiles (series, ahead, 15); weights (series, experts), averaged over the horizons; the past."""

    quantiles: np.ndarray
    weights: np.ndarray
    past: Past


def forecast(
    values: np.ndarray,
    n: np.ndarray,
    kind: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    ahead: int,
    *,
    backtest: int = 0,
    prior: Prior | None = None,
) -> Forecast:
    """Predictive quantiles of right-aligned runs.

    values: (series, years), NaN only before the first of the ``n`` (at least 3) points of each
    series. kind: place in ``kinds.KINDS``. lower, upper: natural bounds, -inf/inf for none; every
    quantile keeps within them. ahead: horizons 1 ... ahead. backtest: number of past origins to try
    the method at.
    """
    prior = prior or store.load()
    size = len(values)
    out = Forecast(
        np.full((size, ahead, len(LEVELS)), np.nan),
        np.zeros((size, len(experts.NAMES)), np.float32),
        Past(np.zeros(size, np.int32), *(np.full(size, np.nan) for _ in range(3))),
    )

    def work(block: np.ndarray) -> None:
        m = int(n[block[0]])
        y = np.ascontiguousarray(values[block, values.shape[1] - m :].T)
        still = np.ptp(y, axis=0) == 0
        if still.any():
            quiet = block[still]
            out.quantiles[quiet] = constant(
                y[-1, still], kind[quiet], lower[quiet], upper[quiet], ahead, prior
            )
            out.weights[quiet, 0] = 1
        if not still.all():
            lively = block[~still]
            _fill(
                out,
                lively,
                y[:, ~still],
                kind[lively],
                lower[lively],
                upper[lively],
                backtest,
                prior,
            )

    blocks = list(_blocks(n))
    if WORKERS > 1 and len(blocks) > WORKERS * 2:
        with one_thread(), ThreadPoolExecutor(WORKERS) as pool:
            list(pool.map(work, blocks))
    else:
        for block in blocks:
            work(block)
    return out


def _blocks(n: np.ndarray) -> Iterator[np.ndarray]:
    """Places of series of the same length, at most BLOCK together."""
    order = np.argsort(n, kind="stable")
    for same in np.split(order, np.flatnonzero(np.diff(n[order])) + 1):
        for at in range(0, len(same), BLOCK):
            if len(same):
                yield same[at : at + BLOCK]


def _fill(
    out: Forecast,
    block: np.ndarray,
    y: np.ndarray,
    kind: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    backtest: int,
    prior: Prior,
) -> None:
    """Forecast one block of series of the same length, ``y`` (years, series), into ``out``."""
    ahead, m = out.quantiles.shape[1], len(y)
    past = [m - back for back in range(1, backtest + 1) if m - back >= BACKTEST_FEWEST]
    reach = {m: ahead} | {p: min(BACKTEST_AHEAD, m - p) for p in past}
    seen = experts.view(y, kind, lower, upper, reach)
    now = seen.pop(m)
    out.quantiles[block], out.weights[block] = quantiles_of(now, kind, lower, upper, ahead, prior)
    if past:
        _judge(out.past, block, y, seen, kind, lower, upper, prior)


def quantiles_of(
    seen: experts.View,
    kind: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    ahead: int,
    prior: Prior,
    only: list[int] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (series, ahead, 15) in the indicator's unit and mean weights (series, experts).

    ``only``: places of the quantiles wanted, where not all are.
    """
    knots = network.knots_needed(ahead)
    x = network.standardised(prior.network, seen.features)
    weights, raw = network.outputs(prior.network, x, knots)
    gaps, shift = network.gaps_and_shift(raw)
    length = intervals.length_group(np.full(len(x), seen.points))
    rough = intervals.rough_group(seen.features[ROUGH_FEATURE])
    distance = intervals.stretched(
        network.offsets(gaps), prior.stretch[kind, length, rough, :knots]
    )
    if only is not None:
        distance = distance[..., only]
    weights = network.at_horizons(weights, ahead)
    middle = (weights * seen.forecasts[:, :ahead].transpose(2, 1, 0)).sum(-1)
    middle += network.at_horizons(shift, ahead)
    distance = network.at_horizons(distance, ahead, grow=True)
    middle_at = MEDIAN if only is None else only.index(MEDIAN)
    distance = intervals.widening(distance, middle_at)
    out = (middle[..., None] + distance).astype(np.float64)
    out *= seen.unit[:, None, None]
    out += seen.base[:, None, None]
    np.clip(out, lower[:, None, None], upper[:, None, None], out=out)
    return out, weights.mean(1)


def _judge(
    past: Past,
    block: np.ndarray,
    y: np.ndarray,
    seen: dict[int, experts.View],
    kind: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    prior: Prior,
) -> None:
    """Compare forecasts from past origins with what came, into ``past``."""
    count, error, in_80, in_95 = 0, 0.0, 0.0, 0.0
    for m, view in seen.items():
        ahead = min(BACKTEST_AHEAD, len(y) - m)
        q, _ = quantiles_of(view, kind, lower, upper, ahead, prior, JUDGED)
        truth = y[m : m + ahead].T
        error = error + np.abs(truth - q[..., 2]).sum(1)
        in_80 = in_80 + ((truth >= q[..., 1]) & (truth <= q[..., 3])).sum(1)
        in_95 = in_95 + ((truth >= q[..., 0]) & (truth <= q[..., 4])).sum(1)
        count += ahead
    past.forecasts[block] = count
    past.error[block], past.inside_80[block] = error / count, in_80 / count
    past.inside_95[block] = in_95 / count


def constant(
    last: np.ndarray,
    kind: np.ndarray,
    lower: np.ndarray,
    upper: np.ndarray,
    ahead: int,
    prior: Prior,
) -> np.ndarray:
    """Quantiles (series, ahead, 15) after a history that never moved: what such series did elsewhere."""
    moved = last[:, None, None] + np.abs(last)[:, None, None] * prior.constant[kind]
    known = np.where((last == 0)[:, None, None], prior.zero[kind], moved)
    out = network.at_horizons(known, ahead)
    return np.clip(out, lower[:, None, None], upper[:, None, None])
