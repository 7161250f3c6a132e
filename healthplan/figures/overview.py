"""A whole plan: what it promises by when, and whether probabilities came true."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures import style
from healthplan.figures.goal import dots, lines
from healthplan.figures.labels import LINE, folded, width, write
from healthplan.figures.style import BAND_80, OWN, SMALL, SOFT, drawn_on, in_our_style, picture_of
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WIDE = 350  # px: fits a phone
LEFT = 4.0  # px: where the plan starts
BAR, ROW = 8.0, 15.0


@in_our_style
def milestone_calendar(spans: pd.DataFrame, *, start: float, gone: float, now: str, lang: str = "zh") -> Figure:
    """A bar from the plan's start to each deadline, pale as far as time has gone, under the department that leads. ``spans``: lead, end (time, infinite
    without a date), words (the deadline), count of deliverables; rows in their order. Times: 2024.0 ends the year 2024."""
    rows: list[tuple[str, dict | None]] = []
    gone = max(gone, start)
    for lead, part in spans.groupby("lead", sort=False):
        rows += [(line, None) for line in folded(str(lead) or text("figures.unnamed_lead", lang), WIDE - 8, 12.0, 2)]
        rows += [("", row) for row in part.to_dict("records")]
    high = 22 + ROW * len(rows) + 22
    axes = drawn_on(WIDE, high, (0, 0, WIDE, high))
    axes.set_xlim(0, WIDE)
    axes.set_ylim(high, 0)
    said = [
        text(
            "figures.due_many" if r["end"] < float("inf") else "figures.due_undated",
            lang,
            when=r["words"],
            count=r["count"],
        )
        for r in spans.to_dict("records")
    ]
    right = WIDE - 8 - max((width(words, 11) for words in said), default=0)
    last = spans.loc[spans["end"] < float("inf"), "end"].max()
    last = max(float(last) if pd.notna(last) else start + 1, start + 1)
    x = lambda time: LEFT + (right - LEFT) * (time - start) / (last - start)  # noqa: E731
    years = [year for year in range(int(start) + 1, int(last) + 1) if x(year) - x(year - 1) > 1]
    step = max(1, -(-len(years) * 36 // max(int(right), 1)))
    lines(axes, [(x(t), 18, x(t), high - 18) for t in [start, *years] if x(t) <= right + 1], style.HAIR, 1)
    for year in years[::step]:
        write(axes, str(year), ((x(year - 1) + x(year)) / 2, high - 8), (0, 0), "center", size=11, colour=SOFT)
    if start < gone < last:
        lines(axes, [(x(gone), 16, x(gone), 22)], style.INK, 1)
        wide = width(now, 11)
        write(
            axes,
            now,
            (min(max(x(gone), wide / 2 + 2), WIDE - wide / 2 - 2), 8),
            (0, 0),
            "center",
            size=11,
            colour=SOFT,
        )
    bars, past, words = [], [], iter(said)
    for i, (lead, row) in enumerate(rows):
        y = 22 + ROW * i + ROW / 2
        if row is None:
            write(axes, lead, (4, y), (0, 0), size=12, bold=True)
            continue
        dated, end = row["end"] < float("inf"), x(min(row["end"], last))
        if dated:
            past.append((x(start), y, min(end, x(gone)), y))
            bars += [(x(gone), y, end, y)] if row["end"] > gone else []
        write(axes, next(words), (end + 5 if dated else x(start), y), (0, 0), size=11, colour=SOFT)
    lines(axes, past, BAND_80, BAR, solid_capstyle="butt")
    lines(axes, bars, OWN, BAR, solid_capstyle="butt")
    return picture_of(axes)


@in_our_style
def reliability_chart(reliability: pd.DataFrame, *, lang: str = "zh") -> Figure:
    """Said against came out: on the diagonal a probability means what it says. Columns said, came, n (0-1)."""
    high, box = 288, (42.0, 30.0, 272.0, 250.0)
    axes = drawn_on(WIDE, high, box)
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    ticks = [0, 20, 50, 80, 100]
    lines(axes, [(0, t, 100, t) for t in ticks] + [(t, 0, t, 100) for t in ticks], style.HAIR, 1)
    axes.plot([0, 100], [0, 100], color=style.REFERENCE, lw=0.9, ls=(0, (4, 2.5)), clip_on=False)
    for tick in ticks:
        write(axes, str(tick), (0, tick), (-6, 0), "right", size=SMALL, colour=SOFT)
        write(axes, str(tick), (tick, 0), (0, -11), "center", size=SMALL, colour=SOFT)
    rows = reliability[reliability["n"] > 0]
    for row in rows.to_dict("records"):
        dots(axes, [100 * row["said"]], [100 * row["came"]], OWN, 5 + 9 * (row["n"] / rows["n"].max()) ** 0.5)
    write(axes, text("figures.came", lang), (0, 100), (-34, 18), size=SMALL, colour=SOFT)
    write(axes, text("figures.said", lang), (50, 0), (0, -11 - LINE), "center", size=SMALL, colour=SOFT)
    return picture_of(axes)
