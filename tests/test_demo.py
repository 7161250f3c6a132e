"""The demo district: invented, marked as such, reproducible, and complete: every goal, every status
word."""

import pandas as pd
import pytest
from whole_line import all_observations

import healthplan
from benchmarks import demo_district as demo
from healthplan import tables, workspace
from healthplan.judging import judge, things_needed
from healthplan.judging.scenarios import scenarios

AS_OF = 2024
INVENTED = {demo.DISTRICT, demo.CITY, *demo.PEERS}


@pytest.fixture(scope="module")
def line():
    """The demo plan's gaps and what they came from, as of the last year of its figures."""
    plan, indicators = healthplan.load_plan("demo-2027"), healthplan.load_indicators()
    areas = healthplan.load_areas()
    known = all_observations()
    used = healthplan.plan_observations(plan, known, indicators, areas)
    ahead = healthplan.project_plan(plan, known, indicators, areas, as_of=AS_OF, method="ensemble")
    found = judge(plan.targets, ahead, used, indicators, plan.series, areas, **plan.judged_at(AS_OF)).whole()
    return plan, indicators, used, ahead, areas, found


def test_the_shipped_figures_are_what_the_seed_gives():
    shipped = pd.read_csv(workspace.data("observations", "demo.csv"), keep_default_na=False, dtype="str")
    shipped = tables.check(shipped, "observations")
    pd.testing.assert_frame_equal(shipped, demo.observations())


def test_every_figure_says_that_it_is_invented():
    found = demo.observations()
    assert (found["note"] == demo.NOTE).all() and (found["source"] == demo.SOURCE).all()
    assert set(found["area"]) == INVENTED
    assert healthplan.load_plan("demo-2027").about["synthetic"] is True
    areas = healthplan.load_areas().set_index("area")
    assert areas.loc[[*INVENTED], "name_zh"].str.contains("虚构").all()


def test_no_real_plan_uses_an_invented_figure():
    for plan_id in healthplan.plan_ids():
        if not plan_id.startswith("demo"):
            plan = healthplan.load_plan(plan_id)
            assert not INVENTED & {
                *plan.series["area"],
                *plan.targets["area"],
                *plan.targets["reference"],
            }


def test_figures_keep_their_bounds_and_their_order():
    found = demo.observations()
    yearly = (found["area"] == demo.DISTRICT) & (found["group"] == "") & (found["period"] == "")
    wide = found[yearly & (found["edition"] != "2020")].pivot_table(index="year", columns="indicator", values="value")
    assert (wide["under5_mortality_rate"] >= wide["infant_mortality_rate"]).all()
    shares = found[found["unit"] == "%"]["value"]
    assert shares.between(0, 100).all()
    counted = found.dropna(subset=["numerator", "denominator"])
    assert (counted["numerator"] <= counted["denominator"]).all()


def test_every_comparator_and_every_kind_of_goal_is_there():
    targets = healthplan.load_plan("demo-2027").targets
    assert set(targets["comparator"]) == set(tables.COMPARATORS)
    assert set(targets["state"]) == {"current", "superseded", "conflicting"}
    assert (targets["stage_of"] != "").sum() == 3
    assert (targets["deadline"] == "").any()


def test_every_kind_of_the_model_is_there():
    targets = healthplan.load_plan("demo-2027").targets
    for column in ("group", "per", "side", "reference_indicator", "each", "all_of", "tolerance"):
        assert (targets[column].notna() & (targets[column].astype("str") != "")).any(), column
    assert set(targets["per"]) == {"", "year", "period"}
    assert {"<", "<=", "falling", "slowing"} <= set(targets["side"])
    figures = demo.observations()
    assert figures["group"].ne("").any() and figures["edition"].ne("").any()
    assert figures["period"].ne("").any()


def test_every_status_word_is_there(line):
    found = line[-1]
    assert set(found["status"]) == set(tables.STATUSES)
    # "pace" judges what cannot be projected from three figures or more: no such goal is invented here
    # and a quarter judges only where a cut-off is asked for
    assert set(found["rests_on"]) == set(tables.RESTS_ON) - {"pace", "quarter"}
    assert "no_detectable_change" in set(found["qualifier"])
    assert set(found["stage"]) == {"", *tables.STAGE_ROLES}


def test_eight_or_more_years_stand_behind_what_is_projected(line):
    _, _, used, _, _, found = line
    projected = found[found["projected_value"].notna()]
    # a pooled figure is one of each of its years
    span = used["period"].map(lambda span: 1 if not span else 3)
    years = used.assign(years=span).drop_duplicates([*tables.SERIES, "year"])
    years = years.groupby(tables.SERIES)["years"].sum()
    for row in projected.itertuples():
        assert years[row.data_indicator, row.data_area, row.data_group] >= 8


def test_things_and_scenarios_run_on_it(line):
    _, indicators, used, ahead, areas, found = line
    things = things_needed(found, used, ahead, indicators, as_of=AS_OF)
    assert {"add", "avoid"} == set(things["what"])
    assert things["met_by_shrinking"].any()  # the beds of a shrinking district
    paths = scenarios(found, ahead, used, indicators, areas, as_of=AS_OF)
    # the invented city holds the district, so it is no peer, and a real area is none either
    assert {"as_now", "best_here", "best_peer", "needed"} == set(paths["scenario"])
    assert set(paths["pace_area"]) <= {"", demo.DISTRICT, *demo.PEERS}


def test_nothing_of_the_years_after_as_of_is_used(line):
    plan, indicators, used, _, areas, _ = line
    early = healthplan.project_plan(plan, used, indicators, areas, as_of=2022, method="ensemble")
    cut = used[used["year"] <= 2022]
    whole, only = (
        judge(plan.targets, early, known, indicators, plan.series, areas, as_of=2022) for known in (used, cut)
    )
    pd.testing.assert_frame_equal(whole.gaps, only.gaps)


def test_invented_figures_never_meet_a_real_plan_nor_real_ones_the_demo():
    """Guards: the demo district was "fastest in any area" in a real plan's findings."""
    for plan_id in healthplan.plan_ids():
        plan = healthplan.load_plan(plan_id)
        seen = set(all_observations(area=plan.area)["area"])
        assert seen and (seen <= INVENTED if plan.synthetic else not seen & INVENTED), plan_id


def test_no_finding_about_a_real_plan_names_an_invented_area():
    for plan_id in healthplan.plan_ids():
        plan = healthplan.load_plan(plan_id)
        told = " ".join(healthplan.line.plan_findings(plan)["message_zh"])
        named = ("全国" in told) if plan.synthetic else ("虚构" in told or "示例" in told)
        assert not named, plan_id


def test_a_users_own_file_brings_no_invented_figure_into_a_real_plan(tmp_path):
    """Guards: the door of the user's files, by which the demo district's figures could come in again."""
    own = tmp_path / "own.csv"
    own.write_text(
        "指标,地区,年份,数值,单位,来源\n每千人口注册护士数,示例区（虚构）,2024,9.9,人/千人,x\n",
        "utf-8",
    )
    found = all_observations([str(own)], area="wanzhou")
    assert not found["area"].isin(INVENTED).any()
