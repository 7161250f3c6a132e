"""Blocks of a .pdf with a text layer, by pdfplumber (built on pdfminer.six).

pdfplumber was chosen because it gives the words with their places and finds ruled tables with
their merged cells; plain text extractors lose which number stands under which year.
A scanned plan has no text layer and is refused with that reason.
"""

import re
from pathlib import Path
from typing import Any

from healthplan.errors import Fault, InputError
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
    try:
        with block.named(path):
            _announced(path.read_bytes())
            with pdfplumber.open(path) as document:
                pieces = [piece for page in document.pages[:_MAX_PAGES] for piece in _page(page)]
    except InputError:
        raise
    except Exception as error:  # the parser raises many kinds for damaged or locked files
        raise InputError(Fault("READ-BROKEN", file=str(path), value=str(error))) from error
    lines: list[str] = []
    tables = 0
    for piece in pieces:
        if isinstance(piece, str):
            lines.append(piece)
            continue
        found += _paragraphs(lines, len(found))
        lines = []
        if found and found[-1].rows and _continues(found[-1].rows, piece):
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


def _continues(above: tuple, below: tuple) -> bool:
    """A table that goes on after a page end has the same width."""
    return len(above[0]) == len(below[0])


def _paragraphs(lines: list[str], before: int) -> list[Block]:
    texts = join_lines(lines)
    return [Block(text=text, place=f"¶{before + i}") for i, text in enumerate(texts, 1)]


def _page(page: Any) -> list[Any]:
    """Text lines and tables of one page in vertical order."""
    for side in page.bbox:
        block.hold(int(abs(side)), block.POINTS)
    tables = [t for t in page.find_tables() if _worth(t.extract())]
    boxes = [table.bbox for table in tables]

    def outside(item: dict[str, Any]) -> bool:
        middle = (item["top"] + item["bottom"]) / 2
        centre = (item["x0"] + item["x1"]) / 2
        return not any(box[1] <= middle <= box[3] and box[0] <= centre <= box[2] for box in boxes)

    pieces: list[tuple[float, Any]] = [(t.bbox[1], _cells(t.extract())) for t in tables]
    for line in page.filter(
        lambda item: item["object_type"] != "char" or outside(item)
    ).extract_text_lines(return_chars=False):
        text = line["text"].strip()
        if text and not _PAGE_NUMBER.match(text):
            indent = "　　" if line["x0"] - _left(page) > 15 else ""
            pieces.append((line["top"], indent + text))
    return [piece for _, piece in sorted(pieces, key=lambda p: p[0])]


def _left(page: Any) -> float:
    """The left edge of the text, to tell an indented first line."""
    return min((char["x0"] for char in page.chars), default=0.0)


def _worth(rows: list[list[str | None]]) -> bool:
    return len(rows) >= 2 and max(len(row) for row in rows) >= 2


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
