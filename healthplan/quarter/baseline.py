"""The baseline of a department's sheet: every value that was sent, hidden in the file, against which the returned one is read."""

import hashlib
from datetime import date

import pandas as pd

from healthplan.intake.book import Book, Sheet
from healthplan.ledger import written
from healthplan.quarter import asked

BASE = "_base"  # its sheet
KNOWN = ("kind", "given", "unit", "goal_value")  # of the task as sent, kept in the baseline only
Rows = list[tuple[str, str, str, str]]


def as_text(cell: asked.Cell) -> str:
    """A cell as the baseline keeps it."""
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(cell.split()) if isinstance(cell, str) else written.plain(cell)


def rows_of(sent: asked.Sheet) -> Rows:
    """Every sent value: part (about, fill, past), row key, column, text; empty cells too."""
    about = {
        name: str(getattr(sent, name)) for name in ("sheet_id", "plan_id", "quarter", "department", "version", "due")
    }
    rows = [("about", "", name, value) for name, value in about.items()]
    for line in sent.lines:
        rows += [("fill", line.key, column, as_text(line.cells.get(column, ""))) for column in asked.COLUMNS]
        rows += [("task", line.key, name, known(line.task, name)) for name in KNOWN]
        rows.append(("open", line.key, "", ";".join(sorted(line.open))))
    for row in sent.past:
        rows += [("past", row.task["task_id"], period, cell) for period, cell in row.cells.items()]
    return rows


def known(task: dict, name: str) -> str:
    """A column of *tasks* as the baseline keeps it."""
    value = task[name]
    return "" if pd.isna(value) else as_text(float(value) if isinstance(value, int | float) else str(value))


def digest(rows: Rows) -> str:
    """The hash of a baseline, behind that of what a department cannot change: where only the first agrees, the sheet
    asks the same and more of it has been filled."""
    locked = [
        row for row in rows
        if row[0] == "task" or (row[0] == "fill" and row[2] not in asked.INPUT) or row[2] == "due"
    ]  # fmt: skip
    return "-".join(hashlib.blake2b(repr(part).encode(), digest_size=8).hexdigest() for part in (locked, rows))


def read(book: Book) -> Rows:
    """The baseline of a file that came back; empty where it has none."""
    sheet = next((one for one in book.sheets if one.name == BASE), Sheet())
    rows = ([cell.text for cell in row[:4]] for row in sheet.rows)
    return [(*row, "", "", "", "")[:4] for row in rows if any(row)]  # type: ignore[misc]
