"""A progress bar for people; plain lines where nobody watches."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(words: str, *, lines: bool = True) -> Iterator[Callable[[int, int], None]]:
    """Yields ``advance(done, total)``. On a terminal it draws a bar; elsewhere it prints a line at each tenth,
    or nothing with ``lines=False``, when the caller prints its own."""
    if sys.stderr.isatty():
        with _drawn(words) as advance:
            yield advance
    else:
        yield _lines(words) if lines else lambda done, total: None


@contextmanager
def _drawn(words: str) -> Iterator[Callable[[int, int], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    # What is printed meanwhile goes above the bar, but a standard output sent to a file stays there.
    shared = sys.stdout.isatty()
    with Progress(*columns, console=Console(stderr=True), redirect_stdout=shared) as progress:
        task = progress.add_task(words, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _lines(words: str) -> Callable[[int, int], None]:
    said = {"tenth": -1}

    def advance(done: int, total: int) -> None:
        tenth = 10 * done // max(total, 1)
        if tenth > said["tenth"]:
            said["tenth"] = tenth
            print(f"{words} {done}/{total}", file=sys.stderr, flush=True)

    return advance
