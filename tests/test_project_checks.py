"""Guards: ``project`` goes through the checks of ``check``: what is wrong with one series takes that one out and is said;
the others are projected, and of a clean panel nothing is lost."""

from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from healthplan import cli
from healthplan.intake import read_figures, register, sound_panel

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


def test_a_clean_panel_loses_nothing_and_a_blank_is_said():
    table = panel()
    kept, faults = sound_panel(table, register(), "panel.parquet")
    assert kept is table and faults == []
    table.loc[3, "value"] = float("nan")
    kept, faults = sound_panel(table, register(), "panel.parquet")
    assert len(kept) == len(table)
    assert [(one.code, one.row) for one in faults] == [("SERIES-BLANK", 5)]


def test_an_indicator_nobody_knows_may_fall_only_where_its_name_says_so():
    table = panel().replace({"health_literacy_rate": "某某覆盖率", "life_expectancy": "自然增长率"})
    table["unit"] = "%"
    table.loc[table["year"] == 2016, "value"] = -1.0
    kept, _ = sound_panel(table, register(), "panel.parquet")
    assert set(kept["indicator"]) == {"自然增长率"}


def test_a_fault_of_the_file_stops_all_of_it(tmp_path):
    file = tmp_path / "f.csv"
    panel().rename(columns={"value": "21年"}).to_csv(file, index=False)
    assert not read_figures(file, by_series=True).ok
