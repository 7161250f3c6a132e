"""Guards: areas and indicators come into the registers by questions, by options and from the workbook, in Chinese, English
optional; what is not known or is there already is named; a parameter file in GBK is read."""

import openpyxl
import pandas as pd
import pytest
from test_take_keeps import space  # noqa: F401
from typer.testing import CliRunner

from healthplan import cli, intake, registers
from healthplan import starter as templates
from healthplan.report.parameters import load_parameters

pytestmark = pytest.mark.usefixtures("space")


def call(*words: str, typed: str = "") -> str:
    """What a call says."""
    done = CliRunner().invoke(cli.app, words, input=typed)
    assert done.exit_code == 0, (done.output, done.exception)
    return done.output


def test_an_area_by_options_is_known_at_once():
    call("area", "add", "新设区", "--set", "上级地区=重庆市", "--set", "级别=区县")
    row = registers.load_areas().set_index("name_zh").loc["新设区"]
    assert (row["parent"], row["rank"], row["name_en"]) == ("chongqing", "district", "新设区")


def test_an_indicator_by_questions_and_its_figures_are_taken(tmp_path):
    said = call("indicator", "add", "某某随访率", typed="%\n上升\n")
    assert "单位" in said and "方向" in said
    row = registers.load_indicators().set_index("name_zh").loc["某某随访率"]
    assert (row["indicator_kind"], row["upper_bound"], row["direction"]) == (
        "share",
        100,
        "increase",
    )
    (tmp_path / "a.csv").write_text("指标,地区,年份,数值,单位\n某某随访率,万州区,2023,61,%\n", encoding="utf-8")
    assert pd.read_csv(intake.take_file(tmp_path / "a.csv"))["value"].tolist() == [61]


def test_every_question_is_asked_where_nothing_is_given():
    call("area", "add", typed="另一区\n万州区\n街镇\n500199\n\n\n\n\n")
    row = registers.load_areas().set_index("name_zh").loc["另一区"]
    assert (row["area"], row["parent"], row["rank"]) == ("a500199", "wanzhou", "town")


@pytest.mark.parametrize("register", ["area", "indicator"])
def test_the_workbook_is_filled_and_entered(register, tmp_path):
    templates.write_templates(tmp_path)
    path = tmp_path / {"area": "地区.xlsx", "indicator": "指标.xlsx"}[register]
    book = openpyxl.load_workbook(path)
    page = book.worksheets[0]
    row = {
        "地区名称": "甲新区",
        "上级地区": "重庆市",
        "级别": "区县",
        "指标名称": "甲新数",
        "单位": "个",
        "方向": "上升",
    }
    for cell in page[1]:
        page.cell(5, cell.column).value = row.get(cell.value)
    book.save(path)
    call(register, "add", "--file", str(path))
    table = registers.load_areas() if register == "area" else registers.load_indicators()
    assert row["地区名称" if register == "area" else "指标名称"] in set(table["name_zh"])
    assert not table["name_zh"].str.contains("某某区|某某机构数").any()


@pytest.mark.parametrize(
    ("words", "told"),
    [(("area", "add", "万州区", "--set", "上级地区=重庆市", "--set", "级别=区县"), "已经登记"),
     (("area", "add", "乙区", "--set", "上级地区=重庆市", "--set", "级别=大区"), "级别"),
     (("area", "add", "乙区", "--set", "上级地区=无此市", "--set", "级别=区县"), "无此市"),
     (("indicator", "add", "乙数", "--set", "单位=个", "--set", "方向=朝上"), "方向"),
     (("indicator", "add", "乙数", "--set", "不问=个"), "不问")],
)  # fmt: skip
def test_what_is_wrong_is_named_and_nothing_is_written(words, told):
    before = registers.load_areas(), registers.load_indicators()
    done = CliRunner().invoke(cli.app, words)
    assert told in str(done.exception)
    pd.testing.assert_frame_equal(registers.load_areas(), before[0])
    pd.testing.assert_frame_equal(registers.load_indicators(), before[1])


def test_a_parameter_file_in_gbk_is_read(tmp_path):
    path = tmp_path / "parameters" / "a.yaml"
    path.write_bytes("plan: demo-2027\ntitle: 本区规划\nobservations:\n  - 数据.csv\n".encode("gbk"))
    found = load_parameters(path)
    assert (found.title, found.observations) == ("本区规划", ["数据.csv"])
