"""A borrowed trend: level from the district's few points, course from larger areas and from its
peers.

On the unbounded scale of :mod:`transforms` the district's change over the next years is a convex
mix of

* no change,
* the change of the reference area (observed where it is already known, else its own projection),
* the median change of the peers: other areas with the same parent,
* the district's own projection, where it has three points or more.

The weights, by number of own points and horizon, are what each earned on series of other places
that were cut to one to four points (``train/borrow.py``); so is the width: errors of those cut
series, scaled by how much the reference usually moves, how much the district did, and how small it
is beside the reference. The level of the reference never enters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from healthplan.projection import intervals, network, transforms
from healthplan.projection.kinds import COUNT, SHARE
from healthplan.projection.prior import Prior

MOST_POINTS = 4  # a district with more is projected on its own
REFERENCE_POINTS = 8  # that a reference or a peer must have
SOURCES = ("no_change", "reference", "peers", "own")


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


def quantiles(
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
