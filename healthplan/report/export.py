"""An executed notebook to one self-contained HTML file: no script, nothing from the network, prints on A4."""

import base64
import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import nbformat

from healthplan.figures.style import STATUS_COLOURS, STATUS_INK, font_file

TEMPLATES = Path(__file__).parent / "template"
HTML_LANG = {"zh": "zh-CN", "en": "en"}


def page_name(stem: str, lang: str) -> str:
    """``<stem>.html`` in Chinese, ``<stem>.<lang>.html`` in another language."""
    return f"{stem}.html" if lang == "zh" else f"{stem}.{lang}.html"


def to_html(notebook: nbformat.NotebookNode, title: str, lang: str, links: Sequence[tuple[str, str]] = ()) -> str:
    """The page as text, with links to other pages (href, words). Cell inputs, errors and streams are left out;
    markdown cells tagged with the page's language are kept."""
    from nbconvert import HTMLExporter

    exporter = HTMLExporter(template_name="healthplan", extra_template_basedirs=[str(TEMPLATES)])
    around = {
        "title": title,
        "lang": HTML_LANG[lang],
        "tag": lang,
        "links": [{"href": href, "words": words} for href, words in links],
        "css": "@@css@@",
    }
    body, _ = exporter.from_notebook_node(notebook, resources={"page": around})
    return body.replace("@@css@@", style_sheet(body), 1)


def style_sheet(body: str) -> str:
    """The page's CSS with the status colours and a font that holds just the characters the page uses."""
    css = (TEMPLATES / "page.css").read_text("utf-8")
    return "\n".join((_font_face("".join(sorted(set(body)))), css, status_colours(".status.")))


def status_colours(before: str) -> str:
    """The colours of every status; ``before`` is the selector up to its word."""
    return "\n".join(
        f"{before}{name} {{ background: {colour}; color: {STATUS_INK[name]}; }}"
        for name, colour in STATUS_COLOURS.items()
    )


@cache
def _font_face(characters: str) -> str:
    """A subset of Noto Sans SC for readers whose machine has no Chinese font."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    # Boxes kept as they are and tables of vertical and complex layout left out: three times as fast.
    font = TTFont(font_file(), recalcTimestamp=False, recalcBBoxes=False, lazy=True)
    options = subset.Options(layout_features=[], name_IDs=[1, 2], notdef_outline=True, hinting=False)
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "healthplan"; src: url(data:font/woff;base64,{data}) format("woff"); }}'
