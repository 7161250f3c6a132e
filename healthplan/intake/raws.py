"""Raw figures as they stand in a file, with their places: what a layout gives and an assembly takes."""

from __future__ import annotations

from dataclasses import dataclass, field

from healthplan.errors import Fault
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.leftout import LeftOut
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
