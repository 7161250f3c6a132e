"""An OpenDocument spreadsheet to a book: its content.xml read row by row, repeats unrolled within limits.

The zip has been looked through before (no document types, bounded size), so the standard library's parser is
enough; a reader that gives bare values would lose percentages, formulas, hidden rows and merged ranges.
"""

import math
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

from healthplan.intake.book import BLANK, Book, Cell, Sheet, plain
from healthplan.intake.faults import refusal
from healthplan.intake.zipscan import CELLS, COLUMNS, ROWS, integer

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"


def read(path: Path, shown: str) -> Book:
    """All tables of an .ods file. Raises InputError for encryption, damage and repeats beyond the limits."""
    manifest = "META-INF/manifest.xml"
    with zipfile.ZipFile(path) as archive:
        if manifest in archive.namelist() and b"encryption-data" in archive.read(manifest):
            raise refusal("FILE-LOCKED", shown)
        try:
            root = ElementTree.fromstring(archive.read("content.xml"))
        except ElementTree.ParseError as wrong:
            raise refusal("FILE-DAMAGED", shown, reason=f"content.xml: {wrong}") from wrong
    hidden = {
        style.get(f"{_STYLE}name")
        for style in root.iter(f"{_STYLE}style")
        for part in style.iter(f"{_STYLE}table-properties")
        if part.get(f"{_TABLE}display") == "false"
    }
    sheets = [_sheet(table, hidden, shown) for table in root.iter(f"{_TABLE}table")]
    return Book(shown, "ods", sheets)


def _sheet(table: ElementTree.Element, hidden: set[str | None], shown: str) -> Sheet:
    name = table.get(f"{_TABLE}name", "")
    sheet = Sheet(name, hidden=table.get(f"{_TABLE}style-name") in hidden, lettered=True)
    at = filled = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells, spans = _row(row, shown, name, at)
        times = _times(row, "rows")
        if cells:
            if at + times > ROWS or filled + times * len(cells) > CELLS * 5:
                raise refusal("FILE-FAR", shown, name, at + 1, value=f"× {times}", limit=f"{ROWS}")
            sheet.rows += [[BLANK] for _ in range(at - len(sheet.rows))]
            sheet.rows += [list(cells) for _ in range(times)]
            filled += times * len(cells)
        if row.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_rows |= set(range(at, min(at + times, ROWS)))
        sheet.merged += [(at, left, at + down - 1, left + wide - 1) for left, down, wide in spans]
        at += times
    column = 0
    for element in table.iter(f"{_TABLE}table-column"):
        times = _times(element, "columns")
        if element.get(f"{_TABLE}visibility") in ("collapse", "filter"):
            sheet.hidden_columns |= set(range(column, min(column + times, COLUMNS)))
        column += times
    return sheet


def _row(row: ElementTree.Element, shown: str, name: str, at: int) -> tuple[list[Cell], list[tuple[int, int, int]]]:
    """The cells of a row up to its last filled one, and its merged spans (column, rows, columns)."""
    cells: list[Cell] = []
    spans = []
    gap = 0
    for element in row:
        if element.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = _times(element, "columns")
        cell = _cell(element)
        if cell.blank:
            gap += times
            continue
        if len(cells) + gap + times > COLUMNS:
            raise refusal("FILE-FAR", shown, name, at + 1, value=cell.text, limit=f"{COLUMNS}")
        cells += [BLANK] * gap
        down = min(integer(element.get(f"{_TABLE}number-rows-spanned"), 1), ROWS)
        wide = min(integer(element.get(f"{_TABLE}number-columns-spanned"), 1), COLUMNS)
        if down > 1 or wide > 1:
            spans.append((len(cells), down, wide))
        cells += [cell] * times
        gap = 0
    return cells, spans


def _times(element: ElementTree.Element, what: str) -> int:
    return integer(element.get(f"{_TABLE}number-{what}-repeated"), 1)


def _cell(element: ElementTree.Element) -> Cell:
    kind = element.get(f"{_OFFICE}value-type", "")
    formula = element.get(f"{_TABLE}formula", "")
    words = "\n".join("".join(p.itertext()) for p in element.iter(f"{_TEXT}p"))
    if kind in ("float", "percentage", "currency"):
        written = element.get(f"{_OFFICE}value", "")
        number = _finite(written)
        if number is None:
            return Cell(words or written, error=words or written or "?")
        style = "0%" if kind == "percentage" else ""
        return Cell(plain(number), number=number, formula=formula, format=style)
    if kind == "date":
        day = element.get(f"{_OFFICE}date-value", "")[:10]
        try:
            return Cell(day, when=date.fromisoformat(day), formula=formula)
        except ValueError:
            return Cell(words or day, error=words or day or "?")
    if kind == "boolean":
        return Cell(words, flag=element.get(f"{_OFFICE}boolean-value") == "true", formula=formula)
    error = words if words.startswith(("#", "Err:")) and formula else ""
    return Cell(words, formula=formula, error=error)


def _finite(written: str) -> float | None:
    try:
        number = float(written)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
