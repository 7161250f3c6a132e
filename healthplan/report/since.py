"""What a new edition says otherwise than the one before: a table and a page a language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files, registers, tables
from healthplan.errors import InputError
from healthplan.judging.changes import standing, status_changes
from healthplan.language import units
from healthplan.messages import LANGUAGES, text
from healthplan.report import blocks
from healthplan.report.export import HTML_LANG, beside, page_name, style_sheet
from healthplan.report.manifest import VARIANTS, Edition, Entry, about_plan
from healthplan.report.site import area_name

STEM = "changes"
TABLE = f"{STEM}.csv"
NAMES = (TABLE, *(page_name(STEM, lang) for lang in LANGUAGES))


def pages(source: Path, before: Edition, place: Path, listed: Sequence[Entry]) -> dict[str, bytes]:
    """The files that say what changed between the edition in ``source`` and the reports ``listed``, which lie in ``place``;
    none where nothing did."""
    found = {}
    for lang in LANGUAGES:
        rows = changes(source, before, place, [entry for entry in listed if entry.lang == lang])
        if len(rows):
            found[page_name(STEM, lang)] = _page(rows, listed, lang).encode("utf-8")
            found.setdefault(TABLE, b"\xef\xbb\xbf" + files.csv_text(rows).encode("utf-8"))
    return found


def changes(source: Path, before: Edition, place: Path, listed: Iterable[Entry]) -> pd.DataFrame:
    """Table *edition_changes*: of every report the goals whose verdict or chance differs, that are new, or no longer there."""
    columns = tables.columns("edition_changes")
    parts = [pd.DataFrame(columns=columns)]
    for now in sorted(listed, key=lambda e: (e.plan, VARIANTS.index(e.variant), e.page)):
        old = before.reports.get(now.page)
        if old is None or not old.outputs or not now.outputs or old.outputs == now.outputs:
            continue
        with suppress(InputError):  # a report of somebody's own notebook need not have such tables
            parts.append(_of_report(now, *(_tables(there, now.page) for there in (source, place))))
    found = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return tables.check(found.reindex(columns=columns), "edition_changes")


def _tables(place: Path, page: str) -> tuple[pd.DataFrame, dict[str, str]]:
    """The gap table that lies beside a page, and the names of its goals."""
    gaps = registers.read_table(place / beside(page, "gaps.csv"), "gaps")
    answers = registers.read_table(place / beside(page, "answers.csv"), "answers")
    return gaps, dict(zip(answers["target_id"], answers["name"], strict=True))


def _of_report(
    entry: Entry, before: tuple[pd.DataFrame, dict[str, str]], now: tuple[pd.DataFrame, dict[str, str]]
) -> pd.DataFrame:
    (old, old_names), (new, names) = before, now
    moved = status_changes(old, new).assign(event="changed")
    measured = new.drop_duplicates("target_id").set_index("target_id")["data_indicator"]
    parts = [moved.assign(indicator=moved["target_id"].map(measured))]
    for event, there, other, words in (("new", new, old, names), ("gone", old, new, old_names)):
        only = there[~there["target_id"].isin(other["target_id"]) & there["target_id"].isin(list(words))]
        column = "status" if event == "new" else "status_before"
        group = only["status"].map(standing)
        made = {"target_id": only["target_id"], column: only["status"], column.replace("status", "standing"): group}
        parts.append(pd.DataFrame(made).assign(event=event))
    rows = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    rows["name"] = rows["target_id"].map(old_names | names)
    return rows[rows["name"].notna()].assign(plan=entry.plan, page=entry.page)


def _page(rows: pd.DataFrame, listed: Sequence[Entry], lang: str) -> str:
    known = registers.load_indicators().set_index("indicator").to_dict("index")
    about = {entry.page: entry for entry in listed}
    reports = []
    for page, own in rows.groupby("page", sort=False):
        entry = about[str(page)]
        cards = beside(entry.page, "cards.html")
        there = cards if cards in (entry.outputs or {}) else entry.page
        told = [{**row, **_told(row, known, lang)} for row in own.to_dict("records")]
        area = area_name(about_plan(entry.plan), lang)
        reports.append({"area": area, "title": entry.title, "page": entry.page, "cards": there, "rows": told,
                        "variant": text(f"site.{entry.variant}", lang, year=entry.year)})  # fmt: skip
    counted = {"goals": len(rows), "reports": len(reports)}
    body = blocks.rendered(
        "since", lang, groups=reports, html_lang=HTML_LANG, index=page_name("index", lang), table=TABLE, **counted
    )
    return blocks.finished(body).replace("@@css@@", style_sheet(body, "index"), 1)


def _told(row: dict[Any, Any], known: dict[Any, Any], lang: str) -> dict[str, str]:
    """The words of a row: either verdict with its chance, and why."""
    from healthplan.report.sections.changes import told

    unit = units.written_unit(known.get(row["indicator"], {"unit": "", "direction": ""}))
    if row["event"] == "changed":
        return told(row, unit, lang)
    return {"chance_before": "", "chance": "", "why": text(f"changes.{row['event']}", lang)}
