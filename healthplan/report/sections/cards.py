"""Scorecard rows as tables."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

JUDGED = ("met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course")
URGENT = ("off_course", "missed", "at_risk", "met_slipping")


def scorecard_table(card: pd.DataFrame, lang: str) -> Html:
    """Every target: first those with figures, in full; then, shorter, those that figures cannot judge."""
    full = (
        "number",
        "target",
        "goal",
        "deadline",
        "now",
        "outlook",
        "gap",
        "probability",
        "status_word",
    )
    short = ("number", "target", "goal", "deadline", "status_word", "departments")
    numbered = card.assign(number=range(1, len(card) + 1))
    parts = [blocks.heading(text("report.scorecard_head", lang), 2, "scorecard")]
    parts.append(blocks.paragraph(text("report.scorecard_caption", lang), "small"))
    for name, statuses, shown in (
        ("figures", (*JUDGED, "reference_only"), full),
        ("due", ("due_unconfirmed",), short),
        ("other", ("superseded", "conflicting"), short),
        ("nodata", ("no_data",), short),
    ):
        rows = numbered[numbered["status"].isin(statuses)]
        if len(rows):
            words = f"{text(f'report.{name}_head', lang)} ({len(rows)})"
            parts += [blocks.heading(words, 3), cards(rows, shown, lang)]
    return blocks.join(*parts)


def cards(card: pd.DataFrame, shown: tuple[str, ...], lang: str, caption: str = "") -> Html:
    """Scorecard rows; the column ``target`` holds the name and, smaller, scope, departments and place."""
    rows = card.assign(
        status_word=[blocks.status_badge(s, lang) for s in card["status"]],
        target=[_target_cell(row, "departments" in shown, lang) for row in card.to_dict("records")],
    )
    names = {"status_word": "status", "target": "name"}
    headers = {c: text(f"report.col_{names.get(c, c)}", lang) for c in shown}
    return blocks.table(
        rows, headers, raw=("status_word", "target"), caption=caption, kind="scorecard"
    )


def _target_cell(row: dict[str, Any], departments_shown: bool, lang: str) -> str:
    small = (
        [text("report.in_scope", lang, scope=row["scope"])] if row["scope"] and lang == "zh" else []
    )
    small += [row["locator"]] if departments_shown else [row["departments"], row["locator"]]
    lines = "<br>".join(f"<small>{blocks.cell(words)}</small>" for words in small if words)
    return f"{blocks.cell(row['name'])}<br>{lines}"
