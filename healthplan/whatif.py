"""What if: a plan with other figures, goals, deadlines, people, paces or leavers.

Figures are edited where they were printed (:mod:`healthplan.tied`), goals in the plan's own table, and the line runs as it
would for a plan with these tables. What no change can reach is taken over from the plan as it is
(:mod:`healthplan.carried`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import pandas as pd

from healthplan import carried, tables
from healthplan.errors import of_type, one_of, whole, wrong_value
from healthplan.intake.yamlfile import FIRST_YEAR, LAST_YEAR
from healthplan.judging.evidence import Evidence
from healthplan.judging.scenarios import has_pace, own_course
from healthplan.judging.supposed import OwnPace, People, Told
from healthplan.judging.things import SAME
from healthplan.language import comparators, dates, units
from healthplan.language.names import RESIDENTS
from healthplan.line import PlanView
from healthplan.messages import both
from healthplan.plans import Plan
from healthplan.tied import Edited, Figure, Place, edited

Observed: TypeAlias = tuple | Mapping | pd.DataFrame | list
EXAMPLES = {
    "observation": '("nurses", 2025, 3250)',
    "target": '{"护士": 3.9}',
    "deadline": '{"护士": 2027}',
    "population": "{2027: 800_000}",
    "leavers": '{"nurses_per_1000": 0.03}',
    "pace": '{"护士": ("people", 120)}',
}
OF_A_FIGURE = ("indicator", "area", "group", "year", "value", "unit")
MEASURES = [
    "goal_low", "goal_high", "deadline_year", "latest_year", "latest_value", "projected_value", "gap", "probability_met",
    "status", "to_add",
]  # fmt: skip


@dataclass(frozen=True)
class Changes:
    """What is supposed: ``figures`` observed; ``people`` of the plan's area by year; by target_id the ``targets`` (a number, or
    both ends of a range), the ``deadlines`` (a date) and the ``paces`` (kind and amount a year); ``leavers`` by indicator."""

    figures: Sequence[Figure] = ()
    people: Mapping[int, float] = field(default_factory=dict)
    targets: Mapping[str, Any] = field(default_factory=dict)
    deadlines: Mapping[str, str] = field(default_factory=dict)
    paces: Mapping[str, tuple[str, float]] = field(default_factory=dict)
    leavers: Mapping[str, float] = field(default_factory=dict)


def what_if(plan: PlanView, changes: Changes) -> PlanView:
    """The plan as it would be.

    A figure of a later year than the plan was judged at moves the year of judging to its own, unless that year was asked for;
    then it is refused. People of years to come change stocks per population (see :mod:`healthplan.judging.supposed`). Raises
    :class:`UsageError` for what cannot be supposed.
    """
    if plan.quarter is not None:
        wrong_value("plan", plan.cut_off, 'cut_off=""', both("whatif.within_year"))
    year = max([plan.as_of, *(one.year for one in changes.figures)])
    if year > plan.as_of and not plan.newest:
        wrong_value("observation", year, f"<= {plan.as_of}", both("whatif.later", as_of=plan.as_of))
    counted = [Figure(RESIDENTS, plan.tables.area, "", y, n) for y, n in changes.people.items() if y <= year]
    figures = [*counted, *changes.figures]
    ahead = {one.year: one.value for one in plan.supposed.people} | dict(changes.people)
    people = tuple(People(plan.tables.area, y, n) for y, n in sorted(ahead.items()) if y > year)
    printed = edited(plan.vintages, plan.observations, figures, plan.registers, _projected(plan, people))
    leavers = dict(plan.supposed.leavers) | dict(changes.leavers)
    _one_thing(plan, figures, printed)
    supposed = plan.supposed._replace(people=people, leavers=tuple(leavers.items()), paces=())
    goals = _with_goals(plan.tables, plan.registers.about, changes)
    new = replace(plan, tables=goals, vintages=printed.vintages, as_of=year, supposed=supposed, moved_from=None)
    carried.figures(plan, new, printed.places)
    _people_known(new)
    paces = tuple(_paces(plan, new, changes.paces))
    said = {one[:4]: one for one in (*plan.supposed.told, *_told(plan, changes, figures, printed))}
    new = carried.again(new, supposed=supposed._replace(told=tuple(said.values()), paces=paces))
    return carried.verdicts(plan, new, printed.places)


def _one_thing(plan: PlanView, figures: Sequence[Figure], printed: Edited) -> None:
    """Figures of one call that contradict each other are refused: one of them would not count. Rates of events are of whole
    ones."""
    for one in figures:
        final, kind = printed.values.get(one.place, one.value), plan.registers.about[one.indicator]["indicator_kind"]
        if abs(final - one.value) > SAME * abs(one.value) and kind != "rate":
            wrong_value(
                "observation", f"{one.indicator} {one.year}: {one.value:g}", f"{final:g}", both("whatif.contradicts")
            )


def _projected(plan: PlanView, people: Sequence[People]) -> Callable[[Place], float | None]:
    """What a denominator is expected to be in a year; people as they are supposed."""
    stated = {(RESIDENTS, one.area, "", one.year): one.value for one in people}
    paths = plan.trajectories
    ahead = paths[paths["kind"] != "observed"]
    keys = zip(ahead["indicator"], ahead["area"], ahead["group"], ahead["year"].astype(int), strict=True)
    known: dict[Place, float] = dict(zip(keys, ahead["value"].astype(float), strict=True)) | stated
    return known.get


def _people_known(new: PlanView) -> None:
    """Nobody can suppose people of an area whose population is not carried on to that year."""
    paths = new.projected
    mine = (paths["indicator"] == RESIDENTS) & (paths["kind"] != "observed")
    for one in new.supposed.people:
        years = paths.loc[mine & (paths["area"] == one.area), "year"]
        if not (years == one.year).any():
            end = int(years.max()) if len(years) else new.as_of
            wrong_value("population", one.year, f"<= {end}", both("whatif.no_people", year=one.year))


def _with_goals(plan: Plan, about: Mapping[str, Any], changes: Changes) -> Plan:
    targets = plan.targets
    if not changes.targets and not changes.deadlines:
        return plan
    rows = targets.set_index("target_id", drop=False)
    targets = targets.copy()
    for one, value in changes.targets.items():
        low, high = _ends(rows.loc[one].to_dict(), about, value)
        targets.loc[targets["target_id"] == one, ["value", "value_high"]] = [low, high]
    for one, due in changes.deadlines.items():
        if not dates.valid(due) or not FIRST_YEAR <= int(due[:4]) <= LAST_YEAR:
            wrong_value("deadline", due, "2027 | 2027-06 | 2027-06-30")
        targets.loc[targets["target_id"] == one, "deadline"] = due
    return replace(plan, targets=targets)


def _ends(target: Mapping[str, Any], about: Mapping[str, Any], value: Any) -> tuple[float, float]:
    """The value of a goal and, of a range, its other end."""
    kind, ranged = target["comparator"], target["comparator"] == comparators.RANGE
    if pd.isna(target["value"]):
        wrong_value("target", value, both("whatif.goals_of_numbers"), both("whatif.no_number"))
    ends = tuple(value) if isinstance(value, (tuple, list)) else (value,)
    numbers = all(isinstance(one, (int, float)) and not isinstance(one, bool) and math.isfinite(one) for one in ends)
    if not numbers or len(ends) != 1 + ranged or list(ends) != sorted(ends):
        wrong_value("target", value, both("whatif.a_range" if ranged else "whatif.a_number"))
    indicator = about[target["indicator"]]
    if kind in comparators.STATED and target["unit"] == indicator["unit"]:
        low, high = indicator["lower_bound"], indicator["upper_bound"]
        if any((pd.notna(low) and one < low) or (pd.notna(high) and one > high) for one in ends):
            wrong_value("target", value, within(indicator))
    return float(ends[0]), float(ends[1]) if ranged else math.nan


def within(indicator: Mapping[str, Any]) -> str:
    """The values that an indicator may have, for a message: ``0-100 %``."""
    ends = ["" if pd.isna(end) else f"{end:g}" for end in (indicator["lower_bound"], indicator["upper_bound"])]
    told = "-".join(ends) if all(ends) else f">= {ends[0]}" if ends[0] else f"<= {ends[1]}"
    return f"{told} {indicator['unit']}"


def _paces(plan: PlanView, new: PlanView, paces: Mapping[str, tuple[str, float]]) -> Iterator[OwnPace]:
    """The paces that were and are supposed, each from the latest figure there is now."""
    if not paces and not plan.supposed.paces:
        return
    gaps = {row["target_id"]: row for row in plan.verdicts.to_dict("records")}
    evidence = Evidence(new.used, new.trajectories, new.registers.indicators, new.as_of)
    stated = {one.series: (one.stated, "") for one in plan.supposed.paces}
    for one, given in paces.items():
        gap = gaps[one]
        if not has_pace(gap, new.as_of) or pd.notna(gap["summed_since"]):
            wrong_value("pace", one, both("whatif.goals_with_pace"), both("whatif.no_pace"))
        stated[gap["data_indicator"], gap["data_area"], gap["data_group"]] = (given, one)
    for series, (given, goal) in stated.items():
        record, indicator = evidence.record(*series), new.registers.about[series[0]]
        if not record.projected:
            wrong_value("pace", goal, both("whatif.goals_with_pace"), both("whatif.no_spread"))
        below = evidence.record(indicator["denominator"], *series[1:])
        years = range(int(record.latest_year or new.as_of), new.horizon + 1)
        course = own_course(given, indicator, record, below, next(iter(record.projected)), years)
        if course is None:
            wrong_value("pace", given, '("unit", 0.1) | ("percent", 2.5)', both("whatif.no_denominator"))
        yield OwnPace(series, given, tuple(course.items())[1:])


def _told(plan: PlanView, changes: Changes, figures: Sequence[Figure], printed: Edited) -> Iterator[Told]:
    """What is supposed as it is told: figures as they were put in."""
    completed = {place[1:] for place in printed.completed}
    for one in figures:
        value = printed.values.get(one.place, one.value)
        rest = "completed" if one.place[1:] in completed else ""
        yield Told("observation", one.indicator, one.area, one.year, value, rest)
    year = max([plan.as_of, *(one.year for one in changes.figures)])
    for at, count in sorted(changes.people.items()):
        if at > year:
            yield Told("population", RESIDENTS, plan.tables.area, at, count)
    written = plan.tables.targets.set_index("target_id")["unit"]
    for goal, value in changes.targets.items():
        yield Told("target", goal, "", None, value, written[goal])
    yield from (Told("deadline", goal, "", None, due) for goal, due in changes.deadlines.items())
    yield from (Told("leavers", one, "", None, share) for one, share in changes.leavers.items())
    measured = plan.gaps.set_index("target_id")["data_indicator"]
    for goal, (kind, amount) in changes.paces.items():
        yield Told("pace", goal, measured[goal], None, amount, kind)


def figures(plan: PlanView, given: Observed | None, measured: Callable[[str], str]) -> list[Figure]:
    """Observed figures as they are given to :func:`healthplan.what_if`, completed from the registers: the area is the
    plan's, the group everybody, the unit the registered one. ``measured``: the indicator of a goal by its name."""
    if given is None:
        return []
    if isinstance(given, pd.DataFrame):
        given = given.to_dict("records")
    rows = given if isinstance(given, list) else [given]
    return [_figure(plan, row, measured) for row in rows]


def _figure(plan: PlanView, row: Any, measured: Callable[[str], str]) -> Figure:
    example, known = EXAMPLES["observation"], plan.registers
    if isinstance(row, (tuple, list)):
        if len(row) != 3:
            wrong_value("observation", row, example)
        row = dict(zip(("indicator", "year", "value"), row, strict=True))
    of_type("observation", row, Mapping, example)
    if missing := [name for name in ("indicator", "year", "value") if name not in row]:
        wrong_value("observation", ", ".join(map(str, row)), ", ".join(missing))
    said = str(row["indicator"])
    indicator = said if said in known.about else known.names.indicator(said).id or measured(said)
    about = known.about[indicator]
    area = str(row.get("area") or plan.tables.area)
    one_of("area", area, list(known.areas["area"]))
    whole("year", row["year"], FIRST_YEAR, max(plan.horizon, plan.as_of + 1))
    one_of("group", str(row.get("group") or ""), ["", *plan.vintages["group"].unique()])
    for name in set(map(str, row)) - set(OF_A_FIGURE):
        one_of("observation", name, OF_A_FIGURE)
    of_type("value", row["value"], (int, float, np.number), example)
    value, unit = float(row["value"]), str(row.get("unit") or about["unit"])
    converted = value if unit == about["unit"] else units.convert(value, unit, about["unit"])
    if converted is None:
        wrong_value("unit", unit, about["unit"])
    low, high = about["lower_bound"], about["upper_bound"]
    if not math.isfinite(converted) or (pd.notna(low) and converted < low) or (pd.notna(high) and converted > high):
        wrong_value("value", row["value"], within(about))
    return Figure(indicator, area, str(row.get("group") or ""), int(row["year"]), converted)


def people(year: Any, count: Any) -> float:
    """A number of people of a year, or why it is none."""
    whole("population", year, FIRST_YEAR, LAST_YEAR)
    of_type("population", count, (int, float, np.number), EXAMPLES["population"])
    if not 0 < count < math.inf:
        wrong_value("population", count, "> 0")
    return float(count)


def leaving(plan: PlanView, given: Mapping[str, Any], goal: Callable[[str], str]) -> dict[str, float]:
    """Shares of stocks that leave a year, by the indicators that goals about these stocks are measured by. A stock may be
    named by such an indicator, by the count that it is a rate of, or by a goal (``goal``: its id by a name)."""
    if not given:
        return {}
    things, about = plan.things(), plan.registers.about
    asked = list(things.loc[things["what"] == "add", "indicator"].unique())
    measured = plan.gaps.set_index("target_id")["data_indicator"]
    found: dict[str, float] = {}
    for name, value in given.items():
        rates = [one for one in asked if name in (one, about[one]["numerator"])]
        if not rates and name not in about:
            rates = [one for one in [measured[goal(name)]] if one in asked]
        if not rates:
            one_of("leavers", name, asked)
        found |= dict.fromkeys(rates, share(value))
    return found


def share(given: Any) -> float:
    """A share of a stock that leaves a year, or why it is none."""
    of_type("leavers", given, (int, float, np.number), EXAMPLES["leavers"])
    if not 0 <= given < 1:
        wrong_value("leavers", given, "0-1")
    return float(given)


def compare(plan: PlanView, new: PlanView) -> pd.DataFrame:
    """Table *moved*: the goals of which anything is other in ``new`` than in ``plan``."""
    key = ["target_id", "method"]
    if plan.gaps["target_id"].tolist() != new.gaps["target_id"].tolist():
        wrong_value("new", new.tables.about["plan_id"], plan.tables.about["plan_id"], both("whatif.other_goals"))
    some = _may_have_moved(plan, new)
    sides = []
    for view in (plan, new):
        gaps = view.gaps if some is None else view.gaps[view.gaps["target_id"].isin(some)]
        sides.append(gaps.merge(view.things(some=some)[[*key, "to_add"]], on=key, how="left"))
    before, after = (side[["target_id", "data_indicator", *MEASURES]] for side in sides)
    same = before[MEASURES].eq(after[MEASURES]) | (before[MEASURES].isna() & after[MEASURES].isna())
    found = before[["target_id"]].assign(unit=after["data_indicator"].map(plan.registers.unit))
    for name in MEASURES:
        found[f"{name}_before"], found[f"{name}_after"] = before[name], after[name]
    return tables.check(found[~same.fillna(False).astype(bool).all(axis=1)], "moved")


def _may_have_moved(plan: PlanView, new: PlanView) -> set[str] | None:
    """The goals of which something may be other; None: any."""
    if new.moved_from is None or new.moved_from[0] is not plan:
        return None
    leaving = {one for one, _ in {*plan.supposed.leavers} ^ {*new.supposed.leavers}}
    return {*new.moved_from[1], *new.gaps.loc[new.gaps["data_indicator"].isin(leaving), "target_id"]}
