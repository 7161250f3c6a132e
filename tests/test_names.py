"""A registered name means the same indicator in every reader, and two measures are never taken for one.

Guards: a name that a cell reads as one indicator and a sentence as another; a bracket or word dropped; a cut name.
"""

import csv
from pathlib import Path

import pytest

from healthplan import registers
from healthplan.intake import as_candidates, read_any
from healthplan.language import groups, names
from healthplan.planreader import load_confirmed, read_plan, write_candidates

HERE = Path(__file__).parent
APART = list(csv.DictReader((HERE / "names_apart.csv").open(encoding="utf-8")))
PRINTED = list(csv.DictReader((HERE / "indicator_names.csv").open(encoding="utf-8")))
"""Names as public documents print them, each with the measure a person says it means (none: not in the register)."""
INDICATORS = registers.load_indicators()
NAMES = [
    (name.strip(), row["indicator"], row["unit"])
    for row in INDICATORS.to_dict("records")
    for name in (row["name_zh"], row["name_en"], *row["aliases"].split(";"))
    if name.strip()
]
BARE = {"比例", "x:1"}
"""Units of which nothing is printed behind the number: an English name with a bare number is no Chinese sentence."""


def value_of(n: int) -> float:
    """A value for each name, so that two names of one indicator are no repeat of one goal."""
    return round(1 + n / 20, 2)


@pytest.fixture(scope="module")
def register() -> names.Register:
    return names.register(INDICATORS, registers.load_areas())


@pytest.fixture(scope="module")
def proposed(tmp_path_factory) -> dict:
    """Every name in a sentence of a plan: what the reader makes of it."""
    path = tmp_path_factory.mktemp("names") / "plan.txt"
    written = [f"1:{value_of(n)}" if unit in ("人/人", "1:x") else f"{value_of(n)}{unit.removeprefix('1')}"
               for n, (_, _, unit) in enumerate(NAMES)]  # fmt: skip
    lines = [f"到2027年，{name[0]}达到{value}。" for name, value in zip(NAMES, written, strict=True)]
    path.write_text("\n".join(["某区规划（2023—2027年）", "一、主要目标", *lines]), encoding="utf-8")
    return {"path": path, "rows": read_plan(path, indicators=INDICATORS)}


def test_a_cell_means_the_indicator_of_its_name(register):
    wrong = [(n, i) for n, i, unit in NAMES if register.indicator(n, unit).id != i]
    assert not wrong


def test_a_sentence_means_the_indicator_of_its_name(proposed):
    rows = proposed["rows"]
    ids: dict[float, set[str]] = {}
    for value, indicator in zip(rows["value"], rows["indicator"], strict=True):
        ids.setdefault(round(value if value >= 1 else 1 / value, 2), set()).add(indicator)
    wrong = [
        (name, indicator, ids.get(value_of(n)))
        for n, (name, indicator, unit) in enumerate(NAMES)
        if ids.get(value_of(n)) != {indicator} and not (name.isascii() and unit in BARE)
    ]
    assert not wrong


def test_a_confirmed_candidate_keeps_its_indicator(proposed, tmp_path):
    rows = proposed["rows"]
    path = write_candidates(rows, tmp_path / "sheet.csv")
    text = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([text[0], *(f"{line}采用" for line in text[1:])]), encoding="utf-8")
    back, faults = load_confirmed(path)
    assert not faults and back["indicator"].tolist() == rows["indicator"].tolist()


def test_a_target_sheet_means_the_indicator_of_its_name(tmp_path):
    """Each name in a sheet of its own order: a name with a comma is quoted, as a spreadsheet does."""
    path = tmp_path / "targets.csv"
    rows = [[name, "示例区（虚构）", "2027", ">=", "1", unit, "规划"] for name, _, unit in NAMES]
    with path.open("w", encoding="utf-8", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow(["指标", "地区", "目标年份", "比较", "目标值", "单位", "来源"])
        sheet.writerows(rows)
    found = read_any(path)
    said = {f.row: f.code for f in found.faults if f.code in ("KEY-SLIP", "KEY-NEW-INDICATOR")}
    assert not said
    if found.ok:
        assert len(as_candidates(found))


def test_printed_names_are_found_and_near_ones_are_not_taken(register):
    """Guards the catalogue's words: of the names that documents print 85 % are found, 1 % may be wrong."""
    read = [register.grouped(row["name"], row["unit"]) for row in PRINTED]
    meant = [(row["indicator"], row["group"]) for row in PRINTED]
    wrong = [
        (row["name"], found.id, found.group)
        for row, found, said in zip(PRINTED, read, meant, strict=True)
        if found.id and (found.id, found.group) != said
    ]
    named = [found for found, said in zip(read, meant, strict=True) if said[0]]
    assert len(PRINTED) >= 300 and len(wrong) <= 0.01 * len(PRINTED), wrong
    assert sum(bool(found.id) for found in named) - len(wrong) >= 0.85 * len(named)


@pytest.mark.parametrize("case", APART, ids=lambda case: f"{case['written']} {case['not']}")
def test_two_measures_are_never_taken_for_one(case, register):
    assert register.indicator(case["written"], case["unit"]).id != case["not"]


@pytest.mark.parametrize(
    ("written", "unit", "indicator"),
    [
        ("家庭医生签约服务覆盖率", "%", "family_doctor_rate"),
        ("每千常住人口注册护士数", "人", "nurses_per_1000"),
        ("每千人口注册护士", "人/千人", "nurses_per_1000"),
        ("全区居民人均期望寿命", "岁", "life_expectancy"),
        ("二级以上综合性医院老年医学科设立比例", "%", "geriatric_department_share"),
        ("65岁以上老年人结核病主动筛查比例", "%", "tb_screening_elderly_rate"),
        ("Ⅱ型糖尿病患者规范管理率", "%", "diabetes_standard_mgmt_rate"),
        ("家庭医生签约覆盖率", "%", "family_doctor_rate"),
        ("村卫生室达到基本标准", "%", "village_clinic_basic_standard_share"),
        ("健康管理率（65岁及以上老年人）", "%", "elderly_health_mgmt_rate"),
        ("65岁及以上人群健康管理率", "%", "elderly_health_mgmt_rate"),
        ("规范管理率（高血压患者）", "%", "hypertension_standard_mgmt_rate"),
        ("每千常住人口拥有注册护士数", "人/千人", "nurses_per_1000"),
        ("医疗卫生机构实有床位数", "张", "beds_total"),
        ("出院患者平均住院日", "天", "avg_length_of_stay"),
    ],
)
def test_the_same_words_in_another_fashion_are_the_same(written, unit, indicator, register):
    assert register.indicator(written, unit).id == indicator


def read(text: str, tmp_path: Path):
    path = tmp_path / "plan.txt"
    path.write_text(f"某区规划（2023—2027年）\n一、主要目标\n{text}\n", encoding="utf-8")
    return read_plan(path, indicators=INDICATORS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("到2027年，高血压、2型糖尿病患者规范管理率分别达到75%和73%。", ["高血压患者规范管理率", "2型糖尿病患者规范管理率"]),
        ("到2027年，二级、三级医院预约诊疗率分别达到50%和60%。", ["二级医院预约诊疗率", "三级医院预约诊疗率"]),
        ("到2027年，门诊、住院患者满意度分别达到90%和95%。", ["门诊患者满意度", "住院患者满意度"]),
        ("到2027年，城市、农村孕产妇死亡率分别控制在8/10万、10/10万以内。", ["城镇孕产妇死亡率", "农村孕产妇死亡率"]),
        ("到2027年，公办、民办养老机构护理型床位占比分别达到60%和50%。", ["公办养老机构护理型床位占比", "民办养老机构护理型床位占比"]),
        ("到2027年，医院、基层医疗机构药占比分别降至25%和40%以内。", ["医院药占比", "基层医疗卫生机构药占比"]),
        ("到2027年，严重精神障碍患者规范管理率、服药率分别达到92%、85%。", ["严重精神障碍患者规范管理率", "严重精神障碍患者服药率"]),
        ("到2027年，院前急救电话10秒接听率达到95%，孕28周前产前筛查率达到80%。", ["院前急救电话10秒接听率", "孕28周前产前筛查率"]),
        ("到2027年，男性、女性人均预期寿命分别达到78岁和83岁。", ["男性人均预期寿命", "女性人均预期寿命"]),
        ("到2027年，麻疹、乙肝疫苗接种率分别达到95%和96%。", ["麻疹疫苗接种率", "乙肝疫苗接种率"]),
        ("到2027年，社区卫生服务中心达到8个、养老服务站达到12个。", ["社区卫生服务中心", "养老服务站"]),
        ("到2027年，心理健康服务热线达到3条，护理服务机构达到5家。", ["心理健康服务热线", "护理服务机构"]),
    ],
)  # fmt: skip
def test_a_list_gives_whole_names(text, expected, tmp_path):
    rows = read(text, tmp_path)
    assert (rows["group"].map(groups.name) + rows["name"]).tolist() == expected


def test_what_cannot_be_told_apart_stands_as_printed_and_is_unsure(tmp_path):
    rows = read("到2027年，孕产妇、新生儿家庭访视率分别达到90%和95%。", tmp_path)
    assert set(rows["name"]) == {"孕产妇、新生儿家庭访视率"}
    assert (rows["confidence"] < 0.8).all() and rows["why"].str.contains("原文").all()


def test_goals_that_differ_only_in_a_bracket_stay_two(tmp_path):
    text = "到2027年，家庭医生签约率（全人群）达到60%。\n到2027年，家庭医生签约率（重点人群）达到60%。"
    rows = read(text, tmp_path)
    assert set(rows["indicator"]) == {"family_doctor_rate", "family_doctor_key_rate"}


def test_alike_names_are_shown_and_not_taken(tmp_path):
    rows = read("到2027年，全人群签约率达到60%。", tmp_path)
    assert rows["indicator"].tolist() == [""] and "签约率" in rows["why"].iloc[0]


@pytest.mark.parametrize(
    ("written", "indicator", "group"),
    [
        ("农村孕产妇死亡率", "maternal_mortality_rate", "rural"),
        ("孕产妇死亡率（户籍人口）", "maternal_mortality_rate", "registered"),
        ("男性人均预期寿命", "life_expectancy", "male"),
        ("城镇居民人均预期寿命", "life_expectancy", "urban"),
        ("农村户籍人口家庭医生签约率", "family_doctor_rate", "rural;registered"),
        ("农村地区5岁以下儿童死亡率", "under5_mortality_rate", "rural"),
        ("65岁及以上老年人健康管理率", "elderly_health_mgmt_rate", ""),
        ("常住人口", "population_resident", ""),
        ("户籍人口数", "population_registered", ""),
        ("农村生活污水治理率", "", "rural"),
        ("农村卫生厕所普及率", "rural_toilet_rate", ""),
        ("3岁以下婴幼儿照护率", "", ""),
        ("城市医疗集团覆盖率", "", ""),
        ("农村订单定向医学生", "", ""),
    ],
)
def test_the_words_of_a_group_are_told_from_those_of_the_measure(written, indicator, group):
    known = registers.load_registers()
    found = names.register(known.indicators, known.areas).grouped(written)
    assert (found.id, found.group) == (indicator, group)


@pytest.mark.parametrize(
    ("cell", "group"),
    [
        ("男", "male"), ("女性", "female"), ("合计", ""), ("", ""), ("农村男性", "rural;male"), ("65岁及以上", "age_65plus"),
        ("60—69岁", "age_60_69"), ("18岁以下", "age_under18"), ("女；65岁及以上", "female;age_65plus"), ("rural", "rural"),
        ("少数民族", None), ("城乡", None),
    ],
)  # fmt: skip
def test_a_cell_names_a_group_everybody_or_nothing_known(cell, group):
    assert groups.read(cell) == group
