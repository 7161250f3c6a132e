"""What a goal's words say of the measure it is about: its unit, its kind, which way is better."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from healthplan.language import comparators, units, vocabulary

PLACE = "名"  # the unit of a measure whose figures are places among others
_NO_NUMBER = (comparators.TREND, comparators.REFERENCE)  # a unit beside them is the measure's
_GROWTH = re.compile(f"(?:{vocabulary.alternatives()['growth']}|增长水平)(?:（[^）]*）)?$")
_INCREASE, _DECREASE, _TWO_SIDED = "increase", "decrease", "two-sided"
_ASKED = {"down": _DECREASE, "up": _INCREASE,
          "falling": _DECREASE, "slowing": _DECREASE, "rising": _INCREASE, "steady": _TWO_SIDED}  # fmt: skip


_MEASURED_IN = [(re.compile(row["pattern"]), row["unit"]) for row in vocabulary.rows("measured_in")]
_ADDITIONS = tuple(row["word"] for row in vocabulary.rows("additions"))
_FLOWS = re.compile("^(?!.*累计).*(?:培训|轮训|进修|引进|招聘|招录|选派|讲座|义诊|巡讲|演练)")
_REAL = re.compile("生产总值|GDP|收入|年均", re.IGNORECASE)


def unit_by_name(name: str) -> str:
    """The unit that a measure of this name is counted in; empty where its name does not say."""
    based = units.base_in_name(name)
    found = next((unit for pattern, unit in _MEASURED_IN if pattern.search(name)), "")
    return units.based(found or "人", name) if based else found


def own_unit(goal: Mapping[str, Any]) -> str:
    """The unit of the measure as far as the goal's number is in it; empty for a growth in %, a place, a mark of others."""
    comparator, unit = goal["comparator"], str(goal["unit"])
    if is_growth(str(goal["name"])):
        return "%"
    told = comparator in comparators.STATED | {comparators.INCREASE_BY, *_NO_NUMBER}
    return units.level_unit(unit) if told and unit and not goal.get("each") else ""


def unit(goals: Iterable[Mapping[str, Any]]) -> str:
    """The unit of a measure that several goals are about: as one of them says, else as its name does, else %."""
    rows = list(goals)
    said, named = next(filter(None, map(own_unit, rows)), ""), unit_by_name(str(rows[0]["name"]))
    said = named if (said, named) == ("起", "例") else said  # 不发生…病例 counts cases
    said = "人" if said == PLACE != named else said  # 150名 of a staff are no places
    return said or named or "%"


def kind(name: str, unit: str) -> str:
    """share, rate, level or count; a growth in % is a level, for it may be negative."""
    return "level" if is_growth(name) or unit == PLACE else units.indicator_kind(unit)


def is_growth(name: str) -> bool:
    """Whether a measure is itself a growth (费用增幅)."""
    return bool(_GROWTH.search(name))


def is_addition(name: str, kind: str) -> bool:
    """Whether a count is by its name what was added (新增托位数): such a measure has no level that could rise by so
    much; its figures are added up over the period."""
    return name.startswith(_ADDITIONS) and kind == "count"


def is_flow(name: str, kind: str) -> bool:
    """Whether a count is of what is done in a time (培训人次), so that a goal may mean one year or all together."""
    return kind == "count" and bool(_FLOWS.search(name))


def adds_up(name: str, unit: str) -> bool:
    """Whether a bare number of a measure is what is added over the whole period: of 新增托位 (个), not of 年新增托位."""
    return is_addition(name, kind(name, unit)) and not re.match("当?本?全?年", name)


def grown(name: str) -> str:
    """What a measure is the growth of (医疗费用 of 医疗费用增幅) where the growth of its figures is meant: not the real
    growth of GDP and incomes, nor a mean of several years; empty otherwise."""
    return "" if _REAL.search(name) else _GROWTH.sub("", name)


def direction(goal: Mapping[str, Any], unit: str) -> str:
    """Which way is better as far as one goal says it: increase, decrease, two-sided, or "" where it leaves it open."""
    comparator, value = goal["comparator"], goal["value"]
    if unit == PLACE:
        return _DECREASE
    if comparators.falling(str(goal["name"])):
        return _DECREASE
    if comparator in (comparators.TREND, comparators.REFERENCE):
        side = str(goal.get("side") or "")
        return _ASKED.get(comparators.SIDES.get(side, {}).get("asks", side), "")
    if comparator in comparators.CHANGES - comparators.ASKS_LESS:
        return _DECREASE if float(value) < 0 else _INCREASE
    if comparator in comparators.ASKS_LESS - {comparators.RANK} | comparators.CEILINGS:
        return _DECREASE
    return _INCREASE if comparator in comparators.FLOORS else ""
