"""The lists of a judged quarter, as tables of finished words: what a page, a workbook and a notice show is the same cell.

A figure is put into words once (:func:`line`), from the one row of *verdicts*; every list picks from those lines. Cells are
text, empty where nothing is to be said; the column ``_tone`` (bad, good, done, open) is for the eye and never shown.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from healthplan import registers
from healthplan.language import dates, phrases, units
from healthplan.ledger import figures, judge, quarters, store, things, written
from healthplan.messages import has, text
from healthplan.quarter import asked

Row = dict[str, Any]
TONES = {
    "bad": ("breached", "overdue", "not_held", "behind", "over_ceiling_pace"),  # = judge.BAD, the urgent first
    "good": ("on_pace", "ahead_of_pace", "holding", "within", "not_started", "ahead"),
    "done": ("done", "done_early", "done_late"),
    "open": ("awaiting", "unreported", "cannot_judge", "not_applicable"),
}
TONE = {state: tone for tone, states in TONES.items() for state in states}
STATES = tuple(TONE)  # the urgent ones first
DECIDED = (*TONES["done"], "breached")  # what is a fact has no chance any more
SHAPES = {"green": "●", "yellow": "▲", "red": "■", "blue": "◆"}  # a lamp is told by its shape too
BANDS = {"high": 0.8, "fair": 0.5, "middling": 0.2, "low": 0.0}  # lower ends of the words for a chance
TOLD = ("problem", "measure")


class View(NamedTuple):
    """What the lists of one edition are made from. ``tasks``: rows in force at the quarter's end; ``said``: by quarter of the year
    and task the last verdict of that quarter's own editions, this edition's for its own; ``things``: of things.of_all, by task;
    ``lines``: a line of each task (:func:`line`), ``returned``: what came back (:func:`_returned`), both made once."""

    ledger: store.Ledger
    tasks: list[Row]
    said: dict[str, dict[str, Row]]
    things: dict[str, list[Row]]
    quarter: str
    edition: str
    cut_off: str
    lang: str
    lines: list[Row]
    returned: list[Row]

    @property
    def now(self) -> dict[str, Row]:
        """The verdicts of this edition by task."""
        return self.said.get(self.quarter, {})

    def only(self, department: str) -> "View":
        """The same for the tasks that a department has a part in."""
        mine = [one for one in self.lines if department in involved(self, one["_task"])]
        return self._replace(tasks=[one["_task"] for one in mine], lines=mine)


def view(ledger: store.Ledger, quarter: str, edition: str, lang: str) -> View:
    """All that the pages of an edition need, as it was known when the edition was made; its verdicts stand in ``ledger``."""
    made = ledger.notices.loc[ledger.notices["edition"] == edition, "issued_on"]
    ledger = store.known_at(ledger, quarters.day(made.iloc[0])) if len(made) else ledger
    every = ledger.verdicts.sort_values("edition", key=lambda c: c.map(edition_order), kind="stable")
    own = every[every["edition"] == edition]
    said = {
        one: {row["task_id"]: row for row in every[every["quarter"] == one].to_dict("records")}
        for one in quarters.of_year(quarters.year_of(quarter))
        if one < quarter
    }
    said[quarter] = {row["task_id"]: row for row in own.to_dict("records")}
    cut_off = str(own["cut_off"].iloc[0]) if len(own) else quarters.last_day(quarter).isoformat()
    tasks = [
        row
        for row in store.tasks_at(ledger, quarters.last_day(quarter)).to_dict("records")
        if row["task_id"] in said[quarter]
    ]
    mine: dict[str, list[Row]] = {}
    for row in things.of_all(ledger, quarter, quarters.day(cut_off)).to_dict("records"):
        mine.setdefault(row["task_id"], []).append(row)
    seen = View(ledger, tasks, said, mine, quarter, edition, cut_off, lang, [], [])
    return seen._replace(lines=_lines(seen), returned=_returned(seen))


def edition_order(edition: str) -> tuple[str, int]:
    """Editions in the order in which they were made: the tenth behind the ninth."""
    quarter, _, number = edition.partition("-")
    return quarter, int(number)


def say(lang: str, key: str, **fields: object) -> str:
    """The catalogue's words: of the pages, else the shared ones of the ledger."""
    name = f"ledger_pages.{key}"
    return text(name if has(name) else f"ledger.{key}", lang, **fields)


def heads(frame: pd.DataFrame, lang: str) -> dict[str, str]:
    """The columns that are shown, with their words."""
    return {c: say(lang, f"col_{c}") for c in frame.columns if not c.startswith("_")}


def frame(rows: Iterable[Row], *columns: str) -> pd.DataFrame:
    return pd.DataFrame([{c: row.get(c, "") for c in columns} for row in rows], columns=list(columns), dtype="object")


# ---- words of single cells


def known(value: object) -> bool:
    """Whether there is a value: 0 is one, nothing is not."""
    return value is not None and value == value and value is not pd.NA and value != ""


def amount(value: object, unit: str, lang: str, beside: Iterable[object] = (), bare: bool = False) -> str:
    """A figure in its unit; ``bare``: without the words of a unit that stands in the same line, signs (%) stay. One that
    would read like a different one ``beside`` it is written with more decimals."""
    if not known(value):
        return ""
    size = float(str(value))
    if bare and unit not in units.CLOSE and not unit.startswith("1/"):
        return phrases.quantity(size, unit, "zh").removesuffix(unit)
    shown = phrases.quantity(size, unit, lang)
    others = [float(str(one)) for one in beside if known(one)]
    if any(size != one and phrases.quantity(one, unit, lang) == shown for one in others) and not units.counts_things(
        unit
    ):
        return units.written(phrases.number(size, digits=6).replace("-", "−"), unit, lang)
    return shown


def signed(points: object, lang: str, unit: str = "%") -> str:
    """Percentage points with their sign, one decimal, or the distance of a mean in its own unit; what rounds to nothing is
    said to be small."""
    if not known(points):
        return ""
    size = float(str(points))
    if unit != "%":
        shown = amount(abs(size), unit, lang)
        return f"{'−' if size < 0 else '+' if size else ''}{shown}"
    if 0 < abs(size) < 0.05:
        return say(lang, "gap_small_ahead" if size > 0 else "gap_small_behind")
    return f"{size:+.1f}".replace("-", "−") if size else "0"


def chance(p: object, lang: str) -> str:
    """Word and number; empty where none is stated."""
    if not known(p):
        return ""
    size = float(str(p))
    band = next(name for name, low in BANDS.items() if size >= low)
    return say(lang, "chance", word=say(lang, f"chance_{band}"), p=phrases.probability(size, lang))


def when(day: str, lang: str) -> str:
    """A day as people write it."""
    return dates.when(day, lang, "gaps") if day and dates.valid(day) else day


def lamp(row: Row, lang: str) -> str:
    """Shape and word."""
    return f"{SHAPES[row['lamp']]} {say(lang, 'lamp_' + row['lamp'])}" if row.get("lamp") else ""


def state(row: Row, lang: str) -> str:
    """Our word, with the mark beside it."""
    words = [say(lang, f"state_{row['state']}")] + ([say(lang, f"mark_{row['mark']}")] if row.get("mark") else [])
    return say(lang, "semicolon").join(words)


def made_up(seen: View, task_id: str, quarter: str) -> str:
    """The later quarter of the year in which a task that was behind in this one had caught up, by our words then."""
    rows = {one: said[task_id] for one, said in seen.said.items() if task_id in said}
    if quarter not in rows or rows[quarter]["state"] not in judge.LATE:
        return ""
    better = ("on_pace", "ahead_of_pace", *TONES["done"])
    return next((one for one in sorted(rows) if one > quarter and rows[one]["state"] in better), "")


def in_quarter(seen: View, task_id: str, quarter: str) -> str:
    """The cell of a quarter: its word as last said, and when it was made up."""
    row = seen.said.get(quarter, {}).get(task_id)
    if row is None:
        return ""
    later, words = made_up(seen, task_id, quarter), state(row, seen.lang).replace(say(seen.lang, "semicolon"), "\n")
    return words + ("\n" + say(seen.lang, "made_up_in", quarter=short(later, seen.lang)) if later else "")


def short(quarter: str, lang: str) -> str:
    """A quarter without its year."""
    return say(lang, f"col_q{quarters.number(quarter)}")


def full(quarter: str, lang: str) -> str:
    """A quarter with its year."""
    return say(lang, "quarter", year=quarters.year_of(quarter), quarter=short(quarter, lang))


def goal(task: Row, row: Row, lang: str) -> str:
    """The goal in force."""
    value = row.get("goal_value")
    if not known(value):
        return say(lang, "goal_open")
    if task["kind"] == "stages":
        done = written.stage_name(things.goal_gate(task), lang)
        return say(lang, "goal_things", count=amount(value, task["unit"], lang), done=done)
    words = {
        "comparator": "=" if value == 0 and task["goal_comparator"] == "<=" else task["goal_comparator"], "value": value, "value_high": task["goal_high"], "unit": task["unit"],
        "side": "", "indicator_kind": "", "direction": "decrease" if task["direction"] == "lower" else "increase",
    }  # fmt: skip
    return phrases.goal(words, lang, say(lang, "reference"))


def departments(names: str, lang: str) -> str:
    """Departments of a cell in this language."""
    return registers.departments(names, lang)


# ---- one line a task


def line(seen: View, task: Row, number: int, words: list[Row]) -> Row:
    """Everything that is said of a task, in words; ``words``: its entries in the departments' words; keys are the columns of the lists. ``_row`` and ``_task`` are the rows
    that they are made from."""
    lang, row = seen.lang, seen.now[task["task_id"]]
    beside = (row["goal_value"], row["expected"], row["expected_even"])
    reached = amount(row["to_date"], task["unit"], lang, beside)
    if reached and row["approx"] is not pd.NA and row["approx"]:
        reached = say(lang, "about", value=reached)
    if task["kind"] == "stages" and not reached and row["state"].startswith("done"):
        own_things = things_of(seen, task["task_id"])
        gate = things.goal_gate(task)
        count = sum(things.has_passed(task, thing, gate) for thing in own_things)
        key = "reported_by_themselves" if row["mark"] == "to_verify" else "of_things"
        reached = say(lang, key, count=amount(count, task["unit"], lang))
    told_before = known(row["to_date"]) or not row["state"].startswith("done")
    even, own = (
        amount(row[c], task["unit"], lang, bare=True) if told_before else "" for c in ("expected_even", "expected")
    )
    ends = [amount(row[c], task["unit"], lang, bare=True) for c in ("middle", "low", "high")]
    if task["unit"].startswith("1/") and all(ends):  # the unit is said once
        ends[1:] = [phrases.number(row[c]) for c in ("low", "high")]
    forward = known(row["progress_pct"]) and float(row["progress_pct"]) >= 0  # below its start says why
    progress = phrases.percent(float(row["progress_pct"])) if forward else ""
    found = {
        "number": str(number), "task_id": task["task_id"], "section": task["section"],
        "name": task[f"name_{lang}"], "goal": goal(task, row, lang), "kind": say(lang, f"kind_{task['kind']}"),
        "lead": departments(task["lead"], lang), "support": departments(task["support"], lang), "due": when(task["due"], lang),
        "to_date": reached, "progress_pct": progress, "even": even, "own": own, "gap_pp": signed(row["gap_pp"], lang, task["unit"] if task["kind"] == "average" else "%"),
        "expected_both": both(even, own, lang),
        "lamp": lamp(row, lang), "state": state(row, lang), "p": chance(row["p"], lang) if row["state"] not in DECIDED else "",
        "year_end": say(lang, "interval", middle=ends[0], low=ends[1], high=ends[2]) if all(ends) else ends[0],
        "needed": needed(task, row, lang), "why": row[f"why_{lang}"], "evidence_wanted": task["evidence_wanted"],
        "_tone": TONE[row["state"]], "_row": row, "_task": task,
    }  # fmt: skip
    found["named"] = f"{found['name']}\n{found['goal']}"
    found["owned"] = found["named"] + (f" · {found['lead']}" if found["lead"] else "")
    found["reached"] = "\n".join(filter(None, (reached, progress)))
    found |= {f"q{quarters.number(one)}": in_quarter(seen, task["task_id"], one) for one in _year(seen)}
    return found | told(seen, task, words)


def both(even: str, own: str, lang: str) -> str:
    """What is expected by either path; once where they agree or only one is known."""
    if even == own or not even or not own:
        return own or even
    return "\n".join((say(lang, "even_is", value=even), say(lang, "own_is", value=own)))


def _year(seen: View) -> list[str]:
    return quarters.of_year(quarters.year_of(seen.quarter))


def needed(task: Row, row: Row, lang: str) -> str:
    """What each remaining quarter needs, beside the best so far."""
    each, best = (amount(row[c], task["unit"], lang, bare=True) for c in ("needed", "best"))
    if not each or TONE[row["state"]] == "done":
        return ""
    return say(lang, "needed_best", value=each, best=best) if best else say(lang, "needed_only", value=each)


def told(seen: View, task: Row, own: list[Row]) -> dict[str, str]:
    """The departments' own words of this quarter: problem, measure, expected_done, as returned."""
    own_things = things_of(seen, task["task_id"])
    names = {one["item_id"]: one["name_zh"] for one in own_things if one["name_zh"] != task["name_zh"]}
    found = {}
    for field in (*TOLD, "expected_done"):
        rows = [one for one in own if one["field"] == field]
        parts = []
        for one in rows:
            words = when(one["text"], seen.lang) if field == "expected_done" else one["text"]
            whose = names.get(one["item_id"], "") or (
                departments(one["department"], seen.lang) if len(rows) > 1 else ""
            )
            parts.append(say(seen.lang, "whose", whose=whose, words=words) if whose else words)
        found[field] = "\n".join(filter(None, parts))
    return found


def _lines(seen: View) -> list[Row]:
    """A line of each task, in the plan's order, numbered as in the whole list."""
    places = {task_id: at for at, task_id in enumerate(seen.ledger.tasks["task_id"], 1)}
    every = seen.ledger.entries
    every = every[(every["quarter"] == seen.quarter) & every["field"].isin([*TOLD, "expected_done"])]
    own: dict[str, list[Row]] = {}
    for row in figures.current(every[every["status"] == "reported"]).to_dict("records"):
        own.setdefault(row["task_id"], []).append(row)
    return [line(seen, task, places[task["task_id"]], own.get(task["task_id"], [])) for task in seen.tasks]


# ---- the lists


def disagreements(seen: View) -> pd.DataFrame:
    """Where the office's lamp and our word differ: both with their reasons; a lamp that hides a lag first."""
    found = []
    for one in seen.lines:
        row = one["_row"]
        if row["disagrees"] is not pd.NA and row["disagrees"]:
            why = say(seen.lang, "lamp_why", even=one["even"] or "—", reached=one["to_date"] or "—")
            says = {"lamp_says": f"{one['lamp']}\n{why}", "state_says": f"{one['state']}\n{one['why']}"}
            found.append({**one, **says})
    found.sort(key=lambda one: (one["_tone"] != "bad", one["_row"]["gap_pp"] if known(one["_row"]["gap_pp"]) else 0))
    return frame(found, "number", "named", "lead", "lamp_says", "state_says", "p", "year_end", "_tone")


def tick_sheet(seen: View, paper: bool = False) -> pd.DataFrame:
    """打表: one line a task, the year's quarters as last said in their own editions. ``paper``: the lead in the task's cell."""
    shown = ("number", *(("owned",) if paper else ("named", "lead")), "q1", "q2", "q3", "q4", "reached", "expected_both", "lamp", "state", "p", "year_end",
             "needed", "_tone")  # fmt: skip
    return frame(seen.lines, *shown)


def task_list(seen: View) -> pd.DataFrame:
    """任务清单, in the order of the plan's sections."""
    shown = ("section", "number", "name", "goal", "kind", "due", "lead", "support", "evidence_wanted", "state", "_tone")
    return frame(seen.lines, *shown)


def responsibility_list(seen: View) -> pd.DataFrame:
    """责任清单: department by department, what it leads before what it supports."""
    found = []
    for name in all_departments(seen):
        for part in ("lead", "support"):
            rows = [one for one in seen.lines if name in _names(one["_task"][part])]
            word, whose = say(seen.lang, f"part_{part}"), departments(name, seen.lang)
            found += [{**one, "department": whose, "part": word} for one in rows]
    return frame(found, "department", "part", "number", "name", "goal", "due", "to_date", "state", "_tone")


def stage_table(seen: View) -> pd.DataFrame:
    """阶段表: one line a thing, each gate with its days as planned and passed; days late or left to the next."""
    found = []
    for one in seen.lines:
        own = things_of(seen, one["task_id"])
        empty = [thing for thing in own if not (thing["name_zh"] or thing["stage"] or thing["planned"])]
        found += [_thing(seen, one, thing) for thing in own if thing not in empty]
        if empty:
            found.append(
                {"number": one["number"], "name": one["name"], "item": say(seen.lang, "unnamed", count=len(empty))}
            )
    shown = (
        "number",
        "name",
        "item",
        "department",
        "stage",
        "gates",
        "next_gate",
        "days",
        "expected_done",
        "verified",
        "_tone",
    )
    return frame(found, *shown)


def things_of(seen: View, task_id: str) -> list[Row]:
    """The things of a task."""
    return seen.things.get(task_id, [])


def _thing(seen: View, one: Row, thing: Row) -> Row:
    lang, planned, actual, passed = seen.lang, thing["planned"], thing["actual"], []
    for gate in store.stages_of(one["_task"]):
        day, asked = actual.get(gate, ""), planned.get(gate, "")
        key = (
            "gate_both" if day and asked and day != asked else "gate_passed" if day else "gate_planned" if asked else ""
        )
        passed += [say(lang, key, gate=written.stage_name(gate, lang), day=day, planned=asked)] if key else []
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
    urgency = {state: place for place, state in enumerate(STATES)}
    bad.sort(
        key=lambda one: (urgency[one["_row"]["state"]], one["_row"]["gap_pp"] if known(one["_row"]["gap_pp"]) else 0)
    )
    first = list(dict.fromkeys(one["lead"] for one in bad))
    bad.sort(key=lambda one: first.index(one["lead"]))
    for one in bad:
        one["department"] = one["lead"] or say(seen.lang, "no_lead")
        for field in (*TOLD, "expected_done"):
            one[field] = one[field] or say(seen.lang, "not_said")
        one["state_why"] = f"{one['state']}\n{one['why']}"
    shown = ("department", "number", "named", "reached", "expected_both", "gap_pp", "state_why", "problem", "measure",
             "expected_done", "_tone", "_row")  # fmt: skip
    return frame(bad, *shown)


def undecided(seen: View) -> pd.DataFrame:
    """What nothing can be said of: not reported, sent back, without a goal or a start; and why."""
    found = [dict(one) for one in seen.lines if one["_tone"] == "open" and one["_row"]["state"] != "ahead"]
    found.sort(key=lambda one: one["_row"]["state"] not in ("cannot_judge", "unreported"))
    for one in found:
        one["state_why"] = f"{one['state']}\n{one['why']}"
    return frame(found, "number", "named", "lead", "reached", "state_why")


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
    return frame(found, "number", "named", "lead", "said_before", "said_now")


def due_soon(seen: View) -> pd.DataFrame:
    """Tasks and things due within 30 days after the cut-off and not done."""
    now, found = quarters.day(seen.cut_off), []
    for one in seen.lines:
        left = (quarters.day(one["_task"]["due"]) - now).days
        if 0 < left <= judge.SOON and one["_tone"] != "done":
            found.append({**one, "what": one["name"], "days": days(-left, seen.lang), "_left": left})
        for thing in things_of(seen, one["task_id"]):
            if known(thing["days_overdue"]) and -judge.SOON <= thing["days_overdue"] < 0 and thing["next_gate"]:
                what = say(
                    seen.lang,
                    "thing_gate",
                    name=one["name"],
                    item=thing["name_zh"],
                    gate=written.stage_name(thing["next_gate"], seen.lang),
                )
                late = thing["days_overdue"]
                found.append({**one, "what": what, "due": when(thing["next_planned"], seen.lang), "days": days(late, seen.lang),
                              "_left": -late})  # fmt: skip
    found.sort(key=lambda one: one["_left"])
    return frame(found, "number", "what", "lead", "due", "days", "state", "_tone")


def twice_behind(seen: View) -> list[Row]:
    """The lines that lag in this quarter and lagged in the last one too."""
    before = seen.said.get(quarters.before(seen.quarter), {})
    return [
        one
        for one in seen.lines
        if one["_tone"] == "bad" and TONE.get(before.get(one["task_id"], {}).get("state", "")) == "bad"
    ]


# ---- returns


def _returned(seen: View) -> list[Row]:
    """Per department: its sheet of the quarter and what came of it. Keys: department, sent, due, received (first day),
    state, days_late, taken, refused, open (rows of the sheet still without a figure)."""
    sheets = seen.ledger.sheets[seen.ledger.sheets["quarter"] == seen.quarter].sort_values("version")
    found = []
    for name, own in sheets.groupby("department", sort=False):
        last = own.iloc[-1]
        back = seen.ledger.returns[seen.ledger.returns["sheet_id"].isin(own["sheet_id"])]
        good = back[back["state"] != "rejected"]
        one = {"department": name, "sent": own["issued"].iloc[0], "due": last["due"], "received": "", "state": "missing",
               "days_late": None, "taken": 0, "refused": 0, "open": len(open_rows(seen, str(name)))}  # fmt: skip
        if len(back):
            use = good if len(good) else back
            late = use["days_late"].iloc[0]
            one |= {
                "received": use["received"].iloc[0],
                "state": use["state"].iloc[-1],
                "taken": int(back["cells_taken"].sum()),
            }
            one |= {"refused": int(back["cells_refused"].sum()), "days_late": int(late) if known(late) else 0}
        found.append(one)
    return found


def open_rows(seen: View, department: str) -> list[str]:
    """The rows (task|thing) that ask this department for a figure or stage and have none that counts."""
    return asked.unreported(seen.ledger, seen.tasks, department, seen.quarter)


def returns_table(seen: View) -> pd.DataFrame:
    """回表情况 by department."""
    lang, found = seen.lang, []
    for one in seen.returned:
        missing = one["state"] in ("missing", "rejected")
        words = {c: str(one[c]) for c in ("taken", "refused", "open")}
        words |= {c: one[c] for c in ("sent", "received")} | {"due_back": one["due"]}
        late = one["days_late"]
        words |= {
            "days_late": say(lang, "days", days=late) if late else "",
            "department": departments(one["department"], lang),
        }
        tone = "open" if missing else "bad" if late else "good"
        found.append({**words, "return_state": say(lang, f"return_{one['state']}"), "_tone": tone})
    shown = (
        "department",
        "sent",
        "due_back",
        "received",
        "return_state",
        "days_late",
        "taken",
        "refused",
        "open",
        "_tone",
    )
    return frame(found, *shown)


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
    return frame(found, "number", "name", "to_date", "department", "given", "cut_off", "received", "file", "entry")


def given(entry: Row, task: Row, lang: str) -> str:
    """An entry as it was returned: figure, parts of a share, or stage."""
    parts = [phrases.number(entry[c], digits=9) for c in ("numerator", "denominator") if known(entry[c])]
    if len(parts) == 2:
        return " / ".join(parts)
    if known(entry["value"]):
        shown = amount(entry["value"], task["unit"], lang)
        return say(lang, "quarter_value", quarter=entry["quarter"], value=shown)
    return written.stage_name(entry["text"], lang)


# ---- departments


def _names(cell: str) -> list[str]:
    return [name.strip() for name in str(cell).split(";") if name.strip()]


def involved(seen: View, task: Row) -> list[str]:
    """Who has a part in a task: lead, support, and who has one of its things."""
    return [
        *store.departments_of(task),
        *(one["department"] for one in things_of(seen, task["task_id"]) if one["department"]),
    ]


def all_departments(seen: View) -> list[str]:
    """Every department that has a task, a thing or a sheet, most tasks led first."""
    led = Counter(task["lead"] for task in seen.tasks if task["lead"])
    named = [name for task in seen.tasks for name in involved(seen, task)]
    sent = seen.ledger.sheets.loc[seen.ledger.sheets["quarter"] == seen.quarter, "department"]
    every = dict.fromkeys((*named, *sent))
    return sorted(every, key=lambda name: -led[name])
