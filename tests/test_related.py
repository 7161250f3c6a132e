"""What of all figures a plan may rest on: nothing that is left out would have changed a verdict."""

from dataclasses import replace

import pandas as pd
import pytest
from conftest import ROOT

from healthplan import league_view, line, plans, registers, vintages
from healthplan.related import related, related_to_parts
from healthplan.report.parameters import load_parameters

FILES = sorted((ROOT / "parameters").glob("*.yaml"))
OF_PLANS = [file for file in FILES if load_parameters(file).plan]
OF_AREAS = [file for file in FILES if file not in OF_PLANS]


@pytest.mark.parametrize("file", OF_PLANS, ids=[file.stem for file in OF_PLANS])
def test_every_verdict_is_that_of_all_figures(file):
    """Guards: a report that is not made again although a figure changed that bears on it; two answers to one question."""
    asked, known = load_parameters(file), registers.load_registers()
    plan = plans.load_plan(asked.plan, area=asked.area, known=known)
    every, _ = vintages.vintages((), asked.as_of, plan.area, known)
    seen = line.view(plan, as_of=asked.as_of, known=known)
    assert len(seen.vintages) == len(related(plan, every, known)) <= len(every)
    if not plan.synthetic:
        assert len(seen.vintages) < 0.6 * len(every), "most figures are of places that the plan never looks at"
    whole = replace(seen, vintages=every)
    pd.testing.assert_frame_equal(seen.trajectories, whole.trajectories)
    for year, gaps in {**whole.past_gaps, seen.as_of: whole.verdicts}.items():
        mine = {**seen.past_gaps, seen.as_of: seen.verdicts}[year]
        pd.testing.assert_frame_equal(mine, gaps)


@pytest.mark.parametrize("file", OF_AREAS, ids=[file.stem for file in OF_AREAS])
def test_areas_beside_each_other_rest_on_these_figures_alone(file):
    """Guards: a figure of a district making the report on provinces anew, or bearing on it unseen."""
    asked, known = load_parameters(file), registers.load_registers()
    every, _ = vintages.vintages((), asked.as_of, asked.parts_of, known)
    seen = league_view.view(asked.parts_of, indicators=asked.indicators, as_of=asked.as_of, known=known)
    kept = related_to_parts(asked.parts_of, every, known)
    assert len(seen.vintages) == len(kept) < len(every)
    assert set(kept["area"]) <= {asked.parts_of, *registers.area_tree(known.areas).inside(asked.parts_of)}
    whole = replace(seen, vintages=every)
    pd.testing.assert_frame_equal(seen.observations, whole.observations)


def test_a_users_figures_and_long_series_of_others_stay():
    """Of another district: five years of a goal's indicator may lend a course, four do not; what a user brings always stays."""
    known, plan = registers.load_registers(), plans.load_plan("dazu-2027")
    indicator = plan.targets["indicator"].iloc[0]
    rows = {"indicator": indicator, "area": "nanshan", "group": "", "value": 1.0}
    figures = pd.DataFrame([{**rows, "year": year} for year in range(2015, 2020)])
    assert len(related(plan, figures, known)) == 5
    assert len(related(plan, figures.head(4), known)) == 0
    assert len(related(plan, figures.head(4).assign(row=[2, 3, None, None]), known)) == 2
    assert len(related(plan, figures.assign(area="wanzhou", indicator="nobody-asks"), known)) == 0
    assert len(related(plan, figures.head(1).assign(area="chongqing", indicator="nobody-asks"), known)) == 1
