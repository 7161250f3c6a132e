"""Conformal correction: gaps stretched until held-out errors fall within them as often as promised.

For a row whose truth lies beyond the median, its reach is the distance to the median divided by
that of a quantile. The stretch of that quantile is the value of the reach that held-out rows exceed
as often as the quantile says. Stretches are taken by kind x length x roughness x horizon, shrunk to
kind x horizon, and those to the horizon alone (Vovk et al. 2005; Romano et al. 2019, conformalised
quantile regression).
"""

from __future__ import annotations

import numpy as np

from healthplan.projection.distribution import LEVELS, MEDIAN
from healthplan.projection.intervals import KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS
from healthplan.projection.network import KNOTS

SHRINK = 600.0  # rows' worth of belief in the wider group
OTHERS = np.flatnonzero(np.arange(len(LEVELS)) != MEDIAN)


def stretches(
    quantiles: np.ndarray,
    truth: np.ndarray,
    weight: np.ndarray,
    kind: np.ndarray,
    length: np.ndarray,
    rough: np.ndarray,
) -> np.ndarray:
    """Stretch (kinds, lengths, roughnesses, knots, 14) of the gaps' distance from the median.

    quantiles (rows, knots, 15) and truth (rows, knots) must be held out: of series that the network
    was not fitted on. Rows weigh as in the fit.
    """
    out = np.ones((KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS, len(KNOTS), len(OTHERS)))
    for k in range(len(KNOTS)):
        seen = weight[:, k] > 0
        reach = _reach(quantiles[seen, k], truth[seen, k])
        heavy = weight[seen, k]
        every = _stretch(reach, heavy)
        for a in range(KIND_GROUPS):
            of_kind = kind[seen] == a
            wide = _shrunk(reach[of_kind], heavy[of_kind], every)
            for b in range(LENGTH_GROUPS):
                for c in range(ROUGH_GROUPS):
                    group = of_kind & (length[seen] == b) & (rough[seen] == c)
                    out[a, b, c, k] = _shrunk(reach[group], heavy[group], wide)
    return out


def _reach(quantiles: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """(rows, 14): how far the truth lies from the median, in distances of each quantile."""
    distance = quantiles[:, OTHERS] - quantiles[:, MEDIAN, None]
    distance = np.where(np.abs(distance) < 1e-12, np.sign(distance + 1e-30) * 1e-12, distance)
    return (truth - quantiles[:, MEDIAN])[:, None] / distance


def _stretch(reach: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Weighted quantile of each column at the level that its quantile promises."""
    outside = np.minimum(LEVELS, 1 - LEVELS)[OTHERS]
    out = np.empty(len(OTHERS))
    for j, share in enumerate(outside):
        order = np.argsort(reach[:, j])
        cumulative = np.cumsum(weight[order]) / weight.sum()
        at = np.searchsorted(cumulative, 1 - share)
        out[j] = reach[order[min(at, len(order) - 1)], j]
    return np.clip(out, 0.2, 5.0)


def _shrunk(reach: np.ndarray, weight: np.ndarray, wider: np.ndarray) -> np.ndarray:
    if len(reach) < 50:
        return wider
    trust = len(reach) / (len(reach) + SHRINK)
    return np.exp(trust * np.log(_stretch(reach, weight)) + (1 - trust) * np.log(wider))
