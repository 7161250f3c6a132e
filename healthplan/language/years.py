"""Years: the grammar of a whole calendar year, and what the other things are that stand in a year's place.

A pattern of four digits would take a quarter, a half-year or the number 20160 for a year. Here everything
that is not a whole year is named for what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from healthplan.language import characters, vocabulary

EARLIEST = 1949
RUNNING = "running"  # what ``meant`` says of the year that is not over
_DIGITS = str.maketrans("〇零○Ｏ一二三四五六七八九", "0000123456789")
_WHOLE = re.compile(
    r"(\d{4})(?:\.0+)?(?:公历)?(?:年度?(?:末|底|终|全年|全年度)?|年末数|末|底|全年)?(?:数值|数据|值|数|合计数)?"
)
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: ?0{1,2}:00(?::00)?)?")
_ALL_MONTHS = re.compile(r"(\d{4})年?(?:1|一)(?:月)?(?:-|~|至|到|--)(?:12|十二)月(?:累计)?")
_RANGE = re.compile(
    r"(\d{4})年?(?:-|--|~|至|到|/|—|--)(\d{4}|\d{2})年?(?:度|学年|平均|合计|均值|年均)?"
)
_TWO = re.compile(r"['’‘]?(\d{2})(?:年|年度|年末|年底)?")
_MARKS = re.compile(r"[①-⑳❶-❿¹²³⁰⁴-⁹*※†‡§#△▲☆★^]+|\[\d{1,2}\]|\((?:\d{1,2}|注\d*)\)|注\d+")
_BRACKET = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_PART = (
    re.compile(r"\d{2,4}年?-?(?:q[1-4]|h[12]|[1-4]q|[12]h)"),
    re.compile(
        r"(?:\d{2,4}年?)?.*(?:季度?|上半年|下半年|半年|\d{1,2}月|[一二三四五六七八九十]月|月份|年初|旬|周)(?:末|底|累计|数据|数|值)?"
    ),
    re.compile(r"\d{4}[-/.]?(?:0?[1-9]|1[0-2])"),
    re.compile(r"\d{4}(?:年?)(?:1|一)[-至~](?:\d{1,2}|[一二三四五六七八九十]+)(?:月|季度)?.*"),
)


@dataclass(frozen=True)
class Year:
    """What stands in a year's place. ``kind`` is year, blank, part, range, two_digits, serial, day, bad,
    ancient or future; ``status`` a status word's meaning; ``marks`` footnote signs that were set aside."""

    kind: str
    year: int | None = None
    status: str = ""
    marks: str = ""
    meant: str = ""


@lru_cache(characters.REMEMBERED)
def read(written: str, today: date, when: date | None = None) -> Year:
    """What a year cell or a year header means. ``when`` is the date that a spreadsheet cell holds."""
    if when is not None:
        return _dated(when, today)
    spelled = characters.half_width(written)
    if not spelled:
        return Year("blank")
    marks = "".join(_MARKS.findall(spelled))
    body = _MARKS.sub("", spelled)
    body, status = _status(body)
    body = re.sub(r"(?<!\d)\s+|\s+(?!\d)", "", body) if not _DATE.fullmatch(body) else body
    return _grammar(body, status, marks, today)


def _status(body: str) -> tuple[str, str]:
    """The text without its status words, and what they mean (the first in brackets or at either end)."""
    known = vocabulary.marks()
    status = ""
    for inner in _BRACKET.findall(body):
        found = meaning(inner)
        if found:
            status = status or found
            body = re.sub(r"[(\[]" + re.escape(inner) + r"[)\]]", "", body)
    for word, sense in known.items():
        if len(word) > 1 and word in body.casefold() and re.search(r"\d{4}", body):
            stripped = re.sub(
                re.escape(word) + r"(?:值|数|数据|数值)?", "", body, flags=re.IGNORECASE
            )
            if stripped != body:
                status, body = status or sense, stripped
    if match := re.fullmatch(r"(\d{4})\s?([pebrPEBR])", body):
        status, body = status or known[match.group(2).casefold()], match.group(1)
    return body.strip(), status


@lru_cache(characters.REMEMBERED)
def meaning(words: str) -> str:
    """The meaning of a short text if it holds a status word, else nothing."""
    low = characters.half_width(words).casefold()
    known = vocabulary.marks()
    if low in known:
        return known[low]
    hits = [word for word in known if len(word) > 1 and word in low]
    return known[max(hits, key=len)] if hits else ""


def _grammar(body: str, status: str, marks: str, today: date) -> Year:
    numeral = body.translate(_DIGITS)
    if re.fullmatch(r"[〇零○Ｏ一二三四五六七八九]{4}年?(?:度|末|底)?", body):
        body = numeral
    if match := _WHOLE.fullmatch(body):
        return _checked(int(match.group(1)), status, marks, today)
    if match := _ALL_MONTHS.fullmatch(body):
        return _checked(int(match.group(1)), status, marks, today)
    if match := _DATE.fullmatch(body) or re.fullmatch(r"(\d{4})(\d{2})(\d{2})", body):
        try:
            found = _dated(date(*(int(x) for x in match.groups())), today)
        except ValueError:
            return Year("bad")
        return Year(found.kind, found.year, status or found.status, marks, found.meant)
    if match := _RANGE.fullmatch(body):
        return _ranged(match, status, marks)
    if re.fullmatch(r"\d{5}(?:\.0+)?", body):
        return Year("serial", meant=serial(int(float(body))))
    if _TWO.fullmatch(body):
        return Year("two_digits", status=status, marks=marks)
    if any(pattern.fullmatch(body.casefold()) for pattern in _PART):
        digits = re.match(r"\d{4}", body)
        return Year("part", int(digits.group()) if digits else None, status, marks)
    return Year("bad", status=status, marks=marks)


def _ranged(match: re.Match[str], status: str, marks: str) -> Year:
    first, last = match.groups()
    if len(last) == 2 and 1 <= int(last) <= 12 and int(last) != (int(first) + 1) % 100:
        return Year("part", int(first), status, marks)
    return Year("range", None, status, marks)


def _dated(when: date, today: date) -> Year:
    whole = (when.month, when.day) in ((12, 31), (1, 1))
    found = _checked(when.year, "", "", today)
    return (
        found if found.kind != "year" or whole else Year("day", when.year, meant=when.isoformat())
    )


def _checked(year: int, status: str, marks: str, today: date) -> Year:
    if year < EARLIEST:
        return Year("ancient", year, status, marks)
    if year > today.year:
        return Year("future", year, status, marks)
    return Year("year", year, status, marks, RUNNING if year == today.year else "")


def serial(days: int) -> str:
    """The date that a spreadsheet's serial number stands for (1900 system)."""
    return (date(1899, 12, 30) + timedelta(days=days)).isoformat()
