"""The pictures of an executed report, for files that stand beside its pages."""

import re
from html import unescape
from typing import NamedTuple

import nbformat

from healthplan.report.blocks import TEMPLATES

_PICTURE = re.compile(r'<div class="picture" id="chart-([^"]+)">(<svg.*?</svg>)</div>', re.DOTALL)
FONT = "Noto Sans SC"


class Picture(NamedTuple):
    """A picture as a document of its own, what it shows in words, its size in millimetres."""

    svg: str
    alt: str
    wide: float
    high: float


def pictures_of(notebook: nbformat.NotebookNode) -> dict[str, Picture]:
    """Every named picture of a notebook's outputs: that of a goal by the goal's id, others by their names."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    html = ("".join(output["data"]["text/html"]) for output in outputs if "text/html" in output.get("data", {}))
    return {unescape(name): _picture(svg) for words in html for name, svg in _PICTURE.findall(words)}


def _picture(svg: str) -> Picture:
    """A picture of a page as a document of its own: with its name space, its font, and the page's colours."""
    head = re.match(r"<svg[^>]*>", svg)
    assert head is not None
    facts = dict(re.findall(r'([\w-]+)="([^"]*)"', head[0]))
    wide, high = (float(facts[side]) * 25.4 / 96 for side in ("width", "height"))
    beside = ' xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"' * (
        "xmlns=" not in head[0]
    )
    svg = svg.replace("<svg", f'<svg{beside} font-family="{FONT}"', 1)
    colours = dict(re.findall(r"--([\w-]+):\s*([^;]+);", (TEMPLATES / "page.css").read_text("utf-8")))
    svg = re.sub(r"var\(--([\w-]+)\)", lambda found: colours.get(found[1], "#000"), svg)
    return Picture(svg, unescape(facts.get("aria-label", "")), wide, high)


def marks() -> dict[str, str]:
    """The shape of each group of statuses, as pages draw it."""
    words = (TEMPLATES / "marks.html.j2").read_text("utf-8")
    found = re.findall(r'<symbol id="mark-(\w+)"([^>]*)>(.*?)</symbol>', words, flags=re.DOTALL)
    return {name: f'<svg xmlns="http://www.w3.org/2000/svg"{box}>{drawn}</svg>' for name, box, drawn in found}
