"""What tests ask of the whole line: the gaps of a plan, the figures that it is judged with, what is said of a file."""

import pandas as pd

from healthplan import line, registers, vintages
from healthplan.intake import Intake
from healthplan.plans import Plan


def plan_gaps(plan: Plan, *, observations=(), as_of: int | None = None) -> pd.DataFrame:
    """Table ``gaps`` of a plan with files of one's own."""
    return line.view(plan, files=observations, as_of=as_of).gaps


def all_observations(files=(), *, as_of: int | None = None, area: str = "") -> pd.DataFrame:
    """The figures that a plan of ``area`` is judged with, those of ``files`` among them."""
    known = registers.load_registers()
    found, _ = vintages.vintages(files, as_of, area, known)
    return vintages.known_at(as_of, found, known)


def as_text(found: Intake, lang: str | None = None) -> str:
    """A line a fault of a file that was read."""
    return "\n".join(fault.text(lang) for fault in found.faults)
