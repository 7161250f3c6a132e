"""The table things: from gaps to nurses, places and deaths, with the population's own
projection."""

import numpy as np
import pandas as pd
import pytest
from gap_cases import figures, gaps, indicator, projected, target

from healthplan.judging import things_needed
from healthplan.judging.things import in_whole
from healthplan.report.sections.action import a_quarter

NURSES = indicator(
    indicator="coverage", unit="人/千人", indicator_kind="level", per=1000, upper_bound=None,
    denominator="people", numerator="nurses",
)  # fmt: skip
PEOPLE = indicator(indicator="people", unit="人", indicator_kind="count", direction="none", per=None)
KNOWN = figures(
    {2022: 3.4, 2023: 3.45, 2024: 3.5},
    unit="人/千人",
    numerator={2024: 2_800.0},
    denominator={2022: 805_000.0, 2023: 802_000.0, 2024: 800_000.0},
)


def needed(goal: float, then: tuple[float, float] | None, **more) -> pd.Series:
    goals = target(value=goal, unit="人/千人")
    ahead = projected({2027: (3.6, 0.1)})
    if then is not None:
        ahead = pd.concat([ahead, projected({2027: then}, indicator="people")], ignore_index=True)
    registry = pd.concat([NURSES, PEOPLE], ignore_index=True)
    found = gaps(goals, KNOWN, ahead, registry)
    table = things_needed(found, KNOWN, ahead, registry, as_of=2024, **more)
    assert len(table) == 1
    return table.iloc[0]


def test_nurses_to_hire_are_split_into_gap_population_and_leavers():
    row = needed(3.9, (820_000, 5_000), leavers={"coverage": 0.02})
    assert row["required"] == pytest.approx(3.9 * 820)  # 3,198
    assert row["owed_to_gap"] == pytest.approx(3.9 * 800 - 2800)  # 320
    assert row["owed_to_population"] == pytest.approx(3.9 * 20)  # 78
    assert row["leavers"] == pytest.approx(2800 * 0.02 * 3)  # 168
    assert row["to_add"] == pytest.approx(566)
    assert (row["per_year"], row["per_quarter"], row["unit"]) == (189, 48, "人")
    assert row["to_add_high"] - row["to_add_low"] == pytest.approx(3.9 * 2 * 1.96 * 5, rel=0.01)


def test_a_shrinking_population_is_said_aloud():
    row = needed(3.6, (770_000, 5_000))
    assert row["owed_to_gap"] > 0 > row["to_add"]
    assert row["met_by_shrinking"]


def test_without_a_projection_the_population_stays_and_that_is_said():
    row = needed(3.9, None)
    assert not row["population_projected"]
    assert row["to_add"] == pytest.approx(320)
    assert not row["leavers_known"]


def test_fewer_people_to_cover_ask_for_no_more_in_number_and_the_share_still_has_to_rise():
    # 4,000 of 5,000 newborns visited; 90 % of 4,000 next: 3,600, fewer than there are now
    share = indicator(denominator="people")
    known = figures({2023: 80.0, 2024: 80.0}, numerator=4_000.0, denominator=5_000.0)
    goals = target(value=90.0, deadline="2026")
    ahead = pd.concat(
        [projected({2026: (80.0, 1.0)}), projected({2026: (4_000.0, 10.0)}, indicator="people")],
        ignore_index=True,
    )
    registry = pd.concat([share, PEOPLE], ignore_index=True)
    found = gaps(goals, known, ahead, registry)
    row = things_needed(found, known, ahead, registry, as_of=2024).iloc[0]
    assert row["to_add"] == pytest.approx(-400) and row["per_year"] == 0
    assert row["owed_to_gap"] == pytest.approx(500)
    assert not row["met_by_shrinking"]


def test_deaths_to_avoid_in_the_deadlines_year():
    infant = indicator(unit="‰", direction="decrease", indicator_kind="rate", per=1000,
                       denominator="people", upper_bound=None)  # fmt: skip
    known = figures(dict.fromkeys(range(2020, 2025), 6.0), unit="‰", numerator=60.0, denominator=10_000.0)
    goals = target(comparator="<=", value=5.0, unit="‰")
    ahead = projected({2027: (5.5, 0.3)})
    found = gaps(goals, known, ahead, infant)
    row = things_needed(found, known, ahead, infant, as_of=2024).iloc[0]
    assert (row["what"], row["stock"], row["required"]) == ("avoid", 60, 50)
    assert (row["to_add"], row["projected"], row["beyond_projection"]) == pytest.approx((10, 55, 5))
    assert np.isnan(row["owed_to_gap"])


def test_a_count_is_its_own_stock():
    beds = indicator(unit="张", indicator_kind="count", per=None, upper_bound=None)
    known = figures({y: 4_000.0 + 50 * (y - 2020) for y in range(2020, 2025)}, unit="张")
    goals = target(value=4_500.0, unit="张")
    ahead = projected({2027: (4_350.0, 40.0)})
    table = things_needed(gaps(goals, known, ahead, beds), known, ahead, beds, as_of=2024)
    row = table.iloc[0]
    assert (row["stock"], row["required"], row["to_add"]) == (4_200, 4_500, 300)
    assert (row["owed_to_gap"], row["owed_to_population"], row["per_year"]) == (300, 0, 100)
    assert np.isnan(row["population_now"])


def test_targets_without_a_denominator_or_past_have_no_row():
    assert things_needed(gaps(), figures({2024: 78.0}), projected({}), indicator(), as_of=2024).empty


def test_whole_things_add_up_as_they_are_printed():
    """Guards: 309 needed, 228 there now, 82 to add; 2,390 needed, 2,936 there now, 547 fewer."""
    row = {"what": "add", "stock": 2935.47, "leavers": 0.4, "required": 2389.3, "owed_to_gap": 10.7,
           "beyond_projection": 5.5, "years_left": 3.0}  # fmt: skip
    found = in_whole(row)
    assert (found["required"], found["stock"], found["to_add"]) == (2390, 2935, 2390 - 2935 + 1)
    assert found["owed_to_gap"] + found["owed_to_population"] == 2390 - 2935
    assert (found["beyond_projection"], found["per_year"], found["per_quarter"]) == (6, 0, 0)


@pytest.mark.parametrize(("year", "said"), [(19, "4～5个"), (16, "4个"), (3, ""), (0, "")])
def test_four_quarters_come_to_their_year(year, said):
    """Guards: 1 a year and 1 a quarter, which are four a year."""
    assert a_quarter({"per_year": year, "unit": "个"}, "zh") == said


def test_what_is_allowed_is_rounded_down():
    """317 cases among 791,498 people are 40.05 per 100,000: more than 40."""
    row = {"what": "avoid", "stock": 388.0, "leavers": float("nan"), "required": 316.6,
           "owed_to_gap": float("nan"), "beyond_projection": 43.6, "years_left": 3.0}  # fmt: skip
    found = in_whole(row)
    assert (found["required"], found["to_add"], found["beyond_projection"]) == (316, 72, 44)


@pytest.mark.parametrize(("counted", "stock"), [(2_810.0, 2_810), (2_100.0, 2_800)])
def test_the_stock_is_the_counted_one_unless_it_counts_something_else(counted, stock):
    """A rate is printed rounded: 3.5 per 1,000 of 800,000 people are 2,800, of whom 2,810 were counted."""
    known = KNOWN.assign(numerator=np.nan)
    nurses = figures({2024: counted}, indicator="nurses", unit="人")
    ahead = projected({2027: (3.6, 0.1)})
    registry = pd.concat([NURSES, PEOPLE], ignore_index=True)
    goals = target(value=3.9, unit="人/千人")
    found = gaps(goals, known, ahead, registry)
    both = pd.concat([known, nurses], ignore_index=True)
    assert things_needed(found, both, ahead, registry, as_of=2024)["stock"].item() == stock
