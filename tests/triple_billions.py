"""Scenario paths of WHO's Triple Billions (billionaiRe): what the future would be if ...

Source: gpw13/billionaiRe @ecb82c4a ``R/scenarios_*.R`` and its unit tests. A path is a dict year ->
value from ``start`` to ``end``; a series is a dict year -> value of what was reported. Percent
changes are in percent (6 = 6 %), AROC is a fraction a year. No output of ours uses these paths; they
stand here because published cases describe them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

START, END = 2018, 2025
Series = Mapping[int, float]
Path = dict[int, float]


def growth(value: float, base: float, years: float) -> float:
    """Compound annual growth rate from ``base`` to ``value`` as a fraction a year."""
    if base == 0 or value / base < 0 or years == 0:
        raise ValueError("a growth rate needs two values of the same sign, and time between them")
    return (value / base) ** (1 / years) - 1


def trim(
    path: Series,
    *,
    lower: float | None = 0,
    upper: float | None = 100,
    observed: Series | None = None,
    small_is_best: bool = False,
) -> Path:
    """Keep a path within its bounds and, when ``observed`` is given, never worse than what was
    reported."""
    out = {}
    for year, value in path.items():
        if observed is not None and year in observed:
            value = (min if small_is_best else max)(value, observed[year])
        value = value if upper is None else min(value, upper)
        out[year] = value if lower is None else max(value, lower)
    return out


def aroc_latest(series: Series, year: int = START) -> float:
    """Annual rate of change from the year before to ``year``, a fraction."""
    return growth(series[year], series[year - 1], 1)


def aroc_target(base: float, target: float, years: float) -> float:
    """Annual rate of change that leads from base to target."""
    return growth(target, base, years)


def aroc_percent_change(percent: float, years: float) -> float:
    """Annual rate of change that adds ``percent`` percent in all over ``years``."""
    return growth(1 + percent / 100, 1.0, years)


def limited(aroc: float, limit: float, direction: str) -> float:
    """A rate capped from above (``positive``) or from below (``negative``)."""
    if direction not in ("positive", "negative"):
        raise ValueError("direction of the limit must be positive or negative")
    return min(aroc, limit) if direction == "positive" else max(aroc, limit)


def aroc_path(base: float, aroc: float, *, start: int = START, end: int = END) -> Path:
    """The rate compounded from the base value in ``start``."""
    return {year: base * (1 + aroc) ** (year - start) for year in range(start, end + 1)}


def fixed_target(
    base: float,
    target: float,
    *,
    start: int = START,
    target_year: int = END,
    end: int = END,
    small_is_best: bool = False,
) -> Path:
    """Straight line to a target; a base already at or past it stays where it is."""
    ahead = base <= target if small_is_best else base >= target
    slope = 0.0 if ahead else (target - base) / (target_year - start)
    return {y: base + slope * (y - start) if y <= target_year else target for y in range(start, end + 1)}


def linear_change(base: float, points_a_year: float, *, start: int = START, end: int = END) -> Path:
    """So many points more (or fewer) each year."""
    return {year: base + points_a_year * (year - start) for year in range(start, end + 1)}


def percent_of_baseline(
    series: Series,
    percent: float,
    *,
    baseline_year: int,
    target_year: int,
    start: int = START,
    end: int = END,
) -> Path:
    """ "Change the value of the baseline year by p percent until the target year", as the source
    draws it.

    The goal is the baseline year's value changed by ``percent``. The line starts from the ``start``
    year's value but its slope is measured from the baseline year, so it jumps after ``start`` (58
    in 2018, 63.4 in 2019 for +40 % of 50 by 2030): a quirk of the source, kept because its tests
    pin it.
    """
    goal = series[baseline_year] * (1 + percent / 100)
    base = series[start]
    share = {y: (y - baseline_year) / (target_year - baseline_year) for y in range(start, end + 1)}
    return {y: base if y == start else base + (goal - base) * share[y] for y in share}


def halt_rise(
    series: Series,
    *,
    baseline_year: int,
    start: int = START,
    target_year: int = END,
    end: int = END,
    small_is_best: bool = False,
) -> Path:
    """Back to the baseline year's value by the target year; a better value today stays where it
    is."""
    return fixed_target(
        series[start],
        series[baseline_year],
        start=start,
        target_year=target_year,
        end=end,
        small_is_best=small_is_best,
    )


def business_as_usual(series: Series, *, start: int = START, end: int = END) -> Path:
    """What was reported or projected, the last value carried on."""
    path, last = {}, series[max(y for y in series if y <= start)]
    for year in range(start, end + 1):
        last = series.get(year, last)
        path[year] = last
    return path


def best_of(paths: Iterable[Series], year: int, *, small_is_best: bool = False) -> Path:
    """The path that is best in ``year``, whole."""
    return dict((min if small_is_best else max)(paths, key=lambda path: path[year]))


def dip_recover(
    series: Series,
    *,
    start: int = START,
    dip: int = 2020,
    recovery: int = 2021,
    end: int = END,
    average: bool = False,
    progressive: bool = False,
) -> Path:
    """After a dip the earlier rate of change starts again in ``recovery``, from the last reported
    value.

    The rate is that from ``start`` to the year before the dip (``average``: mean of the yearly
    rates); it is added linearly: last·(1 + rate·(year - recovery + 1)). ``progressive`` fades it in
    from 0 in the recovery year to whole in ``end``. Years between dip and recovery keep the last
    value; negative values become 0.
    """
    last = series[max(y for y in series if start <= y < recovery)]
    first = min(y for y in series if start <= y < dip)
    before = dip - 1
    if average:
        years = range(first + 1, dip)
        rate = sum(growth(series[y], series[y - 1], 1) for y in years) / len(years)
    else:
        rate = growth(series[before], series[first], before - first)
    path = {}
    for year in range(dip, end + 1):
        faded = (year - recovery) / (end - recovery) if progressive else 1.0
        ahead = max(0, year - recovery + 1)
        path[year] = max(0.0, last * (1 + rate * faded * ahead))
    return path
