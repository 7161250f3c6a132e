"""Our own rule: the probability of being met, and a call that changes only when that probability
moves clearly.

The words rest on the probability alone: on course from 0.8, off course down to 0.2, at risk
between. The call "will be met / will not" starts as the goal stands when first judged and is kept
until the probability passes 0.5 by a margin of 0.25 ÷ years left: 0.75 or 0.25 in the last year,
nearer to 0.5 before, because an early change stays right for longer. So on course always means met
and off course not met. Without memory a call close to 0.5 flips at every breath of data. The margin
was chosen on half the series of the health panel, so that the call flips clearly less than the
steadiest published rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from healthplan.calls.events import Judgements
from healthplan.judging.statuses import OFF_COURSE, ON_COURSE

VERSION = "settled_call-2"
MARGIN = 0.25
WORDS = ("on_course", "at_risk", "off_course")


def margin(years_left: np.ndarray | float) -> np.ndarray:
    """How far beyond 0.5 the probability must pass before a call changes."""
    return MARGIN / np.asarray(years_left, float)


def settled_call(
    probabilities: Sequence[float], years_left: Sequence[float], *, met_at_start: bool = False
) -> bool:
    """The call after a history of probabilities of one goal, oldest first. True: will be met.

    It starts as the goal stood when first judged (``met_at_start``: the figure met it already) and
    changes only when a probability passes 0.5 by the margin of its ``years_left`` (at least 1).
    Unknown probabilities (nan) change nothing.
    """
    call = met_at_start
    for p, left in zip(probabilities, years_left, strict=True):
        if not np.isnan(p) and abs(p - 0.5) >= margin(left):
            call = bool(p >= 0.5)
    return call


def settled(probability: np.ndarray, j: Judgements, met_at_start: np.ndarray) -> np.ndarray:
    """The same for whole arrays: 1 met, 0 not met for each judgement, -1 where nothing is
    projected.

    ``met_at_start`` is read at the first judgement of each event.
    """
    call = np.zeros(len(j), np.int8)
    step = j.now - j.origin
    known = ~np.isnan(probability)
    moves = known & (np.abs(probability - 0.5) >= margin(j.due - j.now))
    fresh = (probability >= 0.5).astype(np.int8)
    for k in range(int(step.max(initial=-1)) + 1):
        here = np.flatnonzero(step == k)
        before = call[here - 1] if k else met_at_start[here].astype(np.int8)
        call[here] = np.where(moves[here], fresh[here], before)
    return np.where(known, call, -1).astype(np.int8)


def words(probability: np.ndarray) -> np.ndarray:
    """Class of each judgement by the probability alone: index into ``WORDS``, -1 for nan."""
    out = np.where(probability >= ON_COURSE, 0, np.where(probability <= OFF_COURSE, 2, 1))
    return np.where(np.isnan(probability), -1, out).astype(np.int8)
