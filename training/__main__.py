"""Make the prior: ``python -m training --shared ../shared --out healthplan/projection/prior.npz``, run in a checkout.

With ``--part series|indicator|entity`` only half of the panel is used (the half that :func:`half` puts in part 0), for
benchmarks that test on the other half. ``--areas 0|1`` takes of the district panel only what came of one half of its
areas, ``--until`` only its figures up to a year. ``--check`` compares with the file instead of writing.

Training runs in a process whose arithmetic is pinned (``PINNED``): one thread, the BLAS kernel and the vector
instructions that every x86-64 machine since 2013 has, so that all of them get the same digits.
"""

import argparse
import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd

from healthplan.projection import prior as store
from training import districts
from training.pipeline import make_prior
from training.rows import half

PINNED = {
    "OPENBLAS_CORETYPE": "Haswell",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "NPY_DISABLE_CPU_FEATURES": "X86_V4 AVX512_ICL AVX512_SPR",
}
PANEL, COMPETITIONS = "bench/health_panel.parquet", "bench/yearly_competitions.parquet"
DISTRICTS = "bench/district_panel.parquet"


def main(arguments: list[str] | None = None) -> int:
    """Train, then write or compare; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--out", type=Path, default=store.PRIOR)
    parser.add_argument("--seed", type=int, default=20261126)
    parser.add_argument("--part", choices=("all", "series", "indicator", "entity"), default="all")
    parser.add_argument("--areas", choices=("all", "none", "0", "1"), default="all")
    parser.add_argument("--until", type=int)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    began = time.perf_counter()
    say = lambda line: print(f"[{time.perf_counter() - began:5.0f} s] {line}", flush=True)  # noqa: E731
    panel = pd.read_parquet(options.shared / PANEL)
    competitions = pd.read_parquet(options.shared / COMPETITIONS)
    places = districts.read(options.shared / DISTRICTS, options.areas, options.until)
    if options.part != "all":
        name = {"series": "series_id"}.get(options.part, options.part)
        panel = panel[half(panel[name]) == 0]
    files = (PANEL, COMPETITIONS, DISTRICTS)
    read = {name: (options.shared / name).read_bytes() for name in files}
    chosen = "".join(f" --{k} {getattr(options, k)}" for k in ("areas", "until") if getattr(options, k))
    about = {
        "command": f"python -m training --part {options.part}{chosen} --seed {options.seed}",
        "data": {name: hashlib.sha256(content).hexdigest() for name, content in read.items()},
        "licences": districts.licences(places),
        "part": options.part,
        "seed": options.seed,
        "numpy": np.__version__,
    }
    made = make_prior(panel, competitions, places, options.seed, about, say)
    if options.check:
        there = store.load(options.out)
        pairs = [*zip(made.network.layers, there.network.layers, strict=True)]
        pairs += [(made.constant, there.constant), (made.zero, there.zero)]
        pairs += [(made.stretch.astype(np.float32), there.stretch)]
        pairs += [(made.more[name], there.more[name]) for name in made.more]
        same = all(np.array_equal(a, b) for a, b in pairs)
        say("the file is what this run makes, to the digit" if same else "the file DIFFERS from this run")
        return 0 if same else 1
    store.save(made, options.out)
    say(f"written: {options.out} ({options.out.stat().st_size / 1024:.0f} KiB)")
    return 0


if __name__ == "__main__":
    if all(os.environ.get(name) == value for name, value in PINNED.items()):
        sys.exit(main())
    command = [sys.executable, "-m", "training", *sys.argv[1:]]
    sys.exit(subprocess.call(command, env={**os.environ, **PINNED}))
