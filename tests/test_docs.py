"""The documentation says what the code does."""

import importlib.util
import re

import pytest
from conftest import ROOT
from typer.main import get_command

from healthplan.cli import app

README = {lang: ROOT / name for lang, name in (("en", "README.md"), ("zh", "README.zh-CN.md"))}


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", generator().PAGES)
def test_generated_pages_are_up_to_date(name):
    made = generator().PAGES[name]()
    assert (ROOT / "docs" / name).read_text("utf-8") == made, "run: python docs/generate.py"


@pytest.mark.parametrize("lang", README)
def test_every_command_stands_in_the_readme(lang):
    text = README[lang].read_text("utf-8")
    for command in get_command(app).commands:
        assert f"healthplan {command}" in text, command


@pytest.mark.parametrize("lang", README)
def test_links_of_the_readme_lead_somewhere(lang):
    for target in re.findall(r"\]\(([^)#]+)\)", README[lang].read_text("utf-8")):
        assert (ROOT / target).exists(), target


def test_both_readmes_have_the_same_parts():
    heads = [re.findall(r"^(#+) ", p.read_text("utf-8"), flags=re.M) for p in README.values()]
    assert heads[0] == heads[1]


def test_the_two_commands_stand_in_both():
    for path in README.values():
        text = path.read_text("utf-8")
        assert "make report" in text
        assert "make test" in text
        assert "python tasks.py report" in text
        assert "python tasks.py test" in text


@pytest.mark.parametrize("page", ["seams.md", "reliability.md"])
def test_what_is_said_to_be_tried_names_tests_that_are_there(page):
    """Guards: a table of seams, or of attacks, that speaks of tests nobody runs."""
    named = re.findall(r"`(tests/\w+\.py)(?:::(\w+))?`", (ROOT / "docs" / page).read_text("utf-8"))
    assert len(named) > 20
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8") if test else (ROOT / file).is_file()


@pytest.mark.parametrize("page", sorted(path.name for path in (ROOT / "docs").glob("howto-*.md")))
def test_the_code_of_a_how_to_runs_and_prints_what_stands_below_it(page, monkeypatch, capsys):
    """Guards: a page of code that no longer runs, or figures in it that are not those of the code."""
    from matplotlib import pyplot as plt

    monkeypatch.chdir(ROOT)
    plt.switch_backend("agg")
    blocks = re.findall(
        r"```python\n(.*?)```\n(?:\n```text\n(.*?)```)?", (ROOT / "docs" / page).read_text("utf-8"), re.S
    )
    assert len(blocks) > 2
    space: dict[str, object] = {}
    with plt.rc_context():
        for code, printed in blocks:
            exec(code, space)
            assert capsys.readouterr().out == printed
        for number in plt.get_fignums():
            plt.figure(number).canvas.draw()
        plt.close("all")
