"""Healthy People (USA): the share of the targeted change achieved, and whether it can be told from
chance.

Source: NCHS, Healthy People 2020 final progress table and Healthy People 2030 methods (measuring
progress; target-setting tools). The only published class that statistical significance decides.
"""

from __future__ import annotations

import math

from healthplan.published.common import Measure, meets, sign_of

SOURCE = "healthy_people"
VERSION = "healthy_people-2030"
MET, IMPROVING, LITTLE, WORSE = (
    "Target met or exceeded",
    "Improving",
    "Little or no detectable change",
    "Getting worse",
)
BASELINE_ONLY = "Baseline only"
INFORMATIONAL = "Informational"
ENOUGH = 10.0  # percent, where no standard error is known


def healthy_people(
    base: float,
    value: float | None,
    direction: str,
    *,
    target: float | None,
    base_error: float | None = None,
    value_error: float | None = None,
    critical: float = 1.959963984540054,
) -> Measure:
    """Class of an objective and the percentage of targeted change achieved.

    ``value`` of the answer: 100·(value-base)/(target-base), only when moving towards the target,
    else None; ``parts``: ``percent_change`` from baseline, and ``z`` when both standard errors are
    known. Met or exceeded; else towards the target: ``Improving`` if |z| ≥ ``critical`` (standard
    errors known) or at least 10 % of the targeted change (unknown); away from it: ``Getting worse``
    if significant, or at least 10 % relative to the baseline; all else ``Little or no detectable
    change``. No target is ``Informational``, no second point ``Baseline only``. ``critical`` is
    two-sided 95 % by default: the source tests at the 0.05 level.
    """
    if target is None:
        return Measure(SOURCE, VERSION, None, INFORMATIONAL)
    if value is None:
        return Measure(SOURCE, VERSION, None, BASELINE_ONLY)
    change = value - base
    parts = {} if base == 0 else {"percent_change": 100 * change / abs(base)}
    known = base_error is not None and value_error is not None
    if known:
        spread = math.hypot(base_error or 0.0, value_error or 0.0)
        parts["z"] = change / spread if spread > 0 else math.copysign(math.inf, change)
    towards = sign_of(direction) * change > 0
    achieved = 100 * change / (target - base) if towards and target != base else None
    if meets(value, target, direction):
        return Measure(SOURCE, VERSION, achieved, MET, parts=parts)
    if change == 0:
        return Measure(SOURCE, VERSION, None, LITTLE, parts=parts)
    if known:
        detectable = abs(parts["z"]) >= critical
    else:
        # with a base of zero a relative change does not exist: any step away from it is detectable
        size = achieved if towards else parts.get("percent_change")
        detectable = size is None or abs(size) >= ENOUGH
    word = (IMPROVING if towards else WORSE) if detectable else LITTLE
    return Measure(SOURCE, VERSION, achieved, word, parts=parts)


def smallest_detectable_target(
    base: float, base_error: float, direction: str, critical: float = 1.959963984540054
) -> float:
    """Minimal statistical significance: the nearest target that could be told from the baseline.

    base ± critical·√2·standard error, on the good side: the later value is taken to be as uncertain
    as the baseline.
    """
    return base + sign_of(direction) * critical * math.sqrt(2) * base_error
