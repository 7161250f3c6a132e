"""What is missing and where to ask."""

from __future__ import annotations

import pandas as pd

from healthplan.language.phrases import unit_word
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.cards import JUDGED
from healthplan.report.sections.first import asked


def missing_section(
    card: pd.DataFrame,
    targets: pd.DataFrame,
    series: pd.DataFrame,
    indicators: pd.DataFrame,
    lang: str,
) -> Html:
    """Whom to ask for what, the place that decides most targets first; target by target, folded, why."""
    head = blocks.heading(text("report.missing_head", lang), 2, "missing")
    places = asked(card, targets, indicators, lang)
    if places.empty:
        return blocks.join(head, blocks.paragraph(text("report.missing_none", lang)))
    shown = pd.DataFrame(
        {
            "ask": places["ask"],
            "figures": [_figures(ids, indicators, lang) for ids in places["indicators"]],
            "targets": [text("scorecard.list_comma", lang).join(n) for n in places["names"]],
            "count": places["count"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    return blocks.join(
        head,
        blocks.paragraph(text("report.missing_note", lang), "small"),
        blocks.table(shown, headers, kind="ask"),
        blocks.details(
            text("report.missing_details", lang), _reasons(card, targets, series, indicators, lang)
        ),
    )


def _figures(ids: list[str], indicators: pd.DataFrame, lang: str) -> str:
    """The indicators with their units, each once."""
    about = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    words = []
    for row in (about[i] for i in dict.fromkeys(ids) if i in about):
        name, unit = str(row[f"name_{lang}"]), unit_word(row["unit"], lang)
        words.append(text("report.in_unit", lang, name=name, unit=unit) if unit else name)
    return text("report.semicolon", lang).join(words)


def _reasons(card, targets, series, indicators, lang: str) -> Html:
    """Why each target has no figures of the district's own."""
    lacking = card[~card["status"].isin([*JUDGED, "superseded"])][["target_id", "name"]]
    rows = lacking.merge(targets[["target_id", "indicator"]], on="target_id")
    rows = rows.merge(indicators[["indicator", "unit"]], on="indicator", how="left")
    rows = rows.merge(series[["target_id", f"reason_{lang}"]], on="target_id", how="left")
    words = zip(rows[f"reason_{lang}"].fillna(""), rows["unit"].fillna(""), strict=True)
    shown = pd.DataFrame(
        {"name": rows["name"], "collect": [_in_words(reason, u, lang) for reason, u in words]}
    )
    return blocks.table(shown, {c: text(f"report.col_{c}", lang) for c in shown.columns})


def _in_words(reason: str, unit: str, lang: str) -> str:
    """A reason that names the unit as the register writes it, with the unit as it is read."""
    word = unit_word(unit, lang)
    return reason if word == unit else reason.replace(f" ({unit})", f" ({word})" if word else "")
