"""How many targets have which status, as one bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan import tables
from healthplan.figures.style import LIGHT_INK, STATUS_COLOURS, blank
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NARROW = 0.16  # share of the bar below which a piece is narrower than its word


def status_bar(scorecard: pd.DataFrame, *, lang: str = "zh") -> Figure:
    """One horizontal bar: a piece for each status that occurs, its number inside, its word above, or below where
    narrow pieces stand side by side."""
    counts = scorecard["status"].value_counts().reindex(tables.STATUSES).dropna().astype(int)
    total = counts.sum()
    crowded = (counts / total < NARROW).iloc[1::2].any()
    figure, axes = blank(7.2, 1.35 if crowded else 1.0)
    left = 0
    for place, (status, count) in enumerate(counts.items()):
        axes.barh(
            0, count, left=left, color=STATUS_COLOURS[status], edgecolor="white", linewidth=1.5
        )
        middle = left + count / 2
        ink = "white" if status in LIGHT_INK else "#22262b"
        axes.text(middle, 0, str(count), ha="center", va="center", color=ink, fontsize=10)
        _name(axes, middle, text(f"status.{status}", lang), place, narrow=count / total < NARROW)
        left += count
    axes.set_xlim(0, total)
    axes.set_ylim(-1.1 if crowded else -0.5, 1.3)
    axes.axis("off")
    return figure


def _name(axes, middle: float, word: str, place: int, *, narrow: bool) -> None:
    """The status word above the piece; narrow pieces take turns above and below so that none collide."""
    above = not narrow or place % 2 == 0
    y, anchor = (0.5, "bottom") if above else (-0.5, "top")
    axes.annotate(word, (middle, y), ha="center", va=anchor, fontsize=8.5, annotation_clip=False)
