"""The three lists of dependencies say the same: pyproject.toml, environment.yml, requirements.lock."""

import re
import tomllib

import yaml
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version


def wanted(*extras):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return {(r := Requirement(line)).name: r.specifier for line in lines}


def test_environment_yml_has_the_same_packages_and_lower_bounds():
    conda = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))["dependencies"]
    pip = next(entry["pip"] for entry in conda if isinstance(entry, dict))
    lines = [e for e in conda if isinstance(e, str) and e != "pip"] + [e for e in pip if e != "-e ."]
    here = {(r := Requirement(line)).name: r.specifier for line in lines}
    python = here.pop("python")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert str(python) == project["requires-python"]
    assert here == wanted("test", "docs")


def test_every_wanted_package_is_locked_within_its_bounds():
    text = (ROOT / "requirements.lock").read_text("utf-8")
    locked = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^ \\;]+)", text, flags=re.M):
        locked.setdefault(name, []).append(Version(version))
    for name, bounds in wanted("test", "docs", "dev", "setup").items():
        assert canonicalize_name(name) in locked, name
        assert all(version in bounds for version in locked[canonicalize_name(name)]), name


def test_every_locked_package_is_hashed_and_no_address_is_written():
    for file in ("requirements.lock", "requirements-bench.lock"):
        text = (ROOT / file).read_text("utf-8")
        blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
        assert all("--hash=sha256:" in block for block in blocks)
        assert "://" not in text
        assert "index-url" not in text
