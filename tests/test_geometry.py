"""Words lie where a reader can read them: in a real browser no words of a picture are cut off, lie on each other or on a
line, no page scrolls sideways, and on paper two cards take a sheet. On the demo, a real plan and plans of
3, 40 and 120 goals with names of forty characters."""

import pytest
from conftest import GENERATED, SITE_PLANS

from healthplan.report.export import PAGES, beside, page_name

pytestmark = pytest.mark.browser

WIDTHS = (1280, 500, 390)
SHEET = 710  # px: A4 between its margins

# Of every picture: words beyond its edge, words on words, words on a drawn line (grid lines are behind all).
PROBE = """
[...document.querySelectorAll('svg')].filter(s => s.querySelector('text') && s.getClientRects().length).flatMap(svg => {
  const frame = svg.getBoundingClientRect(), found = [];
  const words = [...svg.querySelectorAll('text')].map(t => {
    const b = t.getBoundingClientRect();
    return {t: t.textContent, l: b.left, r: b.right, u: b.top + .22 * b.height, d: b.bottom - .14 * b.height};
  });
  const say = (what, a, b) => found.push([what, svg.closest('[id]')?.id, a, b].join(' | '));
  words.forEach((a, i) => {
    if (a.l < frame.left - 1 || a.r > frame.right + 1 || a.u < frame.top - 1 || a.d > frame.bottom + 1) say('cut', a.t, '');
    words.slice(i + 1).forEach(b => {
      if (Math.min(a.r, b.r) - Math.max(a.l, b.l) > 1 && Math.min(a.d, b.d) - Math.max(a.u, b.u) > 1) say('on', a.t, b.t);
    });
  });
  const scale = frame.width / svg.viewBox.baseVal.width;
  [...svg.querySelectorAll('path')].filter(p => p.style.fill === 'none' && p.style.stroke !== 'rgb(228, 232, 237)').forEach(p => {
    const length = p.getTotalLength();
    for (let at = 0; at < length; at += 1.5) {
      const q = p.getPointAtLength(at), x = frame.left + q.x * scale, y = frame.top + q.y * scale;
      const hit = words.find(w => x > w.l + 1 && x < w.r - 1 && y > w.u + 1 && y < w.d - 1);
      if (hit) { say('line', hit.t, p.getAttribute('d').slice(0, 40)); break; }
    }
  });
  return found;
})
"""
# Half an A4 sheet less its margins is 134 mm; a card of more than two goals on the same events may grow, and none is cut.
SPILLS = """
[...document.querySelectorAll('article.card')].filter(card => card.querySelectorAll(':scope > span[id]').length < 2)
  .filter(card => card.getBoundingClientRect().height > 134 / 25.4 * 96 + 1).map(card => card.id)
"""


def probed(tab, page, width):
    """What lies wrong on a page in a window so wide."""
    tab.open(page, width)
    wide = tab.value("document.documentElement.scrollWidth")
    return [f"{wide} px wide"] * (wide > width) + tab.value(PROBE)


def pages_of(folder, stems):
    every = [f"{n}{more}" for n in PAGES for more in ("", "-2")]
    return [f for s in stems for lang in ("zh", "en") for n in every
            if (f := folder / beside(page_name(s, lang), f"{n}.html")).is_file()]  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
def test_words_lie_free_and_pages_fit(site, tab, width):
    pages = pages_of(site, SITE_PLANS)
    assert len(pages) >= 2 * len(SITE_PLANS)
    assert {page.name: found for page in pages if (found := probed(tab, page, width))} == {}


@pytest.mark.parametrize("width", WIDTHS)
def test_long_names_and_many_goals_too(generated, tab, width):
    pages = pages_of(generated, GENERATED)
    assert len(pages) > 4 * len(GENERATED)
    assert {page.name: found for page in pages if (found := probed(tab, page, width))} == {}


def test_on_paper_a_card_takes_half_a_sheet(site, generated, tab):
    cards = [p for p in [*pages_of(site, SITE_PLANS), *pages_of(generated, GENERATED)] if "cards" in p.name]
    tab.call("Emulation.setEmulatedMedia", media="print")
    try:
        found = {}
        for page in cards:
            tab.open(page, SHEET)
            found[page.name] = tab.value(SPILLS)
    finally:
        tab.call("Emulation.setEmulatedMedia", media="")
    assert found
    assert {name: spilt for name, spilt in found.items() if spilt} == {}
