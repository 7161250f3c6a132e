"""The same goal in two places: other values, other dates, other steps.

Found from the rows alone: their indicator, area, scope, words, value and deadline. What a person
has already marked (`state`, `related`, `note`) is not looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pandas as pd

from healthplan.consistency.finding import Finding, Row, date, goal, make, name, records
from healthplan.language import comparators

_BRACKET = re.compile(r"[（(][^（）()]*[）)]")
_SIGNS = re.compile(r"[\s“”‘’、，。；：·]|的|及|和|并|或")
_STEPS = {
    "apply": re.compile("申请|申报|迎接"),
    "start": re.compile("启动|筹建|推进|立项"),
    "ground": re.compile("开工"),
    "finish": re.compile("通过|完成|建成|达到|获评|创建|具备|投用|设立|建立|落成"),
}
_STEP_WORDS = re.compile(
    "申请|申报|迎接|启动|开工|推进|筹建|立项|通过|完成|建成|达到|获评|创建|评审|验收|投用|建设"
)
_FLOORS = comparators.FLOORS | {comparators.EQUAL, comparators.INCREASE_BY}
_CEILINGS = comparators.ASKS_LESS
ALIKE = 0.6
"""Share of sign pairs (Dice) from which two names of one indicator are taken for one goal."""
APART = 0.5
"""Scopes less alike than this (人民医院, 中医院) tell two goals apart."""


def target_places(targets: pd.DataFrame) -> Iterator[Finding]:
    """Pairs of target rows that speak of one goal and differ."""
    rows = records(targets)
    for one, other in combinations(rows, 2):
        if not same_goal(one, other):
            continue
        values = (one["value"], one["value_high"]) != (other["value"], other["value_high"])
        values = values and not (pd.isna(one["value"]) and pd.isna(other["value"]))
        yield from _differ(one, other, values and _key(one) != _key(other))


def _key(row: Row) -> tuple[str, str]:
    return (f"{row['value']}", f"{row['value_high']}")


def _differ(one: Row, other: Row, values: bool) -> Iterator[Finding]:
    fields = {"name": name(one), "date": date(one), "other_date": date(other)}
    if values and same_date(one["deadline"], other["deadline"]):
        yield make(
            "two_values", "error", [one, other], goal=goal(one), other_goal=goal(other), **fields
        )
    elif values and not (one["deadline"] and other["deadline"]):
        yield make(
            "two_values", "warning", [one, other], goal=goal(one), other_goal=goal(other), **fields
        )
    elif not values and not same_date(one["deadline"], other["deadline"]):
        both = bool(one["deadline"] and other["deadline"])
        code = "two_dates" if both else "dated_once"
        yield make(code, "warning", [one, other], goal=goal(one), **fields)


def same_goal(one: Row, other: Row) -> bool:
    """Same indicator, area and kind of goal, and a scope and name that do not tell them apart."""
    if (one["indicator"], one["area"]) != (other["indicator"], other["area"]):
        return False
    kinds = {one["comparator"], other["comparator"]}
    if len(kinds) > 1 and not (kinds <= _FLOORS or kinds <= _CEILINGS):
        return False
    if comparators.INCREASE_BY in kinds and len(kinds) > 1:
        return False
    scopes = {_SIGNS.sub("", one["scope"]), _SIGNS.sub("", other["scope"])}
    apart = "" not in scopes and len(scopes) > 1 and likeness(*scopes) < APART
    return not apart and likeness(plain(one["name_zh"]), plain(other["name_zh"])) >= ALIKE


def milestone_places(milestones: pd.DataFrame) -> Iterator[Finding]:
    """Pairs of deliverables about one thing: another date, or another step at one date."""
    for one, other in combinations(records(milestones), 2):
        if one["area"] != other["area"] or not _same_thing(one, other):
            continue
        fields = {
            "name": name(one), "other_name": name(other),
            "date": date(one), "other_date": date(other),
        }  # fmt: skip
        same_step = _step(one) == _step(other)
        if same_date(one["deadline"], other["deadline"]):
            if not same_step:
                yield make("two_steps", "warning", [one, other], **fields)
        elif same_step:
            yield make("two_dates_of_deliverable", "warning", [one, other], **fields)


def _same_thing(one: Row, other: Row) -> bool:
    a, b = _object(one), _object(other)
    return bool(a and b) and likeness(a, b) >= 0.8


def _object(row: Row) -> str:
    """A deliverable without its step (申请, 通过, 完成): what it is about."""
    return _STEP_WORDS.sub("", plain(row["deliverable_zh"]))


def _step(row: Row) -> str:
    text = _BRACKET.sub("", str(row["deliverable_zh"]))
    return next((step for step, words in _STEPS.items() if words.search(text)), "")


def plain(text: str) -> str:
    """A name without brackets, marks and small words."""
    return _SIGNS.sub("", _BRACKET.sub("", str(text)))


def likeness(one: str, other: str) -> float:
    """Share of sign pairs in common (Dice), 0 to 1."""
    a = {one[i : i + 2] for i in range(max(1, len(one) - 1))}
    b = {other[i : i + 2] for i in range(max(1, len(other) - 1))}
    return 2 * len(a & b) / (len(a) + len(b))


def same_date(one: str, other: str) -> bool:
    """2025 and 2025-12 are one date; no date is another date."""
    return one == other or (
        bool(one) and one[:4] == other[:4] and {one[4:], other[4:]} <= {"", "-12"}
    )
