"""A table enters checked, whole or not at all, and every fault is named in one pass."""

import pandas as pd
import pytest

from healthplan import tables
from healthplan.errors import InputError

GOOD = {
    "indicator": ["a", "a"],
    "area": ["x", "x"],
    "year": ["2020", "2021"],
    "period": ["", ""],
    "value": ["3.5", "3.6"],
    "unit": ["‰", "‰"],
    "numerator": ["", ""],
    "denominator": ["", ""],
    "source": ["s", "s"],
    "obs_status": ["final", "final"],
    "note": ["", ""],
}


def faults_of(**changes):
    with pytest.raises(InputError) as caught:
        tables.check(pd.DataFrame({**GOOD, **changes}), "observations", source="f.csv")
    return [(f.code, f.row, f.column) for f in caught.value.faults]


def test_good_text_cells_come_back_typed():
    out = tables.check(pd.DataFrame(GOOD), "observations")
    assert out["year"].dtype == "Int64"
    assert out["value"].tolist() == [3.5, 3.6]
    assert out["numerator"].isna().all()
    assert list(out.columns) == tables.columns("observations")


def test_a_text_cell_hides_no_other_fault():
    """One unreadable cell must not keep a wrong number in another row from being reported."""
    found = faults_of(value=["many", "3"], denominator=["", "-1"])
    assert ("TAB-TYPE", 2, "value") in found
    assert ("TAB-RANGE", 3, "denominator") in found


def test_missing_is_never_zero():
    out = tables.check(pd.DataFrame({**GOOD, "denominator": ["", "12"]}), "observations")
    assert pd.isna(out["denominator"].iloc[0])
    assert faults_of(value=["", "1"]) == [("TAB-EMPTY", 2, "value")]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"year": ["2020", "2020"]}, ("TAB-KEY", 3, "indicator")),
        ({"year": ["2020.5", "2021"]}, ("TAB-TYPE", 2, "year")),
        ({"year": ["20160", "2021"]}, ("TAB-RANGE", 2, "year")),
        ({"obs_status": ["sure", "final"]}, ("TAB-WORD", 2, "obs_status")),
        ({"value": ["inf", "1"]}, ("TAB-TYPE", 2, "value")),
    ],
)
def test_each_fault_is_placed(changes, expected):
    assert faults_of(**changes) == [expected]


def test_missing_and_unknown_columns():
    frame = pd.DataFrame({"target_id": ["t"], "surprise": ["x"]})
    with pytest.raises(InputError) as caught:
        tables.check(frame, "series")
    codes = {(f.code, f.column) for f in caught.value.faults}
    assert ("TAB-EXTRA", "surprise") in codes
    assert ("TAB-COLUMN", "basis") in codes


def test_open_tables_keep_what_they_do_not_know_behind():
    out = tables.check(pd.DataFrame({**GOOD, "file": ["f", "f"]}), "observations")
    assert list(out.columns) == [*tables.columns("observations"), "file"]


@pytest.mark.parametrize("name", tables.ALL)
def test_empty_tables_pass_their_own_check(name):
    assert tables.check(tables.empty(name), name).empty


def test_a_repeated_key_is_told_together_with_faulty_cells():
    frame = pd.DataFrame(
        {
            "area": ["a", "a", "", ""],
            "name_zh": ["甲", "乙", "丙", "丁"],
            "name_en": ["A", "", "C", "D"],
        }
    ).reindex(columns=tables.columns("areas"), fill_value="")
    with pytest.raises(InputError) as raised:
        tables.check(frame, "areas")
    found = {(fault.code, fault.row, fault.column) for fault in raised.value.faults}
    assert {("TAB-KEY", 3, "area"), ("TAB-EMPTY", 3, "name_en")} <= found
    assert not {row for code, row, _ in found if code == "TAB-KEY"} - {3}
