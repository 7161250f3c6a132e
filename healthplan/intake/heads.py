"""Heads of columns: what one says of the figures below it, and what two above each other say together."""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from healthplan.intake import values
from healthplan.intake.book import Cell, letter
from healthplan.intake.forms import Form
from healthplan.language import characters, dates, groups, units
from healthplan.language.dates import Year
from healthplan.language.vocabulary import headers, pattern

LABELS = {
    "indicator", "area", "year", "value", "unit", "target_value", "target_year", "baseline", "baseline_year", "direction",
}  # fmt: skip
LEFT_OUT = {"growth", "goal", "forecast", "part", "range"}
PART_OF = re.compile(r"^(?:其中|of which)\s*[:：]?\s*", re.IGNORECASE)
_OPEN = ("figures", "value", "unknown", "blank")
_UNIT = re.compile(r"^(?P<name>.+?)\s*[(（\[【/／]\s*(?:单位\s*[:：]?)?\s*(?P<unit>[^()（）\[\]【】]+?)\s*[)）\]】]?$")
_CODED = re.compile(r"\s*\[YR\d{4}\]$")
_YEAR_FIRST = re.compile(r"((?:19|20)\d\d年?度?)\s*[-—_·/]?\s*(.+)")


@dataclass
class Heading:
    """One column: its role, the year it holds, a unit in its header, how messages name it, and whose figures it
    holds (ids of groups, empty for everybody, None where the header does not say); ``above``: words of another row that
    cross it, in ``indicator`` or ``area`` once they are known to name one."""

    column: int
    text: str
    role: str
    year: Year | None = None
    unit: str = ""
    name: str = ""
    group: str | None = None
    above: str = ""
    indicator: str = ""
    area: str = ""

    def told(self) -> dict[str, Any]:
        """What the heading says of the figures below it."""
        said: dict[str, Any] = {"indicator": self.indicator, "area": self.area, "year": self.year}
        if self.year:
            said["year_text"] = self.text
        return {role: one for role, one in said.items() if one}


def heading(cell: Cell, column: int, today: date, lettered: bool, form: Form | None = None) -> Heading:
    """What a header cell says its column is; ``form``: what is known of a table with such heads."""
    written = characters.clean(cell.text)
    name = written or letter(column)
    shown = f"{name} {letter(column)}" if lettered and written else name
    if form and (role := form.roles.get(characters.key(written))):
        return Heading(column, written, role, name=shown)
    if form and form.rest and written:
        dated = dates.year_read(_CODED.sub("", written), today)
        if dated.kind in ("bad", "part", "blank"):
            return Heading(column, written, form.rest, name=shown)
        return Heading(column, written, "figures", dated, name=shown)
    found = _role(cell, written, today)
    if found[0] == "unknown" and (of := _whose(written, today)) is not None:
        return Heading(column, written, "figures", of[0], of[2], shown, of[1])
    return Heading(column, written, *found, name=shown)


def bare(written: str) -> tuple[str, str]:
    """A head without its unit, and the unit."""
    match = _UNIT.match(written)
    unit = re.split("[,，;；、]", match["unit"])[0].strip() if match else ""  # （个，年末累计）
    return (match["name"], unit) if match and units.parse(unit) is not None else (written, "")


def own(written: str) -> tuple[str, str]:
    """A head without its unit and 其中, and the unit."""
    name, unit = bare(written)
    return PART_OF.sub("", name).strip(), unit


def _whose(written: str, today: date) -> tuple[Year | None, str, str] | None:
    """The year, the group and the unit of a header that names a group: 男, 农村（%）, 2022年女性, 2022年（城市）."""
    body, unit = bare(PART_OF.sub("", written))
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
    if known := headers().get(characters.key(written)):
        return known, None, ""
    name, unit = bare(written)
    if inner := headers().get(characters.key(name)) if unit else None:
        return inner, None, "" if inner in ("year", "target_year", "baseline_year") else unit
    role, year = _timed(cell, name, today)
    return (role, year, unit) if role != "unknown" or not unit else (*_timed(cell, written, today), "")


def _timed(cell: Cell, written: str, today: date) -> tuple[str, Year | None]:
    if pattern("growth").search(written):
        return "growth", None
    if pattern("goal_share").fullmatch(written):
        return "goal", None
    year = dates.year_read(written, today, cell.when)
    if year.kind in ("year", "future", "ancient", "either"):
        return {"target": "goal", "forecast": "forecast"}.get(year.status, "figures"), year
    if (re.search(r"\d{4}", written) and pattern("goal").search(written)) or pattern("goal_end").search(written):
        return "goal", year
    if year.kind in ("part", "range") and re.search(r"\d", written):
        return year.kind, year
    return ("bad_year", year) if year.kind in ("two_digits", "serial", "day") else ("unknown", None)


def joined(upper: Heading, lower: Cell, today: date, lettered: bool) -> tuple[Heading | None, bool]:
    """The heading of two cells above each other (None: the lower row is no header), and whether the lower one
    says what figures stand below."""
    under = heading(lower, upper.column, today, lettered)
    name = upper.text + under.text + (f" {letter(upper.column)}" if lettered else "")
    both = _of_group(upper, under, name) if upper.role in _OPEN else None
    both = both or (_dated(upper, under, today, lettered) if upper.year and under.role == "unknown" else None)
    if (both := both or _measured(upper, under, name)) is not None:
        return both, True
    if upper.role in (*LABELS, "serial", "source", "note", "group", "edition", "basis") and (
        upper.role != "year" or under.role != "figures"
    ):
        return (upper if lower.blank or under.text == upper.text else None), False
    if under.role in ("unknown", "blank"):
        return (upper if lower.blank or under.role == "blank" or under.text == upper.text else None), False
    if under.role == "growth":  # 自然增长率 below 人口状况
        return replace(under, name=name, above=upper.text), True
    whole = heading(Cell(upper.text + under.text, when=lower.when), upper.column, today, lettered)
    choice = whole if upper.text and whole.role in ("figures", *LEFT_OUT) else under
    return choice, choice.role in ("figures", *LEFT_OUT)


def _of_group(upper: Heading, under: Heading, name: str) -> Heading | None:
    """The heading of a group below a year or a measure (2022年 over 男 and 女, 人均预期寿命 over them), or above a year."""
    group = groups.read(under.text) if under.text else None
    if under.role == "area" and group:
        under = replace(under, role="figures", group=group)
    if under.group is None and group != "" and not (upper.group is not None and under.role == "figures"):
        return None
    measure = upper.role == "unknown" and upper.group is None
    both = (upper.text, "unknown") if measure else (upper.text + under.text, "figures")
    whose = groups.joined(upper.group or "", under.group or "")
    return Heading(upper.column, *both, upper.year or under.year, under.unit or upper.unit, name, whose)


def _dated(upper: Heading, under: Heading, today: date, lettered: bool) -> Heading | None:
    """The heading of a year with the word below it: 2025年 over 目标, 2023年 over 1-6月."""
    whole = heading(Cell(upper.text + under.text), upper.column, today, lettered)
    if whole.role == "figures" and whole.year:
        return replace(whole, text=upper.text)
    return whole if whole.role in ("part", "goal", "forecast") else None


_COUNTS = ("数", "量", "额")


def _measured(upper: Heading, under: Heading, name: str) -> Heading | None:
    """The heading of a measure or an area below a year, above one, or below the word for several of them."""
    whole: dict[str, Any] = {"name": name, "unit": under.unit or upper.unit}
    if upper.role == "figures" and upper.year and under.role == "value":
        return replace(upper, **whole)
    parts = ("numerator", "denominator") if upper.year else ()
    words = under.role in ("unknown", *parts) and re.search(r"[^\W\d_]+", under.text)
    if words and _no_measure(under.text):
        return None
    if upper.role == "figures":
        crossed = words and (upper.year or upper.group)
        return replace(upper, **whole, above=under.text) if crossed else None
    if upper.role == "unknown" and under.role == "figures" and under.year and not upper.group:
        return replace(under, **whole, above=upper.text)
    return _below_words(upper, under, whole) if words and upper.text != under.text else None


def _below_words(upper: Heading, under: Heading, whole: dict[str, Any]) -> Heading | None:
    """The heading of a measure below the word for several, or below one of changes: 当年变动 over 新增托位 and 核减."""
    if upper.role == "growth":
        return replace(upper, text=under.text, **whole)
    return replace(under, name=whole["name"], above=upper.text) if upper.role == "unknown" else None


def _no_measure(written: str) -> bool:
    """Whether a word is a figure or a unit; 人数 is a measure, 人 is not."""
    return is_figure(Cell(written)) or (units.parse(written) is not None and not written.endswith(_COUNTS))


ODD = ("CELL-COMMA", "CELL-ERROR")  # figures, though not to be read


def is_figure(cell: Cell) -> bool:
    """Whether a cell holds a number, or stands for one."""
    reading = values.read(cell)
    return reading.number is not None or reading.missing or reading.problem in ODD


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number that is no year: then it is none of a row of heads."""
    number = values.read(cell).number
    return number is not None and not (1949 <= number <= 2100 and number == int(number))  # the first holds no infinity
