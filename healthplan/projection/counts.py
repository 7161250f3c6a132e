"""Rare events and shares of small populations: intervals from the counts and exposures themselves.

A rate of 3 deaths in 4,000 births says little about next year's rate, whatever its past values look
like; the count and the exposure say how little. The underlying rate is a gamma variable that
forgets (a power discount, Harvey & Fernandes 1989, J. Business & Econ. Stat. 7:407; Smith & Miller
1986): each year its information is multiplied by ``discount`` and its mean by ``exp(trend)``, then
the new count is added. The next counts are negative binomial. Shares do the same with a beta
variable on the logit scale of its mean; the next counts are beta-binomial. Discounts and trends of
a grid are averaged by how well each foretold the counts one year ahead (Raftery 1995), with a prior
that favours no trend. The start is Jeffreys' prior, half an event, and that half is never
forgotten: years without an event do not prove that there will be none.
"""

from __future__ import annotations

import numpy as np

from healthplan.projection.distribution import LEVELS

DISCOUNTS = np.array([0.5, 0.7, 0.85, 0.95, 1.0])
DISCOUNT_PRIOR = np.array([0.05, 0.1, 0.2, 0.3, 0.35])
TRENDS = np.array(
    [-0.12, -0.06, -0.03, 0.0, 0.03, 0.06, 0.12]
)  # change of the log (or logit) mean a year
TREND_PRIOR = np.array([0.02, 0.06, 0.12, 0.6, 0.12, 0.06, 0.02])
RARE = 30.0  # events a year below which a rate's interval comes from its counts
SMALL = 500.0  # people below which a share's interval comes from its counts
HALF = 0.5
FINEST = 4096  # counts looked at, at most


def rate_quantiles(
    events: np.ndarray, exposure: np.ndarray, exposure_ahead: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (ahead, 15) and means (ahead,) of the next counts of one series of rare events.

    events, exposure: (years,), exposure in the same unit as ``exposure_ahead`` (ahead,). Whole
    numbers.
    """
    a, b, weight = _gamma(events, exposure)
    out = np.empty((len(exposure_ahead), len(LEVELS)))
    means = np.empty(len(exposure_ahead))
    for h, coming in enumerate(exposure_ahead):
        fade = DISCOUNTS[:, None] ** (h + 1)
        size = np.maximum(a * fade, 1e-6)
        mean = coming * (a / b) * np.exp(TRENDS * (h + 1))
        out[h] = _mixture(_negative_binomial, size, mean, weight, np.inf)
        means[h] = (weight * mean).sum()
    return out, means


def share_quantiles(
    events: np.ndarray, exposure: np.ndarray, exposure_ahead: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (ahead, 15) and means (ahead,) of the counts out of ``exposure_ahead`` people."""
    a, b, weight = _beta(events, exposure)
    out = np.empty((len(exposure_ahead), len(LEVELS)))
    means = np.empty(len(exposure_ahead))
    for h, coming in enumerate(exposure_ahead):
        precision = np.maximum((a + b) * DISCOUNTS[:, None] ** (h + 1), 1e-3)
        mean = _shifted(a / (a + b), TRENDS * (h + 1))
        out[h] = _mixture(_beta_binomial, precision, mean, weight, float(np.round(coming)))
        means[h] = coming * (weight * mean).sum()
    return out, means


def _gamma(events: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shape, rate and weight (discounts, trends) after the last year."""
    from scipy.special import gammaln

    shape = (len(DISCOUNTS), len(TRENDS))
    a, b = np.full(shape, events[0] + HALF), np.full(shape, float(exposure[0]))
    score = np.log(DISCOUNT_PRIOR)[:, None] + np.log(TREND_PRIOR)
    for count, at_risk in zip(events[1:], exposure[1:], strict=True):
        a, b = np.maximum(a * DISCOUNTS[:, None], HALF), b * DISCOUNTS[:, None] * np.exp(-TRENDS)
        score += gammaln(a + count) - gammaln(a) - gammaln(count + 1)
        score += a * np.log(b / (b + at_risk)) + count * np.log(at_risk / (b + at_risk))
        a, b = a + count, b + at_risk
    return a, b, _normalised(score)


def _beta(events: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both shapes and weight (discounts, trends) after the last year."""
    from scipy.special import betaln, gammaln

    shape = (len(DISCOUNTS), len(TRENDS))
    a = np.full(shape, events[0] + HALF)
    b = np.full(shape, exposure[0] - events[0] + HALF)
    score = np.log(DISCOUNT_PRIOR)[:, None] + np.log(TREND_PRIOR)
    for count, people in zip(events[1:], exposure[1:], strict=True):
        precision = (a + b) * DISCOUNTS[:, None]
        mean = _shifted(a / (a + b), TRENDS)
        a, b = np.maximum(precision * mean, HALF), np.maximum(precision * (1 - mean), HALF)
        ways = gammaln(people + 1) - gammaln(count + 1) - gammaln(people - count + 1)
        score += ways + betaln(a + count, b + people - count) - betaln(a, b)
        a, b = a + count, b + people - count
    return a, b, _normalised(score)


def _shifted(mean: np.ndarray, by: np.ndarray) -> np.ndarray:
    odds = mean / (1 - mean) * np.exp(by)
    return np.clip(odds / (1 + odds), 1e-9, 1 - 1e-9)


def _normalised(score: np.ndarray) -> np.ndarray:
    weight = np.exp(score - score.max())
    return weight / weight.sum()


def _mixture(
    distribution, spread: np.ndarray, mean: np.ndarray, weight: np.ndarray, most: float
) -> np.ndarray:
    """Quantiles (15,) of a weighted mixture of count distributions: the smallest count that reaches
    each.
    """
    top = 16.0
    while True:
        counts = np.unique(np.round(np.linspace(0, min(top, most), FINEST)))
        reached = np.tensordot(weight, distribution(counts, spread, mean, most), 2)
        if reached[-1] > LEVELS[-1] or top >= most or top > 1e12:
            break
        top *= 4
    place = np.searchsorted(reached, LEVELS)
    return counts[np.minimum(place, len(counts) - 1)]


def _negative_binomial(
    counts: np.ndarray, size: np.ndarray, mean: np.ndarray, most: float
) -> np.ndarray:
    """P(Y <= counts), (discounts, trends, counts)."""
    from scipy.special import betainc

    chance = size / (size + mean)
    return betainc(size[..., None], counts + 1.0, chance[..., None])


def _beta_binomial(
    counts: np.ndarray, precision: np.ndarray, mean: np.ndarray, most: float
) -> np.ndarray:
    """P(Y <= counts) out of ``most`` people, (discounts, trends, counts)."""
    from scipy.special import betaln, gammaln

    every = np.arange(most + 1)
    a, b = (precision * mean)[..., None], (precision * (1 - mean))[..., None]
    ways = gammaln(most + 1) - gammaln(every + 1) - gammaln(most - every + 1)
    chance = np.exp(ways + betaln(a + every, b + most - every) - betaln(a, b))
    return np.cumsum(chance, -1)[..., counts.astype(int)]
