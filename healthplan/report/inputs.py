"""What each report rests on, by content: a report of which nothing changed need not be made anew.

A sum a thing: parameters, links and formats, notebook, program, each register and file of the plan, the user's own
files, and of the shipped figures those rows alone that the plan may rest on (:mod:`healthplan.related`).
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import __version__, observations, plans, registers, workspace
from healthplan.errors import HealthplanError
from healthplan.files import csv_text
from healthplan.related import related, related_to_parts
from healthplan.report.parameters import Parameters
from healthplan.vintages import of_one_world

PACKAGES = ("numpy", "pandas", "scipy", "statsmodels", "matplotlib", "papermill", "nbclient", "nbconvert", "ipykernel", "typst", "python-docx", "xlsxwriter")  # fmt: skip
ELSEWHERE = "…/"


def key(sums: Mapping[str, str]) -> str:
    """One sum of all."""
    return hashlib.sha256(json.dumps(sums, sort_keys=True).encode()).hexdigest()


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names whose sums differ."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


@dataclass
class Ground:
    """The workspace as it is at one moment. ``sums``: of every file read."""

    sums: dict[Path, str] = field(default_factory=dict)
    _rows: dict[tuple, str] = field(default_factory=dict)

    def of(self, asked: Parameters, beside: Sequence[Any]) -> dict[str, str]:
        """The sums of everything that a report of these parameters rests on; ``beside``: what else makes its pages."""
        here = workspace.current()
        given = json.dumps([asked.model_dump(), list(beside)], ensure_ascii=False, sort_keys=True)
        found = {"parameters": hashlib.sha256(given.encode()).hexdigest(), "program": self.program}
        files = [here.notebooks(f"{asked.template}.ipynb"), *self.other]
        if asked.plan:
            files += [f for f in sorted(here.data("plans", asked.plan).rglob("*")) if f.is_file()]
        found |= {named(file): self.sum(file) for file in files}
        own = enumerate(here.root / name for name in asked.observations)  # two elsewhere may have one name
        return (
            found
            | {f"{at}: {named(file)}": self.sum(file) for at, file in own}
            | {"data/observations": self.rows(asked)}
        )

    def again(self) -> Ground:
        """The workspace as it is now; what is worked out of the same bytes is not worked out again."""
        now = Ground()
        read = [*self.other, *self._printed, *self._planned]
        if [*now.other, *now._printed, *now._planned] == read and all(now.sum(file) == self.sum(file) for file in read):
            now._rows = self._rows
            now.__dict__["figures"] = self.figures
        return now

    @property
    def _printed(self) -> list[Path]:
        return sorted(workspace.data("observations").glob("*.csv"))

    @property
    def _planned(self) -> list[Path]:
        return sorted(file for file in workspace.data("plans").rglob("*") if file.is_file())

    def sum(self, file: Path) -> str:
        """The sum of a file, read once."""
        if file not in self.sums:
            self.sums[file] = sha256(file)
        return self.sums[file]

    @cached_property
    def program(self) -> str:
        """One sum of the package and of what it rests on."""
        versions = {name: metadata.version(name) for name in PACKAGES}
        told = json.dumps([__version__, sys.version, versions, tree_sha256(Path(__file__).parents[1])])
        return hashlib.sha256(told.encode()).hexdigest()

    @cached_property
    def other(self) -> list[Path]:
        """The files of data/ that belong to no plan, but for the figures, which count row by row."""
        data, found = workspace.data(), []
        for file in sorted(data.rglob("*")):
            room = file.relative_to(data).parts[0]
            figures = room == "observations" and file.suffix == ".csv"
            if file.is_file() and room != "plans" and not figures and file.suffix != ".md":
                found.append(file)
        return found

    @cached_property
    def figures(self) -> tuple[registers.Registers, pd.DataFrame] | None:
        """The registers and every shipped figure; None where they have faults, of which each report will tell."""
        try:
            known = registers.load_registers()
            return known, observations.load_observations(known=known)
        except HealthplanError:
            return None

    def rows(self, asked: Parameters) -> str:
        """The sum of the figures that the report may rest on, and of the newest year of all."""
        until = int(asked.cut_off[:4]) if asked.cut_off else asked.as_of
        at = (asked.plan, asked.parts_of or asked.area, until)
        if at not in self._rows:
            self._rows[at] = self._summed(*at)
        return self._rows[at]

    def _summed(self, plan_id: str, area: str, as_of: int | None) -> str:
        try:
            if self.figures is None:
                raise HealthplanError
            known, found = self.figures
            plan = plans.load_plan(plan_id, area=area, known=known) if plan_id else None
            found = found if as_of is None else found[found["year"] <= as_of]
            found = of_one_world(found, plan.area if plan else area, known)
            newest = 0 if as_of or found.empty else int(found["year"].max())
            rows = related(plan, found, known) if plan else related_to_parts(area, found, known)
            told = f"{newest}\n{csv_text(rows)}"
        except HealthplanError:  # the report will say what is wrong; until then every figure counts
            told = json.dumps([[named(file), self.sum(file)] for file in self._printed])
        return hashlib.sha256(told.encode()).hexdigest()


def named(path: Path) -> str:
    """A file relative to the workspace; of one elsewhere the name alone, for folders of a machine are private."""
    try:
        name = path.resolve().relative_to(workspace.root()).as_posix()
    except (ValueError, RuntimeError):  # elsewhere, or a link that leads to itself
        name = ELSEWHERE + path.name
    return workspace.legible(name)


def sha256(path: Path) -> str:
    """The file's sum in hexadecimal; empty when there is no such file."""
    try:
        if not path.is_file():  # a pipe would be waited for
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def tree_sha256(folder: Path) -> str:
    """One sum over all files of the package, so that a changed program shows."""
    total = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(f"{file.relative_to(folder).as_posix()}\0{sha256(file)}\n".encode())
    return total.hexdigest()
