"""Tables to located claims: indicator tables by column, task tables cell by cell."""

import re
from collections.abc import Iterator
from dataclasses import replace

from healthplan.language import comparators
from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.language.numbers import find_quantities
from healthplan.language.units import parse, written
from healthplan.planreader import english, kinds
from healthplan.planreader.cell import read_cell
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period, find_dates
from healthplan.planreader.naming import has_tail
from healthplan.planreader.outline import BODY, Passage, split_departments
from healthplan.planreader.reading import Located, Reader
from healthplan.planreader.sentence import Claim, Context
from healthplan.planreader.table_head import Column, Rows, find_head, holds_figures

_ASIDE = {
    "serial",
    "departments",
    "unit",
    "nature",
    "group",
    "ignore",
    "deadline",
}  # columns that hold no text
_NATURES = {"约束": "binding", "预期": "expected"}


def read_table(rows: Rows, passage: Passage, period: Period, reader: Reader) -> Iterator[Located]:
    """Claims of a table: an indicator table by its head, any other as text cells."""
    place = f"{passage.locator}{passage.place}"
    if found := list(english.read_table(rows, reader.lines.due)):
        yield from (Located(claim, f"{place}·{number}") for number, claim in found)
        return
    head, columns = find_head(rows, period)
    if columns and holds_figures(rows[head:], columns):
        yield from _indicator_rows(rows[head:], columns, passage, period, reader.register)
    else:
        yield from _text_cells(rows, head, columns, passage, reader)


# --- indicator tables --------------------------------------------------------------------------


def _indicator_rows(
    rows: Rows,
    columns: list[Column],
    passage: Passage,
    period: Period,
    register: Register | None,
) -> Iterator[Located]:
    values = _value_columns(columns, period)
    previous = ""
    base: tuple[str, str] | None = None
    for number, row in enumerate(rows, 1):
        if len(set(row)) == 1 and len(row) > 2:
            continue
        name, unit = _row_name(row, columns, previous)
        if not name:
            continue
        name, unit, base = _under(base, name, unit)
        previous = name
        each, name = kinds.each_of(name)
        place = f"{passage.locator}{passage.place}·{_cell(row, columns, 'serial') or number}"
        own = _cell(row, columns, "deadline")
        for i in _told_in(row, columns, values):
            dated = _dated(columns[i], own, period)
            for claim in _cell_claims(name, unit, row[i], dated, period, register):
                claim = _with_baseline(claim, row, columns)
                claim = replace(claim, each=each, baseline="") if each else claim
                mark = f"{place}·{i}" if claim.all_of else ""  # no two tables share one
                yield Located(claim, place, _who(row, columns), _nature(row, columns), mark)


def _told_in(row: tuple[str, ...], columns: list[Column], values: list[int]) -> list[int]:
    """The columns of a row with its goal: those of values, or its note where they are empty."""
    filled = [i for i in values if i < len(row) and row[i].strip(" -—–/")]
    notes = [i for i, column in enumerate(columns) if column.role == "note" and i < len(row)]
    return filled or [i for i in notes if re.search(r"\d", row[i])]


def unread_cells(rows: Rows, period: Period) -> Iterator[str]:
    """The value cells of an indicator table that say something and give no goal, with the names of their rows."""
    head, columns = find_head(rows, period)
    if not (columns and holds_figures(rows[head:], columns)) or any(english.read_table(rows, "")):
        return
    for row in rows[head:]:
        name, unit = _row_name(row, columns, "")
        for i in (i for i in _value_columns(columns, period) if name and i < len(row)):
            said = re.search(r"[\u4e00-\u9fff\d]", row[i])
            if said and not _cell_claims(name, unit, row[i], columns[i], period, None):
                yield f"{name}：{row[i]}"


def _value_columns(columns: list[Column], period: Period) -> list[int]:
    """The columns that hold goals; of a plan without a start the first year is where things stood, unless told."""
    values = [i for i, column in enumerate(columns) if column.role == "value"]
    told = any(column.role == "baseline" for column in columns)
    if len(values) < 2 or period.start is not None or told:
        return values
    due = [columns[i].deadline for i in values]
    if len(set(due)) == 1:
        return values[-1:]
    opening = [i for i in values if columns[i].deadline == min(due)]
    stated = any("目标" in columns[i].head for i in opening)
    return values if stated else [i for i in values if i not in opening]


def _under(base: tuple[str, str] | None, name: str, unit: str) -> tuple[str, str, tuple[str, str] | None]:
    """Name and unit of a row that stands under another (其中：…, a bare noun), and what the next stands under."""
    if base and not unit and not has_tail(name) and not re.search("比$|其中|情况$", name):
        return f"{base[0]}：{name}", base[1], base
    if "其中" in name and base and not unit:
        return name, base[1], base
    return name, unit, (name, unit) if unit else None


def _due(cell: str, period: Period) -> tuple[str, ...]:
    """The row's own date (完成时限), as its cell says it."""
    dates = [d for d in find_dates(normal(cell), period) if d.deadlines] if cell else []
    return dates[-1].deadlines[-1:] if dates else ()


def _dated(column: Column, cell: str, period: Period) -> Column:
    """The column with the row's own date, where the table has a column for it."""
    due = _due(cell, period)
    return replace(column, deadline=due[0]) if due else column


def _row_name(row: tuple[str, ...], columns: list[Column], previous: str) -> tuple[str, str]:
    """Name and unit of a row; 其中 is said of the row before."""
    label = normal("".join(dict.fromkeys(_cells(row, columns, "name"))))
    label = re.sub(r"^(?:\d{1,2}[.、]|（\d{1,2}）|[①-⑳])\s*", "", label)
    whose = f"{previous.split('：')[0]}其中：" if previous else ""
    label = re.sub(r"^其中[：，]?", lambda _m: whose, label)
    unit = _cell(row, columns, "unit")
    match = re.search(r"（([^（）]{1,12})）\s*[*#]*$", label)
    if match and parse(match[1]):
        label = label[: match.start()]
        unit = unit or match[1]
    found = parse(unit)  # one that is not known stays as it stands
    return label.strip("*# "), found.unit if found else normal(unit).strip()


def _cells(row: tuple[str, ...], columns: list[Column], role: str) -> list[str]:
    """What stands in the columns of a role."""
    cells = zip(row, columns, strict=False)
    return [cell for cell, column in cells if column.role == role and cell]


def _cell(row: tuple[str, ...], columns: list[Column], role: str) -> str:
    return next(iter(_cells(row, columns, role)), "")


def _nature(row: tuple[str, ...], columns: list[Column]) -> str:
    text = _cell(row, columns, "nature")
    return next((word for sign, word in _NATURES.items() if sign in text), "")


def _who(row: tuple[str, ...], columns: list[Column]) -> str:
    found = map(split_departments, _cells(row, columns, "departments"))
    return ";".join(dict.fromkeys(name for names in found for name in names))


def _cell_claims(
    name: str, unit: str, cell: str, column: Column, period: Period, register: Register | None
) -> list[Claim]:
    """The goals in a value cell: a number, or words as a sentence has them."""
    text = normal(cell).strip(" []〔〕")
    context = Context(period, "goals", (column.deadline,) if column.deadline else (), "", register)
    falling = comparators.falling(name)
    found = read_cell(name, _in_unit(text, unit), context, falling=falling)
    bare = _BESIDES.sub("", text)
    if not found and bare != text:
        found = read_cell(name, _in_unit(bare, unit), context, falling=falling)
        found = [claim.doubted("aside") for claim in found]
    found = found or _own_name(text, context)
    evidence = f"{name} | {column.head} | {cell}"
    return [replace(c, evidence=evidence, unit=_in_row(c, unit)) for c in found]


_BESIDES = re.compile(r"（[^（）]*）|[*#※①-⑳]+|，(?:持续|长期)?保持$")
"""What may stand beside a goal in a cell and is not read: （县域）, a mark of a note."""


def _in_unit(text: str, unit: str) -> str:
    """The cell with the row's unit behind its bare numbers: 低于4 in a row in % is 低于4%."""
    bare = [q for q in find_quantities(_YEAR.sub(lambda m: "@" * len(m.group()), text)) if q.kind == "bare"]
    for quantity in reversed(bare):
        number = written(text[quantity.start : quantity.end], unit, "zh")
        text = f"{text[: quantity.start]}{number}{text[quantity.end :]}"
    return text


_YEAR = re.compile(r"20\d\d年(?:底|末)?|(?<=[较比与在于])20\d\d(?!\d)|20\d\d(?=[-~]20\d\d)")
"""A year in a cell; 2000 alone is a number like any other."""


def _own_name(text: str, context: Context) -> list[Claim]:
    """新发近视率明显下降 in the row of another measure: the goals of a cell with a name of its own and no number."""
    found = [] if re.search(r"\d", text) else read_sentence(text, context)
    return [claim for claim in found if claim.comparator == comparators.TREND and not claim.fact]


def _in_row(claim: Claim, unit: str) -> str:
    """The unit of the cell, else the row's: a count or level without one is in that."""
    worked_out = claim.comparator in comparators.WORKED_OUT - {comparators.INCREASE_BY}
    found = parse(claim.unit)  # 3人以上 in a row in 人/万人
    based = "/" in unit and found is not None and found.kind == "count"
    return unit if not (worked_out or claim.each) and (based or not claim.unit) else claim.unit


def _with_baseline(claim: Claim, row: tuple[str, ...], columns: list[Column]) -> Claim:
    """The starting value that the row prints, with its year: its column's, or its own (2015年为18.5, 8.1（2013年）)."""
    for cell, column in zip(row, columns, strict=False):
        if column.role == "baseline" and re.search(r"\d", cell):
            printed = normal(cell)
            own = _OWN_YEAR.search(printed)
            figure = (_OWN_YEAR.sub("", printed).strip() or printed) if own else printed
            year = own["from"] or own["in"] if own else column.deadline[:4]
            baseline = f"{figure} ({year})" if year else figure
            return replace(claim, baseline=baseline, baseline_year=claim.baseline_year or year)
    return claim


_OWN_YEAR = re.compile(
    r"^(?:(?:19|20)\d\d年?[-~至])?(?P<from>(?:19|20)\d\d)年(?:底|末)?(?:的)?(?:为|约为|是|：|达|达到)?(?=[^年]*\d)|（(?P<in>(?:19|20)\d\d)年?(?:底|末)?）"
)


# --- task tables -------------------------------------------------------------------------------


def _text_cells(rows: Rows, head: int, columns: list[Column], passage: Passage, reader: Reader) -> Iterator[Located]:
    """Each long cell is read as a paragraph; departments come from their column or neighbours."""
    for number, row in enumerate(rows[head:], 1):
        serial = row[0] if row and re.match(r"^\d{1,3}$", row[0].strip()) else str(number)
        fits = bool(columns) and len(row) == len(columns)
        who = _who(row, columns) if fits else _bodies(row)
        due = _due(_cell(row, columns, "deadline") if fits else "", passage.years or reader.period)
        seen: set[str] = set()
        for i, cell in enumerate(row):
            role = columns[i].role if fits else ""
            if cell in seen or len(cell) < 6 or role in _ASIDE:
                continue
            seen.add(cell)
            place = f"{passage.locator}{passage.place}·{serial}"
            piece = Passage(cell, place, "", passage.place, resets=True, years=passage.years, due=due)
            for item in reader.read(piece):
                yield replace(item, departments=item.departments or who)


def _bodies(row: tuple[str, ...]) -> str:
    """The names in the cells that hold nothing but names of bodies."""
    short = (cell for cell in row[1:] if len(cell) <= 60 and not re.search("[。；]", cell))
    lists = (names for names in map(split_departments, short) if all(map(BODY.search, names)))
    return ";".join(dict.fromkeys(name for names in lists for name in names))
