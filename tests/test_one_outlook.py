"""One goal, one outlook: every printed figure is worked out again from the gap table, to the last digit shown, and what
a sentence says would change the status does change it."""

import math
import re
from functools import cache
from itertools import product

import pandas as pd
import pytest
from gap_cases import AHEAD, AREAS, RISING, figures, gaps, indicator, projected, series, target
from gap_cases import gap as judged
from whole_line import all_observations

from healthplan import tables
from healthplan.explanations import explain
from healthplan.explanations.scorecards import charts, scorecard
from healthplan.explanations.scorecards import told as told_rows
from healthplan.judging import judge, things_needed
from healthplan.judging.outlook import as_judged
from healthplan.judging.scenarios import scenarios
from healthplan.judging.statuses import ON_COURSE
from healthplan.judging.threshold import bar_of
from healthplan.language import comparators
from healthplan.language.phrases import goal as goal_words
from healthplan.language.phrases import half_up, number, points, probability, quantity
from healthplan.language.units import written_unit
from healthplan.line import plan_observations, project_plan
from healthplan.messages import part, text
from healthplan.plans import load_plan, plan_ids
from healthplan.projection import project
from healthplan.registers import load_areas, load_indicators

LANGUAGES = ("zh", "en")
KINDS = {  # a rising or falling series of each kind, with what it is of
    "share": ("%", 100, 62.0, 1.3),
    "rate": ("1/10万", 100_000, 31.0, -0.7),
    "rare": ("1/10万", 100_000, 12.0, -0.3),
    "level": ("人/千人", 1000, 2.8, 0.06),
    "count": ("张", None, 4100.0, 37.0),
    "event": ("例", None, 3.0, 0.0),
}
WIGGLE = (0.0, 0.4, -0.5, 0.3, -0.2, 0.1, -0.4, 0.5, 0.0)


def generated(direction: float):
    """A plan with every comparator at every kind of indicator, its figures of 2016-2024 and their projections;
    ``direction`` -1 turns every series around."""
    registry, known, goals = [], [], []
    for kind, (unit, per, start, pace) in KINDS.items():
        base = {"rare": "rate"}.get(kind, kind)
        falling = kind in ("rate", "rare", "event")
        below = {"level": "people", "share": "people", "rate": "people", "rare": "live_births"}.get(kind, "")
        registry.append(indicator(
            indicator=kind, unit=unit, indicator_kind=base, per=per, denominator=below, name_zh=f"指标{kind}",
            direction="decrease" if falling else "increase", upper_bound=100 if kind == "share" else None))  # fmt: skip
        values = {}
        for year, wiggle in zip(range(2016, 2025), WIGGLE, strict=True):
            value = start + direction * pace * (year - 2020) + wiggle * abs(pace)
            values[year] = float(round(abs(value), 2)) if kind != "event" else float(3 + (year % 3))
        known.append(figures(values, indicator=kind, unit=unit))
        latest = values[2024]
        for comparator, far in product(comparators.ALL, (0.97, 1.0, 1.04)):
            value = {"increase_by": 2.0, "increase_by_pct": 4.0, "growth_max": 3.0}.get(comparator, latest * far)
            goals.append({
                "indicator": kind, "comparator": comparator, "value": round(value * (far if value < 5 else 1), 2),
                "value_high": round(latest * 1.1, 2) if comparator == "range" else None,
                "unit": "%" if comparator in comparators.PERCENT else unit, "deadline": "2027",
                "reference": "city" if comparator in comparators.RELATIVE else "",
                "baseline": values[2022] if comparator in comparators.CHANGES else None})  # fmt: skip
    for name, size in (("people", 800_000.0), ("live_births", 6_000.0)):
        registry.append(indicator(indicator=name, unit="人", indicator_kind="count", per=None, upper_bound=None))
        known.append(figures({y: size - 900 * (y - 2020) * (size > 1e5) for y in range(2016, 2025)},
                             indicator=name, unit="人"))  # fmt: skip
    city = [frame.assign(area="city", value=frame["value"] * 1.02) for frame in known]
    known = pd.concat([*known, *city], ignore_index=True)
    registry = pd.concat(registry, ignore_index=True)
    targets = pd.concat(
        [target(target_id=f"p-t{n:03d}", **goal) for n, goal in enumerate(goals, 1)],
        ignore_index=True,
    )
    chosen = pd.concat(
        [series(target_id=g["target_id"], indicator=g["indicator"]) for g in targets.to_dict("records")],
        ignore_index=True,
    )
    paths = project(known, registry, to=2027, as_of=2024)
    areas = AREAS.assign(parent=["city", ""], rank=["district", "city"])
    found = judge(targets, paths, known, registry, chosen, areas, as_of=2024, base_year=2022).whole()
    return found, targets, known, paths, registry, areas, chosen, 2024


@cache
def told(which: str, year: int):
    """Everything that is made of a plan at a year."""
    if not year:
        return generated(1.0 if which == "towards" else -1.0)
    plan, registry, areas = load_plan(which), load_indicators(), load_areas()
    known = all_observations(as_of=year, area=plan.area)
    paths = project_plan(plan, known, registry, areas, as_of=year, method="ensemble")
    used = plan_observations(plan, known, registry, areas)
    found = judge(plan.targets, paths, used, registry, plan.series, areas, **plan.judged_at(year)).whole()
    return found, plan.targets, used, paths, registry, areas, plan.series, year


NO_YEARS = tables.empty("years")
CASES = [("towards", 0), ("away", 0), *product(plan_ids(), (2022, 2024))]


def unit_of(gap, targets, registry):
    target = targets.set_index("target_id").loc[gap["target_id"]]
    measured = gap["data_indicator"] or target["indicator"]
    return written_unit(registry.set_index("indicator").loc[measured])


@pytest.mark.parametrize(("which", "year"), CASES)
def test_gap_and_probability_belong_to_the_projection_printed(which, year):
    found = told(which, year)[0]
    for gap in found.to_dict("records"):
        decided = gap["deadline_value"] if pd.notna(gap["deadline_value"]) else gap["projected_value"]
        if pd.isna(gap["gap"]) or pd.isna(decided):
            continue
        assert gap["gap"] == pytest.approx(bar_of(gap).shortfall(decided), abs=1e-9), gap["target_id"]
        if pd.notna(gap["gap_lower"]):
            assert gap["gap_lower"] - 1e-9 <= gap["gap"] <= gap["gap_upper"] + 1e-9
        if pd.notna(gap["probability_met"]) and not bar_of(gap).strict and pd.isna(gap["goal_tolerance"]):
            likely = gap["probability_met"] >= 0.5 - 1e-6
            assert likely == (gap["gap"] <= 1e-9) or (bar_of(gap).low is not None and bar_of(gap).high is not None)


@pytest.mark.parametrize(("which", "year"), CASES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_cell_of_the_scorecard_is_the_gap_table_rounded_once(which, year, lang):
    found, targets, _, _, registry, areas, chosen, _ = told(which, year)
    rows = told_rows(found, targets, registry, areas, series=chosen, years=NO_YEARS, lang=lang)
    card = scorecard(rows, lang).set_index("target_id")
    for gap in found.to_dict("records"):
        row, unit = card.loc[gap["target_id"]], unit_of(gap, targets, registry)
        assert row["probability"] == probability(gap["probability_met"], lang)
        if pd.notna(gap["projected_value"]) and pd.notna(gap["projected_lower_95"]):
            low, high = (number(gap[f"projected_{end}_95"]) for end in ("lower", "upper"))
            value = quantity(gap["projected_value"], unit, lang)
            words = text("scorecard.outlook", lang, value=value, low=low, high=high)
            assert words in row["outlook"]
            if not row["outlook"].startswith(words):
                per = registry.set_index("indicator").loc[gap["data_indicator"], "per"]
                middle = round(gap["projected_value"] * gap["exposure"] / per)
                assert re.search(r"[\d,]+", row["outlook"])[0] == number(middle)
        if pd.notna(gap["gap"]) and gap["gap"] != 0:
            inside = text("scorecard.gap_inside", lang)
            if (
                pd.notna(gap["expected_events"]) and gap["gap"] <= 0
            ):  # of rare events what is expected and what is allowed
                assert (
                    number(half_up(gap["expected_events"], 1)) in row["gap"]
                    and str(gap["allowed_events"]) in row["gap"]
                )
            else:
                assert points(abs(gap["gap"]), unit, lang) in row["gap"] or row["gap"] == inside
        if pd.notna(shown := gap["deadline_value"]) or pd.notna(shown := gap["latest_value"]):
            assert quantity(shown, unit, lang) in row["now"]


def printed(gap, unit, lang):
    """What each field of a sentence must read, from the gap table alone."""
    say = lambda name: "—" if pd.isna(gap[name]) else quantity(gap[name], unit, lang)  # noqa: E731
    apart = lambda name: "—" if pd.isna(gap[name]) else points(gap[name], unit, lang)  # noqa: E731
    return {
        "latest": say("latest_value"), "at_deadline": say("deadline_value"), "projected": say("projected_value"),
        "nowcast": say("nowcast"), "gap": apart("gap"), "needed_from_today": apart("needed_from_today"),
        "probability": probability(gap["probability_met"], lang), "observed": apart("observed_rate"),
        "required": apart("required_rate"), "lower": number(gap["projected_lower_95"]),
        "upper": number(gap["projected_upper_95"]), "reference_value": say("reference_value"),
        "reference_projected": say("reference_projected"), "expected": number(gap["expected_events"]),
        "allowed": str(gap["allowed_events"]), "latest_year": str(gap["latest_year"]),
        "deadline_year": str(gap["deadline_year"]), "pooled_count": str(gap["pooled_count"]),
        "sure": probability(ON_COURSE, lang),
    }  # fmt: skip


def fields_in(sentence: str, code: str, lang: str):
    """The fields of the catalogue's sentence as they stand in what was told."""
    pieces = re.split(r"\{(\w+)\}", part("gaps")[code][lang])
    seen, pattern = set(), ""
    for n, piece in enumerate(pieces):
        if n % 2 == 0:
            pattern += re.escape(piece)
        else:
            holds = r"\d+" if piece.endswith("year") else ".*?"
            pattern += f"(?P={piece})" if piece in seen else f"(?P<{piece}>{holds})"
            seen.add(piece)
    match = re.search(pattern + (r"(?=\s|$)" if lang == "en" else ""), sentence)
    assert match, (code, sentence)
    return match.groupdict()


@pytest.mark.parametrize(("which", "year"), CASES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_figure_in_a_sentence_is_the_gap_table_rounded_once(which, year, lang):
    found, targets, _, _, registry, areas, chosen, _ = told(which, year)
    sentences = explain(found, targets, registry, areas, series=chosen, years=NO_YEARS, lang=lang).to_dict("records")
    for gap, row in zip(found.to_dict("records"), sentences, strict=True):
        wanted = printed(gap, unit_of(gap, targets, registry), lang)
        # told from the table years, which is not given here, and behind other sentences of one year
        codes = [c for c in gap["why"].split(";") if c not in ("years_so_far", "each_count")]
        for code in [*codes, gap["flip"]]:
            words = row["flip"] if code.startswith("flip_") else row["why"]
            read = fields_in(words, code, lang)
            for name in set(read) & set(wanted):
                once = {
                    wanted[name],
                    text("gaps.in_all", lang, value=wanted[name]),
                }  # a sum says so
                assert read[name] in once, (gap["target_id"], code, name)


@pytest.mark.parametrize(("which", "year"), CASES)
def test_things_and_scenarios_are_read_from_the_gap_table(which, year):
    found, _, known, paths, registry, areas, _, as_of = told(which, year)
    rows = found.set_index("target_id")
    things = things_needed(found, known, paths, registry, as_of=as_of)
    for thing in things.to_dict("records"):
        gap, per = (
            rows.loc[thing["target_id"]],
            registry.set_index("indicator").loc[thing["indicator"], "per"],
        )
        then = thing["population_then"] / per if pd.notna(per) else 1.0
        if thing["what"] == "add":
            assert thing["projected"] == pytest.approx(gap["projected_value"] * then, nan_ok=True)
            assert thing["beyond_projection"] == pytest.approx(gap["gap"] * then, abs=1e-6, nan_ok=True)
            assert thing["to_add"] == pytest.approx(thing["required"] - thing["stock"] + thing["leavers"])
        else:
            assert thing["beyond_projection"] == pytest.approx(thing["projected"] - thing["required"])
        assert gap["status"] not in (
            "superseded",
            "conflicting",
            "met",
            "missed",
            "due_unconfirmed",
        )
        assert thing["per_year"] == 0 or thing["to_add"] > 0 or pd.isna(thing["per_year"])
    paces = scenarios(found, paths, known, registry, areas, as_of=as_of)
    for end in paces[paces["at_deadline"]].to_dict("records"):
        gap = rows.loc[end["target_id"]]
        assert end["gap"] == pytest.approx(bar_of(gap).shortfall(end["value"]))
        if end["scenario"] == "as_now":
            assert end["value"] == gap["projected_value"]
            assert math.isclose(end["gap"], bar_of(gap).shortfall(gap["projected_value"]))


def of_series(paths, gap):
    """The rows of the series that a gap rests on."""
    named = {name: gap[f"data_{name}"] for name in ("indicator", "area", "group")}
    return (paths[list(named)] == pd.Series(named)).all(axis=1)


# --- what is asked for decides -----------------------------------------------------------------


NOTHING = projected({})
JUDGED = {"met", "missed", "met_holding", "met_slipping", "on_course", "at_risk", "off_course"}
STEADY = {2022: 70.0, 2023: 72.0, 2024: 74.0}


@pytest.mark.parametrize(
    ("before", "flip", "after"),
    [
        ({"targets": target(deadline="2023"), "known": figures({2022: 80.0})}, "flip_due",
         {"targets": target(deadline="2023"), "known": figures({2022: 80.0, 2023: 81.0})}),
        ({"known": figures({}), "ahead": NOTHING}, "flip_collect", {"known": figures(STEADY), "ahead": NOTHING}),
        ({"known": figures({2024: 70.0}), "ahead": NOTHING}, "flip_collect", {"known": figures(STEADY), "ahead": NOTHING}),
        ({"targets": target(deadline=""), "ahead": NOTHING}, "flip_deadline", {}),
        ({"targets": target(unit="元")}, "flip_unit", {}),
        ({"targets": target(comparator="increase_by", value=4.0)}, "flip_baseline",
         {"targets": target(comparator="increase_by", value=4.0, baseline=78.0)}),
        ({"targets": target(comparator="increase_by", value=4.0, deadline="2023"), "known": figures({2022: 80.0})},
         "flip_due_baseline",
         {"targets": target(comparator="increase_by", value=4.0, deadline="2023", baseline=78.0),
          "known": figures({2022: 80.0, 2023: 81.0})}),
        ({"targets": target(comparator="increase_by", value=4.0, deadline="2023"),
          "known": figures({2022: 80.0, 2023: 81.0})}, "flip_baseline",
         {"targets": target(comparator="increase_by", value=4.0, deadline="2023", baseline=78.0),
          "known": figures({2022: 80.0, 2023: 81.0})}),
        ({"targets": target(comparator="reference", reference="city"),
          "known": pd.concat([figures(RISING), figures({2017: 60.0, 2018: 61.0}, area="city")], ignore_index=True),
          "ahead": pd.concat([projected(AHEAD), projected(AHEAD, area="city")], ignore_index=True)}, "flip_reference_old",
         {"targets": target(comparator="reference", reference="city"),
          "known": pd.concat([figures(RISING), figures({2018: 61.0, 2024: 70.0}, area="city")], ignore_index=True),
          "ahead": pd.concat([projected(AHEAD), projected(AHEAD, area="city")], ignore_index=True)}),
        ({"targets": target(comparator="reference", reference="city")}, "flip_reference",
         {"targets": target(comparator="reference", reference="city"),
          "known": pd.concat([figures(RISING), figures(RISING, area="city")], ignore_index=True),
          "ahead": pd.concat([projected(AHEAD), projected(AHEAD, area="city")], ignore_index=True)}),
    ],
)  # fmt: skip
def test_what_is_asked_for_decides_the_goal_once_it_is_there(before, flip, after):
    was, then = judged(**before), judged(**after)
    assert was["flip"] == flip
    assert then["status"] in JUDGED and then["status"] != was["status"]


@pytest.mark.parametrize(
    ("known", "ahead", "worse"),
    [
        ({2022: 90.0, 2023: 88.0, 2024: 86.0}, (83.0, 2.0), True),  # away from the goal
        (
            {2022: 82.0, 2023: 83.0, 2024: 84.0},
            (81.0, 2.0),
            False,
        ),  # towards it, and yet likely lost
    ],
)
def test_a_worsening_is_said_only_where_the_figures_moved_away(known, ahead, worse):
    found = judged(known=figures(known), ahead=projected({2027: ahead}))
    assert found["status"] == "met_slipping"
    assert ("偏离目标" in found["why_zh"]) == ("moving away" in found["why_en"]) == worse


def test_a_goal_that_was_missed_shows_the_figure_of_its_year_and_a_reference_what_it_subtracts():
    goal = target(deadline="2023")
    known = figures(RISING | {2024: 90.0})
    found = gaps(goal, known)
    card = scorecard(
        told_rows(
            found.filter(regex="^(?!.*_(zh|en)$)"),
            goal,
            indicator(),
            AREAS,
            series=series(),
            years=NO_YEARS,
        )
    ).iloc[0]
    assert card["status"] == "missed" and card["now"] == "76%（2023年）"
    assert found["gap"].iloc[0] == pytest.approx(82 - 76)
    there = figures({2022: 77.0, 2023: 79.0, 2024: 80.0}, area="city")
    other = judged(goal, there, NOTHING, chosen=series("reference", "city"))
    assert "2023年79%" in other["why_zh"] and "差3个百分点" in other["why_zh"]


@pytest.mark.parametrize(
    ("comparator", "value", "unit", "zh", "en"),
    [
        ("increase_by", 0.5, "%", "提高0.5个百分点", "0.5 percentage points more"),
        ("increase_by", 0.5, "个百分点", "提高0.5个百分点", "0.5 percentage points more"),
        ("increase_by", -2.0, "天", "减少2天", "2 days less"),
        ("increase_by_pct", -20.0, "%", "下降20%", "down by 20%"),
        ("increase_by_pct", 20.0, "%", "增长20%", "up by 20%"),
        ("growth_max", -3.0, "%", "至少下降3%", "a fall of at least 3%"),
    ],
)
def test_a_change_is_told_with_its_direction_and_in_points(comparator, value, unit, zh, en):
    row = target(comparator=comparator, value=value, unit=unit).iloc[0]
    assert (goal_words(row, "zh"), goal_words(row, "en")) == (zh, en)


def test_the_chart_of_a_rare_event_marks_what_it_is_judged_by():
    found, targets, _, paths, registry, areas, chosen, _ = told("demo-2027", 2024)
    drawn = charts(told_rows(found, targets, registry, areas, series=chosen, years=NO_YEARS)).set_index("target_id")
    judged_ones = found[found["projected_value"].notna() & (found["status"] != "no_data")]
    every_year = targets.loc[targets["per"] == "year", "target_id"]  # told by their hardest year
    judged_ones = judged_ones[~judged_ones["target_id"].isin(every_year)]
    # figures of several years together are no line
    judged_ones = judged_ones[judged_ones["target_id"].isin(drawn.index)]
    for gap in judged_ones.to_dict("records"):
        shown = as_judged(paths, drawn.loc[gap["target_id"]].to_dict())
        own = of_series(shown, gap)
        end = shown[own & (shown["year"] == gap["deadline_year"])].iloc[0]
        for column, name in (
            ("value", "value"),
            ("lower_95", "lower_95"),
            ("upper_95", "upper_95"),
        ):
            assert end[column] == pytest.approx(gap[f"projected_{name}"]), gap["target_id"]
