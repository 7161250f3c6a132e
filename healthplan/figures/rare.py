"""Rare events as counts: a dot an event, three years together with what chance alone allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from healthplan.figures import style
from healthplan.figures.goal import CARD, dots, lines
from healthplan.figures.labels import folded, width, write
from healthplan.figures.style import BAND_80, INK, OWN, SMALL, SOFT, TARGET, drawn_on, in_our_style, picture_of
from healthplan.language.phrases import number
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_DOTS = 8  # more events in a year than fit as dots are a bar
HALF = 166.0  # px: where the years end
POOLS, NAMED = (262.0, 344.0), 186.0  # px: the scale of the pools, and where their names begin
SHOWN_POOLS = 3
BASE = 132.0  # px from above: where the dots stand
HEAD = 12.0


@in_our_style
def event_chart(
    events: pd.DataFrame, pools: pd.DataFrame, *, goal: float | None, goal_words: str, unit: str, lang: str = "zh"
) -> Figure:
    """``events``: year and events; ``pools``: first, last, events, value, lower_95, upper_95 (rates), newest last; ``goal``:
    the rate that is allowed, with its words; ``unit``: of the rates, as it is read."""
    axes = drawn_on(*CARD, (0, 0, *CARD))
    axes.set_xlim(0, CARD[0])
    axes.set_ylim(CARD[1], 0)
    _years(axes, events, lang)
    if len(pools):
        _pools(axes, pools.tail(SHOWN_POOLS), goal, goal_words, unit, lang)
    return picture_of(axes)


def _head(axes: Axes, words: str, x: float, space: float) -> None:
    for i, line in enumerate(folded(words, space, HEAD, 2)):
        write(axes, line, (x, 14 + 15 * i), (0, 0), size=HEAD, bold=True)


def _years(axes: Axes, events: pd.DataFrame, lang: str) -> None:
    most = float(events["events"].max())
    key = "events_dots" if most <= MOST_DOTS else "events_bars"
    _head(axes, text(f"figures.{key}", lang), 2, HALF)
    first, last = int(events["year"].min()), int(events["year"].max())
    step = min((HALF - 20) / max(last - first, 1), 24.0)
    place = lambda year: 10 + (year - first) * step  # noqa: E731
    lines(axes, [(2, BASE, place(last) + 8, BASE)], style.AXIS, 1)
    records = [(place(int(y)), float(n)) for y, n in zip(events["year"], events["events"], strict=True)]
    if most <= MOST_DOTS:
        up = min(14.0, (BASE - 44) / max(most, 1))
        full = [(x, BASE - 9 - up * i) for x, n in records for i in range(round(n))]
        none = [(x, BASE - 9) for x, n in records if not n]
        size = min(11.0, step - 2, up - 1.5)
        if full:
            dots(axes, *_apart(full), colour=INK, size=size)
        if none:
            dots(axes, *_apart(none), colour=style.REFERENCE, size=size)
            dots(axes, *_apart(none), colour="white", size=size - 2.6)
    else:
        tall = (BASE - 52) / most
        lines(axes, [(x, BASE, x, BASE - n * tall) for x, n in records], OWN, min(9.0, step - 4), solid_capstyle="butt")
        space = min(width(f"{most:.0f}", 10.5), step)
        for i, (x, n) in enumerate(records):
            if i in (0, len(records) - 1) or step > space + 1:
                write(axes, f"{n:,.0f}", (x, BASE - n * tall), (0, 8), "center", size=10.5)
    shown = {first: "left", last: "right" if len(records) > 2 else "left"}
    middle = round((first + last) / 2)
    if step * (last - first) > 110:
        shown[middle] = "center"
    for year, ha in shown.items():
        at = {"left": 2.0, "center": place(year), "right": place(year) + 8}[ha]
        write(axes, str(year), (at, BASE), (0, -12), ha, size=SMALL, colour=SOFT)
    known = events.dropna(subset=["exposure"])
    if len(known):
        ends = [f"{known['exposure'].iloc[i]:,.0f}" for i in (0, -1)]
        for i, line in enumerate(
            folded(text("figures.exposure", lang, first=ends[0], last=ends[1]), HALF + 10, SMALL, 2)
        ):
            write(axes, line, (2, BASE), (0, -29 - 14 * i), size=SMALL, colour=SOFT)


def _apart(places: list[tuple[float, float]]) -> tuple[list[float], list[float]]:
    return [x for x, _ in places], [y for _, y in places]


def _pools(axes: Axes, pools: pd.DataFrame, goal: float | None, goal_words: str, unit: str, lang: str) -> None:
    _head(axes, text("figures.pooled", lang, unit=unit), NAMED, CARD[0] - NAMED - 2)
    ends = [*pools["upper_95"], *([] if goal is None else [goal])]
    scale = (POOLS[1] - POOLS[0]) / (max(ends) * 1.04)
    x = lambda value: POOLS[0] + value * scale  # noqa: E731
    bottom = 54.0 + 30 * len(pools)
    for i, row in enumerate(pools.to_dict("records")):
        y = 56.0 + 30 * i
        write(
            axes,
            f"{row['first']:.0f}{'—' if lang == 'zh' else '–'}{row['last'] % 100:02.0f}",
            (NAMED, y - 7),
            (0, 0),
            size=SMALL,
            colour=INK,
        )
        said = text("figures.pool", lang, events=f"{row['events']:,.0f}", rate=number(row["value"]))
        write(axes, said, (NAMED, y + 7), (0, 0), size=SMALL, bold=True)
        low = row["lower_95"] if pd.notna(row["lower_95"]) else 0.0
        lines(axes, [(x(low), y, x(row["upper_95"]), y)], BAND_80, 8, solid_capstyle="butt")
        dots(axes, [x(row["value"])], [y], OWN, 7)
    if goal is None:
        return
    lines(axes, [(x(goal), 42, x(goal), bottom)], TARGET, 2.2, solid_capstyle="butt")
    wide = width(goal_words, SMALL, True)
    left = min(max(x(goal) - wide / 2, NAMED), CARD[0] - wide - 2)
    write(axes, goal_words, (left, bottom + 10), (0, 0), size=SMALL, bold=True)
    write(axes, text("figures.pooled_note", lang), (NAMED, bottom + 26), (0, 0), size=11, colour=SOFT)
