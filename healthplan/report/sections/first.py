"""What a leader does first: the few most urgent targets, the reference's word, the one list to ask for."""

from __future__ import annotations

from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.language.phrases import number, quantity
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.cards import URGENT, cards

TOP = 5  # so many urgent targets stand on the first page; the others are in the scorecard
NAMED = 6  # so many targets are named in a sentence
OPEN = tables.statuses("open")  # a figure would decide these


def urgent(card: pd.DataFrame, gaps: pd.DataFrame, lang: str) -> Html:
    """The few targets that need action first: worst status first, within it the least likely to be met."""
    head = blocks.heading(text("report.urgent_head", lang), 3, "urgent")
    rows = _in_order(card, gaps)
    if rows.empty:
        return blocks.join(head, *_nothing_urgent(card, lang))
    shown = ("target", "goal", "now", "outlook", "gap", "status_word", "flip")
    table = cards(rows.head(TOP), shown, lang, brief=True)
    rest = len(rows) - TOP
    more = blocks.paragraph(text("report.urgent_more", lang, count=rest), "small")
    return blocks.join(head, table, *([more] if rest > 0 else []))


def _in_order(card: pd.DataFrame, gaps: pd.DataFrame) -> pd.DataFrame:
    known = gaps[["target_id", "probability_met"]]
    rows = card[card["status"].isin(URGENT)].merge(known, on="target_id")
    return blocks.status_order(rows.sort_values("probability_met", kind="stable"))


def _nothing_urgent(card: pd.DataFrame, lang: str) -> list[Html]:
    """What to do where no target calls for action on figures of its own."""
    counts = card["status"].value_counts()
    judged = len(card) - sum(int(counts.get(s, 0)) for s in tables.statuses("told"))
    words = [text("report.urgent_none" if judged else "report.urgent_unknown", lang)]
    if n := int(counts.get("conflicting", 0)):
        words.append(text("report.urgent_conflicts", lang, count=n))
    return [blocks.paragraph(w) for w in words]


def reference_table(
    card: pd.DataFrame, gaps: pd.DataFrame, indicators: pd.DataFrame, areas: pd.DataFrame, lang: str
) -> Html:
    """What the larger areas' figures say, on the first page but apart from the district's own."""
    columns = ["target_id", "reference_area", "reference_year", "reference_value",
               "reference_projected", "reference_lower_95", "reference_upper_95", "data_indicator", "deadline_year"]  # fmt: skip
    known = gaps[(gaps["basis"] == "reference") & gaps["reference_value"].notna()][columns]
    rows = card[card["status"].isin(["reference_only", "due_unconfirmed"])]
    rows = rows.merge(known, on="target_id")
    if rows.empty:
        return Html("")
    about, names = (
        indicators.set_index("indicator")["unit"],
        areas.set_index("area")[f"name_{lang}"],
    )
    records = rows.to_dict("records")
    shown = pd.DataFrame(
        {
            "name": rows["name"],
            "goal_by": [f"{r['goal']}\n{r['deadline']}" for r in records],
            "reference_area": [
                names.get(r["reference_area"], r["reference_area"]) for r in records
            ],
            "reference_now": [_reference_now(r, about[r["data_indicator"]], lang) for r in records],
            "reference_then": [
                _reference_then(r, about[r["data_indicator"]], lang) for r in records
            ],
            "reference_gap": rows["gap"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    return blocks.join(
        blocks.heading(text("report.reference_head", lang), 3, "reference"),
        blocks.table(shown, headers, kind="reference"),
    )


def _reference_now(row: dict[Any, Any], unit: str, lang: str) -> str:
    value = quantity(row["reference_value"], unit, lang)
    return text("scorecard.value_year", lang, value=value, year=int(row["reference_year"]))


def _reference_then(row: dict[Any, Any], unit: str, lang: str) -> str:
    known = row["deadline_year"] == row["reference_year"]
    if known or pd.isna(row["reference_projected"]):
        return text(f"report.reference_{'same' if known else 'unknown'}", lang)
    value = quantity(row["reference_projected"], unit, lang)
    low, high = number(row["reference_lower_95"]), number(row["reference_upper_95"])
    return text("scorecard.outlook", lang, value=value, low=low, high=high)


def collect_first(
    card: pd.DataFrame, targets: pd.DataFrame, indicators: pd.DataFrame, lang: str
) -> Html:
    """What cannot be judged, and the one place whose figures would decide the most targets."""
    places = asked(card, targets, indicators, lang)
    if places.empty:
        return Html("")
    first = places.iloc[0]
    names = first["names"]
    listed = text("scorecard.list_comma", lang).join(names[:NAMED])
    words = text(
        "report.collect_first", lang,
        open=int(places["count"].sum()), ask=first["ask"], count=first["count"],
        names=text("report.and_others", lang, names=listed) if len(names) > NAMED else listed,
    )  # fmt: skip
    return blocks.join(
        blocks.heading(text("report.collect_head", lang), 3, "collect"), blocks.paragraph(words)
    )


def asked(
    card: pd.DataFrame, targets: pd.DataFrame, indicators: pd.DataFrame, lang: str
) -> pd.DataFrame:
    """Where the missing figures are kept, the place that would decide the most targets first.

    Columns: ask (the place), count, names (of its targets), indicators (their ids). Of two places with as many
    targets the one whose first target comes earlier in the plan is first.
    """
    lacking = card[card["status"].isin(OPEN)][["target_id", "name"]]
    rows = lacking.merge(targets[["target_id", "indicator"]], on="target_id")
    about = indicators.set_index("indicator")[f"ask_{lang}"]
    rows["ask"] = rows["indicator"].map(about).fillna("")
    rows.loc[rows["ask"] == "", "ask"] = text("gaps.ask_unknown", lang)
    places = rows.groupby("ask", sort=False).agg(
        count=("target_id", "size"), names=("name", list), indicators=("indicator", list)
    )
    return places.reset_index().sort_values("count", ascending=False, kind="stable")
