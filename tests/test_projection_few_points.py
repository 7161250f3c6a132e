"""Guards borrowed trends and intervals from counts."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthplan import distribution as dist
from healthplan.counts.forecast import next_count
from healthplan.projection import borrowing, counts, project, unprojected
from healthplan.projection.prior import load

AREAS = pd.DataFrame({"area": ["nation", "city", "d1", "d2", "d3"], "parent": ["", "nation", "city", "city", "city"]})
CITY = [20, 18.8, 17.9, 16.7, 15.9, 15.1, 14.2, 13.5, 12.8, 12.1]


def series(area, values, last=2023, **more):
    years = range(last + 1 - len(values), last + 1)
    frame = {"indicator": "x", "area": area, "year": list(years), "value": values, "unit": "‰"}
    return pd.DataFrame({**frame, "indicator_kind": "rate", **more})


def ahead(found, area):
    return found[(found["area"] == area) & (found["kind"] != "observed")].set_index("year")


@pytest.mark.parametrize("points", [1, 2, 3, 4])
def test_a_district_of_few_points_borrows_the_trend_and_keeps_its_level(points):
    table = pd.concat([series("city", CITY), series("d1", [30, 29, 28, 27.0][-points:])])
    found = project(table, to=2028, areas=AREAS)
    rows = ahead(found, "d1")
    assert rows["kind"].eq("borrowed").all() and rows["reference_area"].eq("city").all()
    assert len(rows) == 5 and rows["interval_from"].eq("borrowed").all()
    assert (np.diff(rows["value"]) < 0).all() and 18 < rows.loc[2028, "value"] < 27
    own = ahead(found, "city")
    width = lambda r: ((r["upper_95"] - r["lower_95"]) / r["value"]).loc[2028]  # noqa: E731
    assert width(rows) > width(own), "what is borrowed is less certain"
    assert own["kind"].eq("projected").all()


@pytest.mark.parametrize("points", [1, 2])
def test_what_an_area_above_the_parent_lends_is_wider(points):
    nation = series("nation", CITY)
    own = series("d1", [28, 27.0][-points:])
    skipped = ahead(project(pd.concat([nation, own]), to=2026, areas=AREAS), "d1")
    direct = AREAS.assign(parent=AREAS["parent"].replace("city", "nation"))
    near = ahead(project(pd.concat([nation, own]), to=2026, areas=direct), "d1")
    assert skipped["reference_area"].eq("nation").all() and near["reference_area"].eq("nation").all()
    np.testing.assert_allclose(skipped["value"], near["value"])
    far, at_hand = (rows["upper_80"] - rows["value"] for rows in (skipped, near))
    np.testing.assert_allclose(far / at_hand, borrowing.FARTHER[points], rtol=1e-6)


def test_what_is_borrowed_is_wider_where_the_latest_figure_is_not_firm():
    firm, soft = (
        ahead(project(pd.concat([series("city", CITY), series("d1", [28, 27.0], obs_status=word)]), to=2026,
                      areas=AREAS), "d1")
        for word in (["final", "final"], ["final", "preliminary"])
    )  # fmt: skip
    np.testing.assert_allclose(firm["value"], soft["value"])
    # as of a random walk: after one year that of two
    far, near = ((r["upper_95"] - r["value"]).loc[2024] for r in (soft, firm))
    assert far / near == pytest.approx(2**0.5)


def test_the_level_of_the_reference_never_enters():
    low = project(pd.concat([series("city", CITY), series("d1", [27.0])]), to=2028, areas=AREAS)
    doubled = pd.concat([series("city", [2 * v for v in CITY]), series("d1", [27.0])])
    high = project(doubled, to=2028, areas=AREAS)
    np.testing.assert_allclose(ahead(low, "d1")["value"], ahead(high, "d1")["value"], rtol=2e-3)


def test_what_the_reference_did_since_is_used():
    old = pd.concat([series("city", CITY), series("d1", [27.0], last=2019)])
    rows = ahead(project(old, to=2024, areas=AREAS), "d1")
    assert rows.index.tolist() == list(range(2020, 2025))
    assert rows.loc[2023, "value"] < 27 * 0.95


def test_beyond_ten_years_the_course_of_the_reference_still_counts():
    long = [40 * 0.95**k for k in range(20)]
    table = pd.concat([series("city", long), series("d1", [60.0], last=2006)])
    rows = ahead(project(table, to=2023, areas=AREAS), "d1")
    assert len(rows) == 17 and rows.loc[2023, "value"] < 0.85 * rows.loc[2016, "value"]
    wide = rows["upper_95"] / rows["value"]
    assert (np.diff(wide) > -1e-9).all()


def test_peers_join_in_and_the_nation_stands_in_for_a_city_without_figures():
    table = pd.concat([series("nation", CITY), series("d2", CITY), series("d3", CITY), series("d1", [27.0])])
    rows = ahead(project(table, to=2028, areas=AREAS), "d1")
    assert rows["reference_area"].eq("nation").all() and rows["kind"].eq("borrowed").all()


def test_without_a_reference_nothing_is_borrowed():
    found = project(pd.concat([series("city", CITY[:5]), series("d1", [27.0])]), to=2028, areas=AREAS)
    assert ahead(found, "d1").empty
    assert unprojected(found)["reason"].tolist()[-1] == "too_few_points"
    assert ahead(project(series("d1", [27.0]), to=2028), "d1").empty


def test_a_series_without_any_value_does_not_disturb_the_others():
    empty = series("d2", [np.nan, np.nan])
    found = project(pd.concat([series("city", CITY), series("d1", [27.0]), empty]), to=2028, areas=AREAS)
    assert len(ahead(found, "d1")) == 5 and ahead(found, "d2").empty


def test_an_area_that_is_its_own_grandparent_does_not_hang():
    circle = pd.DataFrame({"area": ["d1", "city"], "parent": ["city", "d1"]})
    found = project(pd.concat([series("d1", [27.0]), series("city", [3.0])]), to=2025, areas=circle)
    assert set(found["kind"]) == {"observed"}


def births(events, people, unit=1e5):
    events = np.asarray(events, float)
    return series("d1", events / people * unit, numerator=events, denominator=float(people), unit="1/10万")


def test_rare_events_get_their_interval_from_counts():
    rows = ahead(project(births([1, 0, 0, 2, 0, 1, 0, 0, 1, 0], 3000), to=2025), "d1")
    assert rows["interval_from"].eq("counts").all()
    step = 1e5 / 3000
    np.testing.assert_allclose(rows["upper_95"] / step, np.round(rows["upper_95"] / step), atol=1e-9)
    assert rows["lower_95"].eq(0).all() and rows["upper_95"].between(2 * step, 5 * step).all()
    assert rows["value"].between(5, 30).all(), "the course is shown: the median of a rare event is none"
    assert rows["value"].between(rows["lower_80"], rows["upper_80"]).all()


def test_a_count_is_a_lower_rate_of_more_people():
    """Ten events every year of a population that grows by 5 %: the next ten are a lower rate, and lie inside."""
    people = 10_000 * 1.05 ** np.arange(10)
    table = series("d1", 1e5 * 10 / people, numerator=10.0, denominator=people, unit="1/10万")
    rows = ahead(project(table, to=2025), "d1")
    expected, spread = counts.exposure_ahead(people, np.arange(10), len(rows))
    np.testing.assert_allclose(expected, people[-1] * 1.05 ** np.arange(1, len(rows) + 1))
    assert (spread > 0).all()
    ten = 1e5 * 10 / expected
    assert (rows["lower_80"] < 0.9 * ten).all() and (rows["upper_80"] > 1.1 * ten).all()
    assert rows["value"].iloc[-1] == pytest.approx(ten[-1], rel=0.15)


@pytest.mark.parametrize("births_a_year", [1500, 5000, 15000])
def test_counts_give_the_noise_and_the_series_keeps_its_course(births_a_year):
    """Infant mortality falling from 5.18 to 3.85 in eight years: with its deaths and births too it goes on falling, to
    where it goes without them, within the noise of one year's deaths."""
    rate = np.array([5.18, 4.95, 4.80, 4.62, 4.38, 4.25, 4.01, 3.85])
    deaths = np.round(rate * births_a_year / 1000)
    value = 1000 * deaths / births_a_year
    bare = series("d1", value, unit="‰").assign(indicator_kind="rate")
    full = bare.assign(numerator=deaths, denominator=float(births_a_year))
    last = int(bare["year"].max())
    without, given = (ahead(project(x, to=last + 3), "d1").iloc[-1] for x in (bare, full))
    assert given["interval_from"] == "counts"
    noise = 1000 * np.sqrt(deaths[-1]) / births_a_year
    assert given["value"] == pytest.approx(without["value"], abs=noise)
    assert given["value"] < value[-1] and without["value"] < value[-1]


@pytest.mark.parametrize(
    ("direction", "stock", "basis"),
    [("decrease", "", "counts"), ("decrease", "yes", "history"), ("increase", "", "history")],
)
def test_small_whole_counts_of_events_have_noise_and_inventories_have_none(direction, stock, basis):
    values = [3, 5, 4, 6, 4, 5, 3, 4, 6, 5]
    table = series("d1", values, unit="").assign(indicator_kind="count")
    rows = ahead(project(table.assign(stock=stock, direction=direction), to=2025), "d1")
    assert rows["interval_from"].eq(basis).all()


def test_a_larger_area_lends_its_course_to_counts():
    """A fall of 10 % a year all around: 0.6 of it is expected of a district whose own ten counts stand still."""
    own = births([10, 9, 11, 10, 10, 9, 11, 10, 9, 11], 3000)
    above = births([0] * 10, 300_000).assign(area="p", value=400 * np.exp(-0.1 * np.arange(10)))
    table = pd.concat([own.assign(parent="p"), above.drop(columns=["numerator", "denominator"])])
    lent, alone = (ahead(project(x, to=2025), "d1") for x in (table, own))
    assert lent["lent_course"].iloc[0] == pytest.approx(-0.1, abs=0.005)
    assert alone["lent_course"].isna().all()
    assert (lent["value"] < alone["value"]).all()


def test_a_decade_without_deaths_does_not_prove_that_there_are_none():
    rows = ahead(project(births([0] * 10, 3000), to=2025), "d1")
    assert rows["value"].eq(0).all() and rows["upper_95"].gt(0).all()


def test_many_events_or_figures_that_do_not_fit_leave_it_to_the_engine():
    many = ahead(
        project(births([290, 285, 288, 280, 279, 275, 277, 270, 269, 266], 3000, 1e3), to=2025),
        "d1",
    )
    assert many["interval_from"].eq("history").all()
    wrong = births([1, 0, 0, 2, 0, 1, 0, 0, 1, 0], 3000).assign(denominator=500.0)
    wrong.loc[3, "denominator"] = 7000
    assert ahead(project(wrong, to=2025), "d1")["interval_from"].eq("history").all()


def test_a_share_of_few_people_gets_its_interval_from_them():
    people = 60.0
    yes = np.array([40, 43, 45, 44, 47, 48, 50, 49.0])
    table = series("d1", 100 * yes / people, numerator=yes, denominator=people, unit="%").assign(indicator_kind="share")
    rows = ahead(project(table, to=2025), "d1")
    assert rows["interval_from"].eq("counts").all() and rows["upper_95"].le(100).all()
    assert 5 < rows.loc[2024, "upper_95"] - rows.loc[2024, "lower_95"] < 45


@pytest.mark.parametrize(
    "units",
    [
        [4, 6, 8, 11, 14, 17, 19, 21],
        [1, 3, 5, 8, 11, 14, 16, 18],
        [10, 12, 15, 17],
        [5, 6, 7, 8, 9, 9, 10, 11],
    ],
)
def test_units_that_steadily_come_to_meet_a_goal_go_on_in_whole_ones(units):
    share = 100 * np.array(units) / 24
    table = series("d1", share, numerator=np.array(units, float), denominator=24.0, unit="%")
    rows = ahead(project(table.assign(indicator_kind="share"), to=2025), "d1")
    told = rows[["value", "lower_95", "upper_95"]] * 24 / 100
    np.testing.assert_allclose(told, told.round(), atol=1e-9)
    assert rows["value"].is_monotonic_increasing and rows["value"].gt(share[-1] - 1e-9).all()
    assert (
        rows["value"].iloc[-1] > share[-1] and rows["lower_80"].ge(share[-4] - 1e-9).all()
    )  # not back over a steady way


@pytest.mark.parametrize(("mean", "wander"), [(4.0, 0.0), (12.0, 0.1)])
def test_counts_cover_what_they_promise_in_simulation(mean, wander):
    rng = np.random.default_rng(7)
    inside = []
    for _ in range(60):
        course = mean * np.exp(np.cumsum(rng.normal(0, wander, 12)))
        events = rng.poisson(course).astype(float)
        q = counts.rate_quantiles(events[:10], np.ones(10), np.arange(10), 2)[0][1]
        inside.append([q[dist.LOWER_80] <= events[11] <= q[dist.UPPER_80], q[1] <= events[11] <= q[13]])
    cover = np.mean(inside, axis=0)
    assert 0.7 <= cover[0] <= 0.99 and cover[1] >= 0.9


def test_shares_never_exceed_the_people_there_are():
    q = counts.share_quantiles(np.array([19.0, 20, 20, 20]), np.full(4, 20.0), np.full(3, 20.0))
    assert q.max() <= 20 and q.min() >= 0 and (np.diff(q, axis=1) >= 0).all()


def test_what_two_points_say_worked_by_hand():
    """0 in 2020 and 1 in 2022 beside a reference that rose by 0.4 and goes on to 0.2 and 0.3: the first point carried
    along is 0.4, the mean 0.7, which is 0.3 below the last; the slope of 0.5 a year keeps 0.8, then 0.64 of it."""
    cases = borrowing.described(
        np.array([2]),
        np.array([1]),
        np.array([False]),
        np.array([[0.0, 1.0]]),
        np.array([2020.0, 2022.0]),
        np.array([[-0.4, 0.0]]),
        np.array([[0.2, 0.3]]),
        np.array([1, 2]),
        None,
        None,
        np.array([0.1]),
        borrowing.chance(np.array([[4.0, 4.0]])),
        np.array([-3.0]),
    )
    np.testing.assert_allclose(cases.changes[0, :, 3], [0.4, 0.72])
    np.testing.assert_allclose(cases.changes[0, :, 4], [-0.1, 0.0], atol=1e-12)
    np.testing.assert_allclose(cases.changes[0, :, 2], [0.2, 0.3])  # no peers: as the reference
    assert cases.spread[0] == pytest.approx(0.3 * np.sqrt(2)) and cases.own_move[0] == 0.5
    assert cases.noise[0] == pytest.approx(0.5)


def test_two_own_points_are_heard():
    """Both districts stand at 27 beside a city that falls. Of the one that stood at 24 a year before, half of the rise is
    taken for chance, so it is told lower than the one that came down from 30 as the city did."""
    paths = [
        project(pd.concat([series("city", CITY), series("d1", own)]), to=2026, areas=AREAS)
        for own in ([24.0, 27.0], [30.0, 27.0])
    ]
    rose, fell = (ahead(found, "d1")["value"] for found in paths)
    assert rose.iloc[0] < 0.99 * fell.iloc[0]


@given(st.integers(1, 4), st.integers(0, 10_000))
@settings(deadline=None, max_examples=20)
def test_the_mix_lies_between_its_sources(points, seed):
    rng = np.random.default_rng(seed)
    z = np.cumsum(rng.normal(0, 0.2, (1, points)), 1)
    cases = borrowing.described(
        np.array([points]),
        np.array([1]),
        np.array([False]),
        z,
        np.arange(2020.0, 2020 + points),
        np.zeros((1, points)),
        np.cumsum(rng.normal(0, 0.1, (1, 5)), 1),
        np.arange(1, 6),
        None,
        None,
        np.array([0.1]),
        np.zeros(1),
        np.array([-2.0]),
    )
    found = borrowing.mix(cases, load().more["borrow_mix"], np.arange(1, 6))[0]
    used = cases.changes[0][:, : 3 if points == 1 else 5]
    assert (found >= used.min(1) - 1e-9).all() and (found <= used.max(1) + 1e-9).all()


@pytest.mark.parametrize("deaths", [[1, 0, 0, 2, 0, 1, 0, 0, 1, 0], [9, 8, 8, 7, 7, 6, 6, 5, 5, 4]])
def test_what_is_drawn_is_what_is_judged(deaths):
    """The interval of the projection is that of the next count by which a rare event is judged."""
    rows = ahead(project(births(deaths, 3000), to=2025), "d1")
    for years, (_, row) in enumerate(rows.iterrows(), 1):
        coming = next_count(deaths, [3000] * 10, 3000, ahead=years)
        told = [row["lower_95"], row["lower_80"], row["upper_80"], row["upper_95"]]
        counted = [coming.quantile(p) for p in (0.025, 0.1, 0.9, 0.975)]
        np.testing.assert_allclose(np.array(told) * 3000 / 1e5, counted, atol=1e-6)
