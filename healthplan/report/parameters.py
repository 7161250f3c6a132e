"""What a report can be asked for: one typed contract for the YAML file, the command line and the notebook."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from healthplan import workspace
from healthplan.errors import Fault, InputError
from healthplan.intake import read_parameters

if TYPE_CHECKING:
    import nbformat
    import pandas as pd

REPORT = "01-plan-report"
NOTEBOOK = f"{REPORT}.ipynb"
NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"


class Parameters(BaseModel):
    """The parameters of one report. Unknown names are refused; nothing is guessed from the clock."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    plan: str = Field(pattern=NAME, description="plan id, a folder of data/plans")
    area: str = Field("", description="area id; empty: the plan's own area")
    as_of: int | None = Field(
        None, ge=1949, le=2100, description="use figures up to this year; empty: the newest year of data"
    )
    cut_off: str = Field(
        "",
        pattern=r"^$|^\d{4}-\d{2}-\d{2}$",
        description="a day within the year: judge by the ledger's quarter up to it",
    )
    lang: Literal["zh", "en"] = Field("zh", description="language of the report")
    method: str = Field("ensemble", pattern=NAME, description="projection method")
    observations: list[str] = Field([], description="the user's own files of figures, relative to the workspace")
    notebook: str = Field(
        REPORT, pattern=NAME, description="the notebook that makes the page, of notebooks/, without .ipynb"
    )
    title: str = Field("", description="a title for the index page; empty: the plan's own")


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
    return {name: told if name == "observations" else told[0] for name, told in values.items()}


def _fault(one: Any, shown: str) -> Fault:
    name = str(one["loc"][0]) if one["loc"] else ""
    field = Parameters.model_fields.get(name)
    fields = {"expected": (field and field.description) or ", ".join(Parameters.model_fields), "reason": one["msg"]}
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
