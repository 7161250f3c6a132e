"""The scheduled job: parameter files in, pages and the index out, progress on the way."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from healthplan import messages
from healthplan.errors import HealthplanError
from healthplan.report.parameters import Parameters, load_parameters
from healthplan.report.progress import bar
from healthplan.report.run import Job, Outcome, run_all
from healthplan.report.site import write_index


def make_reports(
    files: Sequence[Path], out: Path, *, workers: int = 2, langs: Sequence[str] = ()
) -> int:
    """Make every report and the index page; print what was done and the index's path; return how many failed.

    ``langs`` asks for each report in these languages; empty keeps the language of the parameter file. A
    parameter file with faults counts as a failed report and does not stop the others.
    """
    lang = messages.default_language()
    jobs, broken = _jobs(files, langs)
    done = 0

    with bar(messages.text("run.running", lang)) as advance:
        advance(0, len(jobs))

        def one_ended(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            _say(outcome, lang)
            advance(done, len(jobs))

        outcomes = run_all(jobs, out, workers=workers, progress=one_ended)
    for outcome in broken:
        _say(outcome, lang)
    index = write_index([*outcomes, *broken], out, lang=lang)
    failed = sum(outcome.result is None for outcome in (*outcomes, *broken))
    ok = len(jobs) + len(broken) - failed
    print(messages.text("run.summary", lang, ok=ok, failed=failed))
    print(messages.text("run.index", lang, path=index))
    return failed


def _jobs(files: Sequence[Path], langs: Sequence[str]) -> tuple[list[Job], list[Outcome]]:
    """The jobs of the good files, and a failed outcome for each bad one."""
    jobs, broken = [], []
    for file in files:
        try:
            asked = load_parameters(Path(file))
        except HealthplanError as error:
            stand_in = Job(
                Path(file).stem,
                Parameters.model_construct(plan="", lang="zh", title="", as_of=None),
            )
            broken.append(Outcome(stand_in, reason=error.text()))
            continue
        for lang in langs or [asked.lang]:
            jobs.append(Job(Path(file).stem, asked.model_copy(update={"lang": lang})))
    return jobs, broken


def _say(outcome: Outcome, lang: str) -> None:
    name = outcome.job.page
    if outcome.result:
        print(messages.text("run.done", lang, name=name), flush=True)
    else:
        print(messages.text("run.failed", lang, name=name, reason=outcome.reason), flush=True)
