"""Figures of bulletins, yearbook pages and summaries: every shape of sentence and table, and the way through the sheet.

Guards: a part under the total's id; a change, a plan, a part of a year or an invented year as a level; a bound or rank as
a figure; another area's figure under the own; an undecided or planned row taken in; broken files that are not named.
"""

import time
from pathlib import Path

import pandas as pd
import pytest

from healthplan import planreader, registers
from healthplan.errors import InputError
from healthplan.intake import diff_file, read_any, read_figures
from healthplan.planreader.figure_setting import Setting
from healthplan.planreader.figure_tables import read_table

CASES = (Path(__file__).parent / "figure_shapes.txt").read_text(encoding="utf-8").split("\n## ")[1:]
KINDS = ("level", "previous", "implied", "planned", "change")


@pytest.fixture(scope="module")
def known():
    return {"indicators": registers.load_indicators(), "areas": registers.load_areas()}


def read(folder: Path, text: str, known, **more) -> pd.DataFrame:
    path = folder / "文件.txt"
    path.write_text(text.replace("\\n", "\n").replace("\\t", "\t"), encoding="utf-8")
    return planreader.read_figures([path], **known, **more)


def told(row: dict) -> str:
    figure = f"{row['name'].replace(' ', '')} {row['value']:g}{row['unit']}"
    low = "~" if row["kind"] in KINDS[:3] and row["confidence"] < 0.8 else ""
    when = f"{row['year'] or '?'} {row['period'] or '-'}"
    return f"{low}{row['kind']} {figure} {when} {row['indicator'] or '-'} {row['area'] or '-'}"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.split("\n")[0])
def test_shape(case, tmp_path, known):
    _, text, *expected = case.strip().split("\n")
    found = list(map(told, read(tmp_path, text, known).to_dict("records")))
    assert len(found) == len(expected), found
    assert list(map(less_id, found, expected)) == [less_id(line, line) for line in expected]


def less_id(line: str, expected: str) -> str:
    """A line without id and doubt where the case does not look at them: the catalogue of indicators grows."""
    words = line.split(" ")
    open_id = expected.split(" ")[-2] == "-"
    return " ".join([words[0].lstrip("~"), *words[1:-2], "-", words[-1]]) if open_id else line


def test_every_shape_has_two_examples():
    shapes = [int(case.split("\n")[0]) for case in CASES]
    assert {n for n in range(1, 31) if shapes.count(n) < 2} == set()


def test_figures_of_the_city_in_a_paper_of_a_district_go_to_the_city(tmp_path, known):
    text = "万州区2022年卫生健康工作总结\n2022年，全区婴儿死亡率2.9‰，低于全市3.4‰和全国4.9‰的水平。"
    found = read(tmp_path, text, known)
    assert found["area"].tolist() == ["万州区", "重庆市", "全国"]


def test_area_is_taken_where_none_is_printed_and_never_against_print(tmp_path, known):
    text = "2020年全区有医院12个。"
    assert read(tmp_path, text, known, area="万州区")["area"].tolist() == ["万州区"]
    printed = read(tmp_path, f"大足区卫生统计公报\n{text}", known, area="万州区")
    assert printed["area"].tolist() == ["大足区"]


def test_a_year_that_is_not_printed_stays_open_and_is_asked(tmp_path, known):
    found = read(tmp_path, "全区有医院12个，乡镇卫生院9个。", known)
    assert found["year"].tolist() == ["", ""]
    assert all("年份" in why for why in found["why"])


def decided(found: pd.DataFrame, out: Path, **cells) -> Path:
    planreader.write_candidates(found, out, planreader.FIGURE_COLUMNS)
    text = {"dtype": str, "keep_default_na": False}
    book = out.suffix == ".xlsx"
    sheet = pd.read_excel(out, engine="calamine", **text) if book else pd.read_csv(out, **text)
    sheet = sheet.assign(**cells)
    (sheet.to_excel if book else sheet.to_csv)(out, index=False)
    return out


TEXT = "万州区2022年卫生统计公报\n2022年末，全区有医疗卫生机构12个，床位0.42万张，比上年增加200张。到2029年，床位达到0.6万张。"


@pytest.mark.parametrize("ending", [".xlsx", ".csv"])
def test_accepted_rows_come_in_with_document_and_place(tmp_path, known, ending):
    found = read(tmp_path, TEXT, known)
    taken = ["采用" if kind in KINDS[:3] else "删除" for kind in found["kind"]]
    sheet = decided(found, tmp_path / f"确认{ending}", decision=taken)
    table = read_figures(sheet).table
    told = set(zip(table["indicator"], table["year"], table["value"], table["obs_status"], strict=True))
    assert told == {("institutions_total", 2022, 12.0, "final"), ("beds_total", 2022, 4200.0, "final"),
                    ("beds_total", 2021, 4000.0, "derived")}  # fmt: skip
    assert table["source"].str.contains("文件.txt ¶").all()
    assert set(diff_file(sheet)["area"]) == {"wanzhou"}
    assert read_any(sheet).ok


def test_rows_that_nobody_decided_or_that_are_no_figures_are_refused_by_name(tmp_path, known):
    found = read(tmp_path, TEXT, known)
    empty = read_any(decided(found, tmp_path / "空.xlsx", decision=""))
    assert {f.code for f in empty.errors} == {"READ-UNDECIDED"} and len(empty.errors) == len(found)
    every = read_any(decided(found, tmp_path / "全收.xlsx", decision="采用"))
    wrong = [f.row for f in every.errors if f.code == "FIGURE-KIND"]
    assert wrong == [n for n, kind in enumerate(found["kind"], 2) if kind in KINDS[3:]]


def test_an_accepted_row_without_year_or_area_is_asked_for(tmp_path, known):
    found = read(tmp_path, "有医院12个，乡镇卫生院9个。", known)
    asked = read_any(decided(found, tmp_path / "缺.xlsx", decision="采用"))
    assert {"YEAR-BLANK", "KEY-AREA-BLANK"} <= {f.code for f in asked.errors}


def test_part_of_a_year_never_comes_in_as_the_year(tmp_path, known):
    found = read(tmp_path, "2023年1-8月，万州区总诊疗人次120.5万人次。", known, area="万州区")
    table = read_figures(decided(found, tmp_path / "月.xlsx", decision="采用")).table
    assert table["period"].tolist() == ["1-8月"]


def test_broken_documents_are_named(tmp_path, known):
    path = tmp_path / "坏.docx"
    path.write_bytes(b"PK\x03\x04 not a zip")
    with pytest.raises(InputError) as error:
        planreader.read_figures([path], **known)
    assert [f.code for f in error.value.faults] == ["READ-BROKEN"]


def test_several_documents_at_once_keep_their_names_and_areas(tmp_path, known):
    paths = []
    for name in ("大足区", "万州区"):
        paths.append(tmp_path / f"{name}2021年统计.txt")
        paths[-1].write_text("2021年末全区注册护士812人。", encoding="utf-8")
    found = planreader.read_figures(paths, **known)
    assert found[["document", "area"]].to_numpy().tolist() == [[p.name, p.name[:3]] for p in paths]


def test_a_paragraph_of_numbers_without_end_and_a_label_without_end_are_bounded(tmp_path, known):
    began = time.monotonic()
    read(tmp_path, "1个" * 50_000 + "（" * 20_000, known)
    table = "<table><tr><td>指标</td><td>值</td></tr>" + f"<tr><td>{'医院（' * 3000}</td><td>12</td></tr>" * 20
    path = tmp_path / "表.html"
    path.write_text(table + "</table>", encoding="utf-8")
    planreader.read_figures([path], **known)
    assert time.monotonic() - began < 60


def test_values_of_a_table_whose_head_lost_cells_are_not_put_under_its_words(tmp_path, known):
    lost = (
        "平川县2021年卫生资源\n床位（张）\t卫生技术人员（人）\n合计\t19.2\t1135\t229\t1268\n东河镇\t4.1\t120\t96\t118"
    )
    assert read(tmp_path, lost, known).empty
    rows = (("乡镇", "床位（张）", "护士（人）"), ("合计", "1135", "402"), ("东河镇", "12088"))
    found = {one.value: one.seen for one in read_table(rows, [], "表1", Setting())}
    assert "ragged" in found[12088] and "ragged" not in found[402]
