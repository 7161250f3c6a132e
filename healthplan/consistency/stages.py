"""Stages that go backwards: a later goal that asks for less than an earlier one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pandas as pd

from healthplan.consistency.finding import Finding, Row, date, goal, make, name, records
from healthplan.consistency.places import same_goal
from healthplan.language import comparators

_UP, _DOWN = comparators.FLOORS | {comparators.EQUAL}, comparators.CEILINGS


def stages(targets: pd.DataFrame) -> Iterator[Finding]:
    """Each step of a staged goal against the step before it."""
    for rows in _groups(targets):
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["deadline"])):
            if earlier["deadline"] < later["deadline"] and _backwards(earlier, later):
                yield make(
                    "stage_backwards", "error", [earlier, later],
                    name=name(later), goal=goal(earlier), date=date(earlier),
                    other_goal=goal(later), other_date=date(later),
                )  # fmt: skip


def _groups(targets: pd.DataFrame) -> Iterator[list[Row]]:
    """Rows linked by stage_of, and dated rows of one goal that nobody linked."""
    dated = targets[(targets["deadline"] != "") & targets["value"].notna()]
    linked = dated[dated["stage_of"] != ""]
    for _, part in linked.groupby("stage_of", sort=False):
        yield records(part)
    loose: list[list[Row]] = []
    for row in records(dated[dated["stage_of"] == ""]):
        group = next((g for g in loose if same_goal(g[0], row)), None)
        if group is None:
            loose.append([row])
        else:
            group.append(row)
    yield from (group for group in loose if len(group) > 1)


def _backwards(earlier: Row, later: Row) -> bool:
    if {earlier["comparator"], later["comparator"]} <= _UP:
        return bool(later["value"] < earlier["value"])
    if {earlier["comparator"], later["comparator"]} <= _DOWN:
        return bool(later["value"] > earlier["value"])
    return False
