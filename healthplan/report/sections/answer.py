"""The answer in sentences that add up: what can be judged, what a reference says, what cannot be judged."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.figures import distance_chart, status_bar
from healthplan.language import comparators
from healthplan.messages import text
from healthplan.plans import Plan
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.cards import JUDGED, once
from healthplan.report.sections.first import collect_first, reference_table, urgent

# What is left when the judged ones are taken away, in the order of the sentences.
UNJUDGED = tables.statuses("told")


def title(about: dict[str, Any], as_of: int, lang: str) -> Html:
    """Name of the plan, who issued it, up to which year figures were used; the mark of invented data."""
    parts = [blocks.heading(text("report.title", lang, plan=about[f"title_{lang}"]), 1)]
    if about.get("synthetic"):
        parts.append(blocks.paragraph(text("report.synthetic", lang), "synthetic"))
    start, end = about["period_start"], about["period_end"]
    key = "byline_year" if start == end else "byline"
    byline = text(
        f"report.{key}", lang, issuer=about[f"issuer_{lang}"], start=start, end=end, as_of=as_of
    )
    return blocks.join(*parts, blocks.paragraph(byline.strip(" ·\u3000"), "byline"))


def answer(
    card: pd.DataFrame,
    gaps: pd.DataFrame,
    plan: Plan,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    lang: str,
) -> Html:
    """The first page: the answer, what needs action first, what the reference says, what to collect first."""
    card = once(card)
    sentences = [blocks.paragraph(s) for s in answer_sentences(card, gaps, plan, lang)]
    counts = card["status"].value_counts()
    alt = "; ".join(f"{text(f'status.{s}', lang)} {n}" for s, n in counts.items())
    bar = blocks.picture(status_bar(card, lang=lang), text("figures.alt_status", lang, summary=alt))
    return blocks.join(
        blocks.heading(text("report.answer_head", lang), 2, "answer"),
        *sentences,
        bar,
        urgent(card, gaps, lang),
        collect_first(card, plan.targets, indicators, lang),
        reference_table(card, gaps, indicators, areas, lang),
    )


def answer_sentences(card: pd.DataFrame, gaps: pd.DataFrame, plan: Plan, lang: str) -> list[str]:
    """The answer in sentences: totals, what can be judged, what a reference says, and for what is left why it
    cannot be judged. The counts add up to the rows of ``card``."""
    out = [_total(card, plan, lang), _judged(card, lang)]
    counts = card["status"].value_counts()
    for status in UNJUDGED:
        if n := int(counts.get(status, 0)):
            out.append(text(f"status.answer_{status}", lang, count=n))
    return [*out, *_against_reference(gaps, lang)]


def _total(card: pd.DataFrame, plan: Plan, lang: str) -> str:
    references = int((plan.targets["comparator"].isin(comparators.RELATIVE)).sum())
    key = "total_references" if references else "total_targets"
    parts = text(f"report.{key}", lang, count=len(card), references=references)
    if n := len(plan.milestones):
        parts = text("report.total_both", lang, targets=parts, count=n)
    return text("report.answer_total", lang, parts=parts)


def _judged(card: pd.DataFrame, lang: str) -> str:
    judged = card["status"].value_counts().reindex(JUDGED).dropna().astype(int)
    if not judged.sum():
        return text("report.answer_none_judged", lang)
    parts = text("report.comma", lang).join(
        text("report.part", lang, count=n, status=text(f"status.{s}", lang))
        for s, n in judged.items()
    )
    return text("report.answer_judged", lang, judged=judged.sum(), parts=parts)


def _against_reference(gaps: pd.DataFrame, lang: str) -> list[str]:
    """How the targets with a reference would come out if the district stood where the reference stands."""
    rows = with_reference(gaps)
    if rows.empty:
        return []
    short = rows["reference_gap"]
    found = {
        "met": int((short <= 0).sum()),
        "missed": int((short > 0).sum()),
        "open": int(short.isna().sum()),
    }
    parts = _listed(found, lang)
    return [text("report.answer_if_reference", lang, count=len(rows), parts=parts)]


def with_reference(gaps: pd.DataFrame) -> pd.DataFrame:
    """The gaps that only a larger area's figures can say something about, due ones included."""
    open_ones = gaps["status"].isin(["reference_only", "due_unconfirmed"])
    return gaps[open_ones & (gaps["basis"] == "reference") & gaps["reference_value"].notna()]


def _listed(found: dict[str, int], lang: str) -> str:
    """The parts that there are; one that is nought is not mentioned."""
    words = [text(f"report.reference_{name}", lang, count=n) for name, n in found.items() if n]
    return text("report.comma", lang).join(words)


def headline(card: pd.DataFrame, lang: str) -> str:
    """One line for the index page; its counts add up to the number of targets."""
    card = once(card)
    counts = card["status"].value_counts()
    parts = [text("report.headline_judged", lang, count=int(counts.reindex(JUDGED).sum()))]
    parts += [
        text("report.part_after", lang, count=counts[s], status=text(f"status.{s}", lang))
        for s in UNJUDGED
        if counts.get(s, 0)
    ]
    words = text("report.semicolon", lang).join(parts)
    return text("report.headline", lang, targets=len(card), parts=words)


def distance_section(distances: pd.DataFrame, lang: str, *, synthetic: bool = False) -> Html:
    """All targets with own projections on one scale, or nothing where there is none."""
    if distances.empty:
        return Html("")
    figure = distance_chart(distances, lang=lang, synthetic=synthetic)
    head = blocks.heading(text("report.distance_head", lang), 3, "distance")
    picture = blocks.picture(figure, text("figures.distance_alt", lang))
    return Html(f'<section class="chart">{head}{picture}</section>')
