"""When deliverables fall due."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures.style import OWN, WIDTH, blank, in_our_style, watermark
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_our_style
def milestone_calendar(
    milestones: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False, ax: Axes | None = None
) -> Figure:
    """A bar for each deadline, as long as the number of deliverables due then; deadlines from the top in the
    order of the rows."""
    undated = text("figures.undated", lang)
    counts = milestones["deadline"].replace("", undated).value_counts(sort=False).iloc[::-1]
    figure, axes = blank(WIDTH, 0.75 + 0.24 * len(counts), ax)
    axes.barh(counts.index, counts, color=OWN, height=0.62)
    for place, count in enumerate(counts):
        axes.text(count, place, f" {count}", va="center", fontsize=9)
    axes.set_xlabel(text("figures.milestones_axis", lang))
    axes.set_ylabel(text("figures.deadline", lang))
    axes.locator_params(axis="x", integer=True)
    if synthetic:
        watermark(axes, text("figures.synthetic", lang))
    return figure
