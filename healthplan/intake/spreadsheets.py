"""Workbooks to books: values, the formulas behind them, number formats, what is merged or hidden.

:mod:`zipscan` has found nothing in an .xlsx or .ods that could hurt before it comes here. openpyxl reads an .xlsx twice,
once for what is shown and once for the formulas. Of an .ods content.xml is read row by row, repeats unrolled within
limits: a reader that gives bare values would lose percentages, formulas, hidden rows and merged ranges. An .xls is read
by calamine in a process of its own (:mod:`limited`).
"""

import math
import re
import sys
import warnings
import zipfile
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from healthplan import limited, oldbook
from healthplan.intake.book import BLANK, Book, Cell, Sheet, plain
from healthplan.intake.faults import refusal
from healthplan.intake.zipscan import CELLS, COLUMNS, ROWS, integer
from healthplan.messages import both

AREA = 2_000_000  # cells of an .xls to be read: calamine fills a whole rectangle
# an .xls with a password: its first records are those of a workbook's beginning and of its key
_LOCKED = re.compile(
    rb"\x09\x08(?:\x10\x00\x00\x06\x05\x00.{12}|\x08\x00\x00\x05\x05\x00.{4})(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL
)


def typed(value: Any, style: str = "") -> Cell:
    """A Python value out of a spreadsheet reader as a cell."""
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", flag=value)
    if isinstance(value, int | float):
        number = (
            math.inf if abs(value) > sys.float_info.max else float(value)
        )  # a whole number may be too long for a float
        if not math.isfinite(number):
            return Cell(str(number), error=str(number))
        return Cell(plain(number), number=number, format=style)
    if isinstance(value, date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell(day.isoformat(), when=day, format=style)
    if isinstance(value, time | timedelta):
        return Cell(str(value), when=date(1900, 1, 1), format=style)
    return Cell(str(value), format=style)


def xlsx(path: Path, shown: str) -> Book:
    """All worksheets of an .xlsx. Raises InputError when openpyxl cannot make sense of it."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(path, data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as wrong:  # openpyxl raises whatever the broken part makes it raise
        raise refusal("FILE-DAMAGED", shown, reason=both("errors.inside")) from wrong
    return Book(shown, "xlsx", [_xlsx_sheet(sheet, formulas[sheet.title]) for sheet in values.worksheets])


def _xlsx_sheet(values: Any, formulas: Any) -> Sheet:
    sheet = Sheet(values.title, hidden=values.sheet_state != "visible", lettered=True)
    cells = {place: cell for place, cell in formulas._cells.items() if cell.value is not None}
    last_column = max((column for _, column in cells), default=0)
    sheet.rows = [[BLANK] * last_column for _ in range(max((row for row, _ in cells), default=0))]
    for (row, column), behind in cells.items():
        sheet.rows[row - 1][column - 1] = _xlsx_cell(values._cells.get((row, column)), behind)
    sheet.merged = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in values.merged_cells.ranges]
    sheet.hidden_rows = {row - 1 for row, d in values.row_dimensions.items() if d.hidden}
    for dimension in values.column_dimensions.values():
        if dimension.hidden:
            sheet.hidden_columns |= set(range((dimension.min or 0) - 1, min(dimension.max or 0, last_column)))
    return sheet


def _xlsx_cell(shown: Any, behind: Any) -> Cell:
    formula = ""
    if behind.data_type == "f":
        formula = getattr(behind.value, "text", None) or str(behind.value)
    if shown is None:
        return Cell(formula=formula)
    if shown.data_type == "e":
        return Cell(str(shown.value), formula=formula, error=str(shown.value))
    cell = typed(shown.value, shown.number_format or "")
    return replace(cell, formula=formula) if formula else cell


def xls(path: Path, shown: str, ending: str) -> Book:
    """All worksheets of an .xls (BIFF8 in an OLE container). Raises InputError for other OLE files, encryption and damage."""
    data = path.read_bytes()
    encrypted = any(name.encode("utf-16-le") in data for name in ("EncryptedPackage", "EncryptionInfo"))
    if encrypted or (ending == ".xls" and _LOCKED.search(data)):
        raise refusal("FILE-LOCKED", shown)
    other = "Word (.doc)" if "WordDocument".encode("utf-16-le") in data else "WPS (.et)" if ending == ".et" else ""
    if other:
        raise refusal("FILE-KIND", shown, what=other)
    if ending != ".xls":
        raise refusal("FILE-LABEL", shown, what="Excel 97-2003 (.xls)", ending=ending or "-")
    if len(data) < 512:
        raise refusal("FILE-DAMAGED", shown, reason="OLE")
    try:
        found = limited.call(oldbook.sheets, str(path), AREA, CELLS)
    except limited.Ended as ended:
        if ended.why == "time":
            raise refusal("FILE-LARGE", shown, limit=f"{limited.SECONDS} s") from ended
        if "password" in ended.why.lower() or "encrypt" in ended.why.lower():
            raise refusal("FILE-LOCKED", shown) from ended
        reason = "BIFF (memory)" if ended.why == "memory" else ended.why.rpartition("CalamineError: ")[2]
        raise refusal("FILE-DAMAGED", shown, reason=reason) from ended
    if found and isinstance(found[0], int):
        rows, columns = found
        if rows > 65_536 or columns > 256:  # more than the format has
            raise refusal("FILE-DAMAGED", shown, reason=f"BIFF: {rows} × {columns}")
        raise refusal("FILE-FAR", shown, row=rows, value=f"{rows} × {columns}", limit=f"{AREA}")
    return Book(shown, "xls", [_xls_sheet(sheet) for sheet in found])


def _xls_sheet(found: dict[str, Any]) -> Sheet:
    rows = [[_xls_cell(value) for value in row] for row in found["rows"]]
    return Sheet(found["name"], rows, hidden=found["hidden"], merged=found["merged"], lettered=True)


def _xls_cell(value: Any) -> Cell:
    if isinstance(value, date):
        return typed(value.date() if isinstance(value, datetime) else value)
    if isinstance(value, (time, timedelta)):
        return typed(time(0))
    cell = typed(None if value == "" else value)
    wrong = cell.text.startswith("#") and cell.text.endswith(("!", "?", "/A"))
    return Cell(cell.text, error=cell.text) if wrong else cell


_TABLE, _OFFICE, _TEXT, _STYLE = (
    f"{{urn:oasis:names:tc:opendocument:xmlns:{name}:1.0}}" for name in ("table", "office", "text", "style")
)


def ods(path: Path, shown: str) -> Book:
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
    return Book(shown, "ods", [_ods_sheet(table, hidden, shown) for table in root.iter(f"{_TABLE}table")])


def _ods_sheet(table: ElementTree.Element, hidden: set[str | None], shown: str) -> Sheet:
    name = table.get(f"{_TABLE}name", "")
    sheet = Sheet(name, hidden=table.get(f"{_TABLE}style-name") in hidden, lettered=True)
    at = filled = 0
    for row in table.iter(f"{_TABLE}table-row"):
        cells, spans = _ods_row(row, shown, name, at)
        times = _number(row, "rows-repeated")
        if cells:
            filled += times * len(cells)
            if at + times > ROWS or filled > CELLS * 5:
                raise refusal("FILE-FAR", shown, name, at + 1, value=f"× {times}", limit=f"{ROWS}")
            sheet.rows += [[BLANK] for _ in range(at - len(sheet.rows))]
            sheet.rows += [list(cells) for _ in range(times)]
        sheet.hidden_rows |= _hidden(row, at, at + times, ROWS)
        sheet.merged += [(at, left, at + down - 1, left + wide - 1) for left, down, wide in spans]
        at += times
    column = 0
    for element in table.iter(f"{_TABLE}table-column"):
        times = _number(element, "columns-repeated")
        sheet.hidden_columns |= _hidden(element, column, column + times, COLUMNS)
        column += times
    return sheet


def _number(element: ElementTree.Element, what: str) -> int:
    return integer(element.get(f"{_TABLE}number-{what}"), 1)


def _hidden(element: ElementTree.Element, first: int, end: int, most: int) -> set[int]:
    out_of_sight = element.get(f"{_TABLE}visibility") in ("collapse", "filter")
    return set(range(first, min(end, most))) if out_of_sight else set()


def _ods_row(row: ElementTree.Element, shown: str, name: str, at: int) -> tuple[list[Cell], list[tuple[int, int, int]]]:
    """The cells of a row up to its last filled one, and its merged spans (column, rows, columns)."""
    cells: list[Cell] = []
    spans = []
    gap = 0
    for element in row:
        if element.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times, cell = _number(element, "columns-repeated"), _ods_cell(element)
        if cell.blank:
            gap += times
            continue
        if len(cells) + gap + times > COLUMNS:
            raise refusal("FILE-FAR", shown, name, at + 1, value=cell.text, limit=f"{COLUMNS}")
        cells += [BLANK] * gap
        down, wide = min(_number(element, "rows-spanned"), ROWS), min(_number(element, "columns-spanned"), COLUMNS)
        if down > 1 or wide > 1:
            spans.append((len(cells), down, wide))
        cells += [cell] * times
        gap = 0
    return cells, spans


def _ods_cell(element: ElementTree.Element) -> Cell:
    kind, formula = element.get(f"{_OFFICE}value-type", ""), element.get(f"{_TABLE}formula", "")
    words = "\n".join("".join(p.itertext()) for p in element.iter(f"{_TEXT}p"))
    written = element.get(f"{_OFFICE}date-value", "")[:10] if kind == "date" else element.get(f"{_OFFICE}value", "")
    try:
        if kind in ("float", "percentage", "currency"):
            number = float(written)
            if not math.isfinite(number):
                raise ValueError(written)
            return Cell(plain(number), number=number, formula=formula, format="0%" if kind == "percentage" else "")
        if kind == "date":
            return Cell(written, when=date.fromisoformat(written), formula=formula)
    except ValueError:
        return Cell(words or written, error=words or written or "?")
    if kind == "boolean":
        return Cell(words, flag=element.get(f"{_OFFICE}boolean-value") == "true", formula=formula)
    error = words if words.startswith(("#", "Err:")) and formula else ""
    return Cell(words, formula=formula, error=error)
