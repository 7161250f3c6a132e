"""The commands ``healthplan ledger tasks | confirm | send | take | judge | close``; what changes a ledger asks for --write."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from healthplan import workspace
from healthplan.errors import wrong_value
from healthplan.language import dates
from healthplan.messages import default_language


def folder(plan: str, quarter: str = "") -> Path:
    """Where the sheets and pages of a plan's quarter lie."""
    return workspace.current().reports() / "ledger" / plan / quarter


def day(written: str) -> date:
    """The day that is meant; today where none is written."""
    if written and (len(written) != 10 or not dates.valid(written)):
        wrong_value("--on", written, "YYYY-MM-DD")
    return date.fromisoformat(written) if written else date.today()


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


def take(files: list[Path], on: str = "", role: str = "", write: bool = False) -> None:
    """Merge returned workbooks cell by cell."""


def judge(plan: str, quarter: str, cut_off: str = "", lamp: str = "default", on: str = "", write: bool = False) -> None:
    """Judge a quarter at its cut-off: verdicts, lists, pages and drafts of notices."""


def close(plan: str, year: int, on: str = "", write: bool = False) -> None:
    """Close a year: its figures become observations, its chances are scored."""


ALL = (tasks, confirm, send, take, judge, close)
