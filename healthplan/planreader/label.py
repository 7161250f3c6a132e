"""What is counted or measured: the words before, after or in front of a number."""

import re

from healthplan.language import comparators, units, vocabulary
from healthplan.language.numbers import CHINESE
from healthplan.planreader.groups import Group
from healthplan.planreader.naming import (
    has_tail,
    of_same,
    paired_subjects,
    rated_subjects,
    registered,
    subjects,
    tidy,
)
from healthplan.planreader.rules import governing, matches
from healthplan.planreader.sentence import Sentence, When

_AFTER = re.compile(
    r"^(?:及|或)?(?:以上|以下|以内|左右|上下|之内|之上|之下|之间)?(?:为目标|为[上下]限|迈进|靠近|努力)?的?(?:(?:(?:较[高低])?水平|目标|要求)$)?"
)
_OTHERS = "[、，和及与并]"
"""Before a word that begins so, another subject begins."""


def name_of(state: Sentence, group: Group, stem: int, post: str) -> tuple[str, str]:
    """The words for what is counted, and where they were found (before, around, after, earlier)."""
    plain = state.ready.plain
    pre = state.ready.hidden[group.left : stem]
    before = _mask_dates(plain[group.left : stem], pre)
    if plain[group.left - 1 : group.left] not in "，；：。":
        before = re.sub("^（[^（）]*）", "", before)  # the number before has it
    if whole := registered(before, state.context.register):
        return whole, "before"
    after = _AFTER.sub("", _mask_dates(plain[group.end : group.right], post))
    before = (
        re.split(
            rf"[由从](?:目前|现在|当前|现有|原来)?的?(?=@|\d|#|[{CHINESE}]+分之)|在?@+(?=\d)",
            before,
        )[0]
        or before
    )
    if _HOW_OFTEN.fullmatch(tidy(before)) and group.members[0].kind == "count":
        return _earlier(state, group), "earlier"
    if group.members[0].kind in {"rate", "level", "ratio"}:
        return _rated(state, group, tidy(before), after)
    done = re.match(r"(?:至少|最少|不少于)(?=\D{4})", plain[stem : group.start])
    if done and not tidy(before):  # 每年至少引进人才10名
        return _counted(state, group, plain[stem + done.end() : group.start], after, worded=False)
    return _counted(state, group, before, after, worded=stem < group.start)


_HOW_OFTEN = re.compile("(?:一年|年度|每(?:半?年|月|季度?|周|户|人|所|家|村)|(?<=年)每户)+")
"""…的定期督导，一年不少于4次: what is done so often stands in the clause before."""


def _rated(state: Sentence, group: Group, subject: str, after: str) -> tuple[str, str]:
    """What a rate or level is of: the words before, with what follows them where they do not name a measure."""
    following = tidy(after)
    if subject and not re.fullmatch(r"(?:有|占|以|按|按照|分|在|使)", subject):
        if following and not has_tail(subject) and not re.match(_OTHERS, after):
            return f"{subject}{following}", "around"
        return _fuller(state, group, subject)
    if len(following) > 2:
        return following, "after"
    return _earlier(state, group), "earlier"


_HOW_MANY = re.compile("(?:总)?(?:人数|人次数?|数量?|户数|家数|次数|例数|量|额度?)")


def _counted(state: Sentence, group: Group, before: str, after: str, worded: bool) -> tuple[str, str]:
    """What things are counted: the words after the number, else those after the verb.

    A verb with nothing but 人数 behind it (家庭医生签约人数), or with 达到 (财政投入达到), is part of the name.
    """
    if state.where == "after" and re.match("^[^，；。]*[、和及]$", before) and group.left > 0:
        before = ""
    visits = units.counts_visits(group.members[0].unit)
    head, noun = _around_verb(before, trained=visits)
    whole = tidy(before)
    if head and (_HOW_MANY.fullmatch(noun) or (worded and not noun and not tidy(after))):
        return re.sub("^(?:开展|组织|实施|举办|进行)(?=.{4})", "", whole), "before"
    if after and not re.match("[、，和及与并或以（@·]", after):
        counted = tidy(re.split("[、]|并|和(?=[^，]{0,8}$)", after)[0]) or tidy(after)
        lead = f"{head}{noun}"
        return (lead + counted if len(lead) <= 24 else counted), "after"
    if noun:
        return head + noun, "before"
    return (head or _earlier(state, group) or _verb_word(before)), "earlier"


def _mask_dates(plain: str, hidden: str) -> str:
    return "".join("@" if h == "@" else p for p, h in zip(plain, hidden, strict=False))


_NOUN_AFTER = re.compile(
    "[^，。；、]{0,2}率|经费|费用|补助|中心|站|机构|点(?!评)|业|人才|人员|平台|热线|床位|网点|设施|对象|室"
)
_SPAN = re.compile(
    rf"^(?:用|在)?(?:[{CHINESE}\d]+个?(?:@+|(?:年|季度|月)(?:时间)?(?:之?内|间|里)?)|(?:规划|计划|实施|行动|任)期(?:之?内|间))+"
)
"""三年内引进博士8名: how long it may take is no part of what is counted."""
_KEPT, _TRAINED = "新增|下派|派驻|派出|派遣|选派|组派", "培训|轮训|转岗培训|规范化培训"


def _around_verb(before: str, trained: bool = False) -> tuple[str, str]:
    """Text before a verb of doing (who) and after it (what); ``trained``: the number is of occasions."""
    # 规范管理率, 公共卫生服务经费, 社区卫生服务中心: part of a name
    verbs = (
        (rule, match)
        for rule, match in matches("verbs", before)
        if rule.name != "does" or not _NOUN_AFTER.match(before, match.end())
    )
    found = governing(verbs)
    if found is None:
        return "", tidy(before)
    rule, best = found
    if rule.name == "has_each":
        return tidy(before[: best.end() - 1]), ""
    head = tidy(_SPAN.sub("", before[: best.start()].lstrip("@，、 ")))
    # 新增托位 are not all places, nor 下派医师 all doctors, nor 培训医师500人次 five hundred of them
    kept = re.match(_KEPT, best.group()) or (trained and re.match(_TRAINED, best.group()))
    word = best.group() if kept else ""
    what = tidy(before[best.end() :])
    return (head if len(head) <= 24 else ""), (word + what if what else "")


def _verb_word(before: str) -> str:
    """培训800人次: the verb is all the name there is."""
    return next((match.group() for _, match in reversed([*matches("verbs", before)])), "")


_HEADS_A_LIST = re.compile("(?:目标|指标|任务|要求|如下|其中)$")


def _fuller(state: Sentence, group: Group, name: str) -> tuple[str, str]:
    """A name of two or three signs (床位, 满意度) says too little: whose stands in the clause before.

    Where that is a goal of its own only its people hold on (肺结核患者管理率…，治愈率…), or what heads the list (护患比例：普通病房…、重症病房…).
    """
    if len(name) > 3 or name.endswith("比"):
        return name, "before"
    clause, counted = _clause_before(state, group)
    if counted or not clause:
        colon = state.ready.hidden.rfind("：", 0, group.left)
        head = re.split("[，；：]", state.ready.plain[: max(colon, 0)])[-1]
        earlier = "" if has_tail(name) else tidy(head)
        listed = "患者" in state.name or state.ready.hidden[group.left] in "、和及与"
        whole = of_same(state.name, name) if listed else name
        whole = f"{earlier}{name}" if has_tail(earlier) else whole
        return whole, "before" if whole == name else "earlier"
    earlier = tidy(clause)
    apart = earlier in name or _HEADS_A_LIST.search(earlier)
    return (name if apart else f"{earlier[-30:]}{name}"), "before"


def _clause_before(state: Sentence, group: Group) -> tuple[str, bool]:
    """The nearest clause before that says something, and whether a number stands in it."""
    ready = state.ready
    for found in reversed([*re.finditer("[^，；：]+", ready.hidden[: group.left])]):
        clause = _mask_dates(ready.plain[slice(*found.span())], found.group())
        if len(tidy(clause)) >= 2:
            return clause, bool(re.search(r"\d|分之", found.group()))
    return "", False


def _earlier(state: Sentence, group: Group) -> str:
    """The name from the clause before, where a number stands alone in its clause."""
    clause, counted = _clause_before(state, group)
    if not clause:
        return state.name or state.context.subject
    return state.name if state.name and counted else tidy(clause)


def names_of(state: Sentence, group: Group, name: str, when: When) -> list[str]:
    """Parallel subjects, where the sentence has as many as numbers or one number for all."""
    count, dates = len(group.members), len(when.deadlines)
    if count > dates > 1 and count % dates == 0:
        listed = subjects(name, count // dates, state.context.register)
        return listed if len(listed) == count // dates else [name] * (count // dates)
    if count > 1:
        return [name] * count if dates == count else _several(state, group, name)
    if registered(name, state.context.register):
        return [name]
    head = state.ready.plain[group.left : group.start]
    kind = group.members[0].kind
    if kind == "count" and re.search("各$|分别[^，、]{0,4}$", head):
        return _each(name, head)
    return _one_rate(state, name, head) if kind == "rate" else [name]


_SAID_BEFORE = "(?:以上|上述|前述|这|两|[二三四]|[0-9]|项|个|主要)*(?:指标|目标|比例|者)?(?:分别)?"


def _several(state: Sentence, group: Group, name: str) -> list[str]:
    """A、B和C分别达到…: a subject for each number, or the words as printed for all."""
    count, register = len(group.members), state.context.register
    said = [claim.name for claim in state.claims[-count:]]
    if len(set(said)) == count and (re.fullmatch(_SAID_BEFORE, name) or name == said[-1]):
        return said  # A达到2.9人，B达到3.5人；到2027年，分别达到3.1人和3.9人
    source = name if re.search("[、和及与/]", name) else _clause_before(state, group)[0]
    if acts := _acts(state.ready.plain[group.left : group.start], count):
        return acts
    listed = subjects(re.sub("^.*?(?:打造|建设|推进|实施)(?=.*、)", "", source), count, register)
    if len(listed) != count:
        return [name] * count
    tail = name if name != source and len(name) <= 8 else ""
    return [item + tail for item in listed] if tail and tail not in source else listed


def _acts(head: str, count: int) -> list[str]:
    """新建、改扩建村卫生室分别为12个、30个: several things are done to one kind of things."""
    parts = [tidy(part) for part in re.split("[、和及与]", re.split("分别", head)[0])]
    verbs = [[m.end() for _, m in matches("verbs", p) if m.start() == 0] for p in parts]
    if len(parts) != count or not all(verbs):
        return []
    ends = [max(found) for found in verbs]
    alone = all(end == len(part) for part, end in zip(parts[:-1], ends, strict=False))
    thing = parts[-1][ends[-1] :]
    return [part + thing for part in parts[:-1]] + parts[-1:] if alone and thing else []


def _each(name: str, head: str) -> list[str]:
    """A、B各建成2个: the number holds for each of the subjects."""
    who = head if re.search("分别", head) else name
    listed = re.split("分别|每年", who)[0]
    parts = [tidy(part) for part in re.split("[、]|和|及", listed) if tidy(part)]
    rest = tidy(name.removeprefix(tidy(listed))) if who is head else ""
    return [part + rest[-16:] for part in parts] if len(parts) > 1 else [name]


def _one_rate(state: Sentence, name: str, head: str) -> list[str]:
    """A率、B率均达到90%: one rate for several named groups."""
    listed = paired_subjects(name) or rated_subjects(name)
    parts = name.split("、")
    each = re.search("(?:均|都|各)(?:[^，]{0,6})$", head)
    if len(listed) == 1 and each and len(parts) > 1 and has_tail(parts[-1]):
        listed = subjects(name, len(parts), state.context.register)
    return _growths(listed)


def _growths(listed: list[str]) -> list[str]:
    """次均门诊费用、次均住院费用增幅均…: growths both."""
    last = re.search(f"(?:年均)?(?:{vocabulary.alternatives()['growth']})$", listed[-1]) if len(listed) > 1 else None
    return [n if not last or comparators.names_growth(n) else f"{n}{last.group()}" for n in listed]
