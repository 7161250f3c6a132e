"""The sentences beside a verdict, in both languages: what it rests on, what is missing, what each quarter still needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import messages, registers
from healthplan.language import phrases, units
from healthplan.ledger import figures, pace, quarters, store, things, written

if TYPE_CHECKING:
    from healthplan.ledger.judge import Case

MOST = 3  # things that are named, where more of them are told of the same
FEW = 30  # things a year below which no chance is stated
Said = tuple[str, dict[str, Any]]  # key of messages/ledger_judge.csv and its fields


def sentences(case: Case, row: dict[str, Any], earlier: dict[str, str]) -> dict[str, str]:
    """``why_zh`` and ``why_en`` of a verdict; ``earlier``: the word of each quarter before it."""
    said = list(_said(case, row, earlier))
    return {f"why_{lang}": _joined(said, lang) for lang in messages.LANGUAGES}


def _joined(said: list[Said], lang: str) -> str:
    return ("；" if lang == "zh" else "; ").join(_key(f"ledger_judge.{key}", **fields)(lang) for key, fields in said)


def _key(key: str, **fields: Any) -> Callable[[str], str]:
    """Words of the catalogue, told once the language is known."""
    return lambda lang: messages.text(key, lang, **{name: _word(value, lang) for name, value in fields.items()})


def _word(value: Any, lang: str) -> str:
    """A field in the reader's language: numbers short, quarters, codes of states and stages in words, lists joined."""
    if callable(value):
        return value(lang)
    if isinstance(value, (list, tuple)):
        return ("、" if lang == "zh" else ", ").join(_word(one, lang) for one in value)
    if isinstance(value, float):
        return phrases.number(value).replace("-", "−")
    return str(value)


def quarter_word(quarter: str) -> Callable[[str], str]:
    """A quarter as a sentence says it."""
    return _key(f"ledger_judge.quarter_{quarters.number(quarter)}")


def _said(case: Case, row: dict[str, Any], earlier: dict[str, str]) -> Iterator[Said]:
    task, figure = case.task, case.figure
    if figure.status == "refused":
        yield "refused", {"reason": _reasons(case)}
    elif figure.status == "missing":
        yield from _missing(case, row["state"])
    elif figure.status == "not_available":
        yield "not_available", {}
    elif row["state"] == "cannot_judge":
        yield from _undecided(case)
    if pd.isna(row.get("to_date")) and task["kind"] != "stages":
        return
    if task["kind"] == "stages" and figure.status == "reported":
        yield from _stages(case, row)
    yield from _figure_notes(case)
    yield from _before(case, row, earlier)
    yield from _two_ways(case, row)
    yield from _short_of(case, row)


def _reasons(case: Case) -> str:
    entries = case.ledger.entries
    rows = entries[entries["entry_id"].isin(case.figure.entry_ids) & (entries["reason"] != "")]
    return "；".join(dict.fromkeys(rows["reason"]))


def _missing(case: Case, state: str) -> Iterator[Said]:
    if "annual_only" in (case.task["given"], case.task["reporting"]):
        yield "annual_only", {}
        return
    first = f"{case.task['year']}Q1"
    known = figures.counting(row for row in _figures(case) if first <= row["quarter"] < case.quarter)
    known = [row for row in known if figures.entered(case.task, row) is not None]
    quarter = quarter_word(case.quarter)
    if state == "unreported" and known:
        last = max(known, key=lambda row: row["quarter"])
        day = last["cut_off"] or quarters.last_day(last["quarter"]).isoformat()
        yield "unreported_last", {"quarter": quarter, "value": figures.entered(case.task, last), "cut_off": day}
    elif state in ("unreported", "awaiting"):
        yield state, {"quarter": quarter}


def _figures(case: Case) -> list[dict]:
    """The task's reported figures."""
    own = store.of_task(case.ledger.entries, case.task["task_id"])
    return [row for row in own if row["field"] == "figure" and row["status"] == "reported"]


def _undecided(case: Case) -> Iterator[Said]:
    task, figure = case.task, case.figure
    if figure.lacking and task["gather"] == "sum_of_units":
        yield "lacking_units", {"units": [_department(one) for one in figure.lacking]}
    elif figure.lacking:
        yield "lacking_quarters", {"quarters": [quarter_word(q) for q in figure.lacking]}
    elif pd.isna(task["goal_value"]):
        yield "no_goal", {}
    elif figure.value is not None:
        away = abs(float(task["goal_value"]) - figure.value)
        yield "no_start", {"left": away, "unit": _points(task)}


def _points(task: dict) -> Any:
    return partial(units.word, units.difference_unit(task["unit"]))


def _figure_notes(case: Case) -> Iterator[Said]:
    """What is to be known of the figure itself: how it was put together, from whom, and where it stands."""
    task, figure = case.task, case.figure
    if figure.approx:
        yield "approx", {}
    for note in figure.notes:
        if note in ("plain_mean", "no_denominator"):
            yield note, {}
        if note == "summed":
            yield "summed", {"units": [_department(one) for one in store.departments_of(task)]}
    changes = case.ledger.changes
    if ((changes["task_id"] == task["task_id"]) & (changes["field"] == "goal_value")).any():
        yield "goal_in_force", {"goal": float(task["goal_value"])}
    yield from _others(case)
    if figure.lacking and figure.value is not None:
        yield "without_quarters", {"quarters": [quarter_word(q) for q in figure.lacking]}
    yield from _standing(case)


def _standing(case: Case) -> Iterator[Said]:
    """Beyond its goal, below its bar, or behind its start."""
    task, progress = case.task, pace.progress(case.task, case.figure.value)
    if progress is not None and progress > 100 and task["kind"] == "cumulative":
        yield "beyond", {"share": phrases.percent(progress)}
    if task["kind"] == "hold":
        bar = float(task["goal_value"])
        for quarter, value in figures.each_quarter(task, case.ledger.entries, case.quarter):
            if (value < bar) if task["direction"] == "higher" else (value > bar):
                yield "not_held", {"quarter": quarter_word(quarter), "value": value, "bar": bar}
    if task["kind"] == "end_value" and pd.notna(task["base_value"]) and progress is not None and progress < 0:
        yield "behind_base", {"base": float(task["base_value"])}


def _others(case: Case) -> Iterator[Said]:
    """Figures of other departments than the lead, which do not count."""
    own = (row for row in _figures(case) if row["quarter"] == case.quarter)
    others = figures.counting(row for row in own if row["department"] not in ("", case.task["lead"]))
    if case.task["gather"] != "lead" or not others:
        return
    told = [_figure_of(r, figures.entered(case.task, r)) for r in others]
    yield "lead_counts", {"lead": _department(case.task["lead"]), "others": told}


def _department(name: str) -> Any:
    return partial(registers.departments, name)


def _figure_of(row: dict, value: float | None) -> Any:
    """A department with its figure."""
    shown = "" if value is None else f" {phrases.number(value)}"
    return lambda lang: registers.departments(row["department"], lang) + shown


def _before(case: Case, row: dict[str, Any], earlier: dict[str, str]) -> Iterator[Said]:
    late = [q for q, state in earlier.items() if state in ("behind", "overdue")]
    good = ("on_pace", "ahead_of_pace", "done_early", "done")
    if late and row["state"] in good:
        now = next(q for q, state in {**earlier, case.quarter: row["state"]}.items() if q > late[-1] and state in good)
        told = {"late": [quarter_word(q) for q in late], "word": _key("ledger.state_behind"), "now": quarter_word(now)}
        yield "made_up", told
    if row["state"] == "behind" and late and late[-1] == quarters.before(case.quarter):
        yield "twice", {"shares": _shares(case, late[-1])}
    if row["state"] == "done_late":
        yield "done_late", {"due": case.task["due"], "quarter": case.quarter}


def _shares(case: Case, before: str) -> Any:
    """（第一季度 16.7%，第二季度 41.7%）of two quarters, where there is a progress."""
    values = [figures.figure(case.task, case.ledger.entries, q).value for q in (before, case.quarter)]
    found = [pace.progress(case.task, value) for value in values]
    if case.task["kind"] == "stages" or any(share is None or share < 0 for share in found):
        return ""
    fields: dict[str, Any] = {f"share_{n}": phrases.percent(share or 0.0) for n, share in enumerate(found)}
    return _key("ledger_judge.shares", **fields, quarter_0=quarter_word(before), quarter_1=quarter_word(case.quarter))


def _two_ways(case: Case, row: dict[str, Any]) -> Iterator[Said]:
    """Where the even pace and the task's own path differ, how each reckons."""
    even, own, progress = row.get("expected_even"), row.get("expected"), row.get("progress_pct")
    if case.expected.source not in ("last_year", "own") or progress is None or even is None or own is None:
        return
    ways = [pace.progress(case.task, float(one)) for one in (even, own)]
    if None in ways or row["state"].startswith("done"):
        return
    words = [f"ledger_judge.two_{'ahead' if progress >= (way or 0) else 'behind'}" for way in ways]
    if case.task["kind"] == "end_value":  # a level beside the levels that are asked for, as the lists show them
        shown = [_quantity(one, case.task["unit"]) for one in (row["to_date"], even, own)]
    else:
        shown = [phrases.percent(one) for one in (progress, *(way or 0.0 for way in ways))]
    yield "two_ways", {
        **dict(zip(("share", "even", "own"), shown, strict=True)),
        "even_word": _key(words[0]), "own_word": _key(words[1]), "path": _key(f"ledger.path_{case.expected.source}"),
    }  # fmt: skip


def _quantity(value: float, unit: str) -> Any:
    return partial(phrases.quantity, float(value), unit)


def _short_of(case: Case, row: dict[str, Any]) -> Iterator[Said]:
    task = case.task
    if row["state"] == "breached":
        yield "breached", {"ceiling": float(task["goal_value"]), "value": float(row["to_date"])}
    if row["state"] == "overdue" and task["kind"] != "stages":
        away = abs(float(task["goal_value"]) - float(row["to_date"]))
        yield "overdue", {"left": away, "unit": _points(task)}
    few = task["kind"] == "cumulative" and float(task["goal_value"]) < FEW and row["p"] is None
    faster = bool(row.get("best")) and row["needed"] > row["best"]
    enough = row["state"] != "behind" and not faster
    if few and not row["state"].startswith("done"):
        yield "few", {}
    if row.get("needed") is None or enough or row["p"] is not None:
        return
    left = float(task["goal_value"]) - float(row["to_date"])
    fields: dict[str, Any] = {"left": left, "unit": partial(units.word, task["unit"]), "needed": float(row["needed"])}
    ends = quarters.at(case.due)
    rest = 4 * (quarters.year_of(ends) - quarters.year_of(case.quarter)) + quarters.number(ends)
    fields["quarters"] = _key(f"ledger_judge.left_{min(rest - quarters.number(case.quarter), 4)}")
    if row.get("best"):
        yield "needed_best", fields | {"best": float(row["best"]), "times": f"{row['needed'] / row['best']:.2f}"}
    else:
        yield "needed", fields


def _stages(case: Case, row: dict[str, Any]) -> Iterator[Said]:
    task, own = case.task, case.things
    goal = int(task["goal_value"])
    waits = things.unverified(task, own)
    if waits:
        yield "to_verify", {"count": waits, "gate": _gate(things.goal_gate(task)), "wanted": task["evidence_wanted"]}
    closed = own[own["verified"]].to_dict("records")
    if len(closed) > MOST:
        yield "verified_many", {"count": len(closed)}
    for thing in closed if len(closed) <= MOST else ():
        yield "verified", {"name": _thing(thing), "evidence": thing["evidence"] or ""}
    rows = own.to_dict("records")
    for gate in store.stages_of(task):
        due = things.due_at(task, own, gate, case.cut_off)
        passed = sum(things.has_passed(task, r, gate) for r in rows)
        if (due or passed) and any(r["planned"].get(gate) for r in rows):
            yield "gate", {"gate": _gate(gate), "due": due, "passed": passed}
    yield from _each(case, own.sort_values("days_overdue", ascending=False, kind="stable").to_dict("records"))
    if len(own) < goal:
        yield "unnamed", {"count": goal - len(own), "goal": goal}


def _each(case: Case, rows: list[dict]) -> Iterator[Said]:
    """What is to be said of single things, the latest first and of the late ones the worst alone."""
    slow = [thing for thing in rows if pd.notna(thing["days_overdue"]) and thing["days_overdue"] >= 0]
    for thing in (one for one in rows if one not in slow[MOST:]):
        late = thing["days_overdue"]
        fields = {"name": _thing(thing), "gate": _gate(thing["next_gate"]), "planned": thing["next_planned"]}
        if thing["stage"] in store.HALTED:
            yield "halted", {"name": _thing(thing), "stage": _gate(thing["stage"])}
        if pd.notna(late) and late >= 0:
            yield "late" if late else "late_today", fields | {"days": int(late)}
        elif pd.notna(late) and thing["waiting"]:
            yield "waiting", fields
        if needs := _too_long(case, thing):
            yield "too_long", needs
    if slow[MOST:]:
        yield "late_more", {"count": len(slow[MOST:])}


def _thing(thing: dict) -> Any:
    """A thing by its name; one that has none yet by its number."""
    return thing["name_zh"] or _key("ledger_judge.thing", number=thing["item_id"])


def _gate(gate: str) -> Any:
    """A gate as something that is passed: 在建 is passed by 开工."""
    return _key("ledger_judge.begun") if gate == store.STAGES[2] else partial(written.stage_name, gate)


def _too_long(case: Case, thing: dict) -> dict[str, Any]:
    """Of a thing that has not begun what its own plan needs, where that is more than the days left."""
    task, gates = case.task, [gate for gate in store.stages_of(case.task) if thing["planned"].get(gate)]
    if len(gates) < 2 or things.has_passed(task, thing, gates[0]):
        return {}
    first, last = (quarters.day(thing["planned"][gate]) for gate in (gates[0], gates[-1]))
    needs, left = (last - first).days, (case.due - case.cut_off).days
    return {"name": _thing(thing), "needs": needs, "left": left} if needs > left else {}
