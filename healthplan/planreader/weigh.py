"""Is it a goal, how far does it go, and how sure is that?

What is seen of a number are features; ``confidence.csv`` has the weight of each, and the reason for doubt
that it gives (a key ``planreader.…`` of the messages). The weights add up, from ``start``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from healthplan.language import comparators
from healthplan.language.comparators import Said
from healthplan.language.numbers import Quantity
from healthplan.language.units import POINTS, base_in_name
from healthplan.planreader.naming import has_tail
from healthplan.planreader.rules import Rule, weights, words
from healthplan.planreader.sentence import Group, Sentence, When

LOW = 0.5
"""Claims below this confidence are not proposed."""


def decide(quantity: Quantity, name: str, said: Said | None, verb: Rule | None) -> tuple[str, float]:
    """Comparator and signed value."""
    less, value = comparators.falling(name), quantity.value
    given = comparators.of_ratio(said.gives if said else comparators.REACH, quantity.unit, name)
    if given in comparators.CHANGES and said is not None:  # so many things, so many per cent or so many times more
        by_share = quantity.unit in ("%", "倍")
        signed = said.sign * (100 if quantity.unit == "倍" else 1) * value
        return comparators.INCREASE_BY_PCT if by_share else given, signed
    capped = given in comparators.CEILINGS
    share = quantity.unit == "%" or (quantity.unit == POINTS and capped)
    if given != comparators.EQUAL and share and comparators.names_growth(name):
        return (comparators.GROWTH_MAX if capped or less else comparators.INCREASE_BY_PCT), value
    adds = verb is not None and verb.gives == comparators.INCREASE_BY and not base_in_name(name)
    open_ended = {comparators.REACH, comparators.LEAST, comparators.EQUAL}
    if quantity.kind == "count" and adds and given in open_ended:
        return comparators.INCREASE_BY, value
    if given == comparators.REACH and value == 0:
        return comparators.EQUAL, value
    return comparators.settled(given, less), value


@dataclass(frozen=True)
class Seen:
    """A number of a sentence with its name, words of comparison and date, and where the name was found."""

    state: Sentence
    group: Group
    quantity: Quantity
    name: str
    said: Said | None
    when: When
    where: str

    @property
    def clause(self) -> str:
        """The clause before the number, as it was hidden."""
        return self.state.ready.hidden[self.group.left : self.quantity.start]

    @property
    def word(self) -> str:
        """The family of the words of comparison, where they make a goal."""
        return self.said.family if self.said and (self.said.sure or self.dated) else ""

    @property
    def dated(self) -> bool:
        return self.when.how == "date"

    @property
    def averaged(self) -> bool:
        """Whether a mean is meant: 平均级别达到4级."""
        return "平均" in f"{self.name}{self.clause}"

    @property
    def per(self) -> bool:
        """Whether the name says per how many."""
        return bool(base_in_name(self.name))

    @property
    def named(self) -> bool:
        """Whether the name is one of a measure, by its end or because it is a cell's row."""
        return bool(self.state.context.named) or self.per or has_tail(self.name)

    @property
    def chinese_count(self) -> bool:
        return self.quantity.chinese and self.quantity.kind == "count"


def weigh(seen: Seen) -> tuple[float | None, tuple[str, ...]]:
    """Confidence that this is a goal, with the reasons for doubt; None: certainly none, or below LOW."""
    kind = _kind(seen)
    if kind == "none" or _lacks_word(seen) or (seen.chinese_count and not _chinese_counts(seen)):
        return None, ()
    features = ["start", kind, *_features(seen)]
    found = [weights("confidence")[feature] for feature in features if feature]
    score = round(sum(weight for weight, _ in found), 6)
    reasons = (f"{r}:{seen.when.printed}" if r == "impossible_date" else r for _, r in found if r)
    return (round(min(score, 0.99), 2), tuple(reasons)) if score >= LOW else (None, ())


def _lacks_word(seen: Seen) -> bool:
    """An age or a plain number is a goal only where a word of comparison, or 分别为, stands with it."""
    kind, listed = seen.quantity.kind, seen.named and seen.dated
    worded = seen.word or (listed and words("as_listed").search(seen.state.ready.hidden[: seen.group.start]))
    # 男性80岁、女性85岁以上: an age that a life lasts is no age of somebody; 医院达到三级 tells which kind it is to be
    lasts = seen.dated and seen.name.endswith("寿命")
    graded = not seen.quantity.chinese or seen.averaged
    unsaid = kind == "level" and not ((worded and graded) or lasts)
    return (kind == "bare" and not (worded and seen.named)) or unsaid


def _kind(seen: Seen) -> str:
    """Why a count may be a goal: what governs or names it; ``none`` where nothing does."""
    counts = seen.quantity.kind == "count"
    if not (counts or seen.quantity.kind == "bare") or seen.per:
        return ""
    tail, long = seen.named, len(seen.name) > 2
    if counts and seen.state.verb is not None:
        return "count_governed"
    if counts and tail and (seen.quantity.high is not None or seen.dated):
        return "count_bounded"
    if counts and seen.word and long:
        return "count_named" if tail else "count_worded"
    if counts and seen.dated and long and seen.where == "before":
        return "count_dated"
    return "" if tail and seen.word else "none"


def _features(seen: Seen) -> Iterator[str]:
    """What else is seen of a number: whether its words name a rate, compare, and name anything, and its date."""
    if seen.quantity.kind in {"rate", "ratio"} or seen.per:
        if seen.named or seen.where in {"after", "around"}:
            yield "rate_named"
        elif seen.word:
            yield "rate_worded"
    if seen.word:
        yield "word"
    elif seen.quantity.kind != "count":
        yield "no_word"
    if seen.chinese_count:
        yield "chinese_numeral"
    if len(seen.name) < 2:
        yield "no_name"
    if seen.where == "earlier":
        yield "name_from_before"
    yield f"when_{seen.when.how}"
    if seen.state.context.section in {"thought", "none", "advice"} and not seen.dated:
        yield "section"


def _chinese_counts(seen: Seen) -> bool:
    """A Chinese numeral counts as a goal only where the words around it count things."""
    quantity = seen.group.members[0]
    head = seen.state.ready.hidden[seen.group.left : quantity.start]
    if seen.word in {"no_less_than", "no_more_than", "at_least_after"}:
        return True
    if seen.state.verb is None or (quantity.unit in {"项", "条", "次"} and not re.search("每年|分别|各", head)):
        return False
    return quantity.value != 1 or quantity.high is not None or bool(words("one_each").search(head))
