"""What the intake takes of a pack of a district's papers, held against the pack's ``figures.csv`` and ``traps.csv``.

``python -m tests.hour_measure FOLDER AREA`` prints for every table of the folder how many figures were taken right, wrong
(another value, year, area or indicator, or a trap) and are missing, and why a file was refused.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from healthplan import intake

NO_PAPERS = ("figures.csv", "traps.csv", "truth.csv")


class Taken(NamedTuple):
    """What was taken of one file; ``wrong`` and ``missing`` are listed as they stand."""

    file: str
    right: int
    wrong: list[tuple]
    missing: list[tuple]
    other: int
    refused: dict[str, int]


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _number(written: str) -> float | None:
    try:
        return float(written)
    except ValueError:
        return None


def measure(path: Path, area: str) -> Taken:
    """One file of a pack read for an area. A figure without a registered indicator is told by its area, year and value;
    one of a group or a part of a year is no level of the area's year and not counted."""
    found = intake.read_figures(path, area=area)
    register = intake.register()
    mine = [r for r in _rows(path.parent / "figures.csv") if r["file"] == path.name]
    traps = [r for r in _rows(path.parent / "traps.csv") if r["file"] == path.name]
    right = {(r["indicator"], r["area"], int(r["year"]), round(float(r["value"]), 6)): r["need"] for r in mine}
    # a part that the pack's register did not have may be taken under a name of its own
    apart = {(r["year"], _number(r["printed"])) for r in traps if not r["indicator"]}
    apart -= {(r["year"], _number(r["printed"])) for r in traps if r["why"].startswith("slip")}
    snares = {(r["indicator"], r["year"], _number(r["printed"])) for r in traps}
    held, wrong, other = set(), [], 0
    for row in found.table.itertuples():
        if row.period or row.group or row.area_name == "全市":  # whose city that is the taking says
            continue
        known = row.indicator if row.indicator in register.about else ""
        key = (known, row.area_name, int(row.year), round(float(row.value), 6))
        key = key if key in right else ("", *key[1:])  # a name that the pack's register did not have
        if key in right:
            held.add(key)
        elif (str(row.year), float(row.value)) in apart:
            other += 1
        elif known or (known, str(row.year), float(row.value)) in snares:
            wrong.append((*key, row.indicator_name))
        else:
            other += 1
    missing = [key for key, need in right.items() if need == "core" and key not in held]
    refused = Counter(fault.code for fault in found.errors)
    return Taken(path.name, len(held), wrong, missing, other, dict(refused))


def papers(folder: Path) -> list[Path]:
    """The tables of a pack."""
    every = (p for p in sorted(folder.iterdir()) if p.suffix in (".xlsx", ".csv"))
    return [path for path in every if path.name not in NO_PAPERS]


def main(folder: str, area: str) -> None:
    """Prints the account."""
    total: Counter[str] = Counter()
    for one in (measure(path, area) for path in papers(Path(folder))):
        count = {"right": one.right, "wrong": len(one.wrong), "missing": len(one.missing)}
        total.update(count)
        print(one.file, count, "other", one.other, one.refused or "")
        if "-v" in sys.argv:
            print("   wrong", one.wrong, "\n   missing", one.missing)
    print("all", dict(total))


if __name__ == "__main__":
    main(*sys.argv[1:3])
