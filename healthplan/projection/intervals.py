"""Calibrated quantiles: the groups in which held-out errors were compared with what was promised."""

import numpy as np

from healthplan.distribution import LEVELS, MEDIAN
from healthplan.projection.kinds import KINDS, Limits

LENGTHS = (5, 9, 16)  # first number of points of the second, third and fourth group
ROUGHNESS = (1.25, 1.7)  # mean |second difference| / mean |first difference|
DISTRICTS = slice(len(KINDS), 2 * len(KINDS))  # groups of districts' series: see kind_group
STOCK = 2 * len(KINDS)  # inventories are a group of their own, whatever their kind
KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS = STOCK + 1, len(LENGTHS) + 1, len(ROUGHNESS) + 1


def kind_group(limits: Limits) -> np.ndarray:
    """Place of each series among the kinds, apart where the good direction is known (of the world's series it is not,
    of most districts' it is), and inventories apart."""
    known = np.where(limits.way != 0, len(KINDS), 0)
    return np.where(limits.stock, STOCK, limits.kind + known)


def length_group(points: np.ndarray) -> np.ndarray:
    """Place of each number of points among the length groups."""
    return np.digitize(points, LENGTHS)


def rough_group(log_ratio: np.ndarray) -> np.ndarray:
    """Place among the roughness groups; ``log_ratio`` is the feature log(ratio + 0.02)."""
    return np.digitize(log_ratio, np.log(np.array(ROUGHNESS) + 0.02))


def stretched(distance: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Distances of quantiles from the median (..., 15), stretched (..., 14), still ascending."""
    out = distance.copy()
    out[..., :MEDIAN] *= stretch[..., :MEDIAN]
    out[..., MEDIAN + 1 :] *= stretch[..., MEDIAN:]
    for j in range(MEDIAN + 2, len(LEVELS)):
        np.maximum(out[..., j], out[..., j - 1], out=out[..., j])
        k = len(LEVELS) - 1 - j
        np.minimum(out[..., k], out[..., k + 1], out=out[..., k])
    return out


def widening(distance: np.ndarray, middle: int = MEDIAN) -> np.ndarray:
    """Distances (series, horizons, quantiles) that never get smaller farther ahead, in place. ``middle`` is the place
    of the median among the quantiles."""
    for h in range(1, distance.shape[1]):
        now, before = distance[:, h], distance[:, h - 1]
        np.minimum(now[:, :middle], before[:, :middle], out=now[:, :middle])
        np.maximum(now[:, middle + 1 :], before[:, middle + 1 :], out=now[:, middle + 1 :])
    return distance
