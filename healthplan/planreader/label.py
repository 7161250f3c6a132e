"""What is counted or measured: the words before, after or in front of a number."""

from __future__ import annotations

import re

from healthplan.planreader.claim import Sentence
from healthplan.planreader.groups import Comparison, Group
from healthplan.planreader.naming import has_tail, paired_subjects, rated_subjects, subjects, tidy
from healthplan.planreader.rules import rules
from healthplan.planreader.when import When


def name_of(state: Sentence, group: Group, stem: int, post: str) -> tuple[str, str]:
    """The words for what is counted, and where they were found (before, after, earlier)."""
    plain = state.ready.plain
    pre = state.ready.hidden[group.left : stem]
    before = _mask_dates(plain[group.left : stem], pre)
    after = re.sub(
        r"^(?:及|或)?(?:以上|以下|以内|左右|之内)?的?",
        "",
        _mask_dates(plain[group.end : group.right], post),
    )
    before = re.split(r"[由从](?=@|\d|#)", before)[0] or before
    subject = tidy(before)
    rate = group.members[0].kind in {"rate", "level", "ratio"}
    if rate:
        if subject and not re.fullmatch(r"(?:有|占|以|按|按照|分|在|使)", subject):
            if tidy(after) and not has_tail(subject) and not re.match("[、，和及与并]", after):
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
    kind = ""
    for rule in rules("verbs"):
        for match in rule.pattern.finditer(before):
            if best is None or match.end() > best.end():
                best, kind = match, rule.name
    if best is None:
        return "", tidy(before)
    if kind == "has_each":
        return tidy(before[: best.end() - 1]), ""
    word = best.group() if best.group().startswith("新增") else ""
    what = tidy(before[best.end() :])
    head = tidy(before[: best.start()])
    return (head if len(head) <= 24 else ""), (word + what if what else "")


def _verb_word(before: str) -> str:
    """培训800人次: the verb is all the name there is."""
    found = [m.group() for rule in rules("verbs") for m in rule.pattern.finditer(before)]
    return found[-1] if found else ""


def _fuller(state: Sentence, group: Group, name: str) -> str:
    """A name of two or three signs (床位, 满意度) says too little: whose stands in the clause before."""
    if len(name) > 3 or name.endswith("比"):
        return name
    earlier = _earlier(state, group)
    return f"{earlier[-20:]}{name}" if earlier and earlier not in name else name


def _clause_before(state: Sentence, group: Group) -> str:
    """The nearest clause before that says something."""
    plain = state.ready.plain
    text = _mask_dates(plain[: group.left], state.ready.hidden[: group.left])
    return next((c for c in reversed(re.split("[，；：]", text)) if len(tidy(c)) >= 2), "")


def _earlier(state: Sentence, group: Group) -> str:
    """The name from the clause before, where a number stands alone in its clause."""
    clause = _clause_before(state, group)
    if not clause:
        return state.name or state.context.subject
    return state.name if state.name and re.search(r"\d", clause) else tidy(clause)


def names_of(
    state: Sentence, group: Group, name: str, when: When, before: Comparison | None
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
        parts = [
            tidy(part)
            for part in re.split("[、]|和|及", re.split("分别|每年", who)[0])
            if tidy(part)
        ]
        prefix = tidy(re.split("分别|每年", who)[0])
        rest = tidy(name.removeprefix(prefix)) if who is head else ""
        return [part + rest[-16:] for part in parts] if len(parts) > 1 else [name]
    if group.members[0].kind == "rate":
        listed = paired_subjects(name) or rated_subjects(name)
        if len(listed) == 1 and re.search("(?:均|都|各)(?:[^，]{0,6})$", head):
            parts = re.split("[、]", name)
            if len(parts) > 1 and has_tail(parts[-1]):
                listed = subjects(name, len(parts))
        return listed
    return [name]
