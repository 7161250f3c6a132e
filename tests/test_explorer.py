"""The explorer: what its script reckons is what the library gives, and its handles move (skipped, visibly, where there is
no Chromium)."""

import base64
import json
import random
from importlib.resources import files

import pandas as pd
import pytest
from test_accessibility import AXE, RULES

import healthplan as hp
from healthplan.distribution import LEVELS
from healthplan.errors import UsageError
from healthplan.explorer import script
from healthplan.explorer.state import form, state
from healthplan.explorer.widget import arguments, still
from healthplan.judging.outlook import Outlook
from healthplan.judging.threshold import Bar
from healthplan.language import phrases, units
from healthplan.messages import LANGUAGES
from healthplan.report.explorer_page import page
from healthplan.report.export import PAGES, to_pages

MODULE = f"data:text/javascript;base64,{base64.b64encode(script().encode()).decode()}"
VIEW = "document.getElementById('explorer').explorer"


@pytest.fixture(scope="module")
def plan():
    return hp.plan("demo-2027", lang="zh")


@pytest.fixture(scope="module")
def pages(plan, tmp_path_factory):
    """The demo plan's page in both languages."""
    folder, made = tmp_path_factory.mktemp("pages"), {}
    for lang in LANGUAGES:
        made[lang] = folder / f"{lang}.html"
        made[lang].write_text(page(state(plan.in_language(lang)), "report.html"), "utf-8")
    return made


def of_module(tab, expression, *given):
    """What an expression gives in the browser; ``m`` is the explorer's module, ``given`` its values."""
    tab.call("Page.navigate", url="about:blank")  # a page of ours imports nothing
    tab.value(f"globalThis.module = '{MODULE}'")
    return tab.finished(f"import(module).then(m => (given => {expression})({json.dumps(given)}))")


def quantiles(rng):
    """Fifteen ascending quantiles: ordinary, tied at a bound, all one value, around zero, huge."""
    kind, scale = rng.choice(["plain", "tied", "one", "zero"]), 10.0 ** rng.randint(-4, 8)
    values = sorted(rng.gauss(0 if kind == "zero" else 3, 1) * scale for _ in range(15))
    if kind == "tied":
        bound = values[rng.randint(1, 13)]
        values = (
            [min(value, bound) for value in values] if rng.random() < 0.5 else [max(value, bound) for value in values]
        )
    return [values[0]] * 15 if kind == "one" else values


def bars(rng, values):
    for _ in range(4):
        low, high = sorted(
            rng.choice([rng.choice(values), rng.uniform(values[0], values[-1]), values[0] - abs(values[-1])])
            for _ in range(2)
        )
        ends = rng.choice([(low, None), (None, high), (low, high)])
        yield Bar(*ends, strict=rng.random() < 0.5, tolerance=rng.choice([0.0, 0.5]))


def test_chance_and_gap_are_those_of_the_library(tab):
    """Guards: another tail, a tie counted twice, a strict bar taken for one that may be touched."""
    rng = random.Random(15)
    cases = [(values, bar) for values in (quantiles(rng) for _ in range(400)) for bar in bars(rng, values)]
    levels = LEVELS.tolist()
    sent = [[values, {"low": bar.low, "high": bar.high, "strict": bar.strict, "tolerance": bar.tolerance}] for values, bar in cases]  # fmt: skip
    told = of_module(
        tab, "given[0].map(([q, b]) => [m.chance(q, b, given[1]), m.shortfall(q[7], b), m.met(q[7], b)])", sent, levels
    )
    for (values, bar), (chance, short, met) in zip(cases, told, strict=True):
        assert chance == pytest.approx(bar.probability(Outlook(tuple(values))), abs=1e-9), (values, bar)
        assert short == bar.shortfall(values[7]) and met == bar.met(values[7])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_numbers_are_written_as_on_the_card(tab, lang):
    """Guards: 0.15 rounded down, −0, 1 beds, 12 tenths of a person, a thousand without its comma."""
    rng = random.Random(7)
    values = [0.0, 1.0, 0.15, 0.25, 81.25, 2.675, 9.995, 999.995, 1234567.8, 0.004, 1e-7, -0.5, -81.25, 99.95]
    values += [rng.choice((-1, 1)) * rng.uniform(1, 10) * 10.0 ** rng.randint(-8, 9) for _ in range(300)]
    kinds = [
        "%",
        "‰",
        "人/千人",
        "人",
        "张",
        "1/10万",
        "元",
        "岁",
        "万人次",
        "亿元",
        "1:x",
        units.PLACE,
        "",
        units.POINTS,
    ]
    forms = {unit: form(unit, lang) for unit in kinds}
    told = of_module(
        tab,
        "given[1].map(v => [m.number(v), ...given[0].flatMap(f => [m.quantity(v, f), m.points(v, f)])])",
        list(forms.values()),
        values,
    )
    for value, said in zip(values, told, strict=True):
        assert said[0] == phrases.number(value).replace("-", "−")
        for unit, whole, difference in zip(kinds, said[1::2], said[2::2], strict=True):
            assert whole == phrases.quantity(value, unit, lang), (value, unit)
            if unit in (units.POINTS, "人/千人", "‰", "人", "元"):  # differences are theirs
                assert difference.lstrip("−") == phrases.points(value, unit, lang).lstrip("−"), (value, unit)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_untouched_plan_shows_its_own_figures(tab, pages, plan, lang):
    """Guards: a figure of the page that is not the gap table's or not the card's."""
    seen = plan.in_language(lang)
    gaps, card = hp.gaps(seen).set_index("target_id"), hp.scorecard(seen).set_index("target_id")
    asked = "given[0].goals.map(g => { const s = given[0], j = m.judged(g, {}, s); return [g.id, j.own, j.gap, j.p, j.q && m.outlookWords(j.q, g, s.score), j.q && m.gapWords(j.gap, j.bar, j.q[7], g, s.score), m.probability(j.p, s.score)]; })"
    own = of_module(tab, asked, state(seen))
    tab.open(pages[lang], 1200)
    assert sum(one[1] for one in own) >= 30
    for target, here, gap, chance, outlook, short, sure in own:
        if not here:
            continue
        row, told = gaps.loc[target], card.loc[target]
        assert gap == pytest.approx(row["gap"], rel=1e-12, abs=1e-12) and chance == pytest.approx(
            row["probability_met"], abs=1e-12
        )
        assert (outlook, short, sure) == (told["outlook"], told["gap"], told["probability"])
    for target in card.index[:8]:
        tab.value(f"{VIEW}.ask({{goal: '{target}'}}, true)")
        shown = tab.value("[...document.querySelectorAll('.hp-side table tr')].map(r => r.lastChild.innerText.trim())")
        told = [card.loc[target, key] for key in ("now", "outlook", "gap", "probability", "status_word")]
        assert shown == told


def drag(tab, handle, across, down):
    """The handle dragged with the mouse by so many pixels."""
    spot = tab.value(f"(e => {{ const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }})(document.querySelector('.hp-{handle}'))")  # fmt: skip
    for kind, (x, y) in (("mousePressed", spot), ("mouseMoved", (spot[0] + across / 2, spot[1] + down / 2)),
                         ("mouseMoved", (spot[0] + across, spot[1] + down)), ("mouseReleased", (spot[0] + across, spot[1] + down))):  # fmt: skip
        tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", buttons=1, clickCount=1)


def press(tab, handle, key):
    tab.value(f"document.querySelector('.hp-{handle}').focus()")
    for kind in ("rawKeyDown", "keyUp"):
        tab.call("Input.dispatchKeyEvent", type=kind, key=key, code=key)


def row_of(tab, name):
    return tab.value(f"document.querySelector('.hp-of-{name} td:last-child').innerText.trim()")


@pytest.mark.parametrize(("lang", "width"), [("zh", 1200), ("en", 390)])
def test_a_handle_moves_and_the_page_says_what_the_library_gives(tab, pages, plan, lang, width):
    """Target, pace and deadline dragged and pressed, from a file, on a desk and on a phone."""
    tab.open(pages[lang], width)
    seen = plan.in_language(lang)
    tab.value(f"{VIEW}.ask({{goal: 'demo-2027-t012'}}, true)")
    before = row_of(tab, "probability")
    drag(tab, "target", 0, -25)
    asked = tab.value(f"{VIEW}.asked")
    assert asked["target"] > 3.9 and row_of(tab, "probability") != before
    press(tab, "deadline", "ArrowRight")
    press(tab, "pace", "PageDown")
    drag(tab, "pace", 0, 12)
    asked = tab.value(f"{VIEW}.asked")
    assert asked["deadline"] == 2028 and asked["pace"] is not None
    new = hp.what_if(seen, **arguments_of(asked))
    told = hp.scorecard(new).set_index("target_id").loc["demo-2027-t012"]
    assert [row_of(tab, name) for name in ("outlook", "gap", "probability")] == [told["outlook"], told["gap"], told["probability"]]  # fmt: skip
    said = tab.value("document.querySelector('.hp-pace').getAttribute('aria-valuetext')")
    assert told["probability"] in said and told["gap"] in said
    press(tab, "target", "Escape")
    assert tab.value(f"{VIEW}.asked")["target"] is None
    assert tab.complaints() == [] and tab.requests() == []
    assert tab.value("document.documentElement.scrollWidth") <= width
    shown = tab.value("document.body.innerText")
    assert not [c for c in shown if "一" <= c <= "鿿"] or lang == "zh"


def test_every_goal_moved_here_is_judged_as_the_library_judges_it(tab, plan):
    """Pace, target and deadline of all goals at once: held against one plan that supposes the same."""
    told, moved, given = state(plan), {}, {"pace": {}, "target": {}, "deadline": {}}
    # of goals on one series the first: its pace moves the others too
    firsts = {tuple(goal["series"]): goal for goal in reversed(told["goals"]) if "here" in goal["can"].values()}
    for goal in firsts.values():
        here = [handle for handle in given if goal["can"][handle] == "here"]
        asked = {
            "pace": 0.01 * (goal["latest"] or [0, 0])[1],
            "target": 0.97 * goal["stated"][2] if goal["stated"] else 0,
        }
        asked |= {"deadline": int(goal["due"]) + (1 if goal["due"] < 2027 else -1)} if here else {}
        moved[goal["id"]] = {handle: asked[handle] for handle in here}
        for handle in here:
            given[handle][goal["id"]] = ("unit", asked[handle]) if handle == "pace" else asked[handle]
    asked = "given[0].goals.filter(g => given[1][g.id]).map(g => { const j = m.judged(g, given[1][g.id], given[0]); return [g.id, j.gap, j.p]; })"
    found = {one: figures for one, *figures in of_module(tab, asked, told, moved)}
    gaps = hp.what_if(plan, **given).gaps.set_index("target_id")
    assert len(found) > 25 and min(map(len, given.values())) > 15
    for one, (gap, chance) in found.items():
        assert gap == pytest.approx(gaps.loc[one, "gap"], rel=1e-9, abs=1e-9), one
        assert chance == pytest.approx(gaps.loc[one, "probability_met"], abs=1e-9), one


def arguments_of(asked):
    return arguments(asked, {"id": asked["goal"], "latest": [2024, 0]})


def test_the_cell_of_the_page_gives_the_numbers_of_the_page(tab, pages):
    tab.open(pages["zh"], 1200)
    tab.value(f"{VIEW}.ask({{goal: 'demo-2027-t019'}}, true)")
    tab.value(f"{VIEW}.ask({{pace: 20, target: 12, deadline: 2028}})")
    cell = tab.value("document.querySelector('.hp-code').textContent")
    names = {}
    exec(cell, names)
    told = hp.scorecard(names["new"]).set_index("target_id").loc["demo-2027-t019"]
    assert [row_of(tab, name) for name in ("outlook", "gap", "probability")] == [told["outlook"], told["gap"], told["probability"]]  # fmt: skip


CELL = 'import healthplan as hp\nplan = hp.plan("demo-2027", lang="zh")\nhp.explore(plan, "demo-2027-t012")'


@pytest.fixture(scope="module")
def executed():
    """A notebook with the explorer, run as papermill and nbval run one."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    return notebook


def test_a_notebook_keeps_what_was_shown(executed):
    """Guards: an address in the output, which nbval would call a change; an explorer that our pages drop; a saved notebook
    that has nothing to draw from."""
    (output,) = executed.cells[0].outputs
    assert output["data"]["text/plain"] == "互动图：demo-2027　demo-2027-t012"
    made = to_pages(executed, {name: name for name in PAGES}, "zh", "x.html")["first"]
    assert "每千人口注册护士" in made and made.count("<svg") == 1 and "<script" not in made
    kept = executed.metadata["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]
    mine = kept[output["data"]["application/vnd.jupyter.widget-view+json"]["model_id"]]["state"]
    assert mine["asked"]["goal"] == "demo-2027-t012" and len(mine["state"]["goals"]) > 40


def test_a_goal_that_has_no_picture_is_refused_in_words(plan):
    with pytest.raises(UsageError) as refused:
        hp.explore(plan, "检查结果互认医院比例")
    assert refused.value.faults[0].code == "PLOT-SERIES"


def linked(tab, widget):
    """The page's model joined with a widget of this process, as a kernel's is."""
    tab.value(f"{VIEW}.model.send = () => 0, {VIEW}.live = true, {VIEW}.draw(true)")


def asks(tab, widget, **moves):
    """What the page asks, answered by the widget, and what the page then shows."""
    tab.value(f"{VIEW}.ask({json.dumps(moves)})")
    pending = tab.value("document.querySelector('.hp-more').classList.contains('hp-pending')")
    widget.asked = tab.value(f"{VIEW}.asked")
    tab.value(f"{VIEW}.answer = {json.dumps(widget.answer)}, {VIEW}.draw(true)")
    return pending


def test_the_kernel_says_what_else_changes(tab, pages, plan):
    """An observation, people and leavers asked of the library, with what they turn, and the sentence of a refusal."""
    widget = hp.explore(plan, "demo-2027-t012")
    tab.open(pages["zh"], 1200)
    tab.value(f"{VIEW}.ask({{goal: 'demo-2027-t012'}}, true)")
    linked(tab, widget)
    assert asks(tab, widget, start=3.4, population=850_000, leavers=0.03), "marked until the answer is there"
    new = hp.what_if(plan, observation=("nurses_per_1000", 2024, 3.4), population={2027: 850_000}, leavers={"demo-2027-t012": 0.03})  # fmt: skip
    told = hp.scorecard(new).set_index("target_id").loc["demo-2027-t012"]
    assert [row_of(tab, name) for name in ("outlook", "gap", "probability", "status")] == [told[key] for key in ("outlook", "gap", "probability", "status_word")]  # fmt: skip
    moved = hp.compare(plan, new)
    turned = moved[moved["status_before"] != moved["status_after"]]
    shown = tab.value("document.querySelector('.hp-more').innerText")
    assert all(name in shown for name in turned["name"] if name != "每千人口注册护士") and "→" in shown
    assert not tab.value("document.querySelector('.hp-more').classList.contains('hp-pending')")
    cell, names = tab.value("document.querySelector('.hp-code').textContent"), {}
    exec(cell, names)
    assert hp.compare(plan, names["new"]).equals(moved)
    row = widget.row.iloc[0]
    assert row["probability_met_after"] == hp.gaps(new).set_index("target_id").loc["demo-2027-t012", "probability_met"]
    asks(tab, widget, start=None, population=None, leavers=None, target=-1)
    assert "-1" in tab.value("document.querySelector('.hp-error').innerText")
    assert tab.complaints() == []


@pytest.mark.parametrize("other", [{"method": "theta"}, {"as_of": 2022}])
def test_another_method_or_year_is_that_of_the_library(plan, other):
    widget = hp.explore(plan, "demo-2027-t012")
    widget.asked = {"n": 1, "goal": "demo-2027-t012", **other}
    figures = ["gap", "probability_met", "status"]
    gaps = hp.plan("demo-2027", lang="zh", **other).gaps.set_index("target_id")[figures].astype(object)
    shown = {one["id"]: [one["gap"], one["probability"], one["told"]["status"]] for one in widget.state["goals"]}
    assert shown == {one: [None if pd.isna(cell) else cell for cell in gaps.loc[one]] for one in shown}
    widget.asked = {"n": 2, "goal": "demo-2027-t012", "method": plan.method, "as_of": plan.as_of}
    assert widget.seen is plan and widget.state["newest"]


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 390)])
def test_the_page_is_for_everyone(tab, pages, lang, width):
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    tab.open(pages[lang], width)
    tab.value(f"{VIEW}.ask({{goal: 'demo-2027-t012', pace: 0.05}}, true)")
    tab.value("document.querySelectorAll('button')[1].click()")
    tab.value(f"(() => {{ {axe}; return 1 }})()")
    assert tab.finished(AXE % RULES) == []


def test_of_a_plan_that_is_supposed_the_cell_takes_it_as_it_is(tab, plan, tmp_path):
    """Guards: a cell that loads the plan anew, without what was supposed or the user's own figures."""
    new = hp.what_if(plan, population={2027: 850_000})
    (tmp_path / "x.html").write_text(page(state(new), "r.html"), "utf-8")
    tab.open(tmp_path / "x.html", 1200)
    tab.value(f"{VIEW}.ask({{goal: 'demo-2027-t012', target: 4}}, true)")
    names = {"plan": new}
    exec(tab.value("document.querySelector('.hp-code').textContent"), names)
    told = hp.scorecard(names["new"]).set_index("target_id").loc["demo-2027-t012"]
    assert names["plan"] is new and row_of(tab, "probability") == told["probability"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_plan_without_a_picture_says_so(lang):
    widget = hp.explore(hp.plan("zhoucun-2024", lang=lang))
    assert not widget.state["goals"] and widget.state["words"]["no_goal"] in still(widget.plan, "")
