"""People's target sheets (CSV, Excel, YAML) to goals: one row a goal, or every fault of the sheet."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from healthplan.errors import Fault
from healthplan.intake import (
    assemble,
    goalvalue,
    headers,
    layout,
    names,
    text,
    units,
    values,
    vocabulary,
    years,
)
from healthplan.intake.assemble import Assembled, tidy
from healthplan.intake.book import BLANK, Book, Cell, Sheet
from healthplan.intake.faulting import fault, span
from healthplan.intake.headers import Found
from healthplan.intake.layout import Laid, Raw
from healthplan.intake.leftout import REFERENCE, LeftOut
from healthplan.intake.names import Register
from healthplan.intake.yamlfile import Node
from healthplan.intake.years import Year

COLUMNS = (
    "indicator", "area", "scope", "comparator", "value", "unit", "deadline", "direction", "baseline", "baseline_year",
    "departments", "nature", "source", "note", "target_year", "indicator_name", "area_name", "file", "sheet", "row",
)  # fmt: skip
ROLES = (
    "indicator", "area", "baseline_year", "baseline", "target_year", "deadline", "target_value", "unit", "direction",
    "source", "comparator", "scope", "departments", "note", "nature", "serial",
)  # fmt: skip
REQUIRED = ("indicator", "area", "target_year", "target_value")
LATEST = 30  # years ahead of today beyond which a target year is taken for a slip


@dataclass
class Wish:
    """One line of a target sheet: cells by role, and the names of their columns."""

    sheet: str
    row: int
    cells: dict[str, Cell]
    columns: dict[str, str]
    title_unit: str = ""

    def text(self, role: str) -> str:
        """The text under a role, empty where there is none."""
        return text.clean(self.cells.get(role, BLANK).text)


@dataclass
class Goal:
    """One goal, read; ``value`` is in ``unit``."""

    wish: Wish
    indicator: str
    area: str
    comparator: str
    value: float
    unit: str
    deadline: str
    direction: str
    baseline: float | None
    baseline_year: int | None
    shown: str
    notes: list[str] = field(default_factory=list)

    @property
    def year(self) -> int:
        """The year of the deadline."""
        return int(self.deadline[:4])


def wishes_of_book(book: Book, today: date, laid: Laid) -> list[Wish]:
    """The lines of every target table of a book."""
    found: list[Wish] = []
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
                laid.faults.append(fault(code, book.file, sheet=sheet.name, cells=sheet.used()))
            continue
        laid.tables += 1
        found += _wishes(sheet, at, layout.above(sheet, at.row, book, laid), book, laid)
    return found


def _wishes(sheet: Sheet, at: Found, title_unit: str, book: Book, laid: Laid) -> list[Wish]:
    roles = at.roles()
    goals = at.having("goal")
    if "target_value" not in roles and len(goals) == 1:
        goals[0].role = "target_value"
        roles = at.roles()
    lacking = [
        r for r in REQUIRED if r not in roles and not (r == "target_year" and "deadline" in roles)
    ]
    if len(goals) == 1 and "target_year" in lacking and goals[0].year and goals[0].year.year:
        lacking.remove("target_year")
    faults = [
        fault(
            "HEAD-MISSING",
            book.file,
            sheet=sheet.name,
            row=at.row + 1,
            column=layout.called(r),
            found=layout.found_words(at),
        )
        for r in lacking
    ]
    faults += layout.twice(at, sheet, book.file)
    laid.faults += faults
    if faults:
        return []
    for heading in at.headings:
        if heading.role not in (*ROLES, "blank"):
            cells = [sheet.cell(r, heading.column) for r in range(at.first, len(sheet.rows))]
            laid.left += [
                LeftOut(sheet.name, at.first + i + 1, heading.text, c.text, "unknown_column")
                for i, c in enumerate(cells)
                if not c.blank
            ]
            words = list(dict.fromkeys(text.clean(c.text) for c in cells if not c.blank))
            fields = {
                "cells": sum(not c.blank for c in cells),
                "values": "、".join(words[:3]) + ("…" if len(words) > 3 else ""),
            }
            laid.faults.append(
                fault(
                    "LEFT-COLUMN",
                    book.file,
                    sheet=sheet.name,
                    row=at.row + 1,
                    column=heading.name,
                    **fields,
                )
            )
    return _lines(sheet, at, title_unit, book, laid)


def _lines(sheet: Sheet, at: Found, title_unit: str, book: Book, laid: Laid) -> list[Wish]:
    out, notes, examples = [], [], []
    columns = {h.role: h.name for h in at.headings}
    for row in range(at.first, len(sheet.rows)):
        cells = sheet.rows[row]
        if all(cell.blank for cell in cells):
            continue
        if layout.is_example(cells):
            examples.append(row + 1)
            laid.left.append(LeftOut(sheet.name, row + 1, "", cells[0].text, "example_row"))
            continue
        if layout.is_note(cells, at):
            notes.append(row + 1)
            line = " ".join(text.clean(c.text) for c in cells if not c.blank)
            laid.left.append(LeftOut(sheet.name, row + 1, "", line, "note_row"))
            continue
        if layout.width_faults(sheet, row, at, book, laid) or layout.uncalculated(
            sheet, row, at, book.file, laid
        ):
            continue
        taken = {h.role: layout.spanned(sheet, row, h) for h in at.headings if h.role in ROLES}
        goal = at.first_of("target_value")
        if (
            "target_year" not in taken
            and "deadline" not in taken
            and goal is not None
            and goal.year is not None
        ):
            taken["target_year"] = Cell(str(goal.year.year))
        out.append(
            Wish(sheet.name, row + 1, taken, columns, (goal.unit if goal else "") or title_unit)
        )
    layout.say_examples(examples, sheet, book, laid)
    if notes:
        laid.faults.append(
            fault("LEFT-NOTE", book.file, sheet=sheet.name, row=notes[0], rows=span(notes))
        )
    return out


def wishes_of_yaml(root: Node, file: str, laid: Laid) -> list[Wish]:
    """The goals of a YAML file: a list under 目标 (or targets)."""
    entries = root
    if root.kind == "map":
        for key, node in root.pairs:
            if text.key(key) not in (text.key("目标"), "targets", "目标列表"):
                laid.faults.append(
                    fault(
                        "YAML-KEY",
                        file,
                        row=node.row,
                        column=key,
                        value=node.text,
                        expected="目标 / targets",
                    )
                )
            else:
                entries = node
    if entries.kind != "list" or not entries.items:
        laid.faults.append(fault("YAML-SHAPE", file, row=entries.row, value=entries.text))
        return []
    laid.tables += 1
    return [wish for item in entries.items if (wish := _wish(item, file, laid)) is not None]


def _wish(item: Node, file: str, laid: Laid) -> Wish | None:
    if item.kind != "map":
        laid.faults.append(fault("YAML-SHAPE", file, row=item.row, value=item.text))
        return None
    cells: dict[str, Cell] = {}
    columns: dict[str, str] = {}
    allowed = [vocabulary.column_words()[r] for r in ROLES if r != "serial"]
    before = len(laid.faults)
    for key, node in item.pairs:
        role = vocabulary.headers().get(text.key(key), "")
        if role not in ROLES:
            near = [w for w in allowed if names.is_slip(text.key(key), text.key(w))]
            laid.faults.append(
                fault(
                    "YAML-KEY",
                    file,
                    row=node.row,
                    column=key,
                    value=node.text,
                    expected="、".join(near or allowed),
                )
            )
        elif node.kind != "text":
            laid.faults.append(fault("YAML-VALUE", file, row=node.row, column=key))
        elif role in cells:
            laid.faults.append(
                fault(
                    "YAML-TWICE",
                    file,
                    row=node.row,
                    column=key,
                    value=f"{cells[role].text} / {node.text}",
                    first=columns[role],
                )
            )
        else:
            cells[role], columns[role] = Cell(node.text or ""), key
    for role in REQUIRED:
        if role not in cells and not (role == "target_year" and "deadline" in cells):
            laid.faults.append(
                fault("YAML-MISSING", file, row=item.row, column=vocabulary.column_words()[role])
            )
    return Wish("", item.row, cells, columns) if len(laid.faults) == before else None


def goals_of(
    wishes: Iterable[Wish], register: Register, today: date, file: str
) -> tuple[list[Goal], Assembled]:
    """Every line read as a goal, or its faults."""
    out = Assembled()
    shared = assemble.Gathered()
    goals = []
    for wish in wishes:
        goal = _goal(wish, register, today, file, out, shared)
        if goal is not None:
            goals.append(goal)
    out.faults += shared.faults(file)
    return goals, out


def _goal(
    wish: Wish, register: Register, today: date, file: str, out: Assembled, shared
) -> Goal | None:
    before = len(out.faults)

    def say(code: str, column: str, value: object, **fields: object) -> None:
        out.faults.append(
            fault(code, file, sheet=wish.sheet, row=wish.row, column=column, value=value, **fields)
        )

    col = lambda role: wish.columns.get(role, vocabulary.column_words().get(role, role))  # noqa: E731
    cell = wish.cells["target_value"]
    raw = Raw(
        wish.sheet, wish.row, col("target_value"), wish.text("indicator"), wish.text("area"), Year("year", today.year), "",
        cell, unit=wish.text("unit"), title_unit=wish.title_unit, source=wish.text("source"), note=wish.text("note"),
        columns=wish.columns,
    )  # fmt: skip
    indicator, area = assemble.named(raw, register, say, out, shared)
    assemble.long_texts(raw, say)
    goal = goalvalue.read(cell)
    deadline = _deadline(wish, today, say, col)
    start_year, start = _baseline(wish, deadline, today, say, col)
    direction = _direction(wish, indicator, register, goal.comparator, say, col)
    if goal.reading.problem:
        say(goal.reading.problem, raw.column, cell.formula or cell.text, hint=goal.reading.hint)
    elif goal.reading.missing:
        say("GOAL-EMPTY", raw.column, cell.text or None)
    if (
        indicator is None
        or area is None
        or len([f for f in out.faults[before:] if f.severity == "error"])
    ):
        return None
    measured = assemble.measured(
        raw, indicator, area, int(deadline[:4]), goal.reading, register, say, shared
    )
    if measured is None:
        return None
    scale = measured.value / measured.given if measured.given else 1.0
    sign = goalvalue.comparator(wish.text("comparator")) or goal.comparator
    sign = sign or {"increase": ">=", "decrease": "<="}.get(direction, "=")
    found = Goal(
        wish, measured.indicator, measured.area, sign, measured.value, measured.unit, deadline, direction,
        None if start is None else tidy(start * scale), start_year, measured.shown,
    )  # fmt: skip
    _against_direction(found, register, say, col)
    return found


def _deadline(wish: Wish, today: date, say: Callable, col: Callable) -> str:
    role = "deadline" if not wish.cells.get("deadline", BLANK).blank else "target_year"
    cell = wish.cells.get(role, BLANK)
    found = goalvalue.deadline(cell)
    if not found:
        two = years.read(cell.text, today).kind == "two_digits"
        say(
            "YEAR-BLANK" if cell.blank else "YEAR-SHORT" if two else "GOAL-DEADLINE",
            col(role),
            cell.text or None,
        )
        return ""
    year = int(found[:4])
    if not 2000 <= year <= today.year + LATEST:
        say("GOAL-YEAR", col(role), cell.text, low=2000, high=today.year + LATEST)
        return ""
    if year < today.year:
        say("GOAL-PAST", col(role), cell.text, year=year)
    return found


def _baseline(
    wish: Wish, deadline: str, today: date, say: Callable, col: Callable
) -> tuple[int | None, float | None]:
    year_cell, cell = wish.cells.get("baseline_year", BLANK), wish.cells.get("baseline", BLANK)
    year: int | None = None
    if not year_cell.blank:
        found = years.read(year_cell.text, today, year_cell.when)
        if found.kind not in ("year", "day"):
            say(
                {"future": "YEAR-FUTURE", "two_digits": "YEAR-SHORT"}.get(found.kind, "YEAR-BAD"),
                col("baseline_year"),
                year_cell.text,
            )
        else:
            year = found.year
            if deadline and year is not None and year >= int(deadline[:4]):
                say("GOAL-ORDER", col("target_year"), deadline, start=year, end=deadline[:4])
    reading = values.read(cell)
    if reading.problem:
        say(reading.problem, col("baseline"), cell.formula or cell.text, hint=reading.hint)
    if reading.unit and wish.text("unit"):
        one, other = units.parse(reading.unit), units.parse(wish.text("unit"))
        if one and other and one.family == other.family and one.factor != other.factor:
            say(
                "UNIT-CONFLICT",
                col("baseline"),
                cell.text,
                one=wish.text("unit"),
                other=reading.unit,
            )
    return year, reading.number


def _direction(
    wish: Wish, indicator, register: Register, sign: str, say: Callable, col: Callable
) -> str:
    written = wish.text("direction")
    found = goalvalue.direction(written)
    known = register.about.get(indicator.id, {}).get("direction", "") if indicator else ""
    if found == "?":
        say("GOAL-DIRECTION-WORD", col("direction"), written)
        return ""
    if known in ("increase", "decrease") and found in ("increase", "decrease") and found != known:
        meant = {"increase": "上升 / increase", "decrease": "下降 / decrease"}[known]
        say("GOAL-DIRECTION", col("direction"), written, indicator=indicator.name, meant=meant)
    direction = found or known
    if (
        direction not in ("increase", "decrease", "two-sided")
        and not sign
        and not wish.text("comparator")
    ):
        say("GOAL-NO-DIRECTION", col("direction"), wish.text("indicator"))
    against = {"increase": ("<=", "<"), "decrease": (">=", ">")}.get(direction, ())
    if sign and sign in against:
        say(
            "GOAL-SIDE",
            col("target_value"),
            wish.text("target_value"),
            direction=written or direction,
        )
    return direction


def _against_direction(goal: Goal, register: Register, say: Callable, col: Callable) -> None:
    """The goal against its own starting value."""
    if goal.baseline is None:
        return
    fields = {
        "baseline": goal.wish.text("baseline"),
        "direction": goal.wish.text("direction") or goal.direction,
    }
    kind = register.about.get(goal.indicator, {}).get("indicator_kind", "level")
    apart = (
        max(goal.value, goal.baseline) / min(goal.value, goal.baseline)
        if min(goal.value, goal.baseline) > 0
        else 1.0
    )
    if kind in ("share", "level") and any(0.4 <= apart / f <= 2.5 for f in (100, 1000, 10000)):
        say("GOAL-SCALE", col("target_value"), goal.shown, **fields)
    elif apart > 8 and kind != "count":
        say("GOAL-FAR", col("target_value"), goal.shown, **fields)
    elif math.isclose(goal.value, goal.baseline) and goal.direction in ("increase", "decrease"):
        say("GOAL-SAME", col("target_value"), goal.shown, **fields)
    elif (goal.direction == "increase" and goal.value < goal.baseline) or (
        goal.direction == "decrease" and goal.value > goal.baseline
    ):
        say(
            "GOAL-BACKWARD",
            col("direction") if goal.wish.text("direction") else col("target_value"),
            goal.shown,
            **fields,
        )


def judge(
    goals: list[Goal], register: Register, file: str, observations: pd.DataFrame | None
) -> tuple[list[Goal], list[Fault]]:
    """Goals against bounds, against each other and, where there are some, against observed figures."""
    faults: list[Fault] = []

    def say(code: str, goal: Goal, column: str, value: object, **fields: object) -> None:
        name = goal.wish.columns.get(column, column)
        faults.append(
            fault(
                code,
                file,
                sheet=goal.wish.sheet,
                row=goal.wish.row,
                column=name,
                value=value,
                **fields,
            )
        )

    for goal in goals:
        _bounds(goal, register.about.get(goal.indicator, {}), say)
        if observations is not None and goal.baseline is not None:
            _observed(goal, observations, say)
    kept = _without_repeats(goals, say)
    _stages(kept, say)
    return kept, faults


def _bounds(goal: Goal, about: dict, say: Callable) -> None:
    def number(name: str) -> float | None:
        found = about.get(name)
        return None if found is None or found != found else float(found)

    low, high = number("lower_bound"), number("upper_bound")
    likely = number("plausible_low"), number("plausible_high")
    for role, value in (("target_value", goal.value), ("baseline", goal.baseline)):
        if value is None:
            continue
        shown, name = (
            goal.wish.text(role),
            {"indicator": about.get("name_zh", ""), "unit": goal.unit},
        )
        if (low is not None and value < low) or (not about and value < 0):
            say("VALUE-LOW", goal, role, shown, bound=f"{low or 0:g}", **name)
        elif high is not None and value > high:
            say("VALUE-HIGH", goal, role, shown, bound=f"{high:g}", **name)
        elif (
            likely[0] is not None and likely[1] is not None and not likely[0] <= value <= likely[1]
        ):
            fields = {"low": f"{likely[0]:g}", "high": f"{likely[1]:g}", **name}
            fraction = (
                about["indicator_kind"] == "share"
                and 0 < value <= 1
                and likely[0] <= value * 100 <= likely[1]
            )
            far = about["indicator_kind"] == "level" and (
                value > 3 * likely[1] or 0 <= value < likely[0] / 3
            )
            if fraction:
                say(
                    "GOAL-FRACTION",
                    goal,
                    role,
                    shown,
                    readings=f"{shown} / {value * 100:g}",
                    **name,
                )
            else:
                say("VALUE-FAR" if far else "VALUE-UNLIKELY", goal, role, shown, **fields)


def _observed(goal: Goal, observations: pd.DataFrame, say: Callable) -> None:
    same = observations[
        (observations["indicator"] == goal.indicator)
        & (observations["area"] == goal.area)
        & (observations["year"] == (goal.baseline_year or -1))
        & (observations["period"].fillna("") == "")
    ]
    for value in same["value"]:
        if abs(float(value) - (goal.baseline or 0.0)) > 0.02 * max(abs(float(value)), 1e-9):
            say(
                "GOAL-BASELINE",
                goal,
                "baseline",
                goal.wish.text("baseline"),
                year=goal.baseline_year,
                observed=f"{float(value):g}",
            )


def _without_repeats(goals: list[Goal], say: Callable) -> list[Goal]:
    first: dict[tuple, Goal] = {}
    for goal in goals:
        key = (goal.indicator, goal.area, goal.deadline, goal.wish.text("scope"))
        if key not in first:
            first[key] = goal
            continue
        other = first[key]
        if math.isclose(other.value, goal.value) and other.comparator == goal.comparator:
            say(
                "KEY-AGAIN",
                goal,
                "indicator",
                goal.wish.text("indicator"),
                rows=span([other.wish.row, goal.wish.row]),
                name=goal.wish.text("indicator"),
            )
        else:
            say(
                "KEY-CONFLICT", goal, "target_value", goal.shown, name=goal.wish.text("indicator"), area=goal.wish.text("area"),
                years=goal.deadline, first_row=other.wish.row, first_value=other.shown, second_row=goal.wish.row,
                second_value=goal.shown,
            )  # fmt: skip
    return list(first.values())


def _stages(goals: list[Goal], say: Callable) -> None:
    """Goals of one indicator with several years must not go back and forth, and share one baseline."""
    groups: dict[tuple, list[Goal]] = defaultdict(list)
    for goal in goals:
        groups[(goal.indicator, goal.area, goal.wish.text("scope"))].append(goal)
    for members in groups.values():
        members.sort(key=lambda g: g.deadline)
        for before, after in zip(members, members[1:], strict=False):
            back = (
                after.value < before.value
                if after.direction == "increase"
                else after.value > before.value
            )
            if back and after.direction in ("increase", "decrease"):
                say(
                    "GOAL-STAGES",
                    after,
                    "target_value",
                    after.shown,
                    before_year=before.deadline,
                    before=before.shown,
                    after_year=after.deadline,
                )
        known: dict[int | None, Goal] = {}
        for goal in members:
            other = known.setdefault(goal.baseline_year, goal)
            if (
                goal.baseline is not None
                and other.baseline is not None
                and not math.isclose(goal.baseline, other.baseline)
            ):
                say(
                    "GOAL-BASELINES",
                    goal,
                    "baseline",
                    goal.wish.text("baseline"),
                    other=other.wish.text("baseline"),
                    other_row=other.wish.row,
                )


def table(goals: list[Goal], out: Assembled, file: str) -> pd.DataFrame:
    """The goals as a table with the columns of :data:`COLUMNS`."""
    records = [
        {
            "indicator": g.indicator, "area": g.area, "scope": g.wish.text("scope"), "comparator": g.comparator,
            "value": g.value, "unit": g.unit or "?", "deadline": g.deadline, "direction": g.direction,
            "baseline": g.baseline, "baseline_year": g.baseline_year, "departments": g.wish.text("departments"),
            "nature": {"约束性": "binding", "预期性": "expected"}.get(g.wish.text("nature"), g.wish.text("nature")),
            "source": g.wish.text("source"), "note": g.wish.text("note"), "target_year": g.year,
            "indicator_name": out.indicator_names.get(g.indicator, g.indicator),
            "area_name": out.area_names.get(g.area, g.area), "file": file, "sheet": g.wish.sheet, "row": g.wish.row,
        }
        for g in goals
    ]  # fmt: skip
    frame = pd.DataFrame(records, columns=list(COLUMNS))
    for name in ("target_year", "baseline_year", "row"):
        frame[name] = frame[name].astype("Int64")
    for name in ("value", "baseline"):
        frame[name] = frame[name].astype("float64")
    return frame
