"""The first page: the answer in sentences, the bar of statuses, what needs action first."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.figures import distance_chart, status_bar
from healthplan.messages import text
from healthplan.plan import Plan
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.cards import JUDGED, URGENT, cards


def title(about: dict[str, Any], as_of: int, lang: str) -> Html:
    """Name of the plan, who issued it, up to which year figures were used; the mark of invented data."""
    parts = [blocks.heading(text("report.title", lang, plan=about[f"title_{lang}"]), 1)]
    if about.get("synthetic"):
        parts.append(blocks.paragraph(text("report.synthetic", lang), "synthetic"))
    byline = text(
        "report.byline",
        lang,
        issuer=about[f"issuer_{lang}"],
        start=about["period_start"],
        end=about["period_end"],
        as_of=as_of,
    )
    return blocks.join(*parts, blocks.paragraph(byline, "byline"))


def answer(card: pd.DataFrame, gaps: pd.DataFrame, plan: Plan, lang: str) -> Html:
    """The first page: the answer in sentences, the bar of statuses, what needs action first."""
    sentences = [blocks.paragraph(s) for s in answer_sentences(card, gaps, plan, lang)]
    counts = card["status"].value_counts()
    alt = "; ".join(f"{text(f'status.{s}', lang)} {n}" for s, n in counts.items())
    bar = blocks.picture(status_bar(card, lang=lang), text("figures.alt_status", lang, summary=alt))
    head = blocks.heading(text("report.answer_head", lang), 2, "answer")
    return blocks.join(head, *sentences, bar, _urgent(card, lang), _reference(card, lang))


def answer_sentences(card: pd.DataFrame, gaps: pd.DataFrame, plan: Plan, lang: str) -> list[str]:
    """The answer in sentences: totals, what can be judged, what a reference says, what cannot be judged."""
    counts = card["status"].value_counts()
    say = lambda key, **fields: text(f"report.{key}", lang, **fields)  # noqa: E731
    references = int((plan.targets["comparator"] == "reference").sum())
    numbers = len(card) - references
    out = [
        say("answer_total", targets=numbers, references=references, milestones=len(plan.milestones))
    ]
    judged = counts.reindex(JUDGED).dropna().astype(int)
    if judged.sum():
        parts = say("comma").join(
            say("part", count=n, status=text(f"status.{s}", lang)) for s, n in judged.items()
        )
        out.append(say("answer_judged", judged=judged.sum(), parts=parts))
    else:
        out.append(say("answer_none_judged"))
    only = gaps[gaps["status"] == "reference_only"]
    if len(only):
        short = only["reference_gap"]
        out.append(
            say(
                "answer_reference",
                count=len(only),
                met=int((short <= 0).sum()),
                missed=int((short > 0).sum()),
                open=int(short.isna().sum()),
            )
        )
    for status, key in (
        ("due_unconfirmed", "due"),
        ("no_data", "nodata"),
        ("conflicting", "conflict"),
    ):
        if counts.get(status, 0):
            out.append(say(f"answer_{key}", count=counts[status]))
    return out


def headline(card: pd.DataFrame, lang: str) -> str:
    """One line for the index page."""
    counts = card["status"].value_counts()
    return text(
        "report.headline",
        lang,
        targets=len(card),
        judged=int(counts.reindex(JUDGED).sum()),
        reference=int(counts.get("reference_only", 0)),
        nodata=int(counts.get("no_data", 0)),
        due=int(counts.get("due_unconfirmed", 0)),
    )


def _urgent(card: pd.DataFrame, lang: str) -> Html:
    rows = blocks.status_order(card[card["status"].isin(URGENT)])
    head = blocks.heading(text("report.urgent_head", lang), 3)
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.urgent_none", lang)))
    return blocks.join(
        head, cards(rows, ("name", "goal", "now", "gap", "status_word", "why"), lang)
    )


def _reference(card: pd.DataFrame, lang: str) -> Html:
    """What the larger areas' figures say, on the first page but apart from the district's own."""
    rows = card[card["status"] == "reference_only"]
    if rows.empty:
        return Html("")
    caption = text("report.reference_caption", lang)
    shown = ("target", "goal", "deadline", "now", "outlook", "gap")
    head = blocks.heading(text("report.reference_head", lang), 3)
    return blocks.join(head, cards(rows, shown, lang, caption))


def distance_section(distances: pd.DataFrame, lang: str, *, synthetic: bool = False) -> Html:
    """All targets with own projections on one scale, or nothing where there is none."""
    if distances.empty:
        return Html("")
    figure = distance_chart(distances, lang=lang, synthetic=synthetic)
    return blocks.picture(figure, text("figures.distance_alt", lang))
