"""One wild value, one re-based level: found by strict rules, set aside for the methods only, and said. A jump counts
when it is ``TIMES`` the largest other change and ``TIMES_USUAL`` the median one: back within a year it is an outlier,
kept for two years a level shift. The middle of the projection is that of the series without it, every quantile the
outermost of both: what happened once can happen again, so the interval is never narrowed. The last value is never
judged. Measured: docs/methods-projection.md."""

import numpy as np

TIMES = 3.0
TIMES_USUAL = 8.0
BEFORE, AFTER = 3, 2  # points needed on each side of a shift


def outliers(values: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Column of the one wild value of each right-aligned run, or -1."""
    width = values.shape[1]
    found = np.full(len(values), -1)
    if width < 6:
        return found
    d = np.abs(np.diff(values, axis=1))
    here = np.minimum(d[:, :-1], d[:, 1:])  # of column + 1: the smaller of its two jumps
    at = np.argmax(np.where(np.isnan(here), -1, here), axis=1)
    rows = np.arange(len(values))
    jump = here[rows, at]
    rest = d.copy()
    rest[rows, at] = rest[rows, at + 1] = np.nan
    apart = np.abs(values[rows, at + 2] - values[rows, at])
    wild = _wild(jump, rest, apart / 2) & (n >= 6)
    found[wild] = at[wild] + 1
    return found


def shifts(values: np.ndarray, n: np.ndarray) -> np.ndarray:
    """Column in which the new level of each right-aligned run begins, or -1."""
    width = values.shape[1]
    found = np.full(len(values), -1)
    if width < BEFORE + AFTER:
        return found
    d = np.abs(np.diff(values, axis=1))
    at = np.argmax(np.where(np.isnan(d), -1, d), axis=1)
    rows = np.arange(len(values))
    jump = d[rows, at]
    rest = d.copy()
    rest[rows, at] = np.nan
    room = (width - 1 - at >= AFTER) & (at + 1 - (width - n) >= BEFORE)
    wild = _wild(jump, rest) & room & (n >= BEFORE + AFTER + 1)
    found[wild] = at[wild] + 1
    return found


def _wild(jump: np.ndarray, rest: np.ndarray, beside: np.ndarray | float = 0.0) -> np.ndarray:
    """Whether a jump stands out from the ``rest`` of the changes and from ``beside``. A series that never moved
    otherwise (usual change 0) is not judged: any change would be wild."""
    rest = np.where(np.isnan(rest).all(1)[:, None], np.inf, rest)
    usual, largest = np.nanmedian(rest, axis=1), np.fmax(np.nanmax(rest, axis=1), beside)
    return (usual > 0) & (jump > TIMES * largest) & (jump > TIMES_USUAL * usual)


def smoothed(values: np.ndarray, outlier: np.ndarray, shift: np.ndarray) -> np.ndarray:
    """A copy of ``values`` as the methods see them."""
    out = values.copy()
    rows = np.flatnonzero(outlier >= 0)
    at = outlier[rows]
    out[rows, at] = (out[rows, at - 1] + out[rows, at + 1]) / 2
    for i in np.flatnonzero((shift >= 0) & (outlier < 0)):
        join(out[i], int(shift[i]), np.flatnonzero(~np.isnan(out[i, : shift[i]])))
    return out


def join(row: np.ndarray, at: int, before: np.ndarray) -> None:
    """Move the points at ``before`` so that the step into column ``at`` is the median step a year."""
    seen = np.flatnonzero(~np.isnan(row))
    steps = np.diff(row[seen]) / np.diff(seen)
    inside = seen[1:] != at
    usual = np.median(steps[inside]) if inside.any() else 0.0
    row[before] += row[at] - row[before[-1]] - usual * (at - before[-1])
