"""Row by row: units and values that cannot be, dates outside the plan, and what a goal lacks to be judged."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.consistency.finding import Finding, Row, both, listed, make, name, quantity, records
from healthplan.consistency.known import Known
from healthplan.language import comparators, phrases
from healthplan.language import units as known_units

_SLIPS = (10.0, 100.0, 1000.0, 10_000.0)


def units(plan: Known) -> Iterator[Finding]:
    """Every target's unit and value against what its indicator can be."""
    for row in plan.rows:
        facts = plan.facts.get(row["indicator"])
        if facts is None or row["each"] or row["comparator"] in comparators.WORKED_OUT:
            continue
        one, other = known_units.parse(row["unit"]), known_units.parse(str(facts["unit"]))
        by = None if one is None or other is None else known_units.factor(one, other)
        if row["unit"] != facts["unit"] and by != 1:
            yield _other_unit(row, facts, by)
        elif not pd.isna(row["value"]):
            yield from _value(row, facts)


def _other_unit(row: Row, facts: Row, by: float | None) -> Finding:
    """The unit is not the indicator's: a note where it converts into a value that is believed, else an error."""
    unit, told = str(facts["unit"]), both(known_units.word, str(facts["unit"]))
    if by is None or pd.isna(row["value"]):
        return make("unit_differs", "error", [row], unit=told)
    same = known_units.tidy(row["value"] * by)
    believed = _fits(same, facts["plausible_low"], facts["plausible_high"])
    code, severity = ("unit_converted", "note") if believed else ("rate_unit_differs", "error")
    return make(code, severity, [row], same=quantity(same, unit), unit=told)


def _value(row: Row, facts: Row) -> Iterator[Finding]:
    value = float(row["value"])
    low, high = facts["lower_bound"], facts["upper_bound"]
    if not _fits(value, low, high):
        yield make("outside_bounds", "error", [row], low=_shown(low), high=_shown(high))
        return
    low, high = facts["plausible_low"], facts["plausible_high"]
    if value == 0 or _fits(value, low, high):
        return
    above = not pd.isna(high) and value > high
    slip = next((f for f in _SLIPS if _fits(value / f if above else value * f, low, high)), None)
    told = {"low": _shown(low), "high": _shown(high), "factor": f"{slip or 0:g}"}
    yield make("unit_slip" if slip else "beyond_belief", "warning", [row], **told)


def _fits(value: float, low: float, high: float) -> bool:
    return (pd.isna(low) or value >= low) and (pd.isna(high) or value <= high)


def _shown(bound: float) -> str:
    return "…" if pd.isna(bound) else phrases.number(bound)


def outside_period(rows: list[Row], about: Mapping[str, Any]) -> Iterator[Finding]:
    """Deadlines before the plan begins or after it ends."""
    start, end = about.get("period_start"), about.get("period_end")
    if not start or not end or not phrases.prints_period(about):
        return
    for row in rows:
        if row["deadline"] and not int(start) <= int(row["deadline"][:4]) <= int(end):
            yield make("outside_period", "warning", [row], start=str(start), end=str(end))


def missing(plan: Known, series: pd.DataFrame | None) -> Iterator[Finding]:
    """One finding for each thing that is missing, with all goals that lack it. Figures that are there answer a goal
    whatever ``series`` records."""
    asked = [name for name in tables.ONE_GOAL if name in plan.targets]
    rows = records(plan.targets.drop_duplicates(asked))
    yield from _all("no_owner", "warning", [r for r in rows if not r["departments"].strip()])
    yield from _all("no_deadline", "warning", [r for r in rows if not r["deadline"]])
    yield from _all("no_denominator", "note", [r for r in rows if _lacks_base(r, plan.facts.get(r["indicator"]))])
    if series is not None:
        basis = dict(zip(series["target_id"], series["basis"], strict=True))
        known = tables.of_groups(plan.observations)[tables.SERIES]
        there = set(known.itertuples(index=False, name=None))
        rows = [r for r in rows if r["comparator"] != comparators.ALL_OF]
        rows = [r for r in rows if tuple(r[name] for name in tables.SERIES) not in there]
        for code, kind in (("no_source", "none"), ("only_reference", "reference")):
            yield from _all(code, "note", [r for r in rows if basis.get(r["target_id"], "none") == kind])


def _all(code: str, severity: str, rows: list[Row]) -> Iterator[Finding]:
    if rows:
        yield make(code, severity, rows, count=len(rows), names=listed(name(r) for r in rows))


def _lacks_base(row: Row, facts: Row | None) -> bool:
    """A rate or share whose denominator neither the register nor the goal names; a growth has none."""
    told = comparators.PERCENT | {comparators.RANK, comparators.ALL_OF}
    if facts is None or row["comparator"] in told or facts["indicator_kind"] == "level":
        return False
    based = known_units.indicator_kind(row["unit"]) in ("share", "rate") or "/" in row["unit"]
    return based and not str(facts["denominator"]).strip()
