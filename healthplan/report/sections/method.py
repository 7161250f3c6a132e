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
    about: dict[Any, Any],
    trajectories: pd.DataFrame,
    method: str,
    lang: str,
    *,
    used: pd.DataFrame | None = None,
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
) -> Html:
    """How it was computed, how the plan itself says it is tracked and, with ``used``, which of the series used
    were not projected and why."""
    version = trajectories["method_version"].iloc[0] if len(trajectories) else "—"
    words = text("report.method_text", lang, method=text(f"method.{method}", lang), version=version)
    return blocks.join(
        blocks.heading(text("report.method_head", lang), 2, "method"),
        blocks.paragraph(words),
        blocks.paragraph(text("report.method_reference", lang)),
        blocks.heading(text("report.tracking_head", lang), 3),
        blocks.paragraph(about[f"tracking_{lang}"]),
        _unprojected(trajectories, used, indicators, areas, lang),
    )


def _unprojected(trajectories, used, indicators, areas, lang: str) -> Html:
    """The series that were used but have no projection, or none as far as asked, with the reason."""
    if used is None or "reason" not in trajectories:
        return Html("")
    key = ["indicator", "area"]
    rows = trajectories[trajectories["reason"] != ""].drop_duplicates(key)
    rows = rows.merge(used[key].drop_duplicates(), on=key)
    if rows.empty:
        return Html("")
    shown = pd.DataFrame(
        {
            "indicator": rows["indicator"].map(indicators.set_index("indicator")[f"name_{lang}"]),
            "area": rows["area"].map(areas.set_index("area")[f"name_{lang}"]),
            "years": [_span(r) for r in rows.to_dict("records")],
            "reason": [text(f"gaps.reason_{reason}", lang) for reason in rows["reason"]],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    head = blocks.heading(text("report.unprojected_head", lang), 3, "unprojected")
    return blocks.join(head, blocks.table(shown, headers, kind="small"))


def _span(row: dict[Any, Any]) -> str:
    first, last = int(row["data_first_year"]), int(row["data_last_year"])
    return str(first) if first == last else f"{first}–{last}"


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
