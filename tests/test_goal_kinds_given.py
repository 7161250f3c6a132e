"""The very inputs of ../shared/goal-kinds (its README names them by number), each against the right answer there.

What does not hold so far stands in tests/kinds/not_yet.csv and must fail, so that whoever makes it hold takes its
line away.
"""

import pandas as pd
import pytest
from conftest import shared
from goal_kinds import accepted, afresh, not_yet, run, workspace_for_kinds
from typer.testing import CliRunner
from whole_line import all_observations

from healthplan import cli, planreader, registers
from healthplan.intake import read_any
from healthplan.line import view
from healthplan.plans import load_plan

OURS = 'mydist,mydistrict,My District,,chongqing,"test",我区,district,'


@pytest.fixture(autouse=True)
def open_rows(request):
    """What does not hold so far must fail."""
    if why := not_yet().get((request.node.name, "given")):
        request.applymarker(pytest.mark.xfail(strict=True, reason=why))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = workspace_for_kinds(tmp_path_factory.mktemp("given") / "ws", areas=False)
    with (folder / "data" / "areas.csv").open("a", encoding="utf-8") as file:
        file.write(f"{OURS}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(folder))
        patch.setenv("HEALTHPLAN_LANG", "en")
        yield folder


@pytest.fixture
def space(made, tmp_path):
    """The workspace with no measure but the shipped ones; a folder for files."""
    afresh(made)
    return tmp_path


def given(name):
    return shared("goal-kinds", name)


def plan_of(name, plan, space, title="某区规划（2021—2030年）"):
    """A plan from a given document, or from a given sheet in which every row is accepted."""
    path = given(name)
    sheet = path if path.suffix == ".xlsx" else accepted(path, space / f"{plan}.xlsx")
    run("add-plan", sheet, "--plan", plan, "--area", "我区", "--title", title)
    return load_plan(plan)


def judged(plan, *names, as_of=2024):
    seen = view(plan, files=[str(given(name)) for name in names], as_of=as_of, lang="zh")
    rows = seen.verdicts.merge(seen.tables.targets, on="target_id", suffixes=("", "_asked"))
    return rows.merge(seen.told, on="target_id", suffixes=("", "_told"))


def goals(plan, words):
    """The goals whose printed name holds these words."""
    return plan.targets[plan.targets["name_zh"].str.contains(words, regex=False)]


def checked(name):
    return CliRunner().invoke(cli.app, ["check", str(given(name))])


@pytest.mark.parametrize("name", ["145.html", "145c.xlsx"])
def test_01_baselines_and_natures_are_kept(name, space):
    plan = plan_of(name, f"p01-{name[-4:]}".replace(".", ""), space)
    rows = plan.targets
    assert rows["baseline"].notna().sum() >= 6
    assert (rows.loc[rows["baseline"].notna(), "baseline_year"] == 2020).all()
    if name.endswith("html"):
        assert set(rows["nature"]) == {"expected", "binding"}
    ncd = judged(plan, "d145.xlsx").set_index("indicator").loc["premature_ncd_mortality"]
    assert ncd["goal_high"] == pytest.approx(15.3 * 0.9)


def test_02_two_thousand_people_are_no_year(space):
    rows = planreader.read_plan(given("145.html"), indicators=registers.load_indicators())
    row = rows[rows["name"].str.contains("医师")].iloc[0]
    assert (row["value"], row["unit"], row["indicator"]) == (2000, "人", "physicians")


def test_03_a_group_is_not_judged_by_the_whole(space):
    plan = plan_of("plan1.txt", "p03", space)
    rows = judged(plan, "d5.xlsx")
    grouped = rows[rows["group"].isin(["rural", "urban", "male", "female"])]
    assert len(grouped) >= 4 and set(grouped["status"]) == {"no_data"}
    assert {"rural", "urban"} <= set(grouped["group"])


@pytest.mark.parametrize(("name", "group"), [("d6_sex1.xlsx", "male"), ("d6_area.xlsx", "rural")])
def test_04_a_column_of_groups_is_kept_or_refused(name, group, space):
    found = read_any(given(name))
    assert not found.ok or set(found.table["group"]) == {group}


def test_05_every_year_is_not_once(space):
    plan = plan_of("plan1.txt", "p05", space)
    rows = pd.concat([goals(plan, "近视率"), goals(plan, "执业（助理）医师数")])
    assert set(rows["per"]) == {"year"}
    fall = goals(plan, "近视率").iloc[0]
    assert (fall["value"], fall["unit"]) == (-0.5, "个百分点")
    more = plan_of("plan3.txt", "p05b", space)
    assert goals(more, "床位")["per"].tolist() == ["year"]


def test_07_above_the_city_is_a_miss_where_below_is_asked(space):
    plan = plan_of("plan3.txt", "p07", space)
    row = judged(plan, "d13.xlsx").set_index("name_zh").filter(like="药占比", axis=0).iloc[0]
    assert (row["reference"], row["side"]) == ("chongqing", "<")
    assert row["status"] in ("off_course", "missed") and row["probability_met"] < 0.2


def test_08_a_reference_as_proposed_is_taken_or_told_in_check(space):
    sheet = accepted(given("plan3.txt"), space / "p08.xlsx")
    assert checked_file(sheet).exit_code == 0
    run("add-plan", sheet, "--plan", "p08", "--area", "我区", "--title", "某区规划（2021—2027年）")
    seen = view(load_plan("p08"), as_of=2024, lang="en")
    assert not seen.told["why"].str.contains(r"with\s*,").any()


def checked_file(path):
    return CliRunner().invoke(cli.app, ["check", str(path)])


def test_09_new_measures_have_unit_and_direction_from_the_meaning(space):
    plan = plan_of("plan1.txt", "p09", space)
    known = registers.load_indicators().set_index("indicator")
    about = {n: known.loc[goals(plan, n)["indicator"].iloc[0]] for n in ("全科医生", "近视率")}
    assert (about["全科医生"]["unit"], about["全科医生"]["direction"]) == ("人", "increase")
    assert (about["近视率"]["unit"], about["近视率"]["direction"]) == ("%", "decrease")
    assert checked("d4.xlsx").exit_code == 0


def test_10_the_sheet_takes_what_plans_print(space):
    faults = [fault for fault in read_any(given("t1.xlsx")).faults if fault.severity == "error"]
    assert len({fault.row for fault in faults}) <= 3


def test_10_the_sheet_takes_every_comparator(space):
    faults = [fault for fault in read_any(given("t2_cmp.xlsx")).faults if fault.severity == "error"]
    # a range of one number and a reference that names nobody are refused, and no other row
    assert {fault.row for fault in faults} <= {4, 6}


def test_12_every_file_is_projected(space):
    out = space / "paths.csv"
    files = [w for n in ("d7_old.xlsx", "d7_newonly.xlsx") for w in ("--observations", given(n))]
    run("project", *files, "--to", "2025", "--out", out)
    rows = pd.read_csv(out)
    assert rows.loc[rows["kind"] == "observed", "year"].nunique() == 14


def test_13_a_revised_series_is_used_and_the_old_one_kept(space):
    both = [str(given(name)) for name in ("d7_old.xlsx", "d7_new.xlsx")]
    nurses = lambda as_of: view_of(both, as_of).set_index("year")["value"]  # noqa: E731
    assert nurses(2024)[2019] == 2.90
    assert nurses(2021)[2019] == 3.18


def view_of(files, as_of):
    found = all_observations(files, as_of=as_of, area="mydist")
    return found[(found["indicator"] == "nurses_per_1000") & (found["area"] == "mydist")]


def test_14_two_starts_are_told(space):
    plan = plan_of("plan3c.xlsx", "p14", space, "某区规划（2021—2027年）")
    row = judged(plan, "d12_rev.xlsx").set_index("indicator").loc["nurses_per_1000"]
    assert "baseline_differs" in row["why"] and row["goal_low"] == pytest.approx(3.5)
    assert "3.18" in row["why_told"] and "2.9" in row["why_told"]


@pytest.mark.parametrize(
    "name", ["成人肥胖增长率", "失眠现患率", "失能发生率", "痴呆患病率", "尘肺病"], ids=("9", "21", "51", "52", "44")
)  # fmt: skip
def test_16_a_direction_is_read(name, space):
    rows = planreader.read_plan(given("hca.html"), indicators=registers.load_indicators())
    found = rows[rows["name"].str.contains(name)]
    assert len(found) and set(found["comparator"]) == {"trend"}


def test_18_about_binds_at_both_ends(space):
    row = goals(plan_of("145.html", "p18", space), "床位").iloc[0]
    assert (row["comparator"], row["value"]) == ("=", 7.5) and row["tolerance"] > 0


def test_19_a_coverage_above_100_is_a_question(space):
    assert checked("d6_over.xlsx").exit_code == 0
    assert "denominator" in checked("d6_over.xlsx").output


def test_21_physicians_with_assistants_are_physicians(space):
    plan = plan_of("plan2.txt", "p21", space)
    assert set(goals(plan, "执业（助理）医师数")["indicator"]) == {
        "physicians",
        "physicians_per_1000",
    }


def test_22_a_goal_of_a_group_has_its_group(space):
    plan = plan_of("plan2.txt", "p22", space)
    assert "rural" in set(plan.targets.loc[plan.targets["value"] == 12, "group"])
    part = plan.targets[(plan.targets["indicator"] == "elderly_health_mgmt_rate") & (plan.targets["value"] == 65)]  # fmt: skip
    assert part["group"].isin(["rural", "township"]).all() and len(part) == 1


def test_24_a_school_year_is_the_year_of_its_end(space):
    plan_of("plan1.txt", "p24", space)
    found = read_any(given("d6_school.xlsx"))
    assert found.ok and sorted(found.table["year"]) == [2022, 2023, 2024]


def test_26_a_fall_is_told_as_a_fall(space):
    plan = plan_of("plan1.txt", "p26", space)
    seen = view(plan, as_of=2024, lang="en")
    said = " ".join(map(str, seen.card.to_numpy().ravel()))
    assert "up by -" not in said and "up by −" not in said
    assert "增长-" not in " ".join(map(str, seen.in_language("zh").card.to_numpy().ravel()))


def test_27_two_plans_share_one_measure(space):
    one = plan_of("plan1c.xlsx", "p27a", space)
    other = plan_of("plan3c.xlsx", "p27b", space, "某区规划（2021—2027年）")
    ids = {*goals(one, "平均住院日")["indicator"], *goals(other, "平均住院日")["indicator"]}
    assert len(ids) == 1
    for plan in (one, other):
        row = judged(plan, "d27.xlsx").set_index("indicator").loc[[*ids]].iloc[0]
        assert row["status"] != "no_data"
