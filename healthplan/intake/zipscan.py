"""A spreadsheet's zip looked through before any reader opens it: sizes, parts, XML, the place of every cell.

Readers trust what a file says about itself: a 5 kB file with a cell at XFD1048576 costs one of them 6 GB.
Here nothing is built; each part is streamed through a parser that refuses document types and counts.
"""

import itertools
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.parsers import expat

from healthplan.intake.faults import refusal

PARTS = 2_000
UNPACKED = 60_000_000  # bytes of all parts together
RATIO = 200  # unpacked to packed, for parts of more than a megabyte
CELLS = 150_000  # filled ones in a sheet
STYLED = 400_000  # with those that only have a format
ROWS = 100_000
COLUMNS = 1_000
ELEMENTS = 1_500_000  # in one part
DEPTH = 64
TEXT = 30_000_000


class _Stop(Exception):
    """Raised inside a parser callback; carries the code of the refusal and its fields."""

    def __init__(self, code: str, **fields: object) -> None:
        self.code, self.fields = code, fields
        super().__init__(code)


@dataclass
class Extent:
    """Where the filled cells of one sheet end (1-based), and how many cells stand in it."""

    rows: int = 0
    columns: int = 0
    cells: int = 0


@dataclass
class Scan:
    """The parts of the zip and, for each worksheet part, its extent."""

    names: list[str] = field(default_factory=list)
    extents: dict[str, Extent] = field(default_factory=dict)


def scan(path: Path, file: str) -> Scan:
    """Look through the zip at ``path``. Raises InputError for anything that is no honest spreadsheet."""
    try:
        with zipfile.ZipFile(path) as archive:
            found = Scan([info.filename for info in archive.infolist()])
            _sizes(archive, file)
            for info in archive.infolist():
                if info.filename.lower().endswith((".xml", ".rels", ".vml")):
                    _part(archive, info, found, file)
            _crc(archive, found, file)
            return found
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as wrong:
        raise refusal("FILE-DAMAGED", file, reason=str(wrong)) from wrong
    except RuntimeError as wrong:  # zipfile's way to say that a part is encrypted
        raise refusal("FILE-LOCKED", file) from wrong


def _sizes(archive: zipfile.ZipFile, file: str) -> None:
    infos = archive.infolist()
    if any(info.flag_bits & 1 for info in infos):
        raise refusal("FILE-LOCKED", file)
    names = [info.filename for info in infos]
    if len(infos) > PARTS or len(set(names)) < len(names):
        raise refusal("FILE-BOMB", file, value=f"{len(infos)} parts", limit=f"{PARTS}")
    total = sum(info.file_size for info in infos)
    if total > UNPACKED:
        raise refusal(
            "FILE-BOMB", file, value=f"{total // 1_000_000} MB", limit=f"{UNPACKED // 1_000_000} MB"
        )
    for info in infos:
        if info.file_size > 1_000_000 and info.file_size > RATIO * max(info.compress_size, 1):
            times = info.file_size // max(info.compress_size, 1)
            raise refusal("FILE-BOMB", file, value=f"{info.filename} × {times}", limit=f"× {RATIO}")
    spans = sorted((info.header_offset, info.header_offset + info.compress_size) for info in infos)
    if any(before[1] > after[0] for before, after in itertools.pairwise(spans)):
        raise refusal("FILE-BOMB", file, value="overlapping parts", limit="0")


def _part(archive: zipfile.ZipFile, info: zipfile.ZipInfo, found: Scan, file: str) -> None:
    name = info.filename
    is_sheet = bool(re.match(r"xl/worksheets/[^/]+\.xml$", name, re.IGNORECASE))
    extent = Extent()
    parser = _parser(extent if is_sheet else None)
    try:
        with archive.open(info) as stream:
            while block := stream.read(1 << 16):
                parser.Parse(block, False)
            parser.Parse(b"", True)
    except _Stop as stop:
        raise refusal(stop.code, file, **{**stop.fields, "part": name}) from stop  # type: ignore[arg-type]
    except expat.ExpatError as wrong:
        if name.lower().endswith(".vml"):  # drawings of comments: old ones are not well-formed
            return
        raise refusal(
            "FILE-DAMAGED", file, reason=f"{name}: {expat.ErrorString(wrong.code)}"
        ) from wrong
    if is_sheet:
        found.extents[name] = extent


def _crc(archive: zipfile.ZipFile, found: Scan, file: str) -> None:
    for name in found.names:
        if not name.lower().endswith((".xml", ".rels", ".vml")):
            with archive.open(name) as stream:
                while stream.read(1 << 18):
                    pass


def _parser(extent: Extent | None) -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    state: dict[str, Any] = {
        "elements": 0,
        "styled": 0,
        "filled": None,
        "depth": 0,
        "row": 0,
        "column": 0,
        "here": (0, 0),
        "text": 0,
    }

    def doctype(*_: object) -> None:
        raise _Stop("FILE-ENTITY")

    def start(tag: str, attributes: dict[str, str]) -> None:
        state["depth"] += 1
        state["elements"] += 1
        if state["elements"] > ELEMENTS:
            raise _Stop("FILE-LARGE", limit=f"{ELEMENTS} XML elements")
        if state["depth"] > DEPTH:
            raise _Stop("FILE-DEEP", limit=DEPTH)
        if extent is None:
            return
        tag = tag.rpartition(":")[2]
        if tag == "row":
            state["row"], state["column"] = _integer(attributes.get("r"), state["row"] + 1), 0
        elif tag == "c":
            _place(state, attributes.get("r", ""))
            state["styled"] += 1
            if state["styled"] > STYLED:
                raise _Stop("FILE-LARGE", limit=f"{STYLED} cells")
        elif tag == "mergeCell":
            state["styled"] += _area(attributes.get("ref", ""))
            if state["styled"] > STYLED:
                raise _Stop("FILE-FAR", value=attributes["ref"], limit=f"{STYLED} cells")
        elif tag in ("v", "is", "f") and state["filled"] != state["here"]:
            state["filled"] = state["here"]
            extent.cells += 1
            if extent.cells > CELLS:
                raise _Stop("FILE-LARGE", limit=f"{CELLS} cells")
            _reach(extent, state["here"])

    def end(_: str) -> None:
        state["depth"] -= 1

    def characters(data: str) -> None:
        state["text"] += len(data)
        if state["text"] > TEXT:
            raise _Stop("FILE-LARGE", limit=f"{TEXT} characters")

    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    return parser


def _integer(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _area(reference: str) -> int:
    """How many cells a range such as A1:C9 covers: openpyxl makes an object of each."""
    ends: list[dict[str, int]] = [{}, {}]
    for end, corner in zip(ends, reference.split(":"), strict=False):
        _place(end, corner)
    first, last = ends
    if "row" not in first or "row" not in last:
        return 1
    return (abs(last["row"] - first["row"]) + 1) * (abs(last["column"] - first["column"]) + 1)


def _place(state: dict, reference: str) -> None:
    match = re.fullmatch(r"([A-Za-z]{1,7})(\d{1,9})", reference)
    if match:
        column = 0
        for character in match.group(1).upper():
            column = column * 26 + ord(character) - 64
        state["row"], state["column"] = int(match.group(2)), column
    else:
        state["column"] += 1
    state["here"] = (state["row"], state["column"])


def _reach(extent: Extent, here: tuple[int, int]) -> None:
    row, column = here
    if row > ROWS or column > COLUMNS:
        raise _Stop(
            "FILE-FAR", row=row, value=f"{_letters(column)}{row}", limit=f"{ROWS} × {COLUMNS}"
        )
    extent.rows, extent.columns = max(extent.rows, row), max(extent.columns, column)
    if extent.rows * extent.columns > 4_000_000:
        raise _Stop("FILE-FAR", row=row, value=f"{_letters(column)}{row}", limit="4,000,000")


def _letters(column: int) -> str:
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
