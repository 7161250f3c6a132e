"""Our own rule: the probability of being met, and a call that changes only when that probability moves clearly.

The words rest on the probability alone: on course from 0.8, off course down to 0.2, at risk between. The call "will be
met / will not" starts as the goal stands when first judged and is kept until the probability passes 0.5 by a margin of
0.25 ÷ years left: 0.75 or 0.25 in the last year, nearer to 0.5 before, because an early change stays right for longer.
So on course always means met and off course not met. Without memory a call close to 0.5 flips at every breath of data.
The margin was chosen on half the series of the health panel, so that the call flips clearly less than the steadiest
published rule.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from healthplan.calls.events import Judgements
from healthplan.judging.statuses import OFF_COURSE, ON_COURSE

MARGIN = 0.25
MET_NOW = ("met", "met_holding", "met_slipping")
NOT_JUDGED = ("superseded", "conflicting")
WILL, WILL_NOT = "will_be_met", "will_not_be_met"
HISTORY = ("target_id", "method", "call", "since", "changes", "judged")


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
    """The same for whole arrays: 1 met, 0 not met for each judgement, -1 where nothing is projected.

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
    """Class of each judgement by the probability alone: 0 on course, 1 at risk, 2 off course, -1 for nan."""
    out = np.where(probability >= ON_COURSE, 0, np.where(probability <= OFF_COURSE, 2, 1))
    return np.where(np.isnan(probability), -1, out).astype(np.int8)


def call_history(
    gaps_by_year: Mapping[int, pd.DataFrame], deadlines: Mapping[str, int]
) -> pd.DataFrame:
    """One row a target and method: the call today, since when, and how often it changed.

    ``gaps_by_year``: as-of year -> gap table made with the figures of that year only (columns target_id, method,
    probability_met, status); the last five years are enough. ``deadlines``: target_id -> year due. Years at or past
    the deadline, years without a probability and superseded or conflicting targets are not judged.

    Columns: target_id, method, call (``will_be_met``, ``will_not_be_met``, empty if never judged), since (as-of year
    of the first judgement of this call), changes, judged (number of judgements).
    """
    years = sorted(gaps_by_year)
    rows = pd.concat([gaps_by_year[y].assign(as_of=y) for y in years]) if years else pd.DataFrame()
    if rows.empty:
        return pd.DataFrame(columns=list(HISTORY))
    rows["left"] = rows["target_id"].map(deadlines) - rows["as_of"]
    judged = (rows["left"] >= 1) & rows["probability_met"].notna()
    rows = rows[judged & ~rows["status"].isin(NOT_JUDGED)]
    found = {
        key: _settled(group) for key, group in rows.groupby(["target_id", "method"], sort=False)
    }
    newest = gaps_by_year[years[-1]][["target_id", "method"]].drop_duplicates()
    out = [
        (target, method, *found.get((target, method), ("", pd.NA, 0, 0)))
        for target, method in newest.itertuples(index=False)
    ]
    return pd.DataFrame(out, columns=list(HISTORY)).astype({"since": "Int64"})


def _settled(group: pd.DataFrame) -> tuple[str, int, int, int]:
    """Call, since, changes and number of judgements of one target, rows in the order of years."""
    chances, left = group["probability_met"].to_list(), group["left"].to_list()
    start = group["status"].iloc[0] in MET_NOW
    calls = [
        settled_call(chances[: k + 1], left[: k + 1], met_at_start=start)
        for k in range(len(chances))
    ]
    turns = [k for k in range(1, len(calls)) if calls[k] != calls[k - 1]]
    since = int(group["as_of"].iloc[turns[-1] if turns else 0])
    return WILL if calls[-1] else WILL_NOT, since, len(turns), len(calls)
