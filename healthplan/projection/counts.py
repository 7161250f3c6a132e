"""Rare events and shares of small populations: intervals from the counts and exposures themselves. Rates, and small
whole counts of events to be avoided, are foretold by the gamma-Poisson of :mod:`healthplan.counts.forecast`, the one
that judges rare events too, at an exposure that drifts as it did. Shares do the same with a beta variable on the logit
scale of its mean; the next counts are beta-binomial. Discounts and trends of a grid are averaged by how well each
foretold the counts one year ahead (Raftery 1995)."""

import numpy as np

from healthplan.counts.forecast import CountForecast, learned
from healthplan.distribution import LEVELS, LOWER_80, MEDIAN, UPPER_80
from healthplan.projection.kinds import COUNT, RATE, SHARE
from healthplan.projection.panel import Panel

DISCOUNTS = np.array([0.5, 0.7, 0.85, 0.95, 1.0])
DISCOUNT_PRIOR = np.array([0.05, 0.1, 0.2, 0.3, 0.35])
# Change of the logit mean a year: of 24 townships two or three more a year may come to meet a goal.
SHARE_TRENDS = np.array([-0.5, -0.25, -0.12, -0.06, -0.03, 0.0, 0.03, 0.06, 0.12, 0.25, 0.5])
SHARE_TREND_PRIOR = np.array([1, 2, 2, 6, 12, 60, 12, 6, 2, 2, 1]) / 106
DAMPED = 0.8  # what is left of a share's trend after each year ahead: the last ones come slowly
# Events a year below which the interval comes from the counts: rates with their exposure; counts alone.
RARE, FEW = 100.0, 30.0
SMOOTH = 0.2  # of the mean square change of independent Poisson counts
STEPS = 3  # years of one way only, after which
TURNS = 0.03  # of the chance is left that a share's count turns: what is there mostly stays
SMALL = 500.0  # people below which a share's interval comes from its counts
HALF = 0.5
RECENT = 5  # last years that decide whether events are rare
EXPOSURE_SPREAD = 0.005  # least sd of the change of the log exposure a year, where it ever changed
EXPOSURE_NODES = np.array([-1.47, -0.79, -0.37, 0.0, 0.37, 0.79, 1.47])  # equally likely, in sd
EVERY_COUNT = 64  # looked at one by one, higher ones in equal proportions
BESIDE = 96  # how many higher ones
FAR = 8.0  # sd above the mean of the highest


def from_counts(panel: Panel, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the series with rare events or few people, their quantiles (places, most, 15), and the middle to show
    (places, most): the median of a share, of events the course of the rate, kept within the 80 % interval. A rate or
    share qualifies when numerator and denominator stand beside every value and agree with it, and the last five years
    had fewer than ``RARE`` events a year (rates) or ``SMALL`` people (shares); a count when it is whole, better when
    less, and was below ``FEW``. An inventory is counted one by one: it has no noise of counts."""
    places, found, middles = [], [], []
    # A count of which more are wanted is of things that are built or done, not of events that befall.
    kinds, last = panel.facts.kind, panel.value[panel.start[1:] - 1]
    able = (kinds == COUNT) & (panel.facts.way < 0) & (last < RECENT * FEW)
    if panel.numerator is not None and panel.denominator is not None:
        able |= (kinds == RATE) | (kinds == SHARE)
    for s in np.flatnonzero(able & ~panel.facts.stock) if most else []:
        rows = slice(panel.start[s], panel.start[s + 1])
        kind, value, year = panel.facts.kind[s], panel.value[rows], panel.year[rows]
        if kind == COUNT:
            events, exposure, per = value, np.ones(len(value)), 1.0
            whole = (value == np.round(value)).all() and 0 < value[-RECENT:].mean() < FEW
            # changes smaller than chance alone would have them are those of a model's estimates, say
            if not whole or np.mean(np.diff(value) ** 2) < SMOOTH * 2 * value.mean():
                continue
        else:
            assert panel.numerator is not None and panel.denominator is not None
            events, exposure = panel.numerator[rows], panel.denominator[rows]
            fits = _per(events, exposure, value, panel.facts.per[s])
            if fits is None:
                continue
            per = fits
        if kind == SHARE:
            if exposure[-RECENT:].mean() >= SMALL:
                continue
            ahead = np.full(most, exposure[-1])
            coming = share_quantiles(np.round(events), np.round(exposure), ahead) / exposure[-1]
            middle = coming[:, MEDIAN]
        else:
            if events[-RECENT:].mean() >= RARE:
                continue
            lent = float(panel.course[s])
            coming, middle = rate_quantiles(np.round(events), exposure, year, most, lent, kind == RATE)
            middle = np.clip(middle, coming[:, LOWER_80], coming[:, UPPER_80])
        places.append(s)
        found.append(coming * per)
        middles.append(middle * per)
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
    events: np.ndarray, exposure: np.ndarray, year: np.ndarray, most: int, lent: float = np.nan, of_rates: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (most, 15) and course (most,) of the rate, events by exposure, of one series of rare events. events,
    exposure, year: (years,), whole numbers of events. lent: change of the log a year of the larger area. ``of_rates``
    False: a count without exposure, which stays whole."""
    known = learned(events[None], exposure[None], year[None], np.array([lent]), of_rates)
    at_risk, spread = exposure_ahead(exposure, year, most)
    quantiles, middle = np.empty((most, len(LEVELS))), np.empty(most)
    for h in range(most):
        coming = known.ahead(0, h + 1, float(at_risk[h]))
        counts, chance = _chances(coming)
        beside = counts[:, None] * np.exp(-spread[h] * EXPOSURE_NODES) if of_rates else counts
        each = np.repeat(chance / beside[0].size, beside[0].size)
        order = np.argsort(beside.ravel(), kind="stable")
        place = np.searchsorted(np.cumsum(each[order]), LEVELS)
        quantiles[h] = beside.ravel()[order[np.minimum(place, len(order) - 1)]] / at_risk[h]
        middle[h] = coming.mean / at_risk[h]
    return quantiles, middle


def exposure_ahead(exposure: np.ndarray, year: np.ndarray, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Exposure of the coming years, and the sd of its logarithm: the median change of the last five goes on."""
    changes = (np.diff(np.log(exposure)) / np.diff(year))[-RECENT:]
    h = np.arange(1, most + 1)
    if not len(changes):
        return np.full(most, exposure[-1]), 2 * EXPOSURE_SPREAD * h**0.75
    spread = max(float(np.std(changes)), EXPOSURE_SPREAD) if changes.any() else 0.0
    return exposure[-1] * np.exp(np.median(changes) * h), spread * h**0.75


def _chances(coming: CountForecast) -> tuple[np.ndarray, np.ndarray]:
    """Counts, and the chance of each; high ones stand for those around them."""
    far = coming.expected + FAR * np.sqrt(coming.expected * (1 + coming.expected / coming.size))
    top = float(far[coming.weight > 1e-4].max()) + 16
    high = np.geomspace(EVERY_COUNT, max(top, EVERY_COUNT + 1.0) * 2, BESIDE)
    counts = np.unique(np.round(np.r_[np.arange(min(top, EVERY_COUNT)), high]))
    middle = np.floor((np.r_[0, counts[:-1] + 1] + counts) / 2)
    return middle, np.diff(coming.chances(counts), prepend=0.0)


def share_quantiles(events: np.ndarray, exposure: np.ndarray, exposure_ahead: np.ndarray) -> np.ndarray:
    """Quantiles (ahead, 15) of the counts out of ``exposure_ahead`` people."""
    a, b, weight = _beta(events, exposure)
    # +1 where the counts only ever fell, -1 where they only ever rose (institutions with a department: 6, 7, 8 of 17),
    # seen often enough: the side on which they have not gone
    moves = np.diff(events)
    often = len(moves) >= STEPS and np.count_nonzero(moves) >= 2
    turning = (-1 if (moves >= 0).all() else int((moves <= 0).all())) if often else 0

    def coming(h: int, people: float) -> np.ndarray:
        precision = np.maximum((a + b) * DISCOUNTS[:, None] ** h, 1e-3)
        mean = _shifted(a / (a + b), SHARE_TRENDS * (DAMPED ** np.arange(h)).sum())
        counts = np.arange(np.round(people) + 1)
        chance = np.tensordot(weight, _beta_binomial(counts, precision, mean), 2)
        chance[turning * (counts - events[-1]) > 0] *= TURNS
        reached = np.cumsum(chance) / chance.sum()
        return counts[np.minimum(np.searchsorted(reached, LEVELS), len(counts) - 1)]

    return np.array([coming(h, people) for h, people in enumerate(exposure_ahead, 1)])


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


def _beta_binomial(counts: np.ndarray, precision: np.ndarray, mean: np.ndarray) -> np.ndarray:
    """P(Y = counts) out of as many people as the last count, (discounts, trends, counts)."""
    from scipy.special import betaln, gammaln

    a, b = (precision * mean)[..., None], (precision * (1 - mean))[..., None]
    most = counts[-1]
    ways = gammaln(most + 1) - gammaln(counts + 1) - gammaln(most - counts + 1)
    return np.exp(ways + betaln(a + counts, b + most - counts) - betaln(a, b))
