"""Tables to located claims: indicator tables by the columns that their head names, task tables cell by cell."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest

from healthplan.language import comparators, dates
from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.language.numbers import find_quantities
from healthplan.language.units import parse, written
from healthplan.language.vocabulary import simplified
from healthplan.planreader import around, english
from healthplan.planreader.block import Rows
from healthplan.planreader.cell import read_cell
from healthplan.planreader.claims import read_sentence
from healthplan.planreader.dates import Period, find_dates
from healthplan.planreader.naming import has_tail
from healthplan.planreader.outline import Passage, split_departments
from healthplan.planreader.reading import Reader
from healthplan.planreader.rules import first, words
from healthplan.planreader.sentence import Claim, Context, Located

Row = tuple[str, ...]
_ASIDE = {"serial", "departments", "unit", "nature", "group", "ignore", "deadline"}  # columns that hold no text
_FIGURES = {"value", "baseline"}
_NATURES = {"约束": "binding", "预期": "expected"}


def read_table(rows: Rows, passage: Passage, period: Period, reader: Reader) -> Iterator[Located]:
    """Claims of a table: an indicator table by its head, any other as text cells."""
    place = f"{passage.locator}{passage.place}"
    if found := list(english.read_table(rows, reader.lines.due)):
        yield from (Located(claim, f"{place}·{number}") for number, claim in found)
        return
    head, columns = find_head(rows, period)
    if columns and _holds_figures(rows[head:], columns):
        yield from _indicator_rows(rows[head:], columns, place, period, reader.register)
    else:
        yield from _text_cells(rows[head:], columns, passage, reader)


def unread_cells(rows: Rows, period: Period) -> Iterator[str]:
    """The value cells of an indicator table that say something and give no goal, with the names of their rows."""
    head, columns = find_head(rows, period)
    if not (columns and _holds_figures(rows[head:], columns)) or any(english.read_table(rows, "")):
        return
    for row in rows[head:]:
        name, unit = _row_name(row, columns, "")
        for i in (i for i in _value_columns(columns, period) if name and i < len(row)):
            said = re.search(r"[\u4e00-\u9fff\d]", row[i])
            if said and not _cell_claims(name, unit, row[i], columns[i], period, None):
                yield f"{name}：{row[i]}"


# --- the head: which column holds the name, the unit, the figures of which year -----------------------


@dataclass(frozen=True)
class Column:
    """What one column holds; `deadline` for value columns."""

    role: str
    head: str
    deadline: str = ""


def find_head(rows: Rows, period: Period) -> tuple[int, list[Column]]:
    """Number of head rows and the columns, or (0, []) where no row looks like a head."""
    for height, body in enumerate(takewhile(_short, rows[:3]), 1):
        columns = _named(_columns(rows[:height], period))
        more = height < len(rows) and _is_head(rows[height], columns)
        roles = {column.role for column in columns}
        if {"name", "value"} <= roles and not _has_numbers(body, columns) and not more:
            return height, columns
    for height in range(1, len(rows[:2]) + 1):
        columns = _columns(rows[:height], period)
        if sum(bool(column.role) for column in columns) >= 2 and _short(rows[height - 1]):
            return height, columns
    return 0, []


def _holds_figures(body: Rows, columns: list[Column]) -> bool:
    """An indicator table has short cells under its value columns; a task table has sentences."""
    cells = [cell for row in body for cell in _cells(row, columns, "value")]
    short = [cell for cell in cells if len(cell) <= 24]
    return len(short) >= 0.6 * len(cells) and any(re.search(r"\d", cell) for cell in short)


def _named(columns: list[Column]) -> list[Column]:
    """Where no head says what is measured, the first column that is not a number or year does.

    重点任务 beside 主要指标: where one head says that it names the measures, the others group the rows."""
    heads = {column.head for column in columns if column.role == "name"}
    said = [head for head in heads if "指标" in head] or list(heads)
    if len(heads) > 1 and len(said) == 1:
        columns = [replace(c, role="group") if c.role == "name" and c.head != said[0] else c for c in columns]
    roles = [column.role for column in columns]
    free = [i for i, role in enumerate(roles) if role in {"", "group"}]
    if "name" in roles or "value" not in roles or not free:
        return columns
    at = free[-1 if roles[free[0]] == "group" else 0]
    return [*columns[:at], replace(columns[at], role="name"), *columns[at + 1 :]]


def _columns(rows: Rows, period: Period) -> list[Column]:
    """The columns under a head of one or more rows, a merged cell's words once.

    完成情况及目标 over 2025年目标 is a goal, as its own head says."""
    columns = []
    for parts in (list(dict.fromkeys(filter(None, p))) for p in zip_longest(*rows, fillvalue="")):
        whole = _column("".join(parts), period)
        own = _column(parts[-1], period) if len(parts) > 1 else whole
        dated = own.role in _FIGURES and (own.deadline or not whole.deadline)
        columns.append(replace(own, head=whole.head) if dated and own.role != whole.role else whole)
    return columns


def _short(row: Row) -> bool:
    return all(len(cell) <= 24 for cell in row)


def _has_numbers(row: Row, columns: list[Column]) -> bool:
    """A body row holds plain numbers under its value columns."""
    valued = [cell for role in _FIGURES for cell in _cells(row, columns, role)]
    return any(words("plain_number").match(normal(cell)) and not re.match(r"^20\d\d$", cell) for cell in valued)


def _is_head(row: Row, columns: list[Column]) -> bool:
    """A second head row under a merged first one: years and words, no figures."""
    return sum(bool(words("head_years").search(cell)) for cell in row) >= 2 and not _has_numbers(row, columns)


def _column(head: str, period: Period) -> Column:
    text = simplified(normal(head)).replace(" ", "")
    rule = first("table_heads", text) if text else None
    role = str(rule.fields["role"]) if rule else ""
    return _value_column(text, role, period) if role in {"year", "target", "baseline"} else Column(role, head)


def _value_column(text: str, role: str, period: Period) -> Column:
    found = [d for d in find_dates(text if "年" in text else f"{text}年", period) if d.deadlines]
    years = [d for d in found if re.match(r"20\d\d", d.deadlines[-1])]
    deadline = years[-1].deadlines[-1] if years else ""
    if (part := words("part_of_year").search(text)) and (year := deadline[:4] or str(period.single or "")):
        deadline = dates.of_parts(int(year), dates.last_month(part.group()), 0) or deadline
    stood = role == "baseline" or (words("stands_note").search(text) and "目标" not in text)
    if stood or 0 < int(deadline[:4] or 0) < (period.start or 0):
        return Column("baseline", text, deadline)
    end = "" if words("midway").search(text) else str(period.end or "")
    return Column("value", text, deadline or end)


def _value_columns(columns: list[Column], period: Period) -> list[int]:
    """The columns that hold goals; of a plan without a start the first year is where things stood, unless told."""
    values = [i for i, column in enumerate(columns) if column.role == "value"]
    told = any(column.role == "baseline" for column in columns)
    if len(values) < 2 or period.start is not None or told:
        return values
    due = [columns[i].deadline for i in values]
    if len(set(due)) == 1:
        return values[-1:]
    later = [i for i in values if columns[i].deadline != min(due)]
    return values if any("目标" in columns[i].head for i in values if i not in later) else later


# --- indicator tables --------------------------------------------------------------------------


def _indicator_rows(
    rows: Rows, columns: list[Column], at: str, period: Period, register: Register | None
) -> Iterator[Located]:
    values = _value_columns(columns, period)
    notes = [i for i, column in enumerate(columns) if column.role == "note"]
    previous, base = "", None
    for number, row in enumerate(rows, 1):
        name, unit = _row_name(row, columns, previous)
        if not name or (len(set(row)) == 1 and len(row) > 2):
            continue
        name, unit, base = _under(base, name, unit)
        previous = name
        each, name = around.each_of(name)
        place = f"{at}·{_cell(row, columns, 'serial') or number}"
        due = _due(_cell(row, columns, "deadline"), period)
        nature = next((word for sign, word in _NATURES.items() if sign in _cell(row, columns, "nature")), "")
        # a row's goal stands in its value columns, or in its note where they are empty
        filled = [i for i in values if i < len(row) and row[i].strip(" -—–/")]
        for i in filled or [i for i in notes if i < len(row) and re.search(r"\d", row[i])]:
            column = replace(columns[i], deadline=due[0]) if due else columns[i]
            for claim in _cell_claims(name, unit, row[i], column, period, register):
                claim = _with_baseline(claim, row, columns)
                claim = replace(claim, each=each, baseline="") if each else claim
                mark = f"{place}·{i}" if claim.all_of else ""  # no two tables share one
                yield Located(claim, place, _who(row, columns), nature, mark)


def _under(base: tuple[str, str] | None, name: str, unit: str) -> tuple[str, str, tuple[str, str] | None]:
    """Name and unit of a row that stands under another (其中：…, a bare noun), and what the next stands under."""
    if base and not unit:
        if not has_tail(name) and not re.search("比$|其中|情况$", name):
            return f"{base[0]}：{name}", base[1], base
        if "其中" in name:
            return name, base[1], base
    return name, unit, (name, unit) if unit else None


def _due(cell: str, period: Period) -> tuple[str, ...]:
    """The row's own date (完成时限), as its cell says it."""
    found = [d for d in find_dates(normal(cell), period) if d.deadlines] if cell else []
    return found[-1].deadlines[-1:] if found else ()


def _row_name(row: Row, columns: list[Column], previous: str) -> tuple[str, str]:
    """Name and unit of a row; 其中 is said of the row before."""
    label = words("row_number").sub("", normal("".join(dict.fromkeys(_cells(row, columns, "name")))))
    whose = f"{previous.split('：')[0]}其中：" if previous else ""
    label = re.sub(r"^其中[：，]?", lambda _m: whose, label)
    unit = _cell(row, columns, "unit")
    match = re.search(r"（([^（）]{1,12})）\s*[*#]*$", label)
    if match and parse(match[1]):
        label, unit = label[: match.start()], unit or match[1]
    found = parse(unit)  # one that is not known stays as it stands
    return label.strip("*# "), found.unit if found else normal(unit).strip()


def _cells(row: Row, columns: list[Column], role: str) -> list[str]:
    """What stands in the columns of a role."""
    return [cell for cell, column in zip(row, columns, strict=False) if column.role == role and cell]


def _cell(row: Row, columns: list[Column], role: str) -> str:
    return next(iter(_cells(row, columns, role)), "")


def _who(row: Row, columns: list[Column]) -> str:
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
    bare = words("beside_goal").sub("", text)
    if not found and bare != text:
        again = read_cell(name, _in_unit(bare, unit), context, falling=falling)
        found = [claim.doubted("aside") for claim in again]
    if not found and not re.search(r"\d", text):  # 新发近视率明显下降 in the row of another measure
        own = read_sentence(text, context)
        found = [claim for claim in own if claim.comparator == comparators.TREND and not claim.fact]
    evidence = f"{name} | {column.head} | {cell}"
    return [replace(c, evidence=evidence, unit=_in_row(c, unit)) for c in found]


def _in_unit(text: str, unit: str) -> str:
    """The cell with the row's unit behind its bare numbers: 低于4 in a row in % is 低于4%."""
    bare = [q for q in find_quantities(words("year_in_cell").sub(lambda m: "@" * len(m[0]), text)) if q.kind == "bare"]
    for quantity in reversed(bare):
        number = written(text[quantity.start : quantity.end], unit, "zh")
        text = f"{text[: quantity.start]}{number}{text[quantity.end :]}"
    return text


def _in_row(claim: Claim, unit: str) -> str:
    """The unit of the cell, else the row's: a count or level without one is in that."""
    worked_out = claim.comparator in comparators.WORKED_OUT - {comparators.INCREASE_BY}
    found = parse(claim.unit)  # 3人以上 in a row in 人/万人
    based = "/" in unit and found is not None and found.kind == "count"
    return unit if not (worked_out or claim.each) and (based or not claim.unit) else claim.unit


def _with_baseline(claim: Claim, row: Row, columns: list[Column]) -> Claim:
    """The starting value that the row prints, with its year: its column's, or its own (2015年为18.5, 8.1（2013年）)."""
    for cell, column in zip(row, columns, strict=False):
        if column.role == "baseline" and re.search(r"\d", cell):
            printed = normal(cell)
            own = words("own_year").search(printed)
            figure = (words("own_year").sub("", printed).strip() or printed) if own else printed
            year = own["from"] or own["in"] if own else column.deadline[:4]
            baseline = f"{figure} ({year})" if year else figure
            return replace(claim, baseline=baseline, baseline_year=claim.baseline_year or year)
    return claim


# --- task tables -------------------------------------------------------------------------------


def _text_cells(rows: Rows, columns: list[Column], passage: Passage, reader: Reader) -> Iterator[Located]:
    """Each long cell is read as a paragraph; departments come from their column or neighbours."""
    for number, row in enumerate(rows, 1):
        serial = row[0] if row and re.match(r"^\d{1,3}$", row[0].strip()) else str(number)
        own = columns if len(row) == len(columns) else []
        due = _due(_cell(row, own, "deadline"), passage.years or reader.period)
        roles = dict(enumerate(column.role for column in own))
        texts = (cell for i, cell in enumerate(row) if len(cell) >= 6 and roles.get(i) not in _ASIDE)
        place = f"{passage.locator}{passage.place}·{serial}"
        who = _who(row, own) if own else _bodies(row)
        for cell in dict.fromkeys(texts):
            piece = Passage(cell, place, "", passage.place, resets=True, years=passage.years, due=due)
            for item in reader.read(piece):
                yield replace(item, departments=item.departments or who)


def _bodies(row: Row) -> str:
    """The names in the cells that hold nothing but names of bodies."""
    short = (cell for cell in row[1:] if len(cell) <= 60 and not re.search("[。；]", cell))
    lists = (names for names in map(split_departments, short) if all(map(words("department").search, names)))
    return ";".join(dict.fromkeys(name for names in lists for name in names))
