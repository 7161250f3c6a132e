"""Every target with own figures on one scale: where it stands, where it will stand, where the goal is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures.style import (
    OWN,
    STATUS_COLOURS,
    TARGET,
    WIDTH,
    blank,
    in_our_style,
    watermark,
)
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


@in_our_style
def distance_chart(
    distances: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False, ax: Axes | None = None
) -> Figure:
    """One line a target: hollow the latest figure, filled the projection with its 95 % interval.

    ``distances`` comes from :func:`healthplan.explanations.scorecards.distances`: 100 is the goal, more is better.
    """
    rows = distances.iloc[::-1].reset_index(drop=True)
    figure, axes = blank(WIDTH, 1.1 + 0.32 * len(rows), ax)
    for place, row in enumerate(rows.to_dict("records")):
        colour = STATUS_COLOURS[row["status"]]
        axes.plot(
            [row["lower"], row["upper"]],
            [place, place],
            color=colour,
            lw=4,
            alpha=0.5,
            solid_capstyle="butt",
        )
        axes.plot([row["latest"], row["then"]], [place, place], color="#9aa1aa", lw=0.8)
        axes.plot(
            row["latest"], place, "o", markerfacecolor="white", markeredgecolor=OWN, markersize=6
        )
        axes.plot(row["then"], place, "o", color=colour, markeredgecolor=OWN, markersize=6)
    axes.axvline(100, color=TARGET, lw=1.2)
    axes.set_yticks(range(len(rows)), rows["name"])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlabel(text("figures.distance_axis", lang))
    axes.plot(
        [],
        [],
        "o",
        markerfacecolor="white",
        markeredgecolor=OWN,
        label=text("figures.distance_now", lang),
    )
    axes.plot(
        [], [], "o", color="#8a9199", markeredgecolor=OWN, label=text("figures.distance_then", lang)
    )
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, frameon=False, fontsize=8.5)
    if synthetic:
        watermark(axes, text("figures.synthetic", lang))
    return figure
