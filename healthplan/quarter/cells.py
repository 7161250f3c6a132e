"""The columns of the office's workbooks (``taskbook.csv``): headers, words to choose from, values as their cells show them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.language import vocabulary
from healthplan.ledger import written
from healthplan.messages import both, text
from healthplan.registers import Registers

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


@cache
def words(name: str) -> dict[str, dict[str, str]]:
    """The words that a column may hold, each in both languages."""
    if name == "how":
        allowed: tuple[str, ...] = (">=", ">", "<=", "<", "=", "range")
        return {one: both(f"ledger_tasks.how_{one}") for one in allowed}
    column = next(c for c in tables.ALL["tasks"].columns if c.name == name)
    return {one: both(f"ledger.{name}_{one}") for one in column.words}


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


def shown(value: Any, column: Column, lang: str, english: Mapping[str, str]) -> Any:
    """A value of a table as its cell shows it; ``english``: departments by their Chinese names."""
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return ""
    if column.words:
        return words(column.words)[value][lang]
    if column.read in ("department", "departments"):
        named = [english.get(one, one) if lang == "en" else one for one in str(value).split(";")]
        return ("、" if lang == "zh" else "; ").join(named)
    if column.read in ("stages", "stage"):
        gates = written.stage_words()
        named = [gates.get(one, {}).get(lang, one) for one in str(value).split(";") if one]
        return text("ledger_tasks.gates_join", lang).join(named)
    return value


def english_departments(known: Registers) -> dict[str, str]:
    """Departments of the register: Chinese name to English."""
    return dict(zip(known.departments["name_zh"], known.departments["name_en"], strict=True))


def name_of(row: Mapping[str, Any], lang: str) -> str:
    """A task's name in a language."""
    return str(row["name_zh"] if lang == "zh" else row["name_en"])
