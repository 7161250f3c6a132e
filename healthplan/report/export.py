"""An executed notebook to self-contained HTML pages: no script, nothing from the network, each prints on A4."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from healthplan.figures.style import font_file
from healthplan.messages import text
from healthplan.report.blocks import PART, finished

if TYPE_CHECKING:  # it takes two seconds to load, and who writes no page needs it not
    import nbformat

TEMPLATES = Path(__file__).parent / "template"
HTML_LANG = {"zh": "zh-CN", "en": "en"}
# The pages of a report in their order: a cell's tag ``page:<name>`` says where its output stands, ``page:all`` on each.
FIRST, EVERY = "first", "all"
PAGES = (FIRST, "cards", "overview", "areas", "departments", "changes", "requests", "details")
CONTENTS_FROM = 3  # so many parts of a page are listed at its head
# Tables of vertical and complex layout, which no page needs.
NOT_OF_LINES = ("BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx")
Link = tuple[str, str]  # address and words


def page_name(stem: str, lang: str) -> str:
    """``<stem>.html`` in Chinese, ``<stem>.<lang>.html`` in another language."""
    return f"{stem}.html" if lang == "zh" else f"{stem}.{lang}.html"


def beside(page: str, name: str) -> str:
    """The file ``name`` (with its suffix) beside a page: demo.html and cards.html give demo.cards.html."""
    return page if name == f"{FIRST}.html" else f"{page.removesuffix('.html')}.{name}"


def to_pages(
    notebook: nbformat.NotebookNode, titles: Mapping[str, str], lang: str, page: str, links: Sequence[Link] = ()
) -> dict[str, str]:
    """The pages of an executed notebook by name (of ``PAGES``); one on which nothing is shown is left out.

    ``titles``: by name of page; ``page``: the file of the first one; ``links``: to what lies beside, (href, words). Cell
    inputs, errors and streams are left out; markdown cells tagged with the page's language are kept.
    """
    parts = _in_parts(notebook)
    there = [name for name in PAGES if name == FIRST or _shows(notebook, name)]
    addresses = [(name, beside(page, f"{name}.html"), text(f"site.page_{name}", lang)) for name in there]
    made = {}
    for name, part in parts.items():
        whole = name.partition("-")[0]
        if whole in there:
            nav = [(href, words, whole == other) for other, href, words in addresses] if len(there) > 1 else []
            made[name] = _page(part, whole, titles[whole], lang, nav, links)
    places = {
        anchor: name for name, body in made.items() for anchor in re.findall(r' id="([^"]+)"', body) if "-" in name
    }
    anchors: dict[str, set[str]] = {}
    for name, body in made.items():
        anchors.setdefault(name.partition("-")[0], set()).update(re.findall(r' id="([^"]+)"', body))
    return {name: _linked(body, page, anchors, places) for name, body in made.items()}


def _in_parts(notebook: nbformat.NotebookNode) -> dict[str, nbformat.NotebookNode]:
    """The notebook by page; of a page that says where it may be cut (``PART``), one a piece: cards, cards-2."""
    found = {}
    for name in PAGES:
        own = _own(notebook, name)
        pieces = {id(cell): [_html(output).split(PART) for output in cell.get("outputs", [])] for cell in own}
        cuts = sum(len(cut) - 1 for cell in pieces.values() for cut in cell)
        for number in range(1 + cuts):
            at, cells = number, []  # how many cuts are still to come
            for cell in notebook.cells:
                if id(cell) in pieces:
                    cell, passed = _piece(cell, at, pieces[id(cell)])
                    at -= passed
                cells.append(cell)
            found[f"{name}-{number + 1}" if number else name] = type(notebook)(notebook | {"cells": cells})
    return found


def _shown(output: Any) -> bool:
    """Whether a page has anything of this output: a piece of a page or a table, or a picture of somebody's own."""
    return bool(_html(output).strip() or output.get("data", {}).get("image/png"))


def _html(output: Any) -> str:
    words = output.get("data", {}).get("text/html", "")
    return words if isinstance(words, str) else "".join(words)


def _piece(cell: nbformat.NotebookNode, at: int, cut: Sequence[list[str]]) -> tuple[nbformat.NotebookNode, int]:
    """What of a cell lies after ``at`` cuts and before the next one, and how many cuts it has; ``cut``: its outputs, cut."""
    kept, passed = [], 0
    for output, pieces in zip(cell.get("outputs", []), cut, strict=True):
        if 0 <= at - passed < len(pieces):
            data = {"data": output["data"] | {"text/html": pieces[at - passed]}} if len(pieces) > 1 else {}
            kept.append(type(output)(output | data))
        passed += len(pieces) - 1
    return type(cell)(cell | {"outputs": kept}), passed


def _linked(body: str, page: str, anchors: Mapping[str, Collection[str]], places: Mapping[str, str]) -> str:
    """The links between pages (``@page:cards@#t025``) with the pages' files, by ``places`` those of the piece that holds the
    anchor; to a page that is not made or does not hold it (of a notebook of somebody's own), their words alone."""
    there = lambda m: m[1] in anchors and (not m[2] or m[2] in anchors[m[1]])  # noqa: E731
    known = lambda m: m[0] if there(m) else m[3]  # noqa: E731
    body = re.sub(r'<a [^>]*href="@page:([\w-]+)@(?:#([^"]*))?"[^>]*>(.*?)</a>', known, body, flags=re.DOTALL)
    body = re.sub(r"@beside:([\w.]+)@", lambda m: quote(beside(page, m[1])), body)
    return re.sub(r"@page:([\w-]+)@(#[^\"]*)?", lambda m: _address(page, m[1], m[2] or "", places), body)


def _address(page: str, name: str, anchor: str, places: Mapping[str, str]) -> str:
    return quote(beside(page, f"{places.get(anchor[1:], name)}.html")) + anchor


def _page(
    notebook: nbformat.NotebookNode, name: str, title: str, lang: str, nav: Sequence[tuple[str, str, bool]], links: Sequence[Link]
) -> str:  # fmt: skip
    called = {text(f"site.{one}", one): code for one, code in HTML_LANG.items()}  # each language by its own name
    around = {
        "title": title,
        "lang": HTML_LANG[lang],
        "tag": lang,
        "nav": nav,
        "nav_words": text("site.pages", lang),
        "to_main": text("site.to_main", lang),
        "links": [{"href": href, "words": words, "lang": called.get(words, "")} for href, words in links],
        "picture": text("site.picture", lang),
        "css": "@@css@@",
        "contents": "@@contents@@",
    }
    kept = type(notebook)(notebook | {"cells": [c for c in notebook.cells if name in _places(c)]})
    body, _ = _exporter().from_notebook_node(kept, resources={"page": around})
    body = body.replace("@@contents@@", "" if name == FIRST else contents(body, lang), 1)
    return finished(body).replace("@@css@@", style_sheet(body, name), 1)


@cache
def _exporter() -> Any:
    """nbconvert with our template. Its HTML is not parsed and written anew: that takes longer than all the rest and spells
    the names within pictures in small letters."""
    from nbconvert import HTMLExporter, TemplateExporter

    class Untouched(HTMLExporter):
        def from_notebook_node(self, *given: Any, **named: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, *given, **named)

    where = {"template_name": "healthplan", "extra_template_basedirs": [str(TEMPLATES)]}
    return Untouched(**where, exclude_anchor_links=True)


def _places(cell: nbformat.NotebookNode) -> tuple[str, ...]:
    """The pages on which a cell's output stands: those that its tags name, else the first."""
    named = tuple(t.removeprefix("page:") for t in cell.metadata.get("tags", []) if t.startswith("page:"))
    return PAGES if EVERY in named else named or (FIRST,)


def _shows(notebook: nbformat.NotebookNode, name: str) -> bool:
    """Whether a cell of that page alone has something to show."""
    return any(_shown(output) for cell in _own(notebook, name) for output in cell.get("outputs", []))


def _own(notebook: nbformat.NotebookNode, name: str) -> list[Any]:
    """The cells of that page alone."""
    tagged = [cell for cell in notebook.cells if f"page:{name}" in cell.metadata.get("tags", [])]
    return [cell for cell in tagged if cell.cell_type == "code"]


def contents(body: str, lang: str) -> str:
    """The parts of a page (its headings with an anchor) as a list of links, where there are several."""
    parts = re.findall(r'<h2 id="([^"]+)"[^>]*>(.*?)</h2>', body, flags=re.DOTALL)
    if len(parts) < CONTENTS_FROM:
        return ""
    items = "".join(
        f'<li><a href="#{anchor}">{re.sub("<[^>]+>", "", words).strip()}</a></li>' for anchor, words in parts
    )
    words = text("site.contents", lang)
    return f'<nav class="contents" aria-label="{words}"><ul>{items}</ul></nav>'


def style_sheet(body: str, page: str = "") -> str:
    """The page's CSS with a font that holds just the characters the page uses; ``page``: with the
    rules of that page alone (``template/<page>.css``)."""
    sheets = [TEMPLATES / "page.css", TEMPLATES / f"{page}.css"]
    sheets += [TEMPLATES / "league.css"] if "league-" in body else []
    css = [_squeezed(sheet.read_text("utf-8")) for sheet in sheets if sheet.is_file()]
    seen = "".join(sorted(set(re.sub(r"<(style|svg)\b.*?</\1>", _words_of, body, flags=re.DOTALL))))
    return "\n".join((_font_face(seen), *css))


def _words_of(match: re.Match[str]) -> str:
    """The text within a picture, which the font has to hold too."""
    return re.sub(r"<[^>]+>", "", match[0])


def _squeezed(css: str) -> str:
    """A style sheet without its comments and indents."""
    return re.sub(r"\s*\n\s*", "\n", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)).strip()


@cache
def _font_face(characters: str) -> str:
    """A subset of Noto Sans SC for readers whose machine has no Chinese font."""
    import uharfbuzz
    from fontTools.ttLib import TTFont

    wanted = uharfbuzz.SubsetInput()
    wanted.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE | uharfbuzz.SubsetFlags.NO_HINTING
    wanted.sets(uharfbuzz.SubsetInputSets.UNICODE).set(set(map(ord, characters)))
    wanted.sets(uharfbuzz.SubsetInputSets.LAYOUT_FEATURE_TAG).clear()
    left_out = {int.from_bytes(name.encode(), "big") for name in NOT_OF_LINES}
    wanted.sets(uharfbuzz.SubsetInputSets.DROP_TABLE_TAG).update(left_out)
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(font_file())))
    # woff, not woff2: packing takes a hundredth of the time, and a page grows by 4 kB.
    font = TTFont(io.BytesIO(uharfbuzz.subset(whole, wanted).blob.data), recalcTimestamp=False, recalcBBoxes=False)
    font.flavor = "woff"
    buffer = io.BytesIO()
    font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return f'@font-face {{ font-family: "healthplan"; src: url(data:font/woff;base64,{data}) format("woff"); }}'
