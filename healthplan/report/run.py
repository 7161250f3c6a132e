"""Run reports: parameters in, papermill, a checked result, a page; one failing report stops no other."""

import hashlib
import logging
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import zmq

from healthplan import files, workspace
from healthplan.errors import system_words
from healthplan.messages import text
from healthplan.report import explorer_page, formats, kernel, request_books
from healthplan.report.export import PAGES, Link, beside, page_name, to_pages
from healthplan.report.outcome import AS_USUAL, How, Job, Outcome
from healthplan.report.parameters import Parameters, parameters_of
from healthplan.report.reasons import ReportError, reason
from healthplan.report.result import Result, result_of

# What papermill, the kernels' clients and their warnings say stays off the reader's screen: what matters of it is in
# each outcome's reason.
for _loud in ("papermill", "traitlets", "asyncio", "jupyter_client"):
    logging.getLogger(_loud).addHandler(logging.NullHandler())
NEEDED = ("status",)  # of the tables that the index counts


def run_all(
    jobs: Mapping[Job, Sequence[Link]],
    out: Path,
    how: How = AS_USUAL,
    *,
    started: Callable[[Job], None] = lambda _: None,
    ended: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """Run every job, in this order, and write its pages into ``out``; ``jobs``: with what each page links to beside it.

    ``started`` and ``ended`` are called as each job begins and ends. A page appears under its name only when it is whole.
    When the caller is interrupted, every kernel is killed and nothing further is written before the interrupt goes on.
    """

    def one(job: Job, links: Sequence[Link]) -> Outcome:
        started(job)
        return run_one(job, links, out, how)

    out.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings(action="ignore"), ThreadPoolExecutor(max_workers=max(1, how.workers)) as pool:
        kernel.allow(how.memory)
        tasks = [pool.submit(one, job, links) for job, links in jobs.items()]
        try:
            for task in as_completed(tasks):
                ended(task.result())
        except BaseException:
            kernel.stop_all()
            pool.shutdown(cancel_futures=True)
            raise
        finally:
            kernel.over()
    return [task.result() for task in tasks]


def run_one(job: Job, links: Sequence[Link], out: Path, how: How) -> Outcome:
    """Run one job, with further formats beside its pages; whatever goes wrong becomes the outcome's reason, in one line,
    and no file is written."""
    began = time.monotonic()
    try:
        notebook = execute(job, how.timeout)
        result = checked(job, notebook)
        explore = beside(job.page, explorer_page.NAME)
        home = page_name("index", result.lang), text("report.home", result.lang)
        more = how.formats_of(job)
        apart = [(explore, text("site.page_explore", result.lang))] if result.explorer else []
        beside_it = (*apart, *formats.links(job.page, more, result.lang), *links, home)
        pages = to_pages(notebook, titles(result), result.lang, job.page, beside_it)
        made = {**_tables(job, result), beside(job.page, "ipynb"): kept(notebook)}
        made |= {beside(job.page, f"{name}.html"): html for name, html in pages.items()}
        made |= {explore: explorer_page.page(result.explorer, job.page)} if result.explorer else {}
        written = {name: words.encode("utf-8") for name, words in made.items()}
        written |= _papers(job, result, notebook, more)
        books = request_books.workbooks(result.beside.get("request_lines", []), result.title, result.lang)
        written |= {f"{beside(job.page, request_books.FOLDER)}/{name}": content for name, content in books.items()}
        kernel.refuse_if_stopped()
        files.write_all({out / name: content for name, content in written.items()})
    except Exception as error:
        said, detail = reason(error, job.parameters.lang)
        return Outcome(job, reason=said, detail=detail, seconds=round(time.monotonic() - began, 1))
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}
    return Outcome(job, result, files=sums, seconds=round(time.monotonic() - began, 1))


def _papers(job: Job, result: Result, notebook: nbformat.NotebookNode, more: Sequence[str]) -> dict[str, bytes]:
    """The files of further formats by name. Raises :class:`ReportError` naming the format that could not be made."""
    found: dict[str, bytes] = {}
    for name in more:
        try:
            papers = formats.made(result, notebook, name)
        except Exception as error:
            fields = {"format": name, "reason": reason(error, result.lang)[0]}
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


def execute(job: Job, timeout: int) -> nbformat.NotebookNode:
    """The report notebook, run by papermill with the job's parameters, in a kernel of its own.

    The executed notebook stays in memory. A kernel that does not start is given one more try: where kernels talk
    over TCP, one that lost the race for its ports starts well the second time. Raises what papermill raises, and
    :class:`ReportError` when the notebook does not take the parameters of the job.
    """
    notebook, taken = template(job.parameters)
    asked = job.parameters.model_dump(include=taken)
    values = {name: 0 if value is None else value for name, value in asked.items()}
    kernel.asked.lang = job.parameters.lang
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
    path = workspace.current().notebooks(f"{asked.template}.ipynb")
    try:
        notebook = nbformat.read(path, as_version=4)
        found = set(parameters_of(notebook))
    except (OSError, ValueError, SyntaxError, nbformat.ValidationError) as error:
        said = system_words(error) if isinstance(error, OSError) else str(error).splitlines()[0]
        raise ReportError(text("run.template", asked.lang, file=path.name, reason=said)) from error
    known = asked.of_its_kind
    wanted = known & asked.model_fields_set if asked.notebook else known
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
    named = {name: getattr(asked, name) for name in ("plan", "area", "as_of", "cut_off", "lang")}
    if asked.parts_of:
        named["area"] = asked.parts_of
    for name, wanted in named.items():
        found = getattr(result, name)
        if wanted not in (None, "", found):
            fields = {"name": name, "wanted": wanted, "found": found}
            raise ReportError(text("run.wrong_result", asked.lang, **fields))
    for name in ("gaps", "scorecard"):
        lacking = {column for row in getattr(result, name) for column in NEEDED if column not in row}
        if lacking:
            raise ReportError(text("run.no_column", asked.lang, table=name, columns=", ".join(sorted(lacking))))
    return result


def _tables(job: Job, result: Result) -> dict[str, str]:
    """The gap table, the scorecard and, where they have rows, the other tables as csv, for Excel: with a byte order
    mark, and no text that runs."""
    stem = job.page.removesuffix(".html")
    always = {"gaps": result.gaps, "scorecard": result.scorecard} if result.plan else {}
    told = always | {name: rows for name, rows in result.beside.items() if rows}
    return {f"{stem}.{name}.csv": "\ufeff" + files.csv_text(pd.DataFrame(rows)) for name, rows in told.items()}
