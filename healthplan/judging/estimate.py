"""Targets, trajectories and observations in, the table *gaps* and the tables beside it out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.judging import deadlines
from healthplan.judging.evidence import NO_METHOD, Case, Evidence
from healthplan.judging.verdict import decided, either_reading, row
from healthplan.language import comparators, units, vocabulary

VERSION = "gaps_1"
TableRow = Mapping[str, Any]
KEY = ["target_id", "method"]


class Judged(NamedTuple):
    """One judgement in four tables with one key: *gaps* has a row a target and projection method, the others
    only where a goal has a pace, a reference or events."""

    gaps: pd.DataFrame
    paces: pd.DataFrame
    references: pd.DataFrame
    events: pd.DataFrame

    def whole(self) -> pd.DataFrame:
        """*gaps* with the columns of the other tables beside its own: what words and amounts are made of."""
        found = self.gaps
        for name, table in zip(self._fields[1:], self[1:], strict=True):
            beside = tables.check(found[KEY].merge(table, on=KEY, how="left"), name)
            found = found.join(beside.drop(columns=KEY))
        return found


@dataclass(frozen=True)
class Setting:
    """What all targets of one call share."""

    evidence: Evidence
    indicators: Mapping[str, TableRow]
    choices: Mapping[str, TableRow]
    as_of: int
    plan_end: str
    base_year: int | None
    in_year: bool


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
) -> Judged:
    """What stands between each target and the figures: a row a target and projection method.

    ``series`` says which observed series answers which target; the district's own figures of a
    target's indicator, once there are any, come before a recorded reference or nothing. Basis own:
    the district's columns are filled. Basis reference: the goal is in *references*, whose ``reference_gap`` says what
    would be missing if the district stood where the reference stands. Basis none (or no row): neither.

    gap > 0 is a shortfall in the indicator's unit, whatever the direction. Rates are per year. Only
    figures of years <= ``as_of`` are used; trajectories that know later ones are refused.
    ``plan_end`` stands in for the deadline of a target whose text names none. ``base_year``: the
    year from which the pace is measured where a target names none itself (usually the year before
    the plan begins; without it, the first of the last five years).

    Rare events (fewer than ten allowed a year, counts known) are judged by counts. In a staged goal
    ``stage`` says which row rules; ended stages stay judged.

    ``as_of`` stands at the end of that year: a deadline in it or before is past and judged by the
    observed figure of its year; without that figure it is ``due_unconfirmed``, never on course.
    With ``in_year`` the call stands within that year, as in the year a plan is published: a
    deadline in it is still projected until its figure is there.

    Returns the four checked tables. Raises :class:`~healthplan.errors.InputError` for tables that
    do not fit and :class:`~healthplan.errors.UsageError` for trajectories made from later figures.
    """
    setting = Setting(
        Evidence(observations, trajectories, as_of),
        {row["indicator"]: row for row in _records(indicators)},
        {row["target_id"]: row for row in _records(series)},
        as_of,
        str(plan_end),
        base_year,
        in_year,
    )
    targets = units.in_indicator_units(tables.of_groups(targets), indicators)
    verdicts = []
    for target in _records(targets):
        stage_rows = _stages(targets, target)
        chosen = setting.choices.get(target["target_id"], {})
        for case in _cases(target, chosen, setting):
            verdicts.append(decided(case, stage_rows, base_year))
    rows = [row(verdict) for verdict in either_reading(verdicts)]
    columns = [c for name in Judged._fields for c in tables.columns(name)]
    found = pd.DataFrame(rows, columns=[*dict.fromkeys(columns), "past"])
    found["stage"] = _stage_roles(found, targets)
    return Judged(*(_part(found, name) for name in Judged._fields))


def estimate_gaps(*given: pd.DataFrame, **more: Any) -> pd.DataFrame:
    """Table *gaps* alone of :func:`judge`, which takes the same."""
    return judge(*given, **more).gaps


def _part(found: pd.DataFrame, name: str) -> pd.DataFrame:
    """The columns of one of the four tables; beside *gaps* only rows that have something there."""
    part = found[tables.columns(name)]
    if name != "gaps":
        part = part[(part.notna() & (part != "")).drop(columns=KEY).any(axis=1)]
    return tables.check(part, name, source=name)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): cell for name, cell in row.items()} for row in table.to_dict("records")]


def _cases(target: TableRow, chosen: TableRow, setting: Setting) -> Iterator[Case]:
    """The target under each method that projects its series, or once without a method.

    The district's own figures of the target's own indicator and group come first wherever there are any, even
    where the recorded decision, made without them, names a reference or nothing. A series of another group, or of
    everybody, answers nothing.
    """
    find = setting.evidence.record
    basis, recorded = chosen.get("basis", "none"), chosen.get("indicator") or target["indicator"]
    group = str(target.get("group") or "")
    other = find(recorded, chosen["area"], group) if basis == "reference" else None
    if basis != "own" and find(target["indicator"], target["area"], group).latest_year is not None:
        basis, recorded, chosen = "own", target["indicator"], {}
    indicator = setting.indicators[recorded]
    area = (chosen.get("area") or target["area"]) if basis != "none" else ""
    record = find(recorded, area, group)
    peer = find(recorded, target["reference"], group) if target["reference"] else None
    where = area if basis == "own" else target["area"]
    below = find(indicator["denominator"], where, group) if indicator["denominator"] else None
    due = deadlines.read(target["deadline"], setting.plan_end)
    target = units.restated(target, indicator["unit"])
    if target["comparator"] == comparators.INCREASE_BY and is_addition(indicator) and due.year:
        since = _first_year(target, due.year, setting.base_year)
        record = record.summed(since, float(target["value"]))
        nothing = {"baseline": None, "baseline_year": None}
        target = {**target, "comparator": comparators.LEAST, **nothing}
    known = (target, indicator, basis, record, peer, other, below)
    for method in list(record.projected) or [NO_METHOD]:
        yield Case(*known, method, due, setting.as_of, setting.in_year)


@cache
def _addition_words() -> tuple[str, ...]:
    return tuple(row["word"] for row in vocabulary.rows("additions"))


def is_addition(indicator: TableRow) -> bool:
    """Whether a count is by its name what was added (新增托位数): such an indicator has no level that could rise by
    so much; its figures are added up over the period."""
    named = str(indicator["name_zh"]).startswith(_addition_words())
    return named and indicator["indicator_kind"] == "count"


def _first_year(target: TableRow, due: int, base_year: int | None) -> int:
    """The first year whose additions count: that after the target's own baseline, else after the plan's base year,
    else the deadline's year alone."""
    start = target["baseline_year"] if pd.notna(target["baseline_year"]) else base_year
    return due if start is None else min(int(start) + 1, due)


def one_goal_rows(targets: pd.DataFrame) -> pd.Series:
    """True for the rows of *targets* that count in a total. A goal that the plan prints twice has two rows, which name
    each other in ``related`` and ask the same for the same date: the first counts."""
    seen: dict[tuple, list[str]] = {}
    counts = []
    for target in targets.to_dict("records"):
        others = seen.setdefault(tuple(str(target.get(name, "")) for name in tables.ONE_GOAL), [])
        again = target["state"] == "current" and set(target["related"].split(";")) & set(others)
        counts.append(not again)
        if target["state"] == "current":
            others.append(target["target_id"])
    return pd.Series(counts, index=targets.index, dtype="bool")


def _stages(targets: pd.DataFrame, target: TableRow) -> pd.DataFrame:
    """The rows of the target's staged goal; the target alone where it has no stages."""
    if not target["stage_of"]:
        return targets[targets["target_id"] == target["target_id"]]
    same = (targets["stage_of"] == target["stage_of"]) & (targets["state"] == "current")
    return targets[same]


def _stage_roles(gaps: pd.DataFrame, targets: pd.DataFrame) -> list[str]:
    """``ended``, ``ruling`` or ``later`` for the rows of staged goals, empty for the others."""
    about = targets.set_index("target_id")[["stage_of", "deadline"]]
    goal, due = gaps["target_id"].map(about["stage_of"]), gaps["target_id"].map(about["deadline"])
    out = [""] * len(gaps)
    for (stage_of, _), rows in gaps.groupby([goal, gaps["method"]]):
        if stage_of:
            found = deadlines.roles(due[rows.index].tolist(), rows["past"].tolist())
            for i, role in zip(rows.index, found, strict=True):
                out[int(i)] = role
    return out
