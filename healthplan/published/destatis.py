"""The weather symbols of Germany's sustainability indicators (Destatis).

Source: Federal Statistical Office, indicator report 2022, and dns-indikatoren.de, "status of
indicators"; symbols published in DnsTestEnvironment/dns-data @7de43d68.
"""

import numpy as np

from healthplan.published.measure import Answer, Goals, Measure

WORDS = (
    "Sun (met or miss <5% of remaining gap)",
    "Slightly cloudy (miss 5-20%)",
    "Cloud (right direction; miss >20%)",
    "Thunderstorm (wrong direction)",
)
MISS_SUN, MISS_SLIGHT = 0.05, 0.20
WINDOW, FEWEST_POINTS = 5, 4


def destatis(g: Goals) -> Answer:
    """The symbol by the mean of the last five annual changes, of at least four consecutive years."""
    return symbols(g, mean_change(g))


def symbols(g: Goals, change: np.ndarray, *, every_year: bool = False) -> Answer:
    """The symbol of a mean annual ``change``: how much of the remaining way would be missed.

    The projection is P = value + change·(target_year-year) and the miss is (target-P)/(target-value). Miss < 5 % sun,
    ≤ 20 % slightly cloudy, more cloud; no movement towards the target thunderstorm. A target met, or to be held
    ``every_year``: met and not slipping sun, met but slipping slightly cloudy, not met and not moving away cloud,
    moving away thunderstorm; an unknown change counts as not slipping when met. ``value`` is the miss (negative:
    overshot), or the change where the miss does not decide; ``parts`` holds both.
    """
    with np.errstate(all="ignore"):
        miss = 1 - change * (g.target_year - g.year) / (g.target - g.value)
    slipping, held = g.sign * change < 0, g.met | every_year
    kept = np.where(g.met, np.where(slipping, 1, 0), np.where(slipping, 3, 2))
    ahead = np.where(miss < MISS_SUN, 0, np.where(miss <= MISS_SLIGHT, 1, 2))
    ahead = np.where(g.sign * change <= 0, 3, ahead)
    place = np.where(np.isnan(change) & ~g.met, -1, np.where(held, kept, ahead))
    value = np.where(held | (ahead == 3), change, miss)
    miss = np.where(held, np.nan, miss)
    return Answer(value, place.astype(np.int8), None, {"mean_annual_change": change, "miss_ratio": miss})  # fmt: skip


def mean_change(g: Goals) -> np.ndarray:
    """Mean of the last five annual changes (or three, four) of the years that follow one another."""
    steps = np.diff(g.years, axis=1) == 1
    run = np.cumprod(steps[:, ::-1][:, :WINDOW], axis=1).sum(1)
    rows, last = np.arange(len(g.value)), g.values.shape[1] - 1
    change = (g.value - g.values[rows, last - run]) / np.maximum(run, 1)
    return np.where(run >= FEWEST_POINTS - 1, change, np.nan)


MEASURE = Measure(
    "destatis", "Destatis, German sustainability indicators", "destatis-2022", WORDS, (0, 1), (2, 3), destatis
)
