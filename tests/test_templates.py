"""Guards: the templates are read back by the same check, their own rows never enter as data, and filled-in rows
do; the lists offer the registered words; writing them twice gives the same bytes."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest
from whole_line import as_text

from healthplan import intake, registers
from healthplan import starter as templates
from healthplan.messages import text

TODAY = date(2026, 6, 30)


@pytest.fixture
def written(tmp_path):
    return {path.stem: path for path in templates.write_templates(tmp_path)}


def fill(path, *rows: dict) -> None:
    """Type rows below the examples, as a person would."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for at, row in enumerate(rows, 5):
        for name, value in row.items():
            sheet.cell(at, heads[name], value)
    book.save(path)


def test_an_empty_template_holds_no_data(written):
    for name in ("数据", "目标"):
        found = intake.read_any(written[name], today=TODAY)
        assert [fault.code for fault in found.errors] == ["DATA-NONE"], as_text(found)
        assert "example_row" in set(found.left_out["reason"])
        assert not [f for f in found.warnings if f.severity == "warning"], as_text(found)


def test_figures_come_back(written):
    row = {
        "指标": "婴儿死亡率",
        "地区": "万州区",
        "年份": 2024,
        "数值": 2.5,
        "单位": "‰",
        "来源": "年报",
        "数据状态": "初步",
        "人群": "农村",
        "版本": 2025,
        "人口口径": "常住（七普）",
    }
    fill(written["数据"], row, {**row, "年份": 2023, "数值": "2.6", "数据状态": "口径变化"})
    found = intake.read_any(written["数据"], today=TODAY)
    assert (found.ok, found.kind) == (True, "figures"), as_text(found)
    told = found.table[["group", "edition", "basis"]].drop_duplicates().to_numpy().tolist()
    assert told == [["rural", "2025", "常住（七普）"]]
    rows = found.table.sort_values("year")[["indicator", "area", "year", "value", "obs_status"]].to_numpy().tolist()
    assert rows == [
        ["infant_mortality_rate", "wanzhou", 2023, 2.6, "break"],
        ["infant_mortality_rate", "wanzhou", 2024, 2.5, "preliminary"],
    ]


def test_targets_come_back(written):
    fill(
        written["目标"],
        {
            "指标": "婴儿死亡率",
            "地区": "万州区",
            "目标年份": 2030,
            "目标值": "2以内",
            "单位": "‰",
            "方向": "下降",
            "指标属性": "约束性",
        },
    )
    found = intake.read_any(written["目标"], today=TODAY)
    assert (found.ok, found.kind) == (True, "targets"), as_text(found)
    row = found.table.iloc[0]
    assert (row["comparator"], row["value"], row["deadline"], row["nature"]) == (
        "<=",
        2.0,
        "2030",
        "binding",
    )
    candidate = intake.as_candidates(found).iloc[0]
    assert (candidate["indicator"], candidate["name"], candidate["deadline"]) == (
        "infant_mortality_rate",
        "婴儿死亡率",
        "2030",
    )


def test_lists_offer_the_registered_words(written):
    book = openpyxl.load_workbook(written["数据"])
    lists = book[text("templates.lists_sheet", "zh")]
    offered = {lists.cell(row, 1).value for row in range(3, lists.max_row + 1)}
    assert set(registers.load_indicators()["name_zh"]) <= offered
    kinds = {v.type for v in book.worksheets[0].data_validations.dataValidation}
    assert kinds == {"list", "whole"}


def test_the_mark_of_sheets_that_are_not_read_is_one(written):
    from healthplan.intake.faults import EXAMPLE, REFERENCE

    assert templates.REFERENCE == REFERENCE
    assert all(text("templates.example", lang).startswith(EXAMPLE) for lang in ("zh", "en"))


def test_the_same_template_has_the_same_bytes(tmp_path):
    one = templates.write_templates(tmp_path / "a")
    other = templates.write_templates(tmp_path / "b")
    assert [p.read_bytes() for p in one] == [p.read_bytes() for p in other]
