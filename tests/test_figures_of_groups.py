"""Guards: whose figures a file holds reaches the table, whatever the layout; what could say so is never dropped."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner
from whole_line import as_text

from healthplan import cli, intake, registers
from tests.intake_cases import book

TODAY = date(2026, 6, 30)
LONG = "指标,地区,年份,数值,单位"
LIFE, MMR = "life_expectancy", "maternal_mortality_rate"

READ = {
    "sex column": (f"{LONG},性别\n人均预期寿命,万州区,2023,75,岁,男\n人均预期寿命,万州区,2023,80,岁,女性\n人均预期寿命,万州区,2023,77.4,岁,合计\n",
                   {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80, (LIFE, "", 2023): 77.4}),
    "two columns": (f"{LONG},城乡,户籍\n孕产妇死亡率,万州区,2023,9,1/10万,农村,户籍人口\n", {(MMR, "rural;registered", 2023): 9}),
    "age column": (f"{LONG},年龄组\n居民健康素养水平,万州区,2023,20,%,65岁及以上\n居民健康素养水平,万州区,2023,40,%,15-64岁\n",
                   {("health_literacy_rate", "age_65plus", 2023): 20, ("health_literacy_rate", "age_15_64", 2023): 40}),
    "English": ("indicator,area,year,value,unit,sex\nlife_expectancy,wanzhou,2023,75,岁,male\n", {(LIFE, "male", 2023): 75}),
    "names": (f"{LONG}\n农村孕产妇死亡率,万州区,2023,9,1/10万\n孕产妇死亡率（城市）,万州区,2023,5,1/10万\n男性预期寿命,万州区,2023,75,岁\n人均预期寿命-女,万州区,2023,80,岁\n",
              {(MMR, "rural", 2023): 9, (MMR, "urban", 2023): 5, (LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "a name that is registered with its group": (f"{LONG}\n65岁及以上老年人健康管理率,万州区,2023,75,%\n", {("elderly_health_mgmt_rate", "", 2023): 75}),
    "heads of sex": ("指标,地区,年份,男,女,合计,单位\n人均预期寿命,万州区,2023,75,80,77.4,岁\n",
                     {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80, (LIFE, "", 2023): 77.4}),
    "heads of residence beside a second word for area": ("指标,地区,年份,城市,农村,单位\n孕产妇死亡率,万州区,2023,5,9,1/10万\n",
                                                         {(MMR, "urban", 2023): 5, (MMR, "rural", 2023): 9}),
    "a head with its value beside": (f"{LONG},其中：男,女\n人均预期寿命,万州区,2023,77.4,岁,75,80\n",
                                     {(LIFE, "", 2023): 77.4, (LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "wide by year": ("指标,地区,单位,性别,2022年,2023年\n人均预期寿命,万州区,岁,男,74.8,75\n", {(LIFE, "male", 2022): 74.8, (LIFE, "male", 2023): 75}),
    "groups below years": ("指标,地区,单位,2022年,,2023年,\n,,,男,女,男,女\n人均预期寿命,万州区,岁,74.8,79.8,75,80\n",
                           {(LIFE, "male", 2022): 74.8, (LIFE, "female", 2022): 79.8, (LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "years below groups": ("指标,地区,单位,男,,女,\n,,,2022,2023,2022,2023\n人均预期寿命,万州区,岁,74.8,75,79.8,80\n",
                           {(LIFE, "male", 2022): 74.8, (LIFE, "male", 2023): 75, (LIFE, "female", 2022): 79.8, (LIFE, "female", 2023): 80}),
    "a measure, groups and years": ("指标,地区,预期寿命调查,,,\n,,男性,,女性,\n,,2022年,2023年,2022年,2023年\n人均预期寿命,万州区,74.8,75,79.8,80\n",
                                   {(LIFE, "male", 2022): 74.8, (LIFE, "male", 2023): 75, (LIFE, "female", 2022): 79.8, (LIFE, "female", 2023): 80}),
    "years, groups and units": ("指标,地区,2023年,\n,,城镇,农村\n,,（1/10万）,（1/10万）\n孕产妇死亡率,万州区,5,9\n",
                                {(MMR, "urban", 2023): 5, (MMR, "rural", 2023): 9}),
    "a row of units": ("指标,地区,2022年,2023年\n,,‰,‰\n婴儿死亡率,万州区,3.1,3\n", {("infant_mortality_rate", "", 2022): 3.1, ("infant_mortality_rate", "", 2023): 3}),
    "school years": (f"{LONG}\n婴儿死亡率,万州区,2021学年,3.1,‰\n婴儿死亡率,万州区,2022学年度,3,‰\n",
                     {("infant_mortality_rate", "", 2022): 3.1, ("infant_mortality_rate", "", 2023): 3}),
    "school years of two digits": (f"{LONG}\n婴儿死亡率,万州区,2011/12,3.1,‰\n婴儿死亡率,万州区,2012/13,3,‰\n",
                                   {("infant_mortality_rate", "", 2012): 3.1, ("infant_mortality_rate", "", 2013): 3}),
    "year and group in one head": ("指标,地区,单位,2023年男性,2023年（女）,2023年合计\n人均预期寿命,万州区,岁,75,80,77.4\n",
                                   {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80, (LIFE, "", 2023): 77.4}),
    "measures across": ("年份,地区,人均预期寿命（岁）,,,孕产妇死亡率（1/10万）,\n,,男,女,合计,城市,农村\n2023,万州区,75,80,77.4,5,9\n",
                        {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80, (LIFE, "", 2023): 77.4, (MMR, "urban", 2023): 5, (MMR, "rural", 2023): 9}),
    "named measures across": ("年份,地区,男性预期寿命（岁）,女性预期寿命（岁）\n2023,万州区,75,80\n", {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "an area with its group": (f"{LONG}\n孕产妇死亡率,万州区农村,2023,9,1/10万\n孕产妇死亡率,万州区（城镇）,2023,5,1/10万\n",
                               {(MMR, "rural", 2023): 9, (MMR, "urban", 2023): 5}),
    "an area that is not registered with its group": (f"{LONG}\n孕产妇死亡率,浦东新区农村,2023,9,1/10万\n孕产妇死亡率,浦东新区（城镇）,2023,5,1/10万\n",
                                                     {(MMR, "rural", 2023): 9, (MMR, "urban", 2023): 5}),
    "a title that its rows agree with": (f"农村居民主要健康指标,,,,,\n{LONG},城乡\n人均预期寿命,万州区,2023,75,岁,农村\n农村孕产妇死亡率,万州区,2023,9,1/10万,\n",
                                        {(LIFE, "rural", 2023): 75, (MMR, "rural", 2023): 9}),
    "a column of groups under another name": (f"{LONG},甲\n人均预期寿命,万州区,2023,75,岁,男\n人均预期寿命,万州区,2023,80,岁,女\n",
                                              {(LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "parts below their whole": (f"{LONG}\n人均预期寿命,万州区,2023,77.4,岁\n其中：男,万州区,2023,75,岁\n女性,万州区,2023,80,岁\n",
                                {(LIFE, "", 2023): 77.4, (LIFE, "male", 2023): 75, (LIFE, "female", 2023): 80}),
    "bands of years below a header of ages": (f"{LONG},年龄段（岁）\n居民健康素养水平,万州区,2023,20,%,65+\n居民健康素养水平,万州区,2023,40,%,15～24\n居民健康素养水平,万州区,2023,50,%,≥90岁\n",
                                              {("health_literacy_rate", "age_65plus", 2023): 20, ("health_literacy_rate", "age_15_24", 2023): 40, ("health_literacy_rate", "age_90plus", 2023): 50}),
    "everybody in other words": (f"{LONG},城乡\n孕产妇死亡率,万州区,2023,7,1/10万,城乡合计\n人均预期寿命,万州区,2023,77.4,岁,全体居民\n",
                                 {(MMR, "", 2023): 7, (LIFE, "", 2023): 77.4}),
    "institutions": (f"{LONG},机构级别\n患者满意度,万州区,2023,91,%,三级医院\n患者满意度,万州区,2023,93,%,二级\n",
                     {("patient_satisfaction_rate", "level3", 2023): 91, ("patient_satisfaction_rate", "level2", 2023): 93}),
    "two bases of one figure": (f"{LONG},人口口径\n婴儿死亡率,万州区,2023,3.9,‰,户籍人口\n婴儿死亡率,万州区,2023,3.3,‰,常住人口\n",
                                {("infant_mortality_rate", "registered", 2023): 3.9, ("infant_mortality_rate", "resident", 2023): 3.3}),
    "two bases of one figure, years across": ("指标,地区,统计口径,单位,2022年,2023年\n婴儿死亡率,万州区,户籍,‰,3.1,3\n婴儿死亡率,万州区,常住,‰,4.1,4\n",
                                              {("infant_mortality_rate", "registered", 2022): 3.1, ("infant_mortality_rate", "registered", 2023): 3,
                                               ("infant_mortality_rate", "resident", 2022): 4.1, ("infant_mortality_rate", "resident", 2023): 4}),
    "people that a measure is named for": (f"{LONG},人群\n规范管理率,万州区,2023,70,%,高血压患者\n规范管理率,万州区,2023,71,%,糖尿病患者\n",
                                           {("hypertension_standard_mgmt_rate", "", 2023): 70, ("diabetes_standard_mgmt_rate", "", 2023): 71}),
}  # fmt: skip

REFUSED = {
    "a group that is not known": (f"{LONG},民族\n人均预期寿命,万州区,2023,75,岁,土家族\n", "GROUP-UNKNOWN"),
    "one word that is not understood": (f"{LONG},性别\n人均预期寿命,万州区,2023,75,岁,男\n人均预期寿命,万州区,2023,80,岁,其他\n", "GROUP-UNKNOWN"),
    "a class of people": (f"{LONG},对象类型\n居民健康素养水平,万州区,2023,20,%,农民工\n", "HEAD-GROUP"),
    "a hospital's figures": (f"{LONG},医院名称\n患者满意度,万州区,2023,91,%,区人民医院\n", "HEAD-GROUP"),
    "half understood": (f"{LONG},甲\n居民健康素养水平,万州区,2023,20,%,农村\n居民健康素养水平,万州区,2023,25,%,山区\n", "HEAD-GROUP"),
    "rows that only an unknown column tells apart": (f"{LONG},片区\n居民健康素养水平,万州区,2023,20,%,东片\n居民健康素养水平,万州区,2023,25,%,西片\n", "HEAD-GROUP"),
    "a group for an area": (f"{LONG}\n孕产妇死亡率,农村,2023,9,1/10万\n", "GROUP-AREA"),
    "a remark that is a group": (f"{LONG},备注\n人均预期寿命,万州区,2023,75,岁,男性\n", "GROUP-NOTE"),
    "a basis that is a group": (f"{LONG},统计口径\n人均预期寿命,万州区,2023,75,岁,农村\n", "GROUP-NOTE"),
    "a name against its column": (f"{LONG},性别\n男性预期寿命,万州区,2023,75,岁,女\n", "GROUP-BOTH"),
    "a title of a group over rows of nobody's": (f"表1 2023年万州区农村孕产妇死亡情况,,,,\n{LONG}\n孕产妇死亡率,万州区,2023,9,1/10万\n", "GROUP-TITLE"),
    "a title of a group over columns of another": (f"农村居民主要健康指标,,,,,\n{LONG},性别\n人均预期寿命,万州区,2023,75,岁,男\n", "GROUP-TITLE"),
    "a part of a part": (f"{LONG}\n人均预期寿命,万州区,2023,77.4,岁\n农村,万州区,2023,76,岁\n其中：男,万州区,2023,74,岁\n", "KEY-PART"),
    "a part of nothing": (f"{LONG}\n男,万州区,2023,74,岁\n", "KEY-PART"),
    "months for years": (f"{LONG},年龄段\n居民健康素养水平,万州区,2023,20,%,6-23月龄\n", "GROUP-UNKNOWN"),
    "a school year or a month": (f"{LONG}\n婴儿死亡率,万州区,2011/12,3.1,‰\n", "YEAR-EITHER"),
    "a group given once for several years": (f"{LONG},性别\n人均预期寿命,万州区,2022,75,岁,男\n人均预期寿命,万州区,2023,75.2,岁,\n", "GROUP-GAP"),
}  # fmt: skip


def figures(found: intake.Intake) -> dict[tuple[str, str, int], float]:
    """The values by indicator, group and year."""
    rows = found.table[["indicator", "group", "year", "value"]].itertuples(index=False)
    return {(indicator, group, int(year)): value for indicator, group, year, value in rows}


@pytest.mark.parametrize("name", READ)
def test_a_group_reaches_the_table(name, tmp_path):
    text, wanted = READ[name]
    (tmp_path / "数据.csv").write_text(text, encoding="utf-8")
    found = intake.read_figures(tmp_path / "数据.csv", today=TODAY)
    assert found.ok, as_text(found)
    assert figures(found) == wanted
    assert set(found.left_out["reason"]) <= {"title"}, found.left_out.to_string()


@pytest.mark.parametrize("name", REFUSED)
def test_what_could_be_a_group_and_is_not_understood_is_refused(name, tmp_path):
    text, code = REFUSED[name]
    (tmp_path / "数据.csv").write_text(text, encoding="utf-8")
    found = intake.read_figures(tmp_path / "数据.csv", today=TODAY)
    assert code in {fault.code for fault in found.errors}, as_text(found)
    assert all(fault.part("fix", "zh") and fault.part("fix", "en") for fault in found.errors)


@pytest.mark.parametrize(
    "column",
    [
        "指标类别,健康水平",
        "级别,区级",
        "科室,妇幼科",
        "人口口径,户籍",
        "填报人,张三",
        "责任单位类型,区级",
        "数据类型,年报",
    ],
)
def test_a_column_that_says_nothing_of_people_is_only_listed(column, tmp_path):
    head, cell = column.split(",")
    text = f"{LONG},{head}\n人均预期寿命,万州区,2023,77,岁,{cell}\n"
    (tmp_path / "数据.csv").write_text(text, encoding="utf-8")
    found = intake.read_figures(tmp_path / "数据.csv", today=TODAY)
    assert found.ok, as_text(found)
    assert figures(found) == {(LIFE, "", 2023): 77}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("人均预期寿命,万州区,2023,75,岁,男\n人均预期寿命,万州区,2023,80,岁,女\n", True),
        ("人均预期寿命,万州区,2023,75,岁,男\n人均预期寿命,万州区,2023,77,岁,合计\n", False),
        ("人均预期寿命,万州区,2023,80,岁,女\n", False),
    ],
)
def test_parts_without_their_whole_are_said(rows, said, tmp_path):
    (tmp_path / "数据.csv").write_text(f"{LONG},性别\n{rows}", encoding="utf-8")
    found = intake.read_figures(tmp_path / "数据.csv", today=TODAY)
    told = [fault.text("zh") for fault in found.warnings if fault.code == "GROUP-PARTS"]
    assert found.ok and bool(told) == said
    assert all("男性、女性" in one for one in told)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("公众满意率", 100.6, True), ("甲类药品占比", 101, True), ("门诊量增长率", 120, False), ("公众满意率", 99, False)],
)  # fmt: skip
def test_a_share_above_its_whole_is_said_though_nobody_registered_it(name, value, said, tmp_path):
    (tmp_path / "数据.csv").write_text(f"{LONG}\n{name},万州区,2023,{value},%\n", encoding="utf-8")
    found = intake.read_figures(tmp_path / "数据.csv", today=TODAY)
    assert found.ok and found.table["value"].tolist() == [value]
    assert ("VALUE-OVER" in {fault.code for fault in found.warnings}) == said


def test_merged_cells_and_sheets_named_for_a_group(tmp_path):
    def merge(workbook) -> None:
        workbook.worksheets[0].merge_cells("F2:F3")

    long = [[*LONG.split(","), "性别"], ["人均预期寿命", "万州区", 2022, 75, "岁", "男"], ["人均预期寿命", "万州区", 2023, 75.2, "岁", None]]  # fmt: skip
    rural = [LONG.split(","), ["孕产妇死亡率", "万州区", 2023, 9, "1/10万"]]
    (tmp_path / "数据.xlsx").write_bytes(book(("表1", long), ("农村", rural), change=merge))
    found = intake.read_figures(tmp_path / "数据.xlsx", today=TODAY)
    assert found.ok, as_text(found)
    assert figures(found) == {(LIFE, "male", 2022): 75, (LIFE, "male", 2023): 75.2, (MMR, "rural", 2023): 9}  # fmt: skip


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_panel_with_a_column_of_groups_is_never_projected_without_it(ending, tmp_path):
    rows = [("life_expectancy", "wanzhou", y, 70 + y / 10 - 200, "岁", s) for y in range(2015, 2024) for s in ("male",)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["indicator", "area", "year", "value", "unit", "sex"])
    path, out = tmp_path / f"panel.{ending}", tmp_path / "out.csv"
    frame.to_csv(path, index=False) if ending == "csv" else frame.to_parquet(path)
    done = CliRunner().invoke(cli.app, ["project", "--observations", str(path), "--to", "2025", "--out", str(out)])  # fmt: skip
    if ending == "csv":  # small enough to be read as anybody's file
        assert done.exit_code == 0, done.output
        assert set(pd.read_csv(out)["group"]) == {"male"}
    else:
        assert "HEAD-GROUP" in str(done.exception.faults[0].code)


def test_a_share_that_its_counts_bear_out_is_no_slip(tmp_path):
    """From 2 of 20 towns to 17 of 20: ten per cent beside a hundred, and yet no decimal point out of place."""
    counts = [(2, 10), (4, 20), (12, 60), (16, 80), (18, 90), (17, 85)]
    known = registers.load_indicators()
    share = known[(known["indicator_kind"] == "share") & (known["per"] == 100)].iloc[0]  # fmt: skip
    rows = [
        {"指标": share["name_zh"], "地区": "万州区", "年份": 2018 + n, "数值": value, "单位": "%", "分子": part, "分母": 20, "来源": "年报"}
        for n, (part, value) in enumerate(counts)
    ]  # fmt: skip
    path = tmp_path / "figures.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
    assert not [fault for fault in intake.read_figures(path).errors if fault.code == "SCALE-ONE"]
    pd.DataFrame(rows).drop(columns=["分子", "分母"]).to_csv(path, index=False, encoding="utf-8-sig")
    assert [fault for fault in intake.read_figures(path).errors if fault.code == "SCALE-ONE"]


def test_residents_are_everybody_to_a_rate_of_the_resident_population(tmp_path):
    """Beds per 1,000 on both bases: what the register holds is per resident; the registered stay a group."""
    rows = [
        {"指标": "每千人口医疗卫生机构床位数", "地区": "万州区", "年份": 2024, "数值": value, "单位": "张/千人", "人口口径": whose, "来源": "年报"}
        for value, whose in ((6.4, "常住"), (7.1, "户籍"))
    ]  # fmt: skip
    path = tmp_path / "figures.csv"
    pd.DataFrame(rows).to_csv(path, index=False, encoding="utf-8-sig")
    found = intake.read_figures(path).table
    assert dict(zip(found["group"], found["value"], strict=True)) == {"": 6.4, "registered": 7.1}


def faults_of(tmp_path, lines, head="指标,地区,年份,数值,单位,来源,分子,分母"):
    path = tmp_path / "figures.csv"
    path.write_text("\n".join([head, *lines, ""]), encoding="utf-8-sig")
    return intake.read_figures(path).faults


@pytest.mark.parametrize(
    ("values", "refused"),
    [
        ([*["0.0"] * 10, "0.1"], False),  # a beginning
        (["0", "0", "0", "0.4", "41", "42", "43"], False),  # ... of what grew fast
        (["40", "0.4", "41", "42", "43"], True),
        (["0", "40", "0.4", "41", "42", "43"], True),  # a zero before does not excuse it
        (["40", "41", "0", "0.4", "42"], True),
    ],
)
def test_zeros_say_nothing_of_the_scale(tmp_path, values, refused):
    """Guards: 0.1 % after ten years without a case refused as a fraction."""
    rows = [f"儿童青少年总体近视率,万州区,{2010 + n},{v},%,年报,," for n, v in enumerate(values)]
    found = faults_of(tmp_path, rows)
    assert any(one.severity == "error" for one in found) == refused
    small = [one for one in found if one.value in ("0.1", "0.4")]
    assert small and (refused or {one.severity for one in small} == {"warning"})


RATES = [f"孕产妇死亡率,万州区,{2018 + n},{v},1/10万,年报" for n, v in enumerate((0, 0, 0, 33.33))]
DEATHS = [f"孕产妇死亡人数,万州区,{2018 + n},{v},人,年报,," for n, v in enumerate((0, 0, 0, 1))]
BIRTHS = [f"活产数,万州区,{2018 + n},3000,人,年报,," for n in range(4)]


@pytest.mark.parametrize(
    ("lines", "asked"),
    [
        ([f"{row},," for row in RATES], True),
        ([f"{row},{n // 3},3000" for n, row in enumerate(RATES)], False),
        ([*(f"{row},," for row in RATES), *DEATHS, *BIRTHS], False),
        ([*(f"{row},," for row in RATES), *BIRTHS], True),
        ([*DEATHS, *BIRTHS], False),  # a number of deaths is no rate
    ],
)
def test_counts_that_are_there_are_not_asked_for(tmp_path, lines, asked):
    """Guards: "give numerator and denominator" beside a rate that has both."""
    found = faults_of(tmp_path, lines)
    assert not [one for one in found if one.severity == "error"]
    assert ("SERIES-FEW" in {one.code for one in found}) == asked
