"""A sentence prepared for reading: names hidden, dates found and hidden, length unchanged."""

from __future__ import annotations

import re
from dataclasses import dataclass

from healthplan.language.names import Register
from healthplan.planreader.dates import Mention, Period, find_dates
from healthplan.planreader.naming import printed
from healthplan.planreader.rules import rules

_TITLES = re.compile(r"《[^》]*》|“[^”]{1,40}”|〔[^〕]*〕")
_NUMERAL = re.compile("[0-9.一二两三四五六七八九十百千万亿%‰]")
_CHANGE = re.compile("(?:提高|提升|下降|降低|增加|减少|增长|上升|降|扩大)$")
_INNER_STOP = str.maketrans({"，": "·", "；": "·", "。": "·", "、": "·", "：": "·"})


@dataclass(frozen=True)
class Prepared:
    """`plain`: normalised; `hidden`: digits of names as #, dates as @, stops in brackets as ·."""

    plain: str
    hidden: str
    dates: tuple[Mention, ...]


def prepare(plain: str, period: Period, register: Register | None = None) -> Prepared:
    """Hide what is no quantity. `plain` is one normalised sentence; a registered name is one word in it."""
    titles = [match.span() for match in _TITLES.finditer(plain)]
    dates = [
        date
        for date in find_dates(plain, period)
        if not any(a < date.start and date.end < b for a, b in titles)
        and not _in_bracket(plain, date.start)
    ]
    names = printed(plain, register)
    dates = [d for d in dates if not any(a <= d.start and d.end <= b for a, b in names)]
    signs = list(plain)
    for date in dates:
        if date.text[0] in "到至为" and _CHANGE.search(plain[: date.start]):
            signs[date.start + 1 : date.end] = "@" * (date.end - date.start - 1)
            continue
        signs[date.start : date.end] = "@" * (date.end - date.start)
    for start, end in names:
        signs[start:end] = "#" * (end - start)
    hidden = "".join(signs)
    for rule in rules("masks"):
        for match in list(rule.pattern.finditer(hidden)):
            piece = _NUMERAL.sub("#", match.group()).translate(_INNER_STOP)
            hidden = hidden[: match.start()] + piece + hidden[match.end() :]
    return Prepared(plain, hidden, tuple(dates))


def _in_bracket(text: str, at: int) -> bool:
    before = text[:at]
    return before.count("（") > before.count("）")
