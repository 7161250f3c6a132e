"""The lines of a target sheet or a YAML list of targets, cells by role, not yet read."""

import re
from dataclasses import dataclass
from typing import Any

from healthplan.intake import columns, lines
from healthplan.intake.book import BLANK, Cell
from healthplan.intake.faults import Telling, fault
from healthplan.intake.headers import Found
from healthplan.intake.rows import ANSWERABLE, Line, Walk, kept_doubt
from healthplan.intake.yamlfile import Node
from healthplan.language import characters, names, vocabulary
from healthplan.language.dates import Year, confirmed

ROLES = (
    "indicator", "area", "baseline_year", "baseline", "target_year", "deadline", "target_value", "unit", "direction",
    "source", "comparator", "group", "reference", "scope", "departments", "note", "nature", "serial", "plan_period",
)  # fmt: skip
REQUIRED = ("indicator", "area", "target_year", "target_value")
_START = re.compile(r"(\d{4})年?(?:末|底)?(?:基期|基准|现状|基线|基数|起点|起始|期初)")


@dataclass
class TargetLine(Line):
    """One line of a target sheet: cells by role, and the names of their columns."""

    cells: dict[str, Cell]
    columns: dict[str, str]
    title_unit: str = ""

    def text(self, role: str) -> str:
        """The text under a role, empty where there is none."""
        return characters.clean(self.cells.get(role, BLANK).text)

    def called(self, role: str) -> str:
        """How messages name the column of a role."""
        return self.columns.get(role) or vocabulary.column_words().get(role, role)

    def tell(self, out: Walk, code: str, role: str, **fields: Any) -> None:
        """A fault at the cell of a role; its text is the value shown unless ``fields`` have another."""
        said = {"value": self.text(role), **fields}
        place = (out.file, self.sheet, self.row_of(self.called(role)), self.called(role))
        doubt = fault(code, *place, **said)
        sure = code in ANSWERABLE and confirmed(self.text("note"))
        out.faults.append(kept_doubt(doubt) if sure else doubt)


def of_table(at: Found, laid: Walk) -> list[TargetLine]:
    """The lines of a target table."""
    _years_in_header(at)
    told, area, goal = Telling(laid.file), at.given.get("area", laid.known.area), at.first_of("target_value")
    have = at.roles() | ({"target_value"} if "goal" in at.roles() else set()) | ({"area"} if area else set())
    if {"goal", "deadline"} & at.roles() or (goal and goal.year and goal.year.year):
        have.add("target_year")
    columns.missing(at, [role for role in REQUIRED if role not in have], told)
    columns.twice(at, told)
    laid.faults += told.faults
    if told.faults:
        return []
    for heading in at.headings:
        if heading.role not in (*ROLES, "goal", "blank"):
            columns.leave_column(at, heading, "unknown_column", "LEFT-COLUMN", laid)
    return [line for row in lines.readable(at, laid) for line in _of_line(at, row, area)]


def _years_in_header(at: Found) -> None:
    """2025年目标值 is a target of 2025, and 2020年 or 2020年基期值 beside it the baseline of 2020."""
    figures, lone = at.having("figures"), at.having("goal")
    goals = [h for h in lone if h.year is not None and h.year.year]
    if "target_value" not in at.roles() and len(lone) == 1 and not goals:
        lone[0].role = "target_value"
    for heading in at.having("unknown"):
        if match := _START.search(heading.text):
            heading.role, heading.year = "baseline", Year("year", int(match[1]))
    if (goals or "target_year" in at.roles()) and len(figures) == 1 and "baseline" not in at.roles():
        figures[0].role = "baseline"


def _of_line(at: Found, row: int, area: str) -> list[TargetLine]:
    """One goal a line, or one for each target column that names its own year."""
    taken = {h.role: lines.spanned(at, row, h) for h in at.headings if h.role in ROLES}
    named = {h.role: h.name for h in at.headings if h.role != "goal"}
    if area and taken.get("area", BLANK).blank:
        taken["area"] = Cell(area)
    start = at.first_of("baseline")
    if start is not None and start.year is not None and "baseline_year" not in taken:
        taken["baseline_year"] = Cell(str(start.year.year))
    goals = at.having("goal") or [g for g in at.having("target_value") if g.year is not None]
    if not goals:
        unit = at.having("target_value")[0].unit or at.title_unit
        return [TargetLine(at.sheet.name, row + 1, taken, named, unit)]
    out = []
    for goal in goals:
        own = {**taken, "target_value": at.sheet.cell(row, goal.column)}
        if goal.year is not None and goal.year.year:
            own["target_year"] = Cell(str(goal.year.year))
        if len(goals) == 1 or not own["target_value"].blank:
            called = {**named, "target_value": goal.name, "target_year": goal.name}
            out.append(TargetLine(at.sheet.name, row + 1, own, called, goal.unit or at.title_unit))
    return out


def of_yaml(root: Node, laid: Walk) -> list[TargetLine]:
    """The goals of a YAML file: a list under 目标 (or targets)."""
    entries = root
    for key, node in root.pairs:
        if characters.key(key) in (characters.key("目标"), "targets", "目标列表"):
            entries = node
        else:
            laid.say("YAML-KEY", row=node.row, column=key, value=node.text, expected="目标 / targets")
    if entries.kind != "list" or not entries.items:
        laid.say("YAML-SHAPE", row=entries.row, value=entries.text)
        return []
    laid.tables += 1
    return [line for item in entries.items if (line := _of_entry(item, laid)) is not None]


def _of_entry(item: Node, laid: Walk) -> TargetLine | None:
    if item.kind != "map":
        laid.say("YAML-SHAPE", row=item.row, value=item.text)
        return None
    found, called, before = TargetLine("", item.row, {}, {}), vocabulary.column_words(), len(laid.faults)
    for key, node in item.pairs:
        place: dict[str, Any] = {"row": node.row, "column": key}
        role = vocabulary.headers().get(characters.key(key), "")
        if role not in ROLES:
            allowed = [called[r] for r in ROLES if r != "serial"]
            near = [w for w in allowed if names.is_slip(characters.key(key), characters.key(w))]
            laid.say("YAML-KEY", value=node.text, expected="、".join(near or allowed), **place)
        elif node.kind != "text":
            laid.say("YAML-VALUE", **place)
        elif role in found.cells:
            both = f"{found.cells[role].text} / {node.text}"
            laid.say("YAML-TWICE", value=both, first=found.columns[role], **place)
        else:
            found.cells[role], found.columns[role], found.rows[key] = Cell(node.text or ""), key, node.row
    if laid.known.area and found.cells.get("area", BLANK).blank:
        found.cells["area"] = Cell(laid.known.area)
    for role in REQUIRED:
        if role not in found.cells and not (role == "target_year" and "deadline" in found.cells):
            laid.say("YAML-MISSING", row=item.row, column=called[role])
    return found if len(laid.faults) == before else None
