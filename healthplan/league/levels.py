"""How exactly the level of each area is known, and its place among the others."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import ndtr

from healthplan import tables
from healthplan.league import chance, places
from healthplan.league.drawn import drawn
from healthplan.league.noise import Z95, noise
from healthplan.league.panel import FEWEST_AREAS, POOLED_YEARS, Panel, panels
from healthplan.league.scale import at_least, counted, scale

SIDES = ("above", "below")


def league(figures: pd.DataFrame, indicators: pd.DataFrame, *, year: int | None = None) -> pd.DataFrame:
    """Table *league* without its outlook, of all areas in ``figures`` (table *observations*: whole years, everybody) and the
    indicators they are of, in ``year`` or in the newest that most areas have. docs/methods-league.md says how."""
    found = [_of_one(panel, panel.year() if year is None else year) for panel in panels(figures, indicators)]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["indicator"])
    return tables.check(whole.reindex(columns=tables.columns("league")), "league")


def _of_one(panel: Panel, year: int) -> pd.DataFrame:
    rows = _as_reported(panel, year)
    here = rows["year"] == year
    if panel.is_total:
        rows["level"], rows["basis"] = rows["value"].where(here), np.where(here, "total", "none")
    elif panel.is_rare(year):
        _by_counts(panel, year, rows)
    elif here.any():
        _by_course(panel, year, rows)
    return rows


def _as_reported(panel: Panel, year: int) -> pd.DataFrame:
    """A row an area: its figure of the year, or its last one; nothing known yet of how exactly."""
    known = np.isfinite(panel.value)
    past = known & (panel.years <= year)
    usable = np.where(past.any(axis=1, keepdims=True), past, known)
    last = usable.shape[1] - 1 - np.argmax(usable[:, ::-1], axis=1)
    at = np.arange(len(panel.areas)), last
    rows = pd.DataFrame({"indicator": panel.about["indicator"], "area": panel.areas, "first_year": panel.years[last]})
    rows["year"], rows["value"] = panel.years[last], panel.value[at]
    counts = np.isfinite(panel.exposure[at])
    rows["events"] = np.where(counts, panel.events[at], np.nan)
    rows["exposure"] = panel.exposure[at]
    rows[["level", "lower_95", "upper_95", "typical", "place", "place_first", "place_last", "apart_from"]] = np.nan
    return rows.assign(than_typical="unknown", basis="none")


def _by_counts(panel: Panel, year: int, rows: pd.DataFrame) -> None:
    """Rare events: the last three years together, as far as their exposure is known."""
    last = (panel.years > year - POOLED_YEARS) & panel.whole(year) & np.isfinite(panel.events * panel.exposure)
    ranked = last.any(axis=1) & (rows["year"] == year).to_numpy()
    if ranked.sum() < FEWEST_AREAS:
        return
    recent = panel.whole(year) & (panel.years > year - 2 * POOLED_YEARS)
    wild = chance.trends(np.where(recent, panel.events, np.nan), panel.exposure, panel.years)[2]
    events, exposure = (np.where(last, x, 0.0).sum(axis=1)[ranked] for x in (panel.events, panel.exposure))
    found = chance.rates(events / wild, exposure / wild)
    rows.loc[ranked, "first_year"] = panel.years[np.argmax(last, axis=1)][ranked]
    rows.loc[ranked, "value"] = events / exposure * panel.per
    rows.loc[ranked, "events"], rows.loc[ranked, "exposure"] = events, exposure
    ends = [found.shape / found.exposure, found.at(0.025), found.at(0.975)]
    larger = places.larger_gamma(found.shape, found.exposure)
    rows.loc[ranked, "typical"] = found.typical * panel.per
    _fill(panel, rows, ranked, [end * panel.per for end in ends], larger, found.above, np.full(len(events), "counts"))


def _by_course(panel: Panel, year: int, rows: pd.DataFrame) -> None:
    """Other figures: those of the year, with the noise that the areas' courses show."""
    on, until = scale(panel), panel.years <= year
    now = np.argmax(panel.years == year)
    course, floor = on.to(counted(panel)), at_least(panel, on)
    found = noise(course[:, until], panel.broken[:, until], floor[:, until], floor[:, now])
    counts = np.isfinite(panel.exposure[:, now]) & (panel.about["stock"] != "yes")
    variance = np.where(np.isnan(found.variance) & counts, floor[:, now], found.variance)
    ranked = np.isfinite(course[:, now]) & np.isfinite(variance)
    if ranked.sum() < FEWEST_AREAS:
        return
    told = drawn(course[ranked, now], variance[ranked])
    level_sd, excess_sd = told.level_sd * found.wider[ranked], told.excess_sd * found.wider[ranked]
    ends = [on.back(told.level + by * level_sd) for by in (0, -Z95, Z95)]
    basis = np.where(found.own, "course", np.where(np.isfinite(found.variance), "lent", "counts"))[ranked]
    above = ndtr(told.excess / np.maximum(excess_sd, 1e-300))
    rows.loc[ranked, "typical"] = on.back(told.typical)
    _fill(panel, rows, ranked, ends, places.larger_normal(told.level, level_sd), above, basis)


def _fill(panel: Panel, rows: pd.DataFrame, ranked: np.ndarray, ends: list[np.ndarray], larger: np.ndarray,
          above: np.ndarray, basis: np.ndarray) -> None:  # fmt: skip
    found = places.places(ends[0], larger, rows.loc[ranked, "value"].to_numpy(), panel.sign)
    rows.loc[ranked, "than_typical"], rows.loc[ranked, "basis"] = places.beside_typical(above, SIDES), basis
    cells = [*ends, found.place, found.first, found.last, found.apart]
    names = ["level", "lower_95", "upper_95", "place", "place_first", "place_last", "apart_from"]
    rows.loc[ranked, names] = np.column_stack(cells)
