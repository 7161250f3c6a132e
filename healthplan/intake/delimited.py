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
        row = text.count("\n", 0, text.index("\ufeff")) + 1
        faults.append(fault("TEXT-BOM", file, row=row))
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
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.split("\n")[:60] if line.strip()]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = [line.count(separator) for line in lines]
        there = [count for count in counts if count]  # lines of captions and notes have none
        if not there:
            continue
        usual = max(set(there), key=there.count)
        bonus = 0.5 if separator == "," else 0
        score = usual * counts.count(usual) / len(counts) + bonus
        if score > most:
            best, most = separator, score
    return best


def _fill(sheet: Sheet, text: str, separator: str, file: str, faults: list[Fault]) -> None:
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    last = 0
    known: dict[str, Cell] = {}  # the same few words stand in most rows
    try:
        for record in reader:
            number, taken = len(sheet.rows) + 1, reader.line_num - last
            if taken > QUOTED_LINES or _open_quote(record):
                value = next((cell.split("\n")[0] for cell in record if "\n" in cell), "")
                raise refusal("TEXT-QUOTE", file, row=number, value=value, lines=taken)
            last = reader.line_num
            if number > ROW_LIMIT or len(record) > COLUMN_LIMIT:
                raise refusal("FILE-LARGE", file, row=number, limit=f"{ROW_LIMIT} × {COLUMN_LIMIT}")
            wide = next((i for i, cell in enumerate(record) if len(cell) > CELL_LIMIT), None)
            if wide is not None:
                name = sheet.rows[0][wide].text if sheet.rows and wide < len(sheet.rows[0]) else ""
                sizes = {"length": len(record[wide]), "limit": CELL_LIMIT}
                raise refusal("CELL-LONG", file, "", number, name, value=record[wide][:80], **sizes)
            for cell in record:
                if cell not in known:
                    known[cell] = Cell(as_written(cell))
            sheet.rows.append([known[cell] for cell in record])
    except csv.Error as wrong:
        row = len(sheet.rows) + 1
        raise refusal("TEXT-QUOTE", file, row=row, value=str(wrong), lines=0) from wrong
    if text.count('"') % 2:
        faults.append(_swallowed(sheet, file))


def _open_quote(record: list[str]) -> bool:
    """A cell with line ends in which whole records of the same width stand was never closed."""
    least = max(len(record) - 1, 3)
    inner = [line for cell in record for line in cell.split("\n")[1:]]
    return any(sum(line.count(s) for s in (",", "\t", ";", "，")) >= least for line in inner)


def _swallowed(sheet: Sheet, file: str) -> Fault:
    """The last quote of the file is not closed: the reader may have taken the rest as one cell."""
    quoted = [(row, cell.text) for row, cells in enumerate(sheet.rows, 1) for cell in cells if '"' in cell.text]
    last = sheet.rows[-1][-1].text if sheet.rows[-1] else ""
    row, value = quoted[0] if quoted else (len(sheet.rows), last)
    return fault("TEXT-QUOTE", file, row=row, value=value, lines=0)
