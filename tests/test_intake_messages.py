"""Guards: the wording of every message (golden files), and docs/faults.md, which is made from the code.

After a wanted change: ``python -m tests.fault_catalogue``, then read the difference.
"""

from __future__ import annotations

import pytest
from whole_line import as_text

from healthplan import console
from healthplan.errors import SEVERITIES, catalogue
from tests import fault_catalogue
from tests.intake_cases import CASES
from tests.intake_results import examples, outcome


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_messages_are_worded_as_before(lang):
    wanted = (fault_catalogue.GOLDEN / f"intake.{lang}.txt").read_text(encoding="utf-8")
    assert fault_catalogue.golden(lang) == wanted


def test_the_catalogue_page_is_made_from_the_code():
    assert fault_catalogue.PAGE.read_text(encoding="utf-8") == fault_catalogue.page()


def test_every_code_of_the_intake_has_an_example_from_a_file():
    prefixes = (
        "TEXT-",
        "HEAD-",
        "ROW-",
        "CELL-",
        "YEAR-",
        "KEY-",
        "UNIT-",
        "VALUE-",
        "SCALE-",
        "SERIES-",
        "PART-",
        "LEFT-",
        "YAML-",
        "GOAL-",
        "GROUP-",
        "EDITION-",
        "AREA-",
    )
    ours = {code for code in catalogue() if code.startswith(prefixes)}
    when_taken = {"LEFT-AREA", "LEFT-INDICATOR", "LEFT-SERIES"}  # said by diff: tests/test_intake_files.py
    assert ours - set(examples()) == when_taken


def test_every_code_has_its_sentences_in_both_languages():
    for code, row in catalogue().items():
        assert row["severity"] in SEVERITIES, code
        assert row["problem_zh"] and row["problem_en"], code
        assert bool(row["expected_zh"]) == bool(row["expected_en"]), code
        assert bool(row["fix_zh"]) == bool(row["fix_en"]), code


def test_text_and_json_come_from_one_result(capsys):
    import json

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
