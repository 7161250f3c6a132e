"""Every page for everyone: axe-core in a real browser, the keyboard's path, 200 % zoom, names of rows, tables and pictures,
marks of direction in a plan's names (skipped, visibly, where there is no Chromium)."""

import re
from importlib.resources import files
from pathlib import Path

import pytest
from test_wording import FORBIDDEN

from healthplan.report.blocks import finished

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parent.parent
PLANS = ("demo-2027", "wansheng-2023-2025")
KINDS = (
    "index", "first", "cards", "overview", "departments", "changes", "requests", "details", "quarters", "department", "ours"
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = """
axe.run(document, {runOnly: %s, resultTypes: ['violations'], elementRef: false}).then(found => found.violations.map(
  v => [v.id, v.nodes.length, v.nodes.slice(0, 3).map(n => n.html.slice(0, 160) + ' | ' + n.any.concat(n.all, n.none)
    .map(c => c.message).join(' ').slice(0, 200))]))
"""
# Of rows of one table whose marks are the same, three stay: what differs in words and addresses alone axe finds the same.
ALIKE = """
(() => { const seen = {}; [...document.querySelectorAll('table')].forEach((table, at) => {
  if (table.querySelector('[rowspan]')) return;
  for (const row of table.querySelectorAll('tbody tr')) {
    const marks = row.outerHTML.replace(/>[^<]+/g, '>x').replace(/ (href|id|title|headers)="[^"]+"/g, ' $1="x"');
    if ((seen[at + marks] = (seen[at + marks] || 0) + 1) > 3) row.remove();
  } }); return 1 })()
"""


def pages(site, kind):
    """The pages of a kind that a run made, of every plan in both languages; of the many of a ledger one each."""
    if kind in ("quarters", "department"):
        quarter = sorted((site / "ledger" / PLANS[0]).glob("????Q3"))[-1]
        found = sorted(quarter.rglob("*.html"))
        overall = [page for page in found if page.name in ("index.html", "index.en.html")]
        return overall if kind == "quarters" else [page for page in found if page not in overall][:2]
    if kind == "ours":
        return sorted((site / "departments").glob("*.html"))[:2]
    if kind == "index":
        return [site / "index.html", site / "index.en.html"]
    middle = "" if kind == "first" else f".{kind}"
    named = [site / f"{plan}{lang}{middle}.html" for plan in PLANS for lang in ("", ".en")]
    return [page for page in named if page.exists()]


def every(site):
    return [page for kind in KINDS for page in pages(site, kind)]


def test_a_run_makes_the_pages_that_leaders_open_first(site):
    for kind in ("index", "first", "details", "quarters", "department"):
        assert len(pages(site, kind)) >= 2, kind


@pytest.mark.parametrize(("kind", "width"), [(kind, width) for kind in KINDS for width in (1280, 390)])
def test_axe_finds_nothing(site, tab, kind, width):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    for page in pages(site, kind):
        tab.open(page, width)
        tab.value("document.querySelectorAll('details').forEach(fold => fold.open = true)")
        tab.value(ALIKE)
        tab.value(f"(() => {{ {axe}; return 1 }})()")
        assert tab.finished(AXE % RULES) == [], page.name


def test_the_keyboard_reaches_every_link_and_fold_and_shows_where_it_is(site, tab):
    """Guards: a page whose links take no focus, or a focus that nobody sees."""
    wanted = "a[href], summary, input:not([type=radio]), input[type=radio]:checked, [tabindex='0']"
    for page in every(site):
        tab.open(page, 1280)
        # on the way a folded part hides what is in it: the path of the page as it opens
        shown = tab.value(
            f"[...document.querySelectorAll({wanted!r})].filter(e => e.checkVisibility({{contentVisibilityAuto: true}})"
            " && !e.closest('details:not([open]) > :not(summary)')).length"
        )
        seen = first = 0
        for number in range(1, shown + 3):
            tab.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
            tab.call("Input.dispatchKeyEvent", type="keyUp", key="Tab", code="Tab", windowsVirtualKeyCode=9)
            at = tab.value(
                "(() => { const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();"
                " if (e === document.body || e.seen) return null; e.seen = 1;"
                " return [e.className, s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2,"
                " b.width > 0 && b.bottom > 0 && b.top < innerHeight, e.outerHTML.slice(0, 120)] })()"
            )
            if at is None:
                break
            first = at[0] if number == 1 else first
            assert at[1] and at[2], (page.name, at)
            seen += 1
        assert first == "skip", page.name
        assert seen == shown, (page.name, seen, shown)


def test_at_twice_the_size_nothing_is_lost_and_nothing_scrolls_sideways(site, tab):
    """200 % zoom at 1280: a window of 640 CSS pixels."""
    for page in every(site):
        tab.open(page, 640)
        assert tab.value("document.documentElement.scrollWidth") <= 640, page.name
        cut = tab.value(
            "[...document.querySelectorAll('main *')].filter(e => e.offsetParent && e.clientWidth > 1 && ['hidden', 'clip'].includes("
            "getComputedStyle(e).overflowX) && e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))"
        )
        assert cut == [], page.name


def test_rows_tables_and_pictures_have_names(site, tab):
    """A table of goals begins each row with its name as a row's header; each table and picture is called by something."""
    for page in every(site):
        tab.open(page, 1280)
        unnamed = tab.value(
            "[...document.querySelectorAll('svg[role=img], img')].filter(e =>"
            " !(e.getAttribute('aria-label') || e.alt || '').trim()).map(e => e.outerHTML.slice(0, 120))"
        )
        headless = tab.value(
            "[...document.querySelectorAll('table')].filter(t => !t.querySelector('th[scope=row], th[scope=rowgroup]'))"
            ".map(t => t.outerHTML.slice(0, 120))"
        )
        nameless = tab.value(
            "[...document.querySelectorAll('table')].filter(t => !t.caption && !t.getAttribute('aria-label')"
            " && !t.getAttribute('aria-labelledby')).map(t => t.outerHTML.slice(0, 120))"
        )
        assert (unnamed, headless, nameless) == ([], [], []), page.name


def test_alternative_texts_of_charts_say_values(site):
    """Guards: a chart that says "trend" to a reader who does not see it."""
    for page in every(site):
        html = page.read_text(encoding="utf-8")
        for picture in re.findall(r'<div class="picture"[^>]*><svg role="img" aria-label="([^"]*)"', html):
            assert re.search(r"\d", picture), (page.name, picture)


def test_a_value_and_its_year_are_never_parted(site, tab):
    """72.1%（2024年） stays whole on a phone."""
    for page in every(site):
        tab.open(page, 390)
        parted = tab.value(
            "(() => { const found = [], walk = document.createTreeWalker(document.querySelector('main'), 4);"
            " while (walk.nextNode()) { const node = walk.currentNode; if (!node.parentElement.offsetParent) continue;"
            " for (const m of node.data.matchAll(/[\\d.,]+[%‰]?[（(]\\d{4}年?[）)]/g)) { const r = document.createRange();"
            " r.setStart(node, m.index); r.setEnd(node, m.index + m[0].length);"
            " if (new Set([...r.getClientRects()].map(b => Math.round(b.top))).size > 1) found.push(m[0]) } }"
            " return found })()"
        )
        assert parted == [], page.name


def test_a_name_does_not_turn_the_page():
    """Guards: a plan called with U+202E, after which a browser writes the rest of the line backwards."""
    page = "<title>a\u202eb</title><body><h2>规划\u202e名\u2066称</h2><table><tr><td>72.1%（2024年）</td></tr></table>"
    made = finished(page)
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", made)
    assert '<table aria-label="规划名称">' in made and '<span class="nb">72.1%（2024年）</span>' in made


def test_no_word_on_a_page_that_an_office_would_not_write(site):
    """What the plans print themselves stands as they print it."""
    printed = "".join(
        path.read_text("utf-8") for plan in PLANS for path in (ROOT / "data" / "plans" / plan).glob("*.csv")
    )
    words = [word for word in FORBIDDEN if word not in printed]
    found = {(page.name, word) for page in every(site) for word in words if word in page.read_text("utf-8")}
    assert found == set()
