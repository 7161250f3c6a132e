"""Text with separators to a sheet: which separator, and no row swallowed by an unclosed quote."""

import csv
import io
import re

from healthplan.errors import Fault
from healthplan.files import as_written
from healthplan.intake.book import Cell, Sheet
from healthplan.intake.faults import fault, refusal

SEPARATORS = (",", "\t", ";", "，", "|", "；", "、")
CELL_LIMIT = 100_000  # characters in one cell: beyond it nothing is looked at
ROW_LIMIT = 100_000
COLUMN_LIMIT = 1_000
QUOTED_LINES = 6  # a quoted cell over more lines than this is an unclosed quote


def read(text: str, file: str) -> tuple[Sheet, list[Fault]]:
    """One sheet with a row for each record. Raises InputError for quotes and cells that swallow rows."""
    faults: list[Fault] = []
    if "\ufeff" in text:
        rows = [text.count("\n", 0, m.start()) + 1 for m in re.finditer("\ufeff", text)]
        faults.append(fault("TEXT-BOM", file, row=rows[0]))
    text = text.replace("\ufeff", "")
    if not text.strip():
        raise refusal("FILE-EMPTY", file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    match = re.match(r"sep=(.)\n", text)
    separator = match.group(1) if match else _separator(text)
    sheet = Sheet()
    if match:
        sheet.rows.append([])
        text = text[match.end() :]
    _fill(sheet, text, separator, file, faults)
    if separator != ",":
        shown = {"\t": "Tab"}.get(separator, separator)
        faults.append(fault("TEXT-SEPARATOR", file, separator=shown))
    return sheet, faults


def _separator(text: str) -> str:
    """The separator that splits the first lines most evenly into most cells."""
    lines = [line for line in text.split("\n")[:60] if line.strip()]
    if not lines:
        return ","
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = [_outside_quotes(line, separator) for line in lines]
        wide = max(counts)
        if wide == 0:
            continue
        even = sum(1 for c in counts if c == max(set(counts), key=counts.count))
        score = max(set(counts), key=counts.count) * even / len(counts) + (
            0.5 if separator == "," else 0
        )
        if score > most:
            best, most = separator, score
    return best


def _outside_quotes(line: str, separator: str) -> int:
    return re.sub(r'"[^"]*"', "", line).count(separator)


def _fill(sheet: Sheet, text: str, separator: str, file: str, faults: list[Fault]) -> None:
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    last = 0
    known: dict[str, Cell] = {}  # the same few words stand in most rows
    try:
        for record in reader:
            number = len(sheet.rows) + 1
            if reader.line_num - last > QUOTED_LINES or _open_quote(record):
                raise refusal(
                    "TEXT-QUOTE",
                    file,
                    row=number,
                    value=_quoted(record),
                    lines=reader.line_num - last,
                )
            last = reader.line_num
            if number > ROW_LIMIT or len(record) > COLUMN_LIMIT:
                raise refusal("FILE-LARGE", file, row=number, limit=f"{ROW_LIMIT} × {COLUMN_LIMIT}")
            wide = next((i for i, cell in enumerate(record) if len(cell) > CELL_LIMIT), None)
            if wide is not None:
                name = sheet.rows[0][wide].text if sheet.rows and wide < len(sheet.rows[0]) else ""
                sizes = {"length": len(record[wide]), "limit": CELL_LIMIT}
                raise refusal(
                    "CELL-LONG", file, row=number, column=name, value=record[wide][:80], **sizes
                )
            sheet.rows.append(
                [
                    known.get(cell) or known.setdefault(cell, Cell(as_written(cell)))
                    for cell in record
                ]
            )
    except csv.Error as wrong:
        raise refusal(
            "TEXT-QUOTE", file, row=len(sheet.rows) + 1, value=str(wrong), lines=0
        ) from wrong
    _swallowed(sheet, text, separator, file, faults)


def _open_quote(record: list[str]) -> bool:
    """A cell with line ends in which whole records of the same width stand was never closed."""
    return any(cell.count("\n") >= 1 and _records(cell, len(record)) for cell in record)


def _records(cell: str, width: int) -> bool:
    lines = cell.split("\n")[1:]
    full = [
        line
        for line in lines
        if sum(line.count(s) for s in (",", "\t", ";", "，")) >= max(width - 1, 3)
    ]
    return bool(full)


def _quoted(record: list[str]) -> str:
    return next((cell.split("\n")[0] for cell in record if "\n" in cell), "")


def _swallowed(sheet: Sheet, text: str, separator: str, file: str, faults: list[Fault]) -> None:
    """The last quote of the file must be closed: else the reader took the rest as one cell."""
    if text.count('"') % 2:
        for number, row in enumerate(sheet.rows, 1):
            if any('"' in cell.text for cell in row):
                faults.append(
                    fault(
                        "TEXT-QUOTE",
                        file,
                        row=number,
                        value=next(c.text for c in row if '"' in c.text),
                        lines=0,
                    )
                )
                return
        faults.append(
            fault(
                "TEXT-QUOTE",
                file,
                row=len(sheet.rows),
                value=sheet.rows[-1][-1].text if sheet.rows[-1] else "",
                lines=0,
            )
        )
