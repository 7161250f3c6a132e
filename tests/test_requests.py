"""Whom to ask for figures: the counts on the pages are true, and what an office fills in settles the goals that were promised."""

import re
import shutil
from dataclasses import replace

import browser
import openpyxl
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
    assert facts["settled"] + facts["apart_count"] + facts["others_count"] >= sum(
        view.brief["status"].isin(tables.statuses("open"))
    )
    assert list(offices["cumulative"]) == list(offices["count"].cumsum())
    assert not lines.duplicated(["indicator", "area", "group"]).any()


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
    assert "未达标" not in words.replace("不是“未达标”", "")


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
    view = seen(PLAN)
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
