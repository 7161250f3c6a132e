"""What the words around a number say besides: every year, each one, how firmly, on whom it is held against."""

import re
from dataclasses import replace

from healthplan.language import comparators, vocabulary
from healthplan.language.characters import clause_end, clause_start
from healthplan.planreader import kinds, start
from healthplan.planreader.sentence import Claim, Prepared, Sentence, wording_of


def undated(state: Sentence, at: int) -> bool:
    """Whether only the title says that this is a goal: no heading, and no date before it."""
    dated = any(date.kind == "goal" and date.start < at for date in state.ready.dates)
    return state.context.section == "unheaded" and not (dated or state.context.deadlines)


def told(ready: Prepared, at: int, claim: Claim) -> Claim:
    """What the words around a number say besides: how firmly it is meant, and from when or whom it is measured."""
    begin = clause_start(ready.hidden, at)
    clause = ready.plain[begin : clause_end(ready.hidden, at)]
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
        wording=wording_of(clause, opening, at - begin),
        nature=_nature(ready.plain, at),
        baseline_year=start.year(ready, at, claim, per),
        reference=claim.reference or (_whose(clause) if relative else ""),
    )


_TOGETHER = re.compile("(?:合计|总计|累计|总共)$")
_YEARLY_GROWTH = re.compile(f"(?<=[数量额入])(?:年均|年平均)(?:递增率|{vocabulary.alternatives()['growth']})$")
"""医师数年均增长率不低于5% is said of the growth of 医师数."""


def _vague(claim: Claim) -> Claim:
    """主要健康指标优于全市平均水平 is said of many measures; 达标情况明显改善 of none that is measured."""
    said = {"指标": "several_measures", "情况": "which_series"}.get(claim.name[-2:])
    return claim if said is None else claim.doubted(said)


def _nature(plain: str, at: int) -> str:
    """约束性 or 预期性 in a bracket behind a number: that number's alone."""
    found = re.match(r"[^，。；、（]*（(约束性|预期性)(?:指标)?）", plain[at:])
    return found[1] if found else ""


def _whose(clause: str) -> str:
    """全省, 全国: whose average a goal is held against, as printed."""
    found = re.search(f"{vocabulary.alternatives()['areas']}|省|市", clause)
    return found.group() if found else ""
