"""The figures of one target: shortfalls, probability, rates. No status and no sentence is made
here."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from healthplan.judging.deadlines import Deadline
from healthplan.judging.evidence import Record, detectable, trend
from healthplan.judging.statuses import ON_COURSE
from healthplan.judging.threshold import Bar, bar_for, baseline_of
from healthplan.language import comparators, units

KEEPABLE = comparators.STATED  # goals that a baseline can have met already

PERCENT = comparators.PERCENT  # stated in %, whatever the indicator's unit


@dataclass(frozen=True)
class Case:
    """One target with the series that answers it, at one ``as_of``, under one projection method."""

    target: Mapping[str, Any]
    indicator: Mapping[str, Any]
    basis: str
    record: Record  # the district's series (basis own) or the reference's (basis reference)
    peer: Record | None  # for comparator reference: the series that the goal is measured against
    other: Record | None  # the recorded reference series, shown beside
    below: Record | None  # the denominator of the indicator in the district
    method: str
    deadline: Deadline
    as_of: int
    in_year: bool = False

    @property
    def past(self) -> bool:
        """Whether the deadline is judged rather than projected."""
        figure = self.record.at(self.deadline.year) if self.basis == "own" else None
        return self.deadline.past(self.as_of, in_year=self.in_year, figure=figure)


@dataclass(frozen=True)
class Measures:
    """What :func:`measure` found; None means not known. Shortfalls are > 0 when short, in unit."""

    missing: str = (
        ""  # what keeps the target from being judged: figures, baseline, reference, deadline
    )
    bar: Bar | None = None  # at the deadline, in the indicator's unit
    met_now: bool | None = None
    met_at_deadline: bool | None = None
    gap_now: float | None = None
    gap: float | None = None
    gap_lower: float | None = None
    gap_upper: float | None = None
    probability: float | None = None
    shift: float | None = None  # the value at the deadline has to move so much to be on course
    slack: float | None = None  # ... and may worsen so much before it no longer is
    required_rate: float | None = None
    observed_rate: float | None = None
    kept: bool = False
    detectable: bool | None = None
    trend: int | None = None


def measure(case: Case) -> Measures:
    """All figures of a case whose series is the district's own."""
    record = case.record
    if record.latest_value is None:
        return Measures("figures")
    if case.target["comparator"] in comparators.RELATIVE:
        found = _against_peer(case)
    elif case.target["comparator"] not in PERCENT and not units.same_scale(
        case.target["unit"], case.indicator["unit"]
    ):
        return Measures("unit")
    else:
        found = _against_bar(case)
    if found.bar is None:
        return found
    seen = detectable(record, found.bar, case.indicator["indicator_kind"])
    level_growth = (
        case.target["comparator"] == comparators.GROWTH_MAX and case.indicator["unit"] != "%"
    )
    return replace(
        found,
        observed_rate=record.yearly_change(),
        required_rate=required_rate(found, record, case.deadline),
        detectable=seen,
        trend=None if level_growth else trend(record, found.bar, seen),
    )


def reference_shortfall(case: Case) -> float | None:
    """The shortfall if the district stood where the reference stands (or is projected) at the
    deadline; None for goals that compare with the reference or ask for an increase of one's own."""
    own_start = comparators.WORKED_OUT - {comparators.GROWTH_MAX}
    if case.other is None or case.target["comparator"] in own_start:
        return None
    value = case.other.expected(case.method, case.deadline.year)
    bar = bar_for(case.target, case.indicator, case.other.figures, case.deadline.year)
    return None if value is None or bar is None else bar.shortfall(value)


def _against_bar(case: Case) -> Measures:
    """A goal stated as a number (or as a change from a known start)."""
    record, year = case.record, case.deadline.year
    bar = bar_for(case.target, case.indicator, record.figures, year or record.latest_year)
    now = bar_for(case.target, case.indicator, record.figures, record.latest_year)
    if bar is None:
        return Measures("baseline")
    latest = float(record.latest_value or 0.0)
    found = Measures(
        bar=bar,
        met_now=None if now is None else now.met(latest),
        gap_now=None if now is None else now.shortfall(latest),
        kept=_kept(case, bar),
    )
    return _at_deadline(case, found, bar, lambda r: r.outlook(case.method, year))


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
        gap_now=bar.shortfall(difference),
    )

    def outlook(record: Record):
        mine, theirs = record.outlook(case.method, year), peer.outlook(case.method, year)
        return None if mine is None or theirs is None else mine.minus(theirs)

    return _at_deadline(case, found, bar, outlook)


def _at_deadline(case: Case, found: Measures, bar: Bar, outlook) -> Measures:
    """The shortfall at the deadline: observed where the deadline is past, projected where it is
    ahead."""
    if case.deadline.year is None:
        return replace(found, missing="deadline")
    ahead = outlook(case.record)
    if case.past:
        if case.record.at(case.deadline.year) is None or ahead is None:
            return found
        short = bar.shortfall(ahead.quantile(0.5))
        return replace(found, met_at_deadline=bar.met(ahead.quantile(0.5)), gap=short)
    if ahead is None:
        return found
    lower, upper = bar.shortfalls(ahead)
    shift = _possible(bar.shift_for(ahead, ON_COURSE), ahead, case.indicator)
    return replace(
        found,
        gap=bar.shortfall(ahead.quantile(0.5)),
        gap_lower=lower,
        gap_upper=upper,
        probability=bar.probability(ahead),
        shift=shift,
        slack=_slack(bar, ahead) if shift == 0 else None,
    )


def _possible(shift: float | None, ahead, indicator) -> float | None:
    """The shift, cut where the middle of the projection would leave the indicator's natural bounds: a coverage
    cannot be asked to rise above 100 %."""
    if shift is None:
        return None
    middle = ahead.quantile(0.5)
    side = "lower_bound" if indicator["direction"] == "decrease" else "upper_bound"
    bound = indicator[side]
    if bound is None or not math.isfinite(bound):
        return shift
    return math.copysign(min(abs(shift), abs(bound - middle)), shift)


def _slack(bar: Bar, ahead) -> float | None:
    """How far the projection may worsen before the probability falls under ``ON_COURSE``."""
    if bar.low is not None and bar.high is not None:
        return None
    if bar.low is not None:
        return ahead.quantile(1 - ON_COURSE) - (bar.low - bar.tolerance)
    return None if bar.high is None else bar.high + bar.tolerance - ahead.quantile(ON_COURSE)


def _kept(case: Case, bar: Bar) -> bool:
    """Whether the plan's own baseline met the goal: then the goal is to keep."""
    if case.target["comparator"] not in KEEPABLE:
        return False
    start = baseline_of(case.target, case.record.figures)
    return start is not None and bar.met(start)


def required_rate(found: Measures, record: Record, deadline: Deadline) -> float | None:
    """Change a year from the latest figure that would just reach the bar; 0 where it is reached."""
    if found.bar is None or record.latest_value is None or record.latest_year is None:
        return None
    if deadline.at is None or deadline.at <= record.latest_year:
        return None
    if found.bar.met(record.latest_value):
        return 0.0
    way = found.bar.nearest(record.latest_value) - record.latest_value
    return way / (deadline.at - record.latest_year)
