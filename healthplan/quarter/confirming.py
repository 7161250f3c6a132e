"""``healthplan ledger confirm``: what an office decided, taken from its workbooks into the ledger.

Everything is checked before anything is written; nothing of the ledger is written over but a thing's open cells.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from os import environ
from pathlib import Path
from typing import Any

from healthplan import registers, workspace
from healthplan.errors import Fault, InputError
from healthplan.intake import open_book
from healthplan.intake.book import Book, Sheet
from healthplan.ledger import store
from healthplan.messages import LANGUAGES, both, text
from healthplan.plans import load_plan
from healthplan.quarter import decisions, goals, taskbook, things
from healthplan.quarter.office import KINDS, Case, Row, rows_of

FIRST = 5  # faults of one kind in a sheet that are told one by one


def confirm(plan_id: str, paths: Iterable[Path], when: date, write: bool, lang: str) -> list[str]:
    """Take the office's workbooks; with ``write`` into the ledger. Returns what changes, a line each.

    Raises :class:`InputError` with every fault of all files: then nothing is written.
    """
    known = registers.load_registers()
    ledger = store.load(plan_id)
    books = [(path, _opened(path)) for path in paths]
    year = _year(load_plan(plan_id, known=known), ledger, [book for _, book in books])
    case = Case(plan_id, year, when, lang, known, ledger)
    for path, book in books:
        _take(case, path, book)
    if any(fault.severity == "error" for fault in case.faults):
        raise InputError(*_first(case.faults))
    return [*_asked(case), *case.lines, *_ended(case, plan_id, write)]


def _opened(path: Path) -> Book:
    """A workbook; its name is how faults call it, and whatever is wrong inside is one of them."""
    shown = workspace.legible(path.name)
    try:
        return open_book(path, shown)
    except InputError:
        raise
    except Exception as wrong:
        if environ.get("HEALTHPLAN_DEBUG"):
            raise
        raise InputError(Fault("FILE-DAMAGED", shown, fields={"reason": both("errors.inside")})) from wrong


def _first(faults: list[Fault]) -> list[Fault]:
    """Of many faults of one kind in a sheet the first, and how many more there are."""
    told: dict[tuple[str, str, str], list[Fault]] = {}
    for fault in faults:
        told.setdefault((fault.code, fault.file, fault.sheet), []).append(fault)
    found: list[Fault] = []
    for (code, file, sheet), those in told.items():
        found += those[:FIRST]
        if (more := len(those) - FIRST) > 0:
            severity = "ERROR" if those[0].severity == "error" else "WARNING"
            found.append(Fault(f"LEDGER-MORE-{severity}", file, sheet, fields={"code": code, "count": more}))
    return found


def _asked(case: Case) -> list[str]:
    return list(dict.fromkeys(fault.text(case.lang) for fault in _first(case.faults)))


def _ended(case: Case, plan_id: str, write: bool) -> list[str]:
    """What stands then, and whether it was written."""
    if all(new.equals(old) for new, old in zip(case.ledger, case.before, strict=True)):
        return [text("ledger_tasks.told_nothing", case.lang)]
    now = store.tasks_at(case.ledger, case.when)
    lines = taskbook.told(case.ledger._replace(tasks=now[now["year"] == case.year]), case.lang)
    if not write:
        return [*lines, text("ledger_tasks.told_dry", case.lang)]
    written = ", ".join(path.name for path in store.save(plan_id, case.ledger))
    return [*lines, text("ledger_tasks.told_done", case.lang, files=written)]


def _year(plan: Any, ledger: store.Ledger, books: list[Book]) -> int:
    """The year that the guide of a workbook names, else the ledger's or the plan's first; another plan is refused."""
    found = 0
    for book in books:
        said = {key: value for sheet in book.sheets for key, value in _said(sheet)}
        plan_id = plan.about["plan_id"]
        wanted = {"expected": plan_id}
        if said.get("plan", plan_id) != plan_id:
            raise InputError(Fault("LEDGER-PLAN", book.file, fields={"found": said["plan"], **wanted}))
        year = int(said["year"]) if said.get("year", "").isdigit() else 0
        if found and year and year != found:
            raise InputError(Fault("LEDGER-PLAN", book.file, fields={"found": year, "expected": found}))
        found = year or found
    return taskbook.year_of(plan, ledger, found or None)


def _said(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Plan and year as a guide sheet names them."""
    labels = {both(f"ledger_tasks.guide_{key}")[lang]: key for key in ("plan", "year") for lang in LANGUAGES}
    for row in sheet.rows[:12]:
        if len(row) > 1 and row[0].text.strip() in labels:
            yield labels[row[0].text.strip()], row[1].text.strip()


def _take(case: Case, path: Path, book: Book) -> None:
    """Every sheet of a book that is one of ours, in the order in which they build on each other."""
    before = len(case.faults)
    found = [one for one in (rows_of(case, book.file, sheet) for sheet in book.sheets) if one[0]]
    if not found:
        raise InputError(Fault("LEDGER-SHEET", book.file))
    if any(fault.severity == "error" for fault in case.faults[before:]):
        return  # what the other sheets say rests on this one
    takes: dict[str, Callable[[list[Row]], None]] = {
        "tasks": lambda rows: goals.take_tasks(case, rows), "items": lambda rows: things.take_items(case, rows),
        "path": lambda rows: things.take_path(case, rows), "changes": lambda rows: goals.take_changes(case, rows),
        "decisions": lambda rows: decisions.take(case, rows, path),
    }  # fmt: skip
    for kind in KINDS:
        rows = [row for name, some in found if name == kind for row in some]
        if any(name == kind for name, _ in found):
            takes[kind](rows)
