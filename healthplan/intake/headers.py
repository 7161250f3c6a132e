"""Header rows: where the table begins, and what each of its columns is.

Usually the row names its columns; where it does not (a blank corner over years, measures or areas across), the cells
below tell what a column is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from healthplan.intake import captions, forms, values
from healthplan.intake.book import Cell, Sheet, letter
from healthplan.intake.forms import LOOK, Form, Known
from healthplan.language import characters, dates, groups, units, vocabulary
from healthplan.language.dates import Year
from healthplan.language.names import Register

BODY = 40  # rows below a header that tell what its columns are
_GROWTH = re.compile(
    r"同比|环比|增长|增幅|增速|增减|增加|较上年|比上年|较去年|比去年|较基期|变化率|变化幅度|涨幅|升降|变动|±|growth|change|yoy|increase",
    re.IGNORECASE,
)
_GOAL = re.compile(r"目标|规划值|计划数|计划值|target|goal|plan", re.IGNORECASE)
_GOAL_END = re.compile(r"(?:目标|目标值|规划值|规划目标|计划数|计划值|target|goal)$", re.IGNORECASE)
_UNIT = re.compile(r"^(?P<name>.+?)\s*[(（\[【/／]\s*(?:单位\s*[:：]?)?\s*(?P<unit>[^()（）\[\]【】]+?)\s*[)）\]】]?$")
LEFT_OUT = {"growth", "goal", "forecast", "part", "range"}
_ILL = re.compile("^(?:病种|疾病|病名|死因|传染病)(?:名称|种类)?$")
_NO_LIST = {"figures", "target_value", "baseline", "bad_year", *(LEFT_OUT - {"growth"})}
# what a head below a year, or beside others, says of the row's own measure; a share of its goal; what was reached
_OWN = re.compile(
    "(?:发生|百分)?(?:率|比率|比例|占比|比重|水平|数值|值|合计|总计|总数|全部|全[省市区县州旗])(?:值|数)?"
)
_OF_GOAL = re.compile("(?:目标|任务|计划|年度|指标)*(?:完成|达成|实现|达标)(?:率|比例|比|进度|程度|百分比|占比)")
_DONE = re.compile(
    "(?:实际|全年|年度|本年|当年|年末|目标)?(?:完成|达成|实现|达到|实绩|实际)(?:情况|数|值|量|水平|结果|数值)?"
)
_PER = re.compile("每(?:千|万|十万|10万|百万)(?:名)?(?:常住|户籍)?(?:人口|居民|人)(?:口)?")
_SUBJECT = re.compile(
    "医院|卫生院|中心|诊所|门诊部|卫生室|机构|患者|病人|儿童|新生儿|婴儿|妇女|孕产?妇|产妇|老年人|学生|[病炎瘤癌]$|结核|高血压|艾滋|肝炎"
)
_ALL = re.compile("(?:[全本]?[省市区县]?)?(?:各类|所有|全部)?(?:医疗)?(?:卫生)?(?:服务)?机构")
_POINTS = re.compile("权重|分值|得分|评分|排名|位次|次序|名次")
_CODED = re.compile(r"\s*\[YR\d{4}\]$")


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
    if _OF_GOAL.fullmatch(written):
        return "goal", None, ""
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
    """A header: its sheet and row, the first row of data below it, its columns, where its table ends, the first of the
    lines above it, what they and the names of sheet and file say that no column says (``given``, by role; lines between the rows
    say its ``section``), whether a row and a column together name a measure (肺结核, 发病率), the form it has, and the group that the sheet is named for; while its rows are walked the last whole indicator with its area and
    year and, where the last row named a group only, that."""

    sheet: Sheet
    row: int
    first: int
    headings: list[Heading]
    form: Form | None = None
    top: int = 0
    given: dict[str, str] = field(default_factory=dict)
    section: str = ""
    composed: bool = False
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

    def having(self, *roles: str) -> list[Heading]:
        """The columns of one role, or of several."""
        return [h for h in self.headings if h.role in roles]

    def first_of(self, role: str) -> Heading | None:
        """The first column of one role."""
        return next(iter(self.having(role)), None)

    def roles(self) -> set[str]:
        """The roles that there are."""
        return {h.role for h in self.headings} - {"blank", "unknown"}


_LABELS = {
    "indicator", "area", "year", "value", "unit", "target_value", "target_year", "baseline", "baseline_year", "direction",
}  # fmt: skip


def find(sheet: Sheet, known: Known) -> Found | None:
    """The first header: a row that names columns of a table of figures or goals."""
    tried = (at(sheet, row, known) for row in range(min(len(sheet.rows), LOOK)))
    return next(filter(None, tried), None)


def at(sheet: Sheet, row: int, known: Known) -> Found | None:
    """The header that begins at this row, if one does."""
    cells = sheet.rows[row]
    if sum(not cell.blank for cell in cells) < 2:
        return None
    filled, today = _fill_merged(sheet, row), known.today
    form = forms.fitting((cell.text for cell in filled), known)
    headings = [heading(c, i, today, sheet.lettered, form) for i, c in enumerate(filled)]
    found = Found(sheet, row, row + 1, headings, form)
    if form and (form.rest or not form.read):
        for one in found.having("series"):
            one.indicator = re.sub(r"\s*\[[A-Z\d.]+\]$", "", one.text)
            one.role = "series" if _mostly(found, one.column, _is_figure) else "annex"
        return found
    two = _two_rows(found, today)
    undated = two and not any(h.year for h in two.headings)
    more = two and (undated or any(groups.read(c.text) for c in two.below if not c.blank))
    best = _with_units((two and more and _two_rows(two, today)) or two or found)
    for one in best.having("area"):
        if (group := groups.read(one.text)) and _mostly(best, one.column, _is_figure):
            one.role, one.group = "figures", group  # 城市 beside 农村 is no column of cities
    for one in best.having("unknown") if "unit" not in best.roles() else ():
        if _mostly(best, one.column, _is_unit):
            one.role = "unit"
    _subjects(best, known.register)
    _reached(best)
    _dated_alike(best)
    _crosswise(best, known)
    told = replace(best, headings=[replace(one) for one in best.headings])
    if not best.roles() & {"indicator", "area"} and _by_contents(told, known):
        return told
    return best if _named(found, best) or _by_contents(best, known) else None


def _named(found: Found, best: Found) -> bool:
    """Whether the columns that a row names make a header: an indicator's and others besides, or two others."""
    named = found.roles() & _LABELS
    if "indicator" not in named and len(named) < 2:
        return False
    few = len(named) < 2 and "figures" not in found.roles() and len(found.roles()) < 2
    return not few or best is not found or bool(best.having("series"))


def _dated_alike(at: Found) -> None:
    """其中：农村 behind 2023年 is of that year as well."""
    dated = None
    for one in at.having("figures") if "year" not in at.roles() else ():
        if one.year:
            dated = one
        elif dated is not None and one.group is not None:
            one.year, one.above = dated.year, one.above or dated.above


def _bare(written: str) -> tuple[str, str]:
    """A head without its unit and 其中, and the unit."""
    match = _UNIT.match(written)
    united = match is not None and units.parse(match["unit"]) is not None
    name, unit = (match["name"], match["unit"]) if match and united else (written, "")
    return _PART_OF.sub("", name).strip(), unit


def _subjects(at: Found, register: Register) -> None:
    """Of two columns of words before the figures the one that names measures is the indicator's; the other says of what
    they are (高血压, beside 高血压患者规范管理率)."""

    def measures(column: int) -> bool:
        return _mostly(at, column, lambda c: captions.measure(c.text, register))

    first, figures = at.first_of("indicator"), at.having("figures", "series", "value")
    before = [h for h in at.having("unknown") if figures and h.column < figures[0].column]
    if first is None or not before or measures(first.column):
        return
    if named := [h for h in before if measures(h.column)][:1]:
        first.role, named[0].role = "subject", "indicator"


def _of_subjects(at: Found, register: Register) -> bool:
    """Whether rows name subjects and heads what is measured of them: 高血压患者, below 规范管理率."""
    first = at.first_of("indicator")
    if first is None or _mostly(at, first.column, lambda c: captions.measure(c.text, register)):
        return False
    heads = {h.above or h.text for h in at.having("unknown", "figures", "series")} - {""}
    rows = [characters.clean(at.sheet.cell(r, first.column).text) for r in _body(at)]
    return any(row and register.grouped(row + head).id for row in rows[:5] for head in heads)


def _reached(at: Found) -> None:
    """完成情况 beside a goal is where things stand, if there are figures below."""
    if at.roles() & {"value", "figures", "series"} or not at.roles() & {"target_value", "goal"}:
        return
    done = [h for h in at.having("unknown") if _DONE.fullmatch(_bare(h.text)[0])]
    if len(done) == 1 and _mostly(at, done[0].column, _is_figure):
        done[0].role, done[0].unit = "value", _bare(done[0].text)[1]


def _beside(at: Found) -> None:
    """Below one year, or without any: the column of the row's own measure (率, 合计, 完成) holds its figures; 其中 and other
    words beside it are its parts, or what it was divided from."""
    dated = [h for h in at.having("figures") if h.year]
    for year in {h.year.year for h in dated if h.year}:
        same = [h for h in dated if h.year and h.year.year == year]
        words = {h.column: _bare(h.above)[0] for h in same if h.above and h.group is None}
        own = [h for h in same if not h.above and not h.group]
        own += [h for h in same if _OWN.fullmatch(words.get(h.column, "")) or _DONE.fullmatch(words.get(h.column, ""))]
        if len(same) < 2 or len(own) != 1:
            continue
        own[0].unit = own[0].unit or _bare(own[0].above)[1]
        own[0].above = ""
        for one in same:
            if one is not own[0] and one.column in words:
                one.role = "piece" if _PART_OF.match(one.above) and one.above != words[one.column] else "beside"


def _full(one: Heading, upper: str, register: Register, again: bool) -> str:
    """The name that a head and the one above it make: of both where that is registered (床位 over 医院, 每千人口 over 药师),
    else the lower one alone; ``again``: the lower one stands below several. Its unit is kept with the head."""
    (name, own), (above, over) = _bare(one.text), _bare(upper)
    per = _PER.search(above)
    base = per[0] if per else above
    unit = own or over
    for way in (f"{base}{name}",) if per else (f"{name}{base}", f"{base}{name}"):
        found = register.grouped(way, unit)
        if found.id or captions.counted(way, unit, register):
            one.unit = one.unit or unit
            return way
    if per:
        one.unit = one.unit or unit
        return f"{base}{name}"
    if register.grouped(name, own).id and not own and not register.grouped(name, unit).id:
        unit = ""
    known = register.grouped(name, unit).id or captions.counted(name, unit, register)
    one.unit = one.unit or unit
    if not over and _SUBJECT.search(above) and not _ALL.fullmatch(above) and not _SUBJECT.search(name):
        return f"{base}{name}"  # 床位数 below 民营医院 are not all beds
    if _PART_OF.match(one.text) and not known:
        one.role = "piece"
    measure = known or captions.measure(one.text, register)
    return name if measure and (known or not again) else f"{base}{name}"


def _crosswise(at: Found, known: Known) -> None:
    """Columns that name a measure or an area hold its figures, where no other column says what is measured, or where."""
    roles, register = at.roles(), known.register
    at.composed = any(_ILL.search(h.text) for h in at.having("indicator", "unknown"))
    if "value" in roles or not (roles & {"indicator", "area", "year"} or _crossing(at)):
        return
    at.composed = at.composed or _of_subjects(at, register)
    if "indicator" in roles and not at.composed:
        _beside(at)
    for one in at.having("growth"):  # a growth that is a measure itself
        if register.grouped(one.text).id and _mostly(at, one.column, _is_figure):
            one.role = "unknown"
    for one in at.having("figures"):  # 常住人口 is a measure before it is a group
        if one.group and not (one.year or one.above) and register.indicator(one.text).id:
            one.role, one.indicator, one.group = "series", one.text, None
    for one in [*at.having("unknown"), *(h for h in at.having("figures") if h.above)]:
        plain = one.role == "unknown"
        if plain and one.group is None and not _mostly(at, one.column, _is_figure):
            continue
        words = [word for word in ([one.text] if plain else []) + [one.above] if word]
        if "area" not in roles:
            one.area = next((word for word in words if captions.place(word, register)), "")
        named = "indicator" in roles and not at.composed
        rest = [word for word in words if word != one.area and not named]
        if len(rest) == 2:
            again = len({h.above for h in at.headings if h.text == one.text}) > 1
            one.indicator = _full(one, one.above, register, again)
            if one.role == "piece":
                continue
        elif rest:
            one.indicator = _first(rest, register) or _count(at, one, register)
            one.indicator = one.indicator or (rest[0] if one.group is not None else "")
        if (one.area or one.indicator) and plain:
            one.role, one.unit = "series", one.unit or register.grouped(one.text).unit
    if roles & _NO_LIST or not at.roles() & {"indicator", "area"}:
        return
    lone = [h for h in at.having("unknown") if _mostly(at, h.column, _is_figure) and not h.group]
    if len(lone) == 1 and not at.having("series") and not _POINTS.search(lone[0].text):
        lone[0].role = "value"  # the only numbers of a list of measures or areas


def _count(at: Found, one: Heading, register: Register) -> str:
    """The registered count that a head is without its word of measure, by the whole numbers below it: 孕产妇死亡."""
    whole = _mostly(at, one.column, lambda c: (n := values.read(c).number) is not None and n == int(n))
    ways = (f"{one.text}{tail}" for tail in ("数", "人数", "总数")) if whole else ()
    return next((way for way in ways if register.grouped(way).id), "")


def _crossing(at: Found) -> bool:
    return any(h.above for h in at.having("figures"))


def _first(ways: list[str], register: Register) -> str:
    """The first of several readings of a head that is a registered measure, else the first that looks like one."""
    likely = [word for word in ways if captions.measure(word, register)]
    return next((word for word in likely if register.grouped(word).id), next(iter(likely), ""))


def _by_contents(at: Found, known: Known) -> bool:
    """Whether a row that names too little is a header all the same, by what stands below it: years, areas or measures
    in its first columns and numbers under its others."""
    heads = at.sheet.rows[at.row]
    if any(is_number(cell) or captions.stated(cell.text, {}) for cell in heads):
        return False
    holding = at.having("figures", "series")
    first = min((h.column for h in holding), default=len(at.headings))
    tests = {
        "year": lambda cell: _is_year(cell, known.today),
        "area": lambda cell: captions.place(cell.text, known.register),
        "indicator": lambda cell: not _is_figure(cell) and len(cell.text.strip()) > 1,
    }
    for one in [h for h in at.headings[:first] if h.role in ("unknown", "blank")]:
        free = [r for r in tests if r not in at.roles() and not (r == "year" and holding)]
        fits = (role for role in free if _mostly(at, one.column, tests[role]))
        one.role = next(fits, one.role)
    for one in at.having("figures") if "indicator" in at.roles() and not at.composed else ():
        one.indicator = ""
    _subjects(at, known.register)
    _crosswise(at, known)
    holding = at.having("figures", "series", "value")
    told = at.roles() & {"indicator", "area", "year"}
    telling = any(h.year or h.group or h.role != "figures" for h in holding)
    return bool(told) and telling and _holds_figures(at, holding)


def _holds_figures(at: Found, holding: list[Heading]) -> bool:
    """Whether there are figures below, more than years."""
    below = [values.read(at.sheet.cell(r, h.column)) for h in holding for r in _body(at)]
    numbers = [reading.number for reading in below if reading.number is not None]
    odd = any(reading.problem in _ODD for reading in below)
    return odd or any(n != int(n) or not 1949 <= n <= 2100 for n in numbers)


def _body(at: Found) -> range:
    return range(at.first, min(at.first + BODY, len(at.sheet.rows)))


def _mostly(at: Found, column: int, test: Callable[[Cell], bool]) -> bool:
    """Whether most of the filled cells below a heading pass a test; lines with one cell only are notes."""
    rows = (r for r in _body(at) if sum(not c.blank for c in at.sheet.rows[r]) > 1)
    cells = [cell for r in rows if not (cell := at.sheet.cell(r, column)).blank]
    return bool(cells) and 2 * sum(map(test, cells)) > len(cells)


_ODD = ("CELL-COMMA", "CELL-ERROR")  # figures, though not to be read


def _is_figure(cell: Cell) -> bool:
    reading = values.read(cell)
    return reading.number is not None or reading.missing or reading.problem in _ODD


def is_number(cell: Cell) -> bool:
    """Whether a cell holds a number that is no year: then it is none of a row of heads."""
    number = values.read(cell).number
    return number is not None and not (number == int(number) and 1949 <= number <= 2100)


def _is_unit(cell: Cell) -> bool:
    return not _is_figure(cell) and units.parse(cell.text) is not None


def _is_year(cell: Cell, today: date) -> bool:
    return dates.year_read(cell.text, today, cell.when).kind == "year"


def _with_units(found: Found) -> Found:
    """The header with the row of units below it (,,%,‰), if there is one."""
    told = ((n, characters.clean(c.text).strip("()（）")) for n, c in enumerate(found.below))
    said = {n: unit for n, unit in told if unit}
    figures = {h.column for h in found.having("figures", "series", "value", "unknown")}
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
    if upper.role == "blank" and not lower.blank and joined:
        over = next((h for h in reversed(above[:column]) if h.role != "blank"), upper)
        spans = over.role in ("figures", "unknown") and joined[-1].name != over.name
        if joined[-1].group is not None or spans:
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


def _measured(upper: Heading, under: Heading, lettered: bool) -> Heading | None:
    """The heading of a measure or an area below a year, above one, or below the word for several of them."""
    name = upper.text + under.text + (f" {letter(upper.column)}" if lettered else "")
    if upper.role == "figures" and upper.year and under.role == "value":
        return replace(upper, name=name, unit=under.unit or upper.unit)
    parts = ("numerator", "denominator") if upper.year else ()
    words = under.role in ("unknown", *parts) and re.search(r"[^\W\d_]+", under.text)
    if words and (_is_figure(Cell(under.text)) or units.parse(under.text) is not None):
        return None
    if upper.role == "figures" and (upper.year or upper.group) and words:
        return replace(upper, name=name, unit=under.unit or upper.unit, above=under.text)
    if upper.role == "unknown" and under.role == "figures" and under.year and not upper.group:
        return replace(under, name=name, unit=under.unit or upper.unit, above=upper.text)
    if upper.role == "unknown" and words and upper.text != under.text:
        return replace(under, name=name, above=upper.text)
    return None


def _joined(upper: Heading, lower: Cell, today: date, lettered: bool) -> tuple[Heading | None, bool]:
    """The heading of two cells above each other (None: the lower row is no header), and whether the lower one
    says what figures stand below."""
    under = heading(lower, upper.column, today, lettered)
    if upper.role in _OPEN and under.role == "area" and groups.read(lower.text):
        under = replace(under, role="figures", group=groups.read(lower.text))
    if upper.role in _OPEN and _crosses(upper, under):
        return _crossed(upper, under, lettered), True
    if upper.year and under.role == "unknown":
        whole = heading(Cell(upper.text + under.text), upper.column, today, lettered)
        if whole.role in ("part", "goal", "forecast") or (whole.role == "figures" and whole.year):
            return replace(whole, text=upper.text if whole.role == "figures" else whole.text), True
    if (both := _measured(upper, under, lettered)) is not None:
        return both, True
    label = upper.role in (*_LABELS, "serial", "source", "note", "group", "edition", "basis")
    if label and not (upper.role == "year" and under.role == "figures"):
        same = lower.blank or characters.clean(lower.text) == upper.text
        return (upper if same else None), False
    if under.role == "unknown":
        return (upper if lower.blank or under.text == upper.text else None), False
    if under.role == "blank":
        return upper, False
    text = Cell(upper.text + under.text, when=lower.when)
    both = heading(text, upper.column, today, lettered)
    figures = ("figures", *LEFT_OUT)
    choice = both if upper.text and both.role in figures else under
    return choice, choice.role in figures
