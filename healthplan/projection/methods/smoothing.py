"""Exponential smoothing for many series, (years, series), at once: a grid of parameters, run once over time. The
forecast from any past year needs no refitting: it uses the states and the errors up to that year only. Grid members are
averaged with weights proportional to their likelihood under normal errors (Raftery 1995). Sources: Holt (1957); Gardner
& McKenzie (1985), damped trend; Assimakopoulos & Nikolopoulos (2000) and Hyndman & Billah (2003), theta; Fiorucci et
al. (2016), optimised theta."""

from dataclasses import dataclass

import numpy as np

ALPHAS = np.array([0.1, 0.3, 0.5, 0.7, 0.85, 1.0], np.float32)
_A, _B, _P = (a.ravel() for a in np.meshgrid([0.3, 0.6, 0.9], [0.05, 0.2, 0.5], [0.8, 0.92, 1.0], indexing="ij"))
GRID_ALPHA = np.r_[ALPHAS, _A].astype(np.float32)
GRID_BETA = np.r_[np.zeros(len(ALPHAS)), _B].astype(np.float32)  # of alpha
GRID_PHI = np.r_[np.zeros(len(ALPHAS)), _P].astype(np.float32)
LEVEL_ONLY = np.arange(len(ALPHAS))
DAMPED = len(ALPHAS) + np.flatnonzero(_P < 1)
TREND = len(ALPHAS) + np.flatnonzero(_P == 1)
THETAS = np.array([0.0, 0.25, 0.5, 0.75, 1.0], np.float32)  # share of the line's slope
TINY = np.float32(1e-20)


@dataclass(frozen=True)
class States:
    """States at one origin. level, trend, sse: (grid, series); sse_theta: (alphas, thetas, series)."""

    points: int
    level: np.ndarray
    trend: np.ndarray
    sse: np.ndarray
    sse_theta: np.ndarray
    slope: np.ndarray  # (series,) least-squares slope of the points so far


def run(y: np.ndarray, origins: list[int]) -> dict[int, States]:
    """States after ``m`` points for every ``m`` of ``origins``; ``y`` (years, series), float32."""
    years, series = y.shape
    first = np.diff(y[:4], axis=0).mean(0) if years > 1 else np.zeros(series, y.dtype)
    level = np.broadcast_to(y[0], (len(GRID_ALPHA), series)).copy()
    trend = np.where(GRID_PHI[:, None] > 0, first, np.float32(0))
    sse = np.zeros_like(level)
    sse_theta = np.zeros((len(ALPHAS), len(THETAS), series), y.dtype)
    alpha, phi = GRID_ALPHA[:, None], GRID_PHI[:, None]
    gain = (GRID_ALPHA * GRID_BETA)[:, None]
    keep = 1 - ALPHAS[:, None]
    sum_y, sum_ty = y[0].copy(), np.zeros(series, y.dtype)
    slope = np.zeros(series, y.dtype)
    found = {}
    ses = len(ALPHAS)
    for t in range(1, years):
        if t >= 2:
            pull = slope * ((1 - keep**t) / ALPHAS[:, None])
            error = (y[t] - level[:ses])[:, None, :] - pull[:, None, :] * THETAS[:, None]
            error *= error
            sse_theta += error
        trend *= phi
        level += trend
        error = y[t] - level
        sse += error * error
        level += alpha * error
        trend += gain * error
        sum_y = sum_y + y[t]
        sum_ty = sum_ty + y[t] * np.float32(t)
        m = t + 1
        slope = (sum_ty - np.float32((m - 1) / 2) * sum_y) / np.float32(m * (m * m - 1) / 12)
        if m in origins:
            found[m] = States(m, level.copy(), trend.copy(), sse.copy(), sse_theta.copy(), slope)
    return found


def likelihood_weights(sse: np.ndarray, points: int) -> np.ndarray:
    """Weights over the first axis, each column summing to 1."""
    score = np.log(sse + TINY)
    score *= np.float32(-0.5 * max(points, 1))
    score -= score.max(0)
    np.exp(score, out=score)
    score /= score.sum(0)
    return score


def level_and_rate(states: States) -> tuple[np.ndarray, np.ndarray]:
    """Simple smoothing: averaged level and averaged 1/alpha, both (series,)."""
    weights = likelihood_weights(states.sse[LEVEL_ONLY], states.points - 1)
    level = (weights * states.level[LEVEL_ONLY]).sum(0)
    return level, (weights / ALPHAS[:, None]).sum(0)


def trended(states: States, members: np.ndarray, ahead: int) -> np.ndarray:
    """Forecasts (ahead, series) of a family with trend (``DAMPED`` or ``TREND``)."""
    weights = likelihood_weights(states.sse[members], states.points - 1)
    out = np.empty((ahead, weights.shape[1]), weights.dtype)
    base = (weights * states.level[members]).sum(0)
    weights *= states.trend[members]
    powers, damping = np.ones_like(members, np.float32), GRID_PHI[members]
    for h in range(ahead):
        powers = powers * damping
        base = base + powers @ weights
        out[h] = base
    return out


def theta(states: States, level: np.ndarray, rate: np.ndarray, ahead: int) -> np.ndarray:
    """Standard theta: simple smoothing plus half the slope of the fitted line."""
    alpha = 1 / rate
    start = (1 - (1 - alpha) ** states.points) / alpha
    steps = np.arange(ahead, dtype=np.float32)[:, None]
    return level + np.float32(0.5) * states.slope * (steps + start)


def optimised_theta(states: States, ahead: int) -> np.ndarray:
    """Theta with smoothing and share of the slope averaged by likelihood."""
    shape = states.sse_theta.shape
    flat = states.sse_theta.reshape(-1, shape[2])
    weights = likelihood_weights(flat, states.points - 2).reshape(shape)
    of_alpha = weights.sum(1)
    share = (weights * THETAS[:, None]).sum(1)
    level = (of_alpha * states.level[LEVEL_ONLY]).sum(0)
    start = (1 - (1 - ALPHAS) ** np.float32(states.points)) / ALPHAS
    first = start @ share
    steps = np.arange(ahead, dtype=np.float32)[:, None]
    return level + states.slope * (first + share.sum(0) * steps)
