"""The grey model GM(1,1), the familiar comparator of Chinese planning papers, with its two grades
C and P.
"""

from __future__ import annotations

import numpy as np


def gm11(y: np.ndarray, ahead: int) -> np.ndarray:
    """Forecasts (ahead, series) of GM(1,1), Deng (1982); ``y`` (years, series), all values
    positive.

    The cumulated series is fitted by dx/dt + a x = b; the forecast is an exponential of constant
    ratio exp(-a), whatever the last values did. NaN where a value is not positive or the fit is
    singular.
    """
    a, b = _coefficients(y)
    k = np.arange(len(y), len(y) + ahead)[:, None]
    return _restored(y[0], a, b, k)


def grades(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posterior ratio C (spread of the residuals / spread of the data) and small-error probability
    P.

    Both look at the fit, not at forecasts. C < 0.35 and P > 0.95 is called grade 1 ("good").
    """
    a, b = _coefficients(y)
    fitted = np.concatenate([y[:1], _restored(y[0], a, b, np.arange(1, len(y))[:, None])])
    left = y - fitted
    spread = y.std(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = left.std(0) / spread
    small = (np.abs(left - left.mean(0)) < 0.6745 * spread).mean(0)
    return ratio, np.where(np.isfinite(ratio), small, np.nan)


def _coefficients(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of y(k) = b - a z(k), z the means of neighbouring cumulated values."""
    total = np.cumsum(y, axis=0)
    z, x = (total[1:] + total[:-1]) / 2, y[1:]
    centred = z - z.mean(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (centred * x).sum(0) / (centred * centred).sum(0)
    usable = (y > 0).all(0) & np.isfinite(slope) & (len(y) >= 4)
    a = np.where(usable, -slope, np.nan)
    return a, x.mean(0) + a * z.mean(0)


def _restored(first: np.ndarray, a: np.ndarray, b: np.ndarray, k: np.ndarray) -> np.ndarray:
    """x(k) counted from 0; for a near 0 the exponential is the constant b."""
    safe = np.where(np.abs(a) < 1e-12, 1.0, a)
    with np.errstate(over="ignore", invalid="ignore"):
        grown = (first - b / safe) * (np.exp(-safe * k) - np.exp(-safe * (k - 1)))
    return np.where(np.abs(a) < 1e-12, b, grown)
