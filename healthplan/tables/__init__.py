"""Every table of the straight line, declared once: columns, types, allowed words, keys.

A step calls :func:`check` on what it takes and on what it gives. ``docs/tables.md`` is generated from these
declarations, and the csv headers, the columns, the parameters and the axes use the same names.
"""

from healthplan.tables.checking import ALL, check, columns, empty
from healthplan.tables.model import Column, Table
from healthplan.tables.plans import LEDGER, MILESTONES, ONE_GOAL, SERIES, TARGETS
from healthplan.tables.registers import (
    AREAS,
    CORRECTIONS,
    DEPARTMENTS,
    INDICATORS,
    OBSERVATIONS,
    SOURCES,
)
from healthplan.tables.results import (
    GAPS,
    SCENARIOS,
    SCORECARD,
    THINGS,
    TRAJECTORIES,
)
from healthplan.tables.words import (
    BASES,
    COMPARATORS,
    DIRECTIONS,
    INDICATOR_KINDS,
    LEDGER_HOW,
    OBS_STATUSES,
    QUALIFIERS,
    QUARTER,
    RESTS_ON,
    SCENARIO_WORDS,
    STAGE_ROLES,
    STATUS_FACTS,
    STATUSES,
    TRAJECTORY_KINDS,
    statuses,
)

__all__ = [
    "ALL",
    "AREAS",
    "BASES",
    "COMPARATORS",
    "CORRECTIONS",
    "DEPARTMENTS",
    "DIRECTIONS",
    "GAPS",
    "INDICATORS",
    "INDICATOR_KINDS",
    "LEDGER",
    "LEDGER_HOW",
    "MILESTONES",
    "OBSERVATIONS",
    "OBS_STATUSES",
    "ONE_GOAL",
    "QUALIFIERS",
    "QUARTER",
    "RESTS_ON",
    "SCENARIOS",
    "SCENARIO_WORDS",
    "SCORECARD",
    "SERIES",
    "SOURCES",
    "STAGE_ROLES",
    "STATUSES",
    "STATUS_FACTS",
    "TARGETS",
    "THINGS",
    "TRAJECTORIES",
    "TRAJECTORY_KINDS",
    "Column",
    "Table",
    "check",
    "columns",
    "empty",
    "statuses",
]
