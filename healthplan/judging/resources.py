"""A gap in things one can order: people to hire, beds and places to add, contracts to sign, deaths
to avoid.

Pure arithmetic on numbers, no tables. ``per`` is the indicator's (3.9 nurses per 1,000: 1000; a
share in %: 100). What is needed is target x population at the deadline / per - stock + expected
leavers; it splits exactly into a part owed to the gap (at today's population) and a part owed to
the population's change.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

ROUNDING = 1e-9  # 3.2 x 820 people is 2,624 exactly, not one more


@dataclass(frozen=True)
class Needed:
    """Things to add by the deadline; negative where there are more than enough.

    ``gone``: people covered now who leave the group as it shrinks (births, a managed group).

    ``owed_to_gap`` + ``owed_to_population`` + ``leavers`` = ``to_add``. ``met_by_shrinking``: the
    stock falls short at today's population and suffices at the deadline's without one addition.
    """

    stock: float
    required_now: float
    required_then: float
    leavers: float
    years: float
    gone: float = 0.0

    @property
    def owed_to_gap(self) -> float:
        """What is missing at today's population."""
        return self.required_now - self.stock

    @property
    def owed_to_population(self) -> float:
        """What the change of the population adds (or, shrinking, takes away)."""
        return self.required_then - self.required_now + self.gone

    @property
    def to_add(self) -> float:
        """Net additions needed until the deadline, those who replace leavers included."""
        return self.required_then - self.stock + self.gone + self.leavers

    @property
    def per_year(self) -> int:
        """Whole things to add a year; 0 where nothing is missing."""
        return _pace(self.to_add, self.years)

    @property
    def per_quarter(self) -> int:
        """Whole things to add a quarter; 0 where nothing is missing."""
        return _pace(self.to_add, self.years * 4)

    @property
    def met_by_shrinking(self) -> bool:
        """Whether the smaller denominator alone closes the gap (before anyone leaves)."""
        left = self.required_then - self.stock + self.gone
        return self.owed_to_gap > ROUNDING and left <= ROUNDING


def needed(
    goal: float,
    per: float,
    stock: float,
    population_now: float,
    population_then: float,
    *,
    years: float,
    leavers_share: float = 0.0,
    within: bool = False,
    flow: bool = False,
) -> Needed:
    """Things needed for ``goal`` (per ``per``) at the deadline's population.

    ``leavers_share``: share of the stock that leaves a year (0.03 = 3 %); replaced one for one.
    ``within``: the stock is part of the population (a coverage), so a shrinking population takes
    its share of the stock along and cannot meet the goal by itself. ``flow``: the population is new
    every year (births), so the stock moves with it both ways. Raises ValueError for a population or
    ``per`` that is not positive, or a share outside 0-1.
    """
    if min(per, population_now, population_then) <= 0:
        raise ValueError("per and populations must be above zero")
    if not 0 <= leavers_share < 1:
        raise ValueError("the share of leavers lies between 0 and 1")
    leavers = stock * leavers_share * max(years, 0.0)
    change = 1 - population_then / population_now
    gone = stock * (change if flow else max(0.0, change)) if within or flow else 0.0
    now, then = goal * population_now / per, goal * population_then / per
    return Needed(stock, now, then, leavers, max(years, 0.0), gone)


def events_to_avoid(goal: float, per: float, expected_rate: float, exposure: float) -> float:
    """Deaths or cases to avoid in the deadline's year: (projected rate - goal) x exposure / per, at
    least 0."""
    return max(0.0, (expected_rate - goal) * exposure / per)


def whole(things: float) -> int:
    """Things in whole numbers, rounded up: part of a nurse is hired as one."""
    return math.ceil(things - ROUNDING * max(1.0, abs(things)))


def _pace(things: float, periods: float) -> int:
    """Whole things a period; all of them at once when less than one period is left."""
    if things <= ROUNDING:
        return 0
    return whole(things / max(periods, 1.0))
