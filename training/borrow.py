"""What borrowing earns: long series cut to one to four points beside their parent, and what came after. Families:
states of the United States beside the nation; countries beside the mean (counts: the sum) of the others of their WHO
region; the districts of the district panel beside the areas that it names as theirs. The parent is known to the same
year as the district, so its future is its own projection from there. Of states and countries half have their siblings
as peers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize

from healthplan.distribution import LEVELS, MEDIAN
from healthplan.projection import borrowing, transforms
from healthplan.projection.borrowing import MOST_POINTS, REFERENCE_POINTS, Cases
from healthplan.projection.kinds import COUNT, KINDS, Aligned, joined
from healthplan.projection.network import KNOTS
from training.districts import WAYS
from training.rows import limits_of

# WHO regions by ISO code: which countries are each other's peers
REGIONS = pd.read_csv(Path(__file__).with_name("regions.csv")).set_index("region")["countries"]
REGION_OF = {code: name for name, codes in REGIONS.items() for code in codes.split()}
NATION = "United States"  # the reference of its states
BACK, BACK_OF_DISTRICTS = (1, 3, 5, 8, 10), (1, 2, 3, 4, 5, 6, 8)
AHEAD = int(KNOTS[-1])
FEWEST_PEERS = 4
WINDOW = 25
EVERY = 20  # of so many states or countries one is taken with peers and one without: districts count more
OWN_POINTS = 3  # that a projection of its own needs
WIDER = 1.08  # than the errors that were fitted: other places and later years err by more
SMOOTH = 0.05  # of the corner of the absolute error
PENALTY = 1e-3  # on the slopes of the weights


@dataclass(frozen=True)
class Family:
    """Areas of one parent, a year a column, NaN where there is no figure. ``siblings``: they may be each other's
    peers."""

    kind: int
    way: int  # +1 more is better, -1 less, 0 neither or not known
    stock: bool
    values: np.ndarray  # (areas, years)
    events: np.ndarray  # the counts behind them, NaN where not known
    parent: np.ndarray  # (areas, years)
    siblings: bool


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


def families(runs: pd.DataFrame) -> Iterator[Family]:
    """States and countries."""
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
            events = values if kind == COUNT else np.full_like(values, np.nan)
            yield Family(kind, 0, False, values, events, parent, True)


def districts(panel: pd.DataFrame) -> Iterator[Family]:
    """Districts (``judged``) of the district panel beside the area that they name as their parent."""
    key = pd.MultiIndex.from_frame(panel[["indicator", "area"]])
    of_parent = pd.MultiIndex.from_frame(panel[["indicator", "parent"]])
    own = panel[panel["judged"] & of_parent.isin(key.unique())]
    lenders = panel[key.isin(pd.MultiIndex.from_frame(own[["indicator", "parent"]]).unique())]
    for (indicator, parent), members in own.groupby(["indicator", "parent"]):
        above = lenders[(lenders["indicator"] == indicator) & (lenders["area"] == parent)]
        years = np.arange(above["year"].min(), above["year"].max() + 1)
        table = members.pivot_table("value", "area", "year").reindex(columns=years)
        events = members.pivot_table("numerator", "area", "year")
        line = above.set_index("year")["value"].reindex(years).to_numpy()
        kind, stock = KINDS.index(members["kind"].iloc[0]), bool(members["stock"].iloc[0])
        values, counted = (table.to_numpy(), events.reindex(index=table.index, columns=years).to_numpy())
        if stock:
            counted = np.full_like(values, np.nan)
        elif kind == COUNT:
            counted = values
        way = WAYS.get(members["direction"].iloc[0], 0)
        above_all = np.broadcast_to(line, values.shape)
        yield Family(kind, way, stock, values, counted, above_all, False)


def _common(members: pd.DataFrame) -> pd.DataFrame | None:
    """Areas x years of those members that are complete over the last years that most of them have."""
    series = {
        entity: pd.Series(values, index=np.arange(last - len(values) + 1, last + 1))
        for entity, values, last in zip(members["entity"], members["values"], members["last_year"], strict=True)
    }
    table = pd.DataFrame(series).T
    good = table.columns[table.notna().mean() >= 0.6]
    if len(good) < REFERENCE_POINTS + 1:
        return None
    table = table[np.sort(good)[-WINDOW:]].dropna()
    return None if len(table) <= FEWEST_PEERS or (np.diff(table.columns) != 1).any() else table


def cuts(found: list[Family], forecaster: Callable) -> Cuts:
    """All cut districts of these families. forecaster(trains, kinds, ways, stocks) -> quantiles (series, 10, 15) is the
    engine on plain arrays, of a network that has not seen these series."""
    jobs, trains, facts = [], [], []
    for family in found:
        for back in BACK if family.siblings else BACK_OF_DISTRICTS:
            m = family.values.shape[1] - back
            known = np.isfinite(family.parent[0, : max(m, 0)])
            first = len(known) - (int(np.argmin(known[::-1])) if not known.all() else len(known))
            if m - first < REFERENCE_POINTS:
                continue
            above = family.parent[:, first:m] if family.siblings else family.parent[:1, first:m]
            mine = [*above, *(family.values[:, :m] if family.siblings else [])]
            jobs.append((family, first, m, slice(len(trains), len(trains) + len(mine))))
            trains += mine
            facts += [(family.kind, family.way, family.stock)] * len(mine)
    projected = forecaster(trains, *zip(*facts, strict=True))[:, :, MEDIAN]
    parts, short, of_short = [], [], []
    for family, first, m, at in jobs:
        for points in range(1, min(MOST_POINTS, m - first) + 1):
            whole = np.isfinite(family.values[:, m - points : m]).all(1)
            if not whole.any():
                continue
            for rows, part in _cut(family, first, m, points, projected[at], whole):
                parts.append(part)
                if points >= OWN_POINTS:
                    short += list(family.values[rows, m - points : m])
                    of_short += [(family.kind, family.way, family.stock)] * len(rows)
    cut = joined(parts)
    far = np.flatnonzero(cut.cases.points >= OWN_POINTS)
    alone = forecaster(short, *zip(*of_short, strict=True))[:, KNOTS - 1]
    middle = transforms.forward(alone[..., MEDIAN].T, cut.scale.take(far)).T
    cut.cases.changes[far, :, 3] = middle - cut.last[far, None]
    cut.alone[far] = alone
    return cut


def _cut(
    family: Family, first: int, m: int, points: int, projected: np.ndarray, whole: np.ndarray
) -> list[tuple[np.ndarray, Cuts]]:
    """Districts cut after year ``m`` to so many points, those with peers and those without, and which they are; the
    engine's own course of three points and more is entered later."""
    count, years = family.values.shape
    kinds = np.full(count, family.kind)
    own = np.where(whole[:, None], family.values[:, m - points : m], 1.0)
    scale = transforms.choose(own.T, limits_of(own, kinds))
    z = transforms.forward(own.T, scale).T
    truth = np.full((count, AHEAD), np.nan)
    known = min(AHEAD, years - m)
    truth[:, :known] = family.values[:, m : m + known]
    of_truth = transforms.forward(truth.T, scale).T - z[:, -1:]
    parent = family.parent[:, first:m]
    of_parent = np.broadcast_to(projected[: len(projected) if not family.siblings else count], (count, AHEAD))
    reference_z, reference_change = _course(parent, of_parent, kinds)
    peers = None
    if family.siblings:
        _, change = _course(family.values[:, :m], projected[count:], kinds)
        peers = np.stack([np.median(np.delete(change, i, 0), 0) for i in range(count)])
    level, value = of_parent[:, KNOTS - 1], truth[:, KNOTS - 1]
    alone = np.full((count, len(KNOTS), len(LEVELS)), np.nan)
    turn = np.arange(count) % EVERY
    halves = ((peers, whole & (turn == 0)), (None, whole & (turn == EVERY // 2)))
    out = []
    for lent, rows in halves if family.siblings else ((None, whole),):
        cases = borrowing.described(
            np.full(count, points),
            kinds,
            np.full(count, family.stock),
            z,
            np.arange(m - points, m),
            reference_z[:, -points:] - reference_z[:, -1:],
            reference_change[:, KNOTS - 1],
            KNOTS,
            None if lent is None else lent[:, KNOTS - 1],
            None,
            np.abs(np.diff(reference_z, axis=1)).mean(1),
            borrowing.chance(family.events[:, m - points : m]),
            np.log((np.abs(own[:, -1]) + 1e-9) / (np.abs(parent[:, -1]) + 1e-9)),
        )
        kept = np.flatnonzero(rows)
        every = Cuts(cases, of_truth[:, KNOTS - 1], z[:, -1], value, scale, level, alone)
        out.append((kept, every.take(kept)))
    return out


def _course(past: np.ndarray, future: np.ndarray, kinds: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The past on its own unbounded scale, and the projected change since its end."""
    scale = transforms.choose(past.T, limits_of(past, kinds))
    z = transforms.forward(past.T, scale).T
    return z, transforms.forward(future.T, scale).T - z[:, -1:]


def fit_tables(found: Cuts) -> dict[str, np.ndarray]:
    """Weights, width and shape of borrowed trends, by own points; width and shape by horizon too."""
    terms, wide = borrowing.terms_of_mix(found.cases, KNOTS), borrowing.design(found.cases)
    weights = np.zeros((MOST_POINTS, terms.shape[2], len(borrowing.SOURCES)))
    slopes = np.zeros((MOST_POINTS, len(KNOTS), wide.shape[1]))
    shape = np.zeros((MOST_POINTS, len(KNOTS), len(LEVELS)))
    for p in range(MOST_POINTS):
        mine = found.cases.points == p + 1
        cases, truth = found.cases.take(mine), found.truth[mine]
        weights[p] = _weights(cases, terms[mine], truth)
        left = truth - borrowing.mix(cases, weights, KNOTS)
        for k in range(len(KNOTS)):
            seen = np.isfinite(left[:, k])
            x, y = wide[mine][seen], np.log(np.abs(left[seen, k]) + 1e-3)
            penalty = 1e-3 * len(y) * np.eye(x.shape[1])  # ridge regression of log |error|
            penalty[0, 0] = 0
            slopes[p, k] = np.linalg.solve(x.T @ x + penalty, x.T @ y)
            shape[p, k] = WIDER * np.quantile(left[seen, k] / np.exp(np.clip(x @ slopes[p, k], -9, 3)), LEVELS)
    shape -= shape[..., MEDIAN, None]
    return {"borrow_mix": weights, "borrow_width": slopes, "borrow_shape": shape}


def _weights(cases: Cases, terms: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """Log odds (terms, sources) of the convex weights of least mean absolute error, in units of what moves and what is
    chance."""
    spread = np.nan_to_num(cases.spread)
    unit = np.maximum(np.sqrt(cases.reference_move**2 + cases.noise**2 + spread**2), 0.02)
    seen = np.isfinite(truth) & np.isfinite(cases.changes).all(-1)
    x, points = terms[seen], np.broadcast_to(cases.points[:, None], truth.shape)[seen]
    scale = np.broadcast_to(unit[:, None], truth.shape)[seen]
    changes, wanted = cases.changes[seen] / scale[:, None], truth[seen] / scale
    middle, deviation = x.mean(0), np.maximum(x.std(0), 1e-6)
    middle[0], deviation[0] = 0, 1  # the constant
    flat = np.ptp(x, axis=0) == 0
    flat[0] = False
    x = np.where(flat, 0, (x - middle) / deviation)
    slope = np.arange(x.shape[1]) > 0

    def loss(flatted: np.ndarray) -> tuple[float, np.ndarray]:
        odds = flatted.reshape(x.shape[1], -1)
        share = borrowing.shares_of(x[:, None], np.broadcast_to(odds, (len(x), *odds.shape)), points)
        told = (share[:, 0] * changes).sum(1)
        error = np.clip(told - wanted, -50, 50)
        size = np.sqrt(error**2 + SMOOTH**2)
        pull = share[:, 0] * (changes - told[:, None]) * (error / size / len(error))[:, None]
        far = np.where(slope[:, None], odds, 0)
        return size.mean() + PENALTY * (far**2).sum(), (x.T @ pull + 2 * PENALTY * far).ravel()

    start = np.zeros(x.shape[1] * changes.shape[1])
    best = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    odds = np.where(flat[:, None], 0, best.x.reshape(x.shape[1], -1) / deviation[:, None])
    odds[0] -= middle[1:] @ odds[1:]
    return odds
