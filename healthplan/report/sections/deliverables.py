"""What the plan promises without a number, and where it contradicts itself."""

from __future__ import annotations

import pandas as pd

from healthplan.figures import milestone_calendar
from healthplan.judging import deadlines
from healthplan.language.dates import when
from healthplan.language.phrases import departments
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

PLACES = 4  # a finding about more places names so many
LAST = 9999.0  # undated ones come last
LISTED = ("two_values", "two_dates", "dated_once", "two_dates_of_deliverable", "two_steps")


def milestones_section(
    milestones: pd.DataFrame, lang: str, *, as_of: int | None = None, synthetic: bool = False
) -> Html:
    """Deliverables by deadline, then by leading department; ``as_of``: deadlines up to the end of that year are
    past and say so."""
    head = blocks.heading(text("report.milestones_head", lang), 2, "milestones")
    if milestones.empty:
        return blocks.join(head, blocks.paragraph(text("report.milestones_none", lang)))
    rows = _in_order(milestones, lang, as_of)
    past = int((rows["order"] <= (as_of or 0)).sum())
    shown: tuple[str, ...] = (
        "deadline",
        "deliverable",
        "departments",
        "wording",
        "locator",
        "done",
    )
    if not (rows["departments"] != "").any():
        shown = tuple(c for c in shown if c != "departments")
    headers = {c: text(f"report.col_{c}", lang) for c in shown}
    pictures = []
    if len(set(rows["deadline"])) > 1:
        figure = milestone_calendar(rows, lang=lang, synthetic=synthetic)
        pictures.append(blocks.picture(figure, text("figures.calendar", lang)))
    words = [text("report.milestones_note", lang)]
    if past:
        words.append(text("report.milestones_past", lang, year=as_of, past=past, all=len(rows)))
    return blocks.join(
        head,
        *(blocks.paragraph(w) for w in words),
        *pictures,
        blocks.table(rows, headers, kind="deliverables"),
    )


def _in_order(milestones: pd.DataFrame, lang: str, as_of: int | None) -> pd.DataFrame:
    order = milestones["deadline"].map(lambda date: deadlines.moment(date) if date else LAST)
    undated = text("figures.undated", lang)
    due, blank = text("report.to_confirm", lang), text("report.to_fill", lang)
    rows = milestones.assign(
        deliverable=milestones[f"deliverable_{lang}"],
        locator=milestones["locator"].str.replace(";", "、"),
        wording=[text(f"report.{w}", lang) for w in milestones["wording"]],
        departments=[departments(cell, lang) for cell in milestones["departments"]],
        order=order,
        date=milestones["deadline"],
        deadline=[when(date, lang) or undated for date in milestones["deadline"]],
        done=[due if time <= (as_of or 0) else blank for time in order],
    )
    return rows.sort_values(["order", "date", "departments"], kind="stable")


def conflicts_section(
    card: pd.DataFrame,
    milestones: pd.DataFrame,
    lang: str,
    *,
    findings: pd.DataFrame | None = None,
) -> Html:
    """Targets and deliverables that the plan states in two ways; what else ``findings`` (table of
    :func:`healthplan.consistency.consistency`) says about the plan's own arithmetic."""
    head = blocks.heading(text("report.conflicts_head", lang), 2, "conflicts")
    rows = pd.concat([_targets(card), _deliverables(milestones, lang)], ignore_index=True)
    pieces = [head]
    if rows.empty:
        pieces.append(blocks.paragraph(text("report.conflicts_none", lang)))
    else:
        headers = {c: text(f"report.col_{c}", lang) for c in rows.columns}
        pieces.append(blocks.paragraph(text("report.conflicts_note", lang), "small"))
        pieces.append(blocks.table(rows, headers))
    return blocks.join(*pieces, _findings(findings, lang))


def _targets(card: pd.DataFrame) -> pd.DataFrame:
    rows = card[card["status"] == "conflicting"][["name", "goal", "deadline", "locator"]]
    return rows.assign(locator=rows["locator"].str.replace(";", "、"))


def _deliverables(milestones: pd.DataFrame, lang: str) -> pd.DataFrame:
    rows = milestones[milestones["state"] == "conflicting"]
    undated = text("figures.undated", lang)
    return pd.DataFrame(
        {
            "name": rows[f"deliverable_{lang}"],
            "goal": text("report.deliverable", lang),
            "deadline": [when(date, lang) or undated for date in rows["deadline"]],
            "locator": rows["locator"].str.replace(";", "、"),
        }
    )


def _findings(findings: pd.DataFrame | None, lang: str) -> Html:
    """What should be asked about the plan's numbers, beyond the pairs listed above."""
    if findings is None:
        return Html("")
    rows = findings[findings["severity"].isin(["error", "warning"])]
    rows = rows[~rows["finding"].isin(LISTED)]
    if rows.empty:
        return Html("")
    places = [_places(cell, lang) for cell in rows["locator"]]
    shown = pd.DataFrame({"finding": rows[f"message_{lang}"], "locator": places})
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    return blocks.join(
        blocks.heading(text("report.findings_head", lang), 3, "findings"),
        blocks.table(shown, headers),
    )


def _places(cell: str, lang: str) -> str:
    """Where in the plan; of many places the first few."""
    places = cell.split(";")
    words = "、".join(places[:PLACES])
    if len(places) <= PLACES:
        return words
    return text("report.others_places", lang, places=words, count=len(places))
