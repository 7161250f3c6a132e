"""One finding: what was found, how grave it is, which rows it is about, and the sentence for people."""

import csv
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pandas as pd

from healthplan import messages
from healthplan.language import dates, phrases

COLUMNS = ("finding", "severity", "target_ids", "locator", "message_zh", "message_en")
SEVERITIES = ("error", "warning", "note")
"""error: the plan cannot mean both; warning: one should ask; note: worth knowing."""

Row = Mapping[str, Any]
Finding = dict[str, str]
Words = tuple[str, str]
"""Chinese and English."""
LISTED = 12
"""More names than these are counted, not listed, in a sentence."""
_PAIRS = Path(__file__).with_name("pairs.csv")


@cache
def pairs(relation: str) -> list[dict[str, str]]:
    """Pairs of indicators in one relation (part_of, adds_to, event_of), from pairs.csv."""
    with _PAIRS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["relation"] == relation]


def make(finding: str, severity: str, rows: Iterable[Row], **fields: Any) -> Finding:
    """A finding about target or milestone rows. A field that is a pair holds (Chinese, English)."""
    rows = list(rows)
    return {
        "finding": finding,
        "severity": severity,
        "target_ids": ";".join(dict.fromkeys(identity(row) for row in rows)),
        "locator": ";".join(dict.fromkeys(str(row["locator"]) for row in rows)),
        "message_zh": messages.text(f"consistency.{finding}", "zh", **_side(fields, 0)),
        "message_en": messages.text(f"consistency.{finding}", "en", **_side(fields, 1)),
    }


def _side(fields: Mapping[str, Any], side: int) -> dict[str, Any]:
    return {k: v[side] if isinstance(v, tuple) else v for k, v in fields.items()}


def words(key: str, **fields: Any) -> Words:
    """A piece of a sentence in both languages."""
    zh, en = (
        messages.text(f"consistency.{key}", lang, **_side(fields, side))
        for side, lang in enumerate(("zh", "en"))
    )
    return zh, en


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table as mappings."""
    return cast("list[Row]", frame.to_dict("records"))


def facts_of(indicators: pd.DataFrame) -> dict[str, Row]:
    """The register by indicator id."""
    return {str(row["indicator"]): row for row in records(indicators)}


def identity(row: Row) -> str:
    """The id of a target or a milestone."""
    return str(row.get("target_id") or row.get("milestone_id") or "")


def name(row: Row) -> Words:
    """What the row is called."""
    if "name_zh" in row:
        return str(row["name_zh"]), str(row["name_en"])
    return str(row["deliverable_zh"]), str(row["deliverable_en"])


def area_name(area: str, areas: pd.DataFrame) -> Words:
    """What an area is called; its id where it is not registered."""
    row = areas[areas["area"] == area]
    return (str(row["name_zh"].iloc[0]), str(row["name_en"].iloc[0])) if len(row) else (area, area)


def listed(names: Iterable[Words]) -> Words:
    """Names one behind the other, the first of many."""
    zh, en = zip(*names, strict=True)
    more = "…" if len(zh) > LISTED else ""
    return "、".join(zh[:LISTED]) + more, ", ".join(en[:LISTED]) + more


def date(row: Row) -> Words:
    """The deadline, or the words for none."""
    if not row["deadline"]:
        return words("undated")
    return dates.when(str(row["deadline"]), "zh"), dates.when(str(row["deadline"]), "en")


def goal(row: Row) -> Words:
    """The goal in words."""
    target = pd.Series(dict(row))
    return phrases.goal(target, "zh"), phrases.goal(target, "en")


def quantity(value: float, unit: str) -> Words:
    """A value with its unit."""
    return phrases.quantity(value, unit, "zh"), phrases.quantity(value, unit, "en")


def unit_word(unit: str) -> Words:
    """The unit alone."""
    return phrases.unit_word(unit, "zh"), phrases.unit_word(unit, "en")


def table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, gravest first, otherwise in the order they were found."""
    frame = pd.DataFrame(list(findings), columns=list(COLUMNS), dtype="str")
    order = frame["severity"].map({word: n for n, word in enumerate(SEVERITIES)})
    return frame.iloc[order.sort_values(kind="stable").index].reset_index(drop=True)
