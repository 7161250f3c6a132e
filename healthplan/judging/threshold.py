"""What counts as met: the bar that a target sets, and the shortfall of a value against it. Everything that judges
(observed value, projection, reference) asks the same :class:`Bar`, so the sign of a gap is decided once: positive is a
shortfall, in the indicator's unit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from healthplan.judging.outlook import Expected
from healthplan.judging.statuses import COVERAGE_TOLERANCE, EXACT_TOLERANCE
from healthplan.language import comparators

ROUNDING = 1e-9  # two figures closer than this share of their size are equal


@dataclass(frozen=True)
class Bar:
    """At least ``low``, at most ``high``; ``strict`` where touching is not enough. ``tolerance`` is how far short a
    value may fall and still count as met (coverage of 100 %)."""

    low: float | None = None
    high: float | None = None
    strict: bool = False
    tolerance: float = 0.0

    def shortfall(self, value: float) -> float:
        """How far ``value`` is from the bar: > 0 short of it, < 0 beyond it (the margin)."""
        short = -math.inf if self.low is None else self.low - value
        over = -math.inf if self.high is None else value - self.high
        return max(short, over)

    def met(self, value: float) -> bool:
        """Whether ``value`` reaches the bar, within the tolerance."""
        slack = ROUNDING * max(abs(value), abs(self.low or 0), abs(self.high or 0))
        short = self.shortfall(value)
        return short < -slack if self.strict else short <= self.tolerance + slack

    def probability(self, outlook: Expected) -> float:
        """Probability that the value reaches the bar."""
        low = None if self.low is None else self.low - self.tolerance
        high = None if self.high is None else self.high + self.tolerance
        under = outlook.below if not self.strict else outlook.at_most
        within = outlook.at_most if not self.strict else outlook.below
        p = (1.0 if high is None else within(high)) - (0.0 if low is None else under(low))
        return min(max(p, 0.0), 1.0)

    def nearest(self, value: float) -> float:
        """The end of the bar that ``value`` has to reach (beyond it, the closest one)."""
        ends = [e for e in (self.low, self.high) if e is not None]
        if self.low is not None and value < self.low:
            return self.low
        if self.high is not None and value > self.high:
            return self.high
        return min(ends, key=lambda e: abs(e - value))


def bar_for(
    target: Mapping[str, Any],
    indicator: Mapping[str, Any],
    figures: pd.Series,
    year: int | None,
    base_year: int | None = None,
) -> Bar | None:
    """The bar that ``target`` sets for the value of ``year``. ``figures`` (index year, in the indicator's unit) serve
    only where the goal is stated against a starting value. None where that is unknown, and for comparator reference,
    whose bar is another area's value. A change a year adds up, or compounds, from its start to ``year``; ``base_year``
    (the year before the plan) stands in for its start. Of ``each`` unit the series is the share of those that pass: all
    of them have to."""
    comparator, value = target["comparator"], float(target["value"])
    if target.get("each"):
        return Bar(low=100.0)
    if comparator in comparators.CHANGES and comparator != comparators.GROWTH_MAX:
        start = start_of(target, figures, base_year)
        return None if start is None else _changed_bar(target, start, year)
    if comparator == comparators.GROWTH_MAX:
        return _growth_bar(target, indicator, figures, year, base_year)
    if comparator == comparators.RANGE:
        return _range_bar(target, indicator)
    if comparator == comparators.EQUAL:
        return _equal_bar(value, indicator, target.get("tolerance"))
    strict = comparators.strict(comparator)
    if comparator in comparators.FLOORS:
        return Bar(low=value, strict=strict, tolerance=_tolerance(value, indicator))
    if comparator in comparators.CEILINGS:
        return Bar(high=value, strict=strict, tolerance=_tolerance(value, indicator))
    return None


def bar_of(gap: Mapping[Any, Any]) -> Bar:
    """The bar that a row of *gaps* was judged by."""
    low, high, tolerance = (
        None if pd.isna(gap[name]) else float(gap[name]) for name in ("goal_low", "goal_high", "goal_tolerance")
    )
    return Bar(low, high, bool(gap["goal_strict"] == True), tolerance or 0.0)  # noqa: E712 - may be missing


@dataclass(frozen=True)
class Start:
    """What a goal is measured from: year (None where the plan names none) and value. ``printed``: the plan's own
    number, where the series says otherwise of the same year."""

    year: int | None
    value: float
    printed: float | None = None


def start_of(target: Mapping[str, Any], figures: pd.Series, base_year: int | None = None) -> Start | None:
    """The starting value: as the plan states it, else the figure of its baseline year. A change is measured on the
    basis of the series: where its own figure of that year is not the printed one (a census came between), it counts. A
    change a year and a sum over years without a year of their own begin in ``base_year``."""
    year = target["baseline_year"]
    if pd.isna(year):
        year = base_year if target.get("per") or target["comparator"] == comparators.TREND else None
    year = None if pd.isna(year) else int(year)
    own = float(figures[year]) if year is not None and year in figures.index else None
    if pd.isna(target["baseline"]):
        return None if own is None else Start(year, own)
    printed = float(target["baseline"])
    moves = target["comparator"] in comparators.CHANGES | {comparators.TREND}
    dated = pd.notna(target["baseline_year"])  # else no one knows of which year the number is
    decimals = len(f"{printed:.6f}".rstrip("0").partition(".")[2])  # to which it was rounded
    if own is not None and moves and dated and abs(printed - own) > 0.5 * 10.0**-decimals + ROUNDING * abs(own):
        return Start(year, own, printed)
    return Start(year, printed)


def _changed_bar(target: Mapping[str, Any], start: Start, year: int | None) -> Bar | None:
    """What a change comes to: once, or every year from the start to ``year``."""
    value, times = float(target["value"]), 1
    if target.get("per") == "year":
        if start.year is None or year is None:
            return None
        times = max(0, year - start.year)
    if target["comparator"] in comparators.PERCENT:
        goal = start.value * (1 + value / 100) ** times
    else:
        goal = start.value + value * times
    return Bar(low=goal) if value >= 0 else Bar(high=goal)


def _growth_bar(
    target: Mapping[str, Any], indicator: Mapping[str, Any], figures: pd.Series, year: int | None, base_year: int | None
) -> Bar | None:
    """Growth of at most ``value`` % a year: a growth rate is compared; a level may grow by that much a year,
    compounded, from the start where growth is limited on average (``per`` year), else from the last figure before
    ``year``."""
    ceiling = float(target["value"])
    if indicator["unit"] == target["unit"] == "%":
        return Bar(high=ceiling)
    start = start_of(target, figures, base_year) if target.get("per") == "year" else None
    if start is not None and start.year is not None and year is not None:
        return Bar(high=start.value * (1 + ceiling / 100) ** max(0, year - start.year))
    earlier = figures[figures.index < year] if year is not None else figures.iloc[:-1]
    if earlier.empty or year is None:
        return None
    start_year = int(earlier.index[-1])
    return Bar(high=float(earlier.iloc[-1]) * (1 + ceiling / 100) ** (year - start_year))


def _range_bar(target: Mapping[str, Any], indicator: Mapping[str, Any]) -> Bar:
    """A range asks for its weaker end where one direction is better; else, and of a level (beds per 1,000, not years
    of life), both ends bind."""
    low, high, direction = float(target["value"]), target["value_high"], indicator["direction"]
    high = None if pd.isna(high) else float(high)
    level = indicator["indicator_kind"] == "level" and high is not None
    if level and comparators.about_binds(indicator) == "both":
        return Bar(low=low, high=high)
    if direction == "increase":
        return Bar(low=low)
    if direction == "decrease":
        return Bar(high=low if high is None else high)
    return Bar(low=low, high=high)


def _equal_bar(value: float, indicator: Mapping[str, Any], around: Any) -> Bar:
    """ "=" asks for the value in the better direction; without one it is met within a small
    tolerance. About a value (``around`` it: 左右) both ends bind, except where better is never a miss."""
    if not pd.isna(around) and float(around) > 0:
        binds, around = comparators.about_binds(indicator), float(around)
        low = None if binds == "ceiling" else value - around
        return Bar(low=low, high=None if binds == "floor" else value + around)
    if indicator["direction"] == "decrease":
        return Bar(high=value, tolerance=_tolerance(value, indicator))
    if indicator["direction"] == "increase" or indicator["indicator_kind"] == "count":
        return Bar(low=value, tolerance=_tolerance(value, indicator))
    return Bar(low=value, high=value, tolerance=EXACT_TOLERANCE * abs(value))


def _tolerance(value: float, indicator: Mapping[str, Any]) -> float:
    """Full coverage (100 %) of a share has a declared tolerance; nothing else has one."""
    full = indicator["indicator_kind"] == "share" and value >= 100
    return COVERAGE_TOLERANCE if full else 0.0
