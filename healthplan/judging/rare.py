"""Rare events judged as counts: deaths and cases of which the goal allows fewer than ten a year. The next count comes
from all past counts with their exposure, the goal is the number of events it allows at the deadline's exposure, and
"already met" is asked of the latest year and of the last three together, because one year without an event is mostly
luck."""

from dataclasses import dataclass

import pandas as pd

from healthplan.counts import targets
from healthplan.counts.forecast import next_count
from healthplan.judging.evidence import Case
from healthplan.judging.outlook import CountOutlook
from healthplan.judging.statuses import POOLED_YEARS, RARE_EVENTS
from healthplan.language import comparators

FEWEST_YEARS = 3  # years of counts below which no next count is forecast
UPPER_ONLY = comparators.CEILINGS | {comparators.EQUAL}


@dataclass(frozen=True)
class Allowance:
    """What a goal means as a count. ``exposure`` (births, people of the deadline's year) and what
    follows from it are None where it is not known."""

    goal: float
    strict: bool
    per: float | None  # None: the goal is a count itself
    exposure: float | None = None
    allowed: int | None = None

    @property
    def rare(self) -> bool:
        """Whether it allows so few a year that they are judged by counts."""
        return self.allowed is not None and self.allowed < RARE_EVENTS


@dataclass(frozen=True)
class CountView:
    """A rare event's next count, and the counts of its last years together."""

    outlook: CountOutlook
    pooled_years: int
    pooled_count: int
    pooled_allowed: int

    @property
    def met_pooled(self) -> bool:
        """Whether the last years together are within what the goal allows them."""
        return self.pooled_count <= self.pooled_allowed


def allowance(case: Case) -> Allowance | None:
    """What the goal allows; None unless it is an upper limit on a rate or on rare events."""
    target, kind = case.target, case.indicator["indicator_kind"]
    if kind not in ("rate", "event") or target["comparator"] not in UPPER_ONLY:
        return None
    below_nought = pd.isna(target["value"]) or target["value"] < 0  # no count answers such a goal
    if case.indicator["direction"] != "decrease" or below_nought:
        return None
    goal, strict = float(target["value"]), comparators.strict(target["comparator"])
    per = None if kind == "event" else float(case.indicator["per"])
    exposure = _exposure(case)
    if exposure is None:
        return Allowance(goal, strict, per)
    times = _times(per, exposure)
    allowed = targets.allowed_events(goal, exposure, per=times, strict=strict)
    return Allowance(goal, strict, per, exposure, allowed)


def view(case: Case, known: Allowance | None) -> CountView | None:
    """The counts behind a case of the district's own, None with fewer than three years."""
    if known is None or not known.rare or case.basis != "own":
        return None
    assert known.exposure is not None and known.allowed is not None
    past = _with_spans(case)
    if past["years"].sum() < FEWEST_YEARS or case.deadline.year is None:
        return None
    ahead = max(1, case.deadline.year - int(past.index[-1]))
    forecast = next_count(
        past["count"].tolist(),
        past["exposure"].tolist(),
        known.exposure,
        ahead=ahead,
        years=past.index.tolist(),
        lent=case.record.lent_course(case.method),
        of_rates=known.per is not None,
    )
    # The fewest of the last rows that hold three years: each is one, save where several were printed together.
    since_then = past["years"][::-1].cumsum()[::-1] - past["years"]
    last = past[since_then < POOLED_YEARS]
    years = int(last["years"].sum())
    # Several years allow a count goal its number each year, a rate goal what their exposure allows.
    pooled = known.exposure * years if known.per is None else float(last["exposure"].sum())
    times = _times(known.per, known.exposure)
    allowed = targets.allowed_events(known.goal, pooled, per=times, strict=known.strict)
    return CountView(CountOutlook(forecast, times / known.exposure), years, int(last["count"].sum()), allowed)


def _with_spans(case: Case) -> pd.DataFrame:
    """Counts and exposures by year, and before them by the spans of which only the sum is known (columns count,
    exposure, years; index the last of its years)."""
    known = table(case).assign(years=1)
    if case.indicator["indicator_kind"] != "rate":
        return known
    covered, rows = set(known.index), {}
    for span in reversed(case.record.pooled):
        inside = set(range(span.first, span.last + 1))
        seen = known.loc[sorted(inside & set(known.index))]
        new = inside - covered
        count, exposure = span.count - seen["count"].sum(), span.exposure - seen["exposure"].sum()
        if new and len(new) + len(seen) == len(inside) and count >= 0 and exposure > 0:
            rows[max(new)] = {"count": count, "exposure": exposure, "years": len(new)}
            covered |= inside
    if not rows:
        return known
    return pd.concat([known, pd.DataFrame.from_dict(rows, orient="index")]).sort_index()


def _times(per: float | None, exposure: float) -> float:
    """``per`` of a rate. A count has its goal as a count: read as a rate per whole exposure it comes out the same."""
    return exposure if per is None else per


def table(case: Case) -> pd.DataFrame:
    """Counts and exposures by year (columns count, exposure). A rate printed without its count has it worked out from
    the births or people of the same year, or the last that are known. An event series is its own count, of the
    denominator where that is known for every year, else of the year."""
    record, below = case.record, case.record.denominators
    if case.indicator["indicator_kind"] == "event":
        below = _to_the_end(below)
        exposure = below if below.notna().all() else below * 0 + 1
        return pd.DataFrame({"count": record.figures.round(), "exposure": exposure.fillna(1.0)})
    if case.below is not None:
        below = below.fillna(case.below.figures.reindex(below.index))
    below = _to_the_end(below)
    worked_out = (record.figures * below / float(case.indicator["per"])).round()
    found = pd.DataFrame({"count": record.numerators.fillna(worked_out), "exposure": below}).dropna()
    return found[found["exposure"] > 0]


def _to_the_end(below: pd.Series) -> pd.Series:
    """The births or people with the last that are known for the years since."""
    last = below.last_valid_index()
    return below if last is None else below.where(below.index <= last, below[last])


def _exposure(case: Case) -> float | None:
    """Births or people of the deadline's year: known, else projected, else the latest."""
    year = case.deadline.year
    own = case.basis == "own" and (case.indicator["indicator_kind"] == "event" or not _uncounted(case))
    known = table(case)["exposure"] if own else pd.Series(dtype="float64")
    if year is not None and year in known.index:
        return float(known[year])
    ahead = None if case.below is None or year is None else case.below.expected(case.method, year)
    if ahead is None and len(known):
        return float(known.iloc[-1])
    if ahead is None and case.basis == "own" and case.record.pooled:
        span = case.record.pooled[-1]
        ahead = span.exposure / (span.last - span.first + 1)
    if ahead is None and case.below is not None:
        ahead = case.below.latest_value
    return ahead if ahead is not None and ahead > 0 else None


def _uncounted(case: Case) -> bool:
    """Whether no births or people are known of any figure, so that there is no count behind a rate or share."""
    return not case.record.has_denominators and (case.below is None or case.below.figures.empty)


def latest_counts(case: Case) -> tuple[float | None, float | None]:
    """The count behind the latest figure of a share or rate, and the births or people it is of; where the count is
    not known, the latest denominator that came with a figure."""
    kind, record = case.indicator["indicator_kind"], case.record
    if case.basis != "own" or record.latest_year is None:
        return None, None
    nothing = _uncounted(case)
    known = table(case) if kind in ("share", "rate") and not nothing else pd.DataFrame()
    if record.latest_year not in known.index:
        return None, record.denominator()
    count, exposure = (float(known.loc[record.latest_year, c]) for c in ("count", "exposure"))
    return (None if kind == "share" and count > exposure else count), exposure
