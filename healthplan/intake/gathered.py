"""Doubts that many rows share, said once with all their rows."""

from __future__ import annotations

from collections import defaultdict

from healthplan.errors import Fault
from healthplan.intake.faulting import fault, span
from healthplan.intake.raws import Raw


class Gathered:
    """Collects doubts by place and kind; :meth:`faults` says each once."""

    def __init__(self) -> None:
        self.rows: dict[tuple, list[int]] = defaultdict(list)
        self.fields: dict[tuple, dict] = {}
        self.values: dict[tuple, dict[str, None]] = defaultdict(dict)

    def add(self, code: str, raw: Raw, column: str, value: object = None, **fields: object) -> None:
        key = (code, raw.sheet, column, fields.get("about", ""))
        self.rows[key].append(raw.row)
        self.fields.setdefault(key, {"value": value, **fields})
        if value is not None and len(self.values[key]) < 6:
            self.values[key].setdefault(str(value))

    def faults(self, file: str) -> list[Fault]:
        out = []
        for key, rows in self.rows.items():
            code, sheet, column, _ = key
            fields = {**self.fields[key], "values": "、".join(self.values[key])}
            out.append(
                fault(
                    code,
                    file,
                    sheet=sheet,
                    row=rows[0],
                    column=column,
                    rows=span(rows),
                    count=len(rows),
                    **fields,
                )
            )
        return out
