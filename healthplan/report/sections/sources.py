"""Where each figure was printed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

import pandas as pd

from healthplan.language.phrases import number, unit_word
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

SHOWN = ("year", "value", "obs_status", "source", "trust", "place", "note")


def sources_section(
    observations: pd.DataFrame,
    sources: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    lang: str,
) -> Html:
    """Every figure used, by indicator and area, with its source, file and line; then the sources themselves."""
    head = blocks.heading(text("report.sources_head", lang), 2, "sources")
    if observations.empty:
        return blocks.join(head, blocks.paragraph(text("report.sources_none", lang)))
    headers = {c: text(f"report.col_{c}", lang) for c in SHOWN}
    groups = _groups(observations, sources, indicators, areas, lang)
    return blocks.join(
        head,
        blocks.paragraph(text("report.sources_note", lang, count=len(observations)), "small"),
        blocks.grouped_table(groups, headers, kind="small figures"),
        _documents(observations, sources, lang),
    )


def _groups(
    observations, sources, indicators, areas, lang: str
) -> Iterator[tuple[str, pd.DataFrame]]:
    """The figures of one indicator in one area under a line that names both and the unit."""
    names = indicators.set_index("indicator")[f"name_{lang}"]
    places = areas.set_index("area")[f"name_{lang}"]
    titles = sources.set_index("source")
    for (indicator, area), rows in observations.groupby(["indicator", "area"], sort=False):
        unit = unit_word(rows["unit"].iloc[0], lang)
        words = text(
            "report.figure_group", lang,
            name=names.get(indicator, indicator), area=places.get(area, area),
            unit=text("report.figure_unit", lang, unit=unit) if unit else "",
        )  # fmt: skip
        yield words, _rows(rows, titles, lang)


def _rows(observations: pd.DataFrame, titles: pd.DataFrame, lang: str) -> pd.DataFrame:
    period = observations["period"].fillna("")
    return pd.DataFrame(
        {
            "year": [f"{y} {p}".strip() for y, p in zip(observations["year"], period, strict=True)],
            "value": [number(v) for v in observations["value"]],
            "obs_status": [
                text(f"observations.status_{s}", lang) for s in observations["obs_status"]
            ],
            "source": observations["source"].map(titles["title"]).fillna(observations["source"]),
            "trust": observations["source"].map(titles["trust_class"]),
            "place": _places(observations, lang),
            "note": _notes(observations, lang),
        }
    )


def _places(observations: pd.DataFrame, lang: str) -> list[str]:
    """File and line of each figure, of a shipped file its name alone, for they all lie in one folder; rates that
    were worked out from counts have no line of their own."""
    if "file" not in observations:
        return [""] * len(observations)
    # Shipped rows carry the line of their csv file, the user's own the row of their sheet.
    rows = [observations[name] for name in ("line", "row") if name in observations]
    line = rows[0].combine_first(rows[1]) if len(rows) > 1 else rows[0]
    computed = text("report.computed", lang)
    return [
        computed if pd.isna(file) else _short(str(file)) + ("" if pd.isna(at) else f":{int(at)}")
        for file, at in zip(observations["file"], line, strict=True)
    ]


def _short(file: str) -> str:
    path = PurePosixPath(file)
    return path.name if path.parent == PurePosixPath("data/observations") else file


def _notes(observations: pd.DataFrame, lang: str) -> pd.Series:
    """Notes in this language; a user's own file has one note for both."""
    if lang == "zh" and "note_zh" in observations:
        chinese = observations["note_zh"].fillna("")
        return chinese.where(chinese != "", observations["note"])
    return observations["note"]


def _documents(observations: pd.DataFrame, sources: pd.DataFrame, lang: str) -> Html:
    """Each document once: who made it, when, how far it is trusted, where it stands."""
    used = sources[sources["source"].isin(observations["source"])]
    if used.empty:
        return Html("")
    shown = pd.DataFrame(
        {
            "source": used["title"],
            "producer": used["producer"],
            "date": used["date"].astype("str").replace("nan", ""),
            "trust": used["trust_class"],
            "address": used["address"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    words = text("report.documents", lang, count=len(used))
    trust = blocks.paragraph(text("report.trust_note", lang), "small")
    return blocks.details(words, trust, blocks.table(shown, headers, kind="small"))
