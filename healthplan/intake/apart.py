"""A projection of many series: what is wrong with one of them takes that one out, said, and stops no other.

Files of people are read as ``check`` reads them; a panel that is ready (parquet, a large csv) is held against the same
bounds and years at once, in columns.
"""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from healthplan import workspace
from healthplan.errors import Fault
from healthplan.intake import series_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Raw, Row, Walk, number
from healthplan.language import characters
from healthplan.language.names import Register
from healthplan.language.vocabulary import pattern
from healthplan.messages import LANGUAGES

_OF_FILE = ("FILE-", "TEXT-")
UNREAD = ("CELL-NUMBER", "PART-ALONE")  # of one cell; its series is sound
OLDEST = 1800  # a panel may reach back further than what a district still files
KINDS = ("share", "count", "event", "rate", "level")
SHOWN = 200  # series named one by one


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
    """The rows of a panel whose series hold nothing impossible, and what was left out: values that are no numbers or
    beyond what their indicator can be, years that are none. ``lost``: rows of the file (from 1) whose series are known to
    be wrong and were said. Where the table is a part, its columns ``row`` and ``file`` say of what."""
    year, value = (pd.to_numeric(table[name], errors="coerce") for name in ("year", "value"))
    words = table["indicator"].dropna().unique()
    known = {word: register.about.get(register.indicator(str(word)).id, {}) for word in words}
    low, high = _bounds(table, known)
    at = table["row"].to_numpy() if "row" in table else np.arange(len(table)) + 2
    of_file = table["file"].to_numpy(object) if "file" in table else np.full(len(table), file, object)
    already = np.isin(at, list(lost))
    bad_year = year.notna() & ((year % 1 != 0) | (year < OLDEST))
    found = {
        "YEAR-BAD": bad_year | (year.isna() & table["year"].notna()),
        "YEAR-FUTURE": year.gt(date.today().year) & ~bad_year,
        "CELL-NUMBER": (value.isna() & table["value"].notna()) | np.isinf(value),
        "VALUE-LOW": value < low,
        "VALUE-HIGH": value > high,
    }
    blank = np.flatnonzero(table["year"].isna() | table["value"].isna())
    faults = []
    for one in dict.fromkeys(of_file[blank]):
        rows = at[blank[of_file[blank] == one]].tolist()
        faults.append(fault("SERIES-BLANK", workspace.legible(one), row=rows[0], count=len(rows), rows=span(rows)))
    wrong = np.logical_or.reduce([mask.to_numpy(bool) for mask in found.values()])
    if not (wrong | already).any():
        return table, faults
    names = [name for name in ("indicator", "area", "group") if name in table]
    series = table.groupby(names, observed=True, dropna=False, sort=False).ngroup().to_numpy()
    said = np.isin(series, np.unique(series[already]))
    for code, mask in found.items():
        rows = np.flatnonzero(mask.to_numpy(bool) & ~said)
        first = rows[np.unique(series[rows], return_index=True)[1]]
        bound = low if code == "VALUE-LOW" else high
        faults += _said(code, table, [(int(i), int(at[i]), of_file[i]) for i in sorted(first)], bound, known)
    return table[~np.isin(series, np.unique(series[wrong | already]))], faults


def _bounds(table: pd.DataFrame, known: dict[str, dict]) -> tuple[pd.Series, pd.Series]:
    """What each value must lie between: by the register, else by the kind and unit of the panel itself."""
    alike = [name for name in ("indicator", "indicator_kind", "unit") if name in table]
    some = table.drop_duplicates(alike)  # most rows are of few kinds
    kind, unit = (some.get(name, pd.Series("", some.index)).astype("object") for name in ("indicator_kind", "unit"))
    names = some["indicator"].astype("object")
    growing, shares = ({n for n in known if pattern(p).search(n)} for p in ("may_fall", "share"))
    plain = names.map({n: not a and n not in growing for n, a in known.items()}) & ~kind.isin(KINDS)
    share = ((kind == "share") | (plain & names.isin(shares))) & (unit == "%")
    above = kind.isin(KINDS) & (kind != "level") | plain
    low = pd.Series(np.where(above, 0.0, -np.inf), some.index)
    high = pd.Series(np.where(share, series_checks.OVER, np.inf), some.index)
    # more may turn up than were counted as to be covered
    over = {n: series_checks.OVER for n, a in known.items() if series_checks.over_covered(101, a)}
    place = table.groupby(alike, observed=True, dropna=False, sort=False).ngroup().to_numpy()
    for bound, name in ((low, "lower_bound"), (high, "upper_bound")):
        own = {n: limit for n, a in known.items() if (limit := number(a, name)) is not None}
        bound.update(names.map(own | (over if name == "upper_bound" else {})).dropna())
    low, high = (pd.Series(bound.to_numpy()[place], table.index) for bound in (low, high))
    for bound, name in ((low, "lower_bound"), (high, "upper_bound")):
        if name in table:
            bound.update(pd.to_numeric(table[name], errors="coerce").dropna())
    return low, high


def _said(
    code: str, table: pd.DataFrame, rows: list[tuple[int, int, str]], bound: pd.Series, known: dict[str, dict]
) -> Iterator[Fault]:
    """One warning for each series that a check takes out, at its first row."""
    column = "year" if code.startswith("YEAR") else "value"
    for at, line, file in rows[:SHOWN]:
        row = table.iloc[at]
        name = str(known.get(row["indicator"], {}).get("name_zh") or row["indicator"])
        told = {"indicator": name, "unit": str(row.get("unit", "")), "bound": f"{bound.iloc[at]:g}"}
        shown = workspace.legible(file)
        yield left(fault(code, shown, row=line, column=column, value=str(row[column]), **told))
    if len(rows) > SHOWN:
        yield fault("FAULT-MORE", workspace.legible(rows[SHOWN][2]), value=code, count=len(rows) - SHOWN)


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
