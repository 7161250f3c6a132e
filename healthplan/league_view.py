"""The straight line for the areas of a larger one beside each other: their figures, league, speeds and trajectories.

:class:`LeagueView` is the line as a value, as :class:`healthplan.line.PlanView` is for a plan.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pandas as pd

from healthplan import tables
from healthplan.errors import Fault, UsageError, one_of
from healthplan.league import league, speeds
from healthplan.line import once
from healthplan.messages import text
from healthplan.projection import project
from healthplan.registers import Registers, area_tree
from healthplan.related import related_to_parts
from healthplan.vintages import Figures, known_at, vintages

FEWEST = 3  # areas with figures, below which there is nothing to compare
COUNTS = "counts"  # what projects rare events
LAST_YEAR = 2100
TABLES = ("league", "speeds", "trajectories", "observations")
AHEAD = 3  # years looked ahead, unless somebody says more


@dataclass(frozen=True, eq=False, repr=False)
class LeagueView:
    """The areas of a larger one (``above``, its id) with all figures of the ``indicators`` compared.

    ``areas``: the ids of its parts, in the order of the register; ``vintages``: every area's printed figures in all their
    editions; ``to``: the year looked ahead to; ``doubts``: what was asked about the user's own figures. The other tables are
    made when first asked for, and once.
    """

    above: str
    areas: tuple[str, ...]
    indicators: tuple[str, ...]
    registers: Registers
    vintages: pd.DataFrame
    as_of: int
    to: int
    method: str
    lang: str
    doubts: tuple[Fault, ...] = ()
    newest: bool = False  # nobody asked for a year: the newest edition of each figure counts

    def __repr__(self) -> str:
        """Which areas, which indicators, up to when, in two lines."""
        names = text("league.comma", self.lang).join(map(self.indicator_name, self.indicators))
        fields = {"area": self.area_name(self.above), "areas": len(self.areas), "as_of": self.as_of}
        return text("league.shown", self.lang, names=names, indicators=len(self.indicators), **fields)

    def in_language(self, lang: str) -> LeagueView:
        """The same with words in ``lang``; tables that have been made are not made again."""
        other = replace(self, lang=lang)
        other.__dict__.update({k: v for k, v in self.__dict__.items() if k not in self.__dataclass_fields__})
        return other

    def table(self, name: str) -> pd.DataFrame:
        """``league``, ``speeds``, ``trajectories`` or ``observations`` as a plain DataFrame of your own, the names of area
        and indicator first. Raises :class:`UsageError` for another name, with all there are."""
        one_of("name", name, TABLES)
        found: pd.DataFrame = getattr(self, name).copy()
        found.insert(0, "indicator_name", found["indicator"].map(self.indicator_name).astype("str"))
        found.insert(0, "name", found["area"].map(self.area_name).astype("str"))
        return found

    def indicator_name(self, indicator: str) -> str:
        """The name of an indicator in the language of words."""
        return self.registers.indicator_name(indicator, self.lang)

    def area_name(self, area: str) -> str:
        """The name of an area in the language of words."""
        return self.registers.area_name(area, self.lang)

    def unit(self, indicator: str) -> str:
        """The registered unit of an indicator."""
        return self.registers.unit(indicator)

    @cached_property
    def known(self) -> pd.DataFrame:
        """Every area's figures as they were known at ``as_of``, and the rates that their counts allow."""
        return known_at(None if self.newest else self.as_of, self.vintages, self.registers)

    @cached_property
    def observations(self) -> pd.DataFrame:
        """The figures that are compared: of whole years, of everybody, of the areas and indicators (table *observations*)."""
        rows = _whole(self.known, self.areas)
        return rows[rows["indicator"].isin(self.indicators)].reset_index(drop=True)

    @cached_property
    def _ranked(self) -> pd.DataFrame:
        return league(self.observations, self.registers.indicators)

    @cached_property
    def trajectories(self) -> pd.DataFrame:
        """Table *trajectories* of the series compared, up to ``to``; short ones borrow from the other areas and those above. Rare
        events, of which the league knows the next count, stay at its level: one outlook on every page."""
        paths, told = self._known_ahead(), self._ranked.set_index(["indicator", "area"])
        told = told.loc[told["outlook"].notna(), ["outlook", "outlook_lower_80", "outlook_upper_80"]]
        if told.empty:
            return paths
        of_counts = told.reindex(pd.MultiIndex.from_frame(paths[["indicator", "area"]])).set_axis(paths.index)
        ahead = of_counts["outlook"].notna() & (paths["kind"] != "observed")
        paths = paths.copy()
        paths.loc[ahead, ["value", "lower_80", "upper_80"]] = of_counts.loc[ahead].to_numpy()
        others = [name for name in paths if re.fullmatch(r"(lower|upper)_95|q\d+", str(name))]
        paths.loc[ahead, others] = float("nan")
        paths.loc[ahead, "method"] = COUNTS
        return paths

    def _known_ahead(self) -> pd.DataFrame:
        """What is projected, without rates of which nobody can say how far luck made them: those that are not ranked."""
        about, placed = self.registers.indicators, self._ranked.groupby("indicator")["place"].count()
        rates = about.loc[about["indicator_kind"] == "rate", "indicator"]
        dark = self._projected["indicator"].isin(rates) & (self._projected["indicator"].map(placed).fillna(0) == 0)
        return self._projected[~(dark & (self._projected["kind"] != "observed"))].reset_index(drop=True)

    @cached_property
    def _projected(self) -> pd.DataFrame:
        rows = self.known[self.known["indicator"].isin(self.indicators)]
        given = (rows, self.registers.indicators, self.to, self.as_of, self.method, self.registers.areas)

        def made() -> pd.DataFrame:
            how: dict[str, Any] = {"to": self.to, "as_of": self.as_of, "method": self.method}
            paths = project(rows, self.registers.indicators, areas=self.registers.areas, **how)
            mine = tables.of_groups(paths)
            return paths[(mine["area"].isin(self.areas) & (mine["group"] == "")).to_numpy()].reset_index(drop=True)

        return once("paths of a league", given, made)

    @cached_property
    def league(self) -> pd.DataFrame:
        """Table *league*, indicator by indicator, the best place first; areas that are not ranked last, as the register
        has them. The outlook is that of the trajectories, of rare events that of :func:`healthplan.league.league`."""
        found = self._with_silent(self._ranked)
        ahead = self.trajectories[(self.trajectories["year"] == self.to) & (self.trajectories["kind"] != "observed")]
        names = {"value": "outlook", "lower_80": "outlook_lower_80", "upper_80": "outlook_upper_80"}
        keys = ["indicator", "area"]
        others = found[keys].merge(ahead[[*keys, *names]].rename(columns=names), on=keys, how="left")
        told = found["outlook"].notna()
        found = found.assign(**{name: found[name].where(told, others[name]) for name in names.values()})
        found["outlook_year"] = found["outlook_year"].mask(found["outlook"].notna(), self.to)
        return tables.check(self._in_order(found)[tables.columns("league")], "league")

    @cached_property
    def speeds(self) -> pd.DataFrame:
        """Table *speeds*, indicator by indicator, the fastest first."""
        return tables.check(self._in_order(speeds(self.observations, self.registers.indicators)), "speeds")

    def _with_silent(self, found: pd.DataFrame) -> pd.DataFrame:
        """The league with the areas of which no figure is known, as rows that say so."""
        every = pd.MultiIndex.from_product([self.indicators, self.areas], names=["indicator", "area"])
        silent = every.difference(pd.MultiIndex.from_frame(found[["indicator", "area"]]), sort=False)
        rows = silent.to_frame(index=False).assign(than_typical="unknown", basis="none")
        return pd.concat([found, rows], ignore_index=True) if len(rows) else found

    def _in_order(self, rows: pd.DataFrame) -> pd.DataFrame:
        at = {"one": rows["indicator"].map(self.indicators.index), "area_at": rows["area"].map(self.areas.index)}
        ordered = rows.assign(**at).sort_values(["one", "place", "area_at"], na_position="last", kind="stable")
        return ordered.drop(columns=list(at)).reset_index(drop=True)


def _whole(figures: pd.DataFrame, areas: Sequence[str]) -> pd.DataFrame:
    """The figures of these areas that are of whole years and of everybody."""
    rows = tables.of_groups(figures)
    return rows[rows["area"].isin(areas) & (rows["group"] == "") & (rows["period"].fillna("") == "")]


def view(
    above: str,
    *,
    indicators: Sequence[str] = (),
    files: Sequence[Figures] = (),
    as_of: int | None = None,
    to: int | None = None,
    method: str = "ensemble",
    lang: str = "zh",
    known: Registers,
) -> LeagueView:
    """The areas that lie directly in ``above``, with their figures. ``indicators``: ids; none: all of which at least half
    of the areas have figures. ``as_of``: None is
    the newest year of these figures. Raises :class:`UsageError` for an area without parts, an indicator that is not registered,
    or one of which fewer than three areas have figures."""
    tree = area_tree(known.areas)
    changes = known.area_changes[known.area_changes["year"] <= (as_of or LAST_YEAR)]
    gone = {*changes["old"]} - {*changes["new"]}  # one that goes on under its own name stands in both
    parts = [one for one in tree.inside(above) if tree.rank[one] != "former" and one not in gone]
    if len(parts) < FEWEST:
        raise UsageError(Fault("LEAGUE-PARTS", column="parts_of", value=above, fields={"count": len(parts)}))
    found, doubts = vintages(files, as_of, above, known)
    found = related_to_parts(above, found, known)
    until = as_of or int(found["year"].max())
    empty = LeagueView(above, tuple(parts), (), known, found, until, 0, method, lang, doubts, as_of is None)
    rows = _whole(empty.known, parts)
    areas = rows.groupby("indicator")["area"].nunique()
    registered = list(known.indicators["indicator"])
    for one in indicators:
        if one not in registered:
            raise UsageError(Fault("LEAGUE-INDICATOR", column="indicators", value=one))
        if areas.get(one, 0) < FEWEST:
            fields = {"count": int(areas.get(one, 0)), "fewest": FEWEST, "area": above}
            raise UsageError(Fault("LEAGUE-FIGURES", column="indicators", value=one, fields=fields))
    usual = [one for one in registered if areas.get(one, 0) >= max(FEWEST, len(parts) / 2)]
    chosen = tuple(dict.fromkeys(indicators)) or tuple(usual)
    if not chosen:
        raise UsageError(Fault("LEAGUE-NONE", column="parts_of", value=above))
    year = as_of or int(rows.loc[rows["indicator"].isin(chosen), "year"].max())
    made = replace(empty, indicators=chosen, as_of=year, to=to or year + AHEAD)
    made.__dict__["known"] = empty.known
    return made
