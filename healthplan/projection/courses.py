"""The course that a larger area lends to the counts of a smaller one: its own change of the log a year."""

import numpy as np
import pandas as pd

from healthplan.projection.kinds import COUNT, RATE
from healthplan.projection.panel import Panel
from healthplan.registers import area_tree

SINCE = 8  # years to the smaller area's last figure that the slope is taken of
FEWEST = 4  # figures of the larger area in them
FLOOR = 0.02  # of the mean, added before the logarithm: a year without an event has none


def lent_courses(panel: Panel, areas: pd.DataFrame) -> np.ndarray:
    """(series,) slope of the log a year of the nearest larger area with enough figures; NaN where there is none, and for
    what is no rate or count of events."""
    out = np.full(len(panel), np.nan)
    tree, names = area_tree(areas), [str(name) for name in panel.areas]
    line = {a: tree.above(name) for a, name in enumerate(names) if tree.parent.get(name)}
    at = {(int(i), names[a]): s for s, (i, a) in enumerate(zip(panel.indicator, panel.area, strict=True))}
    events = np.isin(panel.facts.kind, (RATE, COUNT)) & ~panel.facts.stock & (panel.n > 0)
    slopes: dict[tuple[int, int], float] = {}
    for s in np.flatnonzero(events & np.isin(panel.area, list(line))):
        last = int(panel.last_year[s])
        for up in line[int(panel.area[s])]:
            place = at.get((int(panel.indicator[s]), up))
            if place is None:
                continue
            if (place, last) not in slopes:
                slopes[place, last] = _slope(panel, place, last)
            if np.isfinite(slopes[place, last]):
                out[s] = slopes[place, last]
                break
    return out


def _slope(panel: Panel, s: int, last: int) -> float:
    """Slope of log(value) over the ``SINCE`` years to ``last``."""
    rows = slice(panel.start[s], panel.start[s + 1])
    year, value = panel.year[rows], panel.value[rows]
    seen = (year > last - SINCE) & (year <= last)
    if seen.sum() < FEWEST or (value[seen] < 0).any() or not (value[seen] > 0).any():
        return np.nan
    logs = np.log(value[seen] + FLOOR * value[seen].mean())
    return float(np.polyfit(year[seen], logs, 1)[0])
