"""What kind of goal a clause tells beside its number: of which place, on which side, of every year, of each one."""

import re
from collections.abc import Mapping
from functools import cache

from healthplan.language import comparators, dates, numbers, units, vocabulary
from healthplan.planreader.rules import words

_PACES = {"快于": ">", "慢于": "<"}  # of one growth beside another


def side_of(word: str, name: str) -> str:
    """``<= < >= >`` of a word of comparison before another's mark; empty where it only says to keep up with it."""
    if words("better_than").fullmatch(word):
        return "<" if comparators.falling(name) else ">"
    if word in _PACES:
        return _PACES[word]
    said = comparators.before(word)
    direct = said is not None and (said.direct or said.gives == comparators.MOST)
    return said.gives if said and direct and said.gives in comparators.ONE_SIDED else ""


def place(told: Mapping[str, str | None]) -> tuple[float | None, str]:
    """Value and unit of a rank: 前三 is 3 名, 前三分之一 33.33 %; none where no number is said."""
    if share := told.get("share"):
        found = numbers.find_quantities(share)
        return (found[0].value, "%") if found else (None, "%")
    said = told.get("n") or told.get("nth") or ""
    return _whole(said) if said else None, "名"


def _whole(said: str) -> float:
    return float(said) if said.isdecimal() else numbers.chinese(said)


def per_of(clause: str, comparator: str, unit: str) -> str:
    """year, period or "": for what time a number holds, by the words before it in its clause."""
    if comparator in comparators.AGAINST_OTHERS and words("every_year").search(clause):
        return "year"
    if comparator in comparators.NUMBERLESS | {comparators.GROWTH_MAX}:
        return ""
    if words("yearly").search(clause) or (comparator in comparators.CHANGES and "逐年" in clause):
        return "year"
    flows = units.parse(unit) is not None and units.indicator_kind(unit) == "count"
    if not flows or comparator == comparators.INCREASE_BY_PCT:
        return ""
    visits = units.counts_visits(unit)
    added_up = words("altogether").search(clause) and (words("flows").search(clause) or visits)
    stock = words("stocks").search(clause) and not visits
    return "period" if span_of(clause) or (added_up and not stock) else ""


def span_of(clause: str) -> int:
    """How many years 三年新增 adds up; 0 where the clause says none."""
    found = words("years_together").search(clause)
    return int(_whole(found["n"])) if found else 0


def first_year(text: str) -> str:
    """The first year of 2025年至2027年 or “十五五”期间, of a text; empty where there is no such span."""
    if plan := words("five_years_of").search(text):
        return str(dates.five_year_plan(plan[1]) - 4)
    found = words("from_year_on").search(text)
    return found[1] if found and found[1] < found[2] else ""


@cache
def _each() -> tuple[re.Pattern[str], ...]:
    """The ways to say of which units each one is meant; the first is a clause of its own."""
    named = sorted((row["word"] for row in vocabulary.rows("each")), key=len, reverse=True)
    also = "(?:[、，]?(?:社区|街道|镇|乡|村|居委会|居|区|市|县|农场|街|办事处))+"  # 行政村（社区）
    unit = rf"(?P<unit>(?:{'|'.join(map(re.escape, named))})(?:（{also}）)?)"
    has = words("has_each").pattern
    ways = (
        rf"以{unit}为(?:统计)?单位，$",
        rf"以?{unit}为(?:统计)?单位(?:的)?(?:统计)?[，,]?",
        rf"(?:每[个家所]|每一[个家所]?|每|各个|各){unit}(?![级区])(?!平均)(?:的)?{has}",
        rf"{unit}每[家个所]{has}",
        rf"(?:所有|全部)(?:的)?{unit}(?:的)?{has}",
    )
    return tuple(map(re.compile, ways))


def each_of(text: str) -> tuple[str, str]:
    """The unit of which each one is meant (乡镇), and the text without the words that say so; "" where none is."""
    found = next(filter(None, (pattern.search(text) for pattern in _each()[1:])), None)
    return (found["unit"], text[: found.start()] + text[found.end() :]) if found else ("", text)


def each_before(head: str) -> str:
    """The unit of 以社区为单位，… where it is a clause of its own before that of the number; empty where none is."""
    found = _each()[0].search(head)
    return found["unit"] if found else ""
