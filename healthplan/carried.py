"""What a change cannot reach, taken over from the plan as it was: a what-if costs what moved, and gives bit for bit what a
run of everything would (tests/test_whatif.py holds both side by side).

An indicator moves when a figure of it was edited, when it is made of one that moved, or when something is supposed of its
years to come; a goal when its row was, when it rests on an indicator that moved, when its word of a year ago did, or when
it is judged together with one that moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from healthplan import judging, tables
from healthplan.judging.joined import members
from healthplan.judging.supposed import stocks
from healthplan.language.names import RESIDENTS
from healthplan.line import PlanView, among, lenders, project_plan, words_of
from healthplan.observations import KEY
from healthplan.plans import Plan
from healthplan.registers import Registers
from healthplan.tied import Place
from healthplan.vintages import known_at

FIGURES = ("observations", "nearby", "wanted", "used", "rests", "projected", "horizon")
VERDICTS = ("past", "before", "judged")


def again(view: PlanView, **fields: Any) -> PlanView:
    """The same plan with other ``fields``, on which nothing depends that is known of it by now."""
    other = replace(view, **fields)
    other.__dict__.update({name: view.__dict__[name] for name in (*FIGURES, *VERDICTS) if name in view.__dict__})
    return other


def figures(plan: PlanView, new: PlanView, places: Iterable[Place]) -> None:
    """``new`` with its tables up to the projections: of indicators that moved its own, of the others those of ``plan``."""
    moved = _made_of(_touched(new, places), new.registers)
    if (plan.newest, plan.newest or plan.as_of) != (new.newest, new.newest or new.as_of):
        return
    # a goal's number and date may be other, never what it is about
    new.__dict__.update({"wanted": plan.wanted, "rests": plan.rests})
    moved &= {indicator for indicator, _, _ in plan.wanted}  # the others are worked out when somebody looks
    new.__dict__["nearby"] = _spliced(plan.nearby, _known(new, moved), moved, KEY)
    new.__dict__["used"] = among(new.nearby, new.wanted) if moved else plan.used
    same = plan.as_of == new.as_of and plan.horizon == new.horizon
    if same and (not moved or _lent(plan) == _lent(new)):
        new.__dict__["projected"] = _spliced(plan.projected, _projected(new, moved), moved, [*tables.SERIES, "year"])


def verdicts(plan: PlanView, new: PlanView, places: Iterable[Place]) -> PlanView:
    """``new`` with its verdicts, the earlier ones too: of goals that moved its own, of the others those of ``plan``."""
    places = frozenset(places)
    new.__dict__["past"] = _past(plan, new, places)
    new.__dict__["before"] = words_of(new.past.get(new.as_of - 1))
    moved = _moved(plan, new, _made_of(_touched(new, places), new.registers) | _supposed(plan, new))
    new.__dict__["judged"] = plan.judged if not moved else _judged(plan, new, moved)
    return again(new, moved_from=(plan, frozenset(moved)))


def _touched(new: PlanView, places: Iterable[Place]) -> set[str]:
    return {indicator for indicator, _, _, year in places if year <= new.as_of}


def _made_of(touched: set[str], known: Registers) -> set[str]:
    """The indicators touched, the rates made of them, the counts that take their births from such a rate, and what grows."""
    about = known.about
    moved = touched | {i for i, row in about.items() if touched & {row["numerator"], row["denominator"]}}
    moved |= {about[i]["numerator"] for i in moved if i in about and about[i]["numerator"] in about}
    return moved | {growth for growth, level in known.growing.items() if level in moved}


def _known(new: PlanView, moved: set[str]) -> pd.DataFrame:
    """The figures of the indicators that moved, worked out of what they may be made of."""
    if not moved:
        return new.vintages.iloc[:0]
    about, growing = new.registers.about, new.registers.growing
    made = moved | {i for i, row in about.items() if row["numerator"] in moved and row["indicator_kind"] == "rate"}
    rests = made | {about[i][part] for i in made if i in about for part in ("numerator", "denominator")}
    rests |= {level for growth, level in growing.items() if growth in moved}
    some = new.vintages[new.vintages["indicator"].isin(rests)].reset_index(drop=True)
    return known_at(None if new.newest else new.as_of, some, new.registers, made)


def _lent(view: PlanView) -> set[str]:
    return lenders(view.tables, view.used, view.registers.areas, view.as_of)


def _projected(new: PlanView, moved: set[str]) -> pd.DataFrame:
    if not new.used["indicator"].isin(moved).any():
        return new.used.iloc[:0].reindex(columns=[*tables.SERIES, "year"])
    about = new.registers.indicators
    known = new.nearby, about[about["indicator"].isin(moved)], new.registers.areas
    how: dict[str, Any] = {"as_of": new.as_of, "to": new.horizon, "method": new.method}
    return project_plan(new.tables, *known, **how, used=new.used, some=moved)


def _spliced(old: pd.DataFrame, new: pd.DataFrame, moved: set[str], by: list[str]) -> pd.DataFrame:
    """The rows of ``old`` but for the indicators that moved, whose rows are those of ``new``."""
    if not moved:
        return old
    parts = [old[~old["indicator"].isin(moved)], new[new["indicator"].isin(moved)]]
    return pd.concat([part for part in parts if len(part)]).sort_values(by, kind="stable", ignore_index=True)


def _supposed(plan: PlanView, new: PlanView) -> set[str]:
    """The indicators of which something else is supposed than in ``plan``."""
    mine, theirs = plan.supposed, new.supposed
    found = {one.series[0] for one in {*mine.paces} ^ {*theirs.paces}}
    return found if mine.people == theirs.people else found | {RESIDENTS, *stocks(new.registers.about)}


def _past(plan: PlanView, new: PlanView, places: frozenset[Place]) -> dict[int, PlanView]:
    past: dict[int, PlanView] = {}
    for year in new.past_years:
        then = plan.past.get(year) or (_as_then(plan) if year == plan.as_of else None)
        now = new.in_past(year, past.get(year - 1))
        early = {place for place in places if place[3] <= year}
        same = then is not None and then.tables.targets.equals(now.tables.targets)
        if then is not None and same and not early and then.before == now.before:
            now = then
        elif then is not None:
            figures(then, now, early)
            moved = _moved(then, now, _made_of(_touched(now, early), now.registers))
            now.__dict__["judged"] = then.judged if not moved else _judged(then, now, moved)
        past[year] = now
    return past


def _as_then(plan: PlanView) -> PlanView | None:
    """The plan as it will be looked back on, where nothing that was printed later, and nothing supposed, is in it."""
    later = plan.vintages["edition"].str[:4].replace("", "0").astype(int).max() > plan.as_of
    if plan.supposed.ahead or (plan.newest and later):
        return None
    then = replace(plan, newest=False, moved_from=None)
    then.__dict__.update({name: getattr(plan, name) for name in (*FIGURES[1:], "before", "judged")})
    return then


def _moved(plan: PlanView, new: PlanView, indicators: set[str]) -> set[str]:
    """The goals that moved."""
    ids = new.tables.targets["target_id"]
    if plan.as_of != new.as_of:
        return set(ids)
    moved = {one for one in ids if plan.before.get(one) != new.before.get(one)}
    if plan.tables.targets is not new.tables.targets:
        mine, theirs = plan.tables.targets, new.tables.targets
        moved |= set(ids[~(mine.eq(theirs) | (mine.isna() & theirs.isna())).all(axis=1)])
    moved |= {one for one, rests in new.rests.items() if rests & indicators}
    return _together(new.tables, moved)


def _together(plan: Plan, moved: set[str]) -> set[str]:
    """The goals, and those that are judged with them: readings of one text, stages, conditions and what is made of them."""
    groups = []
    for row in plan.targets.to_dict("records"):
        groups.append({row["target_id"], *members(row), *filter(None, str(row["related"] or "").split(";"))})
    groups += [set(rows) for stage, rows in plan.targets.groupby("stage_of")["target_id"] if stage]
    found, size = set(moved), -1
    while size != len(found):
        size = len(found)
        found |= {one for group in groups if group & found for one in group}
    return found & set(plan.targets["target_id"])


def _judged(plan: PlanView, new: PlanView, moved: set[str]) -> judging.Judged:
    """The verdicts of ``plan`` with those of the goals that moved judged again."""
    goals = new.tables.targets
    if moved == set(goals["target_id"]):
        return new.judged
    some = goals[goals["target_id"].isin(moved)].reset_index(drop=True)
    rests: set[str] = set().union(*(of for one, of in new.rests.items() if one in moved))
    near = lambda frame: frame[frame["indicator"].isin(rests)].reset_index(drop=True)  # noqa: E731
    series = new.tables.series[new.tables.series["target_id"].isin(moved)]
    # farther ahead than before: no more is projected than is judged, until somebody looks
    whole = "projected" in new.__dict__ or new.supposed.ahead
    paths = near(new.trajectories) if whole else _projected(new, rests)
    known = (paths, near(new.used), near(new.registers.indicators), series, new.registers.areas)
    when = {"before": new.before, **new.tables.judged_at(new.as_of)}
    part = judging.judge(some, *known, elsewhere=near(new.nearby), **when)
    order = {one: at for at, one in enumerate(goals["target_id"])}
    return judging.Judged(*(_in_order(*both, moved, order) for both in zip(plan.judged, part, strict=True)))


def _in_order(old: pd.DataFrame, new: pd.DataFrame, moved: set[str], order: Mapping[str, int]) -> pd.DataFrame:
    rows = pd.concat([old[~old["target_id"].isin(moved)], new])
    return rows.iloc[rows["target_id"].map(order).argsort(kind="stable")].reset_index(drop=True)
