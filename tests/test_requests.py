"""Whom to ask for figures: the counts on the pages are true, and what an office fills in settles the goals that were promised."""

import html
import re
import shutil
from dataclasses import replace
from types import SimpleNamespace

import browser
import openpyxl
import pandas as pd
import pytest
from conftest import ROOT
from typer.testing import CliRunner

import healthplan as hp
from healthplan import registers, tables
from healthplan.cli import app
from healthplan.intake.readers import register
from healthplan.report import asking, export, request_books
from healthplan.report.blocks import Html
from healthplan.report.sections import requests as pages
from healthplan.report.sections.departments import departments

REAL = ("wansheng-2023-2025", "dazu-2027", "longgang-2024", "wanzhou-2024", "zhoucun-2024")
PLAN = "wansheng-2023-2025"


@pytest.fixture(scope="module")
def seen():
    found = {}

    def of(plan, lang="zh"):
        if (plan, lang) not in found:
            found[plan, lang] = hp.plan(plan, lang=lang)
        return found[plan, lang]

    return of


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A workspace with this one plan, as an office has it."""
    for name in ("data", "notebooks"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("demo-2027", ".ipynb_checkpoints"))
    (tmp_path / "parameters").mkdir()
    (tmp_path / "parameters" / f"{PLAN}.yaml").write_text(f"plan: {PLAN}\n", "utf-8")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def books_of(view, lang="zh"):
    rows = pages.requests(view)
    lines = asking.lines(view, rows)
    return rows, lines, request_books.workbooks(lines.to_dict("records"), "T", lang)


def fill(path, cell):
    """Fills the yellow cells of a workbook as an office would; ``cell``: what it writes for unit, year and part. Returns how many."""
    book = openpyxl.load_workbook(path)
    sheet, count = book.worksheets[0], 0
    heads = {c: str(sheet.cell(3, c).value or "") for c in range(1, sheet.max_column + 1)}
    below = {c: str(sheet.cell(4, c).value or "") for c in heads}
    unit = next(at for at, head in heads.items() if head == "单位")
    first = 5 if "分子" in below.values() else 4
    for row in range(first, sheet.max_row + 1):
        for at, head in heads.items():
            part = below[at] if first == 5 else ""
            year = re.match(r"\d{4}", head)
            if year and sheet.cell(row, at).fill.start_color.rgb == "FFFFF6CC":
                written = cell(str(sheet.cell(row, unit).value or ""), int(year[0]), part)
                if written is not None:
                    sheet.cell(row, at).value, count = written, count + 1
            elif head == "来源":
                sheet.cell(row, at).value = "2025年报"
    book.save(path)
    return count


# of each unit an invented figure that is possible, with counts that agree with it
FIGURES = {
    "%": (40, 400, 1000),
    "‰": (4, 4, 1000),
    "1/10万": (10, 1, 10_000),
    "个/千人": (3, 3000, 1_000_000),
    "岁": (80, 0, 0),
}


def honest(unit, year, part):
    value, numerator, denominator = FIGURES.get(unit, (10, 0, 0))
    return {"分子": numerator, "分母": denominator}.get(part, value)


def take(*paths):
    ran = CliRunner().invoke(app, ["diff", *map(str, paths), "--take"])
    assert ran.exit_code == 0, ran.exception


@pytest.mark.parametrize("plan", [*REAL, "demo-2027"])
def test_every_open_goal_is_settled_once_or_said_not_to_be(seen, plan):
    view = seen(plan)
    rows = pages.requests(view)
    lines = asking.lines(view, rows)
    offices, settles = asking.offices(view, rows, lines), asking.settled_by(view, rows)
    facts = pages._facts(view)
    assert offices["count"].sum() == len(settles) == facts["settled"]
    assert (offices["count"] >= 1).all()
    assert facts["settled"] + sum(facts[f"{why}_count"] for why in pages.LEFT) >= sum(
        view.brief["status"].isin(tables.statuses("open"))
    )
    assert list(offices["cumulative"]) == list(offices["count"].cumsum())
    assert not lines.duplicated(["indicator", "area", "group"]).any()
    # each count of goals says how many offices settle goals of its own
    status = view.brief.set_index("target_id")["status"]
    for what, statuses in (("due", ["due_unconfirmed"]), ("ahead", ["no_data", "reference_only"])):
        own = [one for one in offices["targets"] if status.loc[one.split(";")].isin(statuses).any()]
        assert facts[f"{what}_offices"] == len(own)


def test_an_office_that_no_one_names_and_goals_of_one_name_are_told(seen):
    """Guards: 向向负责部门索取索取数据; one goal settled, and the goal of that name that stays open."""
    assert asking.addressees(seen(PLAN), "zh")("", "") == "负责部门"
    twins = pd.DataFrame(
        {"target_id": ["a", "b", "c"], "name": ["甲", "甲", "乙"], "goal": ["前3名", "不低于30%", "x"]}
    )
    told = pages._names(SimpleNamespace(brief=twins, lang="zh"))
    assert list(told.values()) == ["甲（前3名）", "甲（不低于30%）", "乙"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_page_counts_stands_in_the_tables(seen, lang):
    view = seen(PLAN, lang)
    page, counts = pages.unjudged(view), view.brief["status"].value_counts()
    words = re.sub(r"<[^>]+>", " ", page)
    for number in (len(view.brief), counts["due_unconfirmed"], counts["conflicting"]):
        assert re.search(rf"\b{number}\b|{number}项", words)
    offices = asking.offices(view, pages.requests(view), asking.lines(view, pages.requests(view)))
    for office in offices.head(4).to_dict("records"):
        assert office["addressee"] in words
    assert str(offices["cumulative"].iloc[3]) in words
    assert "未达标" not in words.replace("并非“未达标”", "")


@pytest.mark.parametrize("plan", REAL)
def test_names_and_units_of_each_line_are_read_back_as_what_they_are(seen, plan):
    for lang in ("zh", "en"):
        view = seen(plan, lang)
        for line in asking.lines(view, pages.requests(view)).to_dict("records"):
            assert register().indicator(line["name"]).id == line["indicator"], line["name"]
            assert register().area(line["area_name"]).id == line["area"]


def test_every_place_that_indicators_name_has_an_office_to_write_to():
    known = registers.load_registers()
    asks = set(known.indicators["ask_zh"].fillna("")) - {""}
    table = registers.read_table(known.place.data("addressees.csv"), "addressees")
    assert asks == set(table["ask"])


def test_filled_workbooks_come_straight_back_and_settle_what_was_promised(place):
    """The first four offices: what the page promises of them, no more and no less, is judged afterwards; then all others."""
    view = hp.plan(PLAN)
    rows, lines, books = books_of(view)
    offices, settles = asking.offices(view, rows, lines), asking.settled_by(view, rows)
    files = dict(zip(lines["addressee"], lines["file"], strict=True))
    for file, content in books.items():
        (place / file).write_bytes(content)
        fill(place / file, honest)
    first = list(offices["addressee"].head(4))
    take(*(place / files[office] for office in first))
    after = hp.plan(PLAN)
    promised = {one for one, office in settles.items() if office in first}
    assert set(after.brief.loc[after.brief["standing"] != "open", "target_id"]) == promised
    assert len(promised) == offices["cumulative"].iloc[3]
    assert not set(pages.requests(after)["addressee"]) & set(first)

    take(*(place / file for office, file in files.items() if office not in first))
    after = hp.plan(PLAN)
    assert set(after.brief.loc[after.brief["standing"] != "open", "target_id"]) == set(settles)


def test_a_workbook_filled_in_part_settles_the_filled_goals_and_keeps_them_when_the_rest_comes(place):
    view = hp.plan(PLAN)
    _, lines, books = books_of(view)
    office = "区妇幼保健院"
    name = dict(zip(lines["addressee"], lines["file"], strict=True))[office]
    (place / name).write_bytes(books[name])
    fill(place / name, lambda unit, *of: honest(unit, *of) if unit == "1/10万" else "无" if of[1] == "数值" else None)
    take(place / name)
    again = hp.plan(PLAN)
    status = again.brief.set_index("target_id")["standing"]
    assert status[f"{PLAN}-t002"] != "open"
    assert status[f"{PLAN}-t003"] == status[f"{PLAN}-t004"] == "open"  # known to have none
    kept = again.observations.query("indicator == 'maternal_mortality_rate' and area == 'wansheng'")
    found = kept[["year", "value", "numerator", "denominator", "source"]].to_numpy().tolist()
    assert found == [[2025, 10.0, 1.0, 10_000.0, "2025年报"]]

    _, lines, books = books_of(again)
    line = lines[lines["addressee"] == office]
    assert set(line["indicator"]) == {"infant_mortality_rate", "under5_mortality_rate"}
    name = line["file"].iloc[0]
    (place / name).write_bytes(books[name])
    fill(place / name, honest)
    take(place / name)
    status = hp.plan(PLAN).brief.set_index("target_id")["standing"]
    assert all(status[f"{PLAN}-t00{n}"] != "open" for n in (2, 3, 4))


def test_an_empty_workbook_brings_nothing_and_says_so(place):
    view = hp.plan(PLAN)
    _, _, books = books_of(view)
    name, content = next(iter(books.items()))
    (place / name).write_bytes(content)
    ran = CliRunner().invoke(app, ["diff", str(place / name), "--take"])
    assert ran.exit_code == 1
    assert "Traceback" not in ran.output
    assert not list((place / "data" / "observations").glob("own-*.csv"))


def test_the_same_lines_give_the_same_workbook_and_a_saved_one_is_not_written_over(seen, tmp_path):
    _, _, books = books_of(seen(PLAN))
    assert books == books_of(seen(PLAN))[2]
    name, content = next(iter(books.items()))
    (tmp_path / name).write_bytes(content)
    assert request_books.untouched(tmp_path / name)
    assert request_books.untouched(tmp_path / "none.xlsx")
    fill(tmp_path / name, honest)
    assert not request_books.untouched(tmp_path / name)


def test_names_of_files_differ_as_far_as_they_are_kept(seen):
    names = asking.file_names(seen(PLAN), ["x" * 60, "x" * 61, "区/中心", "区:中心", "../up"])
    kept = [name.removesuffix(".xlsx") for name in names.values()]
    assert len(set(kept)) == 5
    assert all(len(name) <= 40 and "/" not in name and ".." not in name for name in kept)


def test_departments_equal_the_brief(seen):
    """Every goal that counts is led on one sheet; the sheets' counts are those of the brief."""
    view = seen("demo-2027")
    page = departments(view)
    leads = [int(n) for n in re.findall(r"牵头（(\d+)项）", page)]
    assert sum(leads) == len(view.brief)
    short = view.brief[view.brief["standing"] == "short"]
    for row in short.to_dict("records"):
        assert row["name"] in page
        assert row["gap_value"] in page
        assert row["chance_word"] in page
    assert page.count('id="dept-') == len(set(re.findall(r'id="dept-(\d+)"', page)))


def test_a_plan_without_departments_has_one_sheet(seen):
    page = departments(seen("longgang-2024"))
    assert "规划未列责任单位" in page
    assert page.count('class="dept"') == 1


def test_names_are_escaped(seen, monkeypatch):
    view = replace(seen(PLAN))  # one of its own, of which nothing is known yet
    rows = pages.requests(view).assign(addressee="<b>科</b>")
    monkeypatch.setattr(pages, "requests", lambda _: rows)
    for page in (pages.unjudged(view), pages.request_sheets(view), pages.whom_to_ask(view)):
        assert isinstance(page, Html)
        assert "<b>科" not in page
        assert "&lt;b&gt;科" in page


@pytest.mark.skipif(browser.find() is None, reason="no browser on this machine")
@pytest.mark.parametrize("plan", [PLAN, "demo-2027"])
def test_names_of_forty_characters_do_not_scroll_sideways(seen, tmp_path, plan):
    view = seen(plan)
    targets = view.tables.targets.copy()
    long = lambda at: "长" * 37 + f"{at:03d}"  # noqa: E731
    targets["name_zh"] = [long(at) for at in range(len(targets))]
    targets["departments"] = [";".join((long(at % 7), long(at % 3))) for at in range(len(targets))]
    wide = replace(view, tables=replace(view.tables, targets=targets))
    made = {"first": pages.unjudged(wide), "requests": pages.request_sheets(wide), "departments": departments(wide)}
    made["box"] = pages.whom_to_ask(wide)
    with browser.Browser() as tab:
        for name, body in made.items():
            css, page = export.style_sheet(body, "first" if name == "box" else name), tmp_path / f"{name}.html"
            page.write_text(
                f'<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><style>{css}</style><main>{body}</main>',
                "utf-8",
            )
            for width in (1280, 500, 390):
                tab.open(page, width)
                assert tab.value("document.documentElement.scrollWidth") <= width, (name, width)


def sheet_of(place, plan, indicator, changes, name="", title=""):
    """The workbook that asks for an indicator, with other columns of its row filled: ``changes`` by year and part."""
    view = hp.plan(plan)
    _, lines, books = books_of(view)
    line = lines[lines["indicator"] == indicator].iloc[0]
    path = place / (name or line["file"])
    path.write_bytes(books[line["file"]])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    row = next(at for at in range(4, sheet.max_row + 1) if sheet.cell(at, 1).value == line["name"])
    for (year, part), written in changes.items():
        heads = [(at, sheet.cell(3, at).value, sheet.cell(4, at).value) for at in range(1, sheet.max_column + 1)]
        at = next(at for at, head, below in heads if head == f"{year}年" and (below or "数值") == part)
        cell = sheet.cell(row, at)
        cell.value, cell.number_format = written if isinstance(written, tuple) else (written, cell.number_format)
    if title:
        sheet.title = title
    book.save(path)  # as another program does: other bytes, the same cells
    return path, book, sheet, row


def taken(path):
    ran = CliRunner().invoke(app, ["diff", str(path), "--take"])
    assert "Traceback" not in ran.output
    return ran


def kept(place, indicator):
    rows = hp.plan(PLAN).observations.query("indicator == @indicator and area == 'wansheng'")
    return {row["year"]: (row["value"], row["numerator"], row["denominator"]) for row in rows.to_dict("records")}


@pytest.fixture
def share(seen):
    """A share that a workbook asks for with its counts: indicator and the required year."""
    lines = books_of(seen(PLAN))[1]
    line = lines[(lines["unit"] == "%") & (lines["parts"] == "yes")].iloc[0]
    return line["indicator"], int(line["required"].split(";")[0])


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "wanted"),
    [
        (45, None, None, (45, None, None)),
        (None, 730, 1000, (73, 730, 1000)),
        ("无", 730, 1000, (73, 730, 1000)),
        (31.2, 624, 2000, (31.2, 624, 2000)),
        ((0.92, "0%"), 46, 50, (92, 46, 50)),
        (100, 6, 6, (100, 6, 6)),
    ],
)
def test_counts_of_a_workbook_are_read_as_such(place, share, value, numerator, denominator, wanted):
    indicator, year = share
    cells = {(year, "数值"): value, (year, "分子"): numerator, (year, "分母"): denominator}
    path, *_ = sheet_of(place, PLAN, indicator, cells, title="某科报")
    assert taken(path).exit_code == 0
    found = tuple(None if one != one else one for one in kept(place, indicator)[year])
    assert found == pytest.approx(wanted)


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "named"),
    [
        (1, 6, 6, ("数值1像是小数", "分子6、分母6", "100%")),
        (0.45, 9, 20, ("数值0.45像是小数", "45%")),
        (82, 258, 300, ("数值82", "分子258、分母300", "86")),
        (35.2, 624, 2000, ("35.2", "31.2")),
        ("约30", None, None, ("约30",)),
        (None, 730, None, ("730", "只有分子或分母")),
    ],
)
def test_what_contradicts_its_counts_is_refused_by_name_and_nothing_else_is(
    place, share, value, numerator, denominator, named
):
    indicator, year = share
    cells = {(year, "数值"): value, (year, "分子"): numerator, (year, "分母"): denominator, (year - 1, "数值"): 50}
    path, book, sheet, row = sheet_of(place, PLAN, indicator, cells)
    other = next(at for at in range(5, sheet.max_row + 1) if at != row)
    years = [at for at in range(1, sheet.max_column + 1) if str(sheet.cell(3, at).value) == f"{year}年"]
    sheet.cell(other, years[0]).value = 50
    book.save(path)
    ran = taken(path)
    assert ran.exit_code == 0
    assert f"第{row}行" in ran.output
    for word in (*named, "改法", "没有采用"):
        assert word in ran.output
    assert year not in kept(place, indicator)
    assert (year - 1 in kept(place, indicator)) == (value in ("约30", None))  # one unread cell leaves its row


def test_an_answer_of_none_is_counted_kept_and_no_longer_promised(place):
    view = hp.plan(PLAN)
    rows, lines, books = books_of(view)
    promised = asking.settled_by(view, rows)
    office = next(one for one in lines["addressee"] if list(promised.values()).count(one) > 2)
    line = lines[lines["addressee"] == office].iloc[0]
    years = [int(year) for year in line["years"].split(";")]
    path, _, _, row = sheet_of(place, PLAN, line["indicator"], {(year, "数值"): "无" for year in years})
    fill(path, lambda unit, year, part: honest(unit, year, part))
    book = openpyxl.load_workbook(path)
    for at in range(1, book.worksheets[0].max_column + 1):
        if re.match(r"\d{4}年", str(book.worksheets[0].cell(3, at).value)):
            below = str(book.worksheets[0].cell(4, at).value or "数值")
            book.worksheets[0].cell(row, at).value = "无" if below in ("数值",) else None
    book.save(path)
    ran = taken(path)
    assert f"{len(years)}格写“无”" in ran.output
    again = hp.plan(PLAN)
    rows, lines, books = books_of(again)
    mine = lines[lines["indicator"] == line["indicator"]]
    assert list(mine["none"]) == [line["years"]]
    assert not set(mine["targets"].iloc[0].split(";")) & set(asking.settled_by(again, rows))
    (place / "again.xlsx").write_bytes(books[mine["file"].iloc[0]])
    cells = openpyxl.load_workbook(place / "again.xlsx").worksheets[0].iter_rows(values_only=True)
    told = next(one for one in cells if one[0] == line["name"])
    assert told.count("无") == len(years)
    facts, page = pages._facts(again), pages.request_sheets(again)
    of_it = set(again.brief[again.brief["target_id"].isin(mine["targets"].iloc[0].split(";"))]["name"])
    assert of_it <= set(facts["answered"].split("、")) and not of_it & set(facts["others"].split("、"))
    assert "已答复没有数据" in page and "可判断目标0项" not in page


def test_a_goal_about_one_hospital_is_not_asked_for_with_the_figure_of_the_area(seen):
    view = seen("wansheng-2023-2025")
    apart = asking.in_parts(view, view.tables.targets["target_id"])
    named = set(view.brief[view.brief["target_id"].isin(apart)]["name"])
    assert {"人民医院市级重点学科", "中医院市级特色专科"} <= named
    assert not named & {"居民健康素养水平", "患者满意度", "精神卫生中心床位（正文）"}
    assert not set(asking.lines(view, pages.requests(view))["targets"].str.split(";").explode()) & apart


@pytest.mark.parametrize("plan", [*REAL, "demo-2027"])
def test_parts_add_up_and_no_office_is_asked_for_a_larger_area(seen, plan):
    for lang in ("zh", "en"):
        view = seen(plan, lang)
        facts = pages._facts(view)
        parts = [facts[name] for name in ("settled", *(f"{why}_count" for why in pages.LEFT), "conflicting")]
        assert sum(parts) == facts["open"] == sum(view.brief["standing"] == "open")
        for page in (pages.whom_to_ask(view), pages.request_sheets(view)):
            for name in pages.LEFT:
                assert not facts[f"{name}_count"] or str(facts[f"{name}_count"]) in page
                assert not facts[name] or facts[name].split("、")[0].split(", ")[0] in html.unescape(page)
            assert "--take" not in page
    strange = facts["lines"].query("area != @view.tables.area")
    assert set(strange["indicator"]) <= {"blood_donation_per_1000"}
