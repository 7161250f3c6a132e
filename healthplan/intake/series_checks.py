"""One series of figures against its indicator and itself: what cannot be, what is doubtful, units and decimal slips."""

import math
import re
from dataclasses import dataclass, field
from statistics import median

from healthplan.errors import Fault
from healthplan.intake import steps
from healthplan.intake.faults import span
from healthplan.intake.rows import Row, number, say
from healthplan.language import characters, units, vocabulary

NEAR = 4.0  # within this factor of the others' middle a value raises no doubt
SLIPS = (10.0, 100.0, 1000.0, 10000.0, 100000.0, 0.1, 0.01, 0.001, 0.0001, 0.00001)
FITS = 1.7  # a slip is named only when the other reading is this close to its neighbours
WHOLE = ("people", "units", "beds", "items", "households")
MEAN = re.compile("平均|年均|人均|每")
OVER = 120.0  # a coverage up to here is kept, with a question about its denominator
SHARE = re.compile(r"(?<!增长)(?<!增加)(?<!变化)(?<!下降)(?<!负债)(?:率|占比|比例|比重)$")
MAY_FALL = re.compile(
    "增长|增加|增速|增幅|增减|变化|变动|下降|降幅|差额|差距|净|结余|负债|growth|change|increase|decline|balance|net",
    re.I,
)
UPPER = 5.0  # a rate above this part of the believable range is no usual one


@dataclass
class Series:
    """The figures of one indicator, area and period by year, what the register knows of it, and the doubts."""

    rows: list[Row]
    about: dict
    file: str
    breaks: list[steps.Break] = field(default_factory=list)
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
        self.faults.append(say(code, row, self.file, *beside, **fields))

    def trusted(self) -> list[Row]:
        """The rows that are not in doubt."""
        return [row for row in self.rows if id(row) not in self.doubted]


def stepped(series: Series) -> list[Fault]:
    """The questions about the steps between its figures."""
    return steps.shifts(series.trusted(), series.kind or "", series.breaks, series.file)


def _apart(one: float, other: float) -> float:
    """By what factor two positive numbers differ; without end when one is not positive."""
    return max(one / other, other / one) if one > 0 and other > 0 else math.inf


def bounds(series: Series) -> None:
    """Values beyond what the indicator can be."""
    low, high = number(series.about, "lower_bound"), number(series.about, "upper_bound")
    share = series.kind in (None, "", "share")  # of a whole, by its unit and its name
    for row in series.rows:
        said = {"unit": row.unit, "indicator": series.name or row.raw.indicator}
        if low is not None and row.value < low:
            series.doubt("VALUE-LOW", row, bound=f"{low:g}", **said)
        if high is not None and row.value > high:
            code = "VALUE-OVER" if over_covered(row.value, series.about) else "VALUE-HIGH"
            series.doubt(code, row, bound=f"{high:g}", **said)
        named = share and row.unit == "%" and SHARE.search(characters.name(row.raw.indicator))
        if high is None and row.value > 100 and named:
            series.doubt("VALUE-OVER", row, bound="100", **said)


def below_nothing(series: Series) -> None:
    """A negative value of a measure that nobody registered and whose name does not say that it may fall."""
    for row in series.rows if not series.about else ():
        if row.value < 0 and not MAY_FALL.search(row.raw.indicator):
            series.doubt("VALUE-NEGATIVE", row)


def over_covered(value: float, about: dict) -> bool:
    """Whether more were covered than were counted as to be covered, which happens: the denominator is short. What a
    survey finds, or a part of a whole, cannot be above 100."""
    share = about.get("indicator_kind") == "share" and about.get("upper_bound") == 100
    measure = str(about.get("name_zh", ""))
    return share and 100 < value <= OVER and bool(vocabulary.coverage().search(measure))


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
    if not converted or len(converted) < len([r for r in series.rows if r.given]):
        return
    if not all(both_readings(r.given, r.value, series.about) for r in converted):
        return
    first = converted[0]
    series.doubted |= {id(row) for row in converted}
    more = {"unit": first.given_unit, "other": first.unit, "indicator": series.name}
    readings = f"{first.value:g} {first.unit} / {first.given:g} {first.unit}"
    series.say("UNIT-DOUBT", first, readings=readings, rows=_places(converted), **more)


def _places(rows: list[Row]) -> str:
    return span([row.raw.row for row in rows])


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
            more = {"low": f"{low:g}", "high": f"{high:g}", "indicator": series.name}
            readings = f"{first.value:g} / {first.value * factor:.6g}"
            more |= {"unit": first.unit, "rows": _places(outside)}
            series.say("SCALE-ALL", first, readings=readings, **more)
            return


def single_slips(series: Series) -> None:
    """Single values ten or a hundred times away from calm neighbours."""
    rows = series.rows
    positive = [r for r in rows if r.value > 0]
    if len(positive) < 2:
        return
    middle = median(r.value for r in positive)
    calm = [r.value for r in positive if _apart(r.value, middle) <= NEAR]
    if not calm or len(calm) * 2 < len(positive) or max(calm) / min(calm) > 6:
        return
    # of two values only a slip of a unit is told, not of a decimal point
    few = len(positive) == 2 and series.kind != "share"
    factors = [f for f in SLIPS if not (few and 0.001 < f < 1000)]
    rare = len(calm) < 4 or any(r.value == 0 for r in rows)
    for row in positive:
        if _apart(row.value, middle) <= NEAR or _settled(row, series):
            continue
        near = _neighbours(rows, row, calm)
        fits = [f for f in factors if min(near) / FITS <= row.value * f <= max(near) * FITS]
        if fits:
            may = series.events or _after_zeros(row, series) or _told_break(row, series)
            may = may or (number(series.about, "lower_bound") or 0.0) < 0  # it may come close to zero
            code = "SCALE-MAYBE" if may else _slip_code(series.kind, middle, fits[0], rare)
            said = {"unit": row.given_unit or row.unit, "year": row.year}
            series.doubt(code, row, readings=f"{row.shown} / {row.given * fits[0]:.6g}", **said)


def _after_zeros(row: Row, series: Series) -> bool:
    """Whether all figures before it are zeros, which say nothing of the scale: what begins may begin small."""
    before = [r.value for r in series.rows if r.year < row.year]
    return bool(before) and not any(before)


def _told_break(row: Row, series: Series) -> bool:
    """Whether the file or the workspace says that something else is counted from this figure on."""
    before = max((r.year for r in series.rows if r.year < row.year), default=row.year)
    own = [r for r in series.rows if r.status == "break" and r.year <= row.year]
    if any(_apart(r.value, row.value) <= NEAR for r in own):
        return True  # the break itself, or a figure like it behind it
    return any(before < one["year"] <= row.year for one in series.breaks)


def _settled(row: Row, series: Series) -> bool:
    """Whether it is in doubt already, or a rate beside its counts; where they say otherwise that was told before."""
    borne_out = number(series.about, "per") and row.numerator and row.denominator
    return id(row) in series.doubted or bool(borne_out)


def _slip_code(kind: str | None, middle: float, factor: float, rare: bool) -> str:
    """An error, or only a doubt where small numbers may really jump tenfold."""
    small = kind in ("count", "event") and (middle < 100 or factor in (10.0, 0.1))
    return "SCALE-MAYBE" if small or (kind == "rate" and rare) else "SCALE-ONE"


def _neighbours(rows: list[Row], row: Row, calm: list[float]) -> list[float]:
    ordered = [r for r in rows if r is not row and r.value in calm]
    ordered.sort(key=lambda r: abs(r.year - row.year))
    return [r.value for r in ordered[:4]] or calm


def unlikely(series: Series) -> None:
    """Values outside the believable range: an error for shares read as fractions and levels far off."""
    low, high, kind = series.low, series.high, series.kind
    if low is None or high is None:
        return
    for row in series.trusted():
        if low <= row.value <= high:
            continue
        as_share = kind == "share" and 0 < row.value <= 1 and row.value < low
        if as_share and low <= row.value * 100 <= high and not _after_zeros(row, series):
            readings = f"{row.shown} / {row.given * 100:.6g}"
            series.doubt("SCALE-ONE", row, readings=readings, unit=row.unit, year=row.year)
        else:
            far = row.value > 3 * high or (low > 0 and row.value < low / 3)
            code = "VALUE-FAR" if kind == "level" and far else "VALUE-UNLIKELY"
            said = {"low": f"{low:g}", "high": f"{high:g}", "unit": row.unit}
            series.doubt(code, row, indicator=series.name, **said)


def uncounted(series: Series) -> None:
    """A number of people, events, institutions or beds that is no whole number; a mean of counts may be none."""
    counted = series.kind in ("count", "event") and not MEAN.search(series.name)
    unit = units.parse(series.about.get("unit", "")) if counted else None
    if unit is None or unit.factor != 1 or unit.family not in WHOLE:
        return
    for row in series.trusted():
        given = row.value == row.given and row.status != "derived"
        if given and abs(row.value - round(row.value)) > 1e-6:
            series.doubt("VALUE-PART", row, unit=row.unit, indicator=series.name)


def lone_zeros(series: Series) -> None:
    """A zero among calm values well above it: a missing figure that somebody wrote as zero?"""
    positive = [r.value for r in series.rows if r.value > 0]
    zeros = [r for r in series.rows if r.value == 0]
    if zeros and len(zeros) * 4 <= len(positive) and max(positive) / min(positive) < NEAR:
        for row in zeros:
            series.say("VALUE-ZERO", row, year=row.year)
