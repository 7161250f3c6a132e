"""The workbook 收表情况.xlsx: who has returned what, cells that were sent back, rows that wait to be claimed."""

import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan.intake import open_book
from healthplan.ledger import figures, quarters, store
from healthplan.messages import text

NAME = "收表情况.xlsx"
MADE = datetime(2000, 1, 1)
_WIDTHS = {"file": 30, "reason": 60, "words": 80, "row": 6}


def workbook(
    ledger: store.Ledger, plan: str, quarter: str, extra: list[tuple[str, int, str]], warnings: list[str], before: Path
) -> bytes:
    """The workbook of a quarter; rows to be claimed that stand in the one at ``before`` are kept."""
    import xlsxwriter

    made = io.BytesIO()
    book = xlsxwriter.Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "author": ""})
    head = book.add_format({"bold": True, "bg_color": "#DDE7EE", "border": 1, "text_wrap": True})
    cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    _page(book, "departments", _departments(ledger, plan, quarter), head, cell)
    _page(book, "refused", _refused(ledger, quarter), head, cell)
    _page(book, "claims", _claims(extra, before), head, cell)
    _page(book, "warnings", pd.DataFrame({"words": warnings}), head, cell)
    book.close()
    return made.getvalue()


def _page(book: Any, name: str, rows: pd.DataFrame, head: Any, cell: Any) -> None:
    page = book.add_worksheet(text(f"ledger_sheets.register_{name}"))
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(0)
    for at, column in enumerate(rows.columns):
        page.write_string(0, at, text(f"ledger_sheets.reg_{column}"), head)
        page.set_column(at, at, _WIDTHS.get(column, 13))
    for row, values in enumerate(rows.itertuples(index=False), 1):
        for at, value in enumerate(values):
            page.write_string(row, at, "" if pd.isna(value) else str(value), cell)
    page.freeze_panes(1, 0)


def _departments(ledger: store.Ledger, plan: str, quarter: str) -> pd.DataFrame:
    """Each department's last sheet and last return; those without one too."""
    sheets = ledger.sheets[(ledger.sheets["plan_id"] == plan) & (ledger.sheets["quarter"] == quarter)]
    rows = []
    for department, versions in sheets.groupby("department", sort=False):
        came = ledger.returns[ledger.returns["sheet_id"].isin(versions["sheet_id"])]
        last = came.iloc[-1] if len(came) else {}
        state = last["state"] if len(came) else "missing"
        row = {"department": department, "version": versions["version"].max(), "due": versions["due"].iloc[-1]}
        row |= {"state": text(f"ledger.return_{state}"), "files": len(came)}
        rows.append(row | {name: last.get(name, "") for name in ("received", "days_late", "file")})
    columns = ["department", "version", "due", "state", "files", "received", "days_late", "file"]
    return pd.DataFrame(rows, columns=columns)


def _refused(ledger: store.Ledger, quarter: str) -> pd.DataFrame:
    """The cells that are still open, with their questions."""
    now = ledger.entries[ledger.entries["quarter"].str[:4] <= str(quarters.year_of(quarter))]
    rows = figures.current(now)
    names = dict(zip(ledger.tasks["task_id"], ledger.tasks["name_zh"], strict=True))
    files = dict(zip(ledger.returns["return_id"], ledger.returns["file"], strict=True))
    rows = rows[rows["status"] == "refused"]
    rows = rows.assign(name=rows["task_id"].map(names), file=rows["return_id"].map(files))
    return rows[["department", "task_id", "item_id", "name", "quarter", "text", "reason", "file"]]


def _claims(extra: list[tuple[str, int, str]], before: Path) -> pd.DataFrame:
    columns = ["file", "row", "words"]
    told: list[tuple[str, ...]] = []
    if before.exists():
        sheets = open_book(before, before.name).sheets
        told = [tuple(cell.text for cell in row[:3]) for row in sheets[2].rows[1:]] if len(sheets) > 2 else []
    fresh = [(file, str(row), words) for file, row, words in extra]
    return pd.DataFrame(list(dict.fromkeys([*told, *fresh])), columns=columns)
