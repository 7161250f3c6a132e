"""Figures against their register and each other: repetitions, counts and rates that contradict, missing years."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from healthplan.errors import Fault
from healthplan.intake import editions, series_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Place, Row, Walk, in_series, number, say
from healthplan.intake.series_checks import Break, Series, known_breaks, stepped
from healthplan.language import characters, groups, names, units, vocabulary
from healthplan.language.names import Register
from healthplan.language.vocabulary import pattern
from healthplan.messages import LANGUAGES

SAME = 0.1  # a count over its base and the rate may differ by this share (bases of other days)
SHOWN = 5  # series named one by one
MANY = 400  # more names than this are no district's file and are not compared
FEWEST = 3  # figures from which a series is seen to be mostly zeros


@dataclass(frozen=True)
class History:
    """What is known of the past: rows of the table ``breaks``; areas that are no more, with the first year without them
    and the area that they are part of now."""

    breaks: list[Break] = field(default_factory=list)
    ended: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What the checks of a file look at: its figures, each once, the register, the file's name, and the past."""

    rows: list[Row]
    register: Register
    file: str
    history: History = field(default_factory=History)

    @property
    def at(self) -> dict[Place, Row]:
        """The figures by their place."""
        return {row.place: row for row in self.rows}

    def about(self, row: Row) -> dict[str, Any]:
        """What the register knows of the indicator of a figure."""
        return self.register.about.get(row.indicator, {})

    def series(self) -> Iterator[Series]:
        """The figures of one measure by year, each with the changes of definition that concern it."""
        for members in in_series(self.rows):
            first = members[0]
            about = self.about(first)
            past = known_breaks(first.indicator, first.raw.indicator, about, self.history.breaks)
            yield Series(members, about, self.file, past)


WORD, CELL = "word", "cell"  # 已核实 where the figure stands; the cell mended or left empty


class Check(NamedTuple):
    """One check: its name, what it is given (``series``: figures of one measure by year; ``file``: all of them; ``names``:
    the file with the names as it writes them), the faults it may say (their severity stands in messages/faults.csv), how a person answers them, and the function."""

    name: str
    looks_at: str
    codes: str
    answer: str
    run: Callable[[Any], Iterable[Fault] | None]


def check(walk: Walk, history: History) -> list[Row]:
    """The rows without repetitions; every doubt about them is said, in one walk over :data:`CHECKS`."""
    kept, faults = editions.settled(walk.rows, walk.file)
    faults += editions.new_bases(kept, walk.file)
    known = Known(editions.newest(kept), walk.register, walk.file, history)
    for series in known.series():
        for one in SERIES:
            faults += one.run(series) or ()
        faults += series.faults
    for one in FILE:
        faults += one.run(known) or ()
    for one in NAMED:
        faults += one.run(walk) or ()
    walk.faults += faults
    return kept


def _few_cases(known: Known) -> Iterator[Fault]:
    """Rates that are zero in most years and high in one, a single case in a small population, of which nothing says how
    many cases that were: no counts stand beside them, in their row or as figures of their own."""
    there = {row.place for row in known.rows}
    for members in in_series(known.rows):
        about = known.about(members[0])
        zeros = sum(row.value == 0 for row in members)
        if about.get("indicator_kind") != "rate" or len(members) < FEWEST or zeros * 2 < len(members):
            continue
        for row in members:
            parts = [_place(row, str(about.get(part))) in there for part in ("numerator", "denominator")]
            if row.value > 0 and not all(parts) and not (row.numerator and row.denominator):
                yield say("SERIES-FEW", row, known.file, zeros=zeros)


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
        told = {"new": known.register.area_names.get(new, new), "since": since}
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
            yield say("GROUP-PARTS", first, known.file, groups=of)


def stepping(rows: list[Row], register: Register, history: History) -> Iterator[Fault]:
    """Steps onto a known change of definition between the figures of one file and those of another."""
    for series in Known([row for row in rows if not row.raw.period], register, "", history).series():
        across = {r.year for a, r in pairwise(series.rows) if a.file != r.file}
        for one in stepped(series):
            if series.breaks and one.fields["year"] in across:
                yield one


def linked(rows: list[Row], register: Register, file: str) -> list[Fault]:
    """Counts, bases and rates of one place and year that contradict each other, over several files too."""
    known = Known(rows, register, file)
    return [*_no_exposure(known), *_linked(known), *_above_whole(known)]


def _above_whole(known: Known) -> Iterator[Fault]:
    """Infant deaths above those under five, and any part above its whole in one place and year."""
    at = known.at
    for pair in vocabulary.pairs("part_of"):
        reason = {lang: pair[f"reason_{lang}"] for lang in LANGUAGES}
        for part in known.rows:
            whole = at.get(_place(part, pair["other"])) if part.indicator == pair["one"] else None
            if whole and part.value > whole.value:
                said = {"whole": whole.shown, "whole_name": whole.raw.indicator, "row_of": whole.raw.row}
                yield say("PART-ABOVE", part, known.file, whole, reason=reason, **said)


def _no_exposure(known: Known) -> Iterator[Fault]:
    """Deaths among no births, and every rate or share of nothing, wherever in the file the zero stands."""
    about = known.register.about
    bases = {str(a.get("denominator") or "") for a in about.values()} - {""}
    empty = {r.place: r for r in known.rows if r.value == 0 and r.indicator in bases}
    if not empty:
        return
    counted = defaultdict(set)  # what is counted among whom: deaths among births
    for one in about.values():
        if one.get("indicator_kind") == "rate" and one.get("numerator"):
            counted[one["numerator"]].add(one["denominator"])
    for row in known.rows:
        own = known.about(row)
        among = counted[row.indicator] if row.value > 0 else set()
        if row.value > 0 or own.get("indicator_kind") not in ("count", "event"):
            among = among | {own.get("denominator")}
        for base in among:
            if (zero := empty.get(_place(row, base))) is not None:
                yield say("PART-ZERO", row, known.file, zero, base=zero.raw.indicator, row_of=zero.raw.row)


def _linked(known: Known) -> Iterator[Fault]:
    """Cases beside those they befall and beside their rate, wherever in the file they stand."""
    at, file = known.at, known.file
    of: dict[str, list[Row]] = defaultdict(list)
    for row in known.rows:
        of[row.indicator].append(row)
    for indicator, about in known.register.about.items():
        counted = of.get(str(about.get("numerator") or ""), [])
        for cases in counted if counted and number(about, "per") else ():
            rate, base = (at.get(_place(cases, i)) for i in (indicator, about["denominator"]))
            part = about["unit"] not in units.RATIOS  # nurses are no part of the physicians
            if part and base and 0 < _units(base) < _units(cases):
                yield say("PART-WHOLE", cases, file, base, whole=f"{base.shown}（{base.raw.indicator}）")
            elif rate and (rate.value > 0) != (cases.value > 0):
                yield say("PART-COUNT", rate, file, cases, count=cases.shown, name=cases.raw.indicator)
            elif rate and base and base.value:
                derived = _units(cases) / _units(base) * float(about["per"])
                apart = abs(rate.value - derived) / max(rate.value, derived, 1e-12)
                if apart > SAME:
                    code = "PART-FAR" if apart >= 0.5 else "PART-DIFFERS"
                    counts = {"numerator": cases.shown, "denominator": base.shown}
                    yield say(code, rate, file, cases, base, derived=f"{derived:.4g}", **counts)


def _units(row: Row) -> float:
    """A count in ones: 24.9 万人 are 249,000."""
    unit = units.parse(row.unit)
    return row.value * (unit.factor if unit else 1.0)


def _place(row: Row, indicator: str) -> Place:
    return (indicator, *row.place[1:])


def _holes(found: Walk) -> Iterator[Fault]:
    """One note about all series with holes: which series, which years."""
    said = []
    for members in in_series([row for row in found.rows if not row.raw.period]):
        years, first = {row.year for row in members}, members[0]
        if absent := sorted(set(range(min(years), max(years))) - years):
            name = found.indicator_names.get(first.indicator, first.indicator)
            area = found.area_names.get(first.area, first.area)
            said.append(f"{groups.name(first.group)}{name}（{area}）{span(absent)}")
    if said:
        shown = "；".join(said[:SHOWN]) + ("…" if len(said) > SHOWN else "")
        yield fault("SERIES-GAP", found.file, count=len(said), said=shown)


def _two_spellings(found: Walk) -> Iterator[Fault]:
    """A fault for each name that looks like another spelling of a name with more rows."""
    for column, known, registered in (
        ("area", found.area_names, found.register.area_names),
        ("indicator", found.indicator_names, found.register.about),
    ):
        rows: dict[str, list[Row]] = defaultdict(list)
        for row in found.rows:
            rows[getattr(row, column)].append(row)
        ordered = sorted(rows, key=lambda key: -len(rows[key])) if len(rows) <= MANY else []
        for place, small in enumerate(ordered):
            one, first = known[small], rows[small][0]
            for large in ordered[:place]:
                both = small in registered and large in registered  # as two
                if not both and _alike(one, known[large], rows[small], rows[large], column):
                    code = "KEY-SPELLING" if column == "area" else "KEY-ALIKE"
                    told = {"value": one, "other": known[large], "rows": span([row.raw.row for row in rows[small]])}
                    yield say(code, first, found.file, column=first.raw.columns.get(column, column), **told)
                    break


def _alike(one: str, other: str, small: list[Row], large: list[Row], column: str) -> bool:
    """Whether a name with few rows is a slip of one with many and stands exactly where that has none."""
    keys = characters.key(one), characters.key(other)
    if column == "indicator":
        slip, beside = len(keys[0]) >= 4 and names.is_slip(*keys), "area"
    else:
        same = len(keys[0]) == len(keys[1]) >= 3
        slip, beside = same and sum(a != b for a, b in zip(*keys, strict=True)) == 1, "indicator"
    few, many = ({(getattr(r, beside), r.year) for r in rows} for rows in (small, large))
    fills = few.isdisjoint(many) and {what for what, _ in few} <= {what for what, _ in many}
    return (slip and fills and len(small) <= 2 and len(large) >= 3) or (column == "area" and _one_area(*keys))


def _one_area(one: str, other: str) -> bool:
    """Whether an area is another with the word for its rank, or with the larger area's name before it."""
    short, long = sorted((key.translate(vocabulary.traditional()) for key in (one, other)), key=len)
    if short == long:
        return one != other
    larger = long.endswith(short) and len(short) >= 3 and pattern("larger_area").match(long[: -len(short)])
    return len(short) >= 2 and (pattern("area_rank").sub("", long) == short or bool(larger))


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
    Check("steps", "series", "SERIES-BREAK SERIES-SHIFT", CELL, stepped),
    Check("nobody exposed", "file", "PART-ZERO", WORD, _no_exposure),
    Check("counts and rates", "file", "PART-WHOLE PART-COUNT PART-FAR PART-FRACTION PART-DIFFERS", WORD, _linked),
    Check("part and whole", "file", "PART-ABOVE", WORD, _above_whole),
    Check("areas that ended", "file", "AREA-ENDED AREA-PARTS", CELL, _of_ended),
    Check("few cases", "file", "SERIES-FEW", CELL, _few_cases),
    Check("parts without the whole", "file", "GROUP-PARTS", CELL, _only_parts),
    Check("two spellings", "names", "KEY-SPELLING KEY-ALIKE", WORD, _two_spellings),
    Check("missing years", "names", "SERIES-GAP", CELL, _holes),
)  # fmt: skip
SERIES, FILE, NAMED = ([one for one in CHECKS if one.looks_at == what] for what in ("series", "file", "names"))
