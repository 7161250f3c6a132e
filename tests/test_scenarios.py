"""Scenarios: each pace by hand, and the inverse: a series of known pace gives the pace back."""

import numpy as np
import pandas as pd
import pytest
from gap_cases import AHEAD, AREAS, RISING, figures, gaps, indicator, projected, target
from hypothesis import given
from hypothesis import strategies as st

from healthplan import workspace
from healthplan.figures.goal import scenario_chart
from healthplan.judging import Judged
from healthplan.judging.scenarios import Pace, best_pace, scenarios
from healthplan.line import PlanView
from healthplan.plans import Plan
from healthplan.registers import Registers
from healthplan.report.sections import action

PLACES = pd.concat(
    [
        AREAS.assign(parent=["city", ""], rank=["district", "city"]),
        pd.DataFrame({"area": ["next"], "name_zh": ["邻区"], "name_en": ["the next district"], "parent": ["city"], "rank": ["district"]}),
    ],
    ignore_index=True,
)  # fmt: skip


def table(known=None, ahead=None, own=None, goals=None, kind=None) -> pd.DataFrame:
    known = figures(RISING) if known is None else known
    ahead = projected(AHEAD) if ahead is None else ahead
    kind = indicator() if kind is None else kind
    found = gaps(target() if goals is None else goals, known, ahead, kind)
    return scenarios(found, ahead, known, kind, PLACES, as_of=2024, own=own)


def at_deadline(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["at_deadline"]].set_index("scenario")


def test_as_now_best_here_and_needed_by_hand():
    known = figures({2018: 60.0, 2019: 64.0, 2021: 72.0, 2022: 74.0, 2023: 76.0, 2024: 78.0})
    found = at_deadline(table(known))
    assert found["value"].to_dict() == pytest.approx(
        {"as_now": 80, "best_here": 78 + 3 * 4, "needed": 82}  # 12 points in 2018-2021: 4 a year
    )
    assert found.loc["best_here", ["pace_from", "pace_to"]].tolist() == [2018, 2021]
    assert found["gap"].to_dict() == pytest.approx({"as_now": 2, "best_here": -8, "needed": 0}, abs=1e-9)
    assert found["met"].to_dict() == {"as_now": False, "best_here": True, "needed": True}
    assert found.loc["needed", "rate"] == pytest.approx(4 / 3)


def test_paths_run_from_the_latest_figure_to_the_deadline():
    path = table().query("scenario == 'needed'")
    assert path["year"].tolist() == [2024, 2025, 2026, 2027]
    assert path["value"].tolist() == pytest.approx([78, 78 + 4 / 3, 78 + 8 / 3, 82])


def test_peers_are_the_siblings_and_the_parent_is_none():
    beside = figures({2020: 50.0, 2022: 61.0, 2023: 65.0}, area="next")  # 5 points a year
    city = figures({2020: 50.0, 2022: 66.0, 2023: 74.0}, area="city")
    known = pd.concat([figures(RISING), beside, city], ignore_index=True)
    found = at_deadline(table(known))
    assert found.loc["best_peer", "value"] == pytest.approx(93)
    assert found.loc["best_peer", "pace_area"] == "next"
    alone = pd.concat([figures(RISING), city], ignore_index=True)
    assert "best_peer" not in at_deadline(table(alone)).index


def test_a_path_stops_at_the_natural_bound():
    beside = figures({2020: 20.0, 2021: 40.0, 2023: 80.0}, area="next")
    known = pd.concat([figures(RISING), beside], ignore_index=True)
    assert at_deadline(table(known)).loc["best_peer", "value"] == 100


@pytest.mark.parametrize(
    ("own", "value"),
    [(("unit", 2.0), 84), (("percent", 1.0), 78 * 1.01**3), (("people", 150.0), 78 + 3 * 1.5)],
)
def test_an_own_pace_in_points_per_cent_or_people(own, value):
    known = figures(RISING, denominator=10_000.0)
    found = at_deadline(table(known, own={"p-t001": own}))
    assert found.loc["own", "value"] == pytest.approx(value)


def test_an_own_pace_of_another_kind_is_refused():
    with pytest.raises(ValueError, match="percent, unit, people"):
        table(own={"p-t001": ("beds", 3)})


def test_amounts_move_in_per_cent_and_the_best_fall_is_the_steepest():
    cases = indicator(unit="1/10万", direction="decrease", indicator_kind="level", per=None, upper_bound=None)
    known = figures({2019: 100.0, 2021: 81.0, 2022: 72.9, 2023: 72.0, 2024: 70.0}, unit="1/10万")
    found = at_deadline(
        table(known, projected({2027: (68.0, 2.0)}), goals=target(comparator="<=", value=60, unit="1/10万"),
              kind=cases)
    )  # fmt: skip
    assert found.loc["best_here", "rate"] == pytest.approx(-10)  # 0.9 cubed is 0.729
    assert found.loc["best_here", "value"] == pytest.approx(70 * 0.9**3)


def test_past_superseded_and_dataless_targets_have_no_scenarios():
    assert table(goals=target(deadline="2023")).empty
    assert table(goals=target(state="superseded")).empty
    assert table(goals=target(state="conflicting")).empty
    assert table(figures({})).empty


@given(st.floats(-8, 8), st.floats(1, 1e4), st.integers(4, 12))
def test_the_pace_of_a_series_made_from_it_comes_back(rate, start, n):
    years = np.arange(2010, 2010 + n)
    series = pd.Series([Pace("percent", rate).after(start, int(y - 2010)) for y in years], index=years)
    for direction in ("increase", "decrease"):
        found = best_pace(series, direction, "percent")
        assert found is not None and found.rate == pytest.approx(rate, abs=1e-6)


def test_two_neighbouring_years_are_no_pace():
    assert best_pace(pd.Series({2023: 1.0, 2024: 5.0}), "increase", "unit") is None


def test_a_pace_rests_on_three_figures_and_never_crosses_a_break():
    assert best_pace(pd.Series({2020: 1.0, 2024: 5.0}), "increase", "unit") is None
    series = pd.Series({2018: 10.0, 2019: 11.0, 2020: 12.0, 2021: 40.0, 2022: 41.0, 2023: 42.0, 2024: 43.0})
    jump = best_pace(series, "increase", "unit")
    assert jump is not None and (jump.first, jump.last) == (2018, 2021)
    real = best_pace(series, "increase", "unit", breaks=[2021])
    assert real is not None and (real.rate, real.first) == (1.0, 2021)


def test_a_peer_whose_definition_changed_lends_no_jump():
    beside = figures({2020: 50.0, 2021: 51.0, 2022: 71.0, 2023: 72.0, 2024: 73.0}, area="next",
                     obs_status={2020: "final", 2021: "final", 2022: "break", 2023: "final", 2024: "final"})  # fmt: skip
    known = pd.concat([figures(RISING), beside], ignore_index=True)
    assert "best_peer" not in at_deadline(table(known)).index


def test_no_pace_crosses_a_level_that_is_suspected_to_be_new():
    known = figures(
        {
            2017: 60.0,
            2018: 61.0,
            2019: 62.0,
            2020: 74.0,
            2021: 75.0,
            2022: 76.0,
            2023: 77.0,
            2024: 78.0,
        }
    )
    plain = at_deadline(table(known, projected(AHEAD)))
    assert plain.loc["best_here", "rate"] == pytest.approx(14 / 3)  # 61 in 2018 to 75 in 2021
    marked = at_deadline(table(known, projected(AHEAD, breaks="shift_suspected:2020")))
    assert marked.loc["best_here", "rate"] == pytest.approx(1.0)


def test_the_picture_names_the_peer_too():
    beside = figures({2020: 50.0, 2022: 61.0, 2023: 65.0}, area="next")
    paces = table(pd.concat([figures(RISING), beside], ignore_index=True))
    figure = scenario_chart(paces, goal=82, goal_words="目标 82%", unit="%", peer="邻区")
    assert "同级最快（邻区）" in "".join(one.get_text() for one in figure.axes[0].texts)


def test_the_page_names_the_peer_whose_pace_it_shows():
    beside = figures({2020: 50.0, 2022: 61.0, 2023: 65.0}, area="next")
    known = pd.concat([figures(RISING), beside], ignore_index=True)
    card = pd.DataFrame(
        {"target_id": ["p-t001"], "name": ["x"], "goal": ["≥82"], "deadline": ["2027"], "status": ["met_holding"]}
    )  # fmt: skip
    found = gaps(target(), known, projected(AHEAD), indicator())
    known_of = Registers(indicator(), PLACES, PLACES, PLACES, place=workspace.current())
    plan = Plan({}, target(), pd.DataFrame(), pd.DataFrame())
    seen = PlanView(plan, known_of, known, 2024, "ensemble", "zh")
    seen.__dict__.update(verdicts=found, judged=Judged(found, *[found] * 4), card=card, projected=projected(AHEAD))
    seen.__dict__["brief"] = card[["target_id", "status"]]
    page = action.scenarios(seen)
    assert "邻区2020—2023年" in page


def test_the_path_of_additions_is_their_sum_in_every_year():
    """Otherwise 1,020 places, then 539, then 2,686 stand in one line."""
    from healthplan.judging.evidence import Record

    figures = pd.Series({2021: 480.0, 2022: 500.0, 2023: 500.0, 2024: 520.0})
    ahead = {"m": {y: {"value": 540.0, "q50": 540.0} for y in (2025, 2026)}}
    yearly = Record("new_beds", "a", figures, figures, figures, (), ahead, ())
    summed = yearly.summed(2023, float("inf"))
    assert summed.figures.to_dict() == {2023: 500.0, 2024: 1020.0}
