"""The worked cases about whole sheets, played with real workbooks: sent, altered as the case says, taken back, judged."""

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import quarter_round as made
from openpyxl import Workbook

from healthplan.ledger import judge, quarters, store

DEPARTMENT = "医政科"
FIGURES = {("t001", "本期数值"): 420, ("t002", "本期数值"): 500, ("t004", "本期数值"): 33.0}
NUMBERS = re.compile(r"\d+(?:\.\d+)?")


def taken(case: dict[str, str]) -> dict[str, Any]:
    """``take``: what taking said, and how many of the department's tasks stand unreported afterwards."""
    before = os.environ.get("HEALTHPLAN_WORKSPACE")
    folder = Path(tempfile.mkdtemp())
    try:
        return {"take": _played(case, folder)}
    finally:
        shutil.rmtree(folder)
        os.environ.pop("HEALTHPLAN_WORKSPACE")
        if before is not None:
            os.environ["HEALTHPLAN_WORKSPACE"] = before


class _Environment:
    """As a test's own environment, of which a case has none."""

    @staticmethod
    def setenv(name: str, value: str) -> None:
        os.environ[name] = value


def _played(case: dict[str, str], folder: Path) -> str:
    made.workspace(folder / "space", _Environment)
    quarter = quarters.at(quarters.day(case["as_of"]))
    day = quarters.last_day(quarter).isoformat()
    made.send(quarter, day)
    said = " ".join((case["topic"], case["reports"]))
    files, more, on = _altered(said, folder, quarter, day)
    told = made.CliRunner().invoke(
        made.cli.app, ["ledger", "take", *map(str, files), "--on", on, "--quarter", quarter, *more]
    )
    left = _unreported(quarter)
    return told.output.strip() + (f"\n{left}项记未报" if left and "--write" in more else "")


def _unreported(quarter: str) -> int:
    ledger = made.ledger()
    rows = judge.verdicts(ledger, quarter, on=quarters.day("2025-12-31")).merge(ledger.tasks[["task_id", "lead"]])
    rows = rows[rows["lead"] == DEPARTMENT]
    return Counter(rows["state"])["unreported"]


def _altered(said: str, folder: Path, quarter: str, day: str) -> tuple[list[Path], list[str], str]:
    """The files that come back, further options, and the day on which they are taken."""
    sent = made.sent(folder / "space", DEPARTMENT, quarter)
    out, write = folder / "甲.xlsx", ["--write"]
    dates = re.findall(r"\d{4}-\d{2}-\d{2}", said)
    on = dates[-1] if len(dates) > 1 else day
    if re.search("相同|未改动", said):
        return [Path(shutil.copy(sent, out))], write, on
    if re.search("_base|自己打|重新录入|打字", said):
        return [_typed(sent, out)], [], on
    if match := re.search(r"(\d{4}Q\d|上一?季度?|另一季|别的季)", said):
        other = match[1] if "Q" in match[1] else quarters.before(quarter)
        if other != quarter:
            made.send(other, day)
            return [made.filled(made.sent(folder / "space", DEPARTMENT, other), out, FIGURES)], write, on
    if re.search("v1|旧版", said):
        _changed(said, day)
        made.send(quarter, day)
        return [made.filled(sent, out, FIGURES)], write, on
    if re.search("两人|乙表|两份|再交|先交", said):
        return *_two(said, folder, sent, quarter, day), on
    return [made.filled(sent, out, FIGURES, change=_edit(said))], write, on


def _edit(said: str) -> Callable[[Any], None] | None:
    """What a clerk does to the sheet itself: rows taken out or added, a locked cell changed."""
    numbers = [int(float(n)) for n in NUMBERS.findall(said)]
    if re.search("[少删]", said):
        return lambda book: book["填报"].delete_rows(book["填报"].max_row - numbers[0] + 1, numbers[0])
    if re.search("[多加].*行", said):
        return lambda book: [book["填报"].append([None, None, f"新增任务{n}"]) for n in range(numbers[0])]
    if "目标" in said:
        return lambda book: _locked(book["填报"], numbers[-1])
    return None


def _locked(page: Any, goal: int) -> None:
    page.cell(made.row_of(page, "t001"), made.heads(page)["年度目标"]).value = f"不低于{goal}人"


def _changed(said: str, day: str) -> None:
    """The task list as it stands since the old version was sent."""
    ledger = made.ledger()
    if match := re.search(r"由\s*(\d+)\s*[改调][为到]\s*(\d+)", said):
        row = {"task_id": "t001", "field": "goal_value", "decided_on": day, "old": match[1], "new": match[2]}
        ledger = store.with_rows(ledger, changes=[row | {"decided_by": "办公室"}])
    else:
        fresh = [made.TASK | {"task_id": one, "name_zh": f"新任务{one}", "name_en": one} for one in ("t091", "t092")]
        ledger = store.with_rows(ledger, tasks=fresh)
    store.save(made.PLAN, ledger)


def _two(said: str, folder: Path, sent: Path, quarter: str, day: str) -> tuple[list[Path], list[str]]:
    """Two copies of one sheet: of one cell, of different cells, or a correction after the first was taken."""
    numbers = [float(n) for n in NUMBERS.findall(said)]
    one, other = folder / "甲.xlsx", folder / "乙.xlsx"
    reason = re.search(r"说明[:：]?\s*([^）)]*)", said)
    if re.search("[先再]交", said):
        first = made.filled(sent, one, {("t001", "本期数值"): numbers[0]})
        made.call("take", first, "--on", day, "--write")
        cells: dict[tuple[str, str], Any] = {("t001", "本期数值"): numbers[1]}
        if reason and "未" not in said and "无" not in said:
            cells[("t001", "更正说明")] = reason[1]
        return [made.filled(sent, other, cells)], ["--write"]
    if re.search("不同格|第\\d+[至-]", said):
        parts = [dict(list(FIGURES.items())[:1]), dict(list(FIGURES.items())[1:])]
    else:
        parts = [{("t001", "本期数值"): value} for value in numbers[:2]]
    return [made.filled(sent, path, cells) for path, cells in zip((one, other), parts, strict=True)], ["--write"]


def _typed(sent: Path, out: Path) -> Path:
    """The rows typed anew, without what lies hidden."""
    page = made.openpyxl.load_workbook(sent)["填报"]
    book = Workbook()
    for row in page.iter_rows(values_only=True):
        book.active.append(row)
    book.save(out)
    return out
