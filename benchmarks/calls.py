"""Status rules on the health panel: who is right, who abstains, who flips.

    python benchmarks/calls.py [PANEL.parquet] [--origins 5] [--half 0|1|all] [--prior FILE]

Identical past goals for every rule: c times the value at the origin (c = .8 .9 1.1 1.2), one to
five years ahead, judged again each year until due. An abstention counts as wrong. The margin of our
settled call was chosen on half 0 of the series; half 1 is printed by default. The prior that ships
has seen both halves: for a table on series that nothing has seen, train one on half 0 alone and
pass it:

    python -m training --part series --out prior_half.npz
    python benchmarks/calls.py --prior prior_half.npz
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path

import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
from healthplan.calls.events import BOTH, HOLD, REACH
from healthplan.calls.score import OURS, reliability_of_calls, score_calls
from healthplan.distribution import probability
from healthplan.projection import prior as store
from healthplan.projection import project
from training.pipeline import half as halves

PANEL = Path(__file__).resolve().parents[2] / "shared" / "bench" / "health_panel.parquet"
OBSERVED = "All goals, indicators whose figures are observed (not modelled or compiled)"
TITLES = {
    BOTH: "All goals",
    REACH: "Goals to reach: fall to .8/.9 or rise to 1.1/1.2 of the value at the origin",
    HOLD: "Goals to hold: not rise above 1.1/1.2, not fall below .8/.9 of the value at the origin",
}


def observations(panel: pd.DataFrame, half: str) -> pd.DataFrame:
    """The panel as our long table, one area a series; half 0 or 1 is the one of the training."""
    if half != "all":
        panel = panel[halves(panel["series_id"]) == int(half)]
    table = panel[["indicator", "series_id", "year", "value", "unit", "kind", "basis"]]
    return table.rename(columns={"series_id": "area", "kind": "indicator_kind"})


def main(arguments: list[str] | None = None) -> None:
    """Print the scoring tables; with --write put the two of the methods page into it as well."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel", nargs="?", type=Path, default=PANEL)
    parser.add_argument("--origins", type=int, default=5, help="at most so many a series")
    parser.add_argument("--half", choices=("0", "1", "all"), default="1")
    parser.add_argument("--prior", type=Path, help="a prior trained on half 0 only")
    parser.add_argument("--write", type=Path, help="a page with the marks of the tables")
    options = parser.parse_args(arguments)
    if options.prior:
        store.load = partial(store.load, options.prior)  # what the projection reads in this run
    table = observations(pd.read_parquet(options.panel), options.half)
    shared = {"project": project, "chance": probability, "origins": options.origins}
    started = time.perf_counter()
    scored = {}
    for kind, title in TITLES.items():
        scored[title] = score_calls(table, kind=kind, **shared)
    scored[OBSERVED] = score_calls(table[table["basis"] == "observed"], **shared)
    for title, found in scored.items():
        print(f"\n{title} (half {options.half})")
        print(found.round(3).to_string(index=False))
        print(verdict(found))
    reliability = reliability_of_calls(table, **shared)
    print("\nReliability of our probabilities, all goals")
    print(reliability.round(3).to_string(index=False))
    print(f"\n{time.perf_counter() - started:.0f} s")
    if options.write:
        fill(options.write, "calls table", markdown({t: scored[t] for t in (TITLES[BOTH], OBSERVED)}))


def verdict(scored: pd.DataFrame) -> str:
    """Whether we are right more often and flip less than each rival; who is not beaten in what."""
    by_rule = scored.set_index("rule")
    mine, rivals = by_rule.loc[OURS], by_rule.drop(index=OURS)
    more = rivals.index[rivals["right"] >= mine["right"]].to_list()
    fewer = rivals.index[rivals["flips"] <= mine["flips"]].to_list()
    return f"right as often or more: {more or 'none'}; flips as seldom or less: {fewer or 'none'}"


def markdown(tables: dict[str, pd.DataFrame]) -> str:
    """The tables as they stand on the methods page, in percent."""
    shown = ["right", "abstained", "flips", "right_throughout", "on_course_true", "off_course_true"]
    parts = []
    for title, scored in tables.items():
        count = f"{scored['judgements'].iloc[0]:,} judgements of {scored['events'].iloc[0]:,} goals"
        lines = [f"{title}: {count}", "", "| rule | " + " | ".join(shown) + " |"]
        lines.append("|---" * (len(shown) + 1) + "|")
        for row in scored.to_dict("records"):
            cells = ["–" if pd.isna(row[c]) else f"{100 * row[c]:.1f} %" for c in shown]
            lines.append(f"| {row['rule']} | " + " | ".join(cells) + " |")
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def fill(page: Path, mark: str, text: str) -> None:
    """Put text between ``<!-- mark -->`` and ``<!-- end of mark -->``."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
