"""Guards: every check is in one list with what it looks at and how a person answers it; what can be answered with a word is,
and what cannot be stays refused."""

import pytest

from healthplan import intake
from healthplan.errors import catalogue
from healthplan.intake import figure_checks
from healthplan.intake.rows import ANSWERABLE
from healthplan.language.dates import confirmed, meaning

HEAD = "指标,地区,年份,数值,单位,分子,分母,备注\n"


def series(name: str, unit: str, *values: float) -> list[str]:
    """Rows of one measure, from 2018 on."""
    return [f"{name},万州区,{2018 + n},{v},{unit},,," for n, v in enumerate(values)]


FILES = {
    "SCALE-ONE": series("婴儿死亡率", "‰", 3.1, 3.2, 2.9, 3.0, 3.1, 31),
    "SCALE-ALL": series("居民健康素养水平", "%", 0.21, 0.22, 0.23),
    "VALUE-FAR": series("人均预期寿命", "岁", 12.1),
    "VALUE-NEGATIVE": series("某某指数", "分", -3),
    "VALUE-PART": series("活产数", "人", 2000.5, 2100, 2050),
    "PART-ZERO": [*series("活产数", "人", 0), *series("孕产妇死亡人数", "人", 2)],
    "PART-COUNT": [*series("活产数", "人", 900), *series("孕产妇死亡人数", "人", 2), *series("孕产妇死亡率", "1/10万", 0)],
    "PART-FAR": ["婴儿死亡率,万州区,2018,30,‰,3,1000,"],
    "PART-ABOVE": [*series("婴儿死亡率", "‰", 5), *series("5岁以下儿童死亡率", "‰", 4)],
}  # fmt: skip
FINAL = {
    "VALUE-HIGH": series("居民健康素养水平", "%", 30, 146),
    "VALUE-LOW": series("居民健康素养水平", "%", 30, -5),
    "YEAR-FUTURE": ["婴儿死亡率,万州区,2090,3,‰,,,"],
}


def said(rows: list[str], tmp_path, note: str = "") -> tuple[bool, set[str]]:
    """Whether the file enters, and the codes said."""
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "\n".join(row + note for row in rows) + "\n", encoding="utf-8")
    found = intake.read_figures(path)
    return found.ok, {one.code for one in found.faults}


def test_the_list_says_of_every_error_how_it_is_answered():
    codes = {code: one.answer for one in figure_checks.CHECKS for code in one.codes.split()}
    assert set(codes) <= set(catalogue())
    wrong = {code for code in codes if catalogue()[code]["severity"] == "error"}
    by_word = {code for code in wrong if codes[code] == figure_checks.WORD}
    assert by_word | {"KEY-SPELLING"} == ANSWERABLE
    for code in ANSWERABLE:
        assert "已核实" in catalogue()[code]["fix_zh"], code
    for code in wrong:
        assert catalogue()[code]["fix_zh"], code


@pytest.mark.parametrize("code", list(FILES))
def test_a_doubt_is_answered_with_a_word_and_stays_as_a_warning(code, tmp_path):
    ok, codes = said(FILES[code], tmp_path)
    assert not ok and code in codes
    ok, codes = said(FILES[code], tmp_path, "已核实")
    assert ok and "VALUE-CONFIRMED" in codes, codes
    assert not said(FILES[code], tmp_path, "未核实")[0]


@pytest.mark.parametrize("code", list(FINAL))
def test_what_cannot_be_is_not_made_true_by_a_word(code, tmp_path):
    ok, codes = said(FINAL[code], tmp_path, "已核实")
    assert not ok and code in codes


def test_a_declared_break_answers_for_the_figures_behind_it(tmp_path):
    rows = series("每千人口医疗卫生机构床位数", "张/千人", 6.1, 6.2, 6.3, 68, 69)
    assert not said(rows, tmp_path)[0]
    rows[3] += "口径变化：改按户籍人口"
    assert "SCALE-ONE" not in said(rows, tmp_path)[1]


def test_a_goal_is_answered_too(tmp_path):
    path = tmp_path / "t.csv"
    head = "指标,地区,目标年份,目标值,单位,方向,备注\n人均预期寿命,万州区,2030,12,岁,上升,"
    path.write_text(head + "\n", encoding="utf-8")
    assert not intake.read_targets(path).ok
    path.write_text(head + "经核实无误\n", encoding="utf-8")
    assert "VALUE-CONFIRMED" in {one.code for one in intake.read_targets(path).faults}


@pytest.mark.parametrize(
    ("words", "sure"),
    [("已核实", True), ("经省疾控中心确认，暴发疫情", True), ("数据属实", True), ("核实无误", True), ("verified with CDC", True),
     ("未核实", False), ("未经核实", False), ("待确认", False), ("请核实", False), ("是否属实？", False), ("not verified", False),
     ("unconfirmed", False), ("核实中", False), ("", False), ("确诊病例", False), ("已核实有误", False)],
)  # fmt: skip
def test_who_has_looked_says_so(words, sure):
    assert confirmed(words) == sure


@pytest.mark.parametrize(
    ("words", "meant"),
    [("预计", "forecast"), ("预计数", "forecast"), ("2025年预计数，待年报", "forecast"), ("规划目标值", "target"), ("（预测）", "forecast"),
     ("projected", "forecast"), ("a forecast", "forecast"), ("规划信息科", ""), ("所属规划", ""), ("see explanation", ""), ("按规划口径", ""),
     ("见目标责任书", ""), ("as expected by the plan office", ""), ("快报数", "preliminary"), ("2023年口径变化", "break")],
)  # fmt: skip
def test_a_word_of_a_plan_is_one_only_where_it_is_all_that_is_said(words, meant):
    assert meaning(words) == meant
