"""How this package writes a fault: one place where the file is named and steering characters are made harmless."""

from __future__ import annotations

from typing import Any

from healthplan.errors import Fault, InputError, shortened
from healthplan.language.characters import shown


def fault(
    code: str,
    file: str,
    *,
    sheet: str = "",
    row: int | None = None,
    column: str = "",
    value: Any = None,
    **fields: Any,
) -> Fault:
    """A fault at a place; every text in it can be printed safely."""
    safe = {
        name: shown(field) if isinstance(field, str) else field for name, field in fields.items()
    }
    place = (file, shown(sheet), row, shortened(shown(column)))
    return Fault(code, *place, None if value is None else shown(value), safe)


def refusal(code: str, file: str, **more: Any) -> InputError:
    """An error with one fault."""
    return InputError(fault(code, file, **more))


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
