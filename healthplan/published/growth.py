"""Measures by the ratio of growth rates: Open SDG's, Eurostat's, and the average annual rate of reduction (AARR).
Sources: open-sdg/sdg-build ``sdg/ProgressMeasure.py`` @139fede7 and open-sdg ``docs/progress-methodology.md`` @26d2e387
(the version of 2022 used other thresholds and labels: the stamp matters); EUSTAT-DES/data ``scripts/build_data.py``
@00a0109c, Eustat's reading of Eurostat with its known oddities kept; UNICEF "how to calculate AARR" technical note."""

import numpy as np

from healthplan.published.measure import ACHIEVED, Answer, Goals, Measure, graded

THRESHOLDS = (0.95, 0.60, 0.0)
GROWTH = (0.015, 0.005, 0.0)
WORDS = ("substantial_progress", "moderate_progress", "limited_progress", "deterioration")
LIMIT_EXPONENT = 4.44
ZERO = 0.001


def open_sdg(g: Goals) -> Answer:
    """The ratio R to a target, or directed growth without one.

    With a target: R = s·d·CAGR(base→value) / |CAGR(base→target)|, with s = -1 for a negative base and d = ±1 the
    direction. R ≥ 0.95 ``substantial_progress``, ≥ 0.60 ``moderate_progress``, ≥ 0 ``limited_progress``, below
    ``deterioration``; a met target is ``target_achieved``, score 5, whatever R. Without: s·d·CAGR (a fraction a year)
    against 1.5 %, 0.5 % and 0 %, the positive thresholds shrunk near a natural ``limit`` (which is ignored when a
    target exists). ``score`` runs from -5 to +5.
    """
    r, c, achieved = progress(g)
    aimed = ~np.isnan(g.target)
    place = np.where(aimed, graded(r, THRESHOLDS, first=1), graded(r, tuple(t * c for t in GROWTH), first=1))
    # with a target the source's own rounded coefficients
    high, low = np.minimum(7.1429 * r - 4.2857, 5.0), np.maximum(4.1667 * r - 2.5, -5.0)
    score = np.where(aimed, np.where(r >= 0.6, high, low), _growth_score(r, c))
    place, score = np.where(achieved, 0, place), np.where(achieved, 5.0, score)
    return Answer(r, place, score, {"coefficient": c})


def progress(g: Goals) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """R or the directed growth, the limit's coefficient, and whether the target is achieved. No R: fewer than two
    years, opposite signs, a base equal to the target, a zero base or target. For a target on the other side of zero the
    source takes a complex root and its modulus; so does this, because the published values do."""
    target = np.where((g.target == 0) & ~np.isnan(g.zero), g.zero, g.target)
    achieved = g.sign * (g.value - target) >= 0
    c = np.where(np.isnan(target) & ~np.isnan(g.limit), coefficient(g.base, g.limit), 1.0)
    side = np.where(g.base < 0, -1, 1) * g.sign
    base = np.where((g.base == 0) & ~np.isnan(g.zero), g.zero, g.base)
    with np.errstate(all="ignore"):
        observed = (g.value / base) ** (1 / (g.year - g.base_year)) - 1
        root = (target / base).astype(complex) ** (1 / (g.target_year - g.base_year))
        needed = np.where(target == 0, 0.0, np.abs(root - 1))
        needed = np.where((target == base) | (g.target_year == g.base_year), 0.0, needed)
        r = side * np.where(np.isnan(target), observed, observed / needed)
    there = (g.year - g.base_year >= 1) & (base != 0) & (base * g.value >= 0)
    there &= np.isnan(target) | (needed > 0)
    return np.where(there, r, np.nan), c, achieved


def coefficient(base: np.ndarray, limit: np.ndarray) -> np.ndarray:
    """C: how much of the growth thresholds is left for a base near its natural limit. 1 - (|y0|/|L|)^4.44 up to the
    limit, mirrored between L and 2L, 1 beyond; 0 at the limit itself."""
    with np.errstate(all="ignore"):
        share = np.abs(base) / np.abs(limit)
        share = np.where(share <= 1, share, 2 - share)
        return np.where(share <= 0, 1.0, 1 - np.maximum(share, 0) ** LIMIT_EXPONENT)


def _growth_score(v: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Score without a target, linear between the thresholds; a base that holds its limit has 5."""
    with np.errstate(all="ignore"):
        scaled = v / c
    rising = np.where(v >= 0.005 * c, 250 * scaled - 1.25, 500 * scaled - 2.5)
    rising = np.where(v >= 0.015 * c, np.minimum(500 * scaled - 5, 5.0), rising)
    rising = np.where(c == 0, 5.0, rising)
    score = np.where(v < 0, np.maximum(125 * v - 2.5, -5.0), rising)
    return np.where(np.isnan(v), np.nan, score)


OPEN_SDG = Measure(
    "open_sdg",
    "Statistics Canada, Open SDG",
    "open_sdg-2024 (sdg-build 139fede7)",
    (ACHIEVED, *WORDS),
    (0, 1),
    (3, 4),
    open_sdg,
    ZERO,
)


EUROSTAT_WORDS = ("significant_progress", "moderate_progress", "no_progress", "moderate_deterioration",
         "significant_deterioration")  # fmt: skip
WITH_TARGET = np.array([0, 1, 3, 4, -1], np.int8)  # no_progress is said without a target only


def eurostat(g: Goals) -> Answer:
    """Progress by Eurostat's thresholds: R against 95/60/0 %, or directed growth against ±1 and ±0.1 %.

    R and directed growth are those of :func:`progress`. With a target: R ≥ 0.95 or met ``significant_progress``, ≥
    0.60 ``moderate_progress``, ≥ 0 ``moderate_deterioration`` (sic), below ``significant_deterioration``; score 5
    above 1.3, (5/0.7)(R-0.6) down to 0.6, (5/1.2)(R+0.6)-5 down to -0.6, else -5. Without: ≥ 1 %, ≥ 0.1 %, ≥ -0.1 %
    ``no_progress``, ≥ -1 %, below; score 5·v/2 % within ±5, the positive side divided by the limit's coefficient. The
    edge of mild deterioration shrinks with the coefficient too.
    """
    r, c, achieved = progress(g)
    aimed = ~np.isnan(g.target)
    edges = (0.01 * c, 0.001 * c, np.full_like(c, -0.001), np.minimum(-0.01 * c, -0.001))
    place = np.where(aimed, WITH_TARGET[graded(r, THRESHOLDS)], graded(r, edges))
    high = np.where(r > 1.3, 5.0, 5 / 0.7 * (r - 0.6))
    low = np.where(r > -0.6, 5 / 1.2 * (r + 0.6) - 5, -5.0)
    of_way = np.where(np.isnan(r), np.nan, np.where(r >= 0.6, high, low))
    score = np.where(aimed, of_way, _eurostat_growth_score(r, c))
    place, score = np.where(achieved, 0, place), np.where(achieved, 5.0, score)
    return Answer(r, place, score, {"coefficient": c})


def _eurostat_growth_score(v: np.ndarray, c: np.ndarray) -> np.ndarray:
    with np.errstate(all="ignore"):
        rising = np.where(v > 0.02 * c, 5.0, 5 * v / (0.02 * c))
    score = np.where((c == 0) & (v >= -0.02), 5.0, np.where(v >= 0, rising, 5 * v / 0.02))
    return np.where(np.isnan(v), np.nan, np.where(v < -0.02, -5.0, score))


EUROSTAT = Measure(
    "eurostat",
    "Eurostat as Eustat publishes it",
    "eurostat-eustat (EUSTAT-DES 00a0109c)",
    EUROSTAT_WORDS,
    (0,),
    (3, 4),
    eurostat,
    ZERO,
)


def unicef(g: Goals) -> Answer:
    """Observed against required rate of reduction from the last point to the target. ``value`` is the observed AARR
    since the base (percent a year, positive = falling), ``parts`` holds ``required``. ``met``; ``on_track`` when it
    falls (or, for a goal to rise, rises) at least as fast as required, else ``off_track``. None where a value of the
    window or the target is not above zero."""
    observed, required = aarr(g), required_aarr(g)
    good = g.sign * (required - observed) >= 0
    unknown = np.isnan(observed) | np.isnan(required)
    place = np.where(g.met, 0, np.where(unknown, -1, np.where(good, 1, 2)))
    return Answer(observed, place.astype(np.int8), None, {"required": required})


def aarr(g: Goals) -> np.ndarray:
    """100·(1 - e^b), b the slope of ln(value) on the year from the base year on; nan for fewer than
    two points or one that is not positive."""
    inside = (g.years >= g.base_year[:, None]) & ~np.isnan(g.values)
    n = inside.sum(1)
    with np.errstate(all="ignore"):
        logs = np.where(inside, np.log(g.values), 0.0)
        time = np.where(inside, g.years - g.year[:, None], 0.0)
        time = np.where(inside, time - (time.sum(1) / n)[:, None], 0.0)
        slope = (time * logs).sum(1) / (time**2).sum(1)
    sound = (n >= 2) & ~(inside & (g.values <= 0)).any(1)
    return np.where(sound, 100 * (1 - np.exp(np.where(sound, slope, 0))), np.nan)


def required_aarr(g: Goals) -> np.ndarray:
    """100·(1 - (target/value)^(1/years left)); negative when the value must rise."""
    left = g.target_year - g.year
    with np.errstate(all="ignore"):
        rate = 100 * (1 - (g.target / g.value) ** (1 / left))
    return np.where((g.target > 0) & (g.value > 0) & (left > 0), rate, np.nan)


UNICEF = Measure(
    "unicef_aarr", "UNICEF, Countdown", "unicef-aarr-2007", ("met", "on_track", "off_track"), (0, 1), (2,), unicef
)
