"""Figures against their register, their series and each other: what cannot be, what is doubtful, where years are missing."""

import itertools
import math
from collections import defaultdict
from collections.abc import Iterator
from statistics import median

from healthplan.errors import Fault
from healthplan.intake import unit_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import NEAR, Assembled, Row, apart, number, say
from healthplan.language import units
from healthplan.language.names import Register

SLIPS = (10.0, 100.0, 1000.0, 10000.0, 100000.0, 0.1, 0.01, 0.001, 0.0001, 0.00001)
SAME = 0.1  # a count over its base and the rate may differ by this share
FITS = 1.7  # a slip is named only when the other reading is this close to its neighbours


def check(rows: list[Row], register: Register, file: str) -> tuple[list[Row], list[Fault]]:
    """The rows without repetitions, and every doubt about them."""
    kept, faults = without_repeats(rows, file)
    series: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in kept:
        series[(row.indicator, row.area, row.raw.period)].append(row)
    for (indicator, _, _), members in series.items():
        members.sort(key=lambda r: r.year)
        faults += _series(members, register.about.get(indicator, {}), file)
    faults += linked(kept, register, file)
    return kept, faults


def linked(rows: list[Row], register: Register, file: str) -> list[Fault]:
    """Counts, bases and rates of one place and year that contradict each other."""
    return [*_no_exposure(rows, register, file), *_linked(rows, register, file)]


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


def _linked(rows: list[Row], register: Register, file: str) -> Iterator[Fault]:
    """Cases beside those they befall and beside their rate, wherever in the file they stand."""
    at = {_place(row, row.indicator): row for row in rows}
    for indicator, about in register.about.items():
        if not about.get("numerator") or not number(about, "per"):
            continue
        for cases in (row for row in rows if row.indicator == about["numerator"]):
            rate, base = (at.get(_place(cases, i)) for i in (indicator, about["denominator"]))
            if base and 0 < _units(base) < _units(cases):
                yield say("PART-WHOLE", cases, file, whole=f"{base.shown}（{base.raw.indicator}）")
            elif rate and (rate.value > 0) != (cases.value > 0):
                yield say("PART-COUNT", rate, file, count=cases.shown, name=cases.raw.indicator)
            elif rate and base and base.value:
                yield from _against_parts(
                    rate, _units(cases) / _units(base) * float(about["per"]), file
                )


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
        key = (row.indicator, row.area, row.year, row.raw.period)
        if key not in first:
            first[key] = row
            continue
        other = first[key]
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
        key = (other.indicator, other.area, other.year, other.raw.period)
        rows_of = [first[key].raw.row, *(r.raw.row for r in repeats)]
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


def _series(rows: list[Row], about: dict, file: str) -> Iterator[Fault]:
    doubted: set[int] = set()
    for check in (
        _bounds,
        unit_checks.relabelled,
        unit_checks.doubtful,
        _whole_slip,
        _single_slips,
        _unlikely,
        unit_checks.uncounted,
    ):
        for place, found in check(rows, about, file, doubted):
            doubted.add(place)
            yield found
    yield from _shift(rows, about, file, doubted)
    yield from _few_cases(rows, about, file)
    yield from _lone_zeros(rows, file)


def _bounds(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """Values beyond what the indicator can be."""
    low, high = number(about, "lower_bound"), number(about, "upper_bound")
    said = {"unit": rows[0].unit, "indicator": about.get("name_zh", "")}
    for row in rows:
        if low is None and not about and row.value < 0:
            yield id(row), say("VALUE-NEGATIVE", row, file)
        if low is not None and row.value < low:
            yield id(row), say("VALUE-LOW", row, file, bound=f"{low:g}", **said)
        if high is not None and row.value > high:
            yield id(row), say("VALUE-HIGH", row, file, bound=f"{high:g}", **said)


def _whole_slip(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """A series that lies outside the believable range as a whole and inside it ten, a hundred times over."""
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None:
        return
    values = [r for r in rows if r.value and id(r) not in doubted]
    outside = [r for r in values if not low <= r.value <= high]
    if not outside or len(outside) < 0.8 * len(rows):
        return
    usual = (100.0, 0.01) if about.get("indicator_kind") == "share" else ()
    for factor in (*usual, *SLIPS):
        if all(low <= r.value * factor <= high for r in outside):
            readings = f"{outside[0].value:g} / {outside[0].value * factor:.6g}"
            found = say(
                "SCALE-ALL", outside[0], file, readings=readings, unit=outside[0].unit, rows=span([r.raw.row for r in outside]),
                low=f"{low:g}", high=f"{high:g}", indicator=about["name_zh"],
            )  # fmt: skip
            for row in outside:
                doubted.add(id(row))
            yield id(outside[0]), found
            return


def _single_slips(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """Single values ten or a hundred times away from calm neighbours."""
    positive = [r for r in rows if r.value > 0]
    if len(positive) < 2:
        return
    middle = median(r.value for r in positive)
    calm = [r.value for r in positive if apart(r.value, middle) <= NEAR]
    if not calm or len(calm) * 2 < len(positive) or max(calm) / min(calm) > 6:
        return
    # of two values only a slip of a unit is told, not of a decimal point
    few = len(positive) == 2 and about.get("indicator_kind", "level") != "share"
    factors = [f for f in SLIPS if not (few and 0.001 < f < 1000)]
    rare = len(calm) < 4 or any(r.value == 0 for r in rows)
    for row in positive:
        if id(row) in doubted or apart(row.value, middle) <= NEAR:
            continue
        near = _neighbours(rows, row, calm)
        fits = [f for f in factors if min(near) / FITS <= row.value * f <= max(near) * FITS]
        if fits:
            code = _slip_code(about, middle, fits[0], rare)
            readings = f"{row.shown} / {row.given * fits[0]:.6g}"
            unit = row.given_unit or row.unit
            yield id(row), say(code, row, file, readings=readings, unit=unit, year=row.year)


def _slip_code(about: dict, middle: float, factor: float, rare: bool) -> str:
    """An error, or only a doubt where small numbers may really jump tenfold."""
    kind = about.get("indicator_kind", "level")
    small = kind in ("count", "event") and (middle < 100 or factor in (10.0, 0.1))
    return "SCALE-MAYBE" if small or (kind == "rate" and rare) else "SCALE-ONE"


def _neighbours(rows: list[Row], row: Row, calm: list[float]) -> list[float]:
    ordered = [r for r in rows if r is not row and r.value in calm]
    ordered.sort(key=lambda r: abs(r.year - row.year))
    return [r.value for r in ordered[:4]] or calm


def _unlikely(
    rows: list[Row], about: dict, file: str, doubted: set[int]
) -> Iterator[tuple[int, Fault]]:
    """Values outside the believable range: an error for shares read as fractions and levels far off."""
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None:
        return
    for row in rows:
        if id(row) in doubted or low <= row.value <= high:
            continue
        kind = about.get("indicator_kind")
        unit, name = row.unit, about["name_zh"]
        fields = {"low": f"{low:g}", "high": f"{high:g}", "unit": unit, "indicator": name}
        as_share = kind == "share" and 0 < row.value <= 1 and row.value < low
        if as_share and low <= row.value * 100 <= high:
            readings = f"{row.shown} / {row.given * 100:.6g}"
            year = row.year
            yield id(row), say("SCALE-ONE", row, file, readings=readings, unit=unit, year=year)
        elif kind == "level" and (row.value > 3 * high or (low > 0 and row.value < low / 3)):
            yield id(row), say("VALUE-FAR", row, file, **fields)
        else:
            yield id(row), say("VALUE-UNLIKELY", row, file, **fields)


def _shift(rows: list[Row], about: dict, file: str, doubted: set[int]) -> Iterator[Fault]:
    """A step between two years far larger than all others: perhaps a change of definition or of boundaries."""
    rows = [r for r in rows if id(r) not in doubted]
    if len(rows) < 5 or about.get("indicator_kind") == "event":
        return
    steps = [(b.value - a.value) / max(b.year - a.year, 1) for a, b in itertools.pairwise(rows)]
    for i, step in enumerate(steps):
        others = sorted(abs(s) for j, s in enumerate(steps) if j != i)
        usual = others[len(others) // 2]
        level = max(abs(rows[i].value), abs(rows[i + 1].value))
        known = rows[i + 1].status == "break"  # the file says itself that the series breaks here
        if not known and level and abs(step) > max(5 * usual, 0.2 * level, 1.5 * others[-1]):
            told = {"year": rows[i + 1].year, "before": rows[i].shown, "after": rows[i + 1].shown}
            yield say("SERIES-SHIFT", rows[i + 1], file, **told)


def _lone_zeros(rows: list[Row], file: str) -> Iterator[Fault]:
    """A zero among calm values well above it: a missing figure that somebody wrote as zero?"""
    positive = [r.value for r in rows if r.value > 0]
    zeros = [r for r in rows if r.value == 0]
    if zeros and len(zeros) * 4 <= len(positive) and max(positive) / min(positive) < NEAR:
        for row in zeros:
            yield say("VALUE-ZERO", row, file, year=row.year)


def _few_cases(rows: list[Row], about: dict, file: str) -> Iterator[Fault]:
    """A rate that is zero in most years and high in one: a single case in a small population."""
    if about.get("indicator_kind") not in ("rate", "event") or len(rows) < 3:
        return
    zeros = sum(r.value == 0 for r in rows)
    for row in rows:
        if row.value > 0 and zeros * 2 >= len(rows):
            yield say("SERIES-FEW", row, file, year=row.year, zeros=zeros)


SHOWN = 5  # series named one by one


def holes(rows: list[Row], found: Assembled, file: str) -> Iterator[Fault]:
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
        yield fault("SERIES-GAP", file, count=len(holes), said="；".join(said) + more)
