"""Guards: what a single cell means - years, figures, goals, deadlines, units, names - written out as tables."""

from __future__ import annotations

from datetime import date

import pytest

from healthplan.intake import goals, values
from healthplan.intake.book import Cell
from healthplan.language import characters, dates, names, units, vocabulary

TODAY = date(2026, 6, 30)

YEARS = {
    "year": ["2023", "2023年", "2023年度", "2023年末", "2023年底", "2023.0", "２０２３年", "2023/12/31", "2023-12-31", "20231231", "二〇二三年", "二零二三", "2023全年", "2023年1-12月", "2023①", "2023r", "2022-2023学年", "2021/22", "2021—22学年度", "2009-10学年", "2022学年", "2022学年度", "2022学年末"],
    "part": ["2023Q1", "2023年Q4", "2023H2", "2023年上半年", "2023下半年", "2023年一季度", "2023年1-9月", "2023年前三季度", "2023年6月", "2023-06", "2023.12", "2023.5", "2023年春季", "2023-06", "2023/03"],
    "range": ["2019-2021", "2016—2020年", "2016~2020", "2021至2023年平均", "2022-2024年三年合计", "2022-2024（合计）", "三年合计（2022-2024年）", "2022年1月—2024年12月", "2022.1-2024.12", "2022-2023", "2022-2024学年", "2023-2022学年"],
    "either": ["2011/12", "2011-12", "2009/10"],
    "two_digits": ["23年", "23", "'23"],
    "serial": ["45291", "45291.0", "20160"],
    "future": ["2027", "2099年"],
    "ancient": ["1948", "1015"],
    "day": ["2023-06-30"],
    "bad": ["20 23", "2O23", "民国112年", "去年", "十三五", "2023E3", "-2023", "0", "1/1/2023", "Q4 2023"],
    "blank": ["", "　"],
}  # fmt: skip


@pytest.mark.parametrize(("kind", "written"), [(k, w) for k, ws in YEARS.items() for w in ws])
def test_years(kind, written):
    assert dates.year_read(written, TODAY).kind == kind


def test_a_school_year_is_the_year_in_which_it_ends_and_a_range_keeps_its_years():
    """2021/22 of a school is 2022; what pools years is dated by the last and says which they are."""
    read = {
        w: dates.year_read(w, TODAY)
        for w in (
            "2022-2023学年",
            "2022学年",
            "2021/22",
            "1999/00",
            "2022—2024年合计",
            "2019～2021三年平均",
        )
    }
    assert {w: (y.year, y.span, y.how) for w, y in read.items()} == {
        "2022-2023学年": (2023, "2022/2023", ""), "2022学年": (2023, "2022/2023", ""), "2021/22": (2022, "2021/2022", ""), "1999/00": (2000, "1999/2000", ""),
        "2022—2024年合计": (2024, "2022/2024", "合计"), "2019～2021三年平均": (2021, "2019/2021", "平均"),
    }  # fmt: skip
    assert [y.kind for y in read.values()] == ["year", "year", "year", "year", "range", "range"]
    assert dates.year_read("2026-2027学年", TODAY).kind == "future"


def test_status_words_of_years():
    found = {
        w: dates.year_read(w, TODAY).status
        for w in ("2023年（预计）", "2023年快报", "2025年目标值", "2023(p)", "2023年（口径变化）")
    }
    assert list(found.values()) == ["forecast", "preliminary", "target", "preliminary", "break"]


FIGURES = {
    "3.72": 3.72, "-1.5": -1.5, "－1.5": -1.5, "38,012": 38012.0, "４１，２３４": 41234.0, "38 012": 38012.0, "0": 0.0, ".5": 0.5,
    "3.76①": 3.76, "3.06²": 3.06, "3.76*": 3.76, "3.76[1]": 3.76, "'3.52": 3.52, "3e0": 3.0, "+2": 2.0, "3.52（初步）": 3.52,
}  # fmt: skip
NO_FIGURES = {
    "CELL-NUMBER": [
        "约3",
        "20余",
        "<25",
        "≤28",
        "3-4",
        "三十五点六",
        "3/8",
        "0x3",
        "1_000",
        "3.6.6",
        "1e400",
        "(3.2)",
        "3½",
        "Ⅲ",
        "3。5",
        "3,80,12",
        "007",
        "同上",
        "3.5（力争4）",
        "TRUE",
        "③",
    ],
    "CELL-COMMA": ["3,76", "38.012,5", "3,8012"],
    "CELL-DATE": ["3月10日", "2023-03-10", "10-Mar", "2023/3/10 00:00"],
    "CELL-ERROR": ["#N/A", "#DIV/0!", "#REF!"],
    "CELL-NARROW": ["####"],
    "CELL-FORMULA": ["=3+0.5", "@SUM(A1)"],
    "CELL-GARBLED": ["3\ufffd5"],
}
MISSING = [
    "",
    " ",
    "-",
    "--",
    "—",
    "——",
    "…",
    "/",
    "不详",
    "缺失",
    "未统计",
    "NA",
    "n/a",
    "暂无",
    "－",
    "　",
    "null",
]


@pytest.mark.parametrize(("written", "number"), FIGURES.items())
def test_figures(written, number):
    found = values.read_text(written)
    assert (found.number, found.problem, found.missing) == (number, "", False)


@pytest.mark.parametrize(("code", "written"), [(c, w) for c, ws in NO_FIGURES.items() for w in ws])
def test_what_is_no_figure(code, written):
    found = values.read_text(written)
    assert found.number is None
    assert found.problem == code


@pytest.mark.parametrize("written", MISSING)
def test_missing(written):
    found = values.read_text(written)
    assert (found.missing, found.problem) == (True, "")


@pytest.mark.parametrize(
    ("written", "number", "unit"),
    [
        ("35.6%", 35.6, "%"),
        ("3.66/10万", 3.66, "/10万"),
        ("4.1万人", 4.1, "万人"),
        ("83.67岁", 83.67, "岁"),
        ("2.66‰", 2.66, "‰"),
        ("1:1.2", 1.2, "1:x"),
        ("1.8∶1", 1.8, "x:1"),
        ("１：８０", 80, "1:x"),
    ],
)
def test_units_behind_figures(written, number, unit):
    found = values.read_text(written)
    assert (found.number, found.unit) == (number, unit)


GOALS = {
    "4.5": ("", 4.5), "4.5以上": (">=", 4.5), "≥4.5": (">=", 4.5), "不低于4.5": (">=", 4.5), "达到4.5人以上": (">=", 4.5),
    "控制在2‰以内": ("<=", 2.0), "2以下": ("<=", 2.0), "超过4.5": (">", 4.5), "低于10": ("<", 10.0), "提高到40%": (">=", 40.0),
    "降至8以下": ("<=", 8.0), "约40": ("=", 40.0), "提高4.5": ("increase_by", 4.5), "缩小至1.8": ("<=", 1.8),
}  # fmt: skip


@pytest.mark.parametrize(("written", "meant"), GOALS.items())
def test_goals(written, meant):
    comparator, reading, _ = goals.read_value(Cell(written))
    assert (comparator, reading.number, reading.problem) == (*meant, "")


@pytest.mark.parametrize(
    "written",
    [
        "1~2",
        "基本消除",
        "翻一番",
        "1/2",
        "4.5±0.1",
        "≥4.5，≤6",
        "4-5",
        "达标",
        "比2020年提高2",
    ],
)
def test_what_is_no_goal(written):
    assert goals.read_value(Cell(written))[1].problem == "GOAL-TEXT"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025", "2025"),
        ("2025年底", "2025-12"),
        ("2025年6月底前", "2025-06"),
        ("2025-12-31", "2025-12-31"),
        ("近期", ""),
        ("25年", ""),
    ],
)
def test_deadlines(written, meant):
    assert dates.deadline(written) == meant


ONE_UNIT = [
    "1/10万",
    "/10万",
    "10万分之一",
    "人/10万",
    "十万分之",
    "1/100000",
    "／10万",
    "每10万",
    "1/十万",
    "每十万人",
    "例/10万",
]


@pytest.mark.parametrize("written", ONE_UNIT)
def test_spellings_of_one_unit(written):
    found, wanted = units.parse(written), units.parse("1/10万")
    assert found is not None
    assert units.factor(found, wanted) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("given", "wanted", "factor"),
    [
        ("%", "‰", 10), ("‰", "%", 0.1), ("‰", "1/10万", 100), ("比例", "%", 100), ("万人", "人", 1e4), ("亿元", "元", 1e8),
        ("万元", "亿元", 1e-4), ("人", "人/千人", 1), ("人/万人", "人/千人", 0.1), ("张/千人口", "张/千人", 1), ("张", "张/千人", 1),
        ("人次", "万人次", 1e-4), ("名", "人", 1), ("小时", "分钟", 60),
    ],
)  # fmt: skip
def test_units_that_convert(given, wanted, factor):
    assert units.factor(units.parse(given), units.parse(wanted)) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("件", "1/10万"),
        ("人", "%"),
        ("万人", "人/千人"),
        ("张", "人/千人"),
        ("岁", "%"),
        ("人次", "人"),
        ("元", "人"),
    ],
)
def test_units_that_do_not_convert(given, wanted):
    assert units.factor(units.parse(given), units.parse(wanted)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [("孕产妇死亡律", "孕产妇死亡率"), ("婴儿死忘率", "婴儿死亡率"), ("每干人口注册护士数", "每千人口注册护士数"), ("居民健康素养水", "居民健康素养水平"),
     ("婴儿亡死率", "婴儿死亡率"), ("目标直", "目标值"), ("婴儿儿死亡率", "婴儿死亡率")],
)  # fmt: skip
def test_slips(one, other):
    assert names.is_slip(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("婴幼儿死亡率", "婴儿死亡率"), ("新生儿死亡数", "新生儿死亡率"), ("每万人口注册护士数", "每千人口注册护士数"), ("男性预期寿命", "女性预期寿命"),
     ("7岁以下儿童死亡率", "5岁以下儿童死亡率"), ("每千人口药师数", "每千人口医师数"), ("国家卫生区数", "国家卫生镇数"), ("出院人数", "入院人数")],
)  # fmt: skip
def test_names_of_two_things_are_no_slips(one, other):
    assert not names.is_slip(one, other)


@pytest.mark.parametrize("name", ["合计", "总 计", "小计", "全区合计", "平均", "Total"])
def test_totals(name):
    assert names.is_total(name)


def test_folding_names():
    assert characters.key("婴⼉死亡率") == characters.key("婴儿 死亡率\u200b") == characters.key("婴儿死亡率")
    assert characters.key("（全人群）") == characters.key("(全人群)")
    assert characters.half_width("３．７６①") == "3.76①"  # no compatibility form: the sign stays a sign


def test_word_lists_are_clean():
    """Every spelling means one column, every unit of the list can be read, every mark has a known meaning."""
    spelled = [characters.key(w) for row in vocabulary.rows("headers") for w in row["spelling"].split(";")]
    assert len(spelled) == len(set(spelled))
    meanings = {row["meaning"] for row in vocabulary.rows("marks")}
    assert meanings == {
        "forecast",
        "target",
        "preliminary",
        "estimated",
        "break",
        "confirmed",
        "revised",
        "final",
    }
    assert all(len(row["traditional"]) == len(row["simplified"]) == 1 for row in vocabulary.rows("traditional"))


def test_a_goals_ratio_in_the_place_of_a_unit_is_the_unit_of_ratios():
    """People copy 1:1.2 from the plan into the column of units; the value beside it is still 1 to so many."""
    assert values._converted("1:1.2", 1.0, "1:x") == ("1:x", 1.0)
    assert values._converted("1:1.2", 1.0, "%") is None


def test_every_pattern_of_peoples_tables_finds_its_own_example():
    rows = vocabulary.rows("patterns")
    assert len({row["name"] for row in rows}) == len(rows)
    for row in rows:
        assert vocabulary.pattern(row["name"]).search(row["example"]), row["name"]
