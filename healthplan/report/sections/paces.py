"""What each pace would bring."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from healthplan.figures import scenario_chart
from healthplan.language.phrases import number, quantity, unit_word
from healthplan.messages import text
from healthplan.registers import load_areas
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.tables import SCENARIO_WORDS


def scenarios_section(
    scenarios: pd.DataFrame,
    card: pd.DataFrame,
    gaps: pd.DataFrame,
    indicators: pd.DataFrame,
    lang: str,
    *,
    synthetic: bool = False,
    areas: pd.DataFrame | None = None,
) -> Html:
    """What each pace would bring by the deadline: one table of all targets, a picture for those not on course.
    A pace that another area had is shown with that area's name (from ``areas``, else the register)."""
    if scenarios.empty:
        return Html("")
    head = blocks.heading(text("report.scenarios_head", lang), 2, "scenarios")
    note = blocks.paragraph(text("report.scenarios_note", lang), "small")
    pictures = [
        _picture(record, rows, gaps, indicators, lang, synthetic)
        for record, rows in _pictured(scenarios, card)
    ]
    places = (load_areas() if areas is None else areas).set_index("area")[f"name_{lang}"]
    return blocks.join(
        head, note, _table(scenarios, card, gaps, indicators, lang, places), *pictures
    )


def _table(scenarios, card, gaps, indicators, lang: str, places: pd.Series) -> Html:
    """A row a target, a column a pace: the value it leads to, whether that meets the goal, and the pace."""
    peer = scenarios["pace_area"].where(scenarios["scenario"] == "best_peer", "")
    end = scenarios.assign(who=peer.map(places).fillna(peer))[scenarios["at_deadline"]]
    units = _units(gaps, indicators)
    present = [word for word in SCENARIO_WORDS if (end["scenario"] == word).any()]
    cells = {
        (r["target_id"], r["scenario"]): _cell(r, units.get(r["target_id"], ""), lang)
        for r in end.to_dict("records")
    }
    rows = card[card["target_id"].isin(end["target_id"])]
    shown = pd.DataFrame(
        {
            "name": rows["name"],
            "goal": [_goal(r) for r in rows.to_dict("records")],
            **{
                w: [cells.get((t, w), blocks.PLACEHOLDER) for t in rows["target_id"]]
                for w in present
            },
        }
    )
    headers = {"name": text("report.col_name", lang), "goal": text("report.col_goal_by", lang)}
    headers |= {word: text(f"report.scenario_{word}", lang) for word in present}
    return blocks.table(shown, headers, raw=("goal", *present), kind="paces")


def _goal(row: dict[Any, Any]) -> str:
    return f"{blocks.cell(row['goal'])}<br><small>{blocks.cell(row['deadline'])}</small>"


def _cell(row: dict[Any, Any], unit: str, lang: str) -> str:
    """The value, whether it meets the goal, and the pace that leads there."""
    value = blocks.cell(quantity(row["value"], unit, lang))
    word = text("report.meets" if row["met"] else "report.falls_short", lang)
    mark = f'<span class="{"yes" if row["met"] else "no"}">{blocks.cell(word)}</span>'
    pace = _pace(row, unit, lang)
    return f"{value} {mark}" + (f"<br><small>{blocks.cell(pace)}</small>" if pace else "")


def _pace(row: dict[Any, Any], unit: str, lang: str) -> str:
    if pd.isna(row["rate"]):
        return ""
    sign = "−" if row["rate"] < 0 else "+"
    size = abs(row["rate"])
    if row["rate_kind"] == "percent":
        words = f"{number(size)}%"
    elif unit == "%":
        words = text("scorecard.points", lang, value=number(size))
    else:
        words = quantity(size, unit, lang)
    pace = text("report.a_year", lang, rate=f"{sign}{words}")
    if pd.isna(row["pace_from"]):
        return pace
    years = f"{int(row['pace_from'])}–{int(row['pace_to'])}"
    years = f"{row['who']} {years}" if row["who"] else years
    return text("report.pace_of", lang, pace=pace, years=years)


def _units(gaps: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, str]:
    units = gaps["data_indicator"].map(indicators.set_index("indicator")["unit"]).fillna("")
    return dict(zip(gaps["target_id"], units, strict=True))


def _pictured(scenarios: pd.DataFrame, card: pd.DataFrame) -> Iterator[tuple[dict, pd.DataFrame]]:
    """The targets whose scenarios differ in what they lead to: there the choice of pace decides."""
    open_ones = card[card["status"].isin(("off_course", "at_risk"))]
    for record in open_ones.to_dict("records"):
        rows = scenarios[scenarios["target_id"] == record["target_id"]]
        if rows["scenario"].nunique() > 2:
            yield record, rows


def _picture(record: dict[Any, Any], rows, gaps, indicators, lang: str, synthetic: bool) -> Html:
    gap = gaps[gaps["target_id"] == record["target_id"]].iloc[0]
    about = indicators.set_index("indicator").loc[gap["data_indicator"]]
    unit = unit_word(about["unit"], lang) or text("figures.number", lang)
    figure = scenario_chart(
        rows,
        goal=gap["goal_low"] if pd.notna(gap["goal_low"]) else gap["goal_high"],
        goal_label=text("figures.target", lang, goal=record["goal"]),
        axis_label=text("figures.value_axis", lang, name=about[f"name_{lang}"], unit=unit),
        lang=lang,
        synthetic=synthetic,
    )
    alt = text("figures.alt_scenarios", lang, name=record["name"])
    head = f"<h3>{blocks.cell(record['name'])}</h3>"
    return Html(f'<section class="chart half">{head}{blocks.picture(figure, alt)}</section>')
