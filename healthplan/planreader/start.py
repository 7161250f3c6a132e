"""Where things stood: the number, and the year, from which a goal is measured."""

import re

from healthplan.language import comparators
from healthplan.language.characters import clause_start
from healthplan.language.numbers import Quantity, find_quantities
from healthplan.language.units import convert, written
from healthplan.planreader import kinds
from healthplan.planreader.sentence import Claim, Prepared, Sentence

_TO = re.compile(
    r"^[^，。；、]{0,12}?(?:提高|提升|上升|增加|增长|扩大|下降|降低|降|减少|缩短|缩小|压缩|增|升|变|调整|优化|改善)(?:到|至|为)"
)
_BY = re.compile(
    "^(?:分别|再|继续)?(?:提高|提升|上升|增加|增长|扩大|延长|下降|降低|减少|缩短|缩小|压缩)(?![到至为])[^，。；\\d]{0,4}\\d"
)
_BASE = re.compile(r"^(?:以上)?的?(?:基础|起，|开始，|(?:水平|基数)(?:上|(?=[^，。；]*\d)))")


def _since(ready: Prepared, at: int, claim: Claim, per: str) -> str:
    """The year before 2025年至2027年，每年…, before “十四五”期间，累计…, and before the years of 三年新增."""
    head = ready.plain[clause_start(ready.hidden, at, "；。") : at]
    if per and (first := kinds.first_year(head)):
        return str(int(first) - 1)
    years = kinds.span_of(ready.plain[clause_start(ready.hidden, at, "，；：。") : at])
    adds = per == "period" or claim.comparator in comparators.CHANGES
    return str(int(claim.deadline[:4]) - years) if years and adds and claim.deadline else ""


def year(ready: Prepared, at: int, claim: Claim, per: str) -> str:
    """The year that a goal is measured from; empty where the text names none."""
    return claim.baseline_year or _measured_from(ready, at, claim) or _since(ready, at, claim, per)


def _measured_from(ready: Prepared, at: int, claim: Claim) -> str:
    """The year of 比2022年提高5个百分点 and of 由2022年的X提高到Y; of a rise on the year before, that year."""
    left = clause_start(ready.hidden, at, "；")
    bases = [d for d in ready.dates if d.kind == "base" and left <= d.start and d.end <= at]
    if not bases or (re.search(r"\d", ready.hidden[bases[-1].end : at]) and not claim.baseline):
        return ""
    if bases[-1].year:
        return str(bases[-1].year)
    changes = claim.comparator in comparators.CHANGES and claim.deadline
    return str(int(claim.deadline[:4]) - 1) if changes else ""


def set_aside(hidden: str, numbers: list[Quantity]) -> tuple[list[Quantity], dict[int, Quantity]]:
    """Set aside the first number of 由X提高到Y, of 比2020年的X提高Y and of 在X的基础上: it is where things stood, by the
    place of Y."""
    kept: list[Quantity] = []
    starts: dict[int, Quantity] = {}
    for n, quantity in enumerate(numbers):
        rest = hidden[quantity.end :]
        following = numbers[n + 1] if n + 1 < len(numbers) else None
        last = numbers[n - 1].end if n else 0  # 从 before an earlier number is said of that one
        head = re.split("[，。；]", hidden[last : quantity.start])[-1]
        moves = following is not None and _TO.match(hidden[quantity.end : following.start])
        beside = re.search("@$|[由从](?:目前|现在|当前|现有|原来)的?$", head) and _BY.match(
            rest
        )  # 比2019年的3.02人增加0.5人
        if not (_BASE.match(rest) or beside or (moves and re.search("[由从]", head))):
            kept.append(quantity)
        elif following is not None:
            starts[following.start] = quantity
    return kept, starts


_BEFORE = re.compile(
    r"(?:以上|以下|以内|左右)?（(20\d\d)年(?:底|末|度)?(?:的)?(?:基数|现状|实际)?(?:值|数)?(?:为|是|：|达|达到)?(?P<rest>(?!\d{1,2}月|[上下]半年|第?[一二三四1-4]季|[前内起])[^（），]*[\d零一二三四五六七八九十百][^（），]*)）"
)


def figure(state: Sentence, quantity: Quantity, comparator: str) -> tuple[str, str]:
    """Where things stood, as a number in the goal's own unit, and its year; empty where the text does not say so.

    Of a change in per cent it is as printed, for its unit is the measure's.
    """
    start = state.starts.get(quantity.start)
    told = _BEFORE.match(state.ready.plain, quantity.end)
    year = told[1] if told else ""
    if start is None and told:
        start = next(iter(find_quantities(told["rest"])), None)
    if start is None:
        return "", year
    if comparator == comparators.INCREASE_BY_PCT:
        return written(f"{start.value:.10g}", start.unit, "zh"), year
    value = convert(start.value, start.unit or quantity.unit, quantity.unit)
    return "" if value is None else f"{value:.10g}", year
