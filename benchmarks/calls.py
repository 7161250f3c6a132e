"""Status rules on the health panel: who is right, who abstains, who flips.

    python benchmarks/calls.py [PANEL.parquet] [--origins 5] [--half 0|1|all] [--prior FILE]

Identical past goals for every rule: c times the value at the origin (c = .8 .9 1.1 1.2), one to
five years ahead, judged again each year until due. An abstention counts as wrong. The margin of our
settled call was chosen on half 0 of the series; half 1 is printed by default. The prior that ships
has seen both halves: for a table on series that nothing has seen, train one on half 0 alone and
pass it:

    python -m healthplan.projection.train --part series --out prior_half.npz
    python benchmarks/calls.py --prior prior_half.npz
"""

from __future__ import annotations

import argparse
import time
from functools import partial
from pathlib import Path

import pandas as pd

from healthplan.calls import BOTH, HOLD, REACH, reliability_of_calls, score_calls
from healthplan.projection import prior as store
from healthplan.projection import project
from healthplan.projection.distribution import probability
from healthplan.projection.train.pipeline import half as halves

PANEL = Path(__file__).resolve().parents[2] / "shared" / "bench" / "health_panel.parquet"
TITLES = {
    BOTH: "All goals",
    REACH: "Goals to reach: fall to .8/.9 or rise to 1.1/1.2 of the value at the origin",
    HOLD: "Goals to hold: not rise above 1.1/1.2, not fall below .8/.9 of the value at the origin",
}


def observations(panel: pd.DataFrame, half: str) -> pd.DataFrame:
    """The panel as our long table, one area a series; half a or b by a checksum of the series'
    name."""
    if half != "all":
        panel = panel[halves(panel["series_id"]) == int(half)]
    table = panel[["indicator", "series_id", "year", "value", "unit", "kind", "basis"]]
    return table.rename(columns={"series_id": "area", "kind": "indicator_kind"})


def main() -> None:
    """Print the scoring tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel", nargs="?", type=Path, default=PANEL)
    parser.add_argument("--origins", type=int, default=5, help="at most so many a series")
    parser.add_argument("--half", choices=("0", "1", "all"), default="1")
    parser.add_argument("--prior", type=Path, help="a prior trained on half 0 only")
    options = parser.parse_args()
    if options.prior:
        store.load = partial(store.load, options.prior)  # what the projection reads in this run
    table = observations(pd.read_parquet(options.panel), options.half)
    shared = {"project": project, "chance": probability, "origins": options.origins}
    started = time.perf_counter()
    for kind, title in TITLES.items():
        print(f"\n{title} (half {options.half})")
        show(score_calls(table, kind=kind, **shared))
    print("\nAll goals, indicators whose figures are observed (not modelled or compiled)")
    show(score_calls(table[table["basis"] == "observed"], **shared))
    print("\nReliability of our probabilities, all goals")
    show(reliability_of_calls(table, **shared))
    print(f"\n{time.perf_counter() - started:.0f} s")


def show(table: pd.DataFrame) -> None:
    """A table with three decimals."""
    print(table.round(3).to_string(index=False))


if __name__ == "__main__":
    main()
