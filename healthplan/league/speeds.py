"""How fast each area moved, against those that began at the same level."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.special import ndtr

from healthplan import tables
from healthplan.league import chance, places
from healthplan.league.drawn import Drawn, drawn
from healthplan.league.noise import Z95, noise
from healthplan.league.panel import FEWEST_AREAS, Panel, panels
from healthplan.league.scale import counted, scale

LONGEST, SHORTEST = 5, 3  # years of the stretch
FEWEST_STARTS = 8  # areas, below which no line on the start is drawn
USUAL = 3.0  # times its noise that an area's scatter about its line is by chance, hardly ever more
MEDIAN = np.sqrt(np.pi / 2)  # standard deviation of a median, as a multiple of that of a mean
FEWEST_EVENTS = 5  # in the stretch, below which an area has no trend


@dataclass(frozen=True, eq=False)
class Rates:
    """Change a year of each area (n,) on the scale it is measured on, its ``variance``, and by how much its interval is
    ``wider`` than that of a normal law; its ``start`` on that scale with its variance, and by how much chance that lifts the
    start by one moves the ``rate`` (``pull``, below nought)."""

    rate: np.ndarray
    variance: np.ndarray
    wider: np.ndarray
    start: np.ndarray
    start_variance: np.ndarray
    pull: np.ndarray


def speeds(figures: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Table *speeds* of all areas in ``figures`` (table *observations*: whole years, everybody) and the indicators they are
    of, up to the year in which the league has them. docs/methods-league.md says how."""
    found = [_of_one(panel, panel.year()) for panel in panels(figures, indicators)]
    whole = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=["indicator"])
    return tables.check(whole.reindex(columns=tables.columns("speeds")), "speeds")


def _of_one(panel: Panel, year: int) -> pd.DataFrame:
    first = _first_years(panel, year)
    told = panel.told(year)
    rare = told.is_rare(year)
    percent = rare or scale(told, of_speeds=True).name == "log"
    rows = pd.DataFrame({"indicator": panel.about["indicator"], "area": panel.areas, "last_year": year})
    rows["rate_kind"], rows["than_typical"] = "percent" if percent else "unit", "unknown"
    moved = np.isfinite(first)
    rows.loc[moved, "first_year"] = first[moved]
    at = np.where(moved, first - panel.years[0], 0).astype(int)
    rows["start"] = np.where(moved, panel.value[np.arange(len(at)), at], np.nan)
    stretch = panel.whole(year) & (panel.years >= np.where(moved, first, np.inf)[:, None])
    found = (_counts if rare else _figures)(told, year, stretch, at)
    _fill(told, rows, found, percent)
    return rows


def _first_years(panel: Panel, year: int) -> np.ndarray:
    """The first year of each area's stretch: five years before the last, else the nearest up to three; nan where neither, or
    no figure of the last year."""
    usable = np.isfinite(panel.value) & panel.whole(year)
    first = np.full(len(panel.areas), np.nan)
    for years in range(SHORTEST, LONGEST + 1):
        there = usable[:, panel.years == year - years].any(axis=1)
        first[there] = year - years
    first[~usable[:, panel.years == year].any(axis=1)] = np.nan
    return first


def _figures(panel: Panel, year: int, stretch: np.ndarray, at: np.ndarray) -> Rates:
    """Least squares over the stretch, with the noise that the areas' courses show."""
    on = scale(panel, of_speeds=True)
    course = on.to(counted(panel))
    used = stretch & np.isfinite(course)
    some = np.maximum(used.sum(axis=1), 1)
    found = noise(panel, on, year, used)
    off = np.where(used, panel.years - (used * panel.years).sum(axis=1, keepdims=True) / some[:, None], 0.0)
    square = np.where(used.sum(axis=1) > 1, (off**2).sum(axis=1), np.nan)
    weight = off / square[:, None]
    rate = (weight * np.where(used, course, 0.0)).sum(axis=1)
    first = np.arange(len(at)), at
    start = np.where(used.any(axis=1), course[first], np.nan)
    chance = (weight**2 * np.where(used, found.variance, 0.0)).sum(axis=1)
    level = np.where(used, course, 0.0).sum(axis=1) / some
    off_line = np.where(used, course - level[:, None] - rate[:, None] * off, 0.0)
    slow = _slow(off_line, used, found.variance)
    return Rates(rate, slow * chance, found.wider, start, found.variance[first], weight[first])


def _slow(residual: np.ndarray, used: np.ndarray, variance: np.ndarray) -> float:
    """By how much the variance of a pace is larger because figures that are off their course one year are the same way off
    it the next: second differences, which the ``variance`` (n, t) is from, do not see that. Told by how much larger the
    ``residual`` (n, t) about the areas' lines is; of one that jumps no more counts than is usual, it says nothing about others."""
    free = used.sum(axis=1) - 2
    usable = (free > 1) & ((variance > 0) | ~used).all(axis=1)
    if not usable.any():
        return 1.0
    square = np.divide(residual**2, variance, out=np.zeros_like(residual), where=used & usable[:, None]).sum(axis=1)
    return float(np.interp(np.minimum(square / np.maximum(free, 1), USUAL)[usable].mean(), *SLOW))


def _of_slow() -> tuple[np.ndarray, np.ndarray]:
    """Variance about a line over the longest stretch, and variance of its slope, both as multiples of what white noise with
    the same second differences would have: of deviations that stay with 0, 0.05 ... 0.7 from year to year."""
    year, stay = np.arange(LONGEST + 1.0), np.linspace(0, 0.7, 15)
    alike = stay[:, None, None] ** np.abs(year[:, None] - year)
    line = np.linalg.pinv(np.column_stack([np.ones_like(year), year - year.mean()]))
    left = np.eye(len(year)) - np.column_stack([np.ones_like(year), year - year.mean()]) @ line
    bent = (6 - 8 * stay + 2 * stay**2) / 6
    about = np.einsum("ij,gji->g", left, alike) / (len(year) - 2)
    return about / bent, np.einsum("i,gij,j->g", line[1], alike, line[1]) / (line[1] @ line[1]) / bent


SLOW = _of_slow()


def _counts(panel: Panel, year: int, stretch: np.ndarray, at: np.ndarray) -> Rates:
    """The trend of counts over the stretch; the start of an area that has too few events for one is not asked for."""
    inside = (panel.years >= year - LONGEST) & (panel.years <= year)
    exposure = np.where(np.isfinite(panel.events), 1.0, np.nan) if panel.kind == "event" else panel.exposure
    events, exposure = (np.where(stretch, x, np.nan)[:, inside] for x in (panel.events, exposure))
    rate, variance, wild = chance.trends(events, exposure, panel.years[inside])
    known = np.isfinite(events) & np.isfinite(exposure)
    total, people = (np.where(known, x, 0.0).sum(axis=1) for x in (events, exposure))
    enough = (total >= FEWEST_EVENTS) & (known.sum(axis=1) > SHORTEST - 1)
    rate = np.where(enough, rate, np.nan)
    variance, half = wild * variance, LONGEST / 2
    # the rate of the whole stretch, carried back to its start: its chance is that of the sum and that of the trend
    start = np.log(np.where(enough, total, 1.0) / np.where(enough, people, 1.0)) - np.nan_to_num(rate) * half
    start_variance = wild / np.maximum(total, 1.0) + variance * half**2
    pull = -half * variance / start_variance
    return Rates(rate, variance, np.ones(len(rate)), np.where(enough, start, np.nan), start_variance, pull)


def _beside_same_start(panel: Panel, found: Rates, use: np.ndarray) -> tuple[np.ndarray, Drawn]:
    """Rates, and these drawn to what is typical of the same start. A start is itself drawn to the middle; what chance put
    into it, as far as that tells, is taken out of the rate, for a start that is high by chance falls by itself."""
    rate, variance, start = found.rate[use], found.variance[use], found.start[use]
    if panel.is_total or use.sum() < FEWEST_STARTS:
        return rate, _about_median(rate, variance)
    begun, pull = drawn(start, found.start_variance[use]), found.pull[use]
    rate = rate - pull * (start - begun.level)
    variance = variance - pull**2 * found.start_variance[use] * (1 - begun.kept)
    spread = begun.level.std()
    if spread <= 1e-9 * max(np.abs(start).max(), 1e-300):
        return rate, _about_median(rate, variance)
    return rate, drawn(
        rate, variance, np.column_stack([np.ones(len(start)), (begun.level - begun.level.mean()) / spread])
    )


def _about_median(rate: np.ndarray, variance: np.ndarray) -> Drawn:
    """Rates drawn to their median, which one area that is unlike all others does not move. Its standard deviation is that of
    the mean, as much larger as a median's is."""
    middle, sd = float(np.median(rate)), MEDIAN * drawn(rate, variance).typical_sd
    told = drawn(rate - middle, variance, np.empty((len(rate), 0)))
    excess_sd = np.hypot(told.excess_sd, told.kept * sd)
    return replace(
        told, level=told.level + middle, typical=np.full(len(rate), middle), typical_sd=sd, excess_sd=excess_sd
    )


def _fill(panel: Panel, rows: pd.DataFrame, found: Rates, percent: bool) -> None:
    """Rates, what is typical, and places, into ``rows``: as per cent a year, or in the unit."""

    def shown(rate: np.ndarray) -> np.ndarray:
        return 100 * np.expm1(np.minimum(rate, 99)) if percent else rate

    known = np.isfinite(found.rate)
    half = Z95 * found.wider * np.sqrt(found.variance)
    rows.loc[known, "rate"] = shown(found.rate)[known]
    ends = [shown(found.rate - half), shown(found.rate + half)]
    rows["lower_95"], rows["upper_95"] = (np.where(known, end, np.nan) for end in ends)
    use = known & np.isfinite(found.variance)
    if use.sum() < FEWEST_AREAS:
        return
    mended, told = _beside_same_start(panel, found, use)
    sd = told.excess_sd * found.wider[use]
    typical, rate = shown(told.typical), shown(found.rate[use])
    excess = [shown(told.typical + told.excess + by * sd) - typical for by in (0, -Z95, Z95)]
    surely = places.surely_better(places.larger_normal(told.excess, sd), shown(mended) - typical, panel.sign)
    place = places.places(excess[0], surely, panel.sign)
    clear = (np.abs(told.typical) > Z95 * told.typical_sd) & (told.typical * found.rate[use] > 0)
    times = np.divide(rate, typical, out=np.full(len(rate), np.nan), where=clear)
    names = [
        "typical",
        "excess",
        "excess_lower_95",
        "excess_upper_95",
        "times_typical",
        "place",
        "place_first",
        "place_last",
    ]
    rows.loc[use, names] = np.column_stack([typical, *excess, times, place.place, place.first, place.last])
    faster = ndtr(panel.sign * told.excess / np.maximum(sd, 1e-300))
    rows.loc[use, "than_typical"] = places.beside_typical(faster, ("faster", "slower"))
