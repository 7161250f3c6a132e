"""How fast, table in to table out; and how the commands grow to a province and a nation, file in to file out:
``python benchmarks/projection_speed.py PANEL [TIMES]`` writes that part of docs/benchmarks.md anew."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import projection_report as report
from projection_accuracy import LAST, observations_of

from healthplan import distribution as dist
from healthplan.projection import project
from healthplan.registers import load_indicators

AHEAD = 5
ORIGINS = 8
COUNTIES = 2800
SIZES = (1_000, 10_000, 100_000, 600_000)
PROVINCE = (1, 10, 200)  # indicators
HEADING = "## A province, from file to file"


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


def province(indicators: int, folder: Path) -> int:
    """Twelve years of figures of 2,800 counties for so many registered indicators, a folder each, and a goal for each of
    them: the number of goals."""
    known = load_indicators()
    known = known[
        known["indicator_kind"].isin(["share", "rate", "count", "level"]) & known["upper_bound"].isin([np.nan, 100])
    ]
    rng, years = np.random.default_rng(0), np.arange(2013, 2025)
    counties = np.array([f"county{n:04d}" for n in range(COUNTIES)])
    cities = np.array([f"city{n // 14:03d}" for n in range(COUNTIES)])
    goals = []
    for one in known.head(indicators).itertuples():
        first = {"share": 60, "rate": 8, "count": 400, "level": 30}[one.indicator_kind]
        way = -1 if one.direction == "decrease" else 1
        moves = rng.normal(0.008 * first, 0.02 * first, (COUNTIES, len(years))).cumsum(1)
        values = np.clip(
            first * rng.uniform(0.7, 1.2, (COUNTIES, 1)) + way * moves,
            1,
            99.5 if one.indicator_kind == "share" else None,
        )
        values = np.round(values, 0 if one.indicator_kind == "count" else 2)
        told = {"area": np.repeat(counties, len(years)), "parent": np.repeat(cities, len(years)), "unit": one.unit}
        place = folder / "observations" / f"indicator={one.indicator}"
        place.mkdir(parents=True)
        told |= {"year": np.tile(years, COUNTIES), "value": values.ravel()}
        pd.DataFrame(told).to_parquet(place / "figures.parquet", index=False)
        asked = values[:, -1] * (1 + 0.05 * way)
        goal = {"target_id": one.indicator, "area": counties, "indicator": one.indicator, "value": np.round(asked, 2)}
        more = {"unit": one.unit, "comparator": ">=" if way > 0 else "<=", "deadline": "2027"}
        goals.append(pd.DataFrame(goal).assign(**more, period_start=2024, period_end=2027, published_year=2023))
    pd.concat(goals).to_parquet(folder / "goals.parquet", index=False)
    return len(goals) * COUNTIES


def measured(command: list[str]) -> dict[str, float]:
    """Seconds of a command, and the most memory (GiB) that it and its processes held together, as the system counts what
    they share (Pss), looked at twenty times a second."""
    began, peak = time.perf_counter(), 0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        while running.poll() is None:
            peak = max(peak, sum(map(_held, _family(running.pid))))
            time.sleep(0.05)
    assert running.returncode == 0, command
    return {"seconds": time.perf_counter() - began, "peak GiB": peak / 2**20}


def _family(process: int) -> list[int]:
    found = [process]
    for told in Path(f"/proc/{process}/task").glob("*/children"):
        with suppress(OSError):
            found += [other for child in told.read_text().split() for other in _family(int(child))]
    return found


def _held(process: int) -> int:
    with suppress(OSError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
    return 0


def growth(panel: pd.DataFrame, times: int) -> Iterator[pd.DataFrame]:
    """The commands on ever more series and goals, a row more each time: the least of so many runs, as other work on the
    machine only adds."""
    rows: list[dict[str, Any]] = []
    cli = [sys.executable, "-m", "healthplan"]

    def more(what: str, count: int, repeat: int, *words: str) -> pd.DataFrame:
        rows.append({"what": what, "series or goals": count} | _least([*cli, *words], repeat))
        found = pd.DataFrame(rows)
        counts = found[["series or goals", "seconds"]]
        step = counts - counts.groupby(found["what"]).shift(1)
        return found.assign(**{"microseconds for each further one": 1e6 * step["seconds"] / step["series or goals"]})

    with tempfile.TemporaryDirectory() as place:
        out = str(Path(place) / "out.parquet")
        for size in SIZES:
            source = Path(place) / f"{size}.parquet"
            nation(panel, size, source)
            words = ("project", "--observations", str(source), "--to", "2028", "--out", out)
            yield more("project, one file", size, times, *words)
        for count in PROVINCE:
            folder = Path(place) / f"province{count}"
            goals = province(count, folder)
            given = ("--observations", str(folder / "observations"), "--out", out)
            yield more("project, a folder", goals, times, "project", "--to", "2027", *given)
            yield more("gaps --targets", goals, 1, "gaps", "--targets", str(folder / "goals.parquet"), *given)


def _least(command: list[str], times: int) -> dict[str, float]:
    runs = [measured(command) | {"load": os.getloadavg()[0]} for _ in range(times)]
    best = min(runs, key=lambda one: one["seconds"])
    return best | {"peak GiB": max(one["peak GiB"] for one in runs)}


def section(found: pd.DataFrame, times: int) -> str:
    """The part of docs/benchmarks.md that tells it."""
    said = (
        f"Whole commands, start and imports included, written with the observed years; the least of {times} runs (of goals one), the "
        "load of the machine by other work beside it (two cores: above 2 it was shared), memory over all processes."
    )
    return f"{HEADING}\n\n{said}\n\n{report.markdown(found, 2)}\n\n"


def kept(page: Path) -> str:
    """That part as it stands."""
    text = page.read_text("utf-8")
    start = text.find(HEADING)
    return "" if start < 0 else text[start : text.index("\n## ", start + 1) + 1]


if __name__ == "__main__":
    times = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    page = Path(__file__).parent.parent / "docs" / "benchmarks.md"
    for found in growth(pd.read_parquet(sys.argv[1]), times):
        before, text = kept(page), page.read_text("utf-8")
        place = before or "## Borrowed trends"
        page.write_text(text.replace(place, section(found, times) + ("" if before else place), 1), "utf-8")
