"""Words in a picture that cover no line and no other word: where there is room, and where not, none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from healthplan.figures import style

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LINE = 15.0  # px between the middles of two lines in the gutter
STEP = 2.0  # px: lines are looked at so often
MARGIN = 1.5  # px around words
Place = tuple[float, float, str]  # px to the right and up from the point, and which end of the words stands there


def width(words: str, size: float, bold: bool = False) -> float:
    """How wide words stand at this size, a little more than they are: browsers' fonts differ."""
    wide = sum(1.0 if ord(c) > 0x2E80 or c in "“”…—" else 0.575 for c in words)
    return wide * size * (1.04 if bold else 1.0)


def folded(words: str, space: float, size: float, most: int = 3) -> list[str]:
    """Words in lines no wider than ``space`` (Chinese anywhere, other words as a whole)."""
    parts = re.findall(r"[（“]?[\u2e80-\uffff][）。，、”]*|[^\s\u2e80-\uffff]{1,16}\s*|\s+", words)
    out = [""]
    for part in parts:
        if out[-1] and width((out[-1] + part).rstrip(), size) > space:
            out.append("")
        out[-1] += part
    return [line.strip() for line in out][:most]


def stacked(wanted: Sequence[float], counts: Sequence[int], low: float, high: float) -> list[float]:
    """Middles of the first lines of names with so many lines each, near the heights wanted for them, none on another and
    all between ``low`` and ``high`` where there is room."""
    tops = [0.0] * len(wanted)
    order, ceiling = sorted(range(len(wanted)), key=lambda i: (-wanted[i], i)), high
    for i in order:
        tops[i] = min(wanted[i], ceiling - LINE / 2)
        ceiling = tops[i] + LINE / 2 - LINE * counts[i]
    floor = low
    for i in reversed(order):  # pushed up again where they ran out below
        tops[i] = max(tops[i], floor + LINE * counts[i] - LINE / 2)
        floor = tops[i] + LINE / 2
    return tops


class Room:
    """What a picture already holds, in pixels: lines as points along them, words as boxes."""

    def __init__(self, axes: Axes) -> None:
        self.axes, self.scale = axes, axes.figure.dpi / style.PX
        self.points: list[np.ndarray] = []
        self.boxes: list[tuple[float, float, float, float]] = []

    def px(self, x: float, y: float) -> tuple[float, float]:
        """Where a point of the axes lies, from the lower left corner of the picture."""
        place = self.axes.transData.transform((x, y)) / self.scale
        return float(place[0]), float(place[1])

    def line(self, xs: Iterable[float], ys: Iterable[float]) -> None:
        """No word may lie across this line."""
        corners = self.axes.transData.transform(np.column_stack([list(xs), list(ys)])) / self.scale
        corners = corners[~np.isnan(corners).any(axis=1)]
        if len(corners) == 1:
            self.points.append(corners)
        for a, b in pairwise(corners):
            count = max(2, int(np.hypot(*(b - a)) / STEP) + 1)
            self.points.append(a + (b - a) * np.linspace(0, 1, count)[:, None])

    def lead(self, x: float, near: float, far: float) -> None:
        """A hair line from a height at the end of the axes to that of its name."""
        start = self.px(x, 0)[0]
        ends = self.axes.transData.inverted().transform(np.array([(start + 6, near), (start + 12, far)]) * self.scale)
        self.axes.plot(*ends.T, color=style.AXIS, lw=0.5, clip_on=False)

    def free(self, box: tuple[float, float, float, float]) -> bool:
        """Whether no line and no word lies in a box (left, bottom, right, top)."""
        left, bottom, right, top = box
        if any(l < right and left < r and b < top and bottom < t for l, b, r, t in self.boxes):  # noqa: E741
            return False
        if not self.points:
            return True
        x, y = np.concatenate(self.points).T
        return not ((x > left - MARGIN) & (x < right + MARGIN) & (y > bottom - MARGIN) & (y < top + MARGIN)).any()

    def say(
        self, words: str, x: float, y: float, places: Sequence[Place], *, size: float = style.MIDDLE, colour: str = style.INK,
        bold: bool = False, inside: bool = True, always: bool = False,
    ) -> bool:  # fmt: skip
        """Write words at the first of the places around a point where they meet nothing; ``always``: else at the last, in
        place of not at all. ``inside``: not beyond the axes' sides. Whether they are written."""
        at, wide = self.px(x, y), width(words, size, bold)
        box = self.axes.bbox.bounds
        sides = box[0] / self.scale - 2, (box[0] + box[2]) / self.scale + 2
        for last, (right, up, ha) in ((i == len(places) - 1, p) for i, p in enumerate(places)):
            left = at[0] + right - {"left": 0.0, "center": wide / 2, "right": wide}[ha]
            taken = (left, at[1] + up - size * 0.6, left + wide, at[1] + up + size * 0.6)
            fits = self.free(taken) and (not inside or (sides[0] <= left and left + wide <= sides[1]))
            if fits or (last and always):
                self.boxes.append(taken)
                write(self.axes, words, (x, y), (right, up), ha, size=size, colour=colour, bold=bold)
                return True
        return False


def write(
    axes: Axes, words: str, xy: tuple[float, float], off: tuple[float, float], ha: str = "left", *, size: float = style.MIDDLE,
    colour: str = style.INK, bold: bool = False,
) -> None:  # fmt: skip
    """Words so many pixels right of and above a point, in the middle of their line."""
    # the base line and not the middle: what is saved is then a plain place of plain words
    how: Any = {"ha": ha, "va": "baseline", "annotation_clip": False, "fontsize": size * 72 / style.PX, "color": colour}
    offset = off[0] * 72 / style.PX, (off[1] - 0.36 * size) * 72 / style.PX
    axes.annotate(words, xy, offset, textcoords="offset points", fontweight="bold" if bold else "normal", **how)
