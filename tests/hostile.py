"""The adapter that ``check_pack.py`` of the hostile pack asks for: the public reader, its rows and its faults.

Nothing is decided here: a file that the reader refuses is raised as the error that ``healthplan check``
prints, and everything else is handed on as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from healthplan import intake
from healthplan.errors import InputError

READERS = {
    "series": intake.read_figures,
    "targets": intake.read_targets,
    "params": intake.read_parameters,
}


def load(path: str, kind: str) -> tuple[list[dict], list[str]]:
    """Rows (dicts) and warnings (texts) of one file; raises when the file is refused."""
    found = READERS[kind](path)
    if not found.ok:
        raise InputError(*found.faults)
    rows = found.table.rename(columns={"indicator": "indicator_id", "area": "area_id"})
    rows = rows.rename(columns={"indicator_name": "indicator", "area_name": "area"})
    return rows.to_dict("records"), [fault.text() for fault in found.faults]
