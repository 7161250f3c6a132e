"""Published measures: every published case to the digits printed, cases worked by hand, and inverse
tests."""

import csv
import math

import numpy as np
import pytest
import triple_billions as billionaire
from conftest import shared
from hypothesis import assume, given
from hypothesis import strategies as st
from published_cases import measure, tolerance, why_not

from healthplan.published import PUBLISHED
from healthplan.published import grey as gm11
from healthplan.published import linear as symbols_of
from healthplan.published.growth import aarr, required_aarr
from healthplan.published.linear import index, predicted
from healthplan.published.measure import goals
from healthplan.published.pair import linear_pace, pace_pair, remaining_effort

UNANSWERED = 9  # 7 forecasts without inputs, 1 without its base value, 1 on other inputs than printed


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


def asked(name, *course, direction="increase", **columns):
    """The answer of one measure about one goal: value, word, score, parts. course: base year, base, year, value."""
    given = dict(zip(("base_year", "base", "year", "value"), course, strict=False)) | columns
    measure = PUBLISHED[name]
    found = measure.function(goals(direction=direction, **given))
    score = None if found.score is None else found.score[0]
    parts = {part: values[0] for part, values in found.parts.items()}
    return found.value[0], measure.words_of(found)[0], score, parts


def series(years, values, target, due, direction="increase", base=0, **columns):
    """The columns of one goal with a whole series; the base is the figure at that place."""
    return {
        "base_year": years[base], "base": values[base], "year": years[-1], "value": values[-1],
        "target": target, "target_year": due, "direction": direction,
        "years": np.array([years], float), "values": np.array([values], float), **columns,
    }  # fmt: skip


def test_every_measure_says_whose_it_is_and_one_goal_is_an_array_of_one():
    for name, found in PUBLISHED.items():
        assert found.name == name and found.source and found.version
        assert set(found.positive) | set(found.negative) <= set(range(len(found.words)))
        one = found.function(goals(**series([2018, 2019, 2020, 2021], [50, 52, 55, 57], 70, 2025)))
        assert one.value.shape == one.place.shape == (1,)


@given(
    st.lists(
        st.tuples(st.floats(1, 99), st.floats(1, 99), st.floats(1, 99), st.booleans()),
        min_size=2,
        max_size=6,
    )
)
def test_many_goals_at_once_answer_as_each_alone(rows):
    base, value, target, up = (np.array(x) for x in zip(*rows, strict=True))
    sign, years = np.where(up, 1, -1), np.tile([2018.0, 2019, 2020, 2021], (len(rows), 1))
    values = np.column_stack([base, (2 * base + value) / 3, (base + 2 * value) / 3, value])

    def ask(rows_):
        return goals(base_year=2018, base=base[rows_], year=2021, value=value[rows_], target=target[rows_],
                     target_year=2025, direction=sign[rows_], years=years[rows_], values=values[rows_])  # fmt: skip

    for found in PUBLISHED.values():
        together = found.function(ask(np.arange(len(rows))))
        for k in range(len(rows)):
            alone = found.function(ask(np.array([k])))
            assert together.place[k] == alone.place[0]
            assert together.value[k] == pytest.approx(alone.value[0], nan_ok=True)


def test_a_direction_or_a_column_that_is_none_is_refused():
    with pytest.raises(ValueError, match="increase, decrease"):
        goals(direction="up", value=1)
    with pytest.raises(TypeError, match="goal_value"):
        goals(direction="increase", goal_value=1)
    with pytest.raises(KeyError):
        pace_pair(2015, 10, 2020, 20, "up", target=40, target_year=2025)


class TestOpenSdg:
    def test_worked_by_hand(self):
        # 100 -> 121 in two years is 10 % a year; 100 -> 146.41 in four years needs 10 %: R = 1
        value, word, score, _ = asked("open_sdg", 2015, 100, 2017, 121, target=146.41, target_year=2019)
        assert value == pytest.approx(1) and word == "substantial_progress"
        assert score == pytest.approx(7.1429 - 4.2857)

    def test_a_level_near_its_limit_needs_less_growth(self):
        far = asked("open_sdg", 2015, 50, 2025, 52, limit=100)
        near = asked("open_sdg", 2015, 95, 2025, 98.8, limit=100)
        assert far[0] == pytest.approx(near[0])  # both +0.39 % a year
        assert (far[1], near[1]) == ("limited_progress", "substantial_progress")
        assert near[3]["coefficient"] == pytest.approx(1 - 0.95**4.44)

    def test_the_limit_is_ignored_when_a_target_exists(self):
        a, b = (asked("open_sdg", 2015, 60, 2020, 63, target=90, target_year=2030, limit=x) for x in (None, 100))
        assert a[:3] == b[:3]

    def test_zero_is_never_replaced_unasked(self):
        course = {"target": 10, "target_year": 2030}
        assert asked("open_sdg", 2015, 0, 2020, 5, **course)[:2] == (
            pytest.approx(math.nan, nan_ok=True),
            "not_available",
        )
        assert asked("open_sdg", 2015, 0, 2020, 5, zero=PUBLISHED["open_sdg"].zero, **course)[0] > 0
        assert math.isnan(asked("open_sdg", 2015, 4, 2020, 2, target=0, target_year=2030, direction="decrease")[0])

    @pytest.mark.parametrize("given", [(2015, 5, 2015, 5), (2015, -5, 2020, 5), (2015, 10, 2020, 12)])
    def test_what_cannot_be_assessed_has_no_class(self, given):
        target = 10 if given[1] == 10 else -9
        value, word, score, _ = asked("open_sdg", *given, target=target, target_year=2030, direction="decrease")
        assert math.isnan(value) and math.isnan(score) and word == "not_available"

    def test_a_met_target_is_achieved_with_score_5_even_without_a_pace(self):
        value, word, score, _ = asked("open_sdg", 2020, 12, 2020, 12, target=10, target_year=2030)
        assert math.isnan(value) and (word, score) == ("target_achieved", 5)

    def test_negative_values_turn_the_sign(self):
        # -10 -> -8.1 rises: 10 % less a year
        assert asked("open_sdg", 2015, -10, 2017, -8.1)[0] == pytest.approx(0.1)


class TestEurostat:
    def test_worked_by_hand(self):
        value, _, score, _ = asked("eurostat", 2015, 100, 2017, 121, target=146.41, target_year=2019)
        assert value == pytest.approx(1) and score == pytest.approx(5 / 0.7 * 0.4)
        assert asked("eurostat", 2015, 100, 2020, 100.2)[1] == "no_progress"

    def test_the_published_oddity_at_the_limit_is_kept(self):
        _, word, score, _ = asked("eurostat", 2015, 100, 2020, 97, limit=100)
        assert (word, score) == ("significant_deterioration", 5)


class TestDestatis:
    def test_worked_by_hand(self):
        # +2 a year, 8 years to go from 60: projected 76 of 80, 4 of the 20 left are missed = 20 %
        years, values = list(range(2017, 2023)), [50, 52, 54, 56, 58, 60]
        value, word, _, _ = asked("destatis", **series(years, values, 80, 2030))
        assert value == pytest.approx(0.2) and word.startswith("Slightly cloudy")

    @pytest.mark.parametrize(
        ("base", "value", "symbol"),
        [(60, 55, "Sun"), (50, 55, "Slightly"), (70, 65, "Cloud"), (61, 65, "Thunder")],
    )
    def test_maintained_four_ways(self, base, value, symbol):
        given = goals(value=value, year=2020, target=60, target_year=2030, direction="decrease")
        found = symbols_of.symbols(given, np.array([(value - base) / 5]), every_year=True)
        assert PUBLISHED["destatis"].words_of(found)[0].startswith(symbol)

    def test_standing_still_short_of_the_target_is_a_thunderstorm(self):
        assert asked("destatis", **series([2017, 2018, 2019, 2020], [50] * 4, 60, 2030))[1].startswith("Thunderstorm")

    def test_series_use_five_changes_and_refuse_fewer_than_four_points(self):
        years, values = [2015, 2017, 2018, 2019, 2020], [1, 40, 45, 50, 55]
        _, word, _, parts = asked("destatis", **series(years, values, 100, 2029))
        assert parts["mean_annual_change"] == 5 and word.startswith("Sun")
        assert asked("destatis", **series(years[2:], values[2:], 90, 2029))[1] == "not_available"


class TestEscap:
    def test_worked_by_hand(self):
        assert asked("escap_current", 2015, 60, 2020, 70, target=80)[:2] == (5, "Slow progress")
        assert asked("escap_current", 2015, 60, 2020, 55, target=80)[1] == "Regression"
        given = goals(base=60, value=70, target=80, direction="increase")
        assert PUBLISHED["escap"].words_of(index(given, np.array([79.5])))[0] == "Will meet target"

    def test_one_point_and_none(self):
        assert asked("escap_current", value=85, target=80)[0] == 10
        assert asked("escap_current", value=75, target=80)[1] == "not_available"
        assert asked("escap_current", target=80)[1] == "not_available"
        assert asked("escap_current", base=100, value=95, target=100)[0] == -math.inf

    def test_the_known_trap_is_visible(self):
        # Lebanon, skilled attendance: two close points carried on for two decades fall to nothing
        assert predicted(goals(**series([2000, 2004], [99.9, 98.2], 100, 2015, share=True)))[0] < 3

    def test_a_flat_or_full_series_keeps_its_last_value(self):
        for last in (90, 100):
            given = goals(**series([2010, 2015], [90, last], 100, 2030, share=True))
            assert predicted(given)[0] == pytest.approx(last)


class TestOthers:
    def test_unicef_worked_by_hand(self):
        def word(target, due):
            return asked("unicef_aarr", **series([2000, 2001, 2002], [100, 90, 81], target, due, "decrease"))

        given = goals(**series([2000, 2001, 2002], [100, 90, 81], 65.61, 2004, "decrease"))
        assert aarr(given)[0] == pytest.approx(10) and required_aarr(given)[0] == pytest.approx(10)
        assert [word(70, 2004)[1], word(60, 2004)[1], word(95, 2004)[1]] == [
            "on_track",
            "off_track",
            "met",
        ]
        assert asked("unicef_aarr", **series([2000, 2001], [5, 0], -1, 2004, "decrease"))[1] == "not_available"

    def test_healthy_people_lets_significance_decide(self):
        known = {"target": 80, "base_error": 3.0, "value_error": 4.0}  # standard error of change 5
        assert asked("healthy_people", 2015, 60, 2020, 70, **known)[1] == "Improving"  # z = 2
        small = asked("healthy_people", 2015, 60, 2020, 69, **known)  # z = 1.8
        assert small[0] == pytest.approx(45) and small[1] == "Little or no detectable change"
        assert asked("healthy_people", 2015, 60, 2020, 45, **known)[1] == "Getting worse"
        words = [asked("healthy_people", 2015, 60, 2020, v, target=80)[1] for v in (61, 62, 80, 59, 50)]
        assert [w.split(" ")[0] for w in words] == [
            "Little",
            "Improving",
            "Target",
            "Little",
            "Getting",
        ]
        assert asked("healthy_people", 2015, 60, target=80)[1] == "not_available"

    def test_grey_model_repeats_published_forecasts(self):
        # China's under-5 mortality and the Yunnan paper's forecasts: a constant ratio, to 3 decimals
        forecasts = np.array([10.05, 9.16, 8.34, 7.59, 6.91, 6.30, 5.73])[:, None]
        assert gm11.fitted(forecasts) == pytest.approx(forecasts, abs=0.01)
        ratio, small = gm11.grades(forecasts)
        assert ratio < 0.35 and small > 0.95  # grade 1
        imr = np.array([14.9, 13.8, 13.1, 12.1, 10.3, 9.5, 8.9, 8.1, 7.5, 6.8])[:, None]
        (a,), (b,) = gm11.coefficients(imr)
        assert (round(imr[0, 0] - b / a, 2), round(b / a, 2)) == (-160.60, 175.50)

    def test_imihigo_flaws_are_visible_in_the_parts(self):
        value, word, _, parts = asked("imihigo", value=150, target=100)
        assert (value, word, parts["uncapped"]) == (100, "", 150)
        assert asked("imihigo", value=0, target=0)[0] == 0
        assert asked("imihigo", value=0, target=4, direction="decrease")[0] == 100
        assert asked("imihigo", value=9, target=8, direction="decrease")[0] == pytest.approx(88.9, abs=0.05)

    def test_sdsn_worked_by_hand(self):
        assert asked("sdsn", 2015, 50, 2020, 60, target=70, target_year=2025)[:2] == (1, "on_track")
        assert asked("sdsn", 2015, 50, 2020, 48, target=70, target_year=2025)[1] == "decreasing"
        assert asked("sdsn", 2015, 80, 2020, 60, target=70, target_year=2025)[1] == "not_available"

    def test_billionaire_paths_of_the_published_cases(self):
        path = billionaire.fixed_target(68, 99)
        kept = billionaire.trim(path, observed={2019: 79, 2020: 80})
        assert (kept[2019], kept[2020], kept[2025]) == (79, 80, 99)
        assert kept[2021] == pytest.approx(68 + 31 * 3 / 7)


class TestPair:
    def test_the_disagreement_of_12_1_1_is_named(self):
        pair = pace_pair(2015, 0.37, 2025, 9.53, "increase", target=60, target_year=2030)
        assert pair.geometric is None  # 0.37 is tiny against 60: no growth ratio at all
        assert pair.linear == pytest.approx((9.16 / 59.63) / (10 / 15))
        assert pair.category == "limited_progress"

    def test_the_cautious_class_counts(self):
        pair = pace_pair(2015, 10, 2020, 20, "increase", target=40, target_year=2025)
        assert pair.geometric == pytest.approx(1)
        assert pair.linear == pytest.approx(2 / 3)
        assert pair.category == "moderate_progress"
        assert pair.flags == ("pace_disagrees",)

    def test_a_target_lost_after_the_base_has_no_pace(self):
        pair = pace_pair(2015, 9, 2020, 11, "decrease", target=10, target_year=2025)
        assert pair.category == "not_available" and pair.flags == ("slipped_from_met",)

    def test_remaining_effort(self):
        assert remaining_effort(2015, 50, 2020, 60, 80, 2025) == pytest.approx(2)
        assert remaining_effort(2015, 50, 2020, 50, 80, 2025) is None


rates = st.floats(-0.15, 0.15).filter(lambda r: abs(r) > 1e-4)
bases = st.floats(0.5, 500)
spans = st.integers(2, 15)


@given(bases, rates, spans, spans)
def test_open_sdg_returns_the_rate_that_a_series_was_built_with(base, rate, span, ahead):
    way = "increase" if rate > 0 else "decrease"
    value, due = base * (1 + rate) ** span, 2010 + span + ahead
    target = base * (1 + rate) ** (span + ahead)
    course = (2010, base, 2010 + span, value)
    aimed = asked("open_sdg", *course, direction=way, target=target, target_year=due)
    assert aimed[0] == pytest.approx(1, rel=1e-6)
    assert asked("open_sdg", *course, direction=way)[0] == pytest.approx(abs(rate), rel=1e-6)


@given(bases, rates, spans)
def test_unicef_returns_the_rate_that_a_series_was_built_with(base, rate, span):
    values = [base * (1 - rate) ** k for k in range(span + 1)]
    given = goals(**series(list(range(span + 1)), values, values[-1] * (1 - rate), span + 1, "decrease"))
    assert aarr(given)[0] == pytest.approx(100 * rate, rel=1e-6, abs=1e-9)
    assert required_aarr(given)[0] == pytest.approx(100 * rate, rel=1e-6)


@given(bases, st.floats(0.02, 0.12), st.booleans(), st.integers(5, 12))
def test_grey_model_continues_an_exact_exponential(base, rate, falls, n):
    # the series of GM(1,1)'s own discrete law: constant ratio from the second value on
    ratio = 1 - rate if falls else 1 + rate
    y = np.array([base * ratio**k for k in range(n)])[:, None]
    forecast = gm11.gm11(y, 3)[:, 0]
    assert forecast[1] / forecast[0] == pytest.approx(forecast[2] / forecast[1])
    assert forecast[0] == pytest.approx(base * ratio**n, rel=0.02)
    given = series(list(range(n)), y[:, 0].tolist(), 1, n + 2)
    assert asked("gm11", **given)[0] == pytest.approx(forecast[2])


@given(st.floats(5, 95), st.floats(-0.3, 0.3), st.integers(3, 10), st.integers(1, 10))
def test_logit_projections_return_the_slope_that_a_series_was_built_with(start, slope, n, ahead):
    logit = math.log(start / (100 - start))
    curve = [100 / (1 + math.exp(-(logit + slope * k))) for k in range(n + ahead + 1)]
    given = goals(**series(list(range(n)), curve[:n], 50, n + ahead, share=True))
    assert predicted(given)[0] == pytest.approx(curve[n + ahead], rel=1e-5)


values = st.floats(-100, 100).map(lambda v: round(v, 3))


@given(values, values, values, spans, spans)
def test_linear_measures_mirror_when_everything_changes_sign(base, value, target, span, ahead):
    assume(len({base, value, target}) == 3)
    now, then = 2010 + span, 2010 + span + ahead
    for name in ("sdsn", "escap_current"):
        up = asked(name, 2010, base, now, value, target=target, target_year=then)
        down = asked(name, 2010, -base, now, -value, target=-target, target_year=then, direction="decrease")
        assert up[:2] == (pytest.approx(down[0], nan_ok=True), down[1])
    assert linear_pace(2010, base, now, value, target, then) == pytest.approx(
        linear_pace(2010, -base, now, -value, -target, then)
    )


@given(bases, bases, bases, spans, spans)
def test_a_falling_goal_is_the_rising_goal_of_the_reciprocal(base, value, target, span, ahead):
    assume(min(abs(base / target - 1), abs(base / value - 1)) > 1e-3)
    course = {"target_year": 2010 + span + ahead}
    up = asked("open_sdg", 2010, base, 2010 + span, value, target=target, **course)
    down = asked(
        "open_sdg",
        2010,
        1 / base,
        2010 + span,
        1 / value,
        target=1 / target,
        direction="decrease",
        **course,
    )
    assert (up[1] == "target_achieved") == (down[1] == "target_achieved")
    assert (up[0] > 0) == (down[0] > 0)
