"""The sheets of things and of schedules: names, departments and days of gates; what is to be reached by each quarter."""

from collections.abc import Iterable, Iterator
from typing import Any

import pandas as pd

from healthplan.errors import Fault
from healthplan.ledger import quarters, store
from healthplan.quarter import cells
from healthplan.quarter.office import GATES, Case, Row, stored

RISING = ("cumulative", "bound")


def take_items(case: Case, rows: list[Row]) -> None:
    """Names, departments and days of things; things that the office added come behind the others."""
    items = {(row["task_id"], row["item_id"]): row for row in case.ledger.items.to_dict("records")}
    seen: set[tuple[str, str]] = set()
    gates = {(r["task_id"], r["item_id"], r["gate"]): r for r in case.ledger.gates.to_dict("records")}
    told = 0
    for row in rows:
        task = _stage_task(case, row)
        if task is None:
            continue
        key = task["task_id"], row.text("item_id") or _next_item(items, task["task_id"])
        if key in seen:
            case.fault(row, "LEDGER-DOUBLE", "item_id", id=" ".join(key))
            continue
        seen.add(key)
        fresh = _thing(case, row, key, items.get(key))
        told += fresh != items.get(key)
        items[key] = fresh
        told += _gates(case, row, task, key, gates)
    remade = _remade("items", list(items.values())), _remade("gates", list(gates.values()))
    case.ledger = case.ledger._replace(items=remade[0], gates=remade[1])
    if told:
        case.say("items", count=told)


def _remade(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return store.appended(getattr(store.empty(), name), name, rows)


def _stage_task(case: Case, row: Row) -> dict[str, Any] | None:
    """The task of a thing's row; None where it has none, or counts no things."""
    task = case.confirmed(row.text("task_id"))
    written = row.text("name_zh") or any(row.text(c) for c in row.cells if c.startswith(("planned_", "actual_")))
    if task is None:
        if written or row.text("task_id") not in set(case.stands.tasks["task_id"]):
            case.fault(row, "LEDGER-TASK", "task_id")
        return None
    if task["kind"] != "stages":
        if written:
            kind = cells.words("kind")
            problem, expected = kind[task["kind"]][case.lang], kind["stages"][case.lang]
            case.fault(row, "LEDGER-MATCH", "task_id", problem=problem, expected=expected)
        return None
    return task


def _next_item(items: Iterable[tuple[str, str]], task_id: str) -> str:
    numbers = [int(item) for task, item in items if task == task_id and item.isdigit()]
    return str(max(numbers, default=0) + 1)


def _thing(case: Case, row: Row, key: tuple[str, str], before: dict[str, Any] | None) -> dict[str, Any]:
    """A thing's row of *items*."""
    blank = {"task_id": key[0], "item_id": key[1], "name_zh": "", "department": "", "dropped_on": "", "reason": ""}
    made = cells.by_name("items")
    fresh = {name: case.read(row, made[name]) or "" for name in list(blank)[2:] if name in row.heads}
    return (before or blank) | fresh


def _gates(
    case: Case, row: Row, task: dict[str, Any], key: tuple[str, str], gates: dict[tuple[str, str, str], dict[str, Any]]
) -> int:
    """The days of a thing's gates into ``gates``; how many changed."""
    changed = 0
    last = {"planned": ("", ""), "actual": ("", "")}
    order = [gate for gate in store.stages_of(task) if gate != store.STAGES[0]]
    made = cells.by_name("items", GATES)
    for at, gate in enumerate(order, 1):
        before = gates.get((*key, gate))
        now = dict(before or {"task_id": key[0], "item_id": key[1], "gate": gate, "planned": "", "actual": "",
                              "evidence_ref": "", "evidence_date": ""})  # fmt: skip
        for side in last:
            name = f"{side}_{at}"
            if name not in row.heads:
                continue
            now[side] = case.read(row, made[name]) or ""
            if now[side] and now[side] < last[side][1]:
                ends = {"first": last[side][0], "first_day": last[side][1], "second": gate, "second_day": now[side]}
                case.fault(row, "LEDGER-GATES", name, **ends)
            last[side] = (gate, now[side]) if now[side] else last[side]
        was = before["planned"] if before else ""
        if was and was != now["planned"] and was < case.when.isoformat():
            case.fault(row, "LEDGER-GATE-MOVED", f"planned_{at}", old=was)
        if now != before and (now["planned"] or now["actual"] or before):
            gates[*key, gate] = now
            changed += 1
    return changed


def take_path(case: Case, rows: list[Row]) -> None:
    """The declared schedules: what is to be reached by the end of each quarter."""
    points = {(r["task_id"], r["quarter"]): r for r in case.ledger.path.to_dict("records")}
    told = 0
    for row in rows:
        task = case.confirmed(row.text("task_id"))
        if task is None or task["path"] != "own":
            case.faults.append(_no_schedule(case, row, task))
            continue
        before = float("-inf")
        for quarter, value in _points(case, row, task):
            if task["kind"] in RISING and value < before:
                case.fault(row, "LEDGER-PATH-FALLS", f"expected_{quarter[-1]}", quarter=quarter)
            before = value
            old = points.get((task["task_id"], quarter))
            if old and old["expected_to_date"] != value and quarters.last_day(quarter) < case.when:
                name = f"expected_{quarter[-1]}"
                case.fault(row, "LEDGER-PATH-MOVED", name, quarter=quarter, old=stored(old["expected_to_date"]))
            if not old or old["expected_to_date"] != value:
                points[task["task_id"], quarter] = {
                    "task_id": task["task_id"], "quarter": quarter, "expected_to_date": value, "source": "own",
                }  # fmt: skip
                told += 1
    case.ledger = case.ledger._replace(path=_remade("path", list(points.values())))
    if told:
        case.say("path", count=told)


def _no_schedule(case: Case, row: Row, task: dict[str, Any] | None) -> Fault:
    if task is None:
        return row.fault("LEDGER-TASK", "task_id")
    said = cells.words("path")
    return row.fault("LEDGER-MATCH", "task_id", problem=said[task["path"]][case.lang], expected=said["own"][case.lang])


def _points(case: Case, row: Row, task: dict[str, Any]) -> Iterator[tuple[str, float]]:
    made = cells.by_name("path")
    for at in range(1, 5):
        value = case.read(row, made[f"expected_{at}"])
        if value is not None and not pd.isna(value):
            yield f"{task['year']}Q{at}", float(value)
