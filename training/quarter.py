"""The constants of the quarter's chances: ``python -m training.quarter [--shared ../shared] [--write]``, in a checkout.

Learnt on the open half of the series with quarters, at every past year of each with two complete years before it, by
the likelihood of what came, each source (of levels: each indicator) weighing the same. Those of amounts are the
reference's (../shared/quarter/constants.json, learnt so on the same half) and are carried over, not learnt again;
``learnt_flow`` is here to judge the rule on series that its constants have not seen.

A level's variance is the reference's (nu v0 + own) / (nu + n) with n + 1 + nu degrees of freedom: the likelihood takes
nu to zero, so that nu v0 alone is left to learn (``spread``). Its walk is pulled towards last year's mean, which lowers
the Brier score of year-end values from .162/.145/.122 to .155/.141/.119 on series not learnt from, and that of the
first quarter's yearly means from .121 to .118. ``widen`` is the first factor of the variance with which the 80 %
interval holds ``COVERED``: breaks (2020) make what comes wilder than what was.
"""

import argparse
import csv
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from healthplan.ledger import chance
from healthplan.ledger.chance import Student, Walk
from training.rows import half

SERIES = "quarter/open/subannual_open.parquet"
REFERENCE = "quarter/constants.json"
NAMES = {"one_year": "one", "full": "more"}
QUARTERS = ["q1", "q2", "q3", "q4"]
FLOWS = {"flow": "service", "count_down": "disease"}
WHAT = ("average", "end_value")
FEWEST_STOCK = 5  # stocks that ever had less are left out, as in the evaluation of the reference
DF = 2.0  # of the rule from one earlier year, as in the reference
WIDER = (1.0, 1.1, 1.2, 1.3, 1.4, 1.5)
COVERED = 0.78  # the 80 % interval has to hold so much where it was learnt
CONTINUE = {"xatol": 1e-3, "fatol": 1e-6, "maxiter": 1500}


class Block(NamedTuple):
    """Years to foretell that have as many years before them. about: source (what weighs the same), half (0, 1),
    percent; weight (tasks,); earlier (tasks, years, 4); year (tasks, 4)."""

    about: pd.DataFrame
    weight: np.ndarray
    earlier: np.ndarray
    year: np.ndarray


def blocks(panel: pd.DataFrame, kinds: Iterable[str]) -> list[Block]:
    """Every past year, from the third, of the series of these kinds."""
    rows = panel[panel["kind"].isin(list(kinds))]
    adds = rows["kind"].isin(FLOWS)
    by_year = rows.assign(q=np.where(rows["period"] == "month", (rows["sub"] - 1) // 3 + 1, rows["sub"]))
    key = ["source", "indicator", "area", "unit", "year"]
    aggfunc = "sum" if adds.all() else "mean"
    values = by_year.pivot_table("value", key, "q", aggfunc=aggfunc, observed=True).sort_index()
    found: dict[int, list] = {}
    for (source, indicator, area, unit), part in values.groupby(level=key[:4]):
        series = part.to_numpy()
        about = source if adds.all() else indicator, f"{source}|{indicator}|{area}", unit == "%"
        if not adds.all() and ((not about[2] and series.min() < FEWEST_STOCK) or np.ptp(series) == 0):
            continue
        for at in range(2, len(series)):
            found.setdefault(at, []).append((about, series[:at], series[at]))
    tasks = {n: pd.DataFrame([t[0] for t in some], columns=["source", "name", "percent"]) for n, some in found.items()}
    size = pd.concat(tasks.values())["source"].value_counts()
    return [
        Block(
            about.assign(half=half(about["name"], "quarter")),
            (1 / about["source"].map(size) / len(size)).to_numpy(),
            np.array([t[1] for t in found[n]]),
            np.array([t[2] for t in found[n]]),
        )
        for n, about in sorted(tasks.items())
    ]


def only(some: Iterable[Block], part: int) -> list[Block]:
    """The tasks of one half."""
    found = []
    for block in some:
        at = (block.about["half"] == part).to_numpy()
        if at.any():
            found.append(Block(block.about[at], block.weight[at], block.earlier[at], block.year[at]))
    return found


def steps(values: np.ndarray, block: Block) -> np.ndarray:
    """Levels (tasks,) in steps of each task's own kind."""
    percent = block.about["percent"].to_numpy()
    return np.where(percent, values, chance.STEP * np.log(np.where(percent, 1.0, values)))


def came(block: Block, what: str) -> np.ndarray:
    """The figure that the year ended with."""
    return block.year[:, -1] if what == "end_value" else block.year.mean(1)


def walks(block: Block, what: str, quarter: int) -> Walk:
    """The courses of a block's levels up to a quarter."""
    of = block.about["percent"].to_numpy()
    years = block.earlier, block.year[:, :quarter]
    positive = [np.where(of[(...,) + (None,) * (x.ndim - 1)], 1.0, x) for x in years]  # shares may be zero
    both = chance.walk(*years, what, True), chance.walk(*positive, what, False)
    merged = [np.where(of, x, y) for x, y in zip(both[0][:3], both[1][:3], strict=True)]
    return Walk(*merged, np.full(len(of), block.earlier.shape[1]))


def learnt_level(some: list[Block], what: str, quarter: int, pull: float | None = None) -> dict[str, float]:
    """spread, pull (0 for the plain walk) and widen of a level."""
    parts = [walks(block, what, quarter) for block in some]
    walk = Walk(*(np.concatenate(x) for x in zip(*parts, strict=True)))
    truth = np.concatenate([steps(came(block, what), block) for block in some])
    weight = np.concatenate([block.weight for block in some])
    start = [0.0, 0.2] if pull is None else [0.0]
    for widen in WIDER:

        def read(x: np.ndarray, widen: float = widen) -> dict[str, float]:
            return {"spread": np.exp(x[0]), "pull": x[1] if pull is None else pull, "widen": widen}

        found = _best(lambda x, read=read: [(walk.law(read(x)), truth, weight)], start, read)
        _, low, high = walk.law(found).interval()
        if np.average((truth >= low) & (truth <= high), weights=weight) >= COVERED:
            break
    return found


def learnt_flow(some: list[Block], quarter: int, one: bool) -> dict[str, float]:
    """The constants of an amount's remainder, from one earlier year or all of them."""

    def read(x: np.ndarray) -> dict[str, float]:
        found = {"b": 1 / (1 + np.exp(-x[0])), "v0": np.exp(x[1]), "c": np.exp(x[2])}
        return found | ({"df": DF} if one else {"a": 1 / (1 + np.exp(-x[3])), "nu": np.exp(x[4])})

    def laws(x: np.ndarray) -> list[tuple[Student, np.ndarray, np.ndarray]]:
        return [
            (chance.remainder(to_date, quarter, earlier[:, -1:] if one else earlier, read(x)), rest, weight)
            for to_date, rest, earlier, weight in parts
        ]

    parts = [
        (b.year[:, :quarter].sum(1), np.log(b.year[:, quarter:].sum(1) + chance.HALF), b.earlier, b.weight)
        for b in some
    ]
    return _best(laws, [0.5, -4.0, 0.0] if one else [0.5, -4.0, 0.0, 0.0, 0.0], read)


def _best(
    laws: Callable[[np.ndarray], list[tuple[Student, np.ndarray, np.ndarray]]],
    start: list[float],
    read: Callable[[np.ndarray], dict[str, float]],
) -> dict[str, float]:
    """The constants under which what came was likeliest."""
    from scipy.optimize import minimize
    from scipy.special import gammaln

    def unlikely(x: np.ndarray) -> float:
        lost = weights = 0.0
        for (centre, scale, df), truth, weight in laws(x):
            z = (truth - centre) / scale
            log = gammaln((df + 1) / 2) - gammaln(df / 2) - np.log(df) / 2 - np.log(scale)
            lost -= weight @ (log - (df + 1) / 2 * np.log1p(z**2 / df))
            weights += weight.sum()
        return lost / weights

    return read(minimize(unlikely, start, method="Nelder-Mead", options=CONTINUE).x)


def rows(shared: Path) -> list[tuple[str, str, int, str, str, float]]:
    """The rows of constants.csv."""
    given: Mapping = json.loads((shared / REFERENCE).read_text("utf-8"))
    found = [
        ("flow", domain, int(quarter), NAMES[years], name, value)
        for domain, by_quarter in given.items()
        for quarter, by_years in by_quarter.items()
        for years, some in by_years.items()
        for name, value in some.items()
    ]
    levels = blocks(pd.read_parquet(shared / SERIES), ("rate", "stock"))
    for what in WHAT:
        for quarter in (1, 2, 3):
            learnt = learnt_level(levels, what, quarter)
            found += [("level", what, quarter, "more", name, round(float(x), 4)) for name, x in learnt.items()]
    return found


def main() -> None:
    """Print the constants, or write them."""
    parser = argparse.ArgumentParser(prog="python -m training.quarter", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    found = rows(options.shared)
    print(pd.DataFrame([x for x in found if x[0] == "level"]).to_string(header=False, index=False))
    if options.write:
        with chance.PATH.open("w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, lineterminator="\n")
            out.writerows([("rule", "domain", "quarter", "years", "name", "value"), *found])


if __name__ == "__main__":
    main()
