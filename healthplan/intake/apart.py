"""A projection of many series: what is wrong with one of them takes that one out, said, and stops no other.

Files of people are read as ``check`` reads them; a panel that is ready (parquet, a large csv) is held against the same
bounds and years at once, in columns.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date

import numpy as np
import pandas as pd

from healthplan import workspace
from healthplan.errors import Fault
from healthplan.intake import series_checks
from healthplan.intake.faults import fault, span
from healthplan.intake.rows import Laid, Raw, Row, number
from healthplan.language import characters
from healthplan.language.names import Register
from healthplan.messages import LANGUAGES

_OF_FILE = ("FILE-", "TEXT-", "HEAD-", "DATA-")
OLDEST = 1800  # a panel may reach back further than what a district still files
KINDS = ("share", "count", "event", "rate", "level")
SHOWN = 200  # series named one by one


def _name(raw: Raw) -> tuple[str, str, str]:
    return characters.key(raw.indicator), characters.key(raw.area), raw.group


def sound(rows: list[Row], laid: Laid, faults: list[Fault]) -> tuple[list[Row], list[Fault]]:
    """The rows of the series of which no figure is wrong, and the faults, those of the others as warnings. All rows and
    faults as they are where the fault is one of the file."""
    wrong = [one for one in faults if one.severity == "error"]
    if not wrong or any(not one.row or one.code.startswith(_OF_FILE) for one in wrong):
        return rows, faults
    at: dict[tuple, list[Raw]] = defaultdict(list)
    for raw in laid.raws:
        at[raw.sheet, raw.row].append(raw)
    lost = set()
    for one in wrong:
        raws = at[one.sheet, one.row]
        lost |= {_name(raw) for raw in [r for r in raws if r.column == one.column] or raws}
    kept = [row for row in rows if _name(row.raw) not in lost]
    if not kept:
        return rows, faults
    return kept, [left(one) if one.severity == "error" else one for one in faults]


def left(wrong: Fault) -> Fault:
    """The fault as a warning: its series is left out."""
    doubt = {lang: wrong.part("problem", lang) for lang in LANGUAGES}
    place = (wrong.file, wrong.sheet, wrong.row, wrong.column)
    return fault("SERIES-LEFT", *place, value=wrong.value, doubt=doubt)


def sound_panel(
    table: pd.DataFrame, register: Register, file: str, lost: Collection[int] = ()
) -> tuple[pd.DataFrame, list[Fault]]:
    """The rows of a panel whose series hold nothing impossible, and what was left out: values that are no numbers or
    beyond what their indicator can be, years that are none. ``lost``: rows of the file (from 1) whose series are known to be wrong and were said."""
    shown = workspace.legible(file)
    year, value = (pd.to_numeric(table[name], errors="coerce") for name in ("year", "value"))
    known = _known(table, register)
    low, high = _bounds(table, known)
    already = np.isin(np.arange(len(table)) + 2, list(lost))
    last = date.today().year
    bad_year = year.notna() & ((year % 1 != 0) | (year < OLDEST))
    found = {
        "YEAR-BAD": bad_year | (year.isna() & table["year"].notna()),
        "YEAR-FUTURE": year.gt(last) & ~bad_year,
        "CELL-NUMBER": (value.isna() & table["value"].notna()) | np.isinf(value),
        "VALUE-LOW": value < low,
        "VALUE-HIGH": value > high,
    }
    missing = table["year"].isna() | table["value"].isna()
    faults = [_missing(missing, shown)] if missing.any() else []
    wrong = np.logical_or.reduce([mask.to_numpy(bool) for mask in found.values()])
    if not (wrong | already).any():
        return table, faults
    names = [name for name in ("indicator", "area", "group") if name in table]
    series = table.groupby(names, observed=True, dropna=False, sort=False).ngroup().to_numpy()
    said = np.isin(series, np.unique(series[already]))
    for code, mask in found.items():
        new = mask.to_numpy(bool) & ~said
        faults += _said(code, table, series, new, (low, high), known, shown)
    return table[~np.isin(series, np.unique(series[wrong | already]))], faults


def _missing(missing: pd.Series, file: str) -> Fault:
    rows = (np.flatnonzero(missing) + 2).tolist()
    return fault("SERIES-BLANK", file, row=rows[0], count=len(rows), rows=span(rows))


def _known(table: pd.DataFrame, register: Register) -> dict[str, dict]:
    """What the register knows of the indicators of a panel, by the words it calls them."""
    words = table["indicator"].astype("object").dropna().unique()
    return {word: register.about.get(register.indicator(str(word)).id, {}) for word in words}


def _bounds(table: pd.DataFrame, known: dict[str, dict]) -> tuple[pd.Series, pd.Series]:
    """What each value must lie between: by the register, else by the kind and unit of the panel itself."""
    kind = table.get("indicator_kind", pd.Series("", table.index)).astype("object")
    unit = table.get("unit", pd.Series("", table.index)).astype("object")
    names = table["indicator"].astype("object")
    growing = {name for name in known if series_checks.MAY_FALL.search(name)}
    plain = names.map({n: not a and n not in growing for n, a in known.items()}) & ~kind.isin(KINDS)
    shares = {name for name in known if series_checks.SHARE.search(name)}
    share = ((kind == "share") | (plain & names.isin(shares))) & (unit == "%")
    low = pd.Series(np.where(kind.isin(KINDS) & (kind != "level") | plain, 0.0, -np.inf))
    high = pd.Series(np.where(share, series_checks.OVER, np.inf))
    low.index = high.index = table.index
    for bound, name in ((low, "lower_bound"), (high, "upper_bound")):
        own = {one: limit for one, a in known.items() if (limit := number(a, name)) is not None}
        told = names.map(own)
        if name == "upper_bound":  # more may turn up than were counted as to be covered
            over = {i for i, a in known.items() if series_checks.over_covered(101, a)}
            told = told.mask(names.isin(over), series_checks.OVER)
        bound.update(told.dropna())
        if name in table:
            bound.update(pd.to_numeric(table[name], errors="coerce").dropna())
    return low, high


def _said(
    code: str,
    table: pd.DataFrame,
    series: np.ndarray,
    mask: np.ndarray,
    bounds: tuple[pd.Series, pd.Series],
    known: dict[str, dict],
    file: str,
) -> Iterator[Fault]:
    """One warning for each series that a check takes out, at its first row."""
    rows = np.flatnonzero(mask)
    _, first = np.unique(series[rows], return_index=True)
    bound = bounds[code == "VALUE-HIGH"]
    for at in sorted(rows[first])[:SHOWN]:
        row = table.iloc[at]
        name = str(known.get(row["indicator"], {}).get("name_zh") or row["indicator"])
        column = "year" if code.startswith("YEAR") else "value"
        told = {"indicator": name, "unit": str(row.get("unit", "")), "bound": f"{bound.iloc[at]:g}"}
        wrong = fault(code, file, row=int(at) + 2, column=column, value=str(row[column]), **told)
        yield left(wrong)
    if len(first) > SHOWN:
        yield fault("FAULT-MORE", file, value=code, count=len(first) - SHOWN)
