"""The predictive distribution behind a projection: fifteen quantiles, and probabilities read from them.

Between two quantiles the distribution is linear in probability; beyond the outermost ones it has an exponential tail
whose rate is that of the last piece. A value at which several quantiles coincide (a natural bound, or a series that
never moves) carries the probability mass between them, so ``<=`` and ``<`` differ there as they should.
"""

import numpy as np

from healthplan.errors import Fault, UsageError
from healthplan.language import comparators

LEVELS = np.array([0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.975, 0.99])
# q01, q025, ... q99: the digits of the level, two at least
COLUMNS = ["q" + f"{level:.3f}"[2:].removesuffix("0") for level in LEVELS]
LOWER_95, LOWER_80, MEDIAN, UPPER_80, UPPER_95 = 1, 3, 7, 11, 13  # places in LEVELS
TIE = 1e-9  # two quantiles closer than this share of the spread are one value


def cdf(quantiles: np.ndarray, x: np.ndarray | float, *, strict: bool = False) -> np.ndarray:
    """P(Y <= x), or P(Y < x) when ``strict``; ``quantiles`` (rows, 15) ascending, ``x`` (rows,)."""
    q = np.asarray(quantiles, float)
    x = np.broadcast_to(np.asarray(x, float), q.shape[:1])
    rows = np.arange(len(q))
    slack = TIE * np.maximum(np.abs(q[:, -1]), np.abs(q[:, 0]))[:, None]
    below = (q < x[:, None] - slack).sum(1) if strict else (q <= x[:, None] + slack).sum(1)
    left, right = (np.clip(place, 0, len(LEVELS) - 1) for place in (below - 1, below))
    low, high = q[rows, left], q[rows, right]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((x - low) / (high - low), 0, 1)
    inner = LEVELS[left] + np.where(high > low, share, 0) * (LEVELS[right] - LEVELS[left])
    first, last = q[:, 1] - q[:, 0], q[:, -1] - q[:, -2]
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        lower = LEVELS[0] * np.where(first > 0, np.exp(-(q[:, 0] - x) / first), 0.0)
        upper = 1 - (1 - LEVELS[-1]) * np.where(last > 0, np.exp(-(x - q[:, -1]) / last), 0.0)
    return np.where(below == 0, lower, np.where(below == len(LEVELS), upper, inner))


def stretched(quantiles: np.ndarray, factor: np.ndarray | float) -> np.ndarray:
    """Quantiles (..., 15) so many times as far from their middle."""
    middle = quantiles[..., MEDIAN, None]
    return middle + (quantiles - middle) * factor


def value_at(quantiles: np.ndarray, p: np.ndarray) -> np.ndarray:
    """The values below which one Y, by its ``quantiles`` (15,), lies with probabilities ``p`` (0 < p < 1)."""
    q = np.asarray(quantiles, float)
    inner = np.interp(p, LEVELS, q)
    lower = q[0] + np.log(np.minimum(p, LEVELS[0]) / LEVELS[0]) * (q[1] - q[0])
    upper = q[-1] - np.log(np.minimum((1 - p) / (1 - LEVELS[-1]), 1)) * (q[-1] - q[-2])
    return np.where(p < LEVELS[0], lower, np.where(p > LEVELS[-1], upper, inner))


def probability(quantiles: np.ndarray, comparator: str, threshold: np.ndarray | float) -> np.ndarray:
    """Probability that ``Y comparator threshold`` holds, (rows,) in 0-1.

    comparator: ``<=  <  >=  >``. ``=`` has no probability under a continuous distribution and is refused with the
    others.
    """
    if comparator in comparators.CEILINGS:
        return cdf(quantiles, threshold, strict=comparators.strict(comparator))
    if comparator in comparators.FLOORS:
        return 1 - cdf(quantiles, threshold, strict=not comparators.strict(comparator))
    fields = {"expected": "<=, <, >=, >", "reason": comparator}
    raise UsageError(Fault("PARAM-VALUE", column="comparator", value=comparator, fields=fields))
