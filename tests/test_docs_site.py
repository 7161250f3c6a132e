"""The documentation site as a reader has it: built without a warning, opened as files, searched in Chinese; and its lessons run."""

import ast
import re
import shlex
import shutil
import subprocess
import sys
from urllib.parse import quote

import pytest
from conftest import ROOT

import healthplan
from healthplan.starter import make_workspace

DOCS = ROOT / "docs"
LESSONS = sorted(
    path.relative_to(DOCS).as_posix() for folder in ("tutorials", "how-to") for path in (DOCS / folder).glob("*.md")
)
FENCES = re.compile(r"^```(python|sh)\n(.*?)^```(?:\n\n```text\n(.*?)^```)?", re.S | re.M)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lessons") / "区"
    make_workspace(folder)
    return folder


@pytest.fixture
def fresh(place, tmp_path, monkeypatch):
    """A new workspace to stand in, in Chinese."""
    monkeypatch.chdir(shutil.copytree(place, tmp_path / "区"))
    monkeypatch.delenv("HEALTHPLAN_LANG", raising=False)
    return tmp_path / "区"


@pytest.mark.parametrize("page", [one for one in LESSONS if FENCES.search((DOCS / one).read_text("utf-8"))])
def test_the_lines_of_a_lesson_run_and_show_what_it_says(page, fresh, door):
    """Block by block, as somebody types them into a new workspace; commands with them."""
    known = {}
    for kind, lines, shown in FENCES.findall((DOCS / page).read_text("utf-8")):
        if kind == "sh":
            for line in lines.splitlines():
                ran = door(*shlex.split(line)[1:], cwd=fresh)
                assert ran.returncode == 0, ran.stderr.decode()
            continue
        *before, last = ast.parse(lines).body
        exec(compile(ast.Module(before, []), page, "exec"), known)
        if not isinstance(last, ast.Expr):
            exec(compile(ast.Module([last], []), page, "exec"), known)
        else:
            value = eval(compile(ast.Expression(last.value), page, "eval"), known)
            assert not shown or repr(value) == shown.strip(), lines


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Built from nothing, every warning an error: links that lead nowhere, pages that no list names."""
    out = tmp_path_factory.mktemp("site")
    ran = subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", DOCS, out / "html"], capture_output=True)
    assert ran.returncode == 0, ran.stderr.decode()
    return out / "html"


def test_every_verb_stands_in_the_reference(site):
    page = (site / "reference.html").read_text("utf-8")
    assert [verb for verb in healthplan.VERBS if f'id="healthplan.{verb}"' not in page] == []


def test_no_page_asks_another_machine_for_anything(site):
    """A script, a style, a picture, a font: whatever a browser would fetch by itself."""
    asked = r"<(?:script|img|iframe)[^>]+src=.?(?:https?:)?//[^>]*|<link[^>]+href=.?(?:https?:)?//[^>]*"
    found = {path: re.findall(asked, path.read_text("utf-8")) for path in site.rglob("*.html")}
    found |= {
        path: re.findall(r"url\(.?(?:https?:)?//[^)]*|@import[^;]*//", path.read_text("utf-8"))
        for path in site.rglob("*.css")
    }
    assert len(found) > 30 and {path: what for path, what in found.items() if what} == {}


@pytest.mark.browser
@pytest.mark.parametrize(("words", "page"), [("护士", "tutorials/what-if"), ("死亡率", "tutorials/reading"), ("差距", "faults"),
                                             ("婴儿死亡率", "tutorials/first"), ("projection", "methods-projection"), ("护士鎏匜", None)])  # fmt: skip
def test_the_search_finds_chinese_words_in_pages_opened_as_files(site, tab, words, page):
    """Sphinx's own search finds none without a dictionary of 42 MB, and ends in an error."""
    tab.open(f"{(site / 'search.html').as_uri()}?q={quote(words)}", 1200)
    tab.until(
        "document.querySelector('#search-results h2') && !/Searching|正在搜索/.test(document.querySelector('#search-results h2').innerText)"
    )
    found = tab.value("[...document.querySelectorAll('#search-results li a')].map(a => a.getAttribute('href'))")
    assert (not found) if page is None else [one for one in found if page in one]
    assert tab.complaints() == []


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("page", ["index", "tutorials/own-figures", "reference", "methods-gaps"])
def test_a_page_opens_without_complaint_and_fits_its_window(site, tab, page, width):
    tab.open(site / f"{page}.html", width)
    assert tab.complaints() == []
    assert [one for one in tab.requests() if not one.startswith("file:")] == []
    assert tab.value("document.documentElement.scrollWidth") <= width
    assert tab.value("document.documentElement.lang") == "zh-CN"
    assert "Collapse" not in tab.value("document.body.innerText")
