"""Guards: a date meaning one thing in a target sheet, another in a sentence, and a day that is on no calendar."""

from datetime import date

import pandas as pd
import pytest
from goals_in_text import read_text
from whole_line import plan_gaps

from healthplan import intake, newplan, planreader, registers, tables
from healthplan.errors import InputError
from healthplan.language import dates
from healthplan.planreader.dates import Period
from healthplan.plans import load_plan
from healthplan.starter import make_workspace
from tests.intake_cases import nurses, targets

SPELLED = {
    "2027": "2027年;到2027年;2027年内;2027年度;2027年全年;力争2027年;二〇二七年;二零二七年;2025—2027年;在2027年之前",
    "2027-12": "2027年底;2027年底前;到2027年末;2027年年底前;2027年下半年;二○二七年底;2027年12月;2027年十二月底前;2027年Q4;截至2027年底",
    "2027-06": "2027年上半年;2027年第二季度末;2027年6月;2027年06月;2027年6月底前;2027年六月;二〇二七年六月底前;2027年年中;2027年6月中旬",
    "2027-03": "2027年一季度;2027年第1季度",
    "2027-09": "2027年第3季度;2027年三季度前;２０２７年９月",
    "2027-06-30": "2027年6月30日前;二〇二七年六月30日",
    "2010": "十一五末;“十一五”期末",
    "2025": "“十四五”末;到“十四五”期末;“十四五”期间",
    "2030": "十五五末;“十五五”时期末",
    "": "2027年2月30日;2027年13月",
}  # fmt: skip
OF_THE_YEAR = {
    "2027": "年内;今年;全年;本年度",
    "2027-12": "年底前;今年年底前;下半年;四季度末;年末",
    "2027-06": "上半年;6月底前;六月底前",
    "2027-09": "三季度",
    "2027-11-30": "11月30日前",
    "": "2月30日前",
}


def pairs(table):
    return [(word, meant) for meant, words in table.items() for word in words.split(";")]


def in_a_sentence(word, period):
    return [claim.deadline for claim in read_text(f"{word}，签约率达到45%。", period)]


@pytest.mark.parametrize(("word", "meant"), pairs(SPELLED))
def test_a_date_is_one_in_a_cell_and_a_sentence(word, meant):
    assert dates.deadline(word) == meant
    assert in_a_sentence(word, Period(2005, 2030)) == [meant]


@pytest.mark.parametrize(("word", "meant"), pairs(OF_THE_YEAR))
def test_words_without_a_year_take_the_year_of_a_plan_for_one_year(word, meant):
    assert in_a_sentence(word, Period(2027, 2027)) == [meant]
    assert dates.deadline(word) == ""


@pytest.mark.parametrize(("word", "meant"), [p for p in pairs(SPELLED) if p[1] > "2026"])
def test_a_date_of_a_target_sheet(word, meant, tmp_path):
    path = tmp_path / "目标.csv"
    path.write_text(targets(nurses(year=word)), encoding="utf-8")
    found = intake.read_targets(path, today=date(2026, 1, 1))
    assert found.table["deadline"].tolist() == [meant]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("deadline", ["2027", "2027-06", "2027-12", "2027-06-30"])
def test_a_date_is_read_back_from_the_words_it_is_written_in(deadline, lang):
    assert dates.deadline(dates.when(deadline, lang)) == deadline


@pytest.mark.parametrize("wrong", ["2025-99-77", "2025-02-30", "2025-13", "2025-6", "２０２５", "25"])
@pytest.mark.parametrize("name", ["targets", "milestones"])
def test_no_table_takes_a_day_that_is_on_no_calendar(name, wrong):
    row = {c.name: (c.words or ("2024",))[0] for c in tables.ALL[name].columns}
    row |= {"deadline": "2024-02-29"}
    tables.check(pd.DataFrame([row]), name)
    with pytest.raises(InputError) as raised:
        tables.check(pd.DataFrame([row | {"deadline": wrong}]), name)
    assert [fault.column for fault in raised.value.faults] == ["deadline"]


def test_a_plan_issued_on_no_day_is_refused(tmp_path, monkeypatch):
    make_workspace(tmp_path / "ws")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "ws"))
    about = next((tmp_path / "ws" / "data" / "plans").glob("*/plan.yaml"))
    lines = about.read_text(encoding="utf-8").splitlines()
    lines = ["issued: 2024-02-30" if line.startswith("issued:") else line for line in lines]
    about.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        load_plan(about.parent.name)
    assert [(f.code, f.column) for f in raised.value.faults] == [("TAB-RANGE", "issued")]


def test_from_a_document_to_a_verdict(tmp_path, monkeypatch):
    """约 is kept with its tolerance, 2025年底 with its month, and what falls short of 左右 is not met."""
    make_workspace(tmp_path / "ws")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "ws"))
    document = tmp_path / "规划.txt"
    document.write_text(
        "某区卫生规划（2021—2025年）\n一、主要目标\n"
        "二〇二五年底前，甲项服务利用比率稳定在50%左右，乙项不良发生率不宜超过3%。\n", encoding="utf-8",
    )  # fmt: skip
    path = planreader.write_candidates(planreader.read_plan(document), tmp_path / "sheet.csv")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.assign(decision="采用").to_csv(path, index=False, encoding="utf-8-sig")
    rows, faults = planreader.load_confirmed(path)
    assert not faults
    made = newplan.new_plan(rows, plan_id="my", area="demo", title="规划", indicators=registers.load_indicators())
    newplan.write_plan(made)
    plan = load_plan("my")
    goals = plan.targets[["comparator", "value", "tolerance", "deadline"]].fillna(0).to_numpy().tolist()
    assert goals == [["=", 50.0, 1.0, "2025-12"], ["<=", 3.0, 0.0, "2025-12"]]
    lines = ["指标,地区,年份,数值,单位,来源"]
    for name, values in zip(plan.targets["name_zh"], ([56, 53, 50, 47], [5, 4, 3.4, 2.9]), strict=True):
        lines += [f"{name},示例区（虚构）,{y},{v},%,年报" for y, v in zip(range(2022, 2026), values, strict=True)]
    (tmp_path / "数.csv").write_text("\n".join(lines), encoding="utf-8")
    met = plan_gaps(plan, observations=[str(tmp_path / "数.csv")], as_of=2025)
    assert met["status"].tolist() == ["missed", "met"]
