"""A minimal .xls (BIFF8 in an OLE container), because nothing installed writes one: for tests of the old format."""

from __future__ import annotations

import struct


def workbook(
    rows: list[list],
    *,
    extra: bytes = b"",
    hidden: bool = False,
    locked: bool = False,
    inside: bytes = b"",
) -> bytes:
    """One sheet with these cells; ``extra`` are raw records behind them, ``locked`` adds a password record.

    ``inside`` is put into the body of a record that readers pass over, and the sheet said to begin there.
    """
    start = record(0x0809, struct.pack("<HHHHII", 0x0600, 5, 0, 0, 0, 0))
    if locked:
        start += record(0x002F, b"\0\0" + b"\1" * 6)
    name = "数据".encode("utf-16-le")
    sheet = record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, str):
                text = value.encode("utf-16-le")
                sheet += record(0x0204, struct.pack("<HHHHB", r, c, 0, len(value), 1) + text)
            else:
                sheet += record(0x0203, struct.pack("<HHHd", r, c, 0, float(value)))
    sheet += extra + record(0x000A, b"")
    at = len(start) + 4 + 8 + len(name) + 4
    if inside:
        head = record(0x0809, struct.pack("<HHHHII", 0x0600, 16, 0, 0, 0, 0))
        at += len(sheet) + 4
        sheet += record(0x00EC, head + inside + record(0x000A, b""))
    bound = struct.pack("<IBBBB", at, int(hidden), 0, len(name) // 2, 1) + name
    return _container(start + record(0x0085, bound) + record(0x000A, b"") + sheet)


def number(row: int, column: int, value: float) -> bytes:
    """One cell as a raw record."""
    return record(0x0203, struct.pack("<HHHd", row, column, 0, value))


def record(kind: int, body: bytes) -> bytes:
    """One raw record."""
    return struct.pack("<HH", kind, len(body)) + body


def _container(stream: bytes) -> bytes:
    stream = stream.ljust(4096, b"\0")
    stream += b"\0" * (-len(stream) % 512)
    sectors = len(stream) // 512
    table = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table += [0xFFFFFFFF] * (128 - len(table))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack(
        "<HHHHH6xIIIIIIIIII",
        0x3E,
        3,
        0xFFFE,
        9,
        6,
        0,
        1,
        1,
        0,
        4096,
        0xFFFFFFFE,
        0,
        0xFFFFFFFE,
        0,
        0,
    )
    header += b"\xff\xff\xff\xff" * 108
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0) + _entry("Workbook", 2, 2, sectors * 512)
    directory = directory.ljust(512, b"\0")
    return header[:512] + struct.pack("<128I", *table[:128]) + directory + stream


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    child = 1 if kind == 5 else 0xFFFFFFFF
    body = text.ljust(64, b"\0") + struct.pack("<HBBIII", len(text) + 2, kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return body + b"\0" * 36 + struct.pack("<IQ", start, size)
