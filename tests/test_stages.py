"""Stages: the next one rules, and the schedule between stages exists for any date. Worked on Dazu's
clinics."""

import pandas as pd
import pytest

from healthplan.judging import deadlines as stages

# 50 % by the end of 2024, 80 % by the end of 2025, 100 % by the end of 2026; 30 % at the end of 2023
CLINICS = pd.DataFrame({"deadline": ["2025-12", "2024-12", "2026"], "value": [80.0, 50.0, 100.0]})
PATH = stages.path(CLINICS, (2023.0, 30.0))


@pytest.mark.parametrize(
    ("text", "time"),
    [("2025", 2025), ("2025-12", 2025), ("2025-06", 2024.5), ("2025-Q1", 2024.25), ("2025-Q4", 2025),
     ("2025-12-31", 2025), ("2025-01-15", 2024 + 0.5 / 12)],
)  # fmt: skip
def test_a_date_is_the_time_of_its_end(text, time):
    assert stages.moment(text) == pytest.approx(time)


@pytest.mark.parametrize(
    ("date", "value"),
    [
        ("2023", 30),
        ("2024-06", 40),
        ("2024", 50),
        ("2025-Q1", 57.5),
        ("2025-06", 65),
        ("2026-09", 95),
    ],
)
def test_the_schedule_is_straight_between_stages(date, value):
    assert stages.schedule(PATH, date) == pytest.approx(value)


def test_there_is_no_schedule_outside_the_path():
    assert stages.schedule(PATH, "2022") is None and stages.schedule(PATH, "2027") is None
    assert stages.schedule((), "2025") is None


def test_a_start_after_the_first_stage_is_no_start():
    assert stages.path(CLINICS, (2025.0, 10.0))[0] == (2024, 50)


def test_quarters_of_the_path_end_at_the_last_stage():
    table = stages.quarters(PATH)
    assert table["quarter"].tolist()[:5] == ["2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4"]
    assert table["value"].tolist()[:5] == pytest.approx([30, 35, 40, 45, 50])
    assert table.iloc[-1].tolist() == ["2026-Q4", 2026, 100]
    assert stages.quarters(PATH[:1]).empty


def test_the_next_stage_rules_and_a_goal_all_past_has_no_ruler():
    due = ["2024", "2026", "2025", ""]
    assert stages.roles(due, [True, False, False, False]) == ["ended", "later", "ruling", "later"]
    assert stages.roles(due[:2], [True, True]) == ["ended", "ended"]
