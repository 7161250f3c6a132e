"""How much one figure of an area varies by chance, told by how its figures scatter around their own course."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma, stdtrit

from healthplan.league.panel import LOOKED_BACK, Panel
from healthplan.league.scale import PLAIN, Scale, at_least, counted

FEWEST_TRIPLES = 4  # of all areas together, below which nothing is known of the noise
LEAST_TIMES = 0.1  # of its chance that an area's scatter is taken for: a smaller one is luck
UNLIKE, ALIKE = 4.0, 20.0  # degrees of freedom that the pooled noise stands for, at least and at most
Z95 = 1.959963984540054


@dataclass(frozen=True, eq=False)
class Noise:
    """``variance`` (n, t) of each figure, nan where nothing is known; ``wider`` (n,): by how much intervals are wider because
    it is itself estimated; ``basis`` (n,): course where the area's own tells it, lent where the others' do, counts where
    nothing but the chance of counts is known, none; ``by_chance`` (n,): whether it is so many ``times`` the chance of counts."""

    variance: np.ndarray
    wider: np.ndarray
    basis: np.ndarray
    by_chance: np.ndarray
    times: np.ndarray


def second_differences(course: np.ndarray, broken: np.ndarray, unit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many times ``unit`` (n, t) the variance of an area's figures is, and number of triples, from ``course`` (n, t): mean
    square of the second differences of consecutive years, each divided by what it has of the unit: six where that is one
    (Gasser, Sroka and Jennen-Steinmetz 1986). A straight course adds nothing. No triple reaches across a break."""
    bent = course[:, :-2] - 2 * course[:, 1:-1] + course[:, 2:]
    parts = unit[:, :-2] + 4 * unit[:, 1:-1] + unit[:, 2:]
    known = np.isfinite(bent) & (parts > 0) & ~broken[:, 1:-1] & ~broken[:, 2:]
    triples = known.sum(axis=1)
    square = np.divide(bent**2, parts, out=np.zeros_like(bent), where=known)
    return square.sum(axis=1) / np.maximum(triples, 1), triples


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


def noise(panel: Panel, on: Scale, year: int, asked: np.ndarray) -> Noise:
    """The noise of the figures of each area on a scale, from its course up to ``year``. Where counts are known of all figures
    ``asked`` for (n, t), it is that many times the chance of each figure, at least once, as the printed figures scatter more
    than chance has it (on a logarithm few events would seem to scatter more than they do); else one for all figures of an
    area, and at least what each has by rounding and chance."""
    recent = (panel.years > year - LOOKED_BACK) & (panel.years <= year)
    floor, counts = at_least(panel, on)
    chance = (counts | ~asked).all(axis=1) & asked.any(axis=1)
    course = np.where(chance[:, None], panel.value, on.to(counted(panel)))[:, recent]
    unit = np.where(chance[:, None], at_least(panel, PLAIN)[0], 1.0)[:, recent]
    told, triples = second_differences(course, panel.broken[:, recent], unit)
    known = np.isfinite(floor[:, recent])
    least = np.where(known, floor[:, recent], 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    least = np.where(chance, LEAST_TIMES, np.maximum(least, 1e-12 * max(float(told[~chance].max(initial=0)), 1e-12)))
    times, wider = np.where(chance, 1.0, np.nan), np.ones(len(course))
    basis = np.where(chance, "counts", "none").astype(object)
    for group in (chance, ~chance):
        if triples[group].sum() >= FEWEST_TRIPLES:
            together, degrees = drawn_together(np.maximum(told, least)[group], free(triples[group]))
            times[group] = np.where(chance[group], np.maximum(together, 1), together)
            wider[group] = stdtrit(np.minimum(degrees, free(triples[group]).sum()), 0.975) / Z95
            basis[group] = np.where(triples[group] > 0, "course", "lent")
    variance = times[:, None] * np.where(chance[:, None], floor, 1.0)
    return Noise(np.where(np.isnan(variance), np.nan, np.fmax(variance, floor)), wider, basis, chance, times)
