"""Every target once: its row of the scorecard, and its chart where there is a series."""

from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.figures.goal import trajectory_chart
from healthplan.judging import joined
from healthplan.judging.outlook import as_judged
from healthplan.language.phrases import quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html

JUDGED = tables.statuses("judged")
URGENT = tuple(s for s in tables.statuses("urgency") if s in JUDGED)
FULL = ("number", "target", "goal", "now", "outlook", "gap", "status_word")
SHORT = ("number", "target", "goal", "deadline", "departments")
GROUPS = {"figures": FULL, "due": SHORT, "conflicting": SHORT, "superseded": SHORT, "nodata": SHORT}
SENTENCES = ("why", "flip", "counts")


def once(card: pd.DataFrame) -> pd.DataFrame:
    """The rows that count in a total: a goal that the plan prints twice counts once."""
    return card[card["counted"]]


def dated(row: dict[Any, Any], which: str, lang: str) -> str:
    """The ``latest``, ``base`` or ``reference`` value of a row in its ``unit``, with its year; empty where there is
    none."""
    if pd.isna(row[f"{which}_value"]):
        return ""
    value = quantity(row[f"{which}_value"], row["unit"], lang)
    return text("scorecard.value_year", lang, value=value, year=int(row[f"{which}_year"]))


def conditions(seen: PlanView) -> set[str]:
    """The ids of the targets that are conditions of another."""
    return {one for target in seen.tables.targets.to_dict("records") for one in joined.members(target)}


def scorecard(seen: PlanView) -> Html:
    """Every target once: first those with figures, in full; then, shorter, those that figures cannot judge."""
    card, lang = seen.card, seen.lang
    parts = [blocks.head("scorecard", lang), blocks.small("scorecard_caption", lang), status_key(card, lang)]
    numbered, conditional = card.assign(number=range(1, len(card) + 1)), conditions(seen)
    group = numbered["status"].map(lambda status: tables.STATUS_FACTS[status]["group"])
    for name, shown in GROUPS.items():
        if (rows := numbered[group == name]).empty:
            continue
        if not (rows["departments"] != "").any():
            shown = tuple(c for c in shown if c != "departments")
        counted, parts_of = len(once(rows)), int(rows["target_id"].isin(conditional).sum())
        again = len(rows) - counted - parts_of
        fields = {"count": counted, "head": text(f"report.{name}_head", lang), "again": again}
        words = text("report.group_again" if again else "report.group", lang, **fields)
        if parts_of:
            words = text("report.group_conditions", lang, group=words, count=parts_of)
        parts += [blocks.heading(words, 3), cards(rows, shown, lang, ids=True)]
    return blocks.join(*parts)


def status_key(card: pd.DataFrame, lang: str) -> Html:
    """What each status that occurs means, in its colour, with how many targets have it."""
    counts = once(card)["status"].value_counts()
    present = blocks.status_order(counts.rename_axis("status").reset_index(name="count"))
    rows = {
        "status_word": [blocks.status_badge(s, lang) for s in present["status"]],
        "count": present["count"],
        "means": [text(f"status.means_{s}", lang) for s in present["status"]],
    }
    return blocks.worded(rows, lang, raw=("status_word",), kind="key")


def cards(card: pd.DataFrame, shown: tuple[str, ...], lang: str, *, brief: bool = False, ids: bool = False) -> Html:
    """Scorecard rows. ``target``: name and, smaller, scope, place and departments (``brief``: departments only);
    ``goal``: with its deadline unless that has a column; ``status_word``: the badge and the chance. ``ids``: each
    row can be linked to."""
    records = card.to_dict("records")
    dated = "deadline" in shown
    rows = card.assign(
        status_word=[_status_cell(row, lang) for row in records],
        target=[_target_cell(row, lang, "departments" not in shown, not brief) for row in records],
        goal=[blocks.cell(r["goal"]) if dated else blocks.name_and(r["goal"], r["deadline"]) for r in records],
    )
    names = {"target": "name"} | ({} if dated else {"goal": "goal_by"})
    raw, key = ("status_word", "target", "goal"), "target_id" if ids else ""
    return blocks.worded(rows, lang, shown, named=names, raw=raw, kind="scorecard", ids=key)


def _status_cell(row: dict[Any, Any], lang: str) -> str:
    badge = blocks.status_badge(row["status"], lang)
    if row["probability"] == text("scorecard.no_figure", lang):
        return badge
    chance = text("report.chance", lang, probability=row["probability"])
    return f"{badge}<br><small>{blocks.cell(chance)}</small>"


def _target_cell(row: dict[Any, Any], lang: str, departments: bool, place: bool) -> str:
    """The name; below it, small, scope and place in the plan, and who is responsible."""
    scope = text("report.in_scope", lang, scope=row["scope"]) if row["scope"] and lang == "zh" else ""
    where = " · ".join(part for part in (scope, row["locator"]) if part)
    lines = (where if place else "", row["departments"] if departments else "")
    small = "".join(f"<br><small>{blocks.cell(words)}</small>" for words in lines if words)
    return f"{blocks.cell(row['name'])}{small}"


def charts(seen: PlanView) -> Html:
    """A chart for each target that has a series, with its status and sentences; which figures are preliminary or
    estimated and where a definition changed is shown."""
    lang, head = seen.lang, blocks.head("charts", seen.lang)
    undrawn = _undrawn(seen)
    if seen.charts.empty:
        return blocks.join(head, blocks.said("charts_none", lang), *undrawn)
    pieces = [_chart(row, seen) for row in seen.charts.to_dict("records")] + undrawn
    return blocks.join(head, blocks.small("chart_read", lang), *pieces)


def _chart(row: dict[Any, Any], seen: PlanView) -> Html:
    """The chart with its status, why it has it, what would change it and, for rare events, what it means in counts."""
    lang = seen.lang
    figure = trajectory_chart(row, as_judged(seen.shown_trajectories, row), lang=lang)
    alt = text("figures.alt_trajectory", lang, name=row["name"], summary=row["why"])
    return blocks.chart(
        _heading(row, row["name"], lang), figure, alt, _words(row, lang) + _years(row, seen), name=row["target_id"]
    )


def _words(row: dict[Any, Any], lang: str) -> str:
    """Why a goal is judged as it is, what would change it and what it means in counts, as paragraphs."""
    nothing = ("", text("gaps.flip_none", lang))
    return "".join(
        f"<p><b>{text(f'report.lead_{part}', lang)}</b> {blocks.cell(row[part])}</p>"
        for part in SENTENCES
        if row[part] not in nothing
    )


def _undrawn(seen: PlanView) -> list[Html]:
    """The goals that are judged without a series of years to draw (several conditions, counts of several years
    together): their sentences alone."""
    lang, drawn = seen.lang, set(seen.charts["target_id"]) if len(seen.charts) else set()
    judged = seen.card[seen.card["status"].isin(JUDGED) & ~seen.card["target_id"].isin(drawn)]
    if judged.empty:
        return []
    rows = seen.told[seen.told["target_id"].isin(judged["target_id"])].to_dict("records")
    told = [_heading(row, row[f"name_{lang}"], lang) + _words(row, lang) for row in rows]
    return [Html(f'<section class="chart">{one}</section>') for one in told]


def _heading(row: dict[Any, Any], name: str, lang: str) -> str:
    return f"<h3>{blocks.cell(name)} {blocks.status_badge(row['status'], lang)}</h3>"


def _years(row: dict[Any, Any], seen: PlanView) -> str:
    """What a goal for every year asked for in each year so far and what there was; empty for any other goal."""
    rows, lang = seen.judged.years, seen.lang
    rows = rows[rows["target_id"] == row["target_id"]]
    if rows.empty:
        return ""
    say = lambda value: "" if pd.isna(value) else quantity(value, row["unit"], lang)  # noqa: E731
    met = ["" if pd.isna(m) else text(f"report.{'meets' if m else 'falls_short'}", lang) for m in rows["met"]]
    shown = {
        "year": rows["year"],
        "asked": [say(value) for value in rows["asked"]],
        "value": [say(value) for value in rows["value"]],
        "met": met,
    }
    return str(blocks.worded(shown, lang, named={"met": "met_year"}, kind="small"))
