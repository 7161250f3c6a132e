"""UN ESCAP's current status and anticipated progress indices, as UNICEF MENARO computes them.

Source: spalmas/SDG-MENARO ``03_progress_assessment`` @8eae7801 (used by UNICEF MENARO; the index
itself is UN ESCAP's and shared by the five UN regional commissions).
"""

import numpy as np

from healthplan.published.measure import Answer, Goals, Measure, graded

VERSION = "escap-menaro (SDG-MENARO 8eae7801)"
WHOLE = 100.0


def current_status(g: Goals) -> Answer:
    """Current status index CS of the latest value. > 9 ``On-track``, > 0 ``Slow progress``, else
    ``Regression``. One point alone (no base) is on track with 10 if it meets the target."""
    return index(g, g.value)


def anticipated_progress(g: Goals) -> Answer:
    """Anticipated progress index AP: the same index of the value predicted for the target year. > 9
    ``Will meet target``, > 0 ``Need to accelerate``, else ``No progress expected``."""
    return index(g, predicted(g))


def index(g: Goals, there: np.ndarray) -> Answer:
    """±10·(there-base)/|target-base|, 10 once the target is met, negative for a step back; minus
    infinity for a base at its target and a value that fell off it, as in the source."""
    with np.errstate(all="ignore"):
        far = g.sign * 10 * (there - g.base) / np.abs(g.target - g.base)
    far = np.where(g.target == g.base, -np.inf, far)
    value = np.where(g.sign * (there - g.target) >= 0, 10.0, far)
    value = np.where(np.isnan(there), np.nan, value)
    just_above = (np.nextafter(9.0, 10), np.nextafter(0.0, 1))  # above, not at
    return Answer(value, graded(value, just_above), value)


def predicted(g: Goals) -> np.ndarray:
    """The source's projection: the last value plus the mean of the yearly slopes between points, on
    the logit scale for shares, else on the log scale.

    A series that touches 0 or the whole keeps its last value. Trap: two close points are carried on
    for decades; the source prints 0.001 % for a country that had 98.2 %.
    """
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


CURRENT = Measure(
    "escap_current",
    "UN ESCAP as in UNICEF MENARO",
    VERSION,
    ("On-track", "Slow progress", "Regression"),
    (),
    (),
    current_status,
)
MEASURE = Measure(
    "escap",
    "UN ESCAP as in UNICEF MENARO",
    VERSION,
    ("Will meet target", "Need to accelerate", "No progress expected"),
    (0,),
    (2,),
    anticipated_progress,
)
