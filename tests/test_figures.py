"""Pictures: every character has a glyph, nothing is clipped, a reference never looks like the district."""

import warnings

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from whole_line import all_observations

from healthplan import registers, tables
from healthplan.explanations.scorecards import charts, distances, scorecard, told
from healthplan.figures import goal, overview
from healthplan.figures.style import REFERENCE, wrapped
from healthplan.judging import judge
from healthplan.judging.scenarios import scenarios
from healthplan.line import plan_observations, project_plan
from healthplan.plans import load_plan


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
        "distances": distances(rows, lang),
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


def test_every_trajectory_chart_draws_whole(demo):
    for row in demo["charts"].to_dict("records"):
        texts_inside(drawn(goal.trajectory_chart(row, demo["paths"], lang=demo["lang"])))


def test_the_other_pictures_draw_whole(demo):
    lang = demo["lang"]
    texts_inside(drawn(overview.status_bar(demo["card"], lang=lang)))
    texts_inside(drawn(overview.distance_chart(demo["distances"], lang=lang, synthetic=True)))
    texts_inside(drawn(overview.milestone_calendar(demo["milestones"], lang=lang)))
    for _, rows in demo["scenarios"].groupby("target_id"):
        chart = goal.scenario_chart(rows, goal=1.0, axis_label="x", lang=lang, synthetic=True)
        texts_inside(drawn(chart))


def test_invented_data_say_so_on_the_picture(demo):
    row = demo["charts"].iloc[0].to_dict()
    figure = goal.trajectory_chart(row, demo["paths"], lang=demo["lang"])
    assert any("虚构" in t.get_text() or "invented" in t.get_text() for t in figure.texts)


def test_a_reference_is_grey_dashed_and_named_as_not_the_districts(demo):
    row = demo["charts"].query("own_area == ''").iloc[0].to_dict()
    axes = goal.trajectory_chart(row, demo["paths"], lang=demo["lang"]).axes[0]
    lines = [line for line in axes.lines if len(line.get_xdata()) > 2]
    assert {line.get_linestyle() for line in lines} == {"--", "None"}  # dashed, with its dots
    assert all(line.get_color() == REFERENCE for line in lines)
    dots = [line for line in lines if line.get_linestyle() == "None"]
    assert all(line.get_markerfacecolor() == "white" for line in dots)
    assert any(("非本区" in t.get_text()) or ("not this district" in t.get_text()) for t in axes.texts)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("wide", ["superseded", "at_risk", "no_data"])
def test_a_bar_names_every_status_and_no_name_lies_on_another(lang, wide):
    card = pd.DataFrame({"status": [*tables.STATUSES, *[wide] * 30]})
    figure = drawn(overview.status_bar(card, lang=lang))
    texts_inside(figure)
    boxes = [t.get_window_extent() for t in shown_texts(figure) if not t.get_text().isdigit()]
    assert len(boxes) == len(tables.STATUSES)
    for place, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[place + 1 :])


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
    assert not drawn(goal.trajectory_chart(chart, paths)).axes[0].collections
