"""Guards: tables are read in every layout that offices and portals use; what is not there is asked, once, with a way to
answer; and what a person said of a table's heads is remembered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest
from conftest import ROOT

from healthplan import intake
from healthplan.errors import UsageError
from healthplan.intake import captions, readers
from tests.layout_tables import TABLES, Laid

TODAY = date(2026, 6, 30)


def typed(cell: str) -> str | float | None:
    try:
        return float(cell) if cell else None
    except ValueError:
        return cell


def written(table: Laid, folder: Path) -> Path:
    """The table as a file: a workbook with typed numbers, else text."""
    name, _, sheet = table.file.partition(":")
    path = folder / name
    if not sheet:
        separator = "\t" if name.endswith(".tsv") else ","
        lines = ['"' + line.replace("|", f'"{separator}"') + '"' for line in table.text.replace('"', "").split("\n")]  # fmt: skip
        path.write_text("\n".join(lines), encoding=table.encoding)
        return path
    book = openpyxl.Workbook()
    book.active.title = sheet if sheet != "S" else "Sheet1"
    for line in table.text.split("\n"):
        book.active.append([typed(cell) for cell in line.split("|")])
    for merged in table.merged:
        book.active.merge_cells(merged)
    book.save(path)
    return path


def held(table) -> list[tuple]:
    rows = table[["indicator", "area", "year", "value", "group"]].itertuples(index=False)
    return sorted((r.indicator, r.area, int(r.year), round(r.value, 6), r.group) for r in rows)


def wanted(table: Laid) -> list[tuple]:
    found = [(*figure.split(), "")[:5] for figure in table.holds.split("; ")]
    return sorted((i.replace("~", " "), a, int(y), float(v), g) for i, a, y, v, g in found)


@pytest.mark.parametrize("table", TABLES, ids=lambda one: f"{one.layout}/{one.file}")
def test_a_table_is_read_in_its_layout_or_asked_for_one_thing(table: Laid, tmp_path):
    area = "dazu" if table.file == "e.xlsx:S" else ""
    found = intake.read_figures(written(table, tmp_path), today=TODAY, area=area)
    if table.refused:
        assert [fault.code for fault in found.errors] == [table.refused]
        assert "--map" in found.errors[0].text("zh") or "--area" in found.errors[0].text("zh")
    else:
        assert found.ok, [fault.text("en") for fault in found.errors]
        assert held(found.table) == wanted(table)


def test_each_layout_is_shown_by_three_hands():
    asked = {one.layout for one in TABLES} - {"this year and last", "groups as columns"}
    for layout in asked:
        assert sum(one.layout == layout for one in TABLES) >= 3, layout


def test_an_area_that_the_table_names_goes_before_the_one_that_is_given(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("指标,地区,2021年\n医院数,大足区,12\n", encoding="utf-8")
    assert set(intake.read_figures(path, area="綦江区", today=TODAY).table["area"]) == {"dazu"}


@pytest.mark.parametrize(
    ("title", "area"),
    [
        ("甲区2019—2023年卫生资源情况", "甲区"), ("重庆市大足区卫生统计", "重庆市大足区"), ("深圳市龙岗区2023年", "深圳市龙岗区"), ("重庆市北碚区医院", "北碚区"), ("广东省乙市丙县妇幼情况", "丙县"),
        ("表3 万盛经开区卫生机构", "万盛经开区"), ("全市各区县医院数", ""), ("分地区医院数", ""), ("社区卫生服务中心情况", ""), ("城市和农村婴儿死亡率", ""),
        ("大足区、綦江区对比", ""), ("2023年卫生统计", ""), ("老城区医院", ""), ("我区卫生资源", ""),
    ],
)  # fmt: skip
def test_the_area_of_a_title_is_one_or_none(title, area):
    assert captions.area_in(title, readers.register()) == area


# --- what a person says of a table's heads ---------------------------------------------------------


@pytest.fixture
def room(tmp_path, monkeypatch):
    """A workspace of its own with the project's registers."""
    place = tmp_path / "room"
    (place / "data").mkdir(parents=True)
    for name in ("indicators", "areas"):
        (place / "data" / f"{name}.csv").write_bytes((ROOT / "data" / f"{name}.csv").read_bytes())
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(place))
    return place


@pytest.mark.parametrize(
    ("head", "row", "said"),
    [
        ("geo,TIME_PERIOD,OBS_VALUE,what,flag", "大足区,2021,12,医院数,", ("geo=地区", "TIME_PERIOD=年份", "OBS_VALUE=数值", "what=指标", "flag=不读")),
        ("Kennzahl,Gebiet,Jahr,Wert", "医院数,大足区,2021,12", ("Kennzahl=indicator", "Gebiet=area", "Jahr=year", "Wert=value")),
        ("名目,所在,2021年,2022年", "医院数,大足区,12,13", ("名目=指标", "所在=地区")),
        ("Data,Period,Organisation unit,Value", "医院数,2021,大足区,12", ("Data=指标", "Period=年份", "Organisation unit=地区", "Value=数值")),
    ],
)  # fmt: skip
def test_heads_are_explained_once_and_remembered(room, tmp_path, head, row, said):
    path, later = tmp_path / "one.csv", tmp_path / "later.csv"
    for one in (path, later):
        one.write_text(f"{head}\n{row}\n", encoding="utf-8")
    before = intake.read_figures(path, today=TODAY)
    kept = intake.remember_heads([path], said)
    found = intake.read_figures(later, today=TODAY)
    assert not before.ok or head.startswith("名目")
    assert kept == room / "data" / "mappings.csv"
    assert found.ok, [fault.text("en") for fault in found.errors]
    assert ("hospitals_total", "dazu", 2021, 12.0, "") in held(found.table)


def test_a_column_or_role_that_there_is_not_is_said_with_those_that_there_are(room, tmp_path):
    path = tmp_path / "one.csv"
    path.write_text("Kennzahl,Wert\na,1\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Kennzahl"):
        intake.remember_heads([path], ["Zahl=数值"])
    with pytest.raises(UsageError, match="indicator"):
        intake.remember_heads([path], ["Wert=Zahl"])
    assert not (room / "data" / "mappings.csv").exists()


def test_heads_with_another_column_are_asked_again(room, tmp_path):
    """What was said of one table is not taken for another that only looks like it."""
    path = tmp_path / "one.csv"
    path.write_text("名目,所在,档次,2021年\n医院数,大足区,x,12\n", encoding="utf-8")
    intake.remember_heads([path], ["名目=指标", "所在=地区", "档次=不读"])
    path.write_text("名目,所在,类,2021年\n医院数,大足区,x,12\n", encoding="utf-8")
    assert readers.knowing().forms[0].roles["名目"] == "indicator"
    book_heads = ["名目", "所在", "类", "2021年"]
    assert not readers.knowing().forms[0].fits(book_heads)
