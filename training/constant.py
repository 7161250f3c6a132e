"""Histories that never moved: how often, and how far, such series of other places moved
afterwards.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from healthplan.projection.distribution import LEVELS
from healthplan.projection.kinds import KINDS, LEVEL
from healthplan.projection.network import KNOTS
from training.rows import FEWEST, ORIGINS

FEWEST_ROWS = 60  # below that the quantiles of the nearer horizon are kept


def constant_tables(runs: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Quantiles (kinds, knots, 15) after constant histories.

    The first table is of relative changes after a constant other than zero, the second of values
    after a history of zeros, in the unit of the indicator. Levels, of which the panel has none, get
    all kinds pooled.
    """
    rows = _rows(runs)
    moved, zero = (np.zeros((len(KINDS), len(KNOTS), len(LEVELS))) for _ in range(2))
    for kind in range(len(KINDS)):
        own = rows if kind == LEVEL else rows[rows["kind"] == kind]
        rest = own[own["last"] != 0]
        still = own[own["last"] == 0]
        moved[kind] = _table(rest["h"], (rest["after"] - rest["last"]) / rest["last"].abs())
        zero[kind] = _table(still["h"], still["after"])
    return moved, zero


def _rows(runs: pd.DataFrame) -> pd.DataFrame:
    out = []
    for values, kind in zip(runs["values"], runs["kind"], strict=True):
        for back in ORIGINS:
            m = len(values) - back
            if m < FEWEST:
                break
            if np.ptp(values[:m]) == 0:
                out += [(kind, h, values[m - 1], values[m + h - 1]) for h in KNOTS if h <= back]
    return pd.DataFrame(out, columns=["kind", "h", "last", "after"])


def _table(h: pd.Series, change: pd.Series) -> np.ndarray:
    """Quantiles a knot; an interval never gets narrower farther ahead."""
    out = np.zeros((len(KNOTS), len(LEVELS)))
    for k, knot in enumerate(KNOTS):
        some = change[h == knot]
        if k and len(some) < FEWEST_ROWS:
            out[k] = out[k - 1]
        elif len(some):
            out[k] = np.quantile(some, LEVELS)
    middle = len(LEVELS) // 2
    out[:, :middle] = np.minimum(np.minimum.accumulate(out[:, :middle], 0), 0)
    out[:, middle] = 0
    out[:, middle + 1 :] = np.maximum(np.maximum.accumulate(out[:, middle + 1 :], 0), 0)
    return out
