"""The pages of areas beside each other: page against table against workbook, claims fed back, words of one language."""

import io
import re

import league_province
import nbformat
import openpyxl
import pandas as pd
import pdfplumber
import pytest
from bs4 import BeautifulSoup

import healthplan as hp
from healthplan.files import as_written, csv_text
from healthplan.language.phrases import half_up
from healthplan.report import export, formats
from healthplan.report.league_result import result
from healthplan.report.sections import OF_AREAS

COUNT = 20
INDICATORS = ["maternal_mortality_rate", "immunization_rate", "nurses_per_1000", "health_workers_total"]
ON = {"title": "all", "first": "first", "speeds": "first", "small": "overview", "areas": "areas", "details": "details"}
NUMBER = re.compile(r"[+−]?\d[\d,]*(?:\.\d+)?")
CHINESE = re.compile("[\u3400-\u9fff]")


class Made:
    """Pages (parsed, by name), result, csv files and workbook of a report of areas."""

    def __init__(self, seen):
        cells = []
        for name, section in OF_AREAS.items():
            shown = nbformat.v4.new_output("execute_result", data={"text/html": str(section(seen))})
            cells.append(nbformat.v4.new_code_cell("", outputs=[shown], metadata={"tags": [f"page:{ON[name]}"]}))
        self.notebook = nbformat.v4.new_notebook(cells=cells)
        self.seen, self.result = seen, result(seen)
        titles = dict.fromkeys(export.PAGES, "title")
        self.html = export.to_pages(self.notebook, titles, seen.lang, export.page_name("x", seen.lang))
        self.pages = {name: BeautifulSoup(page, "lxml") for name, page in self.html.items()}
        self.tables = {
            name: pd.read_csv(io.StringIO(csv_text(pd.DataFrame(rows))))
            for name, rows in self.result.beside.items()
            if rows
        }
        self.book = openpyxl.load_workbook(io.BytesIO(formats.made(self.result, self.notebook, "xlsx")["xlsx"]))

    def of(self, name, indicator):
        rows = self.tables[name]
        return rows[rows["indicator"] == indicator].set_index("area", drop=False)


@pytest.fixture(scope="module")
def province(tmp_path_factory):
    """The invented province, Chinese and English."""
    home = league_province.workspace(tmp_path_factory.mktemp("province") / "home", COUNT)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(home))
        seen = hp.areas(league_province.ABOVE, indicators=INDICATORS, lang="zh")
        return {lang: Made(seen.in_language(lang)) for lang in ("zh", "en")}


def shows(words, value):
    """Whether words print this number: rounded half up to the decimals that stand there."""
    told = NUMBER.search(words.replace("1:", ""))
    assert told, words
    plain = told[0].replace(",", "").replace("−", "-")
    decimals = len(plain.partition(".")[2])
    return float(plain) == half_up(value, decimals)


def lines(made, indicator):
    """The rows of a league as a reader sees them, by area."""
    table = made.pages["first"].find(id=f"league-{indicator}").find_next("table")
    found = {}
    for row in table.select("tbody tr"):
        area = row.select_one(".area a")["href"].partition("#")[2]
        found[area] = {cell["class"][0]: cell.get_text(" ", strip=True) for cell in row.find_all(["td", "th"])}
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_number_of_the_league_is_that_of_its_csv(province, indicator, lang):
    """Guards: one number on the page and another in the file; a place that is a single number where the data allow several."""
    made = province[lang]
    league, speeds = made.of("league", indicator), made.of("speeds", indicator)
    told = lines(made, indicator)
    there = league[(league["basis"] != "none") & league["value"].notna()]
    assert set(told) == set(there["area"]) and len(told) >= COUNT - 2
    ranked = league["place"].notna().any()
    for area, cells in told.items():
        row, speed = league.loc[area], speeds.loc[area]
        of = row if ranked else speed
        ends = NUMBER.findall(cells["place"])
        if pd.notna(of["place_first"]):
            assert list(map(int, ends)) == sorted({int(of["place_first"]), int(of["place_last"])})
        assert shows(cells["figure"], row["value"])
        assert shows(cells["outlook"], row["outlook"])
        small = re.split("～|–| to ", cells["range"])
        low, high = ("lower_95", "upper_95") if ranked else ("excess_lower_95", "excess_upper_95")
        assert shows(small[0], of[low]) and shows(small[1], of[high])
        assert shows(cells["speed"], speed["rate"]) if pd.notna(speed["rate"]) else "—" in cells["speed"]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_workbook_holds_the_numbers_of_the_csv_and_shows_those_of_the_page(province, indicator):
    made = province["zh"]
    sheet = made.book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    told = lines(made, indicator)
    league = made.of("league", indicator)
    seen = 0
    for row in sheet.iter_rows(min_row=4):
        cells = dict(zip(heads, row, strict=True))
        area = cells["地区编号"].value
        if cells["指标编号"].value != indicator or area not in told:
            continue
        seen += 1
        value = cells["数值"]
        assert isinstance(value.value, int | float)
        assert value.value == pytest.approx(league.loc[area, "value"], rel=1e-12)
        decimals = len(re.match(r"#,##0(?:\.(0+))?", value.number_format)[1] or "")
        printed = NUMBER.search(told[area]["figure"])[0].replace(",", "")
        assert half_up(value.value, decimals) == float(printed)
    assert seen == len(told)
    assert sheet.freeze_panes == "B4" and sheet.auto_filter.ref


def test_the_sentences_say_what_the_tables_say(province):
    """Claims fed back: who is named above and below, how many there are, in how many of 100 pairs two are told apart."""
    made = province["en"]
    league = made.of("league", "nurses_per_1000")
    ranked = league[league["place"].notna()]
    above, below = (
        set(map(as_written, ranked.loc[ranked["than_typical"] == end, "area_name"])) for end in ("above", "below")
    )
    first, pairs, *_ = (li.get_text() for li in made.pages["first"].select("#answer-nurses_per_1000 ~ ul li"))
    one, _, other = first.partition(" clearly above the typical area and ")
    for words, names in ((one, above), (other, below)):
        named = {
            name
            for name in map(as_written, ranked["area_name"])
            if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)
        }
        assert named and named <= names
        more = re.search(r"\((\d+) in all\)", words)
        assert (int(more[1]) if more else len(named)) == len(names)
    rest = len(ranked) - len(above) - len(below)
    assert f"the others ({rest}) apart" in first
    share = 100 * ranked["apart_from"].sum() / (len(ranked) * (len(ranked) - 1))
    assert f"tell the two apart in {share:.0f};" in pairs


def test_the_picture_says_what_the_word_beside_it_says(province):
    """Guards: an area called above whose dot and bar lie on the typical line, or a dot filled where the word says not apart."""
    page = province["zh"].pages["first"]
    seen = 0
    place = lambda tag, name: float(re.search(rf"{name}:(-?[\d.]+)%", tag["style"])[1])  # noqa: E731
    for row in page.select("table.league tbody tr"):
        way = row.select_one(".way")
        than = ({"above", "below", "faster", "slower", "not_apart"} & set(row["class"])).pop()
        line, start = place(row.select_one(".typical"), "left"), place(way, "left")
        assert start <= place(row.select_one(".dot"), "left") <= start + place(way, "width") + 0.1
        if than != "not_apart":
            seen += 1
            assert start >= line if than in ("above", "faster") else start + place(way, "width") <= line + 0.1
    assert seen > 10


def test_rare_events_rank_nobody_by_luck(province):
    """Maternal deaths of districts with a few hundred births: the best and the worst place are open to all, and no sentence
    names a first or a last."""
    told = lines(province["en"], "maternal_mortality_rate")
    count = len(told)
    assert {cells["place"] for cells in told.values()} == {f"1–{count}"}
    said = [
        row["words"] for row in province["en"].result.beside["sentences"] if row["part"] == "maternal_mortality_rate"
    ]
    assert said and not [words for words in said if re.search("highest|lowest", words)]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_who_has_no_figure_is_named_with_whom_to_ask_and_never_ranked(province, lang):
    made = province[lang]
    for area, indicator in ((league_province.LATE, "nurses_per_1000"), (league_province.NONE, "immunization_rate")):
        assert area not in lines(made, indicator)
        ask = made.seen.registers.indicators.set_index("indicator").loc[indicator, f"ask_{lang}"]
        part = made.pages["first"].find(id=f"league-{indicator}").parent
        assert made.seen.area_name(area) in part.get_text() and ask in part.get_text()
        own = next(page for page in made.pages.values() if page.find("h1", id=area))
        assert ask in own.get_text()


def test_every_area_has_a_file_of_its_own_and_every_link_leads_somewhere(province):
    made = province["zh"]
    names = {export.beside("x.html", f"{name}.html"): page for name, page in made.pages.items()}
    assert sum(name.startswith("areas") for name in made.pages) == 1 + len(made.seen.areas)
    for page in made.pages.values():
        anchors = [tag["id"] for tag in page.find_all(id=True)]
        assert len(anchors) == len(set(anchors))
        for link in page.find_all("a", href=True):
            file, _, anchor = link["href"].partition("#")
            target = names[file] if file else page
            assert not anchor or target.find(id=anchor), link["href"]
    for area in made.seen.areas:
        own = next(page for page in made.pages.values() if page.find("h1", id=area))
        figures = made.seen.observations[made.seen.observations["area"] == area]
        shown = own.select("table.figures tbody tr:not(.group)")
        assert len(shown) == len(figures)
        assert all(re.search(r"\.csv:\d+", row.get_text()) for row in shown)


def test_names_are_words_and_never_markup_or_formulas(province):
    odd = [name for names in league_province.ODD.values() for name in names]
    for made in province.values():
        for page in made.pages.values():
            assert not page.find(["b", "i"], string=re.compile("区$|odd"))
        held = {cell.value for sheet in made.book for row in sheet.iter_rows() for cell in row if cell.data_type == "s"}
        assert {name for name in odd if name in held} == {made.seen.area_name(f"d{n:02d}") for n in league_province.ODD}
        assert not [cell for sheet in made.book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_no_word_of_the_other_language(province):
    """Guards: half a page in English. Names of files, and the odd names of the test, are as they are."""
    odd = sorted((name for names in league_province.ODD.values() for name in names), key=len, reverse=True)

    def words(page):
        for tag in page.find_all(["style", "script", "title"]):
            tag.decompose()
        for tag in page.find_all(lang="zh-CN"):
            tag.decompose()
        said = [page.get_text(" "), *(tag["aria-label"] for tag in page.find_all(attrs={"aria-label": True}))]
        said = " ".join(said)
        for name in odd:
            said = said.replace(name, "")
        return re.sub(r"\S+\.csv:\d+|English|中文", "", said)

    for name in ("first", "overview", "areas", "areas-9", "details"):
        zh, en = (BeautifulSoup(province[lang].html[name], "lxml") for lang in ("zh", "en"))
        assert re.findall("[A-Za-z]{2,}", re.sub("HPV|benchmarks/demo_district.py|healthplan", "", words(zh))) == [], (
            name
        )
        assert CHINESE.findall(words(en)) == [], name


def test_paper_says_the_same(province):
    """PDF and Word hold every sentence and every place of the pages."""
    made = province["en"]
    files = {}
    for name in ("pdf", "docx"):
        files |= formats.made(made.result, made.notebook, name)
    with pdfplumber.open(io.BytesIO(files["pdf"])) as pdf:
        printed = re.sub(r"\s", "", "".join(page.extract_text() for page in pdf.pages))
    for one in INDICATORS:
        for row in made.result.beside["sentences"]:
            if row["part"] == one:
                assert re.sub(r"\s", "", row["words"])[:60] in printed
        for cells in lines(made, one).values():
            assert NUMBER.search(cells["figure"])[0] in printed and cells["place"] in printed
    assert set(files) == {"brief.pdf", "pdf", "docx"} and all(len(content) > 10_000 for content in files.values())


def test_a_hundred_areas_and_one_indicator(tmp_path):
    """A province of 101: each has its panel to the same scale, its page, its row."""
    home = league_province.workspace(tmp_path / "home", count=101)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(home))
        made = Made(hp.areas(league_province.ABOVE, indicators=["immunization_rate"], lang="zh"))
    assert len(lines(made, "immunization_rate")) == 100
    panels = made.pages["overview"].select("ul.league-small li svg")
    assert len(panels) == 100 and {svg["viewbox"] for svg in panels} == {panels[0]["viewbox"]}
    assert sum(name.startswith("areas") for name in made.pages) == 102
    assert max(len(page) for page in made.html.values()) < 1_000_000
