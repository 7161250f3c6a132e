"""A spreadsheet's zip looked through before any reader opens it: sizes, parts, XML, the place of every cell.

Readers trust what a file says about itself: a 5 kB file with a cell at XFD1048576 costs one of them 6 GB.
Here nothing is built; each part is streamed through a parser that refuses document types, and counted. Text cannot be
longer than its part: there are no entities.
"""

import itertools
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any
from xml.etree import ElementTree
from xml.parsers import expat

from healthplan.intake.book import letter
from healthplan.intake.faults import refusal

PARTS = 2_000
UNPACKED = 60_000_000  # bytes of all parts together
RATIO = 200  # unpacked to packed, for parts of more than a megabyte
CELLS = 150_000  # filled ones in a sheet
STYLED = 400_000  # with those that only have a format
MERGED = 60_000  # below merged ranges: each of them costs as much as a filled one
ROWS = 100_000
COLUMNS = 1_000
AREA = 4_000_000  # cells of the rectangle up to the last filled ones
ELEMENTS = 1_500_000  # in one part
DEPTH = 64
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError)


class _Stop(Exception):
    """What is too much in a part: the code of the refusal and its fields."""

    def __init__(self, code: str, **fields: Any) -> None:
        self.code, self.fields = code, fields
        super().__init__(code)


def scan(path: Path, file: str) -> set[str]:
    """The names of the parts of the zip at ``path``, all of them looked through.

    Raises InputError for anything that is no honest spreadsheet.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            _sizes(archive, file)
            for info in archive.infolist():
                with archive.open(info) as stream:
                    if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                        _xml(stream, info.filename, file)
                    else:
                        while stream.read(1 << 18):  # to its end, so that its checksum is compared
                            pass
            return set(archive.namelist())
    except _DAMAGE as wrong:
        raise refusal("FILE-DAMAGED", file, reason=str(wrong)) from wrong
    except RuntimeError as wrong:  # zipfile's way to say that a part is encrypted
        raise refusal("FILE-LOCKED", file) from wrong


def _sizes(archive: zipfile.ZipFile, file: str) -> None:
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise refusal("FILE-LOCKED", file)
    if len(infos) > PARTS or len({info.filename for info in infos}) < len(infos):
        raise refusal("FILE-BOMB", file, value=f"{len(infos)} parts", limit=f"{PARTS}")
    total = sum(info.file_size for info in infos)
    if total > UNPACKED:
        raise refusal("FILE-BOMB", file, value=f"{total // 1_000_000} MB", limit=f"{UNPACKED // 1_000_000} MB")
    for info in infos:
        times = info.file_size // max(info.compress_size, 1)
        if info.file_size > 1_000_000 and info.file_size > RATIO * max(info.compress_size, 1):
            raise refusal("FILE-BOMB", file, value=f"{info.filename} × {times}", limit=f"× {RATIO}")
    spans = sorted((info.header_offset, info.header_offset + info.compress_size) for info in infos)
    if any(before[1] > after[0] for before, after in itertools.pairwise(spans)):
        raise refusal("FILE-BOMB", file, value="overlapping parts", limit="0")


def _xml(stream: IO[bytes], name: str, file: str) -> None:
    """An XML part, streamed through a parser that refuses document types, its elements counted; of a sheet its cells too."""
    guard = expat.ParserCreate()
    told: Any = ElementTree.XMLPullParser(("start", "end"))
    guard.StartDoctypeDeclHandler = guard.EntityDeclHandler = _doctype
    part = Sheet() if re.match(r"xl/worksheets/[^/]+\.xml$", name, re.IGNORECASE) else None
    opened: list[Any] = []
    elements = 0
    try:
        while block := stream.read(1 << 16):
            guard.Parse(block, False)
            told.feed(block)
            for event, element in told.read_events():
                if event == "start":
                    opened.append(element)
                    elements += 1
                    if elements > ELEMENTS:
                        raise _Stop("FILE-LARGE", limit=f"{ELEMENTS} XML elements")
                    if len(opened) > DEPTH:
                        raise _Stop("FILE-DEEP", limit=DEPTH)
                    if part is not None:
                        part.take(element.tag.rpartition("}")[2], element.attrib)
                else:
                    opened.pop()
                    if opened:
                        opened[-1].clear()  # what has ended is forgotten
        guard.Parse(b"", True)
    except _Stop as stop:
        raise refusal(stop.code, file, **{**stop.fields, "part": name}) from stop
    except (expat.ExpatError, ElementTree.ParseError) as wrong:
        if not name.lower().endswith(".vml"):  # drawings of comments: old ones are not well-formed
            raise refusal("FILE-DAMAGED", file, reason=f"{name}: {expat.ErrorString(wrong.code)}") from wrong


def _doctype(*_: object) -> None:
    raise _Stop("FILE-ENTITY")


@dataclass
class Sheet:
    """What has been seen of a sheet: where its last cell stands (1-based), how many cells there are with a format, how many
    with a content, and where the filled ones end."""

    row: int = 0
    column: int = 0
    styled: int = 0
    merged: int = 0
    cells: int = 0
    filled: tuple[int, int] | None = None
    rows: int = 0
    columns: int = 0

    def take(self, tag: str, attributes: dict[str, str]) -> None:
        """A row, a cell, a merged range or the content of a cell: counted, and where it reaches."""
        if tag == "row":
            self.row, self.column = integer(attributes.get("r"), self.row + 1), 0
        elif tag == "c":
            self.row, self.column = _corner(attributes.get("r", "")) or (self.row, self.column + 1)
            self.styled += 1
            if self.styled > STYLED:
                raise _Stop("FILE-LARGE", limit=f"{STYLED} cells")
        elif tag == "mergeCell":
            self.merged += _area(attributes.get("ref", ""))
            if self.merged > MERGED:
                raise _Stop("FILE-FAR", value=attributes["ref"], limit=f"{MERGED} cells")
        elif tag in ("v", "is", "f") and self.filled != (self.row, self.column):
            self.filled = (self.row, self.column)
            self.cells += 1
            if self.cells > CELLS:
                raise _Stop("FILE-LARGE", limit=f"{CELLS} cells")
            beyond = self.row > ROWS or self.column > COLUMNS
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
            if beyond or self.rows * self.columns > AREA:
                limit = f"{ROWS} × {COLUMNS}" if beyond else f"{AREA:,}"
                raise _Stop("FILE-FAR", row=self.row, value=f"{letter(self.column - 1)}{self.row}", limit=limit)


def integer(text: str | None, otherwise: int) -> int:
    """A number that a file gives of itself; ``otherwise`` where it is none, or beyond all bounds."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _area(reference: str) -> int:
    """How many cells a range such as A1:C9 covers: openpyxl makes an object of each."""
    first, _, last = reference.partition(":")
    one, other = _corner(first), _corner(last.partition(":")[0])
    if one is None or other is None:
        return 1
    return (abs(other[0] - one[0]) + 1) * (abs(other[1] - one[1]) + 1)


def _corner(reference: str) -> tuple[int, int] | None:
    """Row and column (1-based) of a reference such as B7."""
    match = re.fullmatch(r"([A-Za-z]{1,7})(\d{1,9})", reference)
    if match is None:
        return None
    column = 0
    for character in match.group(1).upper():
        column = column * 26 + ord(character) - 64
    return int(match.group(2)), column
