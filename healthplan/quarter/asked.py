"""What a department is asked in a quarter: the rows of its sheet, what stands in them, which cells it may fill, the request
for past figures."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from healthplan import registers
from healthplan.language import phrases, units
from healthplan.ledger import figures, pace, quarters, store, written
from healthplan.messages import text

FIGURE = ("value", "numerator", "denominator")
WORDS = ("progress", "problem", "measure", "expected_done", "evidence")  # cells of words, each its own entry
INPUT = (*FIGURE, "stage", "cut_off", *WORDS, "correction")
FIXED = ("task_id", "item_id", "number", "name", "goal", "departments", "before", "even", "own")
COLUMNS = (*FIXED, *INPUT, "hint")
YEARS = 8  # of annual figures asked for
_SHARED = ("cumulative", "average", "end_value", "bound")  # kinds whose last year's quarters help
Cell = str | float | date


class Line(NamedTuple):
    """A row of the sheet: ``key`` (task and thing), its task, ``cells`` by column, the columns that it may fill (``open``) and is
    asked to (``asked``), the stages to choose from."""

    key: str
    task: dict
    item_id: str
    cells: dict[str, Cell]
    open: frozenset[str]
    asked: frozenset[str]
    stages: tuple[str, ...] = ()


class Past(NamedTuple):
    """A row of the request for past figures: ``cells`` by period (``2023Q1``, ``2023``): what stands there, empty where it is
    asked for."""

    task: dict
    cells: dict[str, str]


class Sheet(NamedTuple):
    """What is sent to a department; ``version`` 1 is the first of the quarter."""

    plan_id: str
    quarter: str
    department: str
    version: int
    issued: str
    due: str
    lang: str
    lines: tuple[Line, ...]
    past: tuple[Past, ...]

    @property
    def sheet_id(self) -> str:
        """The sheet's id."""
        return store.identity(self.plan_id, self.quarter, self.department, self.version)

    @property
    def periods(self) -> list[str]:
        """The periods of the request for past figures, quarters first."""
        found = {period for row in self.past for period in row.cells}
        return sorted(found, key=lambda period: (len(period) == 4, period))


def sheet(
    ledger: store.Ledger, tasks: pd.DataFrame, plan_id: str, department: str, quarter: str, version: int, issued: str,
    due: str, lang: str,
) -> Sheet:  # fmt: skip
    """What a department is asked in a quarter; ``tasks``: those in force (:func:`store.tasks_at`)."""
    lines: list[Line] = []
    past = []
    for task in tasks.to_dict("records"):
        for item in _rows(task, ledger, department, quarter):
            lines.append(_line(task, item, ledger, department, quarter, due, lang, len(lines) + 1))
        if reports(task, department) and task["kind"] != "stages":
            past.append(Past(task, _past(task, ledger, department, quarter)))
    kept = tuple(row for row in past if row.cells)
    return Sheet(plan_id, quarter, department, version, issued, due, lang, tuple(lines), kept)


def departments(tasks: pd.DataFrame, items: pd.DataFrame) -> list[str]:
    """Everyone who gets a sheet, in the order of the tasks."""
    owners: dict[str, list[str]] = {}
    for item in items.to_dict("records"):
        owners.setdefault(item["task_id"], []).append(item["department"])
    named = ([*store.departments_of(task), *owners.get(task["task_id"], [])] for task in tasks.to_dict("records"))
    return list(dict.fromkeys(name for names in named for name in names if name))


def reports(task: dict, department: str) -> bool:
    """Whether a department's figure of a task counts."""
    summed = task["gather"] == "sum_of_units"
    return department == task["lead"] or (summed and department in store.departments_of(task))


def of_department(ledger: store.Ledger, task: dict, department: str, item_id: str = "") -> list[dict]:
    """A department's own entries of a row that count; the lead's with those of the office."""
    who = ("", department) if department == task["lead"] else (department,)
    own = store.of_task(ledger.entries, task["task_id"])
    return figures.counting(row for row in own if row["item_id"] == item_id and row["department"] in who)


def unreported(ledger: store.Ledger, tasks: Iterable[dict], department: str, quarter: str) -> list[str]:
    """The rows of a department that ask for a figure or stage and have none that counts, by key."""
    found = []
    for task in tasks:
        rows = _rows(task, ledger, department, quarter) if int(task["year"]) == quarters.year_of(quarter) else []
        for item in rows:
            item_id = item["item_id"] if item else ""
            own = of_department(ledger, task, department, item_id)
            given = [row for row in own if row["quarter"] == quarter and row["field"] in ("figure", "stage")]
            if wants(task, item_id, department, quarter) and all(row["status"] == "refused" for row in given):
                found.append(f"{task['task_id']}|{item_id}")
    return found


# --- the rows --------------------------------------------------------------------------------------


def _rows(task: dict, ledger: store.Ledger, department: str, quarter: str) -> list[dict | None]:
    """The things of a task that are a department's, or None for the task as a whole."""
    things = store.of_task(ledger.items, task["task_id"])
    until = quarters.first_day(quarter)
    there = [one for one in things if not one["dropped_on"] or quarters.day(one["dropped_on"]) >= until]
    mine = [one for one in there if (one["department"] or task["lead"]) == department]
    return [*mine] or ([None] if department in store.departments_of(task) else [])


def _line(
    task: dict, item: dict | None, ledger: store.Ledger, department: str, quarter: str, due: str, lang: str, number: int
) -> Line:
    item_id = item["item_id"] if item else ""
    asked = _asked(task, item, department, quarter)
    entries = of_department(ledger, task, department, item_id)
    now = [row for row in entries if row["quarter"] == quarter]
    cells: dict[str, Cell] = {"task_id": task["task_id"], "item_id": item_id, "number": float(number)}
    cells["name"] = _name(task, item, lang)
    cells["goal"] = _goal(task, lang)
    cells["departments"] = _departments(task, department, lang)
    cells |= _so_far(task, item, ledger, department, quarter, lang)
    cells |= _filled(now, lang)
    end = quarters.last_day(quarter)
    if asked & set(FIGURE) and "cut_off" not in cells and date.fromisoformat(due) > end:
        cells["cut_off"] = end
    cells["hint"] = " ".join(_hints(task, item, department, asked, now, lang))
    free = set(WORDS) | {"correction", "cut_off"}
    free |= {"stage"} if item else {"value"} if task["kind"] != "stages" and _quarterly(task, quarter) else set()
    stages = tuple(written.stage_name(one, lang) for one in (*store.stages_of(task), *store.HALTED)) if item else ()
    return Line(f"{task['task_id']}|{item_id}", task, item_id, cells, frozenset(free | asked), frozenset(asked), stages)


def _quarterly(task: dict, quarter: str) -> bool:
    """Whether there is a figure to ask for; that of a year only in the last quarter."""
    once = "annual_only" in (task["given"], task["reporting"])
    return not once or quarters.number(quarter) == 4


def wants(task: dict, item_id: str, department: str, quarter: str) -> bool:
    """Whether a row asks a department for a figure or a stage."""
    return bool(item_id) or (task["kind"] != "stages" and reports(task, department) and _quarterly(task, quarter))


def _asked(task: dict, item: dict | None, department: str, quarter: str) -> set[str]:
    if item:
        return {"stage", "cut_off", "progress", "evidence", "expected_done"}
    if not wants(task, "", department, quarter):
        return {"progress"}
    both = task["given"] == "ratio" or (task["kind"] == "average" and written.scale(task["unit"]) != 1)
    return {*(FIGURE if both else FIGURE[:1]), "cut_off", "progress", "problem", "measure"}


def _name(task: dict, item: dict | None, lang: str) -> str:
    name = str(task[f"name_{lang}"])
    if item is None:
        return name
    thing = item["name_zh"] or text("ledger_sheets.unnamed", lang, number=item["item_id"])
    return text("ledger_sheets.thing", lang, task=name, thing=thing)


def _goal(task: dict, lang: str) -> str:
    if pd.isna(task["goal_value"]):
        return ""
    row = {"comparator": task["goal_comparator"], "value": task["goal_value"], "value_high": task["goal_high"]}
    said = phrases.goal(row | {"unit": task["unit"], "name_zh": task["name_zh"]}, lang)
    early = not task["due"].endswith("12-31")
    return text("ledger_sheets.goal_by", lang, goal=said, due=task["due"]) if early else said


def _departments(task: dict, department: str, lang: str) -> str:
    mine = department == task["lead"]
    others = ";".join(name for name in store.departments_of(task) if name != department) if mine else task["lead"]
    role = "own_lead" if mine else "own_support"
    if not others:
        return text(f"ledger_sheets.{role}", lang)
    return text(f"ledger_sheets.{role}_with", lang, others=registers.departments(others, lang))


def _so_far(
    task: dict, item: dict | None, ledger: store.Ledger, department: str, quarter: str, lang: str
) -> dict[str, Cell]:
    """What was last accepted before the quarter, and what is expected by its end."""
    before = {f"{quarters.year_of(quarter)}Q{n}" for n in range(1, quarters.number(quarter))}
    if item:
        entries = of_department(ledger, task, department, item["item_id"])
        stages = (row for row in entries if row["field"] == "stage" and row["status"] == "reported")
        told = [row for row in stages if row["quarter"] < quarter]
        last = max(told, key=lambda row: row["quarter"])["text"] if told else ""
        return {"before": written.stage_name(last, lang), "own": _next_gate(task, item, ledger, last, quarter, lang)}
    if task["kind"] == "stages":
        return {}
    alone = task if department == task["lead"] else {**task, "lead": department, "gather": "lead"}
    cells: dict[str, Cell] = {}
    for one in sorted(before, reverse=True):
        if (found := figures.figure(alone, ledger.entries, one).value) is not None:
            near = one == quarters.before(quarter)
            cells["before"] = _rounded(found) if near else f"{written.plain(_rounded(found))} ({one})"
            break
    if department == task["lead"] and _quarterly(task, quarter):
        end = quarters.last_day(quarter)
        based = pace.with_base(task, ledger.entries)
        if not pace.startless(based):
            expected = {"even": pace.even(based, end), "own": pace.own(based, ledger, end).value}
            cells |= {column: _rounded(value) for column, value in expected.items() if value is not None}
    return cells


def _rounded(value: float) -> float:
    return round(value, 2) if abs(value) >= 1 else float(f"{value:.3g}")


def _next_gate(task: dict, item: dict, ledger: store.Ledger, last: str, quarter: str, lang: str) -> str:
    """The furthest gate planned by the quarter's end, else the next one, with its day."""
    rows = (row for row in store.of_task(ledger.gates, task["task_id"]) if row["item_id"] == item["item_id"])
    planned = {row["gate"]: row["planned"] for row in rows if row["planned"]}
    ordered = [gate for gate in store.stages_of(task) if gate in planned]
    due = [gate for gate in ordered if quarters.day(planned[gate]) <= quarters.last_day(quarter)]
    passed = store.stages_of(task).index(last) if last in store.stages_of(task) else -1
    ahead = [gate for gate in ordered if store.stages_of(task).index(gate) > passed]
    gate = due[-1] if due else ahead[0] if ahead else ""
    return f"{written.stage_name(gate, lang)} {planned[gate]}" if gate else ""


def _filled(now: list[dict], lang: str) -> dict[str, Cell]:
    """What has been accepted of the row in this quarter."""
    cells: dict[str, Cell] = {}
    for row in (row for row in now if row["status"] != "refused"):
        field = row["field"]
        if field == "figure":
            if row["status"] != "reported":
                cells["value"] = text(f"ledger_sheets.{row['status']}", lang)
            elif pd.notna(row["denominator"]):
                cells |= {"numerator": row["numerator"], "denominator": row["denominator"]}
            else:
                cells["value"] = row["value"]
        elif field in ("stage", *WORDS):
            cells[field] = written.stage_name(row["text"], lang) if field == "stage" else row["text"]
        if field in ("figure", "stage") and row["cut_off"]:
            cells["cut_off"] = quarters.day(row["cut_off"])
    return cells


def _hints(
    task: dict, item: dict | None, department: str, asked: set[str], now: list[dict], lang: str
) -> Iterator[str]:
    """What to write, in a sentence; before it the question about what was last written there."""
    for row in now:
        if row["status"] == "refused" and row["field"] in ("figure", "stage"):
            yield text("ledger_sheets.hint_again", lang, question=row["reason"])
    unit = units.word(written.bare(task["unit"]), lang) if task["unit"] else text("ledger_sheets.no_unit", lang)
    if item:
        if not item["name_zh"]:
            yield text("ledger_sheets.hint_no_name", lang)
        yield text("ledger_sheets.hint_stage", lang, done=written.stage_name(task["done_at"] or store.DONE_AT, lang))
        if task["evidence_wanted"]:
            yield text("ledger_sheets.hint_evidence", lang, evidence=task["evidence_wanted"])
    elif task["kind"] == "stages":
        named = "unnamed" if department == task["lead"] else "support"
        yield text(f"ledger_sheets.hint_{named}", lang)
    elif not asked & set(FIGURE):
        yield text(f"ledger_sheets.hint_{'annual' if reports(task, department) else 'support'}", lang)
    elif len(asked & set(FIGURE)) > 1:
        parts = {
            side: text("ledger_sheets.brackets", lang, words=words) if words else ""
            for side in ("num", "den")
            for words in [_counted(task[f"{side}_unit"], lang)]
        }
        when = "ratio" if task["kind"] == "average" else "ratio_as_of"
        yield text(f"ledger_sheets.hint_{when}", lang, unit=unit, **parts)
    else:
        yield text(f"ledger_sheets.hint_{task['given']}", lang, unit=unit)
        if task["kind"] == "bound" and task["goal_value"] == 0:
            yield text("ledger_sheets.hint_none", lang)
    if task["gather"] == "sum_of_units" and asked & set(FIGURE):
        yield text("ledger_sheets.hint_own_part", lang)


def _counted(unit: str, lang: str) -> str:
    """What is counted on one side of a rate, in words of the language; empty where it has none."""
    return units.word(unit, lang) if lang == "zh" or unit.isascii() or units.parse(unit) else ""


def _past(task: dict, ledger: store.Ledger, department: str, quarter: str) -> dict[str, str]:
    """The year's earlier quarters (to be corrected with a reason), last year's where unknown, and annual figures."""
    year = quarters.year_of(quarter)
    own = of_department(ledger, task, department)
    known = {
        row["quarter"]: written.entry_words(row)
        for row in own
        if row["field"] == "figure" and row["status"] == "reported"
    }
    once = "annual_only" in (task["given"], task["reporting"])
    asked = [] if once else [one for one in quarters.of_year(year) if one < quarter]
    last = quarters.of_year(year - 1)
    if not once and task["kind"] in _SHARED:  # known ones stand there, to be corrected with a reason
        asked += last
    beyond = quarters.day(task["due"]).year > int(task["year"])
    if once or beyond or (task["kind"] in ("end_value", "hold", "average") and "-t" in str(task["source"])):
        asked += [str(one) for one in range(year - YEARS, year)]
    return {one: known.get(one, "") for one in asked}
