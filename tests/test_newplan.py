"""A confirmed sheet becomes a plan that loads, in a workspace that was just made."""

import pandas as pd
import pytest

from healthplan import newplan, planreader, registers, workspace
from healthplan.errors import InputError, UsageError
from healthplan.planreader.candidates import COLUMNS
from healthplan.plans import load_plan
from healthplan.starter import make_workspace


def confirmed(**changes):
    row = dict.fromkeys(COLUMNS, "")
    row |= {"name": "某项没有登记的比例", "comparator": ">=", "value": 80.0, "value_high": float("nan"),
            "unit": "%", "deadline": "2027", "locator": "一、1", "departments": "区卫生健康委"}  # fmt: skip
    return pd.DataFrame([row | changes])


@pytest.fixture
def space(tmp_path, monkeypatch):
    make_workspace(tmp_path / "新 区")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "新 区"))
    return tmp_path / "新 区"


def made(rows, **changes):
    asked = {"plan_id": "my-2027", "area": "demo", "title": "某区规划"} | changes
    return newplan.new_plan(rows, indicators=registers.load_indicators(), **asked)


def test_a_new_workspace_loads_its_demo_plan(space):
    assert workspace.root() == space
    assert load_plan("demo-2027").synthetic


def test_a_workspace_is_never_made_over_something(space):
    before = sorted(space.rglob("*"))
    with pytest.raises(UsageError):
        make_workspace(space)
    assert sorted(space.rglob("*")) == before


def test_a_confirmed_sheet_becomes_a_plan_that_loads(space, tmp_path):
    known = {
        "indicator": "nurses_per_1000",
        "name": "每千人口注册护士数",
        "value": 3.9,
        "unit": "人/千人",
    }
    rows = pd.concat([confirmed(), confirmed(**known)], ignore_index=True)
    path = planreader.write_candidates(rows, tmp_path / "sheet.csv")
    sheet = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    sheet.assign(decision="accept").to_csv(path, index=False, encoding="utf-8-sig")
    read, faults = planreader.load_confirmed(path)
    assert not faults
    newplan.write_plan(made(read))
    plan = load_plan("my-2027")
    assert list(plan.targets["value"]) == [80, 3.9]
    fresh = (
        registers.load_indicators().set_index("indicator").loc[plan.targets["indicator"].iloc[0]]
    )
    assert (fresh["direction"], fresh["indicator_kind"], fresh["unit"]) == (
        "increase",
        "share",
        "%",
    )


def test_undecided_rows_enter_nothing(space, tmp_path):
    path = planreader.write_candidates(confirmed(), tmp_path / "sheet.xlsx")
    rows, faults = planreader.load_confirmed(path)
    assert [fault.severity for fault in faults] == ["error"]
    assert rows.empty


def test_the_same_words_become_one_indicator(space):
    rows = pd.concat([confirmed(), confirmed(deadline="2025", value=70.0)], ignore_index=True)
    assert made(rows)["targets"]["indicator"].nunique() == 1


@pytest.mark.parametrize(
    ("rows", "changes", "error"),
    [
        (confirmed(), {"plan_id": "My Plan"}, UsageError),
        (confirmed().iloc[:0], {}, InputError),
        (confirmed(deadline=""), {}, InputError),
    ],
)
def test_what_cannot_be_a_plan_is_refused(space, rows, changes, error):
    with pytest.raises(error):
        made(rows, **changes)


def test_an_unregistered_area_or_a_plan_that_is_there_changes_nothing(space):
    before = (space / "data" / "indicators.csv").read_bytes()
    with pytest.raises(UsageError):
        newplan.write_plan(made(confirmed(), area="nowhere"))
    with pytest.raises(UsageError):
        newplan.write_plan(made(confirmed(), plan_id="demo-2027"))
    assert (space / "data" / "indicators.csv").read_bytes() == before
