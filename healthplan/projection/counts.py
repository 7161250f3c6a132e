"""Rare events and shares of small populations: intervals from the counts and exposures themselves.

A rate of 3 deaths in 4,000 births says little about next year's rate, whatever its past values look like; the count
and the exposure say how little. The underlying rate is a gamma variable that forgets (a power discount, Harvey &
Fernandes 1989, J. Business & Econ. Stat. 7:407; Smith & Miller 1986): each year its information is multiplied by
``discount`` and its mean by ``exp(trend)``, then the new count is added. The next counts are negative binomial. Shares
do the same with a beta variable on the logit scale of its mean; the next counts are beta-binomial. Discounts and
trends of a grid are averaged by how well each foretold the counts one year ahead (Raftery 1995), with a prior that
favours no trend. The start is Jeffreys' prior, half an event, and that half is never forgotten: years without an event
do not prove that there will be none.
"""

import numpy as np

from healthplan.projection.distribution import LEVELS, LOWER_80, MEDIAN, UPPER_80
from healthplan.projection.kinds import RATE, SHARE
from healthplan.projection.panel import Panel

DISCOUNTS = np.array([0.5, 0.7, 0.85, 0.95, 1.0])
DISCOUNT_PRIOR = np.array([0.05, 0.1, 0.2, 0.3, 0.35])
# change of the log mean a year
TRENDS = np.array([-0.12, -0.06, -0.03, 0.0, 0.03, 0.06, 0.12])
TREND_PRIOR = np.array([0.02, 0.06, 0.12, 0.6, 0.12, 0.06, 0.02])
# ... and of the logit mean: of 24 townships two or three more a year may come to meet a goal
SHARE_TRENDS = np.array([-0.5, -0.25, *TRENDS, 0.25, 0.5])
SHARE_TREND_PRIOR = np.array([0.01, 0.02, *TREND_PRIOR, 0.02, 0.01]) / 1.06
DAMPED = 0.8  # what is left of a share's trend after each year ahead: the last ones come slowly
RARE = 30.0  # events a year below which a rate's interval comes from its counts
SMALL = 500.0  # people below which a share's interval comes from its counts
HALF = 0.5
FINEST = 4096  # counts looked at, at most
RECENT = 5  # last years that decide whether events are rare


def from_counts(panel: Panel, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the series with rare events or few people, their quantiles (places, most, 15), and the middle to show
    (places, most): the median of a share; of a rate the mean, which is no whole number of events, kept within the 80 %
    interval. The median of a rare event is none, and would be read as "none will happen".

    A series qualifies when numerator and denominator stand beside every value and agree with it, and the last five
    years had fewer than ``RARE`` events a year (rates) or ``SMALL`` people (shares). The exposure ahead is that of the
    last year: population growth is not foretold here.
    """
    if panel.numerator is None or panel.denominator is None or most < 1:
        return np.zeros(0, int), np.zeros((0, most, len(LEVELS))), np.zeros((0, most))
    places, found, middles = [], [], []
    for s in range(len(panel)):
        rows = slice(panel.start[s], panel.start[s + 1])
        events, exposure = panel.numerator[rows], panel.denominator[rows]
        per = _per(events, exposure, panel.value[rows], panel.facts.per[s])
        if per is None:
            continue
        kind, ahead = panel.facts.kind[s], np.full(most, exposure[-1])
        if kind == RATE and events[-RECENT:].mean() < RARE:
            coming, mean = rate_quantiles(np.round(events), exposure, ahead)
            middle = np.clip(mean, coming[:, LOWER_80], coming[:, UPPER_80])
        elif kind == SHARE and exposure[-RECENT:].mean() < SMALL:
            coming = share_quantiles(np.round(events), np.round(exposure), ahead)
            middle = coming[:, MEDIAN]
        else:
            continue
        places.append(s)
        found.append(coming / exposure[-1] * per)
        middles.append(middle / exposure[-1] * per)
    quantiles = np.array(found).reshape(len(places), most, len(LEVELS))
    return np.array(places, int), quantiles, np.array(middles).reshape(len(places), most)


def _per(events: np.ndarray, exposure: np.ndarray, value: np.ndarray, said: float) -> float | None:
    """value = events / exposure x per; None where the three do not fit together."""
    whole = np.isfinite(events).all() and np.isfinite(exposure).all()
    if not whole or (events < 0).any() or (exposure <= 0).any():
        return None
    some = events > 0
    if not some.any():
        return said if np.isfinite(said) and (value == 0).all() else None
    each = value[some] * exposure[some] / events[some]
    per = float(10 ** np.round(np.log10(np.median(each)))) if np.median(each) > 0 else np.nan
    agrees = np.abs(events / exposure * per - value) <= 0.02 * np.abs(value) + 0.6 / exposure * per
    fits = np.isfinite(per) and agrees.all() and (events <= exposure * max(per, 1)).all()
    return per if fits else None


def rate_quantiles(
    events: np.ndarray, exposure: np.ndarray, exposure_ahead: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (ahead, 15) and means (ahead,) of the next counts of one series of rare events.

    events, exposure: (years,), exposure in the same unit as ``exposure_ahead`` (ahead,). Whole numbers.
    """
    a, b, weight = _gamma(events, exposure)

    def coming(h: int, at_risk: float) -> tuple[np.ndarray, float]:
        size = np.maximum(a * DISCOUNTS[:, None] ** h, 1e-6)
        mean = at_risk * (a / b) * np.exp(TRENDS * h)
        return _mixture(_negative_binomial, size, mean, weight, np.inf), (weight * mean).sum()

    found = [coming(h, exposure) for h, exposure in enumerate(exposure_ahead, 1)]
    return np.array([quantiles for quantiles, _ in found]), np.array([mean for _, mean in found])


def share_quantiles(
    events: np.ndarray, exposure: np.ndarray, exposure_ahead: np.ndarray
) -> np.ndarray:
    """Quantiles (ahead, 15) of the counts out of ``exposure_ahead`` people."""
    a, b, weight = _beta(events, exposure)

    def coming(h: int, people: float) -> np.ndarray:
        precision = np.maximum((a + b) * DISCOUNTS[:, None] ** h, 1e-3)
        mean = _shifted(a / (a + b), SHARE_TRENDS * (DAMPED ** np.arange(h)).sum())
        return _mixture(_beta_binomial, precision, mean, weight, float(np.round(people)))

    return np.array([coming(h, people) for h, people in enumerate(exposure_ahead, 1)])


def _gamma(events: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Shape, rate and weight (discounts, trends) after the last year."""
    from scipy.special import gammaln, softmax

    shape = (len(DISCOUNTS), len(TRENDS))
    a, b = np.full(shape, events[0] + HALF), np.full(shape, float(exposure[0]))
    score = np.log(DISCOUNT_PRIOR)[:, None] + np.log(TREND_PRIOR)
    for count, at_risk in zip(events[1:], exposure[1:], strict=True):
        a, b = np.maximum(a * DISCOUNTS[:, None], HALF), b * DISCOUNTS[:, None] * np.exp(-TRENDS)
        score += gammaln(a + count) - gammaln(a) - gammaln(count + 1)
        score += a * np.log(b / (b + at_risk)) + count * np.log(at_risk / (b + at_risk))
        a, b = a + count, b + at_risk
    return a, b, softmax(score)


def _beta(events: np.ndarray, exposure: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Both shapes and weight (discounts, trends) after the last year."""
    from scipy.special import betaln, gammaln, softmax

    shape = (len(DISCOUNTS), len(SHARE_TRENDS))
    a = np.full(shape, events[0] + HALF)
    b = np.full(shape, exposure[0] - events[0] + HALF)
    score = np.log(DISCOUNT_PRIOR)[:, None] + np.log(SHARE_TREND_PRIOR)
    for count, people in zip(events[1:], exposure[1:], strict=True):
        precision = (a + b) * DISCOUNTS[:, None]
        mean = _shifted(a / (a + b), SHARE_TRENDS)
        a, b = np.maximum(precision * mean, HALF), np.maximum(precision * (1 - mean), HALF)
        ways = gammaln(people + 1) - gammaln(count + 1) - gammaln(people - count + 1)
        score += ways + betaln(a + count, b + people - count) - betaln(a, b)
        a, b = a + count, b + people - count
    return a, b, softmax(score)


def _shifted(mean: np.ndarray, by: np.ndarray) -> np.ndarray:
    odds = mean / (1 - mean) * np.exp(by)
    return np.clip(odds / (1 + odds), 1e-9, 1 - 1e-9)


def _mixture(
    distribution, spread: np.ndarray, mean: np.ndarray, weight: np.ndarray, most: float
) -> np.ndarray:
    """Quantiles (15,) of a weighted mixture of count distributions: the smallest count that reaches each."""
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
