"""Whose a number is: of which group, of all or of those added, per how many, how many of several."""

import re
from collections.abc import Iterator

from healthplan.language import comparators, groups, numbers, vocabulary
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.units import base_in_name
from healthplan.planreader.groups import Group
from healthplan.planreader.naming import has_tail
from healthplan.planreader.sentence import Claim, Sentence
from healthplan.planreader.weigh import Seen

_STARTED = re.compile(
    r"[由从在]@*\d[\d.]*[^，。；、]{0,8}?(?:的?基础上?|起|开始)$|在(?:基线|基期|现有|原有)(?:水平)?的?基础上$"
)
"""护士数在3.18人的基础上, 素养水平从20%起: where things stood is no part of a name."""


def owner(state: Sentence, group: Group, before: Said | None, name: str, where: str) -> tuple[str, str, str]:
    """Name and group of what a number is of, and where the name was found."""
    head = state.ready.hidden[group.left : group.start]
    name = _of_several(state, group) or _of_all(state, group, name, where)
    name, whose = _thereof(state, head, _STARTED.sub("", name) or name)
    where = "earlier" if whose and name == groups.without(state.name, whose) else where
    return _with_bracket(state, group, _with_base(state, group, before, name)), whose, where


_RANK = re.compile("(?:国家|省|市|区|县)级(?:及以上|以上)?")


def _thereof(state: Sentence, head: str, name: str) -> tuple[str, str]:
    """居民健康档案建档率90%，其中老年人建档率95%: a group of the measure before, whose last words alone are repeated.

    市级及以上临床重点专科12个，其中国家级1个: those of another rank, of the same kind.
    """
    if "其中" in head and _RANK.fullmatch(name) and (ranked := _RANK.match(state.name)):
        return f"{name}{state.name[ranked.end() :]}", ""
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


_GROUP_BEHIND = re.compile("(?:城区|城镇|城市|农村|乡镇|男性|女性|户籍人口|常住人口|小学|初中|高中)$")
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
    behind = re.sub("^(?:以上|及以上)?的?", "", plain[first.end : clause_end(state.ready.hidden, first.end)])
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


def _with_bracket(state: Sentence, group: Group, name: str) -> str:
    """新生儿死亡率控制在2‰以内（户籍人口）: the bracket belongs to the name."""
    found = _WHOSE.match(state.ready.plain, group.end)
    return f"{name}（{found[1]}）" if found and name else name


def running(seen: Seen) -> Iterator[str]:
    """新增600个，累计2400个; 每年新增100个，累计达到500个: all there are, or all that is added."""
    state, group = seen.state, seen.group
    last = _addition_before(state, group)
    head = state.ready.hidden[group.left : group.start]
    if last is None or seen.where != "earlier" or not _RUNNING.search(head):
        return
    bare = seen.said is None and state.verb_at < group.left
    if bare or comparators.by_the_year(last.evidence):
        yield "running_total"
