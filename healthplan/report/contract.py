"""The notebook's side of the contract: its cell of parameters, read without running it."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import nbformat


NOTEBOOK = "01-plan-report.ipynb"


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


def imports_of(path: Path) -> str:
    """The cell of a notebook that imports, as it stands; empty when there is none or the file cannot be read."""
    try:
        cells = json.loads(path.read_text("utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        return next((source for source in sources if _imports_only(source)), "")
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def _imports_only(source: str) -> bool:
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False
    return bool(body) and all(isinstance(one, ast.Import | ast.ImportFrom) for one in body)
