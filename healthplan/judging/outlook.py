"""What is expected at one year as a distribution: probabilities, quantiles, differences of two. Rare events have the
distribution of their count instead; the rate follows from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from healthplan import distribution, tables
from healthplan.counts.forecast import CountForecast
from healthplan.distribution import TIE
from healthplan.language import units

SHOWN = ("lower_95", "lower_80", "value", "upper_80", "upper_95")
LEVELS = tuple(distribution.LEVELS.tolist())
DRAWS = 400  # evenly spaced quantiles a side when two outlooks are compared


@dataclass(frozen=True)
class Outlook:
    """Quantiles of the value at one year, ascending, in the indicator's unit. ``places``: of a place among others,
    which is whole: the nearest one."""

    values: tuple[float, ...]
    places: bool = False

    def at_most(self, x: float) -> float:
        """P(Y <= x)."""
        return self._cdf(math.floor(x + TIE) + 0.5 if self.places else x)

    def below(self, x: float) -> float:
        """P(Y < x)."""
        return self._cdf(math.ceil(x - TIE) - 0.5 if self.places else x, strict=True)

    def rising(self, points: np.ndarray) -> np.ndarray:
        """P(Y <= x) at each of many points."""
        asked = np.floor(points + TIE) + 0.5 if self.places else points
        return distribution.cdf(np.tile(self.values, (len(points), 1)), asked)

    def quantile(self, p: float) -> float:
        """The value below which Y lies with probability ``p`` (0 < p < 1)."""
        return float(self.quantiles(np.array([p]))[0])

    def quantiles(self, p: np.ndarray) -> np.ndarray:
        """The values below which Y lies with probabilities ``p``."""
        found = distribution.value_at(np.array(self.values), p)
        return np.array([whole_place(float(one)) for one in found]) if self.places else found

    def _cdf(self, x: float, *, strict: bool = False) -> float:
        return float(distribution.cdf(np.array([self.values]), x, strict=strict)[0])


@dataclass(frozen=True)
class CountOutlook:
    """The value at one year from the forecast of its count: ``scale`` is the value of one event, in the indicator's
    unit (1 for a count, per / exposure for a rate)."""

    forecast: CountForecast
    scale: float

    def at_most(self, x: float) -> float:
        """P(Y <= x)."""
        return self.forecast.at_most(math.floor(x / self.scale + TIE))

    def below(self, x: float) -> float:
        """P(Y < x)."""
        return self.forecast.at_most(math.ceil(x / self.scale - TIE) - 1)

    def rising(self, points: np.ndarray) -> np.ndarray:
        """P(Y <= x) at each of many points."""
        return np.array([self.at_most(float(x)) for x in points])

    def quantile(self, p: float) -> float:
        """The smallest value that is reached or undercut with probability ``p``."""
        return self.forecast.quantile(p) * self.scale

    def quantiles(self, p: np.ndarray) -> np.ndarray:
        """The smallest values that are reached or undercut with probabilities ``p``."""
        return np.array([self.quantile(float(one)) for one in p])


Expected = Outlook | CountOutlook


def whole_place(value: float) -> float:
    """The nearest place."""
    return float(max(1, math.floor(value + 0.5)))


def difference(mine: Expected, theirs: Expected) -> Outlook:
    """The difference of two values, taken as independent (wider than if they move together) and centred on the
    difference of their medians, the figures that stand on the page."""
    middle = (np.arange(DRAWS) + 0.5) / DRAWS
    one, other = (each.quantiles(middle) for each in (mine, theirs))
    found = np.quantile((one[:, None] - other[None, :]).ravel(), LEVELS)
    moved = found - found[LEVELS.index(0.5)] + mine.quantile(0.5) - theirs.quantile(0.5)
    return Outlook(tuple(moved.tolist()))


def is_quantile(column: str) -> bool:
    """Whether a column of *trajectories* holds a quantile of the projected value."""
    return column in SHOWN or column in distribution.COLUMNS


def certain(value: float) -> Outlook:
    """An observed value as an outlook without width."""
    return Outlook((float(value),) * len(LEVELS))


def from_row(row: Mapping[str, Any], *, places: bool = False) -> Outlook | None:
    """The outlook of one projected row (see :class:`Outlook`), or None where it has no quantiles."""
    values = [float(row.get(name, math.nan)) for name in distribution.COLUMNS]
    if not all(map(math.isfinite, values)):
        return None
    return Outlook(tuple(np.maximum.accumulate(values).tolist()), places)


def _summed(trajectories: pd.DataFrame, chart: Mapping[str, Any]) -> pd.DataFrame:
    """The trajectories with the chart's own series as its sums since the first of its years, up to the deadline."""
    own = (trajectories["indicator"] == chart["indicator"]) & (trajectories["area"] == chart["own_area"])
    own &= tables.of_groups(trajectories)["group"] == chart["group"]
    rows = trajectories[own].sort_values("year")
    rows = rows[rows["year"].between(chart["summed_since"], chart["deadline_year"])]
    known = rows["value"].where(rows["kind"] == "observed", 0).sum()
    sums = {"value": rows["value"].cumsum()}
    ahead = rows["kind"] != "observed"
    for name in (c for c in rows.columns if is_quantile(c) and c != "value"):
        sums[name] = rows[name].where(ahead, 0).cumsum().where(ahead) + known
    return pd.concat([trajectories[~own], rows.assign(**sums)], ignore_index=True)


def as_judged(trajectories: pd.DataFrame, chart: Mapping[str, Any]) -> pd.DataFrame:
    """The trajectories with the end of the chart's own projection as it was judged (a row of ``explanations.scorecards.charts``): the
    median and the interval of the gap table. Of a rare event, judged by counts, only that end is shown; where nothing is
    judged, no projection is."""
    if pd.notna(chart.get("summed_since")):
        trajectories = _summed(trajectories, chart)
    mine = trajectories["indicator"] == chart["indicator"]
    mine &= (trajectories["area"] == chart["own_area"]) & (trajectories["kind"] != "observed")
    mine &= tables.of_groups(trajectories)["group"] == chart["group"]
    if not chart.get("judged", True):
        return trajectories[~mine]
    if chart.get("unit") == units.PLACE:
        trajectories = trajectories.copy()
        columns = [name for name in trajectories.columns if is_quantile(name)]
        trajectories.loc[mine, columns] = trajectories.loc[mine, columns].map(whole_place, "ignore")
    # The hardest of several years is no year's value on the path.
    if pd.isna(chart["projected_value"]) or not mine.any() or chart.get("hardest"):
        return trajectories
    end = mine & (trajectories["year"] == chart["deadline_year"])
    if chart["by_counts"]:
        bare = trajectories[mine].head(1) if not end.any() else trajectories[end]
        kept = trajectories[~mine]
        ahead = bare.assign(year=int(chart["deadline_year"]), lower_80=None, upper_80=None)
        trajectories = pd.concat([kept, ahead.astype(bare.dtypes.to_dict())], ignore_index=True)
        end = pd.Series(trajectories.index >= len(kept), index=trajectories.index)
    columns, out = ["value", "lower_95", "upper_95"], trajectories.copy()
    out.loc[end, columns] = [chart[f"projected_{name}"] for name in columns]
    return out
