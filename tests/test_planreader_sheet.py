"""The sheet that a person confirms: written for Excel, taken back whole, every fault named."""

from pathlib import Path

import pandas as pd
import pytest

from healthplan.errors import InputError, UsageError
from healthplan.planreader import load_confirmed, read_plan, write_candidates
from healthplan.planreader.candidates import COLUMNS

PLAN = Path(__file__).parent / "planreader" / "province.txt"


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return read_plan(PLAN)


def _decide(path: Path, decisions: list[str], **changes: str) -> None:
    """Fill the decision column (and cells of the first row) as a person would."""
    frame = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    frame["decision"] = (decisions + ["drop"] * len(frame))[: len(frame)]
    for column, value in changes.items():
        frame.loc[0, column] = value
    frame.to_csv(path, index=False, encoding="gb18030")


def test_csv_opens_in_excel_and_has_the_columns(tmp_path: Path, rows: pd.DataFrame) -> None:
    path = write_candidates(rows, tmp_path / "out" / "sheet.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    assert list(frame.columns) == [*COLUMNS, "decision"]
    assert len(frame) == len(rows)


def test_accepted_rows_come_back_as_they_were(tmp_path: Path, rows: pd.DataFrame) -> None:
    path = write_candidates(rows, tmp_path / "sheet.csv")
    _decide(path, ["accept", "采用", "change"])
    back, faults = load_confirmed(path)
    assert faults == []
    pd.testing.assert_frame_equal(back[["name", "value", "deadline"]], rows.loc[:2, ["name", "value", "deadline"]])


def test_xlsx_round_trip(tmp_path: Path, rows: pd.DataFrame) -> None:
    import openpyxl

    path = write_candidates(rows, tmp_path / "sheet.xlsx")
    book = openpyxl.load_workbook(path)
    page = book.active
    last = page.max_column
    for r in range(2, page.max_row + 1):
        page.cell(r, last).value = "accept"
    book.save(path)
    back, faults = load_confirmed(path)
    assert faults == []
    pd.testing.assert_series_equal(back["value"], rows["value"])
    assert back["deadline"].tolist() == rows["deadline"].tolist()


def test_an_undecided_sheet_names_every_row(tmp_path: Path, rows: pd.DataFrame) -> None:
    path = write_candidates(rows, tmp_path / "sheet.csv")
    back, faults = load_confirmed(path)
    assert back.empty
    assert {fault.code for fault in faults} == {"READ-UNDECIDED"}
    assert [fault.row for fault in faults] == list(range(2, len(rows) + 2))


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("value", "大约80", "READ-NUMBER"),
        ("value", "", "READ-NUMBER"),
        ("value", "1,0", "READ-NUMBER"),
        ("comparator", "差不多", "READ-COMPARATOR"),
        ("comparator", "range", "READ-NUMBER"),
        ("deadline", "五年后", "READ-DEADLINE"),
        ("deadline", "2025-02-30", "READ-DEADLINE"),
        ("baseline_year", "去年", "READ-YEAR"),
        ("wording", "随便", "READ-WORD"),
        ("deadline", "2025-13", "READ-DEADLINE"),
        ("name", "", "READ-NAME"),
        ("decision", "maybe", "READ-DECISION"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, rows: pd.DataFrame, column: str, value: str, code: str) -> None:
    path = write_candidates(rows, tmp_path / "sheet.csv")
    _decide(path, ["accept"], **{column: value})
    back, faults = load_confirmed(path)
    assert [(fault.code, fault.row) for fault in faults] == [(code, 2)]
    assert back.empty
    assert faults[0].text("zh") != faults[0].text("en")


@pytest.mark.parametrize(
    ("column", "written", "kept"),
    [
        ("deadline", "2025年底", "2025-12"),
        ("deadline", "2025年12月", "2025-12"),
        ("deadline", "2025/6/30", "2025-06-30"),
        ("deadline", "Dec-25", "2025-12"),
        ("deadline", "2025.0", "2025"),
        ("comparator", "以上", ">="),
        ("comparator", "不高于", "<="),
        ("comparator", "'>=", ">="),
        ("value", "1,200", 1200.0),
        ("value", "８０", 80.0),
        ("wording", "力争", "strive"),
        ("nature", "约束性", "binding"),
        ("nature", "预期性指标", "expected"),
        ("baseline_year", "2020年底", "2020"),
        ("name", "婴儿\n死亡率", "婴儿 死亡率"),
        ("baseline_year", "2020.0", "2020"),
        ("baseline_year", "2020-12-31", "2020"),
    ],
)
def test_a_cell_is_read_as_people_and_spreadsheets_write_it(
    tmp_path: Path, rows: pd.DataFrame, column: str, written: str, kept: object
) -> None:
    path = write_candidates(rows, tmp_path / "sheet.csv")
    _decide(path, ["修改"], **{column: written})
    back, faults = load_confirmed(path)
    assert not faults and back[column].tolist() == [kept]


@pytest.mark.parametrize("decision", ["采用", "accept", "修改", "edit", "change", "Accept ", "采用。"])
def test_decisions_in_both_languages(tmp_path: Path, rows: pd.DataFrame, decision: str) -> None:
    path = write_candidates(rows, tmp_path / "sheet.csv")
    _decide(path, [decision, "删除"])
    back, faults = load_confirmed(path)
    assert not faults and len(back) == 1


def test_an_indicator_that_is_not_registered_is_named(tmp_path: Path, rows: pd.DataFrame) -> None:
    register = pd.DataFrame({"indicator": ["life"], "name_zh": ["人均预期寿命"], "unit": ["岁"]})
    for written, codes in (("../x", ["NAME-INDICATOR"]), ("人均预期寿命", []), ("life", [])):
        path = write_candidates(rows, tmp_path / "sheet.csv")
        _decide(path, ["采用"], indicator=written)
        back, faults = load_confirmed(path, register)
        assert [fault.code for fault in faults] == codes
        assert codes or back["indicator"].tolist() == ["life"]


def test_a_sheet_without_its_columns_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sheet.csv"
    path.write_text("name,value\nx,1\n", encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_confirmed(path)
    assert raised.value.faults[0].code == "READ-SHEET"


def test_a_formula_like_name_is_written_as_text(tmp_path: Path, rows: pd.DataFrame) -> None:
    wild = rows.head(1).assign(name="=HYPERLINK(1)")
    path = write_candidates(wild, tmp_path / "sheet.csv")
    assert "'=HYPERLINK" in path.read_text(encoding="utf-8-sig")


def test_another_ending_is_refused(tmp_path: Path, rows: pd.DataFrame) -> None:
    with pytest.raises(UsageError):
        write_candidates(rows, tmp_path / "sheet.docx")


def test_a_change_for_every_year_says_so(tmp_path: Path) -> None:
    """每年下降0.5个百分点 is not 0.5 in all."""
    plan = tmp_path / "plan.txt"
    plan.write_text(
        "某区规划（2022—2027年）\n一、主要目标\n到2027年，区域内就诊率逐年提高1个百分点。\n",
        encoding="utf-8",
    )
    row = read_plan(plan, lang="zh").iloc[0]
    assert (row["comparator"], row["value"], row["per"]) == ("increase_by", 1, "year")
