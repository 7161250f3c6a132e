"""The workbook 收表情况.xlsx: who has returned what, cells that were sent back, rows that wait to be claimed."""

from pathlib import Path

import pandas as pd

from healthplan import registers
from healthplan.book import Book
from healthplan.intake import open_book
from healthplan.ledger import figures, quarters, store
from healthplan.messages import default_language, text

NAME = "收表情况.xlsx"
_WIDTHS = {
    "department": 15,
    "file": 22,
    "reason": 50,
    "words": 80,
    "row": 6,
    "name": 22,
    "item_id": 8,
    "version": 6,
    "files": 8,
    "days_late": 8,
}


def workbook(
    ledger: store.Ledger, plan: str, quarter: str, extra: list[tuple[str, int, str]], warnings: list[str], before: Path
) -> bytes:
    """The workbook of a quarter; rows to be claimed that stand in the one at ``before`` are kept."""
    lang = default_language()
    rows = {
        "departments": _departments(ledger, plan, quarter), "refused": _refused(ledger, quarter),
        "claims": _claims(extra, before), "warnings": pd.DataFrame({"words": warnings}),
    }  # fmt: skip
    with Book() as book:
        for name, frame in rows.items():
            heads = [text(f"ledger_sheets.reg_{column}") for column in frame.columns]
            widths = [_WIDTHS.get(column, 11) for column in frame.columns]
            page = book.page(text(f"ledger_sheets.register_{name}"), widths, heads)
            for row, one in enumerate(frame.fillna("").astype("str").to_dict("records"), 1):
                for at, (column, value) in enumerate(one.items()):
                    page.write(row, at, registers.departments(value, lang) if column == "department" else value)
    return book.content


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
    year = ledger.entries["quarter"].str[:4] <= str(quarters.year_of(quarter))
    names = dict(zip(ledger.tasks["task_id"], ledger.tasks[f"name_{default_language()}"], strict=True))
    files = dict(zip(ledger.returns["return_id"], ledger.returns["file"], strict=True))
    rows = [
        {**row, "name": names[row["task_id"]], "file": files.get(row["return_id"], "")}
        for row in figures.counting(ledger.entries[year].to_dict("records")) if row["status"] == "refused"
    ]  # fmt: skip
    columns = ["department", "task_id", "item_id", "name", "quarter", "text", "reason", "file"]
    return pd.DataFrame(rows, columns=columns)


def _claims(extra: list[tuple[str, int, str]], before: Path) -> pd.DataFrame:
    columns = ["file", "row", "words"]
    told: list[tuple[str, ...]] = []
    if before.exists():
        sheets = open_book(before, before.name).sheets
        told = [tuple(cell.text for cell in row[:3]) for row in sheets[2].rows[1:]] if len(sheets) > 2 else []
    fresh = [(file, str(row), words) for file, row, words in extra]
    return pd.DataFrame(list(dict.fromkeys([*told, *fresh])), columns=columns)
