"""Run reports: parameters in, papermill, a checked result, a page; one failing report stops no other."""

import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd

from healthplan import files, workspace
from healthplan.errors import system_words
from healthplan.messages import text
from healthplan.report import kernel
from healthplan.report.export import page_name, to_html
from healthplan.report.parameters import Parameters, parameters_of
from healthplan.report.reasons import ReportError, reason
from healthplan.report.result import Result, result_of

CELL_TIMEOUT = 600  # seconds; papermill's own default is to wait for ever


@dataclass(frozen=True)
class Job:
    """One report to make: the name of its parameter file, its parameters, and the file itself."""

    name: str
    parameters: Parameters
    file: Path | None = None

    @property
    def page(self) -> str:
        """File name of the page; English pages carry their language."""
        return page_name(self.name, self.parameters.lang)


@dataclass(frozen=True)
class Outcome:
    """What became of a job: its result and the files written, or the reason why there are none."""

    job: Job
    result: Result | None = None
    reason: str = ""
    files: tuple[str, ...] = ()
    seconds: float = 0.0


def run_all(
    jobs: Sequence[Job],
    out: Path,
    *,
    workers: int = 2,
    timeout: int = CELL_TIMEOUT,
    progress: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Run every job and write the pages into ``out``; outcomes come back in the order of the jobs.

    ``progress`` is called as each job ends. A page appears under its name only when it is whole; a failed job
    leaves the page of an earlier run as it was. No cell may run longer than ``timeout`` seconds. When the
    caller is interrupted, every kernel is killed and nothing further is written before the interrupt goes on.
    """
    out.mkdir(parents=True, exist_ok=True)
    outcomes: dict[int, Outcome] = {}
    with _quiet(), ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        kernel.allow()
        waiting = {
            pool.submit(run_one, job, _siblings(job, jobs), out, timeout): place for place, job in enumerate(jobs)
        }
        try:
            for future in as_completed(waiting):
                outcome = future.result()
                outcomes[waiting[future]] = outcome
                progress(outcome)
        except BaseException:
            kernel.stop_all()
            pool.shutdown(cancel_futures=True)
            raise
    return [outcomes[place] for place in range(len(jobs))]


def run_one(job: Job, links: tuple[tuple[str, str], ...], out: Path, timeout: int) -> Outcome:
    """Run one job; whatever goes wrong becomes the outcome's reason, in one line."""
    began = time.monotonic()
    try:
        notebook = execute(job, timeout)
        result = checked(job, notebook)
        home = page_name("index", result.lang), text("report.home", result.lang)
        html = to_html(notebook, result.title, result.lang, (home, *links))
        made = {**_tables(job, result), job.page: html}
        kernel.refuse_if_stopped()
        files.write_all({out / name: words.encode("utf-8") for name, words in made.items()})
    except Exception as error:
        return Outcome(job, reason=reason(error, job.parameters.lang))
    return Outcome(job, result, "", tuple(made), round(time.monotonic() - began, 1))


def execute(job: Job, timeout: int) -> nbformat.NotebookNode:
    """The report notebook, run by papermill with the job's parameters, in a kernel of its own.

    The executed notebook stays in memory. A kernel that does not start is given one more try: where kernels talk
    over TCP, one that lost the race for its ports starts well the second time. Raises what papermill raises, and
    :class:`ReportError` when the notebook does not take the parameters of the job.
    """
    notebook, taken = template(job.parameters)
    asked = job.parameters.model_dump(include=taken)
    values = {name: 0 if value is None else value for name, value in asked.items()}
    try:
        return _executed(notebook, values, timeout)
    except kernel.NotStarted:
        return _executed(notebook, values, timeout)


def _executed(notebook: nbformat.NotebookNode, values: dict[str, Any], timeout: int) -> nbformat.NotebookNode:
    import papermill

    with kernel.start_told_apart():
        return papermill.execute_notebook(
            notebook,
            None,
            parameters=values,
            kernel_manager_class=kernel.OwnKernelManager,
            kernel_name="python3",
            progress_bar=False,
            log_output=False,
            start_timeout=kernel.START,
            execution_timeout=timeout,
            shutdown_kernel="immediate",  # a report's kernel has nothing to put in order
        )


def template(asked: Parameters) -> tuple[nbformat.NotebookNode, set[str]]:
    """The notebook that is asked for and the parameters that it takes: none that a report does not have, and every
    one that the parameter file sets (the report's own notebook takes all). Raises :class:`ReportError`."""
    path = workspace.current().notebooks(f"{asked.notebook}.ipynb")
    try:
        notebook = nbformat.read(path, as_version=4)
        found = set(parameters_of(notebook))
    except (OSError, ValueError, SyntaxError, nbformat.ValidationError) as error:
        said = system_words(error) if isinstance(error, OSError) else str(error).splitlines()[0]
        raise ReportError(text("run.template", asked.lang, file=path.name, reason=said)) from error
    known = set(Parameters.model_fields) - {"title", "notebook"}
    wanted = known & asked.model_fields_set if "notebook" in asked.model_fields_set else known
    if differ := (found - known) | (wanted - found):
        reason = ", ".join(sorted(differ))
        raise ReportError(text("run.template", asked.lang, file=path.name, reason=reason))
    return notebook, found


def checked(job: Job, notebook: nbformat.NotebookNode) -> Result:
    """The notebook's result, proved to be the one asked for. A run without it has failed, whatever its cells
    say of themselves. Raises :class:`ReportError`."""
    asked = job.parameters
    result = result_of(notebook)
    if result is None:
        raise ReportError(text("run.no_result", asked.lang))
    for name in ("plan", "area", "as_of", "lang"):
        wanted, found = getattr(asked, name), getattr(result, name)
        if wanted not in (None, "", found):
            fields = {"name": name, "wanted": wanted, "found": found}
            raise ReportError(text("run.wrong_result", asked.lang, **fields))
    return result


def _tables(job: Job, result: Result) -> dict[str, str]:
    """The gap table, the scorecard and, where they have rows, the other tables as csv, for Excel: with a byte order
    mark, and no text that runs."""
    stem = job.page.removesuffix(".html")
    return {
        f"{stem}.{name}.csv": "\ufeff" + files.csv_text(pd.DataFrame(rows))
        for name in (
            "gaps",
            "paces",
            "references",
            "events",
            "years",
            "scorecard",
            "measures",
            "expected",
            "requests",
            "answers",
        )
        if (rows := getattr(result, name)) or name in ("gaps", "scorecard")
    }


def _siblings(job: Job, jobs: Sequence[Job]) -> tuple[tuple[str, str], ...]:
    """Links to the same report in other languages."""
    return tuple(
        (other.page, text("report.other_language", job.parameters.lang))
        for other in jobs
        if other.name == job.name and other.parameters.lang != job.parameters.lang
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what papermill, the kernels' clients and their warnings say off the reader's screen: what matters
    of it is in each outcome's reason."""
    import logging

    silent = logging.NullHandler()
    names = ("papermill", "traitlets", "asyncio", "jupyter_client")
    loggers = [logging.getLogger(name) for name in names]
    for logger in loggers:
        logger.addHandler(silent)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield
        finally:
            for logger in loggers:
                logger.removeHandler(silent)
