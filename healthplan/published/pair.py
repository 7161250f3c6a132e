"""Our own pace: geometric and linear side by side, the cautious one counts, and a disagreement is named. Why: the ratio
of growth rates misleads when base or target lies near zero. Whoever takes a pace sees to it that it rests on three
figures and crosses no break of definition (docs/methods-pace.md)."""

from bisect import bisect
from dataclasses import dataclass

from healthplan.published.growth import THRESHOLDS, WORDS
from healthplan.published.measure import ACHIEVED, DIRECTIONS, NOT_AVAILABLE

TINY = 0.05  # base or target closer to zero than this share of the way: no geometric pace
DISAGREES = "pace_disagrees"


@dataclass(frozen=True)
class PacePair:
    """``geometric`` and ``linear`` are observed ÷ required pace (1 = exactly on schedule, negative
    = wrong way), None where they do not exist; ``category`` is the cautious class of the two;
    ``flags`` holds ``pace_disagrees`` when the classes differ, and why a pace is missing."""

    geometric: float | None
    linear: float | None
    category: str
    flags: tuple[str, ...] = ()


def linear_pace(
    base_year: float, base: float, year: float, value: float, target: float, target_year: float
) -> float | None:
    """Share of the way done ÷ share of the time gone; None when there is no way or no time."""
    if base == target or year == base_year or target_year == base_year:
        return None
    way = (value - base) / (target - base)
    return way / ((year - base_year) / (target_year - base_year))


def pace_pair(
    base_year: float, base: float, year: float, value: float, direction: str, *, target: float, target_year: float
) -> PacePair:
    """Both paces with the cautious class: 0.95, 0.60 and 0 as in Open SDG, ``target_achieved`` when met. A target on
    the wrong side of the base has no pace: ``not_available`` with the flag ``slipped_from_met``. Raises KeyError for a
    direction that is neither ``increase`` nor ``decrease``."""
    sign = DIRECTIONS[direction]
    linear, geometric = linear_pace(base_year, base, year, value, target, target_year), None
    # no growth rates unless base, value and target share a sign, none is zero, and neither end is tiny against the way
    one_sign = min(base, value, target) * max(base, value, target) > 0
    if linear is not None and one_sign and min(abs(base), abs(target)) > TINY * abs(target - base):
        observed = (value / base) ** (1 / (year - base_year)) - 1
        geometric = observed / ((target / base) ** (1 / (target_year - base_year)) - 1)
    pair = (geometric, linear)
    if sign * (value - target) >= 0:
        return PacePair(*pair, ACHIEVED)
    if sign * (target - base) <= 0:
        return PacePair(None, None, NOT_AVAILABLE, ("slipped_from_met",))
    known = (pace for pace in pair if pace is not None)  # 0 for the best class ... 3: thresholds not reached
    classes = [len(THRESHOLDS) - bisect(THRESHOLDS[::-1], pace) for pace in known]
    if not classes:
        return PacePair(*pair, NOT_AVAILABLE, ("one point",))
    flags: tuple[str, ...] = (DISAGREES,) if len(set(classes)) > 1 else ()
    flags += ("no_geometric_pace",) if pair[0] is None else ()
    return PacePair(*pair, WORDS[max(classes)], flags)


def remaining_effort(
    base_year: float, base: float, year: float, value: float, target: float, target_year: float
) -> float | None:
    """Pace needed from now ÷ mean pace so far (1 = carry on as before, 2 = twice as fast, negative
    = turn round); None when nothing has moved or no time is left."""
    if year == base_year or target_year <= year or value == base:
        return None
    return ((target - value) / (target_year - year)) / ((value - base) / (year - base_year))
