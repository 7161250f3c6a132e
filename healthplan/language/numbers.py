"""Numbers as plans and tables write them: thousands, multiples, numerals, ranges, fractions, ratios, with units. A
fraction with a known base is a rate (18/10万, 200/100000, 千分之三); any other below one is a share (2/3), above one a
ratio (3/2). A ratio keeps the side that is not 1: 1:0.65 is .65 in `1:x`, 1.8:1 is 1.8 in `x:1`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from healthplan.language import units, vocabulary

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_STEPS = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_MULTIPLE = r"(?:万亿|千万|百万|十万|万|亿|千(?![克米瓦])|百)?"
CHINESE = "一二两三四五六七八九十百千"
_CHINESE = f"[{CHINESE}]+"
_SIGN = r"(?P<sign>≥|≤|≮|≯|>=|<=|=>|=<|>|<|=)?\s*"


@dataclass(frozen=True)
class Quantity:
    """A number at a place. `kind`: rate, level, count, ratio, bare. `high` ends a range; `signed` is a sign
    printed before it (≥)."""

    start: int
    end: int
    value: float
    high: float | None
    unit: str
    kind: str
    chinese: bool = False
    signed: str = ""


def chinese(text: str) -> float:
    """The value of a Chinese numeral (二十五 = 25, 两千 = 2000, 十万 = 100000, 九十五点五 = 95.5)."""
    whole, _, decimals = text.partition("点")
    total, part, digit = 0, 0, 0
    for sign in whole:
        if sign in DIGITS:
            digit = DIGITS[sign]
        elif sign == "万":
            total, part, digit = (total + part + digit or 1) * 10_000, 0, 0
        else:
            part += (digit or 1) * _STEPS[sign]
            digit = 0
    if short := re.search("([百千万])[一二三四五六七八九两]$", whole):  # 三百五 is 350
        digit *= ({**_STEPS, "万": 10_000}[short[1]]) // 10
    return float(f"{total + part + digit}.{''.join(str(DIGITS[d]) for d in decimals) or 0}")


def number(text: str, multiple: str = "") -> float:
    """The value of an Arabic numeral with its multiple (1.2 万 = 12000)."""
    return round(float(re.sub(r"[ ,]", "", text)) * units.MULTIPLES[multiple], 6)


def ratio(first: float, second: float) -> tuple[float, str]:
    """The side that is not 1, and the unit that says which one: (.65, 1:x) of 1:0.65, (1.8, x:1) of 1.8:1. Where
    neither side is 1 the smaller is made so (2:3 is 1:1.5, 107:100 is 1.07:1)."""
    if first != 1 and (second == 1 or first > second > 0):
        return round(first / second, 6), "x:1"
    return round(second / first, 6), "1:x"


_SIDE = r"\d+(?:\.\d+)?"
_RATIO = re.compile(
    rf"{_SIGN}(?<![\d.：:/])(?P<a>{_SIDE})(?:[：:∶](?P<b>{_SIDE})|(?<=[^\d.]1)比(?P<c>{_SIDE})|比(?P<d>1))"
    rf"(?:(?:-+|~|至|到)(?:1[：:∶])?(?P<high>{_SIDE})(?:[：:∶]1)?)?(?![：:∶/.]?\d)(?!年|%|‰|月)"
)
_CLOCK = re.compile(r"(?!1[：:])\d{1,2}[：:][0-5]\d")


def read_ratio(written: str) -> tuple[float, str] | None:
    """A text that is one ratio (1:0.65, 1.8∶1), as value and unit; None for anything else."""
    match = re.fullmatch(rf"({_SIDE})\s*[:：∶]\s*({_SIDE})", written)
    if not match or _CLOCK.fullmatch(written) or not float(match[1]):
        return None
    return ratio(float(match[1]), float(match[2]))


# --- in a sentence -----------------------------------------------------------------------------

_SHARE = re.compile(rf"(?<![\d.：/])(?P<a>{_SIDE})/(?P<b>{_SIDE})(?![\d.]*\s*[年月十百千万%‰/])(?![\d.])")
_BASE = r"(?:10|100|十|百)?万|百|千|十|" + _CHINESE
_FRACTION = re.compile(rf"(?P<a>{_BASE})分之(?P<b>{NUMBER}|{_CHINESE}(?:点[零一二三四五六七八九]+)?)")
_EACH = re.compile(
    rf"每\s*(?P<base>10\s*万|十万|百万|[万千百]|100,?000|10,?000|1,?000)(?P<tail>{units.TAILS})?(?P<a>{NUMBER})(?P<head>人次|[人例名张个家次元])?(?![万亿\d.%‰])"
)
_TENTHS = re.compile(rf"({_CHINESE})成([一二三四五六七八九])?(?=以上|左右|以内|的|，|。|；|$)")
_HALF = re.compile(r"(?<![上下前后一])(?:一半|半数|过半)(?=以上|左右|的|，|。|；|$)?")
_CHINESE_COUNT = re.compile(
    rf"(?P<a>{_CHINESE})(?:(?:至|到|-)(?P<b>{_CHINESE}))?"
    r"(?P<m>个百分点|名|个|家|所|张|例|项|支|辆|台|套|场|次|批|人次|篇|部)"
)
_GRADE = re.compile("(?:^|(?<=[到至于≥≤]))(?P<a>[一二三四五六七八九])(?P<m>[级星])(?=(?:及?以上)?(?:[，。；]|$))")
_FRACTION_UNITS = {100: "%", 1000: "‰", 10_000: "1/万", 100_000: "1/10万", 1_000_000: "1/100万"}


@cache
def _plain_pattern() -> re.Pattern[str]:
    unit = units.pattern()
    first = rf"(?P<a>{NUMBER})(?P<am>{_MULTIPLE})"
    between = rf"[和与及](?={NUMBER}{_MULTIPLE}(?:{unit})?之间)"
    second = rf"(?:(?P<inner>{unit})?(?:-+|~|至|到|{between})(?P<b>{NUMBER})(?P<bm>{_MULTIPLE}))?"
    return re.compile(rf"(?<![\d.A-Za-z#]){_SIGN}{first}{second}\s*(?:余|多)?(?P<unit>{unit})?")


def find_quantities(text: str) -> list[Quantity]:
    """All quantities of a normalised sentence in which names and dates are hidden."""
    text = vocabulary.simplified(text)
    found: list[Quantity] = []
    for pattern, reader in (
        (_RATIO, _ratio), (_SHARE, _share), (_FRACTION, _fraction), (_TENTHS, _tenths), (_HALF, _tenths), (_EACH, _each),
        (_plain_pattern(), _plain), (_CHINESE_COUNT, _chinese_count), (_GRADE, _chinese_count),
    ):  # fmt: skip
        for match in pattern.finditer(text):
            quantity = reader(match)
            if quantity is not None and apart(quantity, found):
                found.append(quantity)
    return sorted(found, key=lambda q: q.start)


def apart(one: Any, others: Iterable[Any]) -> bool:
    """Whether something in a text, from ``start`` to ``end``, shares no place with any of the others."""
    return all(one.end <= other.start or one.start >= other.end for other in others)


def _place(match: re.Match[str], value: float, unit: str, kind: str) -> Quantity:
    """A quantity where the match stands, without the blanks before its sign."""
    signed = match.groupdict().get("sign") or ""
    start = match.start("sign") if signed else match.start("a")
    return Quantity(start, match.end(), value, None, unit, kind, signed=signed)


def _ratio(match: re.Match[str]) -> Quantity | None:
    if _CLOCK.fullmatch(match.group()) or not float(match["a"]):
        return None
    value, unit = ratio(float(match["a"]), float(match["b"] or match["c"] or match["d"]))
    high = float(match["high"]) if match["high"] else None
    return replace(_place(match, value, unit, "ratio"), high=high)


def _share(match: re.Match[str]) -> Quantity | None:
    """2/3 is a share, 3/2 a ratio to one; over a hundred and its like it is a rate, which is read with units."""
    a, b = float(match["a"]), float(match["b"])
    if not a or not b or units.parse(f"/{match['b']}") is not None:
        return None
    if a > b:
        return _place(match, round(a / b, 6), "x:1", "ratio")
    return _place(match, round(100 * a / b, 2), "%", "rate")


def _fraction(match: re.Match[str]) -> Quantity:
    """百分之七十, 千分之3.5 and 十万分之十二 are rates of that base; 三分之二 is a share in per cent."""
    base = chinese(match["a"]) if not match["a"][0].isdigit() else number(match["a"][:-1], "万")
    part = number(match["b"]) if match["b"][0].isdigit() else chinese(match["b"])
    unit = _FRACTION_UNITS.get(int(base))
    value = round(100 * part / base, 2) if unit is None else part
    return replace(_place(match, value, unit or "%", "rate"), chinese=not match["b"][0].isdigit())


def _each(match: re.Match[str]) -> Quantity | None:
    """每10万12例, 每千人口3.6人: the base stands before the number."""
    found = units.parse(f"{match['head'] or ''}/{match['base']}{match['tail'] or ''}")
    if found is None:
        return None
    return Quantity(*match.span(), number(match["a"]), None, found.unit, "rate")


def _tenths(match: re.Match[str]) -> Quantity:
    """七成五 is 75 %; 一半, which has no numeral of its own, 50 %."""
    value = 10 * chinese(match[1]) + DIGITS.get(match[2], 0) if match.re is _TENTHS else 50.0
    return Quantity(*match.span(), value, None, "%", "rate", chinese=True)


def _plain(match: re.Match[str]) -> Quantity:
    found = units.parse(match["unit"] or match["inner"] or "")
    low_multiple, high_multiple = match["am"] or "", match["bm"] or ""
    unit = found.unit if found else ""
    multiple = high_multiple if match["b"] else low_multiple
    # 万 and 亿 stay with the unit of money and visits; people, beds and things are told in ones
    kept = found is not None and bool(units.table().get(found.unit, {}).get("keeps"))
    if kept and multiple in {"万", "亿", "万亿"} and low_multiple in {"", multiple}:
        unit = f"{multiple}{unit}"
        low_multiple = high_multiple = ""
    value = number(match["a"], low_multiple or high_multiple)
    high = number(match["b"], high_multiple) if match["b"] else None
    return replace(_place(match, value, unit, found.kind if found else "bare"), high=high)


def _chinese_count(match: re.Match[str]) -> Quantity | None:
    """三十五家, 三至五个; 三级 is a level."""
    if match["a"] in {"百", "千", "十"}:
        return None
    kind = "level" if match.re is _GRADE else "rate" if match["m"] == units.POINTS else "count"
    high = match.groupdict().get("b")
    found = _place(match, chinese(match["a"]), match["m"], kind)
    return replace(found, chinese=True, high=chinese(high) if high else None)
