"""The office's lamp, read on the even path exactly as its rule says, and where it says other than our own word."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from healthplan.ledger import chance
from healthplan.ledger.written import ROUND

if TYPE_CHECKING:
    from healthplan.ledger.judge import Case

GOOD = ("on_pace", "ahead_of_pace", "done_early", "done", "holding", "within", "done_late")
BAD = ("behind", "overdue", "not_held", "over_ceiling_pace", "breached")


@cache
def _presets() -> dict[str, dict[str, str]]:
    with Path(__file__).with_name("lamps.csv").open(encoding="utf-8", newline="") as file:
        return {row["preset"]: row for row in csv.DictReader(file)}


def presets() -> tuple[str, ...]:
    """The rules of the lamp that offices use."""
    return tuple(_presets())


def lamp(case: Case, state: str, even_gap: float | None, preset: str) -> str:
    """The office's lamp: things by days late, the rest by points behind the even pace; empty where the year is not
    divided."""
    rule = _presets()[preset]
    if state.startswith("done"):
        return "green"
    if case.task["kind"] == "stages":
        return _stage_lamp(case, rule)
    if case.task["kind"] == "hold" or (case.task["kind"] == "bound" and not case.task["goal_value"]):
        return {"not_held": "red", "breached": "red", "holding": "green", "within": "green"}.get(state, "")
    if even_gap is None:
        return ""
    if state in ("overdue", "breached"):
        return "red"
    away = round(even_gap, ROUND)
    if rule["red_below"] and away < float(rule["red_below"]):
        return "red"
    if away < float(rule["yellow_below"]):
        return "yellow"
    return "green"


def _stage_lamp(case: Case, rule: dict[str, str]) -> str:
    late = case.things["days_overdue"].dropna()
    late = [int(days) for days in late] + ([(case.cut_off - case.due).days] if case.over else [])
    worst = max(late, default=None)
    if worst is None or worst < -float(rule["blue_days"]):
        return "green"
    return "blue" if worst < 0 else "yellow" if worst <= float(rule["red_days"]) else "red"


def differs(lamp: str, state: str, p: float | None) -> bool:
    """Whether the office's lamp and our own word say two things: green where we are behind or doubt it, yellow or red where
    we are on pace or sure."""
    if not lamp or state.startswith("done"):
        return False
    green, sure = lamp in ("green", "blue"), p is not None
    if green:
        return state in BAD or (sure and p <= chance.UNLIKELY)  # type: ignore[operator]
    return state in GOOD or (sure and p >= chance.SURE)  # type: ignore[operator]
