"""The rendered pages in a real browser, as a leader opens them: from a file, without a network, on a desk and on a
phone, and printed. Skipped, visibly, where there is no Chromium."""

import io
import os
import shutil
import subprocess
from pathlib import Path

import browser
import pytest

from healthplan.report.command import make_reports

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(os.name == "nt" or not browser.find(), reason="no Chromium on this machine"),
]

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("index.html", "index.en.html", "demo-2027.html", "demo-2027.en.html")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demo report and the index in both languages, made for these tests."""
    out = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))
        assert make_reports([ROOT / "parameters" / "demo-2027.yaml"], out, langs=["zh", "en"]) == 0
    return out


@pytest.fixture(scope="module")
def tab():
    with browser.Browser() as one:
        yield one


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
    assert (
        tab.value(
            "[...document.images].filter(i => !i.complete || !i.naturalWidth || !i.alt).length"
        )
        == 0
    )
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
    assert (
        ("health" in words.lower()) if ".en." in page else ("规划" in words and "示例区" in words)
    )


def test_a_page_does_not_open_blank(site, tab):
    """The picture of the window has ink on it: more than one colour in more than a few places."""
    from PIL import Image

    for page in PAGES:
        tab.open(site / page, 1200)
        picture = Image.open(io.BytesIO(tab.picture())).convert("L")
        dark = sum(picture.histogram()[:128]) / (picture.width * picture.height)
        assert dark > 0.003, page
