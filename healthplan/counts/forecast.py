"""The next count of a rare event, from all past counts: gamma-Poisson (negative binomial) with a course.

The rate is a gamma variable that forgets (a power discount: Harvey & Fernandes 1989, J. Business & Econ. Stat. 7:407):
each year its information is multiplied by a discount and its mean by exp(course), then the new count is added.
Discounts and courses of a grid are averaged by how well each foretold the counts one year ahead (Raftery 1995). Ahead,
the uncertainty of the rate grows as that of a random walk of its logarithm, whose middle stays: the mean is lifted by
as much as the median would fall. The start is Jeffreys' half event, which is never forgotten.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

JEFFREYS = 0.5  # shape of the prior on the rate before any count is seen; the least that is known of it
DISCOUNTS = np.array([0.05, 0.15, 0.3, 0.5, 0.7, 0.85, 0.95, 1.0])
# How fast rates forget before their counts are seen, measured on the open district panel: rates of residents, most of them
# of infections, anyhow; small whole counts, most of them of deaths, more calmly.
OF_RATES = np.full(len(DISCOUNTS), 1 / len(DISCOUNTS))
OF_COUNTS = np.array([2, 3, 5, 10, 20, 20, 20, 20]) / 100
# Few events among few at risk are deaths among births (a district has 1,500 to 15,000): calm as counts of deaths are.
# From so many events, or at risk, on a rate is as those measured. No panel has the deaths of one district's births.
CALM_EVENTS, CALM_EXPOSURE = (5.0, 15.0), (30_000.0, 100_000.0)
STEADY = {True: 0.85, False: 1.0}  # share of what is known of a rate (True) or a count that holds for one year
LENT = 0.6  # share of the larger area's change of the log a year that a district is expected to have
STEEPEST = 0.2  # change of the log a year that is lent at most
COURSE_SPREAD = {True: 0.04, False: 0.1}  # sd of the course before the counts are seen; True where one is lent
NODES = np.linspace(-2, 2, 7)  # courses tried, in sd
NODE_WEIGHTS = np.exp(-(NODES**2) / 2) / np.exp(-(NODES**2) / 2).sum()
LIFT = 3.0  # most by which a mean is lifted


@dataclass(frozen=True)
class CountForecast:
    """Distribution of the count in a coming period: a mixture of negative binomials, one a discount. The arrays have
    the shape (..., discounts). ``size`` and ``expected`` are those of each negative binomial, ``course`` the count
    without chance if the rate goes on as it does: the middle."""

    size: np.ndarray
    expected: np.ndarray
    course: np.ndarray
    weight: np.ndarray

    @property
    def mean(self) -> float:
        """The count that the rate's own course leads to."""
        return float((self.weight * self.course).sum(-1))

    def at_most(self, count: float) -> float:
        """Chance of at most ``count`` events (0 for a negative count)."""
        return float(self.chances(np.array([math.floor(count)]))[0]) if count >= 0 else 0.0

    def chances(self, counts: np.ndarray) -> np.ndarray:
        """P(count <= each of ``counts``), whole numbers from zero on."""
        from scipy.special import betainc

        share = self.size / (self.size + self.expected)
        return self.weight @ betainc(self.size[:, None], counts + 1.0, share[:, None])

    def quantile(self, level: float) -> int:
        """The smallest count that is reached or undercut with chance ``level``."""
        if not 0 < level < 1:
            raise ValueError("a level lies between 0 and 1")
        low, high = -1, 1
        while self.at_most(high) < level:
            low, high = high, 2 * high
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self.at_most(middle) < level else (low, middle)
        return high


@dataclass(frozen=True)
class Learned:
    """What past counts say of the rates of several series: gammas (series, discounts, courses) after the last year."""

    shape: np.ndarray
    rate: np.ndarray
    weight: np.ndarray
    courses: np.ndarray  # (series, courses) change of the log a year
    steady: np.ndarray  # (series,)

    def ahead(self, place: int, years: int, exposure: float) -> CountForecast:
        """The count of one series so many years after its last, at ``exposure`` (several pooled years: their sum). The
        courses of one discount are joined to one negative binomial of the same mean and variance."""
        shape, weight = self.shape[place], self.weight[place]
        size = shape / (1 + years * (1 / DISCOUNTS[:, None] - 1)) * self.steady[place]
        course = exposure * shape / self.rate[place] * np.exp(self.courses[place] * years)
        lifted = course * np.minimum(_median_share(shape) / _median_share(size), LIFT)
        of_discount = weight.sum(1)
        own = (weight + 1e-99) / (weight + 1e-99).sum(1, keepdims=True)
        mean = (own * lifted).sum(1)
        square = (own * lifted**2 * (1 + 1 / size)).sum(1)
        joined = 1 / np.maximum(square / mean**2 - 1, 1e-9)
        return CountForecast(joined, mean, (own * course).sum(1), of_discount)


def learned(
    counts: np.ndarray, exposures: np.ndarray, years: np.ndarray, lent: np.ndarray, of_rates: bool = True
) -> Learned:
    """From counts, exposures and calendar years (series, years), oldest first, and the larger area's change of the
    log a year (series,), NaN where none is known."""
    from scipy.special import gammaln, softmax

    known = np.isfinite(lent)
    spread = np.where(known, COURSE_SPREAD[True], COURSE_SPREAD[False])
    middle = np.clip(LENT * np.where(known, lent, 0.0), -STEEPEST, STEEPEST)
    courses = middle[:, None] + spread[:, None] * NODES
    share = np.maximum(_between(counts, CALM_EVENTS), _between(exposures, CALM_EXPOSURE)) * of_rates
    score = np.log(share * OF_RATES + (1 - share) * OF_COUNTS)[..., None] + np.log(NODE_WEIGHTS)
    a = np.broadcast_to(counts[:, :1, None] + JEFFREYS, score.shape)
    b = np.broadcast_to(exposures[:, :1, None], score.shape)
    for t in range(1, counts.shape[1]):
        gap = (years[:, t] - years[:, t - 1])[:, None, None]
        count, exposure = counts[:, t, None, None], exposures[:, t, None, None]
        kept = DISCOUNTS[:, None] ** gap
        a, b = np.maximum(a * kept, JEFFREYS), b * kept * np.exp(-courses[:, None, :] * gap)
        ways = gammaln(a + count) - gammaln(a) - gammaln(count + 1)
        score = score + ways - a * np.log1p(exposure / b) - count * np.log1p(b / exposure)
        a, b = a + count, b + exposure
    weight = softmax(score, axis=(1, 2))
    steady = share * STEADY[True] + (1 - share) * STEADY[False]
    return Learned(a, b, weight, courses, steady[:, 0])


def _between(yearly: np.ndarray, ends: tuple[float, float]) -> np.ndarray:
    """How far the mean of each row (series, years) lies from one end to the other, (series, 1) in 0-1."""
    low, high = ends
    return np.clip((yearly.mean(1, keepdims=True) - low) / (high - low), 0, 1)


def next_count(
    counts: Sequence[float],
    exposures: Sequence[float],
    exposure: float,
    *,
    ahead: int = 1,
    years: Sequence[int] | None = None,
    lent: float = math.nan,
    of_rates: bool = True,
) -> CountForecast:
    """Forecast of the count ``ahead`` years after the last, at ``exposure`` (several pooled years: their sum).
    ``counts`` and ``exposures`` oldest first, of consecutive years unless ``years`` says which. ``lent``: change of the
    log a year of the larger area. ``of_rates`` False: of a count that has no exposure. Raises ValueError for unequal
    lengths, no year, negative counts or exposures that are not positive."""
    if len(counts) != len(exposures) or not counts:
        raise ValueError("every past count needs its exposure, and at least one year is needed")
    if min(counts) < 0 or min(exposures) <= 0 or exposure <= 0 or ahead < 1:
        raise ValueError("counts cannot be negative, exposures must be above zero, ahead at least 1")
    years = range(len(counts)) if years is None else years
    some, beside, when = (np.array([given], float) for given in (counts, exposures, years))
    return learned(some, beside, when, np.array([lent]), of_rates).ahead(0, ahead, exposure)


def _median_share(shape: np.ndarray) -> np.ndarray:
    """Median of a gamma variable as a share of its mean (Wilson & Hilferty 1931), kept away from nothing."""
    return np.maximum(1 - 1 / (9 * np.maximum(shape, 0.25)), 0.3) ** 3
