"""Faults of an intake, and what it left out: one place where a file is named and steering characters are made harmless."""

from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd

from healthplan import messages
from healthplan.errors import Fault, InputError, shortened
from healthplan.language.characters import shown


def fault(
    code: str, file: str, sheet: str = "", row: int | None = None, column: str = "", *, value: Any = None, **fields: Any
) -> Fault:
    """A fault at a place; every text in it can be printed safely."""
    safe = {name: shown(one) if isinstance(one, str) else one for name, one in fields.items()}
    place = (file, shown(sheet), row, shortened(shown(column)))
    return Fault(code, *place, None if value is None else shown(value), safe)


def refusal(code: str, file: str, *place: Any, **more: Any) -> InputError:
    """An error with one fault."""
    return InputError(fault(code, file, *place, **more))


@dataclass
class Telling:
    """A step that collects the faults of one file."""

    file: str
    faults: list[Fault] = field(default_factory=list)
    shared: dict[tuple, tuple[list[int], dict[str, None], dict[str, Any]]] = field(default_factory=dict)

    def say(self, code: str, *place: Any, **more: Any) -> None:
        """One fault more, at sheet, row and column; the fields are those of :func:`fault`."""
        self.faults.append(fault(code, self.file, *place, **more))

    def share(self, code: str, place: tuple[str, int], column: str = "", value: Any = None, **fields: Any) -> None:
        """A doubt that rows of a sheet share; those of one column and one ``about`` are said once (:meth:`finish`)."""
        key = (code, place[0], column, fields.get("about", ""))
        rows, values, _ = self.shared.setdefault(key, ([], {}, {"value": value, **fields}))
        rows.append(place[1])
        if value is not None and len(values) < 6:
            values.setdefault(str(value))

    def finish(self) -> None:
        """Says what rows share, when all of them are read: which rows, how many, and the first values."""
        for (code, sheet, column, _), (rows, values, fields) in self.shared.items():
            more = {"rows": span(rows), "count": len(rows), **fields, "values": "、".join(values)}
            self.say(code, sheet, rows[0], column, **more)
        self.shared.clear()

    @property
    def wrong(self) -> bool:
        """Whether one of the faults is an error."""
        return any(one.severity == "error" for one in self.faults)


def span(rows: list[int]) -> str:
    """Row numbers as people write them: 2-10, 14."""
    parts: list[str] = []
    rows = sorted(set(rows))
    start = 0
    for i in range(len(rows)):
        if i + 1 == len(rows) or rows[i + 1] != rows[i] + 1:
            parts.append(str(rows[start]) if start == i else f"{rows[start]}-{rows[i]}")
            start = i + 1
    return ", ".join(parts[:12]) + (" …" if len(parts) > 12 else "")


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


def left_out(items: list[LeftOut], file: str) -> pd.DataFrame:
    """The list as a table: file, sheet, row (1-based; missing for whole columns and sheets), column, value,
    reason (code) and the reason in both languages."""
    rows = [
        {
            "file": file,
            **asdict(item),
            "reason_zh": messages.text(f"intake.{item.reason}", "zh"),
            "reason_en": messages.text(f"intake.{item.reason}", "en"),
        }
        for item in items
    ]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["row"] = frame["row"].astype("Int64")
    return frame
