"""Gaps worked by hand: sign, interval, probability, deadlines, every comparator, every status word.

The standard case: 70, 72, 74, 76, 78 % in 2020-2024, projected to 80 % (standard deviation 2) in
2027.
"""

from statistics import NormalDist

import numpy as np
import pandas as pd
import pytest
from gap_cases import AHEAD, RISING, figures, gap, gaps, indicator, projected, series, target

from healthplan.errors import UsageError

CHANCE = NormalDist(80, 2)


def test_shortfall_interval_probability_and_rates_of_a_goal_to_reach():
    found = gap()
    assert found["gap"] == pytest.approx(2)  # 82 - 80
    assert found["projected_lower_95"] == pytest.approx(CHANCE.inv_cdf(0.025))
    assert found["projected_upper_95"] == pytest.approx(CHANCE.inv_cdf(0.975))
    assert found["probability_met"] == pytest.approx(1 - CHANCE.cdf(82), abs=0.01)  # 0.159
    assert found["required_rate"] == pytest.approx(4 / 3)  # from 78 in 2024 to 82 in 2027
    assert found["observed_rate"] == pytest.approx(2)  # 8 points in 4 years
    assert (found["latest_year"], found["latest_value"], found["needed_from_today"]) == (
        2024,
        78,
        4,
    )
    # the pace gets there, the projection does not: neither on course nor off it
    assert (found["projected_value"], found["status"]) == (80, "at_risk")
    assert found["qualifier"] == "held_back"


def test_shortfall_of_a_goal_to_stay_below():
    falling = figures({2022: 30.0, 2023: 28.0, 2024: 26.0})
    found = gap(
        target(comparator="<=", value=20),
        falling,
        projected({2027: (23.0, 2.0)}),
        indicator(direction="decrease"),
    )
    assert found["gap"] == pytest.approx(3)  # 23 - 20
    assert found["required_rate"] == pytest.approx(-2)
    assert found["observed_rate"] == pytest.approx(-2)
    assert found["probability_met"] == pytest.approx(NormalDist(23, 2).cdf(20), abs=0.01)


@pytest.mark.parametrize(
    ("goal", "first", "status"),
    [
        (80 - 0.8416 * 2 - 0.01, 70, "on_course"),  # the 20 % quantile: met with 0.8
        (80 - 0.8416 * 2 + 0.05, 70, "at_risk"),
        (80 + 0.8416 * 2 - 0.05, 74, "at_risk"),
        (80 + 0.8416 * 2 + 0.01, 74, "off_course"),  # the 80 % quantile: met with 0.2
        # the pace of the last years has to agree with either word
        (80 - 0.8416 * 2 - 0.01, 74, "at_risk"),
        (80 + 0.8416 * 2 + 0.01, 70, "at_risk"),
    ],
)
def test_status_turns_at_probabilities_of_four_and_one_in_five(goal, first, status):
    found = gap(target(value=goal), figures({2022: first, 2023: 72.0, 2024: 75.0}))
    assert found["status"] == status
    assert found["rests_on"] == "probability"


# --- deadlines ---------------------------------------------------------------------------------


def test_past_deadline_is_judged_by_the_figure_of_its_year():
    met, missed = gap(target(deadline="2023", value=76)), gap(target(deadline="2023-06", value=77))
    assert (met["status"], met["gap"], met["rests_on"]) == ("met", 0, "observed")
    assert (missed["status"], missed["gap"]) == ("missed", 1)
    assert pd.isna(met["projected_value"]) and pd.isna(met["probability_met"])


@pytest.mark.parametrize("known", [{2020: 70.0, 2021: 72.0, 2022: 99.0}, {2024: 99.0, 2025: 99.0}])
def test_past_deadline_without_a_figure_of_its_year_is_never_on_course(known):
    found = gap(target(deadline="2023", value=76), figures(known))
    assert found["status"] == "due_unconfirmed"
    assert pd.isna(found["gap"]) and pd.isna(found["probability_met"])
    assert "2023" in found["why_zh"] and "统计科" in found["flip_zh"]


@pytest.mark.parametrize("basis", ["reference", "none"])
def test_past_deadline_without_own_figures_is_unconfirmed(basis):
    chosen = series(basis, "city")
    known = figures({2022: 99.0, 2023: 99.0}, area="city")
    found = gap(target(deadline="2023"), known, projected({}), chosen=chosen)
    assert found["status"] == "due_unconfirmed"
    assert pd.isna(found["gap"])


def test_the_year_as_of_is_over_and_its_figure_decides():
    ahead, over = (gap(target(deadline="2025", value=80), as_of=year) for year in (2024, 2025))
    known = gap(target(deadline="2025", value=80), figures(RISING | {2025: 79.0}), as_of=2025)
    assert (ahead["status"], ahead["projected_value"]) == ("at_risk", 79)
    assert over["status"] == "due_unconfirmed" and pd.isna(over["projected_value"])
    assert "79%" in over["why_zh"] and "不能代替确认" in over["why_zh"]
    assert (known["status"], known["gap"]) == ("missed", 1)


def test_within_the_year_its_deadline_is_projected_until_the_figure_is_there():
    goal = target(deadline="2025", value=80)
    before = gap(goal, as_of=2025, in_year=True)
    after = gap(goal, figures(RISING | {2025: 79.0}), as_of=2025, in_year=True)
    assert (before["status"], before["projected_value"]) == ("at_risk", 79)
    assert (after["status"], after["gap"]) == ("missed", 1)
    assert gap(target(deadline="2024"), as_of=2025, in_year=True)["status"] == "missed"


def test_later_figures_do_not_exist_for_an_earlier_as_of():
    known = figures(RISING)
    found = gap(known=known, as_of=2022)
    assert (found["latest_year"], found["latest_value"]) == (2022, 74)


def test_trajectories_made_from_later_figures_are_refused():
    leak = projected({2024: (78.0, 0.0)}, kind="observed")
    with pytest.raises(UsageError, match="as_of"):
        gap(ahead=leak, as_of=2022)


def test_plan_end_stands_in_for_a_missing_deadline():
    without = gap(target(deadline=""))
    found = gap(target(deadline=""), plan_end=2027)
    assert (without["status"], found["status"]) == ("no_data", "at_risk")
    assert "期限" in without["why_zh"]


# --- comparators -------------------------------------------------------------------------------


def test_strict_comparators_are_not_met_by_touching():
    touching = figures(RISING | {2027: 82.0})
    at_least, above = (gap(target(comparator=c), touching, as_of=2027) for c in (">=", ">"))
    assert (at_least["status"], above["status"]) == ("met", "missed")


def test_range_binds_at_both_ends_where_no_direction_is_better():
    two_sided = indicator(direction="two-sided")
    inside, over = (
        gap(target(comparator="range", value=60, value_high=79), figures({2024: v}), projected({}),
            two_sided, as_of=2024)
        for v in (78.0, 81.0)
    )  # fmt: skip
    assert (inside["needed_from_today"], over["needed_from_today"]) == (
        -1,
        2,
    )  # one inside the upper end, two above it
    assert (inside["status"], over["status"]) == ("met_slipping", "no_data")


def test_range_asks_for_its_weaker_end_where_more_is_better():
    found = gap(target(comparator="range", value=70, value_high=75))
    assert (found["goal_low"], found["status"]) == (70, "met_holding")
    assert pd.isna(found["goal_high"])  # 78 is above the range and met


def test_range_counts_the_probability_between_its_ends():
    found = gap(
        target(comparator="range", value=79, value_high=81),
        indicators=indicator(direction="two-sided"),
    )
    assert found["probability_met"] == pytest.approx(CHANCE.cdf(81) - CHANCE.cdf(79), abs=0.02)
    assert found["gap"] == pytest.approx(-1)


def test_increase_is_added_to_the_stated_baseline_or_to_the_figure_of_its_year():
    stated = gap(target(comparator="increase_by", value=10, baseline=71, baseline_year=2020))
    figure = gap(target(comparator="increase_by", value=10, baseline_year=2021))
    per_cent = gap(target(comparator="increase_by_pct", value=20, baseline_year=2020))
    # 71 is not what the series has for 2020 (70): a change is measured on the series' own basis, and says so.
    assert [g["goal_low"] for g in (stated, figure, per_cent)] == [80, 82, pytest.approx(84)]
    assert "baseline_differs" in stated["why"].split(";") and "71%" in stated["why_zh"]
    assert stated["gap"] == pytest.approx(0)


def test_reduction_is_an_increase_by_a_negative_amount():
    found = gap(
        target(comparator="increase_by", value=-5, baseline=80, baseline_year=2020),
        indicators=indicator(direction="decrease"),
    )
    assert (found["goal_high"], found["gap"]) == (65, pytest.approx(15))  # 70 in the series


def test_increase_without_a_baseline_asks_for_it():
    found = gap(target(comparator="increase_by", value=10))
    assert found["status"] == "no_data"
    assert "起点" in found["why_zh"] and "起点" in found["flip_zh"]


def test_growth_ceiling_on_a_growth_rate_compares_it():
    found = gap(target(comparator="growth_max", value=79), indicators=indicator(direction="decrease"))
    assert (found["goal_high"], found["gap"]) == (79, pytest.approx(1))


def test_growth_ceiling_on_a_level_compounds_from_the_last_figure():
    cost = indicator(unit="元", direction="decrease", indicator_kind="level", per=None)
    known = figures({2022: 1000.0, 2023: 1080.0, 2024: 1100.0}, unit="元")
    found = gap(target(comparator="growth_max", value=5), known, projected({2027: (1300.0, 20.0)}), cost)
    assert found["goal_high"] == pytest.approx(1100 * 1.05**3)  # 1273.39
    assert found["gap"] == pytest.approx(1300 - 1100 * 1.05**3)
    # last year's growth was 1.85 %, within the ceiling; the projection breaks it
    assert found["status"] == "met_slipping"


def test_goal_against_another_area_carries_both_uncertainties():
    peer = projected({2027: (76.0, 1.5)}, area="city")
    ahead = pd.concat([projected(AHEAD), peer], ignore_index=True)
    known = pd.concat([figures(RISING), figures({2024: 79.0}, area="city")], ignore_index=True)
    found = gap(target(comparator="reference", value=np.nan, reference="city"), known, ahead)
    difference = NormalDist(80 - 76, np.hypot(2, 1.5))  # 4, 2.5
    assert found["gap"] == pytest.approx(-4, abs=0.02)
    assert found["gap_upper"] == pytest.approx(-difference.inv_cdf(0.025), abs=0.1)
    assert found["gap_lower"] == pytest.approx(-difference.inv_cdf(0.975), abs=0.1)
    assert found["probability_met"] == pytest.approx(1 - difference.cdf(0), abs=0.01)  # 0.945
    assert (found["needed_from_today"], found["reference_projected"]) == (
        1,
        76,
    )  # 79 there, 78 here in 2024
    assert found["status"] == "on_course"


def test_goal_against_an_area_without_figures_says_so():
    found = gap(target(comparator="reference", value=np.nan, reference="city"))
    assert found["status"] == "no_data" and "全市" in found["why_zh"]


def test_zero_events_leave_no_room():
    deaths = indicator(unit="人", direction="decrease", indicator_kind="event", per=None, upper_bound=None)
    goal = target(comparator="=", value=0, unit="人", deadline="2023")
    one, none = (gap(goal, figures({2023: v}, unit="人"), projected({}), deaths) for v in (1.0, 0.0))
    assert (one["status"], one["gap"], none["status"]) == ("missed", 1, "met")


@pytest.mark.parametrize(("value", "status"), [(99.5, "met"), (99.4, "missed")])
def test_full_coverage_has_a_declared_tolerance(value, status):
    found = gap(target(comparator="=", value=100, deadline="2024"), figures({2024: value}), projected({}))
    assert found["status"] == status
    assert found["gap"] == pytest.approx(100 - value)  # the distance itself is never hidden


def test_tolerance_is_for_full_coverage_only():
    found = gap(target(value=90, deadline="2024"), figures({2024: 89.8}), projected({}))
    assert found["status"] == "missed"


def test_units_of_another_measure_are_not_compared():
    found = gap(target(unit="岁"))
    assert found["status"] == "no_data" and "岁" in found["why_zh"]


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "baseline"),
    [(">=", 820, "‰", ""), (">=", 8200, "1/万", ""), (">=", 0.82, "比例", ""), ("increase_by", 40, "‰", 780), ("range", 820, "‰", "")],
)  # fmt: skip
def test_a_goal_in_another_scale_is_judged_in_the_unit_of_its_indicator(comparator, value, unit, baseline):
    high = 900 if comparator == "range" else ""
    row = target(comparator=comparator, value=value, value_high=high, unit=unit, baseline=baseline)
    found, plain = gap(row), gap(target())
    assert found["gap"] == pytest.approx(plain["gap"])
    assert found["probability_met"] == pytest.approx(plain["probability_met"])
    assert (found["status"], found["goal_low"]) == (plain["status"], 82)
    assert "82%" in found["why_zh"] and "82%" in found["why_en"]


def test_a_goal_in_points_is_judged_in_per_cent():
    found = gap(target(comparator="increase_by", value=4, unit="个百分点", baseline=78))
    assert found["gap"] == pytest.approx(gap(target())["gap"])
    assert "4个百分点" in found["why_zh"] and "4 percentage points" in found["why_en"]


@pytest.mark.parametrize(
    ("direction", "ends", "beyond"),
    [
        ("none", (78.4, 81.6), "off_course"),
        ("increase", (78.4, 81.6), "off_course"),
        ("decrease", (78.4, 81.6), "off_course"),
    ],
)
def test_about_a_value_binds_on_both_sides_whichever_way_is_better(direction, ends, beyond):
    goal = target(comparator="=", value=80.0).assign(tolerance=1.6)
    known = figures({2022: 83.5, 2023: 83.8, 2024: 84.0})
    ahead = projected({2027: (84.0, 0.5)})
    found = gap(goal, known, ahead, indicator(direction=direction))
    assert [None if pd.isna(x) else x for x in (found["goal_low"], found["goal_high"])] == [
        None if end is None else pytest.approx(end) for end in ends
    ]
    assert found["status"] == beyond


# --- met already, kept, superseded, conflicting --------------------------------------------------


@pytest.mark.parametrize(
    ("known", "ahead", "status"),
    [
        ({2022: 82.0, 2023: 84.0, 2024: 86.0}, (87.0, 2.0), "met_holding"),
        ({2022: 90.0, 2023: 88.0, 2024: 86.0}, (83.0, 2.0), "met_slipping"),  # away, chance 0.69
        ({2022: 90.0, 2023: 88.0, 2024: 86.0}, (85.0, 1.0), "met_holding"),  # away, but sure: 0.999
        ({2022: 82.0, 2023: 82.1, 2024: 82.2}, (81.0, 2.0), "met_slipping"),  # more likely lost
        ({2022: 82.0, 2023: 84.0, 2024: 86.0}, (83.6, 2.0), "met_slipping"),  # 0.788: not secure
        ({2022: 82.0, 2023: 84.0, 2024: 86.0}, (83.7, 2.0), "met_holding"),  # 0.802
    ],
)
def test_a_goal_met_already_holds_or_slips(known, ahead, status):
    assert gap(known=figures(known), ahead=projected({2027: ahead}))["status"] == status


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ({2022: 83.0, 2023: 80.0, 2024: 81.9}, "at_risk"),  # below, not moving away detectably
        (
            {2022: 95.0, 2023: 88.0, 2024: 81.0},
            "at_risk",
        ),  # below and moving away, likely to come back
    ],
)
def test_a_goal_to_keep_that_was_lost_is_never_on_course(known, status):
    kept = target(baseline=known[2022], baseline_year=2022)
    found = gap(kept, figures(known), projected({2027: (90.0, 1.0)}))
    assert (found["status"], found["rests_on"]) == (status, "probability")
    assert "规划起点时已达标" in found["why_zh"]


def test_superseded_and_conflicting_rows_keep_their_figures_and_get_no_verdict():
    old = gap(target(state="superseded", related="p-t002"))
    torn = gap(target(state="conflicting", related="p-t002"))
    assert (old["status"], torn["status"]) == ("superseded", "conflicting")
    assert torn["gap"] == pytest.approx(2) and torn["status_if_held"] == "at_risk"
    assert "p-t002" in torn["why_zh"] and "有风险" in torn["why_zh"]


# --- little or no data ---------------------------------------------------------------------------


def test_reference_figures_never_stand_in_the_districts_columns():
    known = figures(RISING, area="city")
    found = gap(known=known, ahead=projected(AHEAD, area="city"), chosen=series("reference", "city"))
    own = ["latest_year", "latest_value", "projected_value", "gap", "needed_from_today", "probability_met",
           "required_rate", "observed_rate"]  # fmt: skip
    assert found[own].isna().all()
    assert found["status"] == "reference_only"
    assert (found["reference_value"], found["reference_projected"]) == (78, 80)
    assert found["reference_gap"] == pytest.approx(2)
    assert "全市" in found["why_zh"]


def test_no_series_says_what_to_collect_and_where():
    found = gap(known=figures({}), ahead=projected({}), chosen=series("none"))
    assert found["status"] == "no_data"
    assert "说明" in found["why_zh"] and "统计科" in found["flip_zh"]


@pytest.mark.parametrize("basis", ["reference", "none"])
def test_own_figures_come_before_a_recorded_reference_or_nothing(basis):
    known = pd.concat([figures(RISING), figures({2024: 90.0}, area="city")], ignore_index=True)
    found = gap(known=known, chosen=series(basis, "city"))
    assert (found["basis"], found["data_area"], found["latest_value"]) == ("own", "here", 78)
    assert found["gap"] == pytest.approx(2)
    assert found["reference_value"] == 90 if basis == "reference" else pd.isna(found["reference_value"])


def test_one_figure_gives_a_gap_and_no_verdict():
    found = gap(known=figures({2024: 78.0}), ahead=projected({}))
    assert (found["status"], found["needed_from_today"]) == ("no_data", 4)
    assert "只有一年数据" in found["why_zh"]


def test_two_figures_alone_are_no_pace_and_give_no_verdict():
    two = gap(known=figures({2023: 70.0, 2024: 78.0}), ahead=projected({}))
    assert (two["status"], two["rests_on"]) == ("no_data", "none")
    assert pd.isna(two["pace_linear"]) and pd.isna(two["observed_rate"])
    assert two["pace_flags"] == "two_figures" and two["needed_from_today"] == 4
    assert "也不能按增速判断" in two["why_zh"]
    three = gap(known=figures({2022: 64.0, 2023: 70.0, 2024: 78.0}), ahead=projected({}))
    # 7 points a year and 4 to go in three: fast enough, which promises nothing without an outlook
    assert (three["status"], three["rests_on"]) == ("at_risk", "pace")
    assert three["pace_class"] == "substantial_progress" or three["pace_linear"] > 1
    assert "可以达到，但单凭增速不能认定" in three["why_zh"] and "promises nothing" in three["why_en"]


def test_beyond_what_the_figures_can_be_carried_on_to_no_pace_decides():
    near = projected({2025: (80.0, 1.0)}, reason="beyond_reach")
    found = gap(known=figures({2022: 64.0, 2023: 70.0, 2024: 78.0}), ahead=near)
    assert (found["status"], found["rests_on"], found["reason"]) == (
        "no_data",
        "none",
        "beyond_reach",
    )
    assert "2027年超出现有数据可推算的年限" in found["why_zh"] and found["flip"] == "flip_more"
    assert "统计科" in found["flip_zh"] and "statistics section" in found["flip_en"]
    # met already, nothing says that it stays so: not secure, and said
    met = gap(known=figures({2022: 83.0, 2023: 84.0, 2024: 85.0}), ahead=near)
    assert (met["status"], met["why"]) == ("met_slipping", "met_now;not_projected")
    assert "尚无依据" in met["why_zh"] and "nothing says" in met["why_en"]
    # within reach the probability decides as ever
    assert gap(target(deadline="2025"), ahead=near)["status"] == "off_course"


def test_no_pace_is_taken_across_a_break_not_even_from_the_plans_own_baseline():
    known = figures({2021: 60.0, 2022: 74.0, 2023: 76.0, 2024: 78.0},
                    obs_status={2021: "final", 2022: "break", 2023: "final", 2024: "final"})  # fmt: skip
    stated = gap(target(baseline=60.0, baseline_year=2021), known, projected({}))
    assert stated["pace_flags"] == "break_since_base" and pd.isna(stated["pace_linear"])
    assert pd.isna(stated["schedule_value"])
    since = gap(known=known, ahead=projected({}))
    assert (since["base_year"], since["observed_rate"]) == (2022, 2)


def test_a_pace_that_cannot_be_told_from_noise_is_neither_on_nor_off_course():
    # 0.3 of the 4.3 points to go is less than a tenth
    found = gap(known=figures({2022: 77.7, 2023: 77.9, 2024: 78.0}), ahead=projected({}))
    assert (found["status"], found["qualifier"]) == ("at_risk", "no_detectable_change")
    assert "不能区分" in found["why_zh"]


def test_no_detectable_change_only_qualifies_a_probability():
    found = gap(known=figures({2022: 77.9, 2023: 78.1, 2024: 78.0}))
    assert (found["status"], found["qualifier"]) == ("off_course", "no_detectable_change")


def test_a_break_of_definition_ends_the_comparison():
    known = figures(RISING, obs_status={2020: "final", 2021: "final", 2022: "break",
                                        2023: "final", 2024: "final"})  # fmt: skip
    jump = known.assign(value=[10.0, 12.0, 74.0, 76.0, 78.0])
    assert gap(known=jump)["observed_rate"] == pytest.approx(2)


def test_a_borrowed_trend_is_said():
    ahead = projected(AHEAD, kind="borrowed", reference_area="city")
    found = gap(ahead=ahead)
    assert found["basis"] == "borrowed" and "全市" in found["why_zh"]


def test_one_row_for_each_method():
    ahead = pd.concat([projected(AHEAD), projected(AHEAD).assign(method="other")])
    assert gaps(ahead=ahead)["method"].tolist() == ["other", "test"]


def test_an_empty_plan_gives_an_empty_table():
    assert gaps(target().iloc[:0], chosen=series()).empty


def test_a_recorded_reference_is_named_beside_own_figures_that_decide_nothing():
    city = figures({2023: 79.0}, area="city")
    known = pd.concat([figures({2024: 78.0}), city], ignore_index=True)
    found = gap(target(deadline="2023"), known, projected({}), chosen=series("reference", "city"))
    assert found["status"] == "due_unconfirmed"
    assert found["reference_gap"] == pytest.approx(3)
    assert "若本区与全市相同（2023年79%），差3个百分点" in found["why_zh"]


# --- additions, and one goal in two rows ----------------------------------------------------------

ADDED = {
    "unit": "张",
    "indicator_kind": "count",
    "per": None,
    "upper_bound": None,
    "name_zh": "新增床位数",
}


def added(values, deadline="2025", goal=500.0, **more):
    """A goal of 500 beds more, at an indicator whose yearly figures are additions, in a plan of 2023-2025."""
    beds = indicator(**ADDED)
    asked = target(comparator="increase_by", value=goal, unit="张", deadline=deadline)
    known = figures(values, unit="张")
    return gap(asked, known, projected({}), beds, base_year=2022, as_of=2025, **more)


@pytest.mark.parametrize(
    ("values", "status", "sum_"),
    [
        ({2023: 200.0, 2024: 200.0, 2025: 120.0}, "met", 520),
        ({2023: 200.0, 2024: 100.0, 2025: 120.0}, "missed", 420),
        (
            {2022: 400.0, 2023: 100.0, 2024: 100.0, 2025: 120.0},
            "missed",
            320,
        ),  # 2022 is before the plan
        ({2024: 300.0, 2025: 320.0}, "met", 620),  # one year is missing, and not needed
        ({2024: 100.0, 2025: 320.0}, "due_unconfirmed", None),  # the missing year may hold the rest
    ],
)
def test_additions_are_added_up_over_the_plan_and_need_no_starting_value(values, status, sum_):
    found = added(values)
    assert found["status"] == status
    assert sum_ is None or found["deadline_value"] == sum_
    assert "起点" not in found["why_zh"]


def test_a_level_that_has_to_rise_still_needs_its_starting_value():
    beds = indicator(**(ADDED | {"name_zh": "床位数"}))
    asked = target(comparator="increase_by", value=500.0, unit="张", deadline="2025")
    found = gap(asked, figures({2025: 620.0}, unit="张"), projected({}), beds, as_of=2025)
    assert found["status"] == "due_unconfirmed" and "起点" in found["why_zh"]


def readings(*values, state="conflicting", **more):
    """The same goal printed with several numbers, each row naming the others."""
    ids = [f"p-t{n:03d}" for n in range(1, len(values) + 1)]
    rows = [
        target(
            target_id=i,
            value=v,
            deadline="2024",
            state=state,
            related=";".join(set(ids) - {i}),
            **more,
        )
        for i, v in zip(ids, values, strict=True)
    ]
    return pd.concat(rows, ignore_index=True)


@pytest.mark.parametrize(
    ("latest", "statuses"),
    [(90.0, {"met"}), (78.0, {"missed"}), (83.0, {"conflicting"})],
)
def test_a_conflicting_goal_is_judged_where_the_figures_decide_every_reading(latest, statuses):
    found = gaps(readings(82.0, 85.0), figures(RISING | {2024: latest}))
    assert set(found["status"]) == statuses
    decided = statuses != {"conflicting"}
    assert found["why_zh"].str.contains("按任一表述结论相同").eq(decided).all()


def test_a_goal_printed_twice_counts_once_and_a_contradiction_counts_its_rows():
    from healthplan.judging import one_goal_rows

    assert one_goal_rows(readings(82.0, 82.0, state="current")).tolist() == [True, False]
    assert one_goal_rows(readings(82.0, 85.0, state="current")).tolist() == [True, True]
    assert one_goal_rows(readings(82.0, 82.0)).tolist() == [True, True]  # conflicting
    alone = pd.concat([target(), target(target_id="p-t002")], ignore_index=True)
    assert one_goal_rows(alone).tolist() == [True, True]  # not said to be one
