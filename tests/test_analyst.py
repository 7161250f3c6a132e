"""The analyst's notebooks rest on these: one target alone, every method beside it, a file looked at first."""

from pathlib import Path

import pandas as pd
import pytest

from healthplan import load_areas, load_indicators, load_plan
from healthplan.errors import UsageError
from healthplan.intake import read_figures
from healthplan.line import all_observations, plan_observations
from healthplan.report.own import (
    difference,
    difference_section,
    horizon,
    intake_section,
    own_section,
    own_trajectories,
)
from healthplan.report.target import methods_beside, methods_section, only_target

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))


def own_file(tmp_path, *lines, name="own.csv"):
    path = tmp_path / name
    path.write_text("\n".join(("指标,地区,年份,数值,单位", *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_a_plan_is_cut_down_to_one_target():
    plan = load_plan("demo-2027")
    chosen = plan.targets["target_id"].iloc[3]
    one = only_target(plan, chosen)
    assert one.targets["target_id"].tolist() == one.series["target_id"].tolist() == [chosen]
    assert len(plan.targets) > 1
    with pytest.raises(UsageError, match="NAME-TARGET"):
        only_target(plan, "demo-2027-t999")


def test_each_method_says_its_own_of_the_same_year():
    plan = load_plan("demo-2027")
    nurses = plan.targets.loc[
        plan.targets["indicator"] == "health_literacy_rate", "target_id"
    ].iloc[0]
    indicators, areas = load_indicators(), load_areas()
    used = plan_observations(only_target(plan, nurses), all_observations(), indicators, areas)
    beside = methods_beside(used, indicators, areas, to=2027, as_of=2024)
    one = beside[(beside["area"] == "demo") & (beside["indicator"] == "health_literacy_rate")]
    one = one.set_index("method")
    assert {"ensemble", "last_value", "drift", "gm11"} <= set(one.index)
    assert (one["year"] == 2027).all()
    last = used.query("area == 'demo' and indicator == 'health_literacy_rate' and year == 2024")[
        "value"
    ]
    assert one.loc["last_value", "value"] == pytest.approx(last.item())
    for level in ("80", "95"):
        assert (one[f"lower_{level}"] <= one["value"]).all()
        assert (one[f"upper_{level}"] >= one["value"]).all()
    html = methods_section(beside, indicators, areas, "en")
    assert html.count("<tr>") == len(beside) + 1
    assert "2027" in html


def test_nothing_to_project_is_said():
    none = pd.DataFrame(columns=["indicator", "area", "method", "year", "value"])
    assert "<table" not in methods_section(none, load_indicators(), load_areas(), "zh")


def test_a_good_file_is_shown_with_what_it_would_change_and_where_it_leads(tmp_path):
    name = load_indicators().set_index("indicator").loc["life_expectancy", "name_zh"]
    lines = [
        f"{name},大足区,{year},{70 + (year - 2015) * 0.3:.1f},岁" for year in range(2015, 2024)
    ]
    path = own_file(tmp_path, *lines)
    found = read_figures(path)
    assert "9 个数值" in intake_section(found, "zh")
    changes = difference(path, found)
    assert (changes["change"] == "added").sum() == 9
    assert "新增" in difference_section(changes, "zh")
    assert horizon(found.table, 0) == 2026
    assert horizon(found.table, 2025) == 2025
    indicators, areas = load_indicators(), load_areas()
    paths = own_trajectories(found.table, indicators, areas, to=2026)
    html = own_section(paths, indicators, areas, "zh", show=1)
    assert html.count("<img") == 1
    assert "大足区" in html


def test_a_faulty_file_enters_nowhere_and_every_fault_is_shown(tmp_path):
    path = own_file(
        tmp_path, "没有这个指标,大足区,2021,<b>x</b>,%", "另一个,大足区,2022年1-6月,3,%"
    )
    found = read_figures(path)
    html = intake_section(found, "zh")
    assert not found.ok
    assert html.count("<tr>") == len(found.faults) + 1
    assert "<b>" not in html
    assert difference(path, found) is None
    assert "先改正" in difference_section(None, "zh")
    indicators, areas = load_indicators(), load_areas()
    paths = own_trajectories(found.table, indicators, areas, to=horizon(found.table, 0))
    assert paths.empty
    assert "<img" not in own_section(paths, indicators, areas, "zh")


def test_a_short_series_is_named_with_its_reason(tmp_path):
    name = load_indicators().set_index("indicator").loc["life_expectancy", "name_zh"]
    path = own_file(tmp_path, f"{name},示例区,2021,77,岁", f"{name},示例区,2022,77.2,岁")
    table = read_figures(path).table
    indicators = load_indicators()
    no_parents = load_areas().assign(parent="")
    paths = own_trajectories(table, indicators, no_parents, to=2026)
    html = own_section(paths, indicators, no_parents, "zh")
    assert "少于三年" in html
