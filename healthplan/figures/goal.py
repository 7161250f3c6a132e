"""One target: what was seen and is to be expected, where the goal stands, where each pace would lead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from healthplan import tables
from healthplan.figures import style, theirs
from healthplan.figures.labels import LINE, Room, folded, stacked, width, write
from healthplan.figures.style import BAND_80, BAND_95, OWN, REFERENCE, SOFT, TARGET, drawn_on, in_our_style, picture_of
from healthplan.language import units
from healthplan.language.phrases import number, quantity
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CARD = (350, 190)  # px of a card's chart, the same on a desk, on paper and on a phone
CARD_AXES = (42, 14, 232, 164)  # left, top, right, bottom; right of them stand the names
SPARK = (148, 44)
SPARK_AXES = (4, 6, 139, 38)
DOT = 5.0  # px
LEADER = 5.0  # px: a name moved by more has a hair line
NEAR = 34.0  # px: years nearer than this share a label
STEPS = [1, 2, 2.5, 5, 10]


class Seen(NamedTuple):
    """What a chart draws: own and reference rows up to ``end``, the goal's heights, and its deadline where it has one."""

    own: pd.DataFrame
    ahead: pd.DataFrame
    reference: pd.DataFrame
    steps: tuple[tuple[float, float, float], ...]
    path: tuple[tuple[float, float], ...]
    due: float | None
    first: float
    last: float
    end: float
    low: float
    high: float


def seen(chart: dict[str, Any], trajectories: pd.DataFrame) -> Seen:
    """The rows that a chart of a goal draws. Nothing is projected beyond its deadline."""
    own = _of(trajectories, chart["indicator"], chart["own_area"], chart["group"])
    group = chart.get("reference_group", chart["group"])
    reference = _of(trajectories, chart["reference_indicator"], chart["reference_area"], group)
    due = None if pd.isna(chart["deadline_year"]) else float(chart["deadline_year"])
    observed = own[own["kind"] == "observed"]
    known = observed if len(observed) else reference[reference["kind"] == "observed"]
    last = float(known["year"].max()) if len(known) else due or float(reference["year"].max())
    end = max(last, due) if due is not None else float(max(own["year"].max(), last) if len(own) else last)
    own, reference = own[own["year"] <= end], reference[reference["year"] <= end]
    ahead = own[own["kind"] != "observed"]
    observed = own[own["kind"] == "observed"]
    steps, path = _heights(chart, due)
    first = min([*observed["year"], *reference["year"], *(a for a, _, _ in steps)], default=end - 1)
    values = [own["value"], reference["value"], ahead["lower_95"], ahead["upper_95"]]
    heights = pd.concat([*values, pd.Series([v for *_, v in steps] + [v for _, v in path], dtype=float)]).dropna()
    high_end = chart["goal_value_high"]
    ends = [*heights, *([] if pd.isna(high_end) else [high_end])] or [0.0, 1.0]
    low, high = float(min(ends)), float(max(ends))
    spare = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    low = low - spare if low < 0 or low - spare > 0 else min(0.0, low)
    return Seen(observed, ahead, reference, steps, path, due, float(first), last, end, low, high + spare)


def _of(trajectories: pd.DataFrame, indicator: str, area: str, group: str) -> pd.DataFrame:
    chosen = (trajectories["indicator"] == indicator) & (trajectories["area"] == area)
    chosen &= tables.of_groups(trajectories)["group"] == group
    return trajectories[chosen].sort_values("year").astype({"year": float})


def _heights(chart: dict[str, Any], due: float | None) -> tuple[tuple, tuple]:
    """The goal as steps, or as the path of a goal for every year."""
    path = chart.get("goal_path") or ()
    if path and len({value for _, value in path}) > 1:
        return (), tuple(path)
    steps = tuple(chart.get("goal_steps") or ())
    if not steps and due is not None and pd.notna(chart["goal_value"]):
        steps = ((due - 1, due, float(chart["goal_value"])),)
    return steps, ()


@in_our_style
def spark(chart: dict[str, Any], trajectories: pd.DataFrame, standing: str) -> Figure:
    """A goal's course without a word, for a row of a table: history, fan, goal, reference, shortfall, and at the end the
    shape of its ``standing``."""
    shown = seen(chart, trajectories)
    axes = drawn_on(*SPARK, SPARK_AXES)
    _limits(axes, shown)
    _course(axes, chart, shown, standing, thin=True)
    return picture_of(axes)


@in_our_style
def card_chart(chart: dict[str, Any], trajectories: pd.DataFrame, *, lang: str = "zh") -> Figure:
    """History, the 80 and 95 % fan up to the deadline, the goal as a black step, and what it is held against in grey; all
    named beside the picture.

    ``chart`` is one row of :func:`healthplan.explanations.scorecards.charts`; ``trajectories`` holds the rows of its own
    and of its reference series. A reference is always grey, dashed and named. Where ``trajectories`` has ``obs_status``,
    preliminary and estimated figures are hollow and a change of definition is a tick.
    """
    return trajectory_chart(chart, trajectories, lang=lang)


@in_our_style
def trajectory_chart(
    chart: dict[str, Any], trajectories: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None, title: str = ""
) -> Figure:
    """The same on axes of the caller's own (``ax``), with ticks of theirs and a ``title`` where one is given."""
    shown = seen(chart, trajectories)
    axes, roomy = drawn_on(*CARD, CARD_AXES) if ax is None else ax, True
    if ax is None:
        _limits(axes, shown)
        _scale(axes, shown, lang)
    else:
        roomy = theirs.make_room(axes, shown.first - (shown.first == shown.end), shown.end, shown.low, shown.high)
        axes.spines[["top", "right"]].set_visible(False)
        note = text("figures.synthetic", lang) if chart["synthetic"] else ""  # on a page its head says so
        theirs.by_year(axes, chart["axis_label"], shown.end, note, lang)
        if title:
            axes.set_title(title, loc="left", fontsize=style.MIDDLE)
    _course(axes, chart, shown, _standing(chart))
    _words(axes, chart, shown, lang, roomy)
    return picture_of(axes)


def _standing(chart: dict[str, Any]) -> str:
    return tables.STATUS_FACTS.get(chart.get("status", ""), {}).get("standing", "")


def _limits(axes: Axes, shown: Seen) -> None:
    axes.set_xlim(shown.first - (shown.first == shown.end), shown.end)
    axes.set_ylim(shown.low, shown.high)


def _scale(axes: Axes, shown: Seen, lang: str) -> None:
    """Hair lines at round values and years, written small: the axes' own ticks take longer than all the rest."""
    from matplotlib.ticker import MaxNLocator

    ticks = [t for t in MaxNLocator(5, steps=STEPS).tick_values(shown.low, shown.high) if shown.low <= t <= shown.high]
    first, end = axes.get_xlim()
    lines(axes, [(first, t, end, t) for t in ticks], style.HAIR, 1)
    lines(axes, [(first, shown.low, end, shown.low)], style.AXIS, 1)
    room = Room(axes)
    for value, tick in zip(ticks, tick_words(ticks, lang), strict=True):
        write(axes, tick, (first, value), (-6, 0), "right", size=style.SMALL, colour=SOFT)
    for year in years_shown(room, shown):
        due = year == shown.due
        lines(axes, [(year, shown.low, year, shown.low - (shown.high - shown.low) * 4 / 150)], style.AXIS, 1)
        colour = style.INK if due else SOFT
        write(axes, f"{year:.0f}", (year, shown.low), (0, -13), "center", size=style.SMALL, colour=colour, bold=due)


def tick_words(ticks: list[float], lang: str) -> list[str]:
    """Values beside an axis; from a hundred thousand on in 万, or in thousands."""
    most = max(map(abs, ticks), default=0.0)
    unit, word = (1e4, "万") if lang == "zh" and most >= 1e5 else (1e3, "k") if most >= 1e5 else (1.0, "")
    said = [f"{t / unit:,.6g}" for t in ticks]
    return [s.replace("-", "−") + (word if s != "0" else "") for s in said]


def years_shown(room: Room, shown: Seen) -> list[float]:
    """The deadline, the last year with figures, the first, and one between: those that do not run into each other."""
    middle = float(round((shown.first + shown.last) / 2))
    wanted = [shown.due if shown.due is not None else shown.end, shown.last, shown.first, middle]
    kept: list[float] = []
    for year in wanted:
        x = room.px(year, shown.low)[0]
        if shown.first <= year <= shown.end and all(abs(x - room.px(y, shown.low)[0]) >= NEAR for y in kept):
            kept.append(year)
    return sorted(kept)


def lines(
    axes: Axes, pieces: Sequence[tuple[float, float, float, float]], colour: str, wide: float, **how: Any
) -> None:
    """Separate straight lines as one path."""
    xs = [x for a, _, b, _ in pieces for x in (a, b, float("nan"))]
    ys = [y for _, a, _, b in pieces for y in (a, b, float("nan"))]
    axes.plot(xs, ys, color=colour, lw=wide * 72 / style.PX, clip_on=False, **how)


def dots(axes: Axes, xs: Any, ys: Any, colour: str, size: float, **how: Any) -> None:
    """Round dots as one path: each a line of no length with round ends."""
    tiny = (axes.get_xlim()[1] - axes.get_xlim()[0]) * 1e-4
    lines(
        axes,
        [(x, y, x + tiny, y) for x, y in zip(xs, ys, strict=True)],
        colour,
        size,
        solid_capstyle="round",
        snap=False,
        **how,
    )


def _course(axes: Axes, chart: dict[str, Any], shown: Seen, standing: str, thin: bool = False) -> None:
    """Everything but words."""
    own, ahead, wide = shown.own, shown.ahead, 1.6 if thin else 2.0
    last = own.tail(1)
    years = [*last["year"], *ahead["year"]]
    for level, colour in (("95", BAND_95), ("80", BAND_80)):
        low, high = [*last["value"], *ahead[f"lower_{level}"]], [*last["value"], *ahead[f"upper_{level}"]]
        if len(ahead) and not ahead[f"lower_{level}"].isna().all():
            ends = [(x, a, b) for x, a, b in zip(years, low, high, strict=True) if pd.notna(a) and pd.notna(b)]
            if len(last):
                xs = [x for x, *_ in ends]
                around = [a for _, a, _ in ends] + [b for *_, b in reversed(ends)]
                axes.fill([*xs, *reversed(xs)], around, color=colour, lw=0, clip_on=False)
    _reference(axes, shown, thin)
    if len(own):
        axes.plot(own["year"], own["value"], color=OWN, lw=wide * 0.75, clip_on=False)
    if len(ahead) and len(last):
        middle = [*last["value"], *ahead["value"]]
        axes.plot(years, middle, color=OWN, lw=wide * 0.6, ls=(0, (3, 2)), clip_on=False)
    if thin:
        dots(axes, last["year"], last["value"], OWN, 4.5)
    else:
        _figures(axes, own)
    _goal(axes, chart, shown, thin)
    _end(axes, chart, shown, standing, thin)


def _figures(axes: Axes, own: pd.DataFrame) -> None:
    """A dot for each figure, hollow where it is preliminary or estimated; a tick where the definition changed."""
    status = own["obs_status"] if "obs_status" in own else pd.Series("final", index=own.index)
    soft = own[status.isin(tables.SOFT)]
    if len(own):
        dots(axes, own["year"], own["value"], OWN, DOT + 0.5)
    if len(soft):
        dots(axes, soft["year"], soft["value"], "white", DOT - 2, gid="hollow")
    if (broken := own[status == "break"]).empty:
        return
    half = (axes.get_ylim()[1] - axes.get_ylim()[0]) * 0.055
    lines(axes, [(x, y - half, x, y + half) for x, y in zip(broken["year"], broken["value"], strict=True)], OWN, 1.2)


def _reference(axes: Axes, shown: Seen, thin: bool) -> None:
    rows = shown.reference
    if rows.empty:
        return
    axes.plot(rows["year"], rows["value"], color=REFERENCE, lw=0.75 if thin else 1.0, ls=(0, (4, 2.5)), clip_on=False)


def _goal(axes: Axes, chart: dict[str, Any], shown: Seen, thin: bool) -> None:
    wide = 1.35 if thin else 1.65
    if shown.path:
        axes.plot(*zip(*shown.path, strict=True), color=TARGET, lw=wide, clip_on=False)
    elif shown.steps:
        xs = [x for first, last, _ in shown.steps for x in (first, last)]
        ys = [value for *_, value in shown.steps for _ in range(2)]
        axes.plot(xs, ys, color=TARGET, lw=wide, solid_capstyle="butt", solid_joinstyle="miter", clip_on=False)
        if pd.notna(high := chart["goal_value_high"]):
            axes.plot([xs[0], xs[-1]], [high, high], color=TARGET, lw=wide, solid_capstyle="butt", clip_on=False)


def at_end(shown: Seen) -> float | None:
    """The value at the deadline: the figure of its year, else the middle of the projection."""
    if shown.due is None:
        return None
    rows = pd.concat([shown.own, shown.ahead])
    there = rows[rows["year"] == shown.due]["value"].dropna()
    return float(there.iloc[-1]) if len(there) else None


def _end(axes: Axes, chart: dict[str, Any], shown: Seen, standing: str, thin: bool) -> None:
    """At the deadline a red bar as long as the shortfall, and the shape of the standing."""
    value, due = at_end(shown), shown.due
    if value is None or due is None or not standing:
        return
    bar = chart["goal_value"]
    high = chart["goal_value_high"]
    if pd.notna(high) and value > high:
        bar = high
    if standing == "short" and pd.notna(bar):
        axes.plot([due, due], [value, bar], color=style.SHORT, lw=1.9 if thin else 2.6,
                  solid_capstyle="butt", clip_on=False)  # fmt: skip
    mark(axes, due, value, standing, 8.0 if thin else 10.0)


def mark(axes: Axes, x: float, y: float, standing: str, size: float) -> None:
    """The shape of a group of statuses, so many pixels wide."""
    from matplotlib.path import Path

    check = Path([(-0.55, 0.0), (-0.15, -0.4), (0.6, 0.5)])
    looks: dict[str, tuple[tuple[Any, str, str, float, float], ...]] = {
        "short": (("s", style.SHORT, style.SHORT, 1.0, 0.5), ("x", "white", "white", 0.5, 1.3)),
        "risk": (("^", style.RISK, style.RISK_EDGE, 1.0, 1.0),),
        "reached": (("o", "white", style.REACHED, 1.0, 1.3), (check, "none", style.REACHED, 0.5, 1.2)),
        "open": (("o", "white", style.OPEN, 0.9, 1.0),),
    }
    for shape, face, edge, wide, line in looks[standing]:
        axes.plot([x], [y], marker=shape, ms=size * wide * 72 / style.PX, mfc=face, mec=edge, mew=line, ls="none", clip_on=False,
                  zorder=5)  # fmt: skip


def _words(axes: Axes, chart: dict[str, Any], shown: Seen, lang: str, roomy: bool) -> None:
    """The names right of the last year, where there is ``roomy`` space for them, then at the points what finds room."""
    room, unit = Room(axes), chart.get("unit", "")
    for rows in (shown.own, pd.concat([shown.own.tail(1), shown.ahead]), shown.reference):
        room.line(rows["year"], rows["value"])
    room.line([x for a, b, _ in shown.steps for x in (a, b)], [v for *_, v in shown.steps for _ in range(2)])
    if shown.path:
        room.line(*zip(*shown.path, strict=True))
    room.line(axes.get_xlim(), [shown.low] * 2)
    value, bar = at_end(shown), chart["goal_value"]
    if value is not None and shown.due is not None:
        room.line([shown.due, shown.due], [value, bar if _standing(chart) == "short" and pd.notna(bar) else value])
        x, y = room.px(shown.due, value)
        room.boxes.append((x - 6, y - 6, x + 6, y + 6))
    if roomy:
        _gutter(axes, room, chart, shown, unit, lang)
    last = shown.own.tail(1)
    if len(last):
        point = float(last["year"].iloc[0]), float(last["value"].iloc[0])
        near = [(-4.0, 11.0, "right"), (0.0, 13.0, "center"), (4.0, -12.0, "left"), (0.0, -14.0, "center"), (-4.0, -12.0, "right"),
                (-8.0, 20.0, "right"), (4.0, -22.0, "left"), (-8.0, -24.0, "right"), (0.0, 26.0, "center")]  # fmt: skip
        room.say(quantity(point[1], unit, lang), *point, near, colour=OWN, bold=True)
    for first, end, value in shown.steps[:-1]:
        above = [(0.0, 9.0, "center"), (0.0, -10.0, "center"), (-16.0, 9.0, "center"), (-16.0, -10.0, "center")]
        room.say(quantity(value, unit, lang), (first + end) / 2, value, above, colour=TARGET, bold=True)
    if "obs_status" in shown.own and len(broken := shown.own[shown.own["obs_status"] == "break"]):
        year, value = broken["year"].iloc[-1], broken["value"].iloc[-1]
        around = [
            (0.0, 18.0, "center"),
            (0.0, -18.0, "center"),
            (6.0, 20.0, "left"),
            (-6.0, -20.0, "right"),
            (6.0, -20.0, "left"),
        ]
        room.say(text("figures.break", lang), year, value, around, size=style.SMALL, colour=SOFT)


def _gutter(axes: Axes, room: Room, chart: dict[str, Any], shown: Seen, unit: str, lang: str) -> None:
    """Goal, projection with its range, and reference by name, pushed apart, a hair line to where each belongs."""
    space = CARD[0] - CARD_AXES[2] - 17.0
    fit = lambda size, *ways: next((w for w in ways if width(w, size, size >= 12) <= space), ways[-1])  # noqa: E731
    names: list[tuple[float, list[tuple[str, str, bool]]]] = []  # height, and lines of words, colour, bold
    goal = shown.path[-1][1] if shown.path else shown.steps[-1][2] if shown.steps else None
    if goal is not None:
        words = chart.get("goal_bar") or quantity(goal, unit, lang)
        sign, high = words[: words[:1] in "≥≤＞＜><"], chart["goal_value_high"]
        bare = sign + units.parted(words[len(sign) :])[0]
        if pd.notna(high):
            bare = text("scorecard.goal_range", lang, value=number(goal), high=number(high))
        names.append(
            (
                goal,
                [
                    (
                        fit(
                            12.0,
                            text("figures.goal_here", lang, goal=words),
                            text("figures.goal_here", lang, goal=bare),
                            bare,
                        ),
                        TARGET,
                        True,
                    )
                ],
            )
        )
    value = at_end(shown)
    if value is not None and shown.due is not None and shown.due > shown.last:
        said = quantity(value, unit, lang)
        ways = [text("figures.projected_here", lang, value=value_) for value_ in (said, number(value))]
        told = [(fit(12.0, *ways, number(value)), style.INK, True)]
        end = shown.ahead[shown.ahead["year"] == shown.due].tail(1)
        if end["lower_80"].notna().all():
            fields = {"low": number(end["lower_80"].iloc[0]), "high": number(end["upper_80"].iloc[0])}
            told += [(text(f"figures.range_{part}", lang, **fields), SOFT, False) for part in ("80", "ends")]
        if (shown.ahead["kind"] == "borrowed").any():  # whose trend the district's projection borrows
            told += [(part, SOFT, False) for part in folded(chart["borrowed_label"], space, style.SMALL, 2)]
        names.append((value, told))
    if len(shown.reference):
        row = shown.reference.iloc[-1]
        area = chart.get("reference_name") or chart["reference_label"]
        parts = [*folded(area, space, style.SMALL, 2), text("figures.reference_here", lang, value=number(row["value"]))]
        names.append((float(row["value"]), [(part, REFERENCE, False) for part in parts]))
    named_beside(axes, room, shown.end, names)


def named_beside(axes: Axes, room: Room, x: float, names: list[tuple[float, list[tuple[str, str, bool]]]]) -> None:
    """Names right of the axes: of each the height that it belongs to and its lines (words, colour, bold)."""
    wanted = [room.px(x, height)[1] for height, _ in names]
    box = axes.bbox.bounds
    low, high = box[1] / room.scale - 5.0, (box[1] + box[3]) / room.scale + 12.0
    tops = stacked(wanted, [len(told) for _, told in names], low, high)
    for (height, told), want, top in zip(names, wanted, tops, strict=True):
        for i, (words, colour, bold) in enumerate(told):
            place = top - LINE * i
            size = 12.0 if bold else style.SMALL
            write(axes, words, (x, height), (13, place - want), size=size, colour=colour, bold=bold)
            room.boxes.append(
                (room.px(x, height)[0] + 11, place - size * 0.6, room.px(x, height)[0] + CARD[0], place + size * 0.6)
            )
        if abs(top - want) > LEADER:
            room.lead(x, want, top)


PACES = (42, 14, 212, 164)
# Told apart by line too, so that they part in grey on paper.
LOOK: dict[str, tuple[str, Any]] = {
    "as_now": (OWN, "-"),
    "best_here": ("#4f6f99", (0, (4, 2))),
    "best_peer": (REFERENCE, (0, (4, 1.5, 1, 1.5))),
    "needed": (TARGET, (0, (1, 1.4))),
    "own": ("#6d8cb5", (0, (6, 1.5))),
}


@in_our_style
def scenario_chart(
    scenarios: pd.DataFrame, *, goal: float, goal_words: str, unit: str, peer: str = "", lang: str = "zh"
) -> Figure:
    """One line a scenario of one target (rows of table ``scenarios``), named in the gutter with where it ends, the best
    peer's with who it is (``peer``); the goal as a black line."""
    axes, ends = drawn_on(*CARD, PACES), []
    years = scenarios["year"].astype(float)
    shown = Seen(*(pd.DataFrame(),) * 3, (), (), float(years.max()), *(float(years.min()),) * 2, float(years.max()),
                 *_around([*scenarios["value"], goal]))  # fmt: skip
    _limits(axes, shown)
    _scale(axes, shown, lang)
    for name, rows in scenarios.groupby("scenario", sort=False):
        colour, dashes = LOOK[str(name)]
        rows = rows.sort_values("year")
        axes.plot(rows["year"].astype(float), rows["value"], ls=dashes, color=colour, lw=1.5, clip_on=False)
        word = text(f"report.scenario_{name}", lang)
        if name == "best_peer" and peer:
            word = text("report.scenario_of", lang, word=word, area=peer)
        ends.append((float(rows["value"].iloc[-1]), word, colour, False))
    axes.plot([shown.first, shown.end], [goal, goal], color=TARGET, lw=1.65, clip_on=False)
    ends.append((goal, goal_words, TARGET, True))
    space = CARD[0] - PACES[2] - 17.0
    names = [
        (
            height,
            [
                (part, colour, bold)
                for part in folded(f"{word} {'' if bold else quantity(height, unit, lang)}", space, style.SMALL, 2)
            ],
        )
        for height, word, colour, bold in ends
    ]
    named_beside(axes, Room(axes), shown.end, names)
    return picture_of(axes)


def _around(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    spare = (high - low) * 0.06 or abs(high) * 0.05 or 1.0
    return low - spare, high + spare
