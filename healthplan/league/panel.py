"""The figures of one indicator as they are compared: areas by years, and the year in which they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

RARE_EVENTS = 10  # fewer a year in the typical area: judged by counts, as goals about rare events are
POOLED_YEARS = 3  # years of rare events taken together, as there
ENOUGH = 0.8  # share of the areas that have any figure, which have one in the year compared
LOOKED_BACK = 10  # years of a course that are looked at
FEWEST_AREAS = 3  # fewer have no middle to be drawn to


@dataclass(frozen=True, eq=False)
class Panel:
    """Figures of one indicator: ``areas`` (n, sorted), ``years`` (t, without a gap); ``value``, ``events``, ``exposure``
    (n, t) with nan where nothing is known; ``broken`` (n, t): the figure does not go on from those before it."""

    about: dict[str, Any]
    areas: list[str]
    years: np.ndarray
    value: np.ndarray
    events: np.ndarray
    exposure: np.ndarray
    broken: np.ndarray

    @property
    def kind(self) -> str:
        """How the indicator behaves (share, rate, level, count, event)."""
        return str(self.about["indicator_kind"])

    @property
    def sign(self) -> int:
        """Which way is better: -1 down, 1 up, and 1 where no direction is good."""
        return -1 if self.about["direction"] == "decrease" else 1

    @property
    def is_total(self) -> bool:
        """Whether a larger area has more of everything."""
        return self.kind in ("count", "event")

    @property
    def per(self) -> float:
        """The figure is events / exposure x per; nan where nothing is divided."""
        return float(self.about["per"])

    @property
    def most(self) -> float:
        """The largest figure that there can be."""
        high = float(self.about["upper_bound"])
        return np.inf if np.isnan(high) else high

    def whole(self, year: int) -> np.ndarray:
        """Which of the figures up to ``year`` stand on the same definition as the area's last one: (n, t) of flags."""
        inside = self.years <= year
        later_breaks = np.cumsum((self.broken & inside)[:, ::-1], axis=1)[:, ::-1] - self.broken
        return (later_breaks == 0) & inside

    def told(self, year: int) -> Panel:
        """The same without the figures of areas of which nobody can say how exactly they are known: where a rate is nought
        in an area of unknown exposure, single events make the figures, and of how many people an event is one is not known
        of any other such area either."""
        if self.kind != "rate" or self.about["stock"] == "yes":
            return self
        lately = (self.years > year - LOOKED_BACK) & (self.years <= year) & np.isfinite(self.value)
        blind = ~(lately & np.isfinite(self.exposure)).any(axis=1)
        if not (lately & (self.value == 0))[blind].any():
            return self
        return replace(self, value=np.where(blind[:, None], np.nan, self.value))

    def lately(self, amount: np.ndarray) -> np.ndarray:
        """Sums (n, t) of ``amount`` over the three years up to each one that have counts, none before a break."""
        known, part = np.isfinite(self.events * self.exposure), np.cumsum(self.broken, axis=1)
        total = np.where(known, amount, 0.0)
        for ago in range(1, min(POOLED_YEARS, len(self.years))):
            joined = known[:, :-ago] & (part[:, ago:] == part[:, :-ago])
            total[:, ago:] += np.where(joined, amount[:, :-ago], 0.0)
        return np.where(known, total, np.nan)

    def year(self) -> int:
        """The newest year in which enough areas have a figure; else that in which most have one."""
        return compared_year(self.value, self.years)

    def is_rare(self, year: int) -> bool:
        """Whether the typical area has few events a year, of known exposures."""
        if self.kind == "event":
            exposed = self.events
        elif self.kind == "rate" and self.about["stock"] != "yes":
            exposed = np.where(np.isfinite(self.exposure), self.events, np.nan)
        else:
            return False
        last = (self.years > year - POOLED_YEARS) & (self.years <= year)
        known = np.isfinite(exposed) & last
        here = np.isfinite(self.value[:, self.years == year]).any(axis=1)
        enough = 2 * (known.any(axis=1) & here).sum() >= max(here.sum(), 1)
        return bool(enough and np.median(exposed[known]) < RARE_EVENTS)


def compared_year(value: np.ndarray, years: np.ndarray) -> int:
    """The newest year in which at least :data:`ENOUGH` of the areas with any figure have one; else the newest of those in
    which most have."""
    have = np.isfinite(value)
    areas = have.sum(axis=0)
    enough = areas >= ENOUGH * have.any(axis=1).sum()
    return int(years[enough if enough.any() else areas == areas.max()][-1])


def panel(rows: pd.DataFrame, about: dict[str, Any]) -> Panel:
    """The panel of the ``rows`` (table *observations*) of one indicator; ``about``: its row of *indicators*. Events that are
    not printed beside a rate or share are worked out from it."""
    rows = rows[rows["value"].notna()].sort_values(["area", "year", "value"]).drop_duplicates(["area", "year"])
    areas = sorted(rows["area"].astype("str").unique())
    span = rows["year"].astype("int64")
    years = np.arange(span.min(), span.max() + 1) if len(rows) else np.arange(0)
    at = np.searchsorted(areas, rows["area"].astype("str")), (span - (years[0] if len(years) else 0)).to_numpy()

    def spread(cells: Any, empty: Any = np.nan) -> np.ndarray:
        grid = np.full((len(areas), len(years)), empty)
        grid[at] = cells
        return grid

    value, below, above = (rows[name].to_numpy(float) for name in ("value", "denominator", "numerator"))
    events, exposure = np.full(len(rows), np.nan), np.full(len(rows), np.nan)
    if about["indicator_kind"] == "event":
        events = np.where(value >= 0, value, np.nan)
    elif about["indicator_kind"] in ("rate", "share") and float(about["per"]) > 0:
        exposure = np.where(below > 0, below, np.nan)
        events = np.where(np.isnan(above), np.round(value * exposure / float(about["per"])), above)
        fits = (events >= 0) & ((about["indicator_kind"] == "rate") | (events <= exposure))
        events, exposure = np.where(fits, events, np.nan), np.where(fits, exposure, np.nan)
    broken = rows["obs_status"].eq("break").to_numpy(bool)
    return Panel(about, areas, years, spread(value), spread(events), spread(exposure), spread(broken, False))


def panels(figures: pd.DataFrame, indicators: pd.DataFrame) -> list[Panel]:
    """The panels of all indicators that have figures, in the order of the register."""
    found = [(row, figures[figures["indicator"] == row["indicator"]]) for row in indicators.to_dict("records")]
    return [panel(rows, about) for about, rows in found if rows["value"].notna().any()]
