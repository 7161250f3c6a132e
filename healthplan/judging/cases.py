"""A target with the series that answers it: whose figures, against whom, added up or year by year."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd

from healthplan.judging import deadlines
from healthplan.judging.deadlines import Deadline
from healthplan.judging.evidence import NO_METHOD, Case, Evidence, Record
from healthplan.judging.ranking import Ranking, first_of
from healthplan.language import comparators, meaning, units
from healthplan.registers import AreaTree

TableRow = Mapping[str, Any]


@dataclass(frozen=True)
class Setting:
    """What all targets of one call share."""

    evidence: Evidence
    indicators: Mapping[str, TableRow]
    choices: Mapping[str, TableRow]
    tree: AreaTree
    as_of: int
    plan_end: str = ""
    base_year: int | None = None
    in_year: bool = False
    before: Mapping[str, str] = field(default_factory=dict)


def cases(target: TableRow, setting: Setting) -> Iterator[Case]:
    """The target under each method that projects its series, or once without a method."""
    find, group = setting.evidence.record, str(target.get("group") or "")
    basis, recorded, place = _answering(target, setting)
    indicator = setting.indicators[recorded]
    area = place if basis != "none" else ""
    record = _like_its_rate(find(recorded, area, group), indicator, setting)
    chosen = setting.choices.get(target["target_id"], {})
    named = chosen.get("basis") == "reference"
    other = find(chosen.get("indicator") or recorded, chosen["area"], group) if named else None
    where = area if basis == "own" else target["area"]
    below = find(indicator["denominator"], where, group) if indicator["denominator"] else None
    due = deadlines.read(target["deadline"], setting.plan_end)
    stated = target if target.get("each") else units.restated(target, indicator["unit"])
    ranked = stated["comparator"] == comparators.RANK
    ranking = _ranking(stated, indicator, setting) if ranked else None
    placed = _placed(stated, indicator, ranking)
    judged, summed = _added_up(placed, indicator, record, due, setting.base_year)
    known = (judged, indicator, basis, summed, _peer(target, recorded, setting), other, below)
    said = setting.before.get(target["target_id"], "")
    of_others = setting.evidence.of_others(target["indicator"], target["area"], group)
    other_measure = target.get("reference_indicator") or recorded
    against = setting.indicators.get(other_measure, indicator)["unit"]
    more = (setting.base_year, stated, record, ranking, of_others, against)
    for method in list(summed.projected) or [NO_METHOD]:
        case = Case(*known, method, due, setting.as_of, setting.in_year, *more, before=said)
        yield replace(case, peer=_place_to_reach(case, ranking)) if ranking else case


def _answering(target: TableRow, setting: Setting) -> tuple[str, str, str]:
    """Basis, indicator and area of the series that answers a target: the district's own figures of the target's own
    indicator and group wherever there are any, else as recorded. A series of another group, or of everybody, answers
    nothing."""
    find, group = setting.evidence.record, str(target.get("group") or "")
    chosen = setting.choices.get(target["target_id"], {})
    basis, recorded = chosen.get("basis", "none"), chosen.get("indicator") or target["indicator"]
    place = chosen.get("area") or target["area"]
    if basis != "own" and find(target["indicator"], target["area"], group).latest_year is not None:
        return "own", target["indicator"], target["area"]
    there = find(recorded, place, group)
    empty = there.latest_year is None and not there.pooled
    if basis != "none" and empty and (group or setting.evidence.of_others(recorded, place, group)):
        return "none", recorded, place
    return basis, recorded, place


def _like_its_rate(record: Record, indicator: TableRow, setting: Setting) -> Record:
    """A count of events with the course that a larger area lent to the rate of the same events: they are one thing."""
    if indicator["indicator_kind"] != "event" or record.denominators.isna().any():
        return record
    about = setting.indicators.values()
    rates = [
        one["indicator"] for one in about if one["indicator_kind"] == "rate" and one["numerator"] == record.indicator
    ]
    found = (setting.evidence.record(rate, record.area, record.group) for rate in rates)
    return next((record.on_the_course_of(rate) for rate in found if rate.latest_year is not None), record)


def _peer(target: TableRow, recorded: str, setting: Setting) -> Record | None:
    """The series that a goal is measured against: the same measure elsewhere, or another measure."""
    other = target.get("reference_indicator") or ""
    area = target["reference"] or (target["area"] if other else "")
    if not area:
        return None
    group = "" if other and other != recorded else str(target.get("group") or "")
    return setting.evidence.record(other or recorded, area, group)


def _ranking(target: TableRow, indicator: TableRow, setting: Setting) -> Ranking:
    """The other parts of the area that is named, of the same rank as the district."""
    group = str(target.get("group") or "")
    others = setting.tree.among(target["area"], target["reference"])
    series = {o: setting.evidence.record(indicator["indicator"], o, group) for o in others}
    first = first_of(float(target["value"]), target["unit"], len(series) + 1)
    return Ranking(series, first, indicator["direction"] == "decrease")


def _placed(target: TableRow, indicator: TableRow, ranking: Ranking | None) -> TableRow:
    """A rank whose figures are places themselves, as a ceiling on the place."""
    if ranking is None or not units.are_places(indicator) or not ranking.first:
        return target
    first = {"value": float(ranking.first), "unit": indicator["unit"]}
    return {**target, "comparator": comparators.MOST, **first}


def _place_to_reach(case: Case, ranking: Ranking) -> Record | None:
    """The place that a rank asks for as a series to be measured against."""
    if case.target["comparator"] != comparators.RANK:
        return None
    first, due = case.first_year, case.deadline.year
    years = [] if due is None else range(first if case.every_year and first else due, due + 1)
    figures, ahead = ranking.to_reach(case.method, years)
    none = pd.Series(dtype="float64")
    whose = case.record.indicator, str(case.target["reference"])
    return Record(*whose, figures, none, none, projected={case.method: ahead}, group=case.record.group)


def _added_up(
    target: TableRow, indicator: TableRow, record: Record, due: Deadline, base_year: int | None
) -> tuple[TableRow, Record]:
    """A goal for the years together, and the series as their sum: additions (新增托位), and what a period asks for."""
    if not due.year or not is_summed(target, indicator):
        return target, record
    start = target["baseline_year"] if pd.notna(target["baseline_year"]) else base_year
    since = due.year if start is None else min(int(start) + 1, due.year)
    times = due.year - since + 1 if target.get("per") == "year" else 1
    value = float(target["value"]) * times
    nothing = {"baseline": None, "baseline_year": None, "per": ""}
    adds = target["comparator"] == comparators.INCREASE_BY
    comparator = comparators.LEAST if adds else target["comparator"]
    summed = {**target, "comparator": comparator, "value": value, **nothing}
    return summed, record.summed(since, value)


def is_summed(target: TableRow, indicator: TableRow) -> bool:
    """Whether the years of the series are added up: additions, and a number for the years of a period together."""
    if target["comparator"] == comparators.INCREASE_BY:
        return meaning.is_addition(str(indicator["name_zh"]), indicator["indicator_kind"])
    return target.get("per") == "period" and target["comparator"] in comparators.STATED
