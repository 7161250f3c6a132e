"""``healthplan ledger send``: one workbook a department for a quarter, and the row of each in *sheets*."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from healthplan import registers, workspace
from healthplan.book import Book
from healthplan.errors import wrong_value
from healthplan.language import dates, units
from healthplan.ledger import quarters, store, written
from healthplan.messages import default_language, text
from healthplan.plans import load_plan
from healthplan.quarter import asked, baseline, commands

PAST = ("task_id", "name", "unit", "given")  # columns ahead of the periods
DAYS = 8  # after the quarter's end, where nothing else is said
GUIDE = 10  # lines of the guide
LIST = 255  # characters of a drop-down list, Excel's limit
_WIDTH = {
    "task_id": 5, "item_id": 4, "number": 4, "name": 17, "goal": 10, "departments": 13, "before": 7, "even": 7, "own": 9,
    "value": 8, "numerator": 7, "denominator": 7, "stage": 7, "cut_off": 10, "progress": 15, "problem": 11, "measure": 11,
    "expected_done": 10, "evidence": 10, "correction": 9, "hint": 26,
}  # fmt: skip
_DATES = ("cut_off", "expected_done")
# columns that are left out where no row has them
_SPARED = {"item_id", "before", "even", "own", "numerator", "denominator", "stage"}
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
        digest = baseline.digest(baseline.rows_of(sheet))
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
    if write:
        commands.sweep(plan)
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
    lang = sheet.lang
    fields = {
        "plan": plan, "quarter": sheet.quarter, "due": sheet.due,
        "department": registers.departments(sheet.department, lang), "version": sheet.version,
        "cut_off": quarters.last_day(sheet.quarter).isoformat(),
    }  # fmt: skip
    title = text("ledger_sheets.title", lang, **fields)
    with Book(title) as book:
        _fill(book, sheet, title)
        if sheet.past:
            _past(book, sheet)
        guide = text("ledger_sheets.page_guide", lang)
        page = book.page(guide, [90], title=guide, upright=True, locked=True)
        for row in range(1, GUIDE + 1):
            page.write(row, 0, text(f"ledger_sheets.guide_{row}", lang, due=sheet.due), "line")
        hidden = book.file.add_worksheet(baseline.BASE)
        for at, told in enumerate(baseline.rows_of(sheet)):
            for column, cell in enumerate(told):
                hidden.write_string(at, column, cell)
        hidden.protect("")
        hidden.very_hidden()
    return book.content


def columns(sheet: asked.Sheet) -> list[str]:
    """The columns of a department's sheet: without those that none of its rows has."""
    used = {name for line in sheet.lines for name in (*line.asked, *(c for c, v in line.cells.items() if v != ""))}
    return [name for name in asked.COLUMNS if name not in _SPARED or name in used]


def columns_of(base: Mapping[str, Mapping[str, str]], free: Mapping[str, Mapping[str, str]]) -> list[str]:
    """The same, of a sheet that was sent, by its baseline: what stood in each cell, and which of them may be filled."""
    used = {name for row in base.values() for name, was in row.items() if was}
    used |= {name for row in free.values() for name in row.get("", "").split(";")}
    return [name for name in asked.COLUMNS if name not in _SPARED or name in used]


def _fill(book: Book, sheet: asked.Sheet, title: str) -> None:
    names = columns(sheet)
    heads = [(text(f"ledger.col_{name}", sheet.lang), "cell head" + " input" * (name in asked.INPUT)) for name in names]
    widths, frozen = [_WIDTH[name] for name in names], names.index("name") + 1
    page = book.page(
        text("ledger_sheets.page_fill", sheet.lang), widths, heads, title=title, freeze=frozen, locked=True
    )
    for row, line in enumerate(sheet.lines, 2):
        for at, name in enumerate(names):
            style = "locked" if name not in line.open else "wanted" if name in line.asked else "free"
            page.write(row, at, line.cells.get(name, ""), f"cell {style}" + " day" * (name in _DATES))
            for options in _offered(line, name, sheet.lang):
                page.offer(row, at, row, **options)


def _offered(line: asked.Line, name: str, lang: str) -> Iterator[dict[str, Any]]:
    """Lists and kinds guide and never block: the file is read whatever was typed."""
    if name not in line.open:
        return
    if name == "stage" and len(",".join(line.stages)) <= LIST:
        yield {"words": list(line.stages), "error_type": "information"}
    elif name == "value":
        words = [text(f"ledger_sheets.{status}", lang) for status in ("not_applicable", "not_available")]
        yield {"words": words, "show_error": False}
    elif name in _DATES:
        yield {
            "validate": "date",
            "criteria": "greater than or equal to",
            "value": date(1949, 1, 1),
            "error_type": "information",
        }
    elif name in ("numerator", "denominator"):
        yield {"validate": "decimal", "criteria": "greater than or equal to", "value": 0, "error_type": "information"}


def _past(book: Book, sheet: asked.Sheet) -> None:
    """One row a task; rates may be written as numerator/denominator, so their cells are text."""
    lang, periods, fixed = sheet.lang, sheet.periods, dict(zip(PAST, (6, 24, 8, 10), strict=True))
    heads = [(text(f"ledger.col_{name}", lang), "cell head") for name in fixed]
    heads += [(one, "cell head input") for one in (*periods, text("ledger.col_correction", lang))]
    widths = [*fixed.values(), *[9] * len(periods), 16]
    name, title = (text(f"ledger_sheets.{one}", lang) for one in ("page_past", "past_title"))
    page = book.page(name, widths, heads, title=title, freeze=2, locked=True)
    for row, past in enumerate(sheet.past, 2):
        task = past.task
        unit = units.word(written.bare(task["unit"]), lang) if task["unit"] else ""
        told = (task["task_id"], task[f"name_{lang}"], unit, text(f"ledger.given_{task['given']}", lang))
        for at, cell in enumerate(told):
            page.write(row, at, cell, "cell locked")
        shared = task["given"] == "ratio" or task["kind"] == "average" or written.scale(task["unit"]) != 1
        for at, period in enumerate(periods, len(fixed)):
            known = past.cells.get(period)
            style = "locked" if known is None else "free" if known else "wanted"
            cell = known if shared or not known else float(known)
            page.write(row, at, cell, f"cell {style}" + " text" * (shared and known is not None))
        page.write(row, len(widths) - 1, "", "cell free")
