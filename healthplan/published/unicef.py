"""UNICEF's and Countdown's average annual rate of reduction (AARR), observed and required.

Source: UNICEF "how to calculate AARR" technical note; NIPN's notes on its pitfalls (the window, the
surveys included and a number or a rate as target all change the answer, so print them).
"""

import numpy as np

from healthplan.published.measure import Answer, Goals, Measure


def unicef(g: Goals) -> Answer:
    """Observed against required rate of reduction from the last point to the target.

    ``value`` is the observed AARR since the base (percent a year, positive = falling), ``parts`` holds ``required``.
    ``met``; ``on_track`` when it falls (or, for a goal to rise, rises) at least as fast as required, else
    ``off_track``. None where a value of the window or the target is not above zero.
    """
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


MEASURE = Measure(
    "unicef_aarr", "UNICEF, Countdown", "unicef-aarr-2007", ("met", "on_track", "off_track"), (0, 1), (2,), unicef
)
