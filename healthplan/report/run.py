"""Run reports: parameters in, papermill, a checked result, a page; one failing report stops no other."""

import glob
import logging
import time
import warnings
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import zmq

from healthplan import files, workspace
from healthplan.errors import HealthplanError, system_words
from healthplan.messages import text
from healthplan.report import formats, kernel, request_books
from healthplan.report.export import PAGES, beside, page_name, to_pages
from healthplan.report.parameters import Parameters, parameters_of
from healthplan.report.result import Result, result_of

# What papermill, the kernels' clients and their warnings say stays off the reader's screen: what matters of it is in
# each outcome's reason.
for _loud in ("papermill", "traitlets", "asyncio", "jupyter_client"):
    logging.getLogger(_loud).addHandler(logging.NullHandler())
CELL_TIMEOUT = 600  # seconds; papermill's own default is to wait for ever


class ReportError(RuntimeError):
    """The run itself found a report wanting; the message is already for the reader."""


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
    formats: Sequence[str] = (),
    progress: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Run every job and write the pages into ``out``; outcomes come back in the order of the jobs.

    ``progress`` is called as each job ends. A page appears under its name only when it is whole; a failed job
    leaves the page of an earlier run as it was. ``formats``: what is made beside the pages (pdf, docx, xlsx). No cell may run longer than ``timeout`` seconds. When the
    caller is interrupted, every kernel is killed and nothing further is written before the interrupt goes on.
    """
    out.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        kernel.allow()
        tasks = [pool.submit(run_one, job, _siblings(job, jobs), out, timeout, formats) for job in jobs]
        try:
            for task in as_completed(tasks):
                progress(task.result())
        except BaseException:
            kernel.stop_all()
            pool.shutdown(cancel_futures=True)
            raise
    return [task.result() for task in tasks]


def run_one(job: Job, links: tuple[tuple[str, str], ...], out: Path, timeout: int, more: Sequence[str] = ()) -> Outcome:
    """Run one job, with the formats ``more`` beside its pages; whatever goes wrong becomes the outcome's reason, in one
    line, and no file is written."""
    began = time.monotonic()
    try:
        notebook = execute(job, timeout)
        result = checked(job, notebook)
        home = page_name("index", result.lang), text("report.home", result.lang)
        links = (*formats.links(job.page, more, result.lang), *links, home)
        pages = to_pages(notebook, titles(result), result.lang, job.page, links)
        made = {**_tables(job, result), beside(job.page, "ipynb"): kept(notebook)}
        made |= {beside(job.page, f"{name}.html"): html for name, html in pages.items()}
        written = {out / name: words.encode("utf-8") for name, words in made.items()}
        written |= {out / name: content for name, content in _papers(job, result, notebook, more).items()}
        written |= _workbooks(job, result, out)
        kernel.refuse_if_stopped()
        files.write_all(written)
        drop_others(out, job.page, pages)
    except Exception as error:
        return Outcome(job, reason=reason(error, job.parameters.lang))
    names = tuple(path.relative_to(out).as_posix() for path in written)
    return Outcome(job, result, "", names, round(time.monotonic() - began, 1))


def _papers(job: Job, result: Result, notebook: nbformat.NotebookNode, more: Sequence[str]) -> dict[str, bytes]:
    """The files of further formats by name. Raises :class:`ReportError` naming the format that could not be made."""
    found: dict[str, bytes] = {}
    for name in more:
        try:
            papers = formats.made(result, notebook, name)
        except Exception as error:
            fields = {"format": name, "reason": reason(error, result.lang)}
            raise ReportError(text("run.format", result.lang, **fields)) from error
        found |= {beside(job.page, ending): content for ending, content in papers.items()}
    return found


def titles(result: Result) -> dict[str, str]:
    """The title of each page by its name: which page, which district, which plan."""
    found = {}
    for name in PAGES:
        fields = {"page": text(f"site.page_{name}", result.lang), "plan": result.title, "area": result.area_name}
        key = "page_title" if result.area_name in result.title else "page_title_area"
        found[name] = text(f"site.{key}", result.lang, **fields)
    return found


def kept(notebook: nbformat.NotebookNode) -> str:
    """The executed notebook as it lies beside its pages: without times, so that a second run gives the same bytes."""
    for number, cell in enumerate(notebook.cells):
        cell["id"] = f"c{number:02d}"  # that of the cell with the parameters is drawn by lot
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("papermill", None)
    return nbformat.writes(notebook) + "\n"


def drop_others(out: Path, page: str, pages: Collection[str]) -> None:
    """Pages of an earlier run that this report no longer has."""
    stem, kept = page.removesuffix(".html"), {beside(page, f"{name}.html") for name in pages}
    for name in PAGES[1:]:
        for old in (
            *out.glob(f"{glob.escape(stem)}.{name}.html"),
            *out.glob(f"{glob.escape(stem)}.{name}-[0-9]*.html"),
        ):
            if old.name not in kept:
                old.unlink()


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

    how: dict[str, Any] = {"kernel_manager_class": kernel.OwnKernelManager, "kernel_name": "python3"}
    how |= {"start_timeout": kernel.START, "execution_timeout": timeout, "progress_bar": False, "log_output": False}
    # On a loaded machine a picture may come long after its cell has ended: the client's own four seconds are no fault.
    # A report's kernel has nothing to put in order.
    how |= {"iopub_timeout": kernel.START, "shutdown_kernel": "immediate"}
    try:
        return papermill.execute_notebook(notebook, None, parameters=values, **how)
    except (RuntimeError, zmq.ZMQError) as error:
        # What the kernel's client raises while it starts is a bare RuntimeError, or one of its sockets'; what comes later
        # has classes of its own.
        if type(error) is RuntimeError or isinstance(error, zmq.ZMQError):
            raise kernel.NotStarted(str(error)) from error
        raise


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
    if not asked.cut_off:  # a notebook of before has none
        wanted = wanted - {"cut_off"}
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
    for name in ("plan", "area", "as_of", "cut_off", "lang"):
        wanted, found = getattr(asked, name), getattr(result, name)
        if wanted not in (None, "", found):
            fields = {"name": name, "wanted": wanted, "found": found}
            raise ReportError(text("run.wrong_result", asked.lang, **fields))
    return result


def _tables(job: Job, result: Result) -> dict[str, str]:
    """The gap table, the scorecard and, where they have rows, the other tables as csv, for Excel: with a byte order
    mark, and no text that runs."""
    stem, always = job.page.removesuffix(".html"), {"gaps": result.gaps, "scorecard": result.scorecard}
    told = always | {name: rows for name, rows in result.beside.items() if rows}
    return {f"{stem}.{name}.csv": "\ufeff" + files.csv_text(pd.DataFrame(rows)) for name, rows in told.items()}


def _workbooks(job: Job, result: Result, out: Path) -> dict[Path, bytes]:
    """The workbook of each office that is asked for figures, in a folder beside the page; one that somebody has filled
    there stays as it is."""
    lines = result.beside.get("request_lines", [])
    folder = out / beside(job.page, request_books.FOLDER)
    made = request_books.workbooks(lines, result.title, result.lang)
    for old in folder.glob("*.xlsx") if folder.is_dir() else ():
        if old.name not in made and request_books.untouched(old):
            old.unlink()
    if made:
        folder.mkdir(exist_ok=True)
    return {folder / name: content for name, content in made.items() if request_books.untouched(folder / name)}


def _siblings(job: Job, jobs: Sequence[Job]) -> tuple[tuple[str, str], ...]:
    """Links to the same report in other languages."""
    lang = job.parameters.lang
    others = [one.page for one in jobs if one.name == job.name and one.parameters.lang != lang]
    return tuple((page, text("report.other_language", lang)) for page in others)


def reason(error: BaseException, lang: str) -> str:
    """Why a report failed, in one line, in ``lang``, without paths of this machine and without a traceback."""
    lines = (line for line in _words(error, lang).splitlines() if line.strip())
    first, root = next(lines, ""), str(workspace.root())
    return first.replace(root + "/", "").replace(root + "\\", "")


def _words(error: BaseException, lang: str) -> str:
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError

    name, lines = type(error).__name__, str(error).splitlines()
    known = {DeadKernelError: "died", CellTimeoutError: "timeout", kernel.NotStarted: "no_start",
             kernel.KernelsStopped: "stopped", MemoryError: "memory"}  # fmt: skip
    key = next((key for kind, key in known.items() if isinstance(error, kind)), "")
    if isinstance(error, PapermillExecutionError):  # what a cell raised
        name, lines = error.ename, error.evalue.splitlines()
        key = "memory" if name == "MemoryError" else ""
    if isinstance(error, HealthplanError):
        lines = [fault.text(lang) for fault in error.faults]
    if name in ("InputError", "UsageError", "HealthplanError"):  # ours speak for themselves
        more = text("run.more_faults", lang, count=len(lines) - 1) if len(lines) > 1 else ""
        return "".join(lines[:1]) + more
    if isinstance(error, ReportError):
        return str(error)
    if key:
        return text(f"run.{key}", lang)
    if isinstance(error, OSError):
        return text("run.not_written", lang, reason=system_words(error, lang))
    return f"{name}: " + "\n".join(lines)
