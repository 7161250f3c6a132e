"""Whether a change can be told from no change (Healthy People 2030, "little or no detectable
change").

With counts at both ends the difference is tested (normal test of two proportions or of two Poisson
rates, 5 % two-sided). Without counts a movement towards the goal is detectable from a tenth of the
targeted change, one away from it (or of a goal met already) from a tenth of the starting value; of
a share above one half, from a tenth of the part not covered.
"""

from __future__ import annotations

import math

from healthplan.judging.bar import Bar
from healthplan.judging.evidence import Record
from healthplan.judging.statuses import CHANGE_SHARE, CHANGE_Z


def detectable(record: Record, bar: Bar, kind: str) -> bool | None:
    """Whether the recent figures differ detectably from their start; None with fewer than two."""
    known = record.recent()
    if len(known) < 2:
        return None
    first, last = (_counts(record, int(known.index[i])) for i in (0, -1))
    if first and last and kind in ("share", "rate", "event"):
        return abs(_z(first, last, binomial=kind == "share")) >= CHANGE_Z
    start, now = float(known.iloc[0]), float(known.iloc[-1])
    goal = bar.nearest(start)
    towards = not bar.met(start) and (now - start) * (goal - start) > 0
    yardstick = abs(goal - start) if towards else _size(start, kind)
    return now != start and abs(now - start) >= CHANGE_SHARE * yardstick


def _size(start: float, kind: str) -> float:
    """What a movement away is measured by: the starting value; of a share, the smaller of its two
    parts, or a fall from 93 % to 85 % would go unseen."""
    return min(abs(start), abs(100 - start)) if kind == "share" else abs(start)


def trend(record: Record, bar: Bar, seen: bool | None) -> int | None:
    """+1 towards the goal (or further beyond it), -1 away, 0 without a detectable change.

    Within a range that binds at both ends no movement is good or bad: 0.
    """
    change = record.yearly_change()
    if change is None or record.latest_value is None:
        return None
    if seen is False:
        return 0
    if bar.low is not None and bar.high is not None:
        missing = bar.nearest(record.latest_value) - record.latest_value
        return 0 if bar.met(record.latest_value) else _sign(change * missing)
    return _sign(change) if bar.low is not None else -_sign(change)


def _sign(x: float) -> int:
    return (x > 0) - (x < 0)


def _counts(record: Record, year: int) -> tuple[float, float] | None:
    above, below = record.numerators.get(year), record.denominators.get(year)
    if above is None or below is None or math.isnan(above) or math.isnan(below) or below <= 0:
        return None
    return float(above), float(below)


def _z(first: tuple[float, float], last: tuple[float, float], *, binomial: bool) -> float:
    """Difference of two proportions (or rates) over its standard error under no change."""
    (x0, n0), (x1, n1) = first, last
    pooled = (x0 + x1) / (n0 + n1)
    variance = pooled * (1 - pooled if binomial else 1) * (1 / n0 + 1 / n1)
    return 0.0 if variance <= 0 else (x1 / n1 - x0 / n0) / math.sqrt(variance)
