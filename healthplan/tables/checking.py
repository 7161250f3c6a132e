"""A table enters whole and typed, or not at all, with every fault named."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from healthplan.errors import Fault, InputError
from healthplan.language import dates
from healthplan.tables.model import ALL, Column, Table

_DTYPES = {"text": "str", "integer": "Int64", "number": "float64", "flag": "boolean"}


def columns(name: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.name for column in ALL[name].columns]


def empty(name: str) -> pd.DataFrame:
    """A table of this name without rows, its columns typed."""
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
            cells = frame.get(column.name, pd.Series("", index=frame.index))
            typed[column.name], found = _typed(cells, column, source)
            faults += found
    if all(name in typed for name in table.key):
        faults += _key_faults(pd.DataFrame(typed), table, source)
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
    wanted = ", ".join(names)
    for column in table.columns:
        spared = column.optional or (table.open_ended and not column.required)
        if column.name not in frame.columns and not spared:
            yield Fault("TAB-COLUMN", source, row=1, column=column.name, fields={"expected": wanted})
    if not table.open_ended:
        for column_name in frame.columns:
            if column_name not in names:
                yield Fault("TAB-EXTRA", source, row=1, column=str(column_name), fields={"expected": wanted})


def _typed(cells: pd.Series, column: Column, source: str) -> tuple[pd.Series, list[Fault]]:
    """One column, typed, and the faults of its cells."""
    unreadable = np.zeros(len(cells), dtype=bool)
    if column.kind == "text":
        typed = _as_text(cells)
        blank = (typed == "").to_numpy(dtype=bool)
    else:
        typed, unreadable = _as_number(cells, column.kind)
        blank = typed.isna().to_numpy(dtype=bool) & ~unreadable
    fields = {"expected": column.expected(), "kind": column.kind}
    faults = [
        Fault(code, source, row=int(i) + 2, column=column.name, value=cells.iloc[i], fields=fields)
        for code, wrong in _problems(typed, column, unreadable, blank)
        for i in wrong.nonzero()[0]
    ]
    return typed, faults


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
        known = ~blank & ~unreadable
        within = typed[known].between(low, high).to_numpy(dtype=bool)
        wrong = known.copy()
        wrong[known] = ~within
        yield "TAB-RANGE", wrong


def _as_text(cells: pd.Series) -> pd.Series:
    if all(type(cell) is str for cell in cells):
        return pd.Series([cell.strip() for cell in cells], index=cells.index, dtype="str")
    return cells.astype("str").fillna("").str.strip().astype("str")


def _as_number(cells: pd.Series, kind: str) -> tuple[pd.Series, np.ndarray]:
    if kind == "flag":
        return cells.astype("boolean"), np.zeros(len(cells), dtype=bool)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
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
    key = frame[list(table.key)].astype("str").fillna("")
    needed = [c.name for c in table.columns if c.name in table.key and c.required]
    whole = (key[needed] != "").all(axis=1) & frame[needed].notna().all(axis=1)
    return [
        Fault(
            "TAB-KEY",
            source,
            row=int(i) + 2,
            column=table.key[0],
            fields={"key": ", ".join(key.iloc[i])},
        )
        for i in (frame.duplicated(list(table.key)) & whole).to_numpy().nonzero()[0]
    ]
