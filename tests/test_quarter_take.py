"""Guards: what comes back enters cell by cell against what was sent; an unedited file changes nothing; every kind of trouble
is one line, nothing is lost and nothing blank becomes 0; a take that is cut off leaves the ledger as it was."""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from quarter_round import PLAN, call, entries, filled, heads, ledger, row_of, send, sent, workspace
from typer.testing import CliRunner

from healthplan import cli, files
from healthplan.ledger import store
from healthplan.quarter import offers

FIGURE, NUMERATOR, DENOMINATOR = "本期数值", "分子", "分母"
ON = ("--on", "2024-07-05")


@pytest.fixture(scope="module")
def issued(tmp_path_factory):
    """The workspace whose sheets have been sent, which every test has a copy of."""
    with pytest.MonkeyPatch.context() as patch:
        folder = workspace(tmp_path_factory.mktemp("issued") / "区", patch)
        send()
    return folder


@pytest.fixture
def space(issued, tmp_path, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "区"))
    return shutil.copytree(issued, tmp_path / "区")


@pytest.fixture
def back(space, tmp_path):
    """A returned workbook: department, cells, and what else was done to it."""

    def make(cells=None, past=None, change=None, name="", department="医政科", version=1):
        path = tmp_path / (name or f"{department}.xlsx")
        return filled(sent(space, department, version=version), path, cells or {}, past, change)

    return make


def take(*files: object, code: int = 0, on=ON) -> str:
    return call("take", *files, *on, "--write", code=code)


def figures() -> dict:
    """Accepted figures by task and quarter."""
    rows = [r for r in entries() if r["field"] == "figure" and r["status"] == "reported"]
    return {(r["task_id"], r["quarter"]): r["value"] for r in rows}


def test_an_unedited_file_changes_nothing_of_the_entries(space, back):
    entries_file = store.folder(PLAN) / "entries.csv"
    take(back({("t001", FIGURE): 420}))
    before = entries_file.read_bytes()
    said = take(back(name="b.xlsx"), sent(space, "疾控科"))
    assert entries_file.read_bytes() == before
    assert "已回表、未填" in said and "未报2项" in said
    assert [row["state"] for row in ledger().returns.to_dict("records")][1:] == ["unfilled", "unfilled"]


def test_what_is_filled_enters_with_its_day_and_words(back):
    said = take(back({
        ("t001", FIGURE): 420, ("t001", "进展情况"): "推进顺利", ("t003", NUMERATOR): 300, ("t003", DENOMINATOR): 500,
        ("t006|1", "阶段"): "在建", ("t006|1", "截至日期"): "2024-05-20", ("t006|1", "佐证材料"): "施工许可2024-05-18",
        ("t002", FIGURE): 0,
    }))  # fmt: skip
    assert "部分回收；采纳6格，退回0格，未报2项" in said
    figure = {r["task_id"]: r for r in entries(field="figure")}
    assert (figure["t001"]["value"], figure["t001"]["cut_off"]) == (420, "2024-06-30")
    assert [figure["t003"][c] for c in ("value", "numerator", "denominator")] == [60, 300, 500]
    assert figure["t002"]["value"] == 0
    assert set(figure) == {"t001", "t002", "t003"}  # blank is nothing
    stage = entries(field="stage")[0]
    assert (stage["text"], stage["cut_off"], stage["item_id"]) == ("在建", "2024-05-20", "1")
    assert {r["text"] for r in entries(field="evidence")} == {"施工许可2024-05-18"}


def test_without_write_nothing_is_written(back, space):
    path = back({("t001", FIGURE): 420})
    said = call("take", path, *ON)
    assert "采纳1格" in said and "--write" in said
    assert not entries() and not (store.folder(PLAN) / "returns.csv").exists()
    assert not list(space.rglob("收表情况.xlsx"))


def test_the_same_bytes_again_change_nothing(back):
    path = back({("t001", FIGURE): 420})
    take(path)
    before = {p: p.read_bytes() for p in store.folder(PLAN).iterdir()}
    assert "完全相同" in take(path)
    assert "完全相同" in call("take", path, shutil.copy(path, path.with_name("副本.xlsx")), *ON, "--write")
    assert {p: p.read_bytes() for p in store.folder(PLAN).iterdir()} == before


@pytest.mark.parametrize("together", [True, False])
def test_two_people_on_one_cell_are_refused_naming_both(back, together):
    files = [back({("t001", FIGURE): 62}, name="甲.xlsx"), back({("t001", FIGURE): 65}, name="乙.xlsx")]
    said = take(*files) if together else take(files[0]) + take(files[1])
    assert "甲.xlsx 62" in said and "乙.xlsx 65" in said
    assert figures() == ({} if together else {("t001", "2024Q2"): 62})
    refused = [r["text"] for r in entries(status="refused")]
    assert sorted(refused) == (["62", "65"] if together else ["65"])


def test_two_people_on_different_cells_are_merged(back):
    take(back({("t001", FIGURE): 62}, name="甲.xlsx"), back({("t002", FIGURE): 65}, name="乙.xlsx"))
    assert figures() == {("t001", "2024Q2"): 62, ("t002", "2024Q2"): 65}


@pytest.mark.parametrize("names", [("甲.xlsx", "乙.xlsx"), ("乙.xlsx", "甲.xlsx")])
@pytest.mark.parametrize("together", [True, False])
def test_a_second_file_with_a_reason_corrects_whatever_its_name(back, names, together):
    first = back({("t001", FIGURE): 62}, name=names[0])
    second = back({("t001", FIGURE): 64, ("t001", "更正说明"): "补录2人"}, name=names[1])
    said = take(first, second) if together else take(first) + take(second)
    assert "已更正" in said
    rows = entries(field="figure")
    assert [r["value"] for r in rows] == [62, 64]
    assert rows[1]["supersedes"] == rows[0]["entry_id"] and rows[1]["reason"] == "补录2人"


def test_a_changed_locked_cell_is_ignored_and_named(back):
    said = take(back({("t001", "年度目标"): "≥800", ("t001", FIGURE): 420}))
    assert "锁定的“年度目标”列1处" in said
    assert figures() == {("t001", "2024Q2"): 420}
    assert ledger().tasks.set_index("task_id").loc["t001", "goal_value"] == 1000


def test_rows_gone_stay_unreported_and_rows_added_wait_to_be_claimed(back, space):
    def change(book):
        page = book["填报"]
        page.delete_rows(row_of(page, "t002"))
        page.append([None, None, None, "新增任务", "100人"])
        page.append(["t999", None, None, "编号不对的任务"])

    said = take(back({("t001", FIGURE): 420}, change=change))
    assert "表中缺1行（t002）" in said and "多出2行，列入待认领" in said
    assert "t002" in set(ledger().tasks["task_id"]) and figures() == {("t001", "2024Q2"): 420}
    register = next(space.rglob("收表情况.xlsx"))
    claims = openpyxl.load_workbook(register)["待认领"]
    assert [row[2].value for row in claims.iter_rows(min_row=2)] == ["新增任务 / 100人", "t999 / 编号不对的任务"]
    take(back({("t002", FIGURE): 5}, name="又一份.xlsx"))
    assert openpyxl.load_workbook(register)["待认领"].max_row == 3  # kept


def test_a_sheet_of_another_quarter_is_refused_whole_unless_asked_for(back, space):
    path = back({("t001", FIGURE): 420})
    send("2024Q3", "2024-09-20")
    said = take(path, code=1, on=("--on", "2024-09-25"))
    assert "整表退回：季度不符（2024Q2，应为2024Q3）" in said and not entries()
    assert "迟报" in take(path, on=("--on", "2024-09-25", "--quarter", "2024Q2"))
    assert figures() == {("t001", "2024Q2"): 420}


def forge(**about):
    def change(book):
        for row in book["_base"].iter_rows(max_row=6):
            if row[2].value in about:
                row[3].value = about[row[2].value]

    return change


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"sheet_id": "ffffffffffff"}, "编号不在已发出的表中"), ({"quarter": "2024Q1"}, "_base 被改动"),
        ({"department": "疾控科"}, "_base 被改动"), ({"plan_id": "jiangxi-2035"}, "没有规划"),
        ({"plan_id": "../../etc"}, "没有规划"),
    ],
)  # fmt: skip
def test_forged_sheets_are_refused_whole(back, about, said):
    assert said in take(back({("t001", FIGURE): 420}, change=forge(**about)), code=1)
    assert not entries()


def test_a_changed_baseline_is_refused_whole(back):
    def change(book):
        next(c for row in book["_base"].iter_rows() for c in row if c.value and "1,000" in str(c.value)).value = "800"

    assert "_base 被改动" in take(back({("t001", FIGURE): 420}, change=change), code=1)


def test_a_typed_copy_is_matched_and_never_enters(back, tmp_path):
    path = back({("t001", FIGURE): 420}, change=lambda book: book.remove(book["_base"]))
    said = take(path, code=1)
    assert "自己打的表" in said and "7/7行" in said and not entries()
    copy = tmp_path / "副本.csv"
    copy.write_bytes("任务编号,任务,本期数值,进展情况\nt001,签约人数,420,好\n".encode("gb18030"))
    assert "1/1行" in take(copy, code=1)


def change_task(**new):
    found = ledger()
    tasks = found.tasks.copy()
    for name, value in new.items():
        tasks.loc[tasks["task_id"] == "t001", name] = value
    store.save(PLAN, found._replace(tasks=tasks))


def test_an_older_version_gives_what_both_know(back, space):
    change_task(goal_value=800.0)
    assert "改发第2版" in send(on="2024-06-25")
    assert send(on="2024-06-25").count("不再发") == 3
    said = take(back({("t001", FIGURE): 420, ("t002", FIGURE): 7}, version=1))
    assert "旧版本（第1版，现行第2版）" in said and "目标已由1000改为800" in said
    assert figures() == {("t001", "2024Q2"): 420, ("t002", "2024Q2"): 7}


def test_a_task_that_changed_its_unit_is_refused_by_cell(back):
    path = back({("t001", FIGURE): 420, ("t002", FIGURE): 7})
    change_task(unit="户")
    said = take(path)
    assert "任务t001已改（人→户）" in said
    assert figures() == {("t002", "2024Q2"): 7}


def test_a_late_file_is_taken_and_marked(back):
    assert "迟报12天" in take(back({("t001", FIGURE): 420}), on=("--on", "2024-07-20"))
    row = ledger().returns.to_dict("records")[0]
    assert (row["days_late"], row["state"]) == (12, "late")


def test_doubtful_cells_are_kept_as_written_with_their_question(back):
    said = take(back({
        ("t001", FIGURE): "已基本完成", ("t002", FIGURE): "56%", ("t003", NUMERATOR): 600, ("t003", DENOMINATOR): 500,
        ("t004", FIGURE): 0.34, ("t006|1", "阶段"): "差不多",
    }))  # fmt: skip
    assert "退回5格" in said and "退回；采纳1格" not in said
    assert figures() == {}
    assert [r["text"] for r in entries(field="progress")] == ["已基本完成"]  # the words are kept as progress
    rows = {r["task_id"]: r for r in entries(status="refused")}
    assert rows["t003"]["text"] == "600/500" and "疑为34%" in rows["t004"]["reason"]
    assert (
        "上次退回" in openpyxl.load_workbook(next_version())["填报"].cell(3, 1).parent.cell(3, heads_of("提示")).value
    )


def next_version() -> Path:
    send(on="2024-07-06")
    from healthplan.quarter import commands

    return next(commands.folder(PLAN, "2024Q2").glob("*医政科-v2.xlsx"))


def heads_of(name: str) -> int:
    from healthplan.quarter import commands

    page = openpyxl.load_workbook(next(commands.folder(PLAN, "2024Q2").glob("*医政科-v2.xlsx")))["填报"]
    return heads(page)[name]


def test_excel_shares_formulas_and_blanked_cells(back):
    def change(book):
        page = book["填报"]
        cell = page.cell(row_of(page, "t004"), heads(page)[FIGURE])
        cell.value, cell.number_format = 0.33, "0%"
        page.cell(row_of(page, "t001"), heads(page)[FIGURE]).value = "=400+20"

    said = take(back({}, change=change))
    assert figures() == {("t004", "2024Q2"): 33}
    assert "=400+20是公式，没有算出的数" in said


def test_a_prefilled_cell_that_is_emptied_withdraws_nothing(back):
    take(back({("t001", FIGURE): 420}))
    change_task(goal_value=900.0)
    send(on="2024-07-05")
    said = take(back({("t001", FIGURE): None}, version=2, name="二.xlsx"))
    assert "清空不等于撤回" in said and figures() == {("t001", "2024Q2"): 420}
    take(back({("t001", FIGURE): 430}, version=2, name="三.xlsx"))  # changed knowingly: it stood in the sheet
    assert figures()["t001", "2024Q2"] == 430
    assert entries(field="figure")[-1]["supersedes"] == entries(field="figure")[0]["entry_id"]


def test_past_figures_and_corrections_of_earlier_quarters(back, space):
    past = {
        ("t001", "2024Q1"): 200,
        ("t001", "2023Q1"): 150,
        ("t001", "2023Q2"): 300,
        ("t004", "2023"): 31.2,
        ("t003", "2023Q4"): "90/100",
    }
    take(back({("t001", FIGURE): 420}, past))
    assert figures()["t004", "2023"] == 31.2 and figures()["t003", "2023Q4"] == 90
    send("2024Q3", "2024-09-20")
    on = ("--on", "2024-10-05")
    page = openpyxl.load_workbook(sent(space, "医政科", "2024Q3"))["往年数据"]
    assert page.cell(row_of(page, "t001"), heads(page)["2024Q1"]).value == 200
    path = filled(sent(space, "医政科", "2024Q3"), space / "x.xlsx", {("t001", FIGURE): 620}, {("t001", "2024Q1"): 180})
    assert "2024Q1已有200，改为180未说明原因" in take(path, on=on)
    assert figures()["t001", "2024Q1"] == 200 and figures()["t001", "2024Q3"] == 620
    reason = {("t001", "2024Q1"): 180, ("t001", "更正说明"): "重复统计"}
    assert "已更正" in take(filled(sent(space, "医政科", "2024Q3"), space / "y.xlsx", {}, reason), on=on)
    assert [r["value"] for r in entries(task_id="t001", quarter="2024Q1", status="reported")] == [200, 180]


def test_a_correction_and_the_quarter_behind_it_in_one_file(back, space):
    take(back({("t001", FIGURE): 60}))
    send("2024Q3", "2024-09-20")
    past = {("t001", "2024Q2"): 40, ("t001", "更正说明"): "重复统计"}
    path = filled(sent(space, "医政科", "2024Q3"), space / "x.xlsx", {("t001", FIGURE): 45}, past)
    take(path, on=("--on", "2024-10-05"))
    assert figures() == {("t001", "2024Q2"): 40, ("t001", "2024Q3"): 45}


def test_support_departments_give_their_part_or_a_figure_that_is_only_kept(back):
    take(
        back({("t007", FIGURE): 25, ("t004", FIGURE): 33}, department="信统科"),
        back({("t007", FIGURE): 30}, department="疾控科"),
    )
    rows = [(r["task_id"], r["department"], r["value"]) for r in entries(field="figure")]
    assert rows == [("t007", "信统科", 25), ("t004", "信统科", 33), ("t007", "疾控科", 30)] or len(rows) == 3


def test_hostile_files_are_one_line_each_and_the_others_are_taken(back, tmp_path):
    good = back({("t001", FIGURE): 420}, name="z好.xlsx")
    (tmp_path / "空.xlsx").write_bytes(b"")
    (tmp_path / "坏.xlsx").write_bytes(good.read_bytes()[:4000])
    (tmp_path / "词.docx").write_bytes(b"PK\x03\x04 nothing")
    shutil.copy(good, tmp_path / "改名.csv")
    stranger = openpyxl.Workbook()
    for _ in range(10_000):
        stranger.active.append(["甲", 1, "乙"])
    stranger.save(tmp_path / "一万行.xlsx")
    gbk = os.fsdecode("国标.xlsx".encode("gb18030"))
    (tmp_path / gbk).write_bytes(good.read_bytes()[:-9])
    files = [p for p in sorted(tmp_path.iterdir()) if p.is_file() and p.suffix != ".part"]
    said = take(*files, code=1).splitlines()
    assert sum("整表退回" in line for line in said) == len(files) - 1
    assert figures() == {("t001", "2024Q2"): 420}


def test_ten_thousand_rows_below_a_good_sheet_wait_to_be_claimed(back):
    def change(book):
        for number in range(10_000):
            book["填报"].append([None, None, None, f"加的第{number}项"])

    said = take(back({("t001", FIGURE): 420}, change=change))
    assert "多出10000行" in said and figures() == {("t001", "2024Q2"): 420}


def test_hidden_and_moved_columns_are_found_by_their_heads(back):
    def change(book):
        page = book["填报"]
        page.column_dimensions["A"].hidden = True
        page.insert_cols(4)

    take(back({("t001", FIGURE): 420}, change=change))
    assert figures() == {("t001", "2024Q2"): 420}


def test_each_taken_file_is_kept(back, space):
    path = back({("t001", FIGURE): 420})
    take(path)
    kept = list((space / "reports" / "ledger" / PLAN / "2024Q2" / "收回").iterdir())
    assert [one.read_bytes() for one in kept] == [path.read_bytes()]


class Killed(BaseException):
    pass


def test_a_take_that_is_cut_off_leaves_the_ledger_as_it_was_and_heals(back, space, monkeypatch):
    """Cut off at every rename of the write, in turn; then once more to the end."""
    take(back({("t001", FIGURE): 100, ("t001", "进展情况"): "=1+1"}, name="前.xlsx"))
    files = [
        back({("t001", FIGURE): 420, ("t001", "更正说明"): "补录"}, name="甲.xlsx"),
        back({("t007", FIGURE): 3}, department="疾控科"),
    ]
    start = tree(space)
    take(*files)
    whole, loaded = tree(space), ledger()
    replace, steps = os.replace, 0
    for cut in range(1, 20):
        reset(space, start)
        before = ledger()
        left = [cut]

        def failing(source, target, *rest, left=left):
            left[0] -= 1
            if not left[0]:
                raise Killed
            return replace(source, target, *rest)

        monkeypatch.setattr(os, "replace", failing)
        try:
            take(*files)
        except Killed:
            steps += 1
        finally:
            monkeypatch.setattr(os, "replace", replace)
        if left[0] > 0:
            break
        after = ledger()
        assert all(one.equals(other) for one, other in zip(after, before, strict=True)) or all(
            one.equals(other) for one, other in zip(after, loaded, strict=True)
        )
        take(*files)
        assert tree(space) == whole
    assert steps >= 4


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def reset(folder: Path, contents: dict[str, bytes]) -> None:
    for path in [p for p in folder.rglob("*") if p.is_file() and str(p.relative_to(folder)) not in contents]:
        path.unlink()
    for name, content in contents.items():
        if (folder / name).read_bytes() != content:
            (folder / name).write_bytes(content)


def test_a_folder_of_files_is_taken_whole(back, tmp_path):
    (tmp_path / "收到").mkdir()
    back({("t001", FIGURE): 420}).rename(tmp_path / "收到" / "医政科.xlsx")
    (tmp_path / "收到" / "~$医政科.xlsx").write_bytes(b"open")
    assert "已入账1份" in take(tmp_path / "收到")
    assert figures() == {("t001", "2024Q2"): 420}


def test_check_says_how_such_a_file_is_taken(space):
    done = CliRunner().invoke(cli.app, ["check", str(sent(space, "医政科"))])
    assert done.exit_code == 1
    assert done.output.count("FILE-QUARTER") == 1 and "healthplan ledger take" in done.output


# --- heads, past figures, and files that somebody has worked over ------------------------------------


def retyped(page, old, new):
    def change(book):
        book[page].cell(2, heads(book[page])[old]).value = new

    return change


def test_a_retyped_head_loses_no_figure_without_a_word(back):
    cells = {("t001", FIGURE): 420, ("t002", FIGURE): 7, ("t001", "进展情况"): "好"}
    said = take(back(cells, change=retyped("填报", FIGURE, "本期数")))
    assert "“本期数值”列的表头被改成“本期数”，其下2格未读" in said and "部分回收；采纳1格" in said
    assert figures() == {}
    take(back(cells, name="原样.xlsx"))
    said = take(back(cells, change=retyped("填报", FIGURE, None), name="又.xlsx"))
    assert "改成“—”，其下2格未读" in said and "已回收" not in said


@pytest.mark.parametrize("gone", ["截至日期", "更正说明", "进展情况"])
def test_a_deleted_column_and_a_column_added_are_named(back, gone):
    def change(book):
        page = book["填报"]
        page.cell(2, page.max_column + 1).value = "备注"
        page.cell(4, page.max_column).value = "另记"
        page.delete_cols(heads(page)[gone])

    said = take(back({("t001", FIGURE): 420}, change=change))
    assert f"填报页缺“{gone}”列" in said and "有1列不是发出的列（备注），其下1格未读" in said
    assert figures() == {("t001", "2024Q2"): 420}


@pytest.mark.parametrize(
    ("old", "new", "why"), [("提示", FIGURE, "“本期数值”出现不止一次"), ("任务编号", "编号", "缺“任务编号”列")]
)
def test_a_page_whose_head_cannot_be_told_is_refused_whole(back, old, new, why):
    said = take(back({("t001", FIGURE): 420}, change=retyped("填报", old, new)), code=1)
    assert said.count("整表退回") == 1 and why in said and not entries()


def test_past_figures_lose_nothing_without_a_word(back):
    past = {("t001", "2023Q1"): 150, ("t001", "2023Q2"): 300, ("t003", "2023Q3"): "80/100", ("t004", "2023"): 31.2}

    def change(book):
        page = book["往年数据"]
        at = heads(page)
        for old, new in {"2023Q1": "2023年1季度", "2023": "２０２３年", "2023Q2": "上年二季"}.items():
            page.cell(2, at[old]).value = new
        below = page.max_row + 1
        for row, (task, value) in enumerate([("t999", 5), ("t003", "81/100"), ("T001", 150)], below):
            page.cell(row, 1).value = task
            page.cell(row, at["2023Q3" if task == "t003" else "2023Q1"]).value = value
        page.cell(row_of(page, "t004"), at["2023Q4"]).value = 7

    said = take(back({("t001", FIGURE): 420}, past, change))
    assert figures() == {
        ("t001", "2024Q2"): 420,
        ("t001", "2023Q1"): 150,
        ("t004", "2023"): 31.2,
        ("t004", "2023Q4"): 7,
    }
    assert "“2023Q2”列的表头被改成“上年二季”，其下1格未读" in said
    assert "1格不在发出的任务行内，未读（t999 2023Q1 5）" in said
    assert "同一任务同一期填了不同的数，均未读：1处（t003 2023Q3 81/100）" in said
    said = take(back({}, change=lambda book: book.remove(book["往年数据"]), name="无.xlsx"))
    assert "缺往年数据页" in said


def infinite(path: Path) -> Path:
    """With 420 made a number beyond all bounds, as only another program writes it."""
    with zipfile.ZipFile(path) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    with zipfile.ZipFile(path, "w") as out:
        for name, content in parts.items():
            out.writestr(name, content.replace(b"<v>420</v>", b"<v>1e999</v>"))
    return path


def test_whatever_is_wrong_with_one_file_the_others_are_taken(back, tmp_path, monkeypatch):
    endless = infinite(back({("t001", FIGURE): 420}, name="a.xlsx"))
    good = back({("t002", FIGURE): 7}, name="b.xlsx")
    odd = back({("t007", FIGURE): 3}, department="疾控科", name="c.xlsx")
    read = offers.read

    def failing(outcome, *rest):
        if outcome.file == "c.xlsx":
            raise OverflowError("cannot convert float infinity to integer")
        return read(outcome, *rest)

    monkeypatch.setattr(offers, "read", failing)
    said = take(endless, good, odd, tmp_path / "没有.xlsx", code=1)
    assert "inf是公式出错的标记" in said and "c.xlsx：整表退回：内容读不出来" in said and "没有.xlsx：整表退回" in said
    assert "Error" not in said and "infinity" not in said and figures() == {("t002", "2024Q2"): 7}


def test_merged_ranges_without_end_cost_no_time(back):
    def change(book):
        for row in range(20, 3000):
            book["填报"].merge_cells(start_row=row, end_row=row, start_column=1, end_column=40)

    path = back({("t001", FIGURE): 420}, change=change)
    began = time.process_time()
    assert "整表退回" in take(path, code=1)
    assert time.process_time() - began < 5


def test_a_day_of_completion_is_a_day(back):
    take(back({("t001", "预计完成日"): "尽快", ("t002", "预计完成日"): "2024年12月", ("t001", FIGURE): 420}))
    rows = {r["task_id"]: r for r in entries(field="expected_done")}
    assert (rows["t001"]["status"], rows["t001"]["text"]) == ("refused", "尽快") and "不是日期" in rows["t001"][
        "reason"
    ]
    assert (rows["t002"]["status"], rows["t002"]["text"]) == ("reported", "2024-12-31")


def test_ids_are_read_whatever_their_width_and_case(back):
    def change(book):
        for old, new in {"t001": " ｔ００１ ", "t002": "T002"}.items():
            book["填报"].cell(row_of(book["填报"], old), 1).value = new
        book["往年数据"].cell(row_of(book["往年数据"], "t001"), 1).value = "Ｔ001"

    said = take(back({("t001", FIGURE): 420, ("t002", FIGURE): 7}, {("t001", "2023Q1"): 150}, change))
    assert figures() == {("t001", "2024Q2"): 420, ("t002", "2024Q2"): 7, ("t001", "2023Q1"): 150}
    assert "表中缺" not in said and "锁定" not in said


def test_what_is_said_stays_in_its_line_and_is_short(back):
    path = back({("t001", FIGURE): "9" * 400, ("t002", FIGURE): 1e300}, name="换\n行\x1b[31m.xlsx")
    said = take(path)
    assert "换_行_[31m.xlsx" in said and "\x1b" not in said
    assert max(map(len, said.splitlines())) < 260


def test_a_day_before_the_sheet_was_sent_and_no_name_at_all_are_refused(back):
    path = back({("t001", FIGURE): 420})
    said = take(path, code=1, on=("--on", "2024-06-19"))
    assert "收表日2024-06-19早于该表的发出日2024-06-20" in said and not entries()
    done = CliRunner().invoke(cli.app, ["ledger", "take", "", *ON])
    assert done.exit_code and "files" in str(done.exception) and not entries()


@pytest.mark.skipif(os.name == "nt", reason="processes are asked for by signal")
def test_what_a_killed_run_left_is_removed_by_the_next(back, space):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    places = [store.folder(PLAN), sent(space, "医政科").parent, space]
    old = [place / f".{ended.pid:x}-1{files.PART}" for place in places]
    kept = [places[0] / f".{os.getppid():x}-1{files.PART}", places[0] / f"别的{files.PART}"]
    for path in (*old, *kept):
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    take(back({("t001", FIGURE): 420}))
    assert [path.exists() for path in old] == [False, False, True] and all(path.exists() for path in kept)
