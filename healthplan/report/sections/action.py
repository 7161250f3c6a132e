"""What would close the gap, in things to order."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.judging.things import whole
from healthplan.language import units
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

AMOUNTS = (
    "required",
    "stock",
    "to_add",
    "beyond_projection",
    "owed_to_gap",
    "owed_to_population",
)


def things_section(things: pd.DataFrame, card: pd.DataFrame, lang: str) -> Html:
    """People, beds and places to add, or events to avoid, for each target where they can be counted.

    Empty where no target has figures of the district's own with a known denominator. A goal that is met only
    because there are fewer people stands here too, although nothing is to be added.
    """
    if things.empty:
        return Html("")
    rows = things.merge(card[["target_id", "name", "goal", "deadline", "status"]], on="target_id")
    rows = rows[(rows["to_add"] > 0) | (rows["beyond_projection"] > 0) | rows["met_by_shrinking"]]
    rows = rows.sort_values("to_add", ascending=False, kind="stable")
    head = blocks.heading(text("report.things_head", lang), 2, "things")
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.things_none", lang)))
    groups = [
        (text(f"report.things_{what}", lang), _shown(part, lang))
        for what in ("add", "avoid")
        if len(part := rows[rows["what"] == what])
    ]
    columns = ("name", *AMOUNTS, "per_year", "per_quarter", "note")
    headers = {c: text(f"report.col_{c}", lang) for c in columns}
    note = blocks.paragraph(text("report.things_note", lang), "small")
    return blocks.join(
        head, note, blocks.grouped_table(groups, headers, raw=("name",), kind="things")
    )


def _shown(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    records = rows.to_dict("records")
    amounts = {
        c: [_amount(r, c, lang) for r in records] for c in (*AMOUNTS, "per_year", "per_quarter")
    }
    names = [_name(r) for r in records]
    return pd.DataFrame({"name": names, **amounts, "note": [_remarks(r, lang) for r in records]})


def _name(row: dict[Any, Any]) -> str:
    goal = f"{blocks.cell(row['goal'])} · {blocks.cell(row['deadline'])}"
    return f"{blocks.cell(row['name'])}<br><small>{goal}</small>"


def _amount(row: dict[Any, Any], column: str, lang: str) -> str:
    """Whole things with their measure word, rounded up where they must be there; missing stays a dash."""
    if pd.isna(row[column]):
        return ""
    if column == "owed_to_gap" and row[column] <= 0:
        return ""  # a surplus closes no gap
    sign = "−" if row[column] < 0 else ""
    amount = f"{sign}{whole(abs(row[column])):,}"
    return units.written(amount, row["unit"], lang)


def _remarks(row: dict[Any, Any], lang: str) -> str:
    """What has to be known about the numbers of a row."""
    if row["what"] == "avoid":
        return ""
    found = {
        "shrinking": row["met_by_shrinking"],
        "population": not row["population_projected"],
        "leavers": not row["leavers_known"],
    }
    words = [text(f"report.remark_{name}", lang) for name, holds in found.items() if holds]
    return text("report.semicolon", lang).join(words)
