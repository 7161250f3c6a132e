"""Projections against what a user would pick instead: one run, every goal, written to
docs/benchmarks.md.

    python benchmarks/projection.py [--reference .venv-bench/bin/python] [--big]

``--reference`` is a Python that has statsforecast; by default this one or that of .venv-bench
(newer versions want an older pandas, hence an environment of its own: ``uv venv .venv-bench && uv
pip install --python .venv-bench/bin/python statsforecast``). Without one the others are left out.
Accuracy is measured on the half of the panel that ``prior_half.npz`` never saw; that file is made
by ``python -m training --part series --out benchmarks/prior_half.npz``.
"""

from __future__ import annotations

import argparse
import platform
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))  # training is no part of the installed package
sys.path.insert(0, str(Path(__file__).parent))
import projection_accuracy as accuracy
import projection_competitions as competitions
import projection_few_points as few
import projection_others as others
import projection_report as report
import projection_speed as speed

from healthplan.projection import prior as store
from training.pipeline import half

HALF = Path(__file__).with_name("prior_half.npz")
OTHERS = ["naive", "drift", "AutoETS", "AutoTheta", "DynamicOptimizedTheta"]
GOALS = {
    "MASE/naive all": 0.855,
    "MASE/naive observed": 0.955,
    "pinball/naive all": 0.83,
    "pinball/naive observed": 0.93,
    "MSIS95": 17.2,
    "error of c80": 0.01,
    "error of c95": 0.005,
    "worst horizon 80": 0.015,
    "worst horizon 95": 0.01,
    "groups 80": 0.03,
    "groups 95": 0.012,
    "c95 of 5-8 points": (0.94, 0.96),
    "Brier, full distribution": 0.130,
    "calibration error, full distribution": 0.008,
    "OWA": 0.843,
    "competitions MSIS95": 23.0,
}


def main() -> None:
    """Measure, print, write."""
    options = _options()
    score = accuracy.scoring(options.shared)
    panel = pd.read_parquet(options.shared / "bench" / "health_panel.parquet")
    unseen = panel[half(panel["series_id"]) == 1]
    tasks = score.tasks(unseen)
    print(report.machine(), flush=True)
    own, quantiles = _own(score, tasks)
    sample = tasks if options.big else tasks.sample(min(options.tasks, len(tasks)), random_state=1)
    table, horizons, bars, naive = _health(score, tasks, sample, quantiles, options.reference)
    own["pinball/naive all"] = own["pinball all"] / naive["pinball all"]
    own["pinball/naive observed"] = own["pinball observed"] / naive["pinball observed"]
    league = _competitions(options)
    own |= {"OWA": league["OWA"].iloc[0], "competitions MSIS95": league["MSIS95"].iloc[0]}
    reached = pd.DataFrame([_goal(name, own[name]) for name in GOALS])
    for part in (reached, table, league):
        print(part.round(4).to_string(index=False), flush=True)
    fast = _speed(options, tasks, panel)
    borrowed = few.borrowing(unseen, store.load(HALF))
    simulated = few.simulated_counts(400 if options.big else 150)
    real = few.real_counts(panel)
    for part in (fast, borrowed, simulated, real):
        print(part.round(3).to_string(index=False), flush=True)
    report.pictures(accuracy.reliability_table(score, tasks, quantiles), horizons, bars)
    parts = (reached, table, horizons, league, fast, borrowed, simulated, real)
    report.write(_page(options, len(tasks), len(sample), *parts))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--shared", type=Path, default=accuracy.SHARED)
    parser.add_argument("--reference", type=Path, default=None, help="a Python that has statsforecast")
    parser.add_argument("--tasks", type=int, default=3000, help="tasks that the others are tried on")
    parser.add_argument("--big", action="store_true", help="all tasks for the others")
    options = parser.parse_args()
    if options.reference is None:
        options.reference = _reference()
    return options


def _reference() -> Path | None:
    """This Python if it has statsforecast, else the one of .venv-bench, else none."""
    if find_spec("statsforecast") is not None:
        return Path(sys.executable)
    beside = Path(__file__).resolve().parents[1] / ".venv-bench" / "bin" / "python"
    if beside.exists():
        return beside
    print("statsforecast is not installed: the other packages are left out")
    return None


def _own(score, tasks: pd.DataFrame) -> tuple[dict[str, float], np.ndarray]:
    """Figures on all held-out tasks, by the half prior."""
    whole = store.load
    store.load = lambda path=HALF: whole(path)  # the prior that has not seen these series
    try:
        quantiles = accuracy.projected(list(tasks["train"]), list(tasks["kind"]), list(tasks["indicator"]), 5)
    finally:
        store.load = whole
    own = accuracy.summary(score, tasks, quantiles[..., 7], accuracy.five(quantiles, score.LEVELS))
    events = accuracy.calibration(accuracy.reliability_table(score, tasks, quantiles))
    own |= {"error of c80": abs(own["c80"] - 0.8), "error of c95": abs(own["c95"] - 0.95)}
    own |= {f"{k}, full distribution": v for k, v in (("Brier", events["brier"]),)}
    own["calibration error, full distribution"] = events["calibration_error"]
    return own, quantiles


def _health(score, tasks, sample, quantiles, python):
    """The others on ``sample``, the ensemble on the same tasks; coverage by horizon; bars; naive's
    figures.
    """
    found = {"healthplan": quantiles[tasks.index.get_indexer(sample.index)]}
    five = {"healthplan": accuracy.five(found["healthplan"], score.LEVELS)}
    point = {"healthplan": found["healthplan"][..., 7]}
    sample = sample.reset_index(drop=True)
    if python is not None:
        done = others.run(python, list(sample["train"]), OTHERS, ahead=5)
        few_ = list(sample["train"])[:300]
        done |= others.run(python, few_, ["statsmodels ETS"], ahead=5)
        for name, (q, _) in done.items():
            q = _or_naive(q, done["naive"][0])
            five[name] = {level: q[..., i] for i, level in enumerate(score.LEVELS)}
            point[name] = q[..., 2]
    rows, horizons, bars = [], [], {}
    for name in five:
        some = sample.iloc[: len(point[name])]
        row = accuracy.summary(score, some, point[name], five[name])
        rows.append({"method": name, "tasks": len(some), **row})
        cover = score.coverage_by_horizon(some, five[name])
        cover = cover.rename_axis("years ahead").reset_index()
        horizons.append(cover.assign(method=name))
        bars[name] = (row["MASE/naive all"], row["MASE/naive observed"])
    table = pd.DataFrame(rows)
    naive = _naive(score, tasks)
    return table, pd.concat(horizons, ignore_index=True), bars, naive


def _or_naive(found: np.ndarray, naive: np.ndarray) -> np.ndarray:
    """Where a model fails on a series (too short, say) a user falls back on the last value."""
    fine = np.isfinite(found).all((1, 2))[:, None, None]
    return np.where(fine, found, naive[: len(found)])


def _naive(score, tasks: pd.DataFrame) -> dict[str, float]:
    """Last value with its usual interval on all tasks: what pinball is relative to."""
    from statistics import NormalDist

    last = np.array([t[-1] for t in tasks["train"]])[:, None]
    spread = np.array([np.sqrt(np.mean(np.diff(t) ** 2)) for t in tasks["train"]])[:, None]
    wide = spread * np.sqrt(np.arange(1, 6))
    five = {level: last + NormalDist().inv_cdf(level) * wide for level in score.LEVELS}
    return accuracy.summary(score, tasks, np.broadcast_to(last, wide.shape), five)


def _competitions(options: argparse.Namespace) -> pd.DataFrame:
    trains, truth, _ = competitions.load(options.shared)
    shown = [t[-competitions.MEMORY :] for t in trains]
    q = accuracy.projected(shown, ["level"] * len(shown), ["x"] * len(shown), competitions.AHEAD)
    rows = [
        {
            "method": "healthplan",
            **competitions.measures(trains, truth, q[..., 7], q[..., 1], q[..., 13]),
        }
    ]
    if options.reference is not None:
        done = others.run(options.reference, trains, OTHERS, ahead=competitions.AHEAD)
        for name, (found, _) in done.items():
            found = _or_naive(found, done["naive"][0])
            figures = competitions.measures(trains, truth, found[..., 2], found[..., 0], found[..., 4])
            rows.append({"method": name, **figures})
    return pd.DataFrame(rows)


def _speed(options: argparse.Namespace, tasks: pd.DataFrame, panel: pd.DataFrame) -> pd.DataFrame:
    some = tasks.sample(2000, random_state=2)
    trains, kinds = list(some["train"]), list(some["kind"])
    speed.table_to_table(trains, kinds, 1)  # warm
    best = max((speed.table_to_table(trains, kinds, 30) for _ in range(3)), key=lambda r: r[0] / r[1])
    rows = [{"what": "healthplan, table to table, eight origins, intervals, P", "series": best[0]}]
    rows[0] |= {"seconds": best[1], "series a second": best[0] / best[1]}
    if options.reference is not None:
        done = others.run(options.reference, trains[:400], ["AutoETS"], ahead=5, origins=speed.ORIGINS)
        done |= others.run(options.reference, trains[:60], ["statsmodels ETS"], ahead=5, origins=speed.ORIGINS)
        for name, (q, seconds) in done.items():
            each = len(q) / seconds
            rows.append({"what": f"{name}, arrays, same origins, 2 processes", "series": len(q)})
            rows[-1] |= {
                "seconds": seconds,
                "series a second": each,
                "times slower": best[0] / best[1] / each,
            }
    return pd.DataFrame(rows)


def _goal(name: str, measured: float) -> dict:
    wanted = GOALS[name]
    if isinstance(wanted, tuple):
        return {"figure": name, "measured": measured, "wanted": f"{wanted[0]}-{wanted[1]}"} | {
            "reached": wanted[0] <= measured <= wanted[1]
        }
    return {
        "figure": name,
        "measured": measured,
        "wanted": f"<= {wanted}",
        "reached": measured <= wanted,
    }


def _page(options, tasks, sample, reached, table, horizons, league, fast, borrowed, simulated, real) -> str:
    about = store.load(HALF).about
    mine = ", ".join(f"{p} {version(p)}" for p in ("numpy", "pandas", "pyarrow", "statsmodels"))
    lines = [
        "# Benchmarks of the projections",
        "",
        "Written by `python benchmarks/projection.py`; nothing here is typed by hand. "
        "What the figures mean is explained in [methods-projection.md](methods-projection.md).",
        "",
        f"Machine: {report.machine()}. Python {platform.python_version()}, {mine}.",
        "" if options.reference is None else f"Others: {others.versions(options.reference)}.",
        "",
        f"Held out: {tasks} tasks of the half of the panel's series that `benchmarks/prior_half.npz` never saw "
        f"(trained on the other half with seed {about['seed']}; split by hash of the series' name). The two halves "
        "share indicators and countries, as a user's own series share them with the panel; for splits by indicator "
        "and by country see methods-projection.md. The competitions are projected with the shipped prior, whose "
        "training saw their training parts and never their test parts.",
        "",
        "## Against the goals",
        "",
        report.goals(reached),
        "",
        f"## Beside what a user would pick instead ({sample} of the same tasks)",
        "",
        report.markdown(table),
        "",
        "![error](img/benchmark-accuracy.png) ![coverage](img/benchmark-coverage.png) "
        "![probability](img/benchmark-probability.png)",
        "",
        "Coverage by years ahead:",
        "",
        report.markdown(horizons[["method", "years ahead", "c80", "c95"]]),
        "",
        "## Competitions (1,344 yearly series of M1, M3, Tourism)",
        "",
        report.markdown(league),
        "",
        "## Speed",
        "",
        report.markdown(fast, 1),
        "",
        speed.kept(Path(__file__).parents[1] / "docs" / "benchmarks.md").rstrip(),
        "",
        "## Borrowed trends (families of areas that the half prior did not see)",
        "",
        "Mean error in the reference's usual yearly moves, capped at 50.",
        "",
        report.markdown(borrowed),
        "",
        "## Intervals from counts",
        "",
        "Simulated, three years ahead of ten:",
        "",
        report.markdown(simulated),
        "",
        "Real deaths, fewer than 30 a year:",
        "",
        report.markdown(real),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
