"""What a column and a table are."""

from __future__ import annotations

from dataclasses import dataclass


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
    unit: str = ""
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


def text(name: str, meaning: str, **more) -> Column:
    return Column(name, "text", meaning=meaning, **more)


def number(name: str, meaning: str, **more) -> Column:
    return Column(name, "number", meaning=meaning, **more)


def year(name: str = "year", meaning: str = "calendar year", required: bool = True) -> Column:
    return Column(name, "integer", required, lower=1900, upper=2100, meaning=meaning)
