"""Guards: no silent loss. Of every file that is taken, each filled row and column is read, listed as left out, or
spoken of in a fault."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthplan.intake import headers
from healthplan.intake.book import Book, Sheet
from healthplan.intake.forms import Known
from healthplan.intake.opening import open_book
from healthplan.language import vocabulary
from tests.intake_cases import CASES, Case, write
from tests.intake_results import TODAY, named, outcome

TAKEN = [c for c in CASES if c.kind == "series" and c.ok and c.name.endswith((".csv", ".xlsx", ".txt"))]


def opened(case: Case) -> Book:
    """The cells of the case's file."""
    with tempfile.TemporaryDirectory() as folder:
        return open_book(write(case, Path(folder)), case.name)


def numbers(written: object) -> set[int]:
    """The row numbers of a span such as 2-10, 14."""
    found: set[int] = set()
    for first, last in re.findall(r"(\d+)(?:-(\d+))?", str(written)):
        found |= set(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_every_filled_row_is_accounted_for(case):
    found = outcome(case)
    spoken: set[tuple[str, int]] = {(f.sheet, f.row) for f in found.faults if f.row}
    for fault in found.faults:
        spoken |= {(fault.sheet, n) for n in numbers(fault.fields.get("rows", ""))}
        if "old_row" in fault.fields:
            spoken.add((fault.sheet, int(fault.fields["old_row"])))
    read = set(zip(found.table["sheet"], found.table["row"].astype(int), strict=True))
    rows = found.left_out.dropna(subset=["row"])
    left = set(zip(rows["sheet"], rows["row"].astype(int), strict=True))
    whole = set(found.left_out.loc[found.left_out["row"].isna(), "sheet"])
    for sheet in opened(case).sheets:
        if sheet.name in whole or not sheet.used():
            continue
        heads = set(header_rows(sheet))
        for at, row in enumerate(sheet.rows, 1):
            filled = any(not cell.blank for cell in row)
            known = (sheet.name, at) in read | left | spoken or at in heads
            assert known or not filled, (named(case), at, [c.text for c in row])


def header_rows(sheet: Sheet) -> Iterator[int]:
    """The rows (from 1) of every header of a sheet."""
    at = headers.find(sheet, Known(TODAY))
    while at is not None:
        yield from range(at.row + 1, at.first + 1)
        following = [r for r in range(at.first, len(sheet.rows)) if headers.at(sheet, r, Known(TODAY))]
        at = headers.at(sheet, following[0], Known(TODAY)) if following else None


@pytest.mark.parametrize("case", TAKEN, ids=named)
def test_every_filled_column_is_known_or_listed(case):
    found = outcome(case)
    listed = set(found.left_out["column"]) | {f.column for f in found.faults}
    read = set(found.table["column"])
    for sheet in opened(case).sheets:
        at = None if sheet.hidden else headers.find(sheet, Known(TODAY))
        for heading in at.headings if at is not None else []:
            spoken = any(str(c).startswith(heading.text) for c in read | listed)
            words = heading.role in vocabulary.column_words() or heading.role == "blank"
            assert words or spoken, (named(case), heading.text, heading.role)
