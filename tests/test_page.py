"""Pages are inert and self-contained: text is escaped at its source, nothing is fetched."""

import re

import nbformat
import pandas as pd
import pytest

from healthplan.figures.overview import reliability_chart
from healthplan.report import blocks
from healthplan.report.export import FIRST, to_pages

BAD = "<script>alert(1)</script>\"'&"


def page_of(*pieces, lang="zh", markdown=()):
    cells = [nbformat.v4.new_markdown_cell(words, metadata={"tags": [tag]}) for words, tag in markdown]
    for piece in pieces:
        cell = nbformat.v4.new_code_cell("secret_input = 1")
        cell.outputs = [nbformat.v4.new_output("execute_result", {"text/html": piece._repr_html_()})]
        cells.append(cell)
    notebook, titles = nbformat.v4.new_notebook(cells=cells), {FIRST: "标题 " + BAD}
    return to_pages(notebook, titles, lang, "page.html", (("index.html", BAD),))[FIRST]


def test_text_from_plans_and_files_is_escaped():
    frame = pd.DataFrame({"name": [BAD], "raw": ["<b>ours</b>"]})
    pieces = [
        blocks.table(frame, {"name": BAD, "raw": "x"}, raw=("raw",), caption=BAD),
        blocks.paragraph(BAD),
        blocks.heading(BAD),
    ]
    html = page_of(*pieces)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "<b>ours</b>" in html


def test_a_page_fetches_nothing_and_shows_no_code():
    html = page_of(blocks.paragraph("好"))
    assert "secret_input" not in html
    for address in re.findall(r"(?:src|href)\s*=\s*\"([^\"]*)", html) + re.findall(r"url\(([^)]*)", html):
        assert not re.match(r"(?i)(https?:|//|file:)", address), address
    assert "default-src 'none'" in html


def test_only_the_texts_of_the_language_are_kept():
    html = page_of(markdown=[("中文说明", "zh"), ("English words", "en"), ("for analysts", "analyst")])
    assert "中文说明" in html
    assert "English words" not in html
    assert "for analysts" not in html
    assert 'lang="zh-CN"' in html


def test_a_picture_must_have_a_text_alternative():
    rows = pd.DataFrame({"said": [0.5], "came": [0.25], "n": [4]})
    with pytest.raises(ValueError, match="text alternative"):
        blocks.picture(reliability_chart(rows), " ")
    html = blocks.picture(reliability_chart(rows), BAD)
    assert '<svg role="img"' in html
    assert "<script" not in html


def test_words_of_a_picture_keep_their_decimals_and_its_lines_lose_them():
    drawn = '<svg viewBox="0 0 72 72"><text x="1.2345">2.93</text></svg>'
    assert blocks.slim(drawn, "a", "b").endswith('<text x="1.2">2.93</text></svg>')


def test_missing_cells_are_dashes():
    assert blocks.cell(None) == blocks.cell(float("nan")) == blocks.cell("") == "—"
    assert blocks.cell(0) == "0"
