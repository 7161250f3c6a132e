"""What the accepted entries say of a task at a quarter: one figure with the entries that it rests on, or why there is none.

Nothing blank is ever 0: a quarter without a figure, or a reporter without one, leaves the sum open.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from healthplan.ledger import quarters, store, written

CELL = ["task_id", "item_id", "department", "quarter", "field"]


class Figure(NamedTuple):
    """``value`` in the task's unit, None where there is none; ``status``: reported, refused, not_applicable,
    not_available, or missing; ``notes``: codes of what is to be said of it; ``lacking``: quarters or departments."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    approx: bool = False
    status: str = "missing"
    entry_ids: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()


def current(entries: pd.DataFrame) -> pd.DataFrame:
    """The entries that count: of each cell the last one; a refused one only where nothing was accepted before it."""
    accepted = entries["status"] != "refused"
    last = entries.assign(_good=accepted, _at=range(len(entries))).sort_values(["_good", "_at"], kind="stable")
    return last.drop_duplicates(CELL, keep="last").sort_values("_at").drop(columns=["_good", "_at"])


def figure(task: dict, entries: pd.DataFrame, quarter: str) -> Figure:
    """What a task has reached by the end of ``quarter``. ``task``: a row of *tasks*; ``entries``: that table, all of it or
    this task's."""
    own = entries[(entries["task_id"] == task["task_id"]) & (entries["field"] == "figure")]
    if task["gather"] == "sum_of_units":
        who = store.departments_of(task)
        parts = {name: _taken(task, own[own["department"] == name], quarter) for name in who}
        return _summed(task, parts)
    lead = own["department"].isin(["", task["lead"]])
    return _taken(task, own[lead], quarter)


def _taken(task: dict, own: pd.DataFrame, quarter: str) -> Figure:
    """The figure of one reporter, from the year's quarters up to this one."""
    start = f"{task['year']}Q1" if len(quarter) > 4 else quarter  # an annual figure stands alone
    rows = {row["quarter"]: row for row in current(own).to_dict("records") if start <= row["quarter"] <= quarter}
    now = rows.get(quarter)
    if now is None:
        return Figure()
    if now["status"] != "reported":
        return Figure(status=now["status"], entry_ids=(now["entry_id"],))
    if task["given"] in ("in_quarter", "ratio") and task["kind"] in ("cumulative", "average", "bound"):
        return _over_the_year(task, rows, quarter)
    if task["kind"] in ("bound", "hold"):  # what has happened does not unhappen; a bar is held in each quarter
        good = [row for row in rows.values() if row["status"] == "reported"]
        highest = task["kind"] == "bound" or task["direction"] == "lower"
        worst = (max if highest else min)(reversed(good), key=lambda row: entered(task, row) or 0.0)
        return _of(task, [now] if worst is now else [worst, now], worst)
    return _of(task, [now], now)


def _over_the_year(task: dict, rows: dict[str, dict], quarter: str) -> Figure:
    """Amounts of the quarters put together: sums, or sums over sums."""
    asked = list(_between(f"{task['year']}Q1", quarter))
    lacking = tuple(q for q in asked if q not in rows or rows[q]["status"] != "reported")
    known = [rows[q] for q in asked if q not in lacking]
    if task["kind"] == "average":
        whole = all(pd.notna(r["numerator"]) and pd.notna(r["denominator"]) for r in known)
        if whole:
            over, under = (float(sum(r[c] for r in known)) for c in ("numerator", "denominator"))
            value = over / under * written.scale(task["unit"]) if under else None
            return _from(known, value, over, under, lacking=lacking)
        value = float(sum(r["value"] for r in known)) / len(known)
        return _from(known, value, notes=("plain_mean",) if len(known) > 1 else ("no_denominator",), lacking=lacking)
    value = None if lacking else float(sum(r["value"] for r in known))
    return _from(known, value, lacking=lacking)


def _summed(task: dict, parts: dict[str, Figure]) -> Figure:
    """The reporters' figures together; open while one of them has none."""
    lacking = tuple(name for name, part in parts.items() if part.value is None)
    known = [part for part in parts.values() if part.value is not None]
    ids = tuple(i for part in parts.values() for i in part.entry_ids)
    if not known:
        worst = next((p.status for p in parts.values() if p.status != "missing"), "missing")
        return Figure(status=worst, entry_ids=ids, lacking=lacking)
    value: float | None = sum(part.value or 0.0 for part in known)
    over = under = None
    if all(part.denominator for part in known):
        over, under = (sum(getattr(p, c) for p in known) for c in ("numerator", "denominator"))
        value = over / under * written.scale(task["unit"])
    value = None if lacking else value
    return Figure(value, over, under, any(p.approx for p in known), "reported", ids, ("summed",), lacking)


def entered(task: dict, row: dict) -> float | None:
    """The figure of one entry in the task's unit: as written, or from its counts."""
    return _of(task, [row], row).value


def _of(task: dict, rows: list[dict], counts: dict) -> Figure:
    over, under = (None if pd.isna(counts[c]) else float(counts[c]) for c in ("numerator", "denominator"))
    value = None if pd.isna(counts["value"]) else float(counts["value"])
    if over is not None and under:
        value = over / under * written.scale(task["unit"])
    return _from(rows, value, over, under)


def _from(
    rows: Iterable[dict], value: float | None, over: float | None = None, under: float | None = None,
    notes: tuple[str, ...] = (), lacking: tuple[str, ...] = (),
) -> Figure:  # fmt: skip
    rows = list(rows)
    about = any(row["approx"] is True or row["approx"] == True for row in rows if pd.notna(row["approx"]))  # noqa: E712
    return Figure(value, over, under, about, "reported", tuple(r["entry_id"] for r in rows), notes, lacking)


def _between(first: str, last: str) -> Iterable[str]:
    while first <= last:
        yield first
        first = quarters.before(first, -1)


def each_quarter(task: dict, entries: pd.DataFrame, quarter: str) -> list[tuple[str, float]]:
    """The figures that each quarter of the year brought alone, where there is one."""
    alone = {**task, "kind": "end_value"}
    found = [(one, figure(alone, entries, one).value) for one in _between(f"{task['year']}Q1", quarter)]
    return [(one, value) for one, value in found if value is not None]


def levels(task: dict, entries: pd.DataFrame, quarter: str) -> list[list[float]]:
    """The level of each quarter: complete earlier years in a row, oldest first, then the year so far; empty with a hole."""
    year = int(task["year"])
    one = {**task, "year": year}
    now = [value for _, value in each_quarter(one, entries, quarter)]
    if len(now) < quarters.number(quarter):
        return []
    found = [now]
    while len(past := each_quarter({**task, "year": year - 1}, entries, f"{year - 1}Q4")) == 4:
        found.insert(0, [value for _, value in past])
        year -= 1
    return found


def amounts(task: dict, entries: pd.DataFrame, quarter: str) -> list[float] | None:
    """What came in each quarter of the year up to this one, from figures to date or in the quarter; None with a hole."""
    found, earlier = [], 0.0
    for one in _between(f"{quarters.year_of(quarter)}Q1", quarter):
        year = {**task, "year": quarters.year_of(quarter)}
        there = figure(year, entries, one).value
        if there is None:
            return None
        found.append(there - earlier)
        earlier = there
    return found


def history(task: dict, entries: pd.DataFrame) -> list[list[float]]:
    """The amounts of each complete earlier year in a row up to the task's own, oldest first."""
    found: list[list[float]] = []
    year = int(task["year"]) - 1
    while (one := amounts(task, entries, f"{year}Q4")) is not None:
        found.insert(0, one)
        year -= 1
    return found


def stages(task: dict, ledger: store.Ledger, quarter: str) -> pd.DataFrame:
    """The things of a task as last reported up to ``quarter``: item_id, name_zh, department, stage, cut_off, verified
    (evidence accepted), evidence, this_quarter (reported in it), and a dict of planned and actual days by gate."""
    mine = ledger.entries[(ledger.entries["task_id"] == task["task_id"]) & (ledger.entries["quarter"] <= quarter)]
    rows = []
    for item in ledger.items[ledger.items["task_id"] == task["task_id"]].to_dict("records"):
        if item["dropped_on"] and quarters.day(item["dropped_on"]) <= quarters.last_day(quarter):
            continue
        own = current(mine[mine["item_id"] == item["item_id"]])
        said = {
            field: own[(own["field"] == field) & (own["status"] == "reported")]
            for field in ("stage", "evidence", "verified", "expected_done")
        }
        gates = ledger.gates[
            (ledger.gates["task_id"] == task["task_id"]) & (ledger.gates["item_id"] == item["item_id"])
        ]
        planned = {g["gate"]: g["planned"] for g in gates.to_dict("records") if g["planned"]}
        actual = {g["gate"]: g["actual"] for g in gates.to_dict("records") if g["actual"]}
        for row in said["stage"].sort_values("quarter").to_dict("records"):
            actual.setdefault(row["text"], row["cut_off"])
        last = {field: rows_.sort_values("quarter").iloc[-1] if len(rows_) else None for field, rows_ in said.items()}
        stage = last["stage"]["text"] if last["stage"] is not None else _before_ledger(task, actual)
        rows.append({
            "item_id": item["item_id"], "name_zh": item["name_zh"], "department": item["department"], "stage": stage,
            "cut_off": last["stage"]["cut_off"] if last["stage"] is not None else "",
            "verified": last["verified"] is not None, "evidence": last["evidence"]["text"] if last["evidence"] is not None else "",
            "expected_done": last["expected_done"]["text"] if last["expected_done"] is not None else "",
            "this_quarter": bool((own["quarter"] == quarter).any()), "entry_ids": tuple(own.loc[own["field"] == "stage", "entry_id"]),
            "planned": planned, "actual": actual,
        })  # fmt: skip
    columns = [
        "item_id",
        "name_zh",
        "department",
        "stage",
        "cut_off",
        "verified",
        "evidence",
        "expected_done",
        "this_quarter",
        "entry_ids",
        "planned",
        "actual",
    ]
    return pd.DataFrame(rows, columns=columns)


def _before_ledger(task: dict, actual: dict[str, str]) -> str:
    """The last gate passed before the ledger began."""
    passed = [gate for gate in store.stages_of(task) if gate in actual]
    return passed[-1] if passed else ""
