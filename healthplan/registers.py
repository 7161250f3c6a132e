"""The registers that the tables refer to: indicators, areas, sources."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from healthplan import tables, workspace
from healthplan.errors import Fault, InputError


def read_table(path: Path, name: str) -> pd.DataFrame:
    """One of our own csv files as a checked table. Raises :class:`InputError` naming row and column."""
    shown = workspace.shown(path)
    if not path.is_file():
        raise InputError(Fault("FILE-MISSING", shown, fields={"expected": ""}))
    try:
        frame = pd.read_csv(path, dtype="str", keep_default_na=False, encoding="utf-8-sig")
    except (UnicodeDecodeError, pd.errors.ParserError) as error:
        reason = {"reason": str(error), "expected": "CSV, UTF-8"}
        raise InputError(Fault("FILE-FORMAT", shown, fields=reason)) from error
    return tables.check(frame, name, source=shown)


def load_indicators() -> pd.DataFrame:
    """The register of indicators (table ``indicators``) from data/indicators.csv."""
    return read_table(workspace.data("indicators.csv"), "indicators")


def load_areas() -> pd.DataFrame:
    """The register of areas with their parents (table ``areas``) from data/areas.csv."""
    return read_table(workspace.data("areas.csv"), "areas")


def load_sources() -> pd.DataFrame:
    """The register of printed sources (table ``sources``) from data/sources.csv."""
    return read_table(workspace.data("sources.csv"), "sources")


def load_departments() -> pd.DataFrame:
    """Names of departments in both languages (table ``departments``) from data/departments.csv."""
    return read_table(workspace.data("departments.csv"), "departments")
