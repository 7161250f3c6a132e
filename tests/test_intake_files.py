"""Guards: user's files enter whole or not at all; what they would change is shown first; our own tables pass."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from whole_line import as_text

from healthplan import intake, tables
from healthplan.errors import InputError, UsageError
from healthplan.intake import yamlfile
from tests.conftest import ROOT
from tests.intake_cases import RATES, long, put

WANZHOU = long(area="万州区")


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    """A workspace of its own with registers and one published file."""
    data = tmp_path / "data"
    (data / "observations").mkdir(parents=True)
    for name in ("indicators", "areas", "sources"):
        shutil.copyfile(ROOT / "data" / f"{name}.csv", data / f"{name}.csv")
    published = pd.DataFrame(
        [["infant_mortality_rate", "wanzhou", 2015, "", 4.58, "‰", "", "", "book", "final", ""],
         ["infant_mortality_rate", "wanzhou", 2016, "", 3.9, "‰", "", "", "book", "final", ""],
         ["infant_mortality_rate", "dazu", 2016, "", 4.1, "‰", "", "", "book", "final", ""]],
        columns=["indicator", "area", "year", "period", "value", "unit", "numerator", "denominator", "source", "obs_status", "note"],
    )  # fmt: skip
    published.to_csv(data / "observations" / "published.csv", index=False)
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def state(folder: Path) -> dict[str, bytes]:
    """Every file with its bytes."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_file_with_an_error_changes_nothing(workspace):
    Path("数据.csv").write_text(put(WANZHOU, 5, "婴儿死亡率,万州区,2018,-3.5,‰,年报"), encoding="utf-8")
    before = state(workspace)
    with pytest.raises(InputError, match="-3"):
        intake.take_file("数据.csv")
    with pytest.raises(InputError):
        intake.load_user_observations(["数据.csv"])
    with pytest.raises(InputError):
        intake.diff_file("数据.csv")
    assert state(workspace) == before


def test_names_that_are_not_registered_do_not_enter_the_workspace(workspace):
    Path("数据.csv").write_text(long(area="浦东新区"), encoding="utf-8")
    before = state(workspace)
    with pytest.raises(InputError, match="浦东新区"):
        intake.take_file("数据.csv")
    assert state(workspace) == before


def test_what_is_not_registered_is_set_aside_by_name_and_the_rest_taken(workspace):
    strange = "登革热媒介布雷图指数达标率,万州区,2020,81,%,年报\n婴儿死亡率,浦东新区,2020,2.9,‰,年报\n"
    Path("数据.csv").write_text(WANZHOU + strange, encoding="utf-8")
    said = [(one.code, str(one.value)) for one in intake.set_aside(intake.whole("数据.csv"))]
    assert said == [("LEFT-INDICATOR", "登革热媒介布雷图指数达标率"), ("LEFT-AREA", "浦东新区")]
    path = intake.take_file("数据.csv")
    assert pd.read_csv(path)["value"].tolist() == [float(v) for v in RATES.values()]
    kept = path.with_suffix(".faults.json").read_text(encoding="utf-8")
    assert "LEFT-INDICATOR" in kept
    assert "LEFT-AREA" in kept


def test_the_difference_is_shown_and_taken_only_when_told(workspace):
    Path("数据.csv").write_text(WANZHOU, encoding="utf-8")
    before = state(workspace)
    shown = intake.diff_file("数据.csv")
    assert state(workspace) == before
    changed = shown[shown["change"] == "changed"]
    assert changed[["year", "old_value", "new_value"]].to_numpy().tolist() == [[2016, 3.9, 3.76]]
    assert (shown["change"] == "added").sum() == len(RATES) - 2
    path = intake.take_file("数据.csv")
    taken = pd.read_csv(path)
    assert taken["value"].tolist() == [float(v) for v in RATES.values()]
    assert list(taken.columns) == tables.columns("observations")
    published = pd.read_csv(workspace / "data" / "observations" / "published.csv")
    assert published[["area", "year"]].to_numpy().tolist() == [["dazu", 2016]]
    assert intake.diff_file("数据.csv").empty


def test_a_new_version_that_lacks_earlier_values_says_so(workspace):
    Path("数据.csv").write_text(WANZHOU, encoding="utf-8")
    intake.take_file("数据.csv")
    shorter = "\n".join(WANZHOU.split("\n")[:6]).replace("3.52", "3.25") + "\n"
    Path("数据.csv").write_text(shorter, encoding="utf-8")
    shown = intake.diff_file("数据.csv")
    assert shown["change"].tolist() == ["dropped"] * 4 + ["changed"]
    assert shown["year"].tolist() == [2020, 2021, 2022, 2023, 2018]


def test_warnings_are_kept_beside_the_figures(workspace):
    Path("数据.csv").write_text(WANZHOU.replace("2.15", "2.15①"), encoding="utf-8")
    path = intake.take_file("数据.csv")
    assert "CELL-MARK" in path.with_suffix(".faults.json").read_text(encoding="utf-8")
    assert [p.name for p in path.parent.iterdir() if p.name.startswith(".")] == []


def test_a_failure_while_writing_leaves_the_old_state(workspace):
    Path("数据.csv").write_text(WANZHOU, encoding="utf-8")
    (workspace / "data" / "observations" / "own-数据.faults.json").mkdir()  # nothing can be renamed over it
    before = state(workspace)
    with pytest.raises(IsADirectoryError):
        intake.take_file("数据.csv")
    assert state(workspace) == before


def test_two_files_together(workspace):
    Path("a.csv").write_text(WANZHOU, encoding="utf-8")
    Path("b.csv").write_text(long({2024: "2.1", 2023: "2.15"}, area="万州区"), encoding="utf-8")
    together, faults = intake.load_user_observations(["a.csv", "b.csv"])
    assert together["year"].tolist() == [*RATES, 2024]
    assert not [f for f in faults if f.severity == "error"]
    Path("b.csv").write_text(long({2023: "2.16"}, area="万州区"), encoding="utf-8")
    with pytest.raises(InputError, match=r"2\.16"):
        intake.load_user_observations(["a.csv", "b.csv"])


def test_difference_of_tables():
    old = pd.DataFrame(
        {
            "indicator": "a",
            "area": "b",
            "year": [1, 2],
            "period": "",
            "unit": "%",
            "value": [1.0, 2.0],
            "obs_status": "final",
            "source": "s",
        }
    )
    new = old.assign(year=[2, 3], value=[2.5, 3.0])
    shown = intake.diff_observations(old, new)
    assert shown[["change", "year"]].to_numpy().tolist() == [
        ["dropped", 1],
        ["changed", 2],
        ["added", 3],
    ]
    assert intake.diff_observations(old, old).empty


def test_counts_that_would_be_lost_are_a_change():
    """A rate without its deaths and births can no longer be judged by counts: the same value is not the same row."""
    row = {"indicator": "infant_mortality_rate", "area": "demo", "year": 2023, "period": "", "unit": "‰", "value": 2.0,
           "obs_status": "final", "source": "s"}  # fmt: skip
    old = pd.DataFrame([row | {"numerator": 20.0, "denominator": 10000.0}])
    found = intake.diff_observations(old, pd.DataFrame([row]))
    assert list(found["change"]) == ["changed"]
    assert list(found["lost"]) == ["numerator;denominator"]
    assert intake.diff_observations(old, old).empty


def test_a_status_that_changes_is_a_change():
    old = pd.DataFrame(
        {
            "indicator": "a",
            "area": "b",
            "year": [1],
            "period": "",
            "unit": "%",
            "value": [1.0],
            "obs_status": "preliminary",
            "source": "s",
        }
    )
    assert intake.diff_observations(old, old.assign(obs_status="final"))["change"].tolist() == ["changed"]


@pytest.mark.parametrize("path", sorted((ROOT / "data" / "observations").glob("*.csv")), ids=lambda p: p.name)
def test_shipped_observations_pass(path):
    found = intake.read_any(path)
    assert found.ok, as_text(found)
    assert len(found.table) == sum(1 for _ in path.open(encoding="utf-8")) - 1


@pytest.mark.parametrize(
    "path",
    sorted((ROOT / "data" / "plans").glob("*/*.csv")) + sorted((ROOT / "parameters").glob("*.yaml")),
    ids=lambda p: f"{p.parent.name}-{p.name}",
)
def test_shipped_plans_and_parameters_pass(path):
    found = intake.read_any(path)
    empty = [f.code for f in found.faults] == ["DATA-NONE"]
    assert found.ok or empty, as_text(found)


def test_parameter_names_are_those_of_the_report():
    from healthplan.report.parameters import Parameters

    assert set(yamlfile.known()) == set(Parameters.model_fields)


def test_status_travels_from_the_cell_to_the_table(tmp_path):
    rows = long(y2021="2.3（口径变化）", y2022="2.26（估计）", y2023="2.15*") + "注：2023年为快报数。,,,,,\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    found = intake.read_figures(tmp_path / "a.csv")
    status = dict(zip(found.table["year"], found.table["obs_status"], strict=True))
    assert {year: status[year] for year in (2020, 2021, 2022, 2023)} == {
        2020: "final",
        2021: "break",
        2022: "estimated",
        2023: "preliminary",
    }


def test_an_unknown_kind_is_a_wrong_call(tmp_path):
    with pytest.raises(UsageError):
        intake.read_any(tmp_path / "a.csv", "figurs")


def test_a_note_that_names_a_year_speaks_of_that_year(tmp_path):
    rows = "指标,地区,单位,2021年,2022年,备注\n婴儿死亡率,浦东新区,‰,2.3,2.26,2022年口径变化\n"
    (tmp_path / "a.csv").write_text(rows, encoding="utf-8")
    found = intake.read_figures(tmp_path / "a.csv")
    assert found.table[["year", "obs_status"]].to_numpy().tolist() == [
        [2021, "final"],
        [2022, "break"],
    ]


@pytest.mark.parametrize(
    ("births", "deaths", "codes"),
    [("0", "2", ["PART-ZERO"]), ("100", "130", ["PART-WHOLE"]), ("5000", "20", [])],
)
def test_counts_in_two_files_are_held_against_each_other(tmp_path, births, deaths, codes):
    head = "指标,地区,年份,数值,单位\n"
    one, other = tmp_path / "births.csv", tmp_path / "deaths.csv"
    one.write_text(f"{head}活产数,万州区,2024,{births},人\n", encoding="utf-8")
    other.write_text(f"{head}婴儿死亡数,万州区,2024,{deaths},人\n", encoding="utf-8")
    try:
        table, faults = intake.load_user_observations([one, other])
        assert len(table) == 2
    except InputError as error:
        faults = error.faults
        assert "deaths.csv" in faults[0].text("zh")
    assert [fault.code for fault in faults if fault.severity == "error"] == codes


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        ("婴儿死亡数,2023,12,人;5岁以下儿童死亡数,2023,9,人", [("PART-ABOVE", 2)]),
        ("执业（助理）医师数,2023,900,人;卫生技术人员数,2023,850,人", [("PART-ABOVE", 2)]),
        ("新生儿死亡率,2023,0.26,%;婴儿死亡率,2023,2.1,‰", [("PART-ABOVE", 2)]),
        ("婴儿死亡率,2022,4.5,‰;5岁以下儿童死亡率,2023,3.0,‰", []),
        ("婴儿死亡率,2023,3.0,‰;5岁以下儿童死亡率,2023,3.0,‰", []),
        ("婴儿死亡数,2023,1.5,人", [("VALUE-PART", 2)]),
        ("疫情蔓延事件数,2023,0.5,起", [("VALUE-PART", 2)]),
        ("年平均常住人口（推算）,2023,812345.5,人", []),
        ("活产数,2023,0.523456,万人", []),
    ],
)
def test_half_a_death_and_a_part_above_its_whole_are_errors(tmp_path, lines, codes):
    rows = [line.split(",") for line in lines.split(";")]
    told = [f"{name},万州区,{year},{value},{unit}" for name, year, value, unit in rows]
    path = tmp_path / "figures.csv"
    path.write_text("\n".join(["指标,地区,年份,数值,单位", *told]), encoding="utf-8")
    found = intake.read_figures(path)
    assert [(fault.code, fault.row) for fault in found.errors] == codes
