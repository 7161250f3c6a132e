"""A part above its whole: by what indicators are, by scope, and by adding up."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pandas as pd

from healthplan.consistency.finding import Finding, Row, date, goal, make, name, records
from healthplan.consistency.places import likeness, plain
from healthplan.language import comparators

_PAIRS = Path(__file__).with_name("pairs.csv")


@cache
def pairs(relation: str) -> list[dict[str, str]]:
    """Pairs of indicators in one relation (part_of, adds_to, event_of), from pairs.csv."""
    with _PAIRS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["relation"] == relation]


def parts(targets: pd.DataFrame) -> Iterator[Finding]:
    """Goals for a part that exceed the goal for its whole at the same date and area."""
    rows = [
        row
        for row in records(targets)
        if row["comparator"] in comparators.ONE_SIDED | {comparators.EQUAL}
    ]
    for pair in pairs("part_of"):
        small = [row for row in rows if row["indicator"] == pair["one"]]
        large = [row for row in rows if row["indicator"] == pair["other"]]
        for part, whole in product(small, large):
            if _comparable(part, whole) and part["value"] > whole["value"]:
                code = "infant_above_under5" if "mortality" in pair["one"] else "part_above_whole"
                yield make(
                    code, "error", [part, whole], name=name(part), goal=goal(part),
                    other_name=name(whole), other_goal=goal(whole), date=date(part),
                    reason=(pair["reason_zh"], pair["reason_en"]),
                )  # fmt: skip


def _comparable(part: Row, whole: Row) -> bool:
    """Same area and unit, and dates that are one or open."""
    if part["area"] != whole["area"] or part["unit"] != whole["unit"]:
        return False
    if pd.isna(part["value"]) or pd.isna(whole["value"]):
        return False
    a, b = part["deadline"][:4], whole["deadline"][:4]
    return a == b or not a or not b


def sums(targets: pd.DataFrame) -> Iterator[Finding]:
    """Counts of single places that add up to more than the count given for all of them."""
    counted = targets[
        targets["comparator"].isin([comparators.INCREASE_BY, comparators.EQUAL, comparators.MOST])
        & targets["value"].notna()
    ]
    for _, group in counted.groupby(["indicator", "area", "comparator", "unit"], sort=False):
        whole = [row for row in records(group) if not plain(row["scope"])]
        some = [row for row in records(group) if plain(row["scope"])]
        same_unit = group["unit"].iloc[0] not in {"%", "‰", "1/10万"}
        for row in whole:
            fits = [
                x for x in some if _comparable(x, row) and likeness(x["unit"], row["unit"]) == 1
            ]
            added = sum(x["value"] for x in fits)
            if same_unit and len(fits) > 1 and added > row["value"]:
                yield make(
                    "parts_exceed_whole", "error", [row, *fits], name=name(row), goal=goal(row),
                    total=f"{added:g}", unit=row["unit"],
                )  # fmt: skip
