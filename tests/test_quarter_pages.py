"""Guards: a number of a quarter's page is the verdict's and the csv's; what disagrees stands first; each page is in one language,
prints on A4 with nothing cut off, and runs nothing that a department wrote; a year's chances are scored as they should be."""

import io
import os
import re
import shutil
import subprocess
from urllib.parse import unquote

import browser
import openpyxl
import pandas as pd
import pytest
import quarter_ledger
from lxml import html

from healthplan import registers, tables
from healthplan.language.phrases import quantity
from healthplan.ledger import store
from healthplan.messages import LANGUAGES, part, text
from healthplan.quarter import commands, lines, lists, notice, pages, year

PLAN, QUARTER, EDITION = quarter_ledger.PLAN, "2025Q3", "2025Q3-1"
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def ledger():
    return quarter_ledger.made(3)


@pytest.fixture(scope="module")
def closed():
    return quarter_ledger.made(4)


@pytest.fixture(scope="module")
def site(tmp_path_factory, ledger, closed):
    """Third quarter and closed year, in both languages."""
    out = tmp_path_factory.mktemp("ledger")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(commands, "folder", lambda plan, quarter="": out / quarter)
        for lang in LANGUAGES:
            pages.write_quarter(PLAN, ledger, QUARTER, EDITION, lang)
            pages.write_year(PLAN, closed, 2025, lang)
    return out


def seen(ledger, lang="zh"):
    return lines.view(ledger, QUARTER, EDITION, lang)


def rows(page, table):
    """The rows of a page's table: texts by column."""
    tree = html.parse(str(page))
    found = tree.xpath(f"//section[@id='{table}']//tbody/tr[not(@class='group')]")
    return [{td.get("class").split()[0]: td.text_content() for td in row.iter("td")} for row in found]


@pytest.mark.parametrize(("lang", "name"), [("zh", "index.html"), ("en", "index.en.html")])
def test_a_number_of_the_page_is_the_csvs_and_the_verdicts(site, ledger, lang, name):
    csv = pd.read_csv(site / QUARTER / "verdicts.csv")
    stored = ledger.verdicts[ledger.verdicts["edition"] == EDITION].reset_index(drop=True)
    pd.testing.assert_series_equal(csv["to_date"], stored["to_date"])
    units = dict(zip(ledger.tasks["task_id"], ledger.tasks["unit"], strict=True))
    shown = {row["number"]: row for row in rows(site / QUARTER / name, "tick_sheet")}
    assert len(shown) == len(csv) == 20
    for at, row in enumerate(csv.to_dict("records"), 1):
        page = shown[str(at)]
        wanted = "—" if pd.isna(row["to_date"]) else quantity(row["to_date"], units[row["task_id"]], lang)
        waits = text("ledger_pages.reported_by_themselves", lang, count="")[-2:]  # things whose evidence is out
        assert page["reached"].startswith(wanted) or (wanted == "—" and page["reached"].endswith(waits)), row["task_id"]
        assert page["state"].startswith(text(f"ledger.state_{row['state']}", lang))


def test_one_figure_is_written_the_same_in_every_list(ledger):
    view = seen(ledger)
    behind = {row["number"]: row for row in lists.behind_by_department(view).to_dict("records")}
    ticks = {row["number"]: row for row in lists.tick_sheet(view).to_dict("records")}
    duties = {row["number"]: row for row in lists.responsibility_list(view).to_dict("records")}
    said = " ".join(notice.paragraphs(view, "规划"))
    for number, row in behind.items():
        assert row["reached"] == ticks[number]["reached"]
        assert row["reached"].split("\n")[0] == duties[number]["to_date"]
        assert row["reached"].replace("\n", "、") in said


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_what_disagrees_stands_first_with_both_reasons(site, name):
    sections = html.parse(str(site / QUARTER / name)).xpath("//main/section/@id")
    assert sections[:2] == ["disagreements", "behind"]
    first, second = rows(site / QUARTER / name, "disagreements")
    assert first["number"] == "2"  # green on the even pace, behind on last year's: a lag that the lamp hides
    assert second["number"] == "1"
    assert first["lamp_says"].startswith("●")
    assert len(first["state_says"]) > 20


def test_every_state_is_told_in_both_languages():
    states = next(c.words for c in tables.ALL["verdicts"].columns if c.name == "state")
    assert set(states) == set(lines.STATES)
    for lang in LANGUAGES:
        words = [text(f"ledger.state_{state}", lang) for state in states]
        assert len(set(words)) == len(words)
    for tone in lines.TONES:
        assert all(text(f"ledger_pages.tone_{tone}", lang) for lang in LANGUAGES)


def test_every_sentence_of_the_pages_is_used():
    code = " ".join(p.read_text("utf-8") for p in pages.TEMPLATES.parent.rglob("*") if p.suffix in (".py", ".j2"))
    made_from = ("col_", "tone_", "chance_", "sheet_", "part_", "notice_", "days_", "gate_", "gap_small_", "title_")
    ends = ("_head", "_lead")
    for key in part("ledger_pages"):
        assert re.search(f"['\"]{key}['\"]", code) or key.startswith(made_from) or key.endswith(ends), key


def test_pages_are_in_one_language(site):
    """English pages: only what people wrote (names of things, words of a return, file names) is Chinese."""
    own = ["item", "problem", "measure", "file", "named", "owned", "name", "what", "why", "state_why", "state_says"]
    for path in [*site.rglob("*.en.html")]:
        tree = html.parse(str(path))
        for td in tree.xpath("//td"):
            if td.get("class").split()[0] in own:
                td.clear()
        for section in tree.xpath("//section[@id='notice']"):  # quotes the departments' own words
            section.clear()
        body = tree.xpath("//body")[0].text_content()
        assert not HAN.search(body), (path.name, HAN.findall(body)[:10])
    shown = html.parse(str(site / QUARTER / "index.html")).xpath("//main")[0].text_content()
    for word in ("behind", "green", "Expected", "None", "nan", "<NA>", "not_applicable"):
        assert word not in shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_notice_counts_first_names_departments_and_says_whose_figures(ledger, lang):
    view = seen(ledger, lang)
    said = notice.paragraphs(view, "P")
    basis = {"zh": "据责任单位填报", "en": "As reported by the departments"}[lang]
    assert basis in said[1]
    assert sum(int(n) for n in re.findall(r"\d+", said[2].split("：" if lang == "zh" else ":")[1])) == len(view.tasks)
    missing = registers.departments("区医保局", lang)
    assert any(missing in line for line in said[-4:])
    assert "一例转诊延误" in " ".join(said)  # the problem as returned
    made = pages.notices(PLAN, ledger, QUARTER, EDITION, pd.Timestamp("2025-10-20").date())
    grown = store.with_rows(ledger, notices=made).notices
    assert len(grown) == 1 + 5
    assert grown.iloc[0]["department"] == ""


def test_a_later_edition_never_rewrites_what_a_quarter_said(ledger):
    """Behind in the first two quarters, made up in the third: the old words stay, the date of making up beside them."""
    row = next(r for r in lists.tick_sheet(seen(ledger)).to_dict("records") if r["number"] == "11")
    assert row["q1"] == row["q2"] == "未达序时\n三季度补齐"
    assert row["q3"] == "达序时\n补齐"
    assert row["q4"] == ""


def test_returns_are_counted_and_a_missing_sheet_is_not_late(ledger):
    view = seen(ledger)
    assert lists.rates(view) == {"sent": 5, "back": 4, "on_time": 3}
    table = lists.returns_table(view).set_index("department")
    assert table.loc["区医保局", ["return_state", "days_late", "open"]].tolist() == ["未回收", "", "1"]
    assert table.loc["区妇幼保健院", ["return_state", "days_late"]].tolist() == ["迟报", "3天"]
    silent = next(one for one in view.lines if one["task_id"] == "t016")
    assert (silent["to_date"], silent["state"], silent["_tone"]) == ("", "未报", "open")


def test_each_figure_names_its_entry_and_file(ledger):
    trace = lists.entry_trace(seen(ledger))
    known = {row["entry_id"]: row for row in ledger.entries.to_dict("records")}
    assert len(trace) > 20
    for row in trace.to_dict("records"):
        assert known[row["entry"]]["cut_off"] == row["cut_off"]
        assert row["file"].endswith(f"{QUARTER[:4]}Q{known[row['entry']]['quarter'][-1]}.xlsx")


def test_twice_behind_needs_two_quarters(ledger):
    twice = {one["task_id"] for one in lists.twice_behind(seen(ledger))}
    assert "t002" in twice
    assert "t008" not in twice  # held in the second quarter
    page = pages.quarter_page(seen(ledger), pages.about(PLAN, "zh"))
    assert "约谈由科室决定" in page


def test_figures_that_round_alike_are_told_apart():
    assert lines.amount(89.96, "%", "zh", (90.0,)) == "89.96%"
    assert lines.amount(90.0, "%", "zh", (90.0,)) == "90%"
    assert lines.signed(-0.04, "zh") == "−不足0.1"
    assert lines.signed(-5.18, "en") == "−5.2"


def test_what_a_department_wrote_stays_inert(site, ledger):
    page = (site / QUARTER / "index.html").read_text("utf-8")
    assert quarter_ledger.EVIL not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    book = openpyxl.load_workbook(io.BytesIO(lists.workbook(seen(ledger), "规划", ["通报"])))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]
    assert any(quarter_ledger.EVIL in str(cell.value) for cell in cells)
    odd = store.with_rows(ledger)
    odd = odd._replace(verdicts=odd.verdicts.assign(why_zh=quarter_ledger.FORMULA))
    assert b"'=cmd" in pages._verdicts(odd, EDITION)
    assert pages.file_stem("../../etc/x") != "../../etc/x"
    assert "/" not in pages.file_stem("../../etc/x") and "." not in pages.file_stem("..")


def test_the_workbook_has_all_lists_on_a4_across_with_heads_repeated(ledger):
    content = lists.workbook(seen(ledger), "规划", ["通报"])
    assert content == lists.workbook(seen(ledger), "规划", ["通报"])  # same bytes
    book = openpyxl.load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["打表", "任务清单", "责任清单", "阶段表", "两种算法不一致", "通报", "回表情况"]
    for name in set(book.sheetnames) - {"通报"}:
        sheet = book[name]
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
        assert sheet.print_title_rows == "$1:$3"
        assert sheet["A4"].alignment.wrap_text
    assert book["打表"].max_row == 3 + 20


def test_a_years_chances_are_scored_and_few_are_said_to_be_few(closed):
    view = lines.view(closed, "2025Q4", "2025Q4-1", "zh")
    stated = year.stated(view)
    assert set(stated["task_id"]) <= {
        "t001",
        "t002",
        "t010",
        "t018",
    }  # with an earlier year; what was done or broken is out
    assert set(stated["quarter"]) == {"2025Q1", "2025Q2", "2025Q3"}
    assert "2025Q2-2" in set(stated["edition"])
    assert set(year.stated(view, last_only=True)["edition"]) == {"2025Q1-1", "2025Q2-2", "2025Q3-1"}
    assert year.brier([0.9, 0.2], [1, 1]) == pytest.approx((0.01 + 0.64) / 2)
    assert all("不足30次" in score for score in year.scores(view)["brier"])
    page = pages.year_page(view, pages.about(PLAN, "zh"))
    assert text("ledger_pages.limit", "zh")[:20] in page
    done = closed.verdicts[(closed.verdicts["edition"] == "2025Q4-1") & (closed.verdicts["task_id"] == "t011")]
    assert "第三季度补齐" in done["why_zh"].item()  # not the quarter that says so
    late = year.caught_up(view)
    assert "3" in set(late["number"])
    assert late.set_index("number").loc["3", "q1"] == "未达序时\n四季度补齐"
    assert "12" not in set(late["number"])  # caught up once, overdue in the end


def test_the_index_names_each_quarter_by_its_last_edition_and_links_what_stands(site):
    shown = rows(site / "index.html", "index")
    assert [row["edition"] for row in shown] == ["2025Q4-1", "2025Q3-1", "2025Q2-2", "2025Q1-1"]
    tree = html.parse(str(site / "index.html"))
    assert all((site / href).is_file() for href in tree.xpath("//main//a/@href"))
    for path in site.rglob("*.html"):
        for href in html.parse(str(path)).xpath("//a/@href"):
            assert href.startswith("#") or (path.parent / unquote(href)).is_file(), href


@pytest.mark.browser
@pytest.mark.parametrize(
    "name", ["index.html", "index.en.html", "departments/区卫生健康委.html", "../year-2025.en.html"]
)
def test_a_page_prints_on_a4_with_nothing_cut_off(site, tmp_path, name):
    if os.name == "nt" or not browser.find() or not shutil.which("pdfinfo"):
        pytest.skip("no Chromium or pdfinfo on this machine")
    page = site / QUARTER / name
    with browser.Browser() as tab:
        tab.open(page, 1280)
        assert tab.complaints() == []
        assert tab.requests() == []
        assert tab.value("document.scripts.length") == 0
        assert tab.value("document.documentElement.scrollWidth") <= 1280
        tab.call("Emulation.setEmulatedMedia", media="print")
        wide = round((297 - 20) / 25.4 * 96)  # the printed width between the margins
        size = {"width": wide, "height": 700, "deviceScaleFactor": 1, "mobile": False}
        tab.call("Emulation.setDeviceMetricsOverride", **size)
        tables_wider = (
            f"[...document.querySelectorAll('table')].filter(t => t.getBoundingClientRect().right > {wide} + 1).length"
        )
        assert tab.value(tables_wider) == 0
        tab.call("Emulation.setEmulatedMedia", media="")
        (tmp_path / "page.pdf").write_bytes(tab.pdf())
    told = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, check=True, text=True).stdout
    assert re.search(r"Page size: +84[12]\.\d+ x 59[45]\.\d+ pts", told)
