"""The learned part: from what the methods say and how the series looks to a predictive distribution. A small network
reads the features of :mod:`experts` and gives, for each horizon it knows (``KNOTS``), convex weights over the methods,
a shift of the median and fourteen gaps between neighbouring quantiles, in units of the series' own typical change.
Horizons between two knots are interpolated; beyond the last one weights stay and gaps grow with the square root of the
horizon."""

from dataclasses import dataclass

import numpy as np

from healthplan.distribution import LEVELS, MEDIAN

KNOTS = np.array([1, 2, 3, 4, 5, 6, 8, 10])
GAPS = len(LEVELS) - 1
OUTPUTS = GAPS + 1  # the gaps, then the shift of the median
SHIFT = (0.1 * np.sqrt(KNOTS)).astype(np.float32)  # unit of the median's shift
LOG_GAP = (-12.0, 6.0)
FEW = 2048  # series; BLAS sums a row in an order that depends on its place, which is seen in the eighth digit
FEATURE_LIMIT = 4.0  # standard deviations


@dataclass(frozen=True)
class Network:
    """Weights of the network: alternating matrices and biases, and how features are standardised."""

    layers: tuple[np.ndarray, ...]
    mean: np.ndarray
    spread: np.ndarray
    experts: int


def standardised(network: Network, features: np.ndarray) -> np.ndarray:
    """Features (features, series) as the network takes them, (series, features)."""
    scaled = np.ascontiguousarray(features.T - network.mean) / network.spread
    return np.clip(scaled, -FEATURE_LIMIT, FEATURE_LIMIT).astype(np.float32)


def outputs(network: Network, x: np.ndarray, knots: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (series, knots, experts) and raw quantile outputs (series, knots, 15) of the first knots."""
    hidden = x
    for i in range(0, len(network.layers) - 2, 2):
        hidden = _times(hidden, network.layers[i]) + network.layers[i + 1]
        hidden = hidden / (1 + np.exp(-hidden))
    matrix, bias = network.layers[-2], network.layers[-1]
    split = len(KNOTS) * network.experts
    gate = slice(0, knots * network.experts)
    rest = slice(split, split + knots * OUTPUTS)
    logits = (_times(hidden, matrix[:, gate]) + bias[gate]).reshape(len(x), knots, network.experts)
    raw = (_times(hidden, matrix[:, rest]) + bias[rest]).reshape(len(x), knots, OUTPUTS)
    return softmax(logits), raw


def _times(x: np.ndarray, matrix: np.ndarray) -> np.ndarray:
    """The product of matrices; of a few series such that a row comes out the same wherever it stands."""
    return np.einsum("ij,jk->ik", x, matrix) if len(x) <= FEW else x @ matrix


def softmax(logits: np.ndarray) -> np.ndarray:
    """Weights over the last axis."""
    weights = np.exp(logits - logits.max(-1, keepdims=True))
    weights /= weights.sum(-1, keepdims=True)
    return weights


def gaps_and_shift(raw: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Gaps between neighbouring quantiles (series, knots, 14) and shift of the median (series, knots)."""
    gaps = np.exp(np.clip(raw[..., :GAPS], *LOG_GAP))
    return gaps, raw[..., GAPS] * SHIFT[: raw.shape[1]]


def offsets(gaps: np.ndarray) -> np.ndarray:
    """Distance of each quantile from the median, (..., 15), from the gaps."""
    up = np.cumsum(gaps[..., MEDIAN:], -1)
    down = np.cumsum(gaps[..., :MEDIAN][..., ::-1], -1)[..., ::-1]
    return np.concatenate([-down, np.zeros_like(up[..., :1]), up], -1)


def at_horizons(known: np.ndarray, ahead: int, grow: bool = False) -> np.ndarray:
    """From knots (axis 1) to every horizon 1 ... ``ahead``; beyond the last knot held, or grown."""
    if ahead <= 6:
        return known[:, :ahead]
    h = np.arange(1, ahead + 1)
    right = np.clip(np.searchsorted(KNOTS, h), 1, len(KNOTS) - 1)
    span = KNOTS[right] - KNOTS[right - 1]
    share = np.clip((h - KNOTS[right - 1]) / span, 0, 1).astype(known.dtype)
    share = share.reshape(1, -1, *([1] * (known.ndim - 2)))
    out = known[:, right - 1] * (1 - share) + known[:, right] * share
    if grow:
        factor = np.sqrt(np.maximum(h / KNOTS[-1], 1)).astype(known.dtype)
        out *= factor.reshape(share.shape)
    return out
