"""How far the goals of one place come true together: the share ``LEAN`` of ``judging/together.py``, and its coverage.

    python -m benchmarks.together --kept FOLDER

Reads the judgements that ``benchmarks.record --kept`` left. A plan is an entity of the world panel or an area of the
district panel in one year with at least five series, a goal of each, due in two to four years; half of them (by hash) fit
the share, the other half is reported: by number of goals the variance of the number met over independence, and how often
the 80 % interval holds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.record import SETS
from healthplan.calls.events import read_book
from healthplan.judging.together import LEAN, chances_of, interval
from training.pipeline import half

LEANS = (0.0, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2)
SIZES = ((5, 9), (10, 19), (20, 39), (40, 400))


def plans(name: str, kept: Path) -> list[tuple[str, np.ndarray, np.ndarray]]:
    """Place and year, chances and outcomes of each plan."""
    table = SETS[name]()
    known = table[table["judged"]]
    book = read_book(known.drop(columns=["country", "judged", "parent", "stock"]))
    rows = pd.read_parquet(kept / f"{name}.parquet")
    place = "country" if name == "world" else "area"
    where = rows["country"] if name == "world" else book.names["area"].to_numpy(object)[rows["series"]]
    rows = rows.assign(place=where)[rows["years"].between(2, 4)]
    rows = rows.sample(frac=1, random_state=1).drop_duplicates(["series", "year"])
    groups = rows.groupby(["place", "year"])
    return [(f"{place} {key}", g["probability"].to_numpy(), g["met"].to_numpy()) for key, g in groups if len(g) >= 5]  # fmt: skip


def variance(chances: np.ndarray, lean: float) -> float:
    """Of the number met."""
    spread = chances_of(chances, lean)
    k = np.arange(len(spread))
    return float(spread @ k**2 - (spread @ k) ** 2)


def main(arguments: list[str] | None = None) -> None:
    """Print the fit and the coverage."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kept", type=Path, required=True)
    kept = parser.parse_args(arguments).kept
    for name in SETS:
        found = plans(name, kept)
        part = half(pd.Series([key.split("(")[1].split(",")[0] for key, *_ in found]), "together")
        fit = [f for f, own in zip(found, part, strict=True) if own == 0][:700]
        seen = sum((m.sum() - p.sum()) ** 2 for _, p, m in fit)
        bias = np.mean([(m - p).mean() for _, p, m in fit])
        ratios = {lean: round(seen / sum(variance(p, lean) for _, p, _ in fit), 3) for lean in LEANS}
        print(f"\n{name}: {len(fit)} plans fit, outcome minus chance {bias:+.3f}, variance seen over that of each lean {ratios}")  # fmt: skip
        rest = [f for f, own in zip(found, part, strict=True) if own == 1]
        for low, high in SIZES:
            some = [(p, m.sum()) for _, p, m in rest if low <= len(p) <= high][:500]
            if len(some) < 20:
                continue
            apart = sum((m - p.sum()) ** 2 for p, m in some) / sum((p * (1 - p)).sum() for p, _ in some)
            inside = {}
            for lean in (0.0, LEAN):
                ends = [interval(p, lean)[1:] for p, _ in some]
                inside[lean] = np.mean([a <= m <= b for (a, b), (_, m) in zip(ends, some, strict=True)])
            print(f"  {low}-{high} goals: {len(some)} plans, variance {apart:.2f} x independence, 80 % interval holds {inside[0.0]:.3f} independent, {inside[LEAN]:.3f} with {LEAN}")  # fmt: skip


if __name__ == "__main__":
    main()
