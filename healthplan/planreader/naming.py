"""Names: what is counted or measured and whose it is, in the words before, after or in front of a number."""

import re
from functools import lru_cache

from healthplan.language import characters, comparators, groups, units, vocabulary
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.names import Register
from healthplan.language.units import base_in_name
from healthplan.planreader.rules import governing, matches, rules, words
from healthplan.planreader.sentence import Claim, Group, Sentence, When

_AND = re.compile("和|及|与")
_ILLNESS = re.compile("|".join(row["pattern"] for row in vocabulary.rows("illnesses")))


def registered(text: str, register: Register | None) -> str:
    """The registered name that is all of `text` but for words around it (到@，全区NAME稳步), as printed, or ""."""
    if register is None:
        return ""
    for end in range(len(text), max(len(text) - 9, 0), -1):
        if end < len(text) and not words("name_trail").fullmatch(text[end:]):
            continue
        for start in range(end):
            lead = text[:start]
            if lead and (tidy(lead) or characters.key(lead[-1:]) == ""):
                continue
            if characters.key(text[start:end]) in register.indicators:
                return text[start:end].strip()
    return ""


def has_tail(name: str) -> bool:
    """Does a name end like a measure (率, 数, 水平 ...), brackets at its end aside?"""
    return bool(words("measure_tail").search(re.sub(r"（[^（）]*）$", "", name)))


_LONGEST = 300  # signs of a clause that a name is looked for in


@lru_cache(20_000)
def tidy(text: str, limit: int = 60) -> str:
    """A clause part as a name: without dates, adverbs and auxiliary verbs at its ends."""
    name = re.sub(r"@+|（20\d\d年[底末]?）", "", text[-_LONGEST:])
    before = None
    while before != name:
        before = name
        name = words("name_trail").sub("", words("name_lead").sub("", name))
    return re.sub(r"^（(?:约束性|预期性)(?:指标)?）|^[”》）、，]+|[“《（、，]+$", "", name)[-limit:]


def subjects(text: str, wanted: int, register: Register | None = None) -> list[str]:
    """The `wanted` parallel subjects of a list (A、B和C), or the text whole where it cannot be told what each is.

    A part that lacks the common ending (二级、三级医院预约诊疗率) gets it from the last part: so that the name is a
    registered one, else from the word for what both are (患者, 医院), else where both are built alike. A part cut
    otherwise would be a name that nobody wrote.
    """
    parts = [part for part in words("parts_names").split(text) if tidy(part)]
    if len(parts) < wanted:
        parts = [bit for part in parts for bit in _AND.split(part) if tidy(bit)]
    if len(parts) != wanted or wanted < 2:
        return [text]
    parts = [tidy(part) for part in parts]
    ends = [bool(words("measure_tail").search(part)) for part in parts]
    # 肺癌、胃癌和肝癌早诊率 are three that share an ending, A率、B和C覆盖率 are two with their own
    several = ends == [False] * (wanted - 1) + [True]
    if several and "、" in text and len(_AND.split(parts[-1])) > 1:
        return [text]
    names = [_completed(part, parts[-1], register) for part in parts[:-1]]
    if not all(names):
        return [text]
    names += parts[-1:]
    names[1:] = [of_same(names[0], name) for name in names[1:]]
    base = words("base_of_name").match(names[0])
    out: list[str] = []
    for name in names:  # the base holds for what follows until another is named
        base = base and (words("base_of_name").match(name) or base)
        out.append(base.group() + name if base and not name.startswith("每") else name)
    return out


def of_same(first: str, name: str) -> str:
    """`name` with whose the first is: 严重精神障碍患者规范管理率、服药率; 高血压知晓率、治疗率."""
    whose = words("whose_people").search(first, 1)
    head = first[: whose.end()] if whose else words("of_illness").sub("", first)
    return f"{head}{name}" if head != first and words("of_people").fullmatch(name) else name


def _completed(part: str, last: str, register: Register | None) -> str:
    """`part` with the ending of `last`: 门诊 + 住院患者满意度 = 门诊患者满意度; "" where it cannot be told."""
    tail = words("measure_tail")
    if not tail.search(last) or tail.search(part):
        return part
    if re.fullmatch("[一二三四甲乙丙]", part) and re.match("[一二三四甲乙丙][级等]", last):
        return part + last[1:]
    if register is not None:
        wholes = (part + last[at:] for at in range(1, len(last)))
        if found := next((name for name in wholes if register.indicator(name).id), ""):
            return found
    for length in range(min(4, len(part)), 1, -1):
        at = last.rfind(part[-length:])
        if at >= 0:
            return part + last[at + length :]
    return _parallel(part, last)


def _parallel(part: str, last: str) -> str:
    """The ending that two names built alike share: 城市、农村孕产妇死亡率, 门诊、住院患者满意度, 胃癌、结直肠癌早诊率."""
    ills = [*_ILLNESS.finditer(last)]
    if ills and any(found.end() == len(part) for found in _ILLNESS.finditer(part)):
        return part + last[ills[-1].end() :]
    head = words("parallel").match(last)
    if head and words("parallel").fullmatch(part):
        return part + last[head.end() :]
    if len(part) < len(last) and last[len(part) - 1] == part[-1]:
        return part + last[len(part) :]
    noun, own = words("things").search(last, 1), words("things").search(part)
    if noun and (own is None or own.end() == len(part)):
        return part + last[noun.end() if own else noun.start() :]
    tail = words("shared_tail").search(last)
    if tail and abs(tail.start() - len(part)) <= (len(tail.group()) > 1):
        return part + tail.group()
    return ""


def rated_subjects(text: str) -> list[str]:
    """Subjects that are each a rate or ratio of their own (A率、B率), or the whole text."""
    parts = [tidy(part) for part in words("parts_names").split(text) if tidy(part)]
    return parts if len(parts) >= 2 and all(map(words("rated").search, parts)) else [text]


def paired_subjects(text: str) -> list[str]:
    """One rate for two named groups (高血压、糖尿病患者规范管理率), by the rules of `pairs`."""
    for rule in rules("pairs"):
        if match := rule.pattern.search(text):
            head, tail = text[: match.start()], text[match.end() :]
            return [f"{head}{match[side]}{tail}" for side in ("a", "b")]
    return []


# --- the name of a number ------------------------------------------------------------------------------

_OTHERS = "[、，和及与并]"
"""Before a word that begins so, another subject begins."""


def name_of(state: Sentence, group: Group, stem: int) -> tuple[str, str]:
    """The words for what is counted, and where they were found (before, around, after, earlier)."""
    ready, first = state.ready, group.members[0]
    before = ready.shown(group.left, stem)
    if ready.plain[group.left - 1 : group.left] not in "，；：。":
        before = re.sub("^（[^（）]*）", "", before)  # the number before has it
    if whole := registered(before, state.context.register):
        return whole, "before"
    after = words("behind_number").sub("", ready.shown(group.end, group.right))
    before = words("stood_before").split(before)[0] or before
    if words("how_often").fullmatch(tidy(before)) and first.kind == "count":
        return _earlier(state, group), "earlier"
    if first.kind in {"rate", "level", "ratio"}:
        return _rated(state, group, tidy(before), after)
    done = re.match(r"(?:至少|最少|不少于)(?=\D{4})", ready.plain[stem : group.start])
    if done and not tidy(before):  # 每年至少引进人才10名
        return _counted(state, group, ready.plain[stem + done.end() : group.start], after, worded=False)
    return _counted(state, group, before, after, worded=stem < group.start)


def _rated(state: Sentence, group: Group, subject: str, after: str) -> tuple[str, str]:
    """What a rate or level is of: the words before, with what follows them where they do not name a measure."""
    following = tidy(after)
    if subject and not words("no_subject").fullmatch(subject):
        if following and not has_tail(subject) and not re.match(_OTHERS, after):
            return f"{subject}{following}", "around"
        return _fuller(state, group, subject)
    return (following, "after") if len(following) > 2 else (_earlier(state, group), "earlier")


def _counted(state: Sentence, group: Group, before: str, after: str, worded: bool) -> tuple[str, str]:
    """What things are counted: the words after the number, else those after the verb.

    A verb with nothing but 人数 behind it (家庭医生签约人数), or with 达到 (财政投入达到), is part of the name.
    """
    if state.where == "after" and re.match("^[^，；。]*[、和及]$", before) and group.left > 0:
        before = ""
    head, noun = _around_verb(before, trained=units.counts_visits(group.members[0].unit))
    if head and (words("how_many").fullmatch(noun) or (worded and not noun and not tidy(after))):
        return words("does_no_name").sub("", tidy(before)), "before"
    if after and not re.match("[、，和及与并或以（@·]", after):
        counted = tidy(re.split("[、]|并|和(?=[^，]{0,8}$)", after)[0]) or tidy(after)
        lead = f"{head}{noun}"
        return (lead + counted if len(lead) <= 24 else counted), "after"
    if noun:
        return head + noun, "before"
    verbs = [match.group() for _, match in matches("verbs", before)]  # 培训800人次: the verb is all the name there is
    return head or _earlier(state, group) or (verbs or [""])[-1], "earlier"


def _around_verb(before: str, trained: bool = False) -> tuple[str, str]:
    """Text before a verb of doing (who) and after it (what); ``trained``: the number is of occasions."""
    verbs = matches("verbs", before)
    found = governing(v for v in verbs if v[0].name != "does" or not words("noun_after_verb").match(before, v[1].end()))
    if found is None:
        return "", tidy(before)
    rule, best = found
    if rule.name == "has_each":
        return tidy(before[: best.end() - 1]), ""
    head = tidy(words("time_given").sub("", before[: best.start()].lstrip("@，、 ")))
    kept = words("kept_verb").match(best.group()) or (trained and words("trained_verb").match(best.group()))
    what = tidy(before[best.end() :])
    return (head if len(head) <= 24 else ""), (best.group() if kept and what else "") + what


def _fuller(state: Sentence, group: Group, name: str) -> tuple[str, str]:
    """A name of two or three signs (床位, 满意度) says too little: whose stands in the clause before.

    Where that is a goal of its own only its people hold on (肺结核患者管理率…，治愈率…), or what heads the list (护患比例：普通病房…、重症病房…).
    """
    if len(name) > 3 or name.endswith("比"):
        return name, "before"
    clause, counted = _clause_before(state, group)
    if clause and not counted:
        earlier = tidy(clause)
        apart = earlier in name or words("heads_a_list").search(earlier)
        return (name if apart else f"{earlier[-30:]}{name}"), "before"
    colon = state.ready.hidden.rfind("：", 0, group.left)
    head = re.split("[，；：]", state.ready.plain[: max(colon, 0)])[-1]
    earlier = "" if has_tail(name) else tidy(head)
    listed = "患者" in state.name or state.ready.hidden[group.left] in "、和及与"
    whole = of_same(state.name, name) if listed else name
    whole = f"{earlier}{name}" if has_tail(earlier) else whole
    return whole, "before" if whole == name else "earlier"


def _clause_before(state: Sentence, group: Group) -> tuple[str, bool]:
    """The nearest clause before that says something, and whether a number stands in it."""
    for found in reversed([*re.finditer("[^，；：]+", state.ready.hidden[: group.left])]):
        clause = state.ready.shown(*found.span())
        if len(tidy(clause)) >= 2:
            return clause, bool(re.search(r"\d|分之", found.group()))
    return "", False


def _earlier(state: Sentence, group: Group) -> str:
    """The name from the clause before, where a number stands alone in its clause."""
    clause, counted = _clause_before(state, group)
    if not clause:
        return state.name or state.context.subject
    return state.name if state.name and counted else tidy(clause)


# --- a name for each number -------------------------------------------------------------------------


def names_of(state: Sentence, group: Group, name: str, when: When) -> list[str]:
    """Parallel subjects, where the sentence has as many as numbers or one number for all."""
    count, dates, register = len(group.members), len(when.deadlines), state.context.register
    if count > dates > 1 and count % dates == 0:
        listed = subjects(name, count // dates, register)
        return listed if len(listed) == count // dates else [name] * (count // dates)
    if count > 1:
        return [name] * count if dates == count else _several(state, group, name)
    if registered(name, register):
        return [name]
    head, kind = state.ready.plain[group.left : group.start], group.members[0].kind
    if kind == "count" and re.search("各$|分别[^，、]{0,4}$", head):
        return _each(name, head)
    return _one_rate(state, name, head) if kind == "rate" else [name]


def _several(state: Sentence, group: Group, name: str) -> list[str]:
    """A、B和C分别达到…: a subject for each number, or the words as printed for all."""
    count = len(group.members)
    told = [claim.name for claim in state.claims[-count:]]
    if len(set(told)) == count and (words("said_before").fullmatch(name) or name == told[-1]):
        return told  # A达到2.9人，B达到3.5人；到2027年，分别达到3.1人和3.9人
    if acts := _acts(state.ready.plain[group.left : group.start], count):
        return acts
    source = name if re.search("[、和及与/]", name) else _clause_before(state, group)[0]
    bare = re.sub("^.*?(?:打造|建设|推进|实施)(?=.*、)", "", source)
    listed = subjects(bare, count, state.context.register)
    if len(listed) != count:
        return [name] * count
    tail = name if name != source and len(name) <= 8 and name not in source else ""
    return [item + tail for item in listed]


def _acts(head: str, count: int) -> list[str]:
    """新建、改扩建村卫生室分别为12个、30个: several things are done to one kind of things."""
    parts = [tidy(part) for part in re.split("[、和及与]", head.split("分别")[0])]
    ends = [max((m.end() for _, m in matches("verbs", p) if m.start() == 0), default=0) for p in parts]
    alone = all(end == len(part) for part, end in zip(parts[:-1], ends, strict=False))
    thing = parts[-1][ends[-1] :]
    done = len(parts) == count and all(ends) and alone and thing
    return [part + thing for part in parts[:-1]] + parts[-1:] if done else []


def _each(name: str, head: str) -> list[str]:
    """A、B各建成2个: the number holds for each of the subjects."""
    who = head if "分别" in head else name
    listed = re.split("分别|每年", who)[0]
    parts = [tidy(part) for part in re.split("[、和及]", listed) if tidy(part)]
    rest = tidy(name.removeprefix(tidy(listed))) if who is head else ""
    return [part + rest[-16:] for part in parts] if len(parts) > 1 else [name]


def _one_rate(state: Sentence, name: str, head: str) -> list[str]:
    """A率、B率均达到90%: one rate for several named groups; 次均门诊费用、次均住院费用增幅均…: growths both."""
    listed = paired_subjects(name) or rated_subjects(name)
    parts = name.split("、")
    each = re.search("(?:均|都|各)(?:[^，]{0,6})$", head)
    if len(listed) == 1 and each and len(parts) > 1 and has_tail(parts[-1]):
        listed = subjects(name, len(parts), state.context.register)
    last = words("growth_of_years").search(listed[-1]) if len(listed) > 1 else None
    return [n if not last or comparators.names_growth(n) else f"{n}{last.group()}" for n in listed]


# --- of which group, of all or of those added, per how many, how many of several ------------------------

_ADDED = re.compile("|".join(row["word"] for row in vocabulary.rows("additions")))


def owner(state: Sentence, group: Group, before: Said | None, name: str, where: str) -> tuple[str, str, str]:
    """Name and group of what a number is of, and where the name was found."""
    head = state.ready.hidden[group.left : group.start]
    name = _of_several(state, group) or _of_all(state, group, name, where)
    name, whose = _thereof(state, head, words("started").sub("", name) or name)
    where = "earlier" if whose and name == groups.without(state.name, whose) else where
    name = _with_base(state, group, before, name)
    bracket = words("whose_bracket").match(state.ready.plain, group.end)
    return f"{name}（{bracket[1]}）" if bracket and name else name, whose, where


def _thereof(state: Sentence, head: str, name: str) -> tuple[str, str]:
    """居民健康档案建档率90%，其中老年人建档率95%: a group of the measure before, whose last words alone are repeated.

    市级及以上临床重点专科12个，其中国家级1个: those of another rank, of the same kind.
    """
    rank = words("rank_of_area")
    if "其中" in head and rank.fullmatch(name) and (ranked := rank.match(state.name)):
        return f"{name}{state.name[ranked.end() :]}", ""
    ways = groups.split(name) if "其中" in head else ()
    short = (way for way in ways if way.sure or "age" in groups.dimensions(way.group))
    found = next((w for w in short if state.name.endswith(w.name) and state.name != w.name), None)
    return (state.name, found.group) if found else _of_group(state, name)


def _of_group(state: Sentence, name: str) -> tuple[str, str]:
    """男性人均预期寿命78岁，女性82岁; 健康管理率72%，其中乡镇65%: another group, of what the number before is of."""
    if group := (groups.read(name) if state.name else ""):
        return groups.without(state.name, group), group
    behind = words("group_behind").search(name)
    rest = re.sub("(?:控制|保持|稳定)在$", "", name[: behind.start()]) if behind else ""
    if behind and has_tail(rest) and (group := groups.read(behind.group())):
        return groups.without(rest, group), group
    return name, ""


def _of_several(state: Sentence, group: Group) -> str:
    """5支卫生应急队伍中至少3支达到国家标准: how many of them are meant, not that number of them."""
    plain, hidden, first = state.ready.plain, state.ready.hidden, group.members[0]
    found = words("of_several").search(plain[clause_start(hidden, group.start) : group.start])
    if found is None or first.kind != "count" or found["unit"] != first.unit:
        return ""
    behind = re.sub("^(?:以上|及以上)?的?", "", plain[first.end : clause_end(hidden, first.end)])
    return f"{found['what']}{behind}" if len(behind) > 1 else ""


def addition_before(state: Sentence, group: Group) -> Claim | None:
    """The claim before, where it adds things of the same unit and this number's own words add none."""
    last = state.claims[-1] if state.claims else None
    if last is None or last.comparator != comparators.INCREASE_BY or last.unit != group.members[0].unit:
        return None
    own = comparators.before(state.ready.hidden[group.left : group.start])
    return None if own is not None and own.gives in comparators.CHANGES else last


def _of_all(state: Sentence, group: Group, name: str, where: str) -> str:
    """新增托位600个，累计达到2400个: the second number is of all the places, not of the new ones."""
    if words("total_of_all").fullmatch(name) and state.name and not has_tail(state.name):
        return f"{_ADDED.sub('', state.name, 1)}{name}"
    last = addition_before(state, group) if where == "earlier" else None
    head = state.ready.hidden[group.left : group.start]
    told = comparators.before(head) or words("running_total").search(head)
    return _ADDED.sub("", last.name, 1) if last and told else name


def _with_base(state: Sentence, group: Group, before: Said | None, name: str) -> str:
    """每千人口医师3.6人、护士4.2人: the base holds for what follows in the list.

    So it does for 床位7.5张、医师3.4人: nobody plans for 3.4 people.
    """
    pre = state.ready.hidden[group.left : group.start]
    first = group.members[0]
    if not state.claims or not first.unit or "每" in pre or base_in_name(name):
        return name
    last, counts = state.claims[-1], first.kind == "count"
    base = words("each_base").match(last.name)
    parts = counts and "." in state.ready.hidden[first.start : first.end] and first.value < 100
    bare = before is None and counts and state.verb is None
    listed = last.unit.split("/")[0] == first.unit and (bare or re.match("[、和及]", pre))
    return f"{base.group()}{name}" if base and (parts or listed) else name
