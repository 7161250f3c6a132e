"""What would close the gap: staged goals with their schedule (序时进度), the pace of every goal that has one, things to
order, and where each pace leads."""

from typing import Any

import pandas as pd

from healthplan.figures.goal import scenario_chart
from healthplan.judging import deadlines
from healthplan.judging.things import in_whole
from healthplan.language import units
from healthplan.language.phrases import number, points, quantity
from healthplan.line import PlanView
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import dated
from healthplan.tables import SCENARIO_WORDS

AMOUNTS = ("required", "stock", "to_add", "beyond_projection", "owed_to_gap", "owed_to_population")
PARTS = ("owed_to_gap", "owed_to_population")
PACES = ("per_year", "per_quarter")
PICTURES = 30  # so many paces are drawn, what needs action first
QUARTERS = 12  # a longer schedule would not fit a page: then year ends only


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
    kinds = [(what, rows[rows["what"] == what]) for what in ("add", "avoid")]
    groups = [(text(f"report.things_{what}", lang), _shown(part, lang)) for what, part in kinds if len(part)]
    headers = {c: text(f"report.col_{c}", lang) for c in ("name", *AMOUNTS, *PACES, "note")}
    table = blocks.grouped_table(groups, headers, raw=("name",), kind="things")
    return blocks.join(head, blocks.small("things_note", lang), table)


def _shown(rows: pd.DataFrame, lang: str) -> pd.DataFrame:
    records = [{**row, **in_whole(row)} for row in rows.to_dict("records")]
    goals = [" · ".join(r[c] or blocks.PLACEHOLDER for c in ("goal", "deadline")) for r in records]
    names = [blocks.name_and(r["name"], goal) for r, goal in zip(records, goals, strict=True)]
    amounts = {c: [_amount(r, c, lang) for r in records] for c in (*AMOUNTS, "per_year")}
    amounts["per_quarter"] = [a_quarter(r, lang) for r in records]
    return pd.DataFrame({"name": names, **amounts, "note": [_remarks(r, lang) for r in records]})


def _amount(row: dict[Any, Any], column: str, lang: str) -> str:
    """Whole things with their measure word; missing stays a dash, and so do the parts of a need that there is not, and a
    surplus, which closes no gap."""
    amount = row[column]
    if pd.isna(amount) or (column in PARTS and not _in_parts(row)) or (column == "owed_to_gap" and amount <= 0):
        return ""
    return units.written(f"{'−' if amount < 0 else ''}{abs(amount):,}", row["unit"], lang)


def a_quarter(row: dict[Any, Any], lang: str) -> str:
    """A quarter's part of the whole things needed a year, four of which come to them: 47～48人; none of fewer than four."""
    least, rest = (0, 0) if pd.isna(row["per_year"]) else divmod(int(row["per_year"]), 4)
    ends = {"value": f"{least:,}", "high": f"{least + 1:,}"}
    many = text("scorecard.goal_range", lang, **ends) if rest else ends["value"]
    return units.written(many, row["unit"], lang) if least else ""


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
    rows = seen.brief[seen.brief["status"].isin(("off_course", "at_risk"))]
    rows = rows[rows["target_id"].isin(kinds[kinds > 2].index)]
    cards = seen.card.set_index("target_id", drop=False)
    pictures = [_picture(cards.loc[one].to_dict(), paces, seen) for one in rows["target_id"].head(PICTURES)]
    more = len(rows) - len(pictures)
    rest = [blocks.small("scenarios_more", lang, count=more)] if more > 0 else []
    head, note = blocks.head("scenarios", lang), blocks.small("scenarios_note", lang)
    return blocks.join(head, note, _table(paces, seen), *pictures, *rest)


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
    when = {"first": int(row["pace_from"]), "last": int(row["pace_to"])}
    return text("report.pace_of", lang, pace=pace, area=f"{who} " if who and lang == "en" else who, **when)


def _picture(record: dict[Any, Any], paces: pd.DataFrame, seen: PlanView) -> Html:
    lang = seen.lang
    gap = seen.gaps[seen.gaps["target_id"] == record["target_id"]].iloc[0]
    own = paces[paces["target_id"] == record["target_id"]]
    peers = own.loc[own["scenario"] == "best_peer", "pace_area"]
    bar = gap["goal_low"] if pd.notna(gap["goal_low"]) else gap["goal_high"]
    unit = seen.written_units()[record["target_id"]]
    figure = scenario_chart(
        own,
        goal=bar,
        goal_words=text("figures.goal_here", lang, goal=quantity(bar, unit, lang)),
        unit=unit,
        peer=seen.area_name(peers.iloc[0]) if len(peers) else "",
        lang=lang,
    )
    ends = [
        f"{text('report.scenario_' + r['scenario'], lang)} {quantity(r['value'], unit, lang)}"
        for r in own[own["at_deadline"]].to_dict("records")
    ]
    values = text("report.semicolon", lang).join(ends)
    alt = text("figures.alt_scenarios", lang, name=record["name"], values=values)
    return blocks.chart(blocks.heading(record["name"], 3), figure, alt, kind="chart half")


def stages(seen: PlanView) -> Html:
    """Goals set in steps: each step with its place on the way, and what the path asks for quarter by quarter.

    Empty where the plan has no staged goal.
    """
    targets, lang = seen.tables.targets, seen.lang
    staged = targets[targets["stage_of"] != ""]
    if staged.empty:
        return Html("")
    rows = staged.merge(seen.verdicts, on="target_id", suffixes=("", "_gap"))
    told = seen.card[["target_id", "goal", "deadline"]]
    rows = rows.merge(told, on="target_id", suffixes=("_raw", ""))
    units = [seen.unit(indicator) for indicator in rows["indicator"]]
    rows = rows.assign(unit=units, order=rows["deadline_raw"].map(deadlines.in_order))
    rows = rows.sort_values(["stage_of", "order"], kind="stable")
    head, note = blocks.head("stages", lang), blocks.small("stages_note", lang)
    return blocks.join(head, note, _steps(rows, lang), _schedule(rows, lang, seen.as_of))


def _steps(rows: pd.DataFrame, lang: str) -> Html:
    records = rows.to_dict("records")
    due = [on_schedule(r, lang) for r in records]
    shown = {
        "name": rows[f"name_{lang}"],
        "goal": rows["goal"],
        "deadline": rows["deadline"],
        "stage": [text(f"report.stage_{r['stage'] or 'later'}", lang) for r in records],
        "now": [dated(r, "latest", lang) or text("scorecard.no_own", lang) for r in records],
        **({"schedule": due} if any(due) else {}),
        "status_word": [blocks.status_badge(r["status"], lang) for r in records],
    }
    return blocks.worded(shown, lang, raw=("status_word",))


def on_schedule(row: dict[Any, Any], lang: str) -> str:
    """What the path asked for at the latest figure, and how far ahead or behind that figure is."""
    if pd.isna(row["schedule_value"]):
        return ""
    asked = quantity(row["schedule_value"], row["unit"], lang)
    short = row["schedule_gap"]
    key = "behind" if short > 0 else "ahead" if short < 0 else "level"
    gap = points(abs(short), row["unit"], lang)
    return text(f"report.schedule_{key}", lang, asked=asked, gap=gap)


def _schedule(rows: pd.DataFrame, lang: str, as_of: int) -> Html:
    """What the straight path between the steps asks for at the end of each quarter still to come; steps that are
    superseded or not settled are on no path."""
    paths = {}
    for _, own in rows[rows["state"] == "current"].groupby("stage_of", sort=False):
        found = deadlines.quarters(deadlines.path(own.assign(deadline=own["deadline_raw"]), _start(own)))
        found = found[found["at"] >= as_of] if (found["at"] > as_of).any() else found.head(0)
        if len(found) > QUARTERS:
            found = found[found["at"] % 1 == 0]
        unit = own["unit"].iloc[0]
        asked = [quantity(value, unit, lang) for value in found["value"]]
        paths[own[f"name_{lang}"].iloc[-1]] = dict(zip(found["quarter"], asked, strict=True))
    quarters = sorted({q for path in paths.values() for q in path})
    if not quarters:
        return Html("")
    frame = pd.DataFrame([{"name": name, **{q: path.get(q, "") for q in quarters}} for name, path in paths.items()])
    parts = {name: dict(zip(("year", "quarter"), name.split("-Q"), strict=True)) for name in quarters}
    headers = {"name": text("report.col_name", lang)}
    headers |= {name: text("report.quarter", lang, **part) for name, part in parts.items()}
    return blocks.table(frame, headers, caption=text("report.schedule_caption", lang))


def _start(rows: pd.DataFrame) -> deadlines.Point | None:
    """The known value that the path starts from, where the district has one."""
    known = rows[["base_year", "base_value"]].dropna()
    return None if known.empty else (float(known.iloc[0, 0]), float(known.iloc[0, 1]))


def pace(seen: PlanView) -> Html:
    """The pace so far against the pace needed, on a straight line and as a growth rate, with the cautious class.

    One row a goal that has a pace; empty where none has.
    """
    lang = seen.lang
    rows = seen.verdicts[(seen.verdicts["pace_class"] != "") & (seen.verdicts["rests_on"] != "quarter")]
    rows = rows.merge(seen.card[["target_id", "name"]], on="target_id")
    if rows.empty:
        return Html("")
    records = rows.assign(unit=rows["target_id"].map(seen.written_units())).to_dict("records")
    shown = {
        "name": rows["name"],
        "base": [dated(r, "base", lang) for r in records],
        "schedule": [on_schedule(r, lang) for r in records],
        "pace_linear": [quantity(r["pace_linear"], "", lang) for r in records],
        "pace_geometric": [quantity(r["pace_geometric"], "", lang) for r in records],
        # a goal that is met needs no pace
        "effort": [
            "" if r["pace_class"] == "target_achieved" else quantity(r["remaining_effort"], "", lang) for r in records
        ],
        "observed_rate": [_rate(r, "observed_rate", lang) for r in records],
        "required_rate": [_rate(r, "required_rate", lang) for r in records],
        "pace_class": [_class(r, lang) for r in records],
    }
    table = blocks.worded(shown, lang, kind="small")
    return blocks.join(blocks.head("pace", lang, 3), blocks.small("pace_note", lang), table)


def _rate(row: dict[Any, Any], column: str, lang: str) -> str:
    """A change a year with its sign; shares change in percentage points."""
    if pd.isna(row[column]):
        return ""
    sign = "−" if row[column] < 0 else "+" if row[column] > 0 else ""
    return f"{sign}{points(abs(row[column]), row['unit'], lang)}"


def _class(row: dict[Any, Any], lang: str) -> str:
    """The class in words, and what has to be known about it."""
    words = [text(f"report.class_{row['pace_class']}", lang)]
    flags = [f for f in str(row["pace_flags"] or "").split(";") if f and f != "nan"]
    words += [text(f"report.flag_{flag.replace(' ', '_')}", lang) for flag in flags]
    return text("report.semicolon", lang).join(words)
