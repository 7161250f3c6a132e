"""What a task should have reached by a day: at an even pace, and on the path of its own.

The even pace (序时) is what offices must show; it is the wrong path for anything seasonal, so both are said.
"""

from datetime import date, timedelta
from typing import NamedTuple

import pandas as pd

from healthplan.ledger import figures, quarters, store


class Expected(NamedTuple):
    """In the task's unit; ``source``: even, last_year, own, level or stages; None where nothing can be asked yet."""

    value: float | None
    source: str


def with_base(task: dict, entries: pd.DataFrame) -> dict:
    """The task with its starting value: as declared, else what was returned for the end of the year before."""
    if task["kind"] != "end_value" or pd.notna(task["base_value"]):
        return task
    year = int(task["year"]) - 1
    for quarter in (f"{year}Q4", str(year)):
        before = figures.figure({**task, "year": year}, entries, quarter).value
        if before is not None:
            return {**task, "base_value": before, "base_date": f"{year}-12-31"}
    return task


def startless(task: dict) -> bool:
    """Whether a level is on its way from a start that nobody has told: 85 of 90 %, or 4,000 of 4,200 beds, say nothing of
    its pace."""
    return bool(task["kind"] == "end_value" and task["path"] != "level" and pd.isna(task["base_value"]))


def start(task: dict) -> date:
    """The first day of the task's path: behind its base, else 1 January of its year."""
    if task["base_date"]:
        return quarters.day(task["base_date"]) + timedelta(days=1)
    return date(int(task["year"]), 1, 1)


def even(task: dict, when: date) -> float | None:
    """The goal at an even pace from base to due date; the goal itself where the year is not divided (hold, average); None
    where the start is not known."""
    goal = task["goal_value"]
    if pd.isna(goal) or (startless(task) and when < quarters.day(task["due"])):
        return None
    if task["kind"] in ("hold", "average") or task["path"] in ("level", "none"):
        return float(goal)
    base = task["base_value"] if task["kind"] == "end_value" and pd.notna(task["base_value"]) else 0.0
    return float(base + (goal - base) * quarters.share(start(task), quarters.day(task["due"]), when))


def own(task: dict, ledger: store.Ledger, when: date) -> Expected:
    """What is asked for on the task's own path: declared points, last year's quarters, or the even pace."""
    goal = task["goal_value"]
    if pd.isna(goal):
        return Expected(None, "even")
    declared = _declared(task, ledger)
    if task["path"] in ("own", "stages") and declared:
        return Expected(_between(declared, task, when), "own")
    if task["path"] == "last_year":
        past = figures.history(task, ledger.entries)
        if past and sum(past[-1]) > 0:
            year = int(task["year"])
            done = {f"{year}Q{n}": float(goal) * sum(past[-1][:n]) / sum(past[-1]) for n in range(1, 5)}
            return Expected(_between(done, task, when), "last_year")
    return Expected(even(task, when), "level" if task["path"] == "level" else "even")


def _declared(task: dict, ledger: store.Ledger) -> dict[str, float]:
    """The task's own schedule by quarter; one that ended at the goal of before goes with the goal."""
    points = ledger.path[ledger.path["task_id"] == task["task_id"]].sort_values("quarter")
    first = ledger.tasks.loc[ledger.tasks["task_id"] == task["task_id"], "goal_value"]
    ended = len(points) and len(first) and points["expected_to_date"].iloc[-1] == first.iloc[0] != 0
    by = float(task["goal_value"]) / float(first.iloc[0]) if ended else 1.0
    return dict(zip(points["quarter"], points["expected_to_date"] * by, strict=True))


def _between(points: dict[str, float], task: dict, when: date) -> float:
    """The expected figure on a day, straight between the ends of quarters; the last point holds behind them."""
    before, since = 0.0, start(task) - timedelta(days=1)
    for quarter in sorted(points):
        end = quarters.last_day(quarter)
        if when <= end:
            share = (when - since).days / (end - since).days if end > since else 1.0
            return before + (points[quarter] - before) * max(share, 0.0)
        before, since = float(points[quarter]), end
    return before


def progress(task: dict, value: float | None) -> float | None:
    """Share of the way from base to goal, per cent; None for keep-goals, means and goals of nothing."""
    goal = task["goal_value"]
    if value is None or pd.isna(goal) or task["kind"] in ("hold", "average"):
        return None
    base = task["base_value"] if task["kind"] == "end_value" and pd.notna(task["base_value"]) else 0.0
    if goal == base:
        return None
    return float((value - base) / (goal - base) * 100)
