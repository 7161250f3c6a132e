"""A borrowed trend: level from the district's few points, course from larger areas and from its
peers.

On the unbounded scale of :mod:`transforms` the district's change over the next years is a convex
mix of

* no change,
* the change of the reference area (observed where it is already known, else its own projection),
* the median change of the peers: other areas with the same parent,
* the district's own projection, where it has three points or more.

The weights, by number of own points and horizon, are what each earned on series of other places
that were cut to one to four points (``training/borrow.py``); so is the width: errors of those cut
series, scaled by how much the reference usually moves, how much the district did, and how small it
is beside the reference. The level of the reference never enters.

Who may borrow from whom is read from the panel and the areas table.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from healthplan.projection import intervals, network, transforms
from healthplan.projection.kinds import COUNT, SHARE
from healthplan.projection.panel import REASONS, Panel
from healthplan.projection.prior import Prior
from healthplan.registers import area_tree

MOST_POINTS = 4  # a district with more is projected on its own
REFERENCE_POINTS = 8  # that a reference or a peer must have
SOURCES = ("no_change", "reference", "peers", "own")
Paths = Callable[[np.ndarray], list[tuple[np.ndarray, np.ndarray]]]


@dataclass(frozen=True)
class Cases:
    """Districts to project, one a row, everything on the unbounded scale."""

    points: np.ndarray  # own points, 1 ... 4
    kind: np.ndarray
    changes: np.ndarray  # (cases, horizons, 4): change since the last own point, by source
    peers: np.ndarray  # True where there are peers
    reference_move: np.ndarray  # mean |change a year| of the reference
    own_move: np.ndarray  # the same of the district; NaN with one point
    size: np.ndarray  # log(district / reference), last common level


@dataclass(frozen=True)
class Borrowing:
    """Borrowed rows; ``series`` are places in the panel, ``reference`` places in its ``areas``."""

    series: np.ndarray  # (districts,) ascending
    reference: np.ndarray  # (districts,)
    row_series: np.ndarray  # (rows,)
    year: np.ndarray
    quantiles: np.ndarray  # (rows, 15)


@dataclass(frozen=True)
class _Need:
    series: int
    reference: int
    peers: list[int]


def borrow(
    panel: Panel, areas: pd.DataFrame, to: int, paths: Paths, prior: Prior
) -> Borrowing | None:
    """What districts of one to four points borrow; None where nobody can.

    areas: table with the columns area and parent. paths(places) gives, for series of the panel,
    years and values: the observed ones, and the middle of the projection up to ``to``.
    """
    needs = _needs(panel, areas, to)
    if not needs:
        return None
    wanted = sorted({s for need in needs for s in (need.reference, *need.peers)})
    wanted += [need.series for need in needs if panel.reason[need.series] == 0]
    known = dict(zip(wanted, paths(np.array(wanted)), strict=True))
    series, reference, rows, years, quantiles = [], [], [], [], []
    for need in needs:
        found = _project(panel, need, known, to, prior)
        if found is None:
            continue
        series.append(need.series)
        reference.append(panel.area[need.reference])
        rows.append(np.full(len(found), need.series))
        years.append(panel.last_year[need.series] + 1 + np.arange(len(found)))
        quantiles.append(found)
    if not series:
        return None
    return Borrowing(
        np.array(series),
        np.array(reference),
        np.concatenate(rows),
        np.concatenate(years),
        np.concatenate(quantiles),
    )


def _needs(panel: Panel, areas: pd.DataFrame, to: int) -> list[_Need]:
    """Districts that may borrow, each with the nearest larger area that has enough points, and its
    peers.
    """
    tree = area_tree(areas)
    short = np.isin(panel.reason, [0, REASONS.index("too_few_points")])
    short &= (panel.n >= 1) & (panel.n <= MOST_POINTS)
    long = (panel.reason == 0) & (panel.n >= REFERENCE_POINTS)
    names = [str(a) for a in panel.areas]
    with_parent = np.array([bool(tree.parent.get(name)) for name in names], dtype=bool)
    candidates = np.flatnonzero(short)
    candidates = candidates[with_parent[panel.area[candidates]]]
    candidates = candidates[panel.last_year[candidates] < to]
    mine = np.isin(panel.indicator, panel.indicator[candidates])
    at = {
        (int(panel.indicator[s]), names[panel.area[s]]): int(s) for s in np.flatnonzero(long & mine)
    }
    needs = []
    for s in candidates:
        name, indicator = names[panel.area[s]], int(panel.indicator[s])
        reference = next(
            (at[indicator, up] for up in tree.above(name) if (indicator, up) in at), None
        )
        if reference is None or panel.first_year[reference] > panel.last_year[s]:
            continue
        siblings = [at.get((indicator, other)) for other in tree.peers(name)]
        peers = [p for p in siblings if p is not None and panel.last_year[p] >= panel.last_year[s]]
        needs.append(_Need(int(s), reference, peers))
    return needs


def _project(
    panel: Panel,
    need: _Need,
    known: dict[int, tuple[np.ndarray, np.ndarray]],
    to: int,
    prior: Prior,
) -> np.ndarray | None:
    """Quantiles (ahead, 15) of one district."""
    s = need.series
    rows = slice(panel.start[s], panel.start[s + 1])
    year, value = panel.year[rows], panel.value[rows]
    last = int(year[-1])
    facts = panel.facts
    limits = facts.kind[s : s + 1], facts.lower[s : s + 1], facts.upper[s : s + 1]
    scale = transforms.choose(value[:, None], *limits)
    if not scale.usable[0]:
        return None
    z = transforms.forward(value[:, None], scale)[:, 0]
    course = _change(panel, need.reference, known, last)
    if course is None:
        return None
    ahead = min(to - last, course.ahead)
    courses = [_change(panel, p, known, last) for p in need.peers]
    peers = [p for p in courses if p is not None and p.ahead >= ahead]
    if ahead < 1:
        return None
    at = np.arange(1, ahead + 1)
    changes = np.zeros((1, ahead, len(SOURCES)))
    changes[0, :, 1] = course.at(at)
    if peers:
        changes[0, :, 2] = np.median([p.at(at) for p in peers], axis=0)
    points = len(value)
    if s in known:
        middle = transforms.forward(_own(known[s], last, at)[:, None], scale)[:, 0]
        changes[0, :, 3] = middle - z[-1]
    elif points >= 3:
        return None
    own_move = np.mean(np.abs(np.diff(z) / np.diff(year))) if points > 1 else np.nan
    size = np.log((abs(value[-1]) + 1e-9) / (abs(course.level) + 1e-9))
    cases = Cases(
        np.array([points]),
        limits[0],
        changes,
        np.array([bool(peers)]),
        np.array([course.move]),
        np.array([own_move]),
        np.array([size]),
    )
    found = borrowed_quantiles(cases, z[-1:], scale, at, prior)[0]
    return np.clip(found, facts.lower[s], facts.upper[s])


def _own(path: tuple[np.ndarray, np.ndarray], last: int, at: np.ndarray) -> np.ndarray:
    """The district's own projection; beyond its reach its last value stands."""
    return np.interp(last + at, *path)


@dataclass(frozen=True)
class _Course:
    """A larger area's course since ``last`` on its unbounded scale."""

    years: np.ndarray
    z: np.ndarray
    last: int
    move: float
    level: float

    @property
    def ahead(self) -> int:
        return int(self.years[-1]) - self.last

    def at(self, steps: np.ndarray) -> np.ndarray:
        """Change after these many years."""
        start = np.interp(self.last, self.years, self.z)
        return np.interp(self.last + steps, self.years, self.z) - start


def _change(
    panel: Panel, s: int, known: dict[int, tuple[np.ndarray, np.ndarray]], last: int
) -> _Course | None:
    """The course of series ``s``, or None where its years do not reach ``last``."""
    years, values = known[s]
    if not (years[0] <= last <= years[-1]):
        return None
    facts = panel.facts
    limits = facts.kind[s : s + 1], facts.lower[s : s + 1], facts.upper[s : s + 1]
    scale = transforms.choose(values[:, None], *limits)
    if not scale.usable[0]:
        return None
    z = transforms.forward(values[:, None], scale)[:, 0]
    observed = years <= panel.last_year[s]
    move = float(np.mean(np.abs(np.diff(z[observed]) / np.diff(years[observed]))))
    return _Course(years, z, last, move, float(np.interp(last, years, values)))


def mix(cases: Cases, weights: np.ndarray, years: np.ndarray) -> np.ndarray:
    """Change (cases, horizons); ``weights`` (4 numbers of points, knots, 4 sources).

    ``years``: the horizons of ``cases.changes``. Beyond the last knot the weights stay as they are.
    """
    own = network.at_horizons(weights[cases.points - 1], int(years[-1]))[:, years - 1].copy()
    alone = ~cases.peers
    own[alone, :, 1] += own[alone, :, 2]
    own[alone, :, 2] = 0
    return (own * cases.changes).sum(-1)


def design(cases: Cases) -> np.ndarray:
    """What the width depends on, (cases, terms)."""
    reference = np.log(cases.reference_move + 1e-3)
    own = np.log(np.where(np.isnan(cases.own_move), cases.reference_move, cases.own_move) + 1e-3)
    few = np.isnan(cases.own_move).astype(float)
    small = np.clip(cases.size, -8, 3)
    return np.column_stack(
        [
            np.ones(len(own)),
            reference,
            own,
            few,
            small,
            np.where(cases.kind == COUNT, small, 0),
            np.where(cases.kind == SHARE, small, 0),
            cases.kind == COUNT,
            cases.kind == SHARE,
        ]
    )


def width(cases: Cases, slopes: np.ndarray) -> np.ndarray:
    """Typical error (cases, knots); ``slopes`` (4, knots, terms) of its logarithm."""
    terms = design(cases)
    return np.exp(np.clip(np.einsum("nt,nkt->nk", terms, slopes[cases.points - 1]), -9, 3))


def borrowed_quantiles(
    cases: Cases, last: np.ndarray, scale: transforms.Scale, years: np.ndarray, prior: Prior
) -> np.ndarray:
    """Quantiles (cases, horizons, 15) in the indicator's unit.

    ``last`` is the last own value, unbounded; ``years`` the horizons of ``cases.changes``,
    ascending.
    """
    weights, slopes, shape = (
        prior.more[k] for k in ("borrow_weights", "borrow_width", "borrow_shape")
    )
    middle = last[:, None] + mix(cases, weights, years)
    distance = width(cases, slopes)[..., None] * shape[cases.points - 1]
    distance = network.at_horizons(distance, int(years[-1]), grow=True)[:, years - 1].copy()
    distance = intervals.widening(distance)
    z = np.moveaxis(middle[..., None] + distance, 0, -1)
    return np.moveaxis(transforms.backward(z, scale), -1, 0)
