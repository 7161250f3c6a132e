"""The verdicts of a ledger reckoned a second time from its csv files alone, one rule after the other as docs/ledger.md tells
them and without the product's code: to date, expected at an even pace, gap and word of each task."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

STAGES = ["未启动", "前期", "在建", "完工", "验收", "投用"]
SCALES = (("%", 100.0), ("‰", 1000.0), ("1/10万", 100_000.0), ("/千人", 1000.0), ("/百张床", 100.0), ("人/人", 1.0))
ENDS = ("03-31", "06-30", "09-30", "12-31")
Row = dict[str, str]


class Again(NamedTuple):
    """A verdict reckoned again: numbers None where none is due."""

    state: str
    to_date: float | None = None
    even: float | None = None
    gap: float | None = None


def rows(folder: Path, name: str) -> list[Row]:
    with (folder / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


class Ledger:
    """The tables as known on a day, at the end of a quarter."""

    def __init__(self, folder: Path, quarter: str, on: str) -> None:
        self.quarter, self.n, self.end = quarter, int(quarter[-1]), f"{quarter[:4]}-{ENDS[int(quarter[-1]) - 1]}"
        returns = {row["return_id"] for row in rows(folder, "returns") if row["received"] <= on}
        self.tasks = {row["task_id"]: row for row in rows(folder, "tasks")}
        self.first = {task: row["goal_value"] for task, row in self.tasks.items()}
        for row in rows(folder, "changes"):
            if row["decided_on"] <= self.end:
                self.tasks[row["task_id"]] = self.tasks[row["task_id"]] | {row["field"]: row["new"]}
        self.entries: dict[str, list[Row]] = {}
        for row in rows(folder, "entries"):
            if row["return_id"] in returns:
                self.entries.setdefault(row["task_id"], []).append(row)
        self.items, self.gates = rows(folder, "items"), rows(folder, "gates")
        self.path = {(row["task_id"], row["quarter"]): float(row["expected_to_date"]) for row in rows(folder, "path")}
        self.late = all(row["due"] < on for row in rows(folder, "sheets") if row["quarter"] == quarter)


def scale(unit: str) -> float:
    return next((by for mark, by in SCALES if mark in unit), 1.0)


def value_of(task: Row, row: Row) -> float | None:
    if row["numerator"] and row["denominator"]:
        return float(row["numerator"]) / float(row["denominator"]) * scale(task["unit"])
    return float(row["value"]) if row["value"] else None


def last(entries: Iterable[Row]) -> dict[tuple[str, str, str, str], Row]:
    """The last accepted entry of each cell, else the last refused one."""
    found: dict[tuple[str, str, str, str], Row] = {}
    for row in entries:
        cell = row["item_id"], row["department"], row["quarter"], row["field"]
        if row["status"] != "refused" or found.get(cell, row)["status"] == "refused":
            found[cell] = row
    return found


def units_of(task: Row) -> list[str]:
    return [one for one in dict.fromkeys([task["lead"], *task["support"].split(";")]) if one]


def figure(task: Row, entries: list[Row], quarter: str) -> tuple[float | None, str]:
    """Value and status of a task at a quarter."""
    year = quarter[:4]
    cells = [row for (_, _, q, field), row in last(entries).items() if field == "figure" and q[:4] == year and "Q" in q]
    if task["gather"] != "sum_of_units":
        return reporter(task, [row for row in cells if row["department"] in ("", task["lead"])], quarter)
    parts = [reporter(task, [row for row in cells if row["department"] == one], quarter) for one in units_of(task)]
    known = [value for value, _ in parts if value is not None]
    if not known:
        return None, next((status for _, status in parts if status != "missing"), "missing")
    return (sum(known) if len(known) == len(parts) else None), "reported"


def reporter(task: Row, cells: list[Row], quarter: str) -> tuple[float | None, str]:
    by_quarter = {row["quarter"]: row for row in cells if row["quarter"] <= quarter}
    now = by_quarter.get(quarter)
    if now is None or now["status"] != "reported":
        return None, now["status"] if now else "missing"
    good = [row for _, row in sorted(by_quarter.items()) if row["status"] == "reported"]
    if task["given"] in ("in_quarter", "ratio") and task["kind"] in ("cumulative", "average", "bound"):
        if task["kind"] == "average":
            if all(row["denominator"] for row in good):
                over, under = (sum(float(row[c]) for row in good) for c in ("numerator", "denominator"))
                return over / under * scale(task["unit"]), "reported"
            return sum(float(row["value"]) for row in good) / len(good), "reported"
        whole = len(good) == int(quarter[-1])
        return (sum(float(row["value"]) for row in good) if whole else None), "reported"
    values = [value for row in good if (value := value_of(task, row)) is not None]
    if task["kind"] in ("bound", "hold"):
        return (max if task["kind"] == "bound" or task["direction"] == "lower" else min)(values), "reported"
    return value_of(task, now), "reported"


def based(task: Row, entries: list[Row]) -> float | None:
    """Where a level started: as declared, else last year's end as returned."""
    if task["base_value"]:
        return float(task["base_value"])
    year = str(int(task["year"]) - 1)
    if task["kind"] != "end_value":
        return None
    own = [
        row
        for (_, d, q, f), row in last(entries).items()
        if f == "figure" and d in ("", task["lead"]) and q in (f"{year}Q4", year)
    ]
    good = sorted((row for row in own if row["status"] == "reported"), key=lambda row: -len(row["quarter"]))
    return value_of(task, good[0]) if good else None


class Case:
    """A task at a quarter."""

    def __init__(self, ledger: Ledger, task: Row) -> None:
        self.ledger, self.task, self.entries = ledger, task, ledger.entries.get(task["task_id"], [])
        self.goal = float(task["goal_value"]) if task["goal_value"] else None
        self.base = based(task, self.entries)
        self.kind = task["kind"]
        self.over = ledger.end >= task["due"]
        self.sign = 1 if task["direction"] == "higher" else -1

    def start(self) -> float:
        return self.base if self.kind == "end_value" and self.base is not None else 0.0

    def even(self) -> float:
        assert self.goal is not None and self.task["due"] == f"{self.ledger.quarter[:4]}-12-31", self.task
        if self.kind in ("hold", "average") or self.task["path"] in ("level", "none"):
            return self.goal
        return self.start() + (self.goal - self.start()) * self.ledger.n / 4

    def own(self) -> float:
        """What the task's own path asks for."""
        task, quarter = self.task["task_id"], self.ledger.quarter
        if self.task["path"] == "own" and (task, quarter) in self.ledger.path:
            declared = self.ledger.path[task, quarter[:4] + "Q4"]
            by = self.goal / declared if self.goal and declared == float(self.ledger.first[task]) else 1.0
            return self.ledger.path[task, quarter] * by
        if self.task["path"] == "last_year" and self.goal is not None:
            year = str(int(quarter[:4]) - 1)
            ends = [figure(self.task | {"year": year}, self.entries, f"{year}Q{n}")[0] for n in range(1, 5)]
            if None not in ends and ends[3]:
                return self.goal * (ends[self.ledger.n - 1] or 0.0) / ends[3]
        return self.even()

    def reached(self, value: float) -> bool:
        assert self.goal is not None
        return round(self.sign * (value - self.goal), 9) >= 0

    def share(self, value: float) -> float:
        assert self.goal is not None
        return (value - self.start()) / (self.goal - self.start()) * 100

    def gap(self, value: float) -> float | None:
        if self.kind == "hold" or self.goal is None:
            return None
        if self.kind == "average":
            return self.sign * (value - self.own())
        if self.goal == self.start():
            return None
        away = self.share(value) - self.share(self.own())
        return -away if self.kind == "bound" else away

    def startless(self) -> bool:
        rate = scale(self.task["unit"]) != 1.0 or "/" in self.task["unit"]
        return self.kind == "end_value" and self.task["path"] in ("even", "last_year") and self.base is None and rate

    def verdict(self) -> Again:
        if self.kind == "stages":
            return Things(self).verdict()
        value, status = figure(self.task, self.entries, self.ledger.quarter)
        if status == "missing":
            return Again(self.silent())
        if status != "reported":
            return Again("not_applicable" if status == "not_applicable" else "cannot_judge")
        unstarted = self.startless() and value is not None and not self.reached(value) and not self.over
        if value is None or self.goal is None or unstarted:
            return Again("cannot_judge", value)
        if self.startless() and not self.over:  # reached, but what was asked for by now cannot be told
            return Again(self.word(value), value)
        return Again(self.word(value), value, self.even(), self.gap(value))

    def silent(self) -> str:
        if "annual_only" in (self.task["given"], self.task["reporting"]) and self.ledger.n < 4:
            return "not_applicable"
        return "unreported" if self.ledger.late else "awaiting"

    def word(self, value: float) -> str:
        if self.kind == "hold":
            return "holding" if self.reached(value) else "not_held"
        if self.kind == "bound":
            assert self.goal is not None
            return "breached" if value > self.goal else "over_ceiling_pace" if value > self.own() + 1e-9 else "within"
        if self.reached(value) and (self.kind != "average" or self.over):
            return self.when(lambda quarter: figure(self.task, self.entries, quarter)[0])
        if self.over:
            return "overdue"
        away = round(self.gap(value) or 0.0, 9)
        return "ahead_of_pace" if away >= 10 else "on_pace" if away >= 0 else "behind"

    def when(self, value_at: Any) -> str:
        """Done before the quarter in which it is due, or in it: by the first quarter from which on it was reached."""
        first = self.ledger.n
        while (
            first > 1
            and (value := value_at(f"{self.ledger.quarter[:4]}Q{first - 1}")) is not None
            and self.reached(value)
        ):
            first -= 1
        return "done_early" if first < 4 else "done"


class Things:
    """The named things of a task."""

    def __init__(self, case: Case) -> None:
        task, ledger = case.task, case.ledger
        self.case, self.order = case, [one for one in task["stages"].split(";") if one] or STAGES
        self.goal_gate = task["done_at"] or "完工"
        self.ids = [row["item_id"] for row in ledger.items if row["task_id"] == task["task_id"]]
        self.gates = [row for row in ledger.gates if row["task_id"] == task["task_id"]]

    def said(self, item: str, quarter: str, field: str = "stage") -> list[str]:
        found = last(row for row in self.case.entries if row["quarter"] <= quarter)
        own = [row for (i, _, _, f), row in found.items() if i == item and f == field and row["status"] == "reported"]
        return [row["text"] for row in sorted(own, key=lambda row: row["quarter"])]

    def far(self, item: str, quarter: str) -> int:
        """The furthest gate that a thing has passed."""
        passed = [row["gate"] for row in self.gates if row["item_id"] == item and row["actual"]]
        return max(
            [self.order.index(one) for one in (*self.said(item, quarter), *passed) if one in self.order], default=0
        )

    def done(self, quarter: str) -> list[str]:
        return [item for item in self.ids if self.far(item, quarter) >= self.order.index(self.goal_gate)]

    def verdict(self) -> Again:
        case, quarter = self.case, self.case.ledger.quarter
        there = {row["item_id"] for row in case.entries if row["quarter"] == quarter}
        if not there & set(self.ids):
            return Again(case.silent())
        done, goal = len(self.done(quarter)), int(float(case.task["goal_value"]))
        return Again(self.word(done, goal), *self.numbers(done, goal))

    def numbers(self, done: int, goal: int) -> tuple[float | None, float | None, float | None]:
        ledger, quarter = self.case.ledger, self.case.ledger.quarter
        asked = [
            row
            for row in self.gates
            if row["gate"] == self.goal_gate and row["planned"] and row["planned"] <= ledger.end
        ]
        expected = float(goal if self.case.over else len({row["item_id"] for row in asked}))
        open_proof = [item for item in self.done(quarter) if not self.said(item, quarter, "verified")]
        if (goal == 1 and done == 1) or (open_proof and self.case.task["evidence_wanted"]):
            return None, expected, None  # its stage says all; or it waits for its evidence
        return float(done), expected, (done - expected) / goal * 100

    def word(self, done: int, goal: int) -> str:
        case, ledger, quarter = self.case, self.case.ledger, self.case.ledger.quarter
        if done >= goal:
            return case.when(lambda one: float(len(self.done(one))))
        if case.over:
            return "overdue"
        waiting = []
        for item in self.ids:
            far, stages = self.far(item, quarter), self.said(item, quarter)
            planned = {row["gate"]: row["planned"] for row in self.gates if row["item_id"] == item and row["planned"]}
            if any(day <= ledger.end and self.order.index(gate) > far for gate, day in planned.items()):
                return "behind"
            if stages and stages[-1] in ("停滞", "取消"):
                return "behind"
            first = next((gate for gate in self.order if gate in planned), "")
            waiting.append(planned[first] > ledger.end and far < self.order.index(first) if first else far == 0)
        return "not_started" if waiting and all(waiting) else "on_pace"
