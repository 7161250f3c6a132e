"""Forecasts that need no recursion, for many series at once: (years, series) in, (ahead, series) out."""

import numpy as np


def last_value(y: np.ndarray, ahead: int) -> np.ndarray:
    """The last value goes on (the random walk without drift)."""
    return np.broadcast_to(y[-1], (ahead, y.shape[1]))


def _line(y: np.ndarray, slope: np.ndarray, ahead: int) -> np.ndarray:
    steps = np.arange(1, ahead + 1, dtype=y.dtype)[:, None]
    return y[-1] + slope * steps


def drift(y: np.ndarray, ahead: int) -> np.ndarray:
    """The mean change a year goes on from the last value (random walk with drift)."""
    return _line(y, (y[-1] - y[0]) / y.dtype.type(max(len(y) - 1, 1)), ahead)


def recent_drift(y: np.ndarray, ahead: int, years: int = 4) -> np.ndarray:
    """The mean change of the last ``years`` years goes on."""
    back = min(years, len(y) - 1)
    return _line(y, (y[-1] - y[-1 - back]) / y.dtype.type(max(back, 1)), ahead)


def median_drift(y: np.ndarray, ahead: int, years: int = 9) -> np.ndarray:
    """The median change of the last ``years`` years goes on: one wild year does not move it."""
    steps = np.sort(np.diff(y[-years - 1 :], axis=0), axis=0)
    if not len(steps):
        return last_value(y, ahead).copy()
    half = len(steps) // 2
    middle = steps[half] if len(steps) % 2 else (steps[half - 1] + steps[half]) / 2
    return _line(y, middle, ahead)


def mean(y: np.ndarray, ahead: int) -> np.ndarray:
    """The mean of all years."""
    return np.broadcast_to(y.mean(0), (ahead, y.shape[1]))


def aarr(y: np.ndarray, ahead: int) -> np.ndarray:
    """UNICEF's average annual rate of reduction, 1 - exp(slope of ln y on the year), from the last value. NaN where a
    value is not positive. Source: UNICEF, Technical note: how to calculate AARR (2007)."""
    usable = (y > 0).all(0)
    logs = np.log(np.where(y > 0, y, 1.0))
    t = np.arange(len(y), dtype=float)[:, None] - (len(y) - 1) / 2
    slope = (t * logs).sum(0) / max(float((t * t).sum()), 1.0)
    steps = np.arange(1, ahead + 1)[:, None]
    with np.errstate(over="ignore"):
        return np.where(usable, y[-1] * np.exp(slope * steps), np.nan)
