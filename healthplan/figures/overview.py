"""A whole plan: its statuses, its targets on one scale, its deadlines, and whether probabilities came true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan import tables
from healthplan.figures import style
from healthplan.figures.style import STATUS_COLOURS, WIDTH, blank, in_our_style, mark_invented
from healthplan.messages import text

if TYPE_CHECKING:
    from matplotlib.figure import Figure

NARROW = 0.16  # share of the bar below which a piece is narrower than its word
DOT: Any = {"markeredgecolor": style.OWN, "markersize": 6}
LETTER = 0.07  # inches that a letter takes; a Chinese character takes two


@in_our_style
def status_bar(scorecard: pd.DataFrame, *, lang: str = "zh") -> Figure:
    """One horizontal bar: a piece for each status that occurs, its number inside, its word above, or below where
    narrow pieces stand side by side."""
    counts = scorecard["status"].value_counts().reindex(tables.STATUSES).dropna().astype(int)
    total = counts.sum()
    pieces = _placed(counts, lang)
    tiers = [tier for *_, tier in pieces]
    lowest, highest = min(0, *tiers), max(tiers)
    figure, axes = blank(WIDTH, 0.65 + 0.28 * (highest - lowest))
    for status, middle, count, word, tier in pieces:
        colour, left = STATUS_COLOURS[status], middle - count / 2
        axes.barh(0, count, left=left, color=colour, edgecolor="white", linewidth=1.5)
        there: Any = {"ha": "center", "va": "center"}
        axes.text(middle, 0, str(count), fontsize=10, color=style.STATUS_INK[status], **there)
        height = 0.45 * tier + (0.28 if tier > 0 else -0.28)
        axes.annotate(word, (middle, height), fontsize=8.5, annotation_clip=False, **there)
    axes.set_xlim(0, total)
    axes.set_ylim(0.45 * lowest - 0.55, 0.45 * highest + 0.55)
    axes.axis("off")
    return figure


def _placed(counts: pd.Series, lang: str) -> list[tuple[str, float, int, str, int]]:
    """Status, middle, number, word and tier of each piece: 1, 2 above the bar, -1, -2 below it.

    Wide pieces have their word right above; narrow ones take turns above and below, a tier further out where the
    word would run into its neighbour's.
    """
    total, left = counts.sum(), 0
    ends: dict[int, float] = {}
    pieces = []
    for place, (status, count) in enumerate(counts.items()):
        word, middle = text(f"status.{status}", lang), left + count / 2
        side = -1 if count / total < NARROW and place % 2 else 1
        half = sum(2 if ord(c) > 0x2E80 else 1 for c in word) * LETTER / 2 * total / WIDTH
        outwards = (side, 2 * side, 3 * side, 4 * side)
        tier = next(t for t in outwards if ends.get(t, -half * 9) < middle - half)
        ends[tier] = middle + half
        pieces.append((str(status), middle, int(count), word, tier))
        left += count
    return pieces


@in_our_style
def distance_chart(distances: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False) -> Figure:
    """One line a target: hollow the latest figure, filled the projection with its 95 % interval.

    ``distances`` comes from :func:`healthplan.explanations.scorecards.distances`: 100 is the goal, more is better.
    """
    rows = distances.iloc[::-1].reset_index(drop=True)
    figure, axes = blank(WIDTH, 1.1 + 0.32 * len(rows))
    for place, row in enumerate(rows.to_dict("records")):
        colour, there = STATUS_COLOURS[row["status"]], [place, place]
        ends = [row["lower"], row["upper"]]
        axes.plot(ends, there, color=colour, lw=4, alpha=0.5, solid_capstyle="butt")
        axes.plot([row["latest"], row["then"]], there, color="#9aa1aa", lw=0.8)
        axes.plot(row["latest"], place, "o", color="white", **DOT)
        axes.plot(row["then"], place, "o", color=colour, **DOT)
    axes.axvline(100, color=style.TARGET, lw=1.2)
    axes.set_yticks(range(len(rows)), rows["name"])
    axes.set_ylim(-0.7, len(rows) - 0.3)
    axes.set_xlabel(text("figures.distance_axis", lang))
    for when, colour in (("now", "white"), ("then", "#8a9199")):
        axes.plot([], [], "o", color=colour, label=text(f"figures.distance_{when}", lang), **DOT)
    axes.legend(loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=2, frameon=False, fontsize=8.5)
    mark_invented(axes, synthetic, lang)
    return figure


@in_our_style
def milestone_calendar(milestones: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False) -> Figure:
    """A bar for each deadline, as long as the number of deliverables due then; deadlines from the top in the
    order of the rows."""
    undated = text("figures.undated", lang)
    counts = milestones["deadline"].replace("", undated).value_counts(sort=False).iloc[::-1]
    figure, axes = blank(WIDTH, 0.75 + 0.24 * len(counts))
    axes.barh(counts.index, counts, color=style.OWN, height=0.62)
    for place, count in enumerate(counts):
        axes.text(count, place, f" {count}", va="center", fontsize=9)
    axes.set_xlabel(text("figures.milestones_axis", lang))
    axes.set_ylabel(text("figures.deadline", lang))
    axes.locator_params(axis="x", integer=True)
    mark_invented(axes, synthetic, lang)
    return figure


@in_our_style
def reliability_chart(reliability: pd.DataFrame, *, lang: str = "zh", synthetic: bool = False) -> Figure:
    """Said against came out: on the diagonal a probability means what it says. Columns said, came, n (0-1)."""
    figure, axes = blank(3.4, 2.9)
    axes.plot([0, 100], [0, 100], color=style.REFERENCE, lw=1, ls="--")
    rows = reliability[reliability["n"] > 0]
    size = 12 + 120 * rows["n"] / rows["n"].max()
    axes.scatter(100 * rows["said"], 100 * rows["came"], s=size, color=style.OWN, alpha=0.75, edgecolor="white")
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel(text("figures.said", lang))
    axes.set_ylabel(text("figures.came", lang))
    mark_invented(axes, synthetic, lang)
    return figure
