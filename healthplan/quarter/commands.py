"""The commands ``healthplan ledger tasks | confirm | send | take | judge | close``; what changes a ledger asks for --write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import typer

from healthplan import files as written_files
from healthplan import messages, registers, workspace
from healthplan.errors import Fault, UsageError, one_of, wrong_value
from healthplan.language import dates
from healthplan.messages import default_language


def folder(plan: str, quarter: str = "") -> Path:
    """Where the sheets and pages of a plan's quarter lie."""
    return workspace.current().reports() / "ledger" / plan / quarter


def sweep(plan: str) -> None:
    """Remove what a killed run left unfinished beside a plan's tables and sheets."""
    from healthplan.ledger import store

    for place in (store.folder(plan), folder(plan)):
        written_files.sweep(place)


def day(written: str) -> date:
    """The day that is meant; today where none is written."""
    if written and (len(written) != 10 or not dates.valid(written)):
        wrong_value("--on", written, "YYYY-MM-DD")
    return date.fromisoformat(written) if written else date.today()


def text(key: str, **fields: object) -> str:
    """A sentence in the session's language."""
    return messages.text(key, None, **fields)


def tasks(plan: str, year: int | None = None) -> None:
    """The year's task list, proposed from the plan, as a workbook for the office to confirm."""
    from healthplan.quarter import taskbook

    print("\n".join(taskbook.propose_tasks(plan, year, default_language())))


def confirm(plan: str, files: list[Path], on: str = "", write: bool = False) -> None:
    """Take what the office decided: the task list, named things, accepted evidence, disputed cells."""
    from healthplan.quarter import confirming

    print("\n".join(confirming.confirm(plan, files, day(on), write, default_language())))


def send(
    plan: str, quarter: str, due: str = "", department: list[str] | None = None, on: str = "", write: bool = False
) -> None:
    """One workbook a department for a quarter."""
    from healthplan.quarter import sheets

    print("\n".join(sheets.send(plan, quarter, due, department or (), day(on), write)))


def take(files: list[Path], on: str = "", role: str = "", quarter: str = "", write: bool = False) -> None:
    """Merge returned workbooks cell by cell."""
    from healthplan.quarter import taking

    said, whole = taking.take(files, day(on), role, quarter, write)
    print("\n".join(said))
    raise typer.Exit(0 if whole else 1)


def judge(plan: str, quarter: str, cut_off: str = "", lamp: str = "default", on: str = "", write: bool = False) -> None:
    """Judge a quarter at its cut-off: verdicts, lists, pages and drafts of notices."""
    from healthplan.ledger import judge as judging
    from healthplan.ledger import lamps, quarters, store
    from healthplan.quarter import decisions, pages

    one_of("--lamp", lamp, lamps.presets())
    quarter, ledger, today = quarters.quarter(quarter), store.begun(plan), day(on)
    until = day(cut_off) if cut_off else quarters.last_day(quarter)
    before = len(ledger.verdicts)
    ledger, edition = judging.new_edition(ledger, quarter, cut_off=until, on=today, lamp=lamp)
    if len(ledger.verdicts) > before:
        ledger = store.with_rows(ledger, notices=pages.notices(plan, ledger, quarter, edition, today))
    for line in pages.summary(plan, ledger, quarter, edition):
        print(line)
    if not write:
        print(text("ledger.dry"))
        return
    store.save(plan, ledger)
    for lang in messages.LANGUAGES:
        written = pages.write_quarter(plan, ledger, quarter, edition, lang)
        print(text("ledger.written", path=workspace.shown(written[0]), count=len(written)))
    for line in decisions.wait(plan, ledger, quarter, default_language()):
        print(line)


def close(plan: str, year: int, on: str = "", write: bool = False) -> None:
    """Close a year: its figures become observations, its chances are scored."""
    from healthplan.ledger import feed, quarters, store
    from healthplan.plans import load_plan
    from healthplan.quarter import pages

    ledger, last, known = store.begun(plan), f"{year}Q4", registers.load_registers()
    judged = ledger.verdicts[ledger.verdicts["quarter"] == last]
    if judged.empty or judged["cut_off"].max() < quarters.last_day(last).isoformat():
        raise UsageError(Fault("LEDGER-OPEN", value=year, fields={"plan": plan, "quarter": last}))
    if year not in feed.closed_years(ledger):
        ledger = store.with_rows(ledger, returns=[feed.closing(plan, year, day(on))])
    rows = feed.observations(ledger, load_plan(plan).targets, known.indicators)
    print(text("ledger.closing", year=year, tasks=len(ledger.tasks), figures=len(rows)))
    if not write:
        print(text("ledger.dry"))
        return
    store.save(plan, ledger)
    write_observations(plan, rows)
    for lang in messages.LANGUAGES:
        written = pages.write_year(plan, ledger, year, lang)
        print(text("ledger.written", path=workspace.shown(written[0]), count=len(written)))


def write_observations(plan: str, rows: pd.DataFrame) -> None:
    """What the ledger knows of whole years, as a file of observations of the workspace, written anew each time."""
    path = workspace.data("observations", f"ledger-{plan}.csv")
    if len(rows) or path.exists():
        written_files.write_csv(rows, path)


ALL = (tasks, confirm, send, take, judge, close)
