"""The notebook's side of the contract: its cell of parameters, read without running it."""

from __future__ import annotations

import ast

import nbformat


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
