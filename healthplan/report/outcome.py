"""A report that is asked for, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from healthplan.report.export import page_name
from healthplan.report.parameters import Parameters

if TYPE_CHECKING:
    from healthplan.report.result import Result

CELL_TIMEOUT = 600  # seconds; papermill's own default is to wait for ever


class How(NamedTuple):
    """How reports are made: so many at a time, with these formats beside the pages, no cell longer than so many seconds,
    no report with more than so many bytes of memory (0: any)."""

    workers: int = 2
    formats: tuple[str, ...] = ()
    timeout: int = CELL_TIMEOUT
    memory: int = 0

    def formats_of(self, job: Job) -> tuple[str, ...]:
        """The formats beside a page: areas beside each other always come as a workbook too."""
        book = ("xlsx",) if job.parameters.parts_of and "xlsx" not in self.formats else ()
        return (*self.formats, *book)


AS_USUAL = How()


@dataclass(frozen=True, eq=False)
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
    """What became of a job: its result and the files written with their sums, or the reason why there are none, as pages
    may say it, and in ``detail`` as the log does."""

    job: Job
    result: Result | None = None
    reason: str = ""
    detail: str = ""
    files: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
