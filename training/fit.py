"""Fitting the network: pinball loss over fifteen quantiles, on rows of many series, by Adam. Everything is seeded. With
the BLAS kernel pinned (see ``make prior``) the result is the same to the digit."""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np

from healthplan.distribution import LEVELS, MEDIAN
from healthplan.projection import intervals
from healthplan.projection import network as net
from healthplan.projection.network import GAPS, KNOTS, OUTPUTS, SHIFT, Network
from training.rows import Rows

HIDDEN = (128, 96)
EPOCHS = 14
BATCH = 1024
RATE = 2e-3
DROPOUT = 0.3
DECAY = 1e-5
QUANTILE_WEIGHT = np.float32(0.24)
POINT_WEIGHT = np.float32(0.5)  # of the plain combination's absolute error
START = np.array([-2.7, -2.0, -1.55, -1.1, -0.65, -0.36, -0.15, 0, 0.15, 0.36, 0.65, 1.1, 1.55, 2.0, 2.7])
_LEVELS = LEVELS.astype(np.float32)


def fit(rows: Rows, seed: int, say: Callable[[str], None] = lambda line: None) -> Network:
    """A network fitted on ``rows``."""
    rng = np.random.default_rng(seed)
    mean, spread = rows.features.mean(0), rows.features.std(0) + np.float32(1e-3)
    experts = rows.forecasts.shape[2]
    layers = _start(rows.features.shape[1], experts, rng)
    x = net.standardised(Network((), mean, spread, experts), rows.features.T)
    rows = replace(rows, truth=np.where(rows.weight > 0, rows.truth, 0))
    first = [np.zeros_like(p) for p in layers]
    second = [np.zeros_like(p) for p in layers]
    batches = len(x) // BATCH
    step = 0
    for epoch in range(EPOCHS):
        order, total = rng.permutation(len(x)), 0.0
        for b in range(batches):
            step += 1
            j = order[b * BATCH : (b + 1) * BATCH]
            loss, slopes = _slopes(layers, x[j], rows.take(j), rng)
            total += loss
            _adam(layers, slopes, first, second, step, step / (EPOCHS * batches))
        say(f"epoch {epoch + 1}/{EPOCHS}: loss {total / batches:.4f}")
    return Network(tuple(layers), mean, spread, experts)


def _start(features: int, experts: int, rng: np.random.Generator) -> list[np.ndarray]:
    sizes, layers = (features, *HIDDEN), []
    for a, b in pairwise(sizes):
        layers += [rng.normal(0, np.sqrt(1.5 / a), (a, b)), np.zeros(b)]
    count = len(KNOTS) * (experts + OUTPUTS)
    bias = np.zeros(count)
    quantile = bias[len(KNOTS) * experts :].reshape(len(KNOTS), OUTPUTS)
    quantile[:, :GAPS] = np.log(1.2 * np.diff(START)) + 0.6 * np.log(KNOTS)[:, None]
    layers += [rng.normal(0, 0.1 / np.sqrt(sizes[-1]), (sizes[-1], count)), bias]
    return [p.astype(np.float32) for p in layers]


def _forward(layers: list[np.ndarray], x: np.ndarray) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Hidden values and the slopes of their activations."""
    hidden, bends = [x], []
    for i in range(0, len(layers) - 2, 2):
        z = hidden[-1] @ layers[i] + layers[i + 1]
        s = 1 / (1 + np.exp(-z))
        hidden.append(z * s)
        bends.append(s * (1 + z * (1 - s)))
    return hidden, bends


def _slopes(
    layers: list[np.ndarray], x: np.ndarray, batch: Rows, rng: np.random.Generator
) -> tuple[float, list[np.ndarray]]:
    """Mean loss of the batch and its slope in every layer (backpropagation by hand)."""
    forecasts, truth, weight = batch.forecasts, batch.truth, batch.weight
    n, experts = len(x), forecasts.shape[2]
    hidden, bends = _forward(layers, x)
    kept = (rng.random(hidden[-1].shape, dtype=np.float32) > DROPOUT) / np.float32(1 - DROPOUT)
    top = hidden[-1] * kept
    out = top @ layers[-2] + layers[-1]
    split = len(KNOTS) * experts
    weights = net.softmax(out[:, :split].reshape(n, len(KNOTS), experts))
    raw = out[:, split:].reshape(n, len(KNOTS), OUTPUTS)
    combined = (weights * forecasts).sum(-1)
    gaps, shift = net.gaps_and_shift(raw)
    quantiles = (combined + shift)[..., None] + net.offsets(gaps)
    low, high = batch.lower[:, None, None], batch.upper[:, None, None]
    error = truth[..., None] - np.clip(quantiles, low, high)
    missed = np.maximum(_LEVELS * error, (_LEVELS - 1) * error).sum(-1)
    loss = (missed * QUANTILE_WEIGHT * weight).sum() / n
    slope = ((error < 0) - _LEVELS) * (QUANTILE_WEIGHT * weight)[..., None]
    outward = ((quantiles < low) & (slope > 0)) | ((quantiles > high) & (slope < 0))
    slope = np.where(outward, 0, slope).astype(np.float32)
    up = np.cumsum(slope[..., MEDIAN + 1 :][..., ::-1], -1)[..., ::-1]  # a gap moves every quantile beyond it
    down, moved = np.cumsum(slope[..., :MEDIAN], -1), slope.sum(-1) * SHIFT
    of_raw = np.concatenate([-down * gaps[..., :MEDIAN], up * gaps[..., MEDIAN:], moved[..., None]], -1)
    of_point = slope.sum(-1) - POINT_WEIGHT * np.sign(truth - combined) * weight
    of_weights = of_point[..., None] * forecasts
    of_logits = weights * (of_weights - (weights * of_weights).sum(-1, keepdims=True))
    of_out = np.concatenate([of_logits.reshape(n, -1), of_raw.reshape(n, -1)], 1).astype(np.float32)
    slopes: list[np.ndarray] = [np.zeros(0, np.float32)] * len(layers)
    slopes[-2], slopes[-1] = top.T @ of_out / n + DECAY * layers[-2], of_out.mean(0)
    back = (of_out @ layers[-2].T) * kept
    for i in range(len(layers) - 4, -1, -2):
        of_z = back * bends[i // 2]
        slopes[i], slopes[i + 1] = hidden[i // 2].T @ of_z / n + DECAY * layers[i], of_z.mean(0)
        back = of_z @ layers[i].T
    return float(loss), slopes


def _adam(
    layers: list[np.ndarray],
    slopes: list[np.ndarray],
    first: list[np.ndarray],
    second: list[np.ndarray],
    step: int,
    done: float,
) -> None:
    """One step of Adam (Kingma & Ba 2015) with warm-up, cosine decay and clipped slopes, in place."""
    size = np.sqrt(sum(float((s * s).sum()) for s in slopes))
    clip = min(1.0, 1.0 / (size + 1e-9))
    rate = RATE * min(1.0, step / 200) * 0.5 * (1 + np.cos(np.pi * done))
    for k, s in enumerate(slopes):
        s = s * np.float32(clip)
        first[k] = (0.9 * first[k] + 0.1 * s).astype(np.float32)
        second[k] = (0.98 * second[k] + 0.02 * s * s).astype(np.float32)
        move = (first[k] / (1 - 0.9**step)) / (np.sqrt(second[k] / (1 - 0.98**step)) + 1e-8)
        layers[k] = (layers[k] - rate * move).astype(np.float32)


def predict(network: Network, rows: Rows) -> np.ndarray:
    """Quantiles (rows, knots, 15), not clipped, in units of the rows."""
    x = net.standardised(network, rows.features.T)
    weights, raw = net.outputs(network, x, len(KNOTS))
    gaps, shift = net.gaps_and_shift(raw)
    middle = (weights * rows.forecasts).sum(-1) + shift
    return middle[..., None] + intervals.widening(net.offsets(gaps))
