"""Our own tables coming back: tidy tables, sheets to be confirmed; which of them a file is, its rows.

A file whose header has every required column of a declared table is that table and is checked as it stands. The sheet of
figures that ``read-figures`` wrote is, once a person has decided, a plain table of figures like any other: rows that were
dropped are blank, so that every other row keeps its number; a row without a decision, or one that was accepted although
it is a plan or a change, is a fault by name.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, InputError
from healthplan.intake.book import BLANK, Book, Cell, Sheet
from healthplan.intake.faults import EXAMPLE, REFERENCE, LeftOut, fault
from healthplan.language import characters
from healthplan.planreader.sheet import decision

_DECLARED = (
    "targets", "milestones", "series", "sources", "indicators", "areas", "corrections", "breaks", "area_changes",
)  # fmt: skip
_CANDIDATES = {"decision", "evidence", "comparator", "name"}
_FIGURES = {"decision", "evidence", "kind", "name", "locator", "document"}
_COLUMNS = {
    "指标": "indicator", "地区": "area", "年份": "year", "时期": "period", "数值": "value", "单位": "unit",
    "分子": "numerator", "分母": "denominator", "来源": "document", "数据状态": "kind",
}  # fmt: skip
_STATUS = {"level": "final", "previous": "final", "implied": "derived"}
_WHOLE = ("", "annual", "year-end", "全年", "年末", "年底")


@dataclass
class Declared:
    """A declared table found in a book: its name, its rows as text, the sheet, and where its header stands."""

    name: str
    frame: pd.DataFrame
    sheet: Sheet
    header: int
    names: dict[str, str]


def find(book: Book) -> Declared | None:
    """The declared table that the first visible sheet with a matching header holds, or None."""
    for sheet in book.sheets:
        skipped = sheet.hidden or sheet.cell(0, 0).text.startswith(REFERENCE)
        for header in range(0 if skipped else min(20, len(sheet.rows))):
            words = [characters.clean(cell.text) for cell in sheet.rows[header]]
            if (found := _matching(words)) is None:
                continue
            places = {column: words.index(word) for column, word in found[1].items()}
            rows = [
                [r + 1, *(characters.clean(sheet.cell(r, at).text) for at in places.values())]
                for r in range(header + 1, len(sheet.rows))
                if any(not cell.blank for cell in sheet.rows[r])
            ]
            frame = pd.DataFrame(rows, columns=["_row", *places]).astype({"_row": "int64"})
            return Declared(found[0], frame, sheet, header, found[1])
    return None


def _matching(words: list[str]) -> tuple[str, dict[str, str]] | None:
    """The table whose required columns are all in these header cells, with the cells' names for its columns."""
    plain = {word.casefold(): word for word in words if word}
    if set(plain) >= _CANDIDATES:
        return "plan_sheet", plain
    for name in _DECLARED:
        required = {c.name for c in tables.ALL[name].columns if c.required} - {"name_en"}
        if required <= set(plain) and len(required) > 1:
            return name, plain
    return None


def check(found: Declared, book: Book) -> tuple[pd.DataFrame, list[Fault], list[LeftOut]]:
    """The table checked (empty when a fault is an error), its faults and the example rows left out."""
    frame = found.frame
    marked = frame.drop(columns="_row").map(lambda cell: str(cell).startswith(EXAMPLE)).any(axis=1).astype(bool)
    left = [LeftOut(found.sheet.name, row, "", "", "example_row") for row in frame.loc[marked, "_row"].tolist()]
    frame = frame[~marked].reset_index(drop=True)
    faults = list(_cell_faults(found, book))
    if left:
        faults.append(fault("LEFT-EXAMPLE", book.file, found.sheet.name, left[0].row, count=len(left)))
    if frame.empty:
        faults.append(fault("DATA-NONE", book.file, sheet=found.sheet.name))
    if found.name == "plan_sheet" or any(f.severity == "error" for f in faults):
        return frame.drop(columns="_row"), faults, left
    rows = frame.pop("_row").tolist()
    for one in tables.ALL[found.name].columns:
        if one.name not in frame and not one.required:
            frame[one.name] = ""
    try:
        return tables.check(frame, found.name, source=book.file), faults, left
    except InputError as wrong:
        for told in wrong.faults:  # each with the row and the column's name as they stand in the file
            row = found.header + 1 if told.row is None or told.row < 2 else rows[told.row - 2]
            column = found.names.get(told.column, told.column)
            faults.append(Fault(told.code, told.file, found.sheet.name, row, column, told.value, told.fields))
        return tables.empty(found.name), faults, left


def _cell_faults(found: Declared, book: Book) -> Iterator[Fault]:
    """Formulas without a result and error cells, which as text would pass for empty or for words."""
    for r in range(found.header + 1, len(found.sheet.rows)):
        for column, cell in enumerate(found.sheet.rows[r]):
            name = characters.clean(found.sheet.cell(found.header, column).text)
            place: dict[str, Any] = {"sheet": found.sheet.name, "row": r + 1, "column": name}
            if cell.error:
                yield fault("CELL-ERROR", book.file, value=cell.error, **place)
            elif cell.formula and not cell.text.strip():
                yield fault("CELL-FORMULA", book.file, value=cell.formula, **place)
            elif not cell.blank and not name:
                yield fault("ROW-LONG", book.file, value=cell.text, cells=column + 1, wanted=len(found.names), **place)


def as_figures(book: Book) -> Book:
    """The book with each sheet of figures that a person has decided on as a plain table; any other book as it is."""
    for n, sheet in enumerate(book.sheets):
        head = [characters.clean(cell.text).casefold() for cell in sheet.rows[0]] if sheet.rows else []
        if set(head) >= _FIGURES:
            below = (dict(zip(head, cells, strict=False)) for cells in sheet.rows[1:])
            rows = [_decided(row, book, sheet.name, n) for n, row in enumerate(below, 2)]
            book.sheets[n] = replace(sheet, rows=[[Cell(name) for name in _COLUMNS], *rows], merged=[])
    return book


def _decided(row: dict[str, Cell], book: Book, sheet: str, n: int) -> list[Cell]:
    """A row of figures as a plain table has it; blank where it was dropped, or cannot be taken, which is a fault."""
    written = row.get("decision", BLANK).text
    told = decision(written)
    if all(cell.blank for cell in row.values()) or told == "drop":
        return []
    kind, name = row.get("kind", BLANK).text.strip(), row.get("name", BLANK)
    wrong = None
    if not told:
        code = "READ-DECISION" if written.strip() else "READ-UNDECIDED"
        wrong = fault(code, book.file, sheet, n, "decision", value=written)
    elif kind not in _STATUS:
        wrong = fault("FIGURE-KIND", book.file, sheet, n, "kind", value=kind, name=name.text)
    if wrong:
        book.faults.append(wrong)
        return []
    cells = {column: row.get(column, BLANK) for column in _COLUMNS.values()}
    if not cells["indicator"].text.strip():
        cells["indicator"] = name
    source = (cells["document"].text.strip(), row.get("locator", BLANK).text.strip())
    period = cells["period"].text.strip()
    cells["document"], cells["kind"] = Cell(" ".join(filter(None, source))), Cell(_STATUS[kind])
    return list((cells | {"period": Cell("" if period in _WHOLE else _part(period))}).values())


def _part(text: str) -> str:
    """A part of a year in the words of a table: cumulative:01-08 is 1-8月."""
    found = re.fullmatch(r"(?:cumulative|month):0?(\d+)(?:-0?(\d+))?", text)
    if found:
        return f"{found[1]}-{found[2]}月" if found[2] else f"{found[1]}月"
    quarter = re.fullmatch(r"quarter:(\d)", text)
    return f"{quarter[1]}季度" if quarter else "时点" if text == "point" else text
