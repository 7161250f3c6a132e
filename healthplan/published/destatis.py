"""The weather symbols of Germany's sustainability indicators (Destatis).

Source: Federal Statistical Office, indicator report 2022, and dns-indikatoren.de, "status of
indicators"; symbols published in DnsTestEnvironment/dns-data @7de43d68. The only published method
with rules for staged, superseded and maintained targets.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from healthplan.published.common import Measure, meets, sign_of

SOURCE = "destatis"
VERSION = "destatis-2022"
SUN = "Sun (met or miss <5% of remaining gap)"
SLIGHT = "Slightly cloudy (miss 5-20%)"
CLOUD = "Cloud (right direction; miss >20%)"
STORM = "Thunderstorm (wrong direction)"
NOT_AVAILABLE = "not_available"
SYMBOLS = (SUN, SLIGHT, CLOUD, STORM)  # best first
MISS_SUN, MISS_SLIGHT = 0.05, 0.20
WINDOW, FEWEST_POINTS = 5, 4


def destatis(
    base_year: float,
    base: float | None,
    year: float,
    value: float,
    direction: str,
    *,
    target: float,
    target_year: float,
    every_year: bool = False,
) -> Measure:
    """The symbol for one numeric target: how much of the remaining way would be missed.

    ``base`` is the value five years back (fewer only when the series is short), so a =
    (value-base)/years is the mean annual change; the projection is P = value + a·(target_year-year)
    and the miss is (target-P)/(target-value). Miss < 5 % sun, ≤ 20 % slightly cloudy, more cloud;
    no movement towards the target thunderstorm. ``every_year`` (a target to be held each year) or a
    target already met takes :func:`maintained` instead.

    ``value`` of the answer is the miss (negative: the target is overshot), or the mean annual
    change where the miss does not decide (met, maintained or thunderstorm); ``parts`` holds what
    exists of both. A base of None: no change is known; a met target is then sun, anything else
    ``not_available``.
    """
    change = None if base is None or year == base_year else (value - base) / (year - base_year)
    parts = {} if change is None else {"mean_annual_change": change}
    if every_year or meets(value, target, direction):
        symbol = maintained(value, target, change, direction)
        return Measure(SOURCE, VERSION, change, symbol, parts=parts)
    if change is None:
        return Measure(SOURCE, VERSION, None, NOT_AVAILABLE, notes=("one point",))
    miss = 1 - change * (target_year - year) / (target - value)
    parts["miss_ratio"] = miss
    if sign_of(direction) * change <= 0:
        return Measure(SOURCE, VERSION, change, STORM, parts=parts)
    symbol = SUN if miss < MISS_SUN else SLIGHT if miss <= MISS_SLIGHT else CLOUD
    return Measure(SOURCE, VERSION, miss, symbol, parts=parts)


def maintained(value: float, target: float, change: float | None, direction: str) -> str:
    """The four-way rule for a target met or to be held every year.

    Met and not slipping sun; met but slipping slightly cloudy; not met and not moving away cloud;
    not met and moving away thunderstorm. An unknown change counts as not slipping when met.
    """
    slipping = change is not None and sign_of(direction) * change < 0
    if meets(value, target, direction):
        return SLIGHT if slipping else SUN
    if change is None:
        return NOT_AVAILABLE
    return STORM if slipping else CLOUD


def destatis_series(
    years: Sequence[int],
    values: Sequence[float],
    direction: str,
    *,
    target: float,
    target_year: float,
    every_year: bool = False,
) -> Measure:
    """The same from a series: the mean of the last five annual changes, of at least four
    consecutive points.

    Shorter runs of consecutive years give ``not_available`` with the note ``fewer than 4 points``.
    """
    run = 1
    while run < len(years) and years[-run] - years[-run - 1] == 1:
        run += 1
    steps = min(run - 1, WINDOW)
    if run < FEWEST_POINTS:
        return Measure(SOURCE, VERSION, None, NOT_AVAILABLE, notes=("fewer than 4 points",))
    return destatis(
        years[-1 - steps],
        values[-1 - steps],
        years[-1],
        values[-1],
        direction,
        target=target,
        target_year=target_year,
        every_year=every_year,
    )


def without_target(mean_change: float, last_change: float, direction: str) -> str:
    """No numeric target: the mean change and the last change. Both right sun, only the mean
    slightly cloudy, only the last cloud, neither thunderstorm (no movement counts as not right)."""
    right = [sign_of(direction) * change > 0 for change in (mean_change, last_change)]
    return SYMBOLS[2 * (not right[0]) + (not right[1])]


def ruling_stage(stages: Iterable[tuple[float, float]], year: float) -> tuple[float, float] | None:
    """Of several (target year, target) stages the one that rules in ``year``: the next that is not
    past.

    None when all are past; those stay on record with their assessment ended, see
    :func:`ended_stages`.
    """
    return min((s for s in stages if s[0] >= year), default=None)


def ended_stages(stages: Iterable[tuple[float, float]], year: float) -> list[tuple[float, float]]:
    """The stages whose target year is past, oldest first: still judged on what came out, never
    dropped."""
    return sorted(s for s in stages if s[0] < year)


def weaker_end(low: float, high: float, direction: str) -> float:
    """The end of a target interval that is easier to reach: the source measures against that
    one."""
    return low if sign_of(direction) > 0 else high


def worst(symbols: Iterable[str]) -> str:
    """Several simultaneous targets of one indicator: the worst symbol stands for it."""
    return max((s for s in symbols if s in SYMBOLS), key=SYMBOLS.index, default=NOT_AVAILABLE)
