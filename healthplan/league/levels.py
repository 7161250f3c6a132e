"""How exactly the level of each area is known, and its place among the others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from healthplan import tables
from healthplan.league import chance, places
from healthplan.league.drawn import drawn
from healthplan.league.noise import Z95, noise
from healthplan.league.panel import FEWEST_AREAS, POOLED_YEARS, Panel, panels
from healthplan.league.scale import counted, scale

OUTLOOK = ("outlook", "outlook_lower_80", "outlook_upper_80")
SEVERAL = 100  # events in the typical area, below which chance is not yet symmetrical on a logarithm
SIDES = ("above", "below")


@dataclass(frozen=True, eq=False)
class Known:
    """How exactly areas are known that have a figure of the year: ``ranked`` (n,) says which of the panel's they are (m), the
    others have a number each: ``figure``, ``level``, ``lower``, ``upper`` in the unit, ``larger`` (m, m) the chance that the
    row's lies above the column's, ``above`` the chance that it lies above that of the typical area, ``typical`` the level of that
    with its ends (each one number, or one an area), ``basis``; of events counted over several years ``first_year``, ``events``, ``exposure``,
    and between which figures the next one lies with 80 % (``ahead``)."""

    ranked: np.ndarray
    figure: np.ndarray
    level: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    larger: np.ndarray
    above: np.ndarray
    typical: Sequence[np.ndarray | float]
    basis: np.ndarray
    first_year: np.ndarray | None = None
    events: np.ndarray | None = None
    exposure: np.ndarray | None = None
    ahead: Sequence[np.ndarray] | None = None


def league(figures: pd.DataFrame, indicators: pd.DataFrame, *, year: int | None = None) -> pd.DataFrame:
    """Table *league*, its outlook only of rare events (the level, with the next count), of all areas in ``figures`` (table *observations*: whole years, everybody) and the
    indicators they are of, in ``year`` or in the newest that most areas have. docs/methods-league.md says how."""
    found = [_of_one(panel, panel.year() if year is None else year) for panel in panels(figures, indicators)]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["indicator"])
    return tables.check(whole.reindex(columns=tables.columns("league")), "league")


def _of_one(panel: Panel, year: int) -> pd.DataFrame:
    rows = _as_reported(panel, year)
    if panel.is_total:
        here = rows["year"] == year
        return rows.assign(level=rows["value"].where(here), basis=np.where(here, "total", "none"))
    found = known(panel, year)
    if found is None:
        return rows
    surely = places.surely_better(found.larger, found.figure, panel.sign)
    place = places.places(found.level, surely, panel.sign)
    cells = {"value": found.figure, "level": found.level, "typical": found.typical[0], "typical_lower_95": found.typical[1],
             "typical_upper_95": found.typical[2], "lower_95": found.lower, "upper_95": found.upper, "place": place.place,
             "place_first": place.first, "place_last": place.last, "apart_from": place.apart, "basis": found.basis,
             "than_typical": places.beside_typical(found.above, SIDES), "first_year": found.first_year,
             "events": found.events, "exposure": found.exposure}  # fmt: skip
    if found.ahead is not None:
        cells |= dict(zip(OUTLOOK, (found.level, *found.ahead), strict=True))
    for name, numbers in cells.items():
        if numbers is not None:
            rows.loc[found.ranked, name] = numbers
    return rows


def _as_reported(panel: Panel, year: int) -> pd.DataFrame:
    """A row an area: its figure of the year, or its last one; nothing known yet of how exactly."""
    there = np.isfinite(panel.value)
    past = there & (panel.years <= year)
    usable = np.where(past.any(axis=1, keepdims=True), past, there)
    last = usable.shape[1] - 1 - np.argmax(usable[:, ::-1], axis=1)
    at = np.arange(len(panel.areas)), last
    rows = pd.DataFrame({"indicator": panel.about["indicator"], "area": panel.areas, "first_year": panel.years[last]})
    rows["year"], rows["value"] = panel.years[last], panel.value[at]
    counted_here = np.isfinite(panel.exposure[at])
    rows["events"], rows["exposure"] = np.where(counted_here, panel.events[at], np.nan), panel.exposure[at]
    return rows.assign(than_typical="unknown", basis="none")


def known(panel: Panel, year: int) -> Known | None:
    """How exactly the areas are known in ``year``, from counts where events are rare, else from their courses; None where
    fewer than three are known at all."""
    panel = panel.told(year)
    return _by_counts(panel, year) if panel.is_rare(year) else _by_course(panel, year)


def _by_counts(panel: Panel, year: int) -> Known | None:
    """Rare events: the last three years together, as far as their exposure is known."""
    last = (panel.years > year - POOLED_YEARS) & panel.whole(year) & np.isfinite(panel.events * panel.exposure)
    ranked = last.any(axis=1) & np.isfinite(panel.value[:, panel.years == year]).any(axis=1)
    if ranked.sum() < FEWEST_AREAS:
        return None
    recent = panel.whole(year) & (panel.years > year - 2 * POOLED_YEARS)
    wild = chance.trends(np.where(recent, panel.events, np.nan), panel.exposure, panel.years)[2]
    events, exposure = (np.where(last, x, 0.0).sum(axis=1)[ranked] for x in (panel.events, panel.exposure))
    found = chance.rates(events / wild, exposure / wild)
    newest = last.shape[1] - 1 - np.argmax(last[ranked, ::-1], axis=1)
    people = panel.exposure[ranked, newest]
    ahead = [np.fmin(count * wild / people * panel.per, panel.most) for count in found.next_counts(people / wild)]
    more = {"first_year": panel.years[np.argmax(last, axis=1)][ranked], "events": events, "exposure": exposure}
    figure, basis = events / exposure * panel.per, np.full(len(events), "counts")
    return replace(_of_rates(found, panel.per, ranked, figure, basis), **more, ahead=ahead)


def _of_rates(found: chance.Rates, per: float, ranked: np.ndarray, figure: np.ndarray, basis: np.ndarray) -> Known:
    """What rates of counts tell, ``per`` so many."""
    level, lower, upper = (end * per for end in (found.shape / found.exposure, found.at(0.025), found.at(0.975)))
    upper = np.maximum(upper, level)  # of a law with nearly all its weight at nought the mean lies beyond
    typical = [end * per for end in found.typical]
    larger = places.larger_gamma(found.shape, found.exposure)
    return Known(ranked, figure, level, lower, upper, larger, found.above, typical, basis)


def _by_course(panel: Panel, year: int) -> Known | None:
    """Other figures: those of the year, with the noise that the areas' courses show."""
    if year not in panel.years:
        return None
    on, now = scale(panel), int(np.argmax(panel.years == year))
    course = on.to(counted(panel))
    found = noise(panel, on, year, np.isfinite(course) & (panel.years == year))
    variance = found.variance[:, now]
    ranked = np.isfinite(course[:, now]) & np.isfinite(variance)
    if ranked.sum() < FEWEST_AREAS:
        return None
    events, exposure = (x[ranked, now] / found.times[ranked] for x in (panel.events, panel.exposure))
    if panel.kind == "rate" and found.by_chance[ranked].all() and np.median(events) < SEVERAL:
        rates = chance.rates(events, exposure).wider(found.wider[ranked])
        return _of_rates(rates, panel.per, ranked, panel.value[ranked, now], found.basis[ranked])
    told = drawn(course[ranked, now], variance[ranked])
    level_sd, excess_sd = told.level_sd * found.wider[ranked], told.excess_sd * found.wider[ranked]
    level, lower, upper = (on.back(told.level + by * level_sd) for by in (0, -Z95, Z95))
    above = ndtr(told.excess / np.maximum(excess_sd, 1e-300))
    larger = places.larger_normal(told.level, level_sd)
    typical = [on.back(told.typical + by * told.typical_sd) for by in (0, -Z95, Z95)]
    return Known(ranked, panel.value[ranked, now], level, lower, upper, larger, above, typical, found.basis[ranked])
