"""Every table of the straight line, declared once: columns, types, allowed words, keys.

A step calls :func:`check` on what it takes and on what it gives. ``docs/tables.md`` is generated from these
declarations, and the csv headers, the columns, the parameters and the axes use the same names.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from healthplan.errors import Fault, InputError

COMPARATORS = (
    "<=",
    "<",
    ">=",
    ">",
    "=",
    "range",
    "increase_by",
    "increase_by_pct",
    "growth_max",
    "reference",
)
DIRECTIONS = ("increase", "decrease", "two-sided", "none")
INDICATOR_KINDS = ("share", "rate", "level", "count", "event")
OBS_STATUSES = ("final", "preliminary", "estimated", "derived", "break")
TRAJECTORY_KINDS = ("observed", "projected", "borrowed", "reference")
BASES = ("own", "borrowed", "reference", "none")
# In the order in which they are decided: the first that applies is the status.
STATUSES = (
    "superseded",
    "conflicting",
    "met",
    "missed",
    "due_unconfirmed",
    "met_holding",
    "met_slipping",
    "on_course",
    "at_risk",
    "off_course",
    "reference_only",
    "no_data",
)
RESTS_ON = ("state", "observed", "probability", "counts", "pace", "reference", "none")
STAGE_ROLES = ("ended", "ruling", "later")
QUALIFIERS = ("no_detectable_change",)
SCENARIO_WORDS = ("as_now", "best_here", "best_peer", "needed", "own")
LEDGER_HOW = ("cumulative", "added", "last", "mean")
# green, yellow, red, grey (nothing reported, which is not 0), blue, and what lies ahead
LEDGER_WORDS = ("done", "late", "missed", "unreported", "due_soon", "ahead")
QUARTER = r"\d{4}-Q[1-4]"
DEADLINE = r"\d{4}(-\d{2}(-\d{2})?)?"


@dataclass(frozen=True)
class Column:
    """One column: ``kind`` is text, integer, number or flag; ``required`` columns have no empty cell."""

    name: str
    kind: str = "text"
    required: bool = False
    words: tuple[str, ...] = ()
    pattern: str = ""
    lower: float | None = None
    upper: float | None = None
    unit: str = ""
    meaning: str = ""

    def expected(self) -> str:
        """What a cell of this column must look like, for messages and for docs/tables.md."""
        if self.words:
            return " | ".join(self.words)
        if self.pattern:
            return self.pattern
        parts = [self.kind]
        if self.lower is not None:
            parts.append(f">= {self.lower:g}")
        if self.upper is not None:
            parts.append(f"<= {self.upper:g}")
        return " ".join(parts)


@dataclass(frozen=True)
class Table:
    """A table's columns and the columns that make a row unique. ``open_ended`` tables may carry more."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    open_ended: bool = False


def _text(name: str, meaning: str, **more) -> Column:
    return Column(name, "text", meaning=meaning, **more)


def _number(name: str, meaning: str, **more) -> Column:
    return Column(name, "number", meaning=meaning, **more)


def _year(name: str = "year", meaning: str = "calendar year", required: bool = True) -> Column:
    return Column(name, "integer", required, lower=1900, upper=2100, meaning=meaning)


INDICATORS = Table(
    "indicators",
    "What is measured: one row an indicator. Direction is a fact of the indicator, never an argument.",
    (
        _text("indicator", "id, snake_case", required=True, pattern=r"[a-z][a-z0-9_]*"),
        _text("name_zh", "Chinese name", required=True),
        _text("name_en", "English name", required=True),
        _text(
            "unit", "unit of every value of this indicator; shares use 0-100 and %", required=True
        ),
        _text("direction", "which way is better", required=True, words=DIRECTIONS),
        _number("lower_bound", "smallest value there can be, in unit"),
        _number("upper_bound", "largest value there can be, in unit"),
        _text("indicator_kind", "how it behaves", required=True, words=INDICATOR_KINDS),
        _text("numerator", "what is counted above the line"),
        _text("denominator", "what stands below the line"),
        _number("per", "the rate is numerator / denominator x per"),
        _text("definition_zh", "definition in Chinese", required=True),
        _text("definition_en", "definition in English", required=True),
        _text("aliases", "other names it goes by, separated by ;"),
        _number(
            "plausible_low", "smallest believable value, in unit: a smaller one is asked about"
        ),
        _number("plausible_high", "largest believable value, in unit"),
        _text("ask_zh", "where the figure is kept, in Chinese"),
        _text("ask_en", "where the figure is kept, in English"),
    ),
    ("indicator",),
    open_ended=True,
)

AREAS = Table(
    "areas",
    "Districts, cities, provinces and the nation, each with its parent.",
    (
        _text("area", "id", required=True, pattern=r"[a-z][a-z0-9_-]*"),
        _text("name_zh", "Chinese name", required=True),
        _text("name_en", "English name", required=True),
        _text("code", "GB/T 2260 code where there is one"),
        _text("parent", "area id of the next larger area"),
        _text("note", "boundary changes and the like"),
    ),
    ("area",),
    open_ended=True,
)

DEPARTMENTS = Table(
    "departments",
    "Names of departments in both languages. A department that is not here keeps its Chinese name.",
    (
        _text("name_zh", "as the plan writes it", required=True),
        _text("name_en", "in English", required=True),
    ),
    ("name_zh",),
)

SOURCES = Table(
    "sources",
    "Where figures were printed.",
    (
        _text("source", "id", required=True),
        _text("producer", "who published it", required=True),
        _text("title", "what it is called", required=True),
        _text("address", "where it was found"),
        _text("date", "date of publication, as precise as known"),
        Column(
            "trust_class", "integer", True, lower=1, upper=9, meaning="1 best; see data/README.md"
        ),
        _text("note", "how it was read"),
    ),
    ("source",),
    open_ended=True,
)

OBSERVATIONS = Table(
    "observations",
    "Published or own figures, one row a value. Absent years are absent rows; nothing is filled in.",
    (
        _text("indicator", "indicator id", required=True),
        _text("area", "area id", required=True),
        _year(),
        _text("period", "part of the year or pooled years; empty for the whole year"),
        _number("value", "the figure, in unit", required=True),
        _text("unit", "unit of value", required=True),
        _number("numerator", "the count above the line, where known", lower=0),
        _number("denominator", "the count below the line, where known", lower=0),
        _text("source", "source id, or the user's own file", required=True),
        _text("obs_status", "SDMX-like status", required=True, words=OBS_STATUSES),
        _text("note", "breaks, conversions, conflicts"),
    ),
    ("indicator", "area", "year", "period"),
    open_ended=True,
)

CORRECTIONS = Table(
    "corrections",
    "Changes to observed values, each with its reason. One that matches no row is an error.",
    (
        _text("indicator", "indicator id", required=True),
        _text("area", "area id", required=True),
        _year(),
        _number("old_value", "the value as printed", required=True),
        _number("new_value", "the value used; empty removes the row"),
        _text("reason", "why", required=True),
        _text("source", "source id of the reason"),
    ),
    ("indicator", "area", "year"),
)

TARGETS = Table(
    "targets",
    "The quantified goals of a plan, one row a number, and goals against a reference without a number.",
    (
        _text("target_id", "<plan_id>-t001", required=True),
        _text("plan_id", "plan id", required=True),
        _text(
            "locator",
            "where in the document, in its own numbering; ; between places",
            required=True,
        ),
        _text("name_zh", "short name in Chinese", required=True),
        _text("name_en", "short name in English", required=True),
        _text("indicator", "indicator id", required=True),
        _text("area", "area id", required=True),
        _text("scope", "the part of the population or of the institutions that is meant"),
        _text("comparator", "how value is compared", required=True, words=COMPARATORS),
        _number("value", "the goal in unit; empty only for comparator reference"),
        _number("value_high", "upper end of a range"),
        _text("unit", "unit of value", required=True),
        _text(
            "deadline",
            "as precise as the text: YYYY, YYYY-MM, YYYY-MM-DD or empty",
            pattern=DEADLINE,
        ),
        _text("stage_of", "target id of the first stage, in every row of a staged goal"),
        _text("related", "other target ids about the same thing, ; between"),
        _number("baseline", "the starting value that the text gives"),
        _year("baseline_year", "its year", required=False),
        _text("reference", "area id that the goal is measured against"),
        _text("departments", "lead first, ; between"),
        _text("wording", "register of the text", required=True, words=("must", "strive")),
        _text("nature", "as the plan classes it", words=("binding", "expected")),
        _text("state", "", required=True, words=("current", "superseded", "conflicting")),
        _text("note", "how the clause was read"),
    ),
    ("target_id",),
)

MILESTONES = Table(
    "milestones",
    "Verifiable deliverables without a number.",
    (
        _text("milestone_id", "<plan_id>-m001", required=True),
        _text("plan_id", "plan id", required=True),
        _text("locator", "where in the document", required=True),
        _text("deliverable_zh", "what is there when it is done, in Chinese", required=True),
        _text("deliverable_en", "the same in English", required=True),
        _text("area", "area id", required=True),
        _text("deadline", "as precise as the text", pattern=DEADLINE),
        _text("departments", "lead first, ; between"),
        _text("wording", "register of the text", required=True, words=("must", "strive")),
        _text("related", "other ids about the same thing, ; between"),
        _text("state", "", required=True, words=("current", "superseded", "conflicting")),
        _text("note", "how the clause was read"),
    ),
    ("milestone_id",),
)

SERIES = Table(
    "series",
    "Which observed series answers which target: a decision, recorded.",
    (
        _text("target_id", "target id", required=True),
        _text("basis", "whose figures", required=True, words=("own", "reference", "none")),
        _text("indicator", "indicator id of the series; empty for basis none"),
        _text("area", "area id of the series; empty for basis none"),
        _text("reason_zh", "why, and what to collect, in Chinese", required=True),
        _text("reason_en", "the same in English", required=True),
    ),
    ("target_id",),
)

TRAJECTORIES = Table(
    "trajectories",
    "Observed and projected years of a series, told apart by kind.",
    (
        _text("indicator", "indicator id", required=True),
        _text("area", "area id", required=True),
        _text("method", "projection method", required=True),
        _year(),
        _number(
            "value",
            "observed value, or the middle of the projection, in the indicator's unit",
            required=True,
        ),
        _number("lower_80", "lower end of the 80 % interval"),
        _number("upper_80", "upper end of the 80 % interval"),
        _number("lower_95", "lower end of the 95 % interval"),
        _number("upper_95", "upper end of the 95 % interval"),
        _text("kind", "", required=True, words=TRAJECTORY_KINDS),
        _text("method_version", "version of the method", required=True),
    ),
    ("indicator", "area", "method", "year"),
    open_ended=True,
)

GAPS = Table(
    "gaps",
    "What stands between a target and the figures. gap > 0 is a shortfall, in the indicator's unit.",
    (
        _text("target_id", "target id", required=True),
        _text("method", "projection method", required=True),
        _text("basis", "whose figures", required=True, words=BASES),
        _text("data_indicator", "indicator id of the series used"),
        _text("data_area", "area id of the series used"),
        _year("deadline_year", "the year whose figure decides", required=False),
        _year("latest_year", "year of the district's latest figure", required=False),
        _number("latest_value", "the district's latest figure"),
        _number("latest_count", "count behind it, where known (deaths, people covered)"),
        _number("latest_exposure", "births or people behind it"),
        _number("latest_lower_95", "lower end of what chance leaves: exact Poisson, Byar or Wilson"),
        _number("latest_upper_95", "upper end"),
        _number("projected_value", "middle of the projection at the deadline"),
        _number("projected_lower_95", "lower end of its 95 % interval"),
        _number("projected_upper_95", "upper end of its 95 % interval"),
        _number(
            "goal_low", "the least that meets the goal at the deadline, in the indicator's unit"
        ),
        _number("goal_high", "the most that meets it"),
        _number("gap_now", "shortfall of the latest figure"),
        _number("gap", "shortfall at the deadline; at a past deadline the observed shortfall"),
        _number("gap_lower", "smallest shortfall within the 95 % interval"),
        _number("gap_upper", "largest shortfall within the 95 % interval"),
        _number("probability_met", "probability that the target is met", lower=0, upper=1),
        _number("required_rate", "change a year needed from the latest figure, in unit a year"),
        _number("observed_rate", "change a year over the figures there are, in unit a year"),
        _year("base_year", "year that the pace is measured from", required=False),
        _number("base_value", "value at the base year"),
        _number("pace_geometric", "observed / required growth rate from the base, 1 = on schedule"),
        _number("pace_linear", "share of the way / share of the time from the base, 1 = on schedule"),
        _text("pace_class", "the cautious class of the two, in Open SDG's words"),
        _text("pace_flags", "pace_disagrees and the like, ; between"),
        _number("remaining_effort", "pace needed from now / pace so far"),
        _number("schedule_value", "what the path from the base asks for at the latest year"),
        _number("schedule_gap", "shortfall of the latest figure against that path"),
        _text("stage", "in a staged goal: the next stage rules, ended ones stay judged", words=STAGE_ROLES),
        _number("exposure", "rare events: births or people of the deadline's year"),
        Column("allowed_events", "integer", meaning="rare events: the most that meets the goal; -1: none does"),
        _number("expected_events", "rare events: the count expected at the deadline"),
        _number("events_lower_95", "lower end of its 95 % interval"),
        _number("events_upper_95", "upper end of its 95 % interval"),
        _number("fails_by_luck", "chance of a miss when the true rate is exactly the goal", lower=0, upper=1),
        _text("reference_area", "area id of the reference series"),
        _year("reference_year", "year of the reference's latest figure", required=False),
        _number("reference_value", "the reference's latest figure"),
        _number("reference_projected", "middle of the reference's projection at the deadline"),
        _number("reference_lower_95", "lower end of its 95 % interval"),
        _number("reference_upper_95", "upper end of its 95 % interval"),
        _number("reference_gap", "gap if the district stood where the reference stands"),
        _text("status", "", required=True, words=STATUSES),
        _text("status_if_held", "superseded and conflicting: the status if this row held", words=STATUSES),
        _text("rests_on", "what decided the status", words=RESTS_ON),
        _text(
            "qualifier", "set where the change so far cannot be told from none", words=QUALIFIERS
        ),
        _text("why_zh", "one sentence why, in Chinese", required=True),
        _text("why_en", "one sentence why, in English", required=True),
        _text("flip_zh", "one sentence what would change the status, in Chinese"),
        _text("flip_en", "the same in English"),
        _text("pace_zh", "schedule and pace so far, in Chinese"),
        _text("pace_en", "the same in English"),
        _text("counts_zh", "rare events: what the goal means as a count, in Chinese"),
        _text("counts_en", "the same in English"),
    ),
    ("target_id", "method"),
    open_ended=True,
)

THINGS = Table(
    "things",
    "A gap in things one can order: who or what to add by the deadline, or events to avoid in its year.",
    (
        _text("target_id", "target id", required=True),
        _text("method", "projection method", required=True),
        _text("indicator", "indicator id of the series", required=True),
        _text("what", "add: things to add; avoid: events to avoid", required=True, words=("add", "avoid")),
        _text("unit", "measure word of the things", required=True),
        _number("years_left", "from the latest figure to the deadline"),
        _number("stock", "things there are now; for avoid: events expected in the deadline's year"),
        _number("required", "things the goal asks for at the deadline; for avoid: events it allows"),
        _number("population_now", "denominator that goes with the latest figure"),
        _number("population_then", "denominator at the deadline"),
        _number("population_low", "lower end of its 95 % interval"),
        _number("population_high", "upper end of its 95 % interval"),
        Column("population_projected", "flag", meaning="false: no projection, taken to stay as it is"),
        _number("leavers", "expected to leave until the deadline"),
        Column("leavers_known", "flag", meaning="false: no share of leavers was given, none is counted"),
        _number("owed_to_gap", "missing at today's population"),
        _number("owed_to_population", "added (or, < 0, spared) by the change of the population"),
        _number("to_add", "net additions needed, > 0 when something is missing; for avoid: events"),
        _number("to_add_low", "at the lower end of the population"),
        _number("to_add_high", "at the upper end of the population"),
        Column("per_year", "integer", meaning="whole things to add a year"),
        Column("per_quarter", "integer", meaning="whole things to add a quarter"),
        Column("met_by_shrinking", "flag", meaning="a smaller denominator alone meets the goal"),
        _text("why_zh", "one sentence, in Chinese", required=True),
        _text("why_en", "the same in English", required=True),
    ),
    ("target_id", "method"),
)

SCENARIOS = Table(
    "scenarios",
    "What each pace would bring by the deadline: a row a scenario and year, from the latest figure on.",
    (
        _text("target_id", "target id", required=True),
        _text("method", "projection method", required=True),
        _text("scenario", "", required=True, words=SCENARIO_WORDS),
        _year(),
        _number("value", "value of the indicator in that year, in unit", required=True),
        _number("rate", "pace: % a year or unit a year, see rate_kind; empty for as_now"),
        _text("rate_kind", "how the pace is stated", words=("percent", "unit")),
        _text("pace_area", "area that once had this pace"),
        _year("pace_from", "first year of the span in which it had it", required=False),
        _year("pace_to", "last year of that span", required=False),
        Column("at_deadline", "flag", meaning="whether this is the deadline's year"),
        _number("gap", "shortfall in the deadline's year, > 0 when short"),
        Column("met", "flag", meaning="whether the goal would be met in the deadline's year"),
        _text("why_zh", "one sentence, in Chinese", required=True),
        _text("why_en", "the same in English", required=True),
    ),
    ("target_id", "method", "scenario", "year"),
)

LEDGER = Table(
    "ledger",
    "Quarterly work points: a row a task and quarter, filled in by whoever is responsible.",
    (
        _text("task_id", "the user's own id of the task", required=True),
        _text("task", "what is to be done", required=True),
        _text("target_id", "target or milestone that it serves"),
        _text("owner", "lead first, ; between"),
        _text("quarter", "YYYY-Qn", required=True, pattern=QUARTER),
        _text("how", "how the quarters of a year are taken together", required=True, words=LEDGER_HOW),
        _text("better", "which way is better", required=True, words=("higher", "lower")),
        _text("unit", "unit of planned and actual", required=True),
        _number("baseline", "value before the first quarter; progress counts from it (empty: 0)"),
        _number("planned", "asked for by the end of the quarter; for added: in the quarter", required=True),
        _number("actual", "reached; empty where nothing is reported, which is not 0"),
        _text("note", "reasons, evidence"),
    ),
    ("task_id", "quarter"),
)

LEDGER_STATES = Table(
    "ledger_states",
    "What became of each work point: late is kept in the history, never overwritten.",
    (
        _text("task_id", "task id", required=True),
        _text("task", "what is to be done", required=True),
        _text("target_id", "target or milestone that it serves"),
        _text("owner", "lead first"),
        _text("quarter", "YYYY-Qn", required=True, pattern=QUARTER),
        _text("unit", "unit of the figures", required=True),
        _number("planned", "asked for to date, as ``how`` takes quarters together", required=True),
        _number("actual", "reached to date; empty where nothing is reported"),
        _number("progress", "share of the way from the baseline; < 0 and > 1 are kept"),
        _text("state", "", required=True, words=LEDGER_WORDS),
        _text("made_up_in", "late: the quarter in which the shortfall was made up"),
        _text("why_zh", "one sentence, in Chinese", required=True),
        _text("why_en", "the same in English", required=True),
    ),
    ("task_id", "quarter"),
)

SCORECARD = Table(
    "scorecard",
    "The rows a reader sees: words, rounded figures with units, and colours.",
    (
        _text("target_id", "target id", required=True),
        _text("name", "short name", required=True),
        _text("goal", "the goal in words with its unit", required=True),
        _text("deadline", "deadline in words", required=True),
        _text("now", "latest figure with its year, or what there is instead", required=True),
        _text("outlook", "projection at the deadline with its interval", required=True),
        _text("gap", "shortfall in words", required=True),
        _text("probability", "probability in words", required=True),
        _text("status", "", required=True, words=STATUSES),
        _text("status_word", "status as it is read", required=True),
        _text("why", "one sentence why", required=True),
        _text("departments", "who is responsible"),
        _text("locator", "where in the plan", required=True),
    ),
    ("target_id",),
    open_ended=True,
)

ALL = {
    table.name: table
    for table in (
        INDICATORS,
        AREAS,
        DEPARTMENTS,
        SOURCES,
        OBSERVATIONS,
        CORRECTIONS,
        TARGETS,
        MILESTONES,
        SERIES,
        TRAJECTORIES,
        GAPS,
        THINGS,
        SCENARIOS,
        LEDGER,
        LEDGER_STATES,
        SCORECARD,
    )
}

_DTYPES = {"text": "str", "integer": "Int64", "number": "float64", "flag": "boolean"}


def columns(name: str) -> list[str]:
    """The column names of a table, in order."""
    return [column.name for column in ALL[name].columns]


def empty(name: str) -> pd.DataFrame:
    """A table of this name without rows, its columns typed."""
    return pd.DataFrame({c.name: pd.Series(dtype=_DTYPES[c.kind]) for c in ALL[name].columns})


def check(frame: pd.DataFrame, name: str, *, source: str = "") -> pd.DataFrame:
    """``frame`` with the columns of table ``name`` in order and typed, or one error with every fault.

    ``source`` is the file that the messages name; row n of the frame is row n + 2 of the file. Columns that
    the table does not declare are kept behind the others where the table is open-ended and are faults
    elsewhere. Text cells are trimmed and empty ones become ``""``; empty numbers stay missing.

    Raises :class:`~healthplan.errors.InputError` with all faults at once.
    """
    table = ALL[name]
    faults = list(_header_faults(frame, table, source))
    typed = {}
    for column in table.columns:
        if column.name in frame.columns:
            typed[column.name], found = _typed(frame[column.name], column, source)
            faults += found
    if not faults:
        faults += _key_faults(pd.DataFrame(typed), table, source)
    if faults:
        raise InputError(*faults)
    extra = [c for c in frame.columns if c not in typed] if table.open_ended else []
    out = pd.DataFrame(typed, index=frame.index).reset_index(drop=True)
    for column_name in extra:
        out[column_name] = frame[column_name].to_numpy()
    out.attrs.clear()
    return out


def _header_faults(frame: pd.DataFrame, table: Table, source: str) -> Iterable[Fault]:
    names = [c.name for c in table.columns]
    wanted = ", ".join(names)
    for column in table.columns:
        if column.name not in frame.columns and (column.required or not table.open_ended):
            yield Fault(
                "TAB-COLUMN", source, row=1, column=column.name, fields={"expected": wanted}
            )
    if not table.open_ended:
        for column_name in frame.columns:
            if column_name not in names:
                yield Fault(
                    "TAB-EXTRA", source, row=1, column=str(column_name), fields={"expected": wanted}
                )


def _typed(cells: pd.Series, column: Column, source: str) -> tuple[pd.Series, list[Fault]]:
    """One column, typed, and the faults of its cells."""
    typed, unreadable = _as_text(cells) if column.kind == "text" else _as_number(cells, column.kind)
    blank = (typed == "") if column.kind == "text" else typed.isna() & ~unreadable
    problems = {"TAB-TYPE": unreadable}
    if column.required:
        problems["TAB-EMPTY"] = blank
    if column.words:
        problems["TAB-WORD"] = ~blank & ~typed.isin(column.words)
    if column.pattern:
        problems["TAB-RANGE"] = ~blank & ~typed.str.fullmatch(column.pattern)
    if column.lower is not None or column.upper is not None:
        low = -float("inf") if column.lower is None else column.lower
        high = float("inf") if column.upper is None else column.upper
        problems["TAB-RANGE"] = (
            ~unreadable & typed.notna() & ~typed.between(low, high).fillna(False)
        )
    fields = {"expected": column.expected(), "kind": column.kind}
    faults = [
        Fault(code, source, row=int(i) + 2, column=column.name, value=cells.iloc[i], fields=fields)
        for code, wrong in problems.items()
        for i in wrong.to_numpy(dtype=bool).nonzero()[0]
    ]
    return typed, faults


def _as_text(cells: pd.Series) -> tuple[pd.Series, pd.Series]:
    text = cells.astype("str").fillna("").str.strip().astype("str")
    return text, pd.Series(False, index=cells.index)


def _as_number(cells: pd.Series, kind: str) -> tuple[pd.Series, pd.Series]:
    if kind == "flag":
        return cells.astype("boolean"), pd.Series(False, index=cells.index)
    if not pd.api.types.is_numeric_dtype(cells):
        cells = cells.where(cells.astype("str").str.strip() != "", None)
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    wrong = numbers.isna() & cells.notna() | numbers.abs().eq(float("inf"))
    if kind == "integer":
        wrong |= numbers.notna() & (numbers % 1 != 0)
        return numbers.where(~wrong).astype("Int64"), wrong
    return numbers, wrong


def _key_faults(frame: pd.DataFrame, table: Table, source: str) -> list[Fault]:
    key = [c for c in table.key if c in frame.columns]
    twice = frame.duplicated(key).to_numpy().nonzero()[0]
    return [
        Fault(
            "TAB-KEY",
            source,
            row=int(i) + 2,
            column=key[0],
            fields={"key": ", ".join(str(frame[c].iloc[i]) for c in key)},
        )
        for i in twice
    ]
