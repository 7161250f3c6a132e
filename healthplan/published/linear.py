"""Measures by the share of the way: done, or to be done at the present pace. Sources: the trend arrows of the
Sustainable Development Report (SDSN); NCHS, Healthy People 2020 final progress table and 2030 methods; "Progress
Calculation Guide" of the Imihigo Monitoring System, Rwanda (public document); Federal Statistical Office, indicator
report 2022, and DnsTestEnvironment/dns-data @7de43d68; UN ESCAP's index as UNICEF MENARO computes it
(spalmas/SDG-MENARO ``03_progress_assessment`` @8eae7801)."""

import numpy as np

from healthplan.published.measure import Answer, Goals, Measure, graded


def sdsn(g: Goals) -> Answer:
    """Linear growth since the base over the linear growth needed: 100 % and more (or met) on track,
    50 % moderate, 0 stagnating, below decreasing; none for a base that met the target."""
    with np.errstate(all="ignore"):
        done = (g.value - g.base) / (g.target - g.base)
        pace = done / ((g.year - g.base_year) / (g.target_year - g.base_year))
    pace = np.where((g.sign * (g.target - g.base) > 0) & (g.year > g.base_year), pace, np.nan)
    return Answer(pace, np.where(g.met, 0, graded(pace, (1.0, 0.5, 0.0))).astype(np.int8))


SDSN = Measure(
    "sdsn",
    "Sustainable Development Report, SDSN",
    "sdsn-arrows",
    ("on_track", "moderate", "stagnating", "decreasing"),
    (0,),
    (2, 3),
    sdsn,
)


WORDS = ("Target met or exceeded", "Improving", "Little or no detectable change", "Getting worse")
ENOUGH = 10.0  # percent, where no standard error is known
CRITICAL = 1.959963984540054  # two-sided 95 %


def healthy_people(g: Goals) -> Answer:
    """``value``: 100·(value-base)/(target-base), the percentage of targeted change achieved, only when moving towards
    the target. Met or exceeded; else towards the target ``Improving``, away from it ``Getting worse``, both only if
    detectable: |z| ≥ 1.96 where both standard errors are known, else at least 10 % of the targeted change (towards) or
    of the baseline (away; any step from a baseline of zero). All else is ``Little or no detectable change``."""
    change = g.value - g.base
    towards = g.sign * change > 0
    with np.errstate(all="ignore"):
        achieved = np.where(towards & (g.target != g.base), 100 * change / (g.target - g.base), np.nan)
        relative = np.where(g.base == 0, np.inf, 100 * np.abs(change) / np.abs(g.base))
        z = np.abs(change) / np.hypot(g.base_error, g.value_error)
    seen = np.where(np.isnan(z), np.where(towards, achieved, relative) >= ENOUGH, z >= CRITICAL)
    moved = np.where(seen & (change != 0), np.where(towards, 1, 3), 2)
    place = np.where(np.isnan(change), -1, np.where(g.met, 0, moved))
    return Answer(achieved, place.astype(np.int8), None, {"z": z})


HEALTHY_PEOPLE = Measure(
    "healthy_people", "Healthy People, NCHS", "healthy_people-2030", WORDS, (0, 1), (3,), healthy_people
)


CAP = 100.0


def imihigo(g: Goals) -> Answer:
    """Percent of the target, capped at 100: value ÷ target, for a goal to fall target ÷ value (100 when nothing
    happened). A target of zero: 100 when something was done, else 0. ``parts`` holds the percentage ``uncapped``."""
    with np.errstate(all="ignore"):
        rising = np.where(g.target > 0, 100 * g.value / g.target, np.where(g.value > 0, CAP, 0.0))
        falling = np.where(g.value > 0, 100 * g.target / g.value, CAP)
    share = np.where(g.sign > 0, rising, falling)
    none = np.full(share.shape, -1, np.int8)
    return Answer(np.minimum(share, CAP), none, None, {"uncapped": share})


IMIHIGO = Measure(
    "imihigo", "Imihigo, Rwanda", "imihigo-guide", (), (), (), imihigo
)  # fmt: skip


SYMBOLS = (
    "Sun (met or miss <5% of remaining gap)",
    "Slightly cloudy (miss 5-20%)",
    "Cloud (right direction; miss >20%)",
    "Thunderstorm (wrong direction)",
)
MISS_SUN, MISS_SLIGHT = 0.05, 0.20
WINDOW, FEWEST_YEARS = 5, 4


def destatis(g: Goals) -> Answer:
    """The symbol by the mean of the last five annual changes, of at least four consecutive years."""
    return symbols(g, mean_change(g))


def symbols(g: Goals, change: np.ndarray, *, every_year: bool = False) -> Answer:
    """The symbol of a mean annual ``change``: how much of the remaining way would be missed.

    The projection is P = value + change·(target_year-year) and the miss is (target-P)/(target-value). Miss < 5 % sun,
    ≤ 20 % slightly cloudy, more cloud; no movement towards the target thunderstorm. A target met, or to be held
    ``every_year``: met and not slipping sun, met but slipping slightly cloudy, not met and not moving away cloud,
    moving away thunderstorm; an unknown change counts as not slipping when met. ``value`` is the miss (negative:
    overshot), or the change where the miss does not decide; ``parts`` holds both.
    """
    with np.errstate(all="ignore"):
        miss = 1 - change * (g.target_year - g.year) / (g.target - g.value)
    slipping, held = g.sign * change < 0, g.met | every_year
    kept = np.where(g.met, np.where(slipping, 1, 0), np.where(slipping, 3, 2))
    ahead = np.where(miss < MISS_SUN, 0, np.where(miss <= MISS_SLIGHT, 1, 2))
    ahead = np.where(g.sign * change <= 0, 3, ahead)
    place = np.where(np.isnan(change) & ~g.met, -1, np.where(held, kept, ahead))
    value = np.where(held | (ahead == 3), change, miss)
    miss = np.where(held, np.nan, miss)
    return Answer(value, place.astype(np.int8), None, {"mean_annual_change": change, "miss_ratio": miss})  # fmt: skip


def mean_change(g: Goals) -> np.ndarray:
    """Mean of the last five annual changes (or three, four) of the years that follow one another."""
    steps = np.diff(g.years, axis=1) == 1
    run = np.cumprod(steps[:, ::-1][:, :WINDOW], axis=1).sum(1)
    rows, last = np.arange(len(g.value)), g.values.shape[1] - 1
    change = (g.value - g.values[rows, last - run]) / np.maximum(run, 1)
    return np.where(run >= FEWEST_YEARS - 1, change, np.nan)


DESTATIS = Measure(
    "destatis", "Destatis, German sustainability indicators", "destatis-2022", SYMBOLS, (0, 1), (2, 3), destatis
)


MENARO = "escap-menaro (SDG-MENARO 8eae7801)"
WHOLE = 100.0


def index(g: Goals, there: np.ndarray) -> Answer:
    """Current status of the latest value, or anticipated progress of the value predicted for the target year:
    ±10·(there-base)/|target-base|, 10 once the target is met (one point alone too), negative for a step back; minus
    infinity for a base at its target and a value that fell off it, as in the source. Classes above 9, above 0, else."""
    with np.errstate(all="ignore"):
        far = g.sign * 10 * (there - g.base) / np.abs(g.target - g.base)
    far = np.where(g.target == g.base, -np.inf, far)
    value = np.where(g.sign * (there - g.target) >= 0, 10.0, far)
    value = np.where(np.isnan(there), np.nan, value)
    just_above = (np.nextafter(9.0, 10), np.nextafter(0.0, 1))  # above, not at
    return Answer(value, graded(value, just_above), value)


def predicted(g: Goals) -> np.ndarray:
    """The source's projection: the last value plus the mean of the yearly slopes between points, on the logit scale for
    shares, else on the log scale. A series that touches 0 or the whole keeps its last value. Trap: two close points are
    carried on for decades; the source prints 0.001 % for a country that had 98.2 %."""
    share, x = g.share[:, None], g.values
    free = np.where(np.isnan(x), True, (x > 0) & (~share | (x < WHOLE))).all(1)
    with np.errstate(all="ignore"):
        scale = np.log(np.where(share, x / (WHOLE - x), x))
        slopes = np.diff(scale, axis=1) / np.diff(g.years, axis=1)
        known = ~np.isnan(slopes)
        slope = np.where(known, slopes, 0).sum(1) / known.sum(1)
        ahead = np.exp(scale[:, -1] + slope * (g.target_year - g.year))
        there = np.where(g.share, WHOLE * ahead / (1 + ahead), ahead)
    return np.where(free & known.any(1) & (slope != 0), there, g.value)


ESCAP_CURRENT = Measure(
    "escap_current",
    "UN ESCAP as in UNICEF MENARO",
    MENARO,
    ("On-track", "Slow progress", "Regression"),
    (),
    (),
    lambda g: index(g, g.value),
)
ESCAP = Measure(
    "escap",
    "UN ESCAP as in UNICEF MENARO",
    MENARO,
    ("Will meet target", "Need to accelerate", "No progress expected"),
    (0,),
    (2,),
    lambda g: index(g, predicted(g)),
)
