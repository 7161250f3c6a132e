"""docs/benchmarks.md and its pictures from what one run measured."""

from __future__ import annotations

import datetime
import os
import platform
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

DOCS = Path(__file__).resolve().parents[1] / "docs"
PICTURES = DOCS / "img"


def machine() -> str:
    """Processor, cores, memory, load, day."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    named = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    model = named[0] if named else platform.processor()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = " ".join(f"{x:.1f}" for x in os.getloadavg())
    day = datetime.datetime.now(datetime.UTC).date()
    return f"{model}, {os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}; load {load}; {day}"


def markdown(frame: pd.DataFrame, digits: int = 3) -> str:
    """A table in Markdown."""
    shown = frame.copy()
    for name in shown.columns:
        if pd.api.types.is_float_dtype(shown[name]):
            shown[name] = shown[name].map(lambda x: "" if pd.isna(x) else f"{x:.{digits}f}")
    head = "| " + " | ".join(map(str, shown.columns)) + " |"
    rule = "|" + "|".join("---" for _ in shown.columns) + "|"
    rows = ["| " + " | ".join(map(str, row)) + " |" for row in shown.itertuples(index=False)]
    return "\n".join([head, rule, *rows])


def goals(frame: pd.DataFrame) -> str:
    """Measured against wanted, with a word on each."""
    shown = frame.assign(reached=np.where(frame["reached"], "yes", "**no**"))
    return markdown(shown)


def pictures(reliability: pd.DataFrame, horizons: pd.DataFrame, accuracy: Mapping[str, tuple[float, float]]) -> None:
    """Three small pictures: do probabilities come true, do intervals cover, how large are errors."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    PICTURES.mkdir(parents=True, exist_ok=True)
    bins = np.minimum((reliability["p"] * 10).astype(int), 9)
    grouped = reliability.groupby(bins).mean()
    figure, axes = plt.subplots(figsize=(4, 4), layout="constrained")
    axes.plot([0, 1], [0, 1], color="0.7", lw=1)
    axes.plot(grouped["p"], grouped["happened"], "o-", color="#1f6f8b")
    axes.set(xlabel="probability given", ylabel="share that came true", xlim=(0, 1), ylim=(0, 1))
    axes.set_title("Thresholds met, held-out series", fontsize=10)
    _save(figure, "benchmark-probability.png")
    figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
    for method, group in horizons.groupby("method", sort=False):
        own = method == "healthplan"
        axes.plot(
            group["years ahead"],
            group["c95"],
            "o-" if own else ".--",
            label=method,
            lw=2 if own else 1,
        )
    axes.axhline(0.95, color="0.5", lw=1)
    axes.set(xlabel="years ahead", ylabel="share inside the 95 % interval", xticks=range(1, 6))
    axes.legend(fontsize=7)
    _save(figure, "benchmark-coverage.png")
    figure, axes = plt.subplots(figsize=(5, 3.2), layout="constrained")
    names = list(accuracy)
    place = np.arange(len(names))
    axes.barh(place + 0.2, [accuracy[n][0] for n in names], 0.38, label="all series", color="#1f6f8b")
    axes.barh(place - 0.2, [accuracy[n][1] for n in names], 0.38, label="observed series", color="#e0a458")
    axes.axvline(1, color="0.4", lw=1)
    axes.set_yticks(place, names)
    axes.invert_yaxis()
    axes.set_xlabel("error relative to the last value (less is better)", fontsize=8)
    axes.set_xlim(0.7, None)
    axes.legend(fontsize=7)
    _save(figure, "benchmark-accuracy.png")


def _save(figure, name: str) -> None:
    import matplotlib.pyplot as plt

    figure.savefig(PICTURES / name, dpi=90, metadata={"Software": None})
    plt.close(figure)


def write(text: str, path: Path = DOCS / "benchmarks.md") -> None:
    """Write the page."""
    path.write_text(text, encoding="utf-8")
