"""How it was computed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan import calls
from healthplan.figures import reliability_chart
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html


def method_section(
    about: dict[str, Any], trajectories: pd.DataFrame, method: str, lang: str
) -> Html:
    """How it was computed, and how the plan itself says it is tracked."""
    version = trajectories["method_version"].iloc[0] if len(trajectories) else "—"
    return blocks.join(
        blocks.heading(text("report.method_head", lang), 2, "method"),
        blocks.paragraph(text("report.method_text", lang, method=method, version=version)),
        blocks.paragraph(text("report.method_reference", lang)),
        blocks.heading(text("report.tracking_head", lang), 3),
        blocks.paragraph(about[f"tracking_{lang}"]),
    )


def calls_section(
    scored: pd.DataFrame, reliability: pd.DataFrame, lang: str, *, synthetic: bool = False
) -> Html:
    """How often our calls and those of published rules came true on the figures at hand."""
    head = blocks.heading(text("report.calls_head", lang), 3, "calls")
    note = blocks.paragraph(calls.note(scored, lang), "small")
    if scored.empty:
        return blocks.join(head, note)
    rows = calls.readable(scored, lang)
    figure = reliability_chart(reliability, lang=lang, synthetic=synthetic)
    return blocks.join(
        head,
        note,
        blocks.table(rows, {c: c for c in rows.columns}, kind="small"),
        blocks.picture(figure, text("figures.alt_reliability", lang)),
    )


def history_section(history: pd.DataFrame, card: pd.DataFrame, lang: str) -> Html:
    """What we said of each target in the last years: the call, since when, how often it changed."""
    judged = history[history["call"] != ""]
    if judged.empty:
        return Html("")
    rows = judged.merge(card[["target_id", "name", "deadline"]], on="target_id")
    rows["call"] = [text(f"calls.call_{word}", lang) for word in rows["call"]]
    headers = {
        c: text(f"report.col_{c}", lang)
        for c in ("name", "deadline", "call", "since", "changes", "judged")
    }
    return blocks.join(
        blocks.heading(text("report.history_head", lang), 3, "history"),
        blocks.paragraph(text("report.history_note", lang), "small"),
        blocks.table(rows, headers, kind="small"),
    )
