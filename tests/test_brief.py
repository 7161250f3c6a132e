"""What leaders read of each goal: guards that one number stands behind every word, that the parts add up as they are
printed, and that nothing is called missed which is only not known."""

import re

import pandas as pd
import pytest
from conftest import ROOT

import healthplan as hp
from healthplan import tables
from healthplan.explanations.brief import _decided, band, chance_word
from healthplan.judging.changes import status_changes
from healthplan.judging.things import in_whole
from healthplan.judging.trust import trust
from healthplan.language import units
from healthplan.language.phrases import probability
from healthplan.report.sections.deliverables import deliverables
from healthplan.report.sections.first import edition

PLANS = ("demo-2027", "wansheng-2023-2025", "dazu-2027")


@pytest.fixture(scope="module", params=[(plan, lang) for plan in PLANS for lang in ("zh", "en")], ids="-".join)
def seen(request):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))
        return hp.plan(request.param[0], lang=request.param[1])


def test_every_goal_that_counts_stands_once_in_the_group_of_its_status(seen):
    card = seen.card[seen.card["counted"] & (seen.card["status"] != "superseded")]
    assert sorted(seen.brief["target_id"]) == sorted(card["target_id"])
    status = seen.gaps.set_index("target_id")["status"]
    for row in seen.brief.to_dict("records"):
        assert row["status"] == status[row["target_id"]]
        assert row["standing"] == tables.STATUS_FACTS[row["status"]]["standing"]


def test_what_needs_action_first_stands_first(seen):
    order = seen.brief["standing"].map(tables.STANDINGS.index)
    assert order.is_monotonic_increasing
    for _, own in seen.brief.groupby("standing"):
        assert own["binding"].map({"yes": 0, "": 1}).is_monotonic_increasing
        for _, alike in own.groupby("binding"):
            assert alike["chance"].dropna().is_monotonic_increasing


def test_words_are_those_of_the_scorecard_and_the_gap_table(seen):
    card = seen.card.set_index("target_id")
    gaps = seen.gaps.set_index("target_id")
    for row in seen.brief.to_dict("records"):
        told, gap = card.loc[row["target_id"]], gaps.loc[row["target_id"]]
        assert (row["name"], row["goal"], row["deadline"]) == (told["name"], told["goal"], told["deadline"])
        if row["status"] == "conflicting":
            assert not row["chance_word"] and not row["gap_value"] and not row["needed"]
            continue
        if row["gap_value"]:
            assert gap["gap"] > 0
            assert row["gap_value"] in told["gap"]
        if row["chance_word"]:
            assert row["chance_word"].endswith(probability(gap["probability_met"], seen.lang))
        if row["then"] and not row["rare"]:
            assert told["outlook"].startswith(row["then"])


def test_nothing_is_called_missed_that_is_only_not_known(seen):
    for row in seen.brief[seen.brief["standing"] == "open"].to_dict("records"):
        assert not row["gap_value"]
        assert not row["chance_word"]


def test_needed_is_what_the_trend_brings_and_the_shortfall_as_printed(seen):
    """Guards: three answers to "how much". The numbers of the sentence, in its own order: trend, then shortfall."""
    things = seen.things().set_index("target_id").to_dict("index")
    for row in seen.brief[seen.brief["standing"] == "short"].to_dict("records"):
        one = row["target_id"]
        if one in things and row["status"] == "off_course":
            whole = in_whole(things[one])
            if whole["to_add"] > 0 and things[one]["what"] == "add":
                trend = whole["to_add"] - whole["beyond_projection"]
                assert whole["required"] - whole["stock"] == whole["to_add"]
                said = re.sub(r"[\d.]+万", "", row["needed_parts"]).replace(",", "")
                for number in (abs(trend), whole["beyond_projection"]):
                    assert number >= 10_000 or str(number) in said, (row["needed_parts"], number)


def test_goals_on_the_same_events_share_a_card(seen):
    if seen.tables.about["plan_id"] != "demo-2027":
        return
    cards = seen.brief.set_index("target_id")["card"]
    assert cards["demo-2027-t004"] == cards["demo-2027-t005"]
    others = cards.drop(["demo-2027-t004", "demo-2027-t005"])
    assert (others == others.index).all()


@pytest.mark.parametrize(
    ("chance", "name", "shown"),
    [(0.804, "high", "80%"), (0.795, "high", "80%"), (0.794, "fair", "79%"), (0.5, "fair", "50%"), (0.494, "medium", "49%"),
     (0.2, "medium", "20%"), (0.194, "low", "19%"), (0.004, "low", "＜1%")],
)  # fmt: skip
def test_the_band_is_that_of_the_number_as_it_is_printed(chance, name, shown):
    """Guards: "fair 80 %" beside a key that says high from 80 % on."""
    assert band(chance) == name
    assert chance_word(chance, "zh").endswith(shown)


# --- trust -------------------------------------------------------------------------------------------------------------

GAP = {"target_id": "t1", "status": "off_course", "qualifier": "", "basis": "own", "gap": 4.0, "method": "ensemble",
       "data_indicator": "a", "data_area": "x", "data_group": ""}  # fmt: skip
PAST = {"indicator": "a", "area": "x", "group": "", "method": "ensemble", "coverage_80": 0.8, "mae": 1.0}


def graded(gap=(), past=(), years=8, rare=False):
    """Grade and reasons of one goal."""
    gaps = pd.DataFrame([{**GAP, **dict(gap)}])
    used = pd.DataFrame([{"indicator": "a", "area": "x", "group": "", "year": 2016 + n} for n in range(years)])
    used = used.reindex(columns=["indicator", "area", "group", "year"])
    compared = pd.DataFrame([] if past is None else [{**PAST, **dict(past)}], columns=list(PAST))
    events = pd.DataFrame({"target_id": ["t1"], "expected_events": [0.5 if rare else float("nan")]})
    targets = pd.DataFrame({"target_id": ["t1"], "all_of": [""], "comparator": [">="]})
    row = trust(gaps, targets, used, compared, events).iloc[0]
    return (None if pd.isna(row["trust"]) else int(row["trust"])), row["trust_why"]


def test_trust_follows_its_rule_by_hand():
    assert graded() == (3, "sound")
    assert graded(past={"coverage_80": 0.69}) == (2, "narrow")
    assert graded(past={"coverage_80": 0.70}) == (3, "sound")
    assert graded(past={"mae": 2.1}) == (2, "error")
    assert graded(past={"mae": 2.0}) == (3, "sound")
    assert graded(past={"mae": 2.1, "coverage_80": 0.5}) == (1, "narrow;error")
    assert graded(past=None, years=4) == (2, "untested")
    assert graded(past=None, years=2) == (1, "few")
    assert graded(rare=True) == (1, "rare")
    assert graded(gap={"basis": "borrowed"}) == (2, "borrowed")
    assert graded(gap={"qualifier": "no_detectable_change;preliminary"}) == (2, "preliminary")
    assert graded(gap={"status": "missed"}) == (3, "observed")
    assert graded(gap={"status": "met", "qualifier": "preliminary"}) == (2, "preliminary")
    assert graded(gap={"status": "due_unconfirmed"}) == (None, "")


# --- what changed ------------------------------------------------------------------------------------------------------

ROW = {"target_id": "t1", "status": "at_risk", "probability_met": 0.4, "latest_year": 2023, "latest_value": 70.0}


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ({}, None),
        ({"probability_met": 0.42}, None),
        ({"probability_met": 0.44, "latest_year": 2024, "latest_value": 71.0}, ("figure", False)),
        ({"status": "off_course", "probability_met": 0.1, "latest_year": 2024, "latest_value": 69.0}, ("figure", True)),
        ({"status": "missed", "probability_met": None, "latest_year": 2024}, ("due", True)),
        ({"status": "due_unconfirmed", "probability_met": None}, ("due_no_figure", True)),
        ({"status": "off_course", "probability_met": 0.1, "latest_value": 66.0}, ("revised", True)),
        ({"status": "on_course", "probability_met": 0.9}, ("none", True)),
    ],
)
def test_a_change_says_why(now, found):
    rows = status_changes(pd.DataFrame([ROW]), pd.DataFrame([{**ROW, **now}]))
    told = None if rows.empty else (rows["reason"].iloc[0], bool(rows["turned"].iloc[0]))
    assert told == found


def test_the_changes_of_the_demo_are_those_between_its_two_gap_tables():
    seen = hp.plan("demo-2027")
    year, before = seen.earlier
    assert year == seen.as_of - 1
    then, now = (frame.set_index("target_id")["status"] for frame in (before, seen.gaps))
    turned = {
        one for one in now.index
        if tables.STATUS_FACTS[then[one]]["standing"] != tables.STATUS_FACTS[now[one]]["standing"]
    }  # fmt: skip
    assert turned == set(seen.status_changes.loc[seen.status_changes["turned"], "target_id"])


# --- the first page's sentences ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "comparator", "value", "base", "said"),
    [(1600, "increase_by", 1472, 1440, "新增32张（到1,472张）"), (10, "increase_by_pct", 2320, 2281, "增长1.71%（到2,320张）"),
     (2, "increase_by", 2, 2, "新增0张（到2张）"), (10, ">=", 2, 2, "2张")],
)  # fmt: skip
def test_a_goal_stated_as_a_change_was_met_or_missed_by_a_change(change, comparator, value, base, said):
    """Guards: 1,472 beds at the deadline beside a goal of 1,600 more, which a reader takes for 128 too few."""
    goal = {"comparator": comparator, "value": change, "unit": "张", "indicator_unit": "张", "per": "", "each": "",
            "deadline_value": value, "base_value": base, "summed_since": None}  # fmt: skip
    assert _decided(goal, "zh") == said


def test_a_number_that_is_needed_is_the_least_that_meets_the_goal_wherever_it_stands(seen):
    """Guards: ≥2,509 on the chart beside 2,510 in the sentence; 400 more to come beside 393 needed."""
    things, told, chart = (f.set_index("target_id") for f in (seen.things(), seen.told, seen.charts))
    for row in seen.brief[seen.brief["need_word"] != ""].to_dict("records"):
        one = row["target_id"]
        if units.counts_things(row["unit"]) and one in things.index and things.loc[one, "what"] == "add":
            needed = in_whole(things.loc[one].to_dict())
            assert chart.loc[one, "goal_bar"].removeprefix("≥").startswith(f"{needed['required']:,}")
            if pd.notna(told.loc[one, "summed_since"]) and told.loc[one, "next_year"] == told.loc[one, "deadline_year"]:
                assert told.loc[one, "next_value"] == needed["to_add"]


def test_what_lies_above_a_ceiling_is_not_short_of_it(seen):
    told = seen.told.set_index("target_id")
    for row in seen.brief[seen.brief["gap_value"] != ""].to_dict("records"):
        goal = told.loc[row["target_id"]]
        ceiling = pd.isna(goal["goal_low"]) and pd.notna(goal["goal_high"]) and row["unit"] != units.PLACE
        assert seen.lang == "zh" or row["gap"].startswith("over by" if ceiling else "short by")


def numbers(words: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+", words)]


def test_the_sentences_count_what_the_table_holds(seen):
    """Guards: a headline, a box and a sentence that give three numbers for the same goals."""
    told, brief = seen.summary, seen.brief
    if told.empty:
        assert not brief["status"].isin(tables.statuses("judged")).any()
        return
    counts = told[told["part"] == "count"].set_index("standing")["words"].astype(int)
    assert counts.to_dict() == {one: int((brief["standing"] == one).sum()) for one in tables.STANDINGS}
    head = told.loc[told["part"] == "headline", "words"].tolist()
    assert numbers(head[0])[0] == (brief["status"] == "off_course").sum()
    assert numbers(head[1])[0] == (brief["status"] == "missed").sum()
    assert sum(1 for _ in told[told["part"] == "missed"].itertuples()) == (brief["status"] == "missed").sum()
    subs = told.loc[told["part"] == "sub", "words"].tolist()
    assert sum(numbers(subs[2])[1:]) == numbers(subs[2])[0] == (brief["status"] == "off_course").sum()
    every = seen.expected.set_index("scope").loc["all"]
    assert sorted(numbers(subs[3])[:2]) == sorted([every["judged"], round(every["expected"])])


def test_a_figure_of_another_year_says_its_year():
    """Guards: a figure of 2021 under a head of 2025."""
    seen = hp.plan("demo-2027", as_of=2026)
    ahead = seen.brief[(seen.brief["course"].str.contains("→")) & ~seen.brief["status"].isin(["met", "missed"])]
    years = seen.gaps.set_index("target_id")["latest_year"]
    assert len(ahead) > 20 and (years[ahead["target_id"]] < 2026).all()
    for row in ahead.to_dict("records"):
        assert f"（{years[row['target_id']]}年）→" in row["course"]
    now = hp.plan("demo-2027", as_of=2024).brief
    assert not now[now["status"].isin(["off_course", "on_course"])]["course"].str.contains("2024").any()


@pytest.mark.parametrize(("year", "within"), [(2024, True), (2025, False)])
def test_the_year_of_publication_is_no_past_one(year, within):
    """Guards: goals due in the year said to be ahead, and what is to be delivered in it said to be past."""
    seen = hp.plan("wanzhou-2024", as_of=year)
    shown = deliverables(seen)
    assert set(seen.tables.milestones["deadline"].str[:4]) == {"2024"} and set(shown["past"]) == {not within}
    assert ("年内" in edition(seen)[0]) == within
    assert (seen.gaps["status"] == "due_unconfirmed").any() == (not within)
