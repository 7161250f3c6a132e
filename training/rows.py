"""Training rows: every past origin of every series, what was known then and what came after."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.projection import intervals
from healthplan.projection.experts import view
from healthplan.projection.kinds import KINDS, LEVEL, SHARE, Aligned, Limits, joined
from healthplan.projection.network import KNOTS
from healthplan.projection.prepare import MEMORY

ORIGINS = range(1, 15)  # years before the end of a series
FEWEST = 3
AHEAD = int(KNOTS[-1])
SCORED = 5  # horizons that goals are set on; farther ones count less
FAR_WEIGHT = 0.15
BLOCK = 4096
FACTS = Path(__file__).with_name("facts.csv")  # which way is better in the world panel, and what is an inventory
PLAIN = ["series_id", "indicator", "entity", "kind", "values", "last_year"]
UNSAID = {"way": 0, "stock": False, "source": "", "share": 1.0}
COLUMNS = [*PLAIN, *UNSAID]


@dataclass(frozen=True)
class Rows(Aligned):
    """One row a series and origin, in units of its typical change from its last value then."""

    series: np.ndarray  # (rows,) place in the table of runs
    points: np.ndarray
    group: np.ndarray  # of the calibration: see intervals.kind_group
    features: np.ndarray  # (rows, features)
    forecasts: np.ndarray  # (rows, knots, experts)
    truth: np.ndarray  # (rows, knots), NaN where the series had ended
    weight: np.ndarray  # (rows, knots)
    lower: np.ndarray
    upper: np.ndarray


def half(names: pd.Series, salt: str = "half") -> np.ndarray:
    """0 or 1 for each name, by its hash: a split that stays the same whatever else is in the data."""
    distinct = {n: hashlib.md5(f"{salt}:{n}".encode()).digest()[0] & 1 for n in names.unique()}
    return names.map(distinct).to_numpy()


def health_runs(panel: pd.DataFrame) -> pd.DataFrame:
    """The longest run of consecutive years of each series: series_id, indicator, entity, kind, values."""
    out = []
    for name, group in panel.sort_values(["series_id", "year"]).groupby("series_id", sort=False):
        year = group["year"].to_numpy()
        cut = np.flatnonzero(np.diff(year) != 1) + 1
        run = max(np.split(np.arange(len(year)), cut), key=lambda r: (len(r), r[-1]))
        head = group.iloc[0]
        of_head = head["indicator"], head["entity"], KINDS.index(head["kind"])
        out.append((name, *of_head, group["value"].to_numpy(float)[run], year[run[-1]]))
    return pd.DataFrame(out, columns=PLAIN).assign(**UNSAID)


def with_facts(runs: pd.DataFrame) -> pd.DataFrame:
    """Runs of the world panel, and once more with the good direction and the inventories of ``facts.csv`` where it
    says one: what is not registered is projected without knowing them. Each of the two counts half."""
    facts = pd.read_csv(FACTS, keep_default_na=False)
    told = runs.copy()
    for pattern, way, stock in facts.itertuples(index=False):
        these = runs["indicator"].str.match(pattern)
        told.loc[these, "way"], told.loc[these, "stock"] = int(way), stock == "yes"
    known = told["way"] != 0
    bare = runs.assign(share=np.where(known, 0.5, 1.0))
    return pd.concat([bare, told[known].assign(share=0.5)], ignore_index=True)


def competition_runs(table: pd.DataFrame) -> pd.DataFrame:
    """The training parts, and nothing else, of the competition series, as levels of unknown meaning."""
    train = table[table["split"] == "train"].sort_values(["sid", "t"])
    out = [
        (str(sid), group["dataset"].iloc[0], str(sid), LEVEL, group["value"].to_numpy(float), 0)
        for sid, group in train.groupby("sid")
    ]
    return pd.DataFrame(out, columns=PLAIN).assign(**UNSAID)


def limits_of(
    runs: Iterable[np.ndarray],
    kinds: Iterable[int],
    ways: Iterable[int] | None = None,
    stocks: Iterable[bool] | None = None,
) -> Limits:
    """Natural bounds as unregistered series get them: see :mod:`healthplan.projection.kinds`."""
    kind, runs = np.array(list(kinds)), list(runs)
    lower = [0.0 if values.min() >= 0 else -np.inf for values in runs]
    most = np.array([values.max() for values in runs])
    upper = np.where((kind == SHARE) & (most <= 100), 100.0, np.inf)
    way = np.zeros(len(kind), np.int8) if ways is None else np.array(list(ways), np.int8)
    stock = np.zeros(len(kind), bool) if stocks is None else np.array(list(stocks), bool)
    return Limits(kind, np.array(lower), upper, way, stock)


def training_rows(runs: pd.DataFrame, origins: range = ORIGINS) -> Rows:
    """Rows of all series; constant histories have no unit of change and are left out."""
    found = []
    for i, values in enumerate(runs["values"]):
        for back in origins:
            m = len(values) - back
            if m < FEWEST:
                break
            train = values[max(0, m - MEMORY) : m]
            if np.ptp(train) > 0:
                test = np.full(AHEAD, np.nan)
                test[: min(back, AHEAD)] = values[m : m + AHEAD]
                found.append((i, back, train, test[KNOTS - 1]))
    series, back, trains, truth = zip(*found, strict=True)
    place = np.array(series)
    kind, way, stock = (runs[name].to_numpy()[place] for name in ("kind", "way", "stock"))
    limits = limits_of(trains, kind, way, stock)
    rows = _rows(place, np.array(back), limits, trains, np.stack(truth))
    share = runs["share"].to_numpy(np.float32)[place]
    return replace(rows, weight=rows.weight * share[:, None])


def _rows(series: np.ndarray, back: np.ndarray, limits: Limits, trains: tuple, truth: np.ndarray) -> Rows:
    """Rows made in blocks of the same number of points, then put back in their order."""
    groups = intervals.kind_group(limits)
    points, order, parts = np.array([len(t) for t in trains]), [], []
    for m in np.unique(points):
        same = np.flatnonzero(points == m)
        for at in range(0, len(same), BLOCK):
            j = same[at : at + BLOCK]
            y = np.stack([trains[i] for i in j], 1)
            seen = view(y, limits.take(j), {int(m): AHEAD})[int(m)]
            base, unit = seen.base, seen.unit
            after = ((truth[j] - base[:, None]) / unit[:, None]).astype(np.float32)
            ends = (((x[j] - base) / unit).astype(np.float32) for x in (limits.lower, limits.upper))
            forecasts = seen.forecasts[:, KNOTS - 1].transpose(2, 1, 0)
            views = (np.ascontiguousarray(x, np.float32) for x in (seen.features.T, forecasts))
            known = series[j], points[j], groups[j]
            # each row counts once over the scored horizons that it has, as scoring.py averages them
            weight = np.where(KNOTS <= SCORED, 1 / np.minimum(back[j], SCORED)[:, None], FAR_WEIGHT)
            weight = np.where(np.isnan(after), 0, weight).astype(np.float32)
            parts.append(Rows(*known, *views, after, weight, *ends))
            order.append(j)
    return joined(parts).take(np.argsort(np.concatenate(order)))
