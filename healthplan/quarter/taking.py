"""``healthplan ledger take``: returned workbooks into the ledger, cell by cell against what was sent and what has come since.

Whole or not at all by file, and all files of a call in one write. Nothing of a file is taken silently, guessed or lost:
what is doubtful is an entry that counts for nothing and carries its question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from healthplan import workspace
from healthplan.errors import InputError
from healthplan.language import characters
from healthplan.ledger import checks, figures, quarters, store, written
from healthplan.ledger.checks import Judged
from healthplan.ledger.written import Doubt, plain
from healthplan.messages import LANGUAGES, default_language, text
from healthplan.plans import plan_ids
from healthplan.quarter import asked, commands, register, returned
from healthplan.quarter.returned import Returned, Said
from healthplan.quarter.sheets import last_sheet

KEPT = "收回"  # the folder of taken files
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


def say(key: str, **fields: object) -> str:
    """A sentence of the sheets in the session's language."""
    return text(f"ledger_sheets.{key}", None, **fields)


def take(
    files: Sequence[Path], on: date | None = None, role: str = "", quarter: str = "", write: bool = False
) -> tuple[list[str], bool]:
    """Take returned workbooks (``write``); what is to be said, a line each, and whether every file could be taken.

    ``on``: the day of taking; ``role``: of who filled them in, never a name; ``quarter``: the quarter whose sheets are taken,
    else the last one that was sent.
    """
    on, quarter = on or date.today(), quarters.quarter(quarter) if quarter else ""
    outcomes: list[Outcome] = []
    by_plan: dict[str, list[Outcome]] = {}
    ledgers: dict[str, store.Ledger] = {}
    for path in sorted(files, key=lambda path: (path.name, str(path))):
        outcome = _opened(path, ledgers, quarter, {one.came.return_id for one in outcomes if one.came})
        outcomes.append(outcome)
        if outcome.sheet:
            by_plan.setdefault(outcome.sheet["plan_id"], []).append(outcome)
    for plan, those in by_plan.items():
        _taken(plan, ledgers[plan], those, on, role, write)
    said = [outcome.line for outcome in outcomes]
    said += [line for outcome in outcomes for line in (*outcome.refused, *outcome.warnings)]
    said.append(say("taken" if write else "dry_take", count=sum(bool(one.sheet) for one in outcomes)))
    return said, all(outcome.state != "rejected" or outcome.sheet for outcome in outcomes)


# --- which sheet a file is -------------------------------------------------------------------------


def _opened(path: Path, ledgers: dict[str, store.Ledger], quarter: str, seen: set[str]) -> Outcome:
    """A file and the sheet that it answers; where it answers none, why."""
    outcome = Outcome(workspace.legible(path.name))
    try:
        came = returned.read(path)
    except InputError as error:
        outcome.line = say("refused_file", file=outcome.file, why=error.faults[0].part("problem"))
        return outcome
    outcome.warnings += [say("remark", file=came.file, remark=remark) for remark in came.remarks]
    why, sheet = _sheet_of(came, ledgers, quarter)
    if why:
        outcome.line = say("refused_file", file=outcome.file, why=why)
    elif came.return_id in seen or came.return_id in set(ledgers[sheet["plan_id"]].returns["return_id"]):
        outcome.line, outcome.state = say("again", file=outcome.file), "again"
    else:
        outcome.came, outcome.sheet, outcome.extra = came, sheet, list(came.extra)
    return outcome


def _sheet_of(came: Returned, ledgers: dict[str, store.Ledger], quarter: str) -> tuple[str, dict[str, Any]]:
    """Why a file is refused whole, or the row of *sheets* that it answers."""
    about = came.about
    if not came.base:
        return (_typed(came, ledgers) if came.fill else say("not_ours")), {}
    plan = about.get("plan_id", "")
    if plan not in plan_ids() or not len(_ledger(plan, ledgers).sheets):
        return say("no_plan", plan=plan or "?"), {}
    rows = ledgers[plan].sheets
    found = rows[rows["sheet_id"] == about.get("sheet_id", "")].to_dict("records")
    if not found:
        return say("no_sheet"), {}
    sheet = found[0]
    if asked.digest(list(came.base)) != sheet["baseline_hash"]:
        return say("base_changed"), {}
    wanted = quarter or max(rows["quarter"])
    if sheet["quarter"] != wanted:
        return say("other_quarter", quarter=sheet["quarter"], wanted=wanted), {}
    return ("", sheet) if came.fill else (say("no_rows"), {})


def _ledger(plan: str, ledgers: dict[str, store.Ledger]) -> store.Ledger:
    if plan not in ledgers:
        ledgers[plan] = store.load(plan)
    return ledgers[plan]


def _typed(came: Returned, ledgers: dict[str, store.Ledger]) -> str:
    """A copy without a baseline: how many of its rows could be matched by id and name. Nothing of it is taken."""
    matched = 0
    for plan in plan_ids():
        tasks = _ledger(plan, ledgers).tasks
        names = {
            row["task_id"]: [characters.key(row[f"name_{g}"]) for g in LANGUAGES] for row in tasks.to_dict("records")
        }
        rows = ((row["task_id"].words, characters.key(row.get("name", Said()).words)) for row in came.fill.values())
        matched = max(matched, sum(any(name.startswith(own) for own in names.get(one, ())) for one, name in rows))
    return say("typed", matched=matched, rows=len(came.fill))


# --- what it says, cell by cell --------------------------------------------------------------------


def _taken(plan: str, ledger: store.Ledger, outcomes: list[Outcome], on: date, role: str, write: bool) -> None:
    """All files of a plan: offers, then decisions by cell, then one write."""
    tasks: dict[str, dict] = {}
    for outcome in outcomes:
        quarter = outcome.sheet["quarter"]
        tasks = {
            t["task_id"]: t for t in store.tasks_at(ledger, min(on, quarters.last_day(quarter))).to_dict("records")
        }
        _read(outcome, ledger, tasks, on)
    offers = [offer for outcome in outcomes for offer in outcome.offers]
    rows, equal = decide(offers, ledger)
    after = store.with_rows(ledger, entries=rows)
    kept: dict[Path, bytes] = {}
    told: list[dict[str, object]] = []
    for outcome in outcomes:
        mine = [row for row in rows if outcome.came and row["return_id"] == outcome.came.return_id]
        told.append(_return(outcome, mine, equal, after, tasks, on, role))
        if outcome.came:
            folder = commands.folder(plan, outcome.sheet["quarter"]) / KEPT
            kept[folder / f"{outcome.came.return_id}-{outcome.file}"] = outcome.came.path.read_bytes()
    if write:
        after = store.with_rows(after, returns=told)
        for quarter in dict.fromkeys(outcome.sheet["quarter"] for outcome in outcomes):
            those = [outcome for outcome in outcomes if outcome.sheet["quarter"] == quarter]
            path = commands.folder(plan, quarter) / register.NAME
            extra = [(one.file, row, words) for one in those for row, words in one.extra]
            warnings = [line for one in those for line in one.warnings]
            kept[path] = register.workbook(after, plan, quarter, extra, warnings, path)
        store.save(plan, after, beside=kept)


def _read(outcome: Outcome, ledger: store.Ledger, tasks: dict[str, dict], on: date) -> None:
    """Everything that a file says other than what was sent, as offers; what was touched that is not its own, as warnings."""
    came, sheet = outcome.came, outcome.sheet
    assert came is not None
    department = sheet["department"]
    now = last_sheet(ledger, sheet["plan_id"], sheet["quarter"], department)
    if now and sheet["version"] < now["version"]:
        fields = {"version": sheet["version"], "now": now["version"]}
        outcome.warnings.append(say("old_version", file=came.file, **fields))
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
            theirs = row.get(column, Said()).words
            if column not in own and theirs != was and not _equal(theirs, was) and (theirs or column in row):
                touched.setdefault(column, []).append(f"{task_id} {was or '-'}→{theirs or '-'}")
        changes = {c: row[c] for c in own if c in row and row[c].words and not _equal(row[c].words, base[c])}
        emptied = [c for c in own if c in row and not row[c].words and base[c] and c != "cut_off"]
        if emptied:
            columns = "、".join(text(f"ledger.col_{c}") for c in emptied)
            outcome.warnings.append(say("emptied", file=came.file, task=task_id, columns=columns))
        doubt = _task_doubt(outcome, task, known[key], task_id)
        before = _before(ledger, task or {"task_id": task_id, "lead": ""}, item_id, department) | fresh.get(task_id, {})
        outcome.offers += _offers(outcome, task, task_id, item_id, row, base, changes, before, doubt, on)
    _tell_rows(outcome, touched, [key for key in sent if key not in came.fill])
    outcome.changed = len(outcome.offers)


def _equal(one: str, other: str) -> bool:
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
    changed = [name for name in asked.KNOWN if asked.known(task, name) != known[name]]
    if changed == ["goal_value"]:
        fields = {"task": task_id, "old": known["goal_value"], "new": asked.known(task, "goal_value")}
        outcome.warnings.append(say("goal_changed", file=outcome.file, **fields))
    elif changed:
        columns = "、".join(f"{known[name]}→{asked.known(task, name)}" for name in changed)
        return Doubt("task_changed", True, {"task": task_id, "changes": columns})
    return None


def _before(ledger: store.Ledger, task: dict, item_id: str, department: str) -> dict[str, Any]:
    """What stands accepted of a row, by quarter: figures, or stages of a thing."""
    own = asked.of_department(ledger, task, department, item_id)
    own = [row for row in own if row["field"] == ("stage" if item_id else "figure") and row["status"] == "reported"]
    return {row["quarter"]: row["text"] if item_id else row["value"] for row in own}


def _offers(
    outcome: Outcome, task: dict | None, task_id: str, item_id: str, row: dict[str, Said], base: dict[str, str],
    changes: dict[str, Said], before: dict[str, Any], doubt: Doubt | None, on: date,
) -> Iterator[Offer]:  # fmt: skip
    """The offers of a row: its figure or stage, and its words."""
    quarter, department = outcome.sheet["quarter"], outcome.sheet["department"]
    reason = row.get("correction", Said()).words
    cut_off = row.get("cut_off", Said()).words

    def offer(name: str, judged: Judged, column: str, was: str) -> Offer:
        key = (task_id, item_id, department, quarter, name)
        at = next(iter(row.values())).row
        assert outcome.came is not None
        return Offer(outcome.file, outcome.came.return_id, key, judged, reason, was, at, column, _name(task, task_id))

    standing = {period: value for period, value in before.items() if period != quarter}
    touched = {name for name in ("stage", *asked.FIGURE) if name in changes}
    if touched or ("cut_off" in changes and any(row.get(n, Said()).words for n in ("stage", *asked.FIGURE))):
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
        if "text" in judged.codes and not row.get("progress", Said()).words:
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
    doubts = (
        *judged.doubts,
        Doubt(cell.note if cell.note != "formula" or not refuses else "no_value", refuses, {"written": cell.words}),
    )
    if refuses:
        return Judged(text=cell.words, status="refused", doubts=doubts)
    return judged._replace(doubts=doubts)


def _figure_words(task: dict | None, row: dict[str, Said], item_id: str) -> tuple[Said, Doubt | None]:
    """The cell that is judged: the stage, the figure, or numerator/denominator as one; and what is wrong among the three."""
    if item_id:
        return row.get("stage", Said()), None
    value, over, under = (row.get(name, Said()) for name in asked.FIGURE)
    if not over.words and not under.words:
        return value, None
    both = Said(f"{over.words}/{under.words}", over.row or under.row, over.note or under.note)
    if not over.words or not under.words:
        return both, Doubt("half", True, {"written": both.words})
    if value.words and task is not None:
        read = [
            written.number(cell.words, unit).value for cell, unit in ((value, task["unit"]), (over, ""), (under, ""))
        ]
        if None not in read and read[2]:
            ratio = read[1] / read[2] * written.scale(task["unit"])  # type: ignore[operator]
            if abs(ratio - read[0]) > max(0.06, 0.005 * abs(ratio)):  # type: ignore[operator]
                return both, Doubt(
                    "differs", True, {"written": both.words, "ratio": f"{ratio:.4g}", "value": value.words}
                )
    return both, None


def _base_words(task: dict | None, base: dict[str, str], item_id: str) -> str:
    if item_id:
        return base["stage"]
    return f"{base['numerator']}/{base['denominator']}" if base["denominator"] else base["value"]


def _past(outcome: Outcome, ledger: store.Ledger, tasks: dict[str, dict], department: str) -> dict[str, dict[str, Any]]:
    """Offers of earlier periods, oldest first; what they will stand at, by task, for judging the quarter."""
    assert outcome.came is not None
    fresh: dict[str, dict[str, Any]] = {}
    for task_id, base in outcome.came.sent("past").items():
        row, task = outcome.came.past.get(task_id, {}), tasks.get(task_id)
        reason = row.get("correction", Said()).words
        stand = _before(ledger, task, "", department) if task else {}
        for period in sorted(base):
            cell = row.get(period, Said())
            if not cell.words or _equal(cell.words, base[period]) or task is None:
                continue
            judged = _noted(
                checks.judge_cell(task, "figure", cell.words, quarter=period, before=stand, reason=reason), cell
            )
            if judged.value is not None:
                stand[period] = judged.value
                fresh.setdefault(task_id, {})[period] = judged.value
            key = (task_id, "", department, period, "figure")
            name = _name(task, task_id)
            offer = Offer(
                outcome.file, outcome.came.return_id, key, judged, reason, base[period], cell.row, period, name
            )
            outcome.offers.append(offer)
    return fresh


def _tell_rows(outcome: Outcome, touched: dict[str, list[str]], gone: list[str]) -> None:
    """Locked columns that were changed, rows that are gone, rows that nobody sent."""
    for column, where in touched.items():
        fields = {"column": text(f"ledger.col_{column}"), "count": len(where), "where": "；".join(where[:_NAMED])}
        outcome.warnings.append(say("locked", file=outcome.file, **fields))
    if gone:
        named = "、".join(key.rstrip("|") for key in gone[:_NAMED])
        outcome.warnings.append(say("rows_gone", file=outcome.file, count=len(gone), rows=named))
    if outcome.extra:
        first = "；".join(words for _, words in outcome.extra[:_NAMED])
        outcome.warnings.append(say("rows_added", file=outcome.file, count=len(outcome.extra), rows=first[:120]))


# --- decisions -------------------------------------------------------------------------------------


def decide(offers: list[Offer], ledger: store.Ledger) -> tuple[list[dict[str, object]], set[str]]:
    """Rows of *entries* from all offers of a call, and the returns with a cell that stands already as they say it.

    A cell that two returns fill differently is refused to each of them, with both files and values; a reason of correction
    makes the one that gives it the later word. The order of the files decides nothing.
    """
    standing = _standing(ledger)
    files = dict(zip(ledger.returns["return_id"], ledger.returns["file"], strict=True))
    groups: dict[CellKey, list[Offer]] = {}
    for offer in offers:
        groups.setdefault(offer.key, []).append(offer)
    plain_rows: list[dict[str, object]] = []
    corrections: list[dict[str, object]] = []
    equal: set[str] = set()
    for key, group in groups.items():
        ours = standing.get(key)
        good = [one for one in group if one.judged.status != "refused"]
        rest = [one for one in good if ours is None or not _stands(one, ours)]
        equal |= {one.return_id for one in good if one not in rest}
        plain_rows += [_entry(one) for one in group if one.judged.status == "refused"]
        latest = str(ours["entry_id"]) if ours else ""
        for reasoned in (False, True):
            those = [one for one in rest if bool(one.reason) == reasoned]
            others = [(one.file, _shown(one.judged)) for one in those]
            against_ours = bool(ours) and not reasoned and not all(_from_base(one, ours) for one in those)
            if against_ours and ours:
                others.append((str(files.get(ours["return_id"], ours["return_id"])), _shown_entry(ours)))
            if len({one.meant for one in those}) > 1 or (those and against_ours):
                plain_rows += [_entry(_conflict(one, others)) for one in those]
            elif those:
                equal |= {one.return_id for one in those[1:]}
                row = _entry(those[0], latest)
                (corrections if latest or reasoned else plain_rows).append(row)
                latest = str(row["entry_id"])
    return plain_rows + corrections, equal


def _standing(ledger: store.Ledger) -> dict[CellKey, dict[str, Any]]:
    """The accepted entry of each cell."""
    rows = figures.current(ledger.entries[ledger.entries["status"] != "refused"]).to_dict("records")
    return {(r["task_id"], r["item_id"], r["department"], r["quarter"], r["field"]): r for r in rows}


def _stands(offer: Offer, ours: dict[str, Any]) -> bool:
    """Whether the ledger says so already; a stage with a day that it did not have is news."""
    numbers = tuple(
        None if pd.isna(ours[name]) else float(ours[name]) for name in ("value", "numerator", "denominator")
    )
    words = "" if offer.key[4] == "figure" else ours["text"]
    news = offer.key[4] == "stage" and offer.judged.cut_off and offer.judged.cut_off != ours["cut_off"]
    return offer.meant == (ours["status"], *numbers, words) and not news


def _from_base(offer: Offer, ours: dict[str, Any] | None) -> bool:
    """Whether the writer had before him what the ledger holds, and so changed it knowingly."""
    if ours is None:
        return True
    same_stage = offer.key[4] == "stage" and offer.judged.text == ours["text"]
    return (bool(offer.base) and _equal(offer.base, _shown_entry(ours))) or (same_stage and not ours["cut_off"])


def _shown(judged: Judged) -> str:
    if judged.numerator is not None and judged.denominator is not None:
        return f"{plain(judged.numerator)}/{plain(judged.denominator)}"
    return judged.text if judged.value is None else plain(judged.value)


def _shown_entry(row: dict[str, Any]) -> str:
    if pd.notna(row["denominator"]):
        return f"{plain(row['numerator'])}/{plain(row['denominator'])}"
    return str(row["text"]) if pd.isna(row["value"]) else plain(row["value"])


def _conflict(offer: Offer, others: list[tuple[str, str]]) -> Offer:
    told = text("ledger_sheets.between").join(f"{file} {value}" for file, value in sorted(set(others)))
    doubts = (*offer.judged.doubts, Doubt("conflict", True, {"values": told}))
    return offer._replace(judged=Judged(text=_shown(offer.judged), status="refused", doubts=doubts))


def _entry(offer: Offer, supersedes: str = "") -> dict[str, object]:
    task, item, department, quarter, name = offer.key
    said = offer.judged
    told = [offer.reason, said.why()] if said.status != "refused" else [said.why(refusing=True)]
    return {
        "entry_id": store.identity(offer.return_id, department, task, item, quarter, name), "task_id": task, "item_id": item,
        "department": department, "quarter": quarter, "field": name, "value": said.value, "numerator": said.numerator,
        "denominator": said.denominator, "text": said.text, "cut_off": said.cut_off, "approx": said.approx,
        "status": said.status, "return_id": offer.return_id, "supersedes": supersedes,
        "reason": text("ledger_sheets.between").join(one for one in told if one),
    }  # fmt: skip


# --- what became of a file -------------------------------------------------------------------------


def _return(
    outcome: Outcome, rows: list[dict[str, object]], equal: set[str], after: store.Ledger, tasks: dict[str, dict], on: date,
    role: str,
) -> dict[str, object]:  # fmt: skip
    """The row of *returns*, and the file's line and refused cells in words."""
    came, sheet = outcome.came, outcome.sheet
    assert came is not None
    refused = [row for row in rows if row["status"] == "refused"]
    accepted = [row for row in rows if row["status"] != "refused"]
    late = max((on - date.fromisoformat(sheet["due"])).days, 0)
    lacking = unreported(after, tasks, sheet, on)
    outcome.state = _state(outcome, accepted, refused, came.return_id in equal, late, lacking)
    fields = {
        "file": came.file, "department": sheet["department"], "state": text(f"ledger.return_{outcome.state}"),
        "taken": len(accepted), "refused": len(refused), "lacking": len(lacking),
    }  # fmt: skip
    outcome.line = say("line", **fields) + (say("late_by", days=late) if late else "")
    places = {store.identity(o.return_id, o.key[2], *o.key[:2], *o.key[3:]): o for o in outcome.offers}
    for row in rows:
        if offer := places.get(str(row["entry_id"])):
            column = offer.column if offer.column not in asked.COLUMNS else text(f"ledger.col_{offer.column}")
            where = {"file": came.file, "row": offer.row, "task": offer.task, "column": column}
            if row["status"] == "refused":
                outcome.refused.append(say("refused_cell", written=row["text"], why=row["reason"], **where))
            elif remarks := offer.judged.why(refusing=False):
                outcome.warnings.append(say("remark_cell", remark=remarks, **where))
    return {
        "return_id": came.return_id, "sheet_id": sheet["sheet_id"], "file": came.file, "received": on.isoformat(),
        "state": outcome.state, "days_late": late, "cells_taken": len(accepted), "cells_refused": len(refused),
        "filled_by_role": role,
    }  # fmt: skip


def _state(
    outcome: Outcome, accepted: list[dict[str, object]], refused: list[dict[str, object]], equal: bool, late: int,
    lacking: list[str],
) -> str:  # fmt: skip
    if not outcome.changed:
        return "unfilled"
    if refused and not accepted and not equal:
        return "rejected"
    if any(row["supersedes"] for row in accepted):
        return "corrected"
    return "late" if late else "partial" if lacking else "returned"


def unreported(ledger: store.Ledger, tasks: dict[str, dict], sheet: dict[str, Any], on: date) -> list[str]:
    """The rows of a department that ask for a figure or stage and have none, by key."""
    quarter, department = sheet["quarter"], sheet["department"]
    year = [task for task in tasks.values() if int(task["year"]) == quarters.year_of(quarter)]
    now = asked.sheet(
        ledger, pd.DataFrame(year), sheet["plan_id"], department, quarter, 1, on.isoformat(), sheet["due"], "zh"
    )
    return [
        line.key for line in now.lines
        if line.asked & {"stage", *asked.FIGURE} and not any(line.cells.get(c) not in ("", None) for c in ("stage", *asked.FIGURE))
    ]  # fmt: skip
