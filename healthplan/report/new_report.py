"""``healthplan new-report``: a notebook of one's own and its parameter file, which run as they stand."""

from __future__ import annotations

import re
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from healthplan import files, messages, workspace
from healthplan.errors import Fault, UsageError, wrong_value
from healthplan.plans import plan_ids
from healthplan.report import since
from healthplan.report.export import TEMPLATES, page_name
from healthplan.report.manifest import about_plan
from healthplan.report.parameters import NAME

NAMED, PLANNED = "new-report", "demo-2027"  # the name and the plan in the template
LENGTH = 60  # characters of a name
RESERVED = {page_name(stem, lang) for stem in ("index", since.STEM) for lang in messages.LANGUAGES}


class Made(NamedTuple):
    """The files written and the plan they are about."""

    notebook: Path
    parameters: Path
    plan: str


def new_report(name: str, plan: str = "") -> Made:
    """Write ``notebooks/<name>.ipynb`` and ``parameters/<name>.yaml`` into the workspace: a report of ``plan`` (empty: the
    first one that is not invented) with a cell for a table or a picture of one's own.

    Raises :class:`UsageError` for a name that is no file name or is taken, and for a plan that there is not.
    """
    if not _fits(name):
        wrong_value("report", name, messages.both("cli.report_name", most=LENGTH))
    there = plan_ids()
    if (plan and plan not in there) or not there:
        raise UsageError(Fault("NAME-PLAN", value=plan, fields={"expected": ", ".join(there)}))
    chosen = plan or next((one for one in there if not about_plan(one).get("synthetic")), there[0])
    here = workspace.chosen()
    made = Made(here.notebooks(f"{name}.ipynb"), here.parameters(f"{name}.yaml"), chosen)
    taken = [workspace.shown(file) for file in made[:2] if file.exists()]
    if taken:
        raise UsageError(*(Fault("FILE-THERE", file) for file in taken))
    written = {}
    for file in made[:2]:
        words = (TEMPLATES / f"{NAMED}{file.suffix}").read_text("utf-8")
        written[file] = words.replace(NAMED, name).replace(PLANNED, chosen).encode("utf-8")
    files.write_all(written)
    return made


def _fits(name: str) -> bool:
    """Whether files may be called so on every system, and no other page is."""
    sound = re.fullmatch(NAME, name) and "." not in name and len(name) <= LENGTH
    return bool(sound) and not PureWindowsPath(name).is_reserved() and f"{name}.html" not in RESERVED
