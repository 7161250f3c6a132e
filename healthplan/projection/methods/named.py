"""The named methods that a reader may compare with the ensemble: (years, series) in, (ahead,
series) out.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from healthplan.projection.methods import simple, smoothing


def damped_trend(y: np.ndarray, ahead: int) -> np.ndarray:
    """Damped exponential smoothing, parameters averaged by likelihood."""
    return _smoothed(y, ahead, lambda states, h: smoothing.trended(states, smoothing.DAMPED, h))


def theta(y: np.ndarray, ahead: int) -> np.ndarray:
    """The standard theta method."""
    return _smoothed(
        y, ahead, lambda states, h: smoothing.theta(states, *smoothing.level_and_rate(states), h)
    )


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
}
