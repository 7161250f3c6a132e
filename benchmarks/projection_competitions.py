"""M1, M3 and Tourism yearly: the competitions' own measures, nothing learned from their test
parts.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

AHEAD = 6
MEMORY = 30


def load(shared: Path) -> tuple[list[np.ndarray], np.ndarray, list[str]]:
    """Training parts, test parts (series, 6) with NaN where a competition asked for fewer, and
    datasets.
    """
    table = pd.read_parquet(shared / "bench" / "yearly_competitions.parquet").sort_values(["sid", "t"])
    train = table[table["split"] == "train"].groupby("sid")["value"].apply(lambda v: v.to_numpy(float))
    test = table[table["split"] == "test"].groupby("sid")["value"].apply(lambda v: v.to_numpy(float))
    truth = np.full((len(train), AHEAD), np.nan)
    for row, values in zip(truth, test[train.index], strict=True):
        row[: len(values)] = values
    names = table.groupby("sid")["dataset"].first()[train.index].tolist()
    return train.tolist(), truth, names


def measures(
    trains: list[np.ndarray],
    truth: np.ndarray,
    point: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> dict[str, float]:
    """OWA against the last value, MSIS95 and coverage, as in the M4 competition's script
    (seasonality 1).
    """
    last = np.array([t[-1] for t in trains])[:, None]
    scale = np.array([np.abs(np.diff(t)).mean() for t in trains])

    def smape(forecast: np.ndarray) -> float:
        total = np.abs(truth) + np.abs(forecast)
        share = np.divide(200 * np.abs(truth - forecast), total, out=np.zeros_like(truth), where=total > 0)
        return float(np.nanmean(np.where(np.isnan(truth), np.nan, share), 1).mean())

    def mase(forecast: np.ndarray) -> float:
        return float((np.nanmean(np.abs(truth - forecast), 1) / scale).mean())

    flat = np.broadcast_to(last, truth.shape)
    below, above = np.maximum(low - truth, 0), np.maximum(truth - high, 0)
    width = np.where(np.isnan(truth), np.nan, high - low + 40 * (below + above))
    seen = ~np.isnan(truth)
    return {
        "OWA": 0.5 * (smape(point) / smape(flat) + mase(point) / mase(flat)),
        "sMAPE": smape(point),
        "MASE": mase(point),
        "MSIS95": float((np.nanmean(width, 1) / scale).mean()),
        "c95": float(((truth >= low) & (truth <= high))[seen].mean()),
    }
