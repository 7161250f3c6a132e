"""Goals whose number is in the words: full coverage, zero events, an average as the mark."""

import re
from dataclasses import dataclass

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import Register
from healthplan.language.numbers import Quantity, chinese, find_quantities
from healthplan.planreader import kinds
from healthplan.planreader.naming import rated_subjects, tidy
from healthplan.planreader.rules import Rule, matches, spans
from healthplan.planreader.sentence import Claim, Context, Prepared, When, scope_of

_BEYOND = re.compile(r"(?:水平)?(?:的)?(?:高出?|低)?(?=\d)")  # 高于全省平均水平0.5岁
_NEARLY = re.compile(
    "(?:基本上?(?=实现|达到|做到|完成|形成|全)|接近|大致|初步)[^，。；：、]{0,20}(?:全面?覆盖率?|全部..)$"
)
_KINDS = {comparators.RANK, comparators.TREND, comparators.REFERENCE}
_SURE = {comparators.RANK: 0.9, comparators.REFERENCE: 0.85}


@dataclass(frozen=True)
class Whole:
    """One such expression in a sentence."""

    start: int
    end: int
    rule: Rule
    match: re.Match[str]

    def claims(self, ready: Prepared, when: When, context: Context) -> list[Claim]:
        """The goals it states: one for each deadline and each rate it names."""
        name = _name(ready.plain, ready.hidden, self)
        aside = context.section in {"thought", "none", "advice"}
        if len(name) < 2 or aside or self._counted(ready) or self._idle(when, name, context):
            return []
        told = {part: self._plain(ready, part) for part in self.match.groupdict()}
        value, unit, side = self._mark(ready, name, told)
        begin = clause_start(ready.plain, self.start, "。；")
        stop = clause_end(ready.plain, self.end)
        name = self._event(name, context.register) if value == 0 else name
        gives = self.rule.gives
        comparator = str(gives["comparator"])
        sure, why = self._sure(ready, when)
        return [
            Claim(
                name=label,
                comparator=comparator,
                value=value,
                high=None,
                unit=unit or (_unit_at_zero(label, context.register) if value == 0 else ""),
                deadline=deadline,
                evidence=ready.printed[begin:stop].strip("，；。 "),
                confidence=sure,
                why=why,
                scope=scope_of(label),
                fact=when.past,
                year=when.year,
                side=side,
                per="year" if comparator == comparators.TREND and "逐年" in self.match.group() else "",
                reference=next(filter(None, map(told.get, ("whose", "of", "off"))), ""),
                reference_indicator=told.get("other") or "",
            )
            for label in (rated_subjects(name) if comparator in _KINDS or value is None else [name])
            for deadline in when.deadlines or ("",)
        ]

    def _sure(self, ready: Prepared, when: When) -> tuple[float, tuple[str, ...]]:
        """How sure it is to be a goal, and the reasons for doubt."""
        gives = self.rule.gives
        sure = gives.get("sure", _SURE.get(gives["comparator"], 0.75))
        doubts = [gives.get("why", "" if gives["comparator"] in _KINDS else "words_not_number")]
        if gives.get("value") == 100 and _NEARLY.search(ready.plain[: self.end]):
            sure, doubts = 0.6, [*doubts, "nearly_all"]
        if not when.deadlines:
            sure, doubts = min(sure, 0.65), [*doubts, "no_date"]
        return sure, tuple(filter(None, doubts))

    def _mark(self, ready: Prepared, name: str, told: dict[str, str | None]) -> tuple[float | None, str, str]:
        """Value, unit and side; beside another's mark the margin beyond it."""
        side = self._side(name, told)
        against = self.rule.gives["comparator"] == comparators.REFERENCE
        if against and (margin := self._margin(ready)):
            return margin.value, margin.unit, comparators.touching(side)
        if part := told.get("part"):
            return float(part) / 100, units.TIMES, side
        return *self._amount(told), side

    def _margin(self, ready: Prepared) -> Quantity | None:
        """By how much another's mark is to be passed: 高于全市平均水平0.5岁以上."""
        beyond = _BEYOND.match(ready.hidden, self.end)
        found = find_quantities(ready.hidden[beyond.end() :]) if beyond else []
        return next((one for one in found if one.start == 0), None)

    def _idle(self, when: When, name: str, context: Context) -> bool:
        """Words that many a text uses (持续下降) make a goal only of a measure, where a date ahead governs them."""
        if self.rule.fields.get("only") != "dated":
            return False
        dated = when.deadlines and when.how in {"date", "carried_date", "later_date"}
        vague = self.rule.gives["comparator"] == comparators.TREND or self.rule.name == "rank_open"
        return not dated or (vague and not (context.named or _MEASURE.search(name)))

    def _counted(self, ready: Prepared) -> bool:
        """力争2-3个专科进入全国前十, 至少9项优于全市平均水平: how many get there is the goal."""
        head = ready.hidden[clause_start(ready.hidden, self.start) : self.start]
        counted = [one for one in find_quantities(head) if one.kind == "count"]
        if self.rule.gives["comparator"] == comparators.REFERENCE:
            return any(not re.search("[且并]", head[one.end :]) for one in counted[-1:])
        return self.rule.name == "rank" and bool(counted)

    def _plain(self, ready: Prepared, part: str) -> str | None:
        """What stands at a named part, read where a rule saw hidden signs."""
        start, end = self.match.span(part)
        return None if start < 0 else ready.plain[start:end]

    def _amount(self, told: dict[str, str | None]) -> tuple[float | None, str]:
        gives = self.rule.gives
        if self.rule.name == "rank":
            return kinds.place(told)
        value, unit = gives.get("value"), str(gives.get("unit", ""))
        if fold := told.get("fold"):
            value = round(100.0 * (float(fold) - 1), 9)
        if times := told.get("times"):
            value = 100.0 * (2 ** chinese(times) - 1)
        return None if value is None else float(value), unit

    def _side(self, name: str, told: dict[str, str | None]) -> str:
        """Which way: as the rule says, for the better, or as the word of comparison before another's mark."""
        said = str(self.rule.gives.get("side", ""))
        if word := told.get("word"):
            return kinds.side_of(word, name)
        better = "falling" if comparators.falling(name) else "rising"
        return better if said == "better" else said

    def _event(self, name: str, known: Register | None) -> str:
        """孕产妇零死亡 is the registered 孕产妇死亡数, where there is one."""
        event = self.match.group().removeprefix("零")
        tried = (f"{name}{event}{end}" for end in ("数", "人数", "例数"))
        found = known and next((n for n in tried if known.indicator(n).id), "")
        return found or name


def _unit_at_zero(name: str, known: Register | None) -> str:
    """The registered unit; else cases, but none for a rate, which may be per cent or per 1,000."""
    found = known.indicator(name).id if known else ""
    if found and known:
        return str(known.about[found].get("unit", ""))
    return "" if name.endswith("率") else "例"


_MEASURE = re.compile(
    "(?:[率数比]|比例|比重|占比|寿命|费用|支出|指数|[得评]分|概率|摄入量|住院日|时间|健康素养水平|浓度|增幅|增速)$"
)
"""What a trend can be seen in; 服务水平明显提高 tells of none."""


def find_wholes(hidden: str) -> list[Whole]:
    """Expressions of the `wholes` rules, left to right, none overlapping; one in quotation marks is a slogan, unless
    it is all that they quote (“零死亡”)."""
    heads = ((m, hidden[: m[1].start()]) for m in matches("wholes", hidden))
    unquoted = (
        m
        for m, head in heads
        if head.count("“") <= head.count("”") or (head.endswith("“") and hidden.startswith("”", m[1].end()))
    )
    return [Whole(*match.span(), rule, match) for rule, match in spans(unquoted)]


def _name(plain: str, hidden: str, whole: Whole) -> str:
    """The clause without the expression; the clause before where nothing else is left."""
    left = clause_start(hidden, whole.start, "，；：。")
    for other in find_wholes(hidden[: whole.start]):  # 孕产妇零死亡、中医馆全覆盖 are two
        left = max(left, other.end) if re.match("”?[、和及]", hidden[other.end :]) else left
    right = clause_end(hidden, whole.end, "，；：。")
    before = _visible(plain, hidden, left, whole.start)
    if whole.rule.name == "so_many_times":
        before = re.sub("(?:增加?|提高|提升|增长|扩大)[到至]?@*$", "", before)
    margin = _BEYOND.match(hidden, whole.end)
    after = "" if margin else _visible(plain, hidden, whole.end, right)
    if whole.rule.name == "all_of_them":
        who = plain[whole.match.start("who") : whole.match.end("who")]
        return tidy(f"{who}{after}")
    name = tidy(before)
    if whole.rule.name == "every_one_has":
        return tidy(f"{plain[whole.start : whole.end]}{after}")
    if whole.rule.name == "none_of_it":
        return tidy(plain[slice(*whole.match.span("event"))])
    if whole.rule.name == "nothing_happens":
        return tidy(f"{before}{after}")
    if len(name) < 3:
        name = tidy(f"{before}{after}")
    if len(name) < 3 and left > 0:
        begin = clause_start(hidden, left - 1, "，；：。")
        name = tidy(_visible(plain, hidden, begin, left - 1))
    elif (
        whole.rule.name in {"full_coverage", "whole_number_of_all"}
        and 0 < len(after) <= 20
        and not name.endswith(after)
    ):
        name = f"{name}{after}"
    return name


def _visible(plain: str, hidden: str, start: int, end: int) -> str:
    return "".join("@" if hidden[i] == "@" else plain[i] for i in range(start, end))
