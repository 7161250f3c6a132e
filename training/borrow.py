"""What borrowing earns: long series cut to one to four points beside their parent, and what came after.

Pairs: states of the United States beside the nation; countries beside the mean of the other countries of their WHO
region (for counts the sum), the country itself never in it. The parent and the peers are known to the same year as the
district, so their future is their own projection from there.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.projection import borrowing, transforms
from healthplan.projection.aligned import Aligned, joined
from healthplan.projection.borrowing import MOST_POINTS, REFERENCE_POINTS, Cases
from healthplan.projection.distribution import LEVELS, MEDIAN
from healthplan.projection.kinds import COUNT
from healthplan.projection.network import KNOTS
from training.rows import limits_of

# WHO regions by ISO code: which countries are each other's peers
REGIONS = pd.read_csv(Path(__file__).with_name("regions.csv")).set_index("region")["countries"]
REGION_OF = {code: name for name, codes in REGIONS.items() for code in codes.split()}
NATION = "United States"  # the reference of its states
BACK = (1, 3, 5, 8, 10)
AHEAD = int(KNOTS[-1])
FEWEST_PEERS = 4
WINDOW = 25
OWN_POINTS = 3  # that a projection of its own needs


@dataclass(frozen=True)
class Cuts(Aligned):
    """Cut districts: the cases, the truth on the unbounded scale, and what is needed to go back."""

    cases: Cases
    truth: np.ndarray  # (cuts, knots) change since the last own point; NaN where unknown
    last: np.ndarray
    value: np.ndarray  # (cuts, knots) true values
    scale: transforms.Scale
    reference: np.ndarray  # (cuts, knots) level of the reference, for "the reference as it is"
    alone: np.ndarray  # (cuts, knots, 15) quantiles of three or more own points only; else NaN


def families(runs: pd.DataFrame) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Areas of one parent: kind, values (areas, years), parent (areas, years)."""
    region = runs["entity"].map(REGION_OF)
    state = runs["indicator"].str.startswith("NCHS")
    group = region.where(~state, NATION)
    for (_, name), members in runs[group.notna()].groupby(["indicator", group]):
        table = _common(members)
        if table is None or (name == NATION and NATION not in table.index):
            continue
        kind = int(members["kind"].iloc[0])
        if name == NATION:
            values = table.drop(index=NATION).to_numpy()
            parent = np.broadcast_to(table.loc[NATION].to_numpy(), values.shape)
        else:
            values = table.to_numpy()
            others = values.sum(0) - values
            parent = others if kind == COUNT else others / (len(values) - 1)
        if len(values) > FEWEST_PEERS:
            yield kind, values, parent


def _common(members: pd.DataFrame) -> pd.DataFrame | None:
    """Areas x years of those members that are complete over the last years that most of them have."""
    series = {
        entity: pd.Series(values, index=np.arange(last - len(values) + 1, last + 1))
        for entity, values, last in zip(
            members["entity"], members["values"], members["last_year"], strict=True
        )
    }
    table = pd.DataFrame(series).T
    good = table.columns[table.notna().mean() >= 0.6]
    if len(good) < REFERENCE_POINTS + 1:
        return None
    table = table[np.sort(good)[-WINDOW:]].dropna()
    if len(table) <= FEWEST_PEERS or (np.diff(table.columns) != 1).any():
        return None
    return table


def cuts(runs: pd.DataFrame, forecaster) -> Cuts:
    """All cut districts of ``runs``.

    forecaster(trains, kinds) -> quantiles (series, 10, 15) is the engine on plain arrays, of a
    network that has not seen these series.
    """
    jobs, parts = [], []
    trains, short, kinds = [], [], []
    for kind, values, parent in families(runs):
        for m in (values.shape[1] - back for back in BACK):
            if m < REFERENCE_POINTS:
                break
            jobs.append((kind, values, parent, m, len(trains)))
            trains += [*values[:, :m], *parent[:, :m]]
            kinds += [kind] * (2 * len(values))
    projected = forecaster(trains, kinds)[:, :, MEDIAN]
    for kind, values, parent, m, at in jobs:
        of_own, of_parent = np.split(projected[at : at + 2 * len(values)], 2)
        for points in range(1, MOST_POINTS + 1):
            parts.append(_cut(kind, values, parent, m, points, of_own, of_parent))
            if points >= OWN_POINTS:
                short += [row[m - points : m] for row in values]
    found = joined(parts)
    far = np.flatnonzero(found.cases.points >= OWN_POINTS)
    alone = forecaster(short, found.cases.kind[far])[:, KNOTS - 1]
    middle = transforms.forward(alone[..., MEDIAN].T, found.scale.take(far)).T
    found.cases.changes[far, :, 3] = middle - found.last[far, None]
    found.alone[far] = alone
    return found


def _cut(
    kind: int,
    values: np.ndarray,
    parent: np.ndarray,
    m: int,
    points: int,
    projected: np.ndarray,
    of_parent: np.ndarray,
) -> Cuts:
    """Districts cut after year ``m`` to so many points; the fourth source is entered later."""
    count, years = values.shape
    own = values[:, m - points : m]
    kinds = np.full(count, kind)
    scale = transforms.choose(own.T, limits_of(own, kinds))
    z = transforms.forward(own.T, scale).T
    truth = np.full((count, AHEAD), np.nan)
    known = min(AHEAD, years - m)
    truth[:, :known] = values[:, m : m + known]
    of_truth = transforms.forward(truth.T, scale).T - z[:, -1:]
    reference_z, reference_change = _course(parent[:, :m], of_parent, kinds)
    _, peer_change = _course(values[:, :m], projected, kinds)
    peers = np.stack([np.median(np.delete(peer_change, i, 0), 0) for i in range(count)])
    changes = np.stack([np.zeros_like(peers), reference_change, peers, np.zeros_like(peers)], -1)
    moves = np.abs(np.diff(z, axis=1))
    cases = Cases(
        np.full(count, points),
        kinds,
        changes[:, KNOTS - 1],
        np.ones(count, bool),
        np.abs(np.diff(reference_z, axis=1)).mean(1),
        moves.mean(1) if points > 1 else np.full(count, np.nan),
        np.log((own[:, -1] + 1e-9) / (parent[:, m - 1] + 1e-9)),
    )
    alone = np.full((count, len(KNOTS), len(LEVELS)), np.nan)
    value, level = (x[:, KNOTS - 1] for x in (truth, of_parent))
    return Cuts(cases, of_truth[:, KNOTS - 1], z[:, -1], value, scale, level, alone)


def _course(
    past: np.ndarray, future: np.ndarray, kinds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The past on its own unbounded scale, and the projected change since its end."""
    scale = transforms.choose(past.T, limits_of(past, kinds))
    z = transforms.forward(past.T, scale).T
    return z, transforms.forward(future.T, scale).T - z[:, -1:]


def fit_tables(found: Cuts) -> dict[str, np.ndarray]:
    """Weights, width and shape of borrowed trends, by own points and horizon."""
    terms = borrowing.design(found.cases)
    sources = found.cases.changes.shape[2]
    weights = np.zeros((MOST_POINTS, len(KNOTS), sources))
    slopes = np.zeros((MOST_POINTS, len(KNOTS), terms.shape[1]))
    shape = np.zeros((MOST_POINTS, len(KNOTS), len(LEVELS)))
    unit = np.maximum(found.cases.reference_move, 0.02)
    for p in range(MOST_POINTS):
        for k in range(len(KNOTS)):
            seen = (found.cases.points == p + 1) & np.isfinite(found.truth[:, k])
            allowed = np.array([True, True, True, p + 1 >= OWN_POINTS])
            changes = found.cases.changes[seen, k]
            weights[p, k] = _weights(changes, found.truth[seen, k], unit[seen], allowed)
            left = found.truth[seen, k] - changes @ weights[p, k]
            slopes[p, k] = _log_width(terms[seen], left)
            scaled = left / np.exp(np.clip(terms[seen] @ slopes[p, k], -9, 3))
            shape[p, k] = np.quantile(scaled, LEVELS)
    shape -= shape[..., MEDIAN, None]
    return {"borrow_weights": weights, "borrow_width": slopes, "borrow_shape": shape}


def _weights(
    changes: np.ndarray, truth: np.ndarray, unit: np.ndarray, allowed: np.ndarray
) -> np.ndarray:
    """Convex weights of least mean absolute error, by exponentiated subgradients."""
    x = np.clip((changes - truth[:, None]) / unit[:, None], -50, 50)
    w = allowed / allowed.sum()
    best, least = w, np.inf
    for step in range(1, 601):
        error = x @ w
        loss = np.abs(error).mean()
        if loss < least:
            best, least = w, loss
        w = w * np.exp(-0.5 / np.sqrt(step) * (x * np.sign(error)[:, None]).mean(0)) * allowed
        w = w / w.sum()
    return best


def _log_width(terms: np.ndarray, left: np.ndarray) -> np.ndarray:
    """Ridge regression of log |error|."""
    y = np.log(np.abs(left) + 1e-3)
    penalty = 1e-3 * len(y) * np.eye(terms.shape[1])
    penalty[0, 0] = 0
    return np.linalg.solve(terms.T @ terms + penalty, terms.T @ y)
