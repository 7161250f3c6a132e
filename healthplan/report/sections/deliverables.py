"""What the plan promises without a number, and where it contradicts itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures import milestone_calendar
from healthplan.judging import deadlines
from healthplan.language.dates import when
from healthplan.messages import text
from healthplan.registers import departments
from healthplan.report import blocks
from healthplan.report.blocks import Html

if TYPE_CHECKING:
    from healthplan.line import PlanView

SHOWN = ("deadline", "deliverable", "departments", "wording", "locator", "done")
PLACES = 4  # a finding about more places names so many
LAST = 9999.0  # undated ones come last
LISTED = ("two_values", "two_dates", "dated_once", "two_dates_of_deliverable", "two_steps")


def milestones(seen: PlanView) -> Html:
    """Deliverables by deadline, then by leading department; deadlines up to the end of the year of the figures are
    past and say so."""
    lang, promised = seen.lang, seen.tables.milestones
    head = blocks.heading(text("report.milestones_head", lang), 2, "milestones")
    if promised.empty:
        return blocks.join(head, blocks.paragraph(text("report.milestones_none", lang)))
    rows = _in_order(promised, lang, seen.as_of)
    shown = SHOWN if (rows["departments"] != "").any() else SHOWN[:2] + SHOWN[3:]
    pictures = []
    if len(set(rows["deadline"])) > 1:
        figure = milestone_calendar(rows, lang=lang, synthetic=seen.synthetic)
        pictures.append(blocks.picture(figure, text("figures.calendar", lang)))
    words = [text("report.milestones_note", lang)]
    if past := int((rows["order"] <= seen.as_of).sum()):
        fields = {"year": seen.as_of, "past": past, "all": len(rows)}
        words.append(text("report.milestones_past", lang, **fields))
    return blocks.join(
        head,
        *(blocks.paragraph(w) for w in words),
        *pictures,
        blocks.worded(rows, lang, shown, kind="deliverables"),
    )


def _in_order(milestones: pd.DataFrame, lang: str, as_of: int) -> pd.DataFrame:
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
        done=[due if time <= as_of else blank for time in order],
    )
    return rows.sort_values(["order", "date", "departments"], kind="stable")


def conflicts(seen: PlanView) -> Html:
    """Targets and deliverables that the plan states in two ways; what else there is to ask about its own
    arithmetic."""
    lang = seen.lang
    two = [_targets(seen.card), _deliverables(seen.tables.milestones, lang)]
    rows = pd.concat(two, ignore_index=True)
    pieces = [blocks.heading(text("report.conflicts_head", lang), 2, "conflicts")]
    if rows.empty:
        pieces.append(blocks.paragraph(text("report.conflicts_none", lang)))
    else:
        pieces.append(blocks.paragraph(text("report.conflicts_note", lang), "small"))
        pieces.append(blocks.worded(rows, lang))
    return blocks.join(*pieces, _findings(seen.findings, lang))


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


def _findings(findings: pd.DataFrame, lang: str) -> Html:
    """What should be asked about the plan's numbers, beyond the pairs listed above."""
    rows = findings[findings["severity"].isin(["error", "warning"])]
    rows = rows[~rows["finding"].isin(LISTED)]
    if rows.empty:
        return Html("")
    places = [_places(cell, lang) for cell in rows["locator"]]
    shown = pd.DataFrame({"finding": rows[f"message_{lang}"], "locator": places})
    head = blocks.heading(text("report.findings_head", lang), 3, "findings")
    return blocks.join(head, blocks.worded(shown, lang))


def _places(cell: str, lang: str) -> str:
    """Where in the plan; of many places the first few."""
    places = cell.split(";")
    words = "、".join(places[:PLACES])
    if len(places) <= PLACES:
        return words
    return text("report.others_places", lang, places=words, count=len(places))
