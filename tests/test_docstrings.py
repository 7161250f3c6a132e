"""Every public function says what it gives, and the examples that say so run and give what stands there."""

import doctest
import inspect
import re

import matplotlib as mpl
import pandas as pd
import pytest
from conftest import ROOT

import healthplan as hp
from healthplan.line import PlanView
from healthplan.verbs import find

PUBLIC = {name: getattr(hp, name) for name in hp._NAMES} | {"find": find, "PlanView.table": PlanView.table}
WHOLE = {"show"}  # of a Styler the caption's beginning says enough


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_of_a_public_function_run_and_give_what_they_say(name, monkeypatch):
    """Guards: an example that no longer runs, or whose figures are not those that the function gives; none is skipped."""
    from matplotlib import pyplot as plt

    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("HEALTHPLAN_LANG", "zh")
    plt.switch_backend("agg")
    flags = doctest.ELLIPSIS if name in WHOLE else 0
    finder = doctest.DocTestFinder(recurse=False)
    (test,) = finder.find(PUBLIC[name], name, globs={"hp": hp, "pd": pd, "plt": plt})
    assert test.examples
    assert "+SKIP" not in test.docstring
    said = []
    with mpl.rc_context(), pd.option_context("display.width", 120, "display.max_columns", 20):
        doctest.DocTestRunner(optionflags=flags).run(test, out=said.append)
    plt.close("all")
    assert not said, "".join(said)


def test_every_public_function_with_words_about_what_it_raises_and_gives():
    for name, function in PUBLIC.items():
        words = inspect.getdoc(function) or ""
        assert len(words.split("\n")[0]) > 20, name
        assert re.search(r"\bRaises\b|\braises\b", words) or not _may_raise(function), name


def _may_raise(function):
    return bool(re.search(r"of_type\(|one_of\(|wrong_value\(|raise ", inspect.getsource(function)))
