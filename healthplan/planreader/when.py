"""Which date governs a number, and whether the words around it speak of the past."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from healthplan.planreader.dates import Mention
from healthplan.planreader.rules import rules
from healthplan.planreader.sentence import Sentence


@dataclass(frozen=True)
class When:
    """The date that governs a place: deadlines, whether it is past, how it was found."""

    deadlines: tuple[str, ...]
    past: bool
    how: str
    year: str = ""


def when_of(state: Sentence, at: int) -> When:
    """The last date before a number governs it; else what the passage carries; else the plan."""
    dates = state.ready.dates
    governing = [d for d in dates if d.end <= at and d.kind in {"goal", "past"}]
    if governing:
        found = _by_date(state, governing, at)
        return replace(found, past=found.past or state.context.section == "facts")
    stop = min(
        (i for i in (state.ready.hidden.find(s, at) for s in "，。；") if i >= 0), default=10**6
    )
    later = [d for d in dates if d.start >= at and d.kind == "goal" and d.start < stop]
    if later and re.search(r"\d", state.ready.hidden[later[0].end : stop].replace("@", "")):
        later = []
    fact = _marked_as_fact(state, at, 0)
    if later and not fact:
        return When(later[0].deadlines, False, "later_date")
    if state.context.deadlines:
        fact = fact or state.context.section == "facts"
        return When(state.context.deadlines, fact, "carried_date")
    outside = state.context.section in {"facts", "preamble", "none", "advice"}
    default = (state.context.period.default,) if state.context.period.default else ()
    return When(default, fact or outside, "plan_year" if default else "no_date")


def _by_date(state: Sentence, governing: list[Mention], at: int) -> When:
    last = _nearest(state, governing, at)
    if last.kind == "past":
        between = state.ready.hidden[last.end : at]
        goal = [d for d in governing if d.kind == "goal"]
        if goal and "；" not in between and len(between) < 12 and "基础" in between:
            last = goal[-1]
        else:
            return When(last.deadlines, True, "past_date", str(last.year))
    clause = re.split("[，；：]", state.ready.hidden[last.end : at])[-1]
    if "每年" in clause and not last.opens_goals and "；" in state.ready.hidden[last.end : at]:
        return When((), _marked_as_fact(state, at, last.end), "no_date")
    return When(last.deadlines, _marked_as_fact(state, at, last.end, last), "date")


def _nearest(state: Sentence, governing: list[Mention], at: int) -> Mention:
    """The last date of the same limb; else the one that opens the sentence; else the last.

    到2022年和2030年，A…；B于2030年…；C…: the date inside B's limb is B's alone.
    """
    hidden = state.ready.hidden
    limb = hidden.rfind("；", 0, at) + 1
    here = [date for date in governing if date.start >= limb]
    if here:
        return here[-1]
    opening = governing[0]
    last = governing[-1]
    inside = hidden[hidden.rfind("；", 0, last.start) + 1 : last.start].strip("，力争确保")
    if opening.opens_goals and len(hidden[: opening.start].strip()) <= 6 and inside:
        return opening
    return last


def _marked_as_fact(state: Sentence, at: int, since: int, date: Mention | None = None) -> bool:
    """Does a word of the past stand with this number (after the date that governs it)?"""
    hidden = state.ready.hidden
    limb = max(hidden.rfind("；", 0, at) + 1, since)
    clause = max((hidden.rfind(sign, 0, at) + 1 for sign in "，；："), default=0)
    clause = max(clause, since)
    right = min(
        (i for i in (hidden.find(sign, at) for sign in "，；。") if i >= 0), default=len(hidden)
    )
    texts = {"clause": hidden[clause:right], "limb": hidden[limb:right], "sentence": hidden}
    strong = date is not None and date.opens_goals
    for rule in rules("facts"):
        scope = str(rule.fields["scope"])
        if strong and not rule.fields.get("always"):
            scope = "clause" if scope == "clause" and not rule.fields.get("yields") else ""
        if scope and rule.pattern.search(texts[scope]):
            return True
    return False
