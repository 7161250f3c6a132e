"""One look for every picture, whatever the user's own is: theme, the Chinese font, colours by status; and, asked for, our
letters for a user's own pictures (:func:`use`)."""

from __future__ import annotations

import dataclasses
import io
import textwrap
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, cast

from healthplan.messages import default_language, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Told apart by people who see no red and green, and in grey on paper by lightness.
# Colour is status only: the goal is black, what was seen blue-black, what is not the district's own grey.
INK, SOFT, HAIR, AXIS = "#15191f", "#4a5360", "#e4e8ed", "#8892a0"
OWN, BAND_80, BAND_95 = "#1d3c63", "#afc0d4", "#dce4ed"
REFERENCE, TARGET = "#6a7380", "#000000"
SHORT, RISK, RISK_EDGE, REACHED, OPEN = "#9b2412", "#f2b233", "#5a3b00", "#1e6fa5", "#5a6472"
PX = 96  # to the inch: sizes in pictures are pixels of a page
SMALL, MIDDLE = 11.5, 12.0  # px: letters


BOLD_FILE = Path(__file__).parent / "fonts" / "NotoSansSC-Bold.otf"


@cache
def font_file() -> Path:
    """The Noto Sans SC file of the font package (SIL Open Font License)."""
    import pylopdf_fonts_zh_cn

    return Path(pylopdf_fonts_zh_cn.__file__).parent / "NotoSansSC-Regular.otf"


# By name: "sans-serif" would be looked up in the user's settings. The bold face holds what is written today; a rarer
# character comes from the regular one, which stands under a name of its own for that.
REGULAR = "Noto Sans SC Regular"
FAMILY = ["Noto Sans SC", REGULAR, "DejaVu Sans"]
THEMES = ("whitegrid", "darkgrid", "white", "dark", "ticks")  # of seaborn
DPI = 160  # of a saved picture
Chart = ParamSpec("Chart")


@cache
def _fonts_known() -> None:
    """Our two faces in matplotlib's list: by path, because it does not see those installed after its cache was built."""
    from matplotlib import font_manager

    fonts = font_manager.fontManager
    fonts.addfont(str(BOLD_FILE))
    fonts.addfont(str(font_file()))
    regular = fonts.ttflist[-1]
    fonts.ttflist += [dataclasses.replace(regular, name=REGULAR, weight=weight) for weight in (400, 700)]


@cache
def _look() -> Any:
    """Theme, letters and colours of every picture."""
    import seaborn as sns

    _fonts_known()
    return {
        **sns.axes_style("white"),
        **sns.plotting_context("paper"),
        "font.family": FAMILY,
        "axes.unicode_minus": True,
        "axes.edgecolor": "#9aa1aa",
        "axes.labelcolor": INK,
        "text.color": INK,
        "xtick.color": INK,
        "ytick.color": INK,
        "savefig.dpi": DPI,
        "svg.fonttype": "none",  # words of a picture can be selected, and found
        "svg.hashsalt": "healthplan",  # the same picture has the same bytes
        "figure.dpi": 110,
        "figure.constrained_layout.use": False,
    }


class Letters(list[str]):
    """Names of fonts, to be passed as ``font=``; shown, they say how they go with a theme."""

    def __repr__(self) -> str:
        return text("figures.letters", default_language(), names=", ".join(self))


def use(theme: str | None = None) -> Letters:
    """The user's own settings with our letters, and seaborn's ``theme`` where one is named."""
    import matplotlib as mpl

    _fonts_known()
    if theme is not None:
        import seaborn as sns

        sns.set_theme(style=theme, font=FAMILY)  # type: ignore[arg-type]
    mpl.rcParams["font.family"] = FAMILY
    return Letters(FAMILY)


def in_our_style(draw: Callable[Chart, Figure]) -> Callable[Chart, Figure]:
    """A chart drawn in our look whatever theme is set, and which leaves the settings as they were.

    Labels of an axis that was made under another theme get our letters too: theirs may have no Chinese.
    """

    @wraps(draw)
    def styled(*args: Chart.args, **options: Chart.kwargs) -> Figure:
        import matplotlib as mpl

        with mpl.rc_context(_look()):
            figure = draw(*args, **options)
            given: Any = options.get("ax")
            for axes in figure.axes if given is None else (given,):
                axes.tick_params(labelfontfamily=FAMILY)
                for label in (axes.xaxis.label, axes.yaxis.label, axes.title):
                    label.set_fontfamily(FAMILY)
        return figure

    return styled


def drawn_as_svg(figure: Figure) -> str:
    """The figure as SVG: words stay words, and the same picture has the same bytes."""
    import matplotlib as mpl

    buffer = io.StringIO()
    with mpl.rc_context(_look()):
        figure.savefig(buffer, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return buffer.getvalue()


def picture_of(axes: Axes) -> Figure:
    """The figure on which axes stand."""
    return cast("Figure", axes.figure)


def drawn_on(width: float, height: float, box: tuple[float, float, float, float]) -> Axes:
    """Bare axes of a new picture of so many pixels; ``box``: their left, top, right and bottom edge in pixels from its upper
    left corner. Nothing is laid out when it is saved: that is fast, and all charts of a kind stand alike."""
    from matplotlib.figure import Figure

    left, top, right, bottom = box
    made = Figure(figsize=(width / PX, height / PX), dpi=PX)
    axes = made.add_axes((left / width, 1 - bottom / height, (right - left) / width, (bottom - top) / height))
    axes.set_axis_off()
    axes.patch.set_visible(False)
    made.patch.set_visible(False)
    return axes


def new_axes(count: int) -> list[Axes]:
    """New axes one below the other, on a figure that a notebook shows."""
    import matplotlib as mpl
    from matplotlib import pyplot

    high = 2.7 * count  # inches; nothing is laid out again when it is drawn, so that words stay where there was room
    edges = {"left": 0.14, "right": 0.98, "top": 1 - 0.32 / high, "bottom": 0.55 / high, "hspace": 0.45}
    with mpl.rc_context(_look()):
        return list(pyplot.subplots(count, figsize=(6.4, high), squeeze=False, gridspec_kw=edges)[1][:, 0])


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
