"""Is it a goal, how far does it go, and how sure is that?

What is seen of a number are features; ``confidence.csv`` has the weight of each, and the reason for doubt
that it gives (a key ``planreader.…`` of the messages). The weights add up, from ``start``.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from healthplan.language import comparators, vocabulary
from healthplan.language.comparators import Said
from healthplan.language.numbers import Quantity
from healthplan.language.units import base_in_name
from healthplan.planreader.groups import Group
from healthplan.planreader.naming import has_tail
from healthplan.planreader.rules import Rule
from healthplan.planreader.sentence import Sentence, When

LOW = 0.5
"""Claims below this confidence are not proposed."""


def decide(
    quantity: Quantity, name: str, said: Said | None, verb: Rule | None
) -> tuple[str, float]:
    """Comparator and signed value."""
    given = said.gives if said else comparators.REACH
    less = comparators.falling(name)
    value = quantity.value
    given = comparators.of_ratio(given, quantity.unit, name)
    if given in comparators.CHANGES and said is not None:
        given = comparators.INCREASE_BY_PCT if quantity.unit == "%" else given
        return given, said.sign * value
    if given != comparators.EQUAL and quantity.unit == "%" and comparators.names_growth(name):
        capped = given in comparators.CEILINGS or less
        return (comparators.GROWTH_MAX if capped else comparators.INCREASE_BY_PCT), value
    adds = verb is not None and verb.gives == comparators.INCREASE_BY and not base_in_name(name)
    open_ended = {comparators.REACH, comparators.LEAST, comparators.EQUAL}
    if quantity.kind == "count" and adds and given in open_ended:
        return comparators.INCREASE_BY, value
    return comparators.settled(given, less), value


@cache
def _weights() -> dict[str, tuple[float, str]]:
    rows = vocabulary.rows("confidence", Path(__file__).parent)
    return {row["feature"]: (float(row["weight"]), row["reason"]) for row in rows}


def weigh(
    state: Sentence,
    group: Group,
    quantity: Quantity,
    name: str,
    said: Said | None,
    when: When,
    where: str,
) -> tuple[float | None, tuple[str, ...]]:
    """Confidence that this is a goal, with the reasons for doubt; None: certainly none."""
    word = said.family if said and (said.sure or when.how == "date") else ""
    per = bool(base_in_name(name))
    named = per or has_tail(name)
    kind = _kind(state, quantity, name, word, when, where)
    listed = named and when.how == "date" and _AS.search(state.ready.hidden[: group.start])
    if kind == "none" or _lacks_word(quantity, word or ("as" if listed else ""), named):
        return None, ()
    if quantity.chinese and quantity.kind == "count" and not _chinese_counts(state, group, word):
        return None, ()
    seen = ["start", kind, *_rated(quantity, per, named, word, where)]
    seen += _of_words(quantity, word, name, where)
    seen.append(f"when_{when.how}")
    if state.context.section in {"thought", "none", "advice"} and when.how != "date":
        seen.append("section")
    return _summed([feature for feature in seen if feature], when)


def _summed(seen: list[str], when: When) -> tuple[float | None, tuple[str, ...]]:
    """The weights of what was seen together, and the reasons for doubt; nothing below LOW."""
    found = [_weights()[feature] for feature in seen]
    score = round(sum(weight for weight, _ in found), 6)
    reasons = (f"{r}:{when.printed}" if r == "impossible_date" else r for _, r in found if r)
    return (round(min(score, 0.99), 2), tuple(reasons)) if score >= LOW else (None, ())


_AS = re.compile("(?:分别|各|均|目标)为$")


def _lacks_word(quantity: Quantity, word: str, named: bool) -> bool:
    """An age or a plain number is a goal only where a word of comparison stands with it."""
    bare = quantity.kind == "bare" and not (word and named)
    return bare or (quantity.kind == "level" and not word)


def _rated(quantity: Quantity, per: bool, named: bool, word: str, where: str) -> Iterator[str]:
    rated = quantity.kind in {"rate", "ratio"} or per
    if rated and (named or where in {"after", "around"}):
        yield "rate_named"
    elif rated and word:
        yield "rate_worded"


def _kind(state: Sentence, quantity: Quantity, name: str, word: str, when: When, where: str) -> str:
    """Why a count may be a goal: what governs or names it; ``none`` where nothing does."""
    if quantity.kind not in {"count", "bare"} or base_in_name(name):
        return ""
    tail, dated = has_tail(name), when.how == "date"
    count, long = quantity.kind == "count", len(name) > 2
    if count and state.verb is not None:
        return "count_governed"
    if count and tail and (quantity.high is not None or dated):
        return "count_bounded"
    if count and word and long:
        return "count_named" if tail else "count_worded"
    if count and dated and long and where == "before":
        return "count_dated"
    return "" if tail and word else "none"


def _of_words(quantity: Quantity, word: str, name: str, where: str) -> Iterator[str]:
    if word:
        yield "word"
    elif quantity.kind != "count":
        yield "no_word"
    if quantity.chinese and quantity.kind == "count":
        yield "chinese_numeral"
    if len(name) < 2:
        yield "no_name"
    if where == "earlier":
        yield "name_from_before"


def _chinese_counts(state: Sentence, group: Group, word: str) -> bool:
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
        return bool(
            re.search("每(?:年|个|县|市|省|镇|乡|村|家|所|名)|各(?:县|区|市|镇|乡)|分别", head)
        )
    return True
