"""Kinds of goals in words: a cell of a sheet, a sentence of a document and a confirmed sheet of an older version say
the same thing, by one reading.

Guards: a goal of a kind that arrives as another kind, or loses whose, when, how often or against whom it is meant.
"""

from datetime import date

import openpyxl
import pandas as pd
import pytest
from goals_in_text import read_text
from typer.testing import CliRunner
from whole_line import plan_gaps

from healthplan import cli, planreader, registers
from healthplan.intake import read_any, read_targets
from healthplan.language import comparators
from healthplan.language.names import register
from healthplan.planreader.cell import read_cell
from healthplan.planreader.dates import Period
from healthplan.planreader.sentence import Context
from healthplan.plans import load_plan
from healthplan.starter import make_workspace

KNOWN = register(registers.load_indicators())
PERIOD = Period(2023, 2027)
SHOWN = (
    "group",
    "per",
    "side",
    "reference",
    "reference_indicator",
    "each",
    "all_of",
    "baseline_year",
)


def short(claims) -> list[str]:
    return [" ".join(filter(None, _parts(claim))) for claim in claims]


def _parts(claim):
    high = "" if claim.high is None else f"-{claim.high:.10g}"
    yield claim.comparator
    yield "" if claim.value is None else f"{claim.value:.10g}{high}"
    yield claim.unit
    yield from (f"{name}={getattr(claim, name)}" for name in SHOWN if getattr(claim, name))
    yield "about" if claim.tolerance else ""
    yield "strive" if claim.wording == "strive" else ""


CELLS = [
    ("孕产妇死亡率", "优于全省平均水平", ["reference side=< reference=全省"]),
    ("居民健康素养水平", "优于全国", ["reference side=> reference=全国"]),
    ("公立医院门诊药占比", "低于全市平均", ["reference side=< reference=全市"]),
    ("居民健康素养水平", "不低于全市平均水平", ["reference side=>= reference=全市"]),
    ("居民健康素养水平", "与全市持平", ["reference reference=全市"]),
    ("医疗费用增长幅度", "低于GDP增幅", ["reference side=< reference_indicator=GDP增幅"]),
    ("卫生健康支出增幅", "高于一般公共预算支出增幅", ["reference side=> reference_indicator=一般公共预算支出增幅"]),
    ("居民健康素养水平", "前三名", ["rank 3 名"]),
    ("居民健康素养水平", "全市前3名", ["rank 3 名 reference=全市"]),
    ("居民健康素养水平", "居全省第二", ["rank 2 名 reference=全省"]),
    ("居民健康素养水平", "进入全市前三分之一", ["rank 33.33 % reference=全市"]),
    ("全科医生数", "翻两番", ["increase_by_pct 300 %"]),
    ("全科医生数", "增长1倍", ["increase_by_pct 100 %"]),
    ("全科医生数", "比2020年翻一番", ["increase_by_pct 100 % baseline_year=2020"]),
    ("孕产妇死亡率", "比2019年下降三分之一", ["increase_by_pct -33.33 % baseline_year=2019"]),
    ("新增床位", "三年新增300张", ["increase_by 300 张 per=period baseline_year=2024"]),
    ("新增床位", "每年新增200张", ["increase_by 200 张 per=year"]),
    ("培训全科医生", "累计500人次", [">= 500 人次 per=period"]),
    ("培训全科医生", "每年不少于100人次", [">= 100 人次 per=year"]),
    ("儿童青少年总体近视率", "力争每年降低0.5个百分点以上", ["increase_by -0.5 个百分点 per=year strive"]),
    ("执业（助理）医师数", "年均增长7%", ["increase_by_pct 7 % per=year"]),
    ("家庭病床服务人次", "年均增长5%以上", ["increase_by_pct 5 % per=year"]),
    ("居民健康素养水平", "逐年提高", ["trend per=year side=rising"]),
    ("住院病例", "年均减少100例", ["increase_by -100 例 per=year"]),
    ("居民健康素养水平", "逐年提高2个百分点", ["increase_by 2 个百分点 per=year"]),
    ("居民健康素养水平", "三年累计提高6个百分点", ["increase_by 6 个百分点 baseline_year=2024"]),
    ("老年人健康体检率", "每年≥90%", [">= 90 % per=year"]),
    ("家庭医生签约率", "以乡镇为单位≥90%", [">= 90 % each=乡镇"]),
    ("家庭医生签约率", "各乡镇均达到75%以上", [">= 75 % each=乡镇"]),
    ("社区卫生服务中心", "每个街道（镇）至少1所", [">= 1 所 each=街道（镇）"]),
    ("人均预期寿命", "男≥78岁，女≥82岁", [">= 78 岁 group=male", ">= 82 岁 group=female"]),
    ("人均预期寿命", "男性78岁、女性82岁", [">= 78 岁 group=male", ">= 82 岁 group=female"]),
    ("吸烟率", "男40%，女3%", ["<= 40 % group=male", "<= 3 % group=female"]),
    ("农村自来水普及率", "城市≥95%，农村≥90%", [">= 95 % group=urban", ">= 90 % group=rural"]),
    ("孕产妇死亡率", "户籍人口≤7/10万", ["<= 7 1/10万 group=registered"]),
    ("居民健康素养水平", "30%以上，力争35%", [">= 30 %", ">= 35 % strive"]),
    ("居民健康素养水平", "30%以上（力争35%）", [">= 30 %", ">= 35 % strive"]),
    ("病床使用率", "80%—85%", ["range 80-85 %"]),
    ("疫苗接种率", "≥90%且无暴发疫情", [">= 90 % all_of=1", "= 0 起 all_of=1"]),
    ("疫苗接种率", "≥90%，且暴发疫情为0起", [">= 90 % all_of=1", "= 0 起 all_of=1"]),
    ("卫生应急队伍达标", "5支中至少3支", [">= 3 支"]),
    ("孕产妇死亡率", "持续降低", ["trend side=falling"]),
    ("脑卒中发病率", "上升趋势得到遏制", ["trend side=falling"]),
    ("失眠现患率", "上升趋势减缓", ["trend side=slowing"]),
    ("老年期痴呆患病率", "增速下降", ["trend side=slowing"]),
    ("剖宫产率", "保持稳定", ["trend side=steady"]),
    ("孕产妇死亡率", "明显改善", ["trend side=falling"]),
    ("每千人口医疗卫生机构床位数", "控制在7.5张左右", ["= 7.5 张/千人 about"]),
    ("预防接种门诊规范化建设覆盖率", "镇街全覆盖", [">= 100 %"]),
    ("预防接种门诊规范化建设覆盖率", "实现乡镇（街道）全覆盖", [">= 100 %"]),
    ("传染病暴发疫情", "零", ["= 0"]),
    ("传染病暴发疫情", "不发生", ["= 0"]),
    ("次均住院费用", "增幅控制在5%以内", ["growth_max 5 %"]),
    ("次均住院费用", "零增长", ["growth_max 0 %"]),
    ("财政投入", "增长幅度不低于财政收入增幅", ["reference side=>= reference_indicator=财政收入增幅"]),
    ("居民健康素养水平", "每年提升2个百分点以上，2027年达到35%", ["increase_by 2 个百分点 per=year", ">= 35 %"]),
    ("农村卫生厕所普及率", "三分之二", [">= 66.67 %"]),
    ("儿童青少年近视率", "50%以下或每年下降1个百分点", ["<= 50 % all_of=1或", "increase_by -1 个百分点 per=year all_of=1或"]),
    ("儿童青少年近视率", "力争每年降低0.5个百分点，或低于50%", ["increase_by -0.5 个百分点 per=year all_of=1或 strive", "< 50 % all_of=1或 strive"]),
    ("居民健康素养水平", "30%以上或居全市前三", [">= 30 % all_of=1或", "rank 3 名 reference=全市 all_of=1或"]),
    ("规范管理率", "大于或等于60%", [">= 60 %"]),
    ("电子病历应用水平分级评价平均级别", "达到4级", [">= 4 级"]),
    ("电子病历应用水平分级评价", "平均3.5级以上", [">= 3.5 级"]),
    ("养老机构平均星级", "≥3.5星", [">= 3.5 星"]),
    ("智慧服务平均等级", "达到三级以上", [">= 3 级"]),
    ("人均预期寿命", "（２０２７年）≥83.0岁", [">= 83 岁"]),
    ("人均预期寿命", "≥83岁（到2027年）", [">= 83 岁"]),
    ("居民健康素养水平", "38.6%（2027年）", [">= 38.6 %"]),
    ("规范管理率", "外来流动人口≥60%，老年人（65岁及以上）≥70%", [">= 60 % group=migrant", ">= 70 % group=age_65plus"]),
    ("病床使用率", "三级≥85%，一级及未定级≥60%", [">= 85 % group=level3", ">= 60 % group=level1below"]),
    ("规范管理率", "2025年达到60%，2027年达到70%", [">= 60 %", ">= 70 %"]),
]  # fmt: skip
REFUSED = [
    ("乙肝母婴传播", "基本消除"), ("居民健康素养水平", "全市领先"), ("人均预期寿命", "与全市平均相差1岁"),
    ("健康城市", "全面加强"), ("中医馆", "每个片区都要有"), ("培训", "每年都要开展"), ("疫苗接种率", "≥90%，建成示范区"),
    ("居民健康素养水平", "有效控制"), ("孕产妇死亡率", "达到国家标准"), ("预防接种门诊", "基本实现镇街全覆盖"), ("近视率", "≥60%或≤50%，且无暴发疫情"),
    ("近视率", "低于2（含2）"), ("人均预期寿命", "≥83岁（2020年）"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "cell", "goals"), CELLS)
def test_a_cell_is_read_as_the_sentence_it_stands_for(name, cell, goals):
    context = Context(PERIOD, "goals", ("2027",), "", KNOWN)
    falling = comparators.falling(name)
    assert short(read_cell(name, cell, context, falling=falling)) == goals


@pytest.mark.parametrize(("name", "cell"), REFUSED)
def test_a_cell_with_words_that_nobody_reads_gives_no_goal(name, cell):
    assert read_cell(name, cell, Context(PERIOD, "goals", ("2027",), "", KNOWN)) == []


@pytest.mark.parametrize(("name", "cell"), REFUSED[:-2])
def test_and_its_refusal_says_how_to_write_the_kind(name, cell, tmp_path):
    found = sheet_of(tmp_path, {"指标": name, "目标值": cell})
    codes = [fault for fault in found.errors if fault.severity == "error"]
    assert not found.ok and len(codes) == 1
    assert codes[0].code != "GOAL-TEXT" and codes[0].text("zh").count("；改法：") == 1


def sheet_of(folder, *rows):
    blank = {
        "指标": "",
        "地区": "万州区",
        "目标年份": 2027,
        "目标值": "",
        "单位": "",
        "方向": "",
        "比较方式": "",
        "人群": "",
        "参照": "",
    }
    path = folder / "目标.xlsx"
    pd.DataFrame([blank | row for row in rows]).to_excel(path, index=False)
    return read_targets(path)


SENTENCES = [
    ("到2027年，男性人均预期寿命达到78岁，女性达到82岁。", [("male", 78), ("female", 82)]),
    ("到2027年，65岁及以上老年人健康管理率达到72%，其中乡镇不低于65%。", [("", 72), ("township", 65)]),
    ("到2027年，居民电子健康档案建档率达到90%，其中65岁及以上老年人建档率达到95%。", [("", 90), ("age_65plus", 95)]),
    ("到2027年，城市和农村居民健康素养水平分别达到35%和28%。", [("urban", 35), ("rural", 28)]),
    ("到2027年，农村户籍人口家庭医生签约率达到80%。", [("rural;registered", 80)]),
    ("到2027年，常住人口孕产妇死亡率控制在9/10万以下，户籍人口孕产妇死亡率控制在7/10万以下。", [("resident", 9), ("registered", 7)]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), SENTENCES)
def test_a_sentence_gives_the_groups(text, expected, tmp_path):
    plan = tmp_path / "plan.txt"
    plan.write_text(f"某区规划（2023—2027年）\n一、主要目标\n{text}\n", encoding="utf-8")
    rows = planreader.read_plan(plan, indicators=registers.load_indicators())
    assert list(zip(rows["group"], rows["value"], strict=True)) == expected
    assert (rows["indicator"] != "").all() and rows["indicator"].nunique() == 1


@pytest.mark.parametrize(
    ("text", "goals"),
    [
        ("2025年至2027年，每年老年人健康体检率不低于70%。", [">= 70 % per=year baseline_year=2024"]),
        ("“十四五”期间，年均新增床位200张。", ["increase_by 200 张 per=year baseline_year=2020"]),
        ("到2027年，累计培训全科医生不少于500人次，每年不少于100人次。",
         [">= 500 人次 per=period", ">= 100 人次 per=year"]),
        ("到2027年，每个乡镇至少建成1个精品中医馆。", [">= 1 个 each=乡镇"]),
        ("到2027年，免疫规划疫苗接种率以乡镇为单位保持在90%以上，且无暴发疫情。",
         [">= 90 % each=乡镇 all_of=1", "= 0 起 all_of=1"]),
        ("到2027年，公立医院次均费用增幅低于全国平均水平。", ["reference side=< reference=全国"]),
        ("到2027年，力争2-3个专科进入全国前十。", ["range 2-3 个 strive"]),
        ("2024年，人均每年门诊次数达到6次。", [">= 6 次"]),
        ("到2027年，以社区为单位，规范管理率不低于70%。", [">= 70 % each=社区"]),
        ("到2027年，每个行政村（社区）至少有1名乡村医生。", [">= 1 名 each=行政村（社区）"]),
        ("到2027年，增加值占比达到8%，增速高于GDP增速2个百分点。",
         [">= 8 %", "reference 2 个百分点 side=>= reference_indicator=GDP增速"]),
        ("到2027年，次均门诊费用、次均住院费用年均增幅均控制在5%以内。", ["growth_max 5 %", "growth_max 5 %"]),
        ("到2027年，人均预期寿命男性80岁、女性85岁以上。", [">= 80 岁 group=male", ">= 85 岁 group=female"]),
        ("到2027年，结核病发病率年均递降5%以上。", ["increase_by_pct -5 % per=year"]),
        ("居民健康素养水平确保2025年、力争2024年达到32%。", [">= 32 %", ">= 32 % strive"]),
        ("力争2026年、确保2027年住院分娩率达到99%。", [">= 99 % strive", ">= 99 %"]),
        ("到2027年，老年人健康管理率达到65%以上，且不低于全市平均水平。",
         [">= 65 % all_of=1", "reference side=>= reference=全市 all_of=1"]),
        ("到2027年，孕产妇死亡率低于全市平均水平，且控制在9/10万以下。",
         ["reference side=< reference=全市 all_of=1", "<= 9 1/10万 all_of=1"]),
        ("到2027年，人均预期寿命达到82岁以上，且高于全市平均水平0.5岁以上。",
         [">= 82 岁 all_of=1", "reference 0.5 岁 side=>= reference=全市 all_of=1"]),
        ("到2027年，12项核心指标中至少9项优于全市平均水平。", [">= 9 项"]),
        ("到2027年，中医类别执业（助理）医师数年均增长率不低于5%。", ["increase_by_pct 5 % per=year"]),
        ("到2027年，财政卫生健康投入年均增速不低于6%。", ["increase_by_pct 6 % per=year"]),
        ("到2027年，健康管理工作水平明显提高。", []),
        ("去年，全市健康素养水平位居全省前三。", []),
    ],
)  # fmt: skip
def test_a_sentence_gives_the_kind(text, goals):
    assert short(read_text(text, PERIOD)) == goals


# --- the sheet's own columns ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "value", "expected"),
    [
        ("每年降低", 0.5, ("increase_by", -0.5, "year", "")),
        ("年均增长百分之", 7, ("increase_by_pct", 7, "year", "")),
        ("下降百分之", 30, ("increase_by_pct", -30, "", "")),
        ("累计", 500, (">=", 500, "period", "")),
        ("每年不低于", 90, (">=", 90, "year", "")),
        ("约", 7.5, ("=", 7.5, "", "")),
        ("位次进入前", 3, ("rank", 3, "", "")),
        ("低于平均", "", ("reference", None, "", "<")),
        ("持续下降", "", ("trend", None, "", "falling")),
        ("保持稳定", "", ("trend", None, "", "steady")),
        ("区间", "80-90", ("range", 80, "", "")),
        ("增加", 5, ("increase_by", 5, "", "")),
    ],
)
def test_a_word_of_the_comparison_column_and_a_number(word, value, expected, tmp_path):
    unit = {"累计": "人次", "每年降低": "个百分点"}.get(word, "")
    row = {
        "指标": "某项没有登记的活动",
        "比较方式": word,
        "目标值": value,
        "单位": unit,
        "参照": "全市",
    }
    found = sheet_of(tmp_path, row)
    assert found.ok, [fault.text("zh") for fault in found.faults]
    (goal,) = found.table.to_dict("records")
    number = None if pd.isna(goal["value"]) else goal["value"]
    assert (goal["comparator"], number, goal["per"], goal["side"]) == expected


def test_every_word_that_the_sheet_offers_is_read(tmp_path):
    for word in comparators.offered():
        number = "80-90" if comparators.read(word) == comparators.RANGE else 5
        value = "" if "平均" in word or word in ("持续下降", "持续上升", "保持稳定", "增速减缓", "不差于") else number
        found = sheet_of(
            tmp_path,
            {"指标": "某项活动", "比较方式": word, "目标值": value, "单位": "个", "参照": "全市"},
        )
        assert found.ok, (word, [fault.text("zh") for fault in found.faults])


def test_a_column_of_groups_and_a_span_of_years(tmp_path):
    rows = sheet_of(
        tmp_path,
        {"指标": "孕产妇死亡率", "目标值": "≤12", "单位": "1/10万", "人群": "农村"},
        {"指标": "老年人健康体检率", "目标值": "每年≥90%", "单位": "%", "目标年份": "2025-2027"},
    ).table.to_dict("records")
    assert rows[0]["group"] == "rural"
    assert (rows[1]["per"], rows[1]["deadline"], rows[1]["baseline_year"]) == ("year", "2027", 2024)
    refused = sheet_of(
        tmp_path,
        {"指标": "老年人健康体检率", "目标值": "≥90%", "单位": "%", "目标年份": "2025-2027"},
    )
    assert [fault.code for fault in refused.errors] == ["GOAL-DEADLINE"]


def test_a_growth_of_something_in_yuan_is_in_per_cent(tmp_path):
    row = {"指标": "某项次均费用", "目标值": "涨幅不高于GDP增速", "单位": "元", "方向": "下降"}
    (goal,) = sheet_of(tmp_path, row).table.to_dict("records")
    assert (goal["indicator"], goal["unit"], goal["side"]) == ("某项次均费用涨幅", "%", "<=")


# --- to a plan --------------------------------------------------------------------------------


@pytest.fixture
def space(tmp_path, monkeypatch):
    make_workspace(tmp_path / "ws")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "ws"))
    return tmp_path


def added(sheet, plan="my-2027"):
    command = [
        "add-plan",
        str(sheet),
        "--plan",
        plan,
        "--area",
        "wanzhou",
        "--title",
        "某区规划（2023—2027年）",
    ]
    result = CliRunner().invoke(cli.app, command)
    assert result.exit_code == 0, result.exception
    return load_plan(plan)


def proposed(folder, *lines):
    document = folder / "plan.txt"
    document.write_text("\n".join(["某区规划（2023—2027年）", "一、主要目标", *lines]), encoding="utf-8")
    rows = planreader.read_plan(document, indicators=registers.load_indicators())
    planreader.write_candidates(rows, folder / "sheet.csv")
    sheet = pd.read_csv(folder / "sheet.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    return sheet.assign(decision="accept")


def test_measures_are_made_by_what_is_asked(space):
    sheet = proposed(
        space,
        "到2027年，全科医生数量比2020年翻一番。", "儿童青少年总体近视率每年降低0.5个百分点以上。",
        "到2027年，公立医院门诊药占比低于全市平均水平。", "到2027年，基本公共卫生服务绩效考核进入全市前三名。",
        "到2027年，每个乡镇至少建成1个精品中医馆。", "到2027年，医护比达到1:1.2。",
        "到2027年，药品费用增幅低于居民收入增幅。", "到2027年，接种率达到90%，且无暴发疫情。",
    )  # fmt: skip
    sheet.to_csv(space / "sheet.csv", index=False, encoding="utf-8-sig")
    plan = added(space / "sheet.csv")
    known = registers.load_indicators().set_index("indicator")
    made = {
        row["name_zh"]: tuple(known.loc[row["indicator"], ["unit", "direction", "indicator_kind"]])
        for row in plan.targets.to_dict("records")
    }
    assert made["全科医生数量"] == ("人", "increase", "count")
    assert made["儿童青少年总体近视率"] == ("%", "decrease", "share")
    assert made["公立医院门诊药占比"] == ("%", "decrease", "share")
    assert made["基本公共卫生服务绩效考核"] == ("名", "decrease", "level")
    assert made["精品中医馆"] == ("%", "increase", "share")
    assert made["医护比"] == ("1:x", "increase", "level")
    assert made["药品费用增幅"] == ("%", "decrease", "level")
    each = known[known["name_zh"] == "精品中医馆达标乡镇比例"].iloc[0]
    assert (each["unit"], each["denominator"]) == ("%", "乡镇")
    other = plan.targets[plan.targets["reference_indicator"] != ""].iloc[0]
    assert (other["reference"], known.loc[other["reference_indicator"], "name_zh"]) == (
        "wanzhou",
        "居民收入增幅",
    )
    over = plan.targets[plan.targets["comparator"] == "all_of"].iloc[0]
    assert len(over["all_of"].split(";")) == 2 and over["unit"] == "项"


@pytest.mark.parametrize(
    ("line", "name", "unit", "also"),
    [
        ("引进医学类硕士及以上人才合计不少于150名。", "医学类硕士及以上人才", "人", "引进医学类硕士及以上人才"),
        ("加大引才力度，每年至少引进硕士研究生以上医学人才10名。", "硕士研究生以上医学人才", "人", "引进硕士研究生以上医学人才"),
        ("健康中国行动12项核心指标中至少9项优于全市平均水平。", "", "项", "优于全市平均水平的核心指标数"),
        ("基本公共卫生服务项目绩效评价保持在全市前3名。", "基本公共卫生服务项目绩效评价", "名", "基本公共卫生服务项目绩效评价全市排名"),
        ("因病致贫返贫监测户数较2020年下降三分之一。", "因病致贫返贫监测户数", "户", ""),
        ("全区共培训乡村医生不少于1500人次。", "培训乡村医生", "人次", "乡村医生培训人次"),
        ("每年组织健康科普进社区讲座不少于120场。", "健康科普进社区讲座", "场", "健康科普进社区讲座场次"),
        ("卫生健康系统群众满意度考核保持在全市前3名。", "卫生健康系统群众满意度考核", "名", "卫生健康系统群众满意度全市位次"),
        ("每年开展适龄妇女“两癌”免费筛查不少于1.2万人。", "适龄妇女“两癌”免费筛查", "人", "适龄妇女“两癌”免费筛查人数"),
    ],
)  # fmt: skip
def test_a_measure_has_the_names_and_the_unit_of_its_figures(line, name, unit, also, space):
    plan = added(proposed(space, line).pipe(saved, space))
    made = registers.load_indicators().set_index("indicator").loc[plan.targets["indicator"].iloc[0]]
    assert (made["name_zh"], made["unit"]) == (name or made["name_zh"], unit)
    assert also in ["", *made["aliases"].split(";")]
    assert not ("人次" in made["aliases"] and unit == "人")


@pytest.mark.parametrize("line", ["2021—2025年，全区共培训乡村医生不少于1500人次。", "“十四五”期间，每年组织健康讲座不少于120场。",
                                  "“十四五”时期，婴儿死亡率每年下降0.2个千分点。"])  # fmt: skip
def test_the_years_of_a_goal_begin_where_its_sentence_says(line, space):
    assert proposed(space, line)["baseline_year"].tolist() == ["2020"]


FIGURES = "指标,地区,年份,数值,单位,来源\n"


@pytest.mark.parametrize(
    ("line", "figures", "status"),
    [
        ("到2025年，三分之二以上的二级及以上综合医院设立老年医学科。", "二级及以上综合医院老年医学科设立比例,%,55,60", "missed"),
        ("“十四五”期间全区累计新增3岁以下婴幼儿托位300个以上。", "当年新增3岁以下婴幼儿托位,个,160,150", "met"),
        ("2024—2025年，全区共培训乡村医生不少于500人次。", "乡村医生培训人次,人次,260,250", "met"),
        ("到2025年，中医类医院实有床位达到600张。", "中医类医院床位数,张,560,590", "missed"),
        ("到2025年，公立医院医疗费用增幅不超过4%。", "公立医院医疗费用增长幅度,%,5,4.5", "missed"),
        ("到2025年，医师与护士之比达到1:1.20。", "医护比,1:x,1.10,1.15", "missed"),
        ("到2025年，65岁及以上人群健康管理率达到70%。", "健康管理率（65岁及以上老年人）,%,70,72", "met"),
        ("到2025年，每千常住人口拥有执业（助理）医师数达到3人。", "每千人口执业助理医师数,人/千人,2.9,3.1", "met"),
        ("到2025年，二级及以上医院出院患者平均住院日控制在8天以内。", "二级以上医院出院者平均住院日,天,8.2,8.1", "missed"),
    ],
)  # fmt: skip
def test_figures_answer_a_goal_that_names_them_otherwise(line, figures, status, space):
    plan = added(proposed(space, line).pipe(saved, space))
    name, unit, before, last = figures.split(",")
    path = space / "figures.csv"
    rows = [f"{name},万州区,{year},{value},{unit},年报" for year, value in ((2024, before), (2025, last))]
    path.write_text(FIGURES + "\n".join(rows), encoding="utf-8")
    assert plan_gaps(plan, observations=[path], as_of=2025)["status"].tolist() == [status]


def saved(sheet, folder):
    sheet.to_csv(folder / "confirmed.csv", index=False)
    return folder / "confirmed.csv"


def test_one_thing_in_two_plans_and_two_wordings_has_one_id(space):
    proposed(space, "到2027年，全科医生数量比2020年翻一番。").to_csv(space / "a.csv", index=False, encoding="utf-8-sig")
    other = ("到2027年，全科医生达到300人。", "到2027年，全科医生数量比2022年增长30%。")
    proposed(space, *other).to_csv(space / "b.csv", index=False, encoding="utf-8-sig")
    ids = {
        *added(space / "a.csv", "a").targets["indicator"],
        *added(space / "b.csv", "b").targets["indicator"],
    }
    assert len(ids) == 1


def test_physicians_with_and_without_assistants_stay_two(space):
    said = ("到2027年，执业（助理）医师数达到2000人。", "到2027年，执业医师数达到1500人。")
    assert proposed(space, *said)["indicator"].tolist() == ["physicians", "licensed_physicians"]


OLDER = ["indicator", "name", "comparator", "value", "value_high", "unit", "deadline", "scope", "departments", "baseline",
         "locator", "evidence", "confidence", "why", "decision"]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"name": "某近视率", "comparator": "increase_by", "value": -0.5, "unit": "个百分点",
          "evidence": "某近视率每年降低0.5个百分点以上"}, {"per": "year"}),
        ({"name": "某绩效考核进入全市前", "comparator": ">=", "value": 3, "unit": "名",
          "evidence": "到2027年，某绩效考核进入全市前三名"}, {"comparator": "rank", "name": "某绩效考核", "reference": "全市"}),
        ({"name": "某药占比", "comparator": "reference", "value": "", "unit": "%",
          "evidence": "到2027年，某药占比低于全市平均水平"}, {"side": "<", "reference": "全市"}),
        ({"name": "男性人均预期寿命女性", "comparator": ">=", "value": 82, "unit": "岁",
          "evidence": "到2027年，男性人均预期寿命达到78岁，女性达到82岁"}, {"group": "female", "name": "人均预期寿命"}),
        ({"name": "每个乡镇至少中医馆", "comparator": ">=", "value": 1, "unit": "个",
          "evidence": "到2027年，每个乡镇至少建成1个中医馆"}, {"each": "乡镇", "name": "中医馆"}),
        ({"name": "每千人口床位数", "comparator": "=", "value": 7.5, "unit": "张/千人",
          "evidence": "每千人口床位数 | 2027年 | 7.5左右"}, {"tolerance": 0.15}),
        ({"name": "某近视率", "comparator": "increase_by", "value": -6, "unit": "个百分点",
          "evidence": "某近视率每年降低0.5个百分点以上"}, {"per": ""}),  # worked out by a person: as it stands
    ],
)  # fmt: skip
def test_a_sheet_of_an_older_version_gets_what_its_columns_lack(row, expected, tmp_path):
    whole = dict.fromkeys(OLDER, "") | {"deadline": "2027", "decision": "accept"} | row
    path = tmp_path / "older.csv"
    pd.DataFrame([whole]).to_csv(path, index=False, encoding="utf-8-sig")
    rows, faults = planreader.load_confirmed(path, registers.load_indicators())
    assert not faults
    assert {name: rows.iloc[0][name] for name in expected} == expected


def test_the_name_of_an_older_row_is_no_name_of_its_share_or_its_whole(space):
    rows = [
        {
            "name": "某接种率以乡镇为单位",
            "comparator": ">=",
            "value": 90,
            "unit": "%",
            "evidence": "某接种率以乡镇为单位保持在90%以上",
        },
        {
            "name": "农村某厕所普及率",
            "comparator": ">=",
            "value": 80,
            "unit": "%",
            "evidence": "农村某厕所普及率达到80%",
        },
        {
            "name": "医护比",
            "comparator": ">=",
            "value": 1.2,
            "unit": "1:1.2",
            "evidence": "医护比达到1：1.2",
        },
    ]
    blank = dict.fromkeys(OLDER, "") | {"deadline": "2027", "decision": "accept"}
    pd.DataFrame([blank | row for row in rows]).to_csv(space / "older.csv", index=False, encoding="utf-8-sig")
    plan = added(space / "older.csv")
    known = register(registers.load_indicators())
    assert not known.indicator("某接种率以乡镇为单位").id
    assert known.grouped("农村某厕所普及率").group == "rural"
    assert plan.targets["unit"].tolist()[-1] == "1:x"


def test_an_older_row_whose_words_nobody_reads_is_told(tmp_path):
    row = {"name": "某", "comparator": ">=", "value": 3, "unit": "个", "deadline": "2027", "decision": "accept",
           "evidence": "某，每年大约在3个上下浮动（个别年份除外）"}  # fmt: skip
    pd.DataFrame([dict.fromkeys(OLDER, "") | row]).to_excel(tmp_path / "older.xlsx", index=False)
    _, faults = planreader.load_confirmed(tmp_path / "older.xlsx")
    assert [fault.code for fault in faults] in (["READ-OLDER"], [])


def test_what_is_not_read_among_the_goals_is_named_and_trends_are_read(tmp_path):
    document = tmp_path / "plan.txt"
    lines = [
        "某区规划（2023—2027年）",
        "一、主要目标",
        "到2027年，实现消除艾滋病母婴传播。",
        "到2027年，孕产妇死亡率持续降低。",
    ]
    document.write_text("\n".join(lines), encoding="utf-8")
    said = planreader.unread(document, "zh")
    assert "消除艾滋病" in said and "持续降低" not in said


def test_the_template_offers_the_kinds(space):
    from healthplan.starter import write_templates

    path = next(p for p in write_templates(space) if p.stem == "目标")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert {"比较方式", "人群", "参照"} <= {cell.value for cell in sheet[1]}
    lists = [rule.formula1 for rule in sheet.data_validations.dataValidation]
    assert any("位次进入前" in str(one) and "持续下降" in str(one) for one in lists)


# --- the heads that plans' own tables have -----------------------------------------------------

HEADS = {
    "a five-year plan's": (["序号", "主要指标", "地区", "单位", "2020年现状", "2025年目标", "指标属性", "责任部门"],
                           ["1", "某类人员数", "示例区", "人", "40", "60", "预期性", "区卫生健康委"]),
    "with columns of years": (["指标", "地区", "基准年", "基准值", "期末年份", "规划目标", "单位", "牵头科室"],
                              ["某类人员数", "示例区", "2020", "40", "2025", "60", "人", "医政科"]),
    "with two lines of years": (["核心指标", "地区", "2020年基数", "2025年目标值", "计量单位", "属性"],
                                ["某类人员数", "示例区", "40", "60", "人", "预期性"]),
    "an assessment's": (["考核指标", "地区", "目标要求", "完成年限", "计量单位", "方向", "基数", "基数年份"],
                        ["某类人员数", "示例区", "≥60", "2025年", "人", "上升", "40", "2020年"]),
}  # fmt: skip


@pytest.mark.parametrize("named", HEADS)
def test_heads_of_target_tables_are_known(tmp_path, named):
    head, row = HEADS[named]
    path = tmp_path / "goals.csv"
    pd.DataFrame([row], columns=head).to_csv(path, index=False, encoding="utf-8-sig")
    found = read_targets(path, today=date(2024, 1, 1))
    assert not found.errors, [fault.text("zh") for fault in found.errors]
    (goal,) = found.table.to_dict("records")
    read = goal["value"], goal["deadline"], goal["baseline"], goal["baseline_year"], goal["unit"]
    assert read == (60.0, "2025", 40.0, 2020, "人")


def test_a_group_that_a_registered_name_has_in_itself_is_said_once(tmp_path):
    row = {"指标": "健康管理率", "目标值": "≥72", "单位": "%", "人群": "65岁及以上老年人"}
    (goal,) = sheet_of(tmp_path, row).table.to_dict("records")
    assert (goal["indicator"], goal["group"]) == ("elderly_health_mgmt_rate", "")


@pytest.mark.parametrize(
    ("cell", "unit", "value"),
    [
        ("控制在全市平均水平的95%以内", "元", 0.95),
        ("不高于全市平均水平的95%", "元", 0.95),
        ("不高于全市平均水平的1.1倍", "元", 1.1),
    ],
)
def test_a_share_of_others_average_is_so_many_times_it(tmp_path, cell, unit, value):
    row = {"指标": "住院次均费用", "目标值": cell, "单位": unit, "方向": "下降"}
    (goal,) = sheet_of(tmp_path, row).table.to_dict("records")
    assert (goal["comparator"], goal["value"], goal["unit"], goal["side"]) == ("reference", value, "倍", "<=")  # fmt: skip


def test_no_number_of_others_is_taken_for_the_goals_own(tmp_path):
    """不低于全市平均水平的95% of a coverage is not 95 %."""
    row = {"指标": "居民健康素养水平", "目标值": "不低于全市平均水平的95%", "方向": "上升"}
    (goal,) = sheet_of(tmp_path, row).table.to_dict("records")
    assert (goal["comparator"], goal["value"], goal["unit"]) == ("reference", 0.95, "倍")
    for cell in ("不高于上年的105%", "不低于国家标准的95%"):
        assert sheet_of(tmp_path, row | {"目标值": cell}).errors


def test_a_goal_beside_the_year_where_things_stood_is_a_target_sheet(space):
    """With no column for the area: that of the plan; what add-plan is given is read as goals, and its faults told so."""
    head = ["指标名称", "单位", "2020年", "目标年份", "规划目标", "方向"]
    row = ["心脑血管疾病死亡率", "1/10万", 232.1, 2025, "逐年下降", "下降"]
    pd.DataFrame([row], columns=head).to_excel(space / "goals.xlsx", index=False)
    assert read_any(space / "goals.xlsx").kind == "targets"
    (goal,) = added(space / "goals.xlsx").targets.to_dict("records")
    assert (goal["comparator"], goal["side"], goal["baseline"], goal["area"]) == ("trend", "falling", 232.1, "wanzhou")  # fmt: skip
    pd.DataFrame([["某比例", "%", 12.0]], columns=["指标名称", "单位", "2020年"]).to_csv(space / "no.csv", index=False)  # fmt: skip
    result = CliRunner().invoke(cli.app, ["add-plan", str(space / "no.csv"), "--plan", "no", "--area", "wanzhou", "--title", "某区"])  # fmt: skip
    assert "目标值" in str(result.exception)
