"""From one sentence to the goals and the past figures it states."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from healthplan.language import comparators, groups, numbers, units, vocabulary
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.names import core
from healthplan.language.numbers import Quantity, apart, find_quantities
from healthplan.language.units import POINTS, base_in_name, based, convert, tolerance, written
from healthplan.planreader import kinds
from healthplan.planreader.groups import Group, make_groups, with_shared_units
from healthplan.planreader.in_words import Whole, find_wholes
from healthplan.planreader.label import name_of, names_of
from healthplan.planreader.naming import has_tail
from healthplan.planreader.rules import governing, matches
from healthplan.planreader.sentence import (
    UNSURE,
    Claim,
    Context,
    Prepared,
    Sentence,
    When,
    prepare,
    scope_of,
    when_of,
    wording_of,
)
from healthplan.planreader.weigh import Seen, decide, weigh

_Placed = list[tuple[int, Claim]]  # goals by where they stand in the sentence


def _told_in_figures(hidden: str, whole: Whole, claim: Claim, placed: _Placed) -> bool:
    """全覆盖和覆盖率100%: the figure in the same clause says it already."""
    left, right = clause_start(hidden, whole.start), clause_end(hidden, whole.end)
    beside = (other for at, other in placed if left <= at < right)
    return any((c.value, c.deadline) == (claim.value, claim.deadline) for c in beside)


_TO = re.compile(
    r"^[^，。；]{0,12}?(?:提高|提升|上升|增加|增长|扩大|下降|降低|降|减少|缩短|缩小|压缩|增|升|变|调整|优化|改善)(?:到|至|为)"
)

_BASE = re.compile(r"^(?:以上)?的?(?:基础|起，|开始，|(?:水平|基数)(?:上|(?=[^，。；]*\d)))")


def read_sentence(plain: str, context: Context) -> list[Claim]:
    """All claims of one normalised sentence, goals and facts, in order."""
    ready = prepare(plain, context.period, context.register, context.named)
    state = Sentence(ready, context)
    wholes = find_wholes(ready.hidden)
    numbers = [q for q in find_quantities(ready.hidden) if apart(q, wholes)]
    years = max((len(d.deadlines) for d in ready.dates if d.kind == "goal"), default=1)
    years = max(years, len(context.deadlines))
    quantities, state.starts = _without_starts(ready.hidden, numbers)
    placed: _Placed = []
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
        found = [_of_stated(claim, state.claims, r"\d") for claim in stated]
        words = re.escape(ready.plain[whole.start : whole.end])
        placed = [(at, _of_stated(claim, found, words)) for at, claim in placed]
        again = [_told_in_figures(ready.hidden, whole, claim, placed) for claim in found]
        placed += [(whole.start, c) for c, twice in zip(found, again, strict=True) if not twice]
    placed = _joined(ready, sorted(_without_said(placed), key=lambda item: item[0]))
    told = [(at, one) for at, c in placed for one in _by_each_date(ready, at, _told(ready, at, c))]
    return [claim.doubted("unheaded") if _undated(state, at) else claim for at, claim in told]


def _of_stated(claim: Claim, stated: list[Claim], words: str) -> Claim:
    """达到65%以上，且不低于全市平均水平: a goal beside another, whose ``words`` are in its name, is of the same."""
    of = (c for c in stated if c.name and re.match(f"{re.escape(c.name)}.*{words}", claim.name))
    before = next(of, None)
    return replace(claim, name=before.name, group=before.group) if before else claim


def _by_each_date(ready: Prepared, at: int, claim: Claim) -> list[Claim]:
    """确保2025年、力争2024年达到32%: a year that must see it and one that may, a goal each."""
    dates = [d for d in ready.dates if d.kind == "goal" and d.end <= at][-2:]
    beside = len(dates) == 2 and ready.hidden[dates[0].end : dates[1].start] in _BESIDE
    said = [wording_of(date.text) for date in dates if _FIRMLY.match(date.text)]
    if claim.fact or not beside or len(set(said)) < 2 or claim.deadline not in dates[1].deadlines:
        return [claim]
    pairs = zip(dates, said, strict=True)
    return [replace(claim, deadline=d.deadlines[-1], wording=word) for d, word in pairs]


_BESIDE = ("、", "，", "")
_FIRMLY = re.compile("(?:到|于|在)?(?:确保|保证|力争|争取|力求)")


def _without_said(placed: _Placed) -> _Placed:
    """持续下降，降至9/10万以下: the number says where the trend is to lead."""
    numbered = {core(claim.name) for _, claim in placed if claim.value is not None}
    said = (c.comparator == comparators.TREND and core(c.name) in numbered for _, c in placed)
    return [one for one, again in zip(placed, said, strict=True) if not again]


_AND = re.compile(
    "[^，；。]*?[，；]?(?:并且|且(?!末)|并同时|并(?=不[低高少大小超])|同时(?=不?[低高优好]于))(?P<none>无|没有|未发生|不发生)?"
)


def _joined(ready: Prepared, placed: _Placed) -> _Placed:
    """90%以上，且无暴发疫情; 50%以下或每年下降1个百分点: conditions of one goal share a mark."""
    out = list(placed)
    for n, ((at, one), (then, other)) in enumerate(pairwise(placed)):
        how = _how_joined(ready.plain[at : then + 6], one, other)
        if how is not None and one.deadline == other.deadline and not one.fact:
            mark = out[n][1].all_of or f"{n + 1}{how}"
            pair = (replace(claim, all_of=mark) for claim in (out[n][1], other))
            both = [claim.doubted("either") if how else claim for claim in pair]
            out[n : n + 2] = (at, both[0]), (then, both[1])
    return out


def _how_joined(words: str, one: Claim, other: Claim) -> str | None:
    """How the mark of two conditions ends: "" of both, 或 of either; None for two goals."""
    if one.name == other.name and re.match(f"[^，。；、或]*{kinds.EITHER.pattern}", words):
        return comparators.EITHER
    found = _AND.match(words)
    comma = found is not None and re.search("[，；]", found.group())
    close = found and (found["none"] or other.value == 0 or not comma or one.name == other.name)
    return "" if close else None


def _undated(state: Sentence, at: int) -> bool:
    """Whether only the title says that this is a goal: no heading, and no date before it."""
    dated = any(date.kind == "goal" and date.start < at for date in state.ready.dates)
    return state.context.section == "unheaded" and not (dated or state.context.deadlines)


def _told(ready: Prepared, at: int, claim: Claim) -> Claim:
    """What the words around a number say besides: how firmly it is meant, and from when or whom it is measured."""
    start = clause_start(ready.hidden, at)
    clause = ready.plain[start : clause_end(ready.hidden, at)]
    opening = ready.plain[clause_start(ready.hidden, at, "；") :]
    limb = clause_start(ready.hidden, at, "，；：。")
    words = kinds.EITHER.split(ready.plain[limb:at])[-1]
    per = claim.per or kinds.per_of(words, claim.comparator, claim.unit)
    own = claim.value is not None and claim.unit
    each, name = kinds.each_of(claim.name) if own else ("", claim.name)
    if own and not each:
        each = kinds.each_before(ready.plain[:limb])
    name = _TOGETHER.sub("", name) if per == "period" else name
    if claim.comparator == comparators.INCREASE_BY_PCT and (grown := _YEARLY_GROWTH.search(name)):
        name, per = name[: grown.start()], "year"
    relative = claim.comparator in comparators.RELATIVE and not claim.reference_indicator
    if claim.value is None or claim.comparator == comparators.RANK:
        claim = _vague(claim)
    return replace(
        claim,
        name=name if len(name) > 1 else claim.name,
        per=per,
        each=each if len(name) > 1 else "",
        wording=wording_of(clause, opening, at - start),
        nature=_nature(ready.plain, at),
        baseline_year=claim.baseline_year
        or _measured_from(ready, at, claim)
        or _since(ready, at, claim, per),
        reference=claim.reference or (_whose(clause) if relative else ""),
    )


_TOGETHER = re.compile("(?:合计|总计|累计|总共)$")
_YEARLY_GROWTH = re.compile(
    "(?<=[数量额入])(?:年均|年平均)(?:递增率|增长率|增速|增幅|增长幅度|增长速度)$"
)
"""医师数年均增长率不低于5% is said of the growth of 医师数."""


def _vague(claim: Claim) -> Claim:
    """主要健康指标优于全市平均水平 is said of many measures; 达标情况明显改善 of none that is measured."""
    said = {"指标": "several_measures", "情况": "which_series"}.get(claim.name[-2:])
    return claim if said is None else claim.doubted(said)


def _since(ready: Prepared, at: int, claim: Claim, per: str) -> str:
    """The year before 2025年至2027年，每年…, and before the years of 三年新增."""
    head = ready.plain[clause_start(ready.hidden, at, "；。") : at]
    if per == "year" and (first := kinds.first_year(head)):
        return str(int(first) - 1)
    years = kinds.span_of(ready.plain[clause_start(ready.hidden, at, "，；：。") : at])
    adds = per == "period" or claim.comparator in comparators.CHANGES
    return str(int(claim.deadline[:4]) - years) if years and adds and claim.deadline else ""


def _nature(plain: str, at: int) -> str:
    """约束性 or 预期性 in a bracket behind a number: that number's alone."""
    found = re.match(r"[^，。；、（]*（(约束性|预期性)(?:指标)?）", plain[at:])
    return found[1] if found else ""


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


def _whose(clause: str) -> str:
    """全省, 全国: whose average a goal is held against, as printed."""
    found = re.search("全国|国家|全省|全自治区|自治区|省级?|全市|市级?|全州|全区|全县", clause)
    return found.group() if found else ""


def _without_starts(
    hidden: str, numbers: list[Quantity]
) -> tuple[list[Quantity], dict[int, Quantity]]:
    """Set aside the first number of 由X提高到Y and of 在X的基础上: it is where things stood, by the place of Y."""
    kept: list[Quantity] = []
    starts: dict[int, Quantity] = {}
    for n, quantity in enumerate(numbers):
        rest = hidden[quantity.end :]
        following = numbers[n + 1] if n + 1 < len(numbers) else None
        head = re.split("[，。；]", hidden[: quantity.start])[-1]
        moves = following is not None and _TO.match(hidden[quantity.end : following.start])
        if not (_BASE.match(rest) or (moves and re.search("[由从]", head))):
            kept.append(quantity)
        elif following is not None:
            starts[following.start] = quantity
    return kept, starts


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
    if (
        _OVER.search(head)
        or (points and _POINTS_OVER.search(head))
        or _WHICH.match(hidden, group.end)
    ):
        return
    pre, post = hidden[group.left : group.start], hidden[group.end : group.right]
    when = when_of(state, group.start)
    before = comparators.before(pre)
    keep = before is None or before.family == "share_of"
    stem = group.left + (len(pre) if keep or before is None else before.start)
    _note_verb(state, group)
    name, where = name_of(state, group, stem, post)
    name = _of_several(state, group) or _of_all(state, group, name, where)
    name, whose = _thereof(state, pre, _STARTED.sub("", name) or name)
    where = "earlier" if whose and name == groups.without(state.name, whose) else where
    name = _with_bracket(state, group, _with_base(state, group, before, name))
    names = names_of(state, group, name, when)
    shared = len(names) > 1 and len(set(names)) == 1 and len(when.deadlines) <= 1
    links = [hidden[a.end : b.start] for a, b in pairwise(group.members)]
    for quantity, label, deadline in _spread(group, names, when, links):
        said = comparators.together(before, comparators.after(hidden[quantity.end : group.right]))
        if quantity.signed:  # a sign at the number itself says it first
            said = Said(comparators.read(quantity.signed), 1, "sign", direct=True)
        seen = Seen(state, group, quantity, label, said, when, where)
        claim = _claim(seen, deadline)
        if claim is not None:
            claim = replace(claim, group=whose)
            state.claims.append(claim.doubted("name_shared", 0.6) if shared else claim)
            state.name, state.where = claim.name, where


_STARTED = re.compile(
    r"[由从在]@*\d[\d.]*[^，。；、]{0,8}?(?:的?基础上?|起|开始)$|在(?:基线|基期|现有|原有)(?:水平)?的?基础上$"
)
"""护士数在3.18人的基础上, 素养水平从20%起: where things stood is no part of a name."""


def _thereof(state: Sentence, head: str, name: str) -> tuple[str, str]:
    """居民健康档案建档率90%，其中老年人建档率95%: a group of the measure before, whose last words alone are repeated."""
    ways = groups.split(name) if "其中" in head else ()
    short = (way for way in ways if way.sure or "age" in groups.dimensions(way.group))
    found = next((w for w in short if state.name.endswith(w.name) and state.name != w.name), None)
    return (state.name, found.group) if found else _of_group(state, name)


def _of_group(state: Sentence, name: str) -> tuple[str, str]:
    """男性人均预期寿命78岁，女性82岁; 健康管理率72%，其中乡镇65%: another group, of what the number before is of."""
    group = (groups.read(name) if state.name else "") or ""
    if group:
        return groups.without(state.name, group), group
    behind = _GROUP_BEHIND.search(name)
    rest = re.sub("(?:控制|保持|稳定)在$", "", name[: behind.start()]) if behind else ""
    if behind and has_tail(rest):
        group = groups.read(behind.group()) or ""
        return (groups.without(rest, group), group) if group else (name, "")
    return name, ""


_GROUP_BEHIND = re.compile(
    "(?:城区|城镇|城市|农村|乡镇|男性|女性|户籍人口|常住人口|小学|初中|高中)$"
)


_SEVERAL = re.compile(
    rf"(?:\d+|[{numbers.CHINESE}]+)(?P<unit>[支个家所项名人台辆])(?P<what>[^，。；\d]{{2,24}}?)[中里内](?:要|应|需)?(?:有)?(?:至少|最少|不少于|不低于)?$"
)


def _of_several(state: Sentence, group: Group) -> str:
    """5支卫生应急队伍中至少3支达到国家标准: how many of them are meant, not that number of them."""
    plain, first = state.ready.plain, group.members[0]
    head = plain[clause_start(state.ready.hidden, group.start) : group.start]
    found = _SEVERAL.search(head) if first.kind == "count" else None
    if found is None or found["unit"] != first.unit:
        return ""
    behind = re.sub(
        "^(?:以上|及以上)?的?", "", plain[first.end : clause_end(state.ready.hidden, first.end)]
    )
    return f"{found['what']}{behind}" if len(behind) > 1 else ""


_ADDED = re.compile("|".join(row["word"] for row in vocabulary.rows("additions")))
_TOTAL = re.compile("(?:累计)?(?:总数|总量|总规模|合计|总计|总数量|数量)")
_RUNNING = re.compile("累计|总数|总量|总计|合计|共")


def _addition_before(state: Sentence, group: Group) -> Claim | None:
    """The claim before, where it adds things of the same unit and this number's own words add none."""
    last = state.claims[-1] if state.claims else None
    added = last is not None and last.comparator == comparators.INCREASE_BY
    own = comparators.before(state.ready.hidden[group.left : group.start])
    rises = own is not None and own.gives in comparators.CHANGES
    return last if last and added and not rises and last.unit == group.members[0].unit else None


def _of_all(state: Sentence, group: Group, name: str, where: str) -> str:
    """新增托位600个，累计达到2400个: the second number is of all the places, not of the new ones."""
    if _TOTAL.fullmatch(name) and state.name and not has_tail(state.name):
        return f"{_ADDED.sub('', state.name, 1)}{name}"
    last = _addition_before(state, group)
    head = state.ready.hidden[group.left : group.start]
    told = comparators.before(head) or _RUNNING.search(head)
    return _ADDED.sub("", last.name, 1) if last and told and where == "earlier" else name


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


def _with_base(state: Sentence, group: Group, before: Said | None, name: str) -> str:
    """每千人口医师3.6人、护士4.2人: the base holds for what follows in the list.

    So it does for 床位7.5张、医师3.4人: nobody plans for 3.4 people.
    """
    pre = state.ready.hidden[group.left : group.start]
    first = group.members[0]
    if not state.claims or not first.unit or "每" in pre or base_in_name(name):
        return name
    last = state.claims[-1]
    base = re.match(r"(?:每|^[千万]人)[^，。；]{0,3}?(?:人口|居民|张床位?|常住人口)", last.name)
    printed = state.ready.hidden[first.start : first.end]
    parts = first.kind == "count" and "." in printed and first.value < 100
    alike = last.unit.split("/")[0] == first.unit
    bare = before is None and first.kind == "count" and state.verb is None
    listed = alike and (bare or re.match("[、和及]", pre))
    return f"{base.group()}{name}" if base and (parts or listed) else name


_WHOSE = re.compile(
    r"(?:以上|以下|以内|左右)?（((?:按|以)?(?:户籍|常住|流动|城镇|城市|农村|男性?|女性?|监测点|不含|全口径|在校|\d+[岁-])[^（）]{0,10})）"
)
"""A bracket behind a goal that says whose or which it is: it tells two measures apart."""
_BEFORE = re.compile(
    r"(?:以上|以下|以内|左右)?（(20\d\d)年(?:底|末|度)?(?:的)?(?:基数|现状|实际)?(?:值|数)?(?:为|是|：|达|达到)?(?P<rest>(?!\d{1,2}月|[上下]半年|第?[一二三四1-4]季|[前内起])[^（），]*[\d零一二三四五六七八九十百][^（），]*)）"
)


def _with_bracket(state: Sentence, group: Group, name: str) -> str:
    """新生儿死亡率控制在2‰以内（户籍人口）: the bracket belongs to the name."""
    found = _WHOSE.match(state.ready.plain, group.end)
    return f"{name}（{found[1]}）" if found and name else name


def _spread(
    group: Group, names: list[str], when: When, links: list[str]
) -> list[tuple[Quantity, str, str]]:
    """Pair numbers, names and dates. With several of both, 和 parts the dates (a、b和c、d)."""
    members, dates = group.members, when.deadlines or ("",)
    count, size = len(members), len(members) // len(dates)
    if count == 1:
        return [(members[0], name, date) for name in names for date in dates]
    if len(dates) == count:
        return list(zip(members, names, dates, strict=True))
    if len(dates) == 1 or count % len(dates):
        return [(q, n, dates[-1]) for q, n in zip(members, names, strict=True)]
    parting = (re.search("[和及与]", link.replace("及以", "")) for link in links)
    cuts = [n for n, parts in enumerate(parting, 1) if parts]
    if cuts == list(range(size, count, size)):
        return [(q, names[i % size], dates[i // size]) for i, q in enumerate(members)]
    return [(q, names[i // len(dates)], dates[i % len(dates)]) for i, q in enumerate(members)]


def _claim(seen: Seen, deadline: str) -> Claim | None:
    """The claim of a number, or None where it is certainly no goal."""
    confidence, reasons = weigh(seen)
    if confidence is None:
        return None
    state, quantity, name, said = seen.state, seen.quantity, seen.name, seen.said
    doubts = list(_running(seen))
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
    told = _BEFORE.match(state.ready.plain, quantity.end)
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
        baseline=_baseline(state, quantity, comparator),
        scope=scope_of(name),
        fact=seen.when.past,
        year=seen.when.year,
        baseline_year=told[1] if told else "",
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


def _running(seen: Seen) -> Iterator[str]:
    """新增600个，累计2400个; 每年新增100个，累计达到500个: all there are, or all that is added."""
    state, group = seen.state, seen.group
    last = _addition_before(state, group)
    head = state.ready.hidden[group.left : group.start]
    if last is None or seen.where != "earlier" or not _RUNNING.search(head):
        return
    bare = seen.said is None and state.verb_at < group.left
    if bare or comparators.by_the_year(last.evidence):
        yield "running_total"


def _growth(comparator: str, value: float) -> tuple[str, float]:
    """不高于上年的102% is a growth of at most 2 %; 不低于上年的105% one of at least 5 %."""
    grows = round(value - 100, 6)
    capped = comparator in comparators.CEILINGS and grows >= 0
    return (comparators.GROWTH_MAX if capped else comparators.INCREASE_BY_PCT), grows


def _baseline(state: Sentence, quantity: Quantity, comparator: str) -> str:
    """Where things stood, as a number in the goal's own unit; empty where the text does not say so.

    Of a change in per cent it is as printed, for its unit is the measure's.
    """
    start = state.starts.get(quantity.start)
    told = _BEFORE.match(state.ready.plain, quantity.end)
    if start is None and told:
        start = next(iter(find_quantities(told["rest"])), None)
    if start is None:
        return ""
    if comparator == comparators.INCREASE_BY_PCT:
        return written(f"{start.value:.10g}", start.unit, "zh")
    value = convert(start.value, start.unit or quantity.unit, quantity.unit)
    return "" if value is None else f"{value:.10g}"


def _evidence(plain: str, group: Group) -> str:
    """The exact clause."""
    clause = plain[clause_start(plain, group.left, "。；") : clause_end(plain, group.end)]
    return clause.strip("，；。 ")
