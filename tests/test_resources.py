"""A gap in things: nurses to hire, split into gap and population, worked by hand; the parts always
add up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthplan.judging import things as resources

people = st.integers(1_000, 5_000_000)


def test_nurses_to_hire_by_hand():
    # 3.9 per 1,000 of 820,000 in 2027; 2,800 nurses for 800,000 now; 3 years, 2 % leave a year
    need = resources.needed(3.9, 1000, 2800, 800_000, 820_000, years=3, leavers_share=0.02)
    assert need.owed_to_gap == pytest.approx(3120 - 2800)
    assert need.owed_to_population == pytest.approx(78)
    assert need.leavers == pytest.approx(168)
    assert need.to_add == pytest.approx(320 + 78 + 168)
    assert (need.per_year, need.per_quarter) == (189, 48)  # 566 / 3, 566 / 12, rounded up
    assert not need.met_by_shrinking


def test_a_shrinking_population_can_meet_the_goal_alone():
    # 6.5 beds per 1,000: 5,070 short-handed at 790,000, enough at 770,000 without one more bed
    need = resources.needed(6.5, 1000, 5_010, 790_000, 770_000, years=3)
    assert need.owed_to_gap > 0 > need.to_add
    assert need.met_by_shrinking
    assert need.per_year == 0


def test_enough_already_is_not_called_shrinking():
    assert not resources.needed(3, 1000, 3_000, 900_000, 800_000, years=2).met_by_shrinking


def test_what_is_needed_less_what_there_is_is_what_to_add():
    # 2,390 newborns to visit in 2027, 2,936 visited now: nothing to add, whatever becomes of the births
    need = resources.needed(96, 100, 2936, 3069, 2489, years=3)
    assert need.required_then == pytest.approx(2389.4, abs=0.1)
    assert need.to_add < 0 and need.per_year == 0


def test_whole_things_are_rounded_up_but_not_for_rounding_errors():
    assert resources.whole(3.2 * 820) == 2624 and resources.whole(10.2) == 11


@pytest.mark.parametrize("wrong", [{"population_now": 0}, {"per": 0}, {"leavers_share": 1.0}])
def test_impossible_numbers_are_refused(wrong):
    given_ = {
        "goal": 3,
        "per": 1000,
        "stock": 1,
        "population_now": 1,
        "population_then": 1,
        "years": 1,
    }
    with pytest.raises(ValueError, match=r"must be above zero|lies between"):
        resources.needed(**(given_ | wrong))


@given(st.floats(0.1, 50), people, people, people, st.floats(0, 10), st.floats(0, 0.2))
def test_gap_and_population_and_leavers_add_up(goal, stock, now, then, years, share):
    need = resources.needed(goal, 1000, stock, now, then, years=years, leavers_share=share)
    parts = need.owed_to_gap + need.owed_to_population + need.leavers
    assert parts == pytest.approx(need.to_add, rel=1e-9, abs=1e-6)
    if need.to_add > 1:
        assert need.per_year * max(years, 1) >= need.to_add - 1e-6


@given(st.floats(0.1, 50), people, people)
def test_the_stock_asked_for_leaves_nothing_to_add(goal, stock, population):
    exact = goal * population / 1000
    assert resources.needed(goal, 1000, exact, population, population, years=1).per_year == 0
