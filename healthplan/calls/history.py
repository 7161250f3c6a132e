"""The settled call of each target: its gap tables of the last years in a row, read with memory."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from healthplan.calls.ours import settled_call

MET_NOW = ("met", "met_holding", "met_slipping")
NOT_JUDGED = ("superseded", "conflicting")
WILL, WILL_NOT = "will_be_met", "will_not_be_met"
COLUMNS = ("target_id", "method", "call", "since", "changes", "judged")


def call_history(
    gaps_by_year: Mapping[int, pd.DataFrame], deadlines: Mapping[str, int]
) -> pd.DataFrame:
    """One row a target and method: the call today, since when, and how often it changed.

    ``gaps_by_year``: as-of year -> gap table made with the figures of that year only (columns
    target_id, method, probability_met, status); the last five years are enough. ``deadlines``:
    target_id -> year due. Years at or past the deadline, years without a probability and superseded
    or conflicting targets are not judged.

    Columns: target_id, method, call (``will_be_met``, ``will_not_be_met``, empty if never judged),
    since (as-of year of the first judgement of this call), changes, judged (number of judgements).
    """
    years = sorted(gaps_by_year)
    rows = pd.concat([gaps_by_year[y].assign(as_of=y) for y in years]) if years else pd.DataFrame()
    if rows.empty:
        return pd.DataFrame(columns=list(COLUMNS))
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
    return pd.DataFrame(out, columns=list(COLUMNS)).astype({"since": "Int64"})


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
