"""What the judging modules share: a fault at a row, and how far two figures are apart."""

from __future__ import annotations

import math

from healthplan.errors import Fault
from healthplan.intake.faulting import fault
from healthplan.intake.rows import Row

NEAR = 4.0  # within this factor of the others' middle a value raises no doubt


def say(code: str, row: Row, file: str, **fields: object) -> Fault:
    """A fault at the row's value."""
    return fault(
        code,
        file,
        sheet=row.raw.sheet,
        row=row.raw.row,
        column=row.raw.column,
        value=row.shown,
        **fields,
    )


def apart(one: float, other: float) -> float:
    """By what factor two positive numbers differ; without end when one is not positive."""
    return max(one / other, other / one) if one > 0 and other > 0 else math.inf


def number(about: dict, name: str) -> float | None:
    """A number that the register knows of an indicator, or None."""
    value = about.get(name)
    return None if value is None or value != value else float(value)
