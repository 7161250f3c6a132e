"""``make bench``: projections, districts, what became of the words, calls, the readers of documents and the quarter's
chances, some twenty minutes; ``--big`` takes every series."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PARTS = (
    "projection.py",
    "districts.py",
    "record.py",
    "calls.py",
    "planreader.py",
    "figurereader.py",
    "quarter.py",
)
# Calls are scored on the half of the series that this prior has not seen.
OPTIONS = {"districts.py": ["--report"], "calls.py": ["--prior", "benchmarks/prior_half.npz"]}


def main() -> None:
    """Run each part as its own process, one after another, so that none measures another's memory or load."""
    big = [word for word in sys.argv[1:] if word == "--big"]
    for part in PARTS:
        print(f"\n=== {part} ===", flush=True)
        options = OPTIONS.get(part, []) + (big if part == "projection.py" else [])
        done = subprocess.run([sys.executable, str(HERE / part), *options], cwd=HERE.parent)
        if done.returncode:
            sys.exit(done.returncode)


if __name__ == "__main__":
    main()
