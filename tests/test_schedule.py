"""The schedules of docs/schedule: each starts the same run, which needs nothing of the one who starts it."""

import contextlib
import json
import os
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml
from conftest import ROOT
from lxml import etree
from test_new_report import healthplan, two_goals

FOLDER = ROOT / "docs" / "schedule"
HOME = "/srv/healthplan"  # where the files of the folder have the workspace
PROGRAM = Path(sys.executable).with_name("healthplan")
NOBODY = ("--reuid=65534", "--regid=65534", "--clear-groups")
TASK = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
# Of the schema of Windows tasks ([MS-TSCH] 2.5): the parts that each element may have, of which those of a trigger come in
# this order, the others in any.
IN_ORDER = [
    "Enabled",
    "StartBoundary",
    "EndBoundary",
    "Repetition",
    "ExecutionTimeLimit",
    "RandomDelay",
    "ScheduleByWeek",
]
PARTS = {
    "Task": {"RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"},
    "RegistrationInfo": {"URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description", "Documentation"},
    "Triggers": {"CalendarTrigger"},
    "CalendarTrigger": set(IN_ORDER),
    "ScheduleByWeek": {"WeeksInterval", "DaysOfWeek"},
    "DaysOfWeek": {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"},
    "Principals": {"Principal"},
    "Principal": {"UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"},
    "Settings": {
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries", "StopIfGoingOnBatteries",
        "AllowHardTerminate", "StartWhenAvailable", "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden",
        "DeleteExpiredTaskAfter", "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
    },
    "Actions": {"Exec"},
    "Exec": {"Command", "Arguments", "WorkingDirectory"},
}  # fmt: skip


def cron_line():
    lines = (FOLDER / "healthplan.cron").read_text("utf-8").splitlines()
    (line,) = [line for line in lines if line and not line.startswith("#")]
    *when, command = line.split(" ", 5)
    assert len(when) == 5 and "%" not in command, "cron takes % for the end of the line"
    return command


def section(name, key):
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [line.removeprefix(f"{key}=") for line in lines if line.startswith(f"{key}=")]


@pytest.fixture
def office():
    """A workspace that everybody may read, outside the tests' own folder, which nobody else may enter."""
    with tempfile.TemporaryDirectory(prefix="office-") as folder:
        place = Path(folder)
        place.chmod(0o755)
        healthplan("init", place / "srv", cwd=place)
        two_goals(place / "srv" / "data" / "plans" / "demo-2027")
        for name in ("reports", "log"):
            (place / "srv" / name).mkdir()
            (place / "srv" / name).chmod(0o777)
        yield place / "srv"


def without_rights():
    """What starts a command as a user who owns nothing and has no home; nothing where only root could."""
    words = [shutil.which("setpriv") or "setpriv", *NOBODY]
    with contextlib.suppress(OSError):
        if subprocess.run([*words, PROGRAM, "--version"], cwd="/", capture_output=True, check=False).returncode == 0:
            return words
    return []


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.skipif(os.name == "nt", reason="cron and its shell")
def test_the_cron_line_runs_with_an_empty_environment_and_writes_where_it_says_alone(office):
    """Guards: a run that works in a terminal and fails at night, for want of HOME, PATH, a locale or rights."""
    command = cron_line().replace(f"{HOME}/.venv/bin/healthplan", shlex.quote(str(PROGRAM))).replace(HOME, str(office))
    before = files(office)
    words = [*without_rights(), "env", "-i", "/bin/sh", "-c", command.removesuffix(" >/dev/null")]
    ran = subprocess.run(words, cwd="/", capture_output=True, encoding="utf-8", timeout=300)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    assert "Traceback" not in ran.stdout
    after = files(office)
    new = {path.relative_to(office).parts[0] for path in after.keys() - before.keys()}
    assert new == {"reports", "log"}
    assert {path: after[path] for path in before} == before
    assert "demo-2027.html" in (office / "reports" / "index.html").read_text("utf-8")
    events = [json.loads(line) for line in (office / "log" / "run.jsonl").read_text("utf-8").splitlines()]
    assert events[-1]["event"] == "end" and events[-1]["failed"] == 0
    assert len((office / "log" / "last.txt").read_text("utf-8").splitlines()) == 1


def test_every_schedule_starts_the_same_run():
    """Guards: one of the four left behind when an option of ``run`` changes. The cron line's is the one that is tried."""
    setting, *words = shlex.split(cron_line().removesuffix(" >/dev/null"))
    assert [setting] == section("healthplan.service", "Environment")
    assert [shlex.join(words)] == section("healthplan.service", "ExecStart")
    action = etree.parse(FOLDER / "healthplan.xml").find(f".//{TASK}Exec")
    windows = [part.replace("C:\\healthplan", HOME).replace("\\", "/") for part in action.itertext() if part.strip()]
    assert windows == [words[0].replace("bin/healthplan", "Scripts/healthplan.exe"), shlex.join(words[1:]), HOME]
    steps = [shlex.split(run) for run in _runs()]
    (step,) = [step for step in steps if step[0] == ".venv/bin/healthplan"]
    assert {"--log", "--notify"} < set(step) and step[1] == "run"


@pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="needs systemd-analyze (Debian: apt-get install systemd)"
)
def test_systemd_finds_nothing_wrong_with_the_units(tmp_path):
    """Guards: a key that systemd passes over, a time that never comes. The program's path is the one there is here."""
    for name in ("healthplan.service", "healthplan.timer"):
        words = (FOLDER / name).read_text("utf-8").replace(f"{HOME}/.venv/bin/healthplan", f'"{PROGRAM}"')
        (tmp_path / name).write_text(words, encoding="utf-8")
        (tmp_path / name).chmod(stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP | stat.S_IROTH)
    units = [tmp_path / "healthplan.service", tmp_path / "healthplan.timer"]
    ran = subprocess.run(["systemd-analyze", "verify", "--man=no", *units], capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    (when,) = section("healthplan.timer", "OnCalendar")
    ran = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, encoding="utf-8")
    assert ran.returncode == 0 and "Next elapse" in ran.stdout and "never" not in ran.stdout


def test_the_windows_task_has_the_encoding_and_the_order_that_its_schema_asks_for():
    """Guards: a task that ``schtasks /create /xml`` refuses: UTF-8 under a declaration of UTF-16, an unknown part, the
    parts of a trigger in another order."""
    content = (FOLDER / "healthplan.xml").read_bytes()
    assert content.startswith(b"\xff\xfe") and b"\r\x00\n\x00" in content
    task = etree.fromstring(content)
    assert (task.tag, task.get("version")) == (f"{TASK}Task", "1.2")
    for element in task.iter():
        names = [part.tag.removeprefix(TASK) for part in element]
        assert set(names) <= PARTS.get(element.tag.removeprefix(TASK), set()), element.tag
        assert len(set(names)) == len(names), element.tag
    trigger = [part.tag.removeprefix(TASK) for part in task.find(f".//{TASK}CalendarTrigger")]
    assert trigger == sorted(trigger, key=IN_ORDER.index) and "StartBoundary" in trigger
    assert task.find(f"{TASK}Actions").get("Context") == task.find(f".//{TASK}Principal").get("id")


def test_the_workflow_uses_the_readmes_commands_and_keeps_the_reports():
    """Guards: a workflow that is no YAML, sets up another way than the README, or keeps nothing where a report failed."""
    readme, tasks = ((ROOT / name).read_text("utf-8") for name in ("README.md", "tasks.py"))
    steps = _workflow()["jobs"]["reports"]["steps"]
    assert "python tasks.py setup" in _runs() and "def setup(" in tasks
    assert "python tasks.py" in readme and ".venv/bin/healthplan" in readme
    (kept,) = [step for step in steps if step.get("uses", "").startswith("actions/upload-artifact@")]
    assert "reports/" in kept["with"]["path"].split() and kept["if"] == "always()"
    assert _workflow()[True]["schedule"][0]["cron"], "the key on, which YAML 1.1 reads as true"


def _workflow():
    return yaml.safe_load((FOLDER / "healthplan-reports.yml").read_text("utf-8"))


def _runs():
    return [step["run"] for step in _workflow()["jobs"]["reports"]["steps"] if "run" in step]
