"""A gap in things: nurses to hire, split into gap and population, worked by hand; the parts always
add up."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthplan import tables
from healthplan.judging import things as resources

people = st.integers(1_000, 5_000_000)
LATEST = 2024


def needed(goal, per, stock, now, then, *, years, leavers=None, kind="level"):
    """The row of *things* for a goal of ``goal`` per ``per`` in ``years`` years: ``stock`` for ``now`` people in the
    latest year, ``then`` people at the deadline."""
    indicators = pd.DataFrame(
        [{"indicator": "rate", "indicator_kind": kind, "unit": "人/千人", "direction": "increase", "numerator": "staff",
          "denominator": "people", "per": per, "name_zh": "护士"}]
    )  # fmt: skip
    figure = {
        "area": "a",
        "year": LATEST,
        "period": "",
        "obs_status": "final",
        "numerator": None,
        "denominator": None,
    }
    observations = pd.DataFrame(
        [{**figure, "indicator": "rate", "value": stock * per / now}, {**figure, "indicator": "people", "value": now},
         {**figure, "indicator": "staff", "value": stock}]
    )  # fmt: skip
    ahead = {"indicator": "people", "area": "a", "method": "ensemble", "year": LATEST + years, "kind": "projected",
             "value": then, "lower_95": then, "upper_95": then}  # fmt: skip
    gap = dict.fromkeys([*tables.columns("gaps"), *tables.columns("events")])
    gap |= {"target_id": "t001", "method": "ensemble", "status": "at_risk", "basis": "own", "data_indicator": "rate",
            "data_area": "a", "data_group": "", "deadline_year": LATEST + years, "latest_year": LATEST, "latest_value": stock * per / now,
            "goal_low": goal, "projected_value": goal, "gap": 0.0}  # fmt: skip
    found = resources.things_needed(
        pd.DataFrame([gap]), observations, pd.DataFrame([ahead]), indicators, as_of=LATEST, leavers=leavers
    )  # fmt: skip
    return found.iloc[0]


def test_nurses_to_hire_by_hand():
    # 3.9 per 1,000 of 820,000 in 2027; 2,800 nurses for 800,000 now; 3 years, 2 % leave a year
    need = needed(3.9, 1000, 2800, 800_000, 820_000, years=3, leavers={"rate": 0.02})
    assert need.owed_to_gap == pytest.approx(3120 - 2800)
    assert need.owed_to_population == pytest.approx(78)
    assert need.leavers == pytest.approx(168)
    assert need.to_add == pytest.approx(320 + 78 + 168)
    assert (need.per_year, need.per_quarter) == (189, 48)  # 566 / 3, 566 / 12, rounded up
    assert not need.met_by_shrinking


def test_a_shrinking_population_can_meet_the_goal_alone():
    # 6.5 beds per 1,000: 5,070 short-handed at 790,000, enough at 770,000 without one more bed
    need = needed(6.5, 1000, 5_010, 790_000, 770_000, years=3)
    assert need.owed_to_gap > 0 > need.to_add
    assert need.met_by_shrinking
    assert need.per_year == 0


def test_enough_already_is_not_called_shrinking():
    assert not needed(3, 1000, 3_000, 900_000, 800_000, years=2).met_by_shrinking


def test_what_is_needed_less_what_there_is_is_what_to_add():
    # 2,390 newborns to visit in 2027, 2,936 visited now: nothing to add, whatever becomes of the births
    need = needed(96, 100, 2936, 3069, 2489, years=3, kind="share")
    assert need.required == pytest.approx(2389.4, abs=0.1)
    assert need.to_add < 0 and need.per_year == 0 and not need.met_by_shrinking


def test_whole_things_are_rounded_up_but_not_for_rounding_errors():
    assert resources.whole(3.2 * 820) == 2624 and resources.whole(10.2) == 11


@pytest.mark.parametrize("share", [1.0, -0.01])
def test_a_share_of_leavers_that_cannot_be_is_refused(share):
    with pytest.raises(ValueError, match="lies between"):
        needed(3, 1000, 1, 1, 1, years=1, leavers={"rate": share})


@given(st.floats(0.1, 50), people, people, people, st.integers(0, 10), st.floats(0, 0.2))
def test_gap_and_population_and_leavers_add_up(goal, stock, now, then, years, share):
    need = needed(goal, 1000, stock, now, then, years=years, leavers={"rate": share})
    parts = need.owed_to_gap + need.owed_to_population + need.leavers
    assert parts == pytest.approx(need.to_add, rel=1e-9, abs=1e-6)
    if need.to_add > 1:
        assert need.per_year * max(years, 1) >= need.to_add - 1e-6


@given(st.floats(0.1, 50), people, people)
def test_the_stock_asked_for_leaves_nothing_to_add(goal, stock, population):
    exact = goal * population / 1000
    assert needed(goal, 1000, exact, population, population, years=1).per_year == 0
