"""What if: what moves is what a whole run with these tables would give, and nothing else; counts and rates say one thing."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import healthplan as hp
from healthplan import line
from healthplan.distribution import COLUMNS
from healthplan.errors import UsageError

AT_2025 = {"indicator": "nurses_per_1000", "area": "demo", "year": 2025}
DOCTORS, NURSES, BEDS, MOTHERS = "t010", "t012", "t014", "t004"
CHANGES = {
    "a count": {"observation": ("nurses", 2024, 3600)},
    "a rate": {"observation": ("hypertension_standard_mgmt_rate", 2024, 80.0)},
    "people counted": {"population": {2024: 850_000}},
    "an earlier year": {"observation": ("nurses", 2022, 2500)},
    "a year to come": {"observation": ("nurses", 2025, 3250)},
    "a death more": {"observation": ("maternal_deaths", 2024, 2)},
    "a larger area": {"observation": {"indicator": "nurses_per_1000", "area": "demo-city", "year": 2024, "value": 4.5}},
    "a goal": {"target": {NURSES: 4.2}},
    "a later deadline": {"deadline": {NURSES: 2030}},
    "people to come": {"population": {2026: 760_000, 2027: 700_000}},
    "a pace": {"pace": {DOCTORS: ("people", 60)}},
    "leavers": {"leavers": {NURSES: 0.03}},
    "all at once": {
        "observation": [("nurses", 2024, 3100), ("nurses", 2025, 3200)], "target": {BEDS: 7}, "population": {2027: 810_000},
        "pace": {DOCTORS: ("percent", 3)},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def plan():
    return hp.plan("demo-2027", lang="zh")


def whole(new):
    """The same plan with nothing taken over: every table is made again from the tables as they were changed."""
    line._known.clear()
    return replace(new, moved_from=None)


def tables_of(seen):
    paths = seen.trajectories.drop(columns="bounds_hit")
    found = {"observations": seen.observations, "used": seen.used, "trajectories": paths, "things": seen.things()}
    found |= seen.judged._asdict() | {f"past {year}": gaps for year, gaps in seen.past_gaps.items()}
    return found


def same(mine, theirs):
    assert mine.keys() == theirs.keys()
    for name in mine:
        pd.testing.assert_frame_equal(mine[name], theirs[name], obj=name, check_exact=True)


def test_no_change_is_the_plan_bit_for_bit(plan):
    new = hp.what_if(plan)
    same(tables_of(new), tables_of(plan))
    assert hp.compare(plan, new).empty
    assert repr(new) == repr(plan)
    known = plan.used[(plan.used["indicator"] == "nurses") & (plan.used["year"] == 2024)]["value"].item()
    same(tables_of(hp.what_if(plan, observation=("nurses", 2024, known))), tables_of(plan))


@pytest.mark.parametrize("what", CHANGES)
def test_each_change_is_what_a_whole_run_of_the_changed_tables_gives(plan, what):
    """Guards: something left as it was that rests on what moved."""
    new = hp.what_if(plan, **CHANGES[what])
    again = whole(new)
    same(tables_of(new), tables_of(again))
    moved = hp.compare(plan, new)
    assert len(moved), "nothing moved"
    pd.testing.assert_frame_equal(moved, hp.compare(plan, again))


@pytest.mark.parametrize(("plan_id", "area"), [("dazu-2027", "dazu")])
def test_a_real_plan_takes_a_figure_as_it_takes_a_file(plan_id, area):
    """Guards: a figure in memory that counts for less than the same figure in a file."""
    people = {"indicator": "population_resident", "area": area, "year": 2023, "value": 830_000}
    rows = [
        {"indicator": "nurses", "area": area, "year": year, "value": 2000 + 50 * (year - 2017)}
        for year in range(2017, 2024)
    ]
    rows.insert(0, people)
    own, other = pd.DataFrame(rows), pd.DataFrame([*rows[:-1], rows[-1] | {"value": 2100}])
    plan, filed = (hp.plan(plan_id, files=[frame], lang="zh") for frame in (own, other))
    new = hp.what_if(plan, observation=("nurses", 2023, 2100))
    assert len(hp.compare(plan, new)) >= 1
    same({"gaps": new.gaps, "things": new.things()}, {"gaps": filed.gaps, "things": filed.things()})
    same(tables_of(new), tables_of(whole(new)))


def figure(seen, indicator, year=2024, column="value"):
    rows = seen.observations[(seen.observations["indicator"] == indicator) & (seen.observations["area"] == "demo")]
    return rows.loc[(rows["year"] == year) & (rows["group"] == "") & (rows["period"] == ""), column].item()


def test_a_count_moves_its_rates_and_a_rate_its_count(plan):
    new = hp.what_if(plan, observation=("nurses", 2024, 3600))
    people = figure(plan, "population_resident")
    assert figure(new, "nurses_per_1000") == pytest.approx(3600 / people * 1000, rel=1e-12)
    assert figure(new, "nurses_per_1000", column="numerator") == 3600
    more = hp.what_if(plan, population={2024: 850_000})
    assert figure(more, "nurses_per_1000") == pytest.approx(figure(plan, "nurses") / 850, rel=1e-12)
    back = hp.what_if(plan, observation=("nurses_per_1000", 2024, 4.0))
    assert figure(back, "nurses") == round(4.0 * people / 1000)


def test_a_count_of_a_year_without_people_is_rated_by_those_expected_and_says_so(plan):
    new = hp.what_if(plan, observation=("nurses", 2025, 3250))
    paths = plan.trajectories
    people = paths[(paths["indicator"] == "population_resident") & (paths["area"] == "demo") & (paths["year"] == 2025)]
    assert figure(new, "nurses_per_1000", 2025) == pytest.approx(3250 / people["value"].item() * 1000)
    assert new.as_of == 2025
    assert "推算" in repr(new)
    rated = hp.plan("demo-2027", files=[pd.DataFrame([{**AT_2025, "value": 3.9}])], lang="zh")
    assert figure(hp.what_if(rated, observation=("注册护士数", 2025, 3250)), "nurses_per_1000", 2025) == figure(
        new, "nurses_per_1000", 2025
    )
    both = hp.what_if(plan, observation=("nurses", 2025, 3250), population={2025: 780_000})
    assert figure(both, "nurses_per_1000", 2025) == pytest.approx(3250 / 780)


def test_a_rate_of_rare_events_is_one_of_whole_events(plan):
    """Guards: a rate, a count and a chance of one goal from three models."""
    new = hp.what_if(plan, observation=("maternal_mortality_rate", 2024, 50))
    births = figure(new, "maternal_mortality_rate", column="denominator")
    events = figure(new, "maternal_deaths")
    assert events == round(50 * births / 1e5)
    assert figure(new, "maternal_mortality_rate") == pytest.approx(events / births * 1e5)


def test_an_own_pace_moves_the_middle_and_keeps_the_spread(plan):
    new = hp.what_if(plan, pace={DOCTORS: ("unit", 0.01)})

    def rows(seen):
        paths = seen.trajectories
        return paths[(paths["indicator"] == "physicians_per_1000") & (paths["area"] == "demo")]

    before, after = (rows(seen)[rows(seen)["year"] > 2024] for seen in (plan, new))
    latest = figure(plan, "physicians_per_1000")
    np.testing.assert_allclose(after["value"], latest + 0.01 * (after["year"].astype(float) - 2024), rtol=1e-12)
    spread = lambda of: of[COLUMNS].sub(of["q50"], axis=0).to_numpy()  # noqa: E731
    np.testing.assert_allclose(spread(after), spread(before), atol=1e-9)
    assert "起伏与以往相同" in repr(new)
    young = hp.what_if(plan, pace={"t003": ("unit", -0.2)}).gaps.set_index("target_id").loc["demo-2027-t003"]
    assert young["projected_value"] == pytest.approx(young["latest_value"] - 0.6), (
        "by counts the median is another number"
    )
    paths = hp.what_if(plan, pace={"t030": ("unit", 9)}).trajectories
    managed = paths[(paths["indicator"] == "child_u3_mgmt_rate") & (paths["kind"] != "observed")]
    assert managed[COLUMNS].max(axis=None) == 100


def test_people_to_come_change_the_rate_of_a_stock_and_not_the_stock(plan):
    new = hp.what_if(plan, population={2027: 700_000})
    nurses = lambda seen: seen.things().set_index("target_id").loc["demo-2027-t012"]  # noqa: E731
    assert nurses(new)["population_then"] == 700_000
    assert nurses(new)["projected"] == pytest.approx(nurses(plan)["projected"], rel=1e-9)
    moved = hp.compare(plan, new).set_index("target_id")
    assert moved.loc["demo-2027-t012", "projected_value_after"] > moved.loc["demo-2027-t012", "projected_value_before"]
    assert "demo-2027-t004" not in moved.index, "more people have more events"


def test_nobody_is_a_count_too(plan):
    """Guards: 'what if no mother dies' leaving the rate of the year before."""
    new = hp.what_if(plan, observation=[("maternal_deaths", 2025, 0), ("infant_deaths", 2025, 0)])
    gaps = new.gaps.set_index("data_indicator")
    for rate in ("maternal_mortality_rate", "infant_mortality_rate"):
        assert (gaps.loc[rate, "latest_year"], gaps.loc[rate, "latest_value"]) == (2025, 0)


def test_so_many_people_a_year_are_so_many_people(plan):
    """Guards: 'add 50 a year', which the table of things asks for, leading to fewer people than 150 in three years."""
    thing = plan.things().set_index("target_id").loc["demo-2027-t010"]
    yearly = thing["to_add"] / thing["years_left"]
    new = hp.what_if(plan, pace={DOCTORS: ("people", yearly)})
    gap = new.gaps.set_index("target_id").loc["demo-2027-t010"]
    assert gap["gap"] == pytest.approx(0, abs=1e-9) and gap["probability_met"] == pytest.approx(0.5, abs=1e-3)
    assert new.things().set_index("target_id").loc["demo-2027-t010", "projected"] == pytest.approx(thing["required"])
    own = hp.scenarios(plan, own={DOCTORS: ("people", yearly)}).query(
        "target_id == 'demo-2027-t010' and scenario == 'own'"
    )
    assert own["value"].iloc[-1] == pytest.approx(gap["projected_value"])


def test_a_pace_goes_on_from_the_latest_figure_whichever_was_supposed_first(plan):
    one, other = {"pace": {NURSES: ("unit", 0.1)}}, {"observation": ("nurses", 2025, 3250)}
    first, second = (hp.what_if(hp.what_if(plan, **a), **b) for a, b in ((one, other), (other, one)))
    same(tables_of(first), tables_of(second))
    gap = first.gaps.set_index("target_id").loc["demo-2027-t012"]
    assert gap["projected_value"] == pytest.approx(gap["latest_value"] + 0.2)


def test_a_course_that_is_supposed_is_judged_by_its_own_probability(plan):
    """Guards: more than 99 % held back for a pace of the past, which is just what is supposed to be other."""
    new = hp.what_if(plan, pace={"t032": ("unit", 50)}).gaps.set_index("target_id").loc["demo-2027-t032"]
    assert new["probability_met"] > 0.99 and new["status"] == "on_course"
    crowd = hp.what_if(plan, population={2027: 8_000_000}).gaps.set_index("target_id").loc["demo-2027-t010"]
    assert crowd["probability_met"] < 0.01 and crowd["status"] == "off_course"


def test_what_is_supposed_anew_takes_the_place_of_what_was(plan):
    new = hp.what_if(hp.what_if(plan, target={NURSES: 4.0}), target={NURSES: 4.2})
    assert len(new.suppositions) == 1 and "4.2" in new.suppositions[0]


def test_leavers_of_a_count_are_those_of_the_goals_about_it(plan):
    by_count, by_rate = (hp.what_if(plan, leavers={name: 0.03}).things() for name in ("nurses", "nurses_per_1000"))
    pd.testing.assert_frame_equal(by_count, by_rate)
    assert (by_count["leavers"] > 0).any()


def test_suppositions_stack_and_the_first_plan_stays_as_it_was(plan):
    before = tables_of(plan)
    one = hp.what_if(hp.what_if(plan, observation=("nurses", 2024, 3100)), pace={DOCTORS: ("people", 10)})
    both = hp.what_if(plan, observation=("nurses", 2024, 3100), pace={DOCTORS: ("people", 10)})
    same(tables_of(one), tables_of(both))
    assert one.suppositions == both.suppositions
    same(tables_of(plan), before)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_of_what_is_supposed_says_so_and_none_is_a_report(plan, lang):
    """Guards: a supposition that somebody takes for the plan's verdict."""
    new = hp.what_if(plan.in_language(lang), target={NURSES: 4.2}, leavers={NURSES: 0.03}, deadline={BEDS: "2026-06"})
    said = new.suppositions
    assert len(said) == 3
    assert all(one in str(hp.section(new, "title")) for one in said)
    assert all(any(part in one for one in said) for part in ("4.2", "3%", "2026-06"))
    with pytest.raises(UsageError, match="PARAM-VALUE"):
        hp.result(new)
    assert len(hp.scorecard(new)) == len(hp.scorecard(plan))


def test_no_next_figure_is_promised_behind_a_course_that_is_only_supposed(plan):
    """Guards: 'a figure of so much turns it' about a course that nobody has seen; and that goals that did not move lose theirs."""
    new = hp.what_if(plan, pace={DOCTORS: ("unit", 0.01)})
    mine, theirs = (seen.answered.set_index("target_id")["next_value"] for seen in (new, plan))
    moved = list(new.moved_from[1])
    assert mine[moved].isna().all() and theirs[moved].notna().any()
    pd.testing.assert_series_equal(mine.drop(moved), theirs.drop(moved))


@pytest.mark.parametrize(
    "change",
    [
        {"observation": ("nurses", 2024)},
        {"observation": ("nurses", 2024, float("nan"))},
        {"observation": ("nurses", 2024, "3600")},
        {"observation": ("nurses", 2024, -1)},
        {"observation": ("nobody", 2024, 1)},
        {"observation": {"indicator": "nurses", "year": 2024, "value": 1, "unit": "%"}},
        {"observation": {"indicator": "nurses", "year": 2024, "value": 1, "area": "nowhere"}},
        {"observation": {"indicator": "nurses", "value": 1}},
        {"population": {2027: 0}},
        {"population": {2060: 700_000}},
        {"target": {"t008": 30}},
        {"target": {"t022": 85}},
        {"target": {"t022": (90, 80)}},
        {"target": {NURSES: None}},
        {"target": {"t026": 101}},
        {"deadline": {NURSES: "next year"}},
        {"pace": {MOTHERS: ("unit", -1)}},
        {"pace": {"t007": ("unit", 1)}},
        {"pace": {NURSES: 3}},
        {"pace": {NURSES: ("unit", float("nan"))}},
        {"deadline": {NURSES: 2200}},
        {"observation": ("nurses", 2090, 3300)},
        {"observation": {"indicator": "nurses", "year": 2024, "value": 3000, "group": "火星人"}},
        {"observation": {"indicator": "nurses", "year": 2024, "value": 3000, "colour": "red"}},
        {"observation": [("nurses", 2025, 3250), ("nurses", 2025, 3300)]},
        {"observation": [("nurses", 2025, 3250), ("nurses_per_1000", 2025, 9.0)]},
        {"leavers": {"infant_mortality_rate": 0.1}},
        {"leavers": {NURSES: 1.5}},
        {"target": [NURSES, 4]},
        {"target": {"孕": 4}},
    ],
)
def test_what_cannot_be_supposed_is_refused_with_what_can(plan, change):
    with pytest.raises(UsageError) as error:
        hp.what_if(plan, **change)
    assert all(fault.as_dict("zh")["expected"] for fault in error.value.faults)


def test_a_figure_beyond_a_year_that_was_asked_for_is_refused():
    with pytest.raises(UsageError, match="2024"):
        hp.what_if(hp.plan("demo-2027", as_of=2024, lang="zh"), observation=("nurses", 2025, 3250))
    with pytest.raises(UsageError, match="wansheng"):
        hp.compare(hp.plan("wansheng-2023-2025", lang="zh"), hp.plan("demo-2027", lang="zh"))
