"""The Excel templates of a workspace: figures, targets and the quarterly ledger, with lists to choose from.

``healthplan check`` reads them back. Their example rows and their sheets of lists and guidance carry marks by
which the reader leaves them out, so that nothing of a template ever enters as data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files, registers
from healthplan.messages import text

REFERENCE = "【查阅】"  # the mark of a sheet that is not read; intake knows it
MADE = datetime(
    2000, 1, 1
)  # a fixed date inside the file, so that the same template has the same bytes
ROWS = 2000  # rows below the header that have lists and formats
DIRECTIONS = ("上升", "下降", "保持")
STATUSES = ("正式", "初步", "估计", "口径变化")
HOW = ("累计", "新增", "季末值", "平均")
BETTER = ("越高越好", "越低越好")
NATURES = ("约束性", "预期性")


@dataclass(frozen=True)
class Column:
    """A column of a template: its header, width, the list to choose from (a name of the lists sheet or the
    words themselves), whether the check needs it, and whether it is a whole year."""

    name: str
    width: int = 12
    choice: str | tuple[str, ...] = ()
    needed: bool = False
    year: bool = False


FIGURES = (
    Column("指标", 30, "indicators", True), Column("地区", 14, "areas", True), Column("年份", 8, needed=True, year=True),
    Column("数值", 12, needed=True), Column("单位", 10, "units", True), Column("来源", 32), Column("分子"), Column("分母"),
    Column("时期", 10), Column("数据状态", 10, STATUSES), Column("备注", 34),
)  # fmt: skip
TARGETS = (
    Column("指标", 30, "indicators", True), Column("地区", 14, "areas", True), Column("基期年份", 9, year=True),
    Column("基期值"), Column("目标年份", 9, needed=True, year=True), Column("目标值", needed=True),
    Column("单位", 10, "units", True), Column("方向", 8, DIRECTIONS, True), Column("来源", 32), Column("责任部门", 24),
    Column("指标属性", 10, NATURES), Column("备注", 34),
)  # fmt: skip
LEDGER = (
    Column("任务编号", 10, needed=True), Column("任务", 34, needed=True), Column("目标编号", 18), Column("责任部门", 24),
    Column("季度", 10, needed=True), Column("取数方式", 10, HOW, True), Column("方向", 10, BETTER, True),
    Column("单位", 10, "units", True), Column("起点值"), Column("计划值", needed=True), Column("实际值"), Column("备注", 34),
)  # fmt: skip
EXAMPLES: dict[str, tuple[dict[str, Any], ...]] = {
    "figures": (
        {"指标": "婴儿死亡率", "年份": 2023, "数值": 2.15, "单位": "‰", "来源": "妇幼卫生年报", "分子": 21, "分母": 9767},
        {"指标": "居民健康素养水平", "年份": 2023, "数值": 31.2, "单位": "%", "来源": "健康素养监测", "数据状态": "初步"},
    ),
    "targets": (
        {"指标": "婴儿死亡率", "基期年份": 2020, "基期值": 2.66, "目标年份": 2030, "目标值": "2以下", "单位": "‰", "方向": "下降"},
        {"指标": "居民健康素养水平", "基期年份": 2020, "基期值": 25.6, "目标年份": 2030, "目标值": 40, "单位": "%", "方向": "上升"},
    ),
    "ledger": (
        {"任务编号": "T01", "任务": "新增注册护士", "责任部门": "区卫生健康委", "季度": "2026-Q1", "取数方式": "累计", "方向": "越高越好", "单位": "人", "起点值": 0, "计划值": 30, "实际值": 26},
        {"任务编号": "T01", "任务": "新增注册护士", "责任部门": "区卫生健康委", "季度": "2026-Q2", "取数方式": "累计", "方向": "越高越好", "单位": "人", "起点值": 0, "计划值": 60},
    ),
}  # fmt: skip
COLUMNS = {"figures": FIGURES, "targets": TARGETS, "ledger": LEDGER}


def write_templates(
    folder: Path | str,
    *,
    indicators: pd.DataFrame | None = None,
    areas: pd.DataFrame | None = None,
    lang: str = "zh",
) -> list[Path]:
    """Write the three templates into a folder and return their paths.

    The lists offer the registered names (``indicators`` and ``areas`` default to the workspace's registers).
    The headers are Chinese; ``lang`` is the language of the guidance in them.
    """
    folder = Path(folder)
    lists = _lists(
        registers.load_indicators() if indicators is None else indicators,
        registers.load_areas() if areas is None else areas,
    )
    return [
        _write(folder / text(f"templates.{kind}_file", lang), kind, lists, lang) for kind in COLUMNS
    ]


def _lists(indicators: pd.DataFrame, areas: pd.DataFrame) -> dict[str, list[list[str]]]:
    """What the lists sheet shows: rows of cells by list."""
    known = indicators.sort_values("name_zh")
    return {
        "indicators": known[["name_zh", "unit", "definition_zh", "ask_zh"]]
        .fillna("")
        .to_numpy()
        .tolist(),
        "areas": [[name] for name in areas["name_zh"]],
        "units": [[unit] for unit in sorted(set(indicators["unit"]))],
    }


def _write(path: Path, kind: str, lists: dict[str, list[list[str]]], lang: str) -> Path:
    with files.beside(path) as part:
        _fill(part, kind, lists, lang)
    return path


def _fill(path: Path, kind: str, lists: dict[str, list[list[str]]], lang: str) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties(
        {"created": MADE, "author": "", "title": text(f"templates.{kind}_sheet", lang)}
    )
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE7EE", "border": 1}),
        "needed": book.add_format({"bold": True, "bg_color": "#BFD4E2", "border": 1}),
        "example": book.add_format({"italic": True, "font_color": "#808080"}),
        "year": book.add_format({"num_format": "0"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    page = book.add_worksheet(text(f"templates.{kind}_sheet", lang))
    guide = book.add_worksheet(text("templates.guide_sheet", lang))
    sheet = book.add_worksheet(text("templates.lists_sheet", lang))
    ranges = _write_lists(sheet, lists, styles, lang)
    _write_table(page, kind, ranges, styles, lang)
    guide.set_column(0, 0, 100, styles["wrap"])
    guide.write_string(0, 0, REFERENCE + text("templates.guide_head", lang), styles["head"])
    for row, line in enumerate(text(f"templates.guide_{kind}", lang).split("|"), 1):
        guide.write_string(row, 0, line)
    book.close()


def _write_table(
    page: Any, kind: str, ranges: dict[str, str], styles: dict[str, Any], lang: str
) -> None:
    columns = COLUMNS[kind]
    for at, column in enumerate(columns):
        page.write_string(0, at, column.name, styles["needed" if column.needed else "head"])
        page.set_column(at, at, column.width, styles["year"] if column.year else None)
        _validate(page, at, column, ranges)
    for row, example in enumerate(EXAMPLES[kind], 1):
        cells = {**example, "备注": text("templates.example", lang)}
        for at, column in enumerate(columns):
            value = cells.get(column.name)
            if isinstance(value, str):
                page.write_string(row, at, value, styles["example"])
            elif value is not None:
                page.write_number(row, at, value, styles["example"])
    page.freeze_panes(1, 1)


def _validate(page: Any, at: int, column: Column, ranges: dict[str, str]) -> None:
    """Lists guide and never block: a name that is not in them may be typed, and the check speaks about it."""
    if column.year:
        page.data_validation(
            1,
            at,
            ROWS,
            at,
            {"validate": "integer", "criteria": "between", "minimum": 1949, "maximum": 2100},
        )
    elif column.choice:
        source: Any = (
            f"={ranges[column.choice]}" if isinstance(column.choice, str) else list(column.choice)
        )
        page.data_validation(
            1, at, ROWS, at, {"validate": "list", "source": source, "error_type": "information"}
        )


def _write_lists(
    sheet: Any, lists: dict[str, list[list[str]]], styles: dict[str, Any], lang: str
) -> dict[str, str]:
    """The lists side by side; the ranges of their first columns by name."""
    sheet.write_string(0, 0, REFERENCE + text("templates.lists_head", lang), styles["head"])
    heads: dict[str, Sequence[str]] = {
        "indicators": [
            text(f"templates.lists_{n}", lang) for n in ("indicator", "unit", "definition", "ask")
        ],
        "areas": [text("templates.lists_area", lang)],
        "units": [text("templates.lists_unit", lang)],
    }
    ranges, at = {}, 0
    for name, rows in lists.items():
        for offset, head in enumerate(heads[name]):
            sheet.write_string(1, at + offset, head, styles["head"])
        for row, cells in enumerate(rows, 2):
            for offset, cell in enumerate(cells):
                sheet.write_string(row, at + offset, str(cell))
        letter = chr(65 + at)
        ranges[name] = (
            f"'{text('templates.lists_sheet', lang)}'!${letter}$3:${letter}${len(rows) + 2}"
        )
        at += len(heads[name]) + 1
    sheet.set_column(0, 0, 34)
    sheet.set_column(2, 3, 40)
    return ranges
