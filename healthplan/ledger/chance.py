"""The chance that a goal of the year is met, from the quarters so far. Pure arithmetic on numbers.

Every chance and its 80 % interval are read off one distribution, Student's t with a centre and a scale:

- *Amounts that add up* (``flow``): of the logarithm of what is still to come. The reference rule of the quarter
  (../shared/quarter/spec.md, section 1): the rest of last year moved by part of this year's growth so far, and with
  two earlier years or more shrunk towards what the last three years' shares say.
- *Rates and stocks* (``level``): of the change from now to the year's end, as large as the series' own past changes
  from the same quarter on, back by a share (``pull``) to last year's mean. ``training/quarter.py`` learns how much.

``constants.csv`` holds both; ``benchmarks/quarter.py`` measures them, on activity and disease: no public series of
goals that a department pushes to meet in December was found.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

PATH = Path(__file__).with_name("constants.csv")
FEWEST = 30  # things a year: below, an amount's course says nothing and its things are named instead
FEWEST_YEARS = 2  # complete years before this one that a level's own changes are taken from
PROFILE_YEARS = 3  # years whose shares make the profile
HALF = 0.5  # added in every logarithm of an amount, so that nothing to come has one
QUARTERS = 4
SLACK = 1e-9  # of the goal: a mean of decimals is not short of it by its last bit
STEP = 100.0  # a level that is no percentage moves in hundredths of its logarithm
SURE, UNLIKELY = 0.8, 0.2  # chances from which a goal is on course, and down to which it is off
UPPER = 0.9  # the 80 % interval runs from the tenth to this part of the distribution

Years = Sequence[Sequence[float]] | np.ndarray


class Outlook(NamedTuple):
    """The year-end figure as foretold: the chance (0-1) that the goal is met, None where none is stated; the middle and
    the 80 % interval in the goal's unit, None where nothing is foretold."""

    p: float | None
    middle: float | None = None
    low: float | None = None
    high: float | None = None


class Needed(NamedTuple):
    """What each remaining quarter has to bring (of a ceiling: may bring), the best quarter so far, and the ratio of the
    two; None where there is none."""

    each: float | None
    best: float | None
    ratio: float | None


class Student(NamedTuple):
    """Student's t with a centre and a scale; numbers or arrays of one shape."""

    centre: Any
    scale: Any
    df: Any

    def above(self, x: Any) -> Any:
        """P(value >= x)."""
        return Student(-self.centre, self.scale, self.df).below(-x)

    def below(self, x: Any) -> Any:
        """P(value <= x)."""
        from scipy.special import stdtr

        return stdtr(self.df, (x - self.centre) / self.scale)

    def interval(self) -> tuple[Any, Any, Any]:
        """The middle and both ends of the 80 % interval."""
        from scipy.special import stdtrit

        reach = self.scale * stdtrit(self.df, UPPER)
        return self.centre, self.centre - reach, self.centre + reach


class Walk(NamedTuple):
    """What a level's course says, in steps (arrays of one shape): where it is ``now``, last year's mean (``home``), the
    sum of squares of its ``own`` past changes from this quarter to the year's figure, how many ``years`` these are."""

    now: Any
    home: Any
    own: Any
    years: Any

    def law(self, k: Mapping[str, float]) -> Student:
        """The year's figure. ``spread`` (squared steps) is what the changes of other series add to the own ones;
        ``widen`` multiplies the variance."""
        variance = k["widen"] * (k["spread"] + self.own) / self.years
        return Student(self.now + k["pull"] * (self.home - self.now), np.sqrt(variance), self.years + 1)


def flow(
    to_date: float, quarter: int, goal: float, history: Years, *, direction: str = "higher", high: float | None = None
) -> Outlook:
    """The chance that an amount that adds up over the year reaches ``goal`` (``direction`` higher), stays at or below
    it (lower), or ends from ``goal`` to ``high``.

    ``to_date`` is the amount up to the end of ``quarter`` (1-4); ``history`` the complete years just before, oldest
    first, each four amounts in the quarter. What is decided is said whatever is known: a goal reached, a ceiling
    passed, a year over. Otherwise no chance without an earlier year, nor for less than ``FEWEST`` things a year. Where
    hardly anything is to come, the small chance of a far goal may fall as more comes in: its luck shrinks with it.
    Raises ValueError for a quarter beyond 1-4, a history not of four quarters, and amounts negative or unknown.
    """
    past = _amounts(history)
    if not to_date >= 0:
        raise ValueError("an amount to date is zero or more")
    floor, ceiling = (None, goal) if direction == "lower" else (goal, high)
    if _over(quarter):
        return Outlook(float(_within(to_date, floor, ceiling)), to_date, to_date, to_date)
    settled = _settled(to_date, floor, ceiling)
    if not len(past) or min(goal, past[-1].sum()) < FEWEST:
        return Outlook(settled)
    domain = "disease" if direction == "lower" else "service"
    law = remainder(to_date, quarter, past, constants("flow", domain, quarter, _known(len(past))))
    middle, least, most = (max(float(to_date + np.exp(end) - HALF), to_date) for end in law.interval())
    if settled is None:
        missing = None if floor is None or to_date >= floor else _rest(floor, to_date)
        settled = _chance(law, missing, None if ceiling is None else _rest(ceiling, to_date))
    return Outlook(settled, middle, least, most)


def remainder(to_date: Any, quarter: int, history: np.ndarray, k: Mapping[str, float]) -> Student:
    """The logarithm of what the rest of the year brings, plus one half. ``to_date`` has the shape (...), ``history``
    (..., years, 4), with the constants of one year where there is one. Source: the reference rule, as above."""
    before, rest = (np.log(part.sum(-1) + HALF) for part in (history[..., :quarter], history[..., quarter:]))
    now = np.log(np.asarray(to_date) + HALF)
    centre = rest[..., -1] + k["b"] * (now - before[..., -1])
    if history.shape[-2] == 1:
        return Student(centre, np.sqrt(k["v0"] + k["c"] * np.exp(-centre)), k["df"])
    profile = now + (rest - before)[..., -PROFILE_YEARS:].mean(-1)
    centre = (1 - k["a"]) * centre + k["a"] * profile
    missed = np.diff(rest) - k["b"] * np.diff(before)
    pairs = missed.shape[-1]
    own = (k["nu"] * k["v0"] + (missed**2).sum(-1)) / (k["nu"] + pairs)
    # c: what chance alone adds, the more the fewer things are still to come
    return Student(centre, np.sqrt(own + k["c"] * np.exp(-centre)), k["nu"] + pairs + 2)


def level(
    values: Sequence[Sequence[float]],
    quarter: int,
    goal: float,
    *,
    what: str,
    direction: str = "higher",
    percent: bool,
    bounds: tuple[float, float] = (-math.inf, math.inf),
) -> Outlook:
    """The chance that a rate or a stock reaches ``goal`` (``direction`` higher) or stays at or below it (lower), with
    its value at the year's end (``what`` end_value) or the mean of its four quarters (average).

    ``values`` are the years, oldest first, each with four quarters, the current one, last, with its first ``quarter``;
    earlier years with a hole (None, NaN) are left out. ``percent``: in per cent, so that a step is a point; any other
    level is positive and its steps are hundredths of the logarithm. The ends of the interval stay within ``bounds``.
    No chance without ``FEWEST_YEARS`` complete earlier years, nor with a hole in what counts of this year.
    Raises ValueError for a quarter beyond 1-4 and an unknown ``what``.
    """
    if what not in ("end_value", "average"):
        raise ValueError("what is end_value or average")
    over = _over(quarter)
    current = np.array(values[-1][:quarter] if len(values) else [], float)
    earlier = np.array([year for year in values[:-1] if len(year) == QUARTERS and _whole(year)], float)
    counts = current[-1:] if what == "end_value" else current
    if len(current) < quarter or not _whole(counts):
        return Outlook(None)
    floor, ceiling = (None, goal) if direction == "lower" else (goal, None)
    if over:
        figure = float(counts.mean())
        return Outlook(float(_within(figure, floor, ceiling)), figure, figure, figure)
    if len(earlier) < FEWEST_YEARS or not (percent or min(earlier.min(), counts.min()) > 0):
        return Outlook(None)
    law = walk(earlier, current, what, percent).law(constants("level", what, quarter, "more"))
    p = _chance(law, *(None if end is None else _steps(end, percent) for end in (floor, ceiling)))
    middle, least, most = (min(max(_unit(float(end), percent), bounds[0]), bounds[1]) for end in law.interval())
    return Outlook(p, middle, least, most)


def walk(earlier: np.ndarray, current: np.ndarray, what: str, percent: bool) -> Walk:
    """A level's course from earlier years (..., years, 4) and the current one's quarters so far (..., quarter)."""
    quarter = current.shape[-1]
    counts = slice(quarter - 1, quarter) if what == "end_value" else slice(quarter)
    ends = earlier[..., -1] if what == "end_value" else earlier.mean(-1)
    changes = _steps(ends, percent) - _steps(earlier[..., counts].mean(-1), percent)
    now, home = _steps(current[..., counts].mean(-1), percent), _steps(earlier[..., -1, :].mean(-1), percent)
    return Walk(now, home, (changes**2).sum(-1), earlier.shape[-2])


def needed(to_date: float, quarter: int, goal: float, amounts: Sequence[float | None]) -> Needed:
    """What each remaining quarter needs for ``goal``, beside the best of the ``amounts`` in this year's quarters so far
    (None where one is not known): 400 of 1,000 after 140 and 260 needs 300 a quarter, 1.15 times the best."""
    each = None if _over(quarter) else max(goal - to_date, 0.0) / (QUARTERS - quarter)
    best = max((x for x in amounts if x is not None and not math.isnan(x)), default=None)
    return Needed(each, best, each / best if each is not None and best else None)


@cache
def constants(rule: str, domain: str, quarter: int, years: str) -> Mapping[str, float]:
    """The constants of a rule (flow, level), its domain (service, disease; end_value, average), quarter and the earlier
    years known (one, more)."""
    wanted = {"rule": rule, "domain": domain, "quarter": str(quarter), "years": years}
    return {row["name"]: float(row["value"]) for row in _table() if wanted.items() <= row.items()}


@cache
def _table() -> list[dict[str, str]]:
    with PATH.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _known(years: int) -> str:
    return "one" if years == 1 else "more"


def _amounts(history: Years) -> np.ndarray:
    """The earlier years as an array (years, 4)."""
    past = np.array(history, float)
    if len(past) and (past.shape[1:] != (QUARTERS,) or not (past >= 0).all()):
        raise ValueError("an earlier year has four amounts, zero or more")
    return past


def _over(quarter: int) -> bool:
    if quarter not in range(1, QUARTERS + 1):
        raise ValueError("a quarter is 1, 2, 3 or 4")
    return quarter == QUARTERS


def _whole(values: Sequence[float] | np.ndarray) -> bool:
    return bool(np.isfinite(np.array(values, float)).all())


def _within(figure: float, floor: float | None, ceiling: float | None) -> bool:
    """Whether the year's figure met its goal."""
    reached = floor is None or figure >= floor - SLACK * abs(floor)
    return reached and (ceiling is None or figure <= ceiling + SLACK * abs(ceiling))


def _settled(to_date: float, floor: float | None, ceiling: float | None) -> float | None:
    """What an amount to date decides whatever comes: 0 above a ceiling, 1 at a goal that has none."""
    if not _within(to_date, None, ceiling):
        return 0.0
    return 1.0 if ceiling is None and _within(to_date, floor, None) else None


def _rest(end: float, to_date: float) -> float:
    """What is missing to an end, as the remainder is counted."""
    return math.log(max(end - to_date, 0.0) + HALF)


def _chance(law: Student, floor: float | None, ceiling: float | None) -> float:
    """P(floor <= value <= ceiling), either of them open."""
    if ceiling is None:
        return 1.0 if floor is None else float(law.above(floor))
    below = law.below(ceiling)
    return float(below if floor is None else max(below - law.below(floor), 0.0))


def _steps(values: Any, percent: bool) -> Any:
    """A level in steps: points, or hundredths of the logarithm; nothing at all is infinitely far down."""
    if percent:
        return values
    with np.errstate(divide="ignore"):
        return STEP * np.log(np.maximum(values, 0.0))


def _unit(steps: float, percent: bool) -> float:
    return steps if percent else math.exp(steps / STEP)
