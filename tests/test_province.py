"""Guards ``gaps --targets``: over a folder of many areas' figures every goal that is taken has the gap, the chance and the
word that its own plan gives it; what is not taken is listed; shards merged are the bytes of the whole."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from typer.testing import CliRunner

from healthplan import cli, parts, province, registers
from healthplan.errors import InputError
from healthplan.line import view
from healthplan.plans import load_plan, plan_ids

SPAN = ["period_start", "period_end", "published_year"]
NOT_TAKEN = {"wansheng-2023-2025": 4, "demo-2027": 3}  # contradicting rows, and one goal made of several conditions


def given(seen, folder):
    """The plan's goals and the figures that it knows, as a table and a folder."""
    plan = seen.tables
    seen.observations.to_parquet(folder / "figures", partition_cols=["indicator"], index=False)
    series = plan.series.rename(columns={"indicator": "series_indicator", "area": "series_area"})
    goals = plan.targets.merge(series[["target_id", "basis", "series_indicator", "series_area"]], on="target_id")
    goals = goals.assign(**{name: plan.about[name] for name in SPAN})
    goals.to_parquet(folder / "goals.parquet", index=False)
    return folder / "goals.parquet", folder / "figures"


@pytest.mark.parametrize("plan", plan_ids())
def test_a_plans_goals_are_judged_as_the_plan_judges_them(plan, tmp_path, monkeypatch):
    monkeypatch.setattr(province, "UNIT", 10**6)  # one unit: no second process
    seen = view(load_plan(plan))
    files = given(seen, tmp_path)
    rows, said = province.judge_file(*files, tmp_path / "out.parquet", seen.registers, as_of=seen.as_of)
    found = pd.read_parquet(tmp_path / "out.parquet").set_index("target_id")
    listed = sum(fault.fields["count"] for fault in said if fault.code == "GOAL-NOT-JUDGED")
    assert rows == len(found) == len(seen.gaps) - listed and listed == NOT_TAKEN.get(plan, 0)
    wanted = seen.gaps.set_index("target_id").loc[found.index, found.columns.drop("area")]
    for name in wanted.columns:
        one, other = found[name].to_numpy(object), wanted[name].to_numpy(object)
        if pd.api.types.is_numeric_dtype(wanted[name]):
            np.testing.assert_allclose(one.astype(float), wanted[name].astype("float64"), rtol=1e-6, err_msg=name)
        else:
            assert one.tolist() == [None if pd.isna(cell) else cell for cell in other], name


def areas(folder, count=60):
    """Two registered indicators of many counties, and their goals."""
    rng = np.random.default_rng(1)
    years, names = np.arange(2014, 2025), [f"县{n:02d}" for n in range(count)]
    parts_, goals = [], []
    for indicator, unit, first in (("health_literacy_rate", "%", 20), ("life_expectancy", "岁", 78)):
        values = first + rng.normal(0.4, 0.3, (count, len(years))).cumsum(1)
        told = {"area": np.repeat(names, len(years)), "year": np.tile(years, count), "value": values.ravel()}
        parts_.append(pd.DataFrame(told).assign(indicator=indicator, unit=unit))
        goal = {"target_id": indicator, "area": names, "indicator": indicator, "value": np.round(values[:, -1] + 1, 1)}
        goals.append(pd.DataFrame(goal).assign(comparator=">=", unit=unit, deadline="2027"))
    folder.mkdir()
    frame = pd.concat(parts_, ignore_index=True)
    return frame, pd.concat(goals, ignore_index=True)


def test_shards_merged_are_the_whole_and_what_is_wrong_is_listed(tmp_path, monkeypatch):
    monkeypatch.setattr(province, "UNIT", 50)  # a unit an indicator
    frame, goals = areas(tmp_path / "figures")
    key = ["area", "indicator"]
    pick = lambda area, indicator: frame.set_index(key).index == (area, indicator)  # noqa: E731
    frame.loc[np.flatnonzero(pick("县00", "health_literacy_rate"))[3], "value"] = 130.0
    frame.loc[pick("县01", "life_expectancy"), "unit"] = "月"
    again = frame[pick("县02", "life_expectancy")].assign(value=1.0)
    pd.concat([frame, again]).to_parquet(tmp_path / "figures" / "a.parquet", index=False)
    goals.loc[len(goals)] = goals.iloc[5].to_dict() | {"target_id": "x", "indicator": "unheard_of"}
    goals.to_csv(tmp_path / "goals.csv", index=False)
    known, files = registers.load_registers(), (tmp_path / "goals.csv", tmp_path / "figures")
    rows, said = province.judge_file(*files, tmp_path / "whole.parquet", known)
    shards = [tmp_path / f"{i}.parquet" for i in (1, 2)]
    for i, shard in enumerate(shards, 1):
        call = [
            "gaps",
            "--targets",
            str(files[0]),
            "--observations",
            str(files[1]),
            "--out",
            str(shard),
            "--shard",
            f"{i}/2",
        ]
        done = CliRunner().invoke(cli.app, call)
        assert done.exit_code == 0, done.output
    parts.merge(shards, tmp_path / "merged.parquet")
    assert (tmp_path / "merged.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
    found = pd.read_parquet(tmp_path / "whole.parquet")
    lost = {("县00", "health_literacy_rate"), ("县01", "life_expectancy"), ("县02", "life_expectancy")}
    assert rows == len(found) == 120 - len(lost) and not lost & set(
        found[["area", "target_id"]].itertuples(index=False)
    )
    assert found["probability_met"].notna().all() and (found["gap"].notna()).all()
    counts = {fault.code: fault.fields.get("count") for fault in said}
    assert sum(fault.code == "SERIES-LEFT" for fault in said) == 3
    assert sorted(f.fields["count"] for f in said if f.code == "GOAL-NOT-JUDGED") == [1, 3], counts


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="reads the table of processes")
def test_a_killed_run_leaves_no_worker_and_goes_on(tmp_path):
    frame, goals = areas(tmp_path / "figures")
    frame.to_parquet(tmp_path / "figures" / "a.parquet", index=False)
    goals.to_parquet(tmp_path / "goals.parquet", index=False)
    code = f"import sys; sys.path.insert(0, 'tests'); from test_province import run; run({str(tmp_path)!r})"
    running = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT)
    workers: set[str] = set()
    while len(workers) < 3 and running.poll() is None:  # two workers and what tracks their resources
        workers |= set(Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split())
    running.kill()
    running.wait()
    until = time.monotonic() + 30
    while any(_runs(worker) for worker in workers) and time.monotonic() < until:
        pass
    assert len(workers) == 3 and not any(_runs(worker) for worker in workers)
    run(tmp_path)
    assert len(pd.read_parquet(tmp_path / "out.parquet")) == len(goals) and not list(tmp_path.glob("*.parts"))


def _runs(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def run(folder):
    """Judge the goals of a folder, a unit an indicator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(province, "UNIT", 50)
        _judge(Path(folder))


def _judge(folder):
    files = (folder / name for name in ("goals.parquet", "figures", "out.parquet"))
    province.judge_file(*files, registers.load_registers())


def test_a_wrong_table_of_goals_is_refused_with_every_fault(tmp_path):
    _, goals = areas(tmp_path / "figures", 3)
    goals["value"] = goals["value"].astype(object)
    goals.loc[1, "value"], goals.loc[2, "comparator"], goals.loc[3, "value"] = "约三十", "至少", None
    goals.to_csv(tmp_path / "goals.csv", index=False)
    with pytest.raises(InputError) as caught:
        province.goals_at(tmp_path / "goals.csv", registers.load_indicators())
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [("TAB-WORD", 4), ("TAB-TYPE", 3)]
    goals.loc[1, "value"], goals.loc[2, "comparator"] = 30, ">="
    goals.to_csv(tmp_path / "goals.csv", index=False)
    with pytest.raises(InputError, match=r"TAB-EMPTY.*5"):
        province.goals_at(tmp_path / "goals.csv", registers.load_indicators())
    goals.drop(columns="value").to_csv(tmp_path / "goals.csv", index=False)
    with pytest.raises(InputError, match="TAB-EMPTY"):
        province.goals_at(tmp_path / "goals.csv", registers.load_indicators())
    assert CliRunner().invoke(cli.app, ["gaps", "--targets", str(tmp_path / "goals.csv")]).exit_code != 0


STATED = {"another scale": ({"value": 2.0, "unit": "万"}, "UNIT-WRONG"), "upside down": ({"comparator": "range", "value": 50, "value_high": 30}, "GOAL-RANGE"),
          "one end": ({"comparator": "range", "value": 50}, "GOAL-RANGE"), "a share of 130": ({"value": 130.0}, "VALUE-HIGH"),
          "below nothing": ({"value": -5.0}, "VALUE-LOW"), "% of nurses": ({"indicator": "nurses_per_1000", "unit": "%", "value": 4.3}, "UNIT-WRONG")}  # fmt: skip


@pytest.mark.parametrize("kind", list(STATED))
def test_a_goal_that_cannot_be_meant_is_refused_with_its_row(kind, tmp_path):
    """As a plan's sheet is: a unit of something else, a range of no width, a number that the indicator cannot be."""
    _, goals = areas(tmp_path / "figures", 3)
    goals["value_high"] = np.nan
    cells, code = STATED[kind]
    goals.loc[1, list(cells)] = list(cells.values())
    goals.to_csv(tmp_path / "goals.csv", index=False)
    with pytest.raises(InputError) as caught:
        province.goals_at(tmp_path / "goals.csv", registers.load_indicators())
    assert [(fault.code, fault.row) for fault in caught.value.faults] == [(code, 3)]


def test_a_goal_in_another_unit_of_the_same_measure_is_converted_and_said(tmp_path):
    _, goals = areas(tmp_path / "figures", 3)
    goals.loc[1, ["indicator", "unit", "value"]] = "nurses_per_1000", "人/万人", 43.0
    goals["target_id"] = [f"t{i}" for i in range(len(goals))]
    goals.to_csv(tmp_path / "goals.csv", index=False)
    kept, said = province.goals_at(tmp_path / "goals.csv", registers.load_indicators())
    assert len(kept) == len(goals) and [(fault.code, fault.row) for fault in said] == [("UNIT-CONVERTED", 3)]


def test_an_empty_cell_is_shown_as_none(tmp_path):
    _, goals = areas(tmp_path / "figures", 3)
    goals.loc[1, "area"] = None
    goals.to_parquet(tmp_path / "goals.parquet")
    with pytest.raises(InputError) as caught:
        province.goals_at(tmp_path / "goals.parquet", registers.load_indicators())
    assert "nan" not in caught.value.text("zh").lower().replace("parquet", "")


def test_figures_of_which_none_fits_a_goal_are_said_and_every_goal_has_no_data(tmp_path):
    frame, goals = areas(tmp_path / "figures", 3)
    frame.assign(indicator="居民健康素养").to_parquet(tmp_path / "figures" / "a.parquet", index=False)
    goals.to_csv(tmp_path / "goals.csv", index=False)
    files = (str(tmp_path / name) for name in ("goals.csv", "figures", "out.csv"))
    call = [part for pair in zip(("--targets", "--observations", "--out"), files, strict=True) for part in pair]
    done = CliRunner().invoke(cli.app, ["gaps", *call])
    assert done.exit_code == 0 and "GOAL-NO-FIGURES" in done.output and "居民健康素养" in done.output
    found = pd.read_csv(tmp_path / "out.csv")
    assert len(found) == len(goals) and set(found["status"]) == {"no_data"}
