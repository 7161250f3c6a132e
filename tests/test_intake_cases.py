"""Guards: each treacherous file of tests/intake_cases.py is refused for its reason, or read with its meaning kept; of every
file that is taken each filled row and column is read, listed as left out, or spoken of in a fault; and the wording of every
message (golden files), with docs/faults.md, which is made from the code. They stand together because each file is read once.

After a wanted change of words: ``python -m tests.fault_catalogue``, then read the difference.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from whole_line import as_text

from healthplan import console, intake
from healthplan.errors import SEVERITIES, catalogue
from healthplan.intake import headers, layout
from healthplan.intake.book import Book, Sheet
from healthplan.intake.forms import Known
from healthplan.intake.opening import open_book
from healthplan.language import vocabulary
from tests import fault_catalogue
from tests.intake_cases import CASES, Case, write
from tests.intake_results import TODAY, examples, named, outcome


def held(found: intake.Intake) -> dict:
    """What a table holds, by names and year."""
    year = "year" if "year" in found.table else "target_year"
    rows = found.table.to_dict("records")
    return {(r["indicator_name"], r["area_name"], int(r[year])): r["value"] for r in rows if not r.get("period")}


@pytest.mark.parametrize("case", CASES, ids=named)
def test_case(case: Case):
    found = outcome(case)
    said = as_text(found, "zh")
    body = said.replace(case.name, "")
    assert found.ok == case.ok, said
    assert [word for word in case.says if word not in body] == [], said
    assert [word for word in case.absent if word in said] == []
    if not case.ok:
        assert case.name in said
        assert found.table.empty
    assert set(case.codes) <= {fault.code for fault in found.faults}
    if case.values is not None:
        assert held(found) == pytest.approx(case.values), said


def test_every_message_can_be_printed_in_both_languages():
    """No field is missing in a sentence, no control character gets through, nothing is left unfilled."""
    for case in CASES:
        for fault in outcome(case).faults:
            for lang in ("zh", "en"):
                said = fault.text(lang)
                assert said.isprintable(), (named(case), said)
                assert "None" not in said and "nan" not in said, (named(case), said)


def test_every_filled_cell_is_read_refused_or_listed():
    """The words of a file that is read stand in its table or in its list of what is left out."""
    case = next(c for c in CASES if c.name == "wide_forecast_and_goal.csv")
    found = outcome(case)
    assert set(found.left_out["value"]) == {"2.1", "2.0"}
    assert set(found.left_out["reason"]) == {"forecast_column", "goal_column"}


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
        at = layout.following(at, Known(TODAY))


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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_messages_are_worded_as_before(lang):
    wanted = (fault_catalogue.GOLDEN / f"intake.{lang}.txt").read_text(encoding="utf-8")
    assert fault_catalogue.golden(lang) == wanted


def test_the_catalogue_page_is_made_from_the_code():
    assert fault_catalogue.PAGE.read_text(encoding="utf-8") == fault_catalogue.page()


def test_every_code_of_the_intake_has_an_example_from_a_file():
    kinds = "TEXT HEAD ROW CELL YEAR KEY UNIT VALUE SCALE SERIES PART LEFT YAML GOAL GROUP EDITION AREA"
    ours = {code for code in catalogue() if code.partition("-")[0] in kinds.split()}
    when_taken = {"LEFT-AREA", "LEFT-CELL", "LEFT-INDICATOR", "LEFT-SERIES"}  # said by diff: tests/test_intake_files.py
    of_areas = {"GOAL-NOT-JUDGED", "GOAL-NO-FIGURES"}  # said by gaps --targets: tests/test_province.py
    assert ours - set(examples()) == when_taken | of_areas


def test_every_code_has_its_sentences_in_both_languages():
    for code, row in catalogue().items():
        assert row["severity"] in SEVERITIES, code
        assert row["problem_zh"] and row["problem_en"], code
        assert bool(row["expected_zh"]) == bool(row["expected_en"]), code
        assert bool(row["fix_zh"]) == bool(row["fix_en"]), code


def test_text_and_json_come_from_one_result(capsys):
    found = next(outcome(c) for c in CASES if c.name == "about.csv")
    console.show_check([found], ["about.csv"], "json")
    whole = json.loads(capsys.readouterr().out)
    whole = whole[0] if isinstance(whole, list) else whole
    assert whole["ok"] is False
    assert [f["code"] for f in whole["faults"]] == [f.code for f in found.faults]
    assert [(f["row"], f["column"], f["value"]) for f in whole["faults"][:3]] == [
        (5, "数值", "近3.5"),
        (6, "数值", "3左右"),
        (7, "数值", "2-3"),
    ]
    assert len(as_text(found).split("\n")) == len(found.faults)
