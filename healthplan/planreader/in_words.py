"""Goals whose number is in the words: full coverage, zero events, an average as the mark."""

import re
from dataclasses import dataclass, replace

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import Register
from healthplan.language.numbers import Quantity, chinese, find_quantities
from healthplan.planreader.naming import rated_subjects, tidy
from healthplan.planreader.rules import Rule, matches, spans, words
from healthplan.planreader.sentence import Claim, Context, Prepared, When, scope_of

_STOPS = "，；：。"
_KINDS = {comparators.RANK: 0.9, comparators.TREND: 0.75, comparators.REFERENCE: 0.85}  # and how sure they are


@dataclass(frozen=True)
class Whole:
    """One such expression in a sentence."""

    start: int
    end: int
    rule: Rule
    match: re.Match[str]

    def claims(self, ready: Prepared, when: When, context: Context) -> list[Claim]:
        """The goals it states: one for each deadline and each rate it names."""
        name = _name(ready, self)
        aside = context.section in {"thought", "none", "advice"}
        if len(name) < 2 or aside or self._counted(ready) or self._idle(when, name, context):
            return []
        # what stands at the named parts, read where a rule saw hidden signs
        spans_of = {part: self.match.span(part) for part in self.match.groupdict()}
        told = {part: None if at[0] < 0 else ready.plain[slice(*at)] for part, at in spans_of.items()}
        value, unit, side = self._mark(ready, name, told)
        begin, stop = clause_start(ready.plain, self.start, "。；"), clause_end(ready.plain, self.end)
        name = self._event(name, context.register) if value == 0 else name
        comparator = str(self.rule.gives["comparator"])
        sure, why = self._sure(ready, when)
        evidence = ready.printed[begin:stop].strip("，；。 ")
        claim = Claim(
            "", comparator, value, None, unit, "", evidence, sure, why, fact=when.past, year=when.year, side=side
        )
        whose = next(filter(None, map(told.get, ("whose", "of", "off"))), "")
        per = "year" if comparator == comparators.TREND and "逐年" in self.match.group() else ""
        claim = replace(claim, per=per, reference=whose, reference_indicator=told.get("other") or "")
        return [
            replace(claim, name=label, unit=own, deadline=deadline, scope=scope_of(label))
            for label in (rated_subjects(name) if comparator in _KINDS or value is None else [name])
            for own in [unit or (_unit_at_zero(label, context.register) if value == 0 else "")]
            for deadline in when.deadlines or ("",)
        ]

    def _sure(self, ready: Prepared, when: When) -> tuple[float, tuple[str, ...]]:
        """How sure it is to be a goal, and the reasons for doubt."""
        gives = self.rule.gives
        sure = gives.get("sure", _KINDS.get(gives["comparator"], 0.75))
        doubts = [gives.get("why", "" if gives["comparator"] in _KINDS else "words_not_number")]
        if gives.get("value") == 100 and words("nearly").search(ready.plain[: self.end]):
            sure, doubts = 0.6, [*doubts, "nearly_all"]
        if not when.deadlines:
            sure, doubts = min(sure, 0.65), [*doubts, "no_date"]
        return sure, tuple(filter(None, doubts))

    def _mark(self, ready: Prepared, name: str, told: dict[str, str | None]) -> tuple[float | None, str, str]:
        """Value, unit and side: as the rule says, for the better, or as the word before another's mark; beside that
        the margin beyond it."""
        gives, side = self.rule.gives, str(self.rule.gives.get("side", ""))
        if word := told.get("word"):
            side = _side_of(word, name)
        elif side == "better":
            side = "falling" if comparators.falling(name) else "rising"
        if gives["comparator"] == comparators.REFERENCE and (margin := self._margin(ready)):
            return margin.value, margin.unit, comparators.touching(side)
        if part := told.get("part"):
            return float(part) / 100, units.TIMES, side
        if self.rule.name == "rank":
            return *_place(told), side
        value = gives.get("value")
        if fold := told.get("fold"):
            value = round(100.0 * (float(fold) - 1), 9)
        if times := told.get("times"):
            value = 100.0 * (2 ** chinese(times) - 1)
        return None if value is None else float(value), str(gives.get("unit", "")), side

    def _margin(self, ready: Prepared) -> Quantity | None:
        """By how much another's mark is to be passed: 高于全市平均水平0.5岁以上."""
        beyond = words("margin").match(ready.hidden, self.end)
        found = find_quantities(ready.hidden[beyond.end() :]) if beyond else []
        return next((one for one in found if one.start == 0), None)

    def _idle(self, when: When, name: str, context: Context) -> bool:
        """Words that many a text uses (持续下降) make a goal only of a measure, where a date ahead governs them."""
        if self.rule.fields.get("only") != "dated":
            return False
        dated = when.deadlines and when.how in {"date", "carried_date", "later_date"}
        vague = self.rule.gives["comparator"] == comparators.TREND or self.rule.name == "rank_open"
        return not dated or (vague and not (context.named or words("trend_of").search(name)))

    def _counted(self, ready: Prepared) -> bool:
        """力争2-3个专科进入全国前十, 至少9项优于全市平均水平: how many get there is the goal."""
        head = ready.hidden[clause_start(ready.hidden, self.start) : self.start]
        counted = [one for one in find_quantities(head) if one.kind == "count"]
        if self.rule.gives["comparator"] == comparators.REFERENCE:
            return any(not re.search("[且并]", head[one.end :]) for one in counted[-1:])
        return self.rule.name == "rank" and bool(counted)

    def _event(self, name: str, known: Register | None) -> str:
        """孕产妇零死亡 is the registered 孕产妇死亡数, where there is one."""
        event = self.match.group().removeprefix("零")
        tried = (f"{name}{event}{end}" for end in ("数", "人数", "例数"))
        return (known and next((n for n in tried if known.indicator(n).id), "")) or name


def _unit_at_zero(name: str, known: Register | None) -> str:
    """The registered unit; else cases, but none for a rate, which may be per cent or per 1,000."""
    found = known.indicator(name).id if known else ""
    if found and known:
        return str(known.about[found].get("unit", ""))
    return "" if name.endswith("率") else "例"


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


def _name(ready: Prepared, whole: Whole) -> str:
    """The clause without the expression; the clause before where nothing else is left."""
    hidden, kind = ready.hidden, whole.rule.name
    left, right = clause_start(hidden, whole.start, _STOPS), clause_end(hidden, whole.end, _STOPS)
    for other in find_wholes(hidden[: whole.start]):  # 孕产妇零死亡、中医馆全覆盖 are two
        left = max(left, other.end) if re.match("”?[、和及]", hidden[other.end :]) else left
    before = ready.shown(left, whole.start)
    if kind == "so_many_times":
        before = re.sub("(?:增加?|提高|提升|增长|扩大)[到至]?@*$", "", before)
    after = "" if words("margin").match(hidden, whole.end) else ready.shown(whole.end, right)
    own = {
        "all_of_them": lambda: f"{ready.plain[slice(*whole.match.span('who'))]}{after}",
        "every_one_has": lambda: f"{ready.plain[whole.start : whole.end]}{after}",
        "none_of_it": lambda: ready.plain[slice(*whole.match.span("event"))],
        "nothing_happens": lambda: f"{before}{after}",
    }
    if kind in own:
        return tidy(own[kind]())
    name = tidy(before)
    if len(name) < 3:
        name = tidy(f"{before}{after}")
        if len(name) < 3 and left > 0:
            name = tidy(ready.shown(clause_start(hidden, left - 1, _STOPS), left - 1))
    elif kind in {"full_coverage", "whole_number_of_all"} and 0 < len(after) <= 20 and not name.endswith(after):
        name = f"{name}{after}"
    return name


_PACES = {"快于": ">", "慢于": "<"}  # of one growth beside another


def _side_of(word: str, name: str) -> str:
    """``<= < >= >`` of a word of comparison before another's mark; empty where it only says to keep up with it."""
    if words("better_than").fullmatch(word):
        return "<" if comparators.falling(name) else ">"
    if word in _PACES:
        return _PACES[word]
    said = comparators.before(word)
    direct = said is not None and (said.direct or said.gives == comparators.MOST)
    return said.gives if said and direct and said.gives in comparators.ONE_SIDED else ""


def _place(told: dict[str, str | None]) -> tuple[float | None, str]:
    """Value and unit of a rank: 前三 is 3 名, 前三分之一 33.33 %; none where no number is said."""
    if share := told.get("share"):
        found = find_quantities(share)
        return (found[0].value, "%") if found else (None, "%")
    said = told.get("n") or told.get("nth") or ""
    return small_number(said) if said else None, "名"


def small_number(said: str) -> float:
    """3 and 三."""
    return float(said) if said.isdecimal() else chinese(said)
