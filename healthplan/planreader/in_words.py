"""Goals whose number is in the words: full coverage, zero events, an average as the mark."""

import re
from dataclasses import dataclass
from typing import Any

from healthplan.language.characters import clause_end, clause_start
from healthplan.language.names import Register
from healthplan.language.numbers import chinese
from healthplan.planreader.naming import rated_subjects, tidy
from healthplan.planreader.rules import Rule, matches, spans
from healthplan.planreader.sentence import Claim, Context, Prepared, When, scope_of


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
        if len(name) < 2 or context.section in {"thought", "none", "advice"}:
            return []
        gives: dict[str, Any] = dict(self.rule.gives)
        if "times" in self.match.groupdict():
            gives["value"] = 100.0 * (2 ** chinese(self.match["times"]) - 1)
        value = gives.get("value")
        unit = str(gives.get("unit", ""))
        begin = clause_start(ready.plain, self.start, "。；")
        stop = clause_end(ready.plain, self.end)
        name = self._event(name, context.register) if value == 0 else name
        reasons = ("words_not_number",) + (("no_date",) if not when.deadlines else ())
        return [
            Claim(
                name=label,
                comparator=str(gives["comparator"]),
                value=None if value is None else float(value),
                high=None,
                unit=unit or (_unit_at_zero(label, context.register) if value == 0 else ""),
                deadline=deadline,
                evidence=ready.printed[begin:stop].strip("，；。 "),
                confidence=0.75 if when.deadlines else 0.65,
                why=reasons,
                scope=scope_of(label),
                fact=when.past,
                year=when.year,
            )
            for label in (rated_subjects(name) if value is None else [name])
            for deadline in when.deadlines or ("",)
        ]

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


def find_wholes(hidden: str) -> list[Whole]:
    """Expressions of the `wholes` rules, left to right, none overlapping; one in quotation marks is a slogan."""
    heads = ((m, hidden[: m[1].start()]) for m in matches("wholes", hidden))
    unquoted = (m for m, head in heads if head.count("“") <= head.count("”"))
    return [Whole(*match.span(), rule, match) for rule, match in spans(unquoted)]


def _name(plain: str, hidden: str, whole: Whole) -> str:
    """The clause without the expression; the clause before where nothing else is left."""
    left = clause_start(hidden, whole.start, "，；：。")
    right = clause_end(hidden, whole.end, "，；：。")
    before = _visible(plain, hidden, left, whole.start)
    after = _visible(plain, hidden, whole.end, right)
    if whole.rule.name == "all_of_them":
        who = plain[whole.match.start("who") : whole.match.end("who")]
        return tidy(f"{who}{after}")
    name = tidy(before)
    if whole.rule.name == "every_one_has":
        return tidy(f"{plain[whole.start : whole.end]}{after}")
    if whole.rule.name == "nothing_happens":
        return tidy(f"{before}{after}")
    if len(name) < 3:
        name = tidy(f"{before}{after}")
    if len(name) < 3 and left > 0:
        begin = clause_start(hidden, left - 1, "，；：。")
        name = tidy(_visible(plain, hidden, begin, left - 1))
    elif whole.rule.name in {"full_coverage", "whole_number_of_all"} and 0 < len(after) <= 20:
        name = f"{name}{after}"
    return name


def _visible(plain: str, hidden: str, start: int, end: int) -> str:
    return "".join("@" if hidden[i] == "@" else plain[i] for i in range(start, end))
