"""Indicator tables in their many shapes: heads, baselines, natures, lost ruling.

Guards: a baseline column taken for a goal, a year given to the wrong column, a merged cell that shifts a row.
"""

from pathlib import Path

import pytest
import yaml
from goals_in_text import shorthand

from healthplan.planreader import read_plan
from healthplan.planreader.dates import Period
from healthplan.planreader.outline import Passage
from healthplan.planreader.plain import from_lines
from healthplan.planreader.plan import Document, located
from healthplan.planreader.reading import Reader
from healthplan.planreader.sentence import Located
from healthplan.planreader.tabular import read_table

HERE = Path(__file__).parent / "planreader"


def _load(name: str) -> list:
    return yaml.safe_load((HERE / name).read_text(encoding="utf-8"))


def _read(rows: list, period: Period) -> list[Located]:
    passage = Passage("", "", "", "表1")
    return list(read_table(tuple(map(tuple, rows)), passage, period, Reader(period)))


@pytest.mark.parametrize("case", _load("tables.yaml"), ids=lambda case: case["rows"][0][1])
def test_a_table_is_read(case: dict) -> None:
    found = _read(case["rows"], Period(*case["period"]))
    assert [shorthand([item.claim]) for item in found] == case["reads"]


@pytest.mark.parametrize("case", _load("flat_tables.yaml"))
def test_a_table_without_ruling_is_read(case: dict) -> None:
    document = Document("plan.txt", from_lines(case["text"].splitlines()))
    found = [item.claim for item in located(document) if not item.claim.fact]
    assert [shorthand([claim]) for claim in found] == case["reads"]


def test_baseline_nature_and_departments_of_a_row() -> None:
    rows = [
        ["指标", "2020年", "2025年", "属性", "责任单位"],
        ["产前筛查率（%）", "68.5", "≥75", "约束性", "市卫生健康委、市妇联"],
    ]
    [item] = _read(rows, Period(2021, 2025))
    assert item.claim.baseline == "68.5 (2020)"
    assert item.nature == "binding"
    assert item.departments == "市卫生健康委;市妇联"
    assert item.claim.evidence == "产前筛查率 | 2025年 | ≥75"


def test_the_year_of_a_baseline_is_never_a_goal() -> None:
    rows = [["指标", "2019年", "2020年"], ["健康素养水平（%）", "21", "23"]]
    assert _read(rows, Period(2021, 2025)) == []


def test_the_same_head_with_later_years_gives_goals() -> None:
    rows = [["指标", "2023年", "2025年"], ["健康素养水平（%）", "25", "27"]]
    found = _read(rows, Period(2021, 2025))
    assert [item.claim.deadline for item in found] == ["2023", "2025"]


def test_a_growth_below_a_bound_is_a_doubt_in_a_cell_too(tmp_path) -> None:
    rows = [
        "| 指标 | 单位 | 2025年目标 |",
        "| 门诊次均费用增幅 | % | 低于4 |",
        "| 婴儿死亡率 | ‰ | 低于3 |",
    ]
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(["某县卫生健康规划（2021—2025年）", *rows]), encoding="utf-8")
    found = read_plan(path)
    assert found["comparator"].tolist() == ["growth_max", "<"]
    assert found["confidence"].tolist() == [0.7, 0.99]


@pytest.mark.parametrize(
    ("unit", "cell", "goal", "aside"),
    [
        ("%", "38.6%（2025年）", (">=", 38.6, "%"), False),
        ("%", "≥95（城市）", (">=", 95.0, "%"), True),
        ("%", ">90*", (">", 90.0, "%"), True),
        ("%", "≥90%（其中基层≥95%）", (">=", 90.0, "%"), True),
        ("人/万人", "3人以上", (">=", 3.0, "人/万人"), False),
        ("张/千人", "达到或超过6.5", (">=", 6.5, "张/千人"), False),
    ],
)
def test_a_cell_that_says_something_beside_its_goal_is_a_doubt(unit, cell, goal, aside, tmp_path) -> None:
    rows = [
        "| 指标 | 单位 | 2025年目标 |",
        f"| 某某数量 | {unit} | {cell} |",
        f"| 另一数量 | {unit} | 9 |",
    ]
    path = tmp_path / "plan.txt"
    path.write_text("\n".join(["某县卫生健康规划（2021—2025年）", *rows]), encoding="utf-8")
    found = read_plan(path).iloc[0]
    assert (found["comparator"], found["value"], found["unit"], found["confidence"] <= 0.7) == (
        *goal,
        aside,
    )
