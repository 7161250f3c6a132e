"""Guards B6: every file is written beside its place and renamed, and no csv of ours runs in a spreadsheet, yet our
own readers get back the very text that was written."""

import ast
import os
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

from healthplan import files
from healthplan.language import characters
from healthplan.planreader import load_confirmed, write_candidates
from healthplan.planreader.candidates import COLUMNS

RUNS = (
    "=1+1", "=cmd|' /C calc'!A0", "+3+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "−2+3+cmd|' /C calc'!A0",
    "－2+3+cmd|x", "﹣2+3", "@SUM(A1)", "＝1+1", "＋1+1", "＠SUM(A1)", "\t=1+1", "\r=1", "\n=1", "\tx", " =1+1", "　=1+1",
    '"=1+1', '""=1', "“=1", "\u200b=1", "\ufeff=1", "'=1+1", "''=1", "-3个百分点", "- 一项", "-a", "+a", "-1-1", "1=".replace("1", "=="),
)  # fmt: skip
SHOWS = ("-0.5", "+3.2", "-3", "−0.5", "-1,234.5", "-1e-5", "12%", "-3.5%", "-.5", "<=", ">=", "=", "-", "——", "",
         "中文", "a=b", "1-2", "2024-2025", "'tis", "it's", "100‰", "'", "o'=1")  # fmt: skip


@pytest.mark.parametrize("text", RUNS)
def test_what_a_spreadsheet_would_run_stands_behind_an_apostrophe(text):
    assert files.harmless(text) == f"'{text}"
    assert files.as_written(f"'{text}") == text


@pytest.mark.parametrize("text", SHOWS)
def test_numbers_signs_and_ordinary_words_stay(text):
    assert files.harmless(text) == text
    assert files.as_written(text) == text


def test_a_table_comes_back_as_it_was_and_its_numbers_stay_numbers(tmp_path):
    words = pd.Series([*RUNS, *SHOWS], dtype="str")
    frame = pd.DataFrame({"=name": words, "value": -0.5, "mixed": [*words[1:], None]})
    files.write_csv(frame, tmp_path / "a.csv")
    raw = (tmp_path / "a.csv").read_bytes()
    assert raw.startswith('\ufeff"\'=name","value","mixed"\n'.encode())
    assert b",-0.5," in raw
    back = files.read_back(pd.read_csv(tmp_path / "a.csv", dtype="str", keep_default_na=False))
    assert list(back["=name"]) == list(words)
    assert set(back["value"]) == {"-0.5"}
    assert list(back["mixed"]) == [*words[1:], ""]


@pytest.mark.parametrize("name", RUNS)
def test_a_candidate_sheet_gives_the_name_that_was_read_in_the_document(tmp_path, name):
    row = dict.fromkeys(COLUMNS, "")
    row |= {"name": name.strip(), "comparator": "=", "value": 3.0, "unit": "%", "deadline": "2025"}
    write_candidates(pd.DataFrame([row]), tmp_path / "c.csv")
    sheet = pd.read_csv(tmp_path / "c.csv", dtype="str", keep_default_na=False)
    assert sheet["comparator"].tolist() == ["="], "a comparator is no formula"
    sheet.assign(decision="accept").to_csv(tmp_path / "c.csv", index=False)
    rows, faults = load_confirmed(tmp_path / "c.csv")
    assert not faults
    assert rows["name"].tolist() == [characters.visible(name).strip()], "no mark that is not seen"


def test_a_failed_write_leaves_the_file_of_before_and_nothing_beside(tmp_path):
    place = tmp_path / "a.txt"
    files.write_bytes(place, b"old")
    place.chmod(0o640)
    with pytest.raises(UnicodeEncodeError), files.beside(place) as part:
        part.write_bytes(b"half" + "\ud800".encode())
    (tmp_path / "b" / "x").mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        files.write_all({tmp_path / "b": b"in the way", place: b"new"})
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.txt"]
    assert place.read_text() == "old"
    files.write_bytes(place, b"new")
    assert (place.read_text(), place.stat().st_mode & 0o777) == ("new", 0o640)


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX links")
def test_a_link_stays_a_link_and_a_long_chinese_name_fits(tmp_path):
    (tmp_path / "real.csv").write_text("old")
    (tmp_path / "link.csv").symlink_to(tmp_path / "real.csv")
    files.write_bytes(tmp_path / "link.csv", b"new")
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "real.csv").read_text() == "new"
    files.write_bytes(tmp_path / ("目" * 84 + ".md"), b"x")


def test_projected_files_run_nothing_and_are_read_again(tmp_path):
    rows = pd.DataFrame(
        {
            "indicator": "人口自然增长率",
            "unit": "‰",
            "area": "－2+3",
            "year": range(2010, 2021),
            "value": [*range(-5, 6)],
        }
    )
    files.write_csv(rows, tmp_path / "in.csv")
    done = subprocess.run(
        [sys.executable, "-m", "healthplan", "project", "--observations", "in.csv", "--to", "2023", "--out", "out.csv"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT), "HEALTHPLAN_WORKSPACE": str(ROOT)},
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    raw = pd.read_csv(tmp_path / "out.csv")
    assert set(raw["area"]) == {"'－2+3"}
    assert raw["value"].min() < 0


WRITERS = {"to_csv", "write_text", "write_bytes", "to_excel", "fsync", "writestr", "mkstemp"}


def test_nobody_else_writes_files():
    """Everything that writes goes through files.py; what only writes into a name it was lent says so here."""
    lent = {
        ("planreader/sheet.py", "Workbook"),
        ("starter/__init__.py", "Workbook"),
        ("book.py", "Workbook"),
        ("report/formats/docx.py", "writestr"),
        ("console.py", "open"),
    }  # fmt: skip -- os.devnull, in the place of a stream that was closed
    found = set()
    for path in sorted((ROOT / "healthplan").rglob("*.py")):
        place = path.relative_to(ROOT / "healthplan").as_posix()
        if place == "files.py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            owner = getattr(getattr(node.func, "value", None), "id", "")
            if name in WRITERS and owner != "files" and isinstance(node.func, ast.Attribute):
                found.add((place, name))
            if name == "Workbook":
                found.add((place, name))
            if name == "replace" and owner == "os":
                found.add((place, name))
            if name == "open" and any(
                isinstance(a, ast.Constant) and isinstance(a.value, str) and set(a.value) & set("wx")
                for a in node.args
                if isinstance(a, ast.Constant) and len(str(a.value)) <= 3
            ):
                found.add((place, name))
    assert found == lent
