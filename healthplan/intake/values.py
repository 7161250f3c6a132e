"""Figures: what a cell in a value column says, as a number, or why it cannot be one.

Accepted: 3.72, 38,012, ４１，２３４, 35.6%, 3.66/10万, 4.1万人, 1:0.65, 3e0; a footnote sign or a status word behind it is
set aside and kept. Never guessed: about 21.9, 20-odd, <25, a range, a fraction, Chinese numerals, 1.234,5.
"""

import math
import re
from dataclasses import dataclass, replace

from healthplan.intake.book import Cell
from healthplan.language import characters, numbers, units, vocabulary
from healthplan.language.dates import meaning

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+"
_PLAIN = re.compile(rf"({_NUMBER})(?:[eE]([+-]?\d{{1,3}}))?")
_LEADING = re.compile(rf"({_NUMBER})\s*(.*)", re.DOTALL)
_NOTES = re.compile(r"[①-⑳㈠-㈩❶-❿ⓐ-ⓩ¹²³⁰⁴-⁹ᵃ-ᵛ*※†‡§#△▲☆★^]+$|\[\d{1,2}\]$|\[注\d*\]$|\(注\d*\)$|注\d*$|\(\d\)$")
_RAISED = re.compile(r"[a-z米][²³]$")  # m², µg/m³: part of the unit, no footnote
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_DAY = r"\d{1,2}月\d{1,2}日?|\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s.*)?|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{2,4}"
_ERROR = r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)"
_NO_NUMBERS = (
    (re.compile(r"#{2,}"), "CELL-NARROW"),
    (re.compile(_ERROR, re.IGNORECASE), "CELL-ERROR"),
    (re.compile(r"[=@].*", re.DOTALL), "CELL-FORMULA"),
    (re.compile(_DAY), "CELL-DATE"),
)
_DASHES = re.compile(r"[-—–_.…·]*")
_EUROPEAN = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d+,\d{1,2}|[+-]?\d+,\d{4,}(?:\.\d+)?")
_SIMPLE = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?", re.ASCII)
_APOSTROPHE = re.compile(r"^['’‘`]+")


@dataclass(frozen=True)
class Reading:
    """``number`` is None for a missing value or a fault; ``problem`` is a fault code; ``unit`` what stood
    behind the number; ``status`` the meaning of a status word; ``marks`` footnote signs set aside."""

    number: float | None = None
    missing: bool = False
    problem: str = ""
    unit: str = ""
    status: str = ""
    marks: str = ""
    hint: str = ""
    noted: str = ""


def read(cell: Cell) -> Reading:
    """What a value cell says."""
    if cell.error:
        return Reading(problem="CELL-ERROR")
    if cell.formula and not cell.text.strip() and cell.number is None:
        return Reading(problem="CELL-FORMULA")
    if cell.when is not None:
        return Reading(problem="CELL-DATE")
    if cell.flag is not None:
        return Reading(problem="CELL-NUMBER")
    if cell.number is not None:
        return _typed(cell)
    return read_text(cell.text)


def _typed(cell: Cell) -> Reading:
    live = re.sub(r'"[^"]*"|\\.|_.|\*.', "", cell.format.split(";")[0])
    quoted = "".join(re.findall(r'"([^"]*)"', cell.format.split(";")[0])).strip()
    quoted = quoted or ("%" if "\\%" in cell.format else "")
    if "%" in live and cell.number is not None:
        return Reading(round(cell.number * 100, 10), unit="%", noted="CELL-PERCENT")
    shown = units.parse(quoted)
    # a display in ten-thousands (0.0"万") is no unit: the cell holds the whole number
    return Reading(cell.number, unit=quoted if shown and shown.family != "number" else "")


def read_text(written: str) -> Reading:
    """What a text in a value column says."""
    if _SIMPLE.fullmatch(written):
        return Reading(float(written))
    if "\ufffd" in written:
        return Reading(problem="CELL-GARBLED")
    spelled = characters.half_width(written)
    if characters.key(written) in vocabulary.missing() or _DASHES.fullmatch(spelled):
        return Reading(missing=True)
    for pattern, problem in _NO_NUMBERS:
        if pattern.fullmatch(spelled):
            return Reading(problem=problem)
    spelled = _APOSTROPHE.sub("", spelled)
    spelled, status = _status(spelled)
    mark = None if _RAISED.search(spelled) else _NOTES.search(spelled)
    marks = mark.group() if mark else ""
    body = spelled[: len(spelled) - len(marks)].strip() if marks else spelled
    if not body:
        return Reading(problem="CELL-NUMBER", status=status, marks=marks)
    if characters.key(body) in vocabulary.missing():
        return Reading(missing=True, status=status, marks=marks)
    return replace(_figure(body), status=status, marks=marks)


def _status(spelled: str) -> tuple[str, str]:
    """The text without a status word behind it, and the word's meaning."""
    status = ""
    while match := _BRACKET.search(spelled):
        inside = match.group(1)
        found = meaning(inside)
        if not found or re.search(r"\d", re.sub(r"\d{4}年?", "", inside)):
            break  # a second number stands in the brackets: 4.5（力争5）
        status, spelled = status or found, spelled[: match.start()].strip()
    for word, sense in vocabulary.marks().items():
        low = spelled.casefold()
        attached = low.endswith(word) if len(word) > 1 else low.endswith(" " + word)
        if attached and re.match(r"[+-]?[\d.]", spelled):
            status, spelled = status or sense, spelled[: len(spelled) - len(word)].strip()
            break
    return spelled, status


def _figure(body: str) -> Reading:
    if match := _PLAIN.fullmatch(body):
        return _number(match.group(1), match.group(2))
    if _EUROPEAN.fullmatch(body):
        european, english = body.replace(".", "").replace(",", "."), body.replace(",", "")
        return Reading(problem="CELL-COMMA", hint=f"{european} / {english}")
    if (ratio := numbers.read_ratio(body)) is not None:
        return Reading(ratio[0], unit=ratio[1])
    if match := _LEADING.fullmatch(body):
        number, rest = match.groups()
        if units.parse(rest) is not None:
            return replace(_number(number, None), unit=rest)
    return Reading(problem="CELL-NUMBER")


def _number(digits: str, power: str | None) -> Reading:
    value = float(re.sub(r"[ ,]", "", digits) + (f"e{power}" if power else ""))
    if math.isinf(value) or re.match(r"[+-]?0\d", digits):
        return Reading(problem="CELL-NUMBER")
    return Reading(value, noted="CELL-POWER" if power else "")
