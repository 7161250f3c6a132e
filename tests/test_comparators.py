"""Guards: a word of comparison meaning one thing in a cell and another in a sentence or a column."""

import ast

import pytest
from conftest import ROOT
from goals_in_text import read_text

from healthplan import newplan
from healthplan.language import comparators
from healthplan.planreader.cell import read_cell
from healthplan.planreader.dates import Period
from healthplan.planreader.sentence import Context

BESIDE = [
    (family, word)
    for family in comparators.families()
    for word in family.words
    if family.place in {"before", "after"} and family.gap != "any"
]


def meant(family: comparators.Family, falling: bool = False, unit: str = "%") -> str:
    """The comparator of a family beside a number in this unit."""
    if family.gives in comparators.CHANGES:
        return "increase_by_pct" if unit == "%" else "increase_by"
    return comparators.settled(family.gives, falling)


@pytest.mark.parametrize("comparator", comparators.ALL)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_comparator_is_read_back_from_the_word_it_is_written_with(comparator, lang):
    assert comparators.read(comparators.word(comparator, lang)) == comparator
    assert comparators.read(comparator) == comparator


@pytest.mark.parametrize("falling", [False, True])
def test_every_word_is_read_in_a_cell(falling):
    wrong = []
    for family, word in BESIDE:
        cell = f"5%{word}" if family.place == "after" else f"{word}5%"
        gives, rest, tolerance = comparators.in_cell(cell, falling)
        wanted = (meant(family, falling), "-5%" if family.sign < 0 else "5%", family.tolerance)
        if (gives, rest, tolerance) != wanted:
            wrong.append((cell, gives, rest, tolerance))
    assert wrong == []


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("不超过医疗收入的30%", ("<=", "30%", 0.0)),
        ("控制在 7.5 张左右", ("=", "7.5张", 0.02)),
        ("保持在90%以上", (">=", "90%", 0.0)),
        ("不低于60%左右", (">=", "60%", 0.0)),
        ("达到约80%", ("=", "80%", 0.02)),
        ("不高于 18/10万", ("<=", "18/10万", 0.0)),
        ("缩小至1.8:1", ("<=", "1.8:1", 0.0)),
        ("下降3个百分点", ("increase_by", "-3个百分点", 0.0)),
        ("≥5%以内", ("", "≥5%以内", 0.0)),
        ("-3", ("", "-3", 0.0)),
        ("待定", ("", "待定", 0.0)),
    ],
)
def test_a_cell_with_words_on_both_sides_or_none(cell, read):
    assert comparators.in_cell(cell) == read


@pytest.mark.parametrize("name", ["某某签约率", "某病发病率"])
def test_every_word_is_read_in_the_cell_of_a_row_as_in_a_cell(name):
    falling, wrong = comparators.falling(name), []
    for family, word in BESIDE:
        blank = " " if word[-1].isalpha() and word.isascii() else ""
        cell = f"5%{blank}{word}" if family.place == "after" else f"{word}{blank}5%"
        claims = read_cell(name, cell, Context(Period(), "goals"), falling=falling)
        shown = [(c.comparator, c.value, bool(c.tolerance)) for c in claims]
        value = -5.0 if family.sign < 0 else 5.0
        if shown != [(meant(family, falling), value, bool(family.tolerance))]:
            wrong.append((cell, shown))
    assert wrong == []
    assert read_cell(name, "≥5%以内", Context(Period(), "goals")) == []


@pytest.mark.parametrize("name", ["某某签约率", "某病发病率"])
def test_every_word_is_read_in_a_sentence_as_in_a_cell(name):
    falling, wrong = comparators.falling(name), []
    for family, word in BESIDE:
        blank = " " if word.isascii() and word.strip("<>=") else ""
        said = f"5%{blank}{word}" if family.place == "after" else f"{blank}{word}{blank}5%"
        claims = read_text(f"到2027年，{name}{said}。", Period(2023, 2027))
        shown = [(c.name, c.comparator, c.value, c.deadline, c.tolerance or 0.0) for c in claims]
        value = -5.0 if family.sign < 0 else 5.0
        if shown != [(name, meant(family, falling), value, "2027", family.tolerance * 5)]:
            wrong.append((said, shown))
    assert wrong == []


def test_equals_on_a_falling_measure_makes_no_increase_goal():
    """An unregistered measure takes its way from its name before its comparator."""
    row = {"comparator": "=", "value": 5.0, "name": "医院交叉感染发生率", "evidence": ""}
    row |= {"direction": ""}
    assert newplan._direction([row], "%") == "decrease"
    assert newplan._direction([{**row, "name": "签约率"}], "%") == "increase"


def test_the_package_holds_no_comparator_of_its_own():
    """A comparator in the code would be read in one place and not in the next."""
    signs = set(comparators.ALL) - {
        "<",
        ">",
        "=",
        "range",
        "reference",
        "rank",
        "trend",
        "all_of",
    }  # which are other words too
    found = []
    for path in sorted((ROOT / "healthplan").rglob("*.py")):
        if path.name == "comparators.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and node.value in signs:
                found.append((path.name, node.lineno, node.value))
            if isinstance(node, ast.Compare) and "comparator" in ast.unparse(node):
                texts = {c.value for c in ast.walk(node) if isinstance(c, ast.Constant)}
                found += [(path.name, node.lineno, t) for t in texts & set(comparators.ALL)]
    assert found == []


@pytest.mark.parametrize("name", ["抗菌药物使用率", "水质超标率", "空床率", "抗菌药物使用强度"])
def test_more_of_it_is_not_better(name):
    assert comparators.falling(name)
    assert not comparators.falling(f"{name}达标率")
