"""How fast, table in to table out, and on a nation's worth of series, file in to file out."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
from projection_accuracy import LAST, observations_of

from healthplan import distribution as dist
from healthplan.projection import project

AHEAD = 5
ORIGINS = 8


def table_to_table(trains: list[np.ndarray], kinds: list[str], repeat: int) -> tuple[int, float]:
    """Series and seconds: project() with eight backtest origins, intervals, and P(<= 0.9 x last)
    for each.
    """
    trains, kinds = trains * repeat, kinds * repeat
    table = observations_of(trains, kinds, ["x"] * len(trains))
    goal = pd.Series([0.9 * t[-1] for t in trains])
    began = time.perf_counter()
    found = project(table, to=LAST + AHEAD, backtest=ORIGINS)
    ahead = found[(found["year"] == LAST + AHEAD) & (found["kind"] == "projected")]
    chance = dist.probability(
        ahead[dist.COLUMNS].to_numpy(), "<=", goal.to_numpy()[ahead["area"].astype(int).to_numpy()]
    )
    seconds = time.perf_counter() - began
    assert len(chance) == len(ahead)
    return len(trains), seconds


def nation(panel: pd.DataFrame, series: int, path: Path) -> None:
    """A Parquet file of ``series`` series of 16 years made from the panel (values moved by up to 3 %)."""
    long = panel.sort_values(["series_id", "year"]).groupby("series_id").filter(lambda g: len(g) >= 16)
    runs = [(g.iloc[0], g["value"].to_numpy(float)[-16:]) for _, g in long.groupby("series_id")]
    rng = np.random.default_rng(0)
    pick = rng.integers(0, len(runs), series)
    values = np.stack([runs[i][1] for i in pick]) * rng.uniform(0.97, 1.03, (series, 1))
    text = lambda name: np.array([runs[i][0][name] for i in pick], object)  # noqa: E731
    share = (text("kind") == "share")[:, None]
    values = np.where(share, np.minimum(values, 100), values)
    area = np.array([f"{runs[i][0]['entity']}-{j:06d}" for j, i in enumerate(pick)], object)
    pd.DataFrame(
        {
            "indicator": np.repeat(text("indicator"), 16),
            "area": np.repeat(area, 16),
            "year": np.tile(np.arange(2008, 2024), series),
            "value": values.ravel(),
            "unit": np.repeat(text("unit"), 16),
            "indicator_kind": np.repeat(text("kind"), 16),
        }
    ).to_parquet(path, index=False)


def file_to_file(panel: pd.DataFrame, series: int) -> dict[str, float]:
    """Seconds and peak memory (GiB) of project_file in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "nation.parquet", Path(folder) / "out.parquet"
        nation(panel, series, source)
        done = subprocess.run(
            [sys.executable, __file__, str(source), str(target)],
            check=True,
            capture_output=True,
            text=True,
        )
        rows, seconds, peak = map(float, done.stdout.split())
        return {"series": series, "rows written": rows, "seconds": seconds, "peak GiB": peak}


if __name__ == "__main__":
    from healthplan.projection import project_file

    start = time.perf_counter()
    written = project_file(sys.argv[1], sys.argv[2], to=2028)
    took = time.perf_counter() - start
    print(written, took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
