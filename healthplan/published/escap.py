"""UN ESCAP's current status and anticipated progress indices, as UNICEF MENARO computes them.

Source: spalmas/SDG-MENARO ``03_progress_assessment`` @8eae7801 (used by UNICEF MENARO; the index
itself is UN ESCAP's and shared by the five UN regional commissions).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from healthplan.published.common import Measure, meets, sign_of

SOURCE = "escap"
VERSION = "escap-menaro (SDG-MENARO 8eae7801)"
ON_TRACK, ACCELERATE = 9.0, 0.0  # above 9, above 0, else
CURRENT_WORDS = ("On-track", "Slow progress", "Regression")
ANTICIPATED_WORDS = ("Will meet target", "Need to accelerate", "No progress expected")
TOO_LITTLE, NO_DATA = "Insufficient data", "No data"


def status_index(value: float, base: float, target: float, direction: str) -> float:
    """±10·(value-base)/|target-base|, 10 once the target is met, negative for a step back.

    A base exactly at its target and a value that fell off it gives minus infinity, as the source
    does.
    """
    if meets(value, target, direction):
        return 10.0
    if target == base:
        return -math.inf
    return sign_of(direction) * 10 * (value - base) / abs(target - base)


def parity_index(value: float, base: float, target: float = 1.0) -> float:
    """For a two-sided target: 10 - 10·|target-value|/|target-base|; 10 at the target, 0 at no
    change."""
    if value == target:
        return 10.0
    return -math.inf if base == target else 10 - 10 * abs(target - value) / abs(target - base)


def current_status(
    value: float | None, base: float | None, target: float, direction: str
) -> Measure:
    """Current status index CS of the current value. > 9 ``On-track``, > 0 ``Slow progress``, else
    ``Regression``.

    One point (``base`` None) is on track with 10 if it meets the target, else ``Insufficient
    data``; none at all is ``No data``.
    """
    return _index(value, base, target, direction, CURRENT_WORDS)


def anticipated_progress(
    predicted: float | None, base: float | None, target: float, direction: str
) -> Measure:
    """Anticipated progress index AP: the same index of the value predicted for the target year.

    > 9 ``Will meet target``, > 0 ``Need to accelerate``, else ``No progress expected``.
    """
    return _index(predicted, base, target, direction, ANTICIPATED_WORDS)


def _index(
    value: float | None,
    base: float | None,
    target: float,
    direction: str,
    words: tuple[str, str, str],
) -> Measure:
    if value is None:
        return Measure(SOURCE, VERSION, None, NO_DATA)
    if base is None and not meets(value, target, direction):
        return Measure(SOURCE, VERSION, None, TOO_LITTLE, notes=("one point",))
    index = 10.0 if base is None else status_index(value, base, target, direction)
    word = words[0] if index > ON_TRACK else words[1] if index > ACCELERATE else words[2]
    return Measure(SOURCE, VERSION, index, word, index)


def predict_mean_slope(
    years: Sequence[float], values: Sequence[float], year: float, scale: float = 100
) -> float:
    """The source's projection: last value on the logit scale plus the mean of the yearly slopes
    between points.

    ``scale`` is the value that counts as whole (100 for percent, 1000 for per mille). A constant
    series, or one that touches 0 or the whole, keeps its last value. Trap: two close points are
    carried on for decades; the source prints 0.001 % for a country that had 98.2 %. Our own status
    never rests on it.
    """
    points = sorted(zip(years, values, strict=True))
    if len(points) < 2 or any(not 0 < v < scale for _, v in points):
        return points[-1][1]
    slopes = [
        (_logit(v1 / scale) - _logit(v0 / scale)) / (t1 - t0)
        for (t0, v0), (t1, v1) in pairwise(points)
    ]
    last_year, last = points[-1]
    slope = sum(slopes) / len(slopes)
    return scale * _inverse_logit(_logit(last / scale) + slope * (year - last_year))


def predict_regression(
    years: Sequence[float],
    values: Sequence[float],
    year: float,
    scale: float = 100,
    *,
    weighted: bool = False,
) -> float:
    """Straight line on the logit scale by least squares; ``weighted`` gives recent years more say.

    Weights w = (T-t_min)/(T-t) with T the year predicted, as ESCAP proposes; the line's level is
    the unweighted mean and only its slope is weighted, as in the source.
    """
    mean = sum(years) / len(years)
    times = [t - mean for t in years]
    logits = [_logit(v / scale) for v in values]
    weights = [(year - min(years)) / (year - t) if weighted else 1.0 for t in years]
    total = sum(weights)
    sum_t = sum(w * t for w, t in zip(weights, times, strict=True))
    sum_l = sum(w * x for w, x in zip(weights, logits, strict=True))
    sum_tl = sum(w * t * x for w, t, x in zip(weights, times, logits, strict=True))
    sum_tt = sum(w * t * t for w, t in zip(weights, times, strict=True))
    slope = (sum_tl - sum_t * sum_l / total) / (sum_tt - sum_t**2 / total)
    level = sum(logits) / len(logits)
    return scale * _inverse_logit(level + slope * (year - mean))


def predict_geometric(years: Sequence[float], values: Sequence[float], year: float) -> float:
    """Constant growth between the first and the last point, carried on from the last."""
    span, ahead = years[-1] - years[0], year - years[-1]
    return values[-1] * (values[-1] / values[0]) ** (ahead / span)


def _logit(share: float) -> float:
    return math.log(share / (1 - share))


def _inverse_logit(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
