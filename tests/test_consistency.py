"""A plan that contradicts itself is told so, from its rows alone.

Guards: each kind of contradiction is found where it is and not where it is not; the known ones of the
Wansheng plan are found with everything a person has marked taken away.
"""

import csv
from pathlib import Path

import pandas as pd
import pytest

from healthplan import messages, tables
from healthplan.consistency import COLUMNS, SEVERITIES, consistency
from healthplan.language.vocabulary import pairs
from healthplan.line import plan_findings
from healthplan.plans import load_plan

INDICATORS = [
    # indicator, unit, kind, numerator, denominator, per, low, high
    ("literacy", "%", "share", "", "people surveyed", 100, 5, 60),
    ("infant_mortality_rate", "‰", "rate", "infant_deaths", "live_births", 1000, 0.5, 30),
    ("under5_mortality_rate", "‰", "rate", "under5_deaths", "live_births", 1000, 0.5, 40),
    ("maternal_mortality_rate", "1/10万", "rate", "maternal_deaths", "live_births", 100000, 2, 100),
    ("maternal_deaths", "人", "event", "", "", None, None, None),
    ("beds", "张", "count", "", "", None, None, None),
    ("beds_per_1000", "张/千人", "level", "beds", "population_resident", 1000, 1, 15),
    ("nursery_places_per_1000", "个/千人", "level", "", "population_resident", 1000, 0.1, 10),
    ("nursery_places_added", "个", "count", "", "", None, None, None),
    ("satisfaction", "%", "share", "", "", 100, 50, 100),
]
AREAS = pd.DataFrame(
    {"area": ["china", "city", "district"], "name_zh": ["全国", "某市", "某区"],
     "name_en": ["China", "City", "District"], "parent": ["", "china", "city"]}
)  # fmt: skip


def _indicators() -> pd.DataFrame:
    names = ["indicator", "unit", "indicator_kind", "numerator", "denominator", "per"]
    frame = pd.DataFrame(INDICATORS, columns=[*names, "plausible_low", "plausible_high"])
    frame["lower_bound"], frame["upper_bound"] = 0.0, None
    frame["direction"] = ["decrease" if "mortality" in i else "increase" for i in frame["indicator"]]
    frame.loc[frame["indicator_kind"] == "share", "upper_bound"] = 100.0
    frame["upper_bound"] = pd.to_numeric(frame["upper_bound"])
    return frame


def _targets(*rows: dict) -> pd.DataFrame:
    base = {
        "plan_id": "p", "locator": "一", "name_zh": "", "name_en": "goal", "area": "district",
        "scope": "", "comparator": ">=", "value": None, "value_high": None, "unit": "%",
        "deadline": "2025", "stage_of": "", "related": "", "departments": "卫生局",
        "wording": "must", "state": "current", "note": "",
    }  # fmt: skip
    made = []
    for n, row in enumerate(rows, 1):
        name = row.get("name_zh") or row["indicator"]
        made.append({**base, "target_id": f"p-t{n:03d}", **row, "name_zh": name})
    frame = pd.DataFrame(made)
    return frame.astype({"value": "float64", "value_high": "float64"})


def _observations(**series: dict) -> pd.DataFrame:
    """indicator__area = {year: value}."""
    rows = [
        {"indicator": key.split("__")[0], "area": key.split("__")[1], "year": year, "period": "",
         "value": float(value), "obs_status": "final"}
        for key, values in series.items() for year, value in values.items()
    ]  # fmt: skip
    columns = ["indicator", "area", "year", "period", "value", "obs_status"]
    return pd.DataFrame(rows, columns=columns)


def _find(targets: pd.DataFrame, observations: pd.DataFrame | None = None, **more) -> dict:
    """finding -> list of target_ids."""
    found = consistency(
        targets,
        more.pop("milestones", tables.empty("milestones")),
        _indicators(),
        _observations() if observations is None else observations,
        AREAS,
        **more,
    )
    assert list(found.columns) == list(COLUMNS)
    assert set(found["severity"]) <= set(SEVERITIES)
    grouped: dict[str, list[str]] = {}
    for row in found.itertuples():
        grouped.setdefault(row.finding, []).append(row.target_ids)
    return grouped


def test_two_values_for_one_goal() -> None:
    rows = _targets(
        {"indicator": "beds", "name_zh": "中心床位（正文）", "value": 299, "unit": "张"},
        {"indicator": "beds", "name_zh": "中心床位（附件）", "value": 200, "unit": "张"},
        {
            "indicator": "beds",
            "name_zh": "中心床位",
            "scope": "另一所医院",
            "value": 90,
            "unit": "张",
        },
    )
    rows.loc[:1, "scope"] = "精神卫生中心"
    assert _find(rows)["two_values"] == ["p-t001;p-t002"]


def test_one_value_with_two_dates_and_with_one_date_only() -> None:
    two = _targets(
        {"indicator": "literacy", "value": 30, "deadline": "2023-12"},
        {"indicator": "literacy", "value": 30, "deadline": "2025"},
    )
    assert "two_dates" in _find(two)
    one = _targets(
        {"indicator": "literacy", "value": 30, "deadline": ""},
        {"indicator": "literacy", "value": 30, "deadline": "2025"},
    )
    assert "dated_once" in _find(one)
    same = _targets(
        {"indicator": "literacy", "value": 30, "deadline": "2025-12"},
        {"indicator": "literacy", "value": 30, "deadline": "2025"},
    )
    assert not {"two_dates", "dated_once", "two_values"} & set(_find(same))


def test_stages_may_rise_but_not_fall_back() -> None:
    def staged(*values: float) -> pd.DataFrame:
        return _targets(
            *({"indicator": "literacy", "value": v, "deadline": str(2024 + n), "stage_of": "p-t001"}
              for n, v in enumerate(values))
        )  # fmt: skip

    assert "stage_backwards" not in _find(staged(20, 25, 30))
    assert _find(staged(20, 30, 25))["stage_backwards"] == ["p-t002;p-t003"]
    unlinked = staged(30, 25).assign(stage_of="")
    assert "stage_backwards" in _find(unlinked)


@pytest.mark.parametrize(("infant", "under5", "wrong"), [(3.5, 5, False), (6, 5, True)])
def test_infant_deaths_are_part_of_deaths_under_five(infant: float, under5: float, wrong: bool) -> None:
    rows = _targets(
        {"indicator": "infant_mortality_rate", "value": infant, "comparator": "<=", "unit": "‰"},
        {"indicator": "under5_mortality_rate", "value": under5, "comparator": "<=", "unit": "‰"},
    )
    assert ("infant_above_under5" in _find(rows)) is wrong


def test_parts_that_add_up_to_more_than_the_whole() -> None:
    rows = _targets(
        {"indicator": "beds", "value": 500, "unit": "张", "comparator": "increase_by"},
        {
            "indicator": "beds",
            "value": 300,
            "unit": "张",
            "comparator": "increase_by",
            "scope": "甲医院",
        },
        {
            "indicator": "beds",
            "value": 280,
            "unit": "张",
            "comparator": "increase_by",
            "scope": "乙院区",
        },
    )
    assert _find(rows)["parts_exceed_whole"] == ["p-t001;p-t002;p-t003"]
    assert "parts_exceed_whole" not in _find(rows.assign(value=[600.0, 300.0, 280.0]))


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "finding"),
    [
        ("maternal_mortality_rate", 10, "‰", "rate_unit_differs"),
        ("maternal_mortality_rate", 0.1, "‰", "unit_converted"),
        ("maternal_mortality_rate", 1, "1/万", "unit_converted"),
        ("beds", 40, "家", "unit_differs"),
        ("literacy", 130, "%", "outside_bounds"),
        ("maternal_mortality_rate", 900, "1/10万", "unit_slip"),
        ("literacy", 99, "%", "unit_slip"),
    ],
)
def test_units_and_values_that_cannot_be(indicator: str, value: float, unit: str, finding: str) -> None:
    rows = _targets({"indicator": indicator, "value": value, "unit": unit, "comparator": "<="})
    assert finding in _find(rows)


def test_a_fair_value_in_its_unit_is_not_blamed() -> None:
    rows = _targets({"indicator": "maternal_mortality_rate", "value": 10, "unit": "1/10万"})
    blamed = {"rate_unit_differs", "unit_differs", "outside_bounds", "unit_slip", "beyond_belief"}
    assert not blamed & set(_find(rows))


def test_a_pace_that_no_area_has_shown() -> None:
    history = _observations(
        literacy__district={2018: 18, 2019: 19, 2020: 20, 2021: 21, 2022: 22},
        literacy__china={2018: 17, 2019: 19, 2020: 21, 2021: 23, 2022: 25},
    )
    fast = _targets({"indicator": "literacy", "value": 34, "deadline": "2025"})
    slow = _targets({"indicator": "literacy", "value": 26, "deadline": "2025"})
    assert "pace_without_precedent" in _find(fast, history)
    assert "pace_without_precedent" not in _find(slow, history)


def test_a_break_is_no_pace() -> None:
    """A jump where the definition changed must not serve as a precedent."""
    history = _observations(
        literacy__district={2018: 18, 2019: 19, 2020: 20},
        literacy__china={2017: 10, 2018: 11, 2019: 12, 2020: 40, 2021: 41, 2022: 42},
    )
    history.loc[(history["area"] == "china") & (history["year"] == 2020), "obs_status"] = "break"
    rows = _targets({"indicator": "literacy", "value": 26, "deadline": "2022"})
    assert "pace_without_precedent" in _find(rows, history)


def test_two_figures_are_no_pace() -> None:
    """Guards: a jump between the only two figures of a stretch served as the fastest pace."""
    history = _observations(
        literacy__district={2018: 18, 2019: 19, 2020: 20},
        literacy__china={2010: 10, 2015: 11, 2018: 12, 2020: 40},
    )
    rows = _targets({"indicator": "literacy", "value": 26, "deadline": "2022"})
    found = consistency(rows, tables.empty("milestones"), _indicators(), history, AREAS).set_index("finding")
    told = found.loc["pace_without_precedent", ["message_zh", "message_en"]]
    assert "每年提高3个百分点" in told.iloc[0] and "（某区）" in told.iloc[0]
    assert "某区2018—2020年的每年提高1个百分点" in told.iloc[0]
    assert "a rise of 3 percentage points a year" in told.iloc[1]


@pytest.mark.parametrize(
    ("indicator", "unit", "comparator", "value", "start", "zh", "en"),
    [
        ("infant_mortality_rate", "‰", "<=", 2, (5.0, 4.8, 4.6), "下降24.2%", "a fall of 24.2%"),
        ("beds_per_1000", "张/千人", ">=", 9, (5.0, 5.1, 5.2), "提高20.1%", "a rise of 20.1%"),
        (
            "satisfaction",
            "%",
            "<",
            60,
            (92, 91, 90),
            "下降10个百分点",
            "a fall of 10 percentage points",
        ),
    ],
)
def test_a_pace_is_told_by_its_way_and_in_its_unit(indicator, unit, comparator, value, start, zh, en) -> None:
    """Guards: "up by −20 %", a change of a share told in per cent, log points told as per cent."""
    history = _observations(**{f"{indicator}__district": dict(zip((2019, 2020, 2021), start, strict=True))})
    rows = _targets({"indicator": indicator, "unit": unit, "comparator": comparator,
                     "value": value, "deadline": "2024"})  # fmt: skip
    found = consistency(rows, tables.empty("milestones"), _indicators(), history, AREAS).set_index("finding")
    told = found.loc["pace_without_precedent", ["message_zh", "message_en"]]
    assert f"每年{zh}" in told.iloc[0] and f"needs {en} a year for 3 years" in told.iloc[1]


def test_equal_on_a_falling_indicator_is_a_ceiling() -> None:
    """Guards: stages 12, then 10 of a death rate written with = were told as going backwards."""

    def staged(first: float, last: float) -> pd.DataFrame:
        return _targets(
            *({"indicator": "maternal_mortality_rate", "unit": "1/10万", "comparator": "=",
               "value": v, "deadline": d, "stage_of": "p-t001"}
              for v, d in ((first, "2025"), (last, "2027")))
        )  # fmt: skip

    assert "stage_backwards" not in _find(staged(12, 10))
    assert "stage_backwards" in _find(staged(10, 12))


def test_a_goal_ahead_of_the_nation() -> None:
    history = _observations(literacy__china={2019: 19, 2020: 21, 2021: 23, 2022: 25})
    ahead = _targets({"indicator": "literacy", "value": 40, "deadline": "2025"})
    behind = _targets({"indicator": "literacy", "value": 30, "deadline": "2025"})
    assert "ahead_of_nation" in _find(ahead, history)
    assert "ahead_of_nation" not in _find(behind, history)


def test_a_ratio_against_its_count() -> None:
    people = _observations(population_resident__district={2023: 500_000})
    ratio = {"indicator": "beds_per_1000", "value": 7.0, "unit": "张/千人"}
    wrong = _targets(ratio, {"indicator": "beds", "value": 2000, "unit": "张"})
    right = _targets(ratio, {"indicator": "beds", "value": 3500, "unit": "张"})
    assert _find(wrong, people)["ratio_against_count"] == ["p-t001;p-t002"]
    assert "ratio_against_count" not in _find(right, people)


def test_places_to_add_against_places_per_thousand() -> None:
    people = _observations(population_resident__district={2023: 271_300})
    stages = [
        {
            "indicator": "nursery_places_per_1000",
            "value": 1.8,
            "unit": "个/千人",
            "deadline": "2023",
        },
        {
            "indicator": "nursery_places_per_1000",
            "value": 4.5,
            "unit": "个/千人",
            "deadline": "2025",
        },
    ]
    added = {"indicator": "nursery_places_added", "unit": "个", "comparator": "increase_by"}
    assert "additions_short_of_ratio" in _find(_targets(*stages, {**added, "value": 540}), people)
    assert "additions_short_of_ratio" not in _find(_targets(*stages, {**added, "value": 740}), people)
    assert "ratio_needs_start" in _find(_targets(stages[1], {**added, "value": 540}), people)
    assert "additions_above_ratio" in _find(_targets(stages[1], {**added, "value": 5400}), people)


def test_one_death_more_or_less() -> None:
    rows = _targets(
        {"indicator": "maternal_mortality_rate", "value": 10, "comparator": "<=", "unit": "1/10万"},
        {"indicator": "maternal_deaths", "value": 0, "comparator": "=", "unit": "人"},
    )
    small = _observations(
        population_resident__district={2023: 300_000}, birth_rate__city={2023: 6},
        maternal_mortality_rate__city={2023: 15},
    )  # fmt: skip
    found = _find(rows, small)
    assert found["one_event_decides"] == ["p-t001"]
    assert found["zero_by_luck"] == ["p-t002"]
    large = _observations(live_births__district={2023: 90_000})
    assert "one_event_decides" not in _find(rows, large)
    assert _find(rows)["births_unknown"] == ["p-t001", "p-t002"]


def test_what_a_goal_lacks() -> None:
    rows = _targets(
        {"indicator": "satisfaction", "value": 90, "deadline": "", "departments": ""},
        {"indicator": "literacy", "value": 30},
    )
    series = pd.DataFrame({"target_id": ["p-t001", "p-t002"], "basis": ["none", "reference"]})
    found = _find(rows, series=series)
    for finding in ("no_owner", "no_deadline", "no_denominator", "no_source"):
        assert found[finding] == ["p-t001"]
    assert found["only_reference"] == ["p-t002"]


def test_a_deadline_outside_the_plan() -> None:
    rows = _targets({"indicator": "literacy", "value": 30, "deadline": "2022-12"})
    about = {"period_start": 2023, "period_end": 2025}
    assert _find(rows, about=about)["outside_period"] == ["p-t001"]
    assert "outside_period" not in _find(rows.assign(deadline="2024"), about=about)


def _milestones(*rows: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"milestone_id": f"p-m{n:03d}", "locator": "一", "deliverable_zh": words,
             "deliverable_en": "d", "area": "district", "deadline": deadline}
            for n, (words, deadline) in enumerate(rows, 1)
        ]
    )  # fmt: skip


def test_deliverables_with_two_dates_or_two_steps() -> None:
    rows = _milestones(
        ("人民医院申请“三级”评审（正文）", "2023-12"),
        ("人民医院通过“三级”评审（附件）", "2023-12"),
        ("专网建设启动（正文）", "2023"),
        ("专网建设启动（附件）", "2025-12"),
        ("新院区项目启动", "2023"),
        ("新院区项目建成", "2025"),
    )
    goals = _targets({"indicator": "literacy", "value": 30})
    found = _find(goals, milestones=rows)
    assert found["two_steps"] == ["p-m001;p-m002"]
    assert found["two_dates_of_deliverable"] == ["p-m003;p-m004"]


KNOWN = {
    ("two_values", "t015;t016"), ("two_values", "t017;t018"),
    ("two_dates", "t037;t038"),
    ("two_dates_of_deliverable", "m028;m030"), ("two_steps", "m029;m030"),
    ("two_dates_of_deliverable", "m035;m036"),
    ("two_dates_of_deliverable", "m012;m043"), ("two_dates_of_deliverable", "m031;m044"),
}  # fmt: skip


def test_the_wansheng_contradictions_are_found_without_the_marks() -> None:
    """Beds and floor area, accreditation for 2025 and for 2023, the 5G network."""
    plan = load_plan("wansheng-2023-2025")
    blank = {"state": "current", "related": "", "note": ""}
    bare = type(plan)(plan.about, plan.targets.assign(**blank), plan.milestones.assign(**blank), plan.series)
    found = plan_findings(bare)
    short = {(row.finding, row.target_ids.replace("wansheng-2023-2025-", "")) for row in found.itertuples()}
    assert short >= KNOWN
    pd.testing.assert_frame_equal(found, plan_findings(plan))


def test_plans_without_contradictions_have_no_errors() -> None:
    for plan in ("wanzhou-2024", "dazu-2027", "longgang-2024", "zhoucun-2024"):
        found = plan_findings(load_plan(plan))
        assert found.loc[found["severity"] == "error", "message_en"].tolist() == []


def test_the_pairs_name_registered_indicators() -> None:
    """Every pair names two registered indicators and has its reason in both languages."""
    from healthplan.registers import load_indicators

    known = set(load_indicators()["indicator"])
    rows = [pair for relation in ("part_of", "adds_to", "event_of") for pair in pairs(relation)]
    assert all(row["reason_zh"] and row["reason_en"] for row in rows)
    unknown = [row for row in rows if row["one"] not in known or row["other"] not in known]
    assert unknown == []


def test_every_sentence_of_the_catalogue_is_used_and_there() -> None:
    folder = Path(messages.__file__).parent
    with (folder / "consistency.csv").open(encoding="utf-8", newline="") as file:
        keys = {row["key"] for row in csv.DictReader(file)}
    code = "".join(path.read_text(encoding="utf-8") for path in (folder.parent / "consistency").glob("*.py"))
    assert {key for key in keys if f'"{key}"' not in code and f'.{key}"' not in code} == set()


def test_no_deadline_lies_outside_years_that_nobody_wrote() -> None:
    rows = _targets({"indicator": "literacy", "value": 30, "deadline": "2022-12"})
    about = {"period_start": 2023, "period_end": 2025, "period_stated": False}
    assert "outside_period" not in _find(rows, about=about)
