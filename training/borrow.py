"""What borrowing earns: long series cut to one to four points beside their parent, and what came
after.

Pairs: states of the United States beside the nation; countries beside the mean of the other
countries of their WHO region (for counts the sum), the country itself never in it. The parent and
the peers are known to the same year as the district, so their future is their own projection from
there.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.projection import borrowing, transforms
from healthplan.projection.borrowing import MOST_POINTS, REFERENCE_POINTS, Cases
from healthplan.projection.distribution import LEVELS, MEDIAN
from healthplan.projection.kinds import COUNT
from healthplan.projection.network import KNOTS
from training.rows import bounds_of

# WHO regions by ISO code: which countries are each other's peers
REGIONS = pd.read_csv(Path(__file__).with_name("regions.csv")).set_index("region")["countries"]
REGION_OF = {code: name for name, codes in REGIONS.items() for code in codes.split()}
NATION = "United States"  # the reference of its states
BACK = (1, 3, 5, 8, 10)
AHEAD = int(KNOTS[-1])
FEWEST_PEERS = 4
WINDOW = 25


@dataclass(frozen=True)
class Cuts:
    """Cut districts: the cases, the truth on the unbounded scale, and what is needed to go back."""

    cases: Cases
    truth: np.ndarray  # (cuts, knots) change since the last own point; NaN where unknown
    last: np.ndarray
    value: np.ndarray  # (cuts, knots) true values
    scale: transforms.Scale
    reference: np.ndarray  # (cuts, knots) level of the reference, for "the reference as it is"
    alone: (
        np.ndarray
    )  # (cuts, knots, 15) quantiles of the own points only; NaN with fewer than three
    family: np.ndarray


def families(runs: pd.DataFrame) -> list[tuple[str, int, np.ndarray, np.ndarray, np.ndarray, bool]]:
    """Areas of one parent: name, kind, first year, values (areas, years), parent (areas, years),
    nation?
    """
    found = []
    region = runs["entity"].map(REGION_OF)
    state = runs["indicator"].str.startswith("NCHS")
    group = region.where(~state, NATION)
    for (indicator, name), members in runs[group.notna()].groupby(["indicator", group]):
        table = _common(members)
        if table is None:
            continue
        kind = int(members["kind"].iloc[0])
        if name == NATION:
            if NATION not in table.index:
                continue
            parent = np.broadcast_to(table.loc[NATION].to_numpy(), (len(table) - 1, table.shape[1]))
            values = table.drop(index=NATION).to_numpy()
        else:
            values = table.to_numpy()
            others = values.sum(0) - values
            parent = others if kind == COUNT else others / (len(values) - 1)
        if len(values) > FEWEST_PEERS:
            found.append(
                (
                    f"{indicator}|{name}",
                    kind,
                    table.columns.to_numpy(),
                    values,
                    parent,
                    name == NATION,
                )
            )
    return found


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
    jobs: list[tuple] = []
    trains: list[np.ndarray] = []
    kinds: list[int] = []
    for family, kind, _, values, parent, _ in families(runs):
        years = values.shape[1]
        for back in BACK:
            m = years - back
            if m < REFERENCE_POINTS:
                break
            jobs.append((family, kind, values, parent, m, len(trains)))
            trains += [*values[:, :m], *parent[:, :m]]
            kinds += [kind] * (2 * len(values))
    projected = forecaster(trains, kinds)[:, :, MEDIAN]
    short, place = [], []
    parts = []
    for family, kind, values, parent, m, at in jobs:
        count = len(values)
        own, of_parent = projected[at : at + count], projected[at + count : at + 2 * count]
        for points in range(1, MOST_POINTS + 1):
            parts.append(_cut(family, kind, values, parent, m, points, own, of_parent))
            if points >= 3:
                short += [row[m - points : m] for row in values]
            place.append(points >= 3)
    alone = iter(np.split(forecaster(short, _kinds_of(parts, place)), _ends(parts, place)))
    done = [_with_own(p, next(alone) if far else None) for p, far in zip(parts, place, strict=True)]
    return _joined(done)


def _kinds_of(parts: list[Cuts], place: list[bool]) -> list[int]:
    return [int(k) for p, far in zip(parts, place, strict=True) if far for k in p.cases.kind]


def _ends(parts: list[Cuts], place: list[bool]) -> np.ndarray:
    sizes = [len(p.truth) for p, far in zip(parts, place, strict=True) if far]
    return np.cumsum(sizes)[:-1]


def _cut(
    family: str,
    kind: int,
    values: np.ndarray,
    parent: np.ndarray,
    m: int,
    points: int,
    projected: np.ndarray,
    of_parent: np.ndarray,
) -> Cuts:
    count, years = values.shape
    own = values[:, m - points : m]
    kinds = np.full(count, kind)
    limits = np.array([bounds_of(row, kind) for row in own])
    scale = transforms.choose(own.T, kinds, limits[:, 0], limits[:, 1])
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
    level = of_parent[:, KNOTS - 1]
    names = np.full(count, family, object)
    return Cuts(
        cases, of_truth[:, KNOTS - 1], z[:, -1], truth[:, KNOTS - 1], scale, level, alone, names
    )


def _course(
    past: np.ndarray, future: np.ndarray, kinds: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The past on its own unbounded scale, and the projected change since its end."""
    limits = np.array([bounds_of(row, k) for row, k in zip(past, kinds, strict=True)])
    scale = transforms.choose(past.T, kinds, limits[:, 0], limits[:, 1])
    z = transforms.forward(past.T, scale).T
    return z, transforms.forward(future.T, scale).T - z[:, -1:]


def _with_own(part: Cuts, alone: np.ndarray | None) -> Cuts:
    """Enter the projection of the own points as the fourth source."""
    if alone is None:
        return part
    middle = transforms.forward(alone[:, KNOTS - 1, MEDIAN].T, part.scale).T
    part.cases.changes[..., 3] = middle - part.last[:, None]
    part.alone[:] = alone[:, KNOTS - 1]
    return part


def _joined(parts: list[Cuts]) -> Cuts:
    stack = lambda get: np.concatenate([get(p) for p in parts])  # noqa: E731
    cases = Cases(*(stack(lambda p, f=f: getattr(p.cases, f)) for f in Cases.__dataclass_fields__))
    fields = transforms.Scale.__dataclass_fields__
    scale = transforms.Scale(*(stack(lambda p, f=f: getattr(p.scale, f)) for f in fields))
    return Cuts(
        cases,
        stack(lambda p: p.truth),
        stack(lambda p: p.last),
        stack(lambda p: p.value),
        scale,
        stack(lambda p: p.reference),
        stack(lambda p: p.alone),
        stack(lambda p: p.family),
    )


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
            allowed = np.array([True, True, True, p >= 2])
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
