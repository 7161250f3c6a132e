"""Guards: each department gets the rows that are its own and is asked what it can say; the same sheet has the same bytes and
is not sent twice; nothing is half sent; it prints, and reads in English."""

import os
import shutil

import openpyxl
import pytest
from quarter_round import PLAN, QUARTER, TASK, call, entries, filled, heads, ledger, row_of, send, sent, workspace

from healthplan.ledger import store
from healthplan.plans import load_plan
from healthplan.quarter import asked, baseline, sheets


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """The workspace that every test has a copy of."""
    with pytest.MonkeyPatch.context() as patch:
        return workspace(tmp_path_factory.mktemp("founded") / "区", patch)


@pytest.fixture
def space(founded, tmp_path, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "区"))
    return shutil.copytree(founded, tmp_path / "区")


def page(path, name="填报"):
    return openpyxl.load_workbook(path)[name]


def column(sheet, name) -> dict:
    at = heads(sheet)
    return {sheet.cell(r, 1).value: sheet.cell(r, at[name]).value for r in range(3, sheet.max_row + 1)}


def test_send_is_dry_until_written_and_then_sends_once(space):
    said = call("send", PLAN, "--quarter", QUARTER, "--on", "2024-06-20")
    assert "--write" in said and not (space / "reports" / "ledger").exists() and ledger().sheets.empty
    assert send().count("第1版") == 3
    before = {p: p.read_bytes() for p in space.rglob("*") if p.is_file()}
    assert send(on="2024-06-25").count("不再发") == 3
    assert {p: p.read_bytes() for p in space.rglob("*") if p.is_file()} == before
    assert set(ledger().sheets["due"]) == {"2024-07-08"}


def test_each_department_gets_its_own_rows(space):
    send()
    rows = {name: column(page(sent(space, name)), "任务") for name in ("医政科", "信统科", "疾控科")}
    assert list(rows["医政科"]) == ["t001", "t002", "t003", "t004", "t006", "t008"]
    assert list(rows["信统科"]) == ["t004", "t006", "t007"] and list(rows["疾控科"]) == ["t005", "t007"]
    assert rows["信统科"]["t006"] == "新建中心：乙中心"
    lead = page(sent(space, "医政科"))
    things = [lead.cell(r, heads(lead)["任务"]).value for r in range(3, lead.max_row + 1)]
    assert things.count("新建中心：甲中心") == things.count("新建中心：丙中心") == 1  # without an owner: the lead's


def test_what_may_be_filled_is_unlocked_and_coloured_where_it_is_asked(space):
    send()
    sheet = page(sent(space, "信统科"))
    assert sheet.protection.sheet and not sheet.merged_cells.ranges
    at = heads(sheet)

    def cell(task, name, item=""):
        found = sheet.cell(row_of(sheet, task, item), at[name])
        return not found.protection.locked, found.fill.fgColor.rgb == "FFFFF6CC"

    assert cell("t007", "本期数值") == (True, True)  # its part of a sum
    assert cell("t004", "本期数值") == (True, False)  # the lead's figure counts: kept, not asked
    assert cell("t006", "阶段", "2") == (True, True) and cell("t006", "本期数值", "2") == (False, False)
    assert cell("t007", "任务编号") == (False, False) and cell("t007", "年度目标") == (False, False)
    assert "由牵头单位报" in column(sheet, "提示")["t004"]


def test_the_sheet_prints_on_a4_across_with_its_head_on_every_page(space):
    send()
    for name in ("填报", "往年数据"):
        sheet = page(sent(space, "医政科"), name)
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows == "$1:$2"
        assert all(c.alignment.wrap_text for row in sheet.iter_rows(min_row=2) for c in row if c.value is not None)
    assert openpyxl.load_workbook(sent(space, "医政科"))["_base"].sheet_state == "veryHidden"


def test_last_value_and_what_is_expected_both_ways(space):
    past = {("t002", f"2023Q{n}"): value for n, value in enumerate((100, 200, 300, 400), 1)}
    send("2024Q1", "2024-03-20")
    path = filled(
        sent(space, "医政科", "2024Q1"),
        space / "一季度.xlsx",
        {("t002", "本期数值"): 90, ("t001", "本期数值"): 210},
        past,
    )
    call("take", path, "--on", "2024-04-05", "--write")
    send()
    sheet = page(sent(space, "医政科"))
    assert [column(sheet, name)["t002"] for name in ("截至上季", "应达到（月均）", "应达到（按进度）")] == [
        90,
        500,
        300,
    ]
    assert column(sheet, "应达到（月均）")["t004"] == 32.6
    row = row_of(sheet, "t006", "1")
    assert sheet.cell(row, heads(sheet)["应达到（按进度）"]).value == "在建 2024-05-31"


def test_past_figures_are_asked_where_they_are_not_known(space):
    send()
    sheet = page(sent(space, "医政科"), "往年数据")
    at = heads(sheet)
    assert [name for name in at if name.startswith("20")] == [
        "2023Q1", "2023Q2", "2023Q3", "2023Q4", "2024Q1", *map(str, range(2016, 2024))
    ]  # fmt: skip
    wanted = sheet.cell(row_of(sheet, "t001"), at["2023Q2"])
    assert wanted.fill.fgColor.rgb == "FFFFF6CC" and not wanted.protection.locked
    assert sheet.cell(row_of(sheet, "t001"), at["2020"]).protection.locked  # a count of one year needs no eight years
    assert not sheet.cell(row_of(sheet, "t008"), at["2020"]).protection.locked
    assert sheet.cell(row_of(sheet, "t003"), at["2023Q2"]).number_format == "@"  # 9/10 is no day


def test_the_same_sheet_has_the_same_bytes_and_its_baseline_agrees(space):
    send()
    found = ledger()
    row = found.sheets[found.sheets["department"] == "医政科"].iloc[0]
    made = asked.sheet(found, found.tasks, PLAN, "医政科", QUARTER, 1, row["issued"], row["due"], "zh")
    assert sheets.workbook(made, load_plan(PLAN).about["title_zh"]) == sent(space, "医政科").read_bytes()
    assert baseline.digest(baseline.rows_of(made)) == row["baseline_hash"] and made.sheet_id == row["sheet_id"]


def test_changed_tasks_make_a_new_version_for_those_concerned(space):
    send()
    found = ledger()
    change = {
        "task_id": "t001", "field": "goal_value", "decided_on": "2024-06-22", "old": "1000", "new": "800", "decided_by": "办公室"
    }  # fmt: skip
    store.save(PLAN, store.with_rows(found, changes=[change]))
    said = send(on="2024-06-25")
    assert "医政科：任务或数有变，改发第2版" in said and said.count("不再发") == 2
    assert "800" in column(page(sent(space, "医政科", version=2)), "年度目标")["t001"]


def test_tasks_without_a_lead_are_told_and_an_unknown_department_is_refused(space):
    found = ledger()
    orphan = TASK | {"task_id": "t009", "name_zh": "无主", "name_en": "Nobody's", "lead": ""}
    store.save(PLAN, store.with_rows(found, tasks=[orphan]))
    assert "另有1项任务没有牵头单位" in send()
    call("send", PLAN, "--quarter", QUARTER, "--department", "没有科", code=1)


def test_interrupted_sending_sends_nothing_and_heals(space, monkeypatch):
    replace, steps = os.replace, 0

    def cut(at):
        left = [at]

        def failing(*names, **how):
            left[0] -= 1
            if not left[0]:
                raise KeyboardInterrupt
            return replace(*names, **how)

        return failing

    for at in range(1, 5):
        monkeypatch.setattr(os, "replace", cut(at))
        call("send", PLAN, "--quarter", QUARTER, "--on", "2024-06-20", "--write", code=130 if at < 5 else 0)
        monkeypatch.setattr(os, "replace", replace)
        assert ledger().sheets.empty
        steps += 1
    assert steps == 4 and send().count("第1版") == 3


def test_in_english(space, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_LANG", "en")
    said = send()
    assert "version 1, 7 rows, due 2024-07-08" in said
    book = openpyxl.load_workbook(sent(space, "医政科"))
    assert book.sheetnames[:3] == ["Return", "Past figures", "How to fill"]
    sheet = book["Return"]
    at = heads(sheet)
    assert (
        sheet.cell(3, at["Task"]).value == "Contracts signed"
        and sheet.cell(3, at["Goal of the year"]).value == "at least 1,000 people"
    )
    row = next(r for r in range(3, sheet.max_row + 1) if sheet.cell(r, at["Thing id"]).value == "1")
    sheet.cell(row, at["Stage"]).value = "under construction"
    sheet.cell(3, at["Figure"]).value = "56%"
    book.save(space / "back.xlsx")
    said = call("take", space / "back.xlsx", "--on", "2024-07-05", "--write")
    assert "1 cells taken, 1 sent back" in said and "looks like the share done" in said
    assert entries(field="stage")[0]["text"] == "在建"
