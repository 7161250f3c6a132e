"""``healthplan ledger take``: returned workbooks into the ledger, cell by cell against what was sent and what has come since.

Whole or not at all by file, and all files of a call in one write. Nothing of a file is taken silently, guessed or lost:
what is doubtful is an entry that counts for nothing and carries its question.
"""

from collections.abc import Sequence
from datetime import date
from os import environ
from os.path import isdir
from pathlib import Path
from typing import Any

from healthplan import workspace
from healthplan.errors import InputError, shortened
from healthplan.files import alone
from healthplan.language import characters
from healthplan.ledger import quarters, store
from healthplan.messages import LANGUAGES, text
from healthplan.plans import plan_ids
from healthplan.quarter import asked, baseline, commands, offers, register, returned
from healthplan.quarter.merge import decide
from healthplan.quarter.offers import Outcome, say
from healthplan.quarter.returned import Returned

KEPT = "收回"  # the folder of taken files
_NAME = 80  # characters of a file's name that a kept copy has


def take(
    files: Sequence[Path], on: date | None = None, role: str = "", quarter: str = "", write: bool = False
) -> tuple[list[str], bool]:
    """Take returned workbooks, or all files of a folder (``write``); what is to be said, a line each, and whether every file
    could be taken.

    ``on``: the day of taking; ``role``: of who filled them in, never a name; ``quarter``: the quarter whose sheets are taken,
    else the last one that was sent.
    """
    on, quarter = on or date.today(), quarters.quarter(quarter) if quarter else ""
    with alone(workspace.data("plans")):
        return _take(files, on, role, quarter, write)


def _take(files: Sequence[Path], on: date, role: str, quarter: str, write: bool) -> tuple[list[str], bool]:
    outcomes: list[Outcome] = []
    by_plan: dict[str, list[Outcome]] = {}
    ledgers: dict[str, store.Ledger] = {}
    for path in sorted(_named(files), key=lambda path: (path.name, str(path))):
        outcome = _opened(path, ledgers, quarter, on, {one.came.return_id for one in outcomes if one.came})
        outcomes.append(outcome)
        if outcome.sheet:
            by_plan.setdefault(outcome.sheet["plan_id"], []).append(outcome)
    if write:
        for plan in ledgers:
            commands.sweep(plan)
    for plan, those in by_plan.items():
        _taken(plan, ledgers[plan], those, on, role, write)
    said = [outcome.line for outcome in outcomes]
    said += [line for outcome in outcomes for line in (*outcome.refused, *outcome.warnings)]
    said.append(say("taken" if write else "dry_take", count=sum(bool(one.sheet) for one in outcomes)))
    return said, all(outcome.state != "rejected" or outcome.sheet for outcome in outcomes)


def _named(files: Sequence[Path]) -> list[Path]:
    """The files of a call: those named, and all of a folder but what Excel keeps beside an open book."""
    found: list[Path] = []
    for path in files:
        try:
            inside = [one for one in path.iterdir() if not one.name.startswith((".", "~$"))] if isdir(path) else [path]
        except OSError:  # a folder that may not be read is told as a file is
            inside = [path]
        found += [one for one in inside if one == path or not isdir(one)]
    return found


# --- which sheet a file is -------------------------------------------------------------------------


def _opened(path: Path, ledgers: dict[str, store.Ledger], quarter: str, on: date, seen: set[str]) -> Outcome:
    """A file and the sheet that it answers; where it answers none, why."""
    outcome = Outcome(workspace.legible(path.name))
    try:
        came = returned.read(path)
    except InputError as error:
        outcome.line = say("refused_file", file=outcome.file, why=error.faults[0].part("problem"))
        return outcome
    except Exception:  # whatever is wrong with one file concerns that file alone
        return _unreadable(outcome)
    outcome.warnings += [say("remark", file=came.file, remark=remark) for remark in came.remarks]
    why, sheet = _sheet_of(came, ledgers, quarter, on)
    if why:
        outcome.line = say("refused_file", file=outcome.file, why=why)
    elif came.return_id in seen or came.return_id in set(ledgers[sheet["plan_id"]].returns["return_id"]):
        outcome.line, outcome.state = say("again", file=outcome.file), "again"
    else:
        outcome.came, outcome.sheet, outcome.extra = came, sheet, list(came.extra)
    return outcome


def _unreadable(outcome: Outcome) -> Outcome:
    if environ.get("HEALTHPLAN_DEBUG"):
        raise
    return Outcome(outcome.file, say("refused_file", file=outcome.file, why=say("unreadable")))


def _sheet_of(came: Returned, ledgers: dict[str, store.Ledger], quarter: str, on: date) -> tuple[str, dict[str, Any]]:
    """Why a file is refused whole, or the row of *sheets* that it answers."""
    about = came.about
    if came.wrong:
        return came.wrong, {}
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
    if baseline.digest(list(came.base)) != sheet["baseline_hash"]:
        return say("base_changed"), {}
    wanted = quarter or max(rows["quarter"])
    if sheet["quarter"] != wanted:
        return say("other_quarter", quarter=sheet["quarter"], wanted=wanted), {}
    if on.isoformat() < sheet["issued"]:
        return say("before_issue", on=on.isoformat(), issued=sheet["issued"]), {}
    named = [one for one in set(rows["department"]) if one in came.file and one != sheet["department"]]
    if named and sheet["department"] not in came.file:
        return say("other_department", department=sheet["department"], named=max(named, key=len)), {}
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
            characters.key(row["task_id"]): [characters.key(row[f"name_{g}"]) for g in LANGUAGES]
            for row in tasks.to_dict("records")
        }
        rows = ((characters.key(r["task_id"].words), characters.key(r["name"].words)) for r in came.fill.values())
        matched = max(matched, sum(any(name.startswith(own) for own in names.get(one, ())) for one, name in rows))
    return say("typed", matched=matched, rows=len(came.fill))


def _taken(plan: str, ledger: store.Ledger, outcomes: list[Outcome], on: date, role: str, write: bool) -> None:
    """All files of a plan: offers, then decisions by cell, then one write."""
    tasks: dict[str, dict] = {}
    for outcome in outcomes:
        quarter = outcome.sheet["quarter"]
        tasks = {
            t["task_id"]: t for t in store.tasks_at(ledger, min(on, quarters.last_day(quarter))).to_dict("records")
        }
        try:
            offers.read(outcome, ledger, tasks, on)
        except Exception:
            vars(outcome).update(vars(_unreadable(outcome)))
    outcomes = [outcome for outcome in outcomes if outcome.sheet]
    rows, equal = decide([offer for outcome in outcomes for offer in outcome.offers], ledger)
    after = store.with_rows(ledger, entries=rows)
    kept: dict[Path, bytes] = {}
    told: list[dict[str, object]] = []
    for outcome in outcomes:
        mine = [row for row in rows if outcome.came and row["return_id"] == outcome.came.return_id]
        told.append(_return(outcome, mine, equal, after, tasks, on, role))
        if outcome.came:
            folder = commands.folder(plan, outcome.sheet["quarter"]) / KEPT
            kept[folder / f"{outcome.came.return_id}-{outcome.file[-_NAME:]}"] = outcome.came.path.read_bytes()
    if write:
        after = store.with_rows(after, returns=told)
        for quarter in dict.fromkeys(outcome.sheet["quarter"] for outcome in outcomes):
            those = [outcome for outcome in outcomes if outcome.sheet["quarter"] == quarter]
            path = commands.folder(plan, quarter) / register.NAME
            extra = [(one.file, row, words) for one in those for row, words in one.extra]
            warnings = [line for one in those for line in one.warnings]
            kept[path] = register.workbook(after, plan, quarter, extra, warnings, path)
        store.save(plan, after, beside=kept)


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
    lacking = asked.unreported(after, tasks.values(), sheet["department"], sheet["quarter"])
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
                outcome.refused.append(say("refused_cell", written=shortened(row["text"]), why=row["reason"], **where))
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
        return "partial" if _unread(outcome) else "unfilled"
    if refused and not accepted and not equal:
        return "rejected"
    if any(row["supersedes"] for row in accepted):
        return "corrected"
    return "late" if late else "partial" if lacking or _unread(outcome) else "returned"


def _unread(outcome: Outcome) -> bool:
    """Whether a column of figures that was sent could not be found."""
    return bool(outcome.came and outcome.came.unread & {*asked.FIGURE, "stage", "cut_off"})
