"""``healthplan ledger send``: one workbook a department for a quarter, and the row of each in *sheets*."""

import io
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from healthplan import registers, workspace
from healthplan.errors import wrong_value
from healthplan.language import dates, units
from healthplan.ledger import quarters, store, written
from healthplan.messages import default_language, text
from healthplan.plans import load_plan
from healthplan.quarter import asked, commands

BASE = "_base"
MADE = datetime(2000, 1, 1)  # inside the file, so that the same sheet has the same bytes
DAYS = 8  # after the quarter's end, where nothing else is said
GUIDE = 10  # lines of the guide
LIST = 255  # characters of a drop-down list, Excel's limit
_WIDTH = {
    "task_id": 6, "item_id": 6, "number": 4, "name": 21, "goal": 11, "departments": 12, "before": 9, "even": 8, "own": 10,
    "value": 9, "numerator": 8, "denominator": 8, "stage": 8, "cut_off": 12, "progress": 19, "problem": 14, "measure": 14,
    "expected_done": 12, "evidence": 12, "correction": 11, "hint": 25,
}  # fmt: skip
_DATES = ("cut_off", "expected_done")
_SPARED = ("numerator", "denominator", "stage", "item_id")  # columns that are left out where no row has them
_NO_FILE = re.compile(r'[\\/:*?"<>|\s]+')


def send(
    plan: str, quarter: str, due: str = "", chosen: Sequence[str] = (), on: date | None = None, write: bool = False
) -> list[str]:
    """Write the quarter's workbooks (``write``) and return what is to be said, a line each.

    ``due``: day the sheets are asked back; ``chosen``: departments, else all; ``on``: day of sending. A department whose sheet
    asks the same as its last one gets no new version. Raises :class:`~healthplan.errors.UsageError`.
    """
    on, quarter, lang = on or date.today(), quarters.quarter(quarter), default_language()
    if due and (len(due) != 10 or not dates.valid(due)):
        wrong_value("--due", due, "YYYY-MM-DD")
    due = due or (quarters.last_day(quarter) + timedelta(days=DAYS)).isoformat()
    ledger = store.begun(plan)
    tasks = store.tasks_at(ledger, min(on, quarters.last_day(quarter)))
    tasks = tasks[tasks["year"] == quarters.year_of(quarter)]
    known = asked.departments(tasks, ledger.items[ledger.items["task_id"].isin(tasks["task_id"])])
    for name in chosen:
        if name not in known:
            wrong_value("--department", name, " | ".join(known))
    title = load_plan(plan).about[f"title_{lang}"]
    rows, books, said = [], {}, []
    for department in chosen or known:
        last = last_sheet(ledger, plan, quarter, department)
        version = int(last["version"]) + 1 if last else 1
        sheet = asked.sheet(ledger, tasks, plan, department, quarter, version, on.isoformat(), due, lang)
        if not sheet.lines:
            continue
        digest = asked.digest(asked.baseline(sheet))
        path = commands.folder(plan, quarter) / file_name(quarter, department, version)
        if last and digest.split("-")[0] == last["baseline_hash"].split("-")[0]:
            fields = {"department": department, "version": last["version"], "issued": last["issued"]}
            said.append(text("ledger_sheets.same", None, **fields))
            continue
        books[path] = workbook(sheet, title)
        rows.append({
            "sheet_id": sheet.sheet_id, "plan_id": plan, "quarter": quarter, "department": department, "version": version,
            "issued": on.isoformat(), "due": due, "baseline_hash": digest, "tasks": ";".join(line.key for line in sheet.lines),
        })  # fmt: skip
        fields = {"department": department, "rows": len(sheet.lines), "path": workspace.shown(path), "due": due}
        said.append(text(f"ledger_sheets.{'sent_again' if last else 'sent'}", None, version=version, **fields))
    if ownerless := int((tasks["lead"] == "").sum()):
        said.append(text("ledger_sheets.no_lead", None, count=ownerless))
    if write and rows:
        store.save(plan, store.with_rows(ledger, sheets=rows), beside=books)
    said.append(text(f"ledger_sheets.{'written' if write else 'dry'}", None, count=len(rows)))
    return said


def last_sheet(ledger: store.Ledger, plan: str, quarter: str, department: str) -> dict[str, Any] | None:
    """The last version sent to a department for a quarter."""
    rows = ledger.sheets
    rows = rows[(rows["plan_id"] == plan) & (rows["quarter"] == quarter) & (rows["department"] == department)]
    return rows.sort_values("version").to_dict("records")[-1] if len(rows) else None


def file_name(quarter: str, department: str, version: int) -> str:
    """What a workbook is called."""
    return f"{quarter}-{_NO_FILE.sub('_', department)}-v{version}.xlsx"


# --- the workbook ----------------------------------------------------------------------------------


def workbook(sheet: asked.Sheet, plan: str) -> bytes:
    """A department's workbook: the sheet to fill, past figures, guide, and the hidden baseline. The same content has the
    same bytes. ``plan``: its title."""
    import xlsxwriter

    title = _title(sheet, plan)

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "author": "", "title": title})
    styles = _styles(book)
    _fill(_page(book, sheet, "fill"), sheet, styles, title)
    if sheet.past:
        _past(_page(book, sheet, "past"), sheet, styles)
    _guide(_page(book, sheet, "guide"), sheet, styles)
    hidden = book.add_worksheet(BASE)
    for at, row in enumerate(asked.baseline(sheet)):
        for column, cell in enumerate(row):
            hidden.write_string(at, column, cell)
    hidden.protect("")
    hidden.very_hidden()
    book.close()
    return made.getvalue()


def _styles(book: Any) -> dict[str, Any]:
    cell = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#A6A6A6", "font_size": 11}
    locked, free = {**cell, "font_color": "#404040", "bg_color": "#F2F2F2"}, {**cell, "locked": False}
    wanted = {**free, "bg_color": "#FFF6CC"}
    head = {**cell, "valign": "vcenter", "bg_color": "#DDE7EE"}
    day = {"num_format": "yyyy-mm-dd"}
    told = {
        "title": {"bold": True, "font_size": 12}, "head": head, "head_input": {**head, "bold": True, "bg_color": "#FFE699"},
        "locked": locked, "free": free, "wanted": wanted, "free_day": {**free, **day}, "wanted_day": {**wanted, **day},
        "free_text": {**free, "num_format": "@"}, "wanted_text": {**wanted, "num_format": "@"},
        "line": {"text_wrap": True, "valign": "top", "font_size": 11},
    }  # fmt: skip
    return {name: book.add_format(one) for name, one in told.items()}


def _page(book: Any, sheet: asked.Sheet, name: str) -> Any:
    """A worksheet that prints on A4 across, as wide as the paper, its head on every page; locked without a password."""
    page = book.add_worksheet(text(f"ledger_sheets.page_{name}", sheet.lang))
    page.set_paper(9)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.fit_to_pages(1, 0)
    page.set_footer("&C&P / &N")
    if name != "guide":
        page.set_landscape()
        page.repeat_rows(0, 1)
    page.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "autofilter": True})
    return page


def _title(sheet: asked.Sheet, plan: str) -> str:
    fields = {
        "plan": plan, "quarter": sheet.quarter, "due": sheet.due,
        "department": registers.departments(sheet.department, sheet.lang), "version": sheet.version,
        "cut_off": quarters.last_day(sheet.quarter).isoformat(),
    }  # fmt: skip
    return text("ledger_sheets.title", sheet.lang, **fields)


def columns(sheet: asked.Sheet) -> list[str]:
    """The columns of a department's sheet: without those that none of its rows has."""
    used = {name for line in sheet.lines for name in (*line.asked, *(c for c, v in line.cells.items() if v != ""))}
    return [name for name in asked.COLUMNS if name not in _SPARED or name in used]


def _fill(page: Any, sheet: asked.Sheet, styles: dict[str, Any], title: str) -> None:
    names = columns(sheet)
    page.write_string(0, 0, title, styles["title"])
    for at, name in enumerate(names):
        style = styles["head_input" if name in asked.INPUT else "head"]
        page.write_string(1, at, text(f"ledger.col_{name}", sheet.lang), style)
        page.set_column(at, at, _WIDTH[name])
    for row, line in enumerate(sheet.lines, 2):
        for at, name in enumerate(names):
            _write(page, row, at, line.cells.get(name, ""), styles[_style(line, name)])
            for options in _offered(line, name, sheet.lang):
                page.data_validation(row, at, row, at, options)
    page.freeze_panes(2, names.index("name") + 1)


def _style(line: asked.Line, name: str) -> str:
    if name not in line.open:
        return "locked"
    return ("wanted" if name in line.asked else "free") + ("_day" if name in _DATES else "")


def _write(page: Any, row: int, at: int, cell: asked.Cell, style: Any) -> None:
    if isinstance(cell, date):
        page.write_datetime(row, at, datetime(cell.year, cell.month, cell.day), style)
    elif isinstance(cell, str):
        page.write_string(row, at, cell, style) if cell else page.write_blank(row, at, None, style)
    else:
        page.write_number(row, at, cell, style)


def _offered(line: asked.Line, name: str, lang: str) -> Iterator[dict[str, Any]]:
    """Lists and kinds guide and never block: the file is read whatever was typed."""
    if name not in line.open:
        return
    if name == "stage" and len(",".join(line.stages)) <= LIST:
        yield {"validate": "list", "source": list(line.stages), "error_type": "information"}
    elif name == "value":
        words = [text(f"ledger_sheets.{status}", lang) for status in ("not_applicable", "not_available")]
        yield {"validate": "list", "source": words, "show_error": False}
    elif name in _DATES:
        yield {"validate": "date", "criteria": ">=", "value": date(1949, 1, 1), "error_type": "information"}
    elif name in ("numerator", "denominator"):
        yield {"validate": "decimal", "criteria": ">=", "value": 0, "error_type": "information"}


def _past(page: Any, sheet: asked.Sheet, styles: dict[str, Any]) -> None:
    """One row a task; rates may be written as numerator/denominator, so their cells are text."""
    lang, periods = sheet.lang, sheet.periods
    page.write_string(0, 0, text("ledger_sheets.past_title", lang), styles["title"])
    heads = [("task_id", 7), ("name", 26), ("unit", 9), ("given", 11)]
    for at, (name, width) in enumerate(heads):
        page.write_string(1, at, text(f"ledger.col_{name}", lang), styles["head"])
        page.set_column(at, at, width)
    for at, period in enumerate((*periods, "correction"), len(heads)):
        told = text("ledger.col_correction", lang) if period == "correction" else period
        page.write_string(1, at, told, styles["head_input"])
        page.set_column(at, at, 16 if period == "correction" else 10)
    for row, past in enumerate(sheet.past, 2):
        task = past.task
        unit = units.word(written.bare(task["unit"]), lang) if task["unit"] else ""
        fixed = (task["task_id"], task[f"name_{lang}"], unit, text(f"ledger.given_{task['given']}", lang))
        for at, cell in enumerate(fixed):
            page.write_string(row, at, cell, styles["locked"])
        shared = task["given"] == "ratio" or task["kind"] == "average" or written.scale(task["unit"]) != 1
        for at, period in enumerate(periods, len(heads)):
            if period not in past.cells:
                page.write_blank(row, at, None, styles["locked"])
                continue
            known = past.cells[period]
            style = styles[("free" if known else "wanted") + ("_text" if shared else "")]
            _write(page, row, at, known if shared or not known else float(known), style)
        page.write_blank(row, len(heads) + len(periods), None, styles["free"])
    page.freeze_panes(2, 2)


def _guide(page: Any, sheet: asked.Sheet, styles: dict[str, Any]) -> None:
    page.set_column(0, 0, 96)
    page.write_string(0, 0, text("ledger_sheets.page_guide", sheet.lang), styles["title"])
    for row in range(1, GUIDE + 1):
        page.write_string(row, 0, text(f"ledger_sheets.guide_{row}", sheet.lang, due=sheet.due), styles["line"])
