"""Inventories learn from their siblings: how wrong projections of the same indicator in other areas were lately. Each
series is projected again from one to four years before its end; over all series of the indicator the share of the
typical width that the errors took, and their lean, widen (never narrow) and shift the projections. What it gains:
docs/methods-projection.md."""

import numpy as np

from healthplan import distribution as dist
from healthplan.projection.forecast import forecast
from healthplan.projection.kinds import Limits

BACK = 4  # years before the end from which they are tried
FEWEST_POINTS = 4  # known at the earliest of these
FEWEST_SIBLINGS = 5
BELIEF = 3.0  # siblings' worth of belief in the width as it is
LEAN = 0.3  # of the siblings' lean is carried on
WIDEST = 2.5


def taught(quantiles: np.ndarray, values: np.ndarray, n: np.ndarray, limits: Limits, family: np.ndarray) -> None:
    """Widen and shift the ``quantiles`` (series, ahead, 15) of inventories in place. values: (series, years)
    right-aligned, n points each; ``family``: what is the same of siblings."""
    moves = np.nanmax(values, 1) > np.nanmin(values, 1)  # what never moved stands where it is
    places = np.flatnonzero(limits.stock & (n > FEWEST_POINTS) & moves)
    for one in np.unique(family[places]):
        mine = places[family[places] == one]
        if len(mine) < FEWEST_SIBLINGS:
            continue
        widen, lean = _lesson(values[mine], n[mine], limits.take(mine))
        q = quantiles[mine]
        middle = q[..., dist.MEDIAN, None]
        half = (q[..., dist.UPPER_80, None] - q[..., dist.LOWER_80, None]) / 2
        quantiles[mine] = limits.take(mine).clip(middle + lean * half + (q - middle) * widen)


def _lesson(values: np.ndarray, n: np.ndarray, limits: Limits) -> tuple[float, float]:
    """Factor of the width and shift in half 80 % intervals, from what siblings' past projections missed by."""
    missed, leant = [], []
    for back in range(1, BACK + 1):
        known = values[:, :-back]
        moved = np.nanmax(known, 1) > np.nanmin(known, 1)
        some = np.flatnonzero((n - back >= FEWEST_POINTS) & moved)
        if not len(some):
            break
        past = forecast(known[some], n[some] - back, limits.take(some), back).quantiles
        low, middle, high = (past[..., at] for at in (dist.LOWER_80, dist.MEDIAN, dist.UPPER_80))
        error = values[some, -back:] - middle
        side = np.maximum(np.where(error > 0, high - middle, middle - low), 1e-12)
        missed.append((np.abs(error) / side).ravel())
        leant.append((2 * error / np.maximum(high - low, 1e-12)).ravel())
    if not missed:
        return 1.0, 0.0
    trust = len(values) / (len(values) + BELIEF)
    took = np.quantile(np.concatenate(missed), 0.8)  # 1 where the 80 % interval kept its promise
    lean = np.clip(np.median(np.concatenate(leant)), -1, 1)
    return float(np.clip(took**trust, 1.0, WIDEST)), float(LEAN * trust * lean)
