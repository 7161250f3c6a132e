"""The rendered pages in a real browser, as a leader opens them: from a file, without a network, on a desk and on a
phone, and printed (skipped, visibly, where there is no Chromium); and read back, figure by figure, against the csv
files beside them."""

import io
import re
import shutil
import subprocess

import pandas as pd
import pytest
from conftest import SITE_PLANS
from page_figures import amount, beside, read, rows, under

from healthplan import tables
from healthplan.language.phrases import number, points, probability, quantity
from healthplan.language.units import written_unit
from healthplan.messages import text
from healthplan.registers import load_indicators

pytestmark = pytest.mark.browser

PAGES = ("index.html", "index.en.html", "demo-2027.html", "demo-2027.en.html")


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_without_complaint_and_fits_its_window(site, tab, page, width):
    tab.open(site / page, width)
    assert tab.complaints() == []
    assert tab.requests() == []
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("document.scripts.length") == 0
    # What scrolls by itself (wide tables, pictures on a phone) may be wider; nothing else may stick out of the page.
    outside = tab.value(
        "[...document.querySelectorAll('main *')].filter(e => !e.closest('.scroll, .picture') && e.offsetParent"
        " && e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"
    )
    assert outside == []


@pytest.mark.parametrize("page", PAGES)
def test_language_pictures_and_links_are_in_order(site, tab, page):
    tab.open(site / page, 1200)
    lang = "en" if ".en." in page else "zh-CN"
    assert tab.value("document.documentElement.lang") == lang
    assert tab.value("document.title")
    assert tab.value("[...document.images].filter(i => !i.complete || !i.naturalWidth || !i.alt).length") == 0
    links = tab.value("[...document.links].map(a => a.getAttribute('href'))")
    assert links
    broken = [h for h in links if not h.startswith("#") and not (site / h).is_file()]
    assert broken == []
    anchors = [h[1:] for h in links if h.startswith("#")]
    assert [a for a in anchors if not tab.value(f"!!document.getElementById({a!r})")] == []
    text = tab.value("document.body.innerText")
    assert ("invented" in text) if lang == "en" else ("虚构" in text)


def test_the_report_shows_its_answer_on_the_first_screen(site, tab):
    tab.open(site / "demo-2027.html", 1200)
    top = tab.value("document.getElementById('answer').getBoundingClientRect().top")
    assert 0 < top < 600
    assert tab.value("document.querySelectorAll('img').length") > 10


def test_the_embedded_font_holds_every_character_of_its_page(site, tab):
    """A machine without a Chinese font shows the page in the embedded one: no character may be missing there."""
    tab.open(site / "demo-2027.html", 1200)
    tab.value("document.body.style.fontFamily = 'healthplan'")
    loaded = "document.fonts.load('16px healthplan', document.body.innerText).then(faces => faces.length)"
    assert tab.finished(loaded) == 1
    assert tab.value("document.fonts.check('16px healthplan', document.body.innerText)")
    from fontTools.ttLib import TTFont

    source = tab.value("[...document.styleSheets[0].cssRules].find(r => r.type == 5).style.src")
    import base64

    data = base64.b64decode(source.split("base64,")[1].split(")")[0].strip("\"'"))
    have = set(TTFont(io.BytesIO(data)).getBestCmap())
    shown = {ord(c) for c in tab.value("document.body.innerText") if not c.isspace()}
    assert {chr(c) for c in shown - have} == set()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_prints_with_its_words(site, tab, tmp_path, page):
    tab.open(site / page, 1200)
    printed = tab.pdf()
    assert printed.startswith(b"%PDF")
    if not shutil.which("pdftotext"):
        pytest.skip("pdftotext is not here: the words of the PDF are not read back")
    (tmp_path / "page.pdf").write_bytes(printed)
    ran = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, check=True)
    words = ran.stdout.decode("utf-8")
    assert ("health" in words.lower()) if ".en." in page else ("规划" in words and "示例区" in words)


def test_a_page_does_not_open_blank(site, tab):
    """The picture of the window has ink on it: more than one colour in more than a few places."""
    from PIL import Image

    for page in PAGES:
        tab.open(site / page, 1200)
        picture = Image.open(io.BytesIO(tab.picture())).convert("L")
        dark = sum(picture.histogram()[:128]) / (picture.width * picture.height)
        assert dark > 0.003, page


# --- what a page says is what lies beside it -------------------------------------------------------------------------

READ_BACK = [f"{plan}{end}.html" for plan in SITE_PLANS for end in ("", ".en")]


@pytest.fixture(scope="module", params=READ_BACK)
def opened(request, site):
    """A page, its language, its gap table and its scorecard."""
    path = site / request.param
    lang = "en" if ".en." in request.param else "zh"
    return read(path), lang, beside(path, "gaps"), beside(path, "scorecard")


def shown_of(gap, about, lang):
    """What the scorecard must show of a row of the gap table, by cell, from its numbers alone."""
    measured = gap["data_indicator"]
    unit = written_unit(about.loc[measured]) if measured in about.index else ""
    found = {"status_word": text(f"status.{gap['status']}", lang)}
    for whose in ("deadline", "latest", "reference"):
        if pd.notna(gap[f"{whose}_value"]):
            year = gap["deadline_year" if whose == "deadline" else f"{whose}_year"]
            value = quantity(gap[f"{whose}_value"], unit, lang)
            found["now"] = text("scorecard.value_year", lang, value=value, year=int(year))
            break
    for value, low in (("projected_value", "projected"), ("reference_projected", "reference")):
        if pd.notna(gap[value]):
            ends = [number(gap[f"{low}_{end}_95"]) for end in ("lower", "upper")]
            words = {"value": quantity(gap[value], unit, lang), "low": ends[0], "high": ends[1]}
            known = pd.notna(gap[f"{low}_lower_95"])
            found["outlook"] = text("scorecard.outlook", lang, **words) if known else words["value"]
            break
    for column in ("gap", "reference_gap"):
        if pd.notna(gap[column]):
            found["gap"] = points(abs(gap[column]), unit, lang)
            if gap[column] == 0:
                found["gap"] = text("scorecard.gap_none", lang)
            elif gap[column] < 0 and pd.notna(gap["goal_low"]) and pd.notna(gap["goal_high"]):
                found["gap"] = text("scorecard.gap_inside", lang)
            break
    if pd.notna(gap["probability_met"]):
        found["status_word"] += "\n" + text(
            "report.chance", lang, probability=probability(gap["probability_met"], lang)
        )
    return found


def test_every_cell_of_a_scorecard_on_a_page_is_the_gap_table_and_the_csv(opened):
    page, lang, gaps, card = opened
    about = load_indicators().set_index("indicator")
    lines = [row for table in page.select("table.scorecard") for row in rows(table) if row["id"]]
    assert sorted(row["id"] for row in lines) == sorted(gaps.index) == sorted(card.index)
    for row in lines:
        told = card.loc[row["id"]]
        assert int(row["number"]) == list(card.index).index(row["id"]) + 1
        assert row["target"].split("\n")[0] == told["name"]
        assert row["goal"] == (told["goal"] if "deadline" in row else f"{told['goal']}\n{told['deadline']}")
        for cell in ("now", "outlook", "gap", "deadline"):
            assert row.get(cell, told[cell]) == told[cell], (row["id"], cell)
        for cell, words in shown_of(gaps.loc[row["id"]], about, lang).items():
            assert cell not in row or words in row[cell], (row["id"], cell)


def test_the_first_page_counts_and_orders_what_the_gap_table_holds(opened):
    page, lang, gaps, card = opened
    once = card[card["counted"]]
    counts = once["status"].value_counts()
    answer = "\n".join(p.get_text() for p in page.find(id="answer").find_next_siblings("p", limit=9))
    assert str(len(once)) in answer.split("\n")[0]
    judged = counts.reindex(tables.statuses("judged")).dropna().astype(int)
    for status, count in judged.items():
        assert text("report.part", lang, count=count, status=text(f"status.{status}", lang)) in answer
    key = {row["status_word"]: int(row["count"]) for row in rows(page.select_one("table.key"))}
    assert key == {text(f"status.{status}", lang): n for status, n in counts.items()}
    table = under(page, "urgent")
    if table is None:
        assert not judged.sum()
        return
    urgent = [s for s in tables.statuses("urgency") if s in judged]
    due = once[once["status"].isin(urgent)]
    order = due.assign(rank=due["status"].map(urgent.index), chance=gaps.loc[due.index, "probability_met"]).sort_values(
        ["rank", "chance"], kind="stable"
    )
    lines = rows(table)
    assert [row["target"].split("\n")[0] for row in lines] == list(order["name"].head(len(lines)))
    assert text("report.urgent_more", lang, count=len(due) - len(lines)) in page.get_text()
    for row, (_, told) in zip(lines, order.iterrows(), strict=False):
        for cell in ("now", "outlook", "gap", "flip"):
            assert row[cell] == told[cell]


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_the_index_counts_a_goal_once_as_its_report_does(site, name):
    """Guards: 54 targets on the index of a plan whose page says 52."""
    card = beside(site / "wansheng-2023-2025.html", "scorecard")
    words = read(site / name).find("body").get_text()
    total = re.search(r"targets: (\d+)|共 (\d+) 项目标", words)
    assert int(total[1] or total[2]) == card["counted"].sum() < len(card)


def test_a_reference_on_the_first_page_is_the_gap_tables(opened):
    page, lang, gaps, card = opened
    table = under(page, "reference")
    for row in [] if table is None else rows(table):
        told = card[card["name"] == row["name"]].iloc[0]
        gap = gaps.loc[told["target_id"]]
        unit = load_indicators().set_index("indicator")["unit"][gap["data_indicator"]]
        assert quantity(gap["reference_value"], unit, lang) in row["reference_now"]
        if pd.notna(gap["reference_projected"]) and gap["reference_year"] != gap["deadline_year"]:
            assert quantity(gap["reference_projected"], unit, lang) in row["reference_then"]
        assert row["reference_gap"] == told["gap"]


def test_things_on_a_page_add_up_and_are_the_gap_tables(opened):
    """Guards: 309 needed, 228 there now, 82 to add; a part of a need where none is; −547 from today and 11 of it."""
    page, lang, gaps, card = opened
    table = under(page, "things")
    about = load_indicators().set_index("indicator")
    for row in [] if table is None else rows(table):
        told = card[card["name"] == row["name"].split("\n")[0]].iloc[0]
        gap = gaps.loc[told["target_id"]]
        kind = about["indicator_kind"][gap["data_indicator"]]
        assert gap["status"] not in tables.statuses("closed")
        found = {c: amount(row[c]) for c in row if c not in ("id", "name", "note")}
        fewer = pd.notna(gap["goal_low"])  # things to add; else events to avoid
        sign = 1 if fewer else -1
        assert found["to_add"] == sign * (found["required"] - found["stock"])
        parts = found["owed_to_gap"], found["owed_to_population"]
        assert parts[0] is None or sum(parts) == found["to_add"]
        assert parts[0] is None or parts[0] > 0
        if found["to_add"] <= 0 and parts[0] is not None:
            assert text("report.remark_shrinking", lang) in row["note"]
        if found["beyond_projection"] is not None:
            assert (found["beyond_projection"] > 0) == (gap["gap"] > 0)
        if found["per_year"]:
            left = int(gap["deadline_year"] - gap["latest_year"])
            assert found["per_year"] * left >= found["to_add"] > (found["per_year"] - 1) * left
        if kind == "count":
            assert (found["required"], found["stock"]) == (
                -(-gap["goal_low"] // 1),
                gap["latest_value"],
            )
            assert found["beyond_projection"] == round(gap["gap"])
        if kind == "rate" and pd.notna(gap["latest_count"]):
            assert found["stock"] == gap["latest_count"]
        if pd.notna(gap["allowed_events"]):
            assert found["required"] == gap["allowed_events"]
        if kind == "share" and pd.notna(gap["latest_count"]):
            assert found["stock"] == gap["latest_count"]


def test_no_page_shows_what_people_do_not_write(opened):
    """Guards: "takes 1 years", "+0", "-0.45", ids in sentences, Chinese in English sentences."""
    page, lang, gaps, _ = opened
    for picture in page.find_all("style"):
        picture.decompose()
    told = page.find(id="answer").find_parent().get_text("\n")
    told = told.split(page.find(id="sources").get_text())[0] if page.find(id="sources") else told
    for wrong in (
        r"(?<![\d.,])1 (years|people|deaths|beds)\b",
        r"[+−]0(?![.\d])",
        r"(?<![\w.–])-\d",
        r"\bnan\b",
        r"\{\w",
    ):
        assert not re.search(wrong, told), re.search(f".{{0,40}}{wrong}", told)[0]
    assert not [one for one in gaps.index if one in told]
    if lang == "en":
        said = [s for s in page.select("section.chart p, #answer ~ p") if re.search("[一-鿿]", s.get_text())]
        assert said == []
