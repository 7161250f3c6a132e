"""Guards: one table of units, read and written by everyone: cells, sentences, target sheets, pages in both languages."""

import csv
import itertools
import re
from datetime import date
from pathlib import Path

import pytest
from goals_in_text import read_text, shorthand
from whole_line import as_text

from healthplan import intake
from healthplan.intake import values
from healthplan.language import characters, numbers, phrases, units
from healthplan.planreader.dates import Period

PLANS = Path(__file__).parents[1] / "data"
PERIODS = (Period(2024, 2024), Period(2021, 2025))


def _used() -> list[str]:
    """Every unit of the table, of the register and of the plans' targets."""
    found = set(units.table())
    for path in [PLANS / "indicators.csv", *PLANS.glob("plans/*/targets.csv")]:
        with path.open(encoding="utf-8-sig", newline="") as file:
            found |= {row["unit"] for row in csv.DictReader(file)}
    return sorted(found)


def _chinese(text: str) -> bool:
    return any(ord(sign) > 0x2E80 for sign in text)


def _whole(unit: str) -> float:
    """A value as it is printed: whole things are told in ones."""
    return 12.0 if units.counts_things(unit) else 12.5


@pytest.mark.parametrize("unit", _used())
def test_a_unit_is_read_as_it_is_written(unit):
    found = units.parse(unit)
    assert found is not None
    assert found.unit == unit
    assert units.parse(units.word(unit, "zh")) == found


@pytest.mark.parametrize("unit", _used())
def test_a_unit_has_english_and_no_chinese_in_it(unit):
    for one in (False, True):
        assert not _chinese(units.word(unit, "en", one))
    assert not _chinese(phrases.quantity(2.5, unit, "en"))


def test_a_spelling_means_the_unit_of_its_row():
    wrong = {s: u for s, u in units.spellings().items() if units.parse(s) != units.parse(u)}
    assert not wrong


COMPOSED = ["人/千人", "张/千人", "人/百张床", "万人次", "亿元", "万亿元"]
# Goals never print these behind the number; 12.5万个 is told as 125,000 of them.
SENTENCE_UNITS = [u for u in [*_used(), *COMPOSED] if u != "比例"]


@pytest.mark.parametrize("unit", [*_used(), *COMPOSED])
def test_a_cell_is_read_as_it_is_written_in_both_languages(unit):
    for lang in ("zh", "en"):
        value = _whole(unit)
        written = phrases.quantity(value, unit, lang)
        found = values.read_text(written)
        assert (found.number, found.problem, found.marks) == (units.spoken(value, unit, lang)[0], "", ""), written
        meant = units.convert(found.number, found.unit or "", unit) if found.unit else value
        assert meant == value or lang == "en"  # several Chinese words share one English word


@pytest.mark.parametrize("unit", SENTENCE_UNITS)
def test_a_sentence_is_read_as_it_is_written(unit):
    value = _whole(unit)
    written = phrases.quantity(value, unit, "zh")
    (found,) = numbers.find_quantities(characters.normal(f"达到{written}以上。"))
    assert (found.value, found.unit) == (value, unit)


@pytest.fixture(scope="module")
def sheet(tmp_path_factory):
    """A target sheet with one goal in every unit, and what is read of it, by name."""
    path = tmp_path_factory.mktemp("units") / "目标.csv"
    rows = ["指标,地区,目标年份,目标值,单位,方向"]
    rows += [f"某新指标{n},某某区,2027,12.5,{unit},上升" for n, unit in enumerate(_used())]
    path.write_text("\n".join(rows), encoding="utf-8")
    found = intake.read_targets(path, today=date(2026, 1, 1))
    assert found.ok, as_text(found)
    return found.table.set_index("indicator_name")


@pytest.mark.parametrize(("n", "unit"), list(enumerate(_used())))
def test_a_target_sheet_keeps_the_unit(sheet, n, unit):
    row = sheet.loc[f"某新指标{n}"]
    assert (row["value"], row["unit"]) == (12.5, unit)


SENTENCES = [
    ("到2025年，孕产妇死亡率控制在10/10万以下。", "<= 10 1/10万 @2025"),
    ("到2025年，报告患病率不低于5/万。", ">= 5 1/万 @2025"),
    ("到2025年，婴儿死亡率控制在4.5‰以内。", "<= 4.5 ‰ @2025"),
    ("到2025年，贫血率下降3个百分点。", "increase_by -3 个百分点 @2025"),
    ("到2025年，早筛率达到70%。", ">= 70 % @2025"),
    ("到2025年，人均预期寿命达到78.9岁。", ">= 78.9 岁 @2025"),
    ("年内培训800人次。", ">= 800 人次 @2024"),
    ("全年完成核酸采样9000例次。", ">= 9000 例次 @2024"),
    ("门诊平均等候时间不超过25分钟。", "<= 25 分钟 @2024"),
    ("每年继续教育不少于25学时。", ">= 25 小时 @2024"),
    ("审批时限压缩到5个工作日以内。", "<= 5 工作日 @2024"),
    ("平均住院日控制在8.5天以内。", "<= 8.5 天 @2024"),
    ("人均受教育年限达到11年。", ">= 11 年 @2024"),
    ("审批时限压缩到2个月以内。", "<= 2 个月 @2024"),
    ("2025年底前，业务用房面积达到8000平方米。", ">= 8000 ㎡ @2025-12"),
    ("建成病媒生物防制示范区6平方公里。", ">= 6 平方公里 @2024"),
    ("建设中药材种植基地不少于500亩。", ">= 500 亩 @2024"),
    ("新建健身步道达到12公里。", ">= 12 公里 @2024"),
    ("到2025年，人均基本公共卫生服务补助标准不低于90元。", ">= 90 元 @2025"),
    ("门诊患者满意度达到90分。", ">= 90 分 @2024"),
    ("提倡成人体重指数（BMI）控制在18.5-24kg/m2。", "range 18.5-24 kg/㎡ @2024"),
    ("人均每日食盐摄入量不高于6克。", "<= 6 克 @2024"),
    ("人均蔬菜年消费量达到120公斤。", ">= 120 千克 @2024"),
    ("全年采血量达到3吨。", ">= 3 吨 @2024"),
    ("人均献血量不少于300毫升。", ">= 300 毫升 @2024"),
    ("细颗粒物浓度不高于32微克/立方米。", "<= 32 微克/立方米 @2024"),
    ("抗菌药物使用强度不超过40DDDs。", "<= 40 DDDs @2024"),
    ("成人男性腰围小于85cm。", "< 85 厘米 @2024"),
    ("远程会诊量提高到2倍。", ">= 2 倍 @2024"),
    ("全年开展健康讲座不少于40次。", ">= 40 次 @2024"),
    ("2025年，新增普惠托位900个。", "increase_by 900 个 @2025"),
]


@pytest.mark.parametrize(("text", "goal"), SENTENCES)
def test_units_in_sentences(text, goal):
    assert goal in [shorthand(read_text(text, period)) for period in PERIODS]


@pytest.mark.parametrize(
    ("value", "given", "wanted", "meant"),
    [
        (5, "个百分点", "%", 5), (3.2, "‰", "%", 0.32), (50, "1/万", "‰", 5), (5, "‰", "1/10万", 500), (12, "1/10万", "1/万", 1.2),
        (36, "人/万人", "人/千人", 3.6), (2, "万人次", "人次", 20_000), (3, "家", "个", 3), (0.65, "1:x", "1:x", 0.65),
        (90, "分钟", "小时", 1.5), (0.35, "比例", "%", 35),
    ],
)  # fmt: skip
def test_values_convert(value, given, wanted, meant):
    assert units.convert(value, given, wanted) == pytest.approx(meant)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("岁", "人"), ("%", "人"), ("1:x", "x:1"), ("元", "个"), ("", "%"), ("?", "%")],
)
def test_what_cannot_be_compared_does_not_convert(given, wanted):
    assert units.convert(1.0, given, wanted) is None


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (0.65, "1:x", "1:0.65", "1:0.65"), (1.8, "x:1", "1.8:1", "1.8:1"), (80, "1:x", "1:80", "1:80"), (5, "1/万", "5/万", "5 per 10,000"),
        (1, "个百分点", "1个百分点", "1 percentage point"), (2, "人次/年", "2人次/年", "2 visits a year"),
    ],
)  # fmt: skip
def test_units_are_written_back(value, unit, zh, en):
    assert (phrases.quantity(value, unit, "zh"), phrases.quantity(value, unit, "en")) == (zh, en)


def test_a_quantity_parted_loses_no_digit():
    """Guards: 14 1/10万 for 141/10万, once number and unit stood apart on the first page."""
    for unit, value, lang in itertools.product(_used(), (141, 21.1, 1, 500_001), ("zh", "en")):
        said = phrases.quantity(value, unit, lang)
        number, behind = units.parted(said)
        assert said.replace(" ", "") == (number + behind).replace(" ", "")
        assert not re.match(r"[\d.,:]", behind), said


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (50, "万次", "50万次", "500,000 times"),
        (3.5, "亿元", "3.5亿元", "350 million yuan"),
        (1.2, "万", "1.2万", "12,000"),
    ],
)
def test_english_counts_on_where_chinese_counts_in_ten_thousands(value, unit, zh, en):
    assert (phrases.quantity(value, unit, "zh"), phrases.quantity(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (0.5, "%", "0.5个百分点", "0.5 percentage points"), (1, "%", "1个百分点", "1 percentage point"),
        (0.001, "%", "不到0.01个百分点", "below 0.01 percentage points"), (0.07, "1:x", "0.07", "0.07"), (3.525 - 3.5, "人/千人", "0.03人/千人", "0.03 per 1,000 people"),
        (1, "名次", "1个名次", "1 place"),
    ],
)  # fmt: skip
def test_a_difference_of_percentages_is_in_points(value, unit, zh, en):
    assert (phrases.points(value, unit, "zh"), phrases.points(value, unit, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("%", "share"), ("个百分点", "share"), ("‰", "rate"), ("1/万", "rate"), ("人/千人", "level"), ("元", "level"), ("万人次", "count")],
)  # fmt: skip
def test_the_kind_of_an_indicator_by_its_unit(unit, kind):
    assert units.indicator_kind(unit) == kind
