"""A run of reports: real kernels through papermill, and everything that may go wrong on the way.

Most tests run a small notebook of their own in place of the report's: it takes the same parameters, does what its
``plan`` says (die, hang, lie, ...) and gives a result, so that each failure is a real one and takes a second.
"""

import contextlib
import hashlib
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from healthplan.errors import InputError
from healthplan.report import editions, kernel, request_books
from healthplan.report.command import make_reports
from healthplan.report.export import PAGES, beside
from healthplan.report.lock import owned
from healthplan.report.outcome import How, Job
from healthplan.report.parameters import Parameters, load_parameters
from healthplan.report.result import result_of
from healthplan.report.run import run_all

ROOT = Path(__file__).resolve().parent.parent
posix_only = pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals and FIFOs")

PARAMETERS = """
plan: str = "dazu-2027"
area: str = ""
as_of: int = 0
lang: str = "zh"
method: str = "ensemble"
observations: list[str] = []
"""
DEEDS = """
import builtins, os, signal, sys
title = "x"
match method:
    case "raise": raise ValueError("no such thing\\nsecond line")
    case "kill": os.kill(os.getpid(), signal.SIGKILL)
    case "leave": os._exit(0)
    case "exit": sys.exit(0)
    case "hang":
        with open("pipe", "w") as pipe:
            print(os.getpid(), file=pipe, flush=True)
            while True: signal.pause()
    case "forever":
        while True: pass
    case "wrong": plan = "wanzhou-2024"
    case "memory": raise MemoryError
    case "mark": title = "<script>alert(1)</script>"
seen = hasattr(builtins, "seen"), "SEEN" in os.environ
builtins.seen = os.environ["SEEN"] = "1"
from ipykernel.connect import get_connection_info
transport = get_connection_info(unpack=True)["transport"]
"""
RESULT = """
from healthplan.report.result import Result
rows = [{"status": "no_data", "why": "=1+1"}, {"status": "on_course", "why": "-3"}]
given = Result(plan, area, as_of or 2025, lang, title, f"{transport} {seen}", rows, rows)
given if method != "silent" else None
"""


def notebook(path, *cells, parameters=PARAMETERS):
    new = nbformat.v4.new_code_cell
    first = new(parameters, metadata={"tags": ["parameters"]})
    nb = nbformat.v4.new_notebook(cells=[first, *(new(cell) for cell in cells)])
    nb.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(nb, path)


@pytest.fixture(scope="module", autouse=True)
def kernels():
    """Runs in this process have theirs from one that has been loaded once; commands load their own."""
    with kernel.kept_warm():
        yield


@pytest.fixture
def quick(tmp_path, monkeypatch):
    """A workspace whose report notebook is the quick one, with two real plans' title pages and the demo's."""
    root = tmp_path / "work space"
    for name in ("data/plans", "notebooks", "parameters"):
        (root / name).mkdir(parents=True)
    for name in ("indicators.csv", "areas.csv"):
        shutil.copy(ROOT / "data" / name, root / "data" / name)
    for plan in ("dazu-2027", "wanzhou-2024", "demo-2027"):
        (root / "data/plans" / plan).mkdir()
        shutil.copy(ROOT / "data/plans" / plan / "plan.yaml", root / "data/plans" / plan / "plan.yaml")
    notebook(root / "notebooks/01-plan-report.ipynb", DEEDS, RESULT)
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(root))
    monkeypatch.delenv("HEALTHPLAN_LANG", raising=False)
    return root


def asked(root, name, **values):
    """A parameter file of the quick workspace."""
    path = root / "parameters" / f"{name}.yaml"
    lines = "".join(f"{k}: {v}\n" for k, v in {"plan": "dazu-2027", **values}.items())
    path.write_text(lines, encoding="utf-8")
    return path


def command(*arguments, **settings):
    """``healthplan ...`` in a process of its own, as a shell would start it."""
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **settings}
    return subprocess.Popen(
        [sys.executable, "-m", "healthplan", *map(str, arguments)],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
        # Whoever starts the tests in the background may have made Ctrl-C ignored, and a child inherits that.
        preexec_fn=None if os.name == "nt" else lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def made_of(page, *tables):
    """What lies there of the quick notebook's report: its first page, the executed notebook, the tables."""
    return {page} | {beside(page, name) for name in ("ipynb", "gaps.csv", "scorecard.csv", *tables)}


def shown(out):
    """What every link of the index begins with: the edition that it leads to."""
    return f"editions/{editions.shown(out)}/"


def beside_index(out):
    """The files at the old addresses, by name."""
    return {p.name for p in out.iterdir()} - {"editions"}


def manifest_of(out):
    data = json.loads((out / "manifest.json").read_text("utf-8"))
    return data, {entry["page"]: entry for entry in data["reports"]}


def test_each_way_to_fail_becomes_one_line_and_stops_no_other(quick, tmp_path):
    """Papermill itself calls several of these a success: only the checked result counts."""
    methods = ("raise", "kill", "leave", "exit", "wrong", "silent", "memory", "good", "forever")
    jobs = [Job(m, Parameters(plan="dazu-2027", method=m)) for m in methods]
    told = []
    outcomes = run_all(dict.fromkeys(jobs, ()), tmp_path / "out", How(timeout=3), ended=told.append)
    assert [outcome.job.name for outcome in outcomes] == list(methods)
    assert sorted(o.job.name for o in told) == sorted(methods)
    reasons = {outcome.job.name: outcome.detail for outcome in outcomes}
    assert reasons.pop("good") == ""
    assert [o.job.name for o in outcomes if o.result] == ["good"]
    assert reasons.pop("raise") == "ValueError: no such thing"
    assert "wanzhou-2024" in reasons.pop("wrong")
    assert "内存不足" in reasons.pop("memory")
    assert "意外终止" in reasons.pop("kill")
    assert "意外终止" in reasons.pop("leave")
    assert "超过时限" in reasons.pop("forever")
    assert all(reason and "\n" not in reason for reason in reasons.values())
    assert {p.name for p in (tmp_path / "out").iterdir()} == made_of("good.html")


WAY = "tcp" if os.name == "nt" else "ipc"


def test_every_report_has_a_process_of_its_own(quick, tmp_path):
    """Nothing that one report leaves behind is seen by the next, and kernels race for no TCP port."""
    jobs = [Job(str(n), Parameters(plan="dazu-2027")) for n in range(3)]
    outcomes = run_all(dict.fromkeys(jobs, ()), tmp_path / "out", How(workers=1))
    assert [o.result and o.result.headline for o in outcomes] == [f"{WAY} (False, False)"] * 3


@posix_only
def test_where_a_socket_has_no_room_tcp_makes_the_same_page(quick, tmp_path):
    """A temporary folder with a long name: no socket's path fits."""
    long = tmp_path / ("long" * 30)
    long.mkdir()
    file = asked(quick, "a")
    for out, settings in (("short", {}), ("far", {"TMPDIR": str(long)})):
        process = command("run", file, "--out", tmp_path / out, **settings)
        assert (process.communicate()[1], process.returncode) == ("", 0)
    pages = [(tmp_path / out / "a.html").read_bytes() for out in ("short", "far")]
    assert pages[0] == pages[1]
    heads = [manifest_of(tmp_path / out)[1]["a.html"]["headline"] for out in ("short", "far")]
    assert heads == ["ipc (False, False)", "tcp (False, False)"]


STUMBLE = """
import os, sys
def stumble():
    with open({mark!r}, "a") as mark:
        mark.write("x")
    if os.path.getsize({mark!r}) <= {times}:
        os._exit(1)
if "ipykernel_launcher" in sys.orig_argv:
    stumble()
elif "healthplan.report.forks" in sys.orig_argv:
    os.register_at_fork(after_in_child=stumble)
"""


@posix_only
@pytest.mark.parametrize(("times", "failed"), [(1, 0), (9, 1)])
def test_a_kernel_that_does_not_start_is_given_one_more_try(quick, tmp_path, times, failed):
    """The kernel's process ends before it answers, as one does that lost the race for its ports."""
    (tmp_path / "path").mkdir()
    words = STUMBLE.format(mark=str(tmp_path / "mark"), times=times)
    (tmp_path / "path" / "sitecustomize.py").write_text(words)
    path = os.pathsep.join([str(tmp_path / "path"), str(ROOT)])
    process = command("run", asked(quick, "a"), "--out", tmp_path / "out", PYTHONPATH=path)
    said, noise = process.communicate()
    assert (process.returncode, noise) == (failed, "")
    assert (tmp_path / "mark").read_text() == "xx"
    assert ("未能启动" in said) == bool(failed)
    assert "kernel_info" not in said


@posix_only
def test_a_script_without_a_main_guard_may_run_reports(quick, tmp_path):
    """multiprocessing would run the calling script again in each child; a kernel must not."""
    script = tmp_path / "script.py"
    script.write_text(
        "from pathlib import Path\n"
        "from healthplan.report.parameters import Parameters\n"
        "from healthplan.report.outcome import Job\n"
        "from healthplan.report.run import run_all\n"
        "print('started')\n"
        f"done = run_all({{Job('a', Parameters(plan='dazu-2027')): ()}}, Path({str(tmp_path / 'out')!r}))\n"
        "print(done[0].result.headline)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    ran = subprocess.run([sys.executable, str(script)], env=env, capture_output=True, text=True)
    assert (ran.stdout, ran.stderr) == ("started\nipc (False, False)\n", "")


def test_a_notebook_with_other_parameters_is_refused(quick, tmp_path):
    """Papermill would only warn, and report on the default plan."""
    path = quick / "notebooks/01-plan-report.ipynb"
    notebook(path, RESULT, parameters=PARAMETERS.replace("as_of", "year"))
    jobs = {Job("a", Parameters(plan="dazu-2027")): ()}
    assert "as_of, year" in run_all(jobs, tmp_path)[0].reason
    notebook(path, RESULT, parameters="if True:\n    plan: str = ''")
    assert "01-plan-report.ipynb" in run_all(jobs, tmp_path)[0].reason
    path.unlink()
    assert "01-plan-report.ipynb" in run_all(jobs, tmp_path)[0].reason


def test_one_bad_file_and_one_failing_plan_beside_a_good_one(quick, tmp_path):
    out = tmp_path / "reports"
    files = [
        asked(quick, "good"),
        asked(quick, "bad", yera=2025, method="'a b'"),
        asked(quick, "failing", method="raise"),
        quick / "parameters" / "absent.yaml",
    ]
    process = command("run", *files, "--out", out)
    said, noise = process.communicate()
    assert process.returncode == 1
    assert noise == ""
    assert str(out / "index.html") in said.splitlines()[-1]
    page = (out / "index.html").read_text("utf-8")
    assert f'href="{shown(out)}good.html"' in page
    assert "PARAM-UNKNOWN" in page and "另有1处" in page
    assert "ValueError" in page and "no such thing" not in page, "what a cell says is for the log"
    assert "no such thing" in said
    assert "FILE-MISSING" in page
    assert "1份规划，共2项目标" in page, "a report that failed counts for nothing"
    assert str(tmp_path) not in page
    assert not beside_index(out) & {"bad.html", "failing.html"}
    assert {p.name for p in (out / "editions").iterdir()} == {editions.shown(out)}


ALIASES = "".join(f"b{n}: &b{n} [{', '.join(9 * [f'*b{n - 1}'])}]\n" for n in range(1, 9))  # 43 million words


def spoil(root):
    """Files that each stop their own report, with the code that its line must name."""
    folder = root / "parameters"
    plan = (root / "data/plans/dazu-2027/plan.yaml").read_text("utf-8")
    for name, (old, new, encoding) in {
        "number": ("title_zh: ", "title_zh: 2024 #", "utf-8"),
        "date": ("period_start: ", "period_start: 2024-13-01 #", "utf-8"),
        "gbk": ("", "", "gbk"),
        "list": (plan, "- a\n- b\n", "utf-8"),
        "tab": ("period_end", "\tperiod_end", "utf-8"),
        "aliases": ("issuer_zh: ", f"title_zh: *b8\nb0: &b0 [x, x]\n{ALIASES}old: ", "utf-8"),
        "twice": ("issuer_zh: ", "title_zh: ", "utf-8"),
        "deep": ("issuer_zh: ", "issuer_zh: " + "[" * 9999, "utf-8"),
        "surrogate": ("title_zh: ", 'title_zh: "\\ud800" #', "utf-8"),
    }.items():
        made = root / f"data/plans/{name}/plan.yaml"
        made.parent.mkdir()
        made.write_bytes(plan.replace(old, new, 1).encode(encoding, "replace"))
    (folder / "no-date.yaml").write_text("plan: dazu-2027\nas_of: 2024-13-01\n")
    (folder / "a-date.yaml").write_text("plan: dazu-2027\nas_of: 2024-12-01\n")
    (folder / "no-text.yaml").write_bytes(b"plan: da\0zu # " + b"x" * 99 + b"\n")
    (folder / "empty.yaml").touch()
    (folder / "folder.yaml").mkdir()
    (folder / "nested.yaml").write_text("plan: " + "[" * 30 + "\n")
    (folder / ".hidden.yaml").write_text("no report")
    (folder / "digits.yaml").write_text(f"plan: dazu-2027\nas_of: {'9' * 5000}\n")
    (folder / "equals.yaml").write_text("plan: dazu-2027\narea: =\n")
    (folder / "backwards.yaml").write_text("plan: dazu-2027\ntitle: \u202e2024\n", encoding="utf-8")
    (folder / "surrogate.yaml").write_text('plan: dazu-2027\ntitle: "\\ud800"\n')
    codes = {"no-date": "PARAM-VALUE", "a-date": "PARAM-VALUE",
             "no-text": "TEXT-NUL", "empty": "FILE-EMPTY", "folder": "FILE-KIND", "nested": "FILE-DEEP",
             "digits": "PARAM-VALUE", "equals": "PARAM-VALUE", "backwards": "PARAM-VALUE", "surrogate": "YAML-SYNTAX"}  # fmt: skip
    if os.name != "nt":
        (folder / "dangling.yaml").symlink_to("nowhere")
        (folder / "loop.yaml").symlink_to("loop.yaml")
        named = os.fsencode(folder) + "/示例.yaml".encode("gbk")
        Path(os.fsdecode(named)).write_text("plan: dazu-2027\n")
        codes |= {"dangling": "FILE-MISSING", "loop": "FILE-", "示例": "RUN-NAME"}
        if os.geteuid():
            (folder / "locked.yaml").write_text("plan: dazu-2027\n")
            (folder / "locked.yaml").chmod(0)
            codes["locked"] = "FILE-RIGHTS"
    return codes


def test_one_bad_file_never_stops_the_rest(quick, tmp_path):
    """Parameter files with dates of no calendar, without rights, of no text at all; a data
    file and an earlier manifest that somebody edited: one line each, everything else is written."""
    codes = spoil(quick)
    out = tmp_path / "reports"
    asked(quick, "good", title="'#1 100%'")
    good = ["good", "a good #1 100%", "javascript:alert(1)?"]
    for name in good[1:]:
        shutil.copy(quick / "parameters/good.yaml", quick / f"parameters/{name}.yaml")
    titles = {"number": ("2024", "utf-8"), "old": ("大足区健康规划", "gbk")}
    for name, (title, encoding) in titles.items():
        (quick / f"parameters/{name}.yaml").write_bytes(f"plan: dazu-2027\ntitle: {title}\n".encode(encoding))
    Path(os.fsdecode(os.fsencode(quick / "data") + "/表.csv".encode("gbk"))).touch()
    out.mkdir()
    edited = {
        "page": "old.html",
        "name": 7,
        "plan": 7,
        "lang": "zh",
        "variant": "?",
        "status": "done",
    }
    (out / "old.html").touch()
    (out / "manifest.json").write_text(json.dumps({"reports": [edited]}))
    process = command("run", "--out", out, HEALTHPLAN_LANG="zh")
    said, noise = process.communicate()
    assert (process.returncode, noise) == (1, "")
    assert "内部错误" not in said and "Error" not in said
    failed = dict(re.findall(r"失败 (.+?)\.html：(.*)", said))
    assert {name: codes[name] for name in codes if f"[{codes[name]}" in failed.pop(name)} == codes
    assert failed == {}
    _, entries = manifest_of(out)
    done = {page: entry["title"] for page, entry in entries.items() if entry["status"] == "done"}
    assert done == {f"{name}.html": "#1 100%" for name in good} | {f"{k}.html": v for k, (v, _) in titles.items()}
    index = (out / "index.html").read_text("utf-8")
    assert f'href="{shown(out)}a%20good%20%231%20100%25.html"' in index and 'href="javascript:' not in index
    for name in codes:
        assert codes[name] in entries[f"{name}.html"]["reason"]


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ("number", "TAB-TYPE"),
        ("date", "TAB-TYPE"),
        ("gbk", "FILE-UTF8"),
        ("list", "FILE-FORMAT"),
        ("tab", "YAML-SYNTAX"),
        ("aliases", "YAML-SYNTAX"),
        ("twice", "YAML-SYNTAX"),
        ("deep", "YAML-SYNTAX"),
        ("surrogate", "YAML-SYNTAX"),
    ],
)
def test_a_plan_with_a_bad_title_page_fails_by_itself_and_stands_in_the_index(quick, tmp_path, plan, code):
    """The report's own notebook reads the plan; the index shows what can be shown of it."""
    from healthplan import plans, workspace

    spoil(quick)
    with pytest.raises(InputError, match=rf"{code}\] .*data/plans/{plan}/plan.yaml"):
        plans._about(workspace.data("plans", plan, "plan.yaml"))
    file = asked(quick, "a", plan=plan, method="raise")
    assert make_reports([file, asked(quick, "good")], tmp_path / "out") == 1
    index = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert f'href="{shown(tmp_path / "out")}good.html"' in index and "ValueError" in index


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_the_words_of_a_parameter_file_are_taken_as_they_stand(tmp_path, encoding):
    """What YAML reads as a date, a number or no answer, in every encoding in which people write."""
    for title in ("大足区健康规划", "2024", "2024-05-01", "1_000", "yes", "0x1F", "4:30", "=", "0123"):
        path = tmp_path / "a.yaml"
        path.write_bytes(
            f"plan: dazu-2027\ntitle: {title} # 标题\nas_of: 2024\nobservations: [年.csv]\n".encode(encoding)
        )
        asked = {"plan": "dazu-2027", "title": title, "as_of": 2024, "observations": ["年.csv"]}
        assert load_parameters(path).model_dump(exclude_unset=True) == asked


def test_an_earlier_page_is_kept_with_its_date_and_the_reason(quick, tmp_path):
    out = tmp_path / "reports"
    assert make_reports([asked(quick, "plan")], out) == 0
    before = (out / "plan.html").read_bytes()
    first = manifest_of(out)[1]["plan.html"]
    assert make_reports([asked(quick, "plan", method="raise")], out) == 1
    assert (out / "plan.html").read_bytes() == before
    kept = manifest_of(out)[1]["plan.html"]
    assert (kept["status"], kept["made"], kept["counts"]) == (
        "kept",
        first["made"],
        first["counts"],
    )
    index = (out / "index.html").read_text("utf-8")
    assert f'href="{shown(out)}plan.html"' in index
    assert (out / shown(out) / "plan.html").read_bytes() == before
    assert first["made"][:10] in index
    assert "ValueError" in index
    assert make_reports([asked(quick, "plan")], out) == 0
    assert "ValueError" not in (out / "index.html").read_text("utf-8")


def test_the_index_lists_what_earlier_runs_made_until_it_is_given_up(quick, tmp_path):
    out = tmp_path / "reports"
    one, two = asked(quick, "one"), asked(quick, "two", plan="wanzhou-2024")
    make_reports([one, two], out)
    make_reports([two], out)
    assert f'href="{shown(out)}one.html"' in (out / "index.html").read_text("utf-8")
    one.unlink()
    make_reports([two], out)
    assert "one.html" not in (out / "index.html").read_text("utf-8")
    assert not (out / "one.html").exists() and not (out / shown(out) / "one.html").exists()


def test_the_index_groups_variants_sets_the_demo_apart_and_speaks_both_languages(quick, tmp_path):
    out = tmp_path / "reports"
    files = [
        asked(quick, "dazu-2027"),
        asked(quick, "dazu-2027-published", as_of=2024),
        asked(quick, "demo-2027", plan="demo-2027", method="mark"),
    ]
    assert make_reports(files, out, langs=["zh", "en"]) == 0
    zh, en = ((out / shown(out) / name).read_text("utf-8") for name in ("index.html", "index.en.html"))
    for page, other, slash in ((zh, "index.en.html", "／"), (en, "index.html", "/")):
        assert f'href="{other}"' in page
        assert page.count('<tr><th scope="row"><b class="area">') == 2
        real, demo = page.split('<section class="demo">')
        assert 'href="demo-2027.html"' in demo and "demo-2027" not in real
        for name in ("dazu-2027.html", "dazu-2027.en.html", "dazu-2027-published.html"):
            assert f'href="{name}"' in real
        assert "2024" in real
        assert "<script" not in page
        for group in ("open", "reached"):
            assert re.search(rf'class="{group}" style="flex:1" title="[^"]+">1<', real)
        assert f'<td class="share"><span class="nb"><b>1</b>{slash}2</span></td>' in real
    assert 'lang="zh-CN"' in zh and 'lang="en"' in en
    assert "虚构" in zh and "invented" in en


def test_the_manifest_names_what_was_read_and_written(quick, tmp_path):
    out = tmp_path / "reports"
    file = asked(quick, "plan", as_of=2024)
    make_reports([file], out)
    data, entries = manifest_of(out)
    assert beside_index(out) == made_of("plan.html") | {"index.html", "manifest.json"}
    assert data["edition"] == editions.shown(out)
    for name, total in entries["plan.html"]["outputs"].items():
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == total
    area_sum = hashlib.sha256((quick / "data/areas.csv").read_bytes()).hexdigest()
    assert data["inputs"]["data/areas.csv"] == area_sum
    assert entries["plan.html"]["parameters"]["as_of"] == 2024
    assert entries["plan.html"]["parameters_file"] == "parameters/plan.yaml"
    assert data["packages"]["pandas"]
    assert str(tmp_path) not in (out / "manifest.json").read_text("utf-8")


def test_without_a_parameter_file_nothing_is_published(quick, tmp_path):
    """Guards: an empty index over good pages because a folder was moved away."""
    asked(quick, "a")
    out = tmp_path / "out"
    assert command("run", "--out", out, HEALTHPLAN_WORKSPACE=str(quick)).communicate()[1] == ""
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    (quick / "parameters").rename(quick / "away")
    process = command("run", "--out", out, HEALTHPLAN_WORKSPACE=str(quick))
    assert "RUN-NONE" in process.communicate()[1] and process.returncode == 2
    assert {p: p.read_bytes() for p in out.rglob("*") if p.is_file()} == before


def test_csv_for_excel_runs_no_formula(quick, tmp_path):
    make_reports([asked(quick, "plan")], tmp_path)
    text = (tmp_path / "plan.gaps.csv").read_bytes()
    assert text.startswith("\ufeff".encode())
    assert text.decode("utf-8-sig") == "status,why\nno_data,'=1+1\non_course,-3\n"


def test_a_damaged_manifest_is_as_good_as_none(quick, tmp_path):
    (tmp_path / "manifest.json").write_text('{"reports": [{"page": 1}', encoding="utf-8")
    assert make_reports([asked(quick, "plan")], tmp_path) == 0


def test_two_files_for_one_page_fail_and_stop_no_other(quick, tmp_path):
    """Neither is made, nor one of the index's own name."""
    other = quick / "other"
    other.mkdir()
    shutil.copy(asked(quick, "plan"), other / "plan.yaml")
    files = [
        quick / "parameters/plan.yaml",
        other / "plan.yaml",
        asked(quick, "index"),
        asked(quick, "changes"),
        asked(quick, "good"),
    ]
    assert make_reports(files, tmp_path / "out") == 4
    entries = manifest_of(tmp_path / "out")[1]
    assert {page for page, entry in entries.items() if "RUN-SAME" in entry["reason"]} == {
        "plan.html",
        "index.html",
        "changes.html",
    }
    assert f'href="{shown(tmp_path / "out")}good.html"' in (tmp_path / "out" / "index.html").read_text("utf-8")


def test_a_second_run_in_the_same_folder_is_refused_and_writes_nothing(quick, tmp_path):
    out = tmp_path / "reports"
    file = asked(quick, "plan")
    with owned(out), pytest.raises(InputError, match=rf"RUN-BUSY.*{os.getpid()}"):
        make_reports([file], out)
    assert beside_index(out) == set()
    assert make_reports([file], out) == 0


def test_the_lock_of_a_killed_run_stops_nobody(quick, tmp_path):
    held = (
        "import os\nfrom pathlib import Path\nfrom healthplan import files\nfrom healthplan.report.lock import owned\n"
        f"with owned(Path({str(tmp_path)!r})), files.beside(Path({str(tmp_path)!r}, 'plan.html')) as part:\n"
        "    part.write_text('half')\n"
        "    os._exit(9)\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert subprocess.run([sys.executable, "-c", held], env=env).returncode == 9
    assert (tmp_path / "editions/.running").exists() and list(tmp_path.glob("*.part"))
    assert make_reports([asked(quick, "plan")], tmp_path) == 0
    assert not list(tmp_path.rglob("*.part"))
    assert not (tmp_path / "editions/.running").exists()


def test_what_lies_at_an_old_address_stops_no_edition(quick, tmp_path, capsys):
    """A folder of somebody's in the place of a copy, a folder x.part, a file .running that leads elsewhere: all stay."""
    (tmp_path / "bad.html" / "x").mkdir(parents=True)
    (tmp_path / "x.part").mkdir()
    (tmp_path / "mine.part").write_text("mine")
    (tmp_path / "elsewhere").write_text("theirs")
    if os.name != "nt":
        (tmp_path / ".running").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "good.html").symlink_to(tmp_path / "elsewhere")
        (tmp_path / "index.html").symlink_to(tmp_path / "elsewhere")
    theirs = {"bad.html", "x.part", "mine.part", "elsewhere", ".running"}
    assert make_reports([asked(quick, "bad"), asked(quick, "good")], tmp_path) == 0
    assert "bad.html" in capsys.readouterr().out, "a copy that could not be written is said"
    assert (tmp_path / shown(tmp_path) / "bad.html").is_file()
    assert (
        beside_index(tmp_path) >= theirs & {p.name for p in tmp_path.iterdir()} and (tmp_path / "bad.html/x").is_dir()
    )
    assert ((tmp_path / "mine.part").read_text(), (tmp_path / "elsewhere").read_text()) == ("mine", "theirs")


@posix_only
def test_a_full_disk_leaves_the_old_pages_and_one_clear_line(quick, tmp_path):
    """A limit on the size of files stands for the full disk: the write fails half-way through."""
    out = tmp_path / "reports"
    file = asked(quick, "plan")
    make_reports([file], out)
    before = {p: p.read_bytes() for p in out.rglob("*") if p.is_file()}
    asked(quick, "plan", title="new")
    script = (
        "import resource, sys\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        f"sys.argv[1:] = ['run', {str(file)!r}, '--out', {str(out)!r}]\n"
        "from healthplan.cli import main\nmain()\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}
    ran = subprocess.run([sys.executable, "-c", script], env=env, capture_output=True, encoding="utf-8")
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert "RUN-FOLDER" in ran.stderr
    after = {p: p.read_bytes() for p in out.rglob("*") if p.is_file() and ".building" not in p.parts}
    assert after == before


def hanging(quick, tmp_path, **settings):
    """A run whose kernel hangs, the kernel's process number, and its end of the pipe: it closes when it dies."""
    os.mkfifo(quick / "pipe")
    process = command("run", asked(quick, "plan", method="hang"), "--out", tmp_path / "out", **settings)
    pipe = open(quick / "pipe")  # noqa: SIM115 -- opens when the kernel has got there
    return process, int(pipe.readline()), pipe


def closes(pipe):
    readable, _, _ = select.select([pipe], [], [], 60)
    return bool(readable) and pipe.read() == ""


@posix_only
def test_ctrl_c_ends_the_kernels_and_leaves_nothing_half_made(quick, tmp_path):
    process, kernel, pipe = hanging(quick, tmp_path)
    os.killpg(process.pid, signal.SIGINT)  # a terminal sends it to the whole group
    assert closes(pipe)
    _, noise = process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in noise
    assert [p for p in (tmp_path / "out").rglob("*") if p.is_file()] == []
    with pytest.raises(ProcessLookupError):
        os.kill(kernel, 0)


@posix_only
def test_a_killed_run_takes_its_kernels_with_it(quick, tmp_path):
    process, kernel, pipe = hanging(quick, tmp_path)
    if sys.platform == "linux":
        others = family(process.pid) - {kernel}
        assert len(others) == 1, "a run has started nothing else but what kernels are forked from"
    process.kill()
    assert closes(pipe)
    process.communicate()
    if sys.platform == "linux":
        deadline = time.monotonic() + 30
        while others & set(everybody()) and time.monotonic() < deadline:
            os.sched_yield()
        assert not others & set(everybody())


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_outlives_a_run(quick, tmp_path):
    """When the command has ended so has everything it started."""
    out = tmp_path / "out"
    process = command("run", asked(quick, "a"), asked(quick, "b"), "--out", out, MARK=str(out))
    process.communicate()
    assert process.returncode == 0
    assert [p for p in everybody() if f"MARK={out}".encode() in environment(p)] == []


def everybody():
    return [int(p.name) for p in Path("/proc").glob("[0-9]*")]


def environment(pid):
    try:
        return Path(f"/proc/{pid}/environ").read_bytes()
    except OSError:
        return b""


def family(pid):
    """The processes that a process has started, and those that these have."""
    parents = {}
    for one in everybody():
        with contextlib.suppress(OSError):
            parents[one] = int(Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()[1])
    found, more = set(), {pid}
    while more:
        found |= more
        more = {one for one, parent in parents.items() if parent in found} - found
    return found - {pid}


def test_two_runs_of_the_demo_report_are_the_same_to_the_byte(tmp_path):
    """Other folder, other hash seed, other time zone: same pages and tables; times stand
    in the manifest alone."""
    file = ROOT / "parameters" / "demo-2027.yaml"
    settings = (
        {"PYTHONHASHSEED": "0", "TZ": "UTC"},
        {"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"},
    )
    outs = [tmp_path / "a", tmp_path / "b"]
    runs = [
        command("run", file, "--out", out, HEALTHPLAN_WORKSPACE=str(ROOT), **given)
        for out, given in zip(outs, settings, strict=True)
    ]
    for process in runs:
        said, noise = process.communicate()
        assert (process.returncode, noise) == (0, ""), said
    found = nbformat.read(outs[0] / "demo-2027.ipynb", as_version=4)
    held = [name for name, rows in result_of(found).beside.items() if rows]
    made = made_of("demo-2027.html", *(f"{name}.csv" for name in held))
    made |= {
        beside("demo-2027.html", name)
        for name in (request_books.FOLDER, "explore.html", *(f"{page}.html" for page in PAGES if page != "areas"))
    }
    assert beside_index(outs[0]) == made | {"index.html", "manifest.json", "ledger"}
    assert set(held) >= {
        "brief",
        "measures",
        "paces",
        "references",
        "events",
        "years",
        "expected",
        "requests",
        "answers",
        "things",
    }
    places = [out / shown(out) for out in outs]
    for path in places[0].rglob("*"):
        if path.is_file() and path.name != "manifest.json":
            assert path.read_bytes() == (places[1] / path.relative_to(places[0])).read_bytes(), path.name
    first, second = (manifest_of(out)[0] for out in outs)
    for data in (first, second):
        for name in ("began", "ended", "edition"):
            del data[name]
        for entry in data["reports"]:
            del entry["made"], entry["seconds"]
    assert first == second
    for name in (*(f"{page}.html" for page in PAGES if page != "areas"), "ipynb"):
        page = (outs[0] / beside("demo-2027.html", name)).read_text("utf-8")
        assert "虚构" in page
        assert str(tmp_path) not in page and str(ROOT) not in page


def test_a_notebook_of_ones_own_needs_itself_and_a_parameter_file(quick, tmp_path):
    """Guards: a scheduled notebook asked for changes in the package; one that does not hear what its file sets runs
    on its defaults; a name that leads elsewhere is opened."""
    small = 'plan: str = "dazu-2027"  # plan\nlang: str = "zh"  # language\n'
    title = "title, transport, seen = 'mine', '', ''\narea, as_of, method = 'dazu', 0, ''\n"
    notebook(quick / "notebooks/monthly.ipynb", title, RESULT, parameters=small)
    files = [
        asked(quick, "mine", notebook="monthly"),
        asked(quick, "deaf", notebook="monthly", as_of=2020),
        asked(quick, "none", notebook="nowhere"),
        asked(quick, "away", notebook="../secret"),
    ]
    out = tmp_path / "reports"
    with command("run", *files, "--out", out, HEALTHPLAN_WORKSPACE=str(quick)) as run:
        said, wrong = run.communicate(timeout=120)
    assert (run.returncode, wrong) == (1, ""), said
    data, entries = manifest_of(out)
    assert {name: e["status"] for name, e in entries.items()} == {
        "mine.html": "done", "deaf.html": "failed", "none.html": "failed", "away.html": "failed",
    }  # fmt: skip
    assert data["inputs"]["notebooks/monthly.ipynb"]
    assert "as_of" in entries["deaf.html"]["reason"]
    assert "nowhere.ipynb" in entries["none.html"]["reason"]
    assert "PARAM-VALUE" in entries["away.html"]["reason"]
    assert f'href="{shown(out)}mine.html"' in (out / "index.html").read_text("utf-8")
