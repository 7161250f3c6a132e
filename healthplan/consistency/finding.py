"""One finding: what was found, how grave it is, which rows it is about, and the sentence for people."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

import pandas as pd

from healthplan import messages
from healthplan.language import dates, phrases

COLUMNS = ("finding", "severity", "target_ids", "locator", "message_zh", "message_en")
SEVERITIES = ("error", "warning", "note")
"""error: the plan cannot mean both; warning: one should ask; note: worth knowing."""

Row = Mapping[str, Any]
Finding = dict[str, str]
Words = tuple[str, str]  # chinese and English
LISTED = 12  # more names than these are counted, not listed, in a sentence


def make(finding: str, severity: str, rows: Iterable[Row], **fields: Any) -> Finding:
    """A finding about target or milestone rows. Its sentence may name ``name``, ``goal`` and ``date`` of the first row,
    and of the second as ``other_name``, ``other_goal`` and ``other_date``; ``fields`` come on top. A field that is a
    pair holds (Chinese, English)."""
    rows = list(rows)
    told: dict[str, Any] = {}
    for other, row in zip(("", "other_"), rows, strict=False):
        told |= {f"{other}name": name(row), f"{other}date": date(row)}
        told |= {f"{other}goal": goal(row)} if "comparator" in row else {}
    zh, en = words(finding, **told | fields)
    return {
        "finding": finding,
        "severity": severity,
        "target_ids": ";".join(
            dict.fromkeys(str(row.get("target_id") or row.get("milestone_id") or "") for row in rows)
        ),
        "locator": ";".join(dict.fromkeys(str(row["locator"]) for row in rows)),
        "message_zh": zh,
        "message_en": en,
    }


def words(key: str, **fields: Any) -> Words:
    """A sentence, or a piece of one, in both languages."""

    def said(lang: str) -> str:
        side = messages.LANGUAGES.index(lang)
        own = {k: v[side] if isinstance(v, tuple) else v for k, v in fields.items()}
        return messages.text(f"consistency.{key}", lang, **own)

    return both(said)


def both(say: Callable[..., str], *about: Any) -> Words:
    """What ``say`` says of something in either language, which it takes last."""
    return say(*about, "zh"), say(*about, "en")


def records(frame: pd.DataFrame) -> list[Row]:
    """The rows of a table as mappings."""
    return cast("list[Row]", frame.to_dict("records"))


def name(row: Row) -> Words:
    """What the row is called."""
    column = "name" if "name_zh" in row else "deliverable"
    return str(row[f"{column}_zh"]), str(row[f"{column}_en"])


def listed(names: Iterable[Words]) -> Words:
    """Names one behind the other, the first of many."""
    zh, en = zip(*names, strict=True)
    more = "…" if len(zh) > LISTED else ""
    return "、".join(zh[:LISTED]) + more, ", ".join(en[:LISTED]) + more


def date(row: Row) -> Words:
    """The deadline, or the words for none."""
    return both(dates.when, str(row["deadline"])) if row["deadline"] else words("undated")


def goal(row: Row) -> Words:
    """The goal in words."""
    return both(phrases.goal, row)


def quantity(value: float, unit: str) -> Words:
    """A value with its unit."""
    return both(phrases.quantity, value, unit)


def table(findings: Iterable[Finding]) -> pd.DataFrame:
    """Findings as a table, gravest first, otherwise in the order they were found."""
    frame = pd.DataFrame(list(findings), columns=list(COLUMNS), dtype="str")
    order = frame["severity"].map({word: n for n, word in enumerate(SEVERITIES)})
    return frame.iloc[order.sort_values(kind="stable").index].reset_index(drop=True)
