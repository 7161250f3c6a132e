"""Guards: revisions, editions, populations and areas that change: what a later file does to the figures of an earlier one."""

from __future__ import annotations

import pandas as pd
import pytest
from typer.testing import CliRunner
from whole_line import all_observations

from healthplan import cli, intake, line, plans, registers, tables
from healthplan.area_changes import with_sums
from healthplan.errors import InputError
from healthplan.observations import as_known, with_rates
from healthplan.plans import load_plan

HEAD = "指标,地区,年份,数值,单位,来源,备注"
OLD = {2017: 2.94, 2018: 3.06, 2019: 3.18}
NEW = {2017: 2.72, 2018: 2.81, 2019: 2.90, 2020: 3.00, 2021: 3.10}


def nurses(values: dict[int, float], source: str, note: str = "", area: str = "万州区") -> str:
    """A file of nurses per 1,000."""
    rows = [f"每千人口注册护士数,{area},{y},{v},人/千人,{source},{note}" for y, v in values.items()]
    return "\n".join([HEAD, *rows]) + "\n"


@pytest.fixture
def files(tmp_path):
    """The figures before the census was known, and the revised ones."""
    for name, text in (("旧.csv", nurses(OLD, "2020年鉴")), ("新.csv", nurses(NEW, "2022年鉴", "按七普修订"))):  # fmt: skip
        (tmp_path / name).write_text(text, encoding="utf-8")
    return [str(tmp_path / "旧.csv"), str(tmp_path / "新.csv")]


def known(table: pd.DataFrame, as_of: int) -> dict[int, float]:
    """The values by year as they were known at the end of a year."""
    rows = as_known(table, as_of)
    return dict(zip(rows["year"].astype(int), rows["value"], strict=True))


@pytest.mark.parametrize("order", [1, -1])
def test_a_revised_series_is_taken_the_old_one_stays_and_the_difference_is_said(files, order):
    table, faults = intake.load_user_observations(files[::order])
    assert known(table, 2024) == NEW
    assert known(table, 2020) == OLD | {2020: 3.0}
    said = [one for one in faults if one.code == "KEY-EDITION"]
    assert [(one.fields["years"], one.fields["old"], one.value) for one in said] == [("2017-2019", "3.18", "2.9")]  # fmt: skip
    assert "-0.28" in said[0].text("zh")
    assert "2020年版" in said[0].text("zh")


def test_every_command_reads_every_file_and_says_what_was_revised(files, tmp_path):
    run = CliRunner().invoke
    checked = run(cli.app, ["check", *files])
    assert checked.exit_code == 0
    assert "KEY-EDITION" in checked.output
    out = tmp_path / "out.csv"
    done = run(cli.app, ["project", "--observations", files[0], "--observations", files[1], "--to", "2023", "--out", str(out)])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "KEY-EDITION" in done.output
    rows = pd.read_csv(out)
    observed = rows[rows["kind"] == "observed"]
    assert dict(zip(observed["year"], observed["value"], strict=True)) == NEW
    gaps = run(cli.app, ["gaps", "wanzhou-2024", "--as-of", "2021", "--observations", files[0], "--observations", files[1]])  # fmt: skip
    assert gaps.exit_code == 0, gaps.output
    assert "KEY-EDITION" in gaps.output
    shown = run(cli.app, ["diff", *files, "--format", "csv"])
    assert shown.output.count("nurses_per_1000") == len(OLD) + len(NEW)
    assert "KEY-EDITION" in shown.output


def test_files_of_different_years_are_one_series(tmp_path):
    for name, values in (("a", {2017: 2.1, 2018: 2.2}), ("b", {2019: 2.3}), ("c", {2020: 2.4, 2021: 2.5})):  # fmt: skip
        (tmp_path / f"{name}.csv").write_text(nurses(values, "年报"), encoding="utf-8")
    given = [word for name in "abc" for word in ("--observations", str(tmp_path / f"{name}.csv"))]
    done = CliRunner().invoke(cli.app, ["project", *given, "--to", "2023", "--out", str(tmp_path / "out.csv")])  # fmt: skip
    assert done.exit_code == 0, done.output
    rows = pd.read_csv(tmp_path / "out.csv")
    assert rows.loc[rows["kind"] == "observed", "year"].tolist() == [2017, 2018, 2019, 2020, 2021]


def test_tables_of_our_own_columns_are_held_against_each_other_too(tmp_path):
    out = tmp_path / "out.csv"
    for name, values, source in (("a", OLD, "2020年鉴"), ("b", NEW, "2022年鉴"), ("c", {2019: 3.0}, "年报")):  # fmt: skip
        rows = [f"nurses_per_1000,wanzhou,{y},{v},人/千人,{source}" for y, v in values.items()]
        head = "indicator,area,year,value,unit,source"
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    run = lambda *names: CliRunner().invoke(cli.app, ["project", *(w for n in names for w in ("--observations", str(tmp_path / f"{n}.csv"))), "--to", "2023", "--out", str(out)])  # noqa: E731  # fmt: skip
    assert run("a", "b").exit_code == 0
    rows = pd.read_csv(out)
    assert rows.loc[rows["kind"] == "observed", "value"].tolist() == list(NEW.values())
    assert [one.code for one in run("a", "c").exception.faults] == ["KEY-FILES"]


CLASHES = {
    "nothing says which is newer": ("年报", "", "年报", ""),
    "one edition twice": ("2022年鉴", "", "2022年鉴", ""),
    "one dated, one not": ("2022年鉴", "", "年报", ""),
}


@pytest.mark.parametrize("name", CLASHES)
def test_two_values_of_which_nothing_says_which_is_newer_are_refused(name, tmp_path):
    first, first_note, second, second_note = CLASHES[name]
    (tmp_path / "a.csv").write_text(nurses({2019: 3.18}, first, first_note), encoding="utf-8")
    (tmp_path / "b.csv").write_text(nurses({2019: 2.90}, second, second_note), encoding="utf-8")
    with pytest.raises(InputError, match="版本") as raised:
        intake.load_user_observations([str(tmp_path / "a.csv"), str(tmp_path / "b.csv")])
    assert [one.code for one in raised.value.faults if one.severity == "error"] == ["KEY-FILES"]


@pytest.mark.parametrize(("source", "note"), [("年报", "修订"), ("2022年鉴", "核定数"), ("年报（更正）", "")])  # fmt: skip
def test_an_undated_figure_gives_way_to_what_is_called_its_revision(source, note, tmp_path):
    (tmp_path / "a.csv").write_text(nurses({2019: 3.18}, "年报"), encoding="utf-8")
    (tmp_path / "b.csv").write_text(nurses({2019: 2.90}, source, note), encoding="utf-8")
    for names in (("a", "b"), ("b", "a")):
        table, _ = intake.load_user_observations([str(tmp_path / f"{n}.csv") for n in names])
        assert known(table, 2024) == {2019: 2.90}


@pytest.mark.parametrize(("old", "new"), [("护士", "护士（修订）"), ("2020年鉴", "2022年鉴"), ("护士", "2022年修订版")])  # fmt: skip
def test_a_file_that_is_called_a_revision_is_one(old, new, tmp_path):
    (tmp_path / f"{old}.csv").write_text(nurses(OLD, "年报"), encoding="utf-8")
    (tmp_path / f"{new}.csv").write_text(nurses(NEW, "年报"), encoding="utf-8")
    for names in ((old, new), (new, old)):
        table, faults = intake.load_user_observations([str(tmp_path / f"{n}.csv") for n in names])
        assert known(table, 2024) == NEW
        assert {"KEY-EDITION", "KEY-REVISED"} & {one.code for one in faults}


def test_a_revision_is_shown_beside_what_it_revises_before_it_is_taken(files, tmp_path, monkeypatch):
    _workspace(tmp_path, monkeypatch)
    intake.take_file(files[0])
    shown = intake.diff_file(files[1])
    revised = shown[shown["change"] == "revised"]
    assert revised[["year", "old_value", "new_value"]].to_numpy().tolist() == [[y, OLD[y], NEW[y]] for y in OLD]
    intake.take_file(files[1])
    kept = pd.read_csv(intake.userfiles.own_path(files[0]))
    assert kept["value"].tolist() == list(OLD.values())


@pytest.mark.parametrize(("as_of", "wanted"), [(2020, 3.18), (2021, 3.18), (2022, 2.90)])
def test_a_taken_edition_stays_beside_a_newer_file(as_of, wanted, files, tmp_path, monkeypatch):
    _workspace(tmp_path, monkeypatch)
    intake.take_file(files[0])
    found = all_observations([files[1]], as_of=as_of)
    at = (found["indicator"] == "nurses_per_1000") & (found["area"] == "wanzhou")
    assert found.loc[at & (found["year"] == 2019), "value"].tolist() == [wanted]


def test_a_step_on_the_census_is_asked_about_however_small_unless_it_is_declared(tmp_path):
    steps = {2016: 2.80, 2017: 2.90, 2018: 3.00, 2019: 3.10, 2020: 3.02, 2021: 3.12}
    calm = steps | {2020: 3.20, 2021: 3.30}
    beds = {y: round(v * 1000) for y, v in steps.items()}
    cases = {
        "asked": (nurses(steps, "年报"), True),
        "calm": (nurses(calm, "年报"), False),
        "declared": (nurses(steps, "年报").replace("2020,3.02,人/千人,年报,", "2020,3.02,人/千人,年报,口径变化"), False),
        "a measure that is not registered": (nurses(steps, "年报").replace("每千人口注册护士数", "每万常住人口康复床位数").replace("人/千人", "张/万人"), True),
        "no population in it": (HEAD + "\n" + "".join(f"医疗卫生机构床位数,万州区,{y},{v},张,年报,\n" for y, v in beds.items()), False),
    }  # fmt: skip
    for name, (text, asked) in cases.items():
        (tmp_path / "数据.csv").write_text(text, encoding="utf-8")
        codes = {one.code for one in intake.read_figures(tmp_path / "数据.csv").faults}
        assert ("SERIES-BREAK" in codes) == asked, name


def test_another_population_is_a_break_in_one_file_and_over_two(tmp_path):
    head = "指标,地区,年份,数值,单位,人口口径"
    rows = [f"每千人口注册护士数,万州区,{y},{v},人/千人,{b}" for y, v, b in ((2018, 3.0, "六普"), (2019, 3.1, "六普"), (2020, 2.9, "七普"), (2021, 3.0, "七普"))]  # fmt: skip
    for name, part in (("all", rows), ("a", rows[:2]), ("b", rows[2:])):
        (tmp_path / f"{name}.csv").write_text("\n".join([head, *part]) + "\n", encoding="utf-8")
    for names in (["all"], ["a", "b"], ["b", "a"]):
        table, faults = intake.load_user_observations([str(tmp_path / f"{n}.csv") for n in names])
        status = table.sort_values("year")["obs_status"].tolist()
        assert status == ["final", "final", "break", "final"], names
        assert sum(one.code == "SERIES-BASIS" for one in faults) == 1


def _rows(*rows: tuple) -> pd.DataFrame:
    names = ["indicator", "area", "year", "value", "unit", "numerator", "denominator"]
    frame = pd.DataFrame([(*row, None, None)[:7] for row in rows], columns=names)
    return tables.check(frame.assign(source="年报", obs_status="final", period="", note=""), "observations")  # fmt: skip


def _summed(rows: pd.DataFrame, changes: list[tuple]) -> pd.DataFrame:
    about = registers.load_registers()
    change = pd.DataFrame(changes, columns=["year", "old", "new", "share"]).assign(note="")
    found = with_sums(rows, tables.check(change, "area_changes"), about.indicators, about.areas)
    return with_rates(found, about.indicators).set_index(["indicator", "area", "year"])


DAZU = [(2011, "dazu-county", "dazu", 1.0), (2011, "shuangqiao", "dazu", 1.0)]


def test_the_shipped_mergers_name_registered_areas_and_those_that_are_no_more():
    changes, areas = registers.load_area_changes(), registers.load_areas()
    assert set(changes["old"]) | set(changes["new"]) <= set(areas["area"])
    assert set(registers.ended(changes)) == {"dazu-county", "shuangqiao", "qijiang-county"}
    peers = registers.area_tree(areas).peers("dazu")
    assert "shuangqiao" not in peers
    assert {"wansheng", "qijiang"} <= set(peers)


def test_counts_are_summed_over_a_merger_and_rates_made_of_the_sums():
    """The census of 2010 printed 671,243 for Dazu County and 50,116 for Shuangqiao, 721,359 together."""
    found = _summed(
        _rows(
            ("population_resident", "dazu-county", 2010, 671243, "人"), ("population_resident", "shuangqiao", 2010, 50116, "人"),
            ("nurses", "dazu-county", 2010, 600, "人"), ("nurses", "shuangqiao", 2010, 100, "人"),
            ("nurses", "dazu-county", 2009, 550, "人"),
            ("nurses", "dazu", 2012, 900, "人"), ("population_resident", "dazu", 2012, 725000, "人"),
        ),
        DAZU,
    )  # fmt: skip
    assert found.loc[("population_resident", "dazu", 2010), "value"] == 721359
    assert found.loc[("nurses", "dazu", 2010), "obs_status"] == "derived"
    assert "大足县600＋双桥区100" in found.loc[("nurses", "dazu", 2010), "note_zh"]
    assert found.loc[("nurses_per_1000", "dazu", 2010), "value"] == pytest.approx(700 / 721.359)
    assert ("nurses", "dazu", 2009) not in found.index  # one part has no figure
    assert found.loc[("nurses", "dazu", 2012), "obs_status"] == "final"


def test_rates_are_made_of_the_counts_beside_them_or_broken():
    found = _summed(
        _rows(
            ("infant_mortality_rate", "dazu-county", 2010, 4.0, "‰", 20, 5000), ("infant_mortality_rate", "shuangqiao", 2010, 8.0, "‰", 4, 500),
            ("infant_mortality_rate", "dazu", 2012, 4.1, "‰"),
            ("health_literacy_rate", "dazu-county", 2010, 5.0, "%"), ("health_literacy_rate", "shuangqiao", 2010, 7.0, "%"),
            ("health_literacy_rate", "dazu", 2012, 6.0, "%"),
        ),
        DAZU,
    )  # fmt: skip
    assert found.loc[("infant_mortality_rate", "dazu", 2010), "value"] == pytest.approx(24 / 5.5)
    assert found.loc[("infant_mortality_rate", "dazu", 2012), "obs_status"] == "final"
    assert ("health_literacy_rate", "dazu", 2010) not in found.index
    assert found.loc[("health_literacy_rate", "dazu", 2012), "obs_status"] == "break"


def test_a_part_that_goes_to_a_neighbour_and_a_new_name():
    beds = [("beds_total", "dazu", y, v, "张") for y, v in ((2010, 1000), (2012, 900))]
    beds += [("beds_total", "wanzhou", y, v, "张") for y, v in ((2010, 2000), (2012, 2100))]
    given = [(2011, "dazu", "dazu", 0.9), (2011, "dazu", "wanzhou", 0.1), (2011, "wanzhou", "wanzhou", 1.0)]  # fmt: skip
    found = _summed(_rows(*beds), given)
    assert found.loc[("beds_total", "dazu", 2010), "value"] == pytest.approx(900)
    assert found.loc[("beds_total", "wanzhou", 2010), "value"] == pytest.approx(2100)
    renamed = _summed(_rows(("health_literacy_rate", "shuangqiao", 2010, 7.0, "%")), [(2011, "shuangqiao", "dazu", 1.0)])  # fmt: skip
    assert renamed.loc[("health_literacy_rate", "dazu", 2010), "value"] == 7.0


def _workspace(tmp_path, monkeypatch):
    root = tmp_path / "ws"
    assert CliRunner().invoke(cli.app, ["init", str(root)]).exit_code == 0
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(root))
    return root


def test_a_merger_of_ones_own_is_a_row_of_data(tmp_path, monkeypatch):
    root = _workspace(tmp_path, monkeypatch)
    with (root / "data" / "areas.csv").open("a", encoding="utf-8") as file:
        file.write("our,我区,Our District,,chongqing,,,district,\n")
        file.writelines(f"{a},{n},{a},,chongqing,,,former,\n" for a, n in (("old-a", "甲县"), ("old-b", "乙区")))  # fmt: skip
    changes = root / "data" / "area_changes.csv"
    with changes.open("a", encoding="utf-8") as file:
        file.write("2020,old-a,our,1,合并\n2020,old-b,our,1,合并\n")
    rows = [f"医疗卫生机构床位数,{a},{y},{v},张,年报," for a, values in (("甲县", {2017: 100, 2018: 110, 2019: 120}), ("乙区", {2017: 50, 2018: 55, 2019: 60}), ("我区", {2020: 190, 2021: 200})) for y, v in values.items()]  # fmt: skip
    (tmp_path / "床位.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    out = tmp_path / "out.csv"
    done = CliRunner().invoke(cli.app, ["project", "--observations", str(tmp_path / "床位.csv"), "--to", "2023", "--out", str(out)])  # fmt: skip
    assert done.exit_code == 0, done.output
    assert done.output.count("AREA-PARTS") == 2
    found = pd.read_csv(out)
    ours = found[(found["area"] == "our") & (found["kind"] == "observed")]
    assert ours["value"].tolist() == [150, 165, 180, 190, 200]
    assert CliRunner().invoke(cli.app, ["check", str(changes)]).exit_code == 0
    changes.write_text("year,old,new,share,note\n2020,nowhere,our,1,\n", encoding="utf-8")
    with pytest.raises(InputError, match="nowhere"):
        registers.load_area_changes()


def test_figures_of_merged_areas_reach_the_plan_of_the_new_one(tmp_path):
    rows = [f"{name},{area},{y},{v},人,年报," for name, area, y, v in (
        ("注册护士数", "大足县", 2009, 550), ("注册护士数", "双桥区", 2009, 80),
        ("年末常住人口", "大足县", 2009, 670000), ("年末常住人口", "双桥区", 2009, 50000),
    )]  # fmt: skip
    (tmp_path / "旧区.csv").write_text("\n".join([HEAD, *rows]) + "\n", encoding="utf-8")
    found = line.view(plans.load_plan("dazu-2027"), files=[str(tmp_path / "旧区.csv")]).observations
    nurses_2009 = found[(found["area"] == "dazu") & (found["year"] == 2009)].set_index("indicator")
    assert nurses_2009.loc["nurses", "value"] == 630
    assert nurses_2009.loc["nurses_per_1000", "value"] == pytest.approx(630 / 720)


def test_without_a_year_asked_for_the_newest_edition_counts_also_one_published_later(tmp_path):
    """A yearbook comes a year after its figures: nobody who asks for no year means the older flash figure."""
    (tmp_path / "快报.csv").write_text(nurses({2024: 3.10}, "2024年鉴"), encoding="utf-8")
    (tmp_path / "年鉴.csv").write_text(nurses({2024: 3.25}, "2025年鉴"), encoding="utf-8")
    files = [str(tmp_path / "年鉴.csv"), str(tmp_path / "快报.csv")]
    plan = load_plan("wanzhou-2024")
    latest = {}
    for as_of in (None, 2024):
        seen = line.view(plan, files=files, as_of=as_of)
        rows = seen.observations
        mine = rows[(rows["indicator"] == "nurses_per_1000") & (rows["area"] == "wanzhou")]
        latest[as_of] = mine.loc[mine["year"] == 2024, "value"].item()
    assert latest == {None: 3.25, 2024: 3.10}
