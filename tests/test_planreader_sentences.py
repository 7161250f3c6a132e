"""Sentences and invented documents in the language of plans: what must be read from each.

Guards the reading as a whole: a changed rule that mends one sentence and breaks another shows here.
"""

from collections import Counter
from pathlib import Path

import pandas as pd
import pytest
import yaml
from goals_in_text import read_text, shorthand
from hypothesis import given, settings
from hypothesis import strategies as st

from healthplan.intake import read_targets
from healthplan.language.names import register
from healthplan.planreader import read_plan
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import Passage
from healthplan.planreader.reading import LONGEST, Reader, sentences
from healthplan.registers import load_areas, load_indicators

HERE = Path(__file__).parent / "planreader"


def _sentences() -> list:
    cases = []
    for path in sorted(HERE.glob("sentences*.yaml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8")):
            period = Period(*group["period"])
            cases += [
                pytest.param(period, text, expected, id=f"{path.stem}-{n}")
                for n, (text, expected) in enumerate(group["reads"].items())
            ]
    return cases


@pytest.mark.parametrize(("period", "text", "expected"), _sentences())
def test_a_sentence_is_read(period: Period, text: str, expected: str) -> None:
    assert shorthand(read_text(text, period)) == expected


@pytest.mark.parametrize("name", sorted(path.stem for path in HERE.glob("*.txt")))
def test_an_invented_document_is_read_whole(name: str) -> None:
    """Every goal of the document with value, comparator, unit and deadline, and nothing else."""
    rows = read_plan(HERE / f"{name}.txt")
    wanted = pd.read_csv(HERE / f"{name}.csv", dtype=str, keep_default_na=False)
    assert _keys(rows) == _keys(wanted)


def _keys(frame: pd.DataFrame) -> Counter:
    columns = ["comparator", "value", "value_high", "unit", "deadline"]
    table = frame[columns].copy()
    for name in ("value", "value_high"):
        table[name] = pd.to_numeric(table[name].replace("", None)).map(lambda v: "" if pd.isna(v) else f"{v:.10g}")
    return Counter(map(tuple, table.astype(str).to_numpy().tolist()))


NAMES = [
    "居民健康素养水平",
    "重点人群家庭医生签约率",
    "两癌筛查覆盖率",
    "县域内就诊率",
    "满意度达标比例",
]
WORDS = {
    "达到{v}%": ">=", "提高到{v}%以上": ">=", "不低于{v}%": ">=", "控制在{v}%以内": "<=",
    "≥{v}%": ">=", "降至{v}%以下": "<=", "超过{v}%": ">", "低于{v}%": "<", "保持在{v}%左右": "=",
}  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    word=st.sampled_from(sorted(WORDS)),
    value=st.decimals(min_value=1, max_value=99, places=1),
    year=st.integers(2022, 2035),
    lead=st.sampled_from(["", "力争", "稳步提升服务能力，", "全省"]),
)
def test_what_is_written_is_read_back(name, word, value, year, lead) -> None:
    """Write a goal from its parts, read it, and find the same parts."""
    text = f"到{year}年，{lead}{name}{word.format(v=value)}。"
    claims = read_text(text, Period(2021, 2035))
    assert [(c.comparator, c.value, c.unit, c.deadline) for c in claims] == [
        (WORDS[word], float(value), "%", str(year))
    ]
    assert name in claims[0].name


@settings(max_examples=60, deadline=None)
@given(
    values=st.lists(st.integers(1, 98), min_size=2, max_size=4),
    year=st.integers(2022, 2030),
)
def test_values_told_respectively_go_to_their_names(values, year) -> None:
    """分别: the n-th value belongs to the n-th name."""
    names = ["早诊率", "规范治疗率", "随访率", "知晓率"][: len(values)]
    text = f"到{year}年，{'、'.join(names)}分别达到{'、'.join(f'{v}%' for v in values)}。"
    claims = read_text(text, Period(2021, 2030))
    assert [(c.name, c.value) for c in claims] == [(n, float(v)) for n, v in zip(names, values, strict=True)]


@settings(max_examples=80, deadline=None)
@given(text=st.text(alphabet="到2025年，达。%、0.1至：（）“”一三分别提高下降于其中的个/-≥", max_size=60))
def test_any_text_is_read_without_a_crash(text) -> None:
    for claim in read_text(text, Period(2021, 2025)):
        assert 0 <= claim.confidence <= 1


def test_a_run_without_a_stop_is_cut_and_nothing_is_lost() -> None:
    """Reading time stays bounded: pieces are short, together they are the whole text."""
    text = "到2025年，达标率达到90%、" * 400
    pieces = [piece for _, piece in sentences(text)]
    assert max(map(len, pieces)) <= LONGEST
    assert "".join(pieces) == text


@pytest.mark.parametrize("text", ["1" * 3000, "一二三四" * 800, "（" * 3000, "“" * 2000 + "90%"])
def test_an_endless_run_is_no_goal(text: str) -> None:
    assert read_text(text, Period(2021, 2025)) == []


def test_a_number_right_behind_a_registered_name_is_read() -> None:
    """五星级村卫生室9家 and 健康达人5名: a registered name that holds a numeral hid the number behind it."""
    known = register(load_indicators())
    passage = Passage("年内争创五星级村卫生室9家，评选健康达人5名，新增托位1000个。", "", "", "")
    read = [item.claim for item in Reader(Period(2024, 2024), known).read(passage)]
    told = [(claim.name, claim.comparator, claim.value) for claim in read]
    assert told == [
        ("五星级村卫生室", ">=", 9),
        ("健康达人", ">=", 5),
        ("新增托位", "increase_by", 1000),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2025年2月30日前，新生儿访视率达到93%以上。", "impossible_date:2025年2月30日前"),
        ("到2025-99-77，剖宫产率控制在35%以下。", "impossible_date:到2025-99-77"),
        ("到2027年，剖宫产率不至被超过35%。", "negated"),
        ("到2027年，居民健康素养水平较2022年上升8%。", "percent_or_points"),
        ("到2027年，住院分娩率不能低于90个百分点。", "points_as_level"),
        ("到2027年，门诊次均费用不高于上年的102%。", "of_last_year"),
        ("到2027年，新增护理床位80张，累计400张。", "running_total"),
        ("自2025年起，每年选派护士不少于30名。", "since_date"),
        ("2026年以后，剖宫产率控制在35%以内。", "since_date"),
        ("到2027年，门诊退号率每年上升不得超过0.3个百分点。", "growth_in_points"),
        ("到2027年，每年新增托位100个，累计达到500个。", "running_total"),
    ],
)
def test_what_is_open_is_never_sure(text: str, reason: str) -> None:
    """A goal whose date or meaning the text leaves open is proposed below .8, with the reason."""
    *_, claim = read_text(text, Period(2022, 2027))
    assert claim.confidence < 0.8
    assert any(why.startswith(reason) for why in claim.why)


def test_a_goal_with_a_full_date_takes_no_earlier_goal_away(tmp_path: Path) -> None:
    """到2027年6月30日 in a goal was taken for the date of issue: what was due before it vanished."""
    path = tmp_path / "plan.txt"
    goals = "2026年，婴儿死亡率控制在4‰以内。\n到2027年6月30日，新生儿访视率达到94%以上。"
    path.write_text(f"某区卫生健康发展规划\n\n{goals}\n", encoding="utf-8")
    assert read_plan(path)["deadline"].tolist() == ["2026", "2027-06-30"]


@pytest.mark.parametrize(
    ("text", "indicator", "unit"),
    [
        ("每千人口床位7.5张、注册护士4.0人", "nurses_per_1000", "人/千人"),
        ("注册护士数达到4人/千人", "nurses_per_1000", "人/千人"),
        ("每万人口注册护士数达到39人", "nurses_per_1000", "人/万人"),
        ("孕产妇实现零死亡", "maternal_deaths", "人"),
        ("新生儿死亡率控制在2‰以内（户籍人口）", "neonatal_mortality_rate", "‰"),
    ],
)
def test_what_is_measured_is_the_registered_one_or_none(text: str, indicator: str, unit: str, tmp_path: Path) -> None:
    """4.0人 of a list per 1,000 people is no stock of four nurses; a bracket that tells two measures apart is kept."""
    path = tmp_path / "plan.txt"
    path.write_text(f"某区卫生健康发展规划\n\n到2027年，{text}。\n", encoding="utf-8")
    row = read_plan(path, indicators=load_indicators()).iloc[-1]
    assert (row["indicator"], row["unit"]) == (indicator, unit)


def test_a_ratio_goes_the_same_way_in_a_sentence_a_cell_and_a_sheet(tmp_path: Path) -> None:
    """At most twelve pupils to a teacher, though the words say 不低于1:12: what stands on each side says so."""
    ratio = {
        "indicator": "pupils",
        "name_zh": "师生比",
        "unit": "1:x",
        "direction": "",
        "kind": "level",
    }
    known = pd.concat([load_indicators(), pd.DataFrame([ratio])], ignore_index=True)
    text, sheet = tmp_path / "plan.txt", tmp_path / "goals.csv"
    text.write_text("某区健康规划\n\n到2027年，师生比不低于1:12。\n", encoding="utf-8")
    row = "师生比,示例区（虚构）,不低于1:12,1:x,2027,降低"
    sheet.write_text(f"指标,地区,目标值,单位,目标年份,方向\n{row}\n", encoding="utf-8")
    table = tmp_path / "plan.html"
    cells = "<tr><th>指标</th><th>2027年目标值</th></tr><tr><td>师生比</td><td>不低于1:12</td></tr>"
    table.write_text(f"<html><p>某区健康规划</p><table>{cells}</table></html>", encoding="utf-8")
    for found in (
        read_plan(text),
        read_plan(table),
        read_targets(sheet, known=register(known, load_areas())).table,
    ):
        value = found["value" if "value" in found else "target_value"]
        assert (found["comparator"].tolist(), value.tolist()) == (["<="], [12])


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("到2027年，家庭医生签约服务覆盖率稳步提高，不低于45%。", ["家庭医生签约服务覆盖率"]),
        ("到2027年，婴儿死亡率逐步下降，控制在3‰以内。", ["婴儿死亡率"]),
        ("中期评估时签约率达到40%，期末达到45%。", ["签约率", "签约率"]),
        ("规划期末床位使用率达到80%。", ["床位使用率"]),
        (
            "到2027年，高血压知晓率、治疗率、控制率分别达到60%、55%、50%。",
            ["高血压知晓率", "高血压治疗率", "高血压控制率"],
        ),
        ("到2027年，孕产妇系统管理率和访视率分别达到90%、95%。", ["孕产妇系统管理率", "访视率"]),
        ("到2027年，新增家庭医生签约服务站15个。", ["新增家庭医生签约服务站"]),
        ("到2027年，新增培训基地4家。", ["新增培训基地"]),
        ("五年累计招聘校医80名。", ["校医"]),
        ("到2027年，每年选派护士不少于30名，派驻药师12名。", ["选派护士", "派驻药师"]),
        ("到2027年，注册护士较“十三五”末增长15%，总数达到2300人。", ["注册护士", "注册护士总数"]),
        ("创建无烟单位40家（到2026年6月）、健康社区12个。", ["无烟单位", "健康社区"]),
        ("到2027年，新增护理床位80张，累计达到400张。", ["新增护理床位", "护理床位"]),
        ("到2027年，新增AED设备60台，总量不少于300台。", ["新增AED设备", "AED设备总量"]),
    ],
)
def test_a_name_is_what_is_measured_and_whose(text: str, names: list[str]) -> None:
    """Trends before a comma and stages of the plan stay out of it; whose rates they are is said of each."""
    assert [claim.name for claim in read_text(text, Period(2023, 2027))] == names


@pytest.mark.parametrize(
    "text",
    [
        "到2027年，门诊、急诊、住院患者满意度分别达到90%、92%。",
        "到2027年，肺癌、胃癌和肝癌早诊率分别不低于45%和50%。",
        "到2027年，全科医生、儿科医生、精神科医生数分别达到100名、50名。",
    ],
)
def test_more_names_than_numbers_stand_as_printed_and_unsure(text: str) -> None:
    for claim in read_text(text, Period(2023, 2027)):
        assert claim.confidence <= 0.6 and "name_shared" in claim.why and "、" in claim.name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("剖宫产率低于35%，早产率控制在6%以内，转诊率达到60%", ["剖宫产率", "早产率", "转诊率"]),
        ("新增救护车10辆，出院率提高3个百分点", ["新增救护车", "出院率"]),
        ("疫苗接种率达到95%、达标率达到98%、及时率达到99%", ["疫苗接种率", "达标率", "及时率"]),
        (
            "结核病患者规范管理率达到92%，治愈率达到90%",
            ["结核病患者规范管理率", "结核病患者治愈率"],
        ),
        ("医护比例：急诊不低于1:2、儿科不低于1:3", ["医护比例急诊", "医护比例儿科"]),
        ("平均住院日控制在8日之内、术前住院日控制在2日之内", ["平均住院日", "术前住院日"]),
        ("产前检查率提高到92%及以上、产后访视率提高到93%", ["产前检查率", "产后访视率"]),
        ("危急值15分钟内通报率达到98%", ["危急值15分钟内通报率"]),
        ("病历7日内归档率达到95%", ["病历7日内归档率"]),
        ("急救反应时间缩短到12分钟内，急救成功率达到60%", ["急救反应时间", "急救成功率"]),
        ("培训应急志愿者300名，并发症发生率低于2%", ["应急志愿者", "并发症发生率"]),
        ("在册患者管理率达到90%，家庭医生签约达到40%", ["在册患者管理率", "家庭医生签约"]),
        ("胃癌、宫颈癌筛查率分别达到45%、50%", ["胃癌筛查率", "宫颈癌筛查率"]),
        ("脑卒中、急性心肌梗死救治率分别达到7%、8%", ["脑卒中救治率", "急性心肌梗死救治率"]),
        ("白内障、糖尿病视网膜病变筛查率分别达4%、6%", ["白内障筛查率", "糖尿病视网膜病变筛查率"]),
        ("改造、新建公共厕所分别为10座、20座", ["改造公共厕所", "新建公共厕所"]),
        ("病历首页和医嘱合格率均在95%以上", ["病历首页和医嘱合格率"]),
        ("五年累计培养硕士30名，规划期内培训护士200名", ["硕士", "护士"]),
        ("健康巡讲场次每月不少于2场，门诊量每年达到10万人次", ["健康巡讲场次", "门诊量"]),
        ("培养应急管理人才30名，新招录公卫医师20名", ["应急管理人才", "公卫医师"]),
    ],
)
def test_the_sheet_has_names_whole_and_apart(text: str, names: list[str], tmp_path: Path) -> None:
    """No part of another goal stands in a name, and no sign of its own is cut off."""
    path = tmp_path / "plan.txt"
    path.write_text(f"某区卫生健康2027年工作要点\n\n一、目标\n{text}。\n", encoding="utf-8")
    assert read_plan(path, indicators=load_indicators())["name"].tolist() == names


def test_of_things_told_in_a_list_only_the_new_ones_are_added() -> None:
    read = read_text("到2027年，改造、新建养老机构分别达到5家、10家。", Period(2023, 2027))
    assert [claim.comparator for claim in read] == [">=", "increase_by"]


def test_a_title_is_a_paragraph_of_its_own(tmp_path: Path) -> None:
    """The title ran into the first name; one broken in two is still joined."""
    path = tmp_path / "plan.txt"
    for title in (
        "某县2027年妇幼健康服务重点指标一览表",
        "某县关于做好2027年妇幼健康服务工作\n的通知",
    ):
        path.write_text(f"{title}\n婴儿死亡率控制在3‰以内。\n", encoding="utf-8")
        assert read_plan(path)["name"].tolist() == ["婴儿死亡率"]


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("示范镇占比确保不低于50%、力争达到55%", ["must", "strive"]),
        ("签约率力争达到60%、确保达到55%", ["strive", "must"]),
        ("确保药占比低于30%并力争低于28%", ["must", "strive"]),
        ("药占比低于30%、力争低于28%", ["must", "strive"]),
        ("力争签约率达到60%、续签率达到80%", ["strive", "strive"]),
    ],
)
def test_the_nearest_word_before_a_number_says_how_firm_it_is(text: str, wordings: list) -> None:
    assert [claim.wording for claim in read_text(f"到2027年，{text}。")] == wordings


def test_a_growth_below_a_bound_is_a_doubt() -> None:
    """growth_max is met by touching it; 低于 is not."""
    below, most = (read_text(f"到2027年，医疗费用增幅{word}4%。", Period(2023, 2027))[0] for word in ("低于", "不超过"))
    assert (below.comparator, below.why) == ("growth_max", ("growth_below",))
    assert (most.comparator, most.why) == ("growth_max", ())


@pytest.mark.parametrize(
    ("sentence", "name", "change", "start"),
    [
        ("到2025年，每千人口注册护士数较2020年的3.1人提高0.6人以上。", "每千人口注册护士数", 0.6, "3.1"),
        ("到2025年，托位数比2020年的300个增加200个。", "托位数", 200.0, "300"),
        ("到2025年，婴儿死亡率比2020年的4.5‰下降10%。", "婴儿死亡率", -10.0, "4.5‰"),
    ],
)  # fmt: skip
def test_the_figure_that_a_change_is_measured_from_is_no_goal(sentence, name, change, start):
    (goal,) = read_text(sentence)
    assert (goal.name, goal.value, goal.baseline, goal.baseline_year) == (name, change, start, "2020")  # fmt: skip
