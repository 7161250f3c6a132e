"""The latest figure with the count behind it and the interval that chance alone leaves around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from healthplan import counts
from healthplan.judging.rare import table

if TYPE_CHECKING:
    from healthplan.counts import Interval
    from healthplan.judging.measure import Case


def latest_interval(case: Case) -> tuple[Interval, float] | None:
    """95 % limits of the latest figure, in its unit, and its exposure; None without its counts.

    Exact Poisson below ten events, Byar from ten (rates); Wilson (shares), as the English public
    health offices do.
    """
    kind, record = case.indicator["indicator_kind"], case.record
    if case.basis != "own" or record.latest_year is None or kind not in ("share", "rate"):
        return None
    known = table(case)
    if record.latest_year not in known.index:
        return None
    count = float(known["count"][record.latest_year])
    exposure = float(known["exposure"][record.latest_year])
    per = float(case.indicator["per"])
    if kind == "rate":
        return counts.rate(count, exposure, per=per), exposure
    if count > exposure:
        return None
    return counts.proportion(count, exposure, per=per), exposure
