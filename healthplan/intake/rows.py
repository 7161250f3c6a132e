"""Figures as they stand in a file and as they have been read, each with its place, and the doubts that rows share."""

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from healthplan.errors import Fault
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.faults import LeftOut, fault, span
from healthplan.language.dates import Year

SPANNING = ("indicator", "area", "year", "unit", "source", "period")


@dataclass(slots=True)
class Raw:
    """One figure as it stands, with the words around it and its place (row 1-based)."""

    sheet: str
    row: int
    column: str
    indicator: str
    area: str
    year: Year
    year_text: str
    value: Cell
    unit: str = ""
    header_unit: str = ""
    title_unit: str = ""
    source: str = ""
    note: str = ""
    period: str = ""
    status: str = ""
    numerator: Cell = BLANK
    denominator: Cell = BLANK
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class Laid:
    """What a book holds: raw figures, what is left out, faults, how many tables were found, rows seen."""

    raws: list[Raw] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tables: int = 0
    noted: dict[int, str] = field(default_factory=dict)
    spanned: dict[tuple[str, str], list[int]] = field(default_factory=dict)

    def say(self, code: str, file: str, **more: Any) -> None:
        """One fault more; the fields are those of :func:`faults.fault`."""
        self.faults.append(fault(code, file, **more))


@dataclass
class Row:
    """One figure, read. ``given`` is the number as written in ``given_unit``; ``value`` is in ``unit``."""

    raw: Raw
    indicator: str
    area: str
    year: int
    value: float
    unit: str
    given: float
    given_unit: str
    shown: str
    status: str = "final"
    revised: bool = False
    notes: list[str] = field(default_factory=list)
    numerator: float | None = None
    denominator: float | None = None


@dataclass
class Assembled:
    """The rows, the faults, what more is left out, and the names as the file writes them, by id."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    indicator_names: dict[str, str] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)

    def say(self, code: str, file: str, **more: Any) -> None:
        """One fault more; the fields are those of :func:`faults.fault`."""
        self.faults.append(fault(code, file, **more))


class Shared:
    """Collects doubts by place and kind; :meth:`faults` says each once."""

    def __init__(self) -> None:
        self.rows: dict[tuple, list[int]] = defaultdict(list)
        self.fields: dict[tuple, dict] = {}
        self.values: dict[tuple, dict[str, None]] = defaultdict(dict)

    def add(self, code: str, raw: Raw, column: str, value: object = None, **fields: object) -> None:
        key = (code, raw.sheet, column, fields.get("about", ""))
        self.rows[key].append(raw.row)
        self.fields.setdefault(key, {"value": value, **fields})
        if value is not None and len(self.values[key]) < 6:
            self.values[key].setdefault(str(value))

    def faults(self, file: str) -> list[Fault]:
        out = []
        for key, rows in self.rows.items():
            code, sheet, column, _ = key
            fields = {**self.fields[key], "values": "、".join(self.values[key])}
            place: dict[str, Any] = {"sheet": sheet, "row": rows[0], "column": column}
            said = {"rows": span(rows), "count": len(rows), **fields}
            out.append(fault(code, file, **place, **said))
        return out


NEAR = 4.0  # within this factor of the others' middle a value raises no doubt


def say(code: str, row: Row, file: str, **fields: Any) -> Fault:
    """A fault at the row's value."""
    place: dict[str, Any] = {"sheet": row.raw.sheet, "row": row.raw.row, "column": row.raw.column}
    return fault(code, file, **place, value=row.shown, **fields)


def apart(one: float, other: float) -> float:
    """By what factor two positive numbers differ; without end when one is not positive."""
    return max(one / other, other / one) if one > 0 and other > 0 else math.inf


def number(about: dict, name: str) -> float | None:
    """A number that the register knows of an indicator, or None."""
    value = about.get(name)
    return None if value is None or value != value else float(value)
