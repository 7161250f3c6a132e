"""Guards: no file, however damaged, makes a door of the house raise anything but its own errors, or hold it for ten seconds.

Real files (plans, the templates of a new workspace, sheets of the ledger, small samples of every kind) are damaged at
random: bytes, words, parts of an archive. Each case is made by its number alone; a failure prints it, and
``HEALTHPLAN_FUZZ_CASE=door:number`` runs that one. ``HEALTHPLAN_FUZZ=50000`` tries that many.
"""

import io
import os
import random
import re
import shutil
import signal
import time
import warnings
import zipfile
from datetime import date
from functools import cache

import pandas as pd
import pytest
from conftest import ROOT
from test_memory import CELL, docx, html, pdf, table

from healthplan import cli, enter, intake, limited, newplan, oldbook, planreader, plans, registers, vintages, workspace
from healthplan.errors import HealthplanError
from healthplan.intake import spreadsheets
from healthplan.planreader.plan import read_document
from healthplan.projection import project_file
from healthplan.quarter import confirming, sheets, taking
from healthplan.report.parameters import load_parameters
from healthplan.starter import make_workspace

CASES = int(os.environ.get("HEALTHPLAN_FUZZ", "2000"))
WITHIN = CASES // 40  # of them in the process with limits
ONE = os.environ.get("HEALTHPLAN_FUZZ_CASE", "")
DAY = date(2026, 6, 30)
SECONDS = 10
WORDS = (
    "", "=1+1", "[/]", "\u202e倒", "\ufeff", "1e999", "9" * 400, "-0", "nan", "½", "１２，３", "3.76①", "2023-13-45", "1900-02-29",
    "0000", "99999999", "（", "））", "“", "\t", "\r", "||||", "%", "‰‰", "1:0", "0/0", "<b>", "&amp;", "{}", "%s", "__class__", "../../x",
    "NULL", "None", "=", "是", "不低于", "不低于不高于", "比上年下降", "翻一番", "零增长", "100%以上", "达到", "~", "-", "—", "合计", "其中：",
    "注：", "2025年目标", "1-6月", "年均", "每千人", "亿元", "□", "✓", "\U00020000", "e\u0301", "a" * 3000, "，" * 500, "9," * 300,
)  # fmt: skip
LONG = "指标,地区,年份,数值,单位,来源\n" + "".join(
    f"{name},示例区,{2015 + n},{value + n / 10},{unit},年报\n"
    for name, value, unit in (("婴儿死亡率", 3.1, "‰"), ("居民健康素养水平", 20.5, "%"), ("人均预期寿命", 78.2, "岁"))
    for n in range(6)
)
WIDE = "单位：‰\n指标,2019年,2020年,2021年\n婴儿死亡率,3.2,3.1,3.0\n其中：农村,4.2,4.1,4.0\n注：初步数\n"
TARGETS = "指标,目标值,单位,期限,基线值,基线年份,责任单位\n婴儿死亡率,不高于3.0,‰,2027,3.2,2022,区卫生健康委\n健康素养水平,比2022年提高5个百分点,%,2027年底,,,\n"
GOALS = "到2027年，每千人口床位数达到5.5张，居民健康素养水平比2022年提高5个百分点，婴儿死亡率控制在3‰以内。"
PANEL = "indicator,area,group,year,value,unit\n" + "".join(
    f"{one},demo,,{year},{value + year % 7},%\n"
    for one, value in (("a_rate", 30), ("health_literacy_rate", 20))
    for year in range(2015, 2025)
)
TARGETS_YAML = "目标:\n  - 指标: 婴儿死亡率\n    目标值: 不高于3.0\n    单位: ‰\n    期限: 2027\n"
PARAMETERS = "plan: demo-2027\nas_of: 2024\nlang: zh\nobservations: [a.csv]\ntitle: 示例\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """A workspace of our data, with a folder of files to damage: by their endings."""
    root = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(ROOT / "data", root / "data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEALTHPLAN_WORKSPACE", str(root))
        patch.setenv("HEALTHPLAN_DEBUG", "1")  # what a door would tell as damage is raised
        issued = root / "data/plans/demo-2027/ledger/sheets.csv"
        issued.write_text(
            issued.read_text("utf-8").split("\n", 1)[0] + "\n", encoding="utf-8"
        )  # else nothing is sent again
        sheets.send("demo-2027", "2025Q4", "", (), DAY, True)
        warnings.simplefilter("ignore")
        yield root, samples(root)


def samples(root):
    """The files to damage: (ending, content) by kind."""
    plan = (ROOT / "tests/planreader/province.txt").read_text("utf-8")[:3000]
    text = [("txt", plan.encode()), ("txt", GOALS.encode("gb18030")), ("pdf", pdf(stream="BT (By 2027 5%) Tj ET"))]
    rows = f"<tr><td>指标</td><td>2027年</td></tr><tr><td rowspan=2>{GOALS}</td><td>30%</td></tr><tr><td>5</td></tr>"
    cells = table(f"<w:tr>{CELL.format('')}{CELL.format('')}</w:tr>" * 3)
    text += [("html", html(rows)), ("docx", docx(f"<w:p><w:r><w:t>{GOALS}</w:t></w:r></w:p>{cells}"))]
    make_workspace(root / "new")
    templates = [("xlsx", path.read_bytes()) for path in sorted((root / "new").rglob("*.xlsx"))]
    sent = [("xlsx", path.read_bytes()) for path in sorted((root / "reports").rglob("*.xlsx"))[:2]]
    figures = [("csv", LONG.encode()), ("csv", WIDE.encode("gb18030")), ("xlsx", _xlsx(LONG))]
    goals = [("csv", TARGETS.encode()), ("xlsx", _xlsx(TARGETS)), ("yaml", TARGETS_YAML.encode())]
    found = planreader.read_plan(_put(root, "txt", plan.encode()), indicators=registers.load_indicators())
    candidates = [("csv", found.assign(decision="采用").to_csv(index=False).encode())]
    panel = io.BytesIO()
    pd.read_csv(io.StringIO(PANEL)).to_parquet(panel)
    yaml = [("yaml", PARAMETERS.encode()), ("yaml", PARAMETERS.encode("gbk"))]
    about = [("yaml", (root / "data/plans/demo-2027/plan.yaml").read_bytes())]
    return {"text": text, "tables": [*figures, *goals, *templates, *sent], "figures": figures, "goals": goals + candidates,
            "panel": [("csv", PANEL.encode()), ("parquet", panel.getvalue())], "sent": sent, "books": templates, "yaml": yaml,
            "about": about}  # fmt: skip


def _xlsx(csv):
    made = io.BytesIO()
    pd.read_csv(io.StringIO(csv), header=None, dtype=str).to_excel(made, index=False, header=False)
    return made.getvalue()


def _put(root, ending, content):
    path = root / f"数据.{ending}"
    path.write_bytes(content)
    return path


@cache
def known():
    return registers.load_registers()


def check(path):
    for fault in intake.read_any(path, today=DAY).faults:
        assert fault.text("zh").encode() and fault.text("en").encode()


def diff(path):
    intake.diff_file(path, found=intake.whole(path, area="demo"), area="demo")


def add_plan(path):
    rows = cli._confirmed_rows(path, known(), "demo")
    how = {"indicators": known().indicators, "areas": known().areas}
    newplan.new_plan(rows, plan_id="a", area="demo", title="示例", **how)


def project(path):
    left = []
    ready, lost = vintages.to_project([path], path.parent, None, "demo", left.extend)
    sieve = lambda panel, file: intake.sound_panel(panel, intake.register(), str(file), lost)  # noqa: E731
    project_file(ready, path.parent / "o.csv", to=2027, sieve=sieve, indicators=known().indicators)


def books(path):
    for register in ("areas", "indicators"):
        before = workspace.data(f"{register}.csv").read_bytes()
        enter.add(register, enter.from_file(register, path), path.name)
        workspace.data(f"{register}.csv").write_bytes(before)


# what is damaged, and of a hundred cases how many
DOORS = {
    "check": (check, "tables", 40), "diff": (diff, "figures", 1), "add-plan": (add_plan, "goals", 8),
    "read-plan": (lambda path: planreader.read_and_tell(path, known().indicators), "text", 12),
    "read-figures": (lambda path: planreader.read_figures([path], area="示例区", indicators=known().indicators, areas=known().areas), "text", 8),
    "parameters": (load_parameters, "yaml", 12), "plan.yaml": (plans._about, "about", 11),
    "take": (lambda path: taking.take([path], DAY), "sent", 3), "confirm": (lambda path: confirming.confirm("demo-2027", [path], DAY, False, "zh"), "sent", 1),
    "books": (books, "books", 2), "project": (project, "panel", 2),
}  # fmt: skip
WITHIN_LIMITS = {
    "document": (lambda path: planreader.within_limits(read_document, [path], path), "text"),
    "old book": (lambda path: limited.call(oldbook.sheets, str(path), 10_000, 10_000), "tables"),
}


def damaged(kinds, chance):
    """A file of one of these kinds, damaged."""
    ending, content = chance.choice(kinds)
    for _ in range(chance.choice((1, 1, 2, 4))):
        way = chance.random()
        if content[:2] == b"PK" and way < 0.8:
            content = _in_archive(content, chance)
        elif ending in ("csv", "txt", "yaml", "html") and way < 0.85:
            content = _words(content, chance)
        else:
            content = _bytes(content, chance)
    return (
        chance.choice(("csv", "xlsx", "xls", "txt", "yaml", "docx", "html")) if chance.random() < 0.03 else ending
    ), content


def _bytes(content, chance):
    at, more = (chance.randrange(len(content) + 1) for _ in range(2))
    first, last = min(at, more), max(at, more)
    noise = bytes(chance.randrange(256) for _ in range(chance.choice((1, 1, 4, 60))))
    return chance.choice((content[:at], content[:first] + content[last:], content[:at] + noise + content[at + len(noise):],
                          content[:at] + noise + content[at:], content[:last] + content[first:]))  # fmt: skip


def _words(content, chance):
    """A text with another word, number, line or encoding; marks of XML stay mostly whole."""
    text = content.decode("utf-8", "replace")
    pieces = re.findall(r"<[^>]*>|[,\t|:：，。；\n]|[0-9.]+|[^<,\t|:：，。；\n0-9.]+", text)
    at = chance.randrange(len(pieces) or 1)
    way = chance.randrange(6)
    if way == 0 or not pieces:
        pieces.insert(at, chance.choice(WORDS))
    elif way == 1:
        inner = [n for n, piece in enumerate(pieces) if not piece.startswith("<")] or [at]
        pieces[chance.choice(inner)] = chance.choice(WORDS)
    elif way == 2:
        del pieces[at : at + chance.choice((1, 2, 9))]
    elif way == 3:
        pieces[at:at] = pieces[at : at + 8] * chance.choice((1, 3, 20))
    elif way == 4:
        other = chance.randrange(len(pieces))
        pieces[at], pieces[other] = pieces[other], pieces[at]
    else:
        return "".join(pieces).encode(chance.choice(("gb18030", "utf-16", "utf-16-le", "utf-8-sig", "big5")), "replace")
    return "".join(pieces).encode("utf-8", "replace")


def _in_archive(content, chance):
    """The archive with one part damaged, left out or said to be another."""
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
            parts = {name: old.read(name) for name in old.namelist()}
            told = [n for n in parts if re.search(r"sheet\d+\.xml|sharedStrings|document\.xml", n)] or list(parts)
            name = chance.choice(told if chance.random() < 0.7 else list(parts))
            parts[name] = _words(parts[name], chance) if chance.random() < 0.8 else _bytes(parts[name], chance)
            if chance.random() < 0.05:
                del parts[chance.choice(list(parts))]
            for part, data in parts.items():
                new.writestr(zipfile.ZipInfo(part), data)
    except Exception:  # an earlier damage left no archive
        return _bytes(content, chance)
    return made.getvalue()


def tried(door, does, kinds, number, root):
    """One case: an error of our own family, or none, within the time (of work: a busy machine is no fault of ours)."""
    ending, content = damaged(kinds, random.Random(f"{door}:{number}"))
    path = _put(root, ending, content)
    began = time.process_time()
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGPROF, _late)
        signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        said = _said(does, path)
    except BaseException as error:
        error.add_note(f"HEALTHPLAN_FUZZ_CASE={door}:{number}")
        raise
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)
    assert said != "time" and time.process_time() - began < SECONDS, f"HEALTHPLAN_FUZZ_CASE={door}:{number}"


def _said(does, path):
    """What a door says of a file that it refuses, in both languages."""
    try:
        does(path)
    except HealthplanError as error:
        return (error.text("zh") + error.text("en")).encode()
    except limited.Ended as ended:
        return ended.why
    return ""


def _late(*_):
    raise TimeoutError


def numbers(door, count):
    """The numbers of a door's cases, or the one that was asked for."""
    asked, _, number = ONE.rpartition(":")
    return range(count) if not ONE else [int(number)] if asked == door else []


@pytest.mark.parametrize("door", DOORS)
def test_a_damaged_file_ends_in_an_error_of_ours_or_in_none(house, door):
    root, files = house
    does, kind, share = DOORS[door]
    for number in numbers(door, CASES * share // 100):
        tried(door, does, files[kind], number, root)


@pytest.mark.parametrize("door", WITHIN_LIMITS)
def test_and_so_it_does_in_the_process_with_limits(house, door):
    root, files = house
    does, kind = WITHIN_LIMITS[door]
    for number in numbers(door, WITHIN // 2):
        tried(door, does, files[kind], number, root)


def test_a_number_without_end_is_no_head(tmp_path):
    """Guards: what fifty thousand cases found: a ratio of four hundred digits is infinite, which is no whole number."""
    (tmp_path / "a.csv").write_text(f"名称,1:0{'9' * 400}\n婴儿死亡率,3.1\n", "utf-8")
    assert not intake.read_any(tmp_path / "a.csv", today=DAY).ok
    assert spreadsheets.typed(int("9" * 400)).error == "inf" and spreadsheets.typed(float("nan")).error == "nan"
