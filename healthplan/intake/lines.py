"""The lines below a header: notes, examples, lines too long or too short, and the raw figures of a line."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from healthplan.intake.book import BLANK, Book, Cell, Sheet, letter
from healthplan.intake.faults import EXAMPLE, LeftOut, span
from healthplan.intake.headers import Found, Heading
from healthplan.intake.rows import SPANNING, Laid, Raw
from healthplan.language import characters, dates, names
from healthplan.language.dates import Year

_NOTE = re.compile(
    r"^\s*(?:[(（]?注\s*\d*\s*[)）]?\s*[:：.、\s\d]|注$|备注|说明|附注|数据来源|资料来源|来源\s*[:：]|口径|[*※①②③④⑤△▲#]|"
    r"\[\d+\]|note|source|remark|\d\)|制表|填表|审核|单位负责人|联系)",
    re.IGNORECASE,
)


WHOLE_YEAR = {
    characters.key(w)
    for w in ("全年", "年度", "全年度", "整年", "年", "1-12月", "annual", "year", "whole year")
}
_NOTED_YEAR = re.compile(r"((?:19|20)\d{2})年")


def is_example(cells: list[Cell]) -> bool:
    """Whether the row is an example that a template came with."""
    return any(cell.text.startswith(EXAMPLE) for cell in cells)


def say_examples(rows: list[int], sheet: Sheet, book: Book, laid: Laid) -> None:
    """One note about all example rows of a sheet."""
    if rows:
        laid.say("LEFT-EXAMPLE", book.file, sheet=sheet.name, row=rows[0], count=len(rows))


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
    place = filled[0][0]
    if (
        alone
        and place < len(at.headings)
        and at.headings[place].role in ("figures", "value", "series")
    ):
        return False
    return alone or (
        len(filled) <= width
        and bool(re.match(r"^\s*(?:注\s*\d*\s*[:：]|数据来源\s*[:：]|资料来源\s*[:：])", first))
    )


def noted(line: str, laid: Laid) -> None:
    """A note that gives one year a status hands it on: 注：2023年为快报数."""
    status = dates.meaning(line)
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
        laid.say(
            "ROW-LONG",
            book.file,
            sheet=sheet.name,
            row=row + 1,
            column=letter(beyond[0]),
            value=value,
            cells=len(cells),
            wanted=max(known) + 1,
        )
        return True
    if not sheet.lettered and len(cells) < len(at.headings):
        absent = [
            h
            for h in at.headings[len(cells) :]
            if h.role not in ("blank", "note", "unknown", "serial")
        ]
        if absent:
            laid.say(
                "ROW-SHORT",
                book.file,
                sheet=sheet.name,
                row=row + 1,
                column=absent[0].name,
                cells=len(cells),
                wanted=len(at.headings),
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
            laid.say(
                "CELL-FORMULA",
                file,
                sheet=sheet.name,
                row=row + 1,
                column=heading.name,
                value=cell.formula,
            )
            found = True
    return found


def readable(sheet: Sheet, at: Found, end: int, book: Book, laid: Laid) -> Iterator[int]:
    """The rows that hold figures or goals; examples, notes, totals and rows of a wrong width are said and left out."""
    found: dict[str, list[int]] = {"example_row": [], "note_row": [], "total_row": []}
    value = ""

    def leave(row: int, text: str, reason: str) -> None:
        found[reason].append(row + 1)
        laid.left.append(LeftOut(sheet.name, row + 1, "", text, reason))

    for row in range(at.first, end):
        cells = sheet.rows[row]
        if all(cell.blank for cell in cells):
            continue
        if is_example(cells):
            leave(row, cells[0].text, "example_row")
        elif is_note(cells, at):
            line = " ".join(characters.clean(c.text) for c in cells if not c.blank)
            leave(row, line, "note_row")
            noted(line, laid)
        elif not (
            width_faults(sheet, row, at, book, laid)
            or uncalculated(sheet, row, at, book.file, laid)
        ):
            said = words(sheet, row, at)
            totals = [said[role] for role in ("area", "indicator") if names.is_total(said[role])]
            if totals:
                value = totals[0]
                leave(row, value, "total_row")
            else:
                yield row
    say_examples(found["example_row"], sheet, book, laid)
    for code, reason in (("LEFT-NOTE", "note_row"), ("LEFT-TOTAL", "total_row")):
        if rows := found[reason]:
            said_of = {"value": value} if reason == "total_row" else {}
            laid.say(code, book.file, sheet=sheet.name, row=rows[0], rows=span(rows), **said_of)


def words(sheet: Sheet, row: int, at: Found) -> dict[str, str]:
    """The text cells of a row by role; cells inside a merged range have the text of its first cell."""
    words = dict.fromkeys(
        ("indicator", "area", "unit", "source", "note", "period", "obs_status"), ""
    )
    for heading in at.headings:
        if heading.role == "unknown" and dates.meaning(sheet.cell(row, heading.column).text) in (
            "target",
            "forecast",
        ):
            words["obs_status"] = sheet.cell(row, heading.column).text
        if heading.role in words:
            cell = spanned(sheet, row, heading)
            if heading.role == "period":
                cell = replace(cell, text=_period(heading, cell))
            joined = [words[heading.role], cell.text] if words[heading.role] else [cell.text]
            words[heading.role] = "; ".join(part for part in joined if part.strip())
    return words


def _period(heading: Heading, cell: Cell) -> str:
    """A part of a year in words: a bare 1 under 季度 or 月份 is 1季度 or 1月; the whole year is empty."""
    written = characters.clean(cell.text)
    if characters.key(written) in WHOLE_YEAR:
        return ""
    unit = {"月份": "月", "month": "月", "quarter": "季度"}.get(
        heading.text.casefold(), heading.text
    )
    return f"{written}{unit}" if re.fullmatch(r"\d{1,2}|[一二三四]", written) else written


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


def raws(
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
    common: dict[str, Any] = {
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
        "columns": at.names,
    }
    for heading in at.headings:
        if heading.role in ("value", "figures", "series") and _merged_down(sheet, row, heading):
            laid.say("CELL-MERGED", book.file, sheet=sheet.name, row=row + 1, column=heading.name)
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
    years_in, value = at.first_of("year"), at.first_of("value")
    if years_in is None:
        return []
    when = spanned(sheet, row, years_in)
    parts: dict[str, Any] = {
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
    return dates.year_read(cell.text, today, cell.when)


def _merged_down(sheet: Sheet, row: int, heading: Heading) -> bool:
    return any(
        top < bottom and top <= row <= bottom and left <= heading.column <= right
        for top, left, bottom, right in sheet.merged
    )
