"""Figures that have been read: one row each, and what an assembly gives."""

from __future__ import annotations

from dataclasses import dataclass, field

from healthplan.errors import Fault
from healthplan.intake.leftout import LeftOut
from healthplan.intake.raws import Raw


@dataclass
class Row:
    """One figure, read. ``given`` is the number as written in ``given_unit``; ``value`` is in ``unit``."""

    raw: Raw
    indicator: str
    area: str
    year: int
    value: float
    unit: str
    given: float
    given_unit: str
    shown: str
    status: str = "final"
    revised: bool = False
    notes: list[str] = field(default_factory=list)
    numerator: float | None = None
    denominator: float | None = None


@dataclass
class Assembled:
    """The rows, the faults, what more is left out, and the names as the file writes them, by id."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    left: list[LeftOut] = field(default_factory=list)
    indicator_names: dict[str, str] = field(default_factory=dict)
    area_names: dict[str, str] = field(default_factory=dict)
