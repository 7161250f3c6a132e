"""Which figure of the next year would turn a verdict, or is the worst that keeps it: found by judging again.

Nothing here knows how a verdict comes about. A figure is put behind the others, the whole line runs again as it will
when that figure is there (``again``), and the word that comes out is read. So a claim holds whatever the rules are, and
it is only made for a figure that was tried as it is printed. Verdicts need not be monotone in a figure (the engine takes
a jump for an outlier): "so much or more" is said only where a step and a tenth beyond it hold too.

All goals are searched at once, one run a step: each search is a generator that asks for figures and is sent the word.
Figures that could bear on another goal of the same run are tried in a run of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist
from typing import Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.language import comparators, units

PROMISES = {"met": "meets", "met_holding": "holding", "on_course": "on_course"}
OPEN = ("met_holding", "met_slipping", "on_course", "at_risk", "off_course", "no_data")
# a figure more may change what they stand with
ASKS = ("flip_next", "flip_each", "flip_collect", "flip_more", "flip_newer")
USUAL = (1, 2, 4, 10)  # so many times the largest change of a year is tried
STEPS = 5  # the largest change of a year is at least so many steps, unless these would be finer than is printed
BEYOND = (0.03, 0.06, 0.1)  # shares of a figure by which others beyond it have to hold too
SURE = NormalDist().inv_cdf(0.8)  # where a chance promises: only a guess of where to look
COLUMNS = ("next_year", "next_value", "next_does", "next_count", "next_times", "next_path")

Figures = tuple[int, ...]  # of the next years one after the other, in steps; more is better
Again = Callable[[pd.DataFrame, int, set[str]], pd.DataFrame]


class Tried(NamedTuple):
    """The word with the figures in place, and the chance beside it."""

    word: str
    chance: float

    @property
    def good(self) -> bool:
        """Whether the word is a promise."""
        return self.word in PROMISES


Search = Generator[Figures, Tried, dict[str, Any]]


@dataclass(frozen=True)
class Goal:
    """What the search for one goal needs to know.

    ``last``: the row of its latest figure; ``year``: that of the next one. ``way``: +1 where higher is better. ``aim``:
    the value to reach; ``low``, ``high``: the values that may be; ``change``: the largest of a year so far. ``count``: of
    how many people one in the unit is one, where figures come with their counts.
    """

    target_id: str
    word: str
    last: Mapping[str, Any]
    year: int
    due: int
    way: int
    aim: float
    low: float
    high: float
    both_ends: bool
    change: float
    step: float
    count: float | None
    leans: frozenset[str]

    def value(self, x: int) -> float:
        """The figure of ``x`` steps; with a count the one that whole ones give."""
        value = round(self.way * x * self.step, 10)
        return value if self.count is None else math.floor(value * self.count + 0.5) / self.count

    def events(self, value: float) -> int | None:
        """The count behind a figure."""
        return None if self.count is None else math.floor(value * self.count + 0.5)

    def at(self, value: float) -> int:
        """The steps that reach a value, kept within what may be."""
        ends = sorted(self.way * end / self.step for end in (self.low, self.high))
        x = math.ceil(round(self.way * value / self.step, 6))
        low = math.ceil(round(ends[0], 6)) if math.isfinite(ends[0]) else x
        high = math.floor(round(ends[1], 6)) if math.isfinite(ends[1]) else x
        return min(max(x, low), high)

    def rows(self, figures: Figures) -> list[dict[str, Any]]:
        """The figures as rows of *observations*."""
        values = [{"year": year, "value": self.value(x)} for year, x in enumerate(figures, self.year)]
        rows = [{**self.last, **one, "obs_status": "final"} for one in values]
        return rows if self.count is None else [row | {"numerator": self.events(row["value"])} for row in rows]


def next_figures(
    gaps: pd.DataFrame,
    observations: pd.DataFrame,
    targets: pd.DataFrame,
    indicators: pd.DataFrame,
    *,
    as_of: int,
    again: Again,
) -> pd.DataFrame:
    """The next figure of each open goal with figures of its own: target_id and the columns ``COLUMNS`` of *gaps*.

    ``gaps``: with the tables beside it (:meth:`healthplan.judging.Judged.whole`). ``again(figures, as_of, goals)``: the
    gaps of these goals, judged at ``as_of`` with more figures.
    """
    goals = _goals(gaps, observations, targets, indicators, as_of)
    rows = [{"target_id": one, **answer} for one, answer in _answers(goals, as_of, again).items()]
    return pd.DataFrame(rows, columns=["target_id", *COLUMNS])


def share(gaps: pd.DataFrame) -> tuple[int, int, int]:
    """Of how many goals that are judged ahead of their deadline how many say which figure of the next years does it, and
    how many that none does."""
    judged = gaps["status"].isin([word for word in OPEN if word != "no_data"])
    does = gaps.loc[judged, "next_does"].fillna("")
    none = int((does == "none_can").sum())
    return int(judged.sum()), int((does != "").sum()) - none, none


def _answers(goals: Mapping[str, Goal], as_of: int, again: Again) -> dict[str, dict[str, Any]]:
    """The searches run side by side until each has its answer; those that had to wait come first in the next run."""
    searches = {one: _search(goal) for one, goal in goals.items()}
    asked = {one: next(search) for one, search in searches.items()}
    found = {}
    while asked:
        year, batch = _together(asked, goals, as_of)
        rows = [row for one in batch for row in goals[one].rows(asked.pop(one))]
        judged = again(pd.DataFrame(rows), year, set(batch)).set_index("target_id")
        for one in batch:
            row = judged.loc[one]
            try:
                asked[one] = searches[one].send(Tried(row["status"], row["probability_met"]))
            except StopIteration as end:
                found[one] = end.value
    return found


def _together(asked: Mapping[str, Figures], goals: Mapping[str, Goal], as_of: int) -> tuple[int, list[str]]:
    """Goals whose figures may stand in one run, none resting on what is tried for another, and the year that it is judged
    at."""
    when = {one: max(as_of, goals[one].year + len(tried) - 1) for one, tried in asked.items()}
    year, batch = next(iter(when.values())), list[str]()
    for one in asked:
        own, others = goals[one], [goals[other] for other in batch]
        bears = any(own.last["indicator"] in g.leans or g.last["indicator"] in own.leans for g in others)
        if when[one] == year and not bears:
            batch.append(one)
    return year, batch


def _search(goal: Goal) -> Search:
    """From the latest figure outwards until a promise is made, or lost; then to the very step; then beyond it."""
    tried: dict[int, Tried] = {}

    def look(x: int) -> Generator[Figures, Tried, bool]:
        if x not in tried:
            tried[x] = yield (x,)
        return tried[x].good

    here = goal.at(goal.last["value"])
    good = here if (yield from look(here)) else None
    bad = None if good is not None else here
    for x in _ladder(goal, here, better=good is None):
        if (yield from look(x)):
            good = x
        else:
            bad = x
        if good is not None and bad is not None:
            break
    for x in _near_best(tried) if good is None else ():
        if good is None and (yield from look(x)):
            good, bad = x, max(y for y in tried if y < x)
    if good is None:
        return (yield from _later(goal, here, max(tried)))
    turn = 0
    while bad is not None and good - bad > 1:
        x, turn = _between(bad, good, tried, turn), turn + 1
        if (yield from look(x)):
            good = x
        else:
            bad = x
    onward = yield from _onward(goal, good, tried)
    return _answer(goal, (good,), tried[good].word, onward)


def _near_best(tried: dict[int, Tried]) -> Iterable[int]:
    """Between the figure with the best chance so far and those beside it, again and again: figures too good are taken
    for outliers, so that the chance may have its top between two that were tried."""
    for _ in range(3):
        known = sorted(tried)
        best = max(known, key=lambda x: -1.0 if pd.isna(tried[x].chance) else tried[x].chance)
        near = known[max(known.index(best) - 1, 0) : known.index(best) + 2]
        yield from [(x + y) // 2 for x, y in pairwise(near)]


def _onward(goal: Goal, good: int, tried: dict[int, Tried]) -> Generator[Figures, Tried, bool]:
    """Whether figures beyond one hold too, where there may be any: all that were tried, a step and some shares beyond
    it."""
    last = goal.at(goal.way * (good + 1) * goal.step) == good
    if last or goal.both_ends or not all(one.good for x, one in tried.items() if x > good):
        return False
    for x in sorted({good + 1, *(good + math.ceil(share * abs(good)) for share in BEYOND)}):
        may_be = goal.at(goal.way * x * goal.step) == x
        if x not in tried and may_be:
            tried[x] = yield (x,)
            if not tried[x].good:
                return False
    return True


def _ladder(goal: Goal, here: int, *, better: bool) -> Iterable[int]:
    """The figures to try, the nearest first: by changes that were seen before, the goal itself, and as far beyond it."""
    size = max(1, round(goal.change / goal.step))
    aim = goal.at(goal.aim)
    steps = {here + times * size for times in USUAL}
    if better and goal.both_ends:
        steps = {min(x, aim) for x in steps} | {aim}
    elif better:
        steps |= {aim, here + 2 * abs(aim - here)}
    else:
        steps = {2 * here - x for x in steps}
    kept = {goal.at(goal.way * x * goal.step) for x in steps}  # within what may be
    return sorted(x for x in kept if x > here) if better else sorted((x for x in kept if x < here), reverse=True)


def _between(bad: int, good: int, tried: Mapping[int, Tried], turn: int) -> int:
    """Where the promise may begin: where the chances nearest to it say, every fourth time and where the word goes by
    something else half-way; but first one step back from a figure whose chance makes no promise, as the goal itself may."""
    chances = {x: min(max(one.chance, 1e-4), 1 - 1e-4) for x, one in tried.items() if pd.notna(one.chance)}
    at = {x: NormalDist().inv_cdf(chance) for x, chance in chances.items()}
    low, high = at.get(bad, math.nan), at.get(good, math.nan)
    if not turn and not high >= SURE:
        return good - 1
    if turn % 4 == 3 or not low < SURE <= high:
        return (bad + good) // 2
    (x, one), (y, other) = sorted(at.items(), key=lambda known: abs(known[1] - SURE))[:2]
    guess = math.ceil(x + (SURE - one) * (y - x) / (other - one)) if other != one else bad
    return min(max(guess, bad + 1), good - 1)


def _later(goal: Goal, here: int, most: int) -> Search:
    """No figure of the next year does it: the figures of how many years do, on a straight line to the goal in its year or
    already in their last, at the goal each year, or as far beyond it as was tried."""
    years, aim = goal.due - goal.year + 1, goal.at(goal.aim)
    for n in range(2, years):
        by_then, sooner = (
            tuple(max(here, here + math.ceil((aim - here) * k / of)) for k in range(1, n + 1)) for of in (years, n)
        )
        tries = (by_then, sooner, (max(here, aim),) * n, (max(most, aim),) * n)
        for path in dict.fromkeys(tries):
            seen = yield path
            if seen.good:
                return _answer(goal, path, seen.word, onward=False)
    return _answer(goal, (most,), "", onward=False)


def _answer(goal: Goal, figures: Figures, word: str, onward: bool) -> dict[str, Any]:
    """The columns of *gaps* that say what was found; ``word`` empty where nothing was."""
    value, kind = goal.value(figures[-1]), PROMISES.get(word, "")
    turn = "keeps" if goal.word in PROMISES else "turns"
    does = "none_can" if not word else "several" if len(figures) > 1 else kind
    does = f"{turn}_{does}" if does in ("holding", "on_course") else does
    moved = abs(goal.value(figures[0]) - goal.last["value"])
    span = goal.year - goal.last["year"]
    path = [f"{y}:{goal.value(x):.10g}" for y, x in enumerate(figures, goal.year)]
    codes = [does] + [f"several_{kind}"] * (does == "several") + ["onward"] * onward
    return {
        "next_year": goal.year + len(figures) - 1,
        "next_value": value,
        "next_does": ";".join(codes),
        "next_count": goal.events(value),
        "next_times": moved / span / goal.change if goal.change > 0 else None,
        "next_path": ";".join(path) if len(path) > 1 else "",
    }


def _goals(
    gaps: pd.DataFrame, observations: pd.DataFrame, targets: pd.DataFrame, indicators: pd.DataFrame, as_of: int
) -> dict[str, Goal]:
    """The open goals with figures of their own that a figure more may change."""
    known = tables.of_groups(observations[observations["year"] <= as_of]).sort_values("year")
    series = dict(iter(known[known["period"].fillna("") == ""].groupby(tables.SERIES)))
    about = {str(row["indicator"]): row for row in indicators.to_dict("records")}
    stated = {str(row["target_id"]): row for row in targets.to_dict("records")}
    own = gaps["basis"].isin(["own", "borrowed"]) & gaps["latest_year"].notna()
    bound = gaps["goal_low"].notna() | gaps["goal_high"].notna()
    asks = gaps["status"].isin(OPEN) & gaps["flip"].isin(ASKS)
    searched = gaps[own & bound & asks & gaps["deadline_year"].notna()].to_dict("records")
    keyed = [((gap["data_indicator"], gap["data_area"], gap["data_group"]), gap) for gap in searched]
    known_goals = [(gap, series[key]) for key, gap in keyed if key in series]
    return {gap["target_id"]: _goal(gap, rows, stated[gap["target_id"]], about, as_of) for gap, rows in known_goals}


def _goal(
    gap: Mapping[Any, Any],
    rows: pd.DataFrame,
    target: Mapping[Any, Any],
    about: Mapping[str, Mapping[Any, Any]],
    as_of: int,
) -> Goal:
    indicator = about[gap["data_indicator"]]
    last = {str(name): cell for name, cell in rows.iloc[-1].items()}
    latest, year = float(last["value"]), int(last["year"])
    whole = rows["obs_status"] != "break"
    changes = (rows["value"].diff() / rows["year"].diff())[whole].abs()
    change = float(changes.max()) if changes.notna().any() else 0.0
    low, high, both = gap["goal_low"], gap["goal_high"], False
    if pd.notna(low) and pd.notna(high):
        both, aim = True, (low + high) / 2
        way = 1 if abs(latest - low) <= abs(latest - high) else -1
    else:
        way, aim = (1, low) if pd.notna(low) else (-1, high)
    if pd.notna(gap["summed_since"]):  # what is still missing of the sum
        aim = max(float(gap["needed_from_today"]), 0.0)
    leans = {gap["data_indicator"], target["indicator"], target.get("reference_indicator") or ""}
    leans |= {about[one][part] for one in leans if one in about for part in ("numerator", "denominator")}
    count = _count(gap, last, indicator)
    first = max(year + 1, as_of)
    # the deadline's own figure decides by the goal itself: the least that meets it is told, to the last step
    step = _step(max(abs(latest), abs(aim)), 0.0 if first >= gap["deadline_year"] else change, indicator, count)
    least, most = _may_be(indicator, latest)
    # What grows faster than its limit breaks it in that very year, whatever comes after.
    grown = target["comparator"] == comparators.GROWTH_MAX and indicator["unit"] != "%"
    if grown and pd.notna(target["value"]):
        most = min(most, latest * (1 + float(target["value"]) / 100))
    return Goal(
        str(gap["target_id"]), str(gap["status"]), last, first, int(gap["deadline_year"]), way, float(aim),
        least, most, both, change, step, count, frozenset(leans),
    )  # fmt: skip


def _may_be(indicator: Mapping[Any, Any], latest: float) -> tuple[float, float]:
    """The least and the most that a figure may be: what the reader of figures would ask about is not put into a sentence."""
    known = lambda *ends: [float(indicator[end]) for end in ends if pd.notna(indicator[end])]  # noqa: E731
    least = min(max(known("lower_bound", "plausible_low"), default=-math.inf), latest)
    most = max(min(known("upper_bound", "plausible_high"), default=math.inf), latest)
    counted = indicator["indicator_kind"] in ("share", "rate", "count", "event")
    return max(0.0, least) if counted else least, most


def _count(gap: Mapping[Any, Any], last: Mapping[str, Any], indicator: Mapping[Any, Any]) -> float | None:
    """How many events one in the unit is: where the latest figure came with its counts, or the goal is judged by them."""
    per, exposure = indicator["per"], gap["latest_exposure"]
    with_counts = pd.notna(last.get("numerator")) or pd.notna(gap["expected_events"])
    if indicator["indicator_kind"] not in ("share", "rate") or not with_counts:
        return None
    return None if pd.isna(exposure) or pd.isna(per) else float(exposure) / float(per)


def _step(size: float, change: float, indicator: Mapping[Any, Any], count: float | None) -> float:
    """The step in which figures are tried: as they are printed, coarser where they move by much, and whole events."""
    unit = units.written_unit(indicator)
    decimals = max(0, min(2, 2 - math.floor(math.log10(size)))) if size > 0 else 2
    printed = 1.0 if unit == units.PLACE or units.counts_things(unit) else 10.0**-decimals
    coarse = 10.0 ** math.floor(math.log10(change / STEPS)) if change > 0 else printed
    step = max(printed, coarse)
    return 1 / count if count is not None and 1 / count > step else step
