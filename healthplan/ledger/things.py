"""The named things of a task at a cut-off: which gate each has passed, which is due, and what waits for evidence."""

from datetime import date

import pandas as pd

from healthplan.ledger import figures, quarters, store
from healthplan.ledger.figures import Figure

COLUMNS = [
    "task_id", "item_id", "name_zh", "department", "stage", "cut_off", "verified", "evidence", "expected_done",
    "this_quarter", "next_gate", "next_planned", "days_overdue", "waiting", "planned", "actual", "entry_ids",
]  # fmt: skip


def of_task(task: dict, ledger: store.Ledger, quarter: str, cut_off: date) -> pd.DataFrame:
    """One row a thing: stage last reported, its next dated gate, ``days_overdue`` (> 0 late, < 0 days left, missing where
    nothing is dated), ``waiting`` (its first gate neither passed nor due), planned and actual days by gate."""
    if task["kind"] != "stages":
        return pd.DataFrame(columns=COLUMNS)
    found = figures.stages(task, ledger, quarter)
    rows = [row | _next(task, row, cut_off) | {"task_id": task["task_id"]} for row in found.to_dict("records")]
    return pd.DataFrame(rows, columns=COLUMNS)


def of_all(ledger: store.Ledger, quarter: str, cut_off: date | None = None) -> pd.DataFrame:
    """The things of every task in force at a quarter's end."""
    day = cut_off or quarters.last_day(quarter)
    tasks = store.tasks_at(ledger, quarters.last_day(quarter)).to_dict("records")
    parts = [part for task in tasks if len(part := of_task(task, ledger, quarter, day))]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS)


def _next(task: dict, row: dict, cut_off: date) -> dict:
    gates = store.stages_of(task)
    open_gates = [gate for gate in gates if row["planned"].get(gate) and not has_passed(task, row, gate)]
    days = {gate: (cut_off - quarters.day(row["planned"][gate])).days for gate in open_gates}
    worst = max(open_gates, key=lambda gate: days[gate], default="")
    first = next((gate for gate in gates if row["planned"].get(gate)), "")
    waiting = first in open_gates and days[first] < 0 if first else row["stage"] in ("", gates[0])
    return {
        "next_gate": worst, "next_planned": row["planned"].get(worst, ""), "waiting": waiting,
        "days_overdue": days[worst] if worst else None,
    }  # fmt: skip


def has_passed(task: dict, row: dict, gate: str) -> bool:
    """Whether a thing stands at a gate or behind it."""
    gates = store.stages_of(task)
    stages = [gate for gate in (row["stage"], *row["actual"]) if gate in gates]
    return any(gates.index(stage) >= gates.index(gate) for stage in stages)


def _at_goal(task: dict, own: pd.DataFrame) -> pd.DataFrame:
    """The things that have reported the gate from which they count."""
    done = [has_passed(task, row, goal_gate(task)) for row in own.to_dict("records")]
    return own[pd.Series(done, index=own.index, dtype=bool)]


def goal_gate(task: dict) -> str:
    """The gate from which a thing counts: declared, else 完工 where there is one, else the last."""
    gates = store.stages_of(task)
    return task["done_at"] or (store.DONE_AT if store.DONE_AT in gates else gates[-1])


def reported_done(task: dict, own: pd.DataFrame) -> int:
    """How many things have reported the gate from which they count."""
    return len(_at_goal(task, own))


def verified(task: dict, own: pd.DataFrame) -> int:
    """How many of these have evidence that the office accepted."""
    return int(_at_goal(task, own)["verified"].sum())


def unverified(task: dict, own: pd.DataFrame) -> int:
    """How many of these wait for it, where the task asks for evidence."""
    return reported_done(task, own) - verified(task, own) if task["evidence_wanted"] else 0


def due_at(task: dict, own: pd.DataFrame, gate: str, cut_off: date) -> int:
    """How many things should have passed a gate: those whose day has come, and those that have passed it."""
    rows = own.to_dict("records")
    come = (bool(r["planned"].get(gate)) and quarters.day(r["planned"][gate]) <= cut_off for r in rows)
    return sum(one or has_passed(task, r, gate) for one, r in zip(come, rows, strict=True))


def expected(task: dict, own: pd.DataFrame, cut_off: date) -> float | None:
    """Things that should count by a day: by their dates; all of them from the due date on."""
    if pd.isna(task["goal_value"]):
        return None
    if cut_off >= quarters.day(task["due"]):
        return float(task["goal_value"])
    gate = goal_gate(task)
    planned = [r["planned"].get(gate) for r in own.to_dict("records")]
    return float(sum(bool(p) and quarters.day(p) <= cut_off for p in planned))


def count(task: dict, own: pd.DataFrame) -> Figure:
    """The things that count, as a figure; missing where none was reported on in the quarter."""
    ids = tuple(i for ids in own["entry_ids"] for i in ids)
    if not own["this_quarter"].any():
        return Figure(entry_ids=ids)
    return Figure(float(reported_done(task, own)), status="reported", entry_ids=ids)
