"""What a verdict rests on reaches it, from the file of figures to the words: how many there are, how old, how firm."""

import pandas as pd
import pytest
from gap_cases import AREAS, RISING, figures, gap, gaps, indicator, projected, target

from healthplan.calls.measures import published_measures
from healthplan.judging import things_needed
from healthplan.judging.scenarios import scenarios
from healthplan.line import view
from healthplan.plans import load_plan
from healthplan.projection import project
from healthplan.report.sections import goals as section

HEAD = "指标,地区,年份,数值,单位,来源,备注\n"
SURE = projected({2025: (84.0, 1.0), 2026: (85.0, 1.0), 2027: (86.0, 1.0)})  # 82 is met with > .999
PLACES = AREAS.assign(parent=["city", ""], rank=["district", "city"])
FIRM = dict.fromkeys(RISING, "final")


def nurses(tmp_path, values, remark="", as_of=2024):
    """The row of Dazu's goal of 3.9 nurses per 1,000 in 2027 with a file of figures, the last with a ``remark``."""
    last = max(values)
    rows = [f"每千人口注册护士数,大足区,{y},{v},人/千人,年报,{remark if y == last else ''}" for y, v in values.items()]
    path = tmp_path / "数据.csv"
    path.write_text(HEAD + "\n".join(rows) + "\n", encoding="utf-8")
    table = view(load_plan("dazu-2027"), files=[str(path)], as_of=as_of).gaps
    return table[table["target_id"] == "dazu-2027-t013"].iloc[0]


@pytest.mark.parametrize("points", [3, 4, 5])
def test_a_district_of_few_figures_has_an_outlook_at_the_end_of_its_plan(tmp_path, points):
    values = dict(zip(range(2024, 2019, -1), (3.4, 3.3, 3.15, 3.05, 2.9), strict=True))
    found = nurses(tmp_path, {y: values[y] for y in list(values)[:points]}, as_of=2024)
    assert 0 < found["probability_met"] < 1 and found["rests_on"] == "probability"
    assert found["projected_lower_95"] < found["projected_value"] < found["projected_upper_95"]


def test_figures_too_far_from_the_deadline_give_no_verdict_and_say_what_to_collect(tmp_path):
    found = nurses(tmp_path, {2008 + n: 2.0 + 0.3 * n for n in range(5)})
    assert (found["status"], found["reason"]) == ("no_data", "beyond_reach")
    assert found["flip"] == "flip_more" and pd.isna(found["probability_met"])


def test_old_figures_are_said_and_beyond_five_years_turn_nothing_green(tmp_path):
    # far beyond the goal of 3.9, so that any outlook is sure of it
    values = {y: 6.0 + 0.1 * (y - 2014) for y in range(2014, 2022)}
    words = [nurses(tmp_path, values, as_of=year) for year in (2023, 2024, 2026)]
    words += [nurses(tmp_path, {y - 1: v for y, v in values.items()}, as_of=2026)]
    assert [one["status"] for one in words] == ["met_holding"] * 3 + ["met_slipping"]
    told = [set(str(one["qualifier"]).split(";")) for one in words]
    assert [("old_figure" in one, "too_old" in one) for one in told] == [
        (False, False), (True, False), (True, False), (False, True),
    ]  # fmt: skip


def test_a_preliminary_figure_in_a_file_widens_the_outlook_and_is_said(tmp_path):
    values = dict(zip(range(2018, 2025), (2.6, 2.72, 2.8, 2.95, 3.0, 3.14, 3.2), strict=True))
    firm, soft = (nurses(tmp_path, values, remark) for remark in ("", "初步数"))
    assert "preliminary" in str(soft["qualifier"]) and "preliminary" not in str(firm["qualifier"])
    assert soft["projected_value"] == pytest.approx(firm["projected_value"])
    assert soft["projected_upper_95"] > firm["projected_upper_95"]
    assert soft["projected_lower_95"] < firm["projected_lower_95"]
    assert "a_year_wider" in soft["why"].split(";")


@pytest.mark.parametrize(
    ("status", "code", "ahead", "past"),
    [
        ({2024: "preliminary"}, "preliminary", "2024年的数据为初步数，还会修订", "修订后结论可能变化"),
        ({2024: "estimated"}, "estimated", "2024年的数据为估计数", "取得实际数后结论可能变化"),
        ({2024: "break"}, "break_last", "2024年口径变化，新口径只有这一年", "2024年口径变化，与以前的数据"),
        ({2023: "break"}, "one_since_break", "此后只有2024年一年的新数据", "2024年是此后第一年"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_latest_figure_is_a_qualifier_and_a_sentence(status, code, ahead, past):
    known = figures(RISING, obs_status=FIRM | status)
    found = gap(known=known, ahead=SURE)
    promised = "at_risk" if code == "break_last" else "on_course"  # one figure alone has no course
    assert (found["status"], found["qualifier"]) == (promised, code)
    assert ahead in found["why_zh"] and "预测区间因此按多推一年放宽" in found["why_zh"]
    assert "one year farther ahead" in found["why_en"]
    over = gap(target(deadline="2024", value=77), known, SURE)
    assert (over["status"], over["qualifier"]) == ("met", code)
    assert past in over["why_zh"] and "推算" not in over["why_zh"]


@pytest.mark.parametrize("status", [{2020: "break"}, {2022: "break"}, {2021: "preliminary"}, {}])
def test_what_lies_further_back_or_breaks_with_nothing_is_no_qualifier(status):
    assert gap(known=figures(RISING, obs_status=FIRM | status), ahead=SURE)["qualifier"] == ""


@pytest.mark.parametrize(
    ("as_of", "qualifier", "reach", "hold"),
    [
        (2026, "", "on_course", "met_holding"),
        (2027, "old_figure", "on_course", "met_holding"),  # three years old
        (2029, "old_figure", "on_course", "met_holding"),
        (2030, "too_old", "at_risk", "met_slipping"),  # six
    ],
)
def test_the_age_of_the_latest_figure_counts_in_years_before_the_judgement(as_of, qualifier, reach, hold):
    ahead = projected({2032: (90.0, 2.0)})
    rows = [gap(target(deadline="2032", value=v), ahead=ahead, as_of=as_of) for v in (82, 75)]
    assert [row["status"] for row in rows] == [reach, hold]
    assert {row["qualifier"] for row in rows} == {qualifier}
    for row in rows:
        assert ("2024年，距今已2年以上" in row["why_zh"]) == (qualifier == "old_figure")
        assert ("more than 5 years ago" in row["why_en"]) == (qualifier == "too_old")
        assert (row["flip"] == "flip_newer") == (qualifier == "too_old")
    missed = gap(target(deadline="2032", value=95), ahead=ahead, as_of=as_of)
    assert missed["status"] == "off_course"  # it is no lack of evidence that it lies so far off


def test_a_goal_of_several_conditions_is_as_old_as_the_oldest_of_them():
    parts = pd.concat([
        target(comparator="all_of", value=None, unit="项", all_of="p-t002;p-t003", deadline="2032"),
        target(target_id="p-t002", value=80, deadline="2032"), target(target_id="p-t003", value=81, deadline="2032"),
    ], ignore_index=True)  # fmt: skip
    ahead = projected({2032: (90.0, 2.0)})
    assert gaps(parts, ahead=ahead, as_of=2026)["status"].iloc[0] == "on_course"
    old = gaps(parts, ahead=ahead, as_of=2030).iloc[0]
    assert (old["status"], old["qualifier"]) == ("at_risk", "too_old")
    assert "距今已5年以上" in old["why_zh"] and "more than 5 years old" in old["why_en"]


# --- what is not settled, replaced or over orders and promises nothing -----------------------------


CLOSED = {
    "superseded": {"state": "superseded", "related": "p-t002"},
    "conflicting": {"state": "conflicting", "related": "p-t002"},
    "due_unconfirmed": {"deadline": "2023"},
}


@pytest.mark.parametrize(("word", "changes"), list(CLOSED.items()))
def test_a_goal_that_is_not_judged_orders_nothing_and_stands_on_no_schedule(word, changes):
    known = figures({y: v for y, v in RISING.items() if y != 2023}, numerator=7_800, denominator=10_000)
    kind = indicator(denominator="people")
    known_of = {"known": known, "ahead": SURE, "indicators": kind}
    found, open_ = gaps(target(**changes), **known_of), gaps(target(), **known_of)
    assert found["status"].tolist() == [word]
    for rows, empty in ((found, True), (open_, False)):
        ordered = things_needed(rows, known, SURE, kind, as_of=2024)
        paths = scenarios(rows, SURE, known, kind, PLACES, as_of=2024)
        assert (ordered.empty, paths.empty) == (empty, empty)
        assert published_measures(rows, known, kind).empty == empty
    if word != "due_unconfirmed":
        assert found["schedule_value"].isna().all() and found["pace_class"].tolist() == [""]
        assert found["pace_zh"].tolist() == [""] and open_["pace_zh"].item()
        assert found["gap"].notna().all()  # its figures stay


@pytest.mark.parametrize("state", ["conflicting", "superseded"])
def test_a_condition_that_is_not_settled_adds_no_chance_to_its_goal(state):
    parts = pd.concat([
        target(comparator="all_of", value=None, unit="项", all_of="p-t002;p-t003"),
        target(target_id="p-t002", value=80), target(target_id="p-t003", value=81, state=state),
    ], ignore_index=True)  # fmt: skip
    found = gaps(parts, ahead=SURE).iloc[0]
    assert (found["status"], pd.isna(found["probability_met"])) == ("no_data", True)
    assert gaps(parts.assign(state="current"), ahead=SURE)["status"].iloc[0] == "on_course"


def test_the_page_says_how_firm_and_how_old_the_latest_figure_is(tmp_path):
    path = tmp_path / "数据.csv"
    lines = [
        f"每千人口注册护士数,大足区,{y},{v},人/千人,年报,初步数" for y, v in ((2019, 2.9), (2020, 3.0), (2021, 3.2))
    ]
    path.write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    seen = view(load_plan("dazu-2027"), files=[str(path)], as_of=2024)
    html = str(section.charts(seen))
    assert "2021年的数据为初步数，还会修订。预测区间因此按多推一年放宽。" in html
    assert "最近的数据为2021年，距今已2年以上" in html


def test_one_year_without_an_event_promises_nothing_on_a_borrowed_course():
    """A course in per cent leaves nought at nought for ever; so nothing is lent to it."""
    city = pd.DataFrame({"area": "city", "parent": "", "year": range(2010, 2022), "value": [9 - 0.3 * n for n in range(12)]})  # fmt: skip
    for own in ([0.0], [5.2, 4.6, 4.4, 0.0]):
        years = range(2022 - len(own), 2022)
        district = pd.DataFrame({"area": "district", "parent": "city", "year": years, "value": own})
        both = pd.concat([city, district]).assign(indicator="imr", unit="‰", indicator_kind="rate")
        rows = project(both, to=2025)
        ahead = rows[(rows["area"] == "district") & (rows["kind"] != "observed")]
        assert "borrowed" not in set(ahead["kind"])
        assert (ahead["upper_95"] > 1).all()


def test_nothing_is_carried_over_a_hole_of_many_years():
    """2003-2014, then 2024: what ten years without a figure brought is no step like the others."""
    early = dict(zip(range(2003, 2015), (1.6 + 0.12 * n for n in range(12)), strict=True))

    def rows(values: dict[int, float]) -> pd.DataFrame:
        frame = pd.DataFrame({"year": list(values), "value": list(values.values())})
        return project(frame.assign(indicator="x", area="a", unit="人/千人"), to=2027)

    alone = rows(early | {2024: 3.01})
    assert set(alone["kind"]) == {"observed"} and set(alone["reason"]) == {"long_gap"}
    assert len(alone) == 13  # the figures stay
    since = {2022: 2.95, 2023: 2.98, 2024: 3.01}
    whole, recent = rows(early | since), rows(since)
    assert whole["breaks"].str.contains("gap_parted").all()
    ahead = whole[whole["kind"] != "observed"].reset_index(drop=True)
    kept = recent[recent["kind"] != "observed"].reset_index(drop=True)
    pd.testing.assert_series_equal(ahead["q50"], kept["q50"])
