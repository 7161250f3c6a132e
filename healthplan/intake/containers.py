"""A path to a book of cells: what the file is, whether its name says the same, and the reader for it."""

from __future__ import annotations

from pathlib import Path

from healthplan.intake import delimited, encodings, ods, paths, xls, xlsx, zipscan
from healthplan.intake.book import Book
from healthplan.intake.faulting import fault, refusal

TEXT_ENDINGS = (".csv", ".tsv", ".txt", ".tab", ".prn")
YAML_ENDINGS = (".yaml", ".yml")
PICKLES = (".pkl", ".pickle", ".pck", ".pcl", ".joblib", ".p")


def open_book(path: str | Path, shown: str) -> Book:
    """Every sheet of a table file. Raises InputError, naming what the file is and what to save it as."""
    found = paths.local(path)
    ending = found.suffix.lower()
    with found.open("rb") as stream:
        head = stream.read(4096)
    kind = paths.signature(head)
    if ending in PICKLES:
        kind = "pickle"
    if kind == "zip":
        return _zip(found, ending, shown)
    if kind == "ole":
        return _ole(found, ending, shown)
    if kind != "text":
        raise refusal("FILE-KIND", shown, what=_what(kind, ending))
    return _text(found, ending, shown)


def _zip(path: Path, ending: str, shown: str) -> Book:
    scan = zipscan.scan(path, shown)
    names = set(scan.names)
    if "xl/workbook.bin" in names:
        raise refusal("FILE-KIND", shown, what=".xlsb")
    if "xl/workbook.xml" in names or any(name.lower() == "xl/workbook.xml" for name in names):
        if ending not in (".xlsx", ".xlsm"):
            raise refusal("FILE-LABEL", shown, what="Excel (.xlsx)", ending=ending or "-")
        book = xlsx.read(path, shown)
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            book.faults.append(fault("FILE-MACRO", shown))
        return book
    if "content.xml" in names and "mimetype" in names:
        if ending != ".ods":
            raise refusal("FILE-LABEL", shown, what="OpenDocument (.ods)", ending=ending or "-")
        return ods.read(path, shown)
    what = "Word (.docx)" if any(name.startswith("word/") for name in names) else "zip"
    if not any(name.startswith("xl/") for name in names):
        raise refusal("FILE-KIND", shown, what=what)
    raise refusal("FILE-DAMAGED", shown, reason="xl/workbook.xml")


def _ole(path: Path, ending: str, shown: str) -> Book:
    book = xls.read(path, shown, ending)
    book.faults.append(fault("FILE-OLD", shown))
    return book


def _text(path: Path, ending: str, shown: str) -> Book:
    if ending in (".xlsx", ".xlsm", ".xls", ".ods", ".et", ".xlsb"):
        raise refusal("FILE-LABEL", shown, what="text (CSV)", ending=ending)
    if ending not in TEXT_ENDINGS:
        raise refusal("FILE-KIND", shown, what=ending or "-")
    if path.stat().st_size > paths.TEXT_SIZE:
        raise refusal("FILE-LARGE", shown, limit=f"{paths.TEXT_SIZE // 1_000_000} MB")
    text, encoding, faults = encodings.decode(path.read_bytes(), shown)
    sheet, found = delimited.read(text, shown)
    return Book(shown, "csv", [sheet], encoding, [*faults, *found])


def _what(kind: str, ending: str) -> str:
    names = {
        "html": "HTML",
        "xml": "XML",
        "pdf": "PDF",
        "pickle": "pickle",
        "rtf": "RTF",
        "program": "program",
    }
    return f"{names.get(kind, kind)}{f' ({ending})' if ending else ''}"
