"""What an office decided, read back from its workbooks: tasks, things and gates, schedules, changes, evidence and disputed
cells. Everything is checked before anything is written; nothing of the ledger is written over but a thing's open cells."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from healthplan import registers, workspace
from healthplan.errors import Fault, InputError
from healthplan.intake import open_book
from healthplan.intake.book import Book, Cell, Sheet
from healthplan.language import characters, dates
from healthplan.ledger import figures, propose, quarters, store
from healthplan.messages import LANGUAGES, both, text
from healthplan.plans import load_plan
from healthplan.quarter import taskbook
from healthplan.quarter.taskbook import Column
from healthplan.registers import Registers

GATES = 9  # as many pairs of columns are looked for
KINDS = ("tasks", "items", "path", "changes", "decisions")
# a sheet is known by these of its headers
KNOWN_BY = {
    "tasks": {"task_id", "kind"}, "items": {"task_id", "item_id", "name_zh"}, "path": {"task_id", "expected_4"},
    "changes": {"task_id", "new", "decided_on"}, "decisions": {"task_id", "verdict"},
}  # fmt: skip
SETTLED = ("kind", "unit", "direction", "goal_value", "goal_high", "goal_comparator", "due", "stages", "done_at")
RISING = ("cumulative", "bound")
_HEAD_ROWS = 12


class Row(NamedTuple):
    """One row of a sheet as written: cells by column, and where it stands."""

    file: str
    sheet: str
    row: int
    cells: dict[str, Cell]
    heads: dict[str, str]

    def text(self, column: str) -> str:
        """What is written in a column, trimmed; empty where there is no such column."""
        cell = self.cells.get(column)
        return cell.text.strip() if cell else ""

    def fault(self, code: str, column: str, **fields: object) -> Fault:
        """A fault at a cell of the row."""
        value = self.text(column) or None
        return Fault(code, self.file, self.sheet, self.row, self.heads.get(column, ""), value, fields)


class Case:
    """What is being decided: the ledger, what stands, what was found wrong, and what would change."""

    def __init__(self, plan_id: str, year: int, when: date, lang: str, known: Registers, ledger: store.Ledger) -> None:
        self.plan, self.year, self.when, self.lang, self.known = (
            load_plan(plan_id, known=known),
            year,
            when,
            lang,
            known,
        )
        self.before = self.ledger = ledger
        self.stands = taskbook.standing(self.plan, ledger, known, year, when, lang)
        self.tasks = {row["task_id"]: row for row in self.stands.tasks.to_dict("records")}
        self.old = set(ledger.tasks["task_id"])
        self.faults: list[Fault] = []
        self.lines: list[str] = []
        self.names = self._departments()

    def _departments(self) -> dict[str, str]:
        """Every department that is known, as written in either language, to its name in the tables."""
        english = taskbook.english_departments(self.known)
        named = {one for row in self.tasks.values() for one in store.departments_of(row)}
        named |= set(self.stands.items["department"]) | set(english)
        own = {characters.key(one): one for one in named if one}
        return own | {characters.key(en): zh for zh, en in english.items()}

    def say(self, key: str, **fields: object) -> None:
        """A line of what would change."""
        self.lines.append(text(f"ledger_tasks.told_{key}", self.lang, **fields))

    def read(self, row: Row, column: Column, needed: bool = False) -> Any:
        """The value of a cell; a fault is kept and None given where it cannot be read."""
        cell = row.cells.get(column.column, Cell())
        if cell.error or (cell.formula and not cell.text.strip()):
            self.faults.append(row.fault("CELL-FORMULA", column.column))
            return None
        value, code, expected = _value(cell, column, self)
        if needed and value in ("", None) and not code:
            code, expected = "LEDGER-NEEDED", _choices(column, self.lang)
        if code:
            self.faults.append(row.fault(code, column.column, expected=expected))
            return None
        return value

    def department(self, row: Row, column: str, name: str) -> str:
        """A department's name in the tables; one that is named nowhere else is asked about."""
        if name and characters.key(name) not in self.names:
            self.faults.append(row.fault("LEDGER-DEPARTMENT", column))
            self.names[characters.key(name)] = name
        return self.names.get(characters.key(name), name)


def confirm(plan_id: str, paths: Iterable[Path], when: date, write: bool, lang: str) -> list[str]:
    """Take the office's workbooks; with ``write`` into the ledger. Returns what changes, a line each.

    Raises :class:`InputError` with every fault of all files: then nothing is written.
    """
    known = registers.load_registers()
    ledger = store.load(plan_id)
    books = [(path, open_book(path, workspace.legible(str(path)))) for path in paths]
    year = _year(load_plan(plan_id, known=known), ledger, [book for _, book in books])
    case = Case(plan_id, year, when, lang, known, ledger)
    for path, book in books:
        _take(case, path, book)
    if any(fault.severity == "error" for fault in case.faults):
        raise InputError(*case.faults)
    return [*_asked(case), *case.lines, *_ended(case, plan_id, write)]


def _asked(case: Case) -> list[str]:
    return [fault.text(case.lang) for fault in dict.fromkeys(case.faults)]


def _ended(case: Case, plan_id: str, write: bool) -> list[str]:
    """What stands then, and whether it was written."""
    if all(new.equals(old) for new, old in zip(case.ledger, case.before, strict=True)):
        return [text("ledger_tasks.told_nothing", case.lang)]
    now = store.tasks_at(case.ledger, case.when)
    lines = taskbook.told(case.ledger._replace(tasks=now[now["year"] == case.year]), case.lang)
    if not write:
        return [*lines, text("ledger_tasks.told_dry", case.lang)]
    written = ", ".join(path.name for path in store.save(plan_id, case.ledger))
    return [*lines, text("ledger_tasks.told_done", case.lang, files=written)]


# --- reading -------------------------------------------------------------------------------------


def _year(plan: Any, ledger: store.Ledger, books: list[Book]) -> int:
    """The year that the guide of a workbook names, else the ledger's or the plan's first; another plan is refused."""
    found = 0
    for book in books:
        said = {key: value for sheet in book.sheets for key, value in _said(sheet)}
        plan_id = plan.about["plan_id"]
        wanted = {"expected": plan_id}
        if said.get("plan", plan_id) != plan_id:
            raise InputError(Fault("LEDGER-PLAN", book.file, fields={"found": said["plan"], **wanted}))
        year = int(said["year"]) if said.get("year", "").isdigit() else 0
        if found and year and year != found:
            raise InputError(Fault("LEDGER-PLAN", book.file, fields={"found": year, "expected": found}))
        found = year or found
    return taskbook.year_of(plan, ledger, found or None)


def _said(sheet: Sheet) -> Iterator[tuple[str, str]]:
    """Plan and year as a guide sheet names them."""
    labels = {both(f"ledger_tasks.guide_{key}")[lang]: key for key in ("plan", "year") for lang in LANGUAGES}
    for row in sheet.rows[:_HEAD_ROWS]:
        if len(row) > 1 and row[0].text.strip() in labels:
            yield labels[row[0].text.strip()], row[1].text.strip()


def _take(case: Case, path: Path, book: Book) -> None:
    """Every sheet of a book that is one of ours, in the order in which they build on each other."""
    found = [(kind, rows) for sheet in book.sheets for kind, rows in _rows(book.file, sheet)]
    if not found:
        raise InputError(Fault("LEDGER-SHEET", book.file))
    takes: dict[str, Callable[[list[Row]], None]] = {
        "tasks": lambda rows: _tasks(case, rows), "items": lambda rows: _items(case, rows),
        "path": lambda rows: _path(case, rows), "changes": lambda rows: _changes(case, rows),
        "decisions": lambda rows: _decisions(case, rows, path),
    }  # fmt: skip
    for kind in KINDS:
        rows = [row for name, some in found if name == kind for row in some]
        if any(name == kind for name, _ in found):
            takes[kind](rows)


def _rows(file: str, sheet: Sheet) -> Iterator[tuple[str, list[Row]]]:
    """The kind of a sheet by its header, and its rows that are not empty; nothing where it is none of ours."""
    for at, cells in enumerate(sheet.rows[:_HEAD_ROWS]):
        written = [characters.key(cell.text) for cell in cells]
        for kind in KINDS:
            heads = _heads(kind)
            columns = [heads.get(word, "") for word in written]
            if KNOWN_BY[kind] <= set(columns):
                yield kind, list(_below(file, sheet, at, columns))
                return


def _below(file: str, sheet: Sheet, head: int, columns: list[str]) -> Iterator[Row]:
    shown = {column: cell.text.strip() for column, cell in zip(columns, sheet.rows[head], strict=True) if column}
    for at, line in enumerate(sheet.rows[head + 1 :], head + 2):
        cells = {column: cell for column, cell in zip(columns, line, strict=False) if column and not cell.blank}
        if cells:
            yield Row(file, sheet.name, at, cells, shown)


def _heads(kind: str) -> dict[str, str]:
    """The headers of a kind of sheet in both languages, folded, to its columns."""
    made = taskbook.columns(kind, GATES)
    return {characters.key(column.head(lang)): column.column for column in made for lang in LANGUAGES}


def _value(cell: Cell, column: Column, case: Case) -> tuple[Any, str, object]:
    """What a cell means, or the code of why it cannot be read and what was expected."""
    written = cell.text.strip()
    if not written:
        return (float("nan") if column.read == "number" else ""), "", ""
    if column.words:
        found = _word(written, column.words)
        return (found, "", "") if found else (None, "LEDGER-WORD", _choices(column, case.lang))
    if column.read == "number":
        return _number(cell)
    if column.read == "day":
        said = cell.when.isoformat() if cell.when else dates.deadline(written)
        return (quarters.day(said).isoformat(), "", "") if said else (None, "LEDGER-DAY", "2024-06-30")
    if column.read in ("stages", "stage"):
        return ";".join(_gate(one) for one in re.split(r"\s*(?:[;；>、]|→|->)\s*", written) if one), "", ""
    return written, "", ""


def _word(written: str, name: str) -> str:
    told = {characters.key(said): one for one, heads in taskbook.words(name).items() for said in (one, *heads.values())}
    return told.get(characters.key(written), "")


def _number(cell: Cell) -> tuple[Any, str, object]:
    if cell.number is not None:
        return cell.number * (100 if "%" in cell.format else 1), "", ""
    plain = characters.half_width(cell.text).strip().replace(",", "").removesuffix("%")
    if re.fullmatch(r"[-+]?(?:\d+\.?\d*|\.\d+)", plain):
        return float(plain), "", ""
    return None, "LEDGER-NUMBER", "90"


def _gate(written: str) -> str:
    """A gate's word in the tables; an office's own stays."""
    told = {characters.key(said): one for one, heads in propose.stage_words().items() for said in heads.values()}
    return told.get(characters.key(written), written.strip())


def _choices(column: Column, lang: str) -> str:
    join = text("scorecard.list_comma", lang)
    return (
        join.join(said[lang] for said in taskbook.words(column.words).values()) if column.words else column.head(lang)
    )


def _departments(case: Case, row: Row, column: str, written: str) -> str:
    """The names of a cell of several departments."""
    english = bool(re.search(r"[a-z]", written))
    parts = re.split(r"\s*[;；、]\s*" if english else r"\s*[;；、,，]\s*", written)
    return ";".join(case.department(row, column, one) for one in dict.fromkeys(parts) if one)


# --- the task sheet ------------------------------------------------------------------------------

NEEDED = ("kind", "given", "goal_comparator", "due", "path", "reporting", "gather", "direction")


def _tasks(case: Case, rows: list[Row]) -> None:
    """New tasks as the office has them; of those that stand what may be changed here, as changes of this day."""
    said: dict[str, dict[str, Any]] = {}
    for row in rows:
        task_id = row.text("task_id")
        if task_id in said:
            case.faults.append(row.fault("LEDGER-DOUBLE", "task_id", id=task_id))
        elif task_id not in case.tasks:
            case.faults.append(row.fault("LEDGER-TASK", "task_id"))
        else:
            said[task_id] = _task(case, row, case.tasks[task_id])
    new = [task for task_id, task in said.items() if task_id not in case.old]
    missing = [task_id for task_id in case.tasks if task_id not in said and task_id not in case.old]
    if case.old:  # what comes later is in force from its day on
        new = [{**task, "valid_from": case.when.isoformat()} for task in new]
    if new:
        ids = {task["task_id"] for task in new}
        things = [row for row in case.stands.items.to_dict("records") if row["task_id"] in ids]
        kept = [row for row in things if said[row["task_id"]]["kind"] == "stages"]
        case.ledger = store.with_rows(case.ledger, tasks=new, items=kept)
        case.say("added", count=len(new), items=len(kept))
    if missing and not case.old:
        case.say("skipped", ids=", ".join(missing))
    case.tasks = {task_id: said.get(task_id, task) for task_id, task in case.tasks.items() if task_id not in missing}


def _task(case: Case, row: Row, before: dict[str, Any]) -> dict[str, Any]:
    """A task as its row says it; what must not change there is a fault."""
    now = dict(before)
    for column in taskbook.columns("tasks"):
        if column.column not in row.heads or column.locked:
            continue
        value = case.read(row, column, column.column in NEEDED)
        if value is not None:
            now[column.column] = _names(case, row, column, value)
    _locked(case, row, before)
    case.faults += list(_mismatch(row, now, case.lang))
    changed = [name for name in now if not _same(now[name], before[name])]
    if before["task_id"] not in case.old:
        return now
    for name in changed:
        _corrected(case, row, before, now, name)
    return {**now, **{name: before[name] for name in changed if name in SETTLED}}


def _names(case: Case, row: Row, column: Column, value: Any) -> Any:
    if column.read == "department":
        return case.department(row, column.column, value)
    return _departments(case, row, column.column, value) if column.read == "departments" else value


def _corrected(case: Case, row: Row, before: dict[str, Any], now: dict[str, Any], column: str) -> None:
    """A goal is changed by decision only; the rest is a change that this day's task list decides."""
    made = taskbook.reader(column)
    english = taskbook.english_departments(case.known)
    ends = {
        end: taskbook.shown(said[column], made, case.lang, english) for end, said in (("old", before), ("new", now))
    }
    if column in SETTLED:
        head = taskbook.field_heads()[column]
        case.faults.append(row.fault("LEDGER-GOAL", column, field=head, **ends))
        return
    fresh = {"task_id": before["task_id"], "field": column, "decided_on": case.when.isoformat(), "old": _stored(before[column]),
             "new": _stored(now[column]), "decided_by": text("ledger_tasks.office", case.lang), "document": ""}  # fmt: skip
    _change(case, fresh, ends)


def _change(case: Case, fresh: dict[str, Any], ends: Mapping[str, Any]) -> None:
    """A change behind those there are; of one day the last of the task list counts."""
    changes = case.ledger.changes
    same_day = (
        changes[["task_id", "field", "decided_on"]] == pd.Series(fresh)[["task_id", "field", "decided_on"]]
    ).all(axis=1)
    kept = case.ledger._replace(changes=changes[~same_day].reset_index(drop=True))
    if same_day.any():
        fresh = fresh | {"old": changes.loc[same_day, "old"].iloc[0]}
    case.ledger = store.with_rows(kept, changes=[fresh])
    head = taskbook.field_heads()[fresh["field"]][case.lang]
    case.say("changed", task=fresh["task_id"], field=head, old=ends["old"] or "—", new=ends["new"] or "—")


def _locked(case: Case, row: Row, before: dict[str, Any]) -> None:
    """A changed name is told and not taken."""
    stands = {
        "name": {before["name_zh"], before["name_en"]},
        "section": {before["section"]},
        "source": {before["source"]},
    }
    for column, allowed in stands.items():
        if column in row.heads and row.text(column) not in allowed:
            case.faults.append(row.fault("LEDGER-LOCKED", column, stands=before.get(column) or before["name_zh"]))


def _mismatch(row: Row, now: dict[str, Any], lang: str) -> Iterator[Fault]:
    """Kind, what is written, path and frequency that do not go together; a gate that is none of the task's."""
    say = lambda field: taskbook.words(field)[now[field]][lang]  # noqa: E731
    things = now["kind"] == "stages"
    for field, word in (("given", "stage"), ("path", "stages")):
        wrong = now[field] != word if things and field == "given" else now[field] == word and not things
        if wrong:
            expected = f"{taskbook.words('kind')['stages'][lang]} = {taskbook.words(field)[word][lang]}"
            yield row.fault("LEDGER-MATCH", field, problem=f"{say('kind')} / {say(field)}", expected=expected)
    if (now["given"] == "annual_only") != (now["reporting"] == "annual_only"):
        once = taskbook.words("given")["annual_only"][lang]
        yield row.fault(
            "LEDGER-MATCH", "reporting", problem=f"{say('given')} / {say('reporting')}", expected=f"{once} = {once}"
        )
    if things and now["done_at"] and now["done_at"] not in store.stages_of(now):
        yield row.fault("LEDGER-STAGE", "done_at", expected=now["stages"])


def _same(one: Any, other: Any) -> bool:
    return bool(one == other) or (pd.isna(one) and pd.isna(other))


def _stored(value: Any) -> str:
    """A value as table ``changes`` keeps it."""
    if isinstance(value, float):
        return "" if pd.isna(value) else f"{value:.12g}"
    return str(value)


# --- things, gates, schedules --------------------------------------------------------------------


def _items(case: Case, rows: list[Row]) -> None:
    """Names, departments and days of things; things that the office added come behind the others."""
    items = case.ledger.items.to_dict("records")
    place = {(row["task_id"], row["item_id"]): at for at, row in enumerate(items)}
    seen: set[tuple[str, str]] = set()
    gates = {(r["task_id"], r["item_id"], r["gate"]): r for r in case.ledger.gates.to_dict("records")}
    told = 0
    for row in rows:
        task = _stage_task(case, row)
        if task is None:
            continue
        key = task["task_id"], row.text("item_id") or _next_item(place, task["task_id"])
        if key in seen:
            case.faults.append(row.fault("LEDGER-DOUBLE", "item_id", id=" ".join(key)))
            continue
        seen.add(key)
        fresh = _thing(case, row, key, items[place[key]] if key in place else None)
        if key not in place:
            place[key] = len(items)
            items.append(fresh)
            told += 1
        elif fresh != items[place[key]]:
            items[place[key]] = fresh
            told += 1
        told += _gates(case, row, task, key, gates)
    case.ledger = case.ledger._replace(items=_remade("items", items), gates=_remade("gates", list(gates.values())))
    if told:
        case.say("items", count=told)


def _remade(name: str, rows: list[dict[str, Any]]) -> pd.DataFrame:
    return store.appended(getattr(store.empty(), name), name, rows)


def _stage_task(case: Case, row: Row) -> dict[str, Any] | None:
    """The task of a thing's row; None where it has none, or counts no things."""
    task = case.tasks.get(row.text("task_id"))
    written = row.text("name_zh") or any(row.text(c) for c in row.cells if c.startswith(("planned_", "actual_")))
    if task is None:
        if written or row.text("task_id") not in set(case.stands.tasks["task_id"]):
            case.faults.append(row.fault("LEDGER-TASK", "task_id"))
        return None
    if task["kind"] != "stages":
        if written:
            kind = taskbook.words("kind")
            problem, expected = kind[task["kind"]][case.lang], kind["stages"][case.lang]
            case.faults.append(row.fault("LEDGER-MATCH", "task_id", problem=problem, expected=expected))
        return None
    return task


def _next_item(place: Mapping[tuple[str, str], int], task_id: str) -> str:
    numbers = [int(item) for task, item in place if task == task_id and item.isdigit()]
    return str(max(numbers, default=0) + 1)


def _thing(case: Case, row: Row, key: tuple[str, str], before: dict[str, Any] | None) -> dict[str, Any]:
    """A thing's row of *items*."""
    blank = {"task_id": key[0], "item_id": key[1], "name_zh": "", "department": "", "dropped_on": "", "reason": ""}
    now = dict(before or blank)
    for column in taskbook.columns("items"):
        if column.column in ("name_zh", "department", "dropped_on", "reason") and column.column in row.heads:
            value = case.read(row, column)
            now[column.column] = _names(case, row, column, value) if value else ""
    return now


def _gates(
    case: Case, row: Row, task: dict[str, Any], key: tuple[str, str], gates: dict[tuple[str, str, str], dict[str, Any]]
) -> int:
    """The days of a thing's gates into ``gates``; how many changed."""
    changed = 0
    last = {"planned": ("", ""), "actual": ("", "")}
    order = [gate for gate in store.stages_of(task) if gate != store.STAGES[0]]
    made = {column.column: column for column in taskbook.columns("items", GATES)}
    for at, gate in enumerate(order, 1):
        before = gates.get((*key, gate))
        now = dict(before or {"task_id": key[0], "item_id": key[1], "gate": gate, "planned": "", "actual": "",
                              "evidence_ref": "", "evidence_date": ""})  # fmt: skip
        for side in last:
            name = f"{side}_{at}"
            if name not in row.heads:
                continue
            now[side] = case.read(row, made[name]) or ""
            if now[side] and now[side] < last[side][1]:
                ends = {"first": last[side][0], "first_day": last[side][1], "second": gate, "second_day": now[side]}
                case.faults.append(row.fault("LEDGER-GATES", name, **ends))
            last[side] = (gate, now[side]) if now[side] else last[side]
        past = (
            before
            and before["planned"]
            and before["planned"] != now["planned"]
            and before["planned"] < case.when.isoformat()
        )
        if past and before:
            case.faults.append(row.fault("LEDGER-GATE-MOVED", f"planned_{at}", old=before["planned"]))
        if now != before and (now["planned"] or now["actual"] or before):
            gates[*key, gate] = now
            changed += 1
    return changed


def _path(case: Case, rows: list[Row]) -> None:
    """The declared schedules: what is to be reached by the end of each quarter."""
    points = {(r["task_id"], r["quarter"]): r for r in case.ledger.path.to_dict("records")}
    told = 0
    for row in rows:
        task = case.tasks.get(row.text("task_id"))
        if task is None or task["path"] != "own":
            case.faults.append(_no_schedule(case, row, task))
            continue
        before = float("-inf")
        for quarter, value in _points(case, row, task):
            if task["kind"] in RISING and value < before:
                case.faults.append(row.fault("LEDGER-PATH-FALLS", f"expected_{quarter[-1]}", quarter=quarter))
            before = value
            old = points.get((task["task_id"], quarter))
            if old and old["expected_to_date"] != value and quarters.last_day(quarter) < case.when:
                name = f"expected_{quarter[-1]}"
                case.faults.append(
                    row.fault("LEDGER-PATH-MOVED", name, quarter=quarter, old=_stored(old["expected_to_date"]))
                )
            if not old or old["expected_to_date"] != value:
                points[task["task_id"], quarter] = {
                    "task_id": task["task_id"], "quarter": quarter, "expected_to_date": value, "source": "own",
                }  # fmt: skip
                told += 1
    case.ledger = case.ledger._replace(path=_remade("path", list(points.values())))
    if told:
        case.say("path", count=told)


def _no_schedule(case: Case, row: Row, task: dict[str, Any] | None) -> Fault:
    if task is None:
        return row.fault("LEDGER-TASK", "task_id")
    said = taskbook.words("path")
    return row.fault("LEDGER-MATCH", "task_id", problem=said[task["path"]][case.lang], expected=said["own"][case.lang])


def _points(case: Case, row: Row, task: dict[str, Any]) -> Iterator[tuple[str, float]]:
    made = {column.column: column for column in taskbook.columns("path")}
    for at in range(1, 5):
        value = case.read(row, made[f"expected_{at}"])
        if value is not None and not pd.isna(value):
            yield f"{task['year']}Q{at}", float(value)


# --- changes by decision -------------------------------------------------------------------------


def _changes(case: Case, rows: list[Row]) -> None:
    """Changes of tasks in force, each with its decision."""
    made = {column.column: column for column in taskbook.columns("changes")}
    heads = {characters.key(said): name for name, both_ in taskbook.field_heads().items() for said in both_.values()}
    for row in rows:
        before = len(case.faults)
        task_id, field = row.text("task_id"), heads.get(characters.key(row.text("field")), "")
        needed = {name: case.read(row, made[name], True) for name in ("decided_on", "decided_by")}
        if task_id not in case.old:
            case.faults.append(row.fault("LEDGER-TASK", "task_id"))
        if not field:
            expected = "、".join(said[case.lang] for said in taskbook.field_heads().values())
            case.faults.append(row.fault("LEDGER-WORD", "field", expected=expected))
        if len(case.faults) == before:
            _decided(case, row, task_id, field, needed)


def _decided(case: Case, row: Row, task_id: str, field: str, needed: dict[str, Any]) -> None:
    """One change, unless it stands already."""
    column = taskbook.reader(field)
    said = {end: _read_as(case, row, end, column) for end in ("old", "new")}
    if None in said.values():
        return
    fresh = {"task_id": task_id, "field": field, "decided_on": needed["decided_on"], "new": _stored(said["new"]),
             "decided_by": needed["decided_by"], "document": row.text("document")}  # fmt: skip
    changes = case.ledger.changes
    keyed = (
        changes[["task_id", "field", "decided_on"]].apply(tuple, axis=1) if len(changes) else pd.Series(dtype="object")
    )
    there = changes[(keyed == (task_id, field, needed["decided_on"])).to_numpy(dtype=bool)] if len(changes) else changes
    english = taskbook.english_departments(case.known)
    if len(there):
        if there["new"].iloc[0] != fresh["new"]:
            case.faults.append(row.fault("LEDGER-CHANGE", "new", stands=there["new"].iloc[0]))
        return
    if field in SETTLED and not fresh["document"]:
        case.faults.append(
            row.fault("LEDGER-NEEDED", "document", expected=taskbook.columns("changes")[-1].head(case.lang))
        )
        return
    stands = store.tasks_at(case.ledger, quarters.day(needed["decided_on"])).set_index("task_id")
    value = stands.loc[task_id, field] if task_id in stands.index else case.tasks[task_id][field]
    if _stored(said["old"]) and _stored(said["old"]) != _stored(value):
        case.faults.append(row.fault("LEDGER-OLD", "old", stands=taskbook.shown(value, column, case.lang, english)))
        return
    new = taskbook.shown(said["new"], column, case.lang, english)
    _change(
        case, fresh | {"old": _stored(value)}, {"old": taskbook.shown(value, column, case.lang, english), "new": new}
    )


def _read_as(case: Case, row: Row, end: str, column: Column) -> Any:
    """Old or new value, read as the column of tasks that it is of."""
    value = case.read(row, column._replace(column=end))
    return _names(case, row, column._replace(column=end), value) if value else value


# --- evidence and disputed cells -----------------------------------------------------------------


def _decisions(case: Case, rows: list[Row], path: Path) -> None:
    """Accepted evidence and cells decided, as a return of the office; what stands already is not taken twice."""
    return_id = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
    if return_id in set(case.ledger.returns["return_id"]):
        return
    what = {characters.key(said): field for field, heads in taskbook.what_heads().items() for said in heads.values()}
    entries = [one for row in rows if row.text("verdict") for one in _entry(case, row, what, return_id)]
    if not entries or any(fault.severity == "error" for fault in case.faults):
        return
    taken: dict[str, object] = {"return_id": return_id, "sheet_id": "", "file": path.name, "received": case.when.isoformat(), "state": store.OFFICE,
             "days_late": None, "cells_taken": len(entries), "cells_refused": 0, "filled_by_role": ""}  # fmt: skip
    case.ledger = store.with_rows(case.ledger, entries=entries, returns=[taken])
    case.say("decided", count=len(entries))


def _entry(case: Case, row: Row, what: Mapping[str, str], return_id: str) -> Iterator[dict[str, Any]]:
    """The entry that a row of the decisions makes."""
    field = what.get(characters.key(row.text("field")), "")
    where = _where(case, row, field)
    if where is None:
        case.faults.append(row.fault("LEDGER-CELL", "task_id"))
        return
    verdict = characters.key(row.text("verdict"))
    said = {key: {characters.key(v) for v in both(f"ledger_tasks.verdict_{key}").values()} for key in ("close", "back")}
    blank = {
        "value": None,
        "numerator": None,
        "denominator": None,
        "text": "",
        "cut_off": "",
        "approx": None,
        "supersedes": "",
    }
    made = blank | where | {"status": "reported", "return_id": return_id, "reason": row.text("reason")}
    if verdict in said["back"]:
        found: dict[str, Any] | None = _back(case, row, made, field)
    else:
        found = (
            _closed(case, row, made, verdict in said["close"]) if field == taskbook.DONE else _settled(case, row, made)
        )
    if found and not _stands(case, found):
        found["entry_id"] = store.identity(
            return_id, *(found[c] for c in ("department", "task_id", "item_id", "quarter", "field"))
        )
        yield found


def _where(case: Case, row: Row, field: str) -> dict[str, Any] | None:
    """Which cell is meant: of what is done the evidence, else the refused cell that waits; None where there is none."""
    task_id, item_id, quarter = (row.text(name) for name in ("task_id", "item_id", "quarter"))
    department = case.names.get(characters.key(row.text("department")), row.text("department"))
    place = {"task_id": task_id, "item_id": item_id, "department": department, "quarter": quarter}
    if field == taskbook.DONE:
        things = case.ledger.items[
            (case.ledger.items["task_id"] == task_id) & (case.ledger.items["item_id"] == item_id)
        ]
        there = task_id in case.old and (not item_id or len(things)) and re.fullmatch(r"\d{4}Q[1-4]", quarter)
        return place | {"field": "verified"} if there else None
    own = case.ledger.entries
    for name, value in {**place, "field": field}.items():
        own = own[own[name] == value]
    waits = own[own["status"] == "refused"]
    return (
        place | {"field": field, "supersedes": waits["entry_id"].iloc[-1], "cut_off": waits["cut_off"].iloc[-1]}
        if len(waits)
        else None
    )


def _back(case: Case, row: Row, made: dict[str, Any], field: str) -> dict[str, Any] | None:
    if not made["reason"]:
        case.faults.append(row.fault("LEDGER-REASON", "reason"))
        return None
    return made | {"status": "refused", "text": row.text("evidence" if field == taskbook.DONE else "reported")}


def _closed(case: Case, row: Row, made: dict[str, Any], close: bool) -> dict[str, Any] | None:
    """Accepted evidence: its reference and its day."""
    if not close:
        words = "、".join(text(f"ledger_tasks.verdict_{key}", case.lang) for key in ("close", "back"))
        case.faults.append(row.fault("LEDGER-WORD", "verdict", expected=words))
        return None
    column = next(c for c in taskbook.columns("decisions") if c.column == "evidence_date")
    day = case.read(row, column)
    if not day or not row.text("evidence"):
        case.faults.append(row.fault("LEDGER-EVIDENCE", "evidence_date" if row.text("evidence") else "evidence"))
        return None
    return made | {"text": row.text("evidence"), "cut_off": day}


def _settled(case: Case, row: Row, made: dict[str, Any]) -> dict[str, Any] | None:
    """The value that counts for a cell that was set aside."""
    if not made["reason"]:
        case.faults.append(row.fault("LEDGER-REASON", "reason"))
        return None
    task, written = case.tasks[made["task_id"]], row.text("verdict")
    if made["field"] == "stage":
        gate = _gate(written)
        allowed = [*store.stages_of(task), *store.HALTED]
        if gate not in allowed:
            case.faults.append(row.fault("LEDGER-STAGE", "verdict", expected="、".join(allowed)))
            return None
        return made | {"text": gate}
    if made["field"] != "figure":
        return made | {"text": written}
    parts = re.fullmatch(r"\s*([\d.,]+)\s*[/／]\s*([\d.,]+)\s*", characters.half_width(written))
    if parts and float(parts[2].replace(",", "")):
        over, under = (float(part.replace(",", "")) for part in parts.groups())
        return made | {"numerator": over, "denominator": under}
    value, code, expected = _number(row.cells["verdict"])
    if code:
        case.faults.append(row.fault(code, "verdict", expected=expected))
        return None
    return made | {"value": value}


def _stands(case: Case, found: dict[str, Any]) -> bool:
    """Whether the last entry of the cell says this already."""
    own = case.ledger.entries
    for name in figures.CELL:
        own = own[own[name] == found[name]]
    if own.empty:
        return False
    last = own.iloc[-1]
    return all(
        _same(last[name], found[name]) for name in ("status", "text", "value", "numerator", "denominator", "reason")
    )
