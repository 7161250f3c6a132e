"""The columns of the office's workbooks (``taskbook.csv``): headers, words to choose from, values as their cells show them,
and a sheet of them."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from healthplan import registers, tables
from healthplan.book import Book
from healthplan.language import characters, comparators, vocabulary
from healthplan.ledger import written
from healthplan.messages import both, text

SPARE = {"items": 60, "path": 30, "changes": 60}  # empty rows below
FIELDS = ("valid_to", "replaced_by")  # may be changed although no column of the task sheet


class Column(NamedTuple):
    """One column of a sheet: ``read`` is how its cells are read, ``words`` the list they are chosen from."""

    column: str
    label: str
    width: int
    read: str
    words: str
    locked: bool
    printed: bool
    at: int = 0  # which gate

    def head(self, lang: str) -> str:
        """Its header."""
        return text(self.label, lang, at=self.at) if self.at else text(self.label, lang)


@cache
def columns(sheet: str, gates: int = 0) -> tuple[Column, ...]:
    """The columns of a sheet; that of things has two for each of ``gates`` gates."""
    found: list[Column] = []
    for row in vocabulary.rows("taskbook", Path(__file__).parent):
        if row["sheet"] != sheet:
            continue
        made = Column(row["column"], row["label"], int(row["width"]), row["read"], row["words"], row["locked"] == "yes",
                      row["printed"] == "yes")  # fmt: skip
        if made.column != "gate_":
            found.append(made)
            continue
        for at in range(1, gates + 1):
            for side in ("planned", "actual"):
                found.append(made._replace(column=f"{side}_{at}", label=f"ledger_tasks.col_{side}", at=at))
    return tuple(found)


def by_name(sheet: str, gates: int = 0) -> dict[str, Column]:
    """The columns of a sheet by their names."""
    return {column.column: column for column in columns(sheet, gates)}


@cache
def words(name: str) -> dict[str, dict[str, str]]:
    """The words that a column may hold, each in both languages."""
    if name == "how":
        allowed: tuple[str, ...] = (comparators.LEAST, ">", comparators.MOST, "<", comparators.EQUAL, comparators.RANGE)
        return {one: both(f"ledger_tasks.how_{one}") for one in allowed}
    column = next(c for c in tables.ALL["tasks"].columns if c.name == name)
    return {one: both(f"ledger.{name}_{one}") for one in column.words}


def meant(told: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    """What people write, folded, to what is meant: of names or codes with their words in each language."""
    return {characters.key(word): name for name, said in told.items() for word in (name, *said.values())}


@cache
def field_heads() -> dict[str, dict[str, str]]:
    """The columns of tasks that a decision may change, by their headers."""
    open_columns = [c for c in columns("tasks") if not c.locked]
    found = {c.column: both(c.label) for c in open_columns}
    return found | {name: both(f"ledger_tasks.col_{name}") for name in FIELDS}


def reader(field: str) -> Column:
    """The column of the task sheet that holds a field of tasks."""
    kind = "day" if field == "valid_to" else "text"
    spare = Column(field, f"ledger_tasks.col_{field}", 10, kind, "", False, False)
    return next((c for c in columns("tasks") if c.column == field), spare)


def shown(value: Any, column: Column, lang: str) -> Any:
    """A value of a table as its cell shows it."""
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return ""
    if column.words:
        return words(column.words)[value][lang]
    if column.read in ("department", "departments"):
        named = [registers.departments(one, lang) for one in str(value).split(";")]
        return ("、" if lang == "zh" else "; ").join(named)
    if column.read in ("stages", "stage"):
        named = [written.stage_name(one, lang) for one in str(value).split(";") if one]
        return text("ledger_tasks.gates_join", lang).join(named)
    return value


def sheet(
    book: Book, kind: str, name: str, rows: list[dict[str, Any]], lang: str, *, gates: int = 0,
    lists: Mapping[str, Sequence[str]] = {},
) -> None:  # fmt: skip
    """A sheet of a kind: a line of advice, the header, the rows, spare rows; grey locked cells; ``lists`` to choose from, by
    what a column is read as or its name."""
    made = columns(kind, gates)
    printed = sum(column.printed for column in made)
    page = book.page(
        text(f"ledger_tasks.sheet_{name}", lang), [column.width for column in made],
        [column.head(lang) for column in made], note=text(f"ledger_tasks.hint_{name}", lang, printed=printed),
        freeze=3, locked=True,
    )  # fmt: skip
    last = 1 + len(rows) + SPARE.get(kind, 0)
    for at, column in enumerate(made):
        plain = "" if column.read == "number" else " text"
        for row in range(2, last + 1):
            found = rows[row - 2] if row < len(rows) + 2 else {}
            keyed = column.locked or (found and column.column in ("task_id", "item_id"))
            cell = shown(found.get(column.column, ""), column, lang)
            page.write(row, at, cell, f"cell {'locked' if keyed else 'free'}{plain}")
        if last > 1 and column.words:
            page.offer(2, at, last, [said[lang] for said in words(column.words).values()])
        elif last > 1 and not column.locked and (offered := lists.get(column.read) or lists.get(column.column)):
            how = {} if column.read == "field" else {"error_type": "information"}  # names may be typed
            page.offer(2, at, last, book.choices(column.read, offered), **how)
    if rows:
        page.page.autofilter(1, 0, 1 + len(rows), len(made) - 1)
    page.page.print_area(0, 0, 1 + max(len(rows), 1), max(printed, 1) - 1)
