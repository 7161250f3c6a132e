"""How many targets have which status, as one bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan import tables
from healthplan.figures.style import STATUS_COLOURS, STATUS_INK, WIDTH, blank, in_our_style
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NARROW = 0.16  # share of the bar below which a piece is narrower than its word
LETTER = 0.07  # inches that a letter takes; a Chinese character takes two


@in_our_style
def status_bar(scorecard: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None) -> Figure:
    """One horizontal bar: a piece for each status that occurs, its number inside, its word above, or below where
    narrow pieces stand side by side."""
    counts = scorecard["status"].value_counts().reindex(tables.STATUSES).dropna().astype(int)
    total = counts.sum()
    pieces = _placed(counts, lang)
    lowest = min(tier for *_, tier in pieces)
    highest = max(tier for *_, tier in pieces)
    figure, axes = blank(WIDTH, 0.65 + 0.28 * (highest - min(lowest, 0)), ax)
    for status, middle, count, word, tier in pieces:
        axes.barh(
            0,
            count,
            left=middle - count / 2,
            color=STATUS_COLOURS[status],
            edgecolor="white",
            linewidth=1.5,
        )
        ink = STATUS_INK[status]
        axes.text(middle, 0, str(count), ha="center", va="center", color=ink, fontsize=10)
        axes.annotate(
            word, (middle, 0.28 + 0.45 * tier if tier > 0 else -0.28 + 0.45 * tier), ha="center", va="center",
            fontsize=8.5, annotation_clip=False,
        )  # fmt: skip
    axes.set_xlim(0, total)
    axes.set_ylim(0.45 * min(lowest, 0) - 0.55, 0.45 * highest + 0.55)
    axes.axis("off")
    return figure


def _placed(counts: pd.Series, lang: str) -> list[tuple[str, float, int, str, int]]:
    """Status, middle, number, word and tier of each piece: 1, 2 above the bar, -1, -2 below it.

    Wide pieces have their word right above; narrow ones take turns above and below, a tier further out where the
    word would run into its neighbour's.
    """
    total, left = counts.sum(), 0
    ends: dict[int, float] = {}
    pieces = []
    for place, (status, count) in enumerate(counts.items()):
        word, middle = text(f"status.{status}", lang), left + count / 2
        side = -1 if count / total < NARROW and place % 2 else 1
        half = sum(2 if ord(c) > 0x2E80 else 1 for c in word) * LETTER / 2 * total / WIDTH
        tier = next(
            t
            for t in (side, 2 * side, 3 * side, 4 * side)
            if ends.get(t, -half * 9) < middle - half
        )
        ends[tier] = middle + half
        pieces.append((str(status), middle, int(count), word, tier))
        left += count
    return pieces
