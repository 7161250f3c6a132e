"""The lists of a judged quarter, as tables of finished words (:mod:`healthplan.quarter.lines`) and as one workbook."""

from collections import Counter
from collections.abc import Iterable

import pandas as pd

from healthplan.book import Book
from healthplan.language import phrases
from healthplan.ledger import judge, quarters, store, written
from healthplan.quarter.lines import (
    STATES,
    TOLD,
    TONE,
    TONES,
    Row,
    View,
    amount,
    full,
    involved,
    known,
    say,
    state,
    when,
)
from healthplan.registers import departments

WIDTHS = {
    "number": 5, "lamp": 7, "part": 6, "verified": 8, "days": 11, "open": 9, "taken": 8, "refused": 8, "days_late": 7,
    "named": 34, "name": 32, "goal": 16, "state_says": 44, "lamp_says": 34, "gates": 40, "item": 20, "q1": 10, "q2": 10,
    "q3": 10, "q4": 10, "needed": 14, "year_end": 16, "p": 10, "support": 22, "evidence_wanted": 24, "lead": 14, "reached": 10,
    "expected_both": 10,
}  # fmt: skip
USUAL = 12


def heads(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    """The columns that are shown, with their words."""
    return {c: say(lang, f"col_{c}") for c in frame.columns if not c.startswith("_")}


def frame(rows: Iterable[Row], columns: str) -> pd.DataFrame:
    """Rows as a table of these columns (spaces between)."""
    names = columns.split()
    return pd.DataFrame([{c: row.get(c, "") for c in names} for row in rows], columns=names, dtype="object")


def disagreements(seen: View) -> pd.DataFrame:
    """Where the office's lamp and our word differ: both with their reasons; a lamp that hides a lag first."""
    found = []
    for one in seen.lines:
        row = one["_row"]
        if row["disagrees"] is not pd.NA and row["disagrees"]:
            why = say(seen.lang, "lamp_why", even=one["even"] or "—", reached=one["to_date"] or "—")
            says = {"lamp_says": f"{one['lamp']}\n{why}", "state_says": f"{one['state']}\n{one['why']}"}
            found.append({**one, **says})
    found.sort(key=lambda one: (one["_tone"] != "bad", _gap(one)))
    return frame(found, "number named lead lamp_says state_says p year_end _tone")


def _gap(one: Row) -> float:
    return one["_row"]["gap_pp"] if known(one["_row"]["gap_pp"]) else 0.0


def tick_sheet(seen: View, paper: bool = False) -> pd.DataFrame:
    """打表: one line a task, the year's quarters as last said in their own editions. ``paper``: the lead in the task's cell."""
    who = "owned" if paper else "named lead"
    return frame(seen.lines, f"number {who} q1 q2 q3 q4 reached expected_both lamp state p year_end needed _tone")


def task_list(seen: View) -> pd.DataFrame:
    """任务清单, in the order of the plan's sections."""
    return frame(seen.lines, "section number name goal kind due lead support evidence_wanted state _tone")


def responsibility_list(seen: View) -> pd.DataFrame:
    """责任清单: department by department, what it leads before what it supports."""
    found = []
    for name in all_departments(seen):
        for part in ("lead", "support"):
            rows = [one for one in seen.lines if name in _names(one["_task"][part])]
            word, whose = say(seen.lang, f"part_{part}"), departments(name, seen.lang)
            found += [{**one, "department": whose, "part": word} for one in rows]
    return frame(found, "department part number name goal due to_date state _tone")


def stage_table(seen: View) -> pd.DataFrame:
    """阶段表: one line a thing, each gate with its days as planned and passed; days late or left to the next."""
    found = []
    for one in seen.lines:
        own = seen.things[one["task_id"]]
        empty = [thing for thing in own if not (thing["name_zh"] or thing["stage"] or thing["planned"])]
        found += [_thing(seen, one, thing) for thing in own if thing not in empty]
        if empty:
            found.append(
                {c: one[c] for c in ("number", "name")} | {"item": say(seen.lang, "unnamed", count=len(empty))}
            )
    return frame(found, "number name item department stage gates next_gate days expected_done verified _tone")


def _thing(seen: View, one: Row, thing: Row) -> Row:
    lang, planned, actual, passed = seen.lang, thing["planned"], thing["actual"], []
    for gate in store.stages_of(one["_task"]):
        day, asked = actual.get(gate, ""), planned.get(gate, "")
        if day or asked:
            key = "gate_planned" if not day else "gate_both" if asked and day != asked else "gate_passed"
            passed.append(say(lang, key, gate=written.stage_name(gate, lang), day=day, planned=asked))
    late = thing["days_overdue"]
    return {
        "number": one["number"], "name": one["name"], "item": "" if thing["name_zh"] == one["_task"]["name_zh"] else thing["name_zh"], "department": departments(thing["department"], lang),
        "stage": written.stage_name(thing["stage"], lang), "gates": "\n".join(passed), "next_gate": written.stage_name(thing["next_gate"], lang),
        "days": days(late, lang), "expected_done": when(thing["expected_done"], lang), "_late": late,
        "verified": say(lang, "yes" if thing["verified"] else "no"), "_tone": "bad" if known(late) and late > 0 else "",
    }  # fmt: skip


def days(late: object, lang: str) -> str:
    """Days late, or left."""
    if not known(late):
        return ""
    count = int(float(str(late)))
    return say(lang, "days_late" if count > 0 else "days_left" if count else "days_today", days=abs(count))


def behind_by_department(seen: View) -> pd.DataFrame:
    """慢序时: what lags, is overdue or broken, by lead, with reason, problem, next step and date as returned."""
    bad = [dict(one) for one in seen.lines if one["_tone"] == "bad"]
    bad.sort(key=lambda one: (STATES.index(one["_row"]["state"]), _gap(one)))
    first = list(dict.fromkeys(one["lead"] for one in bad))
    bad.sort(key=lambda one: first.index(one["lead"]))
    for one in bad:
        one["department"] = one["lead"] or say(seen.lang, "no_lead")
        for field in (*TOLD, "expected_done"):
            one[field] = one[field] or say(seen.lang, "not_said")
        one["state_why"] = f"{one['state']}\n{one['why']}"
    return frame(
        bad, "department number named reached expected_both gap_pp state_why problem measure expected_done _tone _row"
    )


def undecided(seen: View) -> pd.DataFrame:
    """What nothing can be said of: not reported, sent back, without a goal or a start; and why."""
    found = [dict(one) for one in seen.lines if one["_tone"] == "open" and one["_row"]["state"] != "ahead"]
    found.sort(key=lambda one: one["_row"]["state"] not in ("cannot_judge", "unreported"))
    for one in found:
        one["state_why"] = f"{one['state']}\n{one['why']}"
    return frame(found, "number named lead reached state_why")


def changed(seen: View) -> pd.DataFrame:
    """What this edition says otherwise than the one before it of the same quarter."""
    quarter, number = seen.edition.split("-")
    rows = seen.ledger.verdicts
    before = {r["task_id"]: r for r in rows[rows["edition"] == f"{quarter}-{int(number) - 1}"].to_dict("records")}
    found = []
    for one in seen.lines:
        if (was := before.get(one["task_id"])) is None:
            continue
        then, now = (
            " ".join(filter(None, (state(r, seen.lang), amount(r["to_date"], one["_task"]["unit"], seen.lang))))
            for r in (was, one["_row"])
        )
        if then != now:
            found.append({**one, "said_before": then, "said_now": now})
    return frame(found, "number named lead said_before said_now")


def due_soon(seen: View) -> pd.DataFrame:
    """Tasks and things due within 30 days after the cut-off and not done."""
    now, found = quarters.day(seen.cut_off), []
    for one in seen.lines:
        left = (quarters.day(one["_task"]["due"]) - now).days
        if 0 < left <= judge.SOON and one["_tone"] != "done":
            found.append({**one, "what": one["name"], "days": days(-left, seen.lang), "_left": left})
        for thing in seen.things[one["task_id"]]:
            if known(thing["days_overdue"]) and -judge.SOON <= thing["days_overdue"] < 0 and thing["next_gate"]:
                gate, late = written.stage_name(thing["next_gate"], seen.lang), thing["days_overdue"]
                alone = thing["name_zh"] in ("", one["_task"]["name_zh"])
                key = "task_gate" if alone else "thing_gate"
                what = say(seen.lang, key, name=one["name"], item=thing["name_zh"], gate=gate)
                told = {"what": what, "due": when(thing["next_planned"], seen.lang), "days": days(late, seen.lang)}
                found.append({**one, **told, "_left": -late})
    found.sort(key=lambda one: one["_left"])
    return frame(found, "number what lead due days state _tone")


def twice_behind(seen: View) -> list[Row]:
    """The lines that lag in this quarter and lagged in the last one too."""
    before = seen.said.get(quarters.before(seen.quarter), {})
    lagged = {task_id for task_id, row in before.items() if TONE[row["state"]] == "bad"}
    return [one for one in seen.lines if one["_tone"] == "bad" and one["task_id"] in lagged]


def returns_table(seen: View) -> pd.DataFrame:
    """回表情况 by department."""
    lang, found = seen.lang, []
    for one in seen.returned:
        late, tone = one["days_late"], "open" if one["state"] in ("missing", "rejected") else "good"
        found.append({
            **one, **{c: str(one[c]) for c in ("taken", "refused", "open")}, "due_back": one["due"],
            "days_late": say(lang, "days", days=late) if late else "", "department": departments(one["department"], lang),
            "return_state": say(lang, f"return_{one['state']}"), "_tone": "bad" if late and tone == "good" else tone,
        })  # fmt: skip
    return frame(found, "department sent due_back received return_state days_late taken refused open _tone")


def rates(seen: View) -> dict[str, int]:
    """How many sheets went out, came back and came back in time."""
    rows = seen.returned
    back = [one for one in rows if one["state"] not in ("missing", "rejected")]
    return {"sent": len(rows), "back": len(back), "on_time": sum(not one["days_late"] for one in back)}


def counts(seen: View) -> dict[str, int]:
    """Tasks by state, the urgent ones first; only those there are."""
    found = Counter(seen.now[task["task_id"]]["state"] for task in seen.tasks)
    return {state: found[state] for state in STATES if found[state]}


def to_verify(seen: View) -> int:
    """How many tasks are reported done without accepted evidence."""
    return sum(seen.now[task["task_id"]]["mark"] == "to_verify" for task in seen.tasks)


def by_tone(seen: View) -> dict[str, int]:
    """Tasks by tone."""
    return {tone: sum(n for state, n in counts(seen).items() if TONE[state] == tone) for tone in TONES}


def count_words(found: dict[str, int], lang: str) -> str:
    """The counts in a sentence's part."""
    return say(lang, "comma").join(say(lang, "count", state=say(lang, f"state_{s}"), count=n) for s, n in found.items())


def entry_trace(seen: View) -> pd.DataFrame:
    """Where each number comes from: the entry it rests on, the file that brought it, and its cut-off date."""
    entries = {row["entry_id"]: row for row in seen.ledger.entries.to_dict("records")}
    files = {row["return_id"]: row for row in seen.ledger.returns.to_dict("records")}
    found = []
    for one in seen.lines:
        for entry_id in filter(None, str(one["_row"]["entry_ids"]).split(";")):
            entry = entries.get(entry_id)
            if entry:
                back = files.get(entry["return_id"], {})
                found.append({
                    **one, "entry": entry_id, "department": departments(entry["department"], seen.lang), "cut_off": entry["cut_off"],
                    "given": given(entry, one["_task"], seen.lang), "file": back.get("file", ""), "received": back.get("received", ""),
                })  # fmt: skip
    return frame(found, "number name to_date department given cut_off received file entry")


def given(entry: Row, task: Row, lang: str) -> str:
    """An entry as it was returned: figure, parts of a share, or stage."""
    parts = [phrases.number(entry[c], digits=9) for c in ("numerator", "denominator") if known(entry[c])]
    if len(parts) == 2:
        return " / ".join(parts)
    if known(entry["value"]):
        shown = amount(entry["value"], task["unit"], lang)
        return say(lang, "quarter_value", quarter=entry["quarter"], value=shown)
    return written.stage_name(entry["text"], lang)


def _names(cell: str) -> list[str]:
    return [name.strip() for name in str(cell).split(";") if name.strip()]


def all_departments(seen: View) -> list[str]:
    """Every department that has a task, a thing or a sheet, most tasks led first."""
    led = Counter(task["lead"] for task in seen.tasks if task["lead"])
    named = [name for task in seen.tasks for name in involved(seen, task)]
    sent = seen.ledger.sheets.loc[seen.ledger.sheets["quarter"] == seen.quarter, "department"]
    every = dict.fromkeys((*named, *sent))
    return sorted(every, key=lambda name: -led[name])


def workbook(seen: View, plan: str, paragraphs: list[str]) -> bytes:
    """All lists of the quarter as one xlsx, every cell text. ``plan``: its title; ``paragraphs``: the draft of the notice."""
    title = f"{plan} {full(seen.quarter, seen.lang)}"
    with Book(plan) as book:
        for name, made in (
            ("tick", tick_sheet(seen)), ("tasks", task_list(seen)), ("responsibility", responsibility_list(seen)),
            ("stages", stage_table(seen)), ("disagreements", disagreements(seen)),
        ):  # fmt: skip
            _sheet(book, seen, name, made, title)
        page = book.page(say(seen.lang, "sheet_notice"), [90], upright=True)
        for at, words in enumerate(paragraphs):
            page.write(at, 0, words, "line" if at else "line strong")
        _sheet(book, seen, "returns", returns_table(seen), title)
    return book.content


def _sheet(book: Book, seen: View, name: str, made: pd.DataFrame, title: str) -> None:
    """A list as a sheet: title, basis, heads, rows."""
    word, shown = say(seen.lang, f"sheet_{name}"), heads(made, seen.lang)
    basis = say(seen.lang, "notice_basis", cut_off=when(seen.cut_off, seen.lang), edition=seen.edition)
    widths = [WIDTHS.get(column, USUAL) for column in shown]
    page = book.page(word, widths, list(shown.values()), title=f"{word}　{title}", note=basis, freeze=2)
    for row, one in enumerate(made.to_dict("records"), 3):
        for at, column in enumerate(shown):
            marked = column == "state" and one.get("_tone") == "bad"
            page.write(row, at, one[column] or "—", "cell strong" if marked else "cell")
