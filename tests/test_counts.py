"""Rare events as counts: limits, allowed counts, luck, the next count; worked by hand and turned
around."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthplan.counts import intervals, targets
from healthplan.counts.forecast import NODE_WEIGHTS, NODES, OF_RATES, learned, next_count
from healthplan.explanations.amounts import explain_count


class TestIntervals:
    def test_one_death_in_3000_births(self):
        found = intervals.rate(1, 3000)
        assert found.value == pytest.approx(33.3, abs=0.05)
        assert found.lower == pytest.approx(0.8, abs=0.05)
        assert found.upper == pytest.approx(185.7, abs=0.05)
        assert (found.method, found.events) == ("exact", 1)

    def test_no_death_is_not_no_risk(self):
        found = intervals.rate(0, 3000)
        assert found.lower == 0
        # 3.69 deaths are still compatible with none seen: -ln(0.025)
        assert found.upper == pytest.approx(-math.log(0.025) / 3000 * 1e5)

    def test_byar_takes_over_at_ten(self):
        assert intervals.poisson(9).method == "exact"
        assert intervals.poisson(10).method == "byar"
        assert intervals.byar(10).lower == pytest.approx(intervals.exact(10).lower, rel=0.01)

    def test_a_negative_byar_limit_is_no_limit(self):
        assert math.isnan(intervals.byar(1, 0.998).lower)
        assert math.isnan(intervals.byar(0).lower)

    def test_wilson_by_hand(self):
        found = intervals.proportion(20, 100)
        z = 1.959963984540054
        middle = (20 + z**2 / 2) / (100 + z**2)
        assert (found.lower + found.upper) / 200 == pytest.approx(middle)

    @pytest.mark.parametrize(
        "call",
        [
            lambda: intervals.rate(-1, 100),
            lambda: intervals.rate(1, 0),
            lambda: intervals.rate(math.nan, 100),
            lambda: intervals.proportion(5, 4),
            lambda: intervals.proportion(1, 4, confidence=0.5),
            lambda: intervals.poisson(3, confidence=95),
        ],
    )
    def test_impossible_input_is_refused(self, call):
        with pytest.raises(ValueError, match=r"cannot|needs|must"):
            call()

    @given(st.integers(0, 400), st.floats(0.9, 0.99))
    def test_limits_enclose_the_count_and_widen_with_confidence(self, events, confidence):
        narrow, wide = intervals.poisson(events, confidence), intervals.poisson(events, 0.998)
        assert narrow.lower <= events < narrow.upper
        assert wide.lower <= narrow.lower and wide.upper >= narrow.upper

    @given(st.integers(0, 200), st.integers(1, 200))
    def test_a_share_and_its_complement_mirror(self, part, rest):
        whole = part + rest
        a, b = intervals.proportion(part, whole), intervals.proportion(rest, whole)
        assert a.lower == pytest.approx(100 - b.upper, abs=1e-9)


class TestTargets:
    def test_3000_births_at_10_per_100000(self):
        judged = targets.count_target(10, 3000)
        assert judged.allowed == 0
        assert judged.passes_on_target == pytest.approx(math.exp(-0.3))
        assert round(judged.passes_on_target, 2) == 0.74
        assert round(judged.passes_at_double, 2) == 0.55
        assert round(1 - judged.passes_at_half, 2) == 0.14

    def test_years_and_births_to_prove_it(self):
        assert [targets.years_to_prove(10, births) for births in (29957, 29958)] == [2, 1]
        assert targets.years_to_prove(10, 3000) == 10

    def test_pooled_versions(self):
        found = [targets.count_target(10, 3000, years=years) for years in (1, 3, 5)]
        assert [f.allowed for f in found] == [0, 0, 1]
        assert [f.passes_on_target for f in found] == pytest.approx(
            [math.exp(-0.3), math.exp(-0.9), math.exp(-1.5) * 2.5]
        )

    def test_a_whole_number_is_not_lost_to_rounding(self):
        assert targets.allowed_events(10, 30000) == 3
        assert targets.allowed_events(10, 30000, strict=True) == 2
        assert targets.allowed_events(10, 35000, strict=True) == 3
        assert targets.allowed_events(0, 3000) == 0
        assert targets.allowed_events(0, 3000, strict=True) == -1
        assert targets.count_target(0, 3000, strict=True).passes_on_target == 0

    def test_years_to_judge_keeps_both_errors(self):
        years = targets.years_to_judge(10, 3000)
        assert years > 10
        fewer = targets.years_to_judge(10, 30000)
        assert fewer < years
        assert targets.years_to_judge(10, 0.001) is None

    def test_nothing_proves_a_rate_of_zero(self):
        with pytest.raises(ValueError, match="zero"):
            targets.years_to_prove(0, 3000)

    @given(st.floats(0.5, 500), st.integers(100, 10**6))
    def test_the_allowed_count_passes_and_one_more_does_not(self, target, births):
        allowed = targets.allowed_events(target, births)
        assert allowed / births * 1e5 <= target * (1 + 1e-6)
        assert (allowed + 1) / births * 1e5 > target * (1 - 1e-6)

    @given(st.floats(1, 200), st.integers(500, 10**5))
    def test_a_higher_true_rate_never_passes_more_often(self, target, births):
        judged = targets.count_target(target, births)
        assert judged.passes_at_double <= judged.passes_on_target + 1e-12
        assert judged.passes_on_target <= judged.passes_at_half + 1e-12


class TestWords:
    def test_the_two_facts_that_a_report_must_say(self):
        zh = "".join(explain_count(10, 3000, "zh"))
        en = " ".join(explain_count(10, 3000, "en"))
        assert "只有零死亡" in zh and "74%" in zh and "55%" in zh
        assert "only with no deaths" in en and "passes in 74% of years" in en
        assert "10 years" in en

    def test_zero_targets_and_impossible_ones(self):
        assert len(explain_count(0, 3000, "en")) == 1
        assert "no count passes" in explain_count(0, 3000, "en", strict=True)[0]
        assert "at most 3 deaths" in explain_count(10, 30000, "en")[0]


FALLEN = [40, 42, 38, 41, 12, 11, 13, 10]


class TestNextCount:
    def test_one_year_worked_by_hand(self):
        # 2 cases in 300,000 people and half a one before them: a gamma of shape 2.5. A course of x a year (sd 0.1, none
        # expected) and what 0.85 of the shape and the discount d leave of it are all that is not known.
        forecast = next_count([2], [300_000], 300_000)
        assert forecast.at_most(-1) == 0 and forecast.at_most(0.7) == forecast.at_most(0)
        assert forecast.weight == pytest.approx(OF_RATES)
        middle = (NODE_WEIGHTS * np.exp(0.1 * NODES)).sum()
        assert forecast.mean == pytest.approx(2.5 * middle)
        last = 2.5 * 0.85  # of a discount of 1 all but the year's own noise is kept
        lifted = (1 - 1 / 22.5) ** 3 / (1 - 1 / (9 * last)) ** 3
        assert forecast.expected[-1] == pytest.approx(2.5 * middle * lifted)

    def test_few_deaths_among_few_births_are_calm_whether_told_as_a_rate_or_a_count(self):
        deaths, births = [1, 1, 0, 0, 1, 2, 1, 1, 0, 0, 1], [2500] * 11
        rate, count = (next_count(deaths, births, 2500, ahead=3, of_rates=told) for told in (True, False))
        assert [rate.at_most(k) for k in range(9)] == [count.at_most(k) for k in range(9)]
        assert rate.quantile(0.975) <= 4  # twice the most of eleven years
        residents = next_count(deaths, [250_000] * 11, 250_000, ahead=3)
        assert residents.quantile(0.975) > 4  # three years of an infection may bring more

    def test_the_course_worked_by_hand(self):
        # 100 events in each of two years, the larger area fell 10 % a year: 0.6 of it is expected, sd 0.04. Of a rate
        # that does not forget, 100.5 events by an exposure of 1, then a fall of 6 %: 94.4 expected; 100 came.
        known = learned(np.array([[100.0, 100.0]]), np.ones((1, 2)), np.arange(2.0)[None], np.array([-0.1]))
        assert known.courses[0] == pytest.approx(-0.06 + 0.04 * NODES)
        at = len(NODES) // 2
        assert known.shape[0, -1, at] == pytest.approx(200.5)
        assert known.rate[0, -1, at] == pytest.approx(np.exp(0.06) + 1)
        slow, fast = (known.weight[0, -1, k] / NODE_WEIGHTS[k] for k in (at + 1, at - 1))
        assert slow > fast  # what came speaks for the slower fall

    def test_pooled_years_are_one_period_with_their_summed_exposure(self):
        one, three = (next_count([1, 0, 1], [3000] * 3, each) for each in (3000, 9000))
        assert three.mean == pytest.approx(3 * one.mean)

    def test_a_rate_that_fell_is_learned(self):
        assert next_count(FALLEN, [3000] * 8, 3000).mean < 15

    def test_further_ahead_is_less_certain(self):
        near, far = (next_count([9, 11, 10, 9, 12, 10, 9, 11], [1] * 8, 1, ahead=k) for k in (1, 5))
        assert far.mean == pytest.approx(near.mean, rel=0.1)
        assert far.quantile(0.9) > near.quantile(0.9) and far.quantile(0.1) < near.quantile(0.1)

    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.integers(0, 60), min_size=4, max_size=9), st.floats(-0.3, 0.3))
    def test_a_larger_area_that_falls_lowers_what_is_expected(self, past, lent):
        ones = [1.0] * len(past)
        less, more = (next_count(past, ones, 1.0, ahead=3, lent=x) for x in (lent - 0.1, lent))
        assert less.mean <= more.mean * (1 + 1e-9)

    @pytest.mark.parametrize(
        "given_",
        [([], [], 1), ([1], [1, 2], 1), ([-1], [1], 1), ([1], [0], 1), ([1], [1], 0)],
    )
    def test_impossible_input_is_refused(self, given_):
        with pytest.raises(ValueError, match="count"):
            next_count(*given_)

    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.integers(0, 30), min_size=1, max_size=8), st.integers(500, 5000))
    def test_chances_rise_to_one_and_quantiles_invert_them(self, past, births):
        forecast = next_count(past, [births] * len(past), births)
        chances = [forecast.at_most(k) for k in range(5)]
        assert chances == sorted(chances)
        for level in (0.1, 0.5, 0.9):
            k = forecast.quantile(level)
            assert forecast.at_most(k) >= level > forecast.at_most(k - 1)

    @pytest.mark.parametrize("mean", [0.3, 2.0, 12.0])
    def test_intervals_cover_what_they_promise(self, mean):
        # 400 districts with true rates spread by a factor of two, ten years known, the eleventh judged
        rng = np.random.default_rng(7)
        rates = mean * np.exp(rng.uniform(-0.7, 0.7, 400))
        seen = rng.poisson(rates[:, None], (400, 11))
        inside, probability = [], []
        for row in seen:
            forecast = next_count(row[:10].tolist(), [1.0] * 10, 1.0)
            low, high = forecast.quantile(0.1), forecast.quantile(0.9)
            inside.append(low <= row[10] <= high)
            probability.append((forecast.at_most(mean), row[10] <= mean))
        said, came = np.array(probability, float).T
        assert np.mean(inside) >= 0.78  # whole counts cover a little more than asked, never less
        assert abs(said.mean() - came.mean()) < 0.05
