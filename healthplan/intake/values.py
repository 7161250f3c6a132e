"""Figures: what a cell in a value column says, as a number in the unit of its indicator, or why it cannot be one.

Accepted: 3.72, 38,012, ４１，２３４, 35.6%, 3.66/10万, 4.1万人, 1:0.65, 3e0; a footnote sign or a status word behind it is
set aside and kept. Never guessed: about 21.9, 20-odd, <25, a range, a fraction, Chinese numerals, 1.234,5.
"""

import math
import re
from dataclasses import dataclass, replace

from healthplan.intake.book import Cell
from healthplan.intake.rows import Raw, Row, Walk, identity, number
from healthplan.language import characters, numbers, units, vocabulary
from healthplan.language.dates import meaning
from healthplan.language.names import Match

_NUMBER = r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?: \d{3})+|\d+)(?:\.\d+)?|[+-]?\.\d+"
_PLAIN = re.compile(rf"({_NUMBER})(?:[eE]([+-]?\d{{1,3}}))?")
_LEADING = re.compile(rf"({_NUMBER})\s*(.*)", re.DOTALL)
_NOTES = re.compile(r"[①-⑳㈠-㈩❶-❿ⓐ-ⓩ¹²³⁰⁴-⁹ᵃ-ᵛ*※†‡§#△▲☆★^]+$|\[\d{1,2}\]$|\[注\d*\]$|\(注\d*\)$|注\d*$|\(\d\)$")
_RAISED = re.compile(r"[a-z米][²³]$")  # m², µg/m³: part of the unit, no footnote
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]$")
_DAY = r"\d{1,2}月\d{1,2}日?|\d{4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?(?:\s.*)?|\d{1,2}-[A-Za-z]{3}|[A-Za-z]{3}-\d{2,4}"
_NO_NUMBERS = (
    (re.compile(r"#{2,}"), "CELL-NARROW"),
    (re.compile(r"#(?:N/A|DIV/0!|VALUE!|REF!|NAME\?|NUM!|NULL!|SPILL!|CALC!|GETTING_DATA)", re.I), "CELL-ERROR"),
    (re.compile(r"[=@].*", re.DOTALL), "CELL-FORMULA"),
    (re.compile(_DAY), "CELL-DATE"),
)
_DASHES = re.compile(r"[-—–_.…·]*")
_EUROPEAN = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+,\d+|[+-]?\d+,\d{1,2}|[+-]?\d+,\d{4,}(?:\.\d+)?")
_SIMPLE = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,12})?", re.ASCII)
_APOSTROPHE = re.compile(r"^['’‘`]+")
_A_RATIO = re.compile(r"1\s*[:：]\s*\d+(?:\.\d+)?")  # a goal's 1:1.2 in the place of the unit 1:x
GUESSED = "例"  # the unit of a goal of none at all (零发生): its plan does not say what is counted


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
    if cell.number is None:
        return read_text(cell.text)
    style = cell.format.split(";")[0]
    if "%" in re.sub(r'"[^"]*"|\\.|_.|\*.', "", style):
        return Reading(round(cell.number * 100, 10), unit="%", noted="CELL-PERCENT")
    quoted = "".join(re.findall(r'"([^"]*)"', style)).strip() or ("%" if "\\%" in cell.format else "")
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
    if none := next((problem for pattern, problem in _NO_NUMBERS if pattern.fullmatch(spelled)), ""):
        return Reading(problem=none)
    spelled, status = _status(_APOSTROPHE.sub("", spelled))
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
    low = spelled.casefold()
    for word, sense in vocabulary.marks().items():
        attached = low.endswith(word) if len(word) > 1 else low.endswith(" " + word)
        if attached and re.match(r"[+-]?[\d.]", spelled):
            return spelled[: len(spelled) - len(word)].strip(), status or sense
    return spelled, status


def _figure(body: str) -> Reading:
    if match := _PLAIN.fullmatch(body):
        return _number(match.group(1), match.group(2))
    if _EUROPEAN.fullmatch(body):
        european, english = body.replace(".", "").replace(",", "."), body.replace(",", "")
        return Reading(problem="CELL-COMMA", hint=f"{european} / {english}")
    if (ratio := numbers.read_ratio(body)) is not None:
        return Reading(ratio[0], unit=ratio[1])
    if (match := _LEADING.fullmatch(body)) and units.parse(match[2]) is not None:
        return replace(_number(match[1], None), unit=match[2])
    return Reading(problem="CELL-NUMBER")


def _number(digits: str, power: str | None) -> Reading:
    value = float(re.sub(r"[ ,]", "", digits) + (f"e{power}" if power else ""))
    if math.isinf(value) or re.match(r"[+-]?0\d", digits):
        return Reading(problem="CELL-NUMBER")
    return Reading(value, noted="CELL-POWER" if power else "")


def measured(raw: Raw, indicator: Match, area: Match, year: int, reading: Reading, out: Walk) -> Row | None:
    """The figure in the registered unit; None where its units contradict each other, which is then a fault."""
    assert reading.number is not None
    about = out.about(indicator.id)
    given = _given_unit(raw, indicator, reading, out)
    if given is None:
        return None
    (written, scale), wanted = given, about.get("unit", "")
    as_cases = _as_cases(written, scale, about)
    converted = _converted(written, scale, wanted) or as_cases
    if converted is None:
        out.doubt(raw, "UNIT-WRONG", raw.columns.get("unit", raw.column), written, unit=wanted)
        return None
    unit, factor = converted
    own = raw.columns.get("unit") or vocabulary.column_words()["unit"]
    who = identity(indicator), identity(area)
    said = {"unit": unit or "?", "name": indicator.name, "about": f"{who[0]} {written}"}
    if not written:
        out.share("UNIT-BLANK", raw.place, own, None, **said)
    elif factor != 1.0 or as_cases:
        out.share("UNIT-CONVERTED", raw.place, own, written if scale == 1.0 else reading.unit, **said)
    value = units.tidy(reading.number * factor) if factor != 1.0 else reading.number
    return Row(raw, *who, year, value, unit, reading.number, written, raw.value.text or f"{reading.number:.6g}")


def _given_unit(raw: Raw, indicator: Match, reading: Reading, out: Walk) -> tuple[str, float] | None:
    """The unit that the file gives for a value, from all places where it may stand; they must agree."""
    places = ((raw.unit, False), (raw.header_unit, False), (indicator.unit, False), (reading.unit, True))
    stated = [(characters.clean(unit), behind) for unit, behind in places if unit.strip()]
    first, scale = stated[0][0] if stated else raw.title_unit, 1.0
    for unit, behind in stated[1:]:
        one, other = units.parse(first), units.parse(unit)
        if one is None or other is None:
            agree = characters.key(first) == characters.key(unit)
        elif behind and other.family == "number" and one.family != "number":
            agree = one.factor in (1, other.factor)
            scale = other.factor if one.factor == 1 else scale
        elif any(
            ratio is not None and abs(ratio - 1) < 1e-9
            for ratio in (units.factor(one, other), units.factor(other, one))
        ):
            agree = True
        else:
            agree = behind and one.factor == 1 and one.family == other.family != "ratio"
            first = unit if agree else first
        if not agree:
            column = raw.columns.get("unit", raw.column)
            out.doubt(raw, "UNIT-CONFLICT", column, raw.value.text, one=first, other=unit)
            return None
    return first, scale


def _as_cases(written: str, scale: float, about: dict) -> tuple[str, float] | None:
    """起, 次, 件 as cases of an indicator that nobody has completed yet: its unit was guessed."""
    guessed = about.get("unit") == GUESSED != written and number(about, "plausible_high") is None
    return (GUESSED, scale) if guessed and units.counts_things(written) else None


def _converted(written: str, scale: float, wanted: str) -> tuple[str, float] | None:
    """The unit of the value and the factor that leads to it; None where no factor does."""
    given = units.parse(written) if written else None
    target = units.parse(wanted) if wanted else None
    if not wanted:
        return given.unit if given else written, scale
    if not written or (wanted == "1:x" and _A_RATIO.fullmatch(written)):
        return wanted, scale
    if target is None:
        return (wanted, scale) if characters.key(written) == characters.key(wanted) else None
    ratio = None if given is None else units.factor(given, target)
    return None if ratio is None else (wanted, units.tidy(ratio * scale))
