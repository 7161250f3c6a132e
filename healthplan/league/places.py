"""Places among areas, and the places that the figures allow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import betaincc, ndtr

SURE = 0.975  # chance from which areas are told apart: the 95 % interval of their difference leaves nought out


@dataclass(frozen=True, eq=False)
class Places:
    """``place`` by level (1 best; equal ones share it), ``first`` and ``last`` place that is possible, ``apart``: number of
    areas told apart from this one."""

    place: np.ndarray
    first: np.ndarray
    last: np.ndarray
    apart: np.ndarray


def larger_normal(mean: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """P(row larger than column) of independent normal laws."""
    return ndtr((mean[:, None] - mean) / np.maximum(np.hypot(sd[:, None], sd), 1e-300))


def larger_gamma(shape: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """P(row larger than column) of independent gamma laws: their ratio follows a beta law."""
    return betaincc(shape[:, None], shape[None, :], exposure[:, None] / (exposure[:, None] + exposure))


def surely_better(larger: np.ndarray, figure: np.ndarray, sign: int) -> np.ndarray:
    """Which row is told apart from which column, as the better one (``sign`` -1: the smaller): where ``larger`` (n, n) says
    so with :data:`SURE` and its own ``figure`` (n,) is better too. Drawing alone, which moves a figure the more the less is
    known of it, parts nobody."""
    best = larger if sign > 0 else larger.T
    return (best >= SURE) & (sign * (figure[:, None] - figure) > 0)


def places(level: np.ndarray, surely: np.ndarray, sign: int) -> Places:
    """Places of areas by ``level`` (n,), the larger first (``sign`` -1: the smaller), with what :func:`surely_better` says."""
    better, worse = surely.sum(axis=0), surely.sum(axis=1)
    size = np.abs(level).max()
    place = pd.Series(np.round(-sign * level / (size or 1), 12)).rank(method="min").to_numpy(int)
    first, last = np.minimum(1 + better, place), np.maximum(len(level) - worse, place)
    return Places(place, first, last, better + worse)


def beside_typical(above: np.ndarray, words: tuple[str, str]) -> np.ndarray:
    """The first word where ``above`` is sure, the second where its opposite is, else not_apart."""
    return np.where(above >= SURE, words[0], np.where(above <= 1 - SURE, words[1], "not_apart"))
