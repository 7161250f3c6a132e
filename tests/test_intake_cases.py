"""Guards: each treacherous file of tests/intake_cases.py is refused for its reason, or read with its meaning kept."""

from __future__ import annotations

import pytest
from whole_line import as_text

from healthplan import intake
from tests.intake_cases import CASES, Case
from tests.intake_results import named, outcome


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
