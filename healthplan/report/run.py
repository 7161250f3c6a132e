"""Run reports: parameters in, papermill, a checked result, a page; one failing report stops no other."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
import pandas as pd

from healthplan import workspace
from healthplan.errors import HealthplanError
from healthplan.messages import text
from healthplan.report.export import Page, to_html
from healthplan.report.parameters import Parameters
from healthplan.report.result import Result, result_of

NOTEBOOK = "01-plan-report.ipynb"
CELL_TIMEOUT = 600  # seconds; papermill's own default is to wait for ever


@dataclass(frozen=True)
class Job:
    """One report to make: the name of its parameter file, and its parameters."""

    name: str
    parameters: Parameters

    @property
    def page(self) -> str:
        """File name of the page; English pages carry their language."""
        return (
            f"{self.name}.html"
            if self.parameters.lang == "zh"
            else f"{self.name}.{self.parameters.lang}.html"
        )


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its result, or the reason why there is none."""

    job: Job
    result: Result | None = None
    reason: str = ""


def run_all(
    jobs: Sequence[Job],
    out: Path,
    *,
    workers: int = 2,
    progress: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Run every job and write the pages into ``out``; outcomes come back in the order of the jobs.

    ``progress`` is called as each job ends. A page appears under its name only when it is whole; a failed job
    leaves the page of an earlier run as it was.
    """
    os.environ["HEALTHPLAN_WORKSPACE"] = str(workspace.root())
    out.mkdir(parents=True, exist_ok=True)
    outcomes: dict[int, Outcome] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        waiting = {
            pool.submit(run_one, job, _siblings(job, jobs), out): place for place, job in enumerate(jobs)
        }
        for future in as_completed(waiting):
            outcome = future.result()
            outcomes[waiting[future]] = outcome
            progress(outcome)
    return [outcomes[place] for place in range(len(jobs))]


def run_one(job: Job, links: tuple[tuple[str, str], ...], out: Path) -> Outcome:
    """Run one job; whatever goes wrong becomes the outcome's reason, in one line."""
    try:
        notebook = execute(job)
        result = checked(job, notebook)
    except HealthplanError as error:
        return Outcome(job, reason=error.text(job.parameters.lang).splitlines()[0])
    except Exception as error:
        return Outcome(job, reason=_one_line(error))
    home = ("index.html", text("report.home", job.parameters.lang))
    page = Page(result.title, job.parameters.lang, (home, *links))
    _write(out / job.page, to_html(notebook, page).encode("utf-8"))
    for name, rows in (("gaps", result.gaps), ("scorecard", result.scorecard)):
        # With a byte order mark, so that Excel reads the Chinese right.
        table = pd.DataFrame(rows).to_csv(index=False).encode("utf-8-sig")
        _write(out / f"{Path(job.page).stem}.{name}.csv", table)
    return Outcome(job, result=result)


def execute(job: Job) -> nbformat.NotebookNode:
    """The report notebook, run by papermill with the job's parameters, in a kernel of this very Python."""
    import papermill
    from traitlets.config import Config

    from healthplan.report.kernel import OwnKernelManager

    config = Config()
    config.KernelManager.transport_encryption = "required"
    values = job.parameters.model_dump(exclude={"title"}) | {"as_of": job.parameters.as_of or 0}
    with TemporaryDirectory(prefix="healthplan-") as folder:
        return papermill.execute_notebook(
            str(workspace.notebooks(NOTEBOOK)),
            str(Path(folder) / "run.ipynb"),
            parameters=values,
            kernel_manager_class=OwnKernelManager,
            kernel_name="python3",
            config=config,
            progress_bar=False,
            log_output=False,
            execution_timeout=CELL_TIMEOUT,
        )


def checked(job: Job, notebook: nbformat.NotebookNode) -> Result:
    """The notebook's result, proved to be the one asked for. A run without it has failed, whatever its cells
    say of themselves."""
    result = result_of(notebook)
    asked = job.parameters
    if result is None:
        raise RuntimeError(text("run.no_result", asked.lang))
    if (result.plan, result.lang) != (asked.plan, asked.lang) or asked.as_of not in (
        None,
        result.as_of,
    ):
        raise RuntimeError(text("run.wrong_result", asked.lang, plan=result.plan))
    return result


def _siblings(job: Job, jobs: Sequence[Job]) -> tuple[tuple[str, str], ...]:
    """Links to the same report in other languages."""
    return tuple(
        (other.page, text("report.other_language", job.parameters.lang))
        for other in jobs
        if other.name == job.name and other.parameters.lang != job.parameters.lang
    )


def _write(path: Path, content: bytes) -> None:
    """All or nothing: written beside the file, then renamed."""
    part = path.with_name(path.name + ".part")
    part.write_bytes(content)
    part.replace(path)


def _one_line(error: Exception) -> str:
    """The last line of what went wrong, without paths of this machine."""
    from papermill.exceptions import PapermillExecutionError

    if isinstance(error, PapermillExecutionError):
        return f"{error.ename}: {error.evalue}".splitlines()[0]
    return f"{type(error).__name__}: {error}".splitlines()[0]
