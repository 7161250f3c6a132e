"""Bytes to text: which encoding a file of figures is in, decided by proof and not by likelihood.

A byte order mark; strict UTF-8; UTF-16 without a mark where every other byte of the ASCII part is zero; strict GB18030
where what comes out is Chinese as people write it. Anything else is refused.
"""

import codecs
import re

from healthplan.errors import Fault
from healthplan.intake.faults import fault, refusal

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


def decode(data: bytes, file: str) -> tuple[str, str, list[Fault]]:
    """The text, the name of its encoding, and notes. Raises InputError when no encoding can be proved."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], encoding, file)
    if plain := _utf16_without_mark(data):
        return _strict(data, plain, file)
    if b"\x00" in data:
        at = data.index(b"\x00")
        raise refusal("TEXT-NUL", file, row=data.count(b"\n", 0, at) + 1)
    try:
        return _whole(data.decode("utf-8"), "utf-8", file)
    except UnicodeDecodeError as wrong:
        return _chinese(data, wrong, file)


def _strict(data: bytes, encoding: str, file: str) -> tuple[str, str, list[Fault]]:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as wrong:
        row = data.count("\n".encode(encoding), 0, wrong.start) + 1
        raise refusal("TEXT-BYTES", file, row=row, encoding=encoding, at=wrong.start + 1) from wrong
    if "\x00" in text:
        raise refusal("TEXT-NUL", file, row=text.count("\n", 0, text.index("\x00")) + 1)
    return _whole(text, encoding, file)


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
        place = {"row": row, "at": second.start + 1}
        raise refusal("TEXT-BYTES", file, encoding=either, **place) from second
    if _is_mojibake(text) or not _is_chinese(text):
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
    if even > 4 * odd and even >= len(sample) // 20:
        return "utf-16-be"
    return ""


def _is_mojibake(text: str) -> bool:
    sample = text[:20000]
    latin = len(_LATIN.findall(sample))
    han = len(_HAN.findall(sample))
    if latin >= 4 and latin > han:
        return True
    return han >= 12 and len(_GBK_OF_UTF8.findall(sample)) > 0.3 * han


_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffd]")
_USUAL = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef‰—…·①②③④⑤℃±×÷“”‘’≤≥]")


def _is_chinese(text: str) -> bool:
    """Whether decoded GB18030 reads like Chinese: common characters, no private-use ones, no control ones."""
    others = sum(ord(c) > 127 for c in text)
    usual = len(_USUAL.findall(text))
    return len(_ODD.findall(text)) <= len(text) // 200 and usual >= 0.8 * others
