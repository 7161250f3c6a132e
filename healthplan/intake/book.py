"""What every container becomes before judgement: a book of sheets of cells, nothing lost on the way.

A cell keeps what a value alone would lose: the formula behind it, the number format in front of it, whether
it is a date or an error. Rows and columns count from 0 here and from 1 in messages.
"""

from dataclasses import dataclass, field
from datetime import date

from healthplan.errors import Fault


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell. ``text`` is what stands there as text; ``number`` and ``when`` only where it was typed so."""

    text: str = ""
    number: float | None = None
    when: date | None = None
    formula: str = ""
    format: str = ""
    error: str = ""
    flag: bool | None = None

    @property
    def blank(self) -> bool:
        """Nothing to be seen and nothing behind it."""
        return not self.text.strip() and not self.formula and not self.error

    @property
    def shown(self) -> str:
        """What a message shows of it: the error, else the formula, else the text."""
        return self.error or self.formula or self.text


BLANK = Cell()


@dataclass
class Sheet:
    """A grid of cells. In a ``lettered`` one (a spreadsheet) messages name columns by letter as well."""

    name: str = ""
    rows: list[list[Cell]] = field(default_factory=list)
    hidden: bool = False
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    lettered: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """The cell, or a blank one beyond the edge."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return BLANK

    def used(self) -> int:
        """How many cells are not blank."""
        return sum(not cell.blank for row in self.rows for cell in row)


@dataclass
class Book:
    """All sheets of a file, the container's kind, its encoding, and what was noticed while opening it."""

    file: str
    kind: str
    sheets: list[Sheet]
    encoding: str = ""
    faults: list[Fault] = field(default_factory=list)


def letter(column: int) -> str:
    """The spreadsheet letter of a column: 0 is A."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def plain(number: float) -> str:
    """A number as a person writes it: 2015, 3.72; never 2015.0."""
    if number == int(number) and abs(number) < 1e15:
        return str(int(number))
    return repr(float(number))
