"""Goals without a number: to fall, to rise, to stay as it is, to grow more slowly. Judged by sign and certainty. Three
figures or more since the start, with a slope as sure as a goal on course has to be: one step is never enough. Ahead,
the outlook at the deadline is held against the start."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from healthplan.judging.evidence import FEWEST, Case, size
from healthplan.judging.statuses import CHANGE_SHARE, ON_COURSE, PACE_YEARS
from healthplan.judging.threshold import Bar
from healthplan.language import comparators

FALLING, RISING, STEADY, SLOWING = "falling", "rising", "steady", "slowing"


@dataclass(frozen=True)
class Way:
    """A trend as bars: by which value of a year it shows (``bars``), and whether it is ``shown`` by the
    figures up to the last one that counts."""

    bars: Mapping[int, Bar]
    shown: bool


def way(case: Case) -> Way | None:
    """The trend that a case asks for, None with fewer than three figures since its start."""
    side, figures, due = _side(case), _figures(case), case.deadline.year
    if side == SLOWING:
        return _slowing(figures, due)
    begun = start(case)
    if begun is None:
        return None
    since, value = begun
    figures = figures[figures.index >= since]
    if since not in figures.index:
        figures = pd.concat([pd.Series({since: value}), figures])
    if len(figures) < FEWEST:
        return None
    bar = _bar(side, value, case)
    years = {*figures.index.tolist(), *([] if due is None else [due])}
    sure = side == STEADY or _sure(figures, falling=side == FALLING)
    return Way(dict.fromkeys(years, bar), sure and _beyond(figures, since, dict.fromkeys(figures.index, bar)))


def step(case: Case, year: int) -> Bar | None:
    """What a year asks of a trend that goes on every year: no step the other way from the figure before; of one that
    stays as it is, to lie about its start."""
    side, begun = _side(case), start(case)
    if side == SLOWING or begun is None or begun[0] >= year:
        return None
    if side == STEADY:
        return _bar(side, begun[1], case)
    known = case.record.comparable
    known = known[(known.index >= begun[0]) & (known.index < year)]
    before = float(known.iloc[-1]) if len(known) else begun[1]
    return Bar(high=before) if side == FALLING else Bar(low=before)


def _side(case: Case) -> str:
    """Which way the figures are to go; a growth rate that grows more slowly falls."""
    improving = FALLING if case.indicator["direction"] == "decrease" else RISING
    side = case.target.get("side") or improving
    rate = case.indicator["unit"] == "%" and case.indicator["indicator_kind"] == "level"
    return FALLING if side == SLOWING and rate else side


def _figures(case: Case) -> pd.Series:
    """The figures that count: without a break between them, and none after a deadline that is past."""
    figures, due = case.record.comparable, case.deadline.year
    return figures[figures.index <= due] if case.past and due is not None else figures


def start(case: Case) -> tuple[int, float] | None:
    """Year and value of the start: the goal's own; else that of the plan, where it leaves figures enough since; else
    the first of the recent figures."""
    figures, begun, target = _figures(case), case.start, case.target
    if begun is not None and begun.year is not None:
        own = pd.notna(target["baseline"]) or pd.notna(target["baseline_year"])
        if own or 1 + (figures.index > begun.year).sum() >= FEWEST:
            return begun.year, begun.value
    recent = figures[figures.index >= figures.index[-1] - PACE_YEARS] if len(figures) else figures
    return (int(recent.index[0]), float(recent.iloc[0])) if len(recent) else None


def _bar(side: str, value: float, case: Case) -> Bar:
    if side == FALLING:
        return Bar(high=value, strict=True)
    if side == RISING:
        return Bar(low=value, strict=True)
    # It has stayed as it was while no change could be told: see evidence.detectable.
    around = CHANGE_SHARE * size(value, case.indicator["indicator_kind"])
    binds = comparators.about_binds(case.indicator)
    low, high = value - around, value + around
    return Bar(None if binds == "ceiling" else low, None if binds == "floor" else high)


def _beyond(figures: pd.Series, since: int, bars: Mapping[int, Bar]) -> bool:
    """Whether the last two figures after the start meet their bars: no single step."""
    later = figures[figures.index > since].tail(2)
    return len(later) == 2 and all(bars[int(y)].met(float(v)) for y, v in later.items())


def _sure(figures: pd.Series, *, falling: bool) -> bool:
    """Whether the direction of the straight line through the figures is as sure as ``ON_COURSE``."""
    x, y = figures.index.to_numpy(float), figures.to_numpy(float)
    slope = float(np.polyfit(x, y, 1)[0])
    if slope == 0 or (slope < 0) != falling:
        return False
    rest = y - y.mean() - slope * (x - x.mean())
    error = np.sqrt(float(rest @ rest) / (len(x) - 2) / float(((x - x.mean()) ** 2).sum()))
    if error <= 1e-9 * abs(slope):
        return True
    from scipy.special import stdtr

    return float(stdtr(len(x) - 2, abs(slope) / error)) >= ON_COURSE


def _slowing(figures: pd.Series, due: int | None) -> Way | None:
    """Growing more slowly: below the straight line of the earlier pace, carried on from the middle of the figures."""
    if len(figures) < FEWEST + 2:
        return None
    half = figures.iloc[: (len(figures) + 2) // 2]
    since, value = int(half.index[-1]), float(half.iloc[-1])
    pace = max(0.0, (value - float(half.iloc[0])) / (since - int(half.index[0])))
    later = figures.index[figures.index > since].tolist()
    bars = {y: Bar(high=value + pace * (y - since), strict=True) for y in {*later, *([] if due is None else [due])}}
    return Way(bars, _beyond(figures, since, bars))
