"""``python benchmarks/runs.py``: ten reports by ``healthplan run`` against plain papermill, one notebook after the other.

Everything in one session on a copy of the workspace: papermill first, then a cold run, a run of which nothing changed, and
one of which one report's plan did. Prints the section *Runs* of docs/benchmarks.md; ``--write`` puts it there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
PAGE = HERE / "docs" / "benchmarks.md"
HEAD = "## Runs"
TEN = 10
PLAIN = """
import sys, time, yaml, papermill
from pathlib import Path
for file in sys.argv[1:]:
    asked = yaml.safe_load(Path(file).read_text("utf-8"))
    out = Path("plain") / f"{Path(file).stem}.ipynb"
    papermill.execute_notebook("notebooks/01-plan-report.ipynb", out, parameters=asked, progress_bar=False)
"""
STEPS = (
    ("start", "begin", "start, imports, sums of all inputs"),
    ("begin", "first", "loading what kernels are forked from, papermill"),
    ("first", "last", "kernels: notebooks and pages, two at a time"),
    ("last", "compared", "sums once more"),
    ("compared", "index", "pages of the quarters, where they are not ready yet"),
    ("index", "publish", "index"),
    ("publish", "end", "edition to disk, switch, copies"),
)


def copy(folder: Path) -> tuple[Path, list[Path]]:
    """A workspace with the shipped data and notebooks, and its first ten parameter files."""
    root = folder / "workspace"
    for name in ("data", "notebooks", "parameters"):
        shutil.copytree(HERE / name, root / name)
    (root / "plain").mkdir()
    return root, sorted((root / "parameters").glob("*.yaml"))[:TEN]


def timed(command: list[str | Path], root: Path) -> float:
    """Seconds that a command takes in the workspace."""
    env = {**os.environ, "HEALTHPLAN_WORKSPACE": str(root), "PYTHONPATH": str(HERE)}
    began = time.monotonic()
    subprocess.run(list(map(str, command)), cwd=root, env=env, check=True, capture_output=True)
    return time.monotonic() - began


def measured(folder: Path) -> tuple[dict[str, float], list[tuple[str, float]]]:
    """Seconds by what was done, and where those of the cold run went."""
    root, files = copy(folder)
    log = root / "log.jsonl"
    ours: list[str | Path] = [sys.executable, "-m", "healthplan", "run", *files, "--out", root / "out"]
    found = {"plain": timed([sys.executable, "-c", PLAIN, *files], root)}
    began = time.time()
    found["cold"] = timed([*ours, "--log", log], root)
    parts = shares(began, [json.loads(line) for line in log.read_text("utf-8").splitlines()])
    found["unchanged"] = min(timed(ours, root) for _ in range(3))
    changed = root / "data/plans" / re.sub("-published$", "", files[-1].stem) / "plan.yaml"
    with changed.open("a", encoding="utf-8") as plan:
        plan.write("# looked at\n")
    found["one changed"] = timed(ours, root)
    return found, parts


def shares(began: float, events: list[dict]) -> list[tuple[str, float]]:
    """Where the time of a run went, by its log."""
    at = {"start": began} | {event["event"]: event["time"] for event in events}
    at["first"] = min(e["time"] for e in events if e["event"] == "started")
    at["last"] = max(e["time"] for e in events if e["event"] == "done")
    return [(words, at[until] - at[since]) for since, until, words in STEPS]


def section(found: dict[str, float], parts: list[tuple[str, float]]) -> str:
    """The section of the page."""
    plain, load = found["plain"], " ".join(f"{one:.1f}" for one in os.getloadavg())
    rows = [
        ("plain papermill, one after the other", plain, ""),
        ("healthplan run, nothing made before", found["cold"], "<= 0.35 times"),
        ("healthplan run, nothing changed", found["unchanged"], "<= 3 s"),
        ("healthplan run, one of ten changed", found["one changed"], "<= 8 s"),
    ]
    lines = [
        HEAD, "", f"Written by `python benchmarks/runs.py --write`: ten reports, {os.cpu_count()} cores, load {load}, {time.strftime('%Y-%m-%d')}; "
        "papermill makes the executed notebook alone, healthplan also pages, tables, workbooks, index and edition.", "",
        "| what | seconds | times papermill | wanted |", "|---|---|---|---|",
        *(f"| {what} | {seconds:.1f} | {seconds / plain:.2f} | {wanted} |" for what, seconds, wanted in rows), "",
        "Where the time of the first of these runs goes:", "", "| step | seconds |", "|---|---|",
        *(f"| {words} | {seconds:.1f} |" for words, seconds in parts), "",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and with ``--write`` put the section in its place."""
    with tempfile.TemporaryDirectory() as folder:
        told = section(*measured(Path(folder)))
    print(told)
    if "--write" in sys.argv:
        page = PAGE.read_text("utf-8")
        rest = re.sub(rf"\n{HEAD}\n.*?(?=\n## |\Z)", "", page, flags=re.DOTALL)
        PAGE.write_text(f"{rest.rstrip()}\n\n{told}", encoding="utf-8")


if __name__ == "__main__":
    main()
