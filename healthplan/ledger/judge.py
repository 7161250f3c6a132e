"""Verdicts of a quarter at its cut-off: one row a task, in numbers, words of ``docs/tables.md`` and sentences.

The office's lamp is read on the even path exactly as its rule says; our own word stands on the task's own path, with the
chance of the year's goal where earlier years allow one. Where the two differ the row says so.
"""

from __future__ import annotations

import math
from datetime import date
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.language import units
from healthplan.ledger import chance, figures, lamps, pace, quarters, store, things, why, written
from healthplan.ledger.figures import Figure
from healthplan.ledger.written import ROUND

AHEAD = 10.0  # points from which a task is ahead of its pace
SOON = 30  # days before a date from which it is soon due
SMALL = 5  # a stock below this moves in steps, not in per cent
LATE = {"behind", "overdue"}  # what an earlier quarter was, and a later one can make up


class Case(NamedTuple):
    """One task at one cut-off: everything that its verdict rests on. ``on``: the day on which it is judged."""

    task: dict[str, Any]
    ledger: store.Ledger
    quarter: str
    cut_off: date
    on: date
    figure: Figure
    things: pd.DataFrame
    expected: pace.Expected

    @property
    def due(self) -> date:
        return quarters.day(self.task["due"])

    @property
    def over(self) -> bool:
        return self.cut_off >= self.due


def verdicts(
    ledger: store.Ledger, quarter: str, *, cut_off: date | None = None, on: date | None = None, edition: str = "",
    lamp: str = "default",
) -> pd.DataFrame:  # fmt: skip
    """Table ``verdicts`` of a quarter: every task in force at its end. ``cut_off``: the day up to which figures count (the
    quarter's last); ``on``: the day of judging: returns of later days are not known, and one that is missing behind its due
    date is unreported; ``lamp``: a preset of
    ``lamps.csv``."""
    cut_off = min(cut_off or quarters.last_day(quarter), quarters.last_day(quarter))
    ledger = store.known_at(ledger, on) if on else ledger
    on = on or max(cut_off, quarters.last_day(quarter))
    edition = edition or f"{quarter}-1"
    rows = [
        {"edition": edition, **_verdict(case_of(task, ledger, quarter, cut_off, on), lamp)}
        for task in store.tasks_at(ledger, quarters.last_day(quarter)).to_dict("records")
    ]
    return tables.check(pd.DataFrame(rows, columns=tables.columns("verdicts")), "verdicts")


def new_edition(ledger: store.Ledger, quarter: str, **how: Any) -> tuple[store.Ledger, str]:
    """The ledger with a quarter's verdicts as a new edition behind the others, and its name; the newest edition where it
    would say the same. ``how``: as :func:`verdicts` takes it."""
    own = ledger.verdicts[ledger.verdicts["quarter"] == quarter]
    last = own[own["edition"] == own["edition"].iloc[-1]] if len(own) else own
    number = int(last["edition"].iloc[0].split("-")[1]) if len(last) else 0
    found = verdicts(ledger, quarter, edition=f"{quarter}-{number + 1}", **how)
    same = len(last) and last.assign(edition="").reset_index(drop=True).equals(found.assign(edition=""))
    if same:
        return ledger, f"{quarter}-{number}"
    whole = pd.concat([ledger.verdicts, found], ignore_index=True) if len(ledger.verdicts) else found
    return ledger._replace(verdicts=whole), f"{quarter}-{number + 1}"


def case_of(task: dict[str, Any], ledger: store.Ledger, quarter: str, cut_off: date, on: date) -> Case:
    """A task with its figure, its things and what its own path asks for."""
    task = pace.with_base(task, ledger.entries)
    own = things.of_task(task, ledger, quarter, cut_off)
    found = things.count(task, own) if task["kind"] == "stages" else figures.figure(task, ledger.entries, quarter)
    return Case(task, ledger, quarter, cut_off, on, found, own, pace.own(task, ledger, cut_off))


def _verdict(case: Case, lamp: str) -> dict[str, Any]:
    task, figure = case.task, case.figure
    silent = _silent(case)
    state = silent or _state(case)
    outlook = chance.Outlook(None) if silent else _chance(case, state)
    row: dict[str, Any] = {
        "task_id": task["task_id"], "quarter": case.quarter, "cut_off": case.cut_off.isoformat(),
        "goal_value": task["goal_value"], "state": state, "approx": figure.approx,
        "p": outlook.p, "middle": outlook.middle, "low": outlook.low, "high": outlook.high,
        "entry_ids": ";".join(figure.entry_ids),
    }  # fmt: skip
    if silent == "cannot_judge":  # what was reported is said, although nothing can be said of it
        row["to_date"] = figure.value
    elif not silent:
        by_dates = task["kind"] == "stages"
        even = things.expected(task, case.things, case.cut_off) if by_dates else pace.even(task, case.cut_off)
        row |= {"to_date": figure.value, "expected": case.expected.value, "expected_even": even}
        row["progress_pct"] = pace.progress(task, figure.value)
        row["gap_pp"] = gap(task, figure.value, case.expected.value)
        if task["kind"] == "stages":
            row |= _stage_numbers(case)
        row["lamp"] = lamps.lamp(case, state, gap(task, figure.value, even), lamp)
        row |= needed(case, state)
        row["days_overdue"] = _overdue(case, state)
    earlier = said_before(case)
    row["mark"] = _mark(case, state, earlier)
    row["disagrees"] = lamps.differs(row.get("lamp", ""), state, outlook.p)
    numbers = {name: round(value, ROUND) for name, value in row.items() if isinstance(value, float)}
    return row | numbers | why.sentences(case, row, earlier)


def _silent(case: Case) -> str:
    """The word of a task that has nothing to judge; empty where it has."""
    task, status = case.task, case.figure.status
    if status == "refused":
        return "cannot_judge"
    if status in ("not_applicable", "not_available"):
        return "not_applicable" if status == "not_applicable" else "cannot_judge"
    if status == "missing":
        return _unanswered(case)
    lacks = case.figure.value is None and task["kind"] != "stages"
    return "cannot_judge" if lacks or pd.isna(task["goal_value"]) or _no_start(case) else ""


def _no_start(case: Case) -> bool:
    task, value = case.task, case.figure.value
    untold = pace.startless(task) and case.expected.source != "own"  # declared points need no start
    return untold and value is not None and not reached(task, value) and not case.over


def _unanswered(case: Case) -> str:
    task = case.task
    once = "annual_only" in (task["given"], task["reporting"])
    if once and quarters.number(case.quarter) < 4:
        return "not_applicable"
    if case.on < quarters.last_day(case.quarter):
        return "ahead"
    sent = case.ledger.sheets[case.ledger.sheets["quarter"] == case.quarter]
    mine = sent[sent["department"].isin(store.departments_of(task)) | (sent["department"] == "")]
    waits = any(case.on <= quarters.day(due) for due in mine["due"])
    return "awaiting" if waits else "unreported"


def reached(task: dict[str, Any], value: float) -> bool:
    """Whether a figure fulfils the goal; more than a range asks for is reached too."""
    goal = float(task["goal_value"])
    gained = value - goal if task["direction"] == "higher" else goal - value
    return round(gained, ROUND) >= 0


def gap(task: dict[str, Any], value: float | None, expected: float | None) -> float | None:
    """Progress less what is asked for, in percentage points; of means the distance in the unit itself. < 0 is worse, for
    ceilings too."""
    if value is None or expected is None or task["kind"] == "hold":
        return None
    sign = 1.0 if task["direction"] == "higher" else -1.0
    if task["kind"] == "average":
        return sign * (value - expected)
    have, want = pace.progress(task, value), pace.progress(task, expected)
    if have is None or want is None:
        return None
    return want - have if task["kind"] == "bound" else have - want


def _state(case: Case) -> str:
    task, value = case.task, case.figure.value
    if task["kind"] == "stages":
        return _stages_state(case)
    assert value is not None
    if task["kind"] == "hold":
        return "holding" if reached(task, value) else "not_held"
    if task["kind"] == "bound":
        if not reached({**task, "direction": "lower"}, value):
            return "breached"
        asked = case.expected.value
        return "over_ceiling_pace" if asked is not None and value > asked + 1e-9 else "within"
    if reached(task, value):
        return _when_done(case) if task["kind"] != "average" or case.over else _paced(case)
    return "overdue" if case.over else _paced(case)


def _paced(case: Case) -> str:
    away = gap(case.task, case.figure.value, case.expected.value)
    away = round(away or 0.0, ROUND)
    return "ahead_of_pace" if away >= AHEAD else "on_pace" if away >= 0 else "behind"


def _when_done(case: Case) -> str:
    """Before the due date's quarter, in it, or after it: by the first quarter that reached the goal and kept it."""
    first = case.quarter
    earlier = quarters.before(first)
    while earlier >= f"{case.task['year']}Q1" and _was_reached(case, earlier):
        first, earlier = earlier, quarters.before(earlier)
    ends = quarters.at(case.due)
    return "done_early" if first < ends else "done" if first == ends else "done_late"


def _was_reached(case: Case, quarter: str) -> bool:
    if case.task["kind"] == "stages":
        then = things.of_task(case.task, case.ledger, quarter, quarters.last_day(quarter))
        return things.reported_done(case.task, then) >= float(case.task["goal_value"])
    value = figures.figure(case.task, case.ledger.entries, quarter).value
    return value is not None and reached(case.task, value)


def _stages_state(case: Case) -> str:
    """Of things the worst overdue gate decides; one that stands still is not on pace."""
    task, own = case.task, case.things
    if things.reported_done(task, own) >= float(task["goal_value"]):
        return _when_done(case)
    if case.over:
        return "overdue"
    if (own["days_overdue"].fillna(-1) >= 0).any() or own["stage"].isin(store.HALTED).any():
        return "behind"
    return "not_started" if own["waiting"].all() else "on_pace"


def _stage_numbers(case: Case) -> dict[str, Any]:
    """Things that count, against those whose date has come; open while some reported as done wait for their evidence."""
    task, own = case.task, case.things
    asked = things.expected(task, own, case.cut_off)
    alone = float(task["goal_value"]) == 1 and things.reported_done(task, own) == 1
    if alone or things.unverified(task, own):  # of one thing that is done its stage says all
        return {"to_date": None, "expected": None, "progress_pct": None, "gap_pp": None}
    have, goal = float(things.reported_done(task, own)), float(task["goal_value"])
    known = asked is not None and goal
    share = {"progress_pct": have / goal * 100, "gap_pp": (have - (asked or 0)) / goal * 100} if known else {}
    return {"to_date": have, "expected": asked, **share}


def _mark(case: Case, state: str, earlier: dict[str, str]) -> str:
    if state in ("done", "done_early", "done_late") and case.task["evidence_wanted"]:
        return "closed" if _evidenced(case) else "to_verify"
    caught_up = state in ("on_pace", "ahead_of_pace", "done_early", "done")
    return "made_up" if caught_up and LATE & set(earlier.values()) else ""


def _evidenced(case: Case) -> bool:
    task = case.task
    if task["kind"] == "stages":
        return things.verified(task, case.things) >= float(task["goal_value"])
    own = (row for row in store.of_task(case.ledger.entries, task["task_id"]) if row["field"] == "verified")
    return any(row["status"] == "reported" for row in own)


def said_before(case: Case) -> dict[str, str]:
    """The word of each earlier quarter of the year: as its last edition said it, else as its figures say now."""
    said, start = {}, f"{case.task['year']}Q1"
    stored = {row["quarter"]: row["state"] for row in store.of_task(case.ledger.verdicts, case.task["task_id"])}
    quarter = quarters.before(case.quarter)
    while quarter >= start:
        if quarter in stored:
            said[quarter] = stored[quarter]
        else:
            end = quarters.last_day(quarter)
            task = _in_force(case, end)
            then = case_of(task, case.ledger, quarter, end, end)
            said[quarter] = _silent(then) or _state(then)
        quarter = quarters.before(quarter)
    return dict(sorted(said.items()))


def _in_force(case: Case, day: date) -> dict[str, Any]:
    rows = store.tasks_at(case.ledger, day)
    own = rows[rows["task_id"] == case.task["task_id"]].to_dict("records")
    return own[0] if own else case.task


def _chance(case: Case, state: str) -> chance.Outlook:
    """The chance of the year's goal, from earlier years of quarters; a fact where it is decided."""
    task, value = case.task, case.figure.value
    if state == "breached":
        return chance.Outlook(p=0.0)
    if task["kind"] in ("stages", "hold") or value is None or case.over or _broken(task):
        return chance.Outlook(None)
    year, quarter = int(task["year"]), quarters.number(case.quarter)
    if quarters.year_of(case.quarter) != year or quarter == 4 or quarters.day(task["due"]) != date(year, 12, 31):
        return chance.Outlook(p=1.0) if state == "done_early" and task["kind"] == "cumulative" else chance.Outlook(None)
    goal = float(task["goal_value"])
    if task["kind"] in ("cumulative", "bound"):
        past = figures.history(task, case.ledger.entries)
        direction = "lower" if task["kind"] == "bound" else "higher"
        return chance.flow(value, quarter, goal, past, direction=direction)
    levels = figures.levels(task, case.ledger.entries, case.quarter)
    percent = written.scale(task["unit"]) == 100.0
    if not levels or (not percent and min(v for year in levels for v in year) < SMALL):
        return chance.Outlook(None)
    bounds = (0.0, 100.0) if task["unit"] == "%" and goal <= 100 else (0.0, float("inf"))
    how: dict[str, Any] = {"what": task["kind"], "direction": task["direction"], "percent": percent, "bounds": bounds}
    return chance.level(levels, quarter, goal, **how)


def _broken(task: dict[str, Any]) -> bool:
    """After a known break of the way of counting no chance is stated."""
    return "break" in str(task["office_note"]).split() or "口径调整" in str(task["office_note"])


def needed(case: Case, state: str) -> dict[str, Any]:
    """What each remaining quarter has to bring, and the best quarter so far: of sums that are not reached."""
    task, value = case.task, case.figure.value
    if task["kind"] != "cumulative" or state not in ("behind", "on_pace", "ahead_of_pace") or value is None:
        return {}
    ends = quarters.at(case.due)
    left = (quarters.year_of(ends) - quarters.year_of(case.quarter)) * 4
    left += quarters.number(ends) - quarters.number(case.quarter)
    if left <= 0:
        return {}
    came = figures.amounts(task, case.ledger.entries, case.quarter)
    each = (float(task["goal_value"]) - value) / left
    whole = units.counts_things(written.bare(task["unit"]))
    return {"needed": float(math.ceil(each - 1e-9)) if whole else each, "best": max(came) if came else None}


def _overdue(case: Case, state: str) -> int | None:
    """Days since the worst overdue gate or the due date; < 0 days left until the next one."""
    if state.startswith("done"):
        return None
    days = [int(d) for d in case.things["days_overdue"].dropna()] if len(case.things) else []
    if state == "overdue" or not days:
        days.append((case.cut_off - case.due).days)
    return max(days)
