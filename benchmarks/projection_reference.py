"""The packages a user would pick instead, in an environment of their own (statsforecast wants
pandas < 3).

Called by ``projection.py``: reads the training parts from an .npz file, writes points, quantiles
and seconds. Models are called one series after another in two processes, without the table layer of
the package.
"""

from __future__ import annotations

import argparse
import json
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np

LEVELS = (0.025, 0.1, 0.5, 0.9, 0.975)
CHUNK = 50


def model_of(name: str):
    """A fresh model."""
    from statsforecast import models

    return {
        "naive": models.Naive,
        "drift": models.RandomWalkWithDrift,
        "AutoETS": partial(models.AutoETS, season_length=1),
        "AutoTheta": partial(models.AutoTheta, season_length=1),
        "DynamicOptimizedTheta": partial(models.DynamicOptimizedTheta, season_length=1),
    }[name]()


def forecast(name: str, ahead: int, train: np.ndarray) -> np.ndarray:
    """(ahead, 5) quantiles; NaN where the model fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = model_of(name).forecast(y=train, h=ahead, level=[80, 95])
        except Exception:  # a model that fails on a series has no forecast for it
            return np.full((ahead, 5), np.nan)
    middle = found["mean"]
    ends = [found.get(k, middle) for k in ("lo-95", "lo-80", "hi-80", "hi-95")]
    out = np.column_stack([ends[0], ends[1], middle, ends[2], ends[3]])
    # Naive without enough residuals gives no interval: that of a zero spread
    return np.where(np.isfinite(out), out, middle[:, None])


def statsmodels_forecast(ahead: int, train: np.ndarray) -> np.ndarray:
    """statsmodels' damped ETS in state-space form."""
    import pandas as pd
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            model = ETSModel(pd.Series(train), trend="add", damped_trend=True, initialization_method="estimated")
            found = model.fit(disp=False).get_prediction(len(train), len(train) + ahead - 1)
            ends = {a: np.asarray(found.pred_int(alpha=a)) for a in (0.2, 0.05)}
            middle = np.asarray(found.predicted_mean)
        except Exception:  # as above
            return np.full((ahead, 5), np.nan)
    return np.column_stack([ends[0.05][:, 0], ends[0.2][:, 0], middle, ends[0.2][:, 1], ends[0.05][:, 1]])


def chunk(name: str, ahead: int, origins: int, trains: list[np.ndarray]) -> list[np.ndarray]:
    """Forecasts of some series; with ``origins`` also from as many past origins, as a backtest needs."""
    one = statsmodels_forecast if name == "statsmodels ETS" else partial(forecast, name)
    out = []
    for train in trains:
        for back in range(1, origins + 1):
            if len(train) - back >= 4:
                one(min(ahead, back), train[: len(train) - back])
        out.append(one(ahead, train))
    return out


def main() -> None:
    """Run the models named in the job file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job")
    parser.add_argument("out")
    options = parser.parse_args()
    with np.load(options.job) as file:
        values, n = file["values"], file["n"]
        ahead, origins, workers = int(file["ahead"]), int(file["origins"]), int(file["workers"])
        names = json.loads(str(file["names"]))
    trains = [row[len(row) - k :] for row, k in zip(values, n, strict=True)]
    parts = [trains[i : i + CHUNK] for i in range(0, len(trains), CHUNK)]
    found = {}
    with ProcessPoolExecutor(workers) as pool:
        for name in names:
            chunk(name, ahead, 0, trains[:1])
            list(pool.map(partial(chunk, name, ahead, 0), [trains[:2]] * workers))  # warm up
            began = time.perf_counter()
            done = list(pool.map(partial(chunk, name, ahead, origins), parts))
            found[f"seconds {name}"] = np.array(time.perf_counter() - began)
            found[name] = np.array([q for part in done for q in part])
    np.savez(options.out, **found)


if __name__ == "__main__":
    main()
