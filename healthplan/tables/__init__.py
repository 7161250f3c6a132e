"""Every table of the straight line, declared once: columns, types, allowed words, keys; and the one check of them.

Tables are declared in ``tables.csv`` and ``columns.csv`` beside this file; the words that a column may hold stand there,
or here where code needs them too. A step calls :func:`check` on what it takes and on what it gives. ``docs/tables.md`` is
generated from these declarations, and the csv headers, the columns, the parameters and the axes use the same names.

What is to be known of a status stands in one row of ``statuses.csv``: whether figures judge it, its place (1 first) in
the sentences of what is not judged and among what is urgent, whether a figure would decide it (open), whether it
orders nothing any more (closed), which of the four groups it stands in (standing), its group in the scorecard, its place in a bar, its colour and that of words on it.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.errors import Fault, InputError
from healthplan.language import comparators, dates


def _rows(name: str) -> Iterator[dict[str, str]]:
    with Path(__file__).with_name(name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


COMPARATORS = comparators.ALL
STATUS_FACTS = {row["status"]: row for row in _rows("statuses.csv")}
STATUSES = tuple(STATUS_FACTS)  # in the order in which they are decided: the first that applies
OBS_STATUSES = ("final", "preliminary", "estimated", "derived", "break")
SOFT = ("preliminary", "estimated")  # figures that will still move
ANSWERED_BY = ("own", "reference", "office", "conditions")
RESTS_ON = ("state", "quarter", "observed", "probability", "counts", "pace", "reference", "none")
QUALIFIERS = (
    "no_detectable_change", "preliminary", "estimated", "break_last", "one_since_break", "old_figure", "too_old",
    "held_back",
)  # fmt: skip
STANDINGS = ("short", "risk", "reached", "open")  # the four groups that leaders read, what needs action first
STAGE_ROLES = ("ended", "ruling", "later")
SCENARIO_WORDS = ("as_now", "best_here", "best_peer", "needed", "own")
# Rows that agree in these ask for the same: of a goal that the plan says in several places.
ONE_GOAL = [
    "indicator", "area", "group", "scope", "comparator", "value", "value_high", "unit", "per", "side", "each", "all_of", "deadline",
]  # fmt: skip
# What makes a series; a table without the column group is of everybody.
SERIES = ["indicator", "area", "group"]
_LISTS = {
    "stage_roles": STAGE_ROLES, "statuses": STATUSES, "obs_statuses": OBS_STATUSES, "answered_by": ANSWERED_BY, "rests_on": RESTS_ON,
    "standings": STANDINGS,
    "scenario_words": SCENARIO_WORDS, "comparators": COMPARATORS, "sides": comparators.WAYS,
}  # fmt: skip


def statuses(fact: str) -> tuple[str, ...]:
    """The statuses of which a fact of ``statuses.csv`` holds, in the order that it gives (else as they are decided)."""
    held = [(row[fact], s) for s, row in STATUS_FACTS.items() if row[fact]]
    if all(place.isdigit() for place, _ in held):
        held.sort(key=lambda one: int(one[0]))
    return tuple(s for _, s in held)


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is text, integer, number or flag; ``required`` columns have no empty cell.

    ``date``: a day of the calendar, or its month or year. ``optional``: the whole column may be missing.
    """

    name: str
    kind: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""
    date: bool = False
    optional: bool = False
    lower: float | None = None
    upper: float | None = None
    meaning: str = ""

    def expected(self) -> str:
        """What a cell of this column must look like, for messages and for docs/tables.md."""
        if self.words:
            return " | ".join(self.words)
        if self.date:
            return "YYYY | YYYY-MM | YYYY-MM-DD"
        if self.pattern:
            return self.pattern
        parts = [self.kind]
        if self.lower is not None:
            parts.append(f">= {self.lower:g}")
        if self.upper is not None:
            parts.append(f"<= {self.upper:g}")
        return " ".join(parts)


@dataclass(frozen=True)
class Table:
    """A table's columns and the columns that make a row unique. ``open_ended`` tables may carry more."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open_ended: bool = False


def _column(row: dict[str, str]) -> Column:
    """``words`` names a list of this module, or gives the words themselves with ; between."""
    given = _LISTS.get(row["words"]) or tuple(word for word in row["words"].split(";") if word)
    low, high = (float(row[end]) if row[end] else None for end in ("lower", "upper"))
    return Column(
        row["column"], row["kind"], bool(row["required"]), given, row["pattern"], bool(row["date"]),
        bool(row["optional"]), low, high, row["meaning"],
    )  # fmt: skip


def _declared() -> dict[str, Table]:
    columns: dict[str, list[Column]] = {}
    for row in _rows("columns.csv"):
        columns.setdefault(row["table"], []).append(_column(row))
    found = {}
    for row in _rows("tables.csv"):
        name, key = row["table"], tuple(word for word in row["key"].split(";") if word)
        found[name] = Table(name, row["meaning"], tuple(columns[name]), key, bool(row["open_ended"]))
    return found


ALL = _declared()
_DTYPES = {"text": "str", "integer": "Int64", "number": "float64", "flag": "boolean"}


def columns(name: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.name for column in ALL[name].columns]


def empty(name: str) -> pd.DataFrame:
    """A table of this name without rows, its columns typed."""
    return _empty(name).copy(deep=False)  # whoever changes it changes a copy


@cache
def _empty(name: str) -> pd.DataFrame:
    return pd.DataFrame({c.name: pd.Series(dtype=_DTYPES[c.kind]) for c in ALL[name].columns})


def of_groups(frame: pd.DataFrame) -> pd.DataFrame:
    """``frame`` with its column ``group`` (whose figures; "" for everybody), also where it came without one."""
    said = frame["group"].fillna("").astype("str") if "group" in frame.columns else ""
    return frame.assign(group=said)


def check(frame: pd.DataFrame, name: str, *, source: str = "") -> pd.DataFrame:
    """``frame`` with the columns of table ``name`` in order and typed, or one error with every fault.

    ``source`` is the file that the messages name; row n of the frame is row n + 2 of the file. Columns that
    the table does not declare are kept behind the others where the table is open-ended and are faults
    elsewhere. Text cells are trimmed and empty ones become ``""``; empty numbers stay missing.

    Raises :class:`~healthplan.errors.InputError` with all faults at once.
    """
    table = ALL[name]
    faults = list(_header_faults(frame, table, source))
    typed = {}
    for column in table.columns:
        if column.name in frame.columns or column.optional:
            there = column.name in frame.columns
            cells = frame[column.name] if there else pd.Series("", index=frame.index, dtype="str")
            typed[column.name], found = _typed(cells, column, source)
            faults += found
    if table.key and all(name in typed for name in table.key):
        faults += _key_faults(pd.DataFrame({name: typed[name] for name in table.key}), table, source)
    if faults:
        raise InputError(*faults)
    extra = [c for c in frame.columns if c not in typed] if table.open_ended else []
    out = pd.DataFrame(typed, index=frame.index).reset_index(drop=True)
    for column_name in extra:
        out[column_name] = frame[column_name].to_numpy()
    out.attrs.clear()
    return out


def _header_faults(frame: pd.DataFrame, table: Table, source: str) -> Iterable[Fault]:
    names = [c.name for c in table.columns]
    fields = {"expected": ", ".join(names)}
    for column in table.columns:
        spared = column.optional or (table.open_ended and not column.required)
        if column.name not in frame.columns and not spared:
            yield Fault("TAB-COLUMN", source, row=1, column=column.name, fields=fields)
    for column_name in () if table.open_ended else frame.columns:
        if column_name not in names:
            yield Fault("TAB-EXTRA", source, row=1, column=str(column_name), fields=fields)


def _typed(cells: pd.Series, column: Column, source: str) -> tuple[pd.Series, list[Fault]]:
    """One column, typed, and the faults of its cells."""
    unreadable = np.zeros(len(cells), dtype=bool)
    if column.kind == "text":
        typed, blank = _as_text(cells)
    else:
        typed, unreadable = _as_number(cells, column.kind)
        blank = typed.isna().to_numpy(dtype=bool) & ~unreadable
    return typed, [
        Fault(code, source, row=int(i) + 2, column=column.name, value=cell, fields=_fields(column))
        for code, wrong in _problems(typed, column, unreadable, blank)
        for i in wrong.nonzero()[0]
        for cell in [None if pd.isna(cells.iloc[i]) else cells.iloc[i]]
    ]


def _fields(column: Column) -> dict[str, str]:
    return {"expected": column.expected(), "kind": column.kind}


def _problems(
    typed: pd.Series, column: Column, unreadable: np.ndarray, blank: np.ndarray
) -> Iterable[tuple[str, np.ndarray]]:
    """Code and rows of each rule that the column has."""
    yield "TAB-TYPE", unreadable
    if column.required:
        yield "TAB-EMPTY", blank
    if column.words:
        yield "TAB-WORD", ~blank & ~typed.isin(column.words).to_numpy(dtype=bool)
    if column.date:
        yield "TAB-RANGE", ~blank & ~typed.map(dates.valid).to_numpy(dtype=bool)
    if column.pattern:
        yield "TAB-RANGE", ~blank & ~typed.str.fullmatch(column.pattern).to_numpy(dtype=bool)
    if column.lower is not None or column.upper is not None:
        low = -float("inf") if column.lower is None else column.lower
        high = float("inf") if column.upper is None else column.upper
        wrong = ~blank & ~unreadable
        wrong[wrong] = ~typed[wrong].between(low, high).to_numpy(dtype=bool)
        yield "TAB-RANGE", wrong


def _as_text(cells: pd.Series) -> tuple[pd.Series, np.ndarray]:
    """The cells trimmed, and which of them are empty then."""
    words = cells.tolist()
    if not all(type(cell) is str for cell in words):
        words = cells.astype("str").fillna("").tolist()
    trimmed = [word.strip() for word in words]
    same = cells.dtype == "str" and trimmed == words and not cells.hasnans
    typed = cells if same else pd.Series(trimmed, index=cells.index, dtype="str")
    return typed, ~np.fromiter(map(bool, trimmed), dtype=bool, count=len(trimmed))


def _as_number(cells: pd.Series, kind: str) -> tuple[pd.Series, np.ndarray]:
    if kind == "flag":
        if not pd.api.types.is_bool_dtype(cells):  # from a file they come as words
            words = cells.astype("str").str.strip().str.casefold().where(cells.notna(), "")
            typed = words.map({"true": True, "false": False}).astype("boolean")
            return typed, (typed.isna() & (words != "")).to_numpy(dtype=bool)
        return cells.astype("boolean"), np.zeros(len(cells), dtype=bool)
    if cells.dtype == "Int64" and kind == "integer":  # as it should be already
        return cells, np.zeros(len(cells), dtype=bool)
    numbers = cells if cells.dtype == "float64" else pd.to_numeric(cells, errors="coerce").astype("float64")
    values = numbers.to_numpy()
    wrong = np.isnan(values) & cells.notna().to_numpy(dtype=bool)
    if wrong.any():
        wrong &= (cells.astype("str").str.strip() != "").to_numpy(dtype=bool)
    wrong |= np.isinf(values)
    if kind == "integer":
        wrong |= np.isfinite(values) & (values % 1 != 0)
        return numbers.where(~wrong).astype("Int64"), wrong
    return numbers, wrong


def _key_faults(frame: pd.DataFrame, table: Table, source: str) -> list[Fault]:
    """Rows whose key another row has; a required cell that is empty is a fault of its own and repeats nothing."""
    twice = frame.duplicated()
    if not twice.any():
        return []
    key = frame.astype("str").fillna("")
    needed = [c.name for c in table.columns if c.name in table.key and c.required]
    whole = (key[needed] != "").all(axis=1) & frame[needed].notna().all(axis=1)
    again = (twice & whole).to_numpy().nonzero()[0]
    told = ((int(i) + 2, {"key": ", ".join(key.iloc[i])}) for i in again)
    return [Fault("TAB-KEY", source, row=row, column=table.key[0], fields=fields) for row, fields in told]
