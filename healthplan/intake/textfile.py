"""Bytes with separators to a sheet: which encoding, by proof and not by likelihood; which separator; no row swallowed.

The encoding is told by a byte order mark; strict UTF-8; UTF-16 without a mark where every other byte of the ASCII part is
zero; strict GB18030 where what comes out is Chinese as people write it. Anything else is refused.
"""

import codecs
import csv
import io
import re

from healthplan.errors import Fault
from healthplan.files import as_written
from healthplan.intake.book import Cell, Sheet
from healthplan.intake.faults import fault, refusal

SEPARATORS = (",", "\t", ";", "，", "|", "；", "、")
CELL_LIMIT = 100_000  # characters in one cell: beyond it nothing is looked at
ROW_LIMIT = 100_000
COLUMN_LIMIT = 1_000
QUOTED_LINES = 6  # a quoted cell over more lines than this is an unclosed quote
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Latin letters that UTF-8 Chinese turns into when read as Latin-1 or Windows-1252.
_LATIN = re.compile("[\u00c2-\u00ef][\u0080-\u00bf\u0152-\u0178\u2013-\u203a\u20ac\u2122\u02c6\u02dc]")
# Characters that UTF-8 Chinese turns into when read as GBK: rare ones, again and again.
_GBK_OF_UTF8 = re.compile("[鎸囨爣鍦板尯骞翠唤鏁板鍗曚綅鏉ユ簮锛銆鐨涓鏄浜嗗瓧娴︿笢鏂板灏姝浜鐜]")
_HAN = re.compile("[\u4e00-\u9fff]")
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffd]")
_USUAL = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef‰—…·①②③④⑤℃±×÷“”‘’≤≥]")


def decode(data: bytes, file: str) -> tuple[str, str, list[Fault]]:
    """The text, the name of its encoding, and notes. Raises InputError when no encoding can be proved."""
    marked = next(((mark, encoding) for mark, encoding in _MARKS if data.startswith(mark)), None)
    mark, encoding = marked or (b"", _utf16_without_mark(data))
    if encoding:
        data = data[len(mark) :]
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as wrong:
            row = data.count("\n".encode(encoding), 0, wrong.start) + 1
            raise refusal("TEXT-BYTES", file, row=row, encoding=encoding, at=wrong.start + 1) from wrong
        if "\x00" in text:
            raise refusal("TEXT-NUL", file, row=text.count("\n", 0, text.index("\x00")) + 1)
        return _whole(text, encoding, file)
    if b"\x00" in data:
        raise refusal("TEXT-NUL", file, row=data.count(b"\n", 0, data.index(b"\x00")) + 1)
    try:
        return _whole(data.decode("utf-8"), "utf-8", file)
    except UnicodeDecodeError as wrong:
        return _chinese(data, wrong, file)


def _whole(text: str, encoding: str, file: str) -> tuple[str, str, list[Fault]]:
    if _is_mojibake(text):
        raise refusal("TEXT-MOJIBAKE", file, encoding=encoding, value=text.split("\n", 1)[0])
    told = [] if encoding == "utf-8" else [fault("TEXT-ENCODING", file, encoding=encoding)]
    return text, encoding, told


def _chinese(data: bytes, wrong: UnicodeDecodeError, file: str) -> tuple[str, str, list[Fault]]:
    row, either = data.count(b"\n", 0, wrong.start) + 1, "utf-8 / gb18030"
    if _looks_mixed(data):
        raise refusal("TEXT-MIXED", file, row=row, encoding="utf-8 + gb18030") from wrong
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError as second:
        row = max(row, data.count(b"\n", 0, second.start) + 1)
        raise refusal("TEXT-BYTES", file, row=row, encoding=either, at=second.start + 1) from second
    # common characters, no private-use ones, no control ones
    others = sum(ord(c) > 127 for c in text)
    usual = len(_ODD.findall(text)) <= len(text) // 200 and len(_USUAL.findall(text)) >= 0.8 * others
    if _is_mojibake(text) or not usual:
        raise refusal("TEXT-BYTES", file, row=row, encoding=either, at=wrong.start + 1)
    return text, "gb18030", [fault("TEXT-ENCODING", file, encoding="gb18030")]


def _looks_mixed(data: bytes) -> bool:
    """Some lines are UTF-8 with Chinese in them and others are not UTF-8: two files pasted together."""
    good = bad = False
    for line in data.split(b"\n"):
        if line.isascii():
            continue
        try:
            good |= len(_HAN.findall(line.decode("utf-8"))) >= 4
        except UnicodeDecodeError:
            try:
                line.decode("gb18030")
                bad = True
            except UnicodeDecodeError:
                return False
    return good and bad


def _utf16_without_mark(data: bytes) -> str:
    """UTF-16 shows by its zero bytes: line ends, commas and digits leave them on one side only."""
    sample = data[:4000]
    if len(sample) < 4 or b"\x00" not in sample:
        return ""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 4 * even and odd >= len(sample) // 20:
        return "utf-16-le"
    return "utf-16-be" if even > 4 * odd and even >= len(sample) // 20 else ""


def _is_mojibake(text: str) -> bool:
    sample = text[:20000]
    latin, han = len(_LATIN.findall(sample)), len(_HAN.findall(sample))
    return (latin >= 4 and latin > han) or (han >= 12 and len(_GBK_OF_UTF8.findall(sample)) > 0.3 * han)


def read(text: str, file: str) -> tuple[Sheet, list[Fault]]:
    """One sheet with a row for each record. Raises InputError for quotes and cells that swallow rows."""
    faults: list[Fault] = []
    if "\ufeff" in text:
        faults.append(fault("TEXT-BOM", file, row=text.count("\n", 0, text.index("\ufeff")) + 1))
    text = text.replace("\ufeff", "")
    if not text.strip():
        raise refusal("FILE-EMPTY", file)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = re.match(r"sep=(.)\n", text)
    separator = told[1] if told else _separator(text)
    sheet = Sheet(rows=[[]] if told else [])
    text = text[told.end() :] if told else text
    _fill(sheet, text, separator, file)
    if text.count('"') % 2:  # the last quote is not closed: the reader may have taken the rest as one cell
        quoted = ((row, cell.text) for row, cells in enumerate(sheet.rows, 1) for cell in cells if '"' in cell.text)
        last = sheet.rows[-1][-1].text if sheet.rows[-1] else ""
        row, value = next(quoted, (len(sheet.rows), last))
        faults.append(fault("TEXT-QUOTE", file, row=row, value=value, lines=0))
    if separator != ",":
        faults.append(fault("TEXT-SEPARATOR", file, separator="Tab" if separator == "\t" else separator))
    return sheet, faults


def _separator(text: str) -> str:
    """The separator that splits the first lines most evenly into most cells."""
    lines = [re.sub(r'"[^"]*"', "", line) for line in text.split("\n")[:60] if line.strip()]
    best, most = ",", 0.0
    for separator in SEPARATORS:
        counts = [line.count(separator) for line in lines]
        there = [count for count in counts if count]  # lines of captions and notes have none
        usual = max(set(there), key=there.count, default=0)
        score = usual * counts.count(usual) / max(len(counts), 1) + (0.5 if separator == "," else 0)
        if there and score > most:
            best, most = separator, score
    return best


def _fill(sheet: Sheet, text: str, separator: str, file: str) -> None:
    csv.field_size_limit(50_000_000)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=False)
    last = 0
    known: dict[str, Cell] = {}  # the same few words stand in most rows
    try:
        for record in reader:
            _refuse_too_much(sheet, record, reader.line_num - last, file)
            last = reader.line_num
            for cell in record:
                if cell not in known:
                    known[cell] = Cell(as_written(cell))
            sheet.rows.append([known[cell] for cell in record])
    except csv.Error as wrong:
        raise refusal("TEXT-QUOTE", file, row=len(sheet.rows) + 1, value=str(wrong), lines=0) from wrong


def _refuse_too_much(sheet: Sheet, record: list[str], taken: int, file: str) -> None:
    """Refuses a record that swallows lines (``taken``) or has more cells or characters than anybody writes."""
    number = len(sheet.rows) + 1
    # a cell with line ends in which whole records of the same width stand was never closed
    inner = [line for cell in record for line in cell.split("\n")[1:]]
    open_quote = any(sum(map(line.count, SEPARATORS[:4])) >= max(len(record) - 1, 3) for line in inner)
    if taken > QUOTED_LINES or open_quote:
        value = next((cell.split("\n")[0] for cell in record if "\n" in cell), "")
        raise refusal("TEXT-QUOTE", file, row=number, value=value, lines=taken)
    if number > ROW_LIMIT or len(record) > COLUMN_LIMIT:
        raise refusal("FILE-LARGE", file, row=number, limit=f"{ROW_LIMIT} × {COLUMN_LIMIT}")
    wide = next((i for i, cell in enumerate(record) if len(cell) > CELL_LIMIT), None)
    if wide is not None:
        name = sheet.rows[0][wide].text if sheet.rows and wide < len(sheet.rows[0]) else ""
        sizes = {"length": len(record[wide]), "limit": CELL_LIMIT}
        raise refusal("CELL-LONG", file, "", number, name, value=record[wide][:80], **sizes)
