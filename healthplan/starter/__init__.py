"""``healthplan init``: a workspace for a new district that runs as it stands, on the demo district's data."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from healthplan import workspace
from healthplan.errors import Fault, UsageError
from healthplan.templates import write_templates

HERE = Path(__file__).parent
TEMPLATES = "模板"  # the folder of Excel templates, named for the people who open it
GUIDE = "使用说明.md"
DEMO = "demo-2027"
REGISTERS = (
    "indicators",
    "areas",
    "sources",
    "corrections",
    "conflicts",
    "departments",
    "breaks",
    "area_changes",
)


def make_workspace(folder: Path) -> list[Path]:
    """Fill an empty or new folder: registers, published observations, the demo plan, notebooks, a parameter
    file, Excel templates and a short guide. Returns the files written.

    Raises :class:`UsageError` when the folder holds anything already: nothing of anyone's is written over.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Fault("INIT-FOLDER", str(folder), fields={}))
    for source, target in _copies(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    write_templates(folder / TEMPLATES)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _copies(folder: Path) -> Iterator[tuple[Path, Path]]:
    """What is copied where."""
    for name in REGISTERS:
        yield workspace.data(f"{name}.csv"), folder / "data" / f"{name}.csv"
    for path in sorted(workspace.data("observations").glob("*.csv")):
        yield path, folder / "data" / "observations" / path.name
    for path in sorted(workspace.data("plans", DEMO).iterdir()):
        yield path, folder / "data" / "plans" / DEMO / path.name
    for path in sorted(workspace.current().notebooks().glob("*.ipynb")):
        yield path, folder / "notebooks" / path.name
    yield HERE / "parameters.yaml", folder / "parameters" / "demo-2027.yaml"
    yield HERE / "guide.zh.md", folder / GUIDE
    yield HERE / "guide.en.md", folder / "GUIDE.md"
