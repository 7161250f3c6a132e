"""From one sentence to the goals and the past figures it states, and how sure each is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.numbers import Quantity, apart, find_quantities
from healthplan.language.units import POINTS, base_in_name, based, tolerance
from healthplan.planreader import around, naming
from healthplan.planreader.in_words import find_wholes
from healthplan.planreader.rules import Rule, governing, matches, weights, words
from healthplan.planreader.sentence import (
    UNSURE,
    Claim,
    Context,
    Group,
    Sentence,
    When,
    make_groups,
    prepare,
    scope_of,
    when_of,
    with_shared_units,
)

MOST_IN_ONE = 120  # numbers of a sentence: what has more is a table that lost its cells
LOW = 0.5
"""Claims below this confidence are not proposed."""


@dataclass(frozen=True)
class _Seen:
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
        return bool(self.state.context.named) or self.per or naming.has_tail(self.name)

    @property
    def chinese_count(self) -> bool:
        return self.quantity.chinese and self.quantity.kind == "count"


def read_sentence(plain: str, context: Context) -> list[Claim]:
    """All claims of one normalised sentence, goals and facts, in order."""
    ready = prepare(plain, context.period, context.register, context.named)
    state = Sentence(ready, context)
    wholes = find_wholes(ready.hidden)
    numbers = [q for q in find_quantities(ready.hidden) if apart(q, wholes)]
    if len(numbers) > MOST_IN_ONE:
        return []
    years = max((len(d.deadlines) for d in ready.dates if d.kind == "goal"), default=1)
    quantities, state.starts = around.set_aside(ready.hidden, numbers)
    groups = make_groups(ready.hidden, with_shared_units(ready.hidden, quantities), max(years, len(context.deadlines)))
    placed: list[tuple[int, Claim]] = []
    # Where the clause of a number began that is no goal: it is part of the next name.
    left: int | None = None
    end = 0
    for group in groups:
        group = replace(group, left=left) if left is not None and end == group.left else group
        found = list(_read_group(state, group))
        part = not found and not comparators.after(ready.hidden[group.end :])
        left, end = (group.left, group.end) if part else (None, 0)
        placed += [(group.start, claim) for claim in found]
    for whole in wholes:
        stated = whole.claims(state.ready, when_of(state, whole.start), context)
        placed = around.with_words(ready, placed, whole, stated)
    told = [(at, around.told(ready, at, claim)) for at, claim in around.joined(ready, placed)]
    each = [(at, one) for at, claim in told for one in around.by_each_date(ready, at, claim)]
    return [claim.doubted("unheaded") if around.undated(state, at) else claim for at, claim in each]


def _read_group(state: Sentence, group: Group) -> Iterator[Claim]:
    """The claims of a list of numbers, mostly one; each is kept in the state for those behind it."""
    hidden = state.ready.hidden
    head, points = hidden[: group.start], group.members[0].unit == POINTS
    over = words("over_a_mark").search(head) or (points and words("points_over").search(head))
    if over or words("which_units").match(hidden, group.end):
        return
    pre = hidden[group.left : group.start]
    when, before = when_of(state, group.start), comparators.before(pre)
    keep = before is None or before.family == "share_of"
    _note_verb(state, group)
    name, where = naming.name_of(state, group, group.left + (len(pre) if keep or before is None else before.start))
    name, whose, where = naming.owner(state, group, before, name, where)
    names = naming.names_of(state, group, name, when)
    shared = len(names) > 1 and len(set(names)) == 1 and len(when.deadlines) <= 1
    links = [hidden[a.end : b.start] for a, b in pairwise(group.members)]
    for quantity, own, deadline in _spread(group, names, when, links):
        after = comparators.after(hidden[quantity.end : group.right])
        sign = Said(comparators.read(quantity.signed), 1, "sign", direct=True)
        said = sign if quantity.signed else comparators.together(before, after)
        claim = _claim(_Seen(state, group, quantity, own, said, when, where), deadline)
        if claim is None:
            continue
        claim = replace(claim, group=whose)
        if comparators.opposed(sign if quantity.signed else before, after):
            claim = claim.doubted("opposed", 0.6)
        claim = claim.doubted("name_shared", 0.6) if shared else claim
        state.claims.append(claim)
        state.name, state.where = claim.name, where
        yield claim


def _note_verb(state: Sentence, group: Group) -> None:
    """The verb of doing nearest before the number; it holds for the rest of the limb."""
    hidden = state.ready.hidden
    if state.verb is not None and "；" in hidden[state.verb_at : group.start]:
        state.verb = None
    moved = re.search("[将把为向对][^，。；]{0,16}$", hidden[group.left : group.start])
    moved = moved and words("moves").search(hidden[group.end : group.right])
    end = group.right if moved else group.start
    if found := governing(matches("verbs", state.ready.named, group.left, end)):
        state.verb, state.verb_at = found[0], found[1].start()


def _spread(group: Group, names: list[str], when: When, links: list[str]) -> list[tuple[Quantity, str, str]]:
    """Pair numbers, names and dates. With several of both, 和 parts the dates (a、b和c、d)."""
    members, dates = group.members, when.deadlines or ("",)
    count, size, several = len(members), len(members) // len(dates), len(dates)
    if count == 1:
        return [(members[0], name, date) for name in names for date in dates]
    if several == count:
        return list(zip(members, names, dates, strict=True))
    if several == 1 or count % several:
        return [(q, n, dates[-1]) for q, n in zip(members, names, strict=True)]
    per_name = [members[i : i + several] for i in range(0, count, several)]
    parting = (re.search("[和及与]", link.replace("及以", "")) for link in links)
    cuts = [n for n, parts in enumerate(parting, 1) if parts]
    # but of 床位数、医师数分别达到6.1张、6.5张和3.2人、3.6人 the units part the names
    by_date = cuts == list(range(size, count, size)) and not (size > 1 and _one_unit_each(per_name))
    return [
        (q, names[i % size], dates[i // size]) if by_date else (q, names[i // several], dates[i % several])
        for i, q in enumerate(members)
    ]


def _one_unit_each(parts: list[tuple[Quantity, ...]]) -> bool:
    """Whether each part has one unit and no two parts the same."""
    units_of = [{quantity.unit for quantity in part} for part in parts]
    return all(len(one) == 1 for one in units_of) and len(set().union(*units_of)) == len(parts)


def _claim(seen: _Seen, deadline: str) -> Claim | None:
    """The claim of a number, or None where it is certainly no goal."""
    confidence, reasons = _weigh(seen)
    if confidence is None:
        return None
    state, quantity, name, said = seen.state, seen.quantity, seen.name, seen.said
    doubts = list(_running(seen))
    near = state.verb_at >= seen.group.left or (said is None and not doubts)
    own = (rule for rule, at in matches("verbs", name) if len(seen.group.members) > 1 > at.start())
    comparator, value = _decide(quantity, name, said, next(own, state.verb if near else None))
    counted = comparator == comparators.INCREASE_BY and quantity.kind == "count"
    if quantity.high is not None and (comparator in comparators.TOUCHING or counted):
        comparator = comparators.RANGE
    unit = "%" if comparator == comparators.INCREASE_BY_PCT else based(quantity.unit, name)
    doubts += _doubts(seen, comparator)
    if "of_last_year" in doubts:  # 不高于上年的102% is a growth of at most 2 %
        value = round(value - 100, 6)
        capped = comparator in comparators.CEILINGS and value >= 0
        comparator = comparators.GROWTH_MAX if capped else comparators.INCREASE_BY_PCT
    if not {"points_as_level", "growth_in_points"}.isdisjoint(doubts):
        unit = "%"
    baseline, year = around.stood(state, quantity, comparator)
    about = said.tolerance if said and comparator == comparators.EQUAL else 0.0
    plain = state.ready.printed
    clause = plain[clause_start(plain, seen.group.left, "。；") : clause_end(plain, seen.group.end)]
    bounds, sure = tolerance(about, value, unit) if about else None, min(confidence, UNSURE if doubts else 1)
    claim = Claim(name, comparator, value, quantity.high, unit, deadline, clause.strip("，；。 "), sure)
    claim = replace(claim, why=(*reasons, *doubts), scope=scope_of(name), fact=seen.when.past, year=seen.when.year)
    return replace(claim, baseline=baseline, baseline_year=year, tolerance=bounds)


def _running(seen: _Seen) -> Iterator[str]:
    """新增600个，累计2400个; 每年新增100个，累计达到500个: all there are, or all that is added."""
    state, group = seen.state, seen.group
    last = naming.addition_before(state, group)
    head = state.ready.hidden[group.left : group.start]
    if last is None or seen.where != "earlier" or not words("running_total").search(head):
        return
    if (seen.said is None and state.verb_at < group.left) or comparators.by_the_year(last.evidence):
        yield "running_total"


def _doubts(seen: _Seen, comparator: str) -> Iterator[str]:
    """What of a goal's meaning the text leaves open, as keys of the reasons."""
    quantity, said = seen.quantity, seen.said
    grows = comparator == comparators.GROWTH_MAX
    if said and said.negated:
        yield f"negated:{said.negated}"
    if comparator == comparators.INCREASE_BY_PCT and words("share_name").search(seen.name):
        yield "percent_or_points"
    if (grows or comparator not in comparators.CHANGES) and quantity.unit == POINTS:
        yield "growth_in_points" if grows else "points_as_level"
    if quantity.unit in units.GRADES and not seen.averaged:
        yield "grade"
    if said and said.gives == "<" and grows:  # may be touched
        yield "growth_below"
    moved = words("from_to").search(seen.clause)  # 从2016年的16.5%提升到2020年的20%
    if (
        quantity.unit == "%"
        and comparator in comparators.ONE_SIDED
        and words("of_a_year").search(seen.clause)
        and not moved
    ):
        yield "of_last_year"


# --- is it a goal, how far does it go, and how sure is that? ---------------------------------------------
#
# What is seen of a number are features; ``confidence.csv`` has the weight of each, and the reason for doubt
# that it gives (a key ``planreader.…`` of the messages). The weights add up, from ``start``.


def _decide(quantity: Quantity, name: str, said: Said | None, verb: Rule | None) -> tuple[str, float]:
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


def _weigh(seen: _Seen) -> tuple[float | None, tuple[str, ...]]:
    """Confidence that this is a goal, with the reasons for doubt; None: certainly none, or below LOW."""
    kind = _kind(seen)
    if kind == "none" or _lacks_word(seen) or (seen.chinese_count and not _chinese_counts(seen)):
        return None, ()
    features = ["start", kind, *_features(seen)]
    found = [weights("confidence")[feature] for feature in features if feature]
    score = round(sum(weight for weight, _ in found), 6)
    reasons = (f"{r}:{seen.when.printed}" if r == "impossible_date" else r for _, r in found if r)
    return (round(min(score, 0.99), 2), tuple(reasons)) if score >= LOW else (None, ())


def _lacks_word(seen: _Seen) -> bool:
    """An age or a plain number is a goal only where a word of comparison, or 分别为, stands with it."""
    kind, listed = seen.quantity.kind, seen.named and seen.dated
    worded = seen.word or (listed and words("as_listed").search(seen.state.ready.hidden[: seen.group.start]))
    # 男性80岁、女性85岁以上: an age that a life lasts is no age of somebody; 医院达到三级 tells which kind it is to be
    lasts = seen.dated and seen.name.endswith("寿命")
    graded = not seen.quantity.chinese or seen.averaged
    unsaid = kind == "level" and not ((worded and graded) or lasts)
    return (kind == "bare" and not (worded and seen.named)) or unsaid


def _kind(seen: _Seen) -> str:
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


def _features(seen: _Seen) -> Iterator[str]:
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


def _chinese_counts(seen: _Seen) -> bool:
    """A Chinese numeral counts as a goal only where the words around it count things."""
    quantity = seen.group.members[0]
    head = seen.state.ready.hidden[seen.group.left : quantity.start]
    if seen.word in {"no_less_than", "no_more_than", "at_least_after"}:
        return True
    if seen.state.verb is None or (quantity.unit in {"项", "条", "次"} and not re.search("每年|分别|各", head)):
        return False
    return quantity.value != 1 or quantity.high is not None or bool(words("one_each").search(head))
