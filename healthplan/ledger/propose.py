"""A year's tasks proposed from a plan: what is counted how, who leads, what the office has to settle
(:mod:`healthplan.ledger.proposal`). Only the office confirms; nothing is settled here that the plan does not say."""

from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.ledger import quarters
from healthplan.ledger.proposal import Goal, id_of, milestone, names, short, things_of
from healthplan.messages import default_language
from healthplan.registers import Registers


class Left(NamedTuple):
    """A goal or milestone of the plan that is no task of the year, and why; ``fields`` of the sentence ``reason``."""

    source: str
    name_zh: str
    name_en: str
    reason: str
    fields: dict[str, Any]


def tasks(plan: Any, known: Registers, year: int, lang: str | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables ``tasks`` and ``items`` of a plan (:class:`healthplan.plans.Plan`) in a year: one task a goal or milestone
    asked for in it, one row a thing to be named (its name where the plan says it, else empty).

    Notes and evidence in ``lang``. Goals in the plan's units. Both tables are checked.
    """
    lang = lang or default_language()
    asked, _ = _asked(plan, year)
    measures = {row["indicator"]: row for row in known.indicators.to_dict("records")}
    rows: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    for row in asked:
        goal = "target_id" in row
        one = Goal(plan, known, measures[row["indicator"]], row, year, lang).task() if goal else None
        task = one or milestone(plan, row, year, lang)
        rows.append(task)
        items += things_of(task, row, lang)
    return _table("tasks", rows), _table("items", items)


def _table(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return tables.check(pd.DataFrame(rows, columns=tables.columns(name)), name)


def left_out(plan: Any, year: int) -> list[Left]:
    """The goals and milestones of the plan that the year does not ask for, each with the reason."""
    return _asked(plan, year)[1]


# --- what the year asks for ----------------------------------------------------------------------


def _asked(plan: Any, year: int) -> tuple[list[dict[str, Any]], list[Left]]:
    """The rows that are tasks of the year, each with ``due``, ``same`` and ``sources``, and those that are not."""
    found: list[dict[str, Any]] = []
    left: list[Left] = []
    rows = [*_records(plan.targets), *_records(plan.milestones)]
    staged = _ruling(plan, rows, year)
    seen: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        row["due"] = _due(plan, row, year)
        key = tuple(str(row.get(name, "")) for name in (*tables.ONE_GOAL[:-1], "due")) if "target_id" in row else ()
        reason, fields = "", dict[str, Any]()
        if row["state"] == "superseded":
            reason = "superseded"
        elif quarters.day(row["due"]).year < year:
            reason, fields = "past", {"year": year}
        elif (ruling := staged.get(id_of(row), "")) not in ("", id_of(row)):
            reason, fields = "later", {"other": short(ruling)}
        elif key and key in seen:
            reason, fields = "same", {"other": short(id_of(seen[key]))}
            _join(seen[key], row)
        if reason:
            left.append(Left(id_of(row), *names(row), reason, fields))
            continue
        row["sources"] = [id_of(row)]
        found.append(row)
        if key:
            seen[key] = row
    return found, left


def _join(first: dict[str, Any], again: dict[str, Any]) -> None:
    """One goal that the plan says twice: its sources and its departments together."""
    first["sources"].append(id_of(again))
    named = [*first["departments"].split(";"), *again["departments"].split(";")]
    first["departments"] = ";".join(dict.fromkeys(name for name in named if name))


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{k: "" if isinstance(v, str) and not v else v for k, v in row.items()} for row in frame.to_dict("records")]


def _due(plan: Any, row: dict[str, Any], year: int) -> str:
    """The day by which it is asked for: the year's end for what is asked of every year, else its own, else the plan's."""
    if row.get("per") == "year":
        return f"{year}-12-31"
    return quarters.day(row["deadline"] or str(plan.about["period_end"])).isoformat()


def _ruling(plan: Any, rows: list[dict[str, Any]], year: int) -> dict[str, str]:
    """Of every later stage of a staged goal the stage that the year is judged by: the first that is not over."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        if row.get("stage_of") and row["state"] != "superseded":
            groups.setdefault(row["stage_of"], []).append((_due(plan, row, year), id_of(row)))
    found: dict[str, str] = {}
    for stages in groups.values():
        open_now = sorted(one for one in stages if quarters.day(one[0]).year >= year)
        found |= {one: open_now[0][1] for _, one in open_now}
    return found
