"""What an analyst types: one value, a dozen verbs, goals by name; anything wrong is one clear error."""

import importlib
import inspect
import pkgutil
import re
import subprocess
import sys
import types
import warnings

import matplotlib as mpl
import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import ROOT

import healthplan as hp
from healthplan.errors import HealthplanError, InputError, UsageError
from healthplan.report.sections import method

TABLES = ("scorecard", "gaps", "trajectories", "explain", "things_needed", "scenarios", "findings")
NURSES = {"indicator": ["nurses_per_1000"], "area": ["demo"], "year": [2025], "value": [5.5]}


@pytest.fixture(scope="module")
def plan():
    return hp.plan("demo-2027", lang="zh")


@pytest.mark.parametrize("verb", TABLES)
def test_every_table_is_a_plain_frame_with_the_goals_name_first(plan, verb):
    found = getattr(hp, verb)(plan)
    assert type(found) is pd.DataFrame
    assert found.columns[0] == "name"
    assert found["name"].str.len().gt(0).all()
    assert len(found)
    english = getattr(hp, verb)(plan, lang="en")
    assert not english["name"].str.contains(r"[\u4e00-\u9fff]").any()
    assert len(english) == len(found)


def test_figures_and_registers_are_loaded_once_and_no_table_is_made_twice(plan):
    assert plan.gaps is plan.gaps
    assert plan.in_language("en").gaps is plan.gaps
    assert plan.in_language("en").registers is plan.registers
    assert plan.in_language("en").card is not plan.card


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("plan_id", ["demo-2027", "wansheng-2023-2025"])
def test_a_plan_shows_itself_in_ten_lines_with_its_counts(plan_id, lang):
    shown = repr(hp.plan(plan_id, lang=lang))
    seen = hp.plan(plan_id, lang=lang)
    assert len(shown.splitlines()) <= 10
    assert len(shown) < 600
    assert seen.tables.about[f"title_{lang}"] in shown
    assert str(seen.tables.about["period_end"]) in shown
    counted = seen.card[seen.card["counted"]]  # of a goal said twice, one
    assert re.search(rf"(?<!\d){len(counted)}(?!\d)", shown)
    for word, count in counted["status_word"].value_counts().items():
        assert f"{word} {count}" in shown
    assert len(repr(seen.tables)) < 200
    assert len(repr(seen.registers)) < 200


@pytest.mark.parametrize(
    "goal", ["婴儿死亡率", "infant_mortality_rate", "demo-2027-t002", "t002", " 婴儿 死亡率", "INFANT_MORTALITY_RATE"]
)  # fmt: skip
def test_a_goal_is_found_by_name_indicator_or_id(plan, goal):
    assert hp.explain(plan, goal)["target_id"].tolist() == ["demo-2027-t002"]


def test_a_whole_name_goes_before_part_of_another(plan):
    names = plan.tables.targets.set_index("name_zh")["target_id"]
    for name in names.index[~names.index.duplicated(keep=False)]:
        assert hp.explain(plan, name)["target_id"].item() == names[name]


def test_several_goals_are_listed_and_none_is_guessed(plan):
    with pytest.raises(UsageError, match="NAME-GOALS") as error:
        hp.plot(plan, "护士")
    names = plan.tables.targets.query("name_zh.str.contains('护士')")
    assert len(names) > 1
    for row in names.itertuples():
        assert f"{row.name_zh} ({row.target_id})" in str(error.value)
    with pytest.raises(UsageError, match="NAME-GOAL"):
        hp.explain(plan, "没有这样的目标")
    with pytest.raises(UsageError, match="NAME-GOAL"):
        hp.explain(plan, "")


def test_frames_and_files_both_stand_in_the_place_of_shipped_figures(tmp_path):
    path = tmp_path / "own.csv"
    pd.DataFrame(NURSES).assign(unit="人/千人").to_csv(path, index=False)
    frame = pd.DataFrame(NURSES)  # without a unit: the registered one is meant
    for files in ([path], [str(path)], [frame]):
        seen = hp.plan("demo-2027", files=files).observations
        rows = seen.query("indicator == 'nurses_per_1000' and area == 'demo' and year == 2025")
        assert rows["value"].tolist() == [5.5]
    with pytest.raises(InputError, match=r"files\[1\]"):
        hp.plan("demo-2027", files=[frame, frame.assign(value="x")])


FIGURES = ROOT / "data" / "observations" / "demo.csv"


def wrong_calls(plan, tmp_path):
    return {
        "an id for the value": lambda: hp.gaps("demo-2027"),
        "a table for the value": lambda: hp.scorecard(plan.gaps),
        "one path for a list": lambda: hp.plan("demo-2027", files="figures.xlsx"),
        "one frame for a list": lambda: hp.plan("demo-2027", files=plan.used),
        "a number among the files": lambda: hp.plan("demo-2027", files=[3]),
        "a file that is not there": lambda: hp.plan("demo-2027", files=["none.csv"]),
        "another language": lambda: hp.plan("demo-2027", lang="fr"),
        "another language later": lambda: hp.gaps(plan, lang="fr"),
        "a language that is none": lambda: hp.explain(plan, lang=3),
        "a year in words": lambda: hp.plan("demo-2027", as_of="2024"),
        "a truth for a year": lambda: hp.plan("demo-2027", as_of=True),
        "a year out of all figures": lambda: hp.plan("demo-2027", as_of=1800),
        "an unknown plan": lambda: hp.plan("nowhere"),
        "a path for an id": lambda: hp.plan("../demo-2027"),
        "a number for an id": lambda: hp.plan(2027),
        "an unknown area": lambda: hp.plan("demo-2027", area="nowhere"),
        "an unknown method": lambda: hp.plan("demo-2027", method="nothing"),
        "a cut-off that is no text": lambda: hp.plan("demo-2027", cut_off=2024),
        "a month that there is not": lambda: hp.plan("demo-2027", cut_off="2024-13-01"),
        "series in words": lambda: hp.section(hp.read_file(FIGURES), "own", show="all"),
        "a year of the Normans": lambda: hp.section(hp.read_file(FIGURES), "own", to=1066),
        "a number for a goal": lambda: hp.explain(plan, 2),
        "an axis that is none": lambda: hp.plot(plan, "婴儿死亡率", ax=3),
        "fewer axes than goals": lambda: hp.plot(plan, ["t001", "t002"], ax=[]),
        "a goal without a series": lambda: hp.plot(plan, "reform_tasks_completion"),
        "leavers that are no mapping": lambda: hp.things_needed(plan, leavers=0.03),
        "leavers of what nobody knows": lambda: hp.things_needed(plan, leavers={"nurse": 0.03}),
        "a table that there is not": lambda: plan.table("gap"),
        "an id for a table": lambda: hp.show("demo-2027"),
        "a column that there is not": lambda: hp.show(plan, columns=["gapp"]),
        "a theme that is none": lambda: hp.style("ggplot"),
        "a pace of another kind": lambda: hp.scenarios(plan, own={"t002": ("beds", 3)}),
        "a pace that is none": lambda: hp.scenarios(plan, own={"t002": 3}),
        "a document that is not there": lambda: hp.read_plan(tmp_path / "none.docx"),
        "a table of no kind": lambda: hp.check(plan.used, "nothing"),
    }


@pytest.mark.parametrize("what", wrong_calls(None, None))
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_wrong_call_is_one_clear_error_of_the_family(plan, tmp_path, what, lang, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_LANG", lang)
    with pytest.raises(HealthplanError) as error:
        wrong_calls(plan, tmp_path)[what]()
    (fault,) = error.value.faults
    assert fault.part("expected") and fault.part("fix")
    assert str(error.value) == "\n".join(error.value._render_traceback_())
    assert "{" not in fault.text().replace('{"', "").replace("{'", "")


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        (lambda plan: plan.table("gap"), "gaps"),
        (lambda plan: hp.section(plan, "chart"), "charts"),
        (lambda plan: hp.show(plan, columns=["probabilty"]), "probability"),
        (lambda plan: hp.plan("demo2027"), "demo-2027"),
        (lambda plan: hp.explain(plan, "人均预期寿限"), "人均预期寿命"),
    ],
)
def test_a_slip_of_the_pen_is_answered_with_what_was_meant(plan, call, meant):
    """Guards: whoever mistypes a name has to find it in a list of forty."""
    with pytest.raises(UsageError) as error:
        call(plan)
    (fault,) = error.value.faults
    assert fault.part("fix").endswith(meant) or fault.part("expected").startswith(meant)
    with pytest.raises(AttributeError) as lost:
        hp.scorecrad  # noqa: B018
    assert lost.value.name == "scorecrad" and lost.value.obj is hp  # from which Python says what was meant


@pytest.mark.parametrize(
    ("notebook", "given", "value"),
    [
        ("01-plan-report", {"plan": "nosuch"}, "nosuch"),
        ("01-plan-report", {"area": "nosuch"}, "nosuch"),
        ("01-plan-report", {"lang": "fr"}, "fr"),
        ("01-plan-report", {"as_of": 1066}, "1066"),
        ("01-plan-report", {"as_of": "abc"}, "abc"),
        ("01-plan-report", {"method": "magic"}, "magic"),
        ("01-plan-report", {"cut_off": 2024}, "2024"),
        ("01-plan-report", {"observations": "own.csv"}, "own.csv"),
        ("02-target", {"goal": "nosuch"}, "nosuch"),
        ("02-target", {"plan": 5}, "5"),
        ("03-own-figures", {"lang": "fr"}, "fr"),
        ("03-own-figures", {"to": "abc"}, "abc"),
        ("03-own-figures", {"show": -1}, "-1"),
        ("03-own-figures", {"file": 5}, "5"),
    ],
)
def test_a_notebook_with_a_wrong_parameter_ends_in_one_error_that_names_it(notebook, given, value):
    """Guards: a KeyError or a traceback for whom types ``papermill -p``. The cells are run as papermill runs them: its
    values behind the cell with the parameters."""
    cells = nbformat.read(ROOT / "notebooks" / f"{notebook}.ipynb", as_version=4).cells
    parameters, *others = [cell.source for cell in cells if cell.cell_type == "code"]
    injected = [f"{name} = {worth!r}" for name, worth in given.items()]
    with pytest.raises(HealthplanError) as error:
        exec("\n".join([parameters, *injected, *others]), {})
    (fault,) = error.value.faults
    assert fault.part("expected")
    for words in (fault.text("zh"), fault.text("en")):
        assert value in words
        assert re.search(rf"\b{next(iter(given))}\b", words, re.ASCII)


def test_the_long_part_says_which_parameters_were_used(tmp_path):
    """Guards: a parameter whose name was misspelt (papermill only warns of it) goes unseen."""
    own = tmp_path / "own.csv"
    pd.DataFrame(NURSES).assign(unit="人/千人").to_csv(own, index=False)
    said = method.parameters(hp.plan("demo-2027", files=[own], as_of=2025, lang="en"))
    for told in ("plan = demo-2027", "area = demo", "as_of = 2025;", "method = ensemble", "own.csv"):
        assert told in said
    assert "as_of = 2024（未指定" in method.parameters(hp.plan("demo-2027"))


def test_words_are_in_the_language_of_the_call_the_plan_or_the_settings(plan, monkeypatch):
    chinese, english = "人均预期寿命", "Life expectancy"
    monkeypatch.setenv("HEALTHPLAN_LANG", "en")
    assert hp.gaps(hp.plan("demo-2027"))["name"].iloc[0].startswith(english)
    assert hp.gaps(plan)["name"].iloc[0] == chinese
    assert hp.gaps(plan, lang="en")["name"].iloc[0].startswith(english)


def test_a_goal_keeps_its_verdict_when_it_stands_alone(plan):
    one = hp.only(plan, "婴儿死亡率")
    assert len(one.tables.targets) == len(one.gaps) == len(one.card) == 1
    pd.testing.assert_frame_equal(one.gaps, plan.gaps.query("target_id == 'demo-2027-t002'").reset_index(drop=True))
    assert set(one.trajectories["indicator"]) <= set(one.used["indicator"])


def test_trajectories_hold_each_goals_series_to_its_deadline(plan):
    found = hp.trajectories(plan)
    gaps = plan.verdicts.set_index("target_id")
    for (target, role), rows in found.groupby(["target_id", "role"]):
        areas = gaps.loc[target, "data_area" if role == "own" else "reference_area"]
        assert set(rows["area"]) == {areas}
    assert set(hp.trajectories(plan, "婴儿死亡率")["target_id"]) == {"demo-2027-t002"}


def test_check_lists_every_fault_and_nothing_for_a_good_table(plan, tmp_path):
    path = tmp_path / "own.csv"
    path.write_text("指标,地区,年份,数值,单位\n没有这个指标,大足区,2021,x,%\n", encoding="utf-8")
    found = hp.check(path, lang="en")
    assert "error" in set(found["severity"])
    assert not found["problem"].str.contains(r"^[\u4e00-\u9fff]").any()
    assert not hp.read_file(path).ok
    assert hp.check(plan.gaps, "gaps").empty
    assert len(hp.check(plan.gaps.drop(columns="status"), "gaps"))


# Pictures


def drawn(axes):
    """The figure of the axes rendered; any missing glyph is an error."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        axes.figure.canvas.draw()
    return axes


def settings():
    return {k: v for k, v in mpl.rcParams.copy().items() if k != "backend"}


@pytest.mark.parametrize("when", ["before", "after", "both"])
@pytest.mark.parametrize("given", [True, False])
def test_a_users_theme_takes_no_letters_away_and_is_left_alone(plan, when, given):
    import seaborn as sns
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    with mpl.rc_context():
        if when != "after":
            sns.set_theme(style="darkgrid", font="DejaVu Sans")
        ax = plt.subplots()[1] if given else None
        before = settings()
        axes = hp.plot(plan, "婴儿死亡率", ax=ax)
        assert settings() == before
        assert ax is None or axes is ax
        if when != "before":
            sns.set_theme(style="whitegrid", font="DejaVu Sans")
        drawn(axes)
        plt.close("all")


def test_several_goals_are_drawn_on_the_axes_given(plan):
    from matplotlib import pyplot as plt

    plt.switch_backend("agg")
    figure, axes = plt.subplots(1, 2)
    found = hp.plot(plan, ["life_expectancy", "婴儿死亡率"], ax=axes)
    assert found.tolist() == axes.tolist()
    labels = [ax.get_ylabel().replace("\n", "") for ax in found]
    assert labels[0] != labels[1]
    assert all("虚构" in ax.get_xlabel() for ax in found)
    assert not figure.texts
    alone = hp.plot(plan, ["life_expectancy"], lang="en")
    assert isinstance(alone, np.ndarray)
    drawn(alone[0])
    plt.close("all")


# Names


def test_no_verb_is_shadowed_by_a_module():
    code = (
        "import importlib, pkgutil, types, healthplan as hp\n"
        "for m in pkgutil.walk_packages(hp.__path__, 'healthplan.'):\n"
        "    if not m.name.endswith(('__main__', '.warm')): importlib.import_module(m.name)\n"
        "bad = [v for v in hp.VERBS if isinstance(getattr(hp, v), types.ModuleType)]\n"
        "print(bad)"
    )
    out = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert out.stdout.strip() == "[]", out.stderr[-2000:]
    modules = {m.name for m in pkgutil.iter_modules(hp.__path__)}
    assert not set(hp.VERBS) & modules


def test_the_top_is_a_dozen_verbs_each_with_a_meaning_and_an_example():
    assert 12 <= len(hp.VERBS) <= 24
    assert set(dir(hp)) == {"__version__", *hp.VERBS}
    assert tuple(importlib.import_module("healthplan.verbs").__all__) == hp.VERBS  # what type checkers know
    for verb in hp.VERBS:
        function = getattr(hp, verb)
        assert isinstance(function, types.FunctionType)
        assert function.__module__ == "healthplan.verbs"
        words = inspect.getdoc(function)
        assert "hp." in words and ">>>" in words, verb
    importlib.import_module("healthplan.cli")
    assert isinstance(hp.plan, types.FunctionType)
