"""A confirmed sheet becomes a plan that loads, in a workspace that was just made."""

import pandas as pd
import pytest
from goals_in_text import kinds
from typer.testing import CliRunner
from whole_line import plan_gaps

import healthplan as hp
from healthplan import cli, newplan, planreader, registers, workspace
from healthplan.errors import InputError, UsageError
from healthplan.language import names
from healthplan.messages import text
from healthplan.planreader.candidates import COLUMNS
from healthplan.plans import load_plan
from healthplan.report.export import page_name
from healthplan.report.manifest import Entry
from healthplan.report.sections import first
from healthplan.report.sections.requests import requests
from healthplan.report.sections.sources import missing, sources
from healthplan.report.site import index_pages
from healthplan.starter import make_workspace


def confirmed(**changes):
    row = dict.fromkeys(COLUMNS, "")
    row |= {"name": "某项没有登记的比例", "comparator": ">=", "value": 80.0, "value_high": float("nan"),
            "unit": "%", "deadline": "2027", "locator": "一、1", "departments": "区卫生健康委"}  # fmt: skip
    return pd.DataFrame([row | changes])


@pytest.fixture
def space(tmp_path, monkeypatch):
    make_workspace(tmp_path / "新 区")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "新 区"))
    return tmp_path / "新 区"


def made(rows, **changes):
    asked = {"plan_id": "my-2027", "area": "demo", "title": "某区规划"} | changes
    return newplan.new_plan(rows, indicators=registers.load_indicators(), **asked)


def test_a_new_workspace_loads_its_demo_plan(space):
    assert workspace.root() == space
    assert load_plan("demo-2027").synthetic


def test_a_workspace_is_never_made_over_something(space):
    before = sorted(space.rglob("*"))
    with pytest.raises(UsageError):
        make_workspace(space)
    assert sorted(space.rglob("*")) == before


def test_a_confirmed_sheet_becomes_a_plan_that_loads(space, tmp_path):
    known = {
        "indicator": "nurses_per_1000",
        "name": "每千人口注册护士数",
        "value": 3.9,
        "unit": "人/千人",
    }
    rows = pd.concat([confirmed(), confirmed(**known)], ignore_index=True)
    path = planreader.write_candidates(rows, tmp_path / "sheet.csv")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.assign(decision="accept").to_csv(path, index=False, encoding="utf-8-sig")
    read, faults = planreader.load_confirmed(path)
    assert not faults
    newplan.write_plan(made(read))
    plan = load_plan("my-2027")
    assert list(plan.targets["value"]) == [80, 3.9]
    fresh = registers.load_indicators().set_index("indicator").loc[plan.targets["indicator"].iloc[0]]
    assert (fresh["direction"], fresh["indicator_kind"], fresh["unit"]) == (
        "increase",
        "share",
        "%",
    )


def test_undecided_rows_enter_nothing(space, tmp_path):
    path = planreader.write_candidates(confirmed(), tmp_path / "sheet.xlsx")
    rows, faults = planreader.load_confirmed(path)
    assert [fault.severity for fault in faults] == ["error"]
    assert rows.empty


def test_the_same_words_become_one_indicator(space):
    rows = pd.concat([confirmed(), confirmed(deadline="2025", value=70.0)], ignore_index=True)
    assert made(rows)["targets"]["indicator"].nunique() == 1


@pytest.mark.parametrize(
    ("rows", "changes", "error"),
    [
        (confirmed(), {"plan_id": "My Plan"}, UsageError),
        (confirmed().iloc[:0], {}, InputError),
        (confirmed(deadline=""), {}, InputError),
    ],
)
def test_what_cannot_be_a_plan_is_refused(space, rows, changes, error):
    with pytest.raises(error):
        made(rows, **changes)


def test_an_unregistered_area_or_a_plan_that_is_there_changes_nothing(space):
    before = (space / "data" / "indicators.csv").read_bytes()
    with pytest.raises(UsageError):
        newplan.write_plan(made(confirmed(), area="nowhere"))
    with pytest.raises(UsageError):
        newplan.write_plan(made(confirmed(), plan_id="demo-2027"))
    assert (space / "data" / "indicators.csv").read_bytes() == before


def sheet_of(space, tmp_path, *lines, decision="采用", title="某区规划（2023—2027年）"):
    """A document read and every row of its sheet decided, as a person does it."""
    document = tmp_path / "plan.txt"
    document.write_text("\n".join([title, "一、主要目标", *lines]), encoding="utf-8")
    rows = planreader.read_plan(document, indicators=registers.load_indicators())
    path = planreader.write_candidates(rows, tmp_path / "sheet.csv")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.assign(decision=decision).to_csv(path, index=False, encoding="utf-8-sig")
    return path


def added(path, plan="my-2027", area="demo", title="某区规划（2023—2027年）"):
    return CliRunner().invoke(cli.app, ["add-plan", str(path), "--plan", plan, "--area", area, "--title", title])


def test_what_was_confirmed_is_kept_from_document_to_plan(space, tmp_path):
    path = sheet_of(
        space, tmp_path,
        "到2027年，糖尿病前期干预规范管理率力争比2022年提高5个百分点。",
        "到2025年，每千人口注册护士达到3.5人；到2027年，每千人口注册护士达到3.9人。",
        "到2027年，健康素养水平由2022年的22%提高到30%（约束性）。",
        "到2027年，婴儿死亡率不高于全市平均水平。",
    )  # fmt: skip
    assert added(path).exit_code == 0
    plan = load_plan("my-2027")
    rows = plan.targets.set_index("name_zh")
    change = rows.loc["糖尿病前期干预规范管理率"]
    assert (change["comparator"], change["unit"], change["wording"]) == (
        "increase_by", "个百分点", "strive",
    )  # fmt: skip
    assert change["baseline_year"] == 2022
    units = registers.load_indicators().set_index("indicator")["unit"]
    assert units[change["indicator"]] == "%"
    staged = plan.targets[plan.targets["indicator"] == "nurses_per_1000"]
    assert staged["stage_of"].nunique() == 1 and staged["stage_of"].iloc[0] in set(staged["target_id"])
    literacy = rows.loc["健康素养水平"]
    assert (literacy["baseline"], literacy["baseline_year"], literacy["nature"]) == (
        22,
        2022,
        "binding",
    )
    mean = rows.loc["婴儿死亡率"]
    assert (mean["comparator"], mean["reference"], mean["unit"]) == ("reference", "demo-city", "‰")
    assert (plan.about["period_start"], plan.about["period_end"]) == (2023, 2027)
    assert plan_gaps(plan)["status"].notna().all()


def test_no_row_that_the_reader_wrote_is_refused(space, tmp_path):
    """Every example of the rules, accepted as proposed, is part of a plan that loads."""
    lines = [line for rule in every_rule() for line in rule.fields["takes"]]
    path = sheet_of(space, tmp_path, *lines)
    result = added(path, area="wanzhou")
    assert result.exit_code == 0, result.output
    assert len(load_plan("my-2027").targets) > 40


def every_rule():
    from healthplan.planreader.rules import rules

    return [rule for kind in kinds() for rule in rules(kind)]


def test_adding_again_or_under_another_name_leaves_one_indicator(space, tmp_path):
    path = sheet_of(space, tmp_path, "到2027年，某项没有登记的比例达到80%。")
    assert added(path).exit_code == 0
    before = (space / "data" / "indicators.csv").read_bytes()
    assert [fault.code for fault in added(path).exception.faults] == ["PLAN-THERE"]
    assert added(path, plan="other-2027").exit_code == 0
    assert (space / "data" / "indicators.csv").read_bytes() == before
    ids = {load_plan(plan).targets["indicator"].iloc[0] for plan in ("my-2027", "other-2027")}
    assert len(ids) == 1
    (space / "data" / "plans" / "my-2027").rename(space / "data" / "plans" / "old-2027")
    assert added(path).exit_code == 0
    assert (space / "data" / "indicators.csv").read_bytes() == before


def test_an_interrupted_add_leaves_the_workspace_whole(space, tmp_path, monkeypatch):
    path = sheet_of(space, tmp_path, "到2027年，某项没有登记的比例达到80%。")
    plan = space / "data" / "plans" / "my-2027"
    plan.mkdir()
    (plan / "plan.yaml.part").mkdir()
    rows, _ = planreader.load_confirmed(path)
    made_plan = made(rows)
    (plan / "targets.csv").mkdir()  # no file can take this name: the writing stops here
    with pytest.raises(IsADirectoryError):
        newplan.write_plan(made_plan)
    assert load_plan("demo-2027").synthetic
    (plan / "targets.csv").rmdir()
    assert added(path).exit_code == 0
    assert not registers.load_indicators()["name_zh"].duplicated().any()
    assert len(load_plan("my-2027").targets) == 1


@pytest.mark.parametrize(
    "plan_id",
    [
        "../x",
        "/tmp/x",
        "",
        "C:\\x",
        "con",
        "nul",
        "com1",
        "a/b",
        "我的规划",
        "x" * 80,
        "-x",
        ".",
        "A",
    ],
)
def test_an_id_that_is_no_name_of_a_folder_is_refused_at_the_door(space, tmp_path, plan_id):
    path = sheet_of(space, tmp_path, "到2027年，某项没有登记的比例达到80%。")
    before = sorted(space.rglob("*"))
    result = added(path, plan=plan_id)
    assert isinstance(result.exception, UsageError)
    assert [fault.code for fault in result.exception.faults] == ["PLAN-ID"]
    assert sorted(space.rglob("*")) == before


@pytest.mark.parametrize("area", ["", "../x", "nowhere", "/etc", "demo/../demo"])
def test_an_unknown_area_is_one_fault_and_a_name_is_known(space, tmp_path, area):
    path = sheet_of(space, tmp_path, "到2027年，某项没有登记的比例达到80%。")
    result = added(path, area=area)
    assert [fault.code for fault in result.exception.faults] == ["NAME-AREA"]
    assert added(path, area="示例区（虚构）").exit_code == 0
    assert load_plan("my-2027").area == "demo"


@pytest.mark.parametrize(
    ("line", "direction"),
    [
        ("到2027年，日间病床周转率介于30%和45%之间。", "two-sided"),
        ("到2027年，采样漏诊率介于1%和3%之间，日间手术占比达到20%—25%。", "decrease"),
        ("到2027年，某项没有登记的检出率为5%。", "increase"),
        ("到2027年，某院感发病率为5%。", "decrease"),
        ("到2027年，某某候诊时间压减到20分钟以内。", "decrease"),
        ("到2027年，某某知晓率提高5个百分点。", "increase"),
        ("到2027年，某某候诊时长比2022年减少5分钟。", "decrease"),
    ],
)
def test_the_better_direction_of_a_new_indicator(space, tmp_path, line, direction):
    assert added(sheet_of(space, tmp_path, line)).exit_code == 0
    plan = load_plan("my-2027")
    known = registers.load_indicators().set_index("indicator")["direction"]
    assert known[plan.targets["indicator"].iloc[0]] == direction


def test_a_sheet_saved_by_a_spreadsheet_is_taken(space, tmp_path):
    """Another encoding, a workbook, values changed by hand, a row dropped, an empty row, columns in another order."""
    path = sheet_of(
        space,
        tmp_path,
        "到2027年，甲项没有登记的比例达到80%。",
        "到2027年，乙项没有登记的比例达到70%。",
    )
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.loc[0, ["value", "decision", "deadline"]] = ["85", "修改", "2026年底"]
    sheet.loc[1, "decision"] = "删除"
    sheet = pd.concat([sheet, pd.DataFrame([dict.fromkeys(sheet.columns, "")])])
    sheet = sheet[sorted(sheet.columns)].drop(columns=["evidence", "stage", "tolerance"])
    sheet.to_csv(tmp_path / "gbk.csv", index=False, encoding="gb18030")
    sheet.to_excel(tmp_path / "book.xlsx", index=False)
    for name in ("gbk.csv", "book.xlsx"):
        plan_id = name.split(".")[0]
        result = added(tmp_path / name, plan=plan_id)
        assert result.exit_code == 0, result.exception
        rows = load_plan(plan_id).targets
        assert list(zip(rows["value"], rows["deadline"], strict=True)) == [(85, "2026-12")]


def test_a_target_sheet_with_some_baseline_years_empty_is_a_plan(space, tmp_path):
    sheet = tmp_path / "目标.csv"
    sheet.write_text(
        "指标,地区,基期年份,基期值,目标年份,目标值,单位,方向\n"
        "婴儿死亡率,示例区（虚构）,2022,4.37,2027,4以下,‰,下降\n产后访视率,示例区（虚构）,,,2027,93以上,%,上升\n",
        encoding="utf-8",
    )
    result = added(sheet)
    assert result.exit_code == 0, result.exception
    rows = load_plan("my-2027").targets
    assert rows["baseline_year"].fillna(0).tolist() == [2022, 0]
    assert plan_gaps(load_plan("my-2027"))["status"].notna().all()


def test_what_a_target_sheet_says_of_force_is_kept(space, tmp_path):
    sheet = tmp_path / "目标.csv"
    sheet.write_text(
        "指标,地区,目标年份,目标值,单位,方向,指标属性\n"
        "婴儿死亡率,示例区（虚构）,2027,力争降至千分之四以内,‰,下降,约束性指标\n产后访视率,示例区（虚构）,2027,93%以上（含93%）,%,上升,预期性\n",
        encoding="utf-8",
    )
    assert added(sheet).exit_code == 0
    rows = load_plan("my-2027").targets
    assert rows["comparator"].tolist() == ["<=", ">="] and rows["value"].tolist() == [4, 93]
    assert rows["wording"].tolist() == ["strive", "must"]
    assert rows["nature"].tolist() == ["binding", "expected"]


def test_two_plans_added_at_once_keep_each_other_s_indicators(space):
    from concurrent.futures import ThreadPoolExecutor

    plans = [made(confirmed(name=f"没有登记的{n}比例"), plan_id=f"p{i}") for i, n in enumerate("甲乙丙丁")]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(newplan.write_plan, plans))
    known = set(registers.load_indicators()["indicator"])
    assert all(set(load_plan(f"p{i}").targets["indicator"]) <= known for i in range(4))


def test_a_goal_accepted_twice_is_one_target_with_both_places(space):
    rows = pd.concat([confirmed(), confirmed(locator="二、3"), confirmed(value=85.0)])
    targets = made(rows)["targets"]
    assert targets["value"].tolist() == [80, 85]
    assert targets["locator"].tolist() == ["一、1;二、3", "一、1"]


def test_a_plan_without_any_date_is_judged_at_the_end_of_its_period(space, tmp_path):
    assert added(sheet_of(space, tmp_path, "婴儿死亡率控制在4‰以内。")).exit_code == 0
    assert load_plan("my-2027").targets["deadline"].tolist() == [""]
    assert plan_gaps(load_plan("my-2027"))["status"].notna().all()


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"unit": "%"}, "VALUE-FAR"),
        ({"unit": "人"}, "UNIT-WRONG"),
        ({"value": "-5"}, "VALUE-LOW"),
        ({"value": "1,0"}, "READ-NUMBER"),
        ({"value": "0.5", "unit": "%"}, "GOAL-FRACTION"),
        ({"baseline_year": "2030"}, "GOAL-ORDER"),
    ],
)
def test_a_confirmed_row_that_cannot_be_is_refused(space, tmp_path, cells, code):
    path = sheet_of(space, tmp_path, "到2027年，孕产妇死亡率控制在10/10万以内。")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.assign(**cells).to_csv(path, index=False, encoding="utf-8-sig")
    assert [fault.code for fault in added(path).exception.faults] == [code]


@pytest.mark.parametrize(
    ("line", "reference"),
    [
        ("到2027年，婴儿死亡率进入全市前三名。", "demo-city"),
        ("到2027年，婴儿死亡率进入前三名。", "demo-city"),
        ("到2027年，婴儿死亡率进入全省前三名。", ""),  # the demo district lies in no province
    ],
)
def test_a_rank_is_among_those_that_are_named(space, tmp_path, line, reference):
    """Guards: a place in the province told, and judged, as one in the city."""
    result = added(sheet_of(space, tmp_path, line))
    if reference:
        assert load_plan("my-2027").targets["reference"].tolist() == [reference]
    else:
        assert [fault.code for fault in result.exception.faults] == ["PLAN-REFERENCE"]


# --- from which year ---------------------------------------------------------------------------

COUNTED = [
    ("医师培训人次", "累计1000人次"),
    ("孕产妇系统管理率", "每年不低于92%"),
    ("新增托育园数", "1000个"),
    ("业务收入", "年均增长5%"),
]
BROUGHT = {"医师培训人次": (400, 400, 400), "孕产妇系统管理率": (93, 93, 93),
           "新增托育园数": (400, 300, 350), "业务收入": (100, 106, 111)}  # fmt: skip


def counted_sheet(folder, *, above="", column=None, baseline_year=None):
    rows = [{"指标": name, "地区": "示例区", "目标年份": 2025, "目标值": cell} for name, cell in COUNTED]
    frame = pd.DataFrame(rows)
    if column:
        frame["规划期"] = column
    if baseline_year:
        frame["基期年份"] = baseline_year
    lines = [above] if above else []
    path = folder / "goals.csv"
    path.write_text("\n".join([*lines, frame.to_csv(index=False)]), encoding="utf-8-sig")
    return path


def figures_file(folder, rows):
    """A file of figures: name, area, year, value, unit and source a row."""
    heads = ["指标", "地区", "年份", "数值", "单位", "来源"]
    pd.DataFrame(rows, columns=heads).to_csv(folder / "figures.csv", index=False)
    return folder / "figures.csv"


def statuses_of(plan, folder):
    """Status and first reason of each goal, by name, with three years of figures."""
    units = {"医师培训人次": "人次", "新增托育园数": "个", "业务收入": "元"}
    rows = [
        (name, "示例区", year, value, units.get(name, "%"), "年报")
        for name, values in BROUGHT.items()
        for year, value in zip((2023, 2024, 2025), values, strict=True)
    ]
    seen = hp.plan(plan, files=[figures_file(folder, rows)])
    names = load_plan(plan).targets.set_index("target_id")["name_zh"]
    told = seen.told.set_index("target_id")
    gaps = seen.gaps.drop_duplicates("target_id")
    return {names[row.target_id]: (row.status, told.loc[row.target_id]) for row in gaps.itertuples()}


def test_a_sum_is_not_counted_from_a_year_that_nothing_says(space, tmp_path):
    result = added(counted_sheet(tmp_path), title="某区目标")
    assert result.exit_code == 0
    for name, _ in COUNTED:
        assert name in result.output
    assert "规划期" in result.output
    found = statuses_of("my-2027", tmp_path)
    assert {status for status, _ in found.values()} == {"due_unconfirmed"}
    for name in ("医师培训人次", "孕产妇系统管理率", "新增托育园数"):
        assert "起算年份不明" in " ".join(map(str, found[name][1].tolist()))


@pytest.mark.parametrize(
    "said",
    [
        {"above": "某区2023—2025年卫生健康目标表"},
        {"column": "2023-2025"},
        {"baseline_year": 2022},
    ],
)
def test_the_years_are_said_above_the_table_in_a_column_or_by_each_goal(space, tmp_path, said):
    """Each way that the note names is made to happen: 400+400+400 of 1,000; three years at 93 %; 1,050 of 1,000."""
    result = added(counted_sheet(tmp_path, **said), title="某区目标")
    assert result.exit_code == 0 and "规划期" not in result.output
    found = {name: status for name, (status, _) in statuses_of("my-2027", tmp_path).items()}
    assert found == {"医师培训人次": "met", "孕产妇系统管理率": "met", "新增托育园数": "met", "业务收入": "due_unconfirmed"}  # fmt: skip


def test_the_year_of_all_starting_values_is_the_one_before_the_plan(space):
    rows = confirmed(baseline="90", baseline_year="2020", deadline="2025", period="")
    about = made(rows, title="某区目标")["about"]
    assert (about["period_start"], about["period_end"], about["period_stated"]) == (
        2021,
        2025,
        True,
    )


@pytest.mark.parametrize(
    ("title", "status", "base"),
    [("某区规划（2021—2025年）", "missed", 2020), ("“十四五”规划", "missed", 2020), ("某区规划", "due_unconfirmed", None)],
)  # fmt: skip
def test_a_change_without_a_start_is_counted_from_the_year_before_the_plan(title, status, base, space, tmp_path):
    """Guards: 提高15% that no figure answers although the plan names its years; a start that nobody said."""
    path = tmp_path / "targets.csv"
    path.write_text(
        "指标,地区,目标年份,目标值,单位,方向\n居民健康素养水平,示例区,2025,提高5个百分点,%,上升\n",
        encoding="utf-8",
    )
    assert added(path, title=title).exit_code == 0
    plan = load_plan("my-2027")
    assert plan.targets["baseline_year"].dropna().tolist() == ([base] if base else [])
    assert ("2020年" in plan.targets["note"].iloc[0]) == bool(base)
    figures = tmp_path / "figures.csv"
    rows = ["居民健康素养水平,示例区,2020,20,%", "居民健康素养水平,示例区,2025,24,%"]
    figures.write_text("\n".join(["指标,地区,年份,数值,单位", *rows]), encoding="utf-8")
    assert plan_gaps(plan, observations=[figures], as_of=2025)["status"].tolist() == [status]


@pytest.mark.parametrize("rows", [
    "指标,目标年份,目标值,单位\n婴儿死亡率,2027,4以下,‰\n",
    "指标,地区,目标年份,目标值,单位\n婴儿死亡率,,2027,4以下,‰\n孕产妇死亡率,示例区,2027,9以下,1/10万\n",
    "- 指标: 婴儿死亡率\n  目标年份: 2027\n  目标值: 4以下\n  单位: ‰\n",
])  # fmt: skip
def test_lines_that_name_no_area_are_of_the_plan_s(rows, space, tmp_path):
    path = tmp_path / ("目标.yaml" if rows.startswith("-") else "目标.csv")
    path.write_text(rows, encoding="utf-8")
    assert added(path, area="示例区").exit_code == 0
    assert set(load_plan("my-2027").targets["area"]) == {"demo"}


def test_a_line_of_another_area_is_refused(space, tmp_path):
    """Guards: a goal of the city that becomes the district's."""
    path = tmp_path / "目标.csv"
    path.write_text("指标,地区,目标年份,目标值,单位\n婴儿死亡率,示例市,2027,4以下,‰\n", encoding="utf-8")
    assert [fault.code for fault in added(path).exception.faults if fault.severity == "error"] == ["PLAN-AREA"]


def test_each_measure_of_a_line_has_its_own_number(space, tmp_path):
    """Guards: 分别达到70%、65% as two goals of a measure that nobody wrote."""
    path = tmp_path / "目标.csv"
    rows = [
        "高血压、2型糖尿病患者规范管理率,2027,分别达到70%、65%以上,%",
        "孕产妇、婴儿死亡率,2027,分别控制在9/10万、3‰以下,",
    ]
    path.write_text("\n".join(["指标,目标年份,目标值,单位", *rows]), encoding="utf-8")
    assert added(path).exit_code == 0
    targets = load_plan("my-2027").targets
    assert dict(zip(targets["indicator"], targets["value"], strict=True)) == {
        "hypertension_standard_mgmt_rate": 70, "diabetes_standard_mgmt_rate": 65,
        "maternal_mortality_rate": 9, "infant_mortality_rate": 3,
    }  # fmt: skip
    path.write_text("指标,目标年份,目标值,单位\n居民健康素养水平,2027,分别达到30%、35%,%\n", encoding="utf-8")
    assert "GOAL-SEVERAL" in [fault.code for fault in added(path, "other").exception.faults]


# --- the same measure, named otherwise ---------------------------------------------------------

ONE = """达到推荐标准的乡镇卫生院|家|乡镇卫生院达到推荐标准数
乡镇卫生院达到国家推荐标准|家|达到国家推荐标准的乡镇卫生院数量
创成国家卫生乡镇|个|国家卫生乡镇创成数
社区医院建成数|家|建成社区医院数
培训乡村医生|人次|乡村医生培训人次数
健康讲座|场|健康讲座次数
医院床位|张|医院床位数
执业医师|人|执业医师人数
国家卫生乡镇|个|国家卫生乡镇个数
门急诊人次|人次|全年门急诊人次数
每千人口公共卫生人员数|人/千人|千人口公共卫生人员数
15岁以上人群吸烟率|%|15岁及以上居民吸烟率
儿童青少年总体近视率|%|总体近视率（儿童青少年）
设有老年医学科的二级及以上综合性医院比例|%|二级及以上综合医院老年医学科设立比例
提供中医药服务的村卫生室占比|%|村卫生室提供中医药服务比例
药品费用增幅|%|药品费用增长率
公立医院医疗费用增速|%|公立医院医疗费用增长幅度
绩效考核|名|绩效考核全市排名"""
TWO = """执业医师|人|执业（助理）医师数
新增托位数|个|托位数
培训全科医生|人|全科医生数
培训乡村医生|人|乡村医生培训人次
疫苗接种率|%|疫苗接种覆盖率达标率
医院床位|张|医院编制床位数
农村居民健康知识知晓率|%|居民健康知识知晓率
三级医院门诊预约率|%|门诊预约率
每千人口公共卫生人员数|人/千人|公共卫生人员数
设立老年医学科的医院比例|%|设立老年医学科的医院数
达到推荐标准的乡镇卫生院|家|达到基本标准的乡镇卫生院数
国家卫生乡镇|个|省级卫生乡镇数
65岁以上老年人健康体检率|%|老年人健康体检率（60岁及以上）
中医馆|个|中医馆设置率
药品费用增幅|%|药品费用占比
乡镇卫生院床位|张|乡镇卫生院数"""


def answered(goal: str, unit: str, figures: str) -> bool:
    """Whether figures of this name answer a goal of that one."""
    comparator = "rank" if unit == "名" else ">="
    plan = made(confirmed(name=goal, unit=unit, comparator=comparator, evidence=f"{goal}达到全市前三。"))
    every = pd.concat([registers.load_indicators(), plan["indicators"]], ignore_index=True)
    found = names.register(every.astype("object").fillna("")).grouped(figures, unit)
    asked = plan["targets"].iloc[0]
    return (found.id, found.group) == (asked["indicator"], asked["group"])


@pytest.mark.parametrize("pair", ONE.split("\n"))
def test_figures_named_otherwise_answer_the_goal(pair):
    assert answered(*pair.split("|"))


@pytest.mark.parametrize("pair", TWO.split("\n"))
def test_figures_of_another_measure_do_not(pair):
    assert not answered(*pair.split("|"))


# --- figures that no goal uses -----------------------------------------------------------------


def counted_visits(folder, name, unit="人次"):
    rows = [(name, "示例区", year, 100 + year - 2020, unit, "年报") for year in range(2020, 2026)]
    return hp.plan("my-2027", files=[figures_file(folder, rows)])


def test_figures_that_no_goal_uses_are_asked_after_and_the_answer_holds(space, tmp_path):
    """The page asks whether figures of much the same name are the goal's; doing what it says makes them so."""
    rows = confirmed(name="社区老年人康复护理服务人次", value=104.0, unit="人次", deadline="2025")
    newplan.write_plan(made(rows))
    figures = "老年人社区护理康复人次"
    (asked,) = [f for f in counted_visits(tmp_path, figures).questions if f.code.startswith("FIGURE")]
    assert asked.code == "FIGURE-OTHER-NAME" and "社区老年人康复护理服务人次" in asked.text("zh")
    assert f"“{figures}”" in asked.part("fix", "zh") and "my_2027_001" in asked.part("fix", "en")
    path = space / "data" / "indicators.csv"
    known = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    mine = known["indicator"] == "my_2027_001"
    known.loc[mine, "aliases"] = [f"{a};{figures}".strip(";") for a in known.loc[mine, "aliases"]]
    known.to_csv(path, index=False, encoding="utf-8-sig")
    seen = counted_visits(tmp_path, figures)
    assert not [f for f in seen.questions if f.code.startswith("FIGURE")]
    assert set(seen.gaps["status"]) == {"met"}


def test_registered_figures_of_another_id_answer_a_goal_once_its_series_says_so(space, tmp_path):
    rows = confirmed(name="国家基本公共卫生服务项目绩效评价结果", comparator="<=", value=105.0, unit="名", deadline="2025")  # fmt: skip
    newplan.write_plan(made(rows))
    seen = counted_visits(tmp_path, "基本公共卫生服务绩效考核名次", "名")
    asked = [f for f in seen.questions if f.code == "FIGURE-OTHER-ID"]
    assert len(asked) == 1 and "phs_appraisal_rank" in asked[0].part("fix", "zh")
    assert asked[0].text("zh") in str(sources(seen)).replace("&quot;", '"')
    path = space / "data" / "plans" / "my-2027" / "series.csv"
    series = pd.read_csv(path, dtype=str, keep_default_na=False)
    series.assign(indicator="phs_appraisal_rank").to_csv(path, index=False)
    seen = counted_visits(tmp_path, "基本公共卫生服务绩效考核名次", "名")
    assert set(seen.gaps["status"]) == {"met"} and not [f for f in seen.questions if f.code.startswith("FIGURE")]  # fmt: skip


def test_what_a_user_brings_for_an_invented_district_is_not_left_out(space, tmp_path):
    """The shipped figures of the nation are none for the demonstration district; those of the user's own file are."""
    rows = confirmed(name="5岁以下儿童死亡率", comparator="reference", value=float("nan"), unit="‰", side="<", reference="全国", deadline="2025")  # fmt: skip
    newplan.write_plan(made(rows, areas=registers.load_areas()))
    figures = [("5岁以下儿童死亡率", area, 2025, value, "‰", "年报") for area, value in (("示例区", 4.9), ("全国", 4.4))]  # fmt: skip
    seen = hp.plan("my-2027", files=[figures_file(tmp_path, figures)])
    assert set(seen.gaps["status"]) == {"missed"}


@pytest.mark.parametrize(
    ("cell", "figures", "status"),
    [
        ("≥1500", (500, 520, 540), "due_unconfirmed"),  # 540 in a year, 1,560 in all
        ("≥1500", (400, 420, 440), "missed"),  # 1,260 in all: short both ways
        ("≥500", (400, 480, 540), "met"),  # reached in one year: both ways
        ("累计1500人次", (500, 520, 540), "met"),
        ("每年不低于505人次", (500, 520, 540), "missed"),
    ],
)
def test_what_is_done_in_years_is_for_one_or_for_all(space, tmp_path, cell, figures, status):
    """A goal of a plan of three years that does not say which is judged where both readings agree."""
    goal = [{"指标": "乡村医生培训人次", "地区": "示例区", "目标年份": 2025, "目标值": cell, "单位": "人次", "方向": "上升"}]  # fmt: skip
    pd.DataFrame(goal).to_csv(tmp_path / "goals.csv", index=False)
    assert added(tmp_path / "goals.csv", title="某区规划（2023—2025年）").exit_code == 0
    rows = [("乡村医生培训人次", "示例区", 2023 + n, value, "人次", "年报") for n, value in enumerate(figures)]  # fmt: skip
    seen = hp.plan("my-2027", files=[figures_file(tmp_path, rows)])
    assert set(seen.gaps["status"]) == {status}
    assert ("两种理解" in " ".join(map(str, seen.told["why"]))) == (status == "due_unconfirmed")


def test_areas_of_a_file_are_seen_from_the_plans_own(space, tmp_path):
    """本区 and 全市 in the area column are the district and its city: 44.0 against 40.5 + 3."""
    rows = confirmed(name="经常参加体育锻炼人数比例", comparator="reference", value=3.0, unit="个百分点", side=">=", reference="全市", deadline="2025")  # fmt: skip
    newplan.write_plan(made(rows, areas=registers.load_areas()))
    figures = [("经常参加体育锻炼人数比例", area, 2025, value, "%", "年报") for area, value in (("本区", 44.0), ("全市", 40.5))]  # fmt: skip
    seen = hp.plan("my-2027", files=[figures_file(tmp_path, figures)])
    assert set(seen.gaps["status"]) == {"met"}
    tree = registers.area_tree(registers.load_areas())
    meant = [tree.meant(word, "wanzhou") for word in ("全市", "全区", "全国", "万州", "市区")]
    assert meant == ["chongqing", "wanzhou", "china", "", ""]


# --- goals without figures, years that nobody wrote --------------------------------------------

TOLD = {"zh": ("没有本区的数据", "以本区自己的数据判断"), "en": ("The district has no figures", "by the district's own figures")}  # fmt: skip


def two_goals(**changes):
    """A measure with a printed start, and one without any."""
    rows = [
        confirmed(name="管理人群血糖控制率", value=32.0, baseline="27.5", baseline_year="2023"),
        confirmed(name="某项没有登记的比例", value=80.0),
    ]
    return pd.concat(rows, ignore_index=True).assign(**changes)


def literacy(years):
    values = enumerate((20.0, 21.9, 24.1, 26.0))
    return [("管理人群血糖控制率", "示例区", 2021 + n, value, "%", "年报") for n, value in values if 2021 + n in years]  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("basis", ["own", "none"])
def test_what_is_said_of_a_goal_follows_from_whether_it_has_figures(space, tmp_path, basis, lang):
    """Guards: "the district's own figures" said of goals that have none, and no background line for them."""
    newplan.write_plan(made(two_goals()))
    path = space / "data" / "plans" / "my-2027" / "series.csv"
    series = pd.read_csv(path, dtype=str, keep_default_na=False)
    if basis == "none":
        none = {"basis": "none", "reason_zh": "没有本区的数据。", "reason_en": "The district has no figures."}  # fmt: skip
        series.assign(**none).to_csv(path, index=False)
    lacking, promised = TOLD[lang]
    for years, without in ((), 2), ((2024,), 1):
        files = [figures_file(tmp_path, literacy(years))] if years else []
        seen = hp.plan("my-2027", files=files, as_of=2024, lang=lang)
        html = str(missing(seen)).replace("&#x27;", "'")
        assert html.count(lacking) == without and promised not in html
        rows = requests(seen).set_index("target_id")
        assert list(rows.index.sort_values()) == ["my-2027-t001", "my-2027-t002"]
        assert rows["similar"].notna().sum() == without - 1  # where a start is printed
        assert (text("report.similar_goals", lang, goals="")[:8] in html) == (not years)


def test_a_series_of_the_plan_promises_no_figures():
    series = made(two_goals())["series"]
    assert not series["reason_zh"].isin(["本区自己的数据。"]).any()


@pytest.mark.parametrize(
    ("title", "bases", "printed"),
    [("某区目标", ("", ""), False), ("某区目标", ("2022", "2022"), False), ("某区规划（2023—2027年）", ("", ""), True)],
)  # fmt: skip
def test_years_that_nobody_wrote_are_not_told_as_the_plans(space, title, bases, printed):
    rows = two_goals(baseline=[b and "20" for b in bases], baseline_year=list(bases), deadline=["2026", "2027"])  # fmt: skip
    plan = made(rows, title=title)
    newplan.write_plan(plan)
    start, end = plan["about"]["period_start"], plan["about"]["period_end"]
    for lang in ("zh", "en"):
        seen = hp.plan("my-2027", as_of=2024, lang=lang)
        entry = Entry(page="my.html", name="my", plan="my-2027", lang=lang, variant="newest", status="done")
        index = index_pages([entry])[page_name("index", lang)].decode()
        index = index.split("</style>")[1]
        # the strip says the years once: in the title where that has them
        for page in (str(first.title(seen)), index.replace(title, "")):
            assert (str(end) in page) == printed
            assert (text("report.years_unstated", lang) in page) != printed
        assert (f"{start}" in repr(seen).replace(title, "")) == printed
    listed = CliRunner().invoke(cli.app, ["plans", "--format", "csv"]).output.replace(title, "")
    assert (f"{start}-{end}" in listed.split("demo-2027,")[0]) == printed


def test_years_that_were_taken_are_said_when_the_plan_is_made(space, tmp_path):
    frame = pd.DataFrame({"指标": ["业务收入"], "地区": "示例区", "目标年份": 2026, "目标值": "120", "单位": "万元", "方向": "上升"})  # fmt: skip
    frame.to_csv(tmp_path / "goals.csv", index=False, encoding="utf-8-sig")
    assert "2026—2026" in added(tmp_path / "goals.csv", title="某区目标").output
    told = added(tmp_path / "goals.csv", plan="other", title="某区规划（2022—2026年）").output
    assert "2022—2026" not in told
