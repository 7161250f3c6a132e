"""Guards: ``project`` goes through the checks of ``check``: what is wrong with one series takes that one out and is said;
the others are projected, and of a clean panel nothing is lost."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from healthplan import cli
from healthplan.intake import Sieve, read_figures, register, sound_panel
from healthplan.projection import project_file
from healthplan.registers import load_indicators

WRONG = {
    "share below nothing": ("health_literacy_rate", "value", -5.0, "VALUE-LOW"),
    "share of 146 %": ("health_literacy_rate", "value", 146.0, "VALUE-HIGH"),
    "year 2015.5": ("life_expectancy", "year", 2018.5, "YEAR"),
    "a year to come": ("life_expectancy", "year", 2090, "YEAR-FUTURE"),
}
NAMES = {"health_literacy_rate": "居民健康素养水平", "life_expectancy": "人均预期寿命", "infant_mortality_rate": "婴儿死亡率"}  # fmt: skip
UNITS = {"health_literacy_rate": "%", "life_expectancy": "岁", "infant_mortality_rate": "‰"}
FIRST = {"health_literacy_rate": 20.0, "life_expectancy": 79.0, "infant_mortality_rate": 4.0}


def panel() -> pd.DataFrame:
    """Three clean series of seven years."""
    rows = [
        (name, "demo", year, round(first * (1 + 0.01 * (year - 2015)), 2), UNITS[name])
        for name, first in FIRST.items()
        for year in range(2015, 2022)
    ]
    return pd.DataFrame(rows, columns=["indicator", "area", "year", "value", "unit"])


def hurt(kind: str) -> pd.DataFrame:
    """The panel with one wrong cell."""
    name, column, value, _ = WRONG[kind]
    found = panel().astype({"year": "float64"})
    found.loc[found["indicator"].eq(name) & found["year"].eq(2018), column] = value
    return found


def hurt_whole(kind: str) -> tuple[pd.DataFrame, str]:
    """The panel with something wrong in the column or the rows of one series, and words that are said of it."""
    table, name = panel(), "health_literacy_rate"
    mine = table["indicator"] == name
    if kind.startswith("twice"):
        more = table[mine].iloc[[3]].assign(**({"value": 21.0} if kind == "twice, differing" else {}))
        return pd.concat([table, more], ignore_index=True), "2018年有两个数"
    if kind.startswith("unit"):
        table.loc[mine, "unit"] = kind.removeprefix("unit ")
        return table, "单位"
    if kind == "years are days":
        days = pd.to_datetime(table["year"].astype("str") + "-12-31").dt.date
        return table.assign(year=days.where(mine, table["year"]).astype("str")), "2015-12-31"
    if kind == "a count below nothing":
        table = table.assign(numerator=table["value"].where(mine), denominator=np.where(mine, 100.0, np.nan))
        table.loc[mine & (table["year"] == 2016), "numerator"] = -1.0
        return table, "分子"
    cell = {"text": "约20", "too large": 1e300, "yes": "true"}[kind]
    table["value"] = table["value"].astype(object).where(~mine | (table["year"] != 2016), cell)
    return table.astype({"value": "float64" if kind == "too large" else "str"}), str(cell)


def projected(tmp_path: Path, file: Path) -> tuple[set, str]:
    """The indicators projected, and what was said."""
    out = tmp_path / "out.csv"
    call = ["project", "--observations", str(file), "--to", "2025", "--out", str(out)]
    done = CliRunner().invoke(cli.app, call)
    assert done.exit_code == 0, done.output
    rows = pd.read_csv(out)
    return set(rows.loc[rows["year"] > 2021, "indicator"]), done.output


@pytest.mark.parametrize("ending", ["ours.csv", "theirs.csv", "panel.parquet"])
@pytest.mark.parametrize("kind", list(WRONG))
def test_a_wrong_value_takes_its_series_out_and_no_other(kind, ending, tmp_path):
    file = tmp_path / ending
    table = hurt(kind)
    if ending == "theirs.csv":
        table["indicator"] = table["indicator"].map(NAMES)
        table = table.rename(columns={"indicator": "指标", "area": "地区", "year": "年份", "value": "数值", "unit": "单位"})  # fmt: skip
    table.to_parquet(file) if ending.endswith("parquet") else table.to_csv(file, index=False)
    found, said = projected(tmp_path, file)
    assert found == set(NAMES) - {WRONG[kind][0]}
    assert "SERIES-LEFT" in said


HURT = ["twice, the same", "twice, differing", "unit ‰", "unit 人", "years are days", "a count below nothing", "text",
        "too large", "yes"]  # fmt: skip


@pytest.mark.parametrize("ending", ["panel.csv", "panel.parquet"])
@pytest.mark.parametrize("kind", HURT)
def test_what_is_wrong_with_a_series_is_listed_with_its_row_and_the_others_go_on(kind, ending, tmp_path):
    """No figure twice, in another unit, of no year or of no number is projected or passed on in silence."""
    file, out = tmp_path / ending, tmp_path / "out.parquet"
    table, words = hurt_whole(kind)
    table.to_parquet(file) if ending.endswith("parquet") else table.to_csv(file, index=False)
    said: list = []
    project_file(file, out, to=2025, sieve=Sieve(register()), tell=said.extend, indicators=load_indicators())
    found = pd.read_parquet(out)
    assert set(found["indicator"]) == set(NAMES) - {"health_literacy_rate"}
    (fault,) = said
    assert fault.code == "SERIES-LEFT" and fault.row in range(2, 24) and words in fault.text("zh")
    assert projected(tmp_path, file)[0] == set(found["indicator"])


def test_a_column_of_yes_and_no_is_no_column_of_figures(tmp_path):
    panel().assign(value=True).to_parquet(tmp_path / "f.parquet")
    said: list = []
    sieve = Sieve(register())
    assert project_file(tmp_path / "f.parquet", tmp_path / "o.csv", to=2025, sieve=sieve, tell=said.extend) == 0
    assert [fault.code for fault in said] == ["SERIES-LEFT"] * 3


def test_rows_without_an_area_are_counted_and_the_others_go_on(tmp_path):
    table = panel()
    table.loc[[2, 9], "area"] = None
    table.to_parquet(tmp_path / "panel.parquet")
    found, said = projected(tmp_path, tmp_path / "panel.parquet")
    assert found == set(NAMES) and "第4行" in said and "2个数" in said


def test_a_share_above_the_whole_is_noted_and_none_goes_beyond_it_that_was_not_there(tmp_path):
    """Of the kind that may be above 100 %: kept and said once; a share that was never above it is never projected so."""
    years = range(2013, 2024)
    rows = [("hospital_delivery_rate", a, y, min(90 + 0.99 * (y - 2013), 99.9) + 8 * (a == "甲"), "%") for a in "甲乙" for y in years]  # fmt: skip
    pd.DataFrame(rows, columns=["indicator", "area", "year", "value", "unit"]).to_parquet(tmp_path / "f.parquet")
    said: list = []
    how = {"indicators": load_indicators(), "quantiles": True, "sieve": Sieve(register()), "tell": said.extend}
    project_file(tmp_path / "f.parquet", tmp_path / "o.parquet", to=2035, **how)
    assert [(fault.code, fault.row) for fault in said] == [("VALUE-OVER", 5)]
    found = pd.read_parquet(tmp_path / "o.parquet")
    found = found[(found["area"] == "乙") & (found["year"] > 2023)]
    assert len(found) and found[["value", "upper_95", "q99"]].max(axis=None) <= 100


def test_units_of_one_series_that_nobody_registered_must_be_one(tmp_path):
    table = panel().assign(indicator="某某指数")
    table["area"] = [f"县{i // 7}" for i in range(len(table))]
    table["unit"] = ["分"] * 14 + ["级"] * 4 + ["分"] * 3
    kept, faults = sound_panel(table, register(), "panel.parquet")
    assert set(kept["area"]) == {"县0", "县1"} and [(f.code, f.row) for f in faults] == [("SERIES-LEFT", 20)]
    table["unit"] = ["分"] * 7 + ["级"] * 14  # two areas' own ways of measuring are no fault of either
    assert sound_panel(table, register(), "panel.parquet")[1] == []


def test_a_clean_panel_loses_nothing_and_a_blank_is_said():
    table = panel()
    kept, faults = sound_panel(table, register(), "panel.parquet")
    assert kept is table and faults == []
    table.loc[3, "value"] = float("nan")
    kept, faults = sound_panel(table, register(), "panel.parquet")
    assert len(kept) == len(table)
    assert [(one.code, one.row) for one in faults] == [("SERIES-BLANK", 5)]


def test_an_indicator_nobody_knows_may_fall_only_where_its_name_says_so():
    table = panel().replace({"health_literacy_rate": "某某覆盖率", "life_expectancy": "某某增长率"})
    table["unit"] = "%"
    table.loc[table["year"] == 2016, "value"] = -1.0
    kept, _ = sound_panel(table, register(), "panel.parquet")
    assert set(kept["indicator"]) == {"某某增长率"}


def test_a_fault_of_the_file_stops_all_of_it(tmp_path):
    file = tmp_path / "f.csv"
    panel().rename(columns={"value": "21年"}).to_csv(file, index=False)
    assert not read_figures(file, by_series=True).ok
