"""Training rows: every past origin of every series, what was known then and what came after."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from healthplan.projection.experts import NAMES, view
from healthplan.projection.kinds import KINDS, LEVEL, SHARE
from healthplan.projection.network import KNOTS
from healthplan.projection.prepare import MEMORY

ORIGINS = range(1, 15)  # years before the end of a series
FEWEST = 3
AHEAD = int(KNOTS[-1])
SCORED = 5  # horizons that goals are set on; farther ones count less
FAR_WEIGHT = 0.15
BLOCK = 4096
COLUMNS = ["series_id", "indicator", "entity", "kind", "basis", "values", "last_year"]


@dataclass(frozen=True)
class Rows:
    """One row a series and origin. Everything but ``base``, ``unit`` in units of ``unit`` from
    ``base``.
    """

    series: np.ndarray  # (rows,) place in the table of runs
    origin: np.ndarray  # years before the end
    points: np.ndarray
    kind: np.ndarray
    features: np.ndarray  # (rows, features)
    forecasts: np.ndarray  # (rows, knots, experts)
    truth: np.ndarray  # (rows, knots), NaN where the series had ended
    weight: np.ndarray  # (rows, knots)
    lower: np.ndarray
    upper: np.ndarray
    base: np.ndarray
    unit: np.ndarray

    def take(self, keep: np.ndarray) -> Rows:
        """The rows at these places."""
        return Rows(*(getattr(self, f.name)[keep] for f in fields(self)))


def joined(parts: list[Rows]) -> Rows:
    """Several sets of rows behind one another."""
    return Rows(*(np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(Rows)))


def health_runs(panel: pd.DataFrame) -> pd.DataFrame:
    """The longest run of consecutive years of each series: series_id, indicator, entity, kind, values."""
    out = []
    for name, group in panel.sort_values(["series_id", "year"]).groupby("series_id", sort=False):
        year = group["year"].to_numpy()
        cut = np.flatnonzero(np.diff(year) != 1) + 1
        run = max(np.split(np.arange(len(year)), cut), key=lambda r: (len(r), r[-1]))
        head = group.iloc[0]
        values = group["value"].to_numpy(float)[run]
        kind = KINDS.index(head["kind"])
        out.append(
            (name, head["indicator"], head["entity"], kind, head["basis"], values, year[run[-1]])
        )
    return pd.DataFrame(out, columns=COLUMNS)


def competition_runs(table: pd.DataFrame) -> pd.DataFrame:
    """The training parts, and nothing else, of the competition series, as levels of unknown meaning."""
    train = table[table["split"] == "train"].sort_values(["sid", "t"])
    out = [
        (str(sid), group["dataset"].iloc[0], str(sid), LEVEL, "", group["value"].to_numpy(float), 0)
        for sid, group in train.groupby("sid")
    ]
    return pd.DataFrame(out, columns=COLUMNS)


def bounds_of(values: np.ndarray, kind: int) -> tuple[float, float]:
    """Natural bounds as an unregistered series gets them: see :mod:`healthplan.projection.kinds`."""
    low = 0.0 if values.min() >= 0 else -np.inf
    return low, 100.0 if kind == SHARE and values.max() <= 100 else np.inf


def training_rows(runs: pd.DataFrame, origins: range = ORIGINS) -> Rows:
    """Rows of all series; constant histories have no unit of change and are left out."""
    found = []
    pairs = zip(runs["values"], runs["kind"], strict=True)
    for i, (values, kind) in enumerate(pairs):
        for back in origins:
            m = len(values) - back
            if m < FEWEST:
                break
            train = values[max(0, m - MEMORY) : m]
            if np.ptp(train) > 0:
                test = np.full(AHEAD, np.nan)
                test[: min(back, AHEAD)] = values[m : m + AHEAD]
                found.append((i, back, kind, train, test[KNOTS - 1], *bounds_of(train, kind)))
    return _rows(found)


def _rows(found: list[tuple]) -> Rows:
    series, back, kind = (np.array([f[k] for f in found]) for k in range(3))
    low, high = (np.array([f[k] for f in found]) for k in (5, 6))
    points = np.array([len(f[3]) for f in found])
    truth = np.stack([f[4] for f in found])
    features, forecasts, base, unit = _views([f[3] for f in found], points, kind, low, high)
    scaled = lambda x: ((x - base) / unit).astype(np.float32)  # noqa: E731
    truth = ((truth - base[:, None]) / unit[:, None]).astype(np.float32)
    weight = _weights(back, truth)
    return Rows(
        series,
        back,
        points,
        kind,
        features,
        forecasts,
        truth,
        weight,
        scaled(low),
        scaled(high),
        base,
        unit,
    )


def _weights(back: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Each row counts once over the scored horizons that it has, as scoring.py averages them."""
    each = 1 / np.minimum(back, SCORED)[:, None]
    weight = np.where(KNOTS <= SCORED, each, FAR_WEIGHT)
    return np.where(np.isnan(truth), 0, weight).astype(np.float32)


def _views(
    trains: list[np.ndarray],
    points: np.ndarray,
    kind: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    total = len(trains)
    features = np.empty((total, 0), np.float32)
    forecasts = np.empty((total, len(KNOTS), len(NAMES)), np.float32)
    base, unit = np.empty(total), np.empty(total)
    for m in np.unique(points):
        same = np.flatnonzero(points == m)
        for at in range(0, len(same), BLOCK):
            j = same[at : at + BLOCK]
            y = np.stack([trains[i] for i in j], 1)
            seen = view(y, kind[j], low[j], high[j], {int(m): AHEAD})[int(m)]
            if not features.shape[1]:
                features = np.empty((total, len(seen.features)), np.float32)
            features[j] = seen.features.T
            forecasts[j] = seen.forecasts[:, KNOTS - 1].transpose(2, 1, 0)
            base[j], unit[j] = seen.base, seen.unit
    return features, forecasts, base, unit
