"""A sheet to raw figures: long tables row by row, wide tables cell by cell, and a list of all the rest.

Nothing is judged here. Every filled cell below and beside a header becomes part of a raw figure, an entry of
the list of what is left out, or a fault.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from healthplan.errors import Fault
from healthplan.intake import headers, names, text, units, vocabulary, years
from healthplan.intake.book import BLANK, Book, Cell, Sheet, letter
from healthplan.intake.faulting import fault, span
from healthplan.intake.headers import Found, Heading
from healthplan.intake.names import Register
from healthplan.intake.leftout import EXAMPLE, REFERENCE, LeftOut
from healthplan.intake.years import Year

_NOTE = re.compile(
    r"^\s*(?:[(（]?注\s*\d*\s*[)）]?\s*[:：.、\s\d]|注$|备注|说明|附注|数据来源|资料来源|来源\s*[:：]|口径|[*※①②③④⑤△▲#]|"
    r"\[\d+\]|note|source|remark|\d\)|制表|填表|审核|单位负责人|联系)",
    re.IGNORECASE,
)
_TITLE_UNIT = re.compile(r"单位\s*[:：]\s*([^\s,，;；)）]+)")
_NOTED_YEAR = re.compile(r"((?:19|20)\d{2})年")
SPANNING = ("indicator", "area", "year", "unit", "source", "period")


@dataclass(slots=True)
class Raw:
    """One figure as it stands, with the words around it and its place (row 1-based)."""

    sheet: str
    row: int
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
    numerator: Cell = BLANK
    denominator: Cell = BLANK
    columns: dict[str, str] = field(default_factory=dict)


@dataclass
class Laid:
    """What a book holds: raw figures, what is left out, faults, how many tables were found, rows seen."""

    raws: list[Raw] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    tables: int = 0
    noted: dict[int, str] = field(default_factory=dict)
    spanned: dict[tuple[str, str], list[int]] = field(default_factory=dict)


def lay_out(book: Book, today: date, register: Register) -> Laid:
    """Every visible sheet of the book laid out; hidden sheets and sheets without a table are listed."""
    laid = Laid()
    for sheet in book.sheets:
        filled = sheet.used()
        if not filled:
            continue
        if sheet.cell(0, 0).text.startswith(REFERENCE):
            laid.left.append(LeftOut(sheet.name, None, "", f"{filled}", "reference_sheet"))
            continue
        if sheet.hidden:
            laid.left.append(LeftOut(sheet.name, None, "", f"{filled}", "hidden_sheet"))
            laid.faults.append(fault("LEFT-HIDDEN", book.file, sheet=sheet.name, cells=filled))
            continue
        _sheet(sheet, book, today, register, laid)
    for (name, column), rows in laid.spanned.items():
        laid.faults.append(
            fault(
                "CELL-SPANNED", book.file, sheet=name, row=rows[0], column=column, rows=span(rows)
            )
        )
    return laid


def _sheet(sheet: Sheet, book: Book, today: date, register: Register, laid: Laid) -> None:
    at = headers.find(sheet, today)
    if at is None:
        laid.left.append(LeftOut(sheet.name, None, "", f"{sheet.used()}", "no_table"))
        if len(book.sheets) > 1:
            laid.faults.append(fault("LEFT-SHEET", book.file, sheet=sheet.name, cells=sheet.used()))
        return
    title_unit = above(sheet, at.row, book, laid)
    _hidden_lines(sheet, book, laid)
    while at is not None:
        laid.tables += 1
        _crosswise(at, register)
        end, following = _extent(sheet, at, today)
        _table(sheet, at, end, title_unit, book, today, laid)
        at = following


def _crosswise(at: Found, register: Register) -> None:
    """A table with years down and indicators across: columns named for registered indicators hold figures."""
    if "indicator" in at.roles() or "value" in at.roles() or "year" not in at.roles():
        return
    for heading in at.having("unknown"):
        if register.indicator(heading.text).id:
            heading.role = "series"


def _extent(sheet: Sheet, at: Found, today: date) -> tuple[int, Found | None]:
    """Where the table ends: at the next header, if there is one below."""
    words = [h.text for h in at.headings]
    for row in range(at.first, len(sheet.rows)):
        cells = [text.clean(cell.text) for cell in sheet.rows[row]]
        hits = sum(1 for c in cells if text.key(c) in vocabulary.headers())
        if hits >= 3 or (hits >= 2 and cells[: len(words)] == words):
            following = headers.at(sheet, row, today)
            if following is not None:
                return row, following
    return len(sheet.rows), None


def above(sheet: Sheet, row: int, book: Book, laid: Laid) -> str:
    """The lines above the header: listed; a unit that they state is handed on."""
    unit = ""
    rows = []
    for number in range(row):
        words = [text.clean(cell.text) for cell in sheet.rows[number] if not cell.blank]
        if not words:
            continue
        line = " ".join(words)
        rows.append(number + 1)
        laid.left.append(LeftOut(sheet.name, number + 1, "", line, "title"))
        if (match := _TITLE_UNIT.search(line)) and units.parse(match.group(1)) is not None:
            unit = match.group(1)
    if rows:
        laid.faults.append(
            fault(
                "LEFT-TITLE",
                book.file,
                sheet=sheet.name,
                row=rows[0],
                value=laid.left[-1].value,
                rows=span(rows),
            )
        )
    return unit


def _hidden_lines(sheet: Sheet, book: Book, laid: Laid) -> None:
    rows = [
        r + 1
        for r in sheet.hidden_rows
        if r < len(sheet.rows) and any(not c.blank for c in sheet.rows[r])
    ]
    columns = [
        c
        for c in sheet.hidden_columns
        if any(not sheet.cell(r, c).blank for r in range(len(sheet.rows)))
    ]
    if rows:
        laid.faults.append(
            fault("LEFT-HIDDEN-ROWS", book.file, sheet=sheet.name, row=min(rows), rows=span(rows))
        )
    if columns:
        shown = ", ".join(letter(c) for c in sorted(columns))
        laid.faults.append(fault("LEFT-HIDDEN-COLUMNS", book.file, sheet=sheet.name, column=shown))


def _table(
    sheet: Sheet, at: Found, end: int, title_unit: str, book: Book, today: date, laid: Laid
) -> None:
    faults = header_faults(at, sheet, book.file)
    laid.faults += faults
    if any(f.severity == "error" for f in faults):
        return
    _columns_left_out(sheet, at, end, book, laid)
    notes: list[int] = []
    totals: list[int] = []
    examples: list[int] = []
    for row in range(at.first, end):
        cells = sheet.rows[row]
        if all(cell.blank for cell in cells):
            continue
        if is_example(cells):
            laid.left.append(LeftOut(sheet.name, row + 1, "", cells[0].text, "example_row"))
            examples.append(row + 1)
            continue
        if is_note(cells, at):
            line = " ".join(text.clean(c.text) for c in cells if not c.blank)
            notes.append(row + 1)
            laid.left.append(LeftOut(sheet.name, row + 1, "", line, "note_row"))
            _noted(line, laid)
            continue
        if width_faults(sheet, row, at, book, laid):
            continue
        if uncalculated(sheet, row, at, book.file, laid):
            continue
        words = _words(sheet, row, at)
        if names.is_total(words["indicator"]) or names.is_total(words["area"]):
            totals.append(row + 1)
            which = words["area"] if names.is_total(words["area"]) else words["indicator"]
            laid.left.append(LeftOut(sheet.name, row + 1, "", which, "total_row"))
            continue
        laid.raws += _raws(sheet, row, at, words, title_unit, today, book, laid)
    say_examples(examples, sheet, book, laid)
    if notes:
        laid.faults.append(
            fault("LEFT-NOTE", book.file, sheet=sheet.name, row=notes[0], rows=span(notes))
        )
    if totals:
        laid.faults.append(
            fault(
                "LEFT-TOTAL",
                book.file,
                sheet=sheet.name,
                row=totals[0],
                rows=span(totals),
                value=laid.left
                and next(x.value for x in reversed(laid.left) if x.reason == "total_row"),
            )
        )


def header_faults(at: Found, sheet: Sheet, file: str) -> list[Fault]:
    """What is wrong with a figures header: columns missing, twice, or both layouts at once."""
    roles = at.roles()
    row = at.row + 1
    faults = []
    long_form = {"year", "value"} & roles
    wide = "figures" in roles or (not long_form and roles & headers.LEFT_OUT) or "bad_year" in roles
    need = ["indicator", "area"] + ([] if wide and "value" not in roles else ["year", "value"])
    if "series" in roles:
        need = ["area", "year"]
    lacking = [name for name in need if name not in roles]
    if "value" in lacking and {"numerator", "denominator"} <= roles:
        lacking.remove("value")
    for name in lacking:
        faults.append(
            fault(
                "HEAD-MISSING",
                file,
                sheet=sheet.name,
                row=row,
                column=called(name),
                found=found_words(at),
            )
        )
    if "value" in roles and "figures" in roles:
        both = at.having("value")[0].text + " / " + at.having("figures")[0].text
        faults.append(fault("HEAD-BOTH", file, sheet=sheet.name, row=row, column=both))
    for heading in at.having("bad_year"):
        code = "HEAD-YEAR" if heading.year and heading.year.kind == "two_digits" else "HEAD-SERIAL"
        faults.append(
            fault(code, file, sheet=sheet.name, row=row, column=heading.name, value=heading.text)
        )
    for heading in at.having("figures"):
        if heading.year and heading.year.kind != "year":
            faults.append(
                fault(
                    "YEAR-FUTURE" if heading.year.kind == "future" else "YEAR-BAD",
                    file,
                    sheet=sheet.name,
                    row=row,
                    column=heading.name,
                    value=heading.text,
                )
            )
    return faults + twice(at, sheet, file)


def called(name: str) -> str:
    """A column by the name that the rest of the header suggests: Chinese and English."""
    return f"{vocabulary.column_words().get(name, name)} / {name}"


def found_words(at: Found) -> str:
    return "、".join(h.text for h in at.headings if h.text) or "—"


def twice(at: Found, sheet: Sheet, file: str) -> list[Fault]:
    seen: dict[object, Heading] = {}
    faults = []
    for heading in at.headings:
        if heading.role in (
            "blank",
            "unknown",
            "note",
            "source",
            "serial",
            "annex",
            *headers.LEFT_OUT,
        ):
            continue
        within = heading.year.year if heading.year else None
        key = (heading.role, text.key(heading.text) if heading.role == "series" else within)
        if key in seen:
            other = seen[key]
            faults.append(
                fault(
                    "HEAD-TWICE",
                    file,
                    sheet=sheet.name,
                    row=at.row + 1,
                    column=f"{other.name} / {heading.name}",
                    value=heading.text,
                )
            )
        seen.setdefault(key, heading)
    return faults


_COLUMN_REASONS = {
    "growth": ("growth_column", "LEFT-GROWTH"),
    "goal": ("goal_column", "LEFT-GOAL"),
    "forecast": ("forecast_column", "LEFT-FORECAST"),
    "part": ("part_column", "LEFT-PART"),
    "range": ("range_column", "LEFT-PART"),
    "target_value": ("goal_column", "LEFT-GOAL"),
    "target_year": ("goal_column", "LEFT-GOAL"),
    "deadline": ("goal_column", "LEFT-GOAL"),
    "baseline": ("goal_column", "LEFT-COLUMN"),
    "baseline_year": ("goal_column", "LEFT-COLUMN"),
    "serial": ("serial_column", ""),
    "annex": ("annex_column", ""),
    "unknown": ("unknown_column", "LEFT-COLUMN"),
    "direction": ("unknown_column", "LEFT-COLUMN"),
    "comparator": ("unknown_column", "LEFT-COLUMN"),
    "scope": ("unknown_column", "LEFT-COLUMN"),
    "departments": ("unknown_column", "LEFT-COLUMN"),
    "nature": ("unknown_column", "LEFT-COLUMN"),
}


def _columns_left_out(sheet: Sheet, at: Found, end: int, book: Book, laid: Laid) -> None:
    for heading in at.headings:
        reason, code = _COLUMN_REASONS.get(heading.role, ("", ""))
        if heading.role == "blank":
            rows = [r for r in range(at.first, end) if not sheet.cell(r, heading.column).blank]
            body = [r for r in rows if not is_note(sheet.rows[r], at)]
            if len(body) >= 2 and len(body) > (end - at.first) // 2:
                laid.faults.append(
                    fault(
                        "HEAD-BLANK",
                        book.file,
                        sheet=sheet.name,
                        row=at.row + 1,
                        column=letter(heading.column),
                        value=sheet.cell(body[0], heading.column).text,
                    )
                )
                heading.role = "nameless"
            continue
        if not reason:
            continue
        cells = [sheet.cell(r, heading.column) for r in range(at.first, end)]
        laid.left += [
            LeftOut(sheet.name, at.first + i + 1, heading.text, c.text, reason)
            for i, c in enumerate(cells)
            if not c.blank
        ]
        if code:
            words = list(dict.fromkeys(text.clean(c.text) for c in cells if not c.blank))
            fields = {
                "cells": sum(not c.blank for c in cells),
                "values": "、".join(words[:3]) + ("…" if len(words) > 3 else ""),
            }
            laid.faults.append(
                fault(
                    code, book.file, sheet=sheet.name, row=at.row + 1, column=heading.name, **fields
                )
            )


def is_example(cells: list[Cell]) -> bool:
    """Whether the row is an example that a template came with."""
    return any(cell.text.startswith(EXAMPLE) for cell in cells)


def say_examples(rows: list[int], sheet: Sheet, book: Book, laid: Laid) -> None:
    """One note about all example rows of a sheet."""
    if rows:
        laid.faults.append(
            fault("LEFT-EXAMPLE", book.file, sheet=sheet.name, row=rows[0], count=len(rows))
        )


def is_note(cells: list[Cell], at: Found) -> bool:
    """A line below the table that says something about it: one or two filled cells, the first of them words."""
    filled = [(i, cell) for i, cell in enumerate(cells) if not cell.blank]
    if not filled or filled[0][1].number is not None or filled[0][1].when is not None:
        return False
    first = filled[0][1].text
    if len(filled) <= 2 and (_NOTE.match(first) or len(first) > 30):
        return True
    width = sum(h.role not in ("blank", "serial") for h in at.headings)
    alone = len(filled) == 1 and width >= 3 and not re.fullmatch(r"[\d.,%\s-]+", first)
    if alone and filled[0][0] < len(at.headings) and at.headings[filled[0][0]].role == "figures":
        return False
    return alone or (
        len(filled) <= width
        and bool(re.match(r"^\s*(?:注\s*\d*\s*[:：]|数据来源\s*[:：]|资料来源\s*[:：])", first))
    )


def _noted(line: str, laid: Laid) -> None:
    """A note that gives one year a status hands it on: 注：2023年为快报数."""
    status = years.meaning(line)
    if status in ("preliminary", "estimated", "break"):
        for year in _NOTED_YEAR.findall(line):
            laid.noted.setdefault(int(year), status)


def width_faults(sheet: Sheet, row: int, at: Found, book: Book, laid: Laid) -> bool:
    """Cells beyond the header, or too few of them in text with separators."""
    cells = sheet.rows[row]
    known = {h.column for h in at.headings if h.role != "blank"}
    beyond = [i for i, cell in enumerate(cells) if not cell.blank and i not in known]
    if beyond:
        value = cells[beyond[0]].text
        laid.faults.append(
            fault(
                "ROW-LONG",
                book.file,
                sheet=sheet.name,
                row=row + 1,
                column=letter(beyond[0]),
                value=value,
                cells=len(cells),
                wanted=max(known) + 1,
            )
        )
        return True
    if not sheet.lettered and len(cells) < len(at.headings):
        absent = [
            h
            for h in at.headings[len(cells) :]
            if h.role not in ("blank", "note", "unknown", "serial")
        ]
        if absent:
            laid.faults.append(
                fault(
                    "ROW-SHORT",
                    book.file,
                    sheet=sheet.name,
                    row=row + 1,
                    column=absent[0].name,
                    cells=len(cells),
                    wanted=len(at.headings),
                )
            )
            return True
    return False


def uncalculated(sheet: Sheet, row: int, at: Found, file: str, laid: Laid) -> bool:
    """Whether a name, year or unit of the row is a formula without a result, which is then a fault."""
    found = False
    for heading in at.headings:
        cell = sheet.cell(row, heading.column)
        if (
            heading.role in (*SPANNING, "target_year", "baseline_year", "direction")
            and cell.formula
            and not cell.text.strip()
        ):
            laid.faults.append(
                fault(
                    "CELL-FORMULA",
                    file,
                    sheet=sheet.name,
                    row=row + 1,
                    column=heading.name,
                    value=cell.formula,
                )
            )
            found = True
    return found


def _words(sheet: Sheet, row: int, at: Found) -> dict[str, str]:
    """The text cells of a row by role; cells inside a merged range have the text of its first cell."""
    words = dict.fromkeys(
        ("indicator", "area", "unit", "source", "note", "period", "obs_status"), ""
    )
    for heading in at.headings:
        if heading.role == "unknown" and years.meaning(sheet.cell(row, heading.column).text) in (
            "target",
            "forecast",
        ):
            words["obs_status"] = sheet.cell(row, heading.column).text
        if heading.role in words:
            cell = spanned(sheet, row, heading)
            joined = [words[heading.role], cell.text] if words[heading.role] else [cell.text]
            words[heading.role] = "; ".join(part for part in joined if part.strip())
    return words


def spanned(sheet: Sheet, row: int, heading: Heading) -> Cell:
    """The cell, or the first cell of the merged range that it lies in."""
    cell = sheet.cell(row, heading.column)
    if (
        cell.blank
        and heading.role in SPANNING
        and (top := _top_of_merge(sheet, row, heading.column)) is not None
    ):
        return sheet.cell(top, heading.column)
    return cell


def _top_of_merge(sheet: Sheet, row: int, column: int) -> int | None:
    for top, left, bottom, right in sheet.merged:
        if top <= row <= bottom and left == column and left <= column <= right:
            return top
    return None


def _raws(
    sheet: Sheet,
    row: int,
    at: Found,
    words: dict[str, str],
    title_unit: str,
    today: date,
    book: Book,
    laid: Laid,
) -> list[Raw]:
    for heading in at.headings:
        top = _top_of_merge(sheet, row, heading.column) if heading.role in SPANNING else None
        if top is not None and top < row:
            laid.spanned.setdefault((sheet.name, heading.name), []).append(row + 1)
    common = {
        "sheet": sheet.name,
        "row": row + 1,
        "indicator": words["indicator"],
        "area": words["area"],
        "unit": words["unit"],
        "title_unit": title_unit,
        "source": words["source"],
        "note": words["note"],
        "period": words["period"],
        "status": words["obs_status"],
        "columns": {h.role: h.name for h in at.headings if h.role in vocabulary.column_words()},
    }
    for heading in at.headings:
        if heading.role in ("value", "figures", "series") and _merged_down(sheet, row, heading):
            laid.faults.append(
                fault("CELL-MERGED", book.file, sheet=sheet.name, row=row + 1, column=heading.name)
            )
    if at.having("series"):
        when = spanned(sheet, row, at.having("year")[0])
        return [
            Raw(
                column=h.name,
                year=_year(when, today),
                year_text=when.text,
                value=sheet.cell(row, h.column),
                **{**common, "indicator": h.text},
            )
            for h in at.having("series")
        ]
    if at.having("figures"):
        return [
            Raw(
                column=h.name,
                year=h.year,
                year_text=h.text,
                value=sheet.cell(row, h.column),
                header_unit=h.unit,
                **common,
            )
            for h in at.having("figures")
            if h.year is not None
        ]
    heading, value = at.first_of("year"), at.first_of("value")
    if heading is None:
        return []
    when = spanned(sheet, row, heading)
    parts = {
        role: sheet.cell(row, h.column)
        for role in ("numerator", "denominator")
        if (h := at.first_of(role)) is not None
    }
    return [
        Raw(
            column=value.name if value else "",
            year=_year(when, today),
            year_text=when.text,
            value=sheet.cell(row, value.column) if value else BLANK,
            header_unit=value.unit if value else "",
            **parts,
            **common,
        )
    ]


def _year(cell: Cell, today: date) -> Year:
    if cell.error or (cell.formula and cell.blank):
        return Year("bad")
    if cell.formula and not cell.text:
        return Year("formula")
    return years.read(cell.text, today, cell.when)


def _merged_down(sheet: Sheet, row: int, heading: Heading) -> bool:
    return any(
        top < bottom and top <= row <= bottom and left <= heading.column <= right
        for top, left, bottom, right in sheet.merged
    )
