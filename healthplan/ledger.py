"""The quarterly ledger of work points: what holds between its rows.

Figures of a task are taken together as it declares (``how``): *cumulative* figures are to date already, *added* ones
are amounts of the quarter, *last* looks at the latest quarter, *mean* at the mean of the year's quarters so far.
"""

import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, refuse
from healthplan.language import units

SAME_IN_A_TASK = ("task", "how", "better", "unit", "baseline")


def check_ledger(frame: pd.DataFrame, *, source: str = "") -> pd.DataFrame:
    """A ledger as a checked table: columns and words, and the rules between its rows.

    Raises :class:`~healthplan.errors.InputError` with every fault: a missing or wrong cell, summed percentages,
    cumulative plans that fall within a year, quarters of one task that are not stated alike.
    """
    ledger = tables.check(frame, "ledger", source=source)
    # rates and ratios add up to nothing
    rates = [u for u in ledger["unit"].unique() if "/" in u or getattr(units.parse(u), "kind", "") in ("rate", "ratio")]
    summed = (ledger["how"] == "added") & ledger["unit"].isin(rates)
    faults = [_fault("LEDGER-SUM", source, ledger, i, "how") for i in ledger.index[summed]]
    for _, rows in ledger.groupby("task_id"):
        faults += _mixed(rows, source) + _falling(rows, source)
    refuse(faults)
    return ledger


def _fault(code: str, source: str, rows: pd.DataFrame, i: int, column: str, **fields: str) -> Fault:
    value = rows.loc[i, column]
    return Fault(code, source, row=int(i) + 2, column=column, value=value, fields=fields)


def _mixed(rows: pd.DataFrame, source: str) -> list[Fault]:
    """Quarters of one task that do not say the same of it."""
    faults = []
    for column in SAME_IN_A_TASK:
        first = rows[column].iloc[0]
        other = rows[column].ne(first) & ~(rows[column].isna() & pd.isna(first))
        for i in rows.index[other]:
            faults.append(_fault("LEDGER-MIXED", source, rows, i, column, expected=str(first)))
    return faults


def _falling(rows: pd.DataFrame, source: str) -> list[Fault]:
    """Cumulative plans of amounts to raise that fall within a year."""
    if rows["how"].iloc[0] != "cumulative" or rows["better"].iloc[0] != "higher":
        return []
    ordered = rows.sort_values("quarter")
    fell = ordered["planned"].groupby(ordered["quarter"].str[:4]).diff() < 0
    return [_fault("LEDGER-BACK", source, rows, i, "planned") for i in ordered.index[fell]]
