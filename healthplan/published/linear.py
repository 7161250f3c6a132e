"""Measures by the share of the way done, on a straight line.

Sources: the trend arrows of the Sustainable Development Report (SDSN); NCHS, Healthy People 2020 final progress table
and Healthy People 2030 methods (the only published class that statistical significance decides); "Progress Calculation
Guide" of the Imihigo Monitoring System, Rwanda's district performance contracts (public document).
"""

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
    the target.

    Met or exceeded; else towards the target ``Improving``, away from it ``Getting worse``, both only if detectable:
    |z| ≥ 1.96 where both standard errors are known, else at least 10 % of the targeted change (towards) or of the
    baseline (away; any step from a baseline of zero). All else is ``Little or no detectable change``.
    """
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
