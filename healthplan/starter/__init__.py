"""``healthplan init``: a workspace for a new district that runs as it stands, on the demo district's data, with Excel
templates of figures and targets that have lists to choose from.

``healthplan check`` reads the templates back. Their example rows and their sheets of lists and guidance carry marks by
which the reader leaves them out, so that nothing of a template ever enters as data.
"""

import csv
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd

from healthplan import files, registers, workspace
from healthplan.errors import Fault, UsageError
from healthplan.language import comparators
from healthplan.messages import text

HERE = Path(__file__).parent
TEMPLATES = "模板"  # the folder of Excel templates, named for the people who open it
GUIDE = "使用说明.md"
DEMO = "demo-2027"
REGISTERS = ("indicators", "areas", "sources", "corrections", "conflicts", "departments", "breaks", "area_changes",
             "addressees", "stocks")  # fmt: skip
ELSEWHERE = ("2-contradictions", "5-quarter")  # of the course: on a published plan, and on a year's ledger
REFERENCE = "【查阅】"  # the mark of a sheet that is not read; intake knows it
MADE = datetime(2000, 1, 1)  # inside the file, so that the same template has the same bytes
LANG = "zh"
ROWS = 2000  # rows below the header that have lists and formats
LISTS = ("indicators", "areas", "units")  # of the lists sheet; other choices are words themselves
EXAMPLES = ("example_1", "example_2")
Columns = list[dict[str, str]]  # rows of templates.csv


def make_workspace(folder: Path) -> list[Path]:
    """Fill an empty or new folder: registers, published observations, the demo plan, notebooks, a parameter
    file, Excel templates and a short guide. Returns the files written.

    Raises :class:`UsageError` when the folder holds anything already: nothing of anyone's is written over.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(Fault("INIT-FOLDER", str(folder), fields={}))
    for source, target in _copies(folder):
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
    write_templates(folder / TEMPLATES)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _copies(folder: Path) -> Iterator[tuple[Path, Path]]:
    """What is copied where."""
    for name in REGISTERS:
        yield workspace.data(f"{name}.csv"), folder / "data" / f"{name}.csv"
    for path in sorted(workspace.data("observations").glob("*.csv")):
        yield path, folder / "data" / "observations" / path.name
    for path in sorted(workspace.data("plans", DEMO).glob("*.*")):  # without a year's ledger, which is the office's own
        yield path, folder / "data" / "plans" / DEMO / path.name
    notebooks = workspace.current().notebooks()
    for path in (*sorted(notebooks.glob("*.ipynb")), *sorted(notebooks.glob("course/*.ipynb"))):
        if path.stem not in ELSEWHERE:
            yield path, folder / path.relative_to(notebooks.parent)
    yield HERE / "parameters.yaml", folder / "parameters" / "demo-2027.yaml"
    yield HERE / "guide.zh.md", folder / GUIDE
    yield HERE / "guide.en.md", folder / "GUIDE.md"


def _say(key: str) -> str:
    return text(f"templates.{key}", LANG)


def write_templates(folder: Path | str) -> list[Path]:
    """Write the templates into a folder and return their paths.

    Their columns stand in ``templates.csv``: header, width, list to choose from, whether the check needs it, whether
    it is a whole year, two examples. The lists offer the registered names of the workspace. All of it is in Chinese.
    """
    with (HERE / "templates.csv").open(encoding="utf-8", newline="") as file:
        declared = list(csv.DictReader(file))
    known = registers.load_registers()
    lists, written = _lists(known.indicators, known.areas), []
    for kind in dict.fromkeys(row["kind"] for row in declared):
        columns = [row for row in declared if row["kind"] == kind]
        written.append(Path(folder) / _say(f"{kind}_file"))
        with files.beside(written[-1]) as part:
            _fill(part, kind, columns, lists)
    return written


def _lists(indicators: pd.DataFrame, areas: pd.DataFrame) -> dict[str, list[list[str]]]:
    """What the lists sheet shows: rows of cells by list."""
    told = indicators.sort_values("name_zh")[["name_zh", "unit", "definition_zh", "ask_zh"]]
    return {
        "indicators": told.fillna("").to_numpy().tolist(),
        "areas": [[name] for name in areas["name_zh"]],
        "units": [[unit] for unit in sorted(set(indicators["unit"]))],
    }


def _fill(path: Path, kind: str, columns: Columns, lists: dict[str, list[list[str]]]) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"created": MADE, "author": "", "title": _say(f"{kind}_sheet")})
    styles = {
        "head": book.add_format({"bold": True, "bg_color": "#DDE7EE", "border": 1}),
        "needed": book.add_format({"bold": True, "bg_color": "#BFD4E2", "border": 1}),
        "example": book.add_format({"italic": True, "font_color": "#808080"}),
        "year": book.add_format({"num_format": "0"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
    }
    page = book.add_worksheet(_say(f"{kind}_sheet"))
    guide = book.add_worksheet(_say("guide_sheet"))
    sheet = book.add_worksheet(_say("lists_sheet"))
    ranges = _write_lists(sheet, lists, styles)
    _write_table(page, columns, ranges, styles)
    guide.set_column(0, 0, 100, styles["wrap"])
    guide.write_string(0, 0, REFERENCE + _say("guide_head"), styles["head"])
    for row, line in enumerate(_say(f"guide_{kind}").split("|"), 1):
        guide.write_string(row, 0, line)
    book.close()


def _write_table(page: Any, columns: Columns, ranges: dict[str, str], styles: dict[str, Any]) -> None:
    for at, column in enumerate(columns):
        page.write_string(0, at, column["column"], styles["needed" if column["needed"] else "head"])
        page.set_column(at, at, int(column["width"]), styles["year"] if column["year"] else None)
        for options in _offered(column, ranges):
            page.data_validation(1, at, ROWS, at, options)
    note = len(columns) - 1
    for row, example in enumerate(EXAMPLES, 1):
        for at, column in enumerate(columns):
            cell = _say("example") if at == note else column[example]
            if cell.replace(".", "", 1).isdigit():
                page.write_number(row, at, float(cell), styles["example"])
            elif cell:
                page.write_string(row, at, cell, styles["example"])
    page.freeze_panes(1, 1)


def _offered(column: dict[str, str], ranges: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Lists guide and never block: a name that is not in them may be typed, and the check speaks about it."""
    if column["year"]:
        yield {"validate": "integer", "criteria": "between", "minimum": 1949, "maximum": 2100}
    elif choice := column["choice"]:
        words = comparators.offered() if choice == "comparisons" else choice.split(";")
        source = f"={ranges[choice]}" if choice in LISTS else words
        yield {"validate": "list", "source": source, "error_type": "information"}


def _write_lists(sheet: Any, lists: dict[str, list[list[str]]], styles: dict[str, Any]) -> dict[str, str]:
    """The lists side by side; the ranges of their first columns by name."""
    sheet.write_string(0, 0, REFERENCE + _say("lists_head"), styles["head"])
    heads: dict[str, Sequence[str]] = {
        "indicators": [_say(f"lists_{n}") for n in ("indicator", "unit", "definition", "ask")],
        "areas": [_say("lists_area")],
        "units": [_say("lists_unit")],
    }
    ranges, at = {}, 0
    for name, rows in lists.items():
        for offset, head in enumerate(heads[name]):
            sheet.write_string(1, at + offset, head, styles["head"])
        for row, cells in enumerate(rows, 2):
            for offset, cell in enumerate(cells):
                sheet.write_string(row, at + offset, str(cell))
        letter = chr(65 + at)
        ranges[name] = f"'{text('templates.lists_sheet', LANG)}'!${letter}$3:${letter}${len(rows) + 2}"
        at += len(heads[name]) + 1
    sheet.set_column(0, 0, 34)
    sheet.set_column(2, 3, 40)
    return ranges
