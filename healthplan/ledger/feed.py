"""What the quarters give to the plan: returned years as observations, the current year as a nowcast, and the word of goals
that are due within the year.

A figure goes into the plan only as a level of its goal's own indicator: amounts added within a year (新增) say nothing of
the stock, and stay in the ledger.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.language import comparators, units
from healthplan.ledger import chance, figures, quarters, store

CLOSED = "close"  # the file name of the office's own return that closes a year, before its year
LEVELS = ("end_value", "average", "hold")
UNDECIDED = ("ahead", "awaiting", "unreported", "not_applicable", "cannot_judge", "not_started")


def closed_years(ledger: store.Ledger) -> list[int]:
    """The years that the office has closed."""
    own = ledger.returns[(ledger.returns["state"] == store.OFFICE) & ledger.returns["file"].str.startswith(CLOSED)]
    return sorted({int(name.split()[-1]) for name in own["file"]})


def closing(plan_id: str, year: int, on: date) -> dict[str, Any]:
    """The row of *returns* by which the office closes a year."""
    made = {"return_id": store.identity(CLOSED, plan_id, year), "file": f"{CLOSED} {year}", "received": on.isoformat()}
    return made | {"state": store.OFFICE, "cells_taken": 0, "cells_refused": 0}


def observations(ledger: store.Ledger, targets: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Table *observations*: the annual figures that departments returned, and of closed years the year's own. ``source``
    names department, sheet and cut-off; ``edition`` is the day on which it came."""
    rows = []
    for task in ledger.tasks.to_dict("records"):
        target = _measured(task, targets)
        if target is None:
            continue
        own = ledger.entries[(ledger.entries["task_id"] == task["task_id"]) & (ledger.entries["field"] == "figure")]
        own = own[own["department"].isin(["", task["lead"]]) | (task["gather"] == "sum_of_units")]
        years = set(own.loc[own["quarter"].str.len() == 4, "quarter"]) | {str(y) for y in closed_years(ledger)}
        for year in sorted(years):
            row = _year(task, target, own, year, ledger)
            rows += [row] if row else []
    found = pd.DataFrame(rows, columns=tables.columns("observations"))
    found = units_of(found, indicators).drop_duplicates(["indicator", "area", "group", "year"], keep="last")
    return tables.check(found, "observations")


def _measured(task: dict[str, Any], targets: pd.DataFrame) -> dict[str, Any] | None:
    """The target whose indicator a task's figure is a level of."""
    mine = targets[targets["target_id"].isin(str(task["source"]).split(";"))].to_dict("records")
    if not mine or mine[0]["comparator"] in comparators.CHANGES or task["kind"] == "stages":
        return None
    return mine[0]


def _year(task: dict, target: dict, own: pd.DataFrame, year: str, ledger: store.Ledger) -> dict[str, Any] | None:
    """A year's figure: the annual one that was returned, else what a closed year's quarters came to."""
    annual = {**task, "year": int(year), "given": "as_of", "kind": "end_value"}
    found = figures.figure(annual, own, year)
    if found.value is None and int(year) in closed_years(ledger):
        found = figures.figure({**task, "year": int(year)}, own, f"{year}Q4")
    if found.value is None or not found.entry_ids:
        return None
    entry = own[own["entry_id"] == found.entry_ids[-1]].iloc[0]
    back = ledger.returns.set_index("return_id").loc[entry["return_id"]]
    source = " ".join(
        filter(None, [entry["department"], entry["quarter"], back["sheet_id"] or back["file"], entry["cut_off"]])
    )
    return {
        "indicator": target["indicator"], "area": target["area"], "group": target.get("group", ""), "year": int(year),
        "period": "", "value": found.value, "unit": task["unit"], "numerator": found.numerator,
        "denominator": found.denominator, "source": source, "obs_status": "estimated" if found.approx else "final",
        "note": f"ledger {task['task_id']} {entry['entry_id']}", "edition": back["received"], "basis": "",
    }  # fmt: skip


def units_of(rows: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The rows in their indicators' units; what cannot be brought there is left out."""
    wanted = rows["indicator"].map(indicators.set_index("indicator")["unit"])
    pairs = zip(rows["value"], rows["unit"], wanted, strict=True)
    values = [_in(v, u, w) if isinstance(w, str) else None for v, u, w in pairs]
    return rows.assign(value=values, unit=wanted)[pd.Series(values, rows.index).notna()]


def at(ledger: store.Ledger, cut_off: str, targets: pd.DataFrame) -> pd.DataFrame:
    """What the newest edition up to a cut-off says of each target: the verdict's columns beside target_id, kind, unit and
    due. Empty where there is none."""
    known = ledger.verdicts[ledger.verdicts["cut_off"].astype("object") <= cut_off]
    return _said(ledger, known[known["quarter"] == known["quarter"].max()], cut_off, targets) if len(known) else known


def by_quarter(ledger: store.Ledger, cut_off: str, targets: pd.DataFrame) -> pd.DataFrame:
    """The same of each quarter of the cut-off's year up to it, in its newest edition; empty where there is none."""
    known = ledger.verdicts[ledger.verdicts["cut_off"].astype("object") <= cut_off]
    known = known[known["quarter"].str[:4] == cut_off[:4]]
    every = [_said(ledger, rows, cut_off, targets) for _, rows in known.groupby("quarter")]
    return pd.concat(every, ignore_index=True) if every else known


def _said(ledger: store.Ledger, known: pd.DataFrame, cut_off: str, targets: pd.DataFrame) -> pd.DataFrame:
    """The newest edition of one quarter's verdicts by target."""
    number = known["edition"].str.split("-").str[-1].astype("int64")
    known = known[number == number.max()]
    tasks = store.tasks_at(ledger, quarters.day(cut_off))[["task_id", "source", "kind", "unit", "due"]]
    rows = known.merge(tasks, on="task_id")
    rows = rows.assign(target_id=rows["source"].str.split(";")).explode("target_id")
    return rows[rows["target_id"].isin(targets["target_id"])].drop_duplicates("target_id").reset_index(drop=True)


def nowcast(said: pd.DataFrame, targets: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Table *observations*: the current year of goals that are due later, from its quarters so far: the year-end figure
    foretold, else the level itself; sums without an earlier year foretell nothing. ``obs_status`` estimated, so that the
    outlook widens."""
    rows = []
    about = targets.set_index("target_id").to_dict("index")
    for one in said.to_dict("records"):
        target = about[one["target_id"]]
        later = target["deadline"][:4] > one["quarter"][:4]
        value = one["middle"] if pd.notna(one["middle"]) else one["to_date"] if one["kind"] in LEVELS else None
        if not later or value is None or pd.isna(value) or target["comparator"] in comparators.CHANGES:
            continue
        rows.append({
            "indicator": target["indicator"], "area": target["area"], "group": target.get("group", ""),
            "year": int(one["quarter"][:4]), "period": "", "value": value, "unit": one["unit"], "source": one["edition"],
            "obs_status": "estimated", "note": f"ledger {one['task_id']} {one['cut_off']}", "edition": one["cut_off"],
        })  # fmt: skip
    found = pd.DataFrame(rows, columns=tables.columns("observations"))
    return tables.check(units_of(found, indicators).drop_duplicates(["indicator", "area", "group"]), "observations")


def status(one: dict[str, Any]) -> str:
    """The status of a goal that is due within the year, from its quarter's verdict (a row of :func:`at`); empty where the
    quarter says nothing. Nothing is green without a chance or a fact; what is reported done waits for its evidence."""
    state, p, over = one["state"], one["p"], one["cut_off"] >= quarters.day(one["due"]).isoformat()
    if state in UNDECIDED:
        return ""
    if one["mark"] == "to_verify":
        return "due_unconfirmed"
    if state in ("overdue", "done_late", "breached", "not_held"):
        return "missed"
    done = state in ("done", "done_early")
    if over or (done and one["kind"] in ("cumulative", "stages")):
        return "met"
    if pd.isna(p):
        return "met_slipping" if done or state in ("holding", "within") else "at_risk"
    if done or state in ("holding", "within"):
        return "met_holding" if p >= chance.SURE else "met_slipping"
    return "on_course" if p >= chance.SURE else "off_course" if p <= chance.UNLIKELY else "at_risk"


def judged(gaps: pd.DataFrame, said: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Table *gaps* with the goals that are due within the quarter's year judged by it (``rests_on`` quarter)."""
    out = gaps.copy()
    unit = indicators.set_index("indicator")["unit"]
    for one in said.to_dict("records"):
        year = int(one["quarter"][:4])
        here = (out["target_id"] == one["target_id"]) & (out["deadline_year"] == year)
        here &= ~out["status"].isin(["superseded", "conflicting"])
        word = status(one)
        if not word or not here.any():
            continue
        wanted = out.loc[here, "data_indicator"].map(unit).fillna(one["unit"]).iloc[0] or one["unit"]
        value, goal, middle = (_in(one[name], one["unit"], wanted) for name in ("to_date", "goal_value", "middle"))
        sign = -1.0 if (one["kind"] == "bound" or _less(out.loc[here])) else 1.0
        short = None if value is None or goal is None else sign * (goal - value)
        row = {
            "status": word, "rests_on": "quarter", "qualifier": "", "why": "quarter", "flip": "flip_quarter",
            "basis": "own", "reason": "", "latest_year": year, "latest_value": value, "needed_from_today": short,
            "projected_value": middle, "projected_lower_95": None, "projected_upper_95": None,
            "gap": short if middle is None or goal is None else sign * (goal - middle), "probability_met": one["p"],
            "deadline_value": value if word in ("met", "missed") else None, "nowcast": None,
        }  # fmt: skip
        for name, cell in row.items():
            out.loc[here, name] = pd.NA if cell is None else cell
    return tables.check(out, "gaps")


def _in(value: float, unit: str, wanted: str) -> float | None:
    """In the wanted unit; a bare count is no rate, although a yearbook may print one so."""
    if pd.isna(value) or unit == wanted:
        return None if pd.isna(value) else float(value)
    one, other = units.parse(unit), units.parse(wanted)
    if one is None or other is None or (one.kind == "rate") != (other.kind == "rate"):
        return None
    return units.convert(float(value), one, other)


def _less(rows: pd.DataFrame) -> bool:
    """Whether the goal is a ceiling."""
    return bool(rows["goal_low"].isna().all() and rows["goal_high"].notna().any())
