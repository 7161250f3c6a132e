"""Goals like one without figures, elsewhere: how many there were and how many were met. Never the chance of the goal
itself: a background. ``benchmarks/reference_classes.py`` makes ``reference_classes.csv``."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from healthplan.language import comparators

ENDS = (0.0, 0.05, 0.1, 0.2, 0.4)  # of the start; of shares, of the smaller of the two parts
CLASSES = ("met", "to_5", "to_10", "to_20", "to_40", "beyond_40")
FEWEST = 100
EVEN = 0.5  # where nothing is known of the goal


class Alike(NamedTuple):
    """Similar goals elsewhere and how many of them were met."""

    n: int
    met: int

    @property
    def share(self) -> float:
        """The share that was met."""
        return self.met / self.n


@cache
def classes() -> pd.DataFrame:
    """indicator_kind, way (increase, decrease), distance, years_ahead, n, met."""
    return pd.read_csv(Path(__file__).with_name("reference_classes.csv"))


def relative(value: float, kind: str) -> float:
    """What distances are measured in: the start, of a share the smaller of its two parts."""
    return max(min(value, 100 - value) if kind == "share" else value, 1e-9)


def distance_class(start: float, goal: float, side: int, kind: str) -> int:
    """The place in ``CLASSES`` of a goal on the ``side`` (+1 at least, -1 at most) of a start."""
    away = side * (goal - start) / relative(start, kind)
    return int(np.searchsorted(ENDS, round(away, 9)))


def alike(target: Mapping[str, Any], due: float | None, kind: str) -> Alike | None:
    """The goals elsewhere like one that says its start: as far, the same way, as many years from it. None where the plan
    prints no start or year of it, the goal is no single bound, its year is more than five years on, or there are fewer than
    ``FEWEST``."""
    start, since, value = (target[name] for name in ("baseline", "baseline_year", "value"))
    comparator = target["comparator"]
    one_bound = comparators.side(comparator) in ("floor", "ceiling")
    if not one_bound or target.get("each") or target.get("per") or pd.isna([start, since, value]).any():
        return None
    if due is None or pd.isna(due) or start <= 0:
        return None
    side = 1 if comparators.side(comparator) == "floor" else -1
    place = distance_class(float(start), float(value), side, kind)
    known = classes()
    rows = known[(known["indicator_kind"] == kind) & (known["years_ahead"] == int(due) - int(since))]
    way = "increase" if side > 0 else "decrease"
    rows = rows[(rows["way"] == way) & (rows["distance"] == CLASSES[place])]
    n, met = int(rows["n"].sum()), int(rows["met"].sum())
    return Alike(n, met) if n >= FEWEST else None


def one_figure(kind: str, years: int) -> float:
    """Which share of what is open about a goal (P times 1 - P) one figure settles, so many years before it is due: the
    spread of the classes of distance that the figure tells apart."""
    rows = classes()
    rows = rows[rows["years_ahead"] == min(max(years, 1), int(rows["years_ahead"].max()))]
    rows = rows[rows["indicator_kind"] == kind] if kind in set(rows["indicator_kind"]) else rows
    by = rows.groupby(["way", "distance"])[["n", "met"]].sum()
    share, whole = by["met"] / by["n"], by["met"].sum() / by["n"].sum()
    left = (by["n"] * share * (1 - share)).sum() / by["n"].sum()
    return float(1 - left / (whole * (1 - whole)))


def gain(status: str, years: int, kind: str, found: Alike | None) -> float:
    """How much of what is open about a goal that is not judged one figure would settle: P (1 - P), P being the share of
    goals like it (one in two where nothing is known of it); of a due goal all of it."""
    p = EVEN if found is None else found.share
    return p * (1 - p) * (1.0 if status == "due_unconfirmed" else one_figure(kind, years))
