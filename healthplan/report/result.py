"""What a report notebook hands to the runner: proof that it answered the question it was asked."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.report.sections.first import headline

if TYPE_CHECKING:
    import nbformat

    from healthplan.line import PlanView

MIME = "application/vnd.healthplan.result+json"


@dataclass(frozen=True)
class Result:
    """The plan, area, year and language that the pages really show, the headline, and the tables for Excel."""

    plan: str
    area: str
    as_of: int
    lang: str
    title: str
    headline: str
    gaps: list[dict[str, Any]]
    scorecard: list[dict[str, Any]]
    paces: list[dict[str, Any]] = field(default_factory=list)
    references: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    measures: list[dict[str, Any]] = field(default_factory=list)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MIME: asdict(self), "text/plain": self.headline}


def result(seen: PlanView) -> Result:
    """The result of a report, for the last cell of its notebook."""
    about = seen.tables.about
    return Result(
        plan=about["plan_id"],
        area=seen.tables.area,
        as_of=seen.as_of,
        lang=seen.lang,
        title=about[f"title_{seen.lang}"],
        headline=headline(seen.card, seen.lang),
        scorecard=records(seen.card),
        measures=records(seen.measures),
        **{name: records(table) for name, table in seen.judged._asdict().items()},
    )


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain records that JSON can hold; missing stays null."""
    return json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=15))


def result_of(notebook: nbformat.NotebookNode) -> Result | None:
    """The result that the executed notebook shows, if it got that far."""
    for cell in reversed(notebook.cells):
        for output in cell.get("outputs", []):
            if MIME in output.get("data", {}):
                return Result(**output["data"][MIME])
    return None
