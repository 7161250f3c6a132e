"""Figures against their register and each other: repetitions, counts and rates that contradict, missing years."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import TypeAlias

from healthplan.errors import Fault
from healthplan.intake import series_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Assembled, Row, number, say
from healthplan.language import units, vocabulary
from healthplan.language.names import Register
from healthplan.messages import LANGUAGES

SAME = 0.1  # a count over its base and the rate may differ by this share
SHOWN = 5  # series named one by one
Placed: TypeAlias = dict[tuple[str, str, int, str], Row]  # by indicator, area, year, period


def check(rows: list[Row], register: Register, file: str) -> tuple[list[Row], list[Fault]]:
    """The rows without repetitions, and every doubt about them."""
    kept, faults = without_repeats(rows, file)
    series: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in kept:
        series[(row.indicator, row.area, row.raw.period)].append(row)
    for (indicator, _, _), members in series.items():
        faults += series_checks.check(members, register.about.get(indicator, {}), file)
    faults += linked(kept, register, file)
    return kept, faults


def linked(rows: list[Row], register: Register, file: str) -> list[Fault]:
    """Counts, bases and rates of one place and year that contradict each other."""
    at: Placed = {}
    of: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        at[_place(row, row.indicator)] = row
        of[row.indicator].append(row)
    return [
        *_no_exposure(rows, register, file),
        *_linked(of, at, register, file),
        *_above_whole(of, at, file),
    ]


def _above_whole(of: Mapping[str, list[Row]], at: Placed, file: str) -> Iterator[Fault]:
    """Infant deaths above those under five, and any part above its whole in one place and year."""
    for pair in vocabulary.pairs("part_of"):
        for part in of.get(pair["one"], []):
            whole = at.get(_place(part, pair["other"]))
            if whole and part.value > whole.value:
                said = {"whole": whole.shown, "whole_name": whole.raw.indicator, "year": part.year}
                names = {"name": part.raw.indicator, "row_of": whole.raw.row}
                reason = {lang: pair[f"reason_{lang}"] for lang in LANGUAGES}
                yield say("PART-ABOVE", part, file, reason=reason, **said, **names)


def _no_exposure(rows: list[Row], register: Register, file: str) -> Iterator[Fault]:
    """Deaths among no births, and every rate or share of nothing, wherever in the file the zero stands."""
    about = register.about
    bases = {str(a.get("denominator") or "") for a in about.values()} - {""}
    empty = {_place(r, r.indicator): r for r in rows if r.value == 0 and r.indicator in bases}
    if not empty:
        return
    counted = defaultdict(set)  # what is counted among whom: deaths among births
    for one in about.values():
        if one.get("indicator_kind") == "rate" and one.get("numerator"):
            counted[one["numerator"]].add(one["denominator"])
    for row in rows:
        own = about.get(row.indicator, {})
        among = counted[row.indicator] if row.value > 0 else set()
        if row.value > 0 or own.get("indicator_kind") not in ("count", "event"):
            among = among | {own.get("denominator")}
        for base in among:
            if (zero := empty.get(_place(row, base))) is not None:
                said = {"name": row.raw.indicator, "base": zero.raw.indicator, "year": row.year}
                yield say("PART-ZERO", row, file, row_of=zero.raw.row, **said)


def _linked(
    of: Mapping[str, list[Row]], at: Placed, register: Register, file: str
) -> Iterator[Fault]:
    """Cases beside those they befall and beside their rate, wherever in the file they stand."""
    for indicator, about in register.about.items():
        if not about.get("numerator") or not number(about, "per"):
            continue
        for cases in of.get(about["numerator"], []):
            rate, base = (at.get(_place(cases, i)) for i in (indicator, about["denominator"]))
            if base and 0 < _units(base) < _units(cases):
                yield say("PART-WHOLE", cases, file, whole=f"{base.shown}（{base.raw.indicator}）")
            elif rate and (rate.value > 0) != (cases.value > 0):
                yield say("PART-COUNT", rate, file, count=cases.shown, name=cases.raw.indicator)
            elif rate and base and base.value:
                derived = _units(cases) / _units(base) * float(about["per"])
                yield from _against_parts(rate, derived, file)


def _units(row: Row) -> float:
    """A count in ones: 24.9 万人 are 249,000."""
    unit = units.parse(row.unit)
    return row.value * (unit.factor if unit else 1.0)


def _against_parts(rate: Row, derived: float, file: str) -> Iterator[Fault]:
    """Bases of other days or residents differ by some per cent; twice the rate is another thing."""
    apart_by = abs(rate.value - derived) / max(rate.value, derived, 1e-12)
    if apart_by > SAME:
        code = "PART-FAR" if apart_by >= 0.5 else "PART-DIFFERS"
        yield say(code, rate, file, derived=f"{derived:.4g}")


def _place(row: Row, indicator: str) -> tuple[str, str, int, str]:
    return indicator, row.area, row.year, row.raw.period


def without_repeats(rows: list[Row], file: str) -> tuple[list[Row], list[Fault]]:
    """One row a key: equal repetitions are warned of, a declared revision is taken, other conflicts are errors."""
    first: dict[tuple, Row] = {}
    faults: list[Fault] = []
    again: dict[tuple, list[Row]] = defaultdict(list)
    clash: dict[tuple, list[tuple[Row, Row]]] = defaultdict(list)
    for row in rows:
        key = _place(row, row.indicator)
        other = first.setdefault(key, row)
        if other is row:
            continue
        if math.isclose(other.value, row.value, rel_tol=1e-9, abs_tol=1e-12):
            again[(row.raw.sheet, other.raw.row)].append(row)
        elif row.revised != other.revised:
            newer, older = (row, other) if row.revised else (other, row)
            first[key] = newer
            newer.notes.append(f"{older.shown} → {newer.shown}")
            was = {"old": older.shown, "old_row": older.raw.row, "year": row.year}
            faults.append(say("KEY-REVISED", newer, file, **was))
        else:
            clash[(other.raw.sheet, other.raw.row, row.raw.row)].append((other, row))
    for pairs in clash.values():
        faults.append(_clash(pairs, file))
    for repeats in again.values():
        other = repeats[0]
        kept = first[_place(other, other.indicator)]
        rows_of = [r.raw.row for r in (kept, *repeats)]
        faults.append(say("KEY-AGAIN", other, file, rows=span(rows_of), name=other.raw.indicator))
    return list(first.values()), faults


def _clash(pairs: list[tuple[Row, Row]], file: str) -> Fault:
    one, other = pairs[0]
    years = span([pair[0].year for pair in pairs])
    return say(
        "KEY-CONFLICT", other, file,
        first_row=one.raw.row, first_value=one.shown, second_row=other.raw.row, second_value=other.shown,
        years=years, name=one.raw.indicator, area=one.raw.area,
    )  # fmt: skip


def holes(rows: list[Row], found: Assembled) -> Iterator[Fault]:
    """One note about all series with holes: which series, which years."""
    series: dict[tuple[str, str], set[int]] = defaultdict(set)
    for row in rows:
        if not row.raw.period:
            series[(row.indicator, row.area)].add(row.year)
    holes = {
        key: sorted(set(range(min(years), max(years))) - years)
        for key, years in series.items()
        if len(years) > 1 and len(years) <= max(years) - min(years)
    }
    if holes:
        said = [
            f"{found.indicator_names.get(i, i)}（{found.area_names.get(a, a)}）{span(years)}"
            for (i, a), years in list(holes.items())[:SHOWN]
        ]
        more = "…" if len(holes) > SHOWN else ""
        yield fault("SERIES-GAP", found.file, count=len(holes), said="；".join(said) + more)
