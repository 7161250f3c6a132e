"""Areas beside each other: one area's course before the pale ones of all others, and speeds by the level they began at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from healthplan.figures import style
from healthplan.figures.goal import CARD, CARD_AXES, DOT, NEAR, STEPS, dots, lines, named_beside, tick_words
from healthplan.figures.labels import Room, folded, write
from healthplan.figures.style import BAND_80, OWN, SOFT, drawn_on, in_our_style, picture_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PANEL, PANEL_AXES = (148, 62), (4, 5, 139, 57)
SPEEDS, SPEEDS_AXES = (700, 330), (64, 26, 690, 286)
PALE = "#c9ced6"
MANY = 30
WIDE_SPREAD = 20  # starts that differ by so many times stand on a logarithmic axis


class Scale(NamedTuple):
    """The years and values that every picture of an indicator shows."""

    first: float
    last: float
    low: float
    high: float


Lines = Sequence[tuple[Sequence[float], Sequence[float]]]  # years and values of each area


def _axes(scale: Scale, big: bool) -> Axes:
    axes = drawn_on(*CARD, CARD_AXES) if big else drawn_on(*PANEL, PANEL_AXES)
    axes.set_xlim(scale.first, scale.last)
    axes.set_ylim(scale.low, scale.high)
    return axes


@in_our_style
def others(courses: Lines, scale: Scale, *, big: bool = False) -> Figure:
    """The courses of all areas as pale lines: the ground of every panel, drawn once a page."""
    axes = _axes(scale, big)
    xs = [x for years, _ in courses for x in (*years, float("nan"))]
    ys = [y for _, values in courses for y in (*values, float("nan"))]
    thin = max(0.12, 0.5 * min(1.0, MANY / max(len(courses), 1)))  # many lines stay lines
    axes.plot(xs, ys, color=PALE, lw=thin, clip_on=False)
    return picture_of(axes)


@in_our_style
def panel(own: pd.DataFrame, ahead: pd.DataFrame, scale: Scale) -> Figure:
    """One area's figures as a strong line and its outlook as a band (columns year, value, lower_80, upper_80), without a
    word, to lie on the pale lines of :func:`others`."""
    axes = _axes(scale, big=False)
    _course(axes, own, ahead)
    return picture_of(axes)


@in_our_style
def area_chart(
    own: pd.DataFrame, ahead: pd.DataFrame, scale: Scale, *, now: str, then: Sequence[str], typical: str, lang: str = "zh"
) -> Figure:  # fmt: skip
    """The same with years, values and names: ``now`` at the latest figure, ``then`` (lines) at the end of the outlook, ``typical`` says
    what the pale lines are."""
    axes = _axes(scale, big=True)
    _grid(axes, scale, own, lang)
    _course(axes, own, ahead, big=True)
    room = Room(axes)
    room.line(own["year"], own["value"])
    if len(own):
        last = own.iloc[-1]
        places = [(-4.0, up, "right") for up in (12.0, -13.0, 24.0, -25.0, 38.0, 52.0, 12.0)]
        room.say(now, last["year"], last["value"], places, colour=OWN, bold=True, always=True)
    end = ahead.iloc[-1]["value"] if len(ahead) else own.iloc[-1]["value"] if len(own) else scale.low
    space = CARD[0] - CARD_AXES[2] - 17.0
    told = [(line, style.INK, True) for line in folded(then[0], space / 1.04, style.MIDDLE, 3)] if then else []
    told += [(line, SOFT, False) for line in then[1:]]
    pale = [(line, SOFT, False) for line in folded(typical, space, style.SMALL, 3)]
    names = [(float(end), told)] if told else []
    named_beside(axes, room, scale.last, [*names, (scale.low, pale)])
    return picture_of(axes)


def _course(axes: Axes, own: pd.DataFrame, ahead: pd.DataFrame, big: bool = False) -> None:
    """Band, middle of the outlook, figures."""
    last = own.tail(1)
    if len(ahead):
        years = [*last["year"], *ahead["year"]]
        low, high = [*last["value"], *ahead["lower_80"]], [*last["value"], *ahead["upper_80"]]
        if not ahead["lower_80"].isna().any():
            axes.fill([*years, *reversed(years)], [*low, *reversed(high)], color=BAND_80, lw=0, clip_on=False)
        axes.plot(years, [*last["value"], *ahead["value"]], color=OWN, lw=1.0, ls=(0, (3, 2)), clip_on=False)
    axes.plot(own["year"], own["value"], color=OWN, lw=1.6 if big else 1.4, clip_on=False)
    if big:
        dots(axes, own["year"], own["value"], OWN, DOT)
    else:
        dots(axes, last["year"], last["value"], OWN, 4.5)


def _grid(axes: Axes, scale: Scale, own: pd.DataFrame, lang: str) -> None:
    """Hair lines at round values, and the years: first, last figure, end."""
    from matplotlib.ticker import MaxNLocator

    ticks = [t for t in MaxNLocator(5, steps=STEPS).tick_values(scale.low, scale.high) if scale.low <= t <= scale.high]
    lines(axes, [(scale.first, t, scale.last, t) for t in ticks], style.HAIR, 1)
    lines(axes, [(scale.first, scale.low, scale.last, scale.low)], style.AXIS, 1)
    for value, tick in zip(ticks, tick_words(ticks, lang), strict=True):
        write(axes, tick, (scale.first, value), (-6, 0), "right", size=style.SMALL, colour=SOFT)
    room, kept = Room(axes), list[float]()
    for year in (scale.last, float(own["year"].max()) if len(own) else scale.last, scale.first):
        if all(abs(room.px(year, 0)[0] - room.px(other, 0)[0]) >= NEAR for other in kept):
            kept.append(year)
            write(axes, f"{year:.0f}", (year, scale.low), (0, -13), "center", size=style.SMALL, colour=SOFT)


@in_our_style
def speed_chart(rows: pd.DataFrame, *, x_words: str, y_words: str, typical_words: str, lang: str = "zh") -> Figure:
    """Where each area began (across) and its change a year (up), with the line of what is typical of the same start. Columns
    start, rate, typical, name, than_typical: areas told apart from it are filled and named where there is room."""
    axes = drawn_on(*SPEEDS, SPEEDS_AXES)
    start, rate = rows["start"].astype(float), rows["rate"].astype(float)
    log = bool(start.min() > 0 and start.max() / start.min() > WIDE_SPREAD)
    if log:
        axes.set_xscale("log")
    around = lambda values, share: (max(values) - min(values)) * share or abs(max(values)) * share or 1.0  # noqa: E731
    low, high = min([*rate, *rows["typical"]]), max([*rate, *rows["typical"]])
    axes.set_ylim(low - around([low, high], 0.08), high + around([low, high], 0.1))
    axes.set_xlim((start.min() / 1.25, start.max() * 1.4) if log else
                  (start.min() - around(start, 0.04), start.max() + around(start, 0.08)))  # fmt: skip
    _both_axes(axes, log, lang)
    line = rows.sort_values("start")
    ends = axes.get_xlim()
    ys = [line["typical"].iloc[0], *line["typical"], line["typical"].iloc[-1]]
    xs = [ends[0], *line["start"], ends[1]]
    axes.plot(xs, ys, color=style.TARGET, lw=1.3, ls=(0, (5, 2.5)), clip_on=False)
    apart = rows["than_typical"].isin(["faster", "slower"])
    shape: dict[str, Any] = {"marker": "o", "ls": "none", "clip_on": False, "ms": 5.2}
    axes.plot(start[~apart], rate[~apart], mfc="white", mec=style.AXIS, mew=1.0, **shape)
    axes.plot(start[apart], rate[apart], mfc=OWN, mec=OWN, mew=1.0, **shape)
    room = Room(axes)
    room.line(xs, ys)
    for x, y in zip(start, rate, strict=True):
        at = room.px(x, y)
        room.boxes.append((at[0] - 4, at[1] - 4, at[0] + 4, at[1] + 4))
    _say(room, rows[apart])
    near = [(-4.0, 10.0, "right"), (-4.0, -11.0, "right"), (-4.0, 22.0, "right"), (-4.0, -24.0, "right")]
    far = [(4.0, up, "left") for _, up, _ in near]
    if not room.say(typical_words, ends[1], ys[-1], near, size=style.SMALL):
        room.say(typical_words, ends[0], ys[0], far, size=style.SMALL, always=True)
    write(axes, x_words, (ends[1], axes.get_ylim()[0]), (0, -34), "right", size=style.SMALL, colour=SOFT)
    write(axes, y_words, (ends[0], axes.get_ylim()[1]), (-58, 14), size=style.SMALL, colour=SOFT)
    return picture_of(axes)


def _say(room: Room, rows: pd.DataFrame) -> None:
    """Names beside their dots, the farthest from what is typical first, where they meet nothing."""
    far = (rows["rate"] - rows["typical"]).abs()
    places = [(7.0, 0.0, "left"), (-7.0, 0.0, "right"), (0.0, 12.0, "center"), (0.0, -13.0, "center"), (7.0, 9.0, "left"), (7.0, -9.0, "left"),
              (-7.0, 9.0, "right"), (-7.0, -9.0, "right")]  # fmt: skip
    for row in rows.assign(far=far).sort_values("far", ascending=False, kind="stable").to_dict("records"):
        room.say(row["name"], row["start"], row["rate"], places, size=style.SMALL)


def _both_axes(axes: Axes, log: bool, lang: str) -> None:
    """Hair lines and numbers along both axes; the line of no change drawn stronger."""
    from matplotlib.ticker import LogLocator, MaxNLocator

    (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
    across = LogLocator(subs=(1.0, 2.0, 5.0)) if log else MaxNLocator(6, steps=STEPS)
    xs = [t for t in across.tick_values(left, right) if left <= t <= right]
    ys = [t for t in MaxNLocator(6, steps=STEPS).tick_values(low, high) if low <= t <= high]
    lines(axes, [(left, t, right, t) for t in ys], style.HAIR, 1)
    lines(axes, [(t, low, t, high) for t in xs], style.HAIR, 1)
    lines(axes, [(left, low, right, low)], style.AXIS, 1)
    if low < 0 < high:
        lines(axes, [(left, 0, right, 0)], style.AXIS, 1)
    for t, words in zip(ys, tick_words(ys, lang), strict=True):
        write(axes, words, (left, t), (-6, 0), "right", size=style.SMALL, colour=SOFT)
    for t, words in zip(xs, tick_words(xs, lang), strict=True):
        write(axes, words, (t, low), (0, -13), "center", size=style.SMALL, colour=SOFT)
