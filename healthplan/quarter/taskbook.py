"""The workbooks on which an office decides: the year's task list, and what of a quarter waits for it.

Their columns stand in ``taskbook.csv``; :mod:`healthplan.quarter.confirming` reads the same columns back.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from healthplan import files, registers, tables
from healthplan.language import vocabulary
from healthplan.language.phrases import number
from healthplan.ledger import figures, propose, quarters, store
from healthplan.messages import both, text
from healthplan.plans import Plan, load_plan
from healthplan.quarter import commands
from healthplan.registers import Registers
from healthplan.starter import MADE

HERE = Path(__file__).parent
SPARE = {"tasks": 0, "items": 60, "path": 30, "changes": 60, "decisions": 0}  # empty rows below
FIELDS = ("valid_to", "replaced_by")  # may be changed although no column of the task sheet
DONE = "done"  # what a row of the decisions asks where all of a thing or task is meant
HEAD_ROW = 1


class Column(NamedTuple):
    """One column of a sheet: ``read`` is how its cells are read, ``words`` the list they are chosen from."""

    column: str
    label: str
    width: int
    read: str
    words: str
    locked: bool
    printed: bool
    at: int = 0  # which gate

    def head(self, lang: str) -> str:
        """Its header."""
        return text(self.label, lang, at=self.at) if self.at else text(self.label, lang)


@cache
def columns(sheet: str, gates: int = 0) -> tuple[Column, ...]:
    """The columns of a sheet; that of things has two for each of ``gates`` gates."""
    found: list[Column] = []
    for row in vocabulary.rows("taskbook", HERE):
        if row["sheet"] != sheet:
            continue
        made = Column(row["column"], row["label"], int(row["width"]), row["read"], row["words"], row["locked"] == "yes",
                      row["printed"] == "yes")  # fmt: skip
        if made.column != "gate_":
            found.append(made)
            continue
        for at in range(1, gates + 1):
            for side in ("planned", "actual"):
                found.append(made._replace(column=f"{side}_{at}", label=f"ledger_tasks.col_{side}", at=at))
    return tuple(found)


@cache
def words(name: str) -> dict[str, dict[str, str]]:
    """The words that a column may hold, each in both languages."""
    if name == "how":
        allowed: tuple[str, ...] = (">=", ">", "<=", "<", "=", "range")
        return {one: both(f"ledger_tasks.how_{one}") for one in allowed}
    column = next(c for c in tables.ALL["tasks"].columns if c.name == name)
    return {one: both(f"ledger.{name}_{one}") for one in column.words}


@cache
def field_heads() -> dict[str, dict[str, str]]:
    """The columns of tasks that a decision may change, by their headers."""
    open_columns = [c for c in columns("tasks") if not c.locked]
    found = {c.column: both(c.label) for c in open_columns}
    return found | {name: both(f"ledger_tasks.col_{name}") for name in FIELDS}


def reader(field: str) -> Column:
    """The column of the task sheet that holds a field of tasks."""
    kind = "day" if field == "valid_to" else "text"
    spare = Column(field, f"ledger_tasks.col_{field}", 10, kind, "", False, False)
    return next((c for c in columns("tasks") if c.column == field), spare)


# --- what stands ---------------------------------------------------------------------------------


def year_of(plan: Plan, ledger: store.Ledger, year: int | None = None) -> int:
    """The year meant: as asked, else the ledger's last, else the plan's first."""
    return year or int(ledger.tasks["year"].max() if len(ledger.tasks) else plan.about["period_start"])


def standing(plan: Plan, ledger: store.Ledger, known: Registers, year: int, when: date, lang: str) -> store.Ledger:
    """The ledger's tasks of a year as in force on a day, and behind them the plan's goals that it does not have yet."""
    proposed, things = propose.tasks(plan, known, year, lang)
    taken = set(ledger.tasks.loc[ledger.tasks["year"] != year, "task_id"])  # of a plan of several years: one id a year
    for frame in (proposed, things):
        frame["task_id"] = frame["task_id"].map(lambda one: f"{one}-{year}" if one in taken else one).astype("str")
    now = store.tasks_at(ledger, when)
    now = now[now["year"] == year]
    new = ~proposed["task_id"].isin(ledger.tasks["task_id"])
    fresh = things["task_id"].isin(proposed.loc[new, "task_id"])
    whole = _joined(now, proposed[new], "tasks"), _joined(ledger.items, things[fresh], "items")
    return ledger._replace(tasks=whole[0], items=whole[1])


def _joined(first: pd.DataFrame, second: pd.DataFrame, name: str) -> pd.DataFrame:
    parts = [part for part in (first, second) if len(part)]
    return tables.check(pd.concat(parts, ignore_index=True), name) if parts else tables.empty(name)


# --- the command ---------------------------------------------------------------------------------


def propose_tasks(plan_id: str, year: int | None, lang: str) -> list[str]:
    """Write the task list of a plan's year beside its sheets and return what is to be said of it, a line each."""
    known = registers.load_registers()
    plan, ledger = load_plan(plan_id, known=known), store.load(plan_id)
    meant = year_of(plan, ledger, year)
    stands = standing(plan, ledger, known, meant, date(meant, 12, 31), lang)
    content = workbook(plan, stands, known, meant, lang)
    path, new = _place(commands.folder(plan_id) / text("ledger_tasks.file", lang), content)
    if new:
        files.write_bytes(path, content)
    lines = [text(f"ledger_tasks.told_{'written' if new else 'same'}", lang, path=path)]
    return [*lines, *told(stands, lang), *_left(plan, meant, lang)]


def _place(path: Path, content: bytes) -> tuple[Path, bool]:
    """Where to write, and whether there is anything new: what an office has edited is never written over."""
    at, free = 1, path
    while free.exists() and free.read_bytes() != content:
        at, free = at + 1, path.with_stem(f"{path.stem}-{at + 1}")
    return free, not free.exists()


def told(stands: store.Ledger, lang: str) -> list[str]:
    """What of the tasks an office has to look at."""
    say = lambda key, **fields: text(f"ledger_tasks.told_{key}", lang, **fields)  # noqa: E731
    tasks = stands.tasks
    counts = tasks["kind"].value_counts()
    kinds = [say("kind", kind=text(f"ledger.kind_{kind}", lang), count=n) for kind, n in counts.items()]
    lines = [say("tasks", count=len(tasks), kinds=text("scorecard.list_comma", lang).join(kinds))]
    leads = [row["task_id"] for row in tasks.to_dict("records") if _lead_open(row)]
    unnamed = stands.items[(stands.items["name_zh"] == "") & stands.items["task_id"].isin(tasks["task_id"])]
    goals = list(tasks.loc[tasks["goal_value"].isna(), "task_id"])
    named = list(dict.fromkeys(unnamed["task_id"]))
    lines += [say("leads", count=len(leads), ids=_some(leads))] if leads else []
    lines += [say("unnamed", count=len(unnamed), tasks=len(named), ids=_some(named))] if named else []
    return lines + ([say("goals", count=len(goals), ids=_some(goals))] if goals else [])


def _lead_open(row: Mapping[str, Any]) -> bool:
    """Whether a row still says that its lead is to be confirmed."""
    keys = ("note_lead_unconfirmed", "note_lead_missing")
    starts = [
        said.split("（")[0].split(" (")[0] for key in keys for said in both(f"ledger_tasks.{key}", count=0).values()
    ]
    return not row["lead"] or any(start in row["office_note"] for start in starts)


def _some(ids: list[str], most: int = 8) -> str:
    return ", ".join(ids[:most]) + (" …" if len(ids) > most else "")


def _left(plan: Plan, year: int, lang: str) -> Iterator[str]:
    left = propose.left_out(plan, year)
    if left:
        yield text("ledger_tasks.told_left", lang, count=len(left))
    for one in left:
        why = text(f"ledger_tasks.left_{one.reason}", lang, **one.fields)
        name = one.name_zh if lang == "zh" else one.name_en
        yield "  " + text("ledger_tasks.told_left_one", lang, id=one.source.rsplit("-", 1)[-1], name=name, why=why)


# --- cells ---------------------------------------------------------------------------------------


def shown(value: Any, column: Column, lang: str, english: Mapping[str, str]) -> Any:
    """A value of a table as its cell shows it; ``english``: departments by their Chinese names."""
    if value is None or value == "" or (isinstance(value, float) and pd.isna(value)):
        return ""
    if column.words:
        return words(column.words)[value][lang]
    if column.read in ("department", "departments"):
        named = [english.get(one, one) if lang == "en" else one for one in str(value).split(";")]
        return ("、" if lang == "zh" else "; ").join(named)
    if column.read in ("stages", "stage"):
        gates = propose.stage_words()
        named = [gates.get(one, {}).get(lang, one) for one in str(value).split(";") if one]
        return text("ledger_tasks.gates_join", lang).join(named)
    return value


def english_departments(known: Registers) -> dict[str, str]:
    """Departments of the register: Chinese name to English."""
    return dict(zip(known.departments["name_zh"], known.departments["name_en"], strict=True))


def name_of(row: Mapping[str, Any], lang: str) -> str:
    """A task's name in a language."""
    return str(row["name_zh"] if lang == "zh" else row["name_en"])


# --- the task list -------------------------------------------------------------------------------


def workbook(plan: Plan, stands: store.Ledger, known: Registers, year: int, lang: str) -> bytes:
    """The task list as a workbook of five sheets for the office to confirm."""
    english = english_departments(known)
    gates = max([len(_dated(row)) for row in stands.tasks.to_dict("records") if row["kind"] == "stages"], default=5)
    rows = {
        "tasks": [{**row, "name": name_of(row, lang)} for row in stands.tasks.to_dict("records")],
        "items": list(_item_rows(stands, lang)), "path": list(_path_rows(stands, lang)),
        "changes": list(_change_rows(stands, lang, english)),
    }  # fmt: skip
    named = (
        set(stands.items["department"]) | set(stands.tasks["lead"]) | set(";".join(stands.tasks["support"]).split(";"))
    )
    departments = [english.get(one, one) if lang == "en" else one for one in sorted(named | set(english)) if one]
    fields = [heads[lang] for heads in field_heads().values()]
    with _Book(lang, departments, fields, text("ledger_tasks.sheet_tasks", lang)) as book:
        book.guide(plan, year)
        for sheet, found in rows.items():
            book.sheet(sheet, f"sheet_{sheet}", f"hint_{sheet}", found, english, columns(sheet, gates))
    return book.content


def _dated(task: Mapping[str, Any]) -> list[str]:
    """The gates of a task that have a day: all but 未启动."""
    return [gate for gate in store.stages_of(dict(task)) if gate != store.STAGES[0]]


def _item_rows(stands: store.Ledger, lang: str) -> Iterator[dict[str, Any]]:
    tasks = {row["task_id"]: row for row in stands.tasks.to_dict("records")}
    gates = {(r["task_id"], r["item_id"], r["gate"]): r for r in stands.gates.to_dict("records")}
    for item in stands.items.to_dict("records"):
        task = tasks.get(item["task_id"])
        if task is None or task["kind"] != "stages":
            continue
        told = propose.stage_words()
        order = [f"{at} {told.get(g, {}).get(lang, g)}" for at, g in enumerate(_dated(task), 1)]
        row = item | {"name": name_of(task, lang), "gates": text("ledger_tasks.gates_join", lang).join(order)}
        for at, gate in enumerate(_dated(task), 1):
            there = gates.get((item["task_id"], item["item_id"], gate), {})
            row |= {f"planned_{at}": there.get("planned", ""), f"actual_{at}": there.get("actual", "")}
        yield row


def _path_rows(stands: store.Ledger, lang: str) -> Iterator[dict[str, Any]]:
    points = {(r["task_id"], r["quarter"]): r["expected_to_date"] for r in stands.path.to_dict("records")}
    for task in stands.tasks[stands.tasks["path"] == "own"].to_dict("records"):
        said = {f"expected_{n}": points.get((task["task_id"], f"{task['year']}Q{n}"), "") for n in range(1, 5)}
        yield {"task_id": task["task_id"], "name": name_of(task, lang), "unit": task["unit"], **said}


def _change_rows(stands: store.Ledger, lang: str, english: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for row in stands.changes.to_dict("records"):
        column = reader(row["field"])
        both_ends = {end: shown(row[end], column, lang, english) for end in ("old", "new")}
        yield row | both_ends | {"field": field_heads()[row["field"]][lang]}


# --- what waits for the office -------------------------------------------------------------------


def decisions_workbook(ledger: store.Ledger, quarter: str, lang: str) -> bytes:
    """What of a quarter waits for the office: 待核, reported done without accepted evidence, and 待定, cells set aside with
    what was written and why. Whether a task is done is read from the quarter's last edition of verdicts."""
    english: dict[str, str] = {}
    verdicts = [text(f"ledger_tasks.verdict_{one}", lang) for one in ("close", "back")]
    with _Book(lang, [], verdicts, text("ledger_tasks.sheet_pending", lang)) as book:
        for sheet, rows in (("to_verify", to_verify(ledger, quarter)), ("pending", pending(ledger, quarter))):
            cells = [_decision_row(row, ledger, lang) for row in rows]
            book.sheet("decisions", f"sheet_{sheet}", f"hint_{sheet}", cells, english, columns("decisions"))
    return book.content


def to_verify(ledger: store.Ledger, quarter: str) -> list[dict[str, Any]]:
    """Things at their goal's gate, and other tasks that are done, whose evidence nobody accepted: task_id, item_id,
    department, quarter, field, reported, evidence."""
    found: list[dict[str, Any]] = []
    for task in store.tasks_at(ledger, quarters.last_day(quarter)).to_dict("records"):
        rows = _things_done(task, ledger, quarter) if task["kind"] == "stages" else _task_done(task, ledger, quarter)
        found += [{"task_id": task["task_id"], "quarter": quarter, "field": DONE, **row} for row in rows]
    return found


def _things_done(task: dict, ledger: store.Ledger, quarter: str) -> Iterator[dict[str, Any]]:
    gates = store.stages_of(task)
    goal = task["done_at"] or (store.DONE_AT if store.DONE_AT in gates else gates[-1])
    for thing in figures.stages(task, ledger, quarter).to_dict("records"):
        there = thing["stage"] in gates and gates.index(thing["stage"]) >= gates.index(goal)
        if there and not thing["verified"]:
            yield {"item_id": thing["item_id"], "department": thing["department"] or task["lead"],
                   "reported": thing["stage"], "evidence": thing["evidence"]}  # fmt: skip


def _task_done(task: dict, ledger: store.Ledger, quarter: str) -> Iterator[dict[str, Any]]:
    rows = ledger.verdicts[(ledger.verdicts["quarter"] == quarter) & (ledger.verdicts["task_id"] == task["task_id"])]
    if rows.empty or rows.iloc[-1]["mark"] != "to_verify":
        return
    own = ledger.entries[(ledger.entries["task_id"] == task["task_id"]) & (ledger.entries["quarter"] <= quarter)]
    said = figures.current(own[own["field"] == "evidence"])
    value = rows.iloc[-1]["to_date"]
    evidence = "；".join(dict.fromkeys(one for one in said["text"] if one))
    reported = f"{number(value)}{task['unit']}" if pd.notna(value) else ""
    yield {"item_id": "", "department": task["lead"], "reported": reported, "evidence": evidence}


def pending(ledger: store.Ledger, quarter: str) -> list[dict[str, Any]]:
    """Refused cells of a quarter that nothing came after: the columns of :func:`to_verify`, and ``entry_id``, ``reason``."""
    office = set(ledger.returns.loc[ledger.returns["state"] == store.OFFICE, "return_id"])
    own = ledger.entries[ledger.entries["quarter"] == quarter]
    last = own.drop_duplicates(figures.CELL, keep="last")
    open_cells = last[(last["status"] == "refused") & ~last["return_id"].isin(office)]
    return [{**row, "reported": row["text"], "evidence": ""} for row in open_cells.to_dict("records")]


def _decision_row(row: dict[str, Any], ledger: store.Ledger, lang: str) -> dict[str, Any]:
    task = ledger.tasks[ledger.tasks["task_id"] == row["task_id"]].iloc[-1].to_dict()
    thing = ledger.items[(ledger.items["task_id"] == row["task_id"]) & (ledger.items["item_id"] == row["item_id"])]
    name = name_of(task, lang) + ("".join(f" · {one}" for one in thing["name_zh"] if one))
    why = row.get("reason", "")
    reported = row["reported"]
    if row["field"] == DONE or row["field"] == "stage":
        reported = propose.stage_words().get(reported, {}).get(lang, reported)
    return row | {"name": name, "field": what_heads()[row["field"]][lang], "reason": "",
                  "reported": f"{reported}（{why}）" if why and lang == "zh" else f"{reported} ({why})" if why else reported}  # fmt: skip


@cache
def what_heads() -> dict[str, dict[str, str]]:
    """What a row of the decisions is about: a cell of the return, or that all is done."""
    cells = {"figure": "value", "stage": "stage", "progress": "progress", "problem": "problem", "measure": "measure",
             "expected_done": "expected_done", "evidence": "evidence"}  # fmt: skip
    return {field: both(f"ledger.col_{label}") for field, label in cells.items()} | {
        DONE: both("ledger_tasks.what_done")
    }


# --- sheets --------------------------------------------------------------------------------------


class _Book:
    """An xlsx file being written: formats, lists, and sheets of one make."""

    def __init__(self, lang: str, departments: list[str], fields: list[str], title: str) -> None:
        self.lang, self.departments, self.fields, self.title = lang, departments, fields, title
        self.content = b""

    def __enter__(self) -> "_Book":
        import xlsxwriter

        self.out = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        self.book.set_properties({"created": MADE, "author": "", "title": self.title})
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B0B0B0", "font_size": 10}
        made = self.book.add_format
        self.head = made({**base, "bold": True, "bg_color": "#DDE7EE"})
        self.plain = made({"text_wrap": True, "valign": "top"})
        self.bold = made({"bold": True, "font_size": 14})
        self.forms = {(locked, kind): made({
            **base, "locked": locked, **({"bg_color": "#EFEFEF"} if locked else {}),
            "num_format": "General" if kind == "number" else "@",
        }) for locked in (True, False) for kind in ("number", "text")}  # fmt: skip
        self.lists: list[tuple[str, list[str]]] = []
        return self

    def __exit__(self, *failed: object) -> None:
        page = self.book.add_worksheet("_lists")
        page.hide()
        for at, (_, found) in enumerate(self.lists):
            page.write_column(0, at, found)
        self.book.close()
        self.content = self.out.getvalue()

    def guide(self, plan: Plan, year: int) -> None:
        """The first sheet: whose list it is, and how it is filled in."""
        page = self.book.add_worksheet(text("ledger_tasks.sheet_guide", self.lang))
        plan_id = plan.about["plan_id"]
        title = text("ledger_tasks.guide_title", self.lang, plan=plan.about[f"title_{self.lang}"], year=year)
        page.set_column(0, 0, 14)
        page.set_column(1, 1, 90, self.plain)
        page.write_string(0, 0, title, self.bold)
        for row, (key, value) in enumerate((("plan", plan_id), ("year", str(year))), 1):
            page.write_string(row, 0, text(f"ledger_tasks.guide_{key}", self.lang))
            page.write_string(row, 1, value)
        for row, line in enumerate(text("ledger_tasks.guide_lines", self.lang, plan=plan_id).split("|"), 4):
            page.write_string(row, 1, line, self.plain)
        _on_paper(page, portrait=True)

    def sheet(
        self, kind: str, name: str, hint: str, rows: list[dict[str, Any]], english: Mapping[str, str],
        made: tuple[Column, ...],
    ) -> None:  # fmt: skip
        """A sheet: a line of advice, the header, the rows, spare rows; lists to choose from; locked cells grey."""
        page = self.book.add_worksheet(text(f"ledger_tasks.{name}", self.lang))
        printed = sum(c.printed for c in made)
        page.write_string(0, 0, text(f"ledger_tasks.{hint}", self.lang, printed=printed))
        last = HEAD_ROW + len(rows) + SPARE[kind]
        for at, column in enumerate(made):
            page.set_column(at, at, column.width)
            page.write_string(HEAD_ROW, at, column.head(self.lang), self.head)
            for offset in range(len(rows) + SPARE[kind]):
                value = rows[offset].get(column.column, "") if offset < len(rows) else ""
                keyed = offset < len(rows) and column.column in ("task_id", "item_id")
                self._cell(page, HEAD_ROW + 1 + offset, at, shown(value, column, self.lang, english), column, keyed)
            if last > HEAD_ROW and (found := self._choices(column)):
                page.data_validation(HEAD_ROW + 1, at, last, at, found)
        page.freeze_panes(HEAD_ROW + 1, 3)
        if rows:
            page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(made) - 1)
        page.protect(
            "", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True, "delete_rows": True}
        )
        _on_paper(page)
        page.repeat_rows(HEAD_ROW)
        page.print_area(0, 0, HEAD_ROW + max(len(rows), 1), max(printed, 1) - 1)

    def _cell(self, page: Any, row: int, at: int, value: Any, column: Column, keyed: bool) -> None:
        form = self.forms[column.locked or keyed, "number" if column.read == "number" else "text"]
        if isinstance(value, int | float):
            page.write_number(row, at, value, form)
        elif value:
            page.write_string(row, at, str(value), form)
        else:
            page.write_blank(row, at, None, form)

    def _choices(self, column: Column) -> dict[str, Any]:
        """Words of a closed list must be chosen; names may be typed."""
        if column.words:
            return {"validate": "list", "source": [said[self.lang] for said in words(column.words).values()]}
        if column.read == "department" and self.departments and not column.locked:
            return {
                "validate": "list",
                "source": self._range("departments", self.departments),
                "error_type": "information",
            }
        if column.read == "field":
            return {"validate": "list", "source": self._range("fields", self.fields)}
        if column.column == "verdict":
            return {"validate": "list", "source": self.fields, "error_type": "information"}
        return {}

    def _range(self, name: str, found: list[str]) -> str:
        names = [one for one, _ in self.lists]
        if name not in names:
            self.lists.append((name, found))
            names.append(name)
        letter = chr(65 + names.index(name))
        return f"=_lists!${letter}$1:${letter}${len(found)}"


def _on_paper(page: Any, portrait: bool = False) -> None:
    """A4, as wide as the paper, pages numbered."""
    if not portrait:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.set_footer("&C&P / &N")
