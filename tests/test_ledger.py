"""The ledger of work points: colours, catch-up, what is not reported, and the year's outlook, by
hand."""

import numpy as np
import pandas as pd
import pytest

from healthplan import ledger, messages, tables
from healthplan.errors import InputError

QUARTERS = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


def task(planned, actual, how="cumulative", **changes) -> pd.DataFrame:
    row = {"task_id": "t1", "task": "家庭医生签约", "target_id": "", "owner": "基层科", "how": how,
           "better": "higher", "unit": "人", "baseline": np.nan, "note": ""}  # fmt: skip
    frame = pd.DataFrame({"quarter": QUARTERS, "planned": planned, "actual": actual})
    for name, value in (row | changes).items():
        frame[name] = value
    return ledger.check_ledger(frame)


def states(frame: pd.DataFrame, as_of: str) -> list[str]:
    return ledger.judge_ledger(frame, as_of=as_of)["state"].tolist()


def test_a_shortfall_made_up_later_stays_on_record_as_late():
    frame = task([100, 200, 300, 400], [90, 210, 250, np.nan])
    found = ledger.judge_ledger(frame, as_of="2025-Q4")
    assert found["state"].tolist() == ["late", "done", "missed", "due_soon"]
    assert found["made_up_in"].tolist() == ["2025-Q2", "", "", ""]
    assert "2025-Q2才补上" in found["why_zh"].iloc[0]


def test_a_new_year_that_starts_again_makes_up_nothing_of_the_old_one():
    frame = task([300, 400, 500, 600], [250, 350, 120, 520])
    frame["quarter"], frame["planned"] = (
        ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q4"],
        [300, 400, 100, 500],
    )
    assert states(frame, "2026-Q1") == ["late", "missed", "done", "done"]
    lasting = task([60, 65, 70, 75], [58, 63, 71, 76], "last", unit="%")
    lasting["quarter"] = ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q4"]
    assert states(lasting, "2026-Q1") == ["late", "late", "done", "done"]


def test_before_it_was_made_up_it_was_missed():
    frame = task([100, 200, 300, 400], [90, 210, 250, np.nan])
    assert states(frame, "2025-Q2") == ["late", "done", "ahead", "ahead"]
    later = frame.assign(actual=[90, 95, 250, np.nan])
    assert states(later, "2025-Q2")[0] == "missed"  # the 250 of the third quarter is not known yet


def test_nothing_reported_is_not_zero():
    frame = task([100, 200, 300, 400], [np.nan, np.nan, np.nan, np.nan])
    found = ledger.judge_ledger(frame, as_of="2025-Q3")
    assert found["state"].tolist() == ["unreported", "unreported", "due_soon", "ahead"]
    assert found["actual"].isna().all() and found["progress"].isna().all()


def test_more_than_planned_is_kept_and_less_than_the_baseline_is_shown():
    frame = task([60, 70, 80, 90], [76, 45, np.nan, np.nan], "last", unit="%", baseline=50.0)
    found = ledger.judge_ledger(frame, as_of="2025-Q3")
    assert found["progress"].tolist()[:2] == pytest.approx([2.6, -0.25])


def test_quarters_own_amounts_are_summed_within_the_year():
    frame = task([100, 100, 100, 100], [90, 115, 80, np.nan], "added")
    found = ledger.judge_ledger(frame, as_of="2025-Q4")
    assert found["planned"].tolist() == [100, 200, 300, 400]
    assert found["actual"].tolist()[:3] == [90, 205, 285]
    assert found["state"].tolist() == ["late", "done", "missed", "due_soon"]


def test_a_sum_with_a_hole_is_no_sum():
    frame = task([100, 100, 100, 100], [90, np.nan, 130, np.nan], "added")
    assert ledger.judge_ledger(frame, as_of="2025-Q4")["actual"].isna().tolist() == [
        False,
        True,
        True,
        True,
    ]


def test_percentages_may_be_averaged():
    frame = task([80, 80, 80, 80], [70, 88, 85, np.nan], "mean", unit="%")
    found = ledger.judge_ledger(frame, as_of="2025-Q4")
    assert found["actual"].tolist()[:3] == pytest.approx([70, 79, 81])
    assert found["state"].tolist() == ["late", "late", "done", "due_soon"]


def test_lower_can_be_better():
    frame = task([30, 28, 26, 25], [29, 29, 27, np.nan], "last", better="lower", unit="分钟")
    assert states(frame, "2025-Q4") == ["done", "late", "missed", "due_soon"]


def test_percentages_are_never_summed():
    with pytest.raises(InputError, match="LEDGER-SUM"):
        task([20, 20, 20, 20], [20, 20, 20, 20], "added", unit="%")


def test_all_faults_of_a_ledger_come_at_once():
    frame = pd.DataFrame({"quarter": QUARTERS, "planned": [10, 5, 20, 30], "actual": [1, 2, 3, 4]})
    frame = frame.assign(task_id="t", task="x", target_id="", owner="", how=["cumulative"] * 3 + ["last"],
                         better="higher", unit="人", baseline=np.nan, note="")  # fmt: skip
    with pytest.raises(InputError) as caught:
        ledger.check_ledger(frame, source="台账.csv")
    assert [(f.code, f.row) for f in caught.value.faults] == [
        ("LEDGER-MIXED", 5),
        ("LEDGER-BACK", 3),
    ]
    assert "台账.csv" in caught.value.text("zh")


def test_seasonal_shares_make_cumulative_targets():
    assert ledger.quarter_targets(400, (0.1, 0.2, 0.3, 0.4)) == pytest.approx([40, 120, 240, 400])
    with pytest.raises(ValueError, match="add up to 1"):
        ledger.quarter_targets(400, (0.3, 0.3, 0.3, 0.3))


def test_the_years_outlook_from_the_pace_so_far():
    frame = task([100, 200, 300, 400], [80, 180, np.nan, np.nan])
    row = ledger.year_outlook(frame, as_of="2025-Q2").iloc[0]
    assert (row["left"], row["quarters_left"], row["n"]) == (220, 2, 2)
    assert row["needed_ratio"] == pytest.approx(1.1)  # 220 of the 200 planned for two quarters
    assert row["pace_ratio"] == pytest.approx(0.9)  # 0.8 and 1.0
    # t with one degree of freedom: spread 0.1414 * sqrt(1/2 + 1/2); (0.9 - 1.1) / 0.1414 = -1.414
    assert row["probability"] == pytest.approx(0.5 + np.arctan(-np.sqrt(2)) / np.pi)


def test_a_year_done_is_certain_and_one_report_says_nothing():
    assert ledger.finish_probability(np.array([1.0, 1.2]), -0.1, 2) == 1
    assert np.isnan(ledger.finish_probability(np.array([1.0]), 1.0, 2))
    assert ledger.finish_probability(np.array([1.0, 1.0]), 0.9, 1) == 1


def test_every_state_has_its_words():
    for word in tables.LEDGER_WORDS:
        assert messages.has(f"ledger.{word}") and messages.has(f"ledger.word_{word}")
