"""Figures against their register and each other: repetitions, counts and rates that contradict, missing years."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from healthplan.errors import Fault
from healthplan.intake import editions, series_checks, steps
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Assembled, Place, Row, in_series, number, say
from healthplan.intake.series_checks import Series
from healthplan.language import groups, units, vocabulary
from healthplan.language.names import Register
from healthplan.messages import LANGUAGES

SAME = 0.1  # a count over its base and the rate may differ by this share (bases of other days)
SHOWN = 5  # series named one by one
FEWEST = 3  # figures from which a series is seen to be mostly zeros
Placed: TypeAlias = dict[Place, Row]


@dataclass(frozen=True)
class History:
    """What is known of the past: rows of the table ``breaks``; areas that are no more, with the first year without them
    and the area that they are part of now."""

    breaks: list[steps.Break] = field(default_factory=list)
    ended: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the checks of a file look at: its figures, each once, the register, the file's name, and the past."""

    rows: list[Row]
    register: Register
    file: str
    history: History = field(default_factory=History)

    @property
    def at(self) -> Placed:
        """The figures by their place."""
        return {row.place: row for row in self.rows}

    def of(self) -> Mapping[str, list[Row]]:
        """The figures by indicator."""
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            found[row.indicator].append(row)
        return found


WORD, CELL = "word", "cell"  # 已核实 where the figure stands; the cell mended or left empty


class Check(NamedTuple):
    """One check: its name, what it is given (``series``: figures of one measure by year; ``file``: all of them), the faults
    it may say (their severity stands in messages/faults.csv), how a person answers them, and the function."""

    name: str
    looks_at: str
    codes: str
    answer: str
    run: Callable[[Any], Iterable[Fault] | None]


def check(rows: list[Row], register: Register, file: str, history: History) -> tuple[list[Row], list[Fault]]:
    """The rows without repetitions, and every doubt about them: one walk over :data:`CHECKS`."""
    kept, faults = editions.settled(rows, file)
    faults += editions.new_bases(kept, file)
    known = Known(editions.newest(kept), register, file, history)
    for members in in_series(known.rows):
        about = register.about.get(members[0].indicator, {})
        series = Series(members, about, file, _breaks(members, about, history))
        for one in SERIES:
            faults += one.run(series) or ()
        faults += series.faults
    for one in FILE:
        faults += one.run(known) or ()
    return kept, faults


def _few_cases(known: Known) -> Iterator[Fault]:
    """Rates that are zero in most years and high in one, a single case in a small population, of which nothing says how
    many cases that were."""
    there = {row.place for row in known.rows}
    for members in in_series(known.rows):
        about = known.register.about.get(members[0].indicator, {})
        zeros = sum(row.value == 0 for row in members)
        rate = about.get("indicator_kind") == "rate"
        if not rate or len(members) < FEWEST or zeros * 2 < len(members):
            continue
        for row in members:
            if row.value > 0 and not _counted(row, about, there):
                yield say("SERIES-FEW", row, known.file, year=row.year, zeros=zeros)


def _counted(row: Row, about: Mapping[str, Any], there: set[Place]) -> bool:
    """Whether the counts that a rate is made of stand beside it, in its row or as figures of their own."""
    parts = [_place(row, str(about.get(part))) in there for part in ("numerator", "denominator")]
    return all(parts) or bool(row.numerator and row.denominator)


def _of_ended(known: Known) -> Iterator[Fault]:
    """What becomes of the figures of an area that is no more: those before its end count in the new area, later ones are
    doubtful. Each said once an area."""
    found: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    ended = known.history.ended
    for row in known.rows:
        if row.area in ended:
            found[row.area, row.year >= ended[row.area][0]].append(row)
    for (area, late), own in found.items():
        since, new = ended[area]
        told = {
            "area": own[0].raw.area,
            "new": known.register.area_names.get(new, new),
            "since": since,
        }
        code = "AREA-ENDED" if late else "AREA-PARTS"
        yield say(code, own[0], known.file, rows=span([row.raw.row for row in own]), **told)


def _only_parts(known: Known) -> Iterator[Fault]:
    """Measures of which there are figures of several groups and none of everybody."""
    whose: dict[tuple[str, str], dict[str, Row]] = defaultdict(dict)
    for row in known.rows:
        whose[row.indicator, row.area].setdefault(row.group, row)
    for parts in whose.values():
        if len(parts) > 1 and "" not in parts:
            first = next(iter(parts.values()))
            of = {lang: ", ".join(groups.name(g, lang) for g in parts) for lang in LANGUAGES}
            of["zh"] = of["zh"].replace(", ", "、")
            told = {"name": first.raw.indicator, "area": first.raw.area, "groups": of}
            yield say("GROUP-PARTS", first, known.file, **told)


def stepping(rows: list[Row], register: Register, history: History) -> list[Fault]:
    """Steps onto a known change of definition between the figures of one file and those of another."""
    found = []
    for members in in_series([row for row in rows if not row.raw.period]):
        about = register.about.get(members[0].indicator, {})
        known = _breaks(members, about, history)
        told = steps.shifts(members, str(about.get("indicator_kind") or ""), known, "")
        across = {r.year for a, r in pairwise(members) if a.file != r.file}
        found += [one for one in told if known and one.fields["year"] in across]
    return found


def _breaks(members: list[Row], about: dict, history: History) -> list[steps.Break]:
    first = members[0]
    return steps.known_breaks(first.indicator, first.raw.indicator, about, history.breaks)


def linked(rows: list[Row], register: Register, file: str) -> list[Fault]:
    """Counts, bases and rates of one place and year that contradict each other, over several files too."""
    known = Known(rows, register, file)
    return [*_no_exposure(known), *_linked(known), *_above_whole(known)]


def _above_whole(known: Known) -> Iterator[Fault]:
    """Infant deaths above those under five, and any part above its whole in one place and year."""
    of, at, file = known.of(), known.at, known.file
    for pair in vocabulary.pairs("part_of"):
        for part in of.get(pair["one"], []):
            whole = at.get(_place(part, pair["other"]))
            if whole and part.value > whole.value:
                said = {"whole": whole.shown, "whole_name": whole.raw.indicator, "year": part.year}
                names = {"name": part.raw.indicator, "row_of": whole.raw.row}
                reason = {lang: pair[f"reason_{lang}"] for lang in LANGUAGES}
                yield say("PART-ABOVE", part, file, whole, reason=reason, **said, **names)


def _no_exposure(known: Known) -> Iterator[Fault]:
    """Deaths among no births, and every rate or share of nothing, wherever in the file the zero stands."""
    rows, about, file = known.rows, known.register.about, known.file
    bases = {str(a.get("denominator") or "") for a in about.values()} - {""}
    empty = {r.place: r for r in rows if r.value == 0 and r.indicator in bases}
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
                yield say("PART-ZERO", row, file, zero, row_of=zero.raw.row, **said)


def _linked(known: Known) -> Iterator[Fault]:
    """Cases beside those they befall and beside their rate, wherever in the file they stand."""
    of, at, file = known.of(), known.at, known.file
    for indicator, about in known.register.about.items():
        counted = of.get(str(about.get("numerator") or ""), [])
        for cases in counted if counted and number(about, "per") else ():
            rate, base = (at.get(_place(cases, i)) for i in (indicator, about["denominator"]))
            part = about["unit"] not in units.RATIOS  # nurses are no part of the physicians
            if part and base and 0 < _units(base) < _units(cases):
                whole = f"{base.shown}（{base.raw.indicator}）"
                yield say("PART-WHOLE", cases, file, base, whole=whole)
            elif rate and (rate.value > 0) != (cases.value > 0):
                yield say("PART-COUNT", rate, file, cases, count=cases.shown, name=cases.raw.indicator)
            elif rate and base and base.value:
                derived = _units(cases) / _units(base) * float(about["per"])
                apart = abs(rate.value - derived) / max(rate.value, derived, 1e-12)
                if apart > SAME:
                    code = "PART-FAR" if apart >= 0.5 else "PART-DIFFERS"
                    yield say(code, rate, file, cases, base, derived=f"{derived:.4g}")


def _units(row: Row) -> float:
    """A count in ones: 24.9 万人 are 249,000."""
    unit = units.parse(row.unit)
    return row.value * (unit.factor if unit else 1.0)


def _place(row: Row, indicator: str) -> Place:
    return (indicator, *row.place[1:])


def holes(rows: list[Row], found: Assembled) -> Iterator[Fault]:
    """One note about all series with holes: which series, which years."""
    said = []
    for members in in_series([row for row in rows if not row.raw.period]):
        years, first = {row.year for row in members}, members[0]
        if absent := sorted(set(range(min(years), max(years))) - years):
            name = found.indicator_names.get(first.indicator, first.indicator)
            area = found.area_names.get(first.area, first.area)
            said.append(f"{groups.name(first.group)}{name}（{area}）{span(absent)}")
    if said:
        shown = "；".join(said[:SHOWN]) + ("…" if len(said) > SHOWN else "")
        yield fault("SERIES-GAP", found.file, count=len(said), said=shown)


CHECKS = (
    Check("bounds", "series", "VALUE-LOW VALUE-HIGH VALUE-OVER", CELL, series_checks.bounds),
    Check("below nothing", "series", "VALUE-NEGATIVE", WORD, series_checks.below_nothing),
    Check("unit mistaken in some years", "series", "UNIT-LABEL", WORD, series_checks.relabelled),
    Check("unit mistaken throughout", "series", "UNIT-DOUBT", WORD, series_checks.doubtful),
    Check("scale of all", "series", "SCALE-ALL", WORD, series_checks.whole_slip),
    Check("scale of one", "series", "SCALE-ONE SCALE-MAYBE", WORD, series_checks.single_slips),
    Check("believable", "series", "SCALE-ONE VALUE-FAR VALUE-UNLIKELY", WORD, series_checks.unlikely),
    Check("whole numbers", "series", "VALUE-PART", WORD, series_checks.uncounted),
    Check("lone zeros", "series", "VALUE-ZERO", CELL, series_checks.lone_zeros),
    Check("steps", "series", "SERIES-BREAK SERIES-SHIFT", CELL, series_checks.stepped),
    Check("nobody exposed", "file", "PART-ZERO", WORD, _no_exposure),
    Check("counts and rates", "file", "PART-WHOLE PART-COUNT PART-FAR PART-DIFFERS", WORD, _linked),
    Check("part and whole", "file", "PART-ABOVE", WORD, _above_whole),
    Check("areas that ended", "file", "AREA-ENDED AREA-PARTS", CELL, _of_ended),
    Check("few cases", "file", "SERIES-FEW", CELL, _few_cases),
    Check("parts without the whole", "file", "GROUP-PARTS", CELL, _only_parts),
)  # fmt: skip
SERIES = [one for one in CHECKS if one.looks_at == "series"]
FILE = [one for one in CHECKS if one.looks_at == "file"]
