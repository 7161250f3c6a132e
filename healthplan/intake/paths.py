"""What may be opened at all: an ordinary local file of bounded size, and what its first bytes say it is."""

from __future__ import annotations

import re
import stat
from pathlib import Path

from healthplan.errors import InputError
from healthplan.intake.faulting import fault, refusal

SIZE = 60_000_000
TEXT_SIZE = 25_000_000
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?://|\\\\)|[A-Za-z][A-Za-z0-9+.-]+::|\\\\|//")
_SIGNATURES = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"(\xb5/\xfd", "zstd"),
    (b"PAR1", "parquet"),
    (b"ARROW1", "feather"),
    (b"SQLite format 3", "sqlite"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"{\\rtf", "rtf"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_MARKUP = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|head|body|meta|\?xml|!--|div|style|workbook)",
    re.I,
)


def local(path: str | Path) -> Path:
    """The path as a local one. Raises InputError for addresses, folders, devices and files that are not there."""
    written = str(path)
    if is_remote(written) or "\x00" in written:
        raise refusal("FILE-REMOTE", written, value=written)
    found = Path(path)
    try:
        mode = found.stat().st_mode
        if stat.S_ISREG(mode):
            found.open("rb").close()
    except PermissionError as wrong:
        raise refusal("FILE-RIGHTS", written) from wrong
    except (OSError, ValueError) as wrong:
        raise InputError(fault("FILE-MISSING", written, expected=".csv / .xlsx")) from wrong
    if not stat.S_ISREG(mode):
        raise refusal("FILE-KIND", written, what="folder / device")
    if found.stat().st_size > SIZE:
        raise refusal("FILE-LARGE", written, limit=f"{SIZE // 1_000_000} MB")
    if found.stat().st_size == 0:
        raise refusal("FILE-EMPTY", written)
    return found


def is_remote(written: str) -> bool:
    """Whether a text is an address (http, ftp, file, s3, a network share) and no local path."""
    return bool(
        _REMOTE.match(written.strip())
        or re.match(r"(?:https?|ftp|file|s3|gs):", written.strip(), re.I)
    )


def signature(head: bytes) -> str:
    """What the first bytes say: zip, ole, html, xml, pickle, ... or text."""
    for mark, kind in _SIGNATURES:
        if head.startswith(mark):
            return kind
    if re.match(rb"\x80[\x02-\x05]", head) or re.match(
        rb"c[A-Za-z_.]+\n[A-Za-z_]+\n|\(dp\d|\(lp\d|\(i[a-z]+\n", head
    ):
        return "pickle"
    if _MARKUP.match(head[:400]):
        return (
            "html"
            if re.search(
                rb"<(?:!doctype\s+html|html|table|head|body|meta|div|style)", head[:2000], re.I
            )
            else "xml"
        )
    if head[:14] == b"MIME-Version: ":
        return "html"
    return "text"
