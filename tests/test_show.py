"""Tables and pictures for hands: what hp.show writes is what pages write, plan.table is tidy, and letters are right in a
user's own pictures and stay right in ours."""

import io
import re
import subprocess
import sys
import warnings
from html import unescape

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib import pyplot as plt

import healthplan as hp
from healthplan import league_view, line, messages, tables
from healthplan.errors import UsageError
from healthplan.figures import style
from healthplan.language.phrases import points, probability, quantity
from healthplan.report.formats.pictures import marks

VERBS = {"scorecard": "scorecard", "gaps": "gaps", "trajectories": "trajectories", "explain": "explain", "things_needed": "things",
         "scenarios": "scenarios", "findings": "findings"}  # fmt: skip


@pytest.fixture(scope="module", params=["zh", "en"])
def plan(request):
    return hp.plan("demo-2027", as_of=2024, lang=request.param)


@pytest.fixture
def settings():
    plt.switch_backend("agg")
    with mpl.rc_context():
        yield lambda: {k: v for k, v in mpl.rcParams.copy().items() if k != "backend"}
    plt.close("all")


def cells(shown):
    """The words of each cell, row by row, without tags."""
    html = re.sub(r"<svg.*?</svg>", "", shown.to_html(), flags=re.DOTALL)
    body = html.partition("<tbody>")[2]
    found = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in body.split("</tr>")]
    return [[unescape(re.sub("<[^>]*>", "", one)).strip() for one in row] for row in found if row]


def drawn(figure):
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a glyph that no font has is a warning
        figure.canvas.draw()


# Tables by name


def test_a_table_by_its_name_is_what_the_verb_of_that_name_gives(plan):
    """Guards: two answers to one question."""
    for verb, name in VERBS.items():
        pd.testing.assert_frame_equal(getattr(hp, verb)(plan), plan.table(name))


def test_every_table_goes_through_parquet_and_comes_back_equal(plan):
    """Guards: a column whose values or type Parquet does not keep; a table that is the plan's own, so that a user's change
    in it changes verdicts."""
    for name in line.TABLES:
        found = plan.table(name)
        buffer = io.BytesIO()
        found.to_parquet(buffer)
        pd.testing.assert_frame_equal(found, pd.read_parquet(io.BytesIO(buffer.getvalue())))
        assert type(found) is pd.DataFrame and found.columns.is_unique and found is not plan.table(name)
        assert name in (*tables.ALL, "explain", "findings")
    mine = plan.table("areas")
    mine.loc[0, "area"] = "changed"
    assert plan.registers.areas["area"].iloc[0] != "changed"


def test_an_unknown_table_lists_all_there_are(plan):
    with pytest.raises(UsageError) as error:
        plan.table("gap")
    assert all(name in str(error.value) for name in line.TABLES)


def test_areas_give_their_tables_with_names_first():
    areas = hp.areas("china", indicators=["health_workers_total"], as_of=2024, lang="en")
    for name in league_view.TABLES:
        found = areas.table(name)
        assert list(found.columns[:2]) == ["name", "indicator_name"] and "Zhejiang" in set(found["name"])


def test_tables_are_taken_by_seaborn_and_statsmodels(plan, settings):
    import seaborn as sns
    import statsmodels.formula.api as smf

    seen = hp.trajectories(plan, "life_expectancy").query("kind == 'observed' and role == 'own'")
    assert sns.lineplot(hp.scenarios(plan), x="year", y="value", hue="scenario").lines
    fitted = smf.ols("value ~ year", seen).fit()
    assert fitted.params["year"] == pytest.approx(np.polyfit(seen["year"], seen["value"], 1)[0])


# hp.show


def test_numbers_statuses_and_what_is_missing_stand_as_pages_write_them(plan):
    """Guards: another number than the page's, a code in place of a word, a blank or nan in place of the dash."""
    gaps = hp.gaps(plan)
    unit = gaps["target_id"].map(plan.written_units())
    columns = ["name", "status", "latest_value", "gap", "probability_met", "deadline_year"]
    shown = cells(hp.show(gaps, columns=columns))
    for row, one, found in zip(gaps.to_dict("records"), unit, shown, strict=True):
        gap = "—" if pd.isna(row["gap"]) else ("+" if row["gap"] > 0 else "") + points(row["gap"], one, plan.lang)
        latest = "—" if pd.isna(row["latest_value"]) else quantity(row["latest_value"], one, plan.lang)
        year = "—" if pd.isna(row["deadline_year"]) else str(row["deadline_year"])
        words = messages.text(f"status.{row['status']}", plan.lang)
        assert found == [row["name"], words, latest, gap, probability(row["probability_met"], plan.lang), year]
    card = hp.scorecard(plan)
    for row, found in zip(card.to_dict("records"), cells(hp.show(plan)), strict=True):
        assert found[0] == row["name"] and row["status_word"] in found
        assert row["now"].replace("\n", "") in [one.replace("\n", "") for one in found]


def test_no_table_has_a_script_a_request_a_code_or_a_word_of_the_other_language(plan):
    for name in VERBS.values():
        shown = hp.show(plan.table(name), plan=plan, rows=25)
        html = shown.to_html()
        assert not re.search(r"<script|https?://(?!www\.w3\.org)|\bnan\b|&lt;NA|None<", html), name
        words = " ".join(one for row in cells(shown) for one in row)
        foreign = "[\u4e00-\u9fff]" if plan.lang == "en" else r"\b(observed|projected|at_risk|to add|yes)\b"
        assert not re.search(foreign, words), (name, re.search(foreign, words))


def test_each_status_has_its_shape_and_each_goal_its_course(plan):
    html = hp.show(hp.gaps(plan), plan=plan).to_html()
    drawn_marks = {name: html.count(svg.partition(">")[2]) for name, svg in marks().items()}
    standing = hp.gaps(plan)["status"].map(lambda one: tables.STATUS_FACTS[one]["standing"] or "open").value_counts()
    assert drawn_marks == standing.to_dict()
    assert html.count('role="img"') == plan.charts["target_id"].nunique()


def test_a_users_own_frame_is_escaped_and_told_what_is_not_listed():
    own = pd.DataFrame({"<b>x</b>": ["<script>alert(1)</script>", None], "n": [1.5, np.nan]})
    html = hp.show(own).to_html()
    assert "<script" not in html and "<b>" not in html and cells(hp.show(own))[1] == ["—", "—"]
    wide = pd.DataFrame(np.ones((200, 30))).add_prefix("c")
    shown = hp.show(wide, lang="en")
    assert "200 rows, 30 columns" in repr(shown) and "c9" in repr(shown) and "rows=200" in repr(shown)
    assert len(cells(hp.show(wide, rows=200, columns="all"))[0]) == 30
    twice = hp.gaps(hp.plan("demo-2027", as_of=2024)).groupby("status")[["gap"]].agg(["mean", "count"])
    assert cells(hp.show(twice))[0][0] and "gap · mean" in hp.show(twice).to_html()
    for wrong in (lambda: hp.show(own, columns=["m"]), lambda: hp.show([1]), lambda: hp.show(own, rows=0)):
        with pytest.raises(UsageError):
            wrong()


def test_a_table_says_the_same_in_every_session():
    """Guards: ids by chance, with which a notebook's outputs are never equal (nbval)."""
    made = 'hp.show(hp.load_plan("demo-2027").targets.head(6), columns=["name_zh", "value", "deadline"], lang="zh")'
    shown = eval(made, {"hp": hp})
    code = f"import healthplan as hp; s = {made}; print(repr(s) + s.to_html())"
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.rstrip() == (repr(shown) + shown.to_html()).rstrip()


def test_what_is_shown_can_be_styled_on_and_the_frame_stays_as_it_was():
    plan = hp.plan("demo-2027", as_of=2024)
    gaps = hp.gaps(plan)
    before = gaps.copy()
    assert "background-color" in hp.show(gaps).background_gradient(subset="gap").to_html()
    pd.testing.assert_frame_equal(gaps, before)


def test_a_comparison_is_shown_in_pairs():
    told = pd.DataFrame({"name": ["a"], "target_id": ["t"], "status_before": ["at_risk"], "status_after": ["on_course"],
                         "probability_before": [0.5], "probability_after": [0.9],
                         "latest_year_before": [2024], "latest_year_after": [2025]})  # fmt: skip
    assert cells(hp.show(told, lang="en"))[0] == ["a", "at risk", "on course", "50%", "90%", "2024", "2025"]
    assert "probability, before" in hp.show(told, lang="en").to_html()


def test_a_plan_shows_itself_in_a_notebook_as_a_card(plan):
    """Guards: another count than the text's, thousands of characters, a status without its shape."""
    html = plan._repr_html_()
    assert len(html) < 7000 and "<script" not in html
    words = unescape(re.sub("<[^>]*>", "", html)).replace("\u00a0", " ")
    told = repr(plan).split("\n")
    assert all(one in words for one in (*told[:2], *told[2].split(" · ")))
    assert html.count("<svg") == len(told[2].split(" · "))


# Letters


def test_every_character_that_we_write_in_bold_has_a_face():
    """Guards: an empty box among bold letters. What the bold face lacks comes from the regular one, and is few."""
    bold = set(TTFont(style.BOLD_FILE).getBestCmap())
    both = bold | set(TTFont(style.font_file()).getBestCmap())
    written = {c for path in (ROOT / "healthplan" / "messages").glob("*.csv") for c in path.read_text("utf-8")}
    for name in ("data/indicators.csv", "data/areas.csv", "data/departments.csv"):
        written |= set((ROOT / name).read_text("utf-8"))
    written = {ord(c) for c in written if not c.isspace()}
    assert written <= both
    assert len(written - bold) <= 2


def test_bold_letters_are_bold_and_a_rare_one_is_there(settings):
    """Guards: the regular face called bold."""
    hp.style()
    found = [font_manager.findfont(font_manager.FontProperties(family=one, weight="bold")) for one in style.FAMILY]
    assert found[0].endswith("NotoSansSC-Bold.otf") and found[1].endswith("NotoSansSC-Regular.otf")
    ink = {}
    for weight in ("normal", "bold"):
        figure = plt.figure()
        figure.text(0.1, 0.5, "龘婴儿死亡率", weight=weight, size=30)
        drawn(figure)
        ink[weight] = (np.asarray(figure.canvas.buffer_rgba())[..., 0] < 128).sum()
    assert ink["bold"] > ink["normal"] * 1.2


@pytest.mark.parametrize("theme", [None, *style.THEMES])
def test_a_users_own_picture_has_chinese_whatever_theme_is_set_with_us(settings, theme):
    import seaborn as sns

    sns.set_theme()
    plt.style.use("ggplot")
    names = hp.style(theme)
    plt.style.use("bmh")  # a sheet that comes later
    figure, ax = plt.subplots()
    sns.lineplot(x=[1, 2], y=[3, -4], ax=ax).set_title("婴儿死亡率 −1", weight="bold")
    drawn(figure)
    sns.set_theme(style="whitegrid", font=names)
    figure, ax = plt.subplots()
    ax.set_xlabel("年份")
    drawn(figure)
    assert "sns.set_theme" in repr(names)


def test_the_users_settings_are_theirs_and_ours_are_ours(settings, plan):
    """Guards: our picture without Chinese after the user's theme; the user's theme gone after our picture or table."""
    import seaborn as sns

    sns.set_theme(style="darkgrid", palette="pastel")
    before = settings()
    axes = hp.plot(plan, ["life_expectancy", "t002"])
    hp.show(plan, rows=3)
    assert settings() == before
    sns.set_theme()
    drawn(axes[0].figure)
    with pytest.raises(UsageError):
        hp.style("xkcd")


# Axes of the caller


def texts(ax):
    return [t for t in ax.texts if t.get_text()]


@pytest.mark.parametrize("size", [(3, 4, 16, 9), (1, 1, 5, 3), (1, 1, 2, 1.5)])
def test_words_stay_within_the_axes_given(plan, settings, size):
    """Guards: names that run into the next axes or out of the picture."""
    rows, columns, wide, high = size
    figure, axes = plt.subplots(rows, columns, figsize=(wide, high), squeeze=False)
    goals = plan.charts["target_id"].tolist()[: rows * columns]
    hp.plot(plan, goals, ax=axes)
    drawn(figure)
    for ax in axes.flat:
        box = ax.get_window_extent()
        for words in texts(ax):
            place = words.get_window_extent()
            assert place.x0 > box.x0 - 5 and place.x1 < box.x1 + 25, words.get_text()
            assert place.y0 > box.y0 - 20 and place.y1 < box.y1 + 25, words.get_text()


def test_a_dozen_goals_are_drawn_one_below_the_other_each_under_its_name(plan, settings):
    goals = plan.charts["target_id"].tolist()[:12]
    axes = hp.plot(plan, goals)
    drawn(axes[0].figure)
    assert [ax.get_title(loc="left") for ax in axes] == [plan.names[one] for one in goals]
    assert all(ax.get_window_extent().height > 90 for ax in axes)


def test_what_the_axes_show_already_stays_in_sight(plan, settings):
    figure, ax = plt.subplots()
    ax.plot([1990, 2035], [10, 200])
    hp.plot(plan, "life_expectancy", ax=ax)
    assert ax.get_xlim()[0] <= 1990 and ax.get_xlim()[1] >= 2035
    assert ax.get_ylim()[0] <= 10 and ax.get_ylim()[1] >= 200
    names = len(texts(ax))
    second = hp.plot(plan, "infant_mortality_rate", ax=ax.twinx())
    assert len(texts(second)) <= 2 < names  # the names of one goal alone stand in the box of both
    hp.plot(plan, "life_expectancy", ax=plt.subplots()[1])
    drawn(figure)


def test_axes_of_a_seaborn_grid(plan, settings):
    import seaborn as sns

    goals = ["life_expectancy", "t002", "t010"]
    rows = pd.concat([hp.trajectories(plan, one).query("role == 'own'") for one in goals])
    grid = sns.FacetGrid(rows, col="target_id", sharey=False, height=4)
    assert len(hp.plot(plan, goals, ax=grid.axes)) == 3
