"""Deadlines and stages: which year's figure decides, and when a deadline is past.

The annual figure of the deadline's year decides, whether the text says 2025, 2025-06 or 2025-12-31; a projection of a
year that is over is no confirmation. A staged goal is several rows of *targets* with the same ``stage_of``; between two
stages the path is straight, so a schedule (序时进度) exists for every date (docs/methods-gaps.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

Point = tuple[float, float]  # time (the end of year Y is Y), value


@dataclass(frozen=True)
class Deadline:
    """``year`` decides; ``at`` is the end of the stated day, month or year (see :func:`moment`)."""

    year: int | None
    at: float | None

    def past(self, as_of: int, *, in_year: bool = False, figure: float | None = None) -> bool:
        """Whether the deadline is judged rather than projected."""
        if self.year is None or self.year > as_of:
            return False
        return self.year < as_of or not in_year or figure is not None


def read(text: str, default: str = "") -> Deadline:
    """A deadline from YYYY, YYYY-MM, YYYY-MM-DD or, empty, from ``default`` (the plan's end)."""
    text = text or default
    return Deadline(int(text[:4]), moment(text)) if text else Deadline(None, None)


def moment(text: str) -> float:
    """A date YYYY, YYYY-MM, YYYY-MM-DD or YYYY-Qn as time: its end; the end of year Y is Y."""
    year, _, rest = text.partition("-")
    if not rest:
        return float(year)
    if rest.startswith("Q"):
        return int(year) - 1 + int(rest[1:]) / 4
    month, _, day = rest.partition("-")
    share = min(int(day) / 30, 1.0) if day else 1.0
    return int(year) - 1 + (int(month) - 1 + share) / 12


def in_order(text: str) -> float:
    """A date as time, to sort by: undated ones come last."""
    return moment(text) if text else np.inf


def path(stages: pd.DataFrame, start: Point | None = None) -> tuple[Point, ...]:
    """The points of a goal's path in time order: ``start`` (a known value and its time), then each stage.

    ``stages``: rows of *targets* of one goal; those without deadline or value are left out, and so is a start that
    lies after the first stage.
    """
    rows = stages[(stages["deadline"] != "") & stages["value"].notna()]
    points = sorted((moment(d), float(v)) for d, v in zip(rows["deadline"], rows["value"], strict=True))
    if start is not None and (not points or start[0] < points[0][0]):
        points = [start, *points]
    return tuple(points)


def schedule(points: Sequence[Point], date: str | float) -> float | None:
    """The value that the path asks for at a date, None before its first and after its last point. Straight between two
    points. ``date``: as :func:`moment` reads it, or a time."""
    at = moment(date) if isinstance(date, str) else float(date)
    if not points or not points[0][0] <= at <= points[-1][0]:
        return None
    times, values = zip(*points, strict=True)
    return float(np.interp(at, times, values))


def quarters(points: Sequence[Point]) -> pd.DataFrame:
    """The schedule at the end of every quarter of the path: quarter (YYYY-Qn), at, value."""
    if len(points) < 2:
        return pd.DataFrame({"quarter": pd.Series(dtype="str"), "at": [], "value": []})
    first, last = np.ceil(points[0][0] * 4), np.floor(points[-1][0] * 4)
    ends = np.arange(first, last + 1) / 4
    names = [f"{int(np.ceil(at))}-Q{round((at - np.ceil(at) + 1) * 4)}" for at in ends]
    return pd.DataFrame({"quarter": names, "at": ends, "value": [schedule(points, at) for at in ends]})


def roles(deadlines: Sequence[str], past: Sequence[bool]) -> list[str]:
    """For the rows of one goal: ``ended`` where past, ``ruling`` for the next, ``later`` for the rest. The next stage
    is the earliest that is not past; a row without deadline comes last."""
    ahead = [(in_order(text), i) for i, (text, over) in enumerate(zip(deadlines, past, strict=True)) if not over]
    ruling = min(ahead)[1] if ahead else None
    return ["ended" if over else "ruling" if i == ruling else "later" for i, over in enumerate(past)]
