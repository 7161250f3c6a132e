"""The parts of a gap: bars, outlooks, pace, rare events, words. Properties by hypothesis, rest by
hand."""

import math
from dataclasses import replace

import pandas as pd
import pytest
from gap_cases import AHEAD, RISING, figures, gap, gaps, indicator, projected, series, target
from hypothesis import given
from hypothesis import strategies as st
from whole_line import plan_gaps

from healthplan import distribution, tables
from healthplan.counts.forecast import next_count
from healthplan.judging import Judged
from healthplan.judging import deadlines as deadline
from healthplan.judging.outlook import LEVELS, Outlook, certain, difference, from_row
from healthplan.judging.threshold import Bar
from healthplan.language.units import same_scale
from healthplan.plans import load_plan

values = st.floats(-1e3, 1e3, allow_subnormal=False).map(lambda x: round(x, 3))
widths = st.floats(0.01, 100).map(lambda x: round(x, 3))


def outlook(middle: float, width: float) -> Outlook:
    """A skewed outlook: quantiles stretch more above than below."""
    return Outlook(tuple(middle + width * (math.exp(3 * p) - math.exp(1.5)) for p in LEVELS))


def mirrored(view: Outlook) -> Outlook:
    return Outlook(tuple(-v for v in reversed(view.values)))


@given(values, values, widths)
def test_a_goal_turned_round_has_the_same_shortfall_and_chance(goal, middle, width):
    up, view = Bar(low=goal), outlook(middle, width)
    down, other = Bar(high=-goal), mirrored(view)
    assert up.shortfall(middle) == down.shortfall(-middle)
    assert up.met(middle) == down.met(-middle)
    assert up.probability(view) == pytest.approx(down.probability(other), abs=1e-9)


@given(values, st.floats(0, 100), values, widths)
def test_a_higher_goal_is_never_easier(goal, more, middle, width):
    view = outlook(middle, width)
    assert Bar(low=goal + more).shortfall(middle) >= Bar(low=goal).shortfall(middle)
    assert Bar(low=goal + more).probability(view) <= Bar(low=goal).probability(view) + 1e-12


@given(values, values, widths)
def test_probability_agrees_with_the_interval_of_the_shortfall(goal, middle, width):
    bar, view = Bar(low=goal), outlook(middle, width)
    smallest, largest = (bar.shortfall(view.quantile(p)) for p in (0.975, 0.025))
    assert smallest <= bar.shortfall(view.quantile(0.5)) <= largest
    if largest < 0:
        assert bar.probability(view) >= 0.975 - 1e-9
    if smallest > 0:
        assert bar.probability(view) <= 0.025 + 1e-9


@given(values, widths, st.floats(0.001, 0.999))
def test_quantile_and_chance_are_inverse(middle, width, p):
    view = outlook(middle, width)
    assert view.at_most(view.quantile(p)) == pytest.approx(p, abs=1e-6)


@given(values, st.floats(0, 50), values)
def test_a_range_is_met_where_both_its_ends_are(low, span, value):
    bar = Bar(low=low, high=low + span)
    assert bar.met(value) == (Bar(low=low).met(value) and Bar(high=low + span).met(value))


def test_a_value_at_a_bound_keeps_its_mass():
    view = Outlook(tuple(min(90 + 12 * p, 100) for p in LEVELS))  # from p = 0.83 on: 100
    assert 1 - view.below(100) == pytest.approx(0.1, abs=0.11)
    assert view.at_most(100) == 1
    assert certain(100).at_most(100) == 1 and certain(100).below(100) == 0


def test_an_outlook_is_made_of_quantile_columns():
    fine = {name: float(i) for i, name in enumerate(distribution.COLUMNS)}
    assert from_row({"value": 2.5, **fine, "q_note": "x"}).quantile(0.9) == 11
    assert from_row({name: value for name, value in fine.items() if name != "q30"}) is None
    assert from_row(dict.fromkeys(fine, float("nan"))) is None


def test_differences_of_two_outlooks_add_their_variances():
    a = from_row(projected({2027: (10.0, 3.0)}).iloc[0].to_dict())
    b = from_row(projected({2027: (4.0, 4.0)}).iloc[0].to_dict())
    apart = difference(a, b)
    assert apart.quantile(0.8413) - apart.quantile(0.5) == pytest.approx(5, rel=0.05)
    assert apart.quantile(0.5) == pytest.approx(6)  # of the medians that stand on the page


def test_deadlines_are_as_precise_as_the_text():
    assert [deadline.read(t).year for t in ("2025", "2025-06", "2025-12-31", "")] == [2025] * 3 + [None]
    assert deadline.read("2025").at == 2025
    assert deadline.read("2025-06").at == pytest.approx(2024.5)
    assert deadline.read("", "2027").year == 2027


@pytest.mark.parametrize(
    ("unit", "other", "same"),
    [
        ("个", "家", True),
        ("%", "‰", False),
        ("万人次", "人次", False),
        ("岁", "岁", True),
        ("岁", "人", False),
    ],
)
def test_measure_words_of_things_may_be_compared_scales_may_not(unit, other, same):
    assert same_scale(unit, other) is same


# --- pace ----------------------------------------------------------------------------------------


def test_both_paces_from_the_plans_base_year_with_the_cautious_class():
    found = gap(target(value=84), base_year=2022)
    # from 74 in 2022: 4 of 10 points in 2 of 5 years; growth 2.67 % a year against 2.57 %
    assert found["base_year"] == 2022
    assert found["pace_linear"] == pytest.approx((4 / 10) / (2 / 5))
    assert found["pace_geometric"] == pytest.approx(((78 / 74) ** (1 / 2) - 1) / ((84 / 74) ** (1 / 5) - 1))
    assert found["remaining_effort"] == pytest.approx(((84 - 78) / 3) / (4 / 2))


def test_disagreement_of_the_two_paces_is_flagged():
    # 14 of 54 points in 4 of 10 years (0.65), but 35 % growth a year against 26 % (1.36)
    known = figures({2020: 6.0, 2022: 11.0, 2024: 20.0})
    found = gap(target(value=60, deadline="2030"), known, projected({}))
    assert "pace_disagrees" in found["pace_flags"]
    assert (found["pace_class"], found["status"]) == ("moderate_progress", "at_risk")


def test_a_goal_met_at_the_base_and_a_deadline_gone_by_have_no_pace():
    kept = gap(target(value=73), base_year=2022)
    assert pd.isna(kept["pace_linear"]) and kept["pace_flags"] == "met_at_base"
    over = gap(target(deadline="2023"))
    assert pd.isna(over["pace_linear"]) and over["pace_zh"] == ""


def test_the_schedule_and_both_paces_are_said():
    found = gap(target(value=84), base_year=2022)
    # on a straight line from 74 in 2022 to 84 in 2027: 78 at the end of 2024
    assert found["schedule_value"] == pytest.approx(78)
    assert "应达78%" in found["pace_zh"] and "与进度持平" in found["pace_zh"]
    assert "1倍（直线）、1.04倍（几何）" in found["pace_zh"]


def test_base_year_without_a_figure_takes_the_next_one():
    found = gap(known=figures({2020: 70.0, 2023: 76.0, 2024: 78.0}), base_year=2021)
    assert found["base_year"] == 2023


# --- rare events -----------------------------------------------------------------------------------


def births_case(deaths: dict[int, int], births: float = 3000, **changes):
    """A district with ``births`` a year and at most 10 deaths per 100,000."""
    mortality = indicator(unit="1/10万", direction="decrease", indicator_kind="rate", per=100_000,
                          numerator="maternal_deaths", denominator="live_births", upper_bound=None)  # fmt: skip
    known = figures(
        {y: n / births * 100_000 for y, n in deaths.items()},
        unit="1/10万",
        numerator={y: float(n) for y, n in deaths.items()},
        denominator=births,
    )
    goal = target(**{"comparator": "<=", "value": 10, "unit": "1/10万", **changes})
    return gap(goal, known, projected({2027: (20.0, 10.0)}), mortality)


def test_three_thousand_births_allow_no_death_and_one_in_four_fails_by_luck():
    found = births_case({2021: 0, 2022: 1, 2023: 0, 2024: 1})
    assert (found["allowed_events"], found["exposure"]) == (0, 3000)
    assert "零死亡才算达标" in found["counts_zh"] and "74%" in found["counts_zh"]
    assert "passes only with no deaths at all" in found["counts_en"]
    # a constant rate, gamma(0.5 + 2) over 12,000 births, has none with (12000 / 15000) ^ 2.5 = 0.57
    forecast = next_count([0, 1, 0, 1], [3000] * 4, 3000, ahead=3)
    assert found["probability_met"] == pytest.approx(forecast.at_most(0))
    assert found["probability_met"] == pytest.approx(0.8**2.5, abs=0.05)
    assert (found["status"], found["rests_on"]) == ("at_risk", "counts")


def test_where_births_are_not_known_the_report_says_up_to_how_many_only_zero_passes():
    mortality = indicator(unit="1/10万", direction="decrease", indicator_kind="rate", per=100_000,
                          denominator="live_births", upper_bound=None)  # fmt: skip
    goal = target(comparator="<=", value=10, unit="1/10万")
    found = gap(goal, figures({}), projected({}), mortality, series("none"))
    assert "10,000例" in found["counts_zh"] and "零死亡才算达标" in found["counts_zh"]
    assert "3,000" in found["counts_en"] and "74%" in found["counts_en"]
    assert pd.isna(found["allowed_events"])


def test_births_of_the_district_are_enough_to_say_what_a_goal_allows():
    mortality = indicator(unit="1/10万", direction="decrease", indicator_kind="rate", per=100_000,
                          denominator="live_births", upper_bound=None)  # fmt: skip
    births = figures({2023: 2_900.0, 2024: 2_800.0}, indicator="live_births", unit="人")
    registry = pd.concat([mortality, indicator(indicator="live_births", unit="人")])
    goal = target(comparator="<=", value=10, unit="1/10万")
    found = gap(goal, births, projected({}), registry, series("none"))
    assert (found["allowed_events"], found["exposure"]) == (0, 2800)
    assert found["status"] == "no_data" and "2,800" in found["counts_zh"]


def test_the_latest_figure_carries_its_count_and_what_chance_leaves():
    found = births_case({2022: 0, 2023: 0, 2024: 1})
    # one death in 3,000 births reads 33.3; exact 95 % limits 0.8 and 185.7 (a published case)
    assert (found["latest_count"], found["latest_exposure"]) == (1, 3000)
    assert "2024年1例，折合33.3/10万" in found["counts_zh"]
    assert "0.84～186之间" in found["counts_zh"]
    share = gap(known=figures(RISING, numerator=78.0, denominator=100.0))
    assert (share["latest_count"], share["latest_exposure"]) == (78, 100)
    assert pd.isna(gap()["latest_count"])


def test_one_year_without_a_death_is_not_met_already():
    lucky = births_case({2021: 2, 2022: 1, 2023: 1, 2024: 0})
    assert lucky["status"] not in ("met_holding", "met_slipping")
    unlucky = births_case({2020: 0, 2021: 0, 2022: 0, 2023: 0, 2024: 1}, births=4000)
    assert unlucky["status"] == "at_risk"  # one in three years of 4,000 births is allowed, this year none
    quiet = births_case({2021: 0, 2022: 0, 2023: 0, 2024: 0})
    assert quiet["status"] == "met_holding"  # none in three years together


def test_frequent_events_are_judged_by_the_projection():
    found = births_case({2021: 20, 2022: 19, 2023: 21, 2024: 18}, births=300_000)
    assert pd.isna(found["allowed_events"]) and found["rests_on"] == "probability"


def test_a_past_year_of_rare_events_is_judged_by_its_own_figure():
    found = births_case({2021: 0, 2022: 1, 2023: 0, 2024: 1}, deadline="2024")
    assert (found["status"], found["allowed_events"]) == ("missed", 0)


# --- stages ------------------------------------------------------------------------------------------


def staged() -> pd.DataFrame:
    rows = [
        target(target_id=f"p-t00{i}", stage_of="p-t001", value=value, deadline=due)
        for i, value, due in ((1, 75.0, "2023"), (2, 82.0, "2026"), (3, 90.0, "2027"))
    ]
    return pd.concat(rows, ignore_index=True)


def test_the_next_stage_rules_and_ended_stages_stay_judged():
    found = gaps(staged())
    assert found["stage"].tolist() == ["ended", "ruling", "later"]
    assert found["status"].tolist() == ["met", "at_risk", "off_course"]


def test_the_schedule_runs_straight_between_stages():
    found = gaps(staged()).iloc[1]
    # 75 at the end of 2023, 82 at the end of 2026: 77.33 at the end of 2024, where 78 stands
    assert found["schedule_value"] == pytest.approx(75 + 7 / 3)
    assert found["schedule_gap"] == pytest.approx(75 + 7 / 3 - 78)


def test_a_goal_without_stages_has_none():
    assert gap()["stage"] == ""


# --- words -------------------------------------------------------------------------------------------


def test_every_sentence_is_filled_in_and_in_both_languages():
    tale = [
        gap(),
        gap(target(state="superseded")),
        gap(target(state="conflicting")),
        gap(target(deadline="2023")),
        gap(target(deadline="2022-06-30"), known=figures({2024: 70.0})),
        gap(known=figures({2024: 70.0}), ahead=projected({})),
        gap(known=figures(RISING), ahead=projected(AHEAD, kind="borrowed", reference_area="city")),
        births_case({2021: 0, 2022: 1, 2023: 0, 2024: 1}),
    ]
    for row in tale:
        for column in ("why_zh", "why_en", "flip_zh", "flip_en"):
            assert row[column] and not set("{}") & set(row[column]), row[column]
            assert "nan" not in row[column] and "None" not in row[column]
        assert any("一" <= c <= "鿿" for c in row["why_zh"])
        assert not any("一" <= c <= "鿿" for c in row["why_en"])


def test_the_tables_of_a_row_a_goal_declare_all_their_columns():
    told = [f"{name}_{lang}" for lang in ("zh", "en") for name in ("why", "flip", "pace", "counts")]
    declared = [c for name in Judged._fields[:-1] for c in tables.columns(name)]
    assert gap().drop(told).index.tolist() == list(dict.fromkeys(declared))


def test_a_goal_below_nought_is_not_reached_and_stops_nothing():
    """Guards: an internal error from a plan that asks for −5 deaths per 100,000."""
    found = births_case({2021: 0, 2022: 1, 2023: 0, 2024: 1}, value=-5.0)
    assert found["status"] == "off_course" and pd.isna(found["allowed_events"])


@pytest.mark.parametrize("births", [1500, 5000, 15000])
def test_deaths_and_births_given_take_nothing_from_the_course(births, tmp_path):
    """A file of figures of infant mortality falling from 5.18 to 3.85, with and without its deaths and births: both are
    judged as going on to fall, to the same place within the noise of one year's deaths."""
    deaths = (pd.Series([5.18, 4.95, 4.80, 4.62, 4.38, 4.25, 4.01, 3.85]) * births / 1000).round()
    table = {"指标": "婴儿死亡率", "地区": "万盛经开区", "年份": range(2015, 2023), "单位": "‰"}
    bare = pd.DataFrame({**table, "数值": (1000 * deaths / births).round(2)})
    found = []
    for name, given_ in (("bare", bare), ("counts", bare.assign(分子=deaths, 分母=births))):
        path = tmp_path / f"{name}.csv"
        given_.to_csv(path, index=False, encoding="utf-8-sig")
        rows = plan_gaps(load_plan("wansheng-2023-2025"), observations=[path], as_of=2022)
        found.append(rows[rows["target_id"] == "wansheng-2023-2025-t003"].iloc[0])
    without, with_counts = found
    noise = 1000 * math.sqrt(deaths.iloc[-1]) / births
    assert with_counts["projected_value"] == pytest.approx(without["projected_value"], abs=noise)
    assert with_counts["projected_value"] < with_counts["latest_value"]
    assert with_counts["probability_met"] > 0.5  # the goal of 3.5 lies at or above the middle


def test_deaths_and_their_rate_are_one_thing(tmp_path):
    """Guards: a zero of maternal deaths at 78 % beside a rate at 82 % that allows none either."""
    deaths, births = [1, 0, 1, 0, 0, 1, 0, 0, 0], [5200, 5100, 4600, 4300, 3800, 3500, 3300, 3000, 2800]
    table = pd.DataFrame({"地区": "示例区", "年份": range(2016, 2025), "分子": deaths, "分母": births})
    rate = table.assign(指标="孕产妇死亡率", 单位="1/10万", 数值=(table["分子"] / table["分母"] * 1e5).round(2))
    count = table.assign(指标="孕产妇死亡数", 单位="人", 数值=table["分子"], 分子="", 分母="")
    path = tmp_path / "deaths.csv"
    pd.concat([rate, count]).to_csv(path, index=False, encoding="utf-8-sig")
    plan = load_plan("demo-2027")
    goals = plan.targets.set_index("target_id")
    goals.loc["demo-2027-t004", ["value", "deadline"]] = [9.0, goals.loc["demo-2027-t005", "deadline"]]
    rows = plan_gaps(replace(plan, targets=goals.reset_index()[plan.targets.columns]), observations=[path], as_of=2024)
    one, other = (rows[rows["target_id"] == f"demo-2027-{t}"].iloc[0] for t in ("t005", "t004"))
    assert one["probability_met"] == pytest.approx(other["probability_met"])


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([72.0, 72.4, 72.1, 72.5, 72.9], True),
        ([73.3, 73.2, 73.0, 73.1, 72.9], False),
        ([72.9], False),
    ],
)
def test_not_worsening_is_said_only_of_figures_that_do_not(values, said):
    known = figures(dict(zip(range(2025 - len(values), 2025), values, strict=True)))
    found = gap(target(value=72), known=known, ahead=projected({2027: (73.0, 2.0)}))
    assert found["status"] == "met_slipping" and 0.5 < found["probability_met"] < 0.8
    assert ("近年未见恶化" in found["why_zh"]) == said == ("not worsening" in found["why_en"])


def test_small_steps_all_one_way_are_no_fluctuation():
    steady = figures(dict(zip(range(2020, 2025), [60.0, 60.2, 60.4, 60.6, 60.8], strict=True)))
    uneven = figures(dict(zip(range(2020, 2025), [60.0, 60.4, 60.2, 60.6, 60.8], strict=True)))
    ahead = projected({2027: (62.0, 3.0)})
    for known, unseen in ((steady, False), (uneven, True)):
        found = gap(target(value=90), known=known, ahead=ahead)
        assert ("no_detectable_change" in found["qualifier"]) == unseen
        assert ("尚不能区分是进展还是波动" in found["why_zh"]) == unseen
