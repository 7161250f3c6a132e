"""Where each pace would lead one target by its deadline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures.style import (
    OWN,
    PLATE,
    TARGET,
    WIDTH,
    blank,
    in_our_style,
    watermark,
    wrapped,
)
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

HEIGHT = 2.35
# Told apart by line and mark too, so that they part in grey on paper.
LOOK = {
    "as_now": ("#5f7396", "-", "o"),
    "best_here": ("#2f8f6b", "--", "s"),
    "best_peer": ("#7f5aa2", "-.", "^"),
    "needed": (TARGET, ":", "D"),
    "own": (OWN, (0, (5, 1)), "v"),
}


@in_our_style
def scenario_chart(
    scenarios: pd.DataFrame,
    *,
    goal: float,
    axis_label: str,
    goal_label: str = "",
    lang: str = "zh",
    synthetic: bool = False,
    ax: Axes | None = None,
) -> Figure:
    """One line a scenario of one target (rows of table ``scenarios``), named at its end; the goal as a line with
    its words at the left."""
    figure, axes = blank(WIDTH, HEIGHT, ax)
    ends = []
    for name, rows in scenarios.groupby("scenario", sort=False):
        colour, style, mark = LOOK[str(name)]
        rows = rows.sort_values("year")
        years = rows["year"].astype(float)
        axes.plot(
            years, rows["value"], linestyle=style, color=colour, marker=mark, markersize=3.5, lw=1.5
        )
        ends.append((float(rows["value"].iloc[-1]), text(f"report.scenario_{name}", lang), colour))
    last = float(scenarios["year"].max())
    first = float(scenarios["year"].min())
    axes.plot([first, last], [goal, goal], color=TARGET, lw=0.9, alpha=0.7)
    axes.margins(y=0.15)
    if goal_label:
        axes.annotate(goal_label, (first, goal), xytext=(0, 3), textcoords="offset points", fontsize=8.5,
                      color=TARGET, bbox=PLATE)  # fmt: skip
    for place, (_, word, colour) in zip(_spread(axes, ends), sorted(ends), strict=True):
        axes.annotate(word, (last, place), xytext=(8, 0), textcoords="offset points", va="center",
                      fontsize=8.5, color=colour, annotation_clip=False)  # fmt: skip
    axes.set_xlabel(text("figures.year", lang))
    axes.set_ylabel(wrapped(axis_label, HEIGHT))
    axes.locator_params(axis="x", integer=True)
    if synthetic:
        watermark(axes, text("figures.synthetic", lang))
    return figure


def _spread(axes, ends: list[tuple[float, str, str]]) -> list[float]:
    """Heights for the names, from the lowest line up, at least a line of text apart."""
    low, high = axes.get_ylim()
    step = (high - low) * 0.11
    places: list[float] = []
    for value, _, _ in sorted(ends):
        places.append(value if not places else max(value, places[-1] + step))
    return places
