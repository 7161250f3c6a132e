"""Guards: the published figures, written as people write them (Chinese names, GBK, wide sheets), come back unchanged."""

from __future__ import annotations

import pandas as pd
import pytest
from whole_line import as_text

from healthplan import intake, registers
from healthplan.language import groups
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """Whole-year figures of registered areas with the names a person would write."""
    frames = [pd.read_csv(p, dtype={"period": str, "edition": str}) for p in (ROOT / "data/observations").glob("*.csv")]
    found = pd.concat(frames, ignore_index=True)
    found = found[found["period"].fillna("") == ""].fillna({"group": ""})
    found["edition"] = found.reindex(columns=["edition"]).astype("object").fillna("")
    names = registers.load_indicators().set_index("indicator")["name_zh"]
    areas = registers.load_areas().set_index("area")["name_zh"]
    return found.assign(
        指标=found["indicator"].map(names), 地区=found["area"].map(areas), 年份=found["year"], 数值=found["value"],
        单位=found["unit"], 来源="年鉴", 数据状态=found["obs_status"], 人群=found["group"].map(groups.name), 版本=found["edition"],
    )  # fmt: skip


def same(found: intake.Intake, wanted: pd.DataFrame) -> None:
    """Every value, unit and key as it was."""
    assert found.ok, as_text(found)
    key = ["indicator", "area", "group", "year", "edition"]
    one = found.table.set_index(key)["value"].sort_index()
    other = wanted.set_index(key)["value"].sort_index()
    assert list(one.index) == list(other.index)
    assert one.to_numpy() == pytest.approx(other.to_numpy(), rel=1e-9)


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig", "utf-16"])
def test_long_csv(published, tmp_path, encoding):
    columns = ["指标", "地区", "人群", "年份", "版本", "数值", "单位", "来源", "数据状态"]
    published[columns].to_csv(tmp_path / "数据.csv", index=False, encoding=encoding)
    found = intake.read_figures(tmp_path / "数据.csv")
    same(found, published)
    key = ["indicator", "area", "group", "year", "edition"]
    status = found.table.set_index(key)["obs_status"].sort_index()
    wanted = published.set_index(key)["obs_status"].sort_index()
    assert status.tolist() == wanted.tolist()


def test_wide_workbook(published, tmp_path):
    sheet = published.pivot_table(
        index=["指标", "地区", "人群", "版本", "单位"], columns="年份", values="数值"
    ).reset_index()
    sheet.columns = [f"{c}年" if isinstance(c, int) else c for c in sheet.columns]
    sheet.to_excel(tmp_path / "数据.xlsx", index=False, startrow=2)
    same(intake.read_figures(tmp_path / "数据.xlsx"), published)


def test_one_area_with_years_down_and_indicators_across(published, tmp_path):
    rows = published[published["area"] == "chongqing"]
    rows = rows.assign(指标=rows["人群"] + rows["指标"])
    sheet = rows.pivot_table(index=["年份", "地区"], columns="指标", values="数值").reset_index()
    units = dict(zip(rows["指标"], rows["单位"], strict=True))
    sheet.columns = [f"{c}（{units[c]}）" if c in units else c for c in sheet.columns]
    sheet.to_csv(tmp_path / "数据.csv", index=False, encoding="gb18030")
    same(intake.read_figures(tmp_path / "数据.csv"), rows)
