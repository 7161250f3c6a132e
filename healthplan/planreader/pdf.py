"""Blocks of a .pdf with a text layer, by pdfplumber (built on pdfminer.six).

pdfplumber was chosen because it gives the words with their places and finds ruled tables with
their merged cells; plain text extractors lose which number stands under which year.
A scanned plan has no text layer and is refused with that reason.
"""

import logging
import re
from pathlib import Path
from typing import Any

from healthplan import limited
from healthplan.language.characters import paragraph
from healthplan.planreader import block
from healthplan.planreader.block import Block, Rows
from healthplan.planreader.plain import unplaced
from healthplan.planreader.rules import words

_MAX_PAGES = 600
# Of predictors (Columns, Colors), cross-reference streams (Index, W, Size) and object streams (N).
_ANNOUNCES = re.compile(rb"/(?:Columns|Colors|BitsPerComponent|Index|Size|W|N|Count)\s*(\[[^\]]{0,4000}\]|\d+)")


def blocks(path: Path) -> list[Block]:
    """Paragraphs (wrapped lines joined) and ruled tables, top to bottom, page after page."""
    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # an odd font is no news to the reader of a plan
    with block.opened(path, Exception):  # the parser raises many kinds for damaged or locked files
        _announced(path.read_bytes())
        with pdfplumber.open(path) as document:
            block.hold(len(document.pages), _MAX_PAGES)  # whole or not at all
            pieces = [piece for page in document.pages for piece in _page(page)]
    found: list[Block] = []
    lines: list[str] = []
    for piece in (*pieces, ()):
        if isinstance(piece, str):
            lines.append(piece)
            continue
        found += unplaced(lines)
        lines = []
        # A table that goes on after a page end has the same width.
        if piece and found and found[-1].rows and len(found[-1].rows[0]) == len(piece[0]):
            found[-1] = Block(rows=found[-1].rows + _new_rows(found[-1].rows, piece))
        elif piece:
            found.append(Block(rows=piece))
    return block.placed(found, together=True)


def _new_rows(above: Rows, rows: Rows) -> Rows:
    """The rows of a table that goes on over a page, without the head that is printed again."""
    head = next((n for n, (one, other) in enumerate(zip(above, rows, strict=False)) if one != other), 0)
    return rows[head:]


def _announced(data: bytes) -> None:
    """Hold the numbers that a stream's dictionary announces: the parser makes a list of so many before it reads."""
    for match in _ANNOUNCES.finditer(data):
        for number in re.findall(rb"\d+", match[1]):
            block.hold(number.decode(), block.NUMBER)


def _page(page: Any) -> list[Any]:
    """Text lines and tables of one page in vertical order."""
    limited.step()
    for side in page.bbox:
        block.hold(int(abs(side)), block.POINTS)
    left = min((char["x0"] for char in page.chars), default=0.0)
    read = ((table.bbox, _grid(table)) for table in page.find_tables())
    tables = [(box, rows) for box, rows in read if len(rows) > 1 and max(map(len, rows)) > 1]

    def outside(item: dict[str, Any]) -> bool:
        middle = (item["top"] + item["bottom"]) / 2
        centre = (item["x0"] + item["x1"]) / 2
        inside = (b[1] <= middle <= b[3] and b[0] <= centre <= b[2] for b, _ in tables)
        return not any(inside)

    pieces: list[tuple[float, Any]] = [(box[1], rows) for box, rows in tables]
    rest = page.filter(lambda item: item["object_type"] != "char" or outside(item))
    for line in rest.extract_text_lines():
        text = _spaced(line["chars"]).strip()
        if text and not words("page_number").match(text):
            indent = "　　" if line["x0"] - left > 15 else ""
            pieces.append((line["top"], indent + text))
    return [piece for _, piece in sorted(pieces, key=lambda p: p[0])]


_WORD = 0.15  # of a letter's size: a gap between two words
_GAP = 1.3
"""Blanks as wide as this many signs part the columns of a table without ruling."""


def _spaced(chars: list[dict[str, Any]]) -> str:
    """A line with three blanks where it leaves a wide gap, and one between words of letters."""
    out, last = "", None
    for char in chars:
        gap = 0.0 if last is None else (char["x0"] - last) / char["size"]
        words_apart = (
            gap > _WORD and (out[-1:] + char["text"]).isascii() and (out[-1:].isalpha() or char["text"].isalpha())
        )
        out += ("   " if gap > _GAP else " " * words_apart) + char["text"]
        last = char["x1"] if char["text"].strip() else last
    return out


def _grid(table: Any) -> Rows:
    """The cells of a ruled table; a label that is merged downwards stands in every row, a value in its first alone,
    and one that is merged sideways in every column."""
    texts = table.extract()
    boxes = [row.cells for row in table.rows]
    lefts = sorted({round(box[0]) for row in boxes for box in row if box})
    filled: list[tuple[str, ...]] = []
    for texts_row, row in zip(texts, boxes, strict=True):
        cells: list[str] = []
        for i, (text, box) in enumerate(zip(texts_row, row, strict=True)):
            if box is not None:
                cells.append(paragraph(text or ""))
                continue
            beside = next((b for b in reversed(row[:i]) if b), None)
            reaches = beside is not None and i < len(lefts) and beside[2] > lefts[i] + 2
            above = filled[-1][i] if filled and i < len(filled[-1]) else ""
            cells.append(cells[-1] if reaches and cells else "" if _VALUE.match(above) else above)
        if any(cells):
            filled.append(tuple(cells))
    return tuple(filled)


_VALUE = re.compile(r"\s*[≥≤<>=＜＞]?\s*[\d.,]+")
