"""From one sentence to the goals and the past figures it states."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.numbers import Quantity, apart, find_quantities
from healthplan.language.units import POINTS, based, tolerance
from healthplan.planreader import around, beside, start
from healthplan.planreader.groups import Group, make_groups, with_shared_units
from healthplan.planreader.in_words import find_wholes
from healthplan.planreader.label import name_of, names_of
from healthplan.planreader.rules import governing, matches
from healthplan.planreader.sentence import (
    UNSURE,
    Claim,
    Context,
    Sentence,
    When,
    prepare,
    scope_of,
    when_of,
)
from healthplan.planreader.weigh import Seen, decide, weigh
from healthplan.planreader.whose import owner, running

MOST_IN_ONE = 120  # numbers of a sentence: what has more is a table that lost its cells


def read_sentence(plain: str, context: Context) -> list[Claim]:
    """All claims of one normalised sentence, goals and facts, in order."""
    ready = prepare(plain, context.period, context.register, context.named)
    state = Sentence(ready, context)
    wholes = find_wholes(ready.hidden)
    numbers = [q for q in find_quantities(ready.hidden) if apart(q, wholes)]
    if len(numbers) > MOST_IN_ONE:
        return []
    years = max((len(d.deadlines) for d in ready.dates if d.kind == "goal"), default=1)
    years = max(years, len(context.deadlines))
    quantities, state.starts = start.set_aside(ready.hidden, numbers)
    placed: list[tuple[int, Claim]] = []
    # Where the clause of a number began that is no goal: it is part of the next name.
    left: int | None = None
    end = 0
    for group in make_groups(ready.hidden, with_shared_units(ready.hidden, quantities), years):
        before = len(state.claims)
        group = replace(group, left=left) if left is not None and end == group.left else group
        _read_group(state, group)
        part = len(state.claims) == before and not comparators.after(ready.hidden[group.end :])
        left, end = (group.left, group.end) if part else (None, 0)
        placed += [(group.start, claim) for claim in state.claims[before:]]
    for whole in wholes:
        stated = whole.claims(state.ready, when_of(state, whole.start), context)
        placed = beside.with_words(ready, placed, whole, stated)
    told = [(at, around.told(ready, at, claim)) for at, claim in beside.joined(ready, placed)]
    each = [(at, one) for at, claim in told for one in beside.by_each_date(ready, at, claim)]
    return [claim.doubted("unheaded") if around.undated(state, at) else claim for at, claim in each]


_WHICH = re.compile(
    r"(?:以上|以下|以内|及以上|及以下)?的[^，。；：、\d]{1,14}(?:率|比例|占比|比重|数)(?![^，。；：]{0,4}的)[^，。；：\d]{0,10}\d"
)
"""吸烟率低于20%的单位比例达到60%: the first number says which units, the second is the goal."""
_OVER = re.compile(
    r"(?:平均水平|平均数|平均值|平均|[高低]于(?:＃{2,40}|[^，。；\d]{2,18}(?:增速|增幅|增长率|增长幅度)))(?:的)?(?:高出?|低)?$"
)
_POINTS_OVER = re.compile(r"水平(?:高出?|低)?$")
"""高于全国平均水平2个百分点: how far beyond a mark belongs to the goal against that mark."""


def _read_group(state: Sentence, group: Group) -> None:
    hidden = state.ready.hidden
    head, points = hidden[: group.start], group.members[0].unit == POINTS
    if _OVER.search(head) or (points and _POINTS_OVER.search(head)) or _WHICH.match(hidden, group.end):
        return
    pre, post = hidden[group.left : group.start], hidden[group.end : group.right]
    when = when_of(state, group.start)
    before = comparators.before(pre)
    keep = before is None or before.family == "share_of"
    stem = group.left + (len(pre) if keep or before is None else before.start)
    _note_verb(state, group)
    name, where = name_of(state, group, stem, post)
    name, whose, where = owner(state, group, before, name, where)
    names = names_of(state, group, name, when)
    shared = len(names) > 1 and len(set(names)) == 1 and len(when.deadlines) <= 1
    links = [hidden[a.end : b.start] for a, b in pairwise(group.members)]
    for quantity, label, deadline in _spread(group, names, when, links):
        after = comparators.after(hidden[quantity.end : group.right])
        sign = Said(comparators.read(quantity.signed), 1, "sign", direct=True)
        said = sign if quantity.signed else comparators.together(before, after)
        opposed = comparators.opposed(sign if quantity.signed else before, after)
        seen = Seen(state, group, quantity, label, said, when, where)
        claim = _claim(seen, deadline)
        if claim is not None:
            claim = replace(claim, group=whose)
            claim = claim.doubted("opposed", 0.6) if opposed else claim
            state.claims.append(claim.doubted("name_shared", 0.6) if shared else claim)
            state.name, state.where = claim.name, where


_MOVES = "纳入|打造|建成|改造|升级|转型|提供|开展|实施|免费|进行|配备|培训|接种|检查"
"""Verbs that follow their number: 为2万名妇女提供, 将3家卫生院改造成."""


def _note_verb(state: Sentence, group: Group) -> None:
    """The verb of doing nearest before the number; it holds for the rest of the limb."""
    hidden = state.ready.hidden
    if state.verb is not None and "；" in hidden[state.verb_at : group.start]:
        state.verb = None
    moved = re.search("[将把为向对][^，。；]{0,16}$", hidden[group.left : group.start])
    moved = moved and re.search(_MOVES, hidden[group.end : group.right])
    end = group.right if moved else group.start
    named = state.ready.named
    if found := governing(matches("verbs", named, group.left, end)):
        state.verb, state.verb_at = found[0], found[1].start()


def _spread(group: Group, names: list[str], when: When, links: list[str]) -> list[tuple[Quantity, str, str]]:
    """Pair numbers, names and dates. With several of both, 和 parts the dates (a、b和c、d)."""
    members, dates = group.members, when.deadlines or ("",)
    count, size = len(members), len(members) // len(dates)
    if count == 1:
        return [(members[0], name, date) for name in names for date in dates]
    if len(dates) == count:
        return list(zip(members, names, dates, strict=True))
    if len(dates) == 1 or count % len(dates):
        return [(q, n, dates[-1]) for q, n in zip(members, names, strict=True)]
    per_name = [members[i : i + len(dates)] for i in range(0, count, len(dates))]
    if size > 1 and _one_unit_each(per_name):  # 床位数、医师数分别达到6.1张、6.5张和3.2人、3.6人
        return [(q, names[i // len(dates)], dates[i % len(dates)]) for i, q in enumerate(members)]
    parting = (re.search("[和及与]", link.replace("及以", "")) for link in links)
    cuts = [n for n, parts in enumerate(parting, 1) if parts]
    if cuts == list(range(size, count, size)):
        return [(q, names[i % size], dates[i // size]) for i, q in enumerate(members)]
    return [(q, names[i // len(dates)], dates[i % len(dates)]) for i, q in enumerate(members)]


def _one_unit_each(parts: list[tuple[Quantity, ...]]) -> bool:
    """Whether each part has one unit and no two parts the same."""
    units_of = [{quantity.unit for quantity in part} for part in parts]
    return all(len(one) == 1 for one in units_of) and len(set().union(*units_of)) == len(parts)


def _claim(seen: Seen, deadline: str) -> Claim | None:
    """The claim of a number, or None where it is certainly no goal."""
    confidence, reasons = weigh(seen)
    if confidence is None:
        return None
    state, quantity, name, said = seen.state, seen.quantity, seen.name, seen.said
    doubts = list(running(seen))
    near = state.verb_at >= seen.group.left or (said is None and not doubts)
    own = (rule for rule, at in matches("verbs", name) if len(seen.group.members) > 1 > at.start())
    verb = next(own, state.verb if near else None)
    comparator, value = decide(quantity, name, said, verb)
    counted = comparator == comparators.INCREASE_BY and quantity.kind == "count"
    if quantity.high is not None and (comparator in comparators.TOUCHING or counted):
        comparator = comparators.RANGE
    unit = "%" if comparator == comparators.INCREASE_BY_PCT else based(quantity.unit, name)
    doubts += _doubts(seen, comparator)
    if "of_last_year" in doubts:
        comparator, value = _growth(comparator, value)
    if not {"points_as_level", "growth_in_points"}.isdisjoint(doubts):
        unit = "%"
    baseline, year = start.figure(state, quantity, comparator)
    about = said.tolerance if said and comparator == comparators.EQUAL else 0.0
    return Claim(
        name=name,
        comparator=comparator,
        value=value,
        high=quantity.high,
        unit=unit,
        deadline=deadline,
        evidence=_evidence(state.ready.printed, seen.group),
        confidence=min(confidence, UNSURE) if doubts else confidence,
        why=(*reasons, *doubts),
        baseline=baseline,
        scope=scope_of(name),
        fact=seen.when.past,
        year=seen.when.year,
        baseline_year=year,
        tolerance=tolerance(about, value, unit) if about else None,
    )


_OF_A_YEAR = re.compile(
    r"(?:上年|去年|上一年|前一年|上年度|基期|基准年|同期|@)(?:同期)?(?:度|底|末)?(?:的|水平|实际|平均|数|值)*$"
)
_SHARE = re.compile("(?:(?<![数量额入]年均增长)率|水平|比例|比重|占比|度)$")


def _doubts(seen: Seen, comparator: str) -> Iterator[str]:
    """What of a goal's meaning the text leaves open, as keys of the reasons."""
    quantity, name, said = seen.quantity, seen.name, seen.said
    clause = seen.state.ready.hidden[seen.group.left : quantity.start]
    if said and said.negated:
        yield f"negated:{said.negated}"
    changes = comparator in comparators.CHANGES - {comparators.GROWTH_MAX}
    if comparator == comparators.INCREASE_BY_PCT and _SHARE.search(name):
        yield "percent_or_points"
    if not changes and quantity.unit == POINTS:
        yield "growth_in_points" if comparator == comparators.GROWTH_MAX else "points_as_level"
    if quantity.unit in units.GRADES and not seen.averaged:
        yield "grade"
    if said and said.gives == "<" and comparator == comparators.GROWTH_MAX:  # may be touched
        yield "growth_below"
    if quantity.unit == "%" and comparator in comparators.ONE_SIDED and _OF_A_YEAR.search(clause):
        yield "of_last_year"


def _growth(comparator: str, value: float) -> tuple[str, float]:
    """不高于上年的102% is a growth of at most 2 %; 不低于上年的105% one of at least 5 %."""
    grows = round(value - 100, 6)
    capped = comparator in comparators.CEILINGS and grows >= 0
    return (comparators.GROWTH_MAX if capped else comparators.INCREASE_BY_PCT), grows


def _evidence(plain: str, group: Group) -> str:
    """The exact clause."""
    clause = plain[clause_start(plain, group.left, "。；") : clause_end(plain, group.end)]
    return clause.strip("，；。 ")
