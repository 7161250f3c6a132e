"""Guards: a plan's year becomes a checked task list whose kinds an office would choose; the workbook of it unedited gives exactly
the proposal; what the office writes comes through, what it must not write is named; a second confirm changes no byte."""

import shutil
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from healthplan import cli, registers
from healthplan.language import vocabulary
from healthplan.ledger import proposal as rules
from healthplan.ledger import propose, store
from healthplan.plans import load_plan
from healthplan.quarter import decisions
from healthplan.starter import make_workspace

ROOT = Path(__file__).resolve().parent.parent
YEARS = {"wanzhou-2024": 2024, "zhoucun-2024": 2024, "longgang-2024": 2024, "wansheng-2023-2025": 2024, "dazu-2027": 2024,
         "demo-2027": 2024}  # fmt: skip
ALL = ("wanzhou-2024", "zhoucun-2024", "longgang-2024", "wansheng-2023-2025", "dazu-2027", "demo-2027")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A workspace with the task list of Wanzhou written, and beside it the ledger that confirms it unedited."""
    folder = tmp_path_factory.mktemp("tasks")
    make_workspace(folder / "区")
    plans = folder / "区" / "data" / "plans"
    for name in ("wanzhou-2024", "wansheng-2023-2025"):
        shutil.copytree(ROOT / "data" / "plans" / name, plans / name, ignore=shutil.ignore_patterns("ledger"))
    env = {"HEALTHPLAN_WORKSPACE": str(folder / "区"), "HEALTHPLAN_LANG": "zh"}
    book = folder / "区" / "reports" / "ledger" / "wanzhou-2024" / "任务确认.xlsx"
    for words in (["tasks", "wanzhou-2024"], ["confirm", "wanzhou-2024", str(book), "--on", "2024-01-10", "--write"]):
        assert CliRunner().invoke(cli.app, ["ledger", *words], env=env).exit_code == 0
    shutil.move(plans / "wanzhou-2024" / "ledger", folder / "ledger")
    return folder


@pytest.fixture
def space(made, tmp_path, monkeypatch):
    shutil.copytree(made / "区", tmp_path / "区")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "区"))
    monkeypatch.delenv("HEALTHPLAN_LANG", raising=False)
    return tmp_path / "区"


@pytest.fixture
def ledger_there(made, space):
    """The task list confirmed as it was proposed; its workbook."""
    shutil.copytree(made / "ledger", space / "data" / "plans" / "wanzhou-2024" / "ledger")
    return space / "reports" / "ledger" / "wanzhou-2024" / "任务确认.xlsx"


def call(*words, code=0):
    done = CliRunner().invoke(cli.app, ["ledger", *map(str, words)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output + str(done.exception or "")


def proposal(plan_id, lang="zh"):
    return propose.tasks(load_plan(plan_id), registers.load_registers(), YEARS[plan_id], lang)


def listed(space, name="任务确认.xlsx"):
    path = space / "reports" / "ledger" / "wanzhou-2024" / name
    if not path.exists():
        call("tasks", "wanzhou-2024")
    return path


def edited(path, *edits, name="改.xlsx"):
    """A copy with cells changed: (sheet, row's first cells, header, value); a row None is added below."""
    book = openpyxl.load_workbook(path)
    for sheet, row, head, value in edits:
        page = book[sheet]
        heads = {cell.value: cell.column for cell in page[2]}
        at = row if isinstance(row, int) else _at(page, row)
        page.cell(at, heads[head]).value = value
    out = path.with_name(name)
    book.save(out)
    return out


def _at(page, key):
    wanted = key if isinstance(key, tuple) else (key,)
    return next(
        n for n in range(3, page.max_row + 1) if tuple(page.cell(n, i + 1).value for i in range(len(wanted))) == wanted
    )


def written(space, plan="wanzhou-2024"):
    return {path.name: path.read_bytes() for path in sorted((space / "data" / "plans" / plan / "ledger").glob("*.csv"))}


# --- the proposal ---------------------------------------------------------------------------------


@pytest.mark.parametrize("plan_id", ALL)
def test_every_shipped_plan_proposes_a_checked_list(plan_id):
    tasks, items = proposal(plan_id)
    assert tasks["task_id"].is_unique and len(tasks) > 15
    assert set(items["task_id"]) == set(tasks.loc[tasks["kind"] == "stages", "task_id"])
    plan = load_plan(plan_id)
    taken = {one for cell in tasks["source"] for one in cell.split(";")}
    left = {one.source for one in propose.left_out(plan, YEARS[plan_id]) if one.reason != "same"}
    assert taken | left == {*plan.targets["target_id"], *plan.milestones["milestone_id"]}
    assert not taken & left
    counted = items.groupby("task_id").size()
    for row in tasks[tasks["kind"] == "stages"].to_dict("records"):
        assert row["done_at"] in store.stages_of(row)
        assert counted[row["task_id"]] >= row["goal_value"]


def test_wanzhou_has_its_shared_rows_flagged():
    tasks, _ = proposal("wanzhou-2024")
    shared = tasks["support"] != ""
    assert len(tasks) == 105
    assert int(shared.sum()) == 55  # of the plan's rows as they stand in targets.csv and milestones.csv
    flagged = tasks["office_note"].str.contains("牵头单位待确认")
    assert (flagged == shared).all()
    assert len({one for row in tasks.to_dict("records") for one in store.departments_of(row)}) == 15


# read from the plans' own words: kind, what is given, path, goal, unit
GOLD = {
    ("wanzhou-2024", "t001"): ("end_value", "ratio", "even", 100, "%"),  # 全覆盖
    ("wanzhou-2024", "t003"): (
        "end_value",
        "ratio",
        "last_year",
        None,
        "‰",
    ),  # 不低于全市平均: no number; donors add up in the year
    ("wanzhou-2024", "t007"): ("stages", "stage", "stages", 3, "个"),  # 分水、龙沙、龙驹
    ("wanzhou-2024", "t012"): ("end_value", "ratio", "last_year", 40, "%"),  # tests add up over the year to 40 % of all
    ("wanzhou-2024", "t015"): ("bound", "to_date", "even", 40, "1/10万"),  # cases add up towards a ceiling
    ("wanzhou-2024", "t017"): ("end_value", "annual_only", "none", 80, "%"),  # a survey
    ("wanzhou-2024", "t018"): ("average", "ratio", "level", 80, "%"),  # of those recruited
    ("wanzhou-2024", "t025"): ("cumulative", "to_date", "last_year", 1000, "个"),  # 新增托位
    ("wanzhou-2024", "t026"): ("end_value", "ratio", "even", 4.5, "个/千人"),
    ("wanzhou-2024", "t028"): ("bound", "to_date", "none", 0, "人"),  # 零死亡
    ("wanzhou-2024", "t029"): ("average", "ratio", "level", 3, "‰"),
    ("wanzhou-2024", "t033"): ("cumulative", "to_date", "last_year", 1000, "名"),
    ("wanzhou-2024", "t035"): ("stages", "stage", "stages", 2, "个"),  # two towns newly named
    ("wanzhou-2024", "t049"): ("stages", "stage", "stages", 10, "名"),
    ("wanzhou-2024", "t053"): (
        "cumulative",
        "to_date",
        "own",
        None,
        "项",
    ),  # 增幅5%, base not printed; granted once a year
    ("wanzhou-2024", "t062"): ("cumulative", "to_date", "last_year", 50, "万次"),
    ("wanzhou-2024", "t077"): ("average", "ratio", "level", 40, "%"),
    ("wanzhou-2024", "t079"): ("average", "to_date", "level", 30, "分钟"),
    ("wanzhou-2024", "t081"): ("end_value", "annual_only", "none", 93, "分"),
    ("wanzhou-2024", "t082"): ("hold", "ratio", "level", 99, "%"),  # one list of households, kept
    ("wanzhou-2024", "t085"): ("hold", "ratio", "level", 100, "%"),
    ("wanzhou-2024", "t089"): ("end_value", "ratio", "even", 85, "%"),  # a list settled at the year's beginning
    ("wanzhou-2024", "m002"): ("stages", "stage", "stages", 1, "项"),
    ("zhoucun-2024", "t009"): ("end_value", "as_of", "even", 10000, "人"),  # people under management
    ("zhoucun-2024", "t016"): ("end_value", "ratio", "own", 100, "%"),  # named from above, once a year
    ("zhoucun-2024", "m006"): ("stages", "stage", "stages", 2, "项"),  # two events
    ("longgang-2024", "t002"): ("stages", "stage", "stages", 15, "个"),  # projects, as t001
    ("zhoucun-2024", "t012"): ("end_value", "as_of", "even", 40, "名"),  # experts in post
    ("zhoucun-2024", "t014"): ("end_value", "ratio", "last_year", 90, "%"),
    ("zhoucun-2024", "t015"): ("hold", "ratio", "level", 100, "%"),  # 巩固全覆盖
    ("longgang-2024", "t004"): ("cumulative", "to_date", "own", 1600, "张"),  # beds open with the buildings
    ("longgang-2024", "t019"): ("end_value", "ratio", "even", 100, "%"),  # clinics, not people screened
    ("wansheng-2023-2025", "t019"): ("bound", "to_date", "none", 0, "起"),
    ("wansheng-2023-2025", "t047"): ("cumulative", "to_date", "even", 30, "名"),  # over the plan's years
    ("wansheng-2023-2025", "t015"): ("end_value", "as_of", "even", 299, "张"),
    ("dazu-2027", "t022"): ("hold", "as_of", "level", 1, "名"),  # every leader, one expert
    ("dazu-2027", "t003"): ("end_value", "ratio", "even", 50, "%"),  # the stage of 2024
    ("demo-2027", "t040"): ("average", "to_date", "level", 4, "%"),  # a ceiling on growth
    ("demo-2027", "t051"): ("end_value", "annual_only", "none", 3, "名"),  # a rank
    ("demo-2027", "t055"): ("end_value", "ratio", "even", 100, "%"),  # every township
    ("demo-2027", "t061"): ("end_value", "ratio", "last_year", 12.03, "‰"),  # 9.03 + 3
}


@pytest.mark.parametrize("plan_id", ALL)
def test_kinds_are_those_read_by_hand(plan_id):
    tasks, _ = proposal(plan_id)
    found = tasks.set_index("task_id")
    for (plan, task_id), (kind, given, path, goal, unit) in GOLD.items():
        if plan == plan_id:
            row = found.loc[task_id]
            assert (row["kind"], row["given"], row["path"], row["unit"]) == (kind, given, path, unit), task_id
            assert row["goal_value"] == goal or (goal is None and row["goal_value"] != row["goal_value"]), task_id


@pytest.mark.parametrize(
    ("plan_id", "task_id", "gates", "counts"),
    [
        ("wanzhou-2024", "m002", "方案起草;征求意见;印发", "印发"),
        ("wanzhou-2024", "m005", "申报;评审;命名", "命名"),
        ("wanzhou-2024", "m006", "培训开班;培训完成", "培训完成"),
        ("wanzhou-2024", "t095", "前期;在建;完工;验收;投用", "在建"),  # 推进建设的个数
        ("wanzhou-2024", "t020", "方案制定;组织实施;完成", "组织实施"),  # 推进, not 完成
        ("longgang-2024", "t010", "立项采购;开发实施;试运行;验收", "验收"),
        ("longgang-2024", "t002", "前期;在建;完工;验收;投用", "在建"),
        ("wanzhou-2024", "t004", "申报;评审;命名", "命名"),  # a specialty is named, not built
        ("wanzhou-2024", "t023", "筹备;成立", "成立"),  # one list for all studios
        ("zhoucun-2024", "t011", "筹备;成立", "成立"),
        ("zhoucun-2024", "m003", "筹备;成立", "成立"),
        ("zhoucun-2024", "t003", "申报;评审;命名", "命名"),  # as wanzhou t046
        ("wanzhou-2024", "t046", "申报;评审;命名", "命名"),
        ("wanzhou-2024", "t094", "选派方案;人员确定;派出", "派出"),
        ("zhoucun-2024", "m001", "换届请示;选举;批复", "批复"),
        ("zhoucun-2024", "m007", "自查准备;接受复审;通过复审", "通过复审"),
        ("wanzhou-2024", "m007", "方案制定;征集入库;启用", "启用"),
        ("demo-2027", "m004", "需求方案;开发测试;上线", "上线"),
        ("longgang-2024", "t011", "立项申报;立项批复", "立项批复"),
        ("demo-2027", "m002", "前期;在建;完工;验收;投用", "投用"),
    ],
)
def test_gates_are_those_of_the_verb(plan_id, task_id, gates, counts):
    row = proposal(plan_id)[0].set_index("task_id").loc[task_id]
    assert (row["stages"], row["done_at"]) == (f"未启动;{gates}", counts)


def test_names_are_the_plans_or_open():
    _, items = proposal("wanzhou-2024")
    assert list(items.loc[items["task_id"] == "t007", "name_zh"]) == ["分水", "龙沙", "龙驹"]
    assert list(items.loc[items["task_id"] == "t008", "name_zh"]) == ["", "", ""]


def test_a_gate_has_one_word_in_each_language():
    pairs = {
        pair
        for row in vocabulary.rows("stages", rules.FOLDER)
        for pair in zip(row["stages_zh"].split(";"), row["stages_en"].split(";"), strict=True)
    }
    assert all(len({pair[n] for pair in pairs}) == len(pairs) for n in (0, 1))


def test_an_event_of_two_is_two_things():
    _, items = proposal("zhoucun-2024")
    assert list(items.loc[items["task_id"] == "m006", "name_zh"]) == ["婴幼儿养育照护服务职业技能竞赛", "托育宣传月"]


@pytest.mark.parametrize(
    ("plan_id", "task_id", "over", "under"),
    [
        ("wanzhou-2024", "t031", "设立老年医学科的二级及以上综合性医院", "二级及以上综合性医院"),
        ("wanzhou-2024", "t073", "临床药师数", "医院床位数"),
        ("wanzhou-2024", "t002", "可凭电子健康卡一码完成就医流程的二级以上公立医疗机构数", "二级以上公立医疗机构数"),
        ("wansheng-2023-2025", "t035", "已有建设单位的种类", "健康村、社区、机关、学校、医院、企业、家庭等规定种类"),
        ("demo-2027", "t032", "最近一次血压达标的已管理高血压患者", "已管理高血压患者"),
    ],
)  # fmt: skip
def test_what_stands_above_and_below_the_line_is_the_definitions(plan_id, task_id, over, under):
    row = proposal(plan_id)[0].set_index("task_id").loc[task_id]
    assert (row["num_unit"], row["den_unit"]) == (over, under)


@pytest.mark.parametrize("plan_id", ALL)
def test_a_rate_whose_counts_are_not_said_asks_for_them(plan_id):
    tasks, _ = proposal(plan_id)
    open_rows = (tasks["given"] == "ratio") & ((tasks["num_unit"] == "") | (tasks["den_unit"] == ""))
    assert (tasks["office_note"].str.contains("分子、分母的口径待写明") == open_rows).all()


def test_a_plan_of_several_years_is_asked_for_what_is_open():
    tasks, _ = proposal("wansheng-2023-2025")
    rows = tasks.set_index("task_id")
    left = {
        one.source.rsplit("-", 1)[-1]: one.reason for one in propose.left_out(load_plan("wansheng-2023-2025"), 2024)
    }
    assert left["t012"] == left["m012"] == "past" and "t028" in left
    assert (rows.loc["t047", "base_date"], rows.loc["t047", "due"]) == ("2022-12-31", "2025-12-31")
    assert rows.loc["t046", "due"] == "2024-12-31"  # one a year
    dazu, _ = proposal("dazu-2027")
    assert dazu.set_index("task_id").loc["t018", "source"] == "dazu-2027-t018;dazu-2027-t023"  # said twice
    assert {one.source: one.reason for one in propose.left_out(load_plan("dazu-2027"), 2024)}[
        "dazu-2027-t004"
    ] == "later"
    demo = {one.source: one.reason for one in propose.left_out(load_plan("demo-2027"), 2024)}
    assert demo["demo-2027-t011"] == "superseded"


def test_another_areas_goal_and_a_missing_number_are_said():
    rows = proposal("wanzhou-2024")[0].set_index("task_id")["office_note"]
    assert "重庆市" in rows["t062"] and "请定目标值" in rows["t003"] and "5%" in rows["t053"]
    assert "争取" in rows["t006"] and "争取" not in rows["t004"]


# --- the workbook ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("lang", "name"), [("zh", "任务确认.xlsx"), ("en", "task-list.xlsx")])
def test_unedited_and_confirmed_it_is_the_proposal(space, monkeypatch, lang, name):
    monkeypatch.setenv("HEALTHPLAN_LANG", lang)
    book = listed(space, name=name)
    dry = call("confirm", "wanzhou-2024", book, "--on", "2024-01-10")
    assert "--write" in dry and written(space) == {}
    call("confirm", "wanzhou-2024", book, "--on", "2024-01-10", "--write")
    tasks, items = propose.tasks(load_plan("wanzhou-2024"), registers.load_registers(), 2024, lang)
    ledger = store.load("wanzhou-2024")
    assert ledger.tasks.equals(tasks) and ledger.items.equals(items)
    before = written(space)
    call("confirm", "wanzhou-2024", book, "--on", "2024-03-01", "--write")
    call("confirm", "wanzhou-2024", listed(space, name=name), "--on", "2024-03-01", "--write")
    assert written(space) == before


def test_the_sheets_are_for_an_office_and_for_paper(space):
    book = openpyxl.load_workbook(listed(space))
    assert book.sheetnames[:5] == ["说明", "任务", "事项与节点", "进度", "变更"]
    page = book["任务"]
    assert page.page_setup.orientation == "landscape" and page.page_setup.paperSize == 9
    assert page.print_title_rows == "$1:$2" and page.print_area.endswith("$M$107")
    assert page.protection.sheet and page["A3"].protection.locked and not page["K3"].protection.locked
    choices = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert choices["D3:D107"] == '"累计,平均,期末值,保持,上限,阶段"'
    assert page["C3"].alignment.wrap_text and page.column_dimensions["C"].width > 25
    assert not any(len(str(rule)) > 255 for rule in choices.values())
    things = book["事项与节点"]
    assert things["F3"].value == "1 前期→2 在建→3 完工→4 验收→5 投用"
    assert [things.cell(2, n).value for n in (7, 8)] == ["节点1计划", "节点1实际"]


def test_the_next_year_of_a_plan_has_ids_of_its_own(space):
    folder = space / "reports" / "ledger" / "wansheng-2023-2025"
    for year, name in ((2024, "任务确认.xlsx"), (2025, "任务确认-2.xlsx")):
        call("tasks", "wansheng-2023-2025", year)
        call("confirm", "wansheng-2023-2025", folder / name, "--on", f"{year}-01-10", "--write")
    tasks = store.load("wansheng-2023-2025").tasks.set_index("task_id")
    assert tuple(tasks.loc[["t047", "t047-2025"], "year"]) == (2024, 2025)
    assert (tasks["valid_from"] == "").all()
    assert "2023, 2024, 2025" in call("tasks", "wansheng-2023-2025", 2030, code=1)


def test_what_the_office_edited_is_never_written_over(space):
    book = listed(space)
    edited(book, ("任务", "t001", "牵头单位", "信统科"), name=book.name)
    mine = book.read_bytes()
    assert "任务确认-2.xlsx" in call("tasks", "wanzhou-2024")
    assert book.read_bytes() == mine


def test_edits_come_through(space):
    book = edited(
        listed(space),
        ("任务", "t001", "牵头单位", "信统科"), ("任务", "t001", "配合单位", "医政科、卫生监督所"), ("任务", "t001", "待定事项", None),
        ("任务", "t003", "目标值", "12.5"), ("任务", "t025", "进度算法", "自定进度"), ("任务", "t025", "时限", "2024年11月"),
        ("任务", "t031", "起点值", 55), ("任务", "t033", "怎么填", "in the quarter"),
        ("事项与节点", ("t030", "1"), "事项名称", "高笋塘医养中心"), ("事项与节点", ("t030", "1"), "责任单位", "老龄科"),
        ("事项与节点", ("t030", "1"), "节点1计划", "2024年3月"), ("事项与节点", ("t030", "1"), "节点3计划", "2024-11-30"),
        ("事项与节点", 200, "任务编号", "t030"), ("事项与节点", 200, "事项名称", "另一处"),
        ("进度", 3, "任务编号", "t025"), ("进度", 3, "一季度末应达到", 100), ("进度", 3, "四季度末应达到", "1,000"),
    )  # fmt: skip
    said = call("confirm", "wanzhou-2024", book, "--on", "2024-01-10", "--write")
    assert "卫生监督所" in said  # a department of no other row is a question, no error
    ledger = store.load("wanzhou-2024")
    rows = ledger.tasks.set_index("task_id")
    assert tuple(rows.loc["t001", ["lead", "support", "office_note"]]) == ("信统科", "医政科;卫生监督所", "")
    assert (rows.loc["t003", "goal_value"], rows.loc["t025", "path"], rows.loc["t025", "due"]) == (
        12.5,
        "own",
        "2024-11-30",
    )
    assert (rows.loc["t031", "base_value"], rows.loc["t033", "given"]) == (55, "in_quarter")
    things = ledger.items[ledger.items["task_id"] == "t030"]
    assert list(things["item_id"]) == ["1", "2", "3", "4"] and list(things["name_zh"]) == [
        "高笋塘医养中心",
        "",
        "",
        "另一处",
    ]
    assert ledger.gates[["item_id", "gate", "planned"]].to_numpy().tolist() == [
        ["1", "前期", "2024-03-31"],
        ["1", "完工", "2024-11-30"],
    ]
    assert ledger.path[["quarter", "expected_to_date"]].to_numpy().tolist() == [["2024Q1", 100.0], ["2024Q4", 1000.0]]
    before = written(space)
    call("confirm", "wanzhou-2024", book, "--on", "2024-02-01", "--write")
    assert written(space) == {**before, "items.csv": written(space)["items.csv"]}


WRONG = {
    "LEDGER-WORD": [("任务", "t001", "类型", "差不多")],
    "LEDGER-NUMBER": [("任务", "t001", "目标值", "很多")],
    "LEDGER-DAY": [("任务", "t001", "时限", "尽快")],
    "LEDGER-NEEDED": [("任务", "t001", "时限", None)],
    "LEDGER-MATCH": [("任务", "t001", "类型", "阶段")],
    "LEDGER-STAGE": [("任务", "t007", "计数节点", "封顶")],
    "LEDGER-TASK": [("任务", "t001", "任务编号", "t999")],
    "LEDGER-DOUBLE": [("任务", "t001", "任务编号", "t002")],
    "LEDGER-GATES": [("事项与节点", ("t030", "1"), "节点1计划", "2024-06-30"), ("事项与节点", ("t030", "1"), "节点2计划", "2024-05-31")],
    "LEDGER-PATH-FALLS": [
        ("任务", "t025", "进度算法", "自定进度"), ("进度", 3, "任务编号", "t025"), ("进度", 3, "一季度末应达到", 500),
        ("进度", 3, "二季度末应达到", 400),
    ],
    "CELL-FORMULA": [("任务", "t001", "目标值", "=1+1")],
}  # fmt: skip


@pytest.mark.parametrize("code", WRONG)
def test_what_cannot_be_taken_is_named_and_nothing_written(space, code):
    book = edited(listed(space), *WRONG[code])
    said = call("confirm", "wanzhou-2024", book, "--on", "2024-01-10", "--write", code=1)
    assert f"[{code}]" in said and "改.xlsx" in said
    assert written(space) == {}


def test_a_goal_in_force_changes_by_decision_only(space, ledger_there):
    book = ledger_there
    said = call("confirm", "wanzhou-2024", edited(book, ("任务", "t033", "目标值", 800)), "--on", "2024-07-01", code=1)
    assert "[LEDGER-GOAL]" in said and "1000" in said
    change = [("变更", 3, "任务编号", "t033"), ("变更", 3, "改哪一项", "目标值"), ("变更", 3, "新值", 800), ("变更", 3, "决定日期", "2024-06-20"),
              ("变更", 3, "决定单位", "委党委会"), ("变更", 3, "文号", "万州卫健〔2024〕31号")]  # fmt: skip
    for left in range(3, 6):
        call("confirm", "wanzhou-2024", edited(book, *change[:left], *change[left + 1 :]), "--on", "2024-07-01", code=1)
    assert "[LEDGER-OLD]" in call("confirm", "wanzhou-2024", edited(book, *change, ("变更", 3, "原值", 900)), code=1)
    decided = edited(book, *change, ("变更", 3, "原值", "1000"))
    call("confirm", "wanzhou-2024", decided, "--on", "2024-07-01", "--write")
    ledger, before = store.load("wanzhou-2024"), written(space)
    assert ledger.tasks.set_index("task_id").loc["t033", "goal_value"] == 1000
    at = [store.tasks_at(ledger, date(2024, m, 30)).set_index("task_id").loc["t033", "goal_value"] for m in (4, 6)]
    assert at == [1000, 800]
    call("confirm", "wanzhou-2024", decided, "--on", "2024-07-01", code=1)  # its task sheet still says 1000
    call("confirm", "wanzhou-2024", listed(space, name="任务确认-2.xlsx"), "--on", "2024-07-02", "--write")
    assert written(space) == before


def test_a_lead_confirmed_later_is_a_change_of_that_day(ledger_there):
    book = edited(ledger_there, ("任务", "t001", "牵头单位", "信统科"), ("任务", "t001", "待定事项", None))
    call("confirm", "wanzhou-2024", book, "--on", "2024-02-05", "--write")
    changes = store.load("wanzhou-2024").changes
    assert changes[["task_id", "field", "decided_on", "old", "new"]].to_numpy().tolist()[0] == [
        "t001", "lead", "2024-02-05", "医政科", "信统科"]  # fmt: skip


def test_a_planned_day_that_is_past_stays(space):
    book = edited(listed(space), ("事项与节点", ("t030", "1"), "节点1计划", "2024-03-31"))
    call("confirm", "wanzhou-2024", book, "--on", "2024-01-10", "--write")
    moved = edited(book, ("事项与节点", ("t030", "1"), "节点1计划", "2024-09-30"), name="移.xlsx")
    call("confirm", "wanzhou-2024", moved, "--on", "2024-02-01")
    assert "[LEDGER-GATE-MOVED]" in call("confirm", "wanzhou-2024", moved, "--on", "2024-06-01", code=1)


def test_another_plans_workbook_and_no_workbook_are_refused(space, tmp_path):
    call("tasks", "wansheng-2023-2025", "2024")
    other = space / "reports" / "ledger" / "wansheng-2023-2025" / "任务确认.xlsx"
    assert "[LEDGER-PLAN]" in call("confirm", "wanzhou-2024", other, code=1)
    blank = openpyxl.Workbook()
    blank.save(tmp_path / "空.xlsx")
    assert "[LEDGER-SHEET]" in call("confirm", "wanzhou-2024", tmp_path / "空.xlsx", code=1)


def test_a_typed_copy_is_welcome(space, tmp_path):
    (tmp_path / "抄.csv").write_bytes("任务编号,类型,牵头单位\nt001,期末值,信统科\n".encode("gb18030"))
    call("confirm", "wanzhou-2024", tmp_path / "抄.csv", "--on", "2024-01-10", "--write")
    assert store.load("wanzhou-2024").tasks[["task_id", "lead"]].to_numpy().tolist() == [["t001", "信统科"]]


# --- decisions ------------------------------------------------------------------------------------


def entry(task_id, field, status="reported", **cells):
    blank = {"item_id": "", "department": "老龄科", "quarter": "2024Q2", "value": None, "numerator": None, "denominator": None,
             "text": "", "cut_off": "2024-06-30", "approx": False, "return_id": "r1", "supersedes": "", "reason": ""}  # fmt: skip
    row = blank | {"task_id": task_id, "field": field, "status": status} | cells
    return row | {"entry_id": store.identity(*row.values())}


@pytest.fixture
def waiting(space, ledger_there):
    """A ledger in which a thing is reported done and two cells were set aside."""
    took = {"return_id": "r1", "sheet_id": "s1", "file": "老龄科.xlsx", "received": "2024-07-02", "state": "returned",
            "days_late": 0, "cells_taken": 1, "cells_refused": 2, "filled_by_role": ""}  # fmt: skip
    rows = [entry("t030", "stage", item_id="1", text="完工"), entry("t030", "evidence", item_id="1", text="竣工备案表"),
            entry("t033", "figure", "refused", department="爱卫科", text="五百左右", reason="读不出数"),
            entry("t002", "figure", "refused", department="医政科", text="0.9", reason="是不是90%？")]  # fmt: skip
    store.save("wanzhou-2024", store.with_rows(store.load("wanzhou-2024"), entries=rows, returns=[took]))
    path = space / "待定事项.xlsx"
    path.write_bytes(decisions.decisions_workbook(store.load("wanzhou-2024"), "2024Q2", "zh"))
    return path


def test_decisions_list_what_waits(waiting):
    book = openpyxl.load_workbook(waiting)
    verify, pending = (
        [[c.value for c in row[:7]] for row in book[name].iter_rows(min_row=3)] for name in ("待核", "待定")
    )
    assert [row[:2] + row[5:] for row in verify] == [["t030", "1", "完成情况", "完工"]]
    assert [(row[0], row[6]) for row in pending] == [("t033", "五百左右（读不出数）"), ("t002", "0.9（是不是90%？）")]


def test_decisions_come_back_as_the_offices_return(space, waiting):
    book = edited(
        waiting, ("待核", "t030", "核定意见", "销号"), ("待核", "t030", "佐证日期", "2024-06-28"),
        ("待定", "t033", "核定意见", 500), ("待定", "t033", "更正说明", "电话核对"),
        ("待定", "t002", "核定意见", "18/20"), ("待定", "t002", "更正说明", "按机构数"),
    )  # fmt: skip
    call("confirm", "wanzhou-2024", book, "--on", "2024-07-10", "--write")
    ledger = store.load("wanzhou-2024")
    made = ledger.entries[ledger.entries["return_id"] != "r1"].set_index("task_id")
    assert tuple(made.loc["t030", ["field", "status", "text", "cut_off"]]) == (
        "verified",
        "reported",
        "竣工备案表",
        "2024-06-28",
    )
    assert made.loc["t033", "value"] == 500 and made.loc["t033", "supersedes"]
    assert tuple(made.loc["t002", ["numerator", "denominator"]]) == (18, 20)
    assert ledger.returns.iloc[-1]["state"] == "office"
    assert not decisions.pending(ledger, "2024Q2") and not decisions.to_verify(ledger, "2024Q2")
    before = written(space)
    call("confirm", "wanzhou-2024", book, "--on", "2024-07-11", "--write")
    call(
        "confirm",
        "wanzhou-2024",
        edited(book, ("待定", "t033", "任务", "改了名"), name="又.xlsx"),
        "--on",
        "2024-07-11",
        "--write",
    )
    assert written(space) == before


@pytest.mark.parametrize(
    ("code", "edits"),
    [
        ("LEDGER-EVIDENCE", [("待核", "t030", "核定意见", "销号")]),
        ("LEDGER-WORD", [("待核", "t030", "核定意见", "同意")]),
        ("LEDGER-REASON", [("待定", "t033", "核定意见", 500)]),
        ("LEDGER-REASON", [("待核", "t030", "核定意见", "退回")]),
        ("LEDGER-NUMBER", [("待定", "t033", "核定意见", "五百"), ("待定", "t033", "更正说明", "核对")]),
        ("LEDGER-CELL", [("待定", "t033", "核定意见", 500), ("待定", "t033", "季度", "2024Q1")]),
    ],
)
def test_a_decision_that_cannot_be_taken_is_named(space, waiting, code, edits):
    before = written(space)
    assert f"[{code}]" in call(
        "confirm", "wanzhou-2024", edited(waiting, *edits), "--on", "2024-07-10", "--write", code=1
    )
    assert written(space) == before


def test_what_is_sent_back_waits_no_longer(space, waiting):
    book = edited(waiting, ("待定", "t033", "核定意见", "退回"), ("待定", "t033", "更正说明", "请写数"))
    call("confirm", "wanzhou-2024", book, "--on", "2024-07-10", "--write")
    left = decisions.pending(store.load("wanzhou-2024"), "2024Q2")
    assert [row["task_id"] for row in left] == ["t002"]


# --- heads that somebody has worked over -------------------------------------------------------------


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(
    ("sheet", "head", "to", "said"),
    [
        ("任务", "目标值", "目标", "表头缺列（被改名或删去）：目标值"),
        ("任务", "类型", "种类", "表头缺列（被改名或删去）：类型"),
        ("任务", "任务编号", "编号", "表头缺列（被改名或删去）：任务编号"),
        ("任务", "单位", "目标值", "表头重复：目标值"),
        ("事项与节点", "节点2计划", "计划2", "表头缺列（被改名或删去）：节点2计划"),
        ("变更", "新值", "", "表头缺列（被改名或删去）：新值"),
    ],
)  # fmt: skip
def test_a_head_that_was_changed_is_one_fault_and_nothing_is_taken(space, made, request, first, sheet, head, to, said):
    book = listed(space) if first else request.getfixturevalue("ledger_there")
    before = written(space)
    told = call("confirm", "wanzhou-2024", edited(book, (sheet, 2, head, to)), "--write", code=1)
    assert told.count("[") == 1 and said in told and "改.xlsx" in told and str(space) not in told
    assert written(space) == before


def test_a_column_of_the_office_s_own_is_named_and_ids_may_be_written_wide(ledger_there):
    def change(page):
        page.cell(2, page.max_column + 1).value = "科内备注"
        page.cell(3, page.max_column).value = "待议"
        page.cell(4, 1).value = page.cell(4, 1).value.upper().translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})

    book = openpyxl.load_workbook(ledger_there)
    change(book["任务"])
    book.save(ledger_there.with_name("改.xlsx"))
    said = call("confirm", "wanzhou-2024", ledger_there.with_name("改.xlsx"), "--write")
    assert "不认识的列（科内备注），其下1格未读" in said and "没有变化" in said and "没有这个任务编号" not in said


def test_ten_thousand_rows_that_nobody_knows_are_five_faults_and_a_count(ledger_there):
    book = openpyxl.load_workbook(ledger_there)
    for number in range(10_000):
        book["任务"].append([f"x{number}", "章", "新任务"])
    path = ledger_there.with_name("换\n行.xlsx")
    book.save(path)
    said = call("confirm", "wanzhou-2024", path, code=1).strip().splitlines()
    assert len(said) == 6 and "另有9995处" in said[-1] and all("换_行.xlsx" in line for line in said)


def test_what_cannot_be_opened_is_a_fault_without_the_program_s_words(space, tmp_path):
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04 nothing")
    said = call("confirm", "wanzhou-2024", tmp_path / "坏.xlsx", code=1)
    assert "FILE-DAMAGED" in said and str(tmp_path) not in said and "Error" not in said
    assert str(tmp_path) not in call("confirm", "wanzhou-2024", tmp_path / "没有.xlsx", code=1)
