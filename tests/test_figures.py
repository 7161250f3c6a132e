"""Pictures: every character has a glyph, nothing is clipped, a reference never looks like the district."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from whole_line import all_observations

from healthplan import registers
from healthplan.explanations.scorecards import charts, scorecard, told
from healthplan.figures import goal, overview, rare
from healthplan.figures.style import OWN, REFERENCE, wrapped
from healthplan.judging import judge
from healthplan.judging.scenarios import scenarios
from healthplan.line import plan_observations, project_plan
from healthplan.plans import load_plan
from healthplan.report import blocks


@pytest.fixture(scope="module", params=["zh", "en"])
def demo(request):
    lang = request.param
    plan, indicators, areas = (
        load_plan("demo-2027"),
        registers.load_indicators(),
        registers.load_areas(),
    )
    known = all_observations()
    used = plan_observations(plan, known, indicators, areas)
    paths = project_plan(plan, known, indicators, areas, as_of=2024, method="ensemble")
    found = judge(plan.targets, paths, used, indicators, plan.series, areas, as_of=2024)
    gaps = found.whole()
    beside = {"series": plan.series, "years": found.years}
    rows = told(gaps, plan.targets, indicators, areas, **beside, lang=lang)
    return {
        "lang": lang,
        "card": scorecard(rows, lang),
        "charts": charts(rows, lang, synthetic=True),
        "paths": paths,
        "milestones": plan.milestones,
        "scenarios": scenarios(gaps, paths, known, indicators, areas, as_of=2024),
    }


def drawn(figure):
    """The figure rendered, any missing glyph an error; its texts and its size in pixels."""
    FigureCanvasAgg(figure)
    figure.draw_without_rendering()  # as blocks.picture does
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure.canvas.draw()
    return figure


def shown_texts(figure):
    """The texts that a reader sees: names, labels, and the tick labels within the axes' limits."""
    found = list(figure.texts)
    for axes in figure.axes:
        found += [*axes.texts, axes.xaxis.label, axes.yaxis.label]
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = zip(axis.get_majorticklocs(), axis.get_major_ticks(), strict=False)
            found += [tick.label1 for place, tick in ticks if axes.axison and low <= place <= high]
    return [text for text in found if text.get_text().strip() and text.get_visible()]


def texts_inside(figure):
    """Every shown text lies within the picture."""
    box, renderer = figure.bbox, figure.canvas.get_renderer()
    for text in shown_texts(figure):
        found = text.get_window_extent(renderer)
        assert box.x0 - 1 <= found.x0 <= found.x1 <= box.x1 + 1, text.get_text()
        assert box.y0 - 1 <= found.y0 <= found.y1 <= box.y1 + 1, text.get_text()


def test_every_chart_of_a_card_draws_whole_and_a_spark_says_no_word(demo):
    for row in demo["charts"].to_dict("records"):
        texts_inside(drawn(goal.card_chart(row, demo["paths"], lang=demo["lang"])))
        if row["target_id"] in ("demo-2027-t025", "demo-2027-t013"):
            assert shown_texts(drawn(goal.spark(row, demo["paths"], "short"))) == []


def test_a_spark_weighs_two_kilobytes_at_most(demo):
    for row in demo["charts"].to_dict("records"):
        assert len(blocks.svg(goal.spark(row, demo["paths"], "short"), "spark")) <= 2048


def test_the_other_pictures_draw_whole(demo):
    lang = demo["lang"]
    spans = pd.DataFrame(
        {"lead": ["", "区卫生健康委" * 12], "end": [2024.5, np.inf], "words": ["2024", ""], "count": [1, 2]}
    )
    texts_inside(drawn(overview.milestone_calendar(spans, start=2022.0, gone=2024.0, now="2024", lang=lang)))
    said = pd.DataFrame({"said": [0.1, 0.9], "came": [0.2, 0.8], "n": [3, 9]})
    texts_inside(drawn(overview.reliability_chart(said, lang=lang)))
    for _, rows in demo["scenarios"].groupby("target_id"):
        chart = goal.scenario_chart(rows, goal=1.0, goal_words="x", unit="%", lang=lang)
        texts_inside(drawn(chart))


@pytest.mark.parametrize("most", [0, 2, 60])
def test_rare_events_draw_whole_whatever_their_number(most):
    events = pd.DataFrame({"year": range(2014, 2025), "events": [most, 0, 1, *[0] * 8], "exposure": 3000.0})
    pools = pd.DataFrame(
        {"first": [2022], "last": [2024], "events": [1.0], "value": [9.9], "lower_95": [0.2], "upper_95": [55.0]}
    )
    texts_inside(drawn(rare.event_chart(events, pools, goal=10.0, goal_words="目标 ≤10/10万", unit="1/10万")))


def test_the_fan_ends_at_the_deadline_and_the_goal_is_a_black_step_from_the_plans_start(demo):
    row = demo["charts"].query("target_id == 'demo-2027-t025'").iloc[0].to_dict()
    assert [step[:2] for step in row["goal_steps"]] == [(2022.0, 2023.0), (2023.0, 2025.0), (2025.0, 2027.0)]
    axes = goal.card_chart(row, demo["paths"], lang=demo["lang"]).axes[0]
    assert axes.get_xlim()[1] == 2027
    black = [line for line in axes.lines if line.get_color() == "#000000"]
    assert [list(line.get_ydata()) for line in black] == [[60, 60, 80, 80, 100, 100]]


def test_a_reference_is_grey_dashed_and_named(demo):
    row = demo["charts"].query("own_area == ''").iloc[0].to_dict()
    axes = goal.card_chart(row, demo["paths"], lang=demo["lang"]).axes[0]
    grey = [line for line in axes.lines if line.get_color() == REFERENCE]
    assert len(grey) == 1 and grey[0].get_linestyle() == "--"
    assert any(t.get_text() in ("示例市（虚构）", "Sample City") for t in axes.texts)
    assert not [line for line in axes.lines if line.get_color() == OWN]


@pytest.mark.parametrize(
    "label",
    [
        "每千人口注册护士数",
        "每千人口3岁以下婴幼儿托位数（个/千人）" * 2,
        "a long english label " * 4,
    ],
)
def test_wrapped_labels_lose_nothing(label):
    assert wrapped(label, 3).replace("\n", "").replace(" ", "") == label.replace(" ", "")


def test_missing_ends_draw_no_fan():
    paths = pd.DataFrame(
        {"indicator": "a", "area": "x", "year": [2020, 2021], "value": [1.0, 2.0], "kind": "observed",
         "lower_80": np.nan, "upper_80": np.nan, "lower_95": np.nan, "upper_95": np.nan}
    )  # fmt: skip
    chart = {"indicator": "a", "own_area": "x", "group": "", "own_label": "x", "reference_indicator": "", "reference_area": "",
             "goal_value": 3.0, "goal_value_high": np.nan, "goal_label": "目标", "deadline_year": 2022.0,
             "axis_label": "a", "synthetic": False}  # fmt: skip
    assert not drawn(goal.card_chart(chart, paths)).axes[0].patches
