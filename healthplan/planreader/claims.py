"""From one sentence to the goals and the past figures it states."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from healthplan.language import comparators, units
from healthplan.language.characters import clause_end, clause_start
from healthplan.language.comparators import Said
from healthplan.language.numbers import Quantity, apart, find_quantities
from healthplan.language.units import POINTS, based, tolerance
from healthplan.planreader import around, label
from healthplan.planreader.in_words import find_wholes
from healthplan.planreader.rules import governing, matches, words
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
from healthplan.planreader.weigh import Seen, decide, weigh

MOST_IN_ONE = 120  # numbers of a sentence: what has more is a table that lost its cells


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
    name, where = label.name_of(state, group, group.left + (len(pre) if keep or before is None else before.start))
    name, whose, where = label.owner(state, group, before, name, where)
    names = label.names_of(state, group, name, when)
    shared = len(names) > 1 and len(set(names)) == 1 and len(when.deadlines) <= 1
    links = [hidden[a.end : b.start] for a, b in pairwise(group.members)]
    for quantity, own, deadline in _spread(group, names, when, links):
        after = comparators.after(hidden[quantity.end : group.right])
        sign = Said(comparators.read(quantity.signed), 1, "sign", direct=True)
        said = sign if quantity.signed else comparators.together(before, after)
        claim = _claim(Seen(state, group, quantity, own, said, when, where), deadline)
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


def _claim(seen: Seen, deadline: str) -> Claim | None:
    """The claim of a number, or None where it is certainly no goal."""
    confidence, reasons = weigh(seen)
    if confidence is None:
        return None
    state, quantity, name, said = seen.state, seen.quantity, seen.name, seen.said
    doubts = list(_running(seen))
    near = state.verb_at >= seen.group.left or (said is None and not doubts)
    own = (rule for rule, at in matches("verbs", name) if len(seen.group.members) > 1 > at.start())
    comparator, value = decide(quantity, name, said, next(own, state.verb if near else None))
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
    return Claim(
        name=name,
        comparator=comparator,
        value=value,
        high=quantity.high,
        unit=unit,
        deadline=deadline,
        evidence=clause.strip("，；。 "),
        confidence=min(confidence, UNSURE) if doubts else confidence,
        why=(*reasons, *doubts),
        baseline=baseline,
        scope=scope_of(name),
        fact=seen.when.past,
        year=seen.when.year,
        baseline_year=year,
        tolerance=tolerance(about, value, unit) if about else None,
    )


def _running(seen: Seen) -> Iterator[str]:
    """新增600个，累计2400个; 每年新增100个，累计达到500个: all there are, or all that is added."""
    state, group = seen.state, seen.group
    last = label.addition_before(state, group)
    head = state.ready.hidden[group.left : group.start]
    if last is None or seen.where != "earlier" or not words("running_total").search(head):
        return
    if (seen.said is None and state.verb_at < group.left) or comparators.by_the_year(last.evidence):
        yield "running_total"


def _doubts(seen: Seen, comparator: str) -> Iterator[str]:
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
    if quantity.unit == "%" and comparator in comparators.ONE_SIDED and words("of_a_year").search(seen.clause):
        yield "of_last_year"
