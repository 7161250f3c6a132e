"""The one writer of the quarter's workbooks: no cell is clipped on paper, rows still grow, text stays text, bytes are the same."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest

from healthplan.book import FONT, Book, lines


def made() -> bytes:
    with Book("标题") as book:
        page = book.page("表", [10, 20], ["任务", ("说明", "cell head input")], title="标题", freeze=1, locked=True)
        page.write(2, 0, "签约人数", "cell locked")
        page.write(2, 1, "没有发生填 0，没有数留空。" * 4, "cell wanted")
        page.write(3, 0, date(2024, 6, 30), "cell free day")
        page.write(3, 1, "=1+1", "cell free")
        page.offer(2, 0, 3, book.choices("names", ["甲", "乙"]))
    return book.content


def test_a_row_is_as_high_as_its_longest_cell_and_grows_with_what_is_typed():
    sheet = openpyxl.load_workbook(io.BytesIO(made()))["表"]
    needed = lines(sheet["B3"].value, 21) * FONT["font_size"]
    assert sheet.row_dimensions[3].height > needed > 3 * sheet.row_dimensions[4].height / 2
    rows = zipfile.ZipFile(io.BytesIO(made())).read("xl/worksheets/sheet1.xml").decode()
    assert "ht=" in rows and "customHeight" not in rows


def test_text_stays_text_and_the_same_content_has_the_same_bytes():
    sheet = openpyxl.load_workbook(io.BytesIO(made()))["表"]
    assert sheet["B4"].data_type == "s" and sheet["A4"].is_date and made() == made()


def test_a_page_is_for_a4_with_its_head_repeated_and_locked_without_a_password():
    book = openpyxl.load_workbook(io.BytesIO(made()))
    sheet = book["表"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == (
        9,
        "landscape",
        0,
    )
    assert sheet.print_title_rows == "$1:$2" and sheet.freeze_panes == "B3" and not sheet.merged_cells.ranges
    assert sheet.protection.sheet and not sheet.protection.password and sheet["B3"].protection.locked is False
    assert book["_lists"].sheet_state == "hidden"


@pytest.mark.parametrize(
    ("words", "room", "count"),
    [("", 5, 1), ("任务", 4, 1), ("任务书", 4, 2), ("hello world", 6, 2), ("a\nb", 9, 2), ("administration", 5, 3), ("牵头（配合）", 6, 2)],
)  # fmt: skip
def test_lines_are_counted_as_a_cell_breaks_them(words, room, count):
    assert lines(words, room) == count
