"""Trajectories as they would be if something were so: an own pace, another population to come.

Nothing here says how likely a supposition is; it keeps the ups and downs that the projection expects anyway. An own pace
moves every quantile of a year by what its median moves. Another population keeps the people, beds and places (a stock per
population): its rate is the projected one x the population projected / the population supposed. A rate of events, and a
share, stays as it is: more people have more events. Between the last figure of the population and those supposed it goes
on a straight line, after them it changes as it was projected to.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from healthplan import tables
from healthplan.distribution import COLUMNS
from healthplan.judging.outlook import SHOWN
from healthplan.language.names import RESIDENTS

MOVED = [*dict.fromkeys((*SHOWN, *COLUMNS))]  # a row's value and quantiles
About = Mapping[str, Mapping[str, Any]]


class OwnPace(NamedTuple):
    """An own pace of one series (indicator, area, group) as it was stated, and where it leads, by year."""

    series: tuple[str, str, str]
    stated: tuple[str, float]
    course: tuple[tuple[int, float], ...]


class People(NamedTuple):
    """So many people in an area at the end of a year to come."""

    area: str
    year: int
    value: float


class Told(NamedTuple):
    """One supposition as it was stated: ``kind`` observation, population, target, deadline, leavers or pace, and what a
    sentence says of it."""

    kind: str
    of: str  # an indicator or a target
    where: str
    year: int | None
    value: Any
    rest: str = ""  # of a pace its kind, of an observation how it was completed


class Supposed(NamedTuple):
    """What is supposed in a plan. ``leavers``: by indicator the share of a stock that leaves a year."""

    told: tuple[Told, ...] = ()
    paces: tuple[OwnPace, ...] = ()
    people: tuple[People, ...] = ()
    leavers: tuple[tuple[str, float], ...] = ()

    @property
    def ahead(self) -> bool:
        """Whether the years to come are other than projected."""
        return bool(self.paces or self.people)


NOTHING = Supposed()


def as_supposed(trajectories: pd.DataFrame, about: About, what: Supposed) -> pd.DataFrame:
    """The table *trajectories* with the rows ahead as they would be, and the column ``supposed``; ``about``: the row of each
    indicator. Values stay within their natural bounds; series of which nothing is supposed stay as they are, bit for bit."""
    out = trajectories.assign(supposed=False)
    for area in dict.fromkeys(one.area for one in what.people):
        _with_people(out, about, area, {one.year: one.value for one in what.people if one.area == area})
    for one in what.paces:
        _with_pace(out, about[one.series[0]], one)
    return out


def stocks(about: About) -> list[str]:
    """The indicators that are a stock per resident population."""
    return [i for i, row in about.items() if row["denominator"] == RESIDENTS and row["stock"] == "yes"]


def _with_pace(out: pd.DataFrame, indicator: Mapping[str, Any], own: OwnPace) -> None:
    course_of = dict(own.course)
    mine = _of(out, *own.series) & out["year"].isin(list(course_of))
    course = out.loc[mine, "year"].map(course_of).to_numpy(float)
    # of intervals from counts the value is the course of the rate, and the median another number
    middle = out.loc[mine, "q50"].fillna(out.loc[mine, "value"]).to_numpy(float)
    moved = out.loc[mine, MOVED].to_numpy(float) + (course - middle)[:, None]
    low, high = indicator["lower_bound"], indicator["upper_bound"]
    out.loc[mine, MOVED] = np.clip(moved, None if pd.isna(low) else low, None if pd.isna(high) else high)
    out.loc[mine, "supposed"] = True


def _with_people(out: pd.DataFrame, about: About, area: str, stated: Mapping[int, float]) -> None:
    ahead = _of(out, RESIDENTS, area, "")
    projected = dict(zip(out.loc[ahead, "year"].tolist(), out.loc[ahead, "value"].tolist(), strict=True))
    seen = out[_of(out, RESIDENTS, area, "", ahead=False)].sort_values("year").tail(1)
    known = {int(seen["year"].iloc[0]): float(seen["value"].iloc[0]), **stated}
    path = {year: _on_the_way(year, known, projected) for year in projected}
    for year, value in path.items():
        out.loc[ahead & (out["year"] == year), MOVED] = value
    whose = tables.of_groups(out)
    rated = (whose["area"] == area) & whose["indicator"].isin(stocks(about)) & (out["kind"] != "observed")
    rated &= out["year"].isin(list(path))
    factor = out.loc[rated, "year"].map({year: projected[year] / path[year] for year in path}).astype("float64")
    out.loc[rated, MOVED] = out.loc[rated, MOVED].mul(factor, axis=0)
    out.loc[rated, "supposed"] = True


def _on_the_way(year: int, known: Mapping[int, float], projected: Mapping[int, float]) -> float:
    """The population of a year between the years known, or after them."""
    last = max(known)
    if year > last:
        return known[last] * projected[year] / projected.get(last, known[last])
    years = sorted(known)
    return float(np.interp(year, years, [known[one] for one in years]))


def _of(out: pd.DataFrame, indicator: str, area: str, group: str, *, ahead: bool = True) -> pd.Series:
    """The rows ahead of a series, or those seen."""
    mine = (out["indicator"] == indicator) & (out["area"] == area) & (tables.of_groups(out)["group"] == group)
    return mine & ((out["kind"] != "observed") == ahead)
