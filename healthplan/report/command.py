"""The scheduled job: parameter files in, pages, index and manifest out, progress on the way."""

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import pandas as pd

from healthplan import messages, registers, workspace
from healthplan.console import bar
from healthplan.errors import Fault, InputError, UsageError, system_words
from healthplan.files import PART, write_all
from healthplan.report import manifest, run, site
from healthplan.report.export import page_name
from healthplan.report.formats import names
from healthplan.report.parameters import Parameters, load_parameters
from healthplan.report.run import Job, Outcome

LOCK = ".running"
FAR = 1 << 20  # the locked byte lies behind the text, which stays readable on Windows too


def make_reports(
    files: Sequence[Path],
    out: Path,
    *,
    workers: int = 2,
    langs: Sequence[str] = (),
    formats: Sequence[str] = (),
    beside: Callable[[Path], int] | None = None,
) -> int:
    """Make every report, the index pages and the manifest; print what was done and the index's path; return how
    many reports failed.

    ``langs`` asks for each report in these languages; empty keeps the language of the parameter file. A
    parameter file with faults counts as a failed report and does not stop the others. ``formats``: what is made beside the
    pages (see :data:`healthplan.report.formats.FILES`). ``beside`` writes further pages into
    the folder once the reports stand, and returns how many it could not.

    Raises :class:`InputError` when another run holds ``out`` or it cannot be written, and :class:`UsageError`
    when two parameter files would write the same page.
    """
    began = time.time()
    jobs, broken = _jobs(files, langs)
    _refuse_same_page([*jobs, *(outcome.job for outcome in broken)])
    with owned(out):
        outcomes = _run(jobs, broken, out, workers, formats)
        missing = beside(out) if beside else 0
        _write_site(outcomes, out, manifest.utc(began))
    failed = sum(outcome.result is None for outcome in outcomes)
    numbers = {"ok": len(outcomes) - failed, "failed": failed, "seconds": round(time.time() - began)}
    print(messages.text("run.summary", None, **numbers))
    print(messages.text("run.index", None, path=out / page_name("index", "zh")), flush=True)
    return failed + missing


def _run(
    jobs: Sequence[Job], broken: Sequence[Outcome], out: Path, workers: int, formats: Sequence[str]
) -> list[Outcome]:
    """Run the jobs and say what became of each, and which files of ``formats`` lie beside it; the broken ones first, for they
    are known at once."""
    ended, total = 0, len(jobs) + len(broken)

    with bar(messages.text("run.running"), lines=False) as advance:

        def one_ended(outcome: Outcome) -> None:
            nonlocal ended
            ended += 1
            key = "run.done" if outcome.result else "run.failed"
            pages = [outcome.job.page, *(names(outcome.job.page, formats).values() if outcome.result else ())]
            listed = messages.text("scorecard.list_comma").join(pages)
            fields = {"number": ended, "total": total, "name": listed, "reason": outcome.reason}
            print(messages.text(key, None, **fields), flush=True)
            advance(ended, total)

        for outcome in broken:
            one_ended(outcome)
        advance(ended, total)
        made = run.run_all(jobs, out, workers=workers, formats=formats, progress=one_ended)
    return [*made, *broken]


def _write_site(outcomes: Sequence[Outcome], out: Path, began: str) -> None:
    """The index pages and the manifest, all or none. Raises :class:`InputError` when they cannot be written."""
    now = manifest.utc(time.time())
    listed = manifest.entries(outcomes, out, now)
    try:
        answers: dict[str, pd.DataFrame] = {}  # beside each page, as they were written, where they can be read
        for entry in listed:
            with suppress(InputError):
                answers[entry.page] = registers.read_table(out / site.answers_name(entry.page), "answers")
        followed = {path.parent.name for path in (out / "ledger").glob(f"*/{page_name('index', 'zh')}")}
        made = site.index_pages(listed, answers, followed) | {manifest.NAME: manifest.contents(listed, began, now)}
        write_all({out / name: content for name, content in made.items()})
    except OSError as error:
        fault = Fault("RUN-FOLDER", out.name, fields={"reason": system_words(error)})
        raise InputError(fault) from error


def _jobs(files: Sequence[Path], langs: Sequence[str]) -> tuple[list[Job], list[Outcome]]:
    """The jobs of the good files, and a failed outcome for each bad one."""
    jobs, broken = [], []
    for file in dict.fromkeys(Path(file) for file in files):
        try:
            if workspace.legible(file.stem) != file.stem:  # bytes that are no text
                raise InputError(Fault("RUN-NAME", workspace.shown(file)))
            asked = load_parameters(file)
        except Exception as error:  # whatever is wrong with one file concerns its own report alone
            broken.append(_broken(file, error, langs))
            continue
        for lang in dict.fromkeys(langs or [asked.lang]):
            jobs.append(Job(file.stem, asked.model_copy(update={"lang": lang}), file))
    return jobs, broken


def _broken(file: Path, error: Exception, langs: Sequence[str]) -> Outcome:
    first = (langs or ["zh"])[0]
    asked = Parameters.model_construct(plan="", area="", lang=first, title="", as_of=None)
    job = Job(workspace.legible(file.stem), asked, file)
    return Outcome(job, reason=run.reason(error, messages.default_language()))


def _refuse_same_page(jobs: Sequence[Job]) -> None:
    """Raise :class:`UsageError` for every page that two files, or a file and the index, would both write."""
    reserved = [page_name("index", lang) for lang in messages.LANGUAGES]
    times = Counter(reserved + [job.page for job in jobs])
    twice = [(job.file.name if job.file else job.name, job.page) for job in jobs if times[job.page] > 1]
    if twice:
        raise UsageError(*(Fault("RUN-SAME", value=name, fields={"page": page}) for name, page in twice))


@contextmanager
def owned(out: Path) -> Iterator[None]:
    """Hold the folder for one run; it is made if need be.

    The lock is the operating system's and ends with the process that holds it, however that ends; a lock file
    left behind by a killed run therefore stops nobody. Raises :class:`InputError` when another run holds the
    folder (its process number is in the message) or when the folder cannot be written.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        handle = _acquire(out / LOCK)
    except OSError as error:
        raise _refused("RUN-FOLDER", out, reason=system_words(error)) from error
    try:
        for left in out.glob("*" + PART):
            left.unlink(missing_ok=True)
        yield
    finally:
        if os.name == "nt":
            handle.close()  # Windows removes no open file
        with suppress(OSError):
            (out / LOCK).unlink(missing_ok=True)
        handle.close()


def _refused(code: str, out: Path, **fields: object) -> InputError:
    return InputError(Fault(code, workspace.shown(out), fields=fields))


def _acquire(path: Path) -> BinaryIO:
    """The open, locked lock file with this process's number in it."""
    while True:
        handle = path.open("a+b")
        if not _try_lock(handle):
            handle.seek(0)
            pid = handle.read(20).decode("ascii", "replace").strip() or "?"
            handle.close()
            raise _refused("RUN-BUSY", path.parent, pid=pid)
        with suppress(FileNotFoundError):
            if os.path.samestat(os.fstat(handle.fileno()), path.stat()):
                break
        handle.close()  # its owner removed it between our opening and our locking
    handle.truncate(0)
    handle.write(f"{os.getpid()}\n".encode("ascii"))
    handle.flush()
    return handle


def _try_lock(handle: BinaryIO) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            handle.seek(FAR)
            msvcrt.locking(handle.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
