"""A target for rare events, read as a count: how many events it allows, and what chance does to the verdict."""

import math
from dataclasses import dataclass

PER = 100_000
MOST_YEARS = 1000
ERROR_TO_PROVE = 0.05
ERROR_TO_JUDGE = 0.1
_SLACK = 1e-9  # 10 per 100,000 of 30,000 is 3 exactly, not 2.9999999


@dataclass(frozen=True)
class CountTarget:
    """One target at one exposure over pooled years: the highest count that meets it (-1: no count can), and the chance
    of a pass when the true rate is exactly the target, twice or half of it."""

    allowed: int
    passes_on_target: float
    passes_at_double: float
    passes_at_half: float


def allowed_events(target: float, exposure: float, *, per: float = PER, strict: bool = False) -> int:
    """The highest count whose rate is at most ``target`` (``strict``: below it); -1 if not even none passes. Raises
    ValueError for a negative target or an exposure that is not positive."""
    if target < 0 or exposure <= 0:
        raise ValueError("allowed events need a target of zero or more and an exposure above zero")
    most = target * exposure / per
    return math.ceil(most - _SLACK) - 1 if strict else math.floor(most + _SLACK)


def count_target(
    target: float, exposure: float, *, per: float = PER, years: int = 1, strict: bool = False
) -> CountTarget:
    """What a yearly ``exposure`` makes of a target when ``years`` years are pooled (Poisson)."""
    whole = exposure * years
    allowed = allowed_events(target, whole, per=per, strict=strict)
    chances = [_at_most(allowed, target * times * whole / per) for times in (1, 2, 0.5)]
    return CountTarget(allowed, *chances)


def years_to_prove(target: float, exposure: float, *, per: float = PER) -> int:
    """Whole years of ``exposure`` after which no event at all proves the rate at or below the target (one-sided, exact
    Poisson, 95 %). Raises ValueError for a target of zero: nothing proves that."""
    if target <= 0:
        raise ValueError("no exposure proves a rate of zero")
    return math.ceil(-math.log(ERROR_TO_PROVE) * per / target / exposure)


def years_to_judge(target: float, exposure: float, *, per: float = PER) -> int | None:
    """The fewest years to pool for which some threshold fails a district on target with a chance of at most
    ``ERROR_TO_JUDGE`` and passes one at twice the target with at most as much; None if a thousand years do not do."""
    for years in range(1, MOST_YEARS + 1):
        on_target = target * exposure * years / per
        threshold = _quantile(1 - ERROR_TO_JUDGE, on_target)
        if _at_most(threshold, 2 * on_target) <= ERROR_TO_JUDGE:
            return years
    return None


def _at_most(count: int, mean: float) -> float:
    """Poisson chance of at most ``count`` events."""
    from scipy.special import gammaincc

    return float(gammaincc(count + 1, mean)) if count >= 0 else 0.0


def _quantile(level: float, mean: float) -> int:
    """The smallest count that a Poisson law undercuts or reaches with chance ``level``."""
    count = max(0, math.floor(mean))
    while count > 0 and _at_most(count - 1, mean) >= level:
        count -= 1
    while _at_most(count, mean) < level:
        count += 1
    return count
