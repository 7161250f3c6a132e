"""``healthplan new-report``: a notebook that is a report as it stands, and shows what its owner puts into it."""

import os
import re
import subprocess
import sys

import nbformat
import pandas as pd
import pytest

from healthplan.errors import UsageError
from healthplan.report.new_report import new_report
from healthplan.report.parameters import load_parameters, parameters_of

OWN = """
import matplotlib.pyplot as plt
import pandas as pd
plt.rcParams["font.family"] = "Noto Sans SC"  # as the notebook says
figure, ax = plt.subplots()
ax.set_title("本区")
ax.plot([1, 2], [3, 4])
pd.DataFrame({"<b>own</b>": ["<script>alert(1)</script>", "own-cell"]})
"""


def healthplan(*words, cwd):
    env = {name: value for name, value in os.environ.items() if not name.startswith("HEALTHPLAN_")}
    command = [sys.executable, "-m", "healthplan", *words]
    ran = subprocess.run(command, cwd=cwd, env=env, capture_output=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout + ran.stderr
    return ran.stdout


def two_goals(plan):
    """Cuts a plan down to two of its goals: a report of all of them takes a minute."""
    for name in ("targets", "series"):
        rows = pd.read_csv(plan / f"{name}.csv", dtype="str", keep_default_na=False)
        rows[rows["target_id"].str.contains("-t00[12]$")].to_csv(plan / f"{name}.csv", index=False)


def test_a_new_report_runs_as_it_stands_and_shows_what_is_put_into_it(tmp_path):
    """Guards: an office's own table or picture that its page leaves out, or lets run as a program; a notebook that
    names another plan than its parameter file."""
    room = tmp_path / "my room"
    healthplan("init", room, cwd=tmp_path)
    two_goals(room / "data" / "plans" / "demo-2027")
    said = healthplan("new-report", "monthly", cwd=room)
    assert "demo-2027" in said and "--plan" in said, "which plan was taken, and how to take another"
    path = room / "notebooks" / "monthly.ipynb"
    notebook = nbformat.read(path, as_version=4)
    asked = load_parameters(room / "parameters" / "monthly.yaml")
    assert (asked.notebook, asked.plan) == ("monthly", parameters_of(notebook)["plan"][1])
    notebook.cells.insert(-1, nbformat.v4.new_code_cell(OWN, metadata={"tags": ["page:first"]}))
    nbformat.write(notebook, path)
    healthplan("run", "parameters/monthly.yaml", cwd=room)
    page, details = ((room / "reports" / f"monthly{name}.html").read_text("utf-8") for name in ("", ".details"))
    assert "目标 · Goal" in page, "the cell that is there to be replaced"
    assert "own-cell" in page and "&lt;script&gt;" in page and "&lt;b&gt;own" in page
    assert len(re.findall(r'<img src="data:image/png;base64,[\w+/=]{1000,}" alt="[^"]+">', page)) == 1
    assert "<script" not in page and "¶" not in page
    assert "own-cell" not in details
    kept = (room / "reports" / "monthly.ipynb").read_text("utf-8")
    assert "Glyph" not in kept and "findfont" not in kept, "letters that the picture's font has not"
    assert "plan = demo-2027" in details, "the parameters used"
    index = (room / "reports" / "index.html").read_text("utf-8")
    for address in re.findall(r'href="([^"#:]+)', index):
        assert (room / "reports" / address).is_file(), address


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", "月报", "index", "changes", "con", "a.b", "x" * 61])
def test_a_name_that_is_none_is_refused(name, workspace):
    with pytest.raises(UsageError) as error:
        new_report(name)
    (fault,) = error.value.faults
    assert fault.code == "PARAM-VALUE" and "monthly" not in fault.text()
    assert not list(workspace.rglob("*.ipynb"))


def test_nothing_is_written_over_and_the_first_real_plan_is_taken(workspace):
    with pytest.raises(UsageError, match="NAME-PLAN"):
        new_report("monthly", "nosuch")
    (workspace / "parameters" / "monthly.yaml").write_text("mine", "utf-8")
    with pytest.raises(UsageError, match="FILE-THERE"):
        new_report("monthly")
    assert not (workspace / "notebooks" / "monthly.ipynb").exists(), "both files or none"
    assert (workspace / "parameters" / "monthly.yaml").read_text("utf-8") == "mine"
    assert new_report("yearly").plan == "zz-2030"
    assert new_report("demo", "demo-2027").plan == "demo-2027"


@pytest.fixture
def workspace(tmp_path, monkeypatch):
    for plan, invented in (("demo-2027", True), ("zz-2030", False), ("aa-2030", True)):
        folder = tmp_path / "data" / "plans" / plan
        folder.mkdir(parents=True)
        (folder / "plan.yaml").write_text(f"plan_id: {plan}\nsynthetic: {str(invented).lower()}\n", "utf-8")
    (tmp_path / "data" / "indicators.csv").write_text("indicator\n", "utf-8")
    (tmp_path / "parameters").mkdir()
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    return tmp_path
