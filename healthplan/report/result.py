"""What a report notebook hands to the runner: proof that it answered the question it was asked."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables
from healthplan.console import left_out, records
from healthplan.explorer.state import HERE, state
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import asking
from healthplan.report.sections.answer import answer_sentences
from healthplan.report.sections.cards import chart_data
from healthplan.report.sections.deliverables import asked_of, deliverables
from healthplan.report.sections.first import edition, strip
from healthplan.report.sections.gather import checklist
from healthplan.report.sections.method import how
from healthplan.report.sections.requests import (
    asked_offices,
    background,
    box,
    contradictions,
    left_open,
    opening,
    requests,
    to_do,
)
from healthplan.report.sections.sources import answers, documents, figures

if TYPE_CHECKING:
    import nbformat

MIME = "application/vnd.healthplan.result+json"


@dataclass(frozen=True)
class Result:
    """The plan, area, year and language that the pages really show, the headline, the tables for Excel, and how much of the
    user's own files was not taken."""

    plan: str
    area: str
    as_of: int
    lang: str
    title: str
    headline: str
    gaps: list[dict[str, Any]]
    scorecard: list[dict[str, Any]]
    beside: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # further tables by name
    left_out: int = 0
    cut_off: str = ""  # the day up to which the ledger's quarter judged
    area_name: str = ""
    explorer: dict[str, Any] = field(
        default_factory=dict
    )  # what the explorer's page draws; empty where nothing can be moved there

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MIME: asdict(self), "text/plain": self.headline}


def result(seen: PlanView) -> Result:
    """The result of a report, for the last cell of its notebook."""
    about, judged, asked = seen.tables.about, seen.judged._asdict(), requests(seen)
    told = opening(seen) if seen.summary.empty else seen.summary
    played = state(seen) if len(seen.charts) else {"goals": []}
    made = {
        "brief": seen.brief,
        "summary": told,
        "trust": seen.trust,
        "status_changes": seen.status_changes,
        "things": seen.things(),
        "measures": seen.measures,
        "expected": seen.expected,
        "requests": asked,
        "request_lines": asking.lines(seen, asked),
        "asked_offices": asked_offices(seen),
        "contradictions": contradictions(seen),
        "gather": checklist(seen),
        "answers": answers(seen),
        "charts": chart_data(seen),
        "deliverables": deliverables(seen),
        "followed": seen.followed,
        "figures": figures(seen),
        "documents": documents(seen),
        "sentences": sentences(seen),
    }
    return Result(
        plan=about["plan_id"],
        area=seen.tables.area,
        as_of=seen.as_of,
        lang=seen.lang,
        title=about[f"title_{seen.lang}"],
        headline=text("summary.comma", seen.lang).join(told.loc[told["part"] == "headline", "words"]),
        gaps=records(seen.answered_gaps),
        scorecard=records(seen.card),
        beside={name: records(table) for name, table in (judged | made).items() if name != "gaps"},
        left_out=sum(map(left_out, seen.questions)),
        cut_off=seen.cut_off,
        area_name=seen.area_name(seen.tables.area),
        explorer=played if any(HERE in goal["can"].values() for goal in played["goals"]) else {},
    )


def sentences(seen: PlanView) -> pd.DataFrame:
    """Table *sentences*."""
    findings = asked_of(seen.findings, seen.lang).itertuples(index=False)
    said: dict[str, list[str]] = {
        "strip": strip(seen),
        "edition": edition(seen),
        "later": [seen.followed_later],
        "asking": [words for words, _ in box(seen)],
        "left_open": left_open(seen),
        "to_do": to_do(seen),
        "background": background(seen),
        "synthetic": [text("report.synthetic", seen.lang)] if seen.synthetic else [],
        "answer": answer_sentences(seen),
        "finding": [text("report.finding_at", seen.lang, finding=words, places=places) for words, places in findings],
        **how(seen),
        "trust_classes": [text("report.trust_note", seen.lang)],
    }
    rows = [(part, at, words) for part, every in said.items() for at, words in enumerate(filter(None, every), 1)]
    return tables.check(pd.DataFrame(rows, columns=tables.columns("sentences")), "sentences")


def result_of(notebook: nbformat.NotebookNode) -> Result | None:
    """The result that the executed notebook shows, if it got that far and holds what a result does."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = [o["data"][MIME] for o in outputs if MIME in o.get("data", {})]
    try:
        return Result(**shown[-1]) if shown else None
    except TypeError:
        return None
