"""Numbers and goals read as the field writes them."""

import pandas as pd
import pytest

from healthplan import wording


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (3.9, "3.9"), (3.456, "3.46"), (79.12, "79.1"), (1234567, "1,234,567"), (0.0123, "0.0123"),
     (-2.5, "-2.5"), (100, "100"), (99.95, "100"), (10.0, "10")],
)  # fmt: skip
def test_numbers_keep_the_decimals_that_carry_meaning(value, shown):
    assert wording.number(value) == shown


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
    assert wording.quantity(value, unit, "zh") == zh
    assert wording.quantity(value, unit, "en") == en


def target(comparator, value, unit="%", high=None):
    return pd.Series({"comparator": comparator, "value": value, "value_high": high, "unit": unit})


@pytest.mark.parametrize(
    ("row", "zh"),
    [
        (target("<=", 40, "1/10万"), "不高于 40/10万"),
        (target(">=", 81), "不低于 81%"),
        (target("range", 5, "个", 10), "5个至10个"),
        (target("increase_by", 1000, "个"), "新增 1,000个"),
        (target("growth_max", 8), "增幅不超过 8%"),
        (target("=", 0, "人"), "零发生（0人）"),
    ],
)
def test_goals(row, zh):
    assert wording.goal(row, "zh") == zh


def test_a_goal_against_a_reference_names_it():
    assert wording.goal(target("reference", None), "zh", "重庆市") == "不差于重庆市"


@pytest.mark.parametrize(("p", "zh"), [(0.003, "低于1%"), (0.5, "50%"), (0.997, "高于99%")])
def test_probabilities_are_never_certain(p, zh):
    assert wording.probability(p, "zh") == zh


def test_missing_reads_as_a_dash():
    assert wording.number(float("nan")) == "—"
    assert wording.probability(float("nan")) == "—"
