"""Numbers and goals read as the field writes them; sentences as an office writes them."""

import csv
import re

import page_figures
import pandas as pd
import pytest

from healthplan.language import dates, phrases, places
from healthplan.messages import FOLDER


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (3.9, "3.9"), (3.456, "3.46"), (79.12, "79.1"), (1234567, "1,234,567"), (0.0123, "0.0123"),
     (-2.5, "-2.5"), (100, "100"), (99.95, "100"), (10.0, "10")],
)  # fmt: skip
def test_numbers_keep_the_decimals_that_carry_meaning(value, shown):
    assert phrases.number(value) == shown


@pytest.mark.parametrize(
    ("value", "unit", "zh", "en"),
    [
        (3.5, "‰", "3.5‰", "3.5‰"),
        (10, "1/10万", "10/10万", "10 per 100,000"),
        (3.9, "人/千人", "3.9人/千人", "3.9 per 1,000 people"),
        (81, "%", "81%", "81%"),
    ],
)
def test_quantities(value, unit, zh, en):
    assert phrases.quantity(value, unit, "zh") == zh
    assert phrases.quantity(value, unit, "en") == en


def target(comparator, value, unit="%", high=None):
    return pd.Series({"comparator": comparator, "value": value, "value_high": high, "unit": unit})


@pytest.mark.parametrize(
    ("row", "zh"),
    [
        (target("<=", 40, "1/10万"), "不高于40/10万"),
        (target(">=", 81), "不低于81%"),
        (target("range", 5, "个", 10), "5个～10个"),
        (target("increase_by", 1000, "个"), "新增1,000个"),
        (target("growth_max", 8), "增幅不超过8%"),
        (target(">=", 100), "100%"),
        (target(">=", 100, "个"), "不低于100个"),
        (target("=", 0, "人"), "零发生"),
    ],
)
def test_goals(row, zh):
    assert phrases.goal(row, "zh") == zh


def test_a_goal_against_a_reference_names_it():
    assert phrases.goal(target("reference", None), "zh", "重庆市") == "达到或优于重庆市"


@pytest.mark.parametrize(("p", "zh"), [(0.003, "＜1%"), (0.5, "50%"), (0.997, "＞99%")])
def test_probabilities_are_never_certain(p, zh):
    assert phrases.probability(p, "zh") == zh


def test_missing_reads_as_a_dash():
    assert phrases.number(float("nan")) == "—"
    assert phrases.probability(float("nan")) == "—"


@pytest.mark.parametrize(
    ("date", "zh", "en"),
    [
        ("2023", "2023年", "2023"),
        ("2023-06", "2023年6月底前", "June 2023"),
        ("2023-12-01", "2023年12月1日前", "1 December 2023"),
        ("", "", ""),
        ("年内", "年内", "年内"),
    ],
)
def test_deadlines_are_written_as_people_write_them(date, zh, en):
    assert dates.when(date, "zh") == zh
    assert dates.when(date, "en") == en


@pytest.mark.parametrize(
    ("value", "unit", "en"),
    [
        (1, "人", "1 person"),
        (2, "人", "2 people"),
        (1, "个", "1"),
        (1, "张", "1 bed"),
        (1.5, "岁", "1.5 years"),
    ],
)
def test_one_is_singular_in_english(value, unit, en):
    assert phrases.quantity(value, unit, "en") == en


# ---- the catalogue, read whole

FORBIDDEN = (
    "步子", "说了算", "运气", "改口", "九成五", "八成", "要补多少", "怎样能转变", "最紧的几项", "先要哪一份", "不差于", "自相矛盾",
    "已达成", "未达成", "预计可达成", "预计达不成", "达成可能", "到期推算", "可能性", "慢序时", "太旧", "太慢", "分不清", "赶得上",
)  # fmt: skip
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
# Latin letters in a Chinese sentence: commands and what is typed, kinds of files, names of programs, methods and offices, units.
LATIN = re.compile(
    r"(?ia)--?[a-z][a-z-]*|healthplan( [a-z-]+){0,2}|[\x21-\x7e]*[._/=][\x21-\x7e]*|\{\w+\}|(?<![a-z])(accept|edit|drop|level|previous|implied|or|default|"
    r"csv|excel|xlsx?|pdf|docx?|html|txt|json|yaml|ods|word|wps|utf-8|gb18030|gbk|bom|dtd|nul|tab|mb|http|ftp|zh|en|table|text|"
    r"ets|theta|arima|unicef|gm|gdp|sdg|open|imihigo|sdsn|brier|gather|stevens|yyyy-mm-dd|hp|check|diff|project|con|decision|kind|"
    r"deadline|reference|indicators?|aliases|figures|targets|parameters|year|observations|read-plan|index|per|side|each|group|my-\d+|"
    r"ledger|confirm|plan|goal|true|false|linux|dask|parquet|merge|mail|jupyterlab|ctrl|pip install)(?![a-z])|\d{4}Q\d"
)  # fmt: skip
# Files, columns and answers that are Chinese in either language stand in English sentences as they are written.
LANGUAGE_NAMES = ("other_language", "en")  # each language is called in its own
TYPED = ("faults", "templates", "intake", "planreader", "cli", "newplan", "gaps", "site", "ledger_sheets")


def sentences(lang):
    """Part, key and words of every sentence of the catalogue in a language."""
    for path in sorted(FOLDER.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for column, words in row.items():
                    if column == lang or str(column).endswith(f"_{lang}"):
                        yield path.stem, row.get("key") or row["code"], words


def test_every_sentence_is_there_in_both_languages():
    for (part, key, zh), (_, _, en) in zip(sentences("zh"), sentences("en"), strict=True):
        assert bool(zh) == bool(en), (part, key)


def test_no_word_that_an_office_would_not_write():
    assert [(part, key, word) for part, key, zh in sentences("zh") for word in FORBIDDEN if word in zh] == []


def test_numbers_join_chinese_words_without_a_space():
    apart = re.compile(
        "[\u4e00-\u9fff，。；：、）] [\\d+−](?!\\d*Q)|(?<![A-Za-z_=-])\\d [\u4e00-\u9fff（]|[\u4e00-\u9fff] \\{(count|year|value)\\}"
    )
    assert [
        (part, key, zh) for part, key, zh in sentences("zh") if apart.search(zh) and part not in ("cli", "gather")
    ] == []


def test_ranges_and_years_have_their_own_dashes():
    assert [(p, k) for p, k, zh in sentences("zh") if re.search(r"\}\s*[-–~]\s*\{|\d{4}[-–~]\d{4}年\b", zh)] == []


def test_no_word_of_the_other_language():
    """Guards: half a sentence left in English, or a Chinese word in an English one but for what is typed."""
    left = [(part, key, LATIN.sub("", zh)) for part, key, zh in sentences("zh") if key not in LANGUAGE_NAMES]
    assert [one for one in left if re.search("[A-Za-z]{2,}", one[2])] == []
    left = [
        (part, key, en)
        for part, key, en in sentences("en")
        if CHINESE.search(en) and part not in TYPED and key not in LANGUAGE_NAMES
    ]
    assert left == []


def test_every_row_of_the_catalogue_has_as_many_cells_as_its_head():
    """Guards: a sentence with a comma and without quotation marks, of which a page showed the half."""
    for path in sorted(FOLDER.glob("*.csv")):
        rows = list(csv.reader(path.read_text("utf-8").splitlines()))
        assert {len(row) for row in rows} == {len(rows[0])}, path.name


def test_english_has_one_word_for_a_probability_and_one_way_to_write_an_interval():
    assert [
        (p, k) for p, k, en in sentences("en") if re.search(r"(?i)(?<!\{)\bchances?\b|\blikel|[\d}] %(?!\w)", en)
    ] == []


@pytest.mark.parametrize(
    ("place", "en"),
    [("四/1", "part 4, item 1"), ("十·44", "part 10, item 44"), ("一(十一)", "part 1(11)"), ("附表/12", "annex table, item 12"),
     ("正文二(四)3;附件16", "text, part 2(4)3; annex 16"), ("附件1①", "annex 1(1)"), ("三/2（2024年调整）", "part 3, item 2 (as adjusted in 2024)"),
     ("任务分解表·创新模式/促进医养结合/1;指标表6", "task table, “创新模式/促进医养结合”, item 1; indicator table 6"), ("p. 7", "p. 7")],
)  # fmt: skip
def test_places_in_a_plan_are_told_in_english(place, en):
    assert places.place(place, "en") == en
    assert places.place(place, "zh") == place.replace(";", "、")


def test_chinese_on_an_english_page_is_the_title_of_a_source(site):
    """The rule: in quotation marks or in a column of sources, and marked as Chinese; but for the link to the Chinese page."""
    pages = [path for path in site.glob("*.html") if ".en." in path.name]
    assert len(pages) > 10
    for path in pages:
        page = page_figures.read(path)
        while found := page.find(lang="zh-CN"):
            title = found.name == "cite" and re.fullmatch("“.+”", found.text)
            kind = {"source", "producer", "address"} & set(found.get("class") or [])
            assert title or kind or found.get("hreflang") == "zh-CN", (path.name, str(found)[:200])
            found.decompose()
        for hidden in page.find_all(["style", "script"]):
            hidden.decompose()
        said = [(name, str(value)) for tag in page.find_all() for name, value in tag.attrs.items() if name != "href"]
        assert page.find_all(string=CHINESE) == [], path.name
        assert [one for one in said if CHINESE.search(one[1])] == [], path.name
