"""The ledger of work points: what must hold between its rows is checked, all faults at once.

Guards: summed percentages, cumulative plans that fall, a task whose quarters are not stated alike.
"""

import numpy as np
import pandas as pd
import pytest

from healthplan import ledger
from healthplan.errors import InputError

QUARTERS = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"]


def task(planned, actual, how="cumulative", **changes) -> pd.DataFrame:
    row = {"task_id": "t1", "task": "家庭医生签约", "target_id": "", "owner": "基层科", "how": how,
           "better": "higher", "unit": "人", "baseline": np.nan, "note": ""}  # fmt: skip
    frame = pd.DataFrame({"quarter": QUARTERS, "planned": planned, "actual": actual})
    for name, value in (row | changes).items():
        frame[name] = value
    return ledger.check_ledger(frame)


@pytest.mark.parametrize("unit", ["%", "‰", "1/10万", "人/千人", "元/人", "1:x", "百分点"])
def test_rates_and_ratios_are_never_summed(unit):
    with pytest.raises(InputError, match="LEDGER-SUM"):
        task([20, 20, 20, 20], [20, 20, 20, 20], "added", unit=unit)


@pytest.mark.parametrize("unit", ["人", "张", "万元", "人次", "项"])
def test_amounts_may_be_summed(unit):
    assert len(task([20, 20, 20, 20], [20, 20, 20, np.nan], "added", unit=unit)) == 4


def test_a_cumulative_plan_may_start_again_with_the_year():
    quarters = ["2024-Q3", "2024-Q4", "2025-Q1", "2025-Q2"]
    assert len(task([300, 400, 100, 200], [250, 350, 120, np.nan], quarter=quarters)) == 4


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
