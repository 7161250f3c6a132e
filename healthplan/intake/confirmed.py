"""The sheet of figures that ``read-figures`` wrote, once a person has decided: a plain table of figures like any other.

Rows that were dropped are blank, so that every other row keeps its number; a row without a decision, or one that was
accepted although it is a plan or a change, is a fault by name.
"""

import re
from dataclasses import replace

from healthplan.errors import Fault
from healthplan.intake.book import BLANK, Book, Cell, Sheet
from healthplan.intake.faults import fault
from healthplan.language import characters
from healthplan.planreader.sheet import decision

_MARK = {"decision", "evidence", "kind", "name", "locator", "document"}
_COLUMNS = {
    "指标": "indicator", "地区": "area", "年份": "year", "时期": "period", "数值": "value", "单位": "unit",
    "分子": "numerator", "分母": "denominator", "来源": "document", "数据状态": "kind",
}  # fmt: skip
_STATUS = {"level": "final", "previous": "final", "implied": "derived"}
_WHOLE = ("", "annual", "year-end", "全年", "年末", "年底")


def as_figures(book: Book) -> Book:
    """The book with each such sheet as a plain table; any other book as it is."""
    for n, sheet in enumerate(book.sheets):
        head = [characters.clean(cell.text).casefold() for cell in sheet.rows[0]] if sheet.rows else []
        if set(head) >= _MARK:
            book.sheets[n] = _plain(sheet, head, book)
    return book


def _plain(sheet: Sheet, head: list[str], book: Book) -> Sheet:
    rows = [[Cell(name) for name in _COLUMNS]]
    for n, cells in enumerate(sheet.rows[1:], 2):
        row = dict(zip(head, cells, strict=False))
        told = decision(row.get("decision", BLANK).text)
        if all(cell.blank for cell in cells) or told == "drop":
            rows.append([])
        elif wrong := _wrong(row, told, book.file, sheet.name, n):
            book.faults.append(wrong)
            rows.append([])
        else:
            rows.append([_cell(row, name, column) for name, column in _COLUMNS.items()])
    return replace(sheet, rows=rows, merged=[])


def _wrong(row: dict[str, Cell], told: str, file: str, sheet: str, n: int) -> Fault | None:
    """Why a row cannot be taken."""
    written, kind = row.get("decision", BLANK).text, row["kind"].text.strip()
    if not told:
        code = "READ-DECISION" if written.strip() else "READ-UNDECIDED"
        return fault(code, file, sheet, n, "decision", value=written)
    if kind not in _STATUS:
        return fault("FIGURE-KIND", file, sheet, n, "kind", value=kind, name=row["name"].text)
    return None


def _cell(row: dict[str, Cell], name: str, column: str) -> Cell:
    cell = row.get(column, BLANK)
    text = cell.text.strip()
    if column == "indicator":
        return cell if text else row["name"]
    if column == "document":
        return Cell(" ".join(filter(None, [text, row["locator"].text.strip()])))
    if column == "kind":
        return Cell(_STATUS[text])
    if column == "period":
        return Cell("" if text in _WHOLE else _part(text))
    return cell


def _part(text: str) -> str:
    """A part of a year in the words of a table: cumulative:01-08 is 1-8月."""
    found = re.fullmatch(r"(?:cumulative|month):0?(\d+)(?:-0?(\d+))?", text)
    if found:
        return f"{found[1]}-{found[2]}月" if found[2] else f"{found[1]}月"
    quarter = re.fullmatch(r"quarter:(\d)", text)
    return f"{quarter[1]}季度" if quarter else "时点" if text == "point" else text
