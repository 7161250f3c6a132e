"""Printing for people and for pipes, on any console."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from healthplan.errors import SEVERITIES, Fault, HealthplanError
from healthplan.files import csv_text
from healthplan.language.phrases import number
from healthplan.messages import safe, text

if TYPE_CHECKING:
    from healthplan.intake import Intake

FORMATS = ("table", "csv", "json")
PIPE_WIDTH = 200  # where no terminal says how wide it is
KEPT_WHOLE = 13  # half-width places: a column whose cells need no more is not broken
QUESTIONS = (
    "KEY-EDITION", "KEY-REVISED", "SERIES-BASIS", "SERIES-BREAK", "VALUE-OVER", "AREA-ENDED", "GROUP-PARTS", "AREA-PARTS",
    "FIGURE-OTHER-ID", "FIGURE-OTHER-NAME", "SERIES-LEFT", "SERIES-BLANK", "VALUE-CONFIRMED", "CELL-MISSING", "CELL-NONE",
    "FAULT-MORE",
)  # fmt: skip
UNUSED = ("KEY-NEW-INDICATOR", "KEY-NEW-AREA", "KEY-SLIP")  # read under a name that no plan can use
CARD_WIDTH = 100  # a table of goals, also where more fits: to be read, and pasted into a message


def prepare() -> None:
    """A console that cannot show a character (GBK has no ‰ or é) shows a question mark; it never crashes."""
    for name in ("stdout", "stderr"):
        if (stream := getattr(sys, name)) is None:  # closed by whoever started the command
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def tell(line: str) -> None:
    """A line on standard output for whoever still listens; where nobody does, or the disk of the log is full, what is being
    done goes on in silence."""
    try:
        print(line, flush=True)
    except OSError:
        with suppress(OSError):  # what was held back goes nowhere, and so does what follows
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


def show(
    frame: pd.DataFrame, form: str, headers: Mapping[str, str] | Sequence[str] = (), *, width: int | None = None
) -> None:
    """A table on standard output: ``table`` for reading, ``csv`` with a byte order mark for Excel, ``json``.

    ``headers`` chooses columns for ``table`` and, as a mapping, renames them; ``width`` is the most it may take; csv
    and json always have every column.
    """
    if form == "csv":
        _write("\ufeff" + csv_text(frame))
    elif form == "json":
        _write_json(records(frame))
    else:
        chosen = headers or list(frame.columns)
        words = chosen if isinstance(chosen, Mapping) else {c: c for c in chosen}
        _print_table(frame, words, width)


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain records that JSON can hold; missing is null."""
    return json.loads(frame.to_json(orient="records", force_ascii=False, double_precision=15))


def _write_json(rows: list[dict[str, Any]]) -> None:
    _write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")


def _write(content: str) -> None:
    """csv and json leave as UTF-8 whatever the console speaks: they are meant for files and programs."""
    sys.stdout.flush()
    if hasattr(sys.stdout, "buffer"):
        sys.stdout.buffer.write(safe(content).encode("utf-8"))
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(safe(content).removeprefix("\ufeff"))


def _print_table(frame: pd.DataFrame, headers: Mapping[str, str], width: int | None) -> None:
    from rich import box
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE, show_edge=False, pad_edge=False)
    for name, word in headers.items():
        short = max((cell_len(_cell(v)) for v in frame[name]), default=0) <= KEPT_WHOLE
        side: Literal["left", "right"] = "right" if pd.api.types.is_numeric_dtype(frame[name]) else "left"
        table.add_column(Text(word), justify=side, overflow="fold", no_wrap=short)
    for record in frame[list(headers)].itertuples(index=False):
        table.add_row(*(Text(_cell(v)) for v in record))  # [red] in a name is no colour
    screen = Console(safe_box=True, width=None if sys.stdout.isatty() else PIPE_WIDTH)
    screen.print(table, width=min(screen.width, width) if width else None)


def show_check(found: Sequence[Intake], files: Sequence[str], form: str) -> None:
    """What a check found: a line a fault and a summary, or one JSON object a file from the same result."""
    if form == "json":
        out = [
            {"file": file, "ok": one.ok, "kind": one.kind, "rows": len(one.table),
             "faults": [fault.as_dict() for fault in one.faults], "left_out": records(one.left_out)}
            for one, file in zip(found, files, strict=True)
        ]  # fmt: skip
        _write_json(out)
        return
    for one, file in zip(found, files, strict=True):
        for fault in one.faults:
            print(text(f"errors.{fault.severity}"), fault.text())
        if not one.faults:
            print(text("cli.check_ok", None, file=file, rows=len(one.table)))
    counts = Counter(fault.severity for one in found for fault in one.faults)
    numbers = {f"{severity}s": counts[severity] for severity in SEVERITIES}
    print(text("cli.check_summary", None, **numbers))


def left_out(fault: Fault) -> int:
    """How many cells or rows of a user's file a fault says were not taken; 0 for every other fault."""
    named = fault.code in UNUSED or fault.leaves
    return int(fault.fields.get("count") or fault.fields.get("cells") or 0) if named else 0


def questions(faults: Iterable[Fault], *, every: bool = False) -> None:
    """What a reader of numbers must know of the figures behind them, on standard error: revisions, steps on a change of
    definition, coverages above 100 %, areas that are no more, what is left out. Everything else is told by ``check``, or here (``every``) where that does not read the
    file."""
    for fault in faults:
        if every or fault.code in QUESTIONS or left_out(fault):
            print(text(f"errors.{fault.severity}"), fault.text(), file=sys.stderr)


def _cell(value: object) -> str:
    """A cell to read: numbers rounded, missing empty."""
    if pd.isna(value):
        return ""
    return number(value) if isinstance(value, float) else safe(str(value))


def complain(error: HealthplanError) -> None:
    """All faults of an error on standard error, a line each."""
    print(error.text(), file=sys.stderr)


@contextmanager
def bar(words: str, *, lines: bool = True) -> Iterator[Callable[..., None]]:
    """Yields ``advance(done, total, doing)``. On a terminal it draws a bar with the time to go, and what is being done;
    elsewhere it prints a line at each tenth, or nothing with ``lines=False``, when the caller prints its own."""
    if not sys.stderr.isatty():
        yield _lines(words) if lines else lambda done, total, doing="": None
        return
    from rich import progress
    from rich.console import Console
    from rich.markup import escape

    parts = (progress.BarColumn(), progress.MofNCompleteColumn(), progress.TimeRemainingColumn())
    # What is printed meanwhile goes above the bar, but a standard output sent to a file stays there.
    options: Any = {"console": Console(stderr=True), "redirect_stdout": sys.stdout.isatty()}
    doing_now = progress.TextColumn("{task.fields[doing]}")
    with progress.Progress("{task.description}", *parts, doing_now, **options) as drawn:
        task = drawn.add_task(words, total=None, doing="")
        yield lambda done, total, doing="": drawn.update(task, completed=done, total=total, doing=escape(doing))


def _lines(words: str) -> Callable[..., None]:
    last = -1

    def advance(done: int, total: int, doing: str = "") -> None:
        nonlocal last
        tenth = 10 * done // max(total, 1)
        if tenth > last:
            last = tenth
            print(f"{words} {done}/{total}", file=sys.stderr, flush=True)

    return advance
