"""GM(1,1), the grey model that Chinese papers on health targets use; offered as the familiar comparator. Source: Deng
Julong 1982, as applied e.g. in Zhu et al. 2019 (doi:10.16462/j.cnki.zhjbkz. 2019.08.018). There is no interval, and the
grades C and P judge the fit to the past, not the forecast."""

import numpy as np

from healthplan.published.measure import Answer, Goals, Measure

FEWEST = 4
SMALL_ERROR = 0.6745
STILL = 1e-12  # a below this: no exponential movement


def gm11(y: np.ndarray, ahead: int) -> np.ndarray:
    """Forecasts (ahead, series); ``y`` (years, series) equally spaced. The cumulated series is fitted by dx/dt + a x =
    b; the forecast is an exponential of constant ratio exp(-a). NaN where a value is not positive or the fit is
    singular."""
    a, b = coefficients(y)
    k = np.arange(len(y), len(y) + ahead)[:, None]
    return restored(y[0], a, b, k)


def grades(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Posterior ratio C (spread of the residuals / spread of the data) and small-error probability P. Both look at the
    fit, not at forecasts. C < 0.35 and P > 0.95 is called grade 1 ("good")."""
    left = y - fitted(y)
    spread = y.std(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = left.std(0) / spread
    small = (np.abs(left - left.mean(0)) < SMALL_ERROR * spread).mean(0)
    return ratio, np.where(np.isfinite(ratio), small, np.nan)


def fitted(y: np.ndarray) -> np.ndarray:
    """The model's values of the past (years, series); the first is itself."""
    a, b = coefficients(y)
    return np.concatenate([y[:1], restored(y[0], a, b, np.arange(1, len(y))[:, None])])


def coefficients(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """a and b by least squares of y(k) = b - a z(k), z the means of neighbouring cumulated values. Papers print b/a and
    x(1) - b/a."""
    total = np.cumsum(y, axis=0)
    z, x = (total[1:] + total[:-1]) / 2, y[1:]
    centred = z - z.mean(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (centred * x).sum(0) / (centred * centred).sum(0)
    usable = (y > 0).all(0) & np.isfinite(slope) & (len(y) >= FEWEST)
    a = np.where(usable, -slope, np.nan)
    return a, x.mean(0) + a * z.mean(0)


def restored(first: np.ndarray, a: np.ndarray, b: np.ndarray, k: np.ndarray) -> np.ndarray:
    """x(k) counted from 0; for a near 0 the exponential is the constant b."""
    safe = np.where(np.abs(a) < STILL, 1.0, a)
    with np.errstate(over="ignore", invalid="ignore"):
        grown = (first - b / safe) * (np.exp(-safe * k) - np.exp(-safe * (k - 1)))
    return np.where(np.abs(a) < STILL, b, grown)


def grey(g: Goals) -> Answer:
    """The point forecast for the target year from the yearly figures so far: it meets the goal or it
    does not. None for a series that does not move: the published formula divides by a = 0."""
    steps = np.diff(g.years, axis=1)
    run = 1 + np.cumprod((steps == 1)[:, ::-1], axis=1).sum(1)
    whole = run == (~np.isnan(g.values)).sum(1)
    there = np.full(len(run), np.nan)
    for n in np.unique(run[whole & (run >= FEWEST)]):
        rows = np.flatnonzero(whole & (run == n))
        y = g.values[rows, -n:].T
        ahead = n - 1 + g.target_year[rows] - g.year[rows]
        a, b = coefficients(y)
        forecast = restored(y[0], a, b, ahead)
        there[rows] = np.where(np.isfinite(forecast) & (np.abs(a) >= STILL), forecast, np.nan)
    place = np.where(np.isnan(there), -1, np.where(g.sign * (there - g.target) >= 0, 0, 1))
    return Answer(there, place.astype(np.int8))


MEASURE = Measure("gm11", "GM(1,1), Deng Julong", "gm11-deng", ("met", "not_met"), (0,), (1,), grey)
