"""Our own calls, scored: every status rule replayed at each past origin of the figures at hand.

``score_calls`` gives one row a rule (ours, the published ones, trivial ones) on identical past
goals: how often it was right, abstained and flipped, how often "on course" came true.
``reliability_of_calls`` shows whether our probabilities keep their word.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from healthplan.calls import replay, score
from healthplan.calls.events import BOTH, FACTORS, HOLD, HORIZON, REACH, judgements, read_book
from healthplan.calls.history import call_history
from healthplan.calls.ours import settled_call
from healthplan.calls.rules import PUBLISHED, TRIVIAL, Rule
from healthplan.calls.score import COLUMNS, OURS
from healthplan.calls.words import note, readable

__all__ = [
    "BOTH",
    "COLUMNS",
    "FACTORS",
    "HOLD",
    "HORIZON",
    "OURS",
    "PUBLISHED",
    "REACH",
    "TRIVIAL",
    "Rule",
    "call_history",
    "note",
    "readable",
    "reliability_of_calls",
    "score_calls",
    "settled_call",
]


def score_calls(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    project: replay.Project | None = None,
    chance: replay.Chance | None = None,
    rules: Iterable[Rule] = (*PUBLISHED, *TRIVIAL),
    kind: str = BOTH,
    factors: Iterable[float] = FACTORS,
    horizon: int = HORIZON,
    origins: int | None = None,
) -> pd.DataFrame:
    """One row a rule, ours first: how its past calls on these figures would have come out.

    observations: long table indicator, area, year, value (optional period, unit, indicator_kind);
    each series' longest run of at least six consecutive years is replayed. Goals: c times the last
    value, 1 to ``horizon`` years ahead (``kind`` reach, hold or both, see
    :func:`healthplan.calls.events.judgements`), judged again each year until due. ``project`` and
    ``chance`` are ``projection.project`` and ``projection.distribution.probability``; without them
    our own rule is left out. ``origins``: at most so many a series.

    Columns (shares 0-1): rule, series, judgements, events, right (an abstention counts as wrong),
    abstained, flips (share of repeated judgements whose met / not met / abstains differs from the
    one before), word_flips (the same for the rule's own words), right_throughout (events judged
    rightly from first to last), on_course_said, on_course_true (share of those that came true),
    off_course_said, off_course_true. Empty table if no series can be replayed.
    """
    book = read_book(observations, indicators)
    j = judgements(book, kind=kind, factors=tuple(factors), horizon=horizon, origins=origins)
    rows = []
    if len(j) and project is not None and chance is not None:
        p = replay.probabilities(book, j, observations, indicators, project, chance)
        rows.append(score.own_row(p, book, j))
    if len(j):
        rows += [score.published_row(rule, book, j) for rule in rules]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def reliability_of_calls(
    observations: pd.DataFrame,
    indicators: pd.DataFrame | None = None,
    *,
    project: replay.Project,
    chance: replay.Chance,
    kind: str = BOTH,
    factors: Iterable[float] = FACTORS,
    horizon: int = HORIZON,
    origins: int | None = None,
    bins: int = 10,
) -> pd.DataFrame:
    """Our probabilities against what came out: from, to, n, said (mean probability), came (share
    met)."""
    book = read_book(observations, indicators)
    j = judgements(book, kind=kind, factors=tuple(factors), horizon=horizon, origins=origins)
    p = replay.probabilities(book, j, observations, indicators, project, chance)
    return score.reliability(p, j.met, bins)
