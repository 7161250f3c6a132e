"""How many targets have which status, as one bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan import tables
from healthplan.figures.style import STATUS_COLOURS, blank
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DARK = {"met", "met_holding", "off_course", "missed", "due_unconfirmed", "conflicting"}


def status_bar(scorecard: pd.DataFrame, *, lang: str = "zh") -> Figure:
    """One horizontal bar: a piece for each status that occurs, its number inside, its word above."""
    counts = scorecard["status"].value_counts().reindex(tables.STATUSES).dropna().astype(int)
    figure, axes = blank(7.2, 1.35)
    total = counts.sum()
    left = 0
    for place, (status, count) in enumerate(counts.items()):
        axes.barh(
            0, count, left=left, color=STATUS_COLOURS[status], edgecolor="white", linewidth=1.5
        )
        middle = left + count / 2
        ink = "white" if status in DARK else "#22262b"
        axes.text(middle, 0, str(count), ha="center", va="center", color=ink, fontsize=10)
        _name(axes, middle, text(f"status.{status}", lang), place, narrow=count / total < 0.16)
        left += count
    axes.set_xlim(0, total)
    axes.set_ylim(-1.1, 1.3)
    axes.axis("off")
    return figure


def _name(axes, middle: float, word: str, place: int, *, narrow: bool) -> None:
    """The status word above the piece; narrow pieces take turns above and below so that none collide."""
    above = not narrow or place % 2 == 0
    y, anchor = (0.5, "bottom") if above else (-0.5, "top")
    axes.annotate(word, (middle, y), ha="center", va=anchor, fontsize=8.5, annotation_clip=False)
