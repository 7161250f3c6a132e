"""The district panel, origin by origin, in one process: what projections and their probabilities did there.

    python benchmarks/districts.py [--points K [--lenders]] [--prior FILE] [--areas open|0|1] [--origins 2008 2010 ...]

Every series up to an origin is projected five years ahead with its parent, counts and facts, and held against what came.
``--points`` keeps only the last K figures of the judged series (parents whole): the borrowed trend; with ``--lenders``
no area that another one names as its parent is judged or cut, as where it stands in the other half. ``--areas`` 0 or 1
judges one half of the areas by the hash of their names, for a prior that was fitted on the other. The measures are
those of ``shared/bench/districts.py``, with probabilities read from the fifteen quantiles.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
sys.path.insert(0, str(Path(__file__).parent))
from projection_report import DOCS, PICTURES, markdown, write

from healthplan import distribution as dist
from healthplan.projection import prior as store
from healthplan.projection import project
from training import districts

PANEL = Path(__file__).resolve().parents[2] / "shared" / "bench" / "district_panel.parquet"
ORIGINS = (2008, 2010, 2012, 2014, 2016, 2018)
AHEAD, WINDOW, FEWEST, FEWEST_CUT = 5, 25, 5, 6
SHOWN = ["indicator", "area", "parent", "year", "value", "unit", "indicator_kind", "numerator", "denominator",
         "stock", "direction"]  # fmt: skip
HERE = Path(__file__).parent
SPLITS = (
    ("By area: other areas than those learned from", HERE / "prior_half.npz", "1", ORIGINS),
    (
        "In time: later years than those learned from",
        HERE / "prior_2013.npz",
        "open",
        (2014, 2016, 2018),
    ),
)
WHOLE = ["n", "ratio", "c80", "c95", "width", "P_hold", "Y_hold", "Brier_hold", "P_reach", "Y_reach", "Brier_reach",
         "green", "red"]  # fmt: skip
LENT = ["n", "ratio", "c80", "c95", "width", "P_hold", "Y_hold", "P_reach", "Y_reach"]
BESIDE = ["n", "over own", "over parent", "over the better"]
SHOWN_FROM = 300  # forecasts of a class
HEAD = """# Benchmarks on districts

Written by `python benchmarks/districts.py --report`; nothing here is typed by hand. The open half of a panel of
sub-national series, judged twice: in areas that the prior did not learn from (`benchmarks/prior_half.npz`), and in years
after those that it learned from (`benchmarks/prior_2013.npz`: figures up to 2013 alone, origins from 2014 on). What is
known and not known of districts: [methods-projection.md](methods-projection.md).

n forecasts one to five years ahead; ratio: error against that of the last value; c80, c95: share inside the intervals;
width: of the 80 % interval in usual yearly changes; P, Y: chance said and share that came true, of goals to hold the
last value and to reach one usual change more; green, red: share of these said to be likely (0.8) and unlikely (0.2).

![coverage and chances](img/benchmark-districts.png)
"""
CAP = 30  # of an error in typical yearly changes: a handful of near-constant series must not decide


def read(path: Path = PANEL, areas: str = "open") -> pd.DataFrame:
    """The panel in the words of the tables; with ``areas`` 0 or 1 only that half of the areas is judged."""
    panel = districts.read(path, "all" if areas == "open" else areas)
    return panel.rename(columns={"kind": "indicator_kind"})


def known_at(panel: pd.DataFrame, origin: int, points: int | None) -> pd.DataFrame:
    """The rows of the series that reach ``origin`` and are long enough, cut to their last ``points`` where asked."""
    rows = panel[(panel["year"] <= origin) & (panel["year"] > origin - WINDOW)]
    rows = rows.sort_values(["series_id", "year"])
    of_series = rows.groupby("series_id")["year"]
    long = of_series.transform("size") >= (FEWEST_CUT if points else FEWEST)
    rows = rows[(of_series.transform("max") == origin) & long]
    if points is None:
        return rows
    last = rows.groupby("series_id").cumcount(ascending=False) < points
    return rows[~rows["judged"] | last]


def forecasts(panel: pd.DataFrame, points: int | None = None, origins: tuple[int, ...] = ORIGINS) -> pd.DataFrame:
    """One row a judged series, origin and year ahead that came: y, now, scale, n, the shown value, q01 ... q99, how."""
    out = []
    for origin in origins:
        rows = known_at(panel, origin, points)
        paths = project(rows[SHOWN], to=origin + AHEAD, as_of=origin)
        paths = paths[(paths["kind"] != "observed") & (paths["year"] <= origin + AHEAD)]
        columns = ["indicator", "area", "year", "value", "kind", "interval_from", *dist.COLUMNS]
        paths = paths[columns].rename(columns={"kind": "how"})
        came = panel[panel["judged"] & panel["year"].between(origin + 1, origin + AHEAD)]
        facts = [
            "series_id",
            "indicator",
            "area",
            "country",
            "indicator_kind",
            "stock",
            "direction",
        ]
        came = came[[*facts, "year", "value"]].rename(columns={"value": "y"})
        past = rows[rows["judged"]].groupby("series_id")
        base = past.agg(now=("value", "last"), n=("value", "size"), events=("numerator", "last"),
                        exposure=("denominator", "last"))  # fmt: skip
        base["scale"] = past["value"].apply(lambda v: np.abs(np.diff(v)).mean() if len(v) > 1 else np.nan)
        joined = came.merge(base.reset_index(), on="series_id").merge(
            paths, on=["indicator", "area", "year"], how="left"
        )
        out.append(joined.assign(origin=origin, ahead=joined["year"] - origin))
    return pd.concat(out, ignore_index=True)


def by_sources(panel: pd.DataFrame, points: int | None, origins: tuple[int, ...]) -> pd.DataFrame:
    """What the own figures alone and the parent alone would have said: series_id, year, own, of_parent. The own figures:
    their projection without a parent, the last value where they are too few. The parent: its own projected change, as a
    ratio of rates and counts, in points of a share."""
    out = []
    for origin in origins:
        rows = known_at(panel, origin, points)
        alone = rows[rows["judged"]]
        paths = [project(r[SHOWN].assign(parent=""), to=origin + AHEAD, as_of=origin) for r in (alone, rows[~rows["judged"]])]  # fmt: skip
        mine, theirs = (p.loc[p["kind"] != "observed", ["indicator", "area", "year", "value"]] for p in paths)
        last = rows.groupby(["indicator", "area"])["value"].last()
        facts = (
            alone.groupby("series_id")[["indicator", "area", "parent", "indicator_kind", "value"]].last().reset_index()
        )
        years = facts.rename(columns={"value": "now"}).merge(
            pd.DataFrame({"year": range(origin + 1, origin + AHEAD + 1)}), how="cross"
        )
        found = years.merge(mine.rename(columns={"value": "own"}), on=["indicator", "area", "year"], how="left")
        theirs = theirs.rename(columns={"area": "parent", "value": "then"})
        found = found.merge(theirs, on=["indicator", "parent", "year"], how="left")
        before = last.reindex(pd.MultiIndex.from_frame(found[["indicator", "parent"]])).to_numpy()
        moved = np.where(
            found["indicator_kind"] == "share",
            found["now"] + found["then"] - before,
            found["now"] * found["then"] / before,
        )
        found = found.assign(own=found["own"].fillna(found["now"]), of_parent=moved, origin=origin)
        out.append(found[["series_id", "origin", "year", "own", "of_parent"]])
    return pd.concat(out, ignore_index=True)


def against_sources(m: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """A row a class: the error of the borrowed trend over that of each source alone, and of the better one."""
    found = m.merge(known, on=["series_id", "origin", "year"])
    found = found[found["of_parent"].notna() & (found["now"] != 0)]
    scale = found["scale"].where(found["scale"] > 0, found["now"].abs())
    for name in ("value", "own", "of_parent"):
        found[f"e_{name}"] = ((found["y"] - found[name]).abs() / scale).clip(upper=CAP)
    each = found.groupby(classes(found))[["e_value", "e_own", "e_of_parent"]].agg("mean")
    each.loc["all"] = found[["e_value", "e_own", "e_of_parent"]].mean()
    n = classes(found).value_counts()
    out = pd.DataFrame({"n": [*(n.get(i, 0) for i in each.index[:-1]), len(found)]}, index=each.index)
    out["over own"], out["over parent"] = (
        each["e_value"] / each["e_own"],
        each["e_value"] / each["e_of_parent"],
    )
    out["over the better"] = out[["over own", "over parent"]].max(axis=1)
    return out


def scored(found: pd.DataFrame) -> pd.DataFrame:
    """The forecasts with their errors, coverage, and chances of holding and of one typical change more."""
    m = found[found["q50"].notna()].copy()
    q = m[dist.COLUMNS].to_numpy(float)
    scale = m["scale"].where(m["scale"] > 0)
    if scale.isna().all():  # one point: in units of its own level
        scale = m["now"].abs().where(m["now"] != 0)
    m["error"], m["error_last"] = (((m["y"] - m[one]).abs() / scale).clip(upper=CAP) for one in ("value", "now"))
    y, slack = m["y"].to_numpy(float), 1e-9
    for name, low, high in (
        ("c80", dist.LOWER_80, dist.UPPER_80),
        ("c95", dist.LOWER_95, dist.UPPER_95),
    ):
        m[name] = (y >= q[:, low] - slack) & (y <= q[:, high] + slack)
    m["width"] = (q[:, dist.UPPER_80] - q[:, dist.LOWER_80]) / scale
    gap = y[:, None] - q
    m["pinball"] = (2 * np.maximum(dist.LEVELS * gap, (dist.LEVELS - 1) * gap).mean(1) / scale).clip(upper=CAP)
    way = m["direction"].map({"increase": 1, "decrease": -1}).fillna(0).to_numpy()
    for name, step in (("hold", 0.0), ("reach", 1.0)):
        goal = m["now"] + way * step * m["scale"].fillna(0)
        at_most = dist.cdf(q, goal.to_numpy(float))
        strictly = dist.cdf(q, goal.to_numpy(float), strict=True)
        p = np.where(way > 0, 1 - at_most, strictly)
        decided = (way != 0) & ~np.isclose(y, goal)
        m[f"P_{name}"] = np.where(decided, p, np.nan)
        m[f"Y_{name}"] = np.where(decided, np.where(way > 0, y > goal, y < goal), np.nan)
    return m


def classes(m: pd.DataFrame) -> pd.Series:
    """The class a forecast is counted in: country, and whether it is an inventory."""
    return m["country"].str.partition(" (")[0] + np.where(m["stock"], " stock", "")


def table(m: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """A row a class: n, error against the last value, coverage, width, and what was said of goals against what came."""

    def row(g: pd.DataFrame) -> pd.Series:
        out = {"n": len(g), "ratio": g["error"].mean() / g["error_last"].mean(), "pinball": g["pinball"].mean(),
               "c80": g["c80"].mean(), "c95": g["c95"].mean(), "width": g["width"].clip(upper=CAP).mean()}  # fmt: skip
        for name in ("hold", "reach"):
            p, came = g[f"P_{name}"], g[f"Y_{name}"]
            out |= {f"P_{name}": p.mean(), f"Y_{name}": came.mean(), f"ECE_{name}": calibration(p, came),
                    f"Brier_{name}": ((p - came) ** 2).mean()}  # fmt: skip
        both = pd.concat([g["P_hold"], g["P_reach"]]).dropna()
        return pd.Series(out | {"green": (both >= 0.8).mean(), "red": (both <= 0.2).mean()})

    found = m.groupby(by).apply(row, include_groups=False)
    return pd.concat([found, row(m).to_frame("all").T])


def calibration(p: pd.Series, came: pd.Series, bins: int = 10) -> float:
    """Expected calibration error: mean |said - came| over bins of what was said, by their size."""
    known = p.notna()
    if not known.any():
        return float("nan")
    place = np.minimum((p[known] * bins).astype(int), bins - 1)
    groups = pd.DataFrame({"p": p[known], "y": came[known]}).groupby(place)
    each = groups.mean()
    return float(((each["p"] - each["y"]).abs() * groups.size()).sum() / known.sum())


@contextmanager
def prior_of(path: Path | None) -> Iterator[None]:
    """What the projection reads inside is this prior."""
    whole = store.load
    store.load = (lambda _=path: whole(path)) if path else whole
    try:
        yield
    finally:
        store.load = whole


def measured(panel: pd.DataFrame, prior: Path | None, points: int | None, origins: tuple[int, ...]) -> pd.DataFrame:
    """Scored forecasts of one way of splitting."""
    with prior_of(prior):
        return scored(forecasts(panel, points, origins))


def report() -> str:
    """The page of the districts: both splits, own history, borrowed trends, rare counts; pictures beside it."""
    parts, drawn = [HEAD], {}
    for title, prior, areas, origins in SPLITS:
        panel = read(PANEL, areas)
        parts += [f"## {title}", ""]
        own = measured(panel, prior, None, origins)
        drawn[title] = own
        for name, m in (
            ("Own history, five figures and more", own),
            ("Of these, from counts", own[own["interval_from"] == "counts"]),
        ):
            parts += [f"{name}:", "", _markdown(table(m, classes(m)), WHOLE), ""]
        panel["judged"] &= ~panel["area"].isin(panel["parent"])
        few = [measured(panel, prior, k, origins).assign(points=k) for k in (1, 2, 3, 4)]
        for k, m in enumerate(few, 1):
            m = m[m["how"] == "borrowed"]
            parts += [
                f"Borrowed trend, own figures {k}:",
                "",
                _markdown(table(m, classes(m)), LENT),
                "",
                "Its error over that of the own figures alone, of the parent's course alone, and of the better of the two:",
                "",
                _markdown(against_sources(m, by_sources(panel, k, origins)), BESIDE),
                "",
            ]
    _pictures(drawn)
    return "\n".join(parts)


def _markdown(found: pd.DataFrame, columns: list[str]) -> str:
    shown = found[(found["n"] >= SHOWN_FROM) | (found.index == "all")][columns].rename_axis("class").reset_index()
    return markdown(shown.astype({"n": int}))


def _pictures(drawn: dict[str, pd.DataFrame]) -> None:
    """Coverage of the 80 % interval by class and by kind, and what was said against what came; one column a split."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(2, len(drawn), figsize=(10, 7), layout="constrained", squeeze=False)
    for (title, m), (cover, said) in zip(drawn.items(), axes.T, strict=True):
        by = pd.concat([table(m, classes(m)), table(m, m["indicator_kind"]).drop(index="all")])
        by = by[by["n"] >= SHOWN_FROM]
        cover.barh(by.index, by["c80"], color="#1f6f8b")
        cover.axvline(0.8, color="0.3", lw=1)
        cover.invert_yaxis()
        cover.set(title=title, xlabel="share inside the 80 % interval", xlim=(0.4, 1))
        cover.tick_params(labelsize=8)
        for name, mark in (("hold", "o-"), ("reach", "s--")):
            known = m[m[f"P_{name}"].notna()]
            place = np.minimum((known[f"P_{name}"] * 10).astype(int), 9)
            each = known.groupby(place)[[f"P_{name}", f"Y_{name}"]].mean()
            said.plot(each[f"P_{name}"], each[f"Y_{name}"], mark, label=f"goals to {name}")
        said.plot([0, 1], [0, 1], color="0.7", lw=1)
        said.set(xlabel="probability said", ylabel="share that came true")
        said.legend(fontsize=8)
    figure.savefig(PICTURES / "benchmark-districts.png", dpi=90, metadata={"Software": None})
    plt.close(figure)


def main(arguments: list[str] | None = None) -> None:
    """Print the table by country, and that of rare counts; or write the page."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("panel", nargs="?", type=Path, default=PANEL)
    parser.add_argument("--points", type=int)
    parser.add_argument("--prior", type=Path)
    parser.add_argument("--areas", choices=("open", "0", "1"), default="open")
    parser.add_argument("--origins", type=int, nargs="*", default=list(ORIGINS))
    parser.add_argument("--lenders", action="store_true")
    parser.add_argument("--report", action="store_true", help="both splits, to docs/benchmarks-districts.md")
    options = parser.parse_args(arguments)
    if options.report:
        write(text := report(), DOCS / "benchmarks-districts.md")
        print(text)
        return
    panel = read(options.panel, options.areas)
    if options.lenders:
        panel["judged"] &= ~panel["area"].isin(panel["parent"])
    m = measured(panel, options.prior, options.points, tuple(options.origins))
    with pd.option_context("display.width", 250, "display.max_columns", 30):
        print(table(m, classes(m)).round(3).to_string())
        rare = m[m["interval_from"] == "counts"]
        if len(rare):
            print("\nfrom counts\n" + table(rare, classes(rare)).round(3).to_string())


if __name__ == "__main__":
    main()
