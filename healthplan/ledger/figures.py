"""What the accepted entries say of a task at a quarter: one figure with the entries that it rests on, or why there is none.

Nothing blank is ever 0: a quarter without a figure, or a reporter without one, leaves the sum open.
"""

from collections.abc import Iterable
from typing import NamedTuple

import pandas as pd

from healthplan.ledger import quarters, store, written

CELL = ["task_id", "item_id", "department", "quarter", "field"]
STAGES = (
    "item_id", "name_zh", "department", "stage", "cut_off", "verified", "evidence", "expected_done", "this_quarter", "entry_ids",
    "planned", "actual",
)  # fmt: skip


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


def counting(rows: Iterable[dict]) -> list[dict]:
    """The entries that count: of each cell the last one; a refused one only where nothing was accepted before it."""
    found: dict[tuple[str, ...], tuple[int, dict]] = {}
    for at, row in enumerate(rows):
        cell = tuple(row[name] for name in CELL)
        held = found.get(cell)
        if held is None or row["status"] != "refused" or held[1]["status"] == "refused":
            found[cell] = at, row
    return [row for _, row in sorted(found.values(), key=lambda one: one[0])]


def figure(task: dict, entries: pd.DataFrame, quarter: str) -> Figure:
    """What a task has reached by the end of ``quarter``. ``task``: a row of *tasks*; ``entries``: that table, all of it or
    this task's."""
    own = [row for row in store.of_task(entries, task["task_id"]) if row["field"] == "figure"]
    if task["gather"] == "sum_of_units":
        who = store.departments_of(task)
        parts = {name: _taken(task, [row for row in own if row["department"] == name], quarter) for name in who}
        return _summed(task, parts)
    return _taken(task, [row for row in own if row["department"] in ("", task["lead"])], quarter)


def _taken(task: dict, own: list[dict], quarter: str) -> Figure:
    """The figure of one reporter, from the year's quarters up to this one."""
    start = f"{task['year']}Q1" if len(quarter) > 4 else quarter  # an annual figure stands alone
    rows = {row["quarter"]: row for row in counting(own) if start <= row["quarter"] <= quarter}
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
    mine = counting(row for row in store.of_task(ledger.entries, task["task_id"]) if row["quarter"] <= quarter)
    rows = []
    for item in store.of_task(ledger.items, task["task_id"]):
        if item["dropped_on"] and quarters.day(item["dropped_on"]) <= quarters.last_day(quarter):
            continue
        own = sorted((row for row in mine if row["item_id"] == item["item_id"]), key=lambda row: row["quarter"])
        said = {
            field: [row for row in own if row["field"] == field and row["status"] == "reported"]
            for field in ("stage", "evidence", "verified", "expected_done")
        }
        gates = [row for row in store.of_task(ledger.gates, task["task_id"]) if row["item_id"] == item["item_id"]]
        planned = {row["gate"]: row["planned"] for row in gates if row["planned"]}
        actual = {row["gate"]: row["actual"] for row in gates if row["actual"]}
        for row in said["stage"]:
            actual.setdefault(row["text"], row["cut_off"])
        last = {field: found[-1] if found else {} for field, found in said.items()}
        rows.append({
            "item_id": item["item_id"], "name_zh": item["name_zh"], "department": item["department"],
            "stage": last["stage"].get("text") or _before_ledger(task, actual), "cut_off": last["stage"].get("cut_off", ""),
            "verified": bool(last["verified"]), "evidence": last["evidence"].get("text", ""),
            "expected_done": last["expected_done"].get("text", ""),
            "this_quarter": any(row["quarter"] == quarter for row in own),
            "entry_ids": tuple(row["entry_id"] for row in mine if row["item_id"] == item["item_id"] and row["field"] == "stage"),
            "planned": planned, "actual": actual,
        })  # fmt: skip
    return pd.DataFrame(rows, columns=list(STAGES))


def _before_ledger(task: dict, actual: dict[str, str]) -> str:
    """The last gate passed before the ledger began."""
    passed = [gate for gate in store.stages_of(task) if gate in actual]
    return passed[-1] if passed else ""
