"""Whether probabilities came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures.style import OWN, REFERENCE, blank, in_our_style, watermark
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_our_style
def reliability_chart(
    reliability: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False, ax: Axes | None = None
) -> Figure:
    """Said against came out: on the diagonal a probability means what it says. Columns said, came, n (0-1)."""
    figure, axes = blank(3.4, 2.9, ax)
    axes.plot([0, 100], [0, 100], color=REFERENCE, lw=1, ls="--")
    rows = reliability[reliability["n"] > 0]
    size = 12 + 120 * rows["n"] / rows["n"].max()
    axes.scatter(
        100 * rows["said"], 100 * rows["came"], s=size, color=OWN, alpha=0.75, edgecolor="white"
    )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel(text("figures.said", lang))
    axes.set_ylabel(text("figures.came", lang))
    if synthetic:
        watermark(axes, text("figures.synthetic", lang))
    return figure
