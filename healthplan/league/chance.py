"""Rare events: rates and trends of counts, small areas drawn to the others by how few events they have."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincc, gammaincinv, gammaln, ndtr, ndtri

from healthplan.league.drawn import mixed

SLOPES = np.linspace(-2, 2, 401)  # changes a year that are tried, as logarithms
MANY = 1000  # events, from which the likelihood is narrower than that grid, and one step of Newton's is exact


@dataclass(frozen=True, eq=False)
class Rates:
    """The rate of each area as a gamma law (``shape``, ``exposure``: mean shape / exposure), and the chance that it lies
    ``above`` that of the ``typical`` area (the median of their law), which is told with its 95 % interval."""

    shape: np.ndarray
    exposure: np.ndarray
    above: np.ndarray
    typical: tuple[float, float, float]

    def at(self, probability: float) -> np.ndarray:
        """The rate that is not exceeded with this probability."""
        return gammaincinv(self.shape, probability) / self.exposure

    def wider(self, times: np.ndarray) -> Rates:
        """The same with standard deviations so many ``times`` (n,) as large."""
        above = ndtr(ndtri(self.above) / times)
        return Rates(self.shape / times**2, self.exposure / times**2, above, self.typical)

    def next_counts(self, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Between which two counts of ``exposure`` (n,) the next one lies with 80 %: counts around a rate of a gamma law are
        negative binomial. The expected count lies between them too."""
        from scipy.stats import nbinom

        share, expected = self.exposure / (self.exposure + exposure), self.shape / self.exposure * exposure
        low, high = (nbinom.ppf(end, self.shape, share) for end in (0.1, 0.9))
        return np.fmin(low, np.floor(expected)), np.fmax(high, np.ceil(expected))


def posterior(
    events: np.ndarray, exposure: np.ndarray, shape: np.ndarray | float, mean: np.ndarray | float
) -> tuple[np.ndarray, np.ndarray]:
    """Shape and exposure of the gamma law of each rate, after so many events, where rates of areas follow a gamma law of
    this shape and mean (Clayton and Kaldor 1987)."""
    return shape + events, shape / mean + exposure


def rates(events: np.ndarray, exposure: np.ndarray) -> Rates:
    """Rates of areas with ``events`` out of ``exposure`` (n,), all above nought. Counts are negative binomial; every shape
    and mean of the law of the areas on a grid counts by its likelihood, all shares of drawing being equally likely before
    (Christiansen and Morris 1997): the most likely one alone makes intervals too short. Each mixture is given as the gamma
    law of the same mean and variance."""
    overall = (events.sum() + 0.5) / exposure.sum()
    apart = (events / exposure / overall).var() * np.median(exposure) * overall  # times as much as chance has it
    steps = np.arange(-max(7, np.log(1e-30 + apart) + 5), 7.1, 0.2)[:, None, None]
    shape = np.median(exposure) * overall * np.exp(steps)
    trust = 1 / (1 + exposure * overall / shape)
    middle = ((trust * events).sum(-1, keepdims=True) + 0.5) / (trust * exposure).sum(-1, keepdims=True)
    width = 1 / np.sqrt((trust * exposure).sum(-1, keepdims=True) * middle)
    mean = middle * np.exp(width * np.linspace(-4, 4, 17)[None, :, None])
    log = (
        gammaln(shape + events)
        - gammaln(shape)
        - events * np.log(shape)
        - (shape + events) * np.log1p(exposure * mean / shape)
    )
    log = (log + events * np.log(mean)).sum(-1, keepdims=True)
    log = log + 0.5 * np.log(mean) + np.log(width) + steps - 2 * np.logaddexp(0, steps)
    share = np.exp(log - log.max()).ravel()
    share /= share.sum()
    likely = share > 1e-7
    flat = np.broadcast_to(shape, mean.shape).reshape(-1, 1)[likely], mean.reshape(-1, 1)[likely]
    share = share[likely]
    a, b = posterior(events, exposure, *flat)
    level, sd = mixed(share, a / b, a / b**2)
    typical = flat[1] * gammaincinv(flat[0], 0.5) / flat[0]
    at = np.argsort(typical.ravel())
    low, high = typical.ravel()[at][np.searchsorted(np.cumsum(share[at]), (0.025, 0.975)).clip(max=len(at) - 1)]
    middle_and_ends = float(share @ typical.ravel()), float(low), float(high)
    return Rates((level / sd) ** 2, level / sd**2, share @ gammaincc(a, b * typical), middle_and_ends)


def trends(events: np.ndarray, exposure: np.ndarray, years: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Change a year (as a logarithm) of each area's rate and its variance, from ``events`` and ``exposure`` (n, t; nan where
    unknown): how the sum of its events falls on the years, by its likelihood and the prior of Jeffreys; and by how much the
    counts of all areas vary more than chance has it (Pearson, at least 1)."""
    known = np.isfinite(events) & np.isfinite(exposure)
    count, people = np.where(known, events, 0.0), np.where(known, exposure, 0.0)
    at = years - years[known.any(axis=0)].mean() if known.any() else years * 0.0
    lift = people[:, None, :] * np.exp(SLOPES[:, None] * at)
    lift /= np.maximum(lift.sum(-1, keepdims=True), 1e-300)
    total = count.sum(1)
    centre = lift @ at
    spread = np.maximum(lift @ at**2 - centre**2, 1e-12)
    each = count[:, None, :] * np.log(np.maximum(lift, 1e-300))
    log = each.sum(-1) + 0.5 * np.log(spread)
    share = np.exp(log - log.max(1, keepdims=True))
    share /= share.sum(1, keepdims=True)
    slope = share @ SLOPES
    variance = np.maximum(share @ SLOPES**2 - slope**2, 0.0)
    lift = people * np.exp(slope[:, None] * at)
    lift /= np.maximum(lift.sum(1, keepdims=True), 1e-300)
    information = total * np.maximum(lift @ at**2 - (lift @ at) ** 2, 1e-12)
    many = total > MANY
    slope = np.where(many, slope + (count @ at - total * (lift @ at)) / np.where(many, information, 1.0), slope)
    variance = np.where(many, 1 / np.where(many, information, 1.0), variance)
    expected = total[:, None] * lift
    used = known & (total > 0)[:, None]
    freedom = (np.maximum(used.sum(1) - 2, 0)).sum()
    odd = ((count - expected)[used] ** 2 / expected[used]).sum()
    return slope, variance, max(1.0, float(odd / freedom)) if freedom else 1.0
