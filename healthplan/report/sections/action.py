"""What would close the gap: things to order, and where each pace leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.figures.goal import scenario_chart
from healthplan.judging.things import in_whole
from healthplan.language import units
from healthplan.language.phrases import number, points, quantity
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.tables import SCENARIO_WORDS

if TYPE_CHECKING:
    from healthplan.line import PlanView

AMOUNTS = ("required", "stock", "to_add", "beyond_projection", "owed_to_gap", "owed_to_population")
PARTS = ("owed_to_gap", "owed_to_population")
PACES = ("per_year", "per_quarter")


def things(seen: PlanView) -> Html:
    """People, beds and places to add, or events to avoid, for each target where they can be counted.

    Empty where no target has figures of the district's own with a known denominator. A goal that is met only
    because there are fewer people stands here too, although nothing is to be added.
    """
    found, lang = seen.things(), seen.lang
    if found.empty:
        return Html("")
    rows = found.merge(seen.card[["target_id", "name", "goal", "deadline"]], on="target_id")
    rows = rows[(rows["to_add"] > 0) | (rows["beyond_projection"] > 0) | rows["met_by_shrinking"]]
    rows = rows.sort_values("to_add", ascending=False, kind="stable")
    head = blocks.head("things", lang)
    if rows.empty:
        return blocks.join(head, blocks.said("things_none", lang))
    groups = [
        (text(f"report.things_{what}", lang), _shown(part, lang))
        for what in ("add", "avoid")
        if len(part := rows[rows["what"] == what])
    ]
    columns = ("name", *AMOUNTS, *PACES, "note")
    headers = {c: text(f"report.col_{c}", lang) for c in columns}
    table = blocks.grouped_table(groups, headers, raw=("name",), kind="things")
    return blocks.join(head, blocks.small("things_note", lang), table)


def _shown(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    records = [{**row, **in_whole(row)} for row in rows.to_dict("records")]
    goals = [" · ".join(r[c] or blocks.PLACEHOLDER for c in ("goal", "deadline")) for r in records]
    names = [blocks.name_and(r["name"], goal) for r, goal in zip(records, goals, strict=True)]
    amounts = {c: [_amount(r, c, lang) for r in records] for c in (*AMOUNTS, *PACES)}
    return pd.DataFrame({"name": names, **amounts, "note": [_remarks(r, lang) for r in records]})


def _amount(row: dict[Any, Any], column: str, lang: str) -> str:
    """Whole things with their measure word; missing stays a dash, and so do the parts of a need that there is not."""
    amount = row[column]
    if pd.isna(amount) or (column in PARTS and not _in_parts(row)):
        return ""
    if column == "owed_to_gap" and amount <= 0:
        return ""  # a surplus closes no gap
    sign = "−" if amount < 0 else ""
    return units.written(f"{sign}{abs(amount):,}", row["unit"], lang)


def _in_parts(row: dict[Any, Any]) -> bool:
    """Whether the need from today is told in its parts: where there is one, or fewer people alone do away with it."""
    return bool(row["to_add"] > 0 or row["met_by_shrinking"])


def _remarks(row: dict[Any, Any], lang: str) -> str:
    """What has to be known about the numbers of a row."""
    if row["what"] == "avoid":
        return ""
    found = {
        "shrinking": row["met_by_shrinking"],
        "share": row["owed_to_gap"] > 0 and not _in_parts(row),
        "surplus": row["owed_to_gap"] < 0 and row["to_add"] > 0,
        "population": not row["population_projected"],
        "leavers": not row["leavers_known"] and row["to_add"] > 0,
    }
    spare = units.written(f"{abs(row['owed_to_gap']):,}", row["unit"], lang)
    said = [text(f"report.remark_{n}", lang, spare=spare) for n, holds in found.items() if holds]
    return text("report.semicolon", lang).join(said)


def scenarios(seen: PlanView) -> Html:
    """What each pace would bring by the deadline: one table of all targets, a picture for those not on course."""
    paces, lang = seen.scenarios(), seen.lang
    if paces.empty:
        return Html("")
    # Pictures of the targets whose scenarios differ in what they lead to: there the choice of pace decides.
    kinds = paces.groupby("target_id")["scenario"].nunique()
    shown = seen.card["status"].isin(("off_course", "at_risk"))
    shown &= seen.card["target_id"].isin(kinds[kinds > 2].index)
    pictures = [_picture(record, paces, seen) for record in seen.card[shown].to_dict("records")]
    head, note = blocks.head("scenarios", lang), blocks.small("scenarios_note", lang)
    return blocks.join(head, note, _table(paces, seen), *pictures)


def _table(paces: pd.DataFrame, seen: PlanView) -> Html:
    """A row a target, a column a pace: the value it leads to, whether that meets the goal, and the pace."""
    end, lang = paces[paces["at_deadline"]], seen.lang
    unit = seen.written_units()
    present = [word for word in SCENARIO_WORDS if (end["scenario"] == word).any()]
    cells = {(r["target_id"], r["scenario"]): _cell(r, unit[r["target_id"]], seen) for r in end.to_dict("records")}
    rows = seen.card[seen.card["target_id"].isin(end["target_id"])]
    paced = {w: [cells.get((t, w), blocks.PLACEHOLDER) for t in rows["target_id"]] for w in present}
    goals = map(blocks.name_and, rows["goal"], rows["deadline"])
    shown = pd.DataFrame({"name": rows["name"], "goal": list(goals), **paced})
    headers = {"name": text("report.col_name", lang), "goal": text("report.col_goal_by", lang)}
    headers |= {word: text(f"report.scenario_{word}", lang) for word in present}
    return blocks.table(shown, headers, raw=("goal", *present), kind="paces")


def _cell(row: dict[Any, Any], unit: str, seen: PlanView) -> str:
    """The value, whether it meets the goal, and the pace that leads there."""
    value = blocks.cell(quantity(row["value"], unit, seen.lang))
    word = text("report.meets" if row["met"] else "report.falls_short", seen.lang)
    mark = f'<span class="{"yes" if row["met"] else "no"}">{blocks.cell(word)}</span>'
    pace = _pace(row, unit, seen)
    return f"{value} {mark}" + (f"<br><small>{blocks.cell(pace)}</small>" if pace else "")


def _pace(row: dict[Any, Any], unit: str, seen: PlanView) -> str:
    """The change a year; of a best pace also when, and of a peer's who had it."""
    lang, rate = seen.lang, row["rate"]
    if pd.isna(rate):
        return ""
    percent = row["rate_kind"] == "percent"
    size = f"{number(abs(rate))}%" if percent else points(abs(rate), unit, lang)
    pace = text("report.a_year", lang, rate=f"{'−' if rate < 0 else '+'}{size}")
    if pd.isna(row["pace_from"]):
        return pace
    who = seen.area_name(row["pace_area"]) if row["scenario"] == "best_peer" else ""
    years = f"{who} {int(row['pace_from'])}–{int(row['pace_to'])}".strip()
    return text("report.pace_of", lang, pace=pace, years=years)


def _picture(record: dict[Any, Any], paces: pd.DataFrame, seen: PlanView) -> Html:
    lang = seen.lang
    gap = seen.gaps[seen.gaps["target_id"] == record["target_id"]].iloc[0]
    indicator = gap["data_indicator"]
    unit = units.word(seen.unit(indicator), lang) or text("figures.number", lang)
    own = paces[paces["target_id"] == record["target_id"]]
    peers = own.loc[own["scenario"] == "best_peer", "pace_area"]
    figure = scenario_chart(
        own,
        goal=gap["goal_low"] if pd.notna(gap["goal_low"]) else gap["goal_high"],
        goal_label=text("figures.target", lang, goal=record["goal"]),
        axis_label=text("figures.value_axis", lang, name=seen.indicator_name(indicator), unit=unit),
        peer=seen.area_name(peers.iloc[0]) if len(peers) else "",
        lang=lang,
        synthetic=seen.synthetic,
    )
    alt = text("figures.alt_scenarios", lang, name=record["name"])
    return blocks.chart(blocks.heading(record["name"], 3), figure, alt, kind="chart half")
