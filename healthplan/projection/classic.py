"""The named methods as projections: their point forecast and the interval that a user would put around it. Normal, with
the spread of the method's own earlier one-step errors: for comparison only, it covers too little."""

from collections.abc import Callable
from statistics import NormalDist

import numpy as np

from healthplan.distribution import LEVELS
from healthplan.projection.methods import simple, smoothing
from healthplan.published.grey import gm11

SCORES = np.array([NormalDist().inv_cdf(level) for level in LEVELS])


def damped_trend(y: np.ndarray, ahead: int) -> np.ndarray:
    """Damped exponential smoothing, parameters averaged by likelihood."""
    return _smoothed(y, ahead, lambda states, h: smoothing.trended(states, smoothing.DAMPED, h))


def theta(y: np.ndarray, ahead: int) -> np.ndarray:
    """The standard theta method."""
    return _smoothed(y, ahead, lambda states, h: smoothing.theta(states, *smoothing.level_and_rate(states), h))


def _smoothed(y: np.ndarray, ahead: int, forecast: Callable) -> np.ndarray:
    base, unit = y[-1], np.maximum(np.abs(np.diff(y, axis=0)).mean(0), 1e-12)
    scaled = ((y - base) / unit).astype(np.float32)
    return forecast(smoothing.run(scaled, [len(y)])[len(y)], ahead).astype(float) * unit + base


METHODS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "last_value": simple.last_value,
    "drift": simple.drift,
    "damped_trend": damped_trend,
    "theta": theta,
    "aarr": simple.aarr,
    "gm11": gm11,
}
NAMES = tuple(METHODS)


def quantiles(train: np.ndarray, ahead: int, method: str) -> np.ndarray:
    """Quantiles (ahead, 15) of one series; NaN where the method cannot be used on it."""
    forecast = METHODS[method]
    middle = forecast(train[:, None], ahead)[:, 0]
    errors = [train[m] - forecast(train[:m, None], 1)[0, 0] for m in range(2, len(train))]
    known = np.array([e for e in errors if np.isfinite(e)])
    if not len(known):  # too short for an error of its own: that of the last value
        known = np.diff(train)
    spread = np.sqrt((known**2).mean())
    wide = spread * np.sqrt(np.arange(1, ahead + 1))
    return middle[:, None] + wide[:, None] * SCORES
