"""Every shipped row of every plan: known words, known ids, links that lead somewhere, units that fit."""

import re

import pandas as pd
import pytest
from conftest import ROOT

from healthplan import registers, tables
from healthplan.judging import one_goal_rows
from healthplan.language import comparators
from healthplan.language.units import difference_unit
from healthplan.plans import load_plan, plan_ids

ABOUT_ONE_NUMBER = ("increase_by_pct", "growth_max", "rank", "all_of")


@pytest.fixture(scope="module", params=plan_ids())
def plan(request):
    return load_plan(request.param)


def test_ids_are_of_the_plan_and_in_one_form(plan):
    plan_id = plan.about["plan_id"]
    for ids, letter in ((plan.targets["target_id"], "t"), (plan.milestones["milestone_id"], "m")):
        assert all(re.fullmatch(rf"{re.escape(plan_id)}-{letter}\d{{3}}", one) for one in ids)
    assert (plan.targets["plan_id"] == plan_id).all()
    assert (plan.milestones["plan_id"] == plan_id).all()


def test_links_lead_to_rows_of_the_plan_both_ways(plan):
    ids = set(plan.targets["target_id"]) | set(plan.milestones["milestone_id"])
    links = {}
    for frame, key in ((plan.targets, "target_id"), (plan.milestones, "milestone_id")):
        for row in frame.itertuples():
            links[getattr(row, key)] = {one for one in row.related.split(";") if one}
    for one, others in links.items():
        assert others <= ids, one
        assert one not in others
    conflicting = set(plan.targets.loc[plan.targets["state"] == "conflicting", "target_id"])
    assert all(links[one] for one in conflicting)


def test_stages_carry_the_id_of_their_first(plan):
    staged = plan.targets[plan.targets["stage_of"] != ""]
    for first, rows in staged.groupby("stage_of"):
        assert first in set(rows["target_id"])
        assert len(rows) > 1
        assert rows["indicator"].nunique() == 1


def test_units_are_the_indicators_units(plan):
    units = registers.load_indicators().set_index("indicator")["unit"]
    told = ~plan.targets["comparator"].isin(ABOUT_ONE_NUMBER) & (plan.targets["each"] == "")
    plain = plan.targets[told]
    of_difference = plain["indicator"].map(units).map(difference_unit)
    wrong = plain[(plain["unit"] != plain["indicator"].map(units)) & (plain["unit"] != of_difference)]
    assert wrong[["target_id", "unit", "indicator"]].empty


def test_values_are_there_and_within_their_bounds(plan):
    numbered = plan.targets[~plan.targets["comparator"].isin(comparators.NUMBERLESS)]
    assert numbered["value"].notna().all()
    assert (plan.targets.loc[plan.targets["comparator"] == "reference", "reference"] != "").all()
    ranges = plan.targets["comparator"] == "range"
    assert (plan.targets["value_high"] > plan.targets["value"])[ranges].all()
    assert plan.targets.loc[~ranges, "value_high"].isna().all()
    share = numbered[numbered["unit"] == "%"]
    share = share[~share["comparator"].isin(ABOUT_ONE_NUMBER)]
    assert share["value"].between(0, 100).all()


def test_every_target_has_a_recorded_series_decision(plan):
    assert set(plan.series["target_id"]) == set(plan.targets["target_id"])
    chosen = plan.series[plan.series["basis"] != "none"]
    assert (chosen[["indicator", "area"]] != "").all(axis=None)
    areas = plan.targets.set_index("target_id")["area"]
    own = chosen["basis"] == "own"
    assert (chosen["area"] == chosen["target_id"].map(areas))[own].all()
    assert (chosen["area"] != chosen["target_id"].map(areas))[~own].all()


def test_a_reference_series_has_figures_to_project_from(plan):
    from healthplan.observations import load_observations

    known = load_observations()
    annual = known[known["period"] == ""].groupby(["indicator", "area"]).size()
    for row in plan.series[plan.series["basis"] == "reference"].itertuples():
        assert annual.get((row.indicator, row.area), 0) >= 3, row.target_id


def test_names_are_in_both_languages(plan):
    for frame, column in ((plan.targets, "name"), (plan.milestones, "deliverable")):
        assert frame[f"{column}_zh"].str.contains(r"[一-鿿]").all()
        assert not frame[f"{column}_en"].str.contains(r"[一-鿿]").any()
    assert not plan.series["reason_en"].str.contains(r"[一-鿿]").any()


def test_departments_have_an_english_name(plan):
    known = set(registers.load_registers().departments["name_zh"])
    cells = pd.concat([plan.targets["departments"], plan.milestones["departments"]])
    names = {name for cell in cells for name in cell.split(";") if name}
    if not plan.synthetic:
        assert names <= known, names - known


def test_every_plan_is_run_also_as_of_its_publication():
    for plan_id in plan_ids():
        assert (ROOT / "parameters" / f"{plan_id}.yaml").is_file()
        about = load_plan(plan_id).about
        published = ROOT / "parameters" / f"{plan_id}-published.yaml"
        if not about.get("synthetic"):
            assert f"as_of: {about['published_year']}\n" in published.read_text("utf-8")


def _related(frame, key):
    rows = frame.set_index(key)
    for one, row in rows.iterrows():
        yield from ((row, rows.loc[other]) for other in row["related"].split(";") if other > one)


def test_a_goal_said_again_without_a_date_takes_the_date_of_the_other(plan):
    """Guards: no goal is counted twice, or called a contradiction, because one place gives no date."""
    rows = plan.targets[plan.targets["related"] != ""]
    known = set(rows["target_id"])
    rows = rows.assign(related=[";".join(set(r.split(";")) & known) for r in rows["related"]])
    for one, other in _related(rows, "target_id"):
        but_date = [c for c in tables.ONE_GOAL if c not in ("deadline", "scope")]
        if one[but_date].equals(other[but_date]) and "" in (one["deadline"], other["deadline"]):
            assert one["scope"] != other["scope"]  # two hospitals are two goals


def test_wansheng_contradicts_itself_in_four_numbers_and_says_two_goals_twice():
    targets = load_plan("wansheng-2023-2025").targets.set_index("target_id")
    ids = [f"wansheng-2023-2025-t{n:03d}" for n in range(15, 24)]
    states = targets.loc[ids, "state"].tolist()
    assert states == ["conflicting"] * 4 + ["current"] * 5
    for one, other in ((ids[5], ids[6]), (ids[7], ids[8])):
        assert targets.loc[one, tables.ONE_GOAL].equals(targets.loc[other, tables.ONE_GOAL])
        assert (targets.loc[one, "related"], targets.loc[other, "related"]) == (other, one)
        assert targets.loc[one, "deadline"] == "2023-12"


def test_a_deliverable_named_for_2025_and_for_2023_is_marked_wherever_it_stands():
    rows = load_plan("wansheng-2023-2025").milestones
    for body in ("人民医院.*“三级”", "中医院“二甲”", "疾控机构“二甲”"):
        found = rows[rows["deliverable_zh"].str.contains(body)]
        assert set(found["deadline"]) == {"2025", "2023-12"}, body
        assert set(found["state"]) == {"conflicting"}, body
        assert (found["related"] != "").all(), body


def test_dazu_has_its_price_monitoring_and_its_sub_centre():
    rows = load_plan("dazu-2027").milestones.set_index("deliverable_zh")["deadline"]
    assert rows[rows.index.str.contains("监测体系")].tolist() == ["2024-12"]
    assert rows[rows.index.str.contains("龙水中心卫生院")].tolist() == ["2027"]


def test_totals_count_a_goal_once():
    """Guards: the one goal of two rows is two of the plan's 54 goals, or 1,000 beds are asked for instead of 500."""
    targets = load_plan("wansheng-2023-2025").targets
    left = targets[~one_goal_rows(targets)]["target_id"].str[-4:]
    assert left.tolist() == ["t021", "t023"]
    demo = load_plan("demo-2027").targets
    members = demo.loc[~one_goal_rows(demo), "target_id"]
    assert members.tolist() == demo["all_of"].max().split(";")
