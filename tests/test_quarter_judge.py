"""Verdicts of a quarter, worked by hand: states, lamp, gaps, what is needed, marks; and every open worked case.

Guards: a blank read as 0, a broken limit made up, progress of a rate from an unknown start, a stalled thing on pace, an
edition that says the same twice, sentences of one language on the other's page.
"""

import csv
from datetime import date

import pandas as pd
import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from healthplan.ledger import judge, quarters, store
from tests import quarter_cases

CASES = ROOT / ".." / "shared" / "quarter" / "open" / "cases_open.csv"
NUMBERS = {"to_date": 0.1, "expected": 0.1, "progress_pct": 0.1, "gap_pp": 0.1, "p": 0.02}


def rows():
    if not CASES.exists():
        return []
    with CASES.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.skipif(not CASES.exists(), reason="../shared is not here")
def test_there_are_open_cases():
    assert len(rows()) == 24


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["case_id"])
def test_an_open_case(row):
    told = quarter_cases.judge({k: v for k, v in row.items() if not k.startswith("expect_")})
    for name, within in NUMBERS.items():
        wanted = row[f"expect_{name}"]
        assert (told[name] is None) == (wanted == ""), (name, wanted, told[name])
        assert wanted == "" or told[name] == pytest.approx(float(wanted), abs=within), name
    assert (told["state_en"] or "") == row["expect_state_en"]
    assert told["take"].startswith("退回") == row["expect_take"].startswith("退回"), told["take"]


def task(**more):
    return {
        "task_id": "t1", "plan_id": "p", "year": 2024, "source": "p-t1", "name_zh": "任务", "name_en": "task", "unit": "人",
        "kind": "cumulative", "given": "to_date", "direction": "higher", "goal_comparator": ">=", "due": "2024-12-31",
        "path": "even", "reporting": "quarterly", "gather": "lead", "lead": "甲科", "goal_value": 1000.0,
    } | more  # fmt: skip


def entry(quarter, value=None, **more):
    row = {
        "task_id": "t1",
        "department": "甲科",
        "quarter": quarter,
        "field": "figure",
        "value": value,
        "status": "reported",
    }
    return row | {"return_id": "r", "entry_id": store.identity(quarter, value, sorted(more.items()))} | more


def verdict(one, entries, quarter, **more):
    ledger = store.with_rows(store.empty(), tasks=[one], entries=entries, **more.pop("tables", {}))
    return judge.verdicts(ledger, quarter, **more).iloc[0]


def test_a_quarter_without_a_figure_is_unreported_and_never_zero():
    told = verdict(task(), [entry("2024Q1", 200)], "2024Q2")
    assert (told["state"], told["lamp"]) == ("unreported", "")
    assert pd.isna(told["to_date"]) and pd.isna(told["gap_pp"])
    assert "200" in told["why_zh"] and "200" in told["why_en"]


def test_before_the_sheet_is_due_a_figure_is_awaited():
    sheet = {
        "sheet_id": "s",
        "plan_id": "p",
        "quarter": "2024Q2",
        "department": "甲科",
        "version": 1,
        "issued": "2024-07-01",
    }
    tables = {"sheets": [sheet | {"due": "2024-07-08", "baseline_hash": "x", "tasks": "t1"}]}
    on = date(2024, 7, 5), date(2024, 7, 9), date(2024, 6, 1)
    states = [verdict(task(), [], "2024Q2", on=day, tables=tables)["state"] for day in on]
    assert states == ["awaiting", "unreported", "ahead"]


@pytest.mark.parametrize(
    ("value", "preset", "lamp"),
    [(500, "default", "green"), (499, "default", "yellow"), (400, "default", "yellow"), (399, "default", "red"),
     (400, "10/30", "green"), (399, "10/30", "yellow"), (199, "10/30", "red"), (100, "blue", "yellow")],
)  # fmt: skip
def test_the_lamp_is_the_offices_rule_on_the_even_path(value, preset, lamp):
    assert verdict(task(), [entry("2024Q2", value)], "2024Q2", lamp=preset)["lamp"] == lamp


def test_green_by_the_calendar_and_behind_by_last_year_disagree():
    past = [entry(f"2023Q{n}", v) for n, v in enumerate((4000, 6500, 8000, 9000), 1)]
    told = verdict(task(goal_value=9000.0, path="last_year"), [*past, entry("2024Q2", 5000)], "2024Q2")
    assert (told["lamp"], told["state"], told["disagrees"]) == ("green", "behind", True)
    assert told["p"] == pytest.approx(0.005, abs=0.001)
    assert told["low"] < told["middle"] < told["high"] < 9000


def test_a_broken_limit_stays_broken():
    zero = task(kind="bound", direction="lower", path="none", goal_value=0.0, goal_comparator="<=", unit="例")
    told = verdict(zero, [entry("2024Q1", 0), entry("2024Q2", 1), entry("2024Q3", 0)], "2024Q3")
    assert (told["state"], told["to_date"], told["p"], told["mark"]) == ("breached", 1, 0.0, "")


def test_a_rate_without_a_start_says_nothing_of_its_pace():
    rate = task(kind="end_value", given="as_of", unit="%", goal_value=90.0)
    told = verdict(rate, [entry("2024Q2", 85.0)], "2024Q2")
    assert told["state"] == "cannot_judge" and "5" in told["why_zh"]
    known = verdict(rate, [entry("2023Q4", 80.0), entry("2024Q2", 85.0)], "2024Q2")
    assert (known["state"], known["progress_pct"], known["gap_pp"]) == ("on_pace", 50.0, 0.0)


def test_no_chance_after_a_known_break():
    past = [entry(f"2023Q{n}", 250 * n) for n in range(1, 5)]
    entries = [*past, entry("2024Q2", 480)]
    assert verdict(task(), entries, "2024Q2")["p"] > 0
    assert pd.isna(verdict(task(office_note="口径调整"), entries, "2024Q2")["p"])


def things(stages, planned=None, **more):
    one = task(kind="stages", given="stage", path="stages", goal_value=float(len(stages)), unit="个", **more)
    items = [{"task_id": "t1", "item_id": str(n), "name_zh": f"{n}号"} for n in range(1, len(stages) + 1)]
    gates = [{"task_id": "t1", "item_id": i, "gate": g, "planned": d} for (i, g), d in (planned or {}).items()]
    told = [
        entry("2024Q2", field="stage", text=s, item_id=str(n), cut_off="2024-06-30")
        for n, s in enumerate(stages, 1)
        if s
    ]
    return verdict(one, told, "2024Q2", tables={"items": items, "gates": gates})


def test_the_worst_overdue_gate_decides_and_a_stalled_thing_is_not_on_pace():
    assert things(["在建", "在建"])["state"] == "on_pace"
    late = things(["在建", "前期"], {("2", "在建"): "2024-06-15"})
    assert (late["state"], late["days_overdue"], late["lamp"]) == ("behind", 15, "yellow")
    assert things(["在建", "停滞"])["state"] == "behind"
    assert things(["未启动", "未启动"], {("1", "在建"): "2024-09-30"})["state"] == "not_started"


def test_what_is_reported_done_waits_for_its_evidence():
    told = things(["完工", "完工"], evidence_wanted="验收文件")
    assert (told["state"], told["mark"]) == ("done_early", "to_verify")
    assert pd.isna(told["to_date"])


def test_not_possible_as_planned_is_arithmetic():
    told = things(["", "在建"], {("1", "在建"): "2024-07-15", ("1", "完工"): "2025-02-10"})
    assert "210" in told["why_zh"] and "184" in told["why_zh"]


def test_a_goal_changes_by_decision_and_a_quarter_is_judged_by_the_one_in_force():
    change = {
        "task_id": "t1",
        "field": "goal_value",
        "decided_on": "2024-08-15",
        "old": "1000",
        "new": "800",
        "decided_by": "办",
    }
    entries = [entry("2024Q2", 390), entry("2024Q3", 620)]
    assert verdict(task(), entries, "2024Q2", tables={"changes": [change]})["state"] == "behind"
    now = verdict(task(), entries, "2024Q3", tables={"changes": [change]})
    assert (now["goal_value"], now["state"], now["mark"]) == (800, "on_pace", "made_up")


def test_the_same_verdicts_are_no_new_edition_and_old_ones_stay():
    ledger = store.with_rows(store.empty(), tasks=[task()], entries=[entry("2024Q1", 240)])
    once, first = judge.new_edition(ledger, "2024Q1")
    again, same = judge.new_edition(once, "2024Q1")
    assert first == same == "2024Q1-1" and len(again.verdicts) == 1
    more = store.with_rows(once, entries=[entry("2024Q1", 260, reason="补录")])
    later, second = judge.new_edition(more, "2024Q1")
    assert second == "2024Q1-2" and later.verdicts["state"].tolist() == ["behind", "on_pace"]


@given(st.floats(0, 2000), st.floats(0, 500), st.sampled_from(["2024Q1", "2024Q2", "2024Q3"]))
def test_more_to_date_is_never_worse(value, more, quarter):
    before, after = (verdict(task(), [entry(quarter, v)], quarter) for v in (value, value + more))
    order = ["behind", "on_pace", "ahead_of_pace", "done_early"]
    assert order.index(after["state"]) >= order.index(before["state"])
    assert after["gap_pp"] >= before["gap_pp"] - 1e-6


@pytest.mark.parametrize(
    ("written", "read"),
    [("2024Q3", "2024Q3"), ("2024-Q3", "2024Q3"), ("2024年第三季度", "2024Q3"), ("２０２４年3季度", "2024Q3")],
)
def test_a_quarter_as_people_write_it(written, read):
    assert quarters.quarter(written) == read


def test_shares_of_the_time():
    start, due = date(2024, 1, 1), date(2024, 12, 31)
    assert quarters.share(start, due, date(2024, 3, 31)) == 0.25
    assert quarters.share(start, due, date(2024, 6, 25)) == pytest.approx(177 / 366)
    assert quarters.share(start, date(2024, 6, 30), date(2024, 3, 31)) == 0.5
    assert quarters.share(start, due, date(2025, 1, 1)) == 1
