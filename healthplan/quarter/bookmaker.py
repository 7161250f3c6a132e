"""The office's workbooks as files: sheets of one make, with lists to choose from, grey locked cells, ready for A4."""

from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any

from healthplan.messages import text
from healthplan.plans import Plan
from healthplan.quarter.cells import Column, shown, words

MADE = datetime(2000, 1, 1)  # inside the file, so that the same list has the same bytes
SPARE = {"tasks": 0, "items": 60, "path": 30, "changes": 60, "decisions": 0}  # empty rows below
HEAD_ROW = 1


class Maker:
    """An xlsx file being written: formats, lists, and sheets of one make."""

    def __init__(self, lang: str, departments: list[str], fields: list[str], title: str) -> None:
        self.lang, self.departments, self.fields, self.title = lang, departments, fields, title
        self.content = b""

    def __enter__(self) -> "Maker":
        import xlsxwriter

        self.out = BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book = xlsxwriter.Workbook(self.out, options)
        self.book.set_properties({"created": MADE, "author": "", "title": self.title})
        base = {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#B0B0B0", "font_size": 10}
        made = self.book.add_format
        self.head = made({**base, "bold": True, "bg_color": "#DDE7EE"})
        self.plain = made({"text_wrap": True, "valign": "top"})
        self.bold = made({"bold": True, "font_size": 14})
        self.forms = {(locked, kind): made({
            **base, "locked": locked, **({"bg_color": "#EFEFEF"} if locked else {}),
            "num_format": "General" if kind == "number" else "@",
        }) for locked in (True, False) for kind in ("number", "text")}  # fmt: skip
        self.lists: list[tuple[str, list[str]]] = []
        return self

    def __exit__(self, *failed: object) -> None:
        page = self.book.add_worksheet("_lists")
        page.hide()
        for at, (_, found) in enumerate(self.lists):
            page.write_column(0, at, found)
        self.book.close()
        self.content = self.out.getvalue()

    def guide(self, plan: Plan, year: int) -> None:
        """The first sheet: whose list it is, and how it is filled in."""
        page = self.book.add_worksheet(text("ledger_tasks.sheet_guide", self.lang))
        plan_id = plan.about["plan_id"]
        title = text("ledger_tasks.guide_title", self.lang, plan=plan.about[f"title_{self.lang}"], year=year)
        page.set_column(0, 0, 14)
        page.set_column(1, 1, 90, self.plain)
        page.write_string(0, 0, title, self.bold)
        for row, (key, value) in enumerate((("plan", plan_id), ("year", str(year))), 1):
            page.write_string(row, 0, text(f"ledger_tasks.guide_{key}", self.lang))
            page.write_string(row, 1, value)
        for row, line in enumerate(text("ledger_tasks.guide_lines", self.lang, plan=plan_id).split("|"), 4):
            page.write_string(row, 1, line, self.plain)
        _on_paper(page, portrait=True)

    def sheet(
        self, kind: str, name: str, hint: str, rows: list[dict[str, Any]], english: Mapping[str, str],
        made: tuple[Column, ...],
    ) -> None:  # fmt: skip
        """A sheet: a line of advice, the header, the rows, spare rows; lists to choose from; locked cells grey."""
        page = self.book.add_worksheet(text(f"ledger_tasks.{name}", self.lang))
        printed = sum(c.printed for c in made)
        page.write_string(0, 0, text(f"ledger_tasks.{hint}", self.lang, printed=printed))
        last = HEAD_ROW + len(rows) + SPARE[kind]
        for at, column in enumerate(made):
            page.set_column(at, at, column.width)
            page.write_string(HEAD_ROW, at, column.head(self.lang), self.head)
            for offset in range(len(rows) + SPARE[kind]):
                value = rows[offset].get(column.column, "") if offset < len(rows) else ""
                keyed = offset < len(rows) and column.column in ("task_id", "item_id")
                self._cell(page, HEAD_ROW + 1 + offset, at, shown(value, column, self.lang, english), column, keyed)
            if last > HEAD_ROW and (found := self._choices(column)):
                page.data_validation(HEAD_ROW + 1, at, last, at, found)
        page.freeze_panes(HEAD_ROW + 1, 3)
        if rows:
            page.autofilter(HEAD_ROW, 0, HEAD_ROW + len(rows), len(made) - 1)
        page.protect(
            "", {"format_columns": True, "format_rows": True, "autofilter": True, "sort": True, "delete_rows": True}
        )
        _on_paper(page)
        page.repeat_rows(HEAD_ROW)
        page.print_area(0, 0, HEAD_ROW + max(len(rows), 1), max(printed, 1) - 1)

    def _cell(self, page: Any, row: int, at: int, value: Any, column: Column, keyed: bool) -> None:
        form = self.forms[column.locked or keyed, "number" if column.read == "number" else "text"]
        if isinstance(value, int | float):
            page.write_number(row, at, value, form)
        elif value:
            page.write_string(row, at, str(value), form)
        else:
            page.write_blank(row, at, None, form)

    def _choices(self, column: Column) -> dict[str, Any]:
        """Words of a closed list must be chosen; names may be typed."""
        if column.words:
            return {"validate": "list", "source": [said[self.lang] for said in words(column.words).values()]}
        if column.read == "department" and self.departments and not column.locked:
            return {
                "validate": "list",
                "source": self._range("departments", self.departments),
                "error_type": "information",
            }
        if column.read == "field":
            return {"validate": "list", "source": self._range("fields", self.fields)}
        if column.column == "verdict":
            return {"validate": "list", "source": self.fields, "error_type": "information"}
        return {}

    def _range(self, name: str, found: list[str]) -> str:
        names = [one for one, _ in self.lists]
        if name not in names:
            self.lists.append((name, found))
            names.append(name)
        letter = chr(65 + names.index(name))
        return f"=_lists!${letter}$1:${letter}${len(found)}"


def _on_paper(page: Any, portrait: bool = False) -> None:
    """A4, as wide as the paper, pages numbered."""
    if not portrait:
        page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(0.4, 0.4, 0.5, 0.5)
    page.set_footer("&C&P / &N")
