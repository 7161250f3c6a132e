"""Least effort: what is asked for brings the chance it says, shared things count once, outcomes are not bought."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

import healthplan as hp
from healthplan.errors import UsageError
from healthplan.judging.programme import programme

COSTS = {"physicians": 10, "nurses": 6, "tcm_village_clinics": 5}


@pytest.fixture(scope="module")
def plan():
    return hp.plan("demo-2027", lang="zh")


def steps(plan):
    found = hp.staircase(plan)
    return [row for row in found.to_dict("records") if row["extra"] > 0]


def test_each_step_fed_back_as_a_pace_brings_its_chance_and_one_thing_less_does_not(plan):
    """Guards: '83 more bring it to 50 %' about a goal that 83 more do not bring there."""
    gaps, things = (table.set_index("target_id") for table in (plan.gaps, plan.things()))
    for row in steps(plan):
        gap, goal = gaps.loc[row["target_id"]], row["target_id"]
        about = plan.registers.about[gap["data_indicator"]]
        scale = 1 if about["indicator_kind"] == "count" else things.loc[goal, "population_then"] / about["per"]
        chances = []
        for extra in (row["extra"], row["extra"] - 1):
            a_year = (gap["projected_value"] + extra / scale - gap["latest_value"]) / (
                gap["deadline_year"] - gap["latest_year"]
            )
            new = hp.what_if(plan, pace={goal: ("unit", a_year)}).gaps.set_index("target_id")
            chances.append(new.loc[goal, "probability_met"])
        if row["capped"]:
            assert chances[0] < row["level"]
        else:
            # where all there can be are asked for, a place short of them cannot be told from all
            assert row["level"] <= chances[0] + 1e-9, row
            assert chances[1] < row["level"] or gap["goal_low"] == about["upper_bound"], row


def test_half_a_chance_is_what_the_table_of_things_asks_for(plan):
    """Guards: two answers to how many are needed: at even odds it is what a plan in things says already."""
    things = plan.things().set_index("target_id")
    even = hp.staircase(plan).query("level == 0.5")
    for row in even.to_dict("records"):
        thing = things.loc[row["target_id"]]
        assert row["then"] == pytest.approx(thing["required"], abs=1.001)
        assert row["extra"] == pytest.approx(max(thing["beyond_projection"], 0), abs=1.001)
        assert row["now"] == thing["stock"]


def test_shared_things_are_counted_once_and_the_best_pace_of_a_thing_is_one(plan):
    found = hp.staircase(plan)
    for _, rows in found.groupby("stock"):
        assert rows["then"].is_monotonic_increasing
        led = np.ceil((rows["now"] + rows["trend"]).iloc[0])
        assert rows["more"].sum() == pytest.approx(max(rows["then"].max() - led, 0), abs=1)
        assert rows["more"].sum() <= rows["extra"].sum()
        assert rows["best_per_year"].nunique() == 1
    physicians = found[found["stock"] == "physicians"]
    assert physicians["target_id"].nunique() == 2 and physicians["more"].sum() < physicians["extra"].sum()


def test_no_step_hangs_on_a_figure_that_its_goal_is_not_held_against(plan):
    """Guards: more physicians asked for because the nation has more."""
    nation = {"indicator": "physicians_per_1000", "area": "demo-city", "year": 2024, "value": 1.9}
    other = hp.what_if(plan, observation=nation)
    mine = [seen.staircase.query("target_id == 'demo-2027-t010'").reset_index(drop=True) for seen in (plan, other)]
    pd.testing.assert_frame_equal(*mine)
    assert not hp.staircase(plan).query("probability_met >= level and extra > 0").size


def test_outcomes_and_goals_of_another_kind_have_no_step(plan):
    served = {one for row in plan.registers.stocks["indicators"] for one in row.split(";")}
    measured = plan.gaps.set_index("target_id")["data_indicator"]
    assert set(measured[hp.staircase(plan)["target_id"]]) <= served
    kinds = plan.registers.indicators.set_index("indicator")["indicator_kind"]
    assert not set(kinds[list(served)]) & {"rate", "event"}
    assert not {"demo-2027-t004", "demo-2027-t032"} & set(hp.staircase(plan)["target_id"])


def test_the_programme_is_the_best_of_all_there_are(plan):
    """Against every choice of steps, one by one."""
    stairs, stocks = plan.staircase, plan.registers.stocks
    for budget in (0, 300, 900, 1500, 2600):
        found = programme(stairs, stocks, COSTS, budget)
        rows = found.to_dict("records")
        gains = worth(stairs, rows)
        mine = sum(g for g, row in zip(gains, rows, strict=True) if row["chosen"])
        best = max(
            sum(np.array(gains)[list(taken)])
            for taken in product([False, True], repeat=len(rows))
            if cost(rows, taken) <= budget + 1e-9 and nested(rows, taken)
        )
        assert mine == pytest.approx(best)
        assert sum(found.drop_duplicates("stock")["cost"]) <= budget
        assert found["chosen_share"].between(0, 1).all()


def worth(stairs, rows):
    known = {(row["target_id"], row["level"]): row for row in stairs.to_dict("records")}
    out = []
    for row in rows:
        chance = known[row["target_id"], row["level"]]["probability_met"]
        below = (
            max(0.5, chance)
            if row["level"] == 0.8 and any(r["target_id"] == row["target_id"] and r["level"] == 0.5 for r in rows)
            else chance
        )
        out.append(row["level"] - below)
    return out


def cost(rows, taken):
    needed = {}
    for row, chosen in zip(rows, taken, strict=True):
        if chosen:
            needed[row["stock"]] = max(needed.get(row["stock"], 0), row["extra"])
    return sum(COSTS[stock] * count for stock, count in needed.items())


def nested(rows, taken):
    chosen = {(row["target_id"], row["level"]) for row, one in zip(rows, taken, strict=True) if one}
    there = {(row["target_id"], row["level"]) for row in rows}
    return all((goal, 0.5) in chosen or (goal, 0.5) not in there for goal, level in chosen if level == 0.8)


def test_a_thing_that_counts_among_another_serves_its_goals_too():
    stocks = pd.DataFrame({"stock": ["hospital_beds", "beds_total"], "counts_among": ["beds_total", ""]})
    rows = {"stock": ["hospital_beds", "beds_total"], "target_id": ["h", "b"], "level": 0.5, "extra": [40, 50]}
    stairs = pd.DataFrame(rows).assign(probability_met=0.1, capped=False, unit="张")
    found = programme(stairs, stocks, {"hospital_beds": 3, "beds_total": 2}, 140)
    assert found["chosen"].tolist() == [True, True]
    assert found["added"].tolist() == [40, 10], "forty of the fifty beds stand in the hospital"


def test_costs_that_nothing_asks_for_are_refused(plan):
    for costs, budget in (({"helicopters": 1}, 10), ({"nurses": 0}, 10), ({"nurses": "6"}, 10), ({"nurses": 6}, -1)):
        with pytest.raises(UsageError):
            hp.programme(plan, costs=costs, budget=budget)
    assert hp.programme(plan, costs={"注册护士": 6}, budget=0)["chosen"].eq(False).all()
