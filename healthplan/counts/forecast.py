"""The next count of a rare event, from all past counts: gamma-Poisson (negative binomial).

The rate is learned from every year at hand, each with its exposure; a discount lets old years count less where the
rate has moved (the Poisson-gamma filter of Harvey & Fernandes 1989, J. Bus. Econ. Stat. 7:407-417). The forecast is a
distribution of whole counts, so "at most none" has an honest probability.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

JEFFREYS = 0.5  # shape of the prior on the rate before any count is seen
DISCOUNTS = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
FEWEST_YEARS_TO_LEARN = 4  # below this the rate is taken as constant
WORTHWHILE = 1.0  # gain in log likelihood that a discount must bring


@dataclass(frozen=True)
class CountForecast:
    """Distribution of the count in a coming period with ``exposure``.

    ``shape`` and ``rate`` of the gamma that holds what is known of the rate per unit of exposure;
    ``discount`` 1.0 means a constant rate over all years.
    """

    shape: float
    rate: float
    exposure: float
    discount: float

    @property
    def mean(self) -> float:
        """Expected count."""
        return self.shape / self.rate * self.exposure

    def at_most(self, count: float) -> float:
        """Chance of at most ``count`` events (0 for a negative count)."""
        if count < 0:
            return 0.0
        from scipy.special import betainc

        return float(
            betainc(self.shape, math.floor(count) + 1, self.rate / (self.rate + self.exposure))
        )

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


def next_count(
    counts: Sequence[float],
    exposures: Sequence[float],
    exposure: float,
    *,
    ahead: int = 1,
) -> CountForecast:
    """Forecast of the count ``ahead`` years after the last, at ``exposure`` (several pooled years: their sum).

    ``counts`` and ``exposures`` year by year, oldest first. The discount is learned from how well each would have
    forecast the past (from four years on; a constant rate unless one is clearly better). Raises ValueError for
    unequal lengths, no year, negative counts or exposures that are not positive.
    """
    if len(counts) != len(exposures) or not counts:
        raise ValueError("every past count needs its exposure, and at least one year is needed")
    if min(counts) < 0 or min(exposures) <= 0 or exposure <= 0 or ahead < 1:
        raise ValueError(
            "counts cannot be negative, exposures must be above zero, ahead at least 1"
        )
    kept = _learned_discount(counts, exposures)
    shape, rate, _ = _filtered(counts, exposures, kept)
    fade = kept ** (ahead - 1)
    return CountForecast(shape * fade, rate * fade, exposure, kept)


def _learned_discount(counts: Sequence[float], exposures: Sequence[float]) -> float:
    """The discount that forecast the past best, one year ahead; 1.0 unless one is clearly better."""
    if len(counts) < FEWEST_YEARS_TO_LEARN:
        return 1.0
    best, level = 1.0, _filtered(counts, exposures, 1.0)[2] + WORTHWHILE
    for discount in DISCOUNTS[1:]:
        found = _filtered(counts, exposures, discount)[2]
        if found > level:
            best, level = discount, found
    return best


def _filtered(
    counts: Sequence[float], exposures: Sequence[float], discount: float
) -> tuple[float, float, float]:
    """Shape and rate for the year after the last, discounted once for the step; and the sum of log P(count) of every
    year but the first, each forecast from the years before it."""
    shape, rate, total = JEFFREYS, 0.0, 0.0
    for count, exposure in zip(counts, exposures, strict=True):
        if rate > 0:
            total += _log_chance(count, shape, rate / (rate + exposure))
        shape, rate = discount * (shape + count), discount * (rate + exposure)
    return shape, rate, total


def _log_chance(count: float, shape: float, share: float) -> float:
    ways = math.lgamma(count + shape) - math.lgamma(shape) - math.lgamma(count + 1)
    return ways + shape * math.log(share) + count * math.log1p(-share)
