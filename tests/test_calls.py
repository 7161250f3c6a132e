"""Our own calls scored: the replay sees only the past, whole arrays agree with the measures,
figures by hand."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from conftest import shared
from gap_cases import AHEAD, RISING, figures, indicator, projected, target
from gap_cases import gaps as estimated

from healthplan.calls import events, ours, score
from healthplan.calls.events import BOTH, HOLD, REACH
from healthplan.calls.measures import published_measures
from healthplan.calls.ours import word_history
from healthplan.calls.replay import probabilities
from healthplan.calls.rules import PUBLISHED, TRIVIAL
from healthplan.calls.score import note, readable, reliability_of_calls, score_calls
from healthplan.distribution import probability
from healthplan.projection import project
from healthplan.published import PUBLISHED as MEASURES
from healthplan.published.measure import goals
from healthplan.report.sections.method import measures

WAY = {1: "increase", -1: "decrease"}


def long_table(series: dict[str, list[float]], first: int = 2000, kind: str = "rate"):
    rows = [
        ("x", area, first + k, value, "", kind) for area, values in series.items() for k, value in enumerate(values)
    ]
    return pd.DataFrame(rows, columns=["indicator", "area", "year", "value", "unit", "indicator_kind"])


@pytest.fixture(scope="module")
def drawn():
    """60 series of every temper: trends, noise, shares near their edge, a few zeros."""
    rng = np.random.default_rng(11)
    series = {}
    for k in range(60):
        steps = rng.normal(rng.normal(0, 0.05), 0.08, 14)
        values = 50 * np.exp(np.cumsum(steps))
        if k % 7 == 0:
            values[rng.integers(0, 14)] = 0
        series[f"s{k}"] = values.tolist()
    return long_table(series)


@pytest.fixture(scope="module")
def replayed(drawn):
    book = events.read_book(drawn)
    return book, events.judgements(book, kind="reach")


class TestPublishedRules:
    """Each published measure, replayed in arrays of many goals, says what it says of one goal alone."""

    @pytest.mark.parametrize("rule", PUBLISHED, ids=lambda rule: rule.name)
    def test_the_replay_asks_with_the_figures_of_the_time(self, replayed, rule):
        book, j = replayed
        got = rule.judge(book, j)
        measure = MEASURES[rule.name]
        for i in np.random.default_rng(3).choice(len(j), 150, replace=False):
            values = book.values[j.series[i], : j.now[i] + 1]
            base = max(j.origin[i] - 5, 0)
            alone = goals(
                base_year=base, base=values[base], year=j.now[i], value=values[-1], target=j.goal[i],
                target_year=j.due[i], direction=WAY[int(j.sign[i])], years=np.arange(len(values))[None],
                values=values[None], zero=measure.zero,
            )  # fmt: skip
            assert got[i] == measure.function(alone).place[0]

    def test_escap_on_shares_uses_the_logit(self):
        rising = [50, 55, 61, 66, 70, 76, 79, 84]
        book = events.read_book(long_table({"a": rising}, kind="share"))
        j = events.judgements(book, horizon=1)
        odds = [v / (100 - v) for v in rising]
        rule = next(r for r in PUBLISHED if r.name == "escap")
        for place, now, goal, sign in zip(rule.judge(book, j), j.now, j.goal, j.sign, strict=True):
            ahead = odds[now] * (odds[now] / odds[0]) ** (1 / now)
            assert (place == 0) == (sign * (100 * ahead / (1 + ahead) - goal) >= 0)

    def test_every_published_measure_with_classes_is_replayed(self):
        assert [rule.name for rule in PUBLISHED] == [m.name for m in MEASURES.values() if m.positive]


class TestMeasuresOfGoals:
    """What the published measures say of each goal, beside our own status."""

    def gaps(self, known, **changes):
        found = estimated(target(**changes), known, projected(AHEAD), indicator())
        return found, published_measures(found, known, indicator())

    def test_one_row_a_goal_and_measure_with_the_sources_own_words(self):
        _, table = self.gaps(figures(RISING), value=90)
        assert table["measure"].to_list() == list(MEASURES)
        rows = table.set_index("measure")
        # RISING from 70 in 2020 to 78 in 2024, 90 asked for in 2027: 8 of 20 points in 4 of 7 years
        assert rows.loc["sdsn", "value"] == pytest.approx((8 / 20) / (4 / 7))
        assert rows.loc["sdsn", "class"] == "moderate"
        assert rows.loc["imihigo", "value"] == pytest.approx(100 * 78 / 90)
        assert (rows["version"] != "").all() and rows.loc["gm11", "source"].startswith("GM(1,1)")

    def test_no_pace_is_taken_from_two_figures_or_across_a_break(self):
        assert self.gaps(figures({2023: 70.0, 2024: 78.0}), value=90)[1].empty
        jump = figures({2019: 20.0, 2020: 22.0, 2021: 23.0, 2022: 74.0, 2023: 76.0, 2024: 78.0},
                       obs_status={y: "break" if y == 2022 else "final" for y in range(2019, 2025)})  # fmt: skip
        rows = self.gaps(jump, value=90)[1].set_index("measure")
        assert rows.loc["sdsn", "value"] == pytest.approx((4 / 16) / (2 / 5))  # from 74 in 2022
        assert self.gaps(jump[jump["year"] != 2023], value=90)[1].empty

    def test_another_area_never_enters(self):
        known = pd.concat([figures(RISING), figures(dict.fromkeys(range(2018, 2025), 99.0), area="demo")])
        _, alone = self.gaps(figures(RISING), value=90)
        _, beside = self.gaps(known, value=90)
        pd.testing.assert_frame_equal(alone, beside)

    @pytest.mark.parametrize("lang", ["zh", "en"])
    def test_the_page_names_every_measure_with_its_version(self, lang):
        _, table = self.gaps(figures(RISING), value=90)
        card = pd.DataFrame({"target_id": ["p-t001"], "name": ["某项目标"]})
        page = measures(SimpleNamespace(measures=table, card=card, lang=lang))
        assert "某项目标" in page and "sdg-build 139fede7" in page
        assert ("进展中等" in page) == (lang == "zh")
        assert measures(SimpleNamespace(measures=table.iloc[:0], card=card, lang=lang)) == ""

    def test_a_new_measure_shows_without_a_line_elsewhere(self, monkeypatch):
        new = replace(
            MEASURES["sdsn"],
            name="new",
            source="somebody",
            version="new-1",
            words=("up", "half", "flat", "down"),
        )
        monkeypatch.setitem(MEASURES, "new", new)
        _, table = self.gaps(figures(RISING), value=90)
        card = pd.DataFrame({"target_id": ["p-t001"], "name": ["x"]})
        page = measures(SimpleNamespace(measures=table, card=card, lang="en"))
        assert "half" in page and "new: somebody, version new-1" in page


class TestByHand:
    def scored(self, table, rules):
        book = events.read_book(table)
        j = events.judgements(book, kind=REACH, factors=(1.1,))
        return pd.DataFrame([score.published_row(rule, book, j) for rule in rules]).set_index("rule")

    def test_events_of_one_series(self):
        # seven years: origins are years 5 and 6; from the first 1 and 2 years ahead, from the second 1
        book = events.read_book(long_table({"a": [10, 10, 10, 10, 10, 12, 12]}))
        j = events.judgements(book, factors=(0.9, 1.1))
        assert len(set(j.event)) == 6
        assert len(j) == 8  # the events two years ahead are judged twice
        rising = j.sign > 0
        assert j.met[rising & (j.origin == 4)].all()  # 10 -> 12 reaches 11
        assert not j.met[rising & (j.origin == 5)].any()
        assert not j.met[~rising].any()

    def test_a_rule_that_changes_its_mind_is_counted(self):
        table = long_table({"a": [10, 10, 10, 10, 10, 12, 10]})
        scored = self.scored(table, TRIVIAL)
        # goal 11: due year 6 (came true), due year 7 (did not), and goal 13.2 due year 7 (did not)
        assert scored.loc["always_met", "right"] == pytest.approx(1 / 4)
        assert scored.loc["never_met", "right"] == pytest.approx(3 / 4)
        # as it stands: no, no, then yes after the 12 came in, no
        assert scored.loc["last_value", "right"] == pytest.approx(2 / 4)
        assert scored.loc["last_value", "flips"] == 1
        assert scored.loc["never_met", "flips"] == 0
        assert scored.loc["last_value", "right_throughout"] == pytest.approx(1 / 3)
        assert scored.loc["last_value", "judgements"] == 4

    def test_abstaining_counts_as_wrong(self):
        table = long_table({"a": [0, 5, 6, 8, 9, 12, 15]})
        scored = self.scored(table, PUBLISHED)
        assert scored.loc["gm11", "abstained"] == 1  # GM(1,1) refuses a zero
        assert scored.loc["gm11", "right"] == 0

    def test_only_goals_in_the_known_direction_are_asked(self):
        table = long_table({"a": [10, 11, 12, 13, 14, 15, 16]})
        registry = pd.DataFrame({"indicator": ["x"], "direction": ["increase"]})
        book = events.read_book(table, registry)
        assert set(events.judgements(book).sign) == {1}
        assert set(events.judgements(book, kind=HOLD).factor) == {0.8, 0.9}

    def test_holding_is_the_other_side_of_reaching(self, replayed):
        book, j = replayed
        hold = events.judgements(book, kind=HOLD)
        assert len(hold) == len(j)
        assert (hold.sign == -j.sign).all()
        assert (hold.met != j.met).mean() > 0.99  # both only at exact equality

    def test_both_kinds_together_are_all_of_each(self, replayed):
        book, j = replayed
        both = events.judgements(book, kind=BOTH)
        assert len(both) == 2 * len(j)
        assert both.met.mean() == pytest.approx(0.5, abs=0.01)
        with pytest.raises(ValueError, match="kind"):
            events.judgements(book, kind="other")

    def test_too_short_broken_or_constant_series_are_left_out(self):
        table = long_table({"short": [1, 2, 3, 4, 5], "flat": [3] * 9, "ok": [1, 2, 3, 4, 5, 6]})
        assert events.read_book(table).names["area"].to_list() == ["ok"]
        gap = table[(table["area"] != "ok") | (table["year"] != 2003)]
        assert score_calls(gap).empty
        assert score_calls(gap, project=project, chance=probability).empty

    def test_the_longest_run_is_taken_and_of_equal_ones_the_latest(self):
        table = long_table({"a": list(range(1, 16))})
        book = events.read_book(table[~table["year"].isin([2007])])
        assert (book.values[0, 0], book.n[0]) == (9, 7)  # from 2008

    def test_a_run_begins_anew_with_a_new_definition(self):
        table = long_table({"a": list(range(1, 15))}).assign(obs_status="final")
        table.loc[table["year"] == 2006, "obs_status"] = "break"
        book = events.read_book(table)
        assert (book.values[0, 0], book.n[0]) == (7, 8)  # from 2006
        table.loc[table["year"] == 2010, "obs_status"] = "break"
        assert events.read_book(table).values[0, 0] == 1  # from 2000

    def test_quarters_are_not_years(self):
        table = long_table({"a": [1, 2, 3, 4, 5, 6]})
        quarters = table.assign(period="Q1")
        assert events.read_book(pd.concat([table, quarters])).n.tolist() == [6]
        assert not len(events.read_book(quarters).n)

    def test_origins_can_be_limited(self, drawn):
        book = events.read_book(drawn)
        few = events.judgements(book, origins=2)
        assert all(len(set(few.origin[few.series == s])) <= 2 for s in range(5))


class TestHistory:
    def tables(self, *words):
        return {2020 + k: pd.DataFrame({"target_id": ["t1"], "status": [w]}) for k, w in enumerate(words)}

    def test_a_word_since_when_and_how_often_it_changed(self):
        told = word_history(self.tables("at_risk", "on_course", "on_course")).iloc[0]
        assert told.tolist() == ["t1", "on_course", 2021, 1, 3]

    def test_what_is_not_judged_ahead_has_no_word(self):
        assert word_history({}).empty
        assert word_history(self.tables("at_risk", "met")).empty
        assert word_history(self.tables("no_data", "at_risk"))["judged"].tolist() == [1]


def test_the_words_of_past_goals_are_those_of_the_rule():
    # 10, 11, ... 17: to reach 20 by the tenth year; the pace of one a year gets there
    book = events.read_book(long_table({"a": list(range(10, 20))}))
    now, due = np.array([5, 6, 7]), np.full(3, 9)
    same = np.zeros(3, int)
    j = events.Judgements(same, same, np.full(3, 5), now, due, np.ones(3), np.full(3, 19.0), np.ones(3, int), np.ones(3, bool))  # fmt: skip
    words = ours.said(np.array([0.5, 0.85, 0.97]), book, j)
    assert words.tolist() == ["at_risk", "at_risk", "on_course"]  # .8 + .16 / 3 = .853
    assert ours.colours(words).tolist() == [1, 1, 0]


class TestReplay:
    def test_the_future_is_not_seen(self, drawn):
        book = events.read_book(drawn[drawn["area"].isin([f"s{k}" for k in range(1, 6)])])
        j = events.judgements(book, horizon=2)
        known = probabilities(book, j, drawn, None, project, probability)
        changed = book.values.copy()
        cut = 8
        changed[:, cut + 1 :] *= 3
        other = replace(book, values=changed)
        again = probabilities(other, j, drawn, None, project, probability)
        early = j.now <= cut
        assert np.allclose(known[early], again[early])
        assert not np.allclose(known[~early], again[~early])

    def test_ours_comes_first_and_its_probabilities_are_scored(self, drawn):
        scored = score_calls(drawn, project=project, chance=probability, origins=3)
        assert scored["rule"].to_list()[0] == "healthplan"
        assert len(set(scored["judgements"])) == 1  # identical events for every rule
        table = reliability_of_calls(drawn, project=project, chance=probability, origins=3)
        assert table["n"].sum() == scored["judgements"].iloc[0]
        assert table["said"].between(table["from"], table["to"]).all()

    def test_without_a_projection_our_rule_is_left_out(self, drawn):
        assert "healthplan" not in set(score_calls(drawn)["rule"])


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_table_has_a_name_for_every_rule_and_a_sentence_that_says_what_was_asked(drawn, lang):
    scored = score_calls(drawn, project=project, chance=probability, origins=2)
    table = readable(scored, lang)
    assert len(table) == len(scored)
    assert not table.iloc[:, 0].isin(scored["rule"]).any()
    assert "%" in table.iloc[0, 2]
    assert f"{int(scored['judgements'].iloc[0]):,}" in note(scored, lang)
    assert note(scored.iloc[:0], lang) != note(scored, lang)


def test_on_the_health_panel_we_are_right_more_often_and_our_words_change_less_than_published_ones():
    panel = pd.read_parquet(shared("bench", "health_panel.parquet"))
    chosen = panel["series_id"].drop_duplicates().iloc[1::24]
    part = panel[panel["series_id"].isin(chosen)]
    table = part.rename(columns={"series_id": "area", "kind": "indicator_kind"})
    table = table[["indicator", "area", "year", "value", "unit", "indicator_kind"]]
    scored = score_calls(table, project=project, chance=probability, origins=5)
    scored = scored.set_index("rule")
    mine = scored.loc["healthplan"]
    for rule in PUBLISHED:
        assert mine["right"] > scored.loc[rule.name, "right"], rule.name
        if rule.name != "gm11":  # a smooth curve, wrong more often
            assert mine["word_flips"] < scored.loc[rule.name, "word_flips"], rule.name
    for trivial in ("always_met", "never_met", "same_call", "last_value", "last_outcome"):
        assert mine["right"] > scored.loc[trivial, "right"], trivial
    assert mine["word_flips"] < scored.loc["last_value", "word_flips"]
    assert mine["right_throughout"] > scored.loc["last_value", "right_throughout"]
