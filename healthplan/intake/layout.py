"""A sheet to raw figures: long tables row by row, wide tables cell by cell, and a list of all the rest.

Nothing is judged here. Every filled cell below and beside a header becomes part of a raw figure, an entry of
the list of what is left out, or a fault.
"""

import re
from datetime import date

from healthplan.intake import columns, headers, lines
from healthplan.intake.book import Book, Sheet, letter
from healthplan.intake.faults import REFERENCE, LeftOut, span
from healthplan.intake.headers import Found
from healthplan.intake.rows import Laid
from healthplan.language import characters, units, vocabulary
from healthplan.language.names import Register

_TITLE_UNIT = re.compile(r"单位\s*[:：]\s*([^\s,，;；)）]+)")


def lay_out(book: Book, today: date, register: Register) -> Laid:
    """Every visible sheet of the book laid out; hidden sheets and sheets without a table are listed."""
    laid = Laid()
    for sheet in book.sheets:
        filled = sheet.used()
        if not filled:
            continue
        if sheet.cell(0, 0).text.startswith(REFERENCE):
            laid.left.append(LeftOut(sheet.name, None, "", f"{filled}", "reference_sheet"))
            continue
        if sheet.hidden:
            laid.left.append(LeftOut(sheet.name, None, "", f"{filled}", "hidden_sheet"))
            laid.say("LEFT-HIDDEN", book.file, sheet=sheet.name, cells=filled)
            continue
        _sheet(sheet, book, today, register, laid)
    for (name, column), rows in laid.spanned.items():
        laid.say("CELL-SPANNED", book.file, sheet=name, row=rows[0], column=column, rows=span(rows))
    return laid


def _sheet(sheet: Sheet, book: Book, today: date, register: Register, laid: Laid) -> None:
    at = headers.find(sheet, today)
    if at is None:
        laid.left.append(LeftOut(sheet.name, None, "", f"{sheet.used()}", "no_table"))
        if len(book.sheets) > 1:
            laid.say("LEFT-SHEET", book.file, sheet=sheet.name, cells=sheet.used())
        return
    title_unit = above(sheet, at.row, book, laid)
    _hidden_lines(sheet, book, laid)
    while at is not None:
        laid.tables += 1
        columns.crosswise(at, register)
        end, following = _extent(sheet, at, today)
        _table(sheet, at, end, title_unit, book, today, laid)
        at = following


def _extent(sheet: Sheet, at: Found, today: date) -> tuple[int, Found | None]:
    """Where the table ends: at the next header, if there is one below."""
    words = [h.text for h in at.headings]
    for row in range(at.first, len(sheet.rows)):
        cells = [characters.clean(cell.text) for cell in sheet.rows[row]]
        hits = sum(1 for c in cells if characters.key(c) in vocabulary.headers())
        if hits >= 3 or (hits >= 2 and cells[: len(words)] == words):
            following = headers.at(sheet, row, today)
            if following is not None:
                return row, following
    return len(sheet.rows), None


def above(sheet: Sheet, row: int, book: Book, laid: Laid) -> str:
    """The lines above the header: listed; a unit that they state is handed on."""
    unit = ""
    rows = []
    for number in range(row):
        words = [characters.clean(cell.text) for cell in sheet.rows[number] if not cell.blank]
        if not words:
            continue
        line = " ".join(words)
        rows.append(number + 1)
        laid.left.append(LeftOut(sheet.name, number + 1, "", line, "title"))
        if (match := _TITLE_UNIT.search(line)) and units.parse(match.group(1)) is not None:
            unit = match.group(1)
    if rows:
        laid.say(
            "LEFT-TITLE",
            book.file,
            sheet=sheet.name,
            row=rows[0],
            value=laid.left[-1].value,
            rows=span(rows),
        )
    return unit


def _hidden_lines(sheet: Sheet, book: Book, laid: Laid) -> None:
    rows = [
        r + 1
        for r in sheet.hidden_rows
        if r < len(sheet.rows) and any(not c.blank for c in sheet.rows[r])
    ]
    columns = [
        c
        for c in sheet.hidden_columns
        if any(not sheet.cell(r, c).blank for r in range(len(sheet.rows)))
    ]
    if rows:
        laid.say("LEFT-HIDDEN-ROWS", book.file, sheet=sheet.name, row=min(rows), rows=span(rows))
    if columns:
        shown = ", ".join(letter(c) for c in sorted(columns))
        laid.say("LEFT-HIDDEN-COLUMNS", book.file, sheet=sheet.name, column=shown)


def _table(
    sheet: Sheet, at: Found, end: int, title_unit: str, book: Book, today: date, laid: Laid
) -> None:
    faults = columns.header_faults(at, sheet, book.file)
    laid.faults += faults
    if any(f.severity == "error" for f in faults):
        return
    columns.columns_left_out(sheet, at, end, book, laid)
    for row in lines.readable(sheet, at, end, book, laid):
        words = lines.words(sheet, row, at)
        laid.raws += lines.raws(sheet, row, at, words, title_unit, today, book, laid)
