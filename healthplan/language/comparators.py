"""Comparators: how far a goal goes, its side, and the words that say so, read and written alike everywhere.

Two tables stand beside this module. ``sides.csv`` has the comparators of the targets table: which side
they bind, whether touching is enough, the word they are written with. ``comparators.csv`` has the words, a
family a row; a new word is added there and nowhere else. In its cells ``;`` parts words, ``{a|b|}`` stands
for each alternative, and ``word!xyz`` is no such word before one of the signs x, y, z, ``xyz^word`` none behind one.

Columns of ``comparators.csv``: ``gives`` is a comparator, or ``reach`` (a floor, and a ceiling where less is
better); ``place`` is before or after the number, cell (before, in a cell only), column (in a comparator
column only), name (at the end of the name) or lead (may open a cell); ``direct`` words stay what they are
beside 左右; ``sign`` -1 is a fall; ``tolerance`` is the share of the value by which a two-sided goal may be
missed; ``sure`` 0 says that the word alone makes no goal; ``gap`` lets words stand between it and the
number (不超过…的30%); ``lead`` and ``tail`` may stand around the word.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from healthplan.language import characters, vocabulary

FOLDER = Path(__file__).parent
REACH = "reach"
EITHER = "或"  # ends the mark of conditions of which one is enough
SIDES = {row["comparator"]: row for row in vocabulary.rows("sides", FOLDER)}
_WORDS = vocabulary.rows("comparators", FOLDER)
ALL = tuple(SIDES)


def _those(column: str, value: str) -> frozenset[str]:
    return frozenset(c for c, row in SIDES.items() if row[column] == value)


FLOORS, CEILINGS = _those("side", "floor"), _those("side", "ceiling")
ONE_SIDED = FLOORS | CEILINGS
EQUAL, RANGE, INCREASE_BY, INCREASE_BY_PCT = "=", "range", "increase_by", "increase_by_pct"
GROWTH_MAX, REFERENCE = "growth_max", "reference"
RANK, TREND, ALL_OF = "rank", "trend", "all_of"
WAYS = ("<=", "<", ">=", ">", "falling", "rising", "steady", "slowing")  # column side
BOTH = _those("side", "both")
LEAST, MOST = ">=", "<="
CHANGES = _those("side", "change")
RELATIVE = _those("side", "relative")
# whose number follows from a start, another area, the other areas or other goals
AGAINST_OTHERS = RELATIVE | {RANK}
WORKED_OUT = CHANGES | AGAINST_OTHERS | {TREND, ALL_OF}
NUMBERLESS = RELATIVE | {RANK, TREND, ALL_OF}  # whose value may be empty
PERCENT = _those("percent", "yes")  # stated in %, whatever the indicator's unit
ASKS_LESS = _those("asks", "down")
STATED = frozenset(ALL) - WORKED_OUT  # whose number is the text's own
# whose number is the text's own and may be met exactly
TOUCHING = STATED - _those("strict", "yes") - {RANGE}
TOLERANCE = max(float(row["tolerance"] or 0) for row in _WORDS)


def side(comparator: str) -> str:
    """floor, ceiling, both, change, relative, rank, trend or joined. Raises KeyError for no comparator."""
    return SIDES[comparator]["side"]


def strict(comparator: str) -> bool:
    """Whether touching the value is not enough."""
    return SIDES[comparator]["strict"] == "yes"


def touching(comparator: str) -> str:
    """The comparator of the same side that touching satisfies; any other as it is."""
    return {">": LEAST, "<": MOST}.get(comparator, comparator)


def settled(gives: str, falling: bool) -> str:
    """``reach`` made a comparator: a ceiling where less is better (``falling``), else a floor."""
    return (LEAST if not falling else MOST) if gives == REACH else gives


def of_ratio(gives: str, unit: str, name: str) -> str:
    """The comparator of a ratio (``1:x``, ``x:1``) by what stands on its two sides; any other as it is. One of staff to
    so many served (师生比 1:12) is at most so many, whichever way its words look at it."""
    kind = {"1:x": "staff to people", "x:1": "people to staff"}.get(unit)
    served = [row["pattern"] for row in vocabulary.rows("served") if row["kind"] == kind]
    if gives not in ONE_SIDED | {REACH, EQUAL} or not any(re.search(p, name) for p in served):
        return gives
    return "<" if gives in ONE_SIDED and strict(gives) else MOST


def about_binds(indicator: Mapping[str, Any]) -> str:
    """Which end of a goal about a value (约, 左右) binds: both, but of deaths and cases that should fall only the
    upper, and of years of life only the lower one, or saving more lives than planned would be a miss. ``indicator``: a
    row with unit, indicator_kind and direction, as far as they are known."""
    kind, direction = indicator.get("indicator_kind"), indicator.get("direction")
    if kind in ("rate", "event") and direction == "decrease":
        return "ceiling"
    return "floor" if indicator.get("unit") == "岁" and direction != "decrease" else "both"


def same_goal(one: str, other: str) -> bool:
    """Whether two prints of one number may be one goal: equal, or one says no more than =."""
    return one == other or (EQUAL in (one, other) and {one, other} <= TOUCHING)


def either(mark: str) -> bool:
    """Whether one of the conditions with this mark (column all_of of candidates) is enough."""
    return mark.endswith(EITHER)


def word(comparator: str, lang: str = "zh") -> str:
    """The word by which a comparator is written; :func:`read` gives the comparator back."""
    return SIDES[comparator]["en" if lang == "en" else "zh"]


@cache
def _worded(list_of: str, means: str) -> dict[str, str]:
    """The folded words of a list to what they mean."""
    rows = vocabulary.rows(list_of)
    return {characters.key(word): row[means] for row in rows for word in row["words"].split(";")}


def form(written: str) -> str:
    """The phrase that a word of a comparison column makes with its cell (每年降低{value}); empty where it makes none."""
    return _worded("goal_forms", "phrase").get(characters.key(written), "")


def offered() -> list[str]:
    """The words of comparison that a sheet offers: those of the stated goals and changes, then the other kinds."""
    plain = (MOST, "<", LEAST, ">", EQUAL, RANGE, INCREASE_BY, INCREASE_BY_PCT, GROWTH_MAX)
    return [*map(word, plain), *(row["choice"] for row in vocabulary.rows("goal_forms") if row["choice"])]


@dataclass(frozen=True)
class Said:
    """What the words beside a number say. ``start`` is where they begin in the text before it."""

    gives: str
    sign: int = 1
    family: str = ""
    start: int = 0
    tolerance: float = 0.0
    direct: bool = False
    sure: bool = True
    negated: str = ""


@dataclass(frozen=True)
class Family(Said):
    """One row of ``comparators.csv``: what its words say, and the pattern of them beside a number."""

    place: str = ""
    gap: str = ""
    words: tuple[str, ...] = ()
    pattern: str = ""


def expand(words: str) -> list[str]:
    """The words of a cell, every ``{a|b|}`` written out; guards stay on their word."""
    out = []
    for word in filter(None, words.split(";")):
        pieces = [piece.split("|") for piece in re.split(r"[{}]", word)]
        out += ["".join(choice) for choice in product(*pieces)]
    return list(dict.fromkeys(out))


def _guarded(word: str) -> tuple[str, str, str]:
    """The signs that may not stand before it, the word, the signs that may not stand behind it."""
    head, mark, rest = word.partition("^")
    plain, _, guard = (rest if mark else head).partition("!")
    return (head if mark else ""), plain, guard


def _regex(words: list[str]) -> str:
    """Any of the words, the longest first."""
    parts = []
    for word in sorted(words, key=lambda word: len(_guarded(word)[1]), reverse=True):
        lead, plain, guard = _guarded(word)
        spelled = r"\s*".join(map(re.escape, plain.split(" ")))
        ahead = f"(?<![{lead}])" if lead else ""
        parts.append(ahead + spelled + (f"(?![{guard}])" if guard else ""))
    return "|".join(parts)


@cache
def families() -> tuple[Family, ...]:
    """All rows, in order."""
    found = []
    for row in _WORDS:
        lead, words, tail = (expand(row[column]) for column in ("lead", "words", "tail"))
        parts = (f"(?:{_regex(some)}){many}" for some, many in ((lead, "*"), (words, ""), (tail, "*")) if some)
        found.append(Family(
            row["gives"], int(row["sign"] or 1), row["family"], 0, float(row["tolerance"] or 0),
            row["direct"] == "yes", row["sure"] == "1", "",
            row["place"], row["gap"], tuple(_guarded(w)[1] for w in words), "".join(parts),
        ))  # fmt: skip
    return tuple(found)


_FILLERS = r"(?:约|大约|近|了|有|每(?=$)|每人每年|每人|人均|每年|平均|@的?|\s)*"
_GAPS = {"any": r"(?:不低于)?[^，。；]{2,24}的", "plain": r"[^，。；：、\d@#＃≥≤<>]{1,20}"}


@cache
def _ending(family: Family, gap: bool) -> re.Pattern[str]:
    between = _GAPS[family.gap] if gap else ""
    return re.compile(f"(?:{family.pattern}){between}{_FILLERS}$", re.IGNORECASE)


NEAR = 200  # signs before a number in which its words stand; looking further takes time and finds nothing


def _candidates(text: str, places: tuple[str, ...], gap: bool) -> list[tuple[int, Family]]:
    wanted = [f for f in families() if f.place in places and (not gap or f.gap == "plain")]
    start = max(0, len(text) - NEAR)
    found = [_ending(family, gap or family.gap == "any").search(text, start) for family in wanted]
    return [(m.start(), family) for m, family in zip(found, wanted, strict=True) if m]


def before(text: str, places: tuple[str, ...] = ("before",)) -> Said | None:
    """What the words that end right before a number say; the longest win. Where none ends there, a floor or a ceiling
    may stand some words away (不超过业务收入的30%)."""
    found = _candidates(text, places, False) or _candidates(text, places, True)
    if not found:
        return None
    start, family = min(found, key=lambda item: item[0])
    said: Said = replace(family, start=start)
    about = _ABOUT.search(text) or _ABOUT.search(text[:start])
    if family.gives not in CHANGES and not family.direct and about:
        said = Said(EQUAL, 1, family.family, min(start, about.start()), TOLERANCE, False, said.sure)
    refused = _NEGATED.search(text[:start])
    return replace(said, negated=refused.group() + text[start:]) if refused else said


_NEGATED = re.compile(
    r"(?:[不未无勿没非莫禁]|避免|防止|杜绝)[得应该当能可会要宜曾许准允至致以有使让再被于止]{0,4}$"
    r"|\b(?:not|no|never|n't)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
"""A negation that is no part of a word of comparison: what the two mean together is for a person to say."""
_ABOUT = re.compile(f"(?:{next(f.pattern for f in families() if f.family == 'about_before')})\\s*$", re.IGNORECASE)


def _placed(*places: str) -> Iterator[Family]:
    """The families of these places, place by place."""
    return (f for place in places for f in families() if f.place == place)


def after(text: str) -> Said | None:
    """What the words that begin right after a number and its unit say."""
    return next((f for f in _placed("after") if re.match(rf"\s*{f.pattern}", text, re.IGNORECASE)), None)


NOT_IN = "not_in"  # the family of 不在, which turns round what stands behind the number
OTHER_WAY = {LEAST: MOST, MOST: LEAST}


def together(first: Said | None, last: Said | None) -> Said | None:
    """What stands before and what stands after, as one: the latter wins (控制在8%以上 is a floor). A change stays a
    change, 不低于…左右 stays a floor, and 不在…以下 is one."""
    if first is None or last is None:
        return last or first
    if first.family == NOT_IN and last.gives in OTHER_WAY:
        return replace(last, gives=OTHER_WAY[last.gives])
    if first.gives in CHANGES or (first.direct and last.gives in BOTH):
        return first
    return last


def opposed(first: Said | None, last: Said | None) -> bool:
    """Whether what stands before and after a number contradict each other: ≥5%以内."""
    return bool(first and last and first.direct and last.gives in ONE_SIDED and side(first.gives) != side(last.gives))


@cache
def any_word(place: str) -> str:
    """A pattern of every word of one place: before or after a number and its unit, name, lead."""
    return "|".join(f"(?:{family.pattern})" for family in _placed(place))


@cache
def direct() -> str:
    """A pattern of the words that are a floor or a ceiling by themselves (不低于, 超过, ≤)."""
    return "|".join(family.pattern for family in families() if family.direct)


@cache
def _harms(rises: bool) -> re.Pattern[str]:
    rows = vocabulary.rows("less_is_better")
    return re.compile("|".join(r["pattern"] for r in rows if (r["kind"] == "rises") == rises))


@lru_cache(characters.REMEMBERED)
def falling(name: str) -> bool:
    """Whether less is better, as far as a name says so: deaths, disease, cost, waiting. The last word of measure says
    it: 死亡率监测覆盖率 is a coverage, 发病率下降率 a fall that should be large."""
    found = list(_harms(False).finditer(name))
    return bool(found) and not _harms(True).search(name[found[-1].end() :])


def direction(written: str) -> str:
    """increase, decrease or two-sided; empty for no word, ``?`` for one that is not known."""
    folded = characters.key(written)
    return "" if not folded else _worded("directions", "direction").get(folded, "?")


def names_growth(name: str) -> bool:
    """Whether a name speaks of a growth (费用增幅): its ceiling is a growth_max."""
    return bool(re.search(f"(?:{any_word('name')})$", name, re.IGNORECASE))


_YEARLY = re.compile(r"每年|逐年|年均|年度?递|按年|/年|每个?[季月]|(?:a|per|each|every) year|annual|yearly", re.I)


@cache
def _changes() -> re.Pattern[str]:
    """A change in words, its leading words aside: they are what is asked for."""
    words = (w for f in _placed("before") if f.gives == INCREASE_BY for w in f.words)
    return re.compile("|".join(map(re.escape, words)), re.IGNORECASE)


def by_the_year(text: str) -> bool:
    """Whether a change is said for every year (每年下降0.5个百分点): no comparator says that yet."""
    return bool(_YEARLY.search(text) and _changes().search(text))


def _folded(text: str) -> str:
    flat = characters.half_width(text).replace("(", "（").replace(")", "）")
    flat = re.sub(r"(?<=[<>])\s+(?==)", "", flat)
    return re.sub(r"(?<=[^\x00-\x7f])\s+|\s+(?=[^\x00-\x7f])", "", re.sub(r"\s+", " ", flat))


@lru_cache(characters.REMEMBERED)
def read(words: str, falling: bool = False) -> str:
    """The comparator that a word, a sign or a form (控制在…以内) stands for; empty when none does."""
    folded = _folded(words).strip().casefold()
    if folded in SIDES:
        return folded
    if by_the_year(folded):
        return ""
    head, dots, end = folded.partition("…")
    first = _whole(head, "column", "before", "cell")
    last = _whole(end.strip("…") if dots else head, "after")
    said = together(first, last) if dots else (first or last)
    return settled(said.gives, falling) if said else ""


def _whole(text: str, *places: str) -> Said | None:
    """The first family of these places of which the text is a word and nothing else."""
    return next((f for f in _placed(*places) if re.fullmatch(rf"\s*{f.pattern}", text, re.IGNORECASE)), None)


_NUMBER = re.compile(r"([^\d]*?)([-+]?\d.*)", re.DOTALL)
_OF_OTHERS = re.compile("平均|均值|水平的?$|标准的$|上年|去年|同期")  # 不高于全市平均水平的95%
# 75%以上（含75%）, ≥93%（含）: the same number again or none, beside a word that touching satisfies
_INCLUDED = re.compile(r"^(\D*([\d.]+)(?:.*以[上下内]|[^，。；]*))（含(?:本数|\2\D{0,3})?）$")


@lru_cache(characters.REMEMBERED)
def in_cell(text: str, falling: bool = False) -> tuple[str, str, float]:
    """Comparator, the number with its unit, and the tolerance (a share of the value) of a goal cell. ``falling``: less
    is better, for words that say only what to reach (达到, 稳定在). A fall gives a negative number. The comparator is
    empty, and the text as it was, where words around the number are not known or contradict each other; an empty
    comparator with the bare number is a cell without words."""
    unread = ("", text, 0.0)
    match = _NUMBER.fullmatch(_INCLUDED.sub(r"\1", _folded(text)))
    if match is None or by_the_year(text):
        return unread
    head, body = match.groups()
    first, last = _head(head) if head else None, None
    if head and first is None:
        return unread
    for family in _placed("after"):
        ending = re.search(rf"(?<=.)\s*(?:{family.pattern})$", body, re.IGNORECASE | re.DOTALL)
        if ending:
            body, last = body[: ending.start()], family
            break
    if opposed(first, last):
        return unread
    said = first if first and first.direct else together(first, last)
    if said is None:
        return unread
    gives = settled(said.gives, falling)
    if strict(gives) and text.rstrip().endswith(("）", ")")):
        return unread  # 低于93（含93） says both
    if said.gives in CHANGES:
        gives = INCREASE_BY_PCT if body.rstrip().endswith("%") else gives
        body = f"-{body}" if said.sign < 0 else body
    return gives, body.strip(), said.tolerance


def _head(head: str) -> Said | None:
    """The words before a cell's number, if they are nothing but a comparison, and not one with others' number."""
    if _OF_OTHERS.search(head):
        return None
    for rest in dict.fromkeys((head, re.sub(f"^(?:{any_word('lead')})+", "", head))):
        said = before(rest, ("before", "cell")) if rest else Said(REACH)
        if said and said.start == 0:
            return said
    return None
