"""Which series of a block get their intervals from counts, and those intervals in the indicator's
unit.
"""

from __future__ import annotations

import numpy as np

from healthplan.projection import counts
from healthplan.projection.distribution import LOWER_80, UPPER_80
from healthplan.projection.kinds import RATE, SHARE
from healthplan.projection.panel import Panel

RECENT = 5  # last years that decide whether events are rare


def from_counts(panel: Panel, most: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the series with rare events or few people, their quantiles (places, most, 15), and
    the middle to show (places, most): the mean, which is no whole number of events, kept within the
    80 % interval. The median of a rare event is none, and would be read as "none will happen".

    A series qualifies when numerator and denominator stand beside every value and agree with it,
    and the last five years had fewer than ``counts.RARE`` events a year (rates) or ``counts.SMALL``
    people (shares). The exposure ahead is that of the last year: population growth is not foretold
    here.
    """
    if panel.numerator is None or panel.denominator is None or most < 1:
        return np.zeros(0, int), np.zeros((0, most, len(counts.LEVELS))), np.zeros((0, most))
    places, found, middles = [], [], []
    for s in range(len(panel)):
        rows = slice(panel.start[s], panel.start[s + 1])
        events, exposure = panel.numerator[rows], panel.denominator[rows]
        per = _per(events, exposure, panel.value[rows], panel.facts.per[s])
        if per is None:
            continue
        kind, ahead = panel.facts.kind[s], np.full(most, exposure[-1])
        if kind == RATE and events[-RECENT:].mean() < counts.RARE:
            coming, mean = counts.rate_quantiles(np.round(events), exposure, ahead)
        elif kind == SHARE and exposure[-RECENT:].mean() < counts.SMALL:
            coming, mean = counts.share_quantiles(np.round(events), np.round(exposure), ahead)
        else:
            continue
        places.append(s)
        found.append(coming / exposure[-1] * per)
        within = np.clip(mean, coming[:, LOWER_80], coming[:, UPPER_80])
        middles.append(within / exposure[-1] * per)
    shape = (len(places), most, len(counts.LEVELS))
    return (
        np.array(places, int),
        np.array(found).reshape(shape),
        np.array(middles).reshape(shape[:2]),
    )


def _per(events: np.ndarray, exposure: np.ndarray, value: np.ndarray, said: float) -> float | None:
    """value = events / exposure x per; None where the three do not fit together."""
    whole = np.isfinite(events).all() and np.isfinite(exposure).all()
    if not whole or (events < 0).any() or (exposure <= 0).any():
        return None
    some = events > 0
    if not some.any():
        return said if np.isfinite(said) and (value == 0).all() else None
    each = value[some] * exposure[some] / events[some]
    per = float(10 ** np.round(np.log10(np.median(each)))) if np.median(each) > 0 else np.nan
    agrees = np.abs(events / exposure * per - value) <= 0.02 * np.abs(value) + 0.6 / exposure * per
    return (
        per
        if np.isfinite(per) and agrees.all() and (events <= exposure * max(per, 1)).all()
        else None
    )
