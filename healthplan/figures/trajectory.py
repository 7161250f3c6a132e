"""One target: what was seen, what is to be expected, and where the goal stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.figures.style import OWN, REFERENCE, TARGET, blank, watermark, wrapped
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def trajectory_chart(
    chart: dict[str, Any],
    trajectories: pd.DataFrame,
    *,
    lang: str = "zh",
) -> Figure:
    """History, projection fan, goal, and a reference in its own style, each named beside its line.

    ``chart`` is one row of :func:`healthplan.scorecards.charts` (name, unit, area names, goal, deadline, ...);
    ``trajectories`` holds the rows of its own and of its reference series. A reference is always grey, dashed
    and labelled as not the district's.
    """
    figure, axes = blank(7.2, 3.1)
    own = _of(trajectories, chart["indicator"], chart["own_area"])
    reference = _of(trajectories, chart["reference_indicator"], chart["reference_area"])
    if not own.empty:
        borrowed = (own["kind"] == "borrowed").any()
        _fan(axes, own, OWN)
        _line(axes, own, OWN, "-", chart["own_label"])
        if borrowed:
            axes.set_title(chart["borrowed_label"], loc="right", fontsize=8, color=REFERENCE)
    if not reference.empty:
        _fan(axes, reference, REFERENCE, light=not own.empty)
        _line(axes, reference, REFERENCE, "--", chart["reference_label"])
    _goal(axes, chart)
    axes.set_xlabel(text("figures.year", lang))
    axes.set_ylabel(wrapped(chart["axis_label"], 3.1))
    axes.xaxis.get_major_locator().set_params(integer=True)
    axes.margins(x=0.02, y=0.16)
    if chart["synthetic"]:
        watermark(figure, text("figures.synthetic", lang))
    return figure


def _of(trajectories: pd.DataFrame, indicator: str, area: str) -> pd.DataFrame:
    chosen = (trajectories["indicator"] == indicator) & (trajectories["area"] == area)
    return trajectories[chosen].sort_values("year")


def _line(axes, rows: pd.DataFrame, colour: str, style: str, label: str) -> None:
    seen = rows[rows["kind"] == "observed"]
    ahead = pd.concat([seen.tail(1), rows[rows["kind"] != "observed"]])
    face = colour if style == "-" else "white"
    years = seen["year"].astype(float)
    axes.plot(
        years,
        seen["value"],
        style,
        color=colour,
        marker="o",
        markersize=4,
        markerfacecolor=face,
        lw=1.6,
    )
    if len(ahead) > 1:
        axes.plot(
            ahead["year"].astype(float), ahead["value"], style, color=colour, lw=1.2, alpha=0.8
        )
    if "obs_status" in seen and (broken := seen[seen["obs_status"] == "break"]).size:
        axes.plot(broken["year"].astype(float), broken["value"], "|", color=colour, markersize=16)
    if not seen.empty:
        _name(axes, seen, colour, label)


def _name(axes, seen: pd.DataFrame, colour: str, label: str) -> None:
    """The line's name at its first point: below a rising line, above a falling one, so that they part."""
    first, last = seen.iloc[0], seen.iloc[-1]
    rising = last["value"] > first["value"]
    axes.annotate(
        label,
        (float(first["year"]), first["value"]),
        xytext=(7, -5 if rising else 5),
        textcoords="offset points",
        va="top" if rising else "bottom",
        fontsize=8.5,
        color=colour,
        bbox={
            "boxstyle": "square,pad=0.1",
            "facecolor": "white",
            "edgecolor": "none",
            "alpha": 0.75,
        },
    )


def _fan(axes, rows: pd.DataFrame, colour: str, *, light: bool = False) -> None:
    """The 95 % interval light, the 80 % interval darker, both starting at the last observed point."""
    ahead = rows[rows["kind"] != "observed"]
    if ahead.empty:
        return
    last = rows[rows["kind"] == "observed"].tail(1)
    for level, alpha in (("95", 0.14), ("80", 0.22)):
        years = [*last["year"].astype(float), *ahead["year"].astype(float)]
        low = [*last["value"], *ahead[f"lower_{level}"]]
        high = [*last["value"], *ahead[f"upper_{level}"]]
        axes.fill_between(years, low, high, color=colour, alpha=alpha / (2 if light else 1), lw=0)


def _goal(axes, chart: dict[str, Any]) -> None:
    """The goal as a diamond at its deadline and a thin line at its height, its words beside it."""
    value, year = chart["goal_value"], chart["deadline_year"]
    if pd.isna(value):
        return
    axes.axhline(value, color=TARGET, lw=0.9, ls=(0, (4, 3)), alpha=0.8)
    if pd.notna(chart["goal_value_high"]):
        axes.axhspan(value, chart["goal_value_high"], color=TARGET, alpha=0.08, lw=0)
    if pd.notna(year):
        axes.plot([year], [value], "D", color=TARGET, markersize=7, zorder=5)
    place = year if pd.notna(year) else axes.get_xlim()[1]
    axes.annotate(
        chart["goal_label"], (place, value), xytext=(-6, 7), textcoords="offset points", ha="right",
        fontsize=9, color=TARGET,
    )  # fmt: skip
