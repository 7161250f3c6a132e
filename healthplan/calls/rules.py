"""Status rules as they judge a past goal: the published ones and the trivial ones. Every rule is read the same way: its
``positive`` classes say "will be met", all others "will not". The base year of the published ones is five years before
the origin, fixed for the event, as in a plan with a baseline."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from healthplan.calls.events import Book, Judgements
from healthplan.published import PUBLISHED as MEASURES
from healthplan.published.measure import Goals, Measure, goals

ABSTAINS = -1
BASE_YEARS = 5
CHUNK = 20_000  # judgements at a time: each brings its whole series along
Classes = np.ndarray


@dataclass(frozen=True)
class Rule:
    """A named rule: which of its classes are ``positive`` (read as "will be met") and ``negative``
    (reported as off course), and how it judges."""

    name: str
    positive: tuple[int, ...]
    negative: tuple[int, ...]
    judge: Callable[[Book, Judgements], Classes]


def known(book: Book, j: Judgements, index: np.ndarray | None = None) -> np.ndarray:
    """The value at an index of each judgement's series; at ``now`` when none is given."""
    return book.values[j.series, j.now if index is None else index]


def last_outcome(book: Book, j: Judgements) -> Classes:
    """Trivial: as the last goal of this kind came out (same factor and span, due today)."""
    earlier = j.now - (j.due - j.origin)
    before = known(book, j, np.maximum(earlier, 0)) * j.factor
    came = j.sign * (known(book, j) - before) >= 0
    return np.where(earlier >= 0, _yes(came), ABSTAINS).astype(np.int8)


def _yes(met: np.ndarray) -> Classes:
    return np.where(met, 0, 1).astype(np.int8)


def of_measure(measure: Measure) -> Rule:
    """A published measure as a rule."""

    def judge(book: Book, j: Judgements) -> Classes:
        chunks = (j.take(slice(low, low + CHUNK)) for low in range(0, len(j), CHUNK))
        parts = [measure.function(goals_of(book, part, measure.zero)).place for part in chunks]
        return np.concatenate(parts) if parts else np.zeros(0, np.int8)

    return Rule(measure.name, measure.positive, measure.negative, judge)


def goals_of(book: Book, j: Judgements, zero: float = np.nan) -> Goals:
    """The judgements as the published measures take them; years are places in the run."""
    base = np.maximum(j.origin - BASE_YEARS, 0)
    width = int(j.now.max(initial=0)) + 1
    place = j.now[:, None] - np.arange(width)[::-1]
    inside = place >= 0
    return goals(
        base_year=base,
        base=known(book, j, base),
        year=j.now,
        value=known(book, j),
        target=j.goal,
        target_year=j.due,
        direction=j.sign,
        years=np.where(inside, place, np.nan),
        values=np.where(inside, book.values[j.series[:, None], place], np.nan),
        share=book.share[j.series],
        zero=zero,
    )


PUBLISHED = tuple(of_measure(m) for m in MEASURES.values() if m.positive)
_SIMPLE: dict[str, Callable[[Book, Judgements], Classes]] = {
    "always_met": lambda book, j: np.zeros(len(j), np.int8),
    "never_met": lambda book, j: np.ones(len(j), np.int8),
    # as it stood at the origin, then always the same; as it stands today
    "same_call": lambda book, j: _yes(j.sign * (known(book, j, j.origin) - j.goal) >= 0),
    "last_value": lambda book, j: _yes(j.sign * (known(book, j) - j.goal) >= 0),
    "last_outcome": last_outcome,
}
TRIVIAL = tuple(Rule(name, (0,), (1,), judge) for name, judge in _SIMPLE.items())
