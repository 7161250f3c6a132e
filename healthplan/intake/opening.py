"""What may be opened, what kind of file it is, and the book it becomes."""

import re
import stat
from pathlib import Path

from healthplan import messages
from healthplan.errors import InputError
from healthplan.intake import declared, spreadsheets, textfile, zipscan
from healthplan.intake.book import Book
from healthplan.intake.faults import fault, refusal

SIZE = 60_000_000
TEXT_SIZE = 25_000_000
_REMOTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:(?://|\\\\|:)|\\\\|//|(?:https?|ftp|file|s3|gs):", re.IGNORECASE)
_PICKLE = re.compile(rb"\x80[\x02-\x05]|c[A-Za-z_.]+\n[A-Za-z_]+\n|\(dp\d|\(lp\d|\(i[a-z]+\n")
_HTML = re.compile(rb"<(?:!doctype\s+html|html|table|head|body|meta|div|style)", re.IGNORECASE)
_SIGNATURES = (
    (b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
    (b"%PDF", "pdf"), (b"{\\rtf", "rtf"), (b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ", "xz"),
    (b"7z\xbc\xaf", "7z"), (b"Rar!", "rar"), (b"(\xb5/\xfd", "zstd"), (b"PAR1", "parquet"),
    (b"ARROW1", "feather"), (b"SQLite format 3", "sqlite"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"), (b"\x7fELF", "program"), (b"MZ", "program"),
)  # fmt: skip
_MARKUP = re.compile(
    rb"^\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|head|body|meta|\?xml|!--|div|style|workbook)", re.I
)


def local(path: str | Path, shown: str = "") -> Path:
    """The path as a local one, ``shown`` so in messages. Raises InputError for addresses, folders, devices and files that are not there."""
    written = str(path)
    if is_remote(written) or "\x00" in written:
        raise refusal("FILE-REMOTE", written, value=written)
    found, written = Path(path), shown or written
    try:
        mode = found.stat().st_mode
        if stat.S_ISREG(mode):
            found.open("rb").close()
    except PermissionError as wrong:
        raise refusal("FILE-RIGHTS", written) from wrong
    except (OSError, ValueError) as wrong:
        raise InputError(fault("FILE-MISSING", written, expected=".csv / .xlsx")) from wrong
    if not stat.S_ISREG(mode):
        raise refusal("FILE-KIND", written, what=messages.both(f"intake.is_{'folder' if found.is_dir() else 'device'}"))
    if found.stat().st_size > SIZE:
        raise refusal("FILE-LARGE", written, limit=f"{SIZE // 1_000_000} MB")
    if found.stat().st_size == 0:
        raise refusal("FILE-EMPTY", written)
    return found


def is_remote(written: str) -> bool:
    """Whether a text is an address (http, ftp, file, s3, a network share) and no local path."""
    return bool(_REMOTE.match(written.strip()))


def signature(head: bytes) -> str:
    """What the first bytes say: zip, ole, html, xml, pickle, ... or text."""
    for mark, kind in _SIGNATURES:
        if head.startswith(mark):
            return kind
    if _PICKLE.match(head):
        return "pickle"
    if _MARKUP.match(head[:400]):
        return "html" if _HTML.search(head[:2000]) else "xml"
    if head[:14] == b"MIME-Version: ":
        return "html"
    return "text"


TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".prn")
YAML_ENDINGS = (".yaml", ".yml")
PICKLES = (".pkl", ".pickle", ".pck", ".pcl", ".joblib", ".p")
_CALLED = {kind: kind.upper() for kind in ("html", "xml", "pdf", "rtf")}


def open_book(path: str | Path, shown: str) -> Book:
    """Every sheet of a table file. Raises InputError, naming what the file is and what to save it as."""
    found = local(path, shown)
    ending = found.suffix.lower()
    with found.open("rb") as stream:
        head = stream.read(4096)
    kind = signature(head)
    if ending in PICKLES:
        kind = "pickle"
    if kind == "zip":
        return declared.as_figures(_zip(found, ending, shown))
    if kind == "ole":
        book = spreadsheets.xls(found, shown, ending)
        book.faults.append(fault("FILE-OLD", shown))
        return book
    if kind != "text":
        behind = f" ({ending})" if ending else ""
        raise refusal("FILE-KIND", shown, what=f"{_CALLED.get(kind, kind)}{behind}")
    return declared.as_figures(_text(found, ending, shown))


def _zip(path: Path, ending: str, shown: str) -> Book:
    names = zipscan.scan(path, shown)
    if "xl/workbook.bin" in names:
        raise refusal("FILE-KIND", shown, what=".xlsb")
    if "xl/workbook.xml" in names or any(name.lower() == "xl/workbook.xml" for name in names):
        if ending not in (".xlsx", ".xlsm"):
            raise refusal("FILE-LABEL", shown, what="Excel (.xlsx)", ending=ending or "-")
        book = spreadsheets.xlsx(path, shown)
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            book.faults.append(fault("FILE-MACRO", shown))
        return book
    if "content.xml" in names and "mimetype" in names:
        if ending != ".ods":
            raise refusal("FILE-LABEL", shown, what="OpenDocument (.ods)", ending=ending or "-")
        return spreadsheets.ods(path, shown)
    what = "Word (.docx)" if any(name.startswith("word/") for name in names) else "zip"
    if not any(name.startswith("xl/") for name in names):
        raise refusal("FILE-KIND", shown, what=what)
    raise refusal("FILE-DAMAGED", shown, reason="xl/workbook.xml")


def _text(path: Path, ending: str, shown: str) -> Book:
    if ending in (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".xlsb"):
        raise refusal("FILE-LABEL", shown, what="text (CSV)", ending=ending)
    if ending not in TEXT_ENDINGS:
        raise refusal("FILE-KIND", shown, what=ending or "-")
    if path.stat().st_size > TEXT_SIZE:
        raise refusal("FILE-LARGE", shown, limit=f"{TEXT_SIZE // 1_000_000} MB")
    text, encoding, faults = textfile.decode(path.read_bytes(), shown)
    sheet, found = textfile.read(text, shown)
    return Book(shown, "csv", [sheet], encoding, [*faults, *found])
