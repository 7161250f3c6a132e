"""Tables to figures: which rows and columns are measures, years, areas or kinds of institutions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from healthplan.language import units, vocabulary
from healthplan.language.characters import key
from healthplan.language.numbers import NUMBER
from healthplan.planreader import figure_names
from healthplan.planreader.block import Rows
from healthplan.planreader.figure_names import kind_of, plain
from healthplan.planreader.figure_setting import ANNUAL, YEAR_END, Figure, Setting, When, dates_in, opening_area
from healthplan.planreader.rules import words

_CELL = re.compile(
    rf"([≥≤<>]=?)?\s*(-?{NUMBER})\s*(%|‰|/10万|[万亿]?[个家所张人名元岁次天份例]?(?:人次)?)\s*(（[^（）]*）|[*※#①-⑳]+)?"
)


@dataclass
class _Column:
    """One column: its words without unit, and what stands under them."""

    label: str
    role: str = "value"  # name, unit, aside, value
    unit: str = ""
    when: When | None = None
    kind: str = "level"
    sub: bool = False
    plain_value: bool = False  # says only that figures stand below, and of when


@dataclass
class _Row:
    """What a row says: its name without unit and mark of a part, its unit, year and area."""

    label: str
    unit: str = ""
    sub: bool = False
    when: When | None = None
    area: str = ""
    total: bool = False


@dataclass
class _Table:
    """A table in parts, with what its caption and document say."""

    setting: Setting
    body: list[list[str]]
    place: str
    first: int
    when: When
    whose: str
    topic: str
    unit: str = ""
    columns: list[_Column] = field(default_factory=list)
    newest: int = 0


def read_table(rows: Rows, above: list[str], place: str, setting: Setting) -> Iterator[Figure]:
    """The figures of a table; ``above`` are the lines before it, the nearest last."""
    grid, captions = _uncaptioned([[_cell(cell) for cell in row] for row in rows], above)
    height = _height(grid)
    if not height or height >= len(grid):
        if all(len(row) == 2 for row in grid):
            yield from _form(grid, captions, place, setting)
        return
    widths = [len(row) for row in grid]
    if max(widths[:height]) < max(widths[height:]):
        return  # a head that lost cells: no value stands under its words
    whose, topic, first = _whose(captions), _topic(captions), len(rows) - len(grid) + height + 1
    table = _Table(setting, grid[height:], place, first, _caption_when(captions, setting), whose, topic)
    found = words("caption_unit").search(" ".join(captions))
    table.unit = found[1] if found and units.parse(found[1]) else ""
    table.columns = _columns(grid[:height], table)
    table.newest = _newest(table)
    yield from _body(table)


def _uncaptioned(grid: list[list[str]], above: list[str]) -> tuple[list[list[str]], list[str]]:
    """The rows below those that hold one text only, and the captions, the lines above among them."""
    captions = [line for line in above if len(line) <= 70]
    while len(grid) > 1 and len({c for c in grid[0] if c}) <= 1:
        captions.append(next((c for c in grid[0] if c), ""))
        grid = grid[1:]
    return grid, captions


def _newest(table: _Table) -> int:
    """The latest year of the columns or rows, before which figures are an earlier year's."""
    told = [c.when.year or 0 for c in table.columns if c.when and c.kind == "level"]
    dated = (words("year_alone").fullmatch(line[0]) for line in table.body if line)
    return max(told, default=0) or max((int(row[1]) for row in dated if row), default=0)


def _cell(text: str) -> str:
    told = re.sub(r"(?<=[\u4e00-\u9fff]) +(?=[\u4e00-\u9fff])", "", plain(text)).strip()
    return words("english").sub("", told) if re.search("[\u4e00-\u9fff]", told) else told


def _figure_like(cell: str) -> bool:
    return bool(_CELL.fullmatch(cell)) and not words("year_alone").fullmatch(cell)


def _height(grid: list[list[str]]) -> int:
    """How many rows are the head: those before the first with figures."""
    for n, row in enumerate(grid[:6]):
        rest = [cell for cell in row[1:] if cell]
        years = sum(bool(words("year_alone").fullmatch(cell)) for cell in rest)
        if n and grid[n - 1] and len(set(row)) == 1:
            continue
        below = n > 0 and row[0] in ("", grid[n - 1][0])  # the label of a head goes over two rows
        if any(map(_figure_like, rest)) or (years and n and not below and not (n < 2 and years == len(rest))):
            return n
    return 0


def _caption_when(captions: list[str], setting: Setting) -> When:
    for line in reversed(captions):
        found = [d for d in dates_in(line) if (d.year or d.word) and d.part not in ("day", "span")]
        if found:
            return found[-1].resolved(setting.when, *setting.now, how="title")
    return setting.when


def _whose(captions: list[str]) -> str:
    """The institutions that the title says the whole table is of (各类医院基本情况); "" for every kind."""
    title = next((line for line in reversed(captions) if words("title_of_table").search(line)), "")
    found = None if words("generic").search(title) or "、" in title else words("table_of").search(title)
    return found[1] if found else ""


def _topic(captions: list[str]) -> str:
    """What the title says that the whole table tells: 卫生机构床位数 of 表3-2 各地区卫生机构床位数（2021年）."""
    title = next((line for line in reversed(captions) if not words("caption_unit").match(line)), "")
    bare = re.sub(r"[（(][^（）()]*[)）]", "", _without(words("table_number").sub("", title)))
    return words("around").sub("", bare.strip("， ：")).strip()


# --- columns ------------------------------------------------------------------------------------


def _columns(head: list[list[str]], table: _Table) -> list[_Column]:
    out: list[_Column] = []
    for i in range(max(map(len, [*head, *table.body]))):
        parts = dict.fromkeys(row[i] for row in head if i < len(row) and row[i])
        cells = [row[i] for row in table.body if i < len(row) and row[i]]
        numeric = bool(cells) and sum(map(_figure_like, cells)) >= 0.4 * len(cells)
        label = _joined(list(parts))
        column = _column(label, table)
        blank = all(re.fullmatch(r"[-—–…./]*", c) for c in cells)
        named = not blank and all(c.role != "value" for c in out)
        if words("head_area").match(label):
            column.role = "name"
        elif column.role == "value" and not numeric:
            column.role = "name" if named else "aside"
        out.append(column)
    if out and all(c.role != "name" for c in out):
        out[0].role = "name"
    _of_all_columns(out, table)
    return out


def _of_all_columns(out: list[_Column], table: _Table) -> None:
    """What columns say of each other: 指标值 beside 完成值 was only asked for; 项目资金（万元） in the corner."""
    reached = any(words("head_reached").search(c.label) for c in out)
    for column in out:
        if reached and words("head_asked").match(column.label):
            column.kind = "planned"
        if column.role == "name" and column.unit and not table.unit:
            table.unit = column.unit


def _joined(parts: list[str]) -> str:
    """The words of a head of two rows: 床位（张）|其中：卫生院 is 卫生院床位（张）, 人员（人）|注册护士 is 注册护士（人）."""
    if len(parts) < 2:
        return "".join(parts)
    unit, top = _unit_off(parts[0])
    below = "".join(parts[1:])
    if words("total").match(below):
        return parts[0]
    own, part = _unit_off(words("sub").sub("", below))
    if not unit or own or dates_in(below, head=True) or words("year_alone").fullmatch(below):
        return "".join(parts)
    if kind_of(unit) == "people" and words("people").search(part):
        return f"{part}（{unit}）"
    return f"{figure_names.composed(part, top, unit) if figure_names.is_part(part) else top + part}（{unit}）"


def _column(label: str, table: _Table) -> _Column:
    bare = re.sub(r"\s", "", label)
    if role := next((role for role in ("aside", "unit") if words(f"head_{role}").match(bare)), ""):
        return _Column(bare, role)
    unit, name = _unit_off(bare)
    column = _Column(words("sub").sub("", name), unit=unit, sub=bool(words("sub").match(name)))
    dates = [d for d in dates_in(bare, head=True) if d.part != "day"]
    if year := words("year_alone").fullmatch(bare):
        period = YEAR_END if re.search("[末底]", bare) else ANNUAL
        column.when = When(int(year[1]), period, "own")
    elif dates:
        column.when = dates[-1].resolved(table.when, *table.setting.now)
        if any(date.text != "全年" for date in dates):  # 全年执行数 is a name
            column.label = name = re.sub("^(?:年|度)", "", _without(bare if not unit else name))
    elif words("year_before").match(bare):
        held = table.when.year
        column.when = When(held - 1 if held else None, table.when.period, "own" if held else "open")
    says = words("head_value").match
    undated = column.when is None or re.search(r"[\u4e00-\u9fff]{2}", column.label)
    column.plain_value = bool(not column.label or says(bare) or says(column.label) or not undated)
    _meant(column, bare, unit, table.setting)
    return column


def _meant(column: _Column, bare: str, unit: str, setting: Setting) -> None:
    """Whether the head of a column tells a change or what is planned."""
    change = words("head_change")
    share = unit == "%" and change.sub("", bare) and words("share_head").search(bare)
    if change.search(bare) and not share:
        column.kind, column.when = "change", None
    if (column.when and setting.ahead(column.when)) or words("head_planned").search(bare):
        column.kind = "planned"


def _without(label: str) -> str:
    """A label without its dates."""
    for date in reversed(dates_in(label, head=True)):
        label = label[: date.start] + label[date.end :]
    return label


def _unit_off(label: str) -> tuple[str, str]:
    """The unit in a bracket of a label, and the label without it."""
    for found in words("unit_bracket").finditer(label):
        kind = re.search("(?:中心|[院所室])$", label[: found.start()]) and found[1] in ("站", "所")
        if units.parse(found[1]) is not None and not kind:  # 社区卫生服务中心（站） is a name
            return found[1], (label[: found.start()] + label[found.end() :]).strip()
    return ("%", label[:-1]) if re.search(r"[\u4e00-\u9fff]%$", label) else ("", label)


# --- rows ---------------------------------------------------------------------------------------


def _body(table: _Table) -> Iterator[Figure]:
    roles = [column.role for column in table.columns]
    names = [i for i, role in enumerate(roles) if role == "name"]
    unit_at = roles.index("unit") if "unit" in roles else -1
    labels = [[row[i] for i in names if i < len(row)] for row in table.body]
    headed = any(words("head_area").match(table.columns[i].label) for i in names[-1:])
    areas = headed or _are_areas([label[-1] for label in labels if label and label[-1]])
    of_measures = ("value", False, "level") in {(c.role, c.plain_value, c.kind) for c in table.columns}
    parent: _Row | None = None
    parts = False
    for n, (row, label) in enumerate(zip(table.body, labels, strict=True)):
        if len({c for c in row if c}) <= 1:
            continue
        read = _row(label, row[unit_at] if 0 <= unit_at < len(row) else "", areas, table)
        parts = read.sub or (parts and not read.unit)
        if not of_measures and (unit_at < 0 or read.unit):  # a blank among units is no unit of the row above
            read, parent = _under(read, parent, parts)
        yield from _cells(table, row, read, of_measures, f"{table.place}·{n + table.first}")


def _are_areas(labels: list[str]) -> bool:
    """Whether most rows are named like areas."""
    named = sum(opening_area(label)[1] == len(label) for label in labels)
    return named > 0.5 * len(labels) and named > 1


def _row(label: list[str], unit: str, areas: bool, table: _Table) -> _Row:
    text = words("row_serial").sub("", label[-1] if label else "")
    if len(label) > 1 and len(set(label)) > 1 and (words("group").fullmatch(label[-1]) or not text):
        text = "".join(dict.fromkeys(label))
    if year := words("year_alone").fullmatch(text):
        return _Row("", when=When(int(year[1]), how="own"))
    dates = [d for d in dates_in(text) if d.end - d.start == len(text)]
    if dates:
        return _Row("", when=dates[0].resolved(table.when, *table.setting.now))
    own, name = _unit_off(text)
    bare = words("sub").sub("", name).strip("：: ")
    row = _Row(bare, own or (unit if units.parse(unit) else ""), sub=bool(words("sub").match(name)))
    if words("total").match(bare):
        return replace(row, total=True, area=_of_all(bare, table))
    return replace(row, area=bare, total=True) if areas else row


def _of_all(label: str, table: _Table) -> str:
    """Whose figures 全市 or 合计 tells: of the paper's own area, unless that is one of the rows, and so a part of it."""
    own = table.setting.area
    if own and re.match("全[国省市区县州]", label):
        return table.setting.area_of(label[:2])
    listed = any(own and own == re.sub(r"\s", "", cell) for row in table.body for cell in row[:3])
    return next(iter(table.setting.above), "") if listed else own


def _under(row: _Row, parent: _Row | None, parts: bool) -> tuple[_Row, _Row | None]:
    """A part, or what its words show to be one, has the unit and the measure of the last row with a unit (# 医院 under
    实有床位数)."""
    if row.unit and not row.sub:
        return row, row
    people = parent is not None and kind_of(parent.unit) == "people" and words("people").search(row.label)
    if parent is None or not (parts or row.unit or people or figure_names.is_part(row.label)):
        return row, row if row.unit else parent
    unit = row.unit or parent.unit
    if figure_names.whole(row.label, unit, False) or not row.label or not unit:
        return replace(row, unit=unit), parent
    name = figure_names.composed(row.label, parent.label, unit)
    return replace(row, unit=unit, label=name, sub=True), parent


def _cells(table: _Table, row: list[str], read: _Row, of_measures: bool, place: str) -> Iterator[Figure]:
    """The figures of one row; blank and - are none, 0 is one, a bound (≥) only of what is planned."""
    head: _Column | None = None
    for column, cell in zip(table.columns, row, strict=False):
        if column.role != "value":
            continue
        head = column if head is None or not column.sub else head
        match = _CELL.fullmatch(cell)
        if match is None or key(cell) in vocabulary.missing():
            continue
        name, sub = _name(table, read, column, head) if of_measures else (read.label, read.sub)
        name = _of_those(name, table.whose)
        when, kind = _when(table, column, read)
        unit = match[3] or _unit(table, read, column, head, name)
        if not figure_names.counted(name, unit) or (match[1] and kind in ("level", "previous")):
            continue
        marks = {"ragged": len(row) < len(table.columns), "inner": sub, "marked": match[1] or match[4]}
        seen = (*_seen(when, unit), *(mark for mark, holds in marks.items() if holds))
        evidence = f"{read.label or read.area or row[0]} | {column.label} | {cell}"
        area = read.area or table.setting.area
        yield Figure(name, _value(match), unit, when, area, kind, place, evidence, seen)


def _value(match: re.Match[str]) -> float:
    return float(match[2].replace(",", ""))


def _seen(when: When, unit: str) -> tuple[str, ...]:
    return "start", "name_cell", f"year_{when.how}", "unit_printed" if unit else "unit_open"


def _when(table: _Table, column: _Column, read: _Row) -> tuple[When, str]:
    """Of when a cell is: as its column says, its row, or the title; and whether it is a level."""
    when = read.when or column.when or table.when
    if column.when and column.when.year:
        when = column.when
    elif column.when and read.when:
        when = replace(read.when, period=column.when.period)
    if column.kind == "level" and table.setting.ahead(when):
        return when, "planned"
    earlier = column.kind == "level" and when.year and when.year < table.newest
    return when, "previous" if earlier else column.kind


def _of_those(name: str, whose: str) -> str:
    """The name with the institutions that the table's title names, where it names none and is no rate of people."""
    if not whose or not name or figure_names.whose(name) or units.base_in_name(name) or "医院" in name:
        return name
    return f"{whose}数" if re.fullmatch("机构总?数", name) else f"{whose}{name}"


def _name(table: _Table, read: _Row, column: _Column, head: _Column) -> tuple[str, bool]:
    """The name of a cell under a measure, and whether it is of a part."""
    own, unit = column.label, column.unit or head.unit or table.unit
    whole = figure_names.whole(own, unit, False)
    if column.sub and not whole:
        own = figure_names.composed(own, head.label, unit)
    elif words("total").match(own) and table.topic:
        own = table.topic
    elif unit and figure_names.is_part(own) and not whole:
        own = figure_names.composed(own, table.topic, unit)
    if read.total or not read.label:
        return own, column.sub
    if column.plain_value:
        return read.label, read.sub
    if words("how_many_of_them").fullmatch(own) and figure_names.is_part(read.label):
        return f"{read.label}数", True
    return f"{read.label}{own}", True


def _unit(table: _Table, read: _Row, column: _Column, head: _Column, name: str) -> str:
    """The unit of a cell: its column's, its row's, that of what it is a part of, the one above the table, or that its name says."""
    told = column.unit or read.unit or (head.unit if column.sub else "")
    return told or ("" if words("no_unit_above").search(name) else table.unit)


def _form(grid: list[list[str]], captions: list[str], place: str, setting: Setting) -> Iterator[Figure]:
    """Label and value, one pair a row, without a head."""
    when = _caption_when(captions, setting)
    for n, (label, cell) in enumerate(grid, 1):
        match = _CELL.fullmatch(cell)
        if match and not match[1] and not _figure_like(label):
            unit, name = _unit_off(label)
            name, unit = words("sub").sub("", name).strip("：: "), match[3] or unit
            seen, at, evidence = _seen(when, unit), f"{place}·{n}", f"{label} | {cell}"
            yield Figure(name, _value(match), unit, when, setting.area, "level", at, evidence, seen)


def lone_value(label: str, text: str, place: str, setting: Setting) -> Figure | None:
    """A label on one line and nothing but its value on the next, or both on one line without a blank (机构数（个）1770)."""
    return next(_form([[label, text]], [], place, setting), None) if label else None
