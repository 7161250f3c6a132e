"""The scoring tasks through the public call: table in, table out, then ``scoring.py``."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from healthplan import distribution as dist
from healthplan.projection import project

SHARED = Path(__file__).resolve().parents[2] / "shared"
FIVE = [dist.LOWER_95, dist.LOWER_80, dist.MEDIAN, dist.UPPER_80, dist.UPPER_95]
AHEAD = 5
LAST = 2020  # every task's origin is put into this year


def scoring(shared: Path = SHARED) -> ModuleType:
    """The module that defines every figure."""
    spec = importlib.util.spec_from_file_location("scoring", shared / "bench" / "scoring.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["scoring"] = module
    spec.loader.exec_module(module)
    return module


def observations_of(trains: list[np.ndarray], kinds: list[str], indicators: list[str]) -> pd.DataFrame:
    """A long table: every training part is an area of its own."""
    n = np.array([len(t) for t in trains])
    area = np.repeat(np.arange(len(trains)), n)
    back = np.concatenate([np.arange(k)[::-1] for k in n])
    names = np.array([f"{i:06d}" for i in range(len(trains))], object)
    return pd.DataFrame(
        {
            "indicator": np.array(indicators, object)[area],
            "area": names[area],
            "year": LAST - back,
            "value": np.concatenate(trains),
            "unit": "",
            "indicator_kind": np.array(kinds, object)[area],
        }
    )


def quantiles_from(trajectories: pd.DataFrame, tasks: int, ahead: int) -> np.ndarray:
    """(tasks, ahead, 15) from the projected rows."""
    rows = trajectories[trajectories["kind"] == "projected"]
    out = np.full((tasks, ahead, len(dist.LEVELS)), np.nan)
    place = rows["area"].astype(int).to_numpy(), (rows["year"] - LAST - 1).to_numpy()
    out[place] = rows[dist.COLUMNS].to_numpy()
    return out


def projected(trains: list[np.ndarray], kinds: list[str], indicators: list[str], ahead: int) -> np.ndarray:
    """Quantiles of the public call."""
    table = observations_of(trains, kinds, indicators)
    return quantiles_from(project(table, to=LAST + ahead), len(trains), ahead)


def five(quantiles: np.ndarray, levels: tuple[float, ...]) -> dict[float, np.ndarray]:
    """The five quantiles that scoring.py asks for."""
    return {level: quantiles[..., i] for level, i in zip(levels, FIVE, strict=True)}


def reliability_table(score: ModuleType, tasks: pd.DataFrame, quantiles: np.ndarray) -> pd.DataFrame:
    """Forecast probability and what happened, an event a row, from the full distribution."""
    y = np.vstack(tasks["test"].to_numpy())
    last = np.array([t[-1] for t in tasks["train"]])
    base = (tasks["basis"] != "modelled").to_numpy() & (last > 0)
    parts = []
    for h in (1, 3, 5):
        keep = base & ~np.isnan(y[:, h - 1])
        for c in score.THRESHOLDS:
            x = c * last[keep]
            p = dist.cdf(quantiles[keep, h - 1], x)
            parts.append(pd.DataFrame({"p": p, "happened": (y[keep, h - 1] <= x).astype(float)}))
    return pd.concat(parts, ignore_index=True)


def calibration(events: pd.DataFrame) -> dict[str, float]:
    """Brier score and calibration error over ten bins."""
    bins = np.minimum((events["p"] * 10).astype(int), 9)
    groups = events.groupby(bins)
    gap = (groups["p"].mean() - groups["happened"].mean()).abs()
    error = float((gap * groups.size() / len(events)).sum())
    return {
        "brier": float(((events["p"] - events["happened"]) ** 2).mean()),
        "calibration_error": error,
    }


def summary(score: ModuleType, tasks: pd.DataFrame, point: np.ndarray, five_: dict) -> dict[str, float]:
    """Every figure that a goal is set on, except those relative to another method's pinball."""
    s = score.score(tasks, point, five_)
    seen = (tasks["basis"] == "observed").to_numpy()
    whole, observed = score.table(tasks, s), score.table(tasks[seen], s[seen])
    groups = score.table(tasks, s, ["basis", "kind", "length"])
    length = score.table(tasks, s, "length")
    horizon = score.coverage_by_horizon(tasks, five_)
    reliable = score.reliability(tasks, five_)
    return {
        "MASE/naive all": whole["MASE/naive"].iloc[0],
        "MASE/naive observed": observed["MASE/naive"].iloc[0],
        "pinball all": whole["pinball"].iloc[0],
        "pinball observed": observed["pinball"].iloc[0],
        "MSIS95": whole["MSIS"].iloc[0],
        "c80": whole["c80"].iloc[0],
        "c95": whole["c95"].iloc[0],
        "worst horizon 80": (horizon["c80"] - 0.8).abs().max(),
        "worst horizon 95": (horizon["c95"] - 0.95).abs().max(),
        "groups 80": (groups["c80"] - 0.8).abs().mean(),
        "groups 95": (groups["c95"] - 0.95).abs().mean(),
        "c95 of 5-8 points": length["c95"].iloc[0],
        "Brier, five quantiles": reliable["brier"],
        "calibration error, five quantiles": reliable["calibration_error"],
    }
