"""A caller's own axes: what they show already stays in sight, and names find their room within them, so that they run neither
into the next axes nor out of the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from healthplan.figures import style
from healthplan.figures.style import wrapped
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = 122.0  # px that names take right of the last year
NARROW = 250.0  # px: narrower axes show the course alone


def make_room(axes: Axes, first: float, end: float, low: float, high: float) -> bool:
    """Limits around these years and values and around what the axes, or those that share theirs, show already; whether
    there is room for names right of ``end``. Twins share one box: the names of the first alone stand in it."""
    at = axes.get_position().bounds
    twin = any(
        one is not axes and one.has_data() and np.allclose(one.get_position().bounds, at) for one in axes.figure.axes
    )
    wide = axes.bbox.width / axes.figure.dpi * style.PX
    roomy = wide >= NARROW and not twin
    last = end + (end - first) * NAMES / (wide - NAMES) if roomy else end
    along = [one.get_xlim() for one in axes.get_shared_x_axes().get_siblings(axes) if one.has_data()]
    up = [one.get_ylim() for one in axes.get_shared_y_axes().get_siblings(axes) if one.has_data()]
    axes.set_xlim(
        min(first, *(a for a, _ in along)) if along else first, max(last, *(b for _, b in along)) if along else last
    )
    axes.set_ylim(min(low, *(a for a, _ in up)) if up else low, max(high, *(b for _, b in up)) if up else high)
    return roomy


def by_year(axes: Axes, label: str, end: float, note: str, lang: str) -> None:
    """Whole years up to ``end`` along the axes, what they are and ``note`` below, ``label`` beside them."""
    from matplotlib.ticker import MaxNLocator

    first = axes.get_xlim()[0]
    wide = axes.bbox.width / axes.figure.dpi * style.PX
    ticks = MaxNLocator(max(2, int(wide // 60)), integer=True).tick_values(first, end)
    axes.set_xticks([tick for tick in ticks if first <= tick <= end])
    axes.set_xlabel(" · ".join(filter(None, (text("figures.year", lang), note))))
    axes.set_ylabel(wrapped(label, axes.bbox.height / axes.figure.dpi))
