"""The year's task list: what stands and what the plan asks for beyond it, as a workbook for the office to confirm.

Its columns stand in ``taskbook.csv``; :mod:`healthplan.quarter.confirming` reads the same columns back.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files, registers, tables
from healthplan.book import Book
from healthplan.errors import wrong_value
from healthplan.ledger import propose, store, written
from healthplan.messages import both, text
from healthplan.plans import Plan, load_plan
from healthplan.quarter import commands
from healthplan.quarter.cells import field_heads, reader, sheet, shown
from healthplan.registers import Registers


def year_of(plan: Plan, ledger: store.Ledger, year: int | None = None) -> int:
    """The year meant: as asked, else the ledger's last, else the plan's first."""
    return year or int(ledger.tasks["year"].max() if len(ledger.tasks) else plan.about["period_start"])


def standing(plan: Plan, ledger: store.Ledger, known: Registers, year: int, when: date, lang: str) -> store.Ledger:
    """The ledger's tasks of a year as in force on a day, and behind them the plan's goals that it does not have yet."""
    proposed, things = propose.tasks(plan, known, year, lang)
    taken = set(ledger.tasks.loc[ledger.tasks["year"] != year, "task_id"])  # of a plan of several years: one id a year
    for frame in (proposed, things):
        frame["task_id"] = frame["task_id"].map(lambda one: f"{one}-{year}" if one in taken else one).astype("str")
    now = store.tasks_at(ledger, when)
    now = now[now["year"] == year]
    new = ~proposed["task_id"].isin(ledger.tasks["task_id"])
    fresh = things["task_id"].isin(proposed.loc[new, "task_id"])
    whole = _joined(now, proposed[new], "tasks"), _joined(ledger.items, things[fresh], "items")
    return ledger._replace(tasks=whole[0], items=whole[1])


def _joined(first: pd.DataFrame, second: pd.DataFrame, name: str) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return tables.check(pd.concat(parts, ignore_index=True), name) if parts else tables.empty(name)


# --- the command ---------------------------------------------------------------------------------


def propose_tasks(plan_id: str, year: int | None, lang: str) -> list[str]:
    """Write the task list of a plan's year beside its sheets and return what is to be said of it, a line each."""
    known = registers.load_registers()
    plan, ledger = load_plan(plan_id, known=known), store.load(plan_id)
    meant = year_of(plan, ledger, year)
    period = range(int(plan.about["period_start"]), int(plan.about["period_end"]) + 1)
    if meant not in period:
        wrong_value("year", meant, ", ".join(map(str, period)))
    stands = standing(plan, ledger, known, meant, date(meant, 12, 31), lang)
    content = workbook(plan, stands, known, meant, lang)
    path, new = placed(commands.folder(plan_id) / text("ledger_tasks.file", lang), content)
    lines = [text(f"ledger_tasks.told_{'written' if new else 'same'}", lang, path=path)]
    return [*lines, *told(stands, lang), *_left(plan, meant, lang)]


def placed(path: Path, content: bytes) -> tuple[Path, bool]:
    """Where the workbook lies now, and whether it was written: what an office has edited is never written over."""
    at, free = 1, path
    while free.exists() and free.read_bytes() != content:
        at, free = at + 1, path.with_stem(f"{path.stem}-{at + 1}")
    new = not free.exists()
    if new:
        files.write_bytes(free, content)
    return free, new


def told(stands: store.Ledger, lang: str) -> list[str]:
    """What of the tasks an office has to look at."""
    say = lambda key, **fields: text(f"ledger_tasks.told_{key}", lang, **fields)  # noqa: E731
    tasks = stands.tasks
    counts = tasks["kind"].value_counts()
    kinds = [say("kind", kind=text(f"ledger.kind_{kind}", lang), count=n) for kind, n in counts.items()]
    lines = [say("tasks", count=len(tasks), kinds=text("scorecard.list_comma", lang).join(kinds))]
    leads = [row["task_id"] for row in tasks.to_dict("records") if _lead_open(row)]
    unnamed = stands.items[(stands.items["name_zh"] == "") & stands.items["task_id"].isin(tasks["task_id"])]
    goals = list(tasks.loc[tasks["goal_value"].isna(), "task_id"])
    named = list(dict.fromkeys(unnamed["task_id"]))
    lines += [say("leads", count=len(leads), ids=_some(leads))] if leads else []
    lines += [say("unnamed", count=len(unnamed), tasks=len(named), ids=_some(named))] if named else []
    return lines + ([say("goals", count=len(goals), ids=_some(goals))] if goals else [])


def _lead_open(row: Mapping[str, Any]) -> bool:
    """Whether a row still says that its lead is to be confirmed."""
    keys = ("note_lead_unconfirmed", "note_lead_missing")
    starts = [
        said.split("（")[0].split(" (")[0] for key in keys for said in both(f"ledger_tasks.{key}", count=0).values()
    ]
    return not row["lead"] or any(start in row["office_note"] for start in starts)


def _some(ids: list[str], most: int = 8) -> str:
    return ", ".join(ids[:most]) + (" …" if len(ids) > most else "")


def _left(plan: Plan, year: int, lang: str) -> Iterator[str]:
    left = propose.left_out(plan, year)
    if left:
        yield text("ledger_tasks.told_left", lang, count=len(left))
    for one in left:
        why = text(f"ledger_tasks.left_{one.reason}", lang, **one.fields)
        name = one.name_zh if lang == "zh" else one.name_en
        yield "  " + text("ledger_tasks.told_left_one", lang, id=one.source.rsplit("-", 1)[-1], name=name, why=why)


# --- the task list -------------------------------------------------------------------------------


def workbook(plan: Plan, stands: store.Ledger, known: Registers, year: int, lang: str) -> bytes:
    """The task list as a workbook of five sheets for the office to confirm."""
    gates = max([len(_dated(row)) for row in stands.tasks.to_dict("records") if row["kind"] == "stages"], default=5)
    rows = {
        "tasks": [{**row, "name": row[f"name_{lang}"]} for row in stands.tasks.to_dict("records")],
        "items": list(_item_rows(stands, lang)), "path": list(_path_rows(stands, lang)),
        "changes": list(_change_rows(stands, lang)),
    }  # fmt: skip
    cells = [stands.items["department"], stands.tasks["lead"], stands.tasks["support"], plan.targets["departments"]]
    named = set(";".join(one for column in cells for one in column).split(";")) - {""}
    lists = {  # a plan that names nobody offers every department that any plan names
        "department": [registers.departments(one, lang) for one in sorted(named or set(known.departments["name_zh"]))],
        "field": [heads[lang] for heads in field_heads().values()],
    }
    with Book(text("ledger_tasks.sheet_tasks", lang)) as book:
        _guide(book, plan, year, lang)
        for kind, found in rows.items():
            sheet(book, kind, kind, found, lang, gates=gates, lists=lists)
    return book.content


def _guide(book: Book, plan: Plan, year: int, lang: str) -> None:
    """The first sheet: whose list it is, and how it is filled in."""
    about = {"plan": plan.about["plan_id"], "year": str(year)}
    title = text("ledger_tasks.guide_title", lang, plan=plan.about[f"title_{lang}"], year=year)
    page = book.page(text("ledger_tasks.sheet_guide", lang), [14, 76], title=title, upright=True)
    for row, (key, value) in enumerate(about.items(), 1):
        page.write(row, 0, text(f"ledger_tasks.guide_{key}", lang), "line")
        page.write(row, 1, value, "line")
    for row, words in enumerate(text("ledger_tasks.guide_lines", lang, plan=about["plan"]).split("|"), 4):
        page.write(row, 1, words, "line")


def _dated(task: Mapping[str, Any]) -> list[str]:
    """The gates of a task that have a day: all but 未启动."""
    return [gate for gate in store.stages_of(dict(task)) if gate != store.STAGES[0]]


def _item_rows(stands: store.Ledger, lang: str) -> Iterator[dict[str, Any]]:
    tasks = {row["task_id"]: row for row in stands.tasks.to_dict("records")}
    gates = {(r["task_id"], r["item_id"], r["gate"]): r for r in stands.gates.to_dict("records")}
    for item in stands.items.to_dict("records"):
        task = tasks.get(item["task_id"])
        if task is None or task["kind"] != "stages":
            continue
        told = written.stage_words()
        order = [f"{at} {told.get(g, {}).get(lang, g)}" for at, g in enumerate(_dated(task), 1)]
        row = item | {"name": task[f"name_{lang}"], "gates": text("ledger_tasks.gates_join", lang).join(order)}
        for at, gate in enumerate(_dated(task), 1):
            there = gates.get((item["task_id"], item["item_id"], gate), {})
            row |= {f"planned_{at}": there.get("planned", ""), f"actual_{at}": there.get("actual", "")}
        yield row


def _path_rows(stands: store.Ledger, lang: str) -> Iterator[dict[str, Any]]:
    points = {(r["task_id"], r["quarter"]): r["expected_to_date"] for r in stands.path.to_dict("records")}
    for task in stands.tasks[stands.tasks["path"] == "own"].to_dict("records"):
        said = {f"expected_{n}": points.get((task["task_id"], f"{task['year']}Q{n}"), "") for n in range(1, 5)}
        yield {"task_id": task["task_id"], "name": task[f"name_{lang}"], "unit": task["unit"], **said}


def _change_rows(stands: store.Ledger, lang: str) -> Iterator[dict[str, Any]]:
    for row in stands.changes.to_dict("records"):
        column = reader(row["field"])
        both_ends = {end: shown(row[end], column, lang) for end in ("old", "new")}
        yield row | both_ends | {"field": field_heads()[row["field"]][lang]}
