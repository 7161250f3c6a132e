"""One reader for any file a person has: it says what kind the file is and reads it as that."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd

from healthplan import workspace
from healthplan.errors import InputError, one_of
from healthplan.intake import declared, headers, opening, readers
from healthplan.intake.book import Book
from healthplan.intake.faults import REFERENCE, fault, left_out
from healthplan.intake.forms import Known
from healthplan.intake.opening import YAML_ENDINGS, open_book
from healthplan.intake.readers import Intake
from healthplan.language import characters

KINDS = ("figures", "targets", "parameters", "ledger", "plan_sheet")


def read_any(
    path: str | Path,
    kind: str | None = None,
    *,
    observations: pd.DataFrame | None = None,
    today: date | None = None,
    area: str = "",
) -> Intake:
    """A file of any kind as an :class:`Intake`; ``kind`` (one of :data:`KINDS`) overrides the guess.

    Guessed from the header: our own declared tables (checked as they stand), the quarterly ledger, a sheet of candidate
    targets (kind plan_sheet; its rows come back as text), a target sheet, else figures. YAML is a target sheet when it
    is a list or has the key 目标 or targets, else a parameter file. ``area``: of every table and line that names none.

    Raises :class:`UsageError` for an unknown kind, nothing for a bad file.
    """
    if kind is not None:
        one_of("--kind", kind, KINDS)
    shown = workspace.legible(str(path))
    if str(path).lower().endswith(YAML_ENDINGS):
        wanted = kind or _kind_of_yaml(path)
        if wanted == "targets":
            return readers.read_targets(path, observations=observations, today=today, area=area)
        if wanted == "parameters":
            return readers.read_parameters(path)
    try:
        book = open_book(path, shown)
    except InputError as error:
        return readers.refused(error, kind or "figures", shown)
    known = readers.knowing(today=today, area=area)
    ours = declared.find(book)
    if ours is not None and kind in (None, ours.name):
        return _declared(ours, book)
    if kind in _EXPECTED:
        missing = InputError(fault("HEAD-KIND", shown, expected=_EXPECTED[kind]))
        return replace(readers.refused(missing, kind, shown), table=pd.DataFrame(), encoding=book.encoding)
    if kind == "targets" or (kind is None and _is_target_sheet(book, known)):
        return readers.targets_of(book, known, observations)
    return readers.figures_of(book, known)


_EXPECTED = {
    "ledger": "任务编号,任务,季度,取数方式,方向,单位,计划值,实际值",
    "plan_sheet": "indicator,name,comparator,value,unit,deadline,evidence,decision",
}


def _kind_of_yaml(path: str | Path) -> str:
    """Targets when the first words of the file are a list or the key of one; a refusal is left to the reader."""
    try:
        head = opening.local(path).read_bytes()[:4096].decode("utf-8", "ignore")
    except InputError:
        return "parameters"
    lines = [line for line in head.lstrip("\ufeff").split("\n") if line.strip()]
    lines = [line for line in lines if not line.startswith(("#", "---", "%"))]
    keys = {characters.key(re.split("[:：]", one)[0]) for one in lines if one[0] not in " \t"}
    listed = bool(lines) and lines[0].startswith("- ")
    return "targets" if listed or keys & {"目标", "targets"} else "parameters"


def _declared(found: declared.Declared, book: Book) -> Intake:
    table, faults, left = declared.check(found, book)
    every = readers.in_order([*book.faults, *faults])
    return Intake(table, every, left_out(left, book.file), found.name, book.encoding)


def _is_target_sheet(book: Book, known: Known) -> bool:
    """A header that asks for a target value and not for an observed one."""
    for sheet in book.sheets:
        skipped = sheet.hidden or sheet.cell(0, 0).text.startswith(REFERENCE)
        at = None if skipped else headers.find(sheet, known)
        if at is not None:
            roles, asks = at.roles(), bool({"target_value", "goal"} & at.roles())
            if asks and "target_year" in roles and len(at.having("figures")) == 1:
                return True  # where things stood (2020年) beside what is asked
            return asks and not {"value", "figures"} & roles
    return False
