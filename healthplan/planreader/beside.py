"""Goals beside each other in a sentence: two conditions of one, the same said twice, a goal for each date."""

import re
from dataclasses import replace
from itertools import pairwise

from healthplan.language import comparators
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import core
from healthplan.planreader import kinds
from healthplan.planreader.in_words import Whole
from healthplan.planreader.sentence import Claim, Prepared, wording_of

Placed = list[tuple[int, Claim]]  # goals by where they stand in the sentence


def with_words(ready: Prepared, placed: Placed, whole: Whole, claims: list[Claim]) -> Placed:
    """The goals so far and those of an expression (全覆盖), of one measure where they stand side by side."""
    counted = [claim for _, claim in placed]
    found = [_of_stated(claim, counted, r"\d") for claim in claims]
    words = re.escape(ready.plain[whole.start : whole.end])
    placed = [(at, _of_stated(claim, found, words)) for at, claim in placed]
    new = [c for c in found if not _told_in_figures(ready.hidden, whole, c, placed)]
    return placed + [(whole.start, claim) for claim in new]


def _told_in_figures(hidden: str, whole: Whole, claim: Claim, placed: Placed) -> bool:
    """全覆盖和覆盖率100%: the figure in the same clause says it already."""
    left, right = clause_start(hidden, whole.start), clause_end(hidden, whole.end)
    beside = (other for at, other in placed if left <= at < right)
    return any((c.value, c.deadline) == (claim.value, claim.deadline) for c in beside)


def _of_stated(claim: Claim, stated: list[Claim], words: str) -> Claim:
    """达到65%以上，且不低于全市平均水平: a goal beside another, whose ``words`` are in its name, is of the same."""
    of = (
        c
        for c in stated
        if c.name and (re.match(f"{re.escape(c.name)}.*{words}", claim.name) or _again(c.name, claim.name))
    )
    before = next(of, None)
    return replace(claim, name=before.name, group=before.group) if before else claim


def _again(name: str, end: str) -> bool:
    """80%以上的村卫生室达到基本标准，…全部达到基本标准: the last words alone are said again."""
    return len(end) >= 3 and name != end and name.endswith(end)


def by_each_date(ready: Prepared, at: int, claim: Claim) -> list[Claim]:
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


def _without_said(placed: Placed) -> Placed:
    """持续下降，降至9/10万以下: the number says where the trend is to lead."""
    numbered = {core(claim.name) for _, claim in placed if claim.value is not None}
    said = (c.comparator == comparators.TREND and core(c.name) in numbered for _, c in placed)
    return [one for one, again in zip(placed, said, strict=True) if not again]


_AND = re.compile(
    "[^，；。]*?[，；]?(?:并且|且(?!末)|并同时|并(?=不[低高少大小超])|同时(?=不?[低高优好]于))(?P<none>无|没有|未发生|不发生)?"
)


def joined(ready: Prepared, placed: Placed) -> Placed:
    """90%以上，且无暴发疫情; 50%以下或每年下降1个百分点: conditions of one goal share a mark."""
    out = sorted(_without_said(placed), key=lambda item: item[0])
    for n, ((at, one), (then, other)) in enumerate(pairwise(list(out))):
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
