"""Editions: readers see one whole edition whatever is killed, only what changed is made anew, and what others keep in the
folder stays. The reports are made of shipped data by a small notebook of their own (see ``kills``)."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import kills
import pandas as pd
import pytest

from healthplan import files, registers
from healthplan.report import editions, kernel, since
from healthplan.report.command import make_reports
from healthplan.report.manifest import Edition, Entry
from healthplan.report.outcome import How
from healthplan.report.progress import Progress

ROOT = Path(__file__).resolve().parent.parent
posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")


@pytest.fixture(scope="module", autouse=True)
def kernels():
    """Runs in this process have theirs from one that has been loaded once; commands load their own."""
    with kernel.kept_warm():
        yield


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", "")
    kills.workspace(tmp_path / "work space")
    kills.ask(tmp_path / "work space", 2023)
    return tmp_path / "work space"


def made(root, out, **how):
    """Which reports a run made anew, and which it left as they were, by the log of it."""
    log = root / "log.jsonl"
    log.unlink(missing_ok=True)
    make_reports(sorted((root / "parameters").glob("*.yaml")), out, progress=Progress(log), **how)
    events = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    new = {e["page"] for e in events if e["event"] == "done"}
    assert new | set(events[0]["unchanged"]) == {"moving.html", "still.html"}
    return new


@posix_only
def test_a_kill_before_any_operation_on_a_file_leaves_one_whole_edition(root):
    """Guards: index of one run, pages of another; an edition without a file; a page lost on the way."""
    count, moved = kills.points(root, every=10)
    assert 40 < count < 500 and 0 < moved < count


@posix_only
@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_kills_at_random_times_leave_one_whole_edition_and_no_process(root):
    assert sum(kills.at_random(root, 5).values()) == 5


def test_only_what_rests_on_something_that_changed_is_made(root, tmp_path):
    """By content: a touched file is no change, changed bytes under an old time are; figures count row by row."""
    out, data = tmp_path / "out", root / "data"
    both = {"moving.html", "still.html"}
    assert made(root, out) == both
    first = editions.every(out)
    assert made(root, out) == set() and editions.every(out) == first, "nothing changed: no new edition"
    zibo = data / "observations/zibo.csv"
    zibo.touch()
    assert made(root, out) == set()
    other = data / "observations/districts.csv"
    words = other.read_text("utf-8-sig")
    lines = words.splitlines(keepends=True)
    at = next(i for i, line in enumerate(lines) if ",wanzhou," in line)
    value = pd.read_csv(other).loc[at - 1, "value"]
    other.write_text(
        "".join([*lines[:at], lines[at].replace(f",{value:g},", f",{value + 1:g},", 1), *lines[at + 1 :]]), "utf-8"
    )
    assert other.read_text("utf-8") != words
    assert made(root, out) == set(), "a figure of a district that this one never looks at"
    when, words = zibo.stat().st_mtime_ns, zibo.read_text("utf-8")
    year = int(pd.read_csv(zibo)["year"].max())
    row = next(line for line in words.splitlines() if f",{year}," in line)
    zibo.write_text(words.replace(row, row + " again"), "utf-8")
    os.utime(zibo, ns=(when, when))
    changed = made(root, out)
    assert changed == ({"still.html"} if year == 2024 else both if year <= 2023 else set())
    kills.ask(root, 2022)
    assert made(root, out) == {"moving.html"}
    (data / "areas.csv").write_text((data / "areas.csv").read_text("utf-8").replace("Grade", "grade") + "\n", "utf-8")
    assert made(root, out) == both, "a register bears on every report"
    assert made(root, out, force=True) == both
    assert made(root, out, how=How(formats=())) == set()


def test_what_changes_under_the_run_is_said_and_never_shown(root, tmp_path, capsys):
    """A notebook that edits its own plan: once, so that a second try is good; then every time."""
    import nbformat

    out, book = tmp_path / "out", root / "notebooks/01-plan-report.ipynb"
    assert made(root, out) == {"moving.html", "still.html"}
    page, plan = (out / "moving.html").read_bytes(), root / "data/plans" / kills.PLAN / "plan.yaml"
    notebook = nbformat.read(book, 4)
    edit = f"from pathlib import Path\nplan_file = Path({str(plan)!r})\nwords = plan_file.read_text('utf-8')\n"
    notebook.cells[1].source = (
        edit + "'# once' in words or plan_file.write_text(words + '# once\\n', 'utf-8')" + kills.SMALL
    )
    nbformat.write(notebook, book)
    (root / "parameters/still.yaml").unlink()
    assert make_reports([root / "parameters/moving.yaml"], out) == 0
    assert f"data/plans/{kills.PLAN}/plan.yaml" in capsys.readouterr().out
    notebook.cells[1].source = edit + "plan_file.write_text(words + '# again\\n', 'utf-8')" + kills.SMALL
    nbformat.write(notebook, book)
    assert make_reports([root / "parameters/moving.yaml"], out) == 1
    entry = json.loads((out / "manifest.json").read_text("utf-8"))["reports"][0]
    assert entry["status"] == "kept" and "plan.yaml" in entry["reason"]
    assert "失败 moving.html" in capsys.readouterr().out
    assert (out / "moving.html").read_bytes() == page


def test_copies_are_put_right_old_editions_go_and_a_spoilt_one_is_made_anew(root, tmp_path):
    out = tmp_path / "out"
    made(root, out)
    (out / "moving.html").write_text("edited")
    (out / "still.gaps.csv").unlink()
    made(root, out)
    kills.healed(out, kills.published(out))
    for year in (2020, 2021, 2022):
        kills.ask(root, year)
        made(root, out, keep=2)
    there = editions.every(out)
    assert len(there) == 2 and editions.shown(out) == there[-1]
    spoilt = editions.folder(out, there[-1]) / "still.html"
    spoilt.unlink()
    spoilt.write_text("spoilt")
    assert made(root, out) == {"still.html"} or "spoilt" not in (out / editions.shown(out) / "still.html").read_text()
    kills.published(out)
    (out / "index.html").unlink()
    made(root, out)
    kills.healed(out, kills.published(out))


def test_a_run_that_was_stopped_between_two_languages_ends_as_if_it_had_not_been(root, tmp_path):
    """Guards: the report made later knows nothing of the one that was ready, and is made twice."""
    (root / "parameters/still.yaml").unlink()
    asked = {"langs": ["zh", "en"]}
    assert make_reports([root / "parameters/moving.yaml"], tmp_path / "whole", **asked) == 0
    wanted, whole = kills.published(tmp_path / "whole"), editions.shown(tmp_path / "whole")
    half = editions.building(tmp_path / "half")
    shutil.copytree(editions.folder(tmp_path / "whole", whole), half)
    told = json.loads((half / "manifest.json").read_text("utf-8"))
    told["reports"] = [entry for entry in told["reports"] if entry["lang"] == "zh"]
    (half / "manifest.json").write_text(json.dumps(told | {"beside": {}, "files": {}}), "utf-8")
    log = root / "log.jsonl"
    assert make_reports([root / "parameters/moving.yaml"], tmp_path / "half", progress=Progress(log), **asked) == 0
    assert kills.published(tmp_path / "half") == wanted
    assert log.read_text("utf-8").count('"done"') == 1


def test_an_edition_has_a_later_name_than_every_one_before(tmp_path):
    """Two runs within a second, and a clock that was set back."""
    names = []
    for now in (1_000_000_000, 1_000_000_000, 999_999_000):
        names.append(editions.new_name(tmp_path, now))
        (editions.folder(tmp_path, names[-1])).mkdir(parents=True)
        (editions.folder(tmp_path, names[-1]) / "manifest.json").touch()
    assert names == sorted(set(names)) and names[0] == "20010909T014640Z"


def test_every_link_of_the_index_leads_into_the_edition():
    words = '<a href="a.html">a</a> <a class="x" href="#main">b</a> <a href="ledger/x/index.html">c</a> <a href="https://a.b/c">d</a>'
    led = editions.leading(words, "20250101T000000Z")
    assert led.count('href="editions/20250101T000000Z/') == 2
    assert 'href="#main"' in led and 'href="https://a.b/c"' in led


def test_what_changed_since_the_edition_before_is_a_table_and_a_page(tmp_path, monkeypatch):
    """Three goals of a shipped report: one that turned, one that is new, one that is gone; names in the page's language."""
    demo = tmp_path / "demo"
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(ROOT))
    assert make_reports([ROOT / "parameters/zhoucun-2024.yaml"], demo, langs=["zh", "en"]) == 0
    now = editions.folder(demo, editions.shown(demo))
    entries = [Entry.model_validate(one) for one in json.loads((now / "manifest.json").read_text("utf-8"))["reports"]]
    before = tmp_path / "before"
    shutil.copytree(now, before)
    for entry in entries:
        stem = entry.page.removesuffix(".html")
        gaps = registers.read_table(before / f"{stem}.gaps.csv", "gaps")
        answers = registers.read_table(before / f"{stem}.answers.csv", "answers")
        turned, gone, new = list(dict.fromkeys(answers["target_id"]))[:3]
        gaps.loc[gaps["target_id"] == turned, "status"] = "met"
        gaps.loc[gaps["target_id"] == gone, "target_id"] = "gone-1"
        answers.loc[answers["target_id"] == gone, "target_id"] = "gone-1"
        files.write_csv(gaps[gaps["target_id"] != new], before / f"{stem}.gaps.csv")
        files.write_csv(answers, before / f"{stem}.answers.csv")
    old = Edition(reports={e.page: e.model_copy(update={"outputs": {"x": "y"}}) for e in entries})
    found = (
        since.changes(before, old, now, [e for e in entries if e.lang == "zh"])
        .set_index("target_id")["event"]
        .to_dict()
    )
    assert found == {turned: "changed", gone: "new", "gone-1": "gone", new: "new"}
    pages = since.pages(before, old, now, entries)
    assert set(pages) == {"changes.csv", "changes.html", "changes.en.html"}
    zh, en = (pages[name].decode("utf-8") for name in ("changes.html", "changes.en.html"))
    assert "与上一期报告相比，1份报告中4项目标" in zh and "goals judged otherwise 4, in reports 1" in en
    assert f'href="zhoucun-2024.cards.html#{turned}"' in zh
    assert since.pages(now, Edition(reports={e.page: e for e in entries}), now, entries) == {}


def shell(root, line, **settings):
    """A line of a shell in the workspace; ``PY`` is this Python."""
    env = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PY": sys.executable,
        "PYTHONUTF8": "1",
        **settings,
    }
    return subprocess.run(["bash", "-c", line], cwd=root, env=env, capture_output=True, text=True, encoding="utf-8")


@posix_only
def test_a_log_that_nobody_reads_and_a_notice_that_somebody_does(root, tmp_path):
    """``run | head -1`` goes on to the end; the summary goes to a command or a file; a log on a full disk stops nothing."""
    ran = shell(
        root,
        f"set -o pipefail; \"$PY\" -m healthplan run --out '{tmp_path}/a' --notify 'tee {tmp_path}/told' | head -1",
    )
    assert ran.stderr == "" and ran.stdout.count("\n") == 1
    assert kills.published(tmp_path / "a")
    told = (tmp_path / "told").read_text("utf-8")
    assert told.count("\n") == 1 and "2份完成，0份失败" in told and editions.shown(tmp_path / "a") in told
    kills.ask(root, 2022)
    ran = shell(root, f"\"$PY\" -m healthplan run --out '{tmp_path}/a' --notify '{tmp_path}/told2' > /dev/full")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "其中1份未变" in (tmp_path / "told2").read_text("utf-8")
    ran = shell(root, f"\"$PY\" -m healthplan run --out '{tmp_path}/a' --notify false")
    assert ran.returncode == 0 and "通知没有送出" in ran.stderr
    ran = shell(root, f"\"$PY\" -m healthplan run --out '{tmp_path}/a' --notify 'tee \"x'")
    assert ran.returncode == 0 and "通知没有送出" in ran.stderr
    ran = shell(root, f"\"$PY\" -m healthplan run --out '{tmp_path}/a' --notify 'nosuchmail -s a b@c.d'")
    assert "nosuchmail" in ran.stderr and not list(root.glob("nosuch*")), "a command that is missing is no file"


@pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a disk of its own")
def test_a_disk_that_is_full_leaves_the_edition_of_before_and_heals(root, tmp_path):
    """A real one: a file system in memory of which nothing but a few kilobytes are left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        out = disk / "out"
        assert made(root, out) == {"moving.html", "still.html"}
        old, index = kills.published(out), (out / "index.html").read_bytes()
        kills.ask(root, 2022)
        for spare in (0, 8_000, 40_000):
            free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
            (disk / "filled").write_bytes(b"x" * (free - spare))
            ran = shell(root, f"\"$PY\" -m healthplan run --out '{out}'", HEALTHPLAN_LANG="zh")
            assert ran.returncode == 1 and "Traceback" not in ran.stderr, spare
            assert "空间" in ran.stdout + ran.stderr
            assert (kills.published(out), (out / "index.html").read_bytes()) == (old, index)
            (disk / "filled").unlink()
        assert made(root, out) == {"moving.html"} or kills.published(out) != old
        kills.healed(out, kills.published(out))
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@posix_only
def test_a_run_that_is_asked_to_end_tidies_up(root, tmp_path):
    """SIGTERM: exit code 143, no process, no folder of sockets, nothing half made; the next run makes what is missing."""
    import nbformat

    book, out, temp = root / "notebooks/01-plan-report.ipynb", tmp_path / "out", tmp_path / "temp"
    temp.mkdir()
    notebook = nbformat.read(book, 4)
    words = notebook.cells[1].source
    notebook.cells[1].source = f"open({str(tmp_path / 'here')!r}, 'w').close()\nimport signal\nsignal.pause()"
    nbformat.write(notebook, book)
    os.mkfifo(tmp_path / "here")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(temp), "MARK": str(out)}
    process = subprocess.Popen([sys.executable, "-m", "healthplan", "run", "--out", str(out), "--jobs", "1"], cwd=root, env=env,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # fmt: skip
    open(tmp_path / "here").close()  # opens when the kernel has got there
    process.send_signal(signal.SIGTERM)
    _, noise = process.communicate(timeout=60)
    assert (process.returncode, noise) == (143, "")
    assert list(temp.iterdir()) == [] and kills.published(out) is None
    assert sys.platform != "linux" or kills.family(f"MARK={out}") == []
    notebook.cells[1].source = words
    nbformat.write(notebook, book)
    assert made(root, out) == {"moving.html", "still.html"}


@pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux")
def test_a_report_may_have_so_much_memory_and_time(root, tmp_path):
    import nbformat

    book = root / "notebooks/01-plan-report.ipynb"
    notebook = nbformat.read(book, 4)
    notebook.cells[1].source = "x = bytearray(3_000_000_000) if as_of == 2024 else None\nwhile as_of == 2023: pass\n"
    nbformat.write(notebook, book)
    ran = shell(root, f"\"$PY\" -m healthplan run --out '{tmp_path}/a' --memory 1500 --timeout 2", HEALTHPLAN_LANG="zh")
    assert ran.returncode == 1 and ran.stderr == ""
    assert "still.html：内存不足" in ran.stdout and "moving.html：报告的某一步骤超过时限" in ran.stdout
