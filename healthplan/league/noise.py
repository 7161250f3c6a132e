"""How much one figure of an area varies by chance, told by how its figures scatter around their own course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma, stdtrit

YEARS = 10  # of the course that are looked at
FEWEST_TRIPLES = 4  # of all areas together, below which nothing is known of the noise
UNLIKE, ALIKE = 4.0, 20.0  # degrees of freedom that the pooled noise stands for, at least and at most
Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Noise:
    """``variance`` (n,) of one figure, nan where nothing is known; ``wider`` (n,): by how much intervals are wider because it
    is itself estimated; ``own`` (n,): whether the area's own course tells it."""

    variance: np.ndarray
    wider: np.ndarray
    own: np.ndarray


def second_differences(course: np.ndarray, broken: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variance of one figure and number of triples, from ``course`` (n, t): mean square of the second differences of
    consecutive years, divided by six (Gasser, Sroka and Jennen-Steinmetz 1986): a straight course adds nothing to it. No
    triple reaches across a break."""
    bent = course[:, :-2] - 2 * course[:, 1:-1] + course[:, 2:]
    known = np.isfinite(bent) & ~broken[:, 1:-1] & ~broken[:, 2:]
    triples = known.sum(axis=1)
    return (np.where(known, bent, 0.0) ** 2).sum(axis=1) / (6 * np.maximum(triples, 1)), triples


def free(triples: np.ndarray) -> np.ndarray:
    """Degrees of freedom of so many neighbouring triples, which share figures: their correlations are -2/3 and 1/6."""
    n = np.maximum(triples, 1)
    return triples / (1 + 2 * (1 - 1 / n) * (2 / 3) ** 2 + 2 * np.maximum(1 - 2 / n, 0) / 36)


def drawn_together(variance: np.ndarray, degrees: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Variances drawn to the pooled one, and their degrees of freedom (Smyth 2004, by the moments of the logarithms);
    areas without a course of their own (no degrees) take the pooled one."""
    from scipy.optimize import brentq

    own = degrees > 0
    d = degrees[own] / 2
    logs = np.log(variance[own]) - digamma(d) + np.log(d)
    spread = (logs.var(ddof=1) if len(d) > 1 else 0.0) - polygamma(1, d).mean()
    if spread <= polygamma(1, ALIKE / 2):
        half, pooled = ALIKE / 2, (variance * degrees).sum() / degrees.sum()
    else:
        half = np.exp(brentq(lambda x: np.log(polygamma(1, np.exp(x)) / spread), -20, 12))
        half = max(half, UNLIKE / 2)
        pooled = np.exp(logs.mean() + digamma(half) - np.log(half))
    together = degrees + 2 * half
    return (2 * half * pooled + np.where(own, degrees * variance, 0.0)) / together, together


def noise(course: np.ndarray, broken: np.ndarray, floor: np.ndarray, now: np.ndarray) -> Noise:
    """The noise of one figure of each area. ``course`` (n, t): figures on their scale up to the year compared; ``floor``
    (n, t): the variance that each has at least; ``now`` (n,): that of the figures in question."""
    course, broken, floor = course[:, -YEARS:], broken[:, -YEARS:], floor[:, -YEARS:]
    rows = np.arange(len(course))
    variance, triples = second_differences(course, broken) if course.shape[1] > 2 else (rows * 0.0, rows * 0)
    own, nothing = triples > 0, np.full(len(rows), np.nan)
    if triples.sum() < FEWEST_TRIPLES:
        return Noise(nothing, np.ones(len(rows)), np.zeros(len(rows), bool))
    known = np.isfinite(floor)
    least = np.where(known, floor, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    least = np.maximum(least, 1e-12 * max(float(variance.max()), 1e-12))
    drawn, degrees = drawn_together(np.maximum(variance, least), free(triples))
    wider = stdtrit(np.minimum(degrees, free(triples).sum()), 0.975) / Z95
    return Noise(np.fmax(drawn, now), wider, own)
