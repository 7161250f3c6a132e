"""The sheet a person confirms: written for Excel, read back with every fault named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files
from healthplan.errors import Fault, InputError, UsageError
from healthplan.language import comparators
from healthplan.planreader.candidates import COLUMNS
from healthplan.planreader.plain import decode
from healthplan.tables import COMPARATORS

DECISIONS = {
    "accept": "accept", "change": "change", "drop": "drop",
    "采用": "accept", "接受": "accept", "修改": "change", "更改": "change", "删除": "drop", "不用": "drop",
}  # fmt: skip
_DEADLINE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def write_candidates(frame: pd.DataFrame, out: str | Path) -> Path:
    """The candidates with an empty `decision` column, as CSV (UTF-8 with BOM) or .xlsx by ending.

    Raises UsageError (READ-ENDING) for another ending.
    """
    path = Path(out)
    sheet = frame.reindex(columns=list(COLUMNS)).assign(decision="")
    ending = path.suffix.lower()
    if ending == ".csv":
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_csv(sheet.map(_plain), path)
    elif ending == ".xlsx":
        path.parent.mkdir(parents=True, exist_ok=True)
        with files.beside(path) as part:
            _write_xlsx(sheet, part)
    else:
        raise UsageError(Fault("READ-ENDING", file=str(path), value=path.suffix))
    return path


def _plain(value: Any) -> Any:
    """Numbers lose empty decimals."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.10g}"
    return value


def _write_xlsx(sheet: pd.DataFrame, path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    page = book.add_worksheet("candidates")
    head = book.add_format({"bold": True, "bg_color": "#DDE7EE", "text_wrap": True})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    for c, name in enumerate(sheet.columns):
        page.write_string(0, c, name, head)
        page.set_column(
            c, c, {"evidence": 60, "name": 32, "why": 30, "locator": 16}.get(name, 12), wrap
        )
    for r, row in enumerate(sheet.itertuples(index=False), 1):
        for c, value in enumerate(row):
            if isinstance(value, float):
                if not pd.isna(value):
                    page.write_number(r, c, value)
            elif value:
                page.write_string(r, c, str(value))
    last = max(len(sheet), 1)
    column = len(sheet.columns) - 1
    page.data_validation(
        1, column, last, column, {"validate": "list", "source": ["accept", "change", "drop"]}
    )
    page.freeze_panes(1, 2)
    page.autofilter(0, 0, last, column)
    book.close()


def load_confirmed(path: str | Path) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows a person accepted or changed, and every fault of the sheet.

    Returns the candidate columns (rows with decision drop are left out, in the sheet's order)
    and the faults: an empty or unknown decision, a value that is no number, a comparator or
    deadline that is none. Any fault of severity error means that nothing may enter the plan.
    Raises InputError where the file cannot be read as such a sheet.
    """
    path = Path(path)
    frame = _read(path)
    missing = [name for name in (*COLUMNS, "decision") if name not in frame.columns]
    if missing:
        raise InputError(Fault("READ-SHEET", file=path.name, value=", ".join(missing), row=1))
    faults: list[Fault] = []
    kept = []
    for row, cells in enumerate(frame.to_numpy().tolist(), 2):
        record = dict(zip(frame.columns, map(str, cells), strict=True))
        found = list(_faults(record, path.name, row))
        faults += found
        if not found and DECISIONS[record["decision"].strip().lower()] != "drop":
            kept.append(_typed(record))
    rows = pd.DataFrame(kept, columns=list(COLUMNS))
    return rows.astype(
        {"value": "float64", "value_high": "float64", "confidence": "float64"}
    ), faults


def _read(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise InputError(Fault("READ-MISSING", file=str(path), value=path.name))
    try:
        if path.suffix.lower() == ".xlsx":
            frame = pd.read_excel(path, dtype=str, engine="calamine", keep_default_na=False)
        else:
            from io import StringIO

            frame = pd.read_csv(StringIO(decode(path)), dtype=str, keep_default_na=False)
            frame = files.read_back(frame)
    except Exception as error:  # each reader raises its own kinds for a damaged file
        raise InputError(Fault("READ-BROKEN", file=str(path), value=str(error))) from error
    frame.columns = [str(name).strip().lstrip("\ufeff") for name in frame.columns]
    return frame.fillna("")


def _faults(record: dict[str, str], file: str, row: int) -> Iterator[Fault]:
    decision = record["decision"].strip().lower()
    if decision not in DECISIONS:
        code = "READ-UNDECIDED" if not decision else "READ-DECISION"
        yield Fault(code, file=file, row=row, column="decision", value=record["decision"])
        return
    if DECISIONS[decision] == "drop":
        return
    for column in ("value", "value_high"):
        if record[column].strip() and _number(record[column]) is None:
            yield Fault("READ-NUMBER", file=file, row=row, column=column, value=record[column])
    comparator = record["comparator"].strip()
    if comparator not in COMPARATORS:
        yield Fault(
            "READ-COMPARATOR", file=file, row=row, column="comparator", value=comparator,
            fields={"expected": " ".join(COMPARATORS)},
        )  # fmt: skip
    elif comparator not in comparators.RELATIVE and not record["value"].strip():
        yield Fault("READ-NUMBER", file=file, row=row, column="value", value="")
    elif comparator == comparators.RANGE and not record["value_high"].strip():
        yield Fault("READ-NUMBER", file=file, row=row, column="value_high", value="")
    deadline = record["deadline"].strip().removesuffix(".0")
    if deadline and not _DEADLINE.fullmatch(deadline):
        yield Fault("READ-DEADLINE", file=file, row=row, column="deadline", value=deadline)
    if not record["name"].strip():
        yield Fault("READ-NAME", file=file, row=row, column="name", value="")


def _number(text: str) -> float | None:
    try:
        return float(text.strip().replace(",", ""))
    except ValueError:
        return None


def _typed(record: dict[str, str]) -> dict[str, Any]:
    row: dict[str, Any] = {name: record[name].strip() for name in COLUMNS}
    for name in ("value", "value_high", "confidence"):
        row[name] = _number(row[name]) if row[name] else None
    row["deadline"] = row["deadline"].removesuffix(".0")
    return row
