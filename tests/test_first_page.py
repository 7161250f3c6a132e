"""The reading test: from the first screen alone, which goals miss, by how much, who acts, what closes it, how far to trust
it; each answer held against the tables. Guards: a wall of words, a number that the csv does not have, a page that needs a
second sheet."""

import io

import pandas as pd
import pdfplumber
import pytest
from page_figures import beside

from healthplan.language.phrases import half_up, points
from healthplan.report.export import page_name

SCREEN, PHONE = (1280, 900), (390, 844)
PAGES = ("demo-2027.html", "demo-2027.en.html")
pytestmark = pytest.mark.browser

# What a reader sees of each row, by the class of its cells.
ROWS = """[...document.querySelectorAll('table.goals tbody tr')].map(tr => Object.fromEntries([...tr.children].map(
  cell => [cell.className, {words: cell.innerText, bottom: cell.getBoundingClientRect().bottom}])))"""


@pytest.fixture(params=PAGES)
def read(request, site, tab):
    """The rows of a first page as they are seen, beside the tables of its csv files."""
    tab.open(site / request.param, SCREEN[0])
    page = site / request.param
    return tab.value(ROWS), beside(page, "brief"), beside(page, "gaps"), "en" if ".en." in request.param else "zh"


def test_which_goals_miss(read):
    rows, brief, gaps, _ = read
    short = brief[brief["status"] == "off_course"]
    assert [row["a-nm"]["words"].split("\n")[0] for row in rows] == short["name"].tolist()
    assert set(short.index) == set(gaps.index[gaps["status"] == "off_course"])
    order = gaps.loc[short.index, "probability_met"]
    assert order.is_monotonic_increasing  # none of them is binding in the sample plan


def test_by_how_much(read):
    rows, brief, gaps, lang = read
    for row, told in zip(rows, brief[brief["status"] == "off_course"].to_dict("records"), strict=True):
        said = row["a-gp"]["words"].replace("\n", " ").replace("\xa0", " ")
        gap, number = gaps.loc[told["target_id"]], said.split(" ")[0]
        assert number.startswith(told["gap_value"])
        assert told["gap_value"] in points(gap["gap"], "", lang) or told["gap_value"] == f"{half_up(gap['gap'], 2):g}"
        assert gap["gap"] > 0


def test_who_acts_and_what_closes_it(read):
    rows, brief, *_ = read
    for row, told in zip(rows, brief[brief["status"] == "off_course"].to_dict("records"), strict=True):
        assert row["a-ld"]["words"].split("\n")[0] == told["lead"]
        needed = row["a-ac"]["words"].split("\n")
        assert needed[0] == told["needed"]
        assert pd.isna(told["needed_parts"]) or needed[1] == told["needed_parts"]


def test_how_far_to_trust_it(read):
    rows, brief, gaps, _ = read
    for row, told in zip(rows, brief[brief["status"] == "off_course"].to_dict("records"), strict=True):
        assert told["trust_word"] in row["a-tr"]["words"]
        assert row["a-tr"]["words"].count("●") == told["trust"]
        shown = row["a-pr"]["words"].split("\n")[0]
        assert shown == told["chance_word"]
        chance = gaps.loc[told["target_id"], "probability_met"]
        assert f"{round(100 * chance)}%" in shown or chance < 0.01


def test_the_answer_fits_one_screen_one_sheet_and_a_phone(site, tab):
    for page in PAGES:
        tab.open(site / page, SCREEN[0])
        # all but how to read it, which may hang over
        assert tab.value("document.querySelector('.boxes + .note').getBoundingClientRect().bottom") <= SCREEN[1], page
        assert tab.value("document.documentElement.scrollHeight") <= SCREEN[1] + 110, page
        rows = tab.value(ROWS)
        assert max(cell["bottom"] for row in rows for cell in row.values()) < SCREEN[1] - 200, page
        sizes = "[...document.querySelectorAll('main *')].filter(e => [...e.childNodes].some(n => n.nodeType == 3 && n.data.trim()))"
        assert tab.value(f"Math.min(...{sizes}.map(e => parseFloat(getComputedStyle(e).fontSize)))") >= 11, page
        assert len(pdfplumber.open(io.BytesIO(tab.pdf())).pages) == 1, page
    tab.open(site / PAGES[0], PHONE[0])
    seen = [row for row in tab.value(ROWS) if max(cell["bottom"] for cell in row.values()) < PHONE[1]]
    assert len(seen) >= 2
    boxes = "Math.max(...[...document.querySelectorAll('.counts li')].map(e => e.getBoundingClientRect().bottom))"
    assert tab.value(boxes) < PHONE[1] / 2


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_whom_to_ask_fits_one_sheet(site, tab, lang):
    tab.open(site / page_name("wansheng-2023-2025", lang), SCREEN[0])
    assert len(pdfplumber.open(io.BytesIO(tab.pdf())).pages) == 1


def test_a_figure_leads_to_its_source_row_in_two_clicks(site, tab):
    """From a row of the first page to its card, from there to the row of the source."""
    tab.open(site / PAGES[0], SCREEN[0])
    links = tab.value("[...document.querySelectorAll('table.goals tbody th a')].map(a => a.getAttribute('href'))")
    assert links
    for href in links:
        page, _, anchor = href.partition("#")
        tab.open(site / page, SCREEN[0])
        card = f"document.getElementById({anchor!r})"
        onward = tab.value(f"[...{card}.querySelectorAll('a[href*=\"#source-\"]')].map(a => a.getAttribute('href'))")
        assert onward, anchor
        file, _, place = onward[0].partition("#")
        tab.open(site / file, SCREEN[0])
        row = f"document.getElementById({place!r}).closest('tr').innerText"
        assert any(part.endswith(".csv") or ".csv:" in part for part in tab.value(row).split()), place


def test_pages_keep_their_size(site, generated):
    """Guards: five megabytes of pictures a page."""
    assert (site / PAGES[0]).stat().st_size <= 150_000
    for page in (*site.glob("*.html"), *generated.glob("*.html")):
        assert page.stat().st_size <= 800_000, page.name
