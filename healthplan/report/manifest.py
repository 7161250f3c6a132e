"""reports/manifest.json: what was run, on what, with what result. Times stand here and nowhere else."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from healthplan import __version__, registers, workspace
from healthplan.errors import InputError
from healthplan.report.inputs import ELSEWHERE, PACKAGES, Ground, named, sha256, tree_sha256
from healthplan.report.outcome import Outcome
from healthplan.report.parameters import NOTEBOOK

NAME = "manifest.json"
DONE, KEPT, FAILED = "done", "kept", "failed"
VARIANTS = ("newest", "published", "year")


class Entry(BaseModel, frozen=True, strict=True):
    """One page: what was asked, what it shows, what became of it.

    ``status`` is ``done``, ``kept`` (this run failed, the page is an earlier run's) or ``failed`` (no page).
    ``made`` is when the page was made, in UTC; ``year`` the last year of its figures; ``counts`` targets by
    status word; ``left_out`` what of the user's files was not taken; ``variant`` one of ``newest``, ``published``,
    ``year``; ``inputs`` the sums of what the page rests on (see :mod:`healthplan.report.inputs`), ``outputs`` those of
    its files.
    """

    page: str
    name: str
    plan: str
    parts_of: str = ""
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
    inputs: dict[str, str] | None = None
    outputs: dict[str, str] | None = None

    def told(self) -> dict[str, Any]:
        """Everything but when and how fast it was made."""
        return self.model_dump(exclude={"made", "seconds"})


class Pages(BaseModel, frozen=True, strict=True):
    """Pages beside the reports, made by others: what they rest on, and their files with their sums."""

    inputs: dict[str, str] = {}
    outputs: dict[str, str] = {}


class Edition(BaseModel, frozen=True, strict=True):
    """What a folder holds: an entry a page, the pages beside them, and every file with its sum."""

    edition: str = ""
    reports: dict[str, Entry] = {}
    beside: Pages = Pages()
    files: dict[str, str] = {}


def read(folder: Path) -> Edition:
    """The edition in a folder; what of its manifest somebody has damaged is left out."""
    found: dict[str, Any] = {"reports": {}}
    with suppress(OSError, ValueError, KeyError, TypeError, RecursionError):
        data = json.loads((folder / NAME).read_text("utf-8"))
        for one in data["reports"]:
            with suppress(ValidationError):
                entry = Entry.model_validate(one)
                found["reports"][entry.page] = entry
        for name in ("edition", "beside", "files"):
            with suppress(ValidationError):
                found[name] = getattr(Edition.model_validate({name: data[name]}), name)
    return Edition(**found)


def lives(entry: Entry) -> bool:
    """Whether the report is still asked for: its parameter file exists."""
    file = entry.parameters_file
    return file.startswith(ELSEWHERE) or (workspace.root() / file).is_file()


def entry(outcome: Outcome, inputs: Mapping[str, str], now: str) -> Entry:
    """The entry of a report that was made or failed, without what an earlier one may have left."""
    job, result, asked = outcome.job, outcome.result, outcome.job.parameters
    plan = asked.plan or ("" if asked.parts_of else job.name.removesuffix("-published"))
    about = about_plan(plan) if plan else {}
    made_up = asked.parts_of in registers.invented(registers.load_areas()) if asked.parts_of else about.get("synthetic")
    common: dict[str, Any] = {
        "page": job.page,
        "name": job.name,
        "plan": plan,
        "parts_of": asked.parts_of,
        "lang": asked.lang,
        "variant": _variant(job.name, asked.as_of, about),
        "synthetic": bool(made_up),
        "reason": outcome.reason,
        "parameters": asked.model_dump() if asked.plan or asked.parts_of else None,
        "parameters_file": named(job.file) if job.file else "",
        "parameters_sha256": sha256(job.file) if job.file and job.file.is_file() else "",
    }
    if result is None:
        return Entry(**common | {"status": FAILED}, title=asked.title or about.get(f"title_{asked.lang}", ""))
    counts = Counter(row["status"] for row in result.scorecard if row.get("counted", True))
    common |= {"status": DONE, "title": asked.title or result.title, "made": now, "left_out": result.left_out}
    common |= {"headline": result.headline, "year": result.as_of, "counts": dict(counts)}
    return Entry(**common, seconds=outcome.seconds, inputs=dict(inputs), outputs=outcome.files)


def kept(failed: Entry, before: Entry) -> Entry:
    """A failed report with the page that an earlier run made, and the reason why it stands."""
    told = {name: getattr(failed, name) for name in ("reason", "parameters", "parameters_file", "parameters_sha256")}
    plan = {"plan": before.plan if failed.parameters is None else failed.plan}
    return before.model_copy(update=told | plan | {"status": KEPT})


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


def unfinished(listed: Iterable[Entry]) -> bytes:
    """The manifest of an edition that is being made: the reports that are whole."""
    data = {"reports": [entry.model_dump() for entry in listed], "beside": {}, "files": {}}
    return (json.dumps(data, ensure_ascii=False, default=str) + "\n").encode("utf-8")


def contents(
    listed: Sequence[Entry], beside: Pages, ground: Ground, *, files: Mapping[str, str], edition: str, times: tuple[float, float]
) -> bytes:  # fmt: skip
    """The manifest as UTF-8 JSON: versions, sums of everything read, entries, every file; ``times``: began, ended."""
    root, read = workspace.root(), [*ground.sums, *workspace.data("observations").glob("*.csv")]
    data = {
        "healthplan": __version__,
        "edition": edition,
        "python": sys.version.split()[0],
        "platform": sys.platform,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "began": utc(times[0]),
        "ended": utc(times[1]),
        "code_sha256": tree_sha256(Path(__file__).parents[1]),
        "lock_sha256": sha256(root / "requirements.lock"),
        "notebook": {"file": NOTEBOOK, "sha256": sha256(workspace.current().notebooks(NOTEBOOK))},
        "inputs": dict(sorted((named(file), ground.sum(file)) for file in read)),
        "reports": [entry.model_dump() for entry in listed],
        "beside": beside.model_dump(),
        "files": dict(sorted(files.items())),
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, default=str) + "\n").encode("utf-8")
