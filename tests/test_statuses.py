"""The order in which status words are decided: a state beats a past deadline beats a figure beats a
forecast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthplan import tables
from healthplan.judging import statuses
from healthplan.judging.statuses import Facts, decide
from healthplan.messages import text

ALL = {
    "state": "superseded",
    "past": True,
    "met_at_deadline": True,
    "met_now": True,
    "probability": 0.9,
    "pace": "off_course",
}


@pytest.mark.parametrize(
    ("dropped", "word"),
    [
        ({}, "superseded"),
        ({"state": "conflicting"}, "conflicting"),
        ({"state": "current"}, "met"),
        ({"state": "current", "met_at_deadline": False}, "missed"),
        ({"state": "current", "met_at_deadline": None}, "due_unconfirmed"),
        ({"state": "current", "past": False}, "met_holding"),
        ({"state": "current", "past": False, "met_now": False}, "on_course"),
        ({"state": "current", "past": False, "met_now": False, "probability": None}, "off_course"),
        (
            {
                "state": "current",
                "past": False,
                "met_now": False,
                "probability": None,
                "beyond": True,
            },
            "no_data",
        ),
        ({"state": "current", "past": False, "basis": "reference"}, "reference_only"),
        ({"state": "current", "past": False, "basis": "none"}, "no_data"),
        ({"state": "current", "past": False, "met_now": None}, "no_data"),
    ],
)
def test_the_first_rule_that_applies_decides(dropped, word):
    assert decide(Facts(**(ALL | dropped))).word == word


facts = st.builds(
    Facts,
    state=st.sampled_from(["current", "superseded", "conflicting"]),
    basis=st.sampled_from(["own", "reference", "none"]),
    past=st.booleans(),
    met_at_deadline=st.sampled_from([None, True, False]),
    met_now=st.sampled_from([None, True, False]),
    trend=st.sampled_from([None, -1, 0, 1]),
    kept=st.booleans(),
    probability=st.none() | st.floats(0, 1),
    by_counts=st.booleans(),
    beyond=st.booleans(),
    pace=st.sampled_from([None, "on_course", "at_risk", "off_course"]),
    detectable=st.sampled_from([None, True, False]),
    before=st.sampled_from(["", "no_data", *statuses.AHEAD]),
    years=st.integers(0, 9),
    arrives=st.sampled_from([None, True, False]),
)


@given(facts)
def test_every_case_has_one_of_the_declared_words(found):
    status = decide(found)
    assert status.word in tables.STATUSES
    assert status.rests_on in tables.RESTS_ON
    assert set(status.qualifier.split(";")) <= {"", *tables.QUALIFIERS}


@given(facts)
def test_a_past_deadline_is_never_on_course(found):
    if found.past and found.state == "current":
        assert decide(found).word in ("met", "missed", "due_unconfirmed")


@given(facts)
def test_pace_alone_without_a_detectable_change_never_decides(found):
    status = decide(found)
    if status.rests_on == "pace" and status.qualifier:
        assert status.word == "at_risk"


@given(facts)
def test_what_promises_rests_on_a_probability_of_four_in_five(found):
    if decide(found).word in statuses.GREEN:
        assert found.probability is not None and found.probability >= 0.8


@pytest.mark.parametrize(
    ("probability", "trend", "word"),
    [(0.8, -1, "met_holding"), (0.79, 1, "met_slipping"), (0.52, 0, "met_slipping"), (None, 1, "met_slipping")],
)  # fmt: skip
def test_a_goal_met_already_holds_with_the_bar_of_one_on_course(probability, trend, word):
    assert decide(Facts(met_now=True, probability=probability, trend=trend)).word == word


@pytest.mark.parametrize(
    ("before", "years", "probability", "word"),
    [
        ("", 1, 0.81, "on_course"),  # nothing was said yet
        ("at_risk", 1, 0.95, "at_risk"),  # .8 + .16 of one year left
        ("at_risk", 1, 0.97, "on_course"),
        ("at_risk", 4, 0.83, "at_risk"),  # .8 + .16 / 4 = .84
        ("at_risk", 4, 0.85, "on_course"),
        ("on_course", 1, 0.81, "on_course"),  # stays
        ("met_holding", 1, 0.81, "on_course"),
        ("on_course", 1, 0.79, "at_risk"),  # never below
        ("at_risk", 2, 0.13, "at_risk"),  # .2 - .16 / 2 = .12
        ("at_risk", 2, 0.11, "off_course"),
        ("off_course", 2, 0.24, "off_course"),  # stays up to .25
        ("off_course", 2, 0.26, "at_risk"),
        ("no_data", 1, 0.2, "off_course"),
    ],
)
def test_another_word_than_a_year_ago_takes_clear_evidence(before, years, probability, word):
    found = decide(Facts(met_now=False, probability=probability, before=before, years=years))
    assert found.word == word
    assert (found.qualifier == "held_back") == (word != statuses.probability_word(probability))


@given(facts)
def test_what_is_on_course_has_a_pace_that_gets_there_and_what_turns_off_course_has_not(found):
    status = decide(found)
    if status.rests_on in ("probability", "counts"):
        assert not (status.word == "on_course" and found.arrives is False)
        turned = status.word == "off_course" and found.before != "off_course"
        assert not (turned and found.arrives)


def test_thresholds_are_the_declared_ones():
    assert (statuses.ON_COURSE, statuses.OFF_COURSE) == (0.8, 0.2)


LEGEND = {  # what may stand beside a word outside its range, and how its legend says so
    "evidence": ("改变上年判断的依据尚不充分", "not clear enough to change last year's word"),
    "pace": ("与近年增速不一致", "at odds with the pace"),
    "too_old": ("数据过旧", "figures too old"),
    "break_last": ("口径刚变", "first of a new definition"),
    "kept": ("原已达到的现未达到", "once met that no longer is"),
}
LANGS = ("zh", "en")


def outside(word):
    """Why a word may stand beside a chance outside its range, by trying every rule alone."""
    low, high = {"at_risk": (statuses.OFF_COURSE, statuses.ON_COURSE)}[word]
    tried = {
        "evidence": {"before": "at_risk"},
        "pace": {"arrives": False},
        "pace ": {"arrives": True},
        "kept": {"kept": True},
        **{limit: {"limits": (limit,)} for limit in statuses.FORBIDDING},
    }
    for reason, rule in tried.items():
        for p in (0.0, low - 0.01, high + 0.01, 1.0):
            if decide(Facts(met_now=False, probability=p, **rule)).word == word:
                yield reason.strip()


@pytest.mark.parametrize("lang", LANGS)
def test_the_legend_of_at_risk_says_every_way_out_of_its_range(lang):
    """Guards: "between 20 and 80 %" above a row at risk with 10 % or 83 %."""
    said = text("status.means_at_risk", lang)
    found = set(outside("at_risk"))
    assert found == set(LEGEND)
    for reason in found:
        assert LEGEND[reason][LANGS.index(lang)] in said


@given(facts)
def test_green_is_as_likely_as_its_legend_says_and_off_course_as_unlikely(found):
    word, p = decide(found), found.probability
    if word.rests_on in ("probability", "counts") and p is not None:
        assert word.word not in statuses.GREEN or p >= 0.8
        assert word.word != "off_course" or p <= (0.25 if found.before == "off_course" else 0.2)


@pytest.mark.parametrize(("lang", "number"), [("zh", "25%"), ("en", "25%")])
def test_the_legend_of_off_course_says_from_where_it_stays(lang, number):
    assert statuses.STILL_OFF == 0.25 and number in text("status.means_off_course", lang)


def test_the_method_does_not_say_that_the_chance_alone_decides():
    assert "以达标可能为准" not in text("report.pace_note", "zh")
    assert "follows the chance." not in text("report.pace_note", "en")
    for lang, reasons in (
        ("zh", ("上年", "增速", "过旧")),
        ("en", ("last year's", "pace", "too old")),
    ):
        assert all(reason in text("report.method_text", lang) for reason in reasons)


def test_newer_figures_are_needed_and_not_said_to_be_enough():
    """Guards: "a figure of the last 2 years decides it" beside "the 2025 figure alone is not enough"."""
    assert "即可" not in text("gaps.flip_newer", "zh") and "须先有" in text("gaps.flip_newer", "zh")
    assert "decides" not in text("gaps.flip_newer", "en") and "first" in text("gaps.flip_newer", "en")
