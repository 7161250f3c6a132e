"""The analyst's notebooks rest on these: one target alone, every method beside it, a file looked at first."""

from dataclasses import replace
from pathlib import Path

import pytest

import healthplan as hp
from healthplan.registers import load_registers
from healthplan.report.sections import file
from healthplan.report.sections.file import (
    changes_of,
    difference,
    intake,
    own,
    own_trajectories,
)
from healthplan.report.sections.method import methods, methods_beside

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(autouse=True)
def here(monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))


def own_file(tmp_path, *lines, name="own.csv"):
    path = tmp_path / name
    path.write_text("\n".join(("指标,地区,年份,数值,单位", *lines)) + "\n", encoding="utf-8")
    return str(path)


def test_each_method_says_its_own_of_the_same_year():
    indicator, whole = "health_literacy_rate", hp.plan("demo-2027", as_of=2024, lang="en")
    plan = hp.only(whole, whole.tables.targets.query("indicator == @indicator")["target_id"].iloc[0])
    beside = methods_beside(plan, to=2027)
    one = beside[(beside["area"] == "demo") & (beside["indicator"] == indicator)]
    one = one.set_index("method")
    assert {"ensemble", "last_value", "drift", "gm11"} <= set(one.index)
    assert (one["year"] == 2027).all()
    seen = plan.used.query("area == 'demo' and indicator == @indicator and year == 2024")
    assert one.loc["last_value", "value"] == pytest.approx(seen["value"].item())
    for level in ("80", "95"):
        assert (one[f"lower_{level}"] <= one["value"]).all()
        assert (one[f"upper_{level}"] >= one["value"]).all()
    html = methods(plan)
    assert html.count("<tr>") == len(beside) + 1
    assert "2027" in html


def test_nothing_to_project_is_said():
    plan = hp.plan("demo-2027", lang="zh")
    plan.__dict__["used"] = plan.used.head(0)
    assert "<table" not in methods(plan)


def test_a_good_file_is_shown_with_what_it_would_change_and_where_it_leads(tmp_path):
    name = load_registers().indicators.set_index("indicator").loc["life_expectancy", "name_zh"]
    lines = [f"{name},大足区,{year},{70 + (year - 2015) * 0.3:.1f},岁" for year in range(2015, 2024)]
    path = own_file(tmp_path, *lines)
    found = hp.read_file(path, kind="figures")
    assert "9个数值" in intake(found, "zh")
    changes = changes_of(found)
    assert (changes["change"] == "added").sum() == 9
    assert "新增" in difference(found, "zh")
    assert own_trajectories(found.table, load_registers())["year"].max() == 2026
    assert own_trajectories(found.table, load_registers(), to=2025)["year"].max() == 2025
    html = own(found, "zh", show=1)
    assert html.count("<svg") == 1
    assert "大足区" in html


def test_a_faulty_file_enters_nowhere_and_every_fault_is_shown(tmp_path):
    path = own_file(tmp_path, "没有这个指标,大足区,2021,<b>x</b>,%", "另一个,大足区,2022年1-6月,3,%")
    found = hp.read_file(path, kind="figures")
    html = intake(found, "zh")
    assert not found.ok
    assert len(found.left_out) == 1  # the part of a year, in a table of its own below the faults
    assert html.count("<tr>") == (len(found.faults) + 1) + (len(found.left_out) + 1)
    assert "<b>" not in html
    assert changes_of(found) is None
    assert "先改正" in difference(found, "zh")
    assert own_trajectories(found.table, load_registers()).empty
    assert "<svg" not in own(found, "zh")


def test_a_short_series_is_named_with_its_reason(tmp_path, monkeypatch):
    name = load_registers().indicators.set_index("indicator").loc["life_expectancy", "name_zh"]
    path = own_file(tmp_path, f"{name},示例区,2021,77,岁", f"{name},示例区,2022,77.2,岁")
    found = hp.read_file(path, kind="figures")
    known = load_registers()
    alone = replace(known, areas=known.areas.assign(parent=""))
    monkeypatch.setattr(file, "load_registers", lambda: alone)
    assert "少于三年" in own(found, "zh", to=2026)
