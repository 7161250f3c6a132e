"""What the quarters give to the plan: the status of goals due within the year, a nowcast for later ones, closed years as
observations with their source; from the returned cell to the first page.

Guards: green without a chance or a fact, a count that passes for a rate, an amount added that passes for a stock, a partial
year that passes for a whole one.
"""

import pandas as pd
import pytest
from lxml import html

import healthplan
from healthplan import workspace
from healthplan.errors import UsageError
from healthplan.ledger import feed, judge, store
from healthplan.plans import load_plan
from healthplan.registers import load_registers
from healthplan.report.sections.answer import answer_sentences
from healthplan.starter import make_workspace

PLAN = "demo-2027"


@pytest.mark.parametrize(
    ("state", "kind", "p", "over", "word"),
    [
        ("done_early", "cumulative", 1.0, False, "met"), ("done_early", "end_value", None, False, "met_slipping"),
        ("done_early", "end_value", 0.9, False, "met_holding"), ("on_pace", "cumulative", None, False, "at_risk"),
        ("ahead_of_pace", "end_value", None, False, "at_risk"), ("on_pace", "cumulative", 0.85, False, "on_course"),
        ("behind", "cumulative", 0.1, False, "off_course"), ("behind", "stages", None, False, "at_risk"),
        ("overdue", "cumulative", None, True, "missed"), ("done_late", "cumulative", None, True, "missed"),
        ("breached", "bound", 0.0, False, "missed"), ("within", "bound", None, True, "met"),
        ("unreported", "cumulative", None, True, ""), ("cannot_judge", "average", None, False, ""),
    ],
)  # fmt: skip
def test_the_word_of_a_goal_that_is_due_within_the_year(state, kind, p, over, word):
    row = {
        "state": state,
        "kind": kind,
        "p": p,
        "mark": "",
        "cut_off": "2025-12-31" if over else "2025-09-30",
        "due": "2025-12-31",
    }
    assert feed.status(row) == word
    if word in ("met", "met_slipping"):
        assert feed.status(row | {"mark": "to_verify"}) == "due_unconfirmed"


@pytest.fixture
def space(tmp_path, monkeypatch):
    make_workspace(tmp_path / "space")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "space"))
    return tmp_path / "space"


def task(target, **more):
    """A task of a target of the demo plan."""
    rows = load_plan(PLAN).targets.set_index("target_id")
    row = rows.loc[target]
    return {
        "task_id": target[-4:], "plan_id": PLAN, "year": 2025, "source": target, "name_zh": row["name_zh"], "name_en": row["name_en"],
        "kind": "end_value", "given": "as_of", "direction": "higher", "unit": row["unit"], "goal_value": row["value"],
        "goal_comparator": row["comparator"], "due": "2025-12-31", "path": "level", "reporting": "quarterly", "gather": "lead",
        "lead": "医政科",
    } | more  # fmt: skip


def ledger(tasks, entries):
    back = {"return_id": "r1", "sheet_id": "s1", "file": "x.xlsx", "received": "2025-10-06", "state": "returned"}
    return store.with_rows(
        store.empty(), tasks=tasks, returns=[back | {"cells_taken": len(entries), "cells_refused": 0}],
        entries=[{"department": "医政科", "field": "figure", "status": "reported", "return_id": "r1",
                  "entry_id": store.identity(str(one)), **one} for one in entries],
    )  # fmt: skip


def due_in(year):
    rows = load_plan(PLAN).targets
    plain = (rows["state"] == "current") & (rows["comparator"] == ">=") & (rows["each"] == "") & (rows["group"] == "")
    plain &= (rows["stage_of"] == "") & (rows["all_of"] == "") & (rows["per"] == "")
    return rows[plain & (rows["deadline"].str[:4] == str(year))]["target_id"].tolist()


def test_a_goal_due_within_the_year_takes_the_quarters_figure_and_word(space):
    target = due_in(2025)[0]
    one = task(target)
    figure = one["goal_value"] * 0.9
    made = ledger([one], [{"task_id": one["task_id"], "quarter": "2025Q3", "value": figure, "cut_off": "2025-09-30"}])
    made, edition = judge.new_edition(made, "2025Q3")
    store.save(PLAN, made)
    plan = healthplan.plan(PLAN, cut_off="2025-10-10")
    row = plan.gaps.set_index("target_id").loc[target]
    assert (row["status"], row["rests_on"], plan.as_of) == ("at_risk", "quarter", 2025)
    assert row["latest_value"] == pytest.approx(figure) and row["gap"] == pytest.approx(one["goal_value"] * 0.1)
    card = plan.card.set_index("target_id").loc[target]
    assert "截至2025年9月30日" in card["now"] and "据科室填报" in card["why"]
    assert any(edition in sentence for sentence in answer_sentences(plan))
    assert healthplan.plan(PLAN, as_of=2025).gaps.set_index("target_id").loc[target, "rests_on"] != "quarter"


def test_nothing_judged_by_that_day_is_an_error_and_not_an_answer(space):
    with pytest.raises(UsageError, match="LEDGER-SILENT"):
        healthplan.plan(PLAN, cut_off="2025-03-31")


def test_a_later_goal_is_projected_from_the_year_so_far(space):
    target = due_in(2027)[0]
    one = task(target)
    before = healthplan.plan(PLAN, as_of=2025)
    known = before.gaps.set_index("target_id").loc[target, "latest_value"]
    made = ledger(
        [one], [{"task_id": one["task_id"], "quarter": "2025Q2", "value": known * 1.05, "cut_off": "2025-06-30"}]
    )
    store.save(PLAN, judge.new_edition(made, "2025Q2")[0])
    now = healthplan.plan(PLAN, cut_off="2025-06-30")
    row = now.gaps.set_index("target_id").loc[target]
    assert (row["latest_year"], row["latest_value"]) == (2025, pytest.approx(known * 1.05))
    assert "estimated" in row["qualifier"] and row["rests_on"] != "quarter"


def test_a_closed_year_becomes_observations_with_their_source(space):
    target = due_in(2027)[0]
    one = task(target)
    quarters = [
        {"task_id": one["task_id"], "quarter": f"2025Q{n}", "value": 10.0 + n, "cut_off": f"2025-{3 * n:02}-28"}
        for n in range(1, 5)
    ]
    annual = {"task_id": one["task_id"], "quarter": "2021", "value": 9.0}
    known = load_registers()
    made = ledger([one], [*quarters, annual])
    open_year = feed.observations(made, load_plan(PLAN).targets, known.indicators)
    assert open_year["year"].tolist() == [2021]
    closed = store.with_rows(made, returns=[feed.closing(PLAN, 2025, pd.Timestamp("2026-01-15").date())])
    rows = feed.observations(closed, load_plan(PLAN).targets, known.indicators)
    row = rows[rows["year"] == 2025].iloc[0]
    assert row["value"] == 14.0
    assert row["source"] == "医政科 2025Q4 s1 2025-12-28"


def test_a_count_is_no_rate_and_an_amount_added_is_no_stock(space):
    known, targets = load_registers(), load_plan(PLAN).targets
    rates = targets[targets["unit"].str.contains("/") & (targets["state"] == "current")]["target_id"].iloc[0]
    counted = task(rates, unit="人")
    added = targets[targets["comparator"] == "increase_by"]["target_id"].iloc[0]
    entries = [{"task_id": one[-4:], "quarter": "2021", "value": 312.0} for one in (rates, added)]
    made = ledger([counted, task(added)], entries)
    assert feed.observations(made, targets, known.indicators).empty


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_card_shows_each_quarter_of_its_goal_as_the_ledger_has_it(lang):
    plan = healthplan.plan("demo-2027", cut_off="2025-12-31", lang=lang)
    by_ledger = plan.gaps[plan.gaps["rests_on"] == "quarter"]["target_id"].tolist()
    page = html.fromstring(healthplan.section(plan, "cards"))
    said = pd.read_csv(workspace.data("plans", "demo-2027", "ledger", "verdicts.csv"))
    said = said[said["quarter"].str[:4] == "2025"].drop_duplicates(["task_id", "quarter"], keep="last")
    assert len(by_ledger) > 2
    for target in by_ledger:
        rows = page.xpath(f"//article[@id='{target}']//table[@class='years']//tr")
        rows = [[cell.text_content() for cell in row.xpath("./td[position() > 0]")] for row in rows]
        wanted = said[said["task_id"] == target.removeprefix("demo-2027-")].sort_values("quarter")
        for shown, column in zip(rows[1:], ("expected", "to_date"), strict=True):
            assert [float(words.replace(",", "")) for words in shown] == pytest.approx(wanted[column], rel=5e-3)
