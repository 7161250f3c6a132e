"""A borrowed trend: level from the district's few points, course from larger areas and from its peers.

On the unbounded scale of :mod:`transforms` the district's change over the next years is a convex mix of

* no change,
* the change of the reference area (observed where it is already known, else its own projection),
* the median change of the peers: other areas with the same parent,
* the district's own projection, where it has three points or more.

The weights, by number of own points and horizon, are what each earned on series of other places that were cut to one
to four points (``training/borrow.py``); so is the width: errors of those cut series, scaled by how much the reference
usually moves, how much the district did, and how small it is beside the reference. The level of the reference never
enters.

Who may borrow from whom is read from the panel and the areas table.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from healthplan.projection import intervals, network, transforms
from healthplan.projection.aligned import Aligned
from healthplan.projection.kinds import COUNT, SHARE
from healthplan.projection.panel import REASONS, Panel
from healthplan.projection.prior import Prior
from healthplan.registers import area_tree

MOST_POINTS = 4  # a district with more is projected on its own
REFERENCE_POINTS = 8  # that a reference or a peer must have
SOURCES = ("no_change", "reference", "peers", "own")
Path = tuple[np.ndarray, np.ndarray]  # years and values
Paths = Callable[[np.ndarray], list[Path]]


@dataclass(frozen=True)
class Cases(Aligned):
    """Districts to project, one a row, everything on the unbounded scale."""

    points: np.ndarray  # own points, 1 ... 4
    kind: np.ndarray
    changes: np.ndarray  # (cases, horizons, 4): change since the last own point, by source
    peers: np.ndarray  # True where there are peers
    reference_move: np.ndarray  # mean |change a year| of the reference
    own_move: np.ndarray  # the same of the district; NaN with one point
    size: np.ndarray  # log(district / reference), last common level


@dataclass(frozen=True)
class Loan:
    """What one district borrows; its place in the panel, that of the reference in the panel's areas."""

    series: int
    reference: int
    quantiles: np.ndarray  # (ahead, 15), from the year after its last one


@dataclass(frozen=True)
class _Need:
    series: int
    reference: int
    peers: list[int]


def borrow(panel: Panel, areas: pd.DataFrame, to: int, paths: Paths, prior: Prior) -> list[Loan]:
    """What districts of one to four points borrow, in the order of the panel.

    areas: table with the columns area and parent. paths(places) gives, for series of the panel,
    years and values: the observed ones, and the middle of the projection up to ``to``.
    """
    needs = _needs(panel, areas, to)
    wanted = sorted({s for need in needs for s in (need.reference, *need.peers)})
    wanted += [need.series for need in needs if panel.reason[need.series] == 0]
    known = dict(zip(wanted, paths(np.array(wanted, int)), strict=True))
    loans = []
    for need in needs:
        found = _project(panel, need, known, to, prior)
        if found is not None:
            loans.append(Loan(need.series, int(panel.area[need.reference]), found))
    return loans


def _needs(panel: Panel, areas: pd.DataFrame, to: int) -> list[_Need]:
    """Districts that may borrow, each with the nearest larger area that has enough points, and its peers."""
    tree = area_tree(areas)
    short = np.isin(panel.reason, [0, REASONS.index("too_few_points")])
    short &= (panel.n >= 1) & (panel.n <= MOST_POINTS) & (panel.last_year < to)
    long = (panel.reason == 0) & (panel.n >= REFERENCE_POINTS)
    names = [str(a) for a in panel.areas]
    with_parent = np.array([bool(tree.parent.get(name)) for name in names], dtype=bool)
    candidates = np.flatnonzero(short)
    candidates = candidates[with_parent[panel.area[candidates]]]
    long &= np.isin(panel.indicator, panel.indicator[candidates])
    at = {(int(panel.indicator[s]), names[panel.area[s]]): int(s) for s in np.flatnonzero(long)}
    needs = []
    for s in candidates:
        name, indicator = names[panel.area[s]], int(panel.indicator[s])
        above = (at.get((indicator, up)) for up in tree.above(name))
        reference = next((place for place in above if place is not None), None)
        if reference is None or panel.first_year[reference] > panel.last_year[s]:
            continue
        siblings = [at.get((indicator, other)) for other in tree.peers(name)]
        peers = [p for p in siblings if p is not None and panel.last_year[p] >= panel.last_year[s]]
        needs.append(_Need(int(s), reference, peers))
    return needs


def _project(
    panel: Panel, need: _Need, known: dict[int, Path], to: int, prior: Prior
) -> np.ndarray | None:
    """Quantiles (ahead, 15) of one district."""
    s = need.series
    rows = slice(panel.start[s], panel.start[s + 1])
    year, value = panel.year[rows], panel.value[rows]
    points, last = len(value), int(year[-1])
    scale, z = _unbounded(panel, s, value)
    course = _change(panel, need.reference, known, last)
    if course is None or not scale.usable[0]:
        return None
    ahead = min(to - last, course.ahead)
    if ahead < 1 or (points >= 3 and s not in known):
        return None
    courses = [_change(panel, p, known, last) for p in need.peers]
    peers = [p for p in courses if p is not None and p.ahead >= ahead]
    at = np.arange(1, ahead + 1)
    changes = np.zeros((1, ahead, len(SOURCES)))
    changes[0, :, 1] = course.at(at)
    if peers:
        changes[0, :, 2] = np.median([p.at(at) for p in peers], axis=0)
    if s in known:  # beyond the reach of the own projection its last value stands
        middle = np.interp(last + at, *known[s])
        changes[0, :, 3] = transforms.forward(middle[:, None], scale)[:, 0] - z[-1]
    own_move = np.mean(np.abs(np.diff(z) / np.diff(year))) if points > 1 else np.nan
    size = np.log((abs(value[-1]) + 1e-9) / (abs(course.level) + 1e-9))
    limits = panel.facts.take(slice(s, s + 1))
    one = (np.array([x]) for x in (bool(peers), course.move, own_move, size))
    cases = Cases(np.array([points]), limits.kind, changes, *one)
    return limits.clip(borrowed_quantiles(cases, z[-1:], scale, at, prior))[0]


def _unbounded(panel: Panel, s: int, values: np.ndarray) -> tuple[transforms.Scale, np.ndarray]:
    """The scale of series ``s``, and values of it there."""
    scale = transforms.choose(values[:, None], panel.facts.take(slice(s, s + 1)))
    return scale, transforms.forward(values[:, None], scale)[:, 0]


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


def _change(panel: Panel, s: int, known: dict[int, Path], last: int) -> _Course | None:
    """The course of series ``s``, or None where its years do not reach ``last``."""
    years, values = known[s]
    scale, z = _unbounded(panel, s, values)
    if not (years[0] <= last <= years[-1] and scale.usable[0]):
        return None
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
    few = np.isnan(cases.own_move)
    own = np.log(np.where(few, cases.reference_move, cases.own_move) + 1e-3)
    small = np.clip(cases.size, -8, 3)
    count, share = cases.kind == COUNT, cases.kind == SHARE
    of_kind = np.where(count, small, 0), np.where(share, small, 0), count, share
    return np.column_stack([np.ones(len(own)), reference, own, few, small, *of_kind])


def width(cases: Cases, slopes: np.ndarray) -> np.ndarray:
    """Typical error (cases, knots); ``slopes`` (4, knots, terms) of its logarithm."""
    terms = design(cases)
    return np.exp(np.clip(np.einsum("nt,nkt->nk", terms, slopes[cases.points - 1]), -9, 3))


def borrowed_quantiles(
    cases: Cases, last: np.ndarray, scale: transforms.Scale, years: np.ndarray, prior: Prior
) -> np.ndarray:
    """Quantiles (cases, horizons, 15) in the indicator's unit.

    ``last`` is the last own value, unbounded; ``years`` the horizons of ``cases.changes``, ascending.
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
