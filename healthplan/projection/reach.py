"""How far ahead a series of so many points may be drawn, and how much wider its intervals must be than the engine's.
``benchmarks/reach.py`` measured ``reach.csv``: with so many ``points``, up to so many ``years``, ``factor``."""

import csv
from functools import cache
from pathlib import Path

import numpy as np

PATH = Path(__file__).with_name("reach.csv")
KNOTS = np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30])  # years measured


@cache
def _table() -> tuple[np.ndarray, np.ndarray]:
    """Numbers of points, ascending, and the factor of each year (points, years): NaN beyond reach."""
    with PATH.open(encoding="utf-8", newline="") as file:
        rows = [(int(r["points"]), int(r["years"]), float(r["factor"])) for r in csv.DictReader(file)]
    points = np.unique([row[0] for row in rows])
    factor = np.full((len(points), int(KNOTS[-1])), np.nan)
    for at, years, wide in reversed(rows):
        factor[np.searchsorted(points, at), :years] = wide
    return points, factor


def factors(points: np.ndarray, ahead: int) -> np.ndarray:
    """Factor of the width (series, ahead) of series of so many points; beyond reach that of the last year within."""
    known, factor = _table()
    own = factor[np.searchsorted(known, points, side="right") - 1]
    last = np.isfinite(own).sum(1)
    place = np.minimum(np.arange(ahead), last[:, None] - 1)
    return np.take_along_axis(own, place, axis=1)


def farthest(points: np.ndarray) -> np.ndarray:
    """Years (steps of a sparse series) ahead that series of so many points may be drawn."""
    known, factor = _table()
    return np.isfinite(factor[np.searchsorted(known, points, side="right") - 1]).sum(1)
