"""Guards: what a returned cell says is read as the field writes it, doubts are asked and never settled by a guess, and honest
figures of a quarter are not taken for figures to date."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from conftest import shared
from hypothesis import given
from hypothesis import strategies as st

from healthplan import messages
from healthplan.ledger import checks, written

COUNT = {
    "kind": "cumulative", "given": "to_date", "unit": "人", "goal_value": 1000.0, "base_value": float("nan"), "name_zh": "签约",
    "year": 2024, "num_unit": "", "den_unit": "", "stages": "",
}  # fmt: skip
SHARE = COUNT | {"kind": "end_value", "given": "as_of", "unit": "%", "base_value": 31.2, "goal_value": 34.0}
MEAN = COUNT | {"kind": "average", "given": "in_quarter", "unit": "%", "goal_value": 90.0}
QUARTERS = COUNT | {"given": "in_quarter"}
DEATHS = COUNT | {"kind": "bound", "unit": "例", "goal_value": 0.0}
STAGES = COUNT | {"kind": "stages", "given": "stage"}
Q1, Q12 = {"2024Q1": 30}, {"2024Q1": 30, "2024Q2": 60}


def judged(task, said, field="figure", quarter="2024Q3", **how):
    return checks.judge_cell(task, field, said, quarter=quarter, **how)


@pytest.mark.parametrize(
    ("task", "said", "value", "codes"),
    [
        (COUNT, 0, 0, ()), (COUNT, "0", 0, ()), (COUNT, "1,250 人", 1250, ()), (COUNT, "１，２５０人", 1250, ()),
        (COUNT, "1.2千", 1200, ("converted",)), (COUNT, "0.13万人", 1300, ("converted",)), (COUNT, "1200余", 1200, ("about",)),
        (COUNT, "约1200人", 1200, ("about",)), (COUNT, "近1200", 1200, ("about",)), (COUNT, "1.2千余人", 1200, ("about", "converted")),
        (SHARE, "34%", 34, ()), (SHARE, 34, 34, ()), (SHARE | {"unit": "‰", "base_value": 2.0}, "0.28%", 2.8, ("converted",)),
        (MEAN, "90/100", 90, ()), (MEAN, 79, 79, ("no_denominator",)), (MEAN | {"unit": "%（完成率）"}, "108/100", 108, ()),
        (MEAN | {"unit": "天"}, "2460/300", 8.2, ()), (SHARE | {"base_value": 0.4, "goal_value": 0.5}, "0.34", 0.34, ()),
    ],
)  # fmt: skip
def test_a_number_is_read_as_it_is_written_and_conversions_are_said(task, said, value, codes):
    found = judged(task, said)
    assert (found.status, found.value, found.codes) == ("reported", value, codes)
    assert found.approx == ("about" in codes)


@pytest.mark.parametrize(
    ("task", "said", "code"),
    [
        (COUNT, "已基本完成", "text"), (COUNT, "-", "mark"), (COUNT, "/", "mark"), (COUNT, "无", "mark"), (COUNT, "同上", "mark"),
        (COUNT, "56%", "percent"), (COUNT, "0.13", "part"), (COUNT, "-3", "negative"), (COUNT, "3人次", "unit"),
        (COUNT, "30/120", "text"), (COUNT, "不足300", "text"), (COUNT, "2024-06-30", "text"), (COUNT, 60_000, "scale_goal"),
        (SHARE, "0.34", "as_share"), (SHARE, "108", "over_hundred"), (SHARE, "3400", "over_hundred"), (MEAN, "108/100", "over_all"),
        (MEAN, "5/0", "denominator"), (SHARE | {"unit": "‰", "base_value": 4.0}, "400", "scale"),
    ],
)  # fmt: skip
def test_a_doubt_is_asked_and_the_cell_kept_as_written(task, said, code):
    found = judged(task, said)
    assert code in found.codes
    assert (found.status, found.value, found.text) == ("refused", None, str(said))
    assert all(found.why(lang, refusing=True) for lang in messages.LANGUAGES)


@pytest.mark.parametrize("said", ["", "  ", "\u3000"])
def test_nothing_blank_becomes_a_figure(said):
    assert judged(COUNT, said) == checks.Judged()


def test_words_of_the_list_are_no_figures_and_no_refusals():
    assert judged(COUNT, "不适用").status == "not_applicable"
    assert judged(COUNT, "not available").status == "not_available"


def test_a_figure_to_date_falls_only_with_a_reason():
    assert judged(COUNT, 45, before=Q12).codes == ("falls",)
    assert judged(COUNT, 45, before=Q12, reason="重复统计").value == 45
    assert judged(COUNT, 70, quarter="2024Q1", before=Q12, reason="").status == "refused"
    assert judged(DEATHS, 0, before={"2024Q1": 0, "2024Q2": 1}).status == "reported"


def test_an_earlier_quarter_changes_only_with_a_reason():
    assert judged(COUNT, 25, quarter="2024Q1", before=Q1).codes == ("changed",)
    assert judged(COUNT, 25, quarter="2024Q1", before=Q1, reason="补录").value == 25
    assert judged(COUNT, 30, quarter="2024Q1", before=Q1).codes == ()


def test_a_slip_of_the_unit_needs_more_than_any_reason():
    for reason, status in (("补录2人", "refused"), ("已核实", "reported")):
        assert judged(COUNT, 6_000, before={"2024Q2": 60}, reason=reason).status == status


def test_figures_to_date_in_place_of_the_quarters_own():
    steps = {"2024Q1": 260, "2024Q2": 520}
    assert judged(QUARTERS, 520, quarter="2024Q2", before={"2024Q1": 260}).codes == ()  # may be an honest doubling
    assert judged(QUARTERS, 780, before=steps).codes == ("to_date",)
    assert judged(QUARTERS, 800, quarter="2024Q2", before={"2024Q1": 400}).codes == ("to_date",)  # 1200 of 1000 by June
    assert judged(QUARTERS, 780, before=steps, reason="本季数，已核实").value == 780
    assert judged(QUARTERS, 280, before={"2024Q1": 260, "2024Q2": 240}).codes == ()
    assert judged(QUARTERS, 280, before={"2024Q1": 260}).codes == ("hole",)


def test_the_cut_off_lies_in_the_quarter_and_not_in_the_future():
    on = date(2024, 9, 26)
    assert judged(COUNT, 5, cut_off="9月25日", on=on).cut_off == "2024-09-25"
    for said, code in (("2024-09-30", "future"), ("2024-06-30", "other_quarter"), ("季末", "day"), ("", "no_day")):
        assert judged(COUNT, 5, cut_off=said, on=on).codes == (code,)
    assert judged(COUNT, 5, on=date(2024, 10, 8)).status == "reported"


def test_stages_of_the_list_forward_or_with_a_reason():
    before = {"2024Q2": "完工"}
    assert judged(STAGES, "已开工", "stage").text == "在建"
    assert judged(STAGES, "in use", "stage", before=before).text == "投用"
    assert judged(STAGES, "停滞", "stage", before=before).status == "reported"
    assert judged(STAGES, "在建", "stage", before=before).codes == ("stage_back",)
    assert judged(STAGES, "在建", "stage", before=before, reason="误填").text == "在建"
    assert judged(STAGES, "差不多了", "stage").codes == ("stage",)
    assert judged(STAGES | {"stages": "方案起草;征求意见;印发"}, "征求意见", "stage").status == "reported"


BITS = st.sampled_from(
    [*"0123456789.,，%‰/-+—余约近万千百亿人例次天 ()#=@\u3000①²√", "不适用", "无", "1e999", "nan", "9" * 400, "百分之"]
)


@given(
    st.lists(BITS, max_size=6).map("".join),
    st.sampled_from([COUNT, SHARE, MEAN, QUARTERS, DEATHS]),
    st.sampled_from(["", "已核实"]),
)
def test_whatever_is_typed_is_a_finite_number_or_a_question(said, task, reason):
    found = judged(task, said, before={"2024Q1": 30, "2023": 400}, reason=reason)
    assert [bool(found.why(lang)) for lang in messages.LANGUAGES] == [bool(found.doubts)] * 2
    assert (found.status == "reported") == (found.value is not None)
    assert found.value is None or abs(found.value) < written.MOST * 1000


def test_scales_of_units():
    assert [written.scale(u) for u in ("%", "%（完成率）", "‰", "1/10万", "人/千人", "天", "")] == [
        100,
        100,
        1000,
        1e5,
        1000,
        1,
        1,
    ]


def test_honest_quarters_are_not_refused_and_figures_to_date_are_found():
    """On the open series, goals at .8 to 1.2 of last year: share of honest quarters asked, and of figures to date found."""
    table = pd.read_parquet(shared("quarter", "open", "subannual_open.parquet"))
    table = table[table["kind"] == "flow"]
    table = table.assign(q=np.where(table["period"] == "month", (table["sub"] - 1) // 3 + 1, table["sub"]))
    key = ["source", "indicator", "area", "year"]
    years = table.pivot_table("value", key, "q", aggfunc="sum").dropna()
    years = years[(years >= 0).all(axis=1) & (years.sum(axis=1) >= 30)]
    last = years.sum(axis=1).rename("last").reset_index().assign(year=lambda t: t["year"] + 1)
    both = years.reset_index().merge(last, on=key)
    own = both[[1, 2, 3, 4]].to_numpy(float)
    found = {}
    for name, rows in (("honest", own), ("to_date", own.cumsum(axis=1))):
        for n in (2, 3, 4):
            asked = [
                checks.looks_to_date(dict(enumerate(row[:n], 1)), goal * before)
                for row, before in zip(rows, both["last"], strict=True) for goal in (0.8, 1.0, 1.2)
            ]  # fmt: skip
            found[name, n] = float(np.mean(asked))
    assert max(found["honest", n] for n in (2, 3, 4)) < 0.01, found
    assert min(found["to_date", n] for n in (3, 4)) > 0.7, found
