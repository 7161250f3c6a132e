"""What the published measures of progress say of each goal."""

from __future__ import annotations

import pandas as pd

from healthplan import calls
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html


def measures_section(measures: pd.DataFrame, card: pd.DataFrame, lang: str) -> Html:
    """A row a goal, a column a published measure, and below them where each comes from; empty
    without goals that they can be asked about."""
    if measures.empty:
        return Html("")
    rows = calls.readable_measures(measures, dict(zip(card["target_id"], card["name"], strict=True)), lang)  # fmt: skip
    note = [text("report.measures_note", lang), *calls.measure_versions(measures, lang)]
    return blocks.join(
        blocks.heading(text("report.measures_head", lang), 3, "measures"),
        blocks.paragraph(note[0], "small"),
        blocks.table(rows, {c: c for c in rows.columns}, kind="small"),
        blocks.paragraph(text("report.semicolon", lang).join(note[1:]), "small"),
    )
