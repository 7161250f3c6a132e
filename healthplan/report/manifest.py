"""reports/manifest.json: what was run, on what, with what result. Times stand here and nowhere else."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from healthplan import __version__, registers, workspace
from healthplan.errors import InputError
from healthplan.report.parameters import NOTEBOOK
from healthplan.report.run import Outcome

NAME = "manifest.json"
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbclient", "nbconvert", "ipykernel", "typst", "python-docx", "xlsxwriter")  # fmt: skip
ELSEWHERE = "…/"
DONE, KEPT, FAILED = "done", "kept", "failed"
VARIANTS = ("newest", "published", "year")


class Entry(BaseModel, frozen=True, strict=True):
    """One page: what was asked, what it shows, what became of it.

    ``status`` is ``done``, ``kept`` (this run failed, the page is an earlier run's) or ``failed`` (no page).
    ``made`` is when the page was made, in UTC; ``year`` the last year of its figures; ``counts`` targets by
    status word; ``left_out`` what of the user's files was not taken; ``variant`` one of ``newest``, ``published``, ``year``.
    """

    page: str
    name: str
    plan: str
    lang: Literal["zh", "en"]
    variant: Literal["newest", "published", "year"]
    status: Literal["done", "kept", "failed"]
    title: str = ""
    headline: str = ""
    year: int | None = None
    counts: dict[str, int] | None = None
    left_out: int = 0
    synthetic: bool = False
    reason: str = ""
    made: str = ""
    seconds: float | None = None
    parameters: dict[str, Any] | None = None
    parameters_file: str = ""
    parameters_sha256: str = ""
    outputs: dict[str, str] | None = None


def read(out: Path) -> dict[str, Entry]:
    """The entries of the last run in this folder by page; those that somebody has damaged are left out."""
    found: dict[str, Entry] = {}
    with suppress(OSError, ValueError, KeyError, TypeError):
        for one in json.loads((out / NAME).read_text("utf-8"))["reports"]:
            with suppress(ValidationError):
                entry = Entry.model_validate(one)
                found[entry.page] = entry
    return found


def entries(outcomes: Sequence[Outcome], out: Path, now: str) -> list[Entry]:
    """This run's entries in its order, then those of earlier runs whose page and parameter file still exist."""
    before = read(out)
    these = [_entry(outcome, before.get(outcome.job.page), out, now) for outcome in outcomes]
    pages = {entry.page for entry in these}
    others = [e for e in before.values() if e.page not in pages and _lives(e, out)]
    return these + sorted(others, key=lambda entry: entry.page)


def _lives(entry: Entry, out: Path) -> bool:
    file = entry.parameters_file
    there = file.startswith(ELSEWHERE) or (workspace.root() / file).is_file()
    return (out / entry.page).is_file() and there


def _named(path: Path) -> str:
    """A file relative to the workspace; of one elsewhere the name alone, for folders of a machine are private."""
    try:
        name = path.resolve().relative_to(workspace.root()).as_posix()
    except ValueError:
        name = ELSEWHERE + path.name
    return workspace.legible(name)


def _entry(outcome: Outcome, before: Entry | None, out: Path, now: str) -> Entry:
    job, result, asked = outcome.job, outcome.result, outcome.job.parameters
    plan = asked.plan or (before.plan if before else job.name.removesuffix("-published"))
    about = about_plan(plan)
    common: dict[str, Any] = {
        "page": job.page,
        "name": job.name,
        "plan": plan,
        "lang": asked.lang,
        "variant": _variant(job.name, asked.as_of, about),
        "synthetic": bool(about.get("synthetic", False)),
        "reason": outcome.reason,
        "parameters": asked.model_dump() if asked.plan else None,
        "parameters_file": _named(job.file) if job.file else "",
        "parameters_sha256": sha256(job.file) if job.file and job.file.is_file() else "",
    }
    if result:
        counts = Counter(row["status"] for row in result.scorecard if row.get("counted", True))
        common |= {"status": DONE, "title": asked.title or result.title, "made": now, "left_out": result.left_out}
        common |= {"headline": result.headline, "year": result.as_of, "counts": dict(counts)}
        outputs = {name: sha256(out / name) for name in outcome.files}
        return Entry(**common, seconds=outcome.seconds, outputs=outputs)
    page, title = out / job.page, about.get(f"title_{asked.lang}", "")
    common["status"] = KEPT if page.is_file() else FAILED
    if common["status"] == FAILED:
        return Entry(**common, title=asked.title or title)
    kept = before or Entry(**common, title=title, made=utc(page.stat().st_mtime))
    return kept.model_copy(update=common)


def utc(seconds: float) -> str:
    """A time in UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def _variant(name: str, as_of: int | None, about: dict[str, Any]) -> str:
    if name.endswith("-published") or (as_of and as_of == about.get("published_year")):
        return "published"
    return "year" if as_of else "newest"


def about_plan(plan: str) -> dict[str, Any]:
    """plan.yaml as it stands, or nothing: a plan with faults still has a line on the index."""
    try:
        about = registers.read_yaml(workspace.data("plans", plan, "plan.yaml"))
    except InputError:
        return {}
    return {k: str(v) if k.startswith("title_") else v for k, v in about.items()}


def contents(listed: Sequence[Entry], began: str, ended: str) -> bytes:
    """The manifest as UTF-8 JSON: versions, sums of everything read, entries."""
    root = workspace.root()
    data = {
        "healthplan": __version__,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "began": began,
        "ended": ended,
        "code_sha256": tree_sha256(Path(__file__).parents[1]),
        "lock_sha256": sha256(root / "requirements.lock"),
        "notebook": {"file": NOTEBOOK, "sha256": sha256(workspace.current().notebooks(NOTEBOOK))},
        "inputs": {_named(f): sha256(f) for f in _inputs(listed)},
        "reports": [entry.model_dump() for entry in listed],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8")


def _inputs(listed: Iterable[Entry]) -> list[Path]:
    """Everything a report may have read: the workspace's data and the users' own files."""
    asked = [e.parameters or {} for e in listed]
    own = {name for parameters in asked for name in parameters.get("observations", [])}
    own |= {f"notebooks/{p['notebook']}.ipynb" for p in asked if "notebook" in p}
    found = (f for f in workspace.data().rglob("*") if f.suffix in (".csv", ".yaml"))
    files = sorted(f for f in found if f.is_file())
    return files + [workspace.root() / name for name in sorted(own)]


def sha256(path: Path) -> str:
    """The file's sum in hexadecimal; empty when there is no such file."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def tree_sha256(folder: Path) -> str:
    """One sum over all files of the package, so that a changed program shows."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(f"{file.relative_to(folder).as_posix()}\0{sha256(file)}\n".encode())
    return total.hexdigest()
