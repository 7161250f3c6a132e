"""One case judged: its measures, its pace and the status that these facts make."""

from dataclasses import dataclass, replace

import pandas as pd

from healthplan.judging import statuses
from healthplan.judging.evidence import FEWEST, Case
from healthplan.judging.measures import Measures, measure
from healthplan.judging.pacing import Pacing, pacing
from healthplan.judging.statuses import Facts, Status

FOUND = ("met_at_deadline", "lost", "met_now", "trend", "kept", "probability")  # facts that are measures


@dataclass(frozen=True)
class Verdict:
    """A case with what was found. ``held``: the status if the target were current."""

    case: Case
    found: Measures
    paced: Pacing
    status: Status
    held: Status


def decided(case: Case, stage_rows: pd.DataFrame | None, base_year: int | None) -> Verdict:
    """The case judged; ``stage_rows``: the stages of its goal, None where it has none."""
    found = measure(case)
    # The rate of a rare event jumps with every single case: it has no pace.
    paced = Pacing() if found.rare else pacing(case, found.bar, stage_rows, base_year)
    facts = _facts(case, found, paced)
    held = statuses.decide(replace(facts, state="current"))
    return Verdict(case, found, paced, statuses.decide(facts), held)


def turns_on_before(verdict: Verdict) -> bool:
    """Whether another word a year ago would have given another status."""
    if verdict.found.probability is None:
        return False
    facts = _facts(verdict.case, verdict.found, verdict.paced)
    return len({statuses.decide(replace(facts, before=word)) for word in ("", *statuses.AHEAD)}) > 1


def either_reading(verdicts: list[Verdict]) -> list[Verdict]:
    """Conflicting goals judged all the same where their figures meet, or miss, every reading of the text."""
    readings = {(v.case.target["target_id"], v.case.method): v for v in verdicts}
    out = []
    for verdict in verdicts:
        if verdict.status.word == "conflicting":
            related = [readings.get((one, verdict.case.method)) for one in verdict.case.target["related"].split(";")]
            others = [r for r in related if r is not None and r.case.target["state"] != "superseded"]
            said = {reading.held.word for reading in (verdict, *others)}
            if others and said in ({"met"}, {"missed"}):
                verdict = replace(verdict, status=verdict.held)
        out.append(verdict)
    return out


def _facts(case: Case, found: Measures, paced: Pacing) -> Facts:
    # No change is told from two figures alone, unless something better says how sure the outcome is.
    alone = found.probability is None and len(case.record.figures) < FEWEST
    return Facts(
        state=case.target["state"],
        basis=case.basis if case.record.latest_value is not None or found.rare is not None else "none",
        past=case.past,
        **{name: getattr(found, name) for name in FOUND},
        by_counts=found.rare is not None,
        beyond=beyond_reach(case),
        pace=paced.word,
        detectable=False if alone and found.detectable is not None else found.detectable,
        limits=_limits(case, found),
        before=case.before,
        years=(case.deadline.year or case.as_of) - case.as_of,
        arrives=arrives_by_pace(case, found),
    )


def _limits(case: Case, found: Measures) -> tuple[str, ...]:
    """What is wrong with the figures that a verdict rests on: that of the year that decided it, else the latest."""
    series = case.yearly or case.record
    if case.basis != "own" or series.latest_year is None:
        return ()
    if case.past or found.lost:
        return tuple(series.limits(found.decisive or case.deadline.year))
    age = case.as_of - series.latest_year
    old = ["too_old"] if age > statuses.TOO_OLD else ["old_figure"] if age > statuses.OLD else []
    return (*old, *series.limits(series.latest_year))


def arrives_by_pace(case: Case, found: Measures) -> bool | None:
    """Whether the pace of the last years would reach the goal; None without one, for rare events, which have none, and where
    another course is supposed."""
    row = case.record.row(case.method, case.deadline.year)
    if row is not None and row.get("supposed") is True:
        return None
    pace, needed = found.observed_rate, found.required_rate
    if pace is None or not needed or found.rare is not None or case.level_growth:
        return None
    return pace * (1 if needed > 0 else -1) >= abs(needed)


def beyond_reach(case: Case) -> bool:
    """Whether the deadline lies beyond what the figures, or those that they are held against, can be carried on to."""
    others = () if case.ranking is None else case.ranking.others.values()
    all_of = (case.record, *([case.peer] if case.peer else []), *others)
    return any(one.beyond(case.method, case.deadline.year) for one in all_of)
