"""Where things are: data/, parameters/, notebooks/, reports/ of the workspace a command works in.

A workspace is a folder with ``data/indicators.csv``. It is looked for in HEALTHPLAN_WORKSPACE, then in the
current folder and above it, then where the package itself stands (a checkout). :func:`current` reads the
environment; whoever has a :class:`Workspace` passes it on and reads nothing again.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

from healthplan.errors import Fault, UsageError

MARK = Path("data") / "indicators.csv"
_STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Workspace:
    """A folder with data/, parameters/, notebooks/ and reports/."""

    root: Path

    def data(self, *parts: str) -> Path:
        """A path below ``data/``."""
        return self.root.joinpath("data", *parts)

    def parameters(self, *parts: str) -> Path:
        """A path below ``parameters/``."""
        return self.root.joinpath("parameters", *parts)

    def notebooks(self, *parts: str) -> Path:
        """A path below ``notebooks/``."""
        return self.root.joinpath("notebooks", *parts)

    def reports(self, *parts: str) -> Path:
        """A path below ``reports/``."""
        return self.root.joinpath("reports", *parts)

    def holds(self, place: Path) -> bool:
        """Whether a path lies among the data, parameters or notebooks."""
        return any(
            place.resolve().is_relative_to(room.resolve())
            for room in (self.data(), self.parameters(), self.notebooks())
        )


def legible(name: str) -> str:
    """A file's name in the words that its bytes mean, if need be in the encoding of older Chinese systems; what would break
    the line or steer the terminal is a _."""
    try:
        told = name.encode("utf-8").decode("utf-8")
    except UnicodeEncodeError:
        told = os.fsencode(name).decode("gb18030", "replace")
    return _STEERS.sub("_", told)


def current() -> Workspace:
    """The workspace of this process. Raises :class:`UsageError` when there is none."""
    named = os.environ.get("HEALTHPLAN_WORKSPACE")
    here = Path.cwd()
    beside = (here, *here.parents, Path(__file__).resolve().parent.parent)
    for folder in (Path(named).resolve(),) if named else beside:
        if os.path.isfile(folder / MARK):
            return Workspace(folder)
    raise UsageError(Fault("WORKSPACE", value=named or str(here)))


def chosen() -> Workspace:
    """That of :func:`current`, where somebody chose it: by standing in it or by HEALTHPLAN_WORKSPACE. Whatever is written goes
    into no workspace that merely lies beside the program. Raises :class:`UsageError`."""
    found, here = current(), Path.cwd()
    if not os.environ.get("HEALTHPLAN_WORKSPACE") and found.root not in (here, *here.parents):
        raise UsageError(Fault("WORKSPACE", value=str(here)))
    return found


def root() -> Path:
    """The folder of :func:`current`."""
    return current().root


def data(*parts: str) -> Path:
    """A path below ``data/`` of :func:`current`."""
    return current().data(*parts)


def shown(path: Path | str) -> str:
    """A path as messages name it: relative to the current folder or the workspace where it lies below one."""
    whole = Path(path).resolve()
    for base in (Path.cwd(), *(folder for folder in whole.parents if os.path.isfile(folder / MARK))):
        if whole.is_relative_to(base):
            return legible(whole.relative_to(base).as_posix())
    return legible(str(path))
