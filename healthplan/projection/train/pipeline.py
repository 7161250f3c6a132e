"""The whole training, in order: rows, two half fits for the calibration, the final fit, the tables."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import numpy as np
import pandas as pd

from healthplan.projection import intervals
from healthplan.projection.kinds import LEVEL
from healthplan.projection.network import Network
from healthplan.projection.prior import Prior
from healthplan.projection.train import calibrate, constant, fit
from healthplan.projection.train import rows as rows_

RELABELLED = 0.15  # of the health series stand in once more as levels, which the panel lacks
ROUGHNESS_FEATURE = 3


def half(names: pd.Series, salt: str = "half") -> np.ndarray:
    """0 or 1 for each name, by its hash: a split that stays the same whatever else is in the data."""
    distinct = {n: hashlib.md5(f"{salt}:{n}".encode()).digest()[0] & 1 for n in names.unique()}
    return names.map(distinct).to_numpy()


def training_runs(panel: pd.DataFrame, competitions: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Health series, some of them again as levels, and the competitions' training parts."""
    health = rows_.health_runs(panel)
    again = health.sample(frac=RELABELLED, random_state=seed % 2**32).assign(kind=LEVEL)
    other = rows_.competition_runs(competitions)
    return pd.concat([health, again, other], ignore_index=True)


def make_prior(
    panel: pd.DataFrame,
    competitions: pd.DataFrame,
    seed: int,
    about: dict,
    say: Callable[[str], None],
) -> Prior:
    """The prior of these data. Calibration uses only errors on series that a half fit had not seen."""
    runs = training_runs(panel, competitions, seed)
    rows = rows_.training_rows(runs)
    say(f"{len(runs)} series, {len(rows.series)} rows")
    part = half(runs["series_id"], "calibration")[rows.series]
    held_out = np.empty((*rows.truth.shape, 15), np.float32)
    for own in (0, 1):
        network = fit.fit(rows.take(np.flatnonzero(part == own)), seed + own)
        other = np.flatnonzero(part != own)
        held_out[other] = fit.predict(network, rows.take(other))
        say(f"half {own} fitted")
    length = intervals.length_group(rows.points)
    rough = intervals.rough_group(rows.features[:, ROUGHNESS_FEATURE])
    stretch = calibrate.stretches(held_out, rows.truth, rows.weight, rows.kind, length, rough)
    network = fit.fit(rows, seed + 2, say)
    own_runs = rows_.health_runs(panel)
    moved, zero = constant.constant_tables(own_runs)
    return Prior(network, stretch, moved, zero, {}, {**about, "rows": len(rows.series)})


__all__ = ["Network", "half", "make_prior", "training_runs"]
