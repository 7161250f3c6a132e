"""What of a quarter waits for the office, as a workbook, and its decisions read back: evidence accepted, cells settled."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import workspace
from healthplan.book import Book
from healthplan.language import characters, phrases
from healthplan.ledger import figures, quarters, store, things, written
from healthplan.messages import both, default_language, text
from healthplan.quarter import commands, taskbook
from healthplan.quarter.cells import by_name, meant, sheet
from healthplan.quarter.office import Case, Row, gate_of, read_number, same

DONE = "done"  # what a row of the decisions asks where all of a thing or task is meant


def wait(plan_id: str, ledger: store.Ledger, quarter: str, lang: str) -> Iterator[str]:
    """Write what of a quarter waits for the office beside its pages, and say so; nothing where nothing waits."""
    counts = {"to_verify": len(to_verify(ledger, quarter)), "pending": len(pending(ledger, quarter))}
    if any(counts.values()):
        path = commands.folder(plan_id, quarter) / text("ledger_tasks.file_decisions", lang)
        path, _ = taskbook.placed(path, decisions_workbook(ledger, quarter, lang))
        yield text("ledger_tasks.told_wait", lang, path=workspace.shown(path), **counts)


def decisions_workbook(ledger: store.Ledger, quarter: str, lang: str) -> bytes:
    """What of a quarter waits for the office: 待核, reported done without accepted evidence, and 待定, cells set aside with
    what was written and why. Whether a task is done is read from the quarter's last edition of verdicts."""
    verdicts = [text(f"ledger_tasks.verdict_{one}", lang) for one in ("close", "back")]
    with Book(text("ledger_tasks.sheet_pending", lang)) as book:
        for name, rows in (("to_verify", to_verify(ledger, quarter)), ("pending", pending(ledger, quarter))):
            told = [_decision_row(row, ledger, lang) for row in rows]
            sheet(book, "decisions", name, told, lang, lists={"verdict": verdicts})
    return book.content


def to_verify(ledger: store.Ledger, quarter: str) -> list[dict[str, Any]]:
    """Things at their goal's gate, and other tasks that are done, whose evidence nobody accepted: task_id, item_id,
    department, quarter, field, reported, evidence."""
    found: list[dict[str, Any]] = []
    for task in store.tasks_at(ledger, quarters.last_day(quarter)).to_dict("records"):
        rows = _things_done(task, ledger, quarter) if task["kind"] == "stages" else _task_done(task, ledger, quarter)
        found += [{"task_id": task["task_id"], "quarter": quarter, "field": DONE, **row} for row in rows]
    return found


def _things_done(task: dict, ledger: store.Ledger, quarter: str) -> Iterator[dict[str, Any]]:
    for thing in figures.stages(task, ledger, quarter).to_dict("records"):
        if things.has_passed(task, thing, things.goal_gate(task)) and not thing["verified"]:
            yield {"item_id": thing["item_id"], "department": thing["department"] or task["lead"],
                   "reported": thing["stage"], "evidence": thing["evidence"]}  # fmt: skip


def _task_done(task: dict, ledger: store.Ledger, quarter: str) -> Iterator[dict[str, Any]]:
    last = [row for row in store.of_task(ledger.verdicts, task["task_id"]) if row["quarter"] == quarter][-1:]
    if last and last[0]["mark"] == "to_verify":
        own = store.of_task(ledger.entries, task["task_id"])
        said = figures.counting(row for row in own if row["field"] == "evidence" and row["quarter"] <= quarter)
        value = last[0]["to_date"]
        reported = phrases.quantity(value, task["unit"], default_language()) if pd.notna(value) else ""
        evidence = "；".join(dict.fromkeys(row["text"] for row in said if row["text"]))
        yield {"item_id": "", "department": task["lead"], "reported": reported, "evidence": evidence}


def pending(ledger: store.Ledger, quarter: str) -> list[dict[str, Any]]:
    """Refused cells of a quarter that nothing came after: the columns of :func:`to_verify`, and ``entry_id``, ``reason``."""
    office = set(ledger.returns.loc[ledger.returns["state"] == store.OFFICE, "return_id"])
    own = ledger.entries[ledger.entries["quarter"] == quarter]
    last = own.drop_duplicates(figures.CELL, keep="last")
    open_cells = last[(last["status"] == "refused") & ~last["return_id"].isin(office)]
    return [{**row, "reported": row["text"], "evidence": ""} for row in open_cells.to_dict("records")]


def _decision_row(row: dict[str, Any], ledger: store.Ledger, lang: str) -> dict[str, Any]:
    task = store.of_task(ledger.tasks, row["task_id"])[-1]
    mine = (one["name_zh"] for one in store.of_task(ledger.items, row["task_id"]) if one["item_id"] == row["item_id"])
    name = " · ".join([task[f"name_{lang}"], *filter(None, mine)])
    stage = row["field"] in (DONE, "stage")
    reported = written.stage_name(row["reported"], lang) if stage else row["reported"]
    if why := row.get("reason", ""):
        reported += f"（{why}）" if lang == "zh" else f" ({why})"
    return row | {"name": name, "field": what_heads()[row["field"]][lang], "reason": "", "reported": reported}


@cache
def what_heads() -> dict[str, dict[str, str]]:
    """What a row of the decisions is about: a cell of the return, or that all is done."""
    cells = {"figure": "value", "stage": "stage", "progress": "progress", "problem": "problem", "measure": "measure",
             "expected_done": "expected_done", "evidence": "evidence"}  # fmt: skip
    return {field: both(f"ledger.col_{label}") for field, label in cells.items()} | {
        DONE: both("ledger_tasks.what_done")
    }


# --- read back ---


def take(case: Case, rows: list[Row], path: Path) -> None:
    """Accepted evidence and cells decided, as a return of the office; what stands already is not taken twice."""
    return_id = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    if return_id in set(case.ledger.returns["return_id"]):
        return
    what = meant(what_heads())
    entries = [one for row in rows if row.text("verdict") for one in _entry(case, row, what, return_id)]
    if not entries or any(fault.severity == "error" for fault in case.faults):
        return
    taken: dict[str, object] = {"return_id": return_id, "sheet_id": "", "file": path.name, "received": case.when.isoformat(), "state": store.OFFICE,
             "days_late": None, "cells_taken": len(entries), "cells_refused": 0, "filled_by_role": ""}  # fmt: skip
    case.ledger = store.with_rows(case.ledger, entries=entries, returns=[taken])
    case.say("decided", count=len(entries))


def _entry(case: Case, row: Row, what: Mapping[str, str], return_id: str) -> Iterator[dict[str, Any]]:
    """The entry that a row of the decisions makes."""
    field = what.get(characters.key(row.text("field")), "")
    where = _where(case, row, field)
    if where is None:
        case.fault(row, "LEDGER-CELL", "task_id")
        return
    verdict = characters.key(row.text("verdict"))
    said = meant({key: both(f"ledger_tasks.verdict_{key}") for key in ("close", "back")}).get(verdict, "")
    blank = dict.fromkeys(("value", "numerator", "denominator")) | dict.fromkeys(("text", "cut_off", "supersedes"), "")
    made = blank | where | {"approx": False, "status": "reported", "return_id": return_id, "reason": row.text("reason")}
    if said == "back":
        found: dict[str, Any] | None = _back(case, row, made, field)
    else:
        found = _closed(case, row, made, said == "close") if field == DONE else _settled(case, row, made)
    if found and not _stands(case, found):
        found["entry_id"] = store.identity(
            return_id, *(found[c] for c in ("department", "task_id", "item_id", "quarter", "field"))
        )
        yield found


def _where(case: Case, row: Row, field: str) -> dict[str, Any] | None:
    """Which cell is meant: of what is done the evidence, else the refused cell that waits; None where there is none."""
    task_id, item_id, quarter = (row.text(name) for name in ("task_id", "item_id", "quarter"))
    department = case.names.get(characters.key(row.text("department")), row.text("department"))
    place = {"task_id": task_id, "item_id": item_id, "department": department, "quarter": quarter}
    if field == DONE:
        there = any(one["item_id"] == item_id for one in store.of_task(case.ledger.items, task_id))
        known = task_id in case.old and (not item_id or there) and re.fullmatch(r"\d{4}Q[1-4]", quarter)
        return place | {"field": "verified"} if known else None
    own = _cell(case, place | {"field": field})
    waits = [one for one in own if one["status"] == "refused"]
    return (
        place | {"field": field, "supersedes": waits[-1]["entry_id"], **{c: waits[-1][c] for c in ("cut_off", "text")}}
        if waits
        else None
    )


def _cell(case: Case, of: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The entries of a cell."""
    own = store.of_task(case.ledger.entries, of["task_id"])
    return [one for one in own if all(one[name] == of[name] for name in figures.CELL)]


def _back(case: Case, row: Row, made: dict[str, Any], field: str) -> dict[str, Any] | None:
    if not made["reason"]:
        case.fault(row, "LEDGER-REASON", "reason")
        return None
    return made | {"status": "refused", "text": row.text("evidence") if field == DONE else made["text"]}


def _closed(case: Case, row: Row, made: dict[str, Any], close: bool) -> dict[str, Any] | None:
    """Accepted evidence: its reference and its day."""
    if not close:
        words = "、".join(text(f"ledger_tasks.verdict_{key}", case.lang) for key in ("close", "back"))
        case.fault(row, "LEDGER-WORD", "verdict", expected=words)
        return None
    day = case.read(row, by_name("decisions")["evidence_date"])
    if not day or not row.text("evidence"):
        case.fault(row, "LEDGER-EVIDENCE", "evidence_date" if row.text("evidence") else "evidence")
        return None
    return made | {"text": row.text("evidence"), "cut_off": day}


def _settled(case: Case, row: Row, made: dict[str, Any]) -> dict[str, Any] | None:
    """The value that counts for a cell that was set aside."""
    if not made["reason"]:
        case.fault(row, "LEDGER-REASON", "reason")
        return None
    task, written = case.tasks[made["task_id"]], row.text("verdict")
    if made["field"] == "stage":
        gate = gate_of(written)
        allowed = [*store.stages_of(task), *store.HALTED]
        if gate not in allowed:
            case.fault(row, "LEDGER-STAGE", "verdict", expected="、".join(allowed))
            return None
        return made | {"text": gate}
    if made["field"] != "figure":
        return made | {"text": written}
    parts = re.fullmatch(r"\s*([\d.,]+)\s*[/／]\s*([\d.,]+)\s*", characters.half_width(written))
    if parts and float(parts[2].replace(",", "")):
        over, under = (float(part.replace(",", "")) for part in parts.groups())
        return made | {"numerator": over, "denominator": under, "text": ""}
    value, code, expected = read_number(row.cells["verdict"])
    if code:
        case.fault(row, code, "verdict", expected=expected)
        return None
    return made | {"value": value, "text": ""}


def _stands(case: Case, found: dict[str, Any]) -> bool:
    """Whether the last entry of the cell says this already."""
    own = _cell(case, found)
    kept = ("status", "text", "value", "numerator", "denominator", "reason")
    return bool(own) and all(same(own[-1][name], found[name]) for name in kept)
