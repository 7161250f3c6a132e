"""What the plan promises without a number, and where it contradicts itself."""

from __future__ import annotations

import pandas as pd

from healthplan.figures import milestone_calendar
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.wording import departments


def milestones_section(milestones: pd.DataFrame, lang: str, *, synthetic: bool = False) -> Html:
    """Deliverables by deadline, then by leading department."""
    head = blocks.heading(text("report.milestones_head", lang), 2, "milestones")
    if milestones.empty:
        return blocks.join(head, blocks.paragraph(text("report.milestones_none", lang)))
    undated = text("figures.undated", lang)
    rows = milestones.assign(
        deliverable=milestones[f"deliverable_{lang}"],
        wording=[text(f"report.{w}", lang) for w in milestones["wording"]],
        departments=[departments(cell, lang) for cell in milestones["departments"]],
        order=milestones["deadline"].replace("", "9999"),
        deadline=milestones["deadline"].replace("", undated),
    ).sort_values(["order", "departments"], kind="stable")
    shown = ("deadline", "deliverable", "departments", "wording", "locator")
    headers = {c: text(f"report.col_{c}", lang) for c in shown}
    figure = milestone_calendar(milestones, lang=lang, synthetic=synthetic)
    return blocks.join(
        head,
        blocks.picture(figure, text("figures.calendar", lang)),
        blocks.paragraph(text("report.milestones_note", lang), "small"),
        blocks.table(rows, headers),
    )


def conflicts_section(card: pd.DataFrame, milestones: pd.DataFrame, lang: str) -> Html:
    """Targets and deliverables that the plan states in two ways."""
    head = blocks.heading(text("report.conflicts_head", lang), 2, "conflicts")
    targets = card[card["status"] == "conflicting"][["name", "goal", "deadline", "locator"]]
    others = milestones[milestones["state"] == "conflicting"]
    others = pd.DataFrame(
        {
            "name": others[f"deliverable_{lang}"],
            "goal": "",
            "deadline": others["deadline"],
            "locator": others["locator"],
        }
    )
    rows = pd.concat([targets, others], ignore_index=True)
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.conflicts_none", lang)))
    headers = {c: text(f"report.col_{c}", lang) for c in rows.columns}
    return blocks.join(
        head,
        blocks.paragraph(text("report.conflicts_note", lang), "small"),
        blocks.table(rows, headers),
    )
