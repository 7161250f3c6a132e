"""What a run says on its way: a line a report, a bar on a terminal, a log for programs, and one line in the end for whoever
is to be told."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

from healthplan import messages, workspace
from healthplan.console import bar, tell
from healthplan.errors import Fault, InputError, system_words
from healthplan.files import write_bytes
from healthplan.report.export import beside
from healthplan.report.formats import FILES
from healthplan.report.outcome import How, Job, Outcome

NOTIFY = 60  # seconds that a command may take to pass the summary on


def say(key: str, **fields: Any) -> str:
    """A sentence of the run in the session's language."""
    return messages.text(f"run.{key}", None, **fields)


class Progress(ExitStack):
    """``log``: a file that gets a line of JSON an event; ``notify``: a file that gets the summary, or a command to whose
    standard input it goes."""

    def __init__(self, log: Path | None = None, notify: str = "") -> None:
        super().__init__()
        self.log, self.notify, self.began = log, notify, time.time()
        self._total = self._same = self._ended = 0
        self._formats: Sequence[str] = ()
        self._running: dict[str, None] = {}
        self._advance: Callable[[int, int, str], None] = lambda done, total, words: None

    def begin(self, total: int, same: Sequence[str], how: How) -> None:
        """So many reports are asked for, of which these pages stay as they are."""
        self._total, self._same, self._formats = total - len(same), len(same), how.formats
        self._event("begin", reports=total, unchanged=list(same), jobs=how.workers)
        if same:
            tell(say("unchanged", count=len(same)))
        if self._total:
            self._advance = self.enter_context(bar(say("running"), lines=False))
            self._drawn()

    def started(self, job: Job) -> None:
        """A report is being made."""
        self._running[job.page] = None
        self._event("started", page=job.page)
        self._drawn()

    def ended(self, outcome: Outcome) -> None:
        """It was made, or it failed."""
        page = outcome.job.page
        self._running.pop(page, None)
        self._ended += 1
        good = outcome.result is not None
        pages = [page, *(beside(page, end) for name in self._formats for end in FILES[name] if good)]
        fields = {"number": self._ended, "total": self._total, "reason": outcome.detail}
        tell(say("done" if good else "failed", name=messages.text("scorecard.list_comma").join(pages), **fields))
        self._event("done" if good else "failed", page=page, seconds=outcome.seconds, reason=outcome.detail)
        self._drawn()

    def moved(self, job: Job, names: Sequence[str]) -> None:
        """What a report rests on changed while it was made."""
        self._ended -= 1
        self._event("inputs_changed", page=job.page, names=list(names))
        tell(say("moved", name=job.page, names=messages.text("scorecard.list_comma").join(names)))

    def step(self, name: str) -> None:
        """The reports stand; what comes next is said to programs alone."""
        self._event(name)

    def not_copied(self, names: Sequence[str]) -> None:
        """Copies beside the index that could not be written; the edition has them."""
        if names:
            self._event("not_copied", names=list(names))
            tell(say("not_copied", count=len(names), name=names[0]))

    def finished(self, failed: Sequence[Outcome], edition: str, index: Path) -> None:
        """What came of all of it."""
        ok = self._total + self._same - len(failed)
        fields = {"ok": ok, "failed": len(failed), "same": self._same, "seconds": round(time.time() - self.began)}
        summary = say("summary_same" if self._same else "summary", **fields)
        tell(summary)
        tell(say("index", path=index))
        self._event("end", edition=edition, index=str(index), **fields)
        if self.notify:
            names = messages.text("scorecard.list_comma").join(outcome.job.page for outcome in failed)
            line = say("notice_failed" if failed else "notice", summary=summary, edition=edition, names=names)
            self._pass_on(line + "\n")

    def _drawn(self) -> None:
        self._advance(self._ended, self._total, messages.text("scorecard.list_comma").join(self._running))

    def _event(self, event: str, **fields: Any) -> None:
        if self.log is None:
            return
        line = json.dumps({"time": round(time.time(), 3), "event": event, **fields}, ensure_ascii=False)
        try:
            with self.log.open("a", encoding="utf-8", errors="replace") as file:
                file.write(line + "\n")
        except OSError as error:
            if event == "begin":  # later a full disk is the reports' to tell
                fault = Fault("FILE-WRITE", workspace.shown(self.log), fields={"reason": system_words(error)})
                raise InputError(fault) from error

    def _pass_on(self, line: str) -> None:
        """The summary to a command, where its first word is one, else to a file; several words that begin with no command
        and no folder are a command that is missing."""
        words = [self.notify]
        try:
            words = shlex.split(self.notify, posix=os.name != "nt")
            if shutil.which(words[0]) and not Path(self.notify).is_file():
                subprocess.run(words, input=line.encode("utf-8"), timeout=NOTIFY, check=True, stdout=subprocess.DEVNULL)
            elif len(words) > 1 and not Path(words[0]).parent.name:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), words[0])
            else:
                write_bytes(self.notify, line.encode("utf-8"))
        except (OSError, ValueError, subprocess.SubprocessError) as error:
            said = system_words(error) if isinstance(error, OSError) else type(error).__name__
            with suppress(OSError):
                print(say("not_notified", reason=f"{words[0]} {said}"), file=sys.stderr)
