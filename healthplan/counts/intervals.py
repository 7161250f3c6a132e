"""Intervals of counts, rates and proportions, as the English public health offices compute them. Source:
PHEindicatormethods (UKHSA) @093fd288. Exact Poisson below ten events, Byar's approximation from ten, Wilson's score for
proportions."""

import math
from dataclasses import dataclass
from statistics import NormalDist

VERSION = "phe-2.1 (PHEindicatormethods 093fd288)"
EXACT_BELOW = 10
LOWEST_CONFIDENCE = 0.9


@dataclass(frozen=True)
class Interval:
    """A value with its limits, in the same unit; ``method`` is ``exact``, ``byar`` or ``wilson``. ``events`` is the
    count behind it: print it beside every rate."""

    value: float
    lower: float
    upper: float
    events: float
    method: str
    confidence: float


def byar(events: float, confidence: float = 0.95) -> Interval:
    """Byar's limits of a count. Raises ValueError for negative events or a confidence outside 0.9-1. lower x(1 - 1/9x -
    z/3√x)³, upper (x+1)(1 - 1/9(x+1) + z/3√(x+1))³. Below about three events the lower limit turns negative and means
    nothing: it is nan then, and for no events. Use :func:`poisson`."""
    z = _z(_checked(events, confidence))
    more = events + 1
    upper = more * (1 - 1 / (9 * more) + z / (3 * math.sqrt(more))) ** 3
    lower = math.nan
    if events > 0:
        lower = events * (1 - 1 / (9 * events) - z / (3 * math.sqrt(events))) ** 3
        lower = lower if lower >= 0 else math.nan
    return Interval(events, lower, upper, events, "byar", confidence)


def exact(events: float, confidence: float = 0.95) -> Interval:
    """Exact Poisson limits of a count: χ²(α/2, 2x)/2 and χ²(1-α/2, 2x+2)/2; of none, 0 below."""
    from scipy.special import gammaincinv  # χ²(p, 2k)/2 is the inverse of the gamma law of shape k

    tail = (1 - _checked(events, confidence)) / 2
    lower = float(gammaincinv(events, tail)) if events > 0 else 0.0
    upper = float(gammaincinv(events + 1, 1 - tail))
    return Interval(events, lower, upper, events, "exact", confidence)


def poisson(events: float, confidence: float = 0.95) -> Interval:
    """Limits of a count: exact below ten events, Byar from ten."""
    return (exact if events < EXACT_BELOW else byar)(events, confidence)


def rate(events: float, population: float, *, per: float = 100_000, confidence: float = 0.95) -> Interval:
    """Events per ``per`` of the population with limits (``phe_rate``). Raises ValueError for negative events, a
    population that is not positive or a confidence outside 0.9-1."""
    if population <= 0:
        raise ValueError("a rate needs a population above zero")
    count = poisson(events, confidence)
    scale = per / population
    return Interval(events * scale, count.lower * scale, count.upper * scale, events, count.method, confidence)


def proportion(part: float, whole: float, *, per: float = 100, confidence: float = 0.95) -> Interval:
    """Part of a whole with Wilson's score limits (``phe_proportion``); per 100 by default. Raises ValueError for a
    negative part, a whole that is not positive, a part above the whole or a confidence outside 0.9-1."""
    if whole <= 0 or part > whole:
        raise ValueError("a proportion needs a whole above zero that holds its part")
    z = _z(_checked(part, confidence))
    middle = 2 * part + z**2
    spread = z * math.sqrt(z**2 + 4 * part * (1 - part / whole))
    scale = per / (2 * (whole + z**2))
    return Interval(
        per * part / whole, (middle - spread) * scale, (middle + spread) * scale, part, "wilson", confidence
    )


def _checked(events: float, confidence: float) -> float:
    if not events >= 0:
        raise ValueError("events cannot be negative")
    if not LOWEST_CONFIDENCE <= confidence < 1:
        raise ValueError("confidence must lie between 0.9 and 1")
    return confidence


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)
