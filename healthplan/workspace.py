"""Where things are: data/, parameters/, notebooks/, reports/ of the workspace a command works in.

A workspace is a folder with ``data/indicators.csv``. It is looked for in HEALTHPLAN_WORKSPACE, then in the
current folder and above it, then where the package itself stands (a checkout).
"""

from __future__ import annotations

import os
from pathlib import Path

from healthplan.errors import Fault, UsageError

MARK = Path("data") / "indicators.csv"


def root() -> Path:
    """The workspace folder. Raises :class:`UsageError` when there is none."""
    named = os.environ.get("HEALTHPLAN_WORKSPACE")
    if named:
        folder = Path(named).resolve()
        if (folder / MARK).is_file():
            return folder
        raise UsageError(Fault("WORKSPACE", value=named))
    for folder in (*_upwards(Path.cwd()), Path(__file__).resolve().parent.parent):
        if (folder / MARK).is_file():
            return folder
    raise UsageError(Fault("WORKSPACE", value=str(Path.cwd())))


def _upwards(folder: Path) -> list[Path]:
    return [folder, *folder.parents]


def data(*parts: str) -> Path:
    """A path below ``data/``."""
    return root().joinpath("data", *parts)


def parameters(*parts: str) -> Path:
    """A path below ``parameters/``."""
    return root().joinpath("parameters", *parts)


def notebooks(*parts: str) -> Path:
    """A path below ``notebooks/``."""
    return root().joinpath("notebooks", *parts)


def reports(*parts: str) -> Path:
    """A path below ``reports/``."""
    return root().joinpath("reports", *parts)


def shown(path: Path | str) -> str:
    """A path as messages name it: relative to the workspace or the current folder where it lies below one."""
    path = Path(path)
    for base in (Path.cwd(), root()):
        try:
            return path.resolve().relative_to(base).as_posix()
        except ValueError:
            continue
    return str(path)
