"""One finding: what was found, how grave it is, which rows it is about, and the sentence for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

import pandas as pd

from healthplan import messages
from healthplan.language import phrases

COLUMNS = ("finding", "severity", "target_ids", "locator", "message_zh", "message_en")
SEVERITIES = ("error", "warning", "note")
"""error: the plan cannot mean both; warning: one should ask; note: worth knowing."""

Row = Mapping[str, Any]
Finding = dict[str, str]
LISTED = 12
"""More rows than these are counted, not listed, in a sentence."""


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


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table as mappings."""
    return cast("list[Row]", frame.to_dict("records"))


def facts_of(indicators: pd.DataFrame) -> dict[str, Row]:
    """The register by indicator id."""
    return {str(row["indicator"]): row for row in records(indicators)}


def identity(row: Row) -> str:
    """The id of a target or a milestone."""
    return str(row.get("target_id") or row.get("milestone_id") or "")


def name(row: Row) -> tuple[str, str]:
    """What the row is called, in both languages."""
    if "name_zh" in row:
        return str(row["name_zh"]), str(row["name_en"])
    return str(row["deliverable_zh"]), str(row["deliverable_en"])


def date(row: Row) -> tuple[str, str]:
    """The deadline, or the words for none."""
    if row["deadline"]:
        return phrases.when(str(row["deadline"]), "zh"), phrases.when(str(row["deadline"]), "en")
    return messages.text("consistency.undated", "zh"), messages.text("consistency.undated", "en")


def goal(row: Row) -> tuple[str, str]:
    """The goal in words, in both languages."""
    target = pd.Series(dict(row))
    return phrases.goal(target, "zh"), phrases.goal(target, "en")


def table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, gravest first, otherwise in the order they were found."""
    frame = pd.DataFrame(list(findings), columns=list(COLUMNS), dtype="str")
    order = frame["severity"].map({word: n for n, word in enumerate(SEVERITIES)})
    return frame.iloc[order.sort_values(kind="stable").index].reset_index(drop=True)
