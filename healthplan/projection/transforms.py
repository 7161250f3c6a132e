"""Scales on which a trend can run on without crossing a natural bound: logit for shares, log for amounts. A small
offset keeps zeros (and full shares) finite: half an event for counts, a twentieth of a point for shares, a fiftieth of
the first values (of all values if those are zero) for other amounts."""

from dataclasses import dataclass

import numpy as np

from healthplan.projection.kinds import COUNT, SHARE, Aligned, Limits


@dataclass(frozen=True)
class Scale(Aligned):
    """One transform a series: log(y - low + offset), minus log(high - y + offset) where bounded above."""

    low: np.ndarray
    high: np.ndarray
    offset: np.ndarray
    usable: np.ndarray  # False where values below ``low`` make the transform impossible


def choose(y: np.ndarray, limits: Limits) -> Scale:
    """The transform of each series of ``y`` (years, series)."""
    kind, upper = limits.kind, limits.upper
    low = np.where(np.isfinite(limits.lower), limits.lower, 0.0)
    high = np.where((kind == SHARE) & np.isfinite(upper), upper, np.inf)
    first, every = np.abs(y[:4] - low).mean(0), np.abs(y - low).mean(0)
    offset = 0.02 * np.where(first > 0, first, np.where(every > 0, every, 1.0))
    offset = np.where(kind == COUNT, 0.5, np.where(np.isfinite(high), 0.05, offset))
    return Scale(low, high, offset, y.min(0) >= low)


def forward(y: np.ndarray, scale: Scale) -> np.ndarray:
    """Values on the unbounded scale; 0 where it is not usable."""
    out = np.log(np.maximum(y - scale.low, 0) + scale.offset)
    bounded = np.isfinite(scale.high)
    if bounded.any():
        room = np.maximum(scale.high[bounded] - y[..., bounded], 0) + scale.offset[bounded]
        out[..., bounded] -= np.log(room)
    return np.where(scale.usable, out, 0.0)


def backward(z: np.ndarray, scale: Scale) -> np.ndarray:
    """Values in the indicator's unit again."""
    with np.errstate(over="ignore"):
        grown = np.exp(z)
    bounded = np.isfinite(scale.high)
    out = grown - scale.offset
    if bounded.any():
        g, c = grown[..., bounded], scale.offset[bounded]
        width = scale.high[bounded] - scale.low[bounded]
        out[..., bounded] = np.clip((g * (width + c) - c) / (1 + g), 0, width)
    return out + scale.low
