"""The scheduled job: parameter files in, an edition of pages, index and manifest out, progress on the way."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pandas as pd

from healthplan import messages, registers, workspace
from healthplan.errors import Fault, InputError, system_words
from healthplan.files import write_all
from healthplan.report import editions, manifest, request_books, since, site
from healthplan.report.export import Link, page_name
from healthplan.report.inputs import Ground, changed, named, sha256
from healthplan.report.lock import owned
from healthplan.report.manifest import DONE, Edition, Entry, Pages
from healthplan.report.outcome import AS_USUAL, How, Job, Outcome
from healthplan.report.parameters import Parameters, load_parameters
from healthplan.report.progress import Progress
from healthplan.report.reasons import reason

KEEP = 10  # editions
LEDGER = "ledger"  # where the pages of quarters lie
AGAIN = 2  # times that a report is made where its inputs change meanwhile


Linked: TypeAlias = Mapping[Job, list[Link]]  # what each page links to beside it


class Kept(NamedTuple):
    """An edition there is: its name, its folder, and what it holds."""

    name: str
    place: Path
    edition: Edition


class Beside(NamedTuple):
    """Who writes further pages into the folder, below ``ledger``, once the reports stand (and returns how many it could not), and what these
    rest on."""

    write: Callable[[Path], int]
    rests_on: Callable[[], list[Path]]


def make_reports(
    files: Sequence[Path],
    out: Path,
    how: How = AS_USUAL,
    *,
    langs: Sequence[str] = (),
    beside: Beside | None = None,
    force: bool = False,
    keep: int = KEEP,
    progress: Progress | None = None,
) -> int:
    """Make every report of which something changed, and with the others a new edition of the site; say what was done and
    where the index is; return how many reports failed.

    ``langs`` asks for each report in these languages; empty keeps the language of the parameter file. A
    parameter file with faults counts as a failed report and does not stop the others. ``force`` makes them all; ``keep``:
    so many editions are left. Where nothing changed at all the edition that is shown stays.

    Raises :class:`InputError` when another run holds ``out`` or it cannot be written.
    """
    progress = progress or Progress()
    jobs, broken = _apart(*_jobs(files, langs))
    with owned(out), progress:
        try:
            return _make(jobs, broken, out, how, beside=beside, force=force, keep=keep, progress=progress)
        except OSError as error:
            fault = Fault("RUN-FOLDER", workspace.shown(out), fields={"reason": system_words(error)})
            raise InputError(fault) from error


def _make(
    jobs: Sequence[Job], broken: Sequence[Outcome], out: Path, how: How, *, beside: Beside | None, force: bool, keep: int, progress: Progress
) -> int:  # fmt: skip
    before, place, ground = _shown(out), editions.building(out), Ground()
    place.mkdir(parents=True, exist_ok=True)
    linked = {job: _links(job, jobs, before.edition) for job in jobs}
    entries, todo = _unchanged(linked, before, place, ground, how, force)
    progress.begin(len(jobs) + len(broken), [e.page for e in entries.values()], how)
    for outcome in broken:
        progress.ended(outcome)
    with ThreadPoolExecutor(1) as pool:
        besides = pool.submit(_beside, beside, before, place, ground)
        made = _run(todo, entries, linked, place, ground, how, progress)
    failed = [outcome for outcome in (*broken, *made) if outcome.result is None]
    listed = _listed([*jobs, *(outcome.job for outcome in broken)], failed, entries, before, place)
    more, missing = besides.result()
    progress.step("index")
    files = _write_site(listed, more, before, place, ground)
    progress.step("publish")
    name = _published(listed, more, files, before, out, keep, ground, progress)
    progress.finished(failed, name, out / page_name("index", "zh"))
    return len(failed) + missing


def _shown(out: Path) -> Kept:
    """The edition that readers see; what lies in the folder itself, of before there were editions."""
    name = editions.shown(out)
    place = editions.folder(out, name) if name else out
    return Kept(name, place, manifest.read(place))


def _unchanged(
    linked: Linked, before: Kept, place: Path, ground: Ground, how: How, force: bool
) -> tuple[dict[str, Entry], dict[Job, dict[str, str]]]:
    """The entries of reports that need not be made, their files in place; and the jobs that do, with the sums of their
    inputs, those that take longest first."""
    half = manifest.read(place)  # of a run that was stopped
    found: dict[str, Entry] = {}
    todo: dict[Job, dict[str, str]] = {}
    for job, links in linked.items():
        sums = ground.of(job.parameters, [job.page, links, how.formats_of(job)])
        for there, edition in ((place, half), (before.place, before.edition)):
            entry = edition.reports.get(job.page)
            same = entry and entry.inputs == sums and editions.whole(there, entry.outputs or {})
            if entry and same and not force:
                if there != place:
                    editions.carry(entry.outputs or {}, there, place)
                told = {"status": DONE, "reason": "", "parameters": job.parameters.model_dump()}
                found[job.page] = entry.model_copy(update=told)
                break
        else:
            todo[job] = sums
    took = {job: _seconds(job, before.edition) for job in todo}
    return found, {job: todo[job] for job in sorted(todo, key=lambda job: -took[job])}


def _seconds(job: Job, edition: Edition) -> float:
    """How long a report takes: as long as last time, else the longer the larger its plan is with its ledger."""
    entry = edition.reports.get(job.page)
    if entry and entry.seconds:
        return entry.seconds
    plan = job.parameters.plan
    files = workspace.data("plans", plan).rglob("*.csv") if plan else workspace.data("observations").glob("*.csv")
    return 1e-4 * sum(path.stat().st_size for path in files)


def _links(job: Job, jobs: Sequence[Job], edition: Edition) -> list[Link]:
    """Links to the same report in other languages, of this run and of earlier ones."""
    lang = job.parameters.lang
    pages = {one.parameters.lang: one.page for one in jobs if one.name == job.name}
    pages |= {
        e.lang: e.page for e in edition.reports.values() if e.name == job.name and e.outputs and manifest.lives(e)
    }
    others = sorted((other, page) for other, page in pages.items() if other != lang)
    return [(page, messages.text("report.other_language", lang)) for _, page in others]


def _run(
    todo: dict[Job, dict[str, str]], entries: dict[str, Entry], linked: Linked, place: Path, ground: Ground, how: How, progress: Progress
) -> list[Outcome]:  # fmt: skip
    """Run what has to be made, and once more what rests on something that changed meanwhile; entries of what was made."""
    if not todo:
        return []
    from healthplan.report import kernel

    kernel.warm()  # while what follows is loaded here
    from healthplan.report import run

    def ended(outcome: Outcome) -> None:
        if outcome.result:
            entries[outcome.job.page] = manifest.entry(outcome, todo[outcome.job], manifest.utc(time.time()))
            write_all({place / manifest.NAME: manifest.unfinished(entries.values())})
        progress.ended(outcome)

    linked = {job: linked[job] for job in todo}
    found: dict[Job, Outcome] = {}
    for _ in range(AGAIN):
        found |= {o.job: o for o in run.run_all(linked, place, how, started=progress.started, ended=ended)}
        moved = _moved(todo, linked, how, ground, progress)
        for job, names in moved.items():
            entries.pop(job.page, None)
            progress.moved(job, names)
        linked = {job: linked[job] for job in moved}
        if not moved:
            break
    for job, names in moved.items():
        said = messages.text("run.changed_inputs", job.parameters.lang, names=", ".join(names))
        found[job] = Outcome(job, reason=said, detail=said)
        progress.ended(found[job])
    return list(found.values())


def _moved(
    todo: dict[Job, dict[str, str]], linked: Linked, how: How, ground: Ground, progress: Progress
) -> dict[Job, list[str]]:  # fmt: skip
    """The reports whose inputs are no longer what they were, with what differs; ``todo`` and ``ground`` then hold what is
    there now."""
    now = ground.again()
    again = {job: now.of(job.parameters, [job.page, links, how.formats_of(job)]) for job, links in linked.items()}
    moved = {job: changed(todo[job], sums) for job, sums in again.items() if todo[job] != sums}
    ground.sums.update(now.sums)
    progress.step("compared")
    todo.update({job: again[job] for job in moved})
    return moved


def _listed(
    jobs: Sequence[Job], failed: Sequence[Outcome], entries: dict[str, Entry], before: Kept, place: Path
) -> list[Entry]:
    """This run's entries in its order, then those of earlier runs that are still asked for. A report that failed keeps its
    last good pages."""
    found = dict(entries)
    earlier = {page: e for page, e in before.edition.reports.items() if e.outputs}
    for outcome in failed:
        entry = manifest.entry(outcome, {}, "")
        old = earlier.get(entry.page)
        if old and editions.whole(before.place, old.outputs or {}):
            editions.carry(old.outputs or {}, before.place, place)
            entry = manifest.kept(entry, old)
        found[entry.page] = entry
    mine = [found[page] for page in dict.fromkeys(job.page for job in jobs)]
    others = []
    for page, entry in sorted(earlier.items()):
        if page not in found and manifest.lives(entry) and editions.whole(before.place, entry.outputs or {}):
            editions.carry(entry.outputs or {}, before.place, place)
            others.append(entry)
    return mine + others


def _beside(beside: Beside | None, before: Kept, place: Path, ground: Ground) -> tuple[Pages, int]:
    """The pages beside the reports, as they were where nothing of what they rest on changed; how many are missing."""
    if beside is None:
        return Pages(), 0
    files = [*ground.other, *beside.rests_on()]
    sums = {"program": ground.program} | {named(path): ground.sum(path) for path in files}
    old = before.edition.beside
    if old.inputs == sums and (editions.whole(before.place, old.outputs) or not old.outputs):
        editions.carry(old.outputs, before.place, place)
        return old, 0
    editions.clear(place / LEDGER)
    missing = beside.write(place)
    new = (path for path in (place / LEDGER).rglob("*") if path.is_file())
    outputs = {path.relative_to(place).as_posix(): sha256(path) for path in new}
    return Pages(inputs={} if missing else sums, outputs=outputs), missing


def _write_site(listed: Sequence[Entry], more: Pages, before: Kept, place: Path, ground: Ground) -> dict[str, str]:
    """The index and what changed since the edition before, in the folder; every file of the new edition with its sum."""
    answers: dict[str, pd.DataFrame] = {}  # beside each page, as they were written, where they can be read
    for entry in listed:
        with suppress(InputError):
            answers[entry.page] = registers.read_table(place / site.answers_name(entry.page), "answers")
    followed = {Path(name).parts[1] for name in more.outputs if name.startswith(f"{LEDGER}/")}
    made = since.pages(before.place, before.edition, place, listed) if before.name else {}
    made |= site.index_pages(listed, answers, followed, [name for name in made if name.endswith(".html")])
    write_all({place / name: content for name, content in made.items()})
    found = {name: total for entry in listed for name, total in (entry.outputs or {}).items()}
    found |= more.outputs | {name: sha256(place / name) for name in made}
    editions.clear(place, {*found, manifest.NAME})
    return found


def _published(
    listed: Sequence[Entry], more: Pages, files: dict[str, str], before: Kept, out: Path, keep: int, ground: Ground, progress: Progress
) -> str:  # fmt: skip
    """Show the new edition, unless it says what the one before says; put the copies right. Returns the edition shown."""
    place, name = editions.building(out), before.name
    old = {n: s for n, s in before.edition.files.items() if n not in since.NAMES}
    same = before.edition.edition == name and before.edition.beside == more
    same &= [e.told() for e in listed] == [e.told() for e in before.edition.reports.values()]
    if not (
        name
        and same
        and old == {n: s for n, s in files.items() if n not in since.NAMES}
        and editions.whole(before.place, old)
    ):
        name, now = editions.new_name(out, time.time()), time.time()
        told = manifest.contents(listed, more, ground, files=files, edition=name, times=(progress.began, now))
        write_all({place / manifest.NAME: told})
        editions.publish(out, name, (place / editions.INDEX).read_text("utf-8"))
    editions.clear(place)
    copies = manifest.read(out)
    stale = copies.files or {n: s for e in copies.reports.values() for n, s in (e.outputs or {}).items()}
    progress.not_copied(editions.repair(out, name, stale, request_books.filled))
    editions.prune(out, keep)
    return name


def _jobs(files: Sequence[Path], langs: Sequence[str]) -> tuple[list[Job], list[Outcome]]:
    """The jobs of the good files, and a failed outcome for each bad one."""
    jobs, broken = [], []
    for file in dict.fromkeys(Path(file) for file in files):
        try:
            if workspace.legible(file.stem) != file.stem:  # bytes that are no text
                raise InputError(Fault("RUN-NAME", workspace.shown(file)))
            asked = load_parameters(file)
        except Exception as error:  # whatever is wrong with one file concerns its own report alone
            broken += _broken(file, error, langs)
            continue
        for lang in dict.fromkeys(langs or [asked.lang]):
            jobs.append(Job(file.stem, asked.model_copy(update={"lang": lang}), file))
    return jobs, broken


def _broken(file: Path, error: Exception, langs: Sequence[str]) -> list[Outcome]:
    found = []
    for lang in langs or ["zh"]:
        asked = Parameters.model_construct(plan="", area="", lang=lang, title="", as_of=None)
        said, detail = reason(error, messages.default_language())
        found.append(Outcome(Job(workspace.legible(file.stem), asked, file), reason=said, detail=detail))
    return found


def _apart(jobs: Sequence[Job], broken: Sequence[Outcome]) -> tuple[list[Job], list[Outcome]]:
    """The jobs, but for those of a page that two files, or a file and the index, would both write: none of these is made."""
    reserved = [page_name(stem, lang) for lang in messages.LANGUAGES for stem in ("index", since.STEM)]
    times = Counter(reserved + [job.page for job in (*jobs, *(outcome.job for outcome in broken))])
    good, failed = [], list(broken)
    for job in jobs:
        if times[job.page] == 1:
            good.append(job)
            continue
        fault = Fault("RUN-SAME", value=job.file.name if job.file else job.name, fields={"page": job.page})
        said, detail = reason(InputError(fault), job.parameters.lang)
        failed.append(Outcome(job, reason=said, detail=detail))
    return good, failed
