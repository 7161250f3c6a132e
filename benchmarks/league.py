"""Areas of real provinces beside each other: what became of pairs that were told apart, and of the fastest.

    python benchmarks/league.py [--write]

Every province of the open half of the district panel with at least eight areas, in every year with enough figures before
and after. A pair is held against the next year's figures, and against the mean of the next three: how often the area that
was the better one is then the worse one. ``--write`` puts the tables into docs/methods-league.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))
from projection_report import DOCS, markdown

from healthplan.league import speeds
from healthplan.league.levels import known
from healthplan.league.panel import panels
from healthplan.league.places import surely_better

PANEL = Path(__file__).resolve().parents[2] / "shared" / "bench" / "district_panel.parquet"
FEWEST, BEFORE, AFTER = 8, 7, 3  # areas; years before the one compared; years after it
STRETCH = 5


def provinces() -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Country, *observations* and *indicators* of each province; counts of known exposure as rates per 100,000."""
    rows = pd.read_parquet(PANEL)
    rows = rows[rows["judged"]].astype({"country": str, "indicator": str, "area": str, "parent": str, "kind": str})
    counted = (rows["kind"] == "count") & (rows["denominator"] > 0)
    rows.loc[counted, "value"] = rows["numerator"] / rows["denominator"] * 1e5
    rows.loc[counted, "kind"] = "rate"
    rows = rows[rows["kind"].isin(["rate", "share"])]
    for (country, _, indicator), part in rows.groupby(["country", "parent", "indicator"]):
        if part["area"].nunique() < FEWEST:
            continue
        first, times = part.iloc[0], (part["value"] * part["denominator"] / part["numerator"]).median()
        stock = "yes" if part["stock"].any() else ""
        about = {"indicator": indicator, "unit": first["unit"], "direction": str(first["direction"]) or "none",
                 "lower_bound": 0.0, "upper_bound": 100.0 if first["kind"] == "share" else np.nan,
                 "indicator_kind": first["kind"], "stock": stock, "per": 10.0 ** np.round(np.log10(times))}  # fmt: skip
        yield country.split(" (")[-1].strip(")"), part.assign(obs_status="final"), pd.DataFrame([about])


def pairs(country: str, rows: pd.DataFrame, about: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Each pair of areas in each year: told apart or not, and whether its figures stood the other way round later."""
    panel = panels(rows, about)[0]
    for year in panel.years[BEFORE - 1 : -AFTER]:
        found = known(panel, int(year))
        at = int(np.argmax(panel.years == year))
        if found is None or found.ranked.sum() < FEWEST:
            continue
        surely = surely_better(found.larger, found.figure, panel.sign)
        value = panel.value[found.ranked]
        later = [value[:, at + 1], value[:, at + 1 : at + 1 + AFTER].mean(axis=1)]
        i, j = np.triu_indices(len(value), 1)
        which = np.sign(found.level[i] - found.level[j])
        printed = np.sign(value[i, at] - value[j, at])
        turned = [np.sign(x[i] - x[j]) for x in later]
        basis = "counts" if found.basis[0] == "counts" else "course"
        yield from (
            {"country": country, "basis": basis, "indicator": panel.about["indicator"], "apart": bool(a), "next": n == -w,
             "three": t == -w, "printed": n == -p, "fair": bool(w and n and np.isfinite(n + t))}
            for a, n, t, w, p in zip((surely | surely.T)[i, j], *turned, which, printed, strict=True)
        )  # fmt: skip


def fastest(country: str, rows: pd.DataFrame, about: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Each area in every fifth year: called faster, slower or neither, and its excess in the next stretch."""
    years = range(int(rows["year"].max()) - STRETCH, int(rows["year"].min()) + STRETCH - 1, -STRETCH)
    for year in years:
        now = speeds(rows[rows["year"] <= year], about)
        then = speeds(rows[rows["year"] <= year + STRETCH], about)
        if now["last_year"].iloc[0] != year or then["last_year"].iloc[0] != year + STRETCH:
            continue
        sign = -1 if about["direction"].iloc[0] == "decrease" else 1
        both = now.merge(then, on="area", suffixes=("", "_then"))
        beyond = sign * (both["rate_then"] - both["typical_then"])
        for word, later in zip(both["than_typical"], beyond, strict=True):
            if word != "unknown" and np.isfinite(later):
                yield {"country": country, "called": word, "faster then": later > 0}


def turned(told: list[dict[str, object]]) -> pd.DataFrame:
    """Pairs by basis and country: share told apart, shares that turned of these and of the others, and of all by figure."""
    frame = pd.DataFrame(told)
    frame = frame[frame["fair"]]
    frame = pd.concat([frame, frame.assign(country="all")])
    by = ["basis", "country"]
    table = frame.pivot_table(["next", "three"], by, "apart")
    whole = frame.groupby(by).agg(pairs=("apart", "size"), apart=("apart", "mean"), printed=("printed", "mean"))
    return pd.DataFrame({
        "pairs": whole["pairs"],
        "told apart": whole["apart"],
        "turned next year": table["next"][True],
        "others": table["next"][False],
        "turned in three": table["three"][True],
        "others in three": table["three"][False],
        "all, by printed figure, next year": whole["printed"],
    }).reset_index()  # fmt: skip


def main() -> None:
    """Measure, print, and write if asked."""
    told, called = [], []
    for province in provinces():
        told += pairs(*province)
        called += fastest(*province)
    fast = pd.DataFrame(called).groupby("called")["faster then"].agg(["size", "mean"]).reset_index()
    fast.columns = ["called", "areas", "faster than typical in the next five years"]
    both = f"{markdown(turned(told))}\n\n{markdown(fast)}"
    print(both)
    if "--write" in sys.argv[1:]:
        page = DOCS / "methods-league.md"
        begin, end = "<!-- league tables -->\n", "<!-- end of league tables -->"
        head, rest = page.read_text("utf-8").split(begin)
        page.write_text(f"{head}{begin}{both}\n{end}{rest.split(end)[1]}", "utf-8")


if __name__ == "__main__":
    main()
