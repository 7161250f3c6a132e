"""The head of every page, and the first page: which goals miss, by how much, who acts, what closes it, how far to trust it."""

from typing import Any

import pandas as pd

from healthplan.explanations.summary import goal_and_level, off_course, sentences
from healthplan.figures.goal import spark
from healthplan.judging.changes import MOVED
from healthplan.judging.outlook import as_judged
from healthplan.language.dates import on
from healthplan.language.phrases import period, prints_period, probability
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.requests import unjudged, whom_to_ask

LISTED = 3  # so many goals missed already are named


def title(seen: PlanView) -> Html:
    """The strip at the head of each page, the mark of invented data, and the shapes of the groups of statuses, which the
    page uses."""
    return blocks.rendered("title", seen.lang, parts=strip(seen), synthetic=seen.synthetic)


def strip(seen: PlanView) -> list[str]:
    """Plan, what is supposed in it, years, newest figures, the earlier edition."""
    about, lang = seen.tables.about, seen.lang
    parts = [about[f"title_{lang}"], *seen.suppositions]
    if not (prints_period(about) and str(about["period_start"]) in parts[0]):
        parts.append(period(about, lang))
    own, reference = seen.newest_figures()
    parts += edition(seen)
    if reference and reference != own:
        parts.append(text("report.figures_reference", lang, year=reference))
    if seen.quarter is not None:
        parts.append(text("report.figures_quarter", lang, edition=seen.quarter["edition"].iloc[0]))
    if seen.earlier is not None:
        parts.append(text("report.figures_before", lang, year=seen.earlier[0]))
    return [part for part in parts if part]


def edition(seen: PlanView) -> list[str]:
    """At which time the goals are judged, and how far the district's figures reach: the same words at the head of every page
    and file."""
    lang, own = seen.lang, seen.newest_figures()[0]
    day = {"day": on(seen.cut_off, lang)} if seen.cut_off else {"year": seen.as_of}
    how = "judged_at_day" if seen.cut_off else "judged_within" if seen.in_year else "judged_at"
    judged = text(f"report.{how}", lang, **day)
    return [judged, text("report.figures_own" if own else "report.figures_none", lang, year=own)]


def first(seen: PlanView) -> Html:
    """The first page of a plan: the answer, the four groups, every goal that will be missed, what changed, what to watch,
    what to ask whom, how such calls came out. A plan of which nothing is judged opens with whom to ask."""
    lang, told = seen.lang, seen.summary
    if told.empty:
        return unjudged(seen)
    rows = off_course(seen.brief)
    parts: dict[str, list[dict[Any, Any]]] = {
        name: own.to_dict("records") for name, own in told.groupby("part", sort=False)
    }
    known = seen.brief.set_index("target_id")
    return blocks.rendered(
        "first",
        lang,
        part=lambda name: parts.get(name, []),
        sub=sentences(told, "sub", lang),
        key=sentences(told, "key", lang),
        rows=[_row(row, lang) for row in rows.to_dict("records")],
        sparks=_sparks(rows, seen),
        year=seen.as_of,
        before=seen.earlier[0] if seen.earlier else "",
        listed=LISTED,
        at_risk=int((seen.brief["standing"] == "risk").sum()),
        name=known["name"].to_dict(),
        card=known["card"].to_dict(),
        asking=whom_to_ask(seen),
    )


def _row(row: dict[Any, Any], lang: str) -> dict[Any, Any]:
    """A goal's row; its chance in the earlier edition with the way it moved."""
    then, now = row["chance_before"], row["chance"]
    said = ""
    if pd.notna(then) and pd.notna(now):
        way = "same" if abs(now - then) < MOVED else "up" if now > then else "down"
        said = text("first.before", lang, chance=probability(then, lang), way=text(f"first.way_{way}", lang))
    return row | {
        "goal": goal_and_level(row, lang),
        "chance_before": said,
        "trust": None if pd.isna(row["trust"]) else int(row["trust"]),
    }


def _sparks(rows: pd.DataFrame, seen: PlanView) -> dict[str, Html]:
    """The trend of each goal as a small picture without words; nothing where there is no series."""
    drawn = seen.charts[seen.charts["target_id"].isin(rows["target_id"])] if len(seen.charts) else seen.charts
    found = dict.fromkeys(rows["target_id"], Html(""))
    for chart in drawn.to_dict("records"):
        one = chart["target_id"]
        figure = spark(chart, as_judged(seen.shown_trajectories, chart), "short")
        found[one] = blocks.svg(figure, f"s{one.rpartition('-')[2]}")
    return found
