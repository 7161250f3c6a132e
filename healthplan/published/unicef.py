"""UNICEF's and Countdown's average annual rate of reduction (AARR), observed and required.

Source: UNICEF "how to calculate AARR" technical note; NIPN's notes on its pitfalls (the window, the
surveys included and a number or a rate as target all change the answer, so print them).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from healthplan.published.common import Measure

SOURCE = "unicef_aarr"
VERSION = "unicef-aarr-2007"


def aarr(years: Sequence[float], values: Sequence[float]) -> float:
    """Average annual rate of reduction in percent: 100·(1 - e^b), b the slope of ln(value) on year.

    Positive means falling. Raises ValueError for fewer than two points or values that are not
    positive; with two points it is the plain compound rate, and means little below three.
    """
    if len(years) < 2 or min(values) <= 0:
        raise ValueError("AARR needs at least two points, all above zero")
    mean_t = sum(years) / len(years)
    logs = [math.log(v) for v in values]
    mean_l = sum(logs) / len(logs)
    over = sum((t - mean_t) * (x - mean_l) for t, x in zip(years, logs, strict=True))
    return 100 * (1 - math.exp(over / sum((t - mean_t) ** 2 for t in years)))


def required_aarr(base: float, target: float, years: float) -> float:
    """Rate of reduction in percent a year that leads from ``base`` to ``target`` in ``years``.

    100·(1 - (target/base)^(1/years)); negative when the value must rise. Raises ValueError for
    values that are not positive (a target of zero has no rate) or no time.
    """
    if base <= 0 or target <= 0 or years <= 0:
        raise ValueError("a required rate needs a base and a target above zero, and time left")
    return 100 * (1 - (target / base) ** (1 / years))


def unicef(
    years: Sequence[float], values: Sequence[float], target: float, target_year: float
) -> Measure:
    """Observed against required rate of reduction from the last point to the target.

    ``value`` is the observed AARR (percent a year, positive = falling), ``parts`` holds
    ``required``. Category ``on_track`` (observed ≥ required), ``off_track`` or ``met`` for a value
    at or below the target.
    """
    observed = aarr(years, values)
    if values[-1] <= target:
        return Measure(SOURCE, VERSION, observed, "met", parts={"required": 0.0})
    required = required_aarr(values[-1], target, target_year - years[-1])
    word = "on_track" if observed >= required else "off_track"
    return Measure(SOURCE, VERSION, observed, word, parts={"required": required})
