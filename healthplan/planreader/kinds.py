"""What kind of goal a clause tells beside its number: of which place, on which side, of every year, of each one."""

import re
from collections.abc import Mapping
from functools import cache

from healthplan.language import comparators, dates, numbers, units, vocabulary

_BETTER = re.compile("优于|好于")


_PACES = {"快于": ">", "慢于": "<"}  # of one growth beside another


def side_of(word: str, name: str) -> str:
    """``<= < >= >`` of a word of comparison before another's mark; empty where it only says to keep up with it."""
    if _BETTER.fullmatch(word):
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


# --- every year, or all years together ----------------------------------------------------------

_YEARLY = re.compile(
    r"(?<![人均])(?:平均)?每(?:一)?年度?(?!龄|份)(?:平均)?|(?:(?<![次例])|(?<=人次)|(?<=[比病]例))年均(?!增(?:长率|速|幅)|气温)|年度?平均|按年|年度?递(?![增降减]率)|(?:a|per|each|every) year|annually",
    re.IGNORECASE,
)
_STEADILY = re.compile("逐年")
_ALTOGETHER = re.compile("累计|三年共|共计|合计|总共|(?<!公)共(?=培养|培训|轮训|筛查|招聘|招录|引进|举办|开展|组织)")
_SPAN = re.compile(
    r"(?P<n>(?<!\d)\d{1,2}|[一二两三四五六七八九十])年(?:时间)?(?:（[^（）]*），?)?(?:以?内|间|里)?(?:累计|共计?|合计|总共)?(?=(?:再|净)?(?:新增|增加|增设|新建|改造|新设|培养|培训|轮训|引进|招聘|招录|筛查|完成|建成|提高|提升|增长|降低|下降|减少|上升))"
)
_FLOWS = re.compile("培养|培训|轮训|筛查|招聘|招录|引进|完成|开展|接种|救治|服务|惠及|发放|举办|巡诊|体检|新增")
_TOTALS = re.compile("达到|总数|总量|建成")
_EVERY_YEAR = re.compile("(?:每|各|历)年度?(?!均)")  # 年均 is one average of the years


def per_of(clause: str, comparator: str, unit: str) -> str:
    """year, period or "": for what time a number holds, by the words before it in its clause."""
    if comparator in comparators.AGAINST_OTHERS and _EVERY_YEAR.search(clause):
        return "year"
    if comparator in comparators.NUMBERLESS | {comparators.GROWTH_MAX}:
        return ""
    if _YEARLY.search(clause) or (comparator in comparators.CHANGES and _STEADILY.search(clause)):
        return "year"
    flows = units.parse(unit) is not None and units.indicator_kind(unit) == "count"
    if not flows or comparator == comparators.INCREASE_BY_PCT:
        return ""
    flow = _FLOWS.search(clause) or units.counts_visits(unit)
    added_up = _ALTOGETHER.search(clause) and flow
    stock = _TOTALS.search(clause) and not units.counts_visits(unit)
    return "period" if span_of(clause) or (added_up and not stock) else ""


def span_of(clause: str) -> int:
    """How many years 三年新增 adds up; 0 where the clause says none."""
    found = _SPAN.search(clause)
    return int(_whole(found["n"])) if found else 0


_YEARS = re.compile(r"(20\d\d)年?(?:至|到|-|~)+(20\d\d)")


_FIVE_YEARS = re.compile('十([一二三四五六七])五[”"]?(?:规划)?(?:期间|时期)')


def first_year(text: str) -> str:
    """The first year of 2025年至2027年 or “十五五”期间, of a text; empty where there is no such span."""
    if plan := _FIVE_YEARS.search(text):
        return str(dates.five_year_plan(plan[1]) - 4)
    found = _YEARS.search(text)
    return found[1] if found and found[1] < found[2] else ""


EITHER = re.compile(
    "(?<![于及到至])[，；]?或者?(?=再?(?:每年|年均|逐年|较|比|不[低高少超]|低于|高于|优于|好于|控制|下降|降|减|提高|提升|增|升|达|居|进入|位居|排名|保持|持续|[≤≥<>]))"
)
"""Between two conditions of which one is enough: 50%以下或每年下降1个百分点; not in 大于或等于."""


# --- each one -------------------------------------------------------------------------------------


@cache
def _units() -> str:
    words = sorted((row["word"] for row in vocabulary.rows("each")), key=len, reverse=True)
    also = "(?:[、，]?(?:社区|街道|镇|乡|村|居委会|居|区|市|县|农场|街|办事处))+"  # 行政村（社区）
    return f"(?:{'|'.join(map(re.escape, words))})(?:（{also}）)?"


@cache
def _each() -> tuple[re.Pattern[str], ...]:
    inner = "(?:至少|最少|不少于|都|均|要|应|须|配备|拥有|设置|设立|建有|建成|有|各|要有|至少有)*"
    return (
        re.compile(rf"以?(?P<unit>{_units()})为(?:统计)?单位(?:的)?(?:统计)?[，,]?"),
        re.compile(rf"(?:每[个家所]|每一[个家所]?|每|各个|各)(?P<unit>{_units()})(?![级区])(?!平均)(?:的)?{inner}"),
        re.compile(rf"(?P<unit>{_units()})每[家个所]{inner}"),
        re.compile(rf"(?:所有|全部)(?:的)?(?P<unit>{_units()})(?:的)?{inner}"),
    )  # fmt: skip


def each_of(text: str) -> tuple[str, str]:
    """The unit of which each one is meant (乡镇), and the text without the words that say so; "" where none is."""
    for pattern in _each():
        if found := pattern.search(text):
            rest = text[: found.start()] + text[found.end() :]
            return found["unit"], rest
    return "", text


def each_before(head: str) -> str:
    """The unit of 以社区为单位，… where it is a clause of its own before that of the number; empty where none is."""
    found = re.search(rf"以(?P<unit>{_units()})为(?:统计)?单位，$", head)
    return found["unit"] if found else ""
