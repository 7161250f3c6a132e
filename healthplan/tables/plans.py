"""A plan as data, and the ledger by which its work is followed."""

from __future__ import annotations

from healthplan.tables.model import Table, number, text, year
from healthplan.tables.words import COMPARATORS, LEDGER_HOW, QUARTER

TARGETS = Table(
    "targets",
    "The quantified goals of a plan, one row a number, and goals against a reference without a number.",
    (
        text("target_id", "<plan_id>-t001", required=True),
        text("plan_id", "plan id", required=True),
        text(
            "locator",
            "where in the document, in its own numbering; ; between places",
            required=True,
        ),
        text("name_zh", "short name in Chinese", required=True),
        text("name_en", "short name in English", required=True),
        text("indicator", "indicator id", required=True),
        text("area", "area id", required=True),
        text("scope", "the part of the population or of the institutions that is meant"),
        text("comparator", "how value is compared", required=True, words=COMPARATORS),
        number("value", "the goal in unit; empty only for comparator reference"),
        number("value_high", "upper end of a range"),
        number(
            "tolerance",
            "by how much a two-sided goal (约, 左右) may be missed on either side, in unit",
            optional=True,
            lower=0,
        ),
        text("unit", "unit of value", required=True),
        text(
            "deadline",
            "as precise as the text: YYYY, YYYY-MM, YYYY-MM-DD or empty",
            date=True,
        ),
        text("stage_of", "target id of the first stage, in every row of a staged goal"),
        text("related", "other target ids about the same thing, ; between"),
        number("baseline", "the starting value that the text gives"),
        year("baseline_year", "its year", required=False),
        text("reference", "area id that the goal is measured against"),
        text("departments", "lead first, ; between"),
        text("wording", "register of the text", required=True, words=("must", "strive")),
        text("nature", "as the plan classes it", words=("binding", "expected")),
        text("state", "", required=True, words=("current", "superseded", "conflicting")),
        text("note", "how the clause was read"),
    ),
    ("target_id",),
)

CANDIDATES = Table(
    "candidates",
    "Goals proposed from a document, for a person to confirm; every column may be mended in the sheet.",
    (
        text(
            "indicator",
            "indicator id (or registered name); empty for a measure that is not registered",
        ),
        text("name", "what is measured, as the text says it", required=True),
        text("comparator", "how value is compared", required=True, words=COMPARATORS),
        number("value", "the goal in unit; empty only for comparator reference"),
        number("value_high", "upper end of a range"),
        text("unit", "unit of value"),
        text(
            "deadline",
            "as precise as the text: YYYY, YYYY-MM, YYYY-MM-DD or empty",
            date=True,
        ),
        text("scope", "the part of the population or of the institutions that is meant"),
        text("departments", "lead first, ; between"),
        text("baseline", "the starting value that the text gives"),
        year(
            "baseline_year", "its year, or the year that a change is measured from", required=False
        ),
        text("reference", "whose average is meant (全省, 全国, an area)"),
        number("tolerance", "how far the value may be missed on either side (约, 左右), in unit"),
        text("wording", "must, or strive (力争)", words=("must", "strive")),
        text("nature", "binding (约束性) or expected (预期性)", words=("binding", "expected")),
        text("stage", "rows with the same word are stages of one goal"),
        text("period", "the plan's years, YYYY-YYYY"),
        text("locator", "where in the document"),
        text("evidence", "the exact clause"),
        number("confidence", "0 to 1: how sure the reader is"),
        text("why", "the reader's doubts"),
    ),
    ("name", "deadline"),
)

MILESTONES = Table(
    "milestones",
    "Verifiable deliverables without a number.",
    (
        text("milestone_id", "<plan_id>-m001", required=True),
        text("plan_id", "plan id", required=True),
        text("locator", "where in the document", required=True),
        text("deliverable_zh", "what is there when it is done, in Chinese", required=True),
        text("deliverable_en", "the same in English", required=True),
        text("area", "area id", required=True),
        text("deadline", "as precise as the text", date=True),
        text("departments", "lead first, ; between"),
        text("wording", "register of the text", required=True, words=("must", "strive")),
        text("related", "other ids about the same thing, ; between"),
        text("state", "", required=True, words=("current", "superseded", "conflicting")),
        text("note", "how the clause was read"),
    ),
    ("milestone_id",),
)

SERIES = Table(
    "series",
    "Which observed series answers which target: a decision, recorded.",
    (
        text("target_id", "target id", required=True),
        text("basis", "whose figures", required=True, words=("own", "reference", "none")),
        text("indicator", "indicator id of the series; empty for basis none"),
        text("area", "area id of the series; empty for basis none"),
        text("reason_zh", "why, and what to collect, in Chinese", required=True),
        text("reason_en", "the same in English", required=True),
    ),
    ("target_id",),
)

LEDGER = Table(
    "ledger",
    "Quarterly work points: a row a task and quarter, filled in by whoever is responsible.",
    (
        text("task_id", "the user's own id of the task", required=True),
        text("task", "what is to be done", required=True),
        text("target_id", "target or milestone that it serves"),
        text("owner", "lead first, ; between"),
        text("quarter", "YYYY-Qn", required=True, pattern=QUARTER),
        text(
            "how", "how the quarters of a year are taken together", required=True, words=LEDGER_HOW
        ),
        text("better", "which way is better", required=True, words=("higher", "lower")),
        text("unit", "unit of planned and actual", required=True),
        number("baseline", "value before the first quarter; progress counts from it (empty: 0)"),
        number(
            "planned",
            "asked for by the end of the quarter; for added: in the quarter",
            required=True,
        ),
        number("actual", "reached; empty where nothing is reported, which is not 0"),
        text("note", "reasons, evidence"),
    ),
    ("task_id", "quarter"),
)

ONE_GOAL = ["indicator", "area", "scope", "comparator", "value", "value_high", "unit", "deadline"]
"""Rows that agree in these ask for the same: of a goal that the plan says in several places."""
