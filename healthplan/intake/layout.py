"""A sheet to raw figures: long tables row by row, wide tables cell by cell, and a list of all the rest.

Nothing is judged here. Every filled cell below and beside a header becomes part of a raw figure, an entry of
the list of what is left out, or a fault.
"""

import re
from collections.abc import Iterator
from datetime import date

from healthplan.intake import columns, grouping, headers, lines
from healthplan.intake.book import Book, Sheet, letter
from healthplan.intake.faults import REFERENCE, span
from healthplan.intake.headers import Found
from healthplan.intake.rows import Laid, Raw
from healthplan.language import characters, units, vocabulary
from healthplan.language.names import Register

_TITLE_UNIT = re.compile(r"单位\s*[:：]\s*([^\s,，;；)）]+)")


def lay_out(book: Book, today: date, register: Register) -> Laid:
    """Every visible sheet of the book laid out; hidden sheets and sheets without a table are listed."""
    laid = Laid(book.file, today=today)
    for at in headed(book, laid):
        _hidden_lines(at.sheet, laid)
        grouping.named_sheet(at, laid)
        for table in _tables(at, laid):
            laid.raws += _raws(table, register, laid)
    for (name, column), rows in laid.spanned.items():
        laid.say("CELL-SPANNED", name, rows[0], column, rows=span(rows))
    for name, rows in laid.parts.items():
        laid.say("GROUP-ROW", name, rows[0], rows=span(rows))
    return laid


def headed(book: Book, laid: Laid) -> Iterator[Found]:
    """The first header of every sheet that is to be read; other sheets are listed and said."""
    for sheet in book.sheets:
        filled = sheet.used()
        if not filled:
            continue
        if sheet.cell(0, 0).text.startswith(REFERENCE):
            laid.leave(sheet.name, None, "", filled, "reference_sheet")
        elif sheet.hidden:
            laid.leave(sheet.name, None, "", filled, "hidden_sheet")
            laid.say("LEFT-HIDDEN", sheet.name, cells=filled)
        elif (at := headers.find(sheet, laid.today)) is None:
            laid.leave(sheet.name, None, "", filled, "no_table")
            if len(book.sheets) > 1:
                laid.say("LEFT-SHEET", sheet.name, cells=filled)
        else:
            laid.tables += 1
            at.title_unit = _above(sheet, at.row, laid)
            yield at


def _above(sheet: Sheet, row: int, laid: Laid) -> str:
    """The lines above the header: listed; a unit that they state is handed on."""
    unit = ""
    rows = []
    for number in range(row):
        words = [characters.clean(cell.text) for cell in sheet.rows[number] if not cell.blank]
        if not words:
            continue
        line = " ".join(words)
        rows.append(number + 1)
        laid.leave(sheet.name, number + 1, "", line, "title")
        if (match := _TITLE_UNIT.search(line)) and units.parse(match.group(1)) is not None:
            unit = match.group(1)
    if rows:
        laid.say("LEFT-TITLE", sheet.name, rows[0], value=laid.left[-1].value, rows=span(rows))
    return unit


def _hidden_lines(sheet: Sheet, laid: Laid) -> None:
    """What is said of hidden rows and columns that hold something."""
    filled = [
        (r, c) for r, row in enumerate(sheet.rows) for c, cell in enumerate(row) if not cell.blank
    ]
    rows = sorted({r + 1 for r, _ in filled} & {r + 1 for r in sheet.hidden_rows})
    columns = sorted({c for _, c in filled} & sheet.hidden_columns)
    if rows:
        laid.say("LEFT-HIDDEN-ROWS", sheet.name, rows[0], rows=span(rows))
    if columns:
        laid.say("LEFT-HIDDEN-COLUMNS", sheet.name, column=", ".join(map(letter, columns)))


def _tables(at: Found | None, laid: Laid) -> Iterator[Found]:
    """The table below a header and those that follow it on the same sheet, each up to the next header."""
    while at is not None:
        following = _following(at, laid.today)
        if following is not None:
            laid.tables += 1
            at.end, following.title_unit = following.row, at.title_unit
            following.group = at.group
        yield at
        at = following


def _following(at: Found, today: date) -> Found | None:
    """The next header below a table."""
    words = [h.text for h in at.headings]
    for row in range(at.first, len(at.sheet.rows)):
        cells = [characters.clean(cell.text) for cell in at.sheet.rows[row]]
        hits = sum(1 for c in cells if characters.key(c) in vocabulary.headers())
        if hits >= 3 or (hits >= 2 and cells[: len(words)] == words):
            following = headers.at(at.sheet, row, today)
            if following is not None:
                return following
    return None


def _raws(at: Found, register: Register, laid: Laid) -> Iterator[Raw]:
    """The raw figures of one table; none when its header is wrong."""
    columns.crosswise(at, register)
    before = len(laid.faults)
    grouping.settle(at, register, laid)
    columns.header_faults(at, laid)
    if not any(one.severity == "error" for one in laid.faults[before:]):
        columns.columns_left_out(at, laid)
        raws = [raw for row in lines.readable(at, laid) for raw in lines.raws(at, row, laid)]
        grouping.titled(at, raws, register, laid)
        yield from raws
