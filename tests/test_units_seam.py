"""Guards: a goal's number and unit from the document to the verdict, and figures in another scale on the way in."""

from datetime import date

import pandas as pd
import pytest
from typer.testing import CliRunner
from whole_line import as_text, plan_gaps

from healthplan import cli, intake
from healthplan.plans import load_plan
from healthplan.starter import make_workspace

HEAD = "示例区卫生健康规划（2023—2027年）\n一、主要目标\n到2027年，{goal}。\n"


@pytest.fixture
def space(tmp_path, monkeypatch):
    make_workspace(tmp_path / "区")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "区"))
    return tmp_path / "区"


def judged(space, goal: str, figures: list[str]) -> tuple[pd.Series, pd.DataFrame]:
    """The target row and the gaps of a one-goal document, accepted as proposed, at figures of 2020 to 2024."""
    (space / "规划.txt").write_text(HEAD.format(goal=goal), encoding="utf-8")
    run = lambda *words: CliRunner().invoke(cli.app, [*map(str, words)])  # noqa: E731
    assert run("read-plan", space / "规划.txt", "--out", space / "c.csv").exit_code == 0
    sheet = pd.read_csv(space / "c.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    assert len(sheet) == 1
    sheet.assign(decision="accept").to_csv(space / "c.csv", index=False, encoding="utf-8-sig")
    made = run("add-plan", space / "c.csv", "--plan", "p-2027", "--area", "demo", "--title", "规划")
    assert made.exit_code == 0, made.output
    name = sheet["name"].iloc[0]
    rows = ["指标,地区,年份,数值,单位,来源"]
    rows += [f"{name},示例区（虚构）,{2020 + n},{figure},年报" for n, figure in enumerate(figures)]
    (space / "数据.csv").write_text("\n".join(rows), encoding="utf-8")
    target = pd.read_csv(space / "data/plans/p-2027/targets.csv", keep_default_na=False).iloc[0]
    own = [str(space / "数据.csv")]
    return target, plan_gaps(load_plan("p-2027"), observations=own, as_of=2024)


@pytest.mark.parametrize(
    ("goal", "figures", "value", "unit", "bar", "good"),
    [
        ("床护比由1∶0.58提高到1∶0.65", ["1:0.60,", "1:0.62,", "1∶0.64,", "1:0.66,", "1:0.68,"], 0.65, "1:x", 0.65, True),
        ("城乡人均卫生经费比缩小至1.8∶1", ["2.6:1,", "2.6:1,", "2.5:1,", "2.6:1,", "2.5:1,"], 1.8, "x:1", 1.8, False),
        ("婴儿死亡率控制在40/万以下", ["36,1/万", "34,1/万", "32,1/万", "30,1/万", "28,1/万"], 40, "1/万", 4.0, True),
        ("孕产妇死亡率控制在0.12‰以内", ["9,1/10万", "9,1/10万", "8,1/10万", "8,1/10万", "7,1/10万"], 0.12, "‰", 12, True),
        ("师生比不低于1∶12", ["1:14,", "1:14,", "1:13,", "1:14,", "1:14,"], 12, "1:x", 12, False),
        ("传染病发病率报告及时率达到98%", ["90,%", "90.2,%", "90.1,%", "90.3,%", "90.2,%"], 98, "%", 98, False),
        ("健康素养水平提高到320‰", ["20,%", "20.2,%", "20.1,%", "20.3,%", "20.2,%"], 320, "‰", 32, False),
    ],
)  # fmt: skip
def test_a_goal_keeps_its_unit_to_the_verdict(space, goal, figures, value, unit, bar, good):
    target, gaps = judged(space, goal, figures)
    assert (target["value"], target["unit"]) == (value, unit)
    row = gaps.iloc[0]
    end = row["goal_low"] if pd.notna(row["goal_low"]) else row["goal_high"]
    assert end == pytest.approx(bar)
    assert (row["status"] in ("met_holding", "met_slipping", "on_course")) is good
    assert row["status"] not in ("no_data", "due_unconfirmed")


def test_a_goal_in_points_makes_an_indicator_in_per_cent(space):
    target, gaps = judged(space, "糖尿病前期干预规范管理率比2022年提高5个百分点", [f"{60 + n},%" for n in range(5)])
    assert (target["comparator"], target["value"]) == ("increase_by", 5)
    known = pd.read_csv(space / "data/indicators.csv", keep_default_na=False).set_index("indicator")
    about = known.loc[target["indicator"]]
    assert (about["unit"], about["indicator_kind"]) == ("%", "share")
    assert gaps["goal_low"].iloc[0] == pytest.approx(67)  # 62 % in 2022 and five points


@pytest.mark.parametrize(
    ("rows", "codes"),
    [
        (["活产数,2024,0,人", "孕产妇死亡数,2024,2,人"], {"PART-ZERO"}),
        (["孕产妇死亡数,2024,2,人", "活产数,2024,0,人"], {"PART-ZERO"}),
        (["活产数,2024,0,人", "婴儿死亡率,2024,0,‰"], {"PART-ZERO"}),
        (["常住人口,2024,0,人", "每千人口注册护士数,2024,3.1,人/千人"], {"PART-ZERO"}),
        (["活产数,2024,0,人", "孕产妇死亡数,2024,0,人", "婴儿死亡率,2023,3,‰"], set()),
        (["活产数,2024,3000,人", "孕产妇死亡数,2024,1,人"], set()),
    ],
)
def test_nothing_happens_among_none(tmp_path, rows, codes):
    path = tmp_path / "数据.csv"
    lines = [f"{r.split(',')[0]},万州区,{','.join(r.split(',')[1:])},年报" for r in rows]
    path.write_text("\n".join(["指标,地区,年份,数值,单位,来源", *lines]), encoding="utf-8")
    found = intake.read_figures(path, today=date(2026, 1, 1))
    assert {f.code for f in found.errors if f.code == "PART-ZERO"} == codes
    assert found.ok is not bool(codes)


@pytest.mark.parametrize(
    ("name", "written", "value", "unit"),
    [
        ("婴儿死亡率", '35,1/万', 3.5, "‰"), ("孕产妇死亡率", '1.2,1/万', 12, "1/10万"), ("每千人口注册护士数", '42,人/万人', 4.2, "人/千人"),
        ("居民健康素养水平", '312,‰', 31.2, "%"), ("孕产妇死亡率", '12／10　萬,', 12, "1/10万"), ("医疗卫生机构床位数", '1.2,萬張', 12_000, "张"),
        ("孕产妇死亡率", '"12/100,000",', 12, "1/10万"), ("每千人口医疗卫生机构床位数", '7.2,每千人口', 7.2, "张/千人"),
    ],
)  # fmt: skip
def test_figures_in_another_scale_feed_the_indicator_and_say_so(tmp_path, name, written, value, unit):
    path = tmp_path / "数据.csv"
    path.write_text(f"指标,地区,年份,数值,单位,来源\n{name},万州区,2023,{written},年报\n", "utf-8")
    found = intake.read_figures(path, today=date(2026, 1, 1))
    assert found.ok, as_text(found)
    assert [(r["value"], r["unit"]) for r in found.table.to_dict("records")] == [(value, unit)]
    said = {f.code: f.severity for f in found.faults}
    converted = written.split(",")[0] != f"{value:g}" and "／" not in written and '"' not in written
    assert said.get("UNIT-CONVERTED") == ("note" if converted else None)


def test_counts_and_rates_in_rows_of_their_own_are_held_against_each_other(tmp_path):
    """Otherwise 20 deaths of 5,000 births stand beside 1.8‰, and the goal of 3.5‰ is said to be met."""
    path = tmp_path / "figures.csv"
    rows = [("活产数", 2022, 5000, "人"), ("婴儿死亡数", 2022, 20, "人"), ("婴儿死亡率", 2022, 1.8, "‰"),
            ("活产数", 2023, 100, "人"), ("婴儿死亡数", 2023, 130, "人"),
            ("活产数", 2024, 5000, "人"), ("婴儿死亡数", 2024, 20, "人"), ("婴儿死亡率", 2024, 4.0, "‰")]  # fmt: skip
    lines = [f"{name},万州区,{year},{value},{unit},年报" for name, year, value, unit in rows]
    path.write_text("\n".join(["指标,地区,年份,数值,单位,来源", *lines]), encoding="utf-8")
    found = intake.read_figures(path)
    assert [(f.code, f.row) for f in found.errors] == [("PART-FAR", 4), ("PART-WHOLE", 6)]


@pytest.mark.parametrize(("unit", "known"), [("起", True), ("次", True), ("万元", False), ("%", False)])
def test_a_guessed_unit_takes_whatever_counts_things_and_says_so(unit, known):
    from healthplan.intake import values

    about = {"unit": "例", "plausible_high": float("nan")}
    assert (values._as_cases(unit, 1.0, about) == ("例", 1.0)) is known
    assert values._as_cases("起", 1.0, {"unit": "例", "plausible_high": 100.0}) is None
    assert values._as_cases("起", 1.0, {"unit": "人"}) is None
