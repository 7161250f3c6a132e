"""Header rows: where the table begins, and what each of its columns is."""

import re
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from healthplan.intake.book import Cell, Sheet, letter
from healthplan.language import characters, dates, groups, units, vocabulary
from healthplan.language.dates import Year

LOOK = 40  # rows in which a header is looked for
_GROWTH = re.compile(
    r"同比|环比|增长|增幅|增速|增减|增加|较上年|比上年|较去年|比去年|较基期|变化率|变化幅度|涨幅|升降|变动|±|growth|change|yoy|increase",
    re.IGNORECASE,
)
_GOAL = re.compile(r"目标|规划值|计划数|计划值|target|goal|plan", re.IGNORECASE)
_GOAL_END = re.compile(r"(?:目标|目标值|规划值|规划目标|计划数|计划值|target|goal)$", re.IGNORECASE)
_UNIT = re.compile(
    r"^(?P<name>.+?)\s*[(（\[【/／]\s*(?:单位\s*[:：]?)?\s*(?P<unit>[^()（）\[\]【】]+?)\s*[)）\]】]?$"
)
LEFT_OUT = {"growth", "goal", "forecast", "part", "range"}


@dataclass
class Heading:
    """One column: its role, the year it holds, a unit in its header, how messages name it, and whose figures it
    holds (ids of groups, empty for everybody, None where the header does not say)."""

    column: int
    text: str
    role: str
    year: Year | None = None
    unit: str = ""
    name: str = ""
    group: str | None = None


def heading(cell: Cell, column: int, today: date, lettered: bool) -> Heading:
    """What a header cell says its column is."""
    written = characters.clean(cell.text)
    name = written or letter(column)
    shown = f"{name} {letter(column)}" if lettered and written else name
    found = _role(cell, written, today)
    if found[0] == "unknown" and (of := _whose(written, today)) is not None:
        return Heading(column, written, "figures", of[0], of[2], shown, of[1])
    return Heading(column, written, *found, name=shown)


_PART_OF = re.compile(r"^其中\s*[:：]?\s*")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d年?度?)\s*[-—_·/]?\s*(.+)")


def _whose(written: str, today: date) -> tuple[Year | None, str, str] | None:
    """The year, the group and the unit of a header that names a group: 男, 农村（%）, 2022年女性, 2022年（城市）."""
    written = _PART_OF.sub("", written)
    match = _UNIT.match(written)
    united = match is not None and units.parse(match.group("unit")) is not None
    body, unit = (match["name"], match["unit"]) if match and united else (written, "")
    if group := groups.read(body):
        return None, group, unit
    ways: list[tuple[str, str | None]] = [(way.name, way.group) for way in groups.split(body)]
    if first := _YEAR_FIRST.fullmatch(body):
        ways.append((first[1], groups.read(first[2].strip("()（）"))))
    for rest, group in ways:
        year = dates.year_read(rest, today)
        if group is not None and year.kind == "year":
            return year, group, unit
    return None


def _role(cell: Cell, written: str, today: date) -> tuple[str, Year | None, str]:
    if not written and cell.when is None:
        return "blank", None, ""
    known = vocabulary.headers().get(characters.key(written))
    if known:
        return known, None, ""
    match = _UNIT.match(written)
    if match and units.parse(match.group("unit")) is not None:
        inner = vocabulary.headers().get(characters.key(match.group("name")))
        if inner:
            dated = inner in ("year", "target_year", "baseline_year")
            return inner, None, "" if dated else match.group("unit")
        role, year, _ = _timed(cell, match.group("name"), today)
        if role != "unknown":
            return role, year, match.group("unit")
    return _timed(cell, written, today)


def _timed(cell: Cell, written: str, today: date) -> tuple[str, Year | None, str]:
    if _GROWTH.search(written):
        return "growth", None, ""
    year = dates.year_read(written, today, cell.when)
    if year.kind in ("year", "future", "ancient", "either"):
        if year.status in ("target", "forecast"):
            return ("goal" if year.status == "target" else "forecast"), year, ""
        return "figures", year, ""
    if (re.search(r"\d{4}", written) and _GOAL.search(written)) or _GOAL_END.search(written):
        return "goal", year, ""
    if year.kind in ("part", "range") and re.search(r"\d", written):
        return year.kind, year, ""
    if year.kind == "two_digits" or (year.kind in ("serial", "day")):
        return "bad_year", year, ""
    return "unknown", None, ""


@dataclass
class Found:
    """A header: its sheet and row, the first row of data below it, its columns, where its table ends, and the unit
    stated above it, the group that the sheet is named for; while its rows are walked the last whole indicator with its
    area and year and, where the last row named a group only, that."""

    sheet: Sheet
    row: int
    first: int
    headings: list[Heading]
    title_unit: str = ""
    group: str = ""
    whole: tuple[str, str, str] = ("", "", "")
    part: str = ""
    end: int = field(init=False)

    def __post_init__(self) -> None:
        self.end = len(self.sheet.rows)

    @property
    def place(self) -> tuple[str, int]:
        """Where faults of the header stand: sheet and row (1-based)."""
        return self.sheet.name, self.row + 1

    @property
    def below(self) -> list[Cell]:
        """The first row below the header."""
        return self.sheet.rows[self.first] if self.first < len(self.sheet.rows) else []

    @cached_property
    def names(self) -> dict[str, str]:
        """How messages name the columns, by role."""
        return {h.role: h.name for h in self.headings if h.role in vocabulary.column_words()}

    def having(self, role: str) -> list[Heading]:
        """The columns of one role."""
        return [h for h in self.headings if h.role == role]

    def first_of(self, role: str) -> Heading | None:
        """The first column of one role."""
        return next(iter(self.having(role)), None)

    def roles(self) -> set[str]:
        """The roles that there are."""
        return {h.role for h in self.headings} - {"blank", "unknown"}


_LABELS = {
    "indicator", "area", "year", "value", "unit", "target_value", "target_year", "baseline", "baseline_year", "direction",
}  # fmt: skip


def find(sheet: Sheet, today: date) -> Found | None:
    """The first header: a row that names an indicator column and others besides."""
    tried = (at(sheet, row, today) for row in range(min(len(sheet.rows), LOOK)))
    return next(filter(None, tried), None)


def at(sheet: Sheet, row: int, today: date) -> Found | None:
    """The header that begins at this row, if one does."""
    cells = sheet.rows[row]
    if sum(not cell.blank for cell in cells) < 2:
        return None
    filled = _fill_merged(sheet, row)
    headings = [heading(c, i, today, sheet.lettered) for i, c in enumerate(filled)]
    found = Found(sheet, row, row + 1, headings)
    named = found.roles() & _LABELS
    if "indicator" not in named and len(named) < 2:
        return None
    two = _two_rows(found, today)
    few = len(named) < 2 and "figures" not in found.roles() and len(found.roles()) < 2
    if few and not two:
        return None
    undated = two and not any(h.year for h in two.headings)
    more = two and (undated or any(groups.read(c.text) for c in two.below if not c.blank))
    three = _two_rows(two, today) if two and more else None
    return _with_units(three or two or found)


def _with_units(found: Found) -> Found:
    """The header with the row of units below it (,,%,‰), if there is one."""
    told = ((n, characters.clean(c.text).strip("()（）")) for n, c in enumerate(found.below))
    said = {n: unit for n, unit in told if unit}
    figures = {h.column for h in found.headings if h.role in ("figures", "value", "unknown")}
    are_units = all(units.parse(one) is not None and not one.isdigit() for one in said.values())
    if not said or not are_units or not set(said) <= figures:
        return found
    united = [replace(h, unit=h.unit or said.get(h.column, "")) for h in found.headings]
    return replace(found, first=found.first + 1, headings=united)


def _fill_merged(sheet: Sheet, row: int) -> list[Cell]:
    cells = list(sheet.rows[row])
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom:
            source = sheet.cell(top, left)
            cells += [Cell()] * (right + 1 - len(cells))
            for column in range(left, right + 1):
                cells[column] = source
    return cells


def _two_rows(above: Found, today: date) -> Found | None:
    """A header over one row more: it names what the rows above left open (years, or 数值 under a year)."""
    sheet, row = above.sheet, above.first
    if sum(not cell.blank for cell in above.below) < 2:
        return None
    below = _fill_merged(sheet, row)
    if "value" in above.roles() and not any(groups.read(cell.text) for cell in below):
        return None
    numbers = (cell.number for cell in below if not cell.blank)
    if any(number is not None and not 1949 <= number <= 2100 for number in numbers):  # no years
        return None
    joined: list[Heading] = []
    fresh = False
    for column in range(max(len(above.headings), len(below))):
        lower = below[column] if column < len(below) else Cell()
        upper = _upper(above.headings, column, lower, joined)
        choice, new = _joined(upper, lower, today, sheet.lettered)
        if choice is None:
            return None
        fresh = fresh or new
        joined.append(choice)
    return Found(sheet, above.row, row + 1, joined) if fresh else None


def _upper(above: list[Heading], column: int, lower: Cell, joined: list[Heading]) -> Heading:
    """The upper heading of a column; in plain text it stands over its first column only: 2022年,, over 男,女,合计."""
    upper = above[column] if column < len(above) else Heading(column, "", "blank")
    if upper.role == "blank" and not lower.blank and joined and joined[-1].group is not None:
        over = next((h for h in reversed(above[:column]) if h.role != "blank"), upper)
        return replace(over, column=column)
    return upper


_OPEN = ("figures", "value", "unknown", "blank")


def _crosses(upper: Heading, under: Heading) -> bool:
    """Whether a group stands below a year or a measure (2022年 over 男 and 女, 人均预期寿命 over them) or above a year."""
    if under.group is not None or (under.text and groups.read(under.text) == ""):
        return True
    return upper.group is not None and under.role == "figures"


def _crossed(upper: Heading, under: Heading, lettered: bool) -> Heading:
    """The heading of a group and of the year or the measure that it crosses."""
    group = groups.joined(upper.group or "", under.group or "")
    year, unit = upper.year or under.year, under.unit or upper.unit
    measure = upper.role == "unknown" and upper.group is None
    both = (upper.text, "unknown") if measure else (upper.text + under.text, "figures")
    name = upper.text + under.text + (f" {letter(upper.column)}" if lettered else "")
    return Heading(upper.column, *both, year, unit, name, group)


def _joined(
    upper: Heading, lower: Cell, today: date, lettered: bool
) -> tuple[Heading | None, bool]:
    """The heading of two cells above each other (None: the lower row is no header), and whether the lower one
    says what figures stand below."""
    under = heading(lower, upper.column, today, lettered)
    if upper.role in _OPEN and under.role == "area" and groups.read(lower.text):
        under = replace(under, role="figures", group=groups.read(lower.text))
    if upper.role in _OPEN and _crosses(upper, under):
        return _crossed(upper, under, lettered), True
    label = upper.role in (*_LABELS, "serial", "source", "note", "group", "edition", "basis")
    if label and not (upper.role == "year" and under.role == "figures"):
        same = lower.blank or characters.clean(lower.text) == upper.text
        return (upper if same else None), False
    if under.role == "unknown":
        return (upper if lower.blank else None), False
    if under.role == "blank":
        return upper, False
    text = Cell(upper.text + under.text, when=lower.when)
    both = heading(text, upper.column, today, lettered)
    figures = ("figures", *LEFT_OUT)
    choice = both if upper.text and both.role in figures else under
    return choice, choice.role in figures
