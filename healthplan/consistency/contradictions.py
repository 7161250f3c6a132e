"""A plan against itself: one goal in two places, stages that go backwards, a part above its whole."""

import re
from collections.abc import Iterator
from itertools import combinations, pairwise, product

import pandas as pd

from healthplan.consistency.finding import Finding, Row, make, name, quantity, records
from healthplan.consistency.known import Known
from healthplan.language import comparators, dates, units
from healthplan.language.names import likeness
from healthplan.language.vocabulary import pairs

_BRACKET = re.compile(r"[（(][^（）()]*[）)]")
_SIGNS = re.compile(r"[\s“”‘’、，。；：·]|的|及|和|并|或")
_STEPS = {
    "apply": re.compile("申请|申报|迎接"),
    "start": re.compile("启动|筹建|推进|立项"),
    "ground": re.compile("开工"),
    "finish": re.compile("通过|完成|建成|达到|获评|创建|具备|投用|设立|建立|落成"),
}
_STEP_WORDS = re.compile("申请|申报|迎接|启动|开工|推进|筹建|立项|通过|完成|建成|达到|获评|创建|评审|验收|投用|建设")
ALIKE = 0.6  # share of sign pairs (Dice) from which two names of one indicator are taken for one goal
APART = 0.5  # scopes less alike than this (人民医院, 中医院) tell two goals apart
_ASKED = ("indicator", "area", "group", "per", "side", "each", "all_of", "reference", "reference_indicator")  # fmt: skip
"""Goals that differ in one of these are two goals."""
ONE_THING = 0.8  # deliverables whose names without their steps are this much alike are about one thing


def target_places(plan: Known) -> Iterator[Finding]:
    """Pairs of target rows that speak of one goal and differ."""
    for one, other in combinations(plan.rows, 2):
        if not same_goal(one, other):
            continue
        # As words, so that missing values are alike too.
        values = any(f"{one[c]}" != f"{other[c]}" for c in ("value", "value_high"))
        dated = bool(one["deadline"] and other["deadline"])
        if dates.same(one["deadline"], other["deadline"]):
            if values:
                yield make("two_values", "error", [one, other])
        elif not values:
            yield make("two_dates" if dated else "dated_once", "warning", [one, other])
        elif not dated:
            yield make("two_values", "warning", [one, other])


def same_goal(one: Row, other: Row) -> bool:
    """Same indicator, area and kind of goal, and a scope and name that do not tell them apart."""
    if any(one[column] != other[column] for column in _ASKED):
        return False
    kinds = {one["comparator"], other["comparator"]}
    sides = (comparators.FLOORS, comparators.CEILINGS)
    if len(kinds) > 1 and not any(kinds <= side | {comparators.EQUAL} for side in sides):
        return False
    scopes = {_SIGNS.sub("", one["scope"]), _SIGNS.sub("", other["scope"])}
    apart = "" not in scopes and len(scopes) > 1 and likeness(*scopes) < APART
    return not apart and likeness(plain(one["name_zh"]), plain(other["name_zh"])) >= ALIKE


def milestone_places(milestones: pd.DataFrame) -> Iterator[Finding]:
    """Pairs of deliverables about one thing: another date, or another step at one date."""
    for one, other in combinations(records(milestones), 2):
        a, b = _object(one), _object(other)
        if one["area"] != other["area"] or not a or not b or likeness(a, b) < ONE_THING:
            continue
        same_step = _step(one) == _step(other)
        same_date = dates.same(one["deadline"], other["deadline"])
        if same_date and not same_step:
            yield make("two_steps", "warning", [one, other])
        elif same_step and not same_date:
            yield make("two_dates_of_deliverable", "warning", [one, other])


def _object(row: Row) -> str:
    """A deliverable without its step (申请, 通过, 完成): what it is about."""
    return _STEP_WORDS.sub("", plain(row["deliverable_zh"]))


def _step(row: Row) -> str:
    text = _BRACKET.sub("", str(row["deliverable_zh"]))
    return next((step for step, words in _STEPS.items() if words.search(text)), "")


def plain(text: str) -> str:
    """A name without brackets, marks and small words."""
    return _SIGNS.sub("", _BRACKET.sub("", str(text)))


def stages(plan: Known) -> Iterator[Finding]:
    """Stages that go backwards: a later goal that asks for less than the one before it."""
    for rows in _staged(plan.rows):
        for earlier, later in pairwise(sorted(rows, key=lambda row: row["deadline"])):
            falling = plan.facts.get(later["indicator"], {}).get("direction") == "decrease"
            if earlier["deadline"] < later["deadline"] and _backwards(earlier, later, falling):
                yield make("stage_backwards", "error", [earlier, later], name=name(later))


def _staged(rows: list[Row]) -> Iterator[list[Row]]:
    """Dated rows linked by stage_of, and those of one goal that nobody linked."""
    linked: dict[str, list[Row]] = {}
    loose: list[list[Row]] = []
    for row in rows:
        if not row["deadline"] or pd.isna(row["value"]):
            continue
        if row["stage_of"]:
            linked.setdefault(row["stage_of"], []).append(row)
        elif group := next((g for g in loose if same_goal(g[0], row)), None):
            group.append(row)
        else:
            loose.append([row])
    yield from (*linked.values(), *loose)


def _backwards(earlier: Row, later: Row, falling: bool) -> bool:
    """`falling`: less of the indicator is better, so that a plain = is a ceiling."""
    kinds = {earlier["comparator"], later["comparator"]}
    equal: frozenset[str] = frozenset({comparators.EQUAL})
    if kinds <= comparators.FLOORS | (frozenset() if falling else equal):
        return bool(later["value"] < earlier["value"])
    if kinds <= comparators.CEILINGS | (equal if falling else frozenset()):
        return bool(later["value"] > earlier["value"])
    return False


def parts(plan: Known) -> Iterator[Finding]:
    """Goals for a part that exceed the goal for its whole at the same date and area."""
    limits = comparators.ONE_SIDED | {comparators.EQUAL}
    rows = [row for row in plan.stated if row["comparator"] in limits]
    for pair in pairs("part_of"):
        small = [row for row in rows if row["indicator"] == pair["one"]]
        large = [row for row in rows if row["indicator"] == pair["other"]]
        code = "infant_above_under5" if "mortality" in pair["one"] else "part_above_whole"
        reason = pair["reason_zh"], pair["reason_en"]
        for part, whole in product(small, large):
            if _comparable(part, whole) and part["value"] > whole["value"]:
                yield make(code, "error", [part, whole], reason=reason)


def _comparable(part: Row, whole: Row) -> bool:
    """Same area and unit, and dates that are one or open."""
    if any(part[column] != whole[column] for column in ("area", "group", "per", "unit")):
        return False
    if pd.isna(part["value"]) or pd.isna(whole["value"]):
        return False
    a, b = part["deadline"][:4], whole["deadline"][:4]
    return a == b or not a or not b


def sums(plan: Known) -> Iterator[Finding]:
    """Counts of single places that add up to more than the count given for all of them."""
    adds_up = {comparators.INCREASE_BY, comparators.EQUAL, comparators.MOST}
    targets = plan.targets
    counted = targets[targets["comparator"].isin(adds_up) & targets["value"].notna()]
    counted = counted[counted["each"] == ""]
    counted = counted[counted["unit"].map(units.counts_things).astype(bool)]
    same = ["indicator", "area", "group", "per", "comparator", "unit"]
    for _, group in counted.groupby(same, sort=False):
        rows = records(group)
        some = [row for row in rows if plain(row["scope"])]
        for whole in (row for row in rows if not plain(row["scope"])):
            fits = [row for row in some if _comparable(row, whole)]
            added = sum(row["value"] for row in fits)
            if len(fits) > 1 and added > whole["value"]:
                total = quantity(added, whole["unit"])
                yield make("parts_exceed_whole", "error", [whole, *fits], total=total)
