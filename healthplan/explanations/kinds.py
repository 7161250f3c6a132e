"""One judged goal with all that its sentences may name: its own name, what it is held against, and, of special kinds,
whose figures, places among others, units, years, conditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from healthplan.judging import joined
from healthplan.judging.ranking import first_of
from healthplan.judging.reasons import EVERYBODY
from healthplan.language import comparators, groups, units
from healthplan.language.phrases import goal, number, points, probability, quantity
from healthplan.messages import text

Row = Mapping[Any, Any]
NAMED = 8  # so many areas or groups are named in a sentence


@dataclass(frozen=True)
class Tale:
    """One gap with all that its sentences may name. ``targets`` and ``gaps``: by id, to name the related ones and the
    conditions of a goal; ``measures``: the indicators by id; ``years``: its rows of that table."""

    gap: Row
    target: Row
    indicator: Row
    chosen: Row
    areas: Mapping[str, str]
    targets: Mapping[str, Row]
    lang: str
    measures: Mapping[str, Row] = field(default_factory=dict)
    gaps: Mapping[str, Row] = field(default_factory=dict)
    years: Sequence[Row] = ()

    @property
    def unit(self) -> str:
        """The unit of the figures; of places their own words."""
        return units.written_unit(self.indicator)

    def say(self, key: str, **fields: Any) -> str:
        """A sentence of gaps.csv, or of another part where the key names it."""
        return text(key if "." in key else f"gaps.{key}", self.lang, **fields)

    def join(self, parts: Iterable[str]) -> str:
        """Sentences one after the other."""
        return ("" if self.lang == "zh" else " ").join(parts)

    def listed(self, names: Iterable[str]) -> str:
        """Names one after the other."""
        return self.say("scorecard.list_comma").join(names)

    def value(self, amount: Any) -> str:
        """A figure with its unit, a dash where there is none."""
        return "—" if pd.isna(amount) else quantity(amount, self.unit, self.lang)

    def difference(self, amount: Any) -> str:
        """A difference of two figures."""
        return "—" if pd.isna(amount) else points(amount, self.unit, self.lang)

    def area(self, area: Any) -> str:
        """An area by its name."""
        return self.areas.get(area, "" if pd.isna(area) else area)

    def called(self, target_id: str) -> str:
        """Another goal of the plan by its name; by its id where the plan has none of it."""
        known = self.targets.get(target_id)
        return target_id if known is None else goal_name(known, self.lang)

    def reference(self) -> str:
        """What the goal is measured against, or whose figures stand beside it; of a rank the place that it asks for."""
        if self.target["comparator"] == comparators.RANK:
            ranked = self.gap["ranked"]
            first = first_of(float(self.target["value"]), self.target["unit"], 0 if pd.isna(ranked) else int(ranked))
            return self.say("place_of", area=self.area(self.target["reference"]), place=first)
        if self.target.get("reference_indicator"):
            return reference_name(self.target, self.measures, self.areas, self.lang)
        return self.area(self.gap["reference_area"] or self.target["reference"])


def goal_name(target: Row, lang: str) -> str:
    """The goal's name with its group: 孕产妇死亡率（农村); a name that says its group itself stays as it is."""
    name, group = str(target[f"name_{lang}"]), str(target.get("group") or "")
    own = [one for one in group.split(";") if one and not _says(name, one, lang)]
    return groups.of(name, ";".join(own), lang)


def _says(name: str, group: str, lang: str) -> bool:
    words = {groups.name(group, lang), *(groups.spellings(group) if lang == "zh" else ())}
    return any(word and word.casefold() in name.casefold() for word in words)


def reference_name(target: Row, indicators: Mapping[str, Row], areas: Mapping[str, str], lang: str) -> str:
    """What a goal is measured against: an area, another measure (of another area: both), or whose parts are ranked."""
    area, other = str(target["reference"] or ""), str(target.get("reference_indicator") or "")
    place = areas.get(area, area)
    if not other:
        return place
    measure = str(indicators.get(other, {}).get(f"name_{lang}", other))
    if measure[1:2].islower():  # within a sentence; GDP stays as it is
        measure = measure[0].lower() + measure[1:]
    if area in ("", target["area"]):
        return measure
    return text("gaps.measure_of", lang, measure=measure, area=place)


def fields(tale: Tale) -> dict[str, Any]:
    """Every word that only the sentences of these goals use."""
    gap, target = tale.gap, tale.target
    unknown = [tale.area(area) for area in str(gap.get("unknown") or "").split(";") if area]
    nobody = tale.say("other_areas", area=tale.area(target["reference"]))
    return {
        "group": _whose(tale, str(target.get("group") or "")),
        "others": _others(tale),
        "unknown": _shortened(tale, unknown, "areas") or nobody,  # the areas that have no figure yet
        **_units(tale),
        **_years(tale),
        **_conditions(tale),
        "printed": tale.value(target["baseline"]),
    }


def _whose(tale: Tale, group: str) -> str:
    return groups.name(group, tale.lang) or tale.say("everybody")


def _others(tale: Tale) -> str:
    """The people of whom there are figures in the place of those that the goal is about."""
    known = [one for one in str(tale.gap.get("other_groups") or "").split("|") if one]
    if not known:
        return tale.say("of_others")
    named = [_whose(tale, "" if one == EVERYBODY else one) for one in known]
    return tale.say("of_groups", groups=_shortened(tale, named, "groups"))


def _shortened(tale: Tale, named: list[str], what: str) -> str:
    """Names one after the other, of many only the first."""
    shown = tale.listed(named[:NAMED])
    return shown if len(named) <= NAMED else tale.say(f"and_other_{what}", shown=shown, count=len(named))


def _units(tale: Tale) -> dict[str, Any]:
    """Units of which each one has to meet the condition, and how many do."""
    each = str(tale.target.get("each") or "")
    if not each:
        return {}
    count, every = tale.gap["latest_count"], tale.gap["latest_exposure"]
    say = lambda amount: "—" if pd.isna(amount) else number(amount)  # noqa: E731
    told = {"short_units": say(every - count), "passing": say(count), "unit_count": say(every)}
    return {"each": units.word(each, tale.lang), "condition": goal(tale.target, tale.lang), **told}


def _years(tale: Tale) -> dict[str, Any]:
    """The years of a goal for every year: those that met it, missed it, have no figure."""
    known: dict[str, list[str]] = {"met": [], "missed": [], "unknown": []}
    for row in tale.years:
        found = "unknown" if pd.isna(row["met"]) else "met" if row["met"] else "missed"
        known[found].append(tale.say("when_1", year=int(row["year"])))
    nothing = tale.say("no_years") if tale.years else tale.say("some_years")
    return {f"{name}_years": tale.listed(years) or nothing for name, years in known.items()}


def _conditions(tale: Tale) -> dict[str, Any]:
    """The conditions of a goal that asks for several, each with its status and chance."""
    ids = joined.members(tale.target)
    if not ids:
        return {}
    # of all the weakest decides, of one or the other the stronger
    needed = int(joined.needed(tale.target))
    strongest = sorted(ids, key=lambda one: _strength(tale.gaps.get(one)), reverse=True)
    decides = strongest[min(needed, len(ids)) - 1]
    return {
        "members": tale.say("members_between").join(_condition(tale, one) for one in ids),
        "needed": needed,
        "decides": tale.say("scorecard.quoted", name=tale.called(decides)),
    }


def _condition(tale: Tale, target_id: str) -> str:
    gap = tale.gaps.get(target_id, {"status": "no_data", "probability_met": None})
    told = {"name": tale.called(target_id), "status": tale.say(f"status.{gap['status']}")}
    chance = gap["probability_met"]
    if pd.isna(chance):
        return tale.say("member", **told)
    return tale.say("member_chance", **told, probability=probability(float(chance), tale.lang))


def _strength(gap: Row | None) -> tuple[int, float]:
    """The less the weaker: first what has missed, last what is met."""
    if gap is None or gap["status"] not in joined.ORDER:
        return (0, 0.0)
    chance = gap["probability_met"]
    return (-joined.ORDER.index(gap["status"]), 0.0 if pd.isna(chance) else float(chance))


def conditions_met(targets: Iterable[Row], gaps: pd.DataFrame, lang: str) -> list[str]:
    """For each goal that asks for several conditions, how many of them are met now; empty for the others."""
    reached = gaps["status"].isin(joined.REACHED)
    reached |= gaps["status"].isin(joined.ORDER) & (gaps["needed_from_today"] <= 0)  # though it may be lost by then
    holds = dict(zip(gaps["target_id"], reached, strict=True))
    out = []
    for target in targets:
        met = [bool(holds.get(one)) for one in joined.members(target)]
        said = text("scorecard.conditions_met", lang, met=sum(met), count=len(met))
        out.append(said if met else "")
    return out


def hardest(tale: Tale) -> str:
    """The hardest year ahead of a goal for every year, in the place of its deadline; empty for any other goal."""
    gap = tale.gap
    if pd.isna(gap.get("decisive_year")) or pd.isna(gap["projected_value"]):
        return ""
    return tale.say("hardest_year", year=int(gap["decisive_year"]))
