"""Every workbook that is written: pages of one make, ready for A4, each row as high as the longest of its cells."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

MADE = datetime(2000, 1, 1)  # inside the file, so that the same content has the same bytes
FONT = {"font_name": "Arial", "font_size": 10}  # known everywhere, or one as wide; Chinese in the reader's own
POINTS = 10.5  # of a letter of that size, so that a column of 20 holds 20 letters or 10 characters
TALLEST = 409  # points, Excel's limit of a row
PARTS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 13}, "note": {}, "line": {"text_wrap": True, "valign": "top"},
    "cell": {"text_wrap": True, "valign": "top", "border": 1, "border_color": "#A6A6A6"},
    "head": {"bold": True, "bg_color": "#DDE7EE", "valign": "vcenter"}, "input": {"bg_color": "#FFE699"},
    "locked": {"bg_color": "#F2F2F2", "font_color": "#404040"}, "free": {"locked": False},
    "wanted": {"locked": False, "bg_color": "#FFF6CC"}, "strong": {"bold": True},
    "day": {"num_format": "yyyy-mm-dd"}, "text": {"num_format": "@"}, "year": {"num_format": "0"},
    "share": {"num_format": '[<0.01]"<1%";[>0.99]">99%";0%'},
}  # fmt: skip
DECIMALS = 9
PARTS |= {f"d{n}": {"num_format": "#,##0" + ("." + "0" * n if n else "")} for n in range(DECIMALS + 1)}
MAY = dict.fromkeys(("format_cells", "format_columns", "format_rows", "autofilter", "sort"), True)  # on a locked page
_TOKEN = re.compile(r"[!-\u02ff]+ *| +|.")


class Book:
    """An xlsx file being written; its bytes are ``content`` when the block has ended. Text is never a formula or a link."""

    def __init__(self, title: str = "") -> None:
        self.out, self.content = BytesIO(), b""
        self.file = xlsxwriter.Workbook(self.out, {
            "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
            "default_format_properties": dict(FONT),  # which the library writes into
        })  # fmt: skip
        self.file.set_properties({"created": MADE, "author": "", "title": title})
        self.formats: dict[str, Any] = {}
        self.lists: dict[str, Sequence[str]] = {}
        self.pages: list[Page] = []

    def __enter__(self) -> "Book":
        return self

    def __exit__(self, *failed: object) -> None:
        for page in self.pages:
            page.set_heights()
        if self.lists:
            hidden = self.file.add_worksheet("_lists")
            hidden.hide()
            for at, words in enumerate(self.lists.values()):
                hidden.write_column(0, at, words)
        self.file.close()
        self.content = self.out.getvalue()

    def style(self, name: str, number: str = "") -> Any:
        """The format of some ``PARTS``, made once: ``cell wanted day``; ``number``: how a number is shown."""
        key = f"{name} {number}"
        if key not in self.formats:
            parts = {k: v for part in name.split() for k, v in PARTS[part].items()}
            self.formats[key] = self.file.add_format(parts | ({"num_format": number} if number else {}))
        return self.formats[key]

    def choices(self, name: str, words: Sequence[str]) -> str:
        """The range of a list of words, on a hidden sheet of such lists."""
        self.lists[name] = words
        letter = chr(65 + list(self.lists).index(name))
        return f"=_lists!${letter}$1:${letter}${len(words)}"

    def page(
        self, name: str, widths: Sequence[float], heads: Sequence[str | tuple[str, str]] = (), *, title: str = "", note: str = "",
        freeze: int = 0, upright: bool = False, locked: bool = False,
    ) -> "Page":  # fmt: skip
        """A worksheet on A4 across (or ``upright``), as wide as the paper: ``title``, ``note``, and a row of ``heads`` (words,
        or words and their style) that every printed page repeats and that stays in sight with the first ``freeze`` columns.
        ``locked``: protected without a password."""
        made = Page(self, self.file.add_worksheet(name, _Growing), list(widths))
        self.pages.append(made)
        page = made.page
        page.set_paper(9)
        page.set_margins(0.3, 0.3, 0.5, 0.5)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
        if not upright:
            page.set_landscape()
        for style, words in (("title", title), ("note", note)):
            if words:
                made.write(made.top, 0, words, style)
                made.top += 1
        for at, head in enumerate(heads):
            words, style = (head, "cell head") if isinstance(head, str) else head
            made.widths[at] = max(made.widths[at], 1 + max(map(_letters, _TOKEN.findall(words))))
            made.write(made.top, at, words, style)
        for at, width in enumerate(made.widths):
            page.set_column(at, at, width)
        if heads:
            page.repeat_rows(0, made.top)
            made.top += 1
            page.freeze_panes(made.top, freeze)
        if locked:
            page.protect("", MAY)
        return made


class Page:
    """A worksheet of a book that is being written: its cells, and how high its rows have to be."""

    def __init__(self, book: Book, page: Any, widths: list[float]) -> None:
        self.book, self.page, self.widths = book, page, widths
        self.top = 0  # the row below the head
        self.heights: dict[int, float] = {}

    def write(self, row: int, at: int, cell: Any, style: str = "cell", number: str = "") -> None:
        """A cell: a number (shown by the number format ``number``), a day, text, or nothing ("", None)."""
        form = self.book.style(style, number)
        if isinstance(cell, date):
            self.page.write_datetime(row, at, datetime(cell.year, cell.month, cell.day), form)
        elif isinstance(cell, int | float):
            self.page.write_number(row, at, cell, form)
        elif cell:
            self.page.write_string(row, at, cell, form)
        else:
            self.page.write_blank(row, at, None, form)
        size, words = form.font_size, cell if isinstance(cell, str) else ""
        count = lines(words, self.widths[at] * POINTS / size) if form.text_wrap else 1
        need = 4 + count * size * (1.2 if words.isascii() else 1.4)
        self.heights[row] = min(max(self.heights.get(row, 0), need), TALLEST)

    def offer(self, first: int, at: int, last: int, words: Any = None, **how: Any) -> None:
        """What may stand in the cells of a column: a list to choose from (words, or a range of them), or a kind of value."""
        listed = {"validate": "list", "source": words} if words else {}
        self.page.data_validation(first, at, last, at, listed | how)

    def set_heights(self) -> None:
        """Every row as high as its longest cell needs."""
        for row, height in self.heights.items():
            self.page.set_row(row, height)


def lines(words: str, room: float) -> int:
    """How many lines a text takes where ``room`` letters have place: East Asian characters are two and may stand at the end
    of a line, the letters of a word stay together."""
    count = 0
    for part in words.split("\n"):
        count, used = count + 1, 0.0
        for token in _TOKEN.findall(part):
            word = token.rstrip(" ")
            size = _letters(word)
            if used and used + size > room:
                count, used = count + 1, 0.0
            used += size
            count += int(max(used - 1, 0) // room)
            used = (used - 1) % room + 1 + len(token) - len(word) if used else 0.0
    return count


def _letters(word: str) -> float:
    return sum(2 if unicodedata.east_asian_width(one) in "WFA" else 0.9 if one.islower() else 1.1 for one in word)


class _Growing(Worksheet):
    """Rows have a height and still grow with what is typed into them later."""

    def _xml_start_tag_unencoded(self, tag: str, attributes: Any = ()) -> None:
        super()._xml_start_tag_unencoded(tag, [one for one in attributes if one[0] != "customHeight"])
