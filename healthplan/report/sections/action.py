"""What would close the gap: things to order, and what each pace would bring."""

from __future__ import annotations

import pandas as pd

from healthplan.figures import scenario_chart
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.resources import whole
from healthplan.wording import unit_word


def things_section(things: pd.DataFrame, card: pd.DataFrame, lang: str) -> Html:
    """People, beds and places to add, or events to avoid, for each target where they can be counted.

    Empty where no target has figures of the district's own with a known denominator.
    """
    if things.empty:
        return Html("")
    rows = things.merge(card[["target_id", "name", "goal", "deadline"]], on="target_id")
    rows = rows[rows["to_add"] > 0].sort_values("to_add", ascending=False, kind="stable")
    head = blocks.heading(text("report.things_head", lang), 2, "things")
    if rows.empty:
        return blocks.join(head, blocks.paragraph(text("report.things_none", lang)))
    shown = pd.DataFrame(
        {
            "name": rows["name"],
            "goal": rows["goal"],
            "deadline": rows["deadline"],
            "to_add": [_amount(r, "to_add", lang) for r in rows.to_dict("records")],
            "owed_to_gap": [_amount(r, "owed_to_gap", lang) for r in rows.to_dict("records")],
            "owed_to_population": [
                _amount(r, "owed_to_population", lang) for r in rows.to_dict("records")
            ],
            "per_year": [_amount(r, "per_year", lang) for r in rows.to_dict("records")],
            "per_quarter": [_amount(r, "per_quarter", lang) for r in rows.to_dict("records")],
            "why": rows[f"why_{lang}"],
        }
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    note = blocks.paragraph(text("report.things_note", lang), "small")
    return blocks.join(head, note, blocks.table(shown, headers))


def _amount(row: dict, column: str, lang: str) -> str:
    """Whole things with their measure word; missing stays a dash."""
    if pd.isna(row[column]):
        return ""
    sign = "−" if row[column] < 0 else ""
    amount = f"{sign}{whole(abs(row[column])):,}"
    unit = unit_word(row["unit"], lang)
    return f"{amount}{unit}" if lang == "zh" else f"{amount} {unit}".rstrip()


def scenarios_section(
    scenarios: pd.DataFrame,
    card: pd.DataFrame,
    gaps: pd.DataFrame,
    indicators: pd.DataFrame,
    lang: str,
    *,
    synthetic: bool = False,
) -> Html:
    """What each pace would bring by the deadline: one table of all targets, a picture for those not on course."""
    if scenarios.empty:
        return Html("")
    end = scenarios[scenarios["at_deadline"]].merge(card[["target_id", "name"]], on="target_id")
    words = [text(f"report.scenario_{s}", lang) for s in end["scenario"]]
    met = [text("report.yes" if m else "report.no", lang) for m in end["met"]]
    shown = pd.DataFrame(
        {"name": end["name"], "scenario": words, "met": met, "why": end[f"why_{lang}"]}
    )
    headers = {c: text(f"report.col_{c}", lang) for c in shown.columns}
    head = blocks.heading(text("report.scenarios_head", lang), 2, "scenarios")
    note = blocks.paragraph(text("report.scenarios_note", lang), "small")
    pictures = [
        _picture(target, rows, gaps, indicators, name, lang, synthetic)
        for target, name, rows in _pictured(scenarios, card)
    ]
    return blocks.join(head, note, *pictures, blocks.table(shown, headers))


def _pictured(scenarios: pd.DataFrame, card: pd.DataFrame):
    """The targets whose scenarios differ in what they lead to: there the choice of pace decides."""
    open_ones = card[card["status"].isin(("off_course", "at_risk"))]
    for record in open_ones.to_dict("records"):
        rows = scenarios[scenarios["target_id"] == record["target_id"]]
        if rows["scenario"].nunique() > 2:
            yield record["target_id"], record["name"], rows


def _picture(target, rows, gaps, indicators, name, lang, synthetic) -> Html:
    gap = gaps[gaps["target_id"] == target].iloc[0]
    unit = indicators.set_index("indicator").loc[gap["data_indicator"], "unit"]
    figure = scenario_chart(
        rows,
        goal=gap["goal_low"] if pd.notna(gap["goal_low"]) else gap["goal_high"],
        axis_label=text("figures.value_axis", lang, name=name, unit=unit_word(unit, lang)),
        lang=lang,
        synthetic=synthetic,
    )
    alt = text("figures.alt_scenarios", lang, name=name)
    return Html(
        f'<section class="chart"><h3>{blocks.cell(name)}</h3>{blocks.picture(figure, alt)}</section>'
    )
