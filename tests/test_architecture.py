"""Who may import whom: the ground knows no step, a step knows no other step, figures compute nothing."""

import ast
import subprocess
import sys
from collections import defaultdict

import pytest
from conftest import ROOT

GROUND = {"messages", "errors", "files", "tables", "workspace", "registers", "language", "limited", "oldbook"}
ARITHMETIC = {"published", "counts", "distribution"}
STEPS = {"plans", "observations", "area_changes", "projection", "judging", "explanations", "consistency", "ledger", "calls", "league",
         "intake", "planreader"}  # fmt: skip
ALLOWED = {
    "messages": set(),
    "errors": {"messages"},
    "files": set(),
    "limited": {"errors"},
    "oldbook": set(),
    "book": set(),
    "cluster": {"errors", "messages"},
    "sealed": set(),
    "parts": {"errors", "files", "cluster", "sealed"},
    "tables": {"errors", "language"},
    "workspace": {"errors"},
    "registers": {"errors", "files", "tables", "workspace", "messages", "language"},
    "language": {"messages"},
    **dict.fromkeys(ARITHMETIC, GROUND),
    **dict.fromkeys(STEPS, GROUND),
    "calls": GROUND | {"judging", "published"},
    "projection": GROUND | ARITHMETIC | {"parts", "__version__"},
    "judging": GROUND | ARITHMETIC,
    "league": GROUND | ARITHMETIC,
    "explanations": GROUND | ARITHMETIC | {"judging"},
    "figures": {"messages", "tables", "language"},  # numbers and units are written as everywhere
    "explorer": GROUND | {"distribution", "explanations", "figures", "judging", "line", "projection"},
    "starter": GROUND,
    "lab": {"errors"},
    "ledger": GROUND,
    "quarter": GROUND | {"book", "ledger", "intake", "plans", "console", "report", "line"},  # sends, takes, prints
    "intake": GROUND | {"planreader"},  # the words of a target cell are read as a document's are
    "newplan": GROUND | {"planreader"},  # stages and years are found as the reader finds them
    "enter": GROUND | {"intake"},
    "next_figure": GROUND,
    "province": GROUND | {"parts", "intake", "projection", "judging"},  # a line of its own, for goals of many areas
    "vintages": GROUND | {"observations", "area_changes", "intake"},
    "related": GROUND | {"plans", "projection"},
    "tied": GROUND | {"judging", "observations"},  # a figure and what it is tied to
    "line": GROUND | STEPS | {"distribution", "next_figure", "vintages", "related"},
    "league_view": GROUND | {"league", "line", "projection", "related", "vintages"},  # the line for areas beside each other
    "console": GROUND | {"intake"},
    "report": GROUND | {"book", "explorer", "intake", "line", "league_view", "explanations", "projection", "plans", "figures", "calls", "judging", "console", "observations",
                        "vintages", "related", "__version__"},
    "carried": GROUND | {"judging", "line", "plans", "observations", "vintages", "tied"},  # what a change cannot reach
    "whatif": GROUND | {"intake", "judging", "line", "plans", "carried", "tied"},
    "verbs": GROUND | STEPS | {"explorer", "line", "league_view", "whatif", "figures", "report", "vintages"},
    "cli": GROUND | STEPS | {"console", "enter", "lab", "quarter", "line", "newplan", "report", "starter", "verbs", "vintages", "parts", "province", "__version__"},
    "__main__": {"cli"},
    "__init__": {"line", "observations", "plans", "projection", "registers", "verbs"},  # for type checkers; loaded on first use
}  # fmt: skip


def imports():
    """The healthplan modules (first part) that each module (first part) imports, wherever it does."""
    found = defaultdict(set)
    for path in sorted((ROOT / "healthplan").rglob("*.py")):
        own = path.relative_to(ROOT / "healthplan").with_suffix("").parts[0]
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "healthplan":
                rest = node.module.split(".")[1:2]
                found[own] |= set(rest) if rest else {alias.name for alias in node.names}
            elif isinstance(node, ast.Import):
                found[own] |= {a.name.split(".")[1] for a in node.names if a.name.startswith("healthplan.")}
        found[own] -= {own}
    return found


FOUND = imports()


@pytest.mark.parametrize("module", sorted(FOUND))
def test_a_module_imports_only_what_its_room_may(module):
    assert module in ALLOWED, f"{module}: say in this test and in docs/architecture.md what it may import"
    assert FOUND[module] <= ALLOWED[module], FOUND[module] - ALLOWED[module]


def test_projection_methods_know_only_numpy():
    for path in (ROOT / "healthplan" / "projection" / "methods").glob("*.py"):
        if path.stem == "study":  # statsmodels beside the ensemble
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                root = (name or "").split(".")[0]
                inner = (name or "").startswith("healthplan.projection")
                assert inner or root in {"numpy", *sys.stdlib_module_names}, (path, name)


def test_every_room_stands_in_the_architecture_page():
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for module in set(ALLOWED) - {"__main__", "__init__"}:
        assert f"`{module}" in page, module


def test_there_is_no_drawer_for_everything():
    names = {path.stem for path in (ROOT / "healthplan").rglob("*.py")}
    assert not names & {"utils", "helpers", "misc", "common_utils"}


def test_listing_plans_waits_for_no_heavy_library():
    code = (
        "import sys, healthplan.cli; from healthplan.plans import load_plan, plan_ids; load_plan(plan_ids()[0]);"
        "print([m for m in ('statsmodels', 'scipy.stats', 'matplotlib', 'papermill') if m in sys.modules])"
    )
    assert said(code) == "[]"


def test_the_kernel_of_a_report_reads_no_notebook():
    """Guards: a second and a half of every report, in which the checker of notebooks gets ready."""
    assert said("import sys, healthplan.report.result; print('jsonschema' in sys.modules)") == "False"


def said(code):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
