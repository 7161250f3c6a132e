"""A whole against its groups, against each of its units, and a rank against the peers that are ranked."""

from collections.abc import Iterator, Mapping
from itertools import product

import pandas as pd

from healthplan.consistency.contradictions import ALIKE, plain
from healthplan.consistency.finding import Finding, Row, Words, both, listed, make, quantity
from healthplan.consistency.known import Known
from healthplan.language import comparators, groups
from healthplan.language import units as known_units
from healthplan.language.names import likeness
from healthplan.language.vocabulary import pairs

_GOALS = {"above": "groups_all_above", "below": "groups_all_below"}
_FIGURES = {"above": "figures_all_above", "below": "figures_all_below"}
ROUNDED = 0.01  # a whole may lie outside its groups by this share of itself: all three figures were rounded


def group_range(plan: Known) -> Iterator[Finding]:
    """Wholes that lie above or below all of the groups that make them up: goals of one date, and figures of one
    year."""
    rows = [row for row in plan.stated if comparators.side(row["comparator"]) != "both"]
    for whole in (row for row in rows if not row["group"]):
        for one, other in _halves():
            found = {row["group"]: row for row in reversed(rows) if _beside(row, whole)}
            parts = [found[group] for group in (one, other) if group in found]
            # a rate of everybody lies between those of two groups that are everybody
            rates = len(parts) == 2 and not _adds_up(whole, plan)
            if rates and (way := _side_of(whole["value"], [row["value"] for row in parts])):
                named = listed(both(_group_goal, row) for row in parts)
                yield make(_GOALS[way], "warning", [whole, *parts], groups=named)
    for part, whole in product(rows, rows):
        grouped = part["group"] and not whole["group"] and _beside(part, whole)
        if grouped and _adds_up(part, plan) and part["value"] > whole["value"]:
            yield make("group_above_whole", "error", [part, whole])
    for row in {row["indicator"]: row for row in plan.rows if row["group"]}.values():
        yield from _figures_outside(row, plan)


def _halves() -> list[tuple[str, str]]:
    """Two groups that are everybody together."""
    return [(pair["one"], pair["other"]) for pair in pairs("halves")]


def _beside(part: Row, whole: Row) -> bool:
    same = ("indicator", "area", "per", "unit")
    sides = {comparators.side(row["comparator"]) for row in (part, whole)}
    return (
        all(part[column] == whole[column] for column in same)
        and part["deadline"][:4] == whole["deadline"][:4]
        and len(sides) == 1
    )


def _side_of(whole: float, parts: list[float]) -> str:
    """Where all parts lie as seen from the whole: above, below, or "" where it lies among them."""
    slack = ROUNDED * abs(whole)
    if min(parts) > whole + slack:
        return "above"
    return "below" if max(parts) < whole - slack else ""


def _group_goal(row: Row, lang: str) -> str:
    between = "" if lang == "zh" else " "
    return f"{groups.name(row['group'], lang)}{between}{quantity(row['value'], row['unit'])[lang != 'zh']}"


def _adds_up(row: Row, plan: Known) -> bool:
    """Whether figures of this measure are counts, which add up."""
    return plan.facts.get(row["indicator"], {}).get("indicator_kind") in ("count", "event")


def _figures_outside(row: Row, plan: Known) -> Iterator[Finding]:
    """The newest year in which the figures of two groups both lie on one side of the figure of everybody."""
    whole = plan.by_year(row["indicator"], row["area"])
    for halves in _halves() if whole and not _adds_up(row, plan) else ():
        parts = [plan.by_year(row["indicator"], row["area"], group) for group in halves]
        for year in sorted(set(whole).intersection(*parts), reverse=True):
            values = [part[year] for part in parts]
            if way := _side_of(whole[year], values):
                told = [both(_group_goal, {**row, "group": g, "value": v}) for g, v in zip(halves, values, strict=True)]  # fmt: skip
                yield make(
                    _FIGURES[way], "warning", [row], year=year,
                    whole=quantity(whole[year], row["unit"]), groups=listed(told),
                )  # fmt: skip
                break


def each_against_total(plan: Known) -> Iterator[Finding]:
    """So many in each unit against the goal for all of them together."""
    each = [row for row in plan.rows if row["each"] and row["comparator"] in comparators.FLOORS]
    for one, total in product(each, [row for row in plan.stated if not row["group"]]):
        if not _of_one_thing(one, total):
            continue
        if not known_units.counts_things(one["unit"]):
            if total["value"] < one["value"] and total["comparator"] in comparators.FLOORS:
                yield make("whole_below_each", "warning", [total, one], each=_unit_of(one))
            continue
        # how many units there are: the newest denominator of the share of units that meet it
        known = plan.observations.reindex(columns=["indicator", "area", "year", "denominator"])
        here = known[(known["indicator"] == one["indicator"]) & (known["area"] == one["area"])]
        for count in here.sort_values("year")["denominator"].dropna().astype(float).tail(1):
            if total["value"] < count * one["value"]:
                told = {"each": _unit_of(one), "count": f"{count:,.0f}"}
                needed = quantity(count * one["value"], one["unit"])
                yield make("each_above_total", "warning", [total, one], needed=needed, **told)


def _unit_of(row: Row) -> Words:
    """The unit of which each one has to meet the goal."""
    return both(known_units.word, row["each"])


def _of_one_thing(one: Row, total: Row) -> bool:
    """A condition of each unit, and a goal for all of them, about one thing by one date."""
    dates = {row["deadline"][:4] for row in (one, total)} - {""}
    measured = known_units.counts_things(one["unit"]) == known_units.counts_things(total["unit"])
    alike = likeness(plain(one["name_zh"]), plain(total["name_zh"])) >= ALIKE
    return one["area"] == total["area"] and len(dates) <= 1 and bool(measured) and alike


def ranks(plan: Known) -> Iterator[Finding]:
    """Ranks that everyone has, and values that would not bring the rank asked for beside them."""
    for row in plan.rows:
        if row["comparator"] != comparators.RANK or pd.isna(row["value"]):
            continue
        among = [row["area"], *plan.tree.peers(row["area"])]
        place = row["value"] if row["unit"] != "%" else row["value"] / 100 * len(among)
        told = {"count": len(among), "where": plan.area_name(row["reference"])}
        if len(among) > 1 and place >= len(among):
            yield make("rank_of_everyone", "warning", [row], **told)
            continue
        for value in (r for r in plan.stated if r["comparator"] in comparators.ONE_SIDED):
            same = all(value[column] == row[column] for column in ("indicator", "area", "group"))
            if same and len({value["deadline"][:4], row["deadline"][:4]} - {""}) <= 1:
                yield from _short_of_rank(row, value, int(place + 1e-9), plan)


def _short_of_rank(rank: Row, value: Row, place: int, plan: Known) -> Iterator[Finding]:
    """The value asked for is behind where the peer that holds the last place asked for stands already."""
    up = 1 if value["comparator"] in comparators.FLOORS else -1
    peers: Mapping[str, tuple[int, float]] = {
        area: series.latest
        for area in plan.tree.peers(rank["area"])
        if (series := plan.series(rank["indicator"], area, rank["group"])) is not None
    }
    best = sorted(peers.items(), key=lambda peer: -up * peer[1][1])
    if 0 < place <= len(best):
        area, (year, held) = best[place - 1]
        if up * (held - value["value"]) > 0:
            told = {"peer": plan.area_name(area), "held": quantity(held, value["unit"])}
            yield make("value_short_of_rank", "warning", [value, rank], year=year, place=place, **told)
