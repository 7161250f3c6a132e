"""Conformal correction: gaps stretched until held-out errors fall within them as often as promised. The reach of a row
is the distance of its truth to the median divided by that of a quantile; the stretch of the quantile is the reach that
held-out rows exceed as often as it says, shrunk to wider groups (Vovk et al. 2005; Romano et al. 2019). Histories that
never moved have no gaps to stretch: how such series of other places moved afterwards stands in tables of its own."""

import numpy as np
import pandas as pd

from healthplan.distribution import LEVELS, MEDIAN
from healthplan.projection.intervals import KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS
from healthplan.projection.kinds import KINDS, LEVEL
from healthplan.projection.network import KNOTS
from training.rows import FEWEST, ORIGINS

SHRINK = 600.0  # rows' worth of belief in the wider group
OTHERS = np.flatnonzero(np.arange(len(LEVELS)) != MEDIAN)
FEWEST_ROWS = 60  # below that the quantiles of the nearer horizon are kept


def stretches(
    quantiles: np.ndarray,
    truth: np.ndarray,
    weight: np.ndarray,
    kind: np.ndarray,
    length: np.ndarray,
    rough: np.ndarray,
) -> np.ndarray:
    """Stretch (kinds, lengths, roughnesses, knots, 14) of the gaps' distance from the median. quantiles (rows, knots,
    15) and truth (rows, knots) must be held out: of series that the network was not fitted on. Rows weigh as in the
    fit."""
    out = np.ones((KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS, len(KNOTS), len(OTHERS)))
    for k in range(len(KNOTS)):
        seen = weight[:, k] > 0
        middle = quantiles[seen, k, MEDIAN, None]
        distance = quantiles[seen, k][:, OTHERS] - middle
        distance = np.where(np.abs(distance) < 1e-12, np.sign(distance + 1e-30) * 1e-12, distance)
        reach = (truth[seen, k, None] - middle) / distance  # how far the truth lies, in distances of each quantile
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


def constant_tables(runs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (kinds, knots, 15) after constant histories. The first table is of relative changes after a constant
    other than zero, the second of values after a history of zeros, in the unit of the indicator. Levels, of which the
    panel has none, get all kinds pooled."""
    rows = _rows(runs)
    moved, zero = (np.zeros((len(KINDS), len(KNOTS), len(LEVELS))) for _ in range(2))
    for kind in range(len(KINDS)):
        own = rows if kind == LEVEL else rows[rows["kind"] == kind]
        rest = own[own["last"] != 0]
        still = own[own["last"] == 0]
        moved[kind] = _table(rest["h"], (rest["after"] - rest["last"]) / rest["last"].abs())
        zero[kind] = _table(still["h"], still["after"])
    return moved, zero


def _rows(runs: pd.DataFrame) -> pd.DataFrame:
    out = []
    for values, kind in zip(runs["values"], runs["kind"], strict=True):
        for back in ORIGINS:
            m = len(values) - back
            if m < FEWEST:
                break
            if np.ptp(values[:m]) == 0:
                out += [(kind, h, values[m - 1], values[m + h - 1]) for h in KNOTS if h <= back]
    return pd.DataFrame(out, columns=["kind", "h", "last", "after"])


def _table(h: pd.Series, change: pd.Series) -> np.ndarray:
    """Quantiles a knot; an interval never gets narrower farther ahead."""
    out = np.zeros((len(KNOTS), len(LEVELS)))
    for k, knot in enumerate(KNOTS):
        some = change[h == knot]
        if k and len(some) < FEWEST_ROWS:
            out[k] = out[k - 1]
        elif len(some):
            out[k] = np.quantile(some, LEVELS)
    middle = len(LEVELS) // 2
    out[:, :middle] = np.minimum(np.minimum.accumulate(out[:, :middle], 0), 0)
    out[:, middle] = 0
    out[:, middle + 1 :] = np.maximum(np.maximum.accumulate(out[:, middle + 1 :], 0), 0)
    return out
