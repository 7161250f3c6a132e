"""Numbers and goals read as the field writes them."""

import pandas as pd
import pytest

from healthplan.language import dates, phrases


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (3.9, "3.9"), (3.456, "3.46"), (79.12, "79.1"), (1234567, "1,234,567"), (0.0123, "0.0123"),
     (-2.5, "-2.5"), (100, "100"), (99.95, "100"), (10.0, "10")],
)  # fmt: skip
def test_numbers_keep_the_decimals_that_carry_meaning(value, shown):
    assert phrases.number(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (3.5, "‰", "3.5‰", "3.5‰"),
        (10, "1/10万", "10/10万", "10 per 100,000"),
        (3.9, "人/千人", "3.9人/千人", "3.9 per 1,000 people"),
        (81, "%", "81%", "81%"),
    ],
)
def test_quantities(value, unit, zh, en):
    assert phrases.quantity(value, unit, "zh") == zh
    assert phrases.quantity(value, unit, "en") == en


def target(comparator, value, unit="%", high=None):
    return pd.Series({"comparator": comparator, "value": value, "value_high": high, "unit": unit})


@pytest.mark.parametrize(
    ("row", "zh"),
    [
        (target("<=", 40, "1/10万"), "不高于40/10万"),
        (target(">=", 81), "不低于81%"),
        (target("range", 5, "个", 10), "5个～10个"),
        (target("increase_by", 1000, "个"), "新增1,000个"),
        (target("growth_max", 8), "增幅不超过8%"),
        (target(">=", 100), "100%"),
        (target(">=", 100, "个"), "不低于100个"),
        (target("=", 0, "人"), "零发生"),
    ],
)
def test_goals(row, zh):
    assert phrases.goal(row, "zh") == zh


def test_a_goal_against_a_reference_names_it():
    assert phrases.goal(target("reference", None), "zh", "重庆市") == "达到或优于重庆市"


@pytest.mark.parametrize(("p", "zh"), [(0.003, "＜1%"), (0.5, "50%"), (0.997, "＞99%")])
def test_probabilities_are_never_certain(p, zh):
    assert phrases.probability(p, "zh") == zh


def test_missing_reads_as_a_dash():
    assert phrases.number(float("nan")) == "—"
    assert phrases.probability(float("nan")) == "—"


@pytest.mark.parametrize(
    ("date", "zh", "en"),
    [
        ("2023", "2023年", "2023"),
        ("2023-06", "2023年6月底前", "June 2023"),
        ("2023-12-01", "2023年12月1日前", "1 December 2023"),
        ("", "", ""),
        ("年内", "年内", "年内"),
    ],
)
def test_deadlines_are_written_as_people_write_them(date, zh, en):
    assert dates.when(date, "zh") == zh
    assert dates.when(date, "en") == en


@pytest.mark.parametrize(
    ("value", "unit", "en"),
    [
        (1, "人", "1 person"),
        (2, "人", "2 people"),
        (1, "个", "1"),
        (1, "张", "1 bed"),
        (1.5, "岁", "1.5 years"),
    ],
)
def test_one_is_singular_in_english(value, unit, en):
    assert phrases.quantity(value, unit, "en") == en
