"""One look for every picture: theme first, the Chinese font second, colours by status."""

from __future__ import annotations

import textwrap
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from healthplan import tables

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by people who see no red and green, and in grey on paper by lightness.
STATUS_COLOURS = {s: tables.STATUS_FACTS[s]["colour"] for s in tables.statuses("bar")}
STATUS_INK = {s: tables.STATUS_FACTS[s]["ink"] for s in tables.STATUSES}  # of words on the colour
OWN = "#1d4e89"
REFERENCE = "#7a7f87"
TARGET = "#b3261e"
INK = "#22262b"
# Behind words that may lie across a line.
PLATE = {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none", "alpha": 0.75}


@cache
def font_file() -> Path:
    """The Noto Sans SC file of the font package (SIL Open Font License)."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"


@cache
def use_style() -> None:
    """Set theme and font for every later figure of this process.

    seaborn's theme resets the font, so the font comes second; it is added by path, because matplotlib does
    not see a font that was installed after its cache was built.
    """
    import matplotlib as mpl
    import seaborn as sns
    from matplotlib import font_manager

    sns.set_theme(style="white", context="paper")
    font_manager.fontManager.addfont(str(font_file()))
    name = font_manager.FontProperties(fname=str(font_file())).get_name()
    mpl.rcParams.update(
        {
            "font.family": "sans-serif",
            "font.sans-serif": [name, "DejaVu Sans"],
            "axes.unicode_minus": True,
            "axes.edgecolor": "#9aa1aa",
            "axes.labelcolor": INK,
            "text.color": INK,
            "xtick.color": INK,
            "ytick.color": INK,
            "savefig.dpi": 160,
            "figure.dpi": 110,
            "figure.constrained_layout.use": True,
        }
    )


def blank(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes in our style, outside pyplot's global list."""
    from matplotlib.figure import Figure

    use_style()
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def wrapped(label: str, height: float) -> str:
    """An axis label in as many lines as it takes to fit beside an axis of this height (inches)."""
    wide = sum(2 if ord(c) > 0x2E80 else 1 for c in label)
    lines = -(-wide // int(height * 12))
    if lines < 2:
        return label
    if any(ord(c) > 0x2E80 for c in label):
        size = -(-len(label) // lines)
        return "\n".join(label[i : i + size] for i in range(0, len(label), size))
    return "\n".join(textwrap.wrap(label, -(-len(label) // lines) + 4))


def watermark(figure: Figure, words: str) -> None:
    """Say across the picture that its data are invented."""
    figure.text(
        0.5,
        0.5,
        words,
        fontsize=26,
        color="#c0392b",
        alpha=0.16,
        ha="center",
        va="center",
        rotation=20,
    )
