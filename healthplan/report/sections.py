"""The sections of a plan's report, in reading order; each takes tables and returns a piece of the page."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan.figures import distance_chart, milestone_calendar, status_bar, trajectory_chart
from healthplan.messages import text
from healthplan.plan import Plan
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.wording import departments, number, unit_word

JUDGED = ("met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course")
URGENT = ("off_course", "missed", "at_risk", "met_slipping")


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


def _reference(card: pd.DataFrame, lang: str) -> Html:
    """What the larger areas' figures say, on the first page but apart from the district's own."""
    rows = card[card["status"] == "reference_only"]
    if rows.empty:
        return Html("")
    caption = text("report.reference_caption", lang)
    shown = ("target", "goal", "deadline", "now", "outlook", "gap")
    head = blocks.heading(text("report.reference_head", lang), 3)
    return blocks.join(head, _cards(rows, shown, lang, caption))


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
        head, _cards(rows, ("name", "goal", "now", "gap", "status_word", "why"), lang)
    )


def scorecard_table(card: pd.DataFrame, lang: str) -> Html:
    """Every target: first those with figures, in full; then, shorter, those that figures cannot judge."""
    full = (
        "number",
        "target",
        "goal",
        "deadline",
        "now",
        "outlook",
        "gap",
        "probability",
        "status_word",
    )
    short = ("number", "target", "goal", "deadline", "status_word", "departments")
    numbered = card.assign(number=range(1, len(card) + 1))
    parts = [blocks.heading(text("report.scorecard_head", lang), 2, "scorecard")]
    parts.append(blocks.paragraph(text("report.scorecard_caption", lang), "small"))
    for name, statuses, shown in (
        ("figures", (*JUDGED, "reference_only"), full),
        ("due", ("due_unconfirmed",), short),
        ("other", ("superseded", "conflicting"), short),
        ("nodata", ("no_data",), short),
    ):
        rows = numbered[numbered["status"].isin(statuses)]
        if len(rows):
            words = f"{text(f'report.{name}_head', lang)} ({len(rows)})"
            parts += [blocks.heading(words, 3), _cards(rows, shown, lang)]
    return blocks.join(*parts)


def _cards(card: pd.DataFrame, shown: tuple[str, ...], lang: str, caption: str = "") -> Html:
    """Scorecard rows; the column ``target`` holds the name and, smaller, scope, departments and place."""
    rows = card.assign(
        status_word=[blocks.status_badge(s, lang) for s in card["status"]],
        target=[_target_cell(row, "departments" in shown, lang) for row in card.to_dict("records")],
    )
    names = {"status_word": "status", "target": "name"}
    headers = {c: text(f"report.col_{names.get(c, c)}", lang) for c in shown}
    return blocks.table(
        rows, headers, raw=("status_word", "target"), caption=caption, kind="scorecard"
    )


def _target_cell(row: dict[str, Any], departments_shown: bool, lang: str) -> str:
    small = (
        [text("report.in_scope", lang, scope=row["scope"])] if row["scope"] and lang == "zh" else []
    )
    small += [row["locator"]] if departments_shown else [row["departments"], row["locator"]]
    lines = "<br>".join(f"<small>{blocks.cell(words)}</small>" for words in small if words)
    return f"{blocks.cell(row['name'])}<br>{lines}"


def distance_section(distances: pd.DataFrame, lang: str, *, synthetic: bool = False) -> Html:
    """All targets with own projections on one scale, or nothing where there is none."""
    if distances.empty:
        return Html("")
    figure = distance_chart(distances, lang=lang, synthetic=synthetic)
    return blocks.picture(figure, text("figures.distance_alt", lang))


def trajectories_section(chart_rows: pd.DataFrame, trajectories: pd.DataFrame, lang: str) -> Html:
    """A chart for each target that has a series, with its status and sentence."""
    head = blocks.heading(text("report.charts_head", lang), 2, "charts")
    if chart_rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.charts_none", lang)))
    pieces = [_chart(row, trajectories, lang) for row in chart_rows.to_dict("records")]
    return blocks.join(head, blocks.paragraph(text("report.chart_read", lang), "small"), *pieces)


def _chart(row: dict[str, Any], trajectories: pd.DataFrame, lang: str) -> Html:
    figure = trajectory_chart(row, trajectories, lang=lang)
    alt = text("figures.alt_trajectory", lang, name=row["name"], summary=row["why"])
    badge = blocks.status_badge(row["status"], lang)
    head = f"<h3>{blocks.cell(row['name'])} {badge}</h3>"
    return Html(
        f'<section class="chart">{head}{blocks.picture(figure, alt)}{blocks.paragraph(row["why"])}</section>'
    )


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


def missing_section(
    card: pd.DataFrame,
    targets: pd.DataFrame,
    series: pd.DataFrame,
    indicators: pd.DataFrame,
    lang: str,
) -> Html:
    """What has to be collected, and where it is kept, for each target without own figures."""
    head = blocks.heading(text("report.missing_head", lang), 2, "missing")
    lacking = card[~card["status"].isin([*JUDGED, "superseded"])][["target_id", "name"]]
    if lacking.empty:
        return blocks.join(head, blocks.paragraph(text("report.missing_none", lang)))
    rows = lacking.merge(targets[["target_id", "indicator"]], on="target_id")
    rows = rows.merge(indicators, on="indicator").merge(
        series, on="target_id", suffixes=("", "_series")
    )
    shown = pd.DataFrame(
        {
            "name": rows["name"],
            "unit": [unit_word(unit, lang) for unit in rows["unit"]],
            "collect": rows[f"reason_{lang}"],
            "ask": rows[f"ask_{lang}"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    return blocks.join(
        head,
        blocks.paragraph(text("report.missing_note", lang), "small"),
        blocks.table(shown, headers),
    )


def sources_section(
    observations: pd.DataFrame,
    sources: pd.DataFrame,
    indicators: pd.DataFrame,
    areas: pd.DataFrame,
    lang: str,
) -> Html:
    """Every figure used with its source row."""
    head = blocks.heading(text("report.sources_head", lang), 2, "sources")
    if observations.empty:
        return blocks.join(head, blocks.paragraph(text("report.sources_none", lang)))
    printed = sources.set_index("source")
    rows = pd.DataFrame(
        {
            "indicator": observations["indicator"].map(
                indicators.set_index("indicator")[f"name_{lang}"]
            ),
            "area": observations["area"].map(areas.set_index("area")[f"name_{lang}"]),
            "year": observations["year"],
            "value": [number(v) for v in observations["value"]],
            "unit": [unit_word(unit, lang) for unit in observations["unit"]],
            "obs_status": [text(f"report.{s}", lang) for s in observations["obs_status"]],
            "source": observations["source"].map(printed["title"]).fillna(observations["source"]),
            "trust": observations["source"].map(printed["trust_class"]),
            "place": _places(observations),
            "note": _notes(observations, lang),
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in rows.columns}
    note = blocks.paragraph(text("report.sources_note", lang), "small")
    return blocks.join(head, note, blocks.table(rows, headers, kind="small"))


def _places(observations: pd.DataFrame) -> list[str]:
    if "file" not in observations:
        return [""] * len(observations)
    places = zip(observations["file"], observations["line"], strict=True)
    return ["" if pd.isna(file) else f"{file}:{line}" for file, line in places]


def _notes(observations: pd.DataFrame, lang: str) -> pd.Series:
    """Notes in this language; a user's own file has one note for both."""
    if lang == "zh" and "note_zh" in observations:
        return (
            observations["note_zh"]
            .fillna("")
            .where(observations["note_zh"].fillna("") != "", observations["note"])
        )
    return observations["note"]


def method_section(
    about: dict[str, Any], trajectories: pd.DataFrame, method: str, lang: str
) -> Html:
    """How it was computed, and how the plan itself says it is tracked."""
    version = trajectories["method_version"].iloc[0] if len(trajectories) else "—"
    return blocks.join(
        blocks.heading(text("report.method_head", lang), 2, "method"),
        blocks.paragraph(text("report.method_text", lang, method=method, version=version)),
        blocks.paragraph(text("report.method_reference", lang)),
        blocks.heading(text("report.tracking_head", lang), 3),
        blocks.paragraph(about[f"tracking_{lang}"]),
    )
