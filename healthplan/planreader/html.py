"""Blocks of an .html page: what a reader sees, with tables as tables."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from healthplan.language.characters import paragraph
from healthplan.planreader import block
from healthplan.planreader.block import Block, Rows
from healthplan.planreader.plain import decode

_SKIP = {"script", "style", "head", "noscript", "template", "nav", "svg", "button", "select"}
_BREAK = {
    "p", "div", "section", "article", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6",
    "br", "hr", "blockquote", "pre", "dd", "dt", "header", "footer", "main", "body",
}  # fmt: skip


def blocks(path: Path) -> list[Block]:
    """Paragraphs and tables in page order; cells that span rows or columns are repeated."""
    from lxml import html

    text = decode(path)
    if not text.strip():
        return []
    # The page is decoded by us, so its own charset line must not be believed.
    # Without huge_tree what lies deep is dropped without a word.
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, huge_tree=True)
    with block.opened(path, ValueError, RecursionError, html.etree.LxmlError):
        page = html.document_fromstring(text.encode("utf-8"), parser=parser)
        return block.placed(_joined(_walk(page)))


def _joined(pieces: Iterator[str | Rows | None]) -> Iterator[Block]:
    """Paragraphs and tables: what stands between two breaks is one paragraph."""
    texts: list[str] = []
    for piece in (*pieces, None):
        if isinstance(piece, str):
            texts.append(piece)
            continue
        if text := paragraph("".join(texts)):
            yield Block(text=text)
        texts = []
        if piece:
            yield Block(rows=piece)


def _walk(node: Any) -> Iterator[str | Rows | None]:
    """The texts, breaks (None) and tables of a page in order."""
    tag = node.tag if isinstance(node.tag, str) else ""
    if tag in _SKIP or not tag:
        return
    if tag == "table" and not node.xpath(".//table") and _is_data(node):
        captions = ("".join(_pieces(caption)) for caption in node.xpath("./caption"))
        yield from (None, *captions, None, _rows(node))
        return
    ends = [None] if tag in _BREAK or tag in {"td", "th", "tr", "table"} else []
    yield from (*ends, node.text or "")
    for child in node:
        yield from _walk(child)
        yield child.tail or ""
    yield from ends


def _is_data(table: Any) -> bool:
    """A table that lays out a page has one row or one long cell; it is read as text."""
    rows = _rows(table)
    cells = [cell for row in rows for cell in row]
    return len(rows) >= 2 and len(rows[0]) >= 2 and max(map(len, cells)) < 4000


def _rows(table: Any) -> Rows:
    grid: dict[tuple[int, int], str] = {}
    lines = table.xpath(".//tr")
    for r, row in enumerate(lines):
        c = 0
        for cell in row.xpath("./td|./th"):
            while (r, c) in grid:
                c += 1
            text = paragraph("".join(_pieces(cell)))
            down, wide = min(_span(cell, "rowspan"), len(lines) - r), _span(cell, "colspan")
            block.hold(len(grid) + down * wide, block.PLACES)
            grid |= {(r + dr, c + dc): text for dr in range(down) for dc in range(wide)}
            c += wide
    if not grid:
        return ()
    height = max(r for r, _ in grid) + 1
    width = max(c for _, c in grid) + 1
    block.hold(height * width, block.PLACES)
    rows = [tuple(grid.get((r, c), "") for c in range(width)) for r in range(height)]
    return tuple(row for row in rows if any(row))


def _pieces(cell: Any) -> Iterator[str]:
    """The words of a cell; where it breaks the line, a line end."""
    for piece in cell.xpath(".//text()"):
        yield "\n" if piece.getparent().tag in _BREAK else " "
        yield piece


def _span(cell: Any, name: str) -> int:
    """How many rows or columns a cell covers. Browsers read no more than these; a larger number asks for memory."""
    value = str(cell.get(name) or "1").strip()
    if not (value.isascii() and value.isdigit()):
        return 1
    return max(block.hold(value, 65534 if name == "rowspan" else block.COLUMNS), 1)
