"""A report in all its formats: made from one result, they say the same numbers; each is what an office expects of it."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from collections import Counter
from functools import cache
from html import unescape
from itertools import accumulate

import nbformat
import openpyxl
import pdfplumber
import pytest
from conftest import GENERATED, ROOT, SITE_PLANS
from docx import Document
from docx.oxml.ns import qn
from fontTools.ttLib import TTFont
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from healthplan import tables
from healthplan.errors import UsageError
from healthplan.messages import part, text
from healthplan.report import formats, kernel
from healthplan.report.export import beside, page_name
from healthplan.report.formats import story
from healthplan.report.formats.docx import BODY, FACTS, HEAD, TABLE, of_notice
from healthplan.report.formats.pictures import pictures_of
from healthplan.report.formats.word import CARDED
from healthplan.report.outcome import How, Job
from healthplan.report.parameters import load_parameters
from healthplan.report.result import result_of
from healthplan.report.run import run_all

REPORTS = [(plan, lang) for plan in SITE_PLANS for lang in ("zh", "en")]
REPORTS += [(plan, lang) for plan, langs in GENERATED.items() for lang in langs]
BOLD = ROOT / "healthplan/figures/fonts/NotoSansSC-Bold.otf"
BOLD_SHA256 = "e34083c998f6b6dae26082d3678354bec58e57d353a661231b7700df735cc365"
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
READ = (
    "goal",
    "deadline",
    "now",
    "gap",
    "gap_things",
    "chance_word",
    "needed",
    "needed_parts",
    "trust_why",
)  # of brief


@pytest.fixture(scope="module", params=REPORTS, ids="-".join)
def made(request):
    """Result, pictures and the files of all formats of one report, read from where a run wrote them."""
    plan, lang = request.param
    page, site = page_name(plan, lang), request.getfixturevalue("generated" if plan in GENERATED else "site")
    notebook = nbformat.read(site / beside(page, "ipynb"), as_version=4)
    papers = {name: (site / beside(page, name)).read_bytes() for name in ("pdf", "brief.pdf", "docx", "xlsx")}
    return result_of(notebook), pictures_of(notebook), papers, notebook


def numbers(words):
    return Counter(NUMBER.findall(words or ""))


def of_pdf(content):
    """The text of a PDF without the places where its lines break."""
    return _printed(content)[0]


@cache
def _printed(content):
    """Of each page its text, the faces that it is set in, and the fonts of the first page's large letters."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        words = [page.extract_text_simple() or "" for page in pdf.pages]
        faces = {
            char["fontname"].partition("+")[2].partition("-Identity")[0] for page in pdf.pages for char in page.chars
        }
        return words, faces, {char["fontname"] for char in pdf.pages[0].chars if char["size"] > 15}


@cache
def of_docx(content):
    found = Document(io.BytesIO(content))
    return "\n".join(
        "".join(t.text or "" for t in p.iter(qn("w:t"), qn("w:instrText"))) for p in found.element.body.iter(qn("w:p"))
    )


@cache
def of_xlsx(content):
    return openpyxl.load_workbook(io.BytesIO(content))


def plain(words):
    return re.sub(r"\s+", "", words)


def told(result):
    """Every piece of words with a number that *brief* tells of a goal."""
    asking = {row["target_id"] for row in result.beside["brief"] if row["standing"] == "open"}
    for row in result.beside["brief"]:
        for name in ("goal", "deadline", "now") if row["target_id"] in asking else READ:
            for line in str(row[name] or "").split("\n"):
                if NUMBER.search(line):
                    yield row["target_id"], name, line


def test_formats_say_the_words_of_brief(made):
    """Each word with a number that leaders read of a goal stands, whole, in PDF, Word and Excel."""
    result, _, papers, _ = made
    word, book = plain(of_docx(papers["docx"])), of_xlsx(papers["xlsx"])
    cells = plain("\n".join(str(c.value) for row in book.worksheets[0].iter_rows() for c in row if c.value is not None))
    paper = plain("".join(of_pdf(papers["pdf"])))
    for one, name, words in told(result):
        for kind, there in (("docx", word), ("xlsx", cells)):
            assert plain(words) in there, (kind, one, name, words)
        # in narrow columns of the PDF lines of neighbours come between: there the numbers alone
        for number in numbers(words):
            assert number in paper, ("pdf", one, name, number)


def test_pages_say_the_numbers_of_brief(made):
    """The same numbers stand in the html pages: of each goal off course, and of each that has a card, all of them."""
    result, _, _, notebook = made
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    html = "".join("".join(data["text/html"]) for data in outputs if "text/html" in data)
    whole = {row["target_id"] for row in story.opening(result)["rows"]} | set(
        re.findall(r'<article[^>]* id="([^"]+)"', html)
    )
    html = plain(re.sub(r"<[^>]+>", "", html))
    for one, name, words in told(result):
        if one in whole or name in ("goal", "deadline", "now", "gap"):
            assert not [number for number in numbers(words) if number not in html], (one, name, words)


def test_brief_says_every_number_of_its_rows(made):
    """One sheet of paper: the goals off course with gap, chance, needs and trust; of a plan that cannot be judged whom to
    ask."""
    result, _, papers, _ = made
    pages = of_pdf(papers["brief.pdf"])
    assert len(pages) == 1
    first, there = story.opening(result), plain(pages[0])
    assert plain(first["headline"]) in there
    rows = first["rows"] or first["offices"]
    more = re.search(text("formats.more_rows", result.lang, count=r"(\d+)"), pages[0])
    shown = rows[: len(rows) - int(more[1])] if more else rows
    assert len(shown) >= min(5, len(rows))
    for row in shown:
        words = " ".join(str(row.get(name) or "") for name in (*READ, "course", "count"))
        assert not [n for n in numbers(words) if n not in there], row
    for number in [one[0] for one in first["facts"]] or [str(one["count"]) for one in first["counts"]]:
        assert number in there
    assert result.plan != SITE_PLANS[0] or len(shown) == len(rows)


def test_formats_list_the_same_offices(made):
    """Whom to ask stands in one order with one set of counts and running sums on the page, in PDF, Word and Excel; what the
    headline promises of the first offices is their sum."""
    result, _, papers, notebook = made
    offices, lang = result.beside["asked_offices"], result.lang
    asked = [tuple(str(one[name]) for name in story.ASKED) for one in offices]
    assert [one["cumulative"] for one in offices] == list(accumulate(one["count"] for one in offices))
    heads = [text(f"formats.col_{name}", lang) for name in story.ASKED]
    listed = [[c.text for c in row.cells] for t in Document(io.BytesIO(papers["docx"])).tables for row in t.rows
              if [c.text for c in t.rows[0].cells][:4] == heads]  # fmt: skip
    assert [tuple(row[:4]) for row in listed[1:]] == asked
    book, name = of_xlsx(papers["xlsx"]), text("formats.sheet_requests", lang)
    assert (name in book.sheetnames) == bool(asked)
    if not asked:
        return
    rows = book[name].iter_rows(min_row=4, max_col=4, values_only=True)
    assert [tuple(map(str, row)) for row in rows] == asked
    (sheet,) = [p for p in story.story(result, {}) if p["kind"] == "table" and p["heads"][:4] == heads]
    assert [tuple(row[:4]) for row in sheet["rows"]] == asked
    html = _html(notebook)
    sheets = re.findall(r'id="office-(\d+)".*?<h\d[^>]*>(.*?)</h\d>', html, re.DOTALL)
    assert [(at, True) for at, *_ in asked] == [
        (at, name in head) for (at, head), (_, name, *_) in zip(sheets, asked, strict=True)
    ]
    table = re.search(r'<table class="ask">(.*?)</table>', html, re.DOTALL)
    if not story.opening(result)["facts"]:
        html, paper = plain(unescape(re.sub(r"<[^>]+>", "", html))), plain("".join(of_pdf(papers["brief.pdf"])))
        assert all(plain(words) in html for words in story.said(result, "asking"))
        assert not [n for words in story.said(result, "asking") for n in numbers(words) if n not in paper]
        return
    shown = [re.findall(r"\w[\w ,-]*", re.sub(r"<[^>]+>", "|", row)) for row in table[1].split("<tr>")[2:]]
    assert [(row[0], row[1], row[2], row[3]) for row in shown] == asked
    brief = plain("".join(of_pdf(papers["brief.pdf"])))
    first = sum(one["count"] for one in offices[:4])
    words = text("requests.lead_two", lang, first=4, some=first, second=8, more=offices[7]["cumulative"])
    assert plain(words).rstrip("。.") in brief and plain(words).rstrip("。.") in plain(html)
    places = [brief.find(plain(one["addressee"])) for one in offices] if lang == "zh" else []
    assert places == sorted(places) and -1 not in places
    assert all(plain(row[2]) in brief for row in story.contradictions(result))


def _html(notebook):
    outputs = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join("".join(data["text/html"]) for data in outputs if "text/html" in data)


def test_one_truth_about_time(made):
    """No verdict of the ledger is later than the figures of the report; where the ledger goes on, one sentence says so in every
    format. The edition is said in the same words everywhere."""
    result, _, papers, notebook = made
    assert all(row["cut_off"] <= f"{result.as_of}-12-31" for row in result.beside["followed"])
    html, there = _html(notebook), [of_docx(papers["docx"]), "".join(of_pdf(papers["pdf"]))]
    there.append("".join(str(cell.value) for cell in of_xlsx(papers["xlsx"]).worksheets[0][2] if cell.value))
    for words in story.said(result, "later"):
        assert words in html and all(plain(words) in plain(one) for one in there)
    for words in story.said(result, "edition"):
        assert unescape(words) in unescape(html) and all(plain(words) in plain(one) for one in there)


def test_goals_of_the_workbook_are_numbers(made):
    """Figures, projections and shortfalls of the goals are numbers with their units in the format, and so is the year."""
    result, _, papers, _ = made
    sheet = of_xlsx(papers["xlsx"]).worksheets[0]
    heads = [c.value for c in sheet[3]]
    for name in ("now_figure", "then_figure", "gap_figure", "deadline_year"):
        cells = [row[heads.index(text(f"formats.col_{name}", result.lang))] for row in sheet.iter_rows(min_row=4)]
        told = [cell for cell in cells if cell.value is not None]
        assert all(isinstance(cell.value, int | float) for cell in told), name
        assert result.plan != SITE_PLANS[0] or len(told) > 40


def test_workbook_holds_the_numbers_of_gaps(made):
    """Every number of *gaps* in the workbook, as a number with all its digits; shares as shares; years plain."""
    result, _, papers, _ = made
    book, say = of_xlsx(papers["xlsx"]), lambda key: text(f"formats.{key}", result.lang)
    sheet = book[say("sheet_gaps")]
    heads = [c.value for c in sheet[3]]
    names = {say(f"col_{name}"): name for name in ("latest_value", "latest_year", "projected_value", "projected_lower_95",
             "projected_upper_95", "goal_low", "goal_high", "needed_from_today", "probability_met", "required_rate")}  # fmt: skip
    names[say("col_gap_number")] = "gap"
    rows = {row[heads.index(say("col_target_id"))].value: row for row in sheet.iter_rows(min_row=4)}
    assert len(rows) == len({gap["target_id"] for gap in result.gaps})
    for gap in result.gaps:
        for head, name in names.items():
            cell = rows[gap["target_id"]][heads.index(head)]
            assert (cell.value is None) == (gap[name] is None)
            if cell.value is not None:
                assert isinstance(cell.value, int | float) and cell.value == pytest.approx(gap[name], rel=1e-14)
                assert cell.number_format == "0" or cell.number_format.startswith(("#,##0", "[<0.01]"))


def test_workbook_is_a_workbook(made):
    """Filters, heads that stay, print areas and titles, colours by group, no formula; each goal's chance is a number."""
    result, _, papers, _ = made
    book, lang = of_xlsx(papers["xlsx"]), result.lang
    assert next(sheet.title for sheet in book) == text("formats.sheet_goals", lang)
    assert book.worksheets[-1].title == text("formats.sheet_dictionary", lang)
    for sheet in book:
        assert (
            sheet.auto_filter.ref and sheet.freeze_panes and sheet.print_title_rows and sheet.page_setup.paperSize == 9
        )
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert "f" not in kinds, sheet.title
    goals = book.worksheets[0]
    colours = {rule.dxf.fill.bgColor.rgb for ranges in goals.conditional_formatting for rule in ranges.rules}
    assert {"FF9B2412", "FFF2B233"} <= colours
    chances = [row["chance"] for row in result.beside["brief"] if row["chance"] is not None]
    column = [c.value for c in goals[3]].index(text("formats.col_chance", lang))
    assert [row[column].value for row in goals.iter_rows(min_row=4) if row[column].value is not None] == pytest.approx(
        chances
    )


def test_text_never_runs():
    """A cell of the user's that begins like a formula stays text."""
    from healthplan.book import Book

    with Book("x") as book:
        page = book.page("x", [20], ["x"])
        for at, words in enumerate(("=1+1", "+1", "-1", "@x", "=cmd|' /C calc'!A0"), page.top):
            page.write(at, 0, words)
    sheet = of_xlsx(book.content).active
    assert {row[0].data_type for row in sheet.iter_rows(min_row=2)} == {"s"}


def test_word_is_by_style(made):
    """Headings, tables and captions are real, the head of each table repeats, nothing is formatted by hand, each picture
    says what it shows."""
    result, pictures, papers, _ = made
    found = Document(io.BytesIO(papers["docx"]))
    names = Counter(p.style.name for p in found.paragraphs)
    assert names["Title"] == 1 and names["Heading 1"] >= 4 and names["Heading 2"] >= 1
    assert names["Heading 3"] == sum(row["standing"] in CARDED for row in result.beside["brief"])
    assert names["Normal"] == 0
    listed = [table for table in found.tables if table.style.name == TABLE]
    assert listed and {table.style.name for table in found.tables} <= {TABLE, FACTS}
    for table in listed:
        assert table._tbl.tr_lst[0].trPr.find(qn("w:tblHeader")) is not None
    body = found.element.body
    captions = [f.get(qn("w:instr")) for f in body.iter(qn("w:fldSimple"))]
    assert sum(text("formats.table", result.lang) in one for one in captions) == len(listed)
    by_hand = ("b", "i", "sz", "rFonts", "color", "jc", "spacing")
    assert not [e.tag for name in by_hand for p in body.iter(qn("w:p")) for e in p.iter(qn(f"w:{name}"))]
    drawn = list(body.iter(qn("wp:docPr")))
    assert all(one.get("descr") for one in drawn)
    assert len(drawn) == len(
        [p for p in story.story(result, {n: o.alt for n, o in pictures.items()}, CARDED) if p.get("name")]
    )
    styles = {style.name: style.element for style in found.styles}
    fonts = {name: styles[name].rPr.rFonts.get(qn("w:eastAsia")) for name in ("Body Text", "Heading 1")}
    assert fonts == {"Body Text": BODY, "Heading 1": HEAD}
    section = found.sections[0]
    assert [round(getattr(section, f"{side}_margin").mm) for side in ("top", "bottom", "left", "right")] == [
        37,
        35,
        28,
        26,
    ]
    assert "PAGE" in section.footer._element.xml


def test_pdf_is_for_everyone(made):
    """Tagged PDF/UA-1 with title, language, bookmarks of every heading, alternative texts, page numbers and all fonts
    within; bold words are in the bold face."""
    result, pictures, papers, _ = made
    for name in ("pdf", "brief.pdf"):
        document = PDFDocument(PDFParser(io.BytesIO(papers[name])))
        catalog = document.catalog
        assert resolve1(catalog["MarkInfo"])["Marked"] and resolve1(catalog["Lang"]).decode().startswith(result.lang)
        assert b"pdfuaid" in resolve1(catalog["Metadata"]).get_data()
        pages = of_pdf(papers[name])
        for at, words in enumerate(pages, 1):
            assert plain(text("formats.page", result.lang, page=at, pages=len(pages))) in plain(words)
        assert plain(story.edition(result)) in plain(pages[0])
        _, faces, large = _printed(papers[name])
        assert faces == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
        assert len(large) == 1 and all("Bold" in one for one in large)
        fonts = [
            resolve1(o)
            for xref in document.xrefs
            for i in xref.get_objids()
            if isinstance(o := document.getobj(i), dict)
        ]
        described = [font for font in fonts if str(font.get("Type")) == "/'FontDescriptor'"]
        assert described and all("FontFile3" in font or "FontFile2" in font for font in described)
    document = PDFDocument(PDFParser(io.BytesIO(papers["pdf"])))
    marks = [plain(title) for _, title, *_ in document.get_outlines()]
    heads = [
        p["words"]
        for p in story.story(result, {n: o.alt for n, o in pictures.items()})
        if p["kind"] in ("heading", "card")
    ]
    assert not [words for words in heads if plain(words) not in marks]


def test_the_bold_face():
    """The subset is the one that was cut, small, and pairs with the regular face; it has every character of our words."""
    content = BOLD.read_bytes()
    assert hashlib.sha256(content).hexdigest() == BOLD_SHA256, "made anew? python -m training.bold, then say so here"
    assert len(content) <= 2_200_000
    font = TTFont(BOLD)
    assert font["name"].getDebugName(1) == "Noto Sans SC" and font["OS/2"].usWeightClass == 700
    held = set(font.getBestCmap())
    ours = {
        c
        for name in ("formats", "brief", "summary", "first", "status", "report")
        for row in part(name).values()
        for c in "".join(row.values())
    }
    assert not {c for c in ours if ord(c) not in held and not c.isspace()}


def test_same_bytes_again(made):
    """A second making, in a process of its own where it is PDF, gives the same bytes; archives carry no day of today."""
    result, _, papers, notebook = made
    for name in formats.FILES:
        again = formats.made(result, notebook, name)
        assert all(papers[ending] == content for ending, content in again.items()), name
    for ending in ("docx", "xlsx"):
        days = {one.date_time[0] for one in zipfile.ZipFile(io.BytesIO(papers[ending])).infolist()}
        assert days == {1980}


def test_words_of_the_catalogue_are_there(made):
    """Each column and sheet has its word in both languages."""
    from healthplan.report.formats.xlsx import sheets

    for sheet in sheets(made[0]):
        assert all(text(f"formats.col_{name}", lang) for name in sheet.columns for lang in ("zh", "en"))
        assert text(f"formats.sheet_{sheet.key}", "zh")
    assert set(tables.STANDINGS) <= {key.removeprefix("standing_") for key in part("brief")}


def test_a_notice_in_word():
    """The draft of a notice: title, real headings, its own numbers, no second ones."""
    words = [
        "关于进展情况的通报（代拟稿）",
        "据科室填报。",
        "一、慢序时任务（2项）",
        "区疾控中心（1项）：",
        "1. 发病率：超出进度。",
        "三、回表情况",
    ]
    found = Document(io.BytesIO(of_notice(words, "zh", (2025, 6, 30))))
    kinds = [p.style.name for p in found.paragraphs]
    assert kinds == ["Title", "Body Text", "Heading 1", "Heading 2", "Body Text", "Heading 1"]
    assert "numPr" not in found.styles["Heading 1"].element.xml
    assert of_notice(words, "zh", (2025, 6, 30)) == of_notice(words, "zh", (2025, 6, 30))


def test_asked_for_by_name():
    """Formats by name, each once; html is always there; an unknown one is a wrong call that names those there are."""
    assert formats.chosen("html, PDF，xlsx,pdf") == ("pdf", "xlsx")
    with pytest.raises(UsageError, match="html, pdf, docx, xlsx"):
        formats.chosen("html,ppt")
    done = subprocess.run(
        [sys.executable, "-m", "healthplan", "run", "--formats", "ppt"], cwd=ROOT, capture_output=True
    )
    assert done.returncode == 2 and b"Traceback" not in done.stderr


@pytest.fixture
def kernels():
    with kernel.kept_warm():
        yield


def _files(folder):
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_files_beside_the_page(tmp_path, monkeypatch, kernels):
    """A run writes what is asked and links to it; a format that fails fails its report, with the reason, and what was there
    stays."""
    job = Job("demo", load_parameters(ROOT / "parameters/zhoucun-2024.yaml"))
    done = run_all({job: ()}, tmp_path, How(formats=("xlsx",)))[0]
    assert done.result and {"demo.html", "demo.xlsx"} <= set(done.files) and (tmp_path / "demo.xlsx").is_file()
    assert 'href="demo.xlsx"' in (tmp_path / "demo.html").read_text("utf-8")
    before = _files(tmp_path)
    monkeypatch.setitem(sys.modules, "typst", None)  # a machine without it
    from healthplan.report.formats import pdf

    pdf._fonts.cache_clear()
    failed = run_all({job: ()}, tmp_path, How(formats=("xlsx", "pdf")))[0]
    assert failed.result is None and "pdf" in failed.reason
    assert _files(tmp_path) == before
    assert beside("demo.en.html", "brief.pdf") == "demo.en.brief.pdf"
