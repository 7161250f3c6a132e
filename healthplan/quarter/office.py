"""The office's workbooks as read: rows by their headers, cells as what they mean, and what is found wrong on the way."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from math import isfinite
from typing import Any, NamedTuple

import pandas as pd

from healthplan.errors import Fault
from healthplan.intake.book import Cell, Sheet
from healthplan.language import characters, dates
from healthplan.ledger import quarters, store
from healthplan.ledger.written import stage_words
from healthplan.messages import LANGUAGES, both, text
from healthplan.plans import load_plan
from healthplan.quarter import cells, taskbook
from healthplan.quarter.cells import Column
from healthplan.quarter.heads import Head, head
from healthplan.registers import Registers

GATES = 9  # as many pairs of columns are looked for
_SIDES = ("planned_", "actual_")
KINDS = ("tasks", "items", "path", "changes", "decisions")  # in the order in which they build on each other
# a sheet is known by these of its headers
KNOWN_BY = {
    "tasks": {"task_id", "kind"}, "items": {"task_id", "item_id", "name_zh"}, "path": {"task_id", "expected_4"},
    "changes": {"task_id", "new", "decided_on"}, "decisions": {"task_id", "verdict"},
}  # fmt: skip


class Row(NamedTuple):
    """One row of a sheet as written: cells by column, and where it stands."""

    file: str
    sheet: str
    row: int
    cells: dict[str, Cell]
    heads: dict[str, str]

    def text(self, column: str) -> str:
        """What is written in a column, trimmed; empty where there is no such column."""
        cell = self.cells.get(column)
        return cell.text.strip() if cell else ""

    def fault(self, code: str, column: str, **fields: object) -> Fault:
        """A fault at a cell of the row."""
        value = self.text(column) or None
        return Fault(code, self.file, self.sheet, self.row, self.heads.get(column, ""), value, fields)


class Case:
    """What is being decided: the ledger, what stands, what was found wrong, and what would change."""

    def __init__(self, plan_id: str, year: int, when: date, lang: str, known: Registers, ledger: store.Ledger) -> None:
        self.year, self.when, self.lang, self.known = year, when, lang, known
        self.before = self.ledger = ledger
        self.stands = taskbook.standing(load_plan(plan_id, known=known), ledger, known, year, when, lang)
        self.tasks = {row["task_id"]: row for row in self.stands.tasks.to_dict("records")}
        self.old = set(ledger.tasks["task_id"])
        self.faults: list[Fault] = []
        self.lines: list[str] = []
        self.names = self._departments()

    def confirmed(self, task_id: str) -> dict[str, Any] | None:
        """A task that is in the ledger by now, as it stands; None for any other."""
        return self.tasks.get(task_id) if task_id in set(self.ledger.tasks["task_id"]) else None

    def _departments(self) -> dict[str, str]:
        """Every department that is known, as written in either language, to its name in the tables."""
        english = dict(zip(self.known.departments["name_zh"], self.known.departments["name_en"], strict=True))
        named = {one for row in self.tasks.values() for one in store.departments_of(row)}
        named |= set(self.stands.items["department"]) | set(english)
        own = {characters.key(one): one for one in named if one}
        return own | {characters.key(en): zh for zh, en in english.items()}

    def say(self, key: str, **fields: object) -> None:
        """A line of what would change."""
        self.lines.append(text(f"ledger_tasks.told_{key}", self.lang, **fields))

    def fault(self, row: Row, code: str, column: str, **fields: object) -> None:
        """Keep a fault at a cell of a row."""
        self.faults.append(row.fault(code, column, **fields))

    def read(self, row: Row, column: Column, needed: bool = False) -> Any:
        """The value of a cell, departments by their names in the tables; a fault is kept and None given where it cannot be
        read."""
        cell = row.cells.get(column.column, Cell())
        if cell.error or (cell.formula and not cell.text.strip()):
            return self.fault(row, "CELL-FORMULA", column.column)
        value, code, expected = _value(cell, column, self)
        if needed and value in ("", None) and not code:
            code, expected = "LEDGER-NEEDED", choices(column, self.lang)
        if code:
            return self.fault(row, code, column.column, expected=expected)
        if value and column.read in ("department", "departments"):
            return self._named(row, column, value)
        return value

    def _named(self, row: Row, column: Column, written: str) -> str:
        """Departments by their names in the tables; several in one cell where the column holds several."""
        comma = "" if re.search(r"[a-z]", written) else ",，"  # an English name may have one
        parts = re.split(rf"\s*[;；、{comma}]\s*", written) if column.read == "departments" else [written]
        return ";".join(self.department(row, column.column, one) for one in dict.fromkeys(parts) if one)

    def department(self, row: Row, column: str, name: str) -> str:
        """A department's name in the tables; one that is named nowhere else is asked about."""
        if name and characters.key(name) not in self.names:
            self.fault(row, "LEDGER-DEPARTMENT", column)
            self.names[characters.key(name)] = name
        return self.names.get(characters.key(name), name)


def rows_of(case: Case, file: str, sheet: Sheet) -> tuple[str, list[Row]]:
    """The kind of a sheet by its header, and its rows that are not empty; no kind where it is none of ours. A column that
    stands there twice, or is lacking in a sheet that we wrote, is a fault of the whole sheet; a typed copy may have few."""
    found = [(kind, one) for kind in KINDS if (one := _head(kind, sheet))]
    if not found:
        return "", []
    kind, page = max(found, key=lambda one: len(one[1].places))
    gates = max((int(name.rpartition("_")[2]) for name in page.places if name.startswith(_SIDES)), default=0)
    made = cells.columns(kind, gates)
    heads = {column.column: column.head(case.lang) for column in made}
    lacking = [name for name in heads if name not in page.places] if _written(kind, sheet, set(page.places)) else []
    if lacking or page.twice:
        code, names = ("LEDGER-HEAD-TWICE", page.twice) if page.twice else ("LEDGER-HEAD", lacking)
        columns = text("scorecard.list_comma", case.lang).join(heads[name] for name in names)
        case.faults.append(Fault(code, file, sheet.name, page.top + 1, fields={"columns": columns}))
        return kind, []
    if others := page.others(list(heads)):
        fields = {
            "columns": "、".join(page.word(place) or "—" for place in list(others)[:5]),
            "count": sum(others.values()),
        }
        case.faults.append(Fault("LEDGER-HEAD-UNKNOWN", file, sheet.name, page.top + 1, fields=fields))
    return kind, list(_below(case, file, page))


def _head(kind: str, sheet: Sheet) -> Head | None:
    """The head of a sheet of this kind: known by some of its columns, or as one that we wrote."""
    names = _heads(kind)
    enough = lambda there: KNOWN_BY[kind] <= there or _written(kind, sheet, there)  # noqa: E731
    return head(sheet, lambda word: names.get(word, ""), enough)


def _written(kind: str, sheet: Sheet, there: set[str]) -> bool:
    """Whether a sheet with these columns is one that we wrote: by its name, or by most of its columns."""
    called = kind != "decisions" and sheet.name in both(f"ledger_tasks.sheet_{kind}").values()
    return len(there) > (1 if called else len(cells.columns(kind)) * 0.6)


def _below(case: Case, file: str, page: Head) -> Iterator[Row]:
    """The rows below a head; ids are read whatever their width and case."""
    sheet, ids = page.sheet, {characters.key(one): one for one in case.tasks}
    shown = {column: sheet.cell(page.top, place).text.strip() for column, place in page.places.items()}
    for at in range(page.top + 1, len(sheet.rows)):
        there = ((column, sheet.cell(at, place)) for column, place in page.places.items())
        if found := {column: cell for column, cell in there if not cell.blank}:
            for name in {"task_id", "item_id"} & set(found):
                plain = characters.half_width(found[name].text)
                found[name] = replace(found[name], text=ids.get(characters.key(plain), plain))
            yield Row(file, sheet.name, at + 1, found, shown)


@cache
def _heads(kind: str) -> dict[str, str]:
    """The headers of a kind of sheet in both languages, folded, to its columns."""
    made = cells.columns(kind, GATES)
    return {characters.key(column.head(lang)): column.column for column in made for lang in LANGUAGES}


def _value(cell: Cell, column: Column, case: Case) -> tuple[Any, str, object]:
    """What a cell means, or the code of why it cannot be read and what was expected."""
    written = cell.text.strip()
    if not written:
        return (float("nan") if column.read == "number" else ""), "", ""
    if column.words:
        found = cells.meant(cells.words(column.words)).get(characters.key(written), "")
        return (found, "", "") if found else (None, "LEDGER-WORD", choices(column, case.lang))
    if column.read == "number":
        return read_number(cell)
    if column.read == "day":
        said = cell.when.isoformat() if cell.when else dates.deadline(written)
        return (quarters.day(said).isoformat(), "", "") if said else (None, "LEDGER-DAY", "2024-06-30")
    if column.read in ("stages", "stage"):
        return ";".join(gate_of(one) for one in re.split(r"\s*(?:[;；>、]|→|->)\s*", written) if one), "", ""
    return written, "", ""


def read_number(cell: Cell) -> tuple[Any, str, object]:
    if cell.number is not None:
        return cell.number * (100 if "%" in cell.format else 1), "", ""
    plain = characters.half_width(cell.text).strip().replace(",", "").removesuffix("%")
    if re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", plain) and isfinite(float(plain)):
        return float(plain), "", ""
    return None, "LEDGER-NUMBER", "90"


def gate_of(written: str) -> str:
    """A gate's word in the tables; an office's own stays."""
    return cells.meant(stage_words()).get(characters.key(written), written.strip())


def choices(column: Column, lang: str) -> str:
    join = text("scorecard.list_comma", lang)
    return join.join(said[lang] for said in cells.words(column.words).values()) if column.words else column.head(lang)


def same(one: Any, other: Any) -> bool:
    return bool(one == other) or (pd.isna(one) and pd.isna(other))


def stored(value: Any) -> str:
    """A value as table ``changes`` keeps it."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.12g}"
    return str(value)
