"""Our own rule: the probability of being met, and a call that changes only when that probability
moves clearly.

The words rest on the probability alone: on course from 0.8, off course down to 0.2, at risk
between. The call "will be met / will not" starts at 0.5 and is kept until the probability passes
0.5 by a margin of 0.3/√(years left). With one year left it therefore changes only when the goal is
on course or off course; with more years left a change pays longer and needs less. Without memory a
call close to 0.5 flips at every breath of data.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from healthplan.calls.events import Judgements

VERSION = "settled_call-1"
ON_COURSE, OFF_COURSE = 0.8, 0.2
MARGIN = 0.3
WORDS = ("on_course", "at_risk", "off_course")


def margin(years_left: np.ndarray | float) -> np.ndarray | float:
    """How far beyond 0.5 the probability must pass before a call changes."""
    return MARGIN / np.sqrt(years_left)


def settled_call(probabilities: Sequence[float], years_left: Sequence[float]) -> bool | None:
    """The call after a history of probabilities of one goal, oldest first; None without any.

    True: will be met. ``years_left`` of each, at least 1. Unknown probabilities (nan) change
    nothing.
    """
    call: bool | None = None
    for p, left in zip(probabilities, years_left, strict=True):
        if np.isnan(p):
            continue
        if call is None or abs(p - 0.5) >= margin(left):
            call = bool(p >= 0.5)
    return call


def settled(probability: np.ndarray, j: Judgements) -> np.ndarray:
    """The same for whole arrays: 1 met, 0 not met, -1 while nothing is known, for each
    judgement."""
    out = np.full(len(j), -1, np.int8)
    step = j.now - j.origin
    known = ~np.isnan(probability)
    beyond = np.abs(probability - 0.5) >= margin(j.due - j.now)
    fresh = (probability >= 0.5).astype(np.int8)
    for k in range(int(step.max(initial=-1)) + 1):
        here = np.flatnonzero(step == k)
        before = out[here - 1] if k else np.full(len(here), -1, np.int8)
        changes = known[here] & ((before < 0) | beyond[here])
        out[here] = np.where(changes, fresh[here], before)
    return out


def words(probability: np.ndarray) -> np.ndarray:
    """Class of each judgement by the probability alone: index into ``WORDS``, -1 for nan."""
    out = np.where(probability >= ON_COURSE, 0, np.where(probability <= OFF_COURSE, 2, 1))
    return np.where(np.isnan(probability), -1, out).astype(np.int8)
