"""One series of figures against its indicator and itself: what cannot be, what is doubtful, units and decimal slips, and
steps: one that sits on a known change of definition is a question, however small; one far larger than all others is one
wherever it stands."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any, TypeAlias

from healthplan.errors import Fault
from healthplan.intake.faults import span
from healthplan.intake.rows import Row, number, say
from healthplan.language import characters, units, vocabulary
from healthplan.language.names import RESIDENTS
from healthplan.language.vocabulary import pattern
from healthplan.messages import LANGUAGES

NEAR = 4.0  # within this factor of the others' middle a value raises no doubt
SLIPS = (10.0, 100.0, 1000.0, 10000.0, 100000.0, 0.1, 0.01, 0.001, 0.0001, 0.00001)
FITS = 1.7  # a slip is named only when the other reading is this close to its neighbours
WHOLE = ("people", "units", "beds", "items", "households")
OVER = 120.0  # a coverage up to here is kept, with a question about its denominator
UPPER = 5.0  # a rate above this part of the believable range is no usual one
LARGE = 0.2  # of the level: a step larger than this and than all others is asked about
SMALL = 0.02  # of the level: on a known break a step that is this much unlike the others is
LONE = 0.05  # of the level: on a known break, where there are no others to compare it with
Break: TypeAlias = dict[str, Any]


@dataclass
class Series:
    """The figures of one indicator, area and period by year, what the register knows of it, and the doubts."""

    rows: list[Row]
    about: dict
    file: str
    breaks: list[Break] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    doubted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.kind = self.about.get("indicator_kind")
        self.name = self.about.get("name_zh", "")
        cases = {row.unit for row in self.rows} <= {"例", "起", "次", "件", "宗"}
        self.events = self.kind == "event" or (not self.kind and cases)
        self.low = number(self.about, "plausible_low")
        self.high = number(self.about, "plausible_high")

    def doubt(self, code: str, row: Row, **fields: object) -> None:
        """One fault more at a value, which is then not looked at again."""
        self.doubted.add(id(row))
        self.say(code, row, **fields)

    def say(self, code: str, row: Row, **fields: object) -> None:
        """One fault more at a value."""
        beside = [r for r in self.rows if id(r) in self.doubted] if "rows" in fields else []
        self.faults.append(say(code, row, self.file, *beside, **{"indicator": self.name, **fields}))

    def trusted(self) -> list[Row]:
        """The rows that are not in doubt."""
        return [row for row in self.rows if id(row) not in self.doubted]


def _apart(one: float, other: float) -> float:
    """By what factor two positive numbers differ; without end when one is not positive."""
    return max(one / other, other / one) if one > 0 and other > 0 else math.inf


def beyond(value: float, about: dict) -> tuple[str, float] | None:
    """The code of a value beyond what its indicator can be, and the bound."""
    low, high = number(about, "lower_bound"), number(about, "upper_bound")
    if low is not None and value < low:
        return "VALUE-LOW", low
    return ("VALUE-HIGH", high) if high is not None and value > high else None


def unbelievable(value: float, about: dict, fraction: str) -> tuple[str, dict[str, str]] | None:
    """The code of a value outside the believable range, and the range: ``fraction`` for a share read as a fraction."""
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None or low <= value <= high:
        return None
    kind, code = about.get("indicator_kind"), "VALUE-UNLIKELY"
    if kind == "share" and 0 < value <= 1 and value < low <= value * 100 <= high:
        code = fraction
    elif kind == "level" and (value > 3 * high or (low > 0 and value < low / 3)):
        code = "VALUE-FAR"
    return code, {"low": f"{low:g}", "high": f"{high:g}"}


def bounds(series: Series) -> None:
    """Values beyond what the indicator can be."""
    share = series.kind in (None, "", "share")  # of a whole, by its unit and its name
    for row in series.rows:
        named = share and row.unit == "%" and pattern("share").search(characters.name(row.raw.indicator))
        open_above = named and row.value > 100 and number(series.about, "upper_bound") is None
        if found := beyond(row.value, series.about) or (("VALUE-OVER", 100.0) if open_above else None):
            code = "VALUE-OVER" if over_covered(row.value, series.about) else found[0]
            series.doubt(code, row, bound=f"{found[1]:g}", indicator=series.name or row.raw.indicator)


def below_nothing(series: Series) -> None:
    """A negative value of a measure that nobody registered and whose name does not say that it may fall."""
    for row in series.rows if not series.about else ():
        if row.value < 0 and not pattern("may_fall").search(row.raw.indicator):
            series.doubt("VALUE-NEGATIVE", row)


def over_covered(value: float, about: dict) -> bool:
    """Whether more were covered than were counted as to be covered, which happens: the denominator is short. What a
    survey finds, a part of a whole, or a share of towns or institutions, of which all are known, cannot be above 100."""
    share = about.get("indicator_kind") == "share" and about.get("upper_bound") == 100
    measure, base = str(about.get("name_zh", "")), str(about.get("denominator") or "")
    places = pattern("of_places").search(base or measure) and not pattern("of_people").search(base)
    return share and 100 < value <= OVER and bool(vocabulary.coverage().search(measure)) and not places


def relabelled(series: Series) -> None:
    """Two units in one series: rows whose number fits the others only when it is not converted."""
    rows = series.rows
    scales = {r.given_unit: r.value / r.given for r in reversed(rows) if r.given_unit and r.given}
    if len({round(math.log10(abs(f)), 6) for f in scales.values() if f}) < 2:
        return
    for unit, scale in scales.items():
        own = [r for r in rows if r.given_unit == unit and r.given > 0]
        others = [r for r in rows if r.given_unit != unit and r.value > 0]
        if scale == 1.0 or not own or len(own) > len(others):
            continue
        middle = median(r.value for r in others)
        other = next(r.given_unit for r in rows if r.given_unit != unit)
        for row in own:
            if _apart(row.value, middle) > NEAR and _apart(row.given, middle) < 2.5:
                said = {"converted": f"{row.value:g}", "canonical": row.unit}
                series.doubt("UNIT-LABEL", row, unit=unit, other=other, **said)


def doubtful(series: Series) -> None:
    """A series whose unit is converted as a whole, though its bare numbers are believable and usual."""
    converted = [r for r in series.trusted() if r.given and r.value != r.given]
    every = len(converted) == len([r for r in series.rows if r.given])
    if not converted or not every or not all(both_readings(r.given, r.value, series.about) for r in converted):
        return
    first = converted[0]
    series.doubted |= {id(row) for row in converted}
    told = {"readings": f"{first.value:g} {first.unit} / {first.given:g} {first.unit}", "other": first.unit}
    series.say("UNIT-DOUBT", first, unit=first.given_unit, rows=span([r.raw.row for r in converted]), **told)


def both_readings(given: float, value: float, about: dict) -> bool:
    """Whether a number may just as well be meant in the registered unit as in the one that is written.

    Rates: the bare number is believable and the converted one lies in the upper four fifths of the believable
    range, where rates seldom are. Shares: both are believable and the converted one is the smaller.
    """
    low, high = number(about, "plausible_low"), number(about, "plausible_high")
    if low is None or high is None or not (low <= given <= high and low <= value <= high):
        return False
    if about.get("indicator_kind") == "rate":
        return value > given > 0 and value > high / UPPER
    return about.get("indicator_kind") == "share" and value < given


def whole_slip(series: Series) -> None:
    """A series that lies outside the believable range as a whole and inside it ten, a hundred times over."""
    low, high = series.low, series.high
    if low is None or high is None:
        return
    outside = [r for r in series.trusted() if r.value and not low <= r.value <= high]
    if not outside or len(outside) < 0.8 * len(series.rows):
        return
    usual = (100.0, 0.01) if series.kind == "share" else ()
    for factor in (*usual, *SLIPS):
        if all(low <= r.value * factor <= high for r in outside):
            first = outside[0]
            series.doubted |= {id(row) for row in outside}
            told = {"low": f"{low:g}", "high": f"{high:g}", "rows": span([r.raw.row for r in outside])}
            series.say("SCALE-ALL", first, readings=f"{first.value:g} / {first.value * factor:.6g}", **told)
            return


def single_slips(series: Series) -> None:
    """Single values ten or a hundred times away from calm neighbours."""
    positive = [r for r in series.rows if r.value > 0] or series.rows
    middle = median(r.value for r in positive)
    calm = _calm([r.value for r in positive], middle)
    few = len(positive) == 2 and series.kind != "share"
    rare = len(calm) < 4 or any(r.value == 0 for r in series.rows)
    for row in positive if calm else ():
        factor = None if _settled(row, middle, series) else _slip(row, series.rows, calm, few)
        if factor is not None:
            # small numbers may really jump tenfold
            small = series.kind in ("count", "event") and (middle < 100 or factor in (10.0, 0.1))
            may = small or (series.kind == "rate" and rare) or _may_jump(row, series)
            readings = f"{row.shown} / {row.given * factor:.6g}"
            series.doubt("SCALE-MAYBE" if may else "SCALE-ONE", row, readings=readings, unit=row.given_unit or row.unit)


def _calm(values: list[float], middle: float) -> list[float]:
    """The values that lie together, where most of them do."""
    calm = [value for value in values if _apart(value, middle) <= NEAR]
    together = len(values) > 1 and calm and len(calm) * 2 >= len(values) and max(calm) / min(calm) <= 6
    return calm if together else []


def _settled(row: Row, middle: float, series: Series) -> bool:
    """Whether it is near the others, in doubt already, or a rate beside its counts, which bear it out."""
    borne_out = number(series.about, "per") and row.numerator and row.denominator
    return bool(borne_out) or id(row) in series.doubted or _apart(row.value, middle) <= NEAR


def _slip(row: Row, rows: list[Row], calm: list[float], few: bool) -> float | None:
    """The factor that leads a value to its calm neighbours, if there is one. Of two values only a slip of a unit is told,
    not of a decimal point."""
    factors = [f for f in SLIPS if not (few and 0.001 < f < 1000)]
    ordered = sorted((r for r in rows if r is not row and r.value in calm), key=lambda r: abs(r.year - row.year))
    near = [r.value for r in ordered[:4]] or calm
    return next((f for f in factors if min(near) / FITS <= row.value * f <= max(near) * FITS), None)


def _after_zeros(row: Row, series: Series) -> bool:
    """Whether all figures before it are zeros, which say nothing of the scale: what begins may begin small."""
    before = [r.value for r in series.rows if r.year < row.year]
    return bool(before) and not any(before)


def _may_jump(row: Row, series: Series) -> bool:
    """Whether a figure may be far from the others: of events, behind zeros, close to zero, or where the file or the
    workspace says that something else is counted from it on."""
    if series.events or _after_zeros(row, series) or (number(series.about, "lower_bound") or 0.0) < 0:
        return True
    before = max((r.year for r in series.rows if r.year < row.year), default=row.year)
    own = [r for r in series.rows if r.status == "break" and r.year <= row.year]
    like = any(_apart(r.value, row.value) <= NEAR for r in own)  # the break itself, or a figure like it behind it
    low, high = series.low, series.high
    believable = low is None or high is None or low <= row.value <= high  # no new definition makes 780 years of life
    return like or (believable and any(before < one["year"] <= row.year for one in series.breaks))


def unlikely(series: Series) -> None:
    """Values outside the believable range: an error for shares read as fractions and levels far off."""
    for row in series.trusted():
        fraction = "VALUE-UNLIKELY" if _after_zeros(row, series) else "SCALE-ONE"
        if found := unbelievable(row.value, series.about, fraction):
            series.doubt(found[0], row, readings=f"{row.shown} / {row.given * 100:.6g}", **found[1])


def uncounted(series: Series) -> None:
    """A number of people, events, institutions or beds that is no whole number; a mean of counts may be none."""
    counted = series.kind in ("count", "event") and not pattern("mean").search(series.name)
    unit = units.parse(series.about.get("unit", "")) if counted else None
    if unit is None or unit.factor != 1 or unit.family not in WHOLE:
        return
    for row in series.trusted():
        given = row.value == row.given and row.status != "derived"
        if given and abs(row.value - round(row.value)) > 1e-6:
            series.doubt("VALUE-PART", row)


def lone_zeros(series: Series) -> None:
    """A zero among calm values well above it: a missing figure that somebody wrote as zero?"""
    positive = [r.value for r in series.rows if r.value > 0]
    zeros = [r for r in series.rows if r.value == 0]
    if zeros and len(zeros) * 4 <= len(positive) and max(positive) / min(positive) < NEAR:
        for row in zeros:
            series.say("VALUE-ZERO", row)


def known_breaks(indicator: str, name: str, about: dict, breaks: list[Break]) -> list[Break]:
    """The rows of the table ``breaks`` that concern an indicator: by its id or by what it is divided by, which its name
    says where the register does not."""
    base = str(about.get("denominator") or "") or (RESIDENTS if pattern("per_resident").search(name) else "")
    return [one for one in breaks if one["indicator"] in ("", indicator) and one["denominator"] in ("", base)]


def stepped(series: Series) -> Iterator[Fault]:
    """The questions about the steps between its figures. A step that the file itself calls a break is none."""
    rows = series.trusted()
    pairs = list(pairwise(rows))
    rates = [(b.value - a.value) / max(b.year - a.year, 1) for a, b in pairs]
    for i, (before, after) in enumerate(pairs):
        if after.status == "break" or series.kind == "event":
            continue
        others = [rate for j, rate in enumerate(rates) if j != i]
        level = max(abs(before.value), abs(after.value))
        sizes = sorted(map(abs, others))
        if asked := _on_break(before, after, rates[i], others, series.breaks):
            reason = {lang: asked[f"reason_{lang}"] for lang in LANGUAGES}
            was = {"before_year": before.year, "before": before.shown, "since": asked["year"]}
            yield say("SERIES-BREAK", after, series.file, reason=reason, **was)
        elif len(rows) >= 5 and abs(rates[i]) > max(5 * sizes[len(sizes) // 2], LARGE * level, 1.5 * sizes[-1]) > 0:
            yield say("SERIES-SHIFT", after, series.file, before=before.shown, after=after.shown)


def _on_break(before: Row, after: Row, rate: float, others: list[float], breaks: list[Break]) -> Break | None:
    """The known break that a step unlike the others sits on."""
    here = [one for one in breaks if before.year < one["year"] <= after.year]
    level = max(abs(before.value), abs(after.value))
    if not here or not level:
        return None
    if len(others) < 2:
        return here[-1] if abs(after.value - before.value) > LONE * level else None
    usual = median(others)
    spread = median(abs(other - usual) for other in others)
    return here[-1] if abs(rate - usual) > max(3 * spread, SMALL * level) else None
