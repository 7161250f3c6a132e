"""Figures as they stand in a file and as they have been read, each with its place, and the doubts that rows share."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, TypeAlias

from healthplan.errors import Fault
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.faults import LeftOut, Telling, fault
from healthplan.intake.forms import Known
from healthplan.language.dates import Year
from healthplan.language.names import Match, Register
from healthplan.messages import LANGUAGES

SPANNING = ("indicator", "area", "year", "unit", "source", "period", "group", "edition", "basis", "subject")


def identity(match: Match) -> str:
    """The registered id of a name, or the name of what is not registered."""
    return match.id or match.name


@dataclass
class Line:
    """A line of a file: its sheet and row (1-based), and the rows of single columns that stand apart, as in YAML."""

    sheet: str
    row: int
    rows: dict[str, int] = field(default_factory=dict, kw_only=True)

    @property
    def place(self) -> tuple[str, int]:
        """Its sheet and row."""
        return self.sheet, self.row

    def row_of(self, column: str) -> int:
        """The row in which a column of the line stands."""
        return self.rows.get(column, self.row)


@dataclass
class Raw(Line):
    """One figure as it stands, with the words around it and its place; ``group`` is read (ids), ``edition`` as written,
    ``within`` the names that its own stands under, the nearest first."""

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
    group: str = ""
    edition: str = ""
    basis: str = ""
    answer: str = ""
    numerator: Cell = BLANK
    denominator: Cell = BLANK
    columns: dict[str, str] = field(default_factory=dict)
    within: tuple[str, ...] = ()


Place: TypeAlias = tuple[str, str, str, int, str]


@dataclass
class Row:
    """One figure, read. ``given`` is the number as written in ``given_unit``; ``value`` is in ``unit``; ``file`` is given
    where rows of several files are held against each other."""

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
    group: str = ""
    edition: str = ""
    revised: bool = False
    confirmed: bool = False
    notes: list[str] = field(default_factory=list)
    numerator: float | None = None
    denominator: float | None = None
    file: str = ""

    @property
    def place(self) -> Place:
        """Indicator, area, group, year and part of the year."""
        return self.indicator, self.area, self.group, self.year, self.raw.period


@dataclass
class Walk(Telling):
    """A file while it is walked: its raw figures, what has been read of them, what is left out, its faults, how many tables
    were found, the statuses that notes give to years, and the names as the file writes them, by id."""

    known: Known = field(default_factory=Known)
    raws: list[Raw] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    tables: int = 0
    noted: dict[int, str] = field(default_factory=dict)
    indicator_names: dict[str, str] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)

    @property
    def today(self) -> date:
        """The day after which no figure can be observed."""
        return self.known.today

    @property
    def register(self) -> Register:
        """The registered names."""
        return self.known.register

    @cached_property
    def lines(self) -> dict[tuple[str, int], list[Raw]]:
        """The raw figures by the line in which they stand."""
        found: dict[tuple[str, int], list[Raw]] = defaultdict(list)
        for one in self.raws:
            found[one.place].append(one)
        return found

    def leave(self, sheet: str, row: int | None, column: str, value: object, reason: str) -> None:
        """One entry more of what is not read."""
        self.left.append(LeftOut(sheet, row, column, str(value), reason))

    def doubt(self, at: Line, code: str, column: str, value: object, **fields: Any) -> None:
        """One fault more, at a column of a line."""
        self.say(code, at.sheet, at.row_of(column), column, value=value, **fields)

    def wrong_since(self, before: int) -> bool:
        """Whether an error was said after the first ``before`` faults."""
        return any(one.severity == "error" for one in self.faults[before:])

    def about(self, indicator: str) -> dict:
        """What the register knows of an indicator."""
        return self.register.about.get(indicator, {})


def in_series(rows: list[Row]) -> list[list[Row]]:
    """The figures of each indicator, area, group and part of a year, by year."""
    found: dict[tuple, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.indicator, row.area, row.group, row.raw.period].append(row)
    return [sorted(members, key=lambda row: row.year) for members in found.values()]


# What a person can answer with a word (已核实) where the figure stands: doubts, and two figures that contradict each other.
# What cannot be (a share of 146 %, a year to come) is answered by mending the cell or leaving it empty.
ANSWERABLE = frozenset(
    [
        "VALUE-NEGATIVE",
        "VALUE-FAR",
        "VALUE-PART",
        "UNIT-LABEL",
        "UNIT-DOUBT",
        "SCALE-ONE",
        "SCALE-ALL",
        "PART-ZERO",
        "PART-WHOLE",
        "PART-ABOVE",
        "PART-COUNT",
        "PART-FAR",
        "PART-FRACTION",
        "KEY-SPELLING",
    ]
)


def say(code: str, row: Row, file: str, *beside: Row, **fields: Any) -> Fault:
    """A fault at the row's value, which knows its name, area, year and unit; where the row, or one that it is held against,
    says that it was looked at and is true, a warning that keeps the doubt beside the value."""
    raw = row.raw
    place = (row.file or file, raw.sheet, raw.row, fields.pop("column", raw.column))
    told = {"value": row.shown, "name": raw.indicator, "area": raw.area, "year": row.year, "unit": row.unit}
    found = fault(code, *place, **{**told, **fields})
    sure = code in ANSWERABLE and any(one.confirmed for one in (row, *beside))
    return kept_doubt(found) if sure else found


def kept_doubt(found: Fault) -> Fault:
    """The doubt as a warning: somebody has looked at the value."""
    doubt = {lang: found.part("problem", lang) for lang in LANGUAGES}
    place = (found.file, found.sheet, found.row, found.column)
    return fault("VALUE-CONFIRMED", *place, value=found.value, doubt=doubt)


def number(about: dict, name: str) -> float | None:
    """A number that the register knows of an indicator, or None."""
    value = about.get(name)
    return None if value is None or value != value else float(value)
