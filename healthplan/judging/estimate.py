"""Targets, trajectories and observations in, the table *gaps* and the tables beside it out."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.judging import deadlines, joined
from healthplan.judging.cases import Setting, cases
from healthplan.judging.evidence import Evidence
from healthplan.judging.row import row, word
from healthplan.judging.verdict import Verdict, decided, either_reading, turns_on_before
from healthplan.language import units
from healthplan.registers import area_tree

VERSION = "gaps_1"
KEY = ["target_id", "method"]
MEMORY = 10  # earlier judgements that a word may look back on
BESIDE = ("paces", "references", "events")  # a row a goal, as gaps


class Judged(NamedTuple):
    """One judgement in five tables: *gaps* has a row a target and projection method, the others only where a goal has
    a pace, a reference or events; *years* has a row more for each year of a goal that is asked for every year."""

    gaps: pd.DataFrame
    paces: pd.DataFrame
    references: pd.DataFrame
    events: pd.DataFrame
    years: pd.DataFrame

    def whole(self) -> pd.DataFrame:
        """*gaps* with the columns of the tables of one row a goal beside its own: what words and amounts are made of."""
        found = self.gaps
        for name in BESIDE:
            table = getattr(self, name)
            beside = tables.check(found[KEY].merge(table, on=KEY, how="left"), name)
            found = found.join(beside.drop(columns=KEY))
        return found


def judge(
    targets: pd.DataFrame,
    trajectories: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    series: pd.DataFrame,
    areas: pd.DataFrame,
    *,
    as_of: int,
    plan_end: str | int = "",
    base_year: int | None = None,
    in_year: bool = False,
    before: Mapping[str, str] | None = None,
    elsewhere: pd.DataFrame | None = None,
) -> Judged:
    """What stands between each target and the figures: a row a target and projection method.

    ``series`` says which observed series answers which target; the district's own figures of a target's indicator come
    before a recorded reference or nothing. Basis own: the district's columns are filled; reference: the goal is in
    *references*, whose ``reference_gap`` says what would be missing if the district stood where the reference stands;
    none: neither. gap > 0 is a shortfall in the indicator's unit. Rates are per year.

    Only figures of years <= ``as_of`` are used. ``as_of`` stands at the end of its year: a deadline in it is past and
    judged by the observed figure of its year, else ``due_unconfirmed``; ``in_year`` stands within it, and such a
    deadline is projected until its figure is there. ``plan_end`` stands in for a deadline that is not named,
    ``base_year`` for the year from which a pace is measured. ``before``: the status of each target a year ago (see
    :func:`healthplan.judging.statuses.spoken`). ``elsewhere``: all series that are known, by which a goal without
    figures of its people is told that there are some of others.

    Raises :class:`InputError` for tables that do not fit, :class:`UsageError` for trajectories made from later figures.
    """
    when = {"as_of": as_of, "base_year": base_year, "in_year": in_year, "before": before or {}}
    given = (targets, trajectories, observations, indicators, series, areas, elsewhere)
    rows = _rows(row, *given, plan_end=str(plan_end), **when)
    columns = [c for name in ("gaps", *BESIDE) for c in tables.columns(name)]
    found = pd.DataFrame(rows, columns=[*dict.fromkeys(columns), "past"])
    found["stage"] = _stage_roles(found, targets)
    years = [{**{key: r[key] for key in KEY}, **year} for r in rows for year in r["years"]]
    by_year = pd.DataFrame(years, columns=tables.columns("years"))
    gaps, paces, references, events = (_part(found, name) for name in ("gaps", *BESIDE))
    return Judged(gaps, paces, references, events, tables.check(by_year, "years"))


def words(*given: pd.DataFrame, **when: Any) -> pd.DataFrame:
    """No more than the status and the chance that :func:`judge` gives, from what it takes: target_id, method, status,
    probability_met. For judging again and again."""
    columns = [*KEY, "status", "probability_met"]
    found = _rows(word, *given, **when)
    return pd.DataFrame([{name: one[name] for name in columns} for one in found], columns=columns)


def look_back(
    targets: pd.DataFrame,
    paths: Callable[[int], pd.DataFrame],
    *given: pd.DataFrame,
    as_of: int,
    since: int,
    until_in_year: int | None = None,
    **when: Any,
) -> pd.DataFrame:
    """Table *gaps* with the words of the years before it, from ``since`` on, as far back as a word turns on them.
    ``paths``: the trajectories as they were at a year's end; ``until_in_year``: years up to it are judged within (see
    :func:`judge`); ``given`` and ``when``: what :func:`judge` takes besides."""

    def rows(told: Callable[[Verdict], dict[str, Any]], goals: pd.DataFrame, year: int) -> list[dict[str, Any]]:
        in_year = until_in_year is not None and year <= until_in_year
        known, until = paths(year), {**when, "as_of": year, "in_year": in_year}
        found = _rows(
            lambda verdict: {**told(verdict), "open": turns_on_before(verdict)}, goals, known, *given, **until
        )
        turning = [one["target_id"] for one in found if one["open"]]
        if not turning or year <= since:
            return found
        some = goals[goals["target_id"].isin(turning)]
        before = {one["target_id"]: one["status"] for one in rows(word, some, year - 1)}
        again = iter(_rows(told, some, known, *given, before=before, **until))
        return [next(again) if one["open"] else one for one in found]

    since = max(since, as_of - MEMORY)
    found = pd.DataFrame(rows(row, targets, as_of), columns=[*tables.columns("gaps"), "past"])
    found["stage"] = _stage_roles(found, targets)
    return tables.check(found[tables.columns("gaps")], "gaps")


def _rows(
    told: Callable[[Verdict], dict[str, Any]],
    targets: pd.DataFrame,
    trajectories: pd.DataFrame,
    observations: pd.DataFrame,
    indicators: pd.DataFrame,
    series: pd.DataFrame,
    areas: pd.DataFrame,
    elsewhere: pd.DataFrame | None = None,
    **when: Any,
) -> list[dict[str, Any]]:
    """What is ``told`` of each verdict, in the order of the targets, with the rows of goals that are made of several
    conditions. ``when``: as_of and the further fields of :class:`Setting`."""
    evidence = Evidence(observations, trajectories, indicators, when["as_of"], elsewhere)
    about = {row["indicator"]: row for row in _records(indicators)}
    choices = {row["target_id"]: row for row in _records(series)}
    setting = Setting(evidence, about, choices, area_tree(areas), **when)
    targets = units.in_indicator_units(tables.of_groups(targets), indicators)
    every = _records(targets)
    staged = dict(iter(targets[(targets["stage_of"] != "") & (targets["state"] == "current")].groupby("stage_of")))
    verdicts, out = [], []
    for target in every:
        stage_rows = staged.get(target["stage_of"], targets.iloc[:0]) if target["stage_of"] else None
        if not joined.members(target):
            verdicts += [decided(case, stage_rows, setting.base_year) for case in cases(target, setting)]
    rows = [told(verdict) for verdict in either_reading(verdicts)]
    of_target: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        of_target.setdefault(one["target_id"], []).append(one)
    for target in every:
        if joined.members(target):
            out += joined.rows(target, rows, setting.as_of, setting.plan_end, setting.before)
        out += of_target.get(target["target_id"], [])
    return out


def _part(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """The columns of one of the tables of a row a goal; beside *gaps* only rows that have something there."""
    part = found[tables.columns(name)]
    if name != "gaps":
        part = part[(part.notna() & (part != "")).drop(columns=KEY).any(axis=1)]
    return tables.check(part, name, source=name)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def one_goal_rows(targets: pd.DataFrame) -> pd.Series:
    """True for the rows of *targets* that count in a total. A goal that the plan prints twice has two rows, which name
    each other in ``related`` and ask the same for the same date: the first counts. The conditions of a goal that asks
    for several do not."""
    seen: dict[tuple, list[str]] = {}
    counts = []
    conditions = {one for target in _records(targets) for one in joined.members(target)}
    for target in targets.to_dict("records"):
        others = seen.setdefault(tuple(str(target.get(name, "")) for name in tables.ONE_GOAL), [])
        again = target["state"] == "current" and set(target["related"].split(";")) & set(others)
        counts.append(not again and target["target_id"] not in conditions)
        if target["state"] == "current":
            others.append(target["target_id"])
    return pd.Series(counts, index=targets.index, dtype="bool")


def _stage_roles(gaps: pd.DataFrame, targets: pd.DataFrame) -> list[str]:
    """``ended``, ``ruling`` or ``later`` for the rows of staged goals, empty for the others."""
    if (targets["stage_of"] == "").all():
        return [""] * len(gaps)
    about = targets.set_index("target_id")[["stage_of", "deadline"]]
    goal, due = gaps["target_id"].map(about["stage_of"]), gaps["target_id"].map(about["deadline"])
    out = [""] * len(gaps)
    for (stage_of, _), rows in gaps.groupby([goal, gaps["method"]]):
        if stage_of:
            found = deadlines.roles(due[rows.index].tolist(), rows["past"].tolist())
            for i, role in zip(rows.index, found, strict=True):
                out[int(i)] = role
    return out
