"""An .xlsx workbook to a book: values, the formulas behind them, number formats, what is merged or hidden.

openpyxl reads it twice, once for what is shown and once for the formulas, after :mod:`zipscan` has found
nothing in it that could hurt.
"""

import warnings
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from healthplan.intake.book import BLANK, Book, Cell, Sheet, plain
from healthplan.intake.faults import refusal


def read(path: Path, shown: str) -> Book:
    """All worksheets of the workbook. Raises InputError when openpyxl cannot make sense of it."""
    import openpyxl

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            values = openpyxl.load_workbook(path, data_only=True, keep_links=False)
            formulas = openpyxl.load_workbook(path, data_only=False, keep_links=False)
    except MemoryError:
        raise
    except Exception as wrong:  # openpyxl raises whatever the broken part makes it raise
        raise refusal("FILE-DAMAGED", shown, reason=f"{type(wrong).__name__}: {wrong}") from wrong
    sheets = [_sheet(sheet, formulas[sheet.title]) for sheet in values.worksheets]
    return Book(shown, "xlsx", sheets)


def _sheet(values: Any, formulas: Any) -> Sheet:
    sheet = Sheet(values.title, hidden=values.sheet_state != "visible", lettered=True)
    cells = {place: cell for place, cell in formulas._cells.items() if cell.value is not None}
    last_row = max((row for row, _ in cells), default=0)
    last_column = max((column for _, column in cells), default=0)
    sheet.rows = [[BLANK] * last_column for _ in range(last_row)]
    for (row, column), behind in cells.items():
        sheet.rows[row - 1][column - 1] = _cell(values._cells.get((row, column)), behind)
    sheet.merged = [(r.min_row - 1, r.min_col - 1, r.max_row - 1, r.max_col - 1) for r in values.merged_cells.ranges]
    sheet.hidden_rows = {row - 1 for row, d in values.row_dimensions.items() if d.hidden}
    for dimension in values.column_dimensions.values():
        if dimension.hidden:
            first, last = dimension.min or 0, min(dimension.max or 0, last_column)
            sheet.hidden_columns |= set(range(first - 1, last))
    return sheet


def _cell(shown: Any, behind: Any) -> Cell:
    formula = ""
    if behind.data_type == "f":
        formula = getattr(behind.value, "text", None) or str(behind.value)
    if shown is None:
        return Cell(formula=formula)
    if shown.data_type == "e":
        return Cell(str(shown.value), formula=formula, error=str(shown.value))
    cell = typed(shown.value, shown.number_format or "")
    return replace(cell, formula=formula) if formula else cell


def typed(value: Any, style: str = "") -> Cell:
    """A Python value out of a spreadsheet reader as a cell."""
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", flag=value)
    if isinstance(value, int | float):
        return Cell(plain(float(value)), number=float(value), format=style)
    if isinstance(value, datetime):
        return Cell(value.date().isoformat(), when=value.date(), format=style)
    if isinstance(value, date):
        return Cell(value.isoformat(), when=value, format=style)
    if isinstance(value, time | timedelta):
        return Cell(str(value), when=date(1900, 1, 1), format=style)
    return Cell(str(value), format=style)
