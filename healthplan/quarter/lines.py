"""What is said of each task of a judged quarter, as finished words: the same cell on a page, in a workbook and in a notice.

A figure is put into words once (:func:`line`), from the one row of *verdicts*; every list picks from those lines. Cells are
text, empty where nothing is to be said; the column ``_tone`` (bad, good, done, open) is for the eye and never shown.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

import pandas as pd

from healthplan.language import comparators, dates, phrases, units
from healthplan.ledger import figures, judge, quarters, store, things, written
from healthplan.messages import has, text
from healthplan.quarter import asked
from healthplan.registers import departments

Row = dict[str, Any]
TONES = {
    "bad": ("breached", "overdue", "not_held", "behind", "over_ceiling_pace"),  # = lamps.BAD, the urgent first
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
    before = (one for one in quarters.of_year(quarters.year_of(quarter)) if one < quarter)
    editions = {one: every[every["quarter"] == one] for one in before} | {quarter: own}
    said = {one: {row["task_id"]: row for row in rows.to_dict("records")} for one, rows in editions.items()}
    cut_off = str(own["cut_off"].iloc[0]) if len(own) else quarters.last_day(quarter).isoformat()
    in_force = store.tasks_at(ledger, quarters.last_day(quarter))
    tasks = in_force[in_force["task_id"].isin(list(said[quarter]))].to_dict("records")
    mine: defaultdict[str, list[Row]] = defaultdict(list)
    for row in things.of_all(ledger, quarter, quarters.day(cut_off)).to_dict("records"):
        mine[row["task_id"]].append(row)
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
    alike = any(size != one and phrases.quantity(one, unit, lang) == shown for one in others)
    if alike and not units.counts_things(unit):
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


def _how(task: Row, value: object) -> str:
    """How the goal is compared; a ceiling of none asks for none."""
    none = value == 0 and task["goal_comparator"] in comparators.CEILINGS
    return comparators.EQUAL if none else str(task["goal_comparator"])


def goal(task: Row, row: Row, lang: str) -> str:
    """The goal in force."""
    value = row.get("goal_value")
    if not known(value):
        return say(lang, "goal_open")
    if task["kind"] == "stages":
        done = written.stage_name(things.goal_gate(task), lang)
        return say(lang, "goal_things", count=amount(value, task["unit"], lang), done=done)
    words = {
        "comparator": _how(task, value), "value": value, "value_high": task["goal_high"], "unit": task["unit"],
        "side": "", "indicator_kind": "", "direction": "decrease" if task["direction"] == "lower" else "increase",
        "name_zh": task["name_zh"],
    }  # fmt: skip
    return phrases.goal(words, lang, say(lang, "reference"))


# ---- one line a task


def line(seen: View, task: Row, number: int, words: list[Row]) -> Row:
    """Everything that is said of a task, in words; keys are the columns of the lists. ``words``: its entries in the departments'
    words; ``_row`` and ``_task`` are the rows that it is made from."""
    lang, row = seen.lang, seen.now[task["task_id"]]
    beside = (row["goal_value"], row["expected"], row["expected_even"])
    reached = amount(row["to_date"], task["unit"], lang, beside)
    if reached and row["approx"] is not pd.NA and row["approx"]:
        reached = say(lang, "about", value=reached)
    if task["kind"] == "stages" and not reached and TONE[row["state"]] != "open":
        reached = _things_reported(seen, task, row)
    told_before = known(row["to_date"]) or not row["state"].startswith("done")
    bare = {
        c: amount(row[c], task["unit"], lang, bare=True) for c in ("expected_even", "expected", "middle", "low", "high")
    }
    if task["unit"].startswith("1/") and bare["low"]:  # the unit is said once
        bare |= {c: phrases.number(row[c]) for c in ("low", "high")}
    even, own = (bare[c] * told_before for c in ("expected_even", "expected"))
    forward = known(row["progress_pct"]) and float(row["progress_pct"]) >= 0  # below its start says why
    progress = phrases.percent(float(row["progress_pct"])) if forward else ""
    found = {
        "number": str(number), "task_id": task["task_id"], "section": task["section"],
        "name": task[f"name_{lang}"], "goal": goal(task, row, lang), "kind": say(lang, f"kind_{task['kind']}"),
        "lead": departments(task["lead"], lang), "support": departments(task["support"], lang), "due": when(task["due"], lang),
        "to_date": reached, "progress_pct": progress, "even": even, "own": own, "gap_pp": signed(row["gap_pp"], lang, task["unit"] if task["kind"] == "average" else "%"),
        "expected_both": both(even, own, lang),
        "lamp": lamp(row, lang), "state": state(row, lang), "p": chance(row["p"], lang) if row["state"] not in DECIDED else "",
        "year_end": say(lang, "interval", **bare) if bare["low"] else bare["middle"],
        "needed": needed(task, row, lang), "why": row[f"why_{lang}"], "evidence_wanted": task["evidence_wanted"],
        "_tone": TONE[row["state"]], "_row": row, "_task": task,
    }  # fmt: skip
    found["named"] = f"{found['name']}\n{found['goal']}"
    found["owned"] = found["named"] + (f" · {found['lead']}" if found["lead"] else "")
    found["reached"] = "\n".join(filter(None, (reached, progress)))
    found |= {
        f"q{quarters.number(one)}": in_quarter(seen, task["task_id"], one)
        for one in quarters.of_year(quarters.year_of(seen.quarter))
    }
    return found | told(seen, task, words)


def _things_reported(seen: View, task: Row, row: Row) -> str:
    """The things that have reported the gate from which they count, while no number stands in the verdict."""
    gate = things.goal_gate(task)
    count = sum(things.has_passed(task, thing, gate) for thing in seen.things[task["task_id"]])
    key = "of_things" if row["mark"] == "closed" or not task["evidence_wanted"] else "reported_by_themselves"
    return say(seen.lang, key, count=amount(count, task["unit"], seen.lang))


def both(even: str, own: str, lang: str) -> str:
    """What is expected by either path; once where they agree or only one is known."""
    if even == own or not even or not own:
        return own or even
    return "\n".join((say(lang, "even_is", value=even), say(lang, "own_is", value=own)))


def needed(task: Row, row: Row, lang: str) -> str:
    """What each remaining quarter needs, beside the best so far."""
    each, best = (amount(row[c], task["unit"], lang, bare=True) for c in ("needed", "best"))
    if not each or TONE[row["state"]] == "done":
        return ""
    return say(lang, "needed_best", value=each, best=best) if best else say(lang, "needed_only", value=each)


def told(seen: View, task: Row, own: list[Row]) -> dict[str, str]:
    """The departments' own words of this quarter: problem, measure, expected_done, as returned."""
    own_things = seen.things[task["task_id"]]
    names = {one["item_id"]: one["name_zh"] for one in own_things if one["name_zh"] != task["name_zh"]}
    found = {}
    for field in (*TOLD, "expected_done"):
        rows = [one for one in own if one["field"] == field]
        parts = []
        for one in rows:
            words = when(one["text"], seen.lang) if field == "expected_done" else one["text"]
            whose = names.get(one["item_id"]) or (departments(one["department"], seen.lang) if rows[1:] else "")
            parts.append(say(seen.lang, "whose", whose=whose, words=words) if whose else words)
        found[field] = "\n".join(filter(None, parts))
    return found


def _lines(seen: View) -> list[Row]:
    """A line of each task, in the plan's order, numbered as in the whole list."""
    places = {task_id: at for at, task_id in enumerate(seen.ledger.tasks["task_id"], 1)}
    every = seen.ledger.entries
    every = every[(every["quarter"] == seen.quarter) & every["field"].isin([*TOLD, "expected_done"])]
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for row in figures.counting(every[every["status"] == "reported"].to_dict("records")):
        own[row["task_id"]].append(row)
    return [line(seen, task, places[task["task_id"]], own[task["task_id"]]) for task in seen.tasks]


def involved(seen: View, task: Row) -> list[str]:
    """Who has a part in a task: lead, support, and who has one of its things."""
    owners = (one["department"] for one in seen.things[task["task_id"]])
    return [*store.departments_of(task), *filter(None, owners)]


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
            one |= {"received": use["received"].iloc[0], "state": use["state"].iloc[-1],
                    "days_late": int(late) if known(late) else 0, "taken": int(back["cells_taken"].sum()),
                    "refused": int(back["cells_refused"].sum())}  # fmt: skip
        found.append(one)
    return found


def open_rows(seen: View, department: str) -> list[str]:
    """The rows (task|thing) that ask this department for a figure or stage and have none that counts."""
    return asked.unreported(seen.ledger, seen.tasks, department, seen.quarter)
