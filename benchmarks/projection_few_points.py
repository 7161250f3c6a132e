"""Districts of one to four points beside a larger area, and intervals from counts: held-out
figures.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from healthplan import distribution as dist
from healthplan.projection import counts, transforms
from healthplan.projection.borrowing import MOST_POINTS, borrowed_quantiles
from healthplan.projection.kinds import COUNT, Limits
from healthplan.projection.network import KNOTS
from healthplan.projection.prior import Prior
from training import borrow
from training.pipeline import forecaster
from training.rows import health_runs

SHOWN = (1, 3, 5, 8)
CAP = 50


def borrowing(panel: pd.DataFrame, prior: Prior) -> pd.DataFrame:
    """By own points and horizon: error in the reference's yearly moves, and coverage of the
    borrowed interval.

    Compared: the borrowed projection; own points only (last value with one or two points, the
    engine with three or four); the last value; the reference's own projected level passed off as
    the district's.
    """
    cuts = borrow.cuts([*borrow.families(health_runs(panel))], forecaster(prior))
    quantiles = borrowed_quantiles(cuts.cases, cuts.last, cuts.scale, KNOTS, prior)
    last = transforms.backward(cuts.last[None], cuts.scale)[0]
    move = np.maximum(cuts.cases.reference_move, 0.02) * np.abs(last)
    rows = []
    for points in range(1, MOST_POINTS + 1):
        for h in SHOWN:
            k = int(np.flatnonzero(h == KNOTS)[0])
            keep = (cuts.cases.points == points) & np.isfinite(cuts.value[:, k]) & (last > 0)
            truth, q = cuts.value[keep, k], quantiles[keep, k]
            alone = cuts.alone[keep, k, dist.MEDIAN]
            own = np.where(np.isfinite(alone), alone, last[keep])
            error = lambda f: float(np.minimum(np.abs(truth - f) / move[keep], CAP).mean())  # noqa: B023, E731
            rows.append(
                {
                    "own points": points,
                    "years ahead": h,
                    "cuts": int(keep.sum()),
                    "borrowed": error(q[:, dist.MEDIAN]),
                    "own points only": error(own),
                    "last value": error(last[keep]),
                    "reference as it is": error(cuts.reference[keep, k]),
                    "c80": inside(truth, q, dist.LOWER_80, dist.UPPER_80),
                    "c95": inside(truth, q, dist.LOWER_95, dist.UPPER_95),
                }
            )
    return pd.DataFrame(rows)


def inside(truth: np.ndarray, quantiles: np.ndarray, low: int, high: int) -> float:
    """Share of truths within two quantiles."""
    return float(((truth >= quantiles[:, low]) & (truth <= quantiles[:, high])).mean())


CASES = (
    ("rate, 1 event a year", "rate", 1.0, 0.0, 0.0),
    ("rate, 5 events a year", "rate", 5.0, 0.0, 0.0),
    ("rate, 5 events, falling 6 % a year", "rate", 5.0, -0.06, 0.0),
    ("rate, 15 events, level wandering 10 % a year", "rate", 15.0, 0.0, 0.1),
    ("share of 120 people, about 80 %", "share", 1.4, 0.0, 0.0),
    ("share of 120 people, rising and wandering", "share", -1.5, 0.05, 0.1),
)


def simulated_counts(each: int, seed: int = 1) -> pd.DataFrame:
    """Coverage of count intervals on ten simulated years, three years ahead. Counts are whole:
    coverage is
    at least what is promised, more where a step of one event is large."""
    rng = np.random.default_rng(seed)
    rows = []
    for name, kind, level, slope, wander in CASES:
        hit_80 = hit_95 = 0
        for _ in range(each):
            course = slope * np.arange(13) + np.cumsum(rng.normal(0, wander, 13))
            if kind == "rate":
                exposure = np.full(13, 1.0)
                events = rng.poisson(level * np.exp(course)).astype(float)
                q, _ = counts.rate_quantiles(events[:10], exposure[:10], np.arange(10), 3)
            else:
                exposure = np.full(13, 120.0)
                events = rng.binomial(120, 1 / (1 + np.exp(-(level + course)))).astype(float)
                q = counts.share_quantiles(events[:10], exposure[:10], exposure[10:])
            truth = events[12]
            hit_80 += q[2, dist.LOWER_80] <= truth <= q[2, dist.UPPER_80]
            hit_95 += q[2, dist.LOWER_95] <= truth <= q[2, dist.UPPER_95]
        rows.append({"case": name, "series": each, "c80": hit_80 / each, "c95": hit_95 / each})
    return pd.DataFrame(rows)


def real_counts(panel: pd.DataFrame) -> pd.DataFrame:
    """Deaths of US states and suicides of countries, fewer than 30 a year lately: counts against
    the engine.

    Nothing in ``counts`` was fitted to the panel. Pinball loss over the fifteen quantiles, in mean
    |change|.
    """
    from healthplan.projection.forecast import forecast

    chosen = panel[(panel["kind"] == "count") & panel["indicator"].str.match("NCHS|SUI")]
    trains, truths = [], []
    for values in health_runs(chosen)["values"]:
        for back in range(1, 13):
            train = np.round(values[max(0, len(values) - back - 25) : len(values) - back])
            if len(train) >= 5 and 0 < train[-5:].mean() < counts.FEW and np.ptp(train) > 0:
                trains.append(train)
                truths.append(np.r_[np.round(values[len(values) - back :][:5]), np.full(5, np.nan)][:5])
    n = np.array([len(t) for t in trains])
    values = np.full((len(n), n.max()), np.nan)
    for row, train in zip(values, trains, strict=True):
        row[len(row) - len(train) :] = train
    limits = Limits(
        np.full(len(n), COUNT),
        np.zeros(len(n)),
        np.full(len(n), np.inf),
        np.zeros(len(n)),
        np.zeros(len(n), bool),
    )
    engine = forecast(values, n, limits, 5).quantiles
    own = np.array([counts.rate_quantiles(t, np.ones(len(t)), np.arange(len(t)), 5, np.nan, False)[0] for t in trains])
    unit = np.array([np.abs(np.diff(t)).mean() for t in trains])
    truth = np.array(truths)
    rows = []
    for name, q in (("from counts", own), ("engine", engine)):
        for h in (1, 3, 5):
            keep = np.isfinite(truth[:, h - 1])
            error = truth[keep, h - 1, None] - q[keep, h - 1]
            loss = 2 * np.maximum(dist.LEVELS * error, (dist.LEVELS - 1) * error).mean(1) / unit[keep]
            at = truth[keep, h - 1], q[keep, h - 1]
            rows.append(
                {
                    "interval": name,
                    "years ahead": h,
                    "forecasts": int(keep.sum()),
                    "pinball": float(np.minimum(loss, 30).mean()),
                    "c80": inside(*at, dist.LOWER_80, dist.UPPER_80),
                    "c95": inside(*at, dist.LOWER_95, dist.UPPER_95),
                }
            )
    return pd.DataFrame(rows)
