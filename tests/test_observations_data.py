"""Guards the shipped figures: every row's shape, unit, range, source and status, and sums that must agree."""

import re

import numpy as np
import pandas as pd
import pytest
from conftest import shared
from whole_line import all_observations

from healthplan import registers, tables, workspace
from healthplan.errors import InputError
from healthplan.language import names
from healthplan.line import _lenders
from healthplan.observations import (
    KEY,
    as_known,
    correct,
    load_observations,
    with_rates,
)

INVENTED = registers.invented(registers.load_areas())  # printed nowhere
ESTIMATES = ("_gapminder", "_igme", "_wdi", "_gdl")


@pytest.fixture(scope="module")
def figures() -> pd.DataFrame:
    return load_observations()


@pytest.fixture(scope="module")
def printed(figures: pd.DataFrame) -> pd.DataFrame:
    """Without the demo district."""
    return figures[~figures["area"].isin(INVENTED)]


@pytest.fixture(scope="module")
def rated(printed: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """With the rates that printed counts allow."""
    return with_rates(printed, indicators)


@pytest.fixture(scope="module")
def indicators() -> pd.DataFrame:
    return registers.load_indicators()


def of_indicator(frame: pd.DataFrame, indicators: pd.DataFrame, column: str) -> pd.Series:
    return frame["indicator"].map(indicators.set_index("indicator")[column])


def series(frame: pd.DataFrame, indicator: str, area: str) -> pd.Series:
    same = (frame["indicator"] == indicator) & (frame["area"] == area) & (frame["period"] == "")
    same &= tables.of_groups(frame)["group"] == ""
    return frame[same].set_index("year")["value"]


def listed(rows: pd.DataFrame) -> str:
    return rows[[*KEY, "value", "file", "line"]].to_string()


# ---- every row


def test_every_file_has_the_declared_columns_in_order():
    for path in workspace.data("observations").glob("*.csv"):
        header = path.read_text("utf-8").splitlines()[0].split(",")
        declared = tables.columns("observations")
        optional = {c.name for c in tables.ALL["observations"].columns if c.optional}
        known = [name for name in declared if name in header or name not in optional]
        assert header[: len(known)] == known, path.name


def test_csv_files_are_utf8_without_bom_and_with_line_feeds():
    for path in workspace.data().rglob("*.csv"):
        raw = path.read_bytes()
        assert not raw.startswith(b"\xef\xbb\xbf") and b"\r" not in raw, path.name
        raw.decode("utf-8")


def test_units_are_those_of_the_indicator(figures, indicators):
    wrong = figures[figures["unit"] != of_indicator(figures, indicators, "unit")]
    assert wrong.empty, listed(wrong)


@pytest.mark.parametrize(("low", "high"), [("lower_bound", "upper_bound"), ("plausible_low", "plausible_high")])
def test_values_lie_within_bounds_and_plausible_range(figures, indicators, low, high):
    lower = of_indicator(figures, indicators, low).fillna(-np.inf)
    upper = of_indicator(figures, indicators, high).fillna(np.inf)
    wrong = figures[(figures["value"] < lower) | (figures["value"] > upper)]
    assert wrong.empty, listed(wrong)


def test_keys_are_unique(figures):
    assert not figures.duplicated([*KEY, "edition"]).any()


def test_no_year_lies_ahead_of_the_newest_source(printed):
    dates = registers.load_registers().sources["date"].str[:4]
    newest = pd.to_numeric(dates[dates != ""]).max()
    late = printed[printed["year"] >= newest]
    assert late.empty, listed(late)


def test_counts_of_people_and_things_are_whole_numbers(printed, indicators):
    counted = printed["unit"].isin(["人", "个", "张", "例"]) & (
        of_indicator(printed, indicators, "indicator_kind") == "count"
    )
    wrong = printed[counted & (printed["value"] % 1 != 0)]
    assert wrong.empty, listed(wrong)


def test_every_source_is_registered_and_every_registered_source_is_used(printed):
    known = set(registers.load_registers().sources["source"])
    second = set(printed["second_source"]) - {""}
    used = set(printed["source"]) | second
    assert used <= known
    # the source of a corrected row still stands in its file; the demo's own source is not printed anywhere
    raw = pd.concat(pd.read_csv(p, dtype="str") for p in workspace.data("observations").glob("*.csv"))
    assert known - set(raw["source"]) - set(raw["second_source"].dropna()) - INVENTED == set()


def test_a_second_source_is_another_source(printed):
    named = printed[printed["second_source"] != ""]
    assert len(named) > 100
    assert (named["second_source"] != named["source"]).all()


def test_sources_say_how_they_were_read():
    sources = registers.load_registers().sources
    sources = sources[~sources["source"].isin(INVENTED)]
    assert sources["trust_class"].between(1, 5).all()
    assert (sources["note"] != "").all() and (sources["note_zh"] != "").all()


def test_notes_stand_in_both_languages(printed):
    assert ((printed["note"] == "") == (printed["note_zh"] == "")).all()


def test_areas_form_a_tree(figures):
    areas = registers.load_areas()
    parents = areas.set_index("area")["parent"]
    assert set(figures["area"]) <= set(parents.index)
    for area in parents.index:
        seen = [area]
        while parents[seen[-1]]:
            seen.append(parents[seen[-1]])
            assert len(seen) < 6, seen
    wanzhou = [parents["wanzhou"], parents[parents["wanzhou"]]]
    assert wanzhou == ["chongqing", "china"]


# ---- statuses


def test_international_estimates_have_their_own_indicators_and_nothing_else_is_one(printed):
    own_id = printed["indicator"].str.endswith(ESTIMATES)
    assert (own_id == (printed["obs_status"] == "estimated")).all()
    assert own_id.sum() > 90


def test_every_break_says_what_changed_and_has_figures_before_it(printed):
    breaks = printed[printed["obs_status"] == "break"]
    assert breaks["note"].str.startswith("break: ").all()
    assert breaks["note_zh"].str.startswith("口径变更").all()
    for row in breaks.itertuples():
        earlier = series(printed, row.indicator, row.area)
        assert (earlier.index < row.year).any(), (row.indicator, row.area, row.year)


@pytest.mark.parametrize(
    ("indicator", "area", "year"),
    [
        ("beds_per_1000", "china", 2020),
        ("physicians_per_1000", "china", 2020),
        ("nurses_per_1000", "china", 2020),
        ("life_expectancy", "china", 2020),
        ("population_resident", "chongqing", 2020),
        ("population_resident", "longgang", 2020),
        ("diabetes_standard_mgmt_rate", "china", 2017),
        ("postpartum_visit_rate", "china", 2017),
        ("institutions_total", "shandong", 2013),
        ("institutions_total", "anhui", 2009),
        ("health_workers_total", "chongqing", 2009),
    ],
)
def test_known_definition_breaks_are_marked(printed, indicator, area, year):
    row = printed[(printed["indicator"] == indicator) & (printed["area"] == area) & (printed["year"] == year)]
    assert row["obs_status"].tolist() == ["break"]


def test_derived_figures_show_their_arithmetic(printed):
    derived = printed[printed["obs_status"] == "derived"]
    said = derived["note"].str.contains(r"worked back|sum of|over GDP per resident|derived")
    assert said.all(), listed(derived[~said])


def test_pooled_and_partial_periods_never_count_as_annual(printed):
    pooled = printed["indicator"].str.endswith(("_period", "_change_since_2006")) | (
        printed["indicator"] == "hiv_tests"
    )
    assert (pooled == (printed["period"] != "")).all()
    assert printed.loc[pooled, "period"].str.fullmatch(r"\d{4}(-\d\d)?/\d{4}(-\d\d)?").all()


def test_total_health_expenditure_of_the_communiques_is_preliminary(printed):
    rows = printed[
        printed["indicator"].isin(["total_health_expenditure", "per_capita_health_expenditure"])
        & (printed["area"] == "china")
    ]
    assert len(rows) == 20 and (rows["obs_status"] == "preliminary").all()


# ---- figures that must agree with each other


@pytest.mark.parametrize(
    ("rate", "count", "per"),
    [
        ("beds_per_1000", "beds_total", 1000),
        ("physicians_per_1000", "physicians", 1000),
        ("nurses_per_1000", "nurses", 1000),
    ],
)
def test_printed_rates_equal_count_over_population_since_the_census(printed, rate, count, per):
    """0.02: both counts and rates are rounded, as the published tables are."""
    worked = series(printed, count, "china") / series(printed, "population_resident", "china") * per
    both = pd.concat([series(printed, rate, "china"), worked], axis=1).dropna().loc[2020:]
    assert len(both) >= 5
    assert (both.diff(axis=1).iloc[:, 1].abs() <= 0.02).all(), both


def test_rates_before_the_census_stand_on_the_smaller_population(printed):
    """Count over the revised population must come out below the printed rate, which was not revised."""
    worked = series(printed, "beds_total", "china") / series(printed, "population_resident", "china")
    both = pd.concat([series(printed, "beds_per_1000", "china"), worked * 1000], axis=1).loc[2015:2019]
    assert (both.iloc[:, 1] < both.iloc[:, 0]).all(), both


@pytest.mark.parametrize(
    ("smaller", "larger"),
    [
        ("neonatal_mortality_rate", "infant_mortality_rate"),
        ("infant_mortality_rate", "under5_mortality_rate"),
        ("hospital_beds", "beds_total"),
        ("nurses", "health_technicians"),
        ("physicians", "health_technicians"),
        ("licensed_physicians", "physicians"),
        ("health_technicians", "health_workers_total"),
        ("hospitals_total", "institutions_total"),
        ("tertiary_hospitals", "hospitals_total"),
        ("population_65plus", "population_60plus"),
        ("population_60plus", "population_resident"),
        ("births", "population_resident"),
    ],
)
def test_a_part_is_not_larger_than_its_whole(printed, smaller, larger):
    whole_years = printed[printed["period"] == ""]
    part = whole_years[whole_years["indicator"] == smaller]
    whole = whole_years[whole_years["indicator"] == larger]
    both = part.merge(whole, on=["area", "group", "year"], suffixes=("", "_whole"))
    assert len(both) >= 2
    wrong = both[both["value"] > both["value_whole"]]
    assert wrong.empty, wrong[["area", "year", "value", "value_whole"]]


def test_printed_numerators_and_denominators_give_the_printed_value(printed, indicators):
    rows = printed.dropna(subset=["numerator", "denominator"])
    worked = rows["numerator"] / rows["denominator"] * of_indicator(rows, indicators, "per")
    assert len(rows) >= 8
    assert np.allclose(worked, rows["value"], atol=0.0051), listed(rows)


def test_notified_cases_over_the_rate_give_the_population_of_the_time(printed):
    """Chongqing's cases and incidence come from the same papers; their ratio must be a population near the
    published one (census revisions moved it by about two per cent)."""
    rows = printed[(printed["indicator"] == "tb_incidence") & (printed["area"] == "chongqing")]
    rows = rows.dropna(subset=["numerator"]).set_index("year")
    people = rows["numerator"] / rows["value"] * 1e5
    known = series(printed, "population_resident", "chongqing")
    ratio = (people / known).dropna()
    assert len(ratio) >= 5 and ratio.between(0.97, 1.03).all(), ratio


@pytest.mark.parametrize("share", ["population_60plus_share", "population_65plus_share"])
def test_age_shares_agree_with_the_percentages_printed_beside_the_counts(printed, rated, share):
    """The notes of the counts carry the share as printed."""
    worked = series(rated, share, "chongqing")
    count = printed[(printed["indicator"] == share.removesuffix("_share")) & (printed["area"] == "chongqing")]
    said = count.set_index("year")["note"].str.extract(r"printed as ([\d.]+) %")[0].dropna().astype(float)
    assert len(said) == 2
    assert (worked[said.index] - said).abs().max() < 0.006


def test_transcribed_long_series_agrees_with_the_communiques(printed):
    """Beds come from the compiled series to 2014 and from the communiques after: no jump at the joint."""
    beds = series(printed, "beds_total", "china")
    growth = beds.pct_change().loc[2003:2024]
    assert growth.between(0, 0.12).all(), growth


# ---- registers


def test_indicators_are_sorted_and_no_name_means_two_things(indicators):
    assert indicators["indicator"].is_monotonic_increasing
    names: dict[str, str] = {}
    for row in indicators.itertuples():
        for name in [
            row.indicator,
            row.name_zh,
            row.name_en,
            *filter(None, row.aliases.split(";")),
        ]:
            plain = name.strip().lower().translate(str.maketrans("（）", "()"))
            assert names.setdefault(plain, row.indicator) == row.indicator, name


def test_indicators_have_coherent_bounds_and_someone_to_ask(indicators):
    low, high = indicators["plausible_low"], indicators["plausible_high"]
    assert (low < high).all()
    assert (indicators["lower_bound"].fillna(-np.inf) <= low).all()
    assert (high <= indicators["upper_bound"].fillna(np.inf)).all()
    shares = indicators[indicators["indicator_kind"] == "share"]
    assert (shares["unit"] == "%").all() and (shares["upper_bound"] == 100).all()
    assert (indicators[["ask_zh", "ask_en"]] != "").all().all()
    rates = indicators["indicator_kind"] == "rate"
    assert indicators.loc[rates, "per"].notna().all()


def test_conflicts_name_kept_figures(printed):
    conflicts = pd.read_csv(workspace.data("conflicts.csv"), dtype={"other_value": "str"})
    assert len(conflicts) >= 10
    for row in conflicts.itertuples():
        assert series(printed, row.indicator, row.area)[row.year] == pytest.approx(row.kept_value)
        assert row.reason_en and row.reason_zh


# ---- reading and correcting


def test_as_of_keeps_earlier_years_only():
    assert load_observations(as_of=2010)["year"].max() == 2010


def test_each_row_can_be_found_in_its_file(figures):
    for row in figures.sample(40, random_state=1).itertuples():
        line = (workspace.root() / row.file).read_text("utf-8").splitlines()[row.line - 1]
        key = f"{row.indicator},{row.area},"
        starts = (f"{key}{row.year},", f"{key}{row.group},{row.year},")
        assert line.startswith(starts), (row.file, row.line)


def test_shipped_corrections_are_made(figures):
    removed = registers.read_optional("corrections", workspace.current())
    assert len(removed) >= 2
    for row in removed.itertuples():
        left = series(figures, row.indicator, row.area)
        assert row.year not in left.index if pd.isna(row.new_value) else left[row.year] == row.new_value


def change(**fields) -> pd.DataFrame:
    row = {"indicator": "life_expectancy", "area": "china", "year": 2010, "old_value": 74.83}
    row |= {"new_value": 74.9, "reason": "misprint", "source": ""}
    return tables.check(pd.DataFrame([row | fields]), "corrections")


def test_a_correction_changes_one_value_and_keeps_its_reason(figures):
    after = correct(figures, change())
    moved = after[after["value"] != figures["value"]]
    assert moved["value"].tolist() == [74.9]
    assert moved["note"].iloc[0].endswith("misprint")


def test_a_correction_without_new_value_takes_the_row_out(figures):
    after = correct(figures, change(new_value=None))
    assert len(after) == len(figures) - 1
    assert 2010 not in series(after, "life_expectancy", "china").index


@pytest.mark.parametrize("wrong", [{"old_value": 74.8}, {"year": 2011}, {"area": "wanzhou"}])
def test_a_correction_that_matches_no_row_fails_and_names_itself(figures, wrong):
    with pytest.raises(InputError) as caught:
        correct(figures, change(**wrong))
    assert [fault.code for fault in caught.value.faults] == ["CORRECTION-UNMATCHED"]
    assert "life_expectancy" in str(caught.value)


HEAD = "indicator,area,year,period,value,unit,numerator,denominator,source,obs_status,note\n"
GOOD = "life_expectancy,wanzhou,2024,,80,岁,,,own,final,\n"


def test_a_file_of_ones_own_is_read_without_corrections(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(HEAD + GOOD, "utf-8")
    own = load_observations([path])
    assert own["value"].tolist() == [80.0] and own["line"].tolist() == [2]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        ("life_expectency,wanzhou,2023,,80,岁,,,own,final,\n", "NAME-INDICATOR", "indicator"),
        ("life_expectancy,wanzou,2023,,80,岁,,,own,final,\n", "NAME-AREA", "area"),
        ("life_expectancy,wanzhou,2023,,80,%,,,own,final,\n", "TAB-WORD", "unit"),
        ("life_expectancy,wanzhou,2023,,eighty,岁,,,own,final,\n", "TAB-TYPE", "value"),
        ("life_expectancy,wanzhou,2023,,80,岁,,,own,guess,\n", "TAB-WORD", "obs_status"),
        (GOOD, "TAB-KEY", "indicator"),
    ],
)
def test_a_wrong_row_is_refused_with_its_place(tmp_path, row, code, column):
    path = tmp_path / "own.csv"
    path.write_text(HEAD + GOOD + row, "utf-8")
    with pytest.raises(InputError) as caught:
        load_observations([path])
    faults = [(f.code, f.row, f.column) for f in caught.value.faults]
    assert faults == [(code, 3, column)]


def test_the_same_key_in_two_files_is_refused(tmp_path):
    paths = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for path in paths:
        path.write_text(HEAD + GOOD, "utf-8")
    with pytest.raises(InputError) as caught:
        load_observations(paths)
    assert [f.code for f in caught.value.faults] == ["TAB-KEY"]
    assert caught.value.faults[0].file.endswith("b.csv")


# ---- rates and sources


def test_rates_are_worked_out_where_both_counts_are_printed(rated):
    rates = series(rated, "nurses_per_1000", "chongqing")
    assert rates[2022] == pytest.approx(117300 / 32133400 * 1000)
    assert 2018 not in rates.index  # no population is printed for 2018
    assert 2007 not in series(rated, "nurses_per_1000", "wanzhou").index


def test_printed_rates_are_not_replaced(printed, rated):
    pd.testing.assert_frame_equal(rated.iloc[: len(printed)], printed.reset_index(drop=True))
    assert set(rated.iloc[len(printed) :]["obs_status"]) == {"derived", "break"}


def test_the_census_break_is_carried_into_a_derived_rate(rated):
    rows = rated[(rated["indicator"] == "physicians_per_1000") & (rated["area"] == "chongqing")]
    status = rows.set_index("year")["obs_status"]
    assert status[2020] == "break" and status[2021] == "derived"
    assert status[2014] == "break"  # the 2007 table leaves out individually run clinics


def test_estimates_and_pooled_counts_give_no_rate(figures, indicators):
    rows = figures[figures["indicator"].isin(["physicians", "population_resident"])]
    rows = rows[(rows["area"] == "chongqing") & (rows["year"] == 2022)]
    assert len(with_rates(rows, indicators)) == 3
    assert len(with_rates(rows.assign(obs_status="estimated"), indicators)) == 2
    assert len(with_rates(rows.assign(period="2021/2022"), indicators)) == 2


def test_each_figure_is_traced_to_its_printed_source(printed):
    traced = printed.merge(registers.load_registers().sources, "left", on="source")
    assert len(traced) == len(printed)
    assert (traced["title"] != "").all() and traced["trust_class"].notna().all()
    assert (printed["file"] != "").all() and (printed["line"] > 1).all()


# ---- against the reference material


NAMED = (
    "provinces.csv",
    "national_exports.csv",
)  # by Chinese name; units as the bureau prints them
FACTOR = {"万人": 10_000, "万张": 10_000}
NAMED_BY_BASIS = {  # the bureau prints the returns of MCH; its 卫生院 are those of towns and sub-districts
    "产后访视率": "postpartum_visit_rate_mch",
    "卫生院病床使用率": "bed_occupancy_health_centres",
}


def _with_id() -> pd.DataFrame:
    reference = pd.read_csv(shared("reference", "observations.csv"), dtype="str", keep_default_na=False)
    ids = reference["indicator_id"]
    return pd.DataFrame(
        {
            "indicator": ids.str.replace("_(fe)?male$", "", regex=True),
            "group": ids.str.extract("_((?:fe)?male)$")[0]
            .fillna("")
            .mask(reference["note"] == "public hospitals only", "public_hospitals"),
            "area": reference["area"].str.lower().str.replace(" ", "_").str.replace("'", ""),
            "year": reference["year"].astype(int),
            "value": reference["value"].astype(float) * reference["unit"].map(FACTOR).fillna(1),
            "step": 0.0,
        }
    )


def _named(file: str) -> pd.DataFrame:
    reference = pd.read_csv(shared("reference", file), dtype="str", encoding="utf-8-sig")
    known = names.register(registers.load_indicators(), registers.load_areas())
    written = reference["indicator"].str.replace(" ", "")
    tenth = written.str.startswith("每万人")
    words = written.str.replace(r"^每万人拥有(城市|农村|)(.*)$", r"\1每千人口\2", regex=True)
    found = {word: known.grouped(word) for word in words.unique()}
    scale = reference["unit"].map(FACTOR).fillna(1.0).where(~tenth, 0.1)
    places = reference["value"].str.extract(r"\.(\d+)$")[0].fillna("").str.len()
    return pd.DataFrame(
        {
            "indicator": [NAMED_BY_BASIS.get(word, found[word].id) for word in words],
            "group": [found[word].group for word in words],
            "area": [known.area(area).id for area in reference["area"]],
            "year": reference["year"].astype(int),
            "value": reference["value"].astype(float) * scale,
            "step": scale * 10.0**-places,
        }
    )


PEOPLE = "nbs-provincial-population"


def test_every_reference_figure_is_shipped_once_with_its_value():
    """Read straight from the files, before corrections: nothing lost, nothing added, nothing altered. A figure that was
    there before stays: a later print of it is equal after rounding, or stands in conflicts.csv."""
    raw = pd.concat(pd.read_csv(p) for p in workspace.data("observations").glob("*.csv"))
    raw = tables.of_groups(raw[~raw["area"].isin(INVENTED) & (raw["source"] != PEOPLE)])  # these: the next test but one
    key = ["indicator", "area", "group", "year"]
    wanted = pd.concat([_with_id(), *map(_named, NAMED)], ignore_index=True)
    assert len(wanted) > 2700
    both = wanted.merge(raw, on=key, how="outer", suffixes=("", "_shipped"), indicator=True)
    strays = both[both["_merge"] != "both"]
    assert strays.empty, strays[key]
    assert len(raw) == len(wanted.drop_duplicates(key))
    far = ~np.isclose(both["value"], both["value_shipped"])
    far &= (both["value"] - both["value_shipped"]).abs() > both["step"] / 2 + 1e-9
    conflicts = pd.read_csv(workspace.data("conflicts.csv"), dtype="str")
    told = {(c.indicator, c.area, int(c.year), float(c.other_value)) for c in conflicts.itertuples() if re.fullmatch(r"[\d.]+", str(c.other_value))}  # fmt: skip
    differ = {(r.indicator, r.area, r.year, round(r.value, 4)) for r in both[far].itertuples()}
    assert differ <= told, differ - told
    assert len(differ) == 9


def test_the_provinces_add_up_to_the_nation(printed):
    """The copy of the provincial tables against the communiques, which it never saw."""
    every = printed[printed["area"].isin((*registers.area_tree(registers.load_areas()).peers("anhui"), "anhui"))]
    for indicator in ("health_workers_total", "institutions_total"):
        nation = series(printed, indicator, "china").loc[2015:2024]
        summed = every[every["indicator"] == indicator].groupby("year")["value"].agg(["sum", "size"])
        assert (summed.loc[nation.index, "size"] == 31).all()
        assert (summed.loc[nation.index, "sum"] / nation - 1).abs().max() < 0.0012


def test_the_provinces_people_add_up_to_the_nation(printed):
    """A copy of the bureau's table against its communiques, in the years of which the two other provinces are known; what
    lacks is the army. No step within it is one that people do not take."""
    tree = registers.area_tree(registers.load_areas())
    mine = printed[printed["source"] == PEOPLE]
    assert (mine["second_source"] != "").all() and mine.groupby("area").size().drop("shandong").eq(14).all()
    people = printed[(printed["indicator"] == "population_resident") & printed["area"].isin(tree.inside("china"))]
    nation, summed = (
        series(printed, "population_resident", "china"),
        people.groupby("year")["value"].agg(["sum", "size"]),
    )
    for year in (2015, 2020):
        assert summed.loc[year, "size"] == 31
        assert 0.994 < summed.loc[year, "sum"] / nation[year] < 0.9995
    steps = mine.sort_values("year").groupby("area")["value"].pct_change().abs()
    assert steps.max() < 0.035


def test_a_districts_goal_about_staff_projects_no_other_province():
    """Guards: thirty more provinces must not be projected for a district; a province has them as its league."""
    tree = registers.area_tree(registers.load_areas())
    near = _lenders({"dazu", "chongqing", "china"}, {"dazu"}, tree)
    assert {"wanzhou", "chongqing", "china"} <= near
    assert not {"anhui", "guangdong", "shandong"} & near
    league = _lenders({"chongqing", "china"}, {"chongqing"}, tree)
    assert len([one for one in league if tree.rank[one] == "province"]) == 31


def test_notes_are_not_the_reference_table_s_wording():
    reference = pd.read_csv(shared("reference", "observations.csv"), dtype="str", keep_default_na=False)
    theirs = {note for note in reference["note"] if len(note) > 40}
    ours = set(load_observations()["note"])
    assert not theirs & ours


@pytest.mark.parametrize(
    ("word", "zh", "en"),
    [
        ("初步", "初步", "preliminary"),
        ("口径变化", "口径变化", "definition break"),
        ("估计", "估计", "estimated"),
    ],
)
def test_a_status_is_told_in_the_readers_language(tmp_path, word, zh, en):
    """Guards: the check of a Chinese file said “preliminary” and “break” in the middle of a Chinese sentence."""
    from healthplan import intake

    file = tmp_path / "own.csv"
    head = "指标,地区,年份,数值,单位,来源,数据状态\n"
    file.write_text(f"{head}婴儿死亡率,万州区,2023,2.6,‰,年报,{word}\n", "utf-8")
    found = next(f for f in intake.read_any(file).faults if f.code == "STATUS")
    assert f"“{zh}”" in found.part("problem", "zh") and en in found.part("problem", "en")


def test_every_status_has_its_words_and_derived_notes_name_what_they_divide():
    from healthplan import messages

    for word in tables.OBS_STATUSES:
        assert re.search("[一-鿿]", messages.text(f"observations.status_{word}", "zh"))
    notes = all_observations()["note_zh"]
    derived = notes[notes.str.startswith(("推算：", "口径变更："))]
    assert len(derived) > 10 and not derived.str.contains("[a-z]+_[a-z]+").any()
    assert not notes.str.contains("preliminary|break|estimated|invented").any()


def test_the_newest_edition_known_at_the_time_counts_and_an_older_report_stays_as_it_was():
    rows = pd.DataFrame(
        {"indicator": "nurses_per_1000", "area": "dazu", "year": [2018, 2018, 2019, 2019], "period": "",
         "value": [3.06, 2.81, 3.18, 2.9], "unit": "人/千人", "source": "s", "obs_status": "final", "numerator": None,
         "denominator": None, "note": "", "edition": ["2020", "2022", "2020", "2022"]}
    )  # fmt: skip
    table = tables.check(rows, "observations")
    assert as_known(table)["value"].tolist() == [2.81, 2.9]
    assert as_known(table, 2022)["value"].tolist() == [2.81, 2.9]
    assert as_known(table, 2021)["value"].tolist() == [3.06, 3.18]
    assert as_known(table, 2019)["value"].tolist() == [3.06, 3.18]  # yearbooks come later
    assert as_known(table, 2018)["value"].tolist() == [3.06]
