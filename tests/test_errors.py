"""Every message a person may read exists in both languages and can be filled in."""

import csv
import string

import pytest

from healthplan import errors, messages
from healthplan.errors import Fault, InputError, UsageError

PARTS = sorted(p.stem for p in messages.FOLDER.glob("*.csv") if p.stem != "faults")

MONTHS = {"month", "name"}  # Chinese writes a month as a number, English as a name


@pytest.mark.parametrize("part", PARTS)
def test_sentences_have_both_languages_and_the_same_fields(part):
    with (messages.FOLDER / f"{part}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({row["key"] for row in rows}) == len(rows)
    for row in rows:
        assert row["zh"], (part, row)
        assert row["en"], (part, row)
        zh, en = (fields(row[lang]) - MONTHS for lang in ("zh", "en"))
        assert zh == en, (part, row["key"])


def fields(sentence):
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_no_code_and_no_sentence_stands_twice():
    """The later one would speak for both."""
    for path in messages.FOLDER.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            names = [row[0] for row in csv.reader(file)][1:]
        assert len(names) == len(set(names)), path.name


@pytest.mark.parametrize("code", errors.catalogue())
def test_every_fault_says_what_and_how_in_both_languages(code):
    row = errors.catalogue()[code]
    assert row["severity"] in errors.SEVERITIES
    for lang in messages.LANGUAGES:
        assert row[f"problem_{lang}"]
        assert row[f"fix_{lang}"] or row["severity"] == "note"
    for part in ("problem", "expected", "fix"):
        assert fields(row[f"{part}_zh"]) == fields(row[f"{part}_en"])


def test_a_fault_names_place_value_and_remedy():
    fault = Fault("TAB-WORD", "data/x.csv", row=3, column="unit", value="kg", fields={"expected": "%"})
    assert fault.text("zh") == (
        "[TAB-WORD] data/x.csv，第3行，“unit”列，值“kg”：不在允许的用词之内；应为：%；改法：改用其中之一"
    )
    assert "row 3" in fault.text("en")
    assert fault.as_dict("en")["row"] == 3


def test_long_values_are_shortened_and_stay_on_one_line():
    fault = Fault("TAB-TYPE", value="line\n" * 100, fields={"expected": "", "kind": "number"})
    assert "\n" not in fault.text()
    assert len(fault.text()) < 200


def test_exit_codes():
    assert (InputError.exit_code, UsageError.exit_code) == (1, 2)
