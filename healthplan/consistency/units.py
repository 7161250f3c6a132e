"""Units that cannot be, and values that no one would believe in the unit given."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from healthplan.consistency.finding import Finding, Row, facts_of, goal, make, name, records
from healthplan.language import comparators

_SLIPS = (("10", 10.0), ("100", 100.0), ("1000", 1000.0), ("10000", 10_000.0))
_RATES = {"%": 100.0, "‰": 1000.0, "1/万": 10_000.0, "1/10万": 100_000.0}


def units(targets: pd.DataFrame, indicators: pd.DataFrame) -> Iterator[Finding]:
    """Every target's unit and value against what its indicator can be."""
    known = facts_of(indicators)
    for row in records(targets):
        if row["indicator"] not in known:
            continue
        facts = known[row["indicator"]]
        if row["comparator"] not in comparators.WORKED_OUT and row["unit"] != facts["unit"]:
            yield _other_unit(row, str(facts["unit"]))
        elif row["comparator"] not in comparators.WORKED_OUT and not pd.isna(row["value"]):
            yield from _value(row, facts)


def _other_unit(row: Row, unit: str) -> Finding:
    both = row["unit"] in _RATES and unit in _RATES
    code = "rate_unit_differs" if both else "unit_differs"
    fields = {"name": name(row), "goal": goal(row), "unit": unit}
    if both and not pd.isna(row["value"]):
        fields["same"] = f"{row['value'] * _RATES[unit] / _RATES[row['unit']]:g}"
    return make(code, "error", [row], **fields)


def _value(row: Row, facts: Row) -> Iterator[Finding]:
    value = float(row["value"])
    low, high = facts["lower_bound"], facts["upper_bound"]
    if (not pd.isna(low) and value < low) or (not pd.isna(high) and value > high):
        yield make(
            "outside_bounds", "error", [row], name=name(row), goal=goal(row),
            low=_shown(low), high=_shown(high),
        )  # fmt: skip
        return
    low, high = facts["plausible_low"], facts["plausible_high"]
    below: bool = not pd.isna(low) and value < low
    above: bool = not pd.isna(high) and value > high
    if value == 0 or not (below or above):
        return
    slip = next(
        (word for word, f in _SLIPS if _fits(value / f if above else value * f, low, high)), ""
    )
    code = "unit_slip" if slip else "beyond_belief"
    yield make(
        code, "warning", [row], name=name(row), goal=goal(row),
        low=_shown(low), high=_shown(high), factor=slip,
    )  # fmt: skip


def _fits(value: float, low: float, high: float) -> bool:
    return (pd.isna(low) or value >= low) and (pd.isna(high) or value <= high)


def _shown(bound: float) -> str:
    return "…" if pd.isna(bound) else f"{bound:g}"
