"""Estimates of many areas drawn to their middle, or to a line: the normal model with areas that differ."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

GRID = 241  # spreads that are tried


@dataclass(frozen=True, eq=False)
class Drawn:
    """Of each area: ``level`` what it is held to be, ``typical`` what is expected of it, ``excess`` the one less the other;
    each with its standard deviation (``_sd``). ``kept``: the share of its distance that is not drawn away."""

    level: np.ndarray
    level_sd: np.ndarray
    typical: np.ndarray
    typical_sd: np.ndarray
    excess: np.ndarray
    excess_sd: np.ndarray
    kept: np.ndarray


def drawn(value: np.ndarray, variance: np.ndarray, about: np.ndarray | None = None) -> Drawn:
    """``value`` (n,) known with ``variance`` (n,), areas scattering around their mean, or around a line on the columns of
    ``about`` (n, p). For every spread of the areas on a grid the answer is the usual weighted one; the grid is averaged
    with its likelihood (Gelman and others, Bayesian Data Analysis, 5.4) and the prior under which all shares of drawing
    are equally likely (Daniels 1999). One best spread, as of Paule and Mandel, is nought in many a small province and
    makes intervals too short."""
    x = np.ones((len(value), 1)) if about is None else about
    v = np.maximum(variance, max(1e-12 * value.var(), (1e-9 * np.abs(value).max()) ** 2, 1e-30))
    typical_v = np.median(v)
    steps = np.linspace(-7, max(7, np.log(1e-30 + value.var() / typical_v) + 5), GRID)
    spread = typical_v * np.exp(steps)[:, None]
    weight = 1 / (v + spread)
    cov = np.linalg.inv(np.einsum("gn,np,nq->gpq", weight, x, x))
    line = np.einsum("gpq,gn,nq,n->gp", cov, weight, x, value)
    fit, fit_var = line @ x.T, np.einsum("np,gpq,nq->gn", x, cov, x)
    off = value - fit
    log = 0.5 * (np.log(weight).sum(1) + np.linalg.slogdet(cov)[1] - (weight * off**2).sum(1))
    log += steps - 2 * np.logaddexp(0, steps)
    share = np.exp(log - log.max())
    share /= share.sum()
    kept = spread * weight
    excess, excess_var = kept * off, kept * v + kept**2 * fit_var
    level_var = kept * v + (1 - kept) ** 2 * fit_var
    level, typical = mixed(share, fit + excess, level_var), mixed(share, fit, fit_var)
    return Drawn(*level, *typical, *mixed(share, excess, excess_var), kept=share @ kept)


def mixed(share: np.ndarray, mean: np.ndarray, variance: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard deviation of mixtures: ``share`` (g,) of each part, ``mean`` and ``variance`` (g, n)."""
    middle = share @ mean
    return middle, np.sqrt(share @ (variance + (mean - middle) ** 2))
