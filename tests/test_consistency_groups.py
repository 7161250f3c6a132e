"""Groups against everybody, each unit against a total, ranks against peers: found where they do not fit, and not where
they do; each told in both languages."""

import pandas as pd
import pytest

from healthplan import tables
from healthplan.consistency import consistency

INDICATORS = pd.DataFrame(
    [
        ("literacy", "%", "share", "increase", 0.0, 100.0),
        ("infant", "‰", "rate", "decrease", 0.0, None),
        ("doctors", "人", "count", "increase", 0.0, None),
        ("halls", "个", "count", "increase", 0.0, None),
        ("halls_each", "%", "share", "increase", 0.0, 100.0),
        ("vaccinated", "%", "share", "increase", 0.0, 100.0),
        ("vaccinated_each", "%", "share", "increase", 0.0, 100.0),
    ],
    columns=["indicator", "unit", "indicator_kind", "direction", "lower_bound", "upper_bound"],
).assign(numerator="", denominator="x", per=100.0, plausible_low=None, plausible_high=None)
AREAS = pd.DataFrame(
    {
        "area": ["city", "here", "east", "west", "north"],
        "name_zh": ["某市", "本区", "东区", "西区", "北区"],
        "name_en": ["City", "Here", "East", "West", "North"],
        "parent": ["", "city", "city", "city", "city"],
        "rank": ["city", *["district"] * 4],
    }
)
BASE = {"plan_id": "p", "locator": "一", "name_zh": "", "name_en": "goal", "indicator": "literacy", "area": "here",
        "scope": "", "comparator": ">=", "value": 30.0, "value_high": None, "unit": "%", "deadline": "2027", "departments": "x",
        "wording": "must", "state": "current"}  # fmt: skip
EMPTY = ("stage_of", "related", "baseline", "baseline_year", "reference", "nature", "note")


def found(*rows, figures=()):
    """finding -> (target ids, Chinese, English) of a plan of these goals; figures: indicator, area, group, year, value,
    denominator."""
    goals = [
        dict.fromkeys(EMPTY, "") | BASE | {"target_id": f"t{n}", "name_zh": f"目标{n}"} | row
        for n, row in enumerate(rows, 1)
    ]
    targets = tables.check(pd.DataFrame(goals), "targets")
    known = pd.DataFrame(list(figures), columns=["indicator", "area", "group", "year", "value", "denominator"]).assign(
        period="", obs_status="final"
    )
    out = consistency(targets, tables.empty("milestones"), INDICATORS, known, AREAS)
    return {r.finding: (r.target_ids, r.message_zh, r.message_en) for r in out.itertuples()}


def sides(whole, male, female, **more):
    rows = [{"value": value, "group": g} | more for g, value in (("", whole), ("male", male), ("female", female))]  # fmt: skip
    return found(*rows)


@pytest.mark.parametrize(
    ("whole", "male", "female", "code"),
    [
        (30, 32, 35, "groups_all_above"),
        (30, 22, 28, "groups_all_below"),
        (30, 28, 33, None),
        (30, 30.1, 30.2, None),  # rounding
    ],
)
def test_a_whole_lies_between_its_groups(whole, male, female, code):
    got = sides(whole, male, female)
    assert {c for c in got if c.startswith("groups_")} == ({code} if code else set())
    if code:
        ids, zh, en = got[code]
        assert ids == "t1;t2;t3" and "男性" in zh and "men" in en and "30%" in zh


@pytest.mark.parametrize(
    "change",
    [{"group": "rural"}, {"deadline": "2025"}, {"area": "east"}, {"comparator": "<="}, {"per": "year"}, {"value": None, "comparator": "trend", "side": "rising"}],
)  # fmt: skip
def test_what_is_no_group_of_this_whole_is_not_held_against_it(change):
    rows = [{"value": 30.0}, {"value": 32.0, "group": "male"}, {"value": 35.0, "group": "female"}]
    got = found(*rows[:2], rows[2] | change)
    assert not any(code.startswith("groups_") for code in got)


def test_counts_of_groups_add_up_and_no_group_is_above_everybody():
    whole = {"indicator": "doctors", "unit": "人", "value": 500.0}
    assert "group_above_whole" in found(whole, whole | {"group": "rural", "value": 600.0})
    fits = found(whole, whole | {"group": "rural", "value": 200.0}, whole | {"group": "urban", "value": 300.0})  # fmt: skip
    assert not {"group_above_whole", "groups_all_below", "parts_exceed_whole"} & set(fits)


def test_figures_of_both_groups_above_everybody_s_are_asked_about():
    goal = {"group": "male", "value": 40.0}
    rows = [("literacy", "here", g, y, v, None) for g, y, v in (("", 2023, 30), ("male", 2023, 33), ("female", 2023, 34), ("", 2024, 31), ("male", 2024, 33), ("female", 2024, 30))]  # fmt: skip
    ids, zh, en = found(goal, figures=rows)["figures_all_above"]
    assert ids == "t1" and "2023年" in zh and "30%" in zh and "2023" in en
    fits = [row for row in rows if row[3] == 2024]
    assert "figures_all_above" not in found(goal, figures=fits)


def test_two_groups_are_no_two_values_of_one_goal_nor_stages():
    got = found(
        {"value": 35.0, "group": "urban"},
        {"value": 28.0, "group": "rural"},
        {"value": 25.0, "group": "rural", "deadline": "2025"},
        {"value": 31.0, "per": "year"},
    )
    assert not {"two_values", "stage_backwards", "two_dates"} & set(got)


EACH = {
    "indicator": "halls_each",
    "name_zh": "精品中医馆",
    "unit": "个",
    "value": 1.0,
    "each": "乡镇",
}
TOTAL = {"indicator": "halls", "name_zh": "精品中医馆数", "unit": "个", "value": 15.0}
TOWNS = [("halls_each", "here", "", 2023, 60, 18), ("halls_each", "here", "", 2024, 80, 20)]


def test_one_in_each_of_twenty_is_more_than_fifteen():
    ids, zh, en = found(TOTAL, EACH, figures=TOWNS)["each_above_total"]
    assert ids == "t1;t2" and "20个乡镇" in zh and "20个" in zh and "20 townships" in en
    assert "each_above_total" not in found(TOTAL | {"value": 20.0}, EACH, figures=TOWNS)
    assert "each_above_total" not in found(TOTAL, EACH)  # how many there are is not known
    assert "each_above_total" not in found(TOTAL | {"name_zh": "村卫生室数"}, EACH, figures=TOWNS)
    assert "each_above_total" not in found(TOTAL | {"group": "rural"}, EACH, figures=TOWNS)


def test_the_condition_of_one_unit_is_no_figure_of_the_share_that_meets_it():
    got = found(EACH, figures=TOWNS)
    assert not {"unit_differs", "rate_unit_differs", "outside_bounds"} & set(got)


def test_a_whole_is_no_lower_than_each_of_its_units():
    whole = {"indicator": "vaccinated", "name_zh": "疫苗接种率", "value": 85.0}
    each = whole | {"indicator": "vaccinated_each", "value": 90.0, "each": "乡镇"}
    ids, zh, en = found(whole, each)["whole_below_each"]
    assert ids == "t1;t2" and "乡镇" in zh and "90%" in en
    assert "whole_below_each" not in found(whole | {"value": 92.0}, each)


RANK = {"comparator": "rank", "value": 2.0, "unit": "名", "reference": "city"}
PEERS = [("literacy", area, "", 2024, v, None) for area, v in (("east", 36), ("west", 34), ("north", 25), ("here", 28))]  # fmt: skip


def test_a_value_that_would_not_bring_the_rank_beside_it():
    ids, zh, en = found({"value": 32.0}, RANK, figures=PEERS)["value_short_of_rank"]
    assert ids == "t1;t2" and "西区" in zh and "34%" in zh and "West" in en
    assert "value_short_of_rank" not in found({"value": 35.0}, RANK, figures=PEERS)
    assert "value_short_of_rank" not in found({"value": 32.0}, RANK, figures=PEERS[:1])
    half = RANK | {"value": 50.0, "unit": "%"}  # of four areas, two
    assert "value_short_of_rank" in found({"value": 32.0}, half, figures=PEERS)


def test_low_ranks_of_what_should_fall():
    goal = {"indicator": "infant", "unit": "‰", "comparator": "<=", "value": 4.0}
    rank = RANK | {"indicator": "infant"}
    peers = [("infant", area, "", 2024, v, None) for area, v in (("east", 2.5), ("west", 3.2), ("north", 5))]  # fmt: skip
    assert "value_short_of_rank" in found(goal, rank, figures=peers)
    assert "value_short_of_rank" not in found(goal | {"value": 3.0}, rank, figures=peers)


def test_a_rank_that_everyone_has():
    ids, zh, en = found(RANK | {"value": 4.0})["rank_of_everyone"]
    assert ids == "t1" and "4个地区" in zh and "某市" in zh and "4 areas" in en
    assert "rank_of_everyone" not in found(RANK)
