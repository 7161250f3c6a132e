"""The lines of a target sheet or a YAML list of targets, cells by role, not yet read."""

import re
from dataclasses import dataclass, field
from datetime import date

from healthplan.intake import columns, headers, layout, lines
from healthplan.intake.book import BLANK, Book, Cell, Sheet
from healthplan.intake.faults import REFERENCE, LeftOut, fault
from healthplan.intake.headers import Found
from healthplan.intake.rows import Laid
from healthplan.intake.yamlfile import Node
from healthplan.language import characters, names, vocabulary
from healthplan.language.dates import Year

ROLES = (
    "indicator", "area", "baseline_year", "baseline", "target_year", "deadline", "target_value", "unit", "direction",
    "source", "comparator", "scope", "departments", "note", "nature", "serial",
)  # fmt: skip


REQUIRED = ("indicator", "area", "target_year", "target_value")


@dataclass
class TargetLine:
    """One line of a target sheet: cells by role, and the names of their columns."""

    sheet: str
    row: int
    cells: dict[str, Cell]
    columns: dict[str, str]
    title_unit: str = ""
    rows: dict[str, int] = field(default_factory=dict)

    def row_of(self, column: str) -> int:
        """The row in which a column stands: its own line in YAML, else the row of the sheet."""
        return self.rows.get(column, self.row)

    def text(self, role: str) -> str:
        """The text under a role, empty where there is none."""
        return characters.clean(self.cells.get(role, BLANK).text)


def lines_of_book(book: Book, today: date, laid: Laid) -> list[TargetLine]:
    """The lines of every target table of a book."""
    found: list[TargetLine] = []
    for sheet in book.sheets:
        if not sheet.used():
            continue
        if sheet.cell(0, 0).text.startswith(REFERENCE):
            laid.left.append(LeftOut(sheet.name, None, "", str(sheet.used()), "reference_sheet"))
            continue
        at = None if sheet.hidden else headers.find(sheet, today)
        if at is None:
            reason, code = (
                ("hidden_sheet", "LEFT-HIDDEN") if sheet.hidden else ("no_table", "LEFT-SHEET")
            )
            laid.left.append(LeftOut(sheet.name, None, "", str(sheet.used()), reason))
            if sheet.hidden or len(book.sheets) > 1:
                laid.say(code, book.file, sheet=sheet.name, cells=sheet.used())
            continue
        laid.tables += 1
        found += _of_table(sheet, at, layout.above(sheet, at.row, book, laid), book, laid)
    return found


def _of_table(sheet: Sheet, at: Found, title_unit: str, book: Book, laid: Laid) -> list[TargetLine]:
    _years_in_header(at)
    roles = at.roles()
    dated = "goal" in roles or "deadline" in roles
    goal = at.first_of("target_value")
    if goal is not None and goal.year is not None and goal.year.year:
        dated = True
    lacking = [r for r in REQUIRED if r not in roles]
    if "goal" in roles and "target_value" in lacking:
        lacking.remove("target_value")
    if dated and "target_year" in lacking:
        lacking.remove("target_year")
    faults = [
        fault(
            "HEAD-MISSING",
            book.file,
            sheet=sheet.name,
            row=at.row + 1,
            column=columns.called(r),
            found=columns.found_words(at),
        )
        for r in lacking
    ]
    faults += columns.twice(at, sheet, book.file)
    laid.faults += faults
    if faults:
        return []
    for heading in at.headings:
        if heading.role not in (*ROLES, "goal", "blank"):
            columns.left_column(
                sheet, at, len(sheet.rows), heading, "unknown_column", "LEFT-COLUMN", book, laid
            )
    rows = lines.readable(sheet, at, len(sheet.rows), book, laid)
    return [line for row in rows for line in _of_line(sheet, row, at, title_unit)]


def _years_in_header(at: Found) -> None:
    """2025年目标值 is a target of 2025, and 2020年 or 2020年基期值 beside it the baseline of 2020."""
    figures = at.having("figures")
    goals = [h for h in at.having("goal") if h.year is not None and h.year.year]
    if "target_value" not in at.roles() and len(at.having("goal")) == 1 and not goals:
        at.having("goal")[0].role = "target_value"
    for heading in at.having("unknown"):
        if match := re.search(r"(\d{4})年?(?:基期|基准|现状|基线)", heading.text):
            heading.role, heading.year = "baseline", Year("year", int(match.group(1)))
    if goals and len(figures) == 1 and "baseline" not in at.roles():
        figures[0].role = "baseline"


def _of_line(sheet: Sheet, row: int, at: Found, title_unit: str) -> list[TargetLine]:
    """One goal a line, or one for each target column that names its own year."""
    taken = {h.role: lines.spanned(sheet, row, h) for h in at.headings if h.role in ROLES}
    columns = {h.role: h.name for h in at.headings if h.role != "goal"}
    start = at.first_of("baseline")
    if start is not None and start.year is not None and "baseline_year" not in taken:
        taken["baseline_year"] = Cell(str(start.year.year))
    goals = at.having("goal") or [g for g in at.having("target_value") if g.year is not None]
    if not goals:
        unit = at.having("target_value")[0].unit or title_unit
        return [TargetLine(sheet.name, row + 1, taken, columns, unit)]
    out = []
    for goal in goals:
        cell = sheet.cell(row, goal.column)
        own = {**taken, "target_value": cell}
        if goal.year is not None and goal.year.year:
            own["target_year"] = Cell(str(goal.year.year))
        if len(goals) == 1 or not cell.blank:
            named = {**columns, "target_value": goal.name, "target_year": goal.name}
            out.append(TargetLine(sheet.name, row + 1, own, named, goal.unit or title_unit))
    return out


def lines_of_yaml(root: Node, file: str, laid: Laid) -> list[TargetLine]:
    """The goals of a YAML file: a list under 目标 (or targets)."""
    entries = root
    if root.kind == "map":
        for key, node in root.pairs:
            if characters.key(key) not in (characters.key("目标"), "targets", "目标列表"):
                _unknown_key(laid, file, key, node, "目标 / targets")
            else:
                entries = node
    if entries.kind != "list" or not entries.items:
        laid.say("YAML-SHAPE", file, row=entries.row, value=entries.text)
        return []
    laid.tables += 1
    return [line for item in entries.items if (line := _of_entry(item, file, laid)) is not None]


def _unknown_key(laid: Laid, file: str, key: str, node: Node, expected: str) -> None:
    laid.say("YAML-KEY", file, row=node.row, column=key, value=node.text, expected=expected)


def _of_entry(item: Node, file: str, laid: Laid) -> TargetLine | None:
    if item.kind != "map":
        laid.say("YAML-SHAPE", file, row=item.row, value=item.text)
        return None
    cells: dict[str, Cell] = {}
    columns: dict[str, str] = {}
    places: dict[str, int] = {}
    allowed = [vocabulary.column_words()[r] for r in ROLES if r != "serial"]
    before = len(laid.faults)
    for key, node in item.pairs:
        role = vocabulary.headers().get(characters.key(key), "")
        if role not in ROLES:
            near = [w for w in allowed if names.is_slip(characters.key(key), characters.key(w))]
            _unknown_key(laid, file, key, node, "、".join(near or allowed))
        elif node.kind != "text":
            laid.say("YAML-VALUE", file, row=node.row, column=key)
        elif role in cells:
            laid.say(
                "YAML-TWICE",
                file,
                row=node.row,
                column=key,
                value=f"{cells[role].text} / {node.text}",
                first=columns[role],
            )
        else:
            cells[role], columns[role] = Cell(node.text or ""), key
            places[key] = node.row
    for role in REQUIRED:
        if role not in cells and not (role == "target_year" and "deadline" in cells):
            laid.say("YAML-MISSING", file, row=item.row, column=vocabulary.column_words()[role])
    return (
        TargetLine("", item.row, cells, columns, rows=places)
        if len(laid.faults) == before
        else None
    )
