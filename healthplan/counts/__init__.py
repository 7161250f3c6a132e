"""Rare events as counts: intervals, allowed counts, the luck in a verdict, the next count.

Pure arithmetic on numbers. Rates are per ``per`` (100,000 by default), chances run from 0 to 1.
"""

from healthplan.counts.forecast import CountForecast, learned_discount, next_count
from healthplan.counts.intervals import Interval, byar, exact, poisson, proportion, rate
from healthplan.counts.targets import (
    CountTarget,
    allowed_events,
    chance_to_pass,
    exposure_to_prove,
    judge,
    pooled,
    years_to_judge,
    years_to_prove,
)
from healthplan.counts.words import describe

__all__ = [
    "CountForecast",
    "CountTarget",
    "Interval",
    "allowed_events",
    "byar",
    "chance_to_pass",
    "describe",
    "exact",
    "exposure_to_prove",
    "judge",
    "learned_discount",
    "next_count",
    "poisson",
    "pooled",
    "proportion",
    "rate",
    "years_to_judge",
    "years_to_prove",
]
