"""A returned file as it was written: its cells by row key and column, the baseline hidden in it, rows that nobody sent."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

from healthplan import workspace
from healthplan.intake import open_book
from healthplan.intake.book import Cell, Sheet
from healthplan.language import characters
from healthplan.ledger.written import plain
from healthplan.messages import LANGUAGES, text
from healthplan.quarter import asked, baseline

_PERIOD = re.compile(r"\d{4}(?:Q[1-4])?")
_HEADS = 12  # rows in which the head is looked for


class Said(NamedTuple):
    """A cell: its words, the row of the workbook, ``note``: formula (its last value was read), no_value (a formula without
    one), error."""

    words: str = ""
    row: int = 0
    note: str = ""


class Cells(dict[str, Said]):
    """A row's cells by column; one that the sheet does not have is empty."""

    def __missing__(self, _: str) -> Said:
        return Said()


Rows = dict[str, Cells]


class Returned(NamedTuple):
    """A file that came back. ``about`` and ``base`` are its hidden baseline, empty in a typed copy; ``fill`` by task|thing and
    column, ``past`` by task and period; ``extra``: row and words of what stands in no row that was sent."""

    path: Path
    file: str
    return_id: str
    base: tuple[tuple[str, str, str, str], ...]
    fill: Rows
    past: Rows
    extra: tuple[tuple[int, str], ...]
    remarks: tuple[str, ...]

    @property
    def about(self) -> dict[str, str]:
        """What the baseline says of the sheet."""
        return {name: value for part, _, name, value in self.base if part == "about"}

    def sent(self, part: str) -> dict[str, dict[str, str]]:
        """The baseline's values of a part, by row key and column."""
        found: dict[str, dict[str, str]] = {}
        for which, key, column, value in self.base:
            if which == part:
                found.setdefault(key, {})[column] = value
        return found


def read(path: Path) -> Returned:
    """A file as it was written. Raises :class:`~healthplan.errors.InputError` for what cannot be opened."""
    shown = workspace.legible(path.name)
    book = open_book(path, shown)
    base = tuple(baseline.read(book))
    keys = {key for part, key, _, _ in base if part == "fill"}
    fill: Rows = {}
    past: Rows = {}
    extra: list[tuple[int, str]] = []
    for sheet in book.sheets:
        if (
            sheet.name == baseline.BASE
            or (found := head(sheet, _column, lambda names: "task_id" in names and len(names) > 2)) is None
        ):
            continue
        top, columns = found
        if "progress" in columns:
            _fill(sheet, top, columns, keys, fill, extra)
        elif any(_PERIOD.fullmatch(name) for name in columns):
            past |= _past(sheet, top, columns)
    remarks = tuple(fault.part("problem") for fault in book.faults)
    digest = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    return Returned(path, shown, digest, base, fill, past, tuple(extra), remarks)


def head(
    sheet: Sheet, column: Callable[[str], str], enough: Callable[[set[str]], bool]
) -> tuple[int, dict[str, int]] | None:
    """The row of a sheet's head, and the place of each column that it names. ``column``: what a folded word of it names;
    ``enough``: whether these columns make a head."""
    for at, row in enumerate(sheet.rows[:_HEADS]):
        named = [(column(characters.key(cell.text)), place) for place, cell in enumerate(row)]
        places = {name: place for name, place in reversed(named) if name}
        if enough(set(places)):
            return at, places
    return None


def _column(word: str) -> str:
    return _names().get(word, word.upper() if _PERIOD.fullmatch(word.upper()) else "")


@cache
def _names() -> dict[str, str]:
    return {characters.key(text(f"ledger.col_{name}", lang)): name for name in asked.COLUMNS for lang in LANGUAGES}


def said(cell: Cell, row: int) -> Said:
    """A cell as it was written: a number plainly, one that Excel shows as a share with its %."""
    if cell.error:
        return Said(cell.error, row, "error")
    if cell.formula and cell.number is None and cell.when is None and not cell.text.strip():
        return Said(cell.formula, row, "no_value")
    note = "formula" if cell.formula else ""
    if cell.number is not None:
        share = "%" in cell.format.split(";")[0]
        return Said(f"{plain(round(cell.number * 100, 10))}%" if share else plain(cell.number), row, note)
    return Said(" ".join(characters.clean(cell.text).split()), row, note)


def _row(sheet: Sheet, at: int, columns: dict[str, int]) -> Cells:
    return Cells({name: said(sheet.cell(at, place), at + 1) for name, place in columns.items()})


def _fill(
    sheet: Sheet, head: int, columns: dict[str, int], keys: set[str], fill: Rows, extra: list[tuple[int, str]]
) -> None:
    for at in range(head + 1, len(sheet.rows)):
        if all(cell.blank for cell in sheet.rows[at]):
            continue
        row = _row(sheet, at, columns)
        key = f"{row['task_id'].words}|{row['item_id'].words}"
        if (keys and key not in keys) or key in fill or not row["task_id"].words:
            extra.append((at + 1, " / ".join(cell.shown.strip() for cell in sheet.rows[at] if not cell.blank)))
        else:
            fill[key] = row


def _past(sheet: Sheet, head: int, columns: dict[str, int]) -> Rows:
    kept = {
        name: place for name, place in columns.items() if name in ("task_id", "correction") or _PERIOD.fullmatch(name)
    }
    rows = (_row(sheet, at, kept) for at in range(head + 1, len(sheet.rows)))
    return {row["task_id"].words: row for row in rows if row["task_id"].words}
