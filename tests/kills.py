"""Kills of the real run, and what readers then see: always one whole edition, the old one or the new one.

    python tests/kills.py points        killed before each operation on a file, one after the other
    python tests/kills.py random 300    killed at random times

Each works in a temporary workspace with one small real plan and a small notebook. ``test_editions`` runs both: it looks before
each operation and kills at every tenth, and kills five times at random.
"""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from hashlib import sha256
from pathlib import Path

import nbformat

from healthplan.report import editions, forks, kernel
from healthplan.report.command import make_reports

ROOT = Path(__file__).resolve().parent.parent
PLAN = "zhoucun-2024"
PARAMETERS = 'plan: str = "zhoucun-2024"\narea: str = ""\nas_of: int = 0\nlang: str = "zh"\nmethod: str = "ensemble"\nobservations: list[str] = []\n'
SMALL = """
import healthplan as hp
from healthplan.report.result import Result
seen = hp.plan(plan, as_of=as_of, lang=lang)
rows = [{"status": "no_data", "why": "-"}, {"status": "on_course", "why": "-"}]
Result(plan, area, as_of or 2025, lang, "small", "head", rows, rows)
"""
# What the standard library tells of before it does it; "open" where it may write.
OPERATIONS = {"os.rename", "os.link", "os.remove", "os.mkdir", "os.rmdir", "os.truncate", "shutil.rmtree"}


def workspace(root):
    """A workspace with the shipped data of a small plan, the small notebook, and two reports to make."""
    for name in ("data", "notebooks", "parameters"):
        (root / name).mkdir(parents=True)
    for path in (ROOT / "data").iterdir():
        if path.is_file() and path.name != "corrections.csv":  # of figures that are not here
            shutil.copy(path, root / "data")
    (root / "data/observations").mkdir()
    for name in ("zibo", "shandong", "districts"):
        shutil.copy(ROOT / f"data/observations/{name}.csv", root / "data/observations")
    shutil.copytree(ROOT / "data/plans" / PLAN, root / "data/plans" / PLAN)
    new = nbformat.v4.new_code_cell
    cells = [new(PARAMETERS, metadata={"tags": ["parameters"]}), new(SMALL)]
    spec = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata=spec), root / "notebooks/01-plan-report.ipynb")
    (root / "parameters/still.yaml").write_text(f"plan: {PLAN}\nas_of: 2024\n")
    os.environ["HEALTHPLAN_WORKSPACE"] = str(root)
    return root


def ask(root, year):
    """The report whose parameters change from run to run."""
    (root / "parameters/moving.yaml").write_text(f"plan: {PLAN}\nas_of: {year}\n")


def run(root, out):
    """The run itself, in this process."""
    return make_reports(sorted((root / "parameters").glob("*.yaml")), out)


def killed(root, out, before):
    """A run in a child of its own, which is killed before its operation of that number (never: 0); True where it was."""
    child = os.fork()
    if child == 0:
        os.setsid()
        _before_each(out, lambda number: number == before and os.kill(os.getpid(), signal.SIGKILL))
        _end(lambda: run(root, out))
    status = os.waitpid(child, 0)[1]
    if not os.WIFSIGNALED(status):
        assert os.waitstatus_to_exitcode(status) == 0
    return os.WIFSIGNALED(status)


def seen(root, out):
    """What readers see before each operation of one run, which nobody kills: the sums of the edition, or what is wrong with
    it. A kill at that moment leaves just this: what a process has not yet given to the system, no reader sees."""
    told, ours = os.pipe()
    child = os.fork()
    if child == 0:

        def look(_number):
            try:
                words = published(out)
            except (AssertionError, OSError, ValueError) as wrong:
                words = repr(wrong)
            os.write(ours, json.dumps(words).encode() + b"\n")

        _before_each(out, look)
        _end(lambda: run(root, out))
    os.close(ours)
    with open(told, encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    return found


def _before_each(out, act):
    """Call ``act`` with its number before each operation on a file, from now on, in this process."""
    count = itertools.count(1)
    busy = threading.local()

    def hear(event, given):
        if getattr(busy, "acting", False):
            return
        if event in OPERATIONS or (event == "open" and writes(*given)):
            busy.acting = True
            act(next(count))
            busy.acting = False

    def writes(path, _mode, flags):
        return str(path).startswith(str(out)) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))

    sys.addaudithook(hear)


def _end(work):
    """Of a child: do it, quietly, and end."""
    sys.stdout = open(os.devnull, "w")  # noqa: SIM115 -- ends with the process
    code = 1
    try:
        code = work()
    finally:
        os._exit(code)


def published(out):
    """The sums of the edition that the index leads to, each file proved to have its own; None before the first. Fails where
    anything of it is missing, of another edition, or too much."""
    index = out / "index.html"
    if not index.exists():
        return None
    words = index.read_text("utf-8")
    led = set(editions._LEADS.findall(words))
    assert len(led) == 1, f"the index leads to {led}"
    place = editions.folder(out, *led)
    told = json.loads((place / "manifest.json").read_text("utf-8"))
    assert told["edition"] == place.name
    assert words == editions.leading((place / "index.html").read_text("utf-8"), place.name)
    there = {
        p.relative_to(place).as_posix(): sha256(p.read_bytes()).hexdigest() for p in place.rglob("*") if p.is_file()
    }
    there.pop("manifest.json")
    assert there == told["files"], "an edition is not as its manifest says"
    return told["files"]


def healed(out, wanted):
    """After a run that was not killed: the new edition, its copies at the old addresses, and nothing half made."""
    assert published(out) == wanted
    for name, total in wanted.items():
        assert name == "index.html" or sha256((out / name).read_bytes()).hexdigest() == total, f"copy {name}"
    left = [p for p in out.rglob("*") if p.name.endswith(".part") or (editions.BUILDING in p.parts and p.is_file())]
    assert left == [], left


def points(root, every=1):
    """Before each operation of the run that makes one report anew and takes the other over: what readers see then, and what
    they see after it was killed there and run again. Only at every ``every``-th operation, at the two where the editions
    change over and at the last is it killed. Returns how many points there were, and before how many the new edition stood."""
    first, ready, out = root / "first", root / "ready", root / "out"
    ask(root, 2023)
    assert run(root, first) == 0
    old = published(first)
    ask(root, 2024)
    shutil.copytree(first, ready)
    assert run(root, ready) == 0
    new = published(ready)
    assert new != old
    with kernel.kept_warm():
        shutil.copytree(first, out)
        stood = seen(root, out)
        assert published(out) == new
        wrong = {number: one for number, one in enumerate(stood, 1) if one not in (old, new)}
        assert not wrong, wrong
        count, over = len(stood), stood.index(new) + 1
        for number in sorted({over - 1, over, count, *range(every, count, every)}):
            shutil.rmtree(out)
            shutil.copytree(first, out)
            assert killed(root, out, number), f"point {number} of {count}"
            end_kernels()
            assert published(out) == stood[number - 1], f"point {number}"
            assert not killed(root, out, 0)
            healed(out, new)
    return count, stood.count(new)


def end_kernels():
    """Of a run that was killed: what they were forked from lives on here, so they do not end by themselves."""
    server = forks._server[0].pid if forks._server else 0
    children = Path(f"/proc/{server}/task/{server}/children")
    for pid in children.read_text().split() if children.exists() else ():
        os.kill(int(pid), signal.SIGKILL)


def family(mark):
    """The processes that a run with this mark in its environment has left."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark.encode() in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def at_random(root, times, seed=1):
    """Kill the command at random times; returns how often the old and the new edition stood then."""
    out, chance, seen = root / "out", random.Random(seed), {"old": 0, "new": 0}
    mark = f"KILLED={out}"
    command = [sys.executable, "-m", "healthplan", "run", "--out", str(out)]
    temp = root / "temp"
    temp.mkdir()
    how = {
        "env": {**os.environ, "KILLED": str(out), "PYTHONPATH": str(ROOT), "TMPDIR": str(temp)},
        "cwd": root,
        "stdout": subprocess.DEVNULL,
    }
    ask(root, 2014)
    began = time.monotonic()
    subprocess.run(command, check=True, **how)
    takes, old = time.monotonic() - began, published(out)
    for number in range(1, times + 1):
        ask(root, 2015 + number % 8)
        process = subprocess.Popen(command, **how)
        try:
            process.wait(chance.uniform(0, takes * 1.1))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        now = published(out)
        seen["old" if now == old else "new"] += 1
        until = time.monotonic() + 20
        while (orphans := family(mark)) and time.monotonic() < until:
            os.sched_yield()
        assert not orphans, f"{orphans} outlive the run"
        subprocess.run(command, check=True, **how)
        old = published(out)
        healed(out, old)
        left = [p.name for p in temp.iterdir()]
        assert left == [], f"{left} of a run that was killed"
        assert json.loads((out / "manifest.json").read_text("utf-8"))["edition"] == editions.shown(out)
    return seen


def main():
    with tempfile.TemporaryDirectory() as folder:
        root = workspace(Path(folder) / "work space")
        if sys.argv[1:2] == ["points"]:
            count, moved = points(root)
            print(f"{count} points, the new edition after {moved} of them; 0 mixed, 0 lost")
        else:
            times = int(sys.argv[2]) if len(sys.argv) > 2 else 300
            seen = at_random(root, times)
            print(f"{times} kills: {seen['old']} old, {seen['new']} new; 0 mixed, 0 lost, 0 orphans")


if __name__ == "__main__":
    main()
