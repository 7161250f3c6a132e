"""All goals by probability, what cannot be judged, and small multiples."""

from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.figures.goal import spark
from healthplan.judging.outlook import as_judged
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.requests import requests
from healthplan.report.sections.sources import answers

JUDGED = tables.STANDINGS[:3]
MOVED = 0.03  # a probability that moved by less is drawn as standing still
Row = dict[Any, Any]


def overview(seen: PlanView) -> Html:
    """All goals by probability, and small multiples; empty where nothing is judged."""
    rows, lang = seen.brief, seen.lang
    judged = rows[rows["standing"].isin(JUDGED)]
    if judged.empty:
        return Html("")
    counts = {name: int((rows["standing"] == name).sum()) for name in JUDGED}
    year = {} if seen.earlier is None else {"year": seen.earlier[0]}
    fields = {
        "title": text("overview.h1", lang, judged=len(judged), **counts),
        "read": text("overview.read" if year else "overview.read_first", lang, **year),
        "groups": [_group(name, judged[judged["standing"] == name], lang) for name in JUDGED if counts[name]],
        "open": _open(seen, rows[rows["standing"] == "open"]),
        "small": _small(seen, judged),
    }
    return blocks.rendered("overview", lang, **fields)


def _group(name: str, rows: pd.DataFrame, lang: str) -> dict[str, Any]:
    """The goals of one standing, the least likely first; those without a probability last."""
    order = rows.assign(none=rows["chance"].isna()).sort_values(["none", "chance"], kind="stable")
    words = text("overview.group", lang, name=text(f"brief.standing_{name}", lang), count=len(rows))
    return {"standing": name, "words": words, "rows": [_line(row, lang) for row in order.to_dict("records")]}


def _line(row: Row, lang: str) -> dict[str, Any]:
    chance, before = row["chance"], row["chance_before"]
    told = pd.notna(chance)
    moved = told and pd.notna(before) and abs(chance - before) >= MOVED
    space = "" if lang == "zh" or row["gap_unit"] == "‰" else " "
    gap = f"{row['gap_value']}{space}{row['gap_unit']}".strip()
    nothing = text("overview.no_chance" if row["status"] in ("met", "missed") else "overview.none_given", lang)
    return {
        "id": row["target_id"],
        "name": row["name"],
        "standing": row["standing"],
        "at": round(100 * chance, 1) if told else None,
        "before": round(100 * before, 1) if moved else None,
        "chance": row["chance_word"] or nothing,
        "gap": gap,
        "things": row["gap_things"],
        "speed": row["speed"],
    }


def _open(seen: PlanView, rows: pd.DataFrame) -> list[dict[str, str]]:
    """What cannot be judged: what is missing, whom to ask."""
    kept = answers(seen).set_index("target_id")["office"].to_dict()
    whom = kept | requests(seen).set_index("target_id")["addressee"].to_dict()
    return [
        {"id": r["target_id"], "name": r["name"], "goal": f"{r['goal']} · {r['deadline']}".strip(" ·"), "missing": r["status_word"],
         "ask": whom.get(r["target_id"], "") or r["lead"]}
        for r in rows.to_dict("records")
    ]  # fmt: skip


def _small(seen: PlanView, rows: pd.DataFrame) -> list[dict[str, Any]]:
    """A small picture of each goal that has a series; those on the same events once."""
    if seen.charts.empty:
        return []
    drawn = {row["target_id"]: row for row in seen.charts.to_dict("records")}
    made = []
    for row in rows[rows["card"] == rows["target_id"]].to_dict("records"):
        one = row["target_id"]
        if one not in drawn:
            continue
        chart = drawn[one]
        figure = spark(chart, as_judged(seen.shown_trajectories, chart), row["standing"])
        shown = [row["now_value"].replace("\n", " "), row["then"] if row["status"] not in ("met", "missed") else ""]
        made.append(row | {"picture": blocks.svg(figure, f"small-{one}"), "course": [one for one in shown if one]})
    return made
