"""Published measures: every published case to the digits printed, cases worked by hand, and inverse
tests."""

import csv
import math

import pytest
from conftest import shared
from hypothesis import assume, given
from hypothesis import strategies as st
from published_cases import measure, tolerance, why_not

from healthplan import published
from healthplan.published import billionaire

UNANSWERED = (
    9  # 7 forecasts without inputs, 1 without its base value, 1 on other inputs than printed
)


def cases():
    with shared("reference", "progress_cases.csv").open(encoding="utf-8", newline="") as file:
        return [{k: v or None for k, v in row.items()} for row in csv.DictReader(file)]


def inputs(case):
    return {k: v for k, v in case.items() if k not in ("expected_value", "expected_category")}


def wrong(case):
    """What is wrong with our answer to one published case; empty if nothing is."""
    got = measure(inputs(case))
    expected, value = case["expected_value"], got["value"]
    if got["category"] != case["expected_category"]:
        return f"category {got['category']} instead of {case['expected_category']}"
    if expected is None:
        return "" if value is None else f"{value} instead of nothing"
    if value is None:
        return f"nothing instead of {expected}"
    near = abs(value - float(expected)) <= tolerance(case, expected)
    return "" if near else f"{value} instead of {expected}"


def test_every_published_case_that_its_columns_can_answer_is_reproduced():
    rows = cases()
    failures = [
        f"{row['source']} / {row['indicator']} / {row['expected_metric']}: {fault}"
        for row in rows
        if why_not(row) is None and (fault := wrong(row))
    ]
    assert failures == []
    assert len(rows) == 294


def test_the_unanswered_cases_are_the_named_ones_and_none_of_them_could_be_answered():
    named = [row for row in cases() if why_not(row)]
    assert len(named) == UNANSWERED
    assert all(wrong(row) for row in named)


def test_the_adapter_sees_only_inputs():
    row = next(r for r in cases() if "Statistics Canada" in r["source"])
    assert measure(inputs(row)) == measure({**row, "expected_value": "1", "expected_category": "x"})


def test_a_source_that_the_file_does_not_name_is_refused():
    with pytest.raises(KeyError):
        measure({"source": "somebody else"})


class TestOpenSdg:
    def test_worked_by_hand(self):
        # 100 -> 121 in two years is 10 % a year; 100 -> 146.41 in four years needs 10 %: R = 1
        m = published.open_sdg(2015, 100, 2017, 121, "increase", target=146.41, target_year=2019)
        assert m.value == pytest.approx(1)
        assert m.category == "substantial_progress"
        assert m.score == pytest.approx(7.1429 - 4.2857)

    def test_a_level_near_its_limit_needs_less_growth(self):
        far = published.open_sdg(2015, 50, 2025, 52, "increase", limit=100)
        near = published.open_sdg(2015, 95, 2025, 98.8, "increase", limit=100)
        assert far.value == pytest.approx(near.value)  # both +0.39 % a year
        assert (far.category, near.category) == ("limited_progress", "substantial_progress")
        assert near.parts["coefficient"] == pytest.approx(1 - 0.95**4.44)

    def test_the_limit_is_ignored_when_a_target_exists(self):
        a, b = (
            published.open_sdg(2015, 60, 2020, 63, "increase", target=90, limit=x)
            for x in (None, 100)
        )
        assert a == b

    def test_zero_is_never_replaced_unasked(self):
        silent = published.open_sdg(2015, 0, 2020, 5, "increase", target=10)
        assert silent.value is None and silent.notes == ("zero base",)
        asked = published.open_sdg(2015, 0, 2020, 5, "increase", target=10, zero=0.001)
        assert asked.value is not None and "replaced zero base" in asked.notes
        target = published.open_sdg(2015, 4, 2020, 2, "decrease", target=0)
        assert target.value is None and target.notes == ("zero target",)

    @pytest.mark.parametrize(
        ("given", "note"),
        [
            ((2015, 5, 2015, 5), "one point"),
            ((2015, -5, 2020, 5), "opposite signs"),
            ((2015, 10, 2020, 12), "base equals target"),
        ],
    )
    def test_what_cannot_be_assessed_says_why(self, given, note):
        m = published.open_sdg(*given, "decrease", target=10 if note.startswith("base") else -9)
        assert (m.value, m.category, m.notes) == (None, "not_available", (note,))

    def test_a_met_target_is_achieved_with_score_5_even_without_a_pace(self):
        m = published.open_sdg(2020, 12, 2020, 12, "increase", target=10)
        assert (m.value, m.category, m.score) == (None, "target_achieved", 5)

    def test_negative_values_turn_the_sign(self):
        m = published.open_sdg(
            2015, -10, 2017, -8.1, "increase"
        )  # -10 -> -8.1 rises: 10 % less a year
        assert m.value == pytest.approx(0.1)

    def test_an_indicator_is_the_mean_of_its_series(self):
        good = published.open_sdg(2015, 10, 2020, 30, "increase", target=20)
        bad = published.open_sdg(2015, 10, 2020, 5, "increase", target=20)
        assert published.open_sdg_indicator([good, good]).category == "target_achieved"
        mixed = published.open_sdg_indicator([good, bad])
        assert (mixed.score, mixed.category) == (0, "moderate_progress")
        assert published.open_sdg_indicator([]).category == "not_available"

    def test_base_year_rules(self):
        assert published.next_base_year(2015, [2012, 2016, 2020]) == 2016
        assert published.next_base_year(2015, [2012]) is None
        assert published.nearest_base_year(2015, [2012, 2014, 2016]) == 2016  # the later of two
        assert published.nearest_base_year(2015, [2010, 2014, 2018]) == 2014


class TestEurostat:
    def test_worked_by_hand(self):
        m = published.eurostat(2015, 100, 2017, 121, "increase", target=146.41, target_year=2019)
        assert m.value == pytest.approx(1)
        assert m.score == pytest.approx(5 / 0.7 * 0.4)
        slow = published.eurostat(2015, 100, 2020, 100.2, "increase")
        assert slow.category == "no_progress"

    def test_the_published_oddity_at_the_limit_is_kept(self):
        m = published.eurostat(2015, 100, 2020, 97, "increase", limit=100)
        assert (m.category, m.score) == ("significant_deterioration", 5)

    def test_yes_no(self):
        assert published.eurostat_yes_no(1).score == 5
        assert published.eurostat_yes_no(0).category == "significant_deterioration"

    def test_one_series_keeps_its_own_word(self):
        one = published.eurostat(2015, 100, 2020, 103, "increase", target=150)
        assert published.eurostat_indicator([one]) is one
        assert published.eurostat_indicator([one, one]).category == "moderate_deterioration"


class TestDestatis:
    def test_worked_by_hand(self):
        # +2 a year, 8 years to go from 60: projected 76 of 80, 4 of the 20 left are missed = 20 %
        m = published.destatis(2017, 50, 2022, 60, "increase", target=80, target_year=2030)
        assert m.value == pytest.approx(0.2)
        assert m.category.startswith("Slightly cloudy")

    @pytest.mark.parametrize(
        ("base", "value", "symbol"),
        [(60, 55, "Sun"), (50, 55, "Slightly"), (70, 65, "Cloud"), (61, 65, "Thunder")],
    )
    def test_maintained_four_ways(self, base, value, symbol):
        m = published.destatis(
            2015, base, 2020, value, "decrease", target=60, target_year=2030, every_year=True
        )
        assert m.category.startswith(symbol)

    def test_standing_still_short_of_the_target_is_a_thunderstorm(self):
        m = published.destatis(2015, 50, 2020, 50, "increase", target=60, target_year=2030)
        assert m.category.startswith("Thunderstorm")

    def test_series_use_five_changes_and_refuse_fewer_than_four_points(self):
        years, values = [2015, 2017, 2018, 2019, 2020], [1, 40, 45, 50, 55]
        m = published.destatis_series(years, values, "increase", target=100, target_year=2029)
        assert m.parts["mean_annual_change"] == 5 and m.category.startswith("Sun")
        short = published.destatis_series(
            years[2:], values[2:], "increase", target=9, target_year=2029
        )
        assert short.notes == ("fewer than 4 points",)

    def test_stages(self):
        stages = [(2025, 80.0), (2023, 50.0), (2027, 100.0)]
        assert published.ruling_stage(stages, 2024) == (2025, 80.0)
        assert published.ruling_stage(stages, 2023) == (2023, 50.0)
        assert published.ended_stages(stages, 2026) == [(2023, 50.0), (2025, 80.0)]
        assert published.ruling_stage(stages, 2028) is None

    def test_intervals_several_targets_and_none(self):
        assert published.weaker_end(10, 20, "increase") == 10
        assert published.weaker_end(10, 20, "decrease") == 20
        sun, storm = (
            published.without_target(1, 1, "increase"),
            published.without_target(1, 1, "decrease"),
        )
        assert published.worst([sun, storm, sun]) == storm
        assert published.without_target(1, -1, "increase").startswith("Slightly")
        assert published.without_target(-1, 1, "increase").startswith("Cloud")


class TestEscap:
    def test_worked_by_hand(self):
        assert published.current_status(70, 60, 80, "increase").value == 5
        assert published.current_status(70, 60, 80, "increase").category == "Slow progress"
        assert published.current_status(55, 60, 80, "increase").category == "Regression"
        assert (
            published.anticipated_progress(79.5, 60, 80, "increase").category == "Will meet target"
        )
        assert published.parity_index(0.95, 0.8) == pytest.approx(7.5)

    def test_one_point_and_none(self):
        assert published.current_status(85, None, 80, "increase").value == 10
        assert published.current_status(75, None, 80, "increase").category == "Insufficient data"
        assert published.current_status(None, None, 80, "increase").category == "No data"
        assert published.current_status(95, 100, 100, "increase").value == -math.inf

    def test_the_known_trap_is_visible(self):
        # Lebanon, skilled attendance: two close points carried on for two decades fall to nothing
        assert published.predict_mean_slope([2000, 2004], [99.9, 98.2], 2015) < 3

    def test_a_flat_or_full_series_keeps_its_last_value(self):
        assert published.predict_mean_slope([2010, 2015], [90, 90], 2030) == pytest.approx(90)
        assert published.predict_mean_slope([2010, 2015], [90, 100], 2030) == 100


class TestOthers:
    def test_unicef_worked_by_hand(self):
        assert published.aarr([2000, 2001, 2002], [100, 90, 81]) == pytest.approx(10)
        assert published.required_aarr(81, 65.61, 2) == pytest.approx(10)
        assert published.unicef([2000, 2001, 2002], [100, 90, 81], 70, 2004).category == "on_track"
        assert published.unicef([2000, 2001, 2002], [100, 90, 81], 60, 2004).category == "off_track"
        assert published.unicef([2000, 2001], [100, 90], 95, 2004).category == "met"

    def test_healthy_people_lets_significance_decide(self):
        known = {"target": 80, "base_error": 3.0, "value_error": 4.0}  # standard error of change 5
        assert (
            published.healthy_people(60, 70, "increase", **known).category == "Improving"
        )  # z = 2
        small = published.healthy_people(60, 69, "increase", **known)
        assert small.value == pytest.approx(45)
        assert small.category == "Little or no detectable change"  # z = 1.8
        assert published.healthy_people(60, 45, "increase", **known).category == "Getting worse"
        assert published.healthy_people(60, 61, "increase", target=80).category.startswith("Little")
        assert published.healthy_people(60, 62, "increase", target=80).category == "Improving"
        assert published.healthy_people(60, 80, "increase", target=80).category.startswith(
            "Target met"
        )
        assert published.healthy_people(60, None, "increase", target=80).category == "Baseline only"
        assert published.healthy_people(60, 70, "increase", target=None).category == "Informational"

    def test_smallest_detectable_target(self):
        found = published.smallest_detectable_target(10, 1, "decrease")
        assert found == pytest.approx(10 - 1.96 * math.sqrt(2), abs=1e-3)

    def test_grey_model_repeats_published_forecasts(self):
        # China's under-5 mortality and the Yunnan paper's forecasts: a constant ratio, to 3
        # decimals
        forecasts = [10.05, 9.16, 8.34, 7.59, 6.91, 6.30, 5.73]
        model = published.grey_model(forecasts)
        assert model.fitted == pytest.approx(forecasts, abs=0.01)
        assert model.grade == 1
        imr = published.grey_model([14.9, 13.8, 13.1, 12.1, 10.3, 9.5, 8.9, 8.1, 7.5, 6.8])
        assert (round(imr.coefficient, 2), round(imr.level, 2)) == (-160.60, 175.50)

    def test_imihigo_published_examples(self):
        assert published.imihigo("percentage", [70, 85, 100], [0, 0, 60, 100]).value == 85
        assert published.imihigo("decreasing", [9, 8, 7], [10, 8]).value == pytest.approx(
            88.9, abs=0.05
        )
        maize = published.imihigo("cumulative", [50000, 100000, 150000], [25122, 167762])
        soya = published.imihigo("cumulative", [2000, 4000, 6000], [2350, 5900])
        both = published.imihigo_composite([maize.value, soya.value])
        assert both.value == pytest.approx(75.25, abs=0.005)

    def test_imihigo_flaws_are_visible_in_the_parts(self):
        over = published.imihigo("cumulative", [150], [100])
        assert over.value == 100 and over.parts["uncapped"] == 150
        assert published.imihigo("cumulative", [5], [5], not_applicable=True).value == 0
        assert published.imihigo("cumulative", [0], [0]).value == 0
        assert published.imihigo("decreasing", [0], [4]).value == 100

    def test_billionaire_published_paths(self):
        rising = {y: 60.0 + y - 2010 for y in range(2010, 2031)}
        dipped = {y: v if y < 2020 else 40.0 + y - 1980 for y, v in rising.items() if y <= 2020}
        dipped[2020] = 60.0
        assert billionaire.dip_recover(dipped)[2025] == pytest.approx(64.411765)
        later = billionaire.dip_recover(dipped, recovery=2022)
        assert list(later.values())[1:] == pytest.approx(
            [60, 60.882353, 61.764706, 62.647059, 63.529412]
        )
        fifty = {y: 50.0 + y - 2010 for y in range(2010, 2031)}
        for percent, expected in ((40, 67), (-40, 37)):
            path = billionaire.percent_of_baseline(
                fifty, percent, baseline_year=2010, target_year=2030
            )
            assert path[2018] == 58 and path[2025] == pytest.approx(expected)
        shock, before = {2020: 54, 2021: 55}, {y: y - 1958 for y in range(2020, 2026)}
        back = billionaire.return_to_trajectory(shock, before, recovery=2023)
        assert list(back.values()) == [55, 65, 66, 67]
        falling = [{2025: 95.0}, {2025: 25.0}]
        assert billionaire.best_of(falling, 2025, small_is_best=True) == {2025: 25.0}
        assert billionaire.linear_change(88, 1)[2025] == 95
        assert billionaire.halt_rise(rising, baseline_year=2010)[2025] == 68
        assert billionaire.business_as_usual({2018: 88.0})[2025] == 88
        changes = [1, 4, 2.6, 0.4, 0, 1, 2, 0.2, 7.8, 4]
        assert billionaire.top_change(changes, 3) == pytest.approx((7.8 + 4 + 4) / 3)
        assert billionaire.top_change(changes, share=0.1) == 7.8

    def test_billionaire_fixed_target_keeps_better_values(self):
        path = billionaire.fixed_target(68, 99)
        kept = billionaire.trim(path, observed={2019: 79, 2020: 80})
        assert (kept[2019], kept[2020], kept[2025]) == (79, 80, 99)
        assert kept[2021] == pytest.approx(68 + 31 * 3 / 7)

    def test_limited_rates(self):
        assert billionaire.limited(1.9, 1.5, "positive") == 1.5
        assert billionaire.limited(-0.2, -0.05, "negative") == -0.05


class TestPair:
    def test_the_disagreement_of_12_1_1_is_named(self):
        pair = published.pace_pair(2015, 0.37, 2025, 9.53, "increase", target=60, target_year=2030)
        assert pair.geometric is None  # 0.37 is tiny against 60: no growth ratio at all
        assert pair.linear == pytest.approx((9.16 / 59.63) / (10 / 15))
        assert pair.category == "limited_progress"

    def test_the_cautious_class_counts(self):
        pair = published.pace_pair(2015, 10, 2020, 20, "increase", target=40, target_year=2025)
        assert pair.geometric == pytest.approx(1)
        assert pair.linear == pytest.approx(2 / 3)
        assert pair.category == "moderate_progress"
        assert pair.flags == ("pace_disagrees",)

    def test_a_target_lost_after_the_base_has_no_pace(self):
        pair = published.pace_pair(2015, 9, 2020, 11, "decrease", target=10, target_year=2025)
        assert pair.category == "not_available" and pair.flags == ("slipped_from_met",)

    def test_remaining_effort(self):
        assert published.remaining_effort(2015, 50, 2020, 60, 80, 2025) == pytest.approx(2)
        assert published.remaining_effort(2015, 50, 2020, 50, 80, 2025) is None


rates = st.floats(-0.15, 0.15).filter(lambda r: abs(r) > 1e-4)
bases = st.floats(0.5, 500)
spans = st.integers(2, 15)


@given(bases, rates, spans, spans)
def test_open_sdg_returns_the_rate_that_a_series_was_built_with(base, rate, span, ahead):
    way = "increase" if rate > 0 else "decrease"
    value = base * (1 + rate) ** span
    target = base * (1 + rate) ** (span + ahead)
    m = published.open_sdg(
        2010, base, 2010 + span, value, way, target=target, target_year=2010 + span + ahead
    )
    assert m.value == pytest.approx(1, rel=1e-6)
    plain = published.open_sdg(2010, base, 2010 + span, value, way)
    assert plain.value == pytest.approx(abs(rate), rel=1e-6)


@given(bases, rates, spans)
def test_unicef_returns_the_rate_that_a_series_was_built_with(base, rate, span):
    values = [base * (1 - rate) ** k for k in range(span + 1)]
    assert published.aarr(list(range(span + 1)), values) == pytest.approx(
        100 * rate, rel=1e-6, abs=1e-9
    )
    assert published.required_aarr(base, values[-1], span) == pytest.approx(100 * rate, rel=1e-6)


@given(bases, st.floats(0.02, 0.12), st.booleans(), st.integers(5, 12))
def test_grey_model_continues_an_exact_exponential(base, rate, falls, n):
    # the series of GM(1,1)'s own discrete law: constant ratio from the second value on
    ratio = 1 - rate if falls else 1 + rate
    values = [base * ratio**k for k in range(n)]
    forecast = published.grey_model(values).forecast(3)
    assert forecast[1] / forecast[0] == pytest.approx(forecast[2] / forecast[1])
    assert forecast[0] == pytest.approx(base * ratio**n, rel=0.02)


@given(st.floats(5, 95), st.floats(-0.3, 0.3), st.integers(3, 10), st.integers(1, 10))
def test_logit_projections_return_the_slope_that_a_series_was_built_with(start, slope, n, ahead):
    logit = math.log(start / (100 - start))
    curve = [100 / (1 + math.exp(-(logit + slope * k))) for k in range(n + ahead + 1)]
    years = list(range(2000, 2000 + n))
    year = 2000 + n + ahead
    for predict in (published.predict_mean_slope, published.predict_regression):
        assert predict(years, curve[:n], year) == pytest.approx(curve[n + ahead], rel=1e-5)
    weighted = published.predict_regression(years, curve[:n], year, weighted=True)
    assert weighted == pytest.approx(curve[n + ahead], rel=1e-5)


values = st.floats(-100, 100).map(lambda v: round(v, 3))


@given(values, values, values, spans, spans)
def test_linear_measures_mirror_when_everything_changes_sign(base, value, target, span, ahead):
    assume(len({base, value, target}) == 3)
    now, then = 2010 + span, 2010 + span + ahead
    up = published.destatis(2010, base, now, value, "increase", target=target, target_year=then)
    down = published.destatis(
        2010, -base, now, -value, "decrease", target=-target, target_year=then
    )
    assert up.category == down.category
    assert published.status_index(value, base, target, "increase") == pytest.approx(
        published.status_index(-value, -base, -target, "decrease")
    )
    assert published.linear_pace(2010, base, now, value, target, then) == pytest.approx(
        published.linear_pace(2010, -base, now, -value, -target, then)
    )


@given(bases, bases, bases, spans, spans)
def test_a_falling_goal_is_the_rising_goal_of_the_reciprocal(base, value, target, span, ahead):
    assume(min(abs(base / target - 1), abs(base / value - 1)) > 1e-3)
    now, then = 2010 + span, 2010 + span + ahead
    up = published.open_sdg(2010, base, now, value, "increase", target=target, target_year=then)
    down = published.open_sdg(
        2010, 1 / base, now, 1 / value, "decrease", target=1 / target, target_year=then
    )
    assert (up.category == "target_achieved") == (down.category == "target_achieved")
    assert (up.value > 0) == (down.value > 0)


@given(st.floats(1, 99), st.floats(1, 99), st.floats(0.5, 99), spans)
def test_every_path_to_a_target_arrives(base, target, percent, span):
    end = 2018 + span
    assert billionaire.fixed_target(base, max(base, target), target_year=end, end=end)[
        end
    ] == pytest.approx(max(base, target))
    rate = billionaire.aroc_target(base, target, span)
    assert billionaire.aroc_path(base, rate, end=end)[end] == pytest.approx(target)
    rate = billionaire.aroc_percent_change(percent, span)
    assert billionaire.aroc_path(base, rate, end=end)[end] == pytest.approx(
        base * (1 + percent / 100)
    )


@pytest.mark.parametrize(
    "call",
    [
        lambda: published.open_sdg(2015, 1, 2020, 2, "two-sided"),
        lambda: published.growth(1, 0, 2),
        lambda: published.growth(-1, 1, 2),
        lambda: published.growth(1, 1, 0),
        lambda: published.goldilocks(0),
        lambda: published.aarr([2000], [1]),
        lambda: published.required_aarr(5, 0, 2),
        lambda: published.grey_model([1, 2, 3]),
        lambda: published.imihigo("other", [1], [1]),
        lambda: published.imihigo_composite([]),
        lambda: billionaire.limited(1, 1, "up"),
    ],
)
def test_what_has_no_answer_is_refused(call):
    with pytest.raises(ValueError, match=r"\w"):
        call()
