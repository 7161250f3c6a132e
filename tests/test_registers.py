"""The registers as one value, and the area tree climbed in one place."""

import ast

import pandas as pd
import pytest
from conftest import ROOT

from healthplan import workspace
from healthplan.errors import UsageError
from healthplan.line import view
from healthplan.plans import load_plan
from healthplan.registers import area_tree, load_registers

AREAS = pd.DataFrame(
    [("cn", "", "nation"), ("p", "cn", "province"), ("q", "cn", "province"), ("c", "p", "city"), ("d", "c", "district"),
     ("e", "c", "district"), ("de", "c", "group"), ("f", "q", "district"), ("x", "y", "district"), ("y", "x", "city")],
    columns=["area", "parent", "rank"],
)  # fmt: skip


@pytest.mark.parametrize(
    ("area", "above", "peers", "alike"),
    [
        ("d", ("c", "p", "cn"), ("e",), ("e", "f")),  # neither its city nor the pooled districts
        ("f", ("q", "cn"), (), ("d", "e")),
        ("p", ("cn",), ("q",), ("q",)),
        ("cn", (), (), ()),
        ("x", ("y",), (), ()),  # a circle ends
        ("nowhere", (), (), ()),
    ],
)
def test_a_parent_is_no_sibling_and_an_area_is_not_its_own_peer(area, above, peers, alike):
    tree = area_tree(AREAS)
    assert (tree.above(area), tree.peers(area), tree.alike(area)) == (above, peers, alike)


def test_without_ranks_the_areas_of_one_parent_are_peers():
    assert area_tree(AREAS.drop(columns="rank")).peers("d") == ("e", "de")


def test_every_shipped_area_has_a_rank_and_its_line_ends_at_one_without_a_parent():
    registers = load_registers()
    assert (registers.areas["rank"] != "").all()
    tree = area_tree(registers.areas)
    for area in registers.areas["area"]:
        assert tree.parent[(area, *tree.above(area))[-1]] == ""
        assert area not in tree.peers(area)
        assert not set(tree.peers(area)) & set(tree.above(area))
    assert "shenzhen_east" not in tree.peers("longgang")


def test_nobody_else_climbs_the_tree():
    for path in sorted((ROOT / "healthplan").rglob("*.py")):
        if path.stem == "registers":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
                assert node.slice.value != "parent", path
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(".get"):
                assert ast.unparse(node.args[0]) != "'parent'", path


def test_a_workspace_is_a_value_read_once(tmp_path, monkeypatch):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "indicators.csv").write_text("", encoding="utf-8")
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path))
    place = workspace.current()
    monkeypatch.delenv("HEALTHPLAN_WORKSPACE")
    assert place.data("areas.csv") == tmp_path / "data" / "areas.csv"
    assert workspace.shown(place.reports("a.html")) == "reports/a.html"
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "none"))
    with pytest.raises(UsageError, match="WORKSPACE"):
        workspace.current()


def test_who_has_the_registers_asks_no_environment_again(monkeypatch, tmp_path):
    """The verbs read it once, at the door: what a plan rests on comes from where its registers lie."""
    known = load_registers(workspace.Workspace(ROOT))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HEALTHPLAN_WORKSPACE", str(tmp_path / "gone"))
    made = load_plan("demo-2027", known=known)
    seen = view(made, as_of=2024, known=known)
    assert len(seen.gaps) == len(made.targets)
    assert set(seen.observations["file"].str.split("/").str[0]) == {"data"}
