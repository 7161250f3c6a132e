"""A borrowed trend: level from the district's few points, course from larger areas and from its peers. On the unbounded
scale of :mod:`transforms` the change ahead is a convex mix of the ``SOURCES``. Weights and widths are what each source
earned on series of other places that were cut to one to four points (``training/borrow.py``,
docs/methods-projection.md). The level of the reference never enters. The course of the larger area is lent to the
counts of rare events too."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from healthplan.distribution import stretched
from healthplan.projection import intervals, network, transforms
from healthplan.projection.kinds import COUNT, RATE, SHARE, Aligned
from healthplan.projection.panel import REASONS, Panel
from healthplan.projection.prior import Prior
from healthplan.registers import area_tree

MOST_POINTS = 4  # a district with more is projected on its own
# How much wider the interval is where the parent has too few figures itself and an area above it lends, by own points:
# quarters of New York that borrow from the city, not the borough (benchmarks/districts.py --points without --lenders).
FARTHER = {1: 1.25, 2: 1.15, 3: 1.05}
REFERENCE_POINTS = 8  # that a reference or a peer must have
SOURCES = ("no_change", "reference", "peers", "own", "own_mean")
OF_MANY = np.array([False, False, False, True, True])  # sources that need two own points
DAMPED = 0.8  # what is left of the slope of two points after each year ahead
RECENT = 3  # last points whose counts say how much is chance
FARTHEST = 10  # years ahead beyond which the weights stay
FLOOR = 0.01  # added to a change before its logarithm
SINCE = 8  # years to the last figure of counts in which the slope that a larger area lends them is taken
FEWEST = 4  # its figures in them
OF_MEAN = 0.02  # added to them before the logarithm: a year without an event has none
Path = tuple[np.ndarray, np.ndarray]  # years and values
Paths = Callable[[np.ndarray], list[Path]]


@dataclass(frozen=True)
class Cases(Aligned):
    """Districts to project, one a row, everything on the unbounded scale."""

    points: np.ndarray  # own points, 1 ... 4
    kind: np.ndarray
    stock: np.ndarray  # True of an inventory
    changes: np.ndarray  # (cases, horizons, 5): change since the last own point, by source
    peers: np.ndarray  # True where there are peers
    reference_move: np.ndarray  # mean |change a year| of the reference
    own_move: np.ndarray  # the same of the district; NaN with one point
    spread: np.ndarray  # sd of the own points about the reference's course; NaN with one point
    noise: np.ndarray  # sd of the log of the last counts by chance alone; 0 where there are none
    size: np.ndarray  # log(district / reference), last common level


@dataclass(frozen=True)
class Loan:
    """What one district borrows; its place in the panel, that of the reference in the panel's areas."""

    series: int
    reference: int
    quantiles: np.ndarray  # (ahead, 15), from the year after its last one


def borrow(panel: Panel, areas: pd.DataFrame, to: int, paths: Paths, prior: Prior) -> list[Loan]:
    """What districts of one to four points borrow, in the order of the panel. areas: table with the columns area and
    parent. paths(places) gives, for series of the panel, years and values: the observed ones, and the middle of the
    projection up to ``to``."""
    needs = _needs(panel, areas, to)
    wanted = sorted({place for _, reference, peers, _ in needs for place in (reference, *peers)})
    wanted += [s for s, *_ in needs if panel.reason[s] == 0]
    known = dict(zip(wanted, paths(np.array(wanted, int)), strict=True))
    loans = []
    for s, reference, peers, wider in needs:
        found = _project(panel, s, reference, peers, known, to, prior)
        if found is not None:
            quantiles = panel.facts.take(slice(s, s + 1)).clip(stretched(found, wider))[0]
            loans.append(Loan(s, int(panel.area[reference]), quantiles))
    return loans


def _needs(panel: Panel, areas: pd.DataFrame, to: int) -> list[tuple[int, int, list[int], float]]:
    """Districts that may borrow, each with the nearest larger area that has enough points, its peers, and how much wider
    it is where that area is not the parent, but one above it."""
    tree = area_tree(areas)
    short = np.isin(panel.reason, [0, REASONS.index("too_few_points")])
    short &= (panel.n >= 1) & (panel.n <= MOST_POINTS) & (panel.last_year < to)
    # A course in per cent leaves nought at nought for ever: one year without an event is no proof of none.
    short &= (panel.facts.kind == SHARE) | (panel.last_value != 0)
    long = (panel.reason == 0) & (panel.n >= REFERENCE_POINTS)
    names = [str(a) for a in panel.areas]
    with_parent = np.array([bool(tree.parent.get(name)) for name in names], dtype=bool)
    candidates = np.flatnonzero(short)
    candidates = candidates[with_parent[panel.area[candidates]]]
    if not len(candidates):
        return []
    long &= np.isin(panel.indicator, panel.indicator[candidates])
    at = {(int(panel.indicator[s]), names[panel.area[s]]): int(s) for s in np.flatnonzero(long)}
    needs, count, first_year, last_year = [], panel.n, panel.first_year, panel.last_year
    for s in candidates:
        name, indicator = names[panel.area[s]], int(panel.indicator[s])
        above = (at.get((indicator, up)) for up in tree.above(name))
        reference = next((place for place in above if place is not None), None)
        if reference is None or first_year[reference] > last_year[s]:
            continue
        siblings = [at.get((indicator, other)) for other in tree.peers(name)]
        peers = [p for p in siblings if p is not None and last_year[p] >= last_year[s]]
        from_above = names[panel.area[reference]] != tree.parent[name]
        needs.append((int(s), reference, peers, FARTHER.get(int(count[s]), 1.0) if from_above else 1.0))
    return needs


def _project(
    panel: Panel, s: int, reference: int, peers: list[int], known: dict[int, Path], to: int, prior: Prior
) -> np.ndarray | None:
    """Quantiles (1, ahead, 15) of one district, before they are widened and kept within its bounds."""
    rows = slice(panel.start[s], panel.start[s + 1])
    year, value = panel.year[rows], panel.value[rows]
    points, last = len(value), int(year[-1])
    scale, z = _unbounded(panel, s, value)
    course = _change(panel, reference, known, last)
    if course is None or not scale.usable[0]:
        return None
    ahead = min(to - last, course.ahead)
    if ahead < 1 or (points >= 3 and s not in known):
        return None
    courses = [_change(panel, p, known, last) for p in peers]
    at = np.arange(1, ahead + 1)
    of_peers = [p.at(at) for p in courses if p is not None and p.ahead >= ahead]
    own_course = None
    if s in known:  # beyond the reach of the own projection its last value stands
        middle = np.interp(last + at, *known[s])
        own_course = transforms.forward(middle[:, None], scale)[:, 0] - z[-1]
    limits = panel.facts.take(slice(s, s + 1))
    # the counts behind the points; NaN where they are not known
    events = (
        value
        if limits.kind[0] == COUNT
        else np.full(points, np.nan)
        if panel.numerator is None
        else panel.numerator[rows]
    )
    events = np.full(points, np.nan) if limits.stock[0] else events
    cases = described(
        np.array([points]),
        limits.kind,
        limits.stock,
        z[None],
        year.astype(float),
        course.at(year - last)[None],
        course.at(at)[None],
        at,
        np.median(of_peers, axis=0)[None] if of_peers else None,
        None if own_course is None else own_course[None],
        np.array([course.move]),
        chance(events[None]),
        np.array([np.log((abs(value[-1]) + 1e-9) / (abs(course.level) + 1e-9))]),
    )
    return borrowed_quantiles(cases, z[-1:], scale, at, prior)


def chance(events: np.ndarray) -> np.ndarray:
    """Sd of the log of Poisson counts (cases, points) as large as the last ones; 0 where one is not known."""
    mean = events[:, -RECENT:].mean(1)
    return np.where(np.isfinite(mean), 1 / np.sqrt(np.maximum(mean, 0.5)), 0.0)


def described(
    points: np.ndarray,
    kind: np.ndarray,
    stock: np.ndarray,
    z: np.ndarray,
    year: np.ndarray,
    past: np.ndarray,
    reference: np.ndarray,
    at: np.ndarray,
    peers: np.ndarray | None,
    own: np.ndarray | None,
    reference_move: np.ndarray,
    noise: np.ndarray,
    size: np.ndarray,
) -> Cases:
    """Districts of the same number of points as cases; everything on the unbounded scale. z: own points (cases, points)
    of the calendar years ``year``. past, reference: what the reference was then less what it is at the last of them,
    and its change ``at`` years ahead. peers, own: changes of these sources, None without."""
    count = z.shape[1]
    changes = np.zeros((len(z), len(at), len(SOURCES)))
    changes[..., 1] = reference
    changes[..., 2] = reference if peers is None else peers
    moves = spread = np.full(len(z), np.nan)
    if count > 1:
        carried = z - past
        mean = carried.mean(1, keepdims=True)
        spread = np.sqrt(((carried - mean) ** 2).sum(1) / (count - 1))
        slopes = np.diff(z, axis=1) / np.diff(year)
        moves = np.abs(slopes).mean(1)
        kept = np.cumsum(DAMPED ** np.arange(1, at[-1] + 1))[at - 1]
        changes[..., 3] = slopes[:, -1:] * kept if own is None else own
        changes[..., 4] = mean - z[:, -1:] + reference
    with_peers = np.full(len(z), peers is not None)
    facts = points, kind, stock, changes, with_peers, reference_move, moves, spread, noise, size
    return Cases(*facts)


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
    """Change (cases, horizons); ``weights`` (4 numbers of points, terms, 5 sources) of the log odds of each source.
    ``years``: the horizons of ``cases.changes``. Beyond ``FARTHEST`` years the weights stay as they are."""
    shares = shares_of(terms_of_mix(cases, years), weights[cases.points - 1], cases.points)
    return (shares * cases.changes).sum(-1)


def shares_of(terms: np.ndarray, weights: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Convex weights (cases, horizons, 5)."""
    odds = np.einsum("nht,nts->nhs", terms, weights)
    return network.softmax(np.where((OF_MANY & (points[:, None] == 1))[:, None], -np.inf, odds))


def terms_of_mix(cases: Cases, years: np.ndarray) -> np.ndarray:
    """What the weights depend on, (cases, horizons, terms)."""
    count, share = cases.kind == COUNT, cases.kind == SHARE
    chance, move = np.log(cases.noise + 2 * FLOOR), np.log(cases.reference_move + FLOOR)
    small = np.where(count, np.clip(cases.size, -8, 3), 0) / 3
    own = _logs(cases)
    every = [np.ones(len(move)), chance, move, cases.noise > 0, share, count, cases.stock, small]
    fixed = np.column_stack([*every, *own])
    far = np.log(np.minimum(years, FARTHEST))
    shape = (len(move), len(years))
    later = np.broadcast_to(far, shape)[..., None]
    crossed = fixed[:, None, 1:3] * (far - 0.8)[:, None]
    return np.concatenate([np.broadcast_to(fixed[:, None], (*shape, fixed.shape[1])), later, crossed], -1)


def _logs(cases: Cases) -> list[np.ndarray]:
    """Logs of the spread and the moves of the own points; 0 with one."""
    return [np.nan_to_num(np.log(x + FLOOR)) for x in (cases.spread, cases.own_move)]


def design(cases: Cases) -> np.ndarray:
    """What the width depends on, (cases, terms)."""
    reference, chance = (np.log(cases.reference_move + 1e-3), np.log(cases.noise + 2 * FLOOR))
    small = np.clip(cases.size, -8, 3)
    count, share = cases.kind == COUNT, cases.kind == SHARE
    of_kind = np.where(count, small, 0), np.where(share, small, 0), count, share, cases.stock
    first = np.ones(len(small)), reference, chance, cases.noise > 0, small
    return np.column_stack([*first, *of_kind, *_logs(cases)])


def width(cases: Cases, slopes: np.ndarray) -> np.ndarray:
    """Typical error (cases, knots); ``slopes`` (4, knots, terms) of its logarithm."""
    terms = design(cases)
    return np.exp(np.clip(np.einsum("nt,nkt->nk", terms, slopes[cases.points - 1]), -9, 3))


def borrowed_quantiles(
    cases: Cases, last: np.ndarray, scale: transforms.Scale, years: np.ndarray, prior: Prior
) -> np.ndarray:
    """Quantiles (cases, horizons, 15) in the indicator's unit. ``last`` is the last own value, unbounded; ``years`` the
    horizons of ``cases.changes``, ascending."""
    weights, slopes, shape = (prior.more[k] for k in ("borrow_mix", "borrow_width", "borrow_shape"))
    middle = last[:, None] + mix(cases, weights, years)
    distance = width(cases, slopes)[..., None] * shape[cases.points - 1]
    distance = network.at_horizons(distance, int(years[-1]), grow=True)[:, years - 1].copy()
    distance = intervals.widening(distance)
    z = np.moveaxis(middle[..., None] + distance, 0, -1)
    return np.moveaxis(transforms.backward(z, scale), -1, 0)


def lent_courses(panel: Panel, areas: pd.DataFrame) -> np.ndarray:
    """(series,) slope of the log a year of the nearest larger area with enough figures; NaN where there is none, and for
    what is no rate or count of events."""
    out = np.full(len(panel), np.nan)
    tree, names = area_tree(areas), [str(name) for name in panel.areas]
    line = {a: tree.above(name) for a, name in enumerate(names) if tree.parent.get(name)}
    if not line:
        return out
    at = {(int(i), names[a]): s for s, (i, a) in enumerate(zip(panel.indicator, panel.area, strict=True))}
    events = np.isin(panel.facts.kind, (RATE, COUNT)) & ~panel.facts.stock & (panel.n > 0)
    slopes: dict[tuple[int, int], float] = {}
    last_year = panel.last_year
    for s in np.flatnonzero(events & np.isin(panel.area, list(line))):
        last = int(last_year[s])
        for up in line[int(panel.area[s])]:
            place = at.get((int(panel.indicator[s]), up))
            if place is None:
                continue
            if (place, last) not in slopes:
                slopes[place, last] = _slope(panel, place, last)
            if np.isfinite(slopes[place, last]):
                out[s] = slopes[place, last]
                break
    return out


def _slope(panel: Panel, s: int, last: int) -> float:
    """Slope of log(value) over the ``SINCE`` years to ``last``."""
    rows = slice(panel.start[s], panel.start[s + 1])
    year, value = panel.year[rows], panel.value[rows]
    seen = (year > last - SINCE) & (year <= last)
    if seen.sum() < FEWEST or (value[seen] < 0).any() or not (value[seen] > 0).any():
        return np.nan
    logs = np.log(value[seen] + OF_MEAN * value[seen].mean())
    return float(np.polyfit(year[seen], logs, 1)[0])
