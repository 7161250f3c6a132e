"""How far ahead series of so many points may be drawn: coverage by points and years, and the width that it needs.

    python benchmarks/reach.py [--prior FILE] [--areas open|0|1] [--write]

Series of the world panel and of the open district panel, of each the half that ``prior_half.npz`` never saw, are cut to their
last 3, 4, 5 ... points at past origins and projected as far as anything came. Of each number of points: the farthest
year up to which every year has at least ``FEWEST`` tasks and needs no more than ``MOST`` times the engine's width for
its intervals to hold what is ``WANTED`` in each panel that has so many; never farther than ten years (what the network
has seen) or as many years as there are points, and never less far than with fewer points. Up to five years the
width is the engine's own (docs/benchmarks.md says what it covers). ``--write`` puts that into
``healthplan/projection/reach.csv`` and the table of docs/methods-projection.md.
"""

from __future__ import annotations

import argparse
import csv
import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
from healthplan import distribution as dist
from healthplan.projection import prior as store
from healthplan.projection.forecast import forecast
from healthplan.projection.kinds import Limits
from healthplan.projection.reach import KNOTS, PATH
from training import districts
from training.rows import SCORED, half, health_runs, limits_of

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "bench"
HALF = ROOT / "benchmarks" / "prior_half.npz"
DOCS = ROOT / "docs" / "methods-projection.md"
POINTS = (3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30)
AHEAD = int(KNOTS[-1])
EVERY = 2  # years between the origins of a series
FEWEST = 300  # tasks that a coverage has to rest on
WANTED = {"world": (0.78, 0.93), "districts": (0.74, 0.91)}  # coverage at 80 and 95 %
FACTORS = np.round(np.arange(1.0, 2.01, 0.05), 2)
MOST = 1.5  # a wider interval than that is no measurement of anything
TRAINED = 10  # years ahead that the network has seen
SEED = 1
CAP = 20_000  # tasks of one panel and number of points


def runs(panel: str, areas: str) -> pd.DataFrame:
    """The regular runs of a panel, with which way is better and whether they are inventories."""
    if panel == "districts":
        found = districts.runs(districts.read(SHARED / "district_panel.parquet", areas))
        return found[found["judged"]].reset_index(drop=True)
    world = pd.read_parquet(SHARED / "health_panel.parquet")
    return health_runs(world[half(world["series_id"]) == 1]).assign(way=0, stock=False)


def tasks(series: pd.DataFrame, points: int) -> tuple[np.ndarray, np.ndarray, Limits]:
    """Cut values (tasks, points), what came after (tasks, AHEAD; NaN where the series had ended), and the bounds."""
    train, truth, place = [], [], []
    for i, values in enumerate(series["values"]):
        for end in range(len(values) - 1, points - 1, -EVERY):
            after = np.full(AHEAD, np.nan)
            came = values[end : end + AHEAD]
            after[: len(came)] = came
            train.append(values[end - points : end])
            truth.append(after)
            place.append(i)
    pick = np.random.default_rng(SEED).permutation(len(train))[:CAP]
    about = series.iloc[[place[k] for k in pick]]
    cut = [train[k] for k in pick]
    limits = limits_of(cut, about["kind"])
    facts = (about[name].to_numpy() for name in ("way", "stock"))
    limits = Limits(limits.kind, limits.lower, limits.upper, *facts)
    return np.stack(cut), np.stack([truth[k] for k in pick]), limits


def coverage(panel: str, areas: str, prior: store.Prior) -> pd.DataFrame:
    """One row a number of points and year ahead: tasks, coverage as it is, and the factor that it needs."""
    rows, series = [], runs(panel, areas)
    for points in POINTS:
        train, truth, limits = tasks(series, points)
        n = np.full(len(train), points)
        q = forecast(train, n, limits, AHEAD, prior=prior).quantiles
        for years in KNOTS:
            here, came = q[:, years - 1], truth[:, years - 1]
            known = np.isfinite(came)
            if known.sum() < 50:
                continue
            at = [_inside(came[known], here[known], f) for f in FACTORS]
            enough = [f for f, (c80, c95) in zip(FACTORS, at, strict=True)
                      if c80 >= WANTED[panel][0] and c95 >= WANTED[panel][1]]  # fmt: skip
            rows.append({"panel": panel, "points": points, "years": int(years), "n": int(known.sum()),
                         "c80": at[0][0], "c95": at[0][1], "factor": min(enough, default=np.inf)})  # fmt: skip
    return pd.DataFrame(rows)


def _inside(came: np.ndarray, q: np.ndarray, factor: float) -> tuple[float, float]:
    """Shares of what came within the 80 and the 95 % interval, ``factor`` times as wide."""
    middle = q[:, [dist.MEDIAN]]
    wide = middle + (q - middle) * factor
    slack = 1e-9 * np.abs(came)
    return tuple(
        float(((came >= wide[:, low] - slack) & (came <= wide[:, high] + slack)).mean())
        for low, high in ((dist.LOWER_80, dist.UPPER_80), (dist.LOWER_95, dist.UPPER_95))
    )  # type: ignore[return-value]


def reaches(found: pd.DataFrame) -> pd.DataFrame:
    """The rows of reach.csv: with so many points the years up to ``years`` need ``factor`` times the width."""
    counted = found[found["n"] >= FEWEST]
    each = counted.groupby(["points", "years"])["factor"].max().reset_index()
    rows, before = [], 0
    for points, part in each.groupby("points"):
        near = part[part["years"] <= max(TRAINED, points)]
        near = near.assign(factor=near["factor"].where(near["years"] > SCORED, 1.0))
        drawn = near[(near["factor"] <= MOST).cummin()]
        drawn = drawn.assign(factor=drawn["factor"].cummax(), points=points)
        if len(drawn) and drawn["years"].iloc[-1] >= before:
            before = drawn["years"].iloc[-1]
            rows.append(drawn.drop_duplicates("factor", keep="last"))
    return pd.concat(rows, ignore_index=True)[["points", "years", "factor"]]


def main(arguments: list[str] | None = None) -> None:
    """Print the coverage of both panels and the reach that follows; write both where asked."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--prior", type=Path, default=HALF)
    parser.add_argument("--areas", choices=("open", "0", "1"), default="1")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    prior = store.load(options.prior)
    names = {"world": "all", "districts": "all" if options.areas == "open" else options.areas}
    found = pd.concat([coverage(name, areas, prior) for name, areas in names.items()])
    table = reaches(found)
    print(found.round(3).to_string(index=False))
    print(table.to_string(index=False))
    if options.write:
        with PATH.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([table.columns, *table.itertuples(index=False)])
        text = re.sub(r"(?s)(<!-- reach -->\n).*?(<!-- end -->)",
                      lambda m: m[1] + page(found, table) + "\n" + m[2], DOCS.read_text("utf-8"))  # fmt: skip
        DOCS.write_text(text, encoding="utf-8")


def page(found: pd.DataFrame, table: pd.DataFrame) -> str:
    """The table of the docs: a row a number of points."""
    lines = [
        "| points | up to year | width × | world: tasks, c80, c95 in that year | districts |",
        "|---|---|---|---|---|",
    ]
    at = found.set_index(["panel", "points", "years"])
    for points, years, factor in table.itertuples(index=False):
        told = []
        for panel in ("world", "districts"):
            key = (panel, points, years)
            one = at.loc[key] if key in at.index else None
            few = one is None or one["n"] < FEWEST
            told.append("few" if few else f"{one['n']:,.0f}, {one['c80']:.2f}, {one['c95']:.2f}")
        lines.append(f"| {points} | {years} | {factor:.2f} | {told[0]} | {told[1]} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
