"""What is doubtful of a returned cell: a list of checks, each with its question. Doubts are asked, never settled by a
guess; what a department has explained (a reason of correction, or 已核实 where a number looks wrong) is taken.

Every check looks at the same case, so their order decides nothing.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import NamedTuple

import pandas as pd

from healthplan.language import characters, units
from healthplan.ledger import quarters, store, written
from healthplan.ledger.written import Doubt, plain
from healthplan.messages import LANGUAGES, text

# How many times the year's goal the quarters so far would sum to where figures to date stand for those of the quarter:
# of honest quarters of the open series
# .3 % are asked so at most, of figures to date 8, 80 and 80 % (tests/test_quarter_checks.py).
OVER = {2: 1.0, 3: 1.0, 4: 1.3}
LOW = 0.5  # the least share of the mean that each quarter's rise then has
FEW = 10  # a goal below it is counted in things: 1, 2, 3 may be honest
NEAR = 30.0  # a level so many times another is a slip of the unit
JUMP = 50.0  # and a count
_MAY_EXCEED = re.compile("完成率|使用率|增长|增速|增幅|completion|occupancy|growth", re.IGNORECASE)
_MAY_FALL = re.compile("增长|增速|增幅|下降|变化|growth|change", re.IGNORECASE)
_CONFIRMED = re.compile("核实|属实|确认|无误|verified|confirmed|checked", re.IGNORECASE)


class Judged(NamedTuple):
    """A cell: its number in the task's unit (``numerator`` and ``denominator`` where given), its words, the day it
    counts to; ``status`` as in *entries*, empty where the cell was blank; ``doubts``: questions and remarks."""

    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    text: str = ""
    cut_off: str = ""
    approx: bool = False
    status: str = ""
    doubts: tuple[Doubt, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of all doubts."""
        return tuple(doubt.code for doubt in self.doubts)

    def why(self, lang: str | None = None, *, refusing: bool | None = None) -> str:
        """All doubts in words; only those that refuse, or that do not, where asked for."""
        told = [d.sentence(lang) for d in self.doubts if refusing is None or d.refuses == refusing]
        return text("ledger_sheets.between", lang).join(told)


class Case(NamedTuple):
    """What a check looks at. ``before``: what stands accepted, by quarter (a year for annual figures)."""

    task: dict
    quarter: str
    value: float
    numerator: float | None
    denominator: float | None
    before: dict[str, float]
    reason: str

    @property
    def same_year(self) -> dict[str, float]:
        """The accepted figures of this year's other quarters."""
        return {q: v for q, v in self.before.items() if len(q) > 4 and q[:4] == self.quarter[:4] and q != self.quarter}

    @property
    def last(self) -> tuple[str, float] | None:
        """The last accepted figure before this one, of a quarter or of a year as this one is."""
        earlier = sorted(q for q in self.before if q < self.quarter and len(q) == len(self.quarter))
        return (earlier[-1], self.before[earlier[-1]]) if earlier else None

    def known(self, column: str) -> float | None:
        """A number of the task, None where it has none."""
        found = self.task.get(column)
        return None if found is None or found == "" or pd.isna(found) else float(found)

    @property
    def counts(self) -> bool:
        """Whether the unit counts single people or things."""
        return units.counts_things(written.bare(self.task["unit"]))

    @property
    def rate(self) -> bool:
        """Whether the figure is a share or a rate."""
        return written.scale(self.task["unit"]) != 1.0


def judge_cell(
    task: dict, field: str, said: object, *, quarter: str, before: Mapping[str, object] | None = None, reason: str = "",
    cut_off: str = "", on: date | None = None,
) -> Judged:  # fmt: skip
    """What a returned cell is worth.

    ``task``: a row of *tasks*; ``field``: as in *entries*; ``said``: the cell as written (a number, ``90/100`` for numerator
    and denominator, ``34%``); ``before``: what stands accepted of this cell by quarter: figures, or stages; ``reason``: the
    reason of correction; ``cut_off``: as written; ``on``: the day of taking.
    """
    words = plain(said) if isinstance(said, int | float) else characters.visible(str(said))
    if not words:
        return Judged()
    if field == "figure":
        found = _figure(task, words, quarter, before or {}, reason)
    elif field == "stage":
        found = _stage(task, words, quarter, before or {}, reason)
    else:
        when = written.day(words, quarter) if field == "expected_done" else ""
        clean, persons = written.without_persons(words)
        if field == "expected_done" and not when:
            wrong = Doubt("done_day", True, {"written": clean})
            return Judged(text=clean, status="refused", doubts=(wrong, *persons))
        return Judged(text=when or clean, status="reported", doubts=persons)
    return _dated(found, cut_off, quarter, on, stage=field == "stage")


def status_word(words: str) -> str:
    """not_applicable or not_available where a cell says so with the word that the sheet offers."""
    said = characters.key(words)
    for status in ("not_applicable", "not_available"):
        if said in {characters.key(text(f"ledger_sheets.{status}", lang)) for lang in LANGUAGES}:
            return status
    return ""


def _figure(task: dict, words: str, quarter: str, before: Mapping[str, object], reason: str) -> Judged:
    if status := status_word(words):
        return Judged(text=words, status=status)
    read, numerator, denominator = _numbers(task, words)
    if read.value is None:
        return Judged(text=words, status="refused", doubts=read.doubts)
    kept = {q: float(v) for q, v in before.items() if isinstance(v, int | float) and not pd.isna(v)}
    case = Case(task, quarter, read.value, numerator, denominator, kept, reason.strip())
    doubts = (*read.doubts, *(doubt for check in CHECKS for doubt in check(case)))
    refused = any(doubt.refuses for doubt in doubts)
    value, over, under = (None, None, None) if refused else (read.value, numerator, denominator)
    shown = words if refused or read.doubts else ""
    return Judged(value, over, under, shown, "", read.approx, "refused" if refused else "reported", doubts)


def _numbers(task: dict, words: str) -> tuple[written.Number, float | None, float | None]:
    """The number, and numerator and denominator where the cell has both."""
    parts = characters.half_width(words).split("/")
    shared = task["given"] == "ratio" or task["kind"] == "average" or written.scale(task["unit"]) != 1.0
    if len(parts) != 2 or not shared:
        return written.number(words, task["unit"]), None, None
    units_of = (task.get("num_unit") or "", task.get("den_unit") or "")
    over, under = (written.number(part, unit) for part, unit in zip(parts, units_of, strict=True))
    if over.value is None or under.value is None:
        return written.number(words, task["unit"]), None, None
    doubts = over.doubts + under.doubts
    if under.value <= 0 or over.value < 0:
        return written.Number(None, doubts=(*doubts, Doubt("denominator", True, {"written": words}))), None, None
    value = units.tidy(over.value / under.value * written.scale(task["unit"]))
    return written.Number(value, over.approx or under.approx, doubts), over.value, under.value


def _stage(task: dict, words: str, quarter: str, before: Mapping[str, object], reason: str) -> Judged:
    if status := status_word(words):
        return Judged(text=words, status=status)
    stage, gates = written.stage(task, words), store.stages_of(task)
    if not stage:
        offered = text("scorecard.list_comma").join(map(written.stage_name, [*gates, *store.HALTED]))
        return Judged(text=words, status="refused", doubts=(Doubt("stage", True, {"written": words, "list": offered}),))
    passed = [str(before[q]) for q in sorted(before) if q <= quarter and before[q] in gates]
    back = stage in gates and passed and gates.index(stage) < gates.index(passed[-1])
    if back and not reason.strip():
        doubt = Doubt("stage_back", True, {"last": passed[-1], "now": stage})
        return Judged(text=words, status="refused", doubts=(doubt,))
    return Judged(text=stage, status="reported")


def _dated(found: Judged, cut_off: str, quarter: str, on: date | None, *, stage: bool) -> Judged:
    """With the day that it counts to (of a stage: the day on which it was reached, perhaps before the quarter); a figure
    of a day that cannot be is not taken."""
    if not found.status or found.status.startswith("not_") or len(quarter) == 4:
        return found
    words = characters.clean(cut_off)
    when, doubt = written.day(words, quarter) if words else "", None
    if words and not when:
        doubt = Doubt("day", True, {"written": words})
    elif when:
        doubt = written.not_of(when, quarter, on, before=stage)
    elif on and on < quarters.last_day(quarter) and not stage:
        doubt = Doubt("no_day", True, {"quarter": quarter})
    if doubt is None:
        return found._replace(cut_off=when)
    shown = found.text or ("" if found.value is None else plain(found.value))
    return Judged(text=shown, status="refused", approx=found.approx, doubts=(*found.doubts, doubt))


# --- the checks: each says what it doubts of a case ----------------------------------------------------------------------


def _negative(case: Case) -> Iterator[Doubt]:
    """A count below zero; a rate may be, where its name or its past says so."""
    past = [v for v in (case.known("goal_value"), case.known("base_value"), *case.before.values()) if v is not None]
    spared = case.rate and (_MAY_FALL.search(case.task["name_zh"]) or any(v < 0 for v in past))
    if case.value < 0 and not spared:
        yield Doubt("negative", True, {"value": plain(case.value)})


def _part_of_a_thing(case: Case) -> Iterator[Doubt]:
    if case.counts and case.value % 1 and not _CONFIRMED.search(case.reason):
        yield Doubt("part", True, {"value": plain(case.value), "unit": case.task["unit"]})


def _over_all(case: Case) -> Iterator[Doubt]:
    """More than all of them: numerator above denominator, or above 100 %."""
    goal = case.known("goal_value") or 0.0
    named = f"{case.task['name_zh']} {case.task['unit']}"
    if written.bare(case.task["unit"]) not in ("%", "％") or goal > 100 or _MAY_EXCEED.search(named):
        return
    if case.numerator is not None and case.denominator is not None:
        if case.numerator > case.denominator:
            fields = {"numerator": plain(case.numerator), "denominator": plain(case.denominator)}
            yield Doubt("over_all", True, fields)
    elif case.value > 100 and not _CONFIRMED.search(case.reason):
        yield Doubt("over_hundred", True, {"value": plain(case.value)})


def _as_share(case: Case) -> Iterator[Doubt]:
    """.34 where 34 % is meant: the hundredfold is near the last figure, or near the goal where the figure falls far."""
    if written.bare(case.task["unit"]) not in ("%", "％") or case.numerator is not None:
        return
    goal = case.known("goal_value") or 0.0
    past = case.last[1] if case.last else case.known("base_value") or goal
    if not 0 < case.value <= 1.5 or _CONFIRMED.search(case.reason):
        return
    first = case.last is None and case.value < 1 and past >= 5  # nothing tells better
    likely = [one for one in (past, goal) if one >= 5 and (past >= 5 or 3 * case.value < past)]
    if first or any(one / 3 <= case.value * 100 <= one * 3 for one in likely):
        meant = {"value": plain(case.value), "percent": plain(units.tidy(case.value * 100))}
        yield Doubt("as_share", True, meant)


def _of_another_scale(case: Case) -> Iterator[Doubt]:
    """A number some hundred or thousand times the last one, or than any goal would have it."""
    if case.value <= 0 or _CONFIRMED.search(case.reason) or any(_as_share(case)):
        return
    quarter, past = case.last or ("", case.known("base_value") or 0.0)
    goal = case.known("goal_value") or 0.0
    if case.task["kind"] in ("cumulative", "bound"):
        same = case.same_year if case.task["given"] == "to_date" else case.before
        often = past >= FEW and quarter in same and case.value >= JUMP * past
        seldom = past >= 10 * FEW and quarter in same and case.value * JUMP <= past and case.task["given"] != "to_date"
        slipped = often or seldom
    else:
        slipped = past > 0 and not 1 / NEAR < case.value / past < NEAR
    if slipped:
        yield Doubt("scale", True, {"value": plain(case.value), "last": plain(past)})
    elif goal >= 1 and case.value >= (20 if case.task["kind"] in ("cumulative", "bound") else 5) * goal:
        yield Doubt("scale_goal", True, {"value": plain(case.value), "goal": plain(goal)})


def _falls(case: Case) -> Iterator[Doubt]:
    """A figure to date below an earlier quarter's, or above a later one's."""
    if case.task["given"] != "to_date":
        return
    earlier = {q: v for q, v in case.same_year.items() if q < case.quarter and v > case.value}
    later = {q: v for q, v in case.same_year.items() if q > case.quarter and v < case.value}
    if case.task["kind"] == "bound":  # what has happened does not unhappen: the higher one stands
        if earlier:
            yield Doubt("stands", False, {"last": plain(max(earlier.values()))})
    elif not case.reason and earlier:
        yield Doubt("falls", True, {"last": plain(max(earlier.values())), "now": plain(case.value)})
    elif not case.reason and later:
        quarter = min(later)
        yield Doubt("above_later", True, {"quarter": quarter, "last": plain(later[quarter]), "now": plain(case.value)})


def _changed(case: Case) -> Iterator[Doubt]:
    """Another figure than the accepted one."""
    standing = case.before.get(case.quarter)
    if standing is not None and standing != case.value and not case.reason:
        fields = {"quarter": case.quarter, "last": plain(standing), "now": plain(case.value)}
        yield Doubt("changed", True, fields)


def looks_to_date(by_quarter: Mapping[int, float], goal: float) -> bool:
    """Whether what is given as figures of the quarters (by number, 1 to 4) reads as figures to date: they climb in steps, and
    their sum would be past the year's goal although the year is not over."""
    at = sorted(by_quarter)
    if len(at) < 2 or goal < FEW or by_quarter[at[-1]] > 1.5 * goal:
        return False
    rises = [by_quarter[at[0]] / at[0]] + [(by_quarter[b] - by_quarter[a]) / (b - a) for a, b in pairwise(at)]
    even = min(rises) > 0 and min(rises) >= LOW * sum(rises) / len(rises)
    return even and sum(by_quarter.values()) > OVER[at[-1]] * goal


def _to_date_for_quarter(case: Case) -> Iterator[Doubt]:
    if case.task["given"] != "in_quarter" or case.task["kind"] != "cumulative" or _CONFIRMED.search(case.reason):
        return
    quarters_ = {q: v for q, v in case.same_year.items() if q < case.quarter} | {case.quarter: case.value}
    goal = case.known("goal_value") or 0.0
    if looks_to_date({quarters.number(q): v for q, v in quarters_.items()}, goal):
        told = "、".join(plain(quarters_[q]) for q in sorted(quarters_))
        yield Doubt("to_date", True, {"figures": told, "sum": plain(sum(quarters_.values())), "goal": plain(goal)})


def _hole(case: Case) -> Iterator[Doubt]:
    """A sum of quarters needs every one of them."""
    summed = case.task["given"] in ("in_quarter", "ratio") and case.task["kind"] in ("cumulative", "bound")
    year = quarters.year_of(case.quarter)
    if summed and len(case.quarter) > 4 and year == int(case.task["year"]):
        lacking = [q for q in quarters.of_year(year) if q < case.quarter and q not in case.before]
        if lacking:
            yield Doubt("hole", False, {"quarters": "、".join(lacking)})


def _no_denominator(case: Case) -> Iterator[Doubt]:
    if case.task["kind"] == "average" and case.rate and case.denominator is None:
        yield Doubt("no_denominator", False, {"quarter": case.quarter})


CHECKS: tuple[Callable[[Case], Iterator[Doubt]], ...] = (
    _negative, _part_of_a_thing, _over_all, _as_share, _of_another_scale, _falls, _changed, _to_date_for_quarter, _hole,
    _no_denominator,
)  # fmt: skip
