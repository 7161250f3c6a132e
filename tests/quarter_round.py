"""A small ledger of one year, written by hand: every kind of task, three departments; and how its sheets are sent and filled."""

import io
from pathlib import Path

import openpyxl
from typer.testing import CliRunner

from healthplan import cli
from healthplan.ledger import store
from healthplan.starter import make_workspace

PLAN, QUARTER = "demo-2027", "2024Q2"
TASK = {
    "plan_id": PLAN, "year": 2024, "kind": "cumulative", "given": "to_date", "direction": "higher", "unit": "人",
    "goal_value": 1000.0, "goal_comparator": ">=", "due": "2024-12-31", "path": "even", "reporting": "quarterly",
    "gather": "lead", "lead": "医政科", "support": "", "source": "demo-2027-t001",
}  # fmt: skip
TASKS = {
    "t001": {"name_zh": "签约人数", "name_en": "Contracts signed"},
    "t002": {"name_zh": "培训人次", "name_en": "Training visits", "given": "in_quarter", "unit": "人次", "path": "last_year"},
    "t003": {"name_zh": "规范管理率", "name_en": "Managed by the standard", "kind": "average", "given": "ratio", "unit": "%",
             "goal_value": 80.0, "path": "level", "num_unit": "人", "den_unit": "人"},
    "t004": {"name_zh": "健康素养水平", "name_en": "Health literacy", "kind": "end_value", "given": "as_of", "unit": "%",
             "base_value": 31.2, "base_date": "2023-12-31", "goal_value": 34.0, "support": "信统科"},
    "t005": {"name_zh": "孕产妇死亡", "name_en": "Maternal deaths", "kind": "bound", "direction": "lower", "unit": "例",
             "goal_value": 0.0, "goal_comparator": "<=", "path": "none", "lead": "疾控科"},
    "t006": {"name_zh": "新建中心", "name_en": "New centres", "kind": "stages", "given": "stage", "unit": "个", "goal_value": 3.0,
             "path": "stages", "done_at": "完工", "evidence_wanted": "竣工验收文件"},
    "t007": {"name_zh": "宣传场次", "name_en": "Campaign events", "unit": "场", "goal_value": 100.0, "gather": "sum_of_units",
             "lead": "疾控科", "support": "信统科"},
    "t008": {"name_zh": "人均预期寿命", "name_en": "Life expectancy", "kind": "end_value", "given": "annual_only", "unit": "岁",
             "goal_value": 79.5, "reporting": "annual_only", "path": "level", "due": "2027-12-31"},
}  # fmt: skip
ITEMS = [("1", "甲中心", "医政科"), ("2", "乙中心", "信统科"), ("3", "丙中心", "")]


def workspace(folder: Path, monkeypatch) -> Path:
    """A new workspace with the ledger; it is the one in force from here on."""
    make_workspace(folder)
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(folder))
    ledger = store.with_rows(
        store.empty(),
        tasks=[TASK | {"task_id": one} | told for one, told in TASKS.items()],
        items=[{"task_id": "t006", "item_id": i, "name_zh": name, "department": who} for i, name, who in ITEMS],
        gates=[{"task_id": "t006", "item_id": "1", "gate": "在建", "planned": "2024-05-31"}],
    )
    store.save(PLAN, ledger)
    return folder


def call(*words: object, code: int = 0) -> str:
    """What a command of the ledger says."""
    done = CliRunner().invoke(cli.app, ["ledger", *map(str, words)])
    assert done.exit_code == code, (done.output, done.exception)
    return done.output


def send(quarter: str = QUARTER, on: str = "2024-06-20", *more: object) -> str:
    return call("send", PLAN, "--quarter", quarter, "--on", on, *more, "--write")


def sent(folder: Path, department: str, quarter: str = QUARTER, version: int = 1) -> Path:
    return folder / "reports" / "ledger" / PLAN / quarter / f"{quarter}-{department}-v{version}.xlsx"


def heads(page) -> dict[str, int]:
    """Column of each header of a sheet as sent."""
    return {cell.value: cell.column for cell in page[2] if cell.value}


def row_of(page, task: str, item: str = "") -> int:
    at = heads(page)
    thing = at.get("事项编号")
    return next(
        r for r in range(3, page.max_row + 1)
        if page.cell(r, 1).value == task and str((thing and page.cell(r, thing).value) or "") == item
    )  # fmt: skip


def filled(path: Path, out: Path, cells: dict, past: dict | None = None, change=None) -> Path:
    """The sent workbook with cells filled as a clerk would: ``{("t001", "本期数值"): 420, ("t006|1", "阶段"): "在建"}``."""
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    for name, told in (("填报", cells), ("往年数据", past or {})):
        page = book[name] if told else None
        for (key, column), value in told.items():
            row = row_of(page, *key.split("|"))
            page.cell(row, heads(page)[column]).value = value
    if change:
        change(book)
    book.save(out)
    return out


def ledger():
    return store.load(PLAN)


def entries(**of: str):
    """The rows of *entries* with these values."""
    rows = ledger().entries
    for column, value in of.items():
        rows = rows[rows[column] == value]
    return rows.to_dict("records")
