"""Our own tidy tables, the quarterly ledger and sheets to be confirmed: which of them a file is, and its rows.

A file whose header has every required column of a declared table is that table and is checked as it stands.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, InputError
from healthplan.intake.book import Book, Sheet
from healthplan.intake.faults import EXAMPLE, REFERENCE, LeftOut, fault
from healthplan.language import characters, vocabulary

_DECLARED = (
    "targets", "milestones", "series", "sources", "indicators", "areas", "corrections", "ledger", "breaks", "area_changes",
)  # fmt: skip
_SHEET = {"decision", "evidence", "comparator", "name"}


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
        for row in range(0 if skipped else min(20, len(sheet.rows))):
            words = [characters.clean(cell.text) for cell in sheet.rows[row]]
            found = _matching(words)
            if found is not None:
                return Declared(found[0], _frame(sheet, row, found[1]), sheet, row, found[1])
    return None


def _matching(words: list[str]) -> tuple[str, dict[str, str]] | None:
    """The table whose required columns are all in these header cells, with the cells' names for its columns."""
    plain = {word.casefold(): word for word in words if word}
    if set(plain) >= _SHEET:
        return "plan_sheet", dict(plain.items())
    for name in _DECLARED:
        required = {c.name for c in tables.ALL[name].columns if c.required} - {"name_en"}
        if required <= set(plain) and len(required) > 1:
            return name, plain
    spellings = {
        characters.key(w): row["column"] for row in vocabulary.rows("ledger") for w in row["spelling"].split(";")
    }
    known = {spellings.get(characters.key(word)): word for word in words}
    ledger = {column: word for column, word in known.items() if column}
    if {"task", "quarter", "planned"} <= set(ledger):
        return "ledger", ledger
    return None


def _frame(sheet: Sheet, header: int, names: dict[str, str]) -> pd.DataFrame:
    words = [characters.clean(cell.text) for cell in sheet.rows[header]]
    places = {column: words.index(word) for column, word in names.items()}
    rows = [
        [r + 1, *(characters.clean(sheet.cell(r, at).text) for at in places.values())]
        for r in range(header + 1, len(sheet.rows))
        if any(not cell.blank for cell in sheet.rows[r])
    ]
    return pd.DataFrame(rows, columns=["_row", *places]).astype({"_row": "int64"})


def check(found: Declared, book: Book) -> tuple[pd.DataFrame, list[Fault], list[LeftOut]]:
    """The table checked (empty when a fault is an error), its faults and the example rows left out."""
    frame, left = _without_examples(found)
    faults = list(_cell_faults(found, book))
    if left:
        place = (book.file, found.sheet.name, left[0].row)
        faults.append(fault("LEFT-EXAMPLE", *place, count=len(left)))
    if frame.empty:
        faults.append(fault("DATA-NONE", book.file, sheet=found.sheet.name))
    for name in {"how", "better", "quarter"} & set(frame) if found.name == "ledger" else ():
        frame[name] = [_word(name, written) for written in frame[name]]
    if found.name == "plan_sheet" or any(f.severity == "error" for f in faults):
        return frame.drop(columns="_row"), faults, left
    rows = frame.pop("_row").tolist()
    try:
        for column in tables.ALL[found.name].columns:
            if column.name not in frame and not column.required:
                frame[column.name] = ""
        if found.name == "ledger" and "task_id" not in frame:
            frame["task_id"] = frame["task"]
        return tables.check(frame, found.name, source=book.file), faults, left
    except InputError as wrong:
        faults += [_placed(one, rows, found) for one in wrong.faults]
        return tables.empty(found.name), faults, left


def _placed(one: Fault, rows: list[int], found: Declared) -> Fault:
    """The fault with the row and the column's name as they stand in the file."""
    row = found.header + 1 if one.row is None or one.row < 2 else rows[one.row - 2]
    column = found.names.get(one.column, one.column)
    return Fault(one.code, one.file, found.sheet.name, row, column, one.value, one.fields)


def _without_examples(found: Declared) -> tuple[pd.DataFrame, list[LeftOut]]:
    frame = found.frame
    if frame.empty:
        return frame, []
    marked = frame.drop(columns="_row").map(lambda cell: str(cell).startswith(EXAMPLE)).any(axis=1)
    rows = frame.loc[marked, "_row"].tolist()
    left = [LeftOut(found.sheet.name, row, "", "", "example_row") for row in rows]
    return frame[~marked].reset_index(drop=True), left


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
                place |= {"value": cell.text, "cells": column + 1, "wanted": len(found.names)}
                yield fault("ROW-LONG", book.file, **place)


_QUARTER = re.compile(r"(\d{4})年?[-/ ]?(?:第?([1-4一二三四])季度?|Q([1-4]))", re.IGNORECASE)


def _word(column: str, written: str) -> str:
    if column == "quarter":
        match = _QUARTER.fullmatch(characters.half_width(written))
        if match is None:
            return written
        digit = match.group(2) or match.group(3)
        return f"{match.group(1)}-Q{'一二三四'.find(digit) + 1 or digit}"
    for row in vocabulary.rows("ledger_words"):
        spellings = map(characters.key, row["spelling"].split(";"))
        if row["column"] == column and characters.key(written) in spellings:
            return row["word"]
    return written
