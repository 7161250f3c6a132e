"""A document as a list of blocks: paragraphs and tables, in reading order.

`read_document(path)` tells the format by content first and by ending second, and refuses what
is none of the four kinds with one clear fault.
"""

from __future__ import annotations

from pathlib import Path

from healthplan.errors import Fault, InputError
from healthplan.planreader.block import Document

MAX_BYTES = 80_000_000
"""Larger files are no plan documents; they are refused before they are opened."""


def _refuse(path: Path, code: str, value: str) -> InputError:
    return InputError(Fault(code, file=str(path), value=value))


def kind_of(path: Path, head: bytes) -> str:
    """`docx`, `pdf`, `html`, `txt`, or the reason word of a refusal (`doc`, `binary`)."""
    ending = path.suffix.lower()
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"PK\x03\x04"):
        return "docx" if ending in {".docx", ".docm", ".dotx"} else "binary"
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "doc"
    start = head[:2000].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    if start.startswith((b"<!doctype html", b"<html")) or ending in {".html", ".htm", ".xhtml"}:
        return "html"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "txt"
    if b"\x00" in head[:4000] and ending not in {".txt", ".md"}:
        return "binary"
    return "txt" if ending in {".txt", ".md", ".text", ""} else "binary"


def read_document(path: str | Path) -> Document:
    """The blocks of a plan in .docx, .pdf, .html or .txt.

    Raises InputError (codes READ-MISSING, READ-KIND, READ-SIZE, READ-BROKEN,
    READ-EMPTY) with the file and the remedy.
    """
    path = Path(path)
    if not path.is_file():
        raise _refuse(path, "READ-MISSING", path.name)
    if path.stat().st_size > MAX_BYTES:
        raise _refuse(path, "READ-SIZE", str(path.stat().st_size))
    with path.open("rb") as handle:
        head = handle.read(8192)
    kind = kind_of(path, head)
    if kind in {"doc", "binary"}:
        raise _refuse(path, "READ-KIND", path.suffix or kind)
    document = Document(path.name, _reader(kind)(path))
    if not any(block.text or block.rows for block in document.blocks):
        raise _refuse(path, "READ-EMPTY", kind)
    return document


def _reader(kind: str):
    """Container readers are imported late: each brings a library of its own."""
    if kind == "docx":
        from healthplan.planreader.word import blocks
    elif kind == "pdf":
        from healthplan.planreader.pdf import blocks
    elif kind == "html":
        from healthplan.planreader.html import blocks
    else:
        from healthplan.planreader.plain import blocks

    return blocks
