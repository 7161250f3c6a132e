"""Notebooks are thin: a question, its parameters, one call a cell. (That they run is nbval's part of the tests, and so are
the numbers of the course: cells tagged ``nbval-check-output`` keep what they said.)

Reports (``notebooks/*.ipynb``) show pieces of a page by verbs alone; the course (``notebooks/course``) teaches an analyst,
who also draws and counts with pandas, seaborn and matplotlib.
"""

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from IPython.core.inputtransformer2 import TransformerManager

import healthplan
from healthplan.report.export import TEMPLATES
from healthplan.report.parameters import NOTEBOOK, Parameters, parameters_of
from healthplan.report.result import result_of

FOLDER = Path(__file__).resolve().parent.parent / "notebooks"
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
NEW = os.path.relpath(TEMPLATES / "new-report.ipynb", FOLDER)  # what ``healthplan new-report`` begins with
REPORTS = [*NOTEBOOKS, NEW]
COURSE = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.glob("course/*.ipynb"))
EVERY = [*REPORTS, *COURSE]
ANALYSTS = {"healthplan", "matplotlib", "nbformat", "numpy", "os", "pandas", "pathlib", "scipy", "seaborn", "tempfile"}
CHECKED = "nbval-check-output"
LOGIC = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.For, ast.While, ast.If, ast.IfExp, ast.Try, ast.With,
    ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp,
)  # fmt: skip
ASKED = (ast.ListComp, ast.GeneratorExp)  # an analyst asks the same of a row of numbers
MEDIAN_STATEMENTS = 2
MOST_STATEMENTS = 5


def read(name):
    return nbformat.read(FOLDER / name, as_version=4)


def parsed(cell):
    """A cell as Python, ``%run`` and the like as the calls that they stand for."""
    return ast.parse(TransformerManager().transform_cell(cell.source))


def imports(cells):
    kinds = ast.Import | ast.ImportFrom
    return [c for c in cells if any(isinstance(n, kinds) for n in ast.walk(parsed(c)))]


def tagged(notebook, tag):
    return [c for c in notebook.cells if tag in c.metadata.get("tags", [])]


def code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks_and_the_report_is_one_of_them():
    assert len(NOTEBOOKS) >= 3
    assert NOTEBOOK in NOTEBOOKS


@pytest.mark.parametrize("name", [*REPORTS, *(one for one in COURSE if tagged(read(one), "parameters"))])
def test_parameters_are_plain_typed_and_explained(name):
    notebook = read(name)
    parameters = parameters_of(notebook)
    for parameter, (annotation, default) in parameters.items():
        kind = {"list[str]": list}.get(annotation) or {"str": str, "int": int}[annotation]
        assert type(default) is kind, parameter
    (cell,) = tagged(notebook, "parameters")
    lines = [line for line in cell.source.splitlines() if line.strip()]
    assert len(lines) == len(parameters)
    assert all("#" in line for line in lines), "each parameter says what it means"


@pytest.mark.parametrize("asked", [{"plan": "demo-2027"}, {"parts_of": "china"}], ids=["plan", "areas"])
def test_the_report_takes_what_a_parameter_file_may_hold(asked):
    """Same names, same types, same defaults; only years differ: 0 in a notebook is the empty one of a file,
    and what the report is about has a default, so that the notebook also runs by itself."""
    found = parameters_of(read(f"{Parameters(**asked).template}.ipynb"))
    fields = {n: f for n, f in Parameters.model_fields.items() if n in Parameters(**asked).of_its_kind}
    assert set(found) == set(fields)
    for name, field in fields.items():
        annotation, default = found[name]
        wanted = field.get_default(call_default_factory=True)
        if name in ("as_of", "to"):
            assert (annotation, default, wanted) == ("int", 0, None)
        elif name in (*asked, "indicators"):
            assert annotation == {"indicators": "list[str]"}.get(name, "str")
        else:
            assert default == wanted, name
            kinds = {str: "str", list[str]: "list[str]"}
            assert annotation == kinds.get(field.annotation, "str"), name


@pytest.mark.parametrize("name", EVERY)
def test_the_verbs_are_all_that_is_imported(name):
    cells = code(read(name))
    (importing,) = imports(cells)
    assert importing.metadata.tags == ["setup"]
    if name in REPORTS:
        assert importing.source == "import healthplan as hp"
    for cell in cells:
        for node in ast.walk(parsed(cell)):
            brought = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            brought += [node.module] if isinstance(node, ast.ImportFrom) else []
            assert {one.partition(".")[0] for one in brought} <= ANALYSTS
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "hp":
                assert node.attr in healthplan.VERBS, ast.unparse(node)


@pytest.mark.parametrize("name", EVERY)
def test_no_logic_and_few_statements(name):
    counts = []
    for cell in code(read(name)):
        tree = parsed(cell)
        kinds = LOGIC if name in REPORTS else tuple(kind for kind in LOGIC if kind not in ASKED)
        logic = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, kinds)]
        assert logic == []
        tags = cell.metadata.get("tags", [])
        if "parameters" not in tags and "setup" not in tags:
            counts.append(len(tree.body))
            assert len(tree.body) <= MOST_STATEMENTS, cell.source
    assert sorted(counts)[len(counts) // 2] <= MEDIAN_STATEMENTS + (name in COURSE)


@pytest.mark.parametrize("name", EVERY)
def test_calls_exist_with_these_arguments(name):
    """Every keyword that a cell passes is one that the function has: caught here, not in a run of minutes."""
    cells = code(read(name))
    known = {}
    exec(imports(cells)[0].source, known)
    for cell in cells:
        for call in (n for n in ast.walk(parsed(cell)) if isinstance(n, ast.Call)):
            root = call.func
            while isinstance(root, ast.Attribute):
                root = root.value
            if not isinstance(root, ast.Name) or root.id not in known:
                continue
            function = eval(ast.unparse(call.func), known)
            if any(k.arg is None for k in call.keywords):
                continue  # a call with **more: which keywords those are is known only when it runs
            keywords = {k.arg: None for k in call.keywords}
            try:
                inspect.signature(function).bind(*call.args, **keywords)
            except TypeError as error:
                pytest.fail(f"{ast.unparse(call)}: {error}")


@pytest.mark.parametrize("name", EVERY)
def test_nothing_is_stored_and_nothing_of_a_machine(name):
    notebook = read(name)
    for cell in code(notebook):
        if CHECKED in cell.metadata.get("tags", []):
            kept = [output.get("text") or output["data"] for output in cell.outputs]
            assert kept and all(isinstance(one, str) or set(one) <= {"text/plain", "text/html"} for one in kept)
            assert cell.execution_count == 1, "what nbval asks for; the same whatever ran before"
            assert not re.search(r"0x[0-9a-f]{6}|np\.float|/tmp/", str(kept)), "what another machine says otherwise"
        else:
            assert cell.outputs == []
            assert cell.execution_count is None
    assert set(notebook.metadata) == {"kernelspec", "language_info"}
    assert notebook.metadata.kernelspec.name == "python3"
    text = (FOLDER / name).read_text("utf-8")
    assert "/home/" not in text and "/root/" not in text and "C:\\\\" not in text


@pytest.mark.parametrize("name", EVERY)
def test_words_stand_between_the_cells_in_both_languages(name):
    notebook = read(name)
    cells = notebook.cells
    assert cells[0].cell_type == "markdown"
    assert cells[0].source.startswith("# ")
    assert "**问题**" in cells[0].source
    run = 0
    for cell in cells:
        run = run + 1 if cell.cell_type == "code" else 0
        assert run <= 4, "four code cells at most without a word between them"
        if cell.cell_type == "markdown":
            assert any("\u4e00" <= c <= "\u9fff" for c in cell.source)
            assert "*" in cell.source, "English in italics beside the Chinese"
            if name in REPORTS:
                assert "analyst" in cell.metadata.get("tags", []), "for the analyst, not for the page"


def test_the_course_is_seven_notebooks_that_check_their_numbers_and_ask_for_one_to_be_changed():
    """Guards: a lesson without a number that is compared, one that nobody is asked to play with, a link to a lesson
    that there is not, and the course growing."""
    assert [Path(one).name[0] for one in COURSE] == [*"1234567"]
    for name in COURSE:
        notebook = read(name)
        words = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert tagged(notebook, CHECKED), name
        assert "**动手**" in words and "Your turn" in words, name
        for link in re.findall(r"\]\(([^)#:]+)\)", words):
            assert (FOLDER / "course" / link).is_file(), link


@pytest.mark.parametrize(("given", "chosen"), [("b", "b"), ("", "a")])
def test_the_goals_old_parameter_still_chooses_it(given, chosen):
    """papermill runs a notebook with its default, and says so only in its log, where a parameter goes by another
    name: ``target_id`` was that of ``goal``."""
    cells = code(read("02-target.ipynb"))
    calls = [n for c in cells for n in ast.walk(ast.parse(c.source)) if isinstance(n, ast.Call)]
    (only,) = [call for call in calls if ast.unparse(call.func) == "hp.only"]
    assert parameters_of(read("02-target.ipynb"))["target_id"] == ("str", "")
    assert eval(ast.unparse(only.args[1]), {"goal": "a", "target_id": given}) == chosen


def test_papermill_by_hand_gives_what_a_run_keeps_beside_its_page(site, tmp_path):
    """The command as an analyst types it: the same tables and pieces of pages as in the notebook beside the page."""
    out, tool = tmp_path / "out.ipynb", Path(sys.executable).with_name("papermill")
    words = [tool, f"notebooks/{NOTEBOOK}", out, "-p", "plan", "demo-2027"]
    ran = subprocess.run(words, cwd=FOLDER.parent, capture_output=True, encoding="utf-8")
    assert ran.returncode == 0, ran.stderr
    by_hand, kept = (nbformat.read(path, as_version=4) for path in (out, site / "demo-2027.ipynb"))
    mine, theirs = result_of(by_hand), result_of(kept)
    assert mine.headline == theirs.headline
    assert mine.beside.keys() == theirs.beside.keys()
    for name in ("gaps", "scorecard", *theirs.beside):
        tables = [pd.DataFrame(one.beside.get(name) or getattr(one, name, [])) for one in (mine, theirs)]
        # a run keeps its kernels to one thread: sums of many then end in other digits, the seventh at the earliest
        pd.testing.assert_frame_equal(*tables, rtol=1e-5, obj=name)
    shown = [[[words_of(o) for o in cell.outputs] for cell in code(one)] for one in (by_hand, kept)]
    assert shown[0] == shown[1]


def words_of(output):
    """What a piece of a page says, without its pictures' lines."""
    return re.sub(r"<[^>]+>", " ", output.get("data", {}).get("text/html", ""))
