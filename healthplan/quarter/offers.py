"""What a returned file says other than what was sent to its department: an offer a cell, judged; and what was touched that is
not the department's, as warnings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from healthplan.errors import shortened
from healthplan.ledger import checks, store, written
from healthplan.ledger.checks import Judged
from healthplan.ledger.written import Doubt
from healthplan.messages import default_language, text
from healthplan.quarter import asked, baseline
from healthplan.quarter.returned import Cells, Returned, Said
from healthplan.quarter.sheets import last_sheet

_NAMED = 5  # of many, how many are named in a line
CellKey = tuple[str, str, str, str, str]  # task, thing, department, quarter, field


class Offer(NamedTuple):
    """What a file says of a cell: ``asked`` the reason of correction beside it, ``base`` what was sent in it."""

    file: str
    return_id: str
    key: CellKey
    judged: Judged
    reason: str
    base: str
    row: int
    column: str
    task: str

    @property
    def meant(self) -> tuple[object, ...]:
        """What two offers that agree have in common."""
        said = self.judged
        return (said.status, said.value, said.numerator, said.denominator, "" if self.key[4] == "figure" else said.text)


@dataclass
class Outcome:
    """What became of a file."""

    file: str
    line: str = ""
    state: str = "rejected"
    warnings: list[str] = field(default_factory=list)
    extra: list[tuple[int, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    sheet: dict[str, Any] = field(default_factory=dict)
    came: Returned | None = None
    changed: int = 0

    @property
    def back(self) -> Returned:
        """The file that came back; there is one where ``sheet`` is known."""
        assert self.came is not None
        return self.came

    def warn(self, key: str, **fields: object) -> None:
        """Something that is to be said of the file and decides nothing."""
        self.warnings.append(say(key, file=self.file, **fields))


def say(key: str, **fields: object) -> str:
    """A sentence of the sheets in the session's language."""
    return text(f"ledger_sheets.{key}", None, **fields)


def read(outcome: Outcome, ledger: store.Ledger, tasks: dict[str, dict], on: date) -> None:
    """Everything that a file says other than what was sent, as offers; what was touched that is not its own, as warnings."""
    came, sheet = outcome.back, outcome.sheet
    department = sheet["department"]
    now = last_sheet(ledger, sheet["plan_id"], sheet["quarter"], department)
    if now and sheet["version"] < now["version"]:
        outcome.warn("old_version", version=sheet["version"], now=now["version"])
    fresh = _past(outcome, ledger, tasks, department)
    sent, free, known = came.sent("fill"), came.sent("open"), came.sent("task")
    touched: dict[str, list[str]] = {}
    for key, base in sent.items():
        row = came.fill.get(key)
        if row is None:
            continue
        task_id, item_id = key.split("|")
        task = tasks.get(task_id)
        own = set(free[key][""].split(";"))
        for column, was in base.items():
            theirs = row[column].words
            free_or_id = column in own or column in ("task_id", "item_id")
            if not free_or_id and column in row and not equal_cells(theirs, was):
                touched.setdefault(column, []).append(f"{task_id} {shortened(was) or '-'}→{shortened(theirs) or '-'}")
        changes = {c: row[c] for c in own if c in row and row[c].words and not equal_cells(row[c].words, base[c])}
        emptied = [c for c in own if c in row and not row[c].words and base[c] and c != "cut_off"]
        if emptied:
            columns = "、".join(text(f"ledger.col_{c}") for c in emptied)
            outcome.warn("emptied", task=task_id, columns=columns)
        doubt = _task_doubt(outcome, task, known[key], task_id)
        if set(changes) == {"correction"}:
            outcome.warn("reason_alone", task=task_id, reason=changes["correction"].words)
        before = _before(ledger, task or {"task_id": task_id, "lead": ""}, item_id, department) | fresh.get(task_id, {})
        outcome.offers += _offers(outcome, task, task_id, item_id, row, base, changes, before, doubt, on)
    _tell_rows(outcome, touched, [key for key in sent if key not in came.fill])
    outcome.changed = len(outcome.offers)


def equal_cells(one: str, other: str) -> bool:
    """Whether two cells say the same: the same words or the same number."""
    if one == other:
        return True
    try:
        return float(one) == float(other)
    except ValueError:
        return False


def _task_doubt(outcome: Outcome, task: dict | None, known: dict[str, str], task_id: str) -> Doubt | None:
    """What has changed of a task since the sheet was sent: figures of another unit or kind are not taken; another goal
    is said."""
    if task is None:
        return Doubt("gone", True, {"task": task_id})
    changed = [name for name in baseline.KNOWN if baseline.known(task, name) != known[name]]
    if changed == ["goal_value"]:
        fields = {"task": task_id, "old": known["goal_value"], "new": baseline.known(task, "goal_value")}
        outcome.warn("goal_changed", **fields)
    elif changed:
        columns = "、".join(f"{known[name]}→{baseline.known(task, name)}" for name in changed)
        return Doubt("task_changed", True, {"task": task_id, "changes": columns})
    return None


def _before(ledger: store.Ledger, task: dict, item_id: str, department: str) -> dict[str, Any]:
    """What stands accepted of a row, by quarter: figures, or stages of a thing."""
    own = asked.of_department(ledger, task, department, item_id)
    own = [row for row in own if row["field"] == ("stage" if item_id else "figure") and row["status"] == "reported"]
    return {row["quarter"]: row["text"] if item_id else row["value"] for row in own}


def _offers(
    outcome: Outcome, task: dict | None, task_id: str, item_id: str, row: Cells, base: dict[str, str],
    changes: dict[str, Said], before: dict[str, Any], doubt: Doubt | None, on: date,
) -> Iterator[Offer]:  # fmt: skip
    """The offers of a row: its figure or stage, and its words."""
    quarter, department = outcome.sheet["quarter"], outcome.sheet["department"]
    reason = row["correction"].words
    cut_off = row["cut_off"].words

    def offer(name: str, judged: Judged, column: str, was: str) -> Offer:
        key = (task_id, item_id, department, quarter, name)
        at = next(iter(row.values())).row
        return Offer(outcome.file, outcome.back.return_id, key, judged, reason, was, at, column, _name(task, task_id))

    standing = {period: value for period, value in before.items() if period != quarter}
    touched = {name for name in ("stage", *asked.FIGURE) if name in changes}
    if touched or ("cut_off" in changes and any(row[n].words for n in ("stage", *asked.FIGURE))):
        name = "stage" if item_id else "figure"
        cell, wrong = _figure_words(task, row, item_id)
        doubts = [one for one in (doubt, wrong) if one]
        if doubts or task is None:
            judged = Judged(text=cell.words, status="refused", doubts=tuple(doubts))
        else:
            how = {"quarter": quarter, "before": standing, "reason": reason, "cut_off": cut_off, "on": on}
            judged = _noted(checks.judge_cell(task, name, cell.words, **how), cell)
        column = "stage" if item_id else "value" if "value" in touched else "numerator"
        yield offer(name, judged, column, _base_words(task, base, item_id))
        if "text" in judged.codes and not row["progress"].words:
            yield offer("progress", Judged(text=cell.words, status="reported"), "progress", "")
    for name in asked.WORDS:
        if name in changes and task is not None:
            judged = checks.judge_cell(task, name, changes[name].words, quarter=quarter)
            if changes[name].note in ("no_value", "error"):
                judged = _noted(judged, changes[name])
            yield offer(name, judged, name, base[name])


def _name(task: dict | None, task_id: str) -> str:
    return str(task[f"name_{default_language()}"]) if task else task_id


def _noted(judged: Judged, cell: Said) -> Judged:
    """With what is to be said of a formula; one without a number is not taken."""
    if not cell.note:
        return judged
    refuses = cell.note != "formula" or judged.value is None
    code = "no_value" if cell.note == "formula" and refuses else cell.note
    said = judged.doubts if cell.note == "formula" else ()  # what is no figure raises no question of its own
    doubts = (*said, Doubt(code, refuses, {"written": cell.words}))
    if refuses:
        return Judged(text=cell.words, status="refused", doubts=doubts)
    return judged._replace(doubts=doubts)


def _figure_words(task: dict | None, row: Cells, item_id: str) -> tuple[Said, Doubt | None]:
    """The cell that is judged: the stage, the figure, or numerator/denominator as one; and what is wrong among the three."""
    if item_id:
        return row["stage"], None
    value, over, under = (row[name] for name in asked.FIGURE)
    if not over.words and not under.words:
        return value, None
    both = Said(f"{over.words}/{under.words}", over.row or under.row, over.note or under.note)
    if not over.words or not under.words:
        return both, Doubt("half", True, {"written": both.words})
    if value.words and task is not None:
        pairs = ((value, task["unit"]), (over, ""), (under, ""))
        read = [written.number(cell.words, unit).value for cell, unit in pairs]
        if None not in read and read[2]:
            ratio = read[1] / read[2] * written.scale(task["unit"])  # type: ignore[operator]
            if abs(ratio - read[0]) > max(0.06, 0.005 * abs(ratio)):  # type: ignore[operator]
                fields = {"written": both.words, "ratio": f"{ratio:.4g}", "value": value.words}
                return both, Doubt("differs", True, fields)
    return both, None


def _base_words(task: dict | None, base: dict[str, str], item_id: str) -> str:
    if item_id:
        return written.stage(task, base["stage"]) if task else base["stage"]
    return f"{base['numerator']}/{base['denominator']}" if base["denominator"] else base["value"]


def _past(outcome: Outcome, ledger: store.Ledger, tasks: dict[str, dict], department: str) -> dict[str, dict[str, Any]]:
    """Offers of earlier periods, oldest first; what they will stand at, by task, for judging the quarter."""
    fresh: dict[str, dict[str, Any]] = {}
    for task_id, base in outcome.back.sent("past").items():
        row, task = outcome.back.past.get(task_id, Cells()), tasks.get(task_id)
        reason = row["correction"].words
        stand = _before(ledger, task, "", department) if task else {}
        for period in sorted(base):
            cell = row[period]
            if not cell.words or equal_cells(cell.words, base[period]) or task is None:
                continue
            judged = checks.judge_cell(task, "figure", cell.words, quarter=period, before=stand, reason=reason)
            judged = _noted(judged, cell)
            if judged.value is not None:
                stand[period] = judged.value
                fresh.setdefault(task_id, {})[period] = judged.value
            key, name = (task_id, "", department, period, "figure"), _name(task, task_id)
            place = base[period], cell.row, period, name
            outcome.offers.append(Offer(outcome.file, outcome.back.return_id, key, judged, reason, *place))
    return fresh


def _tell_rows(outcome: Outcome, touched: dict[str, list[str]], gone: list[str]) -> None:
    """Locked columns that were changed, rows that are gone, rows that nobody sent."""
    for column, where in touched.items():
        fields = {"column": text(f"ledger.col_{column}"), "count": len(where), "where": "；".join(where[:_NAMED])}
        outcome.warn("locked", **fields)
    if gone:
        named = "、".join(key.rstrip("|") for key in gone[:_NAMED])
        outcome.warn("rows_gone", count=len(gone), rows=named)
    if outcome.extra:
        first = "；".join(words for _, words in outcome.extra[:_NAMED])
        outcome.warn("rows_added", count=len(outcome.extra), rows=first[:120])
