"""Guards: small inputs at the doors (document to verdict, file to report) give the right result, whole way through.

The cases stand in ../shared/cases, each with the number of the issue that brings it. Those of issues that have not
landed are expected to fail, strictly: one that begins to hold must be moved up by raising ``LANDED``.
"""

import json
import subprocess
import sys

import pytest
from conftest import ROOT, SHARED

LANDED = 8  # the issues whose cases must hold: those whose titles begin with a number up to this
# Cases of later issues that hold already, each by something that an earlier issue mended.
AHEAD: frozenset[str] = frozenset()
INDEX = SHARED / "cases" / "index.jsonl"


def cases():
    """Every case of the index, those of later issues marked; one skipped case where there is no index."""
    if not INDEX.is_file():
        return [pytest.param(None, id="none", marks=pytest.mark.skip("needs ../shared/cases"))]
    lines = [json.loads(line) for line in INDEX.read_text("utf-8").splitlines() if line.strip()]
    later = pytest.mark.xfail(strict=True, reason="its issue has not landed")
    return [
        pytest.param(
            case,
            id=case["id"],
            marks=[later] if case["issue"] > LANDED and case["id"] not in AHEAD else [],
        )
        for case in lines
    ]


@pytest.mark.parametrize("case", cases())
def test_a_case_holds_at_its_door(case, tmp_path, door):
    index = tmp_path / "index.jsonl"
    index.write_text(json.dumps(case, ensure_ascii=False) + "\n", encoding="utf-8")
    (tmp_path / "files").symlink_to(INDEX.parent / "files", target_is_directory=True)
    command = [
        sys.executable,
        INDEX.parent / "run_cases.py",
        index,
        "--hp",
        door.command,
    ]
    done = subprocess.run([*map(str, command)], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
