"""Header rows: where the table begins, and what each of its columns is.

Usually the row names its columns; where it does not (a blank corner over years, measures or areas across), the cells
below tell what a column is.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, partial

from healthplan.intake import captions, forms, values
from healthplan.intake.book import Cell, Sheet
from healthplan.intake.forms import LOOK, Form, Known
from healthplan.intake.heads import LABELS, LEFT_OUT, ODD, PART_OF, Heading, heading, is_figure, is_number, joined, own
from healthplan.language import characters, dates, groups, units, vocabulary
from healthplan.language.names import Register
from healthplan.language.vocabulary import pattern

BODY = 40  # rows below a header that tell what its columns are
_NO_LIST = {"figures", "target_value", "baseline", "bad_year", *(LEFT_OUT - {"growth"})}


@dataclass
class Found:
    """A header: its sheet and row, the first row of data below it, its columns, where its table ends, the first of the
    lines above it, what they and the names of sheet and file say that no column says (``given``, by role; lines between the rows
    say its ``section``), whether a row and a column together name a measure (肺结核, 发病率), the form it has, and the group that the sheet is named for; while its rows are walked the last whole indicator with its area,
    year and unit, where the last row named a group only, that, and the names that the next row may stand under, each with its
    indent; ``title``: the line above that says what is measured of all that stands below, or per whom."""

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
    whole: tuple[str, str, str, str] = ("", "", "", "")
    part: str = ""
    outline: list[tuple[int, str]] = field(default_factory=list)
    within: tuple[str, ...] = ()
    title: str = ""
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

    @property
    def body(self) -> range:
        """The rows below the header that tell what its columns are."""
        return range(self.first, min(self.first + BODY, len(self.sheet.rows)))

    @cached_property
    def names(self) -> dict[str, str]:
        """How messages name the columns, by role."""
        return {h.role: h.name for h in self.headings if h.role in vocabulary.column_words()}

    def having(self, *roles: str) -> list[Heading]:
        """The columns of one role, or of several."""
        return [h for h in self.headings if h.role in roles]

    def first_of(self, *roles: str) -> Heading | None:
        """The first column of one role, or of several."""
        return next(iter(self.having(*roles)), None)

    def roles(self) -> set[str]:
        """The roles that there are."""
        return {h.role for h in self.headings} - {"blank", "unknown"}

    def mostly(self, column: int, test: Callable[[Cell], object]) -> bool:
        """Whether most of the filled cells below a heading pass a test; lines with one cell only are notes."""
        rows = (r for r in self.body if sum(not c.blank for c in self.sheet.rows[r]) > 1)
        cells = [cell for r in rows if not (cell := self.sheet.cell(r, column)).blank]
        return bool(cells) and 2 * sum(bool(test(cell)) for cell in cells) > len(cells)


def find(sheet: Sheet, known: Known) -> Found | None:
    """The first header: a row that names columns of a table of figures or goals."""
    tried = (at(sheet, row, known) for row in range(min(len(sheet.rows), LOOK)))
    return next(filter(None, tried), None)


def at(sheet: Sheet, row: int, known: Known) -> Found | None:
    """The header that begins at this row, if one does."""
    if not _may_head(sheet.rows[row]):
        return None
    filled, today = _fill_merged(sheet, row), known.today
    form = forms.fitting((cell.text for cell in filled), known)
    found = Found(sheet, row, row + 1, [heading(c, i, today, sheet.lettered, form) for i, c in enumerate(filled)], form)
    if form and (form.rest or not form.read):
        return _of_portal(found)
    best = _two_rows(found, today) or found
    if best is not found and (_undated(best) or any(groups.read(c.text) for c in best.below if not c.blank)):
        best = _two_rows(best, today) or best
    best = _with_units(best)
    _settle(best, known)
    told = replace(best, headings=[replace(one) for one in best.headings])
    if not best.roles() & {"indicator", "area"} and _by_contents(told, known):
        return told
    return best if _named(found, best) or _by_contents(best, known) else None


def _may_head(cells: list[Cell]) -> bool:
    """Whether a row has two filled cells that are not all titles: 表1 … beside 表2 …."""
    texts = [cell.text for cell in cells if not cell.blank]
    return len(texts) > 1 and not all(map(pattern("caption").match, texts))


def _of_portal(at: Found) -> Found:
    for one in at.having("series"):
        one.indicator = re.sub(r"\s*\[[A-Z\d.]+\]$", "", one.text)
        one.role = "series" if at.mostly(one.column, is_figure) else "annex"
    return at


def _undated(at: Found) -> bool:
    return not any(h.year for h in at.headings)


def _settle(at: Found, known: Known) -> None:
    """The roles of columns that the cells below them tell."""
    for one in at.having("area"):
        if (group := groups.read(one.text)) and at.mostly(one.column, is_figure):
            one.role, one.group = "figures", group  # 城市 beside 农村 is no column of cities
    for one in at.having("unknown", "scope") if "area" not in at.roles() and "indicator" in at.roles() else ():
        places = at.mostly(one.column, lambda cell: captions.place(cell.text, known.register))
        if one.text and places and not captions.place(one.text, known.register):  # 范围: 全区, 全市
            one.role = "area"
    for one in at.having("unknown") if "unit" not in at.roles() else ():
        if at.mostly(one.column, lambda c: not is_figure(c) and units.parse(c.text) is not None):
            one.role = "unit"
    _subjects(at, known.register)
    _reached(at)
    dated = None
    for one in at.having("figures") if "year" not in at.roles() else ():
        if one.year:
            dated = one
        elif dated is not None and one.group is not None:  # 其中：农村 behind 2023年 is of that year as well
            one.year, one.above = dated.year, one.above or dated.above
    _crosswise(at, known)


def _named(found: Found, best: Found) -> bool:
    """Whether the columns that a row names make a header: an indicator's and others besides, or two others."""
    named = found.roles() & LABELS
    if "indicator" not in named and len(named) < 2:
        return False
    few = len(named) < 2 and "figures" not in found.roles() and len(found.roles()) < 2
    return not few or best is not found or bool(best.having("series"))


def _subjects(at: Found, register: Register) -> None:
    """Of two columns of words before the figures the one that names measures is the indicator's; the other says of what
    they are (高血压, beside 高血压患者规范管理率)."""
    first, figures = at.first_of("indicator"), at.first_of("figures", "series", "value")
    before = [h for h in at.having("unknown") if figures and h.column < figures.column]
    twin = next((h for h in before if h.column and at.headings[h.column - 1].text == h.text != ""), None)
    if first is None and twin and at.mostly(twin.column, lambda cell: not is_figure(cell)):  # 病种 over 甲乙类 and 肝炎
        at.headings[twin.column - 1].role, twin.role = "subject", "indicator"
    if first is None or not before or _of_measures(at, first, register):
        over = next((h for h in before if first and h.column == first.column - 1), None)
        if over and not at.mostly(over.column, is_figure) and _spans_rows(at, over):
            over.role = "subject"
        return
    if named := next((h for h in before if _of_measures(at, h, register)), None):
        first.role, named.role = "subject", "indicator"


def _spans_rows(at: Found, one: Heading) -> bool:
    """Whether cells of a column stand for several rows: merged, or blank below the first."""
    merged = any(top >= at.first and bottom > top and left == one.column for top, left, bottom, _ in at.sheet.merged)
    return merged or any(at.sheet.cell(row, one.column).blank for row in at.body)


def _of_measures(at: Found, one: Heading, register: Register) -> bool:
    return at.mostly(one.column, lambda cell: captions.measure(cell.text, register))


def _of_subjects(at: Found, register: Register) -> bool:
    """Whether rows name subjects and heads what is measured of them: 高血压患者, below 规范管理率."""
    first = at.first_of("indicator")
    if first is None or _of_measures(at, first, register):
        return False
    heads = {h.above or h.text for h in at.having("unknown", "figures", "series")} - {""}
    rows = [characters.clean(at.sheet.cell(r, first.column).text) for r in at.body]
    return any(row and register.grouped(row + head).id for row in rows[:5] for head in heads)


def _reached(at: Found) -> None:
    """完成情况 beside a goal is where things stand, if there are figures below."""
    if at.roles() & {"value", "figures", "series"} or not at.roles() & {"target_value", "goal"}:
        return
    done = [h for h in at.having("unknown") if pattern("done").fullmatch(own(h.text)[0])]
    if len(done) == 1 and at.mostly(done[0].column, is_figure):
        done[0].role, done[0].unit = "value", own(done[0].text)[1]


def _beside(at: Found) -> None:
    """Below one year, or without any: the column of the row's own measure (率, 合计, 完成) holds its figures; 其中 and other
    words beside it are its parts, or what it was divided from."""
    dated = [h for h in at.having("figures") if h.year]
    for year in {h.year.year for h in dated if h.year}:
        same = [h for h in dated if h.year and h.year.year == year]
        words = {h.column: own(h.above)[0] for h in same if h.above and h.group is None}
        mine = [h for h in same if not h.above and not h.group]
        mine += [h for h in same if any(pattern(p).fullmatch(words.get(h.column, "")) for p in ("own_measure", "done"))]
        if len(same) < 2 or len(mine) != 1:
            continue
        mine[0].unit = mine[0].unit or own(mine[0].above)[1]
        mine[0].above = ""
        for one in same:
            if one is not mine[0] and one.column in words:
                one.role = "piece" if PART_OF.match(one.above) and one.above != words[one.column] else "beside"


def _full(one: Heading, upper: str, register: Register, again: bool) -> str:
    """The name that a head and the one above it make: of both where that is registered (床位 over 医院, 每千人口 over 药师),
    else the lower one alone; ``again``: the lower one stands below several. Its unit is kept with the head."""
    (name, lower_unit), (above, over) = own(one.text), own(upper)
    per = pattern("per_head").search(above)
    base, unit = (per or [above])[0], lower_unit or over
    if (both := _together(name, base, unit, register, bool(per))) or per:
        one.unit = one.unit or unit
        return both or f"{base}{name}"
    if not lower_unit and register.grouped(name).id and not register.grouped(name, unit).id:
        unit = ""
    known = _registered(name, unit, register)
    one.unit = one.unit or unit
    if not over and _of_some(above) and not pattern("subject").search(name):
        return f"{base}{name}"  # 床位数 below 民营医院 are not all beds
    if PART_OF.match(one.text) and not known:
        one.role = "piece"
    return name if known or (not again and captions.measure(one.text, register)) else f"{base}{name}"


def _together(name: str, base: str, unit: str, register: Register, per: bool) -> str:
    """The registered name of a head and what stands above it; ``per`` whom is always said first."""
    ways = [f"{name}{base}", f"{base}{name}"][per:]
    both = next((way for way in ways if _registered(way, unit, register)), "")
    return both or captions.composed("" if per else base, name, unit, register)


def _registered(name: str, unit: str, register: Register) -> bool:
    return bool(register.grouped(name, unit).id or captions.counted(name, unit, register))


def _of_some(head: str) -> bool:
    return bool(pattern("subject").search(head)) and not pattern("all_institutions").fullmatch(head)


def _crosswise(at: Found, known: Known) -> None:
    """Columns that name a measure or an area hold its figures, where no other column says what is measured, or where."""
    roles, register = at.roles(), known.register
    at.composed = any(pattern("illness").search(h.text) for h in at.having("indicator", "unknown"))
    crossing = [h for h in at.having("figures") if h.above]
    if "value" in roles or not (roles & {"indicator", "area", "year"} or crossing):
        return
    at.composed = at.composed or _of_subjects(at, register)
    if "indicator" in roles and not at.composed:
        _beside(at)
    for one in at.having("growth", "figures"):
        _measures_itself(at, one, register)
    for one in (*at.having("unknown"), *at.having("figures")):
        _across(at, one, roles, register)
    if not roles & _NO_LIST and at.roles() & {"indicator", "area"} and not at.having("series"):
        lone = [h for h in at.having("unknown") if not h.group and at.mostly(h.column, is_figure)]
        if len(lone) == 1 and not pattern("points").search(lone[0].text):
            lone[0].role = "value"  # the only numbers of a list of measures or areas


def _measures_itself(at: Found, one: Heading, register: Register) -> None:
    """A growth may be a measure itself, and 常住人口 is a measure before it is a group."""
    if one.role == "growth" and register.grouped(one.text).id and at.mostly(one.column, is_figure):
        one.role = "unknown"
    if one.role == "figures" and one.group and not (one.year or one.above) and register.indicator(one.text).id:
        one.role, one.indicator, one.group = "series", one.text, None


def _across(at: Found, one: Heading, roles: set[str], register: Register) -> None:
    """The measure and the area that a column of figures names where no other column does."""
    plain = one.role == "unknown"
    if not (one.group is not None or at.mostly(one.column, is_figure) if plain else one.above):
        return
    words = list(filter(None, (one.text if plain else "", one.above)))
    if "area" not in roles:
        one.area = next(filter(partial(captions.place, register=register), words), "")
    rest = [word for word in words if word != one.area] if "indicator" not in roles or at.composed else []
    if len(rest) == 2:
        again = len({h.above for h in at.headings if h.text == one.text}) > 1
        one.indicator = _full(one, one.above, register, again)
        if one.role == "piece":
            return
    elif rest:
        one.indicator = _likeliest(rest, register) or _count(at, one, register)
        one.indicator = one.indicator or (rest[0] if one.group is not None else "")
    if (one.area or one.indicator) and plain:
        one.role, one.unit = "series", one.unit or register.grouped(one.text).unit


def _likeliest(words: list[str], register: Register) -> str:
    """The first of several readings of a head that is a registered measure, else the first that looks like one."""
    likely = [word for word in words if captions.measure(word, register)]
    return next((word for word in likely if register.grouped(word).id), next(iter(likely), ""))


def _count(at: Found, one: Heading, register: Register) -> str:
    """The registered count that a head is without its word of measure, by the whole numbers below it: 孕产妇死亡."""
    whole = at.mostly(one.column, lambda c: (n := values.read(c).number) is not None and n == int(n))
    word = one.above if one.year else one.text
    ways = (f"{word}{tail}" for tail in ("数", "人数", "总数")) if whole else ()
    return next((way for way in ways if register.grouped(way).id), "")


def _by_contents(at: Found, known: Known) -> bool:
    """Whether a row that names too little is a header all the same, by what stands below it: years, areas or measures
    in its first columns and numbers under its others."""
    heads = at.sheet.rows[at.row]
    if any(is_number(cell) or captions.stated(cell.text, {}) for cell in heads):
        return False
    holding = at.having("figures", "series")
    first = _names_end(at, holding)
    tests: dict[str, Callable[[Cell], object]] = {
        "year": lambda cell: dates.year_read(cell.text, known.today, cell.when).kind == "year",
        "area": lambda cell: captions.place(cell.text, known.register),
        "indicator": lambda cell: not is_figure(cell) and len(cell.text.strip()) > 1,
    }
    for one in [h for h in at.headings[:first] if h.role in ("unknown", "blank")]:
        free = [r for r in tests if r not in at.roles() and not (r == "year" and holding)]
        one.role = next((role for role in free if at.mostly(one.column, tests[role])), one.role)
    for one in at.having("figures") if "indicator" in at.roles() and not at.composed else ():
        one.indicator = ""
    _subjects(at, known.register)
    _crosswise(at, known)
    holding = at.having("figures", "series", "value")
    if not at.roles() & {"indicator", "area", "year"}:
        return False
    return any(h.year or h.group or h.role != "figures" for h in holding) and _holds_figures(at, holding)


def _names_end(at: Found, holding: list[Heading]) -> int:
    """The first column of figures: names stand before it."""
    counts = [h for h in at.having("unknown") if at.mostly(h.column, is_number)]
    return min((h.column for h in holding or counts), default=len(at.headings))


def _holds_figures(at: Found, holding: list[Heading]) -> bool:
    """Whether there are figures below, more than years."""
    below = [values.read(at.sheet.cell(r, h.column)) for h in holding for r in at.body]
    numbers = [reading.number for reading in below if reading.number is not None]
    odd = any(reading.problem in ODD for reading in below)
    return odd or any(n != int(n) or not 1949 <= n <= 2100 for n in numbers)


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
            cells += [Cell()] * (right + 1 - len(cells))
            cells[left : right + 1] = [sheet.cell(top, left)] * (right + 1 - left)
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
    both: list[Heading] = []
    fresh = False
    for column in range(max(len(above.headings), len(below))):
        lower = below[column] if column < len(below) else Cell()
        choice, new = joined(_upper(above.headings, column, lower, both), lower, today, sheet.lettered)
        if choice is None:
            return None
        fresh = fresh or new
        both.append(choice)
    return Found(sheet, above.row, row + 1, both) if fresh else None


def _upper(above: list[Heading], column: int, lower: Cell, before: list[Heading]) -> Heading:
    """The upper heading of a column; in plain text it stands over its first column only: 2022年,, over 男,女,合计."""
    upper = above[column] if column < len(above) else Heading(column, "", "blank")
    if upper.role == "blank" and not lower.blank and before:
        over = next((h for h in reversed(above[:column]) if h.role != "blank"), upper)
        spans = over.role in ("figures", "unknown") and before[-1].name != over.name
        if before[-1].group is not None or spans:
            return replace(over, column=column)
    return upper
