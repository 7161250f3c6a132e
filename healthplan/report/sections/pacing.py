"""Staged goals with their schedule (序时进度), and the pace of every goal that has one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.judging import deadlines
from healthplan.language.phrases import points, quantity
from healthplan.messages import text
from healthplan.report import blocks
from healthplan.report.blocks import Html
from healthplan.report.sections.goals import dated

if TYPE_CHECKING:
    from healthplan.line import PlanView

QUARTERS = 12  # a longer schedule would not fit a page: then year ends only


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
    rows["unit"] = [seen.unit(indicator) for indicator in rows["indicator"]]
    rows = rows.assign(order=rows["deadline_raw"].map(deadlines.in_order)).sort_values(
        ["stage_of", "order"], kind="stable"
    )
    return blocks.join(
        blocks.head("stages", lang),
        blocks.small("stages_note", lang),
        _steps(rows, lang),
        _schedule(rows, lang, seen.as_of),
    )


def _steps(rows: pd.DataFrame, lang: str) -> Html:
    records = rows.to_dict("records")
    due = [_due(r, lang) for r in records]
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


def _due(row: dict[Any, Any], lang: str) -> str:
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
    headers = {"name": text("report.col_name", lang)}
    for name in quarters:
        year, _, quarter = name.partition("-Q")
        headers[name] = text("report.quarter", lang, year=year, quarter=quarter)
    return blocks.table(frame, headers, caption=text("report.schedule_caption", lang))


def _start(rows: pd.DataFrame) -> deadlines.Point | None:
    """The known value that the path starts from, where the district has one."""
    known = rows[rows["base_year"].notna() & rows["base_value"].notna()]
    if known.empty:
        return None
    return float(known["base_year"].iloc[0]), float(known["base_value"].iloc[0])


def pace(seen: PlanView) -> Html:
    """The pace so far against the pace needed, on a straight line and as a growth rate, with the cautious class.

    One row a goal that has a pace; empty where none has.
    """
    lang = seen.lang
    rows = seen.verdicts[seen.verdicts["pace_class"] != ""]
    rows = rows.merge(seen.card[["target_id", "name"]], on="target_id")
    if rows.empty:
        return Html("")
    written = seen.written_units()
    units = [written[target] for target in rows["target_id"]]
    records = rows.assign(unit=units).to_dict("records")
    shown = {
        "name": rows["name"],
        "base": [dated(r, "base", lang) for r in records],
        "schedule": [_due(r, lang) for r in records],
        "pace_linear": [quantity(r["pace_linear"], "", lang) for r in records],
        "pace_geometric": [quantity(r["pace_geometric"], "", lang) for r in records],
        "effort": [_effort(r, lang) for r in records],
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


def _effort(row: dict[Any, Any], lang: str) -> str:
    """The pace needed over the pace so far; a goal that is met needs none."""
    met = row["pace_class"] == "target_achieved"
    return "" if met else quantity(row["remaining_effort"], "", lang)


def _class(row: dict[Any, Any], lang: str) -> str:
    """The class in words, and what has to be known about it."""
    words = [text(f"report.class_{row['pace_class']}", lang)]
    flags = [f for f in str(row["pace_flags"] or "").split(";") if f and f != "nan"]
    words += [text(f"report.flag_{flag.replace(' ', '_')}", lang) for flag in flags]
    return text("report.semicolon", lang).join(words)
