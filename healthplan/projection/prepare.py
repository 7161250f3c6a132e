"""From the points of a series to the regular run that the methods work on, with every step said. Gaps, declared breaks,
level shifts and wild outliers are dealt with here, once, before any method sees the series, and each leaves a mark:
nothing is repaired in silence (docs/methods-projection.md)."""

from dataclasses import dataclass

import numpy as np

from healthplan.projection import repair
from healthplan.projection.panel import Panel, after_hole, with_holes

MEMORY = 30  # years looked back
SPLIT_POINTS = 5
LONGEST_GAP = 2
FILLED, SPACED, SPLIT, SHIFT, SUSPECTED, OUTLIER, PARTED = (1 << i for i in range(7))
WORDS = ["gap_filled", "gap_spaced", "break_split", "break_shift", "shift_suspected", "outlier", "gap_parted"]


@dataclass(frozen=True)
class Runs:
    """Right-aligned values (series, years): NaN only before the first point of each series."""

    values: np.ndarray
    n: np.ndarray  # points in ``values``
    step: np.ndarray  # years between two points (1 unless the points are sparse)
    widen: np.ndarray  # factor for the intervals, >= 1
    span: np.ndarray  # calendar years that the used points cover
    marks: np.ndarray  # sum of FILLED, SPACED, ...
    break_year: np.ndarray  # first year of the last break, shift or outlier; 0 = none
    odd: np.ndarray  # places of the series with a suspected outlier or shift
    repaired: np.ndarray  # their values with it set aside (see :mod:`repair`)


def prepare(panel: Panel) -> Runs:
    """Regular runs of all series of ``panel`` (a modest number of them: memory is series x 30 years)."""
    values, broken = _matrix(panel)
    size, last = len(values), panel.last_year
    marks, break_year = np.zeros(size, np.uint8), np.zeros(size, np.int32)
    for i in np.flatnonzero(broken.any(1)):
        for at in np.flatnonzero(broken[i]):
            if mark := _joined_on(values[i], int(at)):
                marks[i] |= mark
                break_year[i] = last[i] - (values.shape[1] - 1 - at)
    for place in with_holes(panel.year, panel.start):
        known = np.flatnonzero(~np.isnan(values[place]))
        values[place, : known[after_hole(known)]] = np.nan
        marks[place] |= PARTED
    seen = ~np.isnan(values)
    points = seen.sum(1)
    span = values.shape[1] - np.where(points > 0, seen.argmax(1), values.shape[1])
    step, widen = np.ones(size), np.ones(size)
    for i in np.flatnonzero(span > points):
        step[i], widen[i], mark = _without_gaps(values[i], int(span[i]))
        points[i] = span[i] if mark == FILLED else points[i]
        marks[i] |= mark
    wild = repair.outliers(values, points)
    moved = np.where(wild < 0, repair.shifts(values, points), -1)
    for found, word in ((wild, OUTLIER), (moved, SUSPECTED)):
        hit = found >= 0
        marks[hit] |= word
        back = (values.shape[1] - 1 - found[hit]) * step[hit]
        break_year[hit] = np.round(last[hit] - back)
    odd = np.flatnonzero((wild >= 0) | (moved >= 0))
    repaired = repair.smoothed(values[odd], wild[odd], moved[odd])
    return Runs(values, points, step, widen, span, marks, break_year, odd, repaired)


def _matrix(panel: Panel) -> tuple[np.ndarray, np.ndarray]:
    """Values by year, the last observed year in the last column, at most MEMORY years back."""
    count = panel.n
    series = np.repeat(np.arange(len(panel)), count)
    back = np.repeat(panel.last_year, count) - panel.year
    width = int(min(MEMORY, back.max(initial=0) + 1))
    near = back < width
    places = series[near], width - 1 - back[near]
    values = np.full((len(panel), width), np.nan)
    values[places] = panel.value[near]
    broken = np.zeros(values.shape, bool)
    broken[places] = panel.broken[near]
    return values, broken


def _joined_on(row: np.ndarray, at: int) -> int:
    """The mark of a declared break in column ``at``, dealt with in place; 0 where nothing lies before."""
    before = np.flatnonzero(~np.isnan(row[:at]))
    if not len(before):
        return 0
    if (~np.isnan(row[at:])).sum() >= SPLIT_POINTS:
        row[:at] = np.nan
        return SPLIT
    repair.join(row, at, before)
    return SHIFT


def _without_gaps(row: np.ndarray, span: int) -> tuple[float, float, int]:
    """Short gaps interpolated, or the points of a sparse run moved together, in place: the years of a step, the factor
    for the intervals and the mark."""
    at = np.flatnonzero(~np.isnan(row))
    y, apart = row[at], np.diff(at)
    if apart.max() <= LONGEST_GAP + 1 and span - len(y) <= span / 3:
        row[at[0] :] = np.interp(np.arange(at[0], len(row)), at, y)
        seen = np.mean(np.abs(np.diff(y)) / np.sqrt(apart))
        shown = np.mean(np.abs(np.diff(row[at[0] :])))
        return 1.0, max(1.0, float(seen / shown)) if shown > 0 else 1.0, FILLED
    row[:] = np.nan
    row[len(row) - len(y) :] = y
    return (at[-1] - at[0]) / max(len(y) - 1, 1), 1.0, SPACED


def words(marks: np.ndarray, break_year: np.ndarray) -> np.ndarray:
    """The marks in words, ``;`` between, the year of a break behind a colon: ``break_split:2020``."""
    pairs = np.stack([marks.astype(np.int64), break_year.astype(np.int64)], 1)
    distinct, place = np.unique(pairs, axis=0, return_inverse=True)
    text = []
    for mark, year in distinct:
        names = [name for bit, name in enumerate(WORDS) if mark >> bit & 1]
        said = [f"{n}:{year}" if year and not n.startswith("gap") else n for n in names]
        text.append(";".join(said))
    return np.array(text, dtype=object)[place.ravel()]
