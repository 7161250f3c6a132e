"""The figures of one target: shortfalls, probability, rates; neither status nor sentence."""

import math
from dataclasses import dataclass, replace

from healthplan.judging import outlook
from healthplan.judging.evidence import Case, Record, detectable, trend
from healthplan.judging.outlook import Expected
from healthplan.judging.rare import Allowance, CountView, allowance, view
from healthplan.judging.statuses import ON_COURSE
from healthplan.judging.threshold import Bar, bar_for, baseline_of
from healthplan.language import comparators, units

KEEPABLE = comparators.STATED  # goals that a baseline can have met already


@dataclass(frozen=True)
class Measures:
    """What :func:`measure` found; None means not known. Shortfalls are > 0 when short, in unit."""

    missing: str = ""  # what keeps it from being judged: figures, baseline, reference, deadline
    bar: Bar | None = None  # at the deadline, in the indicator's unit
    ahead: Expected | None = None  # expected at a deadline ahead: all below is read from it
    allowed: Allowance | None = None
    rare: CountView | None = None
    met_now: bool | None = None
    met_at_deadline: bool | None = None
    needed_from_today: float | None = None
    gap: float | None = None
    gap_ends: tuple[float | None, ...] = (None, None)  # 95 %, of the distance to another area
    probability: float | None = None
    shift: float | None = None  # the projection has to move so much for the goal to be on course
    slack: float | None = None  # ... and may worsen so much before it no longer is
    required_rate: float | None = None
    observed_rate: float | None = None
    kept: bool = False
    detectable: bool | None = None
    trend: int | None = None


def measure(case: Case) -> Measures:
    """All figures of a case; little more than what its goal allows where the series is not the district's own."""
    if not _comparable(case):
        known = case.basis == "own" and case.record.latest_value is not None
        return Measures("unit" if known else "figures" if case.basis == "own" else "")
    allowed = allowance(case)
    found = _measured(case, allowed) if case.basis == "own" else Measures()
    return replace(found, allowed=allowed)


def _comparable(case: Case) -> bool:
    worked_out = case.target["comparator"] in comparators.PERCENT | comparators.RELATIVE
    return worked_out or units.same_scale(case.target["unit"], case.indicator["unit"])


def _measured(case: Case, allowed: Allowance | None) -> Measures:
    record = case.record
    if record.latest_value is None:
        return Measures("figures")
    if case.target["comparator"] in comparators.RELATIVE:
        found = _against_peer(case)
    else:
        found = _against_bar(case, view(case, allowed))
    if found.bar is None:
        return found
    seen = detectable(record, found.bar, case.indicator["indicator_kind"])
    return replace(
        found,
        observed_rate=record.yearly_change(),
        required_rate=required_rate(found, record, case.deadline.year),
        detectable=seen,
        trend=None if case.level_growth else trend(record, found.bar, seen),
    )


def reference_shortfall(case: Case) -> float | None:
    """The shortfall if the district stood where the reference stands (or is projected) at the
    deadline; None for goals that compare with the reference or ask for an increase of one's own."""
    own_start = comparators.WORKED_OUT - {comparators.GROWTH_MAX}
    if case.other is None or not _comparable(case) or case.target["comparator"] in own_start:
        return None
    value = case.other.expected(case.method, case.deadline.year)
    bar = bar_for(case.target, case.indicator, case.other.figures, case.deadline.year)
    return None if value is None or bar is None else bar.shortfall(value)


def _against_bar(case: Case, rare: CountView | None) -> Measures:
    """A goal stated as a number (or as a change from a known start)."""
    record, year = case.record, case.deadline.year
    bar = bar_for(case.target, case.indicator, record.figures, year or record.latest_year)
    now = bar_for(case.target, case.indicator, record.figures, record.latest_year)
    if bar is None:
        return Measures("baseline")
    latest = float(record.latest_value or 0.0)
    met = None if now is None else now.met(latest)
    if rare is not None and not case.past:
        met = bool(met) and rare.met_pooled
    found = Measures(
        bar=bar,
        rare=rare,
        met_now=met,
        needed_from_today=None if now is None else now.shortfall(latest),
        kept=_kept(case, bar),
    )
    counted = rare is not None and not case.past
    ahead = rare.outlook if rare is not None and counted else record.outlook(case.method, year)
    return _at_deadline(case, found, bar, ahead, ahead)


def _against_peer(case: Case) -> Measures:
    """A goal stated as "no worse than" another area: the difference of the two series is judged.

    The latest figure is compared with the peer's of the same year, or with its latest where that
    year is missing; at the deadline both outlooks count, so both uncertainties are in the interval.
    """
    peer, year = case.peer, case.deadline.year
    if peer is None or peer.latest_value is None:
        return Measures("reference")
    rising = case.indicator["direction"] != "decrease"
    bar = Bar(low=0.0) if rising else Bar(high=0.0)
    beside = peer.at(case.record.latest_year)
    beside = peer.latest_value if beside is None else beside
    difference = float(case.record.latest_value or 0.0) - beside
    level = peer.expected(case.method, year)
    level = beside if level is None else level
    found = Measures(
        bar=Bar(low=level) if rising else Bar(high=level),
        met_now=bar.met(difference),
        needed_from_today=bar.shortfall(difference),
    )
    mine, theirs = case.record.outlook(case.method, year), peer.outlook(case.method, year)
    if mine is None or theirs is None:
        return _at_deadline(case, found, bar, None, mine)
    apart = outlook.difference(mine, theirs)
    if not case.past and year is not None:
        ends = sorted(bar.shortfall(apart.quantile(p)) for p in ((1 - 0.95) / 2, (1 + 0.95) / 2))
        found = replace(found, gap_ends=tuple(ends))
    return _at_deadline(case, found, bar, apart, mine)


def _at_deadline(
    case: Case, found: Measures, bar: Bar, judged: Expected | None, ahead: Expected | None
) -> Measures:
    """The shortfall at the deadline: observed where it is past, else that of the median of ``judged``, which is
    ``ahead`` itself or its distance to another area."""
    if case.deadline.year is None:
        return replace(found, missing="deadline")
    if case.past:
        if case.record.at(case.deadline.year) is None:
            return found
        if judged is None:
            return replace(found, missing="reference_year")
        short = bar.shortfall(judged.quantile(0.5))
        return replace(found, met_at_deadline=bar.met(judged.quantile(0.5)), gap=short)
    if judged is None:
        return found
    probability, shift = bar.probability(judged), bar.shift_for(judged, ON_COURSE)
    sure, one_end = probability >= ON_COURSE, bar.low is None or bar.high is None
    return replace(
        found,
        ahead=ahead,
        gap=bar.shortfall(judged.quantile(0.5)),
        probability=probability,
        shift=0.0 if sure else shift,
        slack=abs(shift) if sure and one_end else None,
    )


def beyond_bounds(case: Case, found: Measures) -> bool:
    """Whether the shift asked for would carry the median past the indicator's natural bound: a coverage cannot be
    asked to rise above 100 %."""
    if not found.shift or found.ahead is None:
        return False
    side = "lower_bound" if found.shift < 0 else "upper_bound"
    bound, then = case.indicator[side], found.ahead.quantile(0.5) + found.shift
    if bound is None or not math.isfinite(bound):
        return False
    return then < bound if found.shift < 0 else then > bound


def _kept(case: Case, bar: Bar) -> bool:
    """Whether the plan's own baseline met the goal: then the goal is to keep."""
    if case.target["comparator"] not in KEEPABLE:
        return False
    start = baseline_of(case.target, case.record.figures)
    return start is not None and bar.met(start)


def required_rate(found: Measures, record: Record, year: int | None) -> float | None:
    """Change a year from the latest figure that would just reach the bar in the deadline's year,
    whose figure decides; 0 where it is reached."""
    if found.bar is None or record.latest_value is None or record.latest_year is None:
        return None
    if year is None or year <= record.latest_year:
        return None
    if found.bar.met(record.latest_value):
        return 0.0
    way = found.bar.nearest(record.latest_value) - record.latest_value
    return way / (year - record.latest_year)
