"""Status rules as they judge a past goal: ours, the published ones and the trivial ones.

A rule is a function of the figures known at the time that returns a class for each judgement (-1:
it abstains). For counting right and wrong every rule is read the same way: its ``positive`` classes
say "will be met", all others "will not". The published ones are the measures of
:mod:`healthplan.published` for whole arrays (a test holds both equal); their base year is five years
before the origin, fixed for the event, as in a plan with a baseline.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from healthplan.calls.events import Book, Judgements

ABSTAINS = -1
BASE_YEARS = 5
ZERO = 0.001  # what Open SDG and Eustat put for a zero base or target
Classes = np.ndarray


@dataclass(frozen=True)
class Rule:
    """A named rule: ``words`` of its classes, best first; which are ``positive`` (read as "will be
    met"), and which say on course (``on``) and off course (``off``) where reliability is
    reported."""

    name: str
    words: tuple[str, ...]
    positive: tuple[int, ...]
    off: tuple[int, ...]
    judge: Callable[[Book, Judgements], Classes]

    @property
    def on(self) -> tuple[int, ...]:
        """A published rule says on course with its positive classes."""
        return self.positive


YES_NO = ("met", "not_met")
OPEN_SDG = ("target_achieved", "substantial", "moderate", "limited", "deterioration")


def known(book: Book, j: Judgements, index: np.ndarray | None = None) -> np.ndarray:
    """The value at an index of each judgement's series; at ``now`` when none is given."""
    return book.values[j.series, j.now if index is None else index]


def base_index(j: Judgements) -> np.ndarray:
    """Five years before the origin, or the first year of the run."""
    return np.maximum(j.origin - BASE_YEARS, 0)


def reached(book: Book, j: Judgements) -> np.ndarray:
    """Whether the latest value meets the goal already."""
    return j.sign * (known(book, j) - j.goal) >= 0


def always_met(book: Book, j: Judgements) -> Classes:
    """Trivial: every goal will be met."""
    return np.zeros(len(j), np.int8)


def never_met(book: Book, j: Judgements) -> Classes:
    """Trivial: no goal will be met."""
    return np.ones(len(j), np.int8)


def same_call(book: Book, j: Judgements) -> Classes:
    """Trivial: as it stood at the origin, then always the same as the last call."""
    return _yes(j.sign * (known(book, j, j.origin) - j.goal) >= 0)


def last_value(book: Book, j: Judgements) -> Classes:
    """Trivial: as it stands today."""
    return _yes(reached(book, j))


def last_outcome(book: Book, j: Judgements) -> Classes:
    """Trivial: as the last goal of this kind came out (same factor and span, due today)."""
    earlier = j.now - (j.due - j.origin)
    before = known(book, j, np.maximum(earlier, 0)) * j.factor
    came = j.sign * (known(book, j) - before) >= 0
    return np.where(earlier >= 0, _yes(came), ABSTAINS).astype(np.int8)


def open_sdg(book: Book, j: Judgements) -> Classes:
    """Open SDG: R from the base year, with its 0.001 for zero."""
    ratio = _growth_ratio(book, j)
    return _graded(ratio, (0.95, 0.60, 0.0), reached(book, j), first=1)


def eurostat(book: Book, j: Judgements) -> Classes:
    """Eurostat as Eustat publishes it: the same R, met counts as significant progress."""
    ratio = _growth_ratio(book, j)
    return _graded(ratio, (0.95, 0.60, 0.0), reached(book, j), first=0)


def sdsn(book: Book, j: Judgements) -> Classes:
    """SDSN: linear growth since the base against the linear growth needed: 100 %, 50 %, 0."""
    base = base_index(j)
    y0, y = known(book, j, base), known(book, j)
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = ((y - y0) / (j.goal - y0)) / ((j.now - base) / (j.due - base))
        pace = np.where(j.sign * (j.goal - y0) > 0, pace, np.nan)
    pace = np.where(j.now > base, pace, np.nan)
    return _graded(pace, (1.0, 0.5, 0.0), reached(book, j), first=0)


def destatis(book: Book, j: Judgements) -> Classes:
    """Destatis: the mean of the last five changes carried on, miss under 5 % and 20 % of what is
    left."""
    back = np.minimum(BASE_YEARS, j.now)
    y = known(book, j)
    change = (y - known(book, j, j.now - back)) / np.maximum(back, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        miss = 1 - change * (j.due - j.now) / (j.goal - y)
    out = np.where(miss < 0.05, 0, np.where(miss <= 0.20, 1, 2))
    out = np.where(j.sign * change <= 0, 3, out)
    out = np.where(reached(book, j), np.where(j.sign * change < 0, 1, 0), out)
    return np.where(back >= 3, out, ABSTAINS).astype(np.int8)


def escap(book: Book, j: Judgements) -> Classes:
    """ESCAP's anticipated progress index: mean slope on the logit (shares) or log scale, against
    the base."""
    share = book.share[j.series]
    y0, y, first = known(book, j, base_index(j)), known(book, j), book.values[j.series, 0]
    top = np.where(share, 100.0, np.inf)
    low, high = _extremes(book, j)
    free = (low > 0) & (high < top)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        odds = [np.where(share, v / (100 - v), v) for v in (first, y)]
        slope = (np.log(odds[1]) - np.log(odds[0])) / j.now
        ahead = odds[1] * np.exp(slope * (j.due - j.now))
        there = np.where(share, 100 * ahead / (1 + ahead), ahead)
        there = np.where(free, there, y)
        index = j.sign * 10 * (there - y0) / np.abs(j.goal - y0)
    index = np.where(j.sign * (there - j.goal) >= 0, 10.0, index)
    return np.where(index > 9, 0, np.where(index > 0, 1, 2)).astype(np.int8)


def unicef(book: Book, j: Judgements) -> Classes:
    """UNICEF: average annual rate of change since the base against the rate needed from now."""
    base = base_index(j)
    slope = _log_slope(book, j, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        needed = np.log(j.goal / known(book, j)) / (j.due - j.now)
    good = j.sign * (slope - needed) >= 0
    out = np.where(reached(book, j), 0, np.where(good, 0, 1))
    unknown = np.isnan(slope) | np.isnan(needed)
    return np.where(unknown & ~reached(book, j), ABSTAINS, out).astype(np.int8)


def healthy_people(book: Book, j: Judgements) -> Classes:
    """Healthy People without standard errors: met, at least 10 % of the targeted change, little,
    worse."""
    y0, y = known(book, j, base_index(j)), known(book, j)
    with np.errstate(divide="ignore", invalid="ignore"):
        towards = j.sign * (y - y0) > 0
        achieved = (y - y0) / (j.goal - y0)
        relative = np.where(y0 == 0, np.inf, np.abs(y - y0) / np.abs(y0))
    better = towards & (achieved >= 0.1)
    worse = ~towards & (y != y0) & (relative >= 0.1)
    out = np.where(better, 1, np.where(worse, 3, 2))
    return np.where(reached(book, j), 0, out).astype(np.int8)


def grey(book: Book, j: Judgements) -> Classes:
    """GM(1,1) on all figures so far: the point forecast meets the goal or it does not."""
    there = _grey_forecast(book, j)
    out = _yes(j.sign * (there - j.goal) >= 0)
    return np.where(np.isnan(there), ABSTAINS, out).astype(np.int8)


PUBLISHED = (
    Rule("open_sdg", OPEN_SDG, (0, 1), (3, 4), open_sdg),
    Rule(
        "eurostat",
        (
            "significant_progress",
            "moderate_progress",
            "moderate_deterioration",
            "significant_deterioration",
        ),
        (0,),
        (2, 3),
        eurostat,
    ),
    Rule("destatis", ("sun", "slightly_cloudy", "cloud", "thunderstorm"), (0, 1), (2, 3), destatis),
    Rule("escap", ("will_meet", "accelerate", "no_progress"), (0,), (2,), escap),
    Rule("unicef_aarr", ("on_track", "off_track"), (0,), (1,), unicef),
    Rule(
        "healthy_people",
        ("met", "improving", "little_change", "worse"),
        (0, 1),
        (3,),
        healthy_people,
    ),
    Rule("sdsn", ("on_track", "moderate", "stagnating", "decreasing"), (0,), (2, 3), sdsn),
    Rule("gm11", YES_NO, (0,), (1,), grey),
)
TRIVIAL = (
    Rule("always_met", YES_NO, (0,), (1,), always_met),
    Rule("never_met", YES_NO, (0,), (1,), never_met),
    Rule("same_call", YES_NO, (0,), (1,), same_call),
    Rule("last_value", YES_NO, (0,), (1,), last_value),
    Rule("last_outcome", YES_NO, (0,), (1,), last_outcome),
)


def _yes(met: np.ndarray) -> Classes:
    return np.where(met, 0, 1).astype(np.int8)


def _graded(
    value: np.ndarray, thresholds: tuple[float, ...], met: np.ndarray, *, first: int
) -> Classes:
    """Classes from ``first`` on by falling thresholds; a met goal is class 0; no value abstains."""
    out = np.full(len(value), first + len(thresholds), np.int8)
    for place, threshold in reversed(list(enumerate(thresholds))):
        out[value >= threshold] = first + place
    out[np.isnan(value)] = ABSTAINS
    out[met] = 0
    return out


def _growth_ratio(book: Book, j: Judgements) -> np.ndarray:
    """R: observed over required growth rate since the base year; nan where the source has none."""
    base = base_index(j)
    y0, y, goal = known(book, j, base), known(book, j), j.goal
    y0, goal = np.where(y0 == 0, ZERO, y0), np.where(goal == 0, ZERO, goal)
    years, span = j.now - base, j.due - base
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        observed = (y / y0) ** (1 / years) - 1
        needed = np.abs((goal / y0) ** (1 / span) - 1)
        ratio = np.where(y0 < 0, -1, 1) * j.sign * observed / needed
    return np.where((years >= 1) & (needed > 0) & (y * y0 >= 0), ratio, np.nan)


def _extremes(book: Book, j: Judgements) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value up to now."""
    low = np.minimum.accumulate(book.values, 1)[j.series, j.now]
    return low, np.maximum.accumulate(book.values, 1)[j.series, j.now]


def _log_slope(book: Book, j: Judgements, start: np.ndarray) -> np.ndarray:
    """Least-squares slope of ln(value) from ``start`` to now; nan if a value in between is not
    positive."""
    with np.errstate(divide="ignore", invalid="ignore"):
        logs = np.where(book.values > 0, np.log(book.values), np.nan)
    time = np.arange(book.values.shape[1])
    sums = [_from_zero(np.cumsum(x, 1)) for x in (logs, logs * time)]
    gaps = _from_zero(np.cumsum(np.isnan(logs), 1))
    sums = [_from_zero(np.cumsum(np.nan_to_num(x), 1)) for x in (logs, logs * time)]
    stop = j.now + 1
    total, moment = (x[j.series, stop] - x[j.series, start] for x in sums)
    missing = gaps[j.series, stop] - gaps[j.series, start]
    n = stop - start
    mean_time = (start + j.now) / 2
    spread = n * (n**2 - 1) / 12
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (moment - mean_time * total) / spread
    return np.where((missing == 0) & (n >= 2), slope, np.nan)


def _grey_forecast(book: Book, j: Judgements) -> np.ndarray:
    """Point forecast of GM(1,1) for the due year from the run up to now; nan below four or unless
    positive."""
    x = book.values
    sums = np.cumsum(x, 1)
    means = np.full_like(x, np.nan)
    means[:, 1:] = (sums[:, 1:] + sums[:, :-1]) / 2
    pairs = np.where(np.isnan(means) | np.isnan(x), 0.0, 1.0)
    z, v = np.nan_to_num(means), np.where(pairs > 0, x, 0.0)
    at = (j.series, j.now)
    n, sz, sx, szx, szz = (np.cumsum(a, 1)[at] for a in (pairs, z, v, z * v, z * z))
    low, _ = _extremes(book, j)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        a = -(szx - sz * sx / n) / (szz - sz * sz / n)
        b = (sx + a * sz) / n
        there = (x[j.series, 0] - b / a) * (1 - np.exp(a)) * np.exp(-a * j.due)
    return np.where((j.now >= 3) & (low > 0) & np.isfinite(there), there, np.nan)


def _from_zero(sums: np.ndarray) -> np.ndarray:
    """Cumulative sums with a leading zero: sums[b] - sums[a] is then the sum over a..b-1."""
    return np.hstack([np.zeros((len(sums), 1)), sums])
