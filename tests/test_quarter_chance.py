"""The chance that a goal of the year is met: values worked by hand and by the reference rule, what must hold for any
figures, and the measured bars on the open series."""

import math
import subprocess
import sys

import numpy as np
import pytest
from conftest import ROOT, shared
from hypothesis import given
from hypothesis import strategies as st

from healthplan.ledger import chance
from healthplan.ledger.chance import Outlook, flow, level, needed

ONE = [[1000, 1500, 2500, 4000]]
TWO = [[800, 1400, 2300, 3600], *ONE]
amount = st.floats(0, 1e5)
histories = st.lists(st.lists(st.floats(10, 1e5), min_size=4, max_size=4), min_size=1, max_size=5)
quarters = st.integers(1, 3)
rates = st.lists(st.lists(st.floats(1, 99), min_size=4, max_size=4), min_size=3, max_size=6)
kinds = st.sampled_from(["end_value", "average"])


def ordered(outlook):
    return outlook.low <= outlook.middle <= outlook.high


# amounts


def test_the_reference_rule_s_own_examples():
    """What ../shared/quarter/rule.py prints."""
    first, second = flow(3200, 2, 9000, ONE), flow(3200, 2, 9000, TWO)
    assert first == pytest.approx((0.9842310239588796, 10856.839170338942, 10161.015350681573, 11622.212615848273))
    assert second == pytest.approx((0.9982640610496226, 11179.406550169082, 10596.132535127916, 11808.675627829156))
    assert abs(first.p - 0.9842310239588796) < 1e-6 and abs(second.p - 0.9982640610496226) < 1e-6
    assert flow(100, 1, 2000, []) == Outlook(None)


def test_one_earlier_year_by_hand():
    """Student's t of 2 degrees has the closed form 1/2 + t / (2 sqrt(2 + t^2))."""
    k = {"b": 0.6635924608080211, "v0": 0.0017836960654780216, "c": 5.8876789272786505}
    centre = math.log(6500.5) + k["b"] * (math.log(3200.5) - math.log(2500.5))
    scale = math.sqrt(k["v0"] + k["c"] * math.exp(-centre))
    t = (math.log(9000 - 3200 + 0.5) - centre) / scale
    assert flow(3200, 2, 9000, ONE).p == pytest.approx(0.5 - t / (2 * math.sqrt(2 + t * t)), abs=1e-12)


def test_front_loaded_and_green_but_not_to_be_done():
    """Worked case Q11: half the goal by half the year, after a year that had most of it in the first half."""
    assert flow(5000, 2, 9000, [[4000, 2500, 1500, 1000]]).p == pytest.approx(0.01, abs=0.02)


def test_what_is_decided_is_said_whatever_is_known():
    assert flow(120, 2, 120, []).p == 1.0
    assert flow(5, 1, 3, []).p == 1.0  # few things, but done
    assert flow(1, 2, 0, [], direction="lower").p == 0.0  # a ceiling of none, breached
    assert flow(500, 3, 300, [], direction="lower").p == 0.0
    assert flow(500, 2, 300, [], high=400).p == 0.0
    assert flow(120, 4, 120, []) == Outlook(1.0, 120, 120, 120)
    assert flow(119, 4, 120, ONE).p == 0.0
    assert flow(119, 4, 120, ONE, direction="lower").p == 1.0
    assert flow(119, 4, 100, ONE, high=110).p == 0.0


def test_a_goal_done_still_foretells_the_year():
    done = flow(9500, 3, 9000, TWO)
    assert done.p == 1.0 and ordered(done) and done.low > 9500


def test_no_chance_without_history_or_for_a_handful():
    assert flow(100, 2, 300, []) == Outlook(None)
    assert flow(100, 2, 300, [], direction="lower") == Outlook(None)
    assert flow(3, 2, 29, ONE) == Outlook(None)
    assert flow(3, 2, 100, [[7, 7, 7, 8]]) == Outlook(None)
    assert flow(3, 2, 30, [[7, 7, 8, 8]]).p is not None


def test_ceilings_have_the_constants_of_diseases():
    up, down = flow(3200, 2, 11000, TWO), flow(3200, 2, 11000, TWO, direction="lower")
    k = chance.constants("flow", "disease", 2, "more")
    assert k["a"] == 0.5538189406151827
    assert down.high - down.low > up.high - up.low  # diseases are less steady than services


@pytest.mark.parametrize(
    "call",
    [
        lambda: flow(1, 5, 100, ONE),
        lambda: flow(-1, 2, 100, ONE),
        lambda: flow(math.nan, 2, 100, ONE),
        lambda: flow(1, 2, 100, [[1, 2, 3]]),
        lambda: flow(1, 2, 100, [[1, 2, 3, math.nan]]),
        lambda: level([[1], [1]], 0, 1, what="average", percent=True),
        lambda: level([[1], [1]], 1, 1, what="mean", percent=True),
    ],
)
def test_what_is_no_question_is_refused(call):
    with pytest.raises(ValueError):  # noqa: PT011
        call()


@given(amount, quarters, amount, amount, histories, st.sampled_from(["higher", "lower"]))
def test_a_chance_falls_as_its_goal_rises_and_grows_with_a_ceiling(to_date, quarter, a, b, history, direction):
    near, far = (flow(to_date, quarter, 30 + x, history, direction=direction) for x in sorted((a, b)))
    for outlook in (near, far):
        assert outlook.p is None or 0 <= outlook.p <= 1
        assert outlook.middle is None or (ordered(outlook) and outlook.low >= to_date)
    if near.p is not None and far.p is not None:
        assert near.p >= far.p if direction == "higher" else near.p <= far.p


steady = st.lists(st.lists(st.floats(50, 200), min_size=4, max_size=4), min_size=1, max_size=5)
share = st.floats(0.5, 1.5)


@given(share, share, quarters, share, steady, st.floats(1, 1000))
def test_more_to_date_never_lowers_the_chance(a, b, quarter, of_goal, history, scale):
    """Of years as offices have them: no quarter four times another, up to half of last year more or less to date."""
    years = scale * np.array(history)
    last = years[-1, :quarter].sum()
    less, more = (flow(x * last, quarter, of_goal * years[-1].sum(), years) for x in sorted((a, b)))
    assert more.p >= less.p - 1e-3


@given(amount, quarters, amount, amount, histories)
def test_a_range_is_what_lies_between_its_ends(to_date, quarter, a, width, history):
    low, high = 30 + a, 30 + a + width
    both = flow(to_date, quarter, low, history, high=high).p
    above = flow(to_date, quarter, low, history).p
    assert (both is None and (above is None or above == 1.0)) or 0 <= both <= above + 1e-12


@given(amount, quarters, amount, histories)
def test_one_distribution_gives_chance_and_interval(to_date, quarter, goal, history):
    """The goal at the upper end has one chance in ten, at the middle one in two."""
    found = flow(to_date, quarter, 30 + goal, history)
    if found.middle is None or found.low <= to_date:
        return
    for end, p in ((found.high, 0.1), (found.middle, 0.5), (found.low, 0.9)):
        if end >= 30:
            assert flow(to_date, quarter, end, history).p == pytest.approx(p, abs=1e-4)


# rates and stocks

YEARS = [[90, 91, 92, 93], [91, 92, 93, 95], [92, 93]]


def by_hand(k, now, home, own, goal):
    from scipy.stats import t

    centre = now + k["pull"] * (home - now)
    return t.sf((goal - centre) / math.sqrt(k["widen"] * (k["spread"] + own) / 2), 3), centre


def test_a_value_at_year_end_by_hand():
    k = chance.constants("level", "end_value", 2, "more")
    p, centre = by_hand(k, 93, 371 / 4, (93 - 91) ** 2 + (95 - 92) ** 2, 94)
    found = level(YEARS, 2, 94, what="end_value", percent=True)
    assert found.p == pytest.approx(p) and found.middle == pytest.approx(centre)
    assert level(YEARS, 2, 94, what="end_value", percent=True, direction="lower").p == pytest.approx(1 - p)


def test_a_yearly_mean_by_hand():
    k = chance.constants("level", "average", 2, "more")
    p, centre = by_hand(k, 92.5, 371 / 4, (91.5 - 90.5) ** 2 + (92.75 - 91.5) ** 2, 93)
    found = level(YEARS, 2, 93, what="average", percent=True)
    assert found.p == pytest.approx(p) and found.middle == pytest.approx(centre)


@pytest.mark.parametrize("what", ["end_value", "average"])
def test_no_chance_of_a_level_without_two_years_or_with_a_hole(what):
    ask = lambda years, quarter=2, percent=True: level(years, quarter, 94, what=what, percent=percent)  # noqa: E731
    assert ask(YEARS[1:]) == Outlook(None)
    assert ask([[None, 1, 2, 3], *YEARS[1:]]) == Outlook(None)
    assert ask([*YEARS[:2], [92, math.nan]]) == Outlook(None)
    assert ask([*YEARS[:2], [92]]) == ask([]) == Outlook(None)
    assert ask([[0, 1, 2, 3], *YEARS[1:]], percent=False) == Outlook(None)
    assert (ask([*YEARS[:2], [None, 93]]).p is None) == (what == "average")


def test_a_level_s_year_that_is_over_is_decided():
    assert level([[1, 2, 3, 4]], 4, 4, what="end_value", percent=True) == Outlook(1.0, 4, 4, 4)
    assert level([[1, 2, 3, 4]], 4, 2.6, what="average", percent=True).p == 0.0
    assert level([[0.1, 0.2, 0.3, 0.2]], 4, 0.2, what="average", percent=False).p == 1.0


def test_an_interval_stays_within_the_bounds_given():
    found = level([[99, 90, 99, 90], [90, 99, 90, 99], [99]], 1, 95, what="end_value", percent=True, bounds=(0, 100))
    assert found.high == 100 and ordered(found)


@given(rates, quarters, kinds, st.floats(1, 99), st.floats(0, 20), st.booleans())
def test_of_any_level(values, quarter, what, goal, more, percent):
    years = [*values[:-1], values[-1][:quarter]]
    near, far = (level(years, quarter, goal + x, what=what, percent=percent) for x in (0, more))
    down = level(years, quarter, goal, what=what, percent=percent, direction="lower")
    assert 0 <= far.p <= near.p <= 1 and ordered(near)
    assert near.p + down.p == pytest.approx(1)


@given(rates, quarters, kinds, st.floats(1, 99), st.floats(0.1, 1000))
def test_a_stock_s_unit_does_not_matter(values, quarter, what, goal, unit):
    years = [*values[:-1], values[-1][:quarter]]
    other = [[x * unit for x in year] for year in years]
    here = level(years, quarter, goal, what=what, percent=False)
    there = level(other, quarter, goal * unit, what=what, percent=False)
    assert there.p == pytest.approx(here.p, abs=1e-6) and there.middle == pytest.approx(here.middle * unit, rel=1e-6)


@given(rates, quarters, kinds, st.floats(1, 99), st.floats(-50, 50))
def test_a_rate_s_zero_does_not_matter(values, quarter, what, goal, shift):
    years = [*values[:-1], values[-1][:quarter]]
    other = [[x + shift for x in year] for year in years]
    here = level(years, quarter, goal, what=what, percent=True)
    there = level(other, quarter, goal + shift, what=what, percent=True)
    assert there.p == pytest.approx(here.p, abs=1e-6)


# what is needed


def test_what_each_remaining_quarter_needs():
    assert needed(400, 2, 1000, [140, 260]) == pytest.approx((300, 260, 300 / 260))  # worked case Q13
    assert needed(1100, 2, 1000, [500, 600]) == (0, 600, 0)
    assert needed(400, 4, 1000, [140, 260, 0, 0]) == (None, 260, None)
    assert needed(0, 1, 900, [0]) == (300, 0, None)
    assert needed(260, 2, 1000, [None, 260]) == (370, 260, 370 / 260)
    assert needed(260, 2, 1000, []) == (370, None, None)


# the constants, and what was measured

# Brier by quarter. Of levels the bars of the half kept back; of amounts the reference rule's own figures on the open
# half, which is harder at the second quarter than the half kept back (.113, .062, .034).
BARS = {
    "service flows": (0.113, 0.064, 0.034),
    "yearly means": (0.121, 0.070, 0.040),
    "year-end values": (0.162, 0.150, 0.125),
}


def test_the_constants_are_complete():
    for q in (1, 2, 3):
        for domain in ("service", "disease"):
            assert set(chance.constants("flow", domain, q, "one")) == {"b", "v0", "c", "df"}
            assert set(chance.constants("flow", domain, q, "more")) == {"a", "b", "v0", "nu", "c"}
        for what in ("end_value", "average"):
            assert set(chance.constants("level", what, q, "more")) == {"spread", "pull", "widen"}


def test_the_module_waits_for_no_heavy_library():
    code = (
        "import sys, healthplan.ledger.chance; print([m for m in ('scipy.stats', 'statsmodels') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.fixture(scope="module")
def measured():
    """The benchmark's table on the open series."""
    from benchmarks.quarter import table
    from training.quarter import SERIES

    path = shared(*SERIES.split("/"))
    return table(path.parents[2], groups=("flow", "levels"))


@pytest.mark.parametrize("group", list(BARS))
def test_the_bars_hold_on_the_open_series(measured, group):
    rows = measured[(measured["group"] == group) & (measured["rule"] == "chance")]
    assert (rows["brier"].to_numpy() <= np.array(BARS[group])).all()
    assert rows["cover"].between(0.77, 0.85).all()


def test_a_chance_says_more_than_the_lamp(measured):
    for group in BARS:
        rows = measured[measured["group"] == group].pivot_table("brier", "quarter", "rule")
        assert (rows["chance"] < rows["lamp, calibrated"]).all()


def test_the_shipped_level_constants_are_those_that_are_learnt():
    from training.quarter import SERIES, rows

    path = shared(*SERIES.split("/"))
    for rule, domain, quarter, years, name, value in rows(path.parents[2]):
        assert chance.constants(rule, domain, quarter, years)[name] == pytest.approx(value, rel=0.02, abs=0.002)


def test_the_scalar_rule_and_the_one_on_arrays_agree():
    earlier = np.array([TWO, TWO], float)
    law = chance.remainder([3200, 4000], 2, earlier, chance.constants("flow", "service", 2, "more"))
    assert law.above(np.log(9000 - np.array([3200, 4000]) + 0.5))[0] == pytest.approx(flow(3200, 2, 9000, TWO).p)
