"""Goals that are met when several conditions are: all of them, or so many. The chances of the conditions are taken as
independent; where one has none there is none, and the status is that of the condition on which the goal turns."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from healthplan.judging import deadlines
from healthplan.judging.evidence import NO_METHOD
from healthplan.judging.ranking import at_least
from healthplan.judging.statuses import GREEN, ON_COURSE, Facts, Status, decide
from healthplan.language import comparators

Row = dict[str, Any]
# From the surest to the least; what cannot be judged stands nowhere.
ORDER = ("met", "met_holding", "on_course", "met_slipping", "at_risk", "off_course", "missed")
REACHED = ("met", "met_holding", "met_slipping")
SAFE, LOST = ("met", "met_holding", "on_course"), ("off_course", "missed")
DECIDED = {"met": 1.0, "missed": 0.0}


def members(target: Mapping[str, Any]) -> list[str]:
    """The ids of the conditions of a goal; none for any other goal."""
    joined = target.get("comparator") == comparators.ALL_OF
    return [one for one in str(target.get("all_of") or "").split(";") if one] if joined else []


def needed(target: Mapping[str, Any]) -> int:
    """How many conditions have to be met."""
    count = len(members(target))
    return count if pd.isna(target["value"]) else min(int(target["value"]), count)


def rows(
    target: Mapping[str, Any], found: Iterable[Row], as_of: int, plan_end: str, before: Mapping[str, str] | None = None
) -> list[Row]:
    """The parent's rows of *gaps*, one a method of its conditions; ``found`` are the rows of all goals, ``before`` the
    words of a year ago."""
    ids = members(target)
    parts = [row for row in found if row["target_id"] in ids]
    methods = dict.fromkeys(row["method"] for row in parts if row["method"] != NO_METHOD)
    due = deadlines.read(target["deadline"], plan_end)
    out = []
    for method in methods or [NO_METHOD]:
        mine = [[row for row in parts if row["target_id"] == one] for one in ids]
        own = [next((r for r in some if r["method"] == method), some[0] if some else None) for some in mine]
        memory = (before or {}).get(target["target_id"], ""), (due.year or as_of) - as_of
        out.append(_row(target, own, method, due.year, due.past(as_of), memory))
    return out


def _row(
    target: Mapping[str, Any], own: list[Row | None], method: str, due: int | None, past: bool, memory: tuple[str, int]
) -> Row:
    words = ["no_data" if row is None else str(row["status"]) for row in own]
    # a condition that is superseded, conflicting or not confirmed has no chance
    told = [None if row is None or row["status"] not in ORDER else row for row in own]
    known = [None if row is None or pd.isna(row.get("probability_met")) else row["probability_met"] for row in told]
    chances = [DECIDED.get(word, chance) for word, chance in zip(words, known, strict=True)]
    old = any(row is not None and "too_old" in str(row.get("qualifier")) for row in own)
    status, chance = _judged(target, words, chances, ("too_old",) if old else (), memory)
    closed = status.word in ("superseded", "conflicting")
    why = ["joined"] if chance is None else ["joined", "joined_chance"]
    why += ["too_old_joined"] if "too_old" in status.qualifier else []
    flip = {"conflicting": "flip_conflict", "superseded": "flip_none"}.get(status.word, "flip_joined")
    judged = any(row is not None and row["basis"] in ("own", "borrowed") for row in own)
    return {
        "target_id": target["target_id"],
        "method": method,
        "status": status.word,
        "rests_on": status.rests_on,
        "qualifier": status.qualifier,
        "why": status.word if closed else ";".join(why),
        "flip": flip,
        "basis": "own" if judged else "none",
        "deadline_year": due,
        "probability_met": chance,
        "past": past,
        "years": [],
    }


def _judged(
    target: Mapping[str, Any],
    words: list[str],
    chances: list[float | None],
    limits: tuple[str, ...],
    memory: tuple[str, int],
) -> tuple[Status, float | None]:
    """Status and probability: decided once enough conditions are met or can no longer be met. ``memory``: the word of a
    year ago, and the years left."""
    wanted = needed(target)
    if target["state"] in ("superseded", "conflicting"):
        return decide(Facts(state=target["state"])), None
    if words.count("met") >= wanted:
        return Status("met", "observed"), None
    if len(words) - words.count("missed") < wanted:
        return Status("missed", "observed"), None
    known = [chance for chance in chances if chance is not None]
    if len(known) == len(chances):
        chance = at_least(known, wanted)
        reached = sum(word in REACHED for word in words) >= wanted
        green = _turning(words, wanted) in SAFE  # no promise beyond that of its conditions
        facts = Facts(met_now=reached, probability=chance, arrives=green, limits=limits)
        return decide(replace(facts, before=memory[0], years=memory[1])), chance
    word = _turning(words, wanted)
    # What has no chance counts for nothing: a promise has to stand without it.
    if word in GREEN and at_least([chance or 0.0 for chance in chances], wanted) < ON_COURSE:
        word = "at_risk"
    return Status(word, "none"), None


def _turning(words: list[str], wanted: int) -> str:
    """The status of the condition on which the goal turns, taken from the surest. What cannot be judged is taken for the
    worst, then for the best: where either way the goal is well, or badly, off that is what it is; else it is open, due
    where the date of what is missing is past."""
    open_ones = [word for word in words if word not in ORDER]
    best, worst = (
        sorted((word if word in ORDER else put for word in words), key=ORDER.index)[wanted - 1]
        for put in (ORDER[0], ORDER[-1])
    )
    if best == worst or worst in SAFE:
        return worst
    if best in LOST:
        return best
    return "due_unconfirmed" if set(open_ones) == {"due_unconfirmed"} else "no_data"
