"""Short names out of clauses."""

import re
from functools import lru_cache

from healthplan.language import characters, comparators, vocabulary
from healthplan.language.characters import normal
from healthplan.language.names import Register
from healthplan.planreader.rules import rules, words

_AND = re.compile("和|及|与")
_ILLNESS = re.compile("|".join(row["pattern"] for row in vocabulary.rows("illnesses")))


def printed(plain: str, register: Register | None) -> list[tuple[int, int]]:
    """Where registered names stand in which a rule would see a number, a stop or a word of its own.

    65岁及以上…, Beds, all, 门诊次均费用增长幅度 are names and nothing else; 中医馆全覆盖 is one where a number follows.
    """
    if register is None:
        return []
    signs = [(sign, at) for at, c in enumerate(plain) for sign in characters.key(c)]  # the folded spelling, with places
    text = "".join(sign for sign, _ in signs)
    found: list[tuple[int, int]] = []
    for name, whole in _odd(tuple(register.indicators)):
        at = text.find(name)
        while at >= 0:
            start, end = signs[at][1], signs[at + len(name) - 1][1] + 1
            free = all(end <= a or b <= start for a, b in found)
            if free and (not whole or re.match(r"[^，；。]*\d", plain[end:])):
                found.append((start, end))
            at = text.find(name, at + 1)
    return found


@lru_cache(8)
def _odd(names: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    """Names that are more than plain words, the longest first; whether a goal in words stands in them."""
    told = [rule.pattern for rule in rules("wholes")]
    said = [re.compile(comparators.any_word(place)) for place in ("before", "after")]
    said += [rule.pattern for rule in rules("facts")]

    def within(patterns: list[re.Pattern[str]], name: str) -> bool:
        tried = (pattern.search(normal(f"{name}达到90%")) for pattern in patterns)
        return any(found and found.start() < len(name) for found in tried)

    wholes = ((name, within(told, name)) for name in sorted(names, key=len, reverse=True))
    return tuple((n, whole) for n, whole in wholes if whole or words("signs_of_rules").search(n) or within(said, n))


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
