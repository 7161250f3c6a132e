"""What a report can be asked for: one typed contract for the YAML file, the command line and the notebook."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from healthplan import messages, workspace
from healthplan.errors import Fault, InputError
from healthplan.intake import read_parameters, yamlfile
from healthplan.intake.yamlfile import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    import nbformat
    import pandas as pd

REPORT, LEAGUE = "01-plan-report", "04-league"
NOTEBOOK = f"{REPORT}.ipynb"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
OR_NONE = rf"^$|{NAME}"
OF_PLAN, OF_AREAS = (
    ("plan", "area", "cut_off"),
    ("parts_of", "indicators", "to"),
)  # parameters of one kind of report alone
OF_NO_NOTEBOOK = ("notebook", "title")
LISTS = ("observations", "indicators")


class Parameters(BaseModel):
    """The parameters of one report: about a ``plan``, or about the areas that lie in another one (``parts_of``) beside each
    other. Unknown names are refused; nothing is guessed from the clock. What each one means: ``language/words/parameters.csv``."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    plan: str = Field("", pattern=OR_NONE)
    area: str = ""
    as_of: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR)
    cut_off: str = Field("", pattern=r"^$|^\d{4}-\d{2}-\d{2}$")
    lang: Literal["zh", "en"] = "zh"
    method: str = Field("ensemble", pattern=NAME)
    observations: list[str] = []
    parts_of: str = ""
    indicators: list[str] = []
    to: int | None = Field(None, ge=FIRST_YEAR, le=LAST_YEAR)
    notebook: str = Field("", pattern=OR_NONE)
    title: str = ""

    @property
    def template(self) -> str:
        """The notebook that makes the page."""
        return self.notebook or (LEAGUE if self.parts_of else REPORT)

    @property
    def of_its_kind(self) -> set[str]:
        """The names of the parameters that the notebook of such a report may take."""
        return set(type(self).model_fields) - {*OF_NO_NOTEBOOK, *(OF_PLAN if self.parts_of else OF_AREAS)}


def load_parameters(path: Path) -> Parameters:
    """A parameter file (YAML). Raises :class:`InputError` with every fault, naming the file and the line's key.

    The strict reader of people's files goes first (duplicate keys, aliases, addresses, names that are no
    parameter); what it lets pass is then held against the types, each value the text that stands in the file.
    """
    read = read_parameters(path, sound=True)
    faults = list(read.errors)
    if all(fault.code.startswith("PARAM-") for fault in faults):  # else it cannot be read at all
        try:
            found = Parameters.model_validate(_values(read.table), strict=False)
            faults += [*_of_two_kinds(found, workspace.shown(path)), *_elsewhere(found, workspace.shown(path))]
        except ValidationError as error:
            named = {fault.column for fault in faults}
            typed = [_fault(one, workspace.shown(path)) for one in error.errors()]
            faults += [fault for fault in typed if fault.column not in named]
    if faults:
        raise InputError(*faults)
    return found


def _values(table: pd.DataFrame) -> dict[str, Any]:
    """The parameters of a file by name; what is left empty there is not set."""
    values = table[table["value"] != ""].groupby("name", sort=False)["value"].agg(list)
    return {name: told if name in LISTS else told[0] for name, told in values.items()}


def _of_two_kinds(found: Parameters, shown: str) -> list[Fault]:
    """What is wrong with parameters that are sound one by one: no plan and no areas, or names of both kinds of report."""
    if not found.plan and not found.parts_of:
        expected = messages.both("intake.param_plan_or_parts")
        return [Fault("PARAM-MISSING", shown, column="plan", fields={"expected": expected})]
    other, its = (OF_PLAN, "parts_of") if found.parts_of else (OF_AREAS, "plan")
    given = [name for name in other if name in found.model_fields_set]
    return [Fault("PARAM-KIND", shown, column=name, value=getattr(found, name), fields={"its": its}) for name in given]


def _elsewhere(found: Parameters, shown: str) -> list[Fault]:
    """Own files that a link leads out of the workspace to: what lies there is nothing for a page."""
    root = workspace.root().resolve()
    away = [name for name in found.observations if not (root / name).resolve().is_relative_to(root)]
    return [Fault("PARAM-PATH", shown, column="observations", value=name) for name in away]


def _fault(one: Any, shown: str) -> Fault:
    name = str(one["loc"][0]) if one["loc"] else ""
    known = name in Parameters.model_fields
    expected = yamlfile.meaning(name) if known else ", ".join(Parameters.model_fields)
    fields = {"expected": expected, "reason": messages.both("intake.param_pattern")}
    codes = {"extra_forbidden": "PARAM-UNKNOWN", "missing": "PARAM-MISSING"}
    value = None if one["type"] == "missing" else one["input"]
    return Fault(codes.get(one["type"], "PARAM-VALUE"), shown, column=name, value=value, fields=fields)


def parameters_of(notebook: nbformat.NotebookNode) -> dict[str, tuple[str, object]]:
    """Name, annotation and default of every parameter, from the one cell tagged ``parameters``.

    Raises ``ValueError`` when there is not exactly one such cell or when it holds anything but plain, typed
    assignments of literals: papermill would run such a notebook with its defaults and say nothing.
    """
    cells = [c for c in notebook.cells if "parameters" in c.metadata.get("tags", [])]
    if len(cells) != 1:
        raise ValueError(f"{len(cells)} cells are tagged parameters")
    found: dict[str, tuple[str, object]] = {}
    for statement in ast.parse(cells[0].source).body:
        if not isinstance(statement, ast.AnnAssign) or not isinstance(statement.target, ast.Name):
            raise ValueError(f"not a typed assignment: {ast.unparse(statement)}")
        if statement.value is None:
            raise ValueError(f"no default: {ast.unparse(statement)}")
        default = ast.literal_eval(statement.value)
        found[statement.target.id] = (ast.unparse(statement.annotation), default)
    return found
