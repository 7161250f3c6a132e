"""Units: which spellings are one unit, what one is in another, and how each is written in both languages.

Everything that is known of a unit stands in one row of ``units.csv``: its family (units of one family convert,
units of two never do), its factor in the family's base, its kind (rate, level, count, ratio), its English, its
other spellings, the characters before which a spelling in a sentence is no unit (``*``: none is read there), and
the most that a goal said with 约 may be missed by (``about_most``).
Multiples (万人次, 亿元) and bases (人/千人, 张/百张床) are composed, not listed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pandas as pd

from healthplan.language import characters, comparators, vocabulary

MULTIPLES = {
    "": 1.0, "十": 1e1, "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "百万": 1e6, "千万": 1e7, "亿": 1e8, "万亿": 1e12,
}  # fmt: skip
_MULTIPLES_EN = {
    "十": "10", "百": "100", "千": "1,000", "万": "10,000", "十万": "100,000", "百万": "million", "千万": "10 million",
    "亿": "100 million", "万亿": "trillion",
}  # fmt: skip
BASES = {
    "百": 1e2, "千": 1e3, "万": 1e4, "十万": 1e5, "10万": 1e5, "百万": 1e6, "100万": 1e6,
    "100": 1e2, "1000": 1e3, "1万": 1e4, "10000": 1e4, "100000": 1e5, "1000000": 1e6,
}  # fmt: skip
_BASE_WRITTEN = {1e2: "百", 1e3: "千", 1e4: "万", 1e5: "10万", 1e6: "100万"}
_BASE_EN = {1e2: "100", 1e3: "1,000", 1e4: "10,000", 1e5: "100,000", 1e6: "million"}
THINGS = ("people", "units", "beds", "items", "households", "couples", "visits")
CLOSE = ("%", "‰")  # stand directly behind the number in English too
RATIOS = {"1:x": "1:{}", "x:1": "{}:1"}  # how the side that is not 1 is written back
POINTS = "个百分点"
GRADES = ("级", "星", "档")
TIMES = "倍"
# how figures that are places among others are written, and their differences
PLACE, PLACES = "名次", "个名次"
# the units of which each one has to meet a goal
_UNITS_OF_EACH = {row["word"]: (row["en"], row["en_one"]) for row in vocabulary.rows("each")}
_PLACE_WORDS = {PLACE: ("名次", "rank", "rank"), PLACES: ("个名次", "places", "place")}
# goals whose number is in no unit of the indicator
RELATIVE = comparators.PERCENT | comparators.NUMBERLESS
_MULTIPLE_SIGNS = "|".join(sorted(_MULTIPLES_EN, key=len, reverse=True))
_MULTIPLE = re.compile(f"({_MULTIPLE_SIGNS})(.*)")
_MULTIPLES_READ = {re.sub("[ ,]", "", said): sign for sign, said in _MULTIPLES_EN.items()}
_MULTIPLE_READ = re.compile(
    rf"(?:({_MULTIPLE_SIGNS})|({'|'.join(sorted(_MULTIPLES_READ, key=len, reverse=True))})(?=[a-z]|$))(.*)"
)
_BASE_PATTERN = "|".join(sorted([*BASES, "100,000", "10,000", "1,000"], key=len, reverse=True))
TAILS = (
    "常住人口|户籍人口|人口|名人口|居民|常住人|人|例活产|名活产|活产婴儿|活产|名|张床位|张床|床位|床|张|儿童|次|"
    "people|persons|population|livebirths|births|beds"
)
_QUANTITY = re.compile(r"([−+]?\d[\d,.]*)(?![\d:,.]) ?(.*)")
_PER = re.compile(rf"(?P<head>[^/每]*?)(?:/每|/|每)(?P<base>{_BASE_PATTERN})(?P<tail>{TAILS})?")
_BASE_IN_NAME = re.compile(
    r"每(百|千|万|十万|百万|10万|1000|10000|1万|百张|千张)(?!万)(?:名|张|位)?(张?床|儿童|孕|老年)?"
)


@dataclass(frozen=True)
class Unit:
    """``family``, ``factor`` of the family's base, the canonical way to write it, and ``kind``: rate, level,
    count or ratio."""

    family: str
    factor: float
    unit: str
    kind: str = "count"


@cache
def table() -> dict[str, dict[str, str]]:
    """The rows of ``units.csv`` by unit."""
    return {row["unit"]: row for row in vocabulary.rows("units", comparators.FOLDER)}


@cache
def spellings() -> dict[str, str]:
    """Every listed spelling, folded, to its unit; a unit's own sign before a spelling, a spelling before English."""
    rows = table()
    found: dict[str, str] = {}
    for unit, row in reversed(rows.items()):  # the first of two units of one English word has it
        found |= {_folded(said): unit for said in (row["en"], row["en_one"]) if said}
    for unit, row in rows.items():
        found |= {_folded(word): unit for word in row["spellings"].split(";") if word}
    return found | {_folded(unit): unit for unit in rows}


def _folded(written: str) -> str:
    """A unit as it is looked up: width, case, script, blanks and thousands commas folded."""
    spelled = characters.key(written).translate(vocabulary.traditional())
    return re.sub(r"(?<=\d),(?=\d{3})", "", spelled)


@cache
def parse(written: str) -> Unit | None:
    """The unit that a spelling means, or None when it is not known (an empty one is not a unit)."""
    spelled = re.sub(r"^单位[::]", "", _folded(written).strip("()[]"))
    if not spelled:
        return None
    spelled = re.sub(r"^1[:∶]\d+(?:\.\d+)?$", "1:x", spelled)  # a goal's 1:1.2 as the unit of its figures
    based = re.sub("per|/?每", "/", spelled, count=1)
    known = _listed(spelled) or _listed(based)
    return known or _multiplied(spelled) or _per(based)


def _listed(spelled: str) -> Unit | None:
    unit = spellings().get(spelled)
    if unit is None:
        return None
    row = table()[unit]
    return Unit(row["family"], float(row["factor"]), unit, row["kind"])


def _multiplied(spelled: str) -> Unit | None:
    """A unit with a multiple before it (万人, 亿元), or a multiple alone."""
    match = _MULTIPLE_READ.fullmatch(spelled)
    if not match or spelled.isdecimal():
        return None
    multiple, rest = match[1] or _MULTIPLES_READ[match[2]], match[3]
    inner = (_listed(rest) or _multiplied(rest)) if rest else Unit("number", 1.0, "")
    if inner is None or inner.family == "ratio":
        return None
    return Unit(inner.family, MULTIPLES[multiple] * inner.factor, multiple + inner.unit, inner.kind)


def _per(spelled: str) -> Unit | None:
    """Something for so many people or beds: 人/千人, 张/千人口, 每千人口, 次/千人, 人/百张床."""
    match = _PER.fullmatch(spelled)
    if not match:
        return None
    head, base = match["head"], BASES[match["base"]]
    beds = bool(re.search("床|bed|^张", match["tail"] or ""))
    if not head or head == "1":
        plain = f"1/{_BASE_WRITTEN[base]}"
        if beds:
            return Unit("per bed", 1 / base, f"{plain}张床", "rate")
        return Unit("ratio", 1 / base, {1e2: "%", 1e3: "‰"}.get(base, plain), "rate")
    inner = _listed(head) or _multiplied(head)
    if inner is None:
        return None
    if not beds and (inner.unit == "例" or (inner.family == "people" and base >= 1e5)):
        return _per(spelled.removeprefix(match["head"]))  # cases for so many people are a rate
    family = "ratio" if inner.family == "people" else f"{inner.family} per person"
    family = f"{inner.family} per bed" if beds else family
    written = f"{inner.unit}/{_BASE_WRITTEN[base]}{'张床' if beds else '人'}"
    return Unit(family, inner.factor / base, written, "rate")


def _unit(unit: str | Unit) -> Unit | None:
    return parse(unit) if isinstance(unit, str) else unit


def factor(given: Unit, wanted: Unit) -> float | None:
    """By what a value in ``given`` is multiplied to stand in ``wanted``; None when they do not convert. A bare measure
    word stands for the same word per thousand people where the indicator's name carries the base: nurses per 1,000
    people are printed with the unit 人."""
    if given.family == wanted.family:
        return given.factor / wanted.factor
    # per 1,000 people, of whatever the name says
    headless = given.unit == "‰" or given.unit.startswith("1/")
    per = " per person" if given.family == "ratio" else " per bed"
    if headless and wanted.family.endswith(per):
        return given.factor / wanted.factor
    bare = {"people": "ratio"}.get(given.family, f"{given.family} per person")
    per_bed = f"{given.family} per bed"
    based = "/" in wanted.unit and "1/" not in wanted.unit
    if based and given.factor == 1 and wanted.family in (bare, per_bed):
        return 1.0
    if wanted.family in ("people", "units", "items", "beds", "visits") and given.family == "number":
        return given.factor / wanted.factor
    return None


def convert(value: float, given: str | Unit, wanted: str | Unit) -> float | None:
    """``value`` of ``given`` in ``wanted``; None where the two cannot be compared. Rates of any base convert,
    percentage points are per cent, and two measure words of single things (个, 家) count alike."""
    one, other = _unit(given), _unit(wanted)
    if one is None or other is None:
        return value if given == wanted else None
    if counts_things(one) and counts_things(other):
        return value
    by = factor(one, other)
    return None if by is None else tidy(value * by)


def restated(goal: Mapping[Any, Any], unit: str) -> dict[Any, Any]:
    """A goal (a row of *targets*) with value, value_high, baseline and tolerance in ``unit``. A goal in another scale
    of the same measure (5/万 for ‰) is converted; one that cannot be, or whose number is relative (grow by 10 %), comes
    back as it stands."""
    row = dict(goal)
    by = None if row["comparator"] in RELATIVE else convert(1.0, row["unit"], unit)
    if by is None or by == 1.0:
        return row
    for column in ("value", "value_high", "baseline", "tolerance"):
        amount = row.get(column)
        if isinstance(amount, (int, float)) and amount == amount:
            row[column] = tidy(amount * by)
    return {**row, "unit": unit}


def in_indicator_units(targets: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """The targets with their numbers in the units of their indicators, where the two convert."""
    wanted = targets["indicator"].map(indicators.set_index("indicator")["unit"])
    if (targets["unit"] == wanted).all():
        return targets
    rows = zip(targets.to_dict("records"), wanted, strict=True)
    told = [restated(row, unit) if isinstance(unit, str) else row for row, unit in rows]
    return pd.DataFrame(told, index=targets.index).astype(targets.dtypes.to_dict())


def tolerance(share: float, value: float, unit: str) -> float:
    """By how much a value may miss a goal said with 约 or 左右: ``share`` of it, in its own unit. Never more than
    ``about_most`` of ``units.csv``: 2 % of a life expectancy of 81.5 years would be 1.6 years."""
    most = table().get(unit, {}).get("about_most")
    return float(f"{min(share * abs(value), float(most or 'inf')):.6g}")


def tidy(number: float) -> float:
    """The number without the dust of a multiplication: twelve significant digits."""
    return float(f"{number:.12g}")


def same_scale(a: str | Unit, b: str | Unit) -> bool:
    """Whether values of two units stand side by side as they are."""
    return a == b or convert(1.0, a, b) == 1.0


def counts_things(unit: str | Unit) -> bool:
    """Whether a value is a number of single people, things or occasions: 个, 人, 次; not 万人, 元 or 人/千人."""
    found = _unit(unit)
    return found is not None and found.kind == "count" and found.family in THINGS and found.factor == 1


def counts_visits(unit: str | Unit) -> bool:
    """Whether a value is a number of occasions (人次, 场次), which may be the same people or things again."""
    found = _unit(unit)
    return found is not None and found.family == "visits"


def adds_up(unit: str) -> bool:
    """Whether more of it is so many more (新增200张, 减少2天); shares, rates, levels per population and years of life
    rise or fall by so much."""
    found = parse(unit)
    return found is not None and found.kind != "rate" and unit != "岁" and "/" not in unit


def indicator_kind(unit: str) -> str:
    """The kind that an indicator measured in ``unit`` has: share, rate, level or count."""
    found = parse(unit)
    if found is None:
        return "count"
    if found.unit in ("%", POINTS):
        return "share"
    if found.kind == "rate" and (found.unit == "‰" or found.unit.startswith("1/")):
        return "rate"
    return "count" if found.kind == "count" and found.family in THINGS else "level"


def difference_unit(unit: str) -> str:
    """The unit of a difference of two values: percentage points of per cent, none of a ratio to one."""
    if unit == PLACE:
        return PLACES
    return "" if unit in RATIOS else POINTS if unit == "%" else unit


def are_places(indicator: Mapping[Any, Any]) -> bool:
    """Whether figures in 名 are places among others, of which the first is best, and not so many people."""
    return indicator["unit"] == "名" and indicator["direction"] == "decrease"


def written_unit(indicator: Mapping[Any, Any]) -> str:
    """The unit by which the figures of an indicator are written: places in their own words."""
    return PLACE if are_places(indicator) else indicator["unit"]


def level_unit(unit: str) -> str:
    """The unit of the measure that a change in ``unit`` is of: per cent of percentage points."""
    return "%" if unit == POINTS else unit


def word(unit: str, lang: str | None, one: bool = False) -> str:
    """The unit as it is read in this language; ``one`` for the word behind a single one (1 bed)."""
    if unit in _PLACE_WORDS:
        return _PLACE_WORDS[unit][0 if lang == "zh" else 1 + one]
    if lang != "zh" and unit in _UNITS_OF_EACH:
        return _UNITS_OF_EACH[unit][one]
    found = None if lang == "zh" else parse(unit)
    return unit if found is None else _english(found.unit, one)


def _english(unit: str, one: bool) -> str:
    row = table().get(unit)
    if row is not None:
        return (one and row["en_one"]) or row["en"]
    if match := _PER.fullmatch(unit):  # what counts things is not said again; money, hours and the like are
        head, what = parse(match["head"]), "beds" if "床" in (match["tail"] or "") else "people"
        said = "" if head is None or counts_things(head) else f"{_english(head.unit, False)} "
        return f"{said}per {_BASE_EN[BASES[match['base']]]} {what}"
    multiple, rest = _MULTIPLE.fullmatch(unit).groups()  # type: ignore[union-attr]
    return f"{_MULTIPLES_EN[multiple]} {_english(rest, False) if rest else ''}".rstrip()


def written(number: str, unit: str, lang: str) -> str:
    """A number that is already in words, with its unit: 3.5‰, 10/10万, 1:0.65, 3.9 per 1,000 people."""
    if unit in RATIOS:
        return RATIOS[unit].format(number)
    if unit == PLACE:
        return f"第{number}名" if lang == "zh" else f"rank {number}"
    if lang == "zh" and unit.startswith("1/"):
        return f"{number}{unit[1:]}"
    said = word(unit, lang, one=number == "1")
    # Chinese sets number and unit without a space; so do both languages before % and ‰.
    return f"{number}{said}" if lang == "zh" or unit in CLOSE else f"{number} {said}".rstrip()


def parted(said: str) -> tuple[str, str]:
    """A quantity in words (:func:`written`) as its number and what stands behind it: 141, /10万. What does not begin with
    a number of its own (第3名, 1:0.65, 不到0.01个百分点) stays whole."""
    found = _QUANTITY.fullmatch(said)
    return (found[1], found[2]) if found else (said, "")


def spoken(value: float, unit: str, lang: str) -> tuple[float, str]:
    """A value and its unit as this language counts: 50万次 are 500,000 times in English, 3.5亿元 350 million yuan."""
    match = None if lang == "zh" or unit in table() else _MULTIPLE.fullmatch(unit)
    if not match or value != value:
        return value, unit
    kept = {"万亿": "万亿", "亿": "百万", "千万": "百万", "百万": "百万"}.get(match[1], "")
    return tidy(value * MULTIPLES[match[1]] / MULTIPLES[kept]), kept + match[2]


def based(unit: str, name: str) -> str:
    """The unit with the base that the name carries: 每千人口…医师 in 人 is 人/千人; rates are left as they are."""
    match = base_in_name(name) or (re.match("[千万]人", name) and base_in_name(f"每{name}"))
    found = parse(unit)
    if not match or (found is not None and found.kind in ("rate", "ratio")):
        return unit
    beds = "床" in (match[2] or "") or match[1].endswith("张")
    whole = f"{unit or '人'}/{match[1].removesuffix('张')}{'张床' if beds else '人'}"
    composed = parse(whole)
    return composed.unit if composed else whole


def base_in_name(name: str) -> re.Match[str] | None:
    """The place in a name that says per how many: 每千人口, 每百张床."""
    return _BASE_IN_NAME.search(name)


# --- in a sentence -----------------------------------------------------------------------------


@cache
def pattern() -> str:
    """What may stand behind a number in a sentence as its unit, the longest spelling first, as a regex."""
    said: dict[str, str] = {}
    for unit, row in table().items():
        if row["unless"] != "*":
            ahead = "|".join(row["unless"].split(";"))
            for spelling in filter(None, [unit, *row["spellings"].split(";")]):
                # with the blanks and breaks that layout puts into it; letters end where the word ends
                spaced = re.escape(spelling).replace("/", r"\s*/\s*").replace("10万", r"10\s*万")
                latin = spelling[-1].isascii() and spelling[-1].isalpha()
                said[spelling] = spaced + (r"(?![A-Za-z])" if latin else "") + (f"(?!{ahead})" if ahead else "")
    longest = sorted(said, key=lambda spelling: (-len(spelling), spelling))
    per = rf"(?:人次|[人例名张个家次元])?\s*[/每]\s*(?:10\s*万|{_BASE_PATTERN})(?:{TAILS})?"
    long = [said[spelling] for spelling in longest if len(spelling) > 4]
    return "|".join([*long, per, *(said[s] for s in longest if len(s) <= 4)])
