"""What the sentences of goals of special kinds name: whose figures, places among others, units, years, conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from healthplan.judging import joined
from healthplan.judging.ranking import first_of
from healthplan.judging.reasons import EVERYBODY
from healthplan.language import groups, units
from healthplan.language.phrases import goal, number, probability
from healthplan.messages import text

if TYPE_CHECKING:
    from healthplan.explanations.goals import Tale

Row = Mapping[Any, Any]
NAMED = 8  # so many areas or groups are named in a sentence


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
    target, lang = tale.target, tale.lang
    return {
        "group": _whose(str(target.get("group") or ""), lang),
        "others": _others(tale),
        **_places(tale),
        **_units(tale),
        **_years(tale),
        **_conditions(tale),
        "printed": tale.value(target["baseline"]),
    }


def _whose(group: str, lang: str) -> str:
    return groups.name(group, lang) or text("gaps.everybody", lang)


def _others(tale: Tale) -> str:
    """The people of whom there are figures in the place of those that the goal is about."""
    known = [one for one in str(tale.gap.get("other_groups") or "").split("|") if one]
    if not known:
        return text("gaps.of_others", tale.lang)
    named = [_whose("" if one == EVERYBODY else one, tale.lang) for one in known]
    return text("gaps.of_groups", tale.lang, groups=_shortened(named, "groups", tale.lang))


def _shortened(named: list[str], what: str, lang: str) -> str:
    """Names one after the other, of many only the first."""
    shown = text("scorecard.list_comma", lang).join(named[:NAMED])
    if len(named) <= NAMED:
        return shown
    return text(f"gaps.and_other_{what}", lang, shown=shown, count=len(named))


def _places(tale: Tale) -> dict[str, Any]:
    """The areas that have no figure yet."""
    gap, lang = tale.gap, tale.lang
    unknown = [tale.area(area) for area in str(gap.get("unknown") or "").split(";") if area]
    nobody = text("gaps.other_areas", lang, area=tale.area(tale.target["reference"]))
    return {"unknown": _shortened(unknown, "areas", lang) or nobody}


def place_words(tale: Tale) -> str:
    """The place that a rank asks for, as what the district is measured against."""
    target, ranked = tale.target, tale.gap["ranked"]
    count = 0 if pd.isna(ranked) else int(ranked)
    first = first_of(float(target["value"]), target["unit"], count)
    return text("gaps.place_of", tale.lang, area=tale.area(target["reference"]), place=first)


def _units(tale: Tale) -> dict[str, Any]:
    """Units of which each one has to meet the condition, and how many do."""
    gap, each = tale.gap, str(tale.target.get("each") or "")
    if not each:
        return {}
    count, all_of_them = gap["latest_count"], gap["latest_exposure"]
    return {
        "each": units.word(each, tale.lang),
        "short_units": "—" if pd.isna(count) or pd.isna(all_of_them) else number(all_of_them - count),
        "condition": goal(tale.target, tale.lang),
        "passing": "—" if pd.isna(count) else number(count),
        "unit_count": "—" if pd.isna(all_of_them) else number(all_of_them),
    }


def _years(tale: Tale) -> dict[str, Any]:
    """The years of a goal for every year: those that met it, missed it, have no figure."""
    some, lang = text("gaps.some_years", tale.lang), tale.lang
    known = {name: [] for name in ("met", "missed", "unknown")}  # type: dict[str, list[int]]
    for row in tale.years:
        found = "unknown" if pd.isna(row["met"]) else "met" if row["met"] else "missed"
        known[found].append(int(row["year"]))
    none, comma = text("gaps.no_years", lang), text("scorecard.list_comma", lang)
    said = {
        name: comma.join(text("gaps.when_1", lang, year=year) for year in years) or none
        for name, years in known.items()
    }
    return {f"{name}_years": words if tale.years else some for name, words in said.items()}


def _conditions(tale: Tale) -> dict[str, Any]:
    """The conditions of a goal that asks for several, each with its status and chance."""
    ids = joined.members(tale.target)
    if not ids:
        return {}
    known = {one: tale.gaps.get(one) for one in ids}
    told = [_condition(tale, one, gap) for one, gap in known.items()]
    order = {one: _strength(gap) for one, gap in known.items()}
    # of all the weakest decides, of one or the other the stronger
    needed = int(joined.needed(tale.target))
    decides = sorted(ids, key=lambda one: order[one], reverse=True)[min(needed, len(ids)) - 1]
    return {
        "members": text("gaps.members_between", tale.lang).join(told),
        "needed": needed,
        "decides": text("scorecard.quoted", tale.lang, name=_called(tale, decides)),
    }


def conditions_met(targets: Iterable[Row], gaps: pd.DataFrame, lang: str) -> list[str]:
    """For each goal that asks for several conditions, how many of them are met now; empty for the others."""
    status = dict(zip(gaps["target_id"], gaps["status"], strict=True))
    out = []
    for target in targets:
        words = [status.get(one, "no_data") for one in joined.members(target)]
        met = sum(word in joined.REACHED for word in words)
        said = text("scorecard.conditions_met", lang, met=met, count=len(words))
        out.append(said if words else "")
    return out


def _called(tale: Tale, target_id: str) -> str:
    target = tale.targets.get(target_id)
    return target_id if target is None else goal_name(target, tale.lang)


def _condition(tale: Tale, target_id: str, gap: Row | None) -> str:
    status = "no_data" if gap is None else str(gap["status"])
    told = {"name": _called(tale, target_id), "status": text(f"status.{status}", tale.lang)}
    chance = None if gap is None else gap["probability_met"]
    if chance is None or pd.isna(chance):
        return text("gaps.member", tale.lang, **told)
    return text("gaps.member_chance", tale.lang, **told, probability=probability(float(chance), tale.lang))


def _strength(gap: Row | None) -> tuple[int, float]:
    """The less the weaker: first what has missed, last what is met."""
    if gap is None or gap["status"] not in joined.ORDER:
        return (0, 0.0)
    chance = gap["probability_met"]
    return (-joined.ORDER.index(gap["status"]), 0.0 if pd.isna(chance) else float(chance))


def hardest(tale: Tale) -> str:
    """The hardest year ahead of a goal for every year, in the place of its deadline; empty for any other goal."""
    gap = tale.gap
    if pd.isna(gap.get("decisive_year")) or pd.isna(gap["projected_value"]):
        return ""
    return text("gaps.hardest_year", tale.lang, year=int(gap["decisive_year"]))
