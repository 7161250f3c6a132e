"""Blocks of a .docx: body paragraphs and tables in document order, then the footnotes."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile, ZipInfo

from healthplan.errors import Fault, InputError
from healthplan.language.characters import paragraph
from healthplan.planreader import block
from healthplan.planreader.block import Block, Rows

_MAX_UNPACKED = 400_000_000
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def blocks(path: Path) -> list[Block]:
    """Paragraphs and tables; a merged cell's text stands in every place that it covers."""
    _guard(path)
    import docx
    from lxml.etree import LxmlError

    broken = (KeyError, ValueError, AttributeError, BadZipFile, RecursionError, LxmlError)
    with block.opened(path, *broken):
        document = docx.Document(str(path))
        _spans(document.element.body)
        return block.placed(_body(document.element.body, document)) + list(_footnotes(path))


def _guard(path: Path) -> None:
    """Refuse damaged archives and bombs before the XML is parsed."""
    broken = BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError
    with block.opened(path, *broken), ZipFile(path) as archive:
        size = sum(item.file_size for item in archive.infolist())
        if size > _MAX_UNPACKED:
            raise InputError(Fault("READ-SIZE", file=str(path), value=str(size)))
        for item in archive.infolist():
            if item.filename.lower().endswith((".xml", ".rels")):
                _count(archive, item)


def _count(archive: ZipFile, item: ZipInfo) -> None:
    """A parser makes an object of every element, twenty times as large as what stands in the file."""
    marks = 0
    with archive.open(item) as stream:
        while chunk := stream.read(1 << 20):
            marks = block.hold(marks + chunk.count(b"<"), 2 * block.ELEMENTS)


def _spans(body: Any) -> None:
    """Hold the columns that cells claim to cover: python-docx makes a cell of each."""
    for table in body.iter(f"{_W}tbl"):
        places = 0
        for name in ("gridSpan", "gridBefore", "gridAfter"):
            for node in table.iter(f"{_W}{name}"):
                value = node.get(f"{_W}val", "1")
                places += block.hold(value, block.COLUMNS) if value.isdigit() else 1
                block.hold(places, block.PLACES)


def _body(parent: Any, document: Any) -> Iterator[Block]:
    from docx.table import Table

    for child in parent.iterchildren():
        if child.tag == f"{_W}p" and (text := paragraph(_paragraph_text(child))):
            yield Block(text=text, style=_style(child, document))
        elif child.tag == f"{_W}tbl" and (rows := _rows(Table(child, document))):
            yield Block(rows=rows)
        elif child.tag == f"{_W}sdt":
            for content in child.iterchildren(f"{_W}sdtContent"):
                yield from _body(content, document)


def _paragraph_text(element: Any) -> str:
    """Text of a paragraph with hyperlinks and insertions, without deletions and field codes."""
    signs = {f"{_W}tab": " ", f"{_W}br": "\n", f"{_W}noBreakHyphen": "-"}
    nodes = element.iter(f"{_W}t", *signs)
    return "".join(signs.get(node.tag) or node.text or "" for node in nodes)


def _style(element: Any, document: Any) -> str:
    node = element.find(f"{_W}pPr/{_W}pStyle")
    identity = node.get(f"{_W}val") if node is not None else None
    if identity is None:
        return ""
    names = {style.style_id: style.name for style in document.styles}
    return str(names.get(identity) or "")


def _rows(table: Any) -> Rows:
    rows = (tuple(paragraph(cell.text) for cell in row.cells) for row in table.rows)
    return tuple(row for row in rows if any(row))


def _footnotes(path: Path) -> Iterator[Block]:
    from lxml import etree

    with ZipFile(path) as archive:
        if "word/footnotes.xml" not in archive.namelist():
            return
        data = archive.read("word/footnotes.xml")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    for number, note in enumerate(etree.fromstring(data, parser).iter(f"{_W}footnote"), 1):
        text = paragraph("".join(node.text or "" for node in note.iter(f"{_W}t")))
        if text:
            yield Block(text=text, place=f"脚注{number}", style="footnote")
