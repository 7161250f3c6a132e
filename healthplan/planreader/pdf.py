"""Blocks of a .pdf with a text layer, by pdfplumber (built on pdfminer.six).

pdfplumber was chosen because it gives the words with their places and finds ruled tables with
their merged cells; plain text extractors lose which number stands under which year.
A scanned plan has no text layer and is refused with that reason.
"""

import re
from pathlib import Path
from typing import Any

from healthplan.language.characters import paragraph
from healthplan.planreader import block
from healthplan.planreader.block import Block
from healthplan.planreader.plain import join_lines

_PAGE_NUMBER = re.compile(r"^[-—–\s]*(?:第)?\s*\d{1,4}\s*(?:页)?[-—–\s]*$")
_MAX_PAGES = 600
# Of predictors (Columns, Colors), cross-reference streams (Index, W, Size) and object streams (N).
_ANNOUNCES = re.compile(
    rb"/(?:Columns|Colors|BitsPerComponent|Index|Size|W|N|Count)\s*(\[[^\]]{0,4000}\]|\d+)"
)


def blocks(path: Path) -> list[Block]:
    """Paragraphs (wrapped lines joined) and ruled tables, top to bottom, page after page."""
    import pdfplumber

    found: list[Block] = []
    with block.opened(path, Exception):  # the parser raises many kinds for damaged or locked files
        _announced(path.read_bytes())
        with pdfplumber.open(path) as document:
            pieces = [piece for page in document.pages[:_MAX_PAGES] for piece in _page(page)]
    lines: list[str] = []
    tables = 0
    for piece in pieces:
        if isinstance(piece, str):
            lines.append(piece)
            continue
        found += _paragraphs(lines, len(found))
        lines = []
        # A table that goes on after a page end has the same width.
        if found and found[-1].rows and len(found[-1].rows[0]) == len(piece[0]):
            found[-1] = Block(rows=found[-1].rows + piece, place=found[-1].place)
        else:
            tables += 1
            found.append(Block(rows=piece, place=f"表{tables}"))
    return found + _paragraphs(lines, len(found))


def _announced(data: bytes) -> None:
    """Hold the numbers that a stream's dictionary announces: the parser makes a list of so many before it reads."""
    for match in _ANNOUNCES.finditer(data):
        for number in re.findall(rb"\d+", match[1]):
            block.hold(number.decode(), block.NUMBER)


def _paragraphs(lines: list[str], before: int) -> list[Block]:
    texts = join_lines(lines)
    return [Block(text=text, place=f"¶{before + i}") for i, text in enumerate(texts, 1)]


def _page(page: Any) -> list[Any]:
    """Text lines and tables of one page in vertical order."""
    for side in page.bbox:
        block.hold(int(abs(side)), block.POINTS)
    left = min((char["x0"] for char in page.chars), default=0.0)
    read = ((table.bbox, table.extract()) for table in page.find_tables())
    tables = [(box, rows) for box, rows in read if len(rows) > 1 and max(map(len, rows)) > 1]

    def outside(item: dict[str, Any]) -> bool:
        middle = (item["top"] + item["bottom"]) / 2
        centre = (item["x0"] + item["x1"]) / 2
        inside = (b[1] <= middle <= b[3] and b[0] <= centre <= b[2] for b, _ in tables)
        return not any(inside)

    pieces: list[tuple[float, Any]] = [(box[1], _cells(rows)) for box, rows in tables]
    rest = page.filter(lambda item: item["object_type"] != "char" or outside(item))
    for line in rest.extract_text_lines(return_chars=False):
        text = line["text"].strip()
        if text and not _PAGE_NUMBER.match(text):
            indent = "　　" if line["x0"] - left > 15 else ""
            pieces.append((line["top"], indent + text))
    return [piece for _, piece in sorted(pieces, key=lambda p: p[0])]


def _cells(rows: list[list[str | None]]) -> tuple[tuple[str, ...], ...]:
    """Cells with merged ones filled: from above in label columns, from the left elsewhere."""
    filled: list[tuple[str, ...]] = []
    for row in rows:
        cells: list[str] = []
        for i, cell in enumerate(row):
            if cell is not None:
                cells.append(paragraph(cell))
            elif filled and i < len(filled[-1]):
                cells.append(filled[-1][i])
            else:
                cells.append(cells[-1] if cells else "")
        if any(cells):
            filled.append(tuple(cells))
    return tuple(filled)
