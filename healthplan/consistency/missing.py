"""What a goal lacks to be judged: owner, deadline, denominator, data source; dates out of place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from healthplan.consistency.finding import LISTED, Finding, Row, date, facts_of, make, name, records
from healthplan.language import comparators

_BASED_UNITS = {"%", "‰", "1/10万", "1/万"}


def missing(
    targets: pd.DataFrame, indicators: pd.DataFrame, series: pd.DataFrame | None
) -> Iterator[Finding]:
    """One finding for each thing that is missing, with all rows that lack it."""
    known = facts_of(indicators)
    rows = records(targets)
    yield from _all("no_owner", "warning", [r for r in rows if not r["departments"].strip()])
    yield from _all("no_deadline", "warning", [r for r in rows if not r["deadline"]])
    yield from _all("no_denominator", "note", [r for r in rows if _lacks_base(r, known)])
    if series is not None:
        answered = set(series.loc[series["basis"] != "none", "target_id"])
        own = set(series.loc[series["basis"] == "own", "target_id"])
        ids = {r["target_id"] for r in rows}
        yield from _all("no_source", "note", [r for r in rows if r["target_id"] in ids - answered])
        yield from _all(
            "only_reference", "note", [r for r in rows if r["target_id"] in answered - own]
        )


def _all(code: str, severity: str, rows: list[Row]) -> Iterator[Finding]:
    if rows:
        zh, en = zip(*(name(row) for row in rows), strict=True)
        yield make(code, severity, rows, count=len(rows), names=(_listed(zh), _listed(en, ", ")))


def _listed(names: tuple[str, ...], comma: str = "、") -> str:
    more = "…" if len(names) > LISTED else ""
    return comma.join(names[:LISTED]) + more


def _lacks_base(row: Row, known: Mapping[str, Row]) -> bool:
    """A rate or share whose denominator neither the register nor the goal names."""
    if row["unit"] not in _BASED_UNITS and "/" not in row["unit"]:
        return False
    if row["comparator"] in comparators.PERCENT or row["indicator"] not in known:
        return False
    return not str(known[row["indicator"]]["denominator"]).strip()


def outside_period(
    targets: pd.DataFrame, milestones: pd.DataFrame, about: dict[str, Any]
) -> Iterator[Finding]:
    """Deadlines before the plan begins or after it ends."""
    start, end = about.get("period_start"), about.get("period_end")
    if not start or not end:
        return
    for row in records(targets) + records(milestones):
        if row["deadline"] and not int(start) <= int(row["deadline"][:4]) <= int(end):
            yield make(
                "outside_period", "warning", [row], name=name(row), date=date(row),
                start=str(start), end=str(end),
            )  # fmt: skip
