"""Runs the packages a user would pick instead, in their own environment, on the same series."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

SCRIPT = Path(__file__).with_name("projection_reference.py")


def run(
    python: Path,
    trains: list[np.ndarray],
    names: list[str],
    *,
    ahead: int,
    origins: int = 0,
    workers: int = 2,
) -> dict[str, tuple[np.ndarray, float]]:
    """``{name: (quantiles (series, ahead, 5), seconds)}``."""
    n = np.array([len(t) for t in trains])
    values = np.full((len(trains), n.max()), np.nan)
    for row, train in zip(values, trains, strict=True):
        row[len(row) - len(train) :] = train
    with tempfile.TemporaryDirectory() as folder:
        job, out = Path(folder) / "job.npz", Path(folder) / "out.npz"
        facts = {"ahead": ahead, "origins": origins, "workers": workers, "names": json.dumps(names)}
        np.savez(job, values=values, n=n, **facts)
        # two processes on two cores: threads of the linear algebra would only fight over them
        alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        subprocess.run([str(python), str(SCRIPT), str(job), str(out)], check=True, env=alone)
        with np.load(out) as file:
            return {name: (file[name], float(file[f"seconds {name}"])) for name in names}


def versions(python: Path) -> str:
    """Python and package versions of that environment."""
    code = (
        "import sys, importlib.metadata as m;"
        "print('Python ' + sys.version.split()[0], *(f'{p} {m.version(p)}' for p in "
        "('statsforecast', 'statsmodels', 'numpy', 'pandas')), sep=', ')"
    )
    return subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.strip()
