"""How many goals will be met: by hand for two and three goals, and what holds whatever the chances."""

import numpy as np
import pandas as pd
import pytest
from gap_cases import target
from hypothesis import given
from hypothesis import strategies as st

from healthplan.calls import ours as record_of_words
from healthplan.calls import reference_class
from healthplan.judging.together import chances_of, expected, interval
from healthplan.report.sections import method

chances = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def record(**changes):
    return target(**changes).to_dict("records")[0]


def test_two_and_three_goals_by_hand():
    assert chances_of([0.5, 0.5], 0) == pytest.approx([0.25, 0.5, 0.25])
    # .9 .5 .2: none .1 x .5 x .8 = .04; all .9 x .5 x .2 = .09; one .36 + .04 + .01 = .41
    assert chances_of([0.9, 0.5, 0.2], 0) == pytest.approx([0.04, 0.41, 0.46, 0.09])
    # below .1: none (.04); the tenth lies at one goal, the ninth tenth (.91) at two
    assert interval([0.9, 0.5, 0.2], 0) == (pytest.approx(1.6), 1, 2)


def test_of_two_even_goals_that_lean_together_both_are_met_as_often_as_the_arcsine_says():
    # P(both) = 1/4 + arcsin(correlation) / (2 pi)
    assert chances_of([0.5, 0.5], 0.3)[2] == pytest.approx(0.25 + np.arcsin(0.3) / 2 / np.pi, abs=1e-4)


@given(chances)
def test_leaning_together_widens_and_leaves_what_is_expected(given_chances):
    spread, apart = chances_of(given_chances), chances_of(given_chances, 0)
    k = np.arange(len(spread))
    assert spread.sum() == pytest.approx(1) and (spread >= -1e-12).all()
    assert spread @ k == pytest.approx(sum(given_chances), abs=1e-3)
    wide, narrow = (s @ k**2 - (s @ k) ** 2 for s in (spread, apart))
    assert wide >= narrow - 1e-3
    middle, low, high = interval(given_chances)
    assert 0 <= low <= high <= len(given_chances) and low - 1 <= middle <= high + 1


def test_decided_goals_are_certain_and_what_does_not_count_is_left_out():
    ids = [f"t{n}" for n in range(1, 7)]
    states = ["current", "current", "current", "superseded", "current", "current"]
    rows = [record(target_id=one, state=state, nature=nature, departments="甲;乙") for one, state, nature in
            zip(ids, states, ["binding", "", "binding", "", "", ""], strict=True)]  # fmt: skip
    rows[5] |= {"related": "t5"}  # printed twice
    targets = pd.DataFrame(rows)
    words = ["met", "missed", "at_risk", "superseded", "no_data", "no_data"]
    gaps = pd.DataFrame({"target_id": ids, "status": words, "probability_met": [np.nan, np.nan, 0.5, 0.9, np.nan, np.nan]})  # fmt: skip
    found = expected(gaps, targets).set_index("scope")
    assert found.loc["all", ["goals", "judged", "decided"]].tolist() == [4, 3, 2]
    assert found.loc["all", ["expected", "low_80", "high_80"]].tolist() == [1.5, 1, 2]
    assert found.loc["binding", ["goals", "expected"]].tolist() == [2, 1.5]
    assert found.loc["甲", "goals"] == 4


def test_goals_like_one_are_looked_up_by_its_printed_start():
    asked = record(value=85, baseline=80, baseline_year=2022)  # 5 of the 20 left: a quarter
    found = reference_class.alike(asked, 2025, "share")
    rows = reference_class.classes()
    rows = rows[(rows["indicator_kind"] == "share") & (rows["way"] == "increase")]
    rows = rows[(rows["distance"] == "to_40") & (rows["years_ahead"] == 3)]
    assert found == (int(rows["n"].iloc[0]), int(rows["met"].iloc[0])) and found.n >= 100
    for without in ({"baseline": None}, {"baseline_year": None}, {"comparator": "range"}):
        assert reference_class.alike({**asked, **without}, 2025, "share") is None
    assert reference_class.alike(asked, 2040, "share") is None  # farther than was looked at
    p = found.share
    assert reference_class.gain("due_unconfirmed", 0, "share", found) == pytest.approx(p * (1 - p))
    part = reference_class.gain("no_data", 2, "share", None)
    assert part == pytest.approx(0.25 * reference_class.one_figure("share", 2)) and 0 < part < 0.25


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_prints_what_the_record_says_of_each_word(lang):
    from types import SimpleNamespace

    table = record_of_words.record()
    own = table[(table["rule"] == "healthplan") & (table["word"] == "on_course") & (table["data_set"] == "districts")]
    n, true = own["n"].sum(), own["came_true"].sum()
    line, shown, _ = method._record(SimpleNamespace(lang=lang))
    assert f"{n:,}" in str(line) and f"{true / n:.0%}" in str(line)
    assert f"{own['flipped'].sum() / own['again'].sum():.0%}" in str(shown)


def test_in_each_data_set_the_words_keep_what_they_promise():
    found = record_of_words.of_words().set_index(["data_set", "word"])
    assert (found.xs("on_course", level=1)["came_true"] >= 0.85).all()
    assert (found.xs("met_holding", level=1)["came_true"] >= 0.85).all()
    assert (found.xs("off_course", level=1)["came_true"] <= 0.12).all()
    table = record_of_words.record()
    own = table[table["rule"] == "healthplan"].groupby("data_set")[["again", "flipped"]].sum()
    assert (own["flipped"] / own["again"] <= 0.14).all()
