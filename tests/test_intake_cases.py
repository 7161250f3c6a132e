"""Guards: each treacherous file of tests/intake_cases.py is refused for its reason, or read with its meaning kept."""

from __future__ import annotations

from datetime import date

import pytest

from healthplan import intake
from tests.intake_cases import CASES, Case, write

TODAY = date(2026, 6, 30)
READ = {
    "series": lambda path: intake.read_figures(path, today=TODAY),
    "targets": lambda path: intake.read_targets(path, today=TODAY),
    "params": intake.read_parameters,
}


def held(found: intake.Intake) -> dict:
    """What a table holds, by names and year."""
    year = "year" if "year" in found.table else "target_year"
    rows = found.table.to_dict("records")
    return {(r["indicator_name"], r["area_name"], int(r[year])): r["value"] for r in rows if not r.get("period")}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")
def test_case(case: Case, tmp_path):
    found = READ[case.kind](write(case, tmp_path))
    said = "\n".join(fault.text("zh") for fault in found.faults)
    body = said.replace(str(tmp_path / case.name), "")
    assert found.ok == case.ok, said
    assert [word for word in case.says if word not in body] == [], said
    assert [word for word in case.absent if word in said] == []
    if not case.ok:
        assert case.name in said
        assert found.table.empty
    if case.values is not None:
        assert held(found) == pytest.approx(case.values), said
