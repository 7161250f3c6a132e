"""Guards: ``diff --take`` loses nothing. An equal value keeps its counts, source, note and edition; a value that changes or
goes is recorded with the old value, the new one, the day and the file; the words of ``diff`` are the reader's."""

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from healthplan import cli, intake, registers, workspace

HEAD = "指标,地区,年份,数值,单位,来源,分子,分母,备注"
FULL = "婴儿死亡率,万州区,{year},{value},‰,年报,{n},{d},含外来人口"


def write(name: str, *rows: str, head: str = HEAD) -> str:
    """A file of figures."""
    Path(name).write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return name


def full(value: float = 4.0, year: int = 2020, n: int = 4, d: int = 1000) -> str:
    """A figure with everything that may stand beside it."""
    return FULL.format(year=year, value=value, n=n, d=d)


@pytest.fixture
def space(tmp_path, monkeypatch):
    """A fresh workspace with our registers."""
    data = tmp_path / "data"
    (data / "observations").mkdir(parents=True)
    for name in ("indicators", "areas", "departments", "sources"):
        (data / f"{name}.csv").write_bytes(workspace.data(f"{name}.csv").read_bytes())
    (tmp_path / "parameters").mkdir()
    (tmp_path / "data" / "plans").mkdir()
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def revisions(space: Path) -> pd.DataFrame:
    """What was recorded."""
    return registers.read_optional("revisions", workspace.current())


@pytest.mark.parametrize("again", ["a.csv", "b.csv"])
def test_an_equal_value_keeps_what_stood_beside_it(again, space):
    intake.take_file(write("a.csv", full(), full(4.1, 2021, 41, 10000)))
    plain = "指标,地区,年份,数值,单位"
    rows = ("婴儿死亡率,万州区,2020,4.0,‰", "婴儿死亡率,万州区,2021,4.1,‰")
    taken = pd.read_csv(intake.take_file(write(again, *rows, head=plain)))
    assert taken["numerator"].tolist() == [4, 41]
    assert taken["denominator"].tolist() == [1000, 10000]
    assert set(taken["source"]) == {"年报"}
    assert all("含外来人口" in note for note in taken["note"])
    assert revisions(space).empty


def test_the_place_of_a_second_print_is_noted(space):
    intake.take_file(write("a.csv", full()))
    taken = pd.read_csv(intake.take_file(write("b.csv", full().replace("年报", "统计公报"))))
    assert taken["source"].tolist() == ["年报"]
    assert "统计公报" in taken["note"].iloc[0]


def test_a_revision_is_recorded_with_old_and_new_value_day_and_file(space):
    intake.take_file(write("a.csv", full(), full(4.1, 2021, 41, 10000)))
    taken = pd.read_csv(intake.take_file(write("b.csv", full(3.0, 2020, 3, 1000))))
    assert taken[["value", "numerator"]].to_numpy().tolist() == [[3.0, 3.0]]
    (row,) = revisions(space).to_dict("records")
    assert (row["old_value"], row["new_value"], row["old_numerator"]) == (4.0, 3.0, 4.0)
    assert (row["date"], row["file"]) == (date.today().isoformat(), "b.csv")
    assert (row["old_source"], row["old_note"], row["year"]) == ("年报", "含外来人口", 2020)


def test_a_figure_that_goes_is_recorded_and_later_records_stand_below(space):
    intake.take_file(write("a.csv", full(), full(4.1, 2021, 41, 10000)))
    intake.take_file(write("a.csv", full()))
    intake.take_file(write("a.csv", full(3.0, 2020, 3, 1000)))
    found = revisions(space)
    assert found["year"].tolist() == [2021, 2020]
    assert found["new_value"].isna().tolist() == [True, False]


def test_there_and_back_every_value_ever_taken_can_be_found(space):
    values = (4.0, 3.0, 5.0, 4.0)
    for value in values:
        intake.take_file(write("a.csv", full(value, n=round(value), d=1000)))
    found = revisions(space)
    assert [*found["old_value"], found["new_value"].iloc[-1]] == list(values)


def test_the_words_of_a_difference_are_the_readers(space):
    intake.take_file(write("a.csv", full()))
    write("a.csv", full(3.0, n=3))
    said = CliRunner().invoke(cli.app, ["diff", "a.csv"]).output
    assert "改动" in said and "原值" in said and "changed" not in said
    told = CliRunner().invoke(cli.app, ["diff", "a.csv", "--format", "csv"]).output
    assert "old_value" in told and "changed" in told
