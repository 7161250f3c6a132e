"""A projection of many series: what is wrong with one of them takes that one out, said, and stops no other.

Files of people are read as ``check`` reads them; a panel that is ready (parquet, a large csv) is held against the same
bounds and years at once, in columns.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from healthplan import workspace
from healthplan.errors import Fault
from healthplan.intake import series_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Raw, Row, Walk, number
from healthplan.language import characters, units
from healthplan.language.names import Register
from healthplan.language.vocabulary import pattern
from healthplan.messages import LANGUAGES, text

_OF_FILE = ("FILE-", "TEXT-")
UNREAD = ("CELL-NUMBER", "PART-ALONE")  # of one cell; its series is sound
OLDEST = 1800  # a panel may reach back further than what a district still files
KINDS = ("share", "count", "event", "rate", "level")
SHOWN = 200  # series named one by one
NUMBERS = ("year", "value", "numerator", "denominator", "lower_bound", "upper_bound")
HUGE = 1e15  # no figure of anything that is counted or paid is as large


def sound(rows: list[Row], out: Walk) -> list[Row]:
    """The rows of the series of which no figure is wrong; the faults of the others become warnings that say how many
    figures are left out. A table with wrong heads has given no rows and is left out whole. All rows and faults stay as they
    are where the fault is one of the file, or nothing remains."""
    wrong = [one for one in out.faults if one.severity == "error"]
    if not wrong or any(not one.row or one.code.startswith(_OF_FILE) for one in wrong):
        return rows

    def series(raw: Raw) -> tuple[str, str, str]:
        return characters.key(raw.indicator), characters.key(raw.area), raw.group

    held = Counter(series(raw) for raw in out.raws if not (raw.value.blank and raw.numerator.blank))
    lost: set[tuple[str, str, str]] = set()
    cells, said = set(), {}
    for one in wrong:
        raws = out.lines.get((one.sheet, one.row or 0), [])
        hit = {series(raw) for raw in [r for r in raws if r.column == one.column] or raws}
        if one.code in UNREAD and one.column in {
            raw.column for raw in raws
        }:  # about 30: no figure was read of the cell
            said[id(one)] = left(one, code="LEFT-CELL")
            cells.add((one.sheet, one.row, one.column))
        else:
            said[id(one)], lost = left(one, sum(held[key] for key in hit)), lost | hit
    kept = [row for row in rows if series(row.raw) not in lost and (*row.raw.place, row.raw.column) not in cells]
    if kept:
        out.faults = [said.get(id(one), one) for one in out.faults]
    return kept or rows


def left(wrong: Fault, cells: int = 1, code: str = "SERIES-LEFT") -> Fault:
    """The fault as a warning: its series, of so many figures, is left out, or (LEFT-CELL) it alone."""
    doubt = {lang: wrong.part("problem", lang) for lang in LANGUAGES}
    place = (wrong.file, wrong.sheet, wrong.row, wrong.column)
    return fault(code, *place, value=wrong.value, doubt=doubt, cells=cells)


@dataclass(frozen=True)
class Sieve:
    """:func:`sound_panel` as it can be sent to another process; ``lost``: rows whose series are known to be wrong."""

    register: Register
    lost: frozenset[int] = frozenset()

    @property
    def key(self) -> str:
        """What its answer rests on beside the table."""
        return repr((sorted(self.lost), date.today().year, sorted(self.register.about.items())))

    def __call__(self, table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Fault]]:
        """The rows that may be projected, and what is said of the others."""
        return sound_panel(table, self.register, file, self.lost)


def sound_panel(
    table: pd.DataFrame, register: Register, file: str, lost: Collection[int] = ()
) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows of a panel whose series hold nothing impossible, and what was left out: numbers that are none or beyond
    what their indicator can be, years that are none, two figures of one year, other units than the registered one or two
    in a series, rows without an area. ``lost``: rows of the file (from 1) whose series are known to be wrong and were
    said. Where the table is a part, its columns ``row`` and ``file`` say of what."""
    coded = isinstance(table["indicator"].dtype, pd.CategoricalDtype)
    words = table["indicator"].cat.categories if coded else table["indicator"].dropna().unique()
    known = {word: register.about.get(register.indicator(str(word)).id, {}) for word in words}
    table, faults = _with_areas(table, file)
    panel = _Panel(table, known, file)
    faults += panel.blanks()
    found, over = panel.found()
    already = np.isin(panel.at, list(lost))
    wrong = np.logical_or.reduce([mask for _, _, mask in found])
    gone = wrong | already
    if not (gone | over).any():
        return panel.respelled(table), faults
    series = panel.series
    said = np.isin(series, np.unique(series[already]))
    for code, column, mask in found:
        faults += panel.said(code, column, np.flatnonzero(mask & ~said))
    lost_series = np.isin(series, np.unique(series[gone]))
    faults += panel.said("VALUE-OVER", "value", np.flatnonzero(over & ~lost_series))
    return panel.respelled(table[~lost_series], ~lost_series), faults


def _with_areas(table: pd.DataFrame, file: str) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows that say whose they are, and that the others are left out."""
    bare = _codes(table["area"]) == 0
    if not bare.any():
        return table, []
    faults = []
    for one, rows in _lines(table, file, np.flatnonzero(bare)):
        blank = fault("KEY-AREA-BLANK", workspace.legible(one), row=rows[0], column="area")
        faults.append(left(blank, len(rows), "LEFT-CELL"))
    return table[~bare], faults


def _lines(table: pd.DataFrame, file: str, at: np.ndarray) -> Iterator[tuple[str, list[int]]]:
    """The files of these rows, each with the numbers of its lines."""
    some = table.iloc[at]
    rows = some["row"].to_numpy() if "row" in some else at + 2
    names = some["file"].to_numpy(object) if "file" in some else np.full(len(some), file, object)
    for one in dict.fromkeys(names):
        yield one, rows[names == one].tolist()


def _codes(column: pd.Series) -> np.ndarray:
    """A number for each word of a column; 0 for none."""
    if not isinstance(column.dtype, pd.CategoricalDtype):
        column = column.astype("category")
    at = np.arange(1, len(column.cat.categories) + 1)
    at[np.asarray(column.cat.categories == "")] = 0
    return np.r_[at, 0][column.cat.codes.to_numpy()]


class _Panel:
    """The columns of a panel and what is wrong with them, all rows at once."""

    def __init__(self, table: pd.DataFrame, known: dict[str, dict], file: str) -> None:
        self.table, self.known, self.file = table, known, file
        self.at = table["row"].to_numpy() if "row" in table else np.arange(len(table)) + 2
        self.numbers = {name: pd.to_numeric(table[name], errors="coerce") for name in NUMBERS if name in table}
        alike = [name for name in ("indicator", "indicator_kind", "unit") if name in table]
        self.place = table.groupby(alike, observed=True, dropna=False, sort=False).ngroup().to_numpy()
        first = np.zeros(self.place.max(initial=-1) + 1, np.int64)
        first[self.place[::-1]] = np.arange(len(table))[::-1]
        self.some = table.iloc[first]  # most rows are of few kinds
        names = self.some["indicator"].astype("object")
        self.wanted = names.map({n: str(a.get("unit") or "") for n, a in known.items()}).astype("object").fillna("")
        self.unit = self.some["unit"].astype("object").fillna("") if "unit" in table else self.wanted
        each = pd.DataFrame({"name": names, "unit": self.unit}).drop_duplicates()["name"]
        self.several = names.isin(each[each.duplicated()]).to_numpy()  # indicators with more than one unit
        self.low, self.high = _bounds(table, self.some, self.place, known)

    @cached_property
    def series(self) -> np.ndarray:
        """A number for each series."""
        return self._key([name for name in ("indicator", "area", "group") if name in self.table])

    def _key(self, names: list[str]) -> np.ndarray:
        key = np.zeros(len(self.table), np.int64)
        for name in names:
            codes = _codes(self.table[name])
            key = key * (int(codes.max(initial=0)) + 1) + codes
        return key

    def blanks(self) -> list[Fault]:
        """That rows without a year or a value are not used."""
        blank = np.flatnonzero(self.table["year"].isna() | self.table["value"].isna())
        lines = _lines(self.table, self.file, blank)
        return [
            fault("SERIES-BLANK", workspace.legible(one), row=rows[0], count=len(rows), rows=span(rows))
            for one, rows in lines
        ]

    def found(self) -> tuple[list[tuple[str, str, np.ndarray]], np.ndarray]:
        """Code, column and rows of each fault that takes a series out; and the rows above the whole that are kept."""
        year, value = (self.numbers[name].to_numpy(float) for name in ("year", "value"))
        low, high, whole = self.low.to_numpy(), self.high.to_numpy(), year == np.floor(year)
        bad_year = (~whole & ~np.isnan(year)) | (year < OLDEST)
        found = [
            ("YEAR-BAD", "year", bad_year | self._no_number("year")),
            ("YEAR-FUTURE", "year", (year > date.today().year) & ~bad_year),
            *(("CELL-NUMBER", name, self._no_number(name)) for name in self.numbers if name != "year"),
            ("VALUE-LOW", "value", value < low),
            ("VALUE-HIGH", "value", value > high),
        ]
        for name in ("numerator", "denominator"):
            if name in self.numbers:
                part = self.numbers[name].to_numpy(float)
                found.append(("PART-SIGN", name, part < 0 if name == "numerator" else part <= 0))
        found += [("twice", "year", self._twice()), ("other_unit", "unit", self._other_unit())]
        over = (value > 100) & (high == series_checks.OVER)
        if "upper_bound" in self.numbers:
            over &= self.numbers["upper_bound"].isna().to_numpy()
        return [*found, ("mixed_units", "unit", self._mixed())], over

    def _no_number(self, name: str) -> np.ndarray:
        number, written = self.numbers[name].to_numpy(float), self.table[name]
        wrong = np.isinf(number) if name not in ("year", "lower_bound", "upper_bound") else np.zeros(len(number), bool)
        if not pd.api.types.is_numeric_dtype(written):
            words = written.notna() & ((written != "") | (name in ("year", "value")))
            wrong |= np.isnan(number) & words.to_numpy(bool)
        return wrong

    def _twice(self) -> np.ndarray:
        """Figures of a year, or of a part of it, of which the series has one already."""
        year, value = (self.numbers[name].to_numpy(float) for name in ("year", "value"))
        rows = np.flatnonzero((year == np.floor(year)) & (np.abs(year) < 10_000) & ~np.isnan(value))
        key, out = self.series, np.zeros(len(self.table), bool)
        if "period" in self.table:
            codes = _codes(self.table["period"])
            key = key * (int(codes.max(initial=0)) + 1) + codes
        years = year[rows].astype(np.int64)
        first = int(years.min(initial=0 if not len(years) else 10_000))
        key = key[rows] * (int(years.max(initial=first)) - first + 1) + (years - first)
        if not len(key) or (key.max() < 8 * len(key) + 1_000_000 and np.bincount(key).max() < 2):
            return out  # so it is nearly always, and this is the quick way to see it
        out[rows] = pd.Series(key).duplicated().to_numpy()
        return out

    def _other_unit(self) -> np.ndarray:
        """Figures of a registered indicator in another unit than its own."""
        pairs = zip(self.unit, self.wanted, strict=True)
        other = [bool(w and u) and u != w and units.convert(1.0, str(u), w) != 1.0 for u, w in pairs]
        return np.array(other, bool)[self.place]

    def _mixed(self) -> np.ndarray:
        """Figures of an indicator nobody registered in another unit than the first of their series."""
        rows = np.flatnonzero((self.several & (self.wanted == "").to_numpy())[self.place])
        out = np.zeros(len(self.table), bool)
        if len(rows):
            unit = pd.Series(pd.factorize(self.unit.astype("str").str.strip())[0][self.place[rows]])
            out[rows] = (unit != unit.groupby(self.series[rows]).transform("first")).to_numpy()
        return out

    def respelled(self, table: pd.DataFrame, kept: np.ndarray | None = None) -> pd.DataFrame:
        """The table with one spelling of a registered unit where an indicator has several, and numbers for words."""
        texts = [n for n in self.numbers if not pd.api.types.is_numeric_dtype(table[n])]
        table = table.assign(**{n: self.numbers[n][table.index] for n in texts}) if texts else table
        if not (self.several & (self.wanted != "").to_numpy()).any():
            return table
        place = self.place if kept is None else self.place[kept]
        words = np.where(self.wanted != "", self.wanted, self.unit)
        return table.assign(unit=pd.Categorical(words[place]))

    def said(self, code: str, column: str, rows: np.ndarray) -> Iterator[Fault]:
        """One warning for each series of which a check finds rows, at the first of them."""
        rows = np.sort(rows[np.unique(self.series[rows], return_index=True)[1]])
        shown = self.table["file"].iloc[rows].tolist() if "file" in self.table else [self.file] * len(rows)
        for i, file in zip(rows[:SHOWN], shown, strict=False):
            row = self.table.iloc[i]
            cell = row.get(column)
            cell = None if pd.isna(cell) else f"{cell:.10g}" if isinstance(cell, float) else str(cell)
            place = workspace.legible(file), "", int(self.at[i]), column
            name = str(self.known.get(row["indicator"], {}).get("name_zh") or row["indicator"])
            bound = {"VALUE-LOW": self.low.iloc[i], "VALUE-OVER": 100.0}.get(code, self.high.iloc[i])
            told: dict[str, Any] = {"indicator": name, "unit": str(row.get("unit", "")), "bound": f"{bound:g}"}
            if code == "VALUE-OVER":
                yield fault(code, *place, value=cell, **told)
            elif code.isupper():
                yield left(fault(code, *place, value=cell, **told))
            else:
                told |= {"wanted": str(self.wanted.iloc[self.place[i]]), "year": f"{self.numbers['year'].iloc[i]:g}"}
                doubt = {lang: text(f"intake.left_{code}", lang, **told) for lang in LANGUAGES}
                yield fault("SERIES-LEFT", *place, value=cell, doubt=doubt, cells=1)
        if len(rows) > SHOWN:
            yield fault("FAULT-MORE", workspace.legible(shown[SHOWN]), value=code, count=len(rows) - SHOWN)


def _bounds(
    table: pd.DataFrame, some: pd.DataFrame, place: np.ndarray, known: dict[str, dict]
) -> tuple[pd.Series, pd.Series]:
    """What each value must lie between: by the register, else by the kind and unit of the panel itself."""
    kind, unit = (some.get(name, pd.Series("", some.index)).astype("object") for name in ("indicator_kind", "unit"))
    names = some["indicator"].astype("object")
    growing, shares = ({n for n in known if pattern(p).search(n)} for p in ("may_fall", "share"))
    plain = names.map({n: not a and n not in growing for n, a in known.items()}) & ~kind.isin(KINDS)
    share = ((kind == "share") | (plain & names.isin(shares))) & (unit == "%")
    above = kind.isin(KINDS) & (kind != "level") | plain
    low = pd.Series(np.where(above, 0.0, -HUGE), some.index)
    high = pd.Series(np.where(share, series_checks.OVER, HUGE), some.index)
    # more may turn up than were counted as to be covered
    over = {n: series_checks.OVER for n, a in known.items() if series_checks.over_covered(101, a)}
    for bound, name in ((low, "lower_bound"), (high, "upper_bound")):
        own = {n: limit for n, a in known.items() if (limit := number(a, name)) is not None}
        bound.update(names.map(own | (over if name == "upper_bound" else {})).dropna())
    low, high = (pd.Series(bound.to_numpy()[place], table.index) for bound in (low, high))
    for bound, name in ((low, "lower_bound"), (high, "upper_bound")):
        if name in table:
            bound.update(pd.to_numeric(table[name], errors="coerce").dropna())
    return low, high


def in_short(faults: list[Fault]) -> list[Fault]:
    """What was said of the parts of a panel, no more than ``SHOWN`` of a kind, and how many more there are."""
    out, more, shown = [], Counter[str](), Counter[str]()
    for one in faults:
        code = one.value if one.code == "FAULT-MORE" else one.code
        if one.code == "FAULT-MORE":
            more[code] += one.fields["count"]
        elif shown[code] < SHOWN:
            shown[code] += 1
            out.append(one)
        else:
            more[code] += 1
    return [*out, *(fault("FAULT-MORE", faults[0].file, value=code, count=count) for code, count in more.items())]
