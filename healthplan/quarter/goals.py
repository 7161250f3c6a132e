"""The task sheet and the sheet of changes: new tasks as the office has them, goals in force only by decision."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from healthplan.errors import Fault
from healthplan.language import characters, phrases
from healthplan.ledger import quarters, store
from healthplan.messages import text
from healthplan.quarter import cells
from healthplan.quarter.office import Case, Row, same, stored

# of a task in force these change by decision only
SETTLED = ("kind", "unit", "direction", "goal_value", "goal_high", "goal_comparator", "due", "stages", "done_at")
KEY = ("task_id", "field", "decided_on")  # of a change
NEEDED = ("kind", "given", "goal_comparator", "due", "path", "reporting", "gather", "direction")


def take_tasks(case: Case, rows: list[Row]) -> None:
    """New tasks as the office has them; of those that stand what may be changed here, as changes of this day."""
    said: dict[str, dict[str, Any]] = {}
    for row in rows:
        task_id = row.text("task_id")
        if task_id in said:
            case.fault(row, "LEDGER-DOUBLE", "task_id", id=task_id)
        elif task_id not in case.tasks:
            case.fault(row, "LEDGER-TASK", "task_id")
        else:
            said[task_id] = _task(case, row, case.tasks[task_id])
    new = [task for task_id, task in said.items() if task_id not in case.old]
    missing = [task_id for task_id in case.tasks if task_id not in said and task_id not in case.old]
    if (case.before.tasks["year"] == case.year).any():  # what comes later is in force from its day on
        new = [{**task, "valid_from": case.when.isoformat()} for task in new]
    if new:
        ids = {task["task_id"] for task in new}
        things = [row for row in case.stands.items.to_dict("records") if row["task_id"] in ids]
        kept = [row for row in things if said[row["task_id"]]["kind"] == "stages"]
        case.ledger = store.with_rows(case.ledger, tasks=new, items=kept)
        case.say("added", count=len(new), items=len(kept))
    if missing:
        case.say("skipped", ids=", ".join(missing))
    case.tasks = {task_id: said.get(task_id, task) for task_id, task in case.tasks.items() if task_id not in missing}


def _task(case: Case, row: Row, before: dict[str, Any]) -> dict[str, Any]:
    """A task as its row says it; what must not change there is a fault."""
    now = dict(before)
    for column in cells.columns("tasks"):
        if column.column not in row.heads or column.locked:
            continue
        value = case.read(row, column, column.column in NEEDED)
        if value is not None:
            now[column.column] = value
    _locked(case, row, before)
    case.faults += list(_mismatch(row, now, case.lang))
    changed = [name for name in now if not same(now[name], before[name])]
    if before["task_id"] not in case.old:
        return now
    for name in changed:
        _corrected(case, row, before, now, name)
    return {**now, **{name: before[name] for name in changed if name in SETTLED}}


def _corrected(case: Case, row: Row, before: dict[str, Any], now: dict[str, Any], column: str) -> None:
    """A goal is changed by decision only; the rest is a change that this day's task list decides."""
    made = cells.reader(column)
    ends = {end: cells.shown(said[column], made, case.lang) for end, said in (("old", before), ("new", now))}
    if column in SETTLED:
        head = cells.field_heads()[column]
        case.fault(row, "LEDGER-GOAL", column, field=head, **ends)
        return
    fresh = {"task_id": before["task_id"], "field": column, "decided_on": case.when.isoformat(), "old": stored(before[column]),
             "new": stored(now[column]), "decided_by": text("ledger_tasks.office", case.lang), "document": ""}  # fmt: skip
    _change(case, fresh, ends)


def _change(case: Case, fresh: dict[str, Any], ends: Mapping[str, Any]) -> None:
    """A change behind those there are; of one day the last of the task list counts."""
    changes = case.ledger.changes
    same_day = (changes[list(KEY)] == pd.Series(fresh)[list(KEY)]).all(axis=1)
    kept = case.ledger._replace(changes=changes[~same_day].reset_index(drop=True))
    if same_day.any():
        fresh = fresh | {"old": changes.loc[same_day, "old"].iloc[0]}
    case.ledger = store.with_rows(kept, changes=[fresh])
    head = cells.field_heads()[fresh["field"]][case.lang]
    shown = {end: phrases.number(one) if isinstance(one, float) else one or "—" for end, one in ends.items()}
    case.say("changed", task=fresh["task_id"], field=head, **shown)


def _locked(case: Case, row: Row, before: dict[str, Any]) -> None:
    """A changed name is told and not taken."""
    stands = {
        "name": {before["name_zh"], before["name_en"]},
        "section": {before["section"]},
        "source": {before["source"]},
    }
    for column, allowed in stands.items():
        if column in row.heads and row.text(column) not in allowed:
            case.fault(row, "LEDGER-LOCKED", column, stands=before.get(column) or before["name_zh"])


def _mismatch(row: Row, now: dict[str, Any], lang: str) -> Iterator[Fault]:
    """Kind, what is written, path and frequency that do not go together; a gate that is none of the task's."""
    say = lambda field: cells.words(field)[now[field]][lang]  # noqa: E731
    things = now["kind"] == "stages"
    for field, word in (("given", "stage"), ("path", "stages")):
        wrong = now[field] != word if things and field == "given" else now[field] == word and not things
        if wrong:
            expected = f"{cells.words('kind')['stages'][lang]} = {cells.words(field)[word][lang]}"
            yield row.fault("LEDGER-MATCH", field, problem=f"{say('kind')} / {say(field)}", expected=expected)
    if (now["given"] == "annual_only") != (now["reporting"] == "annual_only"):
        once = cells.words("given")["annual_only"][lang]
        yield row.fault(
            "LEDGER-MATCH", "reporting", problem=f"{say('given')} / {say('reporting')}", expected=f"{once} = {once}"
        )
    if things and now["done_at"] and now["done_at"] not in store.stages_of(now):
        yield row.fault("LEDGER-STAGE", "done_at", expected=now["stages"])


# --- changes by decision ---


def take_changes(case: Case, rows: list[Row]) -> None:
    """Changes of tasks in force, each with its decision."""
    made = cells.by_name("changes")
    heads = cells.meant(cells.field_heads())
    for row in rows:
        before = len(case.faults)
        task_id, field = row.text("task_id"), heads.get(characters.key(row.text("field")), "")
        needed = {name: case.read(row, made[name], True) for name in ("decided_on", "decided_by")}
        if task_id not in case.old:
            case.fault(row, "LEDGER-TASK", "task_id")
        if not field:
            expected = "、".join(said[case.lang] for said in cells.field_heads().values())
            case.fault(row, "LEDGER-WORD", "field", expected=expected)
        if len(case.faults) == before:
            _decided(case, row, task_id, field, needed)


def _decided(case: Case, row: Row, task_id: str, field: str, needed: dict[str, Any]) -> None:
    """One change, unless it stands already."""
    column = cells.reader(field)
    said = {end: case.read(row, column._replace(column=end)) for end in ("old", "new")}
    if None in said.values():
        return
    fresh = {"task_id": task_id, "field": field, "decided_on": needed["decided_on"], "new": stored(said["new"]),
             "decided_by": needed["decided_by"], "document": row.text("document")}  # fmt: skip
    before = store.of_task(case.ledger.changes, task_id)
    there = [one["new"] for one in before if all(one[name] == fresh[name] for name in KEY)]
    if there:
        if there[0] != fresh["new"]:
            case.fault(row, "LEDGER-CHANGE", "new", stands=there[0])
        return
    if field in SETTLED and not fresh["document"]:
        case.fault(row, "LEDGER-NEEDED", "document", expected=cells.columns("changes")[-1].head(case.lang))
        return
    stands = store.tasks_at(case.ledger, quarters.day(needed["decided_on"])).set_index("task_id")
    value = stands.loc[task_id, field] if task_id in stands.index else case.tasks[task_id][field]
    if stored(said["old"]) and stored(said["old"]) != stored(value):
        case.fault(row, "LEDGER-OLD", "old", stands=cells.shown(value, column, case.lang))
        return
    new = cells.shown(said["new"], column, case.lang)
    _change(case, fresh | {"old": stored(value)}, {"old": cells.shown(value, column, case.lang), "new": new})
