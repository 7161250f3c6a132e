"""One target: what was seen and is to be expected, where the goal stands, where each pace would lead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables
from healthplan.figures import style
from healthplan.figures.style import OWN, PLATE, REFERENCE, TARGET, blank, by_year, in_our_style, mark_invented
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

NEAR = 0.16  # of the axis' height: a line closer than this to the goal would run through its label
BESIDE = -12  # points: the words end before the diamond


@in_our_style
def trajectory_chart(
    chart: dict[str, Any], trajectories: pd.DataFrame, *, lang: str = "zh", ax: Axes | None = None
) -> Figure:
    """History, projection fan, goal, and a reference in its own style, each named in its colour above the picture.

    ``chart`` is one row of :func:`healthplan.explanations.scorecards.charts` (name, unit, area names, goal, deadline,
    ...); ``trajectories`` holds the rows of its own and of its reference series. A reference is always grey, dashed
    and labelled as not the district's. Where ``trajectories`` has ``obs_status``, preliminary and estimated points are
    hollow and a change of definition is a tick with its words.
    """
    figure, axes = blank(style.WIDTH, style.HEIGHT, ax)
    own = _of(trajectories, chart["indicator"], chart["own_area"], chart["group"])
    group = chart.get("reference_group", chart["group"])
    reference = _of(trajectories, chart["reference_indicator"], chart["reference_area"], group)
    if not own.empty:
        _fan(axes, own, OWN)
        _line(axes, own, OWN, "-", lang)
        label = f"● {chart['own_label']}"
        if (own["kind"] == "borrowed").any():  # whose trend the district's projection borrows
            label = text("figures.and", lang, first=label, second=chart["borrowed_label"])
        _name(axes, label, OWN, left=True)
    if not reference.empty:
        _fan(axes, reference, REFERENCE, light=not own.empty)
        _line(axes, reference, REFERENCE, "--", lang)
        _name(axes, f"○ {chart['reference_label']}", REFERENCE, left=own.empty)
    axes.margins(x=0.02, y=0.2)
    _goal(axes, chart, pd.concat([own, reference]))
    by_year(axes, chart["axis_label"], style.HEIGHT, lang)
    mark_invented(axes, chart["synthetic"], lang)
    return figure


def _of(trajectories: pd.DataFrame, indicator: str, area: str, group: str) -> pd.DataFrame:
    chosen = (trajectories["indicator"] == indicator) & (trajectories["area"] == area)
    chosen &= tables.of_groups(trajectories)["group"] == group
    return trajectories[chosen].sort_values("year").astype({"year": float})


def _line(axes, rows: pd.DataFrame, colour: str, dashes: str, lang: str) -> None:
    seen = rows[rows["kind"] == "observed"]
    ahead = pd.concat([seen.tail(1), rows[rows["kind"] != "observed"]])
    axes.plot(seen["year"], seen["value"], dashes, color=colour, lw=1.6)
    # A dot for each figure: full where it is final and the district's own, hollow otherwise.
    status = seen["obs_status"] if "obs_status" in seen else pd.Series("final", index=seen.index)
    hollow = status.isin(tables.SOFT) if dashes == "-" else status.notna()
    for part, face in ((seen[~hollow], colour), (seen[hollow], "white")):
        if len(part):
            axes.plot(part["year"], part["value"], "o", color=colour, markersize=4, markerfacecolor=face)
    if len(ahead) > 1:
        axes.plot(ahead["year"], ahead["value"], dashes, color=colour, lw=1.2, alpha=0.8)
    _breaks(axes, seen, colour, lang)


def _breaks(axes, seen: pd.DataFrame, colour: str, lang: str) -> None:
    """A tick where the definition changed; its words stand once, at the last one."""
    if "obs_status" not in seen or (broken := seen[seen["obs_status"] == "break"]).empty:
        return
    axes.plot(broken["year"], broken["value"], "|", color=colour, markersize=16)
    rising = seen["value"].iloc[-1] > seen["value"].iloc[0]
    axes.annotate(
        text("figures.break", lang), (broken["year"].iloc[-1], broken["value"].iloc[-1]),
        xytext=(0, -10 if rising else 10), textcoords="offset points", ha="center",
        va="top" if rising else "bottom", fontsize=7.5, color=colour, bbox=PLATE,
    )  # fmt: skip


def _name(axes, label: str, colour: str, *, left: bool) -> None:
    """A line's name in its colour, above the picture, where no line runs through it."""
    axes.annotate(
        label, (0 if left else 1, 1), xycoords="axes fraction", xytext=(0, 5), textcoords="offset points",
        ha="left" if left else "right", va="bottom", fontsize=8.5, color=colour,
    )  # fmt: skip


def _fan(axes, rows: pd.DataFrame, colour: str, *, light: bool = False) -> None:
    """The 95 % interval light, the 80 % interval darker, both starting at the last observed point."""
    ahead = rows[rows["kind"] != "observed"]
    if ahead.empty:
        return
    last = rows[rows["kind"] == "observed"].tail(1)
    for level, alpha in (("95", 0.14), ("80", 0.22)):
        years = [*last["year"], *ahead["year"]]
        low = [*last["value"], *ahead[f"lower_{level}"]]
        high = [*last["value"], *ahead[f"upper_{level}"]]
        axes.fill_between(years, low, high, color=colour, alpha=alpha / (2 if light else 1), lw=0)


def _goal(axes, chart: dict[str, Any], rows: pd.DataFrame) -> None:
    """The goal as a diamond at its deadline and a thin line at its height (of a goal for every year the path of its
    years, each with a small diamond), its words above the line: at the left
    end, or at the right one where a series starts so near to the goal that it would run through them."""
    value, year = chart["goal_value"], chart["deadline_year"]
    if pd.isna(value):
        return
    dashed: Any = {"color": TARGET, "lw": 0.9, "ls": (0, (4, 3)), "alpha": 0.8}
    if path := chart.get("goal_path"):
        years, asked = zip(*path, strict=True)
        axes.plot(years, asked, **dashed)
        axes.plot(years[:-1], asked[:-1], "D", color=TARGET, markersize=3, zorder=5)
    else:
        axes.axhline(value, **dashed)
    if pd.notna(chart["goal_value_high"]):
        axes.axhspan(value, chart["goal_value_high"], color=TARGET, alpha=0.08, lw=0)
    if pd.notna(year):
        axes.plot([year], [value], "D", color=TARGET, markersize=7, zorder=5)
    axes.autoscale_view()
    # whether the left part of the picture has no figure near the goal's height
    (low, high), (first, last) = axes.get_ylim(), axes.get_xlim()
    early = rows.loc[rows["year"] <= first + 0.4 * (last - first), "value"]
    left = bool(((early - value).abs() > NEAR * (high - low)).all())
    axes.annotate(
        chart["goal_label"], (0.01 if left else 0.985, value), xycoords=("axes fraction", "data"),
        xytext=(0 if left else BESIDE, 4), textcoords="offset points", ha="left" if left else "right", fontsize=9,
        color=TARGET, bbox=PLATE,
    )  # fmt: skip


LOW = 2.35  # inches
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
    peer: str = "",
    lang: str = "zh",
    synthetic: bool = False,
) -> Figure:
    """One line a scenario of one target (rows of table ``scenarios``), named at its end, the best peer's with who it
    is (``peer``); the goal as a line with its words at the left."""
    figure, axes = blank(style.WIDTH, LOW)
    ends = []
    for name, rows in scenarios.groupby("scenario", sort=False):
        colour, dashes, mark = LOOK[str(name)]
        rows = rows.sort_values("year")
        years = rows["year"].astype(float)
        axes.plot(years, rows["value"], linestyle=dashes, color=colour, marker=mark, markersize=3.5, lw=1.5)
        word = text(f"report.scenario_{name}", lang)
        if name == "best_peer" and peer:
            word = text("report.scenario_of", lang, word=word, area=peer)
        ends.append((float(rows["value"].iloc[-1]), word, colour))
    first, last = float(scenarios["year"].min()), float(scenarios["year"].max())
    axes.plot([first, last], [goal, goal], color=TARGET, lw=0.9, alpha=0.7)
    axes.margins(y=0.15)
    if goal_label:
        axes.annotate(goal_label, (first, goal), xytext=(0, 3), textcoords="offset points", fontsize=8.5,
                      color=TARGET, bbox=PLATE)  # fmt: skip
    for place, (_, word, colour) in zip(_spread(axes, ends), sorted(ends), strict=True):
        axes.annotate(word, (last, place), xytext=(8, 0), textcoords="offset points", va="center",
                      fontsize=8.5, color=colour, annotation_clip=False)  # fmt: skip
    by_year(axes, axis_label, LOW, lang)
    mark_invented(axes, synthetic, lang)
    return figure


def _spread(axes, ends: list[tuple[float, str, str]]) -> list[float]:
    """Heights for the names, from the lowest line up, at least a line of text apart."""
    low, high = axes.get_ylim()
    step = (high - low) * 0.11
    places: list[float] = []
    for value, _, _ in sorted(ends):
        places.append(value if not places else max(value, places[-1] + step))
    return places
