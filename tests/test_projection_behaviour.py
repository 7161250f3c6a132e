"""Guards what project() promises for every series: columns, bounds, reasons, gaps, breaks, odd
values.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthplan import distribution as dist
from healthplan import tables
from healthplan.distribution import COLUMNS, probability
from healthplan.errors import InputError, UsageError
from healthplan.projection import project, unprojected
from healthplan.projection.blocks import METHODS
from healthplan.projection.forecast import forecast
from healthplan.projection.panel import read_panel
from healthplan.projection.reach import factors, farthest

FALLING = [20, 19.5, 19.1, 18.4, 18, 17.6, 17.0, 16.6, 16.1, 15.5, 15.2, 14.8]
TO = 2028


def table(values, *, years=None, kind="rate", unit="‰", area="a", **more):
    """A series that ends in 2023 unless its years are given."""
    years = range(2024 - len(values), 2024) if years is None else years
    frame = {"indicator": "x", "area": area, "year": list(years), "value": values, "unit": unit}
    return pd.DataFrame({**frame, **({"indicator_kind": kind} if kind else {}), **more})


def ahead(trajectories):
    return trajectories[trajectories["kind"] != "observed"].set_index("year")


def projected(values, to=TO, **more):
    return ahead(project(table(values, **more), to=to))


def test_the_table_is_what_the_house_declares():
    found = project(table(FALLING), to=TO)
    tables.check(found, "trajectories")
    assert found["year"].tolist() == list(range(2012, TO + 1))
    assert (found["kind"] == "observed").sum() == 12
    rows = ahead(found)
    order = rows[["lower_95", "lower_80", "value", "upper_80", "upper_95"]].to_numpy()
    assert (np.diff(order, axis=1) > 0).all()
    assert rows["q50"].equals(rows["value"].rename("q50"))
    assert set(rows["method_version"]) == {"ensemble-2"} and set(rows["interval_from"]) == {"history"}


@pytest.mark.parametrize("to", [2024, 2026, 2029, 2033])
def test_a_year_is_projected_the_same_however_far_the_call_goes_and_whoever_is_in_it(to):
    near, far = projected(FALLING, to=to), projected(FALLING, to=2031)
    shared = near.index.intersection(far.index)
    columns = ["value", *COLUMNS]
    np.testing.assert_allclose(near.loc[shared, columns].to_numpy(), far.loc[shared, columns].to_numpy(), rtol=1e-6)
    old = table(FALLING, area="b").assign(year=lambda rows: rows["year"] - 6)
    both = ahead(project(pd.concat([table(FALLING), old], ignore_index=True), to=to).query("area == 'a'"))
    np.testing.assert_allclose(near[columns].to_numpy(), both[columns].to_numpy(), rtol=1e-6)


def test_intervals_never_get_narrower_farther_ahead():
    rows = projected(FALLING, to=2033)
    assert (np.diff(rows["upper_95"] - rows["value"]) >= -1e-9).all()
    assert (np.diff(rows["value"] - rows["lower_95"]) >= -1e-9).all()


@pytest.mark.parametrize("scale", [1e-9, 1e-3, 1e3, 1e9])
def test_a_change_of_unit_changes_nothing_else(scale):
    one = projected(FALLING, kind="level")["upper_95"].to_numpy()
    other = projected([v * scale for v in FALLING], kind="level")["upper_95"].to_numpy()
    # the level itself is a (weak) feature of the network, so only near equality can be asked
    np.testing.assert_allclose(other / scale, one, rtol=0.15)


def test_a_series_does_not_depend_on_its_neighbours():
    alone = projected(FALLING)["value"]
    crowd = pd.concat([table(FALLING)] + [table(np.cumsum(np.arange(n)) + 1.0, area=f"b{n}") for n in range(3, 20)])
    together = project(crowd.sample(frac=1, random_state=1), to=TO)
    np.testing.assert_allclose(ahead(together[together["area"] == "a"])["value"], alone, rtol=1e-6)


def test_as_of_uses_nothing_later():
    shock = [*FALLING[:8], 99, 98, 97, 96]
    early = project(table(shock), to=2024, as_of=2019)
    pd.testing.assert_frame_equal(early, project(table(FALLING), to=2024, as_of=2019))
    assert early["data_last_year"].eq(2019).all()


@pytest.mark.parametrize("kind", ["share", "rate", "count", "level"])
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_every_projection_is_finite_and_within_its_bounds(kind, data):
    top = 100 if kind == "share" else 1e7
    number = st.integers(0, 50) if kind == "count" else st.floats(0, top, width=32)
    values = data.draw(st.lists(number, min_size=1, max_size=35))
    gone = data.draw(st.sets(st.integers(0, 40), max_size=20))
    years = [y for y in range(1980, 2060) if y - 1980 not in gone][: len(values)]
    found = project(table(values, years=years, kind=kind), to=years[-1] + 7)
    rows = ahead(found)
    numbers = rows[["value", "lower_80", "upper_80", "lower_95", "upper_95", *dist.COLUMNS]].to_numpy()
    assert np.isfinite(numbers).all()
    assert (numbers >= 0).all() and (kind != "share" or (numbers <= 100).all())
    assert (np.diff(rows[dist.COLUMNS].to_numpy(), axis=1) >= 0).all()
    assert (len(values) < 3) == rows.empty
    assert len(rows) == 0 or len(rows) <= max(10, years[-1] - years[0] + 1)


@pytest.mark.parametrize("points", [1, 2])
def test_too_few_points_are_said_and_not_projected(points):
    found = project(table(FALLING[:points]), to=TO)
    assert set(found["kind"]) == {"observed"} and len(found) == points
    missing = unprojected(found)
    assert missing["reason"].tolist() == ["too_few_points"] and missing["n_years"].tolist() == [points]


def test_no_usable_value_is_said():
    empty = table([np.nan, np.inf], area="b")
    found = project(pd.concat([table(FALLING), empty]), to=TO)
    assert "b" not in set(found["area"]) or (found.loc[found["area"] == "b", "reason"] == "no_values").all()
    assert len(project(empty, to=TO)) == 0


def test_nothing_is_drawn_farther_than_its_coverage_is_known():
    found = project(table([3, 4, 5.0]), to=2035)
    assert ahead(found).index.max() == 2033 == 2023 + farthest(np.array([3]))[0]
    assert set(found["reason"]) == {"beyond_reach"}
    near = project(table([3, 4, 5.0]), to=2027)
    assert ahead(near).index.max() == 2027 and set(near["reason"]) == {""}
    # every fifth year: as far as the figures reach back, as ever
    survey = project(table([30, 35, 41, 46, 52.0], years=range(2003, 2024, 5)), to=2060)
    assert ahead(survey).index.max() == 2023 + 21


def test_with_three_to_five_figures_there_is_an_outlook_four_years_ahead():
    for points in (3, 4, 5):
        rows = projected(FALLING[-points:], to=2027)
        assert rows.index.tolist() == [2024, 2025, 2026, 2027]
        chance = probability(rows[COLUMNS].to_numpy(float), "<=", 14.0)
        assert 0 < chance[0] < chance[3] < 1


def test_beyond_five_years_the_width_is_that_of_the_table():
    known = factors(np.array([3, 7, 20]), 20)
    assert known[:, 0].tolist() == [1, 1, 1] and (np.diff(known, axis=1) >= 0).all()
    rows = table([3.0, 4, 5], kind="level", unit="x")
    facts = read_panel(rows).facts
    plain = forecast(np.array([[3.0, 4, 5]]), np.array([3]), facts, 10).quantiles[0, 9]
    drawn = ahead(project(rows, to=2033)).loc[2033, COLUMNS].to_numpy(float)
    wide = plain[7] + (plain - plain[7]) * known[0, 9]
    np.testing.assert_allclose(drawn[7:], wide[7:])  # the lower end rests on its bound, 0


@pytest.mark.parametrize(
    ("statuses", "late"),
    [
        (["final"] * 6, False),
        (["final"] * 5 + ["preliminary"], True),
        (["final"] * 5 + ["estimated"], True),
        (["preliminary"] * 5 + ["final"], False),
        (["final"] * 5 + ["break"], True),
        (["final"] * 4 + ["break", "final"], True),
        (["final"] * 3 + ["break", "final", "final"], False),
        (["break"] + ["final"] * 5, False),  # nothing before it to break with
    ],
)
def test_a_figure_that_is_not_firm_makes_the_outlook_a_year_wider(statuses, late):
    values = [50.0, 52, 51, 54, 55, 57]
    # the same break, but its own figures as firm as any: what is compared is the width alone
    rows = projected(values, kind="share", unit="%", obs_status=statuses)
    soft = [s if s == "break" else "final" for s in statuses]
    part = read_panel(table(values, kind="share", unit="%", obs_status=statuses))
    assert part.late.tolist() == [int(late)]
    if "break" in statuses:
        return
    firm = projected(values, to=TO + 1, kind="share", unit="%", obs_status=soft)
    np.testing.assert_allclose(rows["value"], firm["value"].iloc[:-1])
    for end in ("lower_80", "upper_95"):
        own, other = ((r[end] - r["value"]).to_numpy() for r in (rows, firm))
        np.testing.assert_allclose(own, other[1:] if late else other[:-1])


def test_two_values_for_one_year_and_two_units_are_refused_with_the_reason():
    twice = pd.concat([table(FALLING), table([15.0])])
    assert unprojected(project(twice, to=TO))["reason"].tolist() == ["duplicate_years"]
    mixed = pd.concat([table(FALLING), table([14.0], years=[2024], unit="%")])
    assert unprojected(project(mixed, to=TO))["reason"].tolist() == ["mixed_units"]


def test_parts_of_years_are_not_years():
    quarters = pd.concat([table(FALLING, period=""), table([3.0], period="Q1")])
    assert ahead(project(quarters, to=TO))["value"].equals(projected(FALLING)["value"])


def test_a_short_gap_is_bridged_and_said_and_never_shown():
    years = [*range(2008, 2014), *range(2015, 2021)]
    found = project(table(FALLING, years=years), to=2024)
    assert 2014 not in set(found["year"]) and set(found["breaks"]) == {"gap_filled"}


def test_a_survey_every_five_years_moves_five_times_slower():
    survey = project(table([30, 35, 41, 46, 52.0], years=range(2003, 2024, 5), kind="share", unit="%"), to=2028)
    rows = ahead(survey)
    assert set(survey["breaks"]) == {"gap_spaced"}
    assert 52 < rows.loc[2024, "value"] < 54 and 52 < rows.loc[2028, "value"] < 60


def test_a_declared_break_splits_when_enough_came_after():
    values = [50, 51, 52, 53, 54, 20, 19, 18, 17, 16.0]
    status = ["final"] * 5 + ["break"] + ["final"] * 4
    found = project(table(values, obs_status=status), to=2026)
    assert set(found["breaks"]) == {"break_split:2019"}
    only = project(table(values[5:]), to=2026)
    np.testing.assert_allclose(ahead(found)["value"], ahead(only)["value"])


def test_a_declared_break_shifts_when_little_came_after():
    values = [20, 19, 18, 17, 16, 15, 14, 40, 39.0]
    status = ["final"] * 7 + ["break", "final"]
    found = project(table(values, obs_status=status), to=2026)
    assert set(found["breaks"]) == {"break_shift:2022"}
    rows = ahead(found)
    assert 36 < rows.loc[2024, "value"] < 39 and rows.loc[2026, "value"] < rows.loc[2024, "value"]
    assert found.loc[found["year"] == 2021, "value"].item() == 14  # the figures shown are the published ones


def test_one_wild_outlier_moves_the_middle_little_and_narrows_nothing():
    wild = [*FALLING[:5], 60, *FALLING[6:]]
    clean, odd = projected(FALLING), projected(wild)
    assert set(odd["breaks"]) == {"outlier:2017"}
    assert abs(odd["value"] - clean["value"]).max() < 0.5
    assert (odd["upper_95"] >= clean["upper_95"]).all() and (odd["lower_95"] <= clean["lower_95"]).all()


def test_a_re_based_level_keeps_the_trend_of_both_sides():
    shifted = [*FALLING[:8], *(v + 15 for v in FALLING[8:])]
    rows = projected(shifted)
    assert set(rows["breaks"]) == {"shift_suspected:2020"}
    assert rows.loc[2024, "value"] < 29.8 and rows.loc[2028, "value"] < rows.loc[2024, "value"]
    assert (rows["upper_95"] - rows["lower_95"] > 5).all()


def test_a_constant_series_stays_with_an_interval_learned_elsewhere():
    rows = projected([87.0] * 8, kind="share", unit="%")
    assert rows["value"].eq(87).all() and set(rows["interval_from"]) == {"constant"}
    assert rows.loc[2028, "lower_95"] < 80 and rows["upper_95"].le(100).all()
    full = projected([100.0] * 8, kind="share", unit="%")
    assert full["upper_95"].eq(100).all() and full["value"].eq(100).all()


@pytest.mark.parametrize("kind", ["count", "rate", "share"])
def test_zeros_stay_zero_and_may_end(kind):
    rows = projected([0.0] * 8, kind=kind)
    assert rows["value"].eq(0).all() and rows["lower_95"].eq(0).all()
    assert rows["upper_95"].gt(0).all() and np.isfinite(rows["upper_95"]).all()


def test_a_bound_that_the_data_break_is_dropped():
    beds = projected([96, 99, 103, 108, 110, 112.0], kind="share", unit="%")
    assert beds["upper_95"].max() > 112


def test_kinds_come_from_the_registry_then_the_columns_then_the_unit_and_it_is_said():
    registry = pd.DataFrame(
        {
            "indicator": ["x"],
            "indicator_kind": ["level"],
            "lower_bound": [np.nan],
            "upper_bound": [np.nan],
        }
    )
    growth = table([3, 1, 2, 0.5, 0.2, 1.5], kind=None, unit="%")
    known, guessed = project(growth, registry, to=2026), project(growth, to=2026)
    assert set(known["kind_inferred"]) == {"registry"} and set(guessed["kind_inferred"]) == {"unit"}
    assert ahead(known)["lower_95"].min() < 0 <= ahead(guessed)["lower_95"].min()
    said = project(table(FALLING, kind="rate"), to=TO)
    assert set(said["kind_inferred"]) == {"column"} and set(said["indicator_kind"]) == {"rate"}


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("%", "share"),
        ("‰", "rate"),
        ("1/10万", "rate"),
        ("per 100000", "rate"),
        ("岁", "level"),
        ("", "level"),
    ],
)
def test_kind_from_unit(unit, kind):
    found = project(table(FALLING, kind=None, unit=unit), to=TO)
    assert set(found["indicator_kind"]) == {kind}


def test_whole_numbers_of_people_are_counts():
    assert set(project(table([5, 7, 9.0, 8], kind=None, unit="人"), to=2024)["indicator_kind"]) == {"count"}
    assert set(project(table([5, 7.5, 9, 8], kind=None, unit="人"), to=2024)["indicator_kind"]) == {"level"}


def test_missing_columns_and_unknown_methods_are_refused():
    with pytest.raises(InputError, match="value"):
        project(table(FALLING).drop(columns="value"), to=TO)
    with pytest.raises(UsageError):
        project(table(FALLING), to=TO, method="oracle")


@pytest.mark.parametrize("method", METHODS)
def test_every_named_method_projects(method):
    rows = ahead(project(table(FALLING), to=TO, method=method))
    assert len(rows) == 5 and np.isfinite(rows["value"]).all() and set(rows["method"]) == {method}
    assert (rows["upper_95"] >= rows["upper_80"]).all()


def test_a_method_that_cannot_be_used_says_so():
    found = project(table([0, 1, 2, 3.0, 4]), to=2025, method="gm11")
    assert set(found["reason"]) == {"method_not_applicable"} and set(found["kind"]) == {"observed"}


def test_backtest_tells_how_the_series_own_past_would_have_gone():
    found = project(table(FALLING), to=TO, backtest=8)
    assert found["past_forecasts"].eq(30).all()
    assert 0 < found["past_mae"].iloc[0] < 1 and found["past_coverage_95"].between(0.5, 1).all()


def test_progress_is_reported():
    seen = []
    project(table(FALLING), to=TO, progress=lambda done, every: seen.append((done, every)))
    assert seen == [(1, 1)]


def test_probability_of_a_goal():
    found = project(table(FALLING), to=TO)
    then = found.loc[found["year"] == 2028, COLUMNS].to_numpy(float)
    chance = lambda *goal: probability(then, *goal).item()  # noqa: E731
    assert chance("<=", 14) + chance(">", 14) == pytest.approx(1)
    assert chance("<=", 5) < 0.05 and chance("<=", 20) > 0.95
    assert chance("<=", found.loc[found["year"] == 2028, "q10"].item()) == pytest.approx(0.1)
    seen = np.full((1, len(COLUMNS)), 14.8)
    assert probability(seen, "<=", 14.8) == 1.0 and probability(seen, "<", 14.8) == 0.0
    with pytest.raises(UsageError):
        chance("=", 14)


def test_a_series_that_never_moved_stays_where_it_is_among_its_siblings():
    """Seven areas count their nurses; one has had 3.0 for ten years: half of the chance lies at 3.0 and above."""
    rows = []
    for k in range(7):
        values = [3.0] * 10 if k == 0 else [2.5 + 0.1 * k + 0.06 * y + 0.03 * (-1) ** y for y in range(10)]
        rows.append(pd.DataFrame({"indicator": "nurses", "area": f"a{k}", "year": range(2015, 2025), "value": values,
                                  "unit": "人/千人", "indicator_kind": "rate", "stock": "yes", "direction": "increase"}))  # fmt: skip
    paths = project(pd.concat(rows, ignore_index=True), to=2027)
    still = paths[(paths["area"] == "a0") & (paths["kind"] != "observed")]
    assert still["value"].eq(3.0).all()
    assert (probability(still[COLUMNS].to_numpy(float), ">=", 3.0) >= 0.5).all()
