"""The promised commands: what they print, how they fail, on any console."""

import csv
import io
import json
import os
import re
import shlex
import subprocess
import sys

import pandas as pd
import pytest
from conftest import ROOT

from healthplan import console, tables
from healthplan.errors import Fault
from healthplan.plans import load_plan, plan_ids

PLANS = ("dazu-2027", "longgang-2024", "wansheng-2023-2025", "wanzhou-2024", "zhoucun-2024")


def surroundings(**settings):
    return {k: v for k, v in os.environ.items() if not k.startswith(("HEALTHPLAN", "PYTHONUTF8"))} | settings


def started(*words, **settings):
    """The command as a shell starts it; output as bytes."""
    command = [sys.executable, "-m", "healthplan", *words]
    return subprocess.run(command, cwd=ROOT, env=surroundings(**settings), capture_output=True)


@pytest.fixture(scope="module")
def healthplan(door):
    """The command in a process of its own; output as bytes."""
    return lambda *words, cwd=ROOT, **settings: door(*words, cwd=cwd, env=surroundings(**settings))


def test_every_plan_is_listed(healthplan):
    assert set(PLANS) <= set(plan_ids())
    out = json.loads(healthplan("plans", "--format", "json").stdout)
    for row in out:
        plan = load_plan(row["plan_id"])
        assert row["targets"] == len(plan.targets)
        assert row["own"] + row["reference"] + row["none"] == row["targets"]


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("what", ["targets", "milestones"])
def test_tables_come_out_whole_as_csv_that_excel_opens(healthplan, plan, what):
    out = healthplan(what, plan, "--format", "csv").stdout
    assert out.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(out.decode("utf-8-sig"))))
    assert list(rows[0]) == tables.columns(what)
    assert len(rows) == len(getattr(load_plan(plan), what))


def test_gaps_use_no_later_figures(healthplan):
    rows = json.loads(healthplan("gaps", "demo-2027", "--as-of", "2022", "--format", "json").stdout)
    years = [row["latest_year"] for row in rows if row["latest_year"]]
    assert years
    assert max(years) <= 2022


@pytest.mark.parametrize(
    ("words", "code", "part"),
    [
        (("targets", "nowhere-2024"), 2, "nowhere-2024"),
        (("gaps", "dazu-2027", "--method", "magic"), 2, "magic"),
        (("gaps", "dazu-2027", "--format", "xml"), 2, "xml"),
        (("gaps", "dazu-2027", "--observations", "none.csv"), 1, "none.csv"),
        (
            ("project", "--observations", "none.csv", "--to", "2027", "--out", "x.csv"),
            1,
            "none.csv",
        ),
    ],
)
def test_bad_calls_get_one_clear_message(healthplan, words, code, part):
    done = healthplan(*words)
    message = done.stderr.decode("utf-8")
    assert done.returncode == code, message
    assert part in message
    assert "Traceback" not in message


def test_a_gbk_console_never_crashes_a_command():
    for words in (("plans",), ("targets", "wansheng-2023-2025"), ("--help",)):
        done = started(*words, PYTHONIOENCODING="gbk", PYTHONUTF8="0")
        assert done.returncode == 0, done.stderr
        assert done.stdout.decode("gbk")


def test_an_ascii_console_never_crashes_a_command():
    done = started("targets", "dazu-2027", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0, done.stderr


def test_help_speaks_the_language_asked_for(healthplan):
    assert "plans" in healthplan("--help").stdout.decode()
    english = healthplan("gaps", "--help", HEALTHPLAN_LANG="en").stdout.decode()
    chinese = healthplan("gaps", "--help").stdout.decode()
    assert "figures" in english
    assert "数据" in chinese


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_gap_table_names_each_goal_and_what_it_asks_for_in_a_hundred_columns(healthplan, lang):
    """Not its id alone; csv and json keep the gap table's own columns."""
    from rich.cells import cell_len

    from healthplan.plans import load_plan

    ran = healthplan("gaps", "demo-2027", HEALTHPLAN_LANG=lang)
    lines = ran.stdout.decode().splitlines()
    assert max(map(cell_len, lines)) <= 100
    joined = re.sub(r"\s", "", ran.stdout.decode())
    words = (
        ("不高于3.5‰", "2027年", "有风险", "目标值", "现状")
        if lang == "zh"
        else ("atmost3.5‰", "atrisk", "Goal", "Latest")
    )
    assert [word for word in words if word not in joined] == []
    for target in load_plan("demo-2027").targets.itertuples():
        assert target.target_id.rpartition("-")[2] in joined
        assert re.sub(r"\s", "", getattr(target, f"name_{lang}"))[:4] in joined
    if lang == "zh":
        rows = json.loads(healthplan("gaps", "demo-2027", "--format", "json").stdout)
        assert rows[0]["target_id"] == "demo-2027-t001"
        assert {"status", "probability_met", "projected_value", "gap"} <= set(rows[0])


NAMES = {"[bold]床位[/]": "[bold]床位[/]", "[/]": "[/]", ":smile:": ":smile:", "\u202e倒": "<U+202E>倒",
         "a\0\x1b[31m": "a<U+0000><U+001B>[31m"}  # fmt: skip


@pytest.mark.parametrize("form", console.FORMATS)
def test_a_name_is_shown_and_does_nothing(capsysbinary, form):
    """Rich's markup, what turns the line round, what steers a terminal: in every form and in every message."""
    console.show(pd.DataFrame({"name": list(NAMES)}), form)
    out = capsysbinary.readouterr().out.decode("utf-8-sig")
    shown = (
        [row["name"] for row in json.loads(out)]
        if form == "json"
        else [re.sub("\\s", "", one) for one in out.split("\n")]
    )
    told = [
        word.replace("<U+0000>", "\0").replace("<U+001B>", "\x1b") if form == "json" else word
        for word in NAMES.values()
    ]
    assert [word for word in told if word not in shown] == []
    assert not re.search("[\u202e\0\x1b]", out)
    for word in [*NAMES, "\ud800"]:
        said = Fault("NAME-PLAN", word, column=word, value=word, fields={"expected": word}).text()
        assert not re.search("[\u202e\0\x1b\ud800]", said) and said.encode()


@pytest.mark.skipif(os.name == "nt", reason="asks for a full device")
@pytest.mark.parametrize("form", console.FORMATS)
def test_a_full_disk_and_a_reader_that_leaves_are_no_traceback(form):
    python = shlex.quote(sys.executable)
    script = (
        f"{python} -m healthplan targets demo-2027 --format {form} >/dev/full; echo $?;"
        f"{python} -m healthplan targets demo-2027 --format {form} | true; echo ${{PIPESTATUS[0]}};"
        f"{python} -m healthplan targets demo-2027 --format {form} >&-; echo $?"
    )
    ran = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert ran.stdout.split() == ["1", "1", "0"]
    assert len(ran.stderr.splitlines()) == 1 and "[FILE-WRITE]" in ran.stderr, ran.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("read-plan", "plan.txt", "--out", "folder.csv"), "这是一个文件夹"),
        (("read-plan", "plan.txt", "--out", "plan.txt/c.csv"), "文件"),
        (("project", "--observations", "o.csv", "--to", "2023", "--out", "folder.csv"), "文件夹"),
        (("init", "plan.txt/new"), "是文件而不是文件夹"),
    ],
)
def test_a_place_that_cannot_be_written_is_named_in_words(healthplan, tmp_path, arguments, words):
    """Never an internal error, never the system's English in a Chinese line, never the name of what stood beside."""
    (tmp_path / "plan.txt").write_text("到2025年，每千人口床位数达到5张。\n", encoding="utf-8")
    (tmp_path / "folder.csv" / "x").mkdir(parents=True)
    (tmp_path / "o.csv").write_text("indicator,area,year,value\na,b,2019,3\na,b,2020,2.5\na,b,2021,2\n")
    ran = healthplan(*arguments, cwd=tmp_path, PYTHONPATH=str(ROOT), HEALTHPLAN_WORKSPACE=str(ROOT))
    said = ran.stderr.decode()
    assert ran.returncode == 1
    assert "[FILE-WRITE]" in said and words in said, said
    assert ".part" not in said and "Errno" not in said
    assert not list(tmp_path.rglob("*.part"))
