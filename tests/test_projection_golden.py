"""What ``healthplan project`` gives, to five digits: frozen before the house was rebuilt, so that no
move of modules, units or measures changes a projection unseen. Beyond them processors differ: the network adds up in
another order where the vector unit is another.

The figures are invented nowhere: eighteen public series, some cut to three years so that they borrow
their trend from the area above. Whoever changes the method on purpose writes these files anew.
"""

import csv
import io
import math
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from healthplan.cli import app
from healthplan.projection import project

FROZEN = Path(__file__).parent / "golden" / "project"
OBSERVATIONS = FROZEN / "observations.csv"
DIGITS, LEAST = 1e-5, 1e-6  # relative; absolute near nought


def differing(found: str, frozen: str) -> list[tuple[str, str]]:
    """Cells that are neither the same words nor the same number."""
    cells = [list(csv.reader(io.StringIO(text))) for text in (found, frozen)]
    assert [len(row) for row in cells[0]] == [len(row) for row in cells[1]]
    pairs = [pair for rows in zip(*cells, strict=True) for pair in zip(*rows, strict=True)]
    return [(one, other) for one, other in pairs if one != other and not _near(one, other)]


def _near(one: str, other: str) -> bool:
    try:
        return math.isclose(float(one), float(other), rel_tol=DIGITS, abs_tol=LEAST)
    except ValueError:
        return False


@pytest.mark.parametrize("method", ["ensemble", "gm11"])
def test_the_command_gives_the_frozen_digits(method, tmp_path):
    out = tmp_path / "out.csv"
    asked = ["project", "--observations", str(OBSERVATIONS), "--to", "2028", "--method", method]
    done = CliRunner().invoke(app, [*asked, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert differing(out.read_text("utf-8"), (FROZEN / f"{method}.csv").read_text("utf-8")) == []


def test_a_borrowed_trend_has_the_frozen_digits():
    numbers = {name: [""] for name in ("value", "numerator", "denominator")}
    known = pd.read_csv(OBSERVATIONS, keep_default_na=False, na_values=numbers)
    areas = known[["area", "parent"]].drop_duplicates("area")
    found = project(known.drop(columns="parent"), None, to=2018, areas=areas)
    borrowed = found[found["kind"] == "borrowed"]
    expected = (FROZEN / "borrowed.csv").read_text("utf-8")
    assert (borrowed["group"] == "").all()  # of everybody
    assert differing(borrowed.drop(columns="group").to_csv(index=False, lineterminator="\n"), expected) == []


def test_several_files_are_all_projected_not_the_last_alone(tmp_path):
    lines = OBSERVATIONS.read_text("utf-8").splitlines(keepends=True)
    parts = [tmp_path / "one.csv", tmp_path / "two.csv"]
    cut = next(k for k, line in enumerate(lines) if line.startswith("MX_skilled_birth"))
    parts[0].write_text("".join(lines[:cut]), "utf-8")
    parts[1].write_text("".join([lines[0], *lines[cut:]]), "utf-8")
    out = tmp_path / "out.csv"
    asked = [
        "project",
        "--observations",
        str(parts[0]),
        "--observations",
        str(parts[1]),
        "--to",
        "2028",
    ]
    done = CliRunner().invoke(app, [*asked, "--out", str(out)])
    assert done.exit_code == 0, done.output
    assert differing(out.read_text("utf-8"), (FROZEN / "ensemble.csv").read_text("utf-8")) == []
