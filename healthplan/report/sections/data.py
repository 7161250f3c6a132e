"""What is missing and where to ask; where each figure was printed."""

from __future__ import annotations

import pandas as pd

from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.cards import JUDGED
from healthplan.wording import number, unit_word


def missing_section(
    card: pd.DataFrame,
    targets: pd.DataFrame,
    series: pd.DataFrame,
    indicators: pd.DataFrame,
    lang: str,
) -> Html:
    """What has to be collected, and where it is kept, for each target without own figures."""
    head = blocks.heading(text("report.missing_head", lang), 2, "missing")
    lacking = card[~card["status"].isin([*JUDGED, "superseded"])][["target_id", "name"]]
    if lacking.empty:
        return blocks.join(head, blocks.paragraph(text("report.missing_none", lang)))
    rows = lacking.merge(targets[["target_id", "indicator"]], on="target_id")
    rows = rows.merge(indicators, on="indicator").merge(
        series, on="target_id", suffixes=("", "_series")
    )
    shown = pd.DataFrame(
        {
            "name": rows["name"],
            "unit": [unit_word(unit, lang) for unit in rows["unit"]],
            "collect": rows[f"reason_{lang}"],
            "ask": rows[f"ask_{lang}"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    return blocks.join(
        head,
        blocks.paragraph(text("report.missing_note", lang), "small"),
        blocks.table(shown, headers),
    )


def sources_section(
    observations: pd.DataFrame,
    sources: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    lang: str,
) -> Html:
    """Every figure used with its source row."""
    head = blocks.heading(text("report.sources_head", lang), 2, "sources")
    if observations.empty:
        return blocks.join(head, blocks.paragraph(text("report.sources_none", lang)))
    printed = sources.set_index("source")
    rows = pd.DataFrame(
        {
            "indicator": observations["indicator"].map(
                indicators.set_index("indicator")[f"name_{lang}"]
            ),
            "area": observations["area"].map(areas.set_index("area")[f"name_{lang}"]),
            "year": observations["year"],
            "value": [number(v) for v in observations["value"]],
            "unit": [unit_word(unit, lang) for unit in observations["unit"]],
            "obs_status": [text(f"report.{s}", lang) for s in observations["obs_status"]],
            "source": observations["source"].map(printed["title"]).fillna(observations["source"]),
            "trust": observations["source"].map(printed["trust_class"]),
            "place": _places(observations),
            "note": _notes(observations, lang),
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in rows.columns}
    note = blocks.paragraph(text("report.sources_note", lang), "small")
    return blocks.join(head, note, blocks.table(rows, headers, kind="small"))


def _places(observations: pd.DataFrame) -> list[str]:
    if "file" not in observations:
        return [""] * len(observations)
    places = zip(observations["file"], observations["line"], strict=True)
    return ["" if pd.isna(file) else f"{file}:{line}" for file, line in places]


def _notes(observations: pd.DataFrame, lang: str) -> pd.Series:
    """Notes in this language; a user's own file has one note for both."""
    if lang == "zh" and "note_zh" in observations:
        return (
            observations["note_zh"]
            .fillna("")
            .where(observations["note_zh"].fillna("") != "", observations["note"])
        )
    return observations["note"]
