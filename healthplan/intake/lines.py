"""The lines below a header: notes, examples, lines too long or too short, and the raw figures of a line."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import permutations
from typing import Any

from healthplan.intake import captions, values
from healthplan.intake.book import Cell, letter
from healthplan.intake.faults import EXAMPLE
from healthplan.intake.headers import Found
from healthplan.intake.heads import PART_OF, Heading
from healthplan.intake.rows import SPANNING, Raw, Walk
from healthplan.language import characters, dates, groups, names
from healthplan.language.dates import Year
from healthplan.language.names import Register
from healthplan.language.vocabulary import headers, pattern

_YEARLY = ("全年", "年度", "全年度", "整年", "年", "1-12月", "annual", "year", "whole year")
WHOLE_YEAR = set(map(characters.key, _YEARLY))
_SECTIONS = {"area": captions.place, "indicator": captions.measure}
_NOTED_YEAR = re.compile(r"((?:19|20)\d{2})年")


def is_note(cells: list[Cell], at: Found) -> bool:
    """A line below the table that says something about it: one or two filled cells, the first of them words."""
    filled = [(i, cell) for i, cell in enumerate(cells) if not cell.blank]
    if not filled or filled[0][1].number is not None or filled[0][1].when is not None:
        return False
    place, first = filled[0][0], filled[0][1].text
    if len(filled) <= 2 and (pattern("note").match(first) or len(first) > 30):
        return True
    width = sum(h.role not in ("blank", "serial") for h in at.headings)
    if len(filled) == 1 and width >= 3 and not re.fullmatch(r"[\d.,%\s-]+", first):
        inside = at.headings[place].role if place < len(at.headings) else ""
        return inside not in ("figures", "value", "series")
    return len(filled) <= width and bool(pattern("about_table").match(first))


def _wrong(at: Found, row: int, laid: Walk) -> bool:
    """Whether there are cells beyond the header, too few of them in text with separators, or a name, year or unit that is
    a formula without a result; which is then a fault."""
    cells, place, before = at.sheet.rows[row], (at.sheet.name, row + 1), len(laid.faults)
    known = {h.column for h in at.headings if h.role != "blank"}
    beyond = [i for i, cell in enumerate(cells) if not cell.blank and i not in known]
    absent = [h for h in at.headings[len(cells) :] if h.role not in ("blank", "note", "unknown", "serial")]
    if beyond:
        said = {"value": cells[beyond[0]].text, "cells": len(cells), "wanted": max(known) + 1}
        laid.say("ROW-LONG", *place, letter(beyond[0]), **said)
    elif absent and not at.sheet.lettered:
        laid.say("ROW-SHORT", *place, absent[0].name, cells=len(cells), wanted=len(at.headings))
    else:
        for heading in at.having(*SPANNING, "target_year", "baseline_year", "direction"):
            cell = at.sheet.cell(row, heading.column)
            if cell.formula and not cell.text.strip():
                laid.say("CELL-FORMULA", *place, heading.name, value=cell.formula)
    return len(laid.faults) > before


def sections(at: Found, register: Register) -> None:
    """Finds out whether lines of one cell between the rows say what no column says: 大足区 above its measures."""
    first = next((row for row in at.sheet.rows[at.first :] if any(not c.blank for c in row)), [])
    for role, test in _SECTIONS.items() if _alone(first) else ():
        if role not in at.roles() | set(at.given) and test(_alone(first), register):
            at.section, at.given[role] = role, _alone(first)
            return


def _alone(cells: list[Cell]) -> str:
    """The text of a row's only filled cell; empty where there are others."""
    filled = [cell.text.strip() for cell in cells if not cell.blank]
    return characters.clean(filled[0]) if len(filled) == 1 else ""


def _opens(at: Found, row: int, register: Register) -> str:
    """What a line of one cell says of the rows below it, where such lines do."""
    alone = _alone(at.sheet.rows[row]) if at.section else ""
    opens = alone and not pattern("note").match(alone) and _SECTIONS[at.section](alone, register)
    return alone if opens else ""


def readable(at: Found, laid: Walk) -> Iterator[int]:
    """The rows that hold figures or goals; examples, notes, totals and rows of a wrong width are said and left out."""
    register, dated = laid.register, at.first_of("year")
    for row in range(at.first, at.end):
        cells, place = at.sheet.rows[row], (at.sheet.name, row + 1)
        texts = [cell.text for cell in cells if not cell.blank]
        if not texts:
            continue
        if opened := _opens(at, row, register):
            at.given[at.section] = opened
            laid.leave(*place, "", opened, "title")
        elif any(cell.text.startswith(EXAMPLE) for cell in cells):
            laid.share("LEFT-EXAMPLE", place)
            laid.leave(*place, "", cells[0].text, "example_row")
        elif is_note(cells, at):
            line = " ".join(map(characters.clean, texts))
            laid.share("LEFT-NOTE", place)
            laid.leave(*place, "", line, "note_row")
            if (status := dates.meaning(line)) in ("preliminary", "estimated", "break"):  # 注：2023年为快报数
                laid.noted = {int(year): status for year in _NOTED_YEAR.findall(line)} | laid.noted
        elif not _wrong(at, row, laid):
            said, at.within = words(at, row), _within(at, row)
            named = (said["area"], said["indicator"], texts[0])
            total = next((one for one in named if names.is_total(one) and not captions.summed(one, register)), None)
            of_years = characters.clean(at.sheet.cell(row, dated.column).text) if dated else ""
            total = of_years if total is None and pattern("no_year").fullmatch(of_years) else total
            if total is None:
                yield row
            else:
                laid.share("LEFT-TOTAL", place, "", total)
                laid.leave(*place, "", total, "total_row")


def group_read(heading: Heading, written: str) -> str | None:
    """The group that a cell names; below a header of ages 15-24 and ≥65 are bands of years."""
    found = groups.read(written)
    if found is None and pattern("of_age").search(heading.text):
        years = re.sub(r"^(?:≥|>=)\s*(\d+).*", r"\1+", written.strip().removesuffix("岁"))
        return groups.read(f"{years}岁")
    return found


REVISED = "修订"
_WORDS = ("indicator", "area", "unit", "source", "note", "period", "status", "edition", "basis", "answer")


def words(at: Found, row: int) -> dict[str, str]:
    """The text cells of a row by role; cells inside a merged range have the text of its first cell."""
    words = dict.fromkeys(_WORDS, "") | {r: at.given[r] for r in _WORDS if r in at.given}
    for heading in at.headings:
        role = "status" if heading.role == "obs_status" else heading.role
        if role in words:
            cell = spanned(at, row, heading)
            if role == "period":
                cell = replace(cell, text=_period(heading, cell))
            joined = [words[role], cell.text] if words[role] else [cell.text]
            words[role] = "; ".join(part for part in joined if part.strip())
    return words


def _period(heading: Heading, cell: Cell) -> str:
    """A part of a year in words: a bare 1 under 季度 or 月份 is 1季度 or 1月; the whole year is empty; several years
    are their first and last."""
    written = characters.clean(cell.text)
    if characters.key(written) in WHOLE_YEAR:
        return ""
    if re.match(r"(?:19|20)\d\d", written) and (span := dates.year_read(written, date.max).span):
        return span
    column = heading.text
    unit = {"月份": "月", "month": "月", "quarter": "季度"}.get(column.casefold(), column)
    return f"{written}{unit}" if re.fullmatch(r"\d{1,2}|[一二三四]", written) else written


def part_of(at: Found, written: str, place: tuple[str, str], unit: str) -> tuple[str, str]:
    """The indicator and the group of a row that names only a part of the one above, of the same area, year and unit: 其中：男,
    农村. Below a group that stands so itself 其中 may be a part of that part, and nothing is read."""
    nested = bool(PART_OF.match(written.strip()))
    group = groups.read(PART_OF.sub("", written.strip())) if written.strip() else ""
    if not group:
        at.whole, at.part = ("" if nested else written, *place, unit), ""
        return written, ""
    below = nested and at.part and groups.dimension(at.part) != groups.dimension(group)
    other = unit and at.whole[3] not in ("", unit)  # 三级医院 in 家 are no part of costs
    if not at.whole[0] or at.whole[1:3] != place or ";" in group or below or other:
        return written, ""
    at.part = "" if nested else group
    return at.whole[0], group


def _within(at: Found, row: int) -> tuple[str, ...]:
    """The names that the name of a row stands under, the nearest first: of the rows before it that are indented less, 其中
    counted as an indent, the subject beside it, and the title. The row is then one of them for those that follow."""
    named, subject = at.first_of("indicator"), at.first_of("subject")
    if named is None:
        return tuple(filter(None, [at.title]))
    written = spanned(at, row, named).text
    depth = len(re.sub("\u3000", "  ", written)) - len(written.lstrip()) + bool(PART_OF.match(written.strip()))
    while at.outline and at.outline[-1][0] >= depth:
        at.outline.pop()
    above = [one for _, one in reversed(at.outline)]
    at.outline.append((depth, characters.clean(PART_OF.sub("", written.strip()))))
    beside = characters.clean(spanned(at, row, subject).text) if subject else ""
    return tuple(filter(None, [*above, beside, at.title]))


def spanned(at: Found, row: int, heading: Heading) -> Cell:
    """The cell, or the first cell of the merged range that it lies in."""
    cell = at.sheet.cell(row, heading.column)
    if cell.blank and heading.role in SPANNING:
        return at.sheet.cell(_top_of_merge(at, row, heading), heading.column)
    return cell


def _top_of_merge(at: Found, row: int, heading: Heading) -> int:
    """The first row of the merged range whose first column holds a cell; the row itself where there is none."""
    tops = (top for top, left, bottom, _ in at.sheet.merged if top <= row <= bottom and left == heading.column)
    return next(tops, row)


def _say_merged(at: Found, row: int, laid: Walk) -> None:
    """Names that are merged down over the row are handed on and noted; a figure that is so is a fault."""
    place = (at.sheet.name, row + 1)
    merged = [(left, right) for top, left, bottom, right in at.sheet.merged if top < bottom and top <= row <= bottom]
    for heading in at.headings if merged else ():
        if heading.role in SPANNING and _top_of_merge(at, row, heading) < row:
            laid.share("CELL-SPANNED", place, heading.name)
        if heading.role in ("value", "figures", "series") and any(
            left <= heading.column <= right for left, right in merged
        ):
            laid.say("CELL-MERGED", *place, heading.name)


def raws(at: Found, row: int, laid: Walk) -> list[Raw]:
    """The figures of a row: one under each column of figures, or the one under the column of values."""
    _say_merged(at, row, laid)
    sheet, told, years = at.sheet, _own_area(words(at, row), laid), at.first_of("year")
    cell = spanned(at, row, years) if years else Cell(at.given.get("year", ""))
    indicator, group = part_of(at, told["indicator"], (told["area"], cell.text), told["unit"])
    if group:
        laid.share("GROUP-ROW", (sheet.name, row + 1))
    said = [(group_read(h, written := spanned(at, row, h).text), written) for h in at.having("group")]
    # what is no known group opens the name of a measure of its own (流动儿童)
    own_words = "".join(written for read, written in said if read is None)
    whose = groups.joined(_of_sheet(at, indicator), *(read for read, _ in said if read), group)
    common: dict[str, Any] = {
        "sheet": sheet.name, "row": row + 1, "title_unit": at.title_unit, "columns": at.names, **told, "within": at.within,
        "indicator": own_words + indicator, "year": _year(cell, laid.today), "year_text": cell.text,
    }  # fmt: skip

    def raw(heading: Heading, **own: Any) -> Raw:
        value, group = sheet.cell(row, heading.column), groups.joined(whose, heading.group or "")
        here = {"column": heading.name, "value": value, "group": group, "header_unit": heading.unit}
        return Raw(**{**common, **here, **own})

    if holding := at.having("figures", "series"):
        told_by = [(h, h.told() | _counts(at, row, h)) for h in holding]
        for _, own in told_by if at.composed else ():
            own["indicator"] = indicator + own.get("indicator", "")
        others = list(_beside(at, row, [own for _, own in told_by], laid))
        return [raw(h, **own) for h, own in (*told_by, *others)]
    if years is None and "year" not in at.given:
        return []
    value = at.first_of("value") or Heading(len(sheet.rows[row]), "", "value")
    parts = {role: at.first_of(role) for role in ("numerator", "denominator")}
    cells = {role: sheet.cell(row, h.column) for role, h in parts.items() if h is not None}
    later = [h for h in at.having("revised") if not sheet.cell(row, h.column).blank]
    return [raw(value, **cells), *(raw(h, status=REVISED) for h in later)]


def _own_area(told: dict[str, str], laid: Walk) -> dict[str, str]:
    """The words of a row, with the district's name for 全区 in a sheet of this district."""
    own = pattern("own_area").fullmatch(told["area"]) and told["area"][-1] == laid.known.area[-1:]
    return {**told, "area": laid.known.area} if own else told


def _of_sheet(at: Found, indicator: str) -> str:
    """The group for which a sheet is named; one named 基层 holds that of institutions, and what else is not of them alone."""
    level = groups.dimension(at.group) == "level" and not pattern("of_institutions").search(indicator)
    return "" if level else at.group


def _counts(at: Found, row: int, own: Heading) -> dict[str, Cell]:
    """Numerator and denominator of a figure from the columns beside it: those that are called so, else those whose
    division agrees with it."""
    beside = [h for h in at.having("beside") if h.year == own.year]
    called = {headers().get(characters.key(h.above)): at.sheet.cell(row, h.column) for h in beside}
    named: dict[str, Cell] = {role: called[role] for role in ("numerator", "denominator") if role in called}
    if named:
        return named
    cell = at.sheet.cell(row, own.column)
    value, places = values.read(cell).number or 0.0, len(cell.text.partition(".")[2].rstrip("%‰"))
    cells = [at.sheet.cell(row, h.column) for h in beside]
    counts = [(one, n) for one in cells if (n := values.read(one).number)]
    for (upper, n), (lower, d) in permutations(counts, 2) if value else ():
        apart = min(abs(n / d * per - value) for per in (100, 1000, 10_000, 100_000))
        if n <= d and apart <= 0.51 * 10.0**-places:
            return {"numerator": upper, "denominator": lower}
    return {}


def _beside(at: Found, row: int, told: list[dict[str, Any]], laid: Walk) -> Iterator[tuple[Heading, dict[str, Any]]]:
    """The columns beside a figure that are neither its numerator nor its denominator (``told``), with what they say: the
    measure that each makes with the row's, or holds of the row's subject; without either nobody can tell what they are, and they are left out."""
    used = [own[part] for own in told for part in ("numerator", "denominator") if part in own]
    subject, named = at.first_of("subject"), at.first_of("indicator")
    measure = names.reduced(characters.clean(spanned(at, row, named).text))[:2] if named else ("", "")
    of = characters.clean(spanned(at, row, subject).text) if subject else ""
    for one in at.having("beside"):
        cell = at.sheet.cell(row, one.column)
        if cell.blank or any(cell is other for other in used):
            continue
        if whole := captions.composed(one.above, *measure, laid.register) or (of and of + one.above):
            yield one, {"indicator": whole, "year": one.year, "year_text": one.text, "unit": ""}
        else:
            laid.leave(at.sheet.name, row + 1, one.name, cell.text, "beside_column")
            laid.share("LEFT-PIECE", (at.sheet.name, row + 1), one.name, cell.text)


def _year(cell: Cell, today: date) -> Year:
    if cell.error or (cell.formula and cell.blank):
        return Year("bad")
    if cell.formula and not cell.text:
        return Year("formula")
    return dates.year_read(cell.text, today, cell.when)
