"""What the words around a number say besides: where things stood, every year, how firmly, which goals belong together."""

import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

from healthplan.language import comparators, dates, units, vocabulary
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import core
from healthplan.language.numbers import Quantity, find_quantities
from healthplan.planreader.in_words import Whole, small_number
from healthplan.planreader.rules import words
from healthplan.planreader.sentence import Claim, Prepared, Sentence, wording_of

Placed = list[tuple[int, Claim]]  # goals by where they stand in the sentence


# --- where things stood: the number, and the year, from which a goal is measured ----------------------------


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
        moves = following is not None and words("moves_to").match(hidden[quantity.end : following.start])
        beside = words("from_now").search(head) and words("moves_by").match(rest)  # 比2019年的3.02人增加0.5人
        if not (words("basis").match(rest) or beside or (moves and re.search("[由从]", head))):
            kept.append(quantity)
        elif following is not None:
            starts[following.start] = quantity
    return kept, starts


def stood(state: Sentence, quantity: Quantity, comparator: str) -> tuple[str, str]:
    """Where things stood, as a number in the goal's own unit, and its year; empty where the text does not say so.

    Of a change in per cent it is as printed, for its unit is the measure's.
    """
    start = state.starts.get(quantity.start)
    told = words("stood_in_bracket").match(state.ready.plain, quantity.end)
    year = told[1] if told else ""
    if start is None and told:
        start = next(iter(find_quantities(told["rest"])), None)
    if start is None:
        return "", year
    if comparator == comparators.INCREASE_BY_PCT:
        return units.written(f"{start.value:.10g}", start.unit, "zh"), year
    value = units.convert(start.value, start.unit or quantity.unit, quantity.unit)
    return "" if value is None else f"{value:.10g}", year


def _base_year(ready: Prepared, at: int, claim: Claim, per: str) -> str:
    """The year that a goal is measured from; empty where the text names none."""
    changes, due = claim.comparator in comparators.CHANGES, int(claim.deadline[:4] or 0)
    left = clause_start(ready.hidden, at, "；")
    bases = [d for d in ready.dates if d.kind == "base" and left <= d.start and d.end <= at]
    # 比2022年提高5个百分点, 由2022年的X提高到Y; of a rise on the year before, that year
    if bases and (claim.baseline or not re.search(r"\d", ready.hidden[bases[-1].end : at])):
        found = str(bases[-1].year or (due - 1 if changes and due else ""))
        if found:
            return found
    # the year before 2025年至2027年，每年…, before “十四五”期间，累计…, and before the years of 三年新增
    if per and (first := first_year(ready.plain[clause_start(ready.hidden, at, "；。") : at])):
        return str(int(first) - 1)
    years = span_of(ready.plain[clause_start(ready.hidden, at, "，；：。") : at])
    return str(due - years) if years and due and (per == "period" or changes) else ""


# --- every year, or all years together; each one -----------------------------------------------------


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
    return int(small_number(found["n"])) if found else 0


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


# --- what else the clause says -------------------------------------------------------------------------------


def undated(state: Sentence, at: int) -> bool:
    """Whether only the title says that this is a goal: no heading, and no date before it."""
    dated = any(date.kind == "goal" and date.start < at for date in state.ready.dates)
    return state.context.section == "unheaded" and not (dated or state.context.deadlines)


def told(ready: Prepared, at: int, claim: Claim) -> Claim:
    """What the words around a number say besides: how firmly it is meant, and from when or whom it is measured."""
    begin, limb = (clause_start(ready.hidden, at, signs) for signs in ("，；。", "，；：。"))
    clause = ready.plain[begin : clause_end(ready.hidden, at)]
    opening = ready.plain[clause_start(ready.hidden, at, "；") :]
    before = words("either").split(ready.plain[limb:at])[-1]
    per = claim.per or per_of(before, claim.comparator, claim.unit)
    each, name = "", claim.name
    if claim.value is not None and claim.unit:
        each, name = each_of(name)
        each = each or each_before(ready.plain[:limb])
    name = words("together_at_end").sub("", name) if per == "period" else name
    if claim.comparator == comparators.INCREASE_BY_PCT and (grown := words("yearly_growth").search(name)):
        name, per = name[: grown.start()], "year"
    relative = claim.comparator in comparators.RELATIVE and not claim.reference_indicator
    whose = words("whose_average").search(clause) if relative else None
    nature = words("nature_bracket").match(ready.plain, at)
    # 主要健康指标优于全市平均水平 is said of many measures; 达标情况明显改善 of none that is measured
    vague = {"指标": "several_measures", "情况": "which_series"}.get(claim.name[-2:])
    if vague and (claim.value is None or claim.comparator == comparators.RANK):
        claim = claim.doubted(vague)
    return replace(
        claim,
        name=name if len(name) > 1 else claim.name,
        per=per,
        each=each if len(name) > 1 else "",
        wording=wording_of(clause, opening, at - begin),
        nature=nature[1] if nature else "",
        baseline_year=claim.baseline_year or _base_year(ready, at, claim, per),
        reference=claim.reference or (whose.group() if whose else ""),
    )


# --- goals beside each other: two conditions of one, the same said twice, a goal for each date ------------------


def with_words(ready: Prepared, placed: Placed, whole: Whole, claims: list[Claim]) -> Placed:
    """The goals so far and those of an expression (全覆盖), of one measure where they stand side by side."""
    counted = [claim for _, claim in placed]
    found = [_of_stated(claim, counted, r"\d") for claim in claims]
    said = re.escape(ready.plain[whole.start : whole.end])
    placed = [(at, _of_stated(claim, found, said)) for at, claim in placed]
    # 全覆盖和覆盖率100%: the figure in the same clause says it already
    left, right = clause_start(ready.hidden, whole.start), clause_end(ready.hidden, whole.end)
    beside = {(other.value, other.deadline) for at, other in placed if left <= at < right}
    return placed + [(whole.start, claim) for claim in found if (claim.value, claim.deadline) not in beside]


def _of_stated(claim: Claim, stated: list[Claim], said: str) -> Claim:
    """达到65%以上，且不低于全市平均水平: a goal beside another, whose words (``said``) are in its name, is of the same.

    So it is where its last words alone are said again: 80%以上的村卫生室达到基本标准，…全部达到基本标准."""
    for other in stated:
        again = len(claim.name) >= 3 and other.name != claim.name and other.name.endswith(claim.name)
        if other.name and (again or re.match(f"{re.escape(other.name)}.*{said}", claim.name)):
            return replace(claim, name=other.name, group=other.group)
    return claim


def by_each_date(ready: Prepared, at: int, claim: Claim) -> list[Claim]:
    """确保2025年、力争2024年达到32%: a year that must see it and one that may, a goal each."""
    due = [d for d in ready.dates if d.kind == "goal" and d.end <= at][-2:]
    beside = len(due) == 2 and ready.hidden[due[0].end : due[1].start] in ("、", "，", "")
    said = [wording_of(date.text) for date in due if words("firmly").match(date.text)]
    if claim.fact or not beside or len(set(said)) < 2 or claim.deadline not in due[1].deadlines:
        return [claim]
    pairs = zip(due, said, strict=True)
    return [replace(claim, deadline=d.deadlines[-1], wording=word) for d, word in pairs]


def joined(ready: Prepared, placed: Placed) -> Placed:
    """90%以上，且无暴发疫情; 50%以下或每年下降1个百分点: conditions of one goal share a mark."""
    # 持续下降，降至9/10万以下: the number says where the trend is to lead
    numbered = {core(claim.name) for _, claim in placed if claim.value is not None}
    stated = [p for p in placed if p[1].comparator != comparators.TREND or core(p[1].name) not in numbered]
    out = sorted(stated, key=lambda item: item[0])
    for n, ((at, one), (then, other)) in enumerate(pairwise(list(out))):
        how = _how_joined(ready.plain[at : then + 6], one, other)
        if how is not None and one.deadline == other.deadline and not one.fact:
            mark = out[n][1].all_of or f"{n + 1}{how}"
            pair = (replace(claim, all_of=mark) for claim in (out[n][1], other))
            both = [claim.doubted("either") if how else claim for claim in pair]
            out[n : n + 2] = (at, both[0]), (then, both[1])
    return out


def _how_joined(said: str, one: Claim, other: Claim) -> str | None:
    """How the mark of two conditions ends: "" of both, 或 of either; None for two goals."""
    if one.name == other.name and re.match(f"[^，。；、或]*{words('either').pattern}", said):
        return comparators.EITHER
    found = words("and_also").match(said)
    comma = found is not None and re.search("[，；]", found.group())
    close = found and (found["none"] or other.value == 0 or not comma or one.name == other.name)
    return "" if close else None
