"""What a column and a table are; every table is declared in ``tables.csv`` and ``columns.csv`` beside this file."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from healthplan.tables import words


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is text, integer, number or flag; ``required`` columns have no empty cell.

    ``date``: a day of the calendar, or its month or year. ``optional``: the whole column may be missing.
    """

    name: str
    kind: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""
    date: bool = False
    optional: bool = False
    lower: float | None = None
    upper: float | None = None
    meaning: str = ""

    def expected(self) -> str:
        """What a cell of this column must look like, for messages and for docs/tables.md."""
        if self.words:
            return " | ".join(self.words)
        if self.date:
            return "YYYY | YYYY-MM | YYYY-MM-DD"
        if self.pattern:
            return self.pattern
        parts = [self.kind]
        if self.lower is not None:
            parts.append(f">= {self.lower:g}")
        if self.upper is not None:
            parts.append(f"<= {self.upper:g}")
        return " ".join(parts)


@dataclass(frozen=True)
class Table:
    """A table's columns and the columns that make a row unique. ``open_ended`` tables may carry more."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open_ended: bool = False


def _rows(name: str) -> Iterator[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _column(row: dict[str, str]) -> Column:
    """``words`` names a list of words.py, or gives the words themselves with ; between."""
    listed = getattr(words, row["words"].upper(), None)
    given = tuple(word for word in row["words"].split(";") if word)
    return Column(
        row["column"], row["kind"], bool(row["required"]), listed or given, row["pattern"],
        bool(row["date"]), bool(row["optional"]), _bound(row["lower"]), _bound(row["upper"]), row["meaning"],
    )  # fmt: skip


def _bound(cell: str) -> float | None:
    return float(cell) if cell else None


def _declared() -> dict[str, Table]:
    columns: dict[str, list[Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], []).append(_column(row))
    return {
        row["table"]: Table(
            row["table"], row["meaning"], tuple(columns[row["table"]]),
            tuple(word for word in row["key"].split(";") if word), bool(row["open_ended"]),
        )
        for row in _rows("tables.csv")
    }  # fmt: skip


ALL = _declared()
