"""Rare events as counts: intervals, allowed counts, the luck in a verdict, the next count.

Pure arithmetic on numbers. Rates are per ``per`` (100,000 by default), chances run from 0 to 1.
"""

from healthplan.counts.forecast import CountForecast, next_count
from healthplan.counts.intervals import Interval, byar, exact, poisson, proportion, rate
from healthplan.counts.targets import (
    PER,
    CountTarget,
    allowed_events,
    count_target,
    years_to_judge,
    years_to_prove,
)

__all__ = [
    "PER",
    "CountForecast",
    "CountTarget",
    "Interval",
    "allowed_events",
    "byar",
    "count_target",
    "exact",
    "next_count",
    "poisson",
    "proportion",
    "rate",
    "years_to_judge",
    "years_to_prove",
]
