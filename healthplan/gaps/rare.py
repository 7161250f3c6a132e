"""Rare events judged as counts: deaths and cases of which the goal allows fewer than ten a year.

A district with 3,000 births does not have a maternal mortality of 9.7; it has 0, 1 or 2 deaths. The
next count comes from all past counts with their exposure (gamma-Poisson, :mod:`healthplan.counts`),
the goal is the number of events it allows at the deadline's exposure, and "already met" is asked of
the latest year and of the last three together, because one year without an event is mostly luck.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from healthplan import counts
from healthplan.gaps.bar import Bar
from healthplan.gaps.measure import Case
from healthplan.statuses import ON_COURSE, POOLED_YEARS, RARE_EVENTS

FEWEST_YEARS = 3  # years of counts below which no next count is forecast
UPPER_ONLY = ("<=", "<", "=")


@dataclass(frozen=True)
class CountView:
    """A goal and its past as counts. ``rate_for_sure``: the true rate at which the goal is met with
    the probability ``ON_COURSE`` (in the indicator's unit); ``fails_by_luck``: chance of a miss
    when the true rate is exactly the goal."""

    allowed: int
    exposure: float
    per: float
    expected: float
    lower: int
    upper: int
    probability: float
    fails_by_luck: float
    rate_now: float
    rate_for_sure: float
    pooled_years: int
    pooled_count: int
    pooled_allowed: int
    births: bool

    @property
    def met_pooled(self) -> bool:
        """Whether the last years together are within what the goal allows them."""
        return self.pooled_count <= self.pooled_allowed


def view(case: Case, bar: Bar | None) -> CountView | None:
    """The counts behind a case, or None where it is not a rare event or its counts are not
    known."""
    kind = case.indicator["indicator_kind"]
    if bar is None or bar.high is None or bar.low is not None or kind not in ("rate", "event"):
        return None
    if case.target["comparator"] not in UPPER_ONLY or case.deadline.year is None:
        return None
    known = table(case)
    if len(known) < FEWEST_YEARS:
        return None
    exposure = _exposure(case, known)
    # A count has its goal as a count: read as a rate per whole exposure it comes out the same.
    per = exposure if kind == "event" else float(case.indicator["per"])
    allowed = counts.allowed_events(bar.high, exposure, per=per, strict=bar.strict)
    if allowed >= RARE_EVENTS:
        return None
    ahead = max(1, case.deadline.year - int(known.index[-1]))
    forecast = counts.next_count(
        known["count"].tolist(), known["exposure"].tolist(), exposure, ahead=ahead
    )
    last = known.tail(POOLED_YEARS)
    # Several years allow a count goal its number each year, a rate goal what their exposure allows.
    pooled = exposure * len(last) if kind == "event" else float(last["exposure"].sum())
    lower, upper = forecast.interval()
    return CountView(
        allowed=allowed,
        exposure=exposure,
        per=per,
        expected=forecast.mean,
        lower=lower,
        upper=upper,
        probability=forecast.at_most(allowed),
        fails_by_luck=1
        - counts.chance_to_pass(bar.high, bar.high, exposure, per=per, strict=bar.strict),
        rate_now=forecast.mean / exposure * per,
        rate_for_sure=mean_for(allowed, ON_COURSE) / exposure * per,
        pooled_years=len(last),
        pooled_count=int(last["count"].sum()),
        pooled_allowed=counts.allowed_events(bar.high, pooled, per=per, strict=bar.strict),
        births=kind == "rate" and case.indicator["denominator"] == "live_births",
    )


def table(case: Case) -> pd.DataFrame:
    """Counts and exposures by year (columns count, exposure).

    A rate printed without its count has it worked out from the births or people of the same year,
    where these are known. An event series is its own count; its exposure is the denominator where
    that is known for every year, else the year itself.
    """
    record, below = case.record, case.record.denominators
    if case.indicator["indicator_kind"] == "event":
        exposure = below if below.notna().all() else below * 0 + 1
        return pd.DataFrame({"count": record.figures.round(), "exposure": exposure.fillna(1.0)})
    if case.below is not None:
        below = below.fillna(case.below.figures.reindex(below.index))
    worked_out = (record.figures * below / float(case.indicator["per"])).round()
    found = pd.DataFrame({"count": record.numerators.fillna(worked_out), "exposure": below})
    found = found.dropna()
    return found[found["exposure"] > 0]


def mean_for(allowed: int, probability: float) -> float:
    """The Poisson mean at which at most ``allowed`` events come with ``probability``; 0 for none
    allowed below zero."""
    if allowed < 0:
        return 0.0
    from scipy.special import gammaincinv

    return float(gammaincinv(allowed + 1, 1 - probability))


def _exposure(case: Case, known: pd.DataFrame) -> float:
    """Births or people of the deadline's year: projected where that is known, else the latest."""
    year = case.deadline.year
    if year is not None and year in known.index:
        return float(known["exposure"][year])
    ahead = None if case.below is None or year is None else case.below.expected(case.method, year)
    return float(known["exposure"].iloc[-1]) if ahead is None else ahead
