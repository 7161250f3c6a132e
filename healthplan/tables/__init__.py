"""Every table of the straight line, declared once: columns, types, allowed words, keys.

A step calls :func:`check` on what it takes and on what it gives. ``docs/tables.md`` is generated from these
declarations, and the csv headers, the columns, the parameters and the axes use the same names.
"""

from healthplan.tables.checking import check, columns, empty, of_groups
from healthplan.tables.model import ALL, Column, Table
from healthplan.tables.words import (
    ANSWERED_BY,
    COMPARATORS,
    LEDGER_HOW,
    OBS_STATUSES,
    ONE_GOAL,
    QUALIFIERS,
    RESTS_ON,
    SCENARIO_WORDS,
    SERIES,
    SOFT,
    STAGE_ROLES,
    STATUS_FACTS,
    STATUSES,
    statuses,
)  # fmt: skip

__all__ = [
    "ALL", "ANSWERED_BY", "COMPARATORS", "LEDGER_HOW", "OBS_STATUSES", "ONE_GOAL", "QUALIFIERS", "RESTS_ON", "SCENARIO_WORDS", "SERIES",
    "SOFT",
    "STAGE_ROLES", "STATUSES", "STATUS_FACTS", "Column", "Table", "check", "columns", "empty", "of_groups", "statuses",
]  # fmt: skip
