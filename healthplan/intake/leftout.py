"""The list of everything that stands in a file and is not read as a figure, and why."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from healthplan import messages

EXAMPLE = "示例行"  # a row with a cell that begins so is a template's own example and never data
REFERENCE = "【查阅】"  # a sheet whose first cell begins so is there to be looked at
COLUMNS = ("file", "sheet", "row", "column", "value", "reason", "reason_zh", "reason_en")


@dataclass(frozen=True)
class LeftOut:
    """One cell, row, column or sheet that is not read. ``reason`` is a key of messages/intake.csv."""

    sheet: str
    row: int | None
    column: str
    value: str
    reason: str


def table(items: list[LeftOut], file: str) -> pd.DataFrame:
    """The list as a table: file, sheet, row (1-based; missing for whole columns and sheets), column, value,
    reason (code) and the reason in both languages."""
    rows = [
        {
            "file": file,
            "sheet": item.sheet,
            "row": item.row,
            "column": item.column,
            "value": item.value,
            "reason": item.reason,
            "reason_zh": messages.text(f"intake.{item.reason}", "zh"),
            "reason_en": messages.text(f"intake.{item.reason}", "en"),
        }
        for item in items
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["row"] = frame["row"].astype("Int64")
    return frame
