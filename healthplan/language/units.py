"""Units: which spellings are one unit, and what one unit is in another.

A unit is a family (what kind of thing), a factor (how much of the family's base one of it is) and the way it
is written here. Units of one family convert; units of two never do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from healthplan.language import characters, vocabulary

MULTIPLES = {
    "": 1.0,
    "十": 1e1,
    "百": 1e2,
    "千": 1e3,
    "万": 1e4,
    "十万": 1e5,
    "百万": 1e6,
    "千万": 1e7,
    "亿": 1e8,
}
BASES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "10万": 1e5, "百万": 1e6, "100万": 1e6,
    "100": 1e2, "1000": 1e3, "10000": 1e4, "100000": 1e5,
}  # fmt: skip
_MULTIPLE = re.compile(r"(十万|百万|千万|十|百|千|万|亿)(.*)")
_PER = re.compile(
    r"(?P<head>[^/每]*?)(?:/|每)(?P<base>10万|100万|100000|10000|1000|100|十万|百万|百|千|万)"
    r"(?P<tail>常住人口|户籍人口|人口|名人口|居民|常住人|人|名|张床位|张床|床|活产|例活产|名活产|活产婴儿|次)?"
)


@dataclass(frozen=True)
class Unit:
    """``family``, ``factor`` of the family's base, and the canonical way to write it."""

    family: str
    factor: float
    unit: str


@cache
def _spellings() -> dict[str, Unit]:
    return {
        characters.key(row["spelling"]): Unit(row["family"], float(row["factor"]), row["unit"])
        for row in vocabulary.rows("units")
    }


@cache
def _measures() -> dict[str, str]:
    return {
        characters.key(word): row["family"]
        for row in vocabulary.rows("measures")
        for word in row["words"].split(";")
    }


@cache
def parse(written: str) -> Unit | None:
    """The unit that a spelling means, or None when it is not known (an empty one is not a unit)."""
    spelled = re.sub(r"(?<=\d),(?=\d{3})", "", characters.key(written)).strip("()[]")
    spelled = re.sub(r"^单位[::]", "", spelled)
    if not spelled:
        return None
    known = _spellings().get(spelled) or _spellings().get(spelled.replace("每", "/", 1))
    return known or _counted(spelled) or _per(spelled)


def _counted(spelled: str) -> Unit | None:
    """A measure word with or without a multiple before it: 人, 万人, 亿元."""
    if spelled in _measures():
        return Unit(_measures()[spelled], 1.0, spelled)
    if (whole := _spellings().get(spelled)) is not None:
        return whole
    match = _MULTIPLE.fullmatch(spelled)
    if not match:
        return None
    multiple, rest = match.groups()
    inner = _counted(rest) if rest else Unit("number", 1.0, "")
    if inner is None or inner.family == "ratio":
        return None
    return Unit(inner.family, MULTIPLES[multiple] * inner.factor, spelled)


def _per(spelled: str) -> Unit | None:
    """Something for so many people: 人/千人, 张/千人口, 每千人口, 次/千人, 人/百张床."""
    match = _PER.fullmatch(spelled)
    if not match:
        return None
    head, base, tail = match.group("head"), match.group("base"), match.group("tail") or ""
    per_bed = "床" in tail
    if not head or head == "1":
        return Unit("per bed" if per_bed else "ratio", 1 / BASES[base], spelled)
    inner = _counted(head)
    if inner is None:
        return None
    family = "ratio" if inner.family == "people" else f"{inner.family} per person"
    return Unit(
        f"{inner.family} per bed" if per_bed else family, inner.factor / BASES[base], spelled
    )


def factor(given: Unit, wanted: Unit) -> float | None:
    """By what a value in ``given`` is multiplied to stand in ``wanted``; None when they do not convert.

    A bare measure word stands for the same word per thousand people where the indicator's name carries the
    base: nurses per 1,000 people are printed with the unit 人.
    """
    if given.family == wanted.family:
        return given.factor / wanted.factor
    bare = {"people": "ratio"}.get(given.family, f"{given.family} per person")
    per_bed = f"{given.family} per bed"
    if (
        "/" in wanted.unit
        and given.factor == 1
        and wanted.family in (bare, per_bed)
        and "1/" not in wanted.unit
    ):
        return 1.0
    if wanted.family in ("people", "units", "items", "beds", "visits") and given.family == "number":
        return given.factor / wanted.factor
    return None


def related(wanted: Unit) -> str:
    """The spellings that would have been understood, for a message."""
    same = [unit.unit for unit in _spellings().values() if unit.family == wanted.family]
    return "、".join(dict.fromkeys([wanted.unit, *same]))
