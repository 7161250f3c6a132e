"""Quantities in a sentence: number, range, ratio, fraction, with unit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from healthplan.language import units

_DIGITS = {
    "零": 0,
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_STEPS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MULTIPLE = r"(?:万亿|千万|百万|十万|万|亿|千|百)?"
_CHINESE = "[一二两三四五六七八九十百千]+"
_STEP_VALUE = {
    "": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12,
}  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """A number at a place. `kind`: rate, level, count, ratio, bare. `high` ends a range."""

    start: int
    end: int
    value: float
    high: float | None
    unit: str
    kind: str
    chinese: bool = False
    signed: str = ""


@cache
def _pattern() -> re.Pattern[str]:
    sign = r"(?P<sign>≥|≤|>=|<=|>|<|=)?\s*"
    first = rf"(?P<a>{_NUMBER})(?P<am>{_MULTIPLE})"
    inner = r"(?:%|‰|岁|个|名|家|所|张|人|项|天|分钟|元)?"
    second = rf"(?:{inner}(?:-+|~|至|到)(?P<b>{_NUMBER})(?P<bm>{_MULTIPLE}))?"
    return re.compile(
        rf"(?<![\d.A-Za-z#]){sign}{first}{second}\s*(?:余|多)?(?P<unit>{units.pattern()})?"
    )


_RATIO = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)[：/](\d+(?:\.\d+)?)(?!\d*年)(?![\d%‰])")
_PER = re.compile(rf"({_NUMBER})/(?:10万|十万|万|千|100000)")
_FRACTION = re.compile(rf"({_CHINESE})分之({_CHINESE})")
_TENTHS = re.compile(rf"({_CHINESE})成(?=以上|左右|以内|的|，|。|；|$)")
_HALF = re.compile(r"(?<![上下前后一])(?:一半|半数|过半)(?=以上|左右|的|，|。|；|$)?")
_CHINESE_COUNT = re.compile(
    rf"(?P<a>{_CHINESE})(?:(?:至|到|-)(?P<b>{_CHINESE}))?(?P<m>名|个|家|所|张|例|项|支|辆|台|套|场|次|批|人次|篇|部)"
)


def chinese_number(text: str) -> float:
    """The value of a Chinese numeral up to 99,999 (二十五 = 25, 两千 = 2000)."""
    total, part, digit = 0, 0, 0
    for sign in text:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign == "万":
            total, part, digit = (total + part + digit) * 10_000, 0, 0
        else:
            part += (digit or 1) * _STEPS[sign]
            digit = 0
    return float(total + part + digit)


def number(text: str, multiple: str = "") -> float:
    """The value of an Arabic numeral with its multiple (1.2 万 = 12000)."""
    return round(float(text.replace(",", "")) * _STEP_VALUE[multiple], 6)


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a normalised sentence in which names and dates are hidden."""
    found: list[Quantity] = []

    def free(start: int, end: int) -> bool:
        return all(end <= q.start or start >= q.end for q in found)

    for match in _RATIO.finditer(text):
        if not _PER.match(text, match.start()) and free(*match.span()):
            found.append(_ratio(match, text))
    for pattern, reader in ((_FRACTION, _fraction), (_TENTHS, _tenths), (_HALF, _half)):
        for match in pattern.finditer(text):
            if free(*match.span()):
                found.append(reader(match))
    for match in _pattern().finditer(text):
        if free(match.start("a"), match.end()):
            found.append(_plain(match))
    for match in _CHINESE_COUNT.finditer(text):
        if match["a"] not in {"百", "千", "十"} and free(*match.span()):
            found.append(_chinese_count(match))
    return sorted(found, key=lambda q: q.start)


def _plain(match: re.Match[str]) -> Quantity:
    found = units.parse(match["unit"]) if match["unit"] else None
    low_multiple, high_multiple = match["am"] or "", match["bm"] or ""
    unit = found.unit if found else ""
    multiple = high_multiple if match["b"] else low_multiple
    kept = found is not None and units.keeps_multiple(found)
    if kept and multiple in {"万", "亿", "万亿"} and low_multiple in {"", multiple}:
        unit = f"{multiple}{unit}"
        low_multiple = high_multiple = ""
    value = number(match["a"], low_multiple or high_multiple)
    high = number(match["b"], high_multiple) if match["b"] else None
    start = match.start("sign") if match["sign"] else match.start("a")
    kind = found.kind if found else "bare"
    return Quantity(start, match.end(), value, high, unit, kind, signed=match["sign"] or "")


def _ratio(match: re.Match[str], text: str) -> Quantity:
    """2/3 is a share, 66.67 %. 1:80 is eighty of the second to one of the first."""
    a, b = float(match[1]), float(match[2])
    if text[match.start() : match.end()].count("/"):
        return Quantity(*match.span(), round(100 * a / b, 2) if b else 0.0, None, "%", "rate")
    return Quantity(
        *match.span(), round(b / a, 6) if a else 0.0, None, f"{match[1]}:{match[2]}", "ratio"
    )


def _fraction(match: re.Match[str]) -> Quantity:
    base, part = match[1], match[2]
    share = 100 * chinese_number(part) / chinese_number(base)
    if base in {"百", "一百"}:
        share = chinese_number(part)
    return Quantity(*match.span(), round(share, 2), None, "%", "rate", chinese=True)


def _tenths(match: re.Match[str]) -> Quantity:
    return Quantity(*match.span(), 10 * chinese_number(match[1]), None, "%", "rate", chinese=True)


def _half(match: re.Match[str]) -> Quantity:
    return Quantity(*match.span(), 50.0, None, "%", "rate", chinese=True)


def _chinese_count(match: re.Match[str]) -> Quantity:
    high = chinese_number(match["b"]) if match["b"] else None
    value = chinese_number(match["a"])
    return Quantity(*match.span(), value, high, match["m"], "count", chinese=True)
