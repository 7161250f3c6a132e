"""What changed between two editions of the same goals, and why: a new figure, a deadline that passed, revised figures."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from healthplan import tables

MOVED = 0.03  # a chance that moved by less is left unsaid
Row = Mapping[Any, Any]


def status_changes(before: pd.DataFrame, now: pd.DataFrame) -> pd.DataFrame:
    """Table *status_changes*: the goals of both editions (tables *gaps*) whose status differs or whose chance moved by
    three points or more, those that changed group first."""
    old = before.drop_duplicates("target_id").set_index("target_id").to_dict("index")
    found = [_change(old[row["target_id"]], row) for row in now.drop_duplicates("target_id").to_dict("records")
             if row["target_id"] in old]  # fmt: skip
    rows = pd.DataFrame([row for row in found if row], columns=tables.columns("status_changes"))
    order = rows.assign(group=rows["standing"].map({s: i for i, s in enumerate(tables.STANDINGS)}))
    order = order.sort_values(["turned", "group", "chance"], ascending=[False, True, True], kind="stable")
    return tables.check(order.drop(columns="group"), "status_changes")


def standing(status: str) -> str:
    """The group of a status: short, risk, reached, open; empty for a goal that was replaced."""
    return tables.STATUS_FACTS[status]["standing"]


def _change(old: Row, new: Row) -> dict[str, Any] | None:
    groups = standing(old["status"]), standing(new["status"])
    then, today = old["probability_met"], new["probability_met"]
    moved = pd.notna(then) and pd.notna(today) and abs(today - then) >= MOVED
    if old["status"] == new["status"] and not moved:
        return None
    newer = pd.notna(new["latest_year"]) and (pd.isna(old["latest_year"]) or new["latest_year"] > old["latest_year"])
    return {
        "target_id": new["target_id"],
        "status_before": old["status"],
        "status": new["status"],
        "standing_before": groups[0],
        "standing": groups[1],
        "chance_before": then,
        "chance": today,
        "turned": groups[0] != groups[1],
        "reason": _reason(old, new, newer),
        "figure_year": new["latest_year"] if newer else None,
        "figure": new["latest_value"] if newer else None,
        "figure_before": old["latest_value"],
    }


def _reason(old: Row, new: Row, newer: bool) -> str:
    """Why a verdict differs: what decides it comes first."""
    closed = ("met", "missed")
    if new["status"] in closed and old["status"] not in closed:
        return "due"
    if new["status"] == "due_unconfirmed" and old["status"] != "due_unconfirmed":
        return "due_no_figure"
    if newer:
        return "figure"
    if pd.notna(new["latest_value"]) and old["latest_value"] != new["latest_value"]:
        return "revised"
    others = ("reference_value", "goal_low", "goal_high")
    if any(pd.notna(new.get(name)) and old.get(name) != new.get(name) for name in others):
        return "others"
    return "none"
