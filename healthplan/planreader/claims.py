"""From one sentence to the goals and the past figures it states."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from healthplan.planreader.dates import Mention, Period
from healthplan.planreader.groups import (
    Comparison,
    Group,
    compare_after,
    compare_before,
    make_groups,
    with_shared_units,
)
from healthplan.planreader.hide import Prepared, prepare
from healthplan.planreader.naming import TAIL, paired_subjects, rated_subjects, subjects, tidy
from healthplan.planreader.quantities import Quantity, find_quantities
from healthplan.planreader.rules import Rule, first, rules
from healthplan.planreader.wholes import find_wholes

LOW = 0.5
"""Claims below this confidence are not proposed."""


@dataclass(frozen=True)
class Context:
    """What a sentence inherits: the plan's years, its section, a date that still holds."""

    period: Period
    section: str = ""
    deadlines: tuple[str, ...] = ()
    subject: str = ""


@dataclass(frozen=True)
class Claim:
    """One number with its meaning. `fact` claims are offered as baselines, never as goals."""

    name: str
    comparator: str
    value: float | None
    high: float | None
    unit: str
    deadline: str
    evidence: str
    confidence: float
    why: tuple[str, ...] = ()
    baseline: str = ""
    scope: str = ""
    fact: bool = False
    year: str = ""


@dataclass
class _Sentence:
    """A prepared sentence while it is read."""

    ready: Prepared
    context: Context
    verb: Rule | None = None
    verb_at: int = -1
    name: str = ""
    where: str = ""
    claims: list[Claim] = field(default_factory=list)


def read_sentence(plain: str, context: Context) -> list[Claim]:
    """All claims of one normalised sentence, goals and facts, in order."""
    ready = prepare(plain, context.period)
    state = _Sentence(ready, context)
    wholes = find_wholes(ready.hidden)
    taken = [(w.start, w.end) for w in wholes]
    numbers = [
        q
        for q in find_quantities(ready.hidden)
        if all(q.end <= a or q.start >= b for a, b in taken)
    ]
    years = max((len(d.deadlines) for d in ready.dates if d.kind == "goal"), default=1)
    years = max(years, len(context.deadlines))
    quantities = _without_starts(ready.hidden, numbers)
    for group in make_groups(ready.hidden, with_shared_units(ready.hidden, quantities), years):
        _read_group(state, group)
    for whole in wholes:
        state.claims += whole.claims(state.ready, _when(state, whole.start), context)
    return state.claims


_TO = re.compile(
    r"^[^，。；]{0,12}?(?:提高|提升|上升|增加|增长|扩大|下降|降低|降|减少|缩短|缩小|压缩|增|升|变|调整)(?:到|至|为)"
)
_BASE = re.compile(r"^(?:以上)?(?:的)?(?:基础|水平|基数)上?")


def _without_starts(hidden: str, numbers: list[Quantity]) -> list[Quantity]:
    """Drop the first number of 由X提高到Y and of 在X的基础上: it is where things stood."""
    kept = []
    for n, quantity in enumerate(numbers):
        rest = hidden[quantity.end :]
        following = numbers[n + 1] if n + 1 < len(numbers) else None
        head = re.split("[，。；]", hidden[: quantity.start])[-1]
        moves = following is not None and _TO.match(hidden[quantity.end : following.start])
        if _BASE.match(rest) or (moves and re.search("[由从]", head)):
            continue
        kept.append(quantity)
    return kept


# --- when -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class When:
    """The date that governs a place: deadlines, whether it is past, how it was found."""

    deadlines: tuple[str, ...]
    past: bool
    how: str
    year: str = ""


def _when(state: _Sentence, at: int) -> When:
    """The last date before a number governs it; else what the passage carries; else the plan."""
    dates = state.ready.dates
    governing = [d for d in dates if d.end <= at and d.kind in {"goal", "past"}]
    if governing:
        return _by_date(state, governing, at)
    stop = min((i for i in (state.ready.hidden.find(s, at) for s in "，。；") if i >= 0), default=10**6)
    later = [d for d in dates if d.start >= at and d.kind == "goal" and d.start < stop]
    if later and re.search(r"\d", state.ready.hidden[later[0].end : stop].replace("@", "")):
        later = []
    fact = _marked_as_fact(state, at, 0)
    if later and not fact:
        return When(later[0].deadlines, False, "later_date")
    if state.context.deadlines:
        return When(state.context.deadlines, fact, "carried_date")
    measured = any(d.kind == "base" and d.rule in _REPORTED or d.kind == "past" for d in dates)
    fact = fact or (measured and not re.search("力争|确保|争取|目标|要", state.ready.hidden))
    outside = state.context.section in {"facts", "preamble", "none", "advice"}
    default = (state.context.period.default,) if state.context.period.default else ()
    return When(default, fact or outside, "plan_year" if default else "no_date")


_REPORTED = {"compared_with", "from_year"}
"""Comparisons with an earlier year: without a date ahead they report what was reached."""


def _by_date(state: _Sentence, governing: list[Mention], at: int) -> When:
    last = governing[-1]
    if last.kind == "past":
        between = state.ready.hidden[last.end : at]
        goal = [d for d in governing if d.kind == "goal"]
        if goal and "；" not in between and len(between) < 12 and "基础" in between:
            last = goal[-1]
        else:
            return When(last.deadlines, True, "past_date", str(last.year))
    clause = re.split("[，；：]", state.ready.hidden[last.end : at])[-1]
    if "每年" in clause and not last.opens_goals and "；" in state.ready.hidden[last.end : at]:
        return When((), _marked_as_fact(state, at, last.end), "no_date")
    return When(last.deadlines, _marked_as_fact(state, at, last.end, last), "date")


def _marked_as_fact(state: _Sentence, at: int, since: int, date: Mention | None = None) -> bool:
    """Does a word of the past stand with this number (after the date that governs it)?"""
    hidden = state.ready.hidden
    limb = max(hidden.rfind("；", 0, at) + 1, since)
    clause = max((hidden.rfind(sign, 0, at) + 1 for sign in "，；："), default=0)
    clause = max(clause, since)
    right = min((i for i in (hidden.find(sign, at) for sign in "，；。") if i >= 0), default=len(hidden))
    texts = {"clause": hidden[clause:right], "limb": hidden[limb:right], "sentence": hidden}
    strong = date is not None and date.opens_goals
    for rule in rules("facts"):
        scope = str(rule.fields["scope"])
        if strong and rule.name != "design":
            scope = "clause" if scope == "clause" else ""
        if scope and rule.pattern.search(texts[scope]):
            return True
    return False


# --- one group --------------------------------------------------------------------------------


def _read_group(state: _Sentence, group: Group) -> None:
    hidden = state.ready.hidden
    pre, post = hidden[group.left : group.start], hidden[group.end : group.right]
    when = _when(state, group.start)
    before = compare_before(pre)
    keep = before is None or before.word == "share_of"
    stem = group.left + (len(pre) if keep or before is None else before.start)
    _note_verb(state, group)
    name, where = _name(state, group, stem, post)
    names = _names(state, group, name, when, before)
    links = [hidden[a.end : b.start] for a, b in pairwise(group.members)]
    for n, (quantity, label, deadline) in enumerate(_spread(group, names, when, links)):
        comparison = _comparison(quantity, before, hidden[quantity.end : group.right], group, n)
        claim = _claim(state, group, quantity, label, deadline, comparison, when, where)
        if claim is not None:
            state.claims.append(claim)
            state.name, state.where = claim.name, where


def _note_verb(state: _Sentence, group: Group) -> None:
    """The verb of doing nearest before the number; it holds for the rest of the limb."""
    hidden = state.ready.hidden
    if state.verb is not None and "；" in hidden[state.verb_at : group.start]:
        state.verb = None
    best = -1
    moved = re.search("[将把][^，；。]*$", hidden[group.left : group.start])
    end = group.right if moved else group.start
    for rule in rules("verbs"):
        for match in rule.pattern.finditer(hidden, group.left, end):
            if match.end() > best:
                best, state.verb, state.verb_at = match.end(), rule, match.start()


def _name(state: _Sentence, group: Group, stem: int, post: str) -> tuple[str, str]:
    """The words for what is counted, and where they were found (before, after, earlier)."""
    plain = state.ready.plain
    pre = state.ready.hidden[group.left : stem]
    before = _mask_dates(plain[group.left : stem], pre)
    after = re.sub(
        r"^(?:及|或)?(?:以上|以下|以内|左右|之内)?的?", "", _mask_dates(plain[group.end : group.right], post)
    )
    before = re.split(r"[由从](?=@|\d|#)", before)[0] or before
    subject = tidy(before)
    rate = group.members[0].kind in {"rate", "level", "ratio"}
    if rate:
        if subject and not re.fullmatch(r"(?:有|占|以|按|按照|分|在|使)", subject):
            if tidy(after) and not TAIL.search(subject) and not re.match("[、，和及与并]", after):
                return f"{subject}{tidy(after)}", "around"
            return _fuller(state, group, subject), "before"
        if tidy(after) and len(tidy(after)) > 2:
            return tidy(after), "after"
        return _earlier(state, group), "earlier"
    if state.where == "after" and re.match("^[^，；。]*[、和及]$", before) and group.left > 0:
        before = ""
    head, noun = _around_verb(before)
    if after and not re.match("[、，和及与并或以（@·]", after):
        counted = tidy(re.split("[、]|并|和(?=[^，]{0,8}$)", after)[0]) or tidy(after)
        lead = f"{head}{noun}"
        return (lead + counted if len(lead) <= 24 else counted), "after"
    if noun:
        return head + noun, "before"
    return (head or _earlier(state, group) or _verb_word(before)), "earlier"


def _mask_dates(plain: str, hidden: str) -> str:
    return "".join("@" if h == "@" else p for p, h in zip(plain, hidden, strict=False))


def _around_verb(before: str) -> tuple[str, str]:
    """Text before a verb of doing (who) and after it (what)."""
    best: re.Match[str] | None = None
    for rule in rules("verbs"):
        for match in rule.pattern.finditer(before):
            if best is None or match.end() > best.end():
                best = match
    if best is None:
        return "", tidy(before)
    word = best.group() if best.group().startswith("新增") else ""
    what = tidy(before[best.end() :])
    head = tidy(before[: best.start()])
    return (head if len(head) <= 24 else ""), (word + what if what else "")


def _verb_word(before: str) -> str:
    """培训800人次: the verb is all the name there is."""
    found = [m.group() for rule in rules("verbs") for m in rule.pattern.finditer(before)]
    return found[-1] if found else ""


def _fuller(state: _Sentence, group: Group, name: str) -> str:
    """A name of two or three signs (床位, 满意度) says too little: whose stands in the clause before."""
    if len(name) > 3:
        return name
    earlier = _earlier(state, group)
    return f"{earlier[-20:]}{name}" if earlier and earlier not in name else name


def _clause_before(state: _Sentence, group: Group) -> str:
    """The nearest clause before that says something."""
    plain = state.ready.plain
    text = _mask_dates(plain[: group.left], state.ready.hidden[: group.left])
    return next((c for c in reversed(re.split("[，；：]", text)) if len(tidy(c)) >= 2), "")


def _earlier(state: _Sentence, group: Group) -> str:
    """The name from the clause before, where a number stands alone in its clause."""
    clause = _clause_before(state, group)
    if not clause:
        return state.name or state.context.subject
    return state.name if state.name and re.search(r"\d", clause) else tidy(clause)


def _names(
    state: _Sentence, group: Group, name: str, when: When, before: Comparison | None
) -> list[str]:
    """Parallel subjects, where the sentence has as many as numbers or one number for all."""
    count = len(group.members)
    dates = len(when.deadlines)
    if dates > 1 and count > dates and count % dates == 0:
        listed = subjects(name, count // dates)
        return listed if len(listed) == count // dates else [name] * (count // dates)
    head = state.ready.plain[group.left : group.start]
    if count > 1:
        if len(when.deadlines) == count:
            return [name] * count
        source = name if re.search("[、和及与/]", name) else _clause_before(state, group)
        listed = subjects(re.sub("^.*?(?:打造|建设|推进|实施)(?=.*、)", "", source), count)
        if len(listed) == count:
            tail = name if name != source and len(name) <= 8 and source != name else ""
            return [item + tail for item in listed] if tail and tail not in source else listed
        return [name] * count
    if group.members[0].kind == "count" and re.search("各$|分别[^，、]{0,4}$", head):
        who = head if re.search("分别", head) else name
        parts = [tidy(part) for part in re.split("[、]|和|及", re.split("分别|每年", who)[0]) if tidy(part)]
        prefix = tidy(re.split("分别|每年", who)[0])
        rest = tidy(name.removeprefix(prefix)) if who is head else ""
        return [part + rest[-16:] for part in parts] if len(parts) > 1 else [name]
    if group.members[0].kind == "rate":
        listed = paired_subjects(name) or rated_subjects(name)
        if len(listed) == 1 and re.search("(?:均|都|各)(?:[^，]{0,6})$", head):
            parts = re.split("[、]", name)
            if len(parts) > 1 and TAIL.search(parts[-1]):
                listed = subjects(name, len(parts))
        return listed
    return [name]


def _spread(
    group: Group, names: list[str], when: When, links: list[str]
) -> list[tuple[Quantity, str, str]]:
    """Pair numbers, names and dates. With several of both, 和 parts the dates (a、b和c、d)."""
    members, dates = group.members, when.deadlines or ("",)
    if len(members) == 1:
        return [(members[0], name, date) for name in names for date in dates]
    if len(dates) == len(members):
        return [(q, n, d) for q, n, d in zip(members, names, dates, strict=True)]
    if len(dates) > 1 and len(members) % len(dates) == 0:
        size = len(members) // len(dates)
        cuts = [n for n, link in enumerate(links, 1) if re.search("[和及与]", link.replace("及以", ""))]
        if cuts == list(range(size, len(members), size)):
            return [(q, names[i % size], dates[i // size]) for i, q in enumerate(members)]
        return [(q, names[i // len(dates)], dates[i % len(dates)]) for i, q in enumerate(members)]
    return [(q, n, dates[-1]) for q, n in zip(members, names, strict=True)]


def _comparison(
    quantity: Quantity, before: Comparison | None, post: str, group: Group, n: int
) -> Comparison | None:
    """Floor, ceiling or change: what follows wins, unless what precedes is a change."""
    after = compare_after(post)
    if quantity.signed:
        return Comparison(_signs(quantity.signed), 1, "sign")
    if before is not None and before.comparator == "increase_by":
        return before
    if after is not None and not (
        before is not None and before.comparator in {">", "<"} and after.comparator == "="
    ):
        return after
    del n
    return before


def _signs(sign: str) -> str:
    return {"≥": ">=", "≤": "<="}.get(sign, sign)


# --- is it a goal? ----------------------------------------------------------------------------

_CHANGE_IN_NAME = re.compile("(?:增幅|增速|增长率|增长幅度|增长速度|涨幅|上涨幅度|增长)$")
_PER = re.compile(r"每(百|千|万|十万|百万|10万|1000|10000|1万|百张|千张)(?:名|张|位)?(张?床|儿童|孕|老年)?")


def _claim(
    state: _Sentence,
    group: Group,
    quantity: Quantity,
    name: str,
    deadline: str,
    comparison: Comparison | None,
    when: When,
    where: str,
) -> Claim | None:
    confidence, reasons = _weigh(state, group, quantity, name, comparison, when, where)
    if confidence is None:
        return None
    near = state.verb is not None and (state.verb_at >= group.left or comparison is None)
    comparator, value = _decide(quantity, name, comparison, state.verb if near else None)
    low, high = value, quantity.high
    counted = comparator == "increase_by" and quantity.kind == "count"
    if high is not None and (comparator in {">=", "=", "<="} or counted):
        comparator = "range"
    claim = Claim(
        name=name,
        comparator=comparator,
        value=low,
        high=high,
        unit=unit_with_base(quantity.unit, name),
        deadline=deadline,
        evidence=_evidence(state.ready.plain, group),
        confidence=confidence,
        why=reasons,
        fact=when.past,
        year=when.year,
    )
    return replace(claim, scope=scope_of(name))


def _decide(
    quantity: Quantity, name: str, comparison: Comparison | None, verb: Rule | None
) -> tuple[str, float]:
    """Comparator and signed value."""
    given = comparison.comparator if comparison else ""
    if quantity.kind == "ratio" and first("served", name) is not None:
        return (">=" if given in {"reach", ""} else given), round(1 / quantity.value, 6)
    less = first("less_is_better", name) is not None
    if given == "increase_by":
        assert comparison is not None
        percent = quantity.unit == "%"
        return ("increase_by_pct" if percent else "increase_by"), comparison.sign * quantity.value
    if given != "=" and quantity.unit == "%" and _CHANGE_IN_NAME.search(name):
        if given in {"<=", "<"} or less:
            return "growth_max", quantity.value
        return "increase_by_pct", quantity.value
    adds = verb is not None and verb.gives == "increase_by" and not _PER.search(name)
    if quantity.kind == "count" and adds and given in {"", ">=", "reach", "="}:
        return "increase_by", quantity.value
    if given in {"reach", ""}:
        return ("<=" if less else ">="), quantity.value
    return given, quantity.value


def _weigh(
    state: _Sentence,
    group: Group,
    quantity: Quantity,
    name: str,
    comparison: Comparison | None,
    when: When,
    where: str,
) -> tuple[float | None, tuple[str, ...]]:
    """Confidence that this is a goal, with the reasons for doubt; None: certainly none."""
    reasons: list[str] = []
    score = 0.35
    word = comparison.word if comparison else ""
    per = bool(_PER.search(name))
    rated = quantity.kind in {"rate", "ratio"} or per
    tail = bool(TAIL.search(name))
    if word:
        score += 0.25
    if rated and (tail or where in {"after", "around"}):
        score += 0.25
    elif rated and word:
        score += 0.1
    if quantity.kind in {"count", "bare"} and not per:
        if state.verb is not None and quantity.kind == "count":
            score += 0.3
        elif word and len(name) > 2 and quantity.kind == "count":
            score += 0.15 if tail else 0.05
        elif not (tail and word):
            return None, ()
    if quantity.kind == "level" and not word:
        return None, ()
    if quantity.kind == "bare" and not (word and (tail or per)):
        return None, ()
    if quantity.chinese and quantity.kind == "count":
        if not _chinese_counts(state, group, word):
            return None, ()
        score -= 0.1
        reasons.append("chinese_numeral")
    if when.how in {"date", "carried_date"}:
        score += 0.15
    elif when.how == "plan_year":
        score += 0.1
    elif when.how == "later_date":
        reasons.append("later_date")
    else:
        reasons.append("no_date")
    if not name or len(name) < 2:
        score -= 0.3
        reasons.append("no_name")
    if where == "earlier":
        score -= 0.05
        reasons.append("name_from_before")
    if not word and quantity.kind != "count":
        reasons.append("no_comparison")
    if state.context.section in {"thought", "none", "advice"} and when.how != "date":
        score -= 0.3
        reasons.append("section")
    return (round(min(score, 0.99), 2), tuple(reasons)) if score >= LOW else (None, ())


def _chinese_counts(state: _Sentence, group: Group, word: str) -> bool:
    """A Chinese numeral counts as a goal only where the words around it count things."""
    quantity = group.members[0]
    head = state.ready.hidden[group.left : quantity.start]
    if word in {"no_less_than", "no_more_than", "at_least_after"}:
        return True
    if state.verb is None:
        return False
    if quantity.unit in {"项", "条", "次"} and not re.search("每年|分别|各", head):
        return False
    if quantity.value == 1 and quantity.high is None:
        return bool(re.search("每(?:年|个|县|市|省|镇|乡|村|家|所|名)|各(?:县|区|市|镇|乡)|分别", head))
    return True


def unit_with_base(unit: str, name: str) -> str:
    """The unit, with its base where the name has one: 人/千人, 人/百张床."""
    match = _PER.search(name) or _PER.search(f"每{name}" if re.match("[千万]人", name) else "")
    if not match or unit in {"%", "‰", "1/10万", "个百分点"}:
        return unit
    base = match[1].replace("10000", "万").replace("1000", "千").replace("10万", "十万").replace("1万", "万")
    bed = match[2] or ""
    thing = "张床" if "床" in bed or base.endswith("张") else "人"
    return f"{unit or '人'}/{base.removesuffix('张')}{thing}"


def _evidence(plain: str, group: Group) -> str:
    """The exact clause."""
    start = max((plain.rfind(sign, 0, group.left) + 1 for sign in "。；"), default=0)
    stop = min((i for i in (plain.find(sign, group.end) for sign in "，；。") if i >= 0), default=len(plain))
    return plain[start:stop].strip("，；。 ")


_SCOPE = re.compile(
    r"(全国|全省|全市|全区|全县|全州|各(?:省|市|县|区|地)\S{0,4}?|每个?(?:省|市|县|区|乡镇|街道|社区|村)(?:（\S+?）)?|"
    r"(?:二级|三级)(?:及|或)?以上(?:公立)?\S{0,4}?(?:医院|医疗机构|医疗卫生机构)|县级\S{0,6}?医院|基层医疗卫生机构|乡镇卫生院|村卫生室|"
    r"社区卫生服务(?:中心|站|机构)|公立医院|城市|农村)"
)


def scope_of(name: str) -> str:
    """Where or to whom a goal applies, as far as its name says so."""
    found = _SCOPE.findall(name)
    return ";".join(dict.fromkeys(found))
