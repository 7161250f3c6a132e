"""The order in which status words are decided: a state beats a past deadline beats a figure beats a
forecast."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthplan import tables
from healthplan.judging import statuses
from healthplan.judging.statuses import Facts, decide

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


def test_thresholds_are_the_declared_ones():
    assert (statuses.ON_COURSE, statuses.OFF_COURSE) == (0.8, 0.2)
