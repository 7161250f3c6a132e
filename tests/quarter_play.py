"""A plan played through the four quarters of a year by an office and its departments, which know nothing but the workbooks
that the ledger wrote for them. Every name, figure and date in it is invented (虚构), and says so.

``TROUBLES`` lists what goes wrong, when, and how it has to end; which department and which row it meets is drawn by the seed.
"""

import hashlib
import io
import os
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import openpyxl
from typer.testing import CliRunner

from healthplan import cli

NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯"
MARK = "（虚构）"
THINGS = re.compile(
    "中医馆|中医阁|卫生室|工作室|专科|中心|医院|机构|乡镇|企业|学者|专家|团队|食堂|支部|应用|改革|医疗队|人才|项目|骨干"
)
EVEN = (0.25, 0.5, 0.75, 1.0)
SEASONS = (EVEN, (0.1, 0.3, 0.6, 1.0), (0.35, 0.6, 0.8, 1.0))
# how a year of a row ends, as a share of what is asked for, and how often
ENDINGS = ((1.15, 2), (1.03, 5), (0.93, 2), (0.7, 1))
GIVEN = {
    "选当前阶段": "stage", "填年初至截至日期": "to_date", "只填本季的数": "in_quarter", "填截至日期当天": "as_of", "填本季分子": "ratio", "填截至日期的分子": "ratio",
    "全年的数": "annual",
}  # fmt: skip
SCALES = {
    "%": 100,
    "‰": 1000,
    "1/10万": 100_000,
    "个/千人": 1000,
    "人/万人": 10_000,
    "人/千人": 1000,
    "张/千人": 1000,
    "人/百张床": 100,
}
WORDS = ("进展情况", "存在问题", "下一步措施", "完成时限", "佐证材料")


class Trouble(NamedTuple):
    """``wants``: the kind of row that it needs (``unit`` behind a colon), empty for a whole file; ``ends``: accepted, refused
    (the cell is asked again), unreported, warned, whole (the file is refused), again (no change), returned."""

    name: str
    quarter: int
    ends: str
    wants: str = ""
    write: Callable[["Line"], dict[str, Any]] | None = None


def _over_all(line: "Line") -> dict[str, Any]:
    return {"分子": 43, "分母": 40}


def _fall(line: "Line") -> dict[str, Any]:
    return {"本期数值": int(line.before * 0.8)}


TROUBLES = (
    # whole files
    Trouble("partial", 1, "returned"),
    Trouble("late", 1, "returned"),
    Trouble("row_added", 1, "warned"),
    Trouble("row_deleted", 1, "unreported"),
    Trouble("locked_changed", 1, "warned"),
    Trouble("unedited", 1, "again"),
    Trouble("same_bytes", 1, "again"),
    Trouble("late", 2, "returned"),
    Trouble("other_quarter", 2, "whole"),
    Trouble("other_plan", 2, "whole"),
    Trouble("other_department", 2, "whole"),
    Trouble("typed_copy", 2, "whole"),
    Trouble("forged_id", 2, "whole"),
    Trouble("two_on_one_cell", 2, "refused"),
    Trouble("two_on_different_cells", 2, "returned"),
    Trouble("missing", 3, "unreported"),
    Trouble("older_version", 3, "warned"),
    Trouble("late", 4, "returned"),
    # single cells
    Trouble("text_for_number", 1, "refused", "to_date", lambda line: {"本期数值": "约五百上下吧"}),
    Trouble("thousands", 3, "accepted", "to_date:1000", lambda line: {"本期数值": "1.2千"}),
    Trouble("about", 4, "accepted", "to_date:1000", lambda line: {"本期数值": "1200余"}),
    Trouble("percent_for_permille", 1, "accepted", "ratio:‰", lambda line: {"本期数值": "0.28%"}),
    Trouble("blank", 1, "unreported", "to_date", lambda line: {"进展情况": f"数还没有出来{MARK}"}),
    Trouble("share_for_percent", 2, "refused", "ratio:%", lambda line: {"本期数值": round(line.goal / 110, 2)}),
    Trouble("over_hundred", 2, "refused", "ratio:%", _over_all),
    Trouble("earlier_with_reason", 4, "accepted", "past", None),
    Trouble("falls_without_reason", 4, "refused", "to_date:before", _fall),
    Trouble("formula", 2, "refused", "to_date", lambda line: {"本期数值": "=600+20"}),
    Trouble("dash", 2, "refused", "to_date", lambda line: {"本期数值": "—"}),
    Trouble("falls_with_reason", 3, "accepted", "to_date:before", lambda line: {
        **_fall(line), "更正说明": f"上季重复统计{MARK}"}),
    Trouble("looks_cumulative", 3, "refused", "in_quarter", None),
    Trouble("stage_back", 3, "refused", "stage:before", lambda line: {"阶段": line.stages[0]}),
    Trouble("blank", 3, "unreported", "ratio", lambda line: {"进展情况": f"数还没有出来{MARK}"}),
    Trouble("earlier_without_reason", 3, "refused", "past", None),
    Trouble("not_applicable", 4, "accepted", "ratio:%", lambda line: {"本期数值": "不适用"}),
)  # fmt: skip
WHOLE = {one.name for one in TROUBLES if one.ends == "whole"}


class Cell(NamedTuple):
    """A cell that a department wrote, and the trouble that it is part of."""

    file: str
    quarter: str
    department: str
    page: str
    task: str
    item: str
    column: str
    value: Any
    trouble: str = ""


class Met(NamedTuple):
    """A trouble as it happened. ``return_id``: of the file's bytes; ``task`` and ``item`` of a single cell."""

    name: str
    ends: str
    quarter: str
    department: str
    file: str
    return_id: str
    task: str = ""
    item: str = ""


@dataclass
class Play:
    """A year as played: ``said`` by command and quarter, ``cells`` as filled, ``met`` troubles, ``ids``: return id of each file."""

    folder: Path
    plan: str
    year: int
    seed: int
    said: dict[tuple[str, ...], str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    met: list[Met] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    kept: list[dict[str, bytes]] = field(default_factory=list)  # the ledger's tables after each command that writes
    only: tuple[str, ...] = ()
    steady: dict[str, str] = field(default_factory=dict)  # a department's row whose figures look cumulative

    def reports(self, quarter: str = "") -> Path:
        return self.folder / "reports" / "ledger" / self.plan / quarter

    def call(self, *words: object, key: tuple[str, ...] = (), code: int = 0) -> str:
        """A command of the ledger, as typed."""
        done = CliRunner().invoke(cli.app, ["ledger", *map(str, words)])
        if done.exit_code != code:
            raise AssertionError((words, done.output)) from done.exception
        if key:
            self.said[key] = done.output
        if "--write" in words:
            tables = (self.folder / "data" / "plans" / self.plan / "ledger").glob("*.csv")
            self.kept.append({path.name: path.read_bytes() for path in sorted(tables)})
        return done.output


# --- a sheet as its reader sees it -----------------------------------------------------------------------------------------


class Line:
    """A row of the page to fill: headers, hint, goal, drop-down and open cells, nothing else."""

    def __init__(self, page: Any, heads: dict[str, int], row: int, offered: dict[str, list[str]]) -> None:
        self.page, self.heads, self.row = page, heads, row
        self.task, self.item = str(self.read("任务编号")), str(self.read("事项编号") or "")
        self.hint, self.name = str(self.read("提示") or ""), str(self.read("任务"))
        self.given = next((kind for words, kind in GIVEN.items() if words in self.hint), "")
        self.unit = (re.findall("（([^（）]*)）", self.hint) or [""])[-1] if self.given != "ratio" else ""
        goal = str(self.read("年度目标") or "")
        numbers = re.findall(r"\d+(?:\.\d+)?", goal.replace(",", ""))
        self.goal = float(numbers[0]) if numbers else 0.0
        self.ceiling = (
            bool(re.search("不高于|不超过|以内|以下|≤|低于|控制", goal.replace("不低于", ""))) or self.goal == 0
        )
        self.unit = self.unit or re.sub(r"^.*?[\d.,]+", "", goal)
        self.stages = offered.get(f"{page.cell(row, heads['阶段']).coordinate}" if "阶段" in heads else "", [])
        self.before = self.number("截至上季")
        self.even, self.own = self.number("应达到（月均）"), self.number("应达到（按进度）")

    def read(self, column: str) -> Any:
        return self.page.cell(self.row, self.heads[column]).value if column in self.heads else None

    def number(self, column: str) -> float:
        value = self.read(column)
        return float(value) if isinstance(value, int | float) else 0.0

    def open(self, column: str) -> bool:
        return column in self.heads and not self.page.cell(self.row, self.heads[column]).protection.locked

    def fill(self, column: str, value: Any) -> bool:
        """Write into a cell that is open and empty, or is the stage or the day; whether it was written."""
        if not self.open(column):
            return False
        self.page.cell(self.row, self.heads[column]).value = value
        return True


def lines(book: Any) -> list[Line]:
    page = book["填报"]
    heads = {cell.value: cell.column for cell in page[2] if cell.value}
    offered = {
        str(one.sqref): one.formula1.strip('"').split(",")
        for one in page.data_validations.dataValidation
        if one.type == "list" and str(one.formula1).startswith('"')
    }
    return [Line(page, heads, row, offered) for row in range(3, page.max_row + 1) if page.cell(row, 1).value]


def saved(book: Any, path: Path) -> str:
    """The workbook saved, unpacked, so that the same cells have the same bytes everywhere; its return id."""
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2000-01-01T00:00:00Z", content)
            new.writestr(zipfile.ZipInfo(name), content)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(out.getvalue())
    return hashlib.blake2b(out.getvalue(), digest_size=8).hexdigest()


# --- the office ------------------------------------------------------------------------------------------------------------


def _rows(book: Any, name: str) -> tuple[Any, dict[str, int], list[int]]:
    page = book[name]
    heads = {cell.value: cell.column for cell in page[2] if cell.value}
    return page, heads, [row for row in range(3, page.max_row + 1) if page.cell(row, 1).value]


def confirmed(path: Path, out: Path, year: int, only: tuple[str, ...] = (), note: str | None = None) -> str:
    """The task list as the office settles it, by rules. ``only``: the tasks that the year has; ``note``: beside each."""
    book = openpyxl.load_workbook(path)
    page, at, rows = _rows(book, "任务")
    told: dict[str, dict[str, Any]] = {}
    own = []
    for row in reversed(rows):
        cell = lambda column, row=row: page.cell(row, at[column])  # noqa: E731
        task = cell("任务编号").value
        if only and task not in only:
            page.delete_rows(row)
            continue
        _settle(cell, int(re.sub(r"\D", "", task)[-3:]), own)
        cell("待定事项").value = note
        told[task] = {name: cell(name).value for name in at}
    _name_things(book, told, year)
    page, at, rows = _rows(book, "进度")
    there = [(row, page.cell(row, 1).value) for row in rows]
    for row, task in reversed(there):
        if task not in told:
            page.delete_rows(row)
    known = [task for _, task in there if task in told]
    for row, (task, goal) in enumerate(sorted(one for one in own if one[0] not in known), 3 + len(known)):
        page.cell(row, 1).value = task
        for quarter, share in zip("一二三四", (0.1, 0.35, 0.7, 1.0), strict=True):
            page.cell(row, at[f"{quarter}季度末应达到"]).value = round(goal * share, 2)
    return saved(book, out)


def _settle(cell: Callable[[str], Any], number: int, own: list[tuple[str, float]]) -> None:
    """A row's open questions, answered by rules that look at the row alone."""
    kind, goal, unit = cell("类型").value, cell("目标值"), cell("单位").value
    if goal.value is None:
        goal.value = 12 if unit == "‰" else 21
    if kind == "累计":
        if number % 3 == 0:
            cell("怎么填").value = "本季数"
        if number % 5 == 2:
            cell("进度算法").value = "自定进度"
            own.append((cell("任务编号").value, float(goal.value)))
        if cell("配合单位").value and number % 4 == 2:
            cell("几家填报").value = "分头统计相加"
    # every third start stays open: the departments are asked for last year's end
    if kind == "期末值" and cell("起点值").value is None and cell("怎么填").value != "年度才有" and number % 3:
        cell("起点值").value, cell("起点日期").value = round(float(goal.value) * 0.8, 4), None


def _name_things(book: Any, told: dict[str, dict[str, Any]], year: int) -> None:
    """Names, who is in charge, and planned days of the gates."""
    page, at, rows = _rows(book, "事项与节点")
    for row in reversed(rows):
        cell = lambda column, row=row: page.cell(row, at[column])  # noqa: E731
        task = told.get(cell("任务编号").value)
        if task is None:
            page.delete_rows(row)
            continue
        n = int(cell("事项编号").value)
        word = THINGS.findall(task["任务"])
        cell("事项名称").value = (
            cell("事项名称").value or f"{NAMES[(n - 1) % len(NAMES)]}{word[-1] if word else '事项'}{MARK}"
        )
        others = [one for one in re.split("[、;]", str(task["配合单位"] or "")) if one]
        if others and n % 2 == 0:
            cell("责任单位").value = others[(n // 2 - 1) % len(others)]
        gates = len(re.findall(r"\d+ ", str(cell("节点").value)))
        for gate in range(1, gates + 1):  # the last one in November, things one behind the other
            month = max(1, min(11, round(11 * gate / gates) - n % 3))
            cell(f"节点{gate}计划").value = f"{year}-{month:02d}-28"


def decided(path: Path, out: Path, rng: Random, quarter_end: date) -> str:
    """What waits, decided: most evidence accepted, some cells settled, the rest sent back."""
    book = openpyxl.load_workbook(path)
    for name in ("待核", "待定"):
        page, at, rows = _rows(book, name)
        for row in rows:
            cell = lambda column, row=row, page=page, at=at: page.cell(row, at[column])  # noqa: E731
            if name == "待核" and rng.random() < 0.75:
                cell("佐证材料").value = cell("佐证材料").value or f"办公室收存的文书{MARK}"
                cell("核定意见").value, cell("佐证日期").value = "销号", quarter_end.isoformat()
                continue
            reported = str(cell("填报值").value)
            number = re.search(r"疑为 (\d+(?:\.\d+)?)%", reported) or re.match(r"(\d+(?:\.\d+)?)(?=[（;]|$)", reported)
            settled = name == "待定" and number and cell("内容").value == "本期数值" and rng.random() < 0.5
            cell("核定意见").value = float(number[1]) if settled and number else "退回"
            cell("更正说明").value = f"电话核对{MARK}" if settled else f"请重报{MARK}"
    return saved(book, out)


def goal_changed(path: Path, out: Path, task: str, new: float, on: str, only: tuple[str, ...] = ()) -> str:
    """The task list of the office with a decision: another goal. ``only``: the tasks that the year has."""
    book = openpyxl.load_workbook(path)
    for name in ("任务", "事项与节点", "进度") if only else ():  # what was left out in January is proposed again
        page, _, rows = _rows(book, name)
        for row in reversed(rows):
            if page.cell(row, 1).value not in only:
                page.delete_rows(row)
    page, at, rows = _rows(book, "变更")
    row = max(rows, default=2) + 1
    said = {
        "任务编号": task,
        "改哪一项": "目标值",
        "新值": new,
        "决定日期": on,
        "决定单位": "办公室",
        "文号": f"虚构〔{on[:4]}〕9号",
    }
    for column, value in said.items():
        page.cell(row, at[column]).value = value
    return saved(book, out)


# --- the departments -------------------------------------------------------------------------------------------------------


def _draw(seed: int, *about: str) -> Random:
    return Random("/".join((str(seed), *about)))


def _season(rng: Random) -> tuple[float, tuple[float, ...]]:
    """How a row's year ends, and how it comes together; the season is that of earlier years too."""
    (ending,) = rng.choices([e for e, _ in ENDINGS], [w for _, w in ENDINGS])
    return ending, rng.choice(SEASONS)


def answer(line: Line, n: int, rng: Random, year: int, steady: bool = False) -> dict[str, Any]:
    """What a department writes in a row at the n-th quarter, from its own invented year."""
    ending, season = _season(rng)
    jitter, count = rng.uniform(0.97, 1.03), rng.randint(12, 40)
    catches_up = rng.random() < 0.25  # behind until the third quarter, then made up
    ending = 1.02 if catches_up else ending
    share = season[n - 1] * ending * jitter * (0.7 if catches_up and n < 3 else 1.0)
    until = {"截至日期": date(year, 3 * n, 30 if n in (2, 3) else 31)}
    if line.given == "stage":
        return _stage(line, n, ending, rng, year)
    if line.given == "to_date":
        return {"本期数值": _amount(line, share, n, rng), **until}
    if line.given == "in_quarter":
        earlier = (0.0, *season)[n - 1] * ending * jitter
        return {"本期数值": round(line.goal * 0.3 * n if steady else line.goal * max(share - earlier, 0.05))} | until
    if line.given == "ratio":
        return _ratio(line, n, ending, count, share) | until
    if line.given == "as_of" or (line.given == "annual" and n == 4):
        value = (line.own or line.goal) * (0.97 + 0.05 * ending * jitter)
        return {"本期数值": round(value, 2) if line.goal < 100 else round(value), **until}
    return {}


def _amount(line: Line, share: float, n: int, rng: Random) -> float:
    if line.goal == 0:
        return 0
    whole = not re.search("万|/", line.unit)
    return round(line.goal * share * (0.92 if line.ceiling else 1)) if whole else round(line.goal * share * 0.9, 2)


def _ratio(line: Line, n: int, ending: float, count: int, climbs: float) -> dict[str, Any]:
    """Counts of a share: of few institutions or of many people; at the level, or on the way to it."""
    scale = next((s for unit, s in SCALES.items() if line.unit.startswith(unit)), 1)
    under = count if re.search("机构|医院|卫生室", line.hint + line.name) else count * 100
    under = under * 50 if scale >= 1000 or scale == 1 else under
    asked = line.own or line.goal
    near = asked * (1 + (ending - 1) / 4 if asked < line.goal else 0.98 + 0.03 * ending)
    if line.even and line.even <= line.goal * n / 4 < line.goal:  # it climbs from nothing, as last year
        near = line.goal * climbs
    near = asked * (2 - ending) if line.ceiling else near
    over = round(near / scale * under)
    return {"分子": min(over, under) if scale == 100 else over, "分母": under}


def _stage(line: Line, n: int, ending: float, rng: Random, year: int) -> dict[str, Any]:
    gates = [one for one in line.stages if one not in ("停滞", "取消")]
    halts = rng.random() < 0.08
    speed = {1.15: 1.3, 1.03: 1.05, 0.93: 0.9, 0.7: 0.6}.get(ending, 1.0)
    at = min(int(n / 4 * speed * (len(gates) - 1) + 0.35), len(gates) - 1)
    stage = "停滞" if halts and n == 3 else gates[at]
    told: dict[str, Any] = {"阶段": stage, "截至日期": date(year, 3 * n, 1 + rng.randint(0, 26))}
    done = (re.findall("到“(.*?)”计入完成", line.hint) or [gates[-1]])[0]
    if stage in gates and done in gates and at >= gates.index(done):
        told["佐证材料"] = f"{year}年第{n}号文书{MARK}"
    elif n > 1:
        told["完成时限"] = date(year, 12, 20)
    return told


def _said(line: Line, told: dict[str, Any], n: int) -> dict[str, Any]:
    """The words beside a figure: progress always, the rest where it is behind."""
    words = {"进展情况": f"第{n}季度已按安排推进{MARK}"}
    value = told.get("本期数值")
    short = told.get("阶段") == "停滞" or (isinstance(value, int | float) and not line.ceiling and value < line.own)
    if short and line.given:
        words |= {"存在问题": f"进度偏慢{MARK}", "下一步措施": f"下季度加派人手{MARK}"}
    return words


class Department:
    """One department in one quarter: its sheet, filled; what troubles it meets."""

    def __init__(self, play: Play, sheet: Path, quarter: str, department: str) -> None:
        self.play, self.sheet, self.quarter, self.department = play, sheet, quarter, department
        self.n = int(quarter[-1])
        self.book = openpyxl.load_workbook(sheet)
        self.lines = lines(self.book)
        self.written: list[tuple[Line | None, str, str, str, Any, str]] = []

    def fill(self, cells: dict[str, tuple[Trouble, "Line"]], only: Callable[[int], bool] = lambda at: True) -> None:
        """Every row that asks for something; ``cells``: the trouble of a row by its key."""
        for at, line in enumerate(self.lines):
            key = f"{line.task}|{line.item}"
            trouble = cells.get(key, (None, line))[0]
            if not only(at):
                continue
            rng = _draw(self.play.seed, self.department, line.task, line.item)
            steady = self.play.steady.get(self.department) == line.task
            told = answer(line, self.n, rng, self.play.year, steady)
            told |= _said(line, told, self.n)
            if trouble and trouble.write:
                told = {c: v for c, v in told.items() if c in WORDS or c == "截至日期"} | trouble.write(line)
            if trouble and trouble.name == "blank":
                told.pop("截至日期", None)
            for column, value in told.items():
                if line.fill(column, value):
                    name = trouble.name if trouble else ""
                    self.written.append((line, line.task, line.item, column, value, name))

    def past(self, trouble: Trouble | None = None) -> tuple[str, str]:
        """Last year's quarters and earlier years where they are asked for; or one known quarter of this year changed. Returns
        task and period of the change."""
        if "往年数据" not in self.book.sheetnames:
            return "", ""
        page = self.book["往年数据"]
        heads = {cell.value: cell.column for cell in page[2] if cell.value}
        periods = [one for one in heads if re.fullmatch(r"\d{4}(Q\d)?", str(one))]
        for row in range(3, page.max_row + 1):
            if not page.cell(row, 1).value:
                continue
            task = str(page.cell(row, 1).value)
            goals = [line for line in self.lines if line.task == task]
            for period in periods:
                cell = page.cell(row, heads[period])
                if cell.protection.locked:
                    continue
                large = isinstance(cell.value, int | float) and cell.value >= 20
                if trouble and large and period.startswith(f"{self.play.year}Q"):
                    return self._corrected(page, heads, row, cell, period, trouble)
                if not trouble and cell.value is None and goals:
                    value = self._earlier(goals[0], period)
                    cell.value = value
                    self.written.append((None, task, "", period, value, ""))
        return "", ""

    def _corrected(
        self, page: Any, heads: dict[str, int], row: int, cell: Any, period: str, trouble: Trouble
    ) -> tuple[str, str]:
        cell.value = round(cell.value * 0.95)
        task = str(page.cell(row, 1).value)
        self.written.append((None, task, "", period, cell.value, trouble.name))
        if trouble.ends == "accepted":
            page.cell(row, heads["更正说明"]).value = f"口径核对后更正{MARK}"
        return task, period

    def _earlier(self, line: Line, period: str) -> Any:
        """A figure of an earlier year: smaller than the goal, with a season."""
        season = _season(_draw(self.play.seed, self.department, line.task, line.item))[1]
        rng = _draw(self.play.seed, self.department, line.task, "past")
        level = rng.uniform(0.85, 0.98)
        year = int(period[:4])
        level *= 1 - 0.02 * (self.play.year - 1 - year)
        n = int(period[-1]) if "Q" in period else 4
        if line.given in ("to_date", "in_quarter"):
            earlier = (0.0, *season)[n - 1] if line.given == "in_quarter" else 0.0
            return _amount(line, level * (season[n - 1] - earlier), n, rng)
        climbs = season[n - 1] if 0 < line.even < line.goal and "Q" in period and line.even <= line.goal / 4 else 1.0
        value = line.goal * level * climbs * (0.99 + 0.01 * n / 4)
        return round(value) if line.goal >= 200 else round(value, 2 if line.goal >= 1 else 4)

    def hand_in(self, name: str, part: str = "") -> Path:
        """The file as it comes back; its cells are kept."""
        path = self.play.folder / "incoming" / self.quarter / (part or "in") / name
        self.play.ids[f"{self.quarter}/{path.parent.name}/{name}"] = saved(self.book, path)
        for line, task, item, column, value, trouble in self.written:
            page = "填报" if line else "往年数据"
            self.play.cells.append(Cell(name, self.quarter, self.department, page, task, item, column, value, trouble))
        return path


# --- a quarter -------------------------------------------------------------------------------------------------------------


def _meets(trouble: Trouble, line: Line) -> bool:
    """Whether a row is of the kind that a trouble needs."""
    kind, _, more = trouble.wants.partition(":")
    if line.given != kind or (line.goal == 0 and kind != "stage") or (line.ceiling and not more.startswith("‰")):
        return False
    if more == "before":
        return bool(line.read("截至上季")) and (kind == "stage" or line.before >= 5)
    if more == "1000":
        return line.goal >= 1000
    if more in ("%", "‰"):
        return line.unit.startswith(more) and (more == "‰" or 20 <= line.goal <= 100)
    return kind != "stage" or len(line.stages) > 3


class Quarter:
    """One quarter played: who meets which trouble, files in two waves."""

    def __init__(self, play: Play, n: int, troubles: tuple[Trouble, ...]) -> None:
        self.play, self.n, self.quarter = play, n, f"{play.year}Q{n}"
        self.rng = _draw(play.seed, self.quarter)
        self.end = date(play.year + n // 4, 3 * n % 12 + 1, 1) - timedelta(days=1)
        self.due = self.end + timedelta(days=8)
        self.troubles = [one for one in troubles if one.quarter == n]
        self.waves: tuple[list[Path], list[Path]] = ([], [])

    def sheets(self) -> dict[str, Path]:
        """The last version of each department's sheet."""
        found = {}
        for path in sorted(self.play.reports(self.quarter).glob(f"{self.quarter}-*-v*.xlsx")):
            found[path.stem.split("-")[1]] = path
        return found

    def returned(self) -> None:
        """All departments fill and hand in."""
        there = {name: Department(self.play, path, self.quarter, name) for name, path in self.sheets().items()}
        whole = self._whole(there)
        cells = self._cells({name: one for name, one in there.items() if name not in whole})
        for name, one in there.items():
            trouble = whole.get(name)
            before = len(self.play.met)
            if trouble:
                getattr(self, f"_{trouble.name}")(one)
            else:
                one.fill(cells.get(name, {}))
                self._history(one, cells.get(name, {}))
                self.waves[0].append(one.hand_in(self._file(name)))
            for key, (met, _) in cells.get(name, {}).items():
                self._met(met, one, self._file(name), *key.split("|"))
            assert len(self.play.met) > before or not (trouble or cells.get(name)), (trouble, name)

    def _history(self, one: Department, cells: dict[str, tuple[Trouble, Line]]) -> None:
        past = next((met for met, _ in cells.values() if met.wants == "past"), None)
        if past:
            task, _ = one.past(past)
            cells.pop("past", None)
            if task:
                cells[f"{task}|"] = (past, one.lines[0])
        elif self.n == 1:
            one.past()

    def _file(self, department: str) -> str:
        return f"{self.quarter} {department} 填报.xlsx"

    def _met(
        self, trouble: Trouble, one: Department, file: str, task: str = "", item: str = "", part: str = "in"
    ) -> None:
        rid = self.play.ids.get(f"{self.quarter}/{part}/{file}", "")
        self.play.met.append(Met(trouble.name, trouble.ends, self.quarter, one.department, file, rid, task, item))

    def _whole(self, there: dict[str, Department]) -> dict[str, Trouble]:
        """Departments that meet a trouble of the whole file; none that carries a cell's trouble over quarters."""
        changed = self.play.said.get(("changed",), "")
        free = sorted(name for name, one in there.items() if name not in self.play.steady and len(one.lines) > 1)
        self.rng.shuffle(free)
        found = {}
        for trouble in (one for one in self.troubles if not one.wants):
            wanted = [name for name in free if trouble.name != "older_version" or name == changed]
            wanted = wanted if trouble.name == "older_version" else [name for name in wanted if name != changed]
            least = {"partial": 3, "row_deleted": 1, "two_on_one_cell": 1}.get(trouble.name, 0)
            wanted = [name for name in wanted if len(_asked(there[name])) >= least]
            if wanted:
                found[wanted[0]] = trouble
                free.remove(wanted[0])
        return found

    def _cells(self, there: dict[str, Department]) -> dict[str, dict[str, tuple[Trouble, Line]]]:
        """Rows that meet a trouble, one each."""
        found: dict[str, dict[str, tuple[Trouble, Line]]] = {}
        used = set()
        for trouble in (one for one in self.troubles if one.wants):
            fits = [(name, line) for name, one in sorted(there.items()) for line in one.lines if _meets(trouble, line)]
            if trouble.wants == "past":
                fits = [
                    (name, one.lines[0]) for name, one in sorted(there.items()) if _known(one) and name not in found
                ]
            if trouble.name == "looks_cumulative":
                fits = [(n, line) for n, line in fits if self.play.steady.get(n) == line.task]
            fits = [(n, line) for n, line in fits if (n, line.task, line.item) not in used]
            fits = [
                (n, line)
                for n, line in fits
                if trouble.name == "looks_cumulative" or self.play.steady.get(n) != line.task
            ]
            fits = [(n, line) for n, line in fits if "past" not in found.get(n, {})]
            if fits:
                name, line = self.rng.choice(fits)
                used.add((name, line.task, line.item))
                key = "past" if trouble.wants == "past" else f"{line.task}|{line.item}"
                found.setdefault(name, {})[key] = (trouble, line)
        return found

    # --- what a whole file can meet: each hands in what it hands in

    def _plainly(self, one: Department, wave: int = 0) -> None:
        """The right sheet, filled as it should be."""
        one.fill({})
        self._history(one, {})
        self.waves[wave].append(one.hand_in(self._file(one.department), "late" if wave else "in"))

    def _tell(self, one: Department, file: str = "", part: str = "in") -> None:
        name = next(t for t in self.troubles if not t.wants and t.name == self._now)
        self._met(name, one, file or self._file(one.department), part=part)

    def __getattribute__(self, name: str) -> Any:
        found = super().__getattribute__(name)
        if name.startswith("_") and name[1:] in {t.name for t in TROUBLES}:
            self._now = name[1:]
        return found

    def _partial(self, one: Department) -> None:
        first = _asked(one)[0]
        one.fill({}, only=lambda at: one.lines[at] is first)
        self.waves[0].append(one.hand_in(self._file(one.department)))
        self._tell(one)

    def _late(self, one: Department) -> None:
        self._plainly(one, wave=1)
        self._tell(one, part="late")

    def _row_added(self, one: Department) -> None:
        page = one.book["填报"]
        page.append([None, None, None, f"新增的任务{MARK}", 12])
        self._plainly(one)
        self._tell(one)

    def _row_deleted(self, one: Department) -> None:
        one.fill({})
        line = _asked(one)[-1]
        one.written = [cell for cell in one.written if cell[0] is not line]
        one.book["填报"].delete_rows(line.row)
        self.waves[0].append(one.hand_in(self._file(one.department)))
        rid = self.play.ids[f"{self.quarter}/in/{self._file(one.department)}"]
        self.play.met.append(
            Met(
                "row_deleted",
                "unreported",
                self.quarter,
                one.department,
                self._file(one.department),
                rid,
                line.task,
                line.item,
            )
        )

    def _locked_changed(self, one: Department) -> None:
        line = one.lines[0]
        line.page.cell(line.row, line.heads["年度目标"]).value = f"不低于7个{MARK}"
        self._plainly(one)
        self._tell(one)

    def _unedited(self, one: Department) -> None:
        path = self.play.folder / "incoming" / self.quarter / "in" / self._file(one.department)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(one.sheet.read_bytes())
        self.play.ids[f"{self.quarter}/in/{path.name}"] = hashlib.blake2b(path.read_bytes(), digest_size=8).hexdigest()
        self.waves[0].append(path)
        self._tell(one)

    def _same_bytes(self, one: Department) -> None:
        self._plainly(one)
        self.waves[1].append(self.waves[0][-1])
        self._tell(one)

    def _wrong_then_right(self, one: Department, wrong: Department, part: str) -> None:
        """A file that is refused whole, and the right one behind it, late."""
        self.waves[0].append(wrong.hand_in(self._file(one.department), part))
        self._tell(one, part=part)
        self._plainly(one, wave=1)

    def _again(self, one: Department, sheet: Path | None = None) -> Department:
        found = Department(self.play, sheet or one.sheet, self.quarter, one.department)
        found.fill({})
        return found

    def _other_quarter(self, one: Department) -> None:
        before = f"{self.play.year}Q{self.n - 1}"
        sheet = self.play.reports(before) / one.sheet.name.replace(self.quarter, before)
        self._wrong_then_right(one, self._again(one, sheet), "wrong")

    def _other_department(self, one: Department) -> None:
        other = next(path for name, path in sorted(self.sheets().items()) if name != one.department)
        self._wrong_then_right(one, self._again(one, other), "wrong")

    def _based(self, one: Department, name: str, value: str) -> None:
        wrong = self._again(one)
        base = wrong.book["_base"]
        row = next(r for r in range(1, 20) if base.cell(r, 3).value == name)
        base.cell(row, 4).value = value
        self._wrong_then_right(one, wrong, "wrong")

    def _other_plan(self, one: Department) -> None:
        self._based(one, "plan_id", "other-2024")

    def _forged_id(self, one: Department) -> None:
        self._based(one, "sheet_id", "abcdef012345")

    def _typed_copy(self, one: Department) -> None:
        wrong = self._again(one)
        typed = openpyxl.Workbook()
        for row in wrong.book["填报"].iter_rows(values_only=True):
            typed.active.append(row)
        wrong.book = typed
        self._wrong_then_right(one, wrong, "wrong")

    def _two_on_one_cell(self, one: Department) -> None:
        line = _asked(one)[0]
        other = self._again(one)
        one.fill({})
        for who, amount in ((one, 11), (other, 13)):
            mine = next(x for x in who.lines if (x.task, x.item) == (line.task, line.item))
            told = (
                {"阶段": mine.stages[1 + (who is other)]}
                if mine.given == "stage"
                else {"本期数值": amount, "分子": None, "分母": None}
            )
            who.written = [c for c in who.written if c[0] is not mine or c[3] not in (*told, "佐证材料")]
            for column, value in told.items():
                if mine.fill(column, value) and value is not None:
                    who.written.append((mine, mine.task, mine.item, column, value, "two_on_one_cell"))
        for who, name in ((one, "一"), (other, "二")):
            file = self._file(f"{one.department} {name}")
            self.waves[0].append(who.hand_in(file))
            rid = self.play.ids[f"{self.quarter}/in/{file}"]
            self.play.met.append(
                Met("two_on_one_cell", "refused", self.quarter, one.department, file, rid, line.task, line.item)
            )

    def _two_on_different_cells(self, one: Department) -> None:
        other, half = Department(self.play, one.sheet, self.quarter, one.department), len(one.lines) // 2
        one.fill({}, only=lambda at: at < half)
        other.fill({}, only=lambda at: at >= half)
        for who, name in ((one, "一"), (other, "二")):
            file = self._file(f"{one.department} {name}")
            self.waves[0].append(who.hand_in(file))
            self._tell(one, file)

    def _missing(self, one: Department) -> None:
        self.play.met.append(Met("missing", "unreported", self.quarter, one.department, "", ""))

    def _older_version(self, one: Department) -> None:
        old = Department(self.play, one.sheet.with_stem(one.sheet.stem[:-1] + "1"), self.quarter, one.department)
        old.fill({})
        self.waves[0].append(old.hand_in(self._file(one.department)))
        self._tell(one)


def _asked(one: Department) -> list[Line]:
    """The rows that ask for a figure or a stage now."""
    return [line for line in one.lines if line.given and (line.given != "annual" or one.n == 4) and line.goal]


def _known(one: Department) -> bool:
    """Whether a quarter of this year stands in the sheet of earlier figures as a number to change."""
    if "往年数据" not in one.book.sheetnames:
        return False
    page = one.book["往年数据"]
    columns = [cell.column for cell in page[2] if str(cell.value).startswith(f"{one.play.year}Q")]
    found = (page.cell(row, c).value for c in columns for row in range(3, page.max_row + 1))
    return any(isinstance(value, int | float) and value >= 20 for value in found)


# --- the year --------------------------------------------------------------------------------------------------------------


def play(
    folder: Path,
    plan: str,
    year: int,
    seed: int = 1,
    *,
    only: tuple[str, ...] = (),
    troubles: tuple[Trouble, ...] = TROUBLES,
    close: bool = True,
    note: str | None = None,
) -> Play:
    """The four quarters of a plan's year in a workspace, through the commands alone."""
    os.environ["HEALTHPLAN_WORKSPACE"] = str(folder)
    game = Play(folder, plan, year, seed, only=only)
    game.call("tasks", plan, str(year), key=("tasks",))
    listed = folder / "incoming" / "任务确认.xlsx"
    confirmed(game.reports() / "任务确认.xlsx", listed, year, only, note)
    game.call("confirm", plan, listed, "--on", f"{year}-01-15", key=("dry",))
    game.call("confirm", plan, listed, "--on", f"{year}-01-15", "--write", key=("confirm",))
    for n in range(1, 5):
        _quarter(game, n, troubles)
    if close:
        game.call("close", plan, str(year), "--on", f"{year + 1}-01-20", "--write", key=("close",))
    return game


def _quarter(game: Play, n: int, troubles: tuple[Trouble, ...]) -> None:
    now = Quarter(game, n, troubles)
    sent = now.end - timedelta(days=10)
    game.call("send", game.plan, "--quarter", now.quarter, "--on", sent, "--write", key=("send", now.quarter))
    if n == 1 and any(one.name == "looks_cumulative" for one in troubles):
        _steady(game, now)
    if n == 3 and troubles:
        _decide_goal(game, now, sent)
    now.returned()
    on = now.due - timedelta(days=1)
    bad = any(one.name in WHOLE for one in now.troubles)
    _take(game, now, 0, on, bad)
    judged = lambda day, key: game.call("judge", game.plan, "--quarter", now.quarter, "--on", day, "--write", key=key)  # noqa: E731
    judged(now.due + timedelta(days=1), ("judge", now.quarter, "1"))
    if now.waves[1]:
        _take(game, now, 1, now.due + timedelta(days=3), False)
    waits = game.reports(now.quarter) / "待定事项.xlsx"
    answers = game.folder / "incoming" / now.quarter / f"{now.quarter} 待定事项.xlsx"
    decided(waits, answers, now.rng, now.end)
    game.call(
        "confirm", game.plan, answers, "--on", now.due + timedelta(days=5), "--write", key=("decide", now.quarter)
    )
    if n in (2, 4):
        judged(now.due + timedelta(days=6), ("judge", now.quarter, "2"))


def _take(game: Play, now: Quarter, wave: int, on: date, bad: bool) -> None:
    files = now.waves[wave]
    if not files:
        return
    if now.n == 2:
        game.call("take", *files, "--on", on, code=int(bad), key=("dry take", now.quarter, str(wave)))
    game.call(
        "take", *files, "--on", on, "--role", "统计岗", "--write", code=int(bad), key=("take", now.quarter, str(wave))
    )


def _steady(game: Play, now: Quarter) -> None:
    """The department one of whose in-quarter rows will be filled with figures to date all year."""
    for name, path in now.sheets().items():
        for line in lines(openpyxl.load_workbook(path)):
            if line.given == "in_quarter" and line.goal >= 100 and not game.steady:
                game.steady[name] = line.task


def _decide_goal(game: Play, now: Quarter, sent: date) -> None:
    """A goal is changed by decision after the sheets went out; who leads it gets a new version."""
    found = next(
        (name, line)
        for name, path in now.sheets().items()
        for line in lines(openpyxl.load_workbook(path))
        if line.given == "to_date" and line.goal >= 10 and not line.ceiling and name not in game.steady
    )
    name, line = found
    day = (sent + timedelta(days=2)).isoformat()
    game.call("tasks", game.plan, str(game.year))
    last = sorted(game.reports().glob("任务确认*.xlsx"), key=lambda p: (len(p.stem), p.stem))[-1]
    out = game.folder / "incoming" / now.quarter / "变更.xlsx"
    goal_changed(last, out, line.task, round(line.goal * 1.1), day, game.only)
    game.call("confirm", game.plan, out, "--on", day, "--write", key=("change", line.task, day, str(line.goal)))
    game.said["changed",] = name
    again = (sent + timedelta(days=3)).isoformat()
    game.call("send", game.plan, "--quarter", now.quarter, "--on", again, "--write", key=("resend", now.quarter))


# --- the sample district ---------------------------------------------------------------------------------------------------

DEMO = "demo-2027"
TASKS = (
    "t002", "t005", "t006", "t010", "t012", "t015", "t021", "t024", "t026", "t027", "t028", "t029", "t030", "t031", "t033",
    "t038", "t039", "t046", "t048", "t056", "t057", "m001", "m002", "m005", "m006",
)  # fmt: skip
SHOWN = (
    "late",
    "blank",
    "text_for_number",
    "over_hundred",
    "falls_with_reason",
    "missing",
)


def demo(folder: Path) -> Play:
    """The ledger of 2025 that the sample district ships: some of its goals, a few of the troubles, the year not closed."""
    troubles = tuple(one for one in TROUBLES if one.name in SHOWN)
    return play(folder, DEMO, 2025, 7, only=TASKS, troubles=troubles, close=False, note="虚构示例 invented")


if __name__ == "__main__":  # writes the shipped ledger anew
    import shutil
    import tempfile

    from healthplan.starter import make_workspace

    there = Path(__file__).resolve().parent.parent / "data" / "plans" / DEMO / "ledger"
    with tempfile.TemporaryDirectory() as place:
        make_workspace(Path(place) / "a")
        os.environ["HEALTHPLAN_LANG"] = "zh"
        demo(Path(place) / "a")
        shutil.rmtree(there, ignore_errors=True)
        shutil.copytree(Path(place) / "a" / "data" / "plans" / DEMO / "ledger", there)
