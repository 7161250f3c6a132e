"""A document of several parts: what was done is no goal, and each part has its own years.

Guards: a figure of a review proposed as a goal, an undated goal with the review's year or with none.
"""

import pytest

from healthplan.planreader.block import Block
from healthplan.planreader.plan import Document, located, period_of


def _goals(*texts: str) -> list[str]:
    document = Document("plan.txt", [Block(text=text, place=f"¶{n}") for n, text in enumerate(texts)])
    claims = [item.claim for item in located(document) if not item.claim.fact]
    return [f"{claim.name} {claim.value:g} {claim.deadline}" for claim in claims]


REVIEW = "全区婴儿死亡率下降到3.3‰，每千人口注册护士数达到3.8人，新增床位120张。"
PLAN = "婴儿死亡率控制在3.1‰以内，新增床位200张。"


@pytest.mark.parametrize(
    ("title", "review", "plan", "year"),
    [
        (
            "某区卫生健康委2025年工作总结和2026年工作计划",
            "一、2025年工作总结",
            "二、2026年工作计划",
            "2026",
        ),
        (
            "某镇卫生院2025年工作总结及2026年工作打算",
            "一、主要工作开展情况",
            "二、2026年工作打算",
            "2026",
        ),
        ("某县2026年政府工作报告", "一、2025年工作回顾", "三、关于2026年工作", "2026"),
        ("某市2026年政府工作报告", "第一部分 过去五年工作回顾", "第三部分 2026年主要任务", "2026"),
        (
            "某区2025年上半年工作总结和下半年工作计划",
            "一、上半年工作完成情况",
            "二、下半年工作安排",
            "2025",
        ),
        ("某区2025年妇幼健康工作总结", "一、2025年工作情况", "二、下一步工作打算", ""),
    ],
)
def test_a_review_gives_no_goals_and_the_plan_has_its_year(title: str, review: str, plan: str, year: str) -> None:
    assert _goals(title, review, REVIEW, plan, PLAN) == [
        f"婴儿死亡率 3.1 {year}".strip() if year else "婴儿死亡率 3.1 ",
        f"新增床位 200 {year}",
    ]


def test_headings_without_numbers_open_parts_too() -> None:
    opening = "各位代表：现在，我代表区人民政府向大会报告工作，请予审议，并请各位委员和列席人员提出意见。"
    found = _goals("2026年政府工作报告", opening, "2025年工作回顾", REVIEW, "2026年重点工作", PLAN)
    assert found == ["婴儿死亡率 3.1 2026", "新增床位 200 2026"]


def test_a_part_for_five_years_beside_one_for_this_year() -> None:
    found = _goals(
        "2026年某省政府工作报告",
        "二、“十五五”时期主要目标任务",
        "城镇化率提升至67.5%。",
        "三、关于2026年工作",
        "今年主要预期目标是：家庭医生签约率达到50%。",
        "建设社区医院20个。",
    )
    assert found == ["城镇化率 67.5 2030", "家庭医生签约率 50 2026", "社区医院 20 2026"]


@pytest.mark.parametrize(
    ("title", "start", "end"),
    [
        ("某区2025年工作总结和2026年工作计划", 2026, 2026),
        ("某区2025年前三季度工作总结和下一步计划", 2025, 2025),
        ("某区2025年工作总结", 2026, None),
        ("某区2025年工作总结暨明年工作思路", 2026, 2026),
        ("臺中市健康城市三年計畫（2024—2026年）", 2024, 2026),
    ],
)
def test_the_years_of_a_plan_behind_its_review(title: str, start: int, end: int | None) -> None:
    period = period_of(Document("plan.txt", [Block(text=title)]))
    assert (period.start, period.end) == (start, end)
