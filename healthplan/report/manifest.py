"""reports/manifest.json: what was run, on what, with what result. Times stand here and nowhere else."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

from healthplan import __version__, registers, workspace
from healthplan.errors import InputError
from healthplan.messages import LANGUAGES
from healthplan.report.parameters import NOTEBOOK
from healthplan.report.run import Outcome

NAME = "manifest.json"
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbclient", "nbconvert", "ipykernel")  # fmt: skip
ELSEWHERE = "…/"
DONE, KEPT, FAILED = "done", "kept", "failed"
VARIANTS = ("newest", "published", "year")


@dataclass(frozen=True)
class Entry:
    """One page: what was asked, what it shows, what became of it.

    ``status`` is ``done``, ``kept`` (this run failed, the page is an earlier run's) or ``failed`` (no page).
    ``made`` is when the page was made, in UTC; ``year`` the last year of its figures; ``counts`` targets by
    status word; ``variant`` one of ``newest``, ``published``, ``year``.
    """

    page: str
    name: str
    plan: str
    lang: str
    variant: str
    status: str
    title: str = ""
    headline: str = ""
    year: int | None = None
    counts: dict[str, int] | None = None
    synthetic: bool = False
    reason: str = ""
    made: str = ""
    seconds: float | None = None
    parameters: dict[str, Any] | None = None
    parameters_file: str = ""
    parameters_sha256: str = ""
    outputs: dict[str, str] | None = None


def read(out: Path) -> dict[str, Entry]:
    """The entries of the last run in this folder by page; none when there is no manifest or it is damaged."""
    try:
        listed = json.loads((out / NAME).read_text("utf-8"))["reports"]
        known = {field.name for field in fields(Entry)}
        entries = [Entry(**{k: v for k, v in one.items() if k in known}) for one in listed]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}
    return {entry.page: entry for entry in entries if _sound(entry)}


def _sound(entry: Entry) -> bool:
    """Whether the index can show it: somebody may have edited the file."""
    words = (entry.page, entry.name, entry.plan, entry.title, entry.headline, entry.reason, entry.made,
             entry.parameters_file)  # fmt: skip
    kinds = (
        entry.variant in VARIANTS
        and entry.lang in LANGUAGES
        and entry.status in (DONE, KEPT, FAILED)
    )
    counts = isinstance(entry.counts or {}, dict) and isinstance(entry.parameters or {}, dict)
    return kinds and counts and all(isinstance(word, str) for word in words)


def entries(outcomes: Sequence[Outcome], out: Path, now: str) -> list[Entry]:
    """This run's entries in its order, then those of earlier runs whose page and parameter file still exist."""
    before = read(out)
    these = [_entry(outcome, before.get(outcome.job.page), out, now) for outcome in outcomes]
    pages = {entry.page for entry in these}
    others = [e for e in before.values() if e.page not in pages and _lives(e, out)]
    return these + sorted(others, key=lambda entry: entry.page)


def _lives(entry: Entry, out: Path) -> bool:
    file = entry.parameters_file
    gone = not file.startswith(ELSEWHERE) and not (workspace.root() / file).is_file()
    return (out / entry.page).is_file() and not gone


def _named(path: Path) -> str:
    """A file relative to the workspace; of one elsewhere the name alone, for folders of a machine are private."""
    try:
        name = path.resolve().relative_to(workspace.root()).as_posix()
    except ValueError:
        name = ELSEWHERE + path.name
    return workspace.legible(name)


def _entry(outcome: Outcome, before: Entry | None, out: Path, now: str) -> Entry:
    job, result = outcome.job, outcome.result
    asked = job.parameters
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
        return Entry(
            **common,
            status=DONE,
            title=asked.title or result.title,
            headline=result.headline,
            year=result.as_of,
            counts=dict(
                Counter(row["status"] for row in result.scorecard if row.get("counted", True))
            ),
            made=now,
            seconds=outcome.seconds,
            outputs={name: sha256(out / name) for name in outcome.files},
        )
    if not (out / job.page).is_file():
        return Entry(
            **common, status=FAILED, title=asked.title or about.get(f"title_{asked.lang}", "")
        )
    made = datetime.fromtimestamp((out / job.page).stat().st_mtime, UTC).isoformat(
        timespec="seconds"
    )
    kept = before or Entry(
        **common, status=KEPT, title=about.get(f"title_{asked.lang}", ""), made=made
    )
    return replace(kept, **common, status=KEPT)


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
        "reports": [asdict(entry) for entry in listed],
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8")


def _inputs(listed: Iterable[Entry]) -> list[Path]:
    """Everything a report may have read: the workspace's data and the users' own files."""
    asked = [e.parameters or {} for e in listed]
    own = {name for parameters in asked for name in parameters.get("observations", [])}
    own |= {f"notebooks/{p['notebook']}.ipynb" for p in asked if "notebook" in p}
    files = [
        f for f in workspace.data().rglob("*") if f.suffix in (".csv", ".yaml") and f.is_file()
    ]
    return sorted(files) + [workspace.root() / name for name in sorted(own)]


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
