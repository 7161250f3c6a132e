"""What the plan promises without a number, and where it contradicts itself."""

import pandas as pd

from healthplan import tables
from healthplan.figures.overview import milestone_calendar
from healthplan.judging import deadlines
from healthplan.language.dates import on, when
from healthplan.language.places import place
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.registers import departments
from healthplan.report import blocks
from healthplan.report.blocks import Html

SHOWN = ("deadline", "deliverable", "departments", "wording", "locator", "done")
PLACES = 4  # a finding about more places names so many
LISTED = ("two_values", "two_dates", "dated_once", "two_dates_of_deliverable", "two_steps")


def milestones(seen: PlanView) -> Html:
    """Deliverables by deadline, then by leading department; deadlines up to the end of the year of the figures are
    past and say so."""
    lang, promised = seen.lang, seen.tables.milestones
    head = blocks.head("milestones", lang)
    if promised.empty:
        return blocks.join(head, blocks.said("milestones_none", lang))
    rows = _in_order(seen)
    shown = SHOWN if (rows["departments"] != "").any() else SHOWN[:2] + SHOWN[3:]
    pieces = [head, blocks.said("milestones_note", lang)]
    if past := int(rows["past"].sum()):
        pieces.append(blocks.said("milestones_past", lang, day=on(seen.gone, lang), past=past, all=len(rows)))
    if len(set(rows["deadline"])) > 1:
        pieces.append(_calendar(rows, seen))
    return blocks.join(*pieces, blocks.worded(rows, lang, shown, kind="deliverables"))


def _calendar(rows: pd.DataFrame, seen: PlanView) -> Html:
    """A bar from the plan's start to each deadline, by leading department."""
    lang, start = seen.lang, float(seen.tables.about["period_start"] or seen.tables.about["published_year"]) - 1
    spans = rows.assign(end=rows["order"], words=rows["deadline"])
    spans = spans.groupby(["lead", "end", "words"], sort=False).size().reset_index(name="count")
    most = spans.groupby("lead")["count"].transform("sum")
    spans = spans.assign(most=most).sort_values(["most", "lead", "end"], ascending=[False, True, True], kind="stable")
    gone, now = deadlines.moment(seen.gone), text("figures.until", lang, day=on(seen.gone, lang))
    figure = milestone_calendar(spans, start=start, gone=gone, now=now, lang=lang)
    told = [f"{r['lead']} {r['words']} {r['count']}" for r in spans.to_dict("records")]
    said = text("figures.calendar", lang, spans=text("report.semicolon", lang).join(told))
    return blocks.picture(figure, said, "calendar")


def deliverables(seen: PlanView) -> pd.DataFrame:
    """Table *deliverables*."""
    rows = _in_order(seen)
    return tables.check(rows[tables.columns("deliverables")], "deliverables")


def _in_order(seen: PlanView) -> pd.DataFrame:
    milestones, lang = seen.tables.milestones, seen.lang
    order = milestones["deadline"].map(deadlines.in_order)
    past = order <= deadlines.moment(seen.gone)
    due, blank = text("report.to_confirm", lang), text("report.to_fill", lang)
    rows = milestones.assign(
        deliverable=milestones[f"deliverable_{lang}"],
        locator=[place(cell, lang) for cell in milestones["locator"]],
        wording=[text(f"report.{w}", lang) for w in milestones["wording"]],
        departments=[departments(cell, lang) for cell in milestones["departments"]],
        lead=[departments(cell.partition(";")[0], lang) for cell in milestones["departments"]],
        order=order,
        date=milestones["deadline"],
        deadline=_deadlines(milestones, lang),
        past=past,
        done=[due if one else blank for one in past],
    )
    return rows.sort_values(["order", "date", "departments"], kind="stable")


def _deadlines(milestones: pd.DataFrame, lang: str) -> list[str]:
    undated = text("figures.undated", lang)
    return [when(date, lang) or undated for date in milestones["deadline"]]


def conflicts(seen: PlanView) -> Html:
    """Targets and deliverables that the plan states in two ways; what else there is to ask about its own arithmetic."""
    lang = seen.lang
    rows = seen.card[seen.card["status"] == "conflicting"][["name", "goal", "deadline", "locator"]]
    promised = seen.tables.milestones[seen.tables.milestones["state"] == "conflicting"]
    named = {"name": promised[f"deliverable_{lang}"], "goal": text("report.deliverable", lang)}
    named |= {"deadline": _deadlines(promised, lang), "locator": [place(cell, lang) for cell in promised["locator"]]}
    rows = pd.concat([rows, pd.DataFrame(named)], ignore_index=True)
    told = [blocks.said("conflicts_none", lang)]
    if len(rows):
        told = [blocks.small("conflicts_note", lang), blocks.worded(rows, lang)]
    return blocks.join(blocks.head("conflicts", lang), *told, _findings(seen.findings, lang))


def _findings(findings: pd.DataFrame, lang: str) -> Html:
    """What should be asked about the plan's numbers, beyond the pairs listed above."""
    shown = asked_of(findings, lang)
    return blocks.join(blocks.head("findings", lang, 3), blocks.worded(shown, lang)) if len(shown) else Html("")


def asked_of(findings: pd.DataFrame, lang: str) -> pd.DataFrame:
    """The same in words (columns finding, locator); of many places the first few."""
    rows = findings[findings["severity"].isin(["error", "warning"]) & ~findings["finding"].isin(LISTED)]
    places = [cell.split(";") for cell in rows["locator"]]
    words = [place(";".join(named[:PLACES]), lang) for named in places]
    told = [
        text("report.others_places", lang, places=first, count=len(named)) if len(named) > PLACES else first
        for first, named in zip(words, places, strict=True)
    ]
    return pd.DataFrame({"finding": rows[f"message_{lang}"].to_list(), "locator": told})
