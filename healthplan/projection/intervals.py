"""Calibrated quantiles: the groups in which held-out errors were compared with what was promised."""

from __future__ import annotations

import numpy as np

from healthplan.projection.distribution import LEVELS, MEDIAN
from healthplan.projection.kinds import KINDS

LENGTHS = (5, 9, 16)  # first number of points of the second, third and fourth group
ROUGHNESS = (1.25, 1.7)  # mean |second difference| / mean |first difference|
KIND_GROUPS, LENGTH_GROUPS, ROUGH_GROUPS = len(KINDS), len(LENGTHS) + 1, len(ROUGHNESS) + 1


def length_group(points: np.ndarray) -> np.ndarray:
    """Place of each number of points among the length groups."""
    return np.digitize(points, LENGTHS)


def rough_group(log_ratio: np.ndarray) -> np.ndarray:
    """Place among the roughness groups; ``log_ratio`` is the feature log(ratio + 0.02)."""
    return np.digitize(log_ratio, np.log(np.array(ROUGHNESS) + 0.02))


def stretched(distance: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Distances of quantiles from the median (..., 15), stretched (..., 14), still ascending."""
    factor = np.insert(stretch.astype(distance.dtype), MEDIAN, 1, axis=-1)
    out = distance * factor
    up = np.maximum.accumulate(out[..., MEDIAN:], -1)
    down = np.minimum.accumulate(out[..., : MEDIAN + 1][..., ::-1], -1)[..., ::-1]
    return np.concatenate([down[..., : len(LEVELS) // 2], up], -1)


def widening(distance: np.ndarray) -> np.ndarray:
    """Distances (series, horizons, 15) that never get smaller farther ahead, in place."""
    down, up = distance[..., :MEDIAN], distance[..., MEDIAN + 1 :]
    np.minimum.accumulate(down, 1, out=down)
    np.maximum.accumulate(up, 1, out=up)
    return distance
