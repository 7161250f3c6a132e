"""An executed notebook to one self-contained HTML file: no script, nothing from the network, prints on A4."""

import base64
import io
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import nbformat

from healthplan.figures.style import STATUS_COLOURS, STATUS_INK, font_file

TEMPLATES = Path(__file__).parent / "template"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Page:
    """What stands around the cells: title, language, links to other pages (href, words)."""

    title: str
    lang: str
    links: tuple[tuple[str, str], ...] = field(default=())


def to_html(notebook: nbformat.NotebookNode, page: Page) -> str:
    """The page as text. Cell inputs, errors and streams are left out; markdown cells tagged with the page's
    language are kept."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="healthplan", extra_template_basedirs=[str(TEMPLATES)])
    around = {
        "title": page.title,
        "lang": HTML_LANG[page.lang],
        "tag": page.lang,
        "links": [{"href": href, "words": words} for href, words in page.links],
        "css": "@@css@@",
    }
    body, _ = exporter.from_notebook_node(notebook, resources={"page": around})
    return body.replace("@@css@@", style_sheet(body), 1)


def style_sheet(body: str) -> str:
    """The page's CSS with the status colours and a font that holds just the characters the page uses."""
    badges = "\n".join(
        f".status.{name} {{ background: {colour}; color: {STATUS_INK[name]}; }}"
        for name, colour in STATUS_COLOURS.items()
    )
    css = (TEMPLATES / "page.css").read_text("utf-8")
    return "\n".join((_font_face("".join(sorted(set(body)))), css, badges))


@cache
def _font_face(characters: str) -> str:
    """A subset of Noto Sans SC for readers whose machine has no Chinese font."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    # Boxes kept as they are and tables of vertical and complex layout left out: three times as fast.
    font = TTFont(font_file(), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    options = subset.Options(
        layout_features=[], name_IDs=[1, 2], notdef_outline=True, hinting=False
    )
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "healthplan"; src: url(data:font/woff;base64,{data}) format("woff"); }}'
