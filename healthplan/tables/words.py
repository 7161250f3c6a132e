"""The words that a column may hold, each list declared once.

What is to be known of a status stands in one row of ``statuses.csv``: whether figures judge it, its place (1 first) in
the sentences of what is not judged and among what is urgent, whether a figure would decide it (open), whether it
orders nothing any more (closed), its group on the page, its place in a bar, its colour and that of words on it.
"""

import csv
from pathlib import Path

from healthplan.language import comparators

COMPARATORS = comparators.ALL
SIDES = comparators.WAYS
DIRECTIONS = ("increase", "decrease", "two-sided", "none")
INDICATOR_KINDS = ("share", "rate", "level", "count", "event")
OBS_STATUSES = ("final", "preliminary", "estimated", "derived", "break")
SOFT = ("preliminary", "estimated")  # figures that will still move
TRAJECTORY_KINDS = ("observed", "projected", "borrowed", "reference")
ANSWERED_BY = ("own", "reference", "office", "conditions")
BASES = ("own", "borrowed", "reference", "none")
with Path(__file__).with_name("statuses.csv").open(encoding="utf-8", newline="") as _file:
    STATUS_FACTS = {row["status"]: row for row in csv.DictReader(_file)}
STATUSES = tuple(STATUS_FACTS)  # in the order in which they are decided: the first that applies
RESTS_ON = ("state", "observed", "probability", "counts", "pace", "reference", "none")
STAGE_ROLES = ("ended", "ruling", "later")
QUALIFIERS = (
    "no_detectable_change",
    "preliminary",
    "estimated",
    "break_last",
    "one_since_break",
    "old_figure",
    "too_old",
    "held_back",
)
SCENARIO_WORDS = ("as_now", "best_here", "best_peer", "needed", "own")
LEDGER_HOW = ("cumulative", "added", "last", "mean")
# Rows that agree in these ask for the same: of a goal that the plan says in several places.
ONE_GOAL = [
    "indicator", "area", "group", "scope", "comparator", "value", "value_high", "unit", "per", "side", "each", "all_of", "deadline",
]  # fmt: skip
# What makes a series; a table without the column group is of everybody.
SERIES = ["indicator", "area", "group"]


def statuses(fact: str) -> tuple[str, ...]:
    """The statuses of which a fact of ``statuses.csv`` holds, in the order that it gives (else as they are decided)."""
    held = [(row[fact], s) for s, row in STATUS_FACTS.items() if row[fact]]
    if all(place.isdigit() for place, _ in held):
        held.sort(key=lambda one: int(one[0]))
    return tuple(s for _, s in held)
