"""The figures of one target: shortfalls, probability, rates; neither status nor sentence."""

from dataclasses import dataclass, replace

import pandas as pd

from healthplan.judging import trends, yearly
from healthplan.judging.evidence import Case, Record, detectable, trend
from healthplan.judging.outlook import Expected
from healthplan.judging.rare import Allowance, CountView, allowance, view
from healthplan.judging.statuses import TOO_OLD
from healthplan.judging.threshold import Bar, bar_for, start_of
from healthplan.language import comparators, meaning, units


@dataclass(frozen=True)
class Measures:
    """What :func:`measure` found; None means not known. Shortfalls are > 0 when short, in unit."""

    # what keeps it from being judged: figures, baseline, reference, reference_old, deadline, rank, place, trend, years
    missing: str = ""
    bar: Bar | None = None  # at the deadline, in the indicator's unit
    ahead: Expected | None = None  # expected at a deadline ahead: all below is read from it
    allowed: Allowance | None = None
    rare: CountView | None = None
    met_now: bool | None = None
    met_at_deadline: bool | None = None
    decisive: int | None = None  # of the years: the one that missed it, or the hardest to come
    lost: bool = False  # whether one of its years has missed it
    needed_from_today: float | None = None
    gap: float | None = None
    gap_ends: tuple[float | None, ...] = (None, None)  # 95 %, of the distance to another area
    probability: float | None = None
    required_rate: float | None = None
    observed_rate: float | None = None
    kept: bool = False
    detectable: bool | None = None
    trend: int | None = None


def measure(case: Case) -> Measures:
    """All figures of a case; little more than what its goal allows where the series is not the district's own."""
    if not _comparable(case):
        known = case.basis == "own" and case.record.latest_value is not None
        unit = "reference_unit" if case.target.get("reference_indicator") else "unit"
        return Measures(unit if known else "figures" if case.basis == "own" else "")
    allowed = allowance(case)
    found = _measured(case, allowed) if case.basis == "own" else Measures()
    return replace(found, allowed=allowed)


def _comparable(case: Case) -> bool:
    """Whether the figures have a unit that stands beside the goal's, or that of the other measure it is held against."""
    target, unit = case.target, case.indicator["unit"]
    if not target.get("each") and target["comparator"] not in units.RELATIVE:
        return units.same_scale(target["unit"], unit)
    against = case.peer is not None and target.get("reference_indicator")
    return not against or units.same_scale(case.measured_against, unit)


def _measured(case: Case, allowed: Allowance | None) -> Measures:
    record, rare, comparator = case.record, view(case, allowed), case.target["comparator"]
    if record.latest_value is None:  # rare events of which there are only figures of several years: ahead alone
        bar = _bar(case, case.deadline.year)
        if rare is None or bar is None or case.past:
            return Measures("figures")
        found = Measures(bar=bar, rare=rare, met_now=rare.met_pooled)
        return _at_deadline(case, found, bar, rare.outlook, rare.outlook)
    if comparator in comparators.AGAINST_OTHERS:
        found = _against_peer(case)
    elif comparator == comparators.TREND:
        found = _along(case)
    elif case.unbegun:
        found = (_lost(case) if case.every_year else None) or Measures("since")
    elif case.every_year:
        found = _stated_yearly(case, rare)
    elif _year_or_sum(case):
        found = Measures("together")
    else:
        found = _against_bar(case, rare)
    if found.bar is None:
        return found
    if comparator == comparators.TREND:  # its certainty is judged with it
        return replace(found, observed_rate=record.yearly_change)
    seen = detectable(record, found.bar, case.indicator["indicator_kind"])
    return replace(
        found,
        observed_rate=record.yearly_change,
        required_rate=required_rate(found, record, case.deadline.year),
        detectable=seen,
        trend=None if case.level_growth else trend(record, found.bar, seen),
    )


def _year_or_sum(case: Case) -> bool:
    """Whether it matters that a goal for what is done in a year (培训1500人次) does not say if the years of the plan are
    added up: where one year is short of it and the years together reach it, or are not known."""
    target, due, first = case.target, case.deadline.year, case.first_year
    flows = meaning.is_flow(str(case.indicator["name_zh"]), case.indicator["indicator_kind"])
    asks = target["comparator"] == comparators.LEAST and pd.isna(target["baseline"])
    if not (flows and asks) or case.summed or target.get("per") or due is None or first is None:
        return False
    value = float(target["value"])
    one = case.record.expected(case.method, due)
    if one is None or one >= value or (first == due and case.base_year is not None):
        return False
    total = case.record.summed(first, value).expected(case.method, due)
    return case.base_year is None or (total is not None and total >= value)


def reference_shortfall(case: Case) -> float | None:
    """The shortfall if the district stood where the reference stands (or is projected) at the
    deadline; None for goals that compare with the reference or ask for an increase of one's own."""
    own_start = comparators.WORKED_OUT - {comparators.GROWTH_MAX}
    if case.target.get("per") == "year" and case.target["comparator"] == comparators.GROWTH_MAX:
        return None
    if case.other is None or not _comparable(case) or case.target["comparator"] in own_start:
        return None
    value = case.other.expected(case.method, case.deadline.year)
    bar = bar_for(case.target, case.indicator, case.other.figures, case.deadline.year)
    return None if value is None or bar is None else bar.shortfall(value)


def _against_bar(case: Case, rare: CountView | None) -> Measures:
    """A goal stated as a number (or as a change from a known start)."""
    record, year = case.record, case.deadline.year
    bar = _bar(case, year or record.latest_year)
    growth = case.target["comparator"] == comparators.GROWTH_MAX
    now = _bar(case, record.latest_year) if growth else bar
    if bar is None:
        return Measures("baseline")
    latest = float(record.latest_value or 0.0)
    met = now is not None and now.met(latest)
    ahead: Expected | None = record.outlook(case.method, year)
    if rare is not None and not case.past:
        met, ahead = met and rare.met_pooled, rare.outlook
    # Where the plan's own baseline met the goal, the goal is to keep.
    own = case.target["comparator"] in comparators.STATED and not case.target.get("each")
    start = start_of(case.target, record.figures) if own else None
    kept = start is not None and bar.met(start.value)
    short = None if now is None else now.shortfall(latest)
    found = Measures(bar=bar, rare=rare, met_now=met, needed_from_today=short, kept=kept)
    return _at_deadline(case, found, bar, ahead, ahead)


def _bar(case: Case, year: int | None) -> Bar | None:
    return bar_for(case.target, case.indicator, case.record.figures, year, case.base_year)


def _stated_yearly(case: Case, rare: CountView | None) -> Measures:
    """A number that each year has to meet."""
    record, bar = case.record, _bar(case, case.deadline.year)
    if bar is None or case.deadline.year is None:
        return Measures("deadline")
    latest = float(record.latest_value or 0.0)
    found = Measures(bar=bar, met_now=bar.met(latest), needed_from_today=bar.shortfall(latest))
    if rare is not None and not case.past and not _lost(case):
        return _at_deadline(case, replace(found, rare=rare), bar, rare.outlook, rare.outlook)
    return _every_year(case, found, bar)


def _every_year(case: Case, found: Measures, bar: Bar) -> Measures:
    """A goal that each year has to meet: lost with one miss, else decided by the hardest of the years to come. ``bar``:
    what the outlook, or its distance to that of others, has to reach."""
    if lost := _lost(case):
        return replace(lost, met_now=found.met_now, needed_from_today=found.needed_from_today)
    if case.past:
        worst = yearly.worst(case)
        if worst is None or yearly.unknown(case):
            return replace(found, missing="years")
        short = worst[1].shortfall(worst[2])
        return replace(found, bar=worst[1], decisive=worst[0], gap=short, met_at_deadline=True)
    hardest = yearly.hardest(case, bar)
    if hardest is None:
        return found
    year, judged = hardest
    if not case.against_others or case.peer is None:
        return _at_deadline(case, replace(found, decisive=year), bar, judged, judged)
    level = yearly.beside(case, case.peer.expected(case.method, year))
    found = replace(found, bar=level, decisive=year, gap_ends=_gap_ends(bar, judged))
    return _at_deadline(case, found, bar, judged, case.record.outlook(case.method, year))


def _gap_ends(bar: Bar, apart: Expected) -> tuple[float, ...]:
    """The ends of the 95 % interval of the distance to another area, as shortfalls."""
    return tuple(sorted(bar.shortfall(apart.quantile(p)) for p in (0.025, 0.975)))


def _lost(case: Case) -> Measures | None:
    """A goal for every year of which a year so far missed what it asked, by the one that missed it by most."""
    worst = yearly.worst(case) if case.target.get("per") == "year" else None
    if worst is None or worst[1].met(worst[2]):
        return None
    year, bar, value = worst
    short = bar.shortfall(value)
    return Measures(bar=bar, lost=True, decisive=year, gap=short, met_at_deadline=False)


def _along(case: Case) -> Measures:
    """A goal without a number, to go on in a direction: by what the figures show, and whether the outlook lies beyond
    the start. One that goes on every year is lost with one step the other way."""
    record, year = case.record, case.deadline.year
    if lost := _lost(case):
        return lost
    way = trends.way(case)
    if way is None:
        return Measures("trend")
    last = record.latest_year if year is None or not case.past else year
    bar, now = way.bars[year or int(last or 0)], way.bars.get(int(last or 0))
    latest = float(record.latest_value or 0.0)
    found = Measures(bar=bar, met_now=way.shown, needed_from_today=None if now is None else now.shortfall(latest))
    ahead = record.outlook(case.method, year)
    found = _at_deadline(case, found, bar, ahead, ahead)
    unknown = case.target.get("per") == "year" and yearly.unknown(case)
    if case.past and found.met_at_deadline and (unknown or not way.shown):
        return replace(found, met_at_deadline=None, missing="years" if unknown else "trend")
    return found


def _against_peer(case: Case) -> Measures:
    """A goal stated against another area, another measure or a place among others: the difference to the peer's figure
    of the same year, or its latest (a place only within one year), and at the deadline that of both outlooks."""
    peer, year = case.peer, case.deadline.year
    if missing := _not_beside(case):
        return Measures(missing)
    assert peer is not None and peer.latest_value is not None
    now = case.record.latest_year if case.ranking is None else case.compared_year
    beside, own = peer.at(now), case.record.at(now)
    beside = peer.latest_value if beside is None else beside
    difference, level = float(own or 0.0) - beside, peer.expected(case.method, year)
    then, bar = yearly.apart(case, beside), yearly.apart(case, beside if level is None else level)
    found = Measures(
        bar=yearly.beside(case, beside if level is None else level),
        met_now=then.met(difference),
        needed_from_today=then.shortfall(difference),
    )
    if case.every_year:
        return _every_year(case, found, bar) if year else replace(found, missing="deadline")
    mine, apart = case.record.outlook(case.method, year), yearly.ahead(case, year)
    if apart is not None and not case.past:
        found = replace(found, gap_ends=_gap_ends(bar, apart))
    return _at_deadline(case, found, bar, apart, mine)


def _not_beside(case: Case) -> str:
    """What is missing before a figure can be held against another's (see ``Measures.missing``); empty where nothing is."""
    peer, own = case.peer, case.record.latest_year
    known = peer is not None and peer.latest_value is not None
    if case.ranking is None:
        old = peer is not None and peer.latest_year is not None and own is not None and own - peer.latest_year > TOO_OLD
        return "reference_old" if old else "" if known else "reference"
    if pd.isna(case.target["value"]):
        return "place"
    there = peer is not None and peer.at(case.compared_year) is not None
    return "" if known and there and case.record.at(case.compared_year) is not None else "rank"


def _at_deadline(case: Case, found: Measures, bar: Bar, judged: Expected | None, ahead: Expected | None) -> Measures:
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
    short, chance = bar.shortfall(judged.quantile(0.5)), bar.probability(judged)
    return replace(found, ahead=ahead, gap=short, probability=chance)


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
