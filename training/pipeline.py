"""The whole training, in order: rows, two half fits for the calibration, the final fit, the tables."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from healthplan.distribution import LEVELS
from healthplan.projection import intervals
from healthplan.projection.forecast import forecast
from healthplan.projection.kinds import LEVEL
from healthplan.projection.prior import Prior
from training import borrow, calibrate, districts, fit
from training import rows as rows_
from training.rows import half

RELABELLED = 0.05  # of the health series stand in once more as levels, which the panel lacks
ROUGHNESS_FEATURE = 3
# Widths of districts' series: what befalls all of them at once is in the outcomes learned from, but the next shock is
# not. Held-out areas of the same years are covered as promised without it; later years than those learned from are not.
SHARED_SHOCKS = 1.1


def make_prior(
    panel: pd.DataFrame,
    competitions: pd.DataFrame,
    places: pd.DataFrame,
    seed: int,
    about: dict,
    say: Callable[[str], None],
) -> Prior:
    """The prior of these data; ``places`` is the district panel. Calibration uses only errors on series that a half fit
    had not seen."""
    # health series, some of them again as levels, the competitions' training parts, and the districts' series
    health, local = rows_.with_facts(rows_.health_runs(panel)), districts.runs(places)
    again = health.sample(frac=RELABELLED, random_state=seed % 2**32).assign(kind=LEVEL)
    other = rows_.competition_runs(competitions)
    runs = pd.concat([health, again, other, local.loc[local["judged"], rows_.COLUMNS]], ignore_index=True)
    rows = rows_.training_rows(runs)
    say(f"{len(runs)} series, {len(rows.series)} rows")
    # series of one district share its fortunes: they are held out together
    apart = runs["entity"].where(runs["source"] != "", runs["series_id"])
    part = half(apart, "calibration")[rows.series]
    held_out = np.empty((*rows.truth.shape, len(LEVELS)), np.float32)
    halves = []
    for own in (0, 1):
        halves.append(fit.fit(rows.take(np.flatnonzero(part == own)), seed + own))
        other = np.flatnonzero(part != own)
        held_out[other] = fit.predict(halves[own], rows.take(other))
        say(f"half {own} fitted")
    length = intervals.length_group(rows.points)
    rough = intervals.rough_group(rows.features[:, ROUGHNESS_FEATURE])
    stretch = calibrate.stretches(held_out, rows.truth, rows.weight, rows.group, length, rough)
    stretch[intervals.DISTRICTS] *= SHARED_SHOCKS
    network = fit.fit(rows, seed + 2, say)
    own_runs = rows_.health_runs(panel)
    health = runs[runs["kind"] != LEVEL]  # the panel's and the districts'; relabelled ones not again
    moved, zero = calibrate.constant_tables(health)
    prior = Prior(network, stretch, moved, zero, {}, {**about, "rows": len(rows.series)})
    lending = Prior(halves[0], stretch, moved, zero, {}, {})
    related = [*borrow.families(own_runs), *borrow.districts(places)]
    prior.more.update(borrow.fit_tables(borrow.cuts(related, forecaster(lending))))
    say("borrowed trends fitted")
    return prior


def forecaster(prior: Prior) -> Callable[..., np.ndarray]:
    """The engine on plain arrays: quantiles (series, 10, 15) of unregistered series."""

    def run(
        trains: list[np.ndarray], kinds: list[int], ways: list[int] | None = None, stocks: list[bool] | None = None
    ) -> np.ndarray:
        n = np.array([len(t) for t in trains])
        values = np.full((len(trains), n.max()), np.nan)
        for row, train in zip(values, trains, strict=True):
            row[len(row) - len(train) :] = train
        limits = rows_.limits_of(trains, kinds, ways, stocks)
        return forecast(values, n, limits, rows_.AHEAD, prior=prior).quantiles

    return run
