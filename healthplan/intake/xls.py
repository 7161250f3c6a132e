"""An .xls workbook (BIFF8 in an OLE container) to a book, after its records have been looked through.

calamine reads it. Before that, the container's own tables are followed to see whether it is encrypted and
how far its cells reach, because the reader fills a whole rectangle up to the last of them.
"""

import json
import struct
import subprocess
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

from healthplan.intake.book import Book, Cell, Sheet
from healthplan.intake.faults import refusal
from healthplan.intake.xlsx import typed
from healthplan.intake.zipscan import CELLS

_CELL_RECORDS = {0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00FD, 0x00D6}
_FILEPASS = 0x002F
_END = 0xFFFFFFFA
AREA = 2_000_000
SECONDS = 20  # that the reader may take


def read(path: Path, shown: str, ending: str) -> Book:
    """All worksheets of an .xls file. Raises InputError for other OLE files, encryption and damage."""
    data = path.read_bytes()
    if any(name.encode("utf-16-le") in data for name in ("EncryptedPackage", "EncryptionInfo")):
        raise refusal("FILE-LOCKED", shown)
    if "WordDocument".encode("utf-16-le") in data:
        raise refusal("FILE-KIND", shown, what="Word (.doc)")
    if ending == ".et":
        raise refusal("FILE-KIND", shown, what="WPS (.et)")
    if ending != ".xls":
        raise refusal("FILE-LABEL", shown, what="Excel 97-2003 (.xls)", ending=ending or "-")
    _look_through(data, shown)
    return Book(shown, "xls", _sheets(path, shown))


def _sheets(path: Path, shown: str) -> list[Sheet]:
    """The sheets as the reader's own process gives them (see :mod:`xlsworker`)."""
    worker = Path(__file__).with_name("xlsworker.py")
    command = [sys.executable, "-P", str(worker), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as late:
        raise refusal("FILE-LARGE", shown, limit=f"{SECONDS} s") from late
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().split("\n")
        errors = [line for line in said if "Error" in line]
        reason = errors[-1] if errors else f"BIFF ({done.returncode})"
        if "password" in reason.lower() or "encrypt" in reason.lower():
            raise refusal("FILE-LOCKED", shown)
        raise refusal("FILE-DAMAGED", shown, reason=reason)
    return [_sheet(found) for found in json.loads(done.stdout)["sheets"]]


def _sheet(found: dict[str, Any]) -> Sheet:
    rows = [[_cell(value) for value in row] for row in found["rows"]]
    merged = [tuple(place) for place in found["merged"]]
    return Sheet(found["name"], rows, hidden=found["hidden"], merged=merged, lettered=True)


def _cell(value: Any) -> Cell:
    if isinstance(value, dict):
        day = value.get("date")
        return typed(date.fromisoformat(day)) if day else typed(time(0))
    cell = typed(None if value == "" else value)
    wrong = cell.text.startswith("#") and cell.text.endswith(("!", "?", "/A"))
    return Cell(cell.text, error=cell.text) if wrong else cell


def _look_through(data: bytes, shown: str) -> None:
    """Refuse encrypted books and books whose filled area is too large to be read."""
    try:
        stream = _workbook_stream(data)
    except (struct.error, IndexError, ValueError) as wrong:
        raise refusal("FILE-DAMAGED", shown, reason="OLE") from wrong
    at = row = column = cells = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind == _FILEPASS:
            raise refusal("FILE-LOCKED", shown)
        if kind == 0x0809:
            row = column = 0
        if kind in _CELL_RECORDS and length >= 4 and at + 8 <= len(stream):
            here = struct.unpack_from("<HH", stream, at + 4)
            row, column, cells = max(row, here[0]), max(column, here[1]), cells + 1
            if (row + 1) * (column + 1) > AREA or cells > CELLS:
                reach = f"{row + 1} × {column + 1}"
                raise refusal("FILE-FAR", shown, row=here[0] + 1, value=reach, limit=f"{AREA}")
        at += 4 + length


def _workbook_stream(data: bytes) -> bytes:
    """The bytes of the Workbook (or Book) stream, following the container's allocation table."""
    if len(data) < 512:
        raise ValueError("shorter than its header")
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if size not in (512, 4096):
        raise ValueError("sector size")
    first_directory, _, cutoff, first_mini = struct.unpack_from("<4I", data, 48)
    table = _allocation(data, size)
    directory = _chain(data, table, first_directory, size)
    root, book = None, None
    for at in range(0, len(directory) - 127, 128):
        entry = directory[at : at + 128]
        letters = max(struct.unpack_from("<H", entry, 64)[0] - 2, 0)
        name = entry[:letters].decode("utf-16-le", "replace")
        start, length = struct.unpack_from("<2I", entry, 116)
        if entry[66] == 5:
            root = (start, length)
        elif name in ("Workbook", "Book"):
            book = (start, length)
    if book is None:
        raise ValueError("no workbook in it")
    if book[1] >= cutoff or root is None:
        return _chain(data, table, book[0], size)[: book[1]]
    mini = _chain(data, table, root[0], size)
    small = _integers(_chain(data, table, first_mini, size))
    return b"".join(mini[s * 64 : s * 64 + 64] for s in _links(small, book[0]))[: book[1]]


def _allocation(data: bytes, size: int) -> list[int]:
    sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < _END]
    extra = struct.unpack_from("<I", data, 68)[0]
    seen = 0
    while extra < _END and seen < 10_000:
        block = _integers(_sector(data, extra, size))
        sectors += [s for s in block[:-1] if s < _END]
        extra, seen = block[-1], seen + 1
    return [link for sector in sectors for link in _integers(_sector(data, sector, size))]


def _sector(data: bytes, number: int, size: int) -> bytes:
    block = data[(number + 1) * size : (number + 2) * size]
    if len(block) < 4:
        raise ValueError("a sector is missing")
    return block


def _integers(block: bytes) -> list[int]:
    return list(struct.unpack(f"<{len(block) // 4}I", block[: len(block) // 4 * 4]))


def _links(table: list[int], start: int) -> list[int]:
    links: list[int] = []
    while start < _END:
        if len(links) > len(table):
            raise ValueError("a chain of sectors runs in a circle")
        links.append(start)
        start = table[start]
    return links


def _chain(data: bytes, table: list[int], start: int, size: int) -> bytes:
    return b"".join(_sector(data, number, size) for number in _links(table, start))
